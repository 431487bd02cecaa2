"""Draw registrations, papers, links, families and curators' decisions together into the census."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mscminer.core.decisions import apply_decisions
from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import RESULT_LINKS, CensusRow, Family, Link, Sourced, Trial
from mscminer.core.vocabulary import Field, MscClass
from mscminer.jobs.extract import BATCH, chunks
from mscminer.jobs.progress import Progress, Silent
from mscminer.store import Store, Transaction
from mscminer.store.census import STORED, Keyed
from mscminer.store.records import State
from mscminer.trials.assembly import assemble_trial, census_row, publication_row
from mscminer.trials.dates import period_end
from mscminer.trials.dimensions import values_of
from mscminer.trials.families import build_families, family_of
from mscminer.trials.inference import TitleIndex, infer_links, infer_siblings
from mscminer.trials.links import find_paper_links, find_reference_links, find_registration_links, strongest

GONE = (State.REMOVED, State.DELETED, State.MERGED, State.RETRACTED)
"""States in which a record neither counts nor speaks for a trial."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AssembleReport:
    """What assembling made."""

    registrations: int
    publications: int
    links: int
    families: int


@dataclass
class _Papers:
    """What is kept of the publications while they stream by."""

    rows: list[CensusRow] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    kept: dict[str, Sourced] = field(default_factory=dict)


def sources(store: Store, kind: Kind) -> Iterator[Sourced]:
    """Current texts of one kind with their newest extraction and decisions applied; gone records left out."""
    with store.read() as tx:
        gone = set(tx.records.keys(states=GONE))
        for batch in chunks(tx.documents.iterate_current(kind=kind), BATCH):
            found = tx.extractions.latest_of([stored.id for stored in batch])
            decided = tx.decisions.of_records([stored.document.key for stored in batch])
            for stored in batch:
                document, extraction = stored.document, found.get(stored.id)
                if document.key in gone:
                    continue
                if extraction is not None and decided.get(document.key):
                    extraction = apply_decisions(extraction, decided[document.key], document)
                yield Sourced(document=document, extraction=extraction)


def assemble(store: Store, *, progress: Progress | None = None) -> AssembleReport:
    """Build census, links and families anew and keep them.

    Registrations are held in memory (some thousands); publications stream by, and only those that are linked to a
    registration are kept until the end.
    """
    progress = progress or Silent()
    progress.begin("assemble", None)
    registrations = {item.document.key.id: item for item in sources(store, Kind.REGISTRATION)}
    progress.advance(len(registrations))
    papers = _read_papers(store, registrations, progress)
    links, families = _link(store, registrations, papers)
    rows = [*_registration_rows(registrations, papers, links, families), *papers.rows]
    with store.write() as tx:
        tx.links.replace(links)
        tx.census.replace((keyed(row) for row in rows), fingerprint=census_fingerprint(tx), built_at=datetime.now(UTC))
    progress.end()
    return AssembleReport(
        registrations=len(registrations), publications=len(papers.rows), links=len(links), families=len(families)
    )


def ensure_census(store: Store, *, progress: Progress | None = None) -> AssembleReport | None:
    """Assemble unless the census is built from what the database holds now."""
    with store.read() as tx:
        fresh = tx.census.fingerprint() == census_fingerprint(tx)
    return None if fresh else assemble(store, progress=progress)


CENSUS_VERSION = "2"
"""Raised whenever assembly makes other rows of the same sources; a census of an older version is built anew."""


def census_fingerprint(tx: Transaction) -> str:
    """What a census assembled now would be made of."""
    return f"{CENSUS_VERSION}/{tx.census.present_fingerprint()}"


def _read_papers(store: Store, registrations: dict[str, Sourced], progress: Progress) -> _Papers:
    documents = {ident: item.document for ident, item in registrations.items()}
    cited = {
        reference.pmid
        for document in documents.values()
        for reference in (document.study.references if document.study else ())
    }
    index = TitleIndex({ident: f"{doc.text('title')} {doc.text('official_title')}" for ident, doc in documents.items()})
    papers = _Papers()
    for batch in chunks(sources(store, Kind.PUBLICATION), BATCH):
        stated = list(find_paper_links(batch, documents))
        unstated = [paper for paper in batch if _is_msc(paper) and not _named(paper, stated)]
        found = [*stated, *infer_links(unstated, registrations, index=index)]
        papers.links += found
        linked = {link.a for link in found}
        for paper in batch:
            papers.rows.append(publication_row(paper))
            if paper.document.key in linked or paper.document.key.id in cited:
                papers.kept[paper.document.key.id] = paper
        progress.advance(len(batch))
    return papers


def _is_msc(paper: Sourced) -> bool:
    return paper.extraction is not None and paper.extraction.value(Field.MSC) not in (None, MscClass.NONE)


def _named(paper: Sourced, links: Iterable[Link]) -> bool:
    return any(link.a == paper.document.key for link in links)


def _link(
    store: Store, registrations: dict[str, Sourced], papers: _Papers
) -> tuple[tuple[Link, ...], tuple[Family, ...]]:
    documents = {ident: item.document for ident, item in registrations.items()}
    found: list[Link] = [*papers.links, *find_registration_links(documents), *infer_siblings(documents)]
    for document in documents.values():
        found += find_reference_links(document, papers.kept)
    links = strongest(found)
    with store.read() as tx:
        decisions = tx.family_decisions.all()
    return links, build_families(documents, links, decisions)


def _registration_rows(
    registrations: dict[str, Sourced], papers: _Papers, links: tuple[Link, ...], families: tuple[Family, ...]
) -> Iterator[CensusRow]:
    family = family_of(families)
    for trial in _trials(registrations, papers.kept, links):
        yield census_row(trial, family[trial.id])


def _trials(registrations: dict[str, Sourced], papers: dict[str, Sourced], links: tuple[Link, ...]) -> Iterator[Trial]:
    by_target: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.a.source is Source.PUBMED and link.b.id in registrations:
            by_target[link.b.id].append(link)
    for ident in sorted(registrations):
        own = by_target[ident]
        speaking = [papers[link.a.id] for link in own if link.a.id in papers and link.type in RESULT_LINKS]
        yield assemble_trial(registrations[ident], speaking, own)


def trials(store: Store) -> Iterator[Trial]:
    """All trials with their facts and evidence, as the stored census was made of them, by id."""
    ensure_census(store)
    registrations = {item.document.key.id: item for item in sources(store, Kind.REGISTRATION)}
    with store.read() as tx:
        links = tuple(tx.links.iterate())
    reporting = {link.a for link in links if link.type in RESULT_LINKS}
    papers = {item.document.key.id: item for item in _some(store, reporting)}
    yield from _trials(registrations, papers, links)


def _some(store: Store, keys: set[RecordKey]) -> Iterator[Sourced]:
    return (item for item in sources(store, Kind.PUBLICATION) if item.document.key in keys)


def keyed(row: CensusRow) -> Keyed:
    """A census row with what the database scans for."""
    dates = {
        "first_posted": row.first_posted,
        "start": row.start,
        "primary_completion": row.primary_completion,
        "completion": row.completion,
        "results_posted": row.results_posted,
    }
    return Keyed(
        row=row,
        values={dimension: values_of(row, dimension) for dimension in STORED},
        days={name: period_end(text) for name, text in dates.items()},
    )
