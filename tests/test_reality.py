"""The world held against published facts, and the measuring held against other code."""

import numpy as np
import pandas as pd
import pytest

from finrisk.data import reality_statistics as statistics
from finrisk.data.assumptions import Assumptions
from finrisk.data.lives import BURN_IN, live
from finrisk.data.reality_check import reality_by_income, reality_check
from finrisk.data.reality_statistics import STATISTICS, Years
from finrisk.errors import FinriskError


@pytest.fixture(scope="module")
def years() -> Years:
    return Years(*live(400, 1, [Assumptions()] * (BURN_IN + 36)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_world_holds_against_published_facts(seed: int) -> None:
    table = reality_check(100_000, seed=seed)
    out = table.index[~table["in_band"]].tolist()
    assert len(table) == 53
    assert table["in_band"].mean() >= 0.95, f"Out of their bands: {out}"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_savings_debt_and_payments_hold_together_by_income(seed: int) -> None:
    table = reality_by_income(100_000, seed=seed)
    assert len(table) == 56
    np.testing.assert_allclose(np.log(table["off_by"]), np.abs(np.log(table["ratio"])), atol=1e-12)
    beyond = table[~(table["off_by"] < 1.5)]
    assert beyond.empty, beyond.to_dict("records")
    assert (table["off_by"] < 1.25).mean() >= 0.8


def test_the_table_says_what_was_published_and_where() -> None:
    table = reality_check(2_000, seed=3)
    assert list(table.index) == list(STATISTICS)
    assert (table["low"] < table["high"]).all()
    assert set(table["basis"]) == {"band from facts alone", "edge set with a model in view"}
    for column in ("label", "definition", "unit", "basis", "source"):
        assert table[column].str.len().gt(0).all(), column
    assert table["label"].is_unique
    assert table["definition"].is_unique  # each stands on its own
    outside = (table["published"] < table["low"]) | (table["published"] > table["high"])
    assert outside.sum() == 3
    assert table.loc[outside, "note"].str.len().gt(0).all(), "Say why the definitions differ."


def test_a_value_between_band_and_published_counts_as_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATISTICS, "months_in_the_red", lambda _: 0.485)  # band to .48, fact .49
    monkeypatch.setitem(STATISTICS, "spent_share", lambda _: 0.975)  # band to .97, no fact
    monkeypatch.setitem(STATISTICS, "still_3_months_a_year_later", lambda _: 0.6)  # .56, from .65
    in_band = reality_check(2_000)["in_band"]
    assert in_band["months_in_the_red"]
    assert in_band["still_3_months_a_year_later"]
    assert not in_band["spent_share"]


@pytest.mark.parametrize(
    ("other", "out"),
    [
        (Assumptions(bill_chance=0.0), "bill_years"),
        (Assumptions(kind_job_loss=(0.0, 0.0, 0.0, 0.0)), "jobless_months"),
        (Assumptions(extras_response=0.0), "spending_response"),
        (Assumptions(lasting_response=0.0), "income_and_buffer"),
    ],
)
def test_a_world_without_a_mechanism_is_found_out(other: Assumptions, out: str) -> None:
    assert not reality_check(20_000, seed=3, assumptions=other).loc[out, "in_band"]


def test_one_household_is_too_few_for_most_statistics_but_no_error() -> None:
    table = reality_check(1)
    assert table["simulated"].isna().any()
    assert not table.loc[table["simulated"].isna(), "in_band"].any()
    assert reality_by_income(1)["simulated"].isna().any()


@pytest.mark.parametrize(
    "odd",
    [
        Assumptions(kind_volatility=(0.1, 0.0, 0.1, 0.1), surprise_kept=0.0),
        Assumptions(income_lost=(1.0, 1.0)),
        Assumptions(kind_debtor=(0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_an_odd_world_is_measured_without_a_warning(odd: Assumptions) -> None:
    assert not reality_check(500, assumptions=odd)["in_band"].all()


def test_no_households_is_a_sentence() -> None:
    for check in (reality_check, reality_by_income):
        with pytest.raises(FinriskError, match="n_households must be a whole number"):
            check(0)


def test_the_buffer_is_savings_over_the_mean_expenses_of_twelve_months(years: Years) -> None:
    expenses = pd.DataFrame(years.months["expenses"]).rolling(12).mean().dropna()
    expected = years.months["savings"][11:] / expenses.to_numpy()
    np.testing.assert_allclose(years.buffer, expected, rtol=1e-9)


def test_labels_of_every_month_are_the_rule_in_plain_python(years: Years) -> None:
    """Forty households, each month t: the rule read out in a loop."""
    seen = set()
    for at in range(40):
        savings, income, expenses = (
            years.months[n][:, at] for n in ("savings", "income", "expenses")
        )
        for row, t in enumerate(range(11, 36 - 6)):
            bar = expenses[t - 11 : t + 1].mean()
            short = any(savings[t + k] < bar for k in (3, 4, 5, 6))
            red = [income[t + k] < expenses[t + k] for k in range(1, 7)]
            run = any(all(red[k : k + 3]) for k in range(4))
            assert years.stressed[row, at] == (short or run)
            seen.add((short, run))
    assert len(seen) == 4  # neither, each alone, both: all four occur


def test_a_year_later_compares_the_same_household(years: Years) -> None:
    short = pd.DataFrame(years.buffer < 1)
    pairs = [(short.iloc[t, i], short.iloc[t + 12, i]) for t in range(13) for i in range(400)]
    table = pd.DataFrame(pairs, columns=["now", "later"]).groupby("now")["later"].mean()
    assert STATISTICS["still_short_a_year_later"](years) == pytest.approx(table[True])
    assert STATISTICS["newly_short_a_year_later"](years) == pytest.approx(table[False])


def test_spending_while_jobless_is_found_by_hand() -> None:
    """Three quiet months at $2,000, a jobless spell at $1,800: log(.9)."""
    n_months = 12
    months = {name: np.zeros((n_months, 1)) for name in ("debt_payment", "bill")}
    months["jobless"] = np.array([[0]] * 4 + [[1]] * 4 + [[0]] * 4)
    months["expenses"] = np.where(months["jobless"] > 0, 1_800.0, 2_000.0)
    change = statistics._spending_while_jobless(Years(None, months))  # type: ignore[arg-type]
    assert change == pytest.approx(np.log(0.9))
