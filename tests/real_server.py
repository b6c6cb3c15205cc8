"""`python -m finrisk serve` as a process of its own, for tests that read its log or end it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from browser import free_port

__all__ = ["RealServer", "real_server"]


@dataclass(frozen=True)
class RealServer:
    """A running server: its address and port, its process, and what it has said so far."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")


@contextmanager
def real_server(python: Sequence[str] = ("-m", "finrisk")) -> Iterator[RealServer]:
    """The server on a free port of this machine; `python` names what to run instead."""
    port = free_port()
    # Windows may keep the log of a process that was killed open for a moment
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, *python, "serve", "--port", str(port)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            )
        server = RealServer(port, process, log)
        try:
            _wait(server)
            yield server
        finally:
            process.kill()
            process.wait(30)


def _wait(server: RealServer) -> None:
    deadline = time.monotonic() + 60  # the first import of torch can be slow
    while "running on http" not in server.said():
        alive = server.process.poll() is None and time.monotonic() < deadline
        assert alive, f"the server did not start:\n{server.said()}"
        time.sleep(0.05)
