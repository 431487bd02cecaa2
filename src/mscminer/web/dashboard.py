"""Counts for readers, over a census that is drawn together once for every state of the database."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

from fastapi import FastAPI

from mscminer.core.counts import CountTable, Dimension
from mscminer.core.errors import ConfigError, NotFound
from mscminer.jobs.count import Census, build_census, count_census
from mscminer.jobs.find import definition_titles, fingerprint

_lock = threading.Lock()


def day_of(text: str) -> date:
    """The as-of day; today (UTC) for "".

    Raises:
        ConfigError: it is no day.
    """
    if not text:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no day.", where="as_of", remedy="Write 2026-01-31.") from error


def count_table(app: FastAPI, definition: str, as_of: date, rows: Dimension, columns: Dimension) -> CountTable:
    """Count by two dimensions under a shipped definition.

    Raises:
        NotFound: there is no such definition.
    """
    if definition not in definition_titles():
        raise NotFound(f"there is no definition {definition!r}.", where="counts", remedy="Choose one of the list.")
    return count_census(_census(app), definition=definition, as_of=as_of, rows=rows, columns=columns)[0]


def _census(app: FastAPI) -> Census:
    state = fingerprint(app.state.store)
    with _lock:
        known: tuple[tuple[int, ...], Census] | None = getattr(app.state, "census", None)
        if known is None or known[0] != state:
            known = (state, build_census(app.state.store))
            app.state.census = known
    return known[1]
