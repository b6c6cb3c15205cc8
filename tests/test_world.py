"""The world's months: a household worked by hand, the money identity, the right direction."""

import tracemalloc
from collections import namedtuple
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scalar_world import scalar_month

from finrisk.change import Change
from finrisk.data import assumptions, lives
from finrisk.data import synthetic_generator as generator
from finrisk.data.assumptions import SCENARIOS, Assumptions
from finrisk.data.label import N_FUTURE, N_PAST
from finrisk.data.lives import BLOCK, BURN_IN, Since
from finrisk.data.population import (
    Population,
    simulate,
    standard_error,
)
from finrisk.data.synthetic_generator import Flows, Shocks, State, Traits, step_month
from finrisk.data.training_rows import labelled_households
from finrisk.errors import FinriskError
from finrisk.inputs import INPUTS

BY_HAND = replace(  # round numbers, to work months out by hand with
    Assumptions(),
    bill_chance=0.085,
    bill_median=1_200.0,
    extras_response=0.5,
    extras_cap=0.45,
    purchase_chance=0.025,
    payback=0.15,
    step_fade=0.0,
)


def one(**values: float) -> dict[str, NDArray[np.float64]]:
    return {name: np.array([value]) for name, value in values.items()}


def by_hand() -> tuple[State, Shocks, Traits]:
    """$4,000 a month, $1,000 saved, a car bill of $1,200, no credit."""
    traits = Traits(
        **one(
            kind=0,
            gross_income=57_831.0,
            usual_income=4_000.0,
            volatility=0.1,
            job_loss=0.01,
            step_chance=0.02,
            income_lost=0.5,
            essentials=2_400.0,
            extras=1_200.0,
            target_savings=10_000.0,
            usual_debt=0.0,
            usual_payment=0.0,
            credit_limit=0.0,
        )
    )
    state = State(np.array([False]), *(np.array([v]) for v in (0.0, 0.0, 1_000.0, 0.0)))
    luck = Shocks(*(np.array([v]) for v in (0.5, 0.0, 0.0, 0.0, 0.05, 0.0)))
    return state, luck, traits


def test_a_month_worked_by_hand() -> None:
    """Income 4,000; cash 5,000; bills 2,400 + 1,200 = 3,600; money left 1,400; extras are
    the smaller of 1,200 and .45 x 1,400 = 630; expenses 4,230; left 770, all of it saved."""
    state, flows = step_month(*by_hand(), BY_HAND)
    assert flows.income[0] == pytest.approx(4_000)
    assert flows.bill[0] == pytest.approx(1_200)
    assert flows.expenses[0] == pytest.approx(4_230)
    assert flows.borrowed[0] == 0
    assert flows.invested[0] == 0
    assert state.savings[0] == pytest.approx(770)


def test_a_good_month_buys_extras_and_passes() -> None:
    """A surprise of z = 2 is .1 x 2 x 2 / sqrt(3) = .2309: income 5,039, 26.0 % above usual.
    Half of that, relative to usual, goes into extras: 1,200 x (1 + response x .26)."""
    state, luck, traits = by_hand()
    good = luck._replace(income=np.array([2.0]), event=np.array([0.5]))
    after, flows = step_month(state, good, traits, BY_HAND)
    assert flows.income[0] == pytest.approx(5_039, abs=1)
    assert flows.expenses[0] == pytest.approx(2_400 + 1_356, abs=1)
    assert after.income_level[0] == 0


