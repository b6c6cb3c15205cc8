"""The panel, driven control by control: what it shows is what the predictor says."""

import base64
import html
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest

from finrisk import Predictor
from finrisk.change import Change
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.panel import RiskPanel
from finrisk.prediction import Prediction
from finrisk.settings import Settings
from finrisk.titles import NOTHING_HELPS

OPTIONAL = [name for name, field in INPUTS.items() if not field.required]


class Counting(Predictor):
    """The shipped predictor, counting how often it is asked; `broken` makes it fail."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor, self.asked, self.broken = predictor, 0, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.predictor, name)

    def predict(
        self, household: Household | Mapping[str, Any], *, change: Change | None = None
    ) -> Prediction:
        self.asked += 1
        if self.broken:
            raise KeyError("<b>feature</b>")
        return self.predictor.predict(household, change=change)


class CountedPanel(RiskPanel):
    """A panel around such a predictor."""

    predictor: Counting


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor.load()


@pytest.fixture
def panel(predictor: Predictor) -> CountedPanel:
    return CountedPanel(Counting(predictor))


def assert_in_step(panel: CountedPanel) -> None:
    """Sliders, boxes, gauge and curve all show the household that was judged, and its change."""
    asked = panel.prediction.change
    expected = panel.predictor.predictor.predict(panel.household, change=asked)
    assert panel.prediction == expected
    assert f"Risk score {expected.score} of 100, {expected.risk_class}" in panel.gauge.value
    assert expected.meaning in panel.gauge.value
    assert expected.standing
    assert expected.standing.sentence in panel.gauge.value
    assert expected.waterfall_svg() in panel.drivers.value
    for name, value in expected.household.to_dict().items():
        text = "" if value is None else INPUTS[name].show(value)
        assert panel.entries[name].value == text
        assert panel.sliders[name].disabled == (value is None)


def csv_of(changes: dict[str, str] | None = None) -> bytes:
    """Twelve months as a budgeting app exports them; `changes` replaces a cell's text."""
    lines = ["month,income,expenses,debt_payment,savings,debt"]
    for i in range(12):
        income = 4_100.37 + 200 * (i % 3)
        savings = 2_000 + 211.13 * i
        lines.append(f"2025-{i + 1:02d},{income:.2f},3900.10,210.55,{savings:.2f},{9000 - 90 * i}")
    text = "\n".join(lines)
    for old, new in (changes or {}).items():
        text = text.replace(old, new)
    return text.encode()


def upload(panel: RiskPanel, content: bytes, name: str = "year.csv") -> None:
    panel.upload.value = (
        {
            "name": name,
            "type": "text/csv",
            "size": len(content),
            "content": memoryview(content),
            "last_modified": datetime(2026, 1, 1, tzinfo=UTC),
        },
    )


def test_it_starts_at_the_defaults_with_nothing_optional_known(panel: CountedPanel) -> None:
    assert panel.household == Household(
        **{name: field.default for name, field in INPUTS.items() if field.required}
    )
    assert_in_step(panel)
    assert panel.undo.disabled


def test_every_input_has_its_controls(panel: CountedPanel) -> None:
    assert list(panel.sliders) == list(panel.entries) == list(INPUTS)
    assert list(panel.known) == OPTIONAL
    for name, field in INPUTS.items():
        slider = panel.sliders[name]
        assert (slider.description, slider.step) == (field.label, field.step)
        assert slider.tooltip == field.help
        assert panel.entries[name].tooltip == f"{field.label} in {field.unit}: {field.help}"
        assert slider.max == field.slider_maximum
        assert slider.min == max(field.minimum, -field.slider_maximum)


def test_it_loads_the_shipped_model_by_itself(predictor: Predictor) -> None:
    assert RiskPanel().prediction == predictor.predict(RiskPanel(predictor).household)


