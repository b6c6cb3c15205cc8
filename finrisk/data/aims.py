"""Two aims of our own for the simulated world, which no published figure sets.

- Who lives beyond its means gets there: of the households that are not short now, but will be
  within three months if they go on as in the last twelve, 65 to 85 % become stressed. Not all: an
  income recovers, a dear month passes. (Real families with such a year are not always short
  later either; surveys see little of it, for they ask every second year.)
- Debt does not protect: with the same savings and the same expenses, households that owe more are
  not safer. A flat line is a pass: published figures tie debt to late payments, hardly to savings.

Both are counted in a table of households with their labels. Left out: what was published
(`reality_check.py`), and how the world was tuned to both (`finrisk/authors/tune_world.py`).
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.label import bar_of, is_short

__all__ = ["Share", "stress_by_debt", "stressed_of_overspent"]

Floats = NDArray[np.float64]

PACE = 3  # months that the pace of the last twelve is followed
SAVED = (0, 0.25, 1, 3, 6, np.inf)  # months of expenses; the classes of the survey tabulation
SPENT = (0, 0.85, 0.95, 1.05, np.inf)  # expenses / income
OWED = (-np.inf, 0, 0.1, 0.25, 0.5, 1, np.inf)  # debt / income of a year; first: owes nothing
FEWEST = 100  # households in a class of debt, for its share to mean something


class Share(NamedTuple):
    """A share that was counted, and how far luck may have moved it."""

    share: float
    standard_error: float
    n: int


def stressed_of_overspent(households: pd.DataFrame, stressed: Floats | NDArray[np.bool_]) -> Share:
    """Of those not short now whose pace leaves them short in three months, who is stressed.

    Args:
        households: columns of INPUTS.
        stressed: the label, or the share of a household's lives that end in stress, shape
            (n_households,); many lives leave less to luck.
    """
    savings, expenses = households["savings"], households["monthly_expenses"]
    pace = savings + PACE * (households["monthly_income"] - expenses)
    overspent = np.asarray(~is_short(savings, expenses) & is_short(pace, expenses))
    return _share(stressed[overspent])


def stress_by_debt(
    households: pd.DataFrame, stressed: Floats | NDArray[np.bool_], fewest: int = 5_000
) -> pd.DataFrame:
    """Stress by debt, among households with about the same savings and expenses.

    Args:
        households, stressed: as in `stressed_of_overspent`.
        fewest: households with such savings and expenses that there must be, to look at them.

    Returns:
        DataFrame, one row a class of savings (`saved`), expenses (`spent`) and debt (`owed`):
        n, stressed (share), fall (how far that share lies below the highest one of a class with
        less debt; 0 if it does not) and standard_error (of that fall).
    """
    income = np.maximum(households["monthly_income"], 1)
    expenses = np.maximum(bar_of(households["monthly_expenses"]), 1)
    table = pd.DataFrame(
        {
            "saved": pd.cut(households["savings"] / expenses, SAVED, right=False),
            "spent": pd.cut(households["monthly_expenses"] / income, SPENT, right=False),
            "owed": pd.cut(households["debt"] / (12 * income), OWED),
            "stressed": np.asarray(stressed, dtype=np.float64),
        }
    )
    cells = table.groupby(["saved", "spent", "owed"], observed=True)["stressed"]
    counted = cells.agg(n="size", stressed="mean", spread="std").reset_index()
    alike = counted.groupby(["saved", "spent"], observed=True)["n"].transform("sum")
    counted = counted[(alike >= fewest) & (counted["n"] >= FEWEST)].reset_index(drop=True)
    rows: list[dict[Any, Any]] = counted.to_dict("records")
    falls = [_fall(row, rows[:place]) for place, row in enumerate(rows)]
    counted["fall"], counted["standard_error"] = zip(*falls, strict=True) if falls else ((), ())
    return counted.drop(columns="spread")


def _fall(row: dict[Any, Any], before: list[dict[Any, Any]]) -> tuple[float, float]:
    """How far stress of this row lies below the highest row with less debt in its cell."""
    alike = [b for b in before if (b["saved"], b["spent"]) == (row["saved"], row["spent"])]
    if not alike:
        return 0.0, 0.0
    highest = max(alike, key=lambda one: float(one["stressed"]))
    variance = sum(one["spread"] ** 2 / one["n"] for one in (row, highest))
    return max(float(highest["stressed"] - row["stressed"]), 0.0), float(np.sqrt(variance))


def _share(holds: Floats | NDArray[np.bool_]) -> Share:
    n = len(holds)
    if not n:
        return Share(np.nan, np.nan, 0)
    return Share(float(holds.mean()), float(holds.std() / np.sqrt(n)), n)
