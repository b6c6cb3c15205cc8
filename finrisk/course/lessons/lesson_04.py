"""Exercises and quiz of lesson 04, training."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import sklearn.preprocessing  # noqa: F401  # see _LOADED
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce
from torch.utils.data import DataLoader, TensorDataset

import finrisk
from finrisk.course.app_files import course_part, course_text
from finrisk.course.checkers import agrees_with
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.material import Exercise, Question
from finrisk.data.preprocessing import Preprocessor
from finrisk.ml.dataset import TrainingData
from finrisk.ml.model import RiskMLP
from finrisk.ml.train import Recipe
from finrisk.ml.train import train as packaged_train

__all__ = ["EXERCISES", "QUIZ"]

Floats = NDArray[np.float64]
Slopes = tuple[float, float]  # along the weight, along the bias

# --- 04.1, the slope ---------------------------------------------------------------------------

_SLOPES = '''\
def slopes(w, b, x, y):
    """The slope of the mean BCE along w, and along b."""
    error = 1 / (1 + np.exp(-(w * x + b))) - y
    return np.mean(error * x), np.mean(error)'''

_EXAMPLES: list[tuple[Any, ...]] = [
    (0.0, 0.0, np.array([-1.0, 0.5, 2.0, -0.25]), np.array([1.0, 0.0, 0.0, 1.0])),
    (-2.0, 0.5, np.array([0.3, -1.2, 0.8]), np.array([0.0, 1.0, 1.0])),
    (1.5, -1.0, np.array([2.0, -0.5, 0.1, 1.4, -3.0]), np.array([1.0, 1.0, 0.0, 0.0, 0.0])),
]


def _draw_neurons(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    return [
        (
            *rng.uniform(-2.5, 2.5, 2).tolist(),
            rng.uniform(-1.9, 1.9, n),
            rng.integers(2, size=n).astype(float),
        )
        for n in (1, 2, 3, 5, 8, 12)
    ]


def _by_autograd(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    """What PyTorch says: the loss written as in lesson 03, the slopes by `backward()`."""
    weight, bias = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (w, b))
    logits = weight * torch.from_numpy(x) + bias
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(y))
    along_w, along_b = torch.autograd.grad(loss, (weight, bias))
    return along_w.item(), along_b.item()


def _slopes_of(error: Floats, x: Floats) -> Slopes:
    return float((error * x).mean()), float(error.mean())


def _risk(w: float, b: float, x: Floats) -> Floats:
    risk: Floats = 1 / (1 + np.exp(-(w * x + b)))
    return risk


def _by_hand(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    return _slopes_of(_risk(w, b, x) - y, x)


def _turned(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    return _slopes_of(y - _risk(w, b, x), x)


def _without_x(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    along_b = _by_hand(w, b, x, y)[1]
    return along_b, along_b


def _x_in_both(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    along_w = _by_hand(w, b, x, y)[0]
    return along_w, along_w


def _summed(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    along_w, along_b = _by_hand(w, b, x, y)
    return len(y) * along_w, len(y) * along_b


def _no_sigmoid(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    return _slopes_of(w * x + b - y, x)


def _no_bias(w: float, b: float, x: Floats, y: Floats) -> Slopes:  # noqa: ARG001  the slip itself
    return _by_hand(w, 0.0, x, y)


def _minus_on_weight(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    """np.exp(-w * x + b), which is Sigmoid of w * x - b."""
    return _by_hand(w, -b, x, y)


def _no_minus(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    """np.exp(w * x + b), which makes 1 - risk of the risk."""
    return _by_hand(-w, -b, x, y)


def _b_as_input(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    along_w, along_b = _by_hand(w, b, x, y)
    return along_w, along_b * b


def _sigmoid_twice(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    risk = _risk(w, b, x)
    return _slopes_of((risk - y) * risk * (1 - risk), x)


def _means_apart(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    along_b = _by_hand(w, b, x, y)[1]
    return along_b * float(x.mean()), along_b


def _bias_first(w: float, b: float, x: Floats, y: Floats) -> Slopes:
    along_w, along_b = _by_hand(w, b, x, y)
    return along_b, along_w


def _weight_only(w: float, b: float, x: Floats, y: Floats) -> float:
    return _by_hand(w, b, x, y)[0]


def _each(w: float, b: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    error = _risk(w, b, x) - y
    return error * x, error


# --- 04.3, a forgotten no_grad -----------------------------------------------------------------

_VALIDATION_LOSS = '''\
def validation_loss(model, X, y, batch=500):
    """The mean loss of all rows, as a Python number; no record is kept."""
    model.eval()
    total = 0
    with torch.no_grad():
        for rows in torch.arange(len(X)).split(batch):
            loss = bce(model.logits(X[rows]), y[rows])
            total += loss.item() * len(rows)
    return total / len(X)'''


class _Asked(nn.Module):
    """A small network that notes how its logits are asked for."""

    def __init__(self, n_inputs: int) -> None:
        super().__init__()
        first, last = nn.Linear(n_inputs, 8), nn.Linear(8, 1)
        self.layers = nn.Sequential(first, nn.ReLU(), nn.Dropout(0.5), last)
        self.recorded, self.dropped, self.most = False, False, 0

    def logits(self, X: torch.Tensor) -> torch.Tensor:
        logits = torch.squeeze(self.layers(X), dim=1)
        self.recorded |= logits.requires_grad
        self.dropped |= self.training
        self.most = max(self.most, len(X))
        return logits

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.logits(X))


def _check_validation_loss(answer: Any) -> str | None:
    rng = np.random.default_rng()
    for n, batch in ((7, 3), (1, 4), (int(rng.integers(15, 40)) * 2 + 1, 2)):
        model, X, y = _Asked(3), *_draw_rows(rng, n)
        given = answer(model, X.clone(), y.clone(), batch)
        case = f"For {n} rows and batch = {batch}"
        if said := _wrong_kind(given, model.recorded) or _wrong_use(model, case, batch):
            return said
        with torch.no_grad():
            each = bce(model.eval().logits(X), y, reduction="none")
        if said := _wrong_loss(float(given), each, case, batch):
            return said
    return None


def _draw_rows(rng: np.random.Generator, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    X, y = rng.normal(0, 2, (n, 3)), rng.integers(2, size=n)
    return torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)


def _wrong_kind(given: Any, recorded: bool) -> str | None:
    if given is None:
        return "validation_loss gives nothing back (None). Does it end with `return` and a number?"
    if isinstance(given, torch.Tensor):
        if given.requires_grad:
            return (
                "It gives a tensor with a grad_fn: the record of every step is still kept. "
                "Compute inside `with torch.no_grad():`, and add up numbers, loss.item()."
            )
        return (
            "It gives a tensor, without a record but not yet a number. .item() takes the number "
            "out."
        )
    if recorded:
        return (
            "The result is a number, but PyTorch recorded every step on the way, for nothing. "
            "Let `with torch.no_grad():` stand around the line that calls model.logits."
        )
    return None


def _wrong_use(model: _Asked, case: str, batch: int) -> str | None:
    if model.dropped:
        return "Dropout was on while it measured: model.eval() has gone, or comes too late."
    if not all(p.requires_grad for p in model.parameters()):
        return "The model cannot learn any more: its weights ask for no slope. Use torch.no_grad."
    if model.most > batch:
        return f"{case} it asks about {model.most} rows at once. Keep the slices: they save memory."
    return None


def _wrong_loss(given: float, each: Any, case: str, batch: int) -> str | None:
    """A sentence on a number that is not the mean of `each`."""
    slices = each.split(batch)
    slips = [
        (each.mean(), None),
        (each.sum(), "That is the sum: divide by the number of rows, len(X)."),
        (
            torch.stack([part.mean() for part in slices]).mean(),
            "It counts each slice alike, but the last one is shorter. Each mean loss counts "
            "len(rows) times.",
        ),
        (
            torch.stack([part.mean() for part in slices]).sum() / len(each),
            "Each slice's loss is a mean: before you add it up, multiply it by len(rows).",
        ),
        (slices[0].mean(), "That is the loss of the first slice alone: return after the loop."),
        (slices[-1].mean(), "That is the loss of the last slice alone: add them up, with +=."),
    ]
    for value, said in slips:
        if abs(given - value.item()) < 1e-5:
            return said
    return f"{case} it gives {given:.6g}, but the mean loss of the rows is {each.mean():.6g}."


def _recorded(model: Any, X: Any, y: Any, batch: int = 500) -> Any:
    """The lesson's broken one."""
    model.eval()
    total: Any = 0
    for rows in torch.split(torch.arange(len(X)), batch):
        total += bce(model.logits(X[rows]), y[rows]) * len(rows)
    return total / len(X)


