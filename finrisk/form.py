"""A whole form as it was typed: one household and one change, or all that is wrong with it at once.

The page sends the texts of its boxes as they stand there. Left out: what one text means
(`typed.py`), and what a change means in place of a field (`offers.py`).
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.data.label import N_FUTURE
from finrisk.errors import InvalidChange, InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS, not_a_field
from finrisk.received import show_value
from finrisk.typed import (
    checked_as_typed,
    factor_in_dollars,
    in_labels,
    read_change_typed,
    read_typed,
    tidied,
)

__all__ = ["Form", "read_form"]


@dataclass(frozen=True)
class Form:
    """What somebody typed into a whole form, read.

    Attributes:
        household: None if one of its boxes is wrong.
        change: None if nothing changes, or if a box of the form is wrong.
        echoes: box -> how it was read, where that was not plain.
        errors: box -> what is wrong with it. A box of the change is called "change.income".
    """

    household: Household | None
    change: Change | None
    echoes: dict[str, str]
    errors: dict[str, str]


def read_form(fields: Mapping[str, Any], change: Mapping[str, Any] | None = None) -> Form:
    """Everything that was typed into a form, and all that is wrong with it at once.

    Args:
        fields: name of a field of `INPUTS` -> text, or a number, which is taken as it is. None,
            "" and a missing name are not known.
        change: "income", "spending", "one_off" and "debt" -> text, or a number as `Change` takes
            it; "months" -> 1 to 6. None, "" and a missing name change nothing, or for good.

    >>> form = read_form({"monthly_income": "4.200", "savings": "lots"})
    >>> form.echoes["monthly_income"], form.errors["savings"]
    ('read as $4,200', "Savings must be a number, got 'lots'. Write it like 6000.")
    """
    echoes: dict[str, str] = {}
    errors: dict[str, str] = {}
    household = _read_household(fields, echoes, errors)
    changed = _read_change(change or {}, household, echoes, errors)
    return Form(household, changed, echoes, errors)


def _read_household(
    fields: Mapping[str, Any], echoes: dict[str, str], errors: dict[str, str]
) -> Household | None:
    """The household; what there is to say of its boxes is added to echoes and errors."""
    for name in fields:
        if name not in INPUTS:
            unknown = not_a_field(name)
            errors[unknown.field] = str(unknown)
    values: dict[str, Any] = {}
    for name, field in INPUTS.items():
        box = fields.get(name)
        try:
            if box is None or isinstance(box, str):
                values[name], echo = read_typed(field, box or "")
                if echo:
                    echoes[name] = echo
            else:
                values[name] = checked_as_typed(field, box)
        except InvalidHousehold as error:
            errors[name] = str(error)
            # So large, or not known, that no other box is wrong because of this one.
            values[name] = field.maximum if field.required else None
    while True:
        try:
            household = Household(**values)
            break
        except InvalidHousehold as error:  # one field exceeds another (`CROSS_RULES`)
            errors[error.field] = in_labels(str(error))
            values[error.field] = None  # and is there more?
    return None if errors else household


def _read_change(
    boxes: Mapping[str, Any],
    household: Household | None,
    echoes: dict[str, str],
    errors: dict[str, str],
) -> Change | None:
    """The change; what there is to say of its boxes is added to echoes and errors."""
    now = {} if household is None else household.factor_bases
    values: dict[str, Any] = {}
    for name, box in boxes.items():
        if box is None or (isinstance(box, str) and not box.strip()):
            continue
        try:
            if name == "months":
                values[name] = _read_months(box)
            elif name in CHANGE_INPUTS and isinstance(box, str):
                read = read_change_typed(CHANGE_INPUTS[name], box, now.get(name, math.inf))
                values[name] = read.value
                if read.echo:
                    echoes[f"change.{name}"] = read.echo
            else:
                values[name] = box
                Change(**{name: box})
                if echo := factor_in_dollars(box, now[name]) if name in now else "":
                    echoes[f"change.{name}"] = echo
        except InvalidChange as error:
            known = name in CHANGE_INPUTS
            errors[f"change.{name}"] = in_labels(str(error)) if known else str(error)
    if errors or household is None:
        return None
    change = Change(**values)
    try:
        household.check_possible(change)
    except InvalidHousehold as error:
        errors[f"change.{error.field}"] = in_labels(str(error))
        return None
    return None if change == Change() else change


def _read_months(box: Any) -> int | None:
    """How long a change lasts: 3, "3" or "3 months"."""
    typed = re.fullmatch(r"([0-9])(?: ?months?)?", tidied(box)) if isinstance(box, str) else None
    try:
        return Change(income=0, months=int(typed[1]) if typed else box).months
    except InvalidChange:
        raise InvalidChange(
            f"Months must be a whole number from 1 to {N_FUTURE}, got {show_value(box)}. Leave "
            "them out for a change that stays.",
            field="months",
        ) from None
