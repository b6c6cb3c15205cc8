"""`install.py`: a new machine gets `.venv` or one sentence, and nothing half-made.

Real environments are made of a small project with its own build backend, which needs no
network; the indexes that pip asks are served on this machine.
"""

import ast
import http.server
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from by_path import module_at

from finrisk import supported

ROOT = Path(__file__).parents[1]
MAKE = pytest.mark.skipif(shutil.which("make") is None, reason="no make")
PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "finrisk"
version = "1"
requires-python = ">=3.11,<3.15"
dependencies = [{needs}]

[tool.anything]
line-length = 100
"""
BACKEND = '''\
"""Builds an editable wheel of finrisk: one .pth file."""

import zipfile
from pathlib import Path

PYPROJECT = Path("pyproject.toml").read_text(encoding="utf-8")


def get_requires_for_build_editable(config_settings=None):
    return []


def build_editable(folder, config_settings=None, metadata_directory=None):
    import tomllib

    project = tomllib.loads(PYPROJECT)["project"]
    lines = ["Metadata-Version: 2.1", "Name: finrisk", "Version: 1"]
    lines += [f"Requires-Dist: {need}" for need in project["dependencies"]]
    files = {
        "finrisk.pth": str(Path.cwd()),
        "finrisk-1.dist-info/METADATA": "\\n".join(lines),
        "finrisk-1.dist-info/WHEEL": "Wheel-Version: 1.0\\nTag: py3-none-any",
    }
    with zipfile.ZipFile(Path(folder, "finrisk-1-py3-none-any.whl"), "w") as wheel:
        for name, text in files.items():
            wheel.writestr(name, text)
        wheel.writestr("finrisk-1.dist-info/RECORD", "")
    return "finrisk-1-py3-none-any.whl"
'''


def load(project: Path) -> ModuleType:
    """The `install.py` of a project, as a module whose parts can be replaced."""
    return module_at(project / "install.py")


def small_project(folder: Path, needs: str = "", lock: str = "# none\n") -> Path:
    (folder / "finrisk").mkdir(parents=True)
    (folder / "finrisk" / "__init__.py").touch()
    for name in ("install.py", "Makefile", "finrisk/supported.py"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "pyproject.toml").write_text(PYPROJECT.format(needs=needs), encoding="utf-8")
    (folder / "requirements.txt").write_text(lock, encoding="utf-8")
    (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
    return folder


def run(project: Path, *extras: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # a pipe gets the system's encoding on Windows, and the folder's name has umlauts
    env = os.environ | {"TORCH_INDEX": "", "PYTHONIOENCODING": "utf-8"} | environment
    return subprocess.run(
        [sys.executable, "install.py", *extras],
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        env=env,
        check=False,
    )


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, at home in an empty project; it runs no pip, but `install.ran` says what."""
    module = load(small_project(tmp_path / "course"))
    monkeypatch.setattr(module, "ran", [], raising=False)
    monkeypatch.setattr(module, "run_pip", lambda *words: module.ran.append(words))
    monkeypatch.setattr(module, "has_locked_torch", lambda: False)
    monkeypatch.delenv("TORCH_INDEX", raising=False)
    return module


def sentence(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err.strip()
    assert "Traceback" not in said
    return said


# --- a whole environment ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in a folder whose name has spaces and umlauts, installed."""
    project = small_project(tmp_path_factory.mktemp("place") / "Übung mit Leerzeichen")
    done = run(project)
    assert done.returncode == 0, done.stderr
    return project


def own_python(project: Path) -> Path:
    python: Path = load(project).PYTHON
    return python


def test_the_environment_has_the_project_whatever_its_folder_is_called(made: Path) -> None:
    code = "import finrisk, sys; print(sys.prefix, finrisk.__file__)"
    done = subprocess.run(
        [own_python(made), "-X", "utf8", "-c", code],
        capture_output=True,
        encoding="utf-8",
        cwd=made.parent,
        check=True,
    )
    assert done.stdout.strip() == f"{made / '.venv'} {made / 'finrisk' / '__init__.py'}"


def test_a_second_run_finds_all_in_place_and_says_nothing(made: Path) -> None:
    before = load(made).STAMP.stat().st_mtime_ns
    done = run(made)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert load(made).STAMP.stat().st_mtime_ns == before


def test_what_a_tool_is_told_does_not_make_it_again_but_a_new_library_does(made: Path) -> None:
    module, path = load(made), made / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("line-length = 100", "line-length = 99"), encoding="utf-8")
    assert module.is_current()
    path.write_text(text.replace("dependencies = []", 'dependencies = ["a"]'), encoding="utf-8")
    assert not module.is_current()
    path.write_text(text, encoding="utf-8")


