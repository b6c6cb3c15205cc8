"""A real browser and a real server for the tests that need one."""

import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, sync_playwright

from finrisk.api.server import OPTIONS

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """The browser named by CHROMIUM, or else the system's; skips the test when there is none.

    CHROMIUM=/nonexistent tries what a machine without a browser sees.
    """
    named = os.environ.get("CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in NAMES]
    path = next((path for path in found if path and Path(path).exists()), None)
    if path is None:
        reason = f"no Chromium: install one of {', '.join(NAMES)}, or set CHROMIUM to its path"
        if os.environ.get("FINRISK_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@contextmanager
def launch() -> Iterator[Browser]:
    """A headless Chromium.

    with launch() as browser: browser.new_page().goto(...)
    """
    path = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serve_app(app: FastAPI | str = "finrisk.api.main:app") -> Iterator[str]:
    """The application on a free loopback port; yields its address, without a slash."""
    config = uvicorn.Config(app, port=0, log_level="warning", **OPTIONS)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{_port(server)}"
    finally:
        server.should_exit = True
        thread.join(10)


def _port(server: uvicorn.Server) -> int:
    """The port it listens on, once it does."""
    deadline = time.monotonic() + 60  # the first import of torch can be slow
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start within a minute"
        time.sleep(0.02)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serve_jupyter(command: Sequence[str], root: Path, answers: str) -> Iterator[str]:
    """A Jupyter program in the folder `root` with nothing of this user's own settings.

    Yields its address once the path `answers` does; the port is added to the command.
    """
    port = free_port()
    folders = {
        f"{name}_DIR": str(root / name.lower())
        for name in ("JUPYTER_CONFIG", "JUPYTER_DATA", "JUPYTER_RUNTIME", "JUPYTERLAB_WORKSPACES")
    }
    folders["JUPYTERLAB_SETTINGS_DIR"] = str(root / "settings")
    with (root / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, f"--port={port}"],
            env={**os.environ, **folders},
            cwd=root,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address + answers, server, root / "server.log")
            yield address
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    said = log.read_text(encoding="utf-8", errors="replace")  # Jupyter writes as the system does
    raise AssertionError(f"The server did not start:\n{said[-3000:]}")
