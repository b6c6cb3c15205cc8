"""What a person does to the page, and what it must show then: for every test of the page."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from playwright.sync_api import Error, FilePayload, Page, Route, expect

from finrisk.change import Change
from finrisk.change_inputs import CHANGE_INPUTS
from finrisk.household import EXAMPLES, Household
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor

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


@cache
def shipped() -> Predictor:
    return Predictor.load()


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


def payload(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def address_holds(page: Page, text: str) -> None:
    """Once the page has written it behind the #."""
    page.wait_for_function("text => location.hash.includes(text)", arg=text)


def is_open(page: Page, name: str) -> None:
    """One tab is selected, reached by Tab, and its panel is the one in sight."""
    for tab in page.get_by_role("tab").all():
        chosen = tab.text_content() == name
        expect(tab).to_have_attribute("aria-selected", str(chosen).lower())
        expect(tab).to_have_attribute("tabindex", "0" if chosen else "-1")
        panel = page.locator(f"#{tab.get_attribute('aria-controls')}")
        expect(panel).to_have_attribute("aria-labelledby", tab.get_attribute("id") or "")
        expect(panel).to_be_visible(visible=chosen)
