"""A classic mistake, made on purpose: what a leaking label pretends, and what it is worth.

`leakage_lab` takes the label from months that the features have seen. All else is done as it
should be: same households, features, split and kind of model. So the gap between its rows is
what that one slip does. Lesson 02 shows how much of it another threshold would win back. Left
out: a feature that peeks (lesson 02 catches one by hand).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from finrisk.checks import check_whole
from finrisk.data.feature_engineering import engineer_features
from finrisk.data.label import N_FUTURE, N_PAST, is_stressed
from finrisk.data.population import Population, simulate
from finrisk.data.preprocessing import Split, split_households
from finrisk.ml.scores import score
from finrisk.ml.thresholds import choose_threshold

__all__ = ["leakage_lab"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIRST_ROW = {  # label -> first of the six rows of `Population.months` that it looks at
    "future": N_PAST,  # t+1..t+6, as it should be
    "same months": N_PAST - N_FUTURE,  # t-5..t: the mistake
}
TRIALS = [("future", "future"), ("same months", "same months"), ("same months", "future")]
MIN_HOUSEHOLDS = 2_000  # about 30 of the tested are then newly stressed; fewer tell nothing
N_TREES = 40  # enough for both labels, and quick


def leakage_lab(n_households: int = 20_000, seed: int = 7) -> pd.DataFrame:
    """One model learns an honest label, its twin a label from the months of the features.

    The honest label is the course's: stressed in t+3..t+6, by the rule of `is_stressed`. The
    leaked one applies the same rule to t-5..t, six months earlier. Boosted trees learn each
    from the same training households; the alert threshold is chosen on the validation
    households *by the label learned*, as somebody would who had not noticed. The test
    households then score both, by the label learned and by what really came.

    Args:
        n_households: how many to simulate, at least 2,000; 70 % train, 15 % validate, 15 %
            test. Of 20,000 about 330 tested ones are newly stressed, so that recall, onset
            strays by some 0.03 from seed to seed.
        seed: of the world and the split, a whole number from 0 to 4,294,967,295.

    Returns:
        DataFrame of three rows (learned from, scored by: "future" or "same months") and four
        columns, shares in [0, 1] rounded to 3 digits: recall at the alert threshold, then
        ROC-AUC, each for all tested households and for onset, those not yet short at t.

    Raises:
        FinriskError: for fewer households than 2,000, or a number or seed that is none.

    >>> lab = leakage_lab(2_000, seed=1)
    >>> lab["ROC-AUC, all"].round(2).to_list()  # honest; leaked, as it looks; as it is
    [0.91, 0.98, 0.91]
    """
    check_whole("n_households", n_households, MIN_HOUSEHOLDS)
    world = simulate(n_households, seed)
    X, split = engineer_features(world.households), split_households(world.stressed, seed)
    labels = {name: _label(world, first) for name, first in FIRST_ROW.items()}
    learned = {name: _learn(X, y, world.onset, split) for name, y in labels.items()}
    rows = [_scores(learned[own], labels[truth], world.onset, split) for own, truth in TRIALS]
    index = pd.MultiIndex.from_tuples(TRIALS, names=["learned from", "scored by"])
    return pd.DataFrame(rows, index).round(3)


class _Learned(NamedTuple):
    """What a model says of every household, (n_households,), and from where on it warns."""

    y_prob: Floats
    threshold: float


def _label(world: Population, first: int) -> Bools:
    """Stressed in the six months that begin with row `first`, shape (n_households,)."""
    six = {name: rows[first : first + N_FUTURE] for name, rows in world.months.items()}
    expenses = world.households["monthly_expenses"].to_numpy()
    return is_stressed(six["savings"], six["income"] - six["expenses"], expenses)


def _learn(X: pd.DataFrame, y: Bools, onset: Bools, split: Split) -> _Learned:
    """Fit on training households; choose the threshold on validation households, both by y."""
    # The default stops early above 10,000 rows only: two sizes would be two kinds of model.
    model = HistGradientBoostingClassifier(max_iter=N_TREES, early_stopping=False, random_state=7)
    model.fit(X.iloc[split.train], y[split.train])
    y_prob = model.predict_proba(X)[:, 1]
    rows = split.validation
    return _Learned(y_prob, choose_threshold(y[rows], y_prob[rows], onset[rows]))


def _scores(learned: _Learned, y: Bools, onset: Bools, split: Split) -> dict[str, float]:
    """Recall and ROC-AUC of the test households by the label y."""
    groups = {"all": split.test, "onset": split.test[onset[split.test]]}
    scores = {
        name: score(y[rows], learned.y_prob[rows], learned.threshold)
        for name, rows in groups.items()
    }
    recall = {f"recall, {name}": one.recall for name, one in scores.items()}
    return recall | {f"ROC-AUC, {name}": one.roc_auc for name, one in scores.items()}
