"""What a practitioner would use instead: the same rows, the same features, one run.

Every peer learns from the same households with one 0/1 label each (one life, as with real
data), stops on the log loss of the same validation households, and gets its threshold there
by the same promises. Our network and one of the boosters also learn from one life of each
household with a change, and are asked what if. None was tuned beyond its library's advice (a
small learning rate and early stopping for the boosters, 128 and 64 neurons for the networks); our
recipe was chosen on validation households of this world.
"""

import copy
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import catboost
import lightgbm
import numpy as np
import pandas as pd
import torch
import xgboost
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from finrisk.change import Change
from finrisk.data.change_features import engineer_change
from finrisk.data.feature_engineering import engineer_features
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.data.training_rows import ChangedRows, LabelledRows, some_of
from finrisk.ml.baselines import RULE_NAME, fit_rule
from finrisk.ml.dataset import TrainingData
from finrisk.ml.forecaster import ChangeForecaster, Forecaster, network_forecaster
from finrisk.ml.train import Epoch, Recipe, train

__all__ = ["OURS", "WHAT_IF_PEER", "Rows", "fit_all", "our_network", "race"]

Floats = NDArray[np.float64]
OURS = "our network"
WHAT_IF_PEER = "LightGBM, with changes"
SEED = 0
SHORT = partial(Recipe, batch_size=1_024, max_epochs=5, monotone_weight=0)


class Rows(NamedTuple):
    """The same for everybody: households, prepared X and labels of one life each."""

    train: LabelledRows
    changed: ChangedRows  # one life of each training household with what it changes
    validation: LabelledRows
    preprocessor: Preprocessor

    def values(self, part: str) -> NDArray[np.float32]:
        """The 12 value columns, scaled; nothing is unknown in these rows."""
        return self.prepared(getattr(self, part).households)

    def prepared(self, households: pd.DataFrame) -> NDArray[np.float32]:
        return self.preprocessor.transform(engineer_features(households))[:, :N_VALUES]

    def both(self, households: pd.DataFrame, change: Any) -> NDArray[np.float32]:
        """The same and, behind them, what is seen of a change."""
        changed = engineer_change(households, change).to_numpy(np.float32)
        return np.hstack([self.prepared(households), changed])


def fit_all(rows: Rows) -> dict[str, tuple[Forecaster, float]]:
    """Name -> (forecaster, seconds to fit)."""
    peers: dict[str, Callable[[Rows], Forecaster]] = {
        OURS: our_network,
        "our network, balanced class weights": _balanced,
        "CatBoost": _catboost,
        "XGBoost": _xgboost,
        "LightGBM": _lightgbm,
        WHAT_IF_PEER: _lightgbm_what_if,
        "HistGradientBoosting": _hist,
        "random forest": _forest,
        "MLPClassifier": _mlp,
        "logistic regression": _logistic,
        "months saved, ranked": _ranking,
        RULE_NAME: lambda r: fit_rule(r.train.households, r.train.stressed),
    }
    fitted = {}
    for name, fit in peers.items():
        start = time.perf_counter()
        forecaster = fit(rows)
        fitted[name] = forecaster, time.perf_counter() - start
        print(f"fitted {name} in {fitted[name][1]:.1f} s", flush=True)
    return fitted


def _balanced(rows: Rows) -> Forecaster:
    """Stressed and stable weigh the same: of the rarer class, some are drawn again.

    The same in expectation as class weights; with 48 % stressed there is little to balance.
    """
    stressed = rows.train.stressed
    rare = np.flatnonzero(stressed if stressed.mean() < 0.5 else ~stressed)
    n_more = len(stressed) - 2 * len(rare)
    more = np.random.default_rng(SEED).choice(rare, size=n_more)
    at = np.concatenate([np.arange(len(stressed)), more])
    learn, changed = some_of(rows.train, at), some_of(rows.changed, at)
    return our_network(rows._replace(train=learn, changed=changed))


def our_network(rows: Rows, seed: int = SEED) -> ChangeForecaster:
    """The shipped recipe on these rows, from a first draw of weights."""
    learn = TrainingData.make(*rows.train[:2], rows.preprocessor)
    learn = learn.with_changes(rows.changed.change, rows.changed.stressed)
    watch = TrainingData.make(*rows.validation[:2], rows.preprocessor)
    return network_forecaster(train(learn, watch, Recipe(seed=seed)).model, rows.preprocessor)


def _by(rows: Rows, model: Any) -> Forecaster:
    """Any classifier of scikit-learn's shape."""
    return lambda table: np.asarray(
        model.predict_proba(rows.prepared(table))[:, 1], dtype=np.float64
    )


def _catboost(rows: Rows) -> Forecaster:
    model = catboost.CatBoostClassifier(
        iterations=3_000,
        early_stopping_rounds=50,
        random_seed=SEED,
        verbose=0,
        thread_count=2,
        allow_writing_files=False,
    )
    watch = rows.values("validation"), rows.validation.stressed
    return _by(rows, model.fit(rows.values("train"), rows.train.stressed, eval_set=watch))


def _xgboost(rows: Rows) -> Forecaster:
    model = xgboost.XGBClassifier(
        n_estimators=3_000,
        learning_rate=0.05,
        early_stopping_rounds=50,
        random_state=SEED,
        n_jobs=2,
    )
    watch = [(rows.values("validation"), rows.validation.stressed)]
    return _by(
        rows, model.fit(rows.values("train"), rows.train.stressed, eval_set=watch, verbose=0)
    )


