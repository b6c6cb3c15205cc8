"""A household's own pace, month by month, and the sentences of arithmetic that it is worth."""

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_label import by_loop

from finrisk.change import MEDIAN_PAYMENT_RATE, Change
from finrisk.data.label import RULES
from finrisk.data.pace import Pace, pace_of
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES, Household
from finrisk.ml.arithmetic import arithmetic, leads_to_stress

MARIA = EXAMPLES["Maria, on the edge"]  # $4,200, $3,900, $5,200, $9,000
USUAL = 156.6  # what is usually paid a month for her $9,000 of debt
MEASURED = {"as_they_are": 0.48, "after_a_change": 0.8}


def pace(household: Household, change: Change | None = None) -> Pace:
    known = household.debt_payment
    table = pd.DataFrame([household.to_dict()], dtype=np.float64)
    payment = None if known is None else np.array([known])
    return pace_of(table, Change() if change is None else change, payment)


def told(
    household: Household, change: Change | None = None, risk: float = 1, recover: Any = None
) -> tuple[str, ...]:
    return arithmetic(household, change, risk, recover).sentences


# The pace


def test_half_the_pay_for_three_months_month_by_month() -> None:
    found = pace(MARIA, Change(income=0.5, months=3))
    assert found.monthly.tolist() == [-2_100]
    assert found.cash_flow.tolist() == [[-1_800, -1_800, -1_800, 300, 300, 300]]
    assert found.savings.tolist() == [[3_400, 1_600, -200, 100, 400, 700]]
    assert found.bar.tolist() == [3_900]
    assert found.more_payment.tolist() == [0]


def test_who_changes_nothing_goes_on_as_before() -> None:
    for nothing in (None, Change(), Change(months=2)):
        found = pace(MARIA, nothing)
        assert found.cash_flow.tolist() == [[300] * 6]
        assert found.savings.tolist() == [[5_500, 5_800, 6_100, 6_400, 6_700, 7_000]]
        assert found.bar == 3_900
        assert found.monthly == found.more_payment == 0


def test_debt_moves_the_payment_at_the_own_rate_or_the_usual_one() -> None:
    assert pytest.approx(USUAL) == MEDIAN_PAYMENT_RATE * MARIA.debt
    half_paid = Change(debt=-4_500)
    usual, own = pace(MARIA, half_paid), pace(replace(MARIA, debt_payment=450), half_paid)
    for found, less in ((usual, USUAL / 2), (own, 225)):
        assert found.more_payment == pytest.approx(-less)
        assert found.cash_flow[0] == pytest.approx([300 + less] * 6)
        assert found.bar == pytest.approx(3_900 - less)


def test_nan_is_a_payment_that_is_not_known_row_by_row() -> None:
    rows = pd.DataFrame([MARIA.to_dict()] * 2, dtype=np.float64)
    found = pace_of(rows, Change(debt=-9_000), np.array([np.nan, 450.0]))
    assert found.more_payment == pytest.approx([-USUAL, -450])


def test_spending_is_what_does_not_go_to_debt() -> None:
    for payment, factor in ((None, 0.9), (450, 0.9), (450, 1.2), (3_900, 0.5)):
        paid = USUAL if payment is None else payment
        found = pace(replace(MARIA, debt_payment=payment), Change(spending=factor))
        assert found.monthly == pytest.approx((1 - factor) * (3_900 - paid))
    all_to_debt = Household(monthly_income=2_000, monthly_expenses=700, savings=0, debt=60_000)
    assert pace(all_to_debt, Change(spending=0.5)).monthly == 0  # the usual $1,044 are more


