"""Values from outside: refused with a sentence where they are not what is asked for."""

import math
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

from finrisk.errors import FinriskError

__all__ = ["as_float", "check_kind", "check_range", "check_whole", "show_value"]


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


def check_kind(name: str, value: Any, kind: type) -> None:
    """Refuse what is an object of another kind.

    Raises:
        FinriskError: naming what was asked for, what came, and the next step.
    """
    if not isinstance(value, kind):
        raise FinriskError(
            f"{name} must be of the kind {kind.__name__}, got {show_value(value)}. Make one with "
            f"{kind.__name__}(...).",
            field=name,
        )


def check_whole(name: str, value: Any, least: int, most: int | None = None) -> None:
    """Refuse what is not a whole number, too small, or too large.

    Raises:
        FinriskError: naming the number, the rule, the value and the next step.
    """
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if whole and least <= value and (most is None or value <= most):
        return
    if most is None:
        rule, step = f"of at least {least:,}", f"Give {least:,} or more."
    else:
        rule, step = f"from {least:,} to {most:,}", "Give one of these."
    raise FinriskError(
        f"{name} must be a whole number {rule}, got {show_value(value)}. {step}", field=name
    )


def check_range(name: str, value: Any, low: float, high: float) -> None:
    """Refuse what is no number, or lies outside a range.

    Raises:
        FinriskError: naming the number, the rule, the value and the next step.
    """
    number = as_float(value)
    if number is None or not low <= number <= high:  # NaN lies nowhere
        raise FinriskError(
            f"{name} must be a number from {low:g} to {high:g}, got {show_value(value)}. Give one "
            "in between.",
            field=name,
        )
