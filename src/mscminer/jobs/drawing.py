"""Draw registrations, papers, links and families together into the rows of a census."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mscminer.core.decisions import apply_decisions
from mscminer.core.documents import Document, Kind
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import (
    RESULT_LINKS,
    CensusPart,
    CensusRow,
    Family,
    FamilyDecision,
    Link,
    LinkType,
    RowKind,
    Sourced,
    Trial,
)
from mscminer.core.vocabulary import Field, MscClass
from mscminer.jobs.extract import BATCH, chunks
from mscminer.jobs.progress import Progress, Silent
from mscminer.store import Store, Transaction
from mscminer.store.census import STORED, Keyed
from mscminer.store.parts import Present
from mscminer.trials.assembly import assemble_trial, census_row, publication_row
from mscminer.trials.dates import period_end
from mscminer.trials.dimensions import values_of
from mscminer.trials.essence import essence
from mscminer.trials.families import build_families, family_of
from mscminer.trials.inference import infer_links, infer_siblings, title_index
from mscminer.trials.links import (
    find_paper_links,
    find_reference_links,
    find_registration_links,
    resolve_numbers,
    strongest,
)

_OWN = RESULT_LINKS | {LinkType.PROTOCOL}
"""What a registration calls its own paper; of what it only read, it says nothing."""


@dataclass(kw_only=True)
class Drawn:
    """Everything that was drawn together from some records.

    Args:
        papers: publications that are linked to a registration or cited by one, by PMID.
        publication_rows: of all publications that count for themselves.
        keys: all publications that were read.
    """

    registrations: Mapping[str, Sourced]
    papers: dict[str, Sourced] = field(default_factory=dict)
    publication_rows: list[CensusRow] = field(default_factory=list)
    claims: dict[RecordKey, tuple[Link, ...]] = field(default_factory=dict)
    inferred: dict[RecordKey, tuple[Link, ...]] = field(default_factory=dict)
    essences: dict[RecordKey, Sourced] = field(default_factory=dict)
    keys: dict[RecordKey, RowKind] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    families: tuple[Family, ...] = ()

    def rows(self) -> Iterator[CensusRow]:
        """The census: registrations, then publications."""
        family = family_of(self.families)
        for trial in trials_of(self.registrations, self.papers, self.links):
            yield census_row(trial, family[trial.id])
        yield from self.publication_rows

    def parts(self, present: Mapping[RecordKey, Present]) -> Iterator[CensusPart]:
        """What is kept of each record; one that came after the stamps were read has none and counts as changed."""
        kinds = {item.document.key: RowKind.REGISTRATION for item in self.registrations.values()} | self.keys
        for key, kind in kinds.items():
            yield self._part(key, kind, present)

    def _part(self, key: RecordKey, kind: RowKind, present: Mapping[RecordKey, Present]) -> CensusPart:
        return CensusPart(
            key=key,
            kind=kind,
            stamp=present[key].stamp if key in present else "",
            claims=self.claims.get(key, ()),
            inferred=self.inferred.get(key, ()),
            essence=self.essences.get(key),
        )


def sources(store: Store, kind: Kind) -> Iterator[Sourced]:
    """Current texts of one kind with their newest extraction and decisions applied; gone records left out."""
    with store.read() as tx:
        yield from sources_of_kind(tx, tx.parts.present(), kind)


def sources_of_kind(tx: Transaction, present: Mapping[RecordKey, Present], kind: Kind) -> Iterator[Sourced]:
    """Those of one kind among the records that are there."""
    return sources_of(tx, sorted(item.document_id for item in present.values() if item.kind.value == kind.value))


def loader(tx: Transaction, present: Mapping[RecordKey, Present]) -> Callable[[Iterable[RecordKey]], Iterator[Sourced]]:
    """What reads those of some records that are there."""
    return lambda keys: sources_of(tx, sorted(present[key].document_id for key in keys if key in present))


def sources_of(tx: Transaction, document_ids: Iterable[int]) -> Iterator[Sourced]:
    """Texts by number, with their newest extraction and decisions applied, in the order given, read in batches."""
    for ids in chunks(document_ids, BATCH):
        batch = tx.documents.by_ids(ids)
        found = tx.extractions.latest_of([stored.id for stored in batch])
        decided = tx.decisions.of_records([stored.document.key for stored in batch])
        for stored in batch:
            document, extraction = stored.document, found.get(stored.id)
            if extraction is not None and decided.get(document.key):
                extraction = apply_decisions(extraction, decided[document.key], document)
            yield Sourced(document=document, extraction=extraction)


def pmids_of(keys: Iterable[RecordKey]) -> frozenset[str]:
    """The PMIDs among some records."""
    return frozenset(key.id for key in keys if key.source is Source.PUBMED)


def draw(
    registrations: Mapping[str, Sourced],
    papers: Iterable[Sourced],
    decisions: Sequence[FamilyDecision],
    *,
    pmids: Container[str],
    load: Callable[[Collection[RecordKey]], Iterable[Sourced]],
    progress: Progress | None = None,
) -> Drawn:
    """Draw records together: links, families, and the rows of a census.

    Args:
        registrations: by id.
        papers: read once, in batches.
        pmids: of all papers that PubMed's own record is there for; their full texts only add links.
        load: reads some papers again: those that only their full text links to a registration.
    """
    drawn = Drawn(registrations=registrations)
    documents = {ident: item.document for ident, item in registrations.items()}
    _read_papers(drawn, papers, documents, pmids, progress or Silent())
    for ident, item in registrations.items():
        kept = essence(item)
        drawn.essences[item.document.key], documents[ident] = kept, kept.document
        drawn.claims[item.document.key] = tuple(find_reference_links(item.document, drawn.papers))
    drawn.links = all_links(drawn.claims.values(), drawn.inferred.values(), documents)
    drawn.families = build_families(documents, drawn.links, decisions)
    reporting = {link.a for link in drawn.links if link.type in RESULT_LINKS and link.a.id in pmids}
    unread = {key for key in reporting if key.source is Source.PUBMED and key.id not in drawn.papers}
    drawn.papers |= {paper.document.key.id: paper for paper in load(unread)}
    return drawn


def _read_papers(
    drawn: Drawn,
    papers: Iterable[Sourced],
    documents: Mapping[str, Document],
    pmids: Container[str],
    progress: Progress,
) -> None:
    cited = cited_pmids(drawn.registrations.values())
    index = title_index(drawn.registrations)
    for batch in chunks(papers, BATCH):
        for paper in batch:
            key = paper.document.key
            claims = tuple(find_paper_links([paper], documents))
            drawn.keys[key] = RowKind.PUBLICATION
            if claims:
                drawn.claims[key] = claims
            if has_essence(paper, claims):
                drawn.essences[key] = essence(paper)
            if waits_for_inference(paper, claims):
                drawn.inferred[key] = tuple(infer_links([paper], drawn.registrations, index=index))
            if has_row(paper.document, pmids):
                drawn.publication_rows.append(publication_row(paper))
            if key.source is Source.PUBMED and (claims or drawn.inferred.get(key) or key.id in cited):
                drawn.papers[key.id] = paper
        progress.advance(len(batch))


def all_links(
    claims: Iterable[Iterable[Link]], inferred: Iterable[Iterable[Link]], documents: Mapping[str, Document]
) -> tuple[Link, ...]:
    """One link for each two records; none is inferred for a paper that states one or that a registration calls its own.

    Args:
        claims: links that records state, record by record.
        documents: all registrations, for the links among them.
    """
    stated = list(resolve_numbers((link for links in claims for link in links), documents))
    known = {link.a for link in stated if link.basis != "reference" or link.type in _OWN}
    guessed = [link for links in inferred for link in links if link.a not in known]
    return strongest([*stated, *guessed, *find_registration_links(documents), *infer_siblings(documents)])


def cited_pmids(registrations: Iterable[Sourced]) -> set[str]:
    """PMIDs that registrations cite, of whatever type."""
    studies = (item.document.study for item in registrations)
    return {reference.pmid for study in studies if study for reference in study.references}


def waits_for_inference(paper: Sourced, claims: Sequence[Link]) -> bool:
    """Whether a link may be inferred: PubMed's record of a paper on MSCs given to people, which states no link."""
    if claims or paper.extraction is None or paper.document.key.source is not Source.PUBMED:
        return False
    return paper.extraction.value(Field.MSC) not in (None, MscClass.NONE)


def has_essence(paper: Sourced, claims: Sequence[Link]) -> bool:
    """Whether a paper's essence is kept: for inference, and of full texts, as they stand back for PubMed's record."""
    return paper.document.key.source is not Source.PUBMED or waits_for_inference(paper, claims)


def has_row(document: Document, pmids: Container[str]) -> bool:
    """Whether a publication counts for itself: a full text does only where PubMed's record of it is not there."""
    return document.key.source is Source.PUBMED or document.article is None or document.article.pmid not in pmids


def trials_of(
    registrations: Mapping[str, Sourced], papers: Mapping[str, Sourced], links: Iterable[Link]
) -> Iterator[Trial]:
    """Trials with their facts, by id.

    Args:
        papers: those that are held, by PMID.
    """
    by_target: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.a.source is Source.PUBMED and link.b.id in registrations:
            by_target[link.b.id].append(link)
    for ident in sorted(registrations):
        own = by_target[ident]
        speaking = [papers[link.a.id] for link in own if link.a.id in papers and link.type in RESULT_LINKS]
        yield assemble_trial(registrations[ident], speaking, own)


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
