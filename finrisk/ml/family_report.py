"""How real families fared by our risk: the figures, and the same as a page for a terminal.

The sentences under the tables say in the same breath what the figures do not show. Left out: how
they are measured (`family_figures.py`), and which answer is which field (`data/families.py`).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import Any

import pandas as pd

from finrisk.ml.implicates import Estimate
from finrisk.prediction import RISK_CLASSES

__all__ = ["AHEAD", "FITTED", "GROUPS", "OURS", "OWED", "SAVED", "FamilyFigures"]

OURS, SAVED, OWED, FITTED = "our risk", "months saved", "debt / income", "regression"
AHEAD = f"{OURS} - {SAVED}"
GROUPS = {
    "all": "all families",
    "onset": "onset: not short of money yet, a month of expenses saved or more",
    "in debt": "in debt: owing anything that no home secures",
}
_WIDTH = 100  # letters in a line
_CERTAIN = 2  # standard errors that luck alone seldom reaches (1 time in 20)
_LIMITS = (
    "What it does not show. Savings, debt, payments, incomes and years of overspending of the "
    "simulated world were tuned to this survey, so it is no stranger to the model; its late "
    "payments, payday loans and refusals entered nothing.",
    "Late is about the year before the interview, savings and debt about its day: nothing is "
    "forecast here, and being late may have cost the savings.",
    "Who owes nothing has no debt to be late on: part of what debt tells is that alone. The rows "
    "in debt are without it.",
    "What a family spends was not asked; its expenses are its take-home pay times a number that "
    "depends on whether it spent more than its income, as much, or less.",
    "The regression was fitted on these families, five times on four fifths of them, and judged on "
    "the rest: about what these fields can tell, where it happened to enough families to learn.",
    "The standard errors count families as drawn one by one; the survey's own replicate weights, "
    "which know how they were chosen, are not in this file.",
)
Table = dict[str, dict[str, Estimate]]  # row -> column -> figure


@dataclass(frozen=True)
class FamilyFigures:
    """What was measured on the families of one file.

    Attributes:
        counts: `Families.counts`, what became of the families in the file.
        represented: families of the country that the file stands for.
        classes: risk class, or "all" -> "families" (its share of them) and each outcome (the
            share of its families to whom it happened).
        auc: group of `GROUPS` -> outcome -> ROC-AUC of `OURS`, `SAVED`, `OWED` and `FITTED`, and
            by how much ours is ahead of months saved (`AHEAD`).
        n_draws: draws of families behind the standard errors.
    """

    counts: pd.DataFrame
    represented: float
    classes: Table
    auc: dict[str, Table]
    n_draws: int

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, for benchmarks.json; None where there was nothing to measure."""
        return {
            "families": self.counts["families"].to_dict(),
            "share_of_families": self.counts["share"].to_dict(),
            "represented": self.represented,
            "n_draws": self.n_draws,
            "classes": _plain(self.classes),
            "auc": {group: _plain(table) for group, table in self.auc.items()},
        }

    def __str__(self) -> str:
        return "\n\n".join([self._counted(), self._by_class(), self._by_score(), self._meaning()])

    def _counted(self) -> str:
        n = self.counts["families"].sum()
        lines = [
            f"{n:,.0f} real families in the file, who stand for {self.represented / 1e6:.1f} "
            "million; as households:"
        ]
        for words, (families, share) in zip(self.counts.index, self.counts.to_numpy(), strict=True):
            what = words if words == "used" else f"left out: {words}"
            lines.append(f"{families:9,.0f}  {100 * share:5.1f} %  {what}")
        return "\n".join(lines)

    def _by_class(self) -> str:
        lines = [
            "How many of 100 families are in each class of our risk, and to how many of 100 in the "
            "class it\nhappened in a year (± standard error):",
            _row("", list(self.classes["all"])),
        ]
        for name, row in self.classes.items():
            lines.append(_row(name, [_percent(estimate) for estimate in row.values()]))
        return "\n".join(lines)

    def _by_score(self) -> str:
        columns = (OURS, SAVED, OWED, FITTED)
        lines = [
            "ROC-AUC: of two families, one to whom it happened and one to whom it did not, how "
            "often has\nthe first the higher score? 0.5 is chance (± standard error):",
            _row("", [*columns, "first - second"]),
        ]
        for group, table in self.auc.items():
            lines.append(f"  {GROUPS[group]}")
            for outcome, row in table.items():
                cells = [_three(row[name]) for name in columns]
                lines.append(_row(outcome, [*cells, _three(row[AHEAD], signed=True)]))
        return "\n".join(lines)

    def _meaning(self) -> str:
        late = {name: self.classes[name]["60 days late"].value for name in RISK_CLASSES}
        shares = ", ".join(f"{_number(100 * late[name], 1)} of 100 in {name}" for name in late)
        said = [
            f"What it means. 60 days late in a year were {shares}.",
            f"Telling who was, of all families: {self._told('all')}",
            f"Telling who was, of those not short yet: {self._told('onset')}",
            *_LIMITS,
        ]
        return "\n".join(fill(sentence, _WIDTH) for sentence in said)

    def _told(self, group: str) -> str:
        """One sentence on who was 60 days late."""
        row = self.auc[group]["60 days late"]
        ahead = row[AHEAD]
        luck = "nothing that could be measured"
        if not math.isnan(ahead.standard_error):
            certain = abs(ahead.value) > _CERTAIN * ahead.standard_error
            luck = "more than luck makes" if certain else "no more than luck makes"
        return (
            f"our risk has an AUC of {_number(row[OURS].value, 3)}, months saved alone "
            f"{_number(row[SAVED].value, 3)}, apart by {_three(ahead, signed=True)}: {luck}. "
            f"Debt / income has {_number(row[OWED].value, 3)}, the regression "
            f"{_number(row[FITTED].value, 3)}."
        )


def _plain(table: Mapping[str, Mapping[str, Estimate]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, row in table.items():
        found[name] = {column: _known(estimate) for column, estimate in row.items()}
    return found


def _known(estimate: Estimate) -> dict[str, float | None]:
    figures = estimate._asdict()
    return {name: None if math.isnan(figure) else figure for name, figure in figures.items()}


def _row(name: str, cells: list[str]) -> str:
    return f"    {name:<14}" + "".join(f"{cell:>16}" for cell in cells)


def _percent(estimate: Estimate) -> str:
    return f"{_number(100 * estimate.value, 1)} ± {_number(100 * estimate.standard_error, 1)}"


def _three(estimate: Estimate, *, signed: bool = False) -> str:
    sign = "+" if signed and estimate.value >= 0 else ""
    return f"{sign}{_number(estimate.value, 3)} ± {_number(estimate.standard_error, 3)}"


def _number(value: float, digits: int) -> str:
    return "?" if math.isnan(value) else f"{value:.{digits}f}"
