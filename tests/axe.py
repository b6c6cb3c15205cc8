"""What is wrong with a page for those who do not see, read or hold it as its author does.

axe-core judges names, roles, headings, contrast and the size of what is pressed. It leaves open
what is measured here beside it: letters in a picture, text that is cut once a reader sets it wider
(WCAG 1.4.12), and a page that has to be scrolled sideways on a phone (1.4.10). Each answer is a
list with one line for each thing that is wrong, so that a test asks for an empty one.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Browser, Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass(frozen=True)
class Screen:
    """What a reader has in front of them."""

    scheme: Literal["light", "dark"]
    width: int  # CSS pixels: a phone, a desk

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}"


SCREENS = (Screen("light", 360), Screen("light", 1280), Screen("dark", 360), Screen("dark", 1280))


@contextmanager
def opened(browser: Browser, screen: Screen) -> Iterator[Page]:
    """A page on such a screen, for `page.goto(...)`."""
    page = browser.new_page(
        color_scheme=screen.scheme,
        viewport={"width": screen.width, "height": 900},
        reduced_motion="reduce",  # a colour is measured where it ends, not on its way
    )
    page.set_default_timeout(15_000)  # a loaded machine is slow, not wrong
    try:
        yield page
    finally:
        page.close()


def violations(page: Page, *, within: str | None = None, exclude: Sequence[str] = ()) -> list[str]:
    """What axe-core finds: rule, element, and what it says should be otherwise.

    Args:
        page: as the reader has it now; open or fill in what shall be judged.
        within: a CSS selector, to judge one part of the page; rules about the page as a whole
            (title, language, landmarks) are then left out.
        exclude: CSS selectors of what others answer for.
    """
    page.evaluate(AXE)  # not a script of the page, which our own pages would refuse to run
    found: list[dict[str, Any]] = page.evaluate(
        """async ([within, exclude, tags]) => {
            const where = {include: [[within ?? "html"]], exclude: exclude.map(part => [part])};
            const how = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
            return (await axe.run(where, how)).violations;
        }""",
        [within, list(exclude), TAGS],
    )
    return [_line(rule["id"], node) for rule in found for node in rule["nodes"]]


def _line(rule: str, node: dict[str, Any]) -> str:
    """One line of a report."""
    summary = " ".join(str(node["failureSummary"]).split())
    return f"{rule}: {' '.join(map(str, node['target']))}: {summary}"


# --- what axe-core leaves open -----------------------------------------------------------------

# JavaScript: a short name of an element, for the lines of a report.
_NAMED = """
const named = element => {
    const kind = [element.localName, ...element.classList].join(".");
    return `${kind} "${element.textContent.trim().replace(/\\s+/g, " ").slice(0, 40)}"`;
};
"""


def scrolls_sideways(page: Page) -> list[str]:
    """What sticks out to the right of a page that can be scrolled sideways."""
    found: list[str] = page.evaluate(
        f"""() => {{ {_NAMED}
            const root = document.documentElement, seen = root.clientWidth;
            const needed = Math.max(root.scrollWidth, document.body.scrollWidth);
            if (needed <= seen) return [];
            const boxed = element => {{  // it scrolls, or is hidden, in a box of its own
                for (let e = element.parentElement; e !== document.body; e = e.parentElement) {{
                    if (getComputedStyle(e).overflowX !== "visible") return true;
                }}
                return false;
            }};
            const out = [...document.querySelectorAll("body *")].filter(
                e => e.getBoundingClientRect().right > seen + 1 && !boxed(e));
            return [`${{needed}} px wide instead of ${{seen}}`, ...out.map(named)];
        }}"""
    )
    return found


# What a reader may set, and what must bear it: WCAG 2.2, success criterion 1.4.12.
_WIDER = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }
"""