def test_a_lasting_step_stays_and_plans_follow_it_slowly() -> None:
    """A step of z = -1 is -.3: income 4,000 x exp(-.3) = 2,963, and extras feel it at once:
    1,200 x (1 + .5 x (.741 - 1)) = 1,044. Plans are still those of before; a month later they
    are used to 4 % of the step: 3,600 x exp(.5 x .04 x -.3) = 3,578 instead of 3,600."""
    a = replace(
        BY_HAND,
        step_spread=0.3,
        spending_speed=0.04,
        lasting_response=0.5,
    )
    state, luck, traits = by_hand()
    state = state._replace(savings=np.array([9_000.0]))
    less = luck._replace(job=np.array([0.99]), step=np.array([-1.0]), event=np.array([0.5]))
    after, flows = step_month(state, less, traits, a)
    assert flows.income[0] == pytest.approx(2_963, abs=1)
    assert flows.expenses[0] == pytest.approx(2_400 + 1_044, abs=1)
    assert after.income_level[0] == pytest.approx(-0.3)
    assert after.used_to[0] == pytest.approx(-0.012)
    calm = luck._replace(event=np.array([0.5]))
    settled = after._replace(used_to=after.used_to, income_level=after.used_to)
    _, later = step_month(settled, calm, traits, a)
    assert later.expenses[0] == pytest.approx(3_578, abs=1)


def test_no_steps_more_than_quadruple_or_quarter_the_usual_income() -> None:
    state, luck, traits = by_hand()
    for step, income in ((9.0, 16_000), (-9.0, 1_000)):
        large = luck._replace(job=np.array([0.99]), step=np.array([step]))
        after, flows = step_month(state, large, traits, BY_HAND)
        assert flows.income[0] == pytest.approx(income)
        assert abs(after.income_level[0]) == pytest.approx(np.log(4))


def test_a_hundredth_of_all_steps_is_gone_after_a_month() -> None:
    state, luck, traits = by_hand()
    low = state._replace(income_level=np.array([-0.4]))
    after, flows = step_month(low, luck, traits, replace(BY_HAND, step_fade=0.01))
    assert after.income_level[0] == pytest.approx(-0.396)
    assert flows.income[0] == pytest.approx(4_000 * np.exp(-0.396))


def test_no_surprise_more_than_doubles_or_halves_the_income() -> None:
    state, luck, traits = by_hand()
    wild = traits._replace(volatility=np.array([3.0]))
    for z, income in ((4.0, 8_000), (-4.0, 2_000)):
        _, flows = step_month(state, luck._replace(income=np.array([z])), wild, BY_HAND)
        assert flows.income[0] == pytest.approx(income)


@pytest.mark.parametrize(
    ("debt", "payment", "left"),
    [(3_000.0, 210.0, 2_850.0), (2_100.0, 110.0, 2_050.0), (2_020.0, 80.0, 2_000.0)],
)
def test_debt_beyond_its_usual_size_is_paid_back(debt: float, payment: float, left: float) -> None:
    """Usual debt 2,000: payment 60 + .15 x 1,000 = 210, new credit 60, left 2,850. Of a little
    beyond it $50 go, or all of it."""
    state, luck, traits = by_hand()
    a = BY_HAND
    owing = traits._replace(**one(usual_debt=2_000.0, usual_payment=60.0, credit_limit=9_000.0))
    after, flows = step_month(state._replace(debt=np.array([debt])), luck, owing, a)
    assert flows.debt_payment[0] == pytest.approx(payment)
    assert after.debt[0] == pytest.approx(left)


def test_a_large_purchase_leaves_savings_without_being_an_expense() -> None:
    """No bill: money left 2,600, extras .45 x 2,600 = 1,170, expenses 3,570, left 1,430.
    Event 1 - .025 / 2: half of it goes."""
    state, luck, traits = by_hand()
    after, flows = step_month(
        state, luck._replace(event=np.array([1 - 0.025 / 2])), traits, BY_HAND
    )
    assert flows.expenses[0] == pytest.approx(3_570)
    assert flows.invested[0] == pytest.approx(715)
    assert after.savings[0] == pytest.approx(715)


def test_who_cannot_borrow_leaves_the_rest_unpaid() -> None:
    state, luck, traits = by_hand()
    poor = state._replace(savings=np.array([0.0]))
    dear = luck._replace(bill_size=np.array([2.0]))
    after, flows = step_month(poor, dear, traits, BY_HAND)
    assert flows.expenses[0] == pytest.approx(4_000)
    assert after.savings[0] == 0


