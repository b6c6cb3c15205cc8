"""Exercises and quiz of lesson 05, evaluation."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finrisk.course.app_files import course_part, course_text
from finrisk.course.checkers import agrees_with
from finrisk.course.material import Exercise, Question
from finrisk.ml.calibration import calibration_table
from finrisk.received import show_value

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


# --- 05.3, the file evaluate.py: a threshold from a promise ----------------------------------

Threshold = Callable[[float, Bools, Floats], float]


def _needed(recall: float, n: int) -> int:
    """How many of n must be warned."""
    return next(k for k in range(1, n + 1) if k / n >= recall)


def _at(place: Callable[[float, int], int], whose: Callable[[Bools], Bools]) -> Threshold:
    """The risk at a place among those of some households, from high to low."""

    def threshold(recall: float, y: Bools, risk: Floats) -> float:
        ranked = np.sort(risk[whose(y)])[::-1]
        return float(ranked[np.clip(place(recall, len(ranked)), -len(ranked), len(ranked) - 1)])

    return threshold


def _of_stressed(place: Callable[[float, int], int]) -> Threshold:
    return _at(place, lambda y: y)


def _of_these(whose: Callable[[Bools], Bools]) -> Threshold:
    return _at(lambda recall, n: _needed(recall, n) - 1, whose)


def _quantile(whose: Callable[[Bools], Bools]) -> Threshold:
    return lambda recall, y, risk: float(np.quantile(risk[whose(y)], 1 - recall))


def _keeping(
    keeps: Callable[[Floats, float], Any], candidates: Callable[[Floats], Any]
) -> Threshold:
    """The first of some thresholds, if any, at which enough of the stressed are warned."""

    def threshold(recall: float, y: Bools, risk: Floats) -> float:
        tried = (float(t) for t in candidates(risk) if keeps(risk[y], t).mean() >= recall)
        return next(tried, float(risk.min()))

    return threshold


_promised = _of_these(lambda y: y)
_of_all = _of_these(np.ones_like)
_of_stable = _of_these(np.logical_not)
_rounded_down = _of_stressed(lambda recall, n: int(recall * n) - 1)
_rounded = _of_stressed(lambda recall, n: round(recall * n) - 1)
_one_more = _of_stressed(lambda recall, n: _needed(recall, n))
_one_more_if_whole = _of_stressed(lambda recall, n: int(recall * n))
_one_fewer = _of_stressed(lambda recall, n: _needed(recall, n) - 2)
_from_the_lowest = _of_stressed(lambda recall, n: -_needed(recall, n))
_missed = _of_stressed(lambda recall, n: _needed(1 - recall, n) - 1)
_only_above = _keeping(np.greater, lambda risk: np.sort(risk)[::-1])
_smallest = _keeping(np.greater_equal, np.sort)
_of_a_grid = _keeping(np.greater_equal, lambda _: np.linspace(1, 0, 101))


def _half(recall: float, y: Bools, risk: Floats) -> float:  # noqa: ARG001  the slip
    return 0.5


def _how_many(recall: float, y: Bools, risk: Floats) -> float:  # noqa: ARG001  the slip
    return _needed(recall, int(y.sum()))


_WHOLE = "The promise is for the stressed alone: first take their risks, risk[y == 1]."
_SHORT = "That warns too few, and breaks the promise: round the number of households up."
_BETWEEN = (
    "np.quantile goes between two households, so one too few is warned. Take the risk of the "
    "last one who must be warned."
)
_ODD = np.arange(10) % 2 == 1
_TIED = np.array([0.9, 0.7, 0.7, 0.7, 0.4, 0.1])
_SOME = np.array([True, False, True, True, True, False])

_check_threshold = agrees_with(
    _promised,
    [(0.75, _ODD[:8], _RISKS[:8]), (0.5, _SOME, _TIED), (0.7, _ODD, _RISKS)],
    [
        (_of_all, _WHOLE),
        (_quantile(np.ones_like), _WHOLE),
        (_of_stable, "Those are the risks of the stable. Take the stressed: risk[y == 1]."),
        (_quantile(lambda y: y), _BETWEEN),
        (_rounded_down, _SHORT),
        (_rounded, _SHORT),
        (
            _only_above,
            "It acts as if the household at the threshold were not warned. With risk >= threshold "
            "it is.",
        ),
        (
            _one_more,
            "That warns one household more than needed: places count from 0, so the k-th from "
            "the top stands at place k - 1.",
        ),
        (
            _one_more_if_whole,
            "Where the promise can be kept exactly, that warns one household too many: 3 of 4 are "
            "a recall of 0.75, and the third stands at place 2.",
        ),
        (_one_fewer, "That warns one household too few, and breaks the promise."),
        (_from_the_lowest, "It counts from the lowest risk up. A warning begins at the top."),
        (_missed, "That share is missed, not found: it acts as if 1 - recall were promised."),
        (_smallest, "That warns everybody. The largest threshold that keeps the promise is asked."),
        (
            _of_a_grid,
            "That is the largest of 0.00, 0.01, ..., 1.00. Try the risks of the stressed as "
            "thresholds.",
        ),
        (_half, "That is 0.5, whatever was promised: the threshold must follow from recall."),
        (_how_many, "That is how many must be warned. Return the risk of the last of them."),
    ],
    drawn=lambda rng: [_draw_promise(rng, n) for n in range(5, 60, 4)],
)
_check_all_found = agrees_with(_promised, [(1.0, _SOME, _TIED), (1.0, _ODD, _RISKS)])


def _draw_promise(rng: np.random.Generator, n: int) -> tuple[float, Bools, Floats]:
    """A promise that leaves somebody out, and cannot be kept exactly: there, computers round."""
    _, risk = _draw_households(rng, n)
    n_stressed = int(rng.integers(3, n - 1))
    recall = (rng.integers(n_stressed - 1) + rng.uniform(0.1, 0.9)) / n_stressed
    return recall, rng.permutation(np.arange(n) < n_stressed), risk


def _exactly_kept(answer: Any) -> str | None:
    """What is wrong with promises in decimals, which a computer rounds: 0.56 * 25 is above 14."""
    rng = np.random.default_rng()
    for recall, n in ((0.9, 10), (0.8, 5), (0.56, 25), (0.28, 25), (0.14, 50), (0.55, 100)):
        y = rng.permutation(np.arange(2 * n) < n)
        risk = rng.permutation((np.arange(2 * n) + 0.5) / (2 * n))
        threshold = np.asarray(answer(recall, y.copy(), risk.copy()), dtype=float).item()
        n_warned, n_needed = int((risk[y] > threshold - 1e-6).sum()), round(recall * n)
        if n_warned != n_needed:
            return (
                f"Of {n} stressed households it warns {n_warned}, but {n_needed} are a recall of "
                f"{recall}. A computer rounds decimals, so a count such as 0.56 * 25 is not "
                "exactly 14. Compare shares: k / n >= recall."
            )
    return None


# --- 05.3: a calibration curve ---------------------------------------------------------------


def _bins(risk: Floats, n_bins: int) -> Any:
    return np.minimum((risk * n_bins).astype(int), n_bins - 1)


def _dots(y: Bools, risk: Floats, bins: Any) -> Floats:
    return _means(y, risk, [bins == b for b in np.unique(bins)])


def _curve(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _dots(y, risk, _bins(risk, n_bins))


def _one_apart(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _dots(y, risk, (risk * n_bins).astype(int))


def _one_lost(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _curve(y[risk < 1], risk[risk < 1], n_bins)


def _zero_lost(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _curve(y[risk > 0], risk[risk > 0], n_bins)


def _happened_first(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _curve(y, risk, n_bins)[::-1]


def _pairs(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _curve(y, risk, n_bins).T


def _highest_first(y: Bools, risk: Floats, n_bins: int) -> Floats:
    return _curve(y, risk, n_bins)[:, ::-1]


def _out_of(whole: Callable[[Bools], Any]) -> Callable[[Bools, Floats, int], Floats]:
    """Stressed households of each bin, divided by the same number in each."""

    def curve(y: Bools, risk: Floats, n_bins: int) -> Floats:
        bins = _bins(risk, n_bins)
        n_stressed = [y[bins == b].sum() / whole(y) for b in np.unique(bins)]
        return np.array([_curve(y, risk, n_bins)[0], n_stressed])

    return curve


def _middles(y: Bools, risk: Floats, n_bins: int) -> Floats:
    middles = (np.unique(_bins(risk, n_bins)) + 0.5) / n_bins
    return np.array([middles, _curve(y, risk, n_bins)[1]])


def _ten_bins(y: Bools, risk: Floats, n_bins: int) -> Floats:  # noqa: ARG001  the slip
    return _curve(y, risk, 10)


def _between_the_ends(y: Bools, risk: Floats, n_bins: int) -> Floats:
    """As np.histogram and pd.cut do it, unless they are told the ends."""
    return _dots(y, risk, _bins((risk - risk.min()) / np.ptp(risk), n_bins))


def _with_empty(value: float) -> Callable[[Bools, Floats, int], Floats]:
    """This value for both numbers of a bin without households."""

    def curve(y: Bools, risk: Floats, n_bins: int) -> Floats:
        both = np.full((2, n_bins), value, dtype=float)
        both[:, np.unique(_bins(risk, n_bins))] = _curve(y, risk, n_bins)
        return both

    return curve


_check_curve = agrees_with(
    _curve,
    [
        (_FELL[0][:6], np.array([0.05, 0.32, 0.91, 0.37, 1.0, 0.12]), 4),
        (_FELL[1], np.array([0.0, 0.47, 0.93, 0.28, 0.44, 0.13, 0.31, 1.0, 0.08, 0.51]), 5),
        (_FELL[2], _RISKS, 3),
        (_FELL[0], 0.2 + _RISKS / 3, 10),
    ],
    [
        (_with_empty(0), "A bin without households gets 0, as if nobody fell. Leave it out."),
        (
            _one_apart,
            "A risk of exactly 1 gets a bin of its own. It belongs to the last bin, n_bins - 1.",
        ),
        (_one_lost, "A household with a risk of exactly 1 is lost. It belongs to the last bin."),
        (_zero_lost, "A household with a risk of exactly 0 is lost. It belongs to the first bin."),
        (
            lambda y, risk, n_bins: _one_lost(y[risk > 0], risk[risk > 0], n_bins),
            "Households with a risk of exactly 0 and 1 are lost: first bin, and last bin.",
        ),
        (_happened_first, "The two are swapped: first what was told, then what happened."),
        (_pairs, "That is one pair for each bin. Return two arrays, told and happened."),
        (_highest_first, "The other way round: begin with the lowest risks."),
        (_out_of(lambda _: 1), "That counts the stressed. Divide by the households of the bin."),
        (_out_of(len), "That divides by all households. Divide by those of the bin."),
        (_out_of(np.sum), "That divides by all the stressed. Divide by the households of the bin."),
        (_middles, "Told is the middle of each bin. Take the mean risk of its households."),
        (_ten_bins, "It makes ten bins, whatever n_bins is."),
        (
            _in_groups,
            "Those are the groups of 05.1, equally many households in each. Here each bin is "
            "equally wide.",
        ),
        (
            _between_the_ends,
            "Its bins lie between the lowest and the highest risk. Let them divide 0 to 1.",
        ),
    ],
    drawn=lambda rng: [_draw_bins(rng, n_bins) for n_bins in (1, 2, 4, 7, 10, 13, 20)],
)


def _draw_bins(rng: np.random.Generator, n_bins: int) -> tuple[Bools, Floats, int]:
    """Risks inside the bins, where rounding does no harm; some bins stay empty."""
    filled = rng.choice(n_bins, size=(n_bins + 1) // 2, replace=False)
    risk = (rng.choice(filled, size=25) + rng.uniform(0.05, 0.95, 25)) / n_bins
    return rng.random(25) < risk, risk, n_bins


def _says_nan(answer: Any) -> bool:
    """Whether it says nan of bins in which nobody is."""
    try:
        told, _ = answer(_SOME, np.array([0.13, 0.91, 0.11, 0.88, 0.97, 0.21]), 3)
        return bool(np.isnan(np.asarray(told, dtype=float)).any())
    except Exception:
        return False  # something else is wrong, and is looked for below


def _check_evaluate(answer: Any) -> str | None:
    """Both functions of the file, one after another."""
    threshold_for, calibration_curve = answer
    for check in (_check_threshold, _check_all_found, _exactly_kept):
        if said := check(threshold_for):
            return f"threshold_for: {said}"
    if _says_nan(calibration_curve):
        return (
            "calibration_curve: A bin without households has no mean, and gets nan. Leave it out: "
            "np.unique lists the bins that hold somebody."
        )
    said = _check_curve(calibration_curve)
    return said and f"calibration_curve: {said}"


_like_cheapest = agrees_with(
    _brute_force,
    [
        *((_FELL[0], _RISKS, 9), (_FELL[1], _RISKS, 3), (_FELL[2], _RISKS, 6)),
        *((_FELL[1], _RISKS, 1.5), (_FELL[1], _RISKS, 2.5), (_FELL[0], _RISKS, 0.4)),
    ],
    [
        (
            _prices_swapped,
            "The prices are swapped: a missed household costs miss_price, a needless warning 1.",
        ),
        (
            _one_price(1),
            "That has the most right answers, which is accuracy: a miss counts miss_price times.",
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
)


def _check_cheapest(answer: Any) -> str | None:
    """Small cases, then one in which every threshold costs much."""
    return _like_cheapest(answer) or _check_dear(answer)


def _check_dear(answer: Any) -> str | None:
    """A search that begins with a low cost, such as 1,000, finds nothing here."""
    rng, n, miss_price = np.random.default_rng(), 1_400, 12.0  # to warn all or nobody costs alike
    y, y_prob = rng.permutation(n) < 0.08 * n, rng.permutation((np.arange(n) + 0.5) / n)

    def cost(threshold: float) -> float:
        warned = y_prob >= threshold
        return float((warned & ~y).sum() + miss_price * (~warned & y).sum())

    costs, given = [cost(threshold) for threshold in y_prob], answer(y, y_prob, miss_price)
    if given is not None and cost(float(given)) <= min(costs):
        return None
    return (
        f"Of {n:,} households none of the thresholds costs less than {min(costs):,.0f}, and here "
        f"it gives {show_value(given)}. Does the search begin at a cost that is too low? "
        'float("inf") is above every cost.'
    )


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
        key="05.3",
        expects="two functions, threshold_for and calibration_curve, in a pair of brackets,",
        hints=(
            "Threshold: risk[y == 1] are the risks of the stressed; np.sort(...)[::-1] turns them "
            "from high to low. np.arange(1, n + 1) / n are the shares found. Curve: (risk * "
            "n_bins).astype(int) cuts the decimals off; what does a risk of 1 need?",
            "Threshold: of_stressed[found >= recall] keeps the risks that find enough, and the "
            "first of them is the largest. Curve: bins = np.minimum(..., n_bins - 1), and for "
            "each b in np.unique(bins) the means of risk[bins == b] and y[bins == b].",
        ),
        solution=course_text("evaluate.py").strip(),
        checker=_check_evaluate,
        insight="households with equal risks are warned together, so where there are ties a few "
        "more may be found than promised. Below, both functions meet their ready-made twins.",
        right=lambda: course_part("evaluate.py"),
        wrong=(
            *(
                ((slip, _curve), f"threshold_for: {words}")
                for slip, words in (
                    (_of_all, "The promise is for the stressed"),
                    (_quantile(np.ones_like), "The promise is for the stressed"),
                    (_of_stable, "Those are the risks of the stable"),
                    (_quantile(lambda y: y), "np.quantile goes between two"),
                    (_rounded_down, "That warns too few"),
                    (_rounded, "That warns too few"),
                    (_only_above, "It acts as if the household at the threshold"),
                    (_one_more, "That warns one household more"),
                    (_one_more_if_whole, "Where the promise can be kept exactly"),
                    (_one_fewer, "That warns one household too few"),
                    (_from_the_lowest, "It counts from the lowest"),
                    (_missed, "That share is missed"),
                    (_smallest, "That warns everybody"),
                    (_of_a_grid, "That is the largest of 0.00"),
                    (_half, "That is 0.5"),
                    (_how_many, "That is how many"),
                    (
                        _of_stressed(lambda recall, n: int(np.ceil(recall * n)) - 1),
                        "Of 25 stressed households it warns 15, but 14 are a recall of 0.56",
                    ),
                )
            ),
            *(
                ((_promised, slip), f"calibration_curve: {words}")
                for slip, words in (
                    (_with_empty(np.nan), "A bin without households has no mean"),
                    (_with_empty(0), "A bin without households gets 0"),
                    (_one_apart, "A risk of exactly 1 gets a bin"),
                    (_one_lost, "A household with a risk of exactly 1"),
                    (_zero_lost, "A household with a risk of exactly 0"),
                    (_happened_first, "The two are swapped"),
                    (_pairs, "That is one pair"),
                    (_highest_first, "The other way round"),
                    (_out_of(lambda _: 1), "That counts the stressed"),
                    (_out_of(len), "That divides by all households"),
                    (_out_of(np.sum), "That divides by all the stressed"),
                    (_middles, "Told is the middle"),
                    (_ten_bins, "It makes ten bins"),
                    (_in_groups, "Those are the groups of 05.1"),
                    (_between_the_ends, "Its bins lie between"),
                )
            ),
            (_promised, "two functions"),
            ((_promised, 0.3), "two functions"),
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
        checker=_check_cheapest,
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
