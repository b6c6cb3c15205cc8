"""What if, from next month on: the controls of a `Change`, beside those of the household.

A slider and a box for each row of `CHANGE_INPUTS`, for how long, and buttons for what people ask
most. These controls are where the change is kept. Left out: what happens when one is moved
(`risk_panel.py`).
"""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from finrisk.change import Change
from finrisk.change_inputs import (
    CHANGE_INPUTS,
    LASTING,
    TITLE,
    ChangeInput,
    UsualChange,
    lowest,
    usual_changes,
)
from finrisk.data.label import N_FUTURE
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import Input
from finrisk.panel.controls import entry_for
from finrisk.panel.look import area, row
from finrisk.panel.sliders import place, slider_for, under_hand
from finrisk.typed import read_change_typed

__all__ = ["WhatIfBox"]

_HINT = "Typed as you say it: -20 %, -$500, -2k."


class WhatIfBox:
    """The controls of a what-if; they start at nothing changed.

    Attributes:
        sliders, entries: one slider, and one box to type in, for each row of `CHANGE_INPUTS`.
        months: how long income and spending stay changed; N_FUTURE is for good.
        usual: a button for each of `usual_changes`, hidden where the household cannot.
        offered: what these buttons ask.
        nothing: the button that takes the whole change back.
        widget: all of it.
    """

    def __init__(self) -> None:
        self.sliders = {name: slider_for(field) for name, field in CHANGE_INPUTS.items()}
        self.entries = {
            name: entry_for(field, f"What if: {field.label}")
            for name, field in CHANGE_INPUTS.items()
        }
        self.months = widgets.Dropdown(
            # None would be a menu in which nothing is chosen
            options=[(words, months or N_FUTURE) for months, words in LASTING.items()],
            description="For how long",
            tooltip="How long income and spending stay changed",
            style={"description_width": "128px"},
            layout=widgets.Layout(width="268px"),
        )
        most = max(len(usual_changes(household)) for household in EXAMPLES.values())
        self.usual = [_button() for _ in range(most)]
        self.nothing = _button("Nothing changes")
        self.offered: tuple[UsualChange, ...] = ()
        self._typed: dict[str, tuple[Any, str]] = {}  # part -> what its text stands for, the text
        buttons = widgets.HBox([*self.usual, self.nothing])
        buttons.add_class("finrisk-usual")
        rows = [row(self.sliders[name], self.entries[name]) for name in CHANGE_INPUTS]
        title = widgets.HTML(f"<h3>{TITLE}</h3><p><small>{_HINT}</small></p>")
        self.widget = area("what-if", [title, *rows, self.months, buttons])

    @property
    def parts(self) -> dict[str, Any]:
        """What the controls say, by the names of a `Change`; months also while nothing lasts."""
        values = {name: slider.value for name, slider in self.sliders.items()}
        return values | {"months": self.months.value}

    @property
    def change(self) -> Change:
        """What the controls say."""
        return Change(**self.parts)

    def dragged(self, part: Input, household: Household) -> Change:
        """The change after a hand has moved this slider."""
        return self._with(part, under_hand(self.sliders[part.name], lowest(part, household)))

    def typed(self, part: ChangeInput, text: str, household: Household) -> tuple[Change, list[str]]:
        """The change after this was typed, and how it was read where it was not plain.

        Raises:
            InvalidChange: if it cannot be read.
        """
        typed = read_change_typed(part, text, household.factor_bases.get(part.name, 0.0))
        value = part.default if typed.value is None else typed.value
        return self._with(part, value), [f"{part.label}: {typed.echo}."] if typed.echo else []

    def _with(self, part: Input, value: float) -> Change:
        return Change(**self.parts | {part.name: value})

    def keep(self, typed: Mapping[str, str], household: Household) -> None:
        """Let boxes say what was typed, for as long as it means what their sliders say."""
        for part in self.entries.keys() & typed.keys():
            self._typed[part] = self._meant(part, household), typed[part]

    def _meant(self, part: str, household: Household) -> Any:
        """What a text stands for: dollars are another factor in another household."""
        return self.sliders[part].value, household.factor_bases.get(part)

    def first_moved(self, change: Change) -> ChangeInput | None:
        """The first part that a change moves from where its slider stands."""
        for name, part in CHANGE_INPUTS.items():
            if getattr(change, name) != self.sliders[name].value:
                return part
        return None

    def show(self, change: Change, household: Household) -> None:
        """Put all controls on this change of this household.

        A slider of debt begins where all is paid off.
        """
        if change != self.change:
            self.months.value = change.months or N_FUTURE
        for name, field in CHANGE_INPUTS.items():
            low = lowest(field, household)
            place(self.sliders[name], field, getattr(change, name), low)

    def follow(self, household: Household) -> None:
        """Bring boxes and buttons in line with the sliders of the what-if and the household."""
        for name, entry in self.entries.items():
            meant, text = self._typed.get(name, (None, ""))
            stands = text and meant == self._meant(name, household)
            entry.value = text if stands else CHANGE_INPUTS[name].show(self.sliders[name].value)
        usual = usual_changes(household)
        if usual != self.offered:
            self._offer(usual)

    def _offer(self, usual: tuple[UsualChange, ...]) -> None:
        """Buttons are written anew, not made anew: that would be slow."""
        self.offered = usual
        for i, button in enumerate(self.usual):
            button.layout.display = "" if i < len(usual) else "none"
            if i < len(usual):
                button.description = usual[i].text


def _button(words: str = "") -> widgets.Button:
    return widgets.Button(description=words, layout=widgets.Layout(width="auto"))
