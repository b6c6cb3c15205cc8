"""Exercises and quiz of lesson 03, the model."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from finrisk.course.checkers import agrees_with, close_to
from finrisk.course.material import Exercise, Question

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
