"""How long a lesson takes: the formula, by hand on a small lesson, and what is said of it."""

from typing import Any

import nbformat
import pytest

from finrisk.authors.contents import facts, short_path
from finrisk.authors.study_time import BREAK, sittings, with_study_time, without_open_exercise

v4: Any = nbformat.v4  # the library has no types

OPEN = "**Open exercise.** Go on."
ANSWER = "# your code\nx = 1\ny = 2\n# end"
TITLE = "Study time 7 minutes, runs in under 10 seconds."


def lesson(*cells: str) -> Any:
    """Text where a cell begins with a capital letter, ** or ##, else code."""
    prose = [cell[0].isupper() or cell.startswith(("**", "##")) for cell in cells]
    make = {True: v4.new_markdown_cell, False: v4.new_code_cell}
    return v4.new_notebook(
        cells=[make[is_prose](cell) for cell, is_prose in zip(cells, prose, strict=True)]
    )


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        (["Word " * 120], 1),
        (["x = 1\n\ny = 2"], 2 * 9 / 60),  # an empty line is not read
        ([ANSWER], 0),  # one's own lines count to the exercise
        (["z = 3\n" + ANSWER], 9 / 60),
        (['check("02.1", x)'], 12 + 9 / 60),
        (['quiz("02")'], 5 + 9 / 60),
        ([OPEN], 20 + 4 / 120),
        (["## Capstone (open): build\n\n" + "word " * 116], 20 + 120 / 120),
        (["Now open the file."], 4 / 120),
    ],
)
def test_the_formula_by_hand(cells: list[str], minutes: float) -> None:
    assert sittings(lesson(*cells)) == pytest.approx([minutes])


def test_a_break_divides_a_lesson_and_belongs_to_what_follows() -> None:
    taken = lesson("Word " * 240, f"{BREAK} " + "word " * 116, 'quiz("02")')
    assert sittings(taken) == pytest.approx([2, 1 + 5 + 9 / 60])


def test_the_title_says_what_the_formula_gives_to_five_minutes() -> None:
    assert with_study_time(TITLE, lesson("Word " * 1_400)) == TITLE.replace(
        "7 minutes", "10 minutes"
    )
    two = lesson("Word " * 1_400, f"{BREAK} Then.")
    said = with_study_time(TITLE, two)
    assert said == TITLE.replace("7 minutes", "10 minutes in two sittings")
    assert with_study_time(said, two) == said
    assert with_study_time(said, lesson("Word " * 600)) == TITLE.replace("7", "5")


def test_the_short_path_leaves_open_exercises_out() -> None:
    one = lesson(f"# 3. A\n\nWhy? {TITLE}", "word " * 120, OPEN)
    one.cells[1].cell_type = "markdown"
    assert without_open_exercise(one) == pytest.approx(sum(sittings(one)) - 20)
    told = short_path({"03_a.ipynb": facts(one), "05_b.ipynb": facts(one)}, "notebooks/")
    assert "[3. A](notebooks/03_a.ipynb). Without" in told
    assert "05_b" not in told
