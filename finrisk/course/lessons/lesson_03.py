"""Exercises and quiz of lesson 03, the model."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from finrisk.course.app_files import course_part, course_text
from finrisk.course.checkers import agrees_with, close_to
from finrisk.course.echoes import show_error, show_kind
from finrisk.course.material import Exercise, Question
from finrisk.ml.model import RiskMLP
from finrisk.ml.model_file import load_model
from finrisk.settings import Settings

__all__ = ["EXERCISES", "QUIZ"]

Floats = NDArray[np.float64]

_MY_BCE = '''\
def my_bce(y, y_prob):
    """Mean binary cross-entropy, in nats."""
    return -np.mean(y * np.log(y_prob) + (1 - y) * np.log(1 - y_prob))'''


def _losses(y: Floats, y_prob: Floats) -> Floats:
    """Minus the log of the probability given to what happened, one number a household."""
    losses: Floats = -(y * np.log(y_prob) + (1 - y) * np.log(1 - y_prob))
    return losses


def _bce(y: Floats, y_prob: Floats) -> float:
    return float(_losses(y, y_prob).mean())


def _negative(y: Floats, y_prob: Floats) -> float:
    return -_bce(y, y_prob)


def _summed(y: Floats, y_prob: Floats) -> float:
    return float(_losses(y, y_prob).sum())


def _each(y: Floats, y_prob: Floats) -> Floats:
    return _losses(y, y_prob)


def _stressed_only(y: Floats, y_prob: Floats) -> float:
    return float(-(y * np.log(y_prob)).mean())


def _y_unused(y: Floats, y_prob: Floats) -> float:
    return _bce(np.ones_like(y), y_prob)


def _with_if(y: Floats, y_prob: Floats) -> Floats:
    loss: Floats = -np.log(y_prob) if y == 1 else -np.log(1 - y_prob)
    return loss


def _swapped(y: Floats, y_prob: Floats) -> float:
    return _bce(1 - y, y_prob)


def _in_bits(y: Floats, y_prob: Floats) -> float:
    return _bce(y, y_prob) / float(np.log(2))


def _in_tens(y: Floats, y_prob: Floats) -> float:
    return _bce(y, y_prob) / float(np.log(10))


def _squared(y: Floats, y_prob: Floats) -> float:
    return float(np.mean((y - y_prob) ** 2))


def _exchanged(y: Floats, y_prob: Floats) -> float:
    with np.errstate(all="ignore"):  # log(0), also where it stands for an answer
        return _bce(y_prob, y)


def _exchanged_in_pytorch(y: Floats, y_prob: Floats) -> float:
    return float(100 * np.abs(y - y_prob).mean())  # its log(0) stops at -100


def _as_logits(y: Floats, y_prob: Floats) -> float:
    return _bce(y, 1 / (1 + np.exp(-y_prob)))


def _half_turned(y: Floats, y_prob: Floats) -> float:
    return float(np.mean(-y * np.log(y_prob) + (1 - y) * np.log(1 - y_prob)))


def _half_turned_back(y: Floats, y_prob: Floats) -> float:
    return -_half_turned(y, y_prob)


def _negative_sum(y: Floats, y_prob: Floats) -> float:
    return -_summed(y, y_prob)


def _negative_each(y: Floats, y_prob: Floats) -> Floats:
    return -_losses(y, y_prob)


def _stable_only(y: Floats, y_prob: Floats) -> float:
    return float(-((1 - y) * np.log(1 - y_prob)).mean())


def _stable_always(y: Floats, y_prob: Floats) -> float:
    return float(-(y * np.log(y_prob) + np.log(1 - y_prob)).mean())


def _all_stable(y: Floats, y_prob: Floats) -> float:
    return _bce(np.zeros_like(y), y_prob)


def _no_brackets(y: Floats, y_prob: Floats) -> float:
    return float(-np.mean(y * np.log(y_prob) + 1 - y * np.log(1 - y_prob)))


def _one_less_log(y: Floats, y_prob: Floats) -> float:
    return float(-np.mean(y * np.log(y_prob) + (1 - y) * (1 - np.log(y_prob))))


def _no_log(y: Floats, y_prob: Floats) -> float:
    return float(np.mean(y * y_prob + (1 - y) * (1 - y_prob)))


def _no_log_turned(y: Floats, y_prob: Floats) -> float:
    return -_no_log(y, y_prob)


def _distance(y: Floats, y_prob: Floats) -> float:
    return float(np.abs(y - y_prob).mean())


def _log_of_mean(y: Floats, y_prob: Floats) -> float:
    return -float(np.log(_no_log(y, y_prob)))


def _first_only(y: Floats, y_prob: Floats) -> float:
    return _bce(y[:1], y_prob[:1])


def _guarded(least: float) -> Callable[[Floats, Floats], float]:
    """With a guard against log(0) that is too large."""
    return lambda y, y_prob: float(
        -np.mean(y * np.log(y_prob + least) + (1 - y) * np.log(1 - y_prob + least))
    )


def _rounded(digits: int) -> Callable[[Floats, Floats], float]:
    return lambda y, y_prob: round(_bce(y, y_prob), digits)


def _draw_risks(rng: np.random.Generator) -> list[tuple[Floats, Floats]]:
    return [
        (rng.integers(2, size=n).astype(float), rng.uniform(0.02, 0.98, n))
        for n in (1, 2, 3, 5, 8, 12, 30)
    ]


_TENSORS = "`y` and `y_prob` are NumPy arrays; PyTorch works on tensors: torch.from_numpy(y)."
_NO_IF = (
    "`y` holds many numbers; `if`, `and` and `or` want one True or False. Use np.where, or the "
    "factors y and 1 - y."
)
_CHANGED_PLACES = (
    "`y` and `y_prob` have changed places: `y` is 0 or 1, and the log of 0 is infinite. Take the "
    "logs of y_prob."
)
_BOTH_MINUS = "Both logs are negative, so one minus belongs before both: -(... + ...)."
_LOG_MISSING = "The logarithm is missing: the loss takes the log of the probability."
_GUARD = (
    "What you add against log(0) is so large that it changes ordinary losses. 1e-9 does not; or "
    "leave it out."
)
_LOG_OF_ZERO = (
    "Does it take a log of 0? `y` can be 0, or a rounded risk; none in `y_prob` is 0 here."
)
_like_bce = agrees_with(
    _bce,
    [
        (np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.2, 0.4])),
        (np.array([0.0, 0.0]), np.array([0.5, 0.5])),
        (np.array([1.0, 0.0, 0.0, 1.0]), np.array([0.02, 0.97, 0.6, 0.7])),
    ],
    [
        (
            _negative,
            "The sign is missing: logs of probabilities are negative, a loss is not.",
        ),
        (_summed, "That is the sum. The mean lets you compare groups of any size."),
        (_each, "That is one loss for each household. Return their mean."),
        (_stressed_only, "Stable households count too: add (1 - y) times log(1 - y_prob)."),
        (_y_unused, "It treats every household as stressed: where y is 0, take 1 - y_prob."),
        (_swapped, "The two cases are swapped: where y is 1, the log of y_prob counts."),
        (_in_bits, "That is in bits. Use the natural logarithm, np.log."),
        (_in_tens, "That is the logarithm to base 10. Use the natural one, np.log."),
        (
            _squared,
            "That is the mean squared error. Take the logarithm of the probability "
            "given to what happened.",
        ),
        (_exchanged, _CHANGED_PLACES),
        (
            _exchanged_in_pytorch,
            f"{_CHANGED_PLACES} (PyTorch's loss takes the probabilities first, then `y`.)",
        ),
        (
            _as_logits,
            "It takes probabilities for logits: one Sigmoid too many. The loss for probabilities "
            "has no `with_logits` in its name.",
        ),
        (_half_turned, _BOTH_MINUS),
        (_half_turned_back, _BOTH_MINUS),
        (_negative_sum, "Two things: the sign is missing, and that is the sum, not the mean."),
        (_negative_each, "Two things: the sign is missing, and their mean is asked for."),
        (_stable_only, "Stressed households count too: add y times log(y_prob)."),
        (_stable_always, "It counts log(1 - y_prob) for stressed households, too: times (1 - y)."),
        (_all_stable, "It treats every household as stable: where y is 1, take y_prob."),
        (
            _no_brackets,
            "Without brackets only `y` is multiplied: write (1 - y) * np.log(1 - y_prob).",
        ),
        (_one_less_log, "1 - log(y_prob) is not log(1 - y_prob): first subtract, then the log."),
        (_no_log, _LOG_MISSING),
        (_no_log_turned, _LOG_MISSING),
        (_distance, _LOG_MISSING),
        (_log_of_mean, "That is the log of a mean. First the log for each household, then mean."),
        (_first_only, "It looks at the first household only. Take the mean over all of them."),
        *((_guarded(least), _GUARD) for least in (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)),
        *((_rounded(digits), "That is rounded. Return all digits.") for digits in (1, 2, 3, 4)),
    ],
    drawn=_draw_risks,
    tolerance=1e-5,  # single precision is right
    advice=[
        ("Python scalar", "math.log takes one number, np.log a whole array."),
        ("truth value", _NO_IF),
        ("Boolean value", _NO_IF),  # the same of a tensor
        ("Tensor", _TENSORS),
        ("'int' object is not callable", _TENSORS),  # y.size() of a tensor is y.size of an array
    ],
)
# 1 - 2**-20 is a number of float32, too. A guard against log(0), such as 1e-8, may stay.
_near_certain = agrees_with(
    _bce,
    [(np.array([1.0, 0.0, 1.0, 0.0]), np.array([1e-6, 1 - 2**-20, 1 - 2**-20, 1e-6]))],
    tolerance=0.01,
)


def _check_bce(answer: Any) -> str | None:
    """Ordinary risks, then some very near 0 and 1, then 0 and 1 themselves."""
    with np.errstate(all="ignore"):  # a log of 0 is met by a sentence, not by a warning
        said = _like_bce(answer)
    if said:
        no_number = "it gives nan" in said or "it gives inf" in said
        return f"{said} {_LOG_OF_ZERO}" if no_number else said
    if said := _near_certain(answer):
        return f"{said} A risk told near 0 or 1 that came out the other way costs its full price."
    return _check_certain(answer)


def _check_certain(answer: Any) -> str | None:
    """Risks of 0 and 1 that came true: no number at all may stay, a wrong number may not."""
    with np.errstate(all="ignore"):
        try:
            loss = float(answer(np.array([1.0, 0.0, 1.0]), np.array([0.5, 0.0, 1.0])))
        except Exception:  # math.log(0)
            return None
    right = np.log(2) / 3
    if not np.isfinite(loss) or abs(loss - right) < 0.01:  # nan is what the formula gives
        return None
    return (
        f"For y = [1, 0, 1], y_prob = [0.5, 0, 1] it gives {loss:.3g}, but the answer is "
        f"{right:.3g}: who was told 0 or 1 and came out so costs nothing, and counts in the mean."
    )


# --- 03.3, a shape that does not fit -----------------------------------------------------------

_MISSES = '''\
def misses(logits, y):
    """How far each risk is from what happened, shape (n,)."""
    risk = torch.sigmoid(logits).squeeze(dim=1)
    return (risk - y).abs()'''


def _risks(logits: Floats) -> Floats:
    risks: Floats = 1 / (1 + np.exp(-logits[:, 0]))
    return risks


def _misses(logits: Floats, y: Floats) -> Floats:
    return np.abs(_risks(logits) - y)


def _signed(logits: Floats, y: Floats) -> Floats:
    return _risks(logits) - y


def _signed_back(logits: Floats, y: Floats) -> Floats:
    return -_signed(logits, y)


def _no_sigmoid(logits: Floats, y: Floats) -> Floats:
    return np.abs(logits[:, 0] - y)


def _squared_miss(logits: Floats, y: Floats) -> Floats:
    return _misses(logits, y) ** 2


def _all_labels(logits: Floats, y: Floats) -> Floats:
    """The mean of each row of the table (n, n)."""
    means: Floats = np.abs(_risks(logits)[:, None] - y).mean(axis=1)
    return means


def _all_risks(logits: Floats, y: Floats) -> Floats:
    """The mean of each of its columns."""
    means: Floats = np.abs(_risks(logits)[:, None] - y).mean(axis=0)
    return means


def _first_label(logits: Floats, y: Floats) -> Floats:
    """Its first column."""
    distances: Floats = np.abs(_risks(logits) - y[0])
    return distances


def _first_risk(logits: Floats, y: Floats) -> Floats:
    """Its first row."""
    distances: Floats = np.abs(_risks(logits)[0] - y)
    return distances


def _draw_columns(rng: np.random.Generator) -> list[tuple[Floats, Floats]]:
    return [
        (rng.normal(0, 3, (n, 1)), rng.integers(2, size=n).astype(float))
        for n in (1, 2, 3, 8, int(rng.integers(9, 40)))
    ]


_STILL_A_TABLE = (
    "The shape is right, but the numbers come from a table (n, n) that was made on the way: "
)
_like_misses = agrees_with(
    _misses,
    [(np.array([[2.0], [-1.0], [0.5]]), np.array([1.0, 1.0, 0.0]))],
    [
        (_signed, "Some numbers are below zero. A distance is not: .abs() belongs at the end."),
        (_signed_back, "Some numbers are below zero. A distance is not: .abs() at the end."),
        (_no_sigmoid, "It takes logits for risks: torch.sigmoid makes a risk of a logit."),
        (_squared_miss, "Those are the squares of the distances. The distances are asked for."),
        (_all_labels, f"{_STILL_A_TABLE}each is a mean over all labels. Mend `risk` before `- y`."),
        (_all_risks, f"{_STILL_A_TABLE}each is a mean over all risks. Mend `risk` before `- y`."),
        (_first_label, f"{_STILL_A_TABLE}all risks, minus the first label. Mend it before `- y`."),
        (_first_risk, f"{_STILL_A_TABLE}the first risk, minus all labels. Mend it before `- y`."),
    ],
    drawn=_draw_columns,
    tolerance=1e-5,
)


def _check_misses(answer: Any) -> str | None:
    """First the shape for several n, which the judge of numbers does not look at."""
    if callable(answer):
        for n in (5, 1, int(np.random.default_rng().integers(6, 30))):
            logits, y = torch.randn(n, 1), torch.randint(2, (n,)).float()
            try:
                given = _shape_of(answer(logits, y))
            except Exception as error:
                stops = f"For logits of shape ({n}, 1) and y of shape ({n},) your function stops: "
                return f"{stops}{show_error(error)}. Print the .shape of what its line works on."
            if said := _wrong_shape_of_misses(given, n):
                return said

    def as_tensors(logits: Floats, y: Floats) -> Any:
        return answer(torch.tensor(logits).float(), torch.tensor(y).float())

    return _like_misses(as_tensors if callable(answer) else answer)


def _shape_of(answer: Any) -> tuple[int, ...] | None:
    """The shape of a tensor, an array or a list; None for what has no numbers."""
    if isinstance(answer, list | tuple):
        inner = _shape_of(answer[0]) if answer else ()
        return None if inner is None else (len(answer), *inner)
    if hasattr(answer, "shape"):
        return tuple(answer.shape)
    return () if isinstance(answer, int | float) else None


def _wrong_shape_of_misses(given: tuple[int, ...] | None, n: int) -> str | None:
    if given in ((n,), None):  # None: agrees_with says what it is instead
        return None
    got = f"For logits of shape ({n}, 1) and y of shape ({n},) it gives the shape {given}"
    if given == (n, n) and n > 1:
        return f"{got}: each of the {n} risks minus each of the {n} labels. ({n},) is asked for."
    if given == (n, 1):
        return (
            f"{got}, a table with one column. ({n},) is asked for: take the column away from "
            "`risk`, with .squeeze(dim=1), and leave y as it is."
        )
    if given == () and n > 1:
        return f"{got}: one number for all of them, such as a mean. ({n},) is asked for."
    if given == ():
        return (
            f"{got}, but (1,) is asked for. Without dim=1, .squeeze() takes away every 1, even "
            "that of one household."
        )
    return f"{got}, but ({n},) is asked for: one number for each household."


def _unmended(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (torch.sigmoid(logits) - y).abs()


def _labels_as_a_column(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _unmended(logits, y[:, None])


def _squeezed_wrong(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _unmended(logits.squeeze(dim=0), y)


def _averaged(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _unmended(logits[:, 0], y).mean()


def _squeezed_at_the_end(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _unmended(logits[:, 0], y).squeeze()


def _rows_averaged(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _unmended(logits, y).mean(dim=1)


def _without_abs(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.sigmoid(logits)[:, 0] - y


def _without_sigmoid(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (logits[:, 0] - y).abs()


# --- 03.4, a network of one's own --------------------------------------------------------------

_NO_SUPER = (
    "The first line of __init__ must be `super().__init__()`, with both pairs of brackets: before "
    "it, PyTorch has no place to keep layers."
)
_NO_WEIGHTS = (
    "PyTorch finds no weights in it. Make the layers in __init__, each under a name of its own, "
    "such as self.first = nn.Linear(n_inputs, 128): a plain list hides them."
)
_NO_RECORD = (
    "What it gives cannot be trained: the record of how it was computed is gone. no_grad, detach "
    "and numpy belong to whoever uses the network, not inside it."
)
_TWO_UNDERSCORES = (
    " `def __init__(self, n_inputs):` has two underscores on each side, and super().__init__() "
    "takes nothing."
)


def _same_number(z: torch.Tensor) -> torch.Tensor:
    return z


_Step = Callable[[torch.Tensor], torch.Tensor]
# What stands after the first, the second and the last layer -> what to say of it.
_STEPS: tuple[tuple[tuple[_Step, _Step, _Step], str], ...] = (
    (
        (_same_number, _same_number, _same_number),
        "There is no ReLU between the layers, so they collapse into one weighted sum: torch.relu "
        "belongs after the first and after the second.",
    ),
    ((_same_number, torch.relu, _same_number), "The ReLU after the first layer is missing."),
    ((torch.relu, _same_number, _same_number), "The ReLU after the second layer is missing."),
    (
        (torch.relu, torch.relu, torch.relu),
        "The last layer has a ReLU, so no logit is below zero and no risk below 50 %. Only the "
        "two hidden layers have one.",
    ),
    (
        (torch.relu, torch.relu, torch.sigmoid),
        "logits gives probabilities: Sigmoid stands in it. It belongs into forward alone.",
    ),
    (
        (_same_number, _same_number, torch.sigmoid),
        "Two things: Sigmoid stands in logits, where it does not belong, and both ReLUs are "
        "missing.",
    ),
    (
        (torch.sigmoid, torch.sigmoid, _same_number),
        "Sigmoid stands between the layers, where ReLU belongs.",
    ),
)


def _check_net(answer: Any) -> str | None:
    """The shipped weights, then drawn ones for another number of inputs: the same answers?"""
    if isinstance(answer, nn.Module):
        return 'That is one network. Hand in the class, without brackets: check("03.4", RiskNet).'
    if not (isinstance(answer, type) and issubclass(answer, nn.Module)):
        kind = "plain class" if isinstance(answer, type) else f"value of type {show_kind(answer)}"
        return (
            "RiskNet must be a class that builds on nn.Module, `class RiskNet(nn.Module):`, and "
            f"yours is a {kind}."
        )
    rng = np.random.default_rng()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        n_inputs = int(rng.integers(3, 20))
        for twin, n in (
            (load_model(Settings().model_path).model, 32),
            (RiskMLP(n_inputs).eval(), n_inputs),
        ):
            net = _made(answer, n)
            if isinstance(net, str):
                return net
            if said := _wrong_weights(net, n) or _wrong_answers(net, twin, n):
                return said
    return None


def _made(answer: type[nn.Module], n: int) -> nn.Module | str:
    """The network for n inputs, or a sentence on why there is none."""
    try:
        net = answer(n)
    except Exception as error:
        said = show_error(error)
        if "Module.__init__() call" in said:
            return _NO_SUPER
        more = _TWO_UNDERSCORES if "__init__() takes 1 positional" in said else ""
        return f"RiskNet({n}) stops: {said}.{more}"
    return net.eval() if "_parameters" in vars(net) else _NO_SUPER


def _shapes(n: int, first: int, second: int) -> list[tuple[int, ...]]:
    return [(first, n), (first,), (second, first), (second,), (1, second), (1,)]


def _wrong_weights(net: nn.Module, n: int) -> str | None:
    """A sentence if the parameters are not those of n -> 128 -> 64 -> 1, in this order."""
    given, asked = [tuple(p.shape) for p in net.parameters()], _shapes(n, 128, 64)
    if given == asked:
        return None
    if not given:
        return _NO_WEIGHTS
    if given == _shapes(n, 64, 128):
        return "Its first layer has 64 neurons and its second 128. First 128, then 64."
    if given == _shapes(32, 128, 64):
        return (
            f"RiskNet({n}) must take {n} numbers, but its first layer takes 32, whatever n_inputs "
            "is: nn.Linear(n_inputs, 128)."
        )
    if sorted(given) == sorted(asked):
        return (
            "The layers have the right sizes, but are made in another order. Make them in "
            "__init__ from the first to the last: in this order PyTorch lists their weights."
        )
    if given == asked[::2]:
        return "The biases are missing: leave bias=False out."
    if len(given) < len(asked) and all(shape in asked for shape in given):
        return (
            f"PyTorch finds weights of the shapes {given}, but not all of {asked}: a layer is "
            "missing, or hidden in a plain list."
        )
    if given[0] == (n, 128):
        return "nn.Linear(in, out): how many numbers go in comes first, the neurons second."
    return f"For n_inputs = {n} the shapes of its weights must be {asked}, but they are {given}."


def _wrong_answers(net: nn.Module, twin: RiskMLP, n: int) -> str | None:
    """A sentence if logits or forward differ from the twin's when both have the same weights."""
    with torch.no_grad():
        for mine, theirs in zip(net.parameters(), twin.parameters(), strict=True):
            mine.copy_(theirs)
    for n_households in (50, 1):
        X = torch.randn(n_households, n)
        logits = twin.logits(X).detach()
        given = _asked(net, "logits", X)
        if isinstance(given, str):
            return given
        if not _agree(given, logits):
            return _wrong_logits(given, logits, list(twin.parameters()), X)
        risk = _asked(net, "forward", X)
        if isinstance(risk, str):
            return risk
        if not _agree(risk, torch.sigmoid(logits)):
            return _wrong_risks(risk, logits)
    return None


