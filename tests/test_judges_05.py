"""The judge of `evaluate.py`: thresholds and curves as learners write them, right and wrong."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn import calibration

from finrisk.course import check
from finrisk.course.app_files import course_part
from finrisk.course.lessons import lesson_05
from finrisk.ml.thresholds import _largest_with_recall

THRESHOLD, CURVE = course_part("evaluate.py")
ROUNDS = 5


def typed(code: str) -> Any:
    """What a learner hands in: the function `f` of a cell, or the value of an expression."""
    names: dict[str, Any] = {"np": np, "pd": pd, "torch": torch, "sklearn": calibration}
    if "def f(" not in code:
        return eval(code, names)
    exec(code, names)
    return names["f"]


RIGHT_THRESHOLDS = {
    "loop, from the top": """
def f(recall, y, risk):
    for threshold in sorted(risk, reverse=True):
        warned = risk >= threshold
        if (warned & y).sum() / y.sum() >= recall:
            return threshold""",
    "loop, household by household": """
def f(recall, y, risk):
    stressed = [one for one, fell in zip(risk, y) if fell]
    stressed.sort(reverse=True)
    found = 0
    for one in stressed:
        found += 1
        if found / len(stressed) >= recall:
            return one""",
    "the largest of all that keep it": """
def f(recall, y, risk):
    of_stressed = risk[y]
    return max(t for t in of_stressed if np.mean(of_stressed >= t) >= recall)""",
    "loop from the lowest, as long as it is kept": """
def f(recall, y, risk):
    best = 0
    for t in sorted(risk[y]):
        if np.mean(risk[y] >= t) >= recall:
            best = t
    return best""",
    "count rounded before it is rounded up": """
def f(recall, y, risk):
    needed = int(np.ceil(round(recall * y.sum(), 6)))
    return np.sort(risk[y == True])[-needed]""",
    "argmax": """
def f(recall, y, risk):
    ranked = -np.sort(-risk[y == 1])
    return [ranked[np.argmax(np.arange(1, len(ranked) + 1) / len(ranked) >= recall)]]""",
    "torch, single precision": """
def f(recall, y, risk):
    ranked = torch.tensor(risk[y]).float().sort(descending=True).values
    shares = (ranked >= ranked[:, None]).double().mean(1)
    return ranked[shares >= recall][0]""",
    "pandas, 0-d": """
def f(recall, y, risk):
    ranked = pd.Series(risk[y]).sort_values(ascending=False)
    shares = ranked.rank(ascending=False, method="max") / len(ranked)
    return np.array(ranked[shares >= recall].max())""",
    "spoils what it is given": """
def f(recall, y, risk):
    stressed = np.sort(risk[y])[::-1]
    n = len(stressed)
    risk[:], y[:] = 0, False
    return stressed[np.arange(1, n + 1) / n >= recall][0]""",
}
RIGHT_CURVES = {
    "loop over edges": """
def f(y, risk, n_bins=10):
    told, happened = [], []
    for i in range(n_bins):
        inside = (risk >= i / n_bins) & (risk < (i + 1) / n_bins)
        if i == n_bins - 1:
            inside = inside | (risk == 1)
        if inside.any():
            told.append(risk[inside].mean())
            happened.append(y[inside].mean())
    return told, happened""",
    "household by household": """
def f(y, risk, n_bins=10):
    bins = {}
    for fell, one in zip(y.tolist(), risk.tolist()):
        bins.setdefault(min(int(one * n_bins), n_bins - 1), []).append((one, fell))
    told = [sum(one for one, _ in bins[b]) / len(bins[b]) for b in sorted(bins)]
    return told, [sum(fell for _, fell in bins[b]) / len(bins[b]) for b in sorted(bins)]""",
    "digitize": """
def f(y, risk, n_bins=10):
    bins = np.digitize(risk, np.linspace(0, 1, n_bins + 1)[1:-1])
    n = np.bincount(bins, minlength=n_bins)
    sums = [np.bincount(bins, weights=v, minlength=n_bins)[n > 0] for v in (risk, y)]
    return np.array(sums) / n[n > 0]""",
    "histogram": """
def f(y, risk, n_bins=10):
    n, edges = np.histogram(risk, n_bins, (0, 1))
    told, _ = np.histogram(risk, edges, weights=risk)
    fell, _ = np.histogram(risk, edges, weights=1.0 * y)
    return told[n > 0] / n[n > 0], fell[n > 0] / n[n > 0]""",
    "cut": """
def f(y, risk, n_bins=10):
    bins = pd.cut(risk, np.linspace(0, 1, n_bins + 1), include_lowest=True)
    table = pd.DataFrame({"p": risk, "y": y}).groupby(bins, observed=True).mean()
    return table["p"], table["y"]""",
    "scikit-learn, the right way round": """
