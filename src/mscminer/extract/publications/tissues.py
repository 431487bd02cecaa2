"""Which tissue the product comes from: in its own name, where its source is told apart, or in its harvest."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mscminer.core.vocabulary import MscClass, Tissue
from mscminer.extract.anchors import anchored
from mscminer.extract.publications.numerals import NUMBER
from mscminer.extract.publications.product import FIRST_HAND, ProductMention, ProductVerdict, name_before
from mscminer.extract.publications.rules import rule_set
from mscminer.extract.publications.text import PublicationText, Sentence, Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """A value (tissue or donor) with the words that state it."""

    value: str
    sentence: Sentence
    start: int
    end: int


_BETWEEN: Final = frozenset(
    re.findall(
        r"\S+",
        "tissue tissues membrane fluid stroma stromal matrix aspirate aspirates concentrate concentrated derived isolated "
        "origin adult human autologous allogeneic allogenic culture cultured expanded ex vivo in vitro mesenchymal "
        "multipotent and or versus vs the third party donor own patient patients s hypoxic hypoxia ischemia ischaemia tolerant "
        "clinical grade gmp pooled purified immunoselected stro 3 blood healthy unrelated pad pads bone marrow adipose "
        "cord umbilical fat stem progenitor precursor cell cells engineered modified activated primed preconditioned "
        "selected enriched sorted cryopreserved thawed frozen fresh commercial manufactured wharton jelly "
        "placenta placental amniotic amnion dental pulp synovial menstrual plate lining villi villous chorionic",
    )
)
"""Words that may stand between a tissue and the product that comes from it."""
_MADE_SO: Final = re.compile(
    r"\b[\w/+-]{2,24}-(?:enriched|selected|sorted|depleted|purified|expanded|primed|conditioned|pre-?conditioned|treated|"
    r"activated|stimulated|modified|engineered|transduced|loaded|grown|grade|compliant|positive|generation)\b"
)
"""Compounds that say how cells were made: "anti-CD362-selected"."""
_TOKEN: Final = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
_AND_OTHER_CELLS: Final = re.compile(r"^ mono-?nuclear and (?=$|mesench|strom)")
"""Other cells of the same tissue that share its name: "marrow mononuclear and mesenchymal cells"."""
_ABBREVIATION: Final = re.compile(r"\([a-z-]{2,14}\)")


def _same_phrase(between: str) -> bool:
    """Whether the words between a tissue and a product keep both in one noun phrase."""
    words = _TOKEN.findall(_MADE_SO.sub(" ", _ABBREVIATION.sub(" ", _AND_OTHER_CELLS.sub(" ", between))))
    return all(word in _BETWEEN or word in "-/,()+'" for word in words)


_AFTER: Final = re.compile(
    r"^[^.;]{0,25}?\b(?:from|of|derived|isolated|obtained|harvested|extracted|generated|prepared|sourced)\b(?: (?!and\b|or\b(?! (?:haplo|third|un?related|relat|sibling|family|matched|mis))|compared\b|versus\b|with\b|were\b|was\b|than\b|for\b|in\b|before\b|after\b|until\b|during\b)[\w'()-]+){0,7}? ?\(?$|^(?: cells?)?(?: \([^()]{1,30}\))?, (?:which (?:is|are) )?(?:an? )?(?:[\w-]+,? ){0,4}(?:product|preparation|population|formulation)(?: \w+)? (?:from|of) (?:[\w-]+ ){0,2}$|^s?\)? ?\((?:[\w -]{2,30}[;,] ){0,3}$"
)
_HARVEST: Final = re.compile(
    r"\b(?:aspirat\w+|harvest\w+|lipoaspirat\w+|liposuction|biops\w+|collect\w+|obtained|isolated|taken|extract\w+|separat\w+|donated|given by|drawn|removed)\b"
)
KINDS: Final = {
    MscClass.CELLS: ("msc", "adipose_stem"),
    MscClass.DERIVATIVE: ("derivative", "msc"),
    MscClass.UNCULTURED: ("uncultured", "adipose_stem"),
}
OWN_ZONES: Final = (Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION)


_STUDY_REACH: Final = 160
"""No more characters stand between "an earlier study" and what it gave."""


def own_mentions(product: ProductVerdict) -> list[ProductMention]:
    """Names of the product's kind outside the background, but not where another study's product is told of."""
    named = [one for one in product.mentions if one.kind in KINDS[product.msc] and one.sentence.zone in OWN_ZONES]
    known = {text for text in {one.sentence.text for one in named} if _KNOWN.search(text)}
    return [
        one
        for one in named
        if one.sentence.text not in known
        and not of_other_studies(one.sentence.text[max(0, one.start - _STUDY_REACH) : one.start])
        and not _is_examined(one)
    ]


_EXAMINED: Final = re.compile(
    r"\b(?:analys[ie]s|examination|chimerism|karyotyp\w+|genotyp\w+|typing|testing|cultures?) (?:of|in|on) (?:the )?(?:[\w-]+ ){0,2}$"
)


def _is_examined(mention: ProductMention) -> bool:
    """Whether findings are told of cells that were taken from people to see what became of the product."""
    found = mention.sentence.zone in (Zone.RESULTS, Zone.CONCLUSION)
    return found and bool(_EXAMINED.search(mention.sentence.text[max(0, mention.start - _PHRASE) : mention.start]))


_KNOWN: Final = re.compile(
    r"\b(?:is|are|was|were) known to\b|\bit is known\b|\b(?:has|have) been (?:shown|reported|demonstrated)\b"
)
"""What others have found, wherever it stands."""
_OTHER_STUDY: Final = re.compile(
    r"\b(?:an?|one|two|three|several|some|many|other|another|most|these|(?:in|from)(?: our| the| that)?) (?:earlier|previous|prior|published|former|other) (?:[\w-]+ ){0,3}(?:study|studies|trials?|reports?|series|work|experience)\b[^.;]{0,70}$"
    r"|^(?:compared (?:with|to)|unlike|in contrast to|in comparison (?:with|to)) [^,;]{0,60}$"
)


def of_other_studies(before: str) -> bool:
    """Whether the words before a product's name tell of other studies, or set it against the study's own product."""
    return bool(_OTHER_STUDY.search(before))


def named_tissues(product: ProductVerdict) -> list[Origin]:
    """Tissues in the noun phrases that name the product."""
    return _without_parents(list(_attached_tissues(own_mentions(product))))


def silent_tissues(text: PublicationText, product: ProductVerdict) -> list[Origin]:
    """Tissues told apart from the product's name; the first way of telling that finds some."""
    for way in (_sourced_tissues, _harvested_tissues, _introduced_tissues):
        found = _without_parents(list(way(text, product)))
        if found:
            return found
    return []


