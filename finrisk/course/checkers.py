"""Ready-made checkers for exercises: a value, a word, a function.

Each is made once from the right answer and from the slips people make, so a wrong answer is
met by the sentence about its own misunderstanding. A sentence tells what the answer gives, not
how it was written, which a checker cannot see. A checker need not guard against strange types:
whatever it raises, `check` turns into a sentence.
"""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from finrisk.course.echoes import LONGEST, show_error
from finrisk.course.material import Checker
from finrisk.received import shorten, show_value

__all__ = ["agrees_with", "close_to", "one_of"]

Function = Callable[..., Any]
Case = tuple[Any, ...]  # the arguments of one call

_SHOWN = 12  # numbers of a list that a sentence shows
_FILLERS = {"a", "an", "the", "it", "is", "be", "will", "by", "in", "of", "with"}
_FILLERS |= {"world", "worlds", "one", "other", "another", "only", "just"}


def close_to(
    right: Any, slips: Sequence[tuple[Any, str]] = (), *, tolerance: float = 1e-6
) -> Checker:
    """Check a number or an array of numbers.

    Args:
        right: the right number or numbers.
        slips: (wrong value, sentence about the misunderstanding behind it).
        tolerance: how far off is still right, in the answer's own unit.

    >>> close_to(12, [(10, "That leaves out two months.")])(10)
    'That leaves out two months.'
    """

    def checker(answer: Any) -> str | None:
        if isinstance(answer, str):
            return (
                f"{show_value(answer)} is not a number. A str is a text, and a number is asked "
                "for. Leave out quotation marks, commas and units."
            )
        given, asked = _numbers(answer), _numbers(right)
        for value, message in [(right, None), *slips]:
            if _same(given, _numbers(value), tolerance):
                return message
        if given.shape != asked.shape:
            return _wrong_count(answer, given.size, asked.size)
        return _how_far(given, asked)

    return checker


def one_of(right: str, slips: Mapping[str, str], also: Mapping[str, str] | None = None) -> Checker:
    """Check a word chosen from the right one and the keys of `slips`.

    Capitals, quotes, dots and small words such as "it" and "the" do not matter.

    Args:
        right: the right word.
        slips: wrong word -> sentence about the misunderstanding behind it.
        also: another word -> the one of them that it means.

    >>> checker = one_of("falls", {"rises": "More savings never raise the risk."}, {"up": "rises"})
    >>> checker("It rises."), checker("up"), checker('"Falls"')
    ('More savings never raise the risk.', 'More savings never raise the risk.', None)
    """
    known = {_bare(word): word for word in (right, *slips)}
    known |= {_bare(other): word for other, word in (also or {}).items()}

    def checker(answer: Any) -> str | None:
        word = known.get(_bare(answer))
        if word == right:
            return None
        options = ", ".join(repr(option) for option in sorted([right, *slips]))
        unknown = f"{show_value(answer)} is not one of the words asked for: {options}."
        return unknown if word is None else slips[word]

    return checker


def agrees_with(
    reference: Function,
    examples: Sequence[Case],
    slips: Sequence[tuple[Function, str]] = (),
    *,
    drawn: Callable[[np.random.Generator], Sequence[Case]] = lambda _: (),
    tolerance: float = 1e-6,
    relative: float = 0.0,
    advice: Sequence[tuple[str, str]] = (),
) -> Checker:
    """Check a function by calling it as the reference is called.

    An answer that agrees with the examples is tried with cases that nobody has seen before, too.
    A slip is a wrong function and the sentence about it: an answer that agrees with it in every
    case gets that sentence. Each call gets a copy of its case, so that an answer that sorts or
    changes what it is given spoils nothing but its own result.

    Args:
        reference: a right function; the names of its arguments stand in the sentences.
        examples: cases a person can read, in which each slip gives itself away.
        slips: (wrong function, sentence about the misunderstanding behind it).
        drawn: makes new cases, with lists and arrays of their own.
        tolerance: how far off is still right, in the result's own unit.
        relative: the same, as a share of the result.
        advice: (words in the message of an error, sentence to add when an answer stops with it).

    >>> checker = agrees_with(lambda a, b: a - b, [(5, 2)], [(lambda a, b: b - a, "Turn it.")])
    >>> checker(lambda a, b: b - a), checker(lambda a, b: a)
    ('Turn it.', 'For a = 5, b = 2 it gives 5, but the answer is 3.')
    """
    names = list(inspect.signature(reference).parameters)

    def alike(function: Function, tried: Sequence[tuple[Case, Any]]) -> bool:
        return all(
            _same(given, _numbers(function(*case)), tolerance, relative) for case, given in tried
        )

    def checker(answer: Any) -> str | None:
        possible: list[tuple[Function, str | None]] = [(reference, None), *slips]
        tried: list[tuple[Case, Any]] = []
        for make in (lambda _: examples, drawn):
            cases, results = make(np.random.default_rng()), []
            for case in cases:
                try:
                    results.append(answer(*deepcopy(case)))
                except Exception as error:
                    if not callable(answer):
                        raise
                    return _stopped(_told(names, case), error, advice)
            if any(result is None for result in results):
                return _nothing(names, cases, results)
            now = list(zip(cases, map(_numbers, results), strict=True))
            tried += now
            possible = [(function, said) for function, said in possible if alike(function, now)]
            if not possible:
                break
        if possible:
            return possible[0][1]
        case, given = next(one for one in tried if not alike(reference, [one]))
        got, want = _told_apart(given, _numbers(reference(*case)))
        return f"For {_told(names, case)} it gives {got}, but the answer is {want}."

    return checker


