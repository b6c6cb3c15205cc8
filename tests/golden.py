"""Fifty households that every door must answer alike: known ones, edges, and any others.

What each of them might change is drawn, too (`golden_changes`).
"""

import math
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd

from finrisk.change import Change
from finrisk.data.drawn_changes import draw_changes
from finrisk.data.population import simulate
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.ml.dataset import random_households
from finrisk.ml.predictor import Predictor
from finrisk.ml.what_if import moved

N_GOLDEN = 50
YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"
TYPICAL = Household(**{name: field.default for name, field in INPUTS.items()})


def golden_households() -> list[Household]:
    """The same fifty every time, each number such as a person can type."""
    known = [*EXAMPLES.values(), TYPICAL, Predictor.load().read_csv(YEAR)]
    different = dict.fromkeys(map(_typable, chain(known, _edges(), _any())))
    return list(different)[:N_GOLDEN]


def golden_changes(households: list[Household]) -> list[Change]:
    """One for each, of every kind: as people ask, as training draws, and at their edges."""
    table = pd.DataFrame([household.to_dict() for household in households], dtype=float)
    drawn = draw_changes(table, np.random.default_rng(51)).round(2)
    changes = [
        Change(
            income=row["income"],
            spending=row["spending"],
            one_off=row["one_off"],
            debt=max(row["debt"], -household.debt),  # rounded it may be a cent too much
            months=None if math.isnan(row["months"]) else int(row["months"]),
        )
        for row, household in zip(drawn.to_dict("records"), households, strict=True)
    ]
    edges = [Change(income=0), Change(income=0.714, months=3), Change(spending=0, months=1)]
    edges += [Change(debt=-households[3].debt), Change(one_off=-50e6), Change(income=900)]
    return [*edges, *changes[len(edges) :]]


def _edges() -> Iterator[Household]:
    """Each field at its smallest and at its largest legal value, the others typical."""
    for name, field in INPUTS.items():
        for row in moved(TYPICAL, name, [field.minimum, field.maximum]):
            yield Household.from_mapping(row)


def _any() -> Iterator[Household]:
    """By turns one of the simulated world and one anywhere in the ranges, any fields known."""
    rng = np.random.default_rng(50)
    lived, anywhere = simulate(N_GOLDEN, seed=50).households, random_households(N_GOLDEN, rng)
    rows = pd.concat([lived, anywhere]).sort_index(kind="stable")
    for row in rows.to_dict("records"):
        hidden = [n for n, f in INPUTS.items() if not f.required and rng.random() < 0.5]
        known = {str(name): value for name, value in row.items()}
        yield Household.from_mapping(known | dict.fromkeys(hidden))


def _typable(household: Household) -> Household:
    """Cents, and hundredths of a percent; rounded down, so that no cross rule breaks."""
    return Household.from_mapping(
        {
            name: None if value is None else _floor(value * INPUTS[name].scale) / INPUTS[name].scale
            for name, value in household.to_dict().items()
        }
    )


def _floor(value: float) -> float:
    return math.floor(100 * value + 1e-6) / 100


def typed(household: Household) -> dict[str, str]:
    """What a person types for each field, "" where it is not known."""
    return {
        name: "" if value is None else f"{round(value * INPUTS[name].scale, 2):.10g}"
        for name, value in household.to_dict().items()
    }
