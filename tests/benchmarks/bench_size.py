"""`make bench`: what the capstone of lesson 7 measures, lived beforehand. Writes `size.md`.

Two things differ between the shipped model and one that a learner builds in another world: the
world, and how many households it learned from. So models of the learner's size are built in the
usual world (controls) and in one with twice as many surprise bills, each from three seeds,
and held against the true risk of new households. All see the same households, so each difference
has the interval of a paired one. It speaks of which households were drawn; how much one training
differs from the next is what the seeds show.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from reporting import report

from finrisk.data.assumptions import Assumptions
from finrisk.data.population import simulate
from finrisk.ml.build import BuildPlan, build
from finrisk.ml.distance import excess_losses
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

REPORT = Path(__file__).with_name("size.md")
N_HOUSEHOLDS = 50_000  # as the capstone says
SEEDS = (2026, 1, 2)
N_JUDGED, JUDGED_SEED, N_FUTURES = 20_000, 7, 300
USUAL = Assumptions()
MORE_BILLS = Assumptions(bill_chance=2 * USUAL.bill_chance)

Floats = NDArray[np.float64]


def _built(assumptions: Assumptions, seed: int) -> Predictor:
    """A model of the learner's size, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(models_dir=Path(folder))
        build(BuildPlan(n_households=N_HOUSEHOLDS, assumptions=assumptions, seed=seed), settings)
        return Predictor.load(settings.model_path)


def _risk(model: Predictor, households: pd.DataFrame) -> Floats:
    return model.predict_many(households)["probability"].to_numpy()


def compared() -> pd.DataFrame:
    """Excess loss of each model in both worlds, and how far that is from the shipped one's."""
    models = {"shipped": Predictor.load()}
    models |= {f"control, seed {seed}": _built(USUAL, seed) for seed in SEEDS}
    models |= {f"more bills, seed {seed}": _built(MORE_BILLS, seed) for seed in SEEDS}
    rows = []
    for world, assumptions in (("usual", USUAL), ("more bills", MORE_BILLS)):
        judged = simulate(N_JUDGED, JUDGED_SEED, assumptions)
        true_risk = judged.true_risk(N_FUTURES)
        losses = {
            name: excess_losses(_risk(model, judged.households), true_risk, N_FUTURES)
            for name, model in models.items()
        }
        for name, loss in losses.items():
            row = {"judged in": world, "model": name, "excess loss": f"{loss.mean():.1f}"}
            row["- shipped"] = _with_interval(loss - losses["shipped"])
            # The fair comparison: as many households, the same seed, another world
            control = name.replace("more bills", "control")
            row["- control, same seed"] = _with_interval(loss - losses[control])
            rows.append(row)
    return pd.DataFrame(rows)


def _with_interval(differences: Floats) -> str:
    """Mean and 95 % interval of a paired difference."""
    if not differences.any():
        return "-"
    margin = 1.96 * differences.std(ddof=1) / np.sqrt(len(differences))
    return f"{differences.mean():+.1f} ± {margin:.1f}"


if __name__ == "__main__":
    title = f"Models from {N_HOUSEHOLDS:,} households, in two worlds (milli-nats)"
    REPORT.write_text(
        report("What size is worth, and what the world is", [(title, compared)]),
        encoding="utf-8",
        newline="\n",
    )
