"""Which ways of giving belong to something else than the product: another drug, an examination, an ointment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mscminer.extract.view import Item, View, starting

_OTHER_OBJECT = re.compile(
    r"\b(?:steroid|methylpred|hydrocort|corticost|dexameth|heparin(?!i[sz]ed)|antibio|cef\w+|anes?th|anaes|sedat|contrast|premed|pre-medic|diphenhyd|antihist|immunoglob|immunosupp|rituximab|cyclophosph|fludarab|busulf|"
    r"melphalan|thymoglob|insulin|mannitol|hyaluron|chlorphen|paracetamol|acetamin|promethaz|gadolin|thrombol|tPA\b|alteplase|chemother|tocilizumab|remdesivir|antiviral|blood\s(?:sampl|draw|test|(?:is|was|are|were|will\sbe)\s(?:drawn|taken|collected|sampled))|venipunct|phlebotom|catheter\sinsert|access|"
    r"line\s(?:will|is|was|kept)|LPS\b|endotoxin|lipopolysacch|PBSCs?\b|primed\s(?:bone\s)?marrow|saline\s(?:infus|inject)|infection|drug\s(?:use|abuse)|(?<!synovial\s)(?<!joint\s)(?<!spinal\s)fluids?\b|nutrition|imaging(?![\s-]guid)|(?<!under\s)(?<!bedside\s)(?<!endoscopic\s)(?<!by\s)(?<!using\s)ultraso(?!\w*[\s-](?:guid|control))|MRI(?![\s-]guid)|bisphosph|zoledron|iron\b|urograph|(?<!subtraction\s)angiograph|midazolam|fentanyl|propofol|lidocaine|bupivac|ceftria|vancomy|"
    r"diuretic|furosem|morphine|G-?CSF|filgrastim|aspirin|clopidogrel|albumin\sinf|IVIG|ventilat|intubat|biopsy\b|pain\smedic|teriparatide|c[iy]closporin|clotting\sfactor|factor\sVIII|globulin|tacrolimus|mycophenol|methotrex|ATG\b|calcipotriol|calpocitriol|peptides?|plasma\s?(?:exchange|pheresis)|surfactant|salbutamol|albuterol|bronchodilat|vaccin|vitamin\s|artificial\stears|analges|prednis|infliximab|adalimumab|rehydrat|electrolyt|crystalloid|tracers?\b|florbeta|oxytocin|botulin|baclofen|ketamine|laser|fitostimol|paralytic|antisept|emollient|chlorhexid|povidone|moisturi)\w*"
    r"|\b[a-z]{3,}(?:mab|statin|cillin|mycin|micin|oxacin|azole|sartan|olol|caine|azepam|ciclovir|cyclovir|parin|platin|taxel|rubicin|dronate|tinib|limus|terol|phylline|ercept|pressin|tropium|diazine|feron|gliptin|gliflozin|setron|dipine|thiazide|barbital|curonium|fungin|conazole|cycline|penem|coxib|leukin|poietin|plase|xaban|gatran)\b",
    re.IGNORECASE,
)
ACT = re.compile(r"(?:re-?)?inject|infiltrat|instill|implant|deposit|into\s(?:[\w-]+\s){1,5}?injection", re.IGNORECASE)


def is_of_another(view: View, own: Sequence[Item], item: Item) -> bool:
    """Whether a way of giving is told of something else than the product.

    Args:
        own: mentions that stand for the product.
        item: a mention of a route.
    """
    return (
        _is_of_something_else(view, own, item) or _is_other_ointment(view, own, item) or _is_word_of_another(view, item)
    )


def _is_of_something_else(view: View, own: Sequence[Item], item: Item) -> bool:
    """Whether another drug or an examination stands nearer to the route than the product does."""
    text = view.joined.text
    start, end = max(item.sentence[0], item.start - 70), min(item.sentence[1], item.end + 50)
    others = [
        match
        for match in _OTHER_OBJECT.finditer(text, start, end)
        if not item.start <= match.start() < item.end
        and not _is_apart(text, item, match.start())
        and not _is_carrier(text, item, match)
    ]
    if not others or _OF_CELLS_ITSELF.match(text, item.start):
        return False
    subject = _SUBJECT.search(text, start, item.start)
    if subject and not any(subject.start() <= match.start() < item.start for match in others):
        return False
    if ACT.match(text, item.start) and any(
        item.start - other.end() == 1 and not _FLUID.match(other.group()) for other in others
    ):
        return True
    nearest = min(_gap(item, match.start(), match.end()) for match in others)
    mine = [_gap(item, other.start, other.end) for other in starting(own, *item.sentence)]
    return nearest + 3 < min(mine, default=10_000)


def _is_carrier(text: str, item: Item, other: re.Match[str]) -> bool:
    """Whether it is what the cells are in: "cells in hyaluronic acid are injected", "hyaluronic acid membrane"."""
    fluid = _FLUID.match(other.group()) is not None
    if fluid and item.value == "implanted" and 0 <= item.start - other.end() <= len(" acid "):
        return True
    return fluid and _CELLS_IN.search(text, max(0, other.start() - 60), other.start()) is not None


_FLUID = re.compile(r"hyaluron|albumin|saline", re.IGNORECASE)
_CELLS_IN = re.compile(
    r"\b(?:cells|\w*MSCs?|A[DT]?SCs?)\)?\s(?:(?:mixed|suspended|combined|embedded|diluted|dissolved)\s)?(?:in|with|plus|\+)\s(?:[\w%.-]+\s){0,3}$",
    re.IGNORECASE,
)


def _is_apart(text: str, item: Item, other: int) -> bool:
    """Whether another thing further on only marks a time ("after the laser") or stands in a clause of its own."""
    if _is_manner(text, item, other):
        return True
    if other < item.end:
        return False
    between = text[item.end : other]
    if _TIME_MARK.search(between) or _OWN_ROUTE.search(between):
        return True
    stop = _CLAUSE.search(between)
    if stop is None or _LISTING.search(between):
        return False
    clause = _CLAUSE.split(text[max(item.sentence[0], item.start - 60) : item.start])[-1]
    given = (
        stop.group() not in (", ", ",\n")
        or _OWN_VERB.search(between) is not None
        or _GIVEN_HERE.search(clause + text[item.start : item.end]) is not None
    )
    return given and _OTHER_OBJECT.search(clause) is None


def _is_manner(text: str, item: Item, other: int) -> bool:
    """Whether something only tells how or when: "under general anaesthesia the cells are injected"."""
    manner = _UNDER.search(text, max(item.sentence[0], other - 50), other)
    if manner is not None:
        return not manner.start() <= item.start < other
    if other >= item.start or "," not in text[other : item.start]:
        return False
    return _TIME_MARK.search(text, max(item.sentence[0], other - 50), other) is not None


_UNDER = re.compile(
    r"\bunder\s(?:(?:an?|the|light|deep|conscious|general|local|spinal|topical|regional|mild|short|brief|and|or|/)\s){0,4}$",
    re.IGNORECASE,
)
_TIME_MARK = re.compile(r"\b(?:after|before|following|prior\sto|preceding|until)\s(?:[\w-]+\s){0,3}$", re.IGNORECASE)
_OWN_ROUTE = re.compile(
    r"\b(?:topical|oral|inhaled|nebuli[sz]ed|subcutaneous|intra-?\w{4,}(?:al|ar|ous|ic)|iv|i\.v\.)\s(?:[\w-]+\s){0,1}$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;]\s|\s\(")
_OWN_VERB = re.compile(r"[,;]\s[^,;]*\b(?:is|are|was|were|will|receiv\w+)\s", re.IGNORECASE)
_LISTING = re.compile(r"\b(?:includ|such\sas|e\.?g\b|namely|consist)|:", re.IGNORECASE)
_GIVEN_HERE = re.compile(
    r"\b(?:infused|injected|administered|delivered|transfused)\b|/kg\b|\bcells\b|\bMSCs?\b|\bmillion\b", re.IGNORECASE
)
_SUBJECT = re.compile(r"\b(?:cells|\w*MSCs?)\s(?:(?!after|before|under|with|during|plus|and\b)[a-z]+\s){0,4}$")
""" "The cells are injected ...": whatever else the sentence names, it is the cells that go there."""
_OF_CELLS_ITSELF = re.compile(r"(?:cells|\w*MSCs?)\s")
_BESIDE = re.compile(r"\+|\bplus\b|\bcombin|\band\b|\bwith\b|calc\w+triol", re.IGNORECASE)


_ADJECTIVE = re.compile(
    r"(?:intra-?venous|subcutaneous|intra-?muscular|topical|intra-?vitreal|intra-?thecal|inhaled|intra-?articular|intradermal|intra-?nasal|sub-?conjunctival|intra-?lesional)$",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\s([a-z][a-z-]{3,})", re.IGNORECASE)
_GIVING = re.compile(
    r"(?:inject|infus|admin|appl|transplant|transf|deliver|deposit|implant|instill|infiltrat|drip|bolus|dos|route|use|line|access|cathet|cannula|"
    r"puncture|treat|therap|group|arm|method|approach|space|cell|stem|stromal|mesench|[\w-]*MSC|exosom|secret|vesicl|condition|gel|cream|serum|"
    r"spray|formul|drop|product|suspens|solution|single|repeat|multiple|auto|allo|human|adipose|bone|umbilic|cord|placent|Whart|expanded|cultured|"
    r"over|within|with|from|into|once|twice|every|each|weekly|daily|after|before|during|followed|versus|then|plus|through|using|under|per|day|"
    r"week|month|was|were|will|when|where|that|which|this|these|and|or|via|by|for|only|alone|either|combin|guid|slow|high|low|total|million|"
    r"study|trial|investig|safety|efficacy|push|pump|intra|sub|peri|microneedl|film|patch|sheet|mixture|mode|way|system|embol|loc|direct|"
    r"dual|split|depot|sites?|knee|hip|joint|cavity|tissue|plane|layer|fat\b|shot|peripheral|central|\w*ASCs?\b|EVs?\b|drug|agent|therapeutic|precursor|progenitor|regenerat|concentr|booster|maintenance|loading|initial|first|second|third|additional|further|half|short|continuous|intermittent|optional|remaind|placebo|vehicle|saline|rest)",
    re.IGNORECASE,
)


def _is_word_of_another(view: View, item: Item) -> bool:
    """Whether the way of giving belongs to a drug right behind it that no list knows: "topical retinoid cream"."""
    if not _ADJECTIVE.search(view.words(item)):
        return False
    noun = _NOUN.match(view.joined.text, item.end, item.sentence[1])
    if noun is None or _GIVING.match(noun.group(1)):
        return False
    rest = view.joined.text[noun.end() : min(item.sentence[1], noun.end() + 60)]
    return _GIVING_OF_CELLS.search(re.split(r"[,;.(+]", rest)[0]) is None


_GIVING_OF_CELLS = re.compile(
    r"\bcells?\b|MSC|stem|exosom|secretom|inject|infus|admin|deliver|transplant", re.IGNORECASE
)


def _is_other_ointment(view: View, own: Sequence[Item], item: Item) -> bool:
    """An ointment given beside the cells; an ointment of the cells names them in the words before or after."""
    if view.words(item).lower().rstrip("s") != "ointment":
        return False
    mine = [other for other in own if other.section == item.section]
    near = any(other.start - item.end < 40 and item.start - other.end < 30 for other in mine)
    before = view.joined.text[max(item.sentence[0], item.start - 40) : item.start]
    return not near or _BESIDE.search(before) is not None


def _gap(item: Item, start: int, end: int) -> int:
    return max(0, start - item.end, item.start - end)