def test_a_shortfall_is_borrowed_up_to_the_limit() -> None:
    state, luck, traits = by_hand()
    dear = luck._replace(bill_size=np.array([2.0]))
    after, flows = step_month(state, dear, traits._replace(credit_limit=np.array([900.0])), BY_HAND)
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
    assert (m["borrowed"][:, simulate(n, seed).traits.credit_limit == 0] == 0).all()


def test_incomes_start_between_20k_and_200k() -> None:
    gross = simulate(20_000, seed=3).traits.gross_income
    assert 20_000 <= gross.min() < 20_500
    assert 190_000 < gross.max() <= 200_000


def test_no_household_leaves_the_ranges_of_inputs() -> None:
    rows = labelled_households(200_000, seed=3).households
    for name, field in INPUTS.items():
        assert rows[name].between(field.minimum, field.maximum).all(), name


def test_same_seed_same_bits_and_more_households_leave_the_first_ones() -> None:
    few, again, many = simulate(300, seed=5), simulate(300, seed=5), simulate(12_000, seed=5)
    for name, values in few.months.items():
        np.testing.assert_array_equal(values, again.months[name])
        np.testing.assert_array_equal(values, many.months[name][:, :300])
    assert not np.array_equal(few.months["income"], simulate(300, seed=6).months["income"])


def test_more_households_leave_the_true_risk_of_the_first_ones() -> None:
    few, many = simulate(300, seed=5), simulate(12_000, seed=5)
    np.testing.assert_array_equal(few.true_risk(3), many.true_risk(3)[:300])


def test_more_months_leave_the_first_ones() -> None:
    short = simulate(50, seed=5)
    traits, months = lives.live(50, 5, [Assumptions()] * (BURN_IN + 30))
    np.testing.assert_array_equal(short.traits.essentials, traits.essentials)
    for name, values in short.months.items():
        np.testing.assert_array_equal(values, months[name][:18])


def test_a_new_kind_of_shock_leaves_the_others_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    before = generator.draw_shocks(1, "life", (0,), (3, 50))
    more = namedtuple(
        "more", ("windfall", "job", "step", "income", "essentials", "event", "bill_size")
    )
    assert more._fields == ("windfall", *Shocks._fields)
    monkeypatch.setattr(generator, "Shocks", more)
    after = generator.draw_shocks(1, "life", (0,), (3, 50))
    for name in Shocks._fields:
        np.testing.assert_array_equal(getattr(before, name), getattr(after, name))


def test_households_in_plain_python_are_the_vectorised_run() -> None:
    """The scalar loop of `scalar_world.py`, for three whole lives of 54 months."""
    world, a, n_months = simulate(20, seed=9), Assumptions(), BURN_IN + N_PAST + N_FUTURE
    luck = generator.draw_shocks(9, "life", (0,), (n_months, BLOCK))
    for at in (0, 7, 19):
        traits = Traits._make(values[at].item() for values in world.traits)
        first = generator.first_state(Traits(*(values[[at]] for values in world.traits)))
        state = State._make(values.item() for values in first)
        for month in range(n_months):
            now = Shocks._make(numbers[month, at].item() for numbers in luck)
            state, flows = scalar_month(state, now, traits, a)
            if month < BURN_IN:
                continue
            lived = (*flows, *state)
            for name, value in zip((*Flows._fields, *State._fields), lived, strict=True):
                expected = world.months[name][month - BURN_IN, at]
                assert value == pytest.approx(expected, rel=1e-9, abs=1e-6), (name, month)