def test_a_failed_update_keeps_what_was_there(made: Path) -> None:
    path = made / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("dependencies = []", 'dependencies = ["no-such"]'), "utf-8")
    done = run(made, PIP_NO_INDEX="1", PIP_FIND_LINKS="", PIP_CONFIG_FILE=os.devnull)
    path.write_text(text, encoding="utf-8")
    assert done.returncode == 1
    assert "cannot be installed. What was said: ERROR: No matching distribution" in done.stderr
    assert run(made).returncode == 0


def test_after_a_move_it_says_what_to_do(made: Path) -> None:
    moved = made.rename(made.parent / "moved")
    done = run(moved)
    moved.rename(made)
    assert done.returncode == 1
    assert done.stderr.startswith(f"This folder was {made} when .venv was made")
    assert "After a move run: make clean, then the same command again." in done.stderr


def test_a_first_try_that_failed_leaves_nothing_and_does_not_spoil_the_second(
    tmp_path: Path,
) -> None:
    project = small_project(tmp_path / "course", needs='"no-such-thing"')
    done = run(project, PIP_NO_INDEX="1", PIP_FIND_LINKS="", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert not (project / ".venv").exists()
    (project / ".venv" / "bin").mkdir(parents=True)  # half an environment, of another tool
    (project / ".venv" / "bin" / "python").write_text("no program", encoding="utf-8")
    (project / "pyproject.toml").write_text(PYPROJECT.format(needs=""), encoding="utf-8")
    again = run(project)
    assert again.returncode == 0, again.stderr
    assert "Making .venv" in again.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="its folder is called otherwise")
def test_an_environment_whose_python_no_longer_finds_its_libraries_is_made_again(
    made: Path,
) -> None:
    """As after an upgrade of the system, which leaves `lib/python3.x` of the old Python."""
    module = load(made)
    (libraries,) = (module.VENV / "lib").glob("python3.*")
    away = libraries.rename(libraries.parent / "python2.7")
    assert not module.is_whole()
    away.rename(libraries)
    assert module.is_whole()


def test_a_python_that_is_gone_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = load(small_project(tmp_path / "course"))
    told = []
    monkeypatch.setattr(module, "install", lambda extras, fresh: told.append((extras, fresh)))
    module.VENV.mkdir()
    module.STAMP.write_text(json.dumps(module.stamp(["test"])), encoding="utf-8")
    assert module.main([]) == 0
    assert told == [([], True)], "made afresh, without what the stamp says"
    assert sentence(capsys) == ""


# --- machines on which it cannot be done -----------------------------------------------------


def test_a_wrong_python_is_told_before_anything_is_made(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "python_problem", lambda: "This is Python 3.9, too old.")
    assert install.main([]) == 1
    assert sentence(capsys) == "This is Python 3.9, too old."
    assert not install.VENV.exists()
    assert install.ran == []


def test_a_wrong_python_touches_nothing_that_was_there(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "python_problem", lambda: "This is Python 3.9, too old.")
    mine = install.VENV / "made_by_hand.txt"
    mine.parent.mkdir()
    mine.touch()
    assert install.main([]) == 1
    assert "too old" in sentence(capsys)
    assert mine.exists()


