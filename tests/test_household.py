"""The vocabulary: every field's rule answers with field, rule, value and next step."""

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from finrisk.change import MEDIAN_PAYMENT_RATE, Change
from finrisk.errors import InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import CROSS_RULES, INPUTS, settle

REQUIRED = {"monthly_income": 4_200, "monthly_expenses": 3_900, "savings": 2_500, "debt": 8_000}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("savings", -5, ["savings must lie between $0", "got -5", "Money you could reach"]),
        ("savings", None, ["savings is required", "got nothing", "Give a number in $"]),
        ("savings", "2,500", ["savings must be a number", "'2,500'", "Give a number"]),
        ("savings", math.inf, ["savings must be a number", "inf"]),
        ("savings", True, ["savings must be a number", "True"]),
        ("savings", np.True_, ["savings must be a number", "True"]),
        pytest.param(
            "savings", 10**400, ["savings must lie between $0", "got 10,000,", ",000."], id="long"
        ),
        pytest.param(
            "savings", -(10**5_000), ["between $0 and", "got -10", ",000."], id="too long"
        ),
        ("savings", 2j, ["savings must be a number", "2j"]),
        ("savings", np.complex128(2), ["savings must be a number", "2+0j"]),
        ("savings", np.timedelta64(5, "D"), ["savings must be a number", "timedelta64"]),
        ("savings", [2_500], ["savings must be a number", "[2500]"]),
        (
            "savings",
            "9" * 500,
            ["savings must be a number", "got '999", "999'. Give a number in $"],
        ),
        ("savings", pd.NA, ["savings is required", "got nothing"]),
        ("recent_income", "much", ["recent_income must be a number", "90 % is 0.9 in Python"]),
        (
            "recent_income",
            90,
            ["between 0 % and 400 %", "got 90, which is 9,000 %", "0.9 in Python"],
        ),
        ("monthly_income", -1, ["monthly_income must lie between $0", "got -1"]),
        ("monthly_expenses", -1, ["monthly_expenses must lie between $0", "got -1"]),
        (
            "debt_payment",
            5_000,
            ["debt_payment must not exceed monthly_expenses", "$5,000", "$3,900"],
        ),
        ("savings_change", 2_600, ["savings_change must not exceed savings", "$2,600"]),
        ("negative_months", 13, ["negative_months must lie between", "12 months", "got 13"]),
        ("negative_months", 2.5, ["negative_months is a count of months", "got 2.5", "whole"]),
    ],
)
def test_a_broken_rule_is_a_sentence(field: str, value: object, words: list[str]) -> None:
    with pytest.raises(InvalidHousehold) as error:
        Household.from_mapping(REQUIRED | {field: value})
    assert error.value.field == field
    for word in words:
        assert word.lower() in str(error.value).lower()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("debt_payment", 3_900.0000001, "got $3,900.0000001 against $3,900. Correct"),
        ("savings_change", 2_500.00001, "got $2,500.00001 against $2,500. Correct"),
        ("savings_change", 1e5 / 3, "got $33,333.33 against $2,500. Correct"),
        ("income_volatility", 4.000001, "between 0 % and 400 %, got 4.000001, which is 400.0001 %"),
        ("last_income", -1e-9, "between 0 % and 1,200 %, got -0.000000001, which is -0.0000001 %"),
        ("negative_months", 3.0000000001, "a count of months, got 3.0000000001. Give a whole"),
        ("negative_months", 12.000000001, "and 12 months, got 12.000000001. Check"),
        ("savings", -0.00001, "got -0.00001. Check"),
        ("savings", 50_000_000.0000001, "got 50,000,000.0000001. Check"),
        ("monthly_income", 100_000.00000000001, "got 100,000.00000000001. Check"),
        ("monthly_income", 1e20, "got 1e+20. Check"),
        ("monthly_income", 10**20, "got 100,000,000,000,000,000,000. Check"),
        ("monthly_income", Decimal("-0.30"), "got -0.30. Check"),
        ("monthly_income", Fraction(-1, 3), "got -1/3. Check"),
        ("monthly_income", np.float32(-3.7), "got -3.7. Check"),
        ("monthly_income", np.int16(-3), "got -3. Check"),
        ("monthly_income", Decimal("1E+400"), "between $0 and $100,000, got 1E+400. Check"),
        ("monthly_income", Decimal("-Infinity"), "a number, got Decimal('-Infinity'). Give"),
        ("monthly_income", Decimal("sNaN"), "a number, got Decimal('sNaN'). Give"),
        ("monthly_income", np.array(5_000.0), "a number, got array(5000.). Give"),
        ("monthly_income", b"5000", "a number, got b'5000'. Give"),
        ("monthly_income", [10**5_000], "a number, got [1000"),
    ],
)
def test_what_was_received_is_told_with_the_digits_that_the_rule_needs(
    field: str, value: object, words: str
) -> None:
    with pytest.raises(InvalidHousehold) as error:
        Household.from_mapping(REQUIRED | {field: value})
    assert words in str(error.value)
    assert len(str(error.value)) < 350


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (14, "If you mean 14 %, it is 0.14 in Python and JSON, and 14 in a form."),
        (7.0, "If you mean 7 %, it is 0.07 in Python and JSON, and 7 in a form."),
        (93.5, "If you mean 93.5 %, it is 0.935 in Python and JSON, and 93.5 in a form."),
        (401, ""),  # 401 % is too much, too
        (-14, ""),
        (10**400, ""),
    ],
)
def test_a_percentage_given_as_a_share_is_told_its_share(value: float, hint: str) -> None:
    with pytest.raises(InvalidHousehold) as error:
        Household(**REQUIRED, income_volatility=value)
    assert hint in str(error.value)
    assert ("If you mean" in str(error.value)) == bool(hint)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("savings\u200b", r"'savings\u200b' (with a character that cannot be seen) is not a field"),
        ("\ufeffsavings", r"'\ufeffsavings' (with a character that cannot be seen) is not a field"),
        ("savings ", "'savings ' (with a character that cannot be seen) is not a field"),
        ("debt\xa0payment", r"'debt\xa0payment' (with a character that cannot be seen) is not"),
        ("savings\ufe0f", r"'savings\ufe0f' (with the character VARIATION SELECTOR-16) is not a"),
        ("s\u0430vings", r"'s\u0430vings' (with the character CYRILLIC SMALL LETTER A) is not a"),
        ("Savings", "Savings is not a field of a household, but looks like savings. Use monthly"),
        ("épargne", "épargne is not a field of a household. Use monthly_income"),
        ("", "'' (with no character) is not a field"),
        pytest.param("x" * 10_000, "x…x", id="long"),
        (7, "7 is not a field of a household. Use"),
        (None, "None is not a field of a household. Use"),
        (("debt", 1), "('debt', 1) is not a field of a household. Use"),
        pytest.param(10**5_000, "is not a field of a household. Use", id="large"),
    ],
)
def test_a_name_that_is_none_is_shown_as_it_was_written(name: object, words: str) -> None:
    values: dict[Any, Any] = REQUIRED | {name: 1}
    with pytest.raises(InvalidHousehold) as error:
        Household.from_mapping(values)
    assert words in str(error.value)
    assert len(str(error.value)) < 400


