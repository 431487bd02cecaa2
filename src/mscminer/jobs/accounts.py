"""Who may use the workbench: adding users, passwords, logging in with throttling, sessions and API tokens."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mscminer.core.errors import ConfigError, MscminerError, NotFound
from mscminer.store import Store
from mscminer.store.users import ROLES, User

__all__ = ["ROLES", "LoginRefused", "User", "add_user", "log_in", "make_token", "set_password", "user_of"]

SHORTEST_PASSWORD = 10
SESSION_LASTS = timedelta(hours=12)
TOKEN_LASTS = timedelta(days=90)

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_PER_NAME = 5
FAILURES_PER_ADDRESS = 30
"""More, because a whole team may come from one address."""


class LoginRefused(MscminerError):
    """Name or password are wrong, or there were too many failures.

    Args:
        retry_after_s: seconds to wait, None if another try is welcome at once.
    """

    def __init__(self, message: str, *, retry_after_s: int | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


_hasher = PasswordHasher()


@cache
def _nobodys_hash() -> str:
    # Verified for unknown names, so that they take as long as known ones.
    return _hasher.hash(secrets.token_urlsafe(16))


def _checked_hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise ConfigError(f"a password needs at least {SHORTEST_PASSWORD} characters.", where="password")
    if len(password) > 1000:
        raise ConfigError("a password has at most 1000 characters.", where="password")
    return _hasher.hash(password)


def add_user(store: Store, name: str, password: str, role: str, *, now: datetime | None = None) -> User:
    """Add a user.

    Raises:
        ConfigError: the name is taken, the role unknown or the password too short.
    """
    hashed = _checked_hash(password)
    with store.write() as tx:
        return tx.users.add(name, hashed, role, at=now or datetime.now(UTC))


def set_password(store: Store, name: str, password: str) -> None:
    """Change a password; all sessions and tokens of that user end.

    Raises:
        NotFound: no such user.
        ConfigError: it is too short.
    """
    hashed = _checked_hash(password)
    with store.write() as tx:
        tx.users.set_password(name, hashed)


def set_role(store: Store, name: str, role: str) -> None:
    """Let a user do more or less from now on.

    Raises:
        NotFound: no such user.
        ConfigError: no such role.
    """
    with store.write() as tx:
        tx.users.set_role(name, role)


def disable(store: Store, name: str, *, again: bool = False, now: datetime | None = None) -> None:
    """Lock a user out, or let in `again`.

    Raises:
        NotFound: no such user.
    """
    with store.write() as tx:
        tx.users.disable(name, at=None if again else now or datetime.now(UTC))


def list_users(store: Store) -> list[User]:
    """All users by name."""
    with store.read() as tx:
        return tx.users.list()


def any_users(store: Store) -> bool:
    """Whether anybody can log in."""
    with store.read() as tx:
        return tx.users.any()


def log_in(store: Store, name: str, password: str, *, address: str, now: datetime | None = None) -> tuple[User, str]:
    """Check a password and begin a session.

    Returns:
        The user and the session's secret, of which the database keeps only a hash.

    Raises:
        LoginRefused: wrong, or too many failures in the last quarter of an hour.
    """
    at = now or datetime.now(UTC)
    name = name if name.isprintable() else "?"
    with store.read() as tx:
        since = at - FAILURE_WINDOW
        blocked = tx.users.failures(since=since, name=name) >= FAILURES_PER_NAME
        blocked |= tx.users.failures(since=since, address=address) >= FAILURES_PER_ADDRESS
        known = tx.users.with_hash(name)
    if blocked:
        wait = int(FAILURE_WINDOW.total_seconds())
        raise LoginRefused("Too many failed logins; wait a quarter of an hour.", retry_after_s=wait)
    good = _verified(known[1] if known else _nobodys_hash(), password)
    token = secrets.token_urlsafe(32)
    with store.write() as tx:
        if known is None or not good or known[0].disabled_at is not None:
            tx.users.note_failure(name, address, at=at)
        else:
            tx.users.clear_failures(name)
            tx.users.start_session(known[0], token, kind="browser", at=at, lasts=SESSION_LASTS)
            return known[0], token
    raise LoginRefused("Name or password are wrong.")


def _verified(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password[:1000])
    except (VerificationError, InvalidHashError):
        return False


def log_out(store: Store, token: str) -> None:
    """End a session."""
    with store.write() as tx:
        tx.users.end_session(token)


def make_token(store: Store, name: str, *, now: datetime | None = None) -> str:
    """Make an API token for a user; it is shown once and lasts 90 days.

    Raises:
        NotFound: no such user.
    """
    token = secrets.token_urlsafe(32)
    with store.write() as tx:
        known = tx.users.with_hash(name)
        if known is None:
            raise NotFound(f"no user {name!r}.", where="users", remedy="See `mscminer users list`.")
        tx.users.start_session(known[0], token, kind="token", at=now or datetime.now(UTC), lasts=TOKEN_LASTS)
    return token


def user_of(store: Store, token: str, *, kind: str, now: datetime | None = None) -> User | None:
    """The user of a session (``browser``) or an API token (``token``), if it holds."""
    with store.read() as tx:
        return tx.users.of_session(token, kind=kind, at=now or datetime.now(UTC))
