"""The glossary: in order, short, without measured figures, and linked both ways.

An entry is `### term`, its text, and the lesson that teaches it. Its anchor is the heading with
hyphens for spaces: small letters only, because GitHub writes anchors small and JupyterLab keeps
the case of the heading.
"""

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from finrisk.authors.lesson_edition import to_lesson

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
GLOSSARY = (NOTEBOOKS / "glossary.md").read_text(encoding="utf-8")
SOLUTIONS = NOTEBOOKS / "solutions"
LESSONS = sorted(path.name for path in SOLUTIONS.glob("[0-9][0-9]_*.ipynb"))

MOST_WORDS = 65
OTHER_WORDS = {  # term -> what a lesson may call it instead
    "cash flow": "in the red",
    "drift": "covariate concept",
    "feature limit": "what the features cannot see",
    "http": "GET POST",
    "logit": "log odds",
    "missed household": "missed",
    "overfitting": "by heart",
    "population stability index": "psi",
    "prediction and intervention": "second question",
    "recalibration": "repair",
    "slope": "gradient",
}
EXPLAINED_IN_PLACE = {  # bold words that need no entry: used once, or not technical
    *("all", "base64", "border", "headers", "high", "knobs", "limits", "log", "loopback"),
    *("luck alone", "missed", "multipart", "port", "prevent", "promises", "rule of thumb"),
    *("savings and debt", "income", "spending", "show", "state", "svg", "thread", "traits"),
    *("text, not plots", "the last value wins", "6 instead of 12", "within luck", "zero"),
}
ASIDE = re.compile(
    r"read it|next|previous|after this|you need|open exercise|the (fix|price)"
    r"|\d\d\.\d|an? \w+( \w+)?$",
    re.IGNORECASE,
)

_ENTRY = re.compile(
    r"^### (?P<term>[^\n]+)\n\n(?P<text>[^\n]+) \[Lesson (?P<number>\d)\]\((?P<file>[^)]+)\)\n",
    re.MULTILINE,
)
_LINK = re.compile(r"\[(?P<shown>[^\]]+)\]\(glossary\.md(?:#(?P<anchor>[^)]*))?\)")
_BOLD = re.compile(r"\*\*([^*]+)\*\*")


class Entry(NamedTuple):
    """One heading of the glossary."""

    text: str
    number: int
    file: str


ENTRIES = {
    m["term"]: Entry(m["text"], int(m["number"]), m["file"]) for m in _ENTRY.finditer(GLOSSARY)
}

each_entry = pytest.mark.parametrize("term", ENTRIES)
each_lesson = pytest.mark.parametrize("name", LESSONS)


def anchor(term: str) -> str:
    return term.replace(" ", "-")


def prose(name: str) -> str:
    """The text of a lesson as its solution gives it; the lesson itself may hold answers."""
    solution = nbformat.read(SOLUTIONS / name, as_version=4)  # type: ignore[no-untyped-call]
    cells = to_lesson(solution).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def stems(words: str) -> set[str]:
    return {word[:4] for word in re.findall(r"[\w%]+", words.lower())}


def test_every_heading_is_a_whole_entry() -> None:
    headings = re.findall(r"^### (.+)$", GLOSSARY, re.MULTILINE)
    assert headings == list(ENTRIES), set(headings) ^ set(ENTRIES)
    assert len(headings) >= 60


def test_entries_are_sorted() -> None:
    assert list(ENTRIES) == sorted(ENTRIES)


def test_headings_give_the_same_anchor_everywhere() -> None:
    for term in ENTRIES:
        assert re.fullmatch(r"[a-z0-9]+([ -][a-z0-9]+)*", term), f"{term!r} differs on GitHub."
    others = re.findall(r"^##? (.+)$", GLOSSARY, re.MULTILINE)
    anchors = Counter([anchor(t) for t in ENTRIES] + [anchor(h.lower()) for h in others])
    assert [name for name, count in anchors.items() if count > 1] == []


@each_entry
def test_entry_is_short_and_says_where_it_is_taught(term: str) -> None:
    entry = ENTRIES[term]
    assert 5 <= len(entry.text.split()) <= MOST_WORDS
    assert entry.text.endswith((".", "`", ")"))
    assert entry.file.startswith(f"{entry.number:02d}_")
    assert (SOLUTIONS / entry.file).exists()


def test_links_inside_the_glossary_resolve() -> None:
    links = re.findall(r"\]\(#([^)]+)\)", GLOSSARY)
    assert len(links) > 20
    assert [link for link in links if link not in map(anchor, ENTRIES)] == []


def test_the_line_of_letters_leads_to_the_first_word_of_each() -> None:
    first: dict[str, str] = {}
    for term in ENTRIES:
        first.setdefault(term[0].upper(), f"[{term[0].upper()}](#{anchor(term)})")
    assert " · ".join(first.values()) in GLOSSARY


@each_lesson
def test_links_into_the_glossary_lead_to_the_word_they_stand_on(name: str) -> None:
    terms = {anchor(term): term for term in ENTRIES}
    links = list(_LINK.finditer(prose(name)))
    assert links, "No word of this lesson is linked to the glossary."
    for link in links:
        assert link["anchor"] in terms, f"{link[0]} leads to no entry."
        term = terms[link["anchor"]]
        meant = stems(f"{term} {OTHER_WORDS.get(term, '')}")
        assert stems(link["shown"]) & meant, f"{link[0]}: is that the word?"


@each_lesson
def test_a_lesson_links_a_word_at_its_first_use_and_perhaps_in_its_recap(name: str) -> None:
    body = re.split(r"^## (?:What you can do now|Recap)$", prose(name), flags=re.MULTILINE)[0]
    counted = Counter(link["anchor"] for link in _LINK.finditer(body))
    assert [name for name, count in counted.items() if count > 1] == []


@each_entry
def test_the_lesson_that_teaches_a_word_links_it(term: str) -> None:
    anchors = {link["anchor"] for link in _LINK.finditer(prose(ENTRIES[term].file))}
    assert anchor(term) in anchors, f"{ENTRIES[term].file} has no link to #{anchor(term)}"


@each_lesson
def test_a_bold_word_is_in_the_glossary(name: str) -> None:
    known = {stem for term in ENTRIES for stem in stems(f"{term} {OTHER_WORDS.get(term, '')}")}
    plain = _LINK.sub("", prose(name))
    for bold in (" ".join(found.split()) for found in _BOLD.findall(plain)):
        aside = ASIDE.match(bold) or bold.endswith((".", ":")) or len(bold.split()) > 4
        if not aside and bold.lower() not in EXPLAINED_IN_PLACE:
            assert stems(bold) <= known, f"{bold!r} has no entry; write one, or list it above."
