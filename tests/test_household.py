"""The vocabulary: every field's rule answers with field, rule, value and next step."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finrisk.household import CROSS_RULES, INPUTS, Change, Household, InvalidHousehold, settle

REQUIRED = {"monthly_income": 4_200, "monthly_expenses": 3_900, "savings": 2_500, "debt": 8_000}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("savings", -5, ["savings must lie between $0", "got -5", "Money you could reach"]),
        ("savings", None, ["savings is required", "got nothing", "Give a number in $"]),
        ("savings", "2,500", ["savings must be a number", "'2,500'", "Give a number"]),
        ("savings", math.inf, ["savings must be a number", "inf"]),
        ("savings", True, ["savings must be a number", "True"]),
        ("monthly_income", 0, ["monthly_income must lie between $100", "got 0"]),
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


def test_an_unknown_field_is_named_with_the_known_ones() -> None:
    with pytest.raises(InvalidHousehold, match=r"monthly_incme is not a field.*monthly_income"):
        Household.from_mapping(REQUIRED | {"monthly_incme": 4_200})


def test_a_streak_cannot_be_longer_than_the_months_in_the_red() -> None:
    with pytest.raises(InvalidHousehold, match="negative_streak must not exceed negative_months"):
        Household(**REQUIRED, negative_months=2, negative_streak=3)


def test_nan_means_not_known_for_optional_fields_only() -> None:
    assert Household(**REQUIRED, debt_payment=math.nan).debt_payment is None
    with pytest.raises(InvalidHousehold, match="debt is required"):
        Household.from_mapping(REQUIRED | {"debt": math.nan})


def test_inputs_are_consistent() -> None:
    for name, field in INPUTS.items():
        assert field.name == name
        assert field.minimum <= field.default <= field.slider_maximum <= field.maximum
        assert field.step > 0
        assert field.help.endswith(".")
    assert [f.name for f in INPUTS.values() if f.required] == list(REQUIRED)
    Household(**{name: field.default for name, field in INPUTS.items()})


def test_a_change_for_three_months_becomes_savings() -> None:
    household = Household(**REQUIRED, debt_payment=400)
    after = household.after(Change(spending=0.9, months=3))
    assert after.savings == pytest.approx(2_500 + 3 * 0.1 * (3_900 - 400))
    assert after.monthly_expenses == household.monthly_expenses


def test_a_lasting_change_leaves_the_debt_payment() -> None:
    after = Household(**REQUIRED, debt_payment=400).after(Change(spending=0.9, income=1.05))
    assert after.monthly_expenses == pytest.approx(400 + 0.9 * 3_500)
    assert after.monthly_income == pytest.approx(4_410)
    assert after.savings == 2_500


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
        if moved in (small, large) and None not in (settled[small], settled[large]):
            assert settled[small] <= settled[large]
    assert len(notes) == sum(settled[name] != values[name] for name in values)
