"""Tissue and donor of the product that a publication's study gives."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Donor, MscClass, Tissue
from mscminer.extract.publications.donors import introduced_donors, stated_donors
from mscminer.extract.publications.product import ProductVerdict
from mscminer.extract.publications.text import PublicationText, Zone
from mscminer.extract.publications.tissues import Origin, named_tissues, silent_tissues


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginVerdict:
    """Tissue, donor in words and donor inferred, each value with its evidence."""

    tissue: dict[str, tuple[Evidence, ...]]
    donor: dict[str, tuple[Evidence, ...]]
    donor_inferred: dict[str, tuple[Evidence, ...]]
    confidence: float


def find_origin(text: PublicationText, product: ProductVerdict) -> OriginVerdict:
    """Resolve tissue and donor of the product; nothing where no product is given."""
    if product.msc is MscClass.NONE:
        return OriginVerdict(tissue={}, donor={}, donor_inferred={}, confidence=0.97)
    tissue = _grouped(text, _first_told(named_tissues(product)))
    tissue = tissue or _grouped(text, silent_tissues(text, product))
    donor = _grouped(text, _first_told(stated_donors(text, product)))
    donor = donor or _grouped(text, introduced_donors(text, product))
    inferred = {**_born_beside(tissue, donor), **donor} or _inferred(text, tissue)
    return OriginVerdict(tissue=tissue, donor=donor, donor_inferred=inferred, confidence=0.93 if tissue else 0.88)


_TOLD_IN: Final = ((Zone.TITLE,), (Zone.AIM, Zone.METHODS), (Zone.RESULTS, Zone.CONCLUSION), tuple(Zone))
"""Where a text says what it gives, the surest part first."""


def _first_told(origins: Iterable[Origin]) -> list[Origin]:
    """All places of the values that the surest part of the text names: what only later parts name is a comparison."""
    listed = list(origins)
    for zones in _TOLD_IN:
        told = {origin.value for origin in listed if origin.sentence.zone in zones}
        if told:
            return [origin for origin in listed if origin.value in told]
    return listed


def _grouped(text: PublicationText, origins: Iterable[Origin]) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, list[Evidence]] = {}
    for origin in origins:
        found.setdefault(origin.value, []).append(text.evidence(origin.sentence, origin.start, origin.end))
    return {value: tuple(dict.fromkeys(evidence))[:3] for value, evidence in found.items()}


BIRTH_TISSUES: Final = frozenset(
    {Tissue.UMBILICAL_CORD, Tissue.WHARTON_JELLY, Tissue.CORD_BLOOD, Tissue.PLACENTA, Tissue.AMNION, Tissue.ESC}
)


def _born_beside(
    tissue: dict[str, tuple[Evidence, ...]], donor: dict[str, tuple[Evidence, ...]]
) -> dict[str, tuple[Evidence, ...]]:
    """What follows for cells of a birth tissue that are given beside, or instead of, the people's own of another."""
    born = [value for value in tissue if value in BIRTH_TISSUES]
    if list(donor) != [Donor.AUTOLOGOUS] or not born or len(born) == len(tissue):
        return {}
    return {Donor.ALLOGENEIC.value: tissue[born[0]]}


_TAKEN_TISSUE: Final = r"(?:bone[- ]?marrow|bma|iliac|marrow|adipose|fat|synovi(?:um|al))"
_TAKEN_FROM_PATIENT: Final = re.compile(
    rf"\b{_TAKEN_TISSUE}\b[^.;]{{0,60}}\b(?:aspirat(?:ed|ion)|harvest(?:ed|ing)?|collected|biops(?:y|ied))\b|\b(?:aspirat(?:ed|ion)|harvest(?:ed|ing)?|collect(?:ed|ion))\b[^.;]{{0,40}}\b{_TAKEN_TISSUE}\b|\b(?:from|of) \d+ ?-?ml (?:of )?(?:[\w-]+ )?marrow\b|"
    r"\blipoaspirat\w+|\bliposuction\b|\b(?:same|single) an[a]?esthe\w+|\bintra-?operative(?:ly)? (?:bone marrow|harvest)|\b(?:filgrastim|g-?csf|granulocyte[- ]colony)\b|\bmini-lipo\w*|\bharvested bma\b"
    r"|\b(?:obtained|isolated|taken|derived) from (?:the )?buccal fat|\bstem cells of the (?:bone )?marrow\b[^.;]{0,60}\b(?:in|during|at) the same (?:session|operation|procedure|sitting)\b"
)


def _inferred(text: PublicationText, tissue: dict[str, tuple[Evidence, ...]]) -> dict[str, tuple[Evidence, ...]]:
    """What any reader infers: birth tissues come from others, harvest in the protocol from the participant."""
    born = [value for value in tissue if value in BIRTH_TISSUES]
    if born:
        return {Donor.ALLOGENEIC.value: tissue[born[0]]}
    for sentence in text.sentences:
        match = _TAKEN_FROM_PATIENT.search(sentence.text)
        if (
            match
            and sentence.zone in (Zone.AIM, Zone.METHODS, Zone.RESULTS)
            and not re.search(r"\bdonors?\b(?! site)", sentence.text)
        ):
            return {Donor.AUTOLOGOUS.value: (text.evidence(sentence, match.start(), match.end()),)}
    return {}
