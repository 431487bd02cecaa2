"""Keep what is exported so that each can be printed again, byte by byte, and explained against any other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from mscminer import __version__
from mscminer.core.counts import (
    Basis,
    CountLedgerEntry,
    CountTable,
    DateField,
    Definition,
    Dimension,
    RegistrySnapshot,
    Rule,
    Unit,
    members_hash,
)
from mscminer.core.errors import NotFound
from mscminer.core.trials import CensusRow
from mscminer.export.formats import render
from mscminer.export.sheets import count_workbook
from mscminer.jobs.view import View, view_of
from mscminer.store import Store
from mscminer.store.records import State
from mscminer.store.runs import Run
from mscminer.trials.counting import count, select, unit_of
from mscminer.trials.dates import period_end
from mscminer.trials.definitions import load_definition
from mscminer.trials.differences import CountDifference, Counted, explain

COUNTS = "counts"
"""What an entry is that holds a table by two dimensions; other entries have the name of their export."""
NOW = "now"
"""Instead of a ledger id: what the database holds now, by the other's definition."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """An exported count with its ledger entry."""

    entry: CountLedgerEntry
    table: CountTable
    output: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Replayed:
    """An export printed again.

    Args:
        output: the bytes that were given out then.
        recounted: whether counting anew over the kept census gave the same members.
        made_again: whether making the export anew gives the same bytes; None where that cannot be tried, as the
            database has moved on and the export shows more than the kept census holds (quotes, doses, outcomes).
    """

    entry: CountLedgerEntry
    output: bytes
    recounted: bool
    made_again: bool | None


def census_digest(bodies: Iterable[bytes]) -> str:
    """SHA-256 of all census rows, as JSON one a line."""
    digest = hashlib.sha256()
    for body in bodies:
        digest.update(body + b"\n")
    return digest.hexdigest()


def export_count(
    store: Store,
    *,
    definition: str,
    as_of: date,
    rows: Dimension,
    columns: Dimension,
    format: str,
    basis: Basis = Basis.NEWEST,
) -> Exported:
    """Count, write in a format and keep both in the ledger.

    Raises:
        NotFound: there is no such definition or format.
    """
    chosen = load_definition(definition)
    view = view_of(store, basis, as_of)
    table = view.table(chosen, as_of, rows, columns, members=True)
    about = provenance(store, view)
    output = render(count_workbook(table, about), format)
    asked = Asked(what=COUNTS, definition=chosen, as_of=as_of, format=format, rows=rows, columns=columns)
    return Exported(entry=keep_export(store, view, asked, about, output), table=table, output=output)


def provenance(store: Store, view: View) -> dict[str, str]:
    """What a number over these records rests on: versions of code, model and records, and the sources' own word."""
    digest, makers, newest = hashlib.sha256(), set(), date.min
    for body in view.bodies():
        digest.update(body + b"\n")
        makers.add(_told(_MAKER, body))
        if _REGISTRATION in body:
            newest = max(newest, period_end(_told(_POSTED, body)) or date.min)
    told = {
        "code version": __version__,
        "model version": "; ".join(sorted(makers - {""})),
        "record versions": view.words,
        "census hash": digest.hexdigest(),
        "newest registration": "" if newest == date.min else newest.isoformat(),
        **snapshot_words(registry_snapshots(store)),
    }
    # In the order in which the ledger gives them back, so that an export made again has the same bytes.
    return dict(sorted(told.items()))


# Rows are JSON with sorted keys and escaped quotes, so these are found in the row itself and nowhere in its texts;
# reading all of a row of a million would take minutes.
_MAKER = re.compile(rb'"maker":("(?:[^"\\]|\\.)*")')
_POSTED = re.compile(rb'"first_posted":("(?:[^"\\]|\\.)*")')
_REGISTRATION = b'"kind":"registration"'


