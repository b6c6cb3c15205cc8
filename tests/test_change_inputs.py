"""The controls of a what-if, and what words and usual changes mean, held against the world."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finrisk.change import Change
from finrisk.change_inputs import (
    CHANGE_INPUTS,
    LASTING,
    MEDIAN_JOB_LOSS,
    ChangeInput,
    as_typed,
    usual_changes,
)
from finrisk.data.assumptions import Assumptions
from finrisk.data.label import N_FUTURE
from finrisk.data.population import simulate
from finrisk.form import read_form
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS


@pytest.fixture(scope="module")
def world() -> pd.DataFrame:
    return simulate(20_000, seed=11).households


def test_each_row_is_a_part_of_a_change() -> None:
    parts = [name for name in Change().to_dict() if name != "months"]
    assert list(CHANGE_INPUTS) == parts
    for name, field in CHANGE_INPUTS.items():
        assert isinstance(field, ChangeInput)
        assert field.name == name
        assert field.default == getattr(Change(), name)
        assert field.minimum <= field.slider_minimum <= field.default < field.slider_maximum
        assert field.slider_maximum <= field.maximum
        most: dict[str, Any] = {name: field.maximum}
        assert Change(**most) != Change()
        assert field.is_factor == (name in ("income", "spending"))
        assert field.help.endswith(".")


def test_a_change_lasts_for_good_or_for_less_than_the_label_sees() -> None:
    assert list(LASTING) == [None, *range(1, N_FUTURE)]
    assert LASTING[1] == "for 1 month"
    for months, words in LASTING.items():
        assert Change(income=0.5, months=months).words == f"50 % less income {words}"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("income", 1, "0 %"),
        ("income", 0.8, "-20 %"),
        ("income", 1.05, "+5 %"),
        ("income", 0, "-100 %"),
        ("income", 1 - 500 / 4_200, "-11.9 %"),
        ("income", 1.10049, "+10 %"),
        ("income", 0.9999, "0 %"),
        ("spending", 1_000, "+99,900 %"),
        ("spending", 2, "+100 %"),
        ("one_off", 0, "$0"),
        ("one_off", -0.4, "$0"),
        ("one_off", -2_000, "-$2,000"),
        ("debt", 1_000, "+$1,000"),
        ("debt", 0.4, "$0"),
    ],
)
def test_a_change_is_shown_with_its_sign(name: str, value: float, shown: str) -> None:
    assert CHANGE_INPUTS[name].show(value) == shown


def test_what_people_ask_most_is_what_the_household_can_do() -> None:
    for household in EXAMPLES.values():
        for usual in usual_changes(household):
            household.check_possible(usual.change)
            assert usual.change != Change()
            typed = read_form(household.to_dict(), usual.typed)
            assert typed.change == usual.change
    nothing = Household(monthly_income=0, monthly_expenses=0, savings=0, debt=0)
    assert [usual.text for usual in usual_changes(nothing)] == ["$2,000 bill"]


def test_rent_is_typed_in_dollars() -> None:
    maria = EXAMPLES["Maria, on the edge"]
    assert {"spending": "+$200"} in [usual.typed for usual in usual_changes(maria)]


@given(
    st.builds(
        Change,
        income=st.floats(0, 10),
        spending=st.floats(0, 10),
        one_off=st.floats(-1e5, 1e5),
        debt=st.floats(0, 1e5),
        months=st.none() | st.integers(1, 6),
    )
)
def test_a_change_can_be_typed_again(change: Change) -> None:
    """To a ten thousandth of a percent, which nobody sees, and to the last digit of a dollar."""
    household = EXAMPLES["Maria, on the edge"]
    again = read_form(household.to_dict(), as_typed(change))
    assert not again.errors
    typed = again.change or Change()
    assert typed.income == pytest.approx(change.income, abs=1e-6)
    assert typed.spending == pytest.approx(change.spending, abs=1e-6)
    assert (typed.one_off, typed.debt) == (change.one_off, change.debt)
    if typed.income != 1 or typed.spending != 1:
        assert typed.months == change.months


def test_the_usual_job_loss_is_the_median_of_the_world() -> None:
    """Half of those who lose a job lose more of their pay, and half find work in that time."""
    world = Assumptions()
    assert pytest.approx(1 - np.mean(world.income_lost)) == MEDIAN_JOB_LOSS.income
    found = [1 - (1 - world.job_found) ** n for n in range(1, N_FUTURE + 1)]
    median = next(n for n, share in enumerate(found, 1) if share >= 0.5)
    assert Change(income=0.5, months=median) == MEDIAN_JOB_LOSS


@pytest.mark.parametrize("name", ["income_volatility", "expense_volatility"])
def test_words_for_ups_and_downs_are_the_middles_of_three_thirds(
    world: pd.DataFrame, name: str
) -> None:
    meant = [value for _, value in INPUTS[name].words]
    assert meant == pytest.approx(world[name].quantile([1 / 6, 3 / 6, 5 / 6]).to_list(), abs=0.01)
    low, high = world[name].quantile([1 / 3, 2 / 3])
    assert meant[0] < low < meant[1] < high < meant[2]


@pytest.mark.parametrize("name", ["recent_income", "last_income"])
def test_lower_and_higher_pay_are_those_of_who_has_it(world: pd.DataFrame, name: str) -> None:
    """Usual is within 5 % of the mean; about a third of the households lie on each side of it."""
    pay, meant = world[name], dict(INPUTS[name].words)
    lower, higher = pay[pay < 0.95], pay[pay > 1.05]
    usual = pay[(pay >= 0.95) & (pay <= 1.05)]
    assert meant["lower"] < 0.95 < meant["usual"] < 1.05 < meant["higher"]
    assert meant["lower"] == pytest.approx(lower.median(), abs=0.02)
    assert meant["usual"] == pytest.approx(usual.median(), abs=0.02)
    assert meant["higher"] == pytest.approx(higher.median(), abs=0.02)
    assert all(0.25 < len(part) / len(pay) < 0.45 for part in (lower, usual, higher))


def test_every_word_is_a_legal_value_and_stands_once() -> None:
    for field in INPUTS.values():
        words = [word for word, _ in field.words]
        assert len(words) == len(set(words))
        for _, value in field.words:
            assert field.check(value) == value
