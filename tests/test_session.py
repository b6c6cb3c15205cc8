"""What `conftest.py` promises: no network but loopback, in the lessons too; a clean project."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import nbformat
import pytest

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


def pytest_run(*arguments: str | Path, folder: Path = ROOT) -> tuple[int, str]:
    """Exit code and output of a pytest of its own in the folder, without other plugins."""
    # a caller's own path must not do what conftest.py is there for
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=env | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    return done.returncode, done.stdout + done.stderr


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
def test_no_way_leads_off_this_machine(reach):
    with pytest.raises(RuntimeError, match=REFUSAL):
        reach()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", None])
def test_this_machine_stays_within_reach(host):
    with socket.create_server(("127.0.0.1", 0)) as server:
        *_, address = socket.getaddrinfo(host, server.getsockname()[1], socket.AF_INET)[0]
        with socket.create_connection(address, timeout=5) as client:
            assert client.getpeername() == server.getsockname()


def test_what_asks_nobody_goes_on():
    assert socket.getaddrinfo(ELSEWHERE, 80)[0][4] == (ELSEWHERE, 80), "an address is only read"
    with pytest.raises(socket.gaierror, match="not known"):
        socket.getaddrinfo("no.such.invalid", 80)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets here")
def test_a_local_files_socket_stays_within_reach():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendmsg([b"heard"])
        assert theirs.recv(5) == b"heard"


def test_a_lesson_run_by_nbval_reaches_loopback_and_nothing_else():
    cells = [nbformat.v4.new_code_cell(source) for source in (LOOPBACK, OUTSIDE)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    scratch = ROOT / "notebooks" / "scratch"  # beside the lessons: the same conftest.py
    scratch.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        path = Path(folder) / "lesson.ipynb"
        nbformat.write(notebook, path)
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
    (tmp_path / ".gitignore").write_text("__pycache__/\nscratch/\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (tmp_path / "kept.txt").write_text("before")
    write_test(tmp_path, "pass")
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "All"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    (tmp_path / "kept.txt").write_text("edited, not committed")
    return tmp_path


def write_test(project: Path, line: str) -> None:
    source = f"from pathlib import Path\n\n\ndef test_it():\n    {line}\n"
    (project / "tests" / "test_it.py").write_text(source)


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="no git")
NEW, KEPT = "Path('new.txt').touch()", "Path('kept.txt').write_text('after')"
IGNORED = "Path('scratch').mkdir(); Path('scratch/a').touch()"


@needs_git
@pytest.mark.parametrize(("line", "named"), [(NEW, "?? new.txt"), (KEPT, " M kept.txt")])
def test_a_run_that_changes_the_project_fails_and_names_the_file(project, line, named):
    write_test(project, line)
    code, said = pytest_run(folder=project)
    assert "1 passed" in said
    assert code == pytest.ExitCode.TESTS_FAILED
    assert named in said.partition("The project is not as it was")[2], said


@needs_git
@pytest.mark.parametrize(
    ("line", "arguments"), [("pass", ()), (IGNORED, ()), (NEW, ("tests/test_it.py",))]
)
def test_a_run_that_leaves_it_or_runs_one_file_only_passes(project, line, arguments):
    write_test(project, line)
    code, said = pytest_run(*arguments, folder=project)
    assert (code, "not as it was" in said) == (pytest.ExitCode.OK, False), said


def test_without_git_nothing_is_judged(project):
    shutil.rmtree(project / ".git")
    write_test(project, NEW)
    code, said = pytest_run(folder=project)
    assert code == pytest.ExitCode.OK, said