@pytest.mark.parametrize("name", INPUTS)
def test_each_slider_moves_the_score(panel: CountedPanel, name: str) -> None:
    if name in panel.known:
        panel.known[name].value = True
    field = INPUTS[name]
    for share in (0.05, 0.75):
        target = field.step * round(share * field.slider_maximum / field.step)
        panel.sliders[name].value = target
        assert panel.values[name] == target
        assert_in_step(panel)
        assert field.label.lower() in panel.curve.value
    assert panel.predictor.asked == 3 + (name in panel.known)


def test_an_unknown_field_is_not_used_and_shows_the_assumed_value(panel: CountedPanel) -> None:
    before = panel.prediction
    panel.sliders["recent_income"].value = 0.5
    assert panel.prediction == before
    assert panel.values["recent_income"] is None
    assumed = INPUTS["recent_income"].show(before.assumed["recent_income"])
    assert panel.entries["recent_income"].placeholder == f"~ {assumed}"


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_field_that_becomes_known_starts_at_the_assumed_value_shown(
    panel: CountedPanel, name: str
) -> None:
    upload(panel, csv_of())  # another household's number is left on the slider
    panel.presets.value = EXAMPLES["The Parks, stable"]
    before = panel.prediction
    panel.known[name].value = True
    assert panel.entries[name].value == panel.entries[name].placeholder or (
        panel.entries[name].value == INPUTS[name].show(before.assumed[name])
    )
    assert_in_step(panel)
    panel.known[name].value = False
    assert panel.prediction == before


def test_a_cross_rule_moves_the_other_slider_along_and_says_so(panel: CountedPanel) -> None:
    for name in ("negative_months", "negative_streak"):
        panel.known[name].value = True
    panel.predictor.asked = 0
    panel.sliders["negative_streak"].value = 7
    assert panel.values["negative_months"] == 7
    assert panel.predictor.asked == 1
    assert "Months in the red moved along to 7 months." in panel.message.value
    assert_in_step(panel)
    panel.sliders["monthly_income"].value += 50
    assert panel.message.value == ""


def test_a_field_that_becomes_known_follows_the_others(panel: CountedPanel) -> None:
    panel.entries["monthly_expenses"].value = "60"
    panel.known["debt_payment"].value = True
    assert panel.values["monthly_expenses"] == 60
    assert panel.values["debt_payment"] == 60, "the assumed payment would exceed the expenses"
    assert "moved along" in panel.message.value
    assert_in_step(panel)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("savings", "$4,612.50", 4_612.5),
        ("savings", " 123456 ", 123_456),
        ("savings_change", "-$1,500", -1_500),
        ("income_volatility", "23.4 %", 0.234),
        ("income_volatility", "23.4", 0.234),
        ("negative_months", "5 months", 5),
        ("savings_change", "−300", -300),
        ("savings_change", "+100", 100),
        ("savings", "4600 $", 4_600),
        ("income_volatility", ".5", 0.005),
    ],
)
def test_a_number_can_be_typed_as_people_write_it(
    panel: CountedPanel, name: str, text: str, value: float
) -> None:
    panel.entries[name].value = text
    assert panel.values[name] == pytest.approx(value, rel=1e-15)
    assert_in_step(panel)


@pytest.mark.parametrize("name", ["monthly_income", "monthly_expenses"])
def test_nothing_can_be_typed_and_dragged_to(panel: CountedPanel, name: str) -> None:
    """The slider begins at $0, and a hand goes on from there by its usual step."""
    panel.entries[name].value = "0"
    slider, field = panel.sliders[name], INPUTS[name]
    assert panel.values[name] == slider.value == slider.min == 0
    assert panel.entries[name].value == "$0"
    assert_in_step(panel)
    assert f"{field.label} of $0 lies outside what the model has seen" in panel.gauge.value
    assert f"now $0, {100 * panel.prediction.probability:.1f} %" in panel.curve.value
    from_browser(panel, name, slider.min + slider.step)
    assert panel.values[name] == field.step
    assert_in_step(panel)
    panel.entries[name].value = "1,234.56"  # a grid of its own, whose left end stands for $0
    from_browser(panel, name, slider.min)
    assert panel.values[name] == 0
    assert_in_step(panel)


