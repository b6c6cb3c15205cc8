"""What is measured in the simulated world: one function per published statistic.

`reality.csv` says in words what each of them is; the names are the same. All are taken over
several years of life, so that they can ask who recovers and who falls back; the last twelve are
about nothing but change, and those of yearly sums are worked out in `reality_changes.py`. Left
out: what was published, and whether the two agree (`reality_check.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data import reality_changes as changes
from finrisk.data.assumptions import KINDS
from finrisk.data.label import N_FUTURE, N_PAST, is_short, is_stressed
from finrisk.data.lives import Months
from finrisk.data.reality_changes import share
from finrisk.data.synthetic_generator import Traits

__all__ = ["STATISTICS", "Years", "quantile"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SMALLEST_BILL = 250.0  # $: our line; the survey behind the fact asked for "a shock"
SIX_WEEKS = 1.4  # months of take-home pay
FAR = 0.25  # an income further than this from the year's median is far from typical
LARGEST_STEP = 0.5  # log points: a larger change of income is a change of life, not a surprise
CLASSES = (1, 3)  # months of expenses: where the buffer classes of the churn begin
TWO_YEARS, SIX_YEARS = 24, 72  # months


@dataclass(frozen=True)
class Years:
    """Simulated households through several years.

    Attributes:
        traits: lasting traits, arrays of shape (n_households,).
        months: every column of the ledger, shape (n_months, n_households); at least two years.
    """

    traits: Traits
    months: Months

    @cached_property
    def usual_expenses(self) -> Floats:
        """Mean expenses of the 12 months up to each month from the 12th on, (n_months - 11, n)."""
        total = np.cumsum(self.months["expenses"], axis=0)
        total[N_PAST:] -= total[:-N_PAST].copy()
        return np.asarray(total[N_PAST - 1 :] / N_PAST)

    @cached_property
    def buffer(self) -> Floats:
        """Savings in months of expenses, from the 12th month on, (n_months - 11, n)."""
        return np.asarray(
            self.months["savings"][N_PAST - 1 :] / np.maximum(self.usual_expenses, 1.0)
        )

    @cached_property
    def stressed(self) -> Bools:
        """The label of every month t with 12 months before and 6 after it, (n_months - 17, n)."""
        cash_flow = self.months["income"] - self.months["expenses"]
        return np.array(
            [
                is_stressed(
                    self.months["savings"][t + 1 : t + 1 + N_FUTURE],
                    cash_flow[t + 1 : t + 1 + N_FUTURE],
                    self.usual_expenses[t + 1 - N_PAST],
                )
                for t in range(N_PAST - 1, len(cash_flow) - N_FUTURE)
            ]
        )

    @cached_property
    def payment_share(self) -> Floats:
        """Mean debt payment of the last year as a share of gross income, (n,)."""
        return np.asarray(
            self.months["debt_payment"][-N_PAST:].mean(axis=0) / (self.traits.gross_income / 12)
        )

    @cached_property
    def earned(self) -> Floats:
        """Income of each whole year, $, (n_years, n)."""
        return np.asarray(self.by_year("income").sum(axis=1))

    @cached_property
    def paid(self) -> Floats:
        """Everything paid in each whole year, $, (n_years, n)."""
        return np.asarray(self.by_year("expenses").sum(axis=1))

    @cached_property
    def spent(self) -> Floats:
        """The same without debt payments."""
        return np.asarray(self.paid - self.by_year("debt_payment").sum(axis=1))

    def by_year(self, name: str) -> Floats:
        """One column as whole years, shape (n_years, 12, n)."""
        n_years = len(self.months[name]) // N_PAST
        return self.months[name][: n_years * N_PAST].reshape(n_years, N_PAST, -1)

    def earning(self, low: float, high: float) -> Bools:
        """Households with a gross income of low to high $ a year, (n,)."""
        return (self.traits.gross_income >= low) & (self.traits.gross_income < high)

    def working_as(self, kind: str) -> Bools:
        """Households of one kind, (n,)."""
        return np.asarray(self.traits.kind == KINDS.index(kind))


def quantile(values: Floats, q: float) -> float:
    """A quantile, NaN where there is nothing to take it of (a small or changed world)."""
    return float(np.quantile(values, q)) if values.size else np.nan


def _median_by_income(low: float, high: float, years: Years) -> float:
    return quantile(years.buffer[:, years.earning(low, high)], 0.5)


def _short_by_income(low: float, high: float, years: Years) -> float:
    return share(years.buffer[:, years.earning(low, high)] < 1)


def _debtors_by_income(low: float, high: float, years: Years) -> float:
    return share(years.months["debt"][-1, years.earning(low, high)] > 0)


def _volatility(years: Years, name: str) -> Floats:
    """Standard deviation / mean of the months of each year, (n_years, n)."""
    values = years.by_year(name)
    return np.asarray(values.std(axis=1) / np.maximum(values.mean(axis=1), 1.0))


def _volatility_of(kind: str, years: Years) -> float:
    return quantile(_volatility(years, "income")[:, years.working_as(kind)], 0.5)


def _hourly_steps(years: Years) -> Floats:
    income = np.log(np.maximum(years.months["income"][:, years.working_as("hourly")], 1.0))
    return np.asarray(np.abs(np.diff(income, axis=0)))


def _months_off_typical(years: Years) -> float:
    income = years.by_year("income")
    typical = np.maximum(np.median(income, axis=1, keepdims=True), 1.0)
    return float((np.abs(income / typical - 1) > FAR).sum(axis=1).mean())


def _largest_bills(years: Years) -> Floats:
    """The largest bill of each household-year that had one worth the name."""
    largest = years.by_year("bill").max(axis=1)
    return np.asarray(largest[largest >= SMALLEST_BILL])


def _bill_years(years: Years) -> float:
    return float((years.by_year("bill").max(axis=1) >= SMALLEST_BILL).mean())


def _spending_response(years: Years) -> float:
    """Slope of log spending on log income between quiet months of hourly households."""
    m, hourly = years.months, years.working_as("hourly")
    spending = np.maximum((m["expenses"] - m["debt_payment"])[:, hourly], 1.0)  # $1: a log
    d_income = np.diff(np.log(np.maximum(m["income"][:, hourly], 1.0)), axis=0)
    d_spending = np.diff(np.log(spending), axis=0)
    eventful = (m["jobless"] > 0)[:, hourly] | (m["bill"] > 0)[:, hourly]
    quiet = ~(eventful[1:] | eventful[:-1]) & (np.abs(d_income) < LARGEST_STEP)
    if quiet.sum() < 2 or d_income[quiet].std() < 1e-6:  # nothing moves: no slope
        return np.nan
    slope, _ = np.polyfit(d_income[quiet], d_spending[quiet], 1)
    return float(slope)


def _spending_while_jobless(years: Years) -> float:
    """Log change of spending: the 2nd and 3rd jobless month against the three before the spell."""
    m = years.months
    spending = m["expenses"] - m["debt_payment"]
    spending = np.maximum(spending - np.minimum(m["bill"], spending), 1.0)
    jobless = m["jobless"] > 0
    changes = []
    for t in range(3, len(jobless) - 2):
        lost = jobless[t : t + 3].all(axis=0) & ~jobless[t - 3 : t].any(axis=0)
        before, after = spending[t - 3 : t, lost], spending[t + 1 : t + 3, lost]
        changes.append(np.log(after.mean(axis=0) / before.mean(axis=0)))
    return quantile(np.concatenate(changes), 0.5)


def _debt(years: Years) -> Floats:
    """Debt of those who have any, $."""
    debt = years.months["debt"][-1]
    return np.asarray(debt[debt > 0])


def _payment(years: Years) -> Floats:
    """Payment share of those who have debt."""
    return np.asarray(years.payment_share[years.months["debt"][-1] > 0])


def _rank_correlation(a: Floats, b: Floats) -> float:
    return float(pd.DataFrame({"a": a, "b": b}).corr("spearman").to_numpy()[0, 1])


def _volatility_and_short_months(years: Years) -> float:
    income = years.months["income"]
    ups_and_downs = income.std(axis=0) / income.mean(axis=0)
    return _rank_correlation(ups_and_downs, (years.buffer < 1).mean(axis=0))


def _still(then: Bools) -> float:
    """Of the household-months where it holds, the share where it holds a year later."""
    return share(then[N_PAST:][then[:-N_PAST]])


def _changed_class(years: Years) -> float:
    classes = np.digitize(years.buffer, CLASSES)
    return float((classes[N_PAST:] != classes[:-N_PAST]).mean())


def _stressed_onset(years: Years) -> float:
    short = is_short(years.months["savings"][N_PAST - 1 :], years.usual_expenses)
    return share(years.stressed[~short[:-N_FUTURE]])


def _buffer_rank_6_years(years: Years) -> float:
    """Who had the larger buffer six years ago: has the larger one at the end?"""
    if len(years.buffer) <= SIX_YEARS:
        return np.nan
    return _rank_correlation(years.buffer[-1 - SIX_YEARS], years.buffer[-1])


def _from_3_months_to_short(years: Years) -> float:
    short = years.buffer < 1
    return share(short[TWO_YEARS:][years.buffer[:-TWO_YEARS] >= 3])


STATISTICS: dict[str, Callable[[Years], float]] = {
    "income_median": lambda y: np.median(y.traits.gross_income),
    "income_spread": lambda y: np.log(y.traits.gross_income).std(),
    "buffer_median": lambda y: np.median(y.buffer),
    "buffer_below_half": lambda y: (y.buffer < 0.5).mean(),
    "buffer_below_1": lambda y: (y.buffer < 1).mean(),
    "buffer_from_3": lambda y: (y.buffer >= 3).mean(),
    "buffer_from_6": lambda y: (y.buffer >= 6).mean(),
    "buffer_p90": lambda y: np.quantile(y.buffer, 0.90),
    "savings_median": lambda y: np.median(y.months["savings"]),
    "savings_below_400": lambda y: (y.months["savings"] < 400).mean(),
    "savings_below_2000": lambda y: (y.months["savings"] < 2_000).mean(),
    "savings_below_6_weeks": lambda y: (
        y.months["savings"] < SIX_WEEKS * y.months["income"].mean(axis=0)
    ).mean(),
    "buffer_median_income_20k": partial(_median_by_income, 20e3, 35e3),
    "buffer_below_1_income_20k": partial(_short_by_income, 20e3, 35e3),
    "buffer_below_1_income_50k": partial(_short_by_income, 50e3, 75e3),
    "buffer_below_1_income_150k": partial(_short_by_income, 150e3, 200e3),
    "income_volatility_median": lambda y: np.median(_volatility(y, "income")),
    "income_volatility_hourly": partial(_volatility_of, "hourly"),
    "income_volatility_self_employed": partial(_volatility_of, "self-employed"),
    "income_volatile": lambda y: (_volatility(y, "income") > 0.2).mean(),
    "income_step_hourly": lambda y: quantile(_hourly_steps(y), 0.5),
    "income_step_hourly_p75": lambda y: quantile(_hourly_steps(y), 0.75),
    "months_off_typical": _months_off_typical,
    "expense_volatility_median": lambda y: np.median(_volatility(y, "expenses")),
    "months_in_the_red": lambda y: (y.months["income"] < y.months["expenses"]).mean(),
    "years_in_the_red": lambda y: (
        y.by_year("income").sum(axis=1) < y.by_year("expenses").sum(axis=1)
    ).mean(),
    "spent_share": lambda y: y.months["expenses"].sum() / y.months["income"].sum(),
    "jobless_months": lambda y: y.months["jobless"].mean(),
    "jobless_years": lambda y: y.by_year("jobless").any(axis=1).mean(),
    "bill_years": _bill_years,
    "largest_bill_median": lambda y: quantile(_largest_bills(y), 0.5),
    "spending_response": _spending_response,
    "spending_while_jobless": _spending_while_jobless,
    "debtors": lambda y: (y.months["debt"][-1] > 0).mean(),
    "debt_p25": lambda y: quantile(_debt(y), 0.25),
    "debt_p50": lambda y: quantile(_debt(y), 0.50),
    "debt_p75": lambda y: quantile(_debt(y), 0.75),
    "debt_p90": lambda y: quantile(_debt(y), 0.90),
    "payment_p50": lambda y: quantile(_payment(y), 0.50),
    "payment_p75": lambda y: quantile(_payment(y), 0.75),
    "payment_p90": lambda y: quantile(_payment(y), 0.90),
    "debtors_income_20k": partial(_debtors_by_income, 20e3, 35e3),
    "debtors_income_50k": partial(_debtors_by_income, 50e3, 75e3),
    "debtors_income_150k": partial(_debtors_by_income, 150e3, 200e3),
    "payment_and_buffer": lambda y: _rank_correlation(y.payment_share, np.median(y.buffer, axis=0)),
    "income_and_buffer": lambda y: _rank_correlation(
        y.traits.gross_income, np.median(y.buffer, axis=0)
    ),
    "volatility_and_short_months": _volatility_and_short_months,
    "still_short_a_year_later": lambda y: _still(y.buffer < 1),
    "newly_short_a_year_later": lambda y: 1 - _still(y.buffer >= 1),
    "still_3_months_a_year_later": lambda y: _still(y.buffer >= 3),
    "changed_class_in_a_year": _changed_class,
    "stressed": lambda y: y.stressed.mean(),
    "stressed_onset": _stressed_onset,
    "income_falls": lambda y: changes.falls(y.earned),
    "income_rises": lambda y: changes.rises(y.earned),
    "lasting_falls": lambda y: changes.lasting_falls(y.earned),
    "falls_made_good": lambda y: changes.falls_made_good(y.earned),
    "lasting_income_in_spending": lambda y: changes.pass_through(y.earned, y.spent),
    "spending_after_a_fall": lambda y: changes.spending_after_a_fall(y.earned, y.spent),
    "spent_share_next_year": lambda y: changes.spent_share_next_year(y.earned, y.paid),
    "top_fifth_again": lambda y: changes.top_fifth_again(y.earned, y.paid),
    "red_year_again": lambda y: changes.red_year_again(y.earned, y.paid),
    "buffer_rank_6_years": _buffer_rank_6_years,
    "from_3_months_to_short": _from_3_months_to_short,
    "no_credit": lambda y: (y.traits.credit_limit == 0).mean(),
}
