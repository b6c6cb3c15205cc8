"""Make `.venv`, the project's own Python with its libraries: what every `make` does first.

    python3 install.py              # what the lessons need
    python3 install.py test bench   # and what `make test` and `make bench` need

A second run finds all in place and is over at once. What can go wrong on a new machine ends
in one sentence, and what was half made is taken away, so that the next try starts clean. On
Linux without an NVIDIA card PyTorch comes from its own index, whose package leaves out several
gigabytes of GPU libraries; `TORCH_INDEX` names another index ("" is pip's usual one).

Nothing but the standard library, and nothing that a Python which is too old cannot read.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

from finrisk.supported import python_problem

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"
ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
STAMP = VENV / "finrisk.json"  # written last: what .venv holds, once it is whole
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
PATIENCE = 5  # seconds for that index to answer; behind many firewalls it never does
NEEDED_DISK = 3  # GB, with PyTorch for processors only
GPU_DISK = 4  # GB more, where pip's usual Linux package brings its GPU libraries
NO_NETWORK = re.compile(
    "NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError"
    "|Could not fetch URL|Max retries exceeded|Connection (?:broken|refused|reset)"
)


class Stop(Exception):
    """The sentence that is printed instead of a stack trace."""


def main(extras: "list[str]") -> int:
    """Bring `.venv` up to what is asked for; returns the exit code."""
    try:
        check_not_moved()
        whole = is_whole()
        present = installed_extras() if whole else []
        if whole and is_current() and set(extras) <= set(present):
            return 0
        install(sorted({*present, *extras}), fresh=not whole)
    except Stop as sentence:
        print(sentence, file=sys.stderr)
        return 1
    except (OSError, UnicodeError) as error:  # also a file of the course saved in UTF-16
        print(sentence_for(str(error), "The course cannot be installed"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    return 0


def install(extras: "list[str]", fresh: bool) -> None:
    """Install the project with these extras, into a fresh environment or the one that is here."""
    if fresh:
        check_machine()  # before anything that was there is touched
    try:
        if fresh:
            make_environment()
        install_torch()
        wanted = f".[{','.join(extras)}]" if extras else "."
        run_pip("Installing the course", "-e", wanted)
        shutil.rmtree(str(ROOT / "finrisk.egg-info"), ignore_errors=True)  # of an older course
        STAMP.write_text(json.dumps(stamp(extras)), encoding="utf-8")
    except BaseException:  # Ctrl-C too
        if fresh:
            shutil.rmtree(str(VENV), ignore_errors=True)
        raise


# --- what is there already -------------------------------------------------------------------


def stamp(extras: "list[str]") -> "dict[str, object]":
    """What was installed, from which files, and where."""
    return {"folder": str(ROOT), "files": digest(), "extras": extras}


def stamped() -> "dict[str, object]":
    """The stamp in `.venv`; empty where there is none or it cannot be read."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def digest() -> str:
    """Of the files that say what is installed: when they change, so must `.venv`."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n[tool.")[0]
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return hashlib.sha256((project + lock).encode("utf-8")).hexdigest()


def is_whole() -> bool:
    """Whether an earlier run came to its end, and its Python still finds what it installed.

    It does not after the system got another Python, or on another machine.
    """
    return bool(stamped()) and runs("import finrisk.supported")


def runs(code: str) -> bool:
    """Whether the environment's Python, seeing nothing but the environment, can do this."""
    try:
        done = subprocess.run([str(PYTHON), "-I", "-c", code], stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def is_current() -> bool:
    """Whether the project still asks for what was installed."""
    return stamped().get("files") == digest()


def installed_extras() -> "list[str]":
    """The extras in `.venv`."""
    extras = stamped().get("extras", [])
    return list(extras) if isinstance(extras, list) else []


def check_not_moved() -> None:
    """The programs in `.venv` hold the path of the folder they were made in."""
    before = stamped().get("folder", str(ROOT))
    if before != str(ROOT):
        raise Stop(
            f"This folder was {before} when .venv was made, and what is in there starts nowhere "
            "else. After a move run: make clean, then the same command again. If another machine "
            "or a container uses that .venv, give this one a copy of the project instead."
        )


# --- a new environment -----------------------------------------------------------------------


def make_environment() -> None:
    """An empty `.venv` of this Python, in place of what a first try may have left there."""
    instead = ", in place of the one that is here" if VENV.exists() else ""
    say(f"Making .venv with Python {THIS}{instead} ...")
    done = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        raise Stop(sentence_for(done.stdout.decode("utf-8", "replace"), ".venv cannot be made"))


def check_machine() -> None:
    """All that can be known before anything is written."""
    problem = python_problem()
    if problem:
        raise Stop(problem)
    for part in ("venv", "ensurepip"):
        if importlib.util.find_spec(part) is None:
            raise Stop(
                f"This Python ({sys.executable}) has no {part}, which makes environments. On "
                f"Debian and Ubuntu run: sudo apt install python{THIS}-venv; elsewhere install "
                "Python from python.org/downloads. Then run the same command again."
            )
    if not os.access(str(ROOT), os.W_OK):
        raise Stop(
            f"The folder {ROOT} cannot be written to. Copy the project to one that can, such as "
            "your home folder."
        )
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    if free < NEEDED_DISK:
        raise Stop(
            f"The disk of {ROOT} has {free:.1f} GB free, and the course needs {NEEDED_DISK} GB. "
            "Make room, or copy the project to another disk."
        )


# --- PyTorch without what needs a GPU --------------------------------------------------------


def install_torch() -> None:
    """Take PyTorch from its own index where that saves gigabytes; else leave it to pip."""
    if has_locked_torch():
        return
    chosen = os.environ.get("TORCH_INDEX")
    if chosen:
        fetch_torch(chosen)
        return
    if chosen is None and needs_no_gpu_libraries():
        try:
            if answers(CPU_INDEX):
                fetch_torch(CPU_INDEX)
                return
        except Stop:  # its page came, the file did not: some firewalls let through just that
            pass
        say(
            "PyTorch's own index does not answer, so its usual Linux package is taken: with GPU "
            "libraries, which this course does not need (2.5 GB more to download)."
        )
    if sys.platform.startswith("linux"):  # where pip's usual package is the large one
        check_disk_for_gpu_libraries()


def fetch_torch(index: str) -> None:
    """PyTorch alone: what it needs comes from pip's usual index with everything else."""
    run_pip("Fetching PyTorch", "--no-deps", "--index-url", index, "torch")


def has_locked_torch() -> bool:
    """Whether the environment has the PyTorch that the lock asks for, of whichever kind."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = re.search("^torch==(.+)$", lock, re.MULTILINE)
    version = f"m.version('torch').partition('+')[0] == '{found.group(1) if found else ''}'"
    return runs(f"import importlib.metadata as m; assert {version}")


def needs_no_gpu_libraries() -> bool:
    """Linux without an NVIDIA driver: elsewhere pip's usual package is the small one."""
    driver = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi")
    return sys.platform.startswith("linux") and not driver


def answers(index: str) -> bool:
    """Whether the index shows its page on PyTorch within seconds.

    The look-up of a name takes no time limit, so the question is asked in a thread of its own.
    """
    found: list[bool] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(index + "/torch/", timeout=PATIENCE) as page:
                found.append(page.status == 200)
        except urllib.error.HTTPError as refusal:
            refusal.close()
        except (OSError, ValueError):
            pass

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return any(found)


def check_disk_for_gpu_libraries() -> None:
    """Not to begin a download that ends in a full disk."""
    free, needed = shutil.disk_usage(str(ROOT)).free / 1e9, NEEDED_DISK + GPU_DISK
    if free < needed:
        raise Stop(
            f"The disk of {ROOT} has {free:.1f} GB free, and PyTorch with GPU libraries takes "
            f"{needed} GB. Make room, or name an index that answers: make lab TORCH_INDEX=..."
        )


# --- pip -------------------------------------------------------------------------------------


def run_pip(what: str, *arguments: str) -> None:
    """Run the environment's pip with the locked versions, and show how far it is."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--progress-bar", "off", "-c", "requirements.txt", *arguments]
    say(what + " ...")
    said = []
    with subprocess.Popen(
        command, cwd=str(ROOT), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.decode("utf-8", "replace"))
            show_progress(what, said)
    show_progress(what, [])
    if process.returncode:
        raise Stop(sentence_for("".join(said), "The libraries cannot be installed"))


def show_progress(what: str, said: "list[str]") -> None:
    """One line that changes, on a terminal only; with nothing said it is wiped away."""
    text = ""
    if said and said[-1].startswith("Installing collected packages"):
        text = f"{what}: writing the files, a minute or two"
    elif said and said[-1].startswith("Collecting "):
        names = [line.split()[1] for line in said if line.startswith("Collecting ")]
        text = f"{what}: library {len(names)}, {re.split('[<>=~!;]', names[-1])[0]}"
    if sys.stderr.isatty() and (text or not said):
        sys.stderr.write(f"\r{'':<78}\r{text[:78]}")
        sys.stderr.flush()


def sentence_for(said: str, what: str) -> str:
    """What went wrong, from what Python or pip said of it."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return f"{what}: the disk is full. Make room, then run the same command again."
    if "Read-only file system" in said or "Permission denied" in said:
        return f"{what}: {ROOT} cannot be written to. Copy the project to your home folder."
    if NO_NETWORK.search(said):
        return (
            f"{what}: the network does not answer. Connect (or set HTTPS_PROXY, where a network "
            "asks for it), then run the same command again."
        )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.upper().startswith("ERROR")] or lines or ["nothing"]
    return f"{what}. What was said: {errors[-1]} README.md lists the machines that can run it."


def say(text: str) -> None:
    """To the terminal, at once."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
