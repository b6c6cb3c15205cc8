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
import pandas as pd
import pytest

from finrisk import Predictor
from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, LASTING, MEDIAN_JOB_LOSS, usual_changes
from finrisk.data.label import N_FUTURE
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.panel import RiskPanel
from finrisk.prediction import Prediction
from finrisk.settings import Settings
from finrisk.titles import NOTHING_HELPS
from finrisk.typed import read_change_typed

OPTIONAL = [name for name, field in INPUTS.items() if not field.required]
MARIA = EXAMPLES["Maria, on the edge"]


class Counting(Predictor):
    """The shipped predictor, counting how often it is asked; `broken` makes it fail."""

    def __init__(self, predictor: Predictor) -> None:
        self.predictor, self.asked, self.curves, self.broken = predictor, 0, 0, False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.predictor, name)

    def predict(
        self, household: Household | Mapping[str, Any], *, change: Change | None = None
    ) -> Prediction:
        self.asked += 1
        if self.broken:
            raise KeyError("<b>feature</b>")
        return self.predictor.predict(household, change=change)

    def what_if(self, *asked: Any, **more: Any) -> pd.DataFrame:
        self.curves += 1
        return self.predictor.what_if(*asked, **more)

    def what_if_changed(self, *asked: Any, **more: Any) -> pd.DataFrame:
        self.curves += 1
        return self.predictor.what_if_changed(*asked, **more)


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
    """Sliders, boxes and answer all show the household that was judged, and its change."""
    asked = panel.what_if.change
    expected = panel.predictor.predictor.predict(panel.household, change=asked)
    assert panel.prediction == expected
    for part in (expected.gauge_svg(), expected.figures_svg(), html.escape(expected.meaning)):
        assert part in panel.gauge.value
    assert (expected.standing is None) == (expected.change is not None)
    assert expected.standing is None or expected.standing.sentence in panel.gauge.value
    assert expected.waterfall_svg() in panel.drivers.value
    lines = [html.escape(s.line) for s in expected.suggestions] or [NOTHING_HELPS]
    assert re.findall(r"<p>(.*?)</p>", panel._help.children[1].children[0].value) == lines
    assert ("on top of this change" in panel._help.children[0].value) == (asked != Change())
    for name, value in expected.household.to_dict().items():
        text = "" if value is None else INPUTS[name].show(value)
        assert panel.entries[name].value == text
        assert panel.sliders[name].disabled == (value is None)
        if name in OPTIONAL:
            words = [word for word, meant in INPUTS[name].words if meant == value]
            assert panel.known[name].value == (words[0] if words else value is not None)
    now = panel.household.factor_bases
    for name, field in CHANGE_INPUTS.items():
        typed = read_change_typed(field, panel.what_if.entries[name].value, now.get(name, 0))
        meant = field.default if typed.value is None else typed.value
        assert field.show(meant) == field.show(getattr(asked, name))
    box = panel.what_if
    shown = [b.description for b in box.usual if b.layout.display != "none"]
    assert shown == [usual.text for usual in usual_changes(panel.household)]
    is_stale = "finrisk-stale" in panel._answer._now._dom_classes
    assert is_stale == (panel._answer._stale.layout.display == "")
    assert is_stale == ('role="alert"' in panel.message.value)


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
        ("income_volatility", ".5 %", 0.005),
        ("savings", "5.2k", 5_200),
        ("recent_income", "lower", 0.89),
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
    assert f"now $0, {panel.prediction.score}" in panel.curve.value
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
        ("savings", "lots", "Savings must be a number, got"),
        ("savings", ".", "Savings must be a number, got"),
        ("savings", "-5", "Savings must lie between $0 and"),
        ("savings", "a  lot", "Savings must be a number, got &#x27;a  lot&#x27;."),
        ("savings", "9" * 40, "Savings must lie between $0 and $50,000,000"),
        ("income_volatility", "0.14", "Write 14% if it is a share of 0.14, else 0.14%."),
        ("savings", "", "Savings is required"),
        ("negative_months", "2.5", "Months in the red is a count of months, got 2.5"),
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
    still = f"The risk score is still {panel.prediction.score} of 100."
    assert still in panel.message.value, "who hears the alert hears what stands"
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


