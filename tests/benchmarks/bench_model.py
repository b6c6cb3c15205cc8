"""`make bench`: the shipped model at its limit, and judged without mercy.

Writes `models/benchmarks.json`, from which the model card is made. Everything is measured on
households that no model has seen. Name sections to measure these only and keep the rest:
`python tests/benchmarks/bench_model.py layers speed`. Real families are measured where
`--survey FILE` names their file, which is not part of this project (`finrisk families --help`).
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from os import environ
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from feature_limit import N_HOUSEHOLDS, N_LIVES, learners
from numpy.typing import NDArray
from peers import OURS, WHAT_IF_PEER, Rows, fit_all, our_network, race
from reporting import kept, machine, seconds
from what_if import drawn, moves, suggested

from finrisk.authors.model_card import SECTIONS
from finrisk.data.assumptions import KINDS
from finrisk.data.drawn_changes import draw_changes
from finrisk.data.feature_engineering import OPTIONAL, engineer_features
from finrisk.data.population import Population, simulate
from finrisk.data.preprocessing import Preprocessor, split_households
from finrisk.data.training_rows import households_and_changes, labelled_households, some_of
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.ml.audit import KNOWLEDGE, hidden, wrong_way
from finrisk.ml.build import BuildPlan
from finrisk.ml.calibration import calibration_by_group
from finrisk.ml.dataset import TrainingData, random_households
from finrisk.ml.distance import distance, excess_losses, floor_loss
from finrisk.ml.explain import IDEAS, effects, integrated_gradients
from finrisk.ml.forecaster import Forecaster, network_forecaster
from finrisk.ml.metrics_json import own_threshold
from finrisk.ml.model_file import load_model
from finrisk.ml.predictor import Predictor
from finrisk.ml.scores import score
from finrisk.ml.standing import INCOME_BANDS
from finrisk.ml.tensors import to_tensor
from finrisk.ml.train import Epoch, Recipe, train
from finrisk.prediction import RISK_CLASSES, Driver
from finrisk.settings import Settings

torch.set_num_threads(1)

REPORT = Settings().models_dir / "benchmarks.json"
Floats = NDArray[np.float64]
N_JUDGED, N_FUTURES, SEED = 200_000, 300, 4_000  # fresh households, their futures, and seed
N_PEERS = 1_000_000  # households for the peers, split 70/15/15
N_RESAMPLES = 1_000
N_CHANGED = 40_000  # fresh households with a change, for those who are asked what if


@cache
def shipped() -> Predictor:
    return Predictor.load()


@cache
def world() -> Population:
    return simulate(N_JUDGED, SEED)


@cache
def true_risk() -> Floats:
    return world().true_risk(N_FUTURES)


def groups() -> dict[str, NDArray[np.bool_]]:
    return {"all": np.full(N_JUDGED, True), "onset": world().onset}


def ours(households: pd.DataFrame, predictor: Predictor | None = None) -> Floats:
    """The risks of the shipped model, or of another build of it."""
    return (predictor or shipped()).predict_many(households)["probability"].to_numpy()


def ours_after(households: pd.DataFrame, change: Any = None) -> Floats:
    """The shipped model's risks, after a change if there is one."""
    return shipped().predict_many(households, change=change)["probability"].to_numpy()


def from_truth(q: Floats) -> dict[str, dict[str, float]]:
    """Excess loss and its standard error, all and onset."""
    return {
        name: distance(q[rows], true_risk()[rows], N_FUTURES)._asdict()
        for name, rows in groups().items()
    }


def layers() -> dict[str, Any]:
    """Floor, feature limit, and what the shipped model adds."""
    known = {name: forecaster(world().households) for name, forecaster in learners().items()}
    q, best = ours(world().households), known["mean of trees and network"]
    return {
        "n_households": N_JUDGED,
        "n_futures": N_FUTURES,
        "learners_from": {"households": N_HOUSEHOLDS, "lives": N_LIVES},
        "learners": {name: from_truth(risk) for name, risk in known.items()},
        "shipped": from_truth(q),
        "floor_nats": {
            name: floor_loss(true_risk()[rows], N_FUTURES) for name, rows in groups().items()
        },
        "shortfall": _by_group(_behind_by(q, best)),
    }


def _behind_by(q: Floats, other: Floats) -> Floats:
    """How much more q loses than the other, household by household, mnat."""
    return excess_losses(q, true_risk(), N_FUTURES) - excess_losses(other, true_risk(), N_FUTURES)


