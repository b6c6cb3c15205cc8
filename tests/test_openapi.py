"""The OpenAPI document: made of INPUTS, true in every example, drawn offline at /docs."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from browser import launch
from hypothesis import HealthCheck, settings

from finrisk.api.border import MAX_BODY
from finrisk.api.main import app
from finrisk.api.routes import get_predictor
from finrisk.change import Change
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor

PREDICTING = ("/api/predict", "/api/predict/csv")
ASKED = (*PREDICTING, "/api/form", "/api/report")


@pytest.fixture(scope="module")
def document(client: httpx.Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/openapi.json").json()
    return answer


def promised(document: dict[str, Any], path: str, status: int, method: str = "post") -> Any:
    """The example of one answer."""
    response = document["paths"][path][method]["responses"][str(status)]
    return response["content"]["application/json"]["example"]


def a_file(text: str) -> dict[str, Any]:
    return {"file": ("year.csv", text.encode())}


def example_file(document: dict[str, Any]) -> str:
    schemas = document["components"]["schemas"]
    body = schemas["Body_predict_csv_api_predict_csv_post"]
    text: str = body["properties"]["file"]["examples"][0]
    return text


def example_household(document: dict[str, Any]) -> dict[str, float]:
    schema = document["components"]["schemas"]["HouseholdIn"]
    household: dict[str, float] = schema["examples"][0]
    return household


def test_openapi_is_made_of_inputs(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["HouseholdIn"]
    assert list(schema["properties"]) == [*INPUTS, "change"]
    assert schema["required"] == [name for name, field in INPUTS.items() if field.required]
    assert schema["additionalProperties"] is False
    for name, field in INPUTS.items():
        described = schema["properties"][name]
        assert described["title"] == field.label
        assert field.help in described["description"]
        assert field.unit in described["description"]
        assert (described["minimum"], described["maximum"]) == (field.minimum, field.maximum)
    assert schema["properties"]["monthly_income"]["minimum"] == 0


def test_a_change_is_described_as_it_is_made(document: dict[str, Any]) -> None:
    """The fields of `Change`, with its defaults, and two in dollars; each may be left out."""
    schema = document["components"]["schemas"]["ChangeIn"]
    # FastAPI leaves every null out of the document
    described = {name: field.get("default") for name, field in schema["properties"].items()}
    assert described == Change().to_dict() | {"income_dollars": 0, "spending_dollars": 0}
    assert "required" not in schema
    assert schema["additionalProperties"] is False
    assert all(field["description"].endswith(".") for field in schema["properties"].values())
    answer = document["components"]["schemas"]["PredictionOut"]["properties"]
    assert {"change", "before", "difference", "arithmetic"} <= set(answer)


def test_every_address_is_described(document: dict[str, Any]) -> None:
    assert document["info"]["description"]
    for path, methods in document["paths"].items():
        for method in methods.values():
            assert method["description"].endswith("."), path
    predicting = {name for name in document["paths"] if name.startswith("/api/predict")}
    assert predicting == set(PREDICTING)


# --- examples: what is promised is what is answered -------------------------------------------


def test_the_examples_of_a_request_are_accepted(
    client: httpx.Client, document: dict[str, Any]
) -> None:
    for example in document["components"]["schemas"]["HouseholdIn"]["examples"]:
        assert client.post("/api/predict", json=example).status_code == 200
        assert client.post("/api/report", json=example).status_code == 200
    for example in document["components"]["schemas"]["FormIn"]["examples"]:
        answer = client.post("/api/form", json=example).json()
        assert answer["errors"] == {}
        assert answer["prediction"]["change"]["income"] == 0.8
    files = a_file(example_file(document))
    assert client.post("/api/predict/csv", files=files).status_code == 200


@pytest.mark.parametrize("path", PREDICTING)
def test_the_example_of_an_answer_is_such_an_answer(
    client: httpx.Client, document: dict[str, Any], path: str
) -> None:
    example = promised(document, path, 200)
    asked = example["household"] | {"change": example.get("change")}
    real = client.post("/api/predict", json=asked).json()
    assert list(example) == list(real)
    assert example["risk_class"] == real["risk_class"]
    for name in ("probability", "alert_threshold", "high_threshold", "typical_probability"):
        assert example[name] == pytest.approx(real[name], abs=0.05)
    points = sum(driver["points"] for driver in example["drivers"])
    difference = 100 * (example["probability"] - example["typical_probability"])
    assert points == pytest.approx(difference)
    assert {d["idea"] for d in example["drivers"]} == {d["idea"] for d in real["drivers"]}
    assert example["assumed"] == pytest.approx(real["assumed"], rel=0.02, abs=0.01)
    assert example["assumption"] == real["assumption"]
    assert example["standing"] == real["standing"] == "", "it is of a household that stays"
    assert example["definition"].startswith("Stressed: savings below one month of expenses")
    texts = {suggestion["text"] for suggestion in real["suggestions"]}
    assert {suggestion["text"] for suggestion in example["suggestions"]} <= texts
    changes = {suggestion["text"]: suggestion["change"] for suggestion in real["suggestions"]}
    for suggestion in example["suggestions"]:
        # FastAPI leaves every null out of the document
        real_one = {n: v for n, v in changes[suggestion["text"]].items() if v is not None}
        assert suggestion["change"] == real_one


@pytest.mark.parametrize("path", ASKED)
def test_the_example_of_too_large_is_what_is_said(
    client: httpx.Client, document: dict[str, Any], path: str
) -> None:
    answer = client.post(path, content=b"0" * (MAX_BODY + 1))
    assert (answer.status_code, answer.json()) == (413, promised(document, path, 413))


def late(seconds: float) -> Iterator[bytes]:
    yield b"{"
    time.sleep(seconds)
    yield b"}"


@pytest.mark.parametrize("path", ASKED)
def test_the_examples_of_a_request_that_is_no_right_one_are_what_is_said(
    client: httpx.Client, document: dict[str, Any], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.post(path, headers={"Host": "a.example"})
    assert (answer.status_code, answer.json()) == (400, promised(document, path, 400))
    answer = client.post(path, headers={"Origin": "null"})
    assert (answer.status_code, answer.json()) == (403, promised(document, path, 403))
    monkeypatch.setattr("finrisk.api.border.BODY_SECONDS", 0.1)
    answer = client.post(path, content=late(0.3))
    assert (answer.status_code, answer.json()) == (408, promised(document, path, 408))


def test_every_address_says_what_another_host_is_told(
    client: httpx.Client, document: dict[str, Any]
) -> None:
    for path, methods in document["paths"].items():
        for method in methods:
            answer = client.request(method, path, headers={"Host": "a.example"})
            assert answer.json() == promised(document, path, 400, method)


def test_the_example_of_a_bad_value_is_what_is_said(
    client: httpx.Client, document: dict[str, Any]
) -> None:
    household = example_household(document) | {"debt": -1}
    for path in ("/api/predict", "/api/report"):
        answer = client.post(path, json=household)
        assert (answer.status_code, answer.json()) == (422, promised(document, path, 422))
    answer = client.post("/api/form", json={"fields": 7})
    assert (answer.status_code, answer.json()) == (422, promised(document, "/api/form", 422))
    eleven = "\n".join(example_file(document).splitlines()[:-1])
    answer = client.post("/api/predict/csv", files=a_file(eleven))
    expected = promised(document, "/api/predict/csv", 422)
    assert (answer.status_code, answer.json()) == (422, expected)


def test_the_example_of_a_missing_model_is_what_is_said(
    client: httpx.Client,
    document: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = tmp_path / "latest_model.pth"
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    get_predictor.cache_clear()
    answers = {
        "/api/predict": client.post("/api/predict", json=example_household(document)),
        "/api/predict/csv": client.post("/api/predict/csv", files=a_file("")),
        "/api/form": client.post("/api/form", json={"fields": {}}),
        "/api/report": client.post("/api/report", json=example_household(document)),
        "/api/metrics": client.get("/api/metrics"),
    }
    get_predictor.cache_clear()
    for path, answer in answers.items():
        said = answer.json()
        sentence = said["detail"]["message"]
        said["detail"]["message"] = sentence.replace(str(here), "models/latest_model.pth")
        method = "get" if path == "/api/metrics" else "post"
        assert (answer.status_code, said) == (503, promised(document, path, 503, method))


def test_the_example_of_what_is_read_of_a_form_is_such_an_answer(
    client: httpx.Client, document: dict[str, Any]
) -> None:
    """What is told of one box that cannot be read, and of one that was not plain."""
    example = promised(document, "/api/form", 200)
    boxes = {"monthly_income": "4200", "monthly_expenses": "3900", "savings": "5.2k"}
    real = client.post("/api/form", json={"fields": boxes | {"debt": "much"}}).json()
    assert {n: v for n, v in real.items() if v} == {
        n: v for n, v in (example | {"model_id": Predictor.load().model_id}).items() if v
    }


# --- the page that draws it -------------------------------------------------------------------


def test_the_documentation_page_is_ours_and_offline(client: httpx.Client) -> None:
    page = client.get("/docs").text + client.get("/docs.js").text
    assert "http:" not in page
    assert "https:" not in page
    assert client.get("/redoc").status_code == 404
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert client.get(f"/docs/{name}").status_code == 200


@pytest.mark.browser
def test_the_documentation_page_lets_one_try_a_request(url: str) -> None:
    outside: list[str] = []
    complaints: list[str] = []  # a violation of the content security policy is one of them
    with launch() as browser:
        page = browser.new_page()
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(url) else None)
        page.on("console", lambda line: complaints.append(line.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{url}/docs")
        page.get_by_role("button", name="POST /api/predict", exact=False).first.click()
        page.get_by_role("button", name="Execute").click()
        answer = page.locator(".live-responses-table .response-col_description .highlight-code")
        answer.get_by_text('"risk_class"').wait_for()
        page.get_by_role("link", name="Back to the page").click()
        page.wait_for_url(f"{url}/")
    assert [address for address in outside if not address.startswith("data:")] == []
    assert complaints == []


# --- whatever it allows or forbids ------------------------------------------------------------

CONFIG = schemathesis.Config.from_path(Path(__file__).parents[1] / "schemathesis.toml")
DOCUMENT = schemathesis.openapi.from_dict(app.openapi(), config=CONFIG)


@DOCUMENT.parametrize()
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_the_document_allows_or_forbids_is_answered_properly(
    url: str, case: schemathesis.Case[Any]
) -> None:
    case.call_and_validate(base_url=url)
