"""What "stressed" means, and by which of its two rules."""

import numpy as np
import pytest
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.data import label
from finrisk.data.label import FIRST_MONTH, LAST_MONTH, RULES, is_stressed
from finrisk.data.population import simulate
from finrisk.data.reality_check import reality_check
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES
from finrisk.ml.baselines import rule_of_thumb
from finrisk.ml.predictor import Predictor

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def by_loop(savings: Floats, cash_flow: Floats, bar: float, rule: str) -> bool:
    """The definition read aloud, month by month, for one household and one rule."""
    run = 0
    for month in range(1, 7):
        run = run + 1 if cash_flow[month - 1] < 0 else 0
        if month < 3:
            continue
        if rule == "savings" and savings[month - 1] < bar:
            return True
        if rule == "red" and run >= 3:
            return True
    return False


@pytest.mark.parametrize(
    ("savings", "cash_flow", "expected"),
    [
        ([0, 0, 9, 9, 9, 9], [1] * 6, False),  # short in t+1, t+2 only: outside the window
        ([9, 9, 9, 9, 9, 4], [1] * 6, True),  # short at t+6
        ([9] * 6, [-1, -1, -1, 1, 1, 1], True),  # run t+1..t+3, closed inside the window
        ([9] * 6, [1, 1, 1, -1, -1, -1], True),  # run t+4..t+6
        ([9] * 6, [-1, -1, 1, -1, -1, 1], False),  # two and two are not three in a row
        ([5] * 6, [0] * 6, False),  # exactly one month saved, exactly nothing lost
    ],
)
def test_the_label_worked_by_hand(
    savings: list[float], cash_flow: list[float], expected: bool
) -> None:
    saved, flow = (np.array(values, dtype=float)[:, None] for values in (savings, cash_flow))
    assert is_stressed(saved, flow, np.array([5.0]))[0] == expected


@pytest.mark.parametrize("n_months", [5, 7])
def test_a_label_needs_six_months(n_months: int) -> None:
    with pytest.raises(FinriskError, match=f"the 6 months t.1 to t.6, got {n_months} months"):
        is_stressed(np.ones((n_months, 3)), np.ones((n_months, 3)), np.ones(3))


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


@pytest.mark.parametrize("first", [1, 2, 5])
@pytest.mark.parametrize("run_length", [2, 4])
@pytest.mark.parametrize("months", [0.5, 3])
def test_each_number_can_be_changed(
    monkeypatch: pytest.MonkeyPatch, first: int, run_length: int, months: float
) -> None:
    """Somebody will ask "what if it were two months?": the answer must not be nonsense."""
    monkeypatch.setattr(label, "FIRST_MONTH", first)
    monkeypatch.setattr(label, "RUN_IN_THE_RED", run_length)
    monkeypatch.setattr(label, "MONTHS_OF_EXPENSES", months)
    rng = np.random.default_rng(3)
    savings, cash_flow = rng.normal(5_000, 2_500, (6, 200)), rng.normal(300, 500, (6, 200))
    found = is_stressed(savings, cash_flow, np.full(200, 2_000.0))
    for i in range(200):
        run, expected = 0, False
        for month in range(1, 7):
            run = run + 1 if cash_flow[month - 1, i] < 0 else 0
            bad = savings[month - 1, i] < months * 2_000 or run >= run_length
            expected = expected or (bad and month >= first)
        assert found[i] == expected


def test_one_household_alone_needs_no_second_axis() -> None:
    savings, cash_flow = np.array([9, 9, 9, 9, 9, 4.0]), np.ones(6)
    assert is_stressed(savings, cash_flow, np.array(5.0))
    assert not is_stressed(savings, cash_flow, np.array(5.0), rule="red")


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
    facts = reality_check(2_000, seed=1)["simulated"]
    monkeypatch.setattr(label, "MONTHS_OF_EXPENSES", 3)
    stricter = reality_check(2_000, seed=1)["simulated"]
    assert stricter["stressed"] > facts["stressed"]
    assert stricter["stressed_onset"] != facts["stressed_onset"]
    assert stricter["buffer_below_1"] == facts["buffer_below_1"], "a published figure stays"
    assert world.onset.tolist() == (~rule_of_thumb(world.households)).tolist()
    assert world.onset.sum() < before, "a higher bar leaves fewer above it"


def test_the_months_are_said_as_they_are_counted() -> None:
    definition = Predictor.load().predict(EXAMPLES["Maria, on the edge"]).definition
    assert f"in months {FIRST_MONTH} to {LAST_MONTH} from now" in definition
