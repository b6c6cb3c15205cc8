"""The household, as it is: a slider and a box for each of its fields, and what of it is known.

These sliders are where the household is kept. What is optional is asked as a question, and
answered by a word or a number. Left out: what happens when one is moved (`risk_panel.py`).
"""

from collections.abc import Mapping

import ipywidgets as widgets

from finrisk.household import Household
from finrisk.inputs import INPUTS, Input, settle
from finrisk.panel.controls import NOT_KNOWN, entry_for, known_as, known_for
from finrisk.panel.look import area, row
from finrisk.panel.sliders import place, slider_for, under_hand
from finrisk.typed import read_typed

__all__ = ["HouseholdBox"]

Values = tuple[dict[str, float | None], list[str]]  # of the fields, and what is said of them


class HouseholdBox:
    """The controls of the household.

    Attributes:
        sliders, entries: one slider, and one box to type in, for each row of `INPUTS`.
        known: one menu for each optional field: "not known", its words, "a number".
        money, pattern: the fields that must be known, and the others, as two parts of a panel.
    """

    def __init__(self) -> None:
        self.sliders = {name: slider_for(field) for name, field in INPUTS.items()}
        self.entries = {name: entry_for(field, field.label) for name, field in INPUTS.items()}
        self.known = {n: known_for(f) for n, f in INPUTS.items() if not f.required}
        money, pattern = [], []
        for name in INPUTS:
            if name in self.known:
                pattern += self._question(name)
            else:
                money.append(row(self.sliders[name], self.entries[name]))
        self.money = area("money", [widgets.HTML("<h3>Your money</h3>"), *money])
        title = widgets.HTML("<h3>Your pattern, as far as you know it</h3>")
        self.pattern = area("pattern", [title, *pattern])

    def _question(self, name: str) -> list[widgets.Widget]:
        """Above the slider, where it has the whole width."""
        field, slider = INPUTS[name], self.sliders[name]
        slider.add_class("finrisk-bare")
        asked = widgets.HTML(f"<p><b>{field.label}.</b> {field.question}</p>")
        return [asked, row(slider, self.entries[name], self.known[name])]

    @property
    def values(self) -> dict[str, float | None]:
        """What the sliders say now, None for a field that is not known."""
        return {n: s.value if self.is_known(n) else None for n, s in self.sliders.items()}

    def is_known(self, name: str) -> bool:
        """Whether the field is used."""
        return name not in self.known or self.known[name].value != NOT_KNOWN

    def dragged(self, field: Input) -> Values:
        """The values after a hand has moved this slider, and what moved along."""
        value = under_hand(self.sliders[field.name], field.slider_minimum)
        return settle({**self.values, field.name: value}, field.name)

    def typed(self, field: Input, text: str) -> Values:
        """The values after this was typed, and how it was read where it was not plain.

        Raises:
            InvalidHousehold: if it cannot be read.
        """
        typed = read_typed(field, text)
        values, notes = settle({**self.values, field.name: typed.value}, field.name)
        return values, [f"{field.label}: {typed.echo}.", *notes] if typed.echo else notes

    def answered(self, field: Input, answer: bool | str, assumed: Mapping[str, float]) -> Values:
        """The values after this was chosen in the menu of a field, which follows the others.

        A word stands for its number; a number just known starts at the one assumed so far.
        """
        values, notes, words = self.values, list[str](), dict(field.words)
        if answer in words:
            values[field.name] = words[str(answer)]
        elif answer and field.name in assumed:
            value = assumed[field.name]
            values[field.name] = round(value) if field.whole else value
        for other in INPUTS:
            if other != field.name:
                values, more = settle(values, other)
                notes += more
        return values, notes

    def show(self, household: Household) -> None:
        """Put all controls on this household."""
        for name, value in household.to_dict().items():
            if name in self.known:
                self.known[name].value = known_as(INPUTS[name], value)
            if value is not None:
                place(self.sliders[name], INPUTS[name], value)

    def put_at_defaults(self) -> None:
        """The sliders of what is not known, too."""
        for name, field in INPUTS.items():
            place(self.sliders[name], field, field.default)

    def follow(self, assumed: Mapping[str, float]) -> None:
        """Bring boxes in line with the sliders; where nothing is known, with what is assumed."""
        for name, entry in self.entries.items():
            known, field = self.is_known(name), INPUTS[name]
            self.sliders[name].disabled = not known
            entry.value = field.show(self.sliders[name].value) if known else ""
            entry.placeholder = f"~ {field.show(assumed[name])}" if name in assumed else ""
