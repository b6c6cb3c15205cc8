"""What `conftest.py` promises: no network but loopback, in the lessons too; a clean project.

And a learner's work: it is run, it may be wrong, and it never makes the run fail.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from finrisk.authors.lesson_edition import seal, to_lesson

ROOT = Path(__file__).parents[1]
ELSEWHERE = "192.0.2.1"  # an address kept for examples: nobody has it
REFUSAL = "The course works without a network"

LOOPBACK = """\
import socket

with socket.create_server(("127.0.0.1", 0)) as server:
    with socket.create_connection(server.getsockname()) as client:
        server.accept()[0].sendall(b"heard")
        assert client.recv(5) == b"heard\""""
OUTSIDE = """\
import socket

socket.create_connection(("192.0.2.1", 80), timeout=5)"""


def pytest_run(
    *arguments: str | Path, folder: Path = ROOT, authors: bool = False
) -> tuple[int, str]:
    """Exit code and output of a pytest of its own in the folder, without other plugins."""
    # a caller's own path must not do what conftest.py is there for
    ours = ("PYTHONPATH", "FINRISK_AUTHORS")
    env = {name: value for name, value in os.environ.items() if name not in ours}
    env |= {"FINRISK_AUTHORS": "1"} if authors else {}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout + done.stderr


def notebook_of(*sources: str) -> Any:
    """A notebook of code cells."""
    v4: Any = nbformat.v4  # the library has no types
    return v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources])


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def write(notebook: Any, path: Path) -> None:
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def tcp() -> None:
    with socket.socket() as line:
        line.settimeout(5)
        line.connect((ELSEWHERE, 80))


def tcp_without_an_error() -> None:
    with socket.socket() as line:
        line.settimeout(5)
        line.connect_ex((ELSEWHERE, 80))


def udp() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as line:
        line.sendto(b"?", (ELSEWHERE, 53))


def by_name() -> None:
    socket.getaddrinfo("example.com", 80)


def backwards() -> None:
    socket.getnameinfo((ELSEWHERE, 80), 0)


def by_library() -> None:
    urllib.request.urlopen("http://example.com/", timeout=5)


@pytest.mark.parametrize("reach", [tcp, tcp_without_an_error, udp, by_name, backwards, by_library])
def test_no_way_leads_off_this_machine(reach: Callable[[], None]) -> None:
    with pytest.raises(RuntimeError, match=REFUSAL):
        reach()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", None])