def _mean(values: Floats) -> dict[str, float]:
    return {
        "mean": float(values.mean()),
        "standard_error": float(values.std() / np.sqrt(len(values))),
    }


def time_to_quality() -> list[dict[str, Any]]:
    """The recipe on more and more households, and on more lives of the most."""
    rows = labelled_households(2_000_000, 2026, None, 16)
    split = split_households(rows.stressed, 2026)
    watch = split.validation[:150_000]
    found = []
    for n, lives in ((14_000, 1), (140_000, 1), (700_000, 1), (1_400_000, 1), (1_400_000, 16)):
        learn = split.train[:n]
        label = rows.stressed_share if lives > 1 else rows.stressed
        found.append(_run(rows.households, (learn, watch), label, rows.stressed))
        found[-1] |= {"households": n, "lives": lives}
        print({k: v for k, v in found[-1].items() if k != "curve"}, flush=True)
    return found


def _run(
    households: pd.DataFrame,
    parts: tuple[NDArray[np.int64], NDArray[np.int64]],
    label: NDArray[Any],
    stressed: NDArray[np.bool_],
) -> dict[str, Any]:
    learn, watch = (households.iloc[at].reset_index(drop=True) for at in parts)
    preprocessor = Preprocessor.fit(engineer_features(learn))
    data = TrainingData.make(learn, label[parts[0]], preprocessor)
    validation = TrainingData.make(watch, stressed[parts[1]], preprocessor)
    curve: list[tuple[float, float]] = []
    start = time.perf_counter()

    def note(epoch: Epoch) -> None:
        curve.append((time.perf_counter() - start, epoch.validation_loss))

    training = train(data, validation, Recipe(), note)
    q = network_forecaster(training.model, preprocessor)(world().households)
    return {"seconds": curve[-1][0], "curve": curve, "excess": from_truth(q)}


def peers() -> dict[str, Any]:
    """Everything else a practitioner would use, on the same rows."""
    rows = _peer_rows()
    found: dict[str, Any] = {}
    risks: dict[str, Floats] = {}
    fitted = fit_all(rows)
    for name, (forecaster, fit_seconds) in fitted.items():
        risks[name] = forecaster(world().households)
        threshold = own_threshold(name, forecaster, rows.validation)
        found[name] = {
            "fit_seconds": fit_seconds,
            "one_row_ms": _milliseconds(_asked(forecaster, 1), 30),
            "bulk_seconds": seconds(_asked(forecaster, 100_000)),
            "scores": _scores(risks[name], threshold),
            "excess": from_truth(risks[name]),
        }
    for name in found:
        found[name]["behind_ours"] = _behind(risks[name], risks[OURS])
    return {
        "n_train": len(rows.train.stressed),
        "n_validation": len(rows.validation.stressed),
        "n_judged": N_JUDGED,
        "models": found,
        "after_a_change": {
            name: _after_a_change(forecaster)
            for name, forecaster in {
                **{name: fitted[name][0] for name in (OURS, WHAT_IF_PEER)},
                "shipped": ours_after,
            }.items()
        },
        "our_seeds": [found[OURS]["excess"], *(from_truth(_again(rows, s)) for s in (1, 2))],
        "shipped": {
            "scores": _scores(ours(world().households), shipped().alert_threshold),
            "excess": from_truth(ours(world().households)),
            "behind_ours": _behind(ours(world().households), risks[OURS]),
        },
    }


@cache
def _changed_world() -> tuple[Population, pd.DataFrame, Floats]:
    """Fresh households, what each changes, and the true risk after it."""
    fresh = simulate(N_CHANGED, SEED + 6)
    change = draw_changes(fresh.households, np.random.default_rng(SEED))
    return fresh, change, fresh.true_risk(N_FUTURES, change=change)


def _after_a_change(forecaster: Any) -> dict[str, dict[str, float]]:
    """Excess loss after a change as drawn in training, all and onset."""
    fresh, change, risk = _changed_world()
    q, onset = forecaster(fresh.households, change), fresh.onset
    parts = {"all": np.full(len(q), True), "onset": onset}
    return {
        name: distance(q[rows], risk[rows], N_FUTURES)._asdict() for name, rows in parts.items()
    }


def _asked(forecaster: Forecaster, n: int) -> Callable[[], Floats]:
    return lambda: forecaster(world().households[:n])