@pytest.mark.parametrize("part", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_the_package_to_install(
    install: ModuleType,
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == part else real(name)
    )
    assert install.main([]) == 1
    assert f"has no {part}" in (said := sentence(capsys))
    assert f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in said
    assert not install.VENV.exists()


def test_a_folder_that_cannot_be_written_to_is_told(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert install.main([]) == 1
    assert f"The folder {install.ROOT} cannot be written to. Copy" in sentence(capsys)


def test_a_full_disk_is_told_with_both_numbers(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    free = shutil._ntuple_diskusage(100, 99, 1_200_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    assert install.main([]) == 1
    assert "has 1.2 GB free, and the course needs 3 GB. Make room" in sentence(capsys)


def test_a_disk_that_is_full_at_the_very_end_is_told(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(install, "make_environment", lambda: install.VENV.mkdir())
    monkeypatch.setattr(install, "stamp", full)
    monkeypatch.setenv("TORCH_INDEX", "")
    monkeypatch.setattr(install, "check_disk_for_gpu_libraries", lambda: None)
    assert install.main([]) == 1
    assert sentence(capsys).startswith("The course cannot be installed: the disk is full. Make")
    assert not install.VENV.exists()


def test_an_interrupted_try_is_taken_away(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "make_environment", lambda: install.VENV.mkdir())
    monkeypatch.setattr(install, "install_torch", interrupted)
    assert install.main([]) == 130
    assert "Stopped. Run the same command again" in sentence(capsys)
    assert not install.VENV.exists()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full. Make room"),
        ("error: [Errno 30] Read-only file system: '/x'", "cannot be written to. Copy"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "cannot be written to. Copy"),
        ("WARNING: Retrying ... NewConnectionError('failed')\nERROR: none", "network does not"),
        ("ERROR: one\nERROR: two\nnote", "What was said: ERROR: two README.md lists"),
        ("", "What was said: nothing"),
    ],
)
def test_what_pip_says_becomes_a_sentence(install: ModuleType, said: str, told: str) -> None:
    assert told in install.sentence_for(said, "It cannot be done")


def test_the_progress_line_names_the_library_and_is_wiped_away(
    install: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    install.show_progress("Installing", ["Collecting a\n", "Collecting numpy<2.6,>=2.3 (from x)\n"])
    install.show_progress("Installing", ["Installing collected packages: a, b\n"])
    install.show_progress("Installing", [])
    lines = [line.strip() for line in capsys.readouterr().err.split("\r")]
    assert [line for line in lines if line] == [
        "Installing: library 2, numpy",
        "Installing: writing the files, a minute or two",
    ]
    assert lines[-1] == ""


# --- PyTorch ---------------------------------------------------------------------------------


class Index(http.server.SimpleHTTPRequestHandler):
    """A package index: /torch/ and the like list the files of a folder."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """A name in capital or small letters, with or without a slash."""
        if not self.path.endswith(".whl"):
            self.path = self.path.rstrip("/").lower() + "/"
        super().do_GET()


@pytest.fixture
def index(tmp_path: Path) -> Iterator[str]:
    """An index on this machine with a PyTorch of a few bytes; yields its address."""
    folder = tmp_path / "index" / "torch"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "torch-2.13.0+cpu-py3-none-any.whl", "w") as wheel:
        wheel.writestr("torch.py", "")
        wheel.writestr("torch-2.13.0+cpu.dist-info/RECORD", "")
        head = "Metadata-Version: 2.1\nName: torch\nVersion: 2.13.0+cpu"
        wheel.writestr("torch-2.13.0+cpu.dist-info/METADATA", head)
        wheel.writestr("torch-2.13.0+cpu.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any")
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *a: Index(*a, directory=str(folder.parent))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pytorch_comes_from_the_index_that_is_named_and_satisfies_the_lock(
    tmp_path: Path, index: str
) -> None:
    project = small_project(tmp_path / "course", '"torch==2.13.*"', "torch==2.13.0\n")
    own = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    done = run(project, TORCH_INDEX=index, **(own | {"PIP_NO_INDEX": "0"}))
    assert done.returncode == 0, done.stderr
    code = "from importlib.metadata import version; print(version('torch'))"
    said = subprocess.run([own_python(project), "-c", code], capture_output=True, check=True)
    assert said.stdout.decode().strip() == "2.13.0+cpu"
    assert load(project).has_locked_torch()
    (project / "requirements.txt").write_text("torch==2.14.0\n", encoding="utf-8")
    assert not load(project).has_locked_torch()


@pytest.fixture
def linux(install: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Linux without an NVIDIA card, whatever this machine is."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(install, "needs_no_gpu_libraries", lambda: True)
    return install


def test_without_a_card_pytorch_comes_from_its_own_index(
    linux: ModuleType,
    index: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(linux, "CPU_INDEX", index)
    linux.install_torch()
    assert linux.ran == [("Fetching PyTorch", "--no-deps", "--index-url", index, "torch")]
    assert sentence(capsys) == ""


def test_where_that_index_does_not_answer_pip_goes_on_with_a_sentence(
    linux: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(linux, "answers", lambda _: False)
    linux.install_torch()
    assert linux.ran == []
    assert sentence(capsys).startswith("PyTorch's own index does not answer, so its usual")


def test_the_large_package_is_not_begun_on_a_disk_that_cannot_hold_it(
    linux: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux, "answers", lambda _: False)
    free = shutil._ntuple_diskusage(100, 99, 5_000_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: free)
    with pytest.raises(linux.Stop, match=r"has 5\.0 GB free, and PyTorch with GPU .* takes 7 GB"):
        linux.install_torch()


def test_an_index_whose_page_comes_but_not_its_file_is_done_without(
    linux: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(*_: str) -> None:
        raise linux.Stop("no file")

    monkeypatch.setattr(linux, "answers", lambda _: True)
    monkeypatch.setattr(linux, "run_pip", stopped)
    linux.install_torch()
    assert sentence(capsys).startswith("PyTorch's own index does not answer, so its usual")
    monkeypatch.setenv("TORCH_INDEX", "https://example.com")  # somebody's wish is not passed over
    with pytest.raises(linux.Stop, match="no file"):
        linux.install_torch()


@pytest.mark.parametrize("chosen", ["", "https://example.com/torch"])
def test_torch_index_decides_and_nothing_is_asked(
    linux: ModuleType, monkeypatch: pytest.MonkeyPatch, chosen: str
) -> None:
    monkeypatch.setenv("TORCH_INDEX", chosen)
    monkeypatch.setattr(linux, "answers", lambda _: pytest.fail("asked"))
    linux.install_torch()
    assert [words[3] for words in linux.ran] == [chosen] * bool(chosen)


def test_pytorch_that_is_there_is_not_fetched_again(
    linux: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux, "has_locked_torch", lambda: True)
    monkeypatch.setattr(linux, "answers", lambda _: pytest.fail("asked"))
    linux.install_torch()
    assert linux.ran == []


@pytest.mark.parametrize(
    ("platform", "program", "small"),
    [("linux", None, True), ("linux", "/usr/bin/nvidia-smi", False), ("darwin", None, False)],
)
def test_who_needs_no_gpu_libraries(
    install: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    program: str | None,
    small: bool,
) -> None:
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr("shutil.which", lambda _: program)
    if Path("/proc/driver/nvidia/version").exists():
        small = False
    assert install.needs_no_gpu_libraries() == small


def test_an_index_that_answers_and_one_that_does_not(
    install: ModuleType, index: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert install.answers(index)
    assert not install.answers(f"{index}/nothing")
    monkeypatch.setattr(install, "PATIENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the call, says nothing
        assert not install.answers(f"http://127.0.0.1:{silent.getsockname()[1]}")


# --- the commands ----------------------------------------------------------------------------


def make(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`make` as typed in a terminal, not as part of the `make test` that runs this."""
    outer = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "TORCH_INDEX")
    env = {name: value for name, value in os.environ.items() if name not in outer}
    return subprocess.run(
        ["make", *words], cwd=project, capture_output=True, encoding="utf-8", env=env, check=False
    )


@MAKE
def test_make_without_that_python_says_a_sentence_and_makes_nothing(tmp_path: Path) -> None:
    project = small_project(tmp_path / "course")
    done = make(project, "lab", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert done.stderr.startswith("There is no no-such-python here. Install Python as README.md")
    assert not (project / ".venv").exists()


@MAKE
def test_make_hands_torch_index_on(tmp_path: Path) -> None:
    project = small_project(tmp_path / "course")
    code = "import os; print(os.environ.get('TORCH_INDEX'))"
    (project / "install.py").write_text(code, encoding="utf-8")
    for given, wanted in (["TORCH_INDEX=here"], "here"), (["TORCH_INDEX="], ""), ([], "None"):
        done = make(project, "-s", "install", f"PYTHON={sys.executable}", *given)
        assert done.stdout.strip() == wanted


# --- which Pythons ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ((3, 9, 1), "too old"),
        ((3, 10, 12), "too old"),
        ((3, 15, 0), "too new"),
        ((3, 14, 1), "left out"),
    ],
)
def test_a_python_out_of_bounds_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...], why: str
) -> None:
    monkeypatch.setattr("sys.version_info", version)
    monkeypatch.setattr(supported, "_version_of", lambda _: ())
    said = supported.python_problem()
    assert said.startswith(f"This is Python {'.'.join(map(str, version))} (")
    assert f"which is {why}" in said
    assert "finrisk runs on Python 3.11, 3.12, 3.13, 3.14." in said
    assert "Install one (python.org/downloads), then run: make lab PYTHON=python3.13" in said
    assert supported.too_old() == (why == "too old")


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 0), (3, 13, 9), (3, 14, 0), (3, 14, 2)])
def test_a_python_within_bounds_is_fine(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    monkeypatch.setattr("sys.version_info", version)
    assert supported.python_problem() == ""


@pytest.mark.parametrize(
    ("here", "named"),
    [
        ({"python3.11": (3, 11, 2), "python3.12": (3, 12, 1)}, "python3.12"),
        ({"python3.13": (3, 13, 0), "python3.14": (3, 14, 1)}, "python3.13"),
        ({"python3.13": (3, 13, 0), "python3.14": (3, 14, 2)}, "python3.14"),
    ],
)
def test_the_newest_python_that_would_do_is_named(
    monkeypatch: pytest.MonkeyPatch, here: dict[str, tuple[int, ...]], named: str
) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 0))
    monkeypatch.setattr(supported, "_version_of", lambda name: here.get(name, ()))
    said = supported.python_problem()
    assert said.endswith(f"There is a {named} here; run: make lab PYTHON={named}")


