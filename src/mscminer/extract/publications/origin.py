"""Tissue and donor of the product that a publication's study gives."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Donor, MscClass, Tissue
from mscminer.extract.publications.product import ProductMention, ProductVerdict
from mscminer.extract.publications.rules import rule_set
from mscminer.extract.publications.text import PublicationText, Sentence, Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """A value (tissue or donor) with the words that state it."""

    value: str
    sentence: Sentence
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginVerdict:
    """Tissue, donor in words and donor inferred, each value with its evidence."""

    tissue: dict[str, tuple[Evidence, ...]]
    donor: dict[str, tuple[Evidence, ...]]
    donor_inferred: dict[str, tuple[Evidence, ...]]
    confidence: float


_BETWEEN: Final = frozenset(
    [
        "tissue",
        "tissues",
        "membrane",
        "fluid",
        "stroma",
        "stromal",
        "matrix",
        "aspirate",
        "aspirates",
        "concentrate",
        "concentrated",
        "derived",
        "isolated",
        "origin",
        "adult",
        "human",
        "autologous",
        "allogeneic",
        "allogenic",
        "culture",
        "cultured",
        "expanded",
        "ex",
        "vivo",
        "in",
        "vitro",
        "mesenchymal",
        "multipotent",
        "and",
        "or",
        "the",
        "third",
        "party",
        "donor",
        "own",
        "patient",
        "patients",
        "s",
        "hypoxic",
        "hypoxia",
        "ischemia",
        "ischaemia",
        "tolerant",
        "clinical",
        "grade",
        "gmp",
        "pooled",
        "purified",
        "immunoselected",
        "stro",
        "3",
        "blood",
        "healthy",
        "unrelated",
        "pad",
        "pads",
        "bone",
        "marrow",
        "adipose",
        "cord",
        "umbilical",
        "fat",
        "stem",
        "progenitor",
        "precursor",
        "cell",
        "cells",
        "engineered",
        "modified",
        "activated",
    ]
)
"""Words that may stand between a tissue and the product that comes from it."""
_TOKEN: Final = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_ABBREVIATION: Final = re.compile(r"\([a-z-]{2,14}\)")


def _same_phrase(between: str) -> bool:
    """Whether the words between a tissue and a product keep both in one noun phrase."""
    words = _TOKEN.findall(_ABBREVIATION.sub(" ", between))
    return all(word in _BETWEEN or word in "-/,()+" for word in words)


_AFTER: Final = re.compile(
    r"^[^.;]{0,25}?\b(?:from|of|derived|isolated|obtained|harvested|extracted|generated|prepared|sourced)\b(?: (?!and\b|or\b|compared\b|versus\b|with\b|were\b|was\b|than\b|for\b|in\b)[\w'()-]+){0,7}? ?\(?$|^s?\)? ?\((?:[\w -]{2,30}[;,] ){0,3}$"
)
_HARVEST: Final = re.compile(
    r"\b(?:aspirat\w+|harvest\w+|lipoaspirat\w+|liposuction|biops\w+|collect\w+|obtained|isolated|taken|extract\w+|separat\w+)\b"
)
_KINDS: Final = {
    MscClass.CELLS: ("msc", "adipose_stem"),
    MscClass.DERIVATIVE: ("derivative", "msc"),
    MscClass.UNCULTURED: ("uncultured", "adipose_stem"),
}
_OWN_ZONES: Final = (Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION)


def find_origin(text: PublicationText, product: ProductVerdict) -> OriginVerdict:
    """Resolve tissue and donor of the product; nothing where no product is given."""
    if product.msc is MscClass.NONE:
        return OriginVerdict(tissue={}, donor={}, donor_inferred={}, confidence=0.97)
    own = [
        mention
        for mention in product.mentions
        if mention.kind in _KINDS[product.msc] and mention.sentence.zone is not Zone.BACKGROUND
    ]
    tissue = _grouped(text, _without_parents(list(_attached_tissues(own))))
    for silent in (_sourced_tissues, _harvested_tissues, _introduced_tissues):
        tissue = tissue or _grouped(text, _without_parents(list(silent(text, product))))
    uncultured = product.msc is MscClass.UNCULTURED
    donor = _grouped(text, [*_autologous(text, own, uncultured), *_allogeneic(text, own, uncultured)])
    if not donor:
        donor = _grouped(text, list(_described(text)))
    inferred = donor or _inferred(text, tissue)
    return OriginVerdict(tissue=tissue, donor=donor, donor_inferred=inferred, confidence=0.93 if tissue else 0.88)


def _grouped(text: PublicationText, origins: list[Origin]) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, list[Evidence]] = {}
    for origin in origins:
        found.setdefault(origin.value, []).append(text.evidence(origin.sentence, origin.start, origin.end))
    return {value: tuple(dict.fromkeys(evidence))[:3] for value, evidence in found.items()}


def _tissue_matches(sentence: Sentence) -> Iterator[tuple[str, int, int]]:
    for _, rule in rule_set("origin").may_match(sentence.text):
        for match in rule.pattern.finditer(sentence.text):
            yield rule.value, match.start(), match.end()


def _attached_tissues(mentions: list[ProductMention]) -> Iterator[Origin]:
    """Tissues named inside a product's name, before it in the same noun phrase, or after "from"."""
    known: dict[tuple[str, int], list[tuple[str, int, int]]] = {}
    for mention in mentions:
        text, place = mention.sentence.text, (mention.sentence.section, mention.sentence.start)
        if place not in known:
            known[place] = sorted(_tissue_matches(mention.sentence), key=lambda match: match[1:])
        last = 0
        first = bisect_left(known[place], mention.start - 2 * _PHRASE, key=lambda match: match[1])
        for value, start, end in known[place][first:]:
            if start > max(last, mention.end) + _REACH:
                break
            joined = last > mention.end and bool(_ALSO.fullmatch(text[last:start]))
            if joined or _belongs(text, mention, start, end):
                left, right = min(start, mention.start), max(end, mention.end)
                yield Origin(value=value, sentence=mention.sentence, start=left, end=right)
                last = end


