"""What a `Change` does in the simulated world: households live their futures again with it.

One Change for all households, or a table with one a household, becomes arrays. These change the
state and the traits that a future starts from (`begin`), and what is earned and spent in each
of its months (`moves_in`). Spending answers a lasting change of income by the same law as a
lasting step by luck; only that luck's steps fade, and a change for good does not. Left out: what
a month does (`synthetic_generator.py`), and how futures are lived and counted (`population.py`).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import LARGEST_AMOUNT, LARGEST_FACTOR, ROUNDING, Change
from finrisk.data.assumptions import Assumptions
from finrisk.data.label import N_FUTURE
from finrisk.data.synthetic_generator import Moves, State, Traits
from finrisk.errors import FinriskError
from finrisk.received import as_float, show_name, show_number, show_value

__all__ = ["Changes", "bar_after", "begin", "changes_of", "moves_in"]

Floats = NDArray[np.float64]

LEAST_FELT = 0.05  # below a twentieth of its income, plans shrink no further; assumption
# What a column of a table of changes may hold: (lowest, highest).
RANGES = {
    "income": (0.0, LARGEST_FACTOR),
    "spending": (0.0, LARGEST_FACTOR),
    "one_off": (-LARGEST_AMOUNT, LARGEST_AMOUNT),
    "debt": (-LARGEST_AMOUNT, LARGEST_AMOUNT),
    "months": (1.0, N_FUTURE),
}


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
            their order. Fields without a column do not change; an empty cell of months is for
            good.
        owed: each household's debt now, $, shape (n_households,).

    Raises:
        FinriskError: for anything else, another number of rows, a value that a Change cannot
            have, or more debt paid off than is owed, naming the row.
    """
    if isinstance(change, Change):  # which has checked itself
        months = N_FUTURE if change.months is None else change.months
        fields = change.to_dict() | {"months": months}
        columns = {name: np.array([value], np.float64) for name, value in fields.items()}
    elif isinstance(change, pd.DataFrame):
        table = _one_row_a_household(change, len(owed))
        columns = {name: _numbers(table, name) for name in Changes._fields}
        _check_rows(table, columns)
    else:
        raise FinriskError(
            f"change must be made with Change(...), got {show_value(change)}. Write "
            "Change(income=1.1) for 10 % more income, or give a table with one row a household.",
            field="change",
        )
    # Months say nothing where neither income nor spending changes
    idle = (columns["income"] == 1) & (columns["spending"] == 1)
    columns["months"] = np.where(idle, N_FUTURE, columns["months"])
    changes = Changes(**{n: np.broadcast_to(column, owed.shape) for n, column in columns.items()})
    _check_paid_off(changes.debt, owed)
    return changes


def begin(changes: Changes, state: State, traits: Traits, a: Assumptions) -> tuple[State, Traits]:
    """State and traits that the first month of the future starts from.

    A lasting change of income: usual income is another one, spending is used to what it was, and
    plans move from where they were to what the new income supports, income^lasting_response.
    Debt paid off is first what was borrowed beyond the usual one, then usual debt.
    """
    lasts = changes.months == N_FUTURE
    factor = np.where(lasts, changes.income, 1.0)
    felt = np.maximum(factor, LEAST_FELT)
    supported = felt**a.lasting_response
    usual_debt, usual_payment = _usual_after(changes, state, traits, a)
    state = state._replace(
        used_to=state.used_to - np.log(felt), debt=np.maximum(state.debt + changes.debt, 0)
    )
    traits = traits._replace(
        usual_income=traits.usual_income * factor,
        essentials=traits.essentials * supported,
        extras=traits.extras * supported,
        usual_debt=usual_debt,
        usual_payment=usual_payment,
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
    changes: Changes, state: State, traits: Traits, known: pd.DataFrame, a: Assumptions
) -> Floats:
    """Monthly expenses after what changes for good, $, shape (n_households,).

    Spending and debt payments count; income and a one-off sum do not.

    Args:
        state, traits: as they are now, before the change.
        known: monthly_expenses and debt_payment as known at t, the means of twelve months, $.
    """
    expenses, payment = (known[n].to_numpy() for n in ("monthly_expenses", "debt_payment"))
    less = np.where(changes.months == N_FUTURE, 1 - changes.spending, 0) * (expenses - payment)
    _, usual_payment = _usual_after(changes, state, traits, a)
    return np.asarray(np.maximum(expenses - less + (usual_payment - traits.usual_payment), 0))


def _usual_after(
    changes: Changes, state: State, traits: Traits, a: Assumptions
) -> tuple[Floats, Floats]:
    """Usual debt and its payment after the change, $: at the household's own rate.

    Who owes nothing as a rule pays the world's median rate.
    """
    beyond = np.maximum(state.debt - traits.usual_debt, 0)
    more = np.where(changes.debt < 0, np.minimum(changes.debt + beyond, 0), changes.debt)
    owes = traits.usual_debt > 0
    own = traits.usual_payment / np.where(owes, traits.usual_debt, 1)
    rate = np.where(owes, own, a.payment_rate)
    # Rounding may leave less than nothing
    debt = np.maximum(traits.usual_debt + more, 0)
    return debt, np.maximum(traits.usual_payment + rate * more, 0)


def _one_row_a_household(table: pd.DataFrame, n_households: int) -> pd.DataFrame:
    """The table, if it has as many rows and no column but those of `Changes`, each once."""
    if len(table) != n_households:
        raise FinriskError(
            f"change must have one row a household, {n_households:,}, got {len(table):,}. Give one "
            "Change(...) for all, or a table as long as .households.",
            field="change",
        )
    names = list(table.columns)
    for name in names:
        if name not in Changes._fields or names.count(name) > 1:
            raise FinriskError(
                f"change must have columns of {', '.join(Changes._fields)}, each once, got "
                f"{show_name(name)}. Sums of money, such as savings, go into one_off.",
                field="change",
            )
    return table


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    """One column as numbers; what is none is below every range."""
    if name not in table:
        return np.full(len(table), N_FUTURE if name == "months" else getattr(Change(), name))
    column = table[name]
    if column.dtype.kind in "iuf":
        numbers = column.to_numpy(np.float64, na_value=np.nan)
    else:
        cells = [as_float(value) for value in column]
        numbers = np.array([-np.inf if number is None else number for number in cells])
    return np.where(np.isnan(numbers), N_FUTURE, numbers) if name == "months" else numbers


def _check_rows(table: pd.DataFrame, columns: dict[str, Floats]) -> None:
    """Tell the first value that a Change cannot have, in the words of `Change`."""
    for name, numbers in columns.items():
        low, high = RANGES[name]
        good = (numbers >= low) & (numbers <= high)  # NaN is neither
        if name == "months":
            good &= numbers == np.round(numbers)
        if good.all():
            continue
        row = int(good.argmin())
        try:
            Change(**{name: table[name].iloc[row]})
        except FinriskError as error:
            raise FinriskError(f"Row {row:,} of change: {error}", field=error.field) from None


def _check_paid_off(debt: Floats, owed: Floats) -> None:
    """Nobody pays off more than is owed; a cent of rounding is none."""
    beyond = -debt > owed + ROUNDING
    if beyond.any():
        row = int(beyond.argmax())
        raise FinriskError(
            f"debt must not pay off more than is owed: household {row:,} owes "
            f"${owed[row]:,.0f}, got {show_number(debt[row].item())}. Give each household a row of "
            "its own with at most what it owes, or choose households that owe as much.",
            field="debt",
        )
