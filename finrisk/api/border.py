"""The border: what happens to every request before the app sees it and after it has answered.

A body over 1 MiB, or an upload without its end, is refused, every answer carries the security
headers, and the log says where something happened, never with whose numbers: no query string, no
address that is not ours, and of a mistake in this code its type and its place alone. Left out on
purpose: the app (`main.py`) and what a refusal says (`refusals.py`).
"""

import logging
import traceback

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from finrisk.api.refusals import (
    BUG,
    CUT_OFF,
    STATUS_BAD_VALUE,
    STATUS_BUG,
    STATUS_TOO_LARGE,
    TOO_LARGE,
)

__all__ = ["MAX_BODY", "Border"]

MAX_BODY = 1_048_576  # bytes; twelve months of a household are about one thousand
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",  # answers hold a household's figures
}
_log = logging.getLogger(__name__)
logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of bytes of an upload


class Border:
    """Middleware: limits what comes in, secures what goes out, keeps figures out of the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["query_string"] = b""  # no route takes one, and the server's log would show it
        try:
            body = await _read(Request(scope, receive))
        except ClientDisconnect:  # nobody is left to answer
            return
        answer: ASGIApp = self._answer
        if body is None:
            answer = TOO_LARGE.answer(STATUS_TOO_LARGE)
        elif _breaks_off(Headers(scope=scope), body):
            answer = CUT_OFF.answer(STATUS_BAD_VALUE)
        await answer(scope, _replay(body or b"", receive), _secured(scope, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask the app; admit a mistake of ours without its text, which may hold figures."""
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            place = "".join(traceback.format_tb(error.__traceback__))
            _log.error("%s (its text may hold figures) at\n%s", type(error).__name__, place)
        else:
            return
        await BUG.answer(STATUS_BUG)(scope, receive, send)


async def _read(request: Request) -> bytes | None:
    """The whole body; None as soon as it is, or says it is, larger than `MAX_BODY`."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced[:20]) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:  # a chunked upload announces nothing
            return None
    return bytes(body)


def _breaks_off(headers: Headers, body: bytes) -> bool:
    """Whether an upload lacks the mark of its end; whoever reads it would leave a file open."""
    kind, options = parse_options_header(headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        return False
    end = b"--" + options[b"boundary"] + b"--"
    return not body.startswith(end) and b"\r\n" + end not in body


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body already read, then listens again."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _secured(scope: Scope, send: Send) -> Send:
    """A `send` that adds the security headers and hides an address nobody has here."""

    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SECURITY_HEADERS)
            if "endpoint" not in scope:  # no route took it; what was asked for may hold figures
                scope["path"] = "/..."
        await send(message)

    return secured
