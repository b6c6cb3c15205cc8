"""The parts the panel is put together from: controls made from `INPUTS`, a curve, a style.

Everything here is about one part on its own. What happens when a part is moved, and what
the model says to it, is in `risk_panel.py`.
"""

import re
from collections.abc import Sequence

import ipywidgets as widgets

from finrisk.household import EXAMPLES, INPUTS, Field
from finrisk.prediction import CLASS_COLOURS, Prediction

__all__ = [
    "button",
    "curve_svg",
    "entry_for",
    "framed",
    "gap",
    "known_for",
    "place",
    "preset_menu",
    "read",
    "row",
    "slider_for",
    "upload_button",
]

_STYLE = """<style>
.finrisk-panel { width: 100%; max-width: 1000px; padding: 4px 8px; overflow: hidden;
  container-type: inline-size; }
.finrisk-panel .finrisk-areas { display: grid; column-gap: 16px; grid-template: auto 1fr /
  minmax(0, 5fr) minmax(0, 4fr); grid-template-areas: "controls answer" "controls why"; }
.finrisk-panel .finrisk-controls { grid-area: controls; }
.finrisk-panel .finrisk-answer { grid-area: answer; }
.finrisk-panel .finrisk-why { grid-area: why; }
@container (max-width: 820px) { .finrisk-panel .finrisk-areas { grid-template: none /
  minmax(0, 1fr); grid-template-areas: "answer" "controls" "why"; }
  .finrisk-panel .finrisk-answer > :last-child { min-height: 36px; } }
.finrisk-panel svg { max-width: 100%; height: auto; }
.finrisk-panel .widget-html-content { line-height: 1.45; }
.finrisk-panel h4 { margin: 10px 0 2px; font-size: 14px; }
.finrisk-panel p { margin: 4px 0; }
.finrisk-panel .finrisk-message { padding: 4px 10px; border-left: 4px solid #0072B2; }
.finrisk-panel .finrisk-message[role=alert] { border-left-color: #D55E00; font-weight: 600; }
.finrisk-panel small { opacity: 0.85; }
.finrisk-panel .finrisk-entry input { text-align: right; }
.finrisk-panel .widget-checkbox label { display: flex; align-items: center; gap: 4px; }
.finrisk-panel .widget-checkbox input { margin: 0; }
</style>"""

_MENU = "Try a household ..."
_NUMBER = re.compile(r"(-?)\$?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?:%|months?)?")


def slider_for(field: Field) -> widgets.FloatSlider | widgets.IntSlider:
    """The slider of one field, at its default; a count of months gets whole steps."""
    kind = widgets.IntSlider if field.whole else widgets.FloatSlider
    return kind(
        value=field.default,
        min=field.slider_minimum,
        max=field.slider_maximum,
        step=field.step,
        description=field.label,
        tooltip=field.help,
        readout=False,
        style={"description_width": "184px"},
        layout=widgets.Layout(width="auto", flex="1 1 auto"),
    )


def entry_for(field: Field) -> widgets.Text:
    """A box beside the slider that shows the value as people write it and takes it typed.

    The slider's own readout cannot read "$4,600" back, so it is switched off.
    """
    entry = widgets.Text(
        continuous_update=False,
        tooltip=f"{field.label} in {field.unit}: {field.help}",
        layout=widgets.Layout(width="100px", flex="0 0 100px"),
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
        layout=widgets.Layout(flex="0 0 66px"),
    )


def gap() -> widgets.Box:
    """Stands where a required field has no such switch, so that all sliders line up."""
    return widgets.Box(layout=widgets.Layout(flex="0 0 66px", margin="2px"))


def preset_menu() -> widgets.Dropdown:
    """The three example households, as a menu that acts when one is chosen."""
    return widgets.Dropdown(
        options=[(_MENU, _MENU), *EXAMPLES.items()],
        layout=widgets.Layout(width="176px"),
    )


def upload_button() -> widgets.FileUpload:
    """Takes one CSV of one household's months."""
    return widgets.FileUpload(
        accept=".csv,text/csv",
        description="Upload CSV",
        tooltip="Twelve months or more of one household: month, income, expenses, savings, debt.",
        layout=widgets.Layout(width="140px"),
    )


def button(words: str, icon: str) -> widgets.Button:
    """A small button of the bar on top."""
    return widgets.Button(description=words, icon=icon, layout=widgets.Layout(width="96px"))


