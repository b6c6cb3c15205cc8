"""What a lesson file is made of: `Exercise` and `Question`, plain data with one checker.

A file `lessons/lesson_NN.py` holds `EXERCISES` and `QUIZ`, two tuples of these. Everything a
test needs to try an exercise stands in the exercise itself: the right answer, and wrong ones
with what each should be told. (More of both stand in `tests/test_judges.py`.)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Checker", "Exercise", "Question"]

Checker = Callable[[Any], str | None]
"""Takes an answer; returns None when it is right, else a sentence naming what went wrong."""


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """One checked exercise.

    Attributes:
        key: lesson and number, "02.1".
        expects: the kind of answer, "a number" or "a function", for messages about types.
        hints: from a nudge to nearly the answer.
        solution: the code between `# your code` and `# end` in the solution notebook.
        checker: returns None for a right answer, else the misunderstanding and the next step.
        insight: one thing more to know once the answer is right; it follows "Right, and".
        right: called without arguments, gives a right answer.
        wrong: plausible wrong answers, each with words its message must contain.
    """

    key: str
    expects: str
    hints: tuple[str, str]
    solution: str
    checker: Checker
    insight: str
    right: Callable[[], Any]
    wrong: tuple[tuple[Any, str], ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """One multiple-choice question: each option has an explanation, `right` is its index."""

    text: str
    options: tuple[tuple[str, str], ...]
    right: int
