"""The records as numbers see them: by their newest versions, or by those of a past day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

from mscminer.core.counts import Basis, CountTable, Definition, Dimension
from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey
from mscminer.core.trials import CensusRow, Link, RowKind, Sourced, Trial
from mscminer.jobs.assemble import ensure_census, trials
from mscminer.jobs.count import count_in_store
from mscminer.jobs.drawing import Drawn, draw, pmids_of, sources, sources_of, trials_of
from mscminer.jobs.progress import Progress
from mscminer.store import Store
from mscminer.store.census import row_bytes
from mscminer.store.documents import StoredVersion
from mscminer.store.parts import GONE
from mscminer.trials.counting import count, select, unit_of
from mscminer.trials.dates import period_end


class View(Protocol):
    """A census with the trials, papers and links behind it."""

    @property
    def basis(self) -> Basis:
        """The record versions that it rests on."""

    @property
    def words(self) -> str:
        """The same in a sentence, with how many records it could not be had for."""

    def rows(self) -> Iterable[CensusRow]:
        """Every record, by kind and id."""

    def bodies(self) -> Iterator[bytes]:
        """The rows as JSON, without holding them all."""

    def counted(self, definition: Definition, as_of: date) -> Sequence[str]:
        """Sorted ids of what counts."""

    def table(
        self,
        definition: Definition,
        as_of: date,
        rows: Dimension,
        columns: Dimension,
        *,
        members: bool = False,
        flow: bool = True,
    ) -> CountTable:
        """Count by two dimensions."""

    def trials(self) -> Iterator[Trial]:
        """The trials with their facts and evidence, by id."""

    def papers(self) -> Iterator[Sourced]:
        """The publications."""

    def links(self) -> tuple[Link, ...]:
        """All links between records."""


@dataclass(frozen=True)
class StoredView:
    """The stored census: the newest version of each record."""

    store: Store
    basis: Basis = Basis.NEWEST

    @property
    def words(self) -> str:
        return "the newest stored version of each record, whatever the day"

    def rows(self) -> tuple[CensusRow, ...]:
        with self.store.read() as tx:
            return tuple(tx.census.rows())

    def bodies(self) -> Iterator[bytes]:
        with self.store.read() as tx:
            yield from tx.census.bodies()

    def counted(self, definition: Definition, as_of: date) -> list[str]:
        with self.store.read() as tx:
            return tx.census.counted(definition, as_of)

    def table(
        self,
        definition: Definition,
        as_of: date,
        rows: Dimension,
        columns: Dimension,
        *,
        members: bool = False,
        flow: bool = True,
    ) -> CountTable:
        return count_in_store(self.store, definition, as_of, rows, columns, members=members, flow=flow)

    def trials(self) -> Iterator[Trial]:
        return trials(self.store)

    def papers(self) -> Iterator[Sourced]:
        return sources(self.store, Kind.PUBLICATION)

    def links(self) -> tuple[Link, ...]:
        with self.store.read() as tx:
            return tuple(tx.links.iterate())


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """One version of each record.

    Args:
        of_that_day: records whose version is of that day, as the basis has it.
        later: records of which only later versions are stored; the oldest of them is taken.
        undated: records whose version has no date of revision.
        left_out: records that came, or are gone, so that they are not part of that day.
    """

    basis: Basis
    day: date
    versions: Mapping[RecordKey, StoredVersion] = field(default_factory=dict)
    of_that_day: int = 0
    later: int = 0
    undated: int = 0
    left_out: int = 0

    @property
    def words(self) -> str:
        if self.basis is Basis.KNOWN:
            return (
                f"the versions that this database had by {self.day}: {self.of_that_day} records; "
                f"{self.left_out} that came later or were gone are left out"
            )
        return (
            f"the versions valid on {self.day} by the records' own dates: {self.of_that_day} records; of {self.later} "
            f"only later versions are stored and the oldest is taken; {self.undated} have no date; "
            f"{self.left_out} were gone"
        )


def choose(versions: Iterable[StoredVersion], basis: Basis, day: date) -> Chosen:
    """Take one version of each record: the one valid on a day, or known on it (pure).

    A state (removed, merged, retracted) counts from the day that it was noted.
    """
    by_record: dict[RecordKey, list[StoredVersion]] = {}
    for version in versions:
        by_record.setdefault(version.key, []).append(version)
    taken: dict[RecordKey, StoredVersion] = {}
    numbers = dict.fromkeys(("of_that_day", "later", "undated", "left_out"), 0)
    for key, stored in by_record.items():
        found, how = _choose_one(stored, basis, day)
        numbers[how] += 1
        if found is not None:
            taken[key] = found
    return Chosen(basis=basis, day=day, versions=taken, **numbers)


def _choose_one(stored: list[StoredVersion], basis: Basis, day: date) -> tuple[StoredVersion | None, str]:
    since = stored[0].since
    if stored[0].state in GONE and (since is None or since.date() <= day):
        return None, "left_out"
    ordered = sorted(stored, key=lambda item: (not item.restated, item.revised_at, item.version_id))
    if basis is Basis.KNOWN:
        known = [item for item in ordered if item.fetched_at.date() <= day]
        return (known[-1], "of_that_day") if known else (None, "left_out")
    valid = [item for item in ordered if (ended := period_end(item.revised_at)) is not None and ended <= day]
    if valid:
        return valid[-1], "of_that_day"
    return ordered[0], "later" if ordered[0].revised_at else "undated"


@dataclass
class PastView:
    """Records as of a past day: assembled in memory from one version of each."""

    store: Store
    chosen: Chosen

    @property
    def basis(self) -> Basis:
        return self.chosen.basis

    @property
    def words(self) -> str:
        waiting = sum(row.msc == "not extracted yet" for row in self.rows())
        hint = f"; {waiting} are not extracted yet (mscminer extract --all-versions)" if waiting else ""
        return self.chosen.words + hint

    @cached_property
    def _drawn(self) -> Drawn:
        with self.store.read() as tx:
            decisions = tx.family_decisions.all()
            registrations = sources_of(tx, self._ids(Kind.REGISTRATION))
            held = {item.document.key.id: item for item in registrations}
            papers = sources_of(tx, self._ids(Kind.PUBLICATION))
            pmids = pmids_of(self.chosen.versions)
            return draw(held, papers, decisions, pmids=pmids, load=lambda keys: sources_of(tx, self._numbers(keys)))

    def _ids(self, kind: Kind) -> list[int]:
        return sorted(item.document_id for item in self.chosen.versions.values() if item.kind is kind)

    def _numbers(self, keys: Iterable[RecordKey]) -> list[int]:
        return sorted(self.chosen.versions[key].document_id for key in keys if key in self.chosen.versions)

    @cached_property
    def _rows(self) -> tuple[CensusRow, ...]:
        return tuple(sorted(self._drawn.rows(), key=lambda row: (row.kind is RowKind.PUBLICATION, row.id)))

    def rows(self) -> tuple[CensusRow, ...]:
        return self._rows

    def bodies(self) -> Iterator[bytes]:
        return map(row_bytes, self._rows)

    def counted(self, definition: Definition, as_of: date) -> list[str]:
        return sorted({unit_of(row, definition) for row in select(self._rows, definition, as_of)})

    def table(
        self,
        definition: Definition,
        as_of: date,
        rows: Dimension,
        columns: Dimension,
        *,
        members: bool = False,
        flow: bool = True,
    ) -> CountTable:
        return count(self._rows, definition, as_of, rows, columns)

    def trials(self) -> Iterator[Trial]:
        return trials_of(self._drawn.registrations, self._drawn.papers, self._drawn.links)

    def papers(self) -> Iterator[Sourced]:
        with self.store.read() as tx:
            yield from sources_of(tx, self._ids(Kind.PUBLICATION))

    def links(self) -> tuple[Link, ...]:
        return self._drawn.links


def view_of(
    store: Store, basis: Basis = Basis.NEWEST, as_of: date | None = None, *, progress: Progress | None = None
) -> View:
    """The records by their newest versions, or by those of a day."""
    if basis is Basis.NEWEST or as_of is None:
        ensure_census(store, progress=progress)
        return StoredView(store)
    with store.read() as tx:
        return PastView(store, choose(tx.documents.versions(), basis, as_of))


def several_versions(store: Store) -> int:
    """How many records have more than one version in the database."""
    with store.read() as tx:
        return tx.documents.with_several_versions()
