"""The faces as readers with other eyes and hands have them: axe-core and three measurements.

Each in light and in dark, on a phone and on a desk. What Swagger UI does wrong by itself is named
here as its own; nothing of ours is excused. The book is judged in test_book.py, which builds it.
"""

from collections.abc import Iterator

import pytest
from axe import (
    SCREENS,
    Screen,
    cut_by_text_spacing,
    faint_letters,
    opened,
    scrolls_sideways,
    violations,
)
from playwright.sync_api import Browser, Page

from finrisk.household import EXAMPLES
from finrisk.ml.predictor import Predictor

pytestmark = pytest.mark.browser

# Rules that Swagger UI breaks inside its own markup: faint colours, a level of headings left out,
# fields without a label, and boxes of code that scroll for a mouse alone.
SWAGGERS_OWN = {"color-contrast", "heading-order", "label", "scrollable-region-focusable"}


@pytest.fixture(params=SCREENS, ids=str)
def screen(request: pytest.FixtureRequest) -> Screen:
    screen: Screen = request.param
    return screen


@pytest.fixture
def page(browser: Browser, screen: Screen) -> Iterator[Page]:
    with opened(browser, screen) as page:
        yield page


# --- the report ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report(predictor: Predictor, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its address."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(predictor.report(EXAMPLES["Maria, on the edge"]), encoding="utf-8")
    return path.as_uri()


def test_the_report(page: Page, report: str) -> None:
    page.goto(report)
    assert violations(page) == []
    assert faint_letters(page) == []
    assert scrolls_sideways(page) == []


def test_a_reader_may_set_the_report_wider(page: Page, report: str) -> None:
    page.goto(report)
    assert cut_by_text_spacing(page) == []
    assert scrolls_sideways(page) == []


# --- the web page and its documentation ----------------------------------------------------------


@pytest.mark.parametrize("tab", ["#tab-yours", "#tab-about"])
def test_the_page_as_it_opens(page: Page, url: str, tab: str) -> None:
    page.goto(url)
    page.locator("#waterfall svg").wait_for()  # of the example household
    page.locator(tab).click()
    if tab == "#tab-about":
        page.locator("#about svg").first.wait_for()
    assert violations(page) == []
    assert faint_letters(page) == []
    assert scrolls_sideways(page) == []
    assert cut_by_text_spacing(page) == []
    assert scrolls_sideways(page) == [], "set wider, too"


def test_around_swagger_ui_all_is_well(page: Page, url: str) -> None:
    page.goto(f"{url}/docs")
    page.locator(".opblock-summary-control").first.wait_for()
    assert violations(page, exclude=["#docs .swagger-ui"]) == []
    assert scrolls_sideways(page) == []


def test_what_swagger_ui_does_wrong_is_known(browser: Browser, url: str) -> None:
    with opened(browser, Screen("light", 1280)) as page:  # it has no dark colours
        page.goto(f"{url}/docs")
        page.locator(".opblock-summary-control").first.click()
        page.locator(".opblock-body").wait_for()
        found = violations(page, within="#docs .swagger-ui")
    assert {line.partition(":")[0] for line in found} == SWAGGERS_OWN


# --- the measurements see what they are for ------------------------------------------------------

BAD = """<!doctype html><title></title><style>button { width: 9px; height: 9px; padding: 0 }</style>
<button></button><button></button><table><tr><th></th><td>1</td></tr></table>
<p style="color: #aaa; background: #fff">faint</p>
<p style="width: 3.4em; white-space: nowrap; overflow: hidden">a label</p>
<p style="width: 3em; white-space: nowrap; overflow: hidden">a</p>
<div style="width: 2000px">wide</div>
<div style="overflow: auto"><p style="width: 3000px">in its own box</p></div>
<svg width="200" height="60" role="img" aria-label="a picture">
<rect width="200" height="30" fill="#0072b2"/><text x="100" y="20" fill="#000">on blue</text>
<text x="196" y="50" text-anchor="end" fill="#777" font-size="16">to the edge and beyond</text>
<text x="4" y="50">ok</text></svg>"""


def test_axe_sees_what_is_wrong(browser: Browser) -> None:
    with opened(browser, Screen("light", 360)) as page:
        page.set_content(BAD)
        rules = {line.partition(":")[0] for line in violations(page)}
        within = violations(page, within="table")
        left = violations(page, within="table", exclude=["th"])
    wanted = {"document-title", "html-has-lang", "landmark-one-main", "page-has-heading-one"}
    wanted |= {"button-name", "target-size", "color-contrast", "empty-table-header", "region"}
    assert wanted <= rules
    assert [line.partition(":")[0] for line in within] == ["empty-table-header"]
    assert left == []


def test_the_measurements_see_what_is_wrong(browser: Browser) -> None:
    with opened(browser, Screen("light", 360)) as page:
        page.set_content(BAD)
        assert [line.split(" ")[0] for line in scrolls_sideways(page)] == ["2008", "div"]
        assert faint_letters(page) == [
            '4.05:1: text "on blue"',
            '4.48:1: text "to the edge and beyond"',
        ]
        assert cut_by_text_spacing(page) == ['p "a label"', 'text "to the edge and beyond"']
    with opened(browser, Screen("dark", 360)) as page:
        page.set_content(
            '<meta name="color-scheme" content="dark"><svg><text y="20">ink</text></svg>'
        )
        assert faint_letters(page) == ['1.12:1: text "ink"'], "black on what a dark page is"
