"""The world's months: a household worked by hand, the money identity, the right direction."""

from collections import namedtuple
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finrisk.data import synthetic_generator as generator
from finrisk.data.population import N_FUTURE, N_PAST, Population, is_stressed, simulate
from finrisk.data.synthetic_generator import Assumptions, Shocks, State, Traits, step_month
from finrisk.household import Change


def one(**values: float) -> np.ndarray:
    return {name: np.array([value]) for name, value in values.items()}


def by_hand() -> tuple[State, Shocks, Traits]:
    """$4,000 a month, $1,000 saved, a car bill of $1,100, no credit."""
    traits = Traits(
        **one(
            kind=0,
            gross_income=57_831.0,
            usual_income=4_000.0,
            volatility=0.1,
            job_loss=0.01,
            income_lost=0.5,
            essentials=2_400.0,
            extras=1_200.0,
            habit=100.0,
            target_savings=10_000.0,
            usual_debt=0.0,
            payment_rate=0.02,
            credit_limit=0.0,
        )
    )
    state = State(np.array([False]), *(np.array([v]) for v in (0.0, 1_000.0, 0.0)))
    luck = Shocks(*(np.array([v]) for v in (0.5, 0.0, 0.0, 0.05, 0.0)))
    return state, luck, traits


def test_a_month_worked_by_hand() -> None:
    """Income 4,000; cash 5,000; bills 2,400 + 1,100 = 3,500; money left 1,500; extras are
    the smaller of 1,200 and .45 x 1,500 = 675; expenses 4,175; left 825; invested 100."""
    state, flows = step_month(*by_hand(), Assumptions())
    assert flows.income[0] == pytest.approx(4_000)
    assert flows.bill[0] == pytest.approx(1_100)
    assert flows.expenses[0] == pytest.approx(4_175)
    assert flows.borrowed[0] == 0
    assert flows.invested[0] == pytest.approx(100)
    assert state.savings[0] == pytest.approx(725)


def test_who_cannot_borrow_leaves_the_rest_unpaid() -> None:
    state, luck, traits = by_hand()
    poor = state._replace(savings=np.array([0.0]))
    dear = luck._replace(bill_size=np.array([2.0]))
    after, flows = step_month(poor, dear, traits, Assumptions())
    assert flows.expenses[0] == pytest.approx(4_000)
    assert after.savings[0] == 0


def test_a_shortfall_is_borrowed_up_to_the_limit() -> None:
    state, luck, traits = by_hand()
    dear = luck._replace(bill_size=np.array([2.0]))
    after, flows = step_month(
        state, dear, traits._replace(credit_limit=np.array([900.0])), Assumptions()
    )
    assert flows.borrowed[0] == pytest.approx(900)
    assert after.debt[0] == pytest.approx(900)
    assert after.savings[0] == 0


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), n=st.integers(1, 300))
def test_every_dollar_is_accounted_for(seed: int, n: int) -> None:
    m = simulate(n, seed).months
    before, after = m["savings"][:-1], m["savings"][1:]
    flows = m["income"] - m["expenses"] + m["borrowed"] - m["invested"]
    assert np.abs(after - before - flows[1:]).max() < 0.005
    assert m["savings"].min() >= 0
    assert m["debt"].min() >= 0
    assert (m["debt_payment"] <= m["expenses"] + 1e-6).all()


def test_incomes_start_between_20k_and_200k() -> None:
    gross = simulate(20_000, seed=3).traits.gross_income
    assert 20_000 <= gross.min() < 20_500
    assert 190_000 < gross.max() <= 200_000


def test_same_seed_same_bits_and_more_households_leave_the_first_ones() -> None:
    few, again, many = simulate(300, seed=5), simulate(300, seed=5), simulate(12_000, seed=5)
    for name, values in few.months.items():
        np.testing.assert_array_equal(values, again.months[name])
        np.testing.assert_array_equal(values, many.months[name][:, :300])
    assert not np.array_equal(few.months["income"], simulate(300, seed=6).months["income"])


def test_a_new_kind_of_shock_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = generator.draw_shocks(1, "past", (0,), (50, 3))
    more = namedtuple("more", ("windfall", *Shocks._fields))
    monkeypatch.setattr(generator, "Shocks", more)
    after = generator.draw_shocks(1, "past", (0,), (50, 3))
    for name in Shocks._fields:
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


def test_one_household_step_by_step_is_the_vectorised_run() -> None:
    """A scalar loop, month by month, for household 7 of 20."""
    world, a, at = simulate(20, seed=9), Assumptions(), 7
    traits = Traits(*(values[[at]] for values in world.traits))
    state = State(*(values[[at]] for values in world.state))
    luck = generator.draw_shocks(9, "future", (0,), (20, N_FUTURE))
    for month in range(N_FUTURE):
        state, flows = step_month(state, Shocks(*(s[month, [at]] for s in luck)), traits, a)
        assert state.savings[0] == world.months["savings"][N_PAST + month, at]
        assert flows.expenses[0] == world.months["expenses"][N_PAST + month, at]


def test_a_knob_changes_only_what_it_names() -> None:
    base, other = (
        simulate(200, seed=1),
        simulate(200, 1, replace(Assumptions(), bill_median=2_000.0)),
    )
    np.testing.assert_array_equal(base.months["income"], other.months["income"])
    assert (other.months["bill"] >= base.months["bill"]).all()
    assert other.months["bill"].sum() > 1.5 * base.months["bill"].sum()


def test_every_assumption_states_unit_and_source() -> None:
    lines = Path(generator.__file__).read_text(encoding="utf-8").splitlines()
    for field in fields(Assumptions):
        line = next(line for line in lines if line.startswith(f"    {field.name}:"))
        assert "; " in line.split("#", 1)[1], f"{field.name} lacks a unit or a source"


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
    columns = (np.array(values, dtype=float)[:, None] for values in (savings, cash_flow))
    assert is_stressed(*columns, np.array([5.0]))[0] == expected


def test_true_risk_is_calibrated_against_what_happened() -> None:
    world = simulate(6_000, seed=21)
    p = world.true_risk(n_futures=100)
    error = np.sqrt(world.stressed.var() / len(world))
    assert abs(p.mean() - world.stressed.mean()) < 4 * error
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.01)):
        inside = (p >= low) & (p < high)
        gap = abs(p[inside].mean() - world.stressed[inside].mean())
        assert gap < 4 * 0.5 / np.sqrt(inside.sum())


@pytest.mark.parametrize(
    "change",
    [
        Change(savings=1.2),
        Change(savings=2),
        Change(income=1.05),
        Change(income=1.2),
        Change(spending=0.95),
        Change(spending=0.8),
        Change(spending=0.8, months=3),
    ],
)
def test_the_truth_never_moves_the_wrong_way(world: Population, change: Change) -> None:
    effect = world.true_effect(change, n_futures=40)
    assert (effect > 0.01).mean() < 0.01
    assert effect.mean() < -0.005


def test_no_change_has_no_effect(world: Population) -> None:
    assert not world.true_effect(Change(), n_futures=3).any()


def test_zero_households_or_futures_is_a_sentence(world: Population) -> None:
    with pytest.raises(ValueError, match="n_households must be at least 1, got 0"):
        simulate(0, seed=1)
    with pytest.raises(ValueError, match="n_futures must be at least 1, got 0"):
        world.true_risk(0)
