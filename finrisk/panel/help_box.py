"""What would help: a line and a button for each suggestion of a prediction.

All lines are one text, for each message to the browser costs a hand its speed; the style puts a
button before each. Left out: which suggestions there are (`Predictor.suggest`) and what a button
does (`risk_panel.py`).
"""

import html
from collections.abc import Callable

import ipywidgets as widgets

from finrisk.panel.look import area
from finrisk.prediction import Prediction
from finrisk.titles import HELP, NOTHING_HELPS

__all__ = ["HelpBox"]


class HelpBox:
    """The suggestions, each with a button.

    Args:
        on_try: told the text of the suggestion whose button was pressed.

    Attributes:
        lines: a paragraph for each suggestion, or that nothing helps, as HTML.
        buttons: one for each suggestion, in the order shown.
        widget: both, under a title.
    """

    def __init__(self, on_try: Callable[[str], None]) -> None:
        self._on_try = on_try
        self._made: dict[str, widgets.Button] = {}
        self._title, self.lines = widgets.HTML(), widgets.HTML()
        self.lines.add_class("finrisk-lines")
        self._rows = widgets.Box([self.lines])
        self._rows.add_class("finrisk-rows")
        self.buttons: list[widgets.Button] = []
        self.widget = area("help", [self._title, self._rows])

    def draw(self, prediction: Prediction) -> None:
        """A line for each suggestion; a button is made once and then moved."""
        on_top = ", on top of this change" if prediction.change else ""
        self._title.value = f"<h3>{HELP}{on_top}</h3>"
        lines = [html.escape(suggestion.line) for suggestion in prediction.suggestions]
        self.lines.value = "".join(f"<p>{line}</p>" for line in lines or [NOTHING_HELPS])
        self.buttons = [self._button(suggestion.text) for suggestion in prediction.suggestions]
        if self._rows.children != (self.lines, *self.buttons):
            self._rows.children = (self.lines, *self.buttons)

    def _button(self, text: str) -> widgets.Button:
        if text not in self._made:
            self._made[text] = widgets.Button(
                description="Try it",
                tooltip=f"Try it: {text}",
                layout=widgets.Layout(width="64px"),
            )
            self._made[text].on_click(lambda _: self._on_try(text))
        return self._made[text]
