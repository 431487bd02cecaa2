"""Counts for readers, over the stored census; reading never writes, decisions bring it up to date."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from threading import Lock

from mscminer.core.counts import CountTable, Dimension
from mscminer.core.errors import ConfigError
from mscminer.jobs.count import count_in_store
from mscminer.jobs.find import shipped_definition
from mscminer.jobs.follow import census_is_fresh
from mscminer.store import Store


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Counts and what they rest on.

    Args:
        built_at: when the census was assembled or last followed a decision; None if it never was.
        fresh: whether it holds everything that was loaded, extracted and decided.
        members: the records behind the one cell that was asked for.
    """

    table: CountTable
    built_at: datetime | None
    fresh: bool
    members: tuple[str, ...] = ()


def count_board(
    store: Store,
    definition: str,
    as_of: date,
    rows: Dimension,
    columns: Dimension,
    *,
    cell: tuple[str, str] | None = None,
    members: bool = False,
) -> Board:
    """Count the stored census by two dimensions under a shipped definition.

    Args:
        cell: row and column of a number whose records are wanted.
        members: list the records behind every number (at 100,000 trials this takes a second).

    Raises:
        NotFound: there is no such definition.
    """
    chosen = shipped_definition(definition)
    with store.read() as tx:
        stamp = (tx.census.fingerprint() or "", tx.census.built_at())
        fresh = census_is_fresh(tx)

    def counted(*, listing: bool, flow: bool) -> CountTable:
        key = (store.url, *stamp, chosen.label, as_of, rows, columns, listing, flow)
        return _KEPT.get(key, lambda: count_in_store(store, chosen, as_of, rows, columns, members=listing, flow=flow))

    table = counted(listing=members, flow=True)
    found: tuple[str, ...] = ()
    if cell is not None:
        listed = table if members else counted(listing=True, flow=False)
        found = tuple(listed.cell(*cell).members or ())
    return Board(table=table, built_at=stamp[1], fresh=fresh, members=found)


class _Kept:
    """The tables counted last, as long as the census that they were counted from stands."""

    def __init__(self, size: int) -> None:
        self._size, self._tables, self._lock = size, dict[Hashable, CountTable](), Lock()

    def get(self, key: Hashable, count: Callable[[], CountTable]) -> CountTable:
        """A table by everything that it depends on."""
        with self._lock:
            if key in self._tables:
                self._tables[key] = self._tables.pop(key)
                return self._tables[key]
        made = count()
        with self._lock:
            self._tables[key] = made
            while len(self._tables) > self._size:
                del self._tables[next(iter(self._tables))]
        return made


_KEPT = _Kept(size=24)
