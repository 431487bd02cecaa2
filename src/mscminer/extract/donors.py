"""Donor of the product: in words that are tied to it, and as it follows for any reader."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mscminer.core.mentions import Assertion
from mscminer.extract.origins import GROWN_CELLS, HARVEST, LONGEST, NO_ORIGIN, Levels, Origin
from mscminer.extract.products import Products
from mscminer.extract.view import Item, View, Zone, owner_of, starting

_VOLUNTEERS = "donor.allogeneic.volunteer"
_ALLOGRAFT = "donor.allogeneic.allograft"
""" "Viable cellular allograft": a product with cells of others, which the words name as a whole."""
_GIVERS = ("donor.allogeneic.donor", "donor.allogeneic.relative", _VOLUNTEERS)
"""Rules of words for people who give; what they give the sentence must tell."""
_OTHER_KEYWORD = re.compile(
    r"[\s-](?:fat\s(?:graft|transfer|inject)|serum|plasma|PRP|PRF|platelet|fibrin|chondro|bone\sgraft|tooth|skin|blood\b)",
    re.IGNORECASE,
)
_IMMUNITY = re.compile(
    r"\b(?:low|lower|lack|little|no|absence|less|possibility|risk)\s(?:of\s)?(?:the\s)?(?:\w+\s)?(?:immunogenic|rejection|alloreact)\w*"
    r"|\bimmun\w*[\s-]privileg|\bimmunoprivileg",
    re.IGNORECASE,
)
"""Words of sentences on what MSCs are spared of in any recipient."""
PERINATAL = frozenset({"umbilical_cord", "wharton_jelly", "cord_blood", "placenta", "amnion"})
_OF_OTHERS = PERINATAL | {"esc"}
"""Tissues that no participant gave: of a birth, of an embryo."""
_HEAD_OTHER = re.compile(
    r"""\b(?:serum|plasma|fibrin|platelets?|PR[PF]\b|chondro(?:cyte|n)s?|cartilage\s(?:cells|tissue|chips)|chondral\s|(?:human\s)?bone\b(?!\W?\s?marrow)|peripheral\s(?:blood\s)?stem|(?:osteochondral|tendon|hamstring|skin|fat|nerve|vein|cartilage|cancellous|iliac|dermal|conjunctival|limbal|fascia|tissue|split)\s(?:\w+\s)?grafts?|grafts?\b(?!.{0,6}versus)
      |blood\b(?!\s?-?(?:derived|\(|stem)|\sMSC)|HSC[TS]?\b|ha?em(?:at)?o?poi?et|(?<!cell\s)transplant(?:ations?|s)?\b(?!\s(?:\(\w+\)\s)?of\s(?:[\w-]+\s){0,6}(?:\w*MSC|mes|stem|strom|cells|adip|bone))|islets?|fibroblasts?|keratinocytes?|myoblasts?|T[\s-]cells?|lymphocytes?|kidneys?|renal|livers?|organs?|hearts?|lungs?|CD34|scaffold|thrombin|donation
      |albumin|cornea|bone\sgrafting|autograft|osteochondral|saphenous|arteriovenous|fistula|antibod|conditioning|cancellous|tumou?r|dendritic)""",
    re.VERBOSE | re.IGNORECASE,
)


_BACK_WORD = re.compile(
    r"is|are|were|was|will|be|being|of|from|an?|the|both|either|in|which|that|taken|derived|isolated|obtained|harvested|collected|prepared|expanded|cultured|human|produced|manufactured|sourced?|origin|extracted"
    r"|generated|[A-Z]{2,6}s?|bone|marrow|adipose|tissue|fat|umbilical|cord|wharton\S*|jelly|blood|placenta\w*|dental|pulp|normal|using|with|and|cells|ex|vivo|by|patients?|healthy|young|adult|volunteers?|aspirate|iliac"
    r"|crest|used|for|this|trial|study|infusion|product|has|have|been|generated|stored|donated|single|unrelated|banked|third|party|\d+"
    r"|cadaver\w*|deceased|organ|pooled|multiple|several|consenting|screened|qualified|living|selected|paid|female|male"
)


_BACK_WORDS = re.compile(r"[^\s,;:()'’-]+(?<![®™])")


def _leads_back(gap: str) -> bool:
    """Whether a donor word after the product still speaks of it: "MSC that were taken from healthy donors"."""
    return all(_BACK_WORD.fullmatch(word) or _BACK_WORD.fullmatch(word.lower()) for word in _BACK_WORDS.findall(gap))


def find_donor(view: View, products: Products, own: Sequence[Item]) -> Origin:
    """Whose cells they are, in words that are tied to the product."""
    sorted_in = Levels()
    for item in view.of("DONOR"):
        level = _donor_level(view, products, own, item)
        if level is not None:
            sorted_in.levels[level].append(item)
    return _titles_win(products, sorted_in.best())


def _titles_win(products: Products, origin: Origin) -> Origin:
    """Where the description of the one product contradicts the titles (a text pasted from elsewhere), titles win."""
    if origin.level > 0 and len(origin.values) > 1:
        nearest = min(item.zone for item in origin.items)
        items = tuple(item for item in origin.items if item.zone == nearest)
        return Origin(values=tuple(dict.fromkeys(item.value for item in items)), items=items, level=origin.level)
    titled = {item.value for item in origin.items if item.section.endswith("title") or item.owner.startswith("arm")}
    if len(origin.values) < 2 or len(titled) != 1 or len(products.given) > 1:
        return origin
    items = tuple(item for item in origin.items if item.value in titled)
    return Origin(values=tuple(titled), items=items, level=origin.level)


def _donor_level(view: View, products: Products, own: Sequence[Item], item: Item) -> int | None:
    if item.assertion in (Assertion.NEGATED, Assertion.COMPARATOR) or products.excludes(item):
        return None
    if item.zone is not Zone.CORE and _IMMUNITY.search(view.sentence(item)):
        return None
    tied = item.rule != _VOLUNTEERS and donor_is_tied(view, own, item)
    if item.assertion is Assertion.BACKGROUND:
        return 5 if tied and (_VOLUNTEER.search(view.words(item)) or _defines(view, item)) else None
    if item.section.startswith("keyword"):
        if tied and any(other.value in ("cells", "asc") for other in starting(own, *item.sentence)):
            return 1
        return 2 if tied or _is_plain_keyword(view, item) else None
    if tied:
        return 0 if item.zone is Zone.CORE else 1
    if item.rule in _GIVERS and _gave_tissue(view, item):
        return 3
    if item.rule in ("donor.autologous.own", "donor.autologous.words") and _speaks_of_harvest(view, own, item):
        return 3
    return None


def _is_plain_keyword(view: View, item: Item) -> bool:
    """Whether a keyword says little more than the donor: "autologous transplantation", not "autologous serum"."""
    short = len(view.sentence(item)) < len(view.words(item)) + 25
    return short and item.rule != _GIVERS[0] and not _OTHER_KEYWORD.match(view.joined.text, item.end)


def without_own_birth(donor: Origin, tissue: Origin) -> Origin:
    """Drop "autologous" of a description for cells of birth tissues: it is said of something else there."""
    told = all(item.zone > Zone.SUMMARY and not item.owner for item in donor.items)
    if donor.values == ("autologous",) and tissue.values and set(tissue.values) <= PERINATAL and told:
        return NO_ORIGIN
    return donor


_VOLUNTEER = re.compile(r"\b(?:healthy|volunteer)\b.*\bdonor", re.IGNORECASE)
"""Who gives to a product that is made once for all, said also where it is described in general."""


_PRODUCT_WORD = re.compile(
    r"\s(?:[\w-]+\s){0,2}?(?:product|preparation|therapy|medicine|concentrate|suspension)\b", re.IGNORECASE
)
_IS = re.compile(r"\b(?:is|are)\s(?:an?\s|the\s)?(?:\w+\s)?$", re.IGNORECASE)


def _defines(view: View, item: Item) -> bool:
    """ "The concentrate is an autologous product", which other words of the sentence make a general statement."""
    text = view.joined.text
    return bool(_PRODUCT_WORD.match(text, item.end) and _IS.search(text[item.sentence[0] : item.start]))


_GAVE = re.compile(
    r"\b(?:relatives?|family|siblings?|brothers?|sisters?|healthy|normal|third|unrelated|volunteer|single|young|adult|screened|haplo|different)",
    re.IGNORECASE,
)


def _gave_tissue(view: View, item: Item) -> bool:
    """ "The fat sample comes from healthy donors": a donor and the tissue that became the product in one sentence."""
    sentence = view.sentence(item)
    if not _GAVE.search(view.words(item)) or re.search(
        r"HSCT|transplantation|graft|lymphocyte|antibod|kidney|liver\stransp|blood\sunits?", sentence, re.IGNORECASE
    ):
        return False
    return any(
        other.sentence == item.sentence for other in view.starting("TISSUE", item.start - 89, item.start + 90)
    ) and bool(HARVEST.search(sentence))


def _speaks_of_harvest(view: View, own: Sequence[Item], item: Item) -> bool:
    """ "The patient's own marrow is aspirated ..." near a sentence on the product."""
    words = view.sentence(item)
    if not re.search(r"marrow|fat\b|adipos|iliac|lipo|cells?\b|tissue", words, re.IGNORECASE):
        return False
    if _head_is_other(view, own, item) or _heads_other_cells(view, own, item):
        return False
    near = any(other.section == item.section for other in starting(own, item.start - 499, item.start + 500))
    return near or GROWN_CELLS.search(words) is not None


def _heads_other_cells(view: View, own: Sequence[Item], item: Item) -> bool:
    """ "Autologous marrow mononuclear cells and cord MSC": the word right before other cells beside the product."""
    beside = starting(own, item.end, item.sentence[1])
    return bool(beside) and any(
        other.value in ("other", "uncultured") and other not in starting(own, other.start, other.end)
        for other in view.starting("PRODUCT", item.end, item.end + 3)
    )


_PLAIN_CELLS = re.compile(
    r"\s(?:(?:human|adult|cultured|expanded|living|viable|donor)\s){0,2}cells?\b(?!\s(?:transplant|count|line|from\s(?:the\s)?(?:blood|organ)))",
    re.IGNORECASE,
)


_NAMED_CELLS = re.compile(r"\s(?:[\w-]+\s){1,2}cells?\b", re.IGNORECASE)


def _is_of_named_cells(view: View, item: Item, close: str) -> bool:
    """A title's "autologous cardiopoietic cells": cells of a kind that no lexicon knows."""
    named = _NAMED_CELLS.match(close)
    if named is None or _HEAD_OTHER.search(named.group()):
        return False
    end = item.end + named.end()
    return not any(item.end < other.end for other in view.starting("PRODUCT", item.start - LONGEST, end))


def _names_product(view: View, item: Item, close: str) -> bool:
    """ "Allogeneic MesenCure": the word before the name of an intervention that has a name of its own."""
    study = view.document.study
    word = re.match(r"\s([A-Z][\w®™-]{3,})", close)
    if any(item.end < other.end for other in view.starting("PRODUCT", item.start - LONGEST, item.end + 4)):
        return False
    if study is None or word is None or item.label != "DONOR":
        return False
    return (
        any(
            word[1].rstrip("®™") in one.name
            for one in study.interventions
            if one.type in ("BIOLOGICAL", "DRUG", "GENETIC")
        )
        and not _HEAD_OTHER.match(close.strip())
        and not re.match(
            r"(?:Stem|Cell|Bone|Tissue|Fat|Blood|Cord|Peripheral|Hematop|Umbil|Kerat|Chondr|Platelet|Transplant|Islet)",
            word[1],
        )
    )


def donor_is_tied(view: View, own: Sequence[Item], item: Item) -> bool:
    """Whether the first thing that the donor word can be said of is the product, not serum, a graft or other cells."""
    if any(item.start < other.end for other in starting(own, item.start - LONGEST, item.end)):
        return True
    if item.rule == _ALLOGRAFT and item.zone is Zone.CORE:
        return True
    ahead = min(item.sentence[1], item.end + 100)
    close = view.joined.text[item.end : min(item.sentence[1], item.end + 40)]
    if _names_product(view, item, close):
        return True
    if _PLAIN_CELLS.match(close) and not _HEAD_OTHER.match(close.strip()):
        return True
    if item.section.endswith("title") and _is_of_named_cells(view, item, close):
        return True
    if view.words(item).lower().endswith("ly") and starting(own, *item.sentence):
        return True
    first = min((other.start for other in starting(own, item.end, ahead)), default=None)
    gap = view.joined.text[item.end : first if first is not None else ahead]
    other_head = _HEAD_OTHER.search(gap) or re.search(r"\bperipheral\s(?:blood\s)?$", gap, re.IGNORECASE)
    strange = any(
        other.value in ("other", "uncultured") and other not in starting(own, other.start, other.end)
        for other in view.starting("PRODUCT", item.end, item.end + len(gap))
    )
    if first is not None and not other_head and not strange and not re.search(r"[;:]|\bpatients?\swith\b", gap):
        return item.rule != "donor.allogeneic.donor" or len(gap) < 60
    if strange:
        return False
    near = starting(own, item.start - 70 - LONGEST, item.start)
    before = [other for other in near if other.section == item.section and 0 <= item.start - other.end < 70]
    for other in before:
        if _leads_back(view.joined.text[other.end : item.start]) and not (other_head and other_head.start() < 3):
            return True
    return False


def _head_is_other(view: View, own: Sequence[Item], item: Item) -> bool:
    return _HEAD_OTHER.match(view.joined.text[item.end : item.end + 25].strip()) is not None


_PARTICIPANT_HARVEST = re.compile(
    r"""\b(?:bone[\s-]*marrow|marrow|iliac\screst)\s(?:\w+\s){0,2}?(?:aspirat\w*(?!\sconcentrat)\b|aspirat\w*\sconcentrat\w*(?=[^.;]{0,80}\b(?:prepared|obtained|harvested|extracted|collected|drawn|taken|iliac)\b)|harvest\w*|collect\w*|punctur\w*|biops\w*|extract\w*|sample\w*|withdraw\w*|(?:will|is|are|was|were)\s(?:be\s)?(?:aspirat|harvest|collect|obtain|extract|taken|drawn|withdrawn))
      |\b(?:aspirat\w*|harvest\w*|collect\w*|extract\w*|withdraw\w*|obtain\w*|puncture)\s(?:\w+\s){0,4}?(?:bone[\s-]*marrow|marrow|iliac|adipose|fat\b)
      |\blipo(?:suction|plasty)|\blipectomy|\blipoaspirat\w*|\bmini-?lipo|\b(?:fat|adipose)(?:\stissue)?\s(?:\([^)]{1,20}\)\s)?(?:\w+\s){0,2}?(?:biops\w*|harvest\w*|aspirat\w*|collect\w*|extract\w*|(?:will|is|are|was|were)\s(?:be\s)?(?:harvest|collect|obtain|extract|taken|removed|excised))""",
    re.VERBOSE | re.IGNORECASE,
)


def infer_donor(
    view: View, products: Products, tissue: Origin
) -> tuple[str, tuple[Item, ...], tuple[int, int] | None] | None:
    """What follows for any reader: (value, mentions, joined offsets of a harvest statement)."""
    if tissue.values and set(tissue.values) <= _OF_OTHERS:
        return "allogeneic", tissue.items[:2], None
    if not tissue.values or not set(tissue.values) & {"bone_marrow", "adipose"}:
        return None
    for name, start, end in view.joined.parts:
        if name.startswith("arm") and products.excludes_owner(owner_of(name)):
            continue
        patterns = (_OWN_FAT,) if name.startswith("keyword") else (_PARTICIPANT_HARVEST, _OWN_FAT)
        for match in (found for pattern in patterns for found in pattern.finditer(view.joined.text, start, end)):
            if _in_protocol(view, match.start()):
                return "autologous", (), match.span()
    return None


_OWN_FAT = re.compile(
    r"\bautologous\s(?:\w+\s)?(?:fat|lipo\w*)[\s-](?:graft|transfer|transplant|inject|fill)\w*|\blipo-?fill\w*",
    re.IGNORECASE,
)
"""Fat that goes from one place of a body to another, with whatever cells of it are put in."""
_NOT_OF_PROTOCOL = re.compile(
    r"""\bdonors?\b|\bvolunteers?\b|\bhealthy\b|\ballogen
      |\bet\sal\b|\bprevious|\bstudies\b|\bbiopsy\sresult|\bcontraindic|\bunable\b|\bexclu(?!sion\scriteria)
      |\bcan\sbe\b|\bnot\s(?:have|had|undergo)|\b(?:is|are)\s(?:readily|easily|obtainable)\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Sentences on other people, on who may not take part, and on what can be done in general."""


def _in_protocol(view: View, position: int) -> bool:
    start, end = view.joined.sentence_at(position)
    return _NOT_OF_PROTOCOL.search(view.joined.text, start, end) is None
