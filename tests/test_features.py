"""Twelve months -> household -> X: worked by hand, honest about time, one code for all."""

import math
from datetime import date
from decimal import Decimal
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
    LEAST,
    OPTIONAL,
    RATIOS,
    engineer_features,
    ratios_of,
    summarise,
    value_of_feature,
)
from finrisk.data.label import N_PAST, RULES, is_stressed
from finrisk.data.population import Population
from finrisk.data.preprocessing import CLAMP, N_VALUES, Preprocessor, split_households
from finrisk.errors import FinriskError, InvalidHistory, InvalidHousehold
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


APRIL_TO_MARCH = [f"{2024 + (month < 4)}-{month:02d}" for month in (*range(4, 13), 1, 2, 3)]
NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@pytest.mark.parametrize(
    "months",
    [
        range(12),
        range(1, 13),
        range(24_300, 24_312),
        pd.array(range(-3, 9), dtype="Int64"),
        pd.Series(range(12), dtype=object),
        np.arange(12.0),
        APRIL_TO_MARCH,
        [f"{month[5:]}/{month[:4]}" for month in APRIL_TO_MARCH],  # 04/2024 ... 03/2025
        [f"{NAMES[int(month[5:]) - 1]} {month[:4]}" for month in APRIL_TO_MARCH],
        pd.array(APRIL_TO_MARCH, dtype="string"),
        pd.Categorical(APRIL_TO_MARCH),
        pd.to_datetime(APRIL_TO_MARCH),
        pd.to_datetime(APRIL_TO_MARCH).tz_localize("Europe/Berlin"),
        pd.date_range("2024-04-30 23:59", periods=12, freq="ME"),
        pd.period_range("2024-04", periods=12, freq="M"),
        [date(int(month[:4]), int(month[5:]), 17) for month in APRIL_TO_MARCH],
        [*APRIL_TO_MARCH[:6], *pd.to_datetime(APRIL_TO_MARCH[6:])],
    ],
    ids=range(17),
)
@pytest.mark.parametrize("order", [range(12), range(11, -1, -1)], ids=["oldest", "latest"])
def test_months_of_every_kind_are_put_in_the_order_of_time(months: Any, order: range) -> None:
    """Not in that of the alphabet, in which savings would be those of another month."""
    told = year(month=months).iloc[list(order)]
    pd.testing.assert_frame_equal(summarise(told), summarise(year()))


@pytest.mark.parametrize("months", [APRIL_TO_MARCH, range(12), pd.to_datetime(APRIL_TO_MARCH)])
def test_rows_in_any_order_are_the_same_household(months: Any) -> None:
    shuffled = year(month=months).sample(frac=1, random_state=8)
    pd.testing.assert_frame_equal(summarise(shuffled), summarise(year()))


@pytest.mark.parametrize(
    ("months", "words"),
    [
        (NAMES, "month must be a month, got 'Jan' in row 0. Write it like 2025-03"),
        ([*NAMES[3:], *NAMES[:3]], "must be a month, got 'Apr' in row 0. Write it like 2025-03"),
        (pd.Categorical(NAMES, categories=NAMES, ordered=True), "must be a month, got 'Jan'"),
        ([str(i) for i in range(1, 13)], "must be a month, got '1' in row 0. Write it like 2025"),
        ([*range(4, 13), 1, 2, 3], "say its year where the numbers 1 to 12 do not stand in order"),
        ([3, 2, 1, *range(12, 3, -1)], "do not stand in order, got 3 first, in row 0. Write"),
        ([f"{m:02d}/01/2025" for m in range(1, 13)], "must be readable in one way only"),
        ([*range(11), 12], "got 10 and then 12 in rows 10 and 11. Keep one row for each month"),
        ([0, *range(11)], "got 0 and then 0 in rows 0 and 1. Keep one row for each month"),
        ([202404 + i + 88 * (i > 8) for i in range(12)], "got 202412 and then 202501 in rows 8"),
        (["2025-01-01", *APRIL_TO_MARCH[:10], "2025-01-31"], "got '2025-01-01' and then '2025-01"),
        ([np.nan, *range(11)], "month must be given in every row, got 10.0 and nan in rows 11 and"),
        ([None, *APRIL_TO_MARCH[1:]], "month must be given in every row"),
        ([*APRIL_TO_MARCH[:-1], 7], "month must be a month, got '7' in row 11"),
        ([math.inf, *range(11)], "month must lie between -1e+15 and 1e+15, got inf in row 0"),
        ([10**400, *range(11)], "month must lie between -1e+15 and 1e+15, got 100"),
        ([[1]] * 12, "month must hold months, got [1]. Write months like 2025-03"),
        ([True] * 12, "month must be a month, got 'True' in row 0"),
        (pd.to_timedelta(range(12), unit="D"), "month must be a month, got "),
        ([f"2025-{m:02d}\u200b" for m in range(1, 13)], r"a month, got '2025-01\u200b' in row 0"),
    ],
    ids=range(20),
)
def test_months_in_no_certain_order_are_refused(months: Any, words: str) -> None:
    with pytest.raises(InvalidHistory) as error:
        summarise(year(month=months))
    assert words in str(error.value)
    assert (error.value.field, "\n" in str(error.value)) == ("month", False)


