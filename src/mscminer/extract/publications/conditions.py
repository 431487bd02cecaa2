"""The condition that a publication's study treats, in its own words, and the main category."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.documents import Concept
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Category
from mscminer.extract.anchors import anchored
from mscminer.extract.condition_names import in_words, spelled_out, written
from mscminer.extract.condition_phrases import (
    CUES,
    DISEASE,
    SURE,
    any_of,
    is_unfit,
    may_name_disease,
    names_of_kinds,
    phrases_after,
    places_of,
    what_came_of,
    within_another,
)
from mscminer.extract.conditions import for_diabetics
from mscminer.extract.diseases import link_disease
from mscminer.extract.lexicon import Lexicon
from mscminer.extract.publications.degrees import without_degrees
from mscminer.extract.publications.text import PublicationText, Sentence, Zone, fold


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionFound:
    """A condition in the text's words with its MeSH descriptor, if PubMed indexed the article under it.

    Args:
        again: where the abstract names it too.
    """

    name: str
    mesh: Concept | None
    evidence: Evidence
    weight: float
    again: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryFound:
    """The main category and how far it is ahead of the next (0 to 1)."""

    category: Category
    margin: float


_ZONE_WEIGHT: Final = {Zone.TITLE: 2.0, Zone.AIM: 1.0, Zone.METHODS: 0.9, Zone.CONCLUSION: 0.6, Zone.BACKGROUND: 0.4}
_MOST_OF_BODY: Final = 3.0
"""No condition outside the title weighs more."""
_KEEP: Final = 2


def find_condition_names(text: PublicationText) -> tuple[ConditionFound, ...]:
    """At most two conditions, the best first: from the title, else from aim and methods, else from elsewhere."""
    found = sorted(_candidates(text, text.zones(Zone.TITLE)), key=lambda one: -one.weight)
    if not found or found[0].weight <= _MOST_OF_BODY:  # else the title's own leave no room for others
        body = _candidates(text, [one for one in text.sentences if one.zone is not Zone.TITLE])
        found = sorted([*found, *body], key=lambda one: -one.weight)
    if not found:
        found = list(_bare(text)) or [
            *(one for said in text.zones(Zone.AIM, Zone.METHODS) for one in _transplants(text, said)),
            *(list(_repaired(text)) or _operated(text)),
        ]
    kept: list[ConditionFound] = []
    for one in found:
        if len(kept) < _KEEP and not any(_same(one.name, other.name) for other in kept):
            if kept and not _is_beside(one, kept[0]):
                break
            kept.append(one)
    kept = _as_one(kept)
    if len(kept) == 1 and _OF_TWO.search(kept[0].name):
        kept.extend(_companions(text, kept[0]))
    return tuple(replace(one, again=tuple(_said_again(text, one))) for one in kept)


def _as_one(kept: list[ConditionFound]) -> list[ConditionFound]:
    """One condition instead of an infection and the lung failure by it: "COVID-19 patients with ARDS"."""
    names = [one.name for one in kept]
    if any(map(_COVID_ALONE.fullmatch, names)) and any(name == "acute respiratory distress syndrome" for name in names):
        kept = [replace(kept[0], name="COVID-19 ARDS"), *kept[2:]]
    return kept


_DISC: Final = anchored(
    r"\b(?:lumbar |intervertebral )*(?:degenerated (?:lumbar )?dis[ck]|degenerative dis[ck] disease|dis[ck] degeneration)\b"
)
_BACK_PAIN: Final = anchored(r"\b(?:chronic )?(?:discogenic )?(?:low(?:er)?[- ])?back pain\b|\bdiscogenic pain\b")
_BLOOD_CANCER: Final = anchored(r"\bh[a]?ematologic\w* malignanc\w+")
_GVHD: Final = anchored(r"\bgraft-versus-host disease\b|\bgvhd\b")
_OF_TWO: Final = re.compile("dis[ck]|back.pain|malignanc", re.IGNORECASE)
"""Quick to look for in every name; one of these is in all names that have a companion."""
_TOGETHER: Final = ((_BACK_PAIN, _DISC), (_DISC, _BACK_PAIN))
"""A complaint and the damage that causes it: who names one in a title treats both."""


def _companions(text: PublicationText, one: ConditionFound) -> Iterator[ConditionFound]:
    """What the abstract names beside: the disease that causes a complaint, the complaint, what a blood transplant does."""
    beside_blood = ((_BLOOD_CANCER, _GVHD),) if _BESIDE_BLOOD.search(text.title) else ()
    for named, other in (*_TOGETHER, *beside_blood):
        if named.search(one.name):
            for sentence in sorted(text.sentences, key=lambda one: -_ZONE_WEIGHT.get(one.zone, 0.0)):
                match = other.search(sentence.text)
                if match:
                    yield _found(text, sentence, match.span(), one.weight)
                    return


def _said_again(text: PublicationText, one: ConditionFound) -> Iterator[Evidence]:
    """Where the abstract names the condition of a title in the same words for the first time."""
    if one.evidence.span.section != "title":
        return
    name = fold(one.evidence.quote)
    for sentence in text.zones(Zone.AIM, Zone.METHODS, Zone.BACKGROUND, Zone.CONCLUSION):
        for place in places_of(sentence.text, name):
            yield text.evidence(sentence, *place)
            return


def _is_beside(second: ConditionFound, first: ConditionFound) -> bool:
    """Whether a second condition is named as plainly as the first, in the same place."""
    return second.weight >= 0.6 * first.weight and second.evidence.span.section == first.evidence.span.section


def _candidates(text: PublicationText, sentences: Iterable[Sentence]) -> Iterator[ConditionFound]:
    for sentence in sentences:
        zone_weight = _ZONE_WEIGHT.get(sentence.zone)
        if zone_weight is None:
            continue
        for cue_weight, cue in CUES if may_name_disease(sentence.text) else ():
            if cue_weight < 3 and sentence.zone is not Zone.TITLE:
                continue
            for match in cue.finditer(sentence.text):
                hoped = _HOPED if _IN_PROSPECT.search(sentence.text[: match.start()]) else 1.0
                yield from _phrases(text, sentence, match.end(), hoped * cue_weight * zone_weight - sentence.place)
        yield from _with_degree(text, sentence, zone_weight)
        if sentence.zone is Zone.TITLE:
            yield from _transplants(text, sentence)
            yield from _diabetics(text, sentence)
            for part in within_another(sentence.text):
                yield _found(text, sentence, part, _IN_TITLE)
            if came := what_came_of(sentence.text):
                yield _found(text, sentence, came, _CAME_OF)
            yield from _by_acronym(text, sentence)


_AS_ACRONYM: Final = anchored(
    r"\b(?:in|for|of|against|with|treat|treating) (?P<acronym>[a-z]{3,6})\b(?= (?:patients|in|with|by|using|after|treated)\b|[:;,.?]|$)"
)


def _by_acronym(text: PublicationText, sentence: Sentence) -> Iterator[ConditionFound]:
    """A disease that a title names by its acronym alone, where the abstract explains that."""
    for match in _AS_ACRONYM.finditer(sentence.text):
        evidence = text.evidence(sentence, *match.span("acronym"))
        name = _name(evidence.quote, text) if evidence.quote.isupper() else ""
        if " " in name and DISEASE.search(fold(name)) and not is_unfit(fold(name)):
            yield ConditionFound(name=name, mesh=_mesh_of(name.lower(), text), evidence=evidence, weight=_IN_TITLE)


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
            name = _name(f"{match['degree']} {named}", text)
            weight = SURE * zone_weight - sentence.place
            yield ConditionFound(name=name, mesh=_mesh_of(match["name"], text), evidence=evidence, weight=weight)


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
        yield ConditionFound(name=name, mesh=_mesh_of(name, text), evidence=evidence, weight=_AS_TRANSPLANT)


_REPAIR: Final = anchored(
    r"\b(?:articular )?cartilage (?:repair|regeneration|restoration|surgery)(?: (?:in|of) (?:the )?(?P<site>knee|hip|ankle|talus))?"
)


def _repaired(text: PublicationText) -> Iterator[ConditionFound]:
    """The defects of cartilage of which a title tells only that they are repaired."""
    for sentence in text.zones(Zone.TITLE):
        for match in _REPAIR.finditer(sentence.text):
            name = f"cartilage defects of the {match['site']}" if match["site"] else "cartilage defects"
            evidence = text.evidence(sentence, *match.span())
            yield ConditionFound(name=name, mesh=_mesh_of(name, text), evidence=evidence, weight=_AS_TRANSPLANT)


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
            name = _name(evidence.quote, text)
            yield ConditionFound(name=name, mesh=_mesh_of(name, text), evidence=evidence, weight=_AS_TRANSPLANT)


_DIABETICS: Final = re.compile(r"\bdiabetic (?=(?:patients|men|women|people|subjects|adults|persons|individuals)\b)")


def _diabetics(text: PublicationText, sentence: Sentence) -> Iterator[ConditionFound]:
    """The diabetes of people whom a title calls by it: "diabetic men with ..."."""
    for match in _DIABETICS.finditer(sentence.text):
        evidence = text.evidence(sentence, match.start(), match.end() - 1)
        yield ConditionFound(name="diabetes", mesh=_mesh_of("diabetes", text), evidence=evidence, weight=_IN_TITLE)


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
                    name=_name(evidence.quote, text), mesh=_mesh_of(match["words"], text), evidence=evidence, weight=0.3
                )
                return


def _phrases(text: PublicationText, sentence: Sentence, start: int, weight: float) -> Iterator[ConditionFound]:
    parts = phrases_after(sentence.text, start)
    if not parts or not DISEASE.search(sentence.text, parts[0][0], parts[-1][1]):
        return
    if start == 0 and sentence.zone is Zone.TITLE and _is_harm(sentence.text, parts):
        weight = _AS_HARM
    for part in parts:
        found = _found(text, sentence, part, weight if not _is_past(sentence.text, part) else _AS_HARM)
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


def _found(text: PublicationText, sentence: Sentence, part: tuple[int, int], weight: float) -> ConditionFound:
    evidence = text.evidence(sentence, *part)
    name = _with_joint(_name(evidence.quote, text), sentence.text[: part[0]], text.title)
    words = sentence.text[slice(*part)]
    mesh = _mesh_of(words if _BARE_JOINT.fullmatch(words) is None else name.lower(), text)
    return ConditionFound(name=name, mesh=mesh, evidence=evidence, weight=weight)


_BARE_JOINT: Final = re.compile(
    r"(?:(?:severe|moderate|mild|advanced|early|end-stage|symptomatic) (?:(?:to|or|and) )?)*osteoarthr(?:itis|osis)",
    re.IGNORECASE,
)
_JOINTS: Final = "knee|hip|ankle|shoulder|thumb|hand|wrist|elbow|temporomandibular joint"
_JOINT_BEFORE: Final = re.compile(
    rf"\b(?P<joint>{_JOINTS})(?:s| joints?)? (?:with|having|that have|affected by) (?:[\w-]+ ){{0,4}}$"
)
_JOINT: Final = re.compile(rf"\b(?:{_JOINTS})(?=s?\b)")


def _with_joint(name: str, before: str, title: str) -> str:
    """Osteoarthritis named with its joint, where that stands before it or is the only one of the title."""
    if not _BARE_JOINT.fullmatch(name):
        return name
    held = _JOINT_BEFORE.search(before[-_NEAR_JOINT:])
    named = {match[0] for match in _JOINT.finditer(title)}
    joint = held["joint"] if held else named.pop() if len(named) == 1 else ""
    return f"{joint} {name}" if joint else name


_NEAR_JOINT: Final = 80


def _name(words: str, text: PublicationText) -> str:
    name = in_words(spelled_out(written(words), (section.text for section in text.document.sections)))
    if _FOOT.match(name) and _DIABETIC_FOOT.search(text.title):
        name = f"diabetic {name.lower()}"
    if _LUPUS.fullmatch(name) and _SYSTEMIC_LUPUS.search(" ".join(one.text for one in text.sentences)):
        name = f"{name[: -len('lupus')]}systemic lupus erythematosus"
    return _COVID_ARDS.sub("COVID-19 ARDS", without_degrees(name))


_LUPUS: Final = re.compile(
    r"(?:(?:severe|active|refractory|resistant|juvenile|childhood-onset),? )*lupus", re.IGNORECASE
)
_SYSTEMIC_LUPUS: Final = re.compile(r"\bsystemic lupus\b")
_ARDS: Final = "(?:ARDS|acute respiratory distress syndrome)"
_COVID: Final = r"(?:(?:severe|critical) )?(?:COVID-19|SARS-CoV-2)(?: (?:infection|pneumonia|disease))?"
_COVID_ARDS: Final = re.compile(
    rf"^(?:{_ARDS} (?:(?:caused|induced) by|(?:due|secondary|related) to|associated with|of|in|after|following) {_COVID}|{_COVID} {_ARDS})$",
    re.IGNORECASE,
)
_COVID_ALONE: Final = re.compile(_COVID, re.IGNORECASE)
_FOOT: Final = re.compile(r"foot (?:ulcers?|ulcerations?|wounds?)$", re.IGNORECASE)
_DIABETIC_FOOT: Final = re.compile(r"\bdiabetic\b[^.:;]*\band foot (?:ulcer|wound)")
""" "Diabetic critical limb ischemia and foot ulcer": the first word is said of both."""


def _mesh_of(words: str, text: PublicationText) -> Concept | None:
    article = text.document.article
    bag = _bag(words)
    scored = [
        (len(bag & _bag(concept.name)) / len(bag | _bag(concept.name)), concept)
        for concept in (article.mesh if article else ())
    ]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= 0.5 else link_disease(words)


def _bag(words: str) -> frozenset[str]:
    return frozenset(
        word.rstrip("s")
        for word in re.findall(r"[a-z0-9]+", words.lower())
        if word not in ("of", "the", "and", "with", "in")
    )


def _same(one: str, other: str) -> bool:
    first, second = _bag(one), _bag(other)
    shared, least = first & second, min(len(first), len(second))
    if first - second and second - first and first ^ second <= _KINDS_APART:
        return False
    if 2 * len(shared) == least:
        return not (shared <= _OF_MANY or _are_of_two_sites(one, other))
    return 2 * len(shared) > least


_SITED: Final = re.compile(
    r"(?P<site>[\w-]+) (?P<what>(?:osteoarthr|tendinopath|fractur|osteonecro|arthrodes|neuropath)\w*)"
)


def _are_of_two_sites(one: str, other: str) -> bool:
    """Whether both names are of one disease of the skeleton or nerves, at two sites: "knee" and "hip osteoarthritis"."""
    first, second = _SITED.fullmatch(one), _SITED.fullmatch(other)
    return bool(first and second and first["what"] == second["what"])


_APART: Final = (
    "acute chronic ischemic ischaemic hemorrhagic haemorrhagic junctional recessive dominant dystrophic rectovaginal"
    " complex perianal"
)
_KINDS_APART: Final = frozenset(_APART.split())
"""Words by which two names of one disease name two: "acute" and "chronic graft-versus-host disease"."""
_OF_MANY: Final = frozenset(
    {"sclerosi", "disease", "syndrome", "failure", "heart", "disorder", "acute", "chronic", "knee", "hip", "ankle"}
)
"""Words that diseases share which are not the same: "multiple" and "lateral sclerosis"."""


_PRODUCT_TISSUE: Final = anchored(
    r"\b(?:bone[- ]?marrow(?! (?:failure|lesion|edema|oedema))|cord[- ]blood|umbilical[- ]cord|dental[- ]pulp|endometrial|menstrual|adipose|placent\w+|amniotic|olfactory|skin[- ]derived|muscle[- ]derived|synovial|(?<!lung )(?<!kidney )(?<!renal )(?<!liver )(?<!heart )allogr?aft|allogen\w+|regenerat\w+|(?<!kidney )(?<!renal )(?<!liver )(?<!hepatic )(?<!lung )(?<!heart )(?<!cardiac )(?<!islet )(?<!organ )(?<!limb )(?<!donor )transplant\w*|fat pad|cell therapy|cells?|graft(?!-| versus)|immun\w+|metabol\w+|gene\w*|genetic\w*|wound dressing|h[a]?ematopoietic|haplo-?identical|scar (?:tissue|resection))\b"
)
_CATEGORY_WEIGHT: Final = {
    Zone.TITLE: 3.0,
    Zone.AIM: 1.0,
    Zone.METHODS: 0.5,
    Zone.CONCLUSION: 0.5,
    Zone.BACKGROUND: 0.4,
}
_ORGAN_CANCER: Final = 1.6
"""A cancer of the gut or the prostate counts as cancer, though the organ's own category has its words too."""