def _told(pattern: re.Pattern[bytes], body: bytes) -> str:
    found = pattern.search(body)
    return str(json.loads(found[1])) if found else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What was exported: the table of counts, or another export by name, under which rule and day, in which format."""

    what: str
    definition: Definition
    as_of: date
    format: str
    rows: Dimension = Dimension.ALL
    columns: Dimension = Dimension.ALL


MOST_MEMBERS = 200_000
"""An entry lists the members of its count up to this number; of more, it has the hash, and the kept census has them."""


def keep_export(store: Store, view: View, asked: Asked, about: Mapping[str, str], output: bytes) -> CountLedgerEntry:
    """Keep what was exported, with the members of its count and the census behind them."""
    members = view.counted(asked.definition, asked.as_of)
    entry = _entry(asked, members, about, registry_snapshots(store), view.basis, output)
    with store.write() as tx:
        tx.ledger.append(entry, view.bodies(), output)
    return entry


def registry_snapshots(store: Store) -> tuple[RegistrySnapshot, ...]:
    """What each source said about itself at the last complete harvest; none where all came from files."""
    with store.read() as tx:
        run = tx.runs.last_complete("harvest")
    if run is None or run.result is None:
        return ()
    return tuple(_snapshot(source, run) for source in run.result.get("sources", ()))


def _snapshot(source: Mapping[str, Any], run: Run) -> RegistrySnapshot:
    return RegistrySnapshot(
        source=str(source["source"]),
        query=f"{source['query']}: {source['asked']}" if source.get("asked") else str(source["query"]),
        server_count=source.get("server_total"),
        data_timestamp=str(source.get("data_version", "")),
        fetched_at=run.finished_at,
    )


def snapshot_words(snapshots: tuple[RegistrySnapshot, ...]) -> dict[str, str]:
    if not snapshots:
        return {"registry data": "loaded from files; no harvest in this database"}
    return {
        f"{item.source} harvest": f"query {item.query}; server count {_number(item.server_count)}; "
        f"data of {item.data_timestamp or 'unknown time'}"
        for item in snapshots
    }


def _number(value: int | None) -> str:
    return "not given" if value is None else str(value)


def _entry(
    asked: Asked,
    members: Sequence[str],
    about: Mapping[str, str],
    snapshots: tuple[RegistrySnapshot, ...],
    basis: Basis,
    output: bytes,
) -> CountLedgerEntry:
    definition = asked.definition
    output_digest = hashlib.sha256(output).hexdigest()
    rows_digest = about["census hash"]
    circumstances = f"{output_digest}/{rows_digest}/{definition.digest}/{asked.format}"
    if asked.what != COUNTS:
        circumstances += f"/{asked.what}"
    return CountLedgerEntry(
        id=hashlib.sha256(circumstances.encode()).hexdigest()[:12],
        made_at=datetime.now(UTC),
        definition=definition.name,
        definition_version=definition.version,
        definition_digest=definition.digest,
        definition_rule=json.loads(json.dumps(asdict(definition))),
        as_of=asked.as_of,
        rows=asked.rows,
        columns=asked.columns,
        format=asked.format,
        total=len(members),
        members=tuple(members) if len(members) <= MOST_MEMBERS else (),
        members_digest=members_hash(members),
        rows_digest=rows_digest,
        output_digest=output_digest,
        code_version=about["code version"],
        model_version=about["model version"],
        snapshots=snapshots,
        options=about,
        what=asked.what,
        basis=basis,
    )


def definition_of(entry: CountLedgerEntry) -> Definition:
    """The definition as it was then, whatever became of its file."""
    rule: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.definition_rule.items()
    }
    rule |= {"rule": Rule(rule["rule"]), "unit": Unit(rule["unit"]), "date_field": DateField(rule["date_field"])}
    return Definition(**rule)


def replay(store: Store, ident: str) -> Replayed:
    """Print an export again and check it against what it was counted over.

    Raises:
        NotFound: there is no such export.
    """
    with store.read() as tx:
        stored = tx.ledger.get(ident)
        census = tx.ledger.snapshot(stored.entry.rows_digest)
    entry = stored.entry
    definition = definition_of(entry)
    units = {unit_of(row, definition) for row in select(census, definition, entry.as_of)}
    again = _count_again(entry, census) if entry.what == COUNTS else _made_again(store, entry)
    return Replayed(
        entry=entry,
        output=stored.output,
        recounted=members_hash(units) == entry.members_digest,
        made_again=None if again is None else hashlib.sha256(again).hexdigest() == entry.output_digest,
    )


def _count_again(entry: CountLedgerEntry, census: Sequence[CensusRow]) -> bytes:
    table = count(census, definition_of(entry), entry.as_of, entry.rows, entry.columns)
    return render(count_workbook(table, entry.options), entry.format)


def _made_again(store: Store, entry: CountLedgerEntry) -> bytes | None:
    """The export made anew, if the database still holds the census that it was made over."""
    view = view_of(store, entry.basis, entry.as_of)
    if census_digest(view.bodies()) != entry.rows_digest:
        return None
    from mscminer.jobs.export import make

    asked = Asked(what=entry.what, definition=definition_of(entry), as_of=entry.as_of, format=entry.format)
    return make(view, asked, entry.options).output


def explain_difference(store: Store, before: str, after: str) -> CountDifference:
    """Explain the difference of two exports, or of an export and what the database holds now (`NOW`).

    Raises:
        NotFound: there is no such export.
    """
    first = _counted(store, before, after)
    second = _counted(store, after, before)
    with store.read() as tx:
        merged = tx.records.reasons(State.MERGED)
    return explain(first, second, merged=merged)


def _counted(store: Store, ident: str, other: str) -> Counted:
    with store.read() as tx:
        entry = tx.ledger.get(other if ident == NOW else ident).entry
        if ident != NOW:
            return _counted_then(entry, tx.ledger.snapshot(entry.rows_digest))
    census = tuple(view_of(store, entry.basis, entry.as_of).rows())
    return Counted(census=census, definition=definition_of(entry), as_of=entry.as_of)


def _counted_then(entry: CountLedgerEntry, census: Sequence[CensusRow]) -> Counted:
    """The count as it was given out, even if the rule is read otherwise today."""
    known = len(entry.members) == entry.total
    found = Counted(
        census=tuple(census),
        definition=definition_of(entry),
        as_of=entry.as_of,
        members=frozenset(entry.members) if known else None,
    )
    if len(found.units) != entry.total:
        raise NotFound(
            "Its members are not listed, and the rule is read otherwise today.", where=f"ledger entry {entry.id}"
        )
    return found


def ledger_entries(store: Store) -> list[CountLedgerEntry]:
    """All exports, oldest first."""
    with store.read() as tx:
        return tx.ledger.entries()
