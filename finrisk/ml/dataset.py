"""Tensors for the training loop: rows, random masks, and helpful moves.

People often know only a few fields, so the model is trained on rows with random optional
fields hidden. And it is asked what happens if a household changes, so the loop is shown
pairs of households, before and after a move that can only help. Left out: the loop itself
(`train.py`), which sees tensors only.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from finrisk.data.feature_engineering import FEATURES, OPTIONAL, engineer_features
from finrisk.data.preprocessing import N_VALUES, Preprocessor

__all__ = ["TrainingData", "mask_optional", "random_masks"]

Bools = NDArray[np.bool_]
_OPTIONAL_COLUMNS = [i for i, name in enumerate(FEATURES) if name in OPTIONAL]
_N_OPTIONAL = len(OPTIONAL)
# The three moves that can only help, and how far one goes: (field, up or down, largest log).
_HELPFUL = (("monthly_income", 1, 0.21), ("monthly_expenses", -1, 0.25), ("savings", 1, 0.69))
_JITTER = 0.3  # log points by which income, expenses and savings are shaken first


def random_masks(n_rows: int, rng: np.random.Generator) -> Bools:
    """Which optional fields are known, shape (n_rows, 8).

    Half of the rows know all, a quarter none, a quarter a random subset.
    """
    share = rng.random(n_rows)[:, None]
    subset = rng.random((n_rows, _N_OPTIONAL)) < 0.5
    return np.where(share < 0.5, True, np.where(share < 0.75, False, subset))


def mask_optional(rows: torch.Tensor, known: Bools, preprocessor: Preprocessor) -> torch.Tensor:
    """Hide the optional fields that are not in `known`, as if nobody had given them.

    Args:
        rows: filled and scaled X, shape (n, 20).
        known: shape (n, 8); a hidden field gets the typical value and the flag 0.
    """
    shown = torch.from_numpy(known)
    masked = rows.clone()
    typical = torch.from_numpy(preprocessor.typical)[_OPTIONAL_COLUMNS]
    masked[:, _OPTIONAL_COLUMNS] = torch.where(shown, rows[:, _OPTIONAL_COLUMNS], typical)
    masked[:, N_VALUES:] *= shown
    return masked


@dataclass(frozen=True)
class TrainingData:
    """What the loop draws from: the training households, as rows and as people.

    Attributes:
        households: the training households (columns of INPUTS), to make moves from.
        X: the same, filled and scaled, shape (n, 20) float32.
        y: 1.0 where stressed, shape (n,) float32.
    """

    households: pd.DataFrame
    X: torch.Tensor
    y: torch.Tensor
    preprocessor: Preprocessor

    @classmethod
    def make(
        cls, households: pd.DataFrame, stressed: Bools, preprocessor: Preprocessor
    ) -> "TrainingData":
        """Engineer, fill and scale once; the loop then only slices."""
        X = torch.from_numpy(preprocessor.transform(engineer_features(households)))
        return cls(households, X, torch.from_numpy(stressed.astype(np.float32)), preprocessor)

    def __len__(self) -> int:
        return len(self.y)

    def masked(self, rng: np.random.Generator) -> torch.Tensor:
        """All rows with fresh random masks, as one epoch sees them."""
        return mask_optional(self.X, random_masks(len(self), rng), self.preprocessor)

    def helpful_moves(
        self, n_pairs: int, rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Households before and after a move that can only help, both (n_pairs, 20).

        Income, expenses and savings are shaken so that unusual combinations occur; then one
        of the three moves the helpful way by a random factor (income up to x1.23, expenses
        down to x0.78, savings up to x2). The other fields stay, and the same optional fields
        are hidden before and after.
        """
        before = self.households.iloc[rng.integers(len(self), size=n_pairs)].copy()
        money = [name for name, _, _ in _HELPFUL]
        before[money] *= np.exp(_JITTER * rng.standard_normal((n_pairs, 3)))
        after, choice = before.copy(), rng.integers(3, size=n_pairs)
        for i, (name, sign, largest) in enumerate(_HELPFUL):
            step = np.exp(sign * largest * rng.random(n_pairs))
            after[name] *= np.where(choice == i, step, 1.0)
        known = random_masks(n_pairs, rng)
        return self._prepared(before, known), self._prepared(after, known)

    def _prepared(self, households: pd.DataFrame, known: Bools) -> torch.Tensor:
        rows = torch.from_numpy(self.preprocessor.transform(engineer_features(households)))
        return mask_optional(rows, known, self.preprocessor)
