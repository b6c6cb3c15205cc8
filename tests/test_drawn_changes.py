"""Changes drawn to train on: their shares, what they may be, and the lives lived with them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from finrisk.change import Change
from finrisk.data import lives
from finrisk.data.assumptions import Assumptions
from finrisk.data.drawn_changes import FOR_GOOD, KINDS, MONTHS, NO_PAY, draw_changes
from finrisk.data.population import Population, simulate
from finrisk.data.synthetic_generator import stream
from finrisk.data.training_rows import (
    ChangedRows,
    households_and_changes,
    labelled_households,
    some_of,
)
from finrisk.errors import FinriskError

N = 40_000  # a share counted in so many has a standard error of 0.0025 at most


def changed_households(*who: Any, **kwargs: Any) -> ChangedRows:
    """The changed half of the rows."""
    return households_and_changes(*who, **kwargs)[1]


@pytest.fixture(scope="module")
def households(world: Population) -> pd.DataFrame:
    """The same two thousand again and again, so that the shares are exact enough."""
    return pd.concat([world.households] * (N // len(world)), ignore_index=True)


@pytest.fixture(scope="module")
def drawn(households: pd.DataFrame) -> pd.DataFrame:
    return draw_changes(households, np.random.default_rng(6))


def parts(drawn: pd.DataFrame) -> dict[str, Any]:
    """Which rows change what."""
    return {
        "income": drawn["income"] != 1,
        "spending": drawn["spending"] != 1,
        "one_off": drawn["one_off"] != 0,
        "debt": drawn["debt"] != 0,
    }


def test_each_kind_has_its_share(drawn: pd.DataFrame) -> None:
    part = parts(drawn)
    factor = part["income"] | part["spending"]
    everything = KINDS["everything"]
    assert sum(KINDS.values()) == pytest.approx(1)
    for rows, share in (
        (part["income"], KINDS["income"] + KINDS["income and spending"] + everything),
        (part["spending"], KINDS["spending"] + KINDS["income and spending"] + everything),
        (part["income"] & ~part["spending"] & ~part["one_off"], KINDS["income"]),
        (factor & part["one_off"], everything),
    ):
        assert rows.mean() == pytest.approx(share, abs=0.012)


def test_half_of_the_factors_lie_within_a_quarter_of_one(drawn: pd.DataFrame) -> None:
    part = parts(drawn)
    changed = np.concatenate([drawn.loc[part[n], n] for n in ("income", "spending")])
    near = abs(changed - 1) <= 0.25
    assert near.mean() == pytest.approx(0.5, abs=0.06)
    assert ((changed == 0) | ((changed >= 0.2) & (changed <= 3))).all()
    assert changed[changed > 0].min() < 0.21
    assert changed.max() > 2.9


def test_no_pay_comes_in_about_a_tenth_of_all_changes(drawn: pd.DataFrame) -> None:
    no_pay = drawn["income"] == 0
    assert no_pay.mean() == pytest.approx(0.1, abs=0.012)
    assert no_pay[parts(drawn)["income"]].mean() == pytest.approx(NO_PAY, abs=0.015)
    assert (drawn["spending"] > 0).all()


def test_some_are_for_good_and_most_others_last_a_month_or_two(drawn: pd.DataFrame) -> None:
    part = parts(drawn)
    months = drawn.loc[part["income"] | part["spending"], "months"]
    assert months.isna().mean() == pytest.approx(FOR_GOOD, abs=0.012)
    passing = months.dropna()
    assert sum(MONTHS.values()) == pytest.approx(1)
    assert set(passing) == {1, 2, 3, 4, 5}
    for n, share in MONTHS.items():
        assert (passing == n).mean() == pytest.approx(share, abs=0.015)
    assert (passing <= 2).mean() >= 0.5, "where the answer turns"
    assert 0.3 < months.isna().mean() < 0.7, "both are asked about"


def test_sums_and_debts_come_on_their_own_and_together(
    drawn: pd.DataFrame, households: pd.DataFrame
) -> None:
    part = parts(drawn)
    no_factor = ~part["income"] & ~part["spending"]
    sums, debts = drawn["one_off"], drawn["debt"]
    alone = no_factor & part["one_off"] & ~part["debt"]
    assert alone.mean() == pytest.approx(KINDS["one-off sum"], abs=0.012)
    assert (sums[alone] > 0).mean() == pytest.approx(0.5, abs=0.03)
    owing = households["debt"] > 0
    own = (no_factor & part["debt"] & ~part["one_off"])[owing]
    assert own.mean() == pytest.approx(KINDS["debt"], abs=0.01)
    loan = no_factor & (debts > 0) & (sums == debts)
    assert loan.mean() == pytest.approx(KINDS["loan kept as cash"], abs=0.01)
    paid = (no_factor & (debts < 0) & (sums == debts))[owing & (households["savings"] > 0)]
    assert paid.mean() == pytest.approx(KINDS["debt paid from savings"], abs=0.01)


def test_nobody_pays_more_debt_than_is_owed_nor_more_from_savings_than_is_saved(
    drawn: pd.DataFrame, households: pd.DataFrame
) -> None:
    owed, saved, debt = households["debt"], households["savings"], drawn["debt"]
    assert (-debt <= owed).all()
    from_savings = (debt < 0) & (drawn["one_off"] == debt)
    assert from_savings.sum() > 1_000
    assert (-debt <= saved)[from_savings].all()
    on_its_own = (debt < 0) & (drawn["one_off"] == 0) & (owed > 0)
    all_of_it = (-debt == owed)[on_its_own]
    assert all_of_it.mean() == pytest.approx(0.25, abs=0.04)


def test_every_row_is_a_legal_change(drawn: pd.DataFrame) -> None:
    """Also for whoever has nothing, and whoever has all that a household may have."""
    assert np.isfinite(drawn.drop(columns="months")).all(axis=None)
    corners = pd.DataFrame(
        [(0, 0, 0, 0), (100_000, 100_000, 50e6, 5e6), (0, 100_000, 0, 5e6), (100_000, 0, 50e6, 0)],
        columns=["monthly_income", "monthly_expenses", "savings", "debt"],
        dtype=np.float64,
    )
    many = pd.concat([corners] * 300, ignore_index=True)
    for table in (drawn.head(1_000), draw_changes(many, np.random.default_rng(1))):
        for row in table.to_dict("records"):
            months = None if np.isnan(row["months"]) else row["months"]
            Change(**{str(name): value for name, value in row.items()} | {"months": months})


def test_the_same_rng_draws_the_same_changes_and_households_stay_as_they_were(
    world: Population,
) -> None:
    households = world.households.set_axis(range(5, 5 + len(world)))
    before = households.copy(deep=True)
    first, same, other = (
        draw_changes(households, np.random.default_rng(seed)) for seed in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first, same)
    assert not first.equals(other)
    assert first.index.equals(households.index)
    assert list(first.columns) == list(Change().to_dict())
    pd.testing.assert_frame_equal(households, before)


def test_futures_are_lived_with_the_drawn_table(world: Population) -> None:
    drawn = draw_changes(world.households, np.random.default_rng(4))
    risk = world.true_risk(2, change=drawn)
    assert abs(risk - world.true_risk(2)).mean() > 0.05
    no_pay = ((drawn["income"] == 0) & ~(drawn["months"] < 3)).to_numpy()
    assert no_pay.sum() > 50
    without_a_windfall = no_pay & (drawn["one_off"] <= 0).to_numpy()
    assert (risk[without_a_windfall] == 1).all()


# Households that live on with them


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 60 households: several take no time."""
    monkeypatch.setattr(lives, "BLOCK", 60)