def _agree(given: torch.Tensor, right: torch.Tensor) -> bool:
    return torch.allclose(given.float(), right, rtol=1e-5, atol=1e-6)


def _asked(net: nn.Module, name: str, X: torch.Tensor) -> torch.Tensor | str:
    """What a method gives, or a sentence if it stops or gives no tensor of shape (n,)."""
    if getattr(type(net), name, None) is getattr(nn.Module, name, None):
        return f"RiskNet needs a method `def {name}(self, X):`, and has none."
    households = f"For {len(X)} households" if len(X) > 1 else "For one household"
    try:
        given = net.logits(X.clone()) if name == "logits" else net(X.clone())  # type: ignore[operator]
    except Exception as error:
        return f"{households} {name} stops: {show_error(error)}."
    if given is None:
        return f"{name} gives nothing back (None). Does it end with `return`?"
    if not isinstance(given, torch.Tensor):
        return f"{name} must give a tensor, but gives a {show_kind(given)}."
    if said := _wrong_length(tuple(given.shape), len(X)):
        return f"{households} {name} {said}"
    return given if given.requires_grad else _NO_RECORD


def _wrong_length(given: tuple[int, ...], n: int) -> str | None:
    if given == (n,):
        return None
    got = f"gives the shape {given}, and ({n},) is asked for"
    if given == (n, 1):
        return f"{got}: .squeeze(dim=1) takes the column away, as in 03.3."
    if given == ():
        return f"{got}: .squeeze() takes away every 1, even that of one household. .squeeze(dim=1)!"
    return f"{got}."


