"""Exercises and quiz of lesson 02, feature engineering."""

from collections.abc import Sequence

import numpy as np

from finrisk.course.checkers import agrees_with, one_of
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
                (_from_the_start, "That walks from the oldest month. Begin with the latest."),
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
