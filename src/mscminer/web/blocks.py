"""What the record page shows: fields with their values and verdicts, sections with their highlights."""

from __future__ import annotations

import re
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
from mscminer.core.facts import Fact, Value, canonical, from_canonical
from mscminer.core.records import RecordKey, Source
from mscminer.core.spans import Evidence
from mscminer.core.tasks import readable, tasks_of
from mscminer.core.vocabulary import SET_FIELDS, Absence, Field
from mscminer.jobs.curate import RecordView
from mscminer.web.forms import Input, input_of
from mscminer.web.texts import Mark, Segment, segments

LONG_SECTION = 20_000
"""Characters of a section that are shown at once; the rest on demand."""

SHORT_SECTION = 100
"""Characters that fit on a line."""

LINKED_SHOWN = 8
"""Linked records that stand beside a record with their texts; further ones are named."""

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

OF_A_VALUE = frozenset({Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT})
"""Verdicts on one value; the others are on the field, whatever value was shown."""

NAMES: Mapping[str, str] = {
    "wharton_jelly": "Wharton's jelly",
    "ipsc": "iPSC",
    "esc": "ESC",
    "covid19": "COVID-19",
    "gvhd_transplant": "GVHD and transplant",
    "rheumatic_autoimmune": "rheumatic and autoimmune",
    "skin_wound": "skin and wounds",
    "dental_oral": "dental and oral",
    "frailty_ageing": "frailty and ageing",
    "metabolic_genetic": "metabolic and genetic",
    "early_1": "early 1",
    "na": "not applicable",
}
"""Codes whose name is more than their words."""

_CODES = {name.lower(): code for code, name in NAMES.items()}


def words(value: str) -> str:
    """Codes as people read them: ``bone_marrow`` -> ``bone marrow``, ``na`` -> ``not applicable``."""
    return "".join(NAMES.get(part, part.replace("_", " ")) for part in re.split(r"(, | · | \()", value))


def code_of(text: str) -> str:
    """What people read as a code again, also a part of it."""
    return _CODES.get(text.strip().lower(), text.strip().replace(" ", "_"))


def registry_words(code: str) -> str:
    """A code of the registry as people read it: ``NON_RANDOMIZED`` -> ``Non randomized``, ``PHASE2`` -> ``Phase 2``."""
    if not code.isupper():
        return code
    return "Not applicable" if code == "NA" else re.sub(r"(?<=[A-Z])(?=\d)", " ", code.replace("_", " ")).capitalize()


def show_value(text: str) -> str:
    """A canonical value as people read it."""
    return words(readable(from_canonical(text))) if text else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quote:
    """Evidence of an item: where it stands now, or that it cannot be found again; `anchor` is its id in the text."""

    anchor: str
    words: str
    place: str
    section: str
    start: int
    end: int
    stale: bool = False

    @property
    def span(self) -> str:
        """For scripts, where the words have been marked since the text was shown."""
        return f"{self.section}:{self.start}:{self.end}"


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
    def given(self) -> Value | None:
        """The value itself, to begin a correction with; None for none."""
        found = from_canonical(self.value)
        return None if isinstance(found, Absence) else found

    @property
    def percent(self) -> int | None:
        return None if self.confidence is None else round(100 * self.confidence)

    @property
    def new_text(self) -> str:
        """The corrected value."""
        return show_value(self.decision.new_value) if self.decision and self.decision.new_value else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a linked record says of the same field.

    Args:
        agrees: whether the record itself has this value too.
    """

    key: RecordKey
    item: Item
    agrees: bool

    @property
    def quotes(self) -> list[Quote]:
        """Its words, the same words once, the first few."""
        return list({quote.words.lower(): quote for quote in self.item.quotes[::-1] if not quote.stale}.values())[
            -1:-4:-1
        ]

    @property
    def source(self) -> str:
        """How a reader calls the linked record."""
        return short_name(self.key)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A field on the page.

    Args:
        said: what linked records say of it.
        contrary: whether registration and papers exclude each other and nobody has decided.
        asked: whether it is in the queue at all; what the registry gives in fields of its own is not.
    """

    field: Field
    label: str
    items: tuple[Item, ...]
    input: Input
    several: bool
    expected: int
    skipped: bool
    notes: tuple[Decision, ...]
    undoable: Decision | None
    said: tuple[Said, ...] = ()
    contrary: bool = False
    asked: bool = True

    @property
    def open(self) -> bool:
        """Whether something is left to decide."""
        return self.contrary or any(item.decision is None or item.stale for item in self.items)


def blocks_of(view: RecordView) -> list[Block]:
    """All fields that have anything to show or decide, those first on which sources contradict each other."""
    asked = _asked(view)
    blocks = [_block(view, name, name in asked) for name in Field if _is_shown(view, name)]
    return sorted(blocks, key=lambda block: not block.contrary)


def _is_shown(view: RecordView, name: Field) -> bool:
    if name in view.states or _is_contrary(view, name):
        return True
    if name in {Field.REPORT, Field.EFFICACY, Field.SAFETY} and view.document.study is not None:
        return False
    return view.extraction is not None


def block_of(view: RecordView, name: Field) -> Block:
    """One field."""
    return _block(view, name, name in _asked(view))


def _asked(view: RecordView) -> set[Field]:
    return {task.field for task in tasks_of(view.document, view.extraction, view.decisions, trial=view.trial)}


def _block(view: RecordView, name: Field, asked: bool) -> Block:
    state = view.states.get(name) or FieldState()
    facts = _facts(view, name, state)
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
        said=tuple(_said(view, name)),
        contrary=_is_contrary(view, name),
        asked=asked,
    )