def one_cell(column: str, value: Any) -> pd.DataFrame:
    table = year(debt_payment=150.0).astype(object)
    table.loc[3, column] = value
    return table


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("income", "4000", "income must hold numbers, got '4000' in row 3. Write it like 1234.50"),
        ("income", np.nan, "income must be given for every month, got nothing in row 3. Fill"),
        ("debt", None, "debt must be given for every month, got nothing in row 3. Fill"),
        ("debt", pd.NA, "debt must be given for every month, got nothing in row 3. Fill"),
        ("expenses", math.inf, "expenses must lie between -1e+15 and 1e+15, got inf in row 3"),
        ("savings", -0.01, "savings must not be negative, got -0.01 in row 3. Write money paid"),
        ("income", -5, "income must not be negative, got -5 in row 3. Write money paid"),
        ("debt", True, "debt must hold numbers, got True in row 3"),
        ("debt_payment", np.nan, "debt_payment must be given for every month, got nothing in row"),
        ("debt_payment", [1], "debt_payment must hold numbers, got [1] in row 3"),
    ],
)
def test_an_amount_that_is_none_is_named_with_its_row(
    column: str, value: object, words: str
) -> None:
    with pytest.raises(InvalidHistory) as error:
        summarise(one_cell(column, value))
    assert words in str(error.value)
    assert error.value.field == column


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (None, "A history is a DataFrame, one row a month, got NoneType. Make one"),
        ([1], "A history is a DataFrame, one row a month, got list. Make one"),
        (year()["income"], "A history is a DataFrame, one row a month, got Series. Make one"),
        (pd.DataFrame(), "month, income, expenses, savings, debt must be among the columns, got"),
        (year().drop(columns="debt"), "debt must be among the columns, got only month, income"),
        (year().rename(columns={"debt": "debt "}), "'debt ' (with a character that cannot be"),
        (pd.concat([year(), year()[["debt"]]], axis=1), "Column debt stands twice. Keep one."),
        (year().rename(columns={"income": "Income"}), "Column Income is not one of a history, but"),
        (
            year(debt_paymnt=1.0),
            "Column debt_paymnt is not one of a history, but looks like debt_p",
        ),
        (year(Household=1), "Column Household is not one of a history, but looks like household."),
        (year(household=np.nan), "household must be given in every row, got nothing in row 0"),
        (year(household=[[1]] * 12), "must hold numbers or texts that can be put in order, got"),
        (year(household=[1] * 6 + [(1,)] * 6), "be put in order, got int, tuple. Give each"),
    ],
    ids=range(13),
)
def test_a_history_that_is_none_is_a_sentence(history: Any, words: str) -> None:
    with pytest.raises(InvalidHistory) as error:
        summarise(history)
    assert words in str(error.value)


def test_households_of_every_kind_of_name_and_none_at_all() -> None:
    both = pd.concat([year(household="b"), year(household=7, savings=9.0)])
    assert summarise(both)["savings"].to_dict() == {7: 9.0, "b": 800.0}
    assert len(summarise(year().iloc[:0])) == 0
    unknown = summarise(pd.concat([year(household=1, debt_payment=np.nan), year(household=0)]))
    assert unknown["debt_payment"].isna().all()


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


NOTHING = {"monthly_income": 0.0, "monthly_expenses": 3_000.0, "savings": 1_500.0, "debt": 600.0}


