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
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe import SCREENS, Screen, cut_by_text_spacing, faint_letters, opened, violations
from browser import launch, serve_app
from PIL import Image
from playwright.sync_api import Browser, Error, FilePayload, FloatRect, Page, Route, expect

from finrisk.api.main import FRONTEND, PAGE_FILES
from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, LASTING, usual_changes
from finrisk.errors import InvalidHistory
from finrisk.form import read_form
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor
from finrisk.titles import NO_ADVICE

pytestmark = pytest.mark.browser

YEAR = Path(__file__).parents[1] / "notebooks" / "data" / "household_year.csv"
EDGE = {"monthly_income": 4200, "monthly_expenses": 3900, "savings": 2500, "debt": 8000}
EXAMPLE = {name: field.default for name, field in INPUTS.items() if field.required}
PARKS, MARIA, LEES = EXAMPLES
PAY_CUT = Change(income=0.8)
NOT_USED = (
    f"{YEAR.name} was not used: you went on with the form meanwhile. Choose it again to use it."
)
HOSTILE = "<img src=x onerror=alert(1)>"
expect.set_options(timeout=15_000)  # a loaded machine is slow, not wrong


@dataclass
class Seen:
    """What a page asked for and complained about while a test drove it."""

    urls: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def watched(page: Page, seen: Seen) -> Page:
    page.set_default_timeout(15_000)
    page.on("request", lambda request: seen.urls.append(request.url))
    page.on("pageerror", lambda error: seen.problems.append(str(error)))
    page.on(
        "console",
        lambda line: seen.problems.append(line.text) if line.type in ("error", "warning") else None,
    )
    return page


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


@cache
def shipped() -> Predictor:
    return Predictor.load()


@pytest.fixture
def predictor() -> Predictor:
    return shipped()


# --- what a person does and sees --------------------------------------------------------------


def box(name: str) -> str:
    """The selector of a box: of a field, or of a what-if, such as "change.income"."""
    return f"#{name.replace('.', '-')}"


def type_in(page: Page, values: Mapping[str, float | str]) -> None:
    for name, value in values.items():
        page.locator(box(name)).fill(str(value))


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def shows(
    page: Page, household: Mapping[str, float] | Household, change: Change | None = None
) -> None:
    """Wait until the page shows what the predictor says about this household, to 1e-6."""
    expected = shipped().predict(household, change=change)
    page.wait_for_function(
        "p => Math.abs(document.getElementById('result').dataset.probability - p) < 1e-6",
        arg=expected.probability,
    )
    said = f"Risk score {expected.score} of 100, {expected.risk_class}."
    expect(page.locator("#score")).to_have_text(said)
    expect(page.locator("#meaning")).to_have_text(expected.meaning)
    expect(page.locator("#definition")).to_have_text(expected.definition)
    expect(page.locator("#arithmetic p")).to_have_text(list(expected.arithmetic))
    expect(page.locator("#standing")).to_have_text(
        expected.standing.sentence if expected.standing else ""
    )
    for picture in ("#gauge", "#people", "#waterfall", "#curve"):
        label = page.locator(f"{picture} svg[role=img]")
        expect(label).to_have_attribute("aria-label", re.compile(r"\w+"))
    expect(page.locator("#drivers li")).to_have_count(len(expected.drivers))
    leads = [f"{suggestion.leads} of 100" for suggestion in expected.suggestions]
    expect(page.locator("#suggestions .leads")).to_have_text(leads)
    stale = page.locator("#stale").is_visible()  # suggestions for other numbers: not to be tried
    ready = page.locator("#suggestions button:enabled")
    expect(ready).to_have_count(0 if stale else len(expected.suggestions))
    expect(page.locator("#no-promise")).to_be_visible(visible=bool(expected.suggestions))
    begins = [f"{100 * x:.1f}" for x in (expected.alert_threshold, expected.high_threshold)]
    expect(page.locator("#classes")).to_have_text(
        f"Moderate begins at {begins[0]} of 100, High at {begins[1]}."
    )


def form_says(page: Page, texts: Mapping[str, float | str]) -> None:
    """Each box in it holds its text, and every other one is empty."""
    for name in (*INPUTS, *(f"change.{part}" for part in CHANGE_INPUTS)):
        value = texts.get(name, "")
        text = value if isinstance(value, str) else f"{value:g}"
        expect(page.locator(box(name))).to_have_value(text)


