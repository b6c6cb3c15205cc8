"""Pictures: data in, Axes out; one message each.

Every function takes data and an optional `ax`, draws, and returns the Axes; none computes a
result, opens a window or saves a file. What a colour means is in `colours.py`.
"""

from finrisk.colours import BASELINE, MODEL, STRESSED, TRUTH
from finrisk.plots.model import (
    calibration,
    curves,
    distances,
    faces,
    feature,
    loss_curves,
    risk_by_buffer,
    threshold_cost,
    time_to_quality,
    what_if,
)
from finrisk.plots.world import (
    futures,
    household_months,
    label_window,
    reality,
    reality_by_income,
    true_risk,
)

__all__ = [
    "BASELINE",
    "MODEL",
    "STRESSED",
    "TRUTH",
    "calibration",
    "curves",
    "distances",
    "faces",
    "feature",
    "futures",
    "household_months",
    "label_window",
    "loss_curves",
    "reality",
    "reality_by_income",
    "risk_by_buffer",
    "threshold_cost",
    "time_to_quality",
    "true_risk",
    "what_if",
]
