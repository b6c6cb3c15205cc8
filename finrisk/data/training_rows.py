"""Rows to train on: households and labels in numbers that would not fit as months.

Two million households need 2.9 GB as months and a tenth of that as rows, so they are lived in
blocks and only the rows are kept. A label is one throw of the dice. Because this world is
ours, the dice can be thrown again: `stressed_share` is the mean label of several futures, and
a model that learns from it sees less luck. With real data there is one life each; there,
the same is bought with more households.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.checks import check_whole
from finrisk.data.assumptions import Assumptions
from finrisk.data.drawn_changes import draw_changes
from finrisk.data.label import N_FUTURE, N_PAST
from finrisk.data.lives import live_blocks, worlds_since
from finrisk.data.population import Population
from finrisk.data.synthetic_generator import stream
from finrisk.memory import check_memory

__all__ = [
    "MOST_LIVES",
    "ChangedRows",
    "LabelledRows",
    "households_and_changes",
    "labelled_households",
    "some_of",
]

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


class ChangedRows(NamedTuple):
    """The households of `LabelledRows`, living on with a change from t on.

    Attributes:
        change: the fields of `Change`, one row a household.
        stressed: the label y of one life with the change, shape (n_households,).
        stressed_share: mean label of its `n_lives` lives with the change, that one included.
    """

    change: pd.DataFrame
    stressed: NDArray[np.bool_]
    stressed_share: Floats


_Rows = TypeVar("_Rows", bound=LabelledRows | ChangedRows)


def some_of(rows: _Rows, at: NDArray[np.int64]) -> _Rows:
    """The rows of some households, numbered anew."""
    table, stressed, shares = rows
    return type(rows)(table.iloc[at].reset_index(drop=True), stressed[at], shares[at])


def labelled_households(
    n_households: int, seed: int, assumptions: Assumptions | None = None, n_lives: int = 1
) -> LabelledRows:
    """`households` and `stressed` of `simulate`, without keeping the months.

    Args:
        n_lives: futures behind each household's `stressed_share`, the one that came included.

    Raises:
        FinriskError: for a number below 1, or one that no machine could finish or hold.
    """
    n_lives = _check(n_households, n_lives)
    lived = enumerate(_lived(n_households, seed, assumptions))
    return _joined([_as_they_are(part, n_lives, block) for block, part in lived])


def households_and_changes(
    n_households: int, seed: int, assumptions: Assumptions | None = None, n_lives: int = 1
) -> tuple[LabelledRows, ChangedRows]:
    """The rows of `labelled_households`, and the same households with a random change each.

    More of them leave the first ones as they were, but for those of a block that was not full.

    Args:
        n_lives: futures as they are, and as many with the change, behind each `stressed_share`.

    Raises:
        FinriskError: as `labelled_households`.
    """
    n_lives = _check(n_households, n_lives)
    rows, changed = [], []
    for block, part in enumerate(_lived(n_households, seed, assumptions)):
        rows.append(_as_they_are(part, n_lives, block))
        change = draw_changes(part.households, stream(seed, "changes", block))
        changed.append(_with_change(part, change, n_lives, block))
    return _joined(rows), _joined(changed)


def _check(n_households: int, n_lives: int) -> int:
    check_memory("n_households", check_whole("n_households", n_households, 1), GB_A_ROW)
    return check_whole("n_lives", check_whole("n_lives", n_lives, 1), 1, MOST_LIVES)


def _lived(n_households: int, seed: int, assumptions: Assumptions | None) -> Iterator[Population]:
    """Block by block, with all their months."""
    worlds = worlds_since("always", assumptions, N_PAST + N_FUTURE)
    for traits, months in live_blocks(n_households, seed, worlds):
        yield Population(worlds[-1], seed, traits, months)


def _as_they_are(part: Population, n_lives: int, block: int) -> LabelledRows:
    """Shares are means over the life that came and the others; each block has its own luck."""
    came, n_others = part.stressed.astype(np.float64), n_lives - 1
    others = part.true_risk(n_others, seed=block) if n_others else 0.0
    shares = np.asarray((came + n_others * others) / n_lives)
    return LabelledRows(part.households, part.stressed, shares)


def _with_change(part: Population, change: pd.DataFrame, n_lives: int, block: int) -> ChangedRows:
    """With the same seed the one life is the first of the many."""
    stressed = part.true_risk(1, seed=block, change=change) == 1
    return ChangedRows(change, stressed, part.true_risk(n_lives, seed=block, change=change))


def _joined(blocks: Sequence[_Rows]) -> _Rows:
    """One table, one array of labels and one of shares."""
    tables, stressed, shares = zip(*blocks, strict=True)
    return type(blocks[0])(
        pd.concat(tables, ignore_index=True), np.concatenate(stressed), np.concatenate(shares)
    )