def looks_stale(page: Page, reason: str = "", *, stale: bool = True) -> None:
    """An answer to older numbers says why, looks it everywhere, and nothing of it can be used."""
    note, bar = page.locator("#stale"), page.locator("#bar")
    expect(note).to_be_visible(visible=stale)
    if stale:
        expect(note).to_contain_text(reason)
        expect(bar).to_have_text(re.compile("^Not current: "))
    else:
        expect(bar).not_to_have_text(re.compile("Not current"))
    expect(page.locator("#save")).to_be_enabled(enabled=not stale)
    for part in ("answer", "help", "why"):
        grey = page.locator(f"#{part}").evaluate("node => getComputedStyle(node).filter")
        assert grey == ("grayscale(1)" if stale else "none"), part
    for card in ("result", "why"):
        edge = page.locator(f"#{card}").evaluate("node => getComputedStyle(node).borderLeftStyle")
        assert edge == ("dashed" if stale else "solid"), card


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


# --- the household ----------------------------------------------------------------------------


def test_the_form_is_built_from_the_tables(page: Page) -> None:
    page.get_by_text("Your pattern").click()
    for name, spec in (INPUTS | {f"change.{n}": part for n, part in CHANGE_INPUTS.items()}).items():
        typed = page.locator(box(name))
        expect(typed).to_have_attribute("type", "text")
        negative = spec.minimum < 0 or name.startswith("change.")
        expect(typed).to_have_attribute("inputmode", "text" if negative else "decimal")
        label = page.locator(f"label[for={box(name)[1:]}]")
        expect(label).to_have_text(f"{spec.question or spec.label} in {spec.unit}")
        described = (typed.get_attribute("aria-describedby") or "").split()
        assert page.locator(f"#{described[1]}").text_content() == spec.help
        words = typed.locator("xpath=..").get_by_role("button")
        assert words.all_text_contents() == [word for word, _ in spec.words]
    lasting = page.locator("#months option")
    assert lasting.all_text_contents() == list(LASTING.values())


def test_typing_changes_the_answer_to_what_the_predictor_says(page: Page, seen: Seen) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.get_by_text("Your pattern").click()
    type_in(page, {"recent_income": "70 %", "negative_months": 6, "negative_streak": 3})
    shows(page, EDGE | {"recent_income": 0.7, "negative_months": 6, "negative_streak": 3})
    page.locator("#recent_income").fill("")  # not known again
    shows(page, EDGE | {"negative_months": 6, "negative_streak": 3})
    assert seen.problems == []


def test_a_number_may_be_typed_as_people_do_and_how_it_was_read_is_said(page: Page) -> None:
    echo, below = page.locator("#savings-echo"), page.locator("#months")
    expect(echo).to_be_hidden()
    place = below.bounding_box()
    for text, savings in {"5.200": 5200, "$12k": 12_000, "7,000": 7000}.items():
        page.locator("#savings").fill(text)
        shows(page, EXAMPLE | {"savings": savings})
        said = read_form({**EXAMPLE, "savings": text}).echoes.get("savings", "")
        expect(echo).to_have_text(said)
        expect(echo).to_be_visible(visible=bool(said))
        assert below.bounding_box() == place, "a line more would move the rest of the form"
    page.locator("#savings").fill("lots")
    expect(echo).to_be_hidden()


def test_the_pattern_can_be_answered_with_words(page: Page) -> None:
    page.get_by_text("Your pattern").click()
    income = page.get_by_role("list", name=INPUTS["income_volatility"].question)
    for word, value in INPUTS["income_volatility"].words:
        income.get_by_role("button", name=word).click()
        expect(page.locator("#income_volatility")).to_have_value(word)
        expect(income.get_by_role("button", pressed=True)).to_have_text([word])
        shows(page, EXAMPLE | {"income_volatility": value})
    income.get_by_role("button", name=word).click()  # pressed again, it is taken back
    shows(page, EXAMPLE)
    expect(income.get_by_role("button", pressed=True)).to_have_count(0)


def test_the_last_of_many_quick_changes_wins(page: Page) -> None:
    for savings in range(0, 6000, 500):
        page.locator("#savings").fill(str(savings))
        page.locator("#savings").press("Enter")
    shows(page, EXAMPLE | {"savings": 5500})


def test_keys_typed_fast_are_not_all_asked_about(page: Page, seen: Seen) -> None:
    before = len(seen.urls)
    page.evaluate("""async () => {
        const savings = document.getElementById('savings');
        for (const text of ['1', '12', '123', '1234', '12345']) {
            savings.value = text;
            savings.dispatchEvent(new Event('input', {bubbles: true}));
            await new Promise((done) => setTimeout(done, 20));
        }
    }""")
    shows(page, EXAMPLE | {"savings": 12_345})
    assert len(seen.urls) - before <= 2  # the first key at once, and the last


