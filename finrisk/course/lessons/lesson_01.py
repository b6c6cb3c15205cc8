"""Exercises and quiz of lesson 01, synthetic data."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from numbers import Real
from operator import gt, le, lt
from typing import Any

import numpy as np

from finrisk.course.checkers import close_to, one_of
from finrisk.course.echoes import show_error
from finrisk.course.material import Exercise, Question
from finrisk.data.label import is_stressed
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

_JOBLESS = one_of(
    "stays the same",
    {
        "rises": "A bill costs money, not the job: jobs have a random stream of their own.",
        "falls": "That would need the bills to use up the luck of the jobs, and each kind "
        "of luck has a stream of its own.",
    },
    also={
        **dict.fromkeys(
            (
                *("same", "stay the same", "remains the same", "number stays the same"),
                *("stays", "same number", "equal", "not changed", "is not changed"),
                *("unchanged", "stays unchanged", "remains unchanged", "constant"),
                *("stays constant", "no change", "nothing", "nothing changes", "nothing happens"),
                *("does not change", "doesn't change", "will not change", "won't change"),
            ),
            "stays the same",
        ),
        **dict.fromkeys(("rise", "goes up", "go up", "up"), "rises"),
        **dict.fromkeys(("increases", "increase", "more"), "rises"),
        **dict.fromkeys(("fall", "goes down", "go down", "down"), "falls"),
        **dict.fromkeys(("decreases", "decrease", "less"), "falls"),
    },
)


def _check_jobless(answer: Any) -> str | None:
    """`_JOBLESS`, but a number is told what is asked."""
    if isinstance(answer, Real) and not isinstance(answer, bool):
        return (
            f"{show_value(answer)} is a number. The question is what happens to it between the "
            "two printed lines: 'rises', 'falls' or 'stays the same'."
        )
    return _JOBLESS(answer)


# --- 01.3 ------------------------------------------------------------------------------------

_MY_LABEL = '''\
def my_label(savings, cash_flow, bar):
    """Six months t+1..t+6 of one household -> True if it is stressed, else False."""
    short = any(amount < bar for amount in savings[2:])  # t+3 to t+6
    red = [flow < 0 for flow in cash_flow]
    run = any(red[k] and red[k + 1] and red[k + 2] for k in range(4))
    return bool(short or run)'''

Months = list[int]  # t+1 to t+6
Life = tuple[Months, Months, int]  # savings, cash flow, bar
_RUNS = ([0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5])
_NO_RUNS: tuple[list[int], ...] = ([], [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [4, 5], [0, 1, 5])


def _draw_lives(rng: np.random.Generator) -> list[Life]:
    """One flaw at a time: a month that is short, a run in the red, months that only look so."""
    lives = [_life(rng, short=[month]) for month in range(6)]
    lives += [_life(rng, short=[0, 1]), _life(rng, short=range(6))]
    lives += [_life(rng, over_bar=0), _life(rng, left=0)]
    lives += [_life(rng, red=run) for run in (*_RUNS, *_NO_RUNS)]
    return [*lives, _life(rng, red=[0, 1, 2], short=[5]), _life(rng, red=[3, 4, 5], short=[2, 3])]


def _life(
    rng: np.random.Generator, short: Any = (), red: Any = (), over_bar: int = 1, left: int = 1
) -> Life:
    """Short, and in the red, in these months only; 0: elsewhere just at the bar, or just even."""
    bar = int(rng.integers(900, 6_000))
    savings = [bar + over_bar * int(rng.integers(1, 9_000)) for _ in range(6)]
    flow = [left * int(rng.integers(1, 900)) for _ in range(6)]
    for month in short:
        savings[month] = int(rng.integers(0, bar))
    for month in red:
        flow[month] = -flow[month]
    return savings, flow, bar


def _check_label(answer: Any) -> str | None:
    """Label households one by one, each made anew, beside the package."""
    lives = _draw_lives(np.random.default_rng())
    said = []
    for life in lives:
        label = _asked(answer, life)
        if isinstance(label, str):
            return label
        said.append(label)
    right = [_packaged(life) for life in lives]
    if said == right:
        return None
    for slip, message in _SLIPS:
        if said == [slip(*life) for life in lives]:
            return message
    life, label = next((a, b) for a, b, c in zip(lives, said, right, strict=True) if b != c)
    return f"For {_told(life)} it gives {label}, but {_why(life)}, so the label is {not label}."


def _asked(answer: Any, life: Life) -> bool | str:
    """What an answer says of a household, or a sentence on why it says nothing."""
    savings, flow, bar = life
    try:
        said = answer(np.array(savings, float), np.array(flow, float), bar)
    except Exception as error:
        if not callable(answer):
            raise
        shown = show_error(error)
        more = next((advice for words, advice in _STOPS if words in shown), "")
        return f"For {_told(life)} your function stops: {shown}.{more}"
    if said is None:
        return f"For {_told(life)} your function gives nothing back (None): no `return` is reached."
    with suppress(Exception):  # a single value of NumPy, pandas or PyTorch
        said = said.item()
    if isinstance(said, bool):
        return said
    once = "" if np.ndim(said) == 0 else " `any(...)` makes one of several."
    return f"True or False is asked for, got {show_value(said)}.{once}"


def _packaged(life: Life) -> bool:
    savings, flow, bar = life
    return bool(is_stressed(np.array([savings]).T, np.array([flow]).T, np.array([bar]))[0])


def _told(life: Life) -> str:
    savings, flow, bar = life
    return f"savings = {savings}, cash_flow = {flow}, bar = {bar}"


def _why(life: Life) -> str:
    savings, flow, bar = life
    short = [month for month in range(2, 6) if savings[month] < bar]
    runs = [start for start in range(4) if max(flow[start : start + 3]) < 0]
    if short:
        return f"savings are below the bar in t+{short[0] + 1}"
    if runs:
        return f"t+{runs[0] + 1} to t+{runs[0] + 3} are in the red"
    return "from t+3 on no savings are below the bar, and no three months in a row are in the red"


def _rule(
    savings: Months,
    flow: Months,
    bar: float,
    *,
    months: range = range(2, 6),
    starts: range = range(4),
    length: int = 3,
    below: Callable[[float, float], bool] = lt,
    red: Callable[[float, float], bool] = lt,
    over: Callable[[Any], bool] = any,
) -> tuple[bool, bool]:
    """The two halves of the label, with one thing of it changed: short, in the red."""
    short = over([below(savings[month], bar) for month in months])
    run = any(all(red(f, 0) for f in flow[start : start + length]) for start in starts)
    return short, run


def _either(*life: Any, **changed: Any) -> bool:
    return any(_rule(*life, **changed))


def _counted(savings: Months, flow: Months, bar: float) -> bool:
    return _rule(savings, flow, bar)[0] or sum(f < 0 for f in flow) >= 3


_SLIPS: tuple[tuple[Callable[..., bool], str], ...] = (
    (
        partial(_either, months=range(6)),
        "It counts savings below the bar in t+1 and t+2, too. The label looks from t+3 on, which "
        "is place 2.",
    ),
    (
        partial(_either, months=range(3, 6)),
        "It leaves out the savings of t+3. Places count from 0, so t+3 is place 2.",
    ),
    (
        partial(_either, months=range(2, 5)),
        "It leaves out the savings of t+6, which is place 5. A slice ends before its second "
        "number: savings[2:6], or savings[2:].",
    ),
    (
        partial(_either, over=all),
        "Savings below the bar in one of the four months are not enough for it. One is enough.",
    ),
    (partial(_either, below=le), "Savings equal to the bar are not below it: < instead of <=."),
    (
        partial(_either, red=le),
        "A month with a cash flow of 0 comes out even; only below 0 is it in the red.",
    ),
    (
        partial(_either, red=gt),
        "It takes months with money left over for months in the red: those are below 0.",
    ),
    (
        partial(_either, starts=range(2, 4)),
        "It begins a run with t+3. A run may begin with t+1: only its last month has to lie in "
        "t+3 to t+6.",
    ),
    (
        partial(_either, starts=range(3)),
        "It misses the run t+4, t+5, t+6. A run can begin at the places 0 to 3: range(4).",
    ),
    (
        partial(_either, starts=range(1)),
        "It finds a run only if it begins with t+1. Ask about each month a run can begin with, "
        "t+1 to t+4; a `return` inside the loop may end it too early.",
    ),
    (
        partial(_either, starts=range(3, 4)),
        "It looks at the last three months only. A run can begin with t+1, t+2, t+3 or t+4.",
    ),
    (
        partial(_either, starts=range(6)),
        "Near the end it asks about fewer than three months: a slice that starts at place 4 has "
        "only two. A run begins at place 3 at the latest: range(4).",
    ),
    (
        partial(_either, starts=range(5), length=2),
        "Two months in the red in a row are enough for it. It takes three.",
    ),
    (
        _counted,
        "It counts months in the red, wherever they stand. The label asks for three in a row.",
    ),
    (
        lambda *life: _rule(*life)[0],
        "It looks at savings only. Three months in a row in the red are stress, too.",
    ),
    (
        lambda *life: _rule(*life)[1],
        "It looks at runs in the red only. Savings below the bar are stress, too.",
    ),
    (lambda *life: all(_rule(*life)), "It asks for both at once. Either of the two is enough."),
    (lambda *life: not _either(*life), "It says the opposite each time: swap True and False."),
    (lambda *_: False, "It says False of every household."),
    (lambda *_: True, "It says True of every household."),
)
_STOPS = (
    (
        "truth value of an array",
        " A comparison of a whole array gives six answers. `any(...)` makes one of them, or a "
        "loop asks month by month.",
    ),
    ("out of bounds", " The places are 0 to 5, so a run of three begins at 3 at the latest."),
    ("out of range", " The places are 0 to 5, so a run of three begins at 3 at the latest."),
)


def _first_three(savings: Any, cash_flow: Any, bar: float) -> bool:
    """Ends in its first turn."""
    return bool(min(savings[2:]) < bar or max(cash_flow[:3]) < 0)


EXERCISES = (
    Exercise(
        key="01.1",
        expects="a number",
        hints=(
            "Which two of the numbers are already inside the expenses?",
            "savings before + income - expenses + borrowed - invested.",
        ),
        solution="savings_after = 5_200 + 4_200 - 4_650 + 0 - 60",
        checker=close_to(
            4_690,
            [
                (3_850, "The bill and the debt payment are part of expenses already."),
                (3_990, "That pays the bill twice: it is part of expenses already."),
                (4_550, "That pays the debt payment twice: it is part of expenses already."),
                (5_530, "Bill and debt payment are paid, too: take off all 4,650 of expenses."),
                (4_750, "Invested money is no expense, but it leaves savings all the same."),
                (4_810, "That lets the invested money come in; it leaves savings."),
                (-510, "That is what the month changes. Savings before it come on top."),
            ],
            tolerance=0.01,
        ),
        insight="the same line, tested on every month of every household, would catch a "
        "simulator that loses a single dollar.",
        right=lambda: 4_690.0,
        wrong=(
            (3_850, "part of expenses already"),
            (3_990, "pays the bill twice"),
            (4_550, "pays the debt payment twice"),
            (4_750, "leaves savings all the same"),
            (5_530, "take off all 4,650"),
            (-510, "come on top"),
            ("4690", "a number is asked for"),
        ),
    ),
    Exercise(
        key="01.3",
        expects="a function of savings, cash_flow and bar that returns True or False",
        hints=(
            "Two questions, joined by `or`. For the first: is any of savings[2:] below the bar? "
            "For the second, make a list of six: is this month in the red?",
            "A run can begin at place 0, 1, 2 or 3. For each k of range(4): are red[k], "
            "red[k + 1] and red[k + 2] all true?",
        ),
        solution=_MY_LABEL,
        checker=_check_label,
        insight="the package's `is_stressed` says the same of each household that was tried. The "
        "next cell lets it look at all ten thousand.",
        right=lambda: lambda savings, cash_flow, bar: _either(savings, cash_flow, bar),
        wrong=(
            (partial(_either, months=range(6)), "in t+1 and t+2, too"),
            (partial(_either, months=range(3, 6)), "leaves out the savings of t+3"),
            (partial(_either, starts=range(2, 4)), "may begin with t+1"),
            (partial(_either, starts=range(3)), "misses the run t+4, t+5, t+6"),
            (_counted, "asks for three in a row"),
            (_first_three, "only if it begins with t+1"),
            (lambda savings, _flow, bar: savings[2:] < bar, "True or False is asked for"),
            (lambda savings, _flow, bar: bool(savings < bar), "gives six answers"),
            (True, "could not be used"),
        ),
    ),
    Exercise(
        key="01.2",
        expects="one of the words 'rises', 'falls' or 'stays the same'",
        hints=(
            "Where does the luck that decides about jobs come from, and is it drawn again?",
            "Below your prediction, write chance *= 2. Run the cell: compare the jobless months.",
        ),
        solution='prediction = "stays the same"\nchance *= 2',
        checker=_check_jobless,
        insight="that is why two worlds can be compared: all that differs between them is what "
        "you changed, not the luck.",
        right=lambda: "stays the same",
        wrong=(
            ("rises", "random stream of their own"),
            ("It goes up.", "random stream of their own"),
            ("does not stay the same", "is not one of the words"),
            ("falls", "a stream of its own"),
            ("doubles", "is not one of the words"),
            (1_509, "1509 is a number"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A household's true risk is 40 % and it stays stable. Was 40 % wrong?",
        options=(
            (
                "Yes: a right forecast would have said 0 %.",
                "Nobody can know which future comes. 40 % speaks of many futures.",
            ),
            (
                "One household cannot tell; of many such, about 40 in 100 should be stressed.",
                "A probability is judged on many households. Lesson 5 does that.",
            ),
            (
                "No, because 40 % is below 50 %.",
                "Then 10 % and 49 % would mean the same. They do not.",
            ),
        ),
        right=1,
    ),
    Question(
        text="All simulated figures lie in their bands. What does that prove?",
        options=(
            (
                "That the households are like real ones.",
                "Only in the figures compared, and the world was tuned on those.",
            ),
            (
                "Nothing at all.",
                "A little: a world that missed them would be out at once.",
            ),
            (
                "That the tuning worked; trust needs facts it was not tuned on.",
                "Meeting a fact it was tuned on is no test. So look at the worst misfits.",
            ),
        ),
        right=2,
    ),
    Question(
        text="Why does stress in t+1 or t+2 alone not count?",
        options=(
            (
                "A warning should come early enough to act on.",
                "And stress that begins at once is seen without a model.",
            ),
            (
                "Nothing happens in them.",
                "Much does. A run in the red may even begin there.",
            ),
            (
                "The features look at them.",
                "Never: features end at month t.",
            ),
        ),
        right=0,
    ),
)
