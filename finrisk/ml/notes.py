"""What a reader should know beside the risk: what was assumed, and what lies far out.

A field that is not known is filled with a median; a value or a ratio that hardly any
training household had still gets a risk, with a warning. Neither happens in silence.
"""

from collections.abc import Iterable, Iterator, Mapping

from finrisk.data.feature_engineering import FEATURES, OPTIONAL, RATIOS, value_of_feature
from finrisk.data.preprocessing import Preprocessor
from finrisk.household import Household
from finrisk.inputs import INPUTS

__all__ = ["assumed", "unusual"]


def assumed(household: Household, preprocessor: Preprocessor) -> dict[str, float]:
    """Field -> the value used because it was not given, in the field's unit.

    It is the median of the field's column of X, brought back with this household's own numbers.
    """
    columns = list(FEATURES)
    return {
        name: value_of_feature(name, float(preprocessor.median[columns.index(name)]), household)
        for name in OPTIONAL
        if getattr(household, name) is None
    }


def unusual(household: Household, seen: Mapping[str, tuple[float, float]]) -> Iterator[str]:
    """One sentence for each value or ratio that hardly any training household had.

    Args:
        household: whose risk it is.
        seen: field, or ratio "a / b", -> the two values between which nearly all of them lie.
    """
    for name, value in household.to_dict().items():
        low, high = seen[name]
        if value is not None and not low <= value <= high:
            yield _outside(INPUTS[name].label, map(INPUTS[name].show, (value, low, high)))
    for name, other in RATIOS:
        over, under = getattr(household, name), getattr(household, other)
        low, high = seen[f"{name} / {other}"]
        if over is not None and not low <= over / under <= high:
            what = f"{INPUTS[name].label} against {INPUTS[other].label.lower()}"
            yield _outside(what, (f"{number:.2f}" for number in (over / under, low, high)))


def _outside(what: str, shown: Iterable[str]) -> str:
    value, low, high = shown
    return (
        f"{what} of {value} lies outside what the model has seen ({low} to {high}): "
        "read the risk with care."
    )
