"""What-ifs held against the truth: per move, and against the floor of a large learner.

No model can know a household's true effect from its fields: two households with the same fields
have different jobs and habits. How near one could come is found with boosted trees, fitted for
each move apart on the true effects of other households: their mean error is the floor. Moves are
judged for those who are not short of savings before, suggestions for all to whom they are made.
"""

from collections.abc import Callable
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.change import Change
from finrisk.data.assumptions import KINDS
from finrisk.data.change_features import engineer_change
from finrisk.data.drawn_changes import draw_changes
from finrisk.data.feature_engineering import engineer_features
from finrisk.data.population import simulate
from finrisk.household import Household
from finrisk.ml.audit import KNOWLEDGE, hidden, judged_move, moves_of, suggestion_effects
from finrisk.ml.calibration import expected_calibration_error
from finrisk.ml.forecaster import ChangeForecaster
from finrisk.ml.suggestions import WITHIN_REACH, debt_from_savings
from finrisk.prediction import Prediction

__all__ = ["drawn", "moves", "suggested"]

Floats = NDArray[np.float64]
Move = Callable[[pd.DataFrame], Change | pd.DataFrame]  # a change of each household

N_JUDGED, N_FUTURES = 20_000, 400  # fresh households and the futures of each
N_FLOOR, FLOOR_FUTURES = 200_000, 50  # those the trees learn from; onset is some six in ten
N_DRAWN = 100_000  # households with a change as in training
TREES = {
    "n_estimators": 300,
    "learning_rate": 0.06,
    "num_leaves": 31,
    "min_child_samples": 100,
    "n_jobs": 1,  # two that wait for each other are slower than one on a busy machine
    "verbose": -1,
}
STATES = ("all known", "required only")


class Floor:
    """Boosted trees for each move and state of knowledge, fitted when asked.

    They learn from those who are judged: the households in onset, or all.
    """

    def __init__(self, seed: int, *, onset: bool) -> None:
        self._world = simulate(N_FLOOR, seed)
        self._learn = np.flatnonzero(self._world.onset | (not onset))
        self._now = self._world.true_risk(FLOOR_FUTURES)

    def of_move(self, of: Move) -> Callable[[str, pd.DataFrame], Floats]:
        """Of a state of knowledge and other households: the trees' effect of a move on them."""
        households = self._world.households
        move = of(households)
        true = self._world.true_risk(FLOOR_FUTURES, change=move) - self._now

        def effects(known: str, rows: pd.DataFrame) -> Floats:
            X = _inputs(hidden(households, known), move)
            trees = lgb.LGBMRegressor(**TREES).fit(X.iloc[self._learn], true[self._learn])
            return np.asarray(trees.predict(_inputs(hidden(rows, known), of(rows))))

        return effects


def _inputs(households: pd.DataFrame, move: Change | pd.DataFrame) -> pd.DataFrame:
    return pd.concat([engineer_features(households), engineer_change(households, move)], axis=1)


def moves(forecaster: ChangeForecaster, seed: int) -> dict[str, Any]:
    """Each move: truth, what the model tells, its error, the floor, and the bias, in points."""
    world, floor = simulate(N_JUDGED, seed), Floor(seed + 1, onset=True)
    now, found = world.true_risk(N_FUTURES), {known: dict[str, Any]() for known in STATES}
    rows = {known: hidden(world.households, known) for known in STATES}
    risk = {known: forecaster(rows[known]) for known in STATES}
    for name, move in moves_of(world.households).items():
        true = world.true_risk(N_FUTURES, change=move) - now
        best = floor.of_move(_named(name))
        for known in STATES:
            told = forecaster(rows[known], move) - risk[known]
            judged = judged_move(told, true, world.onset)
            judged["floor"] = judged_move(best(known, world.households), true, world.onset)["error"]
            found[known][name] = judged
            print(known, name, {k: round(v, 2) for k, v in judged.items()}, flush=True)
    return {
        "n_households": N_JUDGED,
        "n_onset": int(world.onset.sum()),
        "n_futures": N_FUTURES,
        "floor_from": {"households": N_FLOOR, "futures": FLOOR_FUTURES},
        "moves": found,
    }


def _named(name: str) -> Move:
    return lambda households: moves_of(households)[name]


def drawn(forecaster: ChangeForecaster, seed: int) -> dict[str, Any]:
    """Calibration after changes as drawn in training, for fresh households; bias by their kind."""
    world = simulate(N_DRAWN, seed)
    change = draw_changes(world.households, np.random.default_rng(seed))
    true = world.true_risk(100, change=change)
    y = world.true_risk(1, change=change) == 1
    states = {}
    for known in KNOWLEDGE:
        told = forecaster(hidden(world.households, known, seed), change)
        of_kind = {
            kind: 100 * float((told - true)[world.traits.kind == i].mean())
            for i, kind in enumerate(KINDS)
        }
        states[known] = {"ece": expected_calibration_error(y, told), "bias_by_kind": of_kind}
    return {"n_households": N_DRAWN, "states": states}


def suggested(
    predict: Callable[[Household], Prediction], seed: int, n_households: int = 3_000
) -> dict[str, Any]:
    """Every suggestion made to fresh households, held against the truth and against the floor."""
    world, floor = simulate(n_households, seed), Floor(seed + 1, onset=False)
    table = suggestion_effects(predict, world, N_FUTURES)
    floors = []
    for text, of_kind in table.groupby("text"):
        best = floor.of_move(_move_of(str(text)))("all known", world.households)
        floors.append(pd.Series(100 * best[of_kind["household"]], of_kind.index))
    table["floor"] = pd.concat(floors)
    table["gap"] = table["told"] - table["true_effect"]
    table["floor_gap"] = table["floor"] - table["true_effect"]
    sure = table["true_effect"].abs() > 3 * table["standard_error"]
    same = np.sign(table["told"]) == np.sign(table["true_effect"])
    by_text = table.groupby("text").agg(
        offered=("told", "size"),
        told=("told", "mean"),
        true_effect=("true_effect", "mean"),
        error=("gap", lambda gap: gap.abs().mean()),
        floor=("floor_gap", lambda gap: gap.abs().mean()),
    )
    return {
        "n_households": n_households,
        "n_suggestions": len(table),
        "households_with_one": int(table["household"].nunique()),
        "sure": float(sure.mean()),
        "same_sign": float(same[sure].mean()),
        "bias": float(table["gap"].mean()),
        "error": float(table["gap"].abs().mean()),
        "floor": float(table["floor_gap"].abs().mean()),
        "by_text": by_text.to_dict("index"),
    }


def _move_of(text: str) -> Move:
    """The change that a suggestion stands for, for many households."""
    of_text = dict(WITHIN_REACH)
    if text in of_text:
        return lambda _: of_text[text]
    return lambda rows: pd.DataFrame(
        [
            _paid(h["debt"], h["savings"], h["monthly_expenses"])
            for h in rows[["debt", "savings", "monthly_expenses"]].to_dict("records")
        ]
    )


def _paid(owed: float, saved: float, expenses: float) -> dict[str, Any]:
    options = debt_from_savings(owed, saved, expenses)
    return (options[0][1] if options else Change()).to_dict()
