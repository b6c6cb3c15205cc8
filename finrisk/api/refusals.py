"""What the API says when it refuses: one shape, one sentence a person can act on.

The sentence comes from `inputs.py`, `household.py` and the CSV reader wherever a rule about a
household is broken; here are only those about the request itself, and the status that each kind
of refusal has.
"""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from finrisk.inputs import INPUTS

__all__ = [
    "BUG",
    "CUT_OFF",
    "STATUS_BAD_VALUE",
    "STATUS_BUG",
    "STATUS_NO_MODEL",
    "STATUS_TOO_LARGE",
    "TOO_LARGE",
    "Refusal",
    "explain",
]

# The status of HTTP for each kind of refusal.
STATUS_BAD_VALUE, STATUS_TOO_LARGE, STATUS_NO_MODEL, STATUS_BUG = 422, 413, 503, 500

_NOT_JSON = (
    "The body must be JSON, and this text breaks off or is misspelt. "
    'Send an object such as {"monthly_income": 4500, "monthly_expenses": 3900, ...}.'
)
_NO_OBJECT = (
    "The body must be one JSON object holding the fields of a household. Send it with "
    "Content-Type: application/json; /openapi.json has an example."
)
_NO_FILE = (
    "file must be an uploaded CSV file, got none. Send it as multipart/form-data in a part "
    "named file."
)


class Complaint(BaseModel):
    """What is wrong: the field ("" when it is about the whole) and a sentence."""

    field: str
    message: str


class Refusal(BaseModel):
    """The one shape of every error of this API."""

    detail: Complaint

    @classmethod
    def of(cls, message: str, field: str = "") -> "Refusal":
        """A refusal that can always be sent: JSON may hold half characters, UTF-8 may not."""
        field, message = (t.encode("utf-8", "replace").decode() for t in (field, message))
        return cls(detail=Complaint(field=field, message=message))

    def answer(self, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
        """The response that carries it."""
        return JSONResponse(self.model_dump(), status, headers)


TOO_LARGE = Refusal.of(
    "The request must not be larger than 1 MiB. Send the twelve months of one household."
)
CUT_OFF = Refusal.of(
    "file must arrive whole, got an upload that breaks off before its end. Send it again.", "file"
)
BUG = Refusal.of("Something went wrong here, not with your numbers. Please report what you sent.")


def explain(error: Mapping[str, Any]) -> Refusal:
    """Turn one error of pydantic into field, rule, value received and next step.

    >>> explain({"type": "missing", "loc": ("body", "debt"), "input": {}}).detail.message
    'debt is required, got nothing. Give a number in $.'
    """
    field, value = _shortened(error["loc"][-1]), error["input"]
    if error["type"] == "json_invalid":
        return Refusal.of(_NOT_JSON)
    if error["type"] == "extra_forbidden":
        known = ", ".join(INPUTS)
        return Refusal.of(f"{field} is not a field of a household. Use {known}.", field)
    if field in INPUTS:
        missing = error["type"] == "missing" or value is None
        wrong = f"must be a number, got {_shortened(repr(value))}"
        rule = "is required, got nothing" if missing else wrong
        return Refusal.of(f"{field} {rule}. {INPUTS[field].advice}", field)
    return Refusal.of(_NO_FILE, field) if field == "file" else Refusal.of(_NO_OBJECT)


def _shortened(value: Any) -> str:
    return text if len(text := str(value)) <= 60 else f"{text[:57]}…"
