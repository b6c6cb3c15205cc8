"""Everything that is measured on a finished model: `metrics.json`.

The test households are scored here, once; so are the rivals, which learned from the very same
rows and labels. A fresh world whose true risks are known then says how far each is from the
best possible. Nothing here is fed back: no threshold, no epoch, no feature is chosen by it.
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from finrisk.change import Change
from finrisk.data.assumptions import Assumptions
from finrisk.data.feature_engineering import OPTIONAL
from finrisk.data.pace import pace_of
from finrisk.data.population import Population, standard_error
from finrisk.data.reality_check import facts, facts_by_income, lived_years
from finrisk.data.training_rows import ChangedRows, LabelledRows
from finrisk.errors import FinriskError
from finrisk.ml.arithmetic import leads_to_stress
from finrisk.ml.baselines import RULE_NAME, fit_baselines, rule_of_thumb
from finrisk.ml.calibration import calibration_table
from finrisk.ml.distance import distance, floor_loss
from finrisk.ml.forecaster import Forecaster
from finrisk.ml.scores import score
from finrisk.ml.standing import score_quantiles
from finrisk.ml.thresholds import HIGH_THRESHOLD, choose_threshold, risk_classes, threshold_table
from finrisk.prediction import RISK_CLASSES

__all__ = [
    "Parts",
    "after_changes",
    "distances",
    "own_threshold",
    "rivals_of",
    "tested",
    "world_figures",
]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Parts = dict[str, LabelledRows]  # train, validation, test


def after_changes(
    rows: LabelledRows, changed: ChangedRows, risks: Floats, alert: float
) -> dict[str, Any]:
    """Every figure on the test households with what each of them changes.

    Args:
        risks: the network's, after the change; onset is judged before it.

    Raises:
        FinriskError: for a group in which nobody, or everybody, becomes stressed, or if nobody's
            pace leads to stress.
    """
    groups = _groups(~rule_of_thumb(rows.households))
    _check_groups(changed.stressed, groups, "changed test")
    scores = {
        name: score(changed.stressed[g], risks[g], alert).to_dict() for name, g in groups.items()
    }
    lives = {
        "as_they_are": (Change(), rows.stressed),
        "after_a_change": (changed.change, changed.stressed),
    }
    pace = {
        name: _share_of_pace(rows.households, change, stressed, groups["onset"])
        for name, (change, stressed) in lives.items()
    }
    return {"test_after_a_change": scores, "pace": pace}


def _share_of_pace(households: pd.DataFrame, change: Any, stressed: Bools, onset: Bools) -> float:
    """Of those not short now whose own pace leads to stress, the share that get there."""
    payment = households["debt_payment"].to_numpy()
    on_it = leads_to_stress(pace_of(households, change, payment)) & onset
    if not on_it.any():
        raise FinriskError(
            "pace must lead to stress for some test households, got none. Simulate more "
            "households; nothing was written.",
            field="pace",
        )
    return float(stressed[on_it].mean())


def tested(
    parts: Parts, forecaster: Forecaster, rivals: dict[str, Forecaster], alert: float
) -> dict[str, Any]:
    """Every figure on the test households.

    Args:
        forecaster, alert: the network, and its threshold from the validation households.
        rivals: name -> forecaster; each gets a threshold by the same promises.

    Raises:
        FinriskError: for a group, or a risk class of it, too small to have such a figure.
    """
    rows, y, _ = parts["test"]
    y_prob, groups = forecaster(rows), _groups(~rule_of_thumb(rows))
    _check_groups(y, groups, "test")
    required_only = forecaster(rows.drop(columns=list(OPTIONAL)))

    def scores(q: Floats, threshold: float) -> dict[str, Any]:
        return {name: score(y[g], q[g], threshold).to_dict() for name, g in groups.items()}

    return {
        "test": scores(y_prob, alert),
        "test_at_high": scores(y_prob, HIGH_THRESHOLD),
        "test_required_only": scores(required_only, alert),
        "rivals": {
            name: scores(rival(rows), own_threshold(name, rival, parts["validation"]))
            for name, rival in rivals.items()
        },
        "classes": {name: _classes(y[g], y_prob[g], alert) for name, g in groups.items()},
        "calibration": {
            name: calibration_table(y[g], y_prob[g]).to_dict("list") for name, g in groups.items()
        },
        "threshold_table": {
            name: threshold_table(y[g], y_prob[g]).to_dict("list") for name, g in groups.items()
        },
        "score_quantiles": score_quantiles(rows, y_prob),
    }


def rivals_of(parts: Parts, seed: int) -> dict[str, Forecaster]:
    """The simpler models: the network's rows and labels, stopped by the same validation part."""
    learn, watch = parts["train"], parts["validation"]
    return fit_baselines(
        learn.households, learn.stressed_share, seed, (watch.households, watch.stressed)
    )


