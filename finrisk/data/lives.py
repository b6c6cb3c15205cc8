"""How households live through months: block by block, one world a month.

A block of 10,000 households has random streams of its own, so working memory stays bounded,
and more households or more months leave the first ones as they were. Left out: what a month does
(`synthetic_generator.py`), and what is made of the months (`population.py`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from tqdm.auto import tqdm

from finrisk.checks import check_kind, check_one_of, check_whole
from finrisk.data.assumptions import Assumptions
from finrisk.data.label import N_PAST
from finrisk.data.synthetic_generator import (
    Flows,
    Shocks,
    State,
    Traits,
    draw_shocks,
    draw_traits,
    first_state,
    step_month,
)
from finrisk.memory import check_memory

__all__ = [
    "Months",
    "Since",
    "blocks",
    "live",
    "live_blocks",
    "luck_of",
    "month_of",
    "worlds_since",
]

Months = dict[str, NDArray[Any]]  # column -> (n_months, n_households), oldest month first
Since = Literal["always", "observed", "future"]

BURN_IN = 36  # months lived before the first observed one, so that the start is forgotten
BLOCK = 10_000  # households lived at a time: fits the processor's cache, fixes the streams
PATIENCE = 2.0  # seconds of work before a progress bar shows itself
GB_A_MONTH = 9e-8  # memory that one household's month takes; measured with 500,000 of them
STARTS: dict[str, int] = {"always": 0, "observed": BURN_IN, "future": BURN_IN + N_PAST}


def live(n_households: int, seed: int, worlds: Sequence[Assumptions]) -> tuple[Traits, Months]:
    """Households through as many months as there are worlds; the burn-in is not returned.

    The first m of n households are those of a run with m, and the first months those of a
    run with fewer months.

    Returns:
        traits (those of the last world), and every column of `Flows` and `State`.

    Raises:
        FinriskError: if n_households is below 1 or does not fit into memory, or the worlds do
            not outlast the burn-in.
    """
    _check(n_households, seed, worlds)
    check_memory("n_households", n_households, GB_A_MONTH * (len(worlds) - BURN_IN))
    months, traits = _empty(len(worlds) - BURN_IN, n_households), []
    for block, rows in blocks(n_households, "simulating"):
        part, lived = _live_block(block, rows, seed, worlds)
        traits.append(part)
        _record(lived, months, rows)
    return Traits(*map(np.concatenate, zip(*traits, strict=True))), months


def live_blocks(
    n_households: int, seed: int, worlds: Sequence[Assumptions]
) -> Iterator[tuple[Traits, Months]]:
    """The same block by block, for those who keep only a part of it."""
    _check(n_households, seed, worlds)
    for block, rows in blocks(n_households, "simulating"):
        months = _empty(len(worlds) - BURN_IN, rows.stop - rows.start)
        traits, lived = _live_block(block, rows, seed, worlds)
        _record(lived, months, slice(None))
        yield traits, months


def _check(n_households: int, seed: int, worlds: Sequence[Assumptions]) -> None:
    check_whole("n_households", n_households, 1)
    check_whole("seed", seed, 0)
    check_whole("n_months", len(worlds) - BURN_IN, 1)


def _live_block(
    block: int, rows: slice, seed: int, worlds: Sequence[Assumptions]
) -> tuple[Traits, Iterator[tuple[State, Flows]]]:
    """A trait that a new world does not change is drawn from the same stream: it stays."""
    size = rows.stop - rows.start
    traits = {world: draw_traits(seed, block, size, world) for world in set(worlds)}
    luck = luck_of(seed, "life", (block,), (len(worlds), size))
    return traits[worlds[-1]], _months(luck, traits, worlds)


def _months(
    luck: Shocks, traits: Mapping[Assumptions, Traits], worlds: Sequence[Assumptions]
) -> Iterator[tuple[State, Flows]]:
    """What a block lives through, month by month, from the end of the burn-in on."""
    state = first_state(traits[worlds[0]])
    for month, world in enumerate(worlds):
        state, flows = step_month(state, month_of(luck, month), traits[world], world)
        if month >= BURN_IN:
            yield state, flows


def _empty(n_months: int, n_households: int) -> Months:
    names = (*Flows._fields, *State._fields)
    kinds = {"jobless": np.bool_}
    return {n: np.empty((n_months, n_households), kinds.get(n, np.float64)) for n in names}


def _record(lived: Iterator[tuple[State, Flows]], months: Months, rows: slice) -> None:
    """Write each month into its row."""
    for month, (state, flows) in enumerate(lived):
        for name, values in (*state._asdict().items(), *flows._asdict().items()):
            months[name][month, rows] = values


def worlds_since(since: Since, assumptions: Assumptions | None, n_months: int) -> list[Assumptions]:
    """The world of each month: the baseline, and from `since` on another one.

    Args:
        since: "always", the first "observed" month, or the "future" (t+1).
        assumptions: the other world; None for the baseline all along.
        n_months: how many follow the burn-in.

    Raises:
        FinriskError: for a `since` that is none of the three, or a world that is none.
    """
    check_one_of("since", since, STARTS, "Say from when on the world holds.")
    world = Assumptions() if assumptions is None else assumptions
    step = 'Write Assumptions(job_found=0.11), or Assumptions.scenario("recession").'
    check_kind("assumptions", world, Assumptions, step)
    n_before = STARTS[since]
    return [Assumptions()] * n_before + [world] * (BURN_IN + n_months - n_before)


def luck_of(seed: int, phase: str, keys: tuple[int, ...], shape: tuple[int, int]) -> Shocks:
    """The luck of a block's first households, shape (n_months, n_households).

    Always drawn for the whole block, so that it does not depend on how many there are.
    """
    n_months, n_households = shape
    luck = draw_shocks(seed, phase, keys, (n_months, BLOCK))
    return Shocks(*(numbers[:, :n_households] for numbers in luck))


def month_of(luck: Shocks, month: int) -> Shocks:
    """One month out of many."""
    return Shocks(*(numbers[month] for numbers in luck))


def blocks(n_households: int, what: str) -> Iterator[tuple[int, slice]]:
    """Number and rows of each block, with a progress bar where it takes long."""
    starts = range(0, n_households, BLOCK)
    for block, start in enumerate(tqdm(starts, what, delay=PATIENCE, leave=False)):
        yield block, slice(start, min(start + BLOCK, n_households))
