"""What goes wrong, said so that a person can act on it: field, rule, value received, next step.

Every error that this package raises on purpose is a `FinriskError`. In a notebook it shows its
sentence and the reader's own line, and no stack trace.
"""

import re
import traceback
from pathlib import Path

__all__ = ["FinriskError", "InvalidChange", "InvalidHistory", "InvalidHousehold", "ModelFileError"]

_PACKAGE = Path(__file__).parent
# What a file's name may hold, and no screen should: codes for terminals, halves of letters.
_UNSHOWABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class FinriskError(ValueError):
    """Base of every error this package raises on purpose: one sentence a person can act on.

    Args:
        message: field, rule, value received and next step, in one or two sentences.
        field: the field or column the message is about, "" when it is about the whole.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(_UNSHOWABLE.sub(lambda letter: repr(letter[0])[1:-1], message))
        self.field = field

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows of it: the sentence, then the reader's own line; no stack."""
        calls = traceback.extract_tb(self.__traceback__)
        seen = [call for call in calls if call.line]  # code made by @dataclass has no lines
        own = [call for call in seen if not Path(call.filename).is_relative_to(_PACKAGE)]
        where = [f"(line {own[-1].lineno}: {own[-1].line})"] if own else []
        return [f"{type(self).__name__}: {self}", *where]


class InvalidHousehold(FinriskError):
    """A household whose fields break a rule of `INPUTS`."""


class InvalidHistory(FinriskError):
    """Monthly rows (a CSV or a DataFrame) that cannot be read as twelve months."""


class ModelFileError(FinriskError):
    """A model file that is missing, damaged, or written for another set of features."""


class InvalidChange(FinriskError):
    """A `Change` that nobody can make: an unknown name, or a number outside its range."""
