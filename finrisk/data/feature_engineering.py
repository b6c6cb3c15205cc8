"""Twelve months -> a household -> what the model sees: pure functions, no state.

`summarise` turns monthly rows into `INPUTS` fields, `engineer_features` turns those into
20 columns. Training, CSV, form and panel all pass through here, so a household gets the same
numbers whichever door it came in by. Left out: filling, scaling and reading files
(`preprocessing.py`, `history_csv.py`).
"""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.household_table import amounts_of, check_shape
from finrisk.data.monthly_rows import by_household
from finrisk.errors import InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS

__all__ = [
    "FEATURES",
    "FEATURE_NAMES",
    "LEAST",
    "OPTIONAL",
    "RATIOS",
    "engineer_features",
    "ratios_of",
    "summarise",
    "summarise_months",
    "value_of_feature",
]

Floats = NDArray[np.float64]

# A mean below this counts as this much, $ a month: nothing has no logarithm, and nothing can be
# divided by it. Hardly any simulated household has so little; whether expenses are thirty or
# three million times the income says no more about it.
LEAST = {"monthly_income": 100.0, "monthly_expenses": 50.0}

CUSHION, SPENDING, DEBT = "Savings cushion", "Spending against income", "Debt load"
UPS, RECENT = "Ups and downs", "Recent months"

# Field of INPUTS -> (the column of X that carries it, the idea a driver shows it under).
# Ratios are shared by two fields; the column belongs to the one it says most about.
FEATURES = {
    "monthly_income": ("log_income", SPENDING),
    "savings": ("log_buffer", CUSHION),
    "monthly_expenses": ("log_expense_ratio", SPENDING),
    "debt": ("log_debt_ratio", DEBT),
    "debt_payment": ("payment_ratio", DEBT),
    "income_volatility": ("income_volatility", UPS),
    "expense_volatility": ("expense_volatility", UPS),
    "savings_change": ("savings_trend", RECENT),
    "recent_income": ("recent_income", RECENT),
    "last_income": ("last_income", RECENT),
    "negative_months": ("negative_months", RECENT),
    "negative_streak": ("negative_streak", RECENT),
}
# Ratios that say whether values, each usual alone, go together (the model sees them as columns).
RATIOS = (
    ("monthly_expenses", "monthly_income"),
    ("savings", "monthly_expenses"),
    ("savings_change", "monthly_expenses"),
    ("debt", "monthly_income"),
    ("debt_payment", "monthly_income"),
)
OPTIONAL = tuple(name for name, field in INPUTS.items() if not field.required)
FEATURE_NAMES = (*(column for column, _ in FEATURES.values()), *(f"{n}_known" for n in OPTIONAL))


def engineer_features(households: pd.DataFrame) -> pd.DataFrame:
    """Household rows -> X.

    Args:
        households: columns of `INPUTS`, one row per household; an optional column may be
            missing or hold NaN where a value is not known.

    Returns:
        DataFrame (n_households, 20), same index: 12 ratio and log features (NaN where the
        field is unknown), then one 0/1 column `<field>_known` per optional field. Income and
        expenses, which others are divided by, count as `LEAST` where they are smaller.

    Raises:
        InvalidHousehold: for what is no table; naming a required column that is missing, not
            filled in every row or below zero, or one that holds something else than numbers.

    >>> row = {"monthly_income": 4000.0, "monthly_expenses": 3600.0, "savings": 1800.0, "debt": 0.0}
    >>> X = engineer_features(pd.DataFrame([row]))
    >>> X.shape, round(float(np.exp(X.log_expense_ratio[0])), 3)
    ((1, 20), 0.9)
    """
    check_shape(households)
    h = {name: _numbers(households, name) for name in INPUTS}
    _check_required(h)
    income = np.maximum(h["monthly_income"], LEAST["monthly_income"])
    expenses = np.maximum(h["monthly_expenses"], LEAST["monthly_expenses"])
    columns = {
        "log_income": np.log(income),
        "log_buffer": np.log(h["savings"] / expenses + 0.05),  # 0.05: no savings is not -inf
        "log_expense_ratio": np.log(expenses / income),
        "log_debt_ratio": np.log1p(10 * h["debt"] / (12 * income)),
        "payment_ratio": h["debt_payment"] / income,
        "income_volatility": h["income_volatility"],
        "expense_volatility": h["expense_volatility"],
        "savings_trend": np.arcsinh(h["savings_change"] / expenses),
        "recent_income": h["recent_income"],
        "last_income": h["last_income"],
        "negative_months": h["negative_months"],
        "negative_streak": h["negative_streak"],
    }
    flags = {f"{name}_known": (~np.isnan(h[name])).astype(np.float64) for name in OPTIONAL}
    return pd.DataFrame(columns | flags, households.index)


