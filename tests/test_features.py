"""Twelve months -> household -> X: worked by hand, honest about time, one code for all."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_label import by_loop

from finrisk.data.feature_engineering import (
    FEATURE_NAMES,
    FEATURES,
    OPTIONAL,
    engineer_features,
    summarise,
    value_of_feature,
)
from finrisk.data.label import N_PAST, RULES, is_stressed
from finrisk.data.population import Population
from finrisk.data.preprocessing import CLAMP, N_VALUES, Preprocessor, split_households
from finrisk.errors import InvalidHistory, InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS

INCOME = [4_000.0] * 9 + [3_000, 3_000, 5_000]
EXPENSES = [3_500.0] * 10 + [3_600, 5_100]
SAVINGS = [float(s) for s in range(3_000, 600, -200)]


def year(**more: object) -> pd.DataFrame:
    months = pd.period_range("2025-01", periods=12, freq="M").astype(str)
    columns = {"month": months, "income": INCOME, "expenses": EXPENSES, "savings": SAVINGS}
    return pd.DataFrame(columns | {"debt": 5_000.0} | more)


def test_a_year_worked_by_hand() -> None:
    row = summarise(year(debt_payment=150.0)).iloc[0]
    assert row["monthly_income"] == pytest.approx((9 * 4_000 + 11_000) / 12)
    assert row["monthly_expenses"] == pytest.approx((35_000 + 8_700) / 12)
    assert row["savings"] == 800
    assert row["savings_change"] == 800 - 3_000
    assert row["debt_payment"] == 150
    assert row["recent_income"] == pytest.approx(11_000 / 3 / row["monthly_income"])
    assert row["last_income"] == pytest.approx(5_000 / row["monthly_income"])
    assert row["negative_months"] == 3  # months 10, 11 and 12
    assert row["negative_streak"] == 3
    assert row["income_volatility"] == pytest.approx(np.std(INCOME) / np.mean(INCOME))


def test_row_order_does_not_matter_and_unknown_payment_stays_unknown() -> None:
    shuffled = year().sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(summarise(shuffled), summarise(year()))
    assert np.isnan(summarise(year()).iloc[0]["debt_payment"])


def test_eleven_months_are_refused() -> None:
    with pytest.raises(InvalidHistory, match="12 months of each household, got 11 of household 0"):
        summarise(year().iloc[1:])


@pytest.mark.parametrize("n_months", [11, 13])
def test_the_household_with_the_wrong_number_of_months_is_named(n_months: int) -> None:
    more = pd.concat([year(), year()]).head(n_months).assign(household="b")
    histories = pd.concat([year(household="a"), more, year(household="c")])
    words = f"12 months of each household, got {n_months} of household b"
    with pytest.raises(InvalidHistory, match=words) as error:
        summarise(histories)
    assert error.value.field == "month"


def test_many_histories_and_the_population_agree(world: Population) -> None:
    pd.testing.assert_frame_equal(
        summarise(world.histories), world.households, check_names=False, rtol=1e-12
    )


def test_features_worked_by_hand() -> None:
    household = Household(
        monthly_income=4_000, monthly_expenses=3_600, savings=1_800, debt=9_600, debt_payment=200
    )
    X = engineer_features(pd.DataFrame([household.to_dict()])).iloc[0]
    assert X["log_income"] == pytest.approx(np.log(4_000))
    assert X["log_buffer"] == pytest.approx(np.log(0.55))
    assert X["log_expense_ratio"] == pytest.approx(np.log(0.9))
    assert X["log_debt_ratio"] == pytest.approx(np.log(3))
    assert X["payment_ratio"] == pytest.approx(0.05)
    assert np.isnan(X["negative_streak"])
    assert X["debt_payment_known"] == 1
    assert X["negative_streak_known"] == 0


@pytest.mark.parametrize("name", [n for n, field in INPUTS.items() if field.required])
def test_a_required_column_that_is_missing_or_has_a_hole_is_named(
    name: str, world: Population
) -> None:
    rows = world.households.iloc[:4]
    for table in (rows.drop(columns=name), rows.assign(**{name: [1e3, np.nan, 1e3, 1e3]})):
        with pytest.raises(InvalidHousehold, match=f"{name} is required in every row") as error:
            engineer_features(table)
        assert error.value.field == name


def test_x_has_twenty_columns_named_once(world: Population) -> None:
    X = engineer_features(world.households)
    assert tuple(X.columns) == FEATURE_NAMES
    assert len(FEATURE_NAMES) == 20
    assert set(FEATURES) == set(INPUTS)
    assert np.isfinite(X.to_numpy()).all()


def test_one_household_is_a_row_of_many(world: Population) -> None:
    many = engineer_features(world.households)
    one = engineer_features(world.households.iloc[[17]])
    pd.testing.assert_frame_equal(one, many.iloc[[17]])


@pytest.mark.parametrize("field", OPTIONAL)
def test_a_feature_goes_back_to_its_unit(field: str, world: Population) -> None:
    row = world.households.iloc[5]
    X = engineer_features(world.households.iloc[[5]]).iloc[0]
    household = Household.from_mapping({str(name): value for name, value in row.items()})
    assert value_of_feature(field, X[FEATURES[field][0]], household) == pytest.approx(row[field])


def test_features_see_nothing_after_t(world: Population) -> None:
    """Other months after t: the features stay bit for bit, the label changes."""
    rng = np.random.default_rng(0)
    months = {name: values.copy() for name, values in world.months.items()}
    for values in months.values():
        values[N_PAST:] = rng.permuted(values[N_PAST:], axis=1)
    other = Population(world.assumptions, world.seed, world.traits, months)
    before, after = engineer_features(world.households), engineer_features(other.households)
    assert before.to_numpy().tobytes() == after.to_numpy().tobytes()
    assert (other.stressed != world.stressed).any()


def test_the_label_sees_only_the_future_and_the_bar(world: Population) -> None:
    """Another past with the same mean expenses: the label of a fixed future stays."""
    months = {name: values.copy() for name, values in world.months.items()}
    months["income"][:N_PAST] *= 0.5
    months["savings"][:N_PAST] += 10_000
    months["expenses"][:N_PAST] = months["expenses"][:N_PAST][::-1]
    other = Population(world.assumptions, world.seed, world.traits, months)
    np.testing.assert_array_equal(other.stressed, world.stressed)
    future = {name: values[N_PAST:] for name, values in world.months.items()}
    bar = world.households["monthly_expenses"].to_numpy()
    cash_flow = future["income"] - future["expenses"]
    for i, b in enumerate(bar):
        rules = (by_loop(future["savings"][:, i], cash_flow[:, i], b, rule) for rule in RULES)
        assert world.stressed[i] == any(rules)
    np.testing.assert_array_equal(world.stressed, is_stressed(future["savings"], cash_flow, bar))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), min_size=12, max_size=12))
def test_streak_and_months_in_the_red_against_a_loop(red: list[bool]) -> None:
    history = year(income=[3_000.0 if r else 4_000.0 for r in red], expenses=3_500.0)
    row = summarise(history).iloc[0]
    streak = next((i for i, r in enumerate(reversed(red)) if not r), 12)
    assert (row["negative_months"], row["negative_streak"]) == (sum(red), streak)


def test_split_is_70_15_15_by_household() -> None:
    stressed = np.random.default_rng(1).random(2_000) < 0.4
    split = split_households(stressed, seed=4)
    parts = (split.train, split.validation, split.test)
    assert [len(part) for part in parts] == [1_400, 300, 300]
    assert len(np.unique(np.concatenate(parts))) == 2_000
    for part in parts:
        assert stressed[part].mean() == pytest.approx(stressed.mean(), abs=0.01)


def test_scaling_is_learned_from_the_training_rows_only(world: Population) -> None:
    X = engineer_features(world.households)
    train, rest = X.iloc[:1_000], X.iloc[1_000:].copy()
    preprocessor = Preprocessor.fit(train)
    scaled = preprocessor.transform(train)[:, :N_VALUES]
    inside = np.abs(scaled) < CLAMP
    assert np.abs(scaled.mean(axis=0)).max() < 0.05
    assert inside.mean() > 0.999
    rest.iloc[:, :N_VALUES] *= 100
    assert np.abs(preprocessor.transform(rest)).max() <= CLAMP
    np.testing.assert_array_equal(preprocessor.mean, Preprocessor.fit(train).mean)


def test_unknown_is_filled_with_the_training_median(world: Population) -> None:
    X = engineer_features(world.households)
    preprocessor = Preprocessor.fit(X)
    unknown = engineer_features(world.households.drop(columns=list(OPTIONAL)))
    filled = preprocessor.transform(unknown)
    np.testing.assert_array_equal(filled[0, 4:N_VALUES], preprocessor.fill_values[4:])
    assert not filled[:, N_VALUES:].any()


def test_columns_in_another_order_are_refused(world: Population) -> None:
    X = engineer_features(world.households)
    with pytest.raises(ValueError, match="columns of engineer_features"):
        Preprocessor.fit(X[X.columns[::-1]])


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (["3000", "b"], "savings must hold numbers, got '3000' in row 0. Give a number in"),
        (pd.to_timedelta([1, 2], unit="D"), "savings must hold numbers, got Timedelta"),
        ([5.0, [2]], r"savings must hold numbers, got \[2\] in row 1"),
        ([True, False], "savings must hold numbers, got .*True.* in row 0"),
        ([-5_000.0, 5.0], r"savings must be at least \$0 in every row, got -\$5,000. Leave"),
    ],
    ids=["text", "time", "list", "bool", "below zero"],
)
def test_a_column_that_holds_no_numbers_is_named(column: Any, words: str) -> None:
    rows = pd.DataFrame(
        {"monthly_income": [3_000.0, 4_000.0], "monthly_expenses": 2_000.0, "debt": 0}
    )
    with pytest.raises(InvalidHousehold, match=words):
        engineer_features(rows.assign(savings=column))


def test_no_income_has_no_ratios_and_is_refused() -> None:
    rows = pd.DataFrame(
        {"monthly_income": [0.0], "monthly_expenses": 1.0, "savings": 1.0, "debt": 0}
    )
    with pytest.raises(
        InvalidHousehold, match=r"monthly_income must be above \$0 in every row, got"
    ):
        engineer_features(rows)


def test_what_is_no_table_has_no_features() -> None:
    with pytest.raises(InvalidHousehold, match="is a DataFrame, one row a household, got dict"):
        engineer_features({"savings": 1.0})  # type: ignore[arg-type]
