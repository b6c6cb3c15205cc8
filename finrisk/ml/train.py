"""The training loop, written by hand because it is what the course teaches.

One epoch: shuffle, slice into batches, and for each batch forward, loss, backward, step.
After it, the validation loss decides: better than ever, and the weights are kept; no better
for `patience` epochs, and training stops. The kept weights are the ones that come back. The
learning rate falls from epoch to epoch, first long steps, then a polish; with many households
it is this, not patience, that ends the run, because the last epochs are the best. The loop
sees tensors only: no files, no simulator.
"""

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from tqdm.auto import tqdm

from finrisk.checks import check_kind, check_range, check_whole
from finrisk.errors import FinriskError
from finrisk.ml.dataset import TrainingData
from finrisk.ml.model import RiskMLP

__all__ = ["Epoch", "Recipe", "Training", "progress_bar", "train"]

_RANGES = {"learning_rate": (1e-6, 1), "dropout": (0, 0.9), "monotone_weight": (0, 1_000)}
# The most that any machine could do: an epoch takes seconds, a pair of rows a kilobyte.
_MOST = {"batch_size": 10**9, "max_epochs": 1_000, "patience": 1_000, "n_pairs": 10**6}
Move = tuple[torch.Tensor, torch.Tensor]  # prepared rows before and after, both (n_pairs, 20)


@dataclass(frozen=True)
class Recipe:
    """How to train. `monotone_weight=0` is the plain recipe: BCE, Adam, early stopping.

    Raises:
        FinriskError: for a number that no training could use, at construction.

    >>> Recipe(monotone_weight=0).batch_size
    2048
    """

    batch_size: int = 2_048  # households a step
    learning_rate: float = 8e-3  # Adam's, at the start
    max_epochs: int = 28  # the rate falls to nearly 0 over them, along half a cosine
    patience: int = 8  # epochs without a better validation loss before stopping
    dropout: float = 0.05
    monotone_weight: float = 7.0  # of the penalty on wrong-way moves
    n_pairs: int = 1_024  # before/after pairs a step
    seed: int = 0  # first weights, shuffling, masks, pairs

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            number = check_whole(name, getattr(self, name), 1)
            object.__setattr__(self, name, check_whole(name, number, 1, most))
        for name, (low, high) in _RANGES.items():
            object.__setattr__(self, name, check_range(name, getattr(self, name), low, high))
        object.__setattr__(self, "seed", check_whole("seed", self.seed, 0, 2**63 - 1))


class Epoch(NamedTuple):
    """What is known after one epoch; losses are mean binary cross-entropies in nats."""

    number: int
    train_loss: float
    validation_loss: float
    is_best: bool


class Training(NamedTuple):
    """The model with its best weights (in eval mode) and how it got there."""

    model: RiskMLP
    epochs: tuple[Epoch, ...]
    best: Epoch


def train(
    data: TrainingData,
    validation: TrainingData,
    recipe: Recipe = Recipe(),
    on_epoch: Callable[[Epoch], None] | None = None,
) -> Training:
    """Fit a RiskMLP: all epochs, or until the validation loss has stopped falling.

    Args:
        data, validation: filled and scaled households with labels. The validation rows get
            their random masks once, so that epochs can be compared.
        on_epoch: called after every epoch, for a progress bar or a plot.

    Returns:
        the model with the weights of the best epoch, not the last.

    Raises:
        FinriskError: if there is nothing to learn from or to watch, or if no epoch ended with a
            loss that is a number: the first weights are no model.
    """
    check_kind("recipe", recipe, Recipe)
    for name, part in {"data": data, "validation": validation}.items():
        _check_part(name, part)
    rng = np.random.default_rng(recipe.seed)
    X_validation = validation.masked(np.random.default_rng(recipe.seed + 1))
    model = _new_model(data.X.shape[1], recipe)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.max_epochs)
    epochs: list[Epoch] = []
    best = Epoch(0, math.inf, math.inf, is_best=True)
    best_weights = copy.deepcopy(model.state_dict())
    for number in range(1, recipe.max_epochs + 1):
        train_loss = _one_epoch(model, optimiser, data, (recipe, rng))
        validation_loss = _bce(model, X_validation, validation.y)
        schedule.step()
        is_best = validation_loss < best.validation_loss
        epochs.append(Epoch(number, train_loss, validation_loss, is_best))
        if is_best:
            best, best_weights = epochs[-1], copy.deepcopy(model.state_dict())
        if on_epoch:
            on_epoch(epochs[-1])
        if number - best.number >= recipe.patience:
            break
    if not best.number:
        raise FinriskError(
            f"validation_loss must be a number after some epoch, got {validation_loss} in all "
            f"{len(epochs)}. Give a learning_rate below {recipe.learning_rate:g}.",
            field="learning_rate",
        )
    model.load_state_dict(best_weights)
    return Training(model.eval(), tuple(epochs), best)


