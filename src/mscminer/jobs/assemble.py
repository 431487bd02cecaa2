"""Keep the census up with the database.

After a change, only what changed and what hangs on it is read again; the result is that of assembling anew, row by
row and link by link (a property test holds this).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import RESULT_LINKS, CensusPart, CensusRow, Link, RowKind, Sourced, Trial
from mscminer.jobs.drawing import (
    all_links,
    draw,
    has_essence,
    has_row,
    keyed,
    loader,
    pmids_of,
    sources,
    sources_of_kind,
    trials_of,
    waits_for_inference,
)
from mscminer.jobs.extract import BATCH, chunks
from mscminer.jobs.progress import Progress, Silent
from mscminer.store import Store, Transaction
from mscminer.store.parts import GONE, Present
from mscminer.trials.assembly import census_row, publication_row
from mscminer.trials.essence import essence
from mscminer.trials.families import build_families, family_of
from mscminer.trials.inference import infer_links, title_index
from mscminer.trials.links import find_paper_links, find_reference_links

CENSUS_VERSION = "7"
"""Raised whenever assembly makes other rows of the same sources; a census of an older version is built anew."""

__all__ = ["GONE", "AssembleReport", "assemble", "census_fingerprint", "ensure_census", "keyed", "sources", "trials"]

FEW, MOST = 50, 5000
"""Up to so many changed records are always followed one by one; never more, as they are held in memory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AssembleReport:
    """What assembling made.

    Args:
        read: records that were read for it; all of them, or those that changed and what hangs on them.
    """

    registrations: int
    publications: int
    links: int
    families: int
    read: int = 0


def assemble(store: Store, *, progress: Progress | None = None) -> AssembleReport:
    """Build census, links and families anew and keep them.

    Registrations are held in memory (some thousands); publications stream by, and only those that are linked to a
    registration are kept until the end.
    """
    progress = progress or Silent()
    progress.begin("assemble", None)
    with store.read() as tx:
        fingerprint, present = census_fingerprint(tx), tx.parts.present()
        decisions = tx.family_decisions.all()
        registrations = {item.document.key.id: item for item in sources_of_kind(tx, present, Kind.REGISTRATION)}
        progress.advance(len(registrations))
        papers = sources_of_kind(tx, present, Kind.PUBLICATION)
        load = loader(tx, present)
        drawn = draw(registrations, papers, decisions, pmids=pmids_of(present), load=load, progress=progress)
    with store.write() as tx:
        tx.links.replace(drawn.links)
        tx.parts.replace(drawn.parts(present))
        rows = (keyed(row) for row in drawn.rows())
        tx.census.replace(rows, fingerprint=fingerprint, built_at=datetime.now(UTC))
    progress.end()
    return AssembleReport(
        registrations=len(registrations),
        publications=len(drawn.publication_rows),
        links=len(drawn.links),
        families=len(drawn.families),
        read=len(present),
    )


def census_fingerprint(tx: Transaction) -> str:
    """What a census assembled now would be made of."""
    return f"{CENSUS_VERSION}/{tx.census.present_fingerprint()}"


def ensure_census(store: Store, *, progress: Progress | None = None) -> AssembleReport | None:
    """Bring the census to what the database holds now; returns None where it was so already."""
    with store.read() as tx:
        stored = tx.census.fingerprint()
        if stored == census_fingerprint(tx):
            return None
    if stored is None or not stored.startswith(f"{CENSUS_VERSION}/"):
        return assemble(store, progress=progress)
    return follow_changes(store, progress=progress) or assemble(store, progress=progress)


def trials(store: Store) -> Iterator[Trial]:
    """All trials with their facts and evidence, as the stored census was made of them, by id."""
    ensure_census(store)
    with store.read() as tx:
        present = tx.parts.present()
        load = loader(tx, present)
        links = tuple(tx.links.iterate())
        registrations = {item.document.key.id: item for item in load(_registrations(present))}
        reporting = {link.a for link in links if link.type in RESULT_LINKS}
        papers = {item.document.key.id: item for item in load(reporting)}
    yield from trials_of(registrations, papers, links)


def _registrations(present: Mapping[RecordKey, Present]) -> Iterator[RecordKey]:
    return (key for key, item in present.items() if item.kind is RowKind.REGISTRATION)