def _recorded_for_nothing(model: Any, X: Any, y: Any, batch: int = 500) -> Any:
    return _recorded(model, X, y, batch).item()


@torch.no_grad()
def _still_a_tensor(model: Any, X: Any, y: Any, batch: int = 500) -> Any:
    return _recorded(model, X, y, batch)


@torch.no_grad()
def _in_one_piece(model: Any, X: Any, y: Any, batch: int = 500) -> Any:  # noqa: ARG001
    return _recorded(model, X, y, len(X)).item()


@torch.no_grad()
def _slices_alike(model: Any, X: Any, y: Any, batch: int = 500) -> Any:
    model.eval()
    parts = torch.split(torch.arange(len(X)), batch)
    return np.mean([bce(model.logits(X[rows]), y[rows]).item() for rows in parts])


# --- 04.4, train.py ----------------------------------------------------------------------------

_N, _N_VAL = 50, 20  # rows of the watched network
# What the first training loads, sklearn above too, takes longer than a check may.
_LOADED = torch.optim.Adam([torch.zeros(1)])
MARGIN = 0.03  # nats above the packaged loop, on the 300 validation households of a small world


class _Watched(nn.Module):
    """A network that notes how it is trained; its validation losses follow a script.

    Column 0 of a row is its number. Only the weights see the training rows, and only `shift`,
    which is always 0, sees the validation rows.
    """

    def __init__(self, y: torch.Tensor, script: list[float]) -> None:
        super().__init__()
        self.weights = nn.Parameter(torch.tensor([0.5, -0.5]))
        self.shift = nn.Parameter(torch.zeros(1))
        self.y, self.script = y, script
        self.batches: list[list[dict[str, Any]]] = []  # epoch by epoch, what each step was shown
        self.looks: list[list[dict[str, Any]]] = []  # the same, of the validation rows
        self.slopes: list[tuple[torch.Tensor, torch.Tensor]] = []  # that came back, and should
        self.piled_up = self.learned_validation = False
        self.weights.register_hook(self._note_slope)  # type: ignore[no-untyped-call]

    def logits(self, X: torch.Tensor) -> Any:
        numbers = X[:, 0].long()
        call = {"rows": numbers.tolist(), "training": self.training, "weights": self.now()}
        if (numbers >= _N).any():
            return self._validation(call, bool((numbers < _N).any()))
        logits: Any = X[:, 1] * self.weights[0] + self.weights[1]
        if logits.requires_grad:
            if len(self.batches) == len(self.looks):
                self.batches.append([])
            self.batches[-1].append(call)
            right = (torch.sigmoid(logits.detach()) - self.y[numbers]) / len(numbers)
            logits.register_hook(lambda slope: self.slopes.append((slope.clone(), right)))
        return logits

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.logits(X))

    def now(self) -> list[float]:
        return self.weights.tolist()

    def _validation(self, call: dict[str, Any], mixed: bool) -> Any:
        if len(self.looks) < len(self.batches) or not self.looks:
            self.looks.append([])
        self.looks[-1].append(call)
        self.learned_validation |= mixed
        loss = self.script[min(len(self.looks), len(self.script)) - 1]
        logits: Any = self.shift.repeat(len(call["rows"])) - float(np.log(np.expm1(loss)))
        call["recorded"] = logits.requires_grad
        if logits.requires_grad:
            logits.register_hook(self._note_leak)
        return logits

    def _note_slope(self, _: torch.Tensor) -> None:
        before = self.weights.grad
        self.piled_up |= before is not None and bool(before.any())

    def _note_leak(self, _: torch.Tensor) -> None:
        self.learned_validation = True


