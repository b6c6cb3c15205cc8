"""Exercises and quiz of lesson 04, training."""

from finrisk.course.judges import agrees_with, close_to
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]


def _step(w: float, slope: float, rate: float) -> float:
    return w - rate * slope


def _uphill(w: float, slope: float, rate: float) -> float:
    return w + rate * slope


def _no_rate(w: float, slope: float, rate: float) -> float:  # noqa: ARG001  the slip itself
    return w - slope


def _no_start(w: float, slope: float, rate: float) -> float:  # noqa: ARG001  the slip itself
    return -rate * slope


def _product(w: float, slope: float, rate: float) -> float:
    return w * (1 - rate * slope)


EXERCISES = (
    Exercise(
        key="04.1",
        task="Return the weight after one step downhill.",
        expects="a function of w, slope and rate that returns one number",
        hints=(
            "Where the slope is positive the loss grows to the right. Which way do you go?",
            "The step is rate * slope long, and it is taken from w.",
        ),
        solution="return w - rate * slope",
        judge=agrees_with(
            _step,
            [(1.0, 0.5, 0.1), (-2.0, -3.0, 0.01), (0.0, 4.0, 2.0)],
            [
                (_uphill, "That walks uphill. Where the slope is positive, the weight must fall."),
                (_no_rate, "The learning rate is missing: it says how long the step is."),
                (_no_start, "That is the step alone. Add it to where you stand, w."),
                (_product, "The step does not depend on the size of w: subtract, do not multiply."),
            ],
        ),
        insight="`optimiser.step()` does exactly this for all 11,009 parameters; Adam only "
        "gives each one a rate of its own.",
        right=lambda: _step,
        wrong=(
            (_uphill, "uphill"),
            (_no_rate, "learning rate is missing"),
            (_no_start, "step alone"),
            (_product, "do not multiply"),
            (0.95, "is asked for"),
        ),
    ),
    Exercise(
        key="04.2",
        task="Which epoch's weights come back with patience 3, and which is the last that runs?",
        expects="a pair of epoch numbers",
        hints=(
            "Go through the list with a finger: note the best so far, and count since then.",
            "Epoch 7 sets a new best, so the count starts again there. Count three from it.",
        ),
        solution="kept, last_run = 7, 10",
        judge=close_to(
            [7, 10],
            [
                ([11, 11], "Epoch 11 is better, but the loop has stopped before it could see it."),
                ([4, 7], "Epoch 7 is better than epoch 4: the count of patience starts again."),
                ([7, 9], "Patience 3 means three epochs without a better one: 8, 9 and 10."),
                ([10, 10], "The last weights are not the best ones: the best are brought back."),
                ([4, 5], "One worse epoch is not enough: patience waits for three."),
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
            ((7, 11), "never runs"),
            ((6, 9), "count from 1"),
            ((10, 7), "other way round"),
            (7, "shape"),
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
                "The step would use the slope of a batch that came before, or none.",
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
