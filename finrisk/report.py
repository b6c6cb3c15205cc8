"""One household's answer as one HTML page: to keep, to print, to send.

Everything is inside the file: no script, no picture from elsewhere, light and dark by the
reader's own setting. Left out: asking the model (`Predictor.report`).
"""

import html
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from finrisk.inputs import INPUTS
from finrisk.prediction import Curve, Prediction
from finrisk.prediction_html import (
    help_html,
    notes_html,
    readings_html,
    risk_html,
    why_html,
)
from finrisk.titles import QUESTION

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["report_html"]

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 47rem; margin: 2rem auto; padding: 0 1rem; }
h1 { line-height: 1.2; } h2 { margin-top: 2rem; font-size: 1.15rem; }
svg { width: 100%; max-width: 26rem; height: auto; }
table { border-collapse: collapse; } th, td { padding: .2rem 1.5rem .2rem 0; text-align: left; }
th { font-weight: 400; } td { font-variant-numeric: tabular-nums; }
figure { margin: 0; break-inside: avoid; } figcaption { font-size: .9rem; }
.curves { display: grid; gap: 1.2rem; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); }
footer { margin-top: 2.5rem; font-size: .875rem; opacity: .85; } small { font-size: inherit; }
@media print { body { margin: 0; } }
"""
_LIMITS = (
    "The model does not know this household's plans, family or luck; it says how often simulated "
    "households like it become stressed. A curve compares it with households that have always been "
    "otherwise; what a change would do is asked as a change."
)


def report_html(
    prediction: Prediction,
    curves: "Mapping[str, pd.DataFrame]",
    of_change: Sequence[Curve],
    model_id: str,
    on: date,
) -> str:
    """The page.

    Args:
        prediction: what the predictor says.
        curves: field -> value and probability along its slider, from `Predictor.what_if_all`.
        of_change: the curve of each part that the change moves, from `Predictor.curve`.
        model_id: of the model that was asked.
        on: the day it was asked.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{QUESTION}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{QUESTION}</h1>{risk_html(prediction)}"
        f"{help_html(prediction, 2)}{why_html(prediction, 2)}{readings_html(prediction)}"
        f"{_of_change(of_change)}{_curves(prediction, curves)}{_household(prediction)}"
        f"</main><footer>{notes_html(prediction)}<p>{_LIMITS}</p>"
        f"<p>finrisk, model {html.escape(model_id)}, {on.isoformat()}.</p></footer>"
        "</body></html>\n"
    )


def _of_change(curves: Sequence[Curve]) -> str:
    """A curve for each part of the change, with the points before and after."""
    if not curves:
        return ""
    drawn = (f"<figure><figcaption>{c.title}</figcaption>{c.svg}</figure>" for c in curves)
    return f'<h2>What if it changes more, or less</h2><div class="curves">{"".join(drawn)}</div>'


def _curves(prediction: Prediction, curves: "Mapping[str, pd.DataFrame]") -> str:
    """A curve for each field that is known, the household's own point on it."""
    known = [name for name, value in prediction.household.to_dict().items() if value is not None]
    figures = "".join(
        f"<figure><figcaption>{INPUTS[name].label}</figcaption>"
        f"{prediction.curve_svg(name, curves[name])}</figure>"
        for name in known
    )
    return f'<h2>The risk if only one thing were different</h2><div class="curves">{figures}</div>'


def _household(prediction: Prediction) -> str:
    """Every field, known or not."""
    rows = "".join(
        f'<tr><th scope="row">{INPUTS[name].label}</th>'
        f"<td>{'not known' if value is None else INPUTS[name].show(value)}</td></tr>"
        for name, value in prediction.household.to_dict().items()
    )
    return f"<h2>The household</h2><table>{rows}</table>"