def _tissue_matches(sentence: Sentence) -> Iterator[tuple[str, int, int]]:
    for _, rule in rule_set("origin").may_match(sentence.text):
        for match in rule.pattern.all_in(sentence.text):
            yield rule.value, match.start(), match.end()


def given_apart(text: PublicationText, tissues: Collection[str]) -> bool:
    """Whether a sentence says of each tissue to how many its cells were given ("cord cells in 6, placental in 5")."""
    for sentence in text.sentences:
        found = sorted((start, end, value) for value, start, end in _tissue_matches(sentence) if value in tissues)
        if {value for _, _, value in found} == set(tissues):
            nexts = [*(start for start, _, _ in found[1:]), len(sentence.text)]
            counted = {
                value
                for (_, end, value), behind in zip(found, nexts, strict=True)
                if _is_counted(sentence.text[end : min(end + _NEAR_NUMBER, behind)])
            }
            if counted == set(tissues):
                return True
    return False


def told_as_alternatives(text: PublicationText, tissues: Collection[str]) -> bool:
    """Whether a sentence sets cells of the tissues against each other: "marrow or cord MSCs", "fat versus cord"."""
    for sentence in text.zones(*OWN_ZONES):
        found = sorted((start, end, value) for value, start, end in _tissue_matches(sentence) if value in tissues)
        for (_, end, one), (start, _, other) in pairwise(found):
            if one != other and _INSTEAD.fullmatch(sentence.text[end:start]):
                return True
    return False


_INSTEAD: Final = re.compile(
    r"[^.;,]{0,60}?(?:\b(?:or|versus|vs\.?)|\bcompared (?:with|to)) (?:(?:of|from|with|the|human|autologous|allogen\w+) ){0,3}"
)
_NEAR_NUMBER: Final = 60
_COUNTED: Final = re.compile(
    rf"[^.;,()]{{0,45}}?(?:\b(?:in|to|for) (?:{NUMBER})\b(?! ?(?:%|weeks|months|years|days))|\(n ?= ?\d)"
)


def _is_counted(behind: str) -> bool:
    return _COUNTED.match(behind) is not None


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
            joined = last >= mention.end and bool(_ALSO.fullmatch(text[last:start]))
            if joined or _belongs(text, mention, start, end):
                left, right = min(start, mention.start), max(end, mention.end)
                yield Origin(value=value, sentence=mention.sentence, start=left, end=right)
                last = end