# --- looking at an answer --------------------------------------------------------------------


def _numbers(answer: Any) -> Any:
    """An answer as an array, whatever library its numbers are of; [[7], [8]] is [7, 8].

    Raises:
        TypeError: for anything else, with a sentence.
    """
    if isinstance(answer, list | tuple):
        parts = [_numbers(part) for part in answer]
        if len({part.shape for part in parts}) > 1:
            raise TypeError("its parts are not equally long")
        return np.squeeze(np.asarray(parts, dtype=float))
    if hasattr(answer, "detach"):  # a tensor that follows its slope
        answer = answer.detach()
    numbers = np.asarray(answer)
    try:
        if answer is not None and numbers.dtype.kind in "iufO":  # whole, above 0, float, objects
            return np.squeeze(numbers.astype(float))
    except (TypeError, ValueError):
        pass
    raise TypeError(f"{show_value(answer)} is not a number")


def _same(given: Any, value: Any, tolerance: float, relative: float = 0.0) -> bool:
    alike = given.shape == value.shape
    return alike and bool(np.allclose(given, value, rtol=relative, atol=tolerance))


def _bare(word: Any) -> str:
    """A text without what does not matter in it; a list of words is no word."""
    text = str(word)
    if not isinstance(word, str):
        return text
    words = re.findall(r"[\w()]+", text.lower().replace("_", " "))
    return " ".join(word for word in words if word not in _FILLERS)


# --- what to say of it -----------------------------------------------------------------------


def _wrong_count(answer: Any, given: int, asked: int) -> str:
    if asked > 1:
        return f"{asked} numbers are asked for, and you gave {given}."
    comma = "A comma makes several: write 2_500, not 2,500."  # (2, 500) is what Python reads
    said = f"One number is asked for, and you gave {given}."
    return f"{said} {comma}" if isinstance(answer, tuple) and given else said


def _how_far(given: Any, right: Any) -> str:
    if given.ndim:
        worst = int(np.abs(given - right).argmax())
        return f"Number {worst} (counting from 0) is the furthest off: {_text(given[worst])}."
    if np.isnan(given):
        return "That is nan, which stands for no number at all."
    return f"{_text(given)} is too {'high' if given > right else 'low'}."


def _stopped(told: str, error: Exception, advice: Sequence[tuple[str, str]]) -> str:
    error.with_traceback(None)  # lets go of what the answer still holds, which may be large
    shown = show_error(error)
    more = next((f" {sentence}" for words, sentence in advice if words in shown), "")
    return f"For {told} your function stops: {shown}.{more}"


def _nothing(names: Sequence[str], cases: Sequence[Case], results: Sequence[Any]) -> str:
    if all(result is None for result in results):
        return (
            "Your function gives nothing back (None), whatever it is given. Does it end with "
            "`return` and a value? (print only shows one.)"
        )
    case = next(case for case, result in zip(cases, results, strict=True) if result is None)
    return (
        f"For {_told(names, case)} your function gives nothing back (None), for others it does. "
        "Follow it line by line: which `return` does it reach there?"
    )


def _told(names: Sequence[str], case: Case) -> str:
    pairs = zip(names, case, strict=True)
    return ", ".join(f"{name} = {_text(value)}" for name, value in pairs)


def _told_apart(given: Any, right: Any) -> tuple[str, str]:
    """Both with as many digits as it takes to see that they differ."""
    few = (digits for digits in (6, 9, 12) if _text(given, digits) != _text(right, digits))
    digits = next(few, 17)
    return _text(given, digits), _text(right, digits)


def _text(value: Any, digits: int = 6) -> str:
    """Numbers and lists of them as Python reads them; of a long list the two ends.

    >>> _text(np.array([1, 0.25])), _text(list(range(99)))
    ('[1, 0.25]', '[0, 1, 2, 3, 4, 5, ..., 93, 94, 95, 96, 97, 98]')
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, list):
        return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
    half = _SHOWN // 2
    shown = value if len(value) <= _SHOWN else [*value[:half], "...", *value[-half:]]
    return shorten(f"[{', '.join(_text(part, digits) for part in shown)}]", LONGEST)
