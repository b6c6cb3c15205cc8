"""Pictures: data in, Axes out; one message each.

Every function takes data and an optional `ax`, draws, and returns the Axes; none computes a
result, opens a window or saves a file. Colours mean the same everywhere (Okabe-Ito, safe for
colour-blind readers): truth black, model blue, baseline grey, stressed vermilion.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter
from numpy.typing import NDArray

__all__ = [
    "BASELINE",
    "MODEL",
    "STRESSED",
    "TRUTH",
    "calibration",
    "curves",
    "distances",
    "doors",
    "feature",
    "futures",
    "household_months",
    "label_window",
    "loss_curves",
    "reality",
    "risk_by_buffer",
    "threshold_cost",
    "what_if",
]

TRUTH, MODEL, BASELINE, STRESSED = "black", "#0072B2", "#767676", "#D55E00"
_MORE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9")
_DOLLARS = FuncFormatter(lambda value, _: f"{'-' if value < 0 else ''}${abs(value):,.0f}")
_PERCENT = PercentFormatter(1, decimals=0)


def household_months(history: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One household's income, expenses and savings, month by month.

    Args:
        history: rows of one household with month, income, expenses, savings ($).
    """
    ax = ax or plt.gca()
    months = history["month"].astype(str)
    ax.plot(months, history["income"], color=MODEL, marker="o", ms=3, label="income")
    ax.plot(months, history["expenses"], color=STRESSED, marker="o", ms=3, label="expenses")
    ax.fill_between(months, history["savings"], color=BASELINE, alpha=0.25, label="savings")
    ax.set(
        title="Savings take what income and expenses leave", ylabel="dollars a month, dollars saved"
    )
    ax.yaxis.set_major_formatter(_DOLLARS)
    _thin_months(ax, len(months))
    ax.legend()
    return ax


