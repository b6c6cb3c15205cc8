"""The same household, the same answer: predictor, panel, API, page and command line."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pandas as pd
import pytest
from golden import N_GOLDEN, YEAR, golden_changes, golden_households, typed, typed_changes
from playwright.sync_api import Page

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.command import run
from finrisk.errors import InvalidHousehold
from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.panel import RiskPanel
from finrisk.prediction import Prediction
from finrisk.typed import read_typed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def households() -> list[Household]:
    return golden_households()


@dataclass
class Said:
    """One door's answer, as far as that door shows it."""

    probability: float
    risk_class: str
    drivers: str
    suggestions: list[str]


def by_predictor(prediction: Prediction) -> Said:
    """The reference. The waterfall holds each driver's idea and points, to 0.1."""
    lines = [suggestion.line for suggestion in prediction.suggestions]
    return Said(prediction.probability, prediction.risk_class, prediction.waterfall_svg(), lines)


def by_panel(
    panel: RiskPanel, household: Household, change: Mapping[str, str] | None = None
) -> Said:
    """Typed into the boxes, one after the other."""
    panel.reset.click()
    for name, text in typed(household).items():
        panel.entries[name].value = text
    texts = dict(change or {})
    if months := texts.pop("months", None):
        panel.what_if.months.value = int(months)
    for name, text in texts.items():
        panel.what_if.entries[name].value = text
    return shown_by(panel)


def shown_by(panel: RiskPanel) -> Said:
    lines = re.findall(r"<p>(.*?)</p>", panel._answer.help.lines.value) if panel.applies else []
    return Said(
        panel.prediction.probability,
        panel.gauge.value.partition('aria-label="')[2]
        .partition('"')[0]
        .split(", ")[1]
        .split("; ")[0],
        "<svg" + panel.drivers.value.partition("<svg")[2],
        [html.unescape(line) for line in lines],
    )


def by_api(client: httpx.Client, household: Household, change: Change | None = None) -> Said:
    asked = household.to_dict() | {"change": change and change.to_dict()}
    return said_by(client.post("/api/predict", json=asked).json())


def said_by(answer: dict[str, Any]) -> Said:
    lines = [f"{s['text']}: {s['leads']} of 100" for s in answer["suggestions"]]
    return Said(answer["probability"], answer["risk_class"], answer["waterfall_svg"], lines)


def by_page(page: Page, household: Household, change: Mapping[str, str] | None = None) -> Said:
    """Typed into the form; what stands on the page is read, and only then."""
    texts = {f"change-{name}": (change or {}).get(name, "") for name in CHANGE_INPUTS}
    texts["months"] = (change or {}).get("months", "")
    with page.expect_response("**/api/form") as answer:
        page.evaluate(FILL, typed(household) | texts)
    page.wait_for_function(SHOWN, arg=answer.value.json()["prediction"]["probability"])
    return Said(**page.evaluate(READ))


FILL = """texts => {
    for (const [name, text] of Object.entries(texts)) document.getElementById(name).value = text;
    document.getElementById('savings').dispatchEvent(new Event('input', {bubbles: true}));
}"""
SHOWN = "p => Math.abs(document.getElementById('result').dataset.probability - p) < 1e-6"
READ = """() => ({
    probability: Number(document.getElementById('result').dataset.probability),
    risk_class: document.getElementById('score').textContent.split(', ')[1].replace('.', ''),
    drivers: document.querySelector('#waterfall svg').outerHTML,
    suggestions: [...document.querySelectorAll('#suggestions li > span')].map(
        (span) => span.firstChild.textContent + ': ' + span.lastChild.textContent.trim()),
})"""


def assert_same(found: Said, expected: Said, door: str, household: Household) -> None:
    where = f"{door}: {household}"
    assert found.probability == pytest.approx(expected.probability, abs=1e-6), where
    assert found.risk_class == expected.risk_class, where
    assert found.suggestions == expected.suggestions, where
    assert label_of(found.drivers) == label_of(expected.drivers), where


def label_of(svg: str) -> str:
    """Ideas and points of a waterfall."""
    return svg.partition('aria-label="')[2].partition('"')[0]


def test_the_golden_households_cover_what_they_should(households: list[Household]) -> None:
    assert len(set(households)) == len(households) == N_GOLDEN
    for name, field in INPUTS.items():
        values = {getattr(household, name) for household in households}
        assert {field.minimum, field.maximum} <= values, f"{name} is never at its edges."
        assert field.required or None in values
    classes = {Predictor.load().predict(household).risk_class for household in households}
    assert classes == {"Low", "Moderate", "High"}


def test_panel_and_api_answer_as_the_predictor(
    predictor: Predictor, households: list[Household], client: httpx.Client
) -> None:
    panel = RiskPanel(predictor)
    for household in households:
        expected = by_predictor(predictor.predict(household))
        assert_same(by_panel(panel, household), expected, "panel", household)
        assert_same(by_api(client, household), expected, "API", household)


def test_the_page_answers_as_the_predictor(
    predictor: Predictor, households: list[Household], page: Page
) -> None:
    for household in households:
        expected = by_predictor(predictor.predict(household))
        assert_same(by_page(page, household), expected, "page", household)


