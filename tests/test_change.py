"""A Change: what it may be, and what it does to simulated households that live on."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scalar_world import scalar_month, scalar_moves, scalar_start

from finrisk.change import MEDIAN_PAYMENT_RATE, Change
from finrisk.data.assumptions import Assumptions
from finrisk.data.changes import LEAST_FELT, bar_after, begin, changes_of, moves_in
from finrisk.data.label import N_FUTURE
from finrisk.data.lives import luck_of, month_of
from finrisk.data.population import Population, simulate
from finrisk.data.synthetic_generator import HIGHEST_LEVEL, Shocks, State, Traits, step_month
from finrisk.errors import FinriskError, InvalidChange


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("income", -0.5, "income must be a factor of at least 0, got -0.5"),
        ("income", math.nan, "income must be a factor of at least 0, got nan"),
        ("spending", math.inf, "spending must be a factor of at most 1,000, got inf"),
        ("spending", True, "spending must be a factor of at least 0, got True"),
        ("income", "0.9", "income must be a factor of at least 0, got '0.9'"),
        ("spending", None, "spending must be a factor of at least 0, got None"),
        pytest.param("income", 10**400, "income must be a factor of at most 1,000", id="long"),
        ("one_off", math.nan, "one_off must be an amount of at most $50,000,000 either way, got"),
        ("one_off", "500", "one_off must be an amount of at most $50,000,000 either way, got '5"),
        ("debt", -math.inf, "debt must be an amount of at most $50,000,000 either way, got -inf"),
        ("debt", 1e9, "debt must be an amount of at most $50,000,000 either way, got 10000000"),
        ("months", 0, "months must be a whole number from 1 to 6, got 0"),
        ("months", 7, "months must be a whole number from 1 to 6, got 7"),
        ("months", 2.5, "months must be a whole number from 1 to 6, got 2.5"),
        ("months", True, "months must be a whole number from 1 to 6, got True"),
        ("months", "3", "months must be a whole number from 1 to 6, got '3'"),
        pytest.param("months", 10**5_000, "months must be a whole number", id="too long"),
        ("months", math.nan, "months must be a whole number from 1 to 6, got nan"),
    ],
)
def test_a_change_that_cannot_be_made_is_a_sentence(field: str, value: Any, words: str) -> None:
    with pytest.raises(InvalidChange) as error:
        Change(**{field: value})
    assert error.value.field == field
    assert str(error.value).startswith(words)
    assert ". Give " in str(error.value)


def test_savings_are_no_factor_any_more_and_the_sentence_names_one_off() -> None:
    with pytest.raises(
        InvalidChange, match=r"savings is nothing .* got 2\. .*one_off=500"
    ) as error:
        Change(savings=2)
    assert error.value.field == "savings"


def test_what_is_not_named_or_misnamed_is_a_sentence() -> None:
    with pytest.raises(InvalidChange, match=r"names what changes, got 0.9\. Write Change\(inc"):
        Change(0.9)
    with pytest.raises(InvalidChange, match=r"^incom is nothing .* but looks like income\. Use"):
        Change(incom=0.9)
    with pytest.raises(InvalidChange, match=r"^rent is nothing that a Change has\. Use income, s"):
        Change(rent=0.9)


def test_a_change_holds_plain_numbers_and_shows_what_it_changes() -> None:
    two: Any = np.float32(2)
    three: Any = np.int64(3)
    change = Change(income=two, debt=np.float64(-5), months=three)
    assert repr(change) == "Change(income=2.0, debt=-5.0, months=3)"
    assert eval(repr(change)) == change
    assert type(change.months) is int
    assert repr(Change()) == "Change()"


def test_months_count_only_where_something_lasts() -> None:
    assert Change(months=3) == Change()
    assert Change(one_off=500, months=3) == Change(one_off=500)
    assert Change(income=0.9, months=6) == Change(income=0.9)
    assert Change(income=0.9, months=5) != Change(income=0.9)
    assert len({Change(), Change(months=2), Change(income=1.0, spending=1, months=6)}) == 1


def test_the_usual_payment_is_that_of_the_simulated_world() -> None:
    assert Assumptions().payment_rate == MEDIAN_PAYMENT_RATE


# In the simulated world


@pytest.fixture(scope="module")
def world() -> Population:
    return simulate(1_500, seed=12)


def test_months_with_a_change_are_those_in_plain_python(world: Population) -> None:
    """The scalar twin, household by household, with changes of every kind at once."""
    rng, n, a = np.random.default_rng(3), 120, world.assumptions
    owed = world.state.debt[:n]
    table = pd.DataFrame(
        {
            "income": rng.choice([0, 0.3, 0.7, 1, 1.4], n),
            "spending": rng.choice([0, 0.5, 1, 1.3], n),
            "one_off": rng.choice([0.0, -2_000, 3_000], n),
            "debt": np.where(rng.random(n) < 0.5, 4_000, -owed * rng.random(n)),
            "months": rng.choice([np.nan, 1, 3, 5, 6], n),
        }
    )
    few = Population(a, 12, first(world.traits, n), {k: v[:, :n] for k, v in world.months.items()})
    found = lived(few, table)
    luck = luck_of(5, "test", (0,), (N_FUTURE, n))
    for at, change in enumerate(table.to_dict("records")):
        traits = Traits._make(values[at].item() for values in world.traits)
        state = State._make(values[at].item() for values in world.state)
        state, traits = scalar_start(state, traits, change, a)
        for month in range(N_FUTURE):
            now = Shocks._make(numbers[month, at].item() for numbers in luck)
            moves = scalar_moves(change, month)
            state, flows = scalar_month(state, now, traits, a, moves)
            expected = (flows[0], flows[1] - flows[2], state.savings)
            for name, value in zip(("income", "spending", "savings"), expected, strict=True):
                assert found[name][month, at] == pytest.approx(value, rel=1e-9, abs=1e-6), name


def first(traits: Traits, n: int) -> Traits:
    return Traits(*(values[:n] for values in traits))


def lived(world: Population, change: Any) -> dict[str, NDArray[np.float64]]:
    """Income, spending, savings and payments of six months with the change, (6, n) each."""
    changes = changes_of(change, world.state.debt)
    state, traits = begin(changes, world.state, world.traits, world.assumptions)
    luck, months = luck_of(5, "test", (0,), (N_FUTURE, len(world))), []
    for month in range(N_FUTURE):
        now = month_of(luck, month)
        state, flows = step_month(state, now, traits, world.assumptions, moves_in(changes, month))
        months.append((flows.income, flows.expenses - flows.debt_payment, state.savings))
    return dict(
        zip(("income", "spending", "savings"), np.array(months).transpose(1, 0, 2), strict=True)
    )


def test_a_change_that_changes_nothing_lives_the_same_future(world: Population) -> None:
    for nothing in (Change(), Change(months=2), pd.DataFrame(index=range(len(world)))):
        np.testing.assert_array_equal(world.true_risk(3, change=nothing), world.true_risk(3))
        assert not world.true_effect(nothing, 3).any()


@pytest.mark.parametrize("kind", ["float64", "Float64", "Int64", "object"])
def test_an_empty_cell_of_months_is_for_good_in_a_column_of_any_kind(kind: Any) -> None:
    months = pd.Series([3, None], dtype=kind)
    changes = changes_of(pd.DataFrame({"income": 0.5, "months": months}), np.zeros(2))
    assert changes.months.tolist() == [3, N_FUTURE]


@pytest.mark.parametrize("factor", [0, 0.01, 0.7, 1.3])
@pytest.mark.parametrize("months", [1, 2, 5, None])
def test_income_is_the_factor_times_what_it_would_have_been(
    world: Population, factor: float, months: int | None
) -> None:
    before = lived(world, Change())["income"]
    after = lived(world, Change(income=factor, months=months))["income"]
    n = months or N_FUTURE
    np.testing.assert_allclose(after[:n], factor * before[:n], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(after[n:], before[n:], rtol=1e-9)


def test_spending_is_the_factor_times_what_it_would_have_been(world: Population) -> None:
    """Of those who have the money for it either way."""
    before, after = lived(world, Change()), lived(world, Change(spending=0.8, months=2))
    rich = before["savings"].min(axis=0) > 30_000
    assert rich.sum() > 100
    ratio = after["spending"][:, rich] / before["spending"][:, rich]
    np.testing.assert_allclose(ratio[:2], 0.8, rtol=1e-9)
    np.testing.assert_allclose(ratio[2:], 1, rtol=1e-9)


def test_plans_follow_a_lasting_fall_of_income_as_they_follow_a_step_by_luck(
    world: Population,
) -> None:
    """The twin of the change: the same step put into the state by hand, without any fade."""
    a = replace(world.assumptions, step_fade=0.0, step_chance=0.0)
    still = replace(
        world, assumptions=a, traits=world.traits._replace(step_chance=0 * world.traits.volatility)
    )
    after = lived(still, Change(income=0.7))
    stepped = still.state._replace(income_level=still.state.income_level + np.log(0.7))
    luck, state = luck_of(5, "test", (0,), (N_FUTURE, len(world))), stepped
    inside = np.abs(stepped.income_level) < HIGHEST_LEVEL  # luck's steps end there, changes do not
    assert inside.mean() > 0.99
    for month in range(N_FUTURE):
        state, flows = step_month(state, month_of(luck, month), still.traits, a)
        income, spent = flows.income, flows.expenses - flows.debt_payment
        np.testing.assert_allclose(after["income"][month, inside], income[inside], rtol=1e-9)
        np.testing.assert_allclose(
            after["spending"][month, inside], spent[inside], rtol=1e-7, atol=1e-6
        )


def test_without_pay_plans_shrink_no_further_than_at_a_twentieth(world: Population) -> None:
    none, little = (lived(world, Change(income=f)) for f in (0, LEAST_FELT))
    assert (none["income"] == 0).all()
    rich = world.state.savings > 100_000
    assert rich.sum() > 20
    np.testing.assert_allclose(none["spending"][:, rich], little["spending"][:, rich], rtol=1e-6)
    assert (none["spending"][:, rich] > 500).all()


def test_a_one_off_sum_comes_or_goes_in_the_first_month(world: Population) -> None:
    before, bonus, bill = (lived(world, Change(one_off=x)) for x in (0, 1_000, -1_000))
    np.testing.assert_allclose(bonus["income"][0], before["income"][0] + 1_000)
    np.testing.assert_array_equal(bonus["income"][1:], before["income"][1:])
    np.testing.assert_array_equal(bill["income"], before["income"])
    rich = before["savings"].min(axis=0) > 30_000
    np.testing.assert_allclose(bill["spending"][0, rich], before["spending"][0, rich] + 1_000)
    np.testing.assert_allclose(bill["spending"][1:, rich], before["spending"][1:, rich])


def test_more_debt_moves_no_cash_but_the_payment(world: Population) -> None:
    changes = changes_of(Change(debt=5_000), world.state.debt)
    state, traits = begin(changes, world.state, world.traits, world.assumptions)
    np.testing.assert_allclose(state.debt, world.state.debt + 5_000)
    np.testing.assert_array_equal(state.savings, world.state.savings)
    none = world.traits.usual_debt == 0
    more = traits.usual_payment - world.traits.usual_payment
    np.testing.assert_allclose(more[none], 5_000 * MEDIAN_PAYMENT_RATE)
    own = world.traits.usual_payment[~none] / world.traits.usual_debt[~none]
    np.testing.assert_allclose(more[~none], 5_000 * own)


def test_what_was_borrowed_beyond_usual_debt_is_paid_off_first(world: Population) -> None:
    beyond = world.state.debt - world.traits.usual_debt
    some = beyond > 100
    assert some.sum() > 100
    table = pd.DataFrame({"debt": np.where(some, -beyond, 0)})
    changes = changes_of(table, world.state.debt)
    state, traits = begin(changes, world.state, world.traits, world.assumptions)
    np.testing.assert_allclose(traits.usual_debt, world.traits.usual_debt)
    np.testing.assert_allclose(traits.usual_payment, world.traits.usual_payment)
    np.testing.assert_allclose(state.debt[some], traits.usual_debt[some])


def test_bar_moves_is_yes_or_no(world: Population) -> None:
    with pytest.raises(FinriskError, match=r"bar_moves must be .* got 'no'\. Write bar_moves=True"):
        world.true_risk(1, bar_moves="no")  # type: ignore[arg-type]


def test_the_bar_moves_with_spending_and_payments_that_last_alone(world: Population) -> None:
    expenses = world.households["monthly_expenses"].to_numpy()
    payment = world.households["debt_payment"].to_numpy()

    def bar(change: Change) -> NDArray[np.float64]:
        changes = changes_of(change, world.state.debt)
        now = (world.state, world.traits, world.households)
        return bar_after(changes, *now, world.assumptions)

    for change in (Change(income=0.5), Change(one_off=-500), Change(spending=0.5, months=5)):
        np.testing.assert_array_equal(bar(change), expenses)
    np.testing.assert_allclose(bar(Change(spending=0.8)), payment + 0.8 * (expenses - payment))
    none = world.traits.usual_debt == 0
    assert bar(Change(debt=1_000))[none] == pytest.approx(
        expenses[none] + 1_000 * MEDIAN_PAYMENT_RATE
    )


def test_a_table_holds_a_change_for_each_household(world: Population) -> None:
    """Row by row the same as one Change for all."""
    kinds = [Change(income=0.7), Change(spending=0.9, months=3), Change(one_off=-800), Change()]
    rows = [kinds[i % 4] for i in range(len(world))]
    table = pd.DataFrame([{n: getattr(c, n) for n in Change.__dataclass_fields__} for c in rows])
    effects = world.true_effect(table, 4)
    for i, change in enumerate(kinds):
        np.testing.assert_array_equal(effects[i::4], world.true_effect(change, 4)[i::4])
    risks = world.true_risk(4, change=table)
    np.testing.assert_allclose(risks - world.true_risk(4), effects, atol=1e-12)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (
            pd.DataFrame({"income": [0.7, 0.8]}),
            r"change must have one row a household, 1,500, got 2",
        ),
        (
            pd.DataFrame({"savings": np.ones(1_500)}),
            r"change must have columns .* got savings\..*one",
        ),
        (pd.DataFrame({"months": [[3]] * 1_500}), r"Row 0 of change: months must be .*, got \[3\]"),
        (pd.DataFrame({"income": ["1"] * 1_500}), r"Row 0 of change: income must be .*, got '1'"),
        (
            pd.DataFrame(np.ones((1_500, 2)), columns=["income", "income"]),
            r"each once, got income\.",
        ),
        (pd.DataFrame({"income": [1.0] * 1_499 + [-1]}), r"Row 1,499 of change: income must be"),
        (pd.DataFrame({0: np.ones(1_500)}), r"change must have columns of .*, each once, got 0"),
        (pd.DataFrame({"months": [9] * 1_500}), r"Row 0 of change: months must be .*, got 9"),
        ([Change()] * 1_500, r"change must be made with Change\(...\), got \[Change"),
        ({"income": 0.9}, r"change must be made with Change\(...\), got \{'income'"),
    ],
)
def test_a_table_that_cannot_be_is_a_sentence(world: Population, table: Any, words: str) -> None:
    for ask in (world.true_effect, lambda change, n: world.true_risk(n, change=change)):
        with pytest.raises(FinriskError, match=words):
            ask(table, 2)


def test_nobody_pays_off_more_than_is_owed(world: Population) -> None:
    with pytest.raises(FinriskError, match=r"debt must not pay off more .* owes \$.*, got -9,000"):
        world.true_effect(Change(debt=-9_000), 2)
    all_of_it = pd.DataFrame({"debt": -world.state.debt})
    effect = world.true_effect(all_of_it, 10)
    assert (effect <= 0.1).all()
    assert effect.mean() < -0.01


# With 40 futures of 1,500 households. Of 480,000 pairs of another kind one rose in a count of six
# futures, not in 60,000: who lived on $367 a month while jobless has a bar so low that money
# moves it from short of savings to three months in the red, in 2 of 1,000 lives.
@pytest.mark.parametrize(
    "change",
    [
        Change(one_off=500),
        Change(one_off=20_000),
        Change(income=1.05),
        Change(income=1.2),
        Change(income=1.5, months=2),
        Change(spending=0.95),
        Change(spending=0.8),
        Change(spending=0.8, months=3),
    ],
)
def test_the_truth_never_moves_the_wrong_way(world: Population, change: Change) -> None:
    for bar_moves in (True, False):
        effect = world.true_effect(change, n_futures=40, bar_moves=bar_moves)
        assert effect.max() <= 1e-12
        assert effect.mean() < -0.005


@pytest.mark.parametrize("field", ["income", "spending"])
def test_the_longer_it_lasts_the_more_it_does(world: Population, field: str) -> None:
    effects = [
        world.true_effect(Change(**{field: 0.8}, months=months), 10, bar_moves=False).mean()
        for months in (1, 3, 6, None)
    ]
    assert 0 < abs(effects[0]) < abs(effects[1]) < abs(effects[2])
    assert effects[2] == effects[3]  # the label sees six months


def test_a_bar_that_moves_along_is_easier_met(world: Population) -> None:
    change = Change(spending=0.8)
    stays, moves = (world.true_effect(change, 20, bar_moves=b) for b in (False, True))
    assert (moves <= stays).all()
    assert moves.mean() < stays.mean() - 0.005


def test_three_months_without_pay_are_three_in_the_red_whatever_is_saved(world: Population) -> None:
    """And which of the two rules it is, the shares tell apart."""
    rich = world.state.savings > 24 * world.households["monthly_expenses"]
    assert rich.sum() > 20
    change = Change(income=0, months=3)
    either, savings, red = (
        world.true_risk(20, change=change, rule=rule)[rich] for rule in (None, "savings", "red")
    )
    assert either.min() == red.min() == 1
    assert savings.max() < 0.2
