"""Mentions as they are kept, and the relations of the product to them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from mscminer.core.facts import Fact
from mscminer.core.mentions import Mention, Relation, RelationType
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Field
from mscminer.extract.dosing import Dose
from mscminer.extract.registration import Resolved
from mscminer.extract.view import Item, owner_of

RULE = "relations"


class _Mentions:
    """Numbers mentions in the order in which they come."""

    def __init__(self) -> None:
        self.made: list[Mention] = []
        self.numbers: dict[tuple[str, Evidence], int] = {}

    def add(self, label: str, value: str, evidence: Evidence, rule: str, **more: object) -> int:
        key = (label, evidence)
        if key not in self.numbers:
            number = len(self.made)
            self.numbers[key] = number
            self.made.append(
                Mention(number=number, label=label, value=value, evidence=evidence, rule=rule, **more)  # type: ignore[arg-type]
            )
        return self.numbers[key]


def relate(resolved: Resolved, facts: Iterable[Fact] = ()) -> tuple[tuple[Mention, ...], tuple[Relation, ...]]:
    """All mentions of a text, and product -from-> tissue and donor, -given by-> route, -at-> dose, -treats-> condition.

    A relation's product is the mention of it that stands nearest; an arm gets the product that its own text or one
    of its interventions names.

    Args:
        facts: of a publication, whose routes are no mentions of the lexicon.
    """
    mentions = _Mentions()
    places = [(item, number) for item in resolved.view.items for number in _number(mentions, resolved, item)]
    numbers = dict(places)
    own = [item for item in resolved.own if item in numbers]
    found = chain(_relations(mentions, resolved, own, numbers), _told_routes(mentions, resolved, numbers, facts))
    relations = dict.fromkeys(found) if own else {}
    return tuple(mentions.made), tuple(relations)


def _number(mentions: _Mentions, resolved: Resolved, item: Item) -> Iterator[int]:
    for evidence in resolved.view.evidence([item]):
        yield mentions.add(item.label, item.value, evidence, item.rule, assertion=item.assertion)


def _relations(
    mentions: _Mentions, resolved: Resolved, own: list[Item], numbers: dict[Item, int]
) -> Iterator[Relation]:
    kinds = (
        (RelationType.FROM_TISSUE, resolved.tissue.items),
        (RelationType.FROM_DONOR, resolved.donor.items),
        (RelationType.GIVEN_BY, resolved.routes.items),
    )
    near = _Nearest(own)
    for kind, items in kinds:
        for item in items:
            if item in numbers:
                head = near.to(item.start, item.owner)
                yield Relation(type=kind, head=numbers[head], tail=numbers[item], rule=RULE)
    for dose in resolved.doses:
        for tail in _dose_number(mentions, resolved, dose):
            head = near.to(dose.start, owner_of(dose.section))
            yield Relation(type=RelationType.AT_DOSE, head=numbers[head], tail=tail, rule=RULE)
    yield from _conditions(mentions, resolved, numbers[own[0]])
    yield from _arms(mentions, resolved, own, numbers)


def _told_routes(
    mentions: _Mentions, resolved: Resolved, numbers: Mapping[Item, int], facts: Iterable[Fact]
) -> Iterator[Relation]:
    """The routes that facts tell, each tied to the product's nearest mention."""
    starts = {name: start for name, start, _ in resolved.view.joined.parts}
    near = _Nearest([item for item in resolved.own if item in numbers])
    for fact in facts:
        if fact.field is not Field.ROUTE:
            continue
        for evidence in fact.evidence:
            head = near.to(starts[evidence.span.section] + evidence.span.start, "")
            tail = mentions.add("ROUTE", str(fact.value), evidence, "route.told")
            yield Relation(type=RelationType.GIVEN_BY, head=numbers[head], tail=tail, rule=RULE)


class _Nearest:
    """The product's mentions by place; time to find one grows with the logarithm of their number."""

    def __init__(self, own: Sequence[Item]) -> None:
        self._own = own
        self._places: dict[str | None, list[tuple[int, int]]] = {}
        for number, item in enumerate(own):
            for owner in (item.owner, None):
                self._places.setdefault(owner, []).append((item.start, number))
        for places in self._places.values():
            places.sort()

    def to(self, place: int, owner: str) -> Item:
        """The mention nearest to a place, of the same arm or intervention if it has any; of two the first."""
        places = self._places.get(owner) or self._places[None]
        after = bisect_left(places, (place, 0))
        before = bisect_left(places, (places[after - 1][0], 0)) if after else 0
        beside = {before, min(after, len(places) - 1)}
        _, number = min((abs(places[at][0] - place), places[at][1]) for at in beside)
        return self._own[number]


def _dose_number(mentions: _Mentions, resolved: Resolved, dose: Dose) -> Iterator[int]:
    value = f"{dose.cells:g}{'/kg' if dose.per_kg else ''}"
    for evidence in resolved.view.quote(dose.start, dose.end):
        yield mentions.add("DOSE", value, evidence, "dose.number")


def _conditions(mentions: _Mentions, resolved: Resolved, head: int) -> Iterator[Relation]:
    document = resolved.view.document
    for section in document.sections_like("condition"):
        evidence = document.evidence(section.name, 0, len(section.text))
        tail = mentions.add("CONDITION", section.text, evidence, "condition.field")
        yield Relation(type=RelationType.TREATS, head=head, tail=tail, rule=RULE)


def _arms(mentions: _Mentions, resolved: Resolved, own: list[Item], numbers: dict[Item, int]) -> Iterator[Relation]:
    document = resolved.view.document
    for number in resolved.products.arms:
        name = f"arm.{number}.label"
        if document.study is None or not document.text(name):
            continue
        head = mentions.add(
            "ARM", document.text(name), document.evidence(name, 0, len(document.text(name))), "arm.field"
        )
        given = _given(resolved, own, number)
        yield Relation(type=RelationType.GETS, head=head, tail=numbers[given], rule=RULE)


def _given(resolved: Resolved, own: list[Item], number: int) -> Item:
    """The product's mention in the arm, else in one of its interventions, else the first."""
    study = resolved.view.document.study
    label = next((arm.label for arm in study.arms if arm.number == number), "") if study else ""
    linked = (
        {f"intervention.{one.number}" for one in study.interventions if label in one.arm_labels} if study else set()
    )
    in_arm = next((item for item in own if item.owner == f"arm.{number}"), None)
    return in_arm or next((item for item in own if item.owner in linked), own[0])
