"""What is known of one trial, drawn together from its registrations and papers, and its row in the census."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mscminer.core.documents import Document
from mscminer.core.facts import Extraction, TrialFact, Value
from mscminer.core.records import RecordKey
from mscminer.core.vocabulary import Absence, Field


class LinkType(StrEnum):
    """How two records belong together."""

    RESULT = "result"
    """The paper reports the trial: registry reference of type RESULT, or the paper names the id as its own."""
    DERIVED = "derived"
    """ClinicalTrials.gov found the trial's number in the paper (reference type DERIVED)."""
    PROTOCOL = "protocol"
    """The paper describes the trial's plan; it has no results."""
    BACKGROUND = "background"
    """The registration cites the paper as reading matter; says nothing about the trial."""
    MENTION = "mention"
    """The paper names the id among several: a review's table, a discussion.  No result link."""
    INFERRED = "inferred"
    """Nobody wrote it down; title, people, size, condition and dates speak for it."""
    SAME_STUDY = "same_study"
    """One study registered twice: the registrations name each other, or share a third number."""
    FOLLOW_UP = "follow_up"
    """Follow-up or extension of the other study."""
    EXPANDED_ACCESS = "expanded_access"
    """Access to the product of the other study outside it."""


RESULT_LINKS = frozenset({LinkType.RESULT, LinkType.DERIVED})
"""Links strong enough for a paper to speak for a trial."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Link:
    """That record `a` belongs to record `b`, with the reason.

    Args:
        a: the publication of a publication-registration link; the later registration between two registrations.
        basis: where it stands: ``databank``, ``abstract``, ``full_text``, ``reference``, ``secondary_id``, a section
            of the registration, ``inferred``, ``curator``.
        reason: one sentence that a reader can check.
        score: probability that the link is right, 0 to 1.
    """

    a: RecordKey
    b: RecordKey
    type: LinkType
    basis: str
    reason: str
    score: float = 1.0

    def __post_init__(self) -> None:
        if self.a == self.b:
            raise ValueError(f"{self.a}: a record is not linked to itself")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"score {self.score} is not between 0 and 1")


class FamilyRuling(StrEnum):
    """What a curator says of two registrations."""

    MERGE = "merge"
    """They are one family, whatever the records say."""
    SPLIT = "split"
    """They are not, whatever links them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FamilyDecision:
    """A curator's word on two registrations; the newest on a pair holds, for ever."""

    a: str
    b: str
    ruling: FamilyRuling
    curator: str
    decided_at: datetime
    reason: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids, sorted."""
        return (min(self.a, self.b), max(self.a, self.b))


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """Registrations of one study, its follow-ups and expanded access, and the papers on them.

    Args:
        id: the registration that was posted first.
        members: registration ids, earliest first.
        publications: PMIDs of papers with results of a member.
        links: the links that hold it together, each with its reason.
        dropped: links that would have joined it to others and that a curator's split forbids.
    """

    id: str
    members: tuple[str, ...]
    publications: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    dropped: tuple[Link, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sourced:
    """A document with what was extracted from it, curators' decisions applied; None where nobody has looked yet."""

    document: Document
    extraction: Extraction | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialField:
    """What holds for one field of a trial.

    Args:
        facts: the values that hold; empty where `absence` says why there is none.
        competing: values that sources give and that do not hold: the sides of a conflict, or what a rule of
            precedence or a curator set aside.
        rule: the rule of precedence that settled it, for display.
    """

    field: Field
    facts: tuple[TrialFact, ...] = ()
    absence: Absence | None = None
    competing: tuple[TrialFact, ...] = ()
    rule: str = ""

    def __post_init__(self) -> None:
        if bool(self.facts) == (self.absence is not None):
            raise ValueError(f"{self.field}: either values or a reason why there is none")

    @property
    def values(self) -> tuple[Value, ...]:
        """The values that hold, in order."""
        return tuple(fact.value for fact in self.facts if not isinstance(fact.value, Absence))

    @property
    def words(self) -> tuple[str, ...]:
        """The values as strings; conditions by their name."""
        return tuple(str(value["name"]) if isinstance(value, Mapping) else str(value) for value in self.values)

    @property
    def word(self) -> str:
        """The one value, or the words of the absence."""
        return self.words[0] if self.facts else str(self.absence)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One registration with everything that it and its papers say about it.

    Args:
        id: the registration's id, e.g. ``NCT00114452``.
        links: its links to papers, strongest first.
        maker: the extractor that read the registration, or "".
        decided: the fields that a curator decided on the registration.
    """

    id: str
    registration: Document
    fields: Mapping[Field, TrialField]
    links: tuple[Link, ...] = ()
    maker: str = ""
    decided: tuple[Field, ...] = ()

    def __getitem__(self, name: Field) -> TrialField:
        return self.fields[name]

    @property
    def facts(self) -> tuple[TrialFact, ...]:
        """All values that hold, in the fields' order."""
        return tuple(fact for name in self.fields for fact in self.fields[name].facts)

    @property
    def conflicts(self) -> tuple[Field, ...]:
        """The fields on which sources contradict each other and nobody has decided."""
        return tuple(name for name, state in self.fields.items() if state.absence is Absence.CONFLICT)