def test_a_year_without_income_has_no_shares_of_it() -> None:
    row = summarise(year(income=0.0, debt_payment=150.0)).iloc[0]
    assert (row["monthly_income"], row["negative_months"], row["negative_streak"]) == (0, 12, 12)
    assert row[["income_volatility", "recent_income", "last_income"]].isna().all()
    assert row["expense_volatility"] == pytest.approx(np.std(EXPENSES) / np.mean(EXPENSES))
    assert (row["debt_payment"], row["savings_change"]) == (150, 800 - 3_000)


def test_a_year_without_expenses_has_no_share_of_them() -> None:
    row = summarise(year(expenses=0.0)).iloc[0]
    assert np.isnan(row["expense_volatility"])
    assert (row["monthly_expenses"], row["negative_months"]) == (0, 0)


def test_three_months_without_income_are_shares_like_any_other() -> None:
    row = summarise(year(income=[4_000.0] * 9 + [0.0] * 3)).iloc[0]
    assert row["monthly_income"] == 3_000
    assert (row["recent_income"], row["last_income"], row["negative_streak"]) == (0, 0, 3)
    assert row["income_volatility"] == pytest.approx(math.sqrt(1 / 3))


def test_no_income_counts_as_the_least_that_can_be_divided_by() -> None:
    """By hand, with $100 for the income."""
    values = NOTHING | {"debt_payment": 50.0}
    row = engineer_features(pd.DataFrame([values])).iloc[0]
    assert row["log_income"] == pytest.approx(math.log(100))
    assert row["log_expense_ratio"] == pytest.approx(math.log(30))
    assert row["log_debt_ratio"] == pytest.approx(math.log(6))
    assert row["payment_ratio"] == pytest.approx(0.5)
    assert value_of_feature("debt_payment", 0.5, Household.from_mapping(values)) == 50
    assert row["log_buffer"] == pytest.approx(math.log(0.55))


def test_no_expenses_count_as_the_least_that_can_be_divided_by() -> None:
    """By hand, with $50 for the expenses."""
    values = NOTHING | {"monthly_expenses": 0.0, "savings_change": -100.0}
    row = engineer_features(pd.DataFrame([values])).iloc[0]
    assert row["log_expense_ratio"] == pytest.approx(math.log(0.5))
    assert row["log_buffer"] == pytest.approx(math.log(30.05))
    assert row["savings_trend"] == pytest.approx(-math.asinh(2))
    back = value_of_feature("savings_change", -math.asinh(2), Household.from_mapping(values))
    assert back == pytest.approx(-100)


def test_the_least_is_as_much_as_itself_and_changes_nobody_above(world: Population) -> None:
    """Whoever has it or more gets the plain ratios, to the last bit."""
    same = pd.DataFrame([NOTHING | {"monthly_income": x} for x in (0.0, 5e-324, 99.99, 100.0)])
    assert (engineer_features(same).nunique(dropna=False) == 1).all()
    more = engineer_features(same.assign(monthly_income=100.01))
    assert (more["log_income"] > math.log(100)).all()
    rng, rows = np.random.default_rng(6), world.households.copy()
    for name, least in LEAST.items():
        rows[name] = least + rng.exponential(200, len(rows)) * (rng.random(len(rows)) < 0.9)
    X, h = engineer_features(rows), {name: rows[name].to_numpy() for name in rows}
    income, expenses = h["monthly_income"], h["monthly_expenses"]
    plain = {
        "log_income": np.log(income),
        "log_buffer": np.log(h["savings"] / expenses + 0.05),
        "log_expense_ratio": np.log(expenses / income),
        "log_debt_ratio": np.log1p(10 * h["debt"] / (12 * income)),
        "payment_ratio": h["debt_payment"] / income,
        "savings_trend": np.arcsinh(h["savings_change"] / expenses),
    }
    for name, values in plain.items():
        assert X[name].to_numpy().tobytes() == values.tobytes(), name


def test_a_ratio_to_nothing_is_not_known() -> None:
    rows = pd.DataFrame([NOTHING, NOTHING | {"monthly_income": 100.0}]).reindex(
        columns=list(INPUTS)
    )
    ratios = ratios_of(rows)
    assert list(ratios) == [f"{a} / {b}" for a, b in RATIOS]
    assert ratios["monthly_expenses / monthly_income"].isna().tolist() == [True, False]
    assert ratios["monthly_expenses / monthly_income"][1] == 30
    assert (ratios["savings / monthly_expenses"] == 0.5).all()


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            name: st.sampled_from([field.minimum, field.maximum])
            | st.floats(field.minimum, field.maximum)
            for name, field in INPUTS.items()
        }
    )
)
def test_every_legal_number_has_a_finite_feature(row: dict[str, float]) -> None:
    """Warnings of numpy are errors here, so none of them divides by zero either."""
    assert np.isfinite(engineer_features(pd.DataFrame([row])).to_numpy()).all()


