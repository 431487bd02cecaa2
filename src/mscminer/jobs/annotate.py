"""Records in, one annotation object per text out; no database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from mscminer.core.documents import Document
from mscminer.core.errors import RecordError
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.records import Record, Rejected
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from mscminer.jobs.extract import BATCH, chunks, default_extractor
from mscminer.jobs.progress import Progress, Silent, track


def annotate(paths: Sequence[Path], *, model: str = "", progress: Progress | None = None) -> Iterator[Label | Rejected]:
    """Extract every record of some files, in order; what cannot be read comes out as `Rejected`."""
    extractor = default_extractor(model)
    items = track(read_files(paths, fetched_at=datetime.now(UTC)), progress or Silent(), "annotate")
    for chunk in chunks(_parsed(items), BATCH):
        yield from (item for item in chunk if isinstance(item, Rejected))
        documents = [item for item in chunk if isinstance(item, Document)]
        yield from map(label_from_extraction, extractor.extract(documents))


def _parsed(items: Iterator[object]) -> Iterator[Document | Rejected]:
    for item in items:
        if isinstance(item, Rejected):
            yield item
        elif isinstance(item, Record):
            try:
                yield parse_record(item)
            except RecordError as error:
                yield Rejected(
                    origin=item.origin,
                    locator=str(item.key),
                    reason=error.message,
                    remedy=error.remedy or "Look at the record.",
                    raw=item.raw,
                    key=item.key,
                )
