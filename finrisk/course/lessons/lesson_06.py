"""Exercises and quiz of lesson 06, the live risk panel."""

from collections.abc import Callable
from typing import Any

from finrisk.course.judges import close_to
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]


def _judge_known_value(answer: Callable[[float, bool], Any]) -> str | None:
    """Known, unknown, and the case in between: a known zero."""
    if answer(0.3, False) is not None:
        if answer(0.3, False) == 0.3:
            return "With the box off, the slider's value still goes to the predictor."
        return "0 would say that the value is zero. Not known is None."
    if answer(0.0, True) is None:
        return "A known 0 got lost: 0 is a value too, so ask `known`, not the value."
    if answer(0.3, True) != 0.3:
        return "With the box ticked, the slider's value should go to the predictor as it is."
    return None


EXERCISES = (
    Exercise(
        key="06.1",
        task="How often does a handler run when a slider at 5,000 is set to 5,000, 6,000, 6,000 "
        "and 7,000?",
        expects="a number",
        hints=(
            "observe runs a handler when the value changes. Which of the four lines change it?",
            "Setting 5,000 at the start and 6,000 for the second time change nothing.",
        ),
        solution="times_run = 2",
        judge=close_to(
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
        task="What goes to the predictor from a slider and its known box?",
        expects="a function of value and known",
        hints=(
            "There are two cases, and only one of them looks at the slider.",
            "return value if ... else None",
        ),
        solution=(
            "def known_value(value, known):\n"
            '    """The slider\'s value, or None when the box is not ticked."""\n'
            "    return value if known else None"
        ),
        judge=_judge_known_value,
        insight="the model was trained with fields missing, so None gives an honest risk, and "
        "`Prediction.assumed` tells which typical values stood in.",
        right=lambda: lambda value, known: value if known else None,
        wrong=(
            (lambda value, known: value, "still goes to the predictor"),  # noqa: ARG005
            (lambda value, known: value if known else 0, "Not known is None"),
            (lambda value, known: value or None if known else None, "A known 0 got lost"),
            (lambda value, known: None, "A known 0 got lost"),  # noqa: ARG005
            (lambda value, known: known or None, "as it is"),  # noqa: ARG005
            (0, "a function of value and known is asked for"),
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
        text="Expenses are moved below the debt payment. What should a panel do?",
        options=(
            (
                "Move the payment along, and say so.",
                "The household stays possible, and the person sees what happened.",
            ),
            (
                "Keep the old result on the page.",
                "Then sliders and gauge speak of two different households.",
            ),
            (
                "Quietly leave the payment out.",
                "A silent default answers a question nobody asked.",
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
                "With the model; every face asks the predictor.",
                "One threshold, in the model file, chosen on validation data.",
            ),
        ),
        right=2,
    ),
)
