"""Which Pythons may run finrisk, and what the others are told.

The bound itself stands in one place, `requires-python` in pyproject.toml. This file is the
first that a Python reads, by `python -m finrisk` or by `install.py`, so it takes nothing but
the standard library, and is written so that a Python that is too old can still read it.
"""

import re
import subprocess
import sys
from pathlib import Path

__all__ = [
    "CARRIED",
    "IN_CHECKOUT",
    "OWN_PYTHON",
    "PACKAGE",
    "PROJECT",
    "python_problem",
    "too_old",
]

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent  # in a checkout; the folder of all libraries where it is installed
_PYPROJECT = PROJECT / "pyproject.toml"
OWN_PYTHON = r".venv\Scripts\python" if sys.platform == "win32" else ".venv/bin/python"
CARRIED = PACKAGE / "models"  # only an installed package has this folder
# Libraries may lie beside a pyproject.toml too, that of the project they were installed into.
IN_CHECKOUT = _PYPROJECT.is_file() and not CARRIED.is_dir()


class _NoRule(Exception):
    """The sentence for a rule that cannot be read: a damaged file, or one saved in UTF-16."""


def python_problem() -> str:
    """A sentence on why this Python cannot be used, and what to do; "" where it can."""
    try:
        oldest, after_newest, left_out = _rule()
    except _NoRule as sentence:
        return str(sentence)
    if _this() < oldest:
        why = "too old"
    elif _this() >= after_newest:
        why = "too new: some libraries are not made for it yet"
    elif _this() in left_out:
        why = "left out: a library does not work with just this one"
    else:
        return ""
    return (
        f"This is Python {_text(_this())} ({sys.executable}), which is {why}. finrisk runs on "
        f"Python {', '.join(_supported())}. {_next_step(left_out)}"
    )


def _next_step(left_out: "list[tuple[int, ...]]") -> str:
    """Which other Python to use, or to install; not one that may be left out itself."""
    unsure = [_text(version[:2]) for version in left_out]
    sure = [v for v in _supported() if v not in unsure]
    if sys.platform == "win32":
        return f"Install one (python.org/downloads); README.md shows the lines for {sure[-1]}"
    found = {v: _version_of(f"python{v}") for v in _supported()}
    present = [v for v in found if found[v] and found[v] not in left_out]
    if present:
        return f"There is a python{present[-1]} here; run: make lab PYTHON=python{present[-1]}"
    return f"Install one (python.org/downloads), then run: make lab PYTHON=python{sure[-1]}"


def _version_of(name: str) -> "tuple[int, ...]":
    """Of the program with this name; empty where there is none, or it does not start."""
    code = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        said = subprocess.check_output([name, "-c", code], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return _version(said.decode("ascii"))


def too_old() -> bool:
    """Whether this Python cannot even read the rest of the package, as far as one can know."""
    try:
        return _this() < _rule()[0]
    except _NoRule:
        return True


def _supported() -> "list[str]":
    """3.11, 3.12 ..., the oldest first."""
    oldest, after_newest, _ = _rule()
    return [f"3.{minor}" for minor in range(oldest[1], after_newest[1])]


def _rule() -> "tuple[tuple[int, ...], tuple[int, ...], list[tuple[int, ...]]]":
    """The oldest Python that may be used, the first that may not any more, those left out."""
    try:
        parts = re.findall(r"(>=|<|!=)([\d.]+)", _requires_python())
        numbers = dict(parts)
        left_out = [_version(version) for sign, version in parts if sign == "!="]
        return _version(numbers[">="]), _version(numbers["<"]), left_out
    except (OSError, ValueError, LookupError, TypeError, ImportError):
        where = str(_PYPROJECT) if IN_CHECKOUT else "The installed package finrisk"
        anew = "git restore pyproject.toml" if IN_CHECKOUT else "pip install --force-reinstall"
        raise _NoRule(
            f"{where} must say which Pythons may run finrisk (requires-python, in UTF-8), and that "
            f"cannot be read. Get it anew, with: {anew}"
        ) from None


def _requires_python() -> str:
    """The rule as it is written, such as ">=3.11,<3.15"."""
    if IN_CHECKOUT:
        text = _PYPROJECT.read_text(encoding="utf-8")
        return str(re.findall(r'^requires-python = "([^"]+)"', text, re.MULTILINE)[0])
    from importlib import metadata  # an installed package carries it; not before Python 3.8

    return metadata.metadata("finrisk")["Requires-Python"]


def _version(text: str) -> "tuple[int, ...]":
    return tuple(int(part) for part in text.split("."))


def _this() -> "tuple[int, ...]":
    return tuple(sys.version_info[:3])


def _text(version: "tuple[int, ...]") -> str:
    return ".".join(str(part) for part in version)
