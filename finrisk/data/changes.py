"""What a `Change` does in the simulated world: households live their futures again with it.

One Change for all households, or a table with one a household, becomes arrays. These change the
state and the traits that a future starts from (`begin`), and what is earned and spent in each
of its months (`moves_in`). A lasting change of income goes the way of a lasting step by luck, so
spending answers it by the same law. Left out: what a month does (`synthetic_generator.py`), and
how futures are lived and counted (`population.py`).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import Change, expenses_after, payment_after
from finrisk.data.assumptions import Assumptions
from finrisk.data.label import N_FUTURE
from finrisk.data.synthetic_generator import Moves, State, Traits
from finrisk.errors import FinriskError
from finrisk.received import show_number, show_value

__all__ = ["Changes", "bar_after", "begin", "changes_of", "moves_in"]

Floats = NDArray[np.float64]

LEAST_FELT = 0.05  # below a twentieth of its income, a household's plans shrink no further


class Changes(NamedTuple):
    """The fields of `Change`, one value a household; every array has shape (n_households,)."""

    income: Floats  # factor
    spending: Floats  # factor
    one_off: Floats  # $
    debt: Floats  # $
    months: Floats  # N_FUTURE where it is for good


def changes_of(change: Any, owed: Floats) -> Changes:
    """One Change for all, or a table of them, as arrays.

    Args:
        change: a Change, or a DataFrame with columns of its fields, one row a household in
            their order; fields without a column do not change.
        owed: each household's debt now, $, shape (n_households,).

    Raises:
        FinriskError: for anything else, another number of rows, a value that a Change cannot
            have, or more debt paid off than is owed, naming the row.
    """
    if isinstance(change, Change):
        rows = [change]
    elif isinstance(change, pd.DataFrame):
        rows = _rows(change, len(owed))
    else:
        raise FinriskError(
            f"change must be made with Change(...), got {show_value(change)}. Write "
            "Change(income=1.1) for 10 % more income, or give a table with one row a household.",
            field="change",
        )
    table = np.array([_numbers_of(row) for row in rows])
    changes = Changes(*(np.broadcast_to(column, owed.shape) for column in table.T))
    _check_paid_off(changes.debt, owed)
    return changes


def begin(changes: Changes, state: State, traits: Traits, a: Assumptions) -> tuple[State, Traits]:
    """State and traits that the first month of the future starts from.

    A lasting change of income does what a lasting step by luck does: usual income is another one,
    spending is used to what it was, and plans move from where they were to what the new income
    supports, income^lasting_response.
    """
    lasts = changes.months == N_FUTURE
    factor = np.where(lasts, changes.income, 1.0)
    felt = np.maximum(factor, LEAST_FELT)
    supported = felt**a.lasting_response
    state = state._replace(
        used_to=state.used_to - np.log(felt), debt=np.maximum(state.debt + changes.debt, 0)
    )
    traits = traits._replace(
        usual_income=traits.usual_income * factor,
        essentials=traits.essentials * supported,
        extras=traits.extras * supported,
        usual_debt=np.maximum(traits.usual_debt + changes.debt, 0),
        usual_payment=_payment_after(changes, traits),
    )
    return state, traits


def moves_in(changes: Changes, month: int) -> Moves:
    """What is changed in one month of the future, counted from 0; lasting income is in `begin`."""
    on, passes = month < changes.months, changes.months < N_FUTURE
    return Moves(
        income=np.where(on & passes, changes.income, 1.0),
        spending=np.where(on, changes.spending, 1.0),
        one_off=changes.one_off * (month == 0),
    )


def bar_after(
    changes: Changes, traits: Traits, monthly_expenses: Floats, payment: Floats
) -> Floats:
    """Monthly expenses after what changes for good, $, shape (n_households,).

    Spending and debt payments count; income and a one-off sum do not.

    Args:
        monthly_expenses, payment: as known at t, the means of twelve months, $.
    """
    factor = np.where(changes.months == N_FUTURE, changes.spending, 1.0)
    more = _payment_after(changes, traits) - traits.usual_payment
    after = expenses_after(monthly_expenses, factor, payment, payment + more)
    return np.asarray(np.maximum(after, 0))


def _payment_after(changes: Changes, traits: Traits) -> Floats:
    """Usual debt payments with the debt after the change, $ a month."""
    payment = payment_after(traits.usual_payment, traits.usual_debt, changes.debt)
    return np.asarray(np.maximum(payment, 0))  # who owes more than usual may pay off more than it


def _rows(table: pd.DataFrame, n_households: int) -> list[Change]:
    """The Change in each row; an empty cell of months is for good."""
    if len(table) != n_households:
        raise FinriskError(
            f"change must have one row a household, {n_households:,}, got {len(table):,}. Give one "
            "Change(...) for all, or a table as long as .households.",
            field="change",
        )
    rows = []
    for number, cells in enumerate(table.to_dict("records")):
        named = {str(name): value for name, value in cells.items()}
        if "months" in named and pd.isna(named["months"]):
            named["months"] = None
        try:
            rows.append(Change(**named))
        except FinriskError as error:
            raise FinriskError(f"Row {number:,} of change: {error}", field=error.field) from None
    return rows


def _numbers_of(change: Change) -> tuple[float, ...]:
    """In the order of `Changes`."""
    months = N_FUTURE if change.months is None else change.months
    return change.income, change.spending, change.one_off, change.debt, months


def _check_paid_off(debt: Floats, owed: Floats) -> None:
    """Nobody pays off more than is owed; a cent of rounding is none."""
    beyond = -debt > owed + 0.01
    if beyond.any():
        row = int(beyond.argmax())
        raise FinriskError(
            f"debt must not pay off more than is owed: household {row:,} owes "
            f"${owed[row]:,.0f}, got {show_number(debt[row].item())}. Give each household a row of "
            "its own with at most what it owes, or choose households that owe as much.",
            field="debt",
        )