_ALSO: Final = re.compile(
    r"(?:[- ](?:tissue|blood|derived))?(?: \([^()]{1,30}\)| of (?:[\w-]+ ){0,2}(?:members|donors?|relatives?|volunteers?|mothers?|newborns?|persons?)| in [\w-]+(?: (?:patients|cases|hips|knees|eyes))?)? ?(?:and/or|and|or|,|/|as well as|plus|&) ?(?:also )?(?:from )?(?:the )?(?:human |the )?"
)
"""Words between a tissue that the product comes from and another one that it comes from too."""
_PHRASE: Final = 70
"""No noun phrase has more characters between its tissue and its product."""
_REACH: Final = 90
"""No more characters stand between a product and a tissue named behind it."""


_APART: Final = re.compile(
    r"\b(?:bmac|svf|c?bma)|mncs?\b|mono-?nuclear(?! and $)|concentrate|membrane(?! ?-|[- ]derived)"
)
"""Things of a tissue that are given beside the cells: "marrow concentrate and MSCs"."""


_ANOTHER: Final = re.compile(
    r"(?: (?:tissues?|grafts?|aspirates?))?,? (?:and|or|versus|vs) (?:(?:(?:autologous|allogen\w+|human) )*|(?:autologous |allogen\w+ )?(?:cultured?|expanded|ex vivo)[ -].*)"
)
"""Words between a tissue that is given itself and a product that is given beside it or instead."""


def _belongs(text: str, mention: ProductMention, start: int, end: int) -> bool:
    if start < mention.end and mention.start < end:
        return True
    if end <= mention.start:
        if mention.start - end > _PHRASE:
            return False
        between = text[end : mention.start]
        if re.search(r"\b(?:or|and|versus|vs)\b|^, $", between) and _is_given_itself(
            text[start:end], between, mention.words
        ):
            return False
        return _same_phrase(between)
    return start - mention.end <= _REACH and bool(_AFTER.match(text[mention.end : start]))


_OR: Final = re.compile(r" (?:or|versus|vs) (?:(?:autologous|allogen\w+|human) )*")


def _is_given_itself(tissue: str, between: str, product: str) -> bool:
    """Whether a tissue before "and" or "or" is something given itself, not one more source of the product.

    Cord blood is given itself where the product is of cord tissue; "marrow or cord stromal cells" are cells of both.
    """
    if tissue.endswith("blood") and product.startswith(("cord tissue", "cord-tissue")):
        return True
    if _APART.search(tissue) or _APART.search(between):
        return True
    own = any(rule.pattern.compiled.match(product) for _, rule in rule_set("origin").may_match(product))
    return bool(_ANOTHER.fullmatch(between)) and not (own and _OR.fullmatch(between))


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


_ITS: Final = r"(?:the |these |such )?"
_SUBJECT: Final = r"\b(?:cells|[a-z-]{0,20}[ps]cs|product|they|these)\b(?: \([\w-]+\))?"
_GROWN: Final = (
    "obtained|isolated|derived|prepared|grown|expanded|cultured|harvested|taken|manufactured|sourced|made|extracted"
)
_SOURCED: Final = anchored(
    rf"{_SUBJECT} (?:came|come|originat\w+|derive[sd]?|(?:were|was|are|had been) (?:[\w-]+,? ){{0,8}}?(?:{_GROWN}))\b[^.;]{{0,40}}?\b(?:from|out of|of)\b[^.;]{{0,60}}"
    rf"|{_SUBJECT} (?:were|was|are) (?:all |mostly |mainly )?from\b[^.;]{{0,60}}"
    rf"|{_SUBJECT}[^.;]{{0,60}}? of (?:[\w-]+[ -]){{1,3}}origin\b"
    rf"|\b(?:received|given|infused|injected|implanted) (?:[\w-]+ ){{0,2}}cells (?:{_GROWN}) (?:from|out of)\b[^.;]{{0,50}}"
    r"|\b(?:autologous|allogen\w+|own|donor|such|these|the) (?:[\w-]+ )?cells from\b[^.;]{0,50}"
    rf"|{_SUBJECT}[^.;]{{0,110}}?, (?:\w+ )?(?:{_GROWN}) from\b[^.;]{{0,40}}"
    r"|\b(?:autologous|allogen\w+) [^.;,]{0,30}[- ]derived (?:cells?|cell product)\b"
    r"|\bcells from [^.;]{0,50}\b(?:given|infused|injected|implanted|transplanted)\b"
    r"|\bsource of (?:the |these )?[\w -]{0,40}?(?:cells|[ps]cs) (?:was|were|is)\b[^.;]{0,50}|\bcell source(?: was| is|:) [^.;]{0,40}"
    r"|\b(?:[\w-]+ ){1,2}?derived cells(?= ?(?:per|/) ?kg)|\b[\w-]+-derived cells(?= ?(?:per|/) ?kg)"
    rf"|\b(?:(?:bone )?marrow|fat|(?:adipose )?tissue|(?:umbilical )?cords?|placentas?|(?:dental )?pulps?)\b[^.;]{{0,40}} (?:was|were) (?:used|processed) to (?:grow|make|prepare|produce|obtain|generate|manufacture) {_ITS}[\w-]*(?:cells|[ps]cs)\b"
)