def _wrong_logits(
    given: torch.Tensor, right: torch.Tensor, weights: list[nn.Parameter], X: torch.Tensor
) -> str:
    """Which step is missing or too many, found by taking other steps with the same weights."""
    W1, b1, W2, b2, W3, b3 = weights
    for (after_first, after_second, after_last), said in _STEPS:
        hidden = after_second(after_first(X @ W1.T + b1) @ W2.T + b2)
        if torch.allclose(given.float(), after_last(hidden @ W3.T + b3)[:, 0], atol=1e-4):
            return said
    return (
        f"With the weights of a packaged network, logits gives {given[0].item():.6g} for a "
        f"household, but that network gives {right[0].item():.6g}. Follow my_logits, line by line."
    )


def _wrong_risks(given: torch.Tensor, logits: torch.Tensor) -> str:
    """What forward does with logits that are right."""
    risk = torch.sigmoid(logits)
    for wrong, said in (
        (logits, "forward gives the logits. It must give probabilities: torch.sigmoid of them."),
        (torch.sigmoid(risk), "forward applies Sigmoid twice: all risks lie from 50 to 73 %."),
        (1 - risk, "forward gives the probability to stay stable. No minus before the logits."),
    ):
        if _agree(given, wrong):
            return said
    return (
        f"forward must give the Sigmoid of the logits, {risk[0].item():.6g} for a household, but "
        f"it gives {given[0].item():.6g}."
    )


