"""The server against clients that never finish, ask under other names, or send no HTTP."""

import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from browser import serve_app
from real_server import real_server

from finrisk.api import border, server
from finrisk.api.hosts import wrong_host
from finrisk.api.main import create_app
from finrisk.api.refusals import SECURITY_HEADERS
from finrisk.ml.predictor import Predictor
from finrisk.settings import Settings

ROOT = Path(__file__).parents[1]
GOOD = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}
BODY = json.dumps(GOOD).encode()
HOST = b"Host: localhost\r\n"
LAST = HOST + b"Connection: close\r\n"
POST = b"POST /api/predict HTTP/1.1\r\n" + LAST + b"Content-Type: application/json\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
BUNDLE = b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\n" + HOST + b"\r\n"  # 1.5 MB
PATIENCE = 30  # seconds; nothing here takes one on a machine with nothing else to do
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals or limits")


def connect(url: str, sent: bytes = b"") -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    line = socket.create_connection((host, int(port)), timeout=PATIENCE)
    line.sendall(sent)
    return line


def read(line: socket.socket) -> bytes:
    """What comes until the server closes, or cuts off."""
    said = b""
    try:
        while piece := line.recv(65_536):
            said += piece
    except ConnectionError:
        pass
    return said


def ask(url: str, request: bytes) -> bytes:
    """The answer to raw bytes, the last of which must be such that the server closes."""
    with connect(url, request) as line:
        return read(line)


def check_refusal(said: bytes, status: int) -> tuple[str, str]:
    """Field and sentence, after checking the one shape and the headers."""
    head, _, body = said.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    assert first.startswith(f"HTTP/1.1 {status} "), first
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert headers["content-type"] == "application/json"
    for name, value in SECURITY_HEADERS.items():
        assert headers[name.lower()] == value
    detail = json.loads(body)["detail"]
    assert set(detail) == {"field", "message"}
    return detail["field"], detail["message"]


# --- clients that never finish ----------------------------------------------------------------


@pytest.mark.parametrize("length", [b"Content-Length: 500\r\n\r\n", CHUNKED])
@pytest.mark.parametrize("more", [b"", b"1\r\n \r\n"])
def test_a_body_must_arrive_in_time_even_if_something_comes_now_and_then(
    url: str, monkeypatch: pytest.MonkeyPatch, length: bytes, more: bytes
) -> None:
    monkeypatch.setattr(border, "BODY_SECONDS", 0.5)
    with connect(url, POST + length) as line:
        for _ in range(8):
            line.sendall(more)
            time.sleep(0.05)
        said = read(line)
    assert "10 seconds" in check_refusal(said, 408)[1]
    assert b"connection: close" in said.lower()


def test_the_time_is_the_one_that_the_sentence_names() -> None:
    assert border.BODY_SECONDS == 10


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\n" + HOST, b"GET /health"])
def test_a_request_that_does_not_come_is_not_waited_for(
    url: str, monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(server, "ASK_SECONDS", 0.3)
    with connect(url, begun) as line:
        assert read(line) == b""


def test_nor_is_the_rest_of_a_body_that_was_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "ASK_SECONDS", 0.3)
    with connect(url, POST + b"Content-Length: 99999999\r\n\r\n") as line:
        check_refusal(read(line), 413)


