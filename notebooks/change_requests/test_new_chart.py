"""The test of a change request: a chart on the page, where a month's money goes.

Fails until the page shows it, and unless the layers are kept. From the project's
folder:
    .venv/bin/python -m pytest notebooks/change_requests/test_new_chart.py
"""

from dataclasses import replace
from xml.etree import ElementTree as ET

import finrisk
from finrisk.household import EXAMPLES, Household
from finrisk.prediction import Prediction

MARIA = EXAMPLES["Maria, on the edge"]  # earns 4,200, spends 3,900
KNOWN = replace(MARIA, debt_payment=240)
SHORT = Household(monthly_income=3_000, monthly_expenses=3_400, savings=0, debt=0)
SVG = "{http://www.w3.org/2000/svg}"
LETTERS = """() => [...document.querySelectorAll('#month svg text')].map((node) =>
    parseFloat(getComputedStyle(node).fontSize) * node.getScreenCTM().a)"""


def drawn(household):
    """The picture, as Python hands it out."""
    made = hasattr(Prediction, "month_svg")
    assert made, "A Prediction has no month_svg() yet: there is no picture to show."
    return finrisk.Predictor.load().predict(household).month_svg()


def test_it_is_there():
    drawn(MARIA)


def test_it_says_the_household_s_own_dollars():
    for household, amounts in [
        (MARIA, ["$4,200", "$3,900", "$300", "left over"]),
        (KNOWN, ["$4,200", "$240", "$3,660", "$300", "left over"]),
        (SHORT, ["$3,000", "$3,400", "$400", "short"]),
    ]:
        picture = ET.fromstring(drawn(household))
        label = (picture.get("aria-label") or "").lower()
        missing = [words for words in amounts if words not in label]
        assert not missing, f"Its aria-label must say {missing}, got {label!r}."


def test_its_bars_are_as_wide_as_the_amounts():
    for household, amounts in [(MARIA, [300, 3_900]), (KNOWN, [240, 300, 3_660])]:
        picture = ET.fromstring(drawn(household))
        widths = sorted(float(bar.get("width")) for bar in picture.iter(f"{SVG}rect"))
        assert len(widths) == len(amounts), (
            f"A bar for each of {amounts}, got {widths}."
        )
        for width, amount in zip(widths, amounts, strict=True):
            right = widths[-1] * amount / amounts[-1]
            assert abs(width - right) < 0.1, (
                f"${amount:,} must be {right:.1f} wide, got {width}."
            )


def test_the_api_hands_out_the_same_picture(client):
    for household in (MARIA, KNOWN, SHORT):
        answer = client.post("/api/predict", json=household.to_dict()).json()
        assert "month_svg" in answer, (
            f"The API hands out no month_svg, only {list(answer)}."
        )
        assert answer["month_svg"] == drawn(household), (
            "The API has a picture of its own."
        )


def test_the_page_shows_it_and_follows_the_form(page):
    def shows(household):
        label = ET.fromstring(drawn(household)).get("aria-label")
        page.locator(f'#month svg[aria-label="{label}"]').wait_for()

    drawn(MARIA)
    page.get_by_role("button", name="Maria, on the edge").click()
    shows(MARIA)
    page.locator("#monthly_income").fill("3700")
    shows(replace(MARIA, monthly_income=3_700))
    smallest = min(page.evaluate(LETTERS))
    assert smallest >= 11, (
        f"On a phone its letters are {smallest:.1f} px high, 11 is the least."
    )
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not sideways, "On a phone the page scrolls sideways."


def test_the_layers_hold(broken_rules):
    broken = broken_rules()
    assert not broken, "\n".join(broken)