@pytest.mark.usefixtures("small_blocks")
def test_they_are_the_labelled_households_in_their_order() -> None:
    """Changed once more by hand, block by block, from the table of households alone."""
    households = labelled_households(150, seed=9).households
    found = changed_households(150, seed=9, n_lives=2)
    by_hand = [
        draw_changes(households[start : start + 60], stream(9, "changes", block))
        for block, start in enumerate(range(0, 150, 60))
    ]
    pd.testing.assert_frame_equal(found.change, pd.concat(by_hand))


def test_a_block_is_the_true_risk_with_the_drawn_table() -> None:
    world, found = simulate(80, seed=9), changed_households(80, seed=9, n_lives=5)
    change = draw_changes(world.households, stream(9, "changes", 0))
    pd.testing.assert_frame_equal(found.change, change)
    np.testing.assert_array_equal(found.stressed_share, world.true_risk(5, change=change))
    np.testing.assert_array_equal(found.stressed, world.true_risk(1, change=change) == 1)
    assert found.stressed.dtype == bool
    assert 0 < found.stressed.mean() < 1


@pytest.mark.usefixtures("small_blocks")
def test_the_label_is_the_first_of_the_lives_and_each_block_has_luck_of_its_own() -> None:
    one, five = (changed_households(120, seed=9, n_lives=n) for n in (1, 5))
    pd.testing.assert_frame_equal(one.change, five.change)
    np.testing.assert_array_equal(one.stressed, five.stressed)
    np.testing.assert_array_equal(one.stressed_share, one.stressed)
    counts = five.stressed_share * 5
    np.testing.assert_allclose(counts, counts.round(), atol=1e-9)
    assert (counts[five.stressed] > 0.9).all()
    assert (counts[~five.stressed] < 4.1).all()
    assert ((counts > 0.9) & (counts < 4.1)).any()
    world = simulate(120, seed=9)  # with one luck for all blocks the second half is another
    again = world.true_risk(5, change=five.change)
    np.testing.assert_array_equal(five.stressed_share[:60], again[:60])
    assert (five.stressed_share[60:] != again[60:]).any()


