"""Is the model any good? A threshold that keeps a promise, and a calibration curve."""

import numpy as np


def threshold_for(recall, y, risk):
    """The largest threshold at which this share of the stressed is still warned."""
    of_stressed = np.sort(risk[y == 1])[::-1]
    n_needed = int(np.ceil(recall * len(of_stressed)))
    return of_stressed[n_needed - 1]


def calibration_curve(y, risk, n_bins=10):
    """Mean risk told and share that happened, in each bin of equal width that holds anyone."""
    bins = np.minimum((risk * n_bins).astype(int), n_bins - 1)
    filled = np.unique(bins)
    told = np.array([risk[bins == b].mean() for b in filled])
    happened = np.array([y[bins == b].mean() for b in filled])
    return told, happened
