"""What the server says while it works: where something happened, never with whose numbers."""

import json
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from real_server import RealServer, real_server

from finrisk.api.border import MAX_BODY

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"
FIGURE = "4711.13"
GOOD = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 4711.13, "debt": 8000}
CSV_PATH = "/api/predict/csv"
BROKEN = f"--x\r\nContent-Disposition: form-data; {FIGURE}; name=\r\n{FIGURE}\r\n--x--{FIGURE}"

# Starts the real command with a predictor that fails and shows the household in its message.
# The message does not stand in the source, since a traceback of Python 3.13 shows that too.
FAILING = """
import sys
from finrisk.__main__ import main
from finrisk.ml.predictor import Predictor

def fail(_, household, **__):
    raise RuntimeError(" ".join(["no", "answer", "for", str(household)]))

Predictor.predict = fail
sys.exit(main())
"""


@pytest.fixture(scope="module")
def server() -> Iterator[RealServer]:
    with real_server() as server:
        yield server


def send_raw(port: int, text: str) -> None:
    """What no client library sends; the answer, if any, is read until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(text.encode())
        line.settimeout(1)  # a server that waits for the rest does so longer
        with suppress(TimeoutError):
            while line.recv(65_536):
                pass


def ask_everything(server: RealServer) -> list[int]:
    """Requests that carry the figure wherever one can be carried; returns their statuses."""
    year = YEAR.read_text(encoding="utf-8")
    figures = {"Referer": f"http://x/?{FIGURE}", "X-Forwarded-For": FIGURE, "Cookie": FIGURE}
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    with httpx.Client(base_url=server.url, timeout=30, headers=figures) as client:
        answers = [
            client.post("/api/predict", json=GOOD),
            client.post(f"/api/predict?savings={FIGURE}", json=GOOD),
            client.post("/api/predict", json=GOOD | {"debt": -4711.13}),
            client.post("/api/predict", json=GOOD | {"debt": FIGURE}),
            client.post("/api/predict", json=GOOD | {FIGURE: 1}),
            client.post("/api/predict", content=f"{{{FIGURE}"),
            client.post(CSV_PATH, files={"file": (f"{FIGURE}.csv", year)}),
            client.post(CSV_PATH, files={"file": (f"{FIGURE}.csv", f"{year}{FIGURE}\n")}),
            client.post(CSV_PATH, files={FIGURE: (FIGURE, FIGURE)}),
            client.post(CSV_PATH, content=BROKEN, headers=multipart),
            client.post(f"/{FIGURE}", content=FIGURE * (MAX_BODY // 5)),
            *(client.get(f"/{path}{FIGURE}") for path in ("", "?", "api/", "docs/", "a?b=")),
            client.request("DELETE", f"/api/inputs?{FIGURE}"),
        ]
    send_raw(server.port, f"GET /?{FIGURE} HTTP/9.9\r\n{FIGURE}\r\n\r\n")
    head = f"POST {CSV_PATH}?{FIGURE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n"
    send_raw(server.port, f"{head}{FIGURE}")  # cut off
    return [answer.status_code for answer in answers]


def test_no_figure_of_a_household_reaches_the_log(server: RealServer) -> None:
    statuses = ask_everything(server)
    assert set(statuses) == {200, 404, 405, 413, 422}
    log = server.said()
    assert '"POST /api/predict HTTP/1.1" 200' in log, "the log still says what was asked"
    assert log.count("HTTP/1.1") >= len(statuses)
    assert FIGURE not in log
    known = ("INFO: ", "WARNING:  Invalid HTTP request received.")
    assert [line for line in log.splitlines() if not line.startswith(known)] == []


def test_a_long_method_does_not_fill_the_log(server: RealServer) -> None:
    for path, host in (("/", "localhost"), ("/x", "localhost"), ("/x", "evil.example")):
        head = f"{'A' * 60_000} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        send_raw(server.port, head)
    log = server.said()
    assert log.count('"AAAAAAAAAA /') == 3
    assert max(len(line) for line in log.splitlines()) < 200


def test_a_mistake_of_ours_is_found_in_the_log_without_its_text() -> None:
    with real_server(["-c", FAILING]) as server:
        answer = httpx.post(f"{server.url}/api/predict", json=GOOD, timeout=30)
        health = httpx.get(f"{server.url}/health", timeout=30)
        log = server.said()
    assert answer.status_code == 500
    assert "went wrong here" in json.loads(answer.text)["detail"]["message"]
    assert health.status_code == 200, "the server goes on"
    assert "RuntimeError" in log
    assert str(Path("finrisk", "api", "routes.py")) in log
    assert "in fail" in log
    assert FIGURE not in log
    assert "no answer for" not in log


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C cannot be sent to one process")
def test_it_says_where_to_look_and_ends_quietly(server: RealServer) -> None:
    said = server.said()
    assert f"running on {server.url} (Press CTRL+C to quit)" in said
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(30) == 0
    assert "Traceback" not in server.said()
    assert "KeyboardInterrupt" not in server.said()
