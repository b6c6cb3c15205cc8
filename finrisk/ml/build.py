"""From nothing to a model file: simulate, split, train, choose thresholds, score, save.

The order is the point. Scaler, typical household and thresholds come from training and
validation households; the test households are touched once, at the end, to report
(`metrics_json.py`).
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from finrisk.checks import check_kind, check_whole
from finrisk.data.assumptions import Assumptions
from finrisk.data.feature_engineering import engineer_features, ratios_of
from finrisk.data.population import simulate
from finrisk.data.preprocessing import Preprocessor, split_households
from finrisk.data.training_rows import (
    MOST_LIVES,
    ChangedRows,
    LabelledRows,
    households_and_changes,
    some_of,
)
from finrisk.errors import FinriskError
from finrisk.inputs import INPUTS
from finrisk.memory import check_memory
from finrisk.ml.baselines import rule_of_thumb
from finrisk.ml.dataset import TrainingData
from finrisk.ml.figures import Metrics, flaws_in
from finrisk.ml.forecaster import Forecaster, network_forecaster
from finrisk.ml.metrics_json import (
    Parts,
    after_changes,
    distances,
    rivals_of,
    tested,
    world_figures,
)
from finrisk.ml.model_file import ModelFile, check_folder, save
from finrisk.ml.thresholds import ALERT_RECALL, HIGH_THRESHOLD, choose_threshold, class_shares
from finrisk.ml.train import Recipe, Training, progress_bar, train
from finrisk.settings import Settings

__all__ = ["BuildPlan", "build"]

Floats = NDArray[np.float64]

# Below the least, parts and groups are too small to choose and to measure in; beyond the most, no
# machine would come to an end. What this machine can hold is looked at when the build begins.
LIMITS = {
    "n_households": (1_000, 10**9),
    "n_lives": (1, MOST_LIVES),
    "n_truth": (100, 10**8),
    "n_futures": (1, 10**6),
    "n_reality": (100, 10**8),
}
LARGEST_SEED = 2**32 - 1  # the split takes no larger one
# Memory in GB, from the peaks of builds with 400,000 and 3,200,000 households (and the moves that
# the penalty takes from), with 400,000 in n_truth, and with 1,000,000 in n_reality.
GB_TO_BEGIN, GB_A_ROW, GB_A_TRUTH, GB_A_FACT = 1.5, 1.05e-6, 2.6e-6, 1.1e-5
LEARNED = 0.9  # the loss must fall at least to this share of the one of who knows the mean alone
SMALLEST_CLASS = 0.05  # share of validation households each risk class must hold
SEEN = (0.001, 0.999)  # quantiles between which a value counts as seen in training


@dataclass(frozen=True)
class BuildPlan:
    """How large a build is, and from which seed.

    Raises:
        FinriskError: for a number that no build could use, at construction.

    >>> BuildPlan(n_households=50_000).n_lives
    16
    """

    n_households: int = 3_200_000  # simulated, then split 70/15/15
    n_lives: int = 16  # futures behind each training label; validation and test have one
    n_truth: int = 20_000  # fresh households whose true risk is computed
    n_futures: int = 500  # re-lived futures of each of them
    n_reality: int = 100_000  # households held against published facts
    seed: int = 2026
    recipe: Recipe = Recipe()
    assumptions: Assumptions = Assumptions()

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            number = check_whole(name, getattr(self, name), least)
            object.__setattr__(self, name, check_whole(name, number, least, most))
        object.__setattr__(self, "seed", check_whole("seed", self.seed, 0, LARGEST_SEED))
        check_kind("recipe", self.recipe, Recipe)
        check_kind("assumptions", self.assumptions, Assumptions)


def build(
    plan: BuildPlan = BuildPlan(),
    settings: Settings | None = None,
    on_stage: Callable[[str], None] | None = None,
) -> dict[str, Any]:
    """Simulate, train, score and write `models/`; returns the metrics.

    Raises:
        FinriskError: for a plan that is none or does not fit into this machine, or a models
            folder that cannot be written to, said before any work; or if the network has learned
            next to nothing, or the thresholds leave a risk class nearly empty. Nothing is written.
    """
    check_kind("plan", plan, BuildPlan, "Write BuildPlan(n_households=50_000), for example.")
    settings = Settings() if settings is None else settings
    check_kind("settings", settings, Settings)
    tell = _silent if on_stage is None else on_stage
    # Now, not after minutes of work
    _check_room(plan)
    check_folder(settings.models_dir, (settings.metrics_path.name, settings.model_path.name))
    tell(f"Simulating {plan.n_households:,} households")
    rows, changed = households_and_changes(
        plan.n_households, plan.seed, plan.assumptions, plan.n_lives
    )
    split = asdict(split_households(rows.stressed, plan.seed))
    parts = {name: some_of(rows, at) for name, at in split.items()}
    changed_parts = {name: some_of(changed, at) for name, at in split.items()}
    tell("Training")
    preprocessor = Preprocessor.fit(engineer_features(parts["train"].households))
    training = _train(parts, changed_parts["train"], preprocessor, plan.recipe)
    _check_learned(training, parts["validation"])
    tell("Choosing thresholds and measuring")
    forecaster = network_forecaster(training.model, preprocessor)
    alert = _alert_threshold(parts["validation"], forecaster)
    contents = _contents(training, preprocessor, alert, parts["train"].households)
    metrics = _figures(plan, training, contents) | _measured(plan, parts, forecaster, alert)
    test, changed_test = parts["test"], changed_parts["test"]
    risks = forecaster(test.households, changed_test.change)
    metrics |= after_changes(test, changed_test, risks, alert)
    _check_metrics(metrics | {"model_id": contents.model_id})
    save(contents, metrics, settings.model_path, settings.metrics_path)
    return metrics


def _check_room(plan: BuildPlan) -> None:
    """Refuse a plan that does not fit into memory, by the number that fills most of it."""
    check_memory("n_households", plan.n_households, GB_A_ROW, GB_TO_BEGIN)
    # Afterwards come the fresh households, then the published facts.
    rows = GB_A_ROW * plan.n_households
    check_memory("n_truth", plan.n_truth, GB_A_TRUTH, GB_TO_BEGIN + rows)
    check_memory("n_reality", plan.n_reality, GB_A_FACT, GB_TO_BEGIN + rows)


def _check_learned(training: Training, validation: LabelledRows) -> None:
    """Refuse a network that knows little more than how many become stressed."""
    share = validation.stressed.mean()
    of_mean = -(share * math.log(share) + (1 - share) * math.log(1 - share))
    loss = training.best.validation_loss
    if not loss < LEARNED * of_mean:
        raise FinriskError(
            f"validation_loss must fall below {LEARNED * of_mean:.3f}, got {loss:.3f}: predicting "
            f"{share:.0%} for everybody reaches {of_mean:.3f}. Train on more households, for more "
            "epochs or with another learning_rate; nothing was written.",
            field="validation_loss",
        )


def _check_metrics(metrics: dict[str, Any]) -> None:
    """Refuse figures that faces could not show, such as a share of nobody in a small build."""
    for found in flaws_in(metrics, Metrics):
        raise FinriskError(
            f"metrics must be measured on enough households, got figures of which one {found}. "
            "Build with more households; nothing was written.",
            field="metrics",
        )


def _train(
    parts: Parts, changed: ChangedRows, preprocessor: Preprocessor, recipe: Recipe
) -> Training:
    """Learn from many lives of the training households, as they are and changed.

    Watched is one life of the validation households, who change nothing.
    """
    learn, watch = parts["train"], parts["validation"]
    data = TrainingData.make(learn.households, learn.stressed_share, preprocessor)
    data = data.with_changes(changed.change, changed.stressed_share)
    with progress_bar(recipe) as show:
        return train(
            data,
            TrainingData.make(watch.households, watch.stressed, preprocessor),
            recipe,
            show,
        )


def _silent(_: str) -> None:
    """Nobody asked how far the build is."""


def _alert_threshold(validation: LabelledRows, forecaster: Forecaster) -> float:
    """Refused if it leaves a class nearly empty."""
    y_prob = forecaster(validation.households)
    alert = choose_threshold(validation.stressed, y_prob, ~rule_of_thumb(validation.households))
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
    seen = pd.concat([train_rows, ratios_of(train_rows)], axis=1).quantile(list(SEEN))
    medians = train_rows[list(INPUTS)].median()
    counts = [name for name, field in INPUTS.items() if field.whole]
    medians[counts] = medians[counts].round()  # of an even number of households it may be 6.5
    libraries = ("finrisk", "torch", "numpy", "pandas", "scikit-learn")
    return ModelFile(
        model=training.model,
        preprocessor=preprocessor,
        alert_threshold=alert,
        high_threshold=HIGH_THRESHOLD,
        typical={str(name): float(median) for name, median in medians.items()},
        seen={str(name): (float(low), float(high)) for name, (low, high) in seen.items()},
        versions={name: version(name).split("+")[0] for name in libraries},
    )


def _figures(plan: BuildPlan, training: Training, contents: ModelFile) -> dict[str, Any]:
    """What the model is and how it was made."""
    return {
        "seed": plan.seed,
        "n_households": plan.n_households,
        "n_lives": plan.n_lives,
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


def _measured(
    plan: BuildPlan, parts: Parts, forecaster: Forecaster, alert: float
) -> dict[str, Any]:
    """Test households, published facts, and a fresh world with known risks."""
    rivals = rivals_of(parts, plan.seed)
    fresh = simulate(plan.n_truth, plan.seed + 1, plan.assumptions)
    return {
        **tested(parts, forecaster, rivals, alert),
        "world": world_figures(plan.n_reality, plan.seed, plan.assumptions),
        "truth": distances(fresh, {"network": forecaster} | rivals, plan.n_futures),
    }
