"""How far from the best possible? Losses held against the true risk p*.

In the simulated world a household's true risk is known, so a model's loss falls into layers:

    log loss = floor (luck nobody can foresee)
             + what the features cannot see (the feature limit less the floor)
             + the model's own shortfall.

Everything is a cross-entropy against p*, not a difference of losses on labels: the luck of
the labels cancels, and between two models a tenth of a milli-nat becomes visible. The floor
itself is less exact: risks near 0 or 1, of which n futures show 0 or n, make it about 0.1
mnat too low at 300 futures; that part then counts to what the features cannot see. Left out:
how p* is counted (`data/population.py`), and the feature limit, which takes a large learner
(`make bench`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finrisk.checks import check_shares, check_whole

__all__ = ["Distance", "distance", "excess_loss", "excess_losses", "floor_loss"]

Floats = NDArray[np.float64]


class Distance(NamedTuple):
    """Mean excess loss in mnat, and its standard error from the households drawn."""

    excess: float
    standard_error: float


def excess_loss(y_prob: Floats, true_risk: Floats, n_futures: int) -> float:
    """Distance to the best possible prediction, in milli-nats per household.

    Cross-entropy of y_prob against the true risk p*, minus `floor_loss`. 0 means as good as
    knowing p*.
    """
    return float(np.mean(excess_losses(y_prob, true_risk, n_futures)))


def distance(y_prob: Floats, true_risk: Floats, n_futures: int) -> Distance:
    """`excess_loss` with its standard error."""
    losses = excess_losses(y_prob, true_risk, n_futures)
    return Distance(float(losses.mean()), float(losses.std() / np.sqrt(len(losses))))


def excess_losses(y_prob: Floats, true_risk: Floats, n_futures: int) -> Floats:
    """Each household's part in the excess, mnat, shape (n_households,).

    The difference of two models' parts, household by household, has a far smaller spread
    than either: that is how models are compared.

    Raises:
        FinriskError: for what are no risks of the same households, or no number of futures.
    """
    true_risk = check_shares("true_risk", true_risk)
    q = np.clip(check_shares("y_prob", y_prob, len(true_risk)), 1e-12, 1 - 1e-12)
    cross_entropy = -(true_risk * np.log(q) + (1 - true_risk) * np.log1p(-q))
    return np.asarray(1000 * (cross_entropy - _entropies(true_risk, n_futures)))


def floor_loss(true_risk: Floats, n_futures: int) -> float:
    """The lowest log loss anybody could reach, in nats: the mean entropy of the true risks.

    The entropy of a share of n futures is too low by 1 / (2n) on average, which is added back
    (Miller-Madow).

    >>> round(floor_loss(np.array([0.5, 0.5]), n_futures=1_000_000), 4)
    0.6931
    """
    return float(np.mean(_entropies(true_risk, n_futures)))


def _entropies(true_risk: Floats, n_futures: int) -> Floats:
    true_risk = check_shares("true_risk", true_risk)
    check_whole("n_futures", n_futures, 1)
    undecided = (true_risk > 0) & (true_risk < 1)
    p = np.where(undecided, true_risk, 0.5)
    entropy = -(p * np.log(p) + (1 - p) * np.log(1 - p)) + 1 / (2 * n_futures)
    return np.asarray(np.where(undecided, entropy, 0.0))
