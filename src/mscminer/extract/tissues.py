"""Tissue of the product: which mention is tied to it, and which only stands near."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.origins import GROWN_CELLS, HARVEST, LONGEST, Levels, Origin
from mscminer.extract.products import Products
from mscminer.extract.view import Item, View, Zone, starting


def find_tissue(view: View, products: Products, own: Sequence[Item]) -> Origin:
    """The tissues that the product comes from."""
    sorted_in = Levels()
    for item in _unambiguous(view):
        level = _tissue_level(view, products, own, item)
        if level is not None:
            sorted_in.levels[level].append(item)
    return _titled(products, _arms_win(_refined(view, _told_closer(sorted_in))))


def _unambiguous(view: View) -> Iterator[Item]:
    """The mentions of tissues, without an "A-MSC" that no word of the text explains: autologous, amniotic, adult."""
    fat = any(item.value == "adipose" and item.rule != _LETTER for item in view.of("TISSUE"))
    return (item for item in view.of("TISSUE") if fat or item.rule != _LETTER)


_LETTER = "tissue.adipose.letter"


def _told_closer(sorted_in: Levels) -> Origin:
    """The nearest mentions, with Wharton's jelly where the product's own words in the prose name it for the cord."""
    best = sorted_in.best()
    jelly = tuple(item for item in sorted_in.levels[1] if item.value == "wharton_jelly")
    if best.values != ("umbilical_cord",) or not jelly:
        return best
    return Origin(values=("wharton_jelly",), items=jelly, level=1)


_CONNECT_WORD = re.compile(
    r"""and|or|of|the|from|humans?|derived|deriven|origin(?:ated)?|tissues?|cells?|stem|adult|autologous|autogenous|allogen\w*|cultured?|expanded|ex|vivo|in|vitro
      |multipotent|sources?|based|membranes?|fluid|blood|aspirate|pads?|lining|mesen\w*|strom\w*|vascular|[a-zA-Z]{0,2}[A-Z]{1,6}s?|\d+(?:\^\d+)?|x|millions?|isolated|purified|selected|progenitor
      |CD\d+\+?|enriched|positive|donor|third|party|healthy|clonal|GMP|grade|clinical|low|high|dose|single|fresh|cryopreserved|thawed|intrathecal|intravenous|extracted|obtained|harvested|own|patient|mononuclear|wharton\S*|jelly|gene|modified|type|injection|implantation|an?|by|cord
      |adipose|fat|bone|marrow|umbilical|buccal|abdominal|subcutaneous|pulp|dental|crest|biopsy|undifferentiated|differentiated|primed|matrix|as|nucleated|total|whole|aspirated|regenerative|concentrate\w*|placental?|chorion\w*|villi|villous|decidua\w*""",
    re.VERBOSE,
)


_WORDS = re.compile(r"[^\s/,()+&'’–-]+")


def _connects(gap: str) -> bool:
    """Whether only words that belong to a product's name stand between two mentions."""
    return all(_CONNECT_WORD.fullmatch(word) or _CONNECT_WORD.fullmatch(word.lower()) for word in _WORDS.findall(gap))


_FROM = re.compile(
    r"""(?:\b(?:from|(?<!rescue\s)(?<!repair\s)(?<!recovery\s)(?<!mobili[sz]ation\s)of|derived|isolated|obtained|extracted|harvested|collected|separated|prepared|sourced?|source|origin\w*|aspirat\w*|taken|generated|grown|cultured|expanded|produced|manufactured)\b)
      (?:(?!\b(?:versus|vs|compared|but|while|whereas|into|for\spatients|patients\swith)\b)[^.;:\n]){0,45}$
      |\b(?:origin|source)\s?:\s(?:human\s)?$""",
    re.VERBOSE | re.IGNORECASE,
)


_NO_PRODUCT = re.compile(
    r"(?:transplant|suppress|failure|toxic|examin|function|biops(?!y\s(?:will|to|for|for\sthe)|ies)|involve|oedema|edema|lesion|infiltrat|reserve|recover|metasta|disease|disorder|cytolog|smear|recipients?|deplet|reconstit|ablat|stimulat\w*\b(?!\scells)|micro-?fractur|edem|puncture\s(?:contra|is\snot)|signal|oxygen|hypoplas|engraft|patholog)",
    re.IGNORECASE,
)


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
    if (
        _is_scaffold(view, item)
        or _is_diseased(view, item)
        or (_is_general(view, item) and not item.section.endswith("title"))
    ):
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


