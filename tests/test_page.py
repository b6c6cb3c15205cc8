"""The page in a real Chromium: what a person types, drops and presses, and what they see.

Run as a program it takes the page's pictures, light, dark and on a phone:
    python tests/test_page.py notebooks/images
"""

import html
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser import launch, serve_app
from PIL import Image
from playwright.sync_api import Browser, Error, FilePayload, FloatRect, Page, Route, expect

from finrisk.api.main import FRONTEND, PAGE_FILES
from finrisk.change import Change
from finrisk.errors import InvalidHistory
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.titles import NO_ADVICE

pytestmark = pytest.mark.browser

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"
EDGE = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}
EXAMPLE = {name: field.default for name, field in INPUTS.items() if field.required}
NOT_USED = (
    f"{YEAR.name} was not used: you went on with the form meanwhile. Choose it again to use it."
)
HOSTILE = "<img src=x onerror=alert(1)>"
expect.set_options(timeout=15_000)  # a loaded machine is slow, not wrong


@dataclass
class Seen:
    """What a page asked for and complained about while a test drove it."""

    hosts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launch() as browser:
        yield browser


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def page(browser: Browser, url: str, seen: Seen) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(15_000)
    page.on("request", lambda request: seen.hosts.add(request.url.split("/")[2]))
    page.on("pageerror", lambda error: seen.problems.append(str(error)))
    page.on(
        "console",
        lambda line: seen.problems.append(line.text) if line.type in ("error", "warning") else None,
    )
    page.goto(url)
    shows(page, EXAMPLE)
    yield page
    page.unroute_all(behavior="ignoreErrors")  # an answer under way must not fail the next test
    page.close()


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor.load()


def type_in(page: Page, values: Mapping[str, float]) -> None:
    for name, value in values.items():
        page.locator(f"#{name}").fill(str(value))


def shows(
    page: Page, household: Mapping[str, float] | Household, change: Change | None = None
) -> None:
    """Wait until the page shows what the predictor says about this household, to 1e-6."""
    expected = Predictor.load().predict(household, change=change)
    page.wait_for_function(
        "p => Math.abs(document.getElementById('result').dataset.probability - p) < 1e-6",
        arg=expected.probability,
    )
    said = f"Risk score {expected.score} of 100, {expected.risk_class}."
    expect(page.locator("#score")).to_have_text(said)
    expect(page.locator("#meaning")).to_have_text(expected.meaning)
    expect(page.locator("#arithmetic p")).to_have_text(list(expected.arithmetic))
    expect(page.locator("#standing")).to_have_text(
        expected.standing.sentence if expected.standing else ""
    )
    picture = page.locator("#gauge svg")
    expect(picture).to_have_attribute("aria-label", said.rstrip("."))
    expect(page.locator("#waterfall svg")).to_have_count(1)
    expect(page.locator("#drivers li")).to_have_count(len(expected.drivers))
    expect(page.locator("#suggestions li")).to_have_count(len(expected.suggestions))
    stale = page.locator("#stale").is_visible()  # suggestions for other numbers: not to be tried
    ready = page.locator("#suggestions button:enabled")
    expect(ready).to_have_count(0 if stale else len(expected.suggestions))
    expect(page.locator("#no-promise")).to_be_visible(visible=bool(expected.suggestions))
    begins = [percent(edge) for edge in (expected.alert_threshold, expected.high_threshold)]
    expect(page.locator("#classes")).to_have_text(
        f"Moderate begins at a risk of {begins[0]}, High at {begins[1]}."
    )


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def test_the_form_is_built_from_inputs(page: Page) -> None:
    for name, spec in INPUTS.items():
        box = page.locator(f"#{name}")
        assert float(box.get_attribute("min") or "nan") == spec.minimum * spec.scale
        assert float(box.get_attribute("step") or "nan") == spec.step * spec.scale
        assert page.locator(f"label[for={name}]").text_content() == f"{spec.label} in {spec.unit}"
        described = (box.get_attribute("aria-describedby") or "").split()
        assert page.locator(f"#{described[0]}").text_content() == spec.help
        assert box.get_attribute("placeholder") == ("" if spec.required else "not known")


def test_typing_changes_the_answer_to_what_the_predictor_says(page: Page, seen: Seen) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.get_by_text("Your pattern").click()
    assert "in % of mean" in (page.locator("label[for=recent_income]").text_content() or "")
    type_in(page, {"recent_income": 70, "negative_months": 6, "negative_streak": 3})
    shows(page, EDGE | {"recent_income": 0.7, "negative_months": 6, "negative_streak": 3})
    page.locator("#recent_income").fill("")  # not known again
    shows(page, EDGE | {"negative_months": 6, "negative_streak": 3})
    assert seen.problems == []


def test_the_last_of_many_quick_changes_wins(page: Page) -> None:
    for savings in range(0, 6000, 500):
        page.locator("#savings").fill(str(savings))
        page.locator("#household button[type=submit]").click()
    shows(page, EXAMPLE | {"savings": 5500})


