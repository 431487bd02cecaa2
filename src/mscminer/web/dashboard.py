"""Counts for readers, over the stored census; reading never writes, decisions bring it up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

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
    table = count_in_store(store, chosen, as_of, rows, columns, members=members)
    found: tuple[str, ...] = ()
    if cell is not None:
        listed = table if members else count_in_store(store, chosen, as_of, rows, columns, members=True, flow=False)
        found = tuple(listed.cell(*cell).members or ())
    with store.read() as tx:
        return Board(table=table, built_at=tx.census.built_at(), fresh=census_is_fresh(tx), members=found)
