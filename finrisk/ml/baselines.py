"""What the network is held against: a rule of thumb, a linear model, boosted trees.

A score means little alone. All rivals see the same 20 columns and are
judged on the same households; how many each learned from is said beside the figures.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from finrisk.data.feature_engineering import engineer_features
from finrisk.data.preprocessing import Preprocessor

__all__ = ["RULE_NAME", "fit_baselines", "rule_of_thumb"]

Floats = NDArray[np.float64]
RULE_NAME = "rule of thumb (savings below one month)"


def rule_of_thumb(households: pd.DataFrame) -> NDArray[np.bool_]:
    """Warn whoever has less than one month of expenses saved: no model at all.

    >>> rule_of_thumb(pd.DataFrame({"savings": [500.0], "monthly_expenses": [3000.0]}))
    array([ True])
    """
    return (households["savings"] < households["monthly_expenses"]).to_numpy()


def fit_baselines(
    households: pd.DataFrame, stressed: NDArray[np.bool_], seed: int
) -> dict[str, Callable[[pd.DataFrame], Floats]]:
    """Fit the rivals; each comes back as a function from households to probabilities.

    The rule of thumb gives two probabilities: the share of stressed among those it warns
    and among those it does not, counted on the training households.
    """
    X = engineer_features(households)
    preprocessor = Preprocessor.fit(X)
    warned = rule_of_thumb(households)
    rates = (stressed[~warned].mean(), stressed[warned].mean())
    logistic = LogisticRegression(max_iter=1_000).fit(preprocessor.transform(X), stressed)
    boosting = HistGradientBoostingClassifier(random_state=seed).fit(X, stressed)

    def by_rule(rows: pd.DataFrame) -> Floats:
        return np.asarray(np.where(rule_of_thumb(rows), rates[1], rates[0]), dtype=np.float64)

    def by_logistic(rows: pd.DataFrame) -> Floats:
        prepared = preprocessor.transform(engineer_features(rows))
        return np.asarray(logistic.predict_proba(prepared)[:, 1], dtype=np.float64)

    def by_boosting(rows: pd.DataFrame) -> Floats:
        return np.asarray(boosting.predict_proba(engineer_features(rows))[:, 1], dtype=np.float64)

    return {
        RULE_NAME: by_rule,
        "logistic regression": by_logistic,
        "gradient boosting": by_boosting,
    }
