"""The page in a real Chromium: what a person types, drops and presses, and what they see.

Run as a program it takes lesson 07's picture:
    python tests/test_page.py notebooks/images/page.png
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from browser import launch, serve_app
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from finrisk.household import EXAMPLES, INPUTS, Household
from finrisk.ml.predictor import Predictor

pytestmark = pytest.mark.browser

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"
EDGE = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}
EXAMPLE = {name: field.default for name, field in INPUTS.items() if field.required}


@dataclass
class Seen:
    """What a page asked for and complained about while a test drove it."""

    hosts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serve_app() as address:
        yield address


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
    page.close()


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor.load()


def type_in(page: Page, values: dict[str, float]) -> None:
    for name, value in values.items():
        page.locator(f"#{name}").fill(str(value))


def shows(page: Page, household: dict[str, float] | Household) -> None:
    """Wait until the page shows what the predictor says about this household, to 1e-6."""
    expected = Predictor.load().predict(household)
    page.wait_for_function(
        "p => Math.abs(document.getElementById('result').dataset.probability - p) < 1e-6",
        arg=expected.probability,
    )
    said = f"Risk score {expected.score} of 100, {expected.risk_class}."
    expect(page.locator("#score")).to_have_text(said)
    expect(page.locator("#meaning")).to_have_text(expected.meaning)
    picture = page.locator("#gauge svg")
    expect(picture).to_have_attribute("aria-label", said.rstrip("."))
    expect(page.locator("#waterfall svg")).to_have_count(1)
    expect(page.locator("#drivers li")).to_have_count(len(expected.drivers))
    expect(page.locator("#suggestions li")).to_have_count(len(expected.suggestions))


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


def test_a_dropped_csv_works_like_a_chosen_one(page: Page, predictor: Predictor) -> None:
    data = page.evaluate_handle(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], 'year.csv', {type: 'text/csv'}));
            return data;
        }""",
        YEAR.read_text(encoding="utf-8"),
    )
    page.dispatch_event("#drop", "dragover", {"dataTransfer": data})
    assert "over" in (page.locator("#drop").get_attribute("class") or "")
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    shows(page, predictor.read_csv(YEAR))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"month,income\n2025-01,4000\n", "expenses"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "must be a CSV text, got what looks like"),
        ("<img src=x onerror=alert(1)>.csv", b"0" * 1_200_000, "is larger than 1 MB"),
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
    suggestion = predictor.predict(EXAMPLE).suggestions[0]
    page.get_by_role("button", name=f"Try it: {suggestion.text}").click()
    shows(page, suggestion.household)
    expect(page.locator("#undo")).to_be_focused()
    page.keyboard.press("Enter")
    shows(page, EXAMPLE)
    expect(page.locator("#undo")).to_be_hidden()


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


def test_the_server_going_away_is_said_and_nothing_is_lost(page: Page) -> None:
    page.route("**/api/predict", lambda route: route.abort())
    page.locator("#debt").fill("1234")
    expect(page.locator("#summary")).to_contain_text("The server does not answer.")
    assert page.locator("#debt").input_value() == "1234"
    page.unroute("**/api/predict")
    page.locator("#household button[type=submit]").click()
    shows(page, EXAMPLE | {"debt": 1234})
    expect(page.locator("#summary")).to_be_hidden()


def test_about_shows_the_models_own_figures(page: Page, predictor: Predictor) -> None:
    test = predictor.metrics["test"]
    first = page.locator("#metrics tr").first
    expect(first).to_contain_text("Recall")  # recall first
    for group in ("all", "onset"):
        expect(first).to_contain_text(f"{100 * test[group]['recall']:.1f} %")
    about = page.locator("#about")
    expect(about).to_contain_text("simulated world; not financial advice")
    for figure in ("F1", "Precision", "Accuracy", "ROC-AUC", f"{test['all']['n_households']:,}"):
        expect(about).to_contain_text(figure)


def test_nothing_is_asked_of_anybody_else(page: Page, seen: Seen, url: str) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#undo")).to_be_visible()
    assert seen.hosts <= {url.removeprefix("http://"), "image"}  # image: the icon's data: address
    assert seen.problems == []


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(browser: Browser, url: str, width: int, scheme: str) -> None:
    """No sideways scrolling, and text at 4.5:1 against what is behind it (WCAG AA)."""
    size = {"width": width, "height": 800}
    page = browser.new_page(viewport=size, color_scheme=scheme)
    page.goto(url)
    expect(page.locator("#metrics-box")).to_be_visible()
    page.get_by_text("Your pattern").click()
    page.locator("#debt").fill("-5")
    expect(page.locator("#debt-error")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(UNREADABLE) == []
    page.close()


# Texts of the page whose contrast is below 4.5:1, by the formula of WCAG 2.
UNREADABLE = """() => {
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => numbers(colour).slice(0, 3).map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = (node) => {
        const colour = getComputedStyle(node).backgroundColor;
        return numbers(colour)[3] === 0 ? behind(node.parentElement) : colour;
    };
    const hasText = (node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim());
    return [...document.body.querySelectorAll('*')]
        .filter((node) => hasText(node) && node.checkVisibility())
        .map((node) => {
            const style = getComputedStyle(node);
            const ink = node.closest('svg') ? style.fill : style.color;
            const [a, b] = [light(ink), light(behind(node))].sort((x, y) => y - x);
            return [node.textContent.trim(), (a + 0.05) / (b + 0.05)];
        })
        .filter(([, ratio]) => ratio < 4.5);
}"""


def screenshot(path: Path) -> None:
    """Lesson 07's picture: the page filled in with Maria's numbers."""
    maria = EXAMPLES["Maria, on the edge"]
    with serve_app() as url, launch() as browser:
        page = browser.new_page(viewport={"width": 1000, "height": 1000})
        page.goto(url)
        type_in(page, {n: int(v) for n, v in maria.to_dict().items() if v is not None})
        shows(page, maria)
        result = page.locator("#result").bounding_box()
        area = {"x": 0, "y": 0, "width": 1000, "height": result["y"] + result["height"] + 24}
        page.screenshot(path=path, full_page=True, clip=area)
    Image.open(path).convert("RGB").quantize(96).save(path, optimize=True)  # a third the size


if __name__ == "__main__":
    screenshot(Path(sys.argv[1]))
