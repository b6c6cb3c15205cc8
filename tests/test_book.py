"""The book: every lesson with its outputs, nothing asked of another server, no warning."""

import shutil
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from axe import (
    SCREENS,
    Screen,
    cut_by_text_spacing,
    faint_letters,
    opened,
    scrolls_sideways,
    violations,
)
from playwright.sync_api import Browser

from finrisk.authors import book
from finrisk.authors.book import build_book
from finrisk.authors.editions import NOTEBOOKS
from finrisk.authors.lesson_edition import state_of
from finrisk.errors import FinriskError

SOLUTIONS = sorted((NOTEBOOKS / "solutions").glob("[0-9][0-9]_*.ipynb"))
LESSONS = [path.stem for path in SOLUTIONS]
as_made = pytest.mark.skipif(
    {state_of(NOTEBOOKS / path.name) for path in SOLUTIONS} != {"as made"},
    reason="the book shows the lessons as they stand, and somebody has worked in one",
)
# What the theme does wrong by itself: at the side of a page its title stands outside of the <nav>.
THEMES_OWN = ("region: .sidebar-primary-items__start > .sidebar-primary-item:nth-child(1):",)
JUDGED = (
    "notebooks/00_start_here",
    "index",
    "notebooks/05_evaluation",
    "notebooks/06_live_risk_panel",
    "notebooks/08_bug_clinic",
    "notebooks/glossary",
)
CODE = ".cell_input .highlight"  # looks the same in every lesson, and takes longest to judge
LOADED = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src")}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("book") / "site"
    build_book(target)
    return target


class Links(HTMLParser):
    """Every address a page names: (tag, attribute, address)."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            (tag, name, value) for name, value in attrs if name in ("src", "href") and value
        ]


def links(site: Path) -> Iterator[tuple[Path, str, str, str]]:
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts]  # templates
    for page in pages:
        for tag, name, address in Links(page).found:
            yield page, tag, name, address


@as_made
def test_every_lesson_is_a_page_with_its_outputs(site: Path) -> None:
    for lesson in LESSONS:
        page = (site / "notebooks" / f"{lesson}.html").read_text(encoding="utf-8")
        assert page.count("cell_output") >= 8, f"{lesson} has lost its outputs"
        assert f'href="{lesson}.html"' in (site / "notebooks" / "README.html").read_text("utf-8")


def test_a_learners_copy_of_a_lesson_is_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("02_sums.ipynb", "02_sums-Copy1.ipynb", "solutions/02_sums.ipynb"):
        (tmp_path / "notebooks" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notebooks" / name).touch()
    monkeypatch.setattr(book, "_PROJECT", tmp_path)
    assert book._pages(("notebooks/[0-9][0-9]_*",)) == ["notebooks/02_sums"]


@as_made
def test_the_first_page_leads_to_every_lesson(site: Path) -> None:
    first = (site / "index.html").read_text(encoding="utf-8")
    for lesson in LESSONS:
        assert f'href="notebooks/{lesson}.html"' in first


@as_made
def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = [found for found in links(site) if found[1:3] in LOADED]
    assert len(loaded) > 100
    for page, tag, _, address in loaded:
        assert urlsplit(address).scheme in ("", "data"), f"{page.name}: <{tag}> asks for {address}"
        assert not urlsplit(address).netloc, f"{page.name}: <{tag}> asks for {address}"


@as_made
def test_every_link_inside_leads_to_a_file(site: Path) -> None:
    for page, _, _, address in links(site):
        parts = urlsplit(address)
        if parts.path and not parts.scheme and not parts.netloc:
            assert (page.parent / unquote(parts.path)).exists(), f"{page.name}: {address}"


@as_made
def test_every_control_has_a_picture(site: Path) -> None:
    pages = [(site / "notebooks" / f"{lesson}.html").read_text("utf-8") for lesson in LESSONS]
    promised = "<p>Run this cell to use its controls.</p>"
    shown = [part[:40] for page in pages for part in page.split(promised)[1:]]
    assert len(shown) >= 5
    assert all("<img" in part for part in shown), shown


@as_made
@pytest.mark.browser
def test_pages_open_from_the_disk_without_an_error_or_a_request_outside(
    browser: Browser, site: Path
) -> None:
    outside: list[str] = []
    errors: list[str] = []
    page = browser.new_page()
    page.on("request", lambda r: outside.append(r.url) if r.url.startswith("http") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    for name in ("index", *(f"notebooks/{lesson}" for lesson in LESSONS)):
        page.goto((site / f"{name}.html").as_uri())
        broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => i.src)")
        assert not broken, f"{name}: pictures that do not show: {broken}"
    page.close()
    assert not outside
    assert not errors


@as_made
@pytest.mark.browser
@pytest.mark.parametrize("screen", SCREENS, ids=str)
@pytest.mark.parametrize("name", JUDGED)
def test_a_page_is_for_every_reader(
    browser: Browser, site: Path, screen: Screen, name: str
) -> None:
    with opened(browser, screen) as page:
        page.goto((site / f"{name}.html").as_uri())
        found = violations(page, exclude=[CODE] if name != JUDGED[0] else [])
        assert [line for line in found if not line.startswith(THEMES_OWN)] == []
        assert faint_letters(page) == []
        assert scrolls_sideways(page) == []
        assert cut_by_text_spacing(page) == []
        assert scrolls_sideways(page) == []


@as_made
@pytest.mark.browser
def test_no_page_scrolls_sideways_on_a_phone(browser: Browser, site: Path) -> None:
    pages = [page for page in site.rglob("*.html") if "_static" not in page.parts]  # templates
    assert len(pages) > 15
    with opened(browser, Screen("light", 360)) as page:
        for path in pages:
            page.goto(path.as_uri())
            assert scrolls_sideways(page) == [], path.name


def test_a_warning_stops_the_build_and_leaves_the_old_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "_PROJECT", tmp_path)
    (tmp_path / "README.md").write_text("# Front\n\n[lost](nowhere.md)\n", encoding="utf-8")
    old = tmp_path / "site"
    old.mkdir()
    (old / "index.html").write_text("old", encoding="utf-8")
    with pytest.raises(FinriskError, match=r"Mend what Sphinx warns of(.|\n)*README.md:3.*nowhere"):
        build_book(old)
    assert (old / "index.html").read_text(encoding="utf-8") == "old"


def test_an_old_book_that_is_held_open_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows lets nobody remove what a program has open; a new book must not land inside it."""
    old, remove = tmp_path / "book", shutil.rmtree
    old.mkdir()

    def write(site: Path, _: Path) -> str:
        site.mkdir()
        (site / "README.html").touch()
        return ""

    def refuse(folder: Path, *arguments: Any, **options: Any) -> None:
        if folder == old and not options.get("ignore_errors"):
            raise PermissionError(13, "Permission denied")
        if folder != old:
            remove(folder, *arguments, **options)

    monkeypatch.setattr(book, "_write_site", write)
    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(FinriskError, match=r"must be free to be replaced, got 'Permission denied'"):
        build_book(old)
    assert not list(old.iterdir())


def test_without_sphinx_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sphinx.application", None)
    with pytest.raises(FinriskError, match="needs Sphinx, which `make book` installs"):
        build_book(tmp_path / "site")
