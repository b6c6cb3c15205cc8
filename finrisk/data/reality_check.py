"""May we believe the simulated world? Its figures beside published facts on real households.

`reality.csv` holds, for each statistic, what was published, the band a good simulation of
households with $20k-$200k lands in, where the band comes from (`basis`) and the numbers of
the facts behind it. The world was tuned to these bands, so meeting them is calibration, not
proof; look at the published value beside the simulated one. Left out for now: statistics
that need more than one year of a household's life (who recovers, who falls back).
"""

from collections.abc import Callable
from importlib.resources import files

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.population import N_PAST, Population, simulate

__all__ = ["reality_check"]

Floats = NDArray[np.float64]
SMALLEST_BILL = 250.0  # $: what the survey behind the fact counted as a shock


def reality_check(n_households: int = 100_000, seed: int = 1) -> pd.DataFrame:
    """Simulate a population and hold it against published facts.

    Returns:
        DataFrame indexed by statistic: label, unit, published (NaN if nothing comparable was
        published), low, high, basis, facts, simulated, in_band. A value between the band and
        the published value counts as in.

    >>> reality_check(2_000, seed=1).loc["debtors", "in_band"].item()
    True
    """
    text = files("finrisk.data").joinpath("reality.csv").open(encoding="utf-8")
    with text:
        table = pd.read_csv(text).set_index("statistic")
    world = simulate(n_households, seed)
    simulated = pd.Series({name: float(measure(world)) for name, measure in STATISTICS.items()})
    table["simulated"] = simulated
    low = table[["low", "published"]].min(axis=1)
    high = table[["high", "published"]].max(axis=1)
    table["in_band"] = table["simulated"].between(low, high)
    return table


def _past(world: Population, name: str) -> Floats:
    """One column of the twelve observed months, shape (12, n_households)."""
    return world.months[name][:N_PAST]


def _buffer(world: Population) -> Floats:
    """Savings now in months of mean expenses."""
    return (world.households["savings"] / world.households["monthly_expenses"]).to_numpy()


def _short_by_income(low: float, high: float) -> Callable[[Population], float]:
    """Share with savings below one month among gross incomes of low to high $ a year."""

    def measure(world: Population) -> float:
        income = world.traits.gross_income
        return float((_buffer(world)[(income >= low) & (income < high)] < 1).mean())

    return measure


def _largest_bills(world: Population) -> Floats:
    return np.asarray(_past(world, "bill").max(axis=0))


def _debt(world: Population) -> Floats:
    """Debt of those who have any, $."""
    debt = world.households["debt"].to_numpy()
    return debt[debt > 0]


def _payment_share(world: Population) -> Floats:
    """Monthly debt payment as share of gross income, of those with debt."""
    share = world.households["debt_payment"].to_numpy() / (world.traits.gross_income / 12)
    return share[world.households["debt"].to_numpy() > 0]


def _spearman(world: Population) -> float:
    columns = pd.DataFrame({"income": world.traits.gross_income, "buffer": _buffer(world)})
    return float(columns.corr("spearman").to_numpy()[0, 1])


STATISTICS: dict[str, Callable[[Population], float]] = {
    "income_median": lambda w: np.median(w.traits.gross_income),
    "income_spread": lambda w: np.log(w.traits.gross_income).std(),
    "buffer_median": lambda w: np.median(_buffer(w)),
    "buffer_below_half": lambda w: (_buffer(w) < 0.5).mean(),
    "buffer_below_1": lambda w: (_buffer(w) < 1).mean(),
    "buffer_from_3": lambda w: (_buffer(w) >= 3).mean(),
    "buffer_from_6": lambda w: (_buffer(w) >= 6).mean(),
    "savings_median": lambda w: w.households["savings"].median(),
    "savings_below_400": lambda w: (w.households["savings"] < 400).mean(),
    "savings_below_2000": lambda w: (w.households["savings"] < 2_000).mean(),
    "buffer_below_1_income_20k": _short_by_income(20e3, 35e3),
    "buffer_below_1_income_50k": _short_by_income(50e3, 75e3),
    "buffer_below_1_income_150k": _short_by_income(150e3, 200e3),
    "income_volatility_median": lambda w: w.households["income_volatility"].median(),
    "income_volatile": lambda w: (w.households["income_volatility"] > 0.2).mean(),
    "expense_volatility_median": lambda w: w.households["expense_volatility"].median(),
    "months_in_the_red": lambda w: (_past(w, "income") < _past(w, "expenses")).mean(),
    "years_in_the_red": lambda w: (_past(w, "income").sum(0) < _past(w, "expenses").sum(0)).mean(),
    "spent_share": lambda w: _past(w, "expenses").sum() / _past(w, "income").sum(),
    "jobless_months": lambda w: _past(w, "jobless").mean(),
    "jobless_years": lambda w: _past(w, "jobless").any(axis=0).mean(),
    "bill_years": lambda w: (_largest_bills(w) >= SMALLEST_BILL).mean(),
    "largest_bill_median": lambda w: np.median(
        _largest_bills(w)[_largest_bills(w) >= SMALLEST_BILL]
    ),
    "debtors": lambda w: (w.households["debt"] > 0).mean(),
    "debt_p25": lambda w: np.quantile(_debt(w), 0.25),
    "debt_p50": lambda w: np.quantile(_debt(w), 0.50),
    "debt_p75": lambda w: np.quantile(_debt(w), 0.75),
    "payment_p50": lambda w: np.quantile(_payment_share(w), 0.50),
    "payment_p75": lambda w: np.quantile(_payment_share(w), 0.75),
    "income_and_buffer": _spearman,
    "stressed": lambda w: w.stressed.mean(),
    "stressed_onset": lambda w: w.stressed[w.onset].mean(),
}