def find_category_of(
    lexicon: Lexicon, text: PublicationText, conditions: Sequence[ConditionFound], *, title_only: bool = False
) -> CategoryFound | None:
    """The category that title, conditions and (unless `title_only`) sentences speak for most."""
    scores: dict[str, float] = defaultdict(float)
    for words, weight in _focus(text, conditions):
        _add_scores(scores, lexicon, words, weight)
    if extra := for_diabetics(text.title):
        scores[Category.DIABETES] += extra
    found = _ranked(scores)
    if not title_only and (found is None or found.margin < _CLEAR):
        for words, weight in _background(text):
            _add_scores(scores, lexicon, words, weight)
        found = _ranked(scores)
    if found and found.category is Category.CANCER and _BESIDE_BLOOD.search(text.title):
        return replace(found, category=Category.GVHD_TRANSPLANT)
    return found


_BESIDE_BLOOD: Final = re.compile(
    r"\bco-?(?:transplant|infus)\w*|\bnon-?myeloablat\w+|\bgraft-versus-(?:tumou?r|leuk[a]?emia)"
    r"|\b(?:hla-mismatched|haplo-?identical|t-cell-deplet\w+)\b[^.:]{0,40}\b(?:transplant\w*|stem[- ]cells)|\bafter conditioning\b"
)
"""Titles of cells given beside a transplant of blood: they are to help that transplant, not against the cancer."""
_CLEAR: Final = 0.25
"""A title and conditions this far ahead need no look at the abstract."""


