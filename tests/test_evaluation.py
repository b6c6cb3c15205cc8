"""Figures against an independent count: scores, thresholds, classes, rivals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from finrisk.data.population import Population
from finrisk.errors import FinriskError
from finrisk.ml import predictor as predictor_module
from finrisk.ml import thresholds as thresholds_module
from finrisk.ml.baselines import RULE_NAME, fit_baselines
from finrisk.ml.predictor import Predictor
from finrisk.ml.scores import score
from finrisk.ml.thresholds import (
    HIGH_THRESHOLD,
    choose_threshold,
    class_shares,
    risk_classes,
    threshold_table,
)
from finrisk.prediction import RISK_CLASSES

RNG = np.random.default_rng(8)
Y_PROB = RNG.random(4_000)
Y = RNG.random(4_000) < Y_PROB
ONSET = RNG.random(4_000) < 0.6


def test_scores_worked_by_hand() -> None:
    """3 stressed, 2 of them warned; 1 false alarm; 2 rightly left alone."""
    y = np.array([1, 1, 1, 0, 0, 0], dtype=bool)
    s = score(y, np.array([0.9, 0.8, 0.1, 0.7, 0.2, 0.3]), threshold=0.5)
    assert (s.recall, s.precision) == pytest.approx((2 / 3, 2 / 3))
    assert s.accuracy == pytest.approx(4 / 6)
    assert s.roc_auc == pytest.approx(6 / 9)
    assert list(s.to_dict())[:5] == ["recall", "f1", "precision", "accuracy", "roc_auc"]


def test_the_threshold_is_the_largest_that_keeps_both_promises() -> None:
    t = choose_threshold(Y, Y_PROB, ONSET)

    def recalls(threshold: float) -> tuple[float, float]:
        caught = threshold <= Y_PROB
        return caught[Y].mean(), caught[Y & ONSET].mean()

    assert recalls(t)[0] >= 0.90
    assert recalls(t)[1] >= 0.80
    higher = recalls(np.nextafter(t, 1))
    assert higher[0] < 0.90 or higher[1] < 0.80


def test_a_promise_to_nobody_is_refused() -> None:
    with pytest.raises(FinriskError, match="group onset, got none of 2"):
        choose_threshold(Y & ~ONSET, Y_PROB, ONSET)


def test_threshold_table_against_sklearn() -> None:
    table = threshold_table(Y, Y_PROB)
    assert len(table) == 101
    for row in table.iloc[[0, 13, 50, 99, 100]].to_dict("records"):
        tn, fp, fn, tp = confusion_matrix(Y, row["threshold"] <= Y_PROB).ravel()
        assert (row["tp"], row["fp"], row["fn"], row["tn"]) == (tp, fp, fn, tn)


def test_class_shares_add_up() -> None:
    assert sum(class_shares(Y_PROB, 0.13).values()) == pytest.approx(1)


def test_a_class_begins_at_its_boundary() -> None:
    edges = [0.0, np.nextafter(0.13, 0), 0.13, np.nextafter(0.5, 0), 0.5, 1.0]
    classes = risk_classes(np.array(edges), 0.13, HIGH_THRESHOLD)
    assert classes == ["Low", "Low", "Moderate", "Moderate", "High", "High"]
    assert class_shares(np.array(edges), 0.13) == dict.fromkeys(RISK_CLASSES, pytest.approx(1 / 3))


def test_one_rule_decides_every_class(
    predictor: Predictor, world: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Turn the rule round: whoever decides for himself goes on as before."""
    turned = np.array(["Low", "High"])
    for module in (predictor_module, thresholds_module):
        monkeypatch.setattr(
            module, "risk_classes", lambda q, *_: list(turned[(q < 0.5).astype(int)])
        )
    row = {str(name): value for name, value in world.households.iloc[0].items()}
    p = predictor.predict(row)
    assert p.risk_class == ("High" if p.probability < 0.5 else "Low")
    assert set(predictor.predict_many(world.households)["risk_class"]) == {"Low", "High"}
    assert class_shares(np.array([0.1, 0.2, 0.9]), 0.13)["High"] == pytest.approx(2 / 3)


def test_rivals_beat_each_other_in_the_expected_order(world: Population) -> None:
    rows, y = world.households, world.stressed
    rivals = fit_baselines(rows[:1_500], y[:1_500], seed=0)
    aucs = {
        n: score(y[1_500:], forecaster(rows[1_500:]), 0.5).roc_auc
        for n, forecaster in rivals.items()
    }
    assert aucs[RULE_NAME] < aucs["logistic regression"]
    assert aucs["gradient boosting"] > 0.9


def test_rivals_learn_from_shares_as_from_the_lives_themselves(world: Population) -> None:
    """Four lives of each household as four rows, or their share: the same logistic model."""
    rows, lives = world.households[:800], RNG.random((800, 4)) < 0.1 + 0.7 * Y_PROB[:800, None]
    by_share = fit_baselines(rows, lives.mean(axis=1), seed=0)
    repeated = pd.concat([rows] * 4, ignore_index=True)
    by_lives = fit_baselines(repeated, lives.T.ravel(), seed=0)
    for name in ("logistic regression", RULE_NAME):
        np.testing.assert_allclose(
            by_share[name](world.households), by_lives[name](world.households), atol=0.01
        )
