"""The rules of a lesson, each a function: lesson -> sentences that say what to mend.

`test_course.py` holds both editions of every lesson against them, and shows each rule a
notebook that breaks it. What cannot be counted (is it true, is it clear) is not judged here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from course_text import (
    HEADING,
    Lesson,
    broken_links,
    decimals_in,
    formulas,
    html_of,
    nearest,
    shown,
    without_code,
)

from finrisk.authors.contents import Facts, facts, number_in
from finrisk.authors.study_time import BREAK, OPEN, sittings, with_study_time

__all__ = ["RULES", "SETUP", "exercises_in_all", "run_time_in_all"]

SETUP = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import finrisk
from finrisk.course import check, hint, quiz, scratch, setup, solution

setup()"""

CODE_CELLS, WORDS = 12, 900  # at least
SITTINGS, SITTING_MINUTES = 2, 60  # at most
CELL_WORDS, WORDS_BEFORE_CODE, READ_IT = 180, 140, 4
CODE_LINES, CODE_COLUMNS = 25, 88
RUN_SECONDS, COURSE_SECONDS, FILE_BYTES = 60, 480, 500_000
EXERCISES, COURSE_EXERCISES = 2, 20

_PARTS = {
    r"^\*\*After this you can\*\*": "the cell '**After this you can**'",
    r"^\*\*You need\*\*": "a paragraph '**You need** ...'",
    r"!\[[^\]]+\]\([./]*images/pipeline_\d\d\.svg\)": "the picture of the pipeline",
    r"^#+ .*(?:Break it|clinic)": "a deliberate failure, '## Break it'",
    r"^## Common mistakes\n": "the heading '## Common mistakes'",
    r"^\| symptom \| cause \| fix \|\n": "the table '| symptom | cause | fix |'",
    r"^##+ .*[Ee]xercise": "a heading with 'Exercise'",
    r"^## Quiz\b": "the heading '## Quiz'",
}
_RECAP = re.compile(r"^## (?:Recap|What you can do now)\n", re.MULTILINE)
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")
_TAG = re.compile(r"<img\b[^>]*>")


def cell_counts(lesson: Lesson) -> Iterator[str]:
    if len(lesson.code) < CODE_CELLS and not lesson.may_be_short:
        yield f"{len(lesson.code)} code cells; a lesson has at least {CODE_CELLS}."


def words(lesson: Lesson) -> Iterator[str]:
    total = facts(lesson.notebook).words
    if total < WORDS and not lesson.may_be_short:
        yield f"{total} words of text; a lesson has at least {WORDS}."
    for cell in lesson.prose:
        if (count := len(cell.source.split())) > CELL_WORDS:
            yield f"{count} words in {_at(cell)}; the limit is {CELL_WORDS}. Divide it."


def study_time(lesson: Lesson) -> Iterator[str]:
    """A sitting is short enough, and the title says what the formula gives."""
    parts = sittings(lesson.notebook)
    if len(parts) > SITTINGS:
        yield f"{len(parts) - 1} cells '{BREAK}'; a lesson has one at most."
    for number, minutes in enumerate(parts, start=1):
        if minutes > SITTING_MINUTES:
            yield (
                f"Sitting {number} takes {minutes:.0f} minutes; the limit is {SITTING_MINUTES}. "
                f"Move or make the cell that begins '{BREAK}', or shorten the lesson."
            )
    title = lesson.cells[0].source
    if title != with_study_time(title, lesson.notebook):
        yield "The study time in the first cell is not the formula's: make notebooks."


def early_code(lesson: Lesson) -> Iterator[str]:
    first = next((i for i, cell in enumerate(lesson.cells) if cell.cell_type == "code"), None)
    count = sum(len(cell.source.split()) for cell in lesson.cells[:first])
    if count >= WORDS_BEFORE_CODE:
        yield f"The first code comes after {count} words; let it come before {WORDS_BEFORE_CODE}."


