"""Exercises and quiz of lesson 02, feature engineering."""

import dis
import inspect
from collections.abc import Callable, Sequence
from textwrap import indent
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.course.app_files import course_part, course_text
from finrisk.course.checkers import agrees_with, one_of
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.material import Exercise, Question
from finrisk.data.feature_engineering import engineer_features
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

Flows = Sequence[float]
Floats = NDArray[np.float64]

# --- 02.1, months in the red in a row --------------------------------------------------------


def _streak(cash_flow: Flows) -> int:
    """Negative months in a row up to the last one."""
    return next((i for i, flow in enumerate(reversed(cash_flow)) if flow >= 0), len(cash_flow))


def _from_the_start(cash_flow: Flows) -> int:
    return _streak(cash_flow[::-1])


def _count(cash_flow: Flows) -> int:
    return sum(flow < 0 for flow in cash_flow)


def _longest(cash_flow: Flows) -> int:
    return max(_streak(cash_flow[:end]) for end in range(len(cash_flow) + 1))


def _zero_is_red(cash_flow: Flows) -> int:
    return next((i for i, flow in enumerate(reversed(cash_flow)) if flow > 0), len(cash_flow))


def _three_at_most(cash_flow: Flows) -> int:
    return min(3, _streak(cash_flow))


def _a_dollar_is_red(cash_flow: Flows) -> int:
    """What `flow > -1` does, and `int(flow) >= 0`."""
    return _streak([int(flow) for flow in cash_flow])


_YEARS: tuple[list[float], ...] = (
    [5, -1, -2],
    [-1, -2, 3],
    [-1, -1, -1, 2, -4],
    [2, 0, -1],
    [-3, -4],
    [6, -1, -2, -1, -3, -2],
    [],
    [-7, 0.4, -0.4, -2],
    [-3, 8, *[-1] * 8],
)


def _draw_years(rng: np.random.Generator) -> list[tuple[list[float]]]:
    """Two lists of each length: a run of any length, and one that is nearly the whole list."""
    years = []
    for n_months in (1, 2, 3, 5, 8, 12, 13, 24, 60, 240):
        for run in (int(rng.integers(n_months)), n_months - 1):
            amounts = np.round(10 ** rng.uniform(-2, 4, n_months), 2)  # a cent to 10,000 dollars
            flows = (rng.choice([-1, 1], n_months) * amounts).tolist()
            end = [-abs(flow) for flow in flows[n_months - run :]]
            wall = float(rng.choice([0, 0.01, 0.4, 300]))  # the month that ends the run
            years.append(([*flows[: n_months - run - 1], wall, *end],))
    return years


# --- 02.3, features.py -----------------------------------------------------------------------

_COLUMNS = ["log_income", "log_buffer", "log_expense_ratio", "log_debt_ratio"]
_NUMBERS = ["monthly_income", "monthly_expenses", "savings", "debt"]


