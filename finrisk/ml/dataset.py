"""Tensors for the training loop: rows, random masks, and helpful moves.

People often know only a few fields, so the model is trained on rows with random optional
fields hidden. And it is asked what happens if a household changes, so the loop is shown
pairs of households, before and after a move that can only help. Left out: the loop itself
(`train.py`), which sees tensors only.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.data.drawn_changes import draw_changes
from finrisk.data.feature_engineering import FEATURE_NAMES, FEATURES, OPTIONAL
from finrisk.data.preprocessing import Preprocessor
from finrisk.errors import FinriskError
from finrisk.inputs import CROSS_RULES, INPUTS
from finrisk.ml.tensors import to_tensor

__all__ = ["TrainingData", "mask_optional", "random_households", "random_masks"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
ALL_KNOWN = 0.7  # share of the rows in training
_ALL_KNOWN_MOVES = 0.4  # and of the moves: a rise is likelier where something is hidden
# The moves that can only help, of fields and of changes, and the logarithm of the longest step.
_HELPFUL = {"monthly_income": 0.2, "monthly_expenses": -0.25, "savings": 0.7}
_OF_A_FIELD = (0.6, 0.2, 0.2)  # income is where a network is tempted most
_HELPFUL_CHANGES = {"income": 0.2, "spending": -0.25}
_LARGEST_GIFT = 0.7  # of the months of expenses that a better one-off sum brings
_OF_A_CHANGE = 0.3  # share of the pairs whose move is a better change,
_ON_TOP = 0.7  # and of these, share on top of a change that is drawn at random
_ONE_ANYWHERE_IN = 5  # one pair in five starts anywhere in the ranges of INPUTS,
_FURTHER = 3.0  # and moves up to three times as far
_FROM_NO_PAY_IN = 20  # one in twenty has no income, and then some
_SOME_PAY = 1_500.0  # dollars a month, at most
_NONE_KNOWN = 0.4  # share of the rows that do not know all; the rest know a random subset
_NOTHING = {"income": 1.0, "spending": 1.0, "one_off": 0.0, "debt": 0.0}
_SHAKEN = 0.5  # share of the training households among them that are shaken first,
_JITTER = 0.3  # by log points of income, expenses and savings


def random_households(n_rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Households anywhere in the ranges of INPUTS, most of them like none that ever lived.

    Each field is uniform, for half of the households along its slider, for the other half
    over all that is legal; what a cross rule forbids is lowered to what it allows.
    """
    legal = rng.random(n_rows) < 0.5
    columns = {}
    for name, field in INPUTS.items():
        low = np.where(legal, field.minimum, field.slider_minimum)
        high = np.where(legal, field.maximum, field.slider_maximum)
        values = rng.uniform(low, high)
        columns[name] = values.round() if field.whole else values
    for small, large in CROSS_RULES:
        columns[small] = np.minimum(columns[small], columns[large])
    return pd.DataFrame(columns)


def random_masks(n_rows: int, rng: np.random.Generator, all_known: float = ALL_KNOWN) -> Bools:
    """Which optional fields are known, shape (n_rows, 8): all, none, or a random subset.

    A column is a field, in the order of `OPTIONAL`. Of the rows that do not know all of them, two
    in five know none.
    """
    sort = rng.random(n_rows)[:, None]
    subset = rng.random((n_rows, len(OPTIONAL))) < 0.5
    partly = 1 - _NONE_KNOWN * (1 - all_known)
    return np.where(sort < all_known, True, np.where(sort < partly, subset, False))


def mask_optional(rows: torch.Tensor, known: Bools, preprocessor: Preprocessor) -> torch.Tensor:
    """Hide the optional fields that are not in `known`, as if nobody had given them.

    Args:
        rows: X as `to_tensor` makes it, shape (n, 32).
        known: shape (n, 8), columns in the order of `OPTIONAL`; a hidden field gets the
            median and the flag 0.
    """
    # Each field's two columns are looked up by name: X lists values in the order of FEATURES and
    # flags in that of INPUTS, and nothing makes the two orders agree.
    values = [FEATURE_NAMES.index(FEATURES[name][0]) for name in OPTIONAL]
    flags = [FEATURE_NAMES.index(f"{name}_known") for name in OPTIONAL]
    shown, masked = torch.from_numpy(known), rows.clone()
    medians = torch.from_numpy(preprocessor.fill_values)[values]
    masked[:, values] = torch.where(shown, rows[:, values], medians)
    masked[:, flags] *= shown
    return masked


