"""The web application: page, routes, and what happens at the border.

Every request passes `Border`, which refuses bodies over 1 MiB and puts the security headers
on every answer; every error leaves in one shape, `{"detail": {"field", "message"}}`, without
a stack trace. Start it with `python -m finrisk serve`. Left out on purpose: accounts, storage
and CORS, because the page and the API come from the same place and nothing is kept.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from finrisk.api.routes import router
from finrisk.api.schemas import Refusal, explain
from finrisk.household import FinriskError, ModelFileError

__all__ = ["MAX_BODY", "Border", "app"]

_ABOUT = (
    "How likely is it that a household falls into financial stress three to six months from "
    "now? Learned from a simulated world; not financial advice."
)
_UNREADABLE = "The request could not be read"
MAX_BODY = 1_048_576  # bytes; twelve months of a household are about one thousand
FRONTEND = Path(__file__).parent.parent / "frontend"
PAGE_FILES = {"/": "index.html", "/app.js": "app.js", "/styles.css": "styles.css"}
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",  # answers hold a household's figures
}


class Border:
    """Middleware: a size limit on what comes in, security headers on what goes out."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            body = await _read(Request(scope, receive))
        except ClientDisconnect:  # nobody is left to answer
            return
        answer = self.app if body is not None else _too_large()
        await answer(scope, _replay(body or b"", receive), _secured(send))


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


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that hands out the body already read, then listens again."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return first.pop() if first else await receive()

    return replay


def _secured(send: Send) -> Send:
    """A `send` that adds the security headers."""

    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(SECURITY_HEADERS)
        await send(message)

    return secured


def _refuse(
    status: int, refusal: Refusal, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(
        refusal.model_dump(), status, headers={**SECURITY_HEADERS, **(headers or {})}
    )


def _too_large() -> JSONResponse:
    message = "The request must not be larger than 1 MiB. Send the twelve months of one household."
    return _refuse(413, Refusal.of(message))


def _on_finrisk_error(_: Request, error: Exception) -> JSONResponse:
    status = 503 if isinstance(error, ModelFileError) else 422
    return _refuse(status, Refusal.of(str(error), getattr(error, "field", "")))


def _on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _refuse(422, explain(error.errors()[0]))


def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    """404 and 405, and the 400 that says a body could not be taken apart."""
    assert isinstance(error, HTTPException)
    what = str(error.detail).rstrip(".")
    if error.status_code == 400:
        return _refuse(422, Refusal.of(f"{_UNREADABLE} ({what}). Compare it with /openapi.json."))
    where = f"{request.method} {request.url.path[:60]}"
    refusal = Refusal.of(f"{where}: {what}. See /openapi.json for what there is.")
    return _refuse(error.status_code, refusal, error.headers)


def _on_bug(_: Request, __: Exception) -> JSONResponse:
    message = "Something went wrong here, not with your numbers. Please report what you sent."
    return _refuse(500, Refusal.of(message), {"Connection": "close"})  # the server closes it


def _page_file(name: str) -> Callable[[], FileResponse]:
    def send_file() -> FileResponse:
        return FileResponse(FRONTEND / name)

    return send_file


def _create_app() -> FastAPI:
    # The built-in documentation pages stay off: they load their script from a CDN.
    app = FastAPI(title="finrisk", description=_ABOUT, docs_url=None, redoc_url=None)
    app.add_middleware(Border)
    app.include_router(router)
    for path, name in PAGE_FILES.items():
        app.add_api_route(path, _page_file(name), include_in_schema=False)
    app.add_exception_handler(FinriskError, _on_finrisk_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_bug)
    return app


app = _create_app()
