"""The API, called over loopback as anybody would: same number, one shape of refusal."""

import gc
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import httpx
import pytest

from finrisk.api.border import MAX_BODY
from finrisk.api.examples import CSV
from finrisk.api.main import DOCS_FILES, PAGE_FILES, SWAGGER_FILES
from finrisk.api.routes import get_predictor
from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.prediction import Prediction
from finrisk.settings import Settings

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"
GOOD = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}
JSON = {"Content-Type": "application/json"}


def refusal(response: httpx.Response, status: int = 422) -> tuple[str, str]:
    """Field and sentence of a refusal, after checking that it has the one shape."""
    assert response.status_code == status, response.text
    assert set(response.json()) == {"detail"}
    assert set(response.json()["detail"]) == {"field", "message"}
    assert "Traceback" not in response.text
    return response.json()["detail"]["field"], response.json()["detail"]["message"]


# --- the same number ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "household",
    [
        GOOD,
        GOOD | {"savings": 0, "debt": 0},
        GOOD | {"debt_payment": 200, "negative_months": 5, "negative_streak": 2},
        {name: field.default for name, field in INPUTS.items()},
        GOOD | {"monthly_income": 100_000, "recent_income": None},
        GOOD | {"monthly_income": 0},
        GOOD | {"monthly_income": -0.0, "monthly_expenses": 0, "savings": 0, "debt": 0},
    ],
)
def test_predict_answers_what_the_predictor_says(
    client: httpx.Client, household: dict[str, float]
) -> None:
    answer = client.post("/api/predict", json=household).json()
    expected = Predictor.load().predict(household)
    assert answer["probability"] == pytest.approx(expected.probability, abs=1e-6)
    assert answer["score"] == expected.score
    assert answer["risk_class"] == expected.risk_class
    assert answer["meaning"] == expected.meaning
    assert answer["household"] == expected.household.to_dict()
    assert answer["warnings"] == list(expected.warnings)
    assert answer["assumption"] == expected.assumption
    assert answer["assumed"] == pytest.approx(expected.assumed)
    assert [d["idea"] for d in answer["drivers"]] == [d.idea for d in expected.drivers]
    assert [s["text"] for s in answer["suggestions"]] == [s.text for s in expected.suggestions]
    assert [answer[name] for name in ("change", "before", "difference")] == [None] * 3
    assert answer["arithmetic"] == list(expected.arithmetic)


@pytest.mark.parametrize(
    "change",
    [
        {"income": 0.714, "months": 3},
        {"income": 0},
        {"spending": 0.9, "one_off": -2_000, "debt": -8_000},
        {"months": 6.0, "income": 1.2},
    ],
)
def test_a_change_is_answered_as_the_predictor_answers_it(
    client: httpx.Client, change: dict[str, Any]
) -> None:
    answer = client.post("/api/predict", json=GOOD | {"change": change}).json()
    expected = Predictor.load().predict(GOOD, change=Change(**change))
    assert answer["probability"] == pytest.approx(expected.probability, abs=1e-6)
    assert answer["before"] == pytest.approx(expected.before, abs=1e-6)
    assert answer["difference"] == pytest.approx(expected.difference, abs=1e-6)
    assert answer["probability"] != answer["before"]
    assert answer["change"] == Change(**change).to_dict()
    assert answer["meaning"] == expected.meaning
    assert answer["arithmetic"] == list(expected.arithmetic)
    assert answer["waterfall_svg"] == expected.waterfall_svg()
    assert answer["household"] == expected.household.to_dict(), "the household itself stays"
    assert "change" not in answer["household"]


@pytest.mark.parametrize("nothing", [None, {}, {"income": 1}, {"months": 3}, {"months": None}])
def test_a_change_that_changes_nothing_is_none(client: httpx.Client, nothing: Any) -> None:
    answer = client.post("/api/predict", json=GOOD | {"change": nothing}).json()
    assert answer == client.post("/api/predict", json=GOOD).json()


def test_drivers_in_the_answer_add_up(client: httpx.Client) -> None:
    answer = client.post("/api/predict", json=GOOD).json()
    points = sum(driver["points"] for driver in answer["drivers"])
    difference = 100 * (answer["probability"] - answer["typical_probability"])
    assert points == pytest.approx(difference, abs=0.01)