def code_size(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        lines = cell.source.splitlines()
        if len(lines) > CODE_LINES:
            yield f"{len(lines)} lines in {_at(cell)}; the limit is {CODE_LINES}."
        if (width := max(map(len, lines), default=0)) > CODE_COLUMNS:
            yield f"A line of {width} characters in {_at(cell)}; the limit is {CODE_COLUMNS}."


def code_in_a_row(lesson: Lesson) -> Iterator[str]:
    for cells in zip(lesson.cells, lesson.cells[1:], lesson.cells[2:], strict=False):
        if all(cell.cell_type == "code" for cell in cells):
            yield f"{_at(cells[2])} is the third code cell in a row: say first what it is for."


def run_time(lesson: Lesson) -> Iterator[str]:
    """What is stated; `make notebooks` sees to it that it is true."""
    if (seconds := number_in(facts(lesson.notebook).run_time)) > RUN_SECONDS:
        yield f"It runs in under {seconds} seconds; the limit is {RUN_SECONDS}."


def file_size(lesson: Lesson) -> Iterator[str]:
    if (size := (lesson.folder / lesson.name).stat().st_size) > FILE_BYTES:
        yield f"{size / 1000:.0f} kB; the limit is {FILE_BYTES / 1000:.0f} kB. Show less."


def executed(lesson: Lesson) -> Iterator[str]:
    for number, cell in enumerate(lesson.code, start=1):
        if cell.execution_count != number:
            yield f"{_at(cell)} has count {cell.execution_count}, not {number}: make notebooks."
        kinds = {o.output_type for o in cell.outputs} | {o.get("name") for o in cell.outputs}
        if kinds & {"error", "stderr"}:
            yield f"There is an error or a warning below {_at(cell)}."


def outputs(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.code:
        if " at 0x" in shown(cell):
            yield f"A memory address, another one in every run, is shown below {_at(cell)}."
        if any("widget" in kind for o in cell.outputs for kind in o.get("data", {})):
            yield f"What is shown below {_at(cell)} needs a kernel: make notebooks."


def alt_texts(lesson: Lesson) -> Iterator[str]:
    for image in _IMAGE.finditer(lesson.text):
        if len(image["alt"].split()) < 4:
            yield f"Say in the alt text of {image['path']} what the image shows."
    below = "".join(html_of(cell) for cell in lesson.code)
    for text, least in ((lesson.text, 4), (below, 2)):  # a drawn slider is "rate: 3"
        for tag in _TAG.findall(text):
            alt = re.search(r'\balt="([^"]*)"', tag)
            if alt is None or len(alt[1].split()) < least:
                yield f"Say in its alt text what this image shows: {tag[:90]}"


def links(lesson: Lesson) -> Iterator[str]:
    yield from broken_links(lesson.text, lesson.folder, lesson.name)


def headings(lesson: Lesson) -> Iterator[str]:
    found = [(len(marks), text) for marks, text in HEADING.findall(lesson.text)]
    if [level for level, _ in found].count(1) != 1 or not lesson.text.startswith("# "):
        yield "Begin the first cell with the one heading of level 1, '# N. Title'; have no other."
    for (above, _), (level, text) in pairwise(found):
        if level > above + 1:
            yield f"'{text}' jumps from level {above} to {level}: take one # away."
    for text, count in Counter(text for _, text in found).items():
        if count > 1:
            yield f"{count} headings are called '{text}': a link finds only the first."


def first_cells(lesson: Lesson) -> Iterator[str]:
    found = facts(lesson.notebook)
    number = int(lesson.name[:2])
    if not found.title.startswith(f"{number}. "):
        yield f"Begin the first cell with a line '# {number}. Title'."
    if not found.question:
        yield "Let the first sentence after the title be the question, ending in '?'."
    if not found.study_time:
        yield "Say 'Study time NN minutes' in the first cell."
    if not found.run_time:
        yield "Say 'runs in under NN seconds' in the first cell."
    for name in filter(None, ["README.md", lesson.before, lesson.after]):
        if f"{name})" not in lesson.cells[0].source:
            yield f"Link to {name} in the first cell."
    if len(found.objectives) != 3:
        yield f"{len(found.objectives)} objectives under 'After this you can'; give three."
    if SETUP not in [cell.source for cell in lesson.code[:2]]:
        yield "Let the set-up cell of CONTRIBUTING.md be the first or second code cell."


def parts(lesson: Lesson) -> Iterator[str]:
    for pattern, name in _PARTS.items():
        if not re.search(pattern, lesson.text, re.MULTILINE):
            yield f"Missing: {name}."
    read = len(re.findall(r"^\*{1,2}Read it:\*", lesson.text, re.MULTILINE))
    if read < READ_IT:
        yield f"{read} times '**Read it:** ...' after a result; the least is {READ_IT}."
    if not any(f'quiz("{lesson.name[:2]}")' in cell.source for cell in lesson.code):
        yield f'Missing: a code cell quiz("{lesson.name[:2]}").'
    yield from _ending(lesson)


def _ending(lesson: Lesson) -> Iterator[str]:
    last = lesson.prose[-1].source
    recap = _RECAP.split(last)
    if len(recap) == 1:
        yield "Missing: '## What you can do now' or '## Recap' in the last cell."
    elif len(re.findall(r"^(?:- |\d\. )", recap[1], re.MULTILINE)) < 3:
        yield "Let the recap say in three items what the learner can do now."
    if lesson.after and not re.search(r"^\*\*Next:\*\*", last, re.MULTILINE):
        yield "Missing: a paragraph '**Next:** ...' in the last cell."


def exercises(lesson: Lesson) -> Iterator[str]:
    if (count := facts(lesson.notebook).exercises) < EXERCISES:
        yield f"Checked exercises: {count}; a lesson has at least {EXERCISES}."
    if not any(_has_rubric(cell.source) for cell in lesson.prose):
        yield "Missing: an open exercise ('open' in its first line) with a rubric of three points."


def _has_rubric(source: str) -> bool:
    opening = OPEN.search(source)
    rubric = source[opening.end() :] if opening else ""
    return len(re.findall(r"\(\d\) |^- |^\d\. ", rubric, re.MULTILINE)) >= 3


def dollars(lesson: Lesson) -> Iterator[str]:
    for cell in lesson.prose:
        yield from formulas(cell.source)


def decimals(lesson: Lesson) -> Iterator[str]:
    """A decimal in the text stands in the code or output of the nearest code cell on a side.

    "Nearest" passes over other prose; two code cells in a row count as one. The digits must be
    the same: .13 is 0.13, and a % sign is not looked at, but 13 % is not 0.13, nor is 0.130.
    """
    for i, cell in enumerate(lesson.cells):
        if cell.cell_type != "markdown":
            continue
        beside = nearest(lesson.cells[:i][::-1]) + nearest(lesson.cells[i + 1 :])
        known = {d for other in beside for d in decimals_in(f"{other.source}\n{shown(other)}")}
        for number in dict.fromkeys(decimals_in(without_code(cell.source))):
            if number not in known:
                yield (
                    f"{number} in {_at(cell)} is neither written nor shown by the code cell "
                    "before or after it: print it there, or say it in a rounder way."
                )


def _at(cell: Any) -> str:
    return f"cell {cell.id} ({cell.source.partition(chr(10))[0][:50]!r})"


RULES: dict[str, Callable[[Lesson], Iterator[str]]] = {
    rule.__name__: rule
    for rule in (
        *(cell_counts, words, study_time, early_code, code_size, code_in_a_row, run_time),
        *(file_size, executed, outputs, alt_texts, links, headings, first_cells, parts, exercises),
        *(dollars, decimals),
    )
}


def run_time_in_all(lessons: Sequence[Facts]) -> Iterator[str]:
    seconds = sum(number_in(f.run_time) for f in lessons)
    if seconds > COURSE_SECONDS:
        yield f"All lessons together run up to {seconds} seconds; the limit is {COURSE_SECONDS}."


def exercises_in_all(lessons: Sequence[Facts]) -> Iterator[str]:
    count = sum(f.exercises for f in lessons)
    if count < COURSE_EXERCISES:
        yield f"{count} checked exercises in all; the course has at least {COURSE_EXERCISES}."