def _facts(view: RecordView, name: Field, state: FieldState) -> Sequence[Fact]:
    """What was extracted, before decisions; but what a decision on another field has settled as it settled it."""
    follows = name is Field.DONOR_INFERRED and not state.decided
    found = view.resolved if follows else view.extraction
    return found.of(name) if found is not None else ()


def _is_contrary(view: RecordView, name: Field) -> bool:
    return view.trial is not None and name in view.trial.conflicts


def _said(view: RecordView, name: Field) -> Iterator[Said]:
    """What the linked records say of a field, after decisions on them; ids are told apart by a prefix each."""
    own = {canonical(fact.value) for fact in view.resolved.of(name)} if view.resolved is not None else set()
    for place, other in enumerate(view.others):
        facts = [fact for fact in other.resolved.of(name) if fact.stated] if other.resolved is not None else []
        for number, fact in enumerate(facts, start=1):
            value = canonical(fact.value)
            item = _item(other.document, name, number, value, fact, None, facts, prefix=f"o{place}-")
            yield Said(key=other.key, item=item, agrees=value in own)


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
    prefix: str = "",
) -> Item:
    found = list(fact.evidence) if fact is not None else []
    if decision is not None:
        own = decision.evidence or (() if found else shown_evidence(decision))
        found = [*own, *(item for item in found if item not in own)]
    return Item(
        id=f"{prefix}{name.value}-{number}",
        field=name,
        value=value,
        text=show_value(value),
        stated=not value.startswith("<"),
        confidence=fact.confidence if fact is not None else None,
        maker=str(fact.maker) if fact is not None else f"curator {decision.who}" if decision else "",
        basis=fact.basis if fact is not None else "",
        quotes=_quotes(found, document, f"{prefix}{name.value}-{number}"),
        decision=decision,
        stale=decision is not None and is_stale(decision, document, facts),
    )


def _quotes(found: Sequence[Evidence], document: Document, fact: str) -> tuple[Quote, ...]:
    """Where evidence stands now; the same place once, under an id that stays what it is when further words come."""
    quotes: dict[str, Quote] = {}
    for evidence in found:
        state, moved = reanchor(evidence, document)
        span = (moved or evidence).span
        anchor = f"mark-{fact}-{span.section}-{span.start}-{span.end}"
        quotes[anchor] = Quote(
            anchor=anchor,
            words=(moved or evidence).quote,
            place=_place(document, span.section),
            section=span.section,
            start=span.start,
            end=span.end,
            stale=state is Anchoring.STALE,
        )
    return tuple(quotes.values())


def _place(document: Document, name: str) -> str:
    section = document.section(name)
    return section_label(name, section.label if section is not None else "")


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownSection:
    """A section with its highlights; `hidden` characters are not shown."""

    name: str
    label: str
    language: str
    segments: tuple[Segment, ...]
    hidden: int = 0

    @property
    def short(self) -> bool:
        """Whether it is a line or less, so that its label can stand beside it."""
        return sum(len(piece.text) for piece in self.segments) < SHORT_SECTION


def own_items(blocks: Sequence[Block]) -> list[Item]:
    """The record's own values on the page."""
    return [item for block in blocks for item in block.items]


def said_items(blocks: Sequence[Block], key: RecordKey) -> list[Item]:
    """The values on the page that a linked record gives."""
    return [said.item for block in blocks for said in block.said if said.key == key]


def sections_of(document: Document, items: Sequence[Item] = (), *, full: str = "") -> list[ShownSection]:
    """All sections of a document, the words of these values marked in them.

    Args:
        full: name of a section to show in full however long it is.
    """
    marks: dict[str, list[Mark]] = {}
    for item in items:
        for found in item.quotes:
            if not found.stale:
                mark = Mark(start=found.start, end=found.end, fact=item.id, field=item.field.value, anchor=found.anchor)
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
    if heading or name == "abstract.0":
        return (heading or "abstract").capitalize()
    parts = [str(int(part) + 1) if part.isdecimal() else words(part) for part in name.split(".")]
    text = parts[0]
    for part in parts[1:]:
        text += f" {part}" if part.isdecimal() else f" · {part}"
    return text[:1].upper() + text[1:]


def own_fields(document: Document) -> list[tuple[str, str]]:
    """What the source gives in fields of its own: labels and what stands there, those that are empty left out."""
    if (study := document.study) is not None:
        codes = (study.study_type, ", ".join(map(registry_words, study.phases)), study.status)
        design = (study.allocation, study.intervention_model, study.masking)
        found = zip(("Type", "Phase", "Status"), map(registry_words, codes), strict=True)
        size = "" if study.enrollment is None else f"{study.enrollment:,}"
        rows = [*found, ("Enrolment", size)]
        rows += zip(("Allocation", "Model", "Masking"), map(registry_words, design), strict=True)
        rows += [("Start", study.start), ("Sponsor", study.sponsor), ("Countries", ", ".join(study.countries))]
    else:
        article = document.article
        assert article is not None
        kinds = ", ".join(item.name for item in article.publication_types)
        rows = [("Journal", article.journal), ("Published", article.published), ("Types", kinds)]
        rows += [("DOI", article.doi), ("Registered as", ", ".join(article.databank_ids))]
    return [(label, text) for label, text in rows if text]


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


def short_name(key: RecordKey) -> str:
    """``PMID 31000001`` or the registration's number."""
    return f"PMID {key.id}" if key.source is Source.PUBMED else key.id


def record_path(key: RecordKey) -> str:
    """The record's page here."""
    return f"/records/{quote(str(key), safe=':/')}"