def test_a_suggestion_can_be_sent_back_and_keeps_its_promise(client: httpx.Client) -> None:
    """Also on top of another change: it holds all that changes."""
    for asked in (None, {"income": 0.9}):
        answer = client.post("/api/predict", json=GOOD | {"change": asked}).json()
        assert answer["suggestions"]
        for suggestion in answer["suggestions"]:
            question = GOOD | {"change": suggestion["change"]}
            again = client.post("/api/predict", json=question).json()
            assert again["probability"] == pytest.approx(suggestion["probability"], abs=1e-6)


def test_csv_answers_what_the_predictor_says(client: httpx.Client) -> None:
    answer = client.post("/api/predict/csv", files={"file": YEAR.read_bytes()}).json()
    expected = Predictor.load().predict_csv(YEAR)
    assert answer["probability"] == pytest.approx(expected.probability, abs=1e-6)
    assert answer["household"] == pytest.approx(expected.household.to_dict())


def test_answers_do_not_mix_when_many_ask_at_once(client: httpx.Client) -> None:
    many = [GOOD | {"savings": 250 * i} for i in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda h: client.post("/api/predict", json=h).json(), many))
    predictor = Predictor.load()
    expected = [predictor.predict(household).probability for household in many]
    assert [a["probability"] for a in answers] == pytest.approx(expected, abs=1e-6)


