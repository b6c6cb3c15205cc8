"""Does 30 % mean 30 of 100? Predicted risk held against how often it came true.

A risk that is shown to a person must mean what it says, for everybody and for each group.
A perfect forecast shows a gap too when households are few: luck alone makes one. So every
error is read beside its floor, what a perfectly calibrated model would show on as many
households. Left out: the picture (`plots/`).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.checks import check_labels, check_shares, check_whole
from finrisk.errors import FinriskError

__all__ = [
    "calibration_by_group",
    "calibration_floor",
    "calibration_table",
    "checked",
    "expected_calibration_error",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
N_BINS = 15
N_DRAWS = 20  # sets of labels drawn for the floor


def checked(y: Any, y_prob: Any) -> tuple[Bools, Floats]:
    """Labels and risks as arrays of one length.

    Raises:
        FinriskError: for what are no labels, or no risks, of the same households.
    """
    risks = check_shares("y_prob", y_prob)
    return check_labels("y", y, len(risks)), risks


def calibration_table(y: Bools, y_prob: Floats, n_bins: int = N_BINS) -> pd.DataFrame:
    """Predicted against observed: one row per bin of equally many households.

    Returns:
        DataFrame with predicted (mean y_prob), observed (share stressed) and count.

    Raises:
        FinriskError: as `checked`, or for bins that are no number of them.
    """
    y, y_prob = checked(y, y_prob)
    check_whole("n_bins", n_bins, 1)
    order = np.argsort(y_prob, kind="stable")
    rows = [
        (float(y_prob[part].mean()), float(y[part].mean()), len(part))
        for part in np.array_split(order, n_bins)
        if len(part)
    ]
    return pd.DataFrame(rows, columns=["predicted", "observed", "count"])


def expected_calibration_error(y: Bools, y_prob: Floats, n_bins: int = N_BINS) -> float:
    """Mean |predicted - observed| over bins of equal count (ECE); 0 is perfect.

    Raises:
        FinriskError: as `calibration_table`.
    """
    table = calibration_table(y, y_prob, n_bins)
    gaps = (table["predicted"] - table["observed"]).abs()
    return float(np.average(gaps, weights=table["count"]))


def calibration_floor(y_prob: Floats, n_bins: int = N_BINS) -> float:
    """The ECE that luck alone gives a model whose every risk is right.

    Labels are drawn from the predictions themselves, so that they are calibrated exactly, and
    the ECE of `N_DRAWS` such draws is averaged (fixed seed).

    Raises:
        FinriskError: as `calibration_table`.

    >>> calibration_floor(np.full(1_500, 0.3)) > calibration_floor(np.full(150_000, 0.3))
    True
    """
    y_prob, rng = check_shares("y_prob", y_prob), np.random.default_rng(0)
    draws = (rng.random(len(y_prob)) < y_prob for _ in range(N_DRAWS))
    return float(np.mean([expected_calibration_error(y, y_prob, n_bins) for y in draws]))


def calibration_by_group(y: Bools, y_prob: Floats, groups: Mapping[str, Bools]) -> pd.DataFrame:
    """Calibration of each group of households.

    Args:
        groups: name -> which households belong to it, shape (n_households,).

    Returns:
        DataFrame, one row a group: n_households, predicted and observed (means), ece, floor.

    Raises:
        FinriskError: as `checked`, or for a group that has nobody in it.
    """
    y, y_prob = checked(y, y_prob)
    rows = {
        name: {
            "n_households": int(inside.sum()),
            "predicted": float(y_prob[inside].mean()),
            "observed": float(y[inside].mean()),
            "ece": expected_calibration_error(y[inside], y_prob[inside]),
            "floor": calibration_floor(y_prob[inside]),
        }
        for name, inside in _inside(groups, len(y)).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def _inside(groups: Mapping[str, Bools], n_households: int) -> dict[str, Bools]:
    """Which households belong to each group."""
    inside = {str(name): check_labels(str(name), g, n_households) for name, g in groups.items()}
    for name, rows in inside.items():
        if not rows.any():
            raise FinriskError(
                f"Group {name} must have a household in it, got none. Leave it out.", field=name
            )
    return inside
