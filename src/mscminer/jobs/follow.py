"""Let a decision show in the counts at once: the census rows that rest on one record are made anew."""

from __future__ import annotations

from datetime import UTC, datetime

from mscminer.core.decisions import apply_decisions
from mscminer.core.documents import Kind
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import RESULT_LINKS, CensusRow, RowKind, Sourced
from mscminer.core.vocabulary import Field
from mscminer.jobs.assemble import GONE, census_fingerprint, keyed
from mscminer.store import Transaction
from mscminer.trials.assembly import assemble_trial, census_row, publication_row
from mscminer.trials.essence import READ_FIELDS

MOVES_LINKS = frozenset({Field.REGISTRY_ID, Field.MSC, Field.PRODUCT, Field.REPORT})
"""Fields of a paper whose decisions can make or break links that it states; after those the census is stale."""
PENDING = "~"
"""Ends the fingerprint of a census whose rows are up to date and whose inferred links wait for the next assembly;
they wait for a curator anyway and are in no number."""


def census_is_fresh(tx: Transaction) -> bool:
    """Whether the rows of the stored census were made of what the database holds now."""
    return (tx.census.fingerprint() or "").removesuffix(PENDING) == census_fingerprint(tx)


def follow_decision(tx: Transaction, key: RecordKey, field: Field | None, *, was_fresh: bool) -> None:
    """Make the census rows of a record (and, for a paper, of the trials it reports) anew.

    Args:
        was_fresh: what `census_is_fresh` said before the decision; a census that was stale stays so.
    """
    stored = tx.census.fingerprint()
    if stored is None:
        return
    rows = [_trial_row(tx, key)] if key.source.is_registry else _paper_rows(tx, key)
    for row in rows:
        if row is not None:
            tx.census.put(keyed(row))
    if was_fresh and (key.source.is_registry or field not in MOVES_LINKS):
        pending = PENDING if field in READ_FIELDS or stored.endswith(PENDING) else ""
        tx.census.mark(census_fingerprint(tx) + pending, built_at=datetime.now(UTC))


def _sourced(tx: Transaction, key: RecordKey) -> Sourced | None:
    stored = tx.documents.current(key)
    if stored is None or tx.records.state(key) in GONE:
        return None
    extraction = tx.extractions.latest(stored.id)
    if extraction is not None:
        extraction = apply_decisions(extraction, tx.decisions.of_record(key), stored.document)
    return Sourced(document=stored.document, extraction=extraction)


def _trial_row(tx: Transaction, key: RecordKey) -> CensusRow | None:
    own = _sourced(tx, key)
    if own is None or own.document.kind is not Kind.REGISTRATION:
        return None
    links = [link for link in tx.links.of(key) if link.b == key and link.a.source is Source.PUBMED]
    found = (_sourced(tx, link.a) for link in links if link.type in RESULT_LINKS)
    papers = [paper for paper in found if paper is not None]
    return census_row(assemble_trial(own, papers, links), tx.census.family(RowKind.REGISTRATION, key.id))


def _paper_rows(tx: Transaction, key: RecordKey) -> list[CensusRow | None]:
    paper = _sourced(tx, key)
    if paper is None:
        return []
    reported = [link.b for link in tx.links.of(key) if link.a == key and link.type in RESULT_LINKS]
    family = tx.census.family(RowKind.PUBLICATION, key.id)
    return [publication_row(paper, family), *(_trial_row(tx, registration) for registration in reported)]