def test_nor_is_somebody_who_never_reads(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = len(httpx.get(f"{url}/docs/swagger-ui-bundle.js", timeout=PATIENCE).content)
    monkeypatch.setattr(server, "EXCHANGE_SECONDS", 0.5)
    with connect(url, BUNDLE * 30) as line:
        time.sleep(1.5)
        assert len(read(line)) < 30 * whole


def test_too_many_connections_cost_those_that_have_waited_longest(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 8)
    with ExitStack() as kept:
        waiting = [kept.enter_context(connect(url, b"GET / HT")) for _ in range(30)]
        answer = httpx.post(f"{url}/api/predict", json=GOOD, timeout=PATIENCE)
        assert answer.status_code == 200
        assert read(waiting[0]) == b""
        waiting[-1].sendall(b"TP/1.1\r\n" + LAST + b"\r\n")
        assert read(waiting[-1]).startswith(b"HTTP/1.1 200")


def test_a_crowd_that_waits_to_be_predicted_does_not_hold_up_the_page(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    monkeypatch.setattr(Predictor, "predict", lambda *_, **__: go_on.wait(PATIENCE) and 1 / 0)
    whole = POST + b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
    with ExitStack() as kept:
        kept.callback(go_on.set)
        for _ in range(60):  # more than a pool of threads has by itself
            kept.enter_context(connect(url, whole))
        time.sleep(0.5)
        assert httpx.get(f"{url}/", timeout=PATIENCE / 2).text.startswith("<!doctype html>")
        assert httpx.get(f"{url}/health", timeout=PATIENCE / 2).json()["model"]


# Starts the real command with few descriptors, and with a predictor that never answers.
FEW = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (96, 96))\n"
HANGING = """
import sys, time
from finrisk.__main__ import main
from finrisk.api import server
from finrisk.ml.predictor import Predictor
def hang(*_, **__):
    print("hanging", flush=True)
    time.sleep(60)

Predictor.predict = hang
server.STOP_SECONDS = 1
"""
START = "import sys; from finrisk.__main__ import main; sys.exit(main())"


@posix
def test_stalled_connections_fill_neither_log_nor_descriptors_nor_delay_the_end() -> None:
    with real_server(["-c", FEW + START]) as running, ExitStack() as kept:
        for sent in (BUNDLE, b"", b"GET / HT", POST + b"Content-Length: 100\r\n\r\n{"):
            for _ in range(100):
                kept.enter_context(connect(running.url, sent))
        answer = httpx.post(f"{running.url}/api/predict", json=GOOD, timeout=PATIENCE)
        running.process.terminate()
        ended = running.process.wait(PATIENCE)
        log = running.said()
    assert answer.status_code == 200
    assert "Traceback" not in log
    assert len(log.splitlines()) < 120  # one for each request that came whole, no more
    assert ended == -signal.SIGTERM, "as it was told, not by the last resort"
    assert "Finished server process" in log


@posix
@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_it_ends_within_seconds_whatever_hangs(told: signal.Signals, code: int) -> None:
    with real_server(["-c", f"{HANGING}sys.exit(main())"]) as running, ExitStack() as kept:
        whole = POST + b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY)
        for sent in (b"", POST, BUNDLE, *[whole] * 3):
            kept.enter_context(connect(running.url, sent))
        while "hanging" not in running.said():
            time.sleep(0.05)
        running.process.send_signal(told)
        assert running.process.wait(PATIENCE) == code, "as a shell shows it"
        assert "Traceback" not in running.said()


@posix
@pytest.mark.parametrize("limit", [64, 256, 1024, 1_000_000])
def test_there_are_descriptors_for_all_that_is_let_in(
    monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (limit, limit))
    connections, at_once = server._room()
    assert connections >= 16
    assert 2 * connections + 5 * at_once < limit


# --- what is no HTTP, or hardly -------------------------------------------------------------------

GET = b"GET /health HTTP/1.1\r\n"
NOT_HTTP = {
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "no host": GET + b"\r\n",
    "two hosts": GET + HOST + HOST + b"\r\n",
    "a method that is no word": b"G\x00T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "letters that are none of HTTP": b"GET /\xff HTTP/1.1\r\n" + HOST + b"\r\n",
    "a head without an end": GET + HOST + b"X: y\r\n" * 40_000,
    "lengths that differ": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "a coding nobody has": POST + b"Transfer-Encoding: gzip\r\n\r\n",
    "a chunk that is none": POST + CHUNKED + b"zz\r\n",
    "a chunk that is none, after others": POST + CHUNKED + b"2\r\n{}\r\n-1\r\n",
}


@pytest.mark.parametrize("kind", NOT_HTTP)
def test_what_is_no_http_is_refused_in_the_one_shape(url: str, kind: str) -> None:
    assert "HTTP/1.1" in check_refusal(ask(url, NOT_HTTP[kind]), 400)[1]


def test_a_request_is_never_answered_twice(url: str, caplog: pytest.LogCaptureFixture) -> None:
    """What breaks off after it was refused, or in the piece for which it would be."""
    head = POST.replace(b"Connection: close\r\n", b"") + CHUNKED
    large = head + b"%x\r\n%b\r\n" % (1_100_000, b"1" * 1_100_000)
    with connect(url, large) as line:
        first = b""
        while not first.endswith(b"}}"):
            first += line.recv(65_536)
        line.sendall(b"zz\r\n")
        rest = read(line)
    check_refusal(first, 413)
    assert rest == b""
    assert ask(url, large + b"zz\r\n").count(b"HTTP/1.1 ") == 1
    assert "Traceback" not in caplog.text


def test_pipelined_requests_are_answered_in_turn(url: str) -> None:
    one = GET + HOST + b"\r\n"
    assert ask(url, one * 2 + GET + LAST + b"\r\n").count(b"HTTP/1.1 200") == 3
    said = ask(url, one + b"\x00\r\n\r\n")
    assert (said.count(b"HTTP/1.1 200"), said.count(b"HTTP/1.1 400")) == (1, 1)