def _again(rows: Rows, seed: int) -> Floats:
    """Our network on the same rows, from another first draw of weights."""
    return our_network(rows, seed)(world().households)


@cache
def _peer_rows() -> Rows:
    rows, changed = households_and_changes(N_PEERS, SEED + 1)
    split = split_households(rows.stressed, SEED + 1)
    learn = some_of(rows, split.train)
    preprocessor = Preprocessor.fit(engineer_features(learn.households))
    return Rows(
        learn,
        some_of(changed, split.train),
        some_of(rows, split.validation),
        preprocessor,
    )


def _scores(q: Floats, threshold: float) -> dict[str, dict[str, float]]:
    y = world().stressed
    return {name: score(y[g], q[g], threshold).to_dict() for name, g in groups().items()}


def _behind(q: Floats, base: Floats) -> dict[str, dict[str, Any]]:
    """Paired bootstrap: how much higher the excess loss of q is, with its 95 % interval."""
    gap, rng, found = _behind_by(q, base), np.random.default_rng(SEED), {}
    for name, rows in groups().items():
        gaps = gap[rows]
        draws = [gaps[rng.integers(len(gaps), size=len(gaps))].mean() for _ in range(N_RESAMPLES)]
        found[name] = {
            "excess": float(gaps.mean()),
            "excess_interval": np.quantile(draws, [0.025, 0.975]).tolist(),
        }
    return found


def speed_race() -> list[dict[str, float | None]]:
    """Against MLPClassifier, to the same validation loss."""
    return race(_peer_rows())


def calibrated() -> dict[str, Any]:
    """ECE of the shipped model by group, each beside what luck alone would show."""
    rows, y, found = world().households, world().stressed, {}
    judged = shipped().predict_many(rows)
    q, income = judged["probability"].to_numpy(), rows["monthly_income"].to_numpy()
    by: dict[str, NDArray[np.bool_]] = dict(groups())
    by |= {f"class {name}": (judged["risk_class"] == name).to_numpy() for name in RISK_CLASSES}
    for low, high in pairwise(INCOME_BANDS):
        name = f"income ${low:,.0f} to ${high:,.0f}" if high < np.inf else f"income ${low:,.0f} on"
        by[name] = (income >= low) & (income < high)
    for number, kind in enumerate(KINDS):
        by[f"kind {kind}"] = world().traits.kind == number
        by[f"kind {kind}, onset"] = by[f"kind {kind}"] & world().onset
    found["all known"] = calibration_by_group(y, q, by)
    for known in list(KNOWLEDGE)[1:]:
        found[known] = calibration_by_group(y, ours(hidden(rows, known)), groups())
    required = hidden(rows, "required only")
    for name in OPTIONAL:
        one = required.assign(**{name: rows[name]})
        found[f"only {INPUTS[name].label.lower()}"] = calibration_by_group(y, ours(one), groups())
        rest = rows.assign(**{name: np.nan})
        found[f"no {INPUTS[name].label.lower()}"] = calibration_by_group(y, ours(rest), groups())
    return {name: table.to_dict("index") for name, table in found.items()}


def boundaries() -> dict[str, Any]:
    """Recall and precision where Moderate and where High begin; stress rate of each class."""
    q, y = ours(world().households), world().stressed
    classes = shipped().predict_many(world().households)["risk_class"].to_numpy()
    return {
        "alert": _scores(q, shipped().alert_threshold),
        "high": _scores(q, shipped().high_threshold),
        "alert, required only": _scores(
            ours(hidden(world().households, "required only")), shipped().alert_threshold
        ),
        "classes": {
            group: {
                name: {
                    "share": float((classes[rows] == name).mean()),
                    "stressed_share": float(y[rows & (classes == name)].mean()),
                    "true_risk": float(true_risk()[rows & (classes == name)].mean()),
                }
                for name in RISK_CLASSES
            }
            for group, rows in groups().items()
        },
    }


def worth_of_fields() -> dict[str, Any]:
    """What is lost if one optional field is not given, and won if it is the only one."""
    rows, required = world().households, hidden(world().households, "required only")
    full, none = ours(rows), ours(required)
    found: dict[str, Any] = {known: from_truth(ours(hidden(rows, known))) for known in KNOWLEDGE}
    found["fields"] = {
        name: {
            "lost_without": _by_group(_behind_by(ours(rows.assign(**{name: np.nan})), full)),
            "won_alone": _by_group(_behind_by(none, ours(required.assign(**{name: rows[name]})))),
        }
        for name in OPTIONAL
    }
    return found


