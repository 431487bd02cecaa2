"""The conditions that a registration's cells are meant to treat: names, MeSH descriptors and where they are said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from mscminer.core.documents import Concept, Document
from mscminer.core.spans import Evidence
from mscminer.extract.condition_names import in_words, spelled_out, written
from mscminer.extract.condition_phrases import DISEASE, phrases_of_people, places_of_treated
from mscminer.extract.diseases import link_disease
from mscminer.extract.publications.text import fold
from mscminer.extract.spelling import plain_name
from mscminer.extract.title_conditions import TITLES, TitlePhrase, is_broad, is_site, telling_stems, title_phrases


@dataclass(frozen=True, kw_only=True)
class ConditionName:
    """A condition in the record's words with its MeSH descriptor, if the record gives one, and where it is said."""

    name: str
    mesh: Concept | None
    evidence: tuple[Evidence, ...]


_TOO_BROAD: Final = (
    "diseases?|disorders?|injur(?:y|ies)|wounds? and injuries|pathologic processes|syndrome|inflammation|ischemia"
    r"|(?:tendon|knee|shoulder|leg|arm) injur(?:y|ies)(?: and disorders)?|motor neuron diseases?"
)
_NO_DISEASE: Final = (
    r"stem cells?|.*\bstem cells?(?: transplant\w*)?|mesenchymal.*|MSCs?|bone marrow|(?:safety|efficacy)"
    r"(?: and (?:safety|efficacy))?|treatment|(?:autologous|allogeneic) (?:cell )?transplantation|drug"
    r" (?:effects?|safety)|traditional chinese medicine"
)
_DONE: Final = r"\w.*\b(?:therapy|surgery|surgeries)"
_UNFIT: Final = re.compile(rf"(?:{_TOO_BROAD}|{_NO_DISEASE}|{_DONE})", re.IGNORECASE)
"""What registries list among conditions that names none, where another is listed."""
_PRODUCT: Final = re.compile(
    r"\b(?:(?:stem|stromal) cells?|umbilical cord|mesenchymal|adipose|bone marrow donor)\b", re.IGNORECASE
)
"""What is given, never a condition."""


def find_conditions(document: Document) -> tuple[ConditionName, ...]:
    """The registry's conditions as a clinician would write them, without doubles and without broader terms."""
    study = document.study
    if study is None:
        return ()
    listed = _listed_names(document, study.condition_mesh)
    phrases = title_phrases(
        document, [*(one.name for one in listed), *(concept.name for concept in study.condition_mesh)]
    )
    return tuple(_of_hosts(_without_settings(tuple(_without_doubles(_chosen(document, listed, phrases))))))


_AFTERMATH: Final = re.compile(
    r"graft[\s-](?:versus|rejection)|poor graft|renal failure|kidney injury|hyposalivation|xerostomia|dry mouth"
    r"|mucositis|cystitis|proctitis|neutropenia|cytopenia|osteoradionecrosis|lymph\w*edema",
    re.IGNORECASE,
)
"""What the treatment of a cancer brings about."""
_CANCER: Final = re.compile(r"\b(?:cancers?|tumou?rs?|malignanc\w+|leuk\w+|lymphomas?)\b", re.IGNORECASE)


def _without_settings(names: Sequence[ConditionName]) -> Sequence[ConditionName]:
    """Without the cancers of people whose treatment did the harm that the cells are for."""
    harms = [one for one in names if _AFTERMATH.search(one.name)]
    return [one for one in names if one in harms or not _CANCER.search(one.name)] if harms else names


def _chosen(
    document: Document, listed: Sequence[ConditionName], phrases: Sequence[TitlePhrase]
) -> Sequence[ConditionName]:
    """What the titles say, with what else is listed; the list alone where they say nothing that tells a disease."""
    if not phrases:
        return _said(document, listed) or tuple(_of_people(document))
    if not any(_is_telling(phrase.text) for phrase in phrases) and any(_is_telling(one.name) for one in listed):
        whole = any(phrase.is_broad for phrase in phrases)
        return listed if whole else _said(document, listed)
    texts, concepts = _texts(document), document.study.condition_mesh if document.study else ()
    told = [
        ConditionName(
            name=in_words(_told_closer(document, spelled_out(written(phrase.text), texts))),
            mesh=_mesh_of(phrase.text, concepts),
            evidence=(document.evidence(phrase.section, phrase.start, phrase.end), *_said_again(document, phrase.text)),
        )
        for phrase in phrases
    ]
    return [*(_fuller(one, listed) for one in told), *_also_listed(document, listed, told)]


@dataclass(frozen=True, kw_only=True)
class _Host:
    """A disease and what it brings about that is treated.

    Args:
        disease: the name of the disease alone.
        brought: names of what it brings about.
        word: words of the disease within such a name.
        both: the name of both together.
    """

    disease: re.Pattern[str]
    brought: re.Pattern[str]
    word: re.Pattern[str]
    both: str