_ALSO: Final = re.compile(
    r"(?:[- ](?:tissue|blood|derived))? ?(?:and/or|and|or|,|/|as well as|plus|&) ?(?:from )?(?:human |the )?"
)
"""Words between a tissue that the product comes from and another one that it comes from too."""
_PHRASE: Final = 70
"""No noun phrase has more characters between its tissue and its product."""
_REACH: Final = 90
"""No more characters stand between a product and a tissue named behind it."""


def _belongs(text: str, mention: ProductMention, start: int, end: int) -> bool:
    if start < mention.end and mention.start < end:
        return True
    if end <= mention.start:
        if mention.start - end > _PHRASE:
            return False
        between = text[end : mention.start]
        joined = re.search(r"\b(?:or|and)\b", between)
        whole = text[start:end]
        if joined and (whole.startswith(("bmac", "svf", "bma", "cbma")) or "concentrate" in between):
            return False
        return _same_phrase(between)
    return start - mention.end <= _REACH and bool(_AFTER.match(text[mention.end : start]))


def _without_parents(origins: list[Origin]) -> list[Origin]:
    """Wharton's jelly stands alone for the cord; cord blood is not cord; marrow is not blood."""
    values = {origin.value for origin in origins}
    dropped = set()
    if Tissue.WHARTON_JELLY in values:
        dropped.add(Tissue.UMBILICAL_CORD.value)
    if Tissue.CORD_BLOOD in values and not any(
        origin.value == Tissue.UMBILICAL_CORD and "blood" not in origin.sentence.text for origin in origins
    ):
        dropped.add(Tissue.UMBILICAL_CORD.value)
    return [origin for origin in origins if origin.value not in dropped]


_SOURCED: Final = re.compile(
    r"\b(?:cells|[a-z-]*mscs|product|they|these)\b(?: \([\w-]+\))? (?:came|come|originat\w+|derive[sd]?|(?:were|was|are|had been) (?:[\w-]+ ){0,2}?(?:obtained|isolated|derived|prepared|grown|expanded|cultured|harvested|taken|manufactured|sourced|made|extracted))\b[^.;]{0,40}?\b(?:from|out of|of)\b[^.;]{0,60}"
    r"|\b(?:autologous|allogen\w+|own|donor|such|these|the) (?:[\w-]+ )?cells from\b[^.;]{0,50}"
)


