"""Tensors for the training loop: rows, random masks, and helpful moves.

People often know only a few fields, so the model is trained on rows with random optional
fields hidden. And it is asked what happens if a household changes, so the loop is shown
pairs of households, before and after a move that can only help. Left out: the loop itself
(`train.py`), which sees tensors only.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.data.feature_engineering import FEATURE_NAMES, FEATURES, OPTIONAL
from finrisk.data.preprocessing import Preprocessor
from finrisk.errors import FinriskError
from finrisk.inputs import CROSS_RULES, INPUTS
from finrisk.ml.tensors import to_tensor

__all__ = ["TrainingData", "mask_optional", "random_households", "random_masks"]

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
# The three moves that can only help, and the logarithm of the longest step.
_HELPFUL = {"monthly_income": 0.2, "monthly_expenses": -0.25, "savings": 0.7}
_ONE_ANYWHERE_IN = 6  # one pair in six starts anywhere in the ranges of INPUTS,
_FURTHER = 3.0  # and moves up to three times as far
_ALL_KNOWN, _NONE_KNOWN = 0.70, 0.12  # shares of rows; the rest know a random subset
_JITTER = 0.3  # log points by which income, expenses and savings are shaken first


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


def random_masks(n_rows: int, rng: np.random.Generator) -> Bools:
    """Which optional fields are known, shape (n_rows, 8): all, none, or a random subset.

    A column is a field, in the order of `OPTIONAL`.
    """
    sort = rng.random(n_rows)[:, None]
    subset = rng.random((n_rows, len(OPTIONAL))) < 0.5
    return np.where(
        sort < _ALL_KNOWN, True, np.where(sort < _ALL_KNOWN + _NONE_KNOWN, False, subset)
    )


def mask_optional(rows: torch.Tensor, known: Bools, preprocessor: Preprocessor) -> torch.Tensor:
    """Hide the optional fields that are not in `known`, as if nobody had given them.

    Args:
        rows: filled and scaled X, shape (n, 20).
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
        X: the same, filled and scaled, shape (n, 20) float32.
        y: 1.0 where stressed, or the share of several lives that were; shape (n,) float32.
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

    def __len__(self) -> int:
        return len(self.y)

    def masked(self, rng: np.random.Generator) -> torch.Tensor:
        """All rows with fresh random masks, as one epoch sees them."""
        return mask_optional(self.X, random_masks(len(self), rng), self.preprocessor)

    def helpful_moves(
        self, n_pairs: int, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Households before and after a move that can only help, both (n_pairs, 20).

        Five of six are training households with income, expenses and savings shaken, so
        that unusual combinations occur; the others lie anywhere in the ranges of INPUTS. One
        of the three amounts moves the helpful way by a random factor; the other fields stay,
        and the same optional fields are hidden before and after.
        """
        n_anywhere = n_pairs // _ONE_ANYWHERE_IN
        shaken = self._shaken(n_pairs - n_anywhere, rng)
        before = pd.concat([shaken, random_households(n_anywhere, rng)], ignore_index=True)
        reach = np.where(np.arange(n_pairs) < len(shaken), 1.0, _FURTHER) * rng.random(n_pairs)
        after, choice = before.copy(), rng.integers(len(_HELPFUL), size=n_pairs)
        for i, (name, longest) in enumerate(_HELPFUL.items()):
            after[name] *= np.where(choice == i, np.exp(longest * reach), 1.0)
        known, order = random_masks(n_pairs, rng), rng.permutation(n_pairs)
        return self._prepared(before, known)[order], self._prepared(after, known)[order]

    def _shaken(self, n_rows: int, rng: np.random.Generator) -> pd.DataFrame:
        rows = self.households.iloc[rng.integers(len(self), size=n_rows)].copy()
        rows[list(_HELPFUL)] *= np.exp(_JITTER * rng.standard_normal((n_rows, len(_HELPFUL))))
        return rows

    def _prepared(self, households: pd.DataFrame, known: Bools) -> torch.Tensor:
        return mask_optional(to_tensor(households, self.preprocessor), known, self.preprocessor)


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
