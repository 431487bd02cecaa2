"""Export counts so that each can be printed again, byte by byte, and explained against any other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from mscminer import __version__
from mscminer.core.counts import (
    CountLedgerEntry,
    CountTable,
    DateField,
    Definition,
    Dimension,
    RegistrySnapshot,
    Rule,
    Unit,
)
from mscminer.core.trials import CensusRow
from mscminer.export.formats import render
from mscminer.export.sheets import count_workbook
from mscminer.jobs.count import build_census
from mscminer.store import Store
from mscminer.store.census import row_bytes
from mscminer.store.runs import Run
from mscminer.trials.counting import count
from mscminer.trials.definitions import load_definition
from mscminer.trials.differences import CountDifference, Counted, explain, newest_day

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
        rendered: whether this version of the package writes the same bytes.
    """

    entry: CountLedgerEntry
    output: bytes
    recounted: bool
    rendered: bool


def census_digest(rows: tuple[CensusRow, ...]) -> str:
    """SHA-256 of all census rows."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(row_bytes(row) + b"\n")
    return digest.hexdigest()


def export_count(
    store: Store, *, definition: str, as_of: date, rows: Dimension, columns: Dimension, format: str
) -> Exported:
    """Count, write in a format and keep both in the ledger.

    Raises:
        NotFound: there is no such definition or format.
    """
    chosen = load_definition(definition)
    census = build_census(store).rows
    table = count(census, chosen, as_of, rows, columns)
    snapshots = registry_snapshots(store)
    options = {**provenance(census), **snapshot_words(snapshots)}
    output = render(count_workbook(table, options), format)
    entry = _entry(table, census, options, snapshots, format, output)
    with store.write() as tx:
        tx.ledger.append(entry, census, output)
    return Exported(entry=entry, table=table, output=output)


def provenance(census: tuple[CensusRow, ...]) -> dict[str, str]:
    """What a number over this census rests on."""
    newest = newest_day(row for row in census if row.kind == "registration")
    return {
        "code version": __version__,
        "model version": "; ".join(sorted({row.maker for row in census if row.maker})),
        "census hash": census_digest(census),
        "newest registration": newest.isoformat() if newest else "",
    }


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
    table: CountTable,
    census: tuple[CensusRow, ...],
    options: Mapping[str, str],
    snapshots: tuple[RegistrySnapshot, ...],
    format: str,
    output: bytes,
) -> CountLedgerEntry:
    definition = table.definition
    output_digest = hashlib.sha256(output).hexdigest()
    rows_digest = options["census hash"]
    ident = hashlib.sha256(f"{output_digest}/{rows_digest}/{definition.digest}/{format}".encode()).hexdigest()[:12]
    return CountLedgerEntry(
        id=ident,
        made_at=datetime.now(UTC),
        definition=definition.name,
        definition_version=definition.version,
        definition_digest=definition.digest,
        definition_rule=json.loads(json.dumps(asdict(definition))),
        as_of=table.as_of,
        rows=table.rows,
        columns=table.columns,
        format=format,
        total=table.total,
        members=table.members or (),
        members_digest=table.digest,
        rows_digest=rows_digest,
        output_digest=output_digest,
        code_version=options["code version"],
        model_version=options["model version"],
        snapshots=snapshots,
        options=options,
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
    table = count(census, definition_of(entry), entry.as_of, entry.rows, entry.columns)
    rendered = render(count_workbook(table, entry.options), entry.format)
    return Replayed(
        entry=entry,
        output=stored.output,
        recounted=table.digest == entry.members_digest,
        rendered=hashlib.sha256(rendered).hexdigest() == entry.output_digest,
    )


def explain_difference(store: Store, before: str, after: str) -> CountDifference:
    """Explain the difference of two exports, or of an export and what the database holds now (`NOW`).

    Raises:
        NotFound: there is no such export.
    """
    first = _counted(store, before, after)
    second = _counted(store, after, before)
    return explain(first, second)


def _counted(store: Store, ident: str, other: str) -> Counted:
    with store.read() as tx:
        entry = tx.ledger.get(other if ident == NOW else ident).entry
        if ident != NOW:
            census = tx.ledger.snapshot(entry.rows_digest)
            return Counted(census=census, definition=definition_of(entry), as_of=entry.as_of)
    return Counted(census=build_census(store).rows, definition=definition_of(entry), as_of=entry.as_of)


def ledger_entries(store: Store) -> list[CountLedgerEntry]:
    """All exports, oldest first."""
    with store.read() as tx:
        return tx.ledger.entries()
