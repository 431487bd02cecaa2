"""Who is asking: sessions, API tokens, the single local user, and the token that every change must carry."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from mscminer.core.decisions import MAIN
from mscminer.core.errors import MscminerError
from mscminer.core.records import RecordKey
from mscminer.jobs.accounts import ROLES, any_users, user_of
from mscminer.jobs.second_pass import Sight, sight_of
from mscminer.store import Store

SESSION_COOKIE = "mscminer_session"
VISITOR_COOKIE = "mscminer_visitor"
CSRF_HEADER = "X-CSRF-Token"


class LoginNeeded(MscminerError):
    """Nobody is logged in."""


class Forbidden(MscminerError):
    """The role does not allow it, or the change did not come from our own page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """Who is asking.

    Args:
        how: ``session``, ``token`` or ``local`` (single user on this machine, no login).
        csrf: what a change must carry; "" for an API token, which no foreign page can send.
    """

    name: str
    role: str
    how: str
    csrf: str

    def may(self, role: str) -> bool:
        """Whether this role includes `role`."""
        return ROLES.index(self.role) >= ROLES.index(role)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def csrf_of(secret: str) -> str:
    """What pages that belong to a cookie carry; only who can read the page (or the cookie) knows it."""
    return hmac.new(secret.encode(), b"mscminer csrf", hashlib.sha256).hexdigest()


def find_viewer(request: Request) -> Viewer | None:
    """Who is asking, or None for nobody."""
    store: Store = request.app.state.store
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        user = user_of(store, token.strip(), kind="token")
        return Viewer(name=user.name, role=user.role, how="token", csrf="") if user else None
    session = request.cookies.get(SESSION_COOKIE, "")
    if session:
        user = user_of(store, session, kind="browser")
        if user is not None:
            return Viewer(name=user.name, role=user.role, how="session", csrf=csrf_of(session))
    local = request.app.state.local_user
    if local and is_loopback(request.url.hostname or "") and _asks_from_here(request) and not any_users(store):
        return Viewer(name=local, role="admin", how="local", csrf=csrf_of(visitor_of(request)))
    return None


def _asks_from_here(request: Request) -> bool:
    return request.client is not None and is_loopback(request.client.host)


def visitor_of(request: Request) -> str:
    """The secret of somebody without a session: from their cookie, or a new one that the answer will set."""
    known = request.cookies.get(VISITOR_COOKIE, "")
    if len(known) >= 32:
        return known
    if not hasattr(request.state, "new_visitor"):
        request.state.new_visitor = secrets.token_urlsafe(32)
    found: str = request.state.new_visitor
    return found


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie that scripts cannot read and other sites cannot make a browser send with a change."""
    secure = request.app.state.secure or request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=secure, path="/")


def sight(request: Request, who: Viewer) -> Sight:
    """What they may see of others' decisions while second passes are open."""
    judge = who.may("adjudicator")
    return sight_of(request.app.state.store, who.name, judge=judge, curates=who.may("curator"))


def need_line(found: Sight, key: RecordKey, line: str) -> None:
    """Go on only where a record may be seen, and decided on, on this line.

    Raises:
        Forbidden: it would show what somebody else decided, to one who is to decide on their own.
    """
    if found.may_open(key, line):
        return
    blind = found.line_of(key)
    if blind != MAIN:
        raise Forbidden(f"{key} is in a blind second pass.", remedy=f"Decide on the line {blind}.")
    raise Forbidden(f"the second pass over {key} is somebody else's, and not closed yet.", remedy="Wait for it.")


def viewer(request: Request) -> Viewer:
    """Dependency: who is asking.

    Raises:
        LoginNeeded: nobody.
    """
    found = find_viewer(request)
    if found is None:
        raise LoginNeeded("please log in.")
    return found


def check_csrf(request: Request, expected: str, given: str) -> None:
    """Let a change pass only if it came from our own page.

    Raises:
        Forbidden: it did not, or the page is older than the session.
    """
    if not expected or not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Forbidden("this form is too old or not ours.", remedy="Load the page again and repeat what you did.")
    check_origin(request)


def check_origin(request: Request) -> None:
    """Refuse what a browser says comes from elsewhere.

    Raises:
        Forbidden: the request comes from another site.
    """
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"} or (
        origin and origin != "null" and urlsplit(origin).netloc != request.headers.get("host")
    ):
        raise Forbidden("this request comes from another site.", remedy="Use the workbench's own pages.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Submitted:
    """A form that came from our own page, and who sent it."""

    viewer: Viewer
    form: FormData

    def need(self, role: str) -> None:
        """Go on only with that role.

        Raises:
            Forbidden: it is missing.
        """
        need(self.viewer, role)

    def upload(self, name: str) -> UploadFile | None:
        """An uploaded file."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None


def need(who: Viewer, role: str) -> None:
    """Go on only with that role.

    Raises:
        Forbidden: it is missing.
    """
    if not who.may(role):
        raise Forbidden(f"this needs the role {role}; you are a {who.role}.", remedy="Ask an admin.")


async def submitted(request: Request) -> Submitted:
    """Dependency of every page that changes something.

    Raises:
        LoginNeeded, Forbidden: nobody is logged in, or the form is not ours.
    """
    who = await run_in_threadpool(viewer, request)
    form = await request.form()
    check_csrf(request, who.csrf, request.headers.get(CSRF_HEADER) or str(form.get("csrf", "")))
    return Submitted(viewer=who, form=form)


def changing_viewer(request: Request) -> Viewer:
    """Dependency of every API call that changes something: an API token, or a session with its CSRF token.

    Raises:
        LoginNeeded, Forbidden: nobody, or a call that is not from our own page.
    """
    who = viewer(request)
    if who.how != "token":
        check_csrf(request, who.csrf, request.headers.get(CSRF_HEADER, ""))
    return who