def test_this_machine_stays_within_reach(host: str | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = socket.getaddrinfo(host, server.getsockname()[1], socket.AF_INET)
        address: Any = found[0][4]  # typed for every family
        with socket.create_connection(address, timeout=5) as client:
            assert client.getpeername() == server.getsockname()


def test_what_asks_nobody_goes_on() -> None:
    assert socket.getaddrinfo(ELSEWHERE, 80)[0][4] == (ELSEWHERE, 80), "an address is only read"
    with pytest.raises(socket.gaierror, match="not known"):
        socket.getaddrinfo("no.such.invalid", 80)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_a_local_files_socket_stays_within_reach() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendmsg([b"heard"])
        assert theirs.recv(5) == b"heard"


def test_a_lesson_run_by_nbval_reaches_loopback_and_nothing_else() -> None:
    notebook = notebook_of(LOOPBACK, OUTSIDE)
    scratch = ROOT / "notebooks" / "scratch"  # beside the lessons: the same conftest.py
    scratch.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder) / "lesson.ipynb"
        write(notebook, path)
        code, said = pytest_run("-p", "nbval.plugin", path)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert "1 failed, 1 passed" in said, said
    assert f"{REFUSAL}: '{ELSEWHERE}' is not on this machine" in said, said


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own under git, with our conftest.py and a test that passes."""
    for name in ("conftest.py", "tests/offline/loopback_only.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".gitignore").write_text("__pycache__/\nscratch/\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n", encoding="utf-8")
    (tmp_path / "kept.txt").write_text("before", encoding="utf-8")
    write_test(tmp_path, "pass")
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    who += ["-c", "commit.gpgsign=false"]
    commands = (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "All"])
    for command in commands if shutil.which("git") else ():
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    (tmp_path / "kept.txt").write_text("edited, not committed", encoding="utf-8")
    return tmp_path


def write_test(project: Path, line: str) -> None:
    source = f"from pathlib import Path\n\n\ndef test_it():\n    {line}\n"
    (project / "tests" / "test_it.py").write_text(source, encoding="utf-8")


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git")
NEW, KEPT = "Path('new.txt').touch()", "Path('kept.txt').write_text('after')"
IGNORED = "Path('scratch').mkdir(); Path('scratch/a').touch()"


@needs_git
@pytest.mark.parametrize(("line", "named"), [(NEW, "?? new.txt"), (KEPT, " M kept.txt")])
def test_a_run_that_changes_the_project_fails_and_names_the_file(
    project: Path, line: str, named: str
) -> None:
    write_test(project, line)
    code, said = pytest_run(folder=project)
    assert "1 passed" in said
    assert code == pytest.ExitCode.TESTS_FAILED
    assert named in said.partition("The project is not as it was")[2], said


@needs_git
@pytest.mark.parametrize(
    ("line", "arguments"), [("pass", ()), (IGNORED, ()), (NEW, ("tests/test_it.py",))]
)
def test_a_run_that_leaves_it_or_runs_one_file_only_passes(
    project: Path, line: str, arguments: tuple[str, ...]
) -> None:
    write_test(project, line)
    code, said = pytest_run(*arguments, folder=project)
    assert (code, "not as it was" in said) == (pytest.ExitCode.OK, False), said


def test_without_git_nothing_is_judged(project: Path) -> None:
    (project / ".git").rename(project / "was_git")  # on Windows its files resist being removed
    write_test(project, NEW)
    code, said = pytest_run(folder=project)
    assert code == pytest.ExitCode.OK, said


# --- a learner's own work --------------------------------------------------------------------

STUB = "# your code\nx = 2\n# end"


@pytest.fixture
def course(project: Path) -> Path:
    """The project with one lesson, as `make notebooks` leaves it, and its solution."""
    solution = notebook_of(STUB)
    solution.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    lesson = to_lesson(solution)
    seal(lesson)
    (project / "notebooks" / "solutions").mkdir(parents=True)
    write(solution, project / "notebooks" / "solutions" / "02_sums.ipynb")
    write(lesson, project / "notebooks" / "02_sums.ipynb")
    options = "testpaths = tests notebooks\nnorecursedirs = solutions\n"
    options += "addopts = --nbval-lax --nbval-current-env\n"
    (project / "pytest.ini").write_text(f"[pytest]\n{options}", encoding="utf-8")
    return project


def answer(course: Path, code: str) -> None:
    path = course / "notebooks" / "02_sums.ipynb"
    lesson = read(path)
    lesson.cells[0].source = f"# your code\n{code}\n# end"
    write(lesson, path)


def run_course(course: Path, *, authors: bool = False) -> tuple[int, str]:
    return pytest_run("-p", "nbval.plugin", folder=course, authors=authors)


@pytest.mark.parametrize("code", ["x = ...", "x = 2", "x = 1 / 3"])
def test_an_answer_that_runs_passes_right_or_wrong(course: Path, code: str) -> None:
    answer(course, code)
    code_, said = run_course(course)
    assert code_ == pytest.ExitCode.OK, said
    assert "Your own work" not in said


def test_an_answer_that_raises_is_told_and_does_not_make_the_run_fail(course: Path) -> None:
    answer(course, "x = 1 / 0")
    code, said = run_course(course)
    assert code == pytest.ExitCode.OK, said
    told = said.partition("Your own work")[2]
    assert "This is no fault of the project" in told
    assert "02_sums.ipynb::Cell 0" in told


def test_a_lesson_that_is_no_notebook_any_more_is_told_and_left_alone(course: Path) -> None:
    path = course / "notebooks" / "02_sums.ipynb"
    marks = f"<<<<<<< HEAD\n{path.read_text(encoding='utf-8')}"
    path.write_text(marks, encoding="utf-8")
    code, said = run_course(course)
    assert code == pytest.ExitCode.OK, said
    assert "no notebooks any more" in said.partition("Your own work")[2]


def test_a_lesson_saved_with_another_kernel_is_run_with_this_one(course: Path) -> None:
    path = course / "notebooks" / "02_sums.ipynb"
    lesson = read(path)
    lesson.metadata["kernelspec"] = {"name": "somewhere-else", "display_name": "Other"}
    write(lesson, path)
    code, said = run_course(course)
    assert code == pytest.ExitCode.OK, said


def test_of_an_author_the_same_is_not_excused(course: Path) -> None:
    answer(course, "x = 1 / 0")
    code, said = run_course(course, authors=True)
    assert code == pytest.ExitCode.TESTS_FAILED, said


def test_a_lesson_as_made_that_does_not_run_makes_the_run_fail(course: Path) -> None:
    answer(course, "x = 1 / 0")
    path = course / "notebooks" / "02_sums.ipynb"
    lesson = read(path)
    seal(lesson)
    write(lesson, path)
    assert run_course(course)[0] == pytest.ExitCode.TESTS_FAILED


def test_notebooks_and_files_of_a_learner_are_left_alone(course: Path) -> None:
    bad = notebook_of("1 / 0")
    write(bad, course / "notebooks" / "Untitled.ipynb")
    write(bad, course / "notebooks" / "02_sums-Copy1.ipynb")
    (course / "notebooks" / "my_app").mkdir()
    (course / "notebooks" / "my_app" / "test_mine.py").write_text("1 / 0\n", encoding="utf-8")
    (course / "notebooks" / "test_notes.py").write_text("1 / 0\n", encoding="utf-8")
    code, said = run_course(course)
    assert code == pytest.ExitCode.OK, said
    assert "2 passed" in said, said


@needs_git
def test_a_notebook_saved_while_the_tests_run_is_no_change_of_the_project(course: Path) -> None:
    write_test(
        course, "Path('notebooks/02_sums.ipynb').touch(); Path('notebooks/new.ipynb').touch()"
    )
    code, said = run_course(course)
    assert (code, "not as it was" in said) == (pytest.ExitCode.OK, False), said
    (course / "notebooks" / "new.ipynb").unlink()
    code, said = run_course(course, authors=True)
    assert "?? notebooks/new.ipynb" in said.partition("The project is not as it was")[2], said
    assert code == pytest.ExitCode.TESTS_FAILED
