"""The command that tunes the world: what it looks at, and what it may turn."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from finrisk.authors import tune_world
from finrisk.authors.tune_world import KNOBS, misses, residuals, world_at
from finrisk.data.assumptions import Assumptions
from finrisk.data.reality_check import reality_by_income, reality_check


@pytest.fixture(autouse=True)
def _few_households(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tune_world, "N_HOUSEHOLDS", 1_500)


def test_it_looks_at_every_figure_but_those_held_out() -> None:
    table, cells = reality_check(200), reality_by_income(200)
    seen = set(misses(Assumptions()))
    assert seen.isdisjoint(table.index[table["held_out"]])
    assert seen.issuperset(table.index[~table["held_out"]])
    assert len(seen) == 59 + len(cells) + 2


def test_a_worse_world_misses_more() -> None:
    now = sum(miss**2 for miss in misses(Assumptions()).values())
    still = sum(miss**2 for miss in misses(Assumptions(step_chance=0.0)).values())
    assert still > now + 1


def test_the_search_starts_from_the_world_as_it_is_and_stays_within_its_limits() -> None:
    assert world_at(np.zeros(len(KNOBS))) == Assumptions()
    assert set(KNOBS) <= {field.name for field in fields(Assumptions)}
    end, start = world_at(np.ones(len(KNOBS))), Assumptions()
    for name, limit in KNOBS.items():
        before, after = np.asarray(getattr(start, name)), np.asarray(getattr(end, name))
        np.testing.assert_allclose(after, limit * before)
    world_at(-np.ones(len(KNOBS)))


def test_the_same_place_gives_the_same_residuals() -> None:
    place = np.full(len(KNOBS), 0.1)
    first, again = residuals(place), residuals(place)
    np.testing.assert_array_equal(first, again)
    assert pd.Series(first).notna().all()
