"""From households to the rows a network takes: engineered, filled, scaled, as a tensor.

Training, forecasting and the predictor all come through here, so that a household gets the same
numbers in each.
"""

from typing import Any

import numpy as np
import pandas as pd
import torch

from finrisk.data.change_features import CHANGE_NAMES, engineer_change
from finrisk.data.feature_engineering import FEATURE_NAMES, engineer_features
from finrisk.data.preprocessing import Preprocessor

__all__ = ["COLUMNS", "to_tensor"]

COLUMNS = (*FEATURE_NAMES, *CHANGE_NAMES)  # what the network sees, in this order


def to_tensor(
    households: pd.DataFrame, preprocessor: Preprocessor, change: Any = None
) -> torch.Tensor:
    """Households (columns of INPUTS; optional ones may be missing or NaN) -> X.

    Args:
        change: a `Change` for all, or a table of its fields, one row a household; None for none.

    Returns:
        Shape (n_households, 32), float32: the features filled and scaled, the change as it is.
    """
    features = preprocessor.transform(engineer_features(households))
    if change is None:
        changed = np.zeros((len(households), len(CHANGE_NAMES)), np.float32)
    else:
        changed = engineer_change(households, change).to_numpy(np.float32)
    return torch.from_numpy(np.hstack([features, changed]))
