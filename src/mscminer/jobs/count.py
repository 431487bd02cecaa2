"""Count what lies in the store under a named definition, as of a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from mscminer.core.counts import CountTable, Definition, Dimension
from mscminer.core.documents import Kind
from mscminer.core.trials import CensusRow, Sourced
from mscminer.jobs.extract import BATCH, chunks
from mscminer.store import Store
from mscminer.trials.assembly import assemble_trial, census_row, publication_row
from mscminer.trials.counting import count
from mscminer.trials.definitions import DEFAULT, load_definition

__all__ = ["DEFAULT", "Census", "build_census", "count_census", "count_words"]

WORD_SEARCH = "word-search"
"""The definition that an exact word search stands for; printed beside every count as a yardstick."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Census:
    """Every record as counting sees it."""

    rows: tuple[CensusRow, ...]


def build_census(store: Store) -> Census:
    """Draw every current record together into a census row."""
    return Census(rows=tuple(_rows(store)))


def _rows(store: Store) -> Iterator[CensusRow]:
    with store.read() as tx:
        for batch in chunks(tx.documents.iterate_current(), BATCH):
            found = tx.extractions.latest_of([stored.id for stored in batch])
            for stored in batch:
                source = Sourced(document=stored.document, extraction=found.get(stored.id))
                if stored.document.kind is Kind.REGISTRATION:
                    yield census_row(assemble_trial(source))
                else:
                    yield publication_row(source)


def count_census(
    census: Census, *, definition: str, as_of: date, rows: Dimension, columns: Dimension
) -> tuple[CountTable, Definition]:
    """Count a census by two dimensions.

    Raises:
        NotFound: there is no such definition.
    """
    chosen = load_definition(definition)
    return count(census.rows, chosen, as_of, rows, columns), chosen


def count_words(census: Census, as_of: date) -> int:
    """What an exact word search over the same records would have counted by that day."""
    return count(census.rows, load_definition(WORD_SEARCH), as_of, Dimension.ALL, Dimension.ALL).total
