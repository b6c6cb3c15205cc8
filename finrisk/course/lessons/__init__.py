"""The exercises and quiz questions of each lesson: `lesson_NN.py` holds EXERCISES and QUIZ.

A lesson's file is loaded when something of that lesson is asked for, and no other.
"""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from finrisk.course.material import Exercise, Question
from finrisk.errors import FinriskError

__all__ = ["exercises", "numbers", "questions"]


def numbers() -> list[str]:
    """The lessons there are, "00" to "09"."""
    names = (module.name for module in iter_modules(__path__))
    return sorted(name[-2:] for name in names if re.fullmatch(r"lesson_\d\d", name))


def exercises(number: str) -> dict[str, Exercise]:
    """The exercises of one lesson by their keys, in order.

    Raises:
        FinriskError: when there is no such lesson.
    """
    return {exercise.key: exercise for exercise in _lesson(number).EXERCISES}


def questions(number: str) -> tuple[Question, ...]:
    """The quiz of one lesson.

    Raises:
        FinriskError: when there is no such lesson.
    """
    quiz: tuple[Question, ...] = _lesson(number).QUIZ
    return quiz


def _lesson(number: str) -> Any:
    if number not in numbers():
        raise FinriskError(
            f"There is no lesson {number!r}. The lessons are {', '.join(numbers())}."
        )
    return import_module(f"{__name__}.lesson_{number}")
