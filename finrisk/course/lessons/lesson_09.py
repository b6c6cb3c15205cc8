"""Exercises and quiz of lesson 09, when the world changes."""

import numpy as np
from numpy.typing import NDArray

from finrisk.course.checkers import agrees_with, one_of
from finrisk.course.material import Exercise, Question

__all__ = ["EXERCISES", "QUIZ"]

Floats = NDArray[np.float64]

_SHARES = [
    (np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.3, 0.3])),
    (np.array([0.25, 0.25, 0.5]), np.array([0.1, 0.6, 0.3])),
    (np.array([0.97, 0.029, 0.001]), np.array([0.3, 0.5, 0.2])),
]
_GAPS = [
    (0.03, np.array([0.1, 0.2, 0.6])),
    (0.05, np.array([0.02, 0.5])),
    (0.2, np.array([1e-6, 0.001, 0.9995])),
]

_PSI = '''\
def psi(past, now):
    """Population stability index of two arrays of shares, 0 when nothing moved."""
    return np.sum((now - past) * np.log(now / past))'''

_LABELS = '''\
def labels_needed(gap, q):
    """Labels at which 1.96 standard errors equal the gap; q: array of risks."""
    return 1.96**2 * np.mean(q * (1 - q)) / gap**2'''


def _draw_shares(rng: np.random.Generator) -> list[tuple[Floats, Floats]]:
    """Shares from 0.001 on that add up to 1: an empty bin would make the index infinite."""
    return [
        (_filled(rng.dirichlet(np.full(n, 0.7))), _filled(rng.dirichlet(np.full(n, 0.7))))
        for n in (2, 3, 5, 10, 20)
    ]


def _filled(shares: Floats) -> Floats:
    return 0.001 + (1 - 0.001 * len(shares)) * shares


def _draw_gaps(rng: np.random.Generator) -> list[tuple[float, Floats]]:
    return [(float(10 ** rng.uniform(-2.5, -0.3)), rng.random(n)) for n in (1, 2, 3, 5, 10, 30)]


def _psi(past: Floats, now: Floats) -> float:
    return float(np.sum((now - past) * np.log(now / past)))


def _one_way(past: Floats, now: Floats) -> float:
    return float(np.sum(now * np.log(now / past)))


def _other_way(past: Floats, now: Floats) -> float:
    return float(np.sum(past * np.log(past / now)))


def _negative(past: Floats, now: Floats) -> float:
    return -_psi(past, now)


def _base_ten(past: Floats, now: Floats) -> float:
    return _psi(past, now) / float(np.log(10))


def _mean(past: Floats, now: Floats) -> float:
    return _psi(past, now) / len(past)


def _each_bin(past: Floats, now: Floats) -> Floats:
    return (now - past) * np.log(now / past)


def _needed(gap: float, q: Floats) -> float:
    return float(1.96**2 * np.mean(q * (1 - q)) / gap**2)


def _no_width(gap: float, q: Floats) -> float:
    return _needed(gap, q) / 1.96**2


def _width_once(gap: float, q: Floats) -> float:
    return _needed(gap, q) / 1.96


def _gap_once(gap: float, q: Floats) -> float:
    return _needed(gap, q) * gap


def _root(gap: float, q: Floats) -> float:
    return float(np.sqrt(_needed(gap, q)))


def _mean_first(gap: float, q: Floats) -> float:
    return float(1.96**2 * np.mean(q) * (1 - np.mean(q)) / gap**2)


def _mean_of_roots(gap: float, q: Floats) -> float:
    return float((1.96 * np.mean(np.sqrt(q * (1 - q))) / gap) ** 2)


def _sum(gap: float, q: Floats) -> float:
    return _needed(gap, q) * len(q)


def _rounded(gap: float, q: Floats) -> float:
    return float(np.ceil(_needed(gap, q)))


def _whole(gap: float, q: Floats) -> float:
    return float(np.round(_needed(gap, q)))