def test_a_program_is_asked_for_its_version() -> None:
    assert supported._version_of(sys.executable) == tuple(sys.version_info[:3])
    assert supported._version_of("no-such-python") == ()
    assert supported._version_of(shutil.which("git") or "no-such-git") == ()  # starts, and fails


def test_windows_is_sent_to_the_lines_of_the_readme_not_to_make(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.version_info", (3, 10, 0))
    monkeypatch.setattr("sys.platform", "win32")
    said = supported.python_problem()
    assert "README.md shows the lines for 3.13" in said
    assert "make" not in said


def test_an_installed_package_knows_its_bounds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    here = supported._rule()
    monkeypatch.setattr(supported, "IN_CHECKOUT", False)
    monkeypatch.setattr(
        "importlib.metadata.metadata", lambda _: {"Requires-Python": "!=3.14.1,<3.15,>=3.11"}
    )
    assert supported._rule() == here


@pytest.mark.parametrize(
    "name", ["install.py", "finrisk/__init__.py", "finrisk/__main__.py", "finrisk/supported.py"]
)
def test_what_an_old_python_reads_first_it_can_read(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 7))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    arguments = [argument for function in functions for argument in function.args.args]
    written = [f.returns for f in functions] + [a.annotation for a in arguments]
    new = [ast.unparse(a) for a in written if isinstance(a, ast.Subscript | ast.BinOp)]
    assert not new, "an old Python works these out, and cannot: put them in quotes"
