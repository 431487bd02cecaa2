"""Misbehaviour on demand."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    TOO_MANY = "too many requests"
    """429 without Retry-After."""
    TOO_MANY_RETRY_AFTER = "too many requests, retry after"
    """429 with Retry-After of `delay_s`."""
    SERVER_ERROR = "server error"
    BAD_GATEWAY = "bad gateway"
    """502 with a page of HTML, as proxies send."""
    RESET = "reset"
    """The connection is reset instead of an answer."""
    STALL = "stall"
    """Half of the answer, then silence for `delay_s`."""
    DRIP = "drip"
    """A byte every `delay_s`: no read times out, and the answer never ends."""
    TRUNCATED = "truncated"
    """The connection is closed in the middle of the body."""
    CUT_CLEAN = "cut clean"
    """Half a body that claims to be whole."""
    HTML = "html"
    """Status 200 and a page of HTML."""
    ERROR_ELEMENT = "error element"
    """Status 200 and an <ERROR> of the E-utilities."""
    WRONG_COUNT = "wrong count"
    """A count that is one too high, or an article less than asked for."""
    HISTORY_EXPIRED = "history expired"
    EMPTY_PAGE = "empty page"
    """A page without studies, with a token for the page that it stands before."""
    TOKEN_ON_LAST_PAGE = "token on last page"  # noqa: S105 - a page token
    """The last page has a token; the page after it is empty."""
    DUPLICATE_PAGE = "duplicate page"
    """The page before once more, with a token for the page that was asked for."""
    TOKEN_LOOP = "token loop"  # noqa: S105 - a page token
    """The token of the next page leads to this page again, for ever."""
    NEW_DATA = "new data"
    """The data time stamp moves before the answer."""


@dataclass(kw_only=True)
class Fault:
    """Something to do to requests whose path contains `path`.

    Args:
        skip: matching requests to leave alone first.
        times: matching requests to spoil then.
        delay_s: for `STALL`, `DRIP` and `TOO_MANY_RETRY_AFTER`.
    """

    kind: FaultKind
    path: str = ""
    skip: int = 0
    times: int = 1
    delay_s: float = 1.0


class FaultPlan:
    """The faults still to come; each request takes the first that fits."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def take(self, path: str) -> Fault | None:
        """The fault for a request to this path, counted down, or None."""
        with self._lock:
            for fault in self._faults:
                if fault.path not in path:
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times > 0:
                    fault.times -= 1
                    return fault
            return None