def f(y, risk, n_bins=10):
    happened, told = sklearn.calibration_curve(y, risk, n_bins=n_bins)
    return told, happened""",
    "torch, single precision": """
def f(y, risk, n_bins=10):
    risk, y = torch.tensor(risk).float(), torch.tensor(y).float()
    bins = (risk * n_bins).long().clamp(max=n_bins - 1)
    filled = bins.unique()
    return [torch.stack([v[bins == b].mean() for b in filled]) for v in (risk, y)]""",
}
RANKED = """
def f(recall, y, risk):
    ranked = np.sort(risk[y == 1])[::-1]
    n = len(ranked)
    return {}"""
FIRST = """
def f(recall, y, risk):
    for threshold in {}:
        if {} >= recall:
            return threshold"""
WRONG_THRESHOLDS = [
    ("lambda recall, y, risk: np.quantile(risk, 1 - recall)", "for the stressed alone"),
    ("lambda recall, y, risk: np.sort(risk)[::-1][int(recall * len(risk))]", "the answer is"),
    ("lambda recall, y, risk: np.quantile(risk[y], 1 - recall)", "goes between two"),
    ("lambda recall, y, risk: np.quantile(risk[~y], 1 - recall)", "the answer is"),
    (RANKED.format("ranked[int(recall * n) - 1]"), "That warns too few"),
    (RANKED.format("ranked[round(recall * n) - 1]"), "That warns too few"),
    (RANKED.format("ranked[int(recall * n)]"), "can be kept exactly"),
    (RANKED.format("ranked[min(int(np.ceil(recall * n)), n - 1)]"), "places count from 0"),
    (RANKED.format("ranked[int(np.ceil(recall * n)) - 2]"), "one household too few"),
    (RANKED.format("ranked[::-1][int(np.ceil(recall * n)) - 1]"), "from the lowest"),
    (RANKED.format("ranked[int(np.ceil((1 - recall) * n)) - 1]"), "is missed, not found"),
    (
        RANKED.format("ranked[int(np.ceil(recall * n)) - 1]"),
        "Of 25 stressed households it warns 15",
    ),
    (RANKED.format("ranked[::-1][int((1 - recall) * n)]"), "Of 10 stressed households it warns 10"),
    (RANKED.format("ranked[int(np.ceil(recall * n))] if recall < 1 else 0"), "count from 0"),
    (RANKED.format("int(np.ceil(recall * n))"), "how many must be warned"),
    (RANKED.format("0.5"), "That is 0.5"),
    (RANKED.format("ranked[np.arange(1, n + 1) / n >= recall]"), "the answer is"),
    (RANKED.format("ranked[np.arange(n) / n >= recall][0]"), "places count from 0"),
    (RANKED.format("ranked[np.arange(1, n + 1) / n > recall][0]"), "can be kept exactly"),
    (RANKED.format("print(ranked)"), "gives nothing back"),
    (FIRST.format("sorted(risk, reverse=True)", "np.mean(risk[y] > threshold)"), "threshold were"),
    (FIRST.format("sorted(risk)", "np.mean(risk[y] >= threshold)"), "warns everybody"),
    (
        FIRST.format("np.linspace(1, 0, 101)", "np.mean(risk[y] >= threshold)"),
        "the largest of 0.00",
    ),
    (FIRST.format("sorted(risk, reverse=True)", "np.mean(y[risk >= threshold])"), "the answer is"),
    (FIRST.format("sorted(risk, reverse=True)", "np.mean(risk >= threshold)"), "stressed alone"),
    ("lambda recall, y: 0.5", "your function stops: TypeError"),
    ("lambda recall, y, risk: 'high'", "two functions"),
]
BINS = """
def f(y, risk, n_bins=10):
    bins = {}
    told = [risk[bins == b].mean() for b in {}]
    happened = [{} for b in {}]
    return {}"""
WHICH = "np.minimum((risk * n_bins).astype(int), n_bins - 1)"
SHARE = "y[bins == b].mean()"


def curve(
    bins: str = WHICH,
    used: str = "np.unique(bins)",
    share: str = SHARE,
    gives: str = "told, happened",
) -> str:
    return BINS.format(bins, used, share, used, gives)


EDGES = """
def f(y, risk, n_bins=10):
    edges = np.linspace({}, n_bins + 1)
    told, happened = [], []
    for low, high in zip(edges, edges[1:]):
        inside = {}
        if inside.any():
            told.append(risk[inside].mean())
            happened.append(y[inside].mean())
    return told, happened"""
WRONG_CURVES = [
    (curve(used="range(n_bins)"), "has no mean, and gets nan"),
    (curve(used="range(n_bins)", share=f"{SHARE} if (bins == b).any() else 0"), "gets nan"),
    (
        curve(used="range(n_bins)")
        .replace("risk[bins == b].mean()", "risk[bins == b].sum() / max(1, (bins == b).sum())")
        .replace(SHARE, "y[bins == b].sum() / max(1, (bins == b).sum())"),
        "gets 0, as if nobody fell",
    ),
    (curve("(risk * n_bins).astype(int)"), "gets a bin of its own"),
    (EDGES.format("0, 1", "(risk >= low) & (risk < high)"), "exactly 1 is lost"),
    (EDGES.format("0, 1", "(risk > low) & (risk <= high)"), "exactly 0 is lost"),
    (EDGES.format("0, 1", "(risk > low) & (risk < high)"), "exactly 0 and 1 are lost"),
    (EDGES.format("risk.min(), risk.max()", "(risk >= low) & (risk <= high)"), "Its bins lie"),
    (
        EDGES.format(
            "risk.min(), risk.max()", "(risk >= low) & ((risk < high) | (high == edges[-1]))"
        ),
        "Its bins lie between",
    ),
    (curve(gives="happened, told"), "are swapped"),
    (curve(gives="list(zip(told, happened))"), "one pair for each bin"),
    (curve(gives="told[::-1], happened[::-1]"), "begin with the lowest"),
    (curve(gives="told"), "the answer is"),
    (curve(share="y[bins == b].sum()"), "counts the stressed"),
    (curve(share="y[bins == b].sum() / len(y)"), "divides by all households"),
    (curve(share="y[bins == b].sum() / y.sum()"), "divides by all the stressed"),
    (curve(share="(~y)[bins == b].mean()"), "the answer is"),
    (curve(share="(y & (risk >= 0.5))[bins == b].mean()"), "the answer is"),
    (curve(gives="(np.unique(bins) + 0.5) / n_bins, happened"), "the middle of each bin"),
    (curve(gives="np.unique(bins) / n_bins, happened"), "the answer is"),
    (curve("np.minimum((risk * 10).astype(int), 9)"), "makes ten bins"),
    (curve("np.minimum((risk * n_bins).round(), n_bins - 1)"), "the answer is"),
    (
        """
