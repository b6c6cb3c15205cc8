"""Exercises and quiz of lesson 03, the model."""

from typing import Any

import numpy as np
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


_agrees = agrees_with(
    _bce,
    [
        (np.array([1.0, 0.0, 1.0]), np.array([0.9, 0.2, 0.4])),
        (np.array([0.0, 0.0]), np.array([0.5, 0.5])),
    ],
    [
        (
            _negative,
            "The sign is missing: logs of probabilities are negative, a loss is not.",
        ),
        (_summed, "That is the sum. The mean lets you compare groups of any size."),
        (_each, "That is one loss for each household. Return their mean."),
        (_stressed_only, "Stable households count too: add (1 - y) times log(1 - y_prob)."),
        (_y_unused, "`y` is not used: where it is 0, take 1 - y_prob."),
        (_swapped, "The two cases are swapped: where y is 1, the log of y_prob counts."),
        (_in_bits, "That is in bits. Use the natural logarithm, np.log."),
        (_in_tens, "That is the logarithm to base 10. Use the natural one, np.log."),
        (
            _squared,
            "That is the mean squared error. Take the logarithm of the probability "
            "given to what happened.",
        ),
    ],
)


def _check_bce(answer: Any) -> str | None:
    """`_agrees`, but an `if` that asks a whole array is told so."""
    try:
        return _agrees(answer)
    except ValueError as error:
        if "truth value" in str(error):
            return "`y` is an array: no `if`; use np.where, or the factors y and 1 - y."
        raise


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
                (8_224, "Each neuron also has a bias: you counted the weights only."),
                (12_545, "That is the network of the lesson; here the second layer has 32."),
                (8_417, "The last layer now sees 32 answers, not 64."),
                (8_352, "You left out the output neuron: it has weights and a bias too."),
                (161, "You counted the neurons. Their weights and biases are the parameters."),
                (193, "Each pair of input and neuron has a weight: multiply."),
                (8_416, "One bias per neuron of the layer, not per input."),
                (8_384, "One is missing: the output neuron has a bias too."),
                (
                    8_353,
                    "32 are missing: the biases of the second layer, or the weights of the output "
                    "neuron.",
                ),
                (8_257, "128 are missing: each neuron of the first layer has a bias."),
            ],
        ),
        insight="halving one layer removed a third of all parameters, because "
        "most of them sit between the two hidden layers.",
        right=lambda: 8_385,
        wrong=(
            (8_224, "weights only"),
            (12_545, "network of the lesson"),
            (8_417, "not 64"),
            (8_352, "output neuron"),
            (161, "counted the neurons"),
            (193, "multiply"),
            (8_416, "not per input"),
            (8_384, "output neuron has a bias"),
            (8_353, "biases of the second layer"),
            (8_257, "each neuron of the first layer"),
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
            (_y_unused, "`y` is not used"),
            (_with_if, "use np.where"),
            (_swapped, "cases are swapped"),
            (_in_bits, "in bits"),
            (_in_tens, "base 10"),
            (_squared, "mean squared error"),
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
