"""`python -m finrisk.authors.tune_world`: the command that finds the world's tuned numbers.

Nobody published how fast a household's plans follow its income, so some numbers of `Assumptions`
are chosen such that the simulated households come out as published ones do. What they are tuned
to stands here and nowhere else:

- the bands of `reality.csv`, all but those that are held out (six, drawn with seed 2026 before
  anything was tuned), each to be met with a tenth of its width to spare;
- the quantiles of `reality_by_income.csv`, each to be met within a fifth;
- two aims of our own: of the households whose own pace would leave them short within three months
  65 to 85 % become stressed, and more debt, savings and spending being equal, does not protect.

No model is looked at (though `reality.csv` says for which bands an edge was once set with one in
view), and no figure of late loan payments. The six that are held out had been seen: four in tuning
the world before this one, all of them while its mechanisms were chosen.

The search (least squares with a trust region, `scipy.optimize.least_squares`) starts from the
numbers that `assumptions.py` holds and moves all of `KNOBS` at once; households and luck are the
same in every step, so it repeats. What it finds, rounded to three digits, is printed with what
is still off, and is put into `assumptions.py` by hand. Run again, it starts where it ended, and
finds little.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares

from finrisk.data.aims import stress_by_debt, stressed_of_overspent
from finrisk.data.assumptions import Assumptions, times
from finrisk.data.label import N_FUTURE, N_PAST
from finrisk.data.reality_check import facts, facts_by_income, lived_years
from finrisk.data.reality_statistics import Years

__all__ = ["KNOBS", "misses"]

Floats = NDArray[np.float64]

# name -> how far the search may go either way, as a factor. Numbers with a source of their own
# (take-home share, chances of losing and finding a job, income lost, ...) stay as they are.
KNOBS = {
    "kind_volatility": 1.25,
    "kind_debtor": 1.09,
    "kind_income": 1.1,
    "step_chance": 1.4,
    "step_spread": 1.6,
    "step_fade": 3.0,
    "lasting_response": 1.7,
    "spending_speed": 3.0,
    "income_spread": 1.15,
    "essentials": 1.2,
    "extras": 1.4,
    "extras_response": 1.6,
    "extras_cap": 1.6,
    "spending_slope": 3.0,
    "thrift_spread": 2.0,
    "essentials_noise": 1.4,
    "bill_chance": 1.25,
    "bill_median": 1.3,
    "target_months": 2.0,
    "target_spread": 1.4,
    "target_cash": 2.5,
    "invest_rate": 2.0,
    "purchase_chance": 2.0,
    "debt_share": 1.4,
    "debt_slope": 1.4,
    "debt_spread": 1.3,
    "debt_spread_slope": 1.6,
    "payment_rate": 1.4,
    "payment_spread": 1.6,
    "payback": 4.0,
    "could_borrow": 1.3,
    "credit_room": 3.0,
}
SEED = 11  # none of those that the world is judged with
N_ROUNDS = 12  # a quarter of an hour on two cores
STEP = 0.1  # of the way to a knob's limit, to see how the figures answer
STAY = 0.05  # weight of a knob that went all the way to its limit
N_HOUSEHOLDS = 20_000  # lived for eight years
SPARE = 0.1  # of a band's width that a value should keep from its edges
CLOSE = 0.2  # log points that a quantile by income may be off before it counts
OVERSPENT = (0.68, 0.82)  # stressed, of those whose own pace leaves them short; .03 to spare
LOGS_OFF = 10.0  # weight of a quantile that is off by one log point more
POINTS_OFF = 10.0  # weight of an aim that is missed by a tenth


def misses(world: Assumptions, seed: int = SEED) -> dict[str, float]:
    """What is still off, each with its weight: what the search makes small.

    Returns:
        name -> miss, 0 where a figure is as wanted: bands (in widths, beyond the spare tenth),
        quantiles by income, and the two aims.
    """
    years = lived_years(N_HOUSEHOLDS, seed, world)
    table, cells = facts(years), facts_by_income(years)
    table = table[~table["held_out"]]
    width = table["high"] - table["low"]
    low, high = table["low"] + SPARE * width, table["high"] - SPARE * width
    beyond = (table["simulated"] - high).clip(lower=0) + (low - table["simulated"]).clip(lower=0)
    off = (np.log(cells["off_by"]) - CLOSE).clip(lower=0)
    by_income = cells["label"] + " " + cells["income_from"].astype(str)
    by_income += " to " + cells["income_to"].astype(str)
    households, stressed = _once_a_year(years)
    share = stressed_of_overspent(households, stressed).share
    debt = stress_by_debt(households, stressed)
    falls = (debt["fall"] - 2 * debt["standard_error"] - 0.01).clip(lower=0)
    aims = {
        "overspent": POINTS_OFF * max(OVERSPENT[0] - share, share - OVERSPENT[1], 0),
        "debt protects": POINTS_OFF * max(falls, default=0.0),
    }
    return (
        dict(zip(table.index, beyond / width, strict=True))
        | dict(zip(by_income, LOGS_OFF * off / len(off) ** 0.5, strict=True))
        | aims
    )


def _once_a_year(years: Years) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Every household at the end of each year but the last, and its label."""
    ends = slice(N_PAST - 1, -N_FUTURE, N_PAST)
    columns = {
        "monthly_income": years.by_year("income").mean(axis=1)[:-1],
        "monthly_expenses": years.by_year("expenses").mean(axis=1)[:-1],
        "savings": years.months["savings"][ends],
        "debt": years.months["debt"][ends],
    }
    households = pd.DataFrame({name: values.ravel() for name, values in columns.items()})
    return households, years.stressed[::N_PAST].ravel()


