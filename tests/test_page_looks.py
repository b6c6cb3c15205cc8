"""What the page looks like on every screen.

Run as a program it takes the page's pictures, light, dark and on a phone:
    python tests/test_page_looks.py notebooks/images
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe import SCREENS, Screen, cut_by_text_spacing, faint_letters, opened, violations
from browser import launch, serve_app
from page_hands import (
    EDGE,
    EXAMPLE,
    LEES,
    MARIA,
    PAY_CUT,
    YEAR,
    box,
    looks_stale,
    payload,
    press,
    shipped,
    shows,
    type_in,
)
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, expect

from finrisk.household import EXAMPLES

pytestmark = pytest.mark.browser


# --- what it looks like ---------------------------------------------------------------------


def what_if(page: Page) -> None:
    press(page, MARIA)
    shows(page, EXAMPLES[MARIA])
    press(page, "Pay cut 20 %")
    shows(page, EXAMPLES[MARIA], PAY_CUT)
    press(page, "Job lost")
    expect(page.locator("#tries button")).to_have_count(3)


def meant_as_a_what_if(page: Page) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.locator("#debt").focus()
    page.locator("#savings").focus()
    page.locator("#savings").fill("20.000")
    expect(page.locator("#offer")).to_be_visible()
    expect(page.locator("#savings-echo")).to_be_visible()


def errors(page: Page) -> None:
    page.get_by_text("Your pattern").click()
    type_in(page, {"debt": "-5", "savings": "", "recent_income": "a lot", "change.income": "-20"})
    page.locator("#months").focus()
    expect(page.locator("#recent_income-error")).to_be_visible()
    looks_stale(page)


def server_gone(page: Page) -> None:
    page.route("**/api/form", lambda route: route.abort())
    page.locator("#debt").fill("1234")
    expect(page.locator("#again")).to_be_visible()


def pattern_open(page: Page) -> None:
    page.get_by_text("Your pattern").click()
    page.locator("#pattern").get_by_role("button", name="a lot").first.click()
    expect(page.locator("#pattern [aria-pressed=true]")).to_have_count(1)
    page.get_by_text("What the file looks like").click()


def one_file_read_and_one_refused(page: Page) -> None:
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#keep-box")).to_be_visible()
    page.locator("#csv").set_input_files(payload("bad.csv", "no months"))
    expect(page.locator("#csv-error")).to_be_visible()


def about_the_model(page: Page) -> None:
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    page.get_by_text("The same in figures").click()


STATES: tuple[Callable[[Page], None], ...] = (
    what_if,
    meant_as_a_what_if,
    errors,
    server_gone,
    pattern_open,
    one_file_read_and_one_refused,
    about_the_model,
)


@pytest.mark.parametrize("screen", SCREENS, ids=str)
def test_whoever_reads_it_can_in_every_state(browser: Browser, url: str, screen: Screen) -> None:
    """By axe-core, and by what that leaves open."""
    found: dict[str, list[Any]] = {}
    for state in STATES:
        with opened(browser, screen) as page:
            page.goto(url)
            shows(page, EXAMPLE)
            state(page)
            found[state.__name__] = [
                *violations(page),
                *faint_letters(page),
                *page.evaluate(f"{CONTRAST} {FAINT}"),
                *page.evaluate(TOO_SMALL),
                *page.evaluate(CUT),
                *cut_by_text_spacing(page),
                *sideways(page),
            ]
            page.set_viewport_size({"width": 320, "height": 800})
            found[state.__name__] += sideways(page)
            page.unroute_all(behavior="ignoreErrors")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def sideways(page: Page) -> list[str]:
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{wide} px wide on a screen of {seen}"] if wide > seen else []


@pytest.mark.parametrize("name", ["", *EXAMPLES])
def test_on_a_phone_what_helps_begins_within_two_screens(phone: Page, name: str) -> None:
    """Answer, what it means, what would help, and only then why."""
    if name:
        press(phone, name)
        shows(phone, EXAMPLES[name])
    first = "#suggestions li >> nth=0" if phone.locator("#suggestions li").count() else "#help h3"
    parts = ("#gauge", "#meaning", "#definition", first, "#why")
    places = [place(phone, part) for part in parts]
    tops = [top for top, _ in places]
    assert tops == sorted(tops)
    assert places[3][1] <= 2 * 780


def place(page: Page, selector: str) -> tuple[float, float]:
    """Where it begins and ends, from the top of the page."""
    found = page.locator(selector).bounding_box()
    assert found
    top = found["y"] + page.evaluate("scrollY")
    return top, top + found["height"]


def test_on_a_phone_the_result_stays_in_sight_and_pictures_can_be_read(phone: Page) -> None:
    expected = shipped().predict(EXAMPLE)
    bar = phone.locator("#bar")
    expect(bar).to_have_text(f"{expected.score} of 100, {expected.risk_class}: why?")
    expect(bar).to_be_in_viewport(ratio=1)
    phone.get_by_role("button", name=LEES).tap()
    shows(phone, EXAMPLES[LEES])
    expect(phone.locator("#undo")).to_be_in_viewport(ratio=1)
    expect(bar).to_be_in_viewport(ratio=1)
    apart = (
        "document.getElementById('undo').getBoundingClientRect().left - "
        "document.getElementById('bar').getBoundingClientRect().right"
    )
    assert phone.evaluate(apart) >= 0
    bar.tap()
    expect(phone.locator("#gauge")).to_be_in_viewport()
    expect(bar).to_be_hidden()  # the gauge itself is there
    phone.get_by_role("button", name="Pay cut 20 %").tap()
    cut = shipped().predict(EXAMPLES[LEES], change=PAY_CUT)
    shows(phone, EXAMPLES[LEES], PAY_CUT)
    expect(bar).to_have_text(f"{cut.score_before} → {cut.score} of 100, {cut.risk_class}: why?")
    phone.get_by_role("tab", name="About the model").click()
    expect(phone.locator("#calibration svg")).to_be_visible()
    expect(bar).to_be_hidden()
    phone.get_by_role("tab", name="Your household").click()
    sizes = phone.evaluate(PICTURE_TEXT)
    phone.get_by_role("tab", name="About the model").click()
    sizes += phone.evaluate(PICTURE_TEXT)
    assert len(sizes) > 20
    assert min(sizes) >= 11


@pytest.mark.parametrize("width", [360, 1280])
def test_no_box_moves_under_a_typing_hand(page: Page, width: int) -> None:
    """Whatever comes or goes above it: an echo, an error, an offer, tries, a stale answer."""
    page.set_viewport_size({"width": width, "height": 780})

    def stays(name: str, text: str, then: Callable[[], None]) -> None:
        page.locator(box(name)).focus()
        page.wait_for_timeout(300)  # scrolled to, and what was wrong elsewhere is said
        page.locator(box(name)).evaluate("""node => {
            window.moves = [];
            const at = node.getBoundingClientRect().top;
            window.watching = true;
            (function look() {
                const moved = node.getBoundingClientRect().top - at;
                if (Math.abs(moved) > 1) window.moves.push(moved);
                if (window.watching) requestAnimationFrame(look);
            })();
        }""")
        page.keyboard.press("Control+a")
        page.keyboard.type(text, delay=20)
        then()
        page.wait_for_timeout(100)
        page.evaluate("window.watching = false")
        assert page.evaluate("window.moves") == [], (name, text)

    def echoed(name: str) -> Callable[[], None]:
        return lambda: expect(page.locator(f"{box(name)}-echo")).to_be_visible()

    for name, number in EDGE.items():
        stays(name, str(number), lambda: None)
    stays("savings", "2.600", echoed("savings"))
    stays("debt", "8k", echoed("debt"))
    page.locator("#savings").focus()
    stays("monthly_income", "8000", lambda: expect(page.locator("#offer")).to_be_visible())
    page.locator("#monthly_income").fill("many")
    stays(
        "change.income",
        "-20 %",
        lambda: expect(page.locator("#monthly_income-error")).to_be_visible(),
    )
    page.locator("#monthly_income").fill("4200")
    stays("change.spending", "+$100", echoed("change.spending"))
    page.wait_for_timeout(1700)
    stays("change.debt", "100", lambda: expect(page.locator("#tries-box")).to_be_visible())
    before = page.locator("#tries button").count()
    page.wait_for_timeout(1700)
    page.get_by_text("Your pattern").click()
    stays(
        "negative_months",
        "4",
        lambda: expect(page.locator("#tries button")).not_to_have_count(before),
    )


@pytest.mark.parametrize("width", [720, 1280])
def test_a_larger_text_size_is_followed_and_everything_fits(page: Page, width: int) -> None:
    """The browser's own setting, doubled: nothing is cut, nothing scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    what_if(page)
    page.get_by_text("Your pattern").click()
    assert page.evaluate("getComputedStyle(document.getElementById('meaning')).fontSize") == (
        f"{1.1 * 32:g}px"
    )
    fits(page)
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    fits(page)


