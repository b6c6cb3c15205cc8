"""The training loop, written by hand because it is what the course teaches.

One epoch: shuffle, slice into batches, and for each batch forward, loss, backward, step.
After it, the validation loss decides: better than ever, and the weights are kept; no better
for `patience` epochs, and training stops. The kept weights are the ones that come back. The
learning rate falls from epoch to epoch, first long steps, then a polish; with many households
it is this, not patience, that ends the run, because the last epochs are the best. Dropout works in
the first epochs only ("early dropout", Liu and others 2023): later it costs a small network that
has millions of rows to learn from more than it saves. And the penalty on wrong-way moves grows:
first learn, then mend. Nearly all moves soon go the right way and teach nothing more; so before
each epoch all are tried, and its steps take theirs from those that go wrong. Which epoch is best is
decided once the penalty has its whole weight. The loop sees tensors only: no files, no simulator.
"""

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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

_RANGES = {"learning_rate": (1e-6, 1), "dropout": (0, 0.9), "monotone_weight": (0, 500_000)}
# The most that any machine could do: an epoch takes seconds, a pair in a step a kilobyte.
_MOST = {"batch_size": 10**9, "max_epochs": 1_000, "patience": 1_000, "n_pairs": 10**6}
PENALTY_FROM, PENALTY_FULL = 1 / 3, 0.9  # of all epochs: none before, its whole weight from there
UNSEEN_RISE = 0.001  # of the risk: a tenth of a percentage point
MOVES_A_ROW, MOST_MOVES = 2, 4_500_000  # made up once: too few would be learned by heart
AT_A_TIME = 100_000  # moves made, or tried: all at once take gigabytes
Move = tuple[torch.Tensor, torch.Tensor]  # prepared rows before and after, both (n_pairs, 32)


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
    max_epochs: int = 18  # the rate falls to nearly 0 over them, along half a cosine
    patience: int = 8  # epochs without a better validation loss before stopping
    dropout: float = 0.05
    dropout_epochs: int = 2  # the first ones; nobody is learned by heart who is one of millions
    monotone_weight: float = 300_000.0  # of the penalty on wrong-way moves
    n_pairs: int = 128  # before/after pairs a step, of those that go wrong
    seed: int = 0  # first weights, shuffling, masks, pairs

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            number = check_whole(name, getattr(self, name), 1)
            object.__setattr__(self, name, check_whole(name, number, 1, most))
        for name, (low, high) in _RANGES.items():
            object.__setattr__(self, name, check_range(name, getattr(self, name), low, high))
        epochs = check_whole("dropout_epochs", self.dropout_epochs, 0, 1_000)
        object.__setattr__(self, "dropout_epochs", epochs)
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
        the model with the weights of the best epoch, not the last; with a penalty, of the best
        one in which it has its whole weight.

    Raises:
        FinriskError: if there is nothing to learn from or to watch, or if no epoch ended with a
            loss that is a number: the first weights are no model.
    """
    check_kind("recipe", recipe, Recipe)
    for name, part in {"data": data, "validation": validation}.items():
        _check_part(name, part)
    rng = np.random.default_rng(recipe.seed)
    X_validation = validation.masked(np.random.default_rng(recipe.seed + 1))
    moves = _moves(data, recipe, rng)
    model = _new_model(data.X.shape[1], recipe)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.max_epochs)
    # From this epoch on the penalty has its whole weight, and the best weights are looked for
    first = 1 if moves is None else math.ceil(PENALTY_FULL * recipe.max_epochs)
    epochs: list[Epoch] = []
    best = Epoch(0, math.inf, math.inf, is_best=True)
    best_weights = copy.deepcopy(model.state_dict())
    for number in range(1, recipe.max_epochs + 1):
        weight = recipe.monotone_weight * _grown(number / recipe.max_epochs)
        penalty = None if moves is None or not weight else _going_wrong(model, moves, weight)
        model.train(number <= recipe.dropout_epochs)  # eval() means here: without dropout
        train_loss = _one_epoch(model, optimiser, data, (recipe, rng), penalty)
        validation_loss = _bce(model, X_validation, validation.y)
        schedule.step()
        is_best = number >= first and validation_loss < best.validation_loss
        epochs.append(Epoch(number, train_loss, validation_loss, is_best))
        if is_best:
            best, best_weights = epochs[-1], copy.deepcopy(model.state_dict())
        if on_epoch:
            on_epoch(epochs[-1])
        if number - max(best.number, first) >= recipe.patience:
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
    penalty: tuple[float, Move] | None,
) -> float:
    """Go through all households once, the model in the mode it is in; the mean loss of batches.

    Args:
        penalty: its weight in this epoch, and the moves that go wrong; None for none.
    """
    recipe, rng = how
    X, order = data.masked(rng), torch.from_numpy(rng.permutation(len(data)))
    losses = []
    with torch.random.fork_rng(devices=[]):  # dropout draws from torch's generator
        torch.manual_seed(int(rng.integers(2**31)))
        for rows in torch.split(order, recipe.batch_size):
            bce = nn.functional.binary_cross_entropy_with_logits(
                model.logits(X[rows]), data.y[rows]
            )
            loss = bce
            if penalty:
                weight, moves = penalty
                loss = bce + weight * _wrong_way(model, *_some(moves, recipe.n_pairs, rng))
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            losses.append(bce.item())
    return float(np.mean(losses))


def _moves(data: TrainingData, recipe: Recipe, rng: np.random.Generator) -> Move | None:
    """The helpful moves that all steps take theirs from; None without a penalty."""
    if not recipe.monotone_weight:
        return None
    n_moves = min(MOST_MOVES, MOVES_A_ROW * len(data))
    before, after = (data.X.new_empty(n_moves, data.X.shape[1]) for _ in range(2))
    for start in range(0, n_moves, AT_A_TIME):
        rows = slice(start, min(start + AT_A_TIME, n_moves))
        before[rows], after[rows] = data.helpful_moves(rows.stop - rows.start, rng)
    return before, after


@torch.no_grad()
def _going_wrong(model: RiskMLP, moves: Move, weight: float) -> tuple[float, Move] | None:
    """The moves that raise the risk now, and the weight of their mean; None if there are none.

    The mean over all moves is their mean times their share.
    """
    model.eval()
    chunks = zip(*(torch.split(rows, AT_A_TIME) for rows in moves), strict=True)
    wrong = torch.cat([model(after) > model(before) for before, after in chunks])
    before, after = moves
    share = float(wrong.float().mean())
    return (weight * share, (before[wrong], after[wrong])) if share else None


def _grown(done: float) -> float:
    """Share of the penalty's weight when so much of the run is done: first learn, then mend."""
    grown = (done - PENALTY_FROM) / (PENALTY_FULL - PENALTY_FROM)
    return float(np.clip(grown, 0, 1)) ** 5  # most of it late, when steps are small


def _some(moves: Move, n_pairs: int, rng: np.random.Generator) -> Move:
    """So many moves in a row, from a random place on: they stand in no order."""
    before, after = moves
    start = int(rng.integers(max(len(before) - n_pairs, 0) + 1))
    return before[start : start + n_pairs], after[start : start + n_pairs]


def _wrong_way(model: RiskMLP, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
    """Mean square of the risk's rise after a move that can only help, beyond what nobody sees.

    Squares: many small rises are no harm, a large one is. Risks, not logits: near 0 and 100 % a
    logit may move far, and nobody sees that either. Without dropout: two different dropout
    masks would look like wrong-way moves.
    """
    in_training = model.training
    model.eval()
    rise = torch.relu(model(after) - model(before) - UNSEEN_RISE)
    model.train(in_training)
    return (rise**2).mean()


@torch.no_grad()
def _bce(model: RiskMLP, X: torch.Tensor, y: torch.Tensor) -> float:
    """Plain binary cross-entropy of all rows, without dropout."""
    model.eval()
    return float(nn.functional.binary_cross_entropy_with_logits(model.logits(X), y))
