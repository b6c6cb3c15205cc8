"""The file `.env`, checked before it is read: what cannot be read in it is said, never skipped.

The library that reads it skips a line it does not understand with a word to the log, and a file
in UTF-16 is no line at all to it. Left out on purpose: what the settings are (`settings.py`).
"""

import io
import os
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from finrisk.errors import FinriskError
from finrisk.paths import Unusable, kind_of, read_file, show_path

__all__ = ["is_there", "names_in"]

_MOST = 2**20  # bytes; a few lines take hundreds
_SAVE = "Save it as UTF-8, in PowerShell: (Get-Content .env) | Set-Content -Encoding utf8 .env"


def is_there(file: Path) -> bool:
    """Whether an `.env` is to be read. A folder is none: some keep their Python in .env/."""
    try:
        return os.path.lexists(file) and kind_of(file) != "a folder"
    except Unusable:  # whoever reads it is told why not
        return True


def names_in(file: Path) -> list[str]:
    """The names with FINRISK in them that an `.env` gives a value to.

    Raises:
        FinriskError: for a file that is no text in UTF-8, and for such a line without a value,
            a name that stands twice, or a variable that is not set.
    """
    lines = [line for line in parse_stream(io.StringIO(_text_of(file))) if _is_ours(line)]
    for line in lines:
        if line.value is None:
            raise _refusal(
                file,
                "must have lines such as FINRISK_PORT=8000",
                show_path(line.original.string.strip()),
                "Correct that line, or put # in front of it.",
            )
    names = [line.key for line in lines if line.key is not None]
    for line in lines:
        if [name.upper() for name in names].count((line.key or "").upper()) > 1:
            rule, step = "must give each setting once", "Keep one of its lines."
            raise _refusal(file, rule, f"{line.key} more than once", step)
        for unknown in _unset(line.value or ""):
            rule, step = "must not ask for a variable that is not set", "Set it, or write it out."
            raise _refusal(file, rule, f"{line.key}, which asks for {show_path(unknown)}", step)
    return names


def _unset(value: str) -> list[str]:
    """The variables in a value, such as ${HOME}, that the environment does not have.

    >>> _unset("${HOMME}/models"), _unset("models")
    (['HOMME'], [])
    """
    names = [part.partition("}")[0] for part in value.split("${")[1:]]
    return [name for name in names if ":-" not in name and name not in os.environ]


def _is_ours(line: Binding) -> bool:
    """Whether it is about finrisk: the file may serve other programs too."""
    text = line.original.string if line.error else line.key or ""
    return "FINRISK" in text.upper()


def _text_of(file: Path) -> str:
    try:
        data = read_file(file, _MOST + 1)
    except Unusable as error:
        step = "Make it readable, or take it away."
        raise _refusal(file, "must be a file to read", f"one that {error}", step) from error
    if len(data) > _MOST:
        step = "Keep a line for each setting, as .env.example has."
        raise _refusal(file, "must be a text of a few lines", "more than 1 MiB", step)
    if b"\0" in data:  # UTF-16 has one in every second place; PowerShell's > writes it
        raise _refusal(file, "must be a text in UTF-8", "UTF-16, or no text at all", _SAVE)
    try:
        return data.decode("utf-8-sig")  # PowerShell's utf8 begins with a mark
    except UnicodeError as error:
        raise _refusal(file, "must be a text in UTF-8", str(error), _SAVE) from error


def _refusal(file: Path, rule: str, got: str, step: str) -> FinriskError:
    return FinriskError(f"The file {file.absolute()} {rule}, got: {got}. {step}", field=".env")
