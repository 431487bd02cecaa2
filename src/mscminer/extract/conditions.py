"""The condition that is treated: short names, MeSH descriptors, one main category."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from mscminer.core.documents import Concept, Document
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Category
from mscminer.extract.diseases import link_disease
from mscminer.extract.lexicon import Lexicon
from mscminer.extract.spelling import plain_name
from mscminer.extract.title_conditions import TITLES, TitlePhrase, telling_stems, title_phrase


@dataclass(frozen=True, kw_only=True)
class Categorised:
    """The category and how far it is ahead of the next."""

    category: Category
    margin: float


_WEIGHTS = (("title", 3.0), ("official_title", 2.0))


def find_category(lexicon: Lexicon, document: Document) -> Categorised | None:
    """The main category of a document, from its titles, condition names and MeSH terms."""
    if _BANKING.search(document.text("title")):
        return None
    scores = _scores(lexicon, document)
    study = document.study
    if study and study.conditions and all(_HEALTHY.search(name) for name in study.conditions):
        return Categorised(category=Category.HEALTHY_VOLUNTEERS, margin=1.0)
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return Categorised(category=Category(ranked[0][0]), margin=(ranked[0][1] - second) / ranked[0][1])


def _scores(lexicon: Lexicon, document: Document) -> dict[str, float]:
    """How much titles and conditions speak for each category; a long list of conditions counts no more than one."""
    scores: dict[str, float] = defaultdict(float)
    for title, weight in _titles(document):
        aim, population, history = _parts(title)
        told = list(_hits(lexicon, aim))
        for value, strength in told:
            scores[value] += weight * strength
        whole = not told or _WEIGHTY.search(population)
        for value, strength in _hits(lexicon, population):
            scores[value] += weight * strength * (1.0 if whole else 0.45)
        for value, strength in _hits(lexicon, history):
            scores[value] += weight * strength * (1.0 if _WEIGHTY.search(history) else 0.45)
    listed: dict[str, float] = defaultdict(float)
    for text, weight in _listed(document):
        for value, strength in _hits(lexicon, text):
            listed[value] = min(listed[value] + weight * strength, max(3.0 * strength, listed[value]))
    for value, score in listed.items():
        scores[value] += score
    return scores


_BANKING = re.compile(r"\b(?:cell|tissue|bio)[\s-]?bank\b|\bdonor\sprotocol\b|\bbanking\sof\b", re.IGNORECASE)
_HEALTHY = re.compile(r"\bhealthy\s(?:volunteer|subject|people|participant|donor|adult|individual)", re.IGNORECASE)
_WEIGHTY = re.compile(r"diabet|(?:kidney|renal|liver|organ|lung|islet)\s(?:allo)?transplant", re.IGNORECASE)
"""Populations that are the aim itself: whoever treats diabetics' ulcers, or after an organ transplant."""


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


def _hits(lexicon: Lexicon, text: str) -> Iterator[tuple[str, float]]:
    best: dict[str, float] = {}
    for entry in lexicon.fitting(text):
        if entry.pattern.search(text):
            value, _, strength = entry.value.partition("@")
            best[value] = max(best.get(value, 0.0), float(strength) / 10)
    yield from best.items()


@dataclass(frozen=True, kw_only=True)
class ConditionName:
    """A condition in the record's words with its MeSH descriptor, if the record gives one, and where it is said."""

    name: str
    mesh: Concept | None
    evidence: tuple[Evidence, ...]


_BROAD = re.compile(
    r"^(?:diseases?|disorders?|injur(?:y|ies)|wounds? and injuries|pathologic processes|syndrome|stem cells?|mesenchymal.*|MSCs?|.*\bstem cells?(?: transplant\w*)?|bone marrow|safety|efficacy|treatment|inflammation|ischemia|(?:autologous|allogeneic)\s(?:cell\s)?transplantation|drug\s(?:effects?|safety)|traditional\schinese\smedicine)$",
    re.IGNORECASE,
)


def find_conditions(document: Document) -> tuple[ConditionName, ...]:
    """The registry's conditions as a clinician would write them, without doubles and without broader terms."""
    study = document.study
    if study is None:
        return ()
    named = [
        ConditionName(
            name=_told_closer(document, _readable(section.text)),
            mesh=_mesh_of(section.text, study.condition_mesh),
            evidence=(document.evidence(section.name, 0, len(section.text)),),
        )
        for section in document.sections_like("condition")
    ]
    wanted = [one for one in named if not _BROAD.match(one.name)] or named
    phrase = title_phrase(
        document, [*(one.name for one in wanted), *(concept.name for concept in study.condition_mesh)]
    )
    if phrase is None:
        return tuple(_without_doubles(_said(document, wanted)))
    if phrase.is_broad and len(wanted) > 1:
        return tuple(_without_doubles(wanted))
    own = ConditionName(
        name=_readable(phrase.text),
        mesh=_mesh_of(phrase.text, study.condition_mesh),
        evidence=(document.evidence(phrase.section, phrase.start, phrase.end),),
    )
    return tuple(_without_doubles([_fuller(own, wanted), *_also_in_title(document, wanted, phrase)]))


