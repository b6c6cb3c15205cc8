"""`RiskPanel`: move a slider and see what the model says, at once.

Every control ends in `_ask`: the predictor is asked first, then all controls are placed
and the result is drawn once, so a household the predictor refuses leaves the panel as it was. The
state is the sliders' own: the household (`values`) and, beside it, the what-if. Results are HTML
and SVG strings, because a matplotlib redraw is a thousand times slower. Left out: every rule about
risk, and the parts the panel is put together from (the `*_box.py` beside this file).
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import ipywidgets as widgets

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, ChangeInput
from finrisk.checks import check_kind
from finrisk.data.label import N_FUTURE
from finrisk.household import Household
from finrisk.inputs import INPUTS, Input
from finrisk.ml.predictor import Predictor
from finrisk.offers import settle_change
from finrisk.panel import controls
from finrisk.panel.answer_box import AnswerBox
from finrisk.panel.handlers import Handlers
from finrisk.panel.household_box import HouseholdBox
from finrisk.panel.look import area, frame, row
from finrisk.panel.message_box import MessageBox
from finrisk.panel.trail import Trail
from finrisk.panel.warning_box import WarningBox
from finrisk.panel.what_if_box import WhatIfBox
from finrisk.prediction import Prediction
from finrisk.prediction_html import as_html

__all__ = ["RiskPanel"]

_REPORT = "finrisk_report.html"


class RiskPanel:
    """A live panel around a predictor; the last line of a cell shows it.

    Args:
        predictor: the one to ask; None loads the shipped model.

    Attributes:
        sliders, entries: one slider, and one box to type in, for each row of `INPUTS`.
        known: one menu for each optional field: "not known", its words, "a number". In code
            True stands for "a number" and False for "not known".
        what_if: the controls of what changes from next month on.
        presets, upload, undo, reset, export: the controls of the bar.
        applies: one button "Try it" for each suggestion, in the order shown.
        warnings: threshold and price sliders, and what warning from there on would do.
        gauge, drivers, curve, message, notes: what is shown, as HTML.
        prediction: the last answer of the predictor.
        widget: all of it, to put into a layout of one's own.

    Raises:
        FinriskError: for a predictor that is none.
        ModelFileError: when no predictor is given and there is no usable model file.
    """

    def __init__(self, predictor: Predictor | None = None) -> None:
        self.predictor = Predictor.load() if predictor is None else predictor
        check_kind(
            "predictor", self.predictor, Predictor, "Write Predictor.load() for the usual one."
        )
        self._handlers = Handlers(self._refuse, self._follow)
        self._make_controls()
        self._make_result()
        self.prediction: Prediction = self.predictor.predict(self.values)
        self._trail = Trail(self.prediction)
        self.widget = self._layout()
        self._connect()
        self._place()
        self._answer.draw(self.prediction, self._answer.pictures(self.prediction))
        self._handlers.run(self.warnings.draw, asks=False)

    def _make_controls(self) -> None:
        self._household = HouseholdBox()
        self.sliders, self.entries = self._household.sliders, self._household.entries
        self.known = self._household.known
        self.what_if = WhatIfBox()
        self.presets = controls.preset_menu()
        self.upload = controls.upload_button()
        self.undo = controls.button("Undo", "undo", "Back to the household and what-if before")
        self.reset = controls.button("Reset", "refresh", "Back to the start")
        self.export = controls.button("Report", "file", "This answer as one HTML file")
        self.warnings = WarningBox(self.predictor)

    def _make_result(self) -> None:
        self._messages = MessageBox()
        self.message = self._messages.message
        self._answer = AnswerBox(
            self.predictor, self._messages.widget, partial(self._handlers.run, self._try_line)
        )
        self.gauge, self.drivers = self._answer.gauge, self._answer.drivers
        self.curve, self.notes = self._answer.curve.picture, self._answer.notes
        self._help = self._answer.help.widget

    @property
    def values(self) -> dict[str, float | None]:
        """What the sliders say now, None for a field that is not known."""
        return self._household.values

    @property
    def household(self) -> Household:
        """What the sliders say now, checked."""
        return Household.from_mapping(self.values)

    @property
    def applies(self) -> list[widgets.Button]:
        """One button for each suggestion, in the order shown."""
        return self._answer.help.buttons

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The widgets, and for readers without a kernel the answer as HTML and as text."""
        bundle: dict[str, Any] = self.widget._repr_mimebundle_()
        return {
            **bundle,
            "text/html": as_html(self.prediction),
            "text/plain": str(self.prediction),
        }

    # What each control of the household does.

    def _move(self, field: Input, _: float) -> None:
        if self._household.is_known(field.name):
            self._ask(*self._household.dragged(field), hand=field, drag=True)

    def _type(self, field: Input, text: str) -> None:
        self._ask(*self._household.typed(field, text), hand=field)

    def _say_how_known(self, field: Input, answer: bool | str) -> None:
        assumed = self.prediction.assumed
        self._ask(*self._household.answered(field, answer, assumed), hand=field)

    def _load(self, household: Household, notes: Sequence[str] = ()) -> None:
        """A household that is loaded starts with nothing changed."""
        self._ask(household.to_dict(), notes, change=Change())

    def _read_csv(self, files: Sequence[Mapping[str, Any]]) -> None:
        household, name = self.predictor.read_csv(bytes(files[-1]["content"])), files[-1]["name"]
        self._load(household, [f"{name}: its last 12 months are shown."])
        with self._handlers.hold():
            controls.add_preset(self.presets, f"My CSV: {name}", household)

    # What each control of the what-if does.

    def _move_part(self, part: ChangeInput, _: float) -> None:
        change = self.what_if.dragged(part, self.prediction.household)
        self._ask(self.values, hand=part, drag=True, change=change)

    def _type_part(self, part: ChangeInput, text: str) -> None:
        change, notes = self.what_if.typed(part, text, self.prediction.household)
        self._ask(self.values, notes, hand=part, change=change, typed={part.name: text})

    def _last(self, _: int) -> None:
        self._ask(self.values, change=self.what_if.change)

    def _try(self, what: str, change: Change, typed: Mapping[str, str]) -> None:
        """All of it, instead of what was changed before."""
        self._ask(
            self.values,
            [f"Tried: {what}."],
            hand=self.what_if.first_moved(change),
            change=change,
            typed=typed,
        )

    def _try_usual(self, place: int) -> None:
        if place < len(self.what_if.offered):  # the household may have moved meanwhile
            self._try(*self.what_if.offered[place])

    def _try_line(self, text: str) -> None:
        """By its words, not its row: rows may have changed while the click was on its way."""
        for suggestion in self.prediction.suggestions:
            if suggestion.text == text:
                self._try(text, suggestion.change, suggestion.typed)
                return
        self._messages.say([f"{text}: this household is no longer offered that."])

    def _try_nothing(self) -> None:
        with self._handlers.hold():
            self.what_if.months.value = N_FUTURE
        self._ask(self.values, change=Change())

    def _accept(self) -> None:
        """The household back as it was, and what was meant as a part of the what-if."""
        offer = self._trail.offer
        if offer is None:  # a second click may be on its way when the first takes it
            return
        value = getattr(offer.change, offer.part)
        self._ask(
            offer.household.to_dict(),
            [f"Asked as a what-if: {offer.change.words}. The household is as it was before."],
            hand=CHANGE_INPUTS[offer.part],
            change=Change(**self.what_if.parts | {offer.part: value}),
            typed={offer.part: offer.typed},
        )

    # What the bar does besides.

    def _undo(self) -> None:
        if self._trail.steps:  # a second click may be on its way when the first empties it
            *steps, (household, change) = self._trail.steps
            self._ask(household.to_dict(), change=change or Change())
            self._trail.steps = steps  # without the taking back

    def _reset(self) -> None:
        start = {name: f.default for name, f in INPUTS.items() if f.required}
        self._load(Household.from_mapping(start))
        with self._handlers.hold():
            self._household.put_at_defaults()
            self.what_if.months.value = N_FUTURE

    def _export(self) -> None:
        asked = self.prediction
        report = self.predictor.report(asked.household, change=asked.change)
        self._messages.say(["The report is ready:"], link=controls.download_link(report, _REPORT))

    # Ask, place, draw: once for each thing a person does.

    def _ask(
        self,
        values: Mapping[str, float | None],
        notes: Sequence[str] = (),
        *,
        hand: Input | None = None,
        drag: bool = False,
        change: Change | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> None:
        """Ask, then show the answer.

        Args:
            values: the household.
            notes: what is said besides.
            hand: whose slider or box was used; None if it was another control.
            drag: whether it was a slider: the moves of one in a row are one step of undo.
            change: the what-if; None for the one that stands, as far as it is still possible.
            typed: its parts as their boxes say them; a part left out is said in percent, or $.
        """
        household = Household.from_mapping(values)
        if change is None:
            change, moved = settle_change(household, self.what_if.change)
            notes = [*notes, *moved]
        prediction = self.predictor.predict(household, change=change)
        self._answer.curve.in_hand = hand or self._answer.curve.in_hand
        pictures = self._answer.pictures(prediction)
        self._trail.go(self.prediction, prediction, hand, drag=drag)
        self.prediction = prediction
        self._place()
        self.what_if.keep(typed or {}, household)
        self._answer.draw(prediction, pictures)
        self._messages.say(notes, offer=self._trail.offer)

    def _place(self) -> None:
        household, change = self.prediction.household, self.prediction.change
        with self._handlers.hold():
            self._household.show(household)
            self.what_if.show(change or Change(), household)

    # How the parts are joined.

    def _layout(self) -> widgets.VBox:
        bar = row(self.presets, self.upload, self.undo, self.reset, self.export)
        return frame(
            area("bar", [bar]),
            self._household.money,
            self.what_if.widget,
            area("curve", [self.curve]),
            self._household.pattern,
            self._answer.widget,
            area("more", [self.warnings.widget]),
        )

    def _connect(self) -> None:
        when, press = self._handlers.when, self._handlers.press
        for name, field in INPUTS.items():
            when(self.sliders[name], partial(self._move, field))
            when(self.entries[name], partial(self._type, field))
        for name, menu in self.known.items():
            when(menu, partial(self._say_how_known, INPUTS[name]))
        for name, part in CHANGE_INPUTS.items():
            when(self.what_if.sliders[name], partial(self._move_part, part))
            when(self.what_if.entries[name], partial(self._type_part, part))
        when(self.what_if.months, self._last)
        for place, usual in enumerate(self.what_if.usual):
            press(usual, partial(self._try_usual, place))
        press(self.what_if.nothing, self._try_nothing)
        press(self._messages.accept, self._accept)
        when(self.presets, self._load)
        when(self.upload, self._read_csv)
        press(self.undo, self._undo)
        press(self.reset, self._reset)
        press(self.export, self._export, asks=False)
        for slider in (self.warnings.threshold, self.warnings.miss_cost):
            when(slider, lambda _: self.warnings.draw(), asks=False)

    def _refuse(self, sentence: str, asks: bool) -> None:
        self._messages.alarm(sentence, self.prediction.score)
        if asks:
            self._answer.mark_stale(True)

    def _follow(self) -> None:
        """Bring the controls that hold no state of their own in line with the sliders."""
        with self._handlers.hold():
            self._household.follow(self.prediction.assumed)
            self.what_if.follow(self.prediction.household)
            self.presets.value = self.presets.options[0][1]
            self.upload.value = ()
            self.undo.disabled = not self._trail.steps
