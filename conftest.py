"""What holds in every run of pytest: no network but loopback, and a project left as it was.

The first holds in the kernels of the lessons and in every server that a test starts, because
they inherit the path on which `tests/offline/sitecustomize.py` stands. The second is judged
when everything runs, since whoever runs a single file may well be editing another.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
OFFLINE = str(ROOT / "tests" / "offline")

sys.path.insert(0, OFFLINE)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [OFFLINE, os.environ.get("PYTHONPATH")]))

import loopback_only  # noqa: E402

loopback_only.block()

_BEFORE = pytest.StashKey[dict[str, str] | None]()
_CHANGED = pytest.StashKey[list[str]]()


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the files that changed."""
    changed = terminalreporter.config.stash.get(_CHANGED, [])
    if changed:
        terminalreporter.section("The project is not as it was", red=True)
        terminalreporter.line("While the tests ran, these files changed. Tests and lessons write")
        terminalreporter.line("to temporary folders and to scratch only (or did you edit one?):")
        terminalreporter.line("\n".join(changed))


def git_status(folder: Path) -> dict[str, str] | None:
    """Each line of `git status` and a digest of its file; None where git does not answer."""
    command = ["git", "-C", str(folder), "status", "--porcelain", "--untracked-files=all"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return {line: _digest(folder / line[3:].strip('"')) for line in done.stdout.splitlines()}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
