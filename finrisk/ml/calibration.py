"""Does 30 % mean 30 of 100? Predicted risk held against how often it came true.

A risk that is shown to a person must mean what it says, for everybody and for each group.
A perfect forecast shows a gap too when households are few: luck alone makes one. So every
error is read beside its floor, what a perfectly calibrated model would show on as many
households. Left out: the picture (`plots/`).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = [
    "calibration_by_group",
    "calibration_floor",
    "calibration_table",
    "expected_calibration_error",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
N_BINS = 15
N_DRAWS = 20  # sets of labels drawn for the floor


def calibration_table(y: Bools, y_prob: Floats, n_bins: int = N_BINS) -> pd.DataFrame:
    """Predicted against observed: one row per bin of equally many households.

    Returns:
        DataFrame with predicted (mean y_prob), observed (share stressed) and count.
    """
    order = np.argsort(y_prob, kind="stable")
    rows = [
        (float(y_prob[part].mean()), float(y[part].mean()), len(part))
        for part in np.array_split(order, n_bins)
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["predicted", "observed", "count"])


def expected_calibration_error(y: Bools, y_prob: Floats, n_bins: int = N_BINS) -> float:
    """Mean |predicted - observed| over bins of equal count (ECE); 0 is perfect."""
    table = calibration_table(y, y_prob, n_bins)
    gaps = (table["predicted"] - table["observed"]).abs()
    return float(np.average(gaps, weights=table["count"]))


def calibration_floor(y_prob: Floats, n_bins: int = N_BINS) -> float:
    """The ECE that luck alone gives a model whose every risk is right.

    Labels are drawn from the predictions themselves, so that they are calibrated exactly, and
    the ECE of `N_DRAWS` such draws is averaged (fixed seed).

    >>> calibration_floor(np.full(1_500, 0.3)) > calibration_floor(np.full(150_000, 0.3))
    True
    """
    rng = np.random.default_rng(0)
    draws = (rng.random(len(y_prob)) < y_prob for _ in range(N_DRAWS))
    return float(np.mean([expected_calibration_error(y, y_prob, n_bins) for y in draws]))


def calibration_by_group(y: Bools, y_prob: Floats, groups: Mapping[str, Bools]) -> pd.DataFrame:
    """Calibration of each group of households.

    Args:
        groups: name -> which households belong to it, shape (n_households,).

    Returns:
        DataFrame, one row a group: n_households, predicted and observed (means), ece, floor.
    """
    rows = {
        name: {
            "n_households": int(inside.sum()),
            "predicted": float(y_prob[inside].mean()),
            "observed": float(y[inside].mean()),
            "ece": expected_calibration_error(y[inside], y_prob[inside]),
            "floor": calibration_floor(y_prob[inside]),
        }
        for name, inside in groups.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")
