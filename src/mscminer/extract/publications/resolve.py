"""All facts of a publication that its title and abstract decide: what `Resolver.publication` hands out."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from typing import Final

from mscminer.core.documents import Document
from mscminer.core.facts import Fact, Maker, Value
from mscminer.core.ids import find_registry_ids
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Absence, Donor, Field, MscClass, Report
from mscminer.extract.anchors import anchored
from mscminer.extract.lexicon import Lexicon
from mscminer.extract.publications.arm_choice import choose_arms
from mscminer.extract.publications.arms import are_groups_told_apart, find_arms
from mscminer.extract.publications.calibration import Table, calibrated, calibration_table
from mscminer.extract.publications.category import find_category_of
from mscminer.extract.publications.conditions import find_condition_names
from mscminer.extract.publications.design import DesignVerdict, find_design
from mscminer.extract.publications.enrolment import EnrolmentVerdict, find_enrolment
from mscminer.extract.publications.enrolment_candidates import find_candidates
from mscminer.extract.publications.origin import BIRTH_TISSUES, OriginVerdict, find_origin
from mscminer.extract.publications.outcomes import OutcomeVerdict, find_outcomes
from mscminer.extract.publications.phases import PhaseVerdict, find_phase
from mscminer.extract.publications.product import ProductVerdict, find_msc_class
from mscminer.extract.publications.report import ReportVerdict, find_report
from mscminer.extract.publications.routes import find_pub_routes
from mscminer.extract.publications.text import PublicationText, Zone
from mscminer.extract.publications.tissues import given_apart, told_as_alternatives
from mscminer.extract.publications.zones import read_publication

_WITH_RESULTS: Final = frozenset(
    {
        Report.TRIAL_RESULT,
        Report.COHORT,
        Report.CASE_SERIES,
        Report.CASE_REPORT,
        Report.FOLLOW_UP,
        Report.OTHER,
    }
)


@dataclass(frozen=True, kw_only=True)
class PublicationReading:
    """Every verdict on one publication, before it is turned into facts."""

    text: PublicationText
    report: ReportVerdict
    product: ProductVerdict
    origin: OriginVerdict
    enrolment: EnrolmentVerdict
    design: DesignVerdict
    phase: PhaseVerdict
    outcomes: OutcomeVerdict | None


def read(document: Document) -> PublicationReading:
    """Read a publication: kind of report, product, people, design, outcome."""
    text = read_publication(document)
    candidates = cache(lambda: find_candidates(text))
    report = find_report(text, count=lambda: find_enrolment(text, candidates=candidates).n)
    enrolment = find_enrolment(text, report.report, candidates)
    product = find_msc_class(text, report)
    told = product.msc is not MscClass.NONE and report.report in _WITH_RESULTS
    return PublicationReading(
        text=text,
        report=report,
        product=product,
        origin=find_origin(text, product),
        enrolment=enrolment,
        design=find_design(text, report.report),
        phase=find_phase(text, report.report),
        outcomes=find_outcomes(text) if told else None,
    )


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """Makes facts with calibrated confidence in the name of one maker."""

    maker: Maker
    table: Table = dataclass_field(default_factory=calibration_table)

    def fact(
        self, field: Field, value: Value | Absence, raw: float, evidence: Sequence[Evidence] = (), basis: str = "text"
    ) -> Fact:
        confidence = round(calibrated(field, raw, self.table), 3)
        return Fact(
            field=field, value=value, confidence=confidence, maker=self.maker, evidence=tuple(evidence)[:5], basis=basis
        )


def publication_facts(document: Document, maker: Maker) -> tuple[Fact, ...]:
    """Facts on class, report, tissue, donor, products, phase, n, design, outcome and registry ids.

    Doses come from the mentions that publications share with registrations.
    A field without a value has no fact here; the caller completes the absences.

    Raises:
        ValueError: if the document is not a publication.
    """
    if document.article is None:
        raise ValueError(f"{document.key}: not a publication")
    return tuple(facts_of(read(document), maker))


def facts_of(reading: PublicationReading, maker: Maker) -> Iterator[Fact]:
    """The facts of a reading, field by field."""
    writer = _Writer(maker=maker)
    product, report = reading.product, reading.report
    yield writer.fact(Field.MSC, product.msc.value, product.confidence, product.evidence)
    yield writer.fact(Field.REPORT, report.report.value, report.confidence, report.evidence)
    yield from _origin_facts(writer, reading)
    if reading.phase.phase is not None:
        yield writer.fact(Field.PHASE, reading.phase.phase.value, reading.phase.confidence, reading.phase.evidence)
    if reading.enrolment.n is not None:
        yield writer.fact(Field.N, reading.enrolment.n, reading.enrolment.confidence, reading.enrolment.evidence)
    yield from _design_facts(writer, reading.design)
    if reading.outcomes is not None:
        yield from _outcome_facts(writer, reading.outcomes)
    yield from _registry_ids(writer, reading.text)


_OF_NO_DISEASE: Final = (Report.REVIEW, Report.OTHER)
"""Kinds of text that may be about no disease at all: where they name none, their abstract is no sign of a category."""


def condition_facts(reading: PublicationReading, maker: Maker, categories: Lexicon) -> Iterator[Fact]:
    """The conditions in the text's words, and the main category by the lexicon shared with registrations."""
    writer = _Writer(maker=maker)
    conditions = find_condition_names(reading.text)
    for one in conditions:
        value = {
            "name": one.name,
            "mesh": one.mesh.ui if one.mesh else None,
            "mesh_name": one.mesh.name if one.mesh else None,
        }
        yield writer.fact(Field.CONDITION, value, 0.7, (one.evidence, *one.again))
    names_none = not conditions and reading.report.report in _OF_NO_DISEASE
    category = find_category_of(categories, reading.text, conditions, title_only=names_none)
    if category:
        evidence = [one.evidence for one in conditions]
        yield writer.fact(Field.CATEGORY, category.category.value, 0.75 + 0.22 * min(1.0, category.margin), evidence)


