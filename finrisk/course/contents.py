"""What a lesson says about itself, read from its cells, and the table made of it.

The title, the question, the study time and the run time stand once, in the lesson's first
cell; `notebooks/README.md` is generated from there, so the two cannot differ.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["Facts", "contents_list", "facts", "readme", "with_run_time"]

_RUN_TIME = re.compile(r"(?<=runs in under )\d+(?= seconds)")
_STEPS = (10, 20, 30, 45, 60, 90, 120, 180, 300)  # seconds a lesson may say it takes
_CHECK = re.compile(r'^check\("([^"]+)"', re.MULTILINE)

_HEAD = """# The lessons

Work through them in order; each also runs alone. The exercises are checked while you type:
`check` says how far you are, `hint("02.1")` helps, `solution("02.1")` shows one way. The folder
[solutions](solutions) holds the same notebooks with the exercises solved.

| lesson | the question it answers | study time | run time | exercises |
|---|---|---|---|---|
"""
_FOOT = """
Run times are for two cores. This page is written by `make notebooks`: change the first cell of
a notebook in `solutions`, not this table.
"""


@dataclass(frozen=True)
class Facts:
    """What the table says about one lesson."""

    title: str
    question: str
    study_time: str
    run_time: str
    exercises: int


def facts(notebook: Any) -> Facts:
    """Read a notebook's title cell and count its checked exercises; "" for what is not there."""
    text = notebook.cells[0].source
    prose = " ".join(text.partition("\n")[2].split())
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return Facts(
        title=_first(r"^#\s+(.+)", text),
        question=_first(r"^(.+?\?)", prose),
        study_time=_first(r"Study time (\d+ minutes)", prose),
        run_time=_first(r"runs in (under \d+ seconds)", prose),
        exercises=len(set(_CHECK.findall(code))),
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


def readme(lessons: dict[str, Facts]) -> str:
    """The page `notebooks/README.md`: file name -> facts, one row each, in order."""
    rows = [
        f"| [{f.title}]({name}) | {f.question} | {f.study_time} | {f.run_time} | {f.exercises} |"
        for name, f in sorted(lessons.items())
    ]
    return _HEAD + "\n".join(rows) + "\n" + _FOOT


def contents_list(notebooks: Path) -> str:
    """The lessons as a list for the front page: title, link and question of each."""
    found = {path.name: facts(_read(path)) for path in notebooks.glob("[0-9][0-9]_*.ipynb")}
    rows = [f"- [{f.title}](notebooks/{name}): {f.question}" for name, f in sorted(found.items())]
    return "\n".join(rows)


def _read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1].strip() if found else ""
