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

from finrisk.checks import check_labels, check_whole
from finrisk.data.feature_engineering import FEATURE_NAMES, FEATURES
from finrisk.errors import FinriskError
from finrisk.received import show_kind, show_name

__all__ = ["Preprocessor", "Split", "split_households"]

Floats = NDArray[np.float64]
N_VALUES = len(FEATURES)  # columns that are filled and scaled; the rest are 0/1 flags
FEWEST_OF_A_CLASS = 10  # so that each part of the split gets some
LARGEST_SEED = 2**32 - 1  # that scikit-learn takes
CLAMP = 8.0  # standard deviations; a value far outside training cannot blow up the logit


@dataclass(frozen=True)
class Split:
    """Row positions of the three parts; every household is in exactly one."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split_households(stressed: NDArray[np.bool_], seed: int) -> Split:
    """70 % train, 15 % validation, 15 % test, with the same share of stressed in each.

    Raises:
        FinriskError: if fewer than 10 households are stressed, or fewer than 10 are not; for what
            are no labels, or a seed that is none.

    >>> split = split_households(np.arange(200) % 2 == 0, seed=1)
    >>> len(split.train), len(split.validation), len(split.test)
    (140, 30, 30)
    """
    stressed = check_labels("stressed", stressed)
    check_whole("seed", seed, 0, LARGEST_SEED)
    rows, n_stressed = np.arange(len(stressed)), int(np.sum(stressed))
    if not FEWEST_OF_A_CLASS <= n_stressed <= len(stressed) - FEWEST_OF_A_CLASS:
        raise FinriskError(
            f"stressed must hold for at least {FEWEST_OF_A_CLASS} households and fail for as "
            f"many, got {n_stressed:,} of {len(stressed):,}. Simulate more households, or a "
            "world in which some become stressed and some do not.",
            field="stressed",
        )
    from sklearn.model_selection import train_test_split  # slow to import, not needed to predict

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
            FinriskError: if the columns are not those of `engineer_features`, or hold a
                value nowhere.
        """
        values = _checked(X)[:, :N_VALUES]
        empty = [FEATURE_NAMES[i] for i in range(N_VALUES) if np.isnan(values[:, i]).all()]
        if empty:
            raise FinriskError(
                f"{empty[0]} must be known for some training household, got none of "
                f"{len(X):,}. Nothing can be learned of a field that nobody gives.",
                field=empty[0],
            )
        from sklearn.preprocessing import StandardScaler  # as slow, and needed here only

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
    def fill_values(self) -> NDArray[np.float32]:
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
    """The numbers of X, once its columns are those that `engineer_features` makes."""
    if not isinstance(X, pd.DataFrame):
        raise _not_features(f"a table, got {show_kind(X)}")
    if tuple(X.columns) != FEATURE_NAMES:
        strange = [show_name(name, exact=True) for name in X.columns if name not in FEATURE_NAMES]
        missing = [name for name in FEATURE_NAMES if name not in X]
        found = f"missing {missing[:3]}, strange {strange[:3]}" if missing or strange else "order"
        raise _not_features(
            f"the {len(FEATURE_NAMES)} columns of engineer_features in their order, got others "
            f"({found})"
        )
    try:
        numbers = X.to_numpy(np.float64)
    except (TypeError, ValueError) as error:
        raise _not_features(f"numbers only, got other cells ({error})") from error
    if np.isinf(numbers).any():
        raise _not_features("numbers only, got inf")
    return numbers


def _not_features(rule: str) -> FinriskError:
    return FinriskError(
        f"X must have {rule}. Make X with engineer_features(households).", field="X"
    )
