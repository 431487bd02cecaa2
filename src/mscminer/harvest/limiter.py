"""At most so many requests a second, counted over all threads and processes of one machine."""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mscminer.core.errors import ConfigError

NCBI_PER_S = 3.0
"""Requests a second that NCBI allows without an API key."""
NCBI_PER_S_WITH_KEY = 10.0
"""Requests a second that NCBI allows with an API key."""
CTGOV_PER_S = 3.0
"""Our own politeness towards ClinicalTrials.gov, which states no limit in its API document."""

_MARGIN = 1.1
"""Stay a tenth below the limit: the far end measures arrivals, and those are not spaced as evenly as starts."""
_LONGEST_PAUSE_S = 3600.0


class Limiter:
    """Hands out start times that are at least ``margin / rate`` seconds apart.

    The next free start is kept in a small file under an exclusive lock, so all processes that share the file
    share the limit; without a file the limit holds for the threads of this process.  A slot is reserved under
    the lock and waited for outside of it: waiting threads do not block each other.

    Times are those of `time.monotonic`, which on Linux is one clock for all processes since boot, so that
    changing the wall clock neither stalls nor floods.  A value from before a reboot is recognised (it lies
    more than the longest pause ahead) and dropped.

    Args:
        per_s: requests allowed a second.
        path: file shared by the processes, or None.
        clock: monotonic seconds.
        sleep: waits so many seconds.

    Raises:
        ConfigError: if the rate is not positive.
    """

    def __init__(
        self,
        *,
        per_s: float,
        path: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_s <= 0:
            raise ConfigError(f"a rate of {per_s} requests a second", remedy="Give a positive rate.")
        self.interval_s = _MARGIN / per_s
        self._path = path
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> float:
        """Reserve the next start, wait for it, and say how many seconds that took."""
        with self._slot() as (now, free):
            start = max(now, free)
            self._put(start + self.interval_s)
        delay_s = start - now
        if delay_s > 0:
            self._sleep(delay_s)
        return delay_s

    def pause(self, seconds: float) -> None:
        """Let nobody start before so many seconds have passed: the far end asked for it."""
        with self._slot() as (now, free):
            self._put(max(free, now + min(seconds, _LONGEST_PAUSE_S)))

    @contextmanager
    def _slot(self) -> Iterator[tuple[float, float]]:
        """Now and the next free start, with everybody else locked out."""
        with self._lock:
            if self._path is None:
                yield self._clock(), self._next
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                now = self._clock()
                self._next = _read_start(handle, now)
                yield now, self._next
                os.pwrite(handle, f"{self._next:024.6f}\n".encode(), 0)
            finally:
                os.close(handle)

    def _put(self, start: float) -> None:
        self._next = start


def _read_start(handle: int, now: float) -> float:
    try:
        start = float(os.pread(handle, 64, 0))
    except ValueError:
        return 0.0
    return start if start - now <= _LONGEST_PAUSE_S else 0.0