def _draw_households(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Households that have something of everything, in a table with other columns, too."""
    columns = {
        "income_volatility": rng.uniform(0, 1, n),
        "debt": rng.uniform(500, 30_000, n),
        "savings": rng.uniform(300, 30_000, n),
        "monthly_expenses": rng.uniform(400, 9_000, n),
        "monthly_income": rng.uniform(500, 9_000, n),
    }
    return pd.DataFrame(columns, index=rng.permutation(9 * n)[:n]).round(2)


def _draw_poor(rng: np.random.Generator) -> pd.DataFrame:
    """Households that lack something, or nearly, each another thing."""
    table = _draw_households(rng, 8)
    income, expenses, savings, debt = table[_NUMBERS].to_numpy().T.copy()
    income[:3] = [0, *rng.uniform(1, 99, 2).round(2)]
    expenses[3:6] = [0, *rng.uniform(1, 49, 1).round(2), *rng.uniform(51, 99, 1).round(2)]
    savings[6] = debt[7] = 0
    four = [income, expenses, savings, debt]
    return table.assign(**dict(zip(_NUMBERS, four, strict=True)))


def _check_features(answer: Any) -> str | None:
    rng = np.random.default_rng()
    for table in (*(_draw_households(rng, n) for n in (3, 1, 40)), _draw_poor(rng)):
        right = engineer_features(table)[_COLUMNS].to_numpy()
        with np.errstate(all="ignore"):  # the sentence says it better than a warning
            given = answer(table.copy())
        if said := _wrong_shape(given, right) or _wrong_column(np.asarray(given), right, table):
            return said
    return None


def _wrong_shape(given: Any, right: Floats) -> str | None:
    if given is None:
        return "features gives nothing back (None). Does it end with `return` and the array?"
    if not isinstance(given, np.ndarray):
        return (
            f"features must give an array, and gives a {show_kind(given)}. "
            "np.column_stack(columns) makes one of your four columns."
        )
    if given.shape == right.shape:
        return None
    said = f"For {len(right)} households the shape must be {right.shape}, but it is {given.shape}."
    if given.shape == right.T.shape:
        return f"{said} Each column lies in a row: np.column_stack puts them upright."
    return f"{said} Each household is a row of four numbers."


def _wrong_column(given: Any, right: Floats, table: pd.DataFrame) -> str | None:
    """A sentence on the first column that is off, at the household where it is off most."""
    for j, name in enumerate(_COLUMNS):
        column = given[:, j].astype(float)
        off = np.nan_to_num(np.abs(column - right[:, j]), nan=np.inf)
        if off.max() > 1e-5:  # single precision is fine
            i = int(off.argmax())
            income, expenses, savings, debt = table[_NUMBERS].iloc[i]
            return (
                f"Column {j} ({name}) must be {right[i, j]:.7g} for a household with an income of "
                f"{income:,.0f}, expenses of {expenses:,.0f}, savings of {savings:,.0f} and a debt "
                f"of {debt:,.0f}, but it is {column[i]:.7g}. {_slip_in(j, column, right, table)}"
            ).strip()
    return None


def _slip_in(j: int, column: Floats, right: Floats, table: pd.DataFrame) -> str:
    """What somebody did to get column j, as far as it can be told."""
    income, expenses, savings, debt = (table[name].to_numpy(float) for name in _NUMBERS)
    if income.min() < 100:
        return _limit_in(~np.isclose(column, right[:, j], atol=1e-5))
    first = "0.05 is added to savings / expenses, before the logarithm."
    by_what = "Savings are divided by the expenses: how long would they last?"
    year = "A year's income is 12 times the monthly one, in brackets of its own: (12 * income)."
    slips = (
        (0, 0 * income + np.log(100), "upper=100 cuts off what is above. Write lower=100."),
        (0, np.log(expenses), "That is of the expenses, and the income is asked for."),
        (1, np.log(savings / expenses), first),
        (1, np.log(savings / expenses) + 0.05, first),
        (1, np.log((savings + 0.05) / expenses), first),
        (1, np.log1p(savings / expenses), first),
        (1, np.log(savings / income + 0.05), by_what),
        (1, np.log(savings + 0.05), by_what),
        (1, np.log(expenses / savings + 0.05), f"The ratio stands upside down. {by_what}"),
        (2, np.log(income / expenses), "The ratio stands upside down: expenses / income."),
        (2, np.log(expenses) / np.log(income), "Divide first, then take the logarithm."),
        (3, np.log(10 * debt / (12 * income)), "No debt has no logarithm: np.log1p adds 1."),
        (3, 10 * debt / (12 * income), "That is the number itself: np.log1p is asked for."),
        (3, np.log1p(debt / (12 * income)), "Take ten times the debt."),
        (3, np.log1p(10 * debt / income), year),
        (3, np.log1p(10 * debt / 12 * income), year),
        (j, np.exp(right[:, j]), "That is the number itself: np.log is asked for."),
        (j, right[:, j] / np.log(10), "That is the logarithm of school: np.log is asked for."),
        *((j, right[:, k], f"That is {name}: mind the order.") for k, name in enumerate(_COLUMNS)),
    )
    return next((said for k, its, said in slips if k == j and np.allclose(its, column)), "")


def _limit_in(wrong: NDArray[np.bool_]) -> str:
    """Which limit is missing, by the rows of `_draw_poor` that are wrong."""
    if wrong[:3].any():
        return "Income below 100 counts as 100, in each column: .clip(lower=100) before all else."
    if wrong[5]:
        return "The limit of the expenses is 50, that of the income 100."
    if wrong[3:5].any():
        return "Expenses below 50 count as 50, in each column: .clip(lower=50) before all else."
    return "No savings and no debt are numbers like others: leave them as they are."


def _features_with(old: str, new: str) -> Any:
    """features, where a line of the course's version reads otherwise."""
    text = course_text("features.py")
    if old not in text:
        raise ValueError(f"{old} must stand in features.py, and does not.")
    names: dict[str, Any] = {}
    exec(text.replace(old, new), names)
    return names["features"]


# --- 02.4, the learner's test ----------------------------------------------------------------


def _no_good_month(cash_flow: Flows) -> int:
    return _streak(cash_flow) if any(flow >= 0 for flow in cash_flow) else 0


_WRONG_STREAKS = (  # and what each does
    (_count, "counts all months in the red, also those before the last good one"),
    (_zero_is_red, "takes a month of exactly 0 for one in the red"),
    (_no_good_month, "gives 0 where no month is a good one"),
)


def _check_test(answer: Any) -> str | None:
    """Call the test with a right function and with wrong ones.

    pytest itself does no more: an error is a failure, coming to the end is a pass. Called
    directly, the test takes no second, needs no pytest, and is watched like any other answer.
    """
    if not callable(answer):
        raise TypeError("it is no function")
    try:
        inspect.signature(answer).bind(_streak)
    except TypeError:
        return "A test needs one argument here, the function it tests: def test_streak(streak)."
    if not answer.__name__.startswith("test_"):
        return (
            f"pytest runs a function only if its name begins with test_, and yours is called "
            f"{answer.__name__}."
        )
    if said := _refuses(answer, _streak) or _proves_nothing(answer):
        return said
    missed = [said for wrong, said in _WRONG_STREAKS if _outcome(answer, wrong)[0] is None]
    if missed:
        so = "does 1" if len(missed) == 1 else f"do {len(missed)}"
        return (
            f"A right function passes your test, but so {so} of 3 wrong ones, such as one that "
            f"{missed[0]}. For which list does it give another number? Add that one."
        )
    return None


def _outcome(
    test: Any, function: Callable[[Flows], int]
) -> tuple[BaseException | None, Any, list[str]]:
    """What stopped the test, what it gave back, and what it was told by the function."""
    told: list[str] = []

    def streak(cash_flow: Flows) -> int:
        told.append(f"streak({show_value(cash_flow)}) stops")
        months = function(cash_flow)
        told[-1] = told[-1].replace(" stops", f" gives {months}")
        return months

    try:
        return None, test(streak), told
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:  # pytest.fail raises no Exception
        return error, None, told


def _refuses(test: Any, right: Callable[[Flows], int]) -> str | None:
    """A sentence where a right function does not pass."""
    error, given, told = _outcome(test, right)
    if given is not None:
        return (
            f"Your test gives back a {show_kind(given)}, and pytest does not look at that. An "
            "assert must stand where you return."
        )
    if error is None:
        return None
    if not told:
        why = "" if isinstance(error, AssertionError) else f" ({show_error(error)})"
        return f"Your test fails for every function: it stops before it has called one{why}."
    if isinstance(error, AssertionError):
        return f"Your test refuses a right function. {told[-1]}, and that is right: is your assert?"
    return (
        f"Your test stops with an error of its own, even for a right function: "
        f"{show_error(error)}. The last call before: {told[-1]}."
    )


def _proves_nothing(test: Any) -> str | None:
    """A sentence where any function passes, even one that always gives -1000."""
    error, _, told = _outcome(test, lambda _: -1_000)
    if not told:
        return "Your test never calls the function it is given. Call it inside an assert."
    if error is not None:
        return None
    if any("ASSERTION" in f"{s.opname} {s.argrepr}".upper() for s in dis.get_instructions(test)):
        return (
            "Your test passes every function, even one that always gives -1000. Does your assert "
            "compare with ==, and may it stop the test?"
        )
    prints = " A print only shows; it never fails." if "print" in test.__code__.co_names else ""
    return f"Your test has no assert that can fail, so every function passes.{prints}"


def _test_of(body: str, head: str = "def test_streak(streak):") -> Any:
    """A test function as a learner writes it."""
    names: dict[str, Any] = {}
    exec(f"{head}\n{indent(body, '    ')}", names)
    return names[head.removeprefix("def ").split("(")[0]]


_TEST = """assert streak([5, -1, -2]) == 2
assert streak([-1, 3, -2]) == 1
assert streak([-1, 0]) == 0
assert streak([-3, -4]) == 2"""

EXERCISES = (
    Exercise(
        key="02.1",
        expects="a function of a list of numbers that returns a number",
        hints=(
            "Begin with the last month and walk back. When do you stop?",
            "Go through enumerate(reversed(cash_flow)); the first flow >= 0 gives the number.",
        ),
        solution="""for months, flow in enumerate(reversed(cash_flow)):
    if flow >= 0:
        return months
return len(cash_flow)""",
        checker=agrees_with(
            _streak,
            [(year,) for year in _YEARS],
            [
                (_count, "That counts all months in the red. The run ends at the first good one."),
                (
                    _from_the_start,
                    "That walks from the oldest month on, or past the first good one. Begin with "
                    "the latest month, and stop at the first that is not in the red.",
                ),
                (_longest, "That is the longest run of the year. Only the one up to now counts."),
                (_zero_is_red, "A cash flow of exactly 0 is not in the red: it must be below 0."),
                (_three_at_most, "A run may be longer than three months: count on to its start."),
                (
                    _a_dollar_is_red,
                    "A month at -0.4 is in the red, too: whatever is below 0. Do not round.",
                ),
            ],
            drawn=_draw_years,
            advice=[("", "A list may have any length, it may even be empty.")],
        ),
        insight="a run that is still going hints at a cause that lasts. Only hints: months up to "
        "now never count towards the label.",
        right=lambda: _streak,
        wrong=(
            (_count, "counts all months"),
            (_from_the_start, "Begin with the latest"),
            (_longest, "Only the one up to now"),
            (_zero_is_red, "exactly 0"),
            (_three_at_most, "longer than three months"),
            (lambda flows: len(flows) > 0 and flows[-1] < 0, "could not be used"),
            (_a_dollar_is_red, "at -0.4 is in the red"),
            (lambda flows: _streak(flows[-6:]), "it gives 6, but the answer is 8"),
            (lambda flows: _streak(flows) if flows[-1] < 0 else 0, "For cash_flow = [] your"),
            ("2", "could not be used"),
        ),
    ),
    Exercise(
        key="02.3",
        expects="a function of a table that returns an array",
        hints=(
            'A column of the table is households["savings"], and np.log takes a whole column at '
            "once. First income and expenses, each with its limit; the rest is made of these.",
            'The second column is np.log(households["savings"] / expenses + 0.05). '
            "np.column_stack(columns) makes the array.",
        ),
        solution=course_text("features.py").strip(),
        checker=_check_features,
        insight="this file is now a part of your own application: training and use will both "
        "import it, so both see the same numbers.",
        right=lambda: course_part("features.py"),
        wrong=(
            (_features_with(".clip(lower=100)", ""), "Income below 100 counts as 100"),
            (_features_with(".clip(lower=50)", ""), "Expenses below 50 count as 50"),
            (_features_with("lower=50", "lower=100"), "The limit of the expenses is 50"),
            (_features_with(" + 0.05", ""), "0.05 is added to savings / expenses"),
            (_features_with("expenses / income", "income / expenses"), "upside down"),
            (_features_with("log1p(", "log("), "No debt has no logarithm"),
            (_features_with("(12 * income)", "12 * income"), "in brackets of its own"),
            (_features_with("np.column_stack(columns)", "np.array(columns)"), "lies in a row"),
            (_features_with("return ", ""), "gives nothing back"),
            (lambda table: engineer_features(table), "gives a DataFrame"),
        ),
    ),
    Exercise(
        key="02.2",
        expects="one of the words 'future', 'past', 'both', 'neither'",
        hints=(
            "An honest label moves with the future and stays when the past is another. Which of "
            "the two does this one not do?",
            "Try changes(lambda w: label(w, 9), other_past), and the same with other_future. For "
            "an honest label the first is False, the second True.",
        ),
        solution='caught_by = "past"',
        checker=one_of(
            "past",
            {
                "future": "With another future this label changes, and that is what a label should "
                "do. It is not caught there: think of the months it has already seen.",
                "both": "One of the two it passes: t+1 to t+3 lie in the future, so with another "
                "future it changes, as an honest label does.",
                "neither": "Its first three months, t-2 to t, are seen. They are others when the "
                "past runs backwards, so it moves where it should stay.",
            },
            also={"past run backwards": "past"},
        ),
        insight="this is why there are two worlds. Half a leak also looks less suspicious: its "
        "ROC-AUC lies between that of the honest label and that of the leaked one.",
        right=lambda: "past",
        wrong=(
            ("future", "It is not caught there"),
            ("both", "One of the two it passes"),
            ("neither", "moves where it should stay"),
            ("t+3", "not one of the words"),
        ),
    ),
    Exercise(
        key="02.4",
        expects="a test function",
        hints=(
            "Think of the mistakes one can make in 02.1, one by one. For each, find a list for "
            "which it gives another number than a right function.",
            "Four kinds of lists help: a bad month before the last good one, a month of exactly "
            "0, bad months only, and one where nothing is special.",
        ),
        solution=_TEST,
        checker=_check_test,
        insight="a test is worth what it catches. Which fourth mistake would still slip through "
        "yours?",
        right=lambda: _test_of(_TEST),
        wrong=(
            (_test_of("assert streak([5, -1, -2]) == 2"), "3 of 3 wrong ones"),
            (_test_of("assert streak([-1, 3, -2]) == 1"), "takes a month of exactly 0"),
            (
                _test_of(_TEST.rsplit("\n", 1)[0]),
                "so does 1 of 3 wrong ones, such as one that gives 0",
            ),
            (_test_of("assert streak([5, -1, -2]) == 3"), "refuses a right function"),
            (_test_of("assert False"), "fails for every function"),
            (_test_of("streak([5, -1]) == 1"), "has no assert that can fail"),
            (_test_of("print(streak([5, -1]) == 1)"), "A print only shows"),
            (_test_of("return streak([5, -1]) == 1"), "gives back a bool"),
            (_test_of("assert streak([5, -1])"), "passes every function"),
            (_test_of("assert 1 == 1"), "never calls the function"),
            (_test_of("assert streak([5, -1])[0] == 1"), "an error of its own"),
            (_test_of("assert streek([5, -1]) == 1"), "NameError"),
            (_test_of(_TEST, "def test_streak():"), "needs one argument"),
            (_test_of(_TEST, "def my_test(streak):"), "is called my_test"),
        ),
    ),
)

QUIZ = (
    Question(
        text="Why does the model get savings as months of expenses, and not in dollars?",
        options=(
            (
                "Because dollars are too large for a network.",
                "Scaling would mend that. The reason is what a dollar means to a household.",
            ),
            (
                "Because the same dollars last one family a week and another a year.",
                "A ratio compares what is comparable.",
            ),
            (
                "Because dollars would be a leak.",
                "Savings now are known at month t, in any unit.",
            ),
        ),
        right=1,
    ),
    Question(
        text="A person does not know how many months were in the red. What goes into X?",
        options=(
            (
                "0, and nothing else.",
                "Then the model would take silence for a perfect year.",
            ),
            (
                "NaN, later filled with the training median, and a flag that says so.",
                "The flag says that the number was filled in, so the model answers about a mix of "
                "households.",
            ),
            (
                "Nothing: the household gets no risk.",
                "The model was trained on households with fields hidden, so it can.",
            ),
        ),
        right=1,
    ),
    Question(
        text="The test ROC-AUC is 0.99, and no feature sees the future. What do you do first?",
        options=(
            (
                "Change the future, then the past, and see whether the label moves with each.",
                "A label that moves with the past has been seen by the features. No score needed.",
            ),
            (
                "Publish: the features are honest and the test set was never touched.",
                "Honest features do not make an honest label, and the test set holds the same one.",
            ),
            (
                "Lower the threshold, so that more of the stressed are warned.",
                "More warnings do find more. But how many are enough? The label that would tell is "
                "wrong, and so is the score.",
            ),
        ),
        right=0,
    ),
)
