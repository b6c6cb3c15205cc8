"""The vocabulary: every field's rule answers with field, rule, value and next step."""

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell

from finrisk.change import Change
from finrisk.errors import FinriskError, InvalidHousehold
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
        pytest.param("savings", 10**400, ["savings must be a number", "inf"], id="long"),
        pytest.param("savings", 10**5_000, ["savings must be a number", "inf"], id="too long"),
        ("savings", 2j, ["savings must be a number", "2j"]),
        ("savings", np.complex128(2), ["savings must be a number", "2+0j"]),
        ("savings", np.timedelta64(5, "D"), ["savings must be a number", "timedelta64"]),
        ("savings", [2_500], ["savings must be a number", "[2500]"]),
        ("savings", "9" * 500, ["savings must be a number", "999. Give a number in $"]),
        ("savings", pd.NA, ["savings is required", "got nothing"]),
        ("recent_income", "much", ["recent_income must be a number", "90 % is 0.9 in Python"]),
        ("recent_income", 90, ["between 0.0 % and 400.0 %", "got 9000.0 %"]),
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


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("savings", math.nan, "savings must be a factor of at least 0, got nan"),
        ("income", -0.5, "income must be a factor of at least 0, got -0.5"),
        ("spending", math.inf, "spending must be a factor of at least 0, got inf"),
        ("spending", True, "spending must be a factor of at least 0, got True"),
        ("income", "0.9", "income must be a factor of at least 0, got '0.9'"),
        ("savings", None, "savings must be a factor of at least 0, got None"),
        pytest.param("savings", 10**400, "savings must be a factor of at least 0", id="long"),
        ("months", 0, "months must be a whole number from 1 to 6, got 0"),
        ("months", 7, "months must be a whole number from 1 to 6, got 7"),
        ("months", 2.5, "months must be a whole number from 1 to 6, got 2.5"),
        ("months", True, "months must be a whole number from 1 to 6, got True"),
        ("months", "3", "months must be a whole number from 1 to 6, got '3'"),
        pytest.param("months", 10**5_000, "months must be a whole number", id="too long"),
        ("months", math.nan, "months must be a whole number from 1 to 6, got nan"),
    ],
)
def test_a_change_that_cannot_be_made_is_a_sentence(field: str, value: Any, words: str) -> None:
    with pytest.raises(FinriskError) as error:
        Change(**{field: value})
    assert error.value.field == field
    assert str(error.value).startswith(words)
    assert ". Give " in str(error.value)


def test_a_change_holds_plain_numbers() -> None:
    two: Any = np.float32(2)
    six: Any = np.int64(6)
    assert Change(savings=0, income=two, months=six) == Change(0.0, 2.0, 1.0, 6)
    assert type(Change(months=six).months) is int
    assert Change(months=None).months is None


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