def _check_train(answer: Any) -> str | None:
    if not callable(answer):
        raise TypeError("it is no function")
    rng = np.random.default_rng()
    patience = int(rng.integers(2, 5))
    worse, later = np.linspace(0.55, 0.52, patience - 1), np.linspace(0.5, 0.45, patience)
    stops = [0.6, 0.5, *worse, 0.4, *later, 0.3, 0.31]  # the count starts anew at 0.4
    for script, epochs in ((stops, 25), (stops[: patience + 3], patience + 3)):
        how = {"batch": int(rng.integers(8, 16)), "rate": float(rng.uniform(0.01, 0.05))}
        how |= {"epochs": epochs, "patience": patience}
        model, data = _watched(rng, [round(float(loss), 4) for loss in script])
        try:
            losses = answer(model, *(part.clone() for part in data), **how)
        except Exception as error:
            return _stopped(error)
        said = (
            _wrong_steps(model, how)
            or _wrong_looks(model)
            or _wrong_end(model, how)
            or _wrong_result(losses, model)
            or _wrong_weights(model)
        )
        if said:
            return said
    return _too_far_from_the_packaged(answer, rng)


def _watched(rng: np.random.Generator, script: list[float]) -> tuple[_Watched, list[torch.Tensor]]:
    """A watched network, and X, y, X_val, y_val for it."""
    numbers = np.column_stack([np.arange(_N + _N_VAL), rng.normal(size=_N + _N_VAL)])
    labels = np.append(rng.permutation(_N) % 2, np.ones(_N_VAL))
    X, y = (torch.tensor(part, dtype=torch.float32) for part in (numbers, labels))
    return _Watched(y[:_N], script), [X[:_N], y[:_N], X[_N:], y[_N:]]


