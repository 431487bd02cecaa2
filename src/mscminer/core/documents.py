"""Immutable texts in named sections, with the structured fields of their source beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

from mscminer.core.records import RecordKey, Source
from mscminer.core.spans import Evidence, Span


class Kind(StrEnum):
    REGISTRATION = "registration"
    PUBLICATION = "publication"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A named piece of text.

    Names are stable and unique within a document: ``title``, ``abstract.0`` (its label in `label`),
    ``official_title``, ``brief_summary``, ``arm.1.description``, ``intervention.0.name``, ``condition.2`` ...

    Args:
        label: heading that the source gives (``METHODS``), or "".
        language: ISO 639-2 code where the source says it is not English, else "".
    """

    name: str
    text: str
    label: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Concept:
    """A term of a controlled vocabulary; `ui` is its identifier (MeSH: ``D011471``) or ""."""

    name: str
    ui: str = ""
    major: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Arm:
    """An arm group; `number` is its place in the record, so its sections are ``arm.<number>.*``."""

    number: int
    label: str
    type: str = ""
    description: str = ""
    interventions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Intervention:
    """An intervention; its sections are ``intervention.<number>.*``."""

    number: int
    type: str
    name: str
    description: str = ""
    other_names: tuple[str, ...] = ()
    arm_labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondaryId:
    id: str
    type: str = ""
    domain: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A publication that the registration cites; `type` is RESULT, DERIVED or BACKGROUND."""

    pmid: str
    type: str
    citation: str = ""
    retracted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyFields:
    """What a registry gives in fields of its own.  Values are the source's codes; "" or None: field absent.

    Dates are ISO strings of the precision the source gives (``2021``, ``2021-03`` or ``2021-03-31``).
    """

    study_type: str = ""
    phases: tuple[str, ...] = ()
    enrollment: int | None = None
    enrollment_type: str = ""
    allocation: str = ""
    intervention_model: str = ""
    primary_purpose: str = ""
    masking: str = ""
    who_masked: tuple[str, ...] = ()
    status: str = ""
    why_stopped: str = ""
    has_results: bool = False
    healthy_volunteers: bool | None = None
    arms: tuple[Arm, ...] = ()
    interventions: tuple[Intervention, ...] = ()
    conditions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    condition_mesh: tuple[Concept, ...] = ()
    condition_ancestors: tuple[Concept, ...] = ()
    intervention_mesh: tuple[Concept, ...] = ()
    org_study_id: str = ""
    secondary_ids: tuple[SecondaryId, ...] = ()
    references: tuple[Reference, ...] = ()
    aliases: tuple[str, ...] = ()
    sponsor: str = ""
    sponsor_class: str = ""
    investigators: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    first_submitted: str = ""
    first_posted: str = ""
    start: str = ""
    primary_completion: str = ""
    completion: str = ""
    results_first_posted: str = ""
    last_update_posted: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Correction:
    """A link of MEDLINE's CommentsCorrectionsList: ``RetractionIn``, ``ErratumFor``, ``UpdateOf`` ..."""

    type: str
    pmid: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedEvent:
    """A dated step in an article's life; `date` is ISO, of the precision given.

    Args:
        kind: ``electronic`` (ArticleDate), ``completed``, ``revised``, ``created``, ``contribution`` ... or the
            status of PubMed's history: ``received``, ``accepted``, ``entrez``, ``medline``, ``retracted`` ...
    """

    kind: str
    date: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ArticleFields:
    """What PubMed gives in fields of its own; dates are ISO, of the precision given.

    Args:
        databank_ids: normalised registry ids of the DataBankList (all its numbers are sections ``databank.N``).
        dates: dates of every kind that the source gives, in its order.
        pmid: of a full text, the PMID of the same article, whose own record is ``pubmed:<pmid>``; else "".
        full_text_ids: registry ids found anywhere in a full text but its references; not all are the study's own.
    """

    journal: str = ""
    published: str = ""
    published_as_given: str = ""
    entered: str = ""
    revised: str = ""
    languages: tuple[str, ...] = ()
    publication_types: tuple[Concept, ...] = ()
    mesh: tuple[Concept, ...] = ()
    keywords: tuple[str, ...] = ()
    databank_ids: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    authors: tuple[str, ...] = ()
    doi: str = ""
    pmcid: str = ""
    pmid: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    status: str = ""
    is_book: bool = False
    full_text_ids: tuple[str, ...] = ()
    dates: tuple[DatedEvent, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """One version of one source record as text in sections, never changed once made.

    Exactly one of `study` and `article` is set, as `kind` says.  `version` is a hash of everything a reader
    of the document can see, so equal versions have equal offsets for ever.

    Raises:
        ValueError: for two sections of one name, an empty section, or fields that do not fit the kind.
    """

    key: RecordKey
    sections: tuple[Section, ...]
    study: StudyFields | None = None
    article: ArticleFields | None = None
    note: str | None = None
    version: str = field(default="")

    def __post_init__(self) -> None:
        if (self.study is None) == (self.article is None):
            raise ValueError(f"{self.key}: a document has either study or article fields")
        names = [section.name for section in self.sections]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.key}: two sections of one name")
        if not all(section.text for section in self.sections):
            raise ValueError(f"{self.key}: an empty section")
        digest = hashlib.sha256(self._canonical()).hexdigest()
        if self.version and self.version != digest:
            raise ValueError(f"{self.key}: the text does not match its version {self.version}")
        object.__setattr__(self, "version", digest)

    def _canonical(self) -> bytes:
        seen = {"key": str(self.key), "sections": self.sections, "study": self.study, "article": self.article}
        return json.dumps(seen, ensure_ascii=True, sort_keys=True, default=_telling_fields).encode()

    @property
    def kind(self) -> Kind:
        return Kind.REGISTRATION if self.study is not None else Kind.PUBLICATION

    @cached_property
    def _by_name(self) -> dict[str, Section]:
        return {section.name: section for section in self.sections}

    def section(self, name: str) -> Section | None:
        """The section of that name, or None."""
        return self._by_name.get(name)

    def text(self, name: str) -> str:
        """The text of the section of that name, or ""."""
        section = self._by_name.get(name)
        return section.text if section else ""

    def sections_like(self, prefix: str) -> Iterator[Section]:
        """Sections named `prefix` or ``prefix.*``, in order."""
        for section in self.sections:
            if section.name == prefix or section.name.startswith(prefix + "."):
                yield section

    @property
    def title(self) -> str:
        """What a reader would call it: title, brief title or official title."""
        return self.text("title") or self.text("official_title") or str(self.key)

    def quote(self, span: Span) -> str:
        """The words of a span.

        Raises:
            ValueError: if the section does not exist or the span leaves it.
        """
        section = self._by_name.get(span.section)
        if section is None:
            raise ValueError(f"{self.key}: no section {span.section!r}")
        if span.end > len(section.text):
            raise ValueError(f"{self.key}: {span.section} has {len(section.text)} characters, span ends at {span.end}")
        return section.text[span.start : span.end]

    def evidence(self, section: str, start: int, end: int) -> Evidence:
        """Make checked evidence from offsets in a section."""
        span = Span(section=section, start=start, end=end)
        return Evidence(document=self.version, span=span, quote=self.quote(span))


