"""When to ask a source again, and how long to wait before."""

from __future__ import annotations

import email.utils
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import stamina

from mscminer.core.errors import RetryableSourceError

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryPolicy:
    """How often and how patiently to ask again.

    Args:
        attempts: requests in all, the first one included; by default they last four minutes.
        wait_initial_s: pause before the second; doubled each time, plus jitter.
        wait_max_s: longest pause of our own choice.
        wait_jitter_s: upper bound of the random part of each pause.
        retry_after_max_s: longest pause that a server may ask for by ``Retry-After``; beyond it we give up,
            and the next run tries again.
    """

    attempts: int = 9
    wait_initial_s: float = 1.0
    wait_max_s: float = 120.0
    wait_jitter_s: float = 1.0
    retry_after_max_s: float = 300.0


def ask(once: Callable[[], T], policy: RetryPolicy) -> T:
    """Call `once` until it succeeds, fails for good, or the policy is used up.

    Raises:
        RetryableSourceError: the last one, if no attempt succeeded.
        FinalSourceError: at once.
    """
    attempts = stamina.retry_context(
        on=lambda error: _pause(error, policy),
        attempts=policy.attempts,
        timeout=None,
        wait_initial=policy.wait_initial_s,
        wait_max=policy.wait_max_s,
        wait_jitter=policy.wait_jitter_s,
    )
    for attempt in attempts:
        with attempt:
            return once()
    raise AssertionError("stamina yields at least one attempt")


def _pause(error: Exception, policy: RetryPolicy) -> bool | float:
    if not isinstance(error, RetryableSourceError):
        return False
    if error.retry_after_s is None:
        return True
    return error.retry_after_s if error.retry_after_s <= policy.retry_after_max_s else False


def parse_retry_after(value: str | None, *, now: datetime | None = None) -> float | None:
    """Seconds to wait by a ``Retry-After`` header: a number of seconds or an HTTP date; None if absent or odd."""
    if value is None:
        return None
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())