def test_each_suggestion_has_a_button_that_tries_it(panel: CountedPanel) -> None:
    panel.presets.value = EXAMPLES["Maria, on the edge"]
    suggestions = panel.prediction.suggestions
    assert suggestions
    for row, suggestion in enumerate(suggestions):
        panel.predictor.asked, before = 0, panel.prediction
        assert panel.applies[row].description == "Try it"
        panel.applies[row].click()
        assert panel.predictor.asked == 1
        assert panel.household == EXAMPLES["Maria, on the edge"], "the sliders stay"
        assert panel.prediction.change == suggestion.change
        assert panel.prediction.before == pytest.approx(before.probability, abs=1e-6)
        assert panel.prediction.probability == pytest.approx(suggestion.probability, abs=1e-6)
        assert f"Tried: {suggestion.text}." in panel.message.value
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
    assert NOTHING_HELPS not in panel._help.children[1].children[0].value
    panel.sliders["savings"].value = 60_000
    panel.sliders["monthly_income"].value = 15_000
    assert not panel.prediction.suggestions
    assert not panel.applies
    assert_in_step(panel)
    panel.undo.click()
    panel.undo.click()
    assert len(panel.applies) == len(panel.prediction.suggestions) > 0
    assert_in_step(panel)


def test_a_late_click_tries_what_was_read_or_says_that_it_is_gone(panel: CountedPanel) -> None:
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
    assert f"Tried: {text}." in panel.message.value
    assert panel.prediction.change == offered[text]
    assert panel.values["savings"] == savings
    panel.what_if.nothing.click()
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
    panel.sliders["savings"].value = 5_900
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


# --- what if, from next month on ------------------------------------------------------------


def from_browser_part(panel: RiskPanel, part: str, value: float) -> None:
    panel.what_if.sliders[part].set_state({"value": value})


def usual(panel: RiskPanel, text: str) -> widgets.Button:
    return next(button for button in panel.what_if.usual if button.description == text)


def test_the_what_if_starts_at_nothing_changed_and_has_all_controls(panel: CountedPanel) -> None:
    box = panel.what_if
    assert box.change == Change()
    assert list(box.sliders) == list(box.entries) == list(CHANGE_INPUTS)
    for name, field in CHANGE_INPUTS.items():
        assert box.entries[name].description == f"What if: {field.label}"
        assert box.sliders[name].max == field.slider_maximum
    assert [words for words, _ in box.months.options] == list(LASTING.values())
    assert box.months.label == "from now on"
    assert panel.prediction.change is None
    assert_in_step(panel)


@pytest.mark.parametrize(
    ("part", "value"), [("income", 0.8), ("spending", 1.1), ("one_off", -2_000), ("debt", 4_000)]
)
def test_each_slider_of_the_what_if_asks_it_and_shows_its_curve(
    panel: CountedPanel, part: str, value: float
) -> None:
    panel.presets.value = MARIA
    without, panel.predictor.asked = panel.prediction, 0
    from_browser_part(panel, part, value)
    assert panel.predictor.asked == 1
    assert panel.prediction.change == Change(**Change().to_dict() | {part: value})
    assert panel.household == MARIA, "the household is what it is"
    assert panel.prediction.before == pytest.approx(without.probability, abs=1e-6)
    assert panel.prediction.meaning.startswith(f"{without.score} → {panel.prediction.score}: ")
    assert f"moves: {CHANGE_INPUTS[part].label.lower()}</h3>" in panel.curve.value
    before, after = without.probability, panel.prediction.probability
    nothing = CHANGE_INPUTS[part].default
    assert circles(panel.curve.value) == circles(
        panel.prediction.change_curve_svg(
            part, curve_of([(nothing, before), (value, after)], panel)
        )
    )
    assert_in_step(panel)


def circles(svg: str) -> list[tuple[str, str]]:
    """Where the points of a curve stand."""
    return re.findall(r'<circle cx="([^"]+)" cy="([^"]+)"', svg)


def curve_of(points: list[tuple[float, float]], panel: CountedPanel) -> pd.DataFrame:
    """Two points and the ends of the slider that was moved, which say how long the axis is."""
    field = panel._answer.curve.in_hand
    slider = panel.what_if.sliders[field.name]
    ends = [(slider.min, 0.5), (slider.max, 0.5)]
    return pd.DataFrame(sorted({*points, *ends}), columns=["value", "probability"])