def test_the_bar_moves_only_with_what_changes_for_good() -> None:
    for change in (
        Change(income=0.5),
        Change(income=2, months=3),
        Change(one_off=-500),
        Change(one_off=70_000),
        Change(spending=0.5, months=5),
        Change(spending=3, months=1),
    ):
        assert pace(MARIA, change).bar == 3_900
    assert pace(MARIA, Change(spending=0.9)).bar == pytest.approx(3_900 - 0.1 * (3_900 - USUAL))
    more_debt = Change(debt=1_000, spending=0.9, months=5)
    assert pace(MARIA, more_debt).bar == pytest.approx(3_917.4)
    assert pace(Household(0, 0, 0, 0), Change(debt=0)).bar == 0


def test_a_one_off_sum_comes_in_the_first_month_alone() -> None:
    for one_off in (1_000, -1_000):
        found = pace(MARIA, Change(one_off=one_off))
        assert found.cash_flow.tolist() == [[300 + one_off] + [300] * 5]
        assert found.savings[0, -1] == 7_000 + one_off
        assert found.monthly == 0


def test_without_debt_a_loan_costs_the_usual_rate_and_without_income_pay_changes_nothing() -> None:
    nothing = Household(monthly_income=0, monthly_expenses=1_000, savings=4_000, debt=0)
    found = pace(nothing, Change(debt=10_000, one_off=10_000, income=0.2))
    assert found.monthly == 0
    assert found.more_payment == pytest.approx(174)
    assert found.cash_flow[0] == pytest.approx([8_826] + [-1_174] * 5)
    assert found.savings[0, -1] == pytest.approx(4_000 + 10_000 - 6 * 1_174)
    assert found.bar == pytest.approx(1_174)
    paid = pace(replace(nothing, debt_payment=200), Change(debt=10_000))
    assert paid.more_payment == pytest.approx(174)  # $200 for no debt are no rate


def test_the_last_payment_of_a_debt_is_no_rate_for_a_new_one() -> None:
    """$250 for $100 owed are 250 % a month; of what is borrowed now a tenth is paid."""
    nearly_paid = Household(4_200, 3_900, 5_200, debt=100, debt_payment=250)
    loan = Change(debt=5_000, one_off=5_000)
    assert pace(nearly_paid, loan).more_payment == pytest.approx(500)
    below_a_tenth = replace(MARIA, debt_payment=450)
    assert pace(below_a_tenth, loan).more_payment == pytest.approx(250)
    assert pace(nearly_paid, Change(debt=-50)).more_payment == pytest.approx(-125)  # its own rate


@pytest.mark.parametrize("debt", [1e-310, 0.005, 0.01])
def test_a_debt_too_small_to_divide_by_is_none(debt: float) -> None:
    household = replace(MARIA, debt=debt, debt_payment=250)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert pace(household).cash_flow.tolist() == [[300] * 6]
        assert pace(household, Change(debt=10_000)).more_payment == pytest.approx(174)
        assert pace(household, Change(debt=-debt)).more_payment == pytest.approx(0, abs=1e-3)


def test_a_debt_paid_off_saves_no_more_than_was_spent() -> None:
    """The usual $1,740 for $100,000 are more than the $100 that are spent at all."""
    frugal = Household(monthly_income=1_000, monthly_expenses=100, savings=500_000, debt=100_000)
    found = pace(frugal, Change(debt=-100_000))
    assert found.more_payment == -100
    assert found.cash_flow.tolist() == [[1_000] * 6]
    assert found.bar == 0


def test_a_cent_more_than_owed_saves_no_cent_more_than_was_paid() -> None:
    found = pace(replace(MARIA, debt=50, debt_payment=50), Change(debt=-50.01))
    assert found.more_payment == -50
    assert found.bar == 3_850


def test_a_table_holds_a_change_for_each_household_in_their_order() -> None:
    changes = [Change(income=0.5, months=3), Change(), Change(one_off=-900), Change(debt=-500)]
    who = [MARIA, EXAMPLES["The Parks, stable"], EXAMPLES["The Lees, in trouble"], MARIA]
    households = pd.DataFrame([h.to_dict() for h in who], index=[9, 7, 8, 6], dtype=np.float64)
    many = pace_of(households, pd.DataFrame([c.to_dict() for c in changes]))
    for row, (household, change) in enumerate(zip(who, changes, strict=True)):
        one = pace(household, change)
        for name in ("monthly", "more_payment", "bar", "cash_flow", "savings"):
            np.testing.assert_array_equal(getattr(many, name)[row], getattr(one, name)[0], name)


