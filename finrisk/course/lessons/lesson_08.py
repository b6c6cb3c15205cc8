"""Exercises and quiz of lesson 08, the bug clinic."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import torch
from sklearn.metrics import brier_score_loss
from torch import nn
from torch.nn import functional as F

from finrisk.course.checkers import agrees_with, one_of
from finrisk.course.echoes import show_error
from finrisk.course.material import Exercise, Question
from finrisk.ml.model import RiskMLP
from finrisk.received import show_value

__all__ = ["EXERCISES", "QUIZ"]

_ALIGNED = '''\
def aligned(X, y):
    """Whether row i and label i belong to the same household, for all i."""
    return X.index.equals(y.index)'''

_BRIER = '''\
def brier(y, q):
    """Mean squared gap between what came (0 or 1) and the risk that was told."""
    return np.mean((q - y) ** 2)'''

_MENDED = '''\
def mended_loss(model, rows, y):
    """The mean loss of some households; rows and y are NumPy arrays."""
    logits = model.logits(torch.from_numpy(rows).float())
    return bce(logits, torch.from_numpy(y).float())'''

_BEST_DEVICE = '''\
def risks_on_best_device(model, X):
    """The risks of the rows X, from the best device there is, on the CPU."""
    if torch.cuda.is_available():
        device = "cuda"
    elif torch.backends.mps.is_available():
        device = "mps"
    else:
        device = "cpu"
    with torch.no_grad():
        return model.to(device)(X.to(device)).cpu()'''

Rows = list[int]  # numbers of households, in order
_PAIRS: tuple[tuple[Rows, Rows, str], ...] = (  # of the table, of its labels, what to say if missed
    (
        [12, 10, 11],
        [12, 10, 11],
        "It calls a sound pair broken: household 12, 10, 11 in both. They need not be sorted, "
        "nor be one object.",
    ),
    (
        [12, 10, 11],
        [12, 10, 13],
        "It accepts labels of which the last belongs to another household. Compare every row.",
    ),
    (
        [10, 11, 12],
        [12, 10, 11],
        "It accepts a table that was sorted while its labels were not: the same households, "
        "but in another order.",
    ),
    (
        [12, 10],
        [12, 10, 11],
        "It accepts a table from which the last row was dropped. Its label was not.",
    ),
    (
        [12, 10, 11, 13],
        [12, 11, 10, 13],
        "It accepts a pair in which the two households in the middle are swapped. Compare every "
        "row, not only the ends or the sums.",
    ),
    (
        [12, 10, 11],
        [10, 12, 11],
        "It accepts a pair in which the first two labels are swapped. Compare every row.",
    ),
)


def _draw_pairs(rng: np.random.Generator) -> list[tuple[Rows, Rows, str]]:
    """Sound pairs, and pairs with one flaw: at each place another household, or two swapped."""
    *rows, stranger = (int(number) for number in rng.choice(range(100, 1000), 8, replace=False))
    pairs = [(rows[:n], rows[:n], f"It calls a sound pair of {n} rows broken.") for n in (1, 4, 7)]
    for i in range(len(rows)):
        other, swapped = [*rows], [*rows]
        other[i], swapped[i], swapped[i - 1] = stranger, rows[i - 1], rows[i]
        said = f"It accepts a pair in which row {i} (counting from 0) and its label do not match."
        pairs += [(rows, other, said), (swapped, rows, said)]
    shorter = "It accepts a pair in which one is a row shorter than the other."
    return [*pairs, (rows, rows[:-1], shorter), (rows[1:], rows, shorter)]


def _check_aligned(answer: Any) -> str | None:
    """Try the learner's check on sound pairs and on broken ones, made anew for each call."""
    pairs = [*_PAIRS, *_draw_pairs(np.random.default_rng())]
    said = []
    for rows, labels, _ in pairs:
        heard = _ask(answer, rows, labels)
        if isinstance(heard, str):
            return heard
        said.append(heard)
    asked = zip(pairs, said, strict=True)
    missed = [told for (rows, labels, told), heard in asked if heard is not (rows == labels)]
    if not missed:
        return None
    for slip, message in _SLIPS:
        if said == [slip(*_pair(rows, labels)) for rows, labels, _ in pairs]:
            return message
    return missed[0]


