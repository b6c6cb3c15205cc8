"""What is held against the truth: anything that turns households into probabilities of stress.

Scores, calibration, distance to the truth and audit all ask a `Forecaster`, so that the network,
a rule of thumb and another library's trees are treated alike.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.preprocessing import Preprocessor
from finrisk.ml.inference import inference
from finrisk.ml.model import RiskMLP
from finrisk.ml.tensors import to_tensor

__all__ = ["Forecaster", "network_forecaster"]

Floats = NDArray[np.float64]
Forecaster = Callable[[pd.DataFrame], Floats]  # households (n rows) -> probabilities, shape (n,)


def network_forecaster(model: RiskMLP, preprocessor: Preprocessor) -> Forecaster:
    """A trained network, with the preprocessor of its training households."""

    def forecaster(households: pd.DataFrame) -> Floats:
        with inference():
            y_prob = model(to_tensor(households, preprocessor)).numpy()
        return np.asarray(y_prob, dtype=np.float64)

    return forecaster