def test_a_change_that_cannot_be_is_refused() -> None:
    with pytest.raises(FinriskError, match=r"pay off more than is owed.* owes \$9,000"):
        pace(MARIA, Change(debt=-9_100))


# Where it leads


def goes(h: dict[Any, float], c: dict[Any, float], paid: float) -> tuple[Any, Any, float]:
    """Savings, cash flow and bar in plain Python; a payment of NaN is not known."""
    paid = MEDIAN_PAYMENT_RATE * h["debt"] if math.isnan(paid) else paid
    rate = paid / h["debt"] if h["debt"] > 0.01 else MEDIAN_PAYMENT_RATE
    if c["debt"] > 0:
        pays = min(rate, 0.1) * c["debt"]
    else:  # neither more than was paid nor more than was spent
        pays = -min(rate * -c["debt"], paid, h["monthly_expenses"])
    lives_on = max(h["monthly_expenses"] - paid, 0)
    savings, flows, left = [], [], h["savings"]
    for month in range(1, 7):
        on = not month > c["months"]  # NaN is for good
        comes = h["monthly_income"] * (c["income"] if on else 1)
        goes = h["monthly_expenses"] + lives_on * (c["spending"] - 1 if on else 0)
        flows.append(comes - goes - pays + (c["one_off"] if month == 1 else 0))
        left += flows[-1]
        savings.append(left)
    bar = h["monthly_expenses"] + pays
    if not c["months"] < 6:
        bar += lives_on * (c["spending"] - 1)
    return savings, flows, bar


def test_pace_and_where_it_leads_against_a_plain_loop() -> None:
    rng, n = np.random.default_rng(8), 800
    income, owed = rng.uniform(1_000, 9_000, n), rng.uniform(0, 30_000, n) * (rng.random(n) < 0.7)
    owed[:40] = 0.005  # a debt that is none
    households = pd.DataFrame(
        {
            "monthly_income": income,
            "monthly_expenses": income * rng.uniform(0.7, 1.2, n),
            "savings": income * rng.uniform(0, 12, n),
            "debt": owed,
        }
    )
    changes = pd.DataFrame(
        {
            "income": rng.choice([1, 1, 0, 0.6, 1.3], n) * rng.uniform(0.9, 1.1, n),
            "spending": rng.choice([1, 1, 0.5, 1.2], n) * rng.uniform(0.9, 1.1, n),
            "one_off": rng.choice([0.0, 2_000, -4_000], n),
            "debt": np.where(rng.random(n) < 0.5, -owed * rng.random(n), 3_000),
            "months": rng.choice([np.nan, 1, 2, 3, 5], n),
        }
    )
    payment = np.where(rng.random(n) < 0.5, np.nan, owed * rng.uniform(0.01, 0.03, n))
    payment = np.where(rng.random(n) < 0.1, owed / 4, payment)
    payment[:40] = 80
    found = pace_of(households, changes, payment)
    stressed, expected = leads_to_stress(found), []
    for at in range(n):
        numbers = households.iloc[at].to_dict(), changes.iloc[at].to_dict(), float(payment[at])
        savings, flows, bar = goes(*numbers)
        assert found.savings[at] == pytest.approx(savings, abs=1e-3)  # each month is rounded
        assert found.cash_flow[at] == pytest.approx(flows, abs=1e-4)
        assert found.bar[at] == pytest.approx(bar, abs=1e-6)
        expected.append([by_loop(savings, flows, bar, rule) for rule in RULES])
    large, borrows = payment > 0.1 * owed, changes["debt"] > 0
    assert (large & borrows & (owed > 1)).sum() > 10
    assert (found.more_payment == -households["monthly_expenses"]).any()
    assert 0.2 < np.mean(stressed) < 0.8
    assert np.array(expected).any(axis=0).all()  # both rules have their cases
    np.testing.assert_array_equal(stressed, np.any(expected, axis=1))