def _add_scores(scores: dict[str, float], lexicon: Lexicon, words: str, weight: float) -> None:
    best: dict[str, float] = {}
    for entry in lexicon.fitting(words):
        if entry.pattern.first_in(words):
            value, _, strength = entry.value.partition("@")
            best[value] = max(best.get(value, 0.0), float(strength or 10) / 10)
    for value, strength_of in best.items():
        organ = _ORGAN_CANCER if value == Category.CANCER and weight >= _CATEGORY_WEIGHT[Zone.TITLE] else 1.0
        scores[value] += weight * strength_of * organ


def _ranked(scores: dict[str, float]) -> CategoryFound | None:
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return CategoryFound(category=Category(ranked[0][0]), margin=(ranked[0][1] - second) / ranked[0][1])


def _focus(text: PublicationText, conditions: Sequence[ConditionFound]) -> Iterator[tuple[str, float]]:
    for condition in conditions:
        yield from _before_cause(condition.name.lower(), _CATEGORY_WEIGHT[Zone.TITLE] * min(1.0, condition.weight))
    yield from _before_cause(_PRODUCT_TISSUE.blanked(text.title), _CATEGORY_WEIGHT[Zone.TITLE])


def _before_cause(words: str, weight: float) -> Iterator[tuple[str, float]]:
    """The words, and once more those before a cause: they name what is treated."""
    cause = _CAUSE.search(words)
    if cause is None:
        yield words, weight
        return
    yield words, weight * _OF_CAUSE
    yield words[: cause.start()], weight * (1 - _OF_CAUSE)


