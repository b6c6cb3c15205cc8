"""The same household, the same answer: predictor, panel, API and page."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from browser import launch, serve_app
from golden import N_GOLDEN, YEAR, golden_households, typed
from playwright.sync_api import Page

from finrisk.household import Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.panel import RiskPanel
from finrisk.prediction import Prediction

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


def by_panel(panel: RiskPanel, household: Household) -> Said:
    """Typed into the boxes, one after the other."""
    panel.reset.click()
    for name, text in typed(household).items():
        panel.entries[name].value = text
    rows = panel._help.children[2:]
    return Said(
        panel.prediction.probability,
        panel.gauge.value.partition('aria-label="')[2].partition('"')[0].split(", ")[1],
        "<svg" + panel.drivers.value.partition("<svg")[2],
        [row.children[1].value for row in rows],
    )


def by_api(client: httpx.Client, household: Household) -> Said:
    return said_by(client.post("/api/predict", json=household.to_dict()).json())


def said_by(answer: dict[str, Any]) -> Said:
    lines = [f"{s['text']}: risk {100 * s['probability']:.1f} %" for s in answer["suggestions"]]
    return Said(answer["probability"], answer["risk_class"], answer["waterfall_svg"], lines)


def by_page(page: Page, household: Household) -> Said:
    """Typed into the form; what stands on the page is read, and only then."""
    with page.expect_response("**/api/predict") as answer:
        page.evaluate(FILL, typed(household))
    page.wait_for_function(SHOWN, arg=answer.value.json()["probability"])
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
    predictor: Predictor, households: list[Household]
) -> None:
    panel = RiskPanel(predictor)
    with serve_app() as address, httpx.Client(base_url=address, timeout=60) as client:
        for household in households:
            expected = by_predictor(predictor.predict(household))
            assert_same(by_panel(panel, household), expected, "panel", household)
            assert_same(by_api(client, household), expected, "API", household)


def test_the_page_answers_as_the_predictor(
    predictor: Predictor, households: list[Household]
) -> None:
    with serve_app() as address, launch() as browser:
        page = browser.new_page()
        page.goto(address)
        page.locator("#waterfall svg").wait_for()
        for household in households:
            expected = by_predictor(predictor.predict(household))
            assert_same(by_page(page, household), expected, "page", household)


def test_a_year_of_months_gets_one_number_at_every_door(predictor: Predictor) -> None:
    expected = by_predictor(predictor.predict_csv(YEAR))
    content = YEAR.read_bytes()
    panel = RiskPanel(predictor)
    file = {"name": YEAR.name, "type": "text/csv", "size": len(content), "content": content}
    panel.upload.value = (file | {"last_modified": datetime.now(UTC)},)
    assert panel.prediction.probability == expected.probability
    with serve_app() as address, launch() as browser:
        reply = httpx.post(f"{address}/api/predict/csv", files={"file": content}, timeout=60)
        assert_same(said_by(json.loads(reply.text)), expected, "API", panel.household)
        page = browser.new_page()
        page.goto(address)
        page.locator("#result[data-probability]").wait_for()  # it listens from then on
        page.locator("#csv").set_input_files(YEAR)
        page.wait_for_function(SHOWN, arg=expected.probability)
        assert_same(Said(**page.evaluate(READ)), expected, "page", panel.household)


@pytest.mark.parametrize("text", ["90", "0.9"])
def test_a_typed_share_is_percent_in_panel_and_page(predictor: Predictor, text: str) -> None:
    household = {n: f.default for n, f in INPUTS.items() if f.required}
    panel = RiskPanel(predictor)
    panel.entries["last_income"].value = text
    assert panel.entries["last_income"].value == f"{float(text):.1f} %"
    assert panel.values["last_income"] == float(text) / 100
    with serve_app() as address, launch() as browser:
        page = browser.new_page()
        page.goto(address)
        page.get_by_text("Your pattern").click()
        page.locator("#last_income").fill(text)
        figures = household | {"last_income": float(text) / 100}
        page.wait_for_function(SHOWN, arg=predictor.predict(figures).probability)
