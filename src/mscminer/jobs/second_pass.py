"""Two curators: a blind second pass over a sample, how far they agree, and who is right where they do not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mscminer.core.decisions import MAIN, Decision, FieldState, apply_decisions, decided_fields, standing
from mscminer.core.documents import Document
from mscminer.core.errors import ConfigError, NotFound
from mscminer.core.facts import Extraction, Fact, canonical
from mscminer.core.records import RecordKey
from mscminer.core.vocabulary import SET_FIELDS, Field
from mscminer.evaluate.agreement import Agreement, Unit, measure
from mscminer.store import Store, Transaction
from mscminer.store.samples import Sample

ADJUDICATES = "adjudicates"
"""Key in a decision's `shown`: the sample whose disagreement it settles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one curator makes of a field."""

    who: tuple[str, ...]
    facts: tuple[Fact, ...]

    @property
    def unit(self) -> Unit:
        """The stated values."""
        return frozenset(canonical(fact.value) for fact in self.facts if fact.stated)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """A field of a record of which two curators made different things."""

    key: RecordKey
    title: str
    field: Field
    first: Side
    second: Side
    expected: int
    document: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleProgress:
    """A sample with how many of its records have any decision of the second pass."""

    sample: Sample
    done: tuple[RecordKey, ...]

    @property
    def open(self) -> tuple[RecordKey, ...]:
        """Records still to do, in the order drawn."""
        return tuple(key for key in self.sample.keys if key not in self.done)


def draw_sample(
    store: Store, name: str, *, size: int, by: str, seed: int | None = None, now: datetime | None = None
) -> Sample:
    """Draw records at random among those with decisions, for a blind second pass.

    Raises:
        NotFound: nothing has been decided yet.
        ConfigError: a name or size that makes no sense.
    """
    if size < 1 or not name.strip():
        raise ConfigError("a sample needs a name and at least one record.")
    at = now or datetime.now(UTC)
    chosen_seed = seed if seed is not None else random.SystemRandom().randrange(2**31)
    with store.write() as tx:
        keys = tx.queue.decided_keys()
        if not keys:
            raise NotFound("no record has a decision yet.", remedy="Decide on some records first.")
        chance = random.Random(chosen_seed)  # noqa: S311 - to be drawn again, not to be secret
        drawn = chance.sample(keys, min(size, len(keys)))
        return tx.samples.add(name.strip(), drawn, seed=chosen_seed, by=by, at=at)


def samples(store: Store) -> list[SampleProgress]:
    """All samples, the newest first."""
    with store.read() as tx:
        return [_progress(tx, sample) for sample in tx.samples.list()]


def sample(store: Store, sample_id: int) -> SampleProgress:
    """One sample.

    Raises:
        NotFound: no such sample.
    """
    with store.read() as tx:
        return _progress(tx, tx.samples.get(sample_id))


def _progress(tx: Transaction, found: Sample) -> SampleProgress:
    decided = tx.decisions.of_records(found.keys)
    done = (key for key in found.keys if any(item.line == found.line for item in decided.get(key, [])))
    return SampleProgress(sample=found, done=tuple(done))


def agreement(store: Store, sample_id: int, *, rounds: int = 1000) -> list[Agreement]:
    """Agreement per field over the records and fields that both passes have decided.

    Decisions that settle a disagreement of this sample are left out: they are nobody's first opinion.

    Raises:
        NotFound: no such sample.
    """
    pairs: dict[Field, list[tuple[Unit, Unit]]] = {}
    for _, _, both in _compared(store, sample_id):
        for name, (first, second) in both.items():
            pairs.setdefault(name, []).append((first.unit, second.unit))
    return [measure(name.value, pairs[name], sets=name in SET_FIELDS, rounds=rounds) for name in Field if name in pairs]


def disagreements(store: Store, sample_id: int) -> list[Disagreement]:
    """What an adjudicator has still to settle, in the sample's order.

    Raises:
        NotFound: no such sample.
    """
    found = []
    for document, decisions, both in _compared(store, sample_id):
        states = standing(decisions)
        settled = _adjudicated(decisions, sample_id)
        for name, (first, second) in both.items():
            if first.unit == second.unit or name in settled:
                continue
            found.append(
                Disagreement(
                    key=document.key,
                    title=document.title,
                    field=name,
                    first=first,
                    second=second,
                    expected=states[name].last,
                    document=document.version,
                )
            )
    return found


def _adjudicated(decisions: Sequence[Decision], sample_id: int) -> set[Field | None]:
    return {item.field for item in decisions if item.line == MAIN and item.shown.get(ADJUDICATES) == sample_id}


Compared = tuple[Document, list[Decision], dict[Field, tuple[Side, Side]]]


def _compared(store: Store, sample_id: int) -> list[Compared]:
    with store.read() as tx:
        found = tx.samples.get(sample_id)
        decided = tx.decisions.of_records(found.keys)
        rows: list[Compared] = []
        for key in found.keys:
            stored = tx.documents.current(key)
            extraction = tx.extractions.latest(stored.id) if stored else None
            if stored is not None and extraction is not None and key in decided:
                both = _sides(stored.document, extraction, decided[key], found)
                rows.append((stored.document, decided[key], both))
        return rows


def _sides(
    document: Document, extraction: Extraction, decisions: Sequence[Decision], found: Sample
) -> dict[Field, tuple[Side, Side]]:
    own = [item for item in decisions if item.shown.get(ADJUDICATES) != found.id]
    first, second = (apply_decisions(extraction, own, document, line=line) for line in (MAIN, found.line))
    states = standing(own), standing(own, line=found.line)
    both = decided_fields(own) & decided_fields(own, line=found.line)
    return {name: (_side(name, first, states[0]), _side(name, second, states[1])) for name in Field if name in both}


def _side(name: Field, extraction: Extraction, states: Mapping[Field | None, FieldState]) -> Side:
    state = states[name]
    deciders = [*state.verdicts.values(), *([state.absent] if state.absent else [])]
    return Side(who=tuple(sorted({item.who for item in deciders})), facts=extraction.of(name))
