"""What is offered to whom, and what moves along, beside a what-if."""

from dataclasses import replace

import pytest

from finrisk.change import Change
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.offers import offer, settle_change

MARIA = EXAMPLES["Maria, on the edge"]


@pytest.mark.parametrize(
    ("field", "value", "part", "change"),
    [
        ("monthly_income", 3_360, "income", Change(income=0.8)),
        ("monthly_income", 5_250, "income", Change(income=1.25)),
        ("monthly_expenses", 4_500, "spending", change_from(MARIA, spending_dollars=600)),
        ("savings", 3_200, "one_off", Change(one_off=-2_000)),
        ("savings", 7_200, "one_off", Change(one_off=2_000)),
        ("debt", 7_000, "debt", Change(debt=-2_000)),
    ],
)
def test_a_field_moved_by_much_is_offered_as_the_part_that_moves_it(
    field: str, value: float, part: str, change: Change
) -> None:
    found = offer(MARIA, replace(MARIA, **{field: value}))
    assert found is not None
    assert found.household == MARIA
    assert found.part == part
    assert found.change == change
    assert found.sentence.endswith("ask that as a what-if.")
    nothing = Change().to_dict()
    differ = [name for name in nothing if found.change.to_dict()[name] != nothing[name]]
    assert differ == [part], "one part, no other"


@pytest.mark.parametrize(
    ("field", "enough", "too_little"),
    [("monthly_income", 4_621, 4_620), ("savings", 4_679, 4_680), ("debt", 9_901, 9_900)],
)
def test_it_takes_more_than_a_tenth(field: str, enough: float, too_little: float) -> None:
    assert offer(MARIA, replace(MARIA, **{field: enough}))
    assert offer(MARIA, replace(MARIA, **{field: too_little})) is None


@pytest.mark.parametrize(("savings", "offered"), [(200, False), (201, True), (0, False)])
def test_and_more_than_a_hundred_dollars(savings: float, offered: bool) -> None:
    poor = replace(MARIA, savings=100)
    assert bool(offer(poor, replace(MARIA, savings=savings))) == offered


@pytest.mark.parametrize(
    "now",
    [
        MARIA,
        EXAMPLES["The Parks, stable"],
        replace(MARIA, savings=9_000, debt=1_000),
        replace(MARIA, debt_payment=900),
        replace(MARIA, negative_months=9),
    ],
)
def test_what_is_not_one_field_of_money_is_not_offered(now: Household) -> None:
    assert offer(MARIA, now) is None


def test_what_no_change_can_say_is_not_offered() -> None:
    nothing = Household(monthly_income=0, monthly_expenses=0, savings=0, debt=0)
    assert offer(nothing, replace(nothing, monthly_income=2_000)) is None
    assert offer(nothing, replace(nothing, monthly_expenses=2_000)) is None
    assert offer(MARIA, replace(MARIA, monthly_expenses=0)) is None, "its debt is still paid"
    assert offer(nothing, replace(nothing, debt=2_000))


def test_more_is_not_paid_off_than_is_owed() -> None:
    few = replace(MARIA, debt=700)
    change = Change(income=0.8, debt=-1_000, one_off=-200, months=3)
    settled, notes = settle_change(few, change)
    assert settled == Change(income=0.8, debt=-700, one_off=-200, months=3)
    assert notes == ["Debt of the what-if moved along to -$700."]
    few.check_possible(settled)


def test_what_was_to_be_paid_from_savings_moves_along_too() -> None:
    settled, notes = settle_change(replace(MARIA, debt=700), Change(debt=-1_000, one_off=-1_000))
    assert settled == Change(debt=-700, one_off=-700)
    assert notes[1] == "One-off sum of the what-if moved along to -$700."


@pytest.mark.parametrize("change", [Change(), Change(debt=-9_000), Change(debt=50_000, income=0)])
def test_a_change_that_is_possible_stays(change: Change) -> None:
    assert settle_change(MARIA, change) == (change, [])
