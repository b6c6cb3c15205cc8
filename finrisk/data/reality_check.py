"""May we believe the simulated world? Its figures beside published facts on real households.

`reality.csv` holds each statistic with its definition, the published value, the band that a
good simulation of households with $20k-$200k lands in, how the band's edges were set
(`basis`), where the value comes from (`source`), what it counts otherwise (`note`), and whether
it is `about` levels or changes. `reality_by_income.csv` holds savings, debt and debt payments by
income, which one world must get right together. Dollars are those of the surveys (incomes 2021,
savings 2022, debts 2019, bills 2014), not adjusted. The world was tuned to both files, so meeting
them is calibration, not proof; look at the published value beside the simulated one. Six
statistics, drawn by lot, are `held_out` of that tuning: they prove a little more. Left out: how a
statistic is measured (`reality_statistics.py`, `reality_changes.py`).
"""

from importlib.resources import files
from typing import Any

import pandas as pd

from finrisk.data.assumptions import Assumptions
from finrisk.data.lives import live, worlds_since
from finrisk.data.reality_statistics import STATISTICS, Years, quantile

__all__ = [
    "N_MONTHS",
    "facts",
    "facts_by_income",
    "lived_years",
    "reality_by_income",
    "reality_check",
]

N_MONTHS = 96  # eight years: savings six years apart, three years of income before and after


def reality_check(
    n_households: int = 100_000, seed: int = 1, assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """Simulate eight years and hold them against published facts.

    Returns:
        DataFrame indexed by statistic, 65 rows: label, definition, unit, published (NaN if
        nothing comparable was published), low, high, basis, source, note, about ("levels" or
        "changes"), held_out (True if the world was not tuned to it), simulated, in_band. A value
        between the band and the published value counts as in.

    Raises:
        FinriskError: if n_households is below 1.

    >>> bool(reality_check(2_000, seed=1).loc["debtors", "in_band"])
    True
    """
    return facts(lived_years(n_households, seed, assumptions))


def facts(years: Years) -> pd.DataFrame:
    """The table of `reality_check` for years that were lived before."""
    table = _read("reality.csv").set_index("statistic")
    table["note"] = table["note"].fillna("")
    table["held_out"] = table["held_out"] == "yes"
    table["simulated"] = [float(STATISTICS[name](years)) for name in table.index]
    low = table[["low", "published"]].min(axis=1)
    high = table[["high", "published"]].max(axis=1)
    table["in_band"] = table["simulated"].between(low, high)
    return table


def reality_by_income(
    n_households: int = 100_000, seed: int = 1, assumptions: Assumptions | None = None
) -> pd.DataFrame:
    """Quantiles of savings, debt and debt payments by income, simulated beside published.

    Savings are those of all households of an income band; debt and payment (as a share of
    gross income) are those of its debtors.

    Returns:
        DataFrame, 56 rows: quantity, quantile, label, income_from, income_to ($ a year before
        tax), published, source, simulated, ratio (simulated / published), off_by (the factor
        between the two, 1 or more).
    """
    return facts_by_income(lived_years(n_households, seed, assumptions))


def facts_by_income(years: Years) -> pd.DataFrame:
    """The table of `reality_by_income` for years that were lived before."""
    table = _read("reality_by_income.csv")
    table["simulated"] = [_quantile(years, row) for row in table.to_dict("records")]
    ratio = table["simulated"] / table["published"]
    table["ratio"], table["off_by"] = ratio, ratio.where(ratio >= 1, 1 / ratio)
    return table


def _quantile(years: Years, row: dict[Any, Any]) -> float:
    """The simulated side of one row of `reality_by_income.csv`."""
    inside = years.earning(row["income_from"], row["income_to"])
    debt = years.months["debt"][-1]
    values = {"savings": years.months["savings"][-1], "debt": debt, "payment": years.payment_share}
    if row["quantity"] != "savings":
        inside &= debt > 0
    return quantile(values[row["quantity"]][inside], row["quantile"])


def lived_years(n_households: int, seed: int, assumptions: Assumptions | None = None) -> Years:
    """Eight years of households, to be asked for both tables (`facts`, `facts_by_income`)."""
    worlds = worlds_since("always", assumptions, N_MONTHS)
    return Years(*live(n_households, seed, worlds))


def _read(name: str) -> pd.DataFrame:
    with files("finrisk.data").joinpath(name).open(encoding="utf-8") as text:
        return pd.read_csv(text)
