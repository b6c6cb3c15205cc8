"""The parts the panel is put together from: controls made from `INPUTS`, a frame, a style.

Everything here is about one part on its own. What happens when a part is moved, and what
the model says to it, is in `risk_panel.py`.
"""

import base64
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import ipywidgets as widgets

from finrisk.colours import ALARM, CALM
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import Input

__all__ = [
    "ExactSlider",
    "add_preset",
    "button",
    "download_link",
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

_STYLE = (
    f"<style>.finrisk-panel {{ --calm: {CALM}; --alarm: {ALARM}; }}"
    + """
.finrisk-panel { width: 100%; max-width: 1000px; padding: 4px 8px; overflow: hidden;
  container-type: inline-size; }
.finrisk-panel .finrisk-areas { display: grid; column-gap: 16px; grid-template: auto auto 1fr auto /
  minmax(0, 5fr) minmax(0, 4fr); grid-template-areas: "bar bar" "controls answer" "controls why"
  "more more"; }
.finrisk-panel .finrisk-bar { grid-area: bar; }
.finrisk-panel .finrisk-bar > * { flex-wrap: wrap; }
.finrisk-panel .finrisk-controls { grid-area: controls; }
.finrisk-panel .finrisk-more { grid-area: more; margin-top: 10px; }
.finrisk-panel .finrisk-answer { grid-area: answer; }
.finrisk-panel .finrisk-why { grid-area: why; }
@container (max-width: 820px) { .finrisk-panel .finrisk-areas { grid-template: none /
  minmax(0, 1fr); grid-template-areas: "bar" "answer" "controls" "why" "more"; }
  .finrisk-panel .finrisk-answer > :last-child { min-height: 36px; } }
@container (max-width: 560px) {
  .finrisk-panel .finrisk-controls .widget-hslider { flex: 1 1 0 !important; flex-wrap: wrap;
    height: auto; min-width: 0; }
  .finrisk-panel .finrisk-controls .widget-hslider > label { width: 100% !important;
    height: auto; text-align: left; white-space: normal; line-height: 1.3; }
  .finrisk-panel .finrisk-controls .slider-container { min-width: 80px; } }
.finrisk-panel svg { max-width: 100%; height: auto; }
.finrisk-panel .widget-html-content { line-height: 1.45; }
.finrisk-panel h4 { margin: 10px 0 2px; font-size: 14px; }
.finrisk-panel p { margin: 4px 0; }
.finrisk-panel .finrisk-message { padding: 4px 10px; border-left: 4px solid var(--calm); }
.finrisk-panel .finrisk-message[role=alert] { border-left-color: var(--alarm); font-weight: 600; }
.finrisk-panel .finrisk-warnings { display: flex; flex-wrap: wrap; gap: 8px 32px; }
.finrisk-panel .finrisk-warnings > div { flex: 1 1 300px; max-width: 420px; }
.finrisk-panel .finrisk-warnings table { border-collapse: collapse; width: 100%; margin: 4px 0; }
.finrisk-panel .finrisk-warnings th { font-weight: 400; text-align: left; padding: 2px 6px 2px 0; }
.finrisk-panel .finrisk-warnings td { width: 36%; padding: 4px 8px; border: 1px solid
  color-mix(in srgb, currentColor 35%, transparent); font-variant-numeric: tabular-nums; }
.finrisk-panel .finrisk-message a { color: inherit; text-decoration: underline; }
.finrisk-panel small { opacity: 0.85; }
.finrisk-panel .finrisk-bare > label { position: absolute; width: 1px; height: 1px;
  overflow: hidden; clip-path: inset(50%); }
.finrisk-panel .finrisk-known span { display: flex; align-items: center; font-size: 0; }
.finrisk-panel .finrisk-known span::before { content: "known "; font-size: 13px; }
.finrisk-panel .finrisk-entry input { text-align: right; }
.finrisk-panel .widget-checkbox label { display: flex; align-items: center; gap: 4px; }
.finrisk-panel .widget-checkbox input { margin: 0; }
</style>"""
)

_MENU = "Try a household ..."
_NUMBER = re.compile(r"([-+]?)\$?(?=\.?\d)((?:\d{1,3}(?:,\d{3})+|\d*)(?:\.\d*)?)(?:\$|%|months?)?")


class ExactSlider(widgets.FloatSlider):  # type: ignore[misc]  # ipywidgets has no types
    """A slider that keeps a value placed in code to the last digit.

    The browser rounds whatever it is shown to its own grid, takes that for a move of a hand
    and reports it, on a busy machine long after the value has been replaced.
    """

    def send_state(self, key: Any = None) -> None:
        """Send it with reports switched off; what a hand does meanwhile comes when it lets go."""
        self._let_report(False)
        super().send_state(key)
        self._let_report(self.continuous_update)

    def _let_report(self, on: bool) -> None:
        state = {"continuous_update": on}
        self._send({"method": "update", "state": state, "buffer_paths": []})

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take a move of a hand; answer a mere rounding with the value that stands here.

        A slider still reports one when it is first drawn. A hand moves by whole steps, or to
        an end.
        """
        value = sync_data.get("value")
        if value is not None and self._is_rounding(float(value)):
            self.send_state("value")
        else:
            super().set_state(sync_data)

    def _is_rounding(self, value: float) -> bool:
        if value in (self.min, self.max):
            return bool(value == self.value)
        steps = (value - self.min) / self.step
        return bool(abs(steps - round(steps)) > 1e-6 or abs(value - self.value) < self.step / 2)


def slider_for(field: Input) -> widgets.FloatSlider | widgets.IntSlider:
    """The slider of one field, at its default; a count of months gets whole steps."""
    kind = widgets.IntSlider if field.whole else ExactSlider
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


def entry_for(field: Input) -> widgets.Text:
    """A box beside the slider that shows the value as people write it and takes it typed.

    The slider's own readout cannot read "$4,600" back, so it is switched off.
    """
    entry = widgets.Text(
        description=field.label,  # for a screen reader; the eye has it at the slider
        continuous_update=False,
        tooltip=f"{field.label} in {field.unit}: {field.help}",
        layout=widgets.Layout(width="100px", flex="0 0 100px"),
    )
    entry.add_class("finrisk-entry")
    entry.add_class("finrisk-bare")
    return entry


def known_for(field: Input) -> widgets.Checkbox:
    """The switch of an optional field: off means the model must do without it."""
    box = widgets.Checkbox(
        value=False,
        description=field.label,  # for a screen reader; the eye reads "known" (see the style)
        indent=False,
        layout=widgets.Layout(flex="0 0 66px"),
    )
    box.add_class("finrisk-known")
    return box


def gap() -> widgets.Box:
    """Stands where a required field has no such switch, so that all sliders line up."""
    return widgets.Box(layout=widgets.Layout(flex="0 0 66px", margin="2px"))


def preset_menu() -> widgets.Dropdown:
    """The three example households, as a menu that acts when one is chosen."""
    menu = widgets.Dropdown(
        description="Household",
        options=[(_MENU, _MENU), *EXAMPLES.items()],
        layout=widgets.Layout(width="200px"),
    )
    menu.add_class("finrisk-bare")
    return menu


def add_preset(menu: widgets.Dropdown, name: str, household: Household) -> None:
    """One more household at the end of the menu; the same name again replaces it."""
    menu.options = [*(option for option in menu.options if option[0] != name), (name, household)]


def upload_button() -> widgets.FileUpload:
    """Takes one CSV of one household's months."""
    return widgets.FileUpload(
        accept=".csv,text/csv",
        description="Upload CSV",
        tooltip="Twelve months or more of one household: month, income, expenses, savings, debt.",
        layout=widgets.Layout(width="140px"),
    )


def button(words: str, icon: str, tooltip: str) -> widgets.Button:
    """A small button of the bar on top."""
    layout = widgets.Layout(width="96px")
    return widgets.Button(description=words, icon=icon, tooltip=tooltip, layout=layout)


def download_link(content: str, name: str) -> str:
    """A link that hands the text over as a file; the text is inside the link itself."""
    data = base64.b64encode(content.encode()).decode()
    return f'<a download="{name}" href="data:text/html;base64,{data}">Download {name}</a>'


def row(*parts: widgets.Widget) -> widgets.HBox:
    """Parts side by side. Each row has a layout of its own, or hiding one would hide all."""
    return widgets.HBox(parts, layout=widgets.Layout(align_items="center"))


def framed(**areas: Sequence[widgets.Widget]) -> widgets.VBox:
    """The areas bar, controls, answer, why and more; in a narrow cell one below the other."""
    boxes = []
    for name, children in areas.items():
        boxes.append(widgets.VBox(children))
        boxes[-1].add_class(f"finrisk-{name}")
    inside = widgets.Box(boxes)
    inside.add_class("finrisk-areas")
    frame = widgets.VBox([widgets.HTML(_STYLE), inside])
    frame.add_class("finrisk-panel")
    return frame


def place(slider: widgets.FloatSlider | widgets.IntSlider, field: Input, value: float) -> None:
    """Put the slider exactly on `value`, moving its ends where they are in the way.

    The browser snaps a slider to min + n * step, and the next move of a hand would start from
    there. So min is shifted by less than a step until `value` lies on the grid. Ends and value
    go in one message, so the browser never has to fit the old value between the new ends.
    """
    if slider.value == value:
        return
    low, high = field.slider_minimum, max(value, field.slider_maximum)
    offset = 0.0 if field.whole else (value - low) % field.step
    on_grid = min(offset, field.step - offset) < 1e-6 * field.step
    low = min(value, low if on_grid else low + offset)
    with slider.hold_sync():
        slider.min, slider.max = min(slider.min, low), max(slider.max, high)
        slider.value = value
        slider.min, slider.max = low, high


def read(field: Input, text: str) -> float | None:
    """A typed value: "$4,600", "4600", "14 %" or "14"; None for an empty box.

    Raises:
        InvalidHousehold: when it is not a number, or not one that the field may have.
    """
    compact = "".join(text.split()).replace("−", "-")  # the minus sign of a text program
    match = _NUMBER.fullmatch(compact)
    if not compact or match is None:
        return field.check(text if compact else None)
    typed = Decimal(match[1] + match[2].replace(",", ""))  # told with its digits if it is refused
    return field.check(typed if field.scale == 1 else float(typed) / field.scale)