def test_a_household_without_income_and_expenses_is_shown(panel: CountedPanel) -> None:
    for name in ("monthly_income", "monthly_expenses", "savings", "debt"):
        panel.entries[name].value = "0"
    assert set(panel.household.to_dict().values()) == {0, None}
    assert_in_step(panel)
    panel.known["debt_payment"].value = True
    assert panel.values["debt_payment"] == 0, "the assumed payment would exceed the expenses"
    panel.export.click()
    assert "The report is ready" in panel.message.value


def test_an_emptied_box_means_not_known(panel: CountedPanel) -> None:
    panel.entries["debt_payment"].value = "$300"
    assert panel.known["debt_payment"].value
    panel.entries["debt_payment"].value = ""
    assert panel.values["debt_payment"] is None
    assert_in_step(panel)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("savings", "lots", "savings must be a number, got"),
        ("savings", ".", "savings must be a number, got"),
        ("savings", "1.234,50", "savings must be a number, got"),
        ("savings", "-5", "savings must lie between $0 and"),
        ("savings", "a  lot", "savings must be a number, got &#x27;a  lot&#x27;."),
        ("savings", "-0.00001", "savings must lie between $0 and $50,000,000, got -0.00001."),
        ("savings", "9" * 40, "got 9,999,999,999,999,999,999"),
        ("income_volatility", "1400.1", "got 14.001, which is 1,400.1 %. If you mean 14.001 %"),
        ("savings", "", "savings is required"),
        ("negative_months", "2.5", "negative_months is a count of months, got 2.5"),
        ("monthly_income", "<script>", "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(
    panel: CountedPanel, name: str, text: str, said: str
) -> None:
    before = panel.values
    panel.entries[name].value = text
    assert said in panel.message.value
    assert 'role="alert"' in panel.message.value
    assert panel.values == before
    assert_in_step(panel)


def test_each_preset_is_one_update_of_the_class_it_promises(panel: CountedPanel) -> None:
    classes = []
    for household in EXAMPLES.values():
        panel.predictor.asked = 0
        panel.presets.value = household
        assert panel.predictor.asked == 1
        assert panel.household == household
        assert_in_step(panel)
        classes.append(panel.prediction.risk_class)
        assert panel.presets.label.startswith("Try"), "ready for the same choice again"
    assert classes == ["Low", "Moderate", "High"]


def test_a_csv_is_judged_exactly_as_by_the_predictor(
    panel: CountedPanel, predictor: Predictor
) -> None:
    content = csv_of()
    panel.predictor.asked = 0
    upload(panel, content)
    assert panel.predictor.asked == 1
    assert panel.household == predictor.read_csv(content)
    assert panel.prediction == predictor.predict_csv(content)
    assert_in_step(panel)
    assert "year.csv: its last 12 months are shown." in panel.message.value
    assert all(box.value for box in panel.known.values())


def test_a_csv_with_figures_beyond_the_slider_raises_its_end(
    panel: CountedPanel, predictor: Predictor
) -> None:
    content = csv_of({",9000": ",250000", ",8010": ",240000"})
    upload(panel, content)
    assert panel.sliders["debt"].max == panel.values["debt"] == 240_000
    assert panel.household == predictor.read_csv(content)
    panel.reset.click()
    assert panel.sliders["debt"].max == INPUTS["debt"].slider_maximum


def test_the_curve_runs_along_the_whole_slider_whatever_a_csv_has_moved(
    panel: CountedPanel,
) -> None:
    upload(panel, csv_of())
    panel.sliders["savings"].value += 100
    assert ">$0<" in panel.curve.value
    assert f">{INPUTS['savings'].show(INPUTS['savings'].slider_maximum)}<" in panel.curve.value


