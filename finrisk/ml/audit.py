"""What a slider and a suggestion promise, held against what cannot or does happen.

Two questions a good score does not answer. Does the risk ever move the wrong way, up when a
household saves more, earns more or spends less? And is the size of the move right: of a
`Change`, the model gives the risk of households LIKE the changed one, the simulated world
what happens if THIS one changes. Left out: what is done about it (the penalty in `train.py`).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.checks import check_one_of
from finrisk.data.feature_engineering import OPTIONAL
from finrisk.data.population import Population
from finrisk.household import Household
from finrisk.inputs import CROSS_RULES, INPUTS
from finrisk.ml.forecaster import Forecaster
from finrisk.prediction import Prediction

__all__ = [
    "CHANGES",
    "HELPFUL_MOVES",
    "KNOWLEDGE",
    "hidden",
    "promises",
    "suggestion_promises",
    "wrong_way",
]

Floats = NDArray[np.float64]

KNOWLEDGE = {"all known": 1.0, "required only": 0.0, "random subset": 0.5}  # share shown
HELPFUL_MOVES = {
    "savings": (1.05, 1.2, 1.5, 2.0),
    "monthly_income": (1.05, 1.2, 1.5, 2.0),
    "monthly_expenses": (0.95, 0.8, 0.5, 0.25),
}
RISE = 0.005  # a rise of the risk by more than half a percentage point counts as wrong
CHANGES = {
    "1,000 dollars once": Change(one_off=1_000),
    "5,000 dollars once": Change(one_off=5_000),
    "income x 1.05": Change(income=1.05),
    "income x 1.2": Change(income=1.2),
    "spending x 0.95": Change(spending=0.95),
    "spending x 0.8": Change(spending=0.8),
    "spending x 0.9 for 3 months": Change(spending=0.9, months=3),
}


def hidden(households: pd.DataFrame, known: str, seed: int = 0) -> pd.DataFrame:
    """The same households with "all known", "required only" or a "random subset" of fields.

    Returns:
        DataFrame with NaN in every optional field that is hidden.

    Raises:
        FinriskError: for a state of knowledge that is none of the three.
    """
    check_one_of("known", known, KNOWLEDGE, "Choose one.")
    shape = (len(households), len(OPTIONAL))
    shown = np.random.default_rng(seed).random(shape) < KNOWLEDGE[known]
    columns = {name: households[name].where(shown[:, i]) for i, name in enumerate(OPTIONAL)}
    return households.assign(**columns)


def wrong_way(forecaster: Forecaster, households: pd.DataFrame) -> pd.DataFrame:
    """How often, and how far, the risk rises after a move that can only help.

    Args:
        households: columns of INPUTS; hidden optional fields are NaN.

    Returns:
        DataFrame, one row a field and factor: wrong (share of households whose risk rises by
        more than half a point), worst (largest rise, percentage points), mean (points).
    """
    now, rows = forecaster(households), []
    for field, factors in HELPFUL_MOVES.items():
        for factor in factors:
            rise = forecaster(_moved(households, field, factor)) - now
            wrong, worst = float((rise > RISE).mean()), 100 * float(rise.max())
            rows.append((field, factor, wrong, worst, 100 * float(rise.mean())))
    return pd.DataFrame(rows, columns=["field", "factor", "wrong", "worst", "mean"])


def _moved(households: pd.DataFrame, field: str, factor: float) -> pd.DataFrame:
    """One field times a factor, kept legal; a field tied to it by a cross rule moves along."""
    limits = INPUTS[field].minimum, INPUTS[field].maximum
    moved = households.assign(**{field: (factor * households[field]).clip(*limits)})
    for small, large in CROSS_RULES:
        if small in moved:
            moved[small] = moved[small].clip(upper=moved[large])
    return moved


def promises(forecaster: Forecaster, population: Population, n_futures: int = 200) -> pd.DataFrame:
    """What the model says about `CHANGES`, beside what they do in the simulated world.

    Args:
        population: households nobody trained on, with all their fields known.

    Returns:
        DataFrame, one row a change, means over the households in percentage points: promised
        (model), true_effect (savings are held against one month of expenses as they are after
        the change) and true_effect_bar_kept (against those known now).
    """
    now, rows = forecaster(population.households), {}
    people = _people(population)
    for name, change in CHANGES.items():
        after = pd.DataFrame([person.after(change).to_dict() for person in people])
        true = (population.true_effect(change, n_futures, bar_moves=b) for b in (True, False))
        rows[name] = [100 * float(effect.mean()) for effect in (forecaster(after) - now, *true)]
    columns = ["promised", "true_effect", "true_effect_bar_kept"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def suggestion_promises(
    predict: Callable[[Household], Prediction], population: Population, n_futures: int = 500
) -> pd.DataFrame:
    """Every suggestion made to a population, and what following it would do.

    Returns:
        DataFrame, one row a suggestion made: household (row number), text, change, and
        promised and true_effect in percentage points.
    """
    made = []
    for i, person in enumerate(_people(population)):
        now = predict(person)
        for s in now.suggestions:
            made.append((i, s.text, s.change, 100 * (s.probability - now.probability)))
    table = pd.DataFrame(made, columns=["household", "text", "change", "promised"])
    effects = {c: 100 * population.true_effect(c, n_futures) for c in table["change"].unique()}
    true = [effects[c][i] for c, i in zip(table["change"], table["household"], strict=True)]
    return table.assign(true_effect=true)


def _people(population: Population) -> list[Household]:
    rows: list[dict[Any, Any]] = population.households.to_dict("records")
    return [Household.from_mapping(row) for row in rows]