EXERCISES = (
    Exercise(
        key="09.1",
        expects="a function of past and now that returns one number",
        hints=(
            "numpy works on whole arrays: now - past, now / past and np.log give one value a bin.",
            "np.sum((now - past) * np.log(...)): inside the log stands now / past.",
        ),
        solution=_PSI,
        checker=agrees_with(
            _psi,
            _SHARES,
            [
                (_one_way, "Before the log stands the difference, now - past, not now alone."),
                (_other_way, "Before the log stands the difference, now - past, not past alone."),
                (_negative, "The sign is turned: difference and log must have the same order."),
                (_base_ten, "That is the log to base ten. np.log is the natural one."),
                (_mean, "Add the bins up; their mean would depend on how many you cut."),
                (_each_bin, "That is one value a bin. Add them up to one number."),
            ],
            drawn=_draw_shares,
            tolerance=1e-3,  # a guard against empty bins, such as adding 1e-6, may stay
        ),
        insight="no term can be negative: where more households are now, the log is positive, "
        "too. Many banks look closer from 0.1 on and act from 0.25 on. It would also be silent "
        "about a recession that begins tomorrow.",
        right=lambda: _psi,
        wrong=(
            (_one_way, "not now alone"),
            (_other_way, "not past alone"),
            (_negative, "sign is turned"),
            (_base_ten, "base ten"),
            (_mean, "Add the bins up"),
            (_each_bin, "one value a bin"),
            (lambda past, now: _psi(np.clip(past, 0.05, 1), np.clip(now, 0.05, 1)), "past = [0.97"),
            (0.1, "is asked for"),
        ),
    ),
    Exercise(
        key="09.2",
        expects="a function of gap and q that returns one number",
        hints=(
            "Write the rule down: gap = 1.96 * sqrt(variance / n). Solve it for n.",
            "n = 1.96**2 * variance / gap**2, and the variance is np.mean(q * (1 - q)).",
        ),
        solution=_LABELS,
        checker=agrees_with(
            _needed,
            _GAPS,
            [
                (_no_width, "The 1.96 is missing: one standard error alone is no interval."),
                (_width_once, "The 1.96 stands before the root, so it is squared, too."),
                (_gap_once, "The gap is squared, too: half the gap needs four times the labels."),
                (_root, "That is the root of it: square both sides before you solve for n."),
                (_mean_first, "Take q * (1 - q) for each household first, then the mean."),
                (
                    _mean_of_roots,
                    "Take the mean first, then the root: variances add up, roots do not.",
                ),
                (_sum, "That is the sum of q * (1 - q). One label has their mean: np.mean."),
                (_rounded, "That is rounded up. Leave the number as it is."),
                (_whole, "That is rounded. Leave the number as it is."),
            ],
            drawn=_draw_gaps,
            relative=1e-4,  # 1.96, or norm.ppf(0.975) with all its digits
        ),
        insight="at this number the alarm rings only every other time, because the gap you "
        "find scatters around the true one. To see it four times in five takes about twice as "
        "many, and half the gap four times as many.",
        right=lambda: _needed,
        wrong=(
            (_no_width, "1.96 is missing"),
            (_width_once, "squared, too"),
            (_gap_once, "half the gap"),
            (_root, "root of it"),
            (_mean_first, "for each household first"),
            (_mean_of_roots, "roots do not"),
            (_sum, "np.mean"),
            (_rounded, "rounded up"),
            (_whole, "is rounded."),
            (lambda gap, q: _needed(gap, np.clip(q, 0.05, 0.95)), "q = [0.02, 0.5] it gives"),
            (430, "is asked for"),
        ),
    ),
    Exercise(
        key="09.3",
        expects='one of "features", "labels", "both", "neither"',
        hints=(
            "Households spend more of what they earn and hold less. Can the features say so?",
            "They can, so the model raises its risks by itself. Try finrisk.simulate(20_000, 31, "
            "replace(usual, essentials=1.05 * usual.essentials)), and compare mean risk and share "
            "stressed in the first 500 of onset: is the gap wider than the interval?",
        ),
        solution='rings_for_inflation = "features"',
        checker=one_of(
            "features",
            {
                "labels": "Silent features need an unchanged year; here the year itself was dear.",
                "both": "The features do ring. But the model sees the dear year as well as the "
                "detector does, and raises its risks: how far are they off on average? Take the "
                "first 500 of onset: of other draws, about 9 in 100 ring.",
                "neither": "Expenses stand in the features, and they have moved: look at "
                "log_expense_ratio.",
            },
            also={"feature": "features", "label": "labels", "both of them": "both"},
        ),
        insight="drift of the features is not yet an error: the model knew such households and "
        "judged them nearly right. A little is left: of other draws of 500 labels, about 9 in 100 "
        "ring, where exact risks would ring in 5. "
        "A recession that begins tomorrow is the opposite: no drift, and wrong.",
        right=lambda: "features",
        wrong=(
            ("labels", "unchanged year"),
            ("both", "raises its risks"),
            ("neither", "log_expense_ratio"),
            ("all", "not one of the words"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A detector on all features has been silent for months. What do you know?",
        options=(
            (
                "The model is still right.",
                "What follows from the features may have changed; they would not show it.",
            ),
            (
                "No single feature has moved far enough for the test to see.",
                "That is all: not what becomes of them, nor how the features go together.",
            ),
            (
                "The detector is broken.",
                "Try it on a world in which the features did change before you say so.",
            ),
        ),
        right=1,
    ),
    Question(
        text="You have 300 complete labels of a new world. What do you do first?",
        options=(
            (
                "Train a new network on them.",
                "Its thousands of weights would learn the luck of 300 households.",
            ),
            (
                "Wait: 300 labels are worth nothing.",
                "They cannot say much about a slope, but a shift is one number.",
            ),
            (
                "Shift all logits by one number, and judge it on labels kept aside or to come.",
                "Few labels, few numbers. It helps on average, yet some draws of 300 do harm: "
                "judge before you use it.",
            ),
        ),
        right=2,
    ),
    Question(
        text="In real data one group is told too little, far outside its interval. What is safe?",
        options=(
            (
                "The group is served worse, whatever the reason.",
                "The gap is measured. Its cause would take a second world, or an experiment.",
            ),
            (
                "Belonging to the group causes the higher risk.",
                "It may go along with the cause: here it was the job to lose, not the name.",
            ),
            (
                "The network is prejudiced.",
                "It was never told the group; what it lacks may be one honest question.",
            ),
        ),
        right=0,
    ),
)
