"""Exercises and quiz of lesson 06, the live risk panel."""

import math

from finrisk.course.checkers import agrees_with, close_to
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]

_ROUNDED = "Do not round: a price need not be a whole number."


def _price_of(threshold: float) -> float:
    return (1 - threshold) / threshold


EXERCISES = (
    Exercise(
        key="06.1",
        expects="a number",
        hints=(
            "observe runs a handler when the value changes. Which of the four lines change it?",
            "Setting 5,000 at the start and 6,000 for the second time change nothing.",
        ),
        solution="times_run = 2",
        checker=close_to(
            2,
            [
                (4, "That counts the lines of code. A handler runs when the value changes."),
                (3, "One of those three sets the value the slider already has."),
                (1, "Each change fires on its own; changes are not collected to the end."),
            ],
        ),
        insight="this is why a test must move a slider to a new value: set to the value it has, "
        "the handler stays silent and the test proves nothing.",
        right=lambda: 2,
        wrong=((4, "lines of code"), (3, "already has"), (1, "on its own"), (7_000, "too high")),
    ),
    Exercise(
        key="06.2",
        expects="a function of threshold",
        hints=(
            "Of households at exactly this risk, how many become false alarms if warned, and how "
            "many are missed if not?",
            "Warning costs 1 - threshold, silence threshold * price. Where are the two level?",
        ),
        solution=(
            "def price_of(threshold):\n"
            '    """How many false alarms one missed household must be worth."""\n'
            "    return (1 - threshold) / threshold"
        ),
        checker=agrees_with(
            _price_of,
            [(t,) for t in (0.5, 0.2, 0.1, 0.05, 0.13, 0.3, 0.8, 0.97, 0.02, 0.001)],
            [
                (
                    lambda t: 1 / (1 + t),
                    "That formula takes a price and gives a threshold. Solve "
                    "threshold = 1 / (1 + price) for the price.",
                ),
                (
                    lambda t: 1 / t,
                    "That counts every warned household as a false alarm. At this risk only "
                    "1 - threshold of them stay stable.",
                ),
                (
                    lambda t: t / (1 - t),
                    "Upside down: that is how many missed households a false alarm is worth.",
                ),
                (
                    lambda t: 1 - t,
                    "That is the cost of warning alone. Hold it against silence, which misses "
                    "threshold of them.",
                ),
                (
                    lambda t: (100 - t) / t,
                    "That takes a score from 0 to 100. The threshold is a risk from 0 to 1.",
                ),
                (lambda t: round(1 / t - 1), _ROUNDED),
                (lambda t: int(1 / t - 1), _ROUNDED),
                (lambda t: int((1 - t) / t), _ROUNDED),
                (lambda t: math.ceil((1 - t) / t), _ROUNDED),
            ],
            drawn=lambda rng: [(float(t),) for t in rng.uniform(0.01, 0.99, 20)],
            tolerance=0.00501,  # a price in cents is right
        ),
        insight="at the shipped threshold it gives predictor.miss_cost, the price at which warning "
        "from there is just right. Both price sliders begin there, rounded.",
        right=lambda: lambda threshold: 1 / threshold - 1,
        wrong=(
            (lambda threshold: 1 / (1 + threshold), "takes a price and gives a threshold"),
            (lambda threshold: 1 / threshold, "every warned household as a false alarm"),
            (lambda threshold: threshold / (1 - threshold), "Upside down"),
            (lambda threshold: 1 - threshold, "the cost of warning alone"),
            (lambda threshold: (100 - threshold) / threshold, "a risk from 0 to 1"),
            (lambda threshold: int(1 / threshold - 1), "Do not round"),
            (lambda threshold: int((1 - threshold) / threshold), "Do not round"),
            (lambda threshold: round((1 - threshold) / threshold), "Do not round"),
            (lambda threshold: math.ceil((1 - threshold) / threshold), "Do not round"),
            (lambda threshold: max(1, 1 / threshold - 1), "For threshold = 0.8 it gives 1"),
            (lambda threshold: 7, "For threshold = 0.5 it gives 7"),  # noqa: ARG005
            (4, "a function of threshold is asked for"),
        ),
    ),
)

QUIZ = (
    Question(
        text="You drag a slider and nothing on the page changes. What do you look at first?",
        options=(
            (
                "The model: it must have learned nothing.",
                "A model that had learned nothing would still redraw the gauge.",
            ),
            (
                "The log console: the handler may have raised an error.",
                "Errors of a dragged slider go to View > Show Log Console, not to the cell.",
            ),
            (
                "The browser: widgets need a fast one.",
                "Slowness shows as stuttering, not as silence.",
            ),
        ),
        right=1,
    ),
    Question(
        text="A hand drags a slider through forty values; your handler runs seven times. What now?",
        options=(
            (
                "Nothing: the last value did arrive.",
                "The browser skips values already passed, never the newest, and the handler reads "
                "where the sliders are.",
            ),
            (
                "Ask again: moves were lost, so the gauge may be wrong.",
                "Only places the hand has already left are skipped; the gauge answers the last.",
            ),
            (
                "Count the moves in the handler and catch up.",
                "A handler that counts moves goes wrong as soon as one is skipped.",
            ),
        ),
        right=0,
    ),
    Question(
        text="Where does the rule 'Moderate begins at this risk' belong?",
        options=(
            (
                "In the panel, which draws the zones.",
                "Then the page and the notebook would need copies, and copies drift apart.",
            ),
            (
                "In each notebook that shows a class.",
                "Every copy is a chance to disagree.",
            ),
            (
                "With the model; panel, page and notebook ask the predictor.",
                "One threshold, in the model file, chosen on validation data.",
            ),
        ),
        right=2,
    ),
)
