"""Shares and AUCs of a survey whose every family stands in it five times, with standard errors.

Two things are uncertain: other families might have been asked, and answers that were not given
were filled in by chance, five times (the implicates). Rubin's rule adds both up. For a figure f,
computed in each implicate alone and weighted:

    value = mean of the five f
    variance = mean of the five sampling variances + (1 + 1/5) x variance of the five f

A sampling variance is that of f over draws in which families are drawn anew, with replacement; a
family that is drawn twice counts twice, in all its implicates. That leaves out how the survey
chose its families, from strata and rich ones more often than others: the replicate weights that
would tell are not in the summary extract. Left out: what the figures are about (`families.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "Implicates", "combine", "weighted_auc", "weighted_share"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Weights, shape (n_draws, n_rows), and which rows of all they are of -> one figure a draw.
Statistic = Callable[[Floats, NDArray[np.int64]], Floats]


class Estimate(NamedTuple):
    """A figure and its standard error; NaN where there was nothing to take it of."""

    value: float
    standard_error: float


@dataclass(frozen=True)
class Implicates:
    """The weights of each implicate, as they are and in every draw of families.

    Attributes:
        rows: for each implicate, which of all rows are its own, shape (n_rows_k,).
        weights: for each implicate, shape (1 + n_draws, n_rows_k); first the survey's own.
    """

    rows: list[NDArray[np.int64]]
    weights: list[Floats]

    @classmethod
    def draw(
        cls,
        weight: Floats,
        family: NDArray[np.int64],
        implicate: NDArray[np.int64],
        *,
        n_draws: int,
        seed: int,
    ) -> "Implicates":
        """Draw as many families as there are, n_draws times; all arrays of shape (n_rows,)."""
        rng = np.random.default_rng(seed)
        names, number = np.unique(family, return_inverse=True)
        n = len(names)
        times = np.ones((1 + n_draws, n))  # how often each family counts in each draw
        times[1:] = rng.multinomial(n, np.full(n, 1 / n), size=n_draws)
        rows = [np.flatnonzero(implicate == k) for k in np.unique(implicate)]
        return cls(rows, [times[:, number[own]] * weight[own] for own in rows])

    def measure(self, statistic: Statistic) -> Floats:
        """The statistic of each implicate, as it is and in each draw: shape (5, 1 + n_draws)."""
        pairs = zip(self.weights, self.rows, strict=True)
        return np.array([statistic(weights, rows) for weights, rows in pairs])


def combine(figures: Floats) -> Estimate:
    """Rubin's rule, written out at the top of this file, for what `measure` gives.

    >>> combine(np.array([[2.0, 1.0, 3.0], [4.0, 3.0, 5.0]]))
    Estimate(value=3.0, standard_error=2.23606797749979)
    """
    figures = np.asarray(figures)
    each, draws = figures[:, 0], figures[:, 1:]
    sampling = draws.var(axis=1, ddof=1).mean()
    filling_in = each.var(ddof=1)
    variance = sampling + (1 + 1 / len(each)) * filling_in
    return Estimate(float(each.mean()), float(np.sqrt(variance)))


def weighted_share(weights: Floats, y: Bools) -> Floats:
    """Share of the weight where y holds, one for each row of weights.

    >>> weighted_share(np.array([[1.0, 3.0], [2.0, 2.0]]), np.array([True, False]))
    array([0.25, 0.5 ])
    """
    return _divide((weights * y).sum(axis=1), weights.sum(axis=1))


def weighted_auc(weights: Floats, y: Bools, score: Floats) -> Floats:
    """ROC-AUC, one for each row of weights.

    The chance that of two families, one with y and one without, each drawn by weight, the one
    with y has the higher score; a tie counts half. As scikit-learn's `roc_auc_score`, which takes
    one weighting at a time: all draws one by one would take it minutes.

    Args:
        weights: shape (n_draws, n_rows).
        y, score: shape (n_rows,).

    Returns:
        Shape (n_draws,); NaN where all have y or none has.

    >>> weighted_auc(np.array([[1.0, 1.0, 1.0]]), np.array([True, False, False]), np.arange(3.0))
    array([0.])
    """
    if not len(score):
        return np.full(len(weights), np.nan)
    order = np.argsort(score, kind="stable")
    is_new = np.diff(score[order], prepend=-np.inf) > 0
    starts = np.flatnonzero(is_new)  # where the next higher score begins
    weights, y = weights[:, order], y[order]
    with_y = np.add.reduceat(weights * y, starts, axis=1)
    without = np.add.reduceat(weights * ~y, starts, axis=1)
    lower = np.cumsum(without, axis=1) - without / 2
    return _divide((with_y * lower).sum(axis=1), with_y.sum(axis=1) * without.sum(axis=1))


def _divide(over: Floats, under: Floats) -> Floats:
    found = np.full(len(over), np.nan)
    np.divide(over, under, out=found, where=under > 0)
    return found
