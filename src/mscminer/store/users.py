"""Users of the workbench, their sessions, failed logins."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mscminer.core.errors import ConfigError, NotFound
from mscminer.store.tables import LoginAttemptRow, UserRow, WebSessionRow

ROLES = ("reader", "curator", "adjudicator", "admin")
"""From least to most; each may do what those before it may."""


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """Somebody who may use the workbench."""

    id: int
    name: str
    role: str
    created_at: datetime
    disabled_at: datetime | None = None

    def may(self, role: str) -> bool:
        """Whether this role includes `role`."""
        return self.disabled_at is None and ROLES.index(self.role) >= ROLES.index(role)


def hash_token(token: str) -> str:
    """What the database keeps of a session's secret."""
    return hashlib.sha256(token.encode()).hexdigest()


class Users:
    """Access to users and sessions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, name: str, password_hash: str, role: str, *, at: datetime) -> User:
        """Add a user.

        Raises:
            ConfigError: the name is taken or empty, or the role unknown.
        """
        if role not in ROLES:
            raise ConfigError(f"no role {role!r}.", where="users", remedy=f"It may be {', '.join(ROLES)}.")
        if not name or not name.isprintable() or name != name.strip() or len(name) > 64:
            raise ConfigError("a user needs a printable name of up to 64 characters.", where="users")
        if self._row(name) is not None:
            raise ConfigError(f"there is a user {name!r} already.", where="users", remedy="Choose another name.")
        row = UserRow(name=name, password_hash=password_hash, role=role, created_at=at)
        self._session.add(row)
        self._session.flush()
        return _user(row)

    def _row(self, name: str) -> UserRow | None:
        return self._session.scalar(select(UserRow).where(UserRow.name == name))

    def _existing(self, name: str) -> UserRow:
        row = self._row(name)
        if row is None:
            raise NotFound(f"no user {name!r}.", where="users", remedy="See `mscminer users list`.")
        return row

    def list(self) -> list[User]:
        """All users by name."""
        return [_user(row) for row in self._session.scalars(select(UserRow).order_by(UserRow.name))]

    def any(self) -> bool:
        """Whether there is any user that is not disabled."""
        query = select(UserRow.id).where(UserRow.disabled_at.is_(None)).limit(1)
        return self._session.scalar(query) is not None

    def with_hash(self, name: str) -> tuple[User, str] | None:
        """A user with the hash of the password."""
        row = self._row(name)
        return (_user(row), row.password_hash) if row else None

    def set_password(self, name: str, password_hash: str) -> None:
        """Change a password; all sessions of that user end.

        Raises:
            NotFound: no such user.
        """
        row = self._existing(name)
        row.password_hash = password_hash
        self._end_sessions(row.id)

    def disable(self, name: str, *, at: datetime | None) -> None:
        """Lock a user out (or let in again with None); all sessions of that user end.

        Raises:
            NotFound: no such user.
        """
        row = self._existing(name)
        row.disabled_at = at
        self._end_sessions(row.id)

    def set_role(self, name: str, role: str) -> None:
        """Change a role.

        Raises:
            NotFound: no such user.  ConfigError: no such role.
        """
        if role not in ROLES:
            raise ConfigError(f"no role {role!r}.", where="users", remedy=f"It may be {', '.join(ROLES)}.")
        self._existing(name).role = role

    def _end_sessions(self, user_id: int) -> None:
        self._session.execute(delete(WebSessionRow).where(WebSessionRow.user_id == user_id))

    def start_session(self, user: User, token: str, *, kind: str, at: datetime, lasts: timedelta) -> None:
        """Keep the hash of a session's (or an API token's) secret."""
        self._session.execute(delete(WebSessionRow).where(WebSessionRow.expires_at < at))
        self._session.add(
            WebSessionRow(
                token_hash=hash_token(token), user_id=user.id, kind=kind, created_at=at, expires_at=at + lasts
            )
        )
        self._session.flush()

    def end_session(self, token: str) -> None:
        """Forget a session."""
        self._session.execute(delete(WebSessionRow).where(WebSessionRow.token_hash == hash_token(token)))

    def of_session(self, token: str, *, kind: str, at: datetime) -> User | None:
        """The user of a session that has not expired."""
        query = (
            select(UserRow)
            .join(WebSessionRow, WebSessionRow.user_id == UserRow.id)
            .where(
                WebSessionRow.token_hash == hash_token(token),
                WebSessionRow.kind == kind,
                WebSessionRow.expires_at > at,
                UserRow.disabled_at.is_(None),
            )
        )
        row = self._session.scalar(query)
        return _user(row) if row else None

    def note_failure(self, name: str, address: str, *, at: datetime) -> None:
        """Write down a failed login; what is older than a day is forgotten."""
        self._session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.at < at - timedelta(days=1)))
        self._session.add(LoginAttemptRow(name=name[:64], address=address, at=at))

    def clear_failures(self, name: str) -> None:
        """Forget the failed logins of a name, after one that worked."""
        self._session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.name == name[:64]))

    def failures(self, *, since: datetime, name: str | None = None, address: str | None = None) -> int:
        """Failed logins of a name or from an address."""
        query = select(func.count()).select_from(LoginAttemptRow).where(LoginAttemptRow.at > since)
        if name is not None:
            query = query.where(LoginAttemptRow.name == name[:64])
        if address is not None:
            query = query.where(LoginAttemptRow.address == address)
        return self._session.scalar(query) or 0


def _user(row: UserRow) -> User:
    return User(id=row.id, name=row.name, role=row.role, created_at=row.created_at, disabled_at=row.disabled_at)