def route_facts(reading: PublicationReading, maker: Maker) -> Iterator[Fact]:
    """The routes by which the product is given, in the words of publications."""
    writer = _Writer(maker=maker)
    for value, evidence in find_pub_routes(reading.text, reading.product).items():
        yield writer.fact(Field.ROUTE, value, 0.75, evidence)


def _origin_facts(writer: _Writer, reading: PublicationReading) -> Iterator[Fact]:
    origin = reading.origin
    for field, values in ((Field.TISSUE, origin.tissue), (Field.DONOR, origin.donor)):
        for value, evidence in values.items():
            yield writer.fact(field, value, origin.confidence, evidence)
    basis = "text" if origin.donor else "inferred"
    for value, evidence in origin.donor_inferred.items():
        yield writer.fact(Field.DONOR_INFERRED, value, origin.confidence, evidence, basis)
    if reading.product.msc is not MscClass.NONE:
        yield from _product_facts(writer, reading)


def _product_facts(writer: _Writer, reading: PublicationReading) -> Iterator[Fact]:
    """One product, or one per donor or tissue where cells of both are given to people apart."""
    origin = reading.origin
    evidence = [quote for quotes in (*origin.tissue.values(), *origin.donor.values()) for quote in quotes[:1]]
    products = list(_products_of(reading))
    for tissues, donors, compared in products:
        arms = _arms_of(reading, compared, alone=len(products) == 1)
        names = list(dict.fromkeys(one.quote for one in arms))
        value = {"tissue": tissues, "donor": donors, "arm": "; ".join(names) or None}
        quotes = [*evidence, *arms]
        yield writer.fact(Field.PRODUCT, value, origin.confidence, quotes or reading.product.evidence)


def _products_of(reading: PublicationReading) -> Iterator[tuple[list[str], list[str], str | None]]:
    """Tissues and donors of each product, and its donor where that is what tells the products apart."""
    tissues, donors = list(reading.origin.tissue), list(reading.origin.donor)
    if len(donors) > 1 and len(tissues) <= 1:
        yield from ((tissues, [donor], donor) for donor in donors)
    elif len(tissues) > 1 and (len(donors) > 1 or _are_apart(reading.text, tissues)):
        yield from (([tissue], _nearest_donor(reading.origin, tissue), None) for tissue in tissues)
    else:
        yield tissues, donors, None


