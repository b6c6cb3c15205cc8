"""How household finances change from year to year, out of yearly sums alone.

Nine of the statistics of `reality.csv`: how often income falls and rises, how long a fall lasts,
how much of it reaches spending, and whether spending beyond one's means goes on. All take $ a
year, shape (n_years, n_households), oldest year first. A statistic of too few years, or of
something that never happens, is NaN. Left out: how months become years, and the statistics of
savings and credit (`reality_statistics.py`).
"""

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "falls",
    "falls_made_good",
    "lasting_falls",
    "pass_through",
    "red_year_again",
    "rises",
    "share",
    "spending_after_a_fall",
    "spent_share_next_year",
    "top_fifth_again",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FALL, RISE = 0.75, 1.25  # times the year before
LASTING_FALL = 0.8  # times the mean of the three years before
MADE_GOOD = 0.95  # times the year before the fall
UNCHANGED = 0.05  # income has not changed if it did by less than this share
TOP_FIFTH = 0.8  # the quantile where it begins
A_CENT = 0.01  # $: who spends all there is may seem to spend a trifle more, by rounding
NO_VARIANCE = 1e-12  # log points squared: below it nothing moved, and there is no slope


def share(holds: Bools) -> float:
    """How often something holds, NaN where there is nothing it could hold of."""
    return float(holds.mean()) if holds.size else np.nan


def falls(income: Floats) -> float:
    """Of the pairs of years, the share in which income falls by a quarter or more."""
    return share(_change(income) <= FALL)


def rises(income: Floats) -> float:
    """Of the pairs of years, the share in which income rises by a quarter or more."""
    return share(_change(income) >= RISE)


def lasting_falls(income: Floats) -> float:
    """Of the six-year windows, the share whose last three years bring 20 % less, or worse."""
    three_years = income[:-2] + income[1:-1] + income[2:]  # one row for each first year
    three_years = np.maximum(three_years, 1.0)  # $1: nothing after nothing is no fall
    before, after = three_years[:-3], three_years[3:]
    return share(after <= LASTING_FALL * before)


def falls_made_good(income: Floats) -> float:
    """Of the falls from year 0 to year 1, the share with 95 % of year 0 or more in year 3."""
    fell = _change(income)[:-2] <= FALL  # the last two falls have no year 3
    year_0, year_3 = income[:-3], income[3:]
    return share((year_3 >= MADE_GOOD * year_0)[fell])


def pass_through(income: Floats, spending: Floats) -> float:
    """How much of a lasting change of income reaches spending, log points per log point.

    A change of one year is partly luck that passes. The three-year change around it is mostly
    what lasts, so it serves as an instrument w: slope = cov(d spending, w) / cov(d income, w).

    Args:
        income: shape (n_years, n_households), $ a year.
        spending: the same, without debt payments.
    """
    # Who had nothing left to spend in some year is left out: a log of $0 would outweigh all others
    known = (np.minimum(income, spending) >= 1).all(axis=0)
    steps = np.diff(np.log(income[:, known]), axis=0)
    around = steps[:-2] + steps[1:-1] + steps[2:]
    d_income, d_spending = steps[1:-1], np.diff(np.log(spending[:, known]), axis=0)[1:-1]
    if around.size == 0:
        return np.nan
    around = around - around.mean()  # then the mean of a product with it is a covariance
    moved = float((d_income * around).mean())
    if abs(moved) < NO_VARIANCE:
        return np.nan
    return float((d_spending * around).mean()) / moved


def spending_after_a_fall(income: Floats, spending: Floats) -> float:
    """Spending in the year of a fall / the year before, against unchanged incomes (medians)."""
    change, answer = _change(income), _change(spending)
    fell, unchanged = change <= FALL, np.abs(change - 1) < UNCHANGED
    if not (fell.any() and unchanged.any()):
        return np.nan
    return float(np.median(answer[fell]) / np.median(answer[unchanged]))


def spent_share_next_year(income: Floats, expenses: Floats) -> float:
    """Correlation of log(expenses / income) of a year with that of the next one."""
    ratio = _log(expenses) - _log(income)
    now, later = ratio[:-1].ravel(), ratio[1:].ravel()
    if now.size < 2 or min(now.var(), later.var()) < NO_VARIANCE:
        return np.nan
    return float(np.corrcoef(now, later)[0, 1])


def top_fifth_again(income: Floats, expenses: Floats) -> float:
    """Of those in the top fifth of expenses / income, the share that is there a year later."""
    ratio = _log(expenses) - _log(income)
    top = ratio > np.quantile(ratio, TOP_FIFTH, axis=1, keepdims=True)  # of its own year
    return share(top[1:][top[:-1]])


def red_year_again(income: Floats, expenses: Floats) -> float:
    """How many times as likely a year in the red is after a year in the red than after none."""
    red = expenses - income > A_CENT
    again, newly = share(red[1:][red[:-1]]), share(red[1:][~red[:-1]])
    return again / newly if newly > 0 else np.nan


def _change(yearly: Floats) -> Floats:
    """Each year as a multiple of the year before, (n_years - 1, n)."""
    at_least_a_dollar = np.maximum(yearly, 1.0)  # from nothing to nothing is no change
    return np.asarray(at_least_a_dollar[1:] / at_least_a_dollar[:-1])


def _log(yearly: Floats) -> Floats:
    """Natural log, of at least $1: a year without a dollar has none."""
    return np.asarray(np.log(np.maximum(yearly, 1.0)))
