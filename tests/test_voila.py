"""The panel as a page of its own: the one command of CONTRIBUTING, as it stands there.

Run as a program it takes the page's picture:
    python tests/test_voila.py notebooks/images
"""

import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe import SCREENS, Screen, faint_letters, scrolls_sideways, violations
from browser import launch, serve_jupyter
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from test_jupyter import DEFAULTS, GAUGE, PATIENCE, YEAR, choose_file, expect_shown, press

from finrisk import Predictor
from finrisk.data.label import STRESS
from finrisk.errors import FinriskError
from finrisk.household import EXAMPLES
from finrisk.inputs import INPUTS
from finrisk.titles import NO_ADVICE, QUESTION

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(sys.platform == "win32", reason="the command is written for a POSIX shell"),
]

ROOT = Path(__file__).parents[1]
HEADING = "## The panel as a page of its own, with Voila"
STARTING = "Starting the panel ..."


def served(root: Path) -> AbstractContextManager[str]:
    """The command of CONTRIBUTING, with this Python's folder for `.venv/bin`, in the folder `root`.

    Yields its address.
    """
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split(HEADING)[1]
    words = shlex.split(section.split("```sh\n")[1].split("```")[0], comments=True)
    here = str(Path(sys.executable).parent)
    command = [word.replace(".venv/bin", here) for word in words]
    return serve_jupyter(command, root, "/voila/static/voila.js")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("voila")) as address:
        yield address


@pytest.fixture(scope="module")
def outside() -> set[str]:
    """The servers elsewhere that the page has asked, in vain."""
    return set()


@pytest.fixture(scope="module")
def page(browser: Browser, address: str, outside: set[str]) -> Page:
    """The page with its panel drawn, on a machine without a network."""

    def only_here(route: Route) -> None:
        host = urlsplit(route.request.url).hostname
        if host == "127.0.0.1":
            route.continue_()
        else:
            outside.add(str(host))
            route.abort()

    page = browser.new_page(viewport={"width": 1060, "height": 900})
    page.route("**/*", only_here)
    page.goto(address, timeout=PATIENCE)
    page.locator(GAUGE).wait_for(timeout=PATIENCE)
    return page


def test_the_panel_is_a_page_of_its_own_without_a_network(
    page: Page, outside: set[str], tmp_path: Path
) -> None:
    predictor = Predictor.load()
    start = predictor.predict(DEFAULTS)
    year = tmp_path / "year.csv"
    year.write_text(YEAR, encoding="utf-8")
    expect_shown(page, start)
    assert "import" not in page.locator("body").inner_text(), "the code is hidden"

    press(page, "savings", "ArrowLeft", 40)
    savings = DEFAULTS["savings"] - 40 * INPUTS["savings"].step
    moved = predictor.predict(DEFAULTS | {"savings": savings})
    assert moved.score != start.score
    expect_shown(page, moved)

    choose_file(page, year)
    expect_shown(page, predictor.predict_csv(year))

    # Voila brings the icons of the buttons itself
    fonts = page.evaluate("Array.from(document.fonts, f => `${f.family} ${f.status}`)")
    assert "Font Awesome 5 Free loaded" in fonts
    assert not outside


def test_it_says_what_it_is(page: Page) -> None:
    """In the words of the other faces."""
    web_page = (ROOT / "finrisk" / "frontend" / "index.html").read_text(encoding="utf-8")
    assert f"<title>{page.title()}</title>" in web_page
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.locator("h1")).to_have_text(QUESTION)
    main = page.get_by_role("main")
    expect(main).to_have_count(1)
    for part in ("h1", ".finrisk-panel"):
        expect(main.locator(part)).to_have_count(1)
    for sentence in (f"Financial stress means {STRESS}.", NO_ADVICE):
        expect(main.locator("> p", has_text=sentence)).to_be_visible()


def test_it_says_that_it_starts(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address, wait_until="commit")
    expect(page.get_by_role("status")).to_have_text(STARTING, timeout=PATIENCE)
    page.locator(GAUGE).wait_for(timeout=PATIENCE)
    expect(page.get_by_text(STARTING)).to_have_count(0)
    page.close()


