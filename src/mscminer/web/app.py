"""The workbench as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from mscminer import __version__
from mscminer.core.errors import ConfigError, Conflict, MscminerError, NotFound, StoreError, UnreadableFile
from mscminer.settings import Settings
from mscminer.store import Store
from mscminer.web import api, login, pages, second_pages
from mscminer.web.access import VISITOR_COOKIE, Forbidden, LoginNeeded, set_cookie
from mscminer.web.rendering import page

STATIC = Path(__file__).parent / "static"
LARGEST_BODY = 32 * 1024 * 1024

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

STATUS: tuple[tuple[type[MscminerError], int], ...] = (
    (LoginNeeded, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (ConfigError, 422),
    (UnreadableFile, 422),
    (StoreError, 503),
)


class _Static(StaticFiles):
    """Static files under a path with the version in it, so that they may be kept for ever."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(store: Store, settings: Settings, *, local_user: str = "", secure: bool = False) -> FastAPI:
    """Build the application.

    Args:
        local_user: name of the single user who needs no login while there are no users and the request comes
            from this machine; "" to ask everybody to log in.
        secure: cookies only over HTTPS, and tell browsers to stay with it.
    """
    app = FastAPI(
        title="mscminer workbench",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        description="Queue, records, decisions, search and counts; every change needs a token or a session.",
    )
    app.state.store, app.state.settings = store, settings
    app.state.local_user, app.state.secure = local_user, secure
    app.mount(f"/static/{__version__}", _Static(directory=STATIC), name="static")
    for router in (login.router, pages.router, second_pages.router, api.router):
        app.include_router(router)
    app.middleware("http")(_guard)
    app.add_exception_handler(MscminerError, _on_error)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    return app


async def _guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Limit bodies, set the visitor's cookie and the security headers."""
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isdecimal():
        response: Response = PlainTextResponse("A length is needed.", status_code=411)
    elif int(length) > LARGEST_BODY:
        response = PlainTextResponse("Too large.", status_code=413)
    else:
        response = await call_next(request)
    if hasattr(request.state, "new_visitor"):
        set_cookie(request, response, VISITOR_COOKIE, request.state.new_visitor)
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    if request.app.state.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _on_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MscminerError)
    status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
    if _is_api(request):
        content = {"error": type(error).__name__, "detail": error.message, "where": error.where, "remedy": error.remedy}
        return JSONResponse(content, status_code=status)
    if status == 401:
        return _to_login(request)
    return page(request, "error.html", status=status, message=error.message, remedy=error.remedy, where=error.where)


def _to_login(request: Request) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = str(request.url_for("login").include_query_params(then=path if request.method == "GET" else "/"))
    target = target.removeprefix(str(request.base_url).rstrip("/"))
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if _is_api(request):
        content = {"error": "HTTPException", "detail": str(error.detail), "where": None, "remedy": None}
        return JSONResponse(content, status_code=error.status_code, headers=error.headers)
    messages = {404: "There is no such page.", 405: "This page does not take that kind of request."}
    message = messages.get(error.status_code, str(error.detail))
    response = page(request, "error.html", status=error.status_code, message=message, remedy=None, where=None)
    response.headers.update(error.headers or {})
    return response


def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    detail = f"{where}: {first['msg']}"
    if _is_api(request):
        content = {"error": "Invalid", "detail": detail, "where": where, "remedy": "See /api/v1/openapi.json."}
        return JSONResponse(_encodable(content), status_code=422)
    return page(request, "error.html", status=422, message=detail, remedy="Correct the address.", where=None)


def _encodable(content: dict[str, str]) -> dict[str, str]:
    return {key: value.encode("utf-8", "replace").decode() for key, value in content.items()}