def test_predictions_are_made_one_at_a_time(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many threads that share one Python take turns badly: half as many answers in all."""
    inside, most, real = [], [], Predictor.predict

    def watched(
        predictor: Predictor, household: Household | Mapping[str, Any], **asked: Any
    ) -> Prediction:
        inside.append(household)
        most.append(len(inside))
        time.sleep(0.02)
        inside.pop()
        return real(predictor, household, **asked)

    monkeypatch.setattr(Predictor, "predict", watched)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/api/predict", json=GOOD), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert max(most) == 1


def test_inputs_examples_metrics_and_health(client: httpx.Client) -> None:
    for path, table in (("/api/inputs", INPUTS), ("/api/change-inputs", CHANGE_INPUTS)):
        rows = [asdict(field) for field in table.values()]
        assert client.get(path).json() == json.loads(json.dumps(rows))
    examples = client.get("/api/examples").json()
    assert examples == {name: household.to_dict() for name, household in EXAMPLES.items()}
    assert client.get("/api/metrics").json() == Predictor.load().metrics
    assert client.get("/health").json() == {"status": "ok", "model": True}


# --- a form -----------------------------------------------------------------------------------

TYPED = {"monthly_income": "4,200", "monthly_expenses": "$3900", "savings": "2.5k", "debt": "8000"}


def fill(client: httpx.Client, fields: Any = TYPED, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/form", json={"fields": fields, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_a_form_is_answered_as_the_predictor_answers_what_was_meant(client: httpx.Client) -> None:
    change = {"income": "-$1,200", "one_off": "-2k", "months": "3"}
    answer = fill(client, change=change, in_hand="change.income")
    meant = change_from(Household(**GOOD), income_dollars=-1_200, one_off=-2_000, months=3)
    expected = Predictor.load().predict(GOOD, change=meant)
    assert answer["prediction"]["probability"] == pytest.approx(expected.probability, abs=1e-9)
    assert answer["prediction"]["meaning"] == expected.meaning
    assert answer["prediction"]["definition"] == expected.definition
    assert answer["prediction"]["figures_svg"] == expected.figures_svg()
    assert answer["echoes"] == {
        "savings": "read as $2,500",
        "change.income": "28.6 % less",
        "change.one_off": "read as -$2,000",
    }
    assert answer["errors"] == {}
    curve = Predictor.load().curve(expected, "change.income")
    assert answer["curve"] == {"title": curve.title, "svg": curve.svg}
    assert [u["text"] for u in answer["usual"]][:3] == ["Pay cut 20 %", "Job lost", "Rent + $200"]
    assert answer["model_id"] == Predictor.load().model_id


def test_all_that_is_wrong_with_a_form_is_told_at_once_in_its_labels(client: httpx.Client) -> None:
    answer = fill(client, TYPED | {"savings": "much", "debt": "-5"}, change={"income": "-20"})
    assert answer["prediction"] is None
    assert answer["errors"]["savings"].startswith("Savings must be a number, got 'much'.")
    assert answer["errors"]["debt"].startswith("Debt must lie between $0 and $5,000,000, got -5.")
    assert "Write -20 % or -$20." in answer["errors"]["change.income"]


def test_a_number_filled_in_by_a_face_is_taken_exactly(client: httpx.Client) -> None:
    exact = 2_500.123456789
    answer = fill(client, TYPED | {"savings": exact}, change={"income": 0.714285714285})
    assert answer["prediction"]["household"]["savings"] == exact
    assert answer["prediction"]["change"]["income"] == 0.714285714285


def test_a_field_moved_by_much_is_offered_as_a_what_if(client: httpx.Client) -> None:
    lower = TYPED | {"monthly_income": "3360"}
    offer = fill(client, lower, since=GOOD)["offer"]
    assert offer["household"]["monthly_income"] == 4_200
    assert offer["typed"] == {"income": "-$840"}
    assert "ask that as a what-if" in offer["sentence"]
    assert fill(client, lower)["offer"] is None
    assert fill(client, TYPED | {"monthly_income": "4100"}, since=GOOD)["offer"] is None


@pytest.mark.parametrize(
    ("body", "field", "sentence"),
    [
        ({}, "fields", "fields must be an object with the text of each box, got nothing. Send {"),
        ({"fields": []}, "fields", "fields must be an object with the text of each box, got []."),
        ({"fields": TYPED, "change": 7}, "change", "change must be an object with fields of a"),
        ({"fields": TYPED, "since": 7}, "since", "since must be an object with the fields of a"),
        ({"fields": TYPED, "since": {"debt": -1}}, "monthly_income", "monthly_income is required"),
        ({"fields": TYPED, "in_hand": 7}, "in_hand", "in_hand must be the name of a box, got 7."),
        ({"fields": TYPED, "in_hand": "x"}, "x", "x is not a field of a household. Use monthly"),
        ({"fields": TYPED, "in_hand": "change.x"}, "part", "part must be one of income, spend"),
    ],
)
def test_a_body_that_is_no_form_is_told_what_to_send(
    client: httpx.Client, body: dict[str, Any], field: str, sentence: str
) -> None:
    told = refusal(client.post("/api/form", json=body))
    assert (told[0], told[1][: len(sentence)]) == (field, sentence)


def test_a_report_is_the_predictor_s(client: httpx.Client) -> None:
    change = {"spending_dollars": 200}
    answer = client.post("/api/report", json=GOOD | {"change": change})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    meant = change_from(Household(**GOOD), spending_dollars=200)
    assert answer.text == Predictor.load().report(GOOD, change=meant)
    assert refusal(client.post("/api/report", json=GOOD | {"debt": -1}))[0] == "debt"


def test_a_change_is_sent_in_factors_or_in_dollars(client: httpx.Client) -> None:
    household = Household(**GOOD)
    for dollars in ({"income_dollars": -1_260}, {"spending_dollars": 300}):
        answer = client.post("/api/predict", json=GOOD | {"change": dollars}).json()
        expected = Predictor.load().predict(household, change=change_from(household, **dollars))
        assert answer["probability"] == expected.probability
    both = {"income": 0.9, "income_dollars": -100}
    told = refusal(client.post("/api/predict", json=GOOD | {"change": both}))
    assert told == (
        "income",
        "income must be given once, got a factor and dollars. Leave out income or income_dollars.",
    )


# --- refusals -------------------------------------------------------------------------------

NOT_A_NUMBER = "debt must be a number, got {}. Give a number in $."
BAD_HOUSEHOLDS = [
    ({"debt": "8000"}, "debt", NOT_A_NUMBER.format("'8000'")),
    ({"debt": True}, "debt", NOT_A_NUMBER.format("True")),
    ({"debt": [1, 2]}, "debt", NOT_A_NUMBER.format("[1, 2]")),
    ({"debt": {"a": 1}}, "debt", NOT_A_NUMBER.format("{'a': 1}")),
    ({"debt": None}, "debt", "debt is required, got nothing. Give a number in $."),
    ({"debt": float("nan")}, "debt", NOT_A_NUMBER.format("nan")),
    ({"debt": float("inf")}, "debt", NOT_A_NUMBER.format("inf")),
    ({"recent_income": float("nan")}, "recent_income", "must be a number, got nan"),
    ({"debt": -1}, "debt", "debt must lie between $0 and $5,000,000, got -1."),
    ({"monthly_income": -1}, "monthly_income", "must lie between $0 and $100,000, got -1."),
    ({"debt": 1e308}, "debt", "debt must lie between $0 and $5,000,000"),
    ({"negative_months": 2.5}, "negative_months", "is a count of months, got 2.5"),
    ({"debt_payment": 5000}, "debt_payment", "must not exceed monthly_expenses, got $5,000"),
    ({"pets": 3}, "pets", "pets is not a field of a household. Use monthly_income,"),
    ({"<b>x</b>": 3}, "<b>x</b>", "is not a field of a household"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), BAD_HOUSEHOLDS)
def test_a_bad_value_is_named_with_its_rule(
    client: httpx.Client, change: dict[str, Any], field: str, sentence: str
) -> None:
    response = client.post("/api/predict", content=json.dumps(GOOD | change), headers=JSON)
    named, message = refusal(response)
    assert named == field
    assert sentence in message


BAD_CHANGES = [
    ({"income": -1}, "income", "income must be a factor of at least 0, got -1"),
    ({"income": "0.7"}, "income", "income must be a factor of at least 0, got '0.7'. Give 1 for"),
    ({"spending": None}, "spending", "spending must be a factor of at least 0, got None."),
    ({"spending": 1e9}, "spending", "spending must be a factor of at most 1,000, got 10000000"),
    ({"income": float("nan")}, "income", "income must be a factor of at least 0, got nan."),
    ({"one_off": True}, "one_off", "one_off must be an amount of at most $50,000,000 either way"),
    ({"one_off": [5]}, "one_off", "one_off must be an amount of at most $50,000,000 either way"),
    ({"income": 0.7, "months": 0}, "months", "months must be a whole number from 1 to 6, got 0"),
    ({"income": 0.7, "months": 2.5}, "months", "a whole number from 1 to 6, got 2.5."),
    ({"income": 0.7, "months": "3"}, "months", "a whole number from 1 to 6, got '3'."),
    ({"debt": -8_001}, "debt", "must not pay off more than is owed, got $8,001 against $8,000."),
    ({"incom": 0.7}, "incom", "incom is nothing that a Change has, but looks like income. Use"),
    ({"savings": 2}, "savings", "savings is nothing that a Change multiplies, got 2. Savings"),
    ({"debt_payment": 2}, "debt_payment", "debt_payment is nothing that a Change has"),
    ({"change": {}}, "change", "change is nothing that a Change has"),
    ({"<b>": 2}, "<b>", "is nothing that a Change has"),
    ("less", "change", "change must be an object with fields of a change, got 'less'. Send {"),
    (0.7, "change", "change must be an object with fields of a change, got 0.7. Send {"),
    ([{"income": 0.7}], "change", "change must be an object with fields of a change, got [{"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), BAD_CHANGES)
def test_a_change_that_nobody_can_make_is_named_with_its_rule(
    client: httpx.Client, change: Any, field: str, sentence: str
) -> None:
    body = json.dumps(GOOD | {"change": change})
    named, message = refusal(client.post("/api/predict", content=body, headers=JSON))
    assert named == field
    assert sentence in message
    assert len(message) < 300


def test_a_long_value_or_name_of_a_change_is_shortened(client: httpx.Client) -> None:
    for change in ({"income": "9" * 10_000}, {"x" * 10_000: 1}, "x" * 10_000):
        named, message = refusal(client.post("/api/predict", json=GOOD | {"change": change}))
        assert len(named) <= 60
        assert len(message) < 350


def test_a_field_of_the_household_is_told_from_its_namesake_in_the_change(
    client: httpx.Client,
) -> None:
    """Both have a debt; the sentence is about the one that is wrong."""
    question = GOOD | {"debt": "much", "change": {"debt": -100}}
    assert refusal(client.post("/api/predict", json=question)) == (
        "debt",
        NOT_A_NUMBER.format("'much'"),
    )


@pytest.mark.parametrize("missing", GOOD)
def test_a_missing_required_field_is_named(client: httpx.Client, missing: str) -> None:
    rest = {name: value for name, value in GOOD.items() if name != missing}
    named, message = refusal(client.post("/api/predict", json=rest))
    assert named == missing
    assert message == f"{missing} is required, got nothing. Give a number in $."


def test_a_long_value_or_name_is_shortened(client: httpx.Client) -> None:
    _, message = refusal(client.post("/api/predict", json=GOOD | {"debt": "9" * 10_000}))
    assert len(message) < 150
    _, message = refusal(client.post("/api/predict", json=GOOD | {"x" * 10_000: 1}))
    assert len(message) < 350


@pytest.mark.parametrize("body", ["", "5", "[]", "null", '"text"', "{}"])
def test_a_body_that_is_no_household_is_told_what_to_send(client: httpx.Client, body: str) -> None:
    _, message = refusal(client.post("/api/predict", content=body, headers=JSON))
    assert "JSON object" in message or "monthly_income is required" in message


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"debt": 1,}', b"\xff\xfe\x00", b"[" * 100_000, b'{"debt": ' + b"1" * 5000 + b"}"],
)
def test_text_that_is_no_json_gets_a_sentence(client: httpx.Client, body: bytes) -> None:
    field, message = refusal(client.post("/api/predict", content=body, headers=JSON))
    assert field == ""
    assert "JSON" in message or "could not be read" in message


def test_half_a_character_does_not_break_the_answer(client: httpx.Client) -> None:
    body = json.dumps(GOOD | {"\ud800": 1, "debt": "\udfff"})
    refusal(client.post("/api/predict", content=body, headers=JSON))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_another_content_type_is_told_which_to_use(client: httpx.Client, kind: str) -> None:
    headers = {"Content-Type": kind}
    response = client.post("/api/predict", content=json.dumps(GOOD), headers=headers)
    assert "Content-Type: application/json" in refusal(response)[1]


def test_a_bad_csv_says_what_is_wrong_with_it(client: httpx.Client) -> None:
    response = client.post("/api/predict/csv", files={"file": ("a.csv", b"month,income\n")})
    assert "expenses" in refusal(response)[1]


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"\x89PNG\r\n\x1a\n", b"\xff\xfe\xff"])
def test_a_file_that_is_no_csv_gets_a_sentence(client: httpx.Client, content: bytes) -> None:
    _, message = refusal(client.post("/api/predict/csv", files={"file": ("a.csv", content)}))
    assert message.endswith(".")


def test_an_upload_without_its_file_is_told_how(client: httpx.Client) -> None:
    for body in ({"data": {"file": "text"}}, {"files": {"other": b"x"}}, {"content": b"x"}):
        field, message = refusal(client.post("/api/predict/csv", **body))
        assert field == "file"
        assert "multipart/form-data" in message


def test_a_broken_multipart_body_gets_a_sentence(client: httpx.Client) -> None:
    headers = {"Content-Type": "multipart/form-data"}  # the boundary is missing
    response = client.post("/api/predict/csv", content=b"--x\r\n", headers=headers)
    assert "could not be read" in refusal(response)[1]


@pytest.mark.parametrize("kept", [0, 30, 100, 200, -20, -5, -4])
def test_an_upload_that_breaks_off_is_told_so(client: httpx.Client, kept: int) -> None:
    """Nor is the file left open that the parser would go on writing to (warnings are errors)."""
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body += CSV.encode() + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/api/predict/csv", content=body, headers=headers).status_code == 200
    cut = client.post("/api/predict/csv", content=body[:kept], headers=headers)
    field, message = refusal(cut)
    assert (field, "breaks off before its end. Send it again." in message) == ("file", True)
    gc.collect()


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ('"debt": 1', "debt", "debt must stand in the body once, got it 2 times."),
        ('"debt": 8000', "debt", "debt must stand in the body once, got it 2 times."),
        ('"debt": null, "d\\u0065bt": 1', "debt", "debt must stand in the body once, got it 3"),
        ('"pets": 1, "pets": 1', "pets", "pets must stand in the body once"),
        ('"a": {"b": 1, "b": 2}', "b", "b must stand in the body once"),
        ('"change": {"income": 1, "income": 2}', "income", "income must stand in the body once"),
        ('"change": {}, "change": null', "change", "change must stand in the body once"),
        ('"": 1, "": 2', "", "'' (with no character) must stand in the body once"),
    ],
)
def test_a_field_that_stands_twice_is_refused(
    client: httpx.Client, more: str, field: str, words: str
) -> None:
    """JSON's reader takes the last; whoever sent both would not know which was judged."""
    body = f"{json.dumps(GOOD)[:-1]}, {more}}}"
    named, message = refusal(client.post("/api/predict", content=body, headers=JSON))
    assert named == field
    assert words in message
    again = client.post("/api/predict", content=body.encode("utf-16"), headers=JSON)
    assert refusal(again) == (named, message)


def test_a_long_name_that_stands_twice_is_shortened(client: httpx.Client) -> None:
    body = f'{{"{"x" * 9_000}": 1, "{"x" * 9_000}": 1}}'
    named, message = refusal(client.post("/api/predict", content=body, headers=JSON))
    assert len(named) == 60
    assert len(message) < 150


def test_fields_by_the_thousand_are_refused_at_once(client: httpx.Client) -> None:
    """Pydantic would write a refusal of each, for seconds in which nobody else is answered."""
    many = json.dumps({f"{i}": 1 for i in range(80_000)})
    _, message = refusal(client.post("/api/predict", content=many, headers=JSON))
    assert "the fields of one household, got 80,000 fields." in message


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (("file", ("b.csv", b"")), "got 2 parts: 'file, file'"),
        (("file", (None, b"text")), "got 2 parts: 'file, file'"),
        (("note", (None, b"text")), "got 2 parts: 'file, note'"),
        (("x" * 900, ("b.csv", b"")), "got 2 parts: 'file, xxx"),
    ],
)
def test_an_upload_holds_one_file_and_nothing_that_is_passed_over(
    client: httpx.Client, second: Any, words: str
) -> None:
    parts = [("file", ("a.csv", CSV.encode())), second]
    for upload in (parts, parts[::-1]):
        field, message = refusal(client.post("/api/predict/csv", files=upload))
        assert field == "file"
        assert message.startswith("file must be the only part of the upload, got 2 parts: ")
        assert len(message) < 250
    assert words in refusal(client.post("/api/predict/csv", files=parts))[1]
    gc.collect()  # no file is left open


