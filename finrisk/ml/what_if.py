"""What if one field were different? Where to look, and the household there.

The other fields stay, but for those that a cross rule takes along. What the risk is at each
place, the model says (`Predictor.what_if`).
"""

from collections.abc import Mapping, Sequence, Set
from itertools import islice
from typing import Any

from finrisk.errors import InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS, Input, not_a_field, settle
from finrisk.received import as_float, show_value

__all__ = ["moved", "places", "stops"]

_MOST = 100_000  # places a curve is looked up at; an endless generator has more


def stops(household: Household, field: str) -> list[float]:
    """Along the slider, as far as the household's own value lies, and at that value."""
    spec, own = INPUTS[field], getattr(household, field)
    low, high = spec.slider_minimum, spec.slider_maximum
    if own is None:
        return spec.stops(low, high)
    return sorted({own, *spec.stops(min(low, own), max(high, own))})


def places(household: Household, field: Any, values: Any) -> list[float]:
    """Where to look: at the values asked for, by default at the `stops`.

    Raises:
        InvalidHousehold: for a field that does not exist, or values that are no list of numbers
            it may have.

    >>> household = Household(monthly_income=4_200, monthly_expenses=3_900, savings=0, debt=0)
    >>> places(household, "savings", (1_000 * k for k in range(3)))
    [0.0, 1000.0, 2000.0]
    """
    if not isinstance(field, str) or field not in INPUTS:
        raise not_a_field(field)
    if values is None:
        return stops(household, field)
    if not _is_list(values):
        example = "1_000, 2_000" if as_float(values) is None else show_value(values)
        raise InvalidHousehold(
            f"values must be a list, got {show_value(values)}. Write [{example}], or "
            "range(0, 20_000, 500) for many.",
            field="values",
        )
    given = list(islice(values, _MOST + 1))
    if len(given) > _MOST:
        raise InvalidHousehold(
            f"values must be at most {_MOST:,} numbers, got more. Take fewer and wider steps.",
            field="values",
        )
    return [_known(INPUTS[field], value) for value in given]


def _is_list(values: Any) -> bool:
    """Whether it is a list of any library, or a generator: what has an order and is no text."""
    try:
        iter(values)
    except TypeError:  # such as an array without axes
        return False
    return not isinstance(values, str | bytes | Mapping | Set)


def _known(field: Input, value: Any) -> float:
    number = field.check(value)
    if number is None:
        raise InvalidHousehold(
            f"values must be numbers, got {show_value(value)} for {field.name}. Leave it out.",
            field="values",
        )
    return number


def moved(
    household: Household, field: str, values: Sequence[float]
) -> list[dict[str, float | None]]:
    """The household with one field at each of the values."""
    now = household.to_dict()
    return [settle(now | {field: value}, field)[0] for value in values]
