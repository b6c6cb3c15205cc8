"""Exercises and quiz of lesson 05, evaluation."""

from finrisk.course.judges import agrees_with, close_to
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]

_F1 = '''\
def f1(tp, fp, fn):
    """One number for recall and precision, from the counts."""
    recall, precision = tp / (tp + fn), tp / (tp + fp)
    return 2 * recall * precision / (recall + precision)'''


def _f1(tp: float, fp: float, fn: float) -> float:
    return 2 * tp / (2 * tp + fp + fn)


def _mean(tp: float, fp: float, fn: float) -> float:
    return (tp / (tp + fn) + tp / (tp + fp)) / 2


def _without_two(tp: float, fp: float, fn: float) -> float:
    return _f1(tp, fp, fn) / 2


def _product(tp: float, fp: float, fn: float) -> float:
    return tp / (tp + fn) * tp / (tp + fp)


def _recall(tp: float, fp: float, fn: float) -> float:  # noqa: ARG001  the slip itself
    return tp / (tp + fn)


def _no_brackets(tp: float, fp: float, fn: float) -> float:
    recall, precision = tp / (tp + fn), tp / (tp + fp)
    return 2 * recall * precision / recall + precision


EXERCISES = (
    Exercise(
        key="05.1",
        task="Write F1 from the counts.",
        expects="a function of tp, fp and fn that returns one number",
        hints=(
            "First recall, tp / (tp + fn), and precision, tp / (tp + fp). Then combine them.",
            "2 * recall * precision / (recall + precision): mind the brackets.",
        ),
        solution=_F1,
        judge=agrees_with(
            _f1,
            [(30, 10, 20), (5, 45, 5), (8, 2, 8)],
            [
                (_mean, "That is the plain mean. F1 is stricter: one bad part pulls it down."),
                (_without_two, "The factor 2 is missing: perfect scores must give F1 = 1."),
                (_product, "That is the product alone. Divide it by the sum, times two."),
                (_recall, "That is recall alone; F1 also asks how many warnings were needed."),
                (_no_brackets, "Put the sum into brackets: you divide by recall only."),
            ],
        ),
        insight="it equals 2 tp / (2 tp + fp + fn): the households rightly left alone "
        "(tn) play no part in it.",
        right=lambda: _f1,
        wrong=(
            (_mean, "plain mean"),
            (_without_two, "factor 2"),
            (_product, "product alone"),
            (_recall, "recall alone"),
            (_no_brackets, "brackets"),
            (0.6, "is asked for"),
        ),
    ),
    Exercise(
        key="05.2",
        task="From which probability on is it cheaper to warn ($100 needless, $900 missed)?",
        expects="a probability",
        hints=(
            "A warning costs $100 if it was needless, and that happens with 1 - p. What does "
            "silence cost?",
            "Warn when (1 - p) * 100 < p * 900. Solve for p.",
        ),
        solution="break_even = 100 / (100 + 900)",
        judge=close_to(
            0.1,
            [
                (
                    100 / 900,
                    "The price of a needless warning arises only with 1 - p: divide by "
                    "the sum of both prices.",
                ),
                (0.9, "That is the other way round: a dear miss makes you warn early."),
                (0.5, "Half would be right if both mistakes cost the same."),
                (9, "That is how much dearer a miss is. A probability is asked for."),
                (10, "A probability lies between 0 and 1: write 10 % as 0.1."),
            ],
            tolerance=0.002,
        ),
        insight="it is not far from the shipped alert threshold: the promises on recall "
        "amount to a price for a missed household. It only works with calibrated risks.",
        right=lambda: 0.1,
        wrong=(
            (100 / 900, "sum of both prices"),
            (0.9, "other way round"),
            (0.5, "cost the same"),
            (9, "probability is asked for"),
            (10, "between 0 and 1"),
            (0.3, "too high"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A model has 87 % accuracy for all households. What do you ask first?",
        options=(
            (
                "How many of those who newly fell did it find?",
                "The easy cases carry accuracy; recall for onset says whether it helps.",
            ),
            (
                "Whether it can reach 90 %.",
                "The rule of thumb comes near that, and finds nobody who newly falls.",
            ),
            (
                "How many layers it has.",
                "Size says nothing about how well it serves people.",
            ),
        ),
        right=0,
    ),
    Question(
        text="Nearly all of a model's excess loss is what its features cannot see. What helps?",
        options=(
            (
                "A larger network, trained for longer.",
                "It can only win back the model's own shortfall, and that is small.",
            ),
            (
                "A better threshold.",
                "It decides who is warned; the risks and their loss stay as they are.",
            ),
            (
                "Another feature that tells something new.",
                "Only new information can see what these features cannot.",
            ),
        ),
        right=2,
    ),
    Question(
        text="On which households is the alert threshold chosen?",
        options=(
            (
                "On the training households: there are most of them.",
                "The model knows them; its risks look better there than elsewhere.",
            ),
            (
                "On the validation households.",
                "They had no part in fitting the weights, and the test stays untouched.",
            ),
            (
                "On the test households: that is what we report on.",
                "Then the report says how well you chose, not how well it will do.",
            ),
        ),
        right=1,
    ),
)