def world_at(place: Floats) -> Assumptions:
    """The world where each knob is its start times (its limit to the power of -1 to 1)."""
    start, moved = Assumptions(), {}
    for (name, limit), x in zip(KNOBS.items(), place, strict=True):
        moved[name] = times(getattr(start, name), limit**x)
    return replace(start, **moved)


def _rounded(value: Any) -> Any:
    """To three digits."""
    return tuple(map(_rounded, value)) if isinstance(value, tuple) else float(f"{value:.3g}")


def residuals(place: Floats) -> Floats:
    """What the search makes small: the misses, and a little of how far each knob was turned."""
    return np.array([*misses(world_at(place)).values(), *(STAY * place)])


def slopes(place: Floats) -> Floats:
    """How each residual answers to each knob: finite differences, inwards from the limits."""
    steps = np.where(place > 0, -STEP, STEP)
    places = [
        place,
        *(place + step * knob for step, knob in zip(steps, np.eye(len(place)), strict=True)),
    ]
    with ProcessPoolExecutor() as workers:
        at, *moved = workers.map(residuals, places)
    return np.array([(one - at) / step for one, step in zip(moved, steps, strict=True)]).T


def search(n_rounds: int) -> Floats:
    """The best place that so many rounds find; a round asks how each knob answers once."""
    start = np.zeros(len(KNOBS))
    limits = (start - 1, start + 1)
    found = least_squares(residuals, start, slopes, limits, max_nfev=n_rounds, verbose=2)
    return np.asarray(found.x)


def main() -> None:
    """Search, and print what was found."""
    place = search(int(sys.argv[1]) if len(sys.argv) > 1 else N_ROUNDS)
    world, start = world_at(place), Assumptions()
    then, now = (sum(miss**2 for miss in misses(w).values()) for w in (start, world))
    print(f"sum of squared misses: {then:.3g} -> {now:.3g}")
    for (name, limit), x in zip(KNOBS.items(), place, strict=True):
        edge = f" (as far as it may go, a factor of {limit:g})" if abs(x) > 0.99 else ""
        before, after = (_rounded(getattr(w, name)) for w in (start, world))
        print(f"{name}: {before} -> {after}{edge}")
    for name, miss in misses(world).items():
        if miss > 0:
            print(f"off: {name} {miss:.3g}")


if __name__ == "__main__":
    main()
