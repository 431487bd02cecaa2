"""What a curator should look at next: tasks of a record, how much they matter, how doubtful they are (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.decisions import MAIN, Decision, FieldState, apply_decisions, is_settled, is_stale, standing
from mscminer.core.documents import Document, Kind
from mscminer.core.facts import Extraction, Fact, Value
from mscminer.core.trials import Trial
from mscminer.core.vocabulary import SET_FIELDS, Absence, Field, MscClass

COUNTED: Final[Mapping[Field, int]] = {
    Field.MSC: 5,
    Field.TISSUE: 1,
    Field.DONOR: 1,
    Field.CATEGORY: 1,
    Field.PHASE: 1,
}
"""Fields that the exported tables count by, with how many dimensions a change of value moves a trial in:
`msc` moves it into or out of all of them."""

COUNTED_IN_CONFLICT: Final[Mapping[Field, int]] = {Field.DONOR_INFERRED: 1}
"""Fields that are counted too, but asked only where sources contradict each other."""

LONGEST_VALUE: Final = 180
"""Characters of a task's value: it lies in an index, whose rows PostgreSQL limits."""

SETTLED_CONFIDENCE: Final = 0.9
"""A counted value below this, or none at all, could change a published cell."""

NOT_ASKED: Final = frozenset({Field.DONOR_INFERRED, Field.REGISTRY_ID})
"""Fields that follow from others or from the record; shown and correctable, but nobody is sent to them."""

