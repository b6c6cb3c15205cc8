"""The smaller controls: boxes to type in, what is known, and the bar on top.

Everything here is about one control on its own. What happens when one is used, and what the model
says to it, is in `risk_panel.py`; the sliders are in `sliders.py`.
"""

import base64

import ipywidgets as widgets

from finrisk.household import EXAMPLES, Household
from finrisk.inputs import Input

__all__ = [
    "NOT_KNOWN",
    "add_preset",
    "button",
    "download_link",
    "entry_for",
    "known_as",
    "known_for",
    "preset_menu",
    "upload_button",
]

_MENU = "Try a household ..."
NOT_KNOWN, _NUMBER = False, True  # `known.value = True` in code is "a number", as it says


def entry_for(field: Input, name: str) -> widgets.Text:
    """A box beside the slider that shows the value as people write it and takes it typed.

    The slider's own readout cannot read "$4,600" back, so it is switched off.

    Args:
        field: whose value it is.
        name: what a screen reader says; the eye has the label of the slider.
    """
    entry = widgets.Text(
        description=name,
        continuous_update=False,
        tooltip=f"{field.label} in {field.unit}: {field.help}",
        layout=widgets.Layout(width="92px", flex="0 0 92px"),
    )
    entry.add_class("finrisk-entry")
    entry.add_class("finrisk-bare")
    return entry


def known_for(field: Input) -> widgets.Dropdown:
    """How well an optional field is known: not at all, by a word, or by a number."""
    words = [(word, word) for word, _ in field.words]
    menu = widgets.Dropdown(
        description=f"{field.label}, as far as you know it",  # for a screen reader
        options=[("not known", NOT_KNOWN), *words, ("a number", _NUMBER)],
        layout=widgets.Layout(width="108px", flex="0 0 108px"),
    )
    menu.add_class("finrisk-bare")
    return menu


def known_as(field: Input, value: float | None) -> bool | str:
    """What such a menu says to a value: the word that stands for it, else that it is a number."""
    if value is None:
        return NOT_KNOWN
    return next((word for word, meant in field.words if meant == value), _NUMBER)


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
