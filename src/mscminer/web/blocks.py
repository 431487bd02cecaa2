"""What the record page shows: fields with their values and verdicts, sections with their highlights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from mscminer.core.decisions import (
    Anchoring,
    Decision,
    FieldState,
    Verdict,
    is_stale,
    reanchor,
    shown_evidence,
)
from mscminer.core.documents import Document
from mscminer.core.facts import Fact, canonical, from_canonical
from mscminer.core.records import RecordKey, Source
from mscminer.core.spans import Evidence
from mscminer.core.tasks import readable
from mscminer.core.vocabulary import SET_FIELDS, Absence, Field
from mscminer.jobs.curate import RecordView
from mscminer.web.forms import Input, input_of
from mscminer.web.texts import Mark, Segment, segments

LONG_SECTION = 20_000
"""Characters of a section that are shown at once; the rest on demand."""

LABELS: Mapping[Field, str] = {
    Field.MSC: "MSC product given",
    Field.REPORT: "Kind of report",
    Field.TISSUE: "Tissue source",
    Field.DONOR: "Donor (in words)",
    Field.DONOR_INFERRED: "Donor (inferred)",
    Field.PRODUCT: "Products by arm",
    Field.CONDITION: "Conditions",
    Field.CATEGORY: "Disease category",
    Field.PHASE: "Phase",
    Field.N: "Participants",
    Field.ROUTE: "Route",
    Field.DOSE: "Dose",
    Field.RANDOMISED: "Randomised",
    Field.CONTROLLED: "Controlled",
    Field.BLINDED: "Blinded",
    Field.EFFICACY: "Efficacy",
    Field.SAFETY: "Safety",
    Field.REGISTRY_ID: "Registry numbers",
}

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.ACCEPT: "accepted",
    Verdict.CORRECT: "corrected",
    Verdict.REJECT: "rejected",
    Verdict.NOT_STATED: "not stated",
    Verdict.SKIP: "skipped",
    Verdict.NOTE: "note",
    Verdict.UNDO: "undone",
}


def words(value: str) -> str:
    """A code as people read it: ``bone_marrow`` -> ``bone marrow``."""
    return value.replace("_", " ")


def show_value(text: str) -> str:
    """A canonical value as people read it."""
    return words(readable(from_canonical(text))) if text else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Evidence of an item: where it stands now, or that it cannot be found again; `anchor` is its id in the text."""

    anchor: str
    words: str
    section: str
    start: int
    end: int
    stale: bool = False

    @property
    def place(self) -> str:
        return section_label(self.section)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A value of a field on the page, with its verdict if it has one."""

    id: str
    field: Field
    value: str
    text: str
    stated: bool
    confidence: float | None
    maker: str
    basis: str
    quotes: tuple[Quote, ...]
    decision: Decision | None
    stale: bool

    @property
    def verdict(self) -> str:
        if self.decision is None:
            return ""
        return VERDICT_WORDS[self.decision.verdict]

    @property
    def percent(self) -> int | None:
        return None if self.confidence is None else round(100 * self.confidence)

    @property
    def new_text(self) -> str:
        """The corrected value."""
        return show_value(self.decision.new_value) if self.decision and self.decision.new_value else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A field on the page."""

    field: Field
    label: str
    items: tuple[Item, ...]
    input: Input
    several: bool
    expected: int
    skipped: bool
    notes: tuple[Decision, ...]
    undoable: Decision | None

    @property
    def open(self) -> bool:
        """Whether something is left to decide."""
        return any(item.decision is None or item.stale for item in self.items)


def blocks_of(view: RecordView) -> list[Block]:
    """All fields that have anything to show or decide."""
    return [block_of(view, name) for name in Field if _is_shown(view, name)]


def _is_shown(view: RecordView, name: Field) -> bool:
    if name in view.states:
        return True
    if name in {Field.REPORT, Field.EFFICACY, Field.SAFETY} and view.document.study is not None:
        return False
    return view.extraction is not None


def block_of(view: RecordView, name: Field) -> Block:
    """One field."""
    facts = view.extraction.of(name) if view.extraction is not None else ()
    state = view.states.get(name) or FieldState()
    return Block(
        field=name,
        label=LABELS[name],
        items=tuple(_items(view.document, name, facts, state)),
        input=input_of(name),
        several=name in SET_FIELDS,
        expected=state.last,
        skipped=state.skipped is not None,
        notes=state.notes,
        undoable=state.undoable,
    )


