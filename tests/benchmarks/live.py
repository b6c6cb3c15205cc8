"""How live panel and page are: a real browser, a real kernel, a real server, one machine."""

import json
import tempfile
from pathlib import Path

import numpy as np
from browser import launch, serve_app
from playwright.sync_api import Page
from test_jupyter import expect_shown, opened_panel, run_again

from finrisk.authors.pages import table
from finrisk.inputs import INPUTS
from finrisk.ml.predictor import Predictor

__all__ = ["live"]

N_MOVES = 300
N_DRAG = 120
SAVINGS = list(INPUTS).index("savings")

# Each slider moved in the kernel itself, the browser looking on: all that a move costs there.
IN_KERNEL = f"""
import json, time
took = {{}}
for name in panel.known:
    panel.known[name].value = True
for name, slider in panel.sliders.items():
    took[name] = []
    for i in range({N_MOVES} // 12):
        began = time.perf_counter()
        slider.value += slider.step if i % 2 else -slider.step
        took[name].append(1000 * (time.perf_counter() - began))
        time.sleep(0.03)  # the browser draws meanwhile, as with a hand
panel.reset.click()
print(json.dumps(took))
"""

# From the key until the frame in which the answer is painted; a mutation is seen before it is.
ONE_BY_ONE = """async ({press, answer, n}) => {
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    const act = new Function('i', press), took = [];
    for (let i = 0; i < n; i++) {
        const painted = new Promise((done) => {
            const watch = new MutationObserver(() => {
                watch.disconnect();
                requestAnimationFrame(() => setTimeout(done));
            });
            const all = {childList: true, subtree: true, characterData: true, attributes: true};
            watch.observe(document.querySelector(answer), all);
        });
        const began = performance.now();
        act(i);
        await painted;
        took.push(performance.now() - began);
        await pause(50 + i % 17); // no rhythm that meets that of the screen
    }
    return took;
}"""

# As fast as a hand drags: a move each frame, then how long until the last one is on screen.
DRAG = """async ({press, answer, n}) => {
    const frame = () => new Promise(requestAnimationFrame);
    const act = new Function('i', press);
    let drawn = 0, last = 0;
    const watch = new MutationObserver(() => { drawn += 1; last = performance.now(); });
    watch.observe(document.querySelector(answer), {childList: true, subtree: true});
    for (let i = 0; i < n; i++) { await frame(); act(0); }
    const ended = performance.now();
    await new Promise((done) => setTimeout(done, 1500));
    watch.disconnect();
    return {drawn, lag: last - ended};
}"""

ARROW = f"""const key = i % 40 < 20 ? 'ArrowRight' : 'ArrowLeft';
    const handle = document.querySelectorAll('.finrisk-panel .noUi-handle')[{SAVINGS}];
    handle.dispatchEvent(new KeyboardEvent('keydown', {{key, bubbles: true}}));"""
GAUGE = ".finrisk-panel .finrisk-answer"
TYPE = """const box = document.getElementById('savings');
    box.value = 5000 + 100 * (i % 40); box.dispatchEvent(new Event('input', {bubbles: true}));"""


def live() -> str:
    """How long a move takes to be answered, and whether a drag is followed."""
    in_kernel, on_screen, drag = _panel()
    rows = [
        _row("panel: a slider moved, all worked out and sent (kernel)", in_kernel),
        _row("panel: a key on a slider, the new score on screen", on_screen),
        _row("page: a digit typed, the new score on screen", _page()),
    ]
    header = ["milliseconds", "moves", "median", "95 of 100", "longest"]
    return (
        f"{table(header, rows)}\n\nJupyterLab and the page in headless Chromium; browser, kernel "
        "and server share the machine. While digits come fast the page waits a moment for the "
        f"next, which is in its figure. {N_DRAG} moves of a slider in a row, one each frame: "
        f"{drag['drawn']} pictures drawn meanwhile, the last one {drag['lag']:.0f} ms after the "
        "last move, and it is that of the last move."
    )


def _panel() -> tuple[list[float], list[float], dict[str, float]]:
    """In the kernel, from key to screen, and while dragging."""
    with tempfile.TemporaryDirectory() as root, opened_panel(Path(root), IN_KERNEL) as page:
        in_kernel = json.loads(run_again(page))  # once more, now that everything is warm
        page.wait_for_timeout(1_000)
        on_screen = _one_by_one(page, ARROW, GAUGE)
        page.get_by_role("button", name="Reset").dispatch_event("click")
        page.wait_for_timeout(1_000)
        drag = page.evaluate(DRAG, {"press": ARROW, "answer": GAUGE, "n": N_DRAG})
        start = {name: f.default for name, f in INPUTS.items() if f.required}
        step = INPUTS["savings"].step
        expect_shown(
            page, Predictor.load().predict(start | {"savings": start["savings"] + N_DRAG * step})
        )
    return [ms for moves in in_kernel.values() for ms in moves], on_screen, drag


def _page() -> list[float]:
    with serve_app() as address, launch() as browser:
        page = browser.new_page()
        page.goto(address)
        page.locator("#waterfall svg").wait_for()
        return _one_by_one(page, TYPE, "#gauge")


def _one_by_one(page: Page, press: str, answer: str) -> list[float]:
    once = {"press": press, "answer": answer}
    page.evaluate(ONE_BY_ONE, {**once, "n": 20})  # warm
    took: list[float] = page.evaluate(ONE_BY_ONE, {**once, "n": N_MOVES})
    return took


def _row(what: str, ms: list[float]) -> list[str]:
    return [what, str(len(ms)), *(f"{np.quantile(ms, q):.0f}" for q in (0.5, 0.95, 1))]
