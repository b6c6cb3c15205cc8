"""The tabs of the page, what it says about the model, and words from anybody."""

import pytest
from page_hands import (
    EDGE,
    EXAMPLE,
    HOSTILE,
    Seen,
    address_holds,
    is_open,
    looks_stale,
    percent,
    press,
    shipped,
    shows,
    type_in,
)
from playwright.sync_api import Page, Route, expect

from finrisk.ml.predictor import Predictor
from finrisk.titles import NO_ADVICE

pytestmark = pytest.mark.browser


# --- tabs -----------------------------------------------------------------------------------


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
        told["offer"] = {"sentence": HOSTILE, "household": EDGE, "typed": {"income": HOSTILE}}
        told["usual"] = [{"text": HOSTILE, "typed": {"income": HOSTILE}}]
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
    expect(page.locator("#result")).not_to_have_attribute("data-probability", likely)
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