def _sourced_tissues(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    """Tissues of "the cells were grown from ...", said apart from the product's name."""
    for sentence in text.zones(*_OWN_ZONES):
        told = _SOURCED.search(sentence.text)
        if told:
            for value, start, end in _tissue_matches(sentence):
                if told.start() <= start < told.end():
                    yield Origin(value=value, sentence=sentence, start=start, end=end)


def _introduced_tissues(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    """Tissues said where the background introduces the product under the short name used from then on."""
    own = text.zones(Zone.METHODS, Zone.RESULTS)
    for mention in product.mentions:
        if mention.sentence.zone is not Zone.BACKGROUND or mention.kind not in _KINDS[product.msc]:
            continue
        short = _DEFINED.match(mention.sentence.text[mention.end :].lstrip())
        short = short or _DEFINED.search(mention.words)
        if short and any(short["short"] in sentence.text for sentence in own):
            yield from _attached_tissues([mention])


def _harvested_tissues(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    for sentence in text.zones(Zone.METHODS, Zone.AIM):
        if not _HARVEST.search(sentence.text):
            continue
        for value, start, end in _tissue_matches(sentence):
            near = sentence.text[max(0, start - 60) : end + 60]
            if _HARVEST.search(near) and value in (Tissue.BONE_MARROW, Tissue.ADIPOSE, Tissue.SYNOVIUM):
                yield Origin(value=value, sentence=sentence, start=start, end=end)


_PRODUCT_HEAD: Final = (
    r"mesenchym|\bmscs?\b|[a-z-]*mscs?\b|stromal|\bstem\b|progenitor|precursor|\bm?pcs?\b|adscs?|ascs?\b|bone[- ]?marrow|marrow|\bbm\b|adipose|\bfat\b|\bsvf|"
    r"\bcells?\b|cell[- ](?:therapy|transplant|product|implant)|\bbma|concentrate|umbilical|cord\b|wharton|placent|synovi|regenerative|\b[a-z]{2,6}scs?\b|menstrual|amnio|endometri|decidua|exosom|vesicles|\bm-ami\b|multipotent|mononuclear|dental|secretome|remestemcel|infrapatellar"
)
_OTHER_HEAD: Final = (
    r"serum|plasma|platelet|\bprp\b|fibrin|chondro(?!cyte precursor|genic cell)|cartilage|periost|bone(?![- ]?marrow)|\bgraft|osteo|tendon|skin|h[a]?ematopoietic|\bhscs?\b|hsct|cd34|(?<!menstrual )(?<!menstrual-)(?<!cord )(?<!cord-)blood(?! stromal|[- ]derived| m?scs?\b| mesench)|t[- ]cells?|lymphocyte|fibroblast|"
    r"keratinocyte|islet|iliac crest bone|collagen|membrane|meniscus|thrombin|lysate|transplantation (?:for|in) (?:leuk|lymph)|monocyte|neural|vein|hamstring|matrix-induced chondro|limbal"
)
_HEAD: Final = re.compile(rf"(?P<other>\b(?:{_OTHER_HEAD}))|(?P<product>(?:{_PRODUCT_HEAD}))")
_AUTO: Final = re.compile(r"\bautolog\w+|\bautogen(?:ous|eic)\w*|\bsyngeneic\b")
_ALLO: Final = re.compile(r"\ballogen(?:e?ic|ous)\w*|\ballo-(?=h?msc|mpc|asc)|\bhomologous\b")
_SELF: Final = re.compile(
    r"(?<!consent )(?<!permission )(?<!agreement )(?<!parents )(?<!guardians )\b(?:from|of) (?:each|the|every|their|his|her|these) (?:\w+ )?(?:patient|participant|recipient|subject)s?(?:'s?)?(?: own)?\b|\b(?:patient|participant|recipient|subject)s?'s? (?:own )?(?:\w+ ){0,2}(?:iliac|bone marrow|marrow|fat|adipose|buccal|knee|cells|blood|mscs)|\b(?:their|his|her|patients'|patient's) own\b|\bown (?:\w+ ){0,2}(?:bone marrow|marrow|fat|adipose|cells|stem|mscs?|mesenchymal)|\bpatient[- ](?:own|derived)\b|\bself-donor"
)
_THIRD: Final = re.compile(
    r"\bthird[- ]party\b|\b(?:un)?related[- ](?:\w+ ){0,2}donors?\b|\bunrelated[- ](?:young |adult )?(?:donors?|men|women|male|female)|\bhealthy (?:\w+ ){0,3}(?:donors?|volunteers?|individuals?)\b|\b(?:hla[- ])?(?:mis)?matched (?:\w+ )?donors?\b|\bhla-(?:mis)?matched\b|\bsibling donors?\b|\boff[- ]the[- ]shelf\b|\buniversal donor|\bdonor[- ]derived\b|\bdonor (?:(?:bone[- ]?)?marrow|bm|adipose|fat|umbilical)(?:[- ]derived)? (?:mscs?|mesenchymal|stromal)\b|\bdonor (?:mscs?|mesenchymal|bm-?mscs?|cells)\b|\bhaplo-?identical\b|\bfamily donors?\b|\bpooled donors?\b|\bparental\b|\bfrom (?:his|her|their|the patient's|an?) (?:\w+ ){0,2}(?:sister|brother|sibling|mother|father|parents?|relatives?|daughter|son)\b|\bdonat(?:ed|ions?)\b|\b(?:from|of) (?:\w+ ){0,3}(?:donors|donations)\b|\bfrom (?:a |an |one )?(?:single )?(?:adult |young )?donors?\b"
    r"|\bcadaver(?:ic)?\b|\b(?:deceased|dead|post-?mortem|living|kidney|renal|organ|same|transplant|marrow|stem cell|male|female) donors?\b|\b(?:tissue|marrow|fat|cells) (?:of|from) (?:the|a|an) (?:\w+ )?donor\b|\b(?:the|a) donor's (?:\w+ )?(?:marrow|fat|adipose|cells)"
)
_GRAFT_AFTER: Final = re.compile(
    r"[ -](?:\w+ )?(?:h[a]?ematopoietic|hscs?\b|hsct|stem cell transplant|transplant|bone marrow transplant|sct|bmt|donor lymph|kidney|renal|liver|living)"
)
_LIKENED: Final = re.compile(
    r"\b(?:those|that) (?:of|from|in) (?:the )?$|\b(?:than|like|versus|compared (?:with|to)) (?:(?:those|that|cells|mscs) )?(?:(?:of|from|in) )?$"
)
"""Words before the donors of cells that the product is only compared with."""
_DONOR_SITE: Final = re.compile(r"\bdonor[- ]site|\bdonor-specific|\banti-donor|\bdonor antibod|\bdonor dna")


_COORDINATED: Final = re.compile(
    r"^ ?(?:and|or|/|-|vs\.?|versus|with|to|and/or|compared (?:with|to)|from|over)+ ?(?:allogen\w+|autolog\w+)"
)
_OTHER_PRODUCT: Final = re.compile(
    r"^ (?:bone[- ]?marrow|marrow|bm|peripheral[- ]blood|adipose)[- ](?:derived )?(?:mono-?nuclear|mnc|h[a]?ematopoietic|cell transplantation)(?!.{0,30}mesenchym)"
)
"""A product that is given beside the MSCs, with a donor of its own."""


def _heads(sentence: Sentence, match: re.Match[str], *, uncultured: bool = False) -> bool:
    """Whether the first thing that an adjective like "autologous" can belong to is the product."""
    after = _COORDINATED.sub("", sentence.text[match.end() : match.end() + 100])[:75]
    if not uncultured and _OTHER_PRODUCT.match(after):
        return False
    head = _HEAD.search(after)
    if head is None or re.search(r"[.;]|\b(?:versus|vs|with|compared|were|was)\b", after[: head.start()]):
        before = sentence.text[max(0, match.start() - 60) : match.start()]
        return head is None and bool(re.search(rf"(?:{_PRODUCT_HEAD})[^.;]{{0,40}}$", before))
    return head.lastgroup == "product"


_EARLIER: Final = re.compile(r"\b(?:earlier|previous|prior|other|published)(?: [\w-]+)? ?$")


def _adjectives(
    text: PublicationText, pattern: re.Pattern[str], value: str, *, uncultured: bool = False
) -> Iterator[Origin]:
    for sentence in text.sentences:
        if sentence.zone not in _OWN_ZONES:
            continue
        for match in pattern.finditer(sentence.text):
            if _heads(sentence, match, uncultured=uncultured) and not _EARLIER.search(sentence.text[: match.start()]):
                yield Origin(value=value, sentence=sentence, start=match.start(), end=match.end())


_ELSEWHERE: Final = re.compile(
    r"\b(?:h[a]?ematopoietic|hsct|allo-?hsct|bone marrow transplant\w*|stem cell transplant\w*|kidney|liver|renal|islet|organ) ?(?:stem cell )?(?:transplant\w*|graft)?"
)


def _autologous(text: PublicationText, own: list[ProductMention], uncultured: bool) -> Iterator[Origin]:
    for origin in _adjectives(text, _AUTO, Donor.AUTOLOGOUS.value, uncultured=uncultured):
        after = origin.sentence.text[origin.end : origin.end + 45]
        if not re.match(
            r" (?:h[a]?ematopoietic|peripheral[- ]blood (?:stem|progenitor)|(?:stem cell )?transplant\w*\b(?! of| therapy))",
            after,
        ):
            yield origin
    for sentence in text.sentences:
        if sentence.zone not in _OWN_ZONES:
            continue
        match = _SELF.search(sentence.text)
        if match and _near_source(sentence, match):
            yield Origin(value=Donor.AUTOLOGOUS.value, sentence=sentence, start=match.start(), end=match.end())


_PRODUCT_IS: Final = re.compile(
    r"\b(?:m?scs|[a-z-]*mscs|mpcs|cells|product|\w+cel(?:-l)?)(?: \([\w-]+\))? (?:is|are) (?:an? )?(?:\w+,? )?(?P<donor>allogen\w+|autolog\w+)"
)


def _described(text: PublicationText) -> Iterator[Origin]:
    """ "MPCs are allogeneic cells", said of the product in the background."""
    for sentence in text.zones(Zone.BACKGROUND):
        match = _PRODUCT_IS.search(sentence.text)
        if match:
            value = Donor.ALLOGENEIC if match["donor"].startswith("allo") else Donor.AUTOLOGOUS
            yield Origin(value=value.value, sentence=sentence, start=match.start(), end=match.end())
        yield from _defined_here(text, sentence)
        if _OWN_EARLIER.search(sentence.text):
            yield from _nearest_donor(sentence)


_OWN_EARLIER: Final = re.compile(
    r"\b(?:we|our (?:group|team|cent(?:er|re)|hospital|unit)) (?:(?:have|had|has) )?(?:previously|earlier|already|used|given|treated|injected)\b"
)


def _nearest_donor(sentence: Sentence) -> Iterator[Origin]:
    """Donors in a background sentence that tells of the authors' own earlier treatment."""
    for pattern, value in ((_AUTO, Donor.AUTOLOGOUS), (_ALLO, Donor.ALLOGENEIC), (_THIRD, Donor.ALLOGENEIC)):
        match = pattern.search(sentence.text)
        if match and (pattern is _THIRD or _heads(sentence, match)):
            yield Origin(value=value.value, sentence=sentence, start=match.start(), end=match.end())


_DEFINED: Final = re.compile(r"\((?P<short>[a-z0-9]+(?:-?[a-z0-9]+){0,2}?-?m?[ps]cs?)\)")


def _defined_here(text: PublicationText, sentence: Sentence) -> Iterator[Origin]:
    """A donor said where the background introduces the product under the short name used from then on."""
    short = _DEFINED.search(sentence.text)
    own = text.zones(Zone.METHODS, Zone.RESULTS)
    if short is None or not any(short["short"] in other.text for other in own):
        return
    for pattern, value in ((_AUTO, Donor.AUTOLOGOUS), (_ALLO, Donor.ALLOGENEIC), (_THIRD, Donor.ALLOGENEIC)):
        match = pattern.search(sentence.text, 0, short.start())
        near = match and short.start() - match.end() < _NAME_LENGTH
        if match and near and (pattern is _THIRD or _heads(sentence, match)):
            yield Origin(value=value.value, sentence=sentence, start=match.start(), end=match.end())


_NAME_LENGTH: Final = 90


_AFTERWARDS: Final = re.compile(
    r"\b(?:after|following|post) (?:the )?(?:\w+ )?(?:transplant|infusion|injection|treatment|therapy|administration)"
)
"""Cells taken afterwards are taken to see what became of the product."""


def _near_source(sentence: Sentence, match: re.Match[str]) -> bool:
    """Whether "from the patient" stands by marrow, fat or cells that are taken, not by a score or a scan."""
    near = sentence.text[max(0, match.start() - 90) : match.end() + 60]
    if _AFTERWARDS.search(sentence.text[: match.start()]):
        return False
    source = re.search(
        r"\bmarrow\b|\biliac\b|\badipose\b|\bfat\b|\bliposuction|\blipoaspirat|\bmesenchym|\bmscs?\b|\bstromal\b|\bstem cells\b|\bsynov",
        near,
    )
    taken = re.search(
        r"\baspirat|\bharvest|\bisolat|\bobtain|\bcollect|\bderived|\bextract|\btaken|\bexpand|\bcultur|\bgrown|\bmade\b|\bown\b|\bliposuction|\bprepared",
        near,
    )
    return bool(source and taken)


def _allogeneic(text: PublicationText, own: list[ProductMention], uncultured: bool) -> Iterator[Origin]:
    for origin in _adjectives(text, _ALLO, Donor.ALLOGENEIC.value, uncultured=uncultured):
        after = origin.sentence.text[origin.end : origin.end + 60]
        if not re.match(
            r" (?:h[a]?ematopoietic|peripheral|(?:stem cell |bone marrow )?transplant\w*\b(?! of| therapy)|hsct|sct|bmt|donor lymph|graft|cord blood transplant|blood)",
            after,
        ):
            yield origin
    places = {(mention.sentence.section, mention.sentence.start) for mention in own}
    for sentence in text.sentences:
        match = _THIRD.search(sentence.text)
        if match is None or sentence.zone not in _OWN_ZONES or _DONOR_SITE.match(sentence.text, match.start()):
            continue
        if _GRAFT_AFTER.match(sentence.text, match.end()) or _LIKENED.search(sentence.text[: match.start()]):
            continue
        taken = re.search(
            r"\b(?:from|of|derived|obtained|isolated|using|third|off|universal|donor|mismatched|hla|parental|haplo-?identical)\b",
            sentence.text,
        )
        if (
            (sentence.section, sentence.start) in places
            and taken
            and not re.search(r"\bcontrols?\b.{0,20}$", sentence.text[: match.end()])
        ):
            yield Origin(value=Donor.ALLOGENEIC.value, sentence=sentence, start=match.start(), end=match.end())


_BORN: Final = frozenset(
    {Tissue.UMBILICAL_CORD, Tissue.WHARTON_JELLY, Tissue.CORD_BLOOD, Tissue.PLACENTA, Tissue.AMNION}
)
_TAKEN_FROM_PATIENT: Final = re.compile(
    r"\b(?:bone[- ]?marrow|bma|iliac|marrow|adipose|fat)\b[^.;]{0,60}\b(?:aspirat(?:ed|ion)|harvest(?:ed|ing)?|collected)\b|\b(?:aspirat(?:ed|ion)|harvest(?:ed|ing)?|collect(?:ed|ion))\b[^.;]{0,40}\b(?:bone[- ]?marrow|bma|iliac|marrow|adipose|fat)\b|\blipoaspirat\w+|\bliposuction\b|\b(?:same|single) an[a]?esthe\w+|\bintra-?operative(?:ly)? (?:bone marrow|harvest)|\b(?:filgrastim|g-?csf|granulocyte[- ]colony)\b|\bmini-lipo\w*|\bharvested bma\b"
)


def _inferred(text: PublicationText, tissue: dict[str, tuple[Evidence, ...]]) -> dict[str, tuple[Evidence, ...]]:
    """What any reader infers: birth tissues come from others, harvest in the protocol from the participant."""
    born = [value for value in tissue if value in _BORN]
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