def _sourced_tissues(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    """Tissues of "the cells were grown from ...", said apart from the product's name."""
    for sentence in text.zones(*OWN_ZONES):
        told = _SOURCED.search(sentence.text)
        if told:
            for value, start, end in _tissue_matches(sentence):
                if told.start() <= start < told.end():
                    yield Origin(value=value, sentence=sentence, start=start, end=end)


DEFINED: Final = re.compile(
    r"\((?P<short>[a-z0-9]+(?:-?[a-z0-9]+){0,2}?-?m?[ps]cs?(?:-ntf|-nps?)?)(?:[;,] [\w-]{3,20})?\)"
)
"""The short name of a product, where a text defines it."""


_GENERIC: Final = re.compile(
    r"(?:human |adult )*(?:mesenchymal (?:stem|stromal|progenitor)(?:/\w+)?(?: cells?)?|h?mscs?)"
)
_IS: Final = re.compile(
    r"^(?:-[a-z0-9]{1,3})?(?: cells?| \((?P<brand>[\w-]{3,20})\)| \([^)]{1,30}\))*(?: (?:is|are|consists?|comprises?|contains?)\b(?! (?:the|in|not|used|found|widely)\b)|, an? )"
)


_KIND_OF: Final = frozenset(
    [
        "novel",
        "new",
        "next",
        "generation",
        "investigational",
        "proprietary",
        "first",
        "class",
        "based",
        "cell",
        "therapy",
        "product",
        "of",
        "tissue",
        "in",
        "which",
        "that",
        "biological",
        "an",
        "a",
    ]
)


def _names_product(mention: ProductMention, own: tuple[Sentence, ...]) -> bool:
    """Whether the words before say that what the study gives under a name of its own is this product."""
    named = name_before(mention)
    if named is None:
        return False
    how = " ".join(word for word in _TOKEN.findall(named["how"]) if word not in _KIND_OF)
    return _same_phrase(how) and any(named["name"] in sentence.text for sentence in own)


def defines_product(mention: ProductMention, own: tuple[Sentence, ...]) -> bool:
    """Whether it says what a product is whose own name, no generic one, the study uses: "NAME cells are ..."."""
    if _names_product(mention, own):
        return True
    said = _IS.match(mention.sentence.text[mention.end :])
    if said is None:
        return False
    names = {said["brand"]} if said["brand"] else set()
    if not _GENERIC.fullmatch(mention.words):
        names.add(mention.words.removesuffix("cells").strip())
    return any(name in sentence.text for sentence in own for name in names)


def _tissues_behind(mention: ProductMention) -> Iterator[Origin]:
    for value, start, end in _tissue_matches(mention.sentence):
        if start > mention.end:
            yield Origin(value=value, sentence=mention.sentence, start=start, end=end)


def _introduced_tissues(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    """Tissues said where the background introduces the product under the short name used from then on."""
    told, own = text.zones(*OWN_ZONES), text.zones(Zone.METHODS, Zone.RESULTS)
    for mention in product.mentions:
        if mention.sentence.zone is not Zone.BACKGROUND or mention.kind not in KINDS[product.msc]:
            continue
        if FIRST_HAND.search(mention.sentence.text):
            yield from _attached_tissues([mention])
            continue
        if defines_product(mention, told):
            yield from _attached_tissues([mention])
            yield from _tissues_behind(mention)
            continue
        short = DEFINED.match(mention.sentence.text[mention.end :].lstrip())
        short = short or DEFINED.search(mention.words)
        if short and any(short["short"] in sentence.text for sentence in own):
            yield from _attached_tissues([mention])


_TAKEN_OUT: Final = frozenset(
    {
        Tissue.BONE_MARROW,
        Tissue.ADIPOSE,
        Tissue.SYNOVIUM,
        Tissue.UMBILICAL_CORD,
        Tissue.WHARTON_JELLY,
        Tissue.PLACENTA,
    }
)
"""Tissues that are taken for their cells, and seldom for anything else."""


def _harvested_tissues(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    for sentence in text.zones(Zone.METHODS, Zone.AIM):
        if not _HARVEST.search(sentence.text):
            continue
        for value, start, end in _tissue_matches(sentence):
            near = sentence.text[max(0, start - 60) : end + 60]
            if _HARVEST.search(near) and value in _TAKEN_OUT:
                yield Origin(value=value, sentence=sentence, start=start, end=end)
