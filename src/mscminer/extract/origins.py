"""Tissue and donor of the product: which mention is tied to it, and which only stands near."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.products import Products
from mscminer.extract.view import Item, View, Zone


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
      |donor|third|party|healthy|clonal|GMP|grade|clinical|low|high|dose|single|fresh|cryopreserved|thawed|intrathecal|intravenous|extracted|obtained|harvested|own|patient|mononuclear|wharton\S*|jelly|gene|modified|type|injection|implantation|an?|by|cord
      |buccal|abdominal|subcutaneous|pulp|dental|crest|biopsy|undifferentiated|differentiated|primed|matrix|as|nucleated|total|whole|aspirated|regenerative|concentrate\w*""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[^\s/,()+&'’–-]+")


def _connects(gap: str) -> bool:
    """Whether only words that belong to a product's name stand between two mentions."""
    return all(_CONNECT_WORD.fullmatch(word) or _CONNECT_WORD.fullmatch(word.lower()) for word in _WORDS.findall(gap))


_FROM = re.compile(
    r"""(?:\b(?:from|of|derived|isolated|obtained|extracted|harvested|collected|separated|prepared|sourced?|source|origin\w*|aspirat\w*|taken|generated|grown|cultured|expanded|produced|manufactured)\b)
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
    if products.msc is MscClass.CELLS and not any(
        item.value in ("cells", "asc") and item.zone is Zone.CORE for item in own
    ):
        own += tuple(item for item in view.of("PRODUCT") if item.value == "uncultured" and not products.excludes(item))
    return own


def find_tissue(view: View, products: Products, own: Sequence[Item]) -> Origin:
    """The tissues that the product comes from."""
    sorted_in = Levels()
    for item in view.of("TISSUE"):
        level = _tissue_level(view, products, own, item)
        if level is not None:
            sorted_in.levels[level].append(item)
    return _refined(sorted_in.best())


def _tissue_level(view: View, products: Products, own: Sequence[Item], item: Item) -> int | None:
    if item.assertion in (Assertion.NEGATED, Assertion.COMPARATOR) or products.excludes(item):
        return None
    if _is_scaffold(view, item):
        return None
    tied = _tied(view, own, item)
    if item.assertion is Assertion.BACKGROUND:
        return 5 if tied else None
    if tied:
        return 0 if item.zone is Zone.CORE else 1
    if item.section.startswith("keyword"):
        return 3 if not _NO_PRODUCT.search(view.sentence(item)) else None
    return _harvest_level(view, own, item)


def _harvest_level(view: View, own: Sequence[Item], item: Item) -> int | None:
    around = view.joined.text[max(item.sentence[0], item.start - 60) : min(item.sentence[1], item.end + 60)]
    after = view.joined.text[item.end : item.end + 18]
    if _NO_PRODUCT.match(after.strip()) or not _HARVEST.search(around) or item.value not in _HARVESTED:
        return None
    if item.zone is Zone.CORE:
        return 2
    near = any(
        other.sentence[0] <= item.sentence[1] + 300 and item.sentence[0] <= other.sentence[1] + 300 for other in own
    )
    return 4 if near else None


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


def _is_scaffold(view: View, item: Item) -> bool:
    if item.value != "amnion" or "membrane" not in view.words(item).lower():
        return False
    after = view.joined.text[item.end : item.end + 30]
    return not re.match(r"[\s-]*(?:derived|mesench|stem|MSC|\(hAM\)-?derived)", after, re.IGNORECASE)


def _tied(view: View, own: Sequence[Item], item: Item) -> bool:
    text = view.joined.text
    for other in own:
        if other.section != item.section:
            continue
        if other.start < item.end and item.start < other.end:
            return True
        if item.value == "cord_blood" and _STANDS_ALONE.match(text[item.end : item.end + 14]):
            continue
        if item.end <= other.start <= item.end + 75 and _connects(text[item.end : other.start]):
            return True
        gap = text[other.end : item.start]
        if other.end <= item.start <= other.end + 110 and "\n\n" not in gap and (_FROM.search(gap) or _connects(gap)):
            return True
    return False


_STANDS_ALONE = re.compile(r"\s?(?:\(\w+\)\s)?(?:and|or|,|\+|with|units?|infus|transplant|cells|mono)", re.IGNORECASE)


def _refined(origin: Origin) -> Origin:
    """Wharton's jelly stands alone where the text names it; a lone background mention of many tissues says nothing."""
    values = list(origin.values)
    if "wharton_jelly" in values and "umbilical_cord" in values:
        values.remove("umbilical_cord")
    if origin.level == 5 and len(values) > 1:
        return Origin()
    if "ipsc" in values:
        values = ["ipsc"]
    return Origin(
        values=tuple(values), items=tuple(item for item in origin.items if item.value in values), level=origin.level
    )


_HEAD_OTHER = re.compile(
    r"""\b(?:serum|plasma|fibrin|platelets?|PR[PF]\b|chondro(?:cyte|n)s?|cartilage\s(?:cells|tissue|chips)|chondral\s|bone\s(?:graft|chips|block|substitute|particles)|(?:osteochondral|tendon|hamstring|skin|fat|nerve|vein|cartilage|cancellous|iliac|dermal|conjunctival|limbal|fascia|tissue|split)\s(?:\w+\s)?grafts?|grafts?\b(?!.{0,6}versus)
      |blood\b(?!\s?-?(?:derived|\(|stem)|\sMSC)|HSC[TS]?\b|ha?emato?poi?et|(?<!cell\s)transplant(?:ation|s)?\b(?!\sof\s(?:\w+\s){0,5}(?:MSC|mesench|stem))|islets?|fibroblasts?|keratinocytes?|myoblasts?|T[\s-]cells?|lymphocytes?|kidneys?|renal|livers?|organs?|hearts?|lungs?|CD34|scaffold|thrombin|donation
      |albumin|cornea|bone\sgrafting|autograft|osteochondral|saphenous|arteriovenous|fistula|antibod|conditioning|cancellous|tumou?r|dendritic)""",
    re.VERBOSE | re.IGNORECASE,
)
_BACK_WORD = re.compile(
    r"is|are|were|was|will|be|being|of|from|an?|the|both|either|in|which|that|taken|derived|isolated|obtained|harvested|collected|prepared|expanded|cultured|human|produced|manufactured|sourced?|origin|extracted"
    r"|generated|[A-Z]{2,6}s?|bone|marrow|adipose|tissue|fat|umbilical|cord|wharton\S*|jelly|blood|placenta\w*|dental|pulp|using|with|and|cells|ex|vivo|by|patients?|healthy|young|adult|volunteers?|aspirate|iliac"
    r"|crest|donated|single|unrelated|banked|third|party|\d+"
)
_BACK_WORDS = re.compile(r"[^\s,;:()'’-]+")


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
    return sorted_in.best()


def _donor_level(view: View, products: Products, own: Sequence[Item], item: Item) -> int | None:
    if item.assertion in (Assertion.NEGATED, Assertion.COMPARATOR) or products.excludes(item):
        return None
    tied = donor_is_tied(view, own, item)
    if item.assertion is Assertion.BACKGROUND:
        return None
    if tied:
        return 0 if item.zone is Zone.CORE else 1
    if item.section.startswith("keyword"):
        return (
            2
            if len(view.sentence(item)) < len(view.words(item)) + 25 and item.rule != "donor.allogeneic.donor"
            else None
        )
    if item.rule in ("donor.autologous.own", "donor.autologous.words") and _speaks_of_harvest(view, own, item):
        return 3
    return None


def _speaks_of_harvest(view: View, own: Sequence[Item], item: Item) -> bool:
    """ "The patient's own marrow is aspirated ..." near a sentence on the product."""
    words = view.sentence(item)
    if not re.search(r"marrow|fat\b|adipos|iliac|lipo|cells?\b|tissue", words, re.IGNORECASE) or _head_is_other(
        view, own, item
    ):
        return False
    return any(other.section == item.section and abs(other.start - item.start) < 500 for other in own)


def donor_is_tied(view: View, own: Sequence[Item], item: Item) -> bool:
    """Whether the first thing that the donor word can be said of is the product, not serum, a graft or other cells."""
    if any(other.start < item.end and item.start < other.end for other in own):
        return True
    ahead = min(item.sentence[1], item.end + 100)
    first = min((other.start for other in own if item.end <= other.start < ahead), default=None)
    gap = view.joined.text[item.end : first if first is not None else ahead]
    other_head = _HEAD_OTHER.search(gap)
    strange = any(
        other.value in ("other", "uncultured") and item.end <= other.start < item.end + len(gap)
        for other in view.of("PRODUCT")
        if other not in own
    )
    if first is not None and not other_head and not strange and not re.search(r"[;:]|\bpatients?\swith\b", gap):
        return item.rule != "donor.allogeneic.donor" or len(gap) < 60
    before = [other for other in own if other.section == item.section and 0 <= item.start - other.end < 70]
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
    view: View, tissue: Origin, own: Sequence[Item]
) -> tuple[str, tuple[Item, ...], tuple[int, int] | None] | None:
    """What follows for any reader: (value, mentions, joined offsets of a harvest statement)."""
    if tissue.values and set(tissue.values) <= PERINATAL:
        return "allogeneic", tissue.items[:2], None
    if not tissue.values or not set(tissue.values) & {"bone_marrow", "adipose"}:
        return None
    for name, start, end in view.joined.parts:
        if name.startswith("keyword"):
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