def test_every_figure_of_a_csv_lies_where_the_browser_will_not_snap_it(panel: CountedPanel) -> None:
    upload(panel, csv_of())
    for name, slider in panel.sliders.items():
        steps = (slider.value - slider.min) / slider.step
        assert steps == pytest.approx(round(steps), abs=1e-6), name
        assert slider.min <= slider.value <= slider.max


def test_a_csv_becomes_a_household_to_come_back_to(
    panel: CountedPanel, predictor: Predictor
) -> None:
    upload(panel, csv_of())
    panel.reset.click()
    assert [name for name, _ in panel.presets.options][1:] == [*EXAMPLES, "My CSV: year.csv"]
    panel.presets.label = "My CSV: year.csv"
    assert panel.household == predictor.read_csv(csv_of())
    assert_in_step(panel)
    other = csv_of({"3900.10": "3700.10"})
    upload(panel, other)  # the same name again replaces it
    assert len(panel.presets.options) == 2 + len(EXAMPLES)
    panel.reset.click()
    panel.presets.label = "My CSV: year.csv"
    assert panel.household == predictor.read_csv(other)


def test_every_wrong_cell_of_a_csv_is_said_on_a_line(panel: CountedPanel) -> None:
    upload(panel, csv_of({"4100.37": "many", "4300.37": "<i>more</i>"}))
    lines = panel.message.value.split("<br>")
    assert len(lines) == 7  # eight cells are wrong
    assert "&lt;i&gt;" in panel.message.value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"month,income\n2025-01,<img src=x onerror=alert(1)>\n",
        csv_of({"3900.10": "<b>many</b>"}),
    ],
)
def test_a_bad_csv_is_a_sentence_and_leaves_the_state(panel: CountedPanel, content: bytes) -> None:
    panel.sliders["savings"].value = 4_200
    before, history = panel.values, panel.prediction
    upload(panel, content)
    assert 'role="alert"' in panel.message.value
    assert "Traceback" not in panel.message.value
    assert not re.search(r"<(img|b)\b", panel.message.value)
    assert panel.values == before
    assert panel.prediction == history
    assert panel.upload.value == (), "the same file, mended, must be taken again"


def test_a_file_name_never_becomes_html(panel: CountedPanel) -> None:
    upload(panel, csv_of(), name="<img src=x onerror=alert(1)>.csv")
    assert "&lt;img" in panel.message.value


def test_each_suggestion_has_a_button_that_applies_it(panel: CountedPanel) -> None:
    panel.presets.value = EXAMPLES["Maria, on the edge"]
    suggestions = panel.prediction.suggestions
    assert suggestions
    for row, suggestion in enumerate(suggestions):
        panel.predictor.asked, before = 0, panel.prediction
        panel.applies[row].click()
        assert panel.predictor.asked == 1
        assert panel.household == EXAMPLES["Maria, on the edge"], "the sliders stay"
        assert panel.prediction.change == suggestion.change
        assert panel.prediction.before == pytest.approx(before.probability, abs=1e-6)
        assert panel.prediction.probability == pytest.approx(suggestion.probability, abs=1e-6)
        assert f"Applied: {suggestion.text}." in panel.message.value
        assert_in_step(panel)
        panel.undo.click()
        assert panel.prediction == before
        assert panel.prediction.suggestions == suggestions
        assert_in_step(panel)


def test_a_second_suggestion_comes_on_top_and_each_undo_takes_one_back(panel: CountedPanel) -> None:
    panel.presets.value = EXAMPLES["The Lees, in trouble"]
    seen = [panel.prediction]
    for _ in range(2):
        suggestion = panel.prediction.suggestions[0]
        panel.applies[0].click()
        assert panel.prediction.change == suggestion.change
        assert panel.prediction.probability == pytest.approx(suggestion.probability, abs=1e-6)
        seen.append(panel.prediction)
    first, second = seen[1].change, seen[2].change
    assert first
    assert second
    assert second.income * second.spending != first.income * first.spending
    while len(seen) > 1:
        seen.pop()
        panel.undo.click()
        assert panel.prediction == seen[-1]
        assert_in_step(panel)