@pytest.mark.parametrize("values", [None, 5, "debt", [1], {1}, pd.DataFrame([REQUIRED])])
def test_what_is_no_household_is_told_how_to_write_one(values: Any) -> None:
    words = f"must be a Household or a dict of fields, got {type(values).__name__}. Write"
    with pytest.raises(InvalidHousehold, match=words):
        Household.from_mapping(values)


def test_a_row_of_a_table_is_a_household() -> None:
    row: Any = pd.DataFrame([REQUIRED, REQUIRED | {"savings": 7}]).iloc[1]
    assert Household.from_mapping(row) == Household.from_mapping(REQUIRED | {"savings": 7})


@pytest.mark.parametrize(
    ("debt", "payment", "spending"),
    [
        (8_000, 400, 3_500),
        (8_000, None, 3_900 - 8_000 * MEDIAN_PAYMENT_RATE),
        (0, None, 3_900),
        (0, 400, 3_500),  # the last of a loan
        (900_000, None, 0),  # the usual payment is more than all that is spent
    ],
)
def test_spending_is_expenses_without_debt_payments(
    debt: float, payment: float | None, spending: float
) -> None:
    household = Household(**REQUIRED | {"debt": debt}, debt_payment=payment)
    assert household.spending == pytest.approx(spending)