def _stopped(error: Exception) -> str:
    advice = {
        "does not require grad": " Is the training inside torch.no_grad()? Only measuring is.",
        "element 0 of tensors": " Is the training inside torch.no_grad()? Only measuring is.",
        "second time": " Each batch needs a loss of its own, computed just before backward().",
        "iterable": " Which of its lines goes through something that is no list?",
    }
    shown = show_error(error)
    more = next((said for words, said in advice.items() if words in shown), "")
    return f"Your train stops: {shown}.{more}"


def _wrong_steps(model: _Watched, how: dict[str, Any]) -> str | None:
    """The four lines, and which rows they see."""
    if model.learned_validation:
        return (
            "It learns from X_val: backward() went through the validation loss, or its rows are "
            "in a batch. Those rows only say when to stop."
        )
    calls = [call for epoch in model.batches for call in epoch]
    if not calls:
        return (
            "No row of X goes through model.logits with slopes asked for: nothing can be learned."
        )
    if not model.slopes:
        return "loss.backward() is never called: no weight gets a slope."
    path = [*(call["weights"] for call in calls), model.now()]
    if all(weights == path[0] for weights in path):
        return (
            "The weights never move. Is optimiser.step() missing, or do the slopes get lost "
            "before it? The order is loss, zero_grad, backward, step."
        )
    if model.piled_up:
        return (
            "Slopes pile up: backward() adds to those of the batch before. "
            "optimiser.zero_grad() belongs into each step, before backward()."
        )
    if not model.looks:
        return (
            "No row of X_val is looked at. After each epoch, measure the loss on X_val and y_val."
        )
    return _wrong_rows(model.batches, how["batch"]) or _wrong_moves(model, how["rate"])


def _wrong_rows(epochs: list[list[dict[str, Any]]], batch: int) -> str | None:
    for number, calls in enumerate(epochs, start=1):
        seen = [row for call in calls for row in call["rows"]]
        if len(calls) == 1 and len(seen) < _N:
            return (
                f"Epoch {number} has one batch, {len(seen)} of {_N} rows: go through all batches."
            )
        if sorted(seen) != [*range(_N)]:
            return (
                f"In epoch {number} it learns from {len(set(seen))} of the {_N} rows, in "
                f"{len(seen)} places. Each row belongs into one batch."
            )
        if (most := max(len(call["rows"]) for call in calls)) != batch:
            return f"With batch = {batch} a batch holds {most} rows. Split into batches of `batch`."
        if seen == [*range(_N)]:
            return (
                f"In epoch {number} the rows come in the order of X, so every epoch has the same "
                "batches. torch.randperm(len(X)) mixes them."
            )
    if not all(call["training"] for calls in epochs for call in calls):
        return (
            "It learns in eval mode, so dropout would be off. model.train() belongs before the "
            "batches of each epoch: measuring switched it off."
        )
    return None


def _wrong_moves(model: _Watched, rate: float) -> str | None:
    """The loss by its slope, the optimiser by the first step of an epoch."""
    for given, right in model.slopes:
        if torch.allclose(given, len(right) * right, atol=1e-6) and len(right) > 1:
            return "The loss is a sum. Take the mean over the batch, as bce does by itself."
        if not torch.allclose(given, right, atol=1e-5):
            return (
                "The loss is not bce of model.logits(X[rows]) and y[rows]. Does each row meet its "
                "own label, and is there no second Sigmoid?"
            )
    if any(a["weights"] == b["weights"] for a, b in pairwise(model.batches[0])):
        return "It steps once an epoch. backward() and step() belong inside the loop over batches."
    firsts = [
        np.abs(np.subtract(calls[1]["weights"], calls[0]["weights"])) for calls in model.batches
    ]
    if not np.allclose(firsts[0], rate, rtol=0.05):
        return (
            f"With rate = {rate:.4f} the first step moves a weight by {firsts[0][0]:.4f}; Adam's "
            "first step is as long as its rate. Is it torch.optim.Adam, with lr=rate?"
        )
    if all(np.allclose(first, rate, rtol=1e-4) for first in firsts[:3]):
        return (
            "The optimiser is made anew in each epoch, and forgets what it knew of the slopes. "
            "Make it once, before the loop."
        )
    return None


def _wrong_looks(model: _Watched) -> str | None:
    """How the validation rows are looked at, after each epoch."""
    calls = [call for epoch in model.looks for call in epoch]
    if any(call["recorded"] for call in calls):
        return (
            "The validation loss is computed with slopes asked for. Measure inside "
            "`with torch.no_grad():`."
        )
    if any(call["training"] for call in calls):
        return "It measures with dropout on: model.eval() belongs before the validation loss."
    if any(len({row for call in epoch for row in call["rows"]}) < _N_VAL for epoch in model.looks):
        return "The validation loss leaves out rows. Take all of X_val."
    return None


