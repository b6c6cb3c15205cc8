"""What holds in every run of pytest: no network, a project left as it was, a learner's own work.

No network but loopback: it holds in the kernels of the lessons and in every server that a test
starts, because they inherit the path on which `tests/offline/sitecustomize.py` stands.

A project left as it was: judged when everything runs, since whoever runs a single file may well
be editing another.

A learner's own work: lessons are where learners type, so what they wrote is run, and told where
it stops, but it never makes the run fail; notebooks and files of their own beside the lessons
are left alone. Where FINRISK_AUTHORS is set, as in `.ci/run`, nobody's work is excused.
"""

import functools
import hashlib
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from finrisk.authors.lesson_edition import state_of
from finrisk.settings import Settings

ROOT = Path(__file__).parent
NOTEBOOKS = ROOT / "notebooks"
FOLDERS = ("change_requests", "data", "images", "scratch", "solutions")  # beside the lessons
AUTHORS = bool(os.environ.get("FINRISK_AUTHORS"))
OFFLINE = str(ROOT / "tests" / "offline")

# The shipped model is judged, whatever model or port somebody has set in `.env` for their own use.
Settings.model_config["env_file"] = None
os.environ |= {"FINRISK_MODELS_DIR": str(ROOT / "models")}
os.environ |= {"FINRISK_HOST": "127.0.0.1", "FINRISK_PORT": "8000"}
os.environ |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}

sys.path.insert(0, OFFLINE)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [OFFLINE, os.environ.get("PYTHONPATH")]))

import loopback_only  # noqa: E402

loopback_only.block()

_BEFORE = pytest.StashKey[dict[str, str] | None]()
_CHANGED = pytest.StashKey[list[str]]()

state = functools.cache(state_of)  # read once for all the cells of a lesson


def pytest_sessionstart(session: pytest.Session) -> None:
    """Remember the project's state, if everything runs."""
    whole = session.config.args_source is pytest.Config.ArgsSource.TESTPATHS
    session.config.stash[_BEFORE] = git_status(ROOT) if whole else None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when the project's state is another one."""
    before = session.config.stash[_BEFORE]
    after = None if before is None else git_status(ROOT)
    if before is None or after is None or before == after:
        return
    differing = dict(set(before.items()) ^ set(after.items()))
    session.config.stash[_CHANGED] = sorted(differing)
    session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Of what lies beside the lessons, take what the course brings: the rest is a learner's."""
    if collection_path.parent != NOTEBOOKS:
        return None
    if collection_path.is_dir():
        ours = collection_path.name in FOLDERS
    else:
        ours = is_a_lesson(collection_path) and (AUTHORS or state(collection_path) != "unreadable")
    return None if ours else True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a cell of a lesson that holds answers fail, without failing the run."""
    report = yield
    a_lesson = item.path.parent == NOTEBOOKS
    if report.failed and a_lesson and not AUTHORS and state(item.path) == "answered":
        report.outcome = "skipped"
        report.wasxfail = "a lesson with your own work"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files that changed, and the lessons that stop at a learner's cell."""
    changed = terminalreporter.config.stash.get(_CHANGED, [])
    if changed:
        terminalreporter.section("The project is not as it was", red=True)
        terminalreporter.line("While the tests ran, these files changed. Tests and lessons write")
        terminalreporter.line("to temporary folders and to scratch only (or did you edit one?):")
        terminalreporter.line("\n".join(changed))
    stopped = [r.nodeid for r in terminalreporter.getreports("xfailed") if ".ipynb" in r.nodeid]
    # Looked for here, since who collects may be another process (`make test` has two of them).
    lessons = [] if AUTHORS else sorted(filter(is_a_lesson, NOTEBOOKS.glob("*.ipynb")))
    unreadable = [lesson.name for lesson in lessons if state(lesson) == "unreadable"]
    if stopped or unreadable:
        terminalreporter.section("Your own work", yellow=True)
        terminalreporter.line("This is no fault of the project, and does not count against it.")
    if stopped:
        terminalreporter.line("These cells raise an error when all are run in order; code cells")
        terminalreporter.line("are counted, from 0:\n" + "\n".join(stopped))
    if unreadable:
        terminalreporter.line("These are no notebooks any more (did a merge leave its marks?):")
        terminalreporter.line("\n".join(unreadable))


def is_a_lesson(path: Path) -> bool:
    """Whether the course brings it, so that there is a solution of the same name."""
    return (NOTEBOOKS / "solutions" / path.name).exists()


def git_status(folder: Path) -> dict[str, str] | None:
    """Each line of `git status` and a digest of its file; None where the folder has no git."""
    if not (folder / ".git").exists():  # it may lie within somebody's larger project
        return None
    command = ["git", "-C", str(folder), "status", "--porcelain", "--untracked-files=all"]
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="surrogateescape", check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    lines = [line for line in done.stdout.splitlines() if AUTHORS or not _may_be_saved(line)]
    return {line: _digest(folder / line[3:].strip('"')) for line in lines}


def _may_be_saved(line: str) -> bool:
    """Whether this is a notebook that a learner may save while the tests run."""
    path = line[3:].strip('"')
    return path.startswith("notebooks/") and path.endswith(".ipynb") and "solutions/" not in path


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
