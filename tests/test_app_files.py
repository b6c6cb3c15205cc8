"""The learner's own application: `%%my_app`, `parts`, and the course's version of each file."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from finrisk.course import check, parts, setup
from finrisk.course.app_files import FILES, course_text, without_markers
from finrisk.errors import FinriskError

RIGHT = course_text("features.py")


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A notebook in a folder of its own, set up as each lesson is."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", sys.path.copy())
    shell: Any = InteractiveShell()  # type: ignore[no-untyped-call]
    shell.ask_exit = sys.exit  # as a kernel has it
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    setup()
    yield shell
    InteractiveShell.clear_instance()  # its display makes one
    for name in FILES:
        sys.modules.pop(Path(name).stem, None)


def saved(name: str = "features.py") -> str:
    return (Path("scratch/my_app") / name).read_text(encoding="utf-8")


def write(shell: Any, text: str, name: str = "features.py") -> None:
    shell.run_cell_magic("my_app", name, text)


def test_a_finished_cell_is_saved_without_its_markers_and_can_be_used(
    notebook: Any,
) -> None:
    write(notebook, "x = 2\ndef double(y):\n    # your code\n    return x * y\n    # end\n")
    assert saved() == "x = 2\ndef double(y):\n    return x * y\n"
    assert notebook.user_ns["double"](4) == 8
    assert notebook.run_cell("import features; print(features.x)").success


def test_an_open_cell_changes_no_file_and_its_names_are_not_attempted(
    notebook: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    write(notebook, "def double(y):\n    return 2 * y\n")
    write(notebook, "def double(y):\n    return ...\n")
    assert saved() == "def double(y):\n    return 2 * y\n"
    assert notebook.user_ns["double"] is ...
    assert "features.py is not saved yet: replace each ... first." in capsys.readouterr().out


def test_a_file_written_anew_is_read_anew_and_the_old_one_kept(
    notebook: Any,
) -> None:
    for factor in (2, 3):  # as long, in the same second
        write(notebook, f"def times(y):\n    return {factor} * y\n")
        assert notebook.user_ns["times"](1) == factor
    assert "return 2" in saved("earlier_features.py")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("feature.py", "x = 1", r"made of features.py, .*, got 'feature.py'"),
        ("", "x = 1", "got ''"),
        ("features.py", "x = = 1", r"features.py must be Python, got line 1, 'x = = 1'"),
        ("features.py", "\nx = y", r"but line 1, 'x = y' stops: NameError, name 'y'"),
        ("features.py", "import nothing_here", "ModuleNotFoundError"),
    ],
)
def test_a_cell_that_cannot_be_used_ends_in_a_sentence(
    notebook: Any, name: str, text: str, said: str
) -> None:
    with pytest.raises(FinriskError, match=said):
        write(notebook, text, name)


@pytest.mark.parametrize("text", ["x = = 1", "x = y", "raise SystemExit", "while True: pass"])
def test_a_cell_that_cannot_be_used_leaves_the_file_and_its_check_says_why(
    notebook: Any, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("finrisk.course.app_cell.SECONDS", 1.0)
    write(notebook, RIGHT)
    with pytest.raises(FinriskError, match=r"nothing was saved\.$") as caught:
        write(notebook, text)
    assert saved() == RIGHT
    said = check("02.3", notebook.user_ns["features"])
    assert said.state == "Not yet"
    assert str(caught.value) in said.text


def test_a_notebook_shows_the_sentence_and_no_line_of_jupyter(
    notebook: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.run_cell("%%my_app features.py\nx = = 1")
    shown = capsys.readouterr().out
    assert "FinriskError: features.py must be Python, got line 1, 'x = = 1'" in shown
    assert "(line" not in shown


def test_a_missing_file_is_the_courses_until_there_is_one(
    notebook: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    parts("features.py")
    parts("features.py")
    assert saved() == RIGHT
    assert capsys.readouterr().out == 2 * "features.py: as the course has it (exercise 02.3)\n"
    write(notebook, f"{RIGHT}\n# mine\n")
    capsys.readouterr()
    parts("features.py")
    assert capsys.readouterr().out == "features.py: yours\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = = 1", "must be Python"),
        ("def features(x):\n    ...", r"must be finished, got one in which a \.\.\. is left"),
        ("x = y", "NameError"),
        ("x = 1", "must define features"),
        (RIGHT.replace("0.05", "0.5"), "features.py must be right, but exercise 02.3 says: "),
    ],
)
@pytest.mark.usefixtures("notebook")
def test_an_own_file_that_nothing_can_be_built_on_ends_in_a_sentence(text: str, said: str) -> None:
    parts("features.py")
    (Path("scratch/my_app") / "features.py").write_text(text, encoding="utf-8")
    with pytest.raises(FinriskError, match=said) as caught:
        parts("features.py")
    assert "Or delete the file scratch/my_app/features.py" in str(caught.value)


@pytest.mark.usefixtures("notebook")
def test_an_own_file_that_never_ends_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finrisk.course.app_cell.SECONDS", 0.5)
    parts("features.py")
    (Path("scratch/my_app") / "features.py").write_text("while True: pass", encoding="utf-8")
    with pytest.raises(FinriskError, match=r"^features.py was still running after 0\.5 seconds"):
        parts("features.py")


def test_markers_go_and_nothing_else() -> None:
    assert without_markers("a\n  <!-- your code -->\nb\n<!-- end -->\nc\n") == "a\nb\nc\n"


def test_outside_a_notebook_there_is_no_cell() -> None:
    code = "from finrisk.course.app_cell import my_app_cell; my_app_cell('features.py', 'x = 1')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "works in a notebook only" in done.stderr
