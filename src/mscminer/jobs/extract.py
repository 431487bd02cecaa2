"""Extract what is new, or whose extraction is outdated; a text that is done is not done twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeVar

from mscminer.core.documents import Document
from mscminer.core.errors import RecordError
from mscminer.core.facts import Extraction, Maker
from mscminer.extract.makers import current_maker
from mscminer.extract.model_files import adopt_folders, folders_in_use
from mscminer.harvest.parsing import PARSER_VERSION, parse_record
from mscminer.jobs.progress import Progress, Silent
from mscminer.store import Store

T = TypeVar("T")
BATCH = 200
"""Texts a transaction: what a killed run can lose is less than one batch's work."""


class Extractor(Protocol):
    """What jobs need of a pipeline."""

    @property
    def maker(self) -> Maker:
        """Name and version that its extractions carry."""

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """One extraction a document, in the same order."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtractReport:
    """What an extraction run did."""

    maker: Maker
    extracted: int
    screened_out: int
    reparsed: int
    unreadable: int


def default_extractor(name: str) -> Extractor:
    """Load a pipeline once a process (it takes a second), and anew when other parts of one's own are in use."""
    return _loaded(name, folders_in_use())


@lru_cache(maxsize=4)
def _loaded(name: str, _parts: tuple[Path, ...]) -> Extractor:
    from mscminer.extract.pipeline import load_extractor

    return load_extractor(name or None)


def reparse(store: Store, *, all_versions: bool = False) -> tuple[int, int]:
    """Read current record versions (or all) anew that the present parser has not read; returns (read, unreadable)."""
    with store.read() as tx:
        waiting = tx.documents.outdated_parses(PARSER_VERSION, all_versions=all_versions)
    read = unreadable = 0
    for numbers in chunks(waiting, BATCH):
        with store.write() as tx:
            for stored in tx.records.by_version_ids(numbers):
                try:
                    document = parse_record(stored.record)
                except RecordError:
                    unreadable += 1  # an older parser's reading, if there is one, stays in use
                    continue
                tx.documents.save(stored.version_id, PARSER_VERSION, document)
                read += 1
    return read, unreadable


def extract(
    store: Store,
    *,
    model: str = "",
    processes: int = 1,
    all_versions: bool = False,
    progress: Progress | None = None,
) -> ExtractReport:
    """Bring all current texts to the state of the pipeline `model`.

    Args:
        processes: worker processes; the result is the same for any number.
        all_versions: the texts of older record versions too, which counts on past versions need.

    Raises:
        ModelError: the pipeline cannot be loaded.
        StoreError: the database refuses.
    """
    progress = progress or Silent()
    maker = current_maker(model or None)
    reparsed, unreadable = reparse(store, all_versions=all_versions)
    with store.read() as tx:
        waiting = tx.documents.ids_to_extract(maker, all_versions=all_versions)
    progress.begin("extract", len(waiting))
    screened = 0
    for done in _batches(store, waiting, model, processes):
        with store.write() as tx:
            for number, extraction in done:
                tx.extractions.save(number, extraction)
        screened += sum(extraction.screened_out for _, extraction in done)
        progress.advance(len(done))
    progress.end()
    return ExtractReport(
        maker=maker, extracted=len(waiting), screened_out=screened, reparsed=reparsed, unreadable=unreadable
    )


Done = list[tuple[int, Extraction]]


def _batches(store: Store, waiting: list[int], model: str, processes: int) -> Iterator[Done]:
    loaded = (_load(store, numbers) for numbers in chunks(waiting, BATCH))
    if processes <= 1 or len(waiting) <= BATCH:
        for batch in loaded:
            yield _extract_batch(model, batch)
        return
    with ProcessPoolExecutor(processes, initializer=adopt_folders, initargs=(folders_in_use(),)) as pool:
        # Only a few batches are under way at once: memory stays bounded however many texts wait.
        for group in chunks(loaded, processes * 2):
            yield from pool.map(_extract_batch, [model] * len(group), group)


def _load(store: Store, numbers: list[int]) -> list[tuple[int, Document]]:
    with store.read() as tx:
        return [(stored.id, stored.document) for stored in tx.documents.by_ids(numbers)]


def _extract_batch(model: str, batch: list[tuple[int, Document]]) -> Done:
    extractor = default_extractor(model)
    found = extractor.extract(document for _, document in batch)
    return [(number, extraction) for (number, _), extraction in zip(batch, found, strict=True)]


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
