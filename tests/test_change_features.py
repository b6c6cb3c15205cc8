"""What the network sees of a change: by hand, 0 where nothing changes, finite wherever legal."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finrisk.change import LARGEST_AMOUNT, LARGEST_FACTOR, MEDIAN_PAYMENT_RATE, Change
from finrisk.data.change_features import CHANGE_NAMES, engineer_change
from finrisk.data.feature_engineering import FEATURE_NAMES, OPTIONAL, engineer_features
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.ml.tensors import COLUMNS, to_tensor

MARIA = EXAMPLES["Maria, on the edge"]  # $4,200, $3,900, $5,200, $9,000
HOUSEHOLDS = {
    "Maria": MARIA,
    "no income": Household(monthly_income=0, monthly_expenses=900, savings=0, debt=2_500),
    "nothing at all": Household(monthly_income=0, monthly_expenses=0, savings=0, debt=0),
    "all goes to debt": Household(2_000, 700, savings=90_000, debt=60_000),
}
CHANGES = [
    Change(income=0.5, months=3),
    Change(income=0, months=1),
    Change(income=0, spending=0.4, months=2),
    Change(income=1_000, spending=1_000, one_off=-50_000_000),
    Change(income=0.7, spending=0.9),
    Change(spending=1.2, months=5, one_off=1_500),
    Change(one_off=-700),
    Change(debt=4_000, one_off=4_000),
    Change(debt=-2_500, one_off=-2_500, income=1.1, months=4),
]


def table(*households: Household) -> pd.DataFrame:
    return pd.DataFrame([h.to_dict() for h in households], dtype=np.float64)


def table_of(changes: list[Change]) -> pd.DataFrame:
    return pd.DataFrame([change.to_dict() for change in changes])


def worked_out(h: Household, c: Change) -> list[float]:
    """The scalar twin: twelve columns in plain Python, one household, one change."""
    income, expenses = max(h.monthly_income, 100), max(h.monthly_expenses, 50)
    months, lasts = (6, True) if c.months is None else (c.months, False)
    spending = max(h.monthly_expenses - MEDIAN_PAYMENT_RATE * h.debt, 0)
    monthly = h.monthly_income * (c.income - 1) + spending * (1 - c.spending)
    payments = MEDIAN_PAYMENT_RATE * c.debt
    if c.debt < 0:  # saved is at most what was paid, of a debt with a cent too much, or spent
        payments = -min(-payments, MEDIAN_PAYMENT_RATE * h.debt, h.monthly_expenses)
    bar = max(h.monthly_expenses + payments + (spending * (c.spending - 1) if lasts else 0), 50)
    factors = ((h.monthly_income, c.income), (h.monthly_expenses, c.spending))
    earns, spends = (math.log(min(max(f, 0.05), 5)) if base else 0 for base, f in factors)
    gap = min(max(monthly / expenses, -2), 2)
    changes_pay = c.income != 1 or c.spending != 1
    column = min(months, 4) if changes_pay else 0

    def cushion(savings: float, of: float) -> float:
        return math.log(max(savings, 0) / of + 0.05)

    def load(debt: float) -> float:
        return math.log(1 + 10 * max(debt, 0) / (12 * income))

    passed = h.savings + c.one_off + (0 if lasts else months * monthly)
    usual = h.savings + 6 * (income - expenses)
    end = usual + c.one_off + months * monthly - 6 * payments
    return [
        earns,
        spends,
        earns if lasts else 0,
        spends if lasts else 0,
        *(gap if column == n else 0 for n in (1, 2, 3, 4)),
        math.asinh(c.one_off / expenses),
        load(h.debt + c.debt) - load(h.debt),
        cushion(passed, bar) - cushion(h.savings, expenses),
        cushion(end, bar) - cushion(usual, expenses),
    ]


@pytest.mark.parametrize("who", HOUSEHOLDS)
def test_all_columns_are_those_of_the_scalar_twin(who: str) -> None:
    h = HOUSEHOLDS[who]
    for change in CHANGES:
        if change.debt < -h.debt:
            continue  # more than is owed
        found = engineer_change(table(h), change).iloc[0]
        expected = dict(zip(CHANGE_NAMES, worked_out(h, change), strict=True))
        assert found.to_dict() == pytest.approx(expected, rel=1e-9, abs=1e-9), change


def test_half_of_no_pay_is_no_pay_and_half_of_no_spending_none() -> None:
    nothing = Household(monthly_income=0, monthly_expenses=0, savings=5_200, debt=9_000)
    for change in (Change(income=0.5), Change(spending=3, months=2), Change(income=2, spending=2)):
        assert (engineer_change(table(nothing), change) == 0).all(axis=None), change
        told = Predictor.load().predict(nothing, change=change)
        assert told.probability == pytest.approx(told.before, abs=1e-6)


def test_half_the_pay_for_three_months_on_paper() -> None:
    """Maria lacks $2,100 a month, $6,300 in all: $1,100 more than she has saved."""
    found = engineer_change(table(MARIA), Change(income=0.5, months=3)).iloc[0]
    expected = dict.fromkeys(CHANGE_NAMES, 0.0) | {
        "income_factor": math.log(0.5),
        "gap_of_three_months": -2_100 / 3_900,
        "cushion_after": math.log(0.05) - math.log(5_200 / 3_900 + 0.05),
        "pace_after": math.log(700 / 3_900 + 0.05) - math.log(7_000 / 3_900 + 0.05),
    }
    assert found.to_dict() == pytest.approx(expected)


def test_a_debt_paid_off_saves_what_is_spent_at_most_on_paper() -> None:
    """The usual $1,044 for $60,000 are more than all expenses, $700: one month costs the least."""
    household = Household(2_000, 700, savings=90_000, debt=60_000)
    found = engineer_change(table(household), Change(debt=-60_000)).iloc[0]
    before, after = 90_000 + 6 * 1_300, 90_000 + 6 * 2_000
    expected = dict.fromkeys(CHANGE_NAMES, 0.0) | {
        "more_debt": -math.log(1 + 10 * 60_000 / 24_000),
        "cushion_after": math.log(90_000 / 50 + 0.05) - math.log(90_000 / 700 + 0.05),
        "pace_after": math.log(after / 50 + 0.05) - math.log(before / 700 + 0.05),
    }
    assert found.to_dict() == pytest.approx(expected)


def test_ten_percent_less_spending_for_good_on_paper() -> None:
    """Of $3,900 Maria pays $156.60 to debt: $374.34 less, and one month of expenses is less too."""
    found = engineer_change(table(MARIA), Change(spending=0.9)).iloc[0]
    less = 374.34
    expected = dict.fromkeys(CHANGE_NAMES, 0.0) | {
        "spending_factor": math.log(0.9),
        "lasting_spending": math.log(0.9),
        "gap_of_more_months": less / 3_900,
        "cushion_after": math.log(5_200 / (3_900 - less) + 0.05) - math.log(5_200 / 3_900 + 0.05),
        "pace_after": math.log((7_000 + 6 * less) / (3_900 - less) + 0.05)
        - math.log(7_000 / 3_900 + 0.05),
    }
    assert found.to_dict() == pytest.approx(expected)


def from_a_cent(most: float) -> st.SearchStrategy[float]:
    return st.one_of(st.just(0.0), st.floats(0.01, most))


amounts = {n: from_a_cent(field.maximum) for n, field in INPUTS.items() if field.required}
factors = st.one_of(st.sampled_from([0, 1, LARGEST_FACTOR]), st.floats(0, LARGEST_FACTOR))
sums = st.one_of(
    st.sampled_from([-LARGEST_AMOUNT, LARGEST_AMOUNT]), st.floats(-LARGEST_AMOUNT, LARGEST_AMOUNT)
)
months = st.one_of(st.none(), st.integers(1, 6))


@st.composite
def asked(draw: st.DrawFn) -> tuple[Household, Change]:
    """A household of any legal kind, and whatever it may change."""
    h = Household(**{name: draw(amount) for name, amount in amounts.items()})
    debt = st.one_of(st.just(-h.debt), st.floats(-h.debt, LARGEST_AMOUNT))
    change = Change(
        income=draw(factors),
        spending=draw(factors),
        one_off=draw(sums),
        debt=draw(debt),
        months=draw(months),
    )
    return h, change


@settings(max_examples=60, deadline=None)
@given(asked())
@example((HOUSEHOLDS["nothing at all"], Change(income=0, spending=0, one_off=-50_000_000)))
@example((HOUSEHOLDS["nothing at all"], Change(income=1_000, spending=1_000, debt=50_000_000)))
@example((Household(100_000, 100_000, 0, 5_000_000), Change(spending=1_000, debt=-5_000_000)))
@example((Household(1_000, 0, 0, 50_769), Change(one_off=50_000_000, debt=-50_769)))
@example((Household(1_000, 500, 100, 0.005), Change(debt=50_000_000)))
@example((Household(1_000, 500, 100, 0), Change(debt=-0.01)))
def test_every_legal_change_of_every_legal_household_is_finite_and_the_twin_s(
    both: tuple[Household, Change],
) -> None:
    household, change = both
    found = engineer_change(table(household), change).iloc[0].to_numpy()
    assert np.isfinite(found).all()
    assert np.isfinite(found.astype(np.float32)).all()
    # Where rounding of large sums leaves a cent of the cushion, its logarithm may move a little
    assert found == pytest.approx(worked_out(household, change), rel=1e-6, abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(asked(), months)
def test_a_change_that_changes_nothing_is_twelve_zeros(
    both: tuple[Household, Change], lasts: int | None
) -> None:
    household = table(both[0])
    assert (engineer_change(household, Change(months=lasts)) == 0).all(axis=None)
    nothing = pd.DataFrame({"income": [1.0], "debt": [0.0], "months": [lasts]})
    assert (engineer_change(household, nothing) == 0).all(axis=None)


@settings(max_examples=60, deadline=None)
@given(asked())
def test_six_months_are_for_good(both: tuple[Household, Change]) -> None:
    household, change = table(both[0]), both[1].to_dict()
    six, good = (pd.DataFrame([change | {"months": lasts}]) for lasts in (6, None))
    pd.testing.assert_frame_equal(engineer_change(household, six), engineer_change(household, good))


def test_a_table_of_changes_is_row_by_row_the_same_as_one_change_for_all() -> None:
    maria = table(MARIA)
    rows = [engineer_change(maria, change) for change in CHANGES]
    for change, row in zip(CHANGES, rows, strict=True):
        pd.testing.assert_frame_equal(engineer_change(maria, table_of([change])), row)
    many = engineer_change(table(*[MARIA] * len(CHANGES)), table_of(CHANGES))
    pd.testing.assert_frame_equal(many, pd.concat(rows, ignore_index=True))


def test_index_and_order_are_those_of_the_households_whatever_the_changes_are_called() -> None:
    households = table(*HOUSEHOLDS.values()).set_axis(["d", "b", "c", "a"])
    changes = table_of(CHANGES[:4]).set_axis([3, 2, 1, 0])
    found = engineer_change(households, changes)
    assert found.index.tolist() == ["d", "b", "c", "a"]
    assert tuple(found.columns) == CHANGE_NAMES
    for name, who, change in zip(found.index, HOUSEHOLDS.values(), CHANGES[:4], strict=True):
        assert found.loc[name].tolist() == pytest.approx(worked_out(who, change))
    turned = engineer_change(households[::-1], changes[::-1])
    pd.testing.assert_frame_equal(turned, found[::-1])


def test_who_knows_more_gets_the_same_columns() -> None:
    """Not even the debt payment counts: nobody gets another answer for leaving it out."""
    known = dict.fromkeys(OPTIONAL, 1.0) | {"debt_payment": 3_000.0}
    required = table(MARIA)[[name for name in INPUTS if name not in OPTIONAL]]
    for change in CHANGES:
        expected = engineer_change(required, change)
        for more in (table(MARIA), required.assign(**known), required.assign(mood="good")):
            pd.testing.assert_frame_equal(engineer_change(more, change), expected)


def test_households_and_changes_are_left_as_they_were() -> None:
    households, changes = table(HOUSEHOLDS["nothing at all"], MARIA), table_of(CHANGES[:2])
    before = households.copy(deep=True), changes.copy(deep=True)
    first, second = (engineer_change(households, changes) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(households, before[0])
    pd.testing.assert_frame_equal(changes, before[1])


def test_a_change_that_cannot_be_is_refused() -> None:
    for change, words in (
        (Change(debt=-9_001), "pay off more than is owed"),
        (table_of([Change()] * 2), "one row a household"),
        ({"income": 0.9}, r"made with Change\("),
    ):
        with pytest.raises(FinriskError, match=words):
            engineer_change(table(MARIA), change)


# In what the network takes


@pytest.fixture
def unusual() -> Preprocessor:
    """Its numbers would be seen at once in a column that it should not touch."""
    return Preprocessor(np.zeros(N_VALUES), np.full(N_VALUES, 3.0), np.full(N_VALUES, 7.0))


def test_change_columns_stand_last_and_are_not_scaled(unusual: Preprocessor) -> None:
    households, changes = table(*[MARIA] * len(CHANGES)), table_of(CHANGES)
    x = to_tensor(households, unusual, changes).numpy()
    assert (*FEATURE_NAMES, *CHANGE_NAMES) == COLUMNS
    assert x.shape == (len(CHANGES), 32) == (len(CHANGES), len(COLUMNS))
    assert x.dtype == np.float32
    expected = engineer_change(households, changes).to_numpy(np.float32)
    np.testing.assert_array_equal(x[:, len(FEATURE_NAMES) :], expected)
    features = unusual.transform(engineer_features(households))
    np.testing.assert_array_equal(x[:, : len(FEATURE_NAMES)], features)


def test_no_change_is_the_change_that_changes_nothing(unusual: Preprocessor) -> None:
    households = table(*HOUSEHOLDS.values())
    none = to_tensor(households, unusual).numpy()
    assert not none[:, len(FEATURE_NAMES) :].any()
    nothings: list[Any] = [Change(), Change(months=2), pd.DataFrame(index=range(len(households)))]
    for nothing in nothings:
        np.testing.assert_array_equal(to_tensor(households, unusual, nothing).numpy(), none)


def test_engineer_features_keeps_its_twenty_columns() -> None:
    X = engineer_features(table(MARIA))
    assert X.shape == (1, 20)
    assert tuple(X.columns) == FEATURE_NAMES
    assert not set(FEATURE_NAMES) & set(CHANGE_NAMES)
