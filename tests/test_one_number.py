"""The same household, the same number: predictor, panel, API and page, from the same CSV."""

import json
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from browser import launch, serve_app

from finrisk.household import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.panel import RiskPanel

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"


def by_panel(predictor: Predictor) -> float:
    panel = RiskPanel(predictor)
    content = memoryview(YEAR.read_bytes())
    panel.upload.value = (
        {"name": YEAR.name, "type": "text/csv", "size": len(content), "content": content}
        | {"last_modified": datetime.now(UTC)},
    )
    return panel.prediction.probability


def by_api(address: str) -> float:
    mark = "finrisk-boundary"
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{YEAR.name}"\r\n\r\n'
    )
    request = urllib.request.Request(
        f"{address}/api/predict/csv",
        data=head.encode() + YEAR.read_bytes() + f"\r\n--{mark}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={mark}"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return float(json.load(answer)["probability"])


def by_page(address: str) -> float:
    with launch() as browser:
        page = browser.new_page()
        page.goto(address)
        page.locator("#csv").set_input_files(YEAR)
        page.get_by_text(f"Last file read: {YEAR.name}").wait_for()
        return float(page.locator("#result").get_attribute("data-probability"))


@pytest.mark.browser
def test_a_year_of_months_gets_one_number_at_every_door(predictor: Predictor) -> None:
    expected = predictor.predict_csv(YEAR).probability
    assert 0.01 < expected < 0.99
    with serve_app() as address:
        found = {
            "bytes": predictor.predict_csv(YEAR.read_bytes()).probability,
            "panel": by_panel(predictor),
            "api": by_api(address),
            "page": by_page(address),
        }
    assert found == pytest.approx(dict.fromkeys(found, expected), abs=1e-6)


@pytest.mark.browser
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
        page.wait_for_function(
            "p => Math.abs(document.getElementById('result').dataset.probability - p) < 1e-6",
            arg=predictor.predict(household | {"last_income": float(text) / 100}).probability,
        )
