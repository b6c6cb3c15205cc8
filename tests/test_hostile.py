"""Attacked by us first: whatever is sent, an answer in one shape, and the server goes on.

A few of each kind of `hostile.py`, the same in every run; `make bench` tries thousands.
"""

import json
import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hostile import BODIES, GOOD, UPLOADS, Sent, odd_heads, raw_requests
from hostile_files import FILES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finrisk.errors import FinriskError
from finrisk.household import Household
from finrisk.ml.predictor import Predictor

PATIENCE = 30  # seconds; an answer takes about 20 ms on a machine with nothing else to do
SAME_EACH_RUN = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def client(url: str, predictor: Predictor) -> Iterator[httpx.Client]:
    """What a test leaves behind must still answer, and with the very same number."""
    with httpx.Client(base_url=url, timeout=PATIENCE) as client:
        yield client
        goes_on(client, predictor.predict(GOOD).probability)


def goes_on(client: httpx.Client, probability: float) -> None:
    assert client.get("/health").json() == {"status": "ok", "model": True}
    assert client.post("/api/predict", json=GOOD).json()["probability"] == probability


def send(client: httpx.Client, sent: Sent) -> httpx.Response:
    headers = {"Content-Type": sent.content_type} if sent.content_type else {}
    return client.post(sent.path, content=sent.body, headers=headers)


def check_answer(response: httpx.Response) -> int:
    """The status, after checking everything that must be true of any answer."""
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["content-security-policy"].startswith("default-src 'self'")
    assert "Traceback" not in response.text
    answer = json.loads(response.content.decode("utf-8"), parse_constant=no_number)
    if response.status_code == 200:
        check_prediction(answer)
    else:
        assert response.status_code in (413, 422)
        check_refusal(answer)
    return response.status_code


def no_number(name: str) -> None:
    raise AssertionError(f"JSON has no {name}")


def check_prediction(answer: dict[str, Any]) -> None:
    assert 0 <= answer["probability"] <= 1
    assert answer["score"] == round(100 * answer["probability"])
    points = sum(driver["points"] for driver in answer["drivers"])
    difference = 100 * (answer["probability"] - answer["typical_probability"])
    assert points == pytest.approx(difference, abs=0.01)
    assert (answer["before"] is None) == (answer["change"] is None)
    if answer["change"] is not None:
        moved = answer["probability"] - answer["before"]
        assert answer["difference"] == pytest.approx(moved, abs=1e-9)
    shown = f"{answer['meaning']}{answer['arithmetic']}"
    assert not re.search(r"\b(nan|inf|None)\b", shown)
    for name in ("gauge_svg", "waterfall_svg"):
        assert answer[name].startswith("<svg ")
        assert "<script" not in answer[name]


def check_refusal(answer: dict[str, Any]) -> None:
    assert set(answer) == {"detail"}
    assert set(answer["detail"]) == {"field", "message"}
    message = answer["detail"]["message"]
    assert message.endswith("."), message
    assert 20 < len(message) < 1_000


@pytest.mark.parametrize("kind", [*UPLOADS, *BODIES])
def test_a_hostile_request_gets_a_prediction_or_a_sentence(client: httpx.Client, kind: str) -> None:
    @SAME_EACH_RUN
    @given((UPLOADS | BODIES)[kind])
    def attack(sent: Sent) -> None:
        check_answer(send(client, sent))

    attack()


def test_too_large_is_said_as_such(client: httpx.Client) -> None:
    for size in (2**20, 3 * 2**20, 20 * 2**20):
        response = client.post("/api/predict/csv", files={"file": b"0" * size})
        assert check_answer(response) == 413


def read(predictor: Predictor, file: bytes) -> Household | str:
    """The household, or the sentence; any other error is a bug."""
    try:
        return predictor.read_csv(file)
    except FinriskError as error:
        return str(error)


@pytest.mark.parametrize("kind", FILES)
def test_a_hostile_file_is_a_household_or_a_sentence(predictor: Predictor, kind: str) -> None:
    @SAME_EACH_RUN
    @given(FILES[kind])
    def attack(file: bytes) -> None:
        assert isinstance(read(predictor, file), Household | str)

    attack()


def cut_off(address: str, request: bytes, *, close: bool) -> bytes:
    """What the server says to a request that breaks off; nothing if it hears no end."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as line:
        line.sendall(request)
        if close:
            return b""
        said = b""
        with suppress(ConnectionError):  # it closes without reading what was still on its way
            line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65_536):
                said += piece
        return said


@pytest.mark.usefixtures("client")
def test_a_request_that_breaks_off_does_no_harm(url: str) -> None:
    @SAME_EACH_RUN
    @given(raw_requests(), st.booleans())
    def attack(request: bytes, close: bool) -> None:
        said = cut_off(url, request, close=close)
        check_said(said)

    attack()


def check_said(said: bytes) -> None:
    """Nothing, or answers of which the last is a refusal in the one shape, or none."""
    assert said == b"" or said.startswith(b"HTTP/1.1 ")
    head, _, body = said[said.rfind(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    if said and not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 100")):
        assert b"x-content-type-options: nosniff" in head
        assert b"content-type: application/json" in head
        if body:  # HEAD has none
            check_refusal(json.loads(body))


@pytest.mark.usefixtures("client")
def test_an_odd_head_gets_an_answer_in_the_one_shape(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    @SAME_EACH_RUN
    @given(odd_heads())
    def attack(request: bytes) -> None:
        check_said(cut_off(url, request, close=False))

    attack()
    assert "Traceback" not in caplog.text