def test_the_curve_of_a_field_has_the_points_without_and_with_the_change(
    panel: CountedPanel,
) -> None:
    panel.presets.value = MARIA
    usual(panel, "Pay cut 20 %").click()
    panel.sliders["savings"].value = 5_300
    curve = panel.predictor.predictor.what_if(panel.household, "savings")
    assert circles(panel.curve.value) == circles(panel.prediction.curve_svg("savings", curve))
    assert len(circles(panel.curve.value)) == 2
    heights = [float(y) for _, y in circles(panel.curve.value)]
    assert heights[0] > heights[1], "the hollow one, from before the pay cut, is lower"


def test_a_curve_is_looked_up_once_for_all_moves_of_its_slider(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    looked_up = panel.predictor.curves
    for savings in range(5_300, 6_300, 100):
        panel.sliders["savings"].value = savings
        expected = panel.predictor.predictor.what_if(panel.household, "savings")
        shown = panel._answer.curve._curve
        at = np.interp(expected["value"], shown["value"], shown["probability"])
        assert at == pytest.approx(expected["probability"], abs=0.02)
        circle = circles(panel.prediction.curve_svg("savings", expected))
        assert circles(panel.curve.value) == circle, "the point is where the model puts it"
        assert ",".join(circle[0]) in panel.curve.value, "and the line leads through it"
    assert panel.predictor.curves == looked_up
    for factor in (0.9, 0.8, 0.7):
        from_browser_part(panel, "income", factor)
    assert panel.predictor.curves == looked_up + 1
    panel.sliders["debt"].value = 8_000
    assert panel.predictor.curves == looked_up + 2, "another slider"
    panel.sliders["savings"].value = 5_000
    assert panel.predictor.curves == looked_up + 3, "its curve with less debt is another one"
    panel.entries["savings"].value = "200k"
    assert panel.predictor.curves == looked_up + 4, "the curve has to reach further"
    assert ">$200,000<" in panel.curve.value


def test_a_curve_that_fails_is_asked_for_again(panel: CountedPanel) -> None:
    start, curve = panel.prediction, panel.predictor.predictor.what_if

    def fail(*_: Any) -> None:
        raise KeyError("curve")

    panel.predictor.what_if = fail  # type: ignore[method-assign, assignment]
    panel.sliders["debt"].value = 3_000
    assert 'role="alert"' in panel.message.value
    assert panel.prediction == start, "all or nothing"
    panel.predictor.what_if = curve  # type: ignore[method-assign]
    panel.sliders["debt"].value = 3_100
    assert "now $3,100" in panel.curve.value
    assert_in_step(panel)


@pytest.mark.parametrize(
    ("part", "text", "value", "said"),
    [
        ("income", "-20 %", 0.8, "Income: $840 a month less."),
        ("income", "-$1,050", 0.75, "Income: 25 % less."),
        ("spending", "+10%", 1.1, "Spending: $"),
        ("one_off", "-2k", -2_000, "One-off sum: read as -$2,000."),
        ("debt", "-$500", -500, ""),
        ("debt", "", 0, ""),
    ],
)
def test_a_change_can_be_typed_as_people_say_it(
    panel: CountedPanel, part: str, text: str, value: float, said: str
) -> None:
    panel.presets.value = MARIA
    panel.what_if.entries[part].value = text
    assert panel.what_if.parts[part] == pytest.approx(value, rel=1e-12)
    assert said in panel.message.value
    assert bool(said) == bool(panel.message.value)
    assert_in_step(panel)


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("income", "much", "Income must be"),
        ("income", "20", "Write 20 % or $20."),
        ("debt", "-9,001", "Debt must not pay off more than is owed, got $9,001 against"),
    ],
)
def test_a_change_that_cannot_be_is_said_and_changes_nothing(
    panel: CountedPanel, part: str, text: str, said: str
) -> None:
    panel.presets.value = MARIA
    usual(panel, "$2,000 bill").click()
    before = panel.prediction
    panel.what_if.entries[part].value = text
    assert said in panel.message.value
    assert 'role="alert"' in panel.message.value
    assert panel.prediction == before
    assert_in_step(panel)


