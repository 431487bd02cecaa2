"""The disease knowledge base made anew from the registry's own pairs and MeSH."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from mscminer.core.documents import Concept
from mscminer.core.errors import RecordError
from mscminer.core.records import Source
from mscminer.extract.model_files import DISEASES, newest_accepted, shipped_diseases, use_local_models
from mscminer.extract.vocabulary import (
    FILE,
    Differences,
    Term,
    TermKind,
    aliases_of,
    compare_terms,
    hash_of,
    merge_terms,
    read_terms,
    terms_to_text,
    with_aliases,
)
from mscminer.harvest.entrez import EntrezClient
from mscminer.harvest.mesh import (
    MeshDescriptor,
    RegistryTerms,
    fetch_descriptors,
    fetch_numbered,
    read_registry_terms,
)
from mscminer.jobs.extract import chunks
from mscminer.jobs.models import save_version
from mscminer.jobs.progress import Progress, Silent
from mscminer.store import Store

_BATCH: Final = 200
_MENTAL: Final = "F03"
_DISEASES: Final = "C"


@dataclass(kw_only=True, slots=True)
class RegistryMesh:
    """What all stored registrations say of MeSH.

    Args:
        found: (words, heading) once for each record in which the heading is a descriptor of its conditions.
    """

    registrations: int = 0
    unreadable: int = 0
    diseases: dict[str, Concept] = field(default_factory=dict)
    others: dict[str, Concept] = field(default_factory=dict)
    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, terms: RegistryTerms) -> None:
        """One registration more."""
        self.registrations += 1
        self.diseases.update({concept.ui: concept for concept in (*terms.conditions, *terms.broader)})
        self.others.update({concept.ui: concept for concept in terms.interventions})
        headings = {concept.name for concept in terms.conditions}
        self.found.extend(pair for pair in dict.fromkeys(terms.found) if pair[1] in headings)


@dataclass(frozen=True, kw_only=True, slots=True)
class VocabularyReport:
    """What an update did.

    Args:
        folder: where the knowledge base in use lies now.
        from_mesh: descriptors that Entrez gave, None if it was not asked.
        missing: ids that MeSH does not have (any more).
    """

    folder: Path
    made: bool
    version: str
    terms: int
    names: int
    registrations: int
    from_mesh: int | None
    missing: tuple[str, ...]
    differences: Differences

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        changes = self.differences
        return {
            "folder": str(self.folder),
            "made": self.made,
            "version": self.version,
            "descriptors": self.terms,
            "names": self.names,
            "registrations": self.registrations,
            "from_mesh": self.from_mesh,
            "missing": list(self.missing),
            "added": [f"{term.ui} {term.name}" for term in changes.added],
            "removed": [f"{term.ui} {term.name}" for term in changes.removed],
            "changed": [f"{new.ui} {new.name}" for _, new in changes.changed],
        }

    def lines(self, most: int = 10) -> Iterator[str]:
        """For people; at most `most` terms of each kind of change."""
        asked = "MeSH was not asked" if self.from_mesh is None else f"{self.from_mesh} descriptors from MeSH"
        yield f"{self.registrations} registrations read, {asked}"
        if self.missing:
            yield f"not in MeSH (any more): {' '.join(self.missing)}"
        changes = self.differences
        yield from _listed("added", [term.name for term in changes.added], most)
        yield from _listed("removed", [term.name for term in changes.removed], most)
        yield from _listed("changed", [_change(old, new) for old, new in changes.changed], most)
        state = "written" if self.made else "unchanged"
        yield f"{state}: {self.folder} ({self.version}), {self.terms} descriptors with {self.names} names"
        if self.made:
            yield "earlier extractions are outdated now; `mscminer extract` redoes them"


def _listed(what: str, names: list[str], most: int) -> Iterator[str]:
    if names:
        more = f" and {len(names) - most} more" if len(names) > most else ""
        yield f"{len(names)} {what}: {'; '.join(names[:most])}{more}"


def _change(old: Term, new: Term) -> str:
    came, went = set(new.names) - set(old.names), set(old.names) - set(new.names)
    words = [f"+ {name}" for name in sorted(came)] + [f"- {name}" for name in sorted(went)]
    if old.kind is not new.kind:
        words.append(f"{old.kind.value} -> {new.kind.value}")
    return f"{new.name} ({', '.join(words) or 'order'})"


def update_vocabulary(
    store: Store, entrez: EntrezClient | None, folder: Path, *, at: datetime, progress: Progress | None = None
) -> VocabularyReport:
    """Put the knowledge base together and, if it differs from the one in use, keep it as the next version.

    Args:
        entrez: None: the registry's own pairs only, no request.
        folder: the setting ``models``.

    Raises:
        SourceError: Entrez does not answer as it should; nothing is written.
        ConfigError: the folder cannot be written.
    """
    progress = progress or Silent()
    registry = read_registry_mesh(store, progress)
    fetched = _fetched(entrez, registry, progress) if entrez else None
    before = newest_accepted(folder, DISEASES) or shipped_diseases()
    old = read_terms(before)
    terms = build_terms(registry, fetched or (), read_terms(shipped_diseases()))
    differences = compare_terms(old, terms)
    text = terms_to_text(terms)
    place = before
    if not differences.none:
        about = {
            "accepted": True,
            "made_at": at.isoformat(timespec="seconds"),
            "registrations": registry.registrations,
            "mesh": fetched is not None,
            "version": hash_of(text),
        }
        place = save_version(folder, DISEASES, {FILE: text}, about)
        use_local_models(folder)
    uis = {descriptor.ui for descriptor in fetched or ()}
    return VocabularyReport(
        folder=place,
        made=not differences.none,
        version=hash_of(text),
        terms=len(terms),
        names=sum(len(term.names) for term in terms),
        registrations=registry.registrations,
        from_mesh=None if fetched is None else len(fetched),
        missing=() if fetched is None else tuple(sorted(set(registry.diseases) - uis)),
        differences=differences,
    )


def read_registry_mesh(store: Store, progress: Progress | None = None) -> RegistryMesh:
    """The MeSH part of every current registration of ClinicalTrials.gov."""
    progress = progress or Silent()
    with store.read() as tx:
        numbers = tx.records.current_versions(Source.CTGOV)
    gathered = RegistryMesh()
    progress.begin("registrations", len(numbers))
    for some in chunks(numbers, _BATCH):
        with store.read() as tx:
            raws = [stored.record.raw for stored in tx.records.by_version_ids(some)]
        for raw in raws:
            try:
                gathered.add(read_registry_terms(raw))
            except RecordError:
                gathered.unreadable += 1
        progress.advance(len(some))
    progress.end()
    return gathered


def _fetched(entrez: EntrezClient, registry: RegistryMesh, progress: Progress) -> tuple[MeshDescriptor, ...]:
    """The registry's descriptors and what is easily taken for one of them: the other children of their parents."""
    progress.begin("MeSH", 3)
    own = {one.number: one for one in fetch_descriptors(entrez, sorted({*registry.diseases, *registry.others}))}
    progress.advance(1)
    diseases = [one for one in own.values() if one.ui in registry.diseases]
    parents = _numbers(own, (number for one in diseases for number in one.parents))
    above = {one.number: one for one in fetch_numbered(entrez, parents)}
    progress.advance(1)
    around = {**own, **above}
    near = [number for one in (*above.values(), *diseases) for number in one.children]
    around.update({one.number: one for one in fetch_numbered(entrez, _numbers(around, near))})
    progress.advance(1)
    progress.end()
    return tuple(sorted(around.values(), key=lambda one: one.ui))