def _by_group(values: Floats) -> dict[str, dict[str, float]]:
    return {name: _mean(values[rows]) for name, rows in groups().items()}


def wrong_moves() -> list[dict[Hashable, Any]]:
    """The table of helpful moves: two crowds, three states of knowledge."""
    crowds = {
        "simulated": world().households[:10_000],
        "random": random_households(10_000, np.random.default_rng(SEED)),
    }
    tables = [
        wrong_way(ours, hidden(rows, known)).assign(households=crowd, known=known)
        for crowd, rows in crowds.items()
        for known in KNOWLEDGE
    ]
    return pd.concat(tables).to_dict("records")


def what_if() -> dict[str, Any]:
    """Moves held against the truth and the floor, and changes as drawn in training."""
    return moves(ours_after, SEED + 2) | {"drawn": drawn(ours_after, SEED + 4)}


def costs() -> dict[str, Any]:
    """What changed rows and penalty cost, in time and mnat: with both, and without either."""
    plan = BuildPlan()
    who = (plan.n_households, plan.seed, plan.assumptions, plan.n_lives)
    alone = seconds(lambda: labelled_households(*who))
    start = time.perf_counter()
    rows, changed = households_and_changes(*who)
    simulated = time.perf_counter() - start - alone
    split = split_households(rows.stressed, plan.seed)
    learn, watch = some_of(rows, split.train), some_of(rows, split.validation)
    preprocessor = Preprocessor.fit(engineer_features(learn.households))
    data = TrainingData.make(learn.households, learn.stressed_share, preprocessor)
    validation = TrainingData.make(watch.households, watch.stressed, preprocessor)
    found: dict[str, Any] = {"simulated_seconds": simulated}
    learn_changed = some_of(changed, split.train)
    both = data.with_changes(learn_changed.change, learn_changed.stressed_share)
    plain = replace(plan.recipe, monotone_weight=0)
    for name, part, recipe in (
        ("with both", both, plan.recipe),
        ("without changed rows", data, plan.recipe),
        ("without penalty", both, plain),
    ):
        start = time.perf_counter()
        model = train(part, validation, recipe).model
        took = time.perf_counter() - start
        risk = network_forecaster(model, preprocessor)(world().households)
        found[name] = {"seconds": took, "from_truth": from_truth(risk)}
    return found


def suggestions() -> dict[str, Any]:
    """What suggestions tell fresh households, against what following them does."""
    return suggested(shipped().predict, SEED + 3)


def reasons() -> dict[str, Any]:
    """Whether drivers add up and keep their sign, and how far they are from plain ones."""
    p, rows = shipped(), simulate(1_000, SEED + 4).households
    people = [
        Household.from_mapping({str(name): value for name, value in row.items()})
        for known in KNOWLEDGE
        for row in hidden(rows, known).to_dict("records")
    ]
    points = np.array([_points(p.explain(person)) for person in people])
    raw, moved = 100 * _plain_and_moved(people)
    now = [p.predict(person) for person in people]
    differences = np.array([100 * (q.probability - q.typical_probability) for q in now])
    shown = np.abs(points) >= 0.05
    return {
        "n_households": len(people),
        "largest_gap_points": float(np.abs(points.sum(axis=1) - differences).max()),
        "share_confirmed": float((np.sign(points) == np.sign(moved))[shown].mean()),
        "share_taken_back": float((np.sign(raw) != np.sign(moved))[np.abs(raw) >= 0.05].mean()),
        "from_plain_mean": float(np.abs(points - raw).mean()),
        "from_plain_largest": float(np.abs(points - raw).max()),
    }


def _points(drivers: tuple[Driver, ...]) -> list[float]:
    by_idea = {driver.idea: driver.points for driver in drivers}
    return [by_idea[idea] for idea in IDEAS]


def _plain_and_moved(people: list[Household]) -> Floats:
    """Integrated gradients as they come, and the effects of each idea, (2, n_people, 5)."""
    contents = load_model(Settings().model_path)
    table = pd.DataFrame([contents.typical, *(person.to_dict() for person in people)])
    X = to_tensor(table, contents.preprocessor)
    typical, *rows = torch.split(X, 1)
    return np.array(
        [
            [measure(contents.model, row, typical) for row in rows]
            for measure in (integrated_gradients, effects)
        ]
    )