def _wrong_end(model: _Watched, how: dict[str, Any]) -> str | None:
    """When it stops."""
    ran, patience, script = len(model.batches), how["patience"], model.script
    if len(model.looks) != ran:
        return f"It looks at X_val {len(model.looks)} times in {ran} epochs. Look after each epoch."
    best = patience + 2  # counted from 1: the 0.4 of the script
    last = min(best + patience, how["epochs"])
    if ran == last:
        return None
    case = f"The validation losses are {script[: last + 1]}, patience is {patience}"
    if last == how["epochs"]:
        return f"{case}, epochs is {last}: all {last} epochs run. Yours runs {ran}."
    said = f"{case}: the best is epoch {best}, so epoch {last} is the last. Yours runs {ran}."
    if ran in (_epochs_run(script, patience - 1), _epochs_run(script, patience + 1)):
        return f"{said} Count the epochs after the best one: epoch {best + 1} is the first."
    if ran == how["epochs"]:
        return f"{said} Nothing stops it: `break` leaves the loop."
    if ran <= best + 1:
        return f"{said} Each better epoch starts the count anew."
    return f"{said} Better means lower than the lowest loss so far, not than the one before."


def _epochs_run(script: list[float], patience: int) -> int:
    """How many epochs early stopping lets run."""
    losses = [*script, *script[-1:] * 10]
    for epoch in range(len(losses)):
        if epoch - int(np.argmin(losses[: epoch + 1])) >= patience:
            return epoch + 1
    return len(losses)


def _wrong_result(losses: Any, model: _Watched) -> str | None:
    """What it returns."""
    script = [*model.script, *25 * model.script[-1:]][: len(model.looks)]
    if losses is None:
        return "train gives nothing back (None). It ends with `return losses`."
    if isinstance(losses, list | tuple) and any(isinstance(v, torch.Tensor) for v in losses):
        return "The losses are tensors. .item() takes the number out before it goes into the list."
    try:
        numbers = np.asarray(losses, dtype=float)
    except (TypeError, ValueError):
        numbers = np.empty((0, 0))
    if numbers.ndim != 1:
        return f"It gives back a {show_kind(losses)}. A list is asked for: one loss an epoch."
    if numbers.shape == (len(script),) and np.allclose(numbers, script, atol=1e-4):
        return None
    shown = [round(float(number), 4) for number in numbers[:12]]
    return f"It gives back {shown}, but the validation losses of its epochs are {script}."


def _wrong_weights(model: _Watched) -> str | None:
    """Which weights it leaves."""
    after = [epoch[-1]["weights"] for epoch in model.looks]
    best = int(np.argmin(model.script[: len(after)]))
    left = [i for i, weights in enumerate(after, start=1) if np.allclose(weights, model.now())]
    if best + 1 in left:
        return None
    said = f"Epoch {best + 1} was the best of {len(after)}, but the model is left with the weights"
    if len(after) in left:
        return (
            f"{said} of the last. Copy the best ones when you meet them, "
            "copy.deepcopy(model.state_dict()), as state_dict() alone goes on changing; load them "
            "after the loop, however it ends."
        )
    which = f"of epoch {left[0]}" if left else "of none of its epochs"
    return f"{said} {which}. Copy them right after the epoch whose loss is the lowest so far."


def _too_far_from_the_packaged(answer: Any, rng: np.random.Generator) -> str | None:
    """On 1,000 households: is it as good as the packaged loop?"""
    world = finrisk.simulate(1_000, seed=int(rng.integers(10**6)))
    learn, watch = slice(700), slice(700, None)
    features = finrisk.engineer_features(world.households.iloc[learn])
    data, validation = (
        TrainingData.make(world.households.iloc[part], world.stressed[part], preprocessor)
        for preprocessor in [Preprocessor.fit(features)]
        for part in (learn, watch)
    )
    recipe = Recipe(monotone_weight=0, batch_size=128, max_epochs=8, dropout=0)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = RiskMLP(data.X.shape[1], dropout=0)
    try:
        answer(model, data.X, data.y, validation.X, validation.y, epochs=10, batch=128)
    except Exception as error:
        return _stopped(error)
    packaged = packaged_train(data, validation, recipe).model
    with torch.no_grad():
        theirs, yours = (
            bce(one.eval().logits(validation.X), validation.y).item() for one in (packaged, model)
        )
    if yours - theirs < MARGIN:
        return None
    return (
        f"On 1,000 households the packaged loop reaches a loss of {theirs:.3f}, yours {yours:.3f}. "
        f"They should end less than {MARGIN} apart."
    )