def _pair(rows: Rows, labels: Rows) -> tuple[pd.DataFrame, pd.Series]:
    return (
        pd.DataFrame({"savings": [90.0 * number for number in rows]}, index=[*rows]),
        pd.Series([float(number % 2) for number in labels], index=[*labels]),
    )


def _ask(answer: Any, rows: Rows, labels: Rows) -> bool | str:
    """What the learner's check says of one pair, or a sentence on why it says nothing."""
    try:
        said = answer(*_pair(rows, labels))
    except Exception as error:
        if not callable(answer):
            raise
        rule = "" if rows == labels else " A check must say False there, not stop."
        shown = show_error(error)
        return f"For {len(rows)} rows and {len(labels)} labels it raises {shown}.{rule}"
    if said is None:
        return (
            f"For {len(rows)} rows and {len(labels)} labels your function gives nothing back "
            "(None). Which `return` does it reach there?"
        )
    with suppress(Exception):  # a single value of NumPy, pandas or PyTorch
        said = said.item()
    if isinstance(said, bool):
        return said
    once = "" if np.ndim(said) == 0 else " Ask about all rows at once."
    return f"True or False is asked for, got {show_value(said)}.{once}"


def _aligned(X: pd.DataFrame, y: pd.Series) -> bool:
    return X.index.equals(y.index)


def _as_long(X: pd.DataFrame, y: pd.Series) -> bool:
    return len(X) == len(y)


def _first_only(X: pd.DataFrame, y: pd.Series) -> bool:
    return bool(X.index[0] == y.index[0])


def _some(X: pd.DataFrame, y: pd.Series) -> bool:
    return any(a == b for a, b in zip(X.index, y.index, strict=False))


def _opposite(X: pd.DataFrame, y: pd.Series) -> bool:
    return not X.index.equals(y.index)


_SLIPS = (
    (_as_long, "It compares how many rows and labels there are. The length alone tells nothing."),
    (
        _first_only,
        "It acts as if only the first row were compared. In a loop, `return True` must stand "
        "after the loop, not inside it.",
    ),
    (_some, "One row that agrees is enough for it. Say False at the first that does not."),
    (_opposite, "It says the opposite, for every pair: swap True and False."),
)


def _ends(X: pd.DataFrame, y: pd.Series) -> bool:
    return len(X) == len(y) and X.index[0] == y.index[0] and X.index[-1] == y.index[-1]


def _sums(X: pd.DataFrame, y: pd.Series) -> bool:
    return sum(X.index) == sum(y.index) and _first_only(X, y)


def _by_label(X: pd.DataFrame, y: pd.Series) -> bool:
    return all(X.index[i] == y.index[i] for i in range(len(y)))


def _nothing(X: pd.DataFrame, y: pd.Series) -> None:
    X.index.equals(y.index)


def _same_set(X: pd.DataFrame, y: pd.Series) -> bool:
    return set(X.index) == set(y.index)


def _same_object(X: pd.DataFrame, y: pd.Series) -> bool:
    return X.index is y.index


def _in_order(X: pd.DataFrame, y: pd.Series) -> bool:
    return X.index.is_monotonic_increasing and X.index.equals(y.index)


def _row_by_row(X: pd.DataFrame, y: pd.Series) -> Any:
    return (X.index == y.index).all()


def _each(X: pd.DataFrame, y: pd.Series) -> Any:
    return X.index == y.index


def _first_rows(X: pd.DataFrame, y: pd.Series) -> bool:
    return all(a == b for a, b in zip(X.index, y.index, strict=False))


def _draw_risks(rng: np.random.Generator) -> list[tuple[Any, Any]]:
    """One household at least that became stressed, and one that did not."""
    return [
        (rng.permutation([0, 1, *rng.integers(2, size=n)]), rng.uniform(0.001, 0.999, n + 2))
        for n in (0, 1, 5, 30)
    ]


def _brier(y: Any, q: Any) -> float:
    return float(brier_score_loss(y, q))


def _absolute(y: Any, q: Any) -> float:
    return float(np.mean(np.abs(q - y)))