def _net(
    sizes: tuple[int, int] = (128, 64),
    steps: tuple[_Step, _Step, _Step] = (torch.relu, torch.relu, _same_number),
    risk: _Step = torch.sigmoid,
    dim: int = 1,
) -> type[nn.Module]:
    """A network as learners write it, with another size, step or shape."""

    class Net(nn.Module):
        def __init__(self, n_inputs: int) -> None:
            super().__init__()
            self.first = nn.Linear(n_inputs, sizes[0])
            self.second = nn.Linear(sizes[0], sizes[1])
            self.output = nn.Linear(sizes[1], 1)

        def logits(self, X: torch.Tensor) -> torch.Tensor:
            after_first, after_second, after_last = steps
            hidden = after_second(self.second(after_first(self.first(X))))
            return after_last(self.output(hidden)).squeeze(dim=dim)

        def forward(self, X: torch.Tensor) -> torch.Tensor:
            return risk(self.logits(X))

    return Net


class _NoSuper(nn.Module):
    def __init__(self, n_inputs: int) -> None:
        self.first = nn.Linear(n_inputs, 128)


class _InAList(nn.Module):
    def __init__(self, n_inputs: int) -> None:
        super().__init__()
        self.layers = [nn.Linear(n_inputs, 128), nn.Linear(128, 64), nn.Linear(64, 1)]