def test_the_first_two_months_alone_lead_nowhere() -> None:
    rich = replace(MARIA, savings=3_900)
    short_at_first = pace(rich, Change(one_off=-900))  # $3,300, $3,600, $3,900 and on
    assert short_at_first.savings[0, :3].tolist() == [3_300, 3_600, 3_900]
    assert not leads_to_stress(short_at_first)[0]
    assert leads_to_stress(pace(rich, Change(one_off=-901)))[0]


def test_to_earn_exactly_what_is_spent_is_not_the_red() -> None:
    even = Household(monthly_income=1_000, monthly_expenses=700, savings=5_000, debt=0)
    found = pace(even, Change(income=0.7))  # (0.7 - 1) x 1,000 is not quite -300
    assert found.cash_flow.tolist() == [[0] * 6]
    assert found.savings.tolist() == [[5_000] * 6]
    assert not leads_to_stress(found)[0]
    a_cent_less = pace(replace(even, monthly_expenses=700.01), Change(income=0.7))
    assert leads_to_stress(a_cent_less)[0]


# The sentences

LOSING = Household(monthly_income=3_800, monthly_expenses=4_000, savings=4_500, debt=0)
THIRD = (
    "At this pace month {} is the third in a row with more expenses than income, which counts as "
    "stress however much is saved."
)
AND_THIRD = THIRD.replace("At this pace month", "Month")  # after a sentence on savings
THEN_THIRD = THIRD.replace("At this pace month", "After this change, at this pace, month")


def test_nothing_is_told_of_a_pace_that_leads_nowhere() -> None:
    assert told(MARIA) == ()
    assert told(MARIA, risk=0.01, recover=MEASURED) == ()
    assert told(replace(MARIA, monthly_income=3_900)) == ()  # nothing left, nothing lost


def test_the_month_is_named_in_which_savings_fall_short() -> None:
    """$4,500 less $200 a month: $3,900 in the third month, and as many months in the red."""
    first, *red = told(LOSING)
    assert first == "At this pace savings fall below one month of expenses ($4,000) in month 3."
    assert red == [AND_THIRD.format(3)]
    assert "in month 4." in told(replace(LOSING, savings=4_799))[0]
    assert told(replace(LOSING, savings=5_200)) == (THIRD.format(3),)  # $4,000 left: not below


FALLS = "After this change, at this pace, savings fall below one month of expenses ($3,900) in "


def test_it_is_told_when_savings_are_used_up() -> None:
    assert told(MARIA, Change(income=0.5, months=3)) == (
        f"{FALLS}month 1 and are used up in month 3.",
        AND_THIRD.format(3),
    )
    exactly = told(replace(MARIA, savings=5_400), Change(income=0.5, months=3))
    assert "used up in month 3" in exactly[0]  # 3 x $1,800: to the dollar
    assert "used up" not in told(replace(MARIA, savings=5_401), Change(income=0.5, months=3))[0]
    assert told(replace(LOSING, monthly_income=2_500))[0] == (
        "At this pace savings fall below one month of expenses ($4,000) in month 1 and are used up "
        "in month 3."
    )


def test_after_a_change_that_leads_nowhere_what_is_saved_is_told() -> None:
    assert told(MARIA, Change(spending=0.9)) == (
        "After this change, at this pace, savings stand at $9,246 after six months; one month of "
        "expenses is then $3,526.",
    )


