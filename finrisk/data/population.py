"""Many households through many months: histories, labels, and the true risk of each.

`simulate` runs the world of `synthetic_generator.py` for twelve observed months (the last
one is "now", month t) and six more. The label (`label.py`) looks only at those six. Because the
world is ours, each household's future can be lived again with other luck: the share of futures that
end in stress is its true risk, the best any model could ever know. Households are lived in
blocks, so that working memory stays bounded and more of them leave the first ones as they were.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.checks import check_kind, check_whole
from finrisk.data.assumptions import Assumptions
from finrisk.data.changes import Changes, bar_after, begin, changes_of, moves_in
from finrisk.data.feature_engineering import summarise_months
from finrisk.data.label import N_FUTURE, N_PAST, Rule, is_short, is_stressed
from finrisk.data.lives import (
    Months,
    Since,
    blocks,
    live,
    luck_of,
    month_of,
    worlds_since,
)
from finrisk.data.synthetic_generator import Shocks, State, Traits, step_month

__all__ = [
    "Population",
    "simulate",
    "standard_error",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_T = TypeVar("_T", State, Traits, Changes)

CALENDAR = pd.period_range("2025-01", periods=N_PAST + N_FUTURE, freq="M").astype(str)
_HISTORY = ("income", "expenses", "debt_payment", "savings", "debt")
MOST_FUTURES = 1_000_000  # of a household; its true risk is then exact to 0.0005
_LEDGER = (*_HISTORY, "bill", "borrowed", "invested", "jobless")


@dataclass(frozen=True)
class Population:
    """Simulated households: what was seen of them, what happened, and what could have.

    Attributes:
        assumptions, seed: what world (of the future, if it changed), and which luck.
        traits: lasting traits, arrays of shape (n_households,).
        months: every column of the ledger, shape (18, n_households); rows 0-11 are the
            observed year, rows 12-17 the six months after it.
    """

    assumptions: Assumptions
    seed: int
    traits: Traits
    months: Months

    def __len__(self) -> int:
        return len(self.traits.kind)

    def __repr__(self) -> str:
        text = (
            f"Population of {len(self):,} households (seed {self.seed}): "
            f"{self.stressed.mean():.1%} become stressed"
        )
        if self.onset.any():
            text += f", {self.stressed[self.onset].mean():.1%} of those not short now"
        return text

    @property
    def state(self) -> State:
        """The full state at month t, from which futures are lived again."""
        return State(*(self.months[name][N_PAST - 1] for name in State._fields))

    @cached_property
    def histories(self) -> pd.DataFrame:
        """What features may see: 12 rows per household, oldest month first."""
        return self._table(_HISTORY, N_PAST)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """All 18 months with bill, borrowed, invested and jobless: for checking, never features.

        savings[t] = savings[t-1] + income - expenses + borrowed - invested.
        """
        return self._table(_LEDGER, N_PAST + N_FUTURE)

    @cached_property
    def households(self) -> pd.DataFrame:
        """One row of `INPUTS` fields per household, from the twelve observed months alone."""
        return summarise_months({name: self.months[name][:N_PAST].T for name in _HISTORY})

    @cached_property
    def stressed(self) -> Bools:
        """The label y, shape (n_households,)."""
        future = {name: values[N_PAST:] for name, values in self.months.items()}
        cash_flow = future["income"] - future["expenses"]
        return is_stressed(future["savings"], cash_flow, self._monthly_expenses)

    @property
    def onset(self) -> Bools:
        """Households not yet short at t: savings of at least one month of expenses."""
        return ~np.asarray(is_short(self.state.savings, self._monthly_expenses))

    def true_risk(
        self,
        n_futures: int = 200,
        seed: int = 0,
        *,
        change: Change | pd.DataFrame | None = None,
        bar_moves: bool = True,
        rule: Rule | None = None,
    ) -> Floats:
        """Share of re-lived futures that are stressed: the true risk p*, in [0, 1].

        Args:
            n_futures: futures per household; `standard_error` says how exact that makes p*.
            seed: luck of these futures, apart from the luck of the label.
            change: what is different in these futures: one `Change` for all, or a table of them
                (columns are its fields, one row a household); None for nothing.
            bar_moves: savings are held against one month of expenses as they are after the
                change; False for the expenses known at t. Spending or debt payments that
                change for good move that bar, income and one-off sums never.
            rule: stressed by which of the label's two rules, "savings" (short of them) or
                "red" (three months in a row in the red); None for either. A future can be
                stressed by both: the two shares together are at least the share of either.

        Returns:
            Array of shape (n_households,).

        Raises:
            FinriskError: for n_futures that are no number from 1 to 1,000,000, a seed below 0, a
            rule that is neither, no Change or one that cannot be, or a table of another length.
        """
        cases = [self._case(Change() if change is None else change, bar_moves=bar_moves)]
        return np.asarray(self._risks(cases, n_futures, seed, rule)[0])

    def true_effect(
        self,
        change: Change | pd.DataFrame,
        n_futures: int = 200,
        seed: int = 0,
        *,
        bar_moves: bool = True,
        rule: Rule | None = None,
    ) -> Floats:
        """What the change does to each household's true risk: risk after - risk before.

        The same futures, with the same luck, are lived with and without the change. Shape
        (n_households,).

        Args:
            change, bar_moves, rule: as in `true_risk`.

        Raises:
            FinriskError: as `true_risk`.
        """
        cases = [self._case(Change()), self._case(change, bar_moves=bar_moves)]
        before, after = self._risks(cases, n_futures, seed, rule)
        return np.asarray(after - before)

    @property
    def _monthly_expenses(self) -> Floats:
        """As known at t, $."""
        expenses: Floats = self.households["monthly_expenses"].to_numpy()
        return expenses

    def _case(self, change: Any, *, bar_moves: bool = True) -> tuple[Changes, Floats]:
        """A change as arrays, and the expenses that savings are held against after it."""
        check_kind("bar_moves", bar_moves, bool, "Write bar_moves=True or bar_moves=False.")
        changes, expenses = changes_of(change, self.state.debt), self._monthly_expenses
        if not bar_moves:
            return changes, expenses
        now = (self.state, self.traits, self.households)
        return changes, bar_after(changes, *now, self.assumptions)

    def _risks(
        self, cases: list[tuple[Changes, Floats]], n_futures: int, seed: int, rule: Rule | None
    ) -> Floats:
        """True risks after each change, (n_cases, n_households); one future at a time.

        Args:
            cases: changes, and the monthly expenses that savings are held against after them,
                shape (n_households,).
        """
        check_whole("n_futures", n_futures, 1, MOST_FUTURES)
        check_whole("seed", seed, 0)
        counts = np.zeros((len(cases), len(self)))
        for block, rows in blocks(len(self), "living futures again"):
            shape = (N_FUTURE, rows.stop - rows.start)
            for future in range(n_futures):
                luck = luck_of(self.seed, f"again-{seed}", (block, future), shape)
                for k, (changes, expenses) in enumerate(cases):
                    savings, cash_flow = self._future(rows, luck, _rows(changes, rows))
                    counts[k, rows] += is_stressed(savings, cash_flow, expenses[rows], rule)
        return counts / n_futures

    def _future(self, rows: slice, luck: Shocks, changes: Changes) -> tuple[Floats, Floats]:
        """Savings and cash flow of some households' six months, with the changes made."""
        now = _rows(self.state, rows), _rows(self.traits, rows)
        state, traits = begin(changes, *now, self.assumptions)
        savings, cash_flow = np.empty(luck.job.shape), np.empty(luck.job.shape)
        for month in range(N_FUTURE):
            moves = moves_in(changes, month)
            state, flows = step_month(state, month_of(luck, month), traits, self.assumptions, moves)
            savings[month], cash_flow[month] = state.savings, flows.income - flows.expenses
        return savings, cash_flow

    def _table(self, names: tuple[str, ...], n_months: int) -> pd.DataFrame:
        keys = {
            "household": np.repeat(np.arange(len(self)), n_months),
            "month": np.tile(CALENDAR[:n_months], len(self)),
        }
        columns = {name: self.months[name][:n_months].T.ravel() for name in names}
        return pd.DataFrame(keys | columns)