def _root(y: Any, q: Any) -> float:
    return float(np.sqrt(np.mean((q - y) ** 2)))


def _sum(y: Any, q: Any) -> float:
    return float(np.sum((q - y) ** 2))


def _each_square(y: Any, q: Any) -> Any:
    return (q - y) ** 2


def _signed(y: Any, q: Any) -> float:
    return float(np.mean(q - y))


def _log_loss(y: Any, q: Any) -> float:
    return float(-np.mean(np.log(np.where(y, q, 1 - q))))


def _share_wrong(y: Any, q: Any) -> float:
    return float(np.mean((q >= 0.5) != y))


def _square_of_mean(y: Any, q: Any) -> float:
    return float(np.mean(q - y) ** 2)


# --- 08.4: a dtype that does not fit ---------------------------------------------------------


def _check_mended(answer: Any) -> str | None:
    """Try the mended loss on networks and rows made anew, and look at what comes out."""
    if not callable(answer):
        return f"A function is asked for, got {show_value(answer)}."
    rng = np.random.default_rng()
    for n, n_features in [(3, 32), (40, 32), *rng.integers(5, 30, size=(2, 2)).tolist()]:
        model = RiskMLP(n_features).eval()
        rows, y = rng.normal(size=(n, n_features)), rng.permutation(np.arange(n) % 2)
        flaw = _flaw_in_loss(answer, model, rows, y)
        if flaw:
            return flaw
    return None


def _flaw_in_loss(answer: Any, model: RiskMLP, rows: Any, y: Any) -> str | None:
    given = deepcopy(model)
    try:
        loss = answer(given, rows.copy(), y.copy())
    except Exception as error:
        return f"It stops: {show_error(error)}. {_next_step(error)}"
    if {p.dtype for p in given.parameters()} != {torch.float32}:
        return (
            "It changes the weights of the model that it is given, so that its next rows would "
            "not fit. Leave the model as it is, and mend the data: .float()."
        )
    if loss is None:
        return (
            "It gives nothing back (None). To catch the error with `try` only hides it: the loss "
            "must come out. Does your function end with `return`?"
        )
    if not isinstance(loss, torch.Tensor):
        return f"The loss must be a tensor, which `backward()` can start from, got {_kind(loss)}."
    if loss.numel() != 1:
        return f"One loss, the mean, is asked for, got shape {tuple(loss.shape)}."
    slip = _slip_in_loss(loss.item(), model, rows, y)
    return slip or _flaw_in_dtype(loss) or _flaw_in_slope(loss, given)


def _next_step(error: Exception) -> str:
    words = str(error)
    if "Double and Float" in words:
        return "Float64 rows still meet float32 weights: give `logits` rows in .float()."
    if "desired output type" in words or "bool tensor" in words:
        return "The rows fit now. The labels `y` are still no float32: they need .float(), too."
    if "same dtype" in words:
        return "Rows and weights must both be float32: .float() makes it, of rows and of labels."
    return "Read its traceback from the end: which line of yours is the lowest?"


def _slip_in_loss(given: float, model: RiskMLP, rows: Any, y: Any) -> str | None:
    """A sentence on a loss that is another one, None for the right one."""
    slips = (
        (lambda X: X, lambda z, y: _bce(z, y), None),
        (np.trunc, _bce, "It acts as if the rows were cut to whole numbers. Keep their decimals."),
        (np.round, _bce, "It acts as if the rows were rounded. Keep their decimals: .float()."),
        (lambda X: X, lambda z, y: _bce(torch.sigmoid(z), y), "That is a Sigmoid twice."),
        (lambda X: X, lambda z, y: _bce(z, 1 - y), "It swaps the labels: y is 1 for stressed."),
        (lambda X: X, lambda z, y: len(y) * _bce(z, y), "That is the sum. Give the mean."),
    )
    labels = torch.from_numpy(y).double()
    for change, loss, said in slips:
        with torch.no_grad():
            z = model.logits(torch.from_numpy(change(rows)).float()).double()
            value = loss(z, labels)
        if abs(given - float(value)) < 1e-4 * max(1.0, abs(float(value))):
            return said
    right = float(_bce(z, labels))
    return f"For {len(y)} households it gives {given:.6g}, but their mean loss is {right:.6g}."


