"""Curators' decisions and what they make of a text's facts (pure; the store keeps decisions append-only).

A decision is about a field of a record and one value of it (`canonical` form), never about its evidence, so it
survives re-extraction.  Nothing is ever changed or deleted: an undo is a further decision.  What holds now is
derived here by going through a record's decisions in order.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from mscminer.core.documents import Document
from mscminer.core.facts import Extraction, Fact, Maker, canonical, check_value, from_canonical
from mscminer.core.records import RecordKey
from mscminer.core.spans import Evidence, Span
from mscminer.core.vocabulary import SET_FIELDS, Absence, Field

MAIN: Final = "main"
"""The line of decisions that facts and counts follow; a blind second pass has a line ``second:<sample>``."""

CURATOR: Final = "curator"
"""Name of the maker of a decided fact; its version is the curator's name."""

NOT_STATED: Final = canonical(Absence.NOT_STATED)


class Verdict(StrEnum):
    """What a curator decided about a value."""

    ACCEPT = "accept"
    """The value is right; accepting a value that nobody found adds it."""
    CORRECT = "correct"
    """Another value takes its place."""
    REJECT = "reject"
    """The value is wrong; no other is given."""
    NOT_STATED = "not_stated"
    """The text does not say: all values of the field fall."""
    SKIP = "skip"
    """Not decided; later, or somebody else."""
    NOTE = "note"
    """A remark; decides nothing."""
    UNDO = "undo"
    """Takes back an earlier decision."""


DECISIVE: Final = frozenset({Verdict.ACCEPT, Verdict.CORRECT, Verdict.REJECT, Verdict.NOT_STATED})