def _groups(onset: Bools) -> dict[str, Bools]:
    return {"all": np.full(len(onset), True), "onset": onset}


def _check_groups(y: Bools, groups: dict[str, Bools], which: str) -> None:
    """Nobody's recall and nobody's ROC-AUC are no numbers."""
    for name, rows in groups.items():
        n_stressed, n_households = int(y[rows].sum()), int(rows.sum())
        if not 0 < n_stressed < n_households:
            raise FinriskError(
                f"stressed must hold for some {which} households of the group {name} and fail for "
                f"others, got {n_stressed:,} of {n_households:,}. Simulate more households, or a "
                "world in which some become stressed and some do not; nothing was written.",
                field="stressed",
            )


def own_threshold(name: str, forecaster: Forecaster, validation: LabelledRows) -> float:
    """A rival gets a threshold by the same promises; the rule of thumb is a yes or a no."""
    if name == RULE_NAME:
        return HIGH_THRESHOLD
    households, stressed, _ = validation
    return choose_threshold(stressed, forecaster(households), ~rule_of_thumb(households))


def world_figures(n_households: int, seed: int, assumptions: Assumptions) -> dict[str, Any]:
    """How the world these households come from compares with published facts."""
    years = lived_years(n_households, seed, assumptions)
    table, cells = facts(years), facts_by_income(years)
    parts = {about: table[table["about"] == about] for about in ("levels", "changes")}
    parts["held_out"] = table[table["held_out"]]
    return {
        "seed": seed,
        "n_households": n_households,
        "statistics": len(table),
        "with_a_published_value": int(table["published"].notna().sum()),
        "edges_set_with_a_model_in_view": int(table["basis"].str.startswith("edge").sum()),
        "in_band": int(table["in_band"].sum()),
        "parts": {
            part: {"statistics": len(rows), "in_band": int(rows["in_band"].sum())}
            for part, rows in parts.items()
        },
        "out_of_band": table.index[~table["in_band"]].tolist(),
        "quantiles_by_income": len(cells),
        "within_1.5": int((cells["off_by"] <= 1.5).sum()),
        "within_1.25": int((cells["off_by"] <= 1.25).sum()),
    }


def distances(
    world: Population, forecasters: dict[str, Forecaster], n_futures: int
) -> dict[str, Any]:
    """The best possible prediction on fresh households, and how far each model is from it.

    Raises:
        FinriskError: for a group in which nobody, or everybody, becomes stressed.
    """
    groups = _groups(world.onset)
    _check_groups(world.stressed, groups, "fresh")
    true_risk = world.true_risk(n_futures)
    excess: dict[str, dict[str, float]] = {}
    errors: dict[str, dict[str, float]] = {}
    for name, forecaster in forecasters.items():
        q = forecaster(world.households)
        found = {g: distance(q[r], true_risk[r], n_futures) for g, r in groups.items()}
        excess[name] = {group: d.excess for group, d in found.items()}
        errors[name] = {group: d.standard_error for group, d in found.items()}
    return {
        "seed": world.seed,
        "n_futures": n_futures,
        "true_risk": {
            name: _best_possible(world.stressed[rows], true_risk[rows], n_futures)
            for name, rows in groups.items()
        },
        "excess_mnat": excess,
        "excess_standard_error": errors,
    }


def _best_possible(y: Bools, true_risk: Floats, n_futures: int) -> dict[str, float]:
    """What is known of a group whose true risks are known; log loss in nats."""
    return {
        "n_households": len(y),
        "stressed_share": float(y.mean()),
        "mean": float(true_risk.mean()),
        "standard_error": float(standard_error(true_risk, n_futures).mean()),
        "roc_auc": float(roc_auc_score(y, true_risk)),
        "log_loss": floor_loss(true_risk, n_futures),
    }


def _classes(y: Bools, y_prob: Floats, alert: float) -> dict[str, dict[str, float]]:
    """For each risk class: its share of the households, and how many become stressed."""
    classes = np.array(risk_classes(y_prob, alert, HIGH_THRESHOLD))
    rows_of = {name: classes == name for name in RISK_CLASSES}
    for name, rows in rows_of.items():
        if not rows.any():
            raise FinriskError(
                f"Risk class {name} must hold some test households of each group, got none of "
                f"{len(y):,}. Simulate more households; nothing was written.",
                field="risk_class",
            )
    return {
        name: {"share": float(rows.mean()), "stressed_share": float(y[rows].mean())}
        for name, rows in rows_of.items()
    }
