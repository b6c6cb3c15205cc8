"""Is it any good, and for whom? Recall first, for everybody and for onset.

About 4 in 10 families are short of one month of expenses already; warning them is easy. So
every score is given twice: for all households, and for onset, those not yet short. Left
out: where to warn (`thresholds.py`), the simpler rivals (`baselines.py`), pictures (`plots/`).
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from finrisk.checks import check_range
from finrisk.errors import FinriskError
from finrisk.ml.calibration import checked, expected_calibration_error

__all__ = ["Scores", "score"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scores:
    """The figures of one group at one threshold, in the order they are read."""

    recall: float
    f1: float
    precision: float
    accuracy: float
    roc_auc: float
    log_loss: float  # nats
    ece: float
    n_households: int
    stressed_share: float

    def to_dict(self) -> dict[str, float]:
        """Plain numbers, for metrics.json."""
        return asdict(self)


def score(y: Bools, y_prob: Floats, threshold: float) -> Scores:
    """All figures of one group of households; y_pred is `y_prob >= threshold`.

    Raises:
        FinriskError: for what are no labels and risks of the same households, labels that are all
            the same, or a threshold that is none.

    >>> y, y_prob = np.array([True, True, False, False]), np.array([0.9, 0.2, 0.3, 0.1])
    >>> score(y, y_prob, 0.15).recall, score(y, y_prob, 0.15).accuracy
    (1.0, 0.75)
    """
    y, y_prob = checked(y, y_prob)
    if y.all() or not y.any():
        raise FinriskError(
            f"y must hold both classes, got {y[0]} for all {len(y):,} households. Score a larger "
            "group.",
            field="y",
        )
    y_pred = y_prob >= check_range("threshold", threshold, 0, 1)
    return Scores(
        recall=float(recall_score(y, y_pred)),
        f1=float(f1_score(y, y_pred)),
        precision=float(precision_score(y, y_pred, zero_division=0.0)),
        accuracy=float(accuracy_score(y, y_pred)),
        roc_auc=float(roc_auc_score(y, y_prob)),
        log_loss=float(log_loss(y, y_prob)),
        ece=expected_calibration_error(y, y_prob),
        n_households=len(y),
        stressed_share=float(y.mean()),
    )
