"""Named records from their sources: single ids, or the real texts behind the seed corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mscminer.core.errors import ConfigError
from mscminer.core.records import Record, RecordKey, Rejected, Source
from mscminer.evaluate.seed import SURROGATE_BASE, load_cited_trials, load_seed_labels
from mscminer.harvest.ctgov_api import Moved, StudyPage
from mscminer.jobs.arrivals import Arrivals
from mscminer.jobs.harvest import Clients
from mscminer.jobs.harvest_ctgov import read_studies, save_item
from mscminer.jobs.harvest_pubmed import read_articles
from mscminer.store import Store


@dataclass(kw_only=True, slots=True)
class FetchReport:
    """What came, and which of the ids the source does not have."""

    arrivals: Arrivals = field(default_factory=Arrivals)
    missing: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Numbers by outcome and the missing ids."""
        return {**self.arrivals.to_json(), "missing": self.missing}


def seed_keys() -> tuple[RecordKey, ...]:
    """The cited papers with a known PMID and the registrations that go with them."""
    keys = {trial.record for trial in load_cited_trials() if trial.record and int(trial.record.id) < SURROGATE_BASE}
    labelled = {RecordKey.parse(label.id) for label in load_seed_labels() if label.id.startswith("NCT")}
    return tuple(sorted(keys | labelled))


def fetch(store: Store, clients: Clients, keys: Iterable[RecordKey], *, at: datetime) -> FetchReport:
    """Fetch records and keep them; a real text takes the place of a restated one.

    Raises:
        ConfigError: a key is of a source that cannot be asked.
        SourceError: a source does not answer as it should; what came before is kept.
    """
    wanted = sorted(set(keys))
    _check_sources(wanted, clients)
    report = FetchReport()
    for items in _batches(wanted, clients, report, at):
        with store.write() as tx:
            for item in items:
                save_item(tx, item, report.arrivals, at=at)
    return report


def _check_sources(wanted: Sequence[RecordKey], clients: Clients) -> None:
    at_hand = {Source.PUBMED: clients.entrez, Source.CTGOV: clients.ctgov}
    for key in wanted:
        if at_hand.get(key.source) is None:
            raise ConfigError(
                f"records of {key.source} cannot be fetched.", where=str(key), remedy="Give NCT numbers and PMIDs."
            )


def _batches(
    wanted: Sequence[RecordKey], clients: Clients, report: FetchReport, at: datetime
) -> Iterator[list[Record | Rejected]]:
    pmids = [key.id for key in wanted if key.source is Source.PUBMED]
    if pmids and clients.entrez is not None:
        for batch in clients.entrez.fetch_ids(pmids):
            report.missing += batch.missing
            yield list(read_articles(batch, at=at))
    for key in wanted:
        if key.source is Source.CTGOV and clients.ctgov is not None:
            found = clients.ctgov.fetch_study(key.id)
            if found is None or isinstance(found, Moved):
                report.missing.append(key.id if found is None else f"{key.id} (now {found.to})")
                continue
            yield list(read_studies(StudyPage(studies=(found,), request=f"studies/{key.id}"), at=at))
