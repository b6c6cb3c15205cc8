"""From households to the rows a network takes: engineered, filled, scaled, as a tensor.

Training, forecasting and the predictor all come through here, so that a household gets the same
numbers in each.
"""

import pandas as pd
import torch

from finrisk.data.feature_engineering import engineer_features
from finrisk.data.preprocessing import Preprocessor

__all__ = ["to_tensor"]


def to_tensor(households: pd.DataFrame, preprocessor: Preprocessor) -> torch.Tensor:
    """Households (columns of INPUTS; optional ones may be missing or NaN) -> X.

    Returns:
        Shape (n_households, 20), float32.
    """
    return torch.from_numpy(preprocessor.transform(engineer_features(households)))