def _numbers(households: pd.DataFrame, name: str) -> Floats:
    """One column as float64, NaN where it is unknown or missing altogether."""
    if name not in households:
        return np.full(len(households), np.nan)
    return amounts_of(households[name], INPUTS[name].advice)


def ratios_of(households: pd.DataFrame) -> pd.DataFrame:
    """The ratios of `RATIOS`, columns "a / b", same index.

    NaN where a field is unknown, or where what is divided by is below `LEAST`.
    """
    columns = {}
    for over, under in RATIOS:
        enough = households[under].where(households[under] >= LEAST[under])
        columns[f"{over} / {under}"] = households[over] / enough
    return pd.DataFrame(columns)


def _check_required(columns: Mapping[str, Floats]) -> None:
    """A hole would become a median further on, and nobody would know."""
    for name, field in INPUTS.items():
        if not field.required:
            continue
        values = columns[name]
        missing = int(np.isnan(values).sum())
        if missing:
            raise InvalidHousehold(
                f"{name} is required in every row, got {missing:,} of {len(values):,} rows "
                f"without it. {field.advice}",
                field=name,
            )
        lowest = float(values.min(initial=math.inf))
        if lowest < 0:
            raise InvalidHousehold(
                f"{name} must be at least $0 in every row, got {field.show_exact(lowest)}. "
                "Leave such rows out.",
                field=name,
            )


def value_of_feature(field: str, x: float, household: Household) -> float:
    """Back from a column of X to the unit of its field: the inverse of `engineer_features`.

    Used to say in dollars what was assumed for a field the person did not know.
    """
    if field == "debt_payment":
        return x * max(household.monthly_income, LEAST["monthly_income"])
    if field == "savings_change":
        return math.sinh(x) * max(household.monthly_expenses, LEAST["monthly_expenses"])
    return x


def summarise(history: pd.DataFrame) -> pd.DataFrame:
    """Twelve monthly rows per household -> one row of `INPUTS` fields.

    Args:
        history: columns month, income, expenses, savings, debt, and debt_payment if known;
            with a column `household` it holds many, else one. Twelve rows each, in any order;
            a month is a number, a date, or written like 2025-03.

    Returns:
        DataFrame with the columns of `INPUTS`, one row per household (index: household).

    Raises:
        InvalidHistory: if a household does not have twelve months that follow one another, or
            an amount is missing, negative or no number.

    >>> year = pd.DataFrame({"month": range(12), "income": 4000.0, "expenses": 4100.0,
    ...                      "savings": np.linspace(2100, 1000, 12), "debt": 0.0})
    >>> row = summarise(year).iloc[0]
    >>> float(row.savings), float(row.savings_change), int(row.negative_streak)
    (1000.0, -1100.0, 12)
    """
    months, households = by_household(history)
    return summarise_months(months).set_axis(households)


def summarise_months(months: dict[str, Floats]) -> pd.DataFrame:
    """The same for arrays of shape (n_households, 12), oldest month first."""
    income, expenses, savings = months["income"], months["expenses"], months["savings"]
    mean_income, mean_expenses = income.mean(axis=1), expenses.mean(axis=1)
    negative = income < expenses
    payment = months.get("debt_payment", np.full_like(income, np.nan))
    columns = {
        "monthly_income": mean_income,
        "monthly_expenses": mean_expenses,
        "savings": savings[:, -1],
        "debt": months["debt"][:, -1],
        "debt_payment": payment.mean(axis=1),
        "income_volatility": _share(income.std(axis=1), mean_income),
        "expense_volatility": _share(expenses.std(axis=1), mean_expenses),
        "savings_change": savings[:, -1] - savings[:, 0],
        "recent_income": _share(income[:, -3:].mean(axis=1), mean_income),
        "last_income": _share(income[:, -1], mean_income),
        "negative_months": negative.sum(axis=1).astype(np.float64),
        "negative_streak": np.cumprod(negative[:, ::-1], axis=1).sum(axis=1).astype(np.float64),
    }
    return pd.DataFrame(columns)


def _share(part: Floats, whole: Floats) -> Floats:
    """part / whole, NaN where whole is zero: a share of nothing is not known."""
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)