def _check_part(name: str, part: TrainingData) -> None:
    """An empty part has no loss."""
    step = "Write TrainingData.make(households, stressed, preprocessor)."
    check_kind(name, part, TrainingData, step)
    if not len(part):
        raise FinriskError(f"{name} must hold households, got none. {step}", field=name)


@contextmanager
def progress_bar(recipe: Recipe) -> Iterator[Callable[[Epoch], None]]:
    """A bar for notebook or terminal: `with progress_bar(recipe) as show: train(..., show)`."""
    with tqdm(total=recipe.max_epochs, desc="training", unit="epoch") as bar:

        def show(epoch: Epoch) -> None:
            bar.set_postfix(validation_loss=f"{epoch.validation_loss:.4f}")
            bar.update()

        yield show


def _new_model(n_features: int, recipe: Recipe) -> RiskMLP:
    """First weights from the recipe's seed, without touching torch's global generator."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)
        return RiskMLP(n_features, recipe.dropout)


def _one_epoch(
    model: RiskMLP,
    optimiser: torch.optim.Optimizer,
    data: TrainingData,
    how: tuple[Recipe, np.random.Generator],
) -> float:
    """Go through all households once; the mean loss of the batches."""
    recipe, rng = how
    X, order = data.masked(rng), torch.from_numpy(rng.permutation(len(data)))
    batches = torch.split(order, recipe.batch_size)
    moves = _moves(data, len(batches), recipe, rng)
    model.train()
    losses = []
    with torch.random.fork_rng(devices=[]):  # dropout draws from torch's generator
        torch.manual_seed(int(rng.integers(2**31)))
        for rows, move in zip(batches, moves, strict=False):
            bce = nn.functional.binary_cross_entropy_with_logits(
                model.logits(X[rows]), data.y[rows]
            )
            loss = bce + recipe.monotone_weight * _wrong_way(model, *move) if move else bce
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            losses.append(bce.item())
    return float(np.mean(losses))


def _moves(
    data: TrainingData, n_steps: int, recipe: Recipe, rng: np.random.Generator
) -> Iterator[Move | None]:
    """An epoch's helpful moves, `n_pairs` for each step; None each time without a penalty."""
    if not recipe.monotone_weight:
        return repeat(None)
    pairs = data.helpful_moves(n_steps * recipe.n_pairs, rng)
    before, after = (torch.split(rows, recipe.n_pairs) for rows in pairs)
    return zip(before, after, strict=True)


def _wrong_way(model: RiskMLP, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
    """Mean rise of the logit after a move that can only help: 0 for a model that knows it.

    Without dropout: two different dropout masks would look like wrong-way moves.
    """
    model.eval()
    rise = torch.relu(model.logits(after) - model.logits(before)).mean()
    model.train()
    return rise


@torch.no_grad()
def _bce(model: RiskMLP, X: torch.Tensor, y: torch.Tensor) -> float:
    """Plain binary cross-entropy of all rows, without dropout."""
    model.eval()
    return float(nn.functional.binary_cross_entropy_with_logits(model.logits(X), y))