def fits(page: Page) -> None:
    assert sideways(page) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(TOO_SMALL) == []


def test_a_tablet_has_one_column_that_fits(page: Page) -> None:
    page.set_viewport_size({"width": 768, "height": 1000})
    errors(page)
    fits(page)
    expect(page.locator("#bar")).to_be_in_viewport()


def test_forced_colours_tell_an_error_from_help_and_old_from_new(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    errors(page)

    def style(place: str, what: str) -> str:
        found: str = page.locator(place).evaluate(f"node => getComputedStyle(node).{what}")
        return found

    assert style("#debt-error", "textDecorationLine") == "underline"
    assert style("#debt-help", "textDecorationLine") == "none"
    assert style("#debt", "borderTopStyle") == "double"
    assert style("#monthly_income", "borderTopStyle") == "solid"
    assert style("#result", "borderTopStyle") == "dashed"
    assert style("#money-card", "borderTopStyle") == "solid"


def test_nothing_moves_for_those_who_ask_for_that(page: Page) -> None:
    moving = (
        "[...document.querySelectorAll('*')].some((node) => "
        "parseFloat(getComputedStyle(node).transitionDuration) > 0)"
    )
    assert page.evaluate(moving)  # else there would be nothing to test
    page.emulate_media(reduced_motion="reduce")
    assert not page.evaluate(moving)


# What reaches out of its card, but for what scrolls and what stands at the foot of the screen.
CUT = """() => [...document.querySelectorAll('.card *, [role="tab"], header *')]
    .filter((node) => node.checkVisibility())
    .filter((node) => !node.closest('.for-readers, .scroll, pre, svg, #change'))
    .filter((node) => {
        const { left, right } = node.getBoundingClientRect();
        const outer = (node.closest('.card') ?? document.body).getBoundingClientRect();
        return left < outer.left - 1 || right > outer.right + 1
            || node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0;
    }).map((node) => node.id || node.textContent.trim())"""

# Contrast by the formula of WCAG 2, and the colour that lies behind a node.
CONTRAST = """() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => numbers(colour).slice(0, 3).map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (one, other) => {
        const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
        return (a + 0.05) / (b + 0.05);
    };
    const behind = (node) => {
        const colour = getComputedStyle(node).backgroundColor;
        return numbers(colour)[3] === 0 ? behind(node.parentElement) : colour;
    };
    const all = [...document.body.querySelectorAll('*')].filter((node) => node.checkVisibility());
    const hidden = (node) => node.closest('.for-readers, .skip');
"""

# Texts below 4.5:1.
UNREADABLE = """
    const hasText = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
    return all.filter(hasText).map((node) => {
        const style = getComputedStyle(node);
        const ink = node.closest('svg') ? style.fill : style.color;
        return [node.textContent.trim(), contrast(ink, behind(node))];
    }).filter(([, ratio]) => ratio < 4.5);
}"""

# Edges of controls, and shapes of pictures (by their fill or their outline), below 3:1.
FAINT = """
    const controls = all.filter((node) => node.matches('input, button, .button') && !hidden(node))
        .filter((node) => node.getAttribute('role') !== 'tab')
        .map((node) => {
            const { borderTopColor, backgroundColor } = getComputedStyle(node);
            const ground = behind(node.parentElement);
            const own = numbers(backgroundColor)[3] === 0 ? ground : backgroundColor;
            return [node.id || node.textContent,
                Math.max(contrast(borderTopColor, ground), contrast(own, ground))];
        });
    const shapes = all.filter((node) => node.matches('svg rect, svg circle')).map((node) => {
        const { fill, stroke } = getComputedStyle(node);
        const colours = [fill, stroke].filter((colour) => colour !== 'none');
        return [node.outerHTML, Math.max(...colours.map((c) => contrast(c, behind(node))))];
    });
    return [...controls, ...shapes].filter(([, ratio]) => ratio < 3);
}"""

# What a finger must hit and could miss; links within a sentence may be as small as its words.
TOO_SMALL = """() => [...document.querySelectorAll('input, button, summary, a, label.button')]
    .filter((node) => node.checkVisibility({visibilityProperty: true}))
    .filter((node) => !node.closest('.for-readers, .skip') && !node.matches('p a'))
    .map((node) => [node.id || node.textContent, node.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44).map(([name]) => name)"""

# The sizes of the text in pictures, in pixels of the screen.
PICTURE_TEXT = """() => [...document.querySelectorAll('.picture svg text')]
    .filter((node) => node.checkVisibility())
    .map((node) => parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a)"""


# --- pictures -------------------------------------------------------------------------------


def screenshot(browser: Browser, url: str, path: Path, width: int, scheme: str) -> None:
    """The page filled in with Maria's numbers; on a phone, what the screen holds at once."""
    maria, phone = EXAMPLES["Maria, on the edge"], width < 500
    page = browser.new_page(
        viewport={"width": width, "height": 780 if phone else 1000},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if phone else 1,
        reduced_motion="reduce",  # no colour half-way
    )
    page.goto(url)
    type_in(page, {n: int(v) for n, v in maria.to_dict().items() if v is not None})
    shows(page, maria)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    if phone:
        page.locator("#result").evaluate("node => node.scrollIntoView()")
        page.screenshot(path=path)
    else:
        result = page.locator("#result").bounding_box()
        assert result
        height = result["y"] + result["height"] + 24
        area: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
        page.screenshot(path=path, full_page=True, clip=area)
    page.close()
    few = Image.open(path).convert("RGB").quantize(255, Image.Quantize.MAXCOVERAGE, kmeans=1)
    few.save(path, optimize=True)  # a third the size; every colour of the pictures is kept


def screenshots(folder: Path) -> None:
    """Lesson 07's and the README's pictures of the page."""
    with serve_app() as url, launch() as browser:
        screenshot(browser, url, folder / "page.png", 1000, "light")
        screenshot(browser, url, folder / "page_dark.png", 1000, "dark")
        screenshot(browser, url, folder / "page_phone.png", 360, "dark")


if __name__ == "__main__":
    screenshots(Path(sys.argv[1]))