_OF_CAUSE: Final = 0.45
"""How much a cause counts beside what came of it: "dry eye due to" an illness is one of the eye."""
_CAUSE: Final = re.compile(
    r"\b(?:(?:due|secondary) to|(?:caused|induced) by|as an? (?:manifestation|complication|result|consequence|sequela) of"
    r"|complicating|resulting from|after|following|in the (?:course|setting|context) of|of(?= (?:primary |secondary )?(?:sj\w+gren|rheumatoid)))\b(?![^.:]*\b(?:covid|sars|diabet))"
)


_DENIED_TUMOUR: Final = re.compile(
    r"\b(?:no|without|nor)\s(?:[\w-]+,?\s){0,5}?(?:(?:malignan\w+|benign)\s)?(?:tumou?rs?\b(?!\s(?:respon|shrink|progress|marker))|neoplas\w+|malignan\w+)"
)
"""A harm that was watched for: "no ectopic tissue or malignant tumour was found" tells of no cancer patients."""


def _background(text: PublicationText) -> Iterator[tuple[str, float]]:
    """The abstract zone by zone, each counted as two of its sentences."""
    for zone, weight in _CATEGORY_WEIGHT.items():
        if zone is not Zone.TITLE:
            words = _DENIED_TUMOUR.sub(" ", " \n ".join(sentence.text for sentence in text.zones(zone)))
            if words:
                yield _PRODUCT_TISSUE.blanked(words), 2 * weight
