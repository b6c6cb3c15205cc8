"""`python -m finrisk.authors.book`: the course as a website that needs no network, in `book/`.

Sphinx reads pages and executed lessons where they stand (nothing is run again) and writes
HTML with all it needs beside it. A warning is an error, so that a broken link stops the build.
"""

import io
import logging
import re
import shutil
import sys
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from warnings import catch_warnings

from finrisk.authors.editions import NOTEBOOKS
from finrisk.errors import FinriskError

__all__ = ["build_book", "main"]

_PROJECT = NOTEBOOKS.parent
_FRONT = "README"
_CHAPTERS = {
    "The lessons": ("notebooks/README", "notebooks/[0-9][0-9]_*"),
    "Look it up": ("notebooks/glossary", "notebooks/change_requests/*", "models/MODEL_CARD"),
    "Work on it": ("CLAUDE", "CONTRIBUTING", "tests/benchmarks/*"),
}
_SETTINGS: dict[str, Any] = {
    "project": "finrisk",
    "copyright": "the finrisk authors",
    "extensions": ["myst_nb"],
    "root_doc": _FRONT,
    "myst_heading_anchors": 3,
    "myst_enable_extensions": ["html_image"],
    "nb_execution_mode": "off",
    "html_theme": "sphinx_book_theme",
    "html_title": "finrisk",
    "html_copy_source": False,
    "html_theme_options": {"use_download_button": False, "use_fullscreen_button": False},
}
_STYLE = """<style>
div.highlight pre { font-size: 0.78rem }  /* 88 letters fit beside the contents */
table.dataframe :is(th, td) { padding: 0.1rem 0.5rem }
/* An output is light in the dark too, where headings have light letters. */
.bd-content .cell_output :is(h3, h4) { color: inherit; font-size: 1.25rem }
/* A name or an address may be wider than a phone; a table or code scrolls in its own box. */
.bd-article { overflow-wrap: break-word }
.bd-article :is(.headerlink, code .pre) { white-space: normal }
.bd-content .prev-next-area a { overflow-x: visible }
.bd-content .prev-next-area a > div { min-width: 0; overflow-wrap: anywhere }
</style>"""
_EMPTY_HEADER = re.compile(r"<th[^>]*>(<p></p>|&nbsp;)?</th>")  # a corner of a table, say
_HEADING_SHOWN = re.compile(r"<h4>([^<]*)</h4>")  # one of the text holds a link to itself
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # of letters in a terminal
_log = logging.getLogger(__name__)


def build_book(target: Path) -> None:
    """Write the website to the folder `target`, in place of what was there.

    `target/index.html` is its first page. A build that fails leaves the old website alone.

    Raises:
        FinriskError: when Sphinx is not installed or warns of something, or when what was there
            cannot be removed.
    """
    with TemporaryDirectory() as folder:
        site = Path(folder, "site")
        said = _write_site(site, Path(folder, "notes"))
        if said:
            raise FinriskError(f"Mend what Sphinx warns of, then build again:\n{said}")
        shutil.copy(site / f"{_FRONT}.html", site / "index.html")
        _remove(target)
        shutil.move(site, target)


def _remove(target: Path) -> None:
    """Take the old website away; Windows refuses while a program has a file of it open."""
    try:
        if target.exists():
            shutil.rmtree(target)
    except OSError as error:
        raise FinriskError(
            f"The folder {target} must be free to be replaced, got {error.strerror!r}. Close what "
            "shows or serves a page of it, then build again."
        ) from error


def _write_site(site: Path, notes: Path) -> str:
    """Run Sphinx, and return what it warns of."""
    try:
        from sphinx.application import Sphinx
        from sphinx.errors import SphinxError
    except ImportError as error:
        raise FinriskError("The book needs Sphinx, which `make book` installs.") from error
    parts, said = {name: _pages(found) for name, found in _CHAPTERS.items()}, io.StringIO()
    wanted = [f"{page}.*" for page in chain([_FRONT], *parts.values())]
    settings = _SETTINGS | {"include_patterns": wanted}
    try:
        with catch_warnings(action="ignore"):  # Python's, about the theme's own code
            app = Sphinx(_PROJECT, None, site, notes, "html", settings, None, said)
            app.connect("source-read", lambda _, page, text: _add_contents(page, text, parts))
            app.connect("html-page-context", lambda *event: _mend(event[3]))
            app.build()
    except SphinxError as error:
        raise FinriskError(f"The book cannot be built: {error}.") from error
    return _COLOUR.sub("", said.getvalue())


def _pages(patterns: tuple[str, ...]) -> list[str]:
    """The pages and lessons that fit, in order, as Sphinx names them: without an ending."""
    found = [path for pattern in patterns for path in sorted(_PROJECT.glob(f"{pattern}.*"))]
    sources = [path for path in found if path.suffix == ".md" or _is_lesson(path)]
    return [path.relative_to(_PROJECT).with_suffix("").as_posix() for path in sources]


def _is_lesson(path: Path) -> bool:
    """Not a learner's own notebook, or copy, that stands beside the lessons."""
    return path.suffix == ".ipynb" and (path.parent / "solutions" / path.name).exists()


def _add_contents(page: str, text: list[str], parts: dict[str, list[str]]) -> None:
    """Give the front page its chapters, which Sphinx shows at the side of every page."""
    if page == _FRONT:
        for name, pages in parts.items():
            listed = "\n".join(pages)
            text[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {name}\n{listed}\n```\n"


def _mend(context: dict[str, Any]) -> None:
    """Give a page the book's own style, and its outputs what a screen reader needs.

    A table's empty header is read out as one without a name, so it becomes an empty cell; the
    headings of an output (`<h4>`, for a notebook cannot know what is above) follow the `##` of
    their lesson, without a level left out.
    """
    context["metatags"] = context.get("metatags", "") + _STYLE
    if "body" in context:
        body = _EMPTY_HEADER.sub("<td></td>", context["body"])
        context["body"] = _HEADING_SHOWN.sub(r"<h3>\1</h3>", body)


def main() -> None:
    """Build the book of this project and say where it is."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    _log.setLevel(logging.INFO)
    try:
        build_book(_PROJECT / "book")
    except FinriskError as error:
        sys.exit(str(error))
    _log.info("Open book/index.html in a browser.")


if __name__ == "__main__":
    main()
