"""What the page keeps and where, when an answer is no longer current, and whom it asks."""

import html
import re

import httpx
import pytest
from page_hands import (
    EDGE,
    EXAMPLE,
    LEES,
    PAY_CUT,
    YEAR,
    Seen,
    address_holds,
    form_says,
    hold,
    looks_stale,
    press,
    shows,
    type_in,
)
from playwright.sync_api import Browser, Page, Route, expect

from finrisk.api.main import FRONTEND, PAGE_FILES
from finrisk.change import Change
from finrisk.household import EXAMPLES
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor

pytestmark = pytest.mark.browser


# --- what is kept, and where ------------------------------------------------------------------


def address_holds_nothing(page: Page) -> None:
    """Neither now nor once the page has written there."""
    page.wait_for_function("() => location.hash === ''")
    page.wait_for_timeout(700)
    assert "#" not in page.url


def test_the_numbers_are_in_the_address_and_come_back(page: Page, url: str, seen: Seen) -> None:
    address_holds_nothing(page)  # of an example that nobody has touched
    typed = EDGE | {"savings": "98,765", "change.income": "-20 %"}
    type_in(page, typed)
    page.locator("#months").select_option("for 2 months")
    asked = (EDGE | {"savings": 98_765}, Change(income=0.8, months=2))
    shows(page, *asked)
    address_holds(page, "savings=98%2C765")
    link = page.url
    page.reload()
    shows(page, *asked)
    form_says(page, typed)
    expect(page.locator("#example-note")).to_be_hidden()
    press(page, "Start again")
    address_holds_nothing(page)
    page.evaluate("link => { location.href = link; }", link)  # as if pasted
    shows(page, *asked)
    expect(page.locator("#changed")).to_have_text("Filled in from the link.")
    page.locator("#undo").click()
    shows(page, EXAMPLE)
    page.goto("about:blank")
    page.goto(link)
    shows(page, *asked)
    assert [address for address in seen.urls if "98" in address.removeprefix(url)] == []


def test_a_link_says_all_of_a_household(page: Page) -> None:
    """What it leaves out is not known, and not what stood there before."""
    page.get_by_text("Your pattern").click()
    type_in(page, {"debt_payment": 100, "change.debt": 500})
    pairs = "&".join(f"{name}={value}" for name, value in EDGE.items())
    page.evaluate("hash => { location.hash = hash; }", f"{pairs}&months=9&wealth=1")
    shows(page, EDGE)
    form_says(page, EDGE)
    expect(page.locator("#months")).to_have_value("")
    page.evaluate("hash => { location.hash = hash; }", "savings=lots%3Cimg%3E")
    expect(page.locator("#savings-error")).to_contain_text("got 'lots<img>'")
    expect(page.locator("#debt-error")).to_contain_text("Debt is required")


def test_nothing_is_kept_anywhere_else(page: Page) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    press(page, "Pay cut 20 %")
    shows(page, EDGE, PAY_CUT)
    page.wait_for_timeout(1700)  # it has become a try
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("document.cookie") == ""
    for name in PAGE_FILES.values():
        text = (FRONTEND / name).read_text(encoding="utf-8")
        assert not re.search(r"localStorage|sessionStorage|indexedDB|\.cookie|caches\.", text)


def test_many_keys_are_few_writings_of_the_address(page: Page) -> None:
    """Some browsers refuse more than a hundred in thirty seconds."""
    page.evaluate("""() => {
        window.written = 0;
        const write = history.replaceState.bind(history);
        history.replaceState = (...what) => { window.written += 1; write(...what); };
    }""")
    for savings in range(5000, 5020):
        page.locator("#savings").fill(str(savings))
        page.wait_for_timeout(30)
    shows(page, EXAMPLE | {"savings": 5019})
    address_holds(page, "savings=5019")
    assert page.evaluate("window.written") <= 12


def test_numbers_of_a_file_are_in_the_address_only_if_asked(
    page: Page, predictor: Predictor
) -> None:
    type_in(page, {"savings": 7654})
    address_holds(page, "savings=7654")
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    address_holds_nothing(page)
    type_in(page, {"debt": 1})  # still the file's, but for one
    expect(page.locator("#changed")).to_have_text("Typed over it.")
    address_holds_nothing(page)
    expect(page.locator("#keep-box")).to_contain_text("this browser's history keeps them too")
    press(page, "Keep in link")
    address_holds(page, "debt=1")
    expect(page.locator("#keep-box")).to_be_hidden()
    page.locator("#undo").click()  # of what was typed
    page.locator("#undo").click()  # of the file
    shows(page, EXAMPLE | {"savings": 7654})
    address_holds(page, "savings=7654")


