"""Mistakes planted for lesson 08: a sound system, and its twins with one line changed.

The changed line is marked `planted`; all else is as it should be. What each mistake costs is
worked out in `clinic.py`; the checks that catch them are written in the lesson. Left out: the
label leak, which has a lab of its own (`leakage.py`). Left out, too: checks of what the short
functions are given, because the lesson shows their lines, and each line should be the point.
"""

import copy
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from finrisk.checks import check_kind, check_whole
from finrisk.data.feature_engineering import engineer_features
from finrisk.data.population import Population
from finrisk.data.preprocessing import Preprocessor
from finrisk.ml.dataset import TrainingData
from finrisk.ml.forecaster import network_forecaster
from finrisk.ml.model import RiskMLP
from finrisk.ml.tensors import COLUMNS, to_tensor
from finrisk.ml.thresholds import threshold_table

__all__ = [
    "ListMLP",
    "System",
    "balanced",
    "bce",
    "bce_twice",
    "before_tax",
    "fit",
    "in_training_mode",
    "later_savings",
    "most_right_answers",
    "one_file_sorted",
    "other_order",
    "prepare",
    "scaled_on_all",
]

Floats = NDArray[np.float64]
Loss = Callable[[RiskMLP, torch.Tensor, torch.Tensor], torch.Tensor]

N_EPOCHS, BATCH_SIZE, LEARNING_RATE = 6, 256, 4e-3  # seconds for 20,000 households


# --- the sound system ------------------------------------------------------------------------


class System(NamedTuple):
    """What a team ships: the trained network, and how it prepares a row."""

    model: RiskMLP
    preprocessor: Preprocessor

    def risks(self, households: pd.DataFrame) -> Floats:
        """Households -> probabilities of stress, shape (n_households,)."""
        return network_forecaster(self.model, self.preprocessor)(households)


def prepare(households: pd.DataFrame) -> Preprocessor:
    """Medians, means and scales of these households' features."""
    return Preprocessor.fit(engineer_features(households))


def bce(model: RiskMLP, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The loss of each household, nats."""
    return F.binary_cross_entropy_with_logits(model.logits(X), y, reduction="none")


def fit(
    data: TrainingData,
    network: Callable[[int], RiskMLP] = RiskMLP,
    loss: Loss = bce,
    weight: Floats | None = None,
    seed: int = 0,
) -> System:
    """The loop of lesson 04: six epochs of Adam, fields hidden at random, a falling rate.

    Args:
        network: makes the untrained network from the number of features.
        weight: how much each household counts, shape (n_households,); None: all the same.
        seed: of first weights, shuffling and hidden fields, a whole number from 0.

    Raises:
        FinriskError: for data that is none, or a seed that is none.
    """
    check_kind("data", data, TrainingData, "Give clinic.data, or make some with TrainingData.make.")
    check_whole("seed", seed, least=0)
    weights = torch.from_numpy(np.ones(len(data)) if weight is None else weight)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        rng, model = np.random.default_rng(seed), network(data.X.shape[1])
        optimiser = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, N_EPOCHS)
        for _ in range(N_EPOCHS):
            X = data.masked(rng)
            for rows in torch.split(torch.randperm(len(data)), BATCH_SIZE):
                optimiser.zero_grad()
                mean = (weights[rows] * loss(model, X[rows], data.y[rows])).mean()
                mean.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            schedule.step()
    return System(model.eval(), data.preprocessor)


# --- mistakes with the data ------------------------------------------------------------------


def later_savings(world: Population) -> pd.DataFrame:
    """The households, joined with the wrong month's savings."""
    savings = world.months["savings"][14]  # planted: row 11 is month t, row 14 is t+3
    return world.households.assign(savings=savings)


def one_file_sorted(world: Population) -> pd.DataFrame:
    """The households, read from five files; the labels keep the order they had."""
    files = np.array_split(np.arange(len(world)), 5)
    rows = [world.households.iloc[file] for file in files]
    rows[0] = rows[0].sort_values("debt", kind="stable")  # planted: labels stay
    return pd.concat(rows)


def scaled_on_all(world: Population, fresh: Population) -> Preprocessor:
    """Medians, means and scales of everybody there is."""
    everybody = pd.concat([world.households, fresh.households])  # planted: fresh ones, too
    return prepare(everybody)


# --- mistakes in training --------------------------------------------------------------------


def bce_twice(model: RiskMLP, X: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The loss, with a Sigmoid inside `model(X)` and another in the loss."""
    return F.binary_cross_entropy_with_logits(model(X), y, reduction="none")  # planted


class ListMLP(RiskMLP):
    """The same network, its hidden layers in a Python list."""

    def __init__(self, n_features: int) -> None:
        super().__init__(n_features)
        self.layers = list(self.hidden)  # planted: PyTorch does not look into a list
        del self.hidden

    def logits(self, X: torch.Tensor) -> torch.Tensor:
        """Log odds of stress, shape (n_households,)."""
        for layer in self.layers:
            X = layer(X)
        return torch.squeeze(self.output(X), dim=1)


def balanced(world: Population) -> Floats:
    """Weights that make the newly stressed count as much as those who stay stable."""
    newly, stayed = world.onset & world.stressed, world.onset & ~world.stressed
    return np.where(newly, stayed.sum() / newly.sum(), 1.0)  # planted: should be 1 for all


# --- mistakes in scoring, deciding and serving -----------------------------------------------


def in_training_mode(system: System, households: pd.DataFrame) -> Floats:
    """The risks, with dropout still on."""
    model = copy.deepcopy(system.model).train()  # planted: must be eval()
    return System(model, system.preprocessor).risks(households)


def most_right_answers(y: NDArray[np.bool_], y_prob: Floats) -> float:
    """The threshold with the highest accuracy."""
    table = threshold_table(y, y_prob)
    right = table["tp"] + table["tn"]
    return float(table["threshold"].iloc[right.argmax()])  # planted: no promise


def other_order(system: System, households: pd.DataFrame) -> Floats:
    """The risks, from columns in another order than in training."""
    X = to_tensor(households, system.preprocessor)
    rows = pd.DataFrame(X.numpy(), columns=COLUMNS)
    rows = rows.sort_index(axis=1)  # planted: by alphabet; in training, as engineered
    with torch.no_grad():
        risks = system.model(torch.tensor(rows.to_numpy()))
    return np.asarray(risks, dtype=np.float64)


def before_tax(households: pd.DataFrame) -> pd.DataFrame:
    """What people type into a form that asks for "income", with a fifth going to tax."""
    return households.assign(monthly_income=households["monthly_income"] / 0.8)  # planted
