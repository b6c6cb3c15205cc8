"""The world held against published facts, and the measuring held against other code."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from finrisk.data import reality_changes as changes
from finrisk.data import reality_statistics as statistics
from finrisk.data.assumptions import Assumptions
from finrisk.data.lives import BURN_IN, live
from finrisk.data.reality_check import (
    facts,
    facts_by_income,
    lived_years,
    reality_by_income,
    reality_check,
)
from finrisk.data.reality_statistics import STATISTICS, Years
from finrisk.errors import FinriskError

CHANGES = list(STATISTICS)[53:]


@pytest.fixture(scope="module")
def years() -> Years:
    return Years(*live(400, 1, [Assumptions()] * (BURN_IN + 36)))


@pytest.fixture(scope="module")
def eight_years() -> Years:
    return Years(*live(400, 2, [Assumptions()] * (BURN_IN + 96)))


@pytest.fixture(scope="module")
def yearly(eight_years: Years) -> dict[str, pd.DataFrame]:
    """Sums of twelve months by pandas, one row a year and one column a household, $."""
    names, year = ("income", "expenses", "debt_payment"), np.arange(96) // 12
    tables = {n: pd.DataFrame(eight_years.months[n]).groupby(year).sum() for n in names}
    return tables | {"spending": tables["expenses"] - tables["debt_payment"]}


def flat(table: pd.DataFrame) -> "pd.Series[float]":
    """All household-years below each other; tables of one shape stay side by side."""
    return pd.Series(table.to_numpy().ravel())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_world_holds_against_published_facts(seed: int) -> None:
    """One life of 100,000 households, asked for everything at once."""
    years = lived_years(100_000, seed)
    table, cells = facts(years), facts_by_income(years)
    out = table.index[~table["in_band"]].tolist()
    of_levels, of_changes = (
        table.loc[table["about"] == about, "in_band"].tolist() for about in ("levels", "changes")
    )
    assert (len(of_levels), len(of_changes)) == (53, 12)
    assert sum(of_levels) >= 0.95 * 53, f"Out of their bands: {out}"
    assert sum(of_changes) >= 10, f"Out of their bands: {out}"
    assert table.loc[table["held_out"], "in_band"].sum() >= 5, f"Out of their bands: {out}"
    assert len(cells) == 56
    np.testing.assert_allclose(np.log(cells["off_by"]), np.abs(np.log(cells["ratio"])), atol=1e-12)
    beyond = cells[~(cells["off_by"] < 1.5)]
    assert beyond.empty, beyond.to_dict("records")
    assert (cells["off_by"] < 1.25).mean() >= 0.8


def test_the_table_says_what_was_published_and_where() -> None:
    table = reality_check(2_000, seed=3)
    assert list(table.index) == list(STATISTICS)
    assert table["about"].tolist() == ["levels"] * 53 + ["changes"] * 12
    assert (table["low"] < table["high"]).all()
    bases = {"band from facts alone", "edge set with a model in view"}
    assert set(table.loc[table["about"] == "levels", "basis"]) == bases
    assert set(table["basis"]) == {*bases, "band from facts, allowing for survey error"}
    for column in ("label", "definition", "unit", "basis", "source"):
        assert table[column].str.len().gt(0).all(), column
    assert table["label"].is_unique
    assert table["definition"].is_unique  # each stands on its own
    outside = (table["published"] < table["low"]) | (table["published"] > table["high"])
    assert outside.sum() == 4
    assert table.loc[outside, "note"].str.len().gt(0).all(), "Say why the definitions differ."
    assert table.loc[CHANGES, "note"].str.len().gt(0).all(), "No survey counts what we count."


def test_six_statistics_are_held_out_by_lot() -> None:
    """Drawn once, before the world was tuned to the changes: nobody chose them."""
    table = reality_check(1)
    names = {about: rows.index.tolist() for about, rows in table.groupby("about")}
    lot = np.random.default_rng(2026)
    drawn = [*lot.choice(names["changes"], 2, replace=False)]
    drawn += [*lot.choice(names["levels"], 4, replace=False)]
    assert table["held_out"].dtype == bool
    assert set(table.index[table["held_out"]]) == set(drawn)


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
        (Assumptions(lasting_response=1.0, spending_speed=1.0), "lasting_income_in_spending"),
        (Assumptions(step_chance=0.0), "income_falls"),
        (Assumptions(could_borrow=0.0), "no_credit"),
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
        Assumptions(kind_volatility=(0.1, 0.0, 0.1, 0.1), step_chance=0.0),
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


def test_falls_and_rises_are_those_of_pandas(
    eight_years: Years, yearly: dict[str, pd.DataFrame]
) -> None:
    change = flat(yearly["income"] / yearly["income"].shift(1)).dropna()
    assert len(change) == 7 * 400
    fell, rose = (change <= 0.75).mean(), (change >= 1.25).mean()
    assert 0 < fell < rose
    assert STATISTICS["income_falls"](eight_years) == pytest.approx(fell)
    assert STATISTICS["income_rises"](eight_years) == pytest.approx(rose)


def test_what_lasts_and_what_is_made_good_in_a_plain_loop(eight_years: Years) -> None:
    lasting, made_good = [], []
    for household in range(400):
        income = eight_years.months["income"][:, household].reshape(8, 12).sum(axis=1)
        for t in (3, 4, 5):  # the first of the three years after
            lasting.append(income[t : t + 3].mean() <= 0.8 * income[t - 3 : t].mean())
        for t in range(5):  # the year before the fall
            if income[t + 1] <= 0.75 * income[t]:
                made_good.append(income[t + 3] >= 0.95 * income[t])
    assert 0 < sum(lasting) < len(lasting)
    assert 0 < sum(made_good) < len(made_good)
    assert STATISTICS["lasting_falls"](eight_years) == pytest.approx(np.mean(lasting))
    assert STATISTICS["falls_made_good"](eight_years) == pytest.approx(np.mean(made_good))


def test_a_fall_is_made_good_or_not_by_hand() -> None:
    """Year 0: $100. A fall in year 1, and in year 3 one is back at 96, another at 94."""
    income = np.array([[100.0, 100.0, 100.0], [70.0, 75.0, 76.0], [80.0, 99.0, 76.0]])
    income = np.vstack([income, [96.0, 94.0, 95.0]])  # 95 is 1.25 x 76
    assert changes.falls_made_good(income) == 0.5  # the third never fell by a quarter
    assert changes.falls(income) == pytest.approx(2 / 9)
    assert changes.rises(income) == pytest.approx(2 / 9)  # 75 to 99, and 76 to 95
    six = np.array([[100.0] * 3, [100.0] * 3, [100.0] * 3, [50.0, 80.0, 81.0]])
    six = np.vstack([six, [110.0, 80.0, 81.0], [80.0, 80.0, 81.0]])
    assert changes.lasting_falls(six) == pytest.approx(2 / 3)  # sums of 240, 240 and 243


def test_what_lasts_of_income_reaches_spending_as_in_pandas(
    eight_years: Years, yearly: dict[str, pd.DataFrame]
) -> None:
    known = (yearly["spending"] >= 1).all()  # debt payments may take all that a household has
    income, spending = (
        pd.DataFrame(np.log(yearly[name].loc[:, known])) for name in ("income", "spending")
    )
    three = {
        "income": flat(income - income.shift(1)),
        "spending": flat(spending - spending.shift(1)),
        "around": flat(income.shift(-1) - income.shift(2)),  # what three changes add up to
    }
    cov = pd.DataFrame(three).dropna().cov()["around"]
    expected = cov["spending"] / cov["income"]
    assert STATISTICS["lasting_income_in_spending"](eight_years) == pytest.approx(expected)


def test_what_passes_of_income_does_not_hide_what_lasts() -> None:
    """Spending follows half of lasting income, and nothing of the luck of a year."""
    rng = np.random.default_rng(5)
    lasting = rng.normal(0, 0.1, (8, 50_000)).cumsum(axis=0)
    luck = rng.normal(0, 0.2, (8, 50_000))
    income, spending = np.exp(10 + lasting + luck), np.exp(9 + 0.5 * lasting)
    assert changes.pass_through(income, spending) == pytest.approx(0.5, abs=0.02)
    assert changes.pass_through(income, income**0.3) == pytest.approx(0.3)
    without = changes.pass_through(income[:, 1:9], spending[:, 1:9])
    spending[3, 0] = 0  # a household that had nothing left to spend says nothing about the others
    assert changes.pass_through(income[:, :9], spending[:, :9]) == pytest.approx(without)


def test_spending_after_a_fall_is_that_of_pandas(
    eight_years: Years, yearly: dict[str, pd.DataFrame]
) -> None:
    change = flat(yearly["income"] / yearly["income"].shift(1))
    answer = flat(yearly["spending"] / yearly["spending"].shift(1))
    expected = answer[change <= 0.75].median() / answer[change.between(0.95, 1.05)].median()
    assert STATISTICS["spending_after_a_fall"](eight_years) == pytest.approx(expected)
    income = np.array([[100.0, 100.0, 100.0, 100.0], [60.0, 75.0, 104.0, 90.0]])
    spending = np.array([[100.0, 100.0, 50.0, 100.0], [80.0, 90.0, 51.0, 10.0]])
    assert changes.spending_after_a_fall(income, spending) == pytest.approx(0.85 / 1.02)


def test_the_share_spent_goes_on_as_in_pandas(
    eight_years: Years, yearly: dict[str, pd.DataFrame]
) -> None:
    ratio = pd.DataFrame(np.log(yearly["expenses"] / yearly["income"]))
    expected = flat(ratio[:-1]).corr(flat(ratio[1:]))
    assert STATISTICS["spent_share_next_year"](eight_years) == pytest.approx(expected)
    top = ratio.rank(axis=1, pct=True) > 0.8
    again = flat(top[1:])[flat(top[:-1])].mean()
    assert STATISTICS["top_fifth_again"](eight_years) == pytest.approx(again)
    red = yearly["expenses"] - yearly["income"] > 0.01  # $: a cent; what is less is rounding
    chance = flat(red[1:]).groupby(flat(red[:-1])).mean()
    expected = chance[True] / chance[False]
    assert STATISTICS["red_year_again"](eight_years) == pytest.approx(expected)
    assert expected > 1.2, "the wrong way round it would be another number"


def test_spending_all_one_has_is_no_year_in_the_red() -> None:
    """Nobody saved, nobody borrowed: sums of the same dollars that differ by rounding alone."""
    income = np.array([[0.3, 300.0, 300.0], [0.3, 300.0, 300.0], [0.3, 300.0, 300.0]])
    expenses = np.array([[0.1 + 0.2, 301.0, 299.0], [0.3, 301.0, 301.0], [0.1 + 0.2, 299.0, 299.0]])
    assert expenses[0, 0] > income[0, 0]
    assert changes.red_year_again(income, expenses) == pytest.approx((1 / 3) / (1 / 3))
    assert changes.red_year_again(income[:2], expenses[:2]) == pytest.approx(1 / (1 / 2))


def test_savings_six_and_two_years_apart_in_a_plain_loop(eight_years: Years) -> None:
    months = eight_years.months
    buffer = [
        months["savings"][t] / months["expenses"][t - 11 : t + 1].mean(axis=0)
        for t in range(11, 96)
    ]
    rank = spearmanr(buffer[-73], buffer[-1]).statistic
    assert STATISTICS["buffer_rank_6_years"](eight_years) == pytest.approx(rank)
    short = []
    for t in range(len(buffer) - 24):
        for now, later in zip(buffer[t], buffer[t + 24], strict=True):
            if now >= 3:
                short.append(later < 1)
    assert 0 < sum(short) < len(short)
    assert STATISTICS["from_3_months_to_short"](eight_years) == pytest.approx(np.mean(short))


def test_without_credit_is_who_has_no_limit(eight_years: Years) -> None:
    limits = eight_years.traits.credit_limit.tolist()
    assert 0 < STATISTICS["no_credit"](eight_years) == limits.count(0) / 400 < 1


def test_households_that_never_change_are_measured_without_a_warning(eight_years: Years) -> None:
    """Their first month again and again: nothing to divide by is NaN, the rest stays as it is."""
    months = {
        name: np.repeat(values[:1], 96, axis=0) for name, values in eight_years.months.items()
    }
    still = Years(eight_years.traits, months)
    found = {name: STATISTICS[name](still) for name in CHANGES}
    assert found == pytest.approx(
        {
            "income_falls": 0,
            "income_rises": 0,
            "lasting_falls": 0,
            "falls_made_good": np.nan,  # nobody fell
            "lasting_income_in_spending": np.nan,  # nothing moved
            "spending_after_a_fall": np.nan,
            "spent_share_next_year": 1,
            "top_fifth_again": 1,
            "red_year_again": np.nan,  # nobody gets into the red who was not there
            "buffer_rank_6_years": 1,
            "from_3_months_to_short": 0,
            "no_credit": STATISTICS["no_credit"](eight_years),
        },
        nan_ok=True,
    )


def test_years_without_a_dollar_are_measured_without_a_warning() -> None:
    income = np.array([[0.0, 50.0, 60.0], [0.0, 0.0, 60.0], [50.0, 0.0, 60.0], [50.0, 50.0, 60.0]])
    spending = np.full_like(income, 10.0)
    spending[0] = 0
    assert changes.falls(income) == pytest.approx(1 / 9)
    assert changes.rises(income) == pytest.approx(2 / 9)
    nothing = np.zeros((8, 3))
    assert changes.falls(nothing) == changes.rises(nothing) == changes.lasting_falls(nothing) == 0
    assert np.isnan(changes.pass_through(nothing, nothing))
    assert np.isnan(changes.pass_through(income, spending)), "only the third is known: no slope"
    for measure in (
        changes.spending_after_a_fall,
        changes.spent_share_next_year,
        changes.top_fifth_again,
    ):
        assert np.isfinite(measure(income, spending)), measure.__name__
        assert np.isnan(measure(nothing, nothing)), measure.__name__
    assert np.isnan(changes.red_year_again(nothing, nothing))


def test_what_takes_more_years_than_there_are_is_unknown(years: Years) -> None:
    """Of the three years of the fixture, and of the first two."""
    two = Years(years.traits, {name: values[:24] for name, values in years.months.items()})
    unknown = {"lasting_falls", "falls_made_good", "lasting_income_in_spending"}
    unknown |= {"buffer_rank_6_years"}
    found = {name for name in CHANGES if np.isnan(STATISTICS[name](years))}
    assert found == unknown
    found = {name for name in CHANGES if np.isnan(STATISTICS[name](two))}
    assert found == {*unknown, "from_3_months_to_short"}