def test_the_report_is_the_answer_as_a_file(page: Page, predictor: Predictor) -> None:
    type_in(page, EDGE | {"change.income": "-20 %"})
    shows(page, EDGE, PAY_CUT)
    with page.expect_download() as download:
        press(page, "Save report")
    assert download.value.suggested_filename == "finrisk_report.html"
    report = download.value.path().read_text(encoding="utf-8")
    expected = predictor.predict(EDGE, change=PAY_CUT)
    assert html.escape(expected.meaning, quote=False) in html.unescape(report)
    page.route("**/api/report", lambda route: route.abort())
    press(page, "Save report")
    expect(page.locator("#save-error")).to_contain_text("The server does not answer.")
    looks_stale(page, stale=False)  # the answer on screen is as good as before


@pytest.mark.parametrize("what", ["start", "what-if"])
def test_on_paper_the_answer_stands_first_on_one_or_two_sheets(page: Page, what: str) -> None:
    if what == "what-if":
        press(page, LEES)
        press(page, "Pay cut 20 %")
        shows(page, EXAMPLES[LEES], PAY_CUT)
        page.get_by_text("Your pattern").click()
    page.emulate_media(media="print")
    for part in ("#gauge", "#meaning", "#definition", "#waterfall"):
        expect(page.locator(part)).to_be_visible()
    tops = [page.locator(p).bounding_box() for p in ("#result", "#money-card", "#why")]
    top, household, why = (place["y"] if place else 0 for place in tops)
    assert top < household
    assert top < why
    expect(page.locator("#savings")).to_be_visible()  # whose answer it is
    expect(page.locator("#debt_payment")).to_be_hidden()  # not known
    for control in page.locator("button, #drop, #bar").all():
        expect(control).to_be_hidden()
    sheets = re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))
    assert 1 <= len(sheets) <= 2


# --- an answer that is not current ------------------------------------------------------------


def test_the_server_going_away_is_said_and_nothing_is_lost(page: Page) -> None:
    looks_stale(page, stale=False)
    page.route("**/api/form", lambda route: route.abort())
    page.locator("#debt").fill("1234")
    looks_stale(page, "The server does not answer.")
    expect(page.locator("#spoken")).to_contain_text("The server does not answer.")
    expect(page.locator("#debt")).to_have_value("1234")
    press(page, "Try again")
    expect(page.locator("#result")).to_be_focused()  # the button is gone, and comes back
    looks_stale(page, "The server does not answer.")
    page.unroute("**/api/form")
    press(page, "Try again")
    shows(page, EXAMPLE | {"debt": 1234})
    looks_stale(page, stale=False)
    expect(page.locator("#again")).to_be_hidden()


def test_a_slow_server_is_waited_for_and_what_is_shown_looks_old(page: Page) -> None:
    let_go = hold(page, "**/api/form")
    page.locator("#savings").fill("200")
    looks_stale(page, "Working out the new numbers")
    let_go()
    shows(page, EXAMPLE | {"savings": 200})
    looks_stale(page, stale=False)


def test_an_answer_that_comes_at_once_makes_nothing_flicker(page: Page) -> None:
    body = {"fields": EXAMPLE | {"savings": "100"}, "change": {}}
    answer = httpx.post(f"{page.url}api/form", json=body).json()
    answer["prediction"]["meaning"] = "At once."
    page.route("**/api/form", lambda route: route.fulfill(json=answer))
    page.evaluate("""() => {
        window.flickers = [];
        const states = {attributes: true, subtree: true, attributeFilter: ['class', 'disabled']};
        new MutationObserver((seen) => seen.forEach(({ target }) => {
            if (target.matches('body, button')) window.flickers.push(target.outerHTML.slice(0, 80));
        })).observe(document.body, states);
    }""")
    page.locator("#savings").fill("100")
    expect(page.locator("#meaning")).to_have_text("At once.")
    assert page.evaluate("window.flickers") == []


def test_an_old_page_does_not_take_the_answer_of_a_new_model(page: Page) -> None:
    def of_another(route: Route) -> None:
        route.fulfill(json=route.fetch().json() | {"model_id": "another"})

    page.route("**/api/form", of_another)
    page.locator("#savings").fill("100")
    looks_stale(page, "The server has another model now.")
    shows(page, EXAMPLE)  # with which nothing else on the page could be compared
    page.wait_for_timeout(600)
    page.unroute("**/api/form")
    press(page, "Load the page again")
    shows(page, EXAMPLE | {"savings": 100})  # the numbers are still there
    looks_stale(page, stale=False)


