"""The conditions that a publication may be about: what its cues lead to, and what it names where none does.

Each candidate has a weight, by which `conditions` chooses: how surely its cue leads to the condition that is treated,
times how much the zone of the article counts.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.condition_phrases import (
    CUES,
    DISEASE,
    SURE,
    SURE_CUES,
    any_of,
    is_unfit,
    may_name_disease,
    names_of_kinds,
    phrases_after,
    what_came_of,
    within_another,
)
from mscminer.extract.publications.degrees import without_degrees
from mscminer.extract.publications.named_conditions import ConditionFound, found_at, mesh_of, name_of
from mscminer.extract.publications.text import PublicationText, Sentence, Zone, fold

ZONE_WEIGHT: Final = {Zone.TITLE: 2.0, Zone.AIM: 1.0, Zone.METHODS: 0.9, Zone.CONCLUSION: 0.6, Zone.BACKGROUND: 0.4}


def candidates_in(text: PublicationText, sentences: Iterable[Sentence]) -> Iterator[ConditionFound]:
    """What the cues of these sentences lead to, and what a title names in ways of its own."""
    for sentence in sentences:
        zone_weight = ZONE_WEIGHT.get(sentence.zone)
        if zone_weight is None:
            continue
        for start, weight in _behind_cues(sentence):
            yield from _phrases(text, sentence, start, weight * zone_weight - sentence.place)
        yield from _with_degree(text, sentence, zone_weight)
        if sentence.zone is Zone.TITLE:
            yield from _transplants(text, sentence)
            yield from _diabetics(text, sentence)
            for part in within_another(sentence.text):
                yield found_at(text, sentence, part, _IN_TITLE)
            if came := what_came_of(sentence.text):
                yield found_at(text, sentence, came, _CAME_OF)
            yield from _by_acronym(text, sentence)


def _behind_cues(sentence: Sentence) -> list[tuple[int, float]]:
    """Where cues lead to, each place once with the weight of its surest cue, in the order of those."""
    if not may_name_disease(sentence.text):
        return []
    found: dict[int, float] = {}
    for cue_weight, cue in CUES if sentence.zone is Zone.TITLE else SURE_CUES:
        for match in cue.finditer(sentence.text):
            weight = cue_weight * (_HOPED if _IN_PROSPECT.search(sentence.text[: match.start()]) else 1.0)
            if weight > found.get(match.end(), 0.0):
                found.pop(match.end(), None)
                found[match.end()] = weight
    return list(found.items())


def without_cue(text: PublicationText) -> list[ConditionFound]:
    """The disease that a text names where no cue leads to one; else the transplantation or operation it is about."""
    return list(_bare(text)) or [
        *(one for said in text.zones(Zone.AIM, Zone.METHODS) for one in _transplants(text, said)),
        *(list(_repaired(text)) or _operated(text)),
    ]


_AS_ACRONYM: Final = anchored(
    r"\b(?:in|for|of|against|with|treat|treating) (?P<acronym>[a-z]{3,6})\b(?= (?:patients|in|with|by|using|after|treated)\b|[:;,.?]|$)"
)


def _by_acronym(text: PublicationText, sentence: Sentence) -> Iterator[ConditionFound]:
    """A disease that a title names by its acronym alone, where the abstract explains that."""
    for match in _AS_ACRONYM.finditer(sentence.text):
        evidence = text.evidence(sentence, *match.span("acronym"))
        name = name_of(evidence.quote, text) if evidence.quote.isupper() else ""
        if " " in name and DISEASE.search(fold(name)) and not is_unfit(fold(name)):
            yield ConditionFound(name=name, mesh=mesh_of(name.lower(), text), evidence=evidence, weight=_IN_TITLE)


_IN_PROSPECT: Final = re.compile(r"\btowards? (?:an? |the )?(?:[\w-]+ ){0,3}$")
_HOPED: Final = 0.3
"""How much less counts what a treatment may come to help one day: "towards a new therapy of ..."."""
_DEGREE_WORD: Final = (
    "(?:mild|moderate|severe|advanced|active|early|chronic|progressive|refractory|stable|critical|extensive|complex)"
)
_WHOSE: Final = anchored(
    r"\bwhose (?P<name>(?:[\w'-]+ ){0,4}[\w'-]+) (?:is|was|are|were|had become|has become) "
    rf"(?P<degree>{_DEGREE_WORD}(?:(?:,? (?:to|or|and) |, ){_DEGREE_WORD})?)\b"
)


def _with_degree(text: PublicationText, sentence: Sentence, zone_weight: float) -> Iterator[ConditionFound]:
    """The condition whose degree is told behind it: "adults whose dermatitis is moderate to severe"."""
    for match in _WHOSE.finditer(sentence.text):
        if DISEASE.search(match["name"]) and not is_unfit(match["name"]):
            evidence = text.evidence(sentence, match.start("name"), match.end("degree"))
            named = text.evidence(sentence, *match.span("name")).quote
            name = name_of(f"{match['degree']} {named}", text)
            weight = SURE * zone_weight - sentence.place
            yield ConditionFound(name=name, mesh=mesh_of(match["name"], text), evidence=evidence, weight=weight)


_TRANSPLANT: Final = anchored(
    r"\b(?P<organ>(?:living[- ](?:donor|related) )?(?:kidney|renal|liver|lung|heart|cardiac|islet|intestinal|limb)) "
    r"(?:(?:allo)?transplant(?:ation)?s?|allografts?)\b(?! (?:rejection|failure|dysfunction))"
    r"|\brecipients of (?:an? |the )?(?:(?:first|new|deceased|living)[\w-]* (?:donor |related )?)*(?P<given>kidney|liver|lung|heart)s?\b"
)
_AS_TRANSPLANT: Final = 3.0
"""Less than a disease that the title names, as much as one in the aim."""
_IN_TITLE: Final = 4.0
"""As much as a disease that a title names after "in"."""
_CAME_OF: Final = 4.1
"""A little more than the disease that it came of."""


def _transplants(text: PublicationText, sentence: Sentence) -> Iterator[ConditionFound]:
    """The transplantation whose recipients a title says are treated."""
    for match in _TRANSPLANT.finditer(sentence.text):
        evidence = text.evidence(sentence, *match.span())
        name = without_degrees(f"{match['organ'] or match['given']} transplantation")
        yield ConditionFound(name=name, mesh=mesh_of(name, text), evidence=evidence, weight=_AS_TRANSPLANT)


_REPAIR: Final = anchored(
    r"\b(?:articular )?cartilage (?:repair|regeneration|restoration|surgery)(?: (?:in|of) (?:the )?(?P<site>knee|hip|ankle|talus))?"
)


def _repaired(text: PublicationText) -> Iterator[ConditionFound]:
    """The defects of cartilage of which a title tells only that they are repaired."""
    for sentence in text.zones(Zone.TITLE):
        for match in _REPAIR.finditer(sentence.text):
            name = f"cartilage defects of the {match['site']}" if match["site"] else "cartilage defects"
            evidence = text.evidence(sentence, *match.span())
            yield ConditionFound(name=name, mesh=mesh_of(name, text), evidence=evidence, weight=_AS_TRANSPLANT)


_OPERATION: Final = anchored(
    r"\b(?:(?:posterolateral|posterior|anterior|transforaminal|instrumented|lumbar|cervical|spinal|interbody|spine) )+(?:arthrodesis|fusion)\b"
    r"|\b(?:ankle|hindfoot|subtalar|wrist|knee) (?:arthrodesis|fusion)\b"
    r"|\b(?:maxillary )?sinus (?:floor )?(?:augmentation|elevation|lift(?:ing)?)\b"
    r"|\b(?:alveolar )?(?:ridge|socket) (?:augmentation|preservation)\b"
    r"|\bbreast (?:augmentation|reconstruction)\b"
)


def _operated(text: PublicationText) -> Iterator[ConditionFound]:
    """The operation that the cells are to help, where a title names no disease."""
    for sentence in text.zones(Zone.TITLE):
        for match in _OPERATION.finditer(sentence.text):
            evidence = text.evidence(sentence, *match.span())
            name = name_of(evidence.quote, text)
            yield ConditionFound(name=name, mesh=mesh_of(name, text), evidence=evidence, weight=_AS_TRANSPLANT)


_DIABETICS: Final = re.compile(r"\bdiabetic (?=(?:patients|men|women|people|subjects|adults|persons|individuals)\b)")


def _diabetics(text: PublicationText, sentence: Sentence) -> Iterator[ConditionFound]:
    """The diabetes of people whom a title calls by it: "diabetic men with ..."."""
    for match in _DIABETICS.finditer(sentence.text):
        evidence = text.evidence(sentence, match.start(), match.end() - 1)
        yield ConditionFound(name="diabetes", mesh=mesh_of("diabetes", text), evidence=evidence, weight=_IN_TITLE)


_LITTLE: Final = (
    "into of for in the and or with to by an? was were is are on from at after had have has as that which their these such"
    " no other different"
)
_COUNTED: Final = r"two three forty fifty \w+teen formal"
_DEED: Final = r"effects? treat\w* repair restor\w* prevent\w* patients? microfractures? modulat\w* universities universit\w+ long-term bring\w* marks? stabili[sz]\w* slow\w* delay\w* arrest\w* control\w* halt\w* leads? causes? affect\w* involves? characteri[sz]\w* underl\w+ means? regenerat\w* repairing healing improving relieving reducing easing"
_DEGREE: Final = "focal symptomatic"
_KINDS: Final = (
    "(?:osteo)?arthritis lesions? defects? injur(?:y|ies) disease syndrome tears? fractures? necrosis stroke infarction"
    " failure diabetes cancers? ulcers? fistulas? sclerosis fibrosis cirrhosis lupus burns? osteochondritis_dissecans"
    " degeneration deficiency osteoarthritic_(?:knee|hip|ankle)s?"
)
_WHERE: Final = (
    "knee hip ankle talus condyles? femur patella\\w* joint shoulder spine heart liver lung brain cornea surface disc"
)
_SIDE: Final = "medial lateral distal proximal femoral tibial articular human"
_HEAD: Final = anchored(
    rf"(?<![\w/'-])(?P<words>(?:autosomal |x-linked )?(?:(?!(?:pre-injury|{any_of(_LITTLE, _COUNTED, _DEED, _DEGREE)})\b)[\w/'-]+ ){{0,3}}"
    rf"(?!microfract|pre-)(?:head and neck )?[\w/-]*(?:{any_of(_KINDS)})\b"
    rf"(?: (?:of|in) (?:the )?(?:(?:{any_of(_SIDE)}) )*(?:{any_of(_WHERE)})s?)?)(?! and osteoarthritis outcome)"
)
"""A word for a disease with up to three words before it and the place after it."""


def _bare(text: PublicationText) -> Iterator[ConditionFound]:
    """The first phrase that names a disease, where no cue leads to one: title first, then aim, methods, background."""
    for zone in (Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.BACKGROUND):
        for sentence in text.zones(zone):
            match = _HEAD.search(sentence.text)
            if match and not is_unfit(match["words"]):
                evidence = text.evidence(sentence, match.start("words"), match.end("words"))
                yield ConditionFound(
                    name=name_of(evidence.quote, text),
                    mesh=mesh_of(match["words"], text),
                    evidence=evidence,
                    weight=0.3,
                )
                return


def _phrases(text: PublicationText, sentence: Sentence, start: int, weight: float) -> Iterator[ConditionFound]:
    parts = phrases_after(sentence.text, start, only_diseases=True)
    if parts and start == 0 and sentence.zone is Zone.TITLE and _is_harm(sentence.text, parts):
        weight = _AS_HARM
    for part in parts:
        found = found_at(text, sentence, part, weight if not _is_past(sentence.text, part) else _AS_HARM)
        yield from (replace(found, name=name) for name in names_of_kinds(found.name))


def _is_past(text: str, part: tuple[int, int]) -> bool:
    """Whether a name is of a tumour that was treated before: "dry mouth after irradiation of head and neck cancer"."""
    if not _TUMOUR.search(text, *part):
        return False
    before, words = text[max(0, part[0] - _NEAR_PAST) : part[0]], text[slice(*part)]
    return bool(_PAST.search(before) or (_AFTER.search(before) and _IS_TREATMENT.search(words)))


_TUMOUR: Final = re.compile(r"cancer|tumou?r|carcinom|malignan|leuk[a]?emia|lymphom|myelom|sarcom|gliom|blastom")
_TREATED: Final = r"(?:treat\w*|irradiat\w*|radio\w+|radiation|chemo\w+|surgery|resect\w*|excision|removal|transplant\w*|operat\w*|therapy|\w+ectomy)"
_PAST: Final = re.compile(
    rf"\b(?:(?:after|following|due to|caused by|induced by|secondary to|formerly|previously|earlier|had been) (?:[\w-]+ ){{0,3}}?{_TREATED}"
    r"(?: [\w-]+)? (?:of|for|in)|(?:patients|people|men|women|those|adults|children) (?:irradiated|treated|operated on) for"
    r"|(?:survivors?|history|cured|free) of) (?:(?:an?|the|their|early|primary|previous|prior|localized|advanced) )*$"
)
"""Before the name of a tumour: it was treated before, and what that left is treated now."""
_AFTER: Final = re.compile(r"\b(?:after|following) $")
_IS_TREATMENT: Final = re.compile(
    rf"^(?:[\w-]+ ){{0,2}}{_TREATED}(?: [\w-]+)? (?:of|for|in) |\b(?:resection|excision|removal|surgery)$"
)
_NEAR_PAST: Final = 90
_OF_CELLS: Final = re.compile(
    r"[^.:;]{0,40}\b(?:after|following|caused by|due to) (?:[\w-]+ ){0,5}(?:mscs?|mesenchymal|stem|stromal|cells?)\b"
)
_IS_GAIN: Final = re.compile(
    r"\b(?:re(?:covery|mission|sponse|gression|solution|pair)|improve|heal|cur|clos|surviv|effect)"
)
_AS_HARM: Final = 0.0
"""Less than any condition that is treated."""


def _is_harm(title: str, parts: Sequence[tuple[int, int]]) -> bool:
    """Whether the conditions that a title begins with came by the cells: "Arachnoiditis after stem cells in ..."."""
    return bool(_OF_CELLS.match(title, parts[-1][1])) and not _IS_GAIN.search(title, *parts[0])
