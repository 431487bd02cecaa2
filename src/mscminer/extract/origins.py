"""Tissue and donor of the product: which mention is tied to it, and which only stands near."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.products import Given, Products
from mscminer.extract.view import Item, View, Zone, owner_of, starting


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Values with the mentions that carry them.

    Args:
        level: how directly they are tied to the product; 0 is best.
    """

    values: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    level: int = 9

    def of(self, value: str) -> tuple[Item, ...]:
        """The mentions of one value."""
        return tuple(item for item in self.items if item.value == value)


NO_ORIGIN = Origin()


@dataclass(frozen=True, kw_only=True)
class Levels:
    """Mentions sorted by how directly they are tied to the product."""

    levels: tuple[list[Item], ...] = field(default_factory=lambda: tuple([] for _ in range(6)))

    def best(self) -> Origin:
        """The first level that has any mention."""
        for level, items in enumerate(self.levels):
            if items:
                return Origin(
                    values=tuple(dict.fromkeys(item.value for item in items)), items=tuple(items), level=level
                )
        return Origin()


_CONNECT_WORD = re.compile(
    r"""and|or|of|the|from|humans?|derived|deriven|origin(?:ated)?|tissues?|cells?|stem|adult|autologous|autogenous|allogen\w*|cultured?|expanded|ex|vivo|in|vitro
      |multipotent|sources?|based|membranes?|fluid|blood|aspirate|pads?|lining|mesen\w*|strom\w*|vascular|[a-zA-Z]{0,2}[A-Z]{1,6}s?|\d+(?:\^\d+)?|x|millions?|isolated|purified|selected|progenitor
      |CD\d+\+?|enriched|positive|donor|third|party|healthy|clonal|GMP|grade|clinical|low|high|dose|single|fresh|cryopreserved|thawed|intrathecal|intravenous|extracted|obtained|harvested|own|patient|mononuclear|wharton\S*|jelly|gene|modified|type|injection|implantation|an?|by|cord
      |adipose|fat|bone|marrow|umbilical|buccal|abdominal|subcutaneous|pulp|dental|crest|biopsy|undifferentiated|differentiated|primed|matrix|as|nucleated|total|whole|aspirated|regenerative|concentrate\w*|placental?""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[^\s/,()+&'’–-]+")


def _connects(gap: str) -> bool:
    """Whether only words that belong to a product's name stand between two mentions."""
    return all(_CONNECT_WORD.fullmatch(word) or _CONNECT_WORD.fullmatch(word.lower()) for word in _WORDS.findall(gap))


_FROM = re.compile(
    r"""(?:\b(?:from|(?<!rescue\s)(?<!repair\s)(?<!recovery\s)(?<!mobili[sz]ation\s)of|derived|isolated|obtained|extracted|harvested|collected|separated|prepared|sourced?|source|origin\w*|aspirat\w*|taken|generated|grown|cultured|expanded|produced|manufactured)\b)
      (?:(?!\b(?:versus|vs|compared|but|while|whereas|into|for\spatients|patients\swith)\b)[^.;:\n]){0,45}$""",
    re.VERBOSE | re.IGNORECASE,
)
_HARVEST = re.compile(
    r"aspirat|harvest|collect|obtain|extract|punctur|biops|liposuc|lipoaspir|isolat|derived|withdraw|taken|source|remov|donat|prepar|sampl|excis|digest|process",
    re.IGNORECASE,
)
_NO_PRODUCT = re.compile(
    r"(?:transplant|suppress|failure|toxic|examin|function|biops(?!y\s(?:will|to|for|for\sthe)|ies)|involve|oedema|edema|lesion|infiltrat|reserve|recover|metasta|disease|disorder|cytolog|smear|recipients?|deplet|reconstit|ablat|stimulat\w*\b(?!\scells)|micro-?fractur|edem|puncture\s(?:contra|is\snot)|signal|oxygen|hypoplas|engraft|patholog)",
    re.IGNORECASE,
)
_PRODUCT_VALUES = ("cells", "asc", "generic")


def product_items(view: View, products: Products) -> tuple[Item, ...]:
    """Mentions that stand for the study's own product."""
    wanted = {
        MscClass.CELLS: _PRODUCT_VALUES,
        MscClass.DERIVATIVE: (*_PRODUCT_VALUES, "derivative"),
        MscClass.UNCULTURED: ("uncultured", "asc", "generic"),
        MscClass.NONE: (),
    }[products.msc]
    own = tuple(
        item for item in view.items if item.label == "PRODUCT" and item.value in wanted and not products.excludes(item)
    )
    plain = any(item.value in ("cells", "asc") and item.zone is Zone.CORE for item in own)
    kinds = products.interventions.values()
    if products.msc is MscClass.CELLS and (Given.UNCULTURED not in kinds or Given.CELLS not in kinds):
        mixture = Given.UNCULTURED in kinds
        own += tuple(
            item
            for item in view.of("PRODUCT")
            if item.value == "uncultured"
            and (not plain or mixture or "svf" in item.rule)
            and not products.excludes(item)
        )
    return tuple(sorted(own, key=lambda item: item.start))


def find_tissue(view: View, products: Products, own: Sequence[Item]) -> Origin:
    """The tissues that the product comes from."""
    sorted_in = Levels()
    for item in view.of("TISSUE"):
        level = _tissue_level(view, products, own, item)
        if level is not None:
            sorted_in.levels[level].append(item)
    return _titled(products, _arms_win(_refined(view, sorted_in.best())))


_ANYWHERE = re.compile(
    r"\bcan\s(?:also\s)?(?:be\s)?(?:easily\s)?(?:isolated|derived|obtained|found|harvested|extracted)\b|\bsuch\sas\b|\bvarious\b|\be\.g\.|\bamong\sother",
    re.IGNORECASE,
)


def _is_general(view: View, item: Item) -> bool:
    """ "MSCs can be obtained from marrow, fat and cord", which arms and interventions say too."""
    others = view.tissues_by_sentence.get(item.sentence, set[str]())
    anywhere = _ANYWHERE.search(view.sentence(item)) is not None
    return (len(others) > 1 and anywhere) or (len(others) > 2 and item.zone is not Zone.CORE)


def _tissue_level(view: View, products: Products, own: Sequence[Item], item: Item) -> int | None:
    if item.assertion in (Assertion.NEGATED, Assertion.COMPARATOR) or products.excludes(item):
        return None
    if _is_scaffold(view, item) or (_is_general(view, item) and not item.section.endswith("title")):
        return None
    if products.msc is MscClass.CELLS and _is_of_mononuclear(view, item):
        return None
    tied = _tied(view, own, item)
    if item.assertion is Assertion.BACKGROUND:
        return 5 if tied else None
    if tied:
        return 0 if item.zone is Zone.CORE else 1
    if item.section.startswith("keyword"):
        return 3 if not _NO_PRODUCT.search(view.sentence(item)) else None
    return _harvest_level(view, own, item)


_MONONUCLEAR = re.compile(r"[\s-]*(?:derived[\s-]*|autologous\s)?(?:mono-?\s?nucle\w+|MNC)", re.IGNORECASE)
_GROWN_FROM = re.compile(
    r"\bfrom\s(?:\w+\s){0,3}$|(?:cultur|expan|adher|isolat)\w*\sof\s(?:\w+\s){0,3}$", re.IGNORECASE
)


def _is_of_mononuclear(view: View, item: Item) -> bool:
    """ "Marrow mononuclear cells and cord MSC": the marrow is that of other cells, unless MSC are grown from them."""
    text = view.joined.text
    if "MNC" not in view.words(item) and not _MONONUCLEAR.match(text[item.end : item.end + 30]):
        return False
    return _GROWN_FROM.search(text[max(item.sentence[0], item.start - 30) : item.start]) is None


_SENTENCE = 3_000
"""No sentence is longer (`text.py` cuts it)."""


def _harvest_level(view: View, own: Sequence[Item], item: Item) -> int | None:
    around = view.joined.text[max(item.sentence[0], item.start - 60) : min(item.sentence[1], item.end + 60)]
    after = view.joined.text[item.end : item.end + 18]
    grown = _GROWN_CELLS.search(view.sentence(item)) is not None
    if _NO_PRODUCT.match(after.strip()) or item.value not in _HARVESTED or not (grown or _HARVEST.search(around)):
        return None
    if _OTHER_SOURCE.search(view.sentence(item)):
        return None
    if item.zone is Zone.CORE:
        return 2
    near = any(
        other.sentence[0] <= item.sentence[1] + 300 and item.sentence[0] <= other.sentence[1] + 300
        for other in starting(own, item.sentence[0] - 300 - _SENTENCE, item.sentence[1] + 300 + _SENTENCE)
    )
    return 4 if near or grown else None


_GROWN_CELLS = re.compile(
    r"(?:^|[.;:]\s|\b(?:the|these|stem|stromal)\s)cells\s(?:are|were|is|will\sbe|have\sbeen)\s(?:\w+\s)?(?:grown|cultured|expanded|isolated|derived|obtained|taken|harvested|prepared|extracted|made)\s(?:\w+\s){0,3}(?:from|out\sof)\b",
    re.IGNORECASE,
)
"""Where a sentence tells whence "cells" without a name were grown, they are the study's own."""
_OTHER_SOURCE = re.compile(r"\bcellularity\b|\bha?emat\w+\sstem\b|\bexperimental\smodels?\b", re.IGNORECASE)
"""Words of sentences on the patient's own marrow, on grafts, or on what others transplanted."""
_HARVESTED = (
    "bone_marrow",
    "adipose",
    "umbilical_cord",
    "wharton_jelly",
    "cord_blood",
    "placenta",
    "dental",
    "endometrium",
    "other:olfactory_mucosa",
    "amnion",
)


_MADE_OF_AMNION = re.compile(r"\s(?:collagen|matrix|wrap|scaffold|graft|patch|sheet)\w*", re.IGNORECASE)


def _is_scaffold(view: View, item: Item) -> bool:
    if item.value != "amnion":
        return False
    after = view.joined.text[item.end : item.end + 30]
    if "membrane" not in view.words(item).lower():
        return _MADE_OF_AMNION.match(after) is not None
    return not re.match(r"[\s-]*(?:derived|mesench|stem|MSC|\(hAM\)-?derived)", after, re.IGNORECASE)


_AHEAD, _BACK = 75, 110
"""How far a tissue may stand before and behind its product."""
_LONGEST = 250
"""No product is named in more characters."""


def _around(own: Sequence[Item], item: Item) -> Iterator[Item]:
    """The products of an item's section that begin no farther from it than a tie reaches; `own` is in order."""
    near = starting(own, item.start - _BACK - _LONGEST, item.end + _AHEAD + 1)
    return (other for other in near if other.section == item.section)


def _tied(view: View, own: Sequence[Item], item: Item) -> bool:
    text = view.joined.text
    for other in _around(own, item):
        if other.start < item.end and item.start < other.end:
            return True
        if item.value == "cord_blood" and _STANDS_ALONE.match(text[item.end : item.end + 14]):
            continue
        if item.end <= other.start and _connects(text[item.end : other.start]):
            return True
        if not other.end <= item.start <= other.end + _BACK:
            continue
        gap = text[other.end : item.start]
        if "\n\n" not in gap and (_FROM.search(gap) or _connects(gap)):
            return True
    return False


_STANDS_ALONE = re.compile(r"\s?(?:\(\w+\)\s)?(?:and|or|,|\+|with|units?|infus|transplant|cells|mono)", re.IGNORECASE)


_CHOSEN = re.compile(
    r"\b(?:this|present|our|current|proposed)\s(?:study|trial|project|research|protocol|phase)|\bwill\s(?:be|receive)|\b(?:aim|purpose|objective|goal)|\bchosen\b|\bselected\b|\bwe\s(?:will|used?|propose)|\binvestigational\s(?:medicinal\s)?product|\bhypothes",
    re.IGNORECASE,
)


def _refined(view: View, origin: Origin) -> Origin:
    """Wharton's jelly stands alone where the text names it; of several tissues told in prose the study's own count."""
    items = origin.items
    if origin.level == 5 and len(origin.values) > 1:
        return Origin()
    if origin.level in (1, 3, 4) and len(origin.values) > 1:
        ours = tuple(item for item in items if _CHOSEN.search(view.sentence(item)))
        nearest = min(item.zone for item in items)
        items = ours or tuple(item for item in items if item.zone == nearest)
    values = list(dict.fromkeys(item.value for item in items))
    if "wharton_jelly" in values and "umbilical_cord" in values:
        values.remove("umbilical_cord")
    if {"cord_blood", "umbilical_cord"} <= set(values) and not _both_cords(items):
        values.remove(_weaker_cord(items))
    if "ipsc" in values:
        values = ["ipsc"]
    return Origin(values=tuple(values), items=tuple(item for item in items if item.value in values), level=origin.level)


def _arms_win(origin: Origin) -> Origin:
    """Where an intervention's name contradicts titles and arms, which agree on one tissue, they win."""
    titled = {item.value for item in origin.items if item.section.endswith("title")}
    armed = {item.value for item in origin.items if item.owner.startswith("arm")}
    rest = {item.value for item in origin.items if item.section.endswith(".name")}
    if len(origin.values) != 2 or origin.level > 0 or len(titled) != 1 or titled != armed or len(rest) != 1:
        return origin
    items = tuple(item for item in origin.items if item.value in titled)
    return Origin(values=tuple(titled), items=items, level=origin.level)


def _titled(products: Products, origin: Origin) -> Origin:
    """Of one product the tissue that titles and arm labels name, where only descriptions name another beside it."""
    named = {item.value for item in origin.items if item.section.endswith(("title", ".label"))}
    if len(origin.values) < 2 or len(named) != 1 or len(products.given) > 1 or origin.level > 0:
        return origin
    if any(
        item.section.endswith(".name") and item.value not in named and item.rule.endswith("words")
        for item in origin.items
    ):
        return origin
    items = tuple(item for item in origin.items if item.value in named)
    return Origin(values=tuple(named), items=items, level=origin.level)


def _both_cords(items: Sequence[Item]) -> bool:
    """Whether a title itself names cord and cord blood."""
    titles = ("title", "official_title")
    return any(
        {item.value for item in items if item.section == title} >= {"cord_blood", "umbilical_cord"} for title in titles
    )


def _weaker_cord(items: Sequence[Item]) -> str:
    """Cord or cord blood, where one record says both of one product: words win over acronyms, titles over the rest."""
    told = [item for item in items if not item.rule.endswith("acronym")]
    titled = {item.value for item in told if item.section == "title"} or {
        item.value for item in told if item.section == "official_title"
    }
    if len(titled) == 1:
        return "cord_blood" if "umbilical_cord" in titled else "umbilical_cord"
    cord = [item for item in items if item.value == "umbilical_cord" and not item.rule.endswith("acronym")]
    blood = [item for item in items if item.value == "cord_blood"]
    return "cord_blood" if len(cord) > len(blood) else "umbilical_cord"


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
    tied = donor_is_tied(view, own, item)
    if item.assertion is Assertion.BACKGROUND:
        return 5 if tied and _VOLUNTEER.search(view.words(item)) else None
    if tied:
        return 0 if item.zone is Zone.CORE else 1
    if item.section.startswith("keyword"):
        return (
            2
            if len(view.sentence(item)) < len(view.words(item)) + 25 and item.rule != "donor.allogeneic.donor"
            else None
        )
    if item.rule == "donor.allogeneic.donor" and _gave_tissue(view, item):
        return 3
    if item.rule in ("donor.autologous.own", "donor.autologous.words") and _speaks_of_harvest(view, own, item):
        return 3
    return None


_BIRTH = frozenset({"umbilical_cord", "wharton_jelly", "placenta", "amnion", "cord_blood"})


def without_own_birth(donor: Origin, tissue: Origin) -> Origin:
    """Drop "autologous" of a description for cells of birth tissues: it is said of something else there."""
    told = all(item.zone > Zone.SUMMARY and not item.owner for item in donor.items)
    if donor.values == ("autologous",) and tissue.values and set(tissue.values) <= _BIRTH and told:
        return NO_ORIGIN
    return donor


_VOLUNTEER = re.compile(r"\b(?:healthy|volunteer)\b.*\bdonor", re.IGNORECASE)
"""Who gives to a product that is made once for all, said also where it is described in general."""
_GAVE = re.compile(
    r"\b(?:healthy|normal|third|unrelated|volunteer|single|young|adult|screened|haplo|different)", re.IGNORECASE
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
    ) and bool(_HARVEST.search(sentence))


def _speaks_of_harvest(view: View, own: Sequence[Item], item: Item) -> bool:
    """ "The patient's own marrow is aspirated ..." near a sentence on the product."""
    words = view.sentence(item)
    if not re.search(r"marrow|fat\b|adipos|iliac|lipo|cells?\b|tissue", words, re.IGNORECASE):
        return False
    if _head_is_other(view, own, item) or _heads_other_cells(view, own, item):
        return False
    near = any(other.section == item.section for other in starting(own, item.start - 499, item.start + 500))
    return near or _GROWN_CELLS.search(words) is not None


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
    return not any(item.end < other.end for other in view.starting("PRODUCT", item.start - _LONGEST, end))


def _names_product(view: View, item: Item, close: str) -> bool:
    """ "Allogeneic MesenCure": the word before the name of an intervention that has a name of its own."""
    study = view.document.study
    word = re.match(r"\s([A-Z][\w®™-]{3,})", close)
    if any(item.end < other.end for other in view.starting("PRODUCT", item.start - _LONGEST, item.end + 4)):
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
    if any(item.start < other.end for other in starting(own, item.start - _LONGEST, item.end)):
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
    near = starting(own, item.start - 70 - _LONGEST, item.start)
    before = [other for other in near if other.section == item.section and 0 <= item.start - other.end < 70]
    for other in before:
        if _leads_back(view.joined.text[other.end : item.start]) and not (other_head and other_head.start() < 3):
            return True
    return False


def _head_is_other(view: View, own: Sequence[Item], item: Item) -> bool:
    return _HEAD_OTHER.match(view.joined.text[item.end : item.end + 25].strip()) is not None


_PARTICIPANT_HARVEST = re.compile(
    r"""\b(?:bone[\s-]*marrow|marrow|iliac\screst)\s(?:\w+\s){0,2}?(?:aspirat\w*|harvest\w*|collect\w*|punctur\w*|biops\w*|extract\w*|sample\w*|withdraw\w*|(?:will|is|are|was|were)\s(?:be\s)?(?:aspirat|harvest|collect|obtain|extract|taken|drawn|withdrawn))
      |\b(?:aspirat\w*|harvest\w*|collect\w*|extract\w*|withdraw\w*|obtain\w*|puncture)\s(?:\w+\s){0,4}?(?:bone[\s-]*marrow|marrow|iliac|adipose|fat\b)
      |\bliposuction|\blipoaspirat\w*|\bmini-?lipo|\b(?:fat|adipose)(?:\stissue)?\s(?:\w+\s){0,2}?(?:biops\w*|harvest\w*|aspirat\w*|collect\w*|extract\w*|(?:will|is|are|was|were)\s(?:be\s)?(?:harvest|collect|obtain|extract|taken|removed))""",
    re.VERBOSE | re.IGNORECASE,
)
PERINATAL = frozenset({"umbilical_cord", "wharton_jelly", "cord_blood", "placenta", "amnion"})


def infer_donor(
    view: View, products: Products, tissue: Origin
) -> tuple[str, tuple[Item, ...], tuple[int, int] | None] | None:
    """What follows for any reader: (value, mentions, joined offsets of a harvest statement)."""
    if tissue.values and set(tissue.values) <= PERINATAL:
        return "allogeneic", tissue.items[:2], None
    if not tissue.values or not set(tissue.values) & {"bone_marrow", "adipose"}:
        return None
    for name, start, end in view.joined.parts:
        if name.startswith("keyword") or (name.startswith("arm") and products.excludes_owner(owner_of(name))):
            continue
        for match in _PARTICIPANT_HARVEST.finditer(view.joined.text, start, end):
            if _in_protocol(view, match.start()):
                return "autologous", (), match.span()
    return None


def _in_protocol(view: View, position: int) -> bool:
    start, end = view.joined.sentence_at(position)
    words = view.joined.text[start:end]
    foreign = re.search(
        r"\bdonors?\b|\bvolunteers?\b|\bet\sal\b|\bprevious|\bstudies\b|\bcan\sbe\b|\bcontraindic|\bunable\b|\bexclu|\ballogen|\bhealthy\b|\bbiopsy\sresult",
        words,
        re.IGNORECASE,
    )
    return foreign is None


def own_values(items: Iterable[Item], owners: Sequence[str]) -> tuple[str, ...]:
    """Values of the mentions that stand in the text of given arms or interventions."""
    return tuple(dict.fromkeys(item.value for item in items if item.owner in owners))
