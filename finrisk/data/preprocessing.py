"""From X to the numbers a network trains on: 70/15/15 split, filling, scaling.

What is learned here (medians, means, scales) is learned from the training households alone
and travels in the model file, so that one household at serving time is treated exactly like
a row at training time. Left out: reading files (`history_csv.py`), masking (`ml/dataset.py`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from finrisk.data.feature_engineering import FEATURE_NAMES, FEATURES

__all__ = ["Preprocessor", "Split", "split_households"]

Floats = NDArray[np.float64]
N_VALUES = len(FEATURES)  # columns that are filled and scaled; the rest are 0/1 flags
CLAMP = 8.0  # standard deviations; a value far outside training cannot blow up the logit


@dataclass(frozen=True)
class Split:
    """Row positions of the three parts; every household is in exactly one."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split_households(stressed: NDArray[np.bool_], seed: int) -> Split:
    """70 % train, 15 % validation, 15 % test, with the same share of stressed in each.

    >>> split = split_households(np.arange(200) % 2 == 0, seed=1)
    >>> len(split.train), len(split.validation), len(split.test)
    (140, 30, 30)
    """
    rows = np.arange(len(stressed))
    train, rest = train_test_split(rows, test_size=0.30, stratify=stressed, random_state=seed)
    validation, test = train_test_split(
        rest, test_size=0.5, stratify=stressed[rest], random_state=seed
    )
    return Split(np.sort(train), np.sort(validation), np.sort(test))


@dataclass(frozen=True)
class Preprocessor:
    """Fill NaN with the training median, standardise, clamp; flags pass unchanged.

    Attributes:
        median, mean, scale: one number per value column of X, shape (12,).
    """

    median: Floats
    mean: Floats
    scale: Floats

    @classmethod
    def fit(cls, X: pd.DataFrame) -> "Preprocessor":
        """Learn the numbers from training rows only.

        Raises:
            ValueError: if the columns are not those of `engineer_features`.
        """
        values = _checked(X)[:, :N_VALUES]
        scaler = StandardScaler().fit(values)
        return cls(np.nanmedian(values, axis=0), scaler.mean_, scaler.scale_)

    def transform(self, X: pd.DataFrame) -> NDArray[np.float32]:
        """X (n, 20) with NaN for unknown values -> filled and scaled, float32, same shape."""
        array = _checked(X)
        values, flags = array[:, :N_VALUES], array[:, N_VALUES:]
        filled = np.where(np.isnan(values), self.median, values)
        scaled = np.clip((filled - self.mean) / self.scale, -CLAMP, CLAMP)
        return np.hstack([scaled, flags]).astype(np.float32)

    @property
    def typical(self) -> NDArray[np.float32]:
        """The scaled value that stands for "not known", shape (12,)."""
        return ((self.median - self.mean) / self.scale).astype(np.float32)

    def to_dict(self) -> dict[str, list[float]]:
        """Plain lists, for the model file."""
        return {name: getattr(self, name).tolist() for name in ("median", "mean", "scale")}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Preprocessor":
        """The inverse of `to_dict`."""
        return cls(*(np.array(values[name], np.float64) for name in ("median", "mean", "scale")))


def _checked(X: pd.DataFrame) -> Floats:
    if tuple(X.columns) != FEATURE_NAMES:
        raise ValueError("X must have the columns of engineer_features, in their order.")
    return X.to_numpy(np.float64)