@pytest.mark.parametrize(
    ("one_off", "month"), [(-1_601, 2), (-1_899, 2), (-1_901, 3), (-2_199, 3), (-2_501, 5)]
)
def test_the_month_is_named_in_which_savings_are_enough_again(one_off: float, month: int) -> None:
    """$5,200 and $300 a month, less one sum: below $3,900 from the first month on."""
    assert told(MARIA, Change(one_off=one_off)) == (
        f"{FALLS}month 1 and reach it again in month {month}.",
    )


def test_savings_may_also_fall_short_in_the_second_month_and_come_back() -> None:
    """$5,200, $3,400, $3,700 and $4,000: half the pay for two months takes $1,800 in each."""
    household = Household(monthly_income=4_200, monthly_expenses=3_900, savings=7_000, debt=0)
    assert told(household, Change(income=0.5, months=2)) == (
        f"{FALLS}month 2 and reach it again in month 4.",
    )


def test_savings_that_do_not_come_back_within_six_months_are_not_said_to() -> None:
    assert told(MARIA, Change(one_off=-3_101)) == (f"{FALLS}month 1.",)  # $3,899 in the sixth
    in_the_last = told(MARIA, Change(one_off=-3_100))
    assert in_the_last == (f"{FALLS}month 1 and reach it again in month 6.",)


def test_savings_of_just_the_bar_reach_it() -> None:
    """$3,300, $3,600, $3,900."""
    reach = f"{FALLS}month 1 and reach it again in month 3."
    assert told(replace(MARIA, savings=3_900), Change(one_off=-900)) == (reach,)


def test_savings_that_fall_short_again_are_not_said_to_be_back() -> None:
    household = Household(monthly_income=3_000, monthly_expenses=3_900, savings=4_000, debt=0)
    paid_well_for_a_while = Change(income=2, one_off=-3_000, months=2)
    short = (pace(household, paid_well_for_a_while).savings < 3_900).tolist()
    assert short == [[True, False, False, True, True, True]]
    assert told(household, paid_well_for_a_while)[0] == f"{FALLS}month 1."


def test_months_are_told_in_their_order() -> None:
    household = Household(monthly_income=1_000, monthly_expenses=3_900, savings=6_000, debt=0)
    twice_short = Change(income=7, one_off=-7_000, months=2)  # $2,100, $5,200, $2,300, -$600
    assert told(household, twice_short)[0] == f"{FALLS}month 1 and are used up in month 4."
    and_back = Change(income=2, one_off=-9_800)  # -$100, $4,400
    assert told(MARIA, and_back) == (
        f"{FALLS}month 1, are used up in month 1 and reach it again in month 2.",
    )


def test_what_is_told_of_savings_is_what_they_do_month_by_month() -> None:
    rng, seen = np.random.default_rng(5), set()
    for _ in range(300):
        savings = round(rng.uniform(3_900, 9_000))
        household = replace(MARIA, savings=savings, monthly_income=round(rng.uniform(2_800, 5_000)))
        factor, one_off = rng.choice([0, 0.5, 1, 2]), round(rng.uniform(-9_000, 1_000))
        change = Change(income=factor, one_off=one_off, months=int(rng.integers(1, 6)))
        sentence = next(iter(told(household, change)))
        left = pace(household, change).savings[0].tolist()
        short, gone = [x < 3_900 for x in left], [x <= 0 for x in left]
        expected = {}
        if any(short):
            expected["fall below one month of expenses ($3,900)"] = short.index(True) + 1
        if any(gone):
            expected["are used up"] = gone.index(True) + 1
        if any(short) and not short[-1]:
            expected["reach it again"] = 7 - short[::-1].index(True)
        said = re.findall(r"(fall below .*?|are used up|reach it again) in month (\d)", sentence)
        assert {what: int(month) for what, month in said} == expected, (sentence, left)
        assert [month for _, month in said] == sorted(month for _, month in said)
        assert ("savings stand at" in sentence) == (not expected)
        seen.add(tuple(expected))
    assert {len(kinds) for kinds in seen} == {0, 1, 2, 3}