def _items(document: Document, name: Field, facts: Sequence[Fact], state: FieldState) -> Iterator[Item]:
    shown: set[str] = set()
    for fact in facts:
        value = canonical(fact.value)
        if value not in shown:
            shown.add(value)
            decision = state.verdicts.get(value) or state.absent
            yield _item(document, name, len(shown), value, fact, decision, facts)
    added = [value for value in state.verdicts if value not in shown]
    for value in added:
        shown.add(value)
        yield _item(document, name, len(shown), value, None, state.verdicts[value], facts)
    if not shown:
        yield _item(document, name, 1, canonical(Absence.NOT_EXTRACTED), None, state.absent, facts)


def _item(
    document: Document,
    name: Field,
    number: int,
    value: str,
    fact: Fact | None,
    decision: Decision | None,
    facts: Sequence[Fact],
) -> Item:
    found = list(fact.evidence) if fact is not None else []
    if decision is not None:
        own = decision.evidence or (() if found else shown_evidence(decision))
        found = [*own, *(item for item in found if item not in own)]
    return Item(
        id=f"{name.value}-{number}",
        field=name,
        value=value,
        text=show_value(value),
        stated=not value.startswith("<"),
        confidence=fact.confidence if fact is not None else None,
        maker=str(fact.maker) if fact is not None else f"curator {decision.who}" if decision else "",
        basis=fact.basis if fact is not None else "",
        quotes=tuple(_quote(item, document, f"mark-{name.value}-{number}-{place}") for place, item in enumerate(found)),
        decision=decision,
        stale=decision is not None and is_stale(decision, document, facts),
    )


def _quote(evidence: Evidence, document: Document, anchor: str) -> Quote:
    state, moved = reanchor(evidence, document)
    span = (moved or evidence).span
    return Quote(
        anchor=anchor,
        words=(moved or evidence).quote,
        section=span.section,
        start=span.start,
        end=span.end,
        stale=state is Anchoring.STALE,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownSection:
    """A section with its highlights; `hidden` characters are not shown."""

    name: str
    label: str
    language: str
    segments: tuple[Segment, ...]
    hidden: int = 0


def sections_of(document: Document, blocks: Sequence[Block] = (), *, full: str = "") -> list[ShownSection]:
    """All sections of a document.

    Args:
        full: name of a section to show in full however long it is.
    """
    marks: dict[str, list[Mark]] = {}
    for block in blocks:
        for item in block.items:
            for found in item.quotes:
                if not found.stale:
                    mark = Mark(
                        start=found.start, end=found.end, fact=item.id, field=item.field.value, anchor=found.anchor
                    )
                    marks.setdefault(found.section, []).append(mark)
    return [_section(document, section.name, marks.get(section.name, []), full) for section in document.sections]


def _section(document: Document, name: str, marks: Sequence[Mark], full: str) -> ShownSection:
    section = document.section(name)
    assert section is not None
    until = len(section.text) if full == name else min(len(section.text), LONG_SECTION)
    return ShownSection(
        name=name,
        label=section_label(name, section.label),
        language=section.language,
        segments=tuple(segments(section.text, marks, until=until)),
        hidden=len(section.text) - until,
    )


def section_label(name: str, heading: str = "") -> str:
    """``arm.0.description`` -> ``Arm 1 · description``; an abstract's heading where it has one."""
    if heading:
        return heading.capitalize()
    parts = [str(int(part) + 1) if part.isdecimal() else words(part) for part in name.split(".")]
    text = parts[0]
    for part in parts[1:]:
        text += f" {part}" if part.isdecimal() else f" · {part}"
    return text[:1].upper() + text[1:]


_SITES = {
    Source.CTGOV: "https://clinicaltrials.gov/study/{id}",
    Source.PUBMED: "https://pubmed.ncbi.nlm.nih.gov/{id}/",
    Source.EUCTR: "https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:{id}",
    Source.CTIS: "https://euclinicaltrials.eu/search-for-clinical-trials/?lang=en&EUCT={id}",
    Source.ICTRP: "https://trialsearch.who.int/Trial2.aspx?TrialID={id}",
    Source.CHICTR: "https://trialsearch.who.int/Trial2.aspx?TrialID={id}",
}


def source_url(key: RecordKey) -> str:
    """Where the source itself shows the record."""
    return _SITES[key.source].format(id=quote(key.id, safe=""))


def record_path(key: RecordKey) -> str:
    """The record's page here."""
    return f"/records/{quote(str(key), safe=':/')}"
