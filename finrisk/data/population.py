"""Many households through many months: histories, labels, and the true risk of each.

`simulate` runs the world of `synthetic_generator.py` for twelve observed months (the last
one is "now", month t) and six more. The label looks only at those six. Because the world is
ours, each household's future can be lived again with other luck: the share of futures that
end in stress is its true risk, the best any model could ever know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.data.feature_engineering import summarise_months
from finrisk.data.synthetic_generator import (
    Assumptions,
    Flows,
    Shocks,
    State,
    Traits,
    draw_shocks,
    draw_traits,
    first_state,
    step_month,
)
from finrisk.household import Change

__all__ = ["Population", "is_stressed", "labelled_households", "simulate"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Months = dict[str, Floats]

N_PAST, N_FUTURE = 12, 6  # months seen, months forecast
BURN_IN = 36  # months lived before the first observed one, so that the start is forgotten
_T = TypeVar("_T", State, Traits)

BLOCK = 10_000  # households simulated at a time: bounds memory, fixes the random streams
CALENDAR = pd.period_range("2025-01", periods=N_PAST + N_FUTURE, freq="M").astype(str)


@dataclass(frozen=True)
class Population:
    """Simulated households: what was seen of them, what happened, and what could have.

    Attributes:
        assumptions, seed: what world, and which luck.
        traits: lasting traits, arrays of shape (n_households,).
        state: the full state at month t, from which futures are lived again.
        months: every column of the ledger, shape (18, n_households); rows 0-11 are the
            observed year, rows 12-17 the six months after it.
    """

    assumptions: Assumptions
    seed: int
    traits: Traits
    state: State
    months: Months

    def __len__(self) -> int:
        return len(self.traits.kind)

    def __repr__(self) -> str:
        rate, newly = self.stressed.mean(), self.stressed[self.onset].mean()
        return (
            f"Population of {len(self):,} households (seed {self.seed}): {rate:.1%} "
            f"become stressed, {newly:.1%} of those not short now"
        )

    @cached_property
    def histories(self) -> pd.DataFrame:
        """What features may see: 12 rows per household, oldest month first."""
        names = ["income", "expenses", "debt_payment", "savings", "debt"]
        return self._table(N_PAST)[["household", "month", *names]]

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """All 18 months with bill, borrowed, invested and jobless: for checking, never features.

        savings[t] = savings[t-1] + income - expenses + borrowed - invested.
        """
        return self._table(N_PAST + N_FUTURE)

    @cached_property
    def households(self) -> pd.DataFrame:
        """One row of `INPUTS` fields per household, from the twelve observed months alone."""
        return summarise_months({name: values[:N_PAST].T for name, values in self.months.items()})

    @cached_property
    def stressed(self) -> Bools:
        """The label y, shape (n_households,)."""
        future = {name: values[N_PAST:] for name, values in self.months.items()}
        return is_stressed(future["savings"], future["income"] - future["expenses"], self._bar)

    @property
    def onset(self) -> Bools:
        """Households not yet short at t: savings of at least one month of expenses."""
        return np.asarray(self.state.savings >= self._bar)

    def true_risk(self, n_futures: int = 200, seed: int = 0) -> Floats:
        """Share of re-lived futures that are stressed: the true risk p*, in [0, 1].

        Args:
            n_futures: futures per household; the standard error of p* is
                sqrt(p* (1 - p*) / n_futures), at most 0.035 with 200.
            seed: luck of these futures, apart from the luck of the label.

        Returns:
            Array of shape (n_households,).
        """
        return self._risk_after(Change(), n_futures, seed)

    def true_effect(self, change: Change, n_futures: int = 200, seed: int = 0) -> Floats:
        """What the change does to each household's true risk: risk after - risk before.

        The same futures, with the same luck, are lived with and without the change; the bar
        stays the monthly expenses as known at t.
        """
        after = self._risk_after(change, n_futures, seed)
        return after - self.true_risk(n_futures, seed)

    @property
    def _bar(self) -> Floats:
        """One month of expenses as known at t, $."""
        bar: Floats = self.households["monthly_expenses"].to_numpy()
        return bar

    def _risk_after(self, change: Change, n_futures: int, seed: int) -> Floats:
        if n_futures < 1:
            raise ValueError(f"n_futures must be at least 1, got {n_futures}.")
        counts = np.zeros(len(self))
        for block, rows in _blocks(len(self)):
            state, traits = _rows(self.state, rows), _rows(self.traits, rows)
            bar, shape = self._bar[rows], (len(traits.kind), N_FUTURE)
            for future in range(n_futures):
                luck = draw_shocks(self.seed, f"again-{seed}", (block, future), shape)
                counts[rows] += _live(state, traits, luck, (self.assumptions, change), bar)
        return counts / n_futures

    def _table(self, n_months: int) -> pd.DataFrame:
        columns = {name: values[:n_months].T.ravel() for name, values in self.months.items()}
        keys = {
            "household": np.repeat(np.arange(len(self)), n_months),
            "month": np.tile(CALENDAR[:n_months], len(self)),
        }
        return pd.DataFrame(keys | columns)


def is_stressed(savings: Floats, cash_flow: Floats, bar: Floats) -> Bools:
    """The label, in words: short of one month, or three months in a row in the red.

    Args:
        savings, cash_flow: the six months t+1..t+6, shape (6, n_households), $.
        bar: one month of expenses as known at t, shape (n_households,), $.

    Returns:
        True where in any of the months t+3..t+6 savings at month end are below the bar, or
        a run of three or more months of negative cash flow, lying wholly inside t+1..t+6,
        is closed; shape (n_households,).

    >>> savings = np.full((6, 1), 5000.0); cash_flow = np.array([[1, -1, -1, -1, 1, 1.0]]).T
    >>> is_stressed(savings, cash_flow, np.array([4000.0]))
    array([ True])
    """
    short = (savings[2:] < bar).any(axis=0)
    red = cash_flow < 0
    run = (red[:-2] & red[1:-1] & red[2:]).any(axis=0)
    return np.logical_or(short, run)


def simulate(n_households: int, seed: int, assumptions: Assumptions | None = None) -> Population:
    """Simulate households through twelve observed months and the six that follow.

    The same seed gives the same households, bit for bit, and the first m of n households
    are the households of `simulate(m, seed)`.

    Args:
        n_households: how many, at least 1.
        seed: an int; nothing touches a global random state.
        assumptions: the world; the baseline if None.

    Raises:
        ValueError: if n_households is below 1.

    >>> simulate(100, seed=7)
    Population of 100 households (seed 7): 37.0% become stressed, 7.9% of those not short now
    """
    a = assumptions or Assumptions()
    blocks = [_simulate_block(*block, seed, a) for block in _blocks(n_households)]
    return Population(
        a,
        seed,
        Traits(*map(np.concatenate, zip(*(b.traits for b in blocks), strict=True))),
        State(*map(np.concatenate, zip(*(b.state for b in blocks), strict=True))),
        {name: np.hstack([b.months[name] for b in blocks]) for name in blocks[0].months},
    )


def labelled_households(
    n_households: int, seed: int, assumptions: Assumptions | None = None
) -> tuple[pd.DataFrame, Bools]:
    """`households` and `stressed` of `simulate`, without keeping the months.

    A million households need 3 GB as months and a tenth of that as rows to train on.
    """
    a = assumptions or Assumptions()
    rows, labels = [], []
    for block in _blocks(n_households):
        population = _simulate_block(*block, seed, a)
        rows.append(population.households)
        labels.append(population.stressed)
    return pd.concat(rows, ignore_index=True), np.concatenate(labels)


def _simulate_block(block: int, rows: slice, seed: int, a: Assumptions) -> Population:
    size = rows.stop - rows.start
    traits = draw_traits(seed, block, size, a)
    past = draw_shocks(seed, "past", (block,), (size, BURN_IN + N_PAST))
    future = draw_shocks(seed, "future", (block,), (size, N_FUTURE))
    now, seen = _run(first_state(traits), traits, past, a)
    _, unseen = _run(now, traits, future, a)
    months = {name: np.vstack([seen[name][BURN_IN:], unseen[name]]) for name in seen}
    return Population(a, seed, traits, now, months)


def _run(state: State, traits: Traits, luck: Shocks, a: Assumptions) -> tuple[State, Months]:
    """Step through all months of `luck`; the last state, and (n_months, n) per column."""
    names = (*Flows._fields, "jobless", "savings", "debt")
    columns = {name: np.empty(luck.job.shape) for name in names}
    for month in range(len(luck.job)):
        state, flows = step_month(state, Shocks(*(s[month] for s in luck)), traits, a)
        values = flows._asdict() | state._asdict()
        for name in names:
            columns[name][month] = values[name]
    return state, columns


def _live(
    state: State, traits: Traits, luck: Shocks, world: tuple[Assumptions, Change], bar: Floats
) -> Bools:
    """One future of each household, with the change made: stressed or not."""
    a, change = world
    state = state._replace(savings=state.savings * change.savings)
    changed = traits._replace(
        usual_income=traits.usual_income * change.income,
        essentials=traits.essentials * change.spending,
        extras=traits.extras * change.spending,
    )
    n_changed = N_FUTURE if change.months is None else change.months
    savings, cash_flow = np.empty(luck.job.shape), np.empty(luck.job.shape)
    for month in range(N_FUTURE):
        lived = changed if month < n_changed else traits
        state, flows = step_month(state, Shocks(*(s[month] for s in luck)), lived, a)
        savings[month], cash_flow[month] = state.savings, flows.income - flows.expenses
    return is_stressed(savings, cash_flow, bar)


def _blocks(n_households: int) -> Iterator[tuple[int, slice]]:
    if n_households < 1:
        raise ValueError(f"n_households must be at least 1, got {n_households}.")
    for block, start in enumerate(range(0, n_households, BLOCK)):
        yield block, slice(start, min(start + BLOCK, n_households))


def _rows(arrays: _T, rows: slice) -> _T:
    return type(arrays)(*(values[rows] for values in arrays))