def standard_error(risk: Floats, n_futures: int) -> Floats:
    """How far a true risk counted in n futures lies from the exact one, typically.

    sqrt(p (1 - p) / n): at most 0.035 with 200 futures. Where none or all of the futures are
    stressed it says 0; the exact risk is then, with 95 % confidence, within 3 / n of it.

    Raises:
        FinriskError: if n_futures is below 1.

    >>> standard_error(np.array([0.5, 0.02]), n_futures=200).round(3).tolist()
    [0.035, 0.01]
    """
    check_whole("n_futures", n_futures, 1)
    return np.sqrt(risk * (1 - risk) / n_futures)


def simulate(
    n_households: int,
    seed: int,
    assumptions: Assumptions | None = None,
    *,
    since: Since = "always",
) -> Population:
    """Simulate households through twelve observed months and the six that follow.

    The same seed gives the same households, bit for bit, and the first m of n households
    are the households of `simulate(m, seed)`.

    Args:
        n_households: how many, at least 1.
        seed: a whole number from 0; nothing touches a global random state.
        assumptions: the world; the baseline if None.
        since: from when on that world holds: "always", the first "observed" month, or the
            "future" (t+1). Until then households live in the baseline world.

    Raises:
        FinriskError: for a number of households or a seed that is none, more households than fit
            into memory, or another `since`.

    >>> simulate(100, seed=7)
    Population of 100 households (seed 7): 51.0% become stressed, 17.5% of those not short now
    >>> recession = simulate(100, 7, Assumptions.scenario("recession"), since="future")
    """
    worlds = worlds_since(since, assumptions, N_PAST + N_FUTURE)
    return Population(worlds[-1], seed, *live(n_households, seed, worlds))


def _rows(arrays: _T, rows: slice) -> _T:
    return type(arrays)(*(values[rows] for values in arrays))
