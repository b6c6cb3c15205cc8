"""The learner's application as the course has written it: built, served, asked, and its size."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from browser import free_port, launch
from playwright.sync_api import Browser, Page

COURSE = Path(__file__).parents[1] / "finrisk" / "course" / "my_app"
PHONE = 360  # pixels
MARIA = {"monthly_income": "4,200", "monthly_expenses": "3900", "savings": "5200", "debt": "9000"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("own") / "my_app")


def built(folder: Path) -> Path:
    """All files, and the model that `python build.py` makes."""
    shutil.copytree(COURSE, folder, ignore=shutil.ignore_patterns("__pycache__", "model.pth"))
    done = run(folder, "build.py")
    assert done.returncode == 0, done.stderr
    return folder


def run(folder: Path, file: str) -> subprocess.CompletedProcess[str]:
    """From somewhere else, as somebody starts it."""
    command = [sys.executable, str(folder / file)]
    return subprocess.run(
        command, cwd=folder.parent, capture_output=True, text=True, check=False, timeout=120
    )


@contextmanager
def served(folder: Path) -> Iterator[httpx.Client]:
    """`python my_app/app.py`, on a free port, as somebody who changes PORT would."""
    port = free_port()
    text = (folder / "app.py").read_text(encoding="utf-8")
    assert "\nPORT = 8001\n" in text
    own = folder / "app_on_a_free_port.py"
    own.write_text(text.replace("PORT = 8001", f"PORT = {port}"), encoding="utf-8")
    with subprocess.Popen([sys.executable, str(own)], cwd=folder.parent) as server:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
                _wait(client, server)
                yield client
        finally:
            server.kill()


def _wait(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60  # the first import of torch can be slow
    while time.monotonic() < deadline and server.poll() is None:
        try:
            client.get("/")
            return
        except httpx.ConnectError:
            time.sleep(0.1)
    pytest.fail("The application did not answer.")


def test_it_answers_keeps_what_was_typed_and_refuses_in_a_sentence(folder: Path) -> None:
    with served(folder) as client:
        empty = client.get("/")
        assert empty.status_code == 200
        assert '<form method="post">' in empty.text
        told = client.post("/", data=MARIA)
        assert told.status_code == 200
        assert "% in three to six months" in told.text
        assert 'value="4,200"' in told.text
        for typed, said in [("<b>", "&lt;b&gt;"), ("", "savings must"), ("-1", "zero or more")]:
            refused = client.post("/", data=MARIA | {"savings": typed})
            assert refused.status_code == 422
            assert said in refused.text
            assert "<b>" not in refused.text
        sent_a_file = client.post("/", data=MARIA, files={"savings": b"no number"})
        assert sent_a_file.status_code == 422


def test_less_savings_are_never_told_to_be_safer(folder: Path) -> None:
    code = (
        "from predictor import Predictor; import sys; p = Predictor(sys.argv[1])\n"
        "told = [p.risk(dict(monthly_income=4200, monthly_expenses=3900, savings=s, debt=0))"
        " for s in (0, 5_000, 20_000, 80_000)]\n"
        "assert sorted(told, reverse=True) == told, told\n"
        "assert told[0] > 0.9 and told[-1] < 0.3, told"
    )
    command = [sys.executable, "-c", code, str(folder / "model.pth")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_port_in_use_is_a_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", 8001))
            taken.listen()
        except OSError:
            pass  # somebody else has it: as good
        done = run(folder, "app.py")
    assert done.returncode == 1
    assert done.stderr == "Port 8001 must be free, but a program uses it. End it, or change PORT.\n"


@pytest.mark.parametrize("damage", ["missing", "cut", "foreign"])
def test_a_model_that_cannot_be_used_is_a_sentence(
    folder: Path, tmp_path: Path, damage: str
) -> None:
    own = Path(shutil.copytree(folder, tmp_path / "my_app"))
    model = own / "model.pth"
    if damage == "missing":
        model.unlink()
    else:
        model.write_bytes(model.read_bytes()[:500] if damage == "cut" else b"no model")
    done = run(own, "app.py")
    assert done.returncode != 0
    assert "model.pth is no model that can be used" in done.stderr.splitlines()[-1]


def fill_in(page: Page, address: str) -> None:
    """Maria's numbers, by keyboard alone."""
    page.goto(address)
    for name, text in MARIA.items():
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == name
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=in three to six months")


@pytest.mark.browser
def test_it_is_filled_in_by_keyboard_and_fits_a_phone(folder: Path) -> None:
    with served(folder) as client, launch() as browser:
        page = browser.new_page(viewport={"width": PHONE, "height": 780})
        fill_in(page, str(client.base_url))
        assert page.input_value("[name=savings]") == MARIA["savings"]
        assert page.get_by_label("Savings").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_it_is_small_enough_to_be_ones_own() -> None:
    lines = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in COURSE.iterdir()
        if path.is_file()
    }
    assert sum(lines.values()) <= 320, lines


def screenshot(browser: Browser, address: str, path: Path) -> None:
    """The lessons' picture of the finished page."""
    page = browser.new_page(viewport={"width": 640, "height": 700})
    fill_in(page, address)
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=path)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        made = built(Path(place) / "my_app")
        with served(made) as client, launch() as browser:
            screenshot(browser, str(client.base_url), Path(sys.argv[1]) / "my_app.png")
