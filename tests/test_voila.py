"""The panel as a page of its own: CONTRIBUTING's recipe for Voila, run as it stands there.

Run as a program it takes the page's picture:
    python tests/test_voila.py notebooks/images
"""

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browser import launch, serve_jupyter
from PIL import Image
from playwright.sync_api import Page, Route
from test_jupyter import DEFAULTS, GAUGE, PATIENCE, YEAR, choose_file, expect_shown, press

from finrisk import Predictor
from finrisk.household import EXAMPLES
from finrisk.inputs import INPUTS

ROOT = Path(__file__).parents[1]
HEADING = "## The panel as a page of its own, with Voila"
ICONS = "cdn.jsdelivr.net"  # the one address outside that CONTRIBUTING says Voila asks


def recipe() -> list[list[str]]:
    """The commands of the recipe, with this Python's folder for `.venv/bin`."""
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split(HEADING)[1]
    commands = section.split("```sh\n")[1].split("```")[0]
    here = str(Path(sys.executable).parent)
    return [
        [part.replace(".venv/bin", here) for part in shlex.split(line, comments=True)]
        for line in commands.splitlines()
    ]


@contextmanager
def opened_page(root: Path) -> Iterator[tuple[Page, set[str]]]:
    """The recipe followed in the folder `root`, on a machine without a network.

    Yields the page once the panel is drawn, and the addresses outside that it asked in vain.
    """
    asked: set[str] = set()

    def only_here(route: Route) -> None:
        host = urlsplit(route.request.url).hostname
        if host == "127.0.0.1":
            route.continue_()
        else:
            asked.add(str(host))
            route.abort()

    _install, *prepare, serve = recipe()
    for command in prepare:
        subprocess.run(command, cwd=root, check=True)
    serve = [part for part in serve if not part.startswith("--port=")]
    with serve_jupyter(serve, root, "/voila/static/voila.js") as address, launch() as browser:
        page = browser.new_page(viewport={"width": 1060, "height": 700}, device_scale_factor=1)
        page.route("**/*", only_here)
        page.goto(address, timeout=PATIENCE)
        page.locator(GAUGE).wait_for(timeout=PATIENCE)
        yield page, asked


@pytest.mark.browser
@pytest.mark.skipif(sys.platform == "win32", reason="the recipe is written for a POSIX shell")
def test_the_panel_is_a_page_of_its_own_without_a_network(tmp_path: Path) -> None:
    predictor = Predictor.load()
    start = predictor.predict(DEFAULTS)
    year = tmp_path / "year.csv"
    year.write_text(YEAR, encoding="utf-8")
    with opened_page(tmp_path) as (page, asked):
        expect_shown(page, start)
        assert "import finrisk" not in page.locator("body").inner_text(), "the code is hidden"

        press(page, "savings", "ArrowLeft", 40)
        savings = DEFAULTS["savings"] - 40 * INPUTS["savings"].step
        moved = predictor.predict(DEFAULTS | {"savings": savings})
        assert moved.score != start.score
        expect_shown(page, moved)

        choose_file(page, year)
        expect_shown(page, predictor.predict_csv(year))

        # Voila brings the icons of the buttons itself: the stylesheets it asks for are spare
        fonts = page.evaluate("Array.from(document.fonts, f => `${f.family} ${f.status}`)")
        assert "Font Awesome 5 Free loaded" in fonts
        assert asked <= {ICONS}


def screenshot(folder: Path) -> None:
    """The whole page, on a household on the edge."""
    path = folder / "panel_voila.png"
    with tempfile.TemporaryDirectory() as root, opened_page(Path(root)) as (page, _):
        page.locator(".finrisk-panel select").select_option("Maria, on the edge")
        expect_shown(page, Predictor.load().predict(EXAMPLES["Maria, on the edge"]))
        panel = page.locator(".finrisk-panel").bounding_box()
        assert panel
        # Voila scrolls inside the page, so the window is made as high as the panel
        page.set_viewport_size({"width": 1060, "height": int(panel["y"] + panel["height"]) + 24})
        page.wait_for_timeout(500)
        page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(96).save(path, optimize=True)  # a third the size


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]))