def _changed(old: str, new: str) -> Callable[..., Any]:
    """The course's `train` with a slip in it."""

    def train(*arguments: Any, **how: Any) -> Any:
        text = course_text("train.py")
        if old not in text:
            raise ValueError(f"train.py has no {old!r}")
        names: dict[str, Any] = {}
        exec(text.replace(old, new), names)
        return names["train"](*arguments, **how)

    return train


# --- 04.5, DataLoader --------------------------------------------------------------------------

_LOADER = '''\
def loader(X, y, batch):
    """A DataLoader of shuffled batches of X and y, in single precision."""
    rows = torch.tensor(X, dtype=torch.float32)
    labels = torch.tensor(y, dtype=torch.float32)
    return DataLoader(TensorDataset(rows, labels), batch_size=batch, shuffle=True)'''


def _check_loader(answer: Any) -> str | None:
    rng = np.random.default_rng()
    for n, batch in ((10, 4), (6, 6), (int(rng.integers(70, 100)), int(rng.integers(8, 30)))):
        X = np.column_stack([np.arange(n), rng.normal(size=(n, int(rng.integers(1, 4))))])
        y = np.append(rng.integers(2, size=n - 2), [0, 1]).astype(bool)
        try:
            given = answer(X.copy(), y.copy(), batch)
        except TypeError as error:
            if "not callable" not in str(error):
                raise
            return _NO_TENSORS
        if said := _no_loader(given):
            return said
        batches, again = list(given), list(given)
        case = f"For {n} rows and batch = {batch}"
        said = _wrong_pair(batches[0], X.shape[1]) or _wrong_batches(batches, X, y, (case, batch))
        if said:
            return said
    orders = [torch.cat([rows[:, 0] for rows, _ in epoch]).tolist() for epoch in (batches, again)]
    if orders[0] == sorted(orders[0]):
        return "The rows come in the order of X. shuffle=True mixes them."
    if orders[0] == orders[1]:
        return "Both epochs have the same order. shuffle=True mixes them anew for each one."
    return None


_NO_TENSORS = (
    "It stops at X or y, which are NumPy arrays: TensorDataset wants tensors. Make them first, "
    "with torch.tensor(X, dtype=torch.float32), and the same for y."
)


def _no_loader(given: Any) -> str | None:
    if given is None:
        return "loader gives nothing back (None). Does it end with `return` and the DataLoader?"
    if isinstance(given, TensorDataset):
        return "That is the TensorDataset alone. DataLoader(dataset, ...) makes batches of it."
    if not isinstance(given, DataLoader):
        return f"A DataLoader is asked for, and loader gives a {show_kind(given)}."
    return None