def test_a_csv_shows_its_answer_and_fills_the_form(
    page: Page, predictor: Predictor, seen: Seen
) -> None:
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    expected = predictor.predict_csv(YEAR)
    for name, value in expected.household.to_dict().items():
        shown = page.locator(f"#{name}").input_value()
        in_words = None if value is None else value * INPUTS[name].scale
        assert in_words is None or float(shown) == pytest.approx(in_words, abs=0.006)
    page.locator("#household button[type=submit]").click()  # the form says the same household
    page.wait_for_load_state("networkidle")
    shows(page, expected.household)
    page.locator("#undo").click()
    shows(page, EXAMPLE)
    assert seen.problems == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"month,income\n2025-01,4000\n", "expenses"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "must be a CSV text, got what looks like"),
        (f"{HOSTILE}.csv", b"0" * 1_200_000, f"{HOSTILE}.csv is larger than 1 MB"),
        ("empty.csv", b"", "empty"),
    ],
)
def test_a_bad_file_gets_its_sentence_and_changes_nothing(
    page: Page, name: str, content: bytes, sentence: str
) -> None:
    page.locator("#csv").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    expect(page.locator("#csv-error")).to_contain_text(sentence)
    expect(page.locator("#csv-error img")).to_have_count(0)  # a file's name stays text
    shows(page, EXAMPLE)
    assert page.locator("#savings").input_value() == f"{EXAMPLE['savings']:g}"
    page.locator("#csv").set_input_files(YEAR)  # and a good one clears it
    expect(page.locator("#csv-error")).to_be_hidden()