# JavaScript: letters of the page and what they stand on, as [words, colour, ground].
LETTERS = """() => {
    const ground = element => {
        while (element) {
            const colour = getComputedStyle(element).backgroundColor;
            if (colour !== "rgba(0, 0, 0, 0)") return colour;
            element = element.parentElement;
        }
        return "none";
    };
    const parts = "h1, main > p, .finrisk-panel :is(h4, p, label, li, select, button, input)";
    return [...document.querySelectorAll(parts)]
        .filter(element => element.checkVisibility() && !element.disabled)
        .map(element => [element.textContent, getComputedStyle(element).color, ground(element)]);
}"""


def luminance(colour: str) -> float:
    """Of a colour written rgb(0, 0, 0), as WCAG defines it: from 0 for black to 1 for white."""
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
    parts = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    )
    return sum(w * part for w, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_it_follows_the_system_into_the_dark(page: Page, scheme: Literal["dark", "light"]) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.wait_for_timeout(500)  # colours may fade into each other
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert luminance(ground) < 0.05 if scheme == "dark" else luminance(ground) > 0.9
    letters = page.evaluate(LETTERS)
    assert len(letters) > 30
    for words, colour, behind in letters:
        dark, light = sorted((luminance(colour), luminance(behind)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (words, colour, behind)


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_it_can_be_read_on_every_screen(page: Page, screen: Screen) -> None:
    page.emulate_media(color_scheme=screen.scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": screen.width, "height": 900})
    page.wait_for_timeout(500)
    assert violations(page) == []
    assert faint_letters(page) == []
    assert scrolls_sideways(page) == []


def test_it_uses_a_wide_screen(page: Page) -> None:
    page.set_viewport_size({"width": 1600, "height": 1000})

    def box(part: str) -> dict[str, float]:
        found: dict[str, float] = page.locator(part).first.evaluate(
            "element => element.getBoundingClientRect().toJSON()"
        )
        return found

    assert box(".finrisk-panel")["width"] > 1400
    columns = [box(f".finrisk-{name}") for name in ("money", "what-if", "right")]
    for left, right in pairwise(columns):
        assert left["right"] < right["left"], "side by side"
        assert 0.6 < left["width"] / right["width"] < 1.6, "neither has most of it"


def test_it_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    needed = page.evaluate("document.documentElement.scrollWidth")
    assert needed == 390, "nothing to be scrolled sideways"
    assert page.evaluate("document.documentElement.scrollHeight") > 844, "the page itself scrolls"


def test_without_a_model_it_says_so(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FINRISK_MODELS_DIR", str(tmp_path))
    with pytest.raises(FinriskError) as error:
        Predictor.load()
    with served(tmp_path) as address:
        page = browser.new_page()
        page.goto(address, timeout=PATIENCE)
        expect(page.get_by_role("main").get_by_role("alert")).to_have_text(
            str(error.value), timeout=PATIENCE
        )
        expect(page.get_by_text(STARTING)).to_have_count(0)
        assert "Traceback" not in page.locator("body").inner_text()
        page.close()


def screenshot(folder: Path) -> None:
    """The whole page, on a household on the edge."""
    path = folder / "panel_voila.png"
    with tempfile.TemporaryDirectory() as root, served(Path(root)) as address, launch() as browser:
        page = browser.new_page(viewport={"width": 1400, "height": 400}, device_scale_factor=1)
        page.goto(address, timeout=PATIENCE)
        page.locator(GAUGE).wait_for(timeout=PATIENCE)
        page.locator(".finrisk-panel select").first.select_option("Maria, on the edge")
        expect_shown(page, Predictor.load().predict(EXAMPLES["Maria, on the edge"]))
        page.wait_for_timeout(500)
        page.screenshot(path=path, full_page=True)
    Image.open(path).convert("RGB").quantize(96).save(path, optimize=True)  # a third the size


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]))