def test_enter_asks_at_once_and_says_what_is_wrong(page: Page) -> None:
    page.locator("#debt").fill("many")
    expect(page.locator("#debt-error")).to_be_hidden()  # who types may not be done
    page.locator("#debt").press("Enter")
    expect(page.locator("#debt-error")).to_be_visible()
    page.locator("#debt").fill("100")
    page.evaluate("window.setTimeout = () => 0")  # typing never comes to rest
    page.locator("#debt").fill("200")
    with page.expect_request("**/api/form"):
        page.locator("#debt").press("Enter")
    shows(page, EXAMPLE | {"debt": 200})


def test_a_wheel_over_a_box_changes_no_number(page: Page) -> None:
    page.locator("#savings").focus()
    page.locator("#savings").hover()
    page.mouse.wheel(0, 200)
    page.wait_for_function("() => scrollY > 0")  # the page is what a wheel moves
    page.locator("#savings").press("ArrowUp")
    expect(page.locator("#savings")).to_have_value(f"{EXAMPLE['savings']:g}")
    shows(page, EXAMPLE)


# --- what is wrong ----------------------------------------------------------------------------


def test_what_is_wrong_is_said_beside_its_field_once_it_is_left(page: Page) -> None:
    page.locator("#debt").fill("-5")
    looks_stale(page, "This cannot be read: Debt.")
    error = page.locator("#debt-error")
    expect(error).to_be_hidden()
    page.locator("#savings").focus()
    expect(error).to_contain_text("Debt must lie between $0 and $5,000,000, got -5")
    expect(page.locator("#debt")).to_have_attribute("aria-invalid", "true")
    described = page.locator("#debt").get_attribute("aria-describedby") or ""
    assert "debt-error" in described.split()
    expect(page.locator("#spoken")).to_have_text(error.inner_text())
    expect(page.locator("#debt")).to_have_value("-5")
    shows(page, EXAMPLE)  # the last good answer stays
    page.locator("#debt").fill("9000")  # corrected, it is right at once
    expect(error).to_be_hidden()
    expect(page.locator("#debt")).not_to_have_attribute("aria-invalid", "true")
    looks_stale(page, stale=False)
    page.locator("#debt").fill("9000 and more")  # nothing is said before it is left
    page.wait_for_timeout(300)
    expect(error).to_be_hidden()


def test_all_that_is_wrong_is_said_at_once_with_labels(page: Page) -> None:
    wrong = {
        "monthly_income": "a lot",
        "savings": "",
        "change.income": "-120 %",
        "debt_payment": "90000",
    }
    page.get_by_text("Your pattern").click()
    type_in(page, wrong)
    page.get_by_text("Your pattern").click()  # closed again, with a mistake inside
    page.locator("#debt").press("Enter")
    read = read_form(
        EXAMPLE | {k: v for k, v in wrong.items() if "." not in k}, {"income": "-120 %"}
    )
    assert len(read.errors) == len(wrong)
    for name, sentence in read.errors.items():
        expect(page.locator(f"{box(name)}-error")).to_have_text(sentence)
    expect(page.locator("#debt_payment")).to_be_visible()  # no error is hidden
    labels = ("Monthly income", "Savings", "Debt payment", "What if: Income")
    for label in labels:
        expect(page.locator("#stale")).to_contain_text(label)
    assert not re.search(r"[a-z]_[a-z]", page.locator("main").inner_text()), "a name of the code"


def test_half_a_number_does_not_make_the_answer_flicker(page: Page) -> None:
    """While somebody types "-20 %", most of what stands there cannot be read."""
    page.evaluate("""() => {
        window.stales = 0;
        new MutationObserver(() => { window.stales += document.body.className.includes('stale'); })
            .observe(document.body, {attributes: true});
    }""")
    page.locator("#change-income").focus()
    page.keyboard.type("-20 %", delay=40)
    shows(page, EXAMPLE, PAY_CUT)
    assert page.evaluate("window.stales") == 0
    page.locator("#change-income").fill("-20")
    looks_stale(page, "This cannot be read: What if: Income.")  # when that is all


BAD_TEXTS = {
    "very long": "4200" * 5000,
    "emoji": "4200 💶",
    "right to left": "\u202e0024\u202c אלף",
    "markup": HOSTILE,
    "zero bytes": "42\x0000",
    "not a number": "NaN",
    "endless": "Infinity",
}


