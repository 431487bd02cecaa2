"""The census in the database: written whole, scanned for counts, read back row by row."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import islice
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from mscminer.core.counts import PAPER, Definition, Dimension, Rule, Unit
from mscminer.core.trials import CensusRow, RowKind
from mscminer.store.tables import (
    CensusDetailRow,
    CensusRowRow,
    CensusStateRow,
    CensusTermRow,
    DecisionRow,
    DocumentRow,
    ExtractionRow,
    FamilyDecisionRow,
    RecordRow,
)

_KINDS = {RowKind.REGISTRATION: 0, RowKind.PUBLICATION: 1}
_DAYS = ("first_posted", "start", "primary_completion", "completion", "results_posted")
STORED = tuple(dimension for dimension in Dimension if dimension not in (Dimension.YEAR, Dimension.ALL))
"""Dimensions that have a column of their own."""
_SEPARATOR = "|"
_BATCH = 2000
_BITS = 32
"""More than any number of a term or year has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keyed:
    """A census row with what the database scans for.

    Args:
        values: the row's values in each of `STORED`, never empty.
        days: last day that each of its dates can mean, or None.
    """

    row: CensusRow
    values: Mapping[Dimension, tuple[str, ...]]
    days: Mapping[str, date | None]


Group = tuple[tuple[str, ...], tuple[str, ...], int]
"""Values by row, values by column, and how many records share them; plain, as there can be hundreds of thousands."""