def _harvest_level(view: View, own: Sequence[Item], item: Item) -> int | None:
    around = view.joined.text[max(item.sentence[0], item.start - 60) : min(item.sentence[1], item.end + 60)]
    after = view.joined.text[item.end : item.end + 18]
    grown = GROWN_CELLS.search(view.sentence(item)) is not None
    if _NO_PRODUCT.match(after.strip()) or item.value not in _HARVESTED or not (grown or HARVEST.search(around)):
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


def _is_diseased(view: View, item: Item) -> bool:
    """ "Cancer of the blood or bone marrow": what is ill, not what the cells come from."""
    return _DISEASE_OF.search(view.joined.text, max(item.sentence[0], item.start - 60), item.start) is not None


_DISEASE_OF = re.compile(
    r"\b(?:cancers?|malignanc\w+|tumou?rs?|leuka?emias?|diseases?|disorders?|failures?|infections?)\s(?:of|in)\s(?:the\s)?"
    r"(?:(?:\w+\s)?(?:or|and|/)\s)?(?:the\s)?$",
    re.IGNORECASE,
)
_MADE_OF_AMNION = re.compile(r"\s(?:collagen|matrix|wrap|scaffold|graft|patch|sheet)\w*", re.IGNORECASE)


def _is_scaffold(view: View, item: Item) -> bool:
    if item.value != "amnion":
        return False
    after = view.joined.text[item.end : item.end + 30]
    if "membrane" not in view.words(item).lower():
        return _MADE_OF_AMNION.match(after) is not None
    before = view.joined.text[max(item.sentence[0], item.start - 50) : item.start]
    return not (_MEMBRANE_CELLS.match(after) or _FROM_MEMBRANE.search(before))


_MEMBRANE_CELLS = re.compile(r"[\s-]*(?:derived|mesench|stem|MSC|\(hAM\)-?derived)", re.IGNORECASE)
_FROM_MEMBRANE = re.compile(
    r"\b(?:cells?|MSCs?)\s(?:\(\w+\)\s)?(?:\w+\s){0,2}?from\s(?:the\s)?(?:human\s|term\s)*$", re.IGNORECASE
)


_AHEAD, _BACK = 75, 110
"""How far a tissue may stand before and behind its product."""


def _around(own: Sequence[Item], item: Item) -> Iterator[Item]:
    """The products of an item's section that begin no farther from it than a tie reaches; `own` is in order."""
    near = starting(own, item.start - _BACK - LONGEST, item.end + _AHEAD + 1)
    return (other for other in near if other.section == item.section)


def _tied(view: View, own: Sequence[Item], item: Item) -> bool:
    text = view.joined.text
    for other in _around(own, item):
        if other.start < item.end and item.start < other.end:
            return True
        if _is_of_a_graft(text, item):
            continue
        if item.end <= other.start and _connects(_past_rival(view, item, other)):
            return True
        if not other.end <= item.start <= other.end + _BACK:
            continue
        gap = text[other.end : item.start]
        if _NO_PRODUCT.match(text[item.end : item.end + 18].strip()) and not _FROM.search(gap):
            continue
        if "\n\n" not in gap and (_FROM.search(gap) or _connects(gap)):
            return True
    return False


def _is_of_a_graft(text: str, item: Item) -> bool:
    """ "Cord blood units and MSC": the blood is given beside the cells, unless they are from it."""
    if item.value != "cord_blood" or not _STANDS_ALONE.match(text[item.end : item.end + 14]):
        return False
    return _FROM_BLOOD.search(text[max(item.sentence[0], item.start - 40) : item.start]) is None


_FROM_BLOOD = re.compile(r"\bcells?\s(?:\w+\s)?(?:derived\s)?from\s(?:the\s|human\s|donated\s)*$", re.IGNORECASE)


def _past_rival(view: View, item: Item, other: Item) -> str:
    """What stands between a tissue and its product, after a second tissue that it is set against: "marrow versus"."""
    gap = view.joined.text[item.end : other.start]
    rival = _RIVAL.match(gap)
    if rival and view.starting("TISSUE", item.end + rival.end(), item.end + rival.end() + 1):
        return gap[rival.end() :]
    return gap


_RIVAL = re.compile(r"(?:[\s-]derived)?\s(?:versus|vs\.?|compared\s(?:to|with))\s", re.IGNORECASE)
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
