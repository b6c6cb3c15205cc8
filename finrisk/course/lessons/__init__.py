"""The exercises and quiz questions of each lesson: `lesson_NN.py` holds EXERCISES and QUIZ.

A lesson's file is loaded when something of that lesson is asked for, and no other.
"""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from finrisk.course.material import Exercise, Question
from finrisk.errors import FinriskError
from finrisk.received import show_value

__all__ = ["exercise_named", "exercises", "numbers", "questions"]


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


def exercise_named(key: object) -> Exercise:
    """The exercise of a key, "02.1".

    Raises:
        FinriskError: when there is no such exercise; it says which one was meant, or which are
            there.

    >>> exercise_named(2.1)
    Traceback (most recent call last):
    finrisk.errors.FinriskError: There is no exercise 2.1. Write "02.1", in quotes.
    """
    lesson, number = _numbers_in(key)
    known = exercises(lesson) if lesson in numbers() else {}
    if isinstance(key, str) and key in known:
        return known[key]
    step = 'Exercises are named by lesson and number, in quotes, such as "00.1".'
    if f"{lesson}.{number}" in known:
        step = f'Write "{lesson}.{number}", in quotes.'
    elif known:
        step = f"Those of lesson {lesson} are {', '.join(known)}."
    raise FinriskError(f"There is no exercise {show_value(key)}. {step}")


def questions(number: str) -> tuple[Question, ...]:
    """The quiz of one lesson.

    Raises:
        FinriskError: when there is no such lesson.
    """
    quiz: tuple[Question, ...] = _lesson(number).QUIZ
    return quiz


def _lesson(number: str) -> Any:
    if not isinstance(number, str) or number not in numbers():
        meant, _ = _numbers_in(number)
        step = f'Write "{meant}", in quotes. ' if meant in numbers() else ""
        raise FinriskError(
            f"There is no lesson {show_value(number)}. {step}The lessons are "
            f"{', '.join(numbers())}."
        )
    return import_module(f"{__name__}.lesson_{number}")


def _numbers_in(name: object) -> tuple[str, str]:
    """Lesson and exercise as somebody may have written them, "" for what is not there.

    >>> _numbers_in(2.1), _numbers_in(" O2,01"), _numbers_in(b"lesson 2"), _numbers_in(None)
    (('02', '1'), ('02', '1'), ('02', ''), ('', ''))
    """
    # "<" begins what Python shows of objects without a text; the digits in it are addresses.
    found = re.fullmatch(r"[^\d<]*(\d{1,2})(?:\D+(\d{1,2}))?\D*", show_value(name))
    if found is None:
        return "", ""
    return f"{int(found[1]):02d}", str(int(found[2])) if found[2] else ""
