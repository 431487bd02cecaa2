"""One trial as it is counted: what holds for each field, by which rule, against what, and what links to it."""

from __future__ import annotations

from typing import Any

from mscminer.core.documents import Kind
from mscminer.core.errors import NotFound
from mscminer.core.facts import TrialFact
from mscminer.core.records import RecordKey
from mscminer.core.trials import RESULT_LINKS, Link, Sourced, Trial, TrialField
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.drawing import sources_of
from mscminer.store import Store, Transaction
from mscminer.trials.assembly import assemble_trial


def load_trial(store: Store, ident: str) -> Trial:
    """The trial of a registration, drawn together from it and its papers.

    Raises:
        NotFound: the registration is not in the database.
    """
    ensure_census(store)
    with store.read() as tx:
        keys = [key for key in tx.records.find(ident) if key.source.is_registry]
        registration = _sourced(tx, keys[0]) if keys else None
        if registration is None or registration.document.kind is not Kind.REGISTRATION:
            raise NotFound("This registration is not in the database.", where=ident, remedy="Load or harvest it first.")
        links = [link for link in tx.links.of(keys[0]) if link.b == keys[0] and not link.a.source.is_registry]
        papers = [paper for link in links if link.type in RESULT_LINKS and (paper := _sourced(tx, link.a)) is not None]
    return assemble_trial(registration, papers, links)


def _sourced(tx: Transaction, key: RecordKey) -> Sourced | None:
    stored = tx.documents.current(key)
    return next(sources_of(tx, [stored.id]), None) if stored is not None else None


def trial_to_json(trial: Trial) -> dict[str, Any]:
    """For programs."""
    return {
        "trial": trial.id,
        "title": trial.registration.title,
        "conflicts": [name.value for name in trial.conflicts],
        "fields": {name.value: _field(state) for name, state in trial.fields.items()},
        "links": [_link(link) for link in trial.links],
    }


def _field(state: TrialField) -> dict[str, Any]:
    return {
        "values": [_value(fact) for fact in state.facts],
        "absence": None if state.absence is None else state.absence.value,
        "rule": state.rule,
        "competing": [_value(fact) for fact in state.competing],
    }


def _value(fact: TrialFact) -> dict[str, Any]:
    return {
        "value": fact.value,
        "confidence": fact.confidence,
        "maker": str(fact.maker),
        "sources": [str(key) for key in fact.sources],
        "quotes": [evidence.quote for evidence in fact.evidence],
    }


def _link(link: Link) -> dict[str, Any]:
    return {"paper": str(link.a), "type": link.type.value, "score": link.score, "reason": link.reason}
