"""Random samples of records for a blind second pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mscminer.core.errors import ConfigError, NotFound
from mscminer.core.records import RecordKey, Source
from mscminer.store.tables import SampleItemRow, SampleRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A sample with its records in the order drawn; until it is closed its second pass is blind."""

    id: int
    name: str
    seed: int
    created_by: str
    created_at: datetime
    keys: tuple[RecordKey, ...]
    closed_at: datetime | None = None
    closed_by: str | None = None

    @property
    def line(self) -> str:
        """The line of the decisions of its second pass."""
        return f"second:{self.id}"


class Samples:
    """Access to samples within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, name: str, keys: Sequence[RecordKey], *, seed: int, by: str, at: datetime) -> Sample:
        """Keep a sample."""
        row = SampleRow(name=name, seed=seed, created_by=by, created_at=at)
        self._session.add(row)
        self._session.flush()
        self._session.add_all(
            SampleItemRow(sample_id=row.id, source=key.source.value, source_id=key.id, position=position)
            for position, key in enumerate(keys)
        )
        self._session.flush()
        return self._sample(row)

    def list(self) -> list[Sample]:
        """All samples, the newest first."""
        return [self._sample(row) for row in self._session.scalars(select(SampleRow).order_by(SampleRow.id.desc()))]

    def close(self, sample_id: int, *, by: str, at: datetime) -> Sample:
        """End the second pass.

        Raises:
            NotFound: no such sample.
            ConfigError: it is closed already.
        """
        if self.get(sample_id).closed_at is not None:
            raise ConfigError(f"sample {sample_id} is closed already.", where="samples")
        row = self._session.get_one(SampleRow, sample_id)
        row.closed_at, row.closed_by = at, by
        self._session.flush()
        return self._sample(row)

    def get(self, sample_id: int) -> Sample:
        """A sample.

        Raises:
            NotFound: no such sample.
        """
        row = self._session.get(SampleRow, sample_id)
        if row is None:
            raise NotFound(f"no sample {sample_id}.", where="samples", remedy="See the list of samples.")
        return self._sample(row)

    def _sample(self, row: SampleRow) -> Sample:
        query = select(SampleItemRow).where(SampleItemRow.sample_id == row.id).order_by(SampleItemRow.position)
        keys = (RecordKey(source=Source(item.source), id=item.source_id) for item in self._session.scalars(query))
        return Sample(
            id=row.id,
            name=row.name,
            seed=row.seed,
            created_by=row.created_by,
            created_at=row.created_at,
            keys=tuple(keys),
            closed_at=row.closed_at,
            closed_by=row.closed_by,
        )
