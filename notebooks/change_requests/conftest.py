"""What the tests share: a server, a browser, and the rules no change may break."""

import sys
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
from browser import launch, serve_app


@pytest.fixture(scope="module")
def url():
    """The address of the application, served on this machine."""
    with serve_app() as address:
        yield address


@pytest.fixture(scope="module")
def client(url):
    """Asks it."""
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture
def page(url):
    """Its page, as narrow as a small phone; skipped where there is no Chromium."""
    with launch() as browser:
        page = browser.new_page(viewport={"width": 320, "height": 640})
        page.set_default_timeout(15_000)
        page.goto(url)
        page.locator("#result[data-probability]").wait_for()
        yield page


@pytest.fixture
def broken_rules():
    """`rules.broken_rules`."""
    from rules import broken_rules

    return broken_rules
