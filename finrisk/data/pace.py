"""What arithmetic alone says: savings month by month at a household's own pace.

No model and no luck: income and expenses as they are on the average, a change as it is meant.
Most households do not go on at their pace, they spend less or earn more in time; so the pace is no
forecast, but where it leads is worth a sentence (`ml/arithmetic.py`) and a column
(`change_features.py`). Left out: how a change is really lived (`changes.py`).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import MEDIAN_PAYMENT_RATE, ROUNDING
from finrisk.data.changes import Changes, changes_of
from finrisk.data.label import N_FUTURE

__all__ = ["CENTS", "Pace", "pace_of"]

Floats = NDArray[np.float64]
HIGHEST_PAYMENT_RATE = 0.1  # hardly any simulated household pays more of its debt a month
CENTS = 4  # digits of what is compared: rounding makes no month in the red
_REQUIRED = ("monthly_income", "monthly_expenses", "savings", "debt")


class Pace(NamedTuple):
    """Households at their own pace, with what they change; arrays (n_households,).

    Attributes:
        changes: as arrays.
        monthly: $ a month more that is left while income and spending are changed.
        more_payment: $ a month more that goes to debt.
        bar: one month of expenses once the change is made, as the label counts it.
        cash_flow: income - expenses in each of the next six months, (n_households, 6).
        savings: at the end of each of them; below 0 is what would be missing.
    """

    changes: Changes
    monthly: Floats
    more_payment: Floats
    bar: Floats
    cash_flow: Floats
    savings: Floats


def pace_of(
    households: pd.DataFrame | Mapping[str, Floats], change: Any, debt_payment: Floats | None = None
) -> Pace:
    """The pace of households that change something.

    Args:
        households: columns of INPUTS, at least the required ones: a table, or arrays by name.
        change: a `Change` for all, or a table of its fields, one row a household.
        debt_payment: $ a month, shape (n_households,); NaN, or None for all: the usual payment
            for the debt.

    Raises:
        FinriskError: for a change that cannot be, as `true_risk`.
    """
    income, expenses, savings, debt = (
        np.asarray(households[name], np.float64) for name in _REQUIRED
    )
    c = changes_of(change, debt)
    usual = MEDIAN_PAYMENT_RATE * debt
    known = usual if debt_payment is None else debt_payment
    payment = np.where(np.isnan(known), usual, known)
    owes = debt > ROUNDING  # who owes nothing pays the usual rate for what is borrowed
    rate = np.where(owes, payment / np.where(owes, debt, 1), MEDIAN_PAYMENT_RATE)
    rate = np.where(c.debt > 0, np.minimum(rate, HIGHEST_PAYMENT_RATE), rate)
    spending = np.maximum(expenses - payment, 0)  # what a factor multiplies
    monthly = (c.income - 1) * income - (c.spending - 1) * spending
    more_payment = np.maximum(rate * c.debt, -np.minimum(payment, expenses))
    more_for_good = np.where(c.months == N_FUTURE, (c.spending - 1) * spending, 0) + more_payment
    month = np.arange(1, N_FUTURE + 1)
    changed = month <= c.months[:, None]
    cash_flow = (income - expenses - more_payment)[:, None] + changed * monthly[:, None]
    cash_flow[:, 0] += c.one_off
    cash_flow = cash_flow.round(CENTS)
    return Pace(
        changes=c,
        monthly=monthly,
        more_payment=more_payment,
        bar=np.maximum(expenses + more_for_good, 0),
        cash_flow=cash_flow,
        savings=(savings[:, None] + cash_flow.cumsum(axis=1)).round(CENTS),
    )
