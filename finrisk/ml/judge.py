"""What is judged: anything that turns households into probabilities of stress.

Scores, calibration, distance to the truth and audit all ask a `Judge`, so that the network,
a rule of thumb and another library's trees are treated alike.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.data.feature_engineering import engineer_features
from finrisk.data.preprocessing import Preprocessor
from finrisk.ml.model import RiskMLP

__all__ = ["Judge", "network_judge"]

Floats = NDArray[np.float64]
Judge = Callable[[pd.DataFrame], Floats]  # households (n rows) -> probabilities, shape (n,)


def network_judge(model: RiskMLP, preprocessor: Preprocessor) -> Judge:
    """A trained network, with the preprocessor of its training households."""

    def judge(households: pd.DataFrame) -> Floats:
        X = torch.from_numpy(preprocessor.transform(engineer_features(households)))
        with torch.no_grad():
            return np.asarray(model(X).numpy(), dtype=np.float64)

    return judge
