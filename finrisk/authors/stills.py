"""A widget's still picture: what a slider or a menu looks like where no kernel runs it.

A stored notebook, a web viewer and the book have no kernel, so a control that lives in one
shows nothing there. From the state nbclient has collected, each control is drawn as it stood
at the end of the run, as HTML that needs no script. Left out: widgets the lessons do not use.
"""

import html
from collections.abc import Mapping
from typing import Any

from finrisk.colours import INK, LINE, MODEL

__all__ = ["still"]

States = Mapping[str, Mapping[str, Any]]  # widget id -> its state, as nbclient collects it

_BOXES = ("VBoxModel", "HBoxModel")
_SLIDERS = ("FloatSliderModel", "IntSliderModel")
_TEXTS = ("HTMLModel", "LabelModel")
_REFERENCE = "IPY_MODEL_"
_LEFT, _TRACK = 130, 140  # where a control begins, and how long it is; pixels of 360


def still(widget: str, states: States) -> str:
    """The HTML of a widget and all it holds; "" for one that cannot be drawn.

    Args:
        widget: its id, with or without the prefix of a reference.
        states: of all widgets of the notebook.
    """
    state = states.get(widget.removeprefix(_REFERENCE), {})
    kind = state.get("_model_name")
    if kind in _BOXES:
        return "".join(f"<div>{still(child, states)}</div>" for child in state["children"])
    if kind in _SLIDERS:
        return _slider(state)
    if kind == "DropdownModel":
        return _menu(state)
    if kind in _TEXTS:
        text = str(state["value"])
        return text if kind == "HTMLModel" else html.escape(text)
    return ""


def _slider(state: Mapping[str, Any]) -> str:
    """Description, track with its handle, and the value beside it."""
    low, high, value = (float(state[name]) for name in ("min", "max", "value"))
    x = _LEFT + _TRACK * (value - low) / (high - low)
    shown = format(state["value"], state["readout_format"])
    track = (
        f'<rect x="{_LEFT}" y="13" width="{_TRACK}" height="4" rx="2" fill="{LINE}"/>'
        f'<circle cx="{x:.1f}" cy="15" r="8" fill="{MODEL}"/>'
    )
    return _control(state["description"], track, _LEFT + _TRACK + 16, shown)


def _menu(state: Mapping[str, Any]) -> str:
    """Description and a box with the choice that is open."""
    label = state["_options_labels"][state["index"]] if state["index"] is not None else ""
    box = (
        f'<rect x="{_LEFT}" y="2" width="220" height="26" rx="3" fill="none" stroke="{INK}"/>'
        f'<path d="M{_LEFT + 202} 12 l5 6 l5 -6" fill="none" stroke="{INK}"/>'
    )
    return _control(state["description"], box, _LEFT + 8, label)


def _control(description: str, drawing: str, x: float, shown: str) -> str:
    said = html.escape(f"{description or 'control'}: {shown}", quote=True)
    text = f'font-size="13" fill="{INK}" font-family="system-ui, sans-serif"'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 30" width="360" height="30" '
        f'role="img" aria-label="{said}">'
        f'<text x="{_LEFT - 10}" y="20" text-anchor="end" {text}>{html.escape(description)}</text>'
        f'{drawing}<text x="{x:g}" y="20" {text}>{html.escape(shown)}</text></svg>'
    )