@settings(max_examples=100, deadline=None)
@given(
    amounts=st.lists(
        st.tuples(*[st.sampled_from([0.0, 5e-324, 0.01, 3_000.0]) | st.floats(0, 1e6)] * 2),
        min_size=12,
        max_size=12,
    )
)
def test_every_year_is_summed_up_without_a_division_by_zero(
    amounts: list[tuple[float, float]],
) -> None:
    income, expenses = map(list, zip(*amounts, strict=True))
    row = summarise(year(income=income, expenses=expenses)).iloc[0]
    assert not np.isinf(row.to_numpy(np.float64)).any()
    assert np.isnan(row["last_income"]) == (np.mean(income) == 0)


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([10**400, 1.0], r"savings must lie between -1e\+15 and 1e\+15, got 100"),
        ([1e300, 1.0], r"savings must lie between -1e\+15 and 1e\+15, got 1e\+300 in row 0"),
        ([Decimal("sNaN"), 1.0], r"savings must hold numbers, got Decimal\('sNaN'\) in row 0"),
        ([-0.00001, 1.0], r"savings must be at least \$0 in every row, got -\$0.00001. Leave"),
    ],
    ids=["large", "overflow", "signalling", "tiny"],
)
def test_a_number_beyond_all_amounts_is_told_as_it_is(column: Any, words: str) -> None:
    rows = pd.DataFrame({"monthly_income": [3e3, 4e3], "monthly_expenses": 2e3, "debt": 0})
    with pytest.raises(InvalidHousehold, match=words):
        engineer_features(rows.assign(savings=column))


@pytest.mark.parametrize("odd", [None, 5, [1.0], np.ones((2, 20)), {"log_income": 1}])
def test_what_was_not_engineered_is_not_scaled(world: Population, odd: Any) -> None:
    preprocessor = Preprocessor.fit(engineer_features(world.households))
    for step in (Preprocessor.fit, preprocessor.transform):
        with pytest.raises(FinriskError, match=r"X must have a table, got .*Make X with engineer"):
            step(odd)
    X = engineer_features(world.households.head(3)).astype(object)
    for cell, words in (
        ("x", "numbers only, got other cells"),
        (math.inf, "numbers only, got inf"),
    ):
        X.iloc[1, 2] = cell
        with pytest.raises(FinriskError, match=words):
            preprocessor.transform(X)


@pytest.mark.parametrize(
    ("stressed", "seed", "words"),
    [
        (None, 1, "stressed must be a list with a number for each household, got None"),
        ("yes", 1, "stressed must be a list with a number for each household, got 'yes'"),
        ([], 1, r"stressed must be a list with a number for each household, got \[\]"),
        ([0.5] * 40, 1, "stressed must be True or False, got 0.5 in place 0"),
        ([True, False] * 20, 1.5, "seed must be a whole number .* got 1.5"),
        ([True, False] * 20, -1, "seed must be a whole number .* got -1"),
        ([True, False] * 20, 2**32, "seed must be a whole number from 0 to 4,294,967,295"),
    ],
)
def test_a_split_of_nothing_is_a_sentence(stressed: Any, seed: Any, words: str) -> None:
    with pytest.raises(FinriskError, match=words):
        split_households(stressed, seed)


def test_labels_of_any_list_are_split_alike() -> None:
    """A table's column with an index of its own was looked up by that index."""
    labels = np.arange(200) % 3 == 0
    lists: list[Any] = [labels.tolist(), pd.Series(labels, range(7, 207)), labels.astype(int)]
    for told in lists:
        split = split_households(told, seed=3)
        assert split.test.tolist() == split_households(labels, seed=3).test.tolist()


def test_what_is_no_table_has_no_features() -> None:
    with pytest.raises(InvalidHousehold, match="is a DataFrame, one row a household, got dict"):
        engineer_features({"savings": 1.0})  # type: ignore[arg-type]
