"""From which risk on to warn: the two thresholds, the three classes they part, and what each costs.

The alert threshold, where Moderate begins, keeps two promises of recall on the validation
households; at the High threshold stress is more likely than not. Nothing here ever sees the
test households to choose by.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.checks import check_labels
from finrisk.errors import FinriskError
from finrisk.ml.calibration import checked
from finrisk.prediction import RISK_CLASSES

__all__ = [
    "ALERT_RECALL",
    "HIGH_THRESHOLD",
    "choose_threshold",
    "class_shares",
    "priced",
    "risk_classes",
    "threshold_table",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ALERT_RECALL = {"all": 0.90, "onset": 0.80}  # what the alert threshold promises, on validation
HIGH_THRESHOLD = 0.5  # more likely than not; means what it says because the model is calibrated
N_THRESHOLDS = 101  # 0.00, 0.01, ..., 1.00


def risk_classes(y_prob: Floats, alert_threshold: float, high_threshold: float) -> list[str | None]:
    """Low below the alert threshold, High from the high threshold on, else Moderate.

    The one place that decides; everybody else asks here. A risk that is not known (NaN) has no
    class.

    >>> risk_classes(np.array([0.12, 0.13, 0.5, np.nan]), 0.13, 0.5)
    ['Low', 'Moderate', 'High', None]
    """
    names = (*RISK_CLASSES, None)
    reached = np.digitize(y_prob, [alert_threshold, high_threshold])
    unknown = len(RISK_CLASSES)
    return [names[i] for i in np.where(np.isnan(y_prob), unknown, reached)]


def choose_threshold(y: Bools, y_prob: Floats, onset: Bools) -> float:
    """The largest threshold that keeps both promises of `ALERT_RECALL`.

    A promise on everybody alone would miss nearly half of those who newly fall, because
    the households that are short already are found at any threshold.

    Args:
        y, y_prob, onset: validation households, shape (n,). Never the test set.

    Raises:
        FinriskError: for what are no labels and risks of the same households, or if nobody of a
            group becomes stressed: then nobody can be found.
    """
    y, y_prob = checked(y, y_prob)
    onset = check_labels("onset", onset, len(y))
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
    classes = risk_classes(y_prob, alert_threshold, HIGH_THRESHOLD)
    return {name: classes.count(name) / len(classes) for name in RISK_CLASSES}


def threshold_table(y: Bools, y_prob: Floats) -> pd.DataFrame:
    """What each threshold costs: 101 rows of threshold, tp, fp, fn, tn.

    Raises:
        FinriskError: for what are no labels and risks of the same households.
    """
    y, y_prob = checked(y, y_prob)
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