def _are_apart(text: PublicationText, tissues: Sequence[str]) -> bool:
    """Whether each person got the cells of one of the tissues."""
    return given_apart(text, tissues) or told_as_alternatives(text, tissues)


def _nearest_donor(origin: OriginVerdict, tissue: str) -> list[str]:
    """The donor told nearest to a tissue; people's own cells are not of a birth tissue beside another one."""
    places = origin.tissue[tissue]
    donors = [donor for donor in origin.donor if donor != Donor.AUTOLOGOUS or tissue not in BIRTH_TISSUES]
    return sorted(donors, key=lambda donor: _distance(places, origin.donor[donor]))[:1]


def _distance(first: Sequence[Evidence], second: Sequence[Evidence]) -> int:
    """The fewest characters between the words of two values, very many where they stand in other sections."""
    return min(
        max(one.span.start - other.span.end, other.span.start - one.span.end, 0)
        if one.span.section == other.span.section
        else _FAR
        for one in first
        for other in second
    )


_FAR: Final = 1_000_000


def _arms_of(reading: PublicationReading, donor: str | None, *, alone: bool) -> tuple[Evidence, ...]:
    """The names of the product's groups, where there is another one to tell them from.

    Args:
        alone: whether the text has no other product.
    """
    design = reading.design
    parts = (design.controlled.value, design.randomised.value)
    if donor is None and True not in parts and not are_groups_told_apart(reading.text, reading.product):
        return ()
    found = find_arms(reading.text, reading.product, donor)
    if found or not alone or not all(parts):
        return found
    return choose_arms(reading.text, reading.product, design, reading.report)


def _design_facts(writer: _Writer, design: DesignVerdict) -> Iterator[Fact]:
    answers = (
        (Field.RANDOMISED, design.randomised),
        (Field.CONTROLLED, design.controlled),
        (Field.BLINDED, design.blinded),
    )
    for field, answer in answers:
        if answer.value is not None:
            yield writer.fact(field, answer.value, answer.confidence, answer.evidence)


def _outcome_facts(writer: _Writer, outcomes: OutcomeVerdict) -> Iterator[Fact]:
    yield writer.fact(Field.EFFICACY, outcomes.efficacy.value, outcomes.efficacy_confidence, outcomes.efficacy_evidence)
    yield writer.fact(Field.SAFETY, outcomes.safety.value, outcomes.safety_confidence, outcomes.safety_evidence)


_UMIN_BEHIND: Final = re.compile(r"\b(?P<number>\d{9}) ?\((?:JPRN-?)?UMIN\b")
"""Japan's register is often named after its number, in brackets."""


_NEXT_TRIAL: Final = anchored(
    r"\b(?:(?:larger|next|further|follow-on|subsequent|phase \w+) (?:[\w/-]+ ){0,6}(?:trial|study)\b[^.]{0,60}\b(?:under ?way|ongoing|has begun|have begun|is planned|is recruiting|now recruiting|in progress))"
)


def _registry_ids(writer: _Writer, text: PublicationText) -> Iterator[Fact]:
    """Numbers in the text, but not those that the background cites or that belong to a trial still to come."""
    seen: dict[str, list[Evidence]] = {}
    for section in text.document.sections:
        for ident, start, end in _numbers_in(section.text):
            if not _is_of_another_trial(text, section.name, start):
                seen.setdefault(ident, []).append(text.document.evidence(section.name, start, end))
    for ident, evidence in seen.items():
        yield writer.fact(Field.REGISTRY_ID, ident, 0.97, evidence)


def _numbers_in(text: str) -> Iterator[tuple[str, int, int]]:
    for found in find_registry_ids(text):
        yield found.id, found.start, found.end
    for match in _UMIN_BEHIND.finditer(text) if "UMIN" in text.upper() else ():
        yield f"UMIN{match['number']}", match.start(), match.end()


def _is_of_another_trial(text: PublicationText, section: str, place: int) -> bool:
    """Whether the sentence at a place tells of others' work or of a trial still to come."""
    return any(
        one.zone is Zone.BACKGROUND or bool(_NEXT_TRIAL.search(one.text))
        for one in text.sentences
        if one.section == section and one.start <= place < one.end
    )
