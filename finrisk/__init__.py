"""finrisk: the probability that a household falls into financial stress in 3 to 6 months.

The front door. Everything a notebook or a scratch file needs is one of these names; the
faces (`panel`) and pictures (`plots`) load on first use, so that importing stays light.
"""

from importlib import import_module
from types import ModuleType

from finrisk.data.feature_engineering import engineer_features
from finrisk.data.population import simulate
from finrisk.data.reality_check import reality_check
from finrisk.data.synthetic_generator import Assumptions
from finrisk.household import Change, FinriskError, Household
from finrisk.ml.predictor import Predictor
from finrisk.prediction import Prediction

__all__ = [
    "Assumptions",
    "Change",
    "FinriskError",
    "Household",
    "Prediction",
    "Predictor",
    "engineer_features",
    "panel",
    "plots",
    "reality_check",
    "simulate",
]

_LAZY = ("panel", "plots")


def __getattr__(name: str) -> ModuleType:
    if name in _LAZY:
        return import_module(f"finrisk.{name}")
    raise AttributeError(f"finrisk has no {name!r}. It offers {', '.join(__all__)}.")
