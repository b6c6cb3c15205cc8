"""From nothing to a model file: simulate, split, train, choose thresholds, score, save.

The order is the point. Scaler, typical household and thresholds come from training and
validation households; the test households are touched once, at the end, to report
(`metrics_json.py`).
"""

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
from finrisk.data.training_rows import LabelledRows, labelled_households
from finrisk.errors import FinriskError
from finrisk.inputs import INPUTS
from finrisk.ml.baselines import rule_of_thumb
from finrisk.ml.dataset import TrainingData
from finrisk.ml.forecaster import Forecaster, network_forecaster
from finrisk.ml.metrics_json import Parts, distances, rivals_of, tested, world_figures
from finrisk.ml.model_file import ModelFile, check_folder, save
from finrisk.ml.thresholds import ALERT_RECALL, HIGH_THRESHOLD, choose_threshold, class_shares
from finrisk.ml.train import Recipe, Training, progress_bar, train
from finrisk.settings import Settings

__all__ = ["BuildPlan", "build"]

Floats = NDArray[np.float64]

FEWEST_HOUSEHOLDS = 1_000  # below, the parts are too small to choose a threshold on
FEWEST_MEASURED = 100  # below, a group may hold nobody who becomes stressed
LARGEST_SEED = 2**32 - 1  # the split takes no larger one
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

    n_households: int = 2_000_000  # simulated, then split 70/15/15
    n_lives: int = 16  # futures behind each training label; validation and test have one
    n_truth: int = 20_000  # fresh households whose true risk is computed
    n_futures: int = 500  # re-lived futures of each of them
    n_reality: int = 100_000  # households held against published facts
    seed: int = 2026
    recipe: Recipe = Recipe()
    assumptions: Assumptions = Assumptions()

    def __post_init__(self) -> None:
        least = {"n_households": FEWEST_HOUSEHOLDS, "n_lives": 1, "n_futures": 1}
        least |= {"n_truth": FEWEST_MEASURED, "n_reality": FEWEST_MEASURED}
        for name, number in least.items():
            object.__setattr__(self, name, check_whole(name, getattr(self, name), number))
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
        FinriskError: for a plan that is none, or a models folder that cannot be written to,
            said before any work; or if the thresholds leave a risk class nearly empty. Nothing is
            written.
    """
    check_kind("plan", plan, BuildPlan, "Write BuildPlan(n_households=50_000), for example.")
    settings, tell = settings or Settings(), on_stage or _silent
    check_folder(settings.models_dir)  # now, not after minutes of work
    tell(f"Simulating {plan.n_households:,} households")
    rows = labelled_households(plan.n_households, plan.seed, plan.assumptions, plan.n_lives)
    parts = _parts(rows, plan.seed)
    tell("Training")
    preprocessor = Preprocessor.fit(engineer_features(parts["train"].households))
    training = _train(parts, preprocessor, plan.recipe)
    tell("Choosing thresholds and measuring")
    forecaster = network_forecaster(training.model, preprocessor)
    alert = _alert_threshold(parts["validation"], forecaster)
    contents = _contents(training, preprocessor, alert, parts["train"].households)
    metrics = _figures(plan, training, contents) | _measured(plan, parts, forecaster, alert)
    save(contents, metrics, settings.model_path, settings.metrics_path)
    return metrics


def _parts(rows: LabelledRows, seed: int) -> Parts:
    """The 70/15/15 split: each household in one part."""
    return {
        name: LabelledRows(
            rows.households.iloc[at].reset_index(drop=True),
            rows.stressed[at],
            rows.stressed_share[at],
        )
        for name, at in asdict(split_households(rows.stressed, seed)).items()
    }


def _train(parts: Parts, preprocessor: Preprocessor, recipe: Recipe) -> Training:
    """Learn from many lives of the training households; watch one life of the validation ones."""
    learn, watch = parts["train"], parts["validation"]
    with progress_bar(recipe) as show:
        return train(
            TrainingData.make(learn.households, learn.stressed_share, preprocessor),
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
    libraries = ("finrisk", "torch", "numpy", "pandas", "scikit-learn")
    return ModelFile(
        model=training.model,
        preprocessor=preprocessor,
        alert_threshold=alert,
        high_threshold=HIGH_THRESHOLD,
        typical={name: float(train_rows[name].median()) for name in INPUTS},
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
