"""A slider that shows a number exactly, wherever a hand, a box or a file has put it.

The slider of ipywidgets is drawn on a grid of its own, and takes its own rounding for a move of a
hand. Left out: what a move means (`risk_panel.py`).
"""

from typing import Any

import ipywidgets as widgets
from traitlets import CFloat

from finrisk.inputs import Input

__all__ = ["ExactSlider", "place", "slider_for", "under_hand"]

_MOVES_HANDLE = ("value", "min", "max", "step")


class ExactSlider(widgets.FloatSlider):  # type: ignore[misc]  # ipywidgets has no types
    """A slider that keeps a value placed in code to the last digit.

    The browser rounds whatever it is shown to its own grid, takes that for a move of a hand
    and reports it, on a busy machine long after the value has been replaced.
    """

    # What a hand has chosen is not sent back to it: one message less for each move.
    value = CFloat(0.0).tag(sync=True, echo_update=False)

    def send_state(self, key: Any = None) -> None:
        """Send it with reports switched off; what a hand does meanwhile comes when it lets go.

        What does not move the handle is sent as it is: each message costs a hand its speed.
        """
        sent = {key} if isinstance(key, str) else set(key or _MOVES_HANDLE)
        if sent.isdisjoint(_MOVES_HANDLE):
            super().send_state(key)
            return
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
    slider = kind(
        value=field.default,
        min=field.slider_minimum,
        max=field.slider_maximum,
        step=field.step,
        description=field.label,
        tooltip=field.help,
        readout=False,
        style={"description_width": "128px"},
        layout=widgets.Layout(width="auto", flex="1 1 auto"),
    )
    slider.add_class(f"finrisk-slider-{field.name}")
    return slider


def under_hand(slider: widgets.FloatSlider | widgets.IntSlider, low: float) -> float:
    """The value that a hand has chosen: the left end of a shifted grid stands for the true one."""
    return low if low < slider.value == slider.min else slider.value


def place(
    slider: widgets.FloatSlider | widgets.IntSlider,
    field: Input,
    value: float,
    low: float | None = None,
) -> None:
    """Put the slider exactly on `value`, moving its ends where they are in the way.

    The browser snaps a slider to min + n * step, and the next move of a hand would start from
    there. So min is shifted by less than a step until `value` lies on the grid. Ends and value
    go in one message, so the browser never has to fit the old value between the new ends.

    Args:
        slider, field, value: what is put where.
        low: the left end; that of the field if None.
    """
    low = field.slider_minimum if low is None else low
    if slider.value == value and low <= slider.min < low + field.step:
        return
    high = max(value, field.slider_maximum)
    offset = 0.0 if field.whole else (value - low) % field.step
    on_grid = min(offset, field.step - offset) < 1e-6 * field.step
    low = min(value, low if on_grid else low + offset)
    with slider.hold_sync():
        slider.min, slider.max = min(slider.min, low), max(slider.max, high)
        slider.value = value
        slider.min, slider.max = low, high