def test_whoever_has_sent_all_and_says_so_is_answered(url: str) -> None:
    for request in (
        GET + HOST + b"\r\n",
        POST + b"Content-Length: %d\r\n\r\n%b" % (len(BODY), BODY),
    ):
        with connect(url, request) as line:
            line.shutdown(socket.SHUT_WR)
            assert read(line).startswith(b"HTTP/1.1 200")
    with connect(url, (GET + HOST + b"\r\n") * 3) as line:
        line.shutdown(socket.SHUT_WR)
        assert read(line).count(b"HTTP/1.1 200") == 3
    with connect(url, POST + b"Content-Length: 500\r\n\r\n{") as line:
        line.shutdown(socket.SHUT_WR)
        assert read(line) == b""


@pytest.mark.parametrize("name", ["websocket", "h2c"])
def test_a_wish_for_another_protocol_is_passed_over(
    url: str, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    wish = b"Connection: Upgrade, close\r\nUpgrade: %b\r\n\r\n" % name.encode()
    assert ask(url, GET + HOST + wish).startswith(b"HTTP/1.1 200")
    assert caplog.text == "", "a line for each would fill the log"


def test_a_client_may_wait_for_the_word_to_go_on(url: str) -> None:
    head = POST + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY)
    with connect(url, head) as line:
        assert line.recv(1_000).startswith(b"HTTP/1.1 100 ")
        line.sendall(BODY)
        assert read(line).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        ("GET http://evil.example/ HTTP/1.1", 404, "GET http://evil.example/: Not Found."),
        ("GET //evil.example HTTP/1.1", 404, "GET //evil.example: Not Found."),
        ("GET /docs/ HTTP/1.1", 404, "GET /docs/: Not Found."),
        ("GET /%0d%0aA:%00 HTTP/1.1", 404, "GET /%0D%0AA:%00: Not Found."),
        ("OPTIONS * HTTP/1.1", 404, "OPTIONS *: Not Found."),
        ("CONNECT evil.example:443 HTTP/1.1", 404, "CONNECT evil.example:443: Not Found."),
        ("TRACE / HTTP/1.1", 405, "TRACE /: Method Not Allowed."),
        ("get / HTTP/1.1", 405, "get /: Method Not Allowed."),
        (f"{'DELETE' * 9_000} / HTTP/1.1", 405, "DELETEDELE /: Method Not Allowed."),
        (f"GET /{'x' * 60_000} HTTP/1.1", 404, f"GET /{'x' * 59}: Not Found."),
    ],
)
def test_an_odd_request_line_is_refused_and_leads_nowhere(
    url: str, line: str, status: int, words: str
) -> None:
    said = ask(url, line.encode() + b"\r\n" + LAST + b"\r\n")
    assert b"location:" not in said.lower()
    assert check_refusal(said, status)[1].startswith(words)


# --- under which name, and from where -------------------------------------------------------------


def host_of(url: str, host: str) -> int:
    return httpx.get(f"{url}/health", headers={"Host": host}, timeout=PATIENCE).status_code


OURS = ["localhost", "LOCALHOST:8000", "localhost.", "x.localhost", "127.0.0.1", "127.9.9.9:1"]
OURS += ["[::1]", "[::1]:8000"]
OTHERS = ["evil.example", "localhost.evil.example", "evillocalhost", ".localhost", "a@localhost"]
OTHERS += ["localhost@a", "localhost:x", "localhost:1:2", "localhost/", "localhost, a", "", "*"]
OTHERS += ["127.1", "2130706433", "0x7f000001", "127.0.0.1.evil.example", "0.0.0.0", "::1", "[::2]"]
OTHERS += ["192.168.1.1", "x" * 9_000]


@pytest.mark.parametrize("host", OURS)
def test_it_is_asked_for_under_the_names_of_this_machine(url: str, host: str) -> None:
    assert host_of(url, host) == 200


@pytest.mark.parametrize("host", OTHERS)
def test_another_name_is_refused_and_the_setting_named(url: str, host: str) -> None:
    """Another site's name may lead here: its page would read every answer (DNS rebinding)."""
    said = ask(url, GET + b"Host: %b\r\nConnection: close\r\n\r\n" % host.encode())
    field, message = check_refusal(said, 400)
    assert field == "host"
    assert "FINRISK_ALLOWED_HOSTS" in message
    assert repr(host)[1:20] in message
    assert len(message) < 250


def test_old_http_needs_a_host_too(url: str) -> None:
    field, message = check_refusal(ask(url, b"GET /health HTTP/1.0\r\n\r\n"), 400)
    assert (field, ", got none." in message) == ("host", True)


def of_devcontainer() -> str:
    made = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    names: str = made["containerEnv"]["FINRISK_ALLOWED_HOSTS"]
    return names


def of_binder() -> str:
    """What `.binder/start` sets before it starts what it is given."""
    script = ROOT / ".binder" / "start"
    assert os.name == "nt" or os.access(script, os.X_OK), "Binder starts only what may run"
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert text.endswith('exec "$@"\n')
    (names,) = re.findall(r'^export FINRISK_ALLOWED_HOSTS="(.+)"$', text, re.MULTILINE)
    return str(names)


