"""The name of a file or folder that somebody gave: what it means, and what stands there.

A name can be wrong in many ways, and each system and each Python tells them in its own: with one
exception or another, with False, or by reading for ever. Here each becomes the end of a sentence:
"got 'year.csv', which was not found". The beginning belongs to whoever asked for the file.
"""

import os
import stat
from pathlib import Path
from typing import Any

from finrisk.errors import FinriskError
from finrisk.received import shorten, show_value

__all__ = ["Unusable", "check_here", "find_path", "kind_of", "read_file", "show_path"]


class Unusable(OSError):
    """Why a path cannot be used, in words that follow "which"."""


def check_here() -> None:
    """Refuse to go on in a folder that is gone: PyTorch would end Python there, with no reason.

    Raises:
        FinriskError: if the current folder was deleted or moved.

    >>> check_here()
    """
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise FinriskError(
            "The folder that Python runs in must be there, got one that was deleted or moved. Go "
            "to another, such as the one of the course, and start again."
        ) from error


def find_path(name: Any) -> Path:
    """The path that a name stands for; a ~ in front is the home folder, as in a shell.

    Raises:
        Unusable: for what names nothing, on any system.

    >>> find_path("~/year.csv").is_absolute()
    True
    """
    try:
        text = os.fsdecode(name)
    except TypeError:
        raise Unusable("is no path") from None
    if not text.strip():
        raise Unusable("is empty")
    if "\0" in text:
        raise Unusable("holds a zero character, as no name does")
    if "://" in text:
        raise Unusable("is an address for a browser, not a path")
    path = Path(text)
    try:
        return path.expanduser()
    except RuntimeError:  # whose home? A file may be called so all the same, as "~$year.csv"
        if not kind_of(path):
            raise Unusable("begins with ~, but stands for no home folder here") from None
        return path


def kind_of(path: Path) -> str:
    """What stands there: "a file", "a folder", "a pipe or a device"; "" for nothing.

    Raises:
        Unusable: where the system does not let one look, such as for a name that is too long.

    >>> kind_of(Path.home() / "no" / "such" / "file")
    ''
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as error:
        raise _closed(error) from error
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a file" if stat.S_ISREG(mode) else "a pipe or a device"


def read_file(path: Path, most: int = -1) -> bytes:
    """The bytes of a file, or its first ones: a device would give them for ever.

    Raises:
        Unusable: for what is not there, is no file, or may not be read.
    """
    try:
        if path.is_file():
            with path.open("rb") as file:
                return file.read(most)
    except (OSError, ValueError) as error:
        raise _closed(error) from error
    kind = kind_of(path)
    raise Unusable(f"is {kind}" if kind else "was not found")


def show_path(name: Any) -> str:
    r"""A name in quotes, as a sentence can bear it: without its end where it is very long.

    >>> show_path(Path("year.csv")), show_path("\x1b[2J")
    ("'year.csv'", "'\\x1b[2J'")
    """
    if not isinstance(name, str | bytes | os.PathLike):
        return show_value(name)
    return shorten(repr(os.fsdecode(name)), 200)


def _closed(error: OSError | ValueError) -> Unusable:
    return Unusable(f"cannot be opened ({getattr(error, 'strerror', None) or error})")
