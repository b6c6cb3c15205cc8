"""Where should warning begin? A threshold, a price, and what follows from the two.

A part of the panel that asks about the model, not about one household: of 1,000 test
households, how many are warned rightly, warned for nothing, missed, left alone. It changes
no threshold of the model. Left out: how the counts are made (`Predictor.thresholds`).
"""

import math

import ipywidgets as widgets
import pandas as pd

from finrisk import drawing
from finrisk.ml.predictor import Predictor
from finrisk.titles import GROUPS

__all__ = ["WarningBox"]

_CELLS = {"tp": "found", "fn": "missed", "fp": "false alarms", "tn": "left alone"}
_PER = 1_000  # households the counts are told for


class WarningBox:
    """Two sliders and, for all households and for onset, what they mean.

    Args:
        predictor: whose test figures are shown.

    Attributes:
        threshold: the risk from which a household is warned, in percent.
        miss_cost: how many false alarms a missed household is worth.
        open: the button that shows the rest.
        table: the four counts, recall, precision and cost, as HTML.
        widget: all of it, closed at first.
    """

    def __init__(self, predictor: Predictor) -> None:
        self._predictor = predictor
        own = round(100 * predictor.alert_threshold)
        self.threshold = _slider("Warn from a risk of, in %", 0, 100, own)
        price = round(predictor.miss_cost)
        self.miss_cost = _slider("False alarms one miss is worth", 1, 50, price)
        self.threshold.add_class("finrisk-slider-threshold")
        self.miss_cost.add_class("finrisk-slider-miss_cost")
        self.table = widgets.HTML()
        inside = widgets.VBox([self.threshold, self.miss_cost, self.table])
        # not an Accordion: its title cannot be reached by keyboard
        self.open = widgets.ToggleButton(
            description="Warn earlier or later?", layout=widgets.Layout(width="240px")
        )
        shown = (inside.layout, "display")
        widgets.dlink((self.open, "value"), shown, lambda is_open: "" if is_open else "none")
        self.widget = widgets.VBox([self.open, inside])

    def draw(self) -> None:
        """Show what the two sliders say now.

        Raises:
            ModelFileError: if the model has no metrics.
        """
        tables = self._predictor.thresholds(self.miss_cost.value)
        boxes = "".join(self._box(name, tables[name]) for name in GROUPS)
        own = 100 * self._predictor.alert_threshold
        self.table.value = (
            f'<div class="finrisk-warnings">{boxes}</div><p><small>Test households of the build. '
            f"The model itself warns from {own:.1f} % on, chosen beforehand on other households; "
            "these sliders change nothing about it.</small></p>"
        )

    def _box(self, name: str, table: pd.DataFrame) -> str:
        """One group: four counts, three figures, the cost at every threshold."""
        at, cheapest = int(self.threshold.value), int(table["cost"].argmin())
        row = table.iloc[at]
        costs = list(zip(table["threshold"], _PER * table["cost"], strict=True))
        top = 100 * math.ceil(max(cost for _, cost in costs) / 100)
        picture = drawing.curve(
            costs,
            costs[at],
            ("0 %", "100 %"),
            f"Cost at every threshold, {GROUPS[name].lower()}",
            top=(top, f"{top:,.0f}"),
        )
        people = _of_a_thousand(row)
        cost = people["fp"] + self.miss_cost.value * people["fn"]  # as a reader works it out
        return (
            f"<div><h4>{GROUPS[name]}, of {_PER:,}</h4>{_counts(people)}<p>{_figures(row)}</p>"
            f"<p>Cost <b>{cost:,}</b> false alarms' worth; lowest "
            f"from <b>{cheapest} %</b> on:</p>{picture}</div>"
        )


def _slider(words: str, low: int, high: int, value: int) -> widgets.IntSlider:
    return widgets.IntSlider(
        value=value,
        min=low,
        max=high,
        description=words,
        style={"description_width": "224px"},
        layout=widgets.Layout(width="480px", max_width="100%"),
    )


def _of_a_thousand(row: pd.Series) -> dict[str, int]:
    """The four counts in whole households of 1,000."""
    n = row[list(_CELLS)].sum()
    return {name: round(_PER * row[name] / n) for name in _CELLS}


def _counts(people: dict[str, int]) -> str:
    """The confusion matrix."""
    tp, fn, fp, tn = (f"<td><b>{people[name]}</b> {words}</td>" for name, words in _CELLS.items())
    return (
        '<table><tr><td></td><th scope="col">warned</th><th scope="col">not warned</th></tr>'
        f'<tr><th scope="row">became stressed</th>{tp}{fn}</tr>'
        f'<tr><th scope="row">stayed stable</th>{fp}{tn}</tr></table>'
    )


def _figures(row: pd.Series) -> str:
    nobody = pd.isna(row["precision"])
    precision = "nobody is warned" if nobody else f"precision <b>{100 * row['precision']:.0f} %</b>"
    return f"Recall <b>{100 * row['recall']:.0f} %</b>, {precision}."
