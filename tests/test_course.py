"""What every lesson must be, whoever wrote it: matched, executed, short, linked, described.

`pytest --nbval-lax` runs the lessons; here both editions of each are read, and held against
the rules of `course_rules.py`. A rule is itself tried on notebooks that break it.

A lesson is where learners type, and a solution is what they may open and run. So a solution
that somebody has only run is left alone, and of the lessons those are judged that are still as
made. `.ci/run` sets FINRISK_AUTHORS, and insists that all of them are.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from course_rules import RULES, SETUP, exercises_in_all, run_time_in_all
from course_text import Lesson, broken_links, decimals_in, formulas, shown, without_code

from finrisk.authors.contents import Facts, facts, readme
from finrisk.authors.editions import NOTEBOOKS
from finrisk.authors.lesson_edition import regions, state_of, to_lesson
from finrisk.authors.study_time import BREAK, with_study_time
from finrisk.course.lessons import exercises

v4: Any = nbformat.v4  # the library has no types
PROJECT = NOTEBOOKS.parent
MAP = (
    *("00_start_here", "01_synthetic_data", "02_feature_engineering", "03_model", "04_training"),
    *("05_evaluation", "06_live_risk_panel", "07_web_app", "08_bug_clinic"),
    "09_when_the_world_changes",
)
AUTHORS = bool(os.environ.get("FINRISK_AUTHORS"))
ALL_SOLUTIONS = sorted((NOTEBOOKS / "solutions").glob("[0-9][0-9]_*.ipynb"))
SOLUTIONS = [path for path in ALL_SOLUTIONS if AUTHORS or state_of(path) != "run"]
ALL_LESSONS = [NOTEBOOKS / path.name for path in ALL_SOLUTIONS]
_CHECK = re.compile(r'^check\("(?P<key>[^"]+)"', re.MULTILINE)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


LESSONS = [path for path in ALL_LESSONS if state_of(path) == "as made"]
each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.name)
each_edition = pytest.mark.parametrize(
    "path", [*LESSONS, *SOLUTIONS], ids=lambda p: p.relative_to(NOTEBOOKS).as_posix()
)
each_rule = pytest.mark.parametrize("rule", RULES)


@cache  # read once for all the rules
def lesson(path: Path) -> Lesson:
    """The lesson in a file, with the names of those before and after it."""
    names = ["", *(name + ".ipynb" for name in MAP), ""]
    place = names.index(path.name)
    return Lesson(read(path), path.name, path.parent, names[place - 1], names[place + 1])


# --- the lessons -----------------------------------------------------------------------------


def test_the_lessons_are_those_of_the_map_and_each_has_its_solution() -> None:
    assert [path.stem for path in ALL_SOLUTIONS] == list(MAP)


@pytest.mark.skipif(not AUTHORS, reason="lessons may hold answers")
def test_what_authors_hand_in_is_as_made() -> None:
    both = [*ALL_LESSONS, *ALL_SOLUTIONS]
    touched = {path.name: state for path in both if (state := state_of(path)) != "as made"}
    assert not touched, f"{touched}. Run: make notebooks REPLACE=1."


@each_rule
@each_edition
def test_lesson_keeps_the_rule(path: Path, rule: str) -> None:
    broken = list(RULES[rule](lesson(path)))
    assert not broken, "\n".join([path.name, *broken])


@each_lesson
def test_lesson_is_made_from_its_solution(path: Path) -> None:
    made = to_lesson(read(NOTEBOOKS / "solutions" / path.name))
    cells = [(c.cell_type, c.id, c.source) for c in read(path).cells]
    assert cells == [(c.cell_type, c.id, c.source) for c in made.cells], (
        f"{path.name} differs from its solution. Edit the solution only, then: make notebooks."
    )


@each_edition
def test_no_output_or_text_names_a_folder_of_the_machine_it_ran_on(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("\\\\", "/")  # JSON doubles a backslash
    assert PROJECT.as_posix() not in text
    assert f"{Path.home().as_posix()}/" not in text


@each_edition
def test_checks_say_what_the_edition_promises(path: Path) -> None:
    state = "Right, and" if path in SOLUTIONS else "Not attempted yet."
    for cell in lesson(path).code:
        if _CHECK.search(cell.source):
            assert shown(cell).startswith(state), f"{cell.source} shows {shown(cell)!r}"


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda p: p.name)
def test_solutions_are_the_ones_the_exercises_show(path: Path) -> None:
    cells = [cell for cell in read(path).cells if cell.cell_type == "code"]
    known = exercises(path.name[:2])
    asked = [(key, i) for i, cell in enumerate(cells) for key in _CHECK.findall(cell.source)]
    assert [key for key, _ in asked] == list(known)
    for key, i in asked:
        solved = regions(cells[i - 1].source) + regions(cells[i].source)
        assert known[key].solution.strip() in solved, (
            f"solution({key!r}) differs from the notebook."
        )


# --- the course ------------------------------------------------------------------------------


def test_the_page_of_lessons_is_the_one_the_lessons_give() -> None:
    page = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    made = readme({path.name: facts(read(path)) for path in ALL_SOLUTIONS})
    assert page == made, "Run: make notebooks."


@pytest.mark.parametrize("in_all", [run_time_in_all, exercises_in_all])
def test_course_keeps_the_rule(in_all: Callable[[Sequence[Facts]], Iterator[str]]) -> None:
    assert not list(in_all([facts(read(path)) for path in ALL_SOLUTIONS]))


@pytest.mark.parametrize("name", ["README.md", "glossary.md"])  # others are a learner's
def test_pages_beside_the_lessons_link_to_what_is_there(name: str) -> None:
    page = NOTEBOOKS / name
    assert not list(broken_links(page.read_text("utf-8"), page.parent, page.name))


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CLAUDE.md", "models/MODEL_CARD.md"]
)
def test_pages_read_on_github_link_to_what_is_there(name: str) -> None:
    page = PROJECT / name
    text = page.read_text(encoding="utf-8")
    assert not list(broken_links(text, page.parent, page.name, places=["GitHub"]))


@pytest.mark.parametrize("name", ["README.md", "models/MODEL_CARD.md", "notebooks/glossary.md"])
def test_pages_opened_in_jupyterlab_keep_their_dollars(name: str) -> None:
    assert not list(formulas((PROJECT / name).read_text(encoding="utf-8")))


# --- the rules, each seen to fail ------------------------------------------------------------

FILLER = "\n\n" + "Words that fill the cell. " * 18
TEXTS = {
    "title": "# 2. Sums\n\nWhat is a sum? Study time 60 minutes in two sittings, "
    "runs in under 10 seconds.\n\n"
    "[1. One](01_one.ipynb) | [All](README.md) | [3. Three](03_three.ipynb)",
    "goals": "**After this you can**\n\n- add;\n- subtract,\n  and say why;\n- count.\n\n"
    "**You need** numbers.",
    "picture": "![The course as a pipeline, this stage lit](images/pipeline_02.svg)",
    "break": f"{BREAK} You can add. Next comes subtraction.",
    "mistakes": "## Common mistakes\n\n| symptom | cause | fix |\n|---|---|---|\n| a | b | c |",
    "first": "## Exercises\n\n**02.1** Add.",
    "second": "**02.2** Subtract.",
    "open": "**Open exercise.** Find a sum.\n\nA good answer (1) adds, (2) tells, (3) asks.",
    "quiz": "## Quiz",
    "recap": "## What you can do now\n\n- Add.\n- Subtract.\n- Count.\n\n**Next:** three.",
}


@pytest.fixture
def sound(tmp_path: Path) -> Lesson:
    """A lesson that keeps every rule, in a folder of its own."""
    for name in ("images/pipeline_02.svg", "README.md", "01_one.ipynb", "03_three.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "glossary.md").write_text("# Words\n\n## sum\n\n## ROC-AUC\n", encoding="utf-8")
    notebook = v4.new_notebook(cells=list(cells_of_a_sound_lesson()))
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), start=1):
        cell.execution_count = number
    return written(Lesson(notebook, "02_sums.ipynb", tmp_path, "01_one.ipynb", "03_three.ipynb"))


def written(made: Lesson) -> Lesson:
    nbformat.write(made.notebook, made.folder / made.name)  # type: ignore[no-untyped-call]
    return made


def cells_of_a_sound_lesson() -> Iterator[Any]:
    for name in ("title", "goals", "picture"):
        yield v4.new_markdown_cell(TEXTS[name], id=name)
    yield code("setup", SETUP)
    for i in range(1, 6):
        title = f"{i}. Idea {i}" if i < 5 else "Break it"
        yield v4.new_markdown_cell(f"## {title}{FILLER}", id=f"why-{i}")
        yield code(f"code-{i}", f"print({i} / 8)", f"{i / 8}\n")
        yield v4.new_markdown_cell(f"**Read it:** {i / 8}.{FILLER}", id=f"read-{i}")
    yield v4.new_markdown_cell(TEXTS["break"], id="break")
    yield v4.new_markdown_cell(TEXTS["mistakes"], id="mistakes")
    for number, name in enumerate(("first", "second"), start=1):
        yield v4.new_markdown_cell(TEXTS[name], id=name)
        yield code(f"stub-{number}", "# your code\nx = ...\n# end")
        yield code(f"check-{number}", f'check("02.{number}", x)', "Not attempted yet.")
    yield v4.new_markdown_cell(TEXTS["open"], id="open")
    yield code("hint", 'hint("02.1")', "Hint 1: add.")
    yield v4.new_markdown_cell(TEXTS["quiz"], id="quiz")
    yield code("questions", 'quiz("02")', "1. What is a sum?")
    yield v4.new_markdown_cell(TEXTS["recap"], id="recap")


def code(name: str, source: str, says: str = "") -> Any:
    output = v4.new_output("stream", name="stdout", text=says)
    return v4.new_code_cell(source, id=name, outputs=[output] if says else [])


Change = Callable[[Any], None]


def cell_of(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def edit(name: str, old: str, new: str) -> Change:
    """Another text in one cell."""

    def change(notebook: Any) -> None:
        cell = cell_of(notebook, name)
        assert old in cell.source, "the break must break something"
        cell.source = cell.source.replace(old, new)

    return change


def add(name: str, text: str) -> Change:
    """More at the end of one cell."""

    def change(notebook: Any) -> None:
        cell_of(notebook, name).source += text

    return change


def drop(*names: str) -> Change:
    """Without these cells."""

    def change(notebook: Any) -> None:
        notebook.cells = [cell for cell in notebook.cells if cell.id not in names]

    return change


def insert(before: str, *kinds: str) -> Change:
    """With more cells, "code" or "prose", before one."""

    def change(notebook: Any) -> None:
        place = notebook.cells.index(cell_of(notebook, before))
        new = [
            code(f"new-{i}", "pass") if kind == "code" else v4.new_markdown_cell("Then.")
            for i, kind in enumerate(kinds)
        ]
        notebook.cells[place:place] = new

    return change


def show(cell: str, **output: Any) -> Change:
    """With another output below one cell."""

    def change(notebook: Any) -> None:
        new = {"output_type": "display_data", "data": {}, "metadata": {}} | output
        node = nbformat.from_dict(new)  # type: ignore[no-untyped-call]
        cell_of(notebook, cell).outputs.append(node)

    return change


def breaks(*names: str) -> Change:
    """With a break before each of these cells."""

    def change(notebook: Any) -> None:
        for name in names:
            place = notebook.cells.index(cell_of(notebook, name))
            notebook.cells.insert(place, v4.new_markdown_cell(BREAK, id=f"break-{name}"))

    return change


def recount(name: str, count: int | None) -> Change:
    def change(notebook: Any) -> None:
        cell_of(notebook, name).execution_count = count

    return change


ERROR = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
WIDGET: dict[str, dict[str, str]] = {"application/vnd.jupyter.widget-view+json": {}}
BROKEN: list[tuple[str, Change, str]] = [
    ("cell_counts", drop("hint"), "11 code cells; a lesson has at least 12"),
    ("words", drop("read-1", "read-2"), "words of text; a lesson has at least 900"),
    ("words", add("quiz", " word" * 179), "181 words in cell quiz ('## Quiz word"),
    ("study_time", edit("title", "60 minutes", "55 minutes"), "is not the formula's"),
    ("study_time", drop("break"), "is not the formula's"),
    ("study_time", add("quiz", " word" * 1_320), "Sitting 2 takes 61 minutes; the limit is 60"),
    ("study_time", breaks("quiz"), "2 cells '**Time for a break.**'; a lesson has one at most"),
    ("early_code", add("picture", " word" * 90), "after 140 words; let it come before 140"),
    ("code_size", add("code-1", "\npass" * 25), "26 lines in cell code-1 ('print(1 / 8)')"),
    ("code_size", add("code-1", "\n#" + "x" * 88), "A line of 89 characters in cell code-1"),
    ("code_in_a_row", insert("read-1", "code", "code"), "new-1 ('pass') is the third code cell"),
    ("run_time", edit("title", "10 seconds", "90 seconds"), "in under 90 seconds; the limit is 60"),
    ("file_size", show("code-1", data={"image/png": "x" * 500_000}), "kB; the limit is 500 kB"),
    ("executed", recount("code-2", 9), "cell code-2 ('print(2 / 8)') has count 9, not 3"),
    ("executed", recount("code-2", None), "has count None, not 3"),
    ("executed", show("code-1", output_type="stream", name="stderr", text="!"), "a warning below"),
    ("executed", show("code-1", **ERROR), "There is an error or a warning below cell code-1"),
    ("outputs", show("code-1", data={"text/plain": "<f at 0x7f>"}), "A memory address"),
    ("outputs", show("code-1", data=WIDGET), "below cell code-1 ('print(1 / 8)') needs a kernel"),
    (
        "alt_texts",
        edit("picture", "The course as a pipeline, this stage lit", "Pipeline"),
        "Say in",
    ),
    ("alt_texts", add("why-1", '\n<img src="images/pipeline_02.svg">'), "Say in its alt text"),
    ("alt_texts", show("code-1", data={"text/html": '<img alt="drawing" src="">'}), "Say in its"),
    ("links", add("why-1", "[a](away.md)"), "02_sums.ipynb links to away.md, which is not there"),
    ("links", add("why-1", '<a href="away.md">a</a>'), "links to away.md, which is not there"),
    ("links", add("why-1", "[a](glossary.md#product)"), "#product: 0 headings have this address"),
    (
        "links",
        add("why-1", "[a](glossary.md#roc-auc)"),
        "0 headings have this address in JupyterLab",
    ),
    ("links", add("why-1", "[a](#Idea-9)"), "links to #Idea-9: 0 headings"),
    ("headings", edit("title", "# 2. Sums", "## 2. Sums"), "the one heading of level 1"),
    ("headings", edit("title", "# 2. Sums", "Hello\n\n# 2. Sums"), "Begin the first cell with"),
    ("headings", edit("why-2", "## 2.", "# 2."), "have no other"),
    ("headings", edit("why-2", "## 2.", "#### 2."), "'2. Idea 2' jumps from level 2 to 4"),
    ("headings", edit("why-2", "2. Idea 2", "1. Idea 1"), "2 headings are called '1. Idea 1'"),
    ("first_cells", edit("title", "# 2.", "# 3."), "a line '# 2. Title'"),
    ("first_cells", edit("title", "?", "."), "Let the first sentence after the title be"),
    ("first_cells", edit("title", "Study time 60", "Time: 60"), "Say 'Study time NN minutes'"),
    ("first_cells", edit("title", "runs in under", "needs"), "Say 'runs in under NN seconds'"),
    ("first_cells", edit("title", "(01_one.ipynb)", ""), "Link to 01_one.ipynb"),
    ("first_cells", edit("title", "(README.md)", ""), "Link to README.md"),
    ("first_cells", edit("title", "(03_three.ipynb)", ""), "Link to 03_three.ipynb"),
    ("first_cells", edit("goals", "\n- count.", ""), "2 objectives under"),
    ("first_cells", edit("setup", "\nsetup()", ""), "Let the set-up cell"),
    ("parts", edit("goals", "**After this you can**", "Goals"), "Missing: the cell '**After this"),
    ("parts", edit("goals", "**You need**", "Bring"), "Missing: a paragraph '**You need**"),
    ("parts", edit("picture", "pipeline_02", "page"), "Missing: the picture of the pipeline"),
    ("parts", edit("why-5", "Break it", "Go on"), "Missing: a deliberate failure"),
    ("parts", edit("mistakes", "Common mistakes", "Tips"), "Missing: the heading '## Common"),
    ("parts", edit("mistakes", "| symptom", "| problem"), "Missing: the table '| symptom"),
    ("parts", edit("first", "## Exercises\n", ""), "Missing: a heading with 'Exercise'"),
    ("parts", edit("quiz", "Quiz", "Questions"), "Missing: the heading '## Quiz'"),
    ("parts", edit("questions", "02", "03"), 'Missing: a code cell quiz("02")'),
    ("parts", drop("read-1", "read-2"), "3 times '**Read it:** ...'"),
    ("parts", drop("recap"), "Missing: '## What you can do now' or '## Recap'"),
    ("parts", edit("recap", "- Count.\n", ""), "Let the recap say in three items"),
    ("parts", edit("recap", "**Next:**", "Bye"), "Missing: a paragraph '**Next:** ...'"),
    ("exercises", drop("check-2"), "Checked exercises: 1; a lesson has at least 2"),
    ("exercises", edit("check-2", "02.2", "02.1"), "Checked exercises: 1"),
    ("exercises", edit("open", "Open exercise", "More"), "Missing: an open exercise"),
    ("exercises", edit("open", "(2) tells, ", ""), "a rubric of three points"),
    (
        "dollars",
        edit("first", "Add.", "Add $5 and $6."),
        "dollar signs make a formula in '**02.1**",
    ),
    ("decimals", edit("read-1", "0.125", "0.126"), "0.126 in cell read-1"),
    ("decimals", edit("read-1", "0.125", "0.12"), "0.12 in cell read-1"),
    ("decimals", edit("read-1", "0.125", "0.375"), "0.375 in cell read-1"),  # two cells away
    ("decimals", edit("read-2", "0.25", "25.0 %"), "25.0 in cell read-2"),
    ("decimals", edit("read-1", "0.125", "-.13"), "0.13 in cell read-1"),
]


def test_a_sound_lesson_keeps_every_rule(sound: Lesson) -> None:
    assert not [said for rule in RULES.values() for said in rule(sound)]


@pytest.mark.parametrize(
    ("rule", "change", "complaint"), BROKEN, ids=[f"{rule}-{words}" for rule, _, words in BROKEN]
)
def test_a_broken_lesson_is_told_what_to_mend(
    sound: Lesson, rule: str, change: Change, complaint: str
) -> None:
    change(sound.notebook)
    said = list(RULES[rule](written(sound)))
    assert any(complaint in sentence for sentence in said), said


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {rule for rule, _, _ in BROKEN} == set(RULES)


@pytest.mark.parametrize(
    "change",
    [
        edit("read-1", "0.125", ".125, 12 and `0.77` in ```python 0.88```"),
        edit("read-1", "0.125", "[x](glossary.md#sum) 02.1 Python 3.11 http://127.0.0.1:8000"),
        edit("read-1", "0.125", "0.125 and 0.25"),  # of the cell before and the cell after
        show("code-1", data={"text/html": "<b>0.126</b>"}),
        add("why-1", "[a](https://example.com/away.md) `[b](away.md)` [c](glossary.md#sum)"),
        add("why-1", "\n\n```sh\n# a comment, no heading\n```"),
        add("code-1", "\npass" * 24),
        insert("read-1", "code"),
    ],
)
def test_what_only_looks_broken_is_left_alone(sound: Lesson, change: Change) -> None:
    change(sound.notebook)
    for number, cell in enumerate(sound.code, start=1):
        cell.execution_count = number
    title = sound.cells[0]
    title.source = with_study_time(title.source, sound.notebook)  # as `make notebooks` does
    assert not [said for rule in RULES.values() for said in rule(written(sound))]


def test_lesson_00_may_be_short_and_the_last_one_has_no_next() -> None:
    cells = [v4.new_markdown_cell("## Recap\n\n- a\n- b\n- c"), code("one", "1")]
    short = Lesson(v4.new_notebook(cells=cells), "00_start.ipynb", NOTEBOOKS)
    assert not [*RULES["cell_counts"](short), *RULES["words"](short)]
    assert not [said for said in RULES["parts"](short) if "Next" in said]


def test_the_course_as_a_whole_has_limits_too(sound: Lesson) -> None:
    one = facts(sound.notebook)  # two exercises, under ten seconds
    assert not [*exercises_in_all([one] * 10), *run_time_in_all([one] * 48)]
    assert "18 checked exercises in all" in next(exercises_in_all([one] * 9))
    assert "490 seconds; the limit is 480" in next(run_time_in_all([one] * 49))


def test_decimals_are_read_as_people_mean_them() -> None:
    text = "1,234.5 of 2_000.25, -.5, 13.0 %, 3.1.4, v1.2, x.5, 7. And 05.1; `0.9`"
    assert decimals_in(without_code(text)) == ["1234.5", "2000.25", "0.5", "13.0"]
