"""Exercises and quiz of lesson 05, evaluation."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finrisk.course.checkers import agrees_with
from finrisk.course.material import Exercise, Question
from finrisk.ml.calibration import calibration_table

__all__ = ["EXERCISES", "QUIZ"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_MY_CALIBRATION = '''\
def my_calibration(y, y_prob, n_groups):
    """Mean predicted risk of each group, and the share of it that became stressed."""
    groups = np.array_split(np.argsort(y_prob), n_groups)
    predicted = [y_prob[rows].mean() for rows in groups]
    observed = [y[rows].mean() for rows in groups]
    return predicted, observed'''

_CHEAPEST = '''\
def cheapest(y, y_prob, miss_price):
    """The predicted risk to warn from, so that all mistakes together cost least."""
    costs = []
    for threshold in y_prob:
        warned = y_prob >= threshold
        needless, missed = (warned & ~y).sum(), (~warned & y).sum()
        costs.append(needless + miss_price * missed)
    return y_prob[np.argmin(costs)]'''

_REST = "ten households in three groups are four, three and three. np.array_split does it."

# Ten households without ties, in no order, and three ways their six months may have gone.
_RISKS = np.array([0.052, 0.447, 0.803, 0.218, 0.624, 0.113, 0.301, 0.909, 0.084, 0.551])
_FELL = np.array(
    [
        [0, 0, 0, 1, 1, 0, 0, 1, 0, 1],
        [0, 1, 0, 0, 1, 0, 1, 1, 1, 0],
        [0, 0, 0, 0, 1, 1, 0, 1, 0, 1],
    ],
    dtype=bool,
)


def _draw_households(rng: np.random.Generator, n: int) -> tuple[Bools, Floats]:
    """In no order, no two risks alike; at least one became stressed, and one did not."""
    risks = rng.permutation((np.arange(n) + rng.uniform(0.1, 0.9, n)) / n) ** 2
    return np.array([True, False, *(rng.random(n - 2) < risks[2:])]), risks


def _draw_groups(rng: np.random.Generator) -> list[tuple[Bools, Floats, int]]:
    """Groups of equal size, or the first with one household more."""
    return [
        (*_draw_households(rng, size * n_groups + more), n_groups)
        for n_groups, size, more in ((1, 8, 0), (2, 4, 1), (3, 5, 0), (4, 7, 1), (6, 4, 0))
    ]


def _draw_prices(rng: np.random.Generator) -> list[tuple[Bools, Floats, float]]:
    """Any households and prices, and then households that make the price matter."""
    cases = [(*_draw_households(rng, n), 10 ** rng.uniform(-0.7, 1.3)) for n in range(5, 30, 3)]
    return [*cases, *(_draw_close_call(rng, more) for more in (0, 1) for _ in range(8))]


def _draw_close_call(rng: np.random.Generator, more: int) -> tuple[Bools, Floats, float]:
    """The cheapest is to warn all, or the upper few; one stable household more would turn it."""
    n_missed, n_needless = int(rng.integers(3, 8)), int(rng.integers(1, 20))
    miss_price = (n_needless + rng.uniform(0.2, 0.8)) / n_missed
    fell = np.repeat([True, False, True], [n_missed, n_needless + more, 2])
    order = rng.permutation(len(fell))
    return fell[order], ((order + 0.5) / len(fell)), miss_price


def _table(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    """What the package says, shape (2, n_groups): predicted above observed."""
    table = calibration_table(y, y_prob, n_groups)[["predicted", "observed"]]
    return table.to_numpy(dtype=float).T


def _means(y: Bools, y_prob: Floats, groups: list[Any]) -> Floats:
    return np.array([[v[rows].mean() for rows in groups] for v in (y_prob, y)])


def _in_groups(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _means(y, y_prob, np.array_split(np.argsort(y_prob), n_groups))


def _unsorted(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _means(y, y_prob, np.array_split(np.arange(len(y)), n_groups))


def _sorted_alone(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _unsorted(y, np.sort(y_prob), n_groups)


def _sorted_apart(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _unsorted(np.sort(y), np.sort(y_prob), n_groups)


def _rest_to_the_last(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    starts = len(y) // n_groups * np.arange(1, n_groups)
    return _means(y, y_prob, np.split(np.argsort(y_prob), starts))


def _rest_left_out(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    size = len(y) // n_groups
    return _means(y, y_prob, np.split(np.argsort(y_prob)[: size * n_groups], n_groups))


def _falling(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _means(y, y_prob, np.array_split(np.argsort(-y_prob), n_groups))


def _equal_width(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    group = np.minimum((y_prob * n_groups).astype(int), n_groups - 1)
    return _means(y, y_prob, [group == i for i in range(n_groups)])


def _counted(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    groups = np.array_split(np.argsort(y_prob), n_groups)
    return np.array([[y_prob[rows].mean() for rows in groups], [y[rows].sum() for rows in groups]])


def _observed_first(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _in_groups(y, y_prob, n_groups)[::-1]


def _in_rows(y: Bools, y_prob: Floats, n_groups: int) -> Floats:
    return _in_groups(y, y_prob, n_groups).T


def _costs(
    y: Bools, y_prob: Floats, thresholds: Floats, miss_price: float, needless_price: float = 1
) -> list[float]:
    """Cost of warning from each threshold on, household by household: slow, and independent."""
    households = list(zip(y.tolist(), y_prob.tolist(), strict=True))
    return [
        sum(miss_price for fell, risk in households if fell and risk < threshold)
        + sum(needless_price for fell, risk in households if not fell and risk >= threshold)
        for threshold in thresholds.tolist()
    ]


def _lowest(thresholds: Floats, costs: list[float]) -> float:
    return float(thresholds[costs.index(min(costs))])


def _brute_force(y: Bools, y_prob: Floats, miss_price: float) -> float:
    return _lowest(y_prob, _costs(y, y_prob, y_prob, miss_price))


def _price_squared(y: Bools, y_prob: Floats, miss_price: float) -> float:
    return _brute_force(y, y_prob, miss_price**2)


def _prices_swapped(y: Bools, y_prob: Floats, miss_price: float) -> float:
    return _lowest(y_prob, _costs(y, y_prob, y_prob, 1, miss_price))


def _one_price(price: float) -> Callable[[Bools, Floats, float], float]:
    return lambda y, y_prob, miss_price: _brute_force(y, y_prob, price)  # noqa: ARG005  the slip


def _shares(y: Bools, y_prob: Floats, miss_price: float) -> float:
    """Shares of the stressed that were missed, and of the stable that were warned."""
    return _brute_force(y, y_prob, miss_price * (~y).sum() / y.sum())


def _all_warnings(y: Bools, y_prob: Floats, miss_price: float) -> float:
    """Who was warned and became stressed costs 1 too: a miss saves that."""
    return _brute_force(y, y_prob, miss_price - 1)


def _misses_only(y: Bools, y_prob: Floats, miss_price: float) -> float:
    return _lowest(y_prob, _costs(y, y_prob, y_prob, miss_price, 0))


def _warns_everybody(y: Bools, y_prob: Floats, miss_price: float) -> float:  # noqa: ARG001
    return float(y_prob.min())


def _above_only(y: Bools, y_prob: Floats, miss_price: float) -> float:
    """Warns above the threshold only."""
    return _lowest(y_prob, _costs(y, y_prob, np.nextafter(y_prob, 1), miss_price))


def _lowest_cost(y: Bools, y_prob: Floats, miss_price: float) -> float:
    return min(_costs(y, y_prob, y_prob, miss_price))


def _place(y: Bools, y_prob: Floats, miss_price: float) -> float:
    costs = _costs(y, y_prob, y_prob, miss_price)
    return costs.index(min(costs))


def _dearest(y: Bools, y_prob: Floats, miss_price: float) -> float:
    costs = _costs(y, y_prob, y_prob, miss_price)
    return float(y_prob[costs.index(max(costs))])


def _on_grid(y: Bools, y_prob: Floats, miss_price: float) -> float:
    grid = np.linspace(0, 1, 101)
    return _lowest(grid, _costs(y, y_prob, grid, miss_price))


def _by_rule(y: Bools, y_prob: Floats, miss_price: float) -> float:  # noqa: ARG001  the slip
    return 1 / (1 + miss_price)


EXERCISES = (
    Exercise(
        key="05.1",
        expects="a function of y, y_prob and n_groups that returns two lists of numbers",
        hints=(
            "np.argsort(y_prob) gives row numbers from low to high risk; np.array_split cuts them "
            "into groups. What are y_prob[rows] and y[rows] for one group of rows?",
            "For each group of rows: y_prob[rows].mean() into the first list, y[rows].mean() into "
            "the second.",
        ),
        solution=_MY_CALIBRATION,
        checker=agrees_with(
            _in_groups,
            [(_FELL[0], _RISKS, 2), (_FELL[1], _RISKS, 3), (_FELL[2], _RISKS, 5)],
            [
                (
                    _unsorted,
                    "Sort first: cut as they stand, the groups mix high risks with low ones.",
                ),
                (
                    _sorted_alone,
                    "Only the risks are sorted: y must follow, so that each household keeps its "
                    "own outcome.",
                ),
                (
                    _sorted_apart,
                    "y is sorted on its own: each household must keep its own outcome.",
                ),
                (_falling, "The other way round: begin with the lowest risks."),
                (_rest_to_the_last, f"The last group is too large: {_REST}"),
                (_rest_left_out, f"It leaves the highest risks out: {_REST}"),
                (
                    _equal_width,
                    "That cuts the scale into equal pieces. Cut the sorted households, so that "
                    "each group holds equally many.",
                ),
                (
                    _counted,
                    "That counts those who became stressed. Divide by the size of the group.",
                ),
                (_observed_first, "The two lists are swapped: first predicted, then observed."),
                (_in_rows, "That is one pair for each group. Return two lists, one after another."),
            ],
            drawn=_draw_groups,
        ),
        insight="it is `finrisk.ml.calibration.calibration_table` to six decimals: your lists are "
        "the dots of the picture in section 3.",
        right=lambda: _table,
        wrong=(
            (_unsorted, "Sort first"),
            (_sorted_alone, "Only the risks are sorted"),
            (_sorted_apart, "sorted on its own"),
            (_falling, "lowest risks"),
            (_rest_to_the_last, "last group is too large"),
            (_rest_left_out, "leaves the highest risks out"),
            (_equal_width, "equal pieces"),
            (_counted, "counts those who became stressed"),
            (_observed_first, "swapped"),
            (_in_rows, "one pair for each group"),
            (lambda y, y_prob, n_groups: None, "gives nothing back (None), whatever"),  # noqa: ARG005
            (0.3, "two lists of numbers is asked for"),
        ),
    ),
    Exercise(
        key="05.2",
        expects="a function of y, y_prob and miss_price that returns one number",
        hints=(
            "Take one threshold: who is warned? A needless warning is warned & ~y. What is a miss?",
            "Its cost is needless + miss_price * missed. Collect the cost of every threshold; "
            "np.argmin gives the place of the lowest.",
        ),
        solution=_CHEAPEST,
        checker=agrees_with(
            _brute_force,
            [
                *((_FELL[0], _RISKS, 9), (_FELL[1], _RISKS, 3), (_FELL[2], _RISKS, 6)),
                *((_FELL[1], _RISKS, 1.5), (_FELL[1], _RISKS, 2.5), (_FELL[0], _RISKS, 0.4)),
            ],
            [
                (
                    _prices_swapped,
                    "The prices are swapped: a missed household costs miss_price, a needless "
                    "warning 1.",
                ),
                (
                    _one_price(1),
                    "That has the most right answers, which is accuracy: a miss counts "
                    "miss_price times.",
                ),
                *(
                    (_one_price(n), "It acts as if a miss cost the same at every miss_price.")
                    for n in range(2, 11)
                ),
                (_price_squared, "It acts as if a miss cost miss_price squared: multiply once."),
                (
                    _shares,
                    "It acts as if shares were added. Each household has a price: add counts.",
                ),
                (
                    _all_warnings,
                    "It acts as if every warning cost 1. Who is warned and becomes stressed is no "
                    "mistake, and costs nothing.",
                ),
                (_misses_only, "It counts misses alone: needless warnings cost something too."),
                (_warns_everybody, "That warns everybody: needless warnings cost something too."),
                (
                    _above_only,
                    "It acts as if the household at the threshold were not warned. With >= it is.",
                ),
                (_lowest_cost, "That is the lowest cost. Return the threshold that has it."),
                (_place, "That is the place of the threshold in y_prob. Return the risk there."),
                (_dearest, "That threshold costs most. Look for the lowest cost."),
                (
                    _on_grid,
                    "That is the cheapest of 0.00, 0.01, ..., 1.00. Try the predicted risks "
                    "themselves as thresholds.",
                ),
                (
                    _by_rule,
                    "1 / (1 + miss_price) is where many calibrated risks lead. Here count what "
                    "these households cost.",
                ),
            ],
            drawn=_draw_prices,
        ),
        insight="with calibrated risks you need no search. Warning and silence cost the same where "
        "1 - p = miss_price * p, so at 1 / (1 + miss_price). At a price of 9 that is 0.1: the "
        "cheapest row of the table in section 4.",
        right=lambda: _brute_force,
        wrong=(
            (_prices_swapped, "prices are swapped"),
            (_one_price(1), "accuracy"),
            (_one_price(9), "at every miss_price"),
            (_price_squared, "miss_price squared"),
            (_shares, "add counts"),
            (_all_warnings, "every warning cost 1"),
            (_misses_only, "counts misses alone"),
            (_warns_everybody, "warns everybody"),
            (_above_only, "threshold were not warned"),
            (_lowest_cost, "lowest cost. Return"),
            (_place, "place of the threshold"),
            (_dearest, "costs most"),
            (_on_grid, "predicted risks themselves"),
            (_by_rule, "calibrated risks lead"),
            (lambda y, y_prob, miss_price: "low", "one number is asked for"),  # noqa: ARG005
            (0.1, "one number is asked for"),
        ),
    ),
)

QUIZ = (
    Question(
        text="A model has 87 % accuracy for all households. What do you ask first?",
        options=(
            (
                "How many of those who newly became stressed did it find?",
                "The easy cases carry accuracy; recall for onset says whether it helps.",
            ),
            (
                "Whether it can reach 90 %.",
                "The rule of thumb reaches 84 %, and finds nobody who newly became stressed.",
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