class RowKind(StrEnum):
    """What a census row stands for."""

    REGISTRATION = "registration"
    PUBLICATION = "publication"


@dataclass(frozen=True, kw_only=True, slots=True)
class CensusRow:
    """One registration or publication as counting sees it: values only, no evidence.

    Single values are a code or the words of an `Absence`.  An empty set means *not stated* unless `absent`
    gives another reason for that field.

    Args:
        id: registration number or PMID.
        family: id of the family it belongs to (its own id where it stands alone).
        study_type: ``interventional``, ``observational`` or ``expanded_access``; for a publication its report kind.
        status: the registry's status in lower case, ``completed``; "" for a publication.
        first_posted: and the other dates: ISO, of the precision given, or "".
        word_hit: whether a plain word search over our stored record would find it (see `trials.words`).
        publications: PMIDs of papers with its results.
        absent: (dimension, words of the absence) for sets that are empty for another reason than *not stated*.
        document: hash of the version of the record that it rests on.
        maker: the extractor and its version.
        decided: fields that a curator decided.
        confidence: that of the MSC class.
        sources: the records that the row rests on, as ``source:id``.
    """

    id: str
    kind: RowKind = RowKind.REGISTRATION
    family: str = ""
    title: str = ""
    msc: str = Absence.NOT_EXTRACTED.value
    study_type: str = ""
    status: str = ""
    first_posted: str = ""
    start: str = ""
    primary_completion: str = ""
    completion: str = ""
    results_posted: str = ""
    phase: str = Absence.NOT_STATED.value
    category: str = Absence.NOT_STATED.value
    tissues: tuple[str, ...] = ()
    donors: tuple[str, ...] = ()
    donors_inferred: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    n: int | None = None
    sponsor: str = ""
    sponsor_class: str = ""
    word_hit: bool = False
    publications: tuple[str, ...] = ()
    absent: tuple[tuple[str, str], ...] = field(default=())
    confidence: float = 1.0
    sources: tuple[str, ...] = ()
    document: str = ""
    maker: str = ""
    decided: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a census row without an id")
        if not self.family:
            object.__setattr__(self, "family", self.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class CensusPart:
    """What assembling keeps of one record, so that a change of another need not read this one again.

    Args:
        stamp: what the record's row was made of (text, extraction, decisions); another stamp means that it changed.
        claims: links that the record states: a paper's numbers, a registration's references.
        inferred: the link that was inferred for a paper that states none.
        essence: what links and families look at (`trials.essence`): of every registration, and of papers that state
            no link and could have one inferred.
    """

    key: RecordKey
    kind: RowKind
    stamp: str
    claims: tuple[Link, ...] = ()
    inferred: tuple[Link, ...] = ()
    essence: Sourced | None = None
