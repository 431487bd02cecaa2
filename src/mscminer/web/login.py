"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from mscminer.jobs.accounts import LoginRefused, log_in, log_out
from mscminer.web.access import (
    SESSION_COOKIE,
    Submitted,
    check_csrf,
    csrf_of,
    set_cookie,
    submitted,
    visitor_of,
)
from mscminer.web.forms import text_of
from mscminer.web.rendering import page

router = APIRouter(include_in_schema=False)


def _local(path: str) -> str:
    """A path on this site, so that a login never leads elsewhere."""
    safe = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if safe else "/"


@router.get("/login", name="login")
def show_login(request: Request, then: str = "/") -> Response:
    """The login form."""
    return page(request, "login.html", then=_local(then), problem="", name="")


@router.post("/login")
async def do_login(request: Request) -> Response:
    """Check name and password."""
    form = await request.form()
    check_csrf(request, csrf_of(visitor_of(request)), str(form.get("csrf", "")))
    name, then = text_of(form, "name"), _local(text_of(form, "then"))
    address = request.client.host if request.client else ""
    try:
        _, token = await run_in_threadpool(
            log_in, request.app.state.store, name, str(form.get("password", "")), address=address
        )
    except LoginRefused as error:
        blocked = error.retry_after_s is not None
        status = 429 if blocked else 401
        answer = page(request, "login.html", then=then, problem=error.message, name=name, status=status)
        if blocked:
            answer.headers["Retry-After"] = str(error.retry_after_s)
        return answer
    response = RedirectResponse(then, status_code=303)
    set_cookie(request, response, SESSION_COOKIE, token)
    return response


@router.post("/logout")
def do_logout(request: Request, sent: Annotated[Submitted, Depends(submitted)]) -> Response:
    """End the session."""
    log_out(request.app.state.store, request.cookies.get(SESSION_COOKIE, ""))
    response = RedirectResponse("/login", status_code=303)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response