def test_a_slider_that_moves_asks_about_the_household_as_it_is(panel: CountedPanel) -> None:
    panel.applies[0].click()
    applied = panel.prediction
    panel.sliders["savings"].value = 5_500
    assert panel.prediction.change is None
    assert_in_step(panel)
    panel.undo.click()
    assert panel.prediction == applied, "the change is back, too"
    panel.reset.click()
    assert panel.prediction.change is None
    panel.undo.click()
    assert panel.prediction == applied


def test_the_curve_of_an_applied_change_is_that_of_the_household_as_it_is(
    panel: CountedPanel,
) -> None:
    before = panel.curve.value
    panel.applies[0].click()
    assert panel.curve.value == before


def test_a_move_makes_no_new_widgets(panel: CountedPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a widget costs more than the prediction, and none is ever closed."""
    opened = []
    monkeypatch.setattr(widgets.Widget, "open", lambda widget: opened.append(widget))
    for savings in range(4_000, 6_000, 100):
        panel.sliders["savings"].value = savings
        assert_in_step(panel)
    assert opened == []


def test_without_a_suggestion_the_panel_says_so(panel: CountedPanel) -> None:
    panel.presets.value = EXAMPLES["Maria, on the edge"]
    assert len(panel.applies) == len(panel.prediction.suggestions) > 0
    assert panel._nothing.layout.display == "none"
    panel.sliders["savings"].value = 60_000
    panel.sliders["monthly_income"].value = 15_000
    assert not panel.prediction.suggestions
    assert not panel.applies
    assert panel._nothing.layout.display == ""
    assert NOTHING_HELPS in panel._nothing.value
    panel.undo.click()
    panel.undo.click()
    assert len(panel._help.children) == 2 + len(panel.prediction.suggestions) > 2
    lines = [row.children[1].value for row in panel._help.children[2:]]
    assert lines == [s.line for s in panel.prediction.suggestions]


def test_a_late_click_applies_what_was_read_or_says_that_it_is_gone(panel: CountedPanel) -> None:
    clicks = dict(zip([s.text for s in panel.prediction.suggestions], panel.applies, strict=True))
    moved: list[str] = []  # rows change their order while the click is on its way
    for savings in (1_000, 5_000, 10_000, 15_000, 500):
        panel.sliders["savings"].value = savings
        offered = {s.text: s.change for s in panel.prediction.suggestions}
        moved = [
            text
            for row, text in enumerate(clicks)
            if text in offered and list(offered).index(text) != row
        ]
        if moved:
            break
    text = moved[0]
    button = clicks[text]
    button.click()
    assert f"Applied: {text}." in panel.message.value
    assert panel.prediction.change == offered[text]
    assert panel.values["savings"] == savings
    panel.sliders["savings"].value = 60_000
    panel.sliders["monthly_income"].value = 15_000
    before = panel.household
    button.click()
    assert "no longer offered" in panel.message.value
    assert panel.household == before


def test_undo_goes_back_step_by_step_and_a_drag_is_one_step(panel: CountedPanel) -> None:
    start = panel.values
    for savings in range(5_000, 5_900, 100):  # one drag
        panel.sliders["savings"].value = savings
    panel.sliders["debt"].value = 2_000
    panel.presets.value = EXAMPLES["The Lees, in trouble"]
    panel.undo.click()
    assert (panel.values["savings"], panel.values["debt"]) == (5_800, 2_000)
    assert_in_step(panel)
    panel.undo.click()
    assert panel.values["debt"] == INPUTS["debt"].default
    panel.undo.click()
    assert panel.values == start
    assert panel.undo.disabled
    panel.reset.click()  # changes nothing, so there is nothing to take back
    assert panel.undo.disabled
    panel.undo.disabled = False
    panel.undo.click()  # a click that was already on its way
    assert panel.values == start
    assert panel.message.value == ""


def test_each_typed_number_is_a_step_of_its_own(panel: CountedPanel) -> None:
    panel.sliders["savings"].value = 5_000
    panel.entries["savings"].value = "2,222"
    panel.entries["savings"].value = "3,333"
    panel.undo.click()
    assert panel.values["savings"] == 2_222
    panel.undo.click()
    assert panel.values["savings"] == 5_000


def test_reset_brings_back_the_start_and_can_be_undone(panel: CountedPanel) -> None:
    start = panel.values
    panel.presets.value = EXAMPLES["The Lees, in trouble"]
    panel.predictor.asked = 0
    panel.reset.click()
    assert panel.predictor.asked == 1
    assert panel.values == start
    assert {n: s.value for n, s in panel.sliders.items()} == {
        n: f.default for n, f in INPUTS.items()
    }
    assert_in_step(panel)
    panel.undo.click()
    assert panel.household == EXAMPLES["The Lees, in trouble"]


def test_an_unexpected_failure_is_said_in_the_panel(panel: CountedPanel) -> None:
    before = panel.prediction
    panel.predictor.broken = True
    panel.sliders["savings"].value = 700
    assert "The panel could not do that (KeyError:" in panel.message.value
    assert "&lt;b&gt;" in panel.message.value
    assert "Traceback" not in panel.message.value
    assert panel.prediction == before
    panel.predictor.broken = False
    panel.sliders["savings"].value = 800
    assert panel.message.value == ""
    assert_in_step(panel)


def from_browser(panel: RiskPanel, name: str, value: float) -> None:
    """What arrives when the browser has moved this slider, or has rounded it."""
    panel.sliders[name].set_state({"value": value})


def test_the_rounding_of_a_browser_is_not_a_move(panel: CountedPanel) -> None:
    panel.entries["savings"].value = "4,612.37"
    panel.predictor.asked = 0
    from_browser(panel, "savings", float(np.nextafter(4_612.37, 5_000)))
    assert panel.predictor.asked == 0
    assert panel.values["savings"] == 4_612.37
    from_browser(panel, "savings", 4_712.37)  # a hand, one step further
    assert panel.values["savings"] == pytest.approx(4_712.37, rel=1e-12)
    assert_in_step(panel)


def test_a_rounding_that_comes_late_does_not_undo_a_reset(panel: CountedPanel) -> None:
    upload(panel, csv_of())
    late = {name: s.value for name, s in panel.sliders.items() if not INPUTS[name].whole}
    panel.reset.click()
    start = panel.values
    for name, value in late.items():
        from_browser(panel, name, value)
    moved = [n for n in start if panel.values[n] != start[n]]
    assert all(late[n] % INPUTS[n].step == 0 for n in moved), "only what a hand could have chosen"
    assert "savings" not in moved
    assert "monthly_income" not in moved


def test_a_hand_reaches_both_ends_of_a_slider_with_a_shifted_grid(panel: CountedPanel) -> None:
    panel.entries["savings"].value = "4,612.37"
    slider = panel.sliders["savings"]
    assert slider.min > 0
    for end, value in ((slider.max, 60_000), (slider.min, 0)):
        from_browser(panel, "savings", end)
        assert panel.values["savings"] == value, "the left end of the grid stands for $0"
        assert_in_step(panel)
    panel.entries["savings"].value = "59,980"
    from_browser(panel, "savings", slider.max)  # less than a step, but an end
    assert panel.values["savings"] == 60_000


class Browser:
    """A slider's view as ipywidgets 8 draws it: noUiSlider, on a grid of its own, in doubles.

    Put anywhere, by whomever, it rounds the value and reports that, unless told to be quiet.
    Reports wait in `reports` until they are delivered, as they do while the kernel is busy.
    """

    def __init__(self, slider: widgets.FloatSlider, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slider, self.state, self.reports = slider, slider.get_state(), list[float]()
        monkeypatch.setattr(slider, "_send", self.take)

    def take(self, message: dict[str, Any], buffers: Any = None) -> None:  # noqa: ARG002
        if message["method"] == "update":  # an echo of what came from here changes nothing here
            before = self.state["value"]
            changed = {k for k, v in message["state"].items() if self.state[k] != v}
            self.state |= message["state"]
            if changed & {"value", "min", "max", "step"}:
                self.show(before)

    def show(self, before: float) -> None:
        low, width = self.state["min"], self.state["max"] - self.state["min"]
        percent = 100 * (self.state["value"] - low) / width
        if self.state["step"]:
            step = 100 * self.state["step"] / width
            percent = np.floor(percent / step + 0.5) * step
        shown = self.state["max"] if percent >= 100 else float(max(percent, 0) * width / 100 + low)
        if self.state["continuous_update"] and shown != self.state["value"]:
            self.state["value"] = shown
            if shown != before:  # what it had before the message is no news to it
                self.reports.append(shown)

    def deliver(self) -> None:
        while self.reports:
            self.slider.set_state({"value": self.reports.pop(0)})


@pytest.mark.parametrize("name", [name for name, field in INPUTS.items() if field.required])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_value_typed_beyond_the_slider_is_kept_whatever_the_browser_reports(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch, name: str, at_once: bool
) -> None:
    """The browser rounds Maria's 4,200 on a slider that now ends at 50,400: not a hand."""
    browser = Browser(panel.sliders[name], monkeypatch)
    for household in EXAMPLES.values():
        for value in (46_800, 50_400, 100_000):
            panel.reset.click()
            panel.presets.value = household
            if at_once:
                browser.deliver()
            panel.entries[name].value = str(value)
            expected = panel.household
            browser.deliver()
            assert panel.values[name] == value
            assert panel.household == expected
            assert_in_step(panel)
            panel.undo.click()
            browser.deliver()
            assert panel.household == household


def test_a_value_set_in_code_is_not_undone_by_a_report_about_the_one_before(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(panel.sliders["savings"], monkeypatch)
    panel.sliders["savings"].value = 4_612.37  # shown as 4,600
    panel.sliders["savings"].value = 30_000
    browser.deliver()
    assert panel.values["savings"] == 30_000


def test_a_hand_is_heard_after_every_value_set_in_code(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(panel.sliders["savings"], monkeypatch)
    panel.entries["savings"].value = "100,000"
    panel.sliders["savings"].value = 30_000
    assert browser.state["continuous_update"]


def test_code_may_set_any_value(panel: CountedPanel) -> None:
    for value in (4_612.37, 4_612.38):
        panel.sliders["savings"].value = value
        assert panel.values["savings"] == value
        assert_in_step(panel)


def test_the_notes_say_what_was_assumed_and_that_the_world_is_invented(panel: CountedPanel) -> None:
    assert "Not given, so a middle value is assumed: debt payment" in panel.notes.value
    assert "not financial advice" in panel.notes.value


def test_a_warning_stands_beside_the_score_it_casts_doubt_on(panel: CountedPanel) -> None:
    assert "Warning" not in panel.gauge.value
    panel.entries["savings"].value = "40,000,000"
    assert panel.prediction.warnings
    for warning in panel.prediction.warnings:
        assert f"<b>Warning:</b> {html.escape(warning)}" in panel.gauge.value


def test_it_shows_itself_with_and_without_a_kernel(panel: CountedPanel) -> None:
    bundle = panel._repr_mimebundle_(include=None, exclude=None)
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == panel.widget.model_id
    assert bundle["text/html"] == panel.prediction._repr_html_()
    assert bundle["text/plain"] == str(panel.prediction)
    assert isinstance(panel.widget, widgets.VBox)


def test_the_report_holds_all_and_asks_for_nothing(panel: CountedPanel) -> None:
    panel.presets.value = EXAMPLES["Maria, on the edge"]
    panel.export.click()
    link = re.search(
        r'download="([^"]+)" href="data:text/html;base64,([^"]+)"', panel.message.value
    )
    assert link
    assert link[1] == "finrisk_report.html"
    report = base64.b64decode(link[2]).decode()
    assert report == panel.predictor.report(panel.household)
    p = panel.prediction
    assert p.standing
    for part in (p.meaning, p.standing.sentence, p.gauge_svg(), p.waterfall_svg(), "$5,200"):
        assert part in report
    assert all(s.line in report for s in p.suggestions)
    panel.applies[0].click()
    panel.export.click()
    told = base64.b64decode(panel.message.value.split("base64,")[1].split('"')[0]).decode()
    p = panel.prediction
    assert p.change
    assert told == panel.predictor.report(panel.household, change=p.change)
    for part in (p.meaning, p.gauge_svg(), p.waterfall_svg(), p.change.words):
        assert part in told, "the report is about the change, too"
    panel.sliders["savings"].value = 5_300
    assert "download" not in panel.message.value, "the link is about the household before"


# --- warn earlier or later ------------------------------------------------------------------


def test_the_warning_sliders_start_where_the_model_warns(
    panel: CountedPanel, predictor: Predictor
) -> None:
    assert panel.warnings.threshold.value == round(100 * predictor.alert_threshold)
    t = predictor.alert_threshold
    assert panel.warnings.miss_cost.value == round((1 - t) / t)


@pytest.mark.parametrize(("threshold", "cost"), [(0, 5), (13, 7), (50, 1), (100, 50)])
def test_the_counts_are_those_of_the_test_households(
    panel: CountedPanel, predictor: Predictor, threshold: int, cost: int
) -> None:
    panel.predictor.asked = 0
    panel.warnings.threshold.value = threshold
    panel.warnings.miss_cost.value = cost
    shown = panel.warnings.table.value
    for group, table in predictor.metrics["threshold_table"].items():
        counts = {name: table[name][threshold] for name in ("tp", "fn", "fp", "tn")}
        total = sum(counts.values())
        box = shown.split("<h4>")[1 if group == "all" else 2]
        cells = [int(n) for n in re.findall(r"<td><b>(\d+)</b>", box)]
        assert cells == [round(1_000 * n / total) for n in counts.values()]
        recall = counts["tp"] / (counts["tp"] + counts["fn"])
        assert f"Recall <b>{100 * recall:.0f} %</b>" in box
        worth = 1_000 * (counts["fp"] + cost * counts["fn"]) / total
        assert f"Cost <b>{worth:,.0f}</b>" in box
        costs = cost * np.array(table["fn"]) + np.array(table["fp"])
        assert f"from <b>{costs.argmin()} %</b> on" in box
        assert ("nobody is warned" in box) == (counts["tp"] + counts["fp"] == 0)
    assert panel.predictor.asked == 0, "no household is judged anew for it"


def test_the_box_opens_and_closes(panel: CountedPanel) -> None:
    inside = panel.warnings.widget.children[1]
    shown = [inside.layout.display]
    for state in (True, False):
        panel.warnings.open.value = state
        shown.append(inside.layout.display)
    assert shown == ["none", "", "none"]


def test_without_metrics_the_panel_says_so_and_still_judges(
    tmp_path: Path, predictor: Predictor
) -> None:
    shutil.copy(Settings().model_path, tmp_path)
    panel = RiskPanel(Predictor.load(tmp_path / "latest_model.pth"))
    assert (
        "metrics.json is missing or damaged. Run `python -m finrisk train`" in panel.message.value
    )
    assert panel.prediction.standing is None
    panel.sliders["savings"].value = 0
    assert panel.prediction.probability == predictor.predict(panel.household).probability
    panel.warnings.threshold.value = 40
    assert 'role="alert"' in panel.message.value
