"""finrisk: the probability that a household falls into financial stress in 3 to 6 months.

The front door. Everything a notebook or a scratch file needs is one of these names. Each is
fetched on first use, so that importing stays light, and `python -m finrisk doctor` can say
what is missing on a machine that lacks a library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for type checkers and editors, which do not run `__getattr__`
    from finrisk import panel, plots
    from finrisk.change import Change
    from finrisk.data.assumptions import Assumptions
    from finrisk.data.feature_engineering import engineer_features
    from finrisk.data.population import simulate
    from finrisk.data.reality_check import reality_check
    from finrisk.errors import FinriskError
    from finrisk.household import Household, change_from
    from finrisk.ml.predictor import Predictor
    from finrisk.prediction import Prediction

__all__ = [
    "Assumptions",
    "Change",
    "FinriskError",
    "Household",
    "Prediction",
    "Predictor",
    "change_from",
    "engineer_features",
    "panel",
    "plots",
    "reality_check",
    "simulate",
]

_ROOMS = ("panel", "plots")
_HOME = {
    "Assumptions": "data.assumptions",
    "Change": "change",
    "FinriskError": "errors",
    "Household": "household",
    "Prediction": "prediction",
    "Predictor": "ml.predictor",
    "change_from": "household",
    "engineer_features": "data.feature_engineering",
    "reality_check": "data.reality_check",
    "simulate": "data.population",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"finrisk.{name}")
    if name in _HOME:
        return getattr(import_module(f"finrisk.{_HOME[name]}"), name)
    raise AttributeError(f"finrisk has no {name!r}. It offers {', '.join(__all__)}.")


def __dir__() -> "list[str]":  # in quotes for a Python that is too old, which comes by here
    return sorted({*globals(), *__all__})
