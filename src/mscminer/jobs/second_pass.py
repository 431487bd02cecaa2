"""Two curators: a blind second pass over a sample, how far they agree, and who is right where they do not."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from mscminer.core.decisions import MAIN, Decision, FieldState, apply_decisions, decided_fields, standing
from mscminer.core.documents import Document
from mscminer.core.errors import ConfigError, NotFound
from mscminer.core.facts import Extraction, Fact, canonical
from mscminer.core.records import RecordKey
from mscminer.core.vocabulary import SET_FIELDS, Field
from mscminer.evaluate.agreement import Agreement, Unit, measure
from mscminer.jobs.curate import Request, decide_all, steps_to
from mscminer.store import Store, Transaction
from mscminer.store.samples import Sample

ADJUDICATES = "adjudicates"
"""Key in a decision's `shown`: the sample whose disagreement it settles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """What one curator makes of a field, with the reasons that were given."""

    who: tuple[str, ...]
    facts: tuple[Fact, ...]
    why: tuple[str, ...] = ()

    @property
    def unit(self) -> Unit:
        """The stated values."""
        return frozenset(canonical(fact.value) for fact in self.facts if fact.stated)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disagreement:
    """A field of a record of which two curators made different things, and the text that they read."""

    field: Field
    first: Side
    second: Side
    expected: int
    text: Document

    @property
    def key(self) -> RecordKey:
        return self.text.key

    @property
    def title(self) -> str:
        return self.text.title

    @property
    def document(self) -> str:
        """The version of the text."""
        return self.text.version


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleProgress:
    """A sample with those of its records on which the second pass has answered all that the first decided."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """What somebody may see of others' decisions while second passes are open.

    A curator sees nothing of the first pass over a record of an open sample, unless they made part of it, and nothing
    of others' second passes before they are closed; adjudicators see everything.

    Args:
        blind: records to be seen on the line of a second pass only -> that line.
        judge: whether all is to be seen.
        closed: lines of closed samples.
    """

    who: str
    judge: bool = True
    blind: Mapping[RecordKey, str] = field(default_factory=dict)
    closed: frozenset[str] = frozenset()

    def line_of(self, key: RecordKey) -> str:
        """The line on which a record is to be seen."""
        return self.blind.get(key, MAIN)

    def may_see(self, decision: Decision) -> bool:
        """Whether a decision may be shown."""
        if self.judge or decision.who == self.who:
            return True
        return decision.key not in self.blind if decision.line == MAIN else decision.line in self.closed

    def may_open(self, key: RecordKey, line: str) -> bool:
        """Whether a record may be shown on a line."""
        return self.judge or line == self.line_of(key) or line in self.closed


def sight_of(store: Store, who: str, *, judge: bool, curates: bool = True) -> Sight:
    """What somebody may see.

    Args:
        judge: whether they settle disagreements and so have to see both passes.
        curates: whether they may decide; who only reads cannot make a second pass, and sees the first.
    """
    if judge:
        return Sight(who=who)
    with store.read() as tx:
        every = tx.samples.list()
        waiting = [found for found in every if found.closed_at is None and curates]
        decided = tx.decisions.decided_by(who, [key for found in waiting for key in found.keys])
    blind = {key: found.line for found in waiting for key in found.keys if key not in decided}
    closed = frozenset(found.line for found in every if found.closed_at is not None)
    return Sight(who=who, judge=False, blind=blind, closed=closed)


def close_sample(store: Store, sample_id: int, *, by: str, now: datetime | None = None) -> Sample:
    """End a second pass: from now on everybody sees both passes, and nobody decides in it any more.

    Raises:
        NotFound: no such sample.
        ConfigError: it is closed already.
    """
    with store.write() as tx:
        return tx.samples.close(sample_id, by=by, at=now or datetime.now(UTC))


def adjudicate(
    store: Store, sample_id: int, request: Request, choice: str, *, who: str, now: datetime | None = None
) -> list[Decision]:
    """Settle a disagreement on the main line: the ``first`` or the ``second`` curator is right, or an ``other`` value.

    Args:
        request: record, field, `expected`, `why`; for ``other`` the `new_value`, None for *not stated*.

    Raises:
        NotFound: no such sample.
        ConfigError: there is no such disagreement (any more), or no such choice.
        Conflict: somebody decided on the field in between.
    """
    found = next(
        (
            item
            for item in disagreements(store, sample_id)
            if (str(item.key), item.field) == (request.ident, request.field)
        ),
        None,
    )
    if found is None:
        raise ConfigError("there is nothing to settle here.", where=request.ident, remedy="Load the page again.")
    if choice not in {"first", "second", "other"}:
        raise ConfigError("choose the first, the second or another value.", where="choice")
    if choice == "other":
        wanted = {canonical(request.new_value)} if request.new_value is not None else set()
    else:
        wanted = set(found.first.unit if choice == "first" else found.second.unit)
    sides = {"first": sorted(found.first.unit), "second": sorted(found.second.unit)}
    context = {ADJUDICATES: sample_id, **sides, "choice": choice}
    steps = steps_to(found.field, wanted, found.first.unit | found.second.unit)
    requests = [
        replace(request, verdict=verdict, value=value, new_value=None, context=context, line=MAIN)
        for verdict, value in steps
    ]
    return decide_all(store, requests, who=who, now=now)


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
    done = (key for key in found.keys if _is_done(decided.get(key, []), found.line))
    return SampleProgress(sample=found, done=tuple(done))


def _is_done(decisions: Sequence[Decision], line: str) -> bool:
    """Whether the second pass has looked at every field that the first has decided."""
    answered = {name for name, state in standing(decisions, line=line).items() if state.decided or state.skipped}
    return decided_fields(decisions) <= answered and bool(answered)


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
                Disagreement(field=name, first=first, second=second, expected=states[name].last, text=document)
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
    why = tuple(dict.fromkeys(item.why for item in deciders if item.why))
    return Side(who=tuple(sorted({item.who for item in deciders})), facts=extraction.of(name), why=why)
