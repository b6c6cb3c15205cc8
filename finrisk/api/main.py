"""The web application: page, documentation, routes, and how an error leaves.

Every request passes the `Border`; every error leaves in one shape, `{"detail": {"field",
"message"}}`, without a stack trace. Start it with `python -m finrisk serve`. Left out on
purpose: accounts, storage and CORS, because the page and the API come from the same place and
nothing is kept.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException

from finrisk.api.border import Border
from finrisk.api.examples import EVERYWHERE
from finrisk.api.refusals import STATUS_BAD_VALUE, Refusal, answer_to, explain
from finrisk.api.routes import router
from finrisk.data.label import STRESS
from finrisk.errors import FinriskError
from finrisk.settings import Settings
from finrisk.titles import NO_ADVICE, QUESTION

__all__ = ["app", "create_app"]

THREADS = 300  # more than connections (`server.py`); one that waits costs next to nothing
_ABOUT = f"{QUESTION} Financial stress means {STRESS}. {NO_ADVICE}"
_UNREADABLE = "The request could not be read"
FRONTEND = Path(__file__).parent.parent / "frontend"
PAGE_FILES = {"/": "index.html"} | {
    f"/{name}": name
    for name in (
        "styles.css",
        "household_year.csv",
        "app.js",
        "dom.js",
        "ask.js",
        "form.js",
        "fill.js",
        "predict.js",
        "steps.js",
        "answer.js",
        "file.js",
        "keep.js",
        "tabs.js",
        "about.js",
        "calibration.js",
    )
}
DOCS_FILES = {"/docs": "docs.html", "/docs.js": "docs.js"}
SWAGGER = Path(str(files("fastapi_offline"))) / "static"  # Swagger UI, which draws /docs
SWAGGER_FILES = ("swagger-ui.css", "swagger-ui-bundle.js")
# Said here, because Windows lets any program say what a .js is, and as text it would not run.
KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".csv": "text/csv"}


def _on_finrisk_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, FinriskError)
    return answer_to(error)


def _on_invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return explain(error.errors()[0]).answer(STATUS_BAD_VALUE)


def _on_http_error(request: Request, error: Exception) -> JSONResponse:
    """404 and 405, and the 400 that says a body could not be taken apart."""
    assert isinstance(error, HTTPException)
    what = str(error.detail).rstrip(".")
    if error.status_code == 400:
        return Refusal.of(f"{_UNREADABLE} ({what}). Compare it with /openapi.json.").answer(
            STATUS_BAD_VALUE
        )
    where = f"{request.method} {quote(request.scope['path'], safe='/:*')[:60]}"
    headers = dict(error.headers or {})
    if headers.get("Allow") == "GET":
        headers["Allow"] = "GET, HEAD"  # the border makes one of the other
    refusal = Refusal.of(f"{where}: {what}. See /docs for what there is.")
    return refusal.answer(error.status_code, headers)


def _page_file(path: Path) -> Callable[[], FileResponse]:
    def send_file() -> FileResponse:
        # none: the border takes away a wish for a part of a file
        return FileResponse(path, media_type=KINDS[path.suffix], headers={"Accept-Ranges": "none"})

    return send_file


@asynccontextmanager
async def _a_thread_for_everybody(_: FastAPI) -> AsyncIterator[None]:
    """Let those who wait for their turn to be predicted not hold up the page itself."""
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, served at the host of these settings; None for those of the environment."""
    app = FastAPI(
        title="finrisk",
        description=_ABOUT,
        docs_url=None,  # FastAPI's own documentation pages load their script from a CDN
        redoc_url=None,
        lifespan=_a_thread_for_everybody,
        redirect_slashes=False,  # it would lead to whatever host the request names
    )
    app.add_middleware(Border, settings=settings)
    app.include_router(router, responses=EVERYWHERE)
    sent = {path: FRONTEND / name for path, name in (PAGE_FILES | DOCS_FILES).items()}
    sent |= {f"/docs/{name}": SWAGGER / name for name in SWAGGER_FILES}
    for address, path in sent.items():
        app.add_api_route(address, _page_file(path), include_in_schema=False)
    app.add_exception_handler(FinriskError, _on_finrisk_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    return app


app = create_app()
