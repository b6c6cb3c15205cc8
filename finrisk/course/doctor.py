"""`doctor()`: does this machine have what the course needs? Each failure says how to mend it.

Nine looks, each a function without arguments that returns a `Finding`, so that a test can
break one thing and look at one answer. Where nothing needs mending, no path and no measurement is
named, so a sound machine gets the same words everywhere. Nothing is installed or changed. What a
look needs is imported inside it, since it may be what is missing: the doctor itself starts in a
Python that has nothing installed. Whatever else a look runs into is its finding, and the others
still look.
"""

import importlib.util
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

from finrisk.course.findings import Finding, Findings
from finrisk.errors import FinriskError
from finrisk.memory import machine_memory
from finrisk.paths import Unusable, kind_of, read_file
from finrisk.supported import IN_CHECKOUT, OWN_PYTHON, PROJECT, python_problem

__all__ = ["doctor"]

_LOCK = PROJECT / "requirements.txt"
_DAMAGED = (OSError, ValueError, KeyError, TypeError)  # what reading a half-deleted package raises
_NEEDED_MEMORY = 2.0  # GB, for the longest lesson
_NEEDED_DISK = 0.5  # GB, for the notebooks that a learner saves and the models they train


def doctor() -> Findings:
    """Look at interpreter, packages, kernel, widgets, folders, settings, model file and memory.

    Where nothing is installed, all that packages are needed for is no news, and left out.
    """
    installed = _requirements() is not None
    looks: dict[str, Callable[[], Finding]] = {"Python": _python, "Packages": _packages}
    if installed:
        looks |= {"Kernel": _kernel, "Sliders": _widgets}
    looks["Disk"] = _disk
    if installed:
        looks |= {"Cache folder": _cache, "Settings": _settings, "Model file": _model}
    looks["Memory"] = _memory
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own: what matters is a finding
        return Findings(tuple(_looked(name, look) for name, look in looks.items()))


def _looked(name: str, look: Callable[[], Finding]) -> Finding:
    """What a look finds. A machine can be broken in ways that no look thinks of."""
    try:
        return look()
    except FinriskError as error:
        return Finding(name, "cannot be used.", str(error))
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        fix = "Mend what it names. If that is a file of this course, get the course anew."
        return Finding(name, f"cannot be looked at ({what[:200]}).", fix)


def _python() -> Finding:
    version = sys.version_info
    return Finding("Python", f"{version[0]}.{version[1]}", python_problem())


def _packages() -> Finding:
    """The package's own requirements against what is installed, then against the lock."""
    needed = _requirements()
    if needed is None:
        return Finding("Packages", f"not installed in {sys.executable}.", _reinstall())
    wrong, untested, lock = [], [], _locked()
    for need in needed:
        if need.marker is not None and not need.marker.evaluate({"extra": ""}):
            continue
        version = _installed(need.name)
        if version is None or not _fits(version, need):
            wrong.append(f"{need.name} {version or 'missing'} (needed: {need.specifier})")
        elif need.name in lock and lock[need.name] != version.partition("+")[0]:
            untested.append(f"{need.name} {version} (tested: {lock[need.name]})")
    if wrong:
        return Finding("Packages", ", ".join(wrong) + ".", _reinstall())
    try:
        import sklearn.model_selection  # noqa: F401  # with SciPy; a prediction needs neither
    except (ImportError, OSError) as error:
        return Finding("Packages", f"cannot be loaded ({error}).", _reinstall())
    if untested:
        return Finding("Packages", f"fit, but not the tested versions: {', '.join(untested)}.")
    return Finding("Packages", "all as tested" if lock else "all within bounds")


def _requirements() -> list[Any] | None:
    """What the package asks for; None where it, or what reads it, is not installed, or damaged."""
    try:
        from packaging.requirements import Requirement

        return [Requirement(line) for line in metadata.requires("finrisk") or []] or None
    except (ImportError, *_DAMAGED):
        return None


def _fits(version: str, need: Any) -> bool:
    try:
        return bool(need.specifier.contains(version))
    except ValueError:  # no version at all
        return False


def _reinstall() -> str:
    """What brings the libraries, or the Python that has them already."""
    venv = PROJECT / ".venv"
    inside = Path(sys.prefix).resolve() == venv.resolve()
    if venv.is_dir() and not inside:
        return f"In the project folder, use its own Python: {OWN_PYTHON} -m finrisk doctor"
    if not IN_CHECKOUT:
        pip = f"{sys.executable} -m pip install --force-reinstall"
        return f"Run: {pip} and the file or address that finrisk came from."
    if _requirements() is None and not inside:
        return "In the project folder, run: make lab (on Windows the lines of README.md)."
    pip = f'{sys.executable} -m pip install -c requirements.txt -e ".[test]"'
    return f"In the project folder, run: {pip}"


