"""From nothing to a model file: simulate, split, train, choose thresholds, judge, save.

The order is the point. Scaler, typical household and thresholds come from training and
validation households; the test households are touched once, at the end, to report. A fresh
world whose true risks are known then says how far the model is from the best possible.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from finrisk.data.assumptions import Assumptions
from finrisk.data.feature_engineering import OPTIONAL, engineer_features
from finrisk.data.population import labelled_households, simulate, standard_error
from finrisk.data.preprocessing import Preprocessor, split_households
from finrisk.data.reality_check import reality_by_income, reality_check
from finrisk.household import INPUTS, FinriskError
from finrisk.ml.baselines import RULE_NAME, fit_baselines, rule_of_thumb
from finrisk.ml.dataset import TrainingData
from finrisk.ml.evaluate import (
    ALERT_RECALL,
    HIGH_THRESHOLD,
    calibration_table,
    choose_threshold,
    class_shares,
    excess_loss,
    floor_loss,
    score,
    threshold_table,
)
from finrisk.ml.model import RiskMLP
from finrisk.ml.model_file import ModelFile, save
from finrisk.ml.train import Recipe, Training, progress_bar, train
from finrisk.prediction import RISK_CLASSES, risk_class
from finrisk.settings import Settings

__all__ = ["BuildPlan", "build"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Judge = Callable[[pd.DataFrame], Floats]

FEWEST_HOUSEHOLDS = 1_000  # below, the parts are too small to choose a threshold on
SMALLEST_CLASS = 0.05  # share of validation households each risk class must hold
SEEN = (0.001, 0.999)  # quantiles between which a value counts as seen in training
INCOME_BANDS = (0, 2_000, 3_000, 4_500, 6_500, 9_000, np.inf)  # take-home $ a month


@dataclass(frozen=True)
class BuildPlan:
    """How large a build is, and from which seed."""

    n_households: int = 1_000_000  # simulated, then split 70/15/15
    n_baseline: int = 100_000  # training households for the simpler rivals
    n_truth: int = 20_000  # fresh households whose true risk is computed
    n_futures: int = 500  # re-lived futures of each of them
    n_reality: int = 100_000  # households held against published facts
    seed: int = 2026
    recipe: Recipe = Recipe()
    assumptions: Assumptions = Assumptions()


def build(
    plan: BuildPlan = BuildPlan(),
    settings: Settings | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Simulate, train, judge and write `models/`; returns the metrics.

    Raises:
        FinriskError: for fewer than 1,000 households, or if the thresholds leave a risk class
            nearly empty; nothing is written.
    """
    if plan.n_households < FEWEST_HOUSEHOLDS:
        raise FinriskError(
            f"households must be at least {FEWEST_HOUSEHOLDS:,}, got {plan.n_households:,}. "
            "Simulate more: the world is free.",
            field="households",
        )
    settings, tell = settings or Settings(), on_stage or _silent
    tell(f"Simulating {plan.n_households:,} households")
    households, stressed = labelled_households(plan.n_households, plan.seed, plan.assumptions)
    split = split_households(stressed, plan.seed)
    parts = {
        name: (households.iloc[rows].reset_index(drop=True), stressed[rows])
        for name, rows in asdict(split).items()
    }
    tell("Training")
    preprocessor = Preprocessor.fit(engineer_features(parts["train"][0]))
    with progress_bar(plan.recipe) as show:
        training = train(
            TrainingData.make(*parts["train"], preprocessor),
            TrainingData.make(*parts["validation"], preprocessor),
            plan.recipe,
            show,
        )
    tell("Choosing thresholds and judging")
    judge = _judge(training.model, preprocessor)
    alert = _alert_threshold(*parts["validation"], judge)
    contents = _contents(training, preprocessor, alert, parts["train"][0])
    metrics = _figures(plan, training, contents) | _judged(plan, parts, judge, alert)
    save(contents, metrics, settings.model_path, settings.metrics_path)
    return metrics


def _silent(_: str) -> None:
    """Nobody asked how far the build is."""


def _judge(model: RiskMLP, preprocessor: Preprocessor) -> Judge:
    """The trained network as a function from households to probabilities."""

    def judge(households: pd.DataFrame) -> Floats:
        X = torch.from_numpy(preprocessor.transform(engineer_features(households)))
        with torch.no_grad():
            return np.asarray(model(X).numpy(), dtype=np.float64)

    return judge


def _alert_threshold(households: pd.DataFrame, stressed: Bools, judge: Judge) -> float:
    """Chosen on validation households; refused if it leaves a class nearly empty."""
    y_prob = judge(households)
    alert = choose_threshold(stressed, y_prob, ~rule_of_thumb(households))
    shares = class_shares(y_prob, alert)
    smallest = min(shares, key=lambda name: shares[name])
    if shares[smallest] < SMALLEST_CLASS:
        raise FinriskError(
            f"Risk class {smallest} must hold at least {SMALLEST_CLASS:.0%} of the validation "
            f"households, got {shares[smallest]:.1%} with the alert threshold at {alert:.3f}. "
            "Train on more households or choose other recall promises; nothing was written.",
            field="alert_threshold",
        )
    return alert


def _contents(
    training: Training, preprocessor: Preprocessor, alert: float, train_rows: pd.DataFrame
) -> ModelFile:
    quantiles = train_rows.quantile(list(SEEN))
    libraries = ("finrisk", "torch", "numpy", "pandas", "scikit-learn")
    return ModelFile(
        model=training.model,
        preprocessor=preprocessor,
        alert_threshold=alert,
        high_threshold=HIGH_THRESHOLD,
        typical={name: float(train_rows[name].median()) for name in INPUTS},
        seen={n: (float(quantiles[n].iloc[0]), float(quantiles[n].iloc[1])) for n in INPUTS},
        versions={name: version(name).split("+")[0] for name in libraries},
    )


