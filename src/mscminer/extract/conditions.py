"""The main category of the condition that a registration treats."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from mscminer.core.documents import Document
from mscminer.core.vocabulary import Category
from mscminer.extract.anchors import anchored
from mscminer.extract.lexicon import Lexicon
from mscminer.extract.title_conditions import TITLES


@dataclass(frozen=True, kw_only=True)
class Categorised:
    """The category and how far it is ahead of the next."""

    category: Category
    margin: float


_WEIGHTS = (("title", 3.0), ("official_title", 2.0))
_OF_DIABETICS = 5.0
"""What a title that is of diabetics adds to diabetes."""


def find_category(lexicon: Lexicon, document: Document) -> Categorised | None:
    """The main category of a document, from its titles, condition names and MeSH terms."""
    if _BANKING.search(document.text("title")):
        return None
    scores = _scores(lexicon, document)
    study = document.study
    if study and (_in_volunteers(document) or (study.conditions and all(map(_HEALTHY.search, study.conditions)))):
        return Categorised(category=Category.HEALTHY_VOLUNTEERS, margin=1.0)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return Categorised(category=Category(ranked[0][0]), margin=(ranked[0][1] - second) / ranked[0][1])


def _in_volunteers(document: Document) -> bool:
    """Whether the titles are of healthy people only, and name no condition that the register lists."""
    titles = " ".join(map(document.text, TITLES))
    listed = document.study.conditions if document.study else ()
    named = any(name.lower() in titles.lower() for name in listed)
    return not named and _VOLUNTEERS.search(titles) is not None and not _PATIENTS.search(titles)


def _scores(lexicon: Lexicon, document: Document) -> dict[str, float]:
    """How much titles and conditions speak for each category; a long list of conditions counts no more than one."""
    scores: dict[str, float] = defaultdict(float)
    for title, weight in _titles(document):
        aim, population, history = _parts(title)
        told = strengths_in(lexicon, aim)
        for value, strength in told.items():
            scores[value] += weight * strength
        whole = not told or _WEIGHTY.search(population)
        for value, strength in strengths_in(lexicon, population).items():
            scores[value] += weight * strength * (1.0 if whole else 0.45)
        if extra := for_diabetics(title):
            scores[Category.DIABETES] += extra
        for value, strength in strengths_in(lexicon, history).items():
            scores[value] += weight * strength * (1.0 if _WEIGHTY.search(history) else 0.45)
    listed: dict[str, float] = defaultdict(float)
    for text, weight in _listed(document):
        for value, strength in strengths_in(lexicon, text).items():
            listed[value] = min(listed[value] + weight * strength, max(3.0 * strength, listed[value]))
    for value, score in listed.items():
        scores[value] += score
    return scores


_BANKING = re.compile(r"\b(?:cell|tissue|bio)[\s-]?bank\b|\bdonor\sprotocol\b|\bbanking\sof\b", re.IGNORECASE)
_HEALTHY = re.compile(r"\bhealthy\s(?:volunteer|subject|people|participant|donor|adult|individual)", re.IGNORECASE)
_VOLUNTEERS = re.compile(
    r"\b(?:healthy|normal)\s(?:[\w-]+\s){0,2}?(?:volunteers|subjects|people|participants)\b|\bhuman\svolunteers\b",
    re.IGNORECASE,
)
_PATIENTS = re.compile(r"\bpatients\b|\bwith\b(?!\sa\b)|\band\shealthy\b", re.IGNORECASE)
_DIABETICS = anchored(
    r"(?<!non)(?<!non-)(?<!non\s)\bdiabetic\s(?:patients|men|women|subjects|people|adults|individuals)"
    r"|\b(?:patients|men|women|subjects|people|adults|individuals)\s(?:suffering\sfrom\s|with\s)(?:[\w-]+\s){0,2}?diabetes\b",
    re.IGNORECASE,
)
"""People who all have diabetes: what they are treated for is one of its complications."""
_WEIGHTY = re.compile(r"diabet|(?:kidney|renal|liver|organ|lung|islet)\s(?:allo)?transplant", re.IGNORECASE)
"""Populations that are the aim itself: whoever treats diabetics' ulcers, or after an organ transplant."""


def for_diabetics(title: str) -> float:
    """What a title adds to diabetes: much where all who are treated have it."""
    return _OF_DIABETICS if _DIABETICS.search(title) else 0.0


def _titles(document: Document) -> Iterator[tuple[str, float]]:
    for name, weight in _WEIGHTS:
        if document.text(name):
            yield _aim(document.text(name)), weight


def _parts(title: str) -> tuple[str, str, str]:
    """What a title is about, in whom, and what these had before: "X for Y in patients with Z after W"."""
    told, _, history = _HISTORY.sub("\0", title, count=1).partition("\0")
    aim, _, population = _POPULATION.sub("\0", told, count=1).partition("\0")
    return aim, population, history


_VAGUE = re.compile(r"(?:autoimmune|immune\ssystem)\s(?:disease|disorder)s?$", re.IGNORECASE)
"""Names that say little beside others, as a register's broader headings do."""


def _listed(document: Document) -> Iterator[tuple[str, float]]:
    study = document.study
    if study is None:
        return
    conditions = [name for name in study.conditions if name]
    before = " ".join(_parts(title)[2] for title, _ in _titles(document)).lower()
    for place, name in enumerate(conditions):
        weight = 3.0 if place == 0 else 1.5 if place < 3 else 0.5
        yield (
            name,
            weight * (0.3 if _VAGUE.match(name) or (name.lower() in before and not _WEIGHTY.search(name)) else 1.0),
        )
    for concept in study.condition_mesh[-3:]:
        yield concept.name, 0.4


_POPULATION = re.compile(
    r"\b(?:in|of)\s(?:the\s)?(?:\w+\s)?(?:patients|subjects|people|persons|adults|children|recipients|users)\s(?:with|who)\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(
    r"(?:\b(?:in|of)\s(?:the\s)?(?:\w+\s)?(?:patients|subjects|people|adults|children|recipients)\s)?\b(?:after|post|following|undergoing)\b",
    re.IGNORECASE,
)
_DRUG_SIDE = re.compile(
    r"\b(?:bone[\s-]*marrow|cord[\s-]*blood|umbilical[\s-]*cord|dental[\s-]pulp|(?:exfoliated|deciduous)\s(?:deciduous\s)?teeth|endometrial|menstrual|adipose|placent\w+|amniotic|olfactory|skin[\s-]derived|muscle(?=\sstem)|(?:demineralized\s)?bone[\s-](?:matrix|substitutes?|powder|chips)|muscle[\s-]derived|synovial)\b",
    re.IGNORECASE,
)


def _aim(title: str) -> str:
    """A title without the words of the product, whose tissue is no disease."""
    return _DRUG_SIDE.sub(" ", title)


def strengths_in(lexicon: Lexicon, text: str) -> dict[str, float]:
    """How strongly the words of a text speak for each category: as strongly as the strongest of them."""
    best: dict[str, float] = {}
    low = text.lower()
    for entry in lexicon.fitting(low):
        if entry.pattern.first_in(low):
            value, _, strength = entry.value.partition("@")
            best[value] = max(best.get(value, 0.0), float(strength) / 10)
    return best