def _fields_of(part: Any) -> dict[str, Any]:
    # dataclasses.asdict copies every string on the way; hashing a text must not cost more than reading it.
    return {name: getattr(part, name) for name in part.__slots__}


_DEFAULTS: dict[type, tuple[tuple[str, Any], ...]] = {}


def _telling_fields(part: Any) -> dict[str, Any]:
    # A field at its default tells nothing, so that one added to a later version leaves old hashes as they are.
    cls = type(part)
    if cls not in _DEFAULTS:
        _DEFAULTS[cls] = tuple((item.name, item.default) for item in fields(cls))
    return {name: value for name, default in _DEFAULTS[cls] if (value := getattr(part, name)) != default}


def document_to_text(document: Document) -> str:
    """The plain form of `document_to_json` as JSON, in ASCII."""
    parts = {
        "key": str(document.key),
        "sections": document.sections,
        "study": document.study,
        "article": document.article,
        "note": document.note,
        "version": document.version,
    }
    return json.dumps(parts, default=_fields_of, separators=(",", ":"))


def document_to_json(document: Document) -> dict[str, Any]:
    """A plain form that `document_from_json` reads back."""
    plain: dict[str, Any] = json.loads(document_to_text(document))
    return plain


def document_from_json(data: dict[str, Any]) -> Document:
    """Build a document from its plain form and check it against its version."""
    source, _, ident = data["key"].partition(":")
    return Document(
        key=RecordKey(source=Source(source), id=ident),
        sections=tuple(Section(**section) for section in data["sections"]),
        study=_study(data["study"]) if data["study"] else None,
        article=_article(data["article"]) if data["article"] else None,
        note=data.get("note"),
        version=data["version"],
    )


def _study(data: dict[str, Any]) -> StudyFields:
    parts: dict[str, Any] = {
        "arms": Arm,
        "interventions": Intervention,
        "condition_mesh": Concept,
        "condition_ancestors": Concept,
        "intervention_mesh": Concept,
        "secondary_ids": SecondaryId,
        "references": Reference,
    }
    return StudyFields(**_built(data, parts))


def _article(data: dict[str, Any]) -> ArticleFields:
    parts: dict[str, Any] = {
        "publication_types": Concept,
        "mesh": Concept,
        "corrections": Correction,
        "dates": DatedEvent,
    }
    return ArticleFields(**_built(data, parts))


def _built(data: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    return {name: _tuples(value, parts.get(name)) for name, value in data.items()}


def _tuples(value: Any, cls: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    if cls is None:
        return tuple(value)
    return tuple(cls(**{name: _tuples(inner, None) for name, inner in item.items()}) for item in value)
