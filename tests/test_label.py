"""What "stressed" means, and by which of its two rules."""

import numpy as np
import pytest
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.data import label
from finrisk.data.label import FIRST_MONTH, LAST_MONTH, N_FUTURE, RULES, RUN_IN_THE_RED, is_stressed
from finrisk.data.population import simulate
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES
from finrisk.ml.baselines import rule_of_thumb
from finrisk.ml.predictor import Predictor

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def by_loop(savings: Floats, cash_flow: Floats, bar: float, rule: str) -> bool:
    """The definition read aloud, month by month, for one household and one rule."""
    run = 0
    for month in range(1, N_FUTURE + 1):
        run = run + 1 if cash_flow[month - 1] < 0 else 0
        if month < FIRST_MONTH:
            continue
        if rule == "savings" and savings[month - 1] < bar:
            return True
        if rule == "red" and run >= RUN_IN_THE_RED:
            return True
    return False


def test_each_rule_against_a_loop() -> None:
    rng = np.random.default_rng(3)
    savings, cash_flow = rng.normal(5_000, 2_500, (6, 400)), rng.normal(100, 500, (6, 400))
    bar = np.full(400, 3_000.0)
    found: dict[str, Bools] = {}
    for rule in RULES:
        found[rule] = is_stressed(savings, cash_flow, bar, rule)
        expected = [by_loop(savings[:, i], cash_flow[:, i], 3_000, rule) for i in range(400)]
        assert found[rule].tolist() == expected
        assert 0 < found[rule].sum() < 400
    either = is_stressed(savings, cash_flow, bar)
    assert either.tolist() == (found["savings"] | found["red"]).tolist()
    assert (found["savings"] & ~found["red"]).any(), "they are not the same rule"


def test_a_rule_that_is_neither_is_refused() -> None:
    six = np.ones((6, 1))
    with pytest.raises(
        FinriskError, match=r"rule must be one of savings, red.* got 'blue'"
    ) as told:
        is_stressed(six, six, np.ones(1), "blue")  # type: ignore[arg-type]
    assert told.value.field == "rule"
    with pytest.raises(FinriskError, match="rule must be one of savings, red"):
        simulate(10, seed=1).true_risk(2, rule="both")  # type: ignore[arg-type]


def test_true_risk_knows_the_rules_apart() -> None:
    world = simulate(600, seed=4)
    either, short, red = (world.true_risk(40, rule=rule) for rule in (None, *RULES))
    assert (np.maximum(short, red) <= either).all()
    assert (either <= short + red + 1e-9).all()
    assert short.mean() > 0.1
    assert red.mean() > 0.1
    # who has years of expenses saved is hardly ever short of them, and may well be in the red
    rich = (world.households["savings"] > 24 * world.households["monthly_expenses"]).to_numpy()
    assert rich.sum() > 20
    assert short[rich].mean() < 0.02 < red[rich].mean()


def test_three_months_without_pay_are_in_the_red_with_any_savings() -> None:
    world = simulate(600, seed=4)
    rich = (world.households["savings"] > 12 * world.households["monthly_expenses"]).to_numpy()
    no_pay = Change(income=0, months=3)
    red, short = (world.true_effect(no_pay, 20, rule=rule)[rich] for rule in ("red", "savings"))
    assert (world.true_risk(20, rule="red")[rich] + red).mean() > 0.95
    assert short.mean() < 0.1


def test_onset_and_the_rule_of_thumb_ask_the_same_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    world = simulate(500, seed=5)
    assert world.onset.tolist() == (~rule_of_thumb(world.households)).tolist()
    before = world.onset.sum()
    monkeypatch.setattr(label, "MONTHS_OF_EXPENSES", 3)
    assert world.onset.tolist() == (~rule_of_thumb(world.households)).tolist()
    assert world.onset.sum() < before, "a higher bar leaves fewer above it"


def test_the_months_are_said_as_they_are_counted() -> None:
    meaning = Predictor.load().predict(EXAMPLES["Maria, on the edge"]).meaning
    assert f"in the months {FIRST_MONTH} to {LAST_MONTH} from now" in meaning
