"""Ready-made checkers for exercises: a value, a word, a function.

Each is made once from the right answer and from the slips people make, so a wrong answer is
met by the sentence about its own misunderstanding. A checker need not guard against strange
types: whatever it raises, `check` turns into a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from finrisk.course.echoes import LONGEST
from finrisk.course.material import Checker
from finrisk.received import shorten, show_value

__all__ = ["agrees_with", "close_to", "one_of"]


def close_to(
    right: Any, slips: Sequence[tuple[Any, str]] = (), *, tolerance: float = 1e-6
) -> Checker:
    """Check a number or an array of numbers.

    Args:
        right: the right number or numbers.
        slips: (wrong value, sentence about the misunderstanding behind it).
        tolerance: how far off is still right, in the answer's own unit.

    >>> close_to(12, [(10, "You left out two months.")])(10)
    'You left out two months.'
    """

    def checker(answer: Any) -> str | None:
        given = _numbers(answer)
        if given.shape != np.shape(right):
            return _wrong_shape(answer, given.shape, np.shape(right))
        for value, message in [(right, None), *slips]:
            if np.shape(value) == given.shape and _same(given, value, tolerance):
                return message
        return _how_far(given, np.asarray(right, dtype=float))

    return checker


def one_of(right: str, slips: Mapping[str, str]) -> Checker:
    """Check a word chosen from the right one and the keys of `slips`.

    Neither case nor a final dot matters.

    >>> one_of("falls", {"rises": "More savings never raise the risk."})("Rises")
    'More savings never raise the risk.'
    """

    def checker(answer: Any) -> str | None:
        word = str(answer).strip(" .\n").lower()
        if word == right:
            return None
        options = ", ".join(repr(option) for option in sorted([right, *slips]))
        return slips.get(
            word, f"{show_value(answer)} is not one of the words asked for: {options}."
        )

    return checker


def agrees_with(
    reference: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    slips: Sequence[tuple[Callable[..., Any], str]] = (),
    *,
    tolerance: float = 1e-6,
) -> Checker:
    """Check a function by calling it with each case (a tuple of arguments).

    A slip is a wrong function and the sentence about it: an answer that agrees with it in
    every case gets that sentence. Each call gets a copy of its case, so that an answer that
    sorts or changes what it is given spoils nothing but its own result.

    >>> checker = agrees_with(max, [(1, 2)], [(min, "That is the smaller one.")])
    >>> checker(lambda a, b: a)
    'That is the smaller one.'
    """

    def checker(answer: Any) -> str | None:
        given = [answer(*deepcopy(case)) for case in cases]
        if any(result is None for result in given):
            return "Your function gives nothing back (None). Is `return` missing?"
        results = [_numbers(result) for result in given]
        for function, message in [(reference, None), *slips]:
            expected = [np.asarray(function(*case), dtype=float) for case in cases]
            if all(
                a.shape == b.shape and _same(a, b, tolerance)
                for a, b in zip(results, expected, strict=True)
            ):
                return message
        case, got, want = _first_difference(reference, cases, results, tolerance)
        return f"For the arguments {case} it gives {got}, but the answer is {want}."

    return checker


def _first_difference(
    reference: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    results: Sequence[Any],
    tolerance: float,
) -> tuple[str, str, str]:
    for case, got in zip(cases, results, strict=True):
        want = np.asarray(reference(*case), dtype=float)
        if got.shape != want.shape or not _same(got, want, tolerance):
            break
    return ", ".join(map(str, case)), _short(got), _short(want)


def _numbers(answer: Any) -> Any:
    if isinstance(answer, bool | str) or answer is None:
        raise TypeError(f"{show_value(answer)} is not a number")
    return np.asarray(answer, dtype=float)


def _wrong_shape(answer: Any, given: tuple[int, ...], asked: tuple[int, ...]) -> str:
    if isinstance(answer, tuple) and not asked:  # what Python makes of 2,500
        return (
            f"One number is asked for, and you gave {len(answer)}. A comma makes several: "
            "write 2_500, not 2,500."
        )
    return f"The answer has shape {given}, but shape {asked} is asked for."


def _same(given: Any, value: Any, tolerance: float) -> bool:
    return bool(np.allclose(given, value, rtol=0, atol=tolerance))


def _how_far(given: Any, right: Any) -> str:
    if given.ndim:
        worst = int(np.abs(given - right).argmax())
        return f"Number {worst} (counting from 0) is the furthest off: {_short(given.flat[worst])}."
    return f"{_short(given)} is too {'high' if given > right else 'low'}."


def _short(value: Any) -> str:
    if np.ndim(value) == 0:
        return f"{value:g}"
    return shorten(np.array2string(value, precision=6, threshold=6), LONGEST)
