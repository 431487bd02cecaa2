"""Files into the database: everything read is loaded, a duplicate, a deletion or in quarantine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mscminer.core.documents import Document
from mscminer.core.errors import RecordError, with_remedy
from mscminer.core.records import Deletion, Duplicate, Record, Rejected
from mscminer.harvest.files import Item, read_files
from mscminer.harvest.parsing import PARSER_VERSION, parse_record
from mscminer.jobs.extract import chunks
from mscminer.jobs.progress import Progress, Silent, track
from mscminer.store import Store, Transaction
from mscminer.store.records import Saved, State

BATCH = 200


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of everything read from one file (or of all files)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    duplicate: int = 0
    deleted: int = 0
    quarantined: int = 0

    @property
    def read(self) -> int:
        """All pieces that were found, whatever became of them."""
        return self.new + self.changed + self.unchanged + self.duplicate + self.deleted + self.quarantined

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def to_json(self) -> dict[str, int]:
        """Numbers by outcome, and their sum as ``read``."""
        return {"read": self.read, **{name: getattr(self, name) for name in self.__dataclass_fields__}}


@dataclass(kw_only=True, slots=True)
class LoadReport:
    """The tally of each file, and the pieces that were refused (the first `MAX_LISTED` of them)."""

    files: dict[str, Tally] = field(default_factory=dict)
    refused: list[Rejected] = field(default_factory=list)

    MAX_LISTED = 20

    @property
    def total(self) -> Tally:
        total = Tally()
        for tally in self.files.values():
            total.add(tally)
        return total

    @property
    def quarantined(self) -> int:
        return self.total.quarantined

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "total": self.total.to_json(),
            "files": {name: tally.to_json() for name, tally in self.files.items()},
            "refused": [
                {"origin": item.origin, "locator": item.locator, "reason": item.reason, "remedy": item.remedy}
                for item in self.refused
            ],
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        for item in self.refused:
            yield f"refused: {item.origin}, {item.locator}: {with_remedy(item.reason, item.remedy)}"
        if self.quarantined > len(self.refused):
            yield f"... and {self.quarantined - len(self.refused)} more: `mscminer quarantine` lists them"
        names = [*self.files] if len(self.files) > 1 else []
        for name in names:
            yield f"{name}: {_sentence(self.files[name])}"
        yield f"all: {_sentence(self.total)}"


def _sentence(tally: Tally) -> str:
    parts = [f"{number} {name}" for name, number in tally.to_json().items() if number or name == "read"]
    return ", ".join(parts)


def load_files(
    store: Store, paths: Sequence[Path], *, now: datetime | None = None, progress: Progress | None = None
) -> LoadReport:
    """Load files of any known format; reading again what is there changes nothing.

    Each batch of 200 is one transaction, so a killed load can simply be run again.

    Raises:
        StoreError: the database refuses.
    """
    fetched_at = now or datetime.now(UTC)
    report = LoadReport()
    for path in paths:
        tally = report.files.setdefault(str(path), Tally())
        items = track(read_files([path], fetched_at=fetched_at), progress or Silent(), path.name)
        for batch in chunks(items, BATCH):
            with store.write() as tx:
                for item in _save_batch(tx, batch, tally, fetched_at):
                    if len(report.refused) < report.MAX_LISTED:
                        report.refused.append(item)
    return report


def _save_batch(tx: Transaction, batch: Iterable[Item], tally: Tally, now: datetime) -> Iterator[Rejected]:
    for item in batch:
        if isinstance(item, Record):
            refused = save_record(tx, item, tally)
        elif isinstance(item, Rejected):
            refused = item
        else:
            _note(tx, item, tally, now)
            refused = None
        if refused is not None:
            tally.quarantined += 1
            tx.quarantine.add(refused, at=now)
            yield refused


def _note(tx: Transaction, item: Duplicate | Deletion, tally: Tally, now: datetime) -> None:
    if isinstance(item, Duplicate):
        tally.duplicate += 1
        return
    tally.deleted += 1
    tx.records.set_state(item.key, State.DELETED, reason=f"deleted by the source ({item.origin})", since=now)


def save_record(tx: Transaction, record: Record, tally: Tally) -> Rejected | None:
    """Keep a record and its text; what no parser can read is given back instead."""
    if tx.records.has(record):
        tally.unchanged += 1
        return None
    parsed = _parsed(record)
    if isinstance(parsed, Rejected):
        return parsed
    saved, version = tx.records.save(record)
    tx.documents.save(version, PARSER_VERSION, parsed)
    if saved is Saved.NEW:
        tally.new += 1
    else:
        tally.changed += 1
    return None


def _parsed(record: Record) -> Document | Rejected:
    try:
        return parse_record(record)
    except RecordError as error:
        return Rejected(
            origin=record.origin or str(record.key),
            locator=str(record.key),
            reason=error.message,
            remedy=error.remedy or "Look at the record.",
            raw=record.raw,
            key=record.key,
        )
