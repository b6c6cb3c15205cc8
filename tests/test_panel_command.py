"""`finrisk panel`: where the page is served, and what is said where it cannot be.

The page itself is looked at in `test_voila.py`.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from browser import free_port

from finrisk import __main__ as command
from finrisk.settings import Settings

Served = list[Settings]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Served:
    """What the server was asked for, instead of a server."""
    asked: Served = []
    monkeypatch.setattr("finrisk.panel.page.serve", asked.append)
    return asked


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["finrisk", "panel", *words])
    return command.main()


def test_it_is_for_this_machine_only_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], served: Served
) -> None:
    monkeypatch.setenv("FINRISK_HOST", "0.0.0.0")
    monkeypatch.setenv("FINRISK_PORT", "abc")
    port = free_port()
    assert run(monkeypatch, "--port", str(port)) == 0
    (settings,) = served
    assert (settings.host, settings.port) == ("127.0.0.1", port)
    said = f"The panel is at http://127.0.0.1:{port} until you press Ctrl+C.\n"
    assert capsys.readouterr().out == said


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_an_address_of_many_colons_can_be_opened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], served: Served
) -> None:
    port = free_port()
    assert run(monkeypatch, "--host", "::1", "--port", str(port)) == 0
    assert served
    assert f" http://[::1]:{port} " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--port", "0"), "port should be greater than or equal to 1, got 0. Change it in the"),
        (("--host", ""), "host must be one name or address, such as 127.0.0.1"),
        (("--host", "203.0.113.7"), "host 203.0.113.7 and port 8866 must be a free address of"),
    ],
)
def test_an_address_that_cannot_be_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    served: Served,
    words: tuple[str, ...],
    sentence: str,
) -> None:
    assert run(monkeypatch, *words) == 1
    assert capsys.readouterr().err.startswith(sentence)
    assert not served


def test_a_port_that_is_taken_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], served: Served
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run(monkeypatch, "--port", str(port)) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"host 127.0.0.1 and port {port} must be a free address of this machine")
    assert "choose another with --port or --host." in said
    assert not served


def test_without_voila_it_is_a_sentence() -> None:
    code = "import sys; sys.modules['voila'] = None; sys.argv = ['finrisk', 'panel']\n"
    code += "from finrisk.__main__ import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("voila must be installed in the Python that runs this, got ")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no Ctrl+C to one process alone")
def test_ctrl_c_ends_it_without_a_stack_trace(tmp_path: Path) -> None:
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "finrisk", "panel", "--port", str(port)],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
    ) as server:
        deadline = time.monotonic() + 60
        while not answers(port) and time.monotonic() < deadline:
            time.sleep(0.2)
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=30)
    assert (server.returncode, said) == (0, "")
    assert not list(tmp_path.iterdir()), "nothing is written where it was started"


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/voila/static/voila.js", timeout=5):
            return True
    except OSError:
        return False