def _flaw_in_dtype(loss: torch.Tensor) -> str | None:
    if loss.dtype == torch.float32:
        return None
    return (
        f"The loss is {str(loss.dtype).removeprefix('torch.')}, so float64 is still in it. It "
        "must be float32: rows and labels both need .float()."
    )


def _flaw_in_slope(loss: torch.Tensor, model: RiskMLP) -> str | None:
    """Whether the slope of the loss reaches the weights that were given."""
    if loss.requires_grad:
        loss.backward()  # type: ignore[no-untyped-call]
    if all(p.grad is not None for p in model.parameters()):
        return None
    return (
        "The number is right, but backward() does not reach the weights from it: the record "
        "was lost, by a copy, .item(), .detach() or no_grad()."
    )


def _bce(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.binary_cross_entropy_with_logits(logits, y)


def _kind(value: Any) -> str:
    return f"{show_value(value)}, a {type(value).__name__}"


def _mended(model: Any, rows: Any, y: Any) -> Any:
    logits = model.logits(torch.from_numpy(rows).float())
    return _bce(logits, torch.from_numpy(y).float())


def _only_rows(model: Any, rows: Any, y: Any) -> Any:
    return _bce(model.logits(torch.from_numpy(rows).float()), torch.from_numpy(y))


def _only_labels(model: Any, rows: Any, y: Any) -> Any:
    return _bce(model.logits(torch.from_numpy(rows)), torch.from_numpy(y).float())


def _model_doubled(model: Any, rows: Any, y: Any) -> Any:
    return _bce(model.double().logits(torch.from_numpy(rows)), torch.from_numpy(y).double())


def _whole_rows(model: Any, rows: Any, y: Any) -> Any:
    return _mended(model, rows.astype(int), y)


def _rounded_rows(model: Any, rows: Any, y: Any) -> Any:
    return _mended(model, rows.round(), y)


def _labels_doubled(model: Any, rows: Any, y: Any) -> Any:
    return _bce(model.logits(torch.from_numpy(rows).float()), torch.from_numpy(y).double())


def _swallowed(model: Any, rows: Any, y: Any) -> Any:
    try:
        return _only_rows(model, rows, y)
    except RuntimeError:
        return None


def _as_number(model: Any, rows: Any, y: Any) -> Any:
    return _mended(model, rows, y).item()


def _without_record(model: Any, rows: Any, y: Any) -> Any:
    return _mended(model, rows, y).detach()


# --- 08.5: a machine of each kind ------------------------------------------------------------


class _Machine:
    """A machine that is played: what it has, and what was done on it."""

    def __init__(self, *devices: str) -> None:
        self.devices = (*devices, "cpu")  # the best one first
        self.missed: list[str] = []  # asked for, but not there
        self.used: list[str] = []  # where the model was asked
        self.moved_rows = False

    def __deepcopy__(self, _: Any) -> "_Machine":
        return self

    def __str__(self) -> str:
        return f"a machine with {' and '.join(self.devices[:-1]) or 'the CPU alone'}"

    def place_in(self, args: Any, kwargs: Any) -> str | None:
        """The device among what `.to` is called with, None if there is none; an error if not here.

        Raises:
            RuntimeError: for a device that this machine does not have.
        """
        for value in (*args, *kwargs.values()):
            if isinstance(value, int) and not isinstance(value, bool):
                value = f"cuda:{value}"
            if isinstance(value, torch.Tensor):
                value = value.device
            if isinstance(value, str | torch.device):
                name = torch.device(value).type
                if name not in self.devices:
                    self.missed.append(name)
                    raise RuntimeError(f"there is no {name} on this machine")
                return name
        return None

    @contextmanager
    def played(self) -> Iterator[None]:
        """PyTorch says what this machine has; afterwards it tells the truth again."""
        cuda, mps = ("cuda" in self.devices), ("mps" in self.devices)
        best = None if self.devices[0] == "cpu" else torch.device(self.devices[0])
        with ExitStack() as stack:
            for owner, name, value in (
                (torch.cuda, "is_available", cuda),
                (torch.cuda, "device_count", int(cuda)),
                (torch.backends.mps, "is_available", mps),
                (torch.backends.mps, "is_built", mps),
                (torch.accelerator, "is_available", best is not None),
                (torch.accelerator, "device_count", int(best is not None)),
                (torch.accelerator, "current_accelerator", best),
            ):
                stack.enter_context(patch.object(owner, name, return_value=value))
            yield


class _Rows(torch.Tensor):
    """A tensor on the CPU that says it lies on a device of a played machine."""

    machine: _Machine
    place = "cpu"

    @classmethod
    def on(cls, place: str, machine: _Machine, values: torch.Tensor) -> "_Rows":
        """These values, as if they lay there."""
        rows = values.as_subclass(cls)
        rows.place, rows.machine = place, machine
        return rows

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Whatever comes of such rows lies where they lie."""
        result = super().__torch_function__(func, types, args, kwargs)  # type: ignore[no-untyped-call]
        first = next((one for one in args if isinstance(one, _Rows)), None)
        if first is not None and isinstance(result, _Rows):
            result.place, result.machine = first.place, first.machine
        return result

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        """Where it says it lies."""
        return torch.device(self.place)

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """A copy there; the kind of numbers stays."""
        place = self.machine.place_in(args, kwargs) or self.place
        self.machine.moved_rows |= place != "cpu"
        return _Rows.on(place, self.machine, _plain(self).clone())

    def cpu(self, *_: Any, **__: Any) -> Any:
        """A copy on the CPU."""
        return self.to("cpu")

    def cuda(self, *_: Any, **__: Any) -> Any:
        """A copy on the card of NVIDIA."""
        return self.to("cuda")

    def numpy(self, **_: Any) -> Any:
        """As PyTorch does it, from the CPU only."""
        if self.place != "cpu":
            raise TypeError(f"can't convert {self.place} device type tensor to numpy")
        return _plain(self).numpy()


def _plain(rows: torch.Tensor) -> torch.Tensor:
    with torch._C.DisableTorchFunctionSubclass():
        return rows.as_subclass(torch.Tensor)


class _Network(nn.Module):
    """One neuron that reads only rows that lie where it lies."""

    def __init__(self, n_features: int, machine: _Machine) -> None:
        super().__init__()
        self.neuron = nn.Linear(n_features, 1)
        self.machine, self.place = machine, "cpu"

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """Moves the model itself, as PyTorch does."""
        self.place = self.machine.place_in(args, kwargs) or self.place
        return self

    def cpu(self) -> Any:
        """Back to the CPU."""
        return self.to("cpu")

    def cuda(self, *_: Any, **__: Any) -> Any:
        """To the card of NVIDIA."""
        return self.to("cuda")

    def logits(self, X: torch.Tensor) -> torch.Tensor:
        """The log odds of each row."""
        there = X.place if isinstance(X, _Rows) else "cpu"
        self.machine.used.append(self.place)
        if there != self.place:
            raise RuntimeError(f"the model is on {self.place}, its rows on {there}")
        logits: torch.Tensor = self.neuron(X)[:, 0]
        return logits

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """The risk of each row."""
        return torch.sigmoid(self.logits(X))


def _check_device(answer: Any) -> str | None:
    """Play four machines, with a model and rows made anew for each."""
    if not callable(answer):
        return f"A function is asked for, got {show_value(answer)}."
    rng = np.random.default_rng()
    for devices in ((), ("cuda",), ("mps",), ("cuda", "mps")):
        machine, n_features = _Machine(*devices), int(rng.integers(2, 40))
        model = _Network(n_features, machine)
        X = torch.from_numpy(rng.normal(size=(int(rng.integers(25, 60)), n_features))).float()
        with torch.no_grad():
            right = torch.sigmoid(model.neuron(X)[:, 0]).numpy()
        try:
            with machine.played():
                risks = answer(model, _Rows.on("cpu", machine, X.clone()))
        except Exception as error:
            return f"On {machine} it stops: {_why_it_stops(error, machine)}"
        flaw = _flaw_in_device(machine, risks) or _flaw_in_risks(risks, right)
        if flaw:
            return f"On {machine} {flaw}"
    return None


def _why_it_stops(error: Exception, machine: _Machine) -> str:
    if machine.missed:
        name = machine.missed[-1]
        module = "torch.backends.mps" if name == "mps" else f"torch.{name}"
        return (
            f"it asks for {name} all the same. Ask {module}.is_available() first, with its "
            "brackets."
        )
    words = str(error)
    if words.startswith("the model is on"):
        lost = machine.moved_rows and words.endswith("rows on cpu")
        copy = " X.to(device) gives a copy back, so write X = X.to(device)." if lost else ""
        return f"{words}. Both must be on one device.{copy}"
    if "to numpy" in words:
        return "NumPy reads from the CPU only. Bring the risks back with .cpu() before."
    return f"{show_error(error)}."


def _flaw_in_device(machine: _Machine, risks: Any) -> str | None:
    """A sentence on where it was reckoned and where the risks are, None if both are right."""
    if risks is None:
        return "it gives nothing back (None). Does it end with `return`?"
    best = machine.devices[0]
    if not machine.used:
        return f"it never calls model(X). The risks are asked for, got {_kind(risks)}."
    if machine.used[-1] != best:
        return f"it reckons on {machine.used[-1]}, although {best} is there and comes first."
    if isinstance(risks, _Rows) and risks.place != "cpu":
        return (
            f"the risks are left on {risks.place}. .cpu() gives a copy on the CPU: return that "
            "copy."
        )
    return None


def _flaw_in_risks(risks: Any, right: Any) -> str | None:
    if isinstance(risks, _Rows):
        risks = _plain(risks.detach()).numpy()
    try:
        given = np.asarray(risks, dtype=float)
    except (TypeError, ValueError):
        return f"it gives {_kind(risks)}, but one risk for each row is asked for."
    if given.shape != right.shape:
        return f"it gives numbers of shape {given.shape}, but one for each row, {right.shape}."
    if not np.allclose(given, right, atol=1e-5):
        return "it gives other risks than model(X) does. Give them as they come."
    return None


def _best_device(model: Any, X: Any) -> Any:
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    device = "cuda" if cuda else "mps" if mps else "cpu"
    with torch.no_grad():
        return model.to(device)(X.to(device)).cpu()


def _always(device: str) -> Callable[[Any, Any], Any]:
    return lambda model, X: model.to(device)(X.to(device)).cpu()


def _or_cpu() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _no_mps(model: Any, X: Any) -> Any:
    return _always(_or_cpu())(model, X)


def _mps_first(model: Any, X: Any) -> Any:
    return _always("mps" if torch.backends.mps.is_available() else _or_cpu())(model, X)


def _model_only(model: Any, X: Any) -> Any:
    return model.to(_or_cpu())(X).cpu()


def _rows_only(model: Any, X: Any) -> Any:
    return model(X.to(_or_cpu())).cpu()


def _copy_lost(model: Any, X: Any) -> Any:
    X.to(_or_cpu())
    return model.to(_or_cpu())(X).cpu()


def _left_there(model: Any, X: Any) -> Any:
    return model.to(_or_cpu())(X.to(_or_cpu()))


def _numpy_there(model: Any, X: Any) -> Any:
    return _left_there(model, X).detach().numpy()


def _no_brackets(model: Any, X: Any) -> Any:
    return _always("cuda" if torch.cuda.is_available else "cpu")(model, X)  # type: ignore[truthy-function]


EXERCISES = (
    Exercise(
        key="08.1",
        expects="a function of X and y that returns True or False",
        hints=(
            "Every pandas table carries its row names along, in X.index, when it is sorted or "
            "filtered. So do labels in a Series.",
            "An index has a method that compares it with another, order and length included: "
            "X.index.equals(...).",
        ),
        solution=_ALIGNED,
        checker=_check_aligned,
        insight="it costs one line before every fit. NumPy arrays have no row names: check "
        "before to_numpy(), not after.",
        right=lambda: _aligned,
        wrong=(
            (_as_long, "length alone tells nothing"),
            (_first_only, "after the loop"),
            (_some, "One row that agrees"),
            (_opposite, "swap True and False"),
            (_ends, "in the middle are swapped"),
            (_sums, "in the middle are swapped"),
            (_by_label, "2 rows and 3 labels it raises IndexError"),
            (_nothing, "gives nothing back (None). Which"),
            (lambda *_: True, "Compare every row"),
            (_same_set, "another order"),
            (_same_object, "nor be one object"),
            (_in_order, "need not be sorted"),
            (_row_by_row, "False there, not stop"),
            (_each, "all rows at once"),
            (_first_rows, "last row was dropped"),
            (True, "is asked for"),
        ),
    ),
    Exercise(
        key="08.2",
        expects="a function of y and q that returns one number",
        hints=(
            "For one household: how far is the risk told, q, from what came, y (0 or 1)?",
            "Square the gaps, (q - y) ** 2, then take their mean.",
        ),
        solution=_BRIER,
        checker=agrees_with(
            _brier,
            [
                (np.array([1, 0, 1, 0]), np.array([0.9, 0.2, 0.4, 0.6])),
                (np.array([0, 0, 1]), np.array([0.05, 0.5, 0.7])),
                (np.array([1, 0, 1, 0]), np.array([1e-6, 1 - 1e-6, 1 - 1e-6, 1e-6])),
            ],
            [
                (_absolute, "Those gaps are not squared. Whoever minimises them says 0 or 1 only."),
                (_root, "That is the root of it. The Brier score stays squared."),
                (_sum, "That is the sum. Take the mean, or more households look worse."),
                (_each_square, "That is one number a household. Take their mean."),
                (_signed, "Gaps up and down cancel each other: square each one first."),
                (_log_loss, "That is the log loss. The Brier score squares, without a logarithm."),
                (
                    _share_wrong,
                    "That is the share of wrong answers; use the risk itself, not a yes or no.",
                ),
                (
                    _square_of_mean,
                    "First square each gap, then take the mean, not the other way round.",
                ),
            ],
            drawn=_draw_risks,
        ),
        insight="it agrees with scikit-learn's brier_score_loss to six digits. Nobody can "
        "expect to lower it by telling another risk than the one believed in.",
        right=lambda: _brier,
        wrong=(
            (_absolute, "not squared"),
            (_root, "root"),
            (_sum, "Take the mean"),
            (_each_square, "one number a household"),
            (_signed, "cancel each other"),
            (_log_loss, "log loss"),
            (_share_wrong, "share of wrong answers"),
            (_square_of_mean, "First square"),
            (lambda y, q: _brier(y, np.clip(q, 0.05, 0.95)), "it gives 0.4525"),
            (0.25, "is asked for"),
        ),
    ),
    Exercise(
        key="08.3",
        expects="the name of a mistake, as a text",
        hints=(
            "The order of households is as good as ever, so what is wrong is how high the risks "
            "are, and only for some. Which mistakes raise risks?",
            "Four mistakes clearly raise the risks told to onset, one of them to nearly twice the "
            "share that became stressed. The other three change what the Lees hear: see the last "
            "table.",
        ),
        solution='mistake = "balanced weights"',
        checker=one_of(
            "balanced weights",
            {
                "rows moved, labels not": "Wrong labels pull every risk to the middle, so "
                "households short already would hear less than before.",
                "Sigmoid twice": "That drives risks to 0 and 1, and recall of onset falls.",
                "layers in a list": "A network of which only the last layer learns ranks worse, "
                "and the ROC-AUC would show it.",
                "eval() forgotten": "Then the same household would get two answers.",
                "accuracy as target": "That moves the threshold. Here the threshold is the old "
                "one and the risks are others.",
                "income before tax": "More income lowers the risks told for onset, and recall "
                "falls.",
                "column from the future": "Today's savings lower the risks told for onset.",
                "columns in another order": "Then the order of households would be lost, and "
                "with it the ROC-AUC.",
                "scaled on all households": "That changes next to nothing here.",
            },
        ),
        insight="a higher recall was no gain: a lower threshold buys the same, at the same "
        "price in needless warnings, and leaves the risks true.",
        right=lambda: "balanced weights",
        wrong=(
            ("rows moved, labels not", "to the middle"),
            ("Sigmoid twice", "to 0 and 1"),
            ("layers in a list", "ranks worse"),
            ("eval() forgotten", "two answers"),
            ("accuracy as target", "threshold is the old one"),
            ("income before tax", "recall falls"),
            ("column from the future", "lower the risks"),
            ("columns in another order", "ROC-AUC"),
            ("scaled on all households", "next to nothing"),
            ("too few epochs", "not one of the words"),
        ),
    ),
    Exercise(
        key="08.4",
        expects="a function of model, rows and y that returns the loss, a tensor",
        hints=(
            "Which line of yours is the lowest in the traceback, and what goes into it? Double is "
            "float64, Float is float32. The weights shall stay as they are.",
            "A tensor has a method that gives it back as float32: .float(). It is needed twice, "
            "for the rows and for the labels.",
        ),
        solution=_MENDED,
        checker=_check_mended,
        insight="the first traceback hid the second mistake: a program stops at the first. Had "
        "only the labels been float64, nothing would have stopped, and the loss would have "
        "been float64.",
        right=lambda: _mended,
        wrong=(
            (_only_labels, "still meet float32 weights"),
            (_only_rows, "labels `y` are still"),
            (_model_doubled, "changes the weights"),
            (_whole_rows, "cut to whole numbers"),
            (_rounded_rows, "were rounded"),
            (_labels_doubled, "The loss is float64"),
            (_swallowed, "only hides it"),
            (_as_number, "must be a tensor"),
            (_without_record, "does not reach the weights"),
            (0.7, "A function is asked for"),
        ),
    ),
    Exercise(
        key="08.5",
        expects="a function of model and X that returns the risks",
        hints=(
            "Put the name of the device into a variable with if, elif and else. Then move the "
            "model, and move the rows.",
            "model.to(device) moves the model. X.to(device) and .cpu() each give a copy: use "
            "what they give back.",
        ),
        solution=_BEST_DEVICE,
        checker=_check_device,
        insight="the same file now runs on each of these machines. That the CPU is always "
        "there makes it the last branch, not the first.",
        right=lambda: _best_device,
        wrong=(
            (_always("cuda"), "it asks for cuda all the same"),
            (_no_brackets, "with its brackets"),
            (_always("cpu"), "although cuda is there"),
            (_no_mps, "although mps is there"),
            (_mps_first, "although cuda is there and comes first"),
            (_model_only, "the model is on cuda, its rows on cpu. Both"),
            (_rows_only, "the model is on cpu, its rows on cuda. Both"),
            (_copy_lost, "X = X.to(device)"),
            (_left_there, "left on cuda"),
            (_numpy_there, "NumPy reads from the CPU only"),
            (lambda *_: _or_cpu(), "never calls model(X)"),
            ("cuda", "A function is asked for"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A model's test loss is lower than the floor, the loss of the true risks, by far "
        "more than the interval of that gap. So?",
        options=(
            (
                "It is the best model so far.",
                "Nobody can beat the true risks for long; it has seen something of the answer.",
            ),
            (
                "Something of the future, or of the labels, is in its columns.",
                "Only who has seen what happened to these households can be so far below.",
            ),
            (
                "The test set is too small.",
                "Then the interval would be wide, and the gap would lie within it.",
            ),
        ),
        right=1,
    ),
    Question(
        text="The scaler was fitted on all households, and the price is within the luck of "
        "training. What now?",
        options=(
            (
                "Leave it: it costs nothing.",
                "Here. With a step that looks at labels, the same habit is dear.",
            ),
            (
                "Mend it, and check it: the line costs nothing either.",
                "The price depends on the data, the habit does not.",
            ),
            (
                "Look for a larger price until one is found.",
                "A price within luck is a finding too, and is reported as such.",
            ),
        ),
        right=1,
    ),
    Question(
        text="The three golden answers hold, yet users hear risks that are too low. Why?",
        options=(
            (
                "The columns arrive in another order.",
                "Then the golden households would get other answers, too.",
            ),
            (
                "Dropout is still on.",
                "Then the golden answers would change from call to call.",
            ),
            (
                "What users type means something else than in training.",
                "Golden households are typed right; only real entries show it.",
            ),
        ),
        right=2,
    ),
)
