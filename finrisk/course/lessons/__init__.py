"""The exercises and quiz questions of each lesson: `lesson_NN.py` holds EXERCISES and QUIZ."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from finrisk.course.material import Exercise, Question

__all__ = ["exercises", "questions"]


def exercises() -> dict[str, Exercise]:
    """Every exercise of the course by its key, in order."""
    found = [exercise for name in _names() for exercise in _module(name).EXERCISES]
    return {exercise.key: exercise for exercise in found}


def questions() -> dict[str, tuple[Question, ...]]:
    """Lesson number ("02") -> its quiz."""
    return {name.removeprefix("lesson_"): _module(name).QUIZ for name in _names()}


def _names() -> list[str]:
    return sorted(module.name for module in iter_modules(__path__))


def _module(name: str) -> Any:
    return import_module(f"{__name__}.{name}")