def _figures(plan: BuildPlan, training: Training, contents: ModelFile) -> dict[str, Any]:
    """What the model is and how it was made."""
    return {
        "seed": plan.seed,
        "n_households": plan.n_households,
        "versions": contents.versions,
        "recipe": asdict(plan.recipe),
        "best_epoch": training.best.number,
        "epochs": [epoch._asdict() for epoch in training.epochs],
        "thresholds": {
            "alert": contents.alert_threshold,
            "alert_reason": (
                f"the largest with recall of at least {ALERT_RECALL['all']:.2f} for all and "
                f"{ALERT_RECALL['onset']:.2f} for onset on the validation households"
            ),
            "high": contents.high_threshold,
            "high_reason": "more likely than not",
        },
    }


def _judged(
    plan: BuildPlan, parts: dict[str, tuple[pd.DataFrame, Bools]], judge: Judge, alert: float
) -> dict[str, Any]:
    """Everything measured on test households and on the world with known risks."""
    rows, y = parts["test"]
    rivals = _rivals(plan, *parts["train"])
    y_prob = judge(rows)
    groups = {"all": np.full(len(rows), True), "onset": ~rule_of_thumb(rows)}
    required_only = judge(rows.drop(columns=list(OPTIONAL)))

    def scores(q: Floats, threshold: float) -> dict[str, Any]:
        return {name: score(y[g], q[g], threshold).to_dict() for name, g in groups.items()}

    thresholds = {n: _own_threshold(n, rival, *parts["validation"]) for n, rival in rivals.items()}
    return {
        "test": scores(y_prob, alert),
        "test_required_only": scores(required_only, alert),
        "rivals": {n: scores(rival(rows), thresholds[n]) for n, rival in rivals.items()},
        "world": _world(plan),
        "truth": _distances(plan, {"network": judge} | rivals),
        "classes": _classes(y, y_prob, alert),
        "calibration": {
            name: calibration_table(y[g], y_prob[g]).to_dict("list") for name, g in groups.items()
        },
        "threshold_table": {
            name: threshold_table(y[g], y_prob[g]).to_dict("list") for name, g in groups.items()
        },
        "score_quantiles": _score_quantiles(rows, y_prob),
    }


def _rivals(plan: BuildPlan, households: pd.DataFrame, stressed: Bools) -> dict[str, Judge]:
    n = plan.n_baseline
    return fit_baselines(households.iloc[:n], stressed[:n], plan.seed)


def _own_threshold(name: str, judge: Judge, households: pd.DataFrame, stressed: Bools) -> float:
    """A rival gets a threshold by the same promises; the rule of thumb is a yes or a no."""
    if name == RULE_NAME:
        return HIGH_THRESHOLD
    return choose_threshold(stressed, judge(households), ~rule_of_thumb(households))


def _world(plan: BuildPlan) -> dict[str, Any]:
    """How the world these households come from compares with published facts."""
    facts = reality_check(plan.n_reality, plan.seed, plan.assumptions)
    cells = reality_by_income(plan.n_reality, plan.seed, plan.assumptions)
    return {
        "seed": plan.seed,
        "n_households": plan.n_reality,
        "statistics": len(facts),
        "with_a_published_value": int(facts["published"].notna().sum()),
        "edges_set_with_a_model_in_view": int(facts["basis"].str.startswith("edge").sum()),
        "in_band": int(facts["in_band"].sum()),
        "out_of_band": facts.index[~facts["in_band"]].tolist(),
        "quantiles_by_income": len(cells),
        "within_1.5": int((cells["off_by"] <= 1.5).sum()),
        "within_1.25": int((cells["off_by"] <= 1.25).sum()),
    }


def _distances(plan: BuildPlan, judges: dict[str, Judge]) -> dict[str, Any]:
    """The best possible prediction on fresh households, and how far each model is from it."""
    world = simulate(plan.n_truth, plan.seed + 1, plan.assumptions)
    true_risk = world.true_risk(plan.n_futures)
    groups = {"all": np.full(len(world), True), "onset": world.onset}
    predictions = {name: judge(world.households) for name, judge in judges.items()}
    return {
        "seed": plan.seed + 1,
        "n_futures": plan.n_futures,
        "true_risk": {
            name: _best_possible(world.stressed[rows], true_risk[rows], plan.n_futures)
            for name, rows in groups.items()
        },
        "excess_mnat": {
            name: {
                group: excess_loss(q[rows], true_risk[rows], plan.n_futures)
                for group, rows in groups.items()
            }
            for name, q in predictions.items()
        },
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
    classes = np.array([risk_class(p, alert, HIGH_THRESHOLD) for p in y_prob.tolist()])
    rows_of = {name: classes == name for name in RISK_CLASSES}
    return {
        name: {"share": float(rows.mean()), "stressed_share": float(y[rows].mean())}
        for name, rows in rows_of.items()
    }


def _score_quantiles(households: pd.DataFrame, y_prob: Floats) -> list[dict[str, Any]]:
    """The 101 quantiles of the score by income band, to say where a household stands."""
    income = households["monthly_income"].to_numpy()
    bands = []
    for low, high in pairwise(INCOME_BANDS):
        inside = y_prob[(income >= low) & (income < high)]
        bands.append(
            {
                "monthly_income_from": low,
                "monthly_income_to": None if np.isinf(high) else high,
                "score": (100 * np.quantile(inside, np.linspace(0, 1, 101))).round(2).tolist(),
            }
        )
    return bands