def test_a_wrong_value_is_shown_beside_its_field_and_nothing_is_lost(page: Page) -> None:
    page.locator("#debt").fill("-5")
    error = page.locator("#debt-error")
    expect(error).to_contain_text("debt must lie between $0 and $5,000,000, got -5")
    expect(page.locator("#debt")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#stale")).to_be_visible()
    assert page.locator("#debt").input_value() == "-5"
    shows(page, EXAMPLE)  # the last good answer stays
    page.locator("#debt").fill("9000")
    expect(error).to_be_hidden()
    expect(page.locator("#stale")).to_be_hidden()


def test_no_income_is_judged_and_no_error(page: Page, seen: Seen) -> None:
    nothing = EXAMPLE | {"monthly_income": 0}
    page.locator("#monthly_income").fill("0")
    shows(page, nothing)
    expect(page.locator("#warnings")).to_contain_text("Monthly income of $0 lies outside what")
    expect(page.locator("#drivers")).to_contain_text("monthly expenses $3,900, monthly income $0")
    expect(page.locator("#monthly_income-error")).to_be_hidden()
    page.locator("#monthly_income").press("ArrowDown")  # there is nothing below nothing
    assert page.locator("#monthly_income").input_value() == "0"
    page.locator("#monthly_income").press("ArrowUp")
    shows(page, nothing | {"monthly_income": INPUTS["monthly_income"].step})
    page.locator("#monthly_income").fill("-1")
    expect(page.locator("#monthly_income-error")).to_contain_text("must lie between $0 and")
    for name in EXAMPLE:
        page.locator(f"#{name}").fill("0")
    shows(page, dict.fromkeys(EXAMPLE, 0))
    assert not re.search(r"\b(NaN|Infinity|inf|nan)\b", page.locator("body").inner_text())
    assert all("422" in problem for problem in seen.problems), "the refusal of -1 alone"


def test_a_file_without_income_fills_the_form(page: Page, predictor: Predictor) -> None:
    lines = ["month,income,expenses,savings,debt"]
    lines += [f"2025-{month:02d},0,3900,{50_000 - 3_900 * month},9000" for month in range(1, 13)]
    content = "\n".join(lines).encode()
    file: FilePayload = {"name": "no_income.csv", "mimeType": "text/csv", "buffer": content}
    page.locator("#csv").set_input_files(file)
    shows(page, predictor.read_csv(content))
    assert page.locator("#monthly_income").input_value() == "0"
    assert page.locator("#recent_income").input_value() == ""
    assert page.locator("#negative_months").input_value() == "12"


def test_an_emptied_required_field_and_a_hidden_wrong_one_are_found(page: Page) -> None:
    page.locator("#savings").fill("")
    expect(page.locator("#savings-error")).to_contain_text("savings is required")
    page.locator("#savings").fill("100")
    page.get_by_text("Your pattern").click()
    page.locator("#debt_payment").fill("90000")
    page.get_by_text("Your pattern").click()  # closed again, with the mistake inside
    page.locator("#household button[type=submit]").click()
    expect(page.locator("#debt_payment-error")).to_contain_text("must not exceed monthly_expenses")
    expect(page.locator("#debt_payment")).to_be_focused()


def test_a_suggestion_can_be_tried_and_undone(page: Page, predictor: Predictor) -> None:
    """It asks what if; the form stays as it is, and so do its exact numbers."""
    suggestion = predictor.predict(EXAMPLE).suggestions[0]
    with page.expect_request("**/api/predict") as asked:
        page.get_by_role("button", name=f"Try it: {suggestion.text}").click()
    sent: dict[str, Any] = asked.value.post_data_json or {}
    assert sent.pop("change") == suggestion.change.to_dict()
    assert {name: value for name, value in sent.items() if value is not None} == EXAMPLE
    shows(page, EXAMPLE, suggestion.change)
    form_says(page, EXAMPLE)
    expect(page.locator("#changed")).to_have_text(f"Tried: {suggestion.text}.")
    expect(page.locator("#drivers")).to_contain_text(suggestion.change.words)
    expect(page.locator("#undo")).to_be_focused()
    page.keyboard.press("Enter")
    shows(page, EXAMPLE)
    form_says(page, EXAMPLE)
    expect(page.locator("#undo")).to_be_hidden()


def form_says(page: Page, household: Mapping[str, float]) -> None:
    for name in INPUTS:
        text = f"{household[name]:g}" if name in household else ""
        expect(page.locator(f"#{name}")).to_have_value(text)


def test_a_suggestion_tried_on_top_of_another_is_undone_alone(
    page: Page, predictor: Predictor
) -> None:
    """Two steps there, two steps back; what is said to be tried is what is answered."""
    first = predictor.predict(EXAMPLE).suggestions[0]
    page.get_by_role("button", name=f"Try it: {first.text}").click()
    shows(page, EXAMPLE, first.change)
    second = predictor.predict(EXAMPLE, change=first.change).suggestions[0]
    page.get_by_role("button", name=f"Try it: {second.text}").click()
    shows(page, EXAMPLE, second.change)
    page.locator("#undo").click()
    expect(page.locator("#changed")).to_have_text(f"Tried: {first.text}.")
    shows(page, EXAMPLE, first.change)
    page.locator("#undo").click()
    shows(page, EXAMPLE)
    expect(page.locator("#undo")).to_be_hidden()


def test_a_number_typed_after_a_suggestion_is_about_the_household_as_it_is(
    page: Page, predictor: Predictor
) -> None:
    """Nothing then says any more that a suggestion is tried."""
    suggestion = predictor.predict(EXAMPLE).suggestions[0]
    page.get_by_role("button", name=f"Try it: {suggestion.text}").click()
    shows(page, EXAMPLE, suggestion.change)
    page.locator("#savings").fill("1000")
    shows(page, EXAMPLE | {"savings": 1000})
    expect(page.locator("#changed")).not_to_have_text(f"Tried: {suggestion.text}.")


def untriable(page: Page, household: dict[str, str]) -> None:
    """No suggestion can be tried, and a press on one changes nothing of the form."""
    pressed = (
        "const all = [...document.querySelectorAll('#suggestions button')];"
        "all.forEach((button) => button.click());"
        "return all.map((button) => button.disabled);"
    )
    disabled = page.evaluate(f"() => {{ {pressed} }}")
    assert disabled
    assert all(disabled)
    for name, text in household.items():
        expect(page.locator(f"#{name}")).to_have_value(text)
    expect(page.locator("#undo")).to_be_hidden()


def test_a_suggestion_for_older_numbers_cannot_be_tried(page: Page) -> None:
    at_once = page.evaluate("""() => {
        const savings = document.getElementById('savings');
        savings.value = '1000';
        savings.dispatchEvent(new InputEvent('input', {bubbles: true}));
        document.querySelector('#suggestions button').click();
        return savings.value;
    }""")
    assert at_once == "1000", "typed just now: an older suggestion must not come over it"
    shows(page, EXAMPLE | {"savings": 1000})
    let_go = hold(page, "**/api/predict")
    with page.expect_request("**/api/predict"):
        page.locator("#savings").fill("100")
    untriable(page, {"savings": "100"})
    let_go()
    shows(page, EXAMPLE | {"savings": 100})
    page.locator("#savings").fill("")
    expect(page.locator("#stale")).to_be_visible()
    untriable(page, {"savings": ""})
    page.locator("#savings").fill("100")
    shows(page, EXAMPLE | {"savings": 100})


def test_only_what_changed_something_can_be_undone(page: Page) -> None:
    again = page.get_by_role("button", name="Start again")
    again.click()
    expect(page.locator("#undo")).to_be_hidden()
    type_in(page, EDGE)
    again.click()
    again.click()
    shows(page, EXAMPLE)
    page.locator("#undo").click()
    shows(page, EDGE)
    expect(page.locator("#undo")).to_be_hidden()
    for _ in range(2):
        page.locator("#csv").set_input_files(YEAR)
        expect(page.locator("#csv-status")).to_have_text(f"Last file read: {YEAR.name}.")
    page.locator("#undo").click()
    shows(page, EDGE)
    expect(page.locator("#undo")).to_be_hidden()


def test_where_the_numbers_come_from_is_said_only_while_true(
    page: Page, predictor: Predictor
) -> None:
    note, status = page.locator("#example-note"), page.locator("#csv-status")

    def says(*, example: bool, file: bool) -> None:
        expect(note).to_be_visible(visible=example)
        expect(status).to_have_text(f"Last file read: {YEAR.name}." if file else "")

    says(example=True, file=False)
    before = page.locator("#debt").bounding_box()
    type_in(page, {"savings": 1000})
    says(example=False, file=False)
    assert page.locator("#debt").bounding_box() == before, "no field moves under a typing hand"
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    says(example=False, file=True)
    page.get_by_role("button", name=next(iter(EXAMPLES))).click()
    says(example=True, file=False)
    page.locator("#undo").click()
    says(example=False, file=True)
    page.locator("#undo").click()
    says(example=False, file=False)
    assert page.locator("#savings").input_value() == "1000"
    page.get_by_role("button", name="Start again").click()
    says(example=True, file=False)


def test_start_again_can_be_undone_too(page: Page) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.get_by_role("button", name="Start again").click()
    shows(page, EXAMPLE)
    page.locator("#undo").click()
    shows(page, EDGE)


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
    page.keyboard.press("Enter")
    shows(page, EDGE)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # opens "Your pattern"
    page.keyboard.press("Tab")
    expect(page.locator("#debt_payment")).to_be_focused()
    page.keyboard.type("300")
    shows(page, EDGE | {"debt_payment": 300})
    for label in ("Work out the risk", "Start again"):
        page.get_by_role("button", name=label).focus()
        expect(page.get_by_role("button", name=label)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Choose a CSV file")).to_be_focused()
    outline = "getComputedStyle(document.querySelector('label.button')).outlineStyle"
    assert page.evaluate(outline) == "solid", "the button that stands for the file box shows it"
    pressed = "document.getElementById('csv').onclick = () => { window.pressed = true; }"
    page.evaluate(pressed)  # a press opens the browser's own dialog, which tests do not see
    page.keyboard.press("Enter")
    page.wait_for_function("window.pressed")


def test_the_server_going_away_is_said_and_nothing_is_lost(page: Page) -> None:
    page.route("**/api/predict", lambda route: route.abort())
    page.locator("#debt").fill("1234")
    expect(page.locator("#summary")).to_contain_text("The server does not answer.")
    assert page.locator("#debt").input_value() == "1234"
    page.unroute("**/api/predict")
    page.locator("#household button[type=submit]").click()
    shows(page, EXAMPLE | {"debt": 1234})
    expect(page.locator("#summary")).to_be_hidden()


def test_nothing_is_asked_of_anybody_else(page: Page, seen: Seen, url: str) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#undo")).to_be_visible()
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    assert seen.hosts <= {url.removeprefix("http://"), "image"}  # image: the icon's data: address
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


# --- tabs -----------------------------------------------------------------------------------


def is_open(page: Page, name: str) -> None:
    """One tab is selected, reached by Tab, and its panel is the one in sight."""
    for tab in page.get_by_role("tab").all():
        chosen = tab.text_content() == name
        expect(tab).to_have_attribute("aria-selected", str(chosen).lower())
        expect(tab).to_have_attribute("tabindex", "0" if chosen else "-1")
        panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
        expect(panel).to_have_attribute("aria-labelledby", tab.get_attribute("id") or "")
        expect(panel).to_be_visible(visible=chosen)


def test_tabs_work_by_keyboard_and_the_address_says_which_is_open(
    page: Page, url: str, seen: Seen
) -> None:
    yours, about = "Your household", "About the model"
    is_open(page, yours)
    page.get_by_role("tab", name=yours).focus()
    keys = {"ArrowRight": about, "ArrowLeft": yours, "End": about, "Home": yours}
    for key, name in (keys | {"ArrowUp": yours}).items():
        page.keyboard.press(key)
        is_open(page, name)
        expect(page.get_by_role("tab", name=name)).to_be_focused()
    page.keyboard.press("ArrowLeft")  # round the corner
    is_open(page, about)
    assert page.url == f"{url}/#about"
    page.go_back()
    is_open(page, yours)
    page.go_forward()
    is_open(page, about)
    page.keyboard.press("Tab")
    expect(page.locator("#about")).to_be_focused()
    assert seen.problems == []


def test_the_address_opens_the_second_tab_and_the_skip_link_follows(page: Page, url: str) -> None:
    page.goto("about:blank")
    page.goto(f"{url}/#about")
    is_open(page, "About the model")
    page.get_by_text("Skip to the model").press("Enter")
    expect(page.locator("#about")).to_be_focused()
    page.get_by_role("tab", name="Your household").click()
    assert page.url == f"{url}/"
    page.get_by_text("Skip to the result").press("Enter")
    expect(page.locator("#result")).to_be_focused()
    is_open(page, "Your household")


def test_back_puts_the_focus_on_the_open_tab(page: Page) -> None:
    page.get_by_role("tab", name="About the model").click()
    page.locator("#about").focus()
    page.go_back()
    expect(page.get_by_role("tab", name="Your household")).to_be_focused()
    page.locator("#savings").focus()
    page.go_forward()
    expect(page.get_by_role("tab", name="About the model")).to_be_focused()


def test_the_apis_pages_open_beside_what_was_typed(page: Page) -> None:
    page.locator("#savings").fill("123")
    page.get_by_role("tab", name="About the model").click()
    link = page.get_by_role("link", name="how to ask it (opens in a new tab)")
    expect(link).to_have_attribute("rel", "noopener")
    with page.context.expect_page() as opened:
        link.click()
    assert opened.value.url.endswith("/docs")
    opened.value.close()
    page.get_by_role("tab", name="Your household").click()
    expect(page.locator("#savings")).to_have_value("123")


# --- about ----------------------------------------------------------------------------------


def cells(page: Page, rows: str) -> list[list[str]]:
    """A table's figures, row by row."""
    return [row.locator("td").all_text_contents() for row in page.locator(f"{rows} tr").all()]


def test_about_shows_the_models_own_scores_recall_first(page: Page, predictor: Predictor) -> None:
    metrics = predictor.metrics
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    expect(page.locator("#about-status")).to_be_hidden()
    forms = {
        "recall": percent,
        "f1": "{:.2f}".format,
        "precision": percent,
        "accuracy": percent,
        "roc_auc": "{:.2f}".format,
        "n_households": "{:,}".format,
    }
    for rows, scores, keys in (
        ("#metrics", metrics["test"], list(forms)),
        ("#metrics-required", metrics["test_required_only"], ["recall", "precision"]),
    ):
        found = [row for row in cells(page, rows) if row]  # a heading row has no figures
        assert found == [[forms[k](scores[g][k]) for g in ("all", "onset")] for k in keys]
    expect(page.locator("#metrics th").first).to_contain_text("Recall")


def test_about_says_what_the_classes_are_and_what_the_model_cannot_do(
    page: Page, predictor: Predictor
) -> None:
    metrics = predictor.metrics
    page.get_by_role("tab", name="About the model").click()
    edges = metrics["thresholds"]
    for i, name in enumerate(metrics["classes"]["all"]):
        card = page.locator("#class-cards li").nth(i)
        expect(card.get_by_role("heading")).to_have_text(name)
        for group in ("all", "onset"):
            for share in metrics["classes"][group][name].values():
                expect(card).to_contain_text(percent(share))
        begins = edges["high"] if name == "High" else edges["alert"]
        expect(card).to_contain_text(percent(begins))
    reasons = page.locator("#class-reasons")
    for key in ("alert_reason", "high_reason"):
        expect(reasons).to_contain_text(edges[key])
    about = page.locator("#about")
    expect(about).to_contain_text(NO_ADVICE)
    for left_out in ("partners", "illness", "rent rises", "windfalls", "taxes"):
        expect(about).to_contain_text(left_out)
    expect(page.locator("#model-id")).to_contain_text(metrics["model_id"])
    expect(page.locator("#model-id")).to_contain_text(f"{metrics['n_households']:,}")


def test_about_says_how_far_from_the_best_and_how_calibrated(
    page: Page, predictor: Predictor
) -> None:
    truth, bins = predictor.metrics["truth"], predictor.metrics["calibration"]["all"]
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    excess, errors = truth["excess_mnat"], truth["excess_standard_error"]
    nearest_first = sorted(excess, key=lambda name: excess[name]["all"])
    assert cells(page, "#distances") == [
        [f"{excess[n][g]:.1f} ± {errors[n][g]:.1f}" for g in ("all", "onset")]
        for n in nearest_first
    ]
    for name in set(excess) - {"network"}:
        beside = f"{name} at {excess[name]['all'] / excess['network']['all']:.1f}"
        expect(page.locator("#distance-words")).to_contain_text(beside)
    for group in ("all", "onset"):
        expect(page.locator("#best-words")).to_contain_text(
            f"{truth['true_risk'][group]['roc_auc']:.2f}"
        )
    gap = max(abs(p - o) for p, o in zip(bins["predicted"], bins["observed"], strict=True))
    expect(page.locator("#calibration-words")).to_contain_text(f"{100 * gap:.1f} points at most")
    points = page.locator("#calibration .point")
    assert points.locator("title").all_text_contents() == [
        f"predicted {percent(p)}, happened {percent(o)}"
        for p, o in zip(bins["predicted"], bins["observed"], strict=True)
    ]
    on_line = "p => Math.abs((p.cx.baseVal.value - 52) / 264 - (250 - p.cy.baseVal.value) / 238)"
    assert max(point.evaluate(on_line) for point in points.all()) == pytest.approx(gap, abs=1e-6)
    page.get_by_text("The same in figures").click()
    assert cells(page, "#calibration-rows")[0] == [
        percent(bins["observed"][0]),
        f"{bins['count'][0]:,}",
    ]


def test_without_a_model_both_tabs_say_the_servers_sentence(page: Page) -> None:
    refusal = {"detail": {"field": "", "message": f"No model here {HOSTILE}. Train one."}}
    page.route("**/api/metrics", lambda route: route.fulfill(status=503, json=refusal))
    page.route("**/api/predict", lambda route: route.fulfill(status=503, json=refusal))
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#about-status")).to_have_text(refusal["detail"]["message"])
    expect(page.locator("#figures")).to_be_hidden()
    page.get_by_role("tab", name="Your household").click()
    page.locator("#debt").fill("1")
    expect(page.locator("#summary")).to_have_text(refusal["detail"]["message"])
    page.unroute("**/api/metrics")  # a model is there again
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()


# --- examples and undo ----------------------------------------------------------------------


def test_the_examples_are_the_servers_and_can_be_undone(page: Page) -> None:
    buttons = page.locator("#examples button")
    assert buttons.all_text_contents() == list(EXAMPLES)
    for name, household in EXAMPLES.items():
        page.get_by_role("button", name=name).click()
        shows(page, household)
        expect(page.locator("#changed")).to_have_text(f"Filled in: {name}.")
    earlier: list[Household | dict[str, float]] = [*list(EXAMPLES.values())[-2::-1], EXAMPLE]
    for before in earlier:
        page.locator("#undo").click()
        shows(page, before)
    expect(page.locator("#undo")).to_be_hidden()


def test_undo_brings_back_what_was_typed_even_if_it_was_refused(page: Page) -> None:
    page.locator("#debt").fill("-5")
    expect(page.locator("#debt-error")).to_be_visible()
    page.get_by_role("button", name=next(iter(EXAMPLES))).click()
    shows(page, next(iter(EXAMPLES.values())))
    expect(page.locator("#debt-error")).to_be_hidden()
    page.locator("#undo").click()
    expect(page.locator("#debt-error")).to_contain_text("got -5")
    assert page.locator("#debt").input_value() == "-5"


def test_the_page_works_without_examples_and_without_a_standing(
    page: Page, url: str, predictor: Predictor, seen: Seen
) -> None:
    def forget(route: Route) -> None:
        answer = route.fetch().json()
        del answer["standing"]
        route.fulfill(json=answer)

    page.route("**/api/examples", lambda route: route.fulfill(status=404, body="not JSON"))
    page.route("**/api/predict", forget)
    page.goto(url)
    expect(page.locator("#meaning")).to_have_text(predictor.predict(EXAMPLE).meaning)
    expect(page.locator("#standing")).to_be_hidden()
    expect(page.locator("#examples-box")).to_be_hidden()
    assert [problem for problem in seen.problems if "404" not in problem] == []


def test_words_from_anybody_stay_words(page: Page, url: str, seen: Seen) -> None:
    def hostile(route: Route) -> None:
        answer = route.fetch().json()
        answer |= {"meaning": HOSTILE, "standing": HOSTILE, "assumption": HOSTILE}
        answer["warnings"] = answer["arithmetic"] = [HOSTILE]
        answer["drivers"][0] |= {"idea": HOSTILE, "reading": HOSTILE}
        answer["suggestions"][0]["text"] = HOSTILE
        script = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)'
        answer["gauge_svg"] = f"{script}</script><text>as text</text></svg>"
        route.fulfill(json=answer)

    page.on("dialog", lambda dialog: seen.problems.append(f"dialog: {dialog.message}"))
    page.route("**/api/examples", lambda route: route.fulfill(json={HOSTILE: EDGE}))
    page.route("**/api/predict", hostile)
    page.goto(url)
    page.get_by_role("button", name=HOSTILE, exact=True).click()
    expect(page.locator("#changed")).to_have_text(f"Filled in: {HOSTILE}.")
    page.get_by_role("button", name=f"Try it: {HOSTILE}").click()
    expect(page.locator("#changed")).to_have_text(f"Tried: {HOSTILE}.")
    for place in (
        "#meaning",
        "#standing",
        "#warnings p",
        "#arithmetic p",
        "#assumption",
        "#drivers strong >> nth=0",
    ):
        expect(page.locator(place)).to_contain_text(HOSTILE)
    expect(page.locator("img")).to_have_count(0)
    assert [problem for problem in seen.problems if problem.startswith("dialog")] == []


# --- files ----------------------------------------------------------------------------------


def payload(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def drag(page: Page, kind: str, *paths: Path) -> None:
    """Drag files from the desktop over the page's heading; kind: dragEnter, dragOver, drop."""
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    page.locator("h1").scroll_into_view_if_needed()
    box = page.locator("h1").bounding_box()
    assert box
    devtools = page.context.new_cdp_session(page)
    where = {"x": box["x"] + 5, "y": box["y"] + 5, "data": data}
    devtools.send("Input.dispatchDragEvent", {"type": kind, **where})
    devtools.detach()


def drop(page: Page, *paths: Path) -> None:
    for kind in ("dragEnter", "dragOver", "drop"):
        drag(page, kind, *paths)


@pytest.mark.parametrize("tab", ["Your household", "About the model"])
def test_a_file_can_be_dropped_anywhere_and_the_page_shows_it(
    page: Page, predictor: Predictor, tab: str
) -> None:
    page.get_by_role("tab", name=tab).click()
    drag(page, "dragEnter", YEAR)
    drag(page, "dragOver", YEAR)
    veil = "getComputedStyle(document.body, '::after').content"
    assert page.evaluate(veil) == '"Drop the file anywhere"'
    drag(page, "drop", YEAR)
    assert page.evaluate(veil) == "none"
    is_open(page, "Your household")
    shows(page, predictor.read_csv(YEAR))
    expect(page.locator("#csv-status")).to_have_text(f"Last file read: {YEAR.name}.")
    page.locator("#undo").click()
    shows(page, EXAMPLE)


def test_a_drop_on_the_other_tab_opens_the_form_at_once_and_then_moves_nobody(
    page: Page, predictor: Predictor
) -> None:
    let_go = hold(page, "**/api/predict/csv")
    page.get_by_role("tab", name="About the model").click()
    drop(page, YEAR)
    is_open(page, "Your household")
    expect(page.locator("#csv-status")).to_have_text(f"Reading {YEAR.name} ...")
    page.go_back()
    is_open(page, "About the model")
    let_go()
    expect(page.locator("#csv-status")).to_have_text(f"Last file read: {YEAR.name}.")
    is_open(page, "About the model")
    page.go_forward()
    is_open(page, "Your household")
    shows(page, predictor.read_csv(YEAR))


def test_one_file_is_taken_and_a_folder_is_none(page: Page, tmp_path: Path, seen: Seen) -> None:
    error = page.locator("#csv-error")
    drop(page, YEAR, Path(__file__))
    expect(error).to_have_text(
        "One file is taken at a time, got 2. Drop the file of one household."
    )
    folder = tmp_path / html.escape(HOSTILE)  # as a name: Windows allows no < or >
    folder.mkdir()
    drop(page, folder)
    expect(error).to_have_text(f"{folder.name} is a folder. Drop one CSV file.")
    page.evaluate("""() => window.dispatchEvent(new DragEvent('drop', {
        dataTransfer: Object.defineProperty(new DataTransfer(), 'types', {value: ['Files']})
    }))""")
    expect(error).to_have_text("Nothing was dropped. Drop one CSV file.")
    expect(error).to_be_in_viewport()  # although it was dropped on the page's heading
    shows(page, EXAMPLE)
    assert seen.problems == []


def test_words_may_be_dragged_into_a_field(page: Page) -> None:
    """Only files are the page's business: other drags keep the browser's own behaviour."""
    page.evaluate("""() => {
        const dragged = new DataTransfer();
        dragged.setData('text/plain', '123');
        window.left = document.getElementById('debt').dispatchEvent(new DragEvent('drop', {
            dataTransfer: dragged, bubbles: true, cancelable: true
        }));
    }""")
    assert page.evaluate("window.left"), "the page must not swallow it"
    expect(page.locator("#csv-error")).to_be_hidden()


def test_every_wrong_cell_has_a_line_of_its_own(page: Page, predictor: Predictor) -> None:
    head, *rows = YEAR.read_text(encoding="utf-8").splitlines()
    rows[2] = rows[2].replace("$195.00", HOSTILE)
    rows[6] = rows[6].replace("$195.00", "many")
    text = "\n".join((head, *rows))
    with pytest.raises(InvalidHistory) as refused:
        predictor.predict_csv(text.encode())
    lines = str(refused.value).splitlines()
    assert len(lines) >= 2
    page.locator("#csv").set_input_files(payload("bad.csv", text))
    expect(page.locator("#csv-error")).to_have_text(re.compile(r"row", re.IGNORECASE))
    assert page.locator("#csv-error").inner_text().splitlines() == lines
    expect(page.locator("#csv-status")).to_be_hidden()
    shows(page, EXAMPLE)


def test_a_good_files_name_stays_text(page: Page, predictor: Predictor) -> None:
    page.locator("#csv").set_input_files(payload(f"{HOSTILE}.csv", YEAR.read_text("utf-8")))
    shows(page, predictor.read_csv(YEAR))
    expect(page.locator("#csv-status")).to_have_text(f"Last file read: {HOSTILE}.csv.")
    expect(page.locator("#changed")).to_have_text(f"Filled in from {HOSTILE}.csv.")
    expect(page.locator("img")).to_have_count(0)


def test_a_refused_file_does_not_swallow_what_was_just_typed(page: Page) -> None:
    page.locator("#savings").fill("100")
    page.locator("#csv").set_input_files(payload("bad.csv", "no months"))
    expect(page.locator("#csv-error")).to_be_visible()
    shows(page, EXAMPLE | {"savings": 100})
    expect(page.locator("#csv-error")).to_be_visible()


# --- the last action wins -------------------------------------------------------------------


def hold(page: Page, pattern: str) -> Callable[[], None]:
    """Let answers wait; call what is returned to let them arrive."""
    held: list[Route] = []
    page.route(pattern, lambda route: held.append(route))

    def let_go() -> None:
        page.unroute(pattern)
        for route in held:
            with suppress(Error):  # the page may have given up on it
                route.continue_()
        page.wait_for_timeout(500)

    return let_go


def test_typing_wins_over_a_file_still_being_read(page: Page) -> None:
    let_go = hold(page, "**/api/predict/csv")
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#csv-status")).to_have_text(f"Reading {YEAR.name} ...")
    page.locator("#savings").fill("100")
    expect(page.locator("#csv-status")).to_have_text(NOT_USED)
    shows(page, EXAMPLE | {"savings": 100})
    let_go()
    shows(page, EXAMPLE | {"savings": 100})
    assert page.locator("#savings").input_value() == "100"


def test_a_file_is_given_up_at_the_first_key(page: Page) -> None:
    let_go = hold(page, "**/api/predict/csv")
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#csv-status")).to_have_text(f"Reading {YEAR.name} ...")
    page.evaluate("window.setTimeout = () => 0")  # typing never comes to rest
    page.locator("#savings").fill("100")
    let_go()
    assert page.locator("#savings").input_value() == "100"
    expect(page.locator("#csv-status")).to_have_text(NOT_USED)


def test_a_file_given_up_for_a_bad_one_is_named(page: Page) -> None:
    let_go = hold(page, "**/api/predict/csv")
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#csv-status")).to_have_text(f"Reading {YEAR.name} ...")
    drop(page, YEAR, Path(__file__))
    expect(page.locator("#csv-error")).to_contain_text("One file is taken at a time")
    expect(page.locator("#csv-status")).to_have_text(NOT_USED)
    let_go()
    shows(page, EXAMPLE)


def test_a_file_wins_over_a_number_still_being_asked(page: Page, predictor: Predictor) -> None:
    let_go = hold(page, "**/api/predict")
    with page.expect_request("**/api/predict"):
        page.locator("#savings").fill("100")
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    let_go()
    shows(page, predictor.read_csv(YEAR))


def test_an_older_answer_does_not_hide_a_newer_refusal(page: Page) -> None:
    let_go = hold(page, "**/api/predict")
    with page.expect_request("**/api/predict"):
        page.locator("#savings").fill("100")
    page.locator("#savings").press("End")
    page.keyboard.type("e")  # no number any more: the browser hides it, the server never sees it
    expect(page.locator("#savings-error")).to_contain_text("is not a number")
    let_go()
    expect(page.locator("#savings-error")).to_be_visible()
    expect(page.locator("#stale")).to_be_visible()
    shows(page, EXAMPLE)


def test_it_says_working_only_when_that_takes_a_while(page: Page) -> None:
    page.evaluate("""() => {
        const busy = document.getElementById('busy');
        window.worked = false;
        new MutationObserver(() => { window.worked ||= !busy.hidden; })
            .observe(busy, {attributes: true});
    }""")
    answer = httpx.post(f"{page.url}api/predict", json=EXAMPLE).json() | {"meaning": "At once."}
    page.route("**/api/predict", lambda route: route.fulfill(json=answer))
    page.locator("#savings").fill("100")
    expect(page.locator("#meaning")).to_have_text("At once.")
    assert not page.evaluate("window.worked")
    page.unroute("**/api/predict")
    let_go = hold(page, "**/api/predict")
    page.locator("#savings").fill("200")
    expect(page.locator("#busy")).to_be_visible()
    let_go()
    shows(page, EXAMPLE | {"savings": 200})
    expect(page.locator("#busy")).to_be_hidden()


def test_a_screen_reader_hears_the_result_once_typing_rests(
    page: Page, predictor: Predictor
) -> None:
    page.wait_for_timeout(1200)  # the first answer has been said
    page.evaluate("""() => {
        window.heard = [];
        const spoken = document.getElementById('spoken');
        new MutationObserver(() => window.heard.push(spoken.textContent))
            .observe(spoken, {childList: true});
    }""")
    for savings in (1, 12, 120, 1200, 12_000):
        page.locator("#savings").fill(str(savings))
        shows(page, EXAMPLE | {"savings": savings})
    last = predictor.predict(EXAMPLE | {"savings": 12_000})
    said = f"Risk score {last.score} of 100, {last.risk_class}."
    expect(page.locator("#spoken")).to_have_text(said)
    assert len(page.evaluate("window.heard")) <= 2  # not five; a slow machine may rest between
    page.locator("#debt").fill("-5")
    expect(page.locator("#spoken")).to_contain_text("debt must lie between")


# --- what it looks like ---------------------------------------------------------------------


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser: Browser, url: str, width: int, scheme: str) -> None:
    """No sideways scrolling; WCAG AA: text at 4.5:1, controls and pictures at 3:1."""
    page = browser.new_page(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",  # and no colour is caught half-way
    )
    page.goto(url)
    page.get_by_role("button", name="Maria, on the edge").click()
    expect(page.locator("#undo")).to_be_visible()
    page.get_by_text("Your pattern").click()
    page.locator("#debt").fill("-5")
    expect(page.locator("#debt-error")).to_be_visible()
    looks_right(page, width)
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    page.get_by_text("The same in figures").click()
    looks_right(page, width)
    page.close()


def looks_right(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(f"{CONTRAST} {UNREADABLE}") == []
    assert page.evaluate(f"{CONTRAST} {FAINT}") == []
    assert page.evaluate(TOO_SMALL) == []


def test_on_a_phone_the_result_stays_in_sight_and_pictures_can_be_read(
    browser: Browser, url: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740}, has_touch=True)
    page.goto(url)
    expected = Predictor.load().predict(EXAMPLE)
    bar = page.locator("#bar")
    expect(bar).to_have_text(f"{expected.score} of 100, {expected.risk_class}: why?")
    expect(bar).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="The Lees, in trouble").tap()
    shows(page, EXAMPLES["The Lees, in trouble"])
    expect(page.locator("#undo")).to_be_in_viewport(ratio=1)
    expect(bar).to_be_in_viewport(ratio=1)
    apart = (
        "document.getElementById('undo').getBoundingClientRect().left - "
        "document.getElementById('bar').getBoundingClientRect().right"
    )
    assert page.evaluate(apart) >= 0
    bar.tap()
    expect(page.locator("#gauge")).to_be_in_viewport()
    expect(bar).to_be_hidden()  # the gauge itself is there
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#calibration svg")).to_be_visible()
    expect(bar).to_be_hidden()
    page.get_by_role("tab", name="Your household").click()
    sizes = page.evaluate(PICTURE_TEXT)
    page.get_by_role("tab", name="About the model").click()
    sizes += page.evaluate(PICTURE_TEXT)
    assert len(sizes) > 20
    assert min(sizes) >= 11
    page.close()


@pytest.mark.parametrize("width", [720, 1280])
def test_a_larger_text_size_is_followed_and_everything_fits(page: Page, width: int) -> None:
    """The browser's own setting, doubled: nothing is cut, nothing scrolls sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    devtools = page.context.new_cdp_session(page)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    page.get_by_role("button", name="Maria, on the edge").click()
    expect(page.locator("#undo")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.getElementById('meaning')).fontSize") == (
        f"{1.1 * 32:g}px"
    )
    looks_right(page, width)
    assert page.evaluate(CUT) == []
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()
    looks_right(page, width)
    assert page.evaluate(CUT) == []


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
