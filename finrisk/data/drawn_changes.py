"""Changes to train on: what a household might ask about, drawn at random.

Where people ask, there are many: half of the factors lie within a quarter of 1, and most of what
passes lasts a month or two, where the answer turns. The rest goes far, so that nobody asks beyond
what the network has seen. Left out: what a change does to a life (`changes.py`), and how the
network sees it (`change_features.py`).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.feature_engineering import LEAST

__all__ = ["draw_changes"]

Floats = NDArray[np.float64]

# What is changed, and the share of households that it is drawn for.
KINDS = {
    "income": 0.32,
    "spending": 0.24,
    "income and spending": 0.10,
    "one-off sum": 0.10,
    "debt": 0.05,
    "debt paid from savings": 0.06,
    "loan kept as cash": 0.05,
    "everything": 0.08,
}
NEAR, FAR = (0.75, 1.25), (0.2, 3.0)  # factors, half of them in each
NO_PAY = 0.2  # of those whose income changes
FOR_GOOD = 0.4  # of the changes of income and spending; the others last
MONTHS = {1: 0.3, 2: 0.3, 3: 0.16, 4: 0.12, 5: 0.12}
# Sums, lognormal around a median of monthly expenses.
A_SUM, A_LOAN, SPREAD = 0.6, 1.5, 1.0
OF_SAVINGS = 0.4  # of the sums are a share of the savings instead
ALL_OF_IT = 0.25  # of the debts that are paid are paid off


def draw_changes(households: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One change a household, as a table that `true_risk(change=...)` takes.

    Args:
        households: columns of INPUTS; sums of money are drawn in proportion to them.

    Returns:
        DataFrame with the fields of `Change`, same index; months NaN where it is for good.
    """
    n = len(households)
    kind = rng.choice(list(KINDS), n, p=list(KINDS.values()))
    expenses = np.maximum(
        households["monthly_expenses"].to_numpy(dtype=np.float64), LEAST["monthly_expenses"]
    )
    savings, owed = households["savings"].to_numpy(), households["debt"].to_numpy()
    earns, spends, receives, owes = (
        np.isin(kind, [name, "everything", *more])
        for name, more in (
            ("income", ["income and spending"]),
            ("spending", ["income and spending"]),
            ("one-off sum", []),
            ("debt", []),
        )
    )
    income = np.where(rng.random(n) < NO_PAY, 0.0, _factors(n, rng))
    loan = expenses * np.exp(np.log(A_LOAN) + SPREAD * rng.standard_normal(n))
    share = np.where(rng.random(n) < ALL_OF_IT, 1.0, rng.random(n))
    debt = np.where(rng.random(n) < 0.5, loan, -share * owed)
    one_off = _sums(expenses, savings, rng)
    paid = -share * np.minimum(owed, savings)
    borrows, pays = kind == "loan kept as cash", kind == "debt paid from savings"
    columns = {
        "income": np.where(earns, income, 1.0),
        "spending": np.where(spends, _factors(n, rng), 1.0),
        "one_off": np.select([receives, borrows, pays], [one_off, loan, paid], 0.0),
        "debt": np.select([owes, borrows, pays], [debt, loan, paid], 0.0),
        "months": _months(n, rng),  # of no meaning where neither factor is one
    }
    return pd.DataFrame(columns, households.index)


def _factors(n: int, rng: np.random.Generator) -> Floats:
    low, high = np.log(FAR)
    near, far = rng.uniform(*NEAR, n), np.exp(rng.uniform(low, high, n))
    return np.where(rng.random(n) < 0.5, near, far)


def _sums(expenses: Floats, savings: Floats, rng: np.random.Generator) -> Floats:
    """Dollars that come in, or as often are spent: bills, windfalls, or a part of the savings."""
    n = len(expenses)
    sums = expenses * np.exp(np.log(A_SUM) + SPREAD * rng.standard_normal(n))
    sums = np.where(rng.random(n) < OF_SAVINGS, savings * rng.random(n), sums)
    return np.where(rng.random(n) < 0.5, sums, -sums)


def _months(n: int, rng: np.random.Generator) -> Floats:
    passing = rng.choice(list(MONTHS), n, p=list(MONTHS.values()))
    return np.where(rng.random(n) < FOR_GOOD, np.nan, passing)
