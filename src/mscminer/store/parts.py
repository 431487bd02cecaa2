"""What the census was assembled from, record by record: stamps, stated links, and what links and families look at."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Select, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from mscminer.core.documents import document_from_json, document_to_text
from mscminer.core.facts import Extraction, Fact, Maker, canonical, from_canonical
from mscminer.core.records import RecordKey
from mscminer.core.trials import CensusPart, Link, LinkType, RowKind, Sourced
from mscminer.core.vocabulary import Field
from mscminer.store.records import State
from mscminer.store.tables import (
    CensusPartRow,
    DecisionRow,
    DocumentRow,
    ExtractionRow,
    RecordRow,
)

GONE = (State.REMOVED, State.DELETED, State.MERGED, State.RETRACTED)
"""States in which a record neither counts nor speaks for a trial."""
_KINDS = {RowKind.REGISTRATION: 0, RowKind.PUBLICATION: 1}
_ROW_KINDS = {number: kind for kind, number in _KINDS.items()}
_BATCH = 1000
_NONE = "[]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """A record that counts or speaks now: its newest text, and the stamp of everything its row is made of."""

    document_id: int
    kind: RowKind
    stamp: str


class CensusParts:
    """Access to the parts of the census within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def present(self) -> dict[RecordKey, Present]:
        """Every record that is there now and not gone at its source."""
        found = {}
        for source, ident, document, kind, extraction, decision in self._session.execute(_present()):
            key = RecordKey.parse(f"{source}:{ident}")
            stamp = f"{document}/{extraction or 0}/{decision or 0}"
            found[key] = Present(document_id=document, kind=RowKind(kind), stamp=stamp)
        return found

    def stamps(self) -> dict[RecordKey, str]:
        """The stamps that the stored census was made of."""
        rows = self._session.execute(select(CensusPartRow.key, CensusPartRow.stamp))
        return {RecordKey.parse(key): stamp for key, stamp in rows}

    def replace(self, parts: Iterable[CensusPart]) -> None:
        """Write all parts anew."""
        self._session.execute(delete(CensusPartRow))
        self._insert(parts)

    def put(self, parts: Iterable[CensusPart]) -> None:
        """Write some parts anew."""
        parts = list(parts)
        self.drop([part.key for part in parts])
        self._insert(parts)

    def drop(self, keys: Sequence[RecordKey]) -> None:
        """Forget some records."""
        for start in range(0, len(keys), 500):
            names = [str(key) for key in keys[start : start + 500]]
            self._session.execute(delete(CensusPartRow).where(CensusPartRow.key.in_(names)))

    def _insert(self, parts: Iterable[CensusPart]) -> None:
        iterator = iter(parts)
        while batch := list(islice(iterator, _BATCH)):
            self._session.execute(insert(CensusPartRow), [_plain(part) for part in batch])

    def essential(self) -> Iterator[CensusPart]:
        """The parts that links, families and inference need: all but those of papers that only state links, or none."""
        query = select(CensusPartRow).where(CensusPartRow.essence.is_not(None)).order_by(CensusPartRow.key)
        yield from self._read(query)

    def linking(self) -> Iterator[CensusPart]:
        """The parts of papers without essence that state a link."""
        query = select(CensusPartRow).where(CensusPartRow.essence.is_(None), CensusPartRow.claims != _empty())
        yield from self._read(query.order_by(CensusPartRow.key))

    def _read(self, query: Select[CensusPartRow]) -> Iterator[CensusPart]:
        for row in self._session.scalars(query.execution_options(yield_per=_BATCH)):
            yield _part(row)
            self._session.expunge(row)


def _empty() -> Any:
    return []


def _present() -> Select[Any]:
    newest = select(func.max(DocumentRow.id).label("id"), DocumentRow.record_version_id.label("version"))
    newest_text = newest.group_by(DocumentRow.record_version_id).subquery()
    extracted = select(ExtractionRow.document_id, func.max(ExtractionRow.id).label("id"))
    newest_extraction = extracted.group_by(ExtractionRow.document_id).subquery()
    decided = select(DecisionRow.source, DecisionRow.source_id, func.max(DecisionRow.id).label("id"))
    newest_decision = decided.group_by(DecisionRow.source, DecisionRow.source_id).subquery()
    return (
        select(
            RecordRow.source,
            RecordRow.source_id,
            DocumentRow.id,
            DocumentRow.kind,
            newest_extraction.c.id,
            newest_decision.c.id,
        )
        .join(newest_text, newest_text.c.version == RecordRow.current_version_id)
        .join(DocumentRow, DocumentRow.id == newest_text.c.id)
        .outerjoin(newest_extraction, newest_extraction.c.document_id == DocumentRow.id)
        .outerjoin(
            newest_decision,
            (newest_decision.c.source == RecordRow.source) & (newest_decision.c.source_id == RecordRow.source_id),
        )
        .where(or_(RecordRow.state.is_(None), RecordRow.state.not_in([state.value for state in GONE])))
    )


def _plain(part: CensusPart) -> dict[str, Any]:
    return {
        "key": str(part.key),
        "kind": _KINDS[part.kind],
        "stamp": part.stamp,
        "claims": [_link_to_json(link) for link in part.claims],
        "inferred": [_link_to_json(link) for link in part.inferred],
        "essence": None if part.essence is None else _essence_bytes(part.essence),
    }


def _part(row: CensusPartRow) -> CensusPart:
    return CensusPart(
        key=RecordKey.parse(row.key),
        kind=_ROW_KINDS[row.kind],
        stamp=row.stamp,
        claims=tuple(map(_link_from_json, row.claims)),
        inferred=tuple(map(_link_from_json, row.inferred)),
        essence=None if row.essence is None else _essence(row.essence),
    )


def _link_to_json(link: Link) -> list[Any]:
    return [str(link.a), str(link.b), link.type.value, link.basis, link.reason, link.score]


def _link_from_json(data: Sequence[Any]) -> Link:
    a, b, kind, basis, reason, score = data
    return Link(
        a=RecordKey.parse(a), b=RecordKey.parse(b), type=LinkType(kind), basis=basis, reason=reason, score=score
    )


def _essence_bytes(source: Sourced) -> bytes:
    extraction = source.extraction
    values = [[fact.field.value, canonical(fact.value)] for fact in extraction.facts] if extraction else []
    told = None if extraction is None else [extraction.maker.name, extraction.maker.version, extraction.document]
    return f"{document_to_text(source.document)}\n{json.dumps([told, values])}".encode("ascii")


def _essence(body: bytes) -> Sourced:
    text, _, told = body.partition(b"\n")
    document = document_from_json(json.loads(text))
    about, values = json.loads(told)
    if about is None:
        return Sourced(document=document, extraction=None)
    maker = Maker(name=about[0], version=about[1])
    facts = tuple(
        Fact(field=Field(name), value=from_canonical(value), confidence=1.0, maker=maker) for name, value in values
    )
    return Sourced(
        document=document,
        extraction=Extraction(key=document.key, document=about[2], maker=maker, facts=facts),
    )
