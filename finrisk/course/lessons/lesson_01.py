"""Exercises and quiz of lesson 01, synthetic data."""

from numbers import Real
from typing import Any

from finrisk.course.checkers import close_to, one_of
from finrisk.course.material import Exercise, Question
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