@dataclass(frozen=True)
class TrainingData:
    """What the loop draws from: the training households, as rows and as people.

    Attributes:
        households: the training households (columns of INPUTS), to make moves from.
        X: rows as the network takes them, shape (n_rows, 32) float32: each household as it is,
            and after `with_changes` once more with what it changes.
        y: 1.0 where stressed, or the share of several lives that were; shape (n_rows,) float32.
    """

    households: pd.DataFrame
    X: torch.Tensor
    y: torch.Tensor
    preprocessor: Preprocessor

    @classmethod
    def make(
        cls, households: pd.DataFrame, stressed: Bools | Floats, preprocessor: Preprocessor
    ) -> Self:
        """Engineer, fill and scale once; the loop then only slices.

        Raises:
            FinriskError: for labels that are no numbers from 0 to 1, all the same, or not one
                a household.
        """
        y = np.asarray(stressed)
        _check_labels(y, len(households))
        X = to_tensor(households, preprocessor)
        return cls(households, X, torch.from_numpy(y.astype(np.float32)), preprocessor)

    def with_changes(self, change: pd.DataFrame, stressed: Bools | Floats) -> Self:
        """The same rows, and as many more: each household with what it changes.

        Args:
            change: the fields of `Change`, one row a household.
            stressed: labels of lives with the change, as in `make`.

        Raises:
            FinriskError: as `make`, and for a change that cannot be.
        """
        y = np.asarray(stressed)
        _check_labels(y, len(self.households))
        X = to_tensor(self.households, self.preprocessor, change)
        changed = torch.from_numpy(y.astype(np.float32))
        return replace(self, X=torch.cat([self.X, X]), y=torch.cat([self.y, changed]))

    def __len__(self) -> int:
        return len(self.y)

    def masked(self, rng: np.random.Generator) -> torch.Tensor:
        """All rows with fresh random masks, as one epoch sees them."""
        return mask_optional(self.X, random_masks(len(self), rng), self.preprocessor)

    def helpful_moves(
        self, n_pairs: int, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Households before and after a move that can only help, both (n_pairs, 32).

        Four of five are training households, every other one of them with income, expenses and
        savings shaken, so that unusual combinations occur; the fifth lies anywhere in the ranges
        of INPUTS. In seven of ten pairs another household has one of the three amounts, mostly
        income, moved the helpful way by a random step. In the others the same household makes a
        better change: a factor on income or spending, or the one-off sum, moved likewise, mostly
        on top of a change drawn at random. All else stays, and the same optional fields are
        hidden before and after.
        """
        n_anywhere = n_pairs // _ONE_ANYWHERE_IN
        shaken = self._shaken(n_pairs - n_anywhere, rng)
        before = pd.concat([shaken, random_households(n_anywhere, rng)], ignore_index=True)
        reach = np.where(np.arange(n_pairs) < len(shaken), 1.0, _FURTHER) * rng.random(n_pairs)
        change, better_change = draw_changes(before, rng), rng.random(n_pairs) < _OF_A_CHANGE
        from_nothing = ~better_change | (rng.random(n_pairs) >= _ON_TOP)
        change.loc[from_nothing, list(_NOTHING)] = list(_NOTHING.values())
        after, better = before.copy(), change.copy()
        fields = rng.choice(len(_HELPFUL), n_pairs, p=_OF_A_FIELD)
        field = np.where(better_change, -1, fields)
        for i, (name, longest) in enumerate(_HELPFUL.items()):
            after[name] *= np.where(field == i, np.exp(longest * reach), 1.0)
        sort = np.where(better_change, rng.integers(len(_HELPFUL_CHANGES) + 1, size=n_pairs), -1)
        for i, (name, longest) in enumerate(_HELPFUL_CHANGES.items()):
            better[name] *= np.where(sort == i, np.exp(longest * reach), 1.0)
        gift = _LARGEST_GIFT * reach * before["monthly_expenses"]
        better["one_off"] += np.where(sort == len(_HELPFUL_CHANGES), gift, 0.0)
        self._from_no_pay(before, after, field == 0, rng)
        known, order = random_masks(n_pairs, rng, _ALL_KNOWN_MOVES), rng.permutation(n_pairs)
        return (
            self._prepared(before, change, known)[order],
            self._prepared(after, better, known)[order],
        )

    @staticmethod
    def _from_no_pay(
        before: pd.DataFrame, after: pd.DataFrame, of_income: Bools, rng: np.random.Generator
    ) -> None:
        """Let some of the moves of income begin at none, where no factor leads away from."""
        begins = of_income & (rng.random(len(before)) < 1 / _FROM_NO_PAY_IN)
        some = _SOME_PAY * rng.random(len(before))
        before["monthly_income"] = np.where(begins, 0.0, before["monthly_income"])
        after["monthly_income"] = np.where(begins, some, after["monthly_income"])

    def _prepared(
        self, households: pd.DataFrame, change: pd.DataFrame, known: Bools
    ) -> torch.Tensor:
        rows = to_tensor(households, self.preprocessor, change)
        return mask_optional(rows, known, self.preprocessor)

    def _shaken(self, n_rows: int, rng: np.random.Generator) -> pd.DataFrame:
        rows = self.households.iloc[rng.integers(len(self.households), size=n_rows)].copy()
        jitter = _JITTER * rng.standard_normal((n_rows, len(_HELPFUL)))
        jitter *= (rng.random(n_rows) < _SHAKEN)[:, None]
        rows[list(_HELPFUL)] *= np.exp(jitter)
        return rows


def _check_labels(stressed: NDArray[Any], n_households: int) -> None:
    """A loop that runs on such labels ends in NaN, or in a model that knows one answer."""
    if stressed.shape != (n_households,):
        raise _bad_labels(
            f"hold one label for each of {n_households:,} households, got shape {stressed.shape}",
            "Take both from the same rows.",
        )
    if stressed.dtype.kind not in "biuf":
        raise _bad_labels(f"be True or False, got {stressed.dtype}", "Compare with a condition.")
    outside = ~((stressed >= 0) & (stressed <= 1))  # NaN is outside too
    if outside.any():
        first = int(np.flatnonzero(outside)[0])
        raise _bad_labels(f"lie from 0 to 1, got {stressed[first]} in row {first}", "Leave it out.")
    if n_households and stressed.min() == stressed.max():
        raise _bad_labels(
            f"hold both classes, got {stressed[0]} in all {n_households:,} rows",
            "Train on more households.",
        )


def _bad_labels(rule: str, step: str) -> FinriskError:
    return FinriskError(f"stressed must {rule}. {step}", field="stressed")
