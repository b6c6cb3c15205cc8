"""What the network is held against: a rule of thumb, a linear model, boosted trees.

A score means little alone. All rivals know what the network knows, learn from the same labels
and are scored on the same households. More of them, from other libraries, are in `make bench`.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from finrisk.data.feature_engineering import engineer_features
from finrisk.data.label import is_short
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.ml.forecaster import Forecaster

__all__ = ["RULE_NAME", "fit_baselines", "fit_rule", "outcomes", "rule_of_thumb"]

Floats = NDArray[np.float64]
RULE_NAME = "rule of thumb (savings below one month)"


def rule_of_thumb(households: pd.DataFrame) -> NDArray[np.bool_]:
    """Warn whoever has less than one month of expenses saved: no model at all.

    >>> rule_of_thumb(pd.DataFrame({"savings": [500.0], "monthly_expenses": [3000.0]}))
    array([ True])
    """
    return np.asarray(is_short(households["savings"], households["monthly_expenses"]))


def outcomes(
    share: NDArray[np.bool_] | Floats,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], Floats]:
    """Shares of stressed lives as the rows, labels and weights a classifier takes.

    A household of which 3 of 4 lives were stressed becomes a stressed row of weight 0.75
    and a stable one of weight 0.25: the loss is the same.

    >>> [part.tolist() for part in outcomes(np.array([1.0, 0.75]))]
    [[0, 1, 1], [True, True, False], [1.0, 0.75, 0.25]]
    """
    share = np.asarray(share, dtype=np.float64)
    weights = np.concatenate([share, 1 - share])
    rows = np.tile(np.arange(len(share)), 2)
    y = np.repeat([True, False], len(share))
    counts = weights > 0
    return rows[counts], y[counts], weights[counts]


def fit_rule(households: pd.DataFrame, stressed: NDArray[np.bool_] | Floats) -> Forecaster:
    """The rule of thumb with two probabilities, counted on the training households.

    They are the shares of stressed among those it warns and among those it does not.
    """
    warned = rule_of_thumb(households)
    calm, alarmed = float(stressed[~warned].mean()), float(stressed[warned].mean())

    def forecaster(rows: pd.DataFrame) -> Floats:
        return np.asarray(np.where(rule_of_thumb(rows), alarmed, calm), dtype=np.float64)

    return forecaster


def fit_baselines(
    households: pd.DataFrame,
    stressed: NDArray[np.bool_] | Floats,
    seed: int,
    watch: tuple[pd.DataFrame, NDArray[np.bool_]] | None = None,
) -> dict[str, Forecaster]:
    """Fit the rivals; each comes back as a function from households to probabilities.

    Args:
        stressed: the label of each household, or the share of its lives that were stressed.
        watch: validation households and labels; the trees then grow until these no longer
            gain, instead of a hundred of them.
    """
    X = engineer_features(households)
    preprocessor = Preprocessor.fit(X)
    rows, y, weights = outcomes(stressed)
    logistic = LogisticRegression(max_iter=1_000)
    logistic.fit(preprocessor.transform(X)[rows], y, sample_weight=weights)
    part = {"X_val": _values(watch[0]), "y_val": watch[1]} if watch else {}
    boosting = HistGradientBoostingClassifier(
        max_iter=1_000 if watch else 100, early_stopping=bool(watch), random_state=seed
    )
    boosting.fit(X.iloc[rows, :N_VALUES], y, sample_weight=weights, **part)

    def by_logistic(table: pd.DataFrame) -> Floats:
        prepared = preprocessor.transform(engineer_features(table))
        return np.asarray(logistic.predict_proba(prepared)[:, 1], dtype=np.float64)

    def by_boosting(table: pd.DataFrame) -> Floats:
        return np.asarray(boosting.predict_proba(_values(table))[:, 1], dtype=np.float64)

    return {
        RULE_NAME: fit_rule(households, stressed),
        "logistic regression": by_logistic,
        "gradient boosting": by_boosting,
    }


def _values(households: pd.DataFrame) -> pd.DataFrame:
    """The features without the flags: trees see by themselves what is missing."""
    return engineer_features(households).iloc[:, :N_VALUES]