_HOSTS: Final = (
    _Host(
        disease=re.compile(
            r"(?:severe |moderate |critical |acute )*(?:COVID-19|SARS-CoV-2|coronavirus)(?: infections?| disease)?",
            re.IGNORECASE,
        ),
        brought=re.compile(
            r"^(?!.*(?:influenza|bacteri|sepsis|septic|ventilat))"
            r".*(?:pneumonia|respiratory (?:distress|failure)|lung injury|\bARDS\b)",
            re.IGNORECASE,
        ),
        word=re.compile(r"covid|sars-cov|coronavirus", re.IGNORECASE),
        both="COVID-19 {}",
    ),
    _Host(
        disease=re.compile(r"crohn(?:'s)? disease", re.IGNORECASE),
        brought=re.compile(r"\bfistula[es]?(?:'?s)?$", re.IGNORECASE),
        word=re.compile(r"crohn", re.IGNORECASE),
        both="{} in Crohn's disease",
    ),
)


def _of_hosts(names: Iterable[ConditionName]) -> Sequence[ConditionName]:
    """One name for a disease and what it brings about: "COVID-19" and "pneumonia" are "COVID-19 pneumonia"."""
    found = list(names)
    for host in _HOSTS:
        alone = [one for one in found if host.disease.fullmatch(one.name)]
        brought = [one for one in found if host.brought.search(one.name)]
        if alone and brought and len(alone) + len(brought) == len(found):
            found = [one if host.word.search(one.name) else _named(one, host.both, alone) for one in brought]
    return found


def _named(one: ConditionName, form: str, hosts: Iterable[ConditionName]) -> ConditionName:
    """The name together with that of its host, whose evidence it takes over."""
    said = (evidence for host in hosts for evidence in host.evidence)
    return replace(one, name=form.format(one.name), evidence=(*one.evidence, *said))


def _is_telling(name: str) -> bool:
    """Whether a name has a word for a disease and says which."""
    return bool(DISEASE.search(name.lower())) and not is_broad(name)


def _listed_names(document: Document, concepts: Sequence[Concept]) -> Sequence[ConditionName]:
    """The registry's conditions without products, and without broad terms where others are listed."""
    texts = _texts(document)
    named = [
        ConditionName(
            name=in_words(_told_closer(document, spelled_out(written(section.text), texts))),
            mesh=_mesh_of(section.text, concepts),
            evidence=(document.evidence(section.name, 0, len(section.text)), *_said_again(document, section.text)),
        )
        for section in document.sections_like("condition")
        if not _PRODUCT.search(section.text)
    ]
    return [one for one in named if not _UNFIT.fullmatch(one.name) and not is_site(one.name)] or named


def _of_people(document: Document) -> Iterator[ConditionName]:
    """What the people have by the summary: the last resort where titles are silent and the field lists a product."""
    text, texts = document.text(_SUMMARY), _texts(document)
    for start, end in islice(phrases_of_people(fold(text)), 1):
        yield ConditionName(
            name=in_words(spelled_out(written(text[start:end]), texts)),
            mesh=_mesh_of(text[start:end], ()),
            evidence=(document.evidence(_SUMMARY, start, end),),
        )


def _said_again(document: Document, name: str) -> Iterator[Evidence]:
    """Where the summary says, in the same words, that people with the condition are treated."""
    for place in islice(places_of_treated(fold(document.text(_SUMMARY)), fold(name)), 1):
        yield document.evidence(_SUMMARY, *place)


_SUMMARY: Final = "brief_summary"


def _texts(document: Document) -> tuple[str, ...]:
    """Where a registration says what an acronym of its title stands for."""
    listed = (section.text for section in document.sections_like("condition"))
    return (*listed, *map(document.text, (*TITLES, "brief_summary", "detailed_description")))


def _fuller(told: ConditionName, listed: Sequence[ConditionName]) -> ConditionName:
    """A listed condition that says the same as the title or more; else the title's own words."""
    words = _bag(told.name)
    fuller = next((one for one in listed if words <= _bag(one.name)), None)
    if fuller is None:
        return told
    same = words == _bag(fuller.name)
    return replace(fuller, evidence=told.evidence if same else told.evidence + fuller.evidence)


def _also_listed(
    document: Document, listed: Sequence[ConditionName], told: Sequence[ConditionName]
) -> Iterator[ConditionName]:
    """The listed conditions that `told` lacks: those that a title has in other words, and the only one listed."""
    titles = _bag(" ".join(map(document.text, TITLES)))
    stems_told = telling_stems(one.name for one in told)
    had = _had_by_people(document) if len(listed) == len(_HALVES) else ()
    for one in listed:
        stems = telling_stems([one.name])
        in_title = _bag(one.name) <= titles and not stems <= stems_told
        only = len(listed) == 1 and not stems & stems_told and not _means_one_of(one, told)
        fit = _is_telling(one.name) and not _UNFIT.fullmatch(one.name)
        both = _is_other_half(one, told) and any(_bag(one.name) <= words for words in had)
        if in_title or (only and fit) or both:
            yield one


