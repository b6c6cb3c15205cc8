"""What if one field, or one part of a change, were different? Where to look, and what is there.

The other fields stay, but for those that a cross rule takes along. What the risk is at each
place, the model says (`Predictor.what_if`).
"""

from collections.abc import Mapping, Sequence, Set
from itertools import islice
from typing import Any

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, lowest
from finrisk.errors import InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS, Input, not_a_field, settle
from finrisk.received import as_float, show_value

__all__ = ["changed", "moved", "places", "stops", "stops_of_change"]

_MOST = 100_000  # places a curve is looked up at; an endless generator has more


def stops(household: Household, field: str) -> list[float]:
    """Along the slider, as far as the household's own value lies, and at that value."""
    spec, own = INPUTS[field], getattr(household, field)
    low, high = spec.slider_minimum, spec.slider_maximum
    if own is None:
        return spec.stops(low, high)
    return sorted({own, *spec.stops(min(low, own), max(high, own))})


def stops_of_change(household: Household, change: Change, part: str) -> list[float]:
    """Along the slider of one part of a change, at no change and at this one.

    >>> household = Household(monthly_income=4_200, monthly_expenses=3_900, savings=0, debt=0)
    >>> stops_of_change(household, Change(), "debt")[0]  # nothing is owed that could be paid
    0.0
    """
    spec, own = CHANGE_INPUTS[part], float(getattr(change, part))
    low, high = lowest(spec, household), spec.slider_maximum
    return sorted({own, spec.default, *spec.stops(min(low, own), max(high, own))})


def changed(change: Change, part: str, values: Sequence[float]) -> list[dict[str, Any]]:
    """The change with one part at each of the values, as rows."""
    return [change.to_dict() | {part: value} for value in values]


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