def test_a_change_gets_one_number_at_every_door_that_can_ask(
    predictor: Predictor, households: list[Household], client: httpx.Client
) -> None:
    """One by one, all at once, and by the API: changes as training draws them."""
    changes = golden_changes(households)
    table = pd.DataFrame([h.to_dict() for h in households], dtype=float)
    rows = pd.DataFrame([change.to_dict() for change in changes])
    many = predictor.predict_many(table, change=rows)
    assert len({change.months for change in changes}) == 6, "for good, and for 1 to 5 months"
    for i, (household, change) in enumerate(zip(households, changes, strict=True)):
        expected = predictor.predict(household, change=change)
        answer = by_api(client, household, change)
        assert_same(answer, by_predictor(expected), f"API, {change}", household)
        assert many["probability"][i] == pytest.approx(expected.probability, abs=1e-6)
        assert many["risk_class"][i] == expected.risk_class
        before = expected.probability if expected.before is None else expected.before
        assert many["probability_before"][i] == pytest.approx(before, abs=1e-6)


def test_a_typed_what_if_gets_one_number_in_panel_page_and_api(
    predictor: Predictor, households: list[Household], client: httpx.Client, page: Page
) -> None:
    """Fifty households, six changes of each, in percent and in dollars."""
    panel = RiskPanel(predictor)
    for household, drawn in zip(households, golden_changes(households), strict=True):
        for texts, change in typed_changes(household, drawn):
            expected = by_predictor(predictor.predict(household, change=change))
            by = by_panel(panel, household, texts)
            assert_same(by, expected, f"panel, {texts}", household)
            by = by_page(page, household, texts)
            assert_same(by, expected, f"page, {texts}", household)
            by = by_api(client, household, change)
            assert_same(by, expected, f"API, {texts}", household)


def test_the_command_line_says_the_same(
    predictor: Predictor,
    households: list[Household],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """To the last letter, for the household as it is and for each what-if."""
    monkeypatch.setattr(Predictor, "load", lambda: predictor)  # once, and not three hundred times
    for household, drawn in zip(households, golden_changes(households), strict=True):
        fields = [f"--{n.replace('_', '-')}={text}" for n, text in typed(household).items() if text]
        for texts, change in [({}, Change()), *typed_changes(household, drawn)]:
            asked = ",".join(f"{n}={text.replace(',', '')}" for n, text in texts.items())
            what_if = ["--what-if", asked] if asked else []
            monkeypatch.setattr("sys.argv", ["finrisk", "predict", *fields, *what_if])
            assert run() == 0, (fields, asked)
            expected = str(predictor.predict(household, change=change))
            assert capsys.readouterr().out.strip() == expected.strip()


def test_a_suggestion_tried_gets_one_number_at_every_door(
    predictor: Predictor, households: list[Household], client: httpx.Client, page: Page
) -> None:
    """Pressed in panel and page, each as the first and as the last that is offered."""
    offered = [(h, predictor.predict(h).suggestions) for h in households]
    tried = [(h, s) for h, found in offered[:15] for s in dict.fromkeys((*found[:1], *found[-1:]))]
    assert len(tried) > 8
    panel = RiskPanel(predictor)
    for household, suggestion in tried:
        expected = by_predictor(predictor.predict(household, change=suggestion.change))
        assert expected.probability == pytest.approx(suggestion.probability, abs=1e-6)
        by_panel(panel, household)
        texts = [offer.text for offer in panel.prediction.suggestions]
        panel.applies[texts.index(suggestion.text)].click()
        assert_same(shown_by(panel), expected, "panel", household)
        assert_same(by_api(client, household, suggestion.change), expected, "API", household)
        by_page(page, household)
        page.get_by_role("button", name=f"Try it: {suggestion.text}").click()
        page.wait_for_function(SHOWN, arg=expected.probability)
        assert_same(Said(**page.evaluate(READ)), expected, "page", household)


def test_a_year_of_months_gets_one_number_at_every_door(
    predictor: Predictor, client: httpx.Client, page: Page
) -> None:
    expected = by_predictor(predictor.predict_csv(YEAR))
    content = YEAR.read_bytes()
    panel = RiskPanel(predictor)
    file = {"name": YEAR.name, "type": "text/csv", "size": len(content), "content": content}
    panel.upload.value = (file | {"last_modified": datetime.now(UTC)},)
    assert panel.prediction.probability == expected.probability
    reply = client.post("/api/predict/csv", files={"file": content})
    assert_same(said_by(json.loads(reply.text)), expected, "API", panel.household)
    page.locator("#csv").set_input_files(YEAR)
    page.wait_for_function(SHOWN, arg=expected.probability)
    assert_same(Said(**page.evaluate(READ)), expected, "page", panel.household)


@pytest.mark.parametrize("text", ["90", "0.9 %"])
def test_a_typed_share_is_percent_in_panel_and_page(
    predictor: Predictor, text: str, page: Page
) -> None:
    household = {n: f.default for n, f in INPUTS.items() if f.required}
    share = {"90": 0.9, "0.9 %": 0.009}[text]
    panel = RiskPanel(predictor)
    panel.entries["last_income"].value = text
    assert panel.entries["last_income"].value == f"{100 * share:.1f} %"
    assert panel.values["last_income"] == share
    page.get_by_text("Your pattern").click()
    page.locator("#last_income").fill(text)
    figures = household | {"last_income": share}
    page.wait_for_function(SHOWN, arg=predictor.predict(figures).probability)


def test_what_could_be_a_share_or_a_percentage_is_asked_in_panel_and_page(page: Page) -> None:
    with pytest.raises(InvalidHousehold) as refused:
        read_typed(INPUTS["last_income"], "0.9")
    assert "Write 90% if it is a share of 0.9, else 0.9%." in str(refused.value)
    panel = RiskPanel()
    panel.entries["last_income"].value = "0.9"
    assert html.escape(str(refused.value)) in panel.message.value
    page.get_by_text("Your pattern").click()
    page.locator("#last_income").fill("0.9")
    page.locator("#savings").focus()  # what is wrong is said once the box is left
    page.get_by_text(str(refused.value)).wait_for()