_HALVES: Final = (
    re.compile(r"heart failure|ventricular dysfunction", re.IGNORECASE),
    re.compile(r"cardiomyopath|myocardial (?:isch|infarct)|isch\w+ heart disease", re.IGNORECASE),
)
"""What the heart comes to, and why."""


def _had_by_people(document: Document) -> frozenset[frozenset[str]]:
    """The words of each condition that the summary says people have."""
    text = document.text(_SUMMARY)
    return frozenset(_bag(text[slice(*span)]) for span in phrases_of_people(fold(text)))


def _is_other_half(one: ConditionName, told: Sequence[ConditionName]) -> bool:
    """Whether a heart fails in one of the names and the other says why: readers name both."""
    names = " / ".join(other.name for other in told)
    halves = [[half.search(name) is not None for half in _HALVES] for name in (one.name, names)]
    return sorted(halves) == [[False, True], [True, False]]


def _means_one_of(one: ConditionName, others: Sequence[ConditionName]) -> bool:
    """Whether a name is another for one of `others`: by its descriptor, or as a part of a longer word."""
    return any((one.mesh and one.mesh == other.mesh) or one.name in other.name for other in others)


_MANY: Final = 4
"""A longer list holds what the registry's index needs; only what a title says, or its beginning, is meant."""


def _said(document: Document, wanted: Sequence[ConditionName]) -> Sequence[ConditionName]:
    title = " ".join((document.text("title"), document.text("official_title"))).lower()
    said = [one for one in wanted if one.name.lower() in title] if len(wanted) > _MANY else wanted
    return said or wanted[:_MANY]


_COURSE: Final = (
    r"acute-on-chronic|acute/chronic|(?:acute|chronic)\sor\s(?:acute|chronic)|chronic|sub-?acute|acute|early|advanced|end-?stage"
    r"|progressive|relapsing|recurrent|refractory|steroid-?\s?(?:resistant|refractory|dependent)|(?:new|recent)-onset"
)
_GRADE: Final = (
    r"moderate\s(?:to|or)\ssevere|mild\sto\smoderate|severe|mild|moderate|critical|complex|active|decompensated"
)
_SORT: Final = (
    r"type\s(?:[12]|I{1,2})|primary|secondary|idiopathic|traumatic|degenerative|autoimmune|systemic|juvenile|premature"
    r"|ag(?:e)?ing|age-related|ischa?emic|non-?ischa?emic|dilated|cryptoglandular|dystrophic|alcoholic|diabetic"
)
_SITE: Final = "knee|hip|ankle|lumbar"
_MODIFIER: Final = rf"(?:{_COURSE}|{_GRADE}|{_SORT}|{_SITE})"


_BEFORE: Final = re.compile(rf"(?<![\w-])(?:{_MODIFIER}[\s-]+){{1,3}}$", re.IGNORECASE)
_LONGEST: Final = 70
_ENDING: Final = re.compile(r"(?:y|ies|e?s)?\b")
_OF_SITE: Final = re.compile(r"(?:y|ies|e?s)?\s(?:\(\w+\)\s)?(?:of|in)\s(?:the\s)?(knee|hip|ankle)\b")


def _told_closer(document: Document, name: str) -> str:
    """The condition with the words that a title puts before it: "chronic spinal cord injury"."""
    stem = re.sub(r"(?:y|ies|s)$", "", name.lower())
    for text in (document.text(section).lower() for section in TITLES):
        place = text.find(stem)
        while place >= 0:
            before = _BEFORE.search(text[max(0, place - _LONGEST) : place])
            if before and _ENDING.match(text, place + len(stem)):
                return written(f"{before[0]}{name}")
            site = _OF_SITE.match(text, place + len(stem))
            if site and site[1] not in name:
                return f"{site[1]} {name}"
            place = text.find(stem, place + 1)
    return name


def _mesh_of(text: str, concepts: Sequence[Concept]) -> Concept | None:
    """The record's own descriptor that shares most words, else the vocabulary's nearest."""
    words = _bag(text)
    scored = [(len(words & _bag(concept.name)) / len(words | _bag(concept.name)), concept) for concept in concepts]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= 0.5 else link_disease(written(text))


def _bag(text: str) -> frozenset[str]:
    return frozenset(word for word in plain_name(text).split() if word not in ("vs", "versus"))


_STEM: Final = 7
"""Letters that tell words apart whatever their endings: "disc degeneration" is "degenerative disc disease"."""


def _without_doubles(names: Sequence[ConditionName]) -> Iterator[ConditionName]:
    """The names in their order, without those whose words are all in another or in one before."""
    bags = [_bag(one.name) for one in names]
    stems = [frozenset(word[:_STEM] for word in bag) for bag in bags]
    for place, (one, bag) in enumerate(zip(names, bags, strict=True)):
        if not any(bag < other for other in bags) and stems[place] not in stems[:place]:
            yield one