_HALF_OF_ALL = "One layer is half as large, not the whole network: count layer by layer."

EXERCISES = (
    Exercise(
        key="03.1",
        expects="a number",
        hints=(
            "A layer has one weight per pair of input and neuron, and one bias per neuron.",
            "The first layer is unchanged: 32 * 128 + 128. Now the two layers after it.",
        ),
        solution="n_parameters = (32 * 128 + 128) + (128 * 32 + 32) + (32 * 1 + 1)",
        checker=close_to(
            8_385,
            [
                (8_224, "That counts the weights only: each neuron also has a bias."),
                (12_545, "That is the network of the lesson; here the second layer has 32."),
                (
                    8_417,
                    "32 too many: the last layer now sees 32 answers, not 64, and has 32 weights.",
                ),
                (
                    8_352,
                    "33 are missing: the output neuron has 32 weights and a bias. (Or the biases "
                    "of the last two layers.)",
                ),
                (161, "That counts the neurons. Their weights and biases are the parameters."),
                (193, "Each pair of input and neuron has a weight: multiply."),
                (8_416, "One bias per neuron of the layer, not per input."),
                (8_384, "One is missing: the output neuron has a bias too."),
                (
                    8_353,
                    "32 are missing: the biases of the second layer, or the weights of the output "
                    "neuron.",
                ),
                (8_257, "128 are missing: each neuron of the first layer has a bias."),
                (8_227, "One bias per neuron, not one per layer: 128, 32 and 1 of them."),
                (8_225, "160 are missing: each neuron of the two hidden layers has a bias."),
                (4_161, "That leaves out the first layer: the inputs have 32 * 128 weights."),
                (4_160, "That is how many fewer there are. How many are left?"),
                (4_225, "That halves both hidden layers; the first stays at 128 neurons."),
                (6_337, "That halves the first hidden layer; the second has 32 neurons, not 64."),
                (6_849, "The network takes 32 inputs: 20 of the household, 12 of the change."),
                (6_272.5, _HALF_OF_ALL),
                (6_272, _HALF_OF_ALL),
                (131_072, "That multiplies the layers. Count each layer, then add."),
            ],
        ),
        insight="halving one layer removed a third of all parameters, because "
        "most of them sit between the two hidden layers.",
        right=lambda: 8_385,
        wrong=(
            (8_224, "weights only"),
            (12_545, "network of the lesson"),
            (8_417, "not 64"),
            (8_352, "output neuron has 32 weights"),
            (161, "counts the neurons"),
            (193, "multiply"),
            (8_416, "not per input"),
            (8_384, "output neuron has a bias"),
            (8_353, "biases of the second layer"),
            (8_257, "each neuron of the first layer"),
            (8_227, "not one per layer"),
            (8_225, "two hidden layers"),
            (4_161, "leaves out the first layer"),
            (4_160, "How many are left"),
            (4_225, "halves both"),
            (6_337, "halves the first"),
            (6_849, "32 inputs"),
            (6_272.5, "not the whole network"),
            (6_272, "not the whole network"),
            (131_072, "then add"),
            (6_000, "too low"),
            ("6849", "a number is asked for"),
        ),
    ),
    Exercise(
        key="03.2",
        expects="a function of y and y_prob that returns one number",
        hints=(
            "Where y is 1 the loss is -np.log(y_prob); what is it where y is 0?",
            "y * np.log(y_prob) + (1 - y) * np.log(1 - y_prob) picks the right one of the two. "
            "Then minus, then the mean.",
        ),
        solution=_MY_BCE,
        checker=_check_bce,
        insight="with every probability at one half it gives log 2, about 0.69: what a coin "
        "costs, and what any model must beat.",
        right=lambda: _bce,
        wrong=(
            (_negative, "sign is missing"),
            (_summed, "That is the sum"),
            (_each, "one loss for each household"),
            (_stressed_only, "Stable households count too"),
            (_y_unused, "every household as stressed"),
            (_with_if, "Use np.where"),
            (_swapped, "cases are swapped"),
            (_in_bits, "in bits"),
            (_in_tens, "base 10"),
            (_squared, "mean squared error"),
            (_exchanged, "changed places"),
            (_exchanged_in_pytorch, "probabilities first"),
            (_as_logits, "one Sigmoid too many"),
            (_half_turned, "one minus belongs before both"),
            (_half_turned_back, "one minus belongs before both"),
            (_negative_sum, "the sign is missing, and that is the sum"),
            (_negative_each, "the sign is missing, and their mean"),
            (_stable_only, "Stressed households count too"),
            (_stable_always, "for stressed households, too"),
            (_all_stable, "every household as stable"),
            (_no_brackets, "Without brackets"),
            (_one_less_log, "is not log(1 - y_prob)"),
            (_no_log, "logarithm is missing"),
            (_no_log_turned, "logarithm is missing"),
            (_distance, "logarithm is missing"),
            (_log_of_mean, "log of a mean"),
            (_first_only, "first household only"),
            *((_guarded(least), "What you add against log(0)") for least in (1e-1, 1e-3, 1e-6)),
            *((_rounded(digits), "That is rounded") for digits in (1, 2, 3, 4)),
            (lambda y, y_prob: np.nan * _bce(y, y_prob), "a log of 0"),
            (lambda y, y_prob: _bce(y, np.clip(y_prob, 0.05, 0.95)), "it gives 1.81611"),
            (lambda y, y_prob: _bce(y, np.clip(y_prob, 1e-3, 1 - 1e-3)), "its full price"),
            (lambda y, y_prob: np.nanmean(_losses(y, y_prob)), "counts in the mean"),
            (lambda y, y_prob: y * torch.log(y_prob), "PyTorch works on tensors"),
            (0.69, "is asked for"),
        ),
    ),
    Exercise(
        key="03.3",
        expects="a function of logits and y that returns one number for each household",
        hints=(
            "Which shape has `risk`, and which has `y`? Print both.",
            "Take the column away from `risk`: .squeeze(dim=1) makes (n,) of (n, 1).",
        ),
        solution=_MISSES,
        checker=_check_misses,
        insight="a mean of the nine numbers would have looked like a result, too. Print shapes "
        "before you believe a number.",
        right=lambda: lambda logits, y: _unmended(logits[:, 0], y),
        wrong=(
            (_unmended, "each of the 5 risks minus each of the 5 labels"),
            (_labels_as_a_column, "a table with one column"),
            (_squeezed_wrong, "it gives the shape (5, 5)"),
            (_averaged, "one number for all of them"),
            (_squeezed_at_the_end, "even that of one household"),
            (_rows_averaged, "a mean over all labels"),
            (_without_abs, "below zero"),
            (_without_sigmoid, "takes logits for risks"),
            (lambda logits, y: _unmended(logits.T, y), "it gives the shape (1, 5)"),
            (lambda logits, y: _unmended(logits, y).mean(dim=0), "a mean over all risks"),
            (lambda logits, y: _unmended(logits, y)[:, 0], "minus the first label"),
            (lambda logits, y: _unmended(logits, y)[0], "minus all labels"),
            (lambda logits, y: _unmended(logits[:, 0], y) ** 2, "squares"),
            (lambda logits, y: _unmended(logits.squeeze(dim=2), y), "Print the .shape"),
            (lambda *_: None, "gives nothing back"),
            (torch.zeros(3), "is asked for"),
        ),
    ),
    Exercise(
        key="03.4",
        expects="a class that builds on nn.Module",
        hints=(
            "__init__ is that of `Straight` with one layer more, and n_inputs for 32. Three lines "
            "of my_logits become three lines of logits.",
            "A hidden layer is torch.relu(self.first(X)). The last line of logits ends with "
            ".squeeze(dim=1), that of forward is torch.sigmoid(self.logits(X)).",
        ),
        solution=course_text("model.py").strip(),
        checker=_check_net,
        insight="with the shipped weights your own network gives the logits of the packaged one. "
        "Lesson 4 trains it.",
        right=lambda: course_part("model.py"),
        wrong=(
            (_NoSuper, "super().__init__()"),
            (_InAList, "a plain list hides them"),
            (_net(sizes=(64, 128)), "First 128, then 64"),
            (_net(sizes=(128, 32)), "the shapes of its weights must be"),
            (_net(dim=0), "(50, 1), and (50,) is asked for"),
            *((_net(steps=steps), said) for steps, said in _STEPS),
            (_net(risk=_same_number), "forward gives the logits"),
            (_net(risk=lambda z: torch.sigmoid(torch.sigmoid(z))), "Sigmoid twice"),
            (_net(risk=lambda z: torch.sigmoid(-z)), "stay stable"),
            (_net(risk=lambda z: torch.sigmoid(z).detach()), "cannot be trained"),
            (_net()(32), "without brackets"),
            (nn.Linear, "RiskNet(32) stops"),
            (dict, "a plain class"),
            (7, "a value of type int"),
        ),
    ),
)