def _kernel() -> Finding:
    """Whether the kernel Jupyter starts as "Python 3" is the interpreter of this environment."""
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError as error:
        return Finding("Kernel", f"cannot be looked up ({error}).", _reinstall())

    fix = "Run: python -m ipykernel install --sys-prefix, then choose Kernel > Change Kernel."
    try:
        program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except NoSuchKernel:
        return Finding("Kernel", "there is no kernel named python3.", fix)
    except (IndexError, KeyError, TypeError, ValueError, PermissionError) as error:  # kernel.json
        return Finding("Kernel", f"what python3 starts cannot be read ({error}).", fix)
    # Jupyter itself replaces a bare "python" by the interpreter it runs on.
    # It lies in a folder bin or Scripts of the environment; conda's on Windows in no folder.
    if program.is_absolute() and Path(sys.prefix) not in (program.parent, program.parent.parent):
        return Finding("Kernel", f"python3 starts {program}, not {sys.prefix}.", fix)
    return Finding("Kernel", "Python 3, of this environment")


def _widgets() -> Finding:
    if importlib.util.find_spec("jupyterlab_widgets") is None:
        fix = "Run: python -m pip install --force-reinstall jupyterlab_widgets, then reload."
        return Finding(
            "Sliders", "the part of ipywidgets that lives in JupyterLab is missing.", fix
        )
    return Finding("Sliders", "JupyterLab can show them")


def _disk() -> Finding:
    try:
        with tempfile.TemporaryFile(dir=Path.cwd()):
            pass
    except FileNotFoundError:
        fix = "Go to the folder of the course, and start again there."
        return Finding("Disk", "the folder you are in was deleted or moved.", fix)
    except OSError as error:
        fix = "Copy the project to a folder you may write to, such as your home folder."
        return Finding("Disk", f"cannot write to this folder ({error.strerror}).", fix)
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    if free < _NEEDED_DISK:
        fix = "Delete what you no longer need, or move the project to another disk."
        return Finding("Disk", f"{free:.1f} GB free, {_NEEDED_DISK:g} GB needed.", fix)
    return Finding("Disk", "this folder can be written to")


def _cache() -> Finding:
    """Where matplotlib keeps its list of fonts."""
    fix = "Set MPLCONFIGDIR, in the environment, to a folder you may write to."
    try:
        import matplotlib as mpl

        folder = Path(mpl.get_cachedir())
    except ImportError as error:
        return Finding("Cache folder", f"cannot be looked up ({error}).", _reinstall())
    except OSError:  # no temporary folder either
        return Finding("Cache folder", "there is none, and plots need one.", fix)
    if folder.parent == Path(tempfile.gettempdir()) and folder.name.startswith("matplotlib-"):
        return Finding("Cache folder", "there is none, so matplotlib makes one each time.", fix)
    return Finding("Cache folder", "plots can keep their fonts")


def _settings() -> Finding:
    try:
        from finrisk.settings import Settings
    except ImportError as error:
        return Finding("Settings", f"cannot be read ({error}).", _reinstall())
    Settings()
    return Finding("Settings", "can be read")


def _model() -> Finding:
    try:
        from finrisk.ml.predictor import Predictor

        predictor = Predictor.load()
    except (ImportError, OSError) as error:  # a library is missing, or a part of its own
        return Finding("Model file", f"cannot be opened ({error}).", _reinstall())
    try:
        _ = predictor.metrics  # read on first use
    except FinriskError as error:
        return Finding("Model file", "can be used, but its figures cannot.", str(error))
    return Finding("Model file", "present and readable")


def _memory() -> Finding:
    free = _free_memory()
    if free is None:
        return Finding("Memory", "this system does not say how much is free")
    if free < _NEEDED_MEMORY:
        fix = "Close other programs, and other notebooks' kernels (Kernel > Shut Down All)."
        return Finding("Memory", f"{free:.1f} GB free, {_NEEDED_MEMORY:g} GB needed.", fix)
    return Finding("Memory", f"at least {_NEEDED_MEMORY:g} GB free")


def _free_memory() -> float | None:
    """Free memory in GB; None where the system has no such figure (Windows, macOS)."""
    try:
        pages, size = os.sysconf("SC_AVPHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    free = max(pages * size, _linux_available()) / 1e9
    return min(free, machine_memory() or free)  # a container may have less than its machine


def _linux_available() -> float:
    """Bytes that Linux would give a program: free pages and the cache it can drop."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return max(1024.0 * int(s.split()[1]) for s in lines if s.startswith("MemAvail"))
    except (OSError, ValueError, IndexError):  # another system, or one that hides it
        return 0


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except (metadata.PackageNotFoundError, *_DAMAGED):
        return None


def _locked() -> dict[str, str]:
    """Package -> the version that was tested; empty where the lock file is not at hand.

    Raises:
        FinriskError: for one that is no text.
    """
    if not kind_of(_LOCK):
        return {}
    try:
        text = read_file(_LOCK).decode("utf-8-sig")
    except (Unusable, UnicodeError) as error:
        raise FinriskError(
            f"The file {_LOCK} must be a text in UTF-8, got: {error}. Get it anew, with: git "
            "restore requirements.txt"
        ) from error
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return dict(line.split("==", 1) for line in lines if "==" in line)