def test_no_more_debt_can_be_paid_off_than_is_owed() -> None:
    household = Household(**REQUIRED)
    rounded = Change(debt=-8_000.009)  # by less than a cent
    for change in (
        Change(debt=-8_000),
        rounded,
        Change(debt=50e6),
        Change(one_off=-50e6),
        Change(),
    ):
        household.check_possible(change)
    for debt, told in ((-9_000, r"\$9,000"), (-8_000.02, r"\$8,000\.02")):
        words = rf"debt must not pay off .* got {told} against \$8,000\. Give -8,000 to pay off all"
        with pytest.raises(InvalidHousehold, match=words) as error:
            household.check_possible(Change(debt=debt))
        assert error.value.field == "debt"


@given(debt=st.floats(0, INPUTS["debt"].maximum))
def test_all_debt_can_be_paid_off_whatever_its_cents(debt: float) -> None:
    household = Household(**REQUIRED | {"debt": debt})
    household.check_possible(Change(debt=-household.debt))


def test_an_unknown_field_is_named_with_the_known_ones() -> None:
    with pytest.raises(InvalidHousehold, match=r"monthly_incme is not a field.*monthly_income"):
        Household.from_mapping(REQUIRED | {"monthly_incme": 4_200})


def test_a_streak_cannot_be_longer_than_the_months_in_the_red() -> None:
    with pytest.raises(InvalidHousehold, match="negative_streak must not exceed negative_months"):
        Household(**REQUIRED, negative_months=2, negative_streak=3)


@pytest.mark.parametrize("nothing", [math.nan, np.float32("nan"), np.float16("nan"), pd.NA, None])
def test_nan_means_not_known_for_optional_fields_only(nothing: float) -> None:
    assert Household(**REQUIRED, debt_payment=nothing).debt_payment is None
    with pytest.raises(InvalidHousehold, match="debt is required"):
        Household.from_mapping(REQUIRED | {"debt": math.nan})


@pytest.mark.parametrize(
    "value", [2_500, np.float32(2_500), np.int16(2_500), np.float64(2_500), Decimal(2_500)]
)
def test_numbers_of_every_library_are_numbers(value: float) -> None:
    assert Household.from_mapping(REQUIRED | {"savings": value}) == Household(**REQUIRED)


def test_inputs_are_consistent() -> None:
    for name, field in INPUTS.items():
        assert field.name == name
        assert field.minimum <= field.default <= field.slider_maximum <= field.maximum
        assert field.step > 0
        assert field.help.endswith(".")
    assert [f.name for f in INPUTS.values() if f.required] == list(REQUIRED)
    Household(**{name: field.default for name, field in INPUTS.items()})


@given(
    moved=st.sampled_from([name for pair in CROSS_RULES for name in pair]),
    values=st.fixed_dictionaries(
        {name: st.one_of(st.none(), st.integers(0, 12)) for pair in CROSS_RULES for name in pair}
    ),
)
def test_settle_keeps_the_moved_value_and_its_rules(
    moved: str, values: dict[str, float | None]
) -> None:
    settled, notes = settle(values, moved)
    assert settled[moved] == values[moved]
    for small, large in CROSS_RULES:
        low, high = settled[small], settled[large]
        if moved in (small, large) and low is not None and high is not None:
            assert low <= high
    assert len(notes) == sum(settled[name] != values[name] for name in values)


def test_a_notebook_shows_the_sentence_and_the_readers_line_without_a_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shell = InteractiveShell()  # type: ignore[no-untyped-call]
    shown: list[str] = []
    monkeypatch.setattr(shell, "_showtraceback", lambda _kind, _error, lines: shown.extend(lines))
    cell = "from finrisk import Household\nHousehold(4_200, 3_900, savings=-50, debt=0)"
    shell.run_cell(cell)  # type: ignore[no-untyped-call]
    sentence, where = shown
    assert sentence.startswith("InvalidHousehold: savings must lie between $0 and ")
    assert "got -50" in sentence
    assert where == "(line 2: Household(4_200, 3_900, savings=-50, debt=0))"


def test_minus_zero_is_zero() -> None:
    household = Household(monthly_income=4_200, monthly_expenses=3_900, savings=-0.0, debt=0)
    assert str(household.savings) == "0.0"