def row(*parts: widgets.Widget) -> widgets.HBox:
    """Parts side by side. Each row has a layout of its own, or hiding one would hide all."""
    return widgets.HBox(parts, layout=widgets.Layout(align_items="center"))


def framed(**areas: Sequence[widgets.Widget]) -> widgets.VBox:
    """The areas controls, answer and why, side by side or, in a narrow cell, answer first."""
    boxes = []
    for name, children in areas.items():
        boxes.append(widgets.VBox(children))
        boxes[-1].add_class(f"finrisk-{name}")
    inside = widgets.Box(boxes)
    inside.add_class("finrisk-areas")
    frame = widgets.VBox([widgets.HTML(_STYLE), inside])
    frame.add_class("finrisk-panel")
    return frame


def place(slider: widgets.FloatSlider | widgets.IntSlider, field: Field, value: float) -> None:
    """Put the slider exactly on `value`, moving its ends where they are in the way.

    The browser snaps a slider to min + n * step and sends the snapped value back, which would
    quietly change a household read from a CSV. So min is shifted by less than a step until
    `value` lies on the grid. The browser sees one message at a time: the grid goes first,
    then the value moves, then the new grid comes, on which the value already lies.
    """
    if slider.value == value:
        return
    low, high = field.slider_minimum, max(value, field.slider_maximum)
    offset = 0.0 if field.whole else (value - low) % field.step
    on_grid = min(offset, field.step - offset) < 1e-6 * field.step
    low = min(value, low if on_grid else low + offset)
    if (slider.min, slider.max) != (low, high):
        with slider.hold_sync():
            slider.step = 0
            slider.min, slider.max = min(slider.min, low), max(slider.max, high)
    slider.value = value
    with slider.hold_sync():
        slider.min, slider.max, slider.step = low, high, field.step


def read(field: Field, text: str) -> float | None:
    """A typed value: "$4,600", "4600", "14 %" or "14"; None for an empty box.

    Raises:
        InvalidHousehold: when it is not a number.
    """
    compact = "".join(text.split())
    match = _NUMBER.fullmatch(compact)
    if not compact or match is None:
        return field.check(compact or None)
    return float(match[1] + match[2].replace(",", "")) / field.scale


def curve_svg(
    name: str, prediction: Prediction, curve: tuple[Sequence[float], Sequence[float]]
) -> str:
    """Risk against one field, everything else as it is, with this household's own point.

    Args:
        name: the field along the bottom.
        prediction: of the household the curve is about, for the point and the two zones.
        curve: values of the field and the probability at each, in rising order.
    """
    low, high = curve[0][0], curve[0][-1]

    def at(value: float, risk: float) -> tuple[float, float]:
        return 40 + 400 * (value - low) / (high - low), 10 + 110 * (1 - risk)

    line = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in zip(*curve, strict=True))
    x, y = at(getattr(prediction.household, name), prediction.probability)
    zones = _zone(prediction.alert_threshold, "Moderate") + _zone(prediction.high_threshold, "High")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 510 142" width="510" role="img" '
        f'aria-label="Risk if only {INPUTS[name].label.lower()} were different">'
        f"{_axes(INPUTS[name].show(low), INPUTS[name].show(high))}{zones}"
        f'<polyline points="{line}" fill="none" stroke="#0072B2" stroke-width="2.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5.5" fill="currentColor"/></svg>'
    )


def _axes(low: str, high: str) -> str:
    lines = '<path d="M40 10V120H440" fill="none" stroke="currentColor" stroke-opacity="0.4"/>'
    upright = _text(36, 14, "100 %", "end") + _text(36, 124, "0 %", "end")
    return lines + upright + _text(40, 138, low) + _text(440, 138, high, "end")


def _zone(threshold: float, name: str) -> str:
    """A dashed line where a risk class begins, with its name beside it."""
    y = 10 + 110 * (1 - threshold)
    dashes = f'stroke="{CLASS_COLOURS[name]}" stroke-width="1.5" stroke-dasharray="4 4"'
    return f'<path d="M40 {y:.1f}H440" {dashes}/>{_text(444, y + 4, name)}'


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return (
        f'<text x="{x}" y="{y:.1f}" font-size="12" font-family="system-ui, sans-serif" '
        f'fill="currentColor" text-anchor="{anchor}">{words}</text>'
    )
