"""What every lesson must be, whoever wrote it: matched, executed, short, linked, described.

`pytest --nbval-lax` runs the lessons; here they are only read, both editions of each. The
rules come one per test, so that a broken one says what to mend.
"""

import re
from pathlib import Path

import nbformat
import pytest

from finrisk.course.contents import facts, readme
from finrisk.course.editions import NOTEBOOKS
from finrisk.course.lesson_edition import regions, to_lesson
from finrisk.course.lessons import exercises

LESSONS = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
SOLUTIONS = sorted((NOTEBOOKS / "solutions").glob("*.ipynb"))
SETUP = """\
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import finrisk
from finrisk.course import check, hint, quiz, scratch, setup, solution

setup()"""

_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HTML_IMAGE = re.compile(r"<img\b[^>]*>")
_CHECK = re.compile(r'^check\("(?P<key>[^"]+)"', re.MULTILINE)

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.name)
each_edition = pytest.mark.parametrize(
    "path", [*LESSONS, *SOLUTIONS], ids=lambda p: p.relative_to(NOTEBOOKS).as_posix()
)


def read(path: Path):
    return nbformat.read(path, as_version=4)


def code_cells(path: Path):
    return [cell for cell in read(path).cells if cell.cell_type == "code"]


def prose_cells(path: Path):
    return [cell for cell in read(path).cells if cell.cell_type == "markdown"]


def shown(cell) -> str:
    """Everything a cell shows as text."""
    return "".join(
        o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in cell.outputs
    )


def test_lessons_00_to_07_exist():
    numbers = [path.name[:2] for path in LESSONS]
    assert numbers[:8] == [f"{i:02d}" for i in range(8)], numbers


def test_every_lesson_has_its_solution_and_no_solution_is_alone():
    assert [p.name for p in LESSONS] == [p.name for p in SOLUTIONS]


@each_lesson
def test_lesson_is_made_from_its_solution(path):
    made = to_lesson(read(NOTEBOOKS / "solutions" / path.name))
    cells = [(c.cell_type, c.id, c.source) for c in read(path).cells]
    assert cells == [(c.cell_type, c.id, c.source) for c in made.cells], (
        f"{path.name} differs from its solution. Edit the solution only, then: make notebooks."
    )


@each_edition
def test_every_cell_was_run_once_in_order_without_an_error(path):
    cells = code_cells(path)
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1)), "Run: make notebooks."
    for cell in cells:
        kinds = {o.output_type for o in cell.outputs} | {o.get("name") for o in cell.outputs}
        assert not kinds & {"error", "stderr"}, f"An error or a warning below:\n{cell.source}"


@each_edition
def test_outputs_are_the_same_in_every_run_and_need_no_kernel(path):
    for cell in code_cells(path):
        assert " at 0x" not in shown(cell), f"A memory address is shown below:\n{cell.source}"
        for output in cell.outputs:
            assert not any("widget" in kind for kind in output.get("data", {})), cell.source


@each_edition
def test_no_output_or_text_names_a_folder_of_the_machine_it_ran_on(path):
    text = path.read_text(encoding="utf-8")
    project = NOTEBOOKS.parent
    assert str(project) not in text
    assert str(Path.home()) + "/" not in text


@each_edition
def test_checks_say_what_the_edition_promises(path):
    state = "Right, and" if path in SOLUTIONS else "Not attempted yet."
    for cell in code_cells(path):
        if _CHECK.search(cell.source):
            assert shown(cell).startswith(state), f"{cell.source} shows {shown(cell)!r}"


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda p: p.name)
def test_solutions_are_the_ones_the_exercises_show(path):
    cells = code_cells(path)
    known = exercises()
    asked = [(key, i) for i, cell in enumerate(cells) for key in _CHECK.findall(cell.source)]
    assert [key for key, _ in asked] == [key for key in known if key[:2] == path.name[:2]]
    for key, i in asked:
        solved = regions(cells[i - 1].source) + regions(cells[i].source)
        assert known[key].solution.strip() in solved, (
            f"solution({key!r}) differs from the notebook."
        )


@each_edition
def test_images_are_described(path):
    for cell in prose_cells(path):
        for image in _IMAGE.finditer(cell.source):
            assert len(image["alt"].split()) >= 4, f"Describe {image['path']} in its alt text."
        for tag in _HTML_IMAGE.findall(cell.source):
            assert re.search(r'alt="[^"]{20,}"', tag), f"Describe {tag} in its alt text."


@each_edition
def test_links_lead_to_files(path):
    for cell in prose_cells(path):
        for link in _LINK.findall(cell.source):
            if not re.match(r"https?://|#|attachment:", link):
                target = path.parent / link.partition("#")[0]
                assert target.exists(), f"{path.name} links to {link}, which is not there."


@each_lesson
def test_lesson_begins_with_its_title_its_question_and_the_same_setup(path):
    found = facts(read(path))
    assert found.title, "Begin the first cell with a line '# NN. Title'."
    assert found.question, "Let the first sentence after the title be the question, ending in '?'."
    assert found.study_time, "Say 'Study time NN minutes' in the first cell."
    assert found.run_time, "Say 'runs in under NN seconds' in the first cell."
    sources = [cell.source for cell in code_cells(path)]
    assert SETUP in sources[:2], "Let the set-up cell be the first or second code cell."


@each_edition
def test_lesson_is_short(path):
    cells = code_cells(path)
    assert len(cells) <= 22, f"{len(cells)} code cells; the limit is 22."
    for cell in cells:
        lines = cell.source.splitlines()
        assert len(lines) <= 25, f"{len(lines)} lines; the limit is 25:\n{cell.source}"
        assert max(map(len, lines), default=0) <= 88, f"A line over 88 characters:\n{cell.source}"
    for cell in prose_cells(path):
        words = len(cell.source.split())
        assert words <= 180, f"{words} words; the limit is 180:\n{cell.source[:80]}"
    size = path.stat().st_size
    assert size <= 500_000, f"{size / 1000:.0f} kB; the limit is 500 kB."


@each_lesson
def test_at_most_two_code_cells_stand_without_prose(path):
    kinds = "".join(cell.cell_type[0] for cell in read(path).cells)
    assert "ccc" not in kinds, "Three code cells in a row: say what the third one is for."


def test_the_table_of_lessons_is_the_one_the_lessons_give():
    table = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    made = readme({path.name: facts(read(path)) for path in LESSONS})
    assert table == made, "Run: make notebooks."
