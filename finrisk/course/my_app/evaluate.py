"""Is the model any good? A threshold that keeps a promise, and a calibration curve."""

import numpy as np


def threshold_for(recall, y, risk):
    """The largest threshold at which this share of the stressed is still warned."""
    of_stressed = np.sort(risk[y == 1])[::-1]  # from high to low
    n = len(of_stressed)
    found = np.arange(1, n + 1) / n  # if the first 1, 2, ..., n are warned
    return of_stressed[found >= recall][0]


def calibration_curve(y, risk, n_bins=10):
    """For each bin that is not empty: the mean risk told, the share that happened."""
    bins = np.minimum((risk * n_bins).astype(int), n_bins - 1)
    filled = np.unique(bins)
    told = np.array([risk[bins == b].mean() for b in filled])
    happened = np.array([y[bins == b].mean() for b in filled])
    return told, happened
