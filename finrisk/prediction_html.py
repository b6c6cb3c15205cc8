"""A prediction as HTML, in the pieces that notebook, panel and report put together.

Risk, reasons, help, notes: each is written once, here. The page gets the same sentences and
pictures from the API and has places of its own for them. Left out: the sentences themselves
(`prediction.py`) and the pictures (`drawing.py`).
"""

import html
from typing import TYPE_CHECKING

from finrisk.drawing import signed
from finrisk.titles import HELP, NO_ADVICE, NOTHING_HELPS, POINTS, WHY

if TYPE_CHECKING:  # a prediction shows itself with this file
    from finrisk.prediction import Prediction

__all__ = ["as_html", "help_html", "notes_html", "readings_html", "risk_html", "why_html"]


def as_html(prediction: "Prediction") -> str:
    """All of it. But for `mathjax_ignore`, a notebook would read two dollar signs as a formula."""
    pieces = (risk_html, help_html, why_html, notes_html)
    inside = "".join(piece(prediction) for piece in pieces)
    return f'<div class="finrisk-prediction mathjax_ignore">{inside}</div>'


def risk_html(prediction: "Prediction") -> str:
    """The score, what it means and what it counts; warnings stand beside what they doubt."""
    said = [prediction.meaning, prediction.definition, *prediction.arithmetic]
    lines = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in said)
    warnings = "".join(
        f"<p><b>Warning:</b> {html.escape(warning)}</p>" for warning in prediction.warnings
    )
    place = f"<p>{prediction.standing.sentence}</p>" if prediction.standing else ""
    return f"{prediction.gauge_svg()}{prediction.figures_svg()}{lines}{warnings}{place}"


def why_html(prediction: "Prediction", level: int = 3) -> str:
    """The drivers as a waterfall, under a heading of that level; nothing if there are none."""
    if not prediction.drivers:
        return ""
    return f"<h{level}>{WHY}</h{level}><p><small>{POINTS}</small></p>{prediction.waterfall_svg()}"


def readings_html(prediction: "Prediction") -> str:
    """The household's own numbers behind each driver, as a list; for who has room for it."""
    lines = "".join(
        f"<li><b>{html.escape(idea)}</b> {signed(points)} points: {html.escape(d.reading)}</li>"
        for (idea, points), d in zip(prediction.steps, prediction.drivers, strict=True)
    )
    return f"<ul>{lines}</ul>" if lines else ""


def help_html(prediction: "Prediction", level: int = 3) -> str:
    """What lowers the risk, or that nothing within reach does, under a heading."""
    lines = "".join(f"<li>{html.escape(s.line)}</li>" for s in prediction.suggestions)
    found = f"<ul>{lines}</ul>" if lines else f"<p>{NOTHING_HELPS}</p>"
    return f"<h{level}>{HELP}</h{level}>{found}"


def notes_html(prediction: "Prediction") -> str:
    """In small letters: what was assumed, and that this is no advice."""
    notes = filter(None, (prediction.assumption, NO_ADVICE))
    return "".join(f"<p><small>{html.escape(note)}</small></p>" for note in notes)