def label_window(ledger: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """What is seen, what is skipped, and the four months the label looks at.

    Args:
        ledger: the 18 rows of one household from `Population.ledger`.
    """
    ax = ax or plt.gca()
    position = np.arange(1, len(ledger) + 1) - 12  # 0 is month t, "now"
    bar = ledger["expenses"].iloc[:12].mean()
    ax.axvspan(2.5, 6.5, color=STRESSED, alpha=0.12, lw=0, label="months t+3 to t+6: the label")
    ax.axvline(0, color=TRUTH, lw=1)
    ax.plot(position, ledger["savings"], color=MODEL, marker="o", ms=3, label="savings")
    ax.axhline(bar, color=BASELINE, ls="--", label="one month of expenses")
    red = (ledger["income"] < ledger["expenses"]).to_numpy()
    ax.plot(
        position[red],
        np.zeros(red.sum()),
        "v",
        color=STRESSED,
        label="month in the red",
        clip_on=False,
    )
    ax.set(title="Features see the left side only", xlabel="months from now (t = 0)")
    ax.set_xticks(range(-9, 7, 3))
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(_DOLLARS)
    ax.legend(fontsize="small")
    return ax


def reality(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One dot per statistic: simulated, published, and the band behind, each on its own scale.

    Args:
        table: from `reality_check`; rows without a published value are left out.
    """
    ax = ax or plt.gca()
    rows = table.dropna(subset="published")
    width = rows["high"] - rows["low"]
    at = np.arange(len(rows))[::-1]
    ax.barh(at, np.ones(len(rows)), color=BASELINE, alpha=0.2, height=0.7, label="band")
    ax.plot((rows["published"] - rows["low"]) / width, at, "o", color=TRUTH, label="published")
    ax.plot((rows["simulated"] - rows["low"]) / width, at, "D", color=MODEL, label="simulated")
    ax.set_yticks(at, rows["label"].str.replace("$", r"\$"), fontsize="small")
    ax.set_xticks([0, 1], ["band: low", "high"])
    n_in = int(rows["in_band"].sum())
    ax.set_title(f"{n_in} of {len(rows)} simulated figures lie in their band", loc="right")
    ax.legend(loc="upper center", bbox_to_anchor=(0.2, -0.04), ncol=3)
    return ax


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
        colour = TRUTH if label == "true risk" else _MORE[i % len(_MORE)]
        ax.plot(middle, means.to_numpy(), marker="o", ms=4, color=colour, label=label)
    ax.axvline(1, color=BASELINE, ls="--", lw=1)
    ax.set(
        title="Risk falls steeply until about two months are saved",
        xlabel="savings in months of expenses (dashed: one month)",
        ylabel="risk of stress",
    )
    ax.yaxis.set_major_formatter(_PERCENT)
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


def futures(
    savings: NDArray[np.float64],
    stressed: NDArray[np.bool_],
    bar: float,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Many futures of one household: the share that ends in stress is its true risk.

    Args:
        savings: from now to month t+6, shape (7, n_futures), $; the first 40 are drawn.
        stressed: which futures end in stress, shape (n_futures,).
        bar: one month of expenses as known now, $.
    """
    ax = ax or plt.gca()
    for ends_badly, colour in ((False, MODEL), (True, STRESSED)):
        chosen = savings[:, :40][:, stressed[:40] == ends_badly]
        ax.plot(np.arange(len(savings)), chosen, color=colour, lw=0.8, alpha=0.4)
    ax.axhline(bar, color=BASELINE, ls="--", lw=1.5)
    ax.axvspan(2.5, 6.5, color=STRESSED, alpha=0.12, lw=0)
    ax.set(title=f"{stressed.mean():.0%} end in stress", xlabel="months from now")
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(_DOLLARS)
    return ax


def loss_curves(runs: Mapping[str, Sequence[Any]], *, ax: Axes | None = None) -> Axes:
    """Training (thin) and validation loss (thick) by epoch, one colour per run.

    Args:
        runs: label -> epochs, each with number, train_loss, validation_loss, is_best.
    """
    ax = ax or plt.gca()
    for i, (label, epochs) in enumerate(runs.items()):
        colour, numbers = _MORE[i % len(_MORE)], [e.number for e in epochs]
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


def calibration(tables: Mapping[str, pd.DataFrame], *, ax: Axes | None = None) -> Axes:
    """Predicted against observed risk; on the diagonal a risk means what it says.

    Args:
        tables: label -> table from `calibration_table`.
    """
    ax = ax or plt.gca()
    ax.plot([0, 1], [0, 1], color=TRUTH, lw=1, label="perfect")
    for i, (label, table) in enumerate(tables.items()):
        colour = _MORE[i % len(_MORE)]
        ax.plot(table["predicted"], table["observed"], "o-", ms=4, color=colour, label=label)
    ax.set(title="Does 30 % mean 30 of 100?", xlabel="predicted risk", ylabel="share stressed")
    ax.xaxis.set_major_formatter(_PERCENT)
    ax.yaxis.set_major_formatter(_PERCENT)
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
            color=TRUTH if truth else _MORE[i % len(_MORE)],
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
        colour = _MORE[i % len(_MORE)]
        warned = (t["tp"] + t["fp"]).where(lambda n: n > 0)
        ax.plot(t["threshold"], t["tp"] / (t["tp"] + t["fn"]), color=colour, label=label)
        ax.plot(t["threshold"], t["tp"] / warned, color=colour, ls=":")
    ax.axvline(threshold, color=STRESSED, lw=1.5, label=f"alert threshold {threshold:.3f}")
    ax.set(
        title="Every threshold trades missed households for false alarms",
        xlabel="threshold",
        ylabel="recall (solid), precision (dotted)",
    )
    ax.yaxis.set_major_formatter(_PERCENT)
    ax.legend(loc=(0.6, 0.12))  # the one corner no curve passes through
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
    ax.yaxis.set_major_formatter(_PERCENT)
    ax.legend()
    return ax


def doors(answers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The risk each door to the model gives; marks on one spot are one answer.

    Args:
        answers: one row per household, one column per door, at most three.
    """
    ax = ax or plt.gca()
    at = np.arange(len(answers))[::-1]
    for door, mark, size in zip(answers, ("o", "s", "x"), (16, 8, 5), strict=False):
        risks = answers[door].to_numpy()
        ax.plot(risks, at, mark, ms=size, mfc="none", color=MODEL, clip_on=False, label=door)
    ax.set_yticks(at, [str(name) for name in answers.index])
    ax.set(title="Different doors, one answer", xlabel="risk of stress", xlim=(0, 1))
    ax.set_ylim(-0.6, len(answers) - 0.4)
    ax.xaxis.set_major_formatter(_PERCENT)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncol=3)
    return ax


def _thin_months(ax: Axes, n_months: int) -> None:
    """Every third month gets its name, so that they do not run into each other."""
    ax.set_xticks(range(0, n_months, 3))