def _fuller(told: ConditionName, listed: Sequence[ConditionName]) -> ConditionName:
    """A listed condition that says the same as the title or more; else the title's own words."""
    words = _bag(told.name)
    fuller = next((one for one in listed if words <= _bag(one.name)), None)
    return replace(fuller, evidence=told.evidence + fuller.evidence) if fuller else told


def _also_in_title(document: Document, named: Sequence[ConditionName], phrase: TitlePhrase) -> Iterator[ConditionName]:
    """The listed conditions that a title names too, in other words than the phrase that was found."""
    titles = _bag(" ".join(map(document.text, TITLES)))
    for one in named:
        if _bag(one.name) <= titles and not telling_stems([one.name]) <= phrase.stems:
            yield one


def _said(document: Document, wanted: Sequence[ConditionName]) -> Sequence[ConditionName]:
    title = " ".join((document.text("title"), document.text("official_title"))).lower()
    said = [one for one in wanted if one.name.lower() in title] if len(wanted) > 3 else wanted
    return said or wanted[:3]


_MODIFIER = (
    r"(?:acute-on-chronic|chronic|acute|sub-?acute|refractory|severe|mild|moderate|moderate\s(?:to|or)\ssevere|mild\sto\smoderate|decompensated|advanced|early|end-?stage|primary|secondary|progressive|relapsing"
    r"|active|complex|knee|hip|ankle|lumbar|critical|ag(?:e)?ing|steroid-?\s?(?:resistant|refractory|dependent)|recurrent|ischa?emic|non-?ischa?emic|idiopathic|dilated|traumatic|degenerative|autoimmune"
    r"|cryptoglandular|symptomatic|systemic|juvenile|dystrophic|alcoholic|diabetic|age-related|premature)"
)
_SINGULAR = {
    "injuries": "injury",
    "tumors": "tumor",
    "tumours": "tumour",
    "cirrhoses": "cirrhosis",
    "neoplasms": "neoplasm",
}


def _readable(text: str) -> str:
    """ "Osteoarthritis, Knee" and "Osteoarthritis of the Knee (OA)" as "knee osteoarthritis".

    Capitals stay only where a name or an acronym has them.
    """
    text = re.sub(r"\s*\([A-Za-z0-9][A-Za-z0-9-]{1,7}s?\)\s*$", "", text.strip())
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 2 and 0 < len(parts[1].split()) <= 2 and not re.search(r"\d", parts[1]):
        text = f"{parts[1]} {parts[0]}"
    turned = re.fullmatch(r"(\w+) of (?:the )?((?:\w+ ?){1,2})", text)
    if turned and turned[1].lower() in (
        "osteoarthritis",
        "defect",
        "defects",
        "injury",
        "fracture",
        "osteonecrosis",
        "cirrhosis",
    ):
        text = f"{turned[2]} {turned[1]}"
    words = [word if re.search(r"[A-Z]{2}|\d|^[A-Z]+$|['’]s$", word) else word.lower() for word in text.split()]
    if words:
        words[-1] = _SINGULAR.get(words[-1], words[-1])
    return " ".join(words)


def _told_closer(document: Document, name: str) -> str:
    """The condition with the words that a title puts before it: "chronic spinal cord injury"."""
    stem = re.escape(re.sub(r"(?:y|ies|s)$", "", name))
    pattern = re.compile(rf"\b((?:{_MODIFIER}[\s-]+){{1,3}}){stem}(?:y|ies|s|es)?\b", re.IGNORECASE)
    knee = re.compile(rf"\b{stem}\s(?:\(\w+\)\s)?(?:of|in)\s(?:the\s)?(knee|hip|ankle)\b", re.IGNORECASE)
    for section in ("title", "official_title", "brief_summary"):
        text = document.text(section)
        match = pattern.search(text)
        if match:
            return f"{' '.join(match[1].lower().split())} {name}"
        site = knee.search(text)
        if site and site[1].lower() not in name:
            return f"{site[1].lower()} {name}"
    return name


def _mesh_of(text: str, concepts: Sequence[Concept]) -> Concept | None:
    """The record's own descriptor that shares most words, else the vocabulary's nearest."""
    words = _bag(text)
    scored = [(len(words & _bag(concept.name)) / len(words | _bag(concept.name)), concept) for concept in concepts]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= 0.5 else link_disease(_readable(text))


def _bag(text: str) -> frozenset[str]:
    return frozenset(word for word in plain_name(text).split() if word not in ("vs", "versus"))


def _without_doubles(names: Sequence[ConditionName]) -> Iterator[ConditionName]:
    seen: list[frozenset[str]] = []
    for one in sorted(names, key=lambda item: -len(_bag(item.name))):
        bag = _bag(one.name)
        if not any(bag <= other for other in seen):
            seen.append(bag)
            yield one