def test_without_a_server_the_page_says_so_and_can_start_later(browser: Browser, url: str) -> None:
    page = browser.new_page()
    page.route("**/api/**", lambda route: route.abort())
    page.goto(url)
    expect(page.locator("#meaning")).to_contain_text("No answer yet. The server does not answer.")
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#about-status")).to_contain_text("The server does not answer.")
    page.get_by_role("tab", name="Your household").click()
    page.unroute("**/api/**")
    press(page, "Try again")
    shows(page, EXAMPLE)
    page.close()


def test_without_javascript_there_is_a_sentence_and_no_dead_form(
    browser: Browser, url: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    expect(page.locator("#late")).to_contain_text("switch JavaScript on")
    expect(page.locator("#late")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("script", ["app.js", "keep.js"])
def test_a_late_program_is_waited_for_with_a_sentence(
    browser: Browser, url: str, script: str
) -> None:
    page = browser.new_page()
    let_go = hold(page, f"**/{script}")
    page.goto(url, wait_until="commit")
    expect(page.locator("#late")).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    let_go()
    shows(page, EXAMPLE)
    expect(page.locator("#late")).to_be_hidden()
    page.route(f"**/{script}", lambda route: route.abort())
    page.reload()
    expect(page.locator("#late")).to_contain_text("load the page again")
    expect(page.locator("main")).to_be_hidden()
    page.close()


# --- by keyboard, and for nobody else ---------------------------------------------------------


def test_the_whole_page_works_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the result")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("tab", name="Your household")).to_be_focused()
    for name in EXAMPLES:
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name)).to_be_focused()
    for name in EXAMPLE:
        page.keyboard.press("Tab")
        expect(page.locator(f"#{name}")).to_be_focused()
        page.keyboard.type(str(EDGE[name]))  # a field reached by Tab is selected: typing replaces
    shows(page, EDGE)
    page.locator("#change-income").focus()
    page.keyboard.type("-20%")
    shows(page, EDGE, PAY_CUT)
    page.keyboard.press("Tab")
    expect(page.locator("#change-spending")).to_be_focused()
    press(page, "Nothing changes")
    page.locator("#pattern-box summary").focus()
    page.keyboard.press("Space")  # opens "Your pattern"
    page.keyboard.press("Tab")
    expect(page.locator("#debt_payment")).to_be_focused()
    page.keyboard.type("300")
    shows(page, EDGE | {"debt_payment": 300})
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the first word for the next question
    word, value = INPUTS["income_volatility"].words[0]
    expect(page.locator("#income_volatility")).to_have_value(word)
    shows(page, EDGE | {"debt_payment": 300, "income_volatility": value})
    page.locator("#csv").focus()
    outline = "getComputedStyle(document.querySelector('label.button')).outlineStyle"
    assert page.evaluate(outline) == "solid", "the button that stands for the file box shows it"
    pressed = "document.getElementById('csv').onclick = () => { window.pressed = true; }"
    page.evaluate(pressed)  # a press opens the browser's own dialog, which tests do not see
    page.keyboard.press("Enter")
    page.wait_for_function("window.pressed")


def test_nothing_is_asked_of_anybody_else(page: Page, seen: Seen, url: str) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#undo")).to_be_visible()
    with page.expect_download():
        press(page, "Save report")
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    others = [u for u in seen.urls if not u.startswith((f"{url}/", "data:image", f"blob:{url}/"))]
    assert others == []
    assert seen.problems == []


# --- what the page is made of ---------------------------------------------------------------


def test_the_page_is_plain_files_that_name_nobody_else(url: str) -> None:
    for path, name in PAGE_FILES.items():
        answer = httpx.get(f"{url}{path}")
        assert answer.content == (FRONTEND / name).read_bytes()
        text = answer.text.replace("http://www.w3.org/2000/svg", "")  # a name, not a link
        assert not re.search(r"https?:|innerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert not re.search(r"\s(style|on\w+)=\"|<script>|<style", text), "the policy forbids it"
        if name.endswith(".js"):
            assert "javascript" in answer.headers["content-type"]
            assert len(text.splitlines()) <= 150, f"{name} is more than a chapter"
            for module in re.findall(r'from "\.(/[^"]+)"', text):
                assert module in PAGE_FILES, f"{name} imports {module}, which nobody serves"


def test_the_sample_file_is_the_courses_and_can_be_sent_back(
    page: Page, predictor: Predictor, seen: Seen
) -> None:
    assert (FRONTEND / YEAR.name).read_bytes() == YEAR.read_bytes(), "copy notebooks/data anew"
    link = page.get_by_role("link", name="Download a sample file")
    expect(link).to_have_attribute("download", YEAR.name)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == YEAR.name
    assert download.value.path().read_bytes() == YEAR.read_bytes()
    page.locator("#csv").set_input_files(download.value.path())
    shows(page, predictor.read_csv(YEAR))
    assert seen.problems == []
