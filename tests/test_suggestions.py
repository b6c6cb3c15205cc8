"""What is within reach, also on top of a change, and which of it helps enough to be told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finrisk.change import Change
from finrisk.household import EXAMPLES, Household
from finrisk.ml.predictor import Predictor
from finrisk.ml.suggestions import (
    SMALLEST_HELP,
    WITHIN_REACH,
    debt_from_savings,
    helpful,
    within_reach,
)

MARIA = EXAMPLES["Maria, on the edge"]  # $4,200, $3,900, $5,200, $9,000
SAVER = Household(monthly_income=4_200, monthly_expenses=3_900, savings=15_000, debt=9_000)
FOR_A_WHILE, FIVE_LESS, TEN_LESS, EARN_MORE = (text for text, _ in WITHIN_REACH)
NOTHING = Change()


def options(household: Household, change: Change = NOTHING) -> dict[str, Change]:
    return dict(within_reach(household, change))


def paid(household: Household, change: Change = NOTHING) -> float:
    """$ of debt that the household is offered to pay from savings."""
    sums = [c.debt - change.debt for text, c in options(household, change).items() if "Pay" in text]
    return -sum(sums)


def test_without_a_change_there_is_what_is_within_reach_of_all() -> None:
    assert within_reach(MARIA, Change()) == list(WITHIN_REACH)


# On top of a change


def test_factors_multiply_and_sums_stay() -> None:
    change = Change(income=0.7, spending=1.2, one_off=-300, debt=500)
    found = options(MARIA, change)
    sums = {"one_off": -300, "debt": 500}
    assert set(found) == {FIVE_LESS, TEN_LESS, EARN_MORE}
    for text, income, spending in (
        (FIVE_LESS, 0.7, 1.2 * 0.95),
        (TEN_LESS, 0.7, 1.2 * 0.9),
        (EARN_MORE, 0.7 * 1.05, 1.2),
    ):
        assert found[text] == Change(income=income, spending=spending, **sums)


def test_what_lasts_differently_is_left_out() -> None:
    three = options(MARIA, Change(income=0.5, months=3))
    assert three == {FOR_A_WHILE: Change(income=0.5, spending=0.9, months=3)}
    assert options(MARIA, Change(income=0.5, months=2)) == {}
    assert FOR_A_WHILE not in options(MARIA, Change(spending=1.1))
    assert FOR_A_WHILE not in options(MARIA, Change(income=1.1, months=6))


def test_sums_of_money_last_as_long_as_whatever_comes_on_top() -> None:
    found = options(MARIA, Change(one_off=-400, debt=100))
    assert list(found) == [text for text, _ in WITHIN_REACH]
    for text, alone in WITHIN_REACH:
        assert found[text] == Change(**alone.to_dict() | {"one_off": -400, "debt": 100})


def test_debt_from_savings_adds_to_any_change_whatever_its_months() -> None:
    for months in (None, 2, 3):
        change = Change(income=0.9, one_off=1_000, debt=-500, months=months)
        found = options(SAVER, change)
        both = Change(income=0.9, one_off=1_000 - 4_300, debt=-500 - 4_300, months=months)
        assert found["Pay $4,300 of debt from savings"] == both


# Debt from savings


def test_three_months_of_expenses_stay_saved() -> None:
    """$15,000 less three times $3,900 are $3,300."""
    text, change = within_reach(SAVER, Change())[-1]
    assert text == "Pay $3,300 of debt from savings"
    assert change == Change(debt=-3_300, one_off=-3_300)


@pytest.mark.parametrize(
    ("savings", "debt", "expected"),
    [
        (11_799, 9_000, 0),
        (11_800, 9_000, 100),
        (11_999, 9_000, 200),
        (5_200, 9_000, 0),
        (90_000, 9_000, 9_000),
        (90_000, 8_950, 8_900),
        (90_000, 100, 100),
        (90_000, 99, 0),
        (90_000, 0, 0),
    ],
)
def test_it_is_paid_in_full_hundreds_and_never_more_than_is_owed(
    savings: float, debt: float, expected: float
) -> None:
    household = Household(4_200, 3_900, savings, debt)
    assert paid(household) == expected
    assert any("Pay" in text for text in options(household)) == (expected > 0)


def test_what_a_change_takes_or_brings_counts() -> None:
    assert paid(SAVER, Change(one_off=-3_201)) == 0
    assert paid(SAVER, Change(one_off=1_000)) == 4_300
    assert paid(SAVER, Change(debt=-8_900, one_off=0)) == 100
    assert paid(SAVER, Change(debt=-9_000)) == 0
    assert paid(Household(4_200, 3_900, 90_000, 0), Change(debt=700)) == 700


dollars = st.integers(0, 60_000)


@settings(deadline=None)
@given(
    expenses=st.integers(0, 20_000),
    savings=dollars,
    debt=dollars,
    less_debt=st.floats(0, 1),
    one_off=st.integers(-30_000, 30_000),
)
def test_whatever_is_offered_can_be_done(
    expenses: int, savings: int, debt: int, less_debt: float, one_off: int
) -> None:
    household = Household(4_000, expenses, savings, debt)
    asked = Change(one_off=one_off, debt=-round(less_debt * debt))
    for _, both in within_reach(household, asked):
        household.check_possible(both)
    amount = paid(household, asked)
    assert amount >= 0
    assert amount % 100 == 0
    if amount:
        assert savings + one_off - amount >= 3 * expenses
        assert amount <= debt + asked.debt
    worth_it = min(debt + asked.debt, savings + one_off - 3 * expenses)
    assert worth_it - amount < 100


def test_what_is_offered_of_a_debt_with_cents_can_be_done() -> None:
    household = Household(4_200, 1_000, savings=50_000, debt=8_082.11)
    found = options(household, Change(debt=-3_082.11))
    both = found["Pay $5,000 of debt from savings"]
    assert -both.debt > household.debt  # by rounding alone
    for change in found.values():
        household.check_possible(change)


def test_what_is_done_already_is_replaced_and_never_compounds() -> None:
    """Who spends 5 % less may spend 10 % less: the controls show 10 %, not 14.5 %."""
    less = options(MARIA, Change(spending=0.95, one_off=-300))
    assert less[TEN_LESS] == Change(spending=0.9, one_off=-300)
    assert less[FIVE_LESS] == Change(spending=0.95, one_off=-300)
    assert less[EARN_MORE] == Change(income=1.05, spending=0.95, one_off=-300)
    assert options(MARIA, Change(income=1.02))[EARN_MORE] == Change(income=1.05)
    assert options(MARIA, Change(income=1_000))[EARN_MORE] == Change(income=1.05)
    both = Change(income=0.8, spending=0.95)
    assert options(MARIA, both)[TEN_LESS] == Change(income=0.8, spending=0.9)


@pytest.mark.parametrize(
    ("payment", "spending", "expected"),
    [
        (None, 0.5, 8_300),  # three times $3,900 stay
        (None, 1.0, 8_300),
        (None, 1.5, 2_600),  # and 1.5 x $3,743.40, without the usual payment
        (900, 0.5, 8_300),
        (900, 1.5, 3_800),  # and 1.5 x $3,000
        (900, 2.0, 0),
        (3_900, 2.0, 8_300),  # a factor on nothing
    ],
)
@pytest.mark.parametrize("months", [None, 2])
def test_three_months_of_expenses_and_of_what_more_spending_costs_stay_saved(
    payment: float | None, spending: float, expected: float, months: int | None
) -> None:
    """Whoever spends less for a change may spend as much again; debt costs what it did."""
    saver = Household(4_200, 3_900, savings=20_000, debt=9_000, debt_payment=payment)
    assert paid(saver, Change(spending=spending, months=months)) == expected


def test_debt_from_savings_is_said_once_and_by_itself() -> None:
    assert debt_from_savings(9_000, 15_000, 3_900) == [
        ("Pay $3,300 of debt from savings", Change(debt=-3_300, one_off=-3_300))
    ]
    for owed, left, expenses in (
        (99.99, 9e4, 0),
        (9_000, 11_799, 3_900),
        (-0.01, 9e4, 0),
        (9, -1, 0),
    ):
        assert debt_from_savings(owed, left, expenses) == []


# What helps


def test_what_helps_is_told_from_the_largest_effect_on() -> None:
    found = helpful(WITHIN_REACH, [0.35, 0.38, 0.2, 0.5], now=0.4)
    assert [s.text for s in found] == [TEN_LESS, FOR_A_WHILE, FIVE_LESS]
    assert [s.probability for s in found] == [0.2, 0.35, 0.38]
    assert [s.change for s in found] == [WITHIN_REACH[i][1] for i in (2, 0, 1)]
    assert found[0].line == "Spend 10 % less from now on: 40 → 20 of 100"


def test_a_point_is_the_smallest_help() -> None:
    assert SMALLEST_HELP == 0.01
    risks = [0.5 - SMALLEST_HELP, 0.4901, 0.5, 0.6]
    assert [s.text for s in helpful(WITHIN_REACH, risks, now=0.5)] == [FOR_A_WHILE]
    assert helpful(WITHIN_REACH, [0.0] * 4, now=0.009) == ()
    assert helpful([], [], now=0.9) == ()


def test_equal_effects_keep_the_order_from_the_easiest_on() -> None:
    found = helpful(WITHIN_REACH, [0.3] * 4, now=0.5)
    assert [s.text for s in found] == [text for text, _ in WITHIN_REACH]


def test_each_option_has_a_risk_of_its_own() -> None:
    with pytest.raises(ValueError, match="shorter"):
        helpful(WITHIN_REACH, [0.1], now=0.5)


@pytest.mark.parametrize("change", [None, Change(income=0.9), Change(one_off=-500, debt=-1_000)])
def test_the_risk_told_is_the_one_after_both_changes(
    predictor: Predictor, change: Change | None
) -> None:
    assert predictor.suggest(MARIA, change=change)
    for household in (MARIA, SAVER):
        asked = predictor.predict(household, change=change)
        for suggestion in asked.suggestions:
            after = predictor.predict(household, change=suggestion.change).probability
            assert suggestion.probability == pytest.approx(after, abs=1e-6)
            assert suggestion.probability <= asked.probability - SMALLEST_HELP
