"""The border: what happens to every request before the app sees it and after it has answered.

A request for another host, from a page of another site, with a body that is over 1 MiB, that
takes longer than 10 seconds or an upload without its end is refused, every answer carries the
security headers, and the log says where something happened, never with whose numbers: no query
string, no address that is not ours, and of a mistake in this code its type and its place alone.
Left out on purpose: the app (`main.py`), who may ask (`hosts.py`) and what a refusal says
(`refusals.py`).
"""

import asyncio
import logging
import traceback

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from finrisk.api.hosts import from_elsewhere, wrong_host
from finrisk.api.refusals import (
    BUG,
    CUT_OFF,
    SECURITY_HEADERS,
    STATUS_BAD_VALUE,
    STATUS_BUG,
    STATUS_FROM_ELSEWHERE,
    STATUS_TOO_LARGE,
    STATUS_TOO_SLOW,
    STATUS_WRONG_HOST,
    TOO_LARGE,
    TOO_SLOW,
    answer_to,
)
from finrisk.errors import FinriskError
from finrisk.settings import Settings

__all__ = ["MAX_BODY", "Border"]

MAX_BODY = 1_048_576  # bytes; twelve months of a household are about one thousand
BODY_SECONDS = 10  # for all of it: a byte now and then does not make it longer
LONGEST_METHOD = 10  # letters; those of HTTP have up to seven
_PARTS_OF_FILES = (b"range", b"if-range")
_log = logging.getLogger(__name__)
logging.getLogger("python_multipart").setLevel(logging.ERROR)  # it warns of bytes of an upload


class Border:
    """Middleware: limits what comes in, secures what goes out, keeps figures out of the log."""

    def __init__(self, app: ASGIApp, settings: Settings | None = None) -> None:
        self.app = app
        self.settings = settings  # None: what the environment says when it matters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["query_string"] = b""  # no route takes one, and the server's log would show it
        scope["method"] = scope["method"][:LONGEST_METHOD]  # the log shows it too
        body: bytes | None = None
        answer: ASGIApp
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(Request(scope, receive))
        except ClientDisconnect:  # nobody is left to answer
            return
        except TimeoutError:
            answer = TOO_SLOW.answer(STATUS_TOO_SLOW, {"Connection": "close"})
        else:
            answer = self._refusal(scope, body) or self._answer
        inside = _inside(scope)
        await answer(inside, _replay(body or b"", receive), _secured(scope, inside, send))

    def _refusal(self, scope: Scope, body: bytes | None) -> ASGIApp | None:
        """What answers in place of the app; None if nothing speaks against the request."""
        if body is None:
            return TOO_LARGE.answer(STATUS_TOO_LARGE)
        try:
            if refusal := wrong_host(scope, self._settings):
                return refusal.answer(STATUS_WRONG_HOST)
            if refusal := from_elsewhere(scope, self._settings):
                return refusal.answer(STATUS_FROM_ELSEWHERE)
        except FinriskError as error:
            return answer_to(error)
        if _breaks_off(Headers(scope=scope), body):
            return CUT_OFF.answer(STATUS_BAD_VALUE)
        return None

    def _settings(self) -> Settings:
        return self.settings or Settings()

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


def _inside(scope: Scope) -> Scope:
    """The request as the app sees it: HEAD is a GET, and every file is asked for as a whole.

    The server itself leaves out the body that answers a HEAD. Parts of a file, which HTTP lets a
    server refuse, would come with refusals in a shape of their own.
    """
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    headers = [pair for pair in scope["headers"] if pair[0] not in _PARTS_OF_FILES]
    return {**scope, "method": method, "headers": headers}


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body already read, then listens again."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _secured(scope: Scope, inside: Scope, send: Send) -> Send:
    """A `send` that adds the security headers and hides an address nobody has here."""

    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SECURITY_HEADERS)
            if "endpoint" not in inside:  # no route took it; what was asked for may hold figures
                scope["path"] = "/..."
        await send(message)

    return secured
