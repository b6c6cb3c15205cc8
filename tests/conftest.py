"""What several test files share: the shipped predictor, a small world, a server, a page, one
thread."""

from collections.abc import Iterator

import httpx
import pytest
import torch
from browser import launch, serve_app
from page_hands import EXAMPLE, Seen, shows, watched
from playwright.sync_api import Browser, Page

from finrisk.data.population import Population, simulate
from finrisk.household import Household
from finrisk.ml.predictor import Predictor

torch.set_num_threads(1)  # two threads are slower than one on a loaded two-core machine


@pytest.fixture(scope="session")
def predictor() -> Predictor:
    """The model as shipped in models/."""
    return Predictor.load()


@pytest.fixture(scope="session")
def world() -> Population:
    """Two thousand households nobody trained on."""
    return simulate(2_000, seed=11)


@pytest.fixture
def maria() -> Household:
    """A household on the edge; only the required fields are known."""
    return Household(monthly_income=4_200, monthly_expenses=3_900, savings=5_200, debt=9_000)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of the application, served on this machine."""
    with serve_app() as address:
        yield address


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    """Asks it."""
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch() as browser:
        yield browser


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Browser, url: str, seen: Seen) -> Iterator[Page]:
    page = watched(browser.new_page(viewport={"width": 1280, "height": 900}), seen)
    page.goto(url)
    shows(page, EXAMPLE)
    yield page
    page.unroute_all(behavior="ignoreErrors")  # an answer under way must not fail the next test
    page.close()


@pytest.fixture
def phone(browser: Browser, url: str, seen: Seen) -> Iterator[Page]:
    page = watched(browser.new_page(viewport={"width": 360, "height": 780}, has_touch=True), seen)
    page.goto(url)
    shows(page, EXAMPLE)
    yield page
    page.close()
