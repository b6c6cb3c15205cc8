"""How live panel and page are: a real browser, a real kernel, a real server, one machine."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from browser import launch, serve_app
from playwright.sync_api import Page
from test_jupyter import opened_panel, run_again

from finrisk.household import INPUTS

__all__ = ["page_latency", "panel_latency"]

N_MOVES = 300
SAVINGS = list(INPUTS).index("savings")

# Each slider moved in the kernel itself, while the browser shows it: all that a move costs there.
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


def panel_latency() -> pd.DataFrame:
    """The panel in JupyterLab: in the kernel, from key to screen, and while dragging."""
    with tempfile.TemporaryDirectory() as root, opened_panel(Path(root), IN_KERNEL) as page:
        in_kernel = json.loads(run_again(page))  # once more, now that everything is warm
        page.wait_for_timeout(1_000)
        on_screen = _one_by_one(page, ARROW, GAUGE)
        drag = page.evaluate(DRAG, {"press": ARROW, "answer": GAUGE, "n": 120})
    rows = [
        _row(
            "kernel: one slider moved, everything worked out and sent",
            [ms for moves in in_kernel.values() for ms in moves],
        ),
        _row("key on a slider to the new score on screen", on_screen),
    ]
    frame = pd.DataFrame(rows)
    frame.attrs["drag"] = drag
    return frame


def page_latency() -> pd.DataFrame:
    """The web page: from a typed digit to the screen, the pause for more digits included."""
    with serve_app() as address, launch() as browser:
        page = browser.new_page()
        page.goto(address)
        page.locator("#waterfall svg").wait_for()
        return pd.DataFrame(
            [
                _row(
                    "page: a typed digit to the new score on screen",
                    _one_by_one(page, TYPE, "#gauge"),
                )
            ]
        )


def _one_by_one(page: Page, press: str, answer: str) -> list[float]:
    _once = {"press": press, "answer": answer}
    page.evaluate(ONE_BY_ONE, {**_once, "n": 20})  # warm
    took: list[float] = page.evaluate(ONE_BY_ONE, {**_once, "n": N_MOVES})
    return took


def _row(what: str, milliseconds: list[float]) -> dict[str, object]:
    p50, p95 = np.quantile(milliseconds, [0.5, 0.95])
    return {
        "ms": what,
        "moves": len(milliseconds),
        "p50": f"{p50:.1f}",
        "p95": f"{p95:.1f}",
        "max": f"{max(milliseconds):.1f}",
    }
