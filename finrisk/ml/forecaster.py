"""What is held against the truth: anything that turns households into probabilities of stress.

Scores, calibration, distance to the truth and audit all ask a `Forecaster`, so that the network,
a rule of thumb and another library's trees are treated alike.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.preprocessing import Preprocessor
from finrisk.ml.inference import inference
from finrisk.ml.model import RiskMLP
from finrisk.ml.tensors import to_tensor

__all__ = ["ChangeForecaster", "Forecaster", "network_forecaster"]

Floats = NDArray[np.float64]
Forecaster = Callable[[pd.DataFrame], Floats]  # households (n rows) -> probabilities, shape (n,)


class ChangeForecaster(Protocol):
    """A forecaster that also answers what if: a `Change` for all, or a table of its fields."""

    def __call__(self, households: pd.DataFrame, change: Any = None) -> Floats:
        """Probabilities after the change, shape (n_households,)."""
        ...


def network_forecaster(model: RiskMLP, preprocessor: Preprocessor) -> ChangeForecaster:
    """A trained network, with the preprocessor of its training households."""

    def forecaster(households: pd.DataFrame, change: Any = None) -> Floats:
        with inference():
            y_prob = model(to_tensor(households, preprocessor, change)).numpy()
        return np.asarray(y_prob, dtype=np.float64)

    return forecaster
