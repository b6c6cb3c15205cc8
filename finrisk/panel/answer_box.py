"""The answer: score and what it counts, what would help, why, and the curve of the slider in hand.

Shown in this order, because somebody who moves a slider waits for the first. Left out: the
sentences and pictures (`prediction_html.py`).
"""

from collections.abc import Callable

import ipywidgets as widgets

from finrisk.ml.predictor import Predictor
from finrisk.panel.curve_box import CurveBox
from finrisk.panel.help_box import HelpBox
from finrisk.panel.look import area, unseen
from finrisk.prediction import Prediction
from finrisk.prediction_html import notes_html, risk_html, why_html

__all__ = ["AnswerBox"]

_STALE = "<p><b>This still answers the last numbers that were right.</b></p>"


class AnswerBox:
    """Shows one prediction at a time.

    Args:
        predictor: asked for curves.
        said: the messages, which stand below the score.
        on_try: told the text of a suggestion whose button was pressed.

    Attributes:
        gauge, drivers, notes: as HTML.
        curve, help: the parts of the panel that show them.
        widget: all but the curve, which stands beside the controls.
    """

    def __init__(
        self, predictor: Predictor, said: widgets.Widget, on_try: Callable[[str], None]
    ) -> None:
        self.gauge, self.drivers, self.notes = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.gauge.add_class("finrisk-now")
        self._stale = widgets.HTML(_STALE, layout=widgets.Layout(display="none"))
        self._now = area("answer", [self._stale, self.gauge])
        self.curve, self.help = CurveBox(predictor), HelpBox(on_try)
        why = area("why", [self.drivers, self.notes])
        self.widget = area("right", [self._now, said, self.help.widget, why])

    def pictures(self, prediction: Prediction) -> dict[widgets.HTML, str]:
        """All worked out before the first is sent: the browser, once busy, slows the kernel."""
        score = f"Risk score {prediction.score} of 100, {prediction.risk_class}."
        announced = f'<div role="status">{unseen(score)}</div>'
        return {
            self.gauge: announced + risk_html(prediction),
            self.drivers: why_html(prediction),
            self.curve.picture: self.curve.html(prediction),
            self.notes: notes_html(prediction),
        }

    def draw(self, prediction: Prediction, pictures: dict[widgets.HTML, str]) -> None:
        """Send what has been worked out of it."""
        for picture, text in pictures.items():
            picture.value = text
        self.help.draw(prediction)
        self.mark_stale(False)

    def mark_stale(self, stale: bool) -> None:
        """Show that it is no answer to what was typed or moved last, or that it is one."""
        mark = self._now.add_class if stale else self._now.remove_class
        mark("finrisk-stale")
        self._stale.layout.display = "" if stale else "none"