PROXIED = [
    (of_devcontainer, "orange-tree-7x9-8000.app.github.dev"),
    (of_devcontainer, "orange-tree-7x9-8000.preview.app.github.dev"),
    (of_binder, "hub.2i2c.mybinder.org"),
    (of_binder, "notebooks.gesis.org"),
]


@pytest.mark.parametrize(("names", "host"), PROXIED, ids=[host for _, host in PROXIED])
def test_where_a_proxy_shows_it_the_page_works(
    url: str, monkeypatch: pytest.MonkeyPatch, names: object, host: str
) -> None:
    """With the Host of the proxy, or with its own; and then the browser names the proxy's."""
    assert callable(names)
    assert host_of(url, host) == 400
    monkeypatch.setenv("FINRISK_ALLOWED_HOSTS", names())
    assert host_of(url, host) == 200
    assert host_of(url, f"evil-{host}.example") == 400
    for headers in (
        {"Host": host, "Origin": f"https://{host}"},
        {"Host": host, "Origin": "http://localhost:8000", "Sec-Fetch-Site": "same-origin"},
        {"Host": "localhost:8000", "Origin": f"https://{host}"},
    ):
        answer = httpx.post(f"{url}/api/predict", json=GOOD, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 200, headers


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        ("a.example, *.b.example", "A.example:443", 200),
        ("a.example, *.b.example", "x.y.b.example", 200),
        ("a.example, *.b.example", "b.example", 400),
        ("a.example, *.b.example", "xb.example", 400),
        ("a.example, *.b.example", "x.a.example", 400),
        ("*", "evil.example", 200),
        ("*", "", 400),
    ],
)
def test_the_setting_allows_names_and_what_ends_in_them(
    url: str, monkeypatch: pytest.MonkeyPatch, allowed: str, host: str, status: int
) -> None:
    monkeypatch.setenv("FINRISK_ALLOWED_HOSTS", allowed)
    assert host_of(url, host) == status


def test_what_host_names_is_a_name_of_it() -> None:
    with serve_app(create_app(Settings(host="Box.example"))) as url:
        assert [host_of(url, host) for host in ("box.example:8000", "x.box.example")] == [200, 400]


def test_on_every_network_it_answers_for_the_address_that_was_reached() -> None:
    for address, host in (
        ("192.168.1.5", b"192.168.1.5:8000"),
        ("2001:db8::7", b"[2001:DB8:0::7]"),
    ):
        scope = {"type": "http", "headers": [(b"host", host)], "server": (address, 8000)}
        assert wrong_host(scope, lambda: Settings(host="0.0.0.0")) is None
        scope["server"] = ("192.168.1.6", 8000)
        assert wrong_host(scope, lambda: Settings(host="0.0.0.0")) is not None


def test_a_slip_in_the_settings_is_said_where_they_are_needed(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINRISK_ALLOWED_HOSTS", "https://a.example")
    said = ask(url, GET + b"Host: a.example\r\nConnection: close\r\n\r\n")
    assert "https://a.example" in check_refusal(said, 503)[1]
    assert host_of(url, "localhost") == 200


SAME = "http://localhost:8000"
SENT_FROM = [
    ({}, 200),
    ({"Sec-Fetch-Site": "same-origin", "Origin": SAME}, 200),
    ({"Sec-Fetch-Site": "none"}, 200),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:3000"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": SAME}, 403),
    ({"Sec-Fetch-Site": ""}, 403),
    ({"Origin": SAME}, 200),
    ({"Origin": "http://localhost:3000"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "http://localhost:8000.evil.example"}, 403),
    ({"Origin": "http://evil.example/http://localhost:8000"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": ""}, 403),
    ({"Origin": f"http://{'x' * 9_000}"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), SENT_FROM)
def test_a_page_of_another_site_may_not_send_anything(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    asked = {"Host": "localhost:8000", **headers}
    answer = client.post("/api/predict", json=GOOD, headers=asked)
    assert answer.status_code == status
    if status == 403:
        assert answer.json()["detail"]["field"] == "origin"
        assert "FINRISK_ALLOWED_HOSTS" in answer.json()["detail"]["message"]
        assert len(answer.text) < 400
    assert client.get("/health", headers=asked).status_code == 200, "it may not read the answer"
    expected = 405 if status == 200 else 403
    assert client.delete("/health", headers=asked).status_code == expected


def test_any_name_is_not_any_page(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FINRISK_ALLOWED_HOSTS", "*")
    elsewhere = {"Host": "a.example", "Origin": "https://evil.example"}
    assert client.post("/api/predict", json=GOOD, headers=elsewhere).status_code == 403
    own = {"Host": "a.example", "Origin": "https://a.example"}
    assert client.post("/api/predict", json=GOOD, headers=own).status_code == 200


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=PATIENCE) as client:
        yield client
