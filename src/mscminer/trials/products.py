"""What each product of a trial is given at and by: doses and routes told apart by the arms that they stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mscminer.core.documents import Document
from mscminer.core.facts import TrialFact
from mscminer.core.trials import Trial
from mscminer.core.vocabulary import Field


@dataclass(frozen=True, kw_only=True, slots=True)
class Product:
    """An MSC product of a trial.

    Args:
        fact: arm, tissue and donor, with maker and evidence.
        doses: those that stand in its arms or in no arm at all; of a trial's only product, all.
    """

    fact: TrialFact
    doses: tuple[TrialFact, ...]
    routes: tuple[TrialFact, ...]

    @property
    def value(self) -> Mapping[str, object]:
        """Arm, tissue and donor."""
        assert isinstance(self.fact.value, Mapping)
        return self.fact.value


def products_of(trial: Trial) -> tuple[Product, ...]:
    """The products of a trial that hold, each with what it is given at and by."""
    facts = trial[Field.PRODUCT].facts
    doses, routes = trial[Field.DOSE].facts, trial[Field.ROUTE].facts
    if len(facts) == 1:
        return (Product(fact=facts[0], doses=doses, routes=routes),)
    return tuple(
        Product(
            fact=fact,
            doses=_given(doses, places, trial.registration),
            routes=_given(routes, places, trial.registration),
        )
        for fact in facts
        for places in (_places(fact, trial.registration),)
    )


def _places(product: TrialFact, registration: Document) -> frozenset[str]:
    """Beginnings of the names of the sections that speak of a product's arms."""
    assert isinstance(product.value, Mapping)
    assert registration.study is not None
    labels = set(str(product.value.get("arm") or "").split("; "))
    arms = {f"arm.{arm.number}" for arm in registration.study.arms if arm.label in labels}
    given = {f"intervention.{one.number}" for one in registration.study.interventions if labels & set(one.arm_labels)}
    return frozenset(arms | given)


def _given(facts: Sequence[TrialFact], places: frozenset[str], registration: Document) -> tuple[TrialFact, ...]:
    """The facts whose words stand in one of those places, and those that stand in no arm at all: they speak of all."""
    own = [section.text for section in registration.sections if _owner(section.name) in places]
    found = []
    for fact in facts:
        told = [item for item in fact.evidence if item.document == registration.version]
        owners = {_owner(item.span.section) for item in told} - {""}
        # A value keeps the words of one arm; others say it in the same words.
        if not owners or owners & places or any(told[0].quote in text for text in own):
            found.append(fact)
    return tuple(found)


def _owner(section: str) -> str:
    """``arm.2`` of ``arm.2.description``; "" of a text that belongs to no arm."""
    kind, _, rest = section.partition(".")
    return f"{kind}.{rest.partition('.')[0]}" if kind in ("arm", "intervention") else ""
