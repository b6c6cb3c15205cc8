"""A household and a what-if beside each other: what moves along, and what may have been meant.

A field says what is, a `Change` what will be. Who moves a field by much may mean the second, and
is offered it (`offer`). A household that moves can leave a change behind that it can no longer
make; that one moves along (`settle_change`). Panel and page ask here. Left out: fields that move
each other along (`inputs.settle`).
"""

from typing import NamedTuple

from finrisk.change import ROUNDING, Change
from finrisk.change_inputs import CHANGE_INPUTS, signed_dollars
from finrisk.errors import InvalidHousehold
from finrisk.household import Household, change_from

__all__ = ["Offer", "offer", "settle_change"]

_LARGE_SHARE = 0.1  # of what there was; by less, a number is only made more exact
_LARGE_SUM = 100.0  # $

# Field -> the part of a change that moves it, that as an argument of `change_from`, what is said.
_AS_CHANGE = {
    "monthly_income": (
        "income",
        "income_dollars",
        "Monthly income is what came in over the last 12 months. If it changes only from next "
        "month on, ask that as a what-if.",
    ),
    "monthly_expenses": (
        "spending",
        "spending_dollars",
        "Monthly expenses are what was paid over the last 12 months. If they change only from "
        "next month on, ask that as a what-if.",
    ),
    "savings": (
        "one_off",
        "one_off",
        "Savings are what is there today. If money comes in or goes out only next month, ask that "
        "as a what-if.",
    ),
    "debt": (
        "debt",
        "debt",
        "Debt is what is owed today. If it changes only from next month on, ask that as a what-if.",
    ),
}


class Offer(NamedTuple):
    """To ask the same move as a what-if: of the household from before, with one part changed.

    `typed` is what stands for it in the box of that part.
    """

    sentence: str
    household: Household
    change: Change
    part: str
    typed: str


def offer(before: Household, now: Household) -> Offer | None:
    """What to offer to somebody who has moved one field by much; None if there is nothing.

    Args:
        before: where it stood when it was last loaded, or before this field was moved.
        now: where it stands.

    >>> maria = Household(monthly_income=4_200, monthly_expenses=3_900, savings=5_200, debt=9_000)
    >>> poorer = Household(monthly_income=3_360, monthly_expenses=3_900, savings=5_200, debt=9_000)
    >>> offer(maria, poorer).change
    Change(income=0.8)
    """
    old, new = before.to_dict(), now.to_dict()
    moved = [name for name in old if old[name] != new[name]]
    if len(moved) != 1 or moved[0] not in _AS_CHANGE:
        return None
    name = moved[0]
    part, argument, sentence = _AS_CHANGE[name]
    stood, stands = getattr(before, name), getattr(now, name)
    if abs(stands - stood) <= max(_LARGE_SHARE * stood, _LARGE_SUM):
        return None
    try:
        change = change_from(before, **{argument: stands - stood})
    except InvalidHousehold:  # such as more income where there is none: no change says that
        return None
    return Offer(sentence, before, change, part, signed_dollars(stands - stood))


def settle_change(household: Household, change: Change) -> tuple[Change, list[str]]:
    """Take back as much of a debt paid off as this household does not owe.

    What was to be paid from savings is taken back from there, too.

    Returns:
        the change that is possible, and one sentence for each part that was moved along.

    >>> few = Household(monthly_income=4_200, monthly_expenses=3_900, savings=5_200, debt=500)
    >>> settle_change(few, Change(debt=-1_000))
    (Change(debt=-500.0), ['Debt of the what-if moved along to -$500.'])
    """
    if change.debt >= -household.debt - ROUNDING:
        return change, []
    moved = {"debt": -household.debt}
    if change.one_off == change.debt:
        moved["one_off"] = -household.debt
    notes = [
        f"{CHANGE_INPUTS[name].label} of the what-if moved along to "
        f"{CHANGE_INPUTS[name].show(value)}."
        for name, value in moved.items()
    ]
    return Change(**change.to_dict() | moved), notes
