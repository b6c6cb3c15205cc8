"""What the API says when it refuses: one shape, one sentence a person can act on.

The sentence comes from `inputs.py`, `household.py` and the CSV reader wherever a rule about a
household is broken; here are only those about the request itself, the status that each kind of
refusal has, and the headers that it carries like every other answer.
"""

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel

from finrisk.change import Change
from finrisk.errors import FinriskError, InvalidChange, InvalidHistory, InvalidHousehold
from finrisk.inputs import INPUTS, not_a_field
from finrisk.received import show_value

__all__ = [
    "BUG",
    "CUT_OFF",
    "NOT_HTTP",
    "SECURITY_HEADERS",
    "STATUS_BAD_VALUE",
    "STATUS_BUG",
    "STATUS_FROM_ELSEWHERE",
    "STATUS_NOT_HTTP",
    "STATUS_NOT_READY",
    "STATUS_TOO_LARGE",
    "STATUS_TOO_SLOW",
    "STATUS_WRONG_HOST",
    "TOO_LARGE",
    "TOO_SLOW",
    "Refusal",
    "answer_to",
    "explain",
    "other_host",
    "other_site",
]

# The status of HTTP for each kind of refusal: of the request as such, of what it holds, and two
# that the server takes upon itself.
STATUS_NOT_HTTP = STATUS_WRONG_HOST = 400
STATUS_FROM_ELSEWHERE, STATUS_TOO_SLOW, STATUS_TOO_LARGE = 403, 408, 413
STATUS_BAD_VALUE = 422
STATUS_BUG, STATUS_NOT_READY = 500, 503

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",  # answers hold a household's figures
}

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


_FORM = {  # what a form sends: what it must be, and the next step
    "fields": (
        "an object with the text of each box",
        'Send {"fields": {"monthly_income": "4,200", ...}}.',
    ),
    "since": (
        "an object with the fields of a household",
        'Send {"monthly_income": 4200, ...}, or leave it out.',
    ),
    "in_hand": ("the name of a box", 'Send "savings", or leave it out.'),
}


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


NOT_HTTP = Refusal.of(
    "The request must be HTTP/1.1, and this one could not be read. Open the address in a browser, "
    "or ask it with curl or httpx."
)
TOO_SLOW = Refusal.of(
    "The request must arrive within 10 seconds, and this one did not. Send it again, whole."
)
TOO_LARGE = Refusal.of(
    "The request must not be larger than 1 MiB. Send the twelve months of one household."
)
CUT_OFF = Refusal.of(
    "file must arrive whole, got an upload that breaks off before its end. Send it again.", "file"
)
BUG = Refusal.of("Something went wrong here, not with your numbers. Please report what you sent.")


def other_host(got: str) -> Refusal:
    """The refusal of a request for a host that is not this server."""
    return Refusal.of(
        f"host must be a name of this server, got {got}. Ask for localhost, or name the host in "
        "FINRISK_ALLOWED_HOSTS and start the server again.",
        "host",
    )


def other_site(got: str) -> Refusal:
    """The refusal of what a page of another site sends."""
    return Refusal.of(
        f"origin must be this server itself, got {got}. Send it from the page of this server; if "
        "a proxy shows that under another name, put the name in FINRISK_ALLOWED_HOSTS.",
        "origin",
    )


def answer_to(error: FinriskError) -> JSONResponse:
    """The refusal of a value that was sent; any other error is about this server's own files."""
    sent = isinstance(error, InvalidHousehold | InvalidHistory | InvalidChange)
    status = STATUS_BAD_VALUE if sent else STATUS_NOT_READY
    return Refusal.of(str(error), error.field).answer(status)


def explain(error: Mapping[str, Any]) -> Refusal:
    """Turn one error of pydantic into field, rule, value received and next step.

    >>> explain({"type": "missing", "loc": ("body", "debt"), "input": {}}).detail.message
    'debt is required, got nothing. Give a number in $.'
    """
    field, value = _shortened(error["loc"][-1]), error["input"]
    if error["type"] == "json_invalid":
        return Refusal.of(_NOT_JSON)
    if error["loc"][:2] == ("body", "change"):
        whole = len(error["loc"]) == 2
        return Refusal.of(_no_change(value) if whole else _wrong_change(field, value), field)
    if field in _FORM and len(error["loc"]) == 2:
        got = "nothing" if error["type"] == "missing" else show_value(value)
        return Refusal.of(f"{field} must be {_FORM[field][0]}, got {got}. {_FORM[field][1]}", field)
    if error["type"] == "extra_forbidden":
        return Refusal.of(str(not_a_field(error["loc"][-1])), field)
    if field in INPUTS:
        return Refusal.of(_wrong_value(field, None if error["type"] == "missing" else value), field)
    return Refusal.of(_NO_FILE, field) if field == "file" else Refusal.of(_NO_OBJECT)


def _wrong_value(field: str, value: Any) -> str:
    """What the field itself says to the value; it takes NaN for "not known", JSON has none."""
    try:
        INPUTS[field].check(value)
    except InvalidHousehold as error:
        if value == value:  # all but NaN are what they are
            return str(error)
    return f"{field} must be a number, got {show_value(value)}. {INPUTS[field].advice}"


def _no_change(value: Any) -> str:
    return (
        f"change must be an object with fields of a change, got {show_value(value)}. Send "
        '{"income": 0.7, "months": 3}, or leave it out.'
    )


def _wrong_change(field: str, value: Any) -> str:
    """What `Change` itself says to the value, or to a name that it has not."""
    try:
        Change(**{field: value})
    except InvalidChange as error:
        return str(error)
    return f"{field} must be a number, got {show_value(value)}. Send it without quotes."


def _shortened(value: Any) -> str:
    return text if len(text := str(value)) <= 60 else f"{text[:57]}…"
