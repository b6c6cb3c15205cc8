"""Exercises and quiz of lesson 04, training."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from finrisk.course.checkers import agrees_with, close_to
from finrisk.course.material import Checker, Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]

Floats = NDArray[np.float64]
Slopes = tuple[float, float]  # along the weight, along the bias

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


def _by_name(right: list[int], slips: list[tuple[list[int], str]]) -> Checker:
    """`close_to` for `kept, last_run`; what no slip explains is told by the variable's name."""
    known = close_to(right, slips)

    def checker(answer: Any) -> str | None:
        said = known(answer)
        if said is None or np.shape(answer) != (2,) or said in (message for _, message in slips):
            return said
        kept, last_run = np.asarray(answer, dtype=float)
        if 0 < min(kept, last_run) < 1:
            return "Those are losses. `kept` and `last_run` are numbers of epochs, from 1 to 11."
        if kept != right[0]:
            return f"`kept` is {kept:g}: take the epoch of the lowest loss before the loop stops."
        return f"`last_run` is {last_run:g}: after the best epoch three more run, then it stops."

    return checker


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
        key="04.2",
        expects="a pair of epoch numbers, such as kept = 2 and last_run = 5,",
        hints=(
            "Go through the list with a finger: note the best so far, and count since then.",
            "Epoch 7 sets a new best, so the count starts again there. Count three from it.",
        ),
        solution="kept, last_run = 7, 10",
        checker=_by_name(
            [7, 10],
            [
                ([11, 11], "Epoch 11 is better, but the loop has stopped before it could see it."),
                ([4, 7], "Epoch 7 is better than epoch 4: the count of patience starts again."),
                ([7, 9], "Patience 3 means three epochs without a better one: 8, 9 and 10."),
                ([10, 10], "The last weights are not the best ones: the best are brought back."),
                ([4, 5], "One worse epoch is not enough: patience waits for three."),
                ([4, 6], "Epochs 5 and 6 are two; patience waits for a third, and 7 is better."),
                ([7, 8], "Epoch 8 is the first worse one after 7: patience waits for three."),
                ([7, 11], "After epoch 10 three epochs have brought nothing: 11 never runs."),
                ([6, 9], "Epochs count from 1: the first loss of the list is epoch 1."),
                ([10, 7], "The other way round: first the epoch kept, then the last that ran."),
            ],
        ),
        insight="epoch 11 would have been better still: patience is a bet on how long a bad "
        "stretch may last.",
        right=lambda: (7, 10),
        wrong=(
            ((11, 11), "stopped before"),
            ((4, 7), "starts again"),
            ((7, 9), "8, 9 and 10"),
            ((10, 10), "best are brought back"),
            ((4, 5), "One worse epoch"),
            ((4, 6), "5 and 6 are two"),
            ((7, 8), "first worse one"),
            ((0.35, 0.38), "Those are losses"),
            ((7, 0.38), "Those are losses"),
            ((5, 10), "`kept` is 5"),
            ((7, 5), "`last_run` is 5"),
            ((7, 11), "never runs"),
            ((6, 9), "count from 1"),
            ((10, 7), "other way round"),
            (7, "2 numbers are asked for, and you gave 1"),
            (("7", "10"), "such as kept = 2 and last_run = 5, is asked for"),
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
        text="What does the monotone penalty do?",
        options=(
            (
                "It makes the model answer low risks more often.",
                "It says nothing about the level, only about the direction of a move.",
            ),
            (
                "It costs loss when a move that can only help raises the predicted risk.",
                "So the model learns the direction where the data are thin or misleading.",
            ),
            (
                "It forbids the model to use income.",
                "Income stays one of the strongest inputs; only its direction is guided.",
            ),
        ),
        right=1,
    ),
)
