"""`RiskPanel`: move a slider and see what the model says, at once.

Every control ends in `_ask`: the predictor is asked first, then all controls are placed
and the result is drawn once, so a household the predictor refuses leaves the panel as it
was. The state is the sliders' own (`values`). Results are HTML and SVG strings, because a
matplotlib redraw is a thousand times slower. Left out: every rule about risk.
"""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import ipywidgets as widgets

from finrisk.change import Change
from finrisk.checks import check_kind
from finrisk.errors import FinriskError
from finrisk.household import Household
from finrisk.inputs import INPUTS, settle
from finrisk.ml.predictor import Predictor
from finrisk.panel import controls
from finrisk.panel.warning_box import WarningBox
from finrisk.prediction import Prediction
from finrisk.prediction_html import as_html, notes_html, risk_html, why_html
from finrisk.titles import HELP, NOTHING_HELPS

__all__ = ["RiskPanel"]

_FIRST_CURVE = "savings"  # what the curve shows until a slider has been moved
_REPORT = "finrisk_report.html"


class RiskPanel:
    """A live panel around a predictor; the last line of a cell shows it.

    Args:
        predictor: the one to ask; None loads the shipped model.

    Attributes:
        sliders, entries: one slider, and one box to type in, for each row of `INPUTS`.
        known: one checkbox for each optional field; off means "not known".
        presets, upload, undo, reset, export: the controls of the bar.
        applies: one button for each suggestion, in the order shown.
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
        self._history: list[tuple[Household, Change | None]] = []
        self._dragged, self._curve_field, self._held = "", _FIRST_CURVE, False
        self._make_controls()
        self._make_result()
        self.prediction: Prediction = self.predictor.predict(self.values)
        self.widget = self._layout()
        self._connect()
        self._draw(self._pictures())
        self._guard(self.warnings.draw)

    def _make_controls(self) -> None:
        self.sliders = {name: controls.slider_for(field) for name, field in INPUTS.items()}
        self.entries = {name: controls.entry_for(field) for name, field in INPUTS.items()}
        self.known = {n: controls.known_for(f) for n, f in INPUTS.items() if not f.required}
        self.presets = controls.preset_menu()
        self.upload = controls.upload_button()
        self.undo = controls.button("Undo", "undo", "Back to the household before")
        self.reset = controls.button("Reset", "refresh", "Back to the start")
        self.export = controls.button("Report", "file", "This answer as one HTML file")
        self.warnings = WarningBox(self.predictor)
        self.applies: list[widgets.Button] = []

    def _make_result(self) -> None:
        self.gauge, self.drivers, self.curve = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.message, self.notes = widgets.HTML(), widgets.HTML()
        title = widgets.HTML(f"<h4>{HELP}</h4>")
        self._rows: dict[str, widgets.HBox] = {}
        self._nothing = widgets.HTML(f"<p>{NOTHING_HELPS}</p>")
        self._help = widgets.VBox([title, self._nothing])

    @property
    def values(self) -> dict[str, float | None]:
        """What the sliders say now, None for a field marked as not known."""
        return {n: s.value if self._is_known(n) else None for n, s in self.sliders.items()}

    @property
    def household(self) -> Household:
        """What the sliders say now, checked."""
        return Household.from_mapping(self.values)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """The widgets, and for readers without a kernel the answer as HTML and as text."""
        bundle: dict[str, Any] = self.widget._repr_mimebundle_()
        return {
            **bundle,
            "text/html": as_html(self.prediction),
            "text/plain": str(self.prediction),
        }

    def _is_known(self, name: str) -> bool:
        return name not in self.known or bool(self.known[name].value)

    # What each control does.

    def _move(self, name: str, value: float) -> None:
        """The left end of a shifted grid stands for the true one."""
        low = INPUTS[name].slider_minimum
        at = low if low < value == self.sliders[name].min else value
        if self._is_known(name):
            self._ask(*settle({**self.values, name: at}, name), field=name, drag=True)

    def _type(self, name: str, text: str) -> None:
        number = controls.read(INPUTS[name], text)
        self._ask(*settle({**self.values, name: number}, name), field=name)

    def _switch(self, name: str, known: bool) -> None:
        """A field just known starts at the assumed value its box showed, and follows the others."""
        values, notes = self.values, list[str]()
        if known and name in self.prediction.assumed:
            assumed = self.prediction.assumed[name]
            values[name] = round(assumed) if INPUTS[name].whole else assumed
        for other in INPUTS:
            if other != name:
                values, more = settle(values, other)
                notes += more
        self._ask(values, notes)

    def _try(self, household: Household) -> None:
        self._ask(household.to_dict())

    def _read_csv(self, files: Sequence[Mapping[str, Any]]) -> None:
        household, name = self.predictor.read_csv(bytes(files[-1]["content"])), files[-1]["name"]
        self._ask(household.to_dict(), [f"{name}: its last 12 months are shown."])
        with self._hold():
            controls.add_preset(self.presets, f"My CSV: {name}", household)

    def _apply(self, text: str) -> None:
        """By its words, not its row: rows may have changed while the click was on its way."""
        for suggestion in self.prediction.suggestions:
            if suggestion.text == text:
                self._ask(self.values, [f"Applied: {text}."], change=suggestion.change)
                return
        self._say([f"{text}: this household is no longer offered that."])

    def _undo(self) -> None:
        if self._history:  # a second click may be on its way when the first empties it
            steps = self._history[:-1]
            household, change = self._history[-1]
            self._ask(household.to_dict(), change=change)
            self._history = steps  # without the taking back

    def _reset(self) -> None:
        self._ask({name: f.default if f.required else None for name, f in INPUTS.items()})
        with self._hold():
            for name, field in INPUTS.items():
                controls.place(self.sliders[name], field, field.default)

    def _export(self) -> None:
        asked = self.prediction
        report = self.predictor.report(asked.household, change=asked.change)
        self._say(["The report is ready:"], link=controls.download_link(report, _REPORT))

    # Ask, place, draw: once for each thing a person does.

    def _ask(
        self,
        values: Mapping[str, float | None],
        notes: Sequence[str] = (),
        *,
        field: str = "",
        drag: bool = False,
        change: Change | None = None,
    ) -> None:
        """Ask, then show the answer. The moves of one slider in a row are one undo step."""
        prediction = self.predictor.predict(values, change=change)
        before = self.prediction.household, self.prediction.change
        goes_on = drag and field == self._dragged
        if (prediction.household, prediction.change) != before and not goes_on:
            self._history.append(before)
        self._dragged, self._curve_field = field if drag else "", field or self._curve_field
        self.prediction = prediction
        pictures = self._pictures()
        with self._hold():
            for name, value in prediction.household.to_dict().items():
                self._place(name, value)
        self._draw(pictures, notes)

    def _place(self, name: str, value: float | None) -> None:
        if name in self.known:
            self.known[name].value = value is not None
        if value is not None:
            controls.place(self.sliders[name], INPUTS[name], value)

    def _pictures(self) -> dict[widgets.HTML, str]:
        """All worked out before the first is sent: the browser, once busy, slows the kernel."""
        p = self.prediction
        return {
            self.gauge: risk_html(p),
            self.drivers: why_html(p),
            self.curve: self._curve_html(),
            self.notes: notes_html(p),
        }

    def _curve_html(self) -> str:
        name, household = self._curve_field, self.prediction.household
        if getattr(household, name) is None:
            name = _FIRST_CURVE
        title = f"Risk if only this were different: {INPUTS[name].label.lower()}"
        picture = self.prediction.curve_svg(name, self.predictor.what_if(household, name))
        return f"<h4>{title}</h4>{picture}"

    def _draw(self, pictures: Mapping[widgets.HTML, str], notes: Sequence[str] = ()) -> None:
        for picture, text in pictures.items():
            picture.value = text
        self._draw_help()
        self._say(notes)

    def _draw_help(self) -> None:
        """A row for each suggestion; a row is made once and then moved and rewritten."""
        shown = []
        for suggestion in self.prediction.suggestions:
            if suggestion.text not in self._rows:
                self._rows[suggestion.text] = self._new_row(suggestion.text)
            row = self._rows[suggestion.text]
            row.children[1].value = html.escape(suggestion.line)
            shown.append(row)
        self.applies = [row.children[0] for row in shown]
        self._nothing.layout.display = "none" if shown else ""
        title = self._help.children[0]
        if self._help.children[2:] != tuple(shown):
            self._help.children = (title, self._nothing, *shown)

    def _new_row(self, text: str) -> widgets.HBox:
        button = widgets.Button(
            description="Apply", tooltip=f"Apply: {text}", layout=widgets.Layout(flex="0 0 64px")
        )
        button.on_click(lambda _: self._guard(self._apply, text))
        return controls.row(button, widgets.HTML())

    def _say(self, sentences: Sequence[str], role: str = "status", link: str = "") -> None:
        text = html.escape(" ".join(sentences)).replace("\n", "<br>")
        box = f'<div class="finrisk-message" role="{role}">{text} {link}</div>'
        self.message.value = box if text else ""

    # How the parts are joined.

    def _layout(self) -> widgets.VBox:
        bar = controls.row(self.presets, self.upload, self.undo, self.reset, self.export)
        left = [widgets.HTML("<h4>Your money</h4>")]
        left += [self._row(name) for name in INPUTS if name not in self.known]
        left += [widgets.HTML("<h4>Your pattern, as far as you know it</h4>")]
        left += [self._row(name) for name in self.known]
        return controls.framed(
            bar=[bar],
            controls=[*left, self.curve],
            answer=[self.gauge, self.message],
            why=[self.drivers, self._help, self.notes],
            more=[self.warnings.widget],
        )

    def _row(self, name: str) -> widgets.HBox:
        switch = self.known.get(name) or controls.gap()
        return controls.row(self.sliders[name], self.entries[name], switch)

    def _connect(self) -> None:
        for name in INPUTS:
            self._when(self.sliders[name], partial(self._move, name))
            self._when(self.entries[name], partial(self._type, name))
        for name, box in self.known.items():
            self._when(box, partial(self._switch, name))
        self._when(self.presets, self._try)
        self._when(self.upload, self._read_csv)
        self.undo.on_click(lambda _: self._guard(self._undo))
        self.reset.on_click(lambda _: self._guard(self._reset))
        self.export.on_click(lambda _: self._guard(self._export))
        for slider in (self.warnings.threshold, self.warnings.miss_cost):
            self._when(slider, lambda _: self.warnings.draw())

    def _when(self, control: Any, action: Callable[[Any], None]) -> None:
        control.observe(lambda change: self._guard(action, change["new"]), names="value")

    def _guard(self, action: Callable[..., None], *arguments: Any) -> None:
        """Run a handler; what goes wrong in it is said in the panel, never swallowed."""
        if self._held:
            return
        try:
            action(*arguments)
        except FinriskError as error:
            self._say([str(error)], "alert")
        except Exception as error:
            sentence = f"The panel could not do that ({type(error).__name__}: {error})."
            self._say([sentence, "The result shown is the one from before."], "alert")
        finally:
            self._follow()

    def _follow(self) -> None:
        """Bring the controls that hold no state of their own in line with the sliders."""
        with self._hold():
            for name, entry in self.entries.items():
                known, field = self._is_known(name), INPUTS[name]
                self.sliders[name].disabled = not known
                entry.value = field.show(self.sliders[name].value) if known else ""
                assumed = self.prediction.assumed.get(name)
                entry.placeholder = "" if assumed is None else f"~ {field.show(assumed)}"
            self.presets.value = self.presets.options[0][1]
            self.upload.value = ()
            self.undo.disabled = not self._history

    @contextmanager
    def _hold(self) -> Iterator[None]:
        """Controls set in here do not fire: many at once are still one update."""
        before, self._held = self._held, True
        try:
            yield
        finally:
            self._held = before
