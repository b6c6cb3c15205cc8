"""A lesson as its rules read it: its cells, what they show, its numbers, its links.

Numbers are compared as written, links are followed to the heading. Other sites are not asked.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

__all__ = [
    "Lesson",
    "broken_links",
    "decimals_in",
    "formulas",
    "html_of",
    "nearest",
    "shown",
    "without_code",
]

HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$", re.MULTILINE)
EVERYWHERE = ("JupyterLab", "GitHub")

_FENCE = re.compile(r"^ *```.*?^ *```", re.MULTILINE | re.DOTALL)
_CODE_SPAN = re.compile(r"(`+).+?\1", re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:href|src)=\"([^\"]+)\"")
_DECIMAL = re.compile(r"(?<![\w.])\d*\.\d+(?!\.?\d)")
_OTHER_NUMBERS = re.compile(
    r"\]\([^)]*\)|<[^>]+>"  # targets of links, tags
    r"|\b0\d\.\d\b"  # exercises
    r"|(?:Python|PyTorch|version) \d+\.\d+|\d+(?:\.\d+){2,}"  # versions, addresses
)


@dataclass(frozen=True)
class Lesson:
    """One edition of one lesson: notebook, its file's name and folder, its neighbours' names."""

    notebook: Any
    name: str
    folder: Path
    before: str = ""
    after: str = ""

    @property
    def cells(self) -> list[Any]:
        return list(self.notebook.cells)

    @property
    def code(self) -> list[Any]:
        return [cell for cell in self.cells if cell.cell_type == "code"]

    @property
    def prose(self) -> list[Any]:
        return [cell for cell in self.cells if cell.cell_type == "markdown"]

    @property
    def text(self) -> str:
        """All of the prose, without blocks of code."""
        return _FENCE.sub("", "\n\n".join(cell.source for cell in self.prose))

    @property
    def may_be_short(self) -> bool:
        """The minimums do not hold for lesson 00."""
        return self.name.startswith("00")


def shown(cell: Any) -> str:
    """Everything a code cell shows as text."""
    plain = [o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in cell.outputs]
    return "\n".join([*plain, html.unescape(re.sub(r"<[^>]*>", " ", html_of(cell)))])


def html_of(cell: Any) -> str:
    """The HTML a code cell shows."""
    return "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)


def nearest(cells: Sequence[Any]) -> list[Any]:
    """The first code cell, with the one that follows it directly."""
    start = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    return [cell for cell in cells[start : start + 2] if cell.cell_type == "code"]


def without_code(source: str) -> str:
    """Prose without code, and without numbers that count nothing: 05.1, Python 3.11, a port."""
    return _OTHER_NUMBERS.sub(" ", _CODE_SPAN.sub(" ", _FENCE.sub(" ", source)))


def decimals_in(text: str) -> list[str]:
    """Decimals as written, with their zero in front and without marks between thousands."""
    plain = re.sub(r"(?<=\d)[,_](?=\d{3}(?!\d))", "", text)
    return [f"0{number}" if number[0] == "." else number for number in _DECIMAL.findall(plain)]


def formulas(text: str) -> Iterator[str]:
    """Paragraphs in which JupyterLab takes what stands between two dollar signs for a formula."""
    for paragraph in re.split(r"\n\s*\n", _CODE_SPAN.sub(" ", _FENCE.sub("\n\n", text))):
        if paragraph.count("$") > 1:
            yield (
                f"Two dollar signs make a formula in {' '.join(paragraph.split())[:60]!r}: "
                "write '4,200 dollars'."
            )


def broken_links(
    text: str, folder: Path, name: str, places: Sequence[str] = EVERYWHERE
) -> Iterator[str]:
    """Links of a page, kept as `name` in `folder`, to a file or heading that is not there."""
    for link in dict.fromkeys(a or b for a, b in _LINK.findall(_CODE_SPAN.sub(" ", text))):
        path, _, heading = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        if not is_there(folder / path):
            yield f"{name} links to {link}, which is not there."
        elif heading:
            page = _page(folder / path) if path else text
            where = ("JupyterLab",) if path.endswith(".ipynb") else places
            if (count := _addresses(page, where).count(heading)) != 1:
                yield (
                    f"{name} links to {link}: {count} headings have this address in "
                    f"{' and '.join(where)}. Small letters without punctuation suit both."
                )


def is_there(target: Path) -> bool:
    """Whether a link leads to something; a lesson may be a learner's, renamed or taken away."""
    return target.exists() or (target.parent / "solutions" / target.name).exists()


def _addresses(text: str, places: Sequence[str]) -> list[str]:
    """The addresses of a page's headings that hold in all of the places.

    JupyterLab puts hyphens for spaces and keeps the rest; GitHub also writes small letters and
    drops punctuation.
    """
    found: list[str] = []
    for _, heading in HEADING.findall(_FENCE.sub("", text)):
        as_shown = re.sub(r"[`*]|\]\([^)]*\)|\[", "", heading)
        jupyter = as_shown.replace(" ", "-")
        address = {"JupyterLab": jupyter, "GitHub": re.sub(r"[^\w-]", "", jupyter.lower())}
        if len(in_all := {address[place] for place in places}) == 1:
            found += in_all
    return found


def _page(path: Path) -> str:
    """The text of a page, or the prose of a notebook."""
    if path.suffix != ".ipynb":
        return path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return Lesson(notebook, path.name, path.parent).text
