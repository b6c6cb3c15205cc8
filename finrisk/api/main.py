"""The web application: page, documentation, routes, and how an error leaves.

Every request passes the `Border`; every error leaves in one shape, `{"detail": {"field",
"message"}}`, without a stack trace. Start it with `python -m finrisk serve`. Left out on
purpose: accounts, storage and CORS, because the page and the API come from the same place and
nothing is kept.
"""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from starlette.exceptions import HTTPException

from finrisk.api.border import Border
from finrisk.api.refusals import STATUS_BAD_VALUE, STATUS_NO_MODEL, Refusal, explain
from finrisk.api.routes import router
from finrisk.data.label import STRESS
from finrisk.errors import FinriskError, ModelFileError
from finrisk.titles import NO_ADVICE, QUESTION

__all__ = ["app"]

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
        "answer.js",
        "file.js",
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
    status = STATUS_NO_MODEL if isinstance(error, ModelFileError) else STATUS_BAD_VALUE
    return Refusal.of(str(error), getattr(error, "field", "")).answer(status)


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
    where = f"{request.method} {request.url.path[:60]}"
    refusal = Refusal.of(f"{where}: {what}. See /docs for what there is.")
    return refusal.answer(error.status_code, error.headers)


def _page_file(path: Path) -> Callable[[], FileResponse]:
    def send_file() -> FileResponse:
        return FileResponse(path, media_type=KINDS[path.suffix])

    return send_file


def _create_app() -> FastAPI:
    # FastAPI's own documentation pages stay off: they load their script from a CDN.
    app = FastAPI(title="finrisk", description=_ABOUT, docs_url=None, redoc_url=None)
    app.add_middleware(Border)
    app.include_router(router)
    sent = {path: FRONTEND / name for path, name in (PAGE_FILES | DOCS_FILES).items()}
    sent |= {f"/docs/{name}": SWAGGER / name for name in SWAGGER_FILES}
    for address, path in sent.items():
        app.add_api_route(
            address, _page_file(path), methods=["GET", "HEAD"], include_in_schema=False
        )
    app.add_exception_handler(FinriskError, _on_finrisk_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    return app


app = _create_app()