@pytest.mark.parametrize("text", BAD_TEXTS.values(), ids=BAD_TEXTS)
def test_whatever_is_pasted_gets_a_sentence_in_place(page: Page, seen: Seen, text: str) -> None:
    page.on("dialog", lambda dialog: seen.problems.append(dialog.message))
    for name in ("savings", "change.one_off"):
        page.locator(box(name)).evaluate(
            "(node, text) => { node.value = text; "
            "node.dispatchEvent(new Event('input', {bubbles: true})); }",
            text,
        )
        page.locator(box(name)).focus()
        page.locator("#months").focus()
        label = CHANGE_INPUTS["one_off"].label if "." in name else INPUTS[name].label
        expect(page.locator(f"{box(name)}-error")).to_have_text(re.compile(f"^{label} "))
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    expect(page.locator("img")).to_have_count(0)
    looks_stale(page)
    shows(page, EXAMPLE)
    assert seen.problems == []


def test_pasted_lines_do_not_become_one_number(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    savings = page.locator("#savings")
    for pasted, shown in (("4\n200", "4 ↵ 200"), ("4200\r\n", "4200")):
        page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
        savings.press("Control+a")
        savings.press("Control+v")
        expect(savings).to_have_value(shown)
    shows(page, EXAMPLE | {"savings": 4200})


def test_no_income_is_judged_and_no_error(page: Page, seen: Seen) -> None:
    nothing = EXAMPLE | {"monthly_income": 0}
    page.locator("#monthly_income").fill("0")
    shows(page, nothing)
    expect(page.locator("#warnings")).to_contain_text("Monthly income of $0 lies outside what")
    expect(page.locator("#spoken")).to_contain_text("Monthly income of $0")  # with the score
    expect(page.locator("#drivers")).to_contain_text("monthly expenses $3,900, monthly income $0")
    expect(page.locator("#monthly_income-error")).to_be_hidden()
    for name in EXAMPLE:
        page.locator(f"#{name}").fill("0")
    shows(page, dict.fromkeys(EXAMPLE, 0))
    assert not re.search(r"\b(NaN|Infinity|inf|nan)\b", page.locator("body").inner_text())
    assert seen.problems == []


# --- what if ----------------------------------------------------------------------------------


def test_a_what_if_answers_with_both_and_leaves_the_household(
    page: Page, predictor: Predictor
) -> None:
    """In the words, by a hollow pointer, and with both points on the curve of the box in hand."""
    expect(page.locator("#gauge path")).to_have_count(1)
    type_in(page, {"change.income": "-20 %"})
    shows(page, EXAMPLE, PAY_CUT)
    expected = predictor.predict(EXAMPLE, change=PAY_CUT)
    assert expected.meaning.startswith(f"{expected.score_before} → {expected.score}: ")
    expect(page.locator("#gauge path")).to_have_count(2)
    expect(page.locator("#gauge path[fill=none]")).to_have_count(1)
    expect(page.locator("#curve circle")).to_have_count(2)
    expect(page.locator("#curve-title")).to_have_text("What if: income changes by more, or less")
    expect(page.locator("#change-income-echo")).to_have_text("$900 a month less")
    expect(page.locator("#standing")).to_be_hidden()  # nobody else has made this change
    expect(page.locator("#on-top")).to_be_visible()
    form_says(page, EXAMPLE | {"change.income": "-20 %"})
    page.locator("#change-income").fill("")
    shows(page, EXAMPLE)
    expect(page.locator("#gauge path")).to_have_count(1)
    expect(page.locator("#standing")).to_be_visible()
    expect(page.locator("#on-top")).to_be_hidden()


def test_a_what_if_in_dollars_for_some_months_and_of_sums(page: Page) -> None:
    household = Household(**EXAMPLE)
    type_in(page, {"change.spending": "+$200", "change.one_off": "-2000"})
    change = change_from(household, spending_dollars=200, one_off=-2000)
    shows(page, EXAMPLE, change)
    page.locator("#months").select_option("for 3 months")
    shows(page, EXAMPLE, Change(**change.to_dict() | {"months": 3}))
    type_in(page, {"change.spending": "", "change.one_off": "", "change.debt": "$3,000"})
    shows(page, EXAMPLE, Change(debt=3000))


def test_what_many_ask_is_one_tap_and_replaces_what_was_asked(page: Page) -> None:
    buttons = page.locator("#usual button")
    for usual in usual_changes(Household(**EXAMPLE)):
        press(page, usual.text)
        shows(page, EXAMPLE, usual.change)
        expect(buttons.get_by_text(usual.text, exact=True)).to_be_focused()  # to try the next
    names = [usual.text for usual in usual_changes(Household(**EXAMPLE))]
    assert buttons.all_text_contents() == ["Nothing changes", *names]
    press(page, "Nothing changes")
    shows(page, EXAMPLE)
    form_says(page, EXAMPLE)
    page.locator("#monthly_income").fill("0")  # nothing can be cut from nothing
    expect(buttons.get_by_text("Pay cut 20 %")).to_have_count(0)


def test_a_button_stays_itself_while_somebody_types(page: Page) -> None:
    """Rebuilt at each answer it would lose the focus, and a press between two."""
    page.evaluate("window.first = document.querySelector('#usual button')")
    type_in(page, EDGE)
    shows(page, EDGE)
    assert page.evaluate("window.first === document.querySelector('#usual button')")


def test_a_suggestion_can_be_tried_and_undone(page: Page, predictor: Predictor) -> None:
    """It asks what if; the household stays as it is, and so do its exact numbers."""
    suggestion = predictor.predict(EXAMPLE).suggestions[0]
    with page.expect_request("**/api/form") as asked:
        press(page, f"Try it: {suggestion.text}")
    sent: dict[str, Any] = asked.value.post_data_json or {}
    nothing = Change().to_dict()
    moved = {n: v for n, v in suggestion.change.to_dict().items() if v != nothing[n]}
    assert {n: v for n, v in sent["change"].items() if v != ""} == moved
    assert {name: value for name, value in sent["fields"].items() if value != ""} == EXAMPLE
    shows(page, EXAMPLE, suggestion.change)
    for name in EXAMPLE:
        expect(page.locator(box(name))).to_have_value(f"{EXAMPLE[name]:g}")
    expect(page.locator("#changed")).to_have_text(f"Tried: {suggestion.text}.")
    expect(page.locator("#drivers")).to_contain_text(suggestion.change.words)
    expect(page.locator("#undo")).to_be_focused()
    page.keyboard.press("Enter")
    shows(page, EXAMPLE)
    form_says(page, EXAMPLE)
    expect(page.locator("#undo")).to_be_hidden()
    expect(page.locator("#result")).to_be_focused()


def test_a_suggestion_on_top_of_another_says_so_and_is_undone_alone(
    page: Page, predictor: Predictor
) -> None:
    """Two steps there, two steps back; what is said to be tried is what is answered."""
    first = predictor.predict(EXAMPLE).suggestions[0]
    press(page, f"Try it: {first.text}")
    shows(page, EXAMPLE, first.change)
    second = predictor.predict(EXAMPLE, change=first.change).suggestions[0]
    press(page, f"Try it: {second.text}")
    shows(page, EXAMPLE, second.change)
    page.locator("#undo").click()
    expect(page.locator("#changed")).to_have_text(f"Tried: {first.text}.")
    shows(page, EXAMPLE, first.change)
    page.locator("#undo").click()
    shows(page, EXAMPLE)
    expect(page.locator("#undo")).to_be_hidden()


def untriable(page: Page, texts: dict[str, str]) -> None:
    """No suggestion can be tried: a press on one changes nothing of the form."""
    page.evaluate(
        "document.querySelectorAll('#suggestions button').forEach((button) => button.click())"
    )
    for name, text in texts.items():
        expect(page.locator(box(name))).to_have_value(text)
    expect(page.locator("#undo")).to_be_hidden()
    for part in CHANGE_INPUTS:
        expect(page.locator(f"#change-{part}")).to_have_value("")


def test_a_suggestion_for_older_numbers_cannot_be_tried(page: Page) -> None:
    at_once = page.evaluate("""() => {
        const savings = document.getElementById('savings');
        savings.value = '1000';
        savings.dispatchEvent(new InputEvent('input', {bubbles: true}));
        document.querySelector('#suggestions button').click();
        return ['income', 'spending'].map((n) => document.getElementById(`change-${n}`).value);
    }""")
    assert at_once == ["", ""], "typed just now: an older suggestion must not come over it"
    shows(page, EXAMPLE | {"savings": 1000})
    let_go = hold(page, "**/api/form")
    with page.expect_request("**/api/form"):
        page.locator("#savings").fill("100")
    untriable(page, {"savings": "100"})
    let_go()
    shows(page, EXAMPLE | {"savings": 100})
    page.locator("#savings").fill("")
    looks_stale(page)
    untriable(page, {"savings": ""})
    page.locator("#savings").fill("100")
    shows(page, EXAMPLE | {"savings": 100})


# --- meant as a what-if? ----------------------------------------------------------------------


def rests(page: Page) -> None:
    """Longer than the page waits for another key."""
    page.wait_for_timeout(900)


def test_a_person_who_changes_a_number_by_much_is_offered_the_what_if(page: Page) -> None:
    offer = page.locator("#offer")
    for name, value in EDGE.items():  # first the own ones over the example's: nothing is changed
        page.locator(box(name)).focus()
        page.locator(box(name)).fill(str(value))
        shows(page, EXAMPLE | {n: EDGE[n] for n in list(EDGE)[: list(EDGE).index(name) + 1]})
        rests(page)
        expect(offer).to_be_hidden()
    page.locator("#monthly_income").focus()
    page.locator("#monthly_income").fill("4190")  # more exactly
    shows(page, EDGE | {"monthly_income": 4190})
    rests(page)
    expect(offer).to_be_hidden()
    page.locator("#savings").focus()
    page.locator("#monthly_income").focus()
    page.locator("#monthly_income").fill("3352")
    shows(page, EDGE | {"monthly_income": 3352})
    expect(offer).to_contain_text("ask that as a what-if")
    press(page, "Ask as a what-if")
    shows(page, EDGE | {"monthly_income": 4190}, PAY_CUT)
    form_says(page, EDGE | {"monthly_income": 4190, "change.income": "-20 %"})
    expect(offer).to_be_hidden()
    page.locator("#undo").click()
    shows(page, EDGE | {"monthly_income": 3352})


def test_the_offer_does_not_come_and_go_while_somebody_types(page: Page) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    page.locator("#debt").focus()
    page.locator("#savings").focus()
    page.evaluate("""() => {
        window.offered = 0;
        const offer = document.getElementById('offer');
        new MutationObserver(() => { window.offered += !offer.hidden; })
            .observe(offer, {attributes: true});
    }""")
    for text in ("2", "26", "260", "2600"):
        page.locator("#savings").fill(text)
        page.wait_for_timeout(200)
    shows(page, EDGE | {"savings": 2600})
    assert page.evaluate("window.offered") == 0
    page.locator("#savings").fill("5000")
    expect(page.locator("#offer")).to_be_visible()
    page.locator("#savings").fill("2600")
    expect(page.locator("#offer")).to_be_hidden()


def test_numbers_of_an_example_are_nobodys_to_change(page: Page, predictor: Predictor) -> None:
    press(page, MARIA)
    shows(page, EXAMPLES[MARIA])
    page.locator("#savings").fill("100")
    rests(page)
    expect(page.locator("#offer")).to_be_hidden()
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    page.locator("#debt").focus()
    page.locator("#savings").fill("20000")  # those of a file are
    expect(page.locator("#offer")).to_be_visible()


# --- the way back -----------------------------------------------------------------------------


def test_only_what_changed_something_can_be_undone(page: Page) -> None:
    press(page, "Start again")
    expect(page.locator("#undo")).to_be_hidden()
    type_in(page, EDGE)
    press(page, "Start again")
    press(page, "Start again")
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
    type_in(page, {"savings": 1000})
    says(example=False, file=False)
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    says(example=False, file=True)
    press(page, PARKS)
    says(example=True, file=False)
    page.locator("#undo").click()
    says(example=False, file=True)
    page.locator("#undo").click()
    says(example=False, file=False)
    expect(page.locator("#savings")).to_have_value("1000")
    press(page, "Start again")
    says(example=True, file=False)


def test_what_is_typed_after_a_try_is_a_step_of_its_own(page: Page) -> None:
    press(page, "Pay cut 20 %")
    shows(page, EXAMPLE, PAY_CUT)
    type_in(page, {"change.income": "-30 %"})
    shows(page, EXAMPLE, Change(income=0.7))
    expect(page.locator("#changed")).to_have_text("Typed over it.")  # 20 % are not tried any more
    page.locator("#undo").click()
    shows(page, EXAMPLE, PAY_CUT)
    expect(page.locator("#changed")).to_have_text("Tried: Pay cut 20 %.")
    page.locator("#undo").click()
    shows(page, EXAMPLE)
    expect(page.locator("#undo")).to_be_hidden()


def test_a_walk_through_all_of_it_finds_back(page: Page, predictor: Predictor) -> None:
    type_in(page, EDGE)
    shows(page, EDGE)
    press(page, "Pay cut 20 %")
    shows(page, EDGE, PAY_CUT)
    helps = predictor.predict(EDGE, change=PAY_CUT).suggestions[0]
    press(page, f"Try it: {helps.text}")
    shows(page, EDGE, helps.change)
    page.locator("#csv").set_input_files(YEAR)
    shows(page, predictor.read_csv(YEAR))
    press(page, "Start again")
    shows(page, EXAMPLE)
    tries = page.locator("#tries button")
    earlier = predictor.predict(EDGE, change=PAY_CUT)
    words = f"{earlier.score_before} → {earlier.score} of 100: Your numbers, debt 8000; "
    expect(tries.filter(has_text=words)).to_have_text(f"{words}{PAY_CUT.words}")
    tries.filter(has_text=f"{words}{PAY_CUT.words}").first.click()
    shows(page, EDGE, PAY_CUT)
    expect(page.locator("#undo")).to_be_focused()
    for household, change in (
        (EXAMPLE, None),
        (predictor.read_csv(YEAR), None),
        (EDGE, helps.change),
        (EDGE, PAY_CUT),
        (EDGE, None),
    ):
        page.locator("#undo").click()
        shows(page, household, change)
    expect(page.locator("#undo")).to_be_hidden()


def test_the_last_five_tries_can_be_had_again(page: Page) -> None:
    tried = [usual.change for usual in usual_changes(Household(**EXAMPLE))]
    assert len(tried) >= 6
    for usual in usual_changes(Household(**EXAMPLE)):
        press(page, usual.text)
        shows(page, EXAMPLE, usual.change)
    tries = page.locator("#tries button")
    expect(tries).to_have_count(5)
    expect(tries.first).to_contain_text(tried[-2].words)  # the newest but for what is on screen
    type_in(page, {"savings": 7000})
    shows(page, EXAMPLE | {"savings": 7000}, tried[-1])
    page.wait_for_timeout(2000)  # it rests: one to come back to
    press(page, "Nothing changes")
    expect(tries.first).to_contain_text(f"Example numbers, savings 7000; {tried[-1].words}")
    expect(tries).to_have_count(5)


def test_start_again_forgets_the_what_if_too(page: Page) -> None:
    type_in(page, EDGE | {"change.income": "-20 %"})
    page.locator("#months").select_option("for 2 months")
    shows(page, EDGE, Change(income=0.8, months=2))
    press(page, "Start again")
    shows(page, EXAMPLE)
    form_says(page, EXAMPLE)
    expect(page.locator("#months")).to_have_value("")
    page.locator("#undo").click()
    shows(page, EDGE, Change(income=0.8, months=2))
    expect(page.locator("#months")).to_have_value("2")


def test_the_examples_are_the_servers_and_can_be_undone(page: Page) -> None:
    buttons = page.locator("#examples button")
    assert buttons.all_text_contents() == list(EXAMPLES)
    for name, household in EXAMPLES.items():
        press(page, name)
        shows(page, household)
        expect(page.locator("#changed")).to_have_text(f"Filled in: {name}.")
    earlier: list[Household | dict[str, float]] = [*list(EXAMPLES.values())[-2::-1], EXAMPLE]
    for before in earlier:
        page.locator("#undo").click()
        shows(page, before)
    expect(page.locator("#undo")).to_be_hidden()


def test_undo_brings_back_what_was_typed_even_if_it_was_refused(page: Page) -> None:
    page.locator("#debt").fill("-5")
    page.locator("#savings").focus()
    expect(page.locator("#debt-error")).to_be_visible()
    press(page, PARKS)
    shows(page, EXAMPLES[PARKS])
    expect(page.locator("#debt-error")).to_be_hidden()
    page.locator("#undo").click()
    expect(page.locator("#debt-error")).to_contain_text("got -5")
    expect(page.locator("#debt")).to_have_value("-5")


# --- what is kept, and where ------------------------------------------------------------------


def address_holds(page: Page, text: str) -> None:
    """Once the page has written it behind the #."""
    page.wait_for_function("text => location.hash.includes(text)", arg=text)


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


def test_back_changes_the_tab_and_no_number(page: Page) -> None:
    """The address of a step before may hold older numbers; these are not typed over newer ones."""
    type_in(page, {"savings": 1111})
    address_holds(page, "savings=1111")
    page.get_by_role("tab", name="About the model").click()
    assert page.url.partition("#")[2].startswith("about&")
    page.get_by_role("tab", name="Your household").click()
    type_in(page, {"savings": 2222})
    address_holds(page, "savings=2222")
    for _ in range(2):
        page.go_back()
        address_holds(page, "savings=2222")
        expect(page.locator("#savings")).to_have_value("2222")
    is_open(page, "Your household")
    shows(page, EXAMPLE | {"savings": 2222})
    page.go_forward()
    is_open(page, "About the model")
    page.reload()
    is_open(page, "About the model")
    page.get_by_role("tab", name="Your household").click()
    shows(page, EXAMPLE | {"savings": 2222})


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
        expect(card).to_contain_text(f"{100 * begins:.1f} of 100")  # a risk is told in one way
    reasons = page.locator("#class-reasons")
    expect(reasons).to_contain_text(f"{100 * edges['alert']:.1f} of 100, is ")
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
    page.route("**/api/form", lambda route: route.fulfill(status=503, json=refusal))
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#about-status")).to_have_text(refusal["detail"]["message"])
    expect(page.locator("#figures")).to_be_hidden()
    page.get_by_role("tab", name="Your household").click()
    page.locator("#debt").fill("1")
    looks_stale(page, refusal["detail"]["message"])
    expect(page.locator("#again")).to_be_hidden()  # asked again, it would say the same
    page.unroute("**/api/metrics")  # a model is there again
    page.get_by_role("tab", name="About the model").click()
    expect(page.locator("#figures")).to_be_visible()


# --- what the page must bear ------------------------------------------------------------------


def test_the_page_works_without_examples(
    page: Page, url: str, predictor: Predictor, seen: Seen
) -> None:
    page.route("**/api/examples", lambda route: route.fulfill(status=404, body="not JSON"))
    page.goto(url)
    expect(page.locator("#meaning")).to_have_text(predictor.predict(EXAMPLE).meaning)
    shows(page, EXAMPLE)
    expect(page.locator("#examples-box")).to_be_hidden()
    assert [problem for problem in seen.problems if "404" not in problem] == []


def test_words_from_anybody_stay_words(page: Page, url: str, seen: Seen) -> None:
    def hostile(route: Route) -> None:
        told = route.fetch().json()
        told["offer"] = {"sentence": HOSTILE, "household": EDGE, "change": Change().to_dict()}
        told["usual"] = [{"text": HOSTILE, "change": PAY_CUT.to_dict()}]
        told["echoes"] = {"savings": HOSTILE}
        told["curve"] = {"title": HOSTILE, "svg": told["curve"]["svg"]}
        answer = told["prediction"]
        answer |= {"meaning": HOSTILE, "standing": HOSTILE, "assumption": HOSTILE}
        answer |= {"definition": HOSTILE, "change_words": HOSTILE}
        answer["warnings"] = answer["arithmetic"] = [HOSTILE]
        answer["drivers"][0] |= {"idea": HOSTILE, "reading": HOSTILE}
        answer["suggestions"][0]["text"] = HOSTILE
        script = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)'
        answer["gauge_svg"] = f"{script}</script><text>as text</text></svg>"
        route.fulfill(json=told)

    page.on("dialog", lambda dialog: seen.problems.append(f"dialog: {dialog.message}"))
    page.route("**/api/examples", lambda route: route.fulfill(json={HOSTILE: EDGE}))
    page.route("**/api/form", hostile)
    page.goto(url)
    page.locator("#examples button").click()
    expect(page.locator("#changed")).to_have_text(f"Filled in: {HOSTILE}.")
    likely = str(shipped().predict(EDGE).probability)
    expect(page.locator("#result")).to_have_attribute("data-probability", likely)
    page.get_by_role("button", name=f"Try it: {HOSTILE}").click()
    expect(page.locator("#changed")).to_have_text(f"Tried: {HOSTILE}.")
    press(page, "Nothing changes")
    for place in (
        "#meaning",
        "#definition",
        "#usual button >> nth=1",
        "#tries button >> nth=0",
        "#savings-echo",
        "#offer-words",
        "#curve-title",
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
    let_go = hold(page, "**/api/form")
    with page.expect_request("**/api/form"):
        page.locator("#savings").fill("100")
    page.locator("#csv").set_input_files(YEAR)
    expect(page.locator("#csv-status")).to_have_text(f"Last file read: {YEAR.name}.")
    let_go()
    shows(page, predictor.read_csv(YEAR))


def test_an_older_answer_does_not_hide_a_newer_refusal(page: Page) -> None:
    let_go = hold(page, "**/api/form")
    with page.expect_request("**/api/form"):
        page.locator("#savings").fill("100")
    page.unroute("**/api/form")
    page.locator("#savings").fill("lots")
    page.locator("#savings").press("Enter")
    expect(page.locator("#savings-error")).to_contain_text("must be a number")
    let_go()
    expect(page.locator("#savings-error")).to_be_visible()
    looks_stale(page)
    shows(page, EXAMPLE)


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
    press(page, "Pay cut 20 %")
    changed = predictor.predict(EXAMPLE | {"savings": 12_000}, change=PAY_CUT)
    expect(page.locator("#spoken")).to_contain_text(changed.meaning)  # both numbers


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
