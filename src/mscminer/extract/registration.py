"""Draws the mentions and the registry's own fields of one registration together into facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mscminer.core.documents import Document, StudyFields
from mscminer.core.facts import Fact, Maker, Value
from mscminer.core.ids import find_registry_ids
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import PRODUCT_FIELDS, Absence, Field, MscClass
from mscminer.extract.conditions import find_category
from mscminer.extract.designs import is_blinded, is_controlled, is_randomised, phase_of
from mscminer.extract.donors import find_donor, infer_donor, without_own_birth
from mscminer.extract.dosing import Dose, find_product_doses
from mscminer.extract.given import mark_derivatives
from mscminer.extract.lexicon import Lexicon
from mscminer.extract.origins import NO_ORIGIN, Origin, product_items
from mscminer.extract.product_entries import derived_products, split_products
from mscminer.extract.products import Products, find_products
from mscminer.extract.publications.calibration import shifted
from mscminer.extract.publications.resolve import condition_facts, facts_of, read, route_facts
from mscminer.extract.quoting import dose_spans, route_span
from mscminer.extract.registered_conditions import find_conditions
from mscminer.extract.routes import NO_ROUTES, Routes, find_routes
from mscminer.extract.tissues import find_tissue
from mscminer.extract.title_conditions import TITLES
from mscminer.extract.view import Item, View, empty_view

_CONFIDENCE = {0: 0.97, 1: 0.9, 2: 0.85, 3: 0.75, 4: 0.7, 5: 0.6, 9: 0.9}


@dataclass(frozen=True, kw_only=True)
class Resolved:
    """What is known of the product of one text, before it becomes facts.

    Args:
        own: mentions that stand for the product.
    """

    view: View
    products: Products
    own: tuple[Item, ...] = ()
    tissue: Origin = NO_ORIGIN
    donor: Origin = NO_ORIGIN
    routes: Routes = NO_ROUTES
    doses: tuple[Dose, ...] = ()


def resolve_products(view: View, products: Products) -> Resolved:
    """Tissue, donor, route and dose of the product, where there is one."""
    if products.msc is MscClass.NONE:
        return Resolved(view=view, products=products)
    own = product_items(view, products)
    tissue = find_tissue(view, products, own)
    return Resolved(
        view=view,
        products=products,
        own=own,
        tissue=tissue,
        donor=without_own_birth(find_donor(view, products, own), tissue),
        routes=find_routes(view, products, own),
        doses=find_product_doses(view, products, own),
    )


@dataclass(frozen=True, kw_only=True)
class Resolver:
    """Makes facts in the name of one maker.

    Args:
        categories: the lexicon of disease categories.
    """

    maker: Maker
    categories: Lexicon

    def fact(
        self,
        field: Field,
        value: Value | Absence,
        confidence: float,
        evidence: Sequence[Evidence] = (),
        basis: str = "text",
    ) -> Fact:
        """A fact of this maker; evidence is cut to the five first places."""
        return Fact(
            field=field,
            value=value,
            confidence=round(confidence, 3),
            maker=self.maker,
            evidence=tuple(evidence)[:5],
            basis=basis,
        )

    def registration(self, view: View) -> tuple[tuple[Fact, ...], Resolved]:
        """All facts of a registration, at least one for every field, and what they were drawn from."""
        study = view.document.study
        if study is None:
            raise ValueError(f"{view.document.key}: not a registration")
        view = mark_derivatives(view)
        products = find_products(view)
        resolved = resolve_products(view, products)
        facts = [
            self.fact(
                Field.MSC, products.msc.value, 0.97 if products.sure else 0.85, view.phrases(_shown(view, products))
            )
        ]
        facts.extend(self.product_facts(resolved))
        facts.extend(self._fields(view, study, products))
        return tuple(map(_calibrated, self.completed(facts, products.msc))), resolved

    def publication(self, document: Document, view_of: Callable[[Document], View]) -> tuple[tuple[Fact, ...], Resolved]:
        """All facts of a publication: its own reading, with the dose from the mentions shared with registrations.

        The mentions are looked for only if the reading finds a product: all that they tell is how much was given.
        """
        reading = read(document)
        msc = reading.product.msc
        view = empty_view(document) if msc is MscClass.NONE else mark_derivatives(view_of(document))
        resolved = resolve_products(view, replace(find_products(view), msc=msc))
        facts = list(facts_of(reading, self.maker))
        facts.extend(self._doses(resolved))
        facts.extend(route_facts(reading, self.maker))
        facts.extend(condition_facts(reading, self.maker, self.categories))
        return self.completed(facts, msc), resolved

    def product_facts(self, resolved: Resolved) -> Iterator[Fact]:
        """Tissue, donor, route, dose and the products, where there is a product."""
        view = resolved.view
        if resolved.products.msc is MscClass.NONE:
            return
        for field, origin in ((Field.TISSUE, resolved.tissue), (Field.DONOR, resolved.donor)):
            for value in origin.values:
                yield self.fact(field, value, _CONFIDENCE[origin.level], view.phrases(origin.of(value)))
        yield from self._inferred(view, resolved.products, resolved.tissue, resolved.donor)
        yield from self._routes(view, resolved.routes)
        yield from self._doses(resolved)
        yield from self._products(view, resolved.products, resolved.tissue, resolved.donor)

    def _inferred(self, view: View, products: Products, tissue: Origin, donor: Origin) -> Iterator[Fact]:
        if donor.values:
            for value in donor.values:
                yield self.fact(Field.DONOR_INFERRED, value, _CONFIDENCE[donor.level], view.phrases(donor.of(value)))
            return
        inferred = infer_donor(view, products, tissue)
        if inferred:
            value, items, place = inferred
            evidence = view.evidence(items) + (view.quote(*place) if place else ())
            yield self.fact(Field.DONOR_INFERRED, value, 0.85, evidence, basis="inferred")

    def _routes(self, view: View, routes: Routes) -> Iterator[Fact]:
        for value in routes.values:
            items = [item for item in routes.items if item.value == value]
            evidence = [one for item in items for one in view.quote(*route_span(view, item)) or view.evidence([item])]
            confidence = {0: 0.93, 1: 0.85, 2: 0.7, 3: 0.6}[routes.level]
            yield self.fact(Field.ROUTE, value, confidence, tuple(dict.fromkeys(evidence)))

    def _doses(self, resolved: Resolved) -> Iterator[Fact]:
        view = resolved.view
        for dose in resolved.doses:
            evidence = tuple(one for span in dose_spans(view, dose) for one in view.quote(*span))
            value = {"cells": dose.cells, "per_kg": dose.per_kg, "times": dose.times}
            yield self.fact(Field.DOSE, value, dose.sureness, evidence)

    def _products(self, view: View, products: Products, tissue: Origin, donor: Origin) -> Iterator[Fact]:
        for tissues, donors, arms in (
            *split_products(view, products, tissue, donor),
            *derived_products(view, products, tissue, donor),
        ):
            labels = (
                [arm.label for arm in view.document.study.arms if arm.number in arms] if view.document.study else []
            )
            items = [item for item in (*tissue.items, *donor.items) if item.value in (*tissues, *donors)]
            value = {"tissue": list(tissues), "donor": list(donors), "arm": "; ".join(labels) or None}
            yield self.fact(Field.PRODUCT, value, 0.88, view.phrases(items or products.evidence))

    def _fields(self, view: View, study: StudyFields, products: Products) -> Iterator[Fact]:
        document = view.document
        category = find_category(self.categories, document)
        if category:
            yield self.fact(Field.CATEGORY, category.category.value, 0.75 + 0.22 * min(1.0, category.margin))
        for one in find_conditions(document):
            value = {
                "name": one.name,
                "mesh": one.mesh.ui if one.mesh else None,
                "mesh_name": one.mesh.name if one.mesh else None,
            }
            yield self.fact(Field.CONDITION, value, 0.8, one.evidence)
        phase = phase_of(study)
        if phase:
            yield self.fact(Field.PHASE, phase.value, 0.99, basis="field")
        n = study.enrollment
        if n is not None:
            yield self.fact(Field.N, n, 0.99, basis="field")
        elif study.study_type == "EXPANDED_ACCESS":
            yield from self._told_n(view)
        yield from self._design(study, products, view.joined.text)
        yield from self._ids(view, study)

    def _told_n(self, view: View) -> Iterator[Fact]:
        match = _TOLD_N.search(view.joined.text)
        if match:
            yield self.fact(Field.N, int(match["n"]), 0.7, view.quote(*match.span()))

    def _design(self, study: StudyFields, products: Products, prose: str) -> Iterator[Fact]:
        values = (
            (Field.RANDOMISED, is_randomised(study, prose)),
            (Field.CONTROLLED, is_controlled(study, products, prose)),
            (Field.BLINDED, is_blinded(study, prose)),
        )
        for field, value in values:
            if value is not None:
                yield self.fact(field, value, 0.9 if field is Field.CONTROLLED else 0.99, basis="field")

    def _ids(self, view: View, study: StudyFields) -> Iterator[Fact]:
        seen: dict[str, float] = {}
        for found in find_registry_ids(view.document.key.id):
            seen[found.id] = 0.99
        own = [study.org_study_id, *(_prefixed(other.type, other.id) for other in study.secondary_ids)]
        for text in own:
            for found in find_registry_ids(text):
                seen.setdefault(found.id, 0.95)
        for ident, confidence in seen.items():
            yield self.fact(Field.REGISTRY_ID, ident, confidence, basis="field")

    def completed(self, facts: Sequence[Fact], msc: MscClass) -> tuple[Fact, ...]:
        """Facts in the order of the fields, with an absence for each field that has none."""
        by_field: dict[Field, list[Fact]] = {}
        for fact in facts:
            by_field.setdefault(fact.field, []).append(fact)
        return tuple(fact for field in Field for fact in by_field.get(field) or [_absent(self.maker, field, msc)])


_TOLD_N = re.compile(
    r"\b(?:approximately|about|a\stotal\sof)\s(?P<n>\d{1,4})\s(?:\w+\s){0,2}?(?:patients|subjects|participants|children|individuals)\b\b(?!\s?(?:per|a|each|/|annually|yearly|were|was|have|had|who\swere)\b)",
    re.IGNORECASE,
)


def _shown(view: View, products: Products) -> tuple[Item, ...]:
    """What the class rests on, after the titles' own names of the product."""
    called = {MscClass.CELLS: ("cells", "asc")}.get(products.msc, (products.msc.value,))
    titled = [item for item in view.of("PRODUCT") if item.section in TITLES and item.value in called]
    return (*titled, *products.evidence)


def _calibrated(fact: Fact) -> Fact:
    """The fact of a registration with the probability that it is right as its confidence."""
    return replace(fact, confidence=round(shifted(fact.field, fact.confidence, stated=fact.stated), 3))


def _prefixed(kind: str, ident: str) -> str:
    """EudraCT numbers are typed as such but written bare."""
    return f"EudraCT {ident}" if "EUDRACT" in kind.upper() else ident


@cache
def _absent(maker: Maker, field: Field, msc: MscClass) -> Fact:
    """The fact that a field has no value, which all texts of a class share."""
    return Fact(field=field, value=_absence(field, msc), confidence=0.9, maker=maker)


def _absence(field: Field, msc: MscClass) -> Absence:
    if field in (Field.REPORT, Field.EFFICACY, Field.SAFETY):
        return Absence.NOT_APPLICABLE
    return Absence.NOT_APPLICABLE if msc is MscClass.NONE and field in PRODUCT_FIELDS else Absence.NOT_STATED