def test_the_payment_that_is_known_counts_in_the_sentences() -> None:
    """Without debt, $450 less go each month: $5,200 + 6 x $750, against $3,450."""
    (sentence,) = told(replace(MARIA, debt_payment=450), Change(debt=-9_000))
    assert "savings stand at $9,700 after six months" in sentence
    assert "one month of expenses is then $3,450." in sentence


@pytest.mark.parametrize(("months", "red"), [(1, False), (2, False), (3, True), (None, True)])
def test_the_third_month_in_the_red_is_told_and_two_are_not(months: int | None, red: bool) -> None:
    rich = replace(MARIA, savings=90_000)
    sentences = told(rich, Change(income=0.5, months=months))
    assert (AND_THIRD.format(3) in sentences) == red
    assert len(sentences) == 1 + red


def test_the_third_month_is_counted_from_the_first_in_the_red() -> None:
    """A one-off sum keeps the first month in the black."""
    rich = replace(LOSING, savings=90_000)
    assert told(rich, Change(one_off=200))[-1] == AND_THIRD.format(4)
    assert told(rich, Change(one_off=199))[-1] == AND_THIRD.format(3)


def test_who_is_short_already_is_told_nothing_about_savings() -> None:
    lees = EXAMPLES["The Lees, in trouble"]
    assert told(lees, recover=MEASURED) == ()
    assert told(lees, Change(spending=0.9)) == ()
    assert told(lees, Change(income=0.9), risk=0.01, recover=MEASURED) == (THEN_THIRD.format(3),)
    exactly = replace(lees, savings=3_050)  # one month of expenses is not short
    assert told(exactly, Change(spending=0.9))


SHARE = (
    "Of 100 simulated households that are not short now and on such a pace, about {} become "
    "stressed: the others recover in time."
)


@pytest.mark.parametrize(
    ("change", "share"), [(None, 0.48), (Change(income=0.99), 0.8)], ids=["as is", "changed"]
)
def test_why_the_risk_is_lower_is_told_only_where_it_is(
    change: Change | None, share: float
) -> None:
    sentence = SHARE.format(round(100 * share))
    assert told(LOSING, change, share - 0.01, MEASURED)[-1] == sentence
    for risk in (share, share + 0.01, 1.0):
        assert told(LOSING, change, risk, MEASURED) == told(LOSING, change)
    assert sentence not in told(LOSING, change, 0.01)  # not measured


@pytest.mark.parametrize("share", [0.476, 0.48, 0.484])
def test_the_share_and_the_risk_are_compared_as_they_are_shown(share: float) -> None:
    """Nobody reads of 48 in 100 beside a risk of 48 %."""
    measured = MEASURED | {"as_they_are": share}
    for risk, below in ((0.47, True), (0.474, True), (0.476, False), (0.479, False), (0.48, False)):
        assert (SHARE.format(48) in told(LOSING, None, risk, measured)) == below


def test_the_share_is_told_only_of_a_pace_that_leads_to_stress() -> None:
    good = told(MARIA, Change(spending=0.9), 0.01, MEASURED)
    assert len(good) == 1
    passes = told(replace(MARIA, savings=3_900), Change(one_off=-900), 0.01, MEASURED)
    assert len(passes) == 1
    assert "fall below one month of expenses ($3,900) in month 1" in passes[0]


@pytest.mark.parametrize("savings", [0, 3_000, 4_000, 6_000, 90_000])
@pytest.mark.parametrize("change", [None, Change(income=0.8, months=2), Change(one_off=-2_500)])
def test_whoever_is_not_short_and_on_the_way_to_stress_is_told_so(
    savings: float, change: Change | None
) -> None:
    household = replace(LOSING, savings=savings)
    sentences = told(household, change)
    leads, short = leads_to_stress(pace(household, change))[0], savings < 4_000
    if leads and not short:
        assert any("fall below" in s or "third in a row" in s for s in sentences)
    assert not (short and any("savings fall" in s or "savings stand" in s for s in sentences))
