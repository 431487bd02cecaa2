"""Extractions: facts as rows, mentions and relations as one compressed detail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from mscminer.core.facts import Extraction, Fact, Maker
from mscminer.core.mentions import Assertion, Mention, Relation, RelationType
from mscminer.core.records import RecordKey
from mscminer.core.spans import Evidence, Span
from mscminer.core.vocabulary import Absence, Field
from mscminer.store.tables import DocumentRow, ExtractionRow, FactRow, RecordRow, RecordVersionRow


class Extractions:
    """Access to extractions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, document_id: int, extraction: Extraction) -> int:
        """Keep an extraction; one by the same maker and version is replaced."""
        maker = extraction.maker
        self._session.execute(
            delete(ExtractionRow).where(
                ExtractionRow.document_id == document_id,
                ExtractionRow.maker_name == maker.name,
                ExtractionRow.maker_version == maker.version,
            )
        )
        row = ExtractionRow(
            document_id=document_id,
            maker_name=maker.name,
            maker_version=maker.version,
            screened_out=extraction.screened_out,
            absences={fact.field.value: _absence(fact) for fact in extraction.facts if not fact.stated},
            detail=_detail(extraction),
        )
        self._session.add(row)
        self._session.flush()
        self._session.add_all(
            _fact_row(row.id, position, fact) for position, fact in enumerate(extraction.facts) if fact.stated
        )
        return row.id

    def latest(self, document_id: int, maker: Maker | None = None) -> Extraction | None:
        """The newest extraction of a document (by one maker and version, if given)."""
        found = self.latest_of([document_id], maker)
        return found.get(document_id)

    def latest_of(self, document_ids: Sequence[int], maker: Maker | None = None) -> dict[int, Extraction]:
        """The newest extraction of each of several documents, by document number."""
        newest = select(func.max(ExtractionRow.id)).where(ExtractionRow.document_id.in_(document_ids))
        if maker is not None:
            newest = newest.where(ExtractionRow.maker_name == maker.name, ExtractionRow.maker_version == maker.version)
        query = (
            select(ExtractionRow, DocumentRow.version, RecordRow.source, RecordRow.source_id)
            .join(DocumentRow, DocumentRow.id == ExtractionRow.document_id)
            .join(RecordVersionRow, RecordVersionRow.id == DocumentRow.record_version_id)
            .join(RecordRow, RecordRow.id == RecordVersionRow.record_id)
            .where(ExtractionRow.id.in_(newest.group_by(ExtractionRow.document_id)))
        )
        rows = self._session.execute(query).all()
        facts = self._facts([row.id for row, *_ in rows])
        return {
            row.document_id: _extraction(row, version, RecordKey.parse(f"{source}:{ident}"), facts.get(row.id, []))
            for row, version, source, ident in rows
        }

    def _facts(self, extraction_ids: Sequence[int]) -> dict[int, list[FactRow]]:
        query = select(FactRow).where(FactRow.extraction_id.in_(extraction_ids))
        grouped: dict[int, list[FactRow]] = {}
        for fact in self._session.scalars(query.order_by(FactRow.extraction_id, FactRow.position)):
            grouped.setdefault(fact.extraction_id, []).append(fact)
        return grouped

    def makers(self) -> list[tuple[Maker, int]]:
        """Every maker and version with the number of its extractions."""
        query = select(ExtractionRow.maker_name, ExtractionRow.maker_version, func.count()).group_by(
            ExtractionRow.maker_name, ExtractionRow.maker_version
        )
        return [(Maker(name=name, version=version), number) for name, version, number in self._session.execute(query)]


def _absence(fact: Fact) -> list[Any]:
    assert isinstance(fact.value, Absence)
    return [fact.value.value, fact.confidence, fact.basis, fact.maker.name, fact.maker.version]


def _fact_row(extraction_id: int, position: int, fact: Fact) -> FactRow:
    return FactRow(
        extraction_id=extraction_id,
        position=position,
        field=fact.field.value,
        value=fact.value,
        confidence=fact.confidence,
        basis=fact.basis,
        maker=[fact.maker.name, fact.maker.version],
        evidence=[evidence_to_json(item) for item in fact.evidence],
    )


def evidence_to_json(evidence: Evidence) -> list[Any]:
    """``[document, section, start, end, quote]``."""
    span = evidence.span
    return [evidence.document, span.section, span.start, span.end, evidence.quote]


def evidence_from_json(data: Sequence[Any]) -> Evidence:
    """Read back what `evidence_to_json` wrote."""
    document, section, start, end, quote = data
    return Evidence(document=document, span=Span(section=section, start=start, end=end), quote=quote)


def _detail(extraction: Extraction) -> bytes | None:
    if not extraction.mentions:
        return None
    detail = {
        "mentions": [
            [item.label, item.value, evidence_to_json(item.evidence), item.rule, item.assertion.value]
            for item in extraction.mentions
        ],
        "relations": [[item.type.value, item.head, item.tail, item.rule] for item in extraction.relations],
    }
    return json.dumps(detail, ensure_ascii=True, separators=(",", ":")).encode()


def _extraction(row: ExtractionRow, version: str, key: RecordKey, facts: Sequence[FactRow]) -> Extraction:
    detail = json.loads(row.detail) if row.detail else {"mentions": [], "relations": []}
    stated = [_fact(fact) for fact in facts]
    absent = [_absent(field, value) for field, value in row.absences.items()]
    order = {field: number for number, field in enumerate(Field)}
    return Extraction(
        key=key,
        document=version,
        maker=Maker(name=row.maker_name, version=row.maker_version),
        facts=tuple(sorted([*stated, *absent], key=lambda fact: order[fact.field])),
        mentions=tuple(_mention(number, data) for number, data in enumerate(detail["mentions"])),
        relations=tuple(
            Relation(type=RelationType(kind), head=head, tail=tail, rule=rule)
            for kind, head, tail, rule in detail["relations"]
        ),
        screened_out=row.screened_out,
    )


def _fact(row: FactRow) -> Fact:
    name, version = row.maker
    return Fact(
        field=Field(row.field),
        value=row.value,
        confidence=row.confidence,
        maker=Maker(name=name, version=version),
        evidence=tuple(evidence_from_json(item) for item in row.evidence),
        basis=row.basis,
    )


def _absent(field: str, data: Sequence[Any]) -> Fact:
    value, confidence, basis, name, version = data
    return Fact(
        field=Field(field),
        value=Absence(value),
        confidence=confidence,
        maker=Maker(name=name, version=version),
        basis=basis,
    )


def _mention(number: int, data: Sequence[Any]) -> Mention:
    label, value, evidence, rule, assertion = data
    return Mention(
        number=number,
        label=label,
        value=value,
        evidence=evidence_from_json(evidence),
        rule=rule,
        assertion=Assertion(assertion),
    )
