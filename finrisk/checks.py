"""Values from outside: refused with a sentence where they are not what is asked for."""

from collections.abc import Iterable
from numbers import Integral
from typing import TYPE_CHECKING, Any

from finrisk.errors import FinriskError
from finrisk.received import as_float, show_number, show_value

if TYPE_CHECKING:  # the doctor starts where numpy is missing
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "check_kind",
    "check_labels",
    "check_one_of",
    "check_range",
    "check_shares",
    "check_whole",
]

LARGEST_WHOLE = 2**63 - 1  # that other libraries take


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
    """The whole number, whatever library it came from; at most 2**63 - 1 if nothing is said.

    Raises:
        FinriskError: for what is no whole number, too small or too large, naming the number,
            the rule, the value and the next step.

    >>> check_whole("seed", 7, least=0)
    7
    """
    whole = isinstance(value, Integral) and as_float(value) is not None
    limit = LARGEST_WHOLE if most is None else most
    if whole and least <= int(value) <= limit:
        return int(value)
    is_open = most is None and not (whole and int(value) > limit)
    rule = f"of at least {least:,}" if is_open else f"from {least:,} to {limit:,}"
    step = f"Give {least:,} or more." if is_open else f"Give one, such as {least:,}."
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


def check_shares(name: str, values: Any, n: int | None = None) -> "NDArray[np.float64]":
    """Risks, or other numbers from 0 to 1, one for each household, in a list of any library.

    Args:
        n: how many there must be; None for any number but none.

    Raises:
        FinriskError: naming the list, the rule, what came and the next step.

    >>> check_shares("y_prob", [0, 0.5])
    array([0. , 0.5])
    """
    numbers = _column(name, values, n)
    inside = (numbers >= 0) & (numbers <= 1)  # NaN is outside
    rule, step = "lie from 0 to 1", "Give probabilities; 0.14 is 14 %."
    _check_each(name, numbers, inside, (rule, step))
    return numbers


def check_labels(name: str, values: Any, n: int | None = None) -> "NDArray[np.bool_]":
    """True or False for each household, in a list of any library; 1 and 0 will do.

    Raises:
        FinriskError: as `check_shares`.

    >>> check_labels("y", [1, 0])
    array([ True, False])
    """
    numbers = _column(name, values, n)
    labels: NDArray[np.bool_] = numbers == 1
    rule, step = "be True or False", "Compare with a condition."
    _check_each(name, numbers, labels | (numbers == 0), (rule, step))
    return labels


def _check_each(
    name: str, numbers: "NDArray[np.float64]", good: "NDArray[np.bool_]", told: tuple[str, str]
) -> None:
    """Refuse the first number that is not good, told as (what it must be, the next step)."""
    if not good.all():
        rule, step = told
        row = int(good.argmin())
        raise FinriskError(
            f"{name} must {rule}, got {show_number(numbers[row].item())} in place {row}. {step}",
            field=name,
        )


def _column(name: str, values: Any, n: int | None) -> "NDArray[np.float64]":
    """One number for each household, shape (n_households,)."""
    import numpy as np

    try:
        found = np.asarray(values)
    except (TypeError, ValueError, RuntimeError):  # rows of unlike length; a tensor that learns
        found = np.asarray(None)
    if found.ndim != 1 or found.dtype.kind not in "biuf" or not len(found):
        raise FinriskError(
            f"{name} must be a list with a number for each household, got {show_value(values)}. "
            "Give an array or a column of a table.",
            field=name,
        )
    if n is not None and len(found) != n:
        raise FinriskError(
            f"{name} must be as long as what it belongs to, got {len(found):,} for {n:,} "
            "households. Take both from the same rows.",
            field=name,
        )
    return found.astype(np.float64)
