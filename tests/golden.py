"""Fifty households that every door must answer alike: known ones, edges, and any others.

What each of them might change is drawn (`golden_changes`), and asked as people type it
(`typed_changes`).
"""

import math
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from finrisk.change import Change
from finrisk.data.drawn_changes import draw_changes
from finrisk.data.population import simulate
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.inputs import INPUTS, Input
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
            name: None if value is None else _floor(value, int(INPUTS[name].scale))
            for name, value in household.to_dict().items()
        }
    )


def _floor(value: float, scale: int) -> float:
    """In hundredths of what is typed, as a person divides it: 16.15 % is 0.1615."""
    return float(Decimal(math.floor(100 * scale * value + 1e-6)) / (100 * scale))


def typed(household: Household) -> dict[str, str]:
    """What a person types for each field, "" where it is not known."""
    return {
        name: "" if value is None else _text(INPUTS[name], value)
        for name, value in household.to_dict().items()
    }


def _text(field: Input, value: float) -> str:
    return f"{round(value * field.scale, 2):.10g}{' %' if field.scale != 1 else ''}"


def typed_changes(household: Household, drawn: Change) -> list[tuple[dict[str, str], Change]]:
    """Six what-ifs: what is typed into their boxes, in percent and dollars, and what is meant."""
    income, spending = round(100 * (drawn.income - 1), 2), round(100 * (drawn.spending - 1), 2)
    less = min(500, math.floor(household.monthly_income))
    asked: list[tuple[dict[str, str], dict[str, Any]]] = [
        ({"income": "-20 %"}, {"income": 0.8}),
        ({"income": f"-${less}"}, {"income_dollars": -less}),
        ({"one_off": "-$2,000"}, {"one_off": -2_000}),
        (
            {"income": f"{income:+} %", "spending": f"{spending:+} %", "months": "2"},
            {"income": 1 + income / 100, "spending": 1 + spending / 100, "months": 2},
        ),
    ]
    if household.spending >= 1:
        asked.append(({"spending": "+$200"}, {"spending_dollars": 200}))
    else:
        asked.append(({"spending": "10 % more"}, {"spending": 1.1}))
    paid = math.floor(min(household.debt, household.savings / 2))
    if paid:
        texts = {"debt": f"-{paid:,}.00", "one_off": f"-{paid:,}.00"}
        asked.append((texts, {"debt": -paid, "one_off": -paid}))
    else:
        asked.append(({"debt": "1.5k"}, {"debt": 1_500}))
    return [(texts, change_from(household, **meant)) for texts, meant in asked]
