"""The parts the panel is put together from: controls made from `INPUTS`, a curve, a style.

Everything here is about one part on its own. What happens when a part is moved, and what
the model says to it, is in `risk_panel.py`.
"""

import re
from collections.abc import Sequence

import ipywidgets as widgets

from finrisk.household import INPUTS, Field, Household
from finrisk.prediction import CLASS_COLOURS, Prediction

__all__ = [
    "PRESETS",
    "ROW",
    "curve_svg",
    "entry_for",
    "framed",
    "known_for",
    "place",
    "preset_menu",
    "read",
    "slider_for",
]

ROW = widgets.Layout(align_items="center")

PRESETS = {
    "A stable one": Household(
        monthly_income=5_800, monthly_expenses=4_600, savings=24_000, debt=6_000,
        debt_payment=200, negative_months=1, negative_streak=0,
    ),
    "One on the edge": Household(
        monthly_income=4_300, monthly_expenses=4_100, savings=7_500, debt=9_000,
        debt_payment=260, negative_months=4, negative_streak=1,
    ),
    "One in trouble": Household(
        monthly_income=3_200, monthly_expenses=3_400, savings=900, debt=14_000,
        debt_payment=420, recent_income=0.85, last_income=0.7,
        negative_months=8, negative_streak=4,
    ),
}  # fmt: skip

_STYLE = """<style>
.finrisk-panel { max-width: 1000px; padding: 4px 8px; }
.finrisk-panel .widget-html-content { line-height: 1.45; }
.finrisk-panel h4 { margin: 10px 0 2px; font-size: 14px; }
.finrisk-panel p { margin: 4px 0; }
.finrisk-panel .finrisk-message { padding: 4px 10px; border-left: 4px solid #0072B2; }
.finrisk-panel .finrisk-message[role=alert] { border-left-color: #D55E00; font-weight: 600; }
.finrisk-panel small { opacity: 0.85; }
.finrisk-panel .finrisk-entry input { text-align: right; }
</style>"""

_NUMBER = re.compile(r"(-?)\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?:%|months?)?")


def slider_for(field: Field) -> widgets.FloatSlider | widgets.IntSlider:
    """The slider of one field, at its default; a count of months gets whole steps."""
    kind = widgets.IntSlider if field.whole else widgets.FloatSlider
    return kind(
        value=field.default,
        min=_low(field),
        max=field.slider_maximum,
        step=field.step,
        description=field.label,
        tooltip=field.help,
        readout=False,
        style={"description_width": "158px"},
        layout=widgets.Layout(width="350px"),
    )


def entry_for(field: Field) -> widgets.Text:
    """A box beside the slider that shows the value as people write it and takes it typed.

    The slider's own readout cannot read "$4,600" back, so it is switched off.
    """
    entry = widgets.Text(
        continuous_update=False,
        tooltip=f"{field.label}: {field.help}",
        layout=widgets.Layout(width="86px"),
    )
    entry.add_class("finrisk-entry")
    return entry


def known_for(field: Field) -> widgets.Checkbox:
    """The switch of an optional field: off means the model must do without it."""
    return widgets.Checkbox(
        value=False,
        description="known",
        indent=False,
        tooltip=f"Tick if you know it. {field.help}",
        layout=widgets.Layout(width="70px"),
    )


def preset_menu() -> widgets.Dropdown:
    """The three example households, as a menu that acts when one is chosen."""
    return widgets.Dropdown(
        options=[("Try a household ...", None), *PRESETS.items()],
        value=None,
        layout=widgets.Layout(width="180px"),
    )


def framed(panel: widgets.Widget) -> widgets.VBox:
    """The panel with its style sheet, which touches nothing outside it."""
    frame = widgets.VBox([widgets.HTML(_STYLE), panel])
    frame.add_class("finrisk-panel")
    return frame


def place(slider: widgets.FloatSlider | widgets.IntSlider, field: Field, value: float) -> None:
    """Put the slider exactly on `value`, moving its ends where they are in the way.

    The browser snaps a slider to min + n * step and sends the snapped value back, which would
    quietly change a household read from a CSV. So min is shifted by less than a step until
    `value` lies on the grid, and all three traits travel in one message.
    """
    if slider.value == value:
        return
    low, offset = _low(field), 0.0 if field.whole else (value - _low(field)) % field.step
    on_grid = min(offset, field.step - offset) < 1e-6 * field.step
    with slider.hold_sync():
        slider.min, slider.max = min(slider.min, value), max(slider.max, value)
        slider.value = value
        slider.min = min(value, low if on_grid else low + offset)
        slider.max = max(value, field.slider_maximum)


def read(field: Field, text: str) -> float | None:
    """A typed value: "$4,600", "4600", "14 %" or "14"; None for an empty box.

    Raises:
        InvalidHousehold: when it is not a number.
    """
    compact = "".join(text.split())
    match = _NUMBER.fullmatch(compact)
    if not compact or match is None:
        return field.check(compact or None)
    number = float(match[1] + match[2].replace(",", ""))
    return number / 100 if field.unit.startswith("share") else number


def curve_svg(
    name: str, prediction: Prediction, curve: tuple[Sequence[float], Sequence[float]]
) -> str:
    """Risk against one field, everything else as it is, with this household's own point.

    Args:
        name: the field along the bottom.
        prediction: of the household the curve is about, for the point and the two zones.
        curve: values of the field and the probability at each, in rising order.
    """
    field, (values, risks) = INPUTS[name], curve
    here = getattr(prediction.household, name)
    low, high = min(values[0], here), max(values[-1], here)

    def at(value: float, risk: float) -> str:
        return f"{40 + 420 * (value - low) / (high - low):.1f},{10 + 110 * (1 - risk):.1f}"

    line = " ".join(at(v, p) for v, p in zip(values, risks, strict=True))
    x, y = at(here, prediction.probability).split(",")
    zones = _zone(prediction.alert_threshold, "Moderate") + _zone(prediction.high_threshold, "High")
    text = 'font-size="12" font-family="system-ui, sans-serif" fill="currentColor"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 470 142" width="470" role="img" '
        f'aria-label="Risk if only {field.label.lower()} were different">'
        f'<text x="36" y="14" {text} text-anchor="end">100 %</text>'
        f'<text x="36" y="124" {text} text-anchor="end">0 %</text>'
        f'<path d="M40 10V120H460" fill="none" stroke="currentColor" stroke-opacity="0.4"/>{zones}'
        f'<polyline points="{line}" fill="none" stroke="#0072B2" stroke-width="2.5"/>'
        f'<circle cx="{x}" cy="{y}" r="5.5" fill="currentColor"/>'
        f'<text x="40" y="137" {text}>{field.show(low)}</text>'
        f'<text x="460" y="137" {text} text-anchor="end">{field.show(high)}</text></svg>'
    )


def _zone(threshold: float, name: str) -> str:
    y = 10 + 110 * (1 - threshold)
    return (
        f'<path d="M40 {y:.1f}H460" stroke="{CLASS_COLOURS[name]}" stroke-dasharray="4 4"/>'
        f'<text x="460" y="{y - 4:.1f}" font-size="11" font-family="system-ui, sans-serif" '
        f'text-anchor="end" fill="currentColor">{name} from here up</text>'
    )


def _low(field: Field) -> float:
    """Where the slider begins: as far left of zero as it goes right, unless the rule is tighter."""
    return max(field.minimum, -field.slider_maximum)
