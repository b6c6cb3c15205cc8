"""Exercises and quiz of lesson 02, feature engineering."""

import math
from collections.abc import Sequence

from finrisk.course.judges import agrees_with, close_to
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]

Flows = Sequence[float]


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


EXERCISES = (
    Exercise(
        key="02.1",
        task="What is log_buffer for savings of $1,100 and expenses of $3,050 a month?",
        expects="a number",
        hints=(
            "How many months do the savings cover? Start with that ratio.",
            "np.log(ratio + 0.05), the natural logarithm.",
        ),
        solution="lees_buffer = np.log(1_100 / 3_050 + 0.05)",
        judge=close_to(
            math.log(1_100 / 3_050 + 0.05),
            [
                (math.log(1_100 / 3_050), "Add 0.05 before the logarithm, for those with nothing."),
                (1_100 / 3_050 + 0.05, "That is the ratio. Its logarithm is asked for."),
                (math.log10(1_100 / 3_050 + 0.05), "That is log10. np.log is the natural one."),
                (math.log(1_100 / 3_100 + 0.05), "Savings must pay expenses: divide by them."),
                (math.log(3_050 / 1_100 + 0.05), "Turn the division round: savings first."),
                (math.log(1_100 / 3_050) + 0.05, "The 0.05 belongs inside the logarithm."),
            ],
            tolerance=0.002,
        ),
        insight="without the 0.05 a household with no savings would be minus infinity, and no "
        "network can calculate with that.",
        right=lambda: -0.89,
        wrong=(
            (math.log(1_100 / 3_050), "Add 0.05"),
            (1_100 / 3_050 + 0.05, "logarithm is asked for"),
            (math.log10(1_100 / 3_050 + 0.05), "natural one"),
            (math.log(1_100 / 3_100 + 0.05), "divide by them"),
            (math.log(3_050 / 1_100 + 0.05), "savings first"),
        ),
    ),
    Exercise(
        key="02.2",
        task="Count the months in the red in a row, up to the last month of the list.",
        expects="a function of a list of numbers",
        hints=(
            "Begin with the last month and walk back. When do you stop?",
            "Go through enumerate(reversed(cash_flow)); the first flow >= 0 gives the number.",
        ),
        solution="""for months, flow in enumerate(reversed(cash_flow)):
    if flow >= 0:
        return months
return len(cash_flow)""",
        judge=agrees_with(
            _streak,
            [([5, -1, -2],), ([-1, -2, 3],), ([-1, -1, -1, 2, -4],), ([2, 0, -1],), ([-3, -4],)],
            [
                (_count, "That counts all months in the red. The run ends at the first good one."),
                (_from_the_start, "That walks from the oldest month. Begin with the latest."),
                (_longest, "That is the longest run of the year. Only the one up to now counts."),
                (_zero_is_red, "A cash flow of exactly 0 is not in the red: it must be below 0."),
            ],
        ),
        insight="a run that is still going hints at a cause that lasts. Only hints: months up to "
        "now never count towards the label.",
        right=lambda: _streak,
        wrong=(
            (_count, "counts all months"),
            (_from_the_start, "Begin with the latest"),
            (_longest, "Only the one up to now"),
            (_zero_is_red, "exactly 0"),
            (lambda flows: flows[-1] < 0, "could not be used"),
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
                "The flag lets the model trust a guess less than a fact.",
            ),
            (
                "Nothing: the household cannot be judged.",
                "The model was trained on households with fields hidden, so it can.",
            ),
        ),
        right=1,
    ),
    Question(
        text="A new feature lifts the test ROC-AUC a lot. What do you do first?",
        options=(
            (
                "Exchange the future, and see whether the feature changes.",
                "A minute of work, and it finds the leak that no test set shows.",
            ),
            (
                "Publish: the test set was never touched.",
                "The test set holds the same leak. It cannot warn you.",
            ),
            (
                "Make the network larger, so that it uses the feature better.",
                "If it peeks, that makes it worse on the day it is used.",
            ),
        ),
        right=0,
    ),
)
