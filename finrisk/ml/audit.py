"""What a slider, a what-if and a suggestion tell, held against what cannot or does happen.

Two questions a good score does not answer. Does the risk ever move the wrong way, up when a
household saves more, earns more or spends less? And is the size of the move right: of a
`Change`, the world knows the true effect on each household. Left out: what is done about it (the
changed rows and the penalty in `dataset.py`).
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.checks import check_one_of
from finrisk.data.feature_engineering import OPTIONAL
from finrisk.data.population import Population, standard_error
from finrisk.household import Household
from finrisk.inputs import CROSS_RULES, INPUTS
from finrisk.ml.forecaster import ChangeForecaster, Forecaster
from finrisk.prediction import Prediction, Suggestion

__all__ = [
    "HELPFUL_MOVES",
    "KNOWLEDGE",
    "hidden",
    "judged_move",
    "moves_of",
    "suggestion_effects",
    "what_ifs",
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


def moves_of(households: pd.DataFrame) -> dict[str, Change | pd.DataFrame]:
    """The what-ifs that people ask, by name: a `Change` for all, or one row a household."""
    savings = households["savings"]
    pay_off = (households["debt"] / 2).clip(upper=savings)
    return {
        **{f"income x {f:g}": Change(income=f) for f in (0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5, 2)},
        **{f"spending x {f:g}": Change(spending=f) for f in (0.5, 0.8, 0.9, 1.1, 1.3, 1.6)},
        "half the income for 1 month": Change(income=0.5, months=1),
        "half the income for 2 months": Change(income=0.5, months=2),
        "half the income for 3 months": Change(income=0.5, months=3),
        "no income for 1 month": Change(income=0, months=1),
        "no income for 2 months": Change(income=0, months=2),
        "a bill of $2,000": Change(one_off=-2_000),
        "$2,000 that come in": Change(one_off=2_000),
        "half the savings more": pd.DataFrame({"one_off": savings / 2}),
        "half the savings less": pd.DataFrame({"one_off": -savings / 2}),
        "$5,000 borrowed and kept": Change(debt=5_000, one_off=5_000),
        "half the debt paid from savings": pd.DataFrame({"one_off": -pay_off, "debt": -pay_off}),
    }


def judged_move(told: Floats, true: Floats, onset: NDArray[np.bool_]) -> dict[str, float]:
    """What a model tells of a move, held against the truth: means in percentage points.

    Args:
        told, true: difference of each household's risk by the model, and in the world.
        onset: those not short of savings before the move; only they are judged.

    Returns:
        true_effect, told, error (mean absolute difference of the two) and bias (mean difference).
    """
    told, true = 100 * told[onset], 100 * true[onset]
    return {
        "true_effect": float(true.mean()),
        "told": float(told.mean()),
        "error": float(np.abs(told - true).mean()),
        "bias": float((told - true).mean()),
    }


def what_ifs(
    forecaster: ChangeForecaster,
    population: Population,
    known: str = "all known",
    n_futures: int = 400,
) -> pd.DataFrame:
    """The moves of `moves_of`, each with what the model tells and what is true.

    Args:
        population: households nobody trained on; the fields not `known` are hidden from the model.

    Returns:
        DataFrame, one row a move, the columns of `judged_move`.
    """
    households = hidden(population.households, known)
    now, now_true = forecaster(households), population.true_risk(n_futures)
    rows = {}
    for name, move in moves_of(population.households).items():
        told = forecaster(households, move) - now
        true = population.true_risk(n_futures, change=move) - now_true  # with the same luck
        rows[name] = judged_move(told, true, population.onset)
    return pd.DataFrame.from_dict(rows, orient="index")


def suggestion_effects(
    predict: Callable[[Household], Prediction], population: Population, n_futures: int = 500
) -> pd.DataFrame:
    """Every suggestion made to a population, and what following it does.

    Returns:
        DataFrame, one row a suggestion made: household (row number), text (without amounts),
        and in percentage points told, true_effect, and its standard error (at most: both risks
        are counted with the same luck).
    """
    rows: list[dict[Any, Any]] = population.households.to_dict("records")
    made = []
    for i, row in enumerate(rows):
        now = predict(Household.from_mapping(row))
        for s in now.suggestions:
            made.append((i, _kind_of(s), s.change, 100 * (s.probability - now.probability)))
    table = pd.DataFrame(made, columns=["household", "text", "change", "told"])
    before, n = population.true_risk(n_futures), len(rows)
    effect, error = pd.Series(0.0, table.index), pd.Series(0.0, table.index)
    for _, of_kind in table.groupby("text"):
        changes = pd.DataFrame([Change().to_dict()] * n)
        changes.loc[of_kind["household"]] = [list(c.to_dict().values()) for c in of_kind["change"]]
        after = population.true_risk(n_futures, change=changes)
        at = of_kind["household"].to_numpy()
        effect[of_kind.index] = 100 * (after - before)[at]
        spread = np.hypot(standard_error(before, n_futures), standard_error(after, n_futures))
        error[of_kind.index] = 100 * spread[at]
    return table.drop(columns="change").assign(true_effect=effect, standard_error=error)


def _kind_of(suggestion: Suggestion) -> str:
    """Its text without the amount, which is another one for each household."""
    return re.sub(r"\$[\d,]+ of ", "", suggestion.text)