def test_too_large_a_body_is_refused_announced_or_not(client: httpx.Client) -> None:
    announced = client.post("/api/predict", content=b"0" * (MAX_BODY + 1))
    streamed = client.post("/api/predict/csv", content=iter([b"0" * 600_000] * 2))
    for response in (announced, streamed):
        assert "1 MiB" in refusal(response, 413)[1]


def test_a_body_of_exactly_the_limit_is_read(client: httpx.Client) -> None:
    text = json.dumps(GOOD)
    body = text + " " * (MAX_BODY - len(text))
    assert client.post("/api/predict", content=body, headers=JSON).status_code == 200


def test_no_upload_ever_touches_the_disk(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large upload would be put aside in a file; the limit on bodies keeps all in memory."""
    written: list[object] = []
    monkeypatch.setattr(SpooledTemporaryFile, "rollover", lambda file: written.append(file))
    largest = b"0" * (MAX_BODY - 300)  # the rest of the body is what surrounds a file
    refusal(client.post("/api/predict/csv", files={"file": ("a.csv", largest)}))
    many = [("file", (f"{i}.csv", b"0" * 900)) for i in range(900)]
    refusal(client.post("/api/predict/csv", files=many))
    client.post("/api/predict/csv", files={"file": ("year.csv", YEAR.read_bytes())})
    assert written == []
    with SpooledTemporaryFile(max_size=1) as file:
        file.write(b"12")
    assert len(written) == 1, "the watch sees what it watches for"


def test_unknown_addresses_and_methods_have_the_same_shape(client: httpx.Client) -> None:
    assert "/nothing" in refusal(client.get("/nothing"), 404)[1]
    wrong = client.put("/api/predict", json=GOOD)
    assert "PUT /api/predict" in refusal(wrong, 405)[1]
    assert wrong.headers["allow"] == "POST"
    for path in ("/", "/health", "/app.js"):
        wrong = client.post(path)
        assert f"POST {path}: Method" in refusal(wrong, 405)[1]
        assert wrong.headers["allow"] == "GET, HEAD"


@pytest.fixture
def forget_model() -> Iterator[None]:
    """The server loads its model anew, before the test and after it."""
    get_predictor.cache_clear()
    yield
    get_predictor.cache_clear()


@pytest.mark.usefixtures("forget_model")
def test_without_a_model_the_answer_names_the_command(
    client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Settings().models_dir
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    assert client.get("/health").json() == {"status": "ok", "model": False}
    for response in (client.post("/api/predict", json=GOOD), client.get("/api/metrics")):
        assert "python -m finrisk train" in refusal(response, 503)[1]
    for file in shipped.iterdir():  # once it is there it is found, without a restart
        shutil.copy(file, tmp_path)
    assert client.post("/api/predict", json=GOOD).status_code == 200


@pytest.mark.usefixtures("forget_model")
@pytest.mark.parametrize("error", [OSError("disk"), RuntimeError("bug"), FinriskError("setting")])
def test_health_is_told_truly_whatever_keeps_the_model_from_answering(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Predictor, "load", fail)
    assert client.get("/health").json() == {"status": "ok", "model": False}
    status = 503 if isinstance(error, FinriskError) else 500
    refusal(client.post("/api/predict", json=GOOD), status)


@pytest.mark.usefixtures("forget_model")
def test_a_slip_in_the_settings_is_not_said_to_be_the_household_s(
    client: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path / "file"))
    assert client.get("/health").json() == {"status": "ok", "model": False}
    for answer in (client.post("/api/predict", json=GOOD), client.get("/api/metrics")):
        assert refusal(answer, 503)[0] == "models_dir"


def test_a_bug_is_admitted_without_its_details(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret 4711")

    monkeypatch.setattr(Predictor, "predict", fail)
    response = client.post("/api/predict", json=GOOD)
    assert "went wrong here" in refusal(response, 500)[1]
    assert "4711" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


# --- the border -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/app.js", "/health", "/api/inputs", "/nothing"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path, headers={"Origin": "http://elsewhere.example"}).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert not [name for name in headers if name.startswith("access-control")]  # no CORS


READABLE = ["/", "/app.js", "/docs", "/docs/swagger-ui.css", "/openapi.json", "/health"]
READABLE += ["/api/inputs", "/api/examples", "/api/metrics"]


@pytest.mark.parametrize("path", [*READABLE, "/nothing"])
def test_whatever_can_be_read_may_be_asked_for_its_head_only(
    client: httpx.Client, path: str
) -> None:
    head, whole = client.head(path), client.get(path)
    assert head.content == b""
    assert head.status_code == whole.status_code
    lost = ("date", "content-length") if path == "/nothing" else ("date",)  # it names the method
    for name in lost:
        del head.headers[name], whole.headers[name]
    assert head.headers == whole.headers


def test_a_route_that_is_only_sent_to_has_no_head(client: httpx.Client) -> None:
    head = client.head("/api/predict")
    assert (head.status_code, head.content, head.headers["allow"]) == (405, b"", "POST")


@pytest.mark.parametrize("part", ["bytes=0-3", "bytes=0-1,4-5", "bytes=99999999-", "x", ""])
def test_a_file_comes_whole_whatever_part_is_asked_for(client: httpx.Client, part: str) -> None:
    whole = client.get("/app.js")
    answer = client.get("/app.js", headers={"Range": part, "If-Range": whole.headers["etag"]})
    assert (answer.status_code, answer.content) == (200, whole.content)
    assert answer.headers["accept-ranges"] == "none"


def test_a_script_is_a_script_whatever_this_machine_makes_of_its_ending(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows other programs may say that .js is plain text, and a browser then refuses it."""
    monkeypatch.setattr("starlette.responses.guess_type", lambda *_: ("text/plain", None))
    kinds = {".js": "text/javascript", ".css": "text/css", ".csv": "text/csv"}
    for path, name in {**PAGE_FILES, **DOCS_FILES}.items():
        kind = kinds.get(Path(name).suffix, "text/html")
        assert client.get(path).headers["content-type"] == f"{kind}; charset=utf-8", path
    for name in SWAGGER_FILES:
        kind = kinds[Path(name).suffix]
        assert client.get(f"/docs/{name}").headers["content-type"] == f"{kind}; charset=utf-8"


def test_the_page_names_nothing_outside(client: httpx.Client) -> None:
    for path, kind in (("/", "text/html"), ("/app.js", "javascript"), ("/styles.css", "text/css")):
        response = client.get(path)
        assert kind in response.headers["content-type"]
        text = response.text.replace("http://www.w3.org/2000/svg", "")  # a name, not a link
        assert "http:" not in text
        assert "https:" not in text
        assert "innerHTML" not in text
