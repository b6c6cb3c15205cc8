"""What a lesson says about itself, read from its cells, and the page made of it.

The title, the question, the study time and the run time stand once, in the lesson's first
cell, its objectives in the next; `notebooks/README.md` is generated from there, so that the
two cannot differ. What a lesson must be is not checked here: `tests/test_course.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from finrisk.authors.pages import table
from finrisk.authors.study_time import FORMULA, without_open_exercise

__all__ = ["Facts", "contents_list", "facts", "number_in", "readme", "short_path", "with_run_time"]

SHORT_PATH = ("00", "03", "04", "06", "07")

_RUN_TIME = re.compile(r"(?<=runs in under )\d+(?= seconds)")
_STEPS = (10, 20, 30, 45, 60, 90, 120, 180, 300)  # seconds a lesson may say it takes
_CHECK = re.compile(r'^check\("([^"]+)"', re.MULTILINE)
_ITEM = re.compile(r"^(?:-|\d\.) (.+(?:\n +\S.*)*)", re.MULTILINE)

_PAGE = """# The lessons

Work through them in order; each also runs alone. Run the cells one by one, with Shift+Enter.
Below each exercise a cell with `check` says how far you are; `hint("02.1")` helps, and
`solution("02.1")` shows one way. The folder `solutions` holds the same notebooks with the
exercises solved, and the [glossary](glossary.md) explains each new word.

{lessons}

Study time is an estimate for a careful reader who is new to all this: {formula}. A lesson of two
sittings says where to take a break.

{short_path}

## What you can do after each

{objectives}

## How large each is

{sizes}

Words are those of the text, without code. Run times were measured on two cores, from a fresh
kernel to the last cell, with PyTorch on one of them. This page is written by `make notebooks`,
which measures them: change the first cells of a notebook in `solutions`, not this page.
"""


@dataclass(frozen=True)
class Facts:
    """What the page says about one lesson; "" and 0 for what the lesson does not say."""

    title: str
    question: str
    study_time: str
    quick_minutes: float  # study time without the open exercise
    run_time: str
    exercises: int
    objectives: tuple[str, ...]
    cells: int
    code_cells: int
    words: int


def facts(notebook: Any) -> Facts:
    """Read a notebook's first cells and count its cells, words and checked exercises."""
    text = notebook.cells[0].source
    prose = " ".join(text.partition("\n")[2].split())
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    markdown = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    return Facts(
        title=_title(text),
        question=_first(r"^(.+?\?)", prose),
        study_time=_first(r"Study time (\d+ minutes)", prose),
        quick_minutes=without_open_exercise(notebook),
        run_time=_first(r"runs in (under \d+ seconds)", prose),
        exercises=len(set(_CHECK.findall("\n".join(code)))),
        objectives=_objectives(markdown),
        cells=len(notebook.cells),
        code_cells=len(code),
        words=sum(len(source.split()) for source in markdown),
    )


def with_run_time(text: str, seconds: float) -> str:
    """The title cell's text with a run time that holds for the seconds measured.

    What is stated stays while it is true and not four times too long, so that a second run
    on the same machine changes nothing.

    >>> with_run_time("It runs in under 10 seconds.", 12.3)
    'It runs in under 20 seconds.'
    """

    def state(match: re.Match[str]) -> str:
        if int(match[0]) / 4 <= seconds <= int(match[0]):
            return match[0]
        return str(next((step for step in _STEPS if seconds <= step), _STEPS[-1]))

    return _RUN_TIME.sub(state, text)


def number_in(text: str) -> int:
    """The first whole number in a text, 0 without one.

    >>> number_in("under 20 seconds")
    20
    """
    return int(_first(r"(\d+)", text) or 0)


def readme(lessons: Mapping[str, Facts]) -> str:
    """The page `notebooks/README.md` from file name -> facts."""
    named = {f"[{f.title}]({name})": f for name, f in sorted(lessons.items())}
    study = sum(number_in(f.study_time) for f in named.values())
    run = f"under {sum(number_in(f.run_time) for f in named.values())} seconds"
    exercises = sum(f.exercises for f in named.values())
    rows = [[n, f.question, f.study_time, f.run_time, f.exercises] for n, f in named.items()]
    total = ["all", "", _hours(study), run, exercises]
    header = ["lesson", "the question it answers", "study time", "run time", "exercises"]
    goals = [f"{n}\n\n" + "\n".join(f"- {goal}" for goal in f.objectives) for n, f in named.items()]
    return _PAGE.format(
        lessons=table(header, [*rows, total]),
        formula=FORMULA,
        short_path=short_path(lessons),
        objectives="\n\n".join(goals),
        sizes=_sizes(named),
    )


def short_path(lessons: Mapping[str, Facts], folder: str = "") -> str:
    """Which lessons to take when time is short, and how long they take.

    Args:
        lessons: file name -> facts.
        folder: where the lessons stand, as seen from the page.
    """
    chosen = {n: f for n, f in sorted(lessons.items()) if n.startswith(SHORT_PATH)}
    minutes = 5 * round(sum(f.quick_minutes for f in chosen.values()) / 5)
    names = ", ".join(f"[{f.title}]({folder}{name})" for name, f in chosen.items())
    return (
        "Short of time? This is a path of its own, from a trained network to the web app: "
        f"{names}. Without their open exercises these take about {_hours(minutes)}."
    )


def _hours(minutes: int) -> str:
    """90 -> "1 h 30 min"."""
    return f"{minutes // 60} h {minutes % 60} min"


def _sizes(named: Mapping[str, Facts]) -> str:
    """The table of cells, words, run times and exercises, with its sums."""
    counts = [(f.cells, f.code_cells, f.words, f.exercises) for f in named.values()]
    seconds = [number_in(f.run_time) for f in named.values()]
    sums = tuple(map(sum, zip(*counts, strict=True)))
    rows = [
        [name, cells, code, f"{words:,}", f"under {time} s", exercises]
        for name, (cells, code, words, exercises), time in zip(
            [*named, "all"], [*counts, sums], [*seconds, sum(seconds)], strict=True
        )
    ]
    return table(["lesson", "cells", "of them code", "words", "run time", "exercises"], rows)


def contents_list(notebooks: Path) -> str:
    """The lessons as a list for the front page: title, link and question of each; their hours."""
    solutions = (notebooks / "solutions").glob("[0-9][0-9]_*.ipynb")
    found = {path.name: facts(_read(path)) for path in solutions}
    rows = [f"- [{f.title}](notebooks/{name}): {f.question}" for name, f in sorted(found.items())]
    study = sum(number_in(f.study_time) for f in found.values())
    path = short_path(found, "notebooks/")
    return "\n".join([*rows, "", f"All of them take about {study / 60:.0f} hours. {path}"])


def _title(text: str) -> str:
    """The title, marked when the first cell says "This lesson is optional"."""
    title = _first(r"^#\s+(.+)", text)
    mark = " (optional)" if "lesson is optional" in " ".join(text.split()) else ""
    return title + mark


def _objectives(markdown: list[str]) -> tuple[str, ...]:
    """The items under "After this you can"."""
    text = next((source for source in markdown if "After this you can" in source), "")
    return tuple(" ".join(item.split()) for item in _ITEM.findall(text.partition("**You need")[0]))


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else ""
