"""Values from outside: refused with a sentence where they are not what is asked for."""

import math
from collections.abc import Iterable
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

from finrisk.errors import FinriskError

__all__ = ["as_float", "check_kind", "check_one_of", "check_range", "check_whole", "show_value"]


def as_float(value: Any) -> float | None:
    """A number of any library as a float, NaN where it is not known, None for anything else.

    >>> as_float(3), as_float(None), as_float("3"), as_float(True), as_float(10**400)
    (3.0, nan, None, None, inf)
    """
    if value is None:
        return math.nan
    if isinstance(value, Real | Decimal) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return math.inf
        except TypeError:  # a span of time of numpy, which calls itself a whole number
            return None
    from pandas import NA  # not on top: the doctor starts where pandas is missing

    return math.nan if value is NA else None


def show_value(value: Any) -> str:
    """The value received, as long as a sentence can bear."""
    return "inf" if as_float(value) == math.inf else repr(value)[:60]


def check_kind(name: str, value: Any, kind: type, step: str = "") -> None:
    """Refuse an object of another kind.

    Raises:
        FinriskError: naming what was asked for, what came, and the next step.
    """
    if not isinstance(value, kind):
        made = kind.__name__
        raise FinriskError(
            f"{name} must be made with {made}(...), got {show_value(value)}. "
            f"{step or f'Write {made}() for the usual one.'}",
            field=name,
        )


def check_one_of(name: str, value: Any, options: Iterable[str], step: str) -> None:
    """Refuse a word that is none of the options.

    Raises:
        FinriskError: naming the options, what came, and the next step.
    """
    words = list(options)
    if not isinstance(value, str) or value not in words:
        raise FinriskError(
            f"{name} must be one of {', '.join(words)}, got {show_value(value)}. {step}", field=name
        )


def check_whole(name: str, value: Any, least: int, most: int | None = None) -> int:
    """The whole number, whatever library it came from.

    Raises:
        FinriskError: for what is no whole number, too small or too large, naming the number,
            the rule, the value and the next step.

    >>> check_whole("seed", 7, least=0)
    7
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if whole and least <= value and (most is None or value <= most):
        return int(value)
    rule = f"of at least {least:,}" if most is None else f"from {least:,} to {most:,}"
    step = f"Give {least:,} or more." if most is None else f"Give one, such as {least:,}."
    if isinstance(value, float):
        step = f"Write it without a point or an exponent, such as {least}."
    raise FinriskError(
        f"{name} must be a whole number {rule}, got {show_value(value)}. {step}", field=name
    )


def check_range(name: str, value: Any, low: float, high: float) -> float:
    """The number, whatever library it came from.

    Raises:
        FinriskError: for what is no number or lies outside the range, naming the number, the
            rule, the value and the next step.

    >>> check_range("dropout", 0, low=0, high=0.9)
    0.0
    """
    number = as_float(value)
    if number is None or not low <= number <= high:  # NaN lies nowhere
        raise FinriskError(
            f"{name} must be a number from {low:g} to {high:g}, got {show_value(value)}. Give one "
            "in between.",
            field=name,
        )
    return number