QUIZ = (
    Question(
        text="The last neuron of the network answers 0 for a household. Its risk is ...",
        options=(
            (
                "0 %: no risk at all.",
                "0 is the log odds, not the probability. Sigmoid comes after.",
            ),
            (
                "50 %: as likely as not.",
                "The odds are exp(0) = 1 to 1, and Sigmoid gives one half.",
            ),
            (
                "unknown, because ReLU has silenced the neuron.",
                "The last neuron has no ReLU; it may answer any number.",
            ),
        ),
        right=1,
    ),
    Question(
        text="Why does a network without ReLU not get better with more layers?",
        options=(
            (
                "Its layers collapse into one weighted sum.",
                "A product of matrices is one matrix: the line stays straight.",
            ),
            (
                "It has too few parameters.",
                "It can have millions and still do the work of one weight per column.",
            ),
            (
                "Its weights cannot be trained.",
                "They can; they arrive at a linear model, which is the best it can be.",
            ),
        ),
        right=0,
    ),
    Question(
        text="You ask a model twice about the same household and get 38 % and 43 %. First guess?",
        options=(
            (
                "The household lies between two classes.",
                "Classes play no part in it: the network only computes a number.",
            ),
            (
                "Floating-point rounding.",
                "Rounding moves the sixth digit, not the second.",
            ),
            (
                "The model is in training mode, and Dropout is on.",
                "Call model.eval() before you use a model.",
            ),
        ),
        right=2,
    ),
)
