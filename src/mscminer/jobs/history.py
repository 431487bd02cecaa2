"""What changed in a record from version to version, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mscminer.core.documents import document_to_json
from mscminer.core.errors import NotFound, RecordError
from mscminer.core.records import Media, Record, RecordKey
from mscminer.harvest.parsing import parse_record
from mscminer.store import Store
from mscminer.store.records import State, StoredRecord

_NOT_CONTENT = ("key", "version", "note")


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldChange:
    """A field that differs; before or after is None where it is absent."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A version that was seen, and how it differs from the one before; the first has no changes."""

    number: int
    sha256: str
    fetched_at: datetime
    revised_at: str | None
    current: bool
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """All versions of a record, oldest first."""

    key: RecordKey
    state: State
    versions: tuple[Version, ...]

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "record": str(self.key),
            "state": self.state.value,
            "versions": [
                {
                    "number": version.number,
                    "sha256": version.sha256,
                    "fetched_at": version.fetched_at.isoformat(),
                    "revised_at": version.revised_at,
                    "current": version.current,
                    "changes": [
                        {"field": change.path, "before": change.before, "after": change.after}
                        for change in version.changes
                    ],
                }
                for version in self.versions
            ],
        }


def history(store: Store, ident: str) -> History:
    """The history of a record.

    Raises:
        NotFound: no record of that id is stored, or several are.
    """
    with store.read() as tx:
        key = _key(tx.records.find(ident.strip().upper()) or tx.records.find(ident.strip()), ident)
        stored = tx.records.versions(key)
    return History(key=key, state=stored[-1].state, versions=tuple(_versions(stored)))


def _key(found: list[RecordKey], ident: str) -> RecordKey:
    if not found and ":" in ident:
        try:
            return RecordKey.parse(ident)
        except ValueError:
            pass
    if len(found) == 1:
        return found[0]
    names = ", ".join(map(str, found))
    raise NotFound(
        f"{'several records have' if found else 'no record has'} the id {ident!r}.",
        remedy=f"Give one of {names}." if found else "Harvest or load it first.",
    )


def _versions(stored: list[StoredRecord]) -> Iterator[Version]:
    before: dict[str, Any] | None = None
    for number, item in enumerate(stored, start=1):
        after = dict(flatten(read_fields(item.record)))
        yield Version(
            number=number,
            sha256=item.record.sha256,
            fetched_at=item.record.fetched_at,
            revised_at=item.record.revised_at,
            current=item.current,
            changes=tuple(find_changes(before, after)) if before is not None else (),
        )
        before = after


def read_fields(record: Record) -> Any:
    """The fields of a record: the registry's own JSON, or for other formats what was read from them."""
    if record.media is Media.CTGOV_JSON:
        return json.loads(record.raw)
    try:
        plain = document_to_json(parse_record(record))
    except RecordError:
        return {"unreadable": record.raw.decode("utf-8", "replace")}
    plain["sections"] = {section["name"]: section["text"] for section in plain["sections"]}
    return {name: value for name, value in plain.items() if name not in _NOT_CONTENT}


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Leaves by path, as ``protocolSection.designModule.phases[0]``; empty containers are left out."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from flatten(inner, f"{path}[{place}]")
    elif value is not None:
        yield path, value


def find_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Every leaf that was added, removed or changed, by path in the order of the newer version."""
    for path in [*after, *(path for path in before if path not in after)]:
        if before.get(path) != after.get(path):
            yield FieldChange(path=path, before=before.get(path), after=after.get(path))