def test_dollars_stay_dollars_as_long_as_they_mean_the_same(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    usual(panel, "Rent + $200").click()
    box = panel.what_if.entries["spending"]
    assert box.value == "+$200"
    from_browser(panel, "savings", 6_000)
    from_browser(panel, "monthly_income", 4_300)
    assert box.value == "+$200"
    from_browser(panel, "monthly_expenses", 3_600)
    assert box.value == "+5.3 %", "of less spending the same share is less than $200"
    usual(panel, "Pay cut 20 %").click()
    assert box.value == "0 %"
    assert panel.what_if.entries["income"].value == "-20 %"
    assert_in_step(panel)


def test_how_long_it_lasts_is_kept_while_nothing_is_changed_yet(panel: CountedPanel) -> None:
    panel.what_if.months.label = "for 3 months"
    assert panel.prediction.change is None
    assert panel.what_if.months.label == "for 3 months"
    from_browser_part(panel, "income", 0.8)
    assert panel.prediction.change == Change(income=0.8, months=3)
    panel.what_if.months.value = N_FUTURE
    assert panel.prediction.change == Change(income=0.8)
    assert_in_step(panel)


def test_each_usual_change_has_a_button(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    start = panel.prediction
    for asked in usual_changes(MARIA):
        usual(panel, asked.text).click()
        assert panel.prediction.change == asked.change, "not on top of the one before"
        assert f"Tried: {asked.text}." in panel.message.value
        assert "moves: " in panel.curve.value, "the curve of a part it changed"
        assert_in_step(panel)
    usual(panel, "Job lost").click()
    assert panel.what_if.months.value == MEDIAN_JOB_LOSS.months
    panel.what_if.nothing.click()
    assert panel.prediction == start
    assert panel.what_if.months.value == N_FUTURE
    assert_in_step(panel)


def test_usual_changes_follow_the_household_and_no_button_is_made_anew(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr(widgets.Widget, "open", lambda widget: opened.append(widget))
    for savings in range(5_000, 9_000, 100):
        panel.sliders["savings"].value = savings
        assert_in_step(panel)
    late = usual(panel, "Raise 5 %")
    panel.entries["monthly_income"].value = "0"
    panel.entries["savings"].value = "0"
    assert_in_step(panel)
    assert late.layout.display == "none"
    before = panel.prediction
    late.click()  # it was on its way
    assert panel.prediction == before
    assert opened == []


def test_the_what_if_stays_while_the_household_moves(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    usual(panel, "Job lost").click()
    panel.sliders["savings"].value = 5_300
    panel.entries["debt"].value = "$9,100"
    panel.known["debt_payment"].value = True
    assert panel.prediction.change == MEDIAN_JOB_LOSS
    assert_in_step(panel)


def test_a_debt_that_is_no_longer_owed_is_paid_off_no_further(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    panel.what_if.entries["debt"].value = "-$1,500"
    panel.entries["debt"].value = "$600"
    assert panel.prediction.change == Change(debt=-600)
    assert "Debt of the what-if moved along to -$600." in panel.message.value
    assert_in_step(panel)
    panel.undo.click()
    assert panel.prediction.change == Change(debt=-1_500)
    assert panel.household == MARIA


def test_the_slider_of_less_debt_begins_where_all_is_paid(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    slider = panel.what_if.sliders["debt"]
    assert slider.min == -9_000
    panel.entries["debt"].value = "4,550"
    assert -4_550 <= slider.min < -4_450, "on a grid with zero"
    assert slider.min % CHANGE_INPUTS["debt"].step == 0
    from_browser_part(panel, "debt", slider.min)
    assert panel.prediction.change == Change(debt=-4_550), "the left end stands for the true one"
    assert_in_step(panel)
    panel.presets.value = MARIA
    panel.entries["debt"].value = "0"
    assert slider.min == 0
    panel.entries["debt"].value = "80,000"
    assert slider.min == -CHANGE_INPUTS["debt"].slider_maximum


def test_undo_and_reset_cover_household_and_what_if(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    for factor in (0.9, 0.8, 0.7):  # one drag
        from_browser_part(panel, "income", factor)
    panel.sliders["savings"].value = 5_300
    panel.what_if.months.value = 2
    steps = [Change(income=0.7), Change(income=0.7), None]
    for change, savings in zip(steps, (5_300, 5_200, 5_200), strict=True):
        panel.undo.click()
        assert panel.prediction.change == change
        assert panel.household.savings == savings
        assert_in_step(panel)
    usual(panel, "Job lost").click()
    tried = panel.prediction
    panel.reset.click()
    assert panel.prediction.change is None
    assert panel.what_if.months.value == N_FUTURE
    panel.undo.click()
    assert panel.prediction == tried


def test_a_drag_there_and_back_is_undone_without_losing_the_step_before(
    panel: CountedPanel,
) -> None:
    panel.sliders["debt"].value = 3_000
    panel.sliders["savings"].value = 5_900
    panel.sliders["savings"].value = 6_000
    panel.undo.click()
    panel.undo.click()
    assert panel.household.debt == INPUTS["debt"].default


def test_a_household_that_is_loaded_starts_with_nothing_changed(panel: CountedPanel) -> None:
    usual(panel, "Job lost").click()
    panel.presets.value = MARIA
    assert panel.prediction == panel.predictor.predictor.predict(MARIA)
    usual(panel, "Job lost").click()
    upload(panel, csv_of())
    assert panel.prediction == panel.predictor.predictor.predict_csv(csv_of())
    assert_in_step(panel)


# --- a move that may have been meant as a what-if --------------------------------------------

MEANT = {
    "monthly_income": (3_360, Change(income=0.8)),
    "savings": (3_200, Change(one_off=-2_000)),
    "debt": (12_000, Change(debt=3_000)),
}


@pytest.mark.parametrize("name", MEANT)
def test_who_moves_a_field_by_much_can_ask_it_as_a_what_if(panel: CountedPanel, name: str) -> None:
    value, change = MEANT[name]
    panel.presets.value = MARIA
    panel.entries[name].value = str(value)
    button = panel._messages.accept
    assert "ask that as a what-if." in panel.message.value
    assert button.layout.display == ""
    panel.predictor.asked = 0
    button.click()
    assert panel.predictor.asked == 1
    assert panel.household == MARIA
    assert panel.prediction.change == change
    assert f"Asked as a what-if: {change.words}." in panel.message.value
    assert "moves: " in panel.curve.value
    assert button.layout.display == "none"
    assert_in_step(panel)
    before = panel.prediction
    button.click()  # a second click was on its way
    assert panel.prediction == before
    panel.undo.click()
    assert panel.values[name] == value


def test_an_offer_taken_leaves_the_other_parts_of_the_what_if(panel: CountedPanel) -> None:
    panel.presets.value = MARIA
    from_browser_part(panel, "spending", 0.9)
    panel.what_if.months.value = 3
    panel.sliders["savings"].value = 3_200
    panel._messages.accept.click()
    assert panel.prediction.change == Change(spending=0.9, months=3, one_off=-2_000)


def test_a_drag_is_offered_once_far_from_where_it_began_and_says_one_thing(
    panel: CountedPanel,
) -> None:
    panel.presets.value = MARIA
    said = []
    for income in range(4_150, 2_950, -50):
        panel.sliders["monthly_income"].value = income
        said.append(panel.message.value)
    near = [words for words in said if not words]
    assert len(near) == len(range(4_150, 3_750, -50)), "10 % away, and no further, none"
    assert said[: len(near)] == near
    assert len(set(said[len(near) :])) == 1, "nothing that flickers"
    panel.sliders["debt"].value = 9_100  # another field: the household stands anew
    assert panel.message.value == ""
    panel.sliders["monthly_income"].value = 2_900
    assert panel.message.value == ""


def test_a_household_that_is_loaded_or_brought_back_is_no_offer(panel: CountedPanel) -> None:
    for household in EXAMPLES.values():
        panel.presets.value = household
        assert panel.message.value == ""
    panel.sliders["savings"].value = 20_000
    assert panel._messages.accept.layout.display == ""
    panel.undo.click()
    assert panel._messages.accept.layout.display == "none"
    upload(panel, csv_of())
    assert "what-if" not in panel.message.value
    panel.known["recent_income"].value = "lower"
    assert "what-if" not in panel.message.value
    from_browser_part(panel, "debt", 9_000)
    assert "ask that" not in panel.message.value


# --- the pattern, as a person would answer ---------------------------------------------------


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_optional_field_is_asked_in_full_and_answered_in_words(
    panel: CountedPanel, name: str
) -> None:
    field = INPUTS[name]
    asked = [part.value for part in panel._household.pattern.children if hasattr(part, "value")]
    assert any(field.question and field.question in text for text in asked)
    words = [word for word, _ in field.words]
    assert [text for text, _ in panel.known[name].options] == ["not known", *words, "a number"]
    for word, value in field.words:
        panel.known[name].label = word
        assert panel.values[name] == value
        assert panel.known[name].label == word
        assert_in_step(panel)
        panel.entries[name].value = word
        assert panel.values[name] == value
    panel.entries[name].value = "7" if field.scale == 1 else "77 %"
    assert panel.known[name].label == "a number"
    panel.known[name].label = "not known"
    assert panel.values[name] is None
    assert_in_step(panel)


def test_a_slider_that_leaves_a_word_shows_a_number(panel: CountedPanel) -> None:
    panel.known["last_income"].label = "lower"
    assert "income, last month" in panel.curve.value
    panel.sliders["last_income"].value = 0.7
    assert panel.known["last_income"].label == "a number"
    panel.sliders["last_income"].value = 1
    assert panel.known["last_income"].label == "usual"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("savings", "5.2k", "Savings: read as $5,200."),
        ("savings", "$5,200", ""),
        ("debt_payment", "unknown", "Debt payment: read as not known."),
    ],
)
def test_how_a_text_was_read_is_said_where_it_was_not_plain(
    panel: CountedPanel, name: str, text: str, said: str
) -> None:
    panel.presets.value = MARIA
    panel.entries[name].value = text
    assert said in panel.message.value
    assert bool(said) == bool(panel.message.value)


# --- what a hand and an eye meet --------------------------------------------------------------


def test_a_refusal_marks_the_answer_as_stale_until_the_next_good_one(panel: CountedPanel) -> None:
    answer, words = panel._answer._now, panel._answer._stale
    assert words.layout.display == "none"
    panel.entries["savings"].value = "lots"
    assert "finrisk-stale" in answer._dom_classes
    assert "This still answers the last numbers that were right." in words.value
    assert words.layout.display == ""
    panel.entries["savings"].value = "5,900"
    assert "finrisk-stale" not in answer._dom_classes
    assert words.layout.display == "none"


def test_what_is_no_question_about_a_household_leaves_the_answer_fresh(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panel.predictor, "report", None, raising=False)
    panel.export.click()
    assert 'role="alert"' in panel.message.value
    assert "finrisk-stale" not in panel._answer._now._dom_classes


def test_the_score_is_announced_with_each_answer(panel: CountedPanel) -> None:
    panel.sliders["savings"].value = 5_900
    p = panel.prediction
    said = f"Risk score {p.score} of 100, {p.risk_class}."
    assert re.search(rf'<div role="status"><span [^>]*>{said}</span></div>', panel.gauge.value)


def test_the_answer_comes_first_and_a_move_is_few_messages(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel.presets.value = MARIA
    sent = []
    monkeypatch.setattr(widgets.Widget, "_send", lambda widget, *_, **__: sent.append(widget))
    for step in range(1, 5):
        sent.clear()
        from_browser(panel, "savings", 5_200 + 100 * step)
        assert sent[0] is panel.gauge
        assert len(sent) <= 6, "gauge, reasons, curve, help, a usual change, the box"
    assert panel.entries["savings"] in sent
    for step in range(1, 5):
        sent.clear()
        from_browser_part(panel, "income", 1 - step / 100)
    assert sent[0] is panel.gauge
    assert len(sent) <= 5


def test_a_slider_that_is_only_switched_off_is_sent_as_it_is(
    panel: CountedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[dict[str, Any]] = []
    slider = panel.sliders["recent_income"]
    monkeypatch.setattr(slider, "_send", lambda message, **_: sent.append(message["state"]))
    slider.disabled = False
    assert [set(state) for state in sent] == [{"disabled"}]


def test_answer_help_and_reasons_stand_in_this_order(panel: CountedPanel) -> None:
    names = ["bar", "money", "what-if", "curve", "pattern", "right", "more"]
    inside = panel.widget.children[-1]
    assert [box._dom_classes[0] for box in inside.children] == [f"finrisk-{n}" for n in names]
    right = inside.children[5]
    parts = ["answer", "said", "help", "why"]
    assert [box._dom_classes[0] for box in right.children] == [f"finrisk-{n}" for n in parts]


def test_no_header_of_a_table_is_empty(panel: CountedPanel) -> None:
    assert "<th></th>" not in panel.warnings.table.value
    assert not re.search(r"<th(?! scope=)", panel.warnings.table.value)


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
        _, missed, needless, _ = cells
        assert f"Cost <b>{needless + cost * missed:,}</b>" in box, "as a reader works it out"
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
