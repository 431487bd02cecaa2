"""Publication: yesterday's files stay in place until today's have passed the gate and lie there complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

from mscminer.store import Store

CURRENT = "current"
KEPT = 7
"""Publications that are kept beside the current one."""

Writer = Callable[[Store, Path, date], None]
"""Writes all exports into an empty folder, as of a day."""


def publish(store: Store, exports: Path, as_of: date, *, name: str, write: Writer) -> Path:
    """Write the exports into a folder of their own and point ``current`` there, in one step.

    Killed anywhere, ``current`` shows the old publication or the new one, each complete.

    Args:
        exports: folder that holds ``current``.
        name: of the new folder, sorting by time.
    """
    folder = exports / "published" / name
    unfinished = folder.with_name(f".{name}")
    for leftover in (unfinished, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir(parents=True)
    write(store, unfinished, as_of)
    unfinished.rename(folder)
    _point(exports / CURRENT, folder)
    _forget_old(exports / "published", folder)
    return folder


def _point(link: Path, folder: Path) -> None:
    fresh = link.with_name(f".{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(os.path.relpath(folder, link.parent), target_is_directory=True)
    fresh.replace(link)


def _forget_old(parent: Path, current: Path) -> None:
    others = sorted(path for path in parent.iterdir() if path.is_dir() and path != current)
    for path in others[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
