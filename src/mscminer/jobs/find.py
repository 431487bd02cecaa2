"""Looking things up for readers: browsing, full-text search, recent decisions, counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from mscminer.core.counts import Definition
from mscminer.core.decisions import Decision
from mscminer.core.errors import NotFound
from mscminer.core.records import RecordKey
from mscminer.core.tasks import Card
from mscminer.store import Store
from mscminer.store.queue import BrowseFilter

Listed = tuple[RecordKey, Card | None]


def browse(
    store: Store, wanted: BrowseFilter, *, limit: int = 50, offset: int = 0, blind: Collection[RecordKey] = ()
) -> list[Listed]:
    """Records by what is known of them, the newest first.

    Args:
        blind: records whose values whoever asks may not see; with a filter by a value they are left out.
    """
    with store.read() as tx:
        rows = tx.queue.browse(wanted, limit=limit, offset=offset, without=_left_out(wanted, blind))
    return [(row.key, _masked(row.key, row.card, blind)) for row in rows]


def search(
    store: Store,
    query: str,
    *,
    wanted: BrowseFilter | None = None,
    limit: int = 50,
    offset: int = 0,
    blind: Collection[RecordKey] = (),
) -> list[Listed]:
    """Records whose id is the query, or whose text holds its words, the best first.

    Args:
        wanted: what else is known of those that hold the words.
        blind: as for `browse`.
    """
    chosen = wanted or BrowseFilter()
    with store.read() as tx:
        ident = query.strip().upper() if query.isascii() and "\0" not in query else ""
        named = tx.records.find(ident) if ident and offset == 0 else []
        hits = tx.search.find(query, wanted=chosen, without=_left_out(chosen, blind), limit=limit, offset=offset)
        found = [*named, *(key for key in hits if key not in named)]
        cards = tx.queue.cards(found[:limit])
    return [(key, _masked(key, cards.get(key), blind)) for key in found[:limit]]


def _left_out(wanted: BrowseFilter, blind: Collection[RecordKey]) -> Collection[RecordKey]:
    """Whom a filter by a value would give away."""
    by_value = wanted != BrowseFilter(kind=wanted.kind, year=wanted.year)
    return blind if by_value else ()


def _masked(key: RecordKey, card: Card | None, blind: Collection[RecordKey]) -> Card | None:
    """A card without what was decided."""
    if card is None or key not in blind:
        return card
    return replace(card, msc="", category="", phase="", tissue="", donor="")


def recent_decisions(
    store: Store, *, before: int | None = None, who: str | None = None, limit: int = 50
) -> list[Decision]:
    """The newest decisions of everybody, or of one curator."""
    with store.read() as tx:
        return tx.decisions.recent(limit=limit, before=before, who=who)


def definition_titles() -> dict[str, str]:
    """The shipped definitions of what is counted, by name, the default first."""
    from mscminer.trials.definitions import load_definitions

    return {name: definition.title for name, definition in load_definitions().items()}


def shipped_definition(name: str) -> Definition:
    """A shipped definition of what is counted; never a file of the user's.

    Raises:
        NotFound: there is none of that name.
    """
    from mscminer.trials.definitions import load_definitions

    known = load_definitions()
    if name not in known:
        raise NotFound(f"there is no definition {name!r}.", where="counts", remedy="Choose one of the list.")
    return known[name]
