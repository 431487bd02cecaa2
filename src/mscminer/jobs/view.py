"""The records as numbers see them: by their newest versions, or by those of a past day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from mscminer.core.counts import Basis, CountTable, Definition, Dimension
from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey
from mscminer.core.trials import CensusRow, Link, RowKind, Sourced, Trial
from mscminer.jobs.assemble import ensure_census, trials
from mscminer.jobs.count import count_in_store
from mscminer.jobs.drawing import Drawn, draw, pmids_of, sources, sources_of, trials_of
from mscminer.jobs.progress import Progress
from mscminer.jobs.versions import Chosen, choose
from mscminer.store import Store
from mscminer.store.census import row_bytes
from mscminer.trials.counting import count, select, unit_of


class View(ABC):
    """A census with the trials, papers and links behind it."""

    basis: Basis
    """The record versions that it rests on."""

    @property
    @abstractmethod
    def words(self) -> str:
        """The record versions that it rests on in a sentence, with how many records they could not be had for."""

    @abstractmethod
    def rows(self) -> Sequence[CensusRow]:
        """Every record, by kind and id."""

    @abstractmethod
    def bodies(self) -> Iterator[bytes]:
        """The rows as JSON, without holding them all."""

    @abstractmethod
    def counted(self, definition: Definition, as_of: date) -> Sequence[str]:
        """Sorted ids of what counts."""

    @abstractmethod
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
        """Count by two dimensions; with the records behind each cell and the flow only where it is asked for."""

    @abstractmethod
    def trials(self) -> Iterator[Trial]:
        """The trials with their facts and evidence, by id."""

    @abstractmethod
    def papers(self) -> Iterator[Sourced]:
        """The publications."""

    @abstractmethod
    def links(self) -> tuple[Link, ...]:
        """All links between records."""


@dataclass
class StoredView(View):
    """The stored census: the newest version of each record."""

    store: Store
    basis = Basis.NEWEST
    words = "the newest stored version of each record, whatever the day"

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
        self, definition: Definition, as_of: date, rows: Dimension, columns: Dimension, **asked: bool
    ) -> CountTable:
        return count_in_store(self.store, definition, as_of, rows, columns, **asked)

    def trials(self) -> Iterator[Trial]:
        return trials(self.store)

    def papers(self) -> Iterator[Sourced]:
        return sources(self.store, Kind.PUBLICATION)

    def links(self) -> tuple[Link, ...]:
        with self.store.read() as tx:
            return tuple(tx.links.iterate())


@dataclass
class PastView(View):
    """Records as of a past day: assembled in memory from one version of each."""

    store: Store
    chosen: Chosen

    def __post_init__(self) -> None:
        self.basis = self.chosen.basis

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
        self, definition: Definition, as_of: date, rows: Dimension, columns: Dimension, **asked: bool
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
