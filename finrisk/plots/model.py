"""Pictures of models: features, training, calibration, thresholds, what-if curves."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from finrisk.colours import BASELINE, MODEL, PALETTE, STRESSED, TRUTH
from finrisk.data.label import MONTHS_OF_EXPENSES
from finrisk.plots.style import PERCENT

__all__ = [
    "calibration",
    "curves",
    "distances",
    "faces",
    "feature",
    "loss_curves",
    "risk_by_buffer",
    "threshold_cost",
    "time_to_quality",
    "what_if",
]


def risk_by_buffer(
    households: pd.DataFrame, risks: Mapping[str, NDArray[np.float64]], *, ax: Axes | None = None
) -> Axes:
    """Mean risk by months of expenses saved, one line per kind of risk.

    Args:
        households: with savings and monthly_expenses.
        risks: label -> risk of each household; the name "true risk" is drawn black.
    """
    ax = ax or plt.gca()
    buffer = households["savings"] / households["monthly_expenses"]
    edges = [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12]
    bins = pd.cut(buffer, edges, right=False)
    for i, (label, risk) in enumerate(risks.items()):
        means = pd.Series(np.asarray(risk, dtype=float)).groupby(bins.to_numpy()).mean()
        middle = np.convolve(edges, [0.5, 0.5], "valid")
        truth = label == "true risk"
        colour, size = (TRUTH, 9) if truth else (PALETTE[i % len(PALETTE)], 4)
        ax.plot(middle, means.to_numpy(), marker="o", ms=size, color=colour, label=label)
    ax.axvline(MONTHS_OF_EXPENSES, color=BASELINE, ls="--", lw=1)
    ax.set(
        title="Risk falls steeply until about two months are saved",
        xlabel="savings in months of expenses (dashed: one month)",
        ylabel="risk of stress",
        ylim=(0, 1.02),
    )
    ax.yaxis.set_major_formatter(PERCENT)
    ax.legend()
    return ax


def feature(values: pd.Series, stressed: NDArray[np.bool_], *, ax: Axes | None = None) -> Axes:
    """How one feature is spread among households that stay stable and that become stressed."""
    ax = ax or plt.gca()
    numbers = values.to_numpy(np.float64)
    low, high = np.nanquantile(numbers, [0.005, 0.995])
    bins = np.linspace(low, high, 40).tolist()
    ax.hist(numbers[~stressed], bins, color=MODEL, alpha=0.55, density=True, label="stays stable")
    ax.hist(numbers[stressed], bins, color=STRESSED, alpha=0.55, density=True, label="stressed")
    ax.set(title=f"{values.name}: the further apart, the more it tells", xlabel=str(values.name))
    ax.set_ylabel("density")
    ax.legend()
    return ax


def loss_curves(runs: Mapping[str, Sequence[Any]], *, ax: Axes | None = None) -> Axes:
    """Training (thin) and validation loss (thick) by epoch, one colour per run.

    Args:
        runs: label -> epochs, each with number, train_loss, validation_loss, is_best.
    """
    ax = ax or plt.gca()
    for i, (label, epochs) in enumerate(runs.items()):
        colour, numbers = PALETTE[i % len(PALETTE)], [e.number for e in epochs]
        best = min(epochs, key=lambda e: e.validation_loss)
        ax.plot(numbers, [e.train_loss for e in epochs], color=colour, lw=1, ls=":")
        ax.plot(numbers, [e.validation_loss for e in epochs], color=colour, lw=2, label=label)
        ax.plot(best.number, best.validation_loss, "o", color=colour)
    ax.set(
        title="Dot: the epoch whose weights are kept",
        xlabel="epoch",
        ylabel="loss in nats (dotted: training)",
    )
    ax.legend()
    return ax


def time_to_quality(
    runs: Mapping[str, Sequence[tuple[float, float]]], *, ax: Axes | None = None
) -> Axes:
    """Best validation loss so far by seconds of training, one line a run.

    Args:
        runs: label -> (seconds since the start, validation loss) after each epoch.
    """
    ax = ax or plt.gca()
    for i, (label, curve) in enumerate(runs.items()):
        seconds, losses = zip(*curve, strict=True)
        best = np.minimum.accumulate(losses)
        ax.step(seconds, best, where="post", color=PALETTE[i % len(PALETTE)], label=label)
        ax.plot(seconds[-1], best[-1], "o", color=PALETTE[i % len(PALETTE)])
    ax.set(
        title="More households, and more lives of each, buy the last thousandths",
        xlabel="seconds of training (logarithmic)",
        ylabel="validation loss in nats",
        xscale="log",
    )
    ax.xaxis.set_major_formatter("{x:g}")
    ends = [np.array(curve)[:, 1].min() for curve in runs.values()]
    room = 0.5 * (max(ends) - min(ends)) or 0.05  # the way down is steep, the differences small
    ax.set_ylim(min(ends) - 0.2 * room, max(ends) + room)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.17), ncol=2)
    return ax


def calibration(tables: Mapping[str, pd.DataFrame], *, ax: Axes | None = None) -> Axes:
    """Predicted against observed risk; on the diagonal a risk means what it says.

    Args:
        tables: label -> table from `calibration_table`.
    """
    ax = ax or plt.gca()
    ax.plot([0, 1], [0, 1], color=TRUTH, lw=1, label="perfect")
    for i, (label, table) in enumerate(tables.items()):
        colour = PALETTE[i % len(PALETTE)]
        ax.plot(table["predicted"], table["observed"], "o-", ms=4, color=colour, label=label)
    ax.set(title="Does 30 % mean 30 of 100?", xlabel="predicted risk", ylabel="share stressed")
    ax.xaxis.set_major_formatter(PERCENT)
    ax.yaxis.set_major_formatter(PERCENT)
    ax.legend()
    return ax


def curves(
    x: NDArray[np.float64], lines: Mapping[str, NDArray[np.float64]], *, ax: Axes | None = None
) -> Axes:
    """Lines over one shared axis; what they show, the caller says in title and labels.

    Args:
        lines: label -> y, as long as x; the label "truth" is drawn black and dashed.
    """
    ax = ax or plt.gca()
    for i, (label, y) in enumerate(lines.items()):
        truth = label == "truth"
        ax.plot(
            x,
            y,
            color=TRUTH if truth else PALETTE[i % len(PALETTE)],
            ls="--" if truth else "-",
            label=label,
        )
    if len(lines) > 1:
        ax.legend()
    return ax


def threshold_cost(
    tables: Mapping[str, pd.DataFrame], threshold: float, *, ax: Axes | None = None
) -> Axes:
    """Recall (solid) and precision (dotted) at every threshold, with the chosen one.

    Args:
        tables: label -> table from `threshold_table`.
    """
    ax = ax or plt.gca()
    for i, (label, t) in enumerate(tables.items()):
        colour = PALETTE[i % len(PALETTE)]
        warned = (t["tp"] + t["fp"]).where(lambda n: n > 0)
        ax.plot(t["threshold"], t["tp"] / (t["tp"] + t["fn"]), color=colour, label=label)
        ax.plot(t["threshold"], t["tp"] / warned, color=colour, ls=":")
    ax.axvline(threshold, color=BASELINE, ls="--", lw=1.5, label=f"alert threshold {threshold:.3f}")
    ax.set(
        title="Every threshold trades missed households for false alarms",
        xlabel="threshold",
        ylabel="recall (solid), precision (dotted)",
    )
    ax.yaxis.set_major_formatter(PERCENT)
    ax.legend(loc=(0.53, 0.33))  # the one corner no curve passes through
    return ax


def distances(excess: Mapping[str, Mapping[str, float]], *, ax: Axes | None = None) -> Axes:
    """How far each model is from the best possible prediction, all and onset.

    Args:
        excess: name -> {"all": mnat, "onset": mnat}; the name "network" is drawn blue.
    """
    ax = ax or plt.gca()
    names = sorted(excess, key=lambda name: -excess[name]["all"])
    at = np.arange(len(names))
    for offset, group, strength in ((0.2, "all", 1.0), (-0.2, "onset", 0.5)):
        values = [excess[name][group] for name in names]
        colours = [MODEL if name == "network" else BASELINE for name in names]
        bars = ax.barh(at + offset, values, 0.38, color=colours, alpha=strength)
        ax.bar_label(bars, [f"{v:.0f} ({group})" for v in values], padding=3, fontsize="small")
    ax.set_yticks(at, names)
    ax.set_xlim(right=1.25 * max(v["all"] for v in excess.values()))
    ax.set(
        title="Distance to the true risk: shorter is better",
        xlabel="excess loss in milli-nats per household",
    )
    return ax


def what_if(curve: pd.DataFrame, now: float, *, ax: Axes | None = None) -> Axes:
    """Risk as one field moves, and where the household stands.

    Args:
        curve: value and probability, from `Predictor.what_if`.
        now: the household's own value of that field.
    """
    ax = ax or plt.gca()
    ax.plot(curve["value"], curve["probability"], color=MODEL)
    at = np.interp(now, curve["value"], curve["probability"])
    ax.plot(now, at, "o", color=STRESSED, label=f"now: {at:.0%}")
    ax.set(title="What if this one field were different?", ylabel="risk of stress")
    ax.set_ylim(0, 1)
    ax.yaxis.set_major_formatter(PERCENT)
    ax.legend()
    return ax


def faces(answers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The risk each face of the model gives; marks on one spot are one answer.

    Args:
        answers: one row per household, one column per face, at most three.
    """
    ax = ax or plt.gca()
    at = np.arange(len(answers))[::-1]
    for face, mark, size in zip(answers, ("o", "s", "x"), (16, 8, 5), strict=False):
        risks = answers[face].to_numpy()
        ax.plot(risks, at, mark, ms=size, mfc="none", color=MODEL, clip_on=False, label=face)
    ax.set_yticks(at, [str(name) for name in answers.index])
    ax.set(title="Different faces, one answer", xlabel="risk of stress", xlim=(0, 1))
    ax.set_ylim(-0.6, len(answers) - 0.4)
    ax.xaxis.set_major_formatter(PERCENT)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncol=3)
    return ax