@pytest.mark.parametrize(
    ("knob", "value", "untouched_months", "touched_traits"),
    [
        ("bill_median", 2_400.0, ("income", "jobless", "income_level"), set()),
        ("job_found", 0.1, ("bill", "income_level"), set()),
        ("extras_response", 0.0, ("income", "jobless", "bill", "income_level"), set()),
        ("target_cash", 3.0, ("income", "jobless", "bill"), {"target_savings"}),
        ("step_chance", 0.1, ("bill", "jobless"), {"step_chance"}),
        ("step_fade", 0.1, ("bill", "jobless"), set()),
        ("spending_speed", 0.2, ("income", "jobless", "bill", "income_level"), set()),
        ("could_borrow", 0.0, ("income", "jobless", "bill"), {"credit_limit"}),
        ("credit_room", 0.5, ("income", "jobless", "bill"), {"credit_limit"}),
        ("payback", 0.3, ("income", "jobless", "bill"), set()),
        ("kind_job_loss", (0.1, 0.1, 0.1, 0.1), ("bill", "income_level"), {"job_loss"}),
        ("thrift_spread", 0.2, ("income", "jobless", "bill"), {"essentials", "extras"}),
    ],
)
def test_a_knob_changes_only_what_it_names(
    knob: str, value: Any, untouched_months: tuple[str, ...], touched_traits: set[str]
) -> None:
    base, other = simulate(400, 1), simulate(400, 1, replace(Assumptions(), **{knob: value}))
    for name in untouched_months:
        np.testing.assert_array_equal(base.months[name], other.months[name])
    pairs = zip(base.traits, other.traits, strict=True)
    changed = [not np.array_equal(a, b) for a, b in pairs]
    assert {n for n, c in zip(Traits._fields, changed, strict=True) if c} == touched_traits
    assert not np.array_equal(base.months["savings"], other.months["savings"])


@pytest.mark.parametrize(("since", "first"), [("observed", 0), ("future", N_PAST)])
@pytest.mark.parametrize("name", ["recession", "inflation"])
def test_a_scenario_begins_when_it_is_said_to(name: str, since: Since, first: int) -> None:
    base = simulate(3_000, seed=1)
    other = simulate(3_000, 1, Assumptions.scenario(name), since=since)
    for column, values in base.months.items():
        np.testing.assert_array_equal(values[:first], other.months[column][:first])
    touched = {"recession": "jobless", "inflation": "expenses"}[name]
    after = slice(first, None)
    assert other.months[touched][after].sum() > 1.02 * base.months[touched][after].sum()
    for column in {"recession": ("bill",), "inflation": ("bill", "income", "jobless")}[name]:
        np.testing.assert_array_equal(base.months[column], other.months[column])
    assert other.stressed.mean() > base.stressed.mean() + 0.01
    assert other.true_risk(5).mean() > base.true_risk(5).mean() + 0.01


def test_a_recession_doubles_job_loss_and_halves_job_finding() -> None:
    base, hard = Assumptions(), Assumptions.scenario("recession")
    assert hard.kind_job_loss == tuple(2 * chance for chance in base.kind_job_loss)
    assert hard.job_found == base.job_found / 2
    assert replace(hard, kind_job_loss=base.kind_job_loss, job_found=base.job_found) == base
    assert Assumptions.scenario("inflation").essentials == pytest.approx(1.08 * base.essentials)
    assert Assumptions.scenario("baseline") == base


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"job_found": 1.2}, "job_found is a share or a chance, between 0 and 1, got 1.2"),
        ({"job_found": float("nan")}, "job_found is a share or a chance"),
        ({"bill_chance": -0.1}, "bill_chance is a share or a chance"),
        ({"job_found": True}, "job_found is a share or a chance, between 0 and 1, got True"),
        ({"bill_median": -5}, "bill_median is in $, between 0 and 1,000,000, got -5"),
        ({"bill_median": 1e308}, "bill_median is in $, between 0 and 1,000,000, got 1e+308"),
        ({"bill_median": "much"}, "bill_median is in $"),
        ({"bill_spread": 12}, "bill_spread is a spread in log points, between 0 and 3, got 12"),
        ({"spending_slope": 3}, "spending_slope is log per log, between -1 and 1"),
        ({"target_months": 100}, "target_months is in months, between 0 and 60, got 100"),
        ({"income_spread": 0}, "income_spread is a spread in log points, between 0.05 and 1"),
        ({"take_home": 0}, "take_home is a share, between 0.05 and 1, got 0"),
        ({"kind_income": (94.0, 63.0, 66.0, 48.0)}, "kind_income is $ a year before tax, between"),
        ({"kind_share": (0.5, 0.5)}, "kind_share must be a tuple of 4 numbers, got"),
        ({"kind_share": [0.25] * 4}, "kind_share must be a tuple of 4 numbers, got"),
        ({"kind_share": (0.5, 0.5, 0.5, 0.5)}, "kind_share must add up to 1, got 2.0"),
        ({"kind_job_loss": (0.1, 0.1, 0.1, 7)}, "kind_job_loss is a share or a chance"),
        ({"income_lost": 0.5}, "income_lost must be a tuple of 2 numbers, got 0.5"),
        ({"bill_chance": 0.6, "purchase_chance": 0.6}, "bill_chance and purchase_chance"),
        ({"job_found": 0.8, "step_chance": 0.4}, "job_found and step_chance share one month"),
    ],
)
def test_an_impossible_assumption_is_a_sentence(change: dict[str, Any], words: str) -> None:
    with pytest.raises(FinriskError) as error:
        replace(Assumptions(), **change)
    assert words in str(error.value)
    assert "The baseline has" in str(error.value)
    assert error.value.field in change