@pytest.mark.usefixtures("small_blocks")
def test_more_households_leave_whole_blocks_as_they_were() -> None:
    few, many = (changed_households(n, seed=3, n_lives=2) for n in (120, 150))
    first = some_of(many, np.arange(120))
    pd.testing.assert_frame_equal(first.change, few.change)
    np.testing.assert_array_equal(first.stressed, few.stressed)
    np.testing.assert_array_equal(first.stressed_share, few.stressed_share)


def test_another_seed_draws_other_changes_and_another_world_other_lives() -> None:
    one, other = (changed_households(50, seed=seed) for seed in (1, 2))
    assert not one.change.equals(other.change)
    poor = changed_households(50, 1, Assumptions(job_found=0, kind_job_loss=(0.9,) * 4))
    assert poor.stressed.mean() > one.stressed.mean() + 0.1


def test_some_of_the_rows_are_those_rows() -> None:
    rows = changed_households(50, seed=1, n_lives=2)
    some = some_of(rows, np.array([7, 3]))
    assert some.change.index.tolist() == [0, 1]
    for at, row in enumerate((7, 3)):
        pd.testing.assert_series_equal(
            some.change.iloc[at], rows.change.iloc[row], check_names=False
        )
        assert some.stressed[at] == rows.stressed[row]
        assert some.stressed_share[at] == rows.stressed_share[row]


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda: changed_households(0, seed=1), "n_households"),
        (lambda: changed_households(2.5, seed=1), "n_households"),
        (lambda: changed_households(10**12, seed=1), "n_households"),
        (lambda: changed_households(10, seed=-1), "seed"),
        (lambda: changed_households(10, seed=1, n_lives=0), "n_lives"),
        (lambda: changed_households(10, seed=1, n_lives=10_001), "n_lives"),
        (lambda: changed_households(10, 1, "recession"), "assumptions"),
    ],
)
def test_what_cannot_be_lived_is_a_sentence(ask: Callable[[], ChangedRows], field: str) -> None:
    with pytest.raises(FinriskError, match=rf"^{field} .*, got ") as error:
        ask()
    assert error.value.field == field