def _lightgbm(rows: Rows) -> Forecaster:
    model = lightgbm.LGBMClassifier(
        n_estimators=3_000, learning_rate=0.05, random_state=SEED, n_jobs=2, verbose=-1
    )
    halt = lightgbm.early_stopping(50, verbose=False)
    model.fit(
        rows.values("train"),
        rows.train.stressed,
        callbacks=[halt],
        eval_X=rows.values("validation"),
        eval_y=rows.validation.stressed,
    )
    return _by(rows, model)


def _lightgbm_what_if(rows: Rows) -> ChangeForecaster:
    """The same booster on the rows that teach our network what-ifs: 12 values, 12 of the change."""
    nothing = Change()
    learn, watch = rows.train.households, rows.validation.households
    X = np.vstack([rows.both(learn, nothing), rows.both(learn, rows.changed.change)])
    model = lightgbm.LGBMClassifier(
        n_estimators=3_000, learning_rate=0.05, random_state=SEED, n_jobs=2, verbose=-1
    )
    model.fit(
        X,
        np.concatenate([rows.train.stressed, rows.changed.stressed]),
        callbacks=[lightgbm.early_stopping(50, verbose=False)],
        eval_X=rows.both(watch, nothing),
        eval_y=rows.validation.stressed,
    )

    def forecaster(households: pd.DataFrame, change: Any = nothing) -> Floats:
        return np.asarray(model.predict_proba(rows.both(households, change))[:, 1])

    return forecaster


def _hist(rows: Rows) -> Forecaster:
    model = HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=3_000,
        early_stopping=True,
        n_iter_no_change=50,
        random_state=SEED,
    )
    return _by(
        rows,
        model.fit(
            rows.values("train"),
            rows.train.stressed,
            X_val=rows.values("validation"),
            y_val=rows.validation.stressed,
        ),
    )


def _forest(rows: Rows) -> Forecaster:
    model = RandomForestClassifier(100, min_samples_leaf=50, n_jobs=2, random_state=SEED)
    return _by(rows, model.fit(rows.values("train"), rows.train.stressed))


def _mlp(rows: Rows) -> Forecaster:
    return _by(rows, _mlp_at_its_best(rows, SEED).model)


def _logistic(rows: Rows) -> Forecaster:
    model = LogisticRegression(max_iter=1_000)
    return _by(rows, model.fit(rows.values("train"), rows.train.stressed))


def _ranking(rows: Rows) -> Forecaster:
    """Months of expenses saved and nothing else; each level means what it meant in training."""
    model = IsotonicRegression(y_min=1e-4, y_max=1 - 1e-4, increasing=False, out_of_bounds="clip")

    def months(table: pd.DataFrame) -> Floats:
        return (table["savings"] / table["monthly_expenses"]).to_numpy()

    model.fit(months(rows.train.households), rows.train.stressed)
    return lambda table: np.asarray(model.predict(months(table)), dtype=np.float64)


def race(rows: Rows, rounds: int = 3) -> list[dict[str, float | None]]:
    """How long MLPClassifier takes to its best validation loss, and ours to the same one.

    In turns, one thread each, only fitting on the clock, all fields known in validation. Ours
    runs twice: as shipped (masks, penalty, all epochs, but without changes), and in a short
    schedule fixed beforehand and without the penalty, which MLPClassifier has no part in.

    Numbers too small for 32 bits count as 0 for both: MLPClassifier's L2 term shrinks weights that
    nothing uses to such numbers, and on some processors they make an epoch four times as long.
    """
    found = []
    torch.set_flush_denormal(True)  # numpy in this thread follows
    for seed in range(rounds):
        with threadpool_limits(1):
            theirs = _mlp_at_its_best(rows, seed)
        row: dict[str, float | None] = {"goal": theirs.loss}
        row["mlp_classifier_seconds"] = theirs.seconds
        for name, recipe in {"shipped": Recipe(seed=seed), "short": SHORT(seed=seed)}.items():
            epochs = _our_epochs(rows, recipe)
            row[f"{name}_seconds"] = next((t for t, x in epochs if x <= theirs.loss), None)
            row[f"{name}_best"] = min(x for _, x in epochs)
        found.append(row)
        print(row, flush=True)
    torch.set_flush_denormal(False)
    return found


class _Best(NamedTuple):
    model: MLPClassifier
    loss: float
    seconds: float


def _mlp_at_its_best(rows: Rows, seed: int, patience: int = 10) -> _Best:
    """MLPClassifier at its lowest validation loss, and the seconds of fitting until then."""
    X, y = rows.values("train"), rows.train.stressed
    watch = rows.values("validation")
    model, clock, since = MLPClassifier((128, 64), random_state=seed), 0.0, 0
    best = _Best(model, np.inf, 0.0)
    while since < patience:
        start = time.perf_counter()
        model.partial_fit(X, y, classes=[False, True])
        clock += time.perf_counter() - start
        loss = float(log_loss(rows.validation.stressed, model.predict_proba(watch)[:, 1]))
        since += 1
        if loss < best.loss:
            best, since = _Best(copy.deepcopy(model), loss, clock), 0
    return best


class _AllKnown(TrainingData):
    """Validation without masks, so that both networks are asked the same question."""

    def masked(self, rng: np.random.Generator) -> torch.Tensor:  # noqa: ARG002
        return self.X


def _our_epochs(rows: Rows, recipe: Recipe) -> list[tuple[float, float]]:
    """Seconds since the start and validation loss after each epoch."""
    learn = TrainingData.make(*rows.train[:2], rows.preprocessor)
    watch = _AllKnown.make(*rows.validation[:2], rows.preprocessor)
    epochs: list[tuple[float, float]] = []
    start = time.perf_counter()

    def note(epoch: Epoch) -> None:
        epochs.append((time.perf_counter() - start, epoch.validation_loss))

    train(learn, watch, recipe, note)
    return epochs
