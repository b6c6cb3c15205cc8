"""The test of a change request: the suggestion "Spend 15 % less from now on".

Fails until every door offers it, and unless the layers are kept. From the project's
folder:
    .venv/bin/python -m pytest notebooks/change_requests/test_new_suggestion.py
"""

from pathlib import Path

import finrisk
from finrisk.change import Change
from finrisk.household import EXAMPLES, Household

TEXT = "Spend 15 % less from now on"
CHANGE = Change(spending=0.85)
LEES, MARIA = EXAMPLES["The Lees, in trouble"], EXAMPLES["Maria, on the edge"]
PACKAGE = Path(finrisk.__file__).parent


def offered(household):
    """The suggestion as the predictor makes it."""
    suggestions = finrisk.Predictor.load().predict(household).suggestions
    found = [s for s in suggestions if s.text == TEXT]
    assert found, f"The predictor does not offer {TEXT!r} yet."
    return found[0]


def test_it_is_there():
    offered(LEES)


def test_what_it_promises_is_the_predictors_own_risk():
    predictor = finrisk.Predictor.load()
    for household in (LEES, MARIA):
        suggestion = offered(household)
        assert suggestion.change == CHANGE, "It is another change than its words say."
        asked = predictor.predict(household, change=CHANGE).probability
        assert abs(suggestion.probability - asked) < 1e-6, (
            "The predictor says another risk."
        )


def test_it_is_offered_only_where_it_helps():
    offered(LEES)
    rich = Household(
        monthly_income=15_000, monthly_expenses=4_000, savings=60_000, debt=0
    )
    assert not finrisk.Predictor.load().predict(rich).suggestions, "Nothing helps them."


def test_the_panel_offers_it_and_applies_it():
    panel = finrisk.panel.RiskPanel()
    panel.presets.value = LEES
    buttons = {button.tooltip: button for button in panel.applies}
    assert f"Try it: {TEXT}" in buttons, f"The panel offers only {list(buttons)}."
    buttons[f"Try it: {TEXT}"].click()
    assert panel.prediction.change == CHANGE
    assert panel.household == LEES, "The fields say what is, not what would be."


def test_the_api_offers_what_the_predictor_offers(client):
    offered(LEES)
    for household in EXAMPLES.values():
        answer = client.post("/api/predict", json=household.to_dict()).json()
        here = finrisk.Predictor.load().predict(household).suggestions
        there = [(s["text"], round(s["probability"], 6)) for s in answer["suggestions"]]
        assert there == [(s.text, round(s.probability, 6)) for s in here], (
            "API and predictor differ."
        )


def test_the_page_offers_it(page):
    offered(LEES)
    page.get_by_role("button", name="The Lees, in trouble").click()
    page.locator("#suggestions li", has_text=TEXT).wait_for()


def test_it_is_written_once_and_in_ml():
    files = [
        path
        for path in PACKAGE.rglob("*.*")
        if path.suffix in (".py", ".js", ".html")
        and PACKAGE / "course" not in path.parents  # lesson 7 asks about such a change
    ]
    found = [path for path in files if TEXT in path.read_text(encoding="utf-8")]
    where = [path.relative_to(PACKAGE).as_posix() for path in found]
    assert len(where) == 1, f"It must stand in one file, got {where}."
    assert where[0].startswith("ml/"), (
        f"A rule about risk in {where[0]}: it belongs in ml/."
    )


def test_the_layers_hold(broken_rules):
    broken = broken_rules(TEXT)
    assert not broken, "\n".join(broken)
