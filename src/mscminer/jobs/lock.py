"""One run at a time: a lock file that says who holds it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from mscminer.core.errors import LockHeld


@contextmanager
def hold_lock(path: Path, job: str, *, at: datetime) -> Iterator[None]:
    """Hold the lock while a job runs.  The system frees it when the process ends, however it ends.

    Raises:
        LockHeld: naming process, machine, job and since when.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeld(
                f"held by {_holder(handle)}.", where=str(path), remedy="Wait until it has ended, or end it."
            ) from None
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "job": job, "since": at.isoformat()}
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    try:
        held = json.loads(os.pread(handle, 4096, 0))
        return f"process {held['pid']} on {held['host']}: mscminer {held['job']} since {held['since']}"
    except (ValueError, KeyError, TypeError):
        return "a process that did not say who it is"
