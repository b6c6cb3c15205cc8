"""A Change made of dollars, and a Change in words."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from finrisk.change import MEDIAN_PAYMENT_RATE, Change
from finrisk.data.pace import pace_of
from finrisk.errors import FinriskError, InvalidChange, InvalidHousehold
from finrisk.household import EXAMPLES, Household, change_from

MARIA = EXAMPLES["Maria, on the edge"]  # $4,200, $3,900, $5,200, $9,000
NOTHING = Household(monthly_income=0, monthly_expenses=0, savings=100, debt=0)


def test_a_pay_cut_to_3000_is_a_factor() -> None:
    change = change_from(MARIA, income_dollars=3_000 - 4_200)
    assert change.income == pytest.approx(3_000 / 4_200)
    assert change == Change(income=change.income)
    assert change_from(MARIA, income_dollars=420).income == pytest.approx(1.1)


@pytest.mark.parametrize("payment", [None, 0.0, 450.0])
def test_dollars_of_spending_act_on_what_does_not_go_to_debt(payment: float | None) -> None:
    household = replace(MARIA, debt_payment=payment)
    paid = MEDIAN_PAYMENT_RATE * 9_000 if payment is None else payment
    assert household.spending == pytest.approx(3_900 - paid)
    change = change_from(household, spending_dollars=-300)
    assert change.spending == pytest.approx(1 - 300 / (3_900 - paid))
    assert change == Change(spending=change.spending)


@given(
    income=st.floats(50, 100_000),
    expenses=st.floats(50, 100_000),
    share=st.one_of(st.none(), st.floats(0, 0.9)),
    cut=st.floats(-1, 5),
    debt=st.integers(0, 100_000),
)
def test_at_the_own_pace_the_dollars_are_those_dollars(
    income: float, expenses: float, share: float | None, cut: float, debt: int
) -> None:
    payment = None if share is None else share * expenses
    household = Household(income, expenses, 5_000, debt, debt_payment=payment)
    known = np.array([math.nan if payment is None else payment])
    asked: dict[str, Any] = {
        "income_dollars": cut * income,
        "spending_dollars": cut * household.spending,
    }
    if not household.spending:
        del asked["spending_dollars"]
    change = change_from(household, **asked)
    table = pd.DataFrame([household.to_dict()], dtype=np.float64)
    more = pace_of(table, change, known).monthly[0]
    assert more == pytest.approx(cut * (income - household.spending), abs=1e-4)


def test_no_dollars_change_nothing() -> None:
    for household in (MARIA, NOTHING):
        assert change_from(household) == Change()
        assert change_from(household, income_dollars=0, spending_dollars=-0.0) == Change()
        assert change_from(household, months=3) == Change()


def test_all_of_it_can_be_taken_away() -> None:
    third = Household(100 / 3, 1_000.1, savings=0, debt=0)
    for household in (MARIA, third):
        income, spending = household.monthly_income, household.spending
        none = change_from(household, income_dollars=-income, spending_dollars=-spending)
        assert none == Change(income=0, spending=0)
        beyond = change_from(household, income_dollars=-income - 1e-10)  # of rounding
        assert beyond == Change(income=0)


def test_what_is_no_matter_of_dollars_a_month_passes_through() -> None:
    change = change_from(MARIA, income_dollars=-2_100, one_off=-500, debt=-2_000, months=3)
    assert change == Change(income=0.5, one_off=-500, debt=-2_000, months=3)


@pytest.mark.parametrize("name", ["income_dollars", "spending_dollars"])
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (True, "True"),
        ("500", "'500'"),
        (None, "None"),
        ([500], r"\[500\]"),
        pytest.param(10**400, "1000", id="long"),
    ],
)
def test_what_is_no_amount_is_refused_by_name(name: str, value: Any, shown: str) -> None:
    with pytest.raises(InvalidHousehold, match=rf"^{name} must be a number, got {shown}") as error:
        change_from(MARIA, **{name: value})
    assert error.value.field == name
    assert "Give 100 for $100 more" in str(error.value)


@pytest.mark.parametrize(
    ("name", "least"), [("income_dollars", "-4,200"), ("spending_dollars", "-3,450")]
)
def test_less_than_nothing_cannot_be_left(name: str, least: str) -> None:
    words = (
        rf"^{name} must leave at least \$0, got -\$5,000 where there is \${least[1:]}\. "
        rf"Give at least {least}\."
    )
    with pytest.raises(InvalidHousehold, match=words) as error:
        change_from(replace(MARIA, debt_payment=450), **{name: -5_000})
    assert error.value.field == name


@pytest.mark.parametrize("name", ["income_dollars", "spending_dollars"])
@pytest.mark.parametrize(("dollars", "shown"), [(500, r"\$500"), (-0.25, r"-\$0\.25")])
def test_dollars_of_nothing_are_refused(name: str, dollars: float, shown: str) -> None:
    what, beside = ("spending", " beside debt payments") if "sp" in name else ("income", "")
    words = (
        rf"^{name} must change {what} that there is, got {shown} where there is \$0{beside}\. "
        rf"Give a household with some {what}, or a one_off sum\.$"
    )
    all_to_debt = Household(0, 700, savings=0, debt=60_000)  # the usual $1,044 are more
    for household in (NOTHING, all_to_debt):
        with pytest.raises(InvalidHousehold, match=words) as error:
            change_from(household, **{name: dollars})  # type: ignore[arg-type]
        assert error.value.field == name


def test_other_fields_are_refused_as_a_change_refuses_them() -> None:
    for wrong in ({"months": 7}, {"one_off": math.nan}, {"debt": "all"}):
        (name,) = wrong
        with pytest.raises(InvalidChange, match=f"^{name} must be ") as error:
            change_from(MARIA, **wrong)
        assert error.value.field == name
    maria: Any = MARIA.to_dict()
    with pytest.raises(FinriskError, match=r"^household must be made with Household\("):
        change_from(maria, income_dollars=100)


@pytest.mark.parametrize("name", ["income_dollars", "spending_dollars"])
def test_too_many_dollars_are_refused_by_the_name_that_was_given(name: str) -> None:
    household = Household(10, 10, 0, 0)
    what = name.removesuffix("_dollars")
    words = (
        rf"^{name} must make {what} at most 1,000 times what it is, got \$20,000 where there is "
        r"\$10\. Give less\.$"
    )
    with pytest.raises(InvalidHousehold, match=words) as error:
        change_from(household, **{name: 20_000})
    assert error.value.field == name
    most: dict[str, Any] = {name: 9_990}
    assert max(change_from(household, **most).to_dict()[n] for n in ("income", "spending")) == 1_000


@given(
    income=st.floats(0, 100_000),
    expenses=st.floats(0, 100_000),
    debt=st.floats(0, 1e6),
    name=st.sampled_from(["income_dollars", "spending_dollars"]),
    dollars=st.floats(),
)
def test_whatever_is_refused_is_refused_by_its_own_name(
    income: float, expenses: float, debt: float, name: str, dollars: float
) -> None:
    household, asked = Household(income, expenses, 0, debt), {name: dollars}
    refused: list[InvalidHousehold] = []
    try:
        change_from(household, **asked)  # type: ignore[arg-type]
    except InvalidHousehold as error:
        refused.append(error)
    assert all(error.field == name for error in refused)
    assert all(str(error).startswith(f"{name} must ") for error in refused)


# In words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(), "nothing"),
        (Change(months=3), "nothing"),
        (Change(income=0.7), "30 % less income from now on"),
        (Change(income=1.05), "5 % more income from now on"),
        (Change(income=0.7, months=3), "30 % less income for 3 months"),
        (Change(income=0.7, months=6), "30 % less income from now on"),
        (Change(income=0.7, months=1), "30 % less income for 1 month"),
        (Change(income=0), "no income from now on"),
        (Change(income=0, months=2), "no income for 2 months"),
        (Change(income=3_000 / 4_200), "28.6 % less income from now on"),
        (Change(income=2), "100 % more income from now on"),
        (Change(spending=0.9), "10 % less spending from now on"),
        (Change(spending=0, months=1), "no spending for 1 month"),
        (Change(income=0, spending=0.8), "no income and 20 % less spending from now on"),
        (
            Change(income=1.1, spending=1.2, months=4),
            "10 % more income and 20 % more spending for 4 months",
        ),
        (Change(income=11), "1,000 % more income from now on"),
        (Change(spending=1_000), "99,900 % more spending from now on"),
        (Change(one_off=2_000), "$2,000 extra next month"),
        (Change(one_off=-2_000), "$2,000 to pay next month"),
        (Change(debt=5_000), "$5,000 more debt"),
        (Change(debt=-5_000), "$5,000 less debt"),
        (Change(debt=-800, one_off=-800), "$800 of debt paid from savings"),
        (Change(debt=-800, one_off=-801), "$801 to pay next month, $800 less debt"),
        (Change(debt=800, one_off=800), "$800 extra next month, $800 more debt"),
        (Change(debt=-800, one_off=800), "$800 extra next month, $800 less debt"),
        (
            Change(debt=-800, one_off=-800, spending=0.9, months=3),
            "10 % less spending for 3 months, $800 of debt paid from savings",
        ),
        (
            Change(income=0.5, months=2, one_off=-100, debt=1_000),
            "50 % less income for 2 months, $100 to pay next month, $1,000 more debt",
        ),
    ],
    ids=repr,
)
def test_a_change_in_words(change: Change, words: str) -> None:
    assert change.words == words


@given(st.floats(0.9995, 1_000).filter(lambda factor: factor != 1))
@example(10.99)
@example(10.995)
@example(10.996)
@example(11.0)
def test_no_change_is_told_in_powers_of_ten(factor: float) -> None:
    assert "e" not in Change(income=factor).words.split(" %")[0]


@pytest.mark.parametrize(
    ("factor", "shown"),
    [
        (10.994, "999"),
        (10.9949, "999"),
        (10.9951, "1,000"),
        (10.996, "1,000"),
        (math.nextafter(11, 0), "1,000"),
        (11.004, "1,000"),
        (11.006, "1,001"),
    ],
)
def test_a_thousand_percent_by_rounding_is_told_in_plain_digits(factor: float, shown: str) -> None:
    assert Change(income=factor).words == f"{shown} % more income from now on"


@given(
    st.floats(0.001, 1_000).filter(lambda x: abs(x - 1) > 0.001), st.sampled_from([None, 1, 2, 5])
)
def test_words_are_the_factor_to_three_digits(factor: float, months: int | None) -> None:
    number, _, more, field, *_ = Change(spending=factor, months=months).words.split()
    assert float(number.replace(",", "")) == pytest.approx(abs(100 * factor - 100), rel=0.006)
    assert more == ("more" if factor > 1 else "less")
    assert field == "spending"


def test_a_change_nobody_can_make_is_an_error_of_this_package() -> None:
    assert issubclass(InvalidChange, FinriskError)
    assert not issubclass(InvalidChange, InvalidHousehold)
    for wrong in ({"income": -1}, {"months": 7}, {"debt": "x"}, {"savings": 2}, {"incom": 1}):
        (name,) = wrong
        with pytest.raises(InvalidChange) as error:
            Change(**wrong)
        assert error.value.field == name
    with pytest.raises(InvalidChange, match=r"Write Change\(income="):
        Change(0.9)