def _wrong_pair(pair: Any, n_columns: int) -> str | None:
    """One batch: rows and labels, of the right type and shape."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return "A batch must be a pair, rows and labels: give both to TensorDataset."
    rows, labels = pair
    if not all(isinstance(part, torch.Tensor) for part in pair):
        return "A batch must be two tensors: make tensors of X and y, and a TensorDataset of them."
    if rows.ndim < labels.ndim:
        return "The labels come first. A batch is rows, then labels."
    for name, part in {"rows": rows, "labels": labels}.items():
        if part.dtype != torch.float32:
            return (
                f"The {name} are {part.dtype}; the network's weights and the loss want "
                "torch.float32. Say dtype=torch.float32 where you make the tensor."
            )
    if rows.shape[1:] != (n_columns,):
        return f"A row has the shape {tuple(rows.shape[1:])}, but in X it is ({n_columns},)."
    if labels.ndim != 1:
        return (
            f"The labels of a batch have the shape {tuple(labels.shape)}, and the logits "
            f"({len(labels)},). Leave y as it is, one number a household."
        )
    return None


def _wrong_batches(batches: Any, X: Floats, y: Any, how: tuple[str, int]) -> str | None:
    case, batch = how
    sizes = [len(rows) for rows, _ in batches]
    rows, labels = (torch.cat([pair[i] for pair in batches]).numpy() for i in (0, 1))
    if max(sizes) != batch:
        return f"{case} a batch holds {max(sizes)} rows. batch_size says how many."
    numbers = rows[:, 0].round().astype(int)
    if len(set(numbers.tolist())) < len(X):
        if len(rows) == sum(sizes) == len(X) // batch * batch:
            return f"{case} only {len(rows)} come. drop_last leaves out the last, shorter batch."
        return f"{case} only {len(set(numbers.tolist()))} different rows come. All must, once each."
    if len(rows) > len(X):
        return f"{case} {len(rows)} rows come: some twice. Each must come once."
    if not np.allclose(labels, y[numbers]):
        return "Rows and labels no longer belong together: mix both in one, by shuffle=True alone."
    if not np.allclose(rows, X[numbers], atol=1e-4):
        return "The numbers in the rows are not those of X."
    return None


def _loader(X: Any, y: Any, batch: int, **how: Any) -> Any:
    rows, labels = (torch.tensor(part, dtype=torch.float32) for part in (X, y))
    return DataLoader(TensorDataset(rows, labels), batch_size=batch, **({"shuffle": True} | how))


def _double(X: Any, y: Any, batch: int) -> Any:
    pairs = TensorDataset(torch.from_numpy(X), torch.from_numpy(y))
    return DataLoader(pairs, batch_size=batch, shuffle=True)


def _labels_as_they_are(X: Any, y: Any, batch: int) -> Any:
    pairs = TensorDataset(torch.from_numpy(X).float(), torch.from_numpy(y))
    return DataLoader(pairs, batch_size=batch, shuffle=True)


EXERCISES = (
    Exercise(
        key="04.1",
        expects="a function of w, b, x and y that returns two numbers",
        hints=(
            "First the risks, Sigmoid of w * x + b. Then the error, predicted minus true.",
            "Along w: the mean of error times input. A bias is a weight whose input is always 1.",
        ),
        solution=_SLOPES,
        checker=agrees_with(
            _by_autograd,
            _EXAMPLES,
            [
                (
                    _turned,
                    "The sign is turned: it is predicted minus true, not true minus predicted.",
                ),
                (
                    _without_x,
                    "The input x is missing in the slope along w: multiply the error by x.",
                ),
                (_x_in_both, "x belongs to w only: the input of the bias is always 1."),
                (_summed, "That is the sum. The loss is a mean, so its slope is a mean too."),
                (_no_sigmoid, "Sigmoid is missing: w * x + b is the log odds, not the risk."),
                (_no_bias, "The risk leaves out b: it is Sigmoid of w * x + b."),
                (
                    _minus_on_weight,
                    "It acts as if the risk were Sigmoid of w * x - b: in np.exp write "
                    "-(w * x + b), with brackets.",
                ),
                (
                    _no_minus,
                    "In np.exp the minus is missing: without it the risk becomes 1 - risk.",
                ),
                (
                    _b_as_input,
                    "b is the bias itself; its input is 1, so the slope along b is the mean error.",
                ),
                (
                    _sigmoid_twice,
                    "p * (1 - p) is one factor too many: it cancels against the slope of the log.",
                ),
                (
                    _means_apart,
                    "First multiply, then take the mean: each household has its own error and "
                    "its own input.",
                ),
                (_bias_first, "The other way round: first the slope along w, then along b."),
                (
                    _weight_only,
                    "That is the slope along w alone. Return the one along b beside it.",
                ),
                (_each, "That is a slope for each household. Return their means."),
            ],
            drawn=_draw_neurons,
            advice=[
                ("can be converted", "x holds many numbers: np.exp takes them, math.exp does not.")
            ],
            tolerance=0.00501,  # nudging w by 0.01, as the lesson does, is right, and two decimals
        ),
        insight="PyTorch's `backward()` looks for the same two numbers. For the 12,545 parameters "
        "of the network it applies one rule, layer by layer.",
        right=lambda: _by_hand,
        wrong=(
            (_turned, "sign is turned"),
            (_without_x, "x is missing"),
            (_x_in_both, "x belongs to w only"),
            (_summed, "That is the sum"),
            (_no_sigmoid, "Sigmoid is missing"),
            (_no_bias, "leaves out b"),
            (_minus_on_weight, "with brackets"),
            (_no_minus, "minus is missing"),
            (_b_as_input, "its input is 1"),
            (_sigmoid_twice, "one factor too many"),
            (_means_apart, "First multiply"),
            (_bias_first, "other way round"),
            (_weight_only, "along w alone"),
            (_each, "for each household"),
            (lambda w, b, x, y: "steep", "two numbers is asked for"),  # noqa: ARG005
            (0.351, "two numbers is asked for"),
        ),
    ),
    Exercise(
        key="04.3",
        expects="a function of model, X, y and batch that returns a number",
        hints=(
            "Two things keep the record alive: computing without `torch.no_grad()`, and adding up "
            "tensors.",
            "`with torch.no_grad():` around the loop, and `loss.item() * len(rows)` in it.",
        ),
        solution=_VALIDATION_LOSS,
        checker=_check_validation_loss,
        insight="a loop that keeps 50 such losses as tensors keeps the records of 50 epochs: its "
        "memory grows until there is none left, and no error says why.",
        right=lambda: lambda model, X, y, batch=500: _still_a_tensor(model, X, y, batch).item(),
        wrong=(
            (_recorded, "a tensor with a grad_fn"),
            (_recorded_for_nothing, "for nothing"),
            (_still_a_tensor, "not yet a number"),
            (_in_one_piece, "rows at once"),
            (_slices_alike, "last one is shorter"),
            (0.351, "a function of model, X, y and batch that returns a number is asked for"),
        ),
    ),
    Exercise(
        key="04.4",
        expects="the function train of train.py",
        hints=(
            "Before the loop: the optimiser and an empty list. In each epoch: model.train(), the "
            "loop of section 2, model.eval(), the validation loss without slopes.",
            "best_epoch = losses.index(min(losses)). If it is this epoch, copy the weights; if it "
            "lies `patience` epochs back, break. After the loop, load the copy.",
        ),
        solution=course_text("train.py").strip(),
        checker=_check_train,
        insight=f"on 1,000 fresh households it ended less than {MARGIN} nats above the packaged "
        "loop. Now it is a part of your application.",
        right=lambda: course_part("train.py"),
        wrong=(
            (_changed("            optimiser.zero_grad()\n", ""), "Slopes pile up"),
            (_changed("            optimiser.step()\n", ""), "never move"),
            (_changed("            loss.backward()\n", ""), "backward() is never called"),
            (_changed("with torch.no_grad()", "if True"), "with slopes asked for"),
            (_changed("        model.eval()\n", ""), "dropout on"),
            (_changed("        model.train()\n", ""), "in eval mode"),
            (_changed(".split(batch)", ".split(batch)[:1]"), "has one batch"),
            (_changed("y_val).item()", "y_val)"), "losses are tensors"),
            (_changed("    model.load_state_dict(best)\n", ""), "of the last"),
            (_changed("copy.deepcopy(model.state_dict())", "model.state_dict()"), "of the last"),
            (_changed("== patience", "== patience - 1"), "is the last"),
            (_changed("== patience", "> patience"), "is the last"),
            (0.351, "the function train of train.py is asked for"),
        ),
    ),
    Exercise(
        key="04.5",
        expects="a function of X, y and batch that returns a DataLoader",
        hints=(
            "Two tensors, torch.tensor(X, dtype=torch.float32) and the same of y. Then a "
            "TensorDataset of both.",
            "return DataLoader(TensorDataset(rows, labels), batch_size=batch, shuffle=True)",
        ),
        solution=_LOADER,
        checker=_check_loader,
        insight="for rows that lie in memory slicing is faster: a DataLoader fetches row by row. "
        "It earns its cost where rows are read from files, by several processes at once.",
        right=lambda: _loader,
        wrong=(
            (_double, "rows are torch.float64"),
            (_labels_as_they_are, "labels are torch.bool"),
            (lambda X, y, batch: _loader(X, y, batch, shuffle=False), "in the order of X"),
            (lambda X, y, batch: _loader(X, y, batch, drop_last=True), "drop_last leaves out"),
            (lambda X, y, batch: _loader(X, y, 1), "batch_size says"),  # noqa: ARG005
            (lambda X, y, batch: _loader(y, X, batch), "labels come first"),
            (lambda X, y, batch: _loader(X, y[:, None], batch), "one number a household"),
            (lambda X, y, batch: list(_loader(X, y, batch)), "loader gives a list"),
            (
                lambda X, y, batch: DataLoader(TensorDataset(X, y), batch),
                "TensorDataset wants tensors",
            ),
            (0.351, "a function of X, y and batch that returns a DataLoader is asked for"),
        ),
    ),
)

QUIZ = (
    Question(
        text="Which order of the four lines is right?",
        options=(
            (
                "loss, backward, zero_grad, step",
                "zero_grad would wipe out the slope just before it is used.",
            ),
            (
                "loss, zero_grad, backward, step",
                "Old slopes are forgotten, new ones computed, then used.",
            ),
            (
                "loss, step, backward, zero_grad",
                "The slope is wiped before any step can use it: nothing is ever learned.",
            ),
        ),
        right=1,
    ),
    Question(
        text="The training loss still falls, the validation loss has risen for ten epochs. Now?",
        options=(
            (
                "Go on: the training loss shows that it still learns.",
                "It learns the training households by heart; others do not profit.",
            ),
            (
                "Stop, and use the weights as they are now.",
                "The weights of ten epochs ago were better. Bring those back.",
            ),
            (
                "Stop, and go back to the weights with the lowest validation loss.",
                "That is early stopping with the best weights.",
            ),
        ),
        right=2,
    ),
    Question(
        text="A network learned from households as they are. You ask it about a lower income.",
        options=(
            (
                "It tells what a pay cut does.",
                "Nobody's pay was cut in what it learned from: it tells far too little.",
            ),
            (
                "It tells nothing: an income must not be changed.",
                "It answers, but another question: how households with less income fare.",
            ),
            (
                "It tells how households fare that have less income.",
                "For what a cut does, it must learn from households that live on with changes.",
            ),
        ),
        right=2,
    ),
)