def f(y, risk, n_bins=10):
    groups = np.array_split(np.argsort(risk), n_bins)
    return [risk[g].mean() for g in groups if len(g)], [y[g].mean() for g in groups if len(g)]""",
        "Those are the groups of 05.1",
    ),
    ("lambda y, risk, n_bins: sklearn.calibration_curve(y, risk, n_bins=n_bins)", "are swapped"),
    ("lambda y, risk: ([], [])", "your function stops: TypeError"),
    ("lambda y, risk, n_bins: None", "gives nothing back"),
]


@pytest.mark.parametrize("form", RIGHT_THRESHOLDS)
def test_each_form_of_a_right_threshold_is_right(form: str) -> None:
    for _ in range(ROUNDS):
        assert check("05.3", (typed(RIGHT_THRESHOLDS[form]), CURVE)).state == "Right"


@pytest.mark.parametrize("form", RIGHT_CURVES)
def test_each_form_of_a_right_curve_is_right(form: str) -> None:
    for _ in range(ROUNDS):
        assert check("05.3", (THRESHOLD, typed(RIGHT_CURVES[form]))).state == "Right"


@pytest.mark.parametrize(("code", "words"), WRONG_THRESHOLDS)
def test_a_wrong_threshold_is_told_what_it_does(code: str, words: str) -> None:
    for _ in range(ROUNDS):
        told = check("05.3", (typed(code), CURVE))
        assert told.state == "Not yet"
        assert words in told.text, told


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:invalid value")
@pytest.mark.parametrize(("code", "words"), WRONG_CURVES)
def test_a_wrong_curve_is_told_what_it_does(code: str, words: str) -> None:
    for _ in range(ROUNDS):
        told = check("05.3", (THRESHOLD, typed(code)))
        assert told.state == "Not yet"
        assert words in told.text, told


def test_one_of_the_two_left_open_is_not_attempted() -> None:
    assert check("05.3", (THRESHOLD, ...)).state == "Not attempted yet"
    assert check("05.3", (..., CURVE)).state == "Not attempted yet"


def test_no_promise_that_is_drawn_can_be_kept_exactly_and_no_risk_lies_on_an_edge() -> None:
    for seed in range(50):
        rng = np.random.default_rng(seed)
        for n in range(5, 60, 4):
            recall, y, risk = lesson_05._draw_promise(rng, n)
            assert 0.05 < recall * y.sum() % 1 < 0.95
            assert THRESHOLD(recall, y, risk) == _largest_with_recall(risk[y], recall)
        for n_bins in (1, 2, 10, 20):
            _, risk, _ = lesson_05._draw_bins(rng, n_bins)
            assert np.all((risk * n_bins % 1 > 0.04) & (risk * n_bins % 1 < 0.96))
