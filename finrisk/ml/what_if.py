"""What if one field were different? Where along its slider to look, and the household there.

The other fields stay, but for those that a cross rule takes along. What the risk is at each
place, the model says (`Predictor.what_if`).
"""

from collections.abc import Sequence

from finrisk.household import Household
from finrisk.inputs import INPUTS, settle

__all__ = ["moved", "stops"]


def stops(household: Household, field: str) -> list[float]:
    """Along the slider, as far as the household's own value lies, and at that value."""
    spec, own = INPUTS[field], getattr(household, field)
    low, high = spec.slider_minimum, spec.slider_maximum
    if own is None:
        return spec.stops(low, high)
    return sorted({own, *spec.stops(min(low, own), max(high, own))})


def moved(
    household: Household, field: str, values: Sequence[float]
) -> list[dict[str, float | None]]:
    """The household with one field at each of the values."""
    now = household.to_dict()
    return [settle(now | {field: INPUTS[field].check(value)}, field)[0] for value in values]
