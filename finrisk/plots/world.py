"""Pictures of the simulated world: its months, its label, its risks, and published facts."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from finrisk.colours import BASELINE, MODEL, STRESSED, TRUTH
from finrisk.data.label import FIRST_MONTH, LAST_MONTH, N_PAST, bar_of
from finrisk.plots.style import DOLLARS, PERCENT

__all__ = [
    "futures",
    "household_months",
    "label_window",
    "reality",
    "reality_by_income",
    "true_risk",
]


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
    ax.yaxis.set_major_formatter(DOLLARS)
    _thin_months(ax, len(months))
    ax.legend()
    return ax


def label_window(ledger: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """History, now, and the four months the label looks at.

    Args:
        ledger: the 18 rows of one household from `Population.ledger`.
    """
    ax = ax or plt.gca()
    position = np.arange(1, len(ledger) + 1) - N_PAST  # 0 is month t, "now"
    _shade_label(ax)
    ax.axvline(0, color=TRUTH, lw=1)
    ax.plot(position, ledger["savings"], color=MODEL, marker="o", ms=3, label="savings")
    bar = bar_of(ledger["expenses"].iloc[:N_PAST].mean())
    ax.axhline(bar, color=BASELINE, ls="--", label="one month of expenses")
    red = (ledger["income"] < ledger["expenses"]).to_numpy()
    ax.plot(position[red], np.zeros(red.sum()), "v", color=STRESSED, clip_on=False)
    ax.plot([], [], "v", color=STRESSED, label="month in the red")
    ax.set(title="Features see the left side only", xlabel="months from now (t = 0)")
    ax.set_xticks(range(-9, LAST_MONTH + 1, 3))
    ax.set_ylim(0, 1.25 * max(ledger["savings"].max(), bar))
    looked_at = f"label: t+{FIRST_MONTH} to t+{LAST_MONTH}"
    for x, word in ((-5.5, "history"), (0, "now"), ((FIRST_MONTH + LAST_MONTH) / 2, looked_at)):
        ax.text(
            *(x, 0.97, word),
            transform=ax.get_xaxis_transform(),
            ha="center",
            va="top",
            bbox={"color": "white", "pad": 1} if word == "now" else None,
        )
    ax.yaxis.set_major_formatter(DOLLARS)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), ncol=3)
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
        savings: from now to month t+6, shape (7, n_futures), $; the first 20 are drawn.
        stressed: which futures end in stress, shape (n_futures,).
        bar: one month of expenses as known now, $.
    """
    ax = ax or plt.gca()
    for ends_badly, colour in ((False, MODEL), (True, STRESSED)):
        chosen = savings[:, :20][:, stressed[:20] == ends_badly]
        ax.plot(np.arange(len(savings)), chosen, color=colour, lw=0.8, alpha=0.4)
    ax.axhline(bar, color=BASELINE, ls="--", lw=1.5)
    _shade_label(ax)
    ax.set(title=f"{stressed.mean():.0%} end in stress", xlabel="months from now")
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(DOLLARS)
    return ax


def true_risk(
    risk: NDArray[np.float64], stressed: NDArray[np.bool_], *, ax: Axes | None = None
) -> Axes:
    """How true risks are spread, among those who stayed stable and those who became stressed.

    Args:
        risk: the true risk of each household, shape (n_households,).
        stressed: what happened to it.
    """
    ax = ax or plt.gca()
    groups = [risk[~stressed], risk[stressed]]
    labels = ["stayed stable", "became stressed"]
    ax.hist(
        groups, np.linspace(0, 1, 21).tolist(), stacked=True, color=[MODEL, STRESSED], label=labels
    )
    ax.set(
        title="A risk is not a verdict: both outcomes at every risk between",
        xlabel="true risk",
        ylabel="households",
    )
    ax.xaxis.set_major_formatter(PERCENT)
    ax.legend()
    return ax


def reality(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One row a statistic: published, simulated, how far apart, and the band, on its own scale.

    Args:
        table: rows of `reality_check`; those without a published value are left out. Bands of
            which an edge was set with our results in view are drawn paler: they prove less.
    """
    ax = ax or plt.gca()
    rows = table.dropna(subset="published")
    width = rows["high"] - rows["low"]
    at = np.arange(len(rows))[::-1]
    paler = rows["basis"].str.startswith("edge").to_numpy()
    kinds = {"band from facts": (~paler, 0.35), "band set with our results in view": (paler, 0.12)}
    for label, (some, strength) in kinds.items():
        if some.any():
            bars = np.ones(some.sum())
            ax.barh(at[some], bars, color=BASELINE, alpha=strength, height=0.7, label=label)
    published, simulated = ((rows[n] - rows["low"]) / width for n in ("published", "simulated"))
    ax.hlines(at, published, simulated, color=MODEL, lw=1)
    ax.plot(published, at, "o", color=TRUTH, label="published")
    ax.plot(simulated, at, "D", color=MODEL, mfc="none", mew=2, label="simulated")
    ax.set_yticks(at, rows["label"].str.replace("$", r"\$"), fontsize="small")
    ax.set_ylim(-1, len(rows))
    seen = np.concatenate([published, simulated.dropna(), [0, 1]])
    ax.set_xlim(seen.min() - 0.05, seen.max() + 0.05)
    ax.set_xticks([0, 1], ["band: low", "high"])
    ax.set_title(_counted(rows, paler), loc="right")
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0), borderaxespad=2.5, ncol=2)
    return ax


def _counted(rows: pd.DataFrame, paler: NDArray[np.bool_]) -> str:
    """How many figures lie in their bands, and how many of these bands prove less."""
    n_in = int(rows["in_band"].sum())
    if not paler.any():
        return f"{n_in} of {len(rows)} figures lie in their band"
    set_so = f"{paler.sum()} band{'' if paler.sum() == 1 else 's'} set with our results in view"
    return f"{n_in} of {len(rows)} in their band; {set_so}"


def reality_by_income(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How many times the published figure the simulated one is, for each band of income.

    Args:
        table: from `reality_by_income`.
    """
    ax = ax or plt.gca()
    labels = table["label"].unique()
    for factor, strength in ((1.5, 0.15), (1.25, 0.25)):
        ax.axvspan(1 / factor, factor, color=BASELINE, alpha=strength, lw=0)
    ax.axvline(1, color=TRUTH, lw=1)
    row_of = {label: len(labels) - i for i, label in enumerate(labels)}
    ax.plot(table["ratio"], table["label"].map(row_of), "D", color=MODEL, alpha=0.6, ms=6)
    ax.set_yticks(list(row_of.values()), list(row_of))
    ax.set_xscale("log")
    ax.set_xticks([0.67, 0.8, 1, 1.25, 1.5], ["2/3", "0.8", "1", "1.25", "1.5"])
    ax.xaxis.set_minor_locator(NullLocator())
    close = int((table["off_by"] <= 1.25).sum())
    ax.set_title(f"{close} of {len(table)} figures lie within a factor of 1.25", loc="right")
    ax.set_xlabel("simulated / published: six income groups, and all together")
    return ax


def _shade_label(ax: Axes) -> None:
    """The months the label looks at, on an axis of months from now."""
    ax.axvspan(FIRST_MONTH - 0.5, LAST_MONTH + 0.5, color=STRESSED, alpha=0.12, lw=0)


def _thin_months(ax: Axes, n_months: int) -> None:
    """Every third month gets its name, so that they do not run into each other."""
    ax.set_xticks(range(0, n_months, 3))