def test_an_unknown_scenario_or_start_is_a_sentence() -> None:
    with pytest.raises(FinriskError, match="scenario must be one of baseline, recession, inf"):
        Assumptions.scenario("boom")
    with pytest.raises(FinriskError, match="since must be one of always, observed, future"):
        simulate(10, 1, since="yesterday")  # type: ignore[arg-type]
    with pytest.raises(FinriskError, match="scenario must be one of"):
        Assumptions.scenario([])  # type: ignore[arg-type]
    with pytest.raises(FinriskError, match=r"got 'recession'.* Assumptions.scenario"):
        simulate(10, 1, "recession")  # type: ignore[arg-type]
    with pytest.raises(
        FinriskError, match=r"assumptions must be made with Assumptions\(...\), got \{\}"
    ):
        simulate(10, 1, {})  # type: ignore[arg-type]
    assert set(SCENARIOS) == {"baseline", "recession", "inflation"}


def test_every_assumption_states_unit_and_source() -> None:
    lines = Path(assumptions.__file__).read_text(encoding="utf-8").splitlines()
    for field in fields(Assumptions):
        line = next(line for line in lines if line.startswith(f"    {field.name}:"))
        assert "; " in line.split("#", 1)[1], f"{field.name} lacks a unit or a source"


def test_true_risk_is_calibrated_against_what_happened() -> None:
    world = simulate(6_000, seed=21)
    p = world.true_risk(n_futures=100)
    error = np.sqrt(world.stressed.var() / len(world))
    assert abs(p.mean() - world.stressed.mean()) < 4 * error
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.01)):
        inside = (p >= low) & (p < high)
        gap = abs(p[inside].mean() - world.stressed[inside].mean())
        luck = np.sqrt((p[inside] * (1 - p[inside])).mean() / inside.sum())
        assert gap < 4 * luck + 0.005  # .005: a household whose count is 0 of 100 has some risk


def test_the_standard_error_of_a_true_risk_is_the_one_seen(world: Population) -> None:
    """Twenty true risks of each household, from other luck: their spread is as said."""
    n_futures = 25
    repeated = np.array([world.true_risk(n_futures, seed=seed) for seed in range(20)])
    said = np.mean(standard_error(repeated, n_futures) ** 2)
    assert repeated.var(axis=0, ddof=1).mean() == pytest.approx(said, rel=0.06)


def test_one_household_is_a_population_too() -> None:
    worlds = [simulate(1, seed=seed) for seed in range(8)]
    assert {bool(world.onset[0]) for world in worlds} == {True, False}
    for world in worlds:
        assert repr(world).startswith("Population of 1 households")
        assert ("not short now" in repr(world)) == world.onset[0]
        assert 0 <= world.true_risk(5)[0] <= 1


def test_more_futures_need_no_more_memory(world: Population) -> None:
    peaks = []
    for n_futures in (2, 12):
        tracemalloc.start()
        world.true_risk(n_futures)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


