"""The feature limit: the best that any model could do from the 12 features alone.

Two learners far larger than ours, and unlike each other, are regressed on the true risk itself
(counted in 32 futures of two million households): boosted trees and a wide network. Their mean
is better than either. It is an upper bound of the limit: a still better learner would lower it,
so our own shortfall is at least what it says. Half of the households for the trees shows how
far from its end the search is.
"""

import lightgbm as lgb
import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

from finrisk.data.feature_engineering import engineer_features
from finrisk.data.preprocessing import N_VALUES, Preprocessor
from finrisk.data.training_rows import labelled_households
from finrisk.ml.forecaster import Forecaster

__all__ = ["N_HOUSEHOLDS", "N_LIVES", "learners"]

Floats = NDArray[np.float64]

N_HOUSEHOLDS, N_LIVES, SEED = 2_000_000, 33, 900  # the life that came, and 32 others
N_STOP = 100_000  # of them, to stop the trees in time
TREES = {
    "objective": "cross_entropy",
    "learning_rate": 0.05,
    "num_leaves": 127,
    "min_data_in_leaf": 200,
    "lambda_l2": 5.0,
    "max_bin": 511,
    "num_threads": 1,  # two that wait for each other are slower on a busy machine
    "verbose": -1,
    "seed": SEED,
}
WIDTH, EPOCHS, BATCH, RATE = 192, 16, 8_192, 5e-3


def learners() -> dict[str, Forecaster]:
    """Both learners and their mean, each a function from households to probabilities."""
    households, _, share = labelled_households(N_HOUSEHOLDS, SEED, None, N_LIVES)
    X = engineer_features(households)
    half, trees = (_trees(X[:n], share[:n]) for n in (N_HOUSEHOLDS // 2, N_HOUSEHOLDS))
    network = _network(X, share)

    def mean(rows: pd.DataFrame) -> Floats:
        return (trees(rows) + network(rows)) / 2

    return {
        "boosted trees, half of the households": half,
        "boosted trees": trees,
        "wide network": network,
        "mean of trees and network": mean,
    }


def _values(X: pd.DataFrame) -> NDArray[np.float32]:
    return X.iloc[:, :N_VALUES].to_numpy(np.float32)


def _trees(X: pd.DataFrame, share: Floats) -> Forecaster:
    learn = lgb.Dataset(_values(X[:-N_STOP]), share[:-N_STOP], params={"max_bin": 511})
    stop = lgb.Dataset(_values(X[-N_STOP:]), share[-N_STOP:], reference=learn)
    halt = lgb.early_stopping(50, verbose=False)
    model = lgb.train(TREES, learn, 2_000, valid_sets=[stop], callbacks=[halt])
    return lambda rows: np.asarray(model.predict(_values(engineer_features(rows))))


def _network(X: pd.DataFrame, share: Floats) -> Forecaster:
    """12 -> 192 -> 192 -> 96 -> 1, one cycle of the learning rate, no dropout, no masks."""
    preprocessor = Preprocessor.fit(X)
    torch.manual_seed(SEED)
    layers = [nn.Linear(N_VALUES, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU()]
    model = nn.Sequential(
        *layers, nn.Linear(WIDTH, WIDTH // 2), nn.SiLU(), nn.Linear(WIDTH // 2, 1)
    )
    rows = torch.from_numpy(preprocessor.transform(X)[:, :N_VALUES])
    y = torch.from_numpy(share.astype(np.float32))
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-5)
    n_steps = EPOCHS * -(-len(y) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=n_steps)
    for _ in range(EPOCHS):
        for batch in torch.split(torch.randperm(len(y)), BATCH):
            loss = nn.functional.binary_cross_entropy_with_logits(
                model(rows[batch])[:, 0], y[batch]
            )
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()

    def forecaster(households: pd.DataFrame) -> Floats:
        values = preprocessor.transform(engineer_features(households))[:, :N_VALUES]
        with torch.no_grad():
            return torch.sigmoid(model(torch.from_numpy(values))[:, 0]).numpy().astype(np.float64)

    return forecaster