class CensusStore:
    """Access to the census within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._terms: dict[tuple[str, str], int] = {}
        self._last_term: int | None = None
        self._empty = False

    # -- writing ------------------------------------------------------------------------------------------------

    def replace(self, rows: Iterable[Keyed], *, fingerprint: str, built_at: datetime) -> int:
        """Write the whole census anew; returns the number of rows."""
        for table in (CensusDetailRow, CensusRowRow, CensusTermRow, CensusStateRow):
            self._session.execute(delete(table))
        self._terms, self._last_term, self._empty = {}, 0, True
        number = self.append(rows)
        self._session.execute(insert(CensusStateRow).values(id=1, fingerprint=fingerprint, built_at=built_at))
        return number

    def append(self, rows: Iterable[Keyed], *, start: int = 0) -> int:
        """Add rows in batches; returns the number of the last one."""
        iterator = iter(rows)
        number = start
        while batch := list(islice(iterator, _BATCH)):
            plain = [self._plain(number + place, keyed) for place, keyed in enumerate(batch, start=1)]
            self._session.execute(insert(CensusRowRow), plain)
            details = [
                {"census_id": number + place, "body": row_bytes(keyed.row)}
                for place, keyed in enumerate(batch, start=1)
            ]
            self._session.execute(insert(CensusDetailRow), details)
            number += len(batch)
        return number

    def _plain(self, number: int, keyed: Keyed) -> dict[str, Any]:
        row = keyed.row
        return {
            "id": number,
            "kind": _KINDS[row.kind],
            **{str(name): self._term(name, keyed.values[name]) for name in STORED},
            **{name: _as_number(keyed.days.get(name)) for name in _DAYS},
            "word_hit": int(row.word_hit),
            "confidence": row.confidence,
            "ident": row.id,
            "family": row.family,
        }

    def _term(self, dimension: Dimension, values: tuple[str, ...]) -> int:
        text = _SEPARATOR.join(sorted(value.replace(_SEPARATOR, "/").replace("\0", "") for value in values))
        key = (dimension.value, text)
        if key not in self._terms:
            self._terms[key] = self._find_term(*key) or self._new_term(*key)
        return self._terms[key]

    def _find_term(self, dimension: str, text: str) -> int | None:
        # Looked up one by one: there are as many terms as there are sets of conditions, and a decision needs a dozen.
        same = (CensusTermRow.dimension == dimension, CensusTermRow.value == text)
        return None if self._empty else self._session.scalar(select(CensusTermRow.id).where(*same))

    def _new_term(self, dimension: str, text: str) -> int:
        if self._last_term is None:
            self._last_term = self._session.scalar(select(func.max(CensusTermRow.id))) or 0
        self._last_term += 1
        self._session.execute(insert(CensusTermRow).values(id=self._last_term, dimension=dimension, value=text))
        return self._last_term

    def put(self, row: Keyed) -> None:
        """Write one row anew."""
        same = (CensusRowRow.kind == _KINDS[row.row.kind], CensusRowRow.ident == row.row.id)
        number = self._session.scalar(select(CensusRowRow.id).where(*same))
        if number is None:
            number = (self._session.scalar(select(func.max(CensusRowRow.id))) or 0) + 1
        else:
            self._session.execute(delete(CensusDetailRow).where(CensusDetailRow.census_id == number))
            self._session.execute(delete(CensusRowRow).where(CensusRowRow.id == number))
        self.append([row], start=number - 1)

    def remove(self, kind: RowKind, ident: str) -> None:
        """Take a row out; nothing happens where there is none."""
        same = (CensusRowRow.kind == _KINDS[kind], CensusRowRow.ident == ident)
        for number in self._session.scalars(select(CensusRowRow.id).where(*same)).all():
            self._session.execute(delete(CensusDetailRow).where(CensusDetailRow.census_id == number))
            self._session.execute(delete(CensusRowRow).where(CensusRowRow.id == number))

    def families_of_registrations(self) -> dict[str, str]:
        """Registration id -> id of its family."""
        query = select(CensusRowRow.ident, CensusRowRow.family).where(CensusRowRow.kind == _KINDS[RowKind.REGISTRATION])
        return {row.ident: row.family for row in self._session.execute(query)}

    def family(self, kind: RowKind, ident: str) -> str:
        """The family of a row, "" where it has none."""
        query = select(CensusRowRow.family).where(CensusRowRow.kind == _KINDS[kind], CensusRowRow.ident == ident)
        return self._session.scalar(query) or ""

    def mark(self, fingerprint: str, *, built_at: datetime) -> None:
        """Say what the stored census is made of."""
        self._session.execute(update(CensusStateRow).values(fingerprint=fingerprint, built_at=built_at))

    def built_at(self) -> datetime | None:
        """When the stored census was made or last followed a decision."""
        return self._session.scalar(select(CensusStateRow.built_at))

    # -- state --------------------------------------------------------------------------------------------------

    def fingerprint(self) -> str | None:
        """What the stored census was built from, or None."""
        return self._session.scalar(select(CensusStateRow.fingerprint))

    def present_fingerprint(self) -> str:
        """What a census built now would be built from."""
        newest = [
            self._session.scalar(select(func.max(column))) or 0
            for column in (DocumentRow.id, ExtractionRow.id, DecisionRow.id, FamilyDecisionRow.id)
        ]
        states = select(RecordRow.state, func.count(), func.sum(RecordRow.current_version_id)).group_by(RecordRow.state)
        found = sorted(f"{state}:{number}:{versions}" for state, number, versions in self._session.execute(states))
        return "/".join([*map(str, newest), *found])

    def total(self) -> int:
        """How many rows there are."""
        return self._session.scalar(select(func.count()).select_from(CensusRowRow)) or 0

    def newest_posting(self) -> date | None:
        """The latest day on which a registration of the census was first posted."""
        newest = select(func.max(CensusRowRow.first_posted)).where(CensusRowRow.kind == _KINDS[RowKind.REGISTRATION])
        number = self._session.scalar(newest)
        return date(number // 10000, number // 100 % 100, number % 100) if number else None

    # -- reading ------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[CensusRow]:
        """All rows, by kind and id, read in batches."""
        yield from map(row_from_bytes, self.bodies())

    def bodies(self) -> Iterator[bytes]:
        """All rows as JSON, in the order of `rows`, read in batches."""
        query = (
            select(CensusDetailRow.body)
            .join(CensusRowRow, CensusRowRow.id == CensusDetailRow.census_id)
            .order_by(CensusRowRow.kind, CensusRowRow.ident)
        )
        yield from self._session.scalars(query.execution_options(yield_per=_BATCH))

    def groups(self, definition: Definition, as_of: date, rows: Dimension, columns: Dimension) -> Iterator[Group]:
        """Numbers of records that count, by their values in two dimensions; counted at once, put into words one by one.

        Records with several values are a group of their own ("adipose|bone_marrow"): nothing is counted twice here.
        """
        left, right = self._key(rows, definition), self._key(columns, definition)
        # Both in one number, counted here: SQLite would sort all of them to group them, which takes twice as long.
        both: Any = select(cast(left, BigInteger) * (1 << _BITS) + right)
        numbers = Counter(map(itemgetter(0), self._plainly(self._counting(both, definition, as_of))))
        return self._in_words(numbers, rows, columns)

    def _in_words(self, numbers: Mapping[int, int], rows: Dimension, columns: Dimension) -> Iterator[Group]:
        left_values, right_values = self._values(rows), self._values(columns)
        low = (1 << _BITS) - 1
        for key, number in numbers.items():
            yield left_values(key >> _BITS), right_values(key & low), number

    def _plainly(self, query: Any) -> Iterator[Any]:
        """Rows straight from the driver: plain numbers and texts, of which there can be hundreds of thousands."""
        cursor = self._session.connection().execute(query).cursor
        yield from iter(cursor.fetchone, None)

    def families(self, definition: Definition, as_of: date) -> tuple[int, int]:
        """How many families count, and how many registrations of theirs do."""
        numbers: Any = select(func.count(CensusRowRow.family.distinct()), func.count())
        found = self._session.execute(self._counting(numbers, definition, as_of)).one()
        return found[0], found[1]

    def counted(self, definition: Definition, as_of: date) -> list[str]:
        """Sorted ids of what counts: registrations, publications, or families."""
        column = CensusRowRow.family if definition.unit is Unit.FAMILY else CensusRowRow.ident
        return sorted(self._session.scalars(self._counting(select(column).distinct(), definition, as_of)))

    def _values(self, dimension: Dimension) -> Callable[[Any], tuple[str, ...]]:
        """What turns a dimension's key into its values; sets of values are taken apart once each."""
        if dimension is Dimension.ALL:
            return lambda _: ("all",)
        if dimension is Dimension.YEAR:
            return lambda key: (str(int(key)),)
        terms = self._plainly(self._terms_of(dimension))
        split = {ident: tuple(value.split(_SEPARATOR)) if _SEPARATOR in value else (value,) for ident, value in terms}
        return split.__getitem__

    def members(
        self, definition: Definition, as_of: date, rows: Dimension, columns: Dimension
    ) -> Iterator[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
        """(id, family, values by row, values by column) of every record that counts."""
        left, right = self._key(rows, definition), self._key(columns, definition)
        query = self._counting(select(CensusRowRow.ident, CensusRowRow.family, left, right), definition, as_of)
        left_values, right_values = self._values(rows), self._values(columns)
        for ident, family, a, b in self._session.execute(query.execution_options(yield_per=_BATCH)):
            yield ident, family, left_values(a), right_values(b)

    def _key(self, dimension: Dimension, definition: Definition) -> ColumnElement[Any]:
        if dimension is Dimension.ALL:
            return CensusRowRow.kind.expression
        if dimension is Dimension.YEAR:
            return _day(definition) // 10000
        column: InstrumentedAttribute[int] = getattr(CensusRowRow, dimension.value)
        return column.expression

    def _names(self, *dimensions: Dimension) -> dict[int, str]:
        return dict(self._plainly(self._terms_of(*dimensions)))

    def _terms_of(self, *dimensions: Dimension) -> Select[int, str]:
        wanted = [dimension.value for dimension in dimensions]
        return select(CensusTermRow.id, CensusTermRow.value).where(CensusTermRow.dimension.in_(wanted))

    def _numbers(self, dimension: Dimension, values: Sequence[str]) -> list[int]:
        query = select(CensusTermRow.id).where(CensusTermRow.dimension == dimension.value)
        return list(self._session.scalars(query.where(CensusTermRow.value.in_(values))))

    def _counting(self, query: Select[Any], definition: Definition, as_of: date) -> Select[Any]:
        """The definition as conditions; `trials.counting.exclusion` says the same of one row."""
        kind = _KINDS[RowKind.PUBLICATION if definition.unit is Unit.PUBLICATION else RowKind.REGISTRATION]
        query = query.select_from(CensusRowRow).where(
            # "+ 0" keeps SQLite from walking the index by id and fetching each row for itself: it has to read all.
            CensusRowRow.kind + 0 == kind,
            _day(definition) <= _as_number(as_of),
            CensusRowRow.study_type.in_(self._numbers(Dimension.STUDY_TYPE, definition.study_types)),
        )
        if definition.statuses:
            query = query.where(CensusRowRow.status.in_(self._numbers(Dimension.STATUS, definition.statuses)))
        if definition.without_statuses:
            refused = self._numbers(Dimension.STATUS, definition.without_statuses)
            query = query.where(CensusRowRow.status.not_in(refused))
        if definition.needs_results:
            query = query.where(or_(self._has_paper(), CensusRowRow.results_posted <= _as_number(as_of)))
        if definition.rule is Rule.WORDS:
            return query.where(CensusRowRow.word_hit == 1)
        query = query.where(CensusRowRow.msc.in_(self._numbers(Dimension.MSC, definition.msc)))
        return query.where(CensusRowRow.confidence >= definition.min_confidence) if definition.min_confidence else query

    def _has_paper(self) -> ColumnElement[bool]:
        """Whether a paper with results is linked, whenever it came out: the day of most linked papers is not known."""
        return CensusRowRow.published.in_(self._numbers(Dimension.PUBLISHED, (PAPER,)))

    def stages(self, definition: Definition, as_of: date) -> list[tuple[CensusRow, int]]:
        """Rows that stand for all that no test of the definition can tell apart, with their numbers."""
        kind = RowKind.PUBLICATION if definition.unit is Unit.PUBLICATION else RowKind.REGISTRATION
        day = _day(definition)
        when = case((day.is_(None), 0), (day <= _as_number(as_of), 1), else_=2)
        results = case((self._has_paper(), 1), (CensusRowRow.results_posted <= _as_number(as_of), 1), else_=0)
        sure = case((CensusRowRow.confidence >= definition.min_confidence, 1), else_=0)
        keys = (
            when,
            CensusRowRow.study_type,
            CensusRowRow.status,
            CensusRowRow.msc,
            CensusRowRow.word_hit,
            results,
            sure,
        )
        places: list[ColumnElement[int]] = [literal_column(str(place)) for place in range(1, len(keys) + 1)]
        query = select(*keys, func.count()).where(CensusRowRow.kind + 0 == _KINDS[kind]).group_by(*places)
        terms = self._names(Dimension.STUDY_TYPE, Dimension.STATUS, Dimension.MSC)
        dates = ("", as_of.isoformat(), "9999-12-31")
        found = []
        for place, study_type, status, msc, hit, known, certain, number in self._session.execute(query):
            row = CensusRow(
                id="-",
                kind=kind,
                study_type=terms[study_type],
                status=terms[status],
                msc=terms[msc],
                word_hit=bool(hit),
                publications=("-",) if known else (),
                confidence=1.0 if certain else 0.0,
            )
            dated: dict[str, Any] = {definition.date_field.value: dates[place]}
            found.append((dataclasses.replace(row, **dated), number))
        return found


def _day(definition: Definition) -> InstrumentedAttribute[int | None]:
    column: InstrumentedAttribute[int | None] = getattr(CensusRowRow, definition.date_field.value)
    return column


def _as_number(day: date | None) -> int | None:
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def row_bytes(row: CensusRow) -> bytes:
    """A census row as JSON with sorted keys."""
    return json.dumps(asdict(row), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()


def row_from_bytes(body: bytes) -> CensusRow:
    """Read back what `row_bytes` wrote."""
    data = json.loads(body)
    data["kind"] = RowKind(data["kind"])
    data["absent"] = tuple((name, why) for name, why in data["absent"])
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return CensusRow(**plain)