def cut_by_text_spacing(page: Page) -> list[str]:
    """Text that cannot be read any more once a reader spaces letters, words and lines.

    In HTML, what overflows a box that hides it; in a picture, a label that leaves the picture.
    The page stays spaced afterwards.
    """
    found: list[str] = page.evaluate(
        f"""wider => {{ {_NAMED}
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(wider);
            document.adoptedStyleSheets.push(sheet);
            const hidden = how => how === "hidden" || how === "clip";
            const cut = element => {{
                const {{overflowX, overflowY}} = getComputedStyle(element);
                return (hidden(overflowX) && element.scrollWidth > element.clientWidth + 1)
                    || (hidden(overflowY) && element.scrollHeight > element.clientHeight + 1);
            }};
            const forReaders = element => element.clientWidth <= 1;  // heard, never seen
            const boxes = [...document.querySelectorAll("body *:not(svg, svg *)")].filter(
                e => e.checkVisibility() && e.innerText?.trim() && !forReaders(e) && cut(e));
            const leaves = label => {{  // the picture, or the page where a picture does not hide
                const svg = label.closest("svg"), hides = hidden(getComputedStyle(svg).overflowX);
                const frame = hides ? svg : document.documentElement;
                const [inside, outside] = [label, frame].map(e => e.getBoundingClientRect());
                return inside.left < outside.left - 1 || inside.right > outside.right + 1;
            }};
            const labels = [...document.querySelectorAll("svg text")].filter(
                e => e.checkVisibility() && leaves(e));
            return [...boxes, ...labels].map(named);
        }}""",
        _WIDER,
    )
    return found


def faint_letters(page: Page, least: float = 4.5) -> list[str]:
    """Labels in SVG pictures with less contrast to what lies behind them than this.

    Behind are the shapes and boxes under the middle of a label, down to the page itself.
    """
    found: list[str] = page.evaluate(
        f"""least => {{ {_NAMED}
            const canvas = new OffscreenCanvas(1, 1).getContext("2d");
            const rgba = colour => {{  // 0 to 1 each, however the colour is written
                canvas.clearRect(0, 0, 1, 1);
                canvas.fillStyle = colour;
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data].map(part => part / 255);
            }};
            const paint = element => {{  // its colour, as faint as it and all around it make it
                const style = getComputedStyle(element);
                const drawn = element instanceof SVGGeometryElement
                    || element instanceof SVGTextContentElement;
                const fill = style.fill === "none" ? style.stroke : style.fill;
                const [r, g, b, a] = rgba(drawn ? fill : style.backgroundColor);
                let alpha = a * (drawn ? style.fillOpacity : 1);
                for (let e = element; e; e = e.parentElement) alpha *= getComputedStyle(e).opacity;
                return [r, g, b, alpha];
            }};
            const over = ([r, g, b, a], below) =>
                [r, g, b].map((part, i) => a * part + (1 - a) * below[i]);
            const light = colour => {{  // relative luminance of WCAG
                const [r, g, b] = colour.map(
                    c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            }};
            const sheet = document.createElement("i");
            sheet.style.color = "Canvas";  // what a page without a background is painted with
            document.documentElement.append(sheet);
            const page = rgba(getComputedStyle(sheet).color).slice(0, 3);
            sheet.remove();
            const contrast = label => {{
                label.scrollIntoView({{block: "center"}});
                const {{left, top, width, height}} = label.getBoundingClientRect();
                const under = document.elementsFromPoint(left + width / 2, top + height / 2);
                const behind = under.filter(element => element !== label).map(paint)
                    .reduceRight((below, layer) => over(layer, below), page);
                const [a, b] = [behind, over(paint(label), behind)].map(light);
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            }};
            return [...document.querySelectorAll("svg text")]
                .filter(label => label.checkVisibility())
                .map(label => [label, contrast(label)])
                .filter(([, measured]) => measured < least)
                .map(([label, measured]) => `${{measured.toFixed(2)}}:1: ${{named(label)}}`);
        }}""",
        least,
    )
    return found
