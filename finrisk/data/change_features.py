"""A `Change` -> what the network sees of it: pure functions, no state.

Its columns stand behind the twenty of `engineer_features`. All are 0 where nothing
changes, so a household without a change is a row like any other, and all are finite for every
legal change, no pay included. They need the four required fields only: whoever knows no more
gets the same columns. Left out: what a change really does to a life (`changes.py`).
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.feature_engineering import LEAST
from finrisk.data.label import N_FUTURE, RUN_IN_THE_RED
from finrisk.data.pace import pace_of

__all__ = ["CHANGE_NAMES", "engineer_change"]

Floats = NDArray[np.float64]

FACTORS = (0.05, 5.0)  # beyond these no factor says more; no pay has no logarithm
MOST_MISSING = 2.0  # months of expenses that a changed month lacks, or has left, at most
LEAST_CUSHION = 0.05  # months of expenses, added: no savings at all are not minus infinity

CHANGE_NAMES = (
    "income_factor",
    "spending_factor",
    "lasting_income",
    "lasting_spending",
    "gap_of_one_month",
    "gap_of_two_months",
    "gap_of_three_months",
    "gap_of_more_months",
    "one_off_sum",
    "more_debt",
    "cushion_after",
    "pace_after",
)


def engineer_change(households: pd.DataFrame, change: Any) -> pd.DataFrame:
    """Households and what each changes -> the last columns of X, 0 where nothing changes.

    Args:
        households: columns of INPUTS, at least the required ones.
        change: a `Change` for all, or a table of its fields, one row a household.

    Returns:
        DataFrame of `CHANGE_NAMES`, same index, shape (n_households, 12):

        - income_factor, spending_factor: logarithms of the factors, however long they last;
        - lasting_income, lasting_spending: the same where they are for good, else 0;
        - gap_of_one_month, ..._two_months, ..._three_months, ..._more_months: by how much a
          changed month ends better than before, in months of expenses, in the column of how
          many they are: with the third in a row the label turns;
        - one_off_sum: in months of expenses, arcsinh; more_debt: change of `log_debt_ratio`;
        - cushion_after: change of log_buffer once all that passes has come and gone;
        - pace_after: change of log_buffer as six months at the household's pace would leave it.

    Raises:
        FinriskError: for a change that cannot be, as `true_risk`.

    >>> from finrisk.change import Change
    >>> from finrisk.household import EXAMPLES
    >>> maria = pd.DataFrame([EXAMPLES["Maria, on the edge"].to_dict()])
    >>> row = engineer_change(maria, Change(income=0.5, months=3)).iloc[0]
    >>> row[["income_factor", "gap_of_two_months", "gap_of_three_months"]].round(2).tolist()
    [-0.69, -0.0, -0.54]
    """
    floored = {
        name: np.maximum(households[name].to_numpy(np.float64), LEAST.get(name, 0.0))
        for name in ("monthly_income", "monthly_expenses", "savings", "debt")
    }
    income, expenses, savings, owed = floored.values()
    pace = pace_of(households, change)
    c, bar = pace.changes, np.maximum(pace.bar, LEAST["monthly_expenses"])
    lasts = c.months == N_FUTURE
    gap = np.clip(pace.monthly / expenses, -MOST_MISSING, MOST_MISSING)
    income_factor, spending_factor = (
        # a factor of nothing changes nothing: half of no pay is no pay
        np.where(households[base] > 0, np.log(np.clip(factor, *FACTORS)), 0.0)
        for base, factor in (("monthly_income", c.income), ("monthly_expenses", c.spending))
    )
    # Savings once all that passes has come and gone, and after six months at this pace
    passed = savings + c.one_off + np.where(lasts, 0, c.months * pace.monthly)
    unchanged = savings + N_FUTURE * (income - expenses)
    more = c.one_off + c.months * pace.monthly - N_FUTURE * pace.more_payment
    columns = (
        income_factor,
        spending_factor,
        income_factor * lasts,
        spending_factor * lasts,
        gap * (c.months == 1),
        gap * (c.months == 2),
        gap * (c.months == RUN_IN_THE_RED),
        gap * (c.months > RUN_IN_THE_RED),
        np.arcsinh(c.one_off / expenses),
        _debt_load(owed + c.debt, income) - _debt_load(owed, income),
        _cushion(passed, bar) - _cushion(savings, expenses),
        _cushion(unchanged + more, bar) - _cushion(unchanged, expenses),
    )
    return pd.DataFrame(np.column_stack(columns), households.index, list(CHANGE_NAMES))


def _cushion(savings: Floats, expenses: Floats) -> Floats:
    """As `log_buffer`; less than nothing counts as nothing."""
    return np.asarray(np.log(np.maximum(savings, 0) / expenses + LEAST_CUSHION))


def _debt_load(debt: Floats, income: Floats) -> Floats:
    """As `log_debt_ratio`."""
    return np.asarray(np.log1p(10 * np.maximum(debt, 0) / (12 * income)))