@dataclass(frozen=True, kw_only=True)
class _Changes:
    """What differs between the stored census and the database.

    Args:
        changed: new, or made of something else than their row was.
        gone: no longer there.
        unbounded: whether a registration of another registry came or went: which papers name it is not kept.
    """

    present: Mapping[RecordKey, Present]
    changed: frozenset[RecordKey]
    gone: frozenset[RecordKey]
    unbounded: bool

    @property
    def too_many(self) -> bool:
        number = len(self.changed) + len(self.gone)
        return self.unbounded or number > MOST or number > max(FEW, len(self.present) // 4)

    def has(self, key: RecordKey) -> bool:
        return key in self.changed or key in self.gone


def _find_changes(tx: Transaction) -> _Changes:
    present, stamps = tx.parts.present(), tx.parts.stamps()
    changed = frozenset(key for key, item in present.items() if stamps.get(key) != item.stamp)
    gone = frozenset(key for key in stamps if key not in present)
    moved = [*gone, *(key for key in changed if key not in stamps)]
    foreign = any(key.source.is_registry and key.source is not Source.CTGOV for key in moved)
    return _Changes(present=present, changed=changed, gone=gone, unbounded=foreign)


@dataclass(kw_only=True)
class _Followed:
    """What is to be written."""

    rows: list[CensusRow] = field(default_factory=list)
    without_row: list[RecordKey] = field(default_factory=list)
    parts: dict[RecordKey, CensusPart] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    new_links: bool = False
    families: int = 0
    read: int = 0


def follow_changes(store: Store, *, progress: Progress | None = None) -> AssembleReport | None:
    """Bring the stored census up to date by what changed; None where so much did that assembling anew is due."""
    progress = progress or Silent()
    with store.read() as tx:
        fingerprint = census_fingerprint(tx)
        changes = _find_changes(tx)
        if changes.too_many:
            return None
        progress.begin("assemble what changed", len(changes.changed))
        followed = _Follower(tx, changes).follow()
    with store.write() as tx:
        _write(tx, changes, followed)
        tx.census.mark(fingerprint, built_at=datetime.now(UTC))
    progress.end()
    registrations = sum(item.kind is RowKind.REGISTRATION for item in changes.present.values())
    return AssembleReport(
        registrations=registrations,
        publications=len(changes.present) - registrations,
        links=len(followed.links),
        families=followed.families,
        read=followed.read,
    )


def _write(tx: Transaction, changes: _Changes, followed: _Followed) -> None:
    for key in (*changes.gone, *followed.without_row):
        for kind in (RowKind.REGISTRATION,) if key.source.is_registry else (RowKind.PUBLICATION,):
            tx.census.remove(kind, key.id)
    for row in followed.rows:
        tx.census.put(keyed(row))
    tx.parts.drop(sorted(changes.gone))
    tx.parts.put(followed.parts.values())
    if followed.new_links:
        tx.links.replace(followed.links)


class _Follower:
    """Works out what a number of changes do to links, families and rows."""

    def __init__(self, tx: Transaction, changes: _Changes) -> None:
        self._tx = tx
        self._changes = changes
        self._load = loader(tx, changes.present)
        self._old = {part.key: part for part in tx.parts.essential()}
        self._stating = [part for part in tx.parts.linking() if not changes.has(part.key)]
        self._fresh = {item.document.key: item for item in self._load(self._keys_to_read())}
        self._done = _Followed(read=len(self._fresh))
        self._claims = {part.key: part.claims for part in (*self._old.values(), *self._stating)}
        self._inferred = {part.key: part.inferred for part in self._old.values() if part.inferred}
        for key in (*changes.gone, *self._fresh):
            self._claims.pop(key, None)
            self._inferred.pop(key, None)
        self._kept = {
            key: part for key, part in self._old.items() if key not in changes.gone and key not in self._fresh
        }
        self._registrations = self._every_registration()
        self._documents = {ident: item.document for ident, item in self._registrations.items()}

    def _keys_to_read(self) -> set[RecordKey]:
        """What changed, and full texts whose PubMed record came or went."""
        pmids = pmids_of((*self._changes.changed, *self._changes.gone))
        full_texts = {
            key
            for key, part in self._old.items()
            if key.source is Source.PMC and part.essence is not None and _pmid(part.essence) in pmids
        }
        return {*self._changes.changed, *full_texts} - self._changes.gone

    def _every_registration(self) -> dict[str, Sourced]:
        found = {
            key.id: part.essence
            for key, part in self._kept.items()
            if part.kind is RowKind.REGISTRATION and part.essence is not None
        }
        found |= {key.id: item for key, item in self._fresh.items() if item.document.study is not None}
        return dict(sorted(found.items()))

    def follow(self) -> _Followed:
        done = self._done
        self._read_papers()
        self._infer()
        self._cite()
        done.links = all_links(self._claims.values(), self._inferred.values(), self._documents)
        families = build_families(self._documents, done.links, self._tx.family_decisions.all())
        done.families = len(families)
        before = set(self._tx.links.iterate())
        moved = before ^ set(done.links)
        done.new_links = bool(moved)
        self._make_rows(moved, family_of(families))
        self._make_parts()
        return done

    # -- links --------------------------------------------------------------------------------------------------

    def _read_papers(self) -> None:
        """What changed papers state, and their own rows."""
        pmids = pmids_of(self._changes.present)
        for key, item in self._fresh.items():
            if item.document.article is None:
                continue
            self._claims[key] = tuple(find_paper_links([item], self._documents))
            if has_row(item.document, pmids):
                self._done.rows.append(publication_row(item))
            else:
                self._done.without_row.append(key)

    def _infer(self) -> None:
        """Inferred links of changed papers; of all, where a registration changed in what inference looks at."""
        index = title_index(self._registrations)
        waiting = [item for key, item in self._fresh.items() if waits_for_inference(item, self._claims.get(key, ()))]
        if self._registrations_moved():
            waiting += [
                part.essence
                for key, part in self._kept.items()
                if part.kind is RowKind.PUBLICATION and key.source is Source.PUBMED and part.essence is not None
            ]
        for item in waiting:
            self._inferred[item.document.key] = tuple(infer_links([item], self._registrations, index=index))

    def _registrations_moved(self) -> bool:
        if any(key.source.is_registry for key in self._changes.gone):
            return True
        for key, item in self._fresh.items():
            if item.document.study is not None:
                old = self._old.get(key)
                if old is None or old.essence is None or not _alike(old.essence, essence(item)):
                    return True
        return False

    def _cite(self) -> None:
        """What registrations state, where they or a paper that they cite changed."""
        moved = pmids_of((*self._changes.changed, *self._changes.gone))
        citing = [
            item for item in self._registrations.values() if item.document.key in self._fresh or moved & _cited(item)
        ]
        wanted = {
            RecordKey(source=Source.PUBMED, id=pmid) for item in citing for pmid in _cited(item) if pmid.isdigit()
        }
        papers = {item.document.key.id: item for item in self._load(wanted)}
        for item in citing:
            self._claims[item.document.key] = tuple(find_reference_links(item.document, papers))

    # -- rows and parts -----------------------------------------------------------------------------------------

    def _make_rows(self, moved: set[Link], family: Mapping[str, str]) -> None:
        old_family = self._tx.census.families_of_registrations()
        touched = {ident for ident, name in family.items() if old_family.get(ident) != name}
        touched |= {key.id for key in self._fresh}
        touched |= {link.b.id for link in moved}
        touched |= {link.b.id for link in self._done.links if link.type in RESULT_LINKS and self._changes.has(link.a)}
        for ids in chunks(sorted(touched & family.keys()), BATCH):
            self._make_some_rows(ids, family)

    def _make_some_rows(self, ids: list[str], family: Mapping[str, str]) -> None:
        wanted = set(ids)
        links = [link for link in self._done.links if link.b.id in wanted]
        reporting = {link.a for link in links if link.type in RESULT_LINKS}
        keys = {self._documents[ident].key for ident in ids} | reporting
        held = {item.document.key: item for item in self._load(keys)}
        self._done.read += len(held)
        registrations = {key.id: item for key, item in held.items() if key.id in wanted}
        papers = {key.id: item for key, item in held.items() if key in reporting}
        for trial in trials_of(registrations, papers, links):
            self._done.rows.append(census_row(trial, family[trial.id]))

    def _make_parts(self) -> None:
        """Parts of what was read, and of what states or may be inferred to be something else than before."""
        for key, item in self._fresh.items():
            kind = RowKind.PUBLICATION if item.document.article is not None else RowKind.REGISTRATION
            kept = kind is RowKind.REGISTRATION or has_essence(item, self._claims.get(key, ()))
            self._done.parts[key] = self._part(key, kind, essence(item) if kept else None)
        for key, part in self._kept.items():
            if (part.claims, part.inferred) != (self._claims.get(key, ()), self._inferred.get(key, ())):
                self._done.parts[key] = self._part(key, part.kind, part.essence)

    def _part(self, key: RecordKey, kind: RowKind, kept: Sourced | None) -> CensusPart:
        return CensusPart(
            key=key,
            kind=kind,
            stamp=self._changes.present[key].stamp,
            claims=self._claims.get(key, ()),
            inferred=self._inferred.get(key, ()),
            essence=kept,
        )


def _pmid(source: Sourced) -> str:
    return source.document.article.pmid if source.document.article is not None else ""


def _cited(source: Sourced) -> set[str]:
    study = source.document.study
    return {reference.pmid for reference in study.references} if study is not None else set()


def _alike(one: Sourced, other: Sourced) -> bool:
    """Whether two essences are the same to inference."""
    return one.document == other.document and _values(one) == _values(other)


def _values(source: Sourced) -> list[tuple[str, str]]:
    return [fact.key for fact in source.extraction.facts] if source.extraction is not None else []
