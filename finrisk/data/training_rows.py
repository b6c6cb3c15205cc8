"""Rows to train on: households and labels in numbers that would not fit as months.

Two million households need 2.9 GB as months and a tenth of that as rows, so they are lived in
blocks and only the rows are kept. A label is one throw of the dice. Because this world is
ours, the dice can be thrown again: `stressed_share` is the mean label of several futures, and
a model that learns from it sees less luck. With real data there is one life each; there,
the same is bought with more households.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.checks import check_whole
from finrisk.data.assumptions import Assumptions
from finrisk.data.label import N_FUTURE, N_PAST
from finrisk.data.lives import live_blocks, worlds_since
from finrisk.data.population import Population
from finrisk.memory import check_memory

__all__ = ["MOST_LIVES", "LabelledRows", "labelled_households"]

Floats = NDArray[np.float64]

MOST_LIVES = 10_000  # futures of one household; beyond, a build would take days
GB_A_ROW = 3e-7  # memory that a household takes once its months are gone; measured with 1,000,000


class LabelledRows(NamedTuple):
    """Households with their labels.

    Attributes:
        households: columns of INPUTS, one row a household.
        stressed: the label y of the life each household lived, shape (n_households,).
        stressed_share: mean label of its `n_lives` lives, in [0, 1]; `stressed` if one.
    """

    households: pd.DataFrame
    stressed: NDArray[np.bool_]
    stressed_share: Floats


def labelled_households(
    n_households: int, seed: int, assumptions: Assumptions | None = None, n_lives: int = 1
) -> LabelledRows:
    """`households` and `stressed` of `simulate`, without keeping the months.

    Args:
        n_lives: futures behind each household's `stressed_share`, the one that came included.

    Raises:
        FinriskError: for a number below 1, or one that no machine could finish or hold.
    """
    n_lives = check_whole("n_lives", check_whole("n_lives", n_lives, 1), 1, MOST_LIVES)
    check_memory("n_households", check_whole("n_households", n_households, 1), GB_A_ROW)
    worlds = worlds_since("always", assumptions, N_PAST + N_FUTURE)
    households, stressed, shares = [], [], []
    for block, (traits, months) in enumerate(live_blocks(n_households, seed, worlds)):
        part = Population(worlds[-1], seed, traits, months)
        households.append(part.households)
        stressed.append(part.stressed)
        shares.append(_stressed_share(part, n_lives, block))
    return LabelledRows(
        pd.concat(households, ignore_index=True), np.concatenate(stressed), np.concatenate(shares)
    )


def _stressed_share(part: Population, n_lives: int, block: int) -> Floats:
    """The mean over the life that came and the others; each block has luck of its own."""
    came, n_others = part.stressed.astype(np.float64), n_lives - 1
    others = part.true_risk(n_others, seed=block) if n_others else 0.0
    return np.asarray((came + n_others * others) / n_lives)