@dataclass(frozen=True, kw_only=True, slots=True)
class NewDecision:
    """A decision as a curator hands it in.

    Args:
        field: what it is about; None for a note about the whole record.
        value: canonical form of the value it is about (``<not stated>`` where none was shown).
        new_value: canonical form of the value that takes its place; for CORRECT only.
        evidence: words that the curator marked for it.
        shown: what the screen showed: document version, maker, confidence, evidence.
        line: `MAIN`, or the line of a blind second pass.
        undoes: uid of the decision taken back; for UNDO only.
        origin: "" for a decision made here, else the file that it was imported from.

    Raises:
        ValueError: for parts that do not fit the verdict, or a value that the field cannot have.
    """

    key: RecordKey
    field: Field | None
    value: str
    verdict: Verdict
    who: str
    at: datetime
    new_value: str | None = None
    evidence: tuple[Evidence, ...] = ()
    shown: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    why: str = ""
    line: str = MAIN
    undoes: str | None = None
    origin: str = ""

    def __post_init__(self) -> None:
        if not self.who:
            raise ValueError("a decision needs the name of who made it")
        if self.at.tzinfo is None:
            raise ValueError("a decision needs a time with a zone")
        if (self.new_value is not None) != (self.verdict is Verdict.CORRECT):
            raise ValueError("a new value belongs to a correction, and a correction needs one")
        if (self.undoes is not None) != (self.verdict is Verdict.UNDO):
            raise ValueError("an undo names the decision that it takes back, and only an undo does")
        if self.field is None:
            if self.verdict not in {Verdict.NOTE, Verdict.UNDO}:
                raise ValueError("only a note can be about a whole record")
            return
        for text in (self.value, self.new_value):
            if text:
                check_value(self.field, from_canonical(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision(NewDecision):
    """A decision as it lies in the database.

    Args:
        number: its place among all decisions of this database.
        uid: its name everywhere, kept on export and import.
        previous: number of the decision before it on the same field, record and line; 0 for the first.
    """

    number: int
    uid: str
    previous: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldState:
    """What holds for one field of one record.

    Args:
        verdicts: the decision in force by canonical value.
        absent: the decision that says *not stated*, or None.
        skipped: the latest decision if it was to skip.
        notes: all notes in force.
        undoable: the latest decision in force of any kind: what an undo would take back.
        last: number of the latest decision, undone or not; the next one must expect it.
    """

    verdicts: Mapping[str, Decision] = dataclasses.field(default_factory=dict)
    absent: Decision | None = None
    skipped: Decision | None = None
    notes: tuple[Decision, ...] = ()
    undoable: Decision | None = None
    last: int = 0

    @property
    def decided(self) -> bool:
        """Whether anything decisive holds."""
        return bool(self.verdicts) or self.absent is not None


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """Decisions that no undo in force takes back, undos left out, oldest first."""
    ordered = sorted(decisions, key=lambda item: item.number)
    undone: set[str] = set()
    kept = []
    for decision in reversed(ordered):
        if decision.uid in undone:
            continue
        if decision.undoes is not None:
            undone.add(decision.undoes)
        else:
            kept.append(decision)
    return kept[::-1]


def standing(decisions: Sequence[Decision], *, line: str = MAIN) -> dict[Field | None, FieldState]:
    """What holds of one record, by field, from its decisions on one line."""
    own = [decision for decision in decisions if decision.line == line]
    by_field: dict[Field | None, list[Decision]] = {}
    for decision in own:
        by_field.setdefault(decision.field, []).append(decision)
    return {name: _field_state(items) for name, items in by_field.items()}


def _field_state(decisions: Sequence[Decision]) -> FieldState:
    verdicts: dict[str, Decision] = {}
    absent = skipped = None
    notes = []
    active = in_force(decisions)
    for decision in active:
        match decision.verdict:
            case Verdict.NOTE:
                notes.append(decision)
                continue
            case Verdict.SKIP:
                skipped = decision
                continue
            case Verdict.NOT_STATED:
                verdicts, absent = {}, decision
            case _:
                absent = None
                verdicts.pop(decision.value, None)
                verdicts[decision.value] = decision
        skipped = None
    return FieldState(
        verdicts=verdicts,
        absent=absent,
        skipped=skipped,
        notes=tuple(notes),
        undoable=active[-1] if active else None,
        last=max((decision.number for decision in decisions), default=0),
    )


class Anchoring(StrEnum):
    """How evidence fared in a newer version of its document."""

    SAME = "same"
    """The very version it was taken from."""
    MOVED = "moved"
    """The same words were found again."""
    STALE = "stale"
    """The words are gone, or could be in several places."""


def reanchor(evidence: Evidence, document: Document) -> tuple[Anchoring, Evidence | None]:
    """Find the words of `evidence` again in `document`.

    Exactly in their section (nearest to where they were), else exactly once in another, else once when white space
    counts alike.
    """
    if evidence.document == document.version:
        return Anchoring.SAME, evidence
    spans = _exact(evidence, document) or _spaced(evidence, document)
    if spans is None:
        return Anchoring.STALE, None
    return Anchoring.MOVED, document.evidence(spans.section, spans.start, spans.end)


def _exact(evidence: Evidence, document: Document) -> Span | None:
    pattern = re.compile(re.escape(evidence.quote))
    home = _matches(pattern, document, evidence.span.section)
    if home:
        return min(home, key=lambda span: abs(span.start - evidence.span.start))
    return _only(span for section in document.sections for span in _matches(pattern, document, section.name))


def _spaced(evidence: Evidence, document: Document) -> Span | None:
    words = evidence.quote.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    home = _only(_matches(pattern, document, evidence.span.section))
    return home or _only(span for section in document.sections for span in _matches(pattern, document, section.name))


def _matches(pattern: re.Pattern[str], document: Document, section: str) -> list[Span]:
    found = pattern.finditer(document.text(section))
    return [Span(section=section, start=match.start(), end=match.end()) for match in found]


def _only(spans: Iterable[Span]) -> Span | None:
    found = list(spans)
    return found[0] if len(found) == 1 else None


def find_quote(quote: str, document: Document) -> list[Span]:
    """All places of some words in a document, white space alike."""
    words = quote.split()
    if not words:
        return []
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
    return [span for section in document.sections for span in _matches(pattern, document, section.name)]


def shown_evidence(decision: NewDecision) -> tuple[Evidence, ...]:
    """The evidence that the screen showed when a decision was made."""
    return tuple(evidence_from_list(item) for item in decision.shown.get("evidence", ()))


def evidence_to_list(evidence: Evidence) -> list[Any]:
    """``[document, section, start, end, quote]``, for JSON."""
    return [evidence.document, evidence.span.section, evidence.span.start, evidence.span.end, evidence.quote]


def evidence_from_list(data: Sequence[Any]) -> Evidence:
    """Read back what `evidence_to_list` wrote.

    Raises:
        ValueError: if it is nothing like it.
    """
    try:
        document, section, start, end, quote = data
        return Evidence(document=document, span=Span(section=section, start=start, end=end), quote=quote)
    except TypeError as error:
        raise ValueError(f"no evidence: {data!r}") from error


def is_stale(decision: Decision, document: Document, facts: Sequence[Fact]) -> bool:
    """Whether a decision should be looked at again because the record's text has changed since.

    It is stale if none of its words can be found again; or, for one that rests on no words, if the field now says
    something that the curator has not seen.
    """
    if decision.shown.get("document") in {None, document.version} and not decision.evidence:
        return False
    words = decision.evidence or shown_evidence(decision)
    if words and decision.verdict is not Verdict.REJECT:
        return all(reanchor(item, document)[0] is Anchoring.STALE for item in words)
    stated = {canonical(fact.value) for fact in facts if fact.stated}
    return bool(stated - {decision.value, decision.new_value} - set(decision.shown.get("values", ())))


def resolve_field(
    name: Field, facts: Sequence[Fact], state: FieldState | None, document: Document | None = None
) -> tuple[Fact, ...]:
    """The facts of one field after its decisions: decided ones have confidence 1 and the curator as their maker."""
    if state is None or not state.decided:
        return tuple(facts)
    if state.absent is not None:
        return (_curated(name, NOT_STATED, state.absent, document),)
    chosen = {value: decision for value, decision in state.verdicts.items() if decision.verdict is not Verdict.REJECT}
    decided = [_curated(name, _outcome(decision), decision, document, facts) for decision in chosen.values()]
    if name not in SET_FIELDS and decided:
        return (decided[-1],)
    kept = [fact for fact in facts if fact.stated and canonical(fact.value) not in state.verdicts]
    found: dict[str, Fact] = {}
    for fact in [*decided, *kept]:
        found.setdefault(canonical(fact.value), fact)
    stated = [fact for fact in found.values() if fact.stated]
    if stated:
        return tuple(stated)
    last = max([*state.verdicts.values()], key=lambda item: item.number)
    return (_curated(name, NOT_STATED, last, document),)


def _outcome(decision: Decision) -> str:
    return decision.new_value if decision.new_value is not None else decision.value


def _curated(
    name: Field, value: str, decision: Decision, document: Document | None, facts: Sequence[Fact] = ()
) -> Fact:
    found = next((fact for fact in facts if canonical(fact.value) == value), None)
    words: tuple[Evidence, ...] = decision.evidence
    if not words and found is not None:
        words = found.evidence
    elif not words and decision.verdict is Verdict.ACCEPT:
        words = shown_evidence(decision)
    if document is not None:
        moved = (reanchor(item, document)[1] for item in words)
        words = tuple(item for item in moved if item is not None)
    return Fact(
        field=name,
        value=from_canonical(value),
        confidence=1.0,
        maker=Maker(name=CURATOR, version=decision.who),
        evidence=words if value != NOT_STATED else (),
        basis=found.basis if found is not None and not decision.evidence else "text",
    )


def apply_decisions(
    extraction: Extraction, decisions: Sequence[Decision], document: Document | None = None, *, line: str = MAIN
) -> Extraction:
    """An extraction as it stands after a record's decisions; evidence is re-anchored in `document` if given."""
    states = standing(decisions, line=line)
    if not any(state.decided for state in states.values()):
        return extraction
    facts = {name: resolve_field(name, extraction.of(name), states.get(name), document) for name in Field}
    facts[Field.DONOR_INFERRED] = _following_donor(facts, states)
    return replace(extraction, facts=tuple(fact for found in facts.values() for fact in found))


def _following_donor(
    facts: Mapping[Field, tuple[Fact, ...]], states: Mapping[Field | None, FieldState]
) -> tuple[Fact, ...]:
    """The inferred donor: where a curator found the donor in words, equal to it (ANNOTATION.md, 4)."""
    inferred, stated = states.get(Field.DONOR_INFERRED), [fact for fact in facts[Field.DONOR] if fact.stated]
    decided = Field.DONOR in states and states[Field.DONOR].decided
    if not decided or not stated or (inferred is not None and inferred.decided):
        return facts[Field.DONOR_INFERRED]
    return tuple(replace(fact, field=Field.DONOR_INFERRED) for fact in stated)


def decided_fields(decisions: Sequence[Decision], *, line: str = MAIN) -> frozenset[Field]:
    """Fields of one record about which something decisive holds."""
    states = standing(decisions, line=line)
    return frozenset(name for name, state in states.items() if name is not None and state.decided)


def is_settled(name: Field, facts: Sequence[Fact], state: FieldState | None) -> bool:
    """Whether every value shown for a field has its verdict, so that nothing is left to decide."""
    if state is None or not state.decided:
        return False
    if state.absent is not None:
        return True
    if name not in SET_FIELDS and any(item.verdict is not Verdict.REJECT for item in state.verdicts.values()):
        return True
    outcomes = {_outcome(item) for item in state.verdicts.values()}
    shown = {canonical(fact.value) for fact in facts if fact.stated}
    return shown <= set(state.verdicts) | outcomes
