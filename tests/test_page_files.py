"""Files that are chosen and dropped, and which of two quick actions wins."""

import html
import re
from pathlib import Path

import pytest
from page_hands import (
    EXAMPLE,
    HOSTILE,
    NOT_USED,
    PAY_CUT,
    YEAR,
    Seen,
    hold,
    is_open,
    looks_stale,
    payload,
    press,
    shows,
)
from playwright.sync_api import Page, expect

from finrisk.errors import InvalidHistory
from finrisk.ml.predictor import Predictor

pytestmark = pytest.mark.browser


# --- files ----------------------------------------------------------------------------------


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