def _numbers(known: dict[str, MeshDescriptor], numbers: Iterable[str]) -> list[str]:
    return sorted({number for number in numbers if number not in known}, key=int)


def build_terms(registry: RegistryMesh, fetched: Iterable[MeshDescriptor], shipped: Iterable[Term]) -> tuple[Term, ...]:
    """The knowledge base: MeSH's own names first, then the registry's, then those that are shipped.

    No shipped descriptor is lost: a database with few registrations links as well as one with many.
    """
    from_mesh = [_term_of(one, registry) for one in fetched]
    diseases = [Term(ui=one.ui, name=one.name) for one in registry.diseases.values()]
    others = [Term(ui=one.ui, name=one.name, kind=TermKind.OTHER) for one in registry.others.values()]
    known = merge_terms(from_mesh, shipped, sorted(diseases), sorted(others))
    named = with_aliases(known, aliases_of(registry.found, known))
    return tuple(sorted(merge_terms(named), key=lambda term: (term.name, term.ui)))


def _term_of(descriptor: MeshDescriptor, registry: RegistryMesh) -> Term:
    places = descriptor.tree_numbers
    is_disease = any(place.startswith((_DISEASES, _MENTAL)) for place in places) if places else False
    kind = TermKind.DISEASE if is_disease or descriptor.ui in registry.diseases else TermKind.OTHER
    return Term(ui=descriptor.ui, name=descriptor.names[0], kind=kind, synonyms=descriptor.names[1:])
