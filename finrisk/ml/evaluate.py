"""Is it any good, and for whom? Recall first, for everybody and for onset.

About 4 in 10 families are short of one month of expenses already; warning them is easy. So
every score is given twice: for all households, and for onset, those not yet short. Left
out: the simpler rivals (`baselines.py`) and every picture (`plots/`).
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import (
    accuracy_score,
    f1_score,
    log_loss,
    precision_score,
    recall_score,
    roc_auc_score,
)

from finrisk.household import FinriskError
from finrisk.ml.calibration import expected_calibration_error
from finrisk.prediction import RISK_CLASSES, risk_class

__all__ = [
    "ALERT_RECALL",
    "HIGH_THRESHOLD",
    "Scores",
    "choose_threshold",
    "class_shares",
    "priced",
    "score",
    "threshold_table",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ALERT_RECALL = {"all": 0.90, "onset": 0.80}  # what the alert threshold promises, on validation
HIGH_THRESHOLD = 0.5  # more likely than not; means what it says because the model is calibrated
N_THRESHOLDS = 101  # 0.00, 0.01, ..., 1.00


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

    >>> y, y_prob = np.array([True, True, False, False]), np.array([0.9, 0.2, 0.3, 0.1])
    >>> score(y, y_prob, 0.15).recall, score(y, y_prob, 0.15).accuracy
    (1.0, 0.75)
    """
    y_pred = y_prob >= threshold
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


def choose_threshold(y: Bools, y_prob: Floats, onset: Bools) -> float:
    """The largest threshold that keeps both promises of `ALERT_RECALL`.

    A promise on everybody alone would miss nearly half of those who newly fall, because
    the households that are short already are found at any threshold.

    Args:
        y, y_prob, onset: validation households, shape (n,). Never the test set.

    Raises:
        FinriskError: if nobody of a group becomes stressed: then nobody can be found.
    """
    groups = {"all": np.ones_like(onset), "onset": onset}
    for name, rows in groups.items():
        if not (y & rows).any():
            raise FinriskError(
                f"stressed must hold for some validation households of the group {name}, got "
                f"none of {int(rows.sum()):,}. Simulate more households, or a world in which "
                "some become stressed; nothing was written.",
                field="stressed",
            )
    return min(
        _largest_with_recall(y_prob[y & groups[name]], recall)
        for name, recall in ALERT_RECALL.items()
    )


def _largest_with_recall(y_prob_of_stressed: Floats, recall: float) -> float:
    """The highest threshold at which at least this share of the stressed is caught."""
    n_needed = int(np.ceil(recall * len(y_prob_of_stressed)))
    return float(np.sort(y_prob_of_stressed)[::-1][n_needed - 1])


def class_shares(y_prob: Floats, alert_threshold: float) -> dict[str, float]:
    """Share of households in each risk class.

    >>> class_shares(np.array([0.05, 0.3, 0.4, 0.9]), alert_threshold=0.2)
    {'Low': 0.25, 'Moderate': 0.5, 'High': 0.25}
    """
    classes = [risk_class(p, alert_threshold, HIGH_THRESHOLD) for p in y_prob.tolist()]
    return {name: classes.count(name) / len(classes) for name in RISK_CLASSES}


def threshold_table(y: Bools, y_prob: Floats) -> pd.DataFrame:
    """What each threshold costs: 101 rows of threshold, tp, fp, fn, tn."""
    thresholds = np.linspace(0, 1, N_THRESHOLDS)
    stressed, stable = np.sort(y_prob[y]), np.sort(y_prob[~y])
    missed = np.searchsorted(stressed, thresholds)
    cleared = np.searchsorted(stable, thresholds)
    return pd.DataFrame(
        {
            "threshold": thresholds.round(2),
            "tp": len(stressed) - missed,
            "fp": len(stable) - cleared,
            "fn": missed,
            "tn": cleared,
        }
    )


def priced(table: pd.DataFrame, miss_cost: float) -> pd.DataFrame:
    """The table of `threshold_table` with what is read off it, as shares of 1.

    Adds recall, precision (NaN where nobody is warned) and cost: false alarms plus
    `miss_cost` times the missed, for each household.

    Args:
        table: threshold, tp, fp, fn, tn.
        miss_cost: how many false alarms one missed household is worth.

    >>> table = threshold_table(np.array([True, False]), np.array([0.9, 0.2]))
    >>> priced(table, miss_cost=5)["cost"].loc[[0, 50, 100]].tolist()
    [0.5, 0.0, 2.5]
    """
    tp, fp, fn = table["tp"], table["fp"], table["fn"]
    n_households = table[["tp", "fp", "fn", "tn"]].sum(axis=1)
    return table.assign(
        recall=tp / (tp + fn),
        precision=tp / (tp + fp).where(tp + fp > 0),
        cost=(fp + miss_cost * fn) / n_households,
    )