PUBLICATION_ONLY: Final = frozenset({Field.REPORT, Field.EFFICACY, Field.SAFETY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A field of a record to look at.

    Args:
        state: ``open``, ``skipped`` or ``done``.
        effect: how many dimensions of the exported tables could change, 0 if none.
        doubt: 1 - confidence of the least certain value.
        value: the field's values for people to read, "" for none.
        conflict: two values where there can be one, or sources that contradict each other.
        stale: decided before, and open again because the text changed.
        changed: the record's text is newer than what the last curator of the record saw.
    """

    field: Field
    state: str
    effect: int
    doubt: float
    value: str
    conflict: bool = False
    stale: bool = False
    changed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """What lists and filters show of a record; values of sets are joined with ", "."""

    kind: Kind
    title: str
    year: int | None
    interventional: bool
    msc: str
    category: str
    phase: str
    tissue: str
    donor: str


def readable(value: Value | Absence) -> str:
    """A value for people to read: ``bone_marrow``, ``2 × 1.5e6 cells/kg``, ``knee osteoarthritis``."""
    if isinstance(value, Absence):
        return value.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, Mapping):
        return str(value)
    if "cells" in value:
        return _readable_dose(value)
    if "name" in value:
        return str(value["name"])
    parts = [", ".join(value.get("tissue") or ()) or "tissue not stated", ", ".join(value.get("donor") or ())]
    text = " · ".join(part for part in parts if part)
    return f"{text} ({value['arm']})" if value.get("arm") else text


def _readable_dose(value: Mapping[str, object]) -> str:
    times = f"{value['times']} × " if value.get("times") else ""
    cells = f"{float(str(value['cells'])):.4g}".replace("e+0", "e").replace("e+", "e")
    return f"{times}{cells} cells{'/kg' if value.get('per_kg') else ''}"


def card_of(document: Document, extraction: Extraction | None, decisions: Sequence[Decision] = ()) -> Card:
    """The card of a record as it stands after its decisions."""
    resolved = apply_decisions(extraction, decisions, document) if extraction else None

    def text(name: Field) -> str:
        return ", ".join(readable(value) for value in resolved.values(name)) if resolved else ""

    return Card(
        kind=document.kind,
        title=document.title[:300],
        year=_year(document),
        interventional=document.study is not None and document.study.study_type.upper() == "INTERVENTIONAL",
        msc=text(Field.MSC),
        category=text(Field.CATEGORY),
        phase=text(Field.PHASE),
        tissue=text(Field.TISSUE),
        donor=text(Field.DONOR),
    )


def _year(document: Document) -> int | None:
    if document.study is not None:
        date = document.study.first_posted or document.study.first_submitted or document.study.start
    else:
        assert document.article is not None
        date = document.article.published or document.article.entered
    return int(date[:4]) if date[:4].isdecimal() else None


def tasks_of(
    document: Document,
    extraction: Extraction | None,
    decisions: Sequence[Decision] = (),
    *,
    trial: Trial | None = None,
) -> list[Task]:
    """All tasks of a record: none where a prefilter or a certain ``none`` says that there is nothing to ask.

    Args:
        trial: of a registration, what it and its papers say together; their contradictions become tasks too.
    """
    if extraction is None or extraction.screened_out:
        return []
    states = standing(decisions)
    resolved = apply_decisions(extraction, decisions, document)
    counted = _may_be_counted(document, resolved)
    contrary = _contrary(trial)
    changed = is_changed(document, decisions)
    return [
        replace(
            _task(name, document, extraction.of(name), states.get(name), counted, contrary.get(name)), changed=changed
        )
        for name in Field
        if name in contrary or _is_asked(name, document, extraction, resolved, states)
    ]


def is_changed(document: Document, decisions: Sequence[Decision]) -> bool:
    """Whether a record's text is newer than what the last curator on it saw."""
    own = [item for item in decisions if item.line == MAIN and item.shown.get("document")]
    return bool(own) and max(own, key=lambda item: item.number).shown["document"] != document.version


def _contrary(trial: Trial | None) -> dict[Field, str]:
    """The fields on which a trial's sources contradict each other, with what each of them says."""
    if trial is None:
        return {}
    return {name: _sides(trial, name) for name in trial.conflicts}


def _sides(trial: Trial, name: Field) -> str:
    said: dict[str, list[str]] = {}
    for fact in trial[name].competing:
        for source in fact.sources:
            said.setdefault(source.id, []).append(readable(fact.value))
    return " / ".join(f"{', '.join(values)} ({ident})" for ident, values in said.items())


def _may_be_counted(document: Document, resolved: Extraction) -> bool:
    if document.study is None or document.study.study_type.upper() != "INTERVENTIONAL":
        return False
    return not _surely_none(resolved) and resolved.value(Field.MSC) in {MscClass.CELLS, MscClass.NONE, None}


def _surely_none(resolved: Extraction) -> bool:
    facts = resolved.of(Field.MSC)
    return any(fact.value == MscClass.NONE and fact.confidence >= SETTLED_CONFIDENCE for fact in facts)


def _is_asked(
    name: Field,
    document: Document,
    extraction: Extraction,
    resolved: Extraction,
    states: Mapping[Field | None, FieldState],
) -> bool:
    if name in states:
        return True
    if name in NOT_ASKED or (name in PUBLICATION_ONLY and document.kind is Kind.REGISTRATION):
        return False
    facts = extraction.of(name)
    if _surely_none(resolved) and name is not Field.MSC:
        return False
    if any(fact.value is Absence.NOT_APPLICABLE for fact in facts) and _given(resolved) is False:
        return False
    return not (facts and all(fact.stated and fact.basis == "field" for fact in facts) and not _conflict(name, facts))


def _given(resolved: Extraction) -> bool:
    value = resolved.value(Field.MSC)
    return value is not None and value != MscClass.NONE


def _task(
    name: Field,
    document: Document,
    facts: Sequence[Fact],
    state: FieldState | None,
    counted: bool,
    contrary: str | None,
) -> Task:
    doubt = max((1.0 - fact.confidence for fact in facts), default=1.0)
    stale = state is not None and any(is_stale(item, document, facts) for item in _in_force(state))
    settled = is_settled(name, facts, state) and not stale and contrary is None
    unsure = doubt > 1.0 - SETTLED_CONFIDENCE or not any(fact.stated for fact in facts) or stale or contrary is not None
    effect = COUNTED.get(name, 0) or (COUNTED_IN_CONFLICT.get(name, 0) if contrary is not None else 0)
    return Task(
        field=name,
        state="done" if settled else "skipped" if state is not None and state.skipped else "open",
        effect=effect if counted and unsure else 0,
        doubt=round(doubt, 6) if contrary is None else 1.0,
        value=(contrary or ", ".join(readable(fact.value) for fact in facts if fact.stated))[:LONGEST_VALUE],
        conflict=contrary is not None or _conflict(name, facts),
        stale=stale,
    )


def _in_force(state: FieldState) -> list[Decision]:
    absent = [state.absent] if state.absent is not None else []
    return [*state.verdicts.values(), *absent]


def _conflict(name: Field, facts: Sequence[Fact]) -> bool:
    if any(fact.value is Absence.CONFLICT for fact in facts):
        return True
    return name not in SET_FIELDS and len({str(fact.value) for fact in facts if fact.stated}) > 1
