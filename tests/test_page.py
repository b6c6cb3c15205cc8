"""The page in a real Chromium: a person types a household and what-ifs, and finds back."""

import re
from typing import Any

import pytest
from page_hands import (
    EDGE,
    EXAMPLE,
    HOSTILE,
    MARIA,
    PARKS,
    PAY_CUT,
    YEAR,
    Seen,
    box,
    form_says,
    hold,
    looks_stale,
    press,
    shows,
    type_in,
)
from playwright.sync_api import Page, expect

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS, LASTING, usual_changes
from finrisk.form import read_form
from finrisk.household import EXAMPLES, Household, change_from
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor

pytestmark = pytest.mark.browser


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
    expect(page.locator("#curve-title")).to_have_text(
        "Risk if only this part of the what-if moves: income"
    )
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
    assert {n: v for n, v in sent["change"].items() if v != ""} == suggestion.typed
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
    form_says(page, EDGE | {"monthly_income": 4190, "change.income": "-$838"})
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