def test_long_work_shows_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    simulate(5, seed=1)
    assert not capsys.readouterr().err
    monkeypatch.setattr(lives, "PATIENCE", 0)
    simulate(5, seed=1)
    assert "simulating" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda _: simulate(0, seed=1), "n_households must be a whole number of at least 1, got 0"),
        (
            lambda _: simulate(2.5, seed=1),  # type: ignore[arg-type]
            "n_households must be a whole number",
        ),
        (lambda _: simulate(True, seed=1), "n_households must be a whole number"),
        (lambda _: simulate(10, seed=-1), "seed must be a whole number of at least 0, got -1"),
        (lambda w: w.true_risk(0), "n_futures must be a whole number from 1 to 1,000,000, got 0"),
        (lambda w: w.true_risk(10**12), "number from 1 to 1,000,000, got 1000000000000. Give one"),
        (lambda w: w.true_risk(3, seed=-1), "seed must be a whole number"),
        (lambda w: w.true_risk(3, seed=10**5_000), "seed must be a whole number .* got 1000"),
        (lambda _: simulate(10, seed=10**5_000), "seed must be a whole number .* got 1000"),
        (lambda w: w.true_effect(None), r"change must be made with Change\(...\), got None"),
        (lambda w: w.true_effect(Change(), 1.5), "n_futures must be .* got 1.5. Write it without"),
        (lambda _: standard_error(np.ones(3), 0), "n_futures must be a whole number"),
        (lambda _: lives.live(5, 1, [Assumptions()] * 36), "n_months must be a whole number"),
    ],
)
def test_a_number_that_is_none_or_too_small_is_a_sentence(
    call: Callable[[Population], object], words: str, world: Population
) -> None:
    with pytest.raises(FinriskError, match=words):
        call(world)


def test_rows_to_train_on_are_those_of_simulate() -> None:
    world, rows = simulate(10_500, seed=9), labelled_households(10_500, seed=9)
    pd.testing.assert_frame_equal(rows.households, world.households)
    np.testing.assert_array_equal(rows.stressed, world.stressed)
    np.testing.assert_array_equal(rows.stressed_share, world.stressed)


def test_the_share_of_many_lives_comes_close_to_the_true_risk() -> None:
    world, rows = simulate(12_000, seed=9), labelled_households(12_000, seed=9, n_lives=9)
    np.testing.assert_array_equal(rows.stressed, world.stressed)
    nine = 9 * rows.stressed_share
    np.testing.assert_allclose(nine, nine.round(), atol=1e-9)
    assert (nine >= rows.stressed - 1e-9).all(), "the life that came is one of the nine"
    assert (nine <= 8 + rows.stressed + 1e-9).all()
    risk = world.true_risk(60, seed=5)  # luck apart from that of the lives
    assert np.corrcoef(rows.stressed_share, risk)[0, 1] > np.corrcoef(world.stressed, risk)[0, 1]
    off = rows.stressed_share - risk
    assert off.std() == pytest.approx(
        np.sqrt((risk * (1 - risk)).mean() * (1 / 9 + 1 / 60)), rel=0.1
    )


def test_fewer_lives_than_one_are_refused() -> None:
    with pytest.raises(FinriskError, match="n_lives must be a whole number of at least 1, got 0"):
        labelled_households(10, seed=1, n_lives=0)


def test_each_block_of_lives_has_luck_of_its_own() -> None:
    """Pairs of undecided households, one of each block: their luck goes separate ways."""
    risk = simulate(2 * BLOCK, seed=9).true_risk(100, seed=5)
    rows = labelled_households(2 * BLOCK, seed=9, n_lives=5)
    luck = 5 * rows.stressed_share - rows.stressed - 4 * risk
    undecided = (risk > 0.15) & (risk < 0.85)
    pairs = undecided[:BLOCK] & undecided[BLOCK:]
    assert pairs.sum() > 500
    assert abs(np.corrcoef(luck[:BLOCK][pairs], luck[BLOCK:][pairs])[0, 1]) < 0.15