def outside() -> dict[str, Any]:
    """Each money field far beyond training: the largest step between neighbours, in points."""
    found = {}
    for name in ("monthly_income", "monthly_expenses", "savings", "debt"):
        field, steps = INPUTS[name], []
        values = np.geomspace(max(field.minimum, 1), field.maximum, 500)
        for household in EXAMPLES.values():
            curve = shipped().what_if(household, name, values.tolist())["probability"]
            assert curve.between(0, 1).all()
            steps.append(100 * float(curve.diff().abs().max()))
        found[name] = max(steps)
    return {"largest_step_points": found, "step": "4 % or less"}


def speed() -> dict[str, Any]:
    """Milliseconds at the 95th percentile, seconds for many rows, memory of a fresh process."""
    maria = EXAMPLES["Maria, on the edge"]
    rows = labelled_households(1_000_000, SEED + 5).households
    shipped().predict_many(rows[:1_000])

    def many(n: int) -> float:
        return seconds(lambda: shipped().predict_many(rows[:n]))

    return {
        "predict_ms_p95": _milliseconds(lambda: shipped().predict(maria), 300, 0.95),
        "what_if_all_ms_p95": _milliseconds(lambda: shipped().what_if_all(maria), 300, 0.95),
        "predict_many_seconds": {f"{n:,}": many(n) for n in (10_000, 100_000, 1_000_000)},
        "predict_many_1m_peak_mb": _peak_memory(),
    }


def _milliseconds(call: Callable[[], object], n: int, quantile: float = 0.5) -> float:
    call()
    return float(1000 * np.quantile([seconds(call) for _ in range(n)], quantile))


def _peak_memory() -> float:
    """Of a process that draws a million households as rows and predicts them, MB."""
    code = (
        "import numpy as np, resource; from finrisk.ml.dataset import random_households; "
        "from finrisk import Predictor; "
        "rows = random_households(1_000_000, np.random.default_rng(1)); "
        "Predictor.load().predict_many(rows); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def rebuild() -> dict[str, Any]:
    """`python -m finrisk train` from nothing: seconds, memory, and how far it is from the shipped.

    The same machine gives the same bits; another processor rounds and adds in another order.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "finrisk", "train"]
        took = seconds(
            lambda: subprocess.run(
                command,
                check=True,
                capture_output=True,
                env=environ | {"FINRISK_MODELS_DIR": folder},
            )
        )
        rebuilt = Path(folder, "latest_model.pth")
        same = rebuilt.read_bytes() == Settings().model_path.read_bytes()
        risks = ours(world().households, Predictor.load(rebuilt))
    differ = np.abs(risks - ours(world().households))
    return {
        "seconds": took,
        "peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "same_bits": same,
        "mean_difference": float(differ.mean()),
        "largest_difference": float(differ.max()),
    }


def families(survey: str) -> dict[str, Any]:
    """Real families of a survey's file: how they fared by our risk, and how well it tells them."""
    figures = shipped().families(survey).to_dict()
    return {"model_id": shipped().metrics["model_id"], "file": Path(survey).name, **figures}


# The model card names the sections; each is measured by the function of that name.
MEASURES: dict[str, Callable[[], Any]] = {name: globals()[name] for name in SECTIONS}


def main(names: list[str], survey: str | None = None) -> None:
    """Measure the named sections, or all; the families only from a survey's file."""
    model_id = shipped().metrics["model_id"]
    results = kept(REPORT, model_id) | {"model_id": model_id, "machine": machine()}
    measures = dict(MEASURES)
    if survey is not None:
        measures["families"] = partial(families, survey)
    for name in names or measures:
        took = time.perf_counter()
        results[name] = measures[name]()
        took = time.perf_counter() - took
        print(f"\n## {name} ({took:.0f} s)\n{json.dumps(results[name], indent=1)}", flush=True)
        text = json.dumps(results, indent=1)
        REPORT.write_text(f"{text}\n", encoding="utf-8", newline="\n")
    of_model = results.get("families", {}).get("model_id")
    if of_model != model_id:
        print(f"\nReal families: figures of model {of_model}; --survey FILE measures this one.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("names", nargs="*", metavar="SECTION", help=", ".join(MEASURES))
    parser.add_argument("--survey", metavar="FILE", help="real families: SCFP2019.csv, .gz or .zip")
    typed = parser.parse_args()
    if "families" in typed.names and typed.survey is None:
        parser.error("families needs --survey FILE")
    main(typed.names, typed.survey)
