"""How the product is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.products import Products
from mscminer.extract.view import Item, View, Zone, starting

_INTO = "route.intralesional.into"
_WEAK = (
    "route.implanted.operation",
    "route.implanted.word",
    "route.intralesional.local",
    "route.percutaneous.words",
    _INTO,
    "route.implanted.gel",
)
"""Rules that give way to a more exact word anywhere in the study."""
_OTHER_OBJECT = re.compile(
    r"\b(?:steroid|methylpred|hydrocort|corticost|dexameth|heparin(?!i[sz]ed)|antibio|cef\w+|anes?th|anaes|sedat|contrast|premed|pre-medic|diphenhyd|antihist|immunoglob|immunosupp|rituximab|cyclophosph|fludarab|busulf|"
    r"melphalan|thymoglob|insulin|mannitol|hyaluron|chlorphen|paracetamol|acetamin|promethaz|gadolin|thrombol|tPA\b|alteplase|chemother|tocilizumab|remdesivir|antiviral|blood\s(?:sampl|draw|test|(?:is|was|are|were|will\sbe)\s(?:drawn|taken|collected|sampled))|venipunct|phlebotom|catheter\sinsert|access|"
    r"line\s(?:will|is|was|kept)|LPS\b|endotoxin|lipopolysacch|PBSCs?\b|primed\s(?:bone\s)?marrow|saline\s(?:infus|inject)|infection|drug\s(?:use|abuse)|(?<!synovial\s)(?<!joint\s)(?<!spinal\s)fluids?\b|nutrition|imaging(?![\s-]guid)|(?<!under\s)(?<!bedside\s)(?<!endoscopic\s)(?<!by\s)(?<!using\s)ultraso(?!\w*[\s-](?:guid|control))|MRI(?![\s-]guid)|bisphosph|zoledron|iron\b|urograph|(?<!subtraction\s)angiograph|midazolam|fentanyl|propofol|lidocaine|bupivac|ceftria|vancomy|"
    r"diuretic|furosem|morphine|G-?CSF|filgrastim|aspirin|clopidogrel|albumin\sinf|IVIG|ventilat|intubat|biopsy\b|pain\smedic|teriparatide|c[iy]closporin|clotting\sfactor|factor\sVIII|globulin|tacrolimus|mycophenol|methotrex|ATG\b|calcipotriol|calpocitriol|peptides?|plasma\s?(?:exchange|pheresis)|surfactant|salbutamol|albuterol|bronchodilat|vaccin|vitamin\s|artificial\stears|analges|prednis|infliximab|adalimumab|rehydrat|electrolyt|crystalloid|tracers?\b|florbeta|oxytocin|botulin|baclofen|ketamine|laser|fitostimol|paralytic|antisept|emollient|chlorhexid|povidone|moisturi)\w*"
    r"|\b[a-z]{3,}(?:mab|statin|cillin|mycin|micin|oxacin|azole|sartan|olol|caine|azepam|ciclovir|cyclovir|parin|platin|taxel|rubicin|dronate|tinib|limus|terol|phylline|ercept|pressin|tropium|diazine|feron|gliptin|gliflozin|setron|dipine|thiazide|barbital|curonium|fungin|conazole|cycline|penem|coxib|leukin|poietin|plase|xaban|gatran)\b",
    re.IGNORECASE,
)
_GIVE = re.compile(
    r"inject|infus|transplant|implant|administ|given|deliver|receiv|instill|dispens|spread|laid|pour|dropped|push|pump|introduc|deposit|appl|therap|treat|inhal|spray|seed|graft|transfus|route|dose|drip|puncture|place|insert|fill|suture|put|fixed",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The routes and their mentions; `level` 0 where arms, interventions or titles say so."""

    values: tuple[str, ...]
    items: tuple[Item, ...]
    level: int


NO_ROUTES = Routes(values=(), items=(), level=9)


def find_routes(view: View, products: Products, own: Sequence[Item]) -> Routes:
    """The routes of the product, from its arms, interventions and titles first."""
    if products.msc is MscClass.NONE:
        return NO_ROUTES
    levels = _levels(view, products, own)
    for level, items in enumerate(levels):
        kept = _settled(view, own, items)
        if level == 0:
            kept = _without_others(view, products, _with_exact(own, kept, levels[1]))
        if kept:
            return _routes(kept, level)
    treated = _local_treatment(view, products, own)
    return _routes(treated, len(levels) - 1) if treated else NO_ROUTES


def _routes(items: Sequence[Item], level: int) -> Routes:
    return Routes(values=tuple(dict.fromkeys(item.value for item in items)), items=tuple(items), level=level)


_TREATMENT = "route.intralesional.treatment"
_USUAL = re.compile(
    r"\b(?:standard|conventional|usual|routine|prior|previous|control|steroid|antibiotic)", re.IGNORECASE
)


def _local_treatment(view: View, products: Products, own: Sequence[Item]) -> list[Item]:
    """ "A local treatment", where the cells are injected and nothing else tells where."""
    if not any(_INJECTION.search(view.sentence(item)) for item in own if item.assertion is Assertion.AFFIRMED):
        return []
    return [
        item
        for item in view.of("ROUTE")
        if item.rule == _TREATMENT
        and item.assertion is not Assertion.NEGATED
        and not products.excludes(item)
        and _USUAL.search(view.sentence(item)) is None
    ]


def _levels(view: View, products: Products, own: Sequence[Item]) -> tuple[list[Item], ...]:
    """The mentions by how directly they speak of the product; each sentence is read once."""
    levels: tuple[list[Item], ...] = ([], [], [], [])

    @cache
    def read(sentence: tuple[int, int]) -> tuple[bool, bool]:
        words = view.joined.text[slice(*sentence)]
        gives = _GIVE.search(words) is not None
        of_cells = gives and (_CELLS.search(words) or _REST.match(words)) is not None
        return gives, of_cells or bool(starting(own, *sentence))

    gels = _injected_gels(view, own)
    for item in view.of("ROUTE"):
        level = _level(view, products, own, item, read(item.sentence))
        if level is not None:
            carried = item.rule in (_GEL, _CARRIER) and item in gels
            levels[level].append(replace(item, value="intralesional", rule=_GEL) if carried else item)
    return levels


_CELLS = re.compile(r"\bcells?\b|MSC|stem")
_REST = re.compile(
    r"\s*(?:then\s)?(?:an?\s(?:additional|further)|another|the\s(?:rest|remainder|remaining|other\s(?:half|part|portion)))\b"
    r"(?![^.;]{0,40}\b(?:saline|drug|lidocaine|placebo|dye)\b)",
    re.IGNORECASE,
)
"""How a sentence goes on that tells where the other part of what was just given goes."""
_GEL = "route.implanted.gel"
_CARRIER = "route.implanted.words"
_COLLAGEN = re.compile(r"\bcollagen(?:\sscaffold)?$", re.IGNORECASE)
_INJECTION = re.compile(r"\b(?:re-?)?inject(?!able)\w*", re.IGNORECASE)


def _injected_gels(view: View, own: Sequence[Item]) -> tuple[Item, ...]:
    """The gels, glues and injectable scaffolds that cells are injected in: nothing is laid in then.

    Where such a gel is named, "mixed with collagen" means it too.
    """
    gels = [item for item in view.of("ROUTE") if item.rule == _GEL]
    if not gels:
        return ()
    sentences = {item.sentence for item in (*own, *gels) if item.assertion is Assertion.AFFIRMED}
    if not any(_INJECTION.search(view.joined.text, *sentence) for sentence in sentences):
        return ()
    short = [item for item in view.of("ROUTE") if item.rule == _CARRIER and _COLLAGEN.search(view.words(item))]
    return (*gels, *short)


_BESIDE_PLACE = frozenset({"implanted", "subcutaneous", "intradermal"})
"""What does not speak against a place where cells are injected."""


def _with_exact(own: Sequence[Item], kept: list[Item], told: Sequence[Item]) -> list[Item]:
    """For vague words of titles, arms and interventions the exact ones of the prose."""
    if not kept or not all(item.rule in _WEAK for item in kept):
        return kept
    mine = [item for item in told if _product_in_sentence(own, item)]
    exact = [item for item in mine if item.rule not in _WEAK]
    rules = {item.rule for item in kept}
    if exact and rules == {_INTO} and all(item.value in _BESIDE_PLACE for item in exact):
        return [*kept, *(item for item in exact if item.value == "implanted")]
    places = [item for item in mine if item.rule == _INTO]
    if not exact and rules <= {"route.implanted.word", "route.percutaneous.words"} and places:
        at_operation = any(item.rule == "route.implanted.operation" for item in told)
        return kept if at_operation else places
    return exact or kept


def _without_others(view: View, products: Products, kept: list[Item]) -> list[Item]:
    """Drop what only a title says of a route by which another arm gets something else."""
    mine = {item.value for item in kept if item.owner}
    others = {item.value for item in view.of("ROUTE") if item.owner and products.excludes(item)} - mine
    return [item for item in kept if not mine or item.owner or item.value not in others]


def _level(view: View, products: Products, own: Sequence[Item], item: Item, sentence: tuple[bool, bool]) -> int | None:
    """The level of a mention whose sentence speaks of giving, and of the product or of cells."""
    if item.assertion in (Assertion.NEGATED, Assertion.COMPARATOR) or products.excludes(item):
        return None
    if _is_of_something_else(view, own, item) or _is_other_ointment(view, own, item):
        return None
    if item.rule == _TREATMENT or _is_word_of_another(view, item):
        return None
    if item.rule == "route.implanted.word" and _DISC.search(view.document.text("title")):
        return None
    if item.zone is Zone.CORE:
        return 0
    if item.assertion is Assertion.BACKGROUND or _NOT_HERE.search(view.sentence(item)):
        return None
    if item.section.startswith("keyword"):
        return 2
    gives, of_cells = sentence
    if of_cells:
        return 1
    if not gives:
        return None
    return 3 if item.section.startswith("primary_outcome") else 2


_NOT_HERE = re.compile(
    r"\b(?:not|never)\s(?:be\s)?(?:allowed|permitted)\b|\b(?:are|is|be|were|was)\s(?:stopped|excluded|prohibited|forbidden|discontinued)\b|"
    r"\b(?:in|by|from)\s(?:other|earlier|previous|prior|many|several|numerous)\s(?:\w+\s){0,2}?(?:trials?|studies)\b|"
    r"\b(?:has|have)\s(?:already\s)?been\s(?:\w+\s)?(?:safe|effective|well\stolerated|tested|tried)\b",
    re.IGNORECASE,
)
""" "Intravenous use of the cells has been safe in other trials", "intravitreal drugs are not allowed"."""
_DISC = re.compile(r"\bdis[ck](?:s|us)?\b", re.IGNORECASE)
"""What is implanted in a disc goes through a needle, if nothing else is said."""


def _product_in_sentence(own: Sequence[Item], item: Item) -> bool:
    return bool(starting(own, *item.sentence))


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
    if _ACT.match(text, item.start) and any(
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


def _settled(view: View, own: Sequence[Item], items: Sequence[Item]) -> list[Item]:
    """Drop weak words where an exact one is at hand, and words inside another route's words."""
    exact = [item for item in items if item.rule not in _WEAK]
    kept = [item for item in items if item.rule not in _WEAK or not _inside(item, exact)]
    strong = _without_dressings(view, kept)
    if any(item.rule == "route.implanted.put" for item in strong):
        strong = [item for item in strong if not _SHEET.search(view.words(item))]
    if any(item.rule != _PERCUTANEOUS for item in strong):
        strong = [item for item in strong if item.rule != _PERCUTANEOUS]
    if any(item.value == "topical" for item in strong) or _carrier_is_injected(view, strong):
        strong = [item for item in strong if item.value != "implanted"]
    if any(item.rule == _INTO and "femoral head" in view.words(item) for item in items):
        strong = [item for item in strong if item.value != "intra_articular" or _JOINT.search(view.words(item))]
    if any(item.value == "implanted" for item in strong):
        strong = [item for item in strong if item.value != "other:intraosseous"]
    if any(item.value in _HEART for item in strong):
        strong = [item for item in strong if not _ACCESS.search(view.words(item))]
    if any(item.value == "other:intranasal" for item in strong):
        strong = [item for item in strong if item.value != "topical" or not _DROPS.match(view.words(item))]
    ventricles = {item.sentence for item in strong if "ventric" in view.words(item).lower()}
    strong = [item for item in strong if item.sentence not in ventricles or not _STEREOTAXIS.match(view.words(item))]
    if not strong:
        return _one_weak(kept)
    beside = [item for item in items if _adds_local(view, own, item, strong)]
    joined = beside + [item for item in kept if item.rule == "route.intralesional.local" and _is_joined(view, item)]
    return strong + joined


def _without_dressings(view: View, items: Sequence[Item]) -> list[Item]:
    """The exact mentions; a dressing or a device laid on a wound into which the cells go makes nothing topical."""
    strong = [item for item in items if item.rule not in _WEAK]
    local = any(item.value == "intralesional" and _LOCAL_ACT.search(view.words(item)) for item in items)
    if not local and not any(item.value in _SYSTEMIC for item in strong):
        return strong
    text = view.joined.text
    return [
        item
        for item in strong
        if item.value != "topical" or _DRESSING.search(text, item.sentence[0], item.start) is None
    ]


_LOCAL_ACT = re.compile(r"\binject|\binfiltrat|\blocal", re.IGNORECASE)
_DRESSING = re.compile(
    r"\b(?:dressings?|bandages?|gauzes?|plasters?|compress(?:es|ion)?|devices?|pads?|films?)\s"
    r"(?:(?:is|are|was|were|will|be|being|then|also|finally|to)\s){0,3}$",
    re.IGNORECASE,
)
_HEART = frozenset({"intramyocardial", "intracoronary"})
_ACCESS = re.compile(r"\b(?:femoral|radial|brachial)\s(?:\w+\s)?arter(?:y|ies)$", re.IGNORECASE)
"""Where a catheter to the heart goes in."""
_PERCUTANEOUS = "route.intralesional.percutaneous"
_SHEET = re.compile(r"\bsheets?$", re.IGNORECASE)
"""What is laid on, if it is not put into a defect."""
_DROPS = re.compile(r"spray|(?:\w+[\s-])?(?:drops?|gel)$", re.IGNORECASE)
_STEREOTAXIS = re.compile(r"stereota", re.IGNORECASE)
"""Only how the needle finds its way, where the sentence says that it goes into a ventricle."""
_JOINT = re.compile(r"articular|joint", re.IGNORECASE)
"""Words that "into the hip" lacks: the head of the femur is no joint."""
_INJECTED = re.compile(r"\binject\w*\s(?:of\s)?(?:[\w-]+\s){0,4}$", re.IGNORECASE)


def _carrier_is_injected(view: View, items: Sequence[Item]) -> bool:
    """ "Intracavernous injection of a scaffold with MSC": the scaffold is what the cells are injected in."""
    text = view.joined.text
    exact = {item.sentence for item in items if item.value not in ("implanted", *_SYSTEMIC)}
    exact |= {item.sentence for item in view.of("ROUTE") if item.rule == _INTO and _INJECTION.match(text, item.start)}
    return any(
        item.value == "implanted"
        and item.sentence in exact
        and (_INJECTED.search(text, item.sentence[0], item.start) or _COLLAGEN.search(view.words(item)))
        for item in items
    )


_AND_LENGTH = 5
_AND = re.compile(r"[\s)]*(?:[,;+&/]|(?:and|plus|or)\b)", re.IGNORECASE)
_SYSTEMIC = frozenset({"intravenous", "intra_arterial", "intraportal", "inhaled"})

_ELSEWHERE = _SYSTEMIC | {"intra_articular", "intrathecal", "intramuscular"}


def _adds_local(view: View, own: Sequence[Item], item: Item, strong: Sequence[Item]) -> bool:
    """A second route in words of its own: "... intravenously. Injection of hAMSC into the lesions".

    In one sentence it stands right before the other: "into the corpora cavernosa and the penile artery".
    """
    if item.rule != _INTO or not {other.value for other in strong} <= _ELSEWHERE | {"topical"}:
        return False
    if any(other.value == "topical" for other in strong) and not _INJECTION.match(view.joined.text, item.start):
        return False
    if any(_is_parted(view, item, other) or _is_joined_by_and(view, item, other) for other in strong):
        return True
    if item.zone is not Zone.CORE:
        return False
    beside = [other for other in strong if other.sentence == item.sentence]
    if beside:
        return any(_stands_apart(view, other, item) for other in beside)
    end = (
        min(item.sentence[1], item.end + _OF_CELLS) if _INTO_INJECTION.match(view.joined.text, item.start) else item.end
    )
    return bool(starting(own, item.start, end))


def _is_parted(view: View, item: Item, other: Item) -> bool:
    """Whether what is given is parted between two places: "into the disc. The other half is given by vein"."""
    first, second = sorted((item, other), key=lambda one: one.start)
    if first.section != second.section or second.start - first.end > _PARTED:
        return False
    between = view.joined.text[first.end : second.start]
    return any(_REST.match(between, stop.end()) for stop in _STOP.finditer(between))


_PARTED = 120
_STOP = re.compile(r"[.;,]\s|\band\s")
_OF_CELLS = 60
_INTO_INJECTION = re.compile(r"into\s(?:[\w-]+\s){1,5}?injections?\sof\s", re.IGNORECASE)
""" "Into a spinal cord injection of cells"."""
_AND_INTO = re.compile(
    r"(?:\s(?!and\b|plus\b|after\b|before\b)[\w-]+){0,4}?[\s,]*\b(?:and|plus|as\swell\sas)\s(?:also\s)?(?:in|into|at|around|round|within)\b",
    re.IGNORECASE,
)
_IN_WOUND = re.compile(
    r"\s(?:injections?|implantation|administration)\s(?:[\w-]+\s){0,4}?(?:in|into)\s(?:[\w-]+\s){0,6}?"
    r"(?:ulcers?|wounds?|lesions?)",
    re.IGNORECASE,
)
"""How words go on that tell of injections in the muscle at a wound, which are both."""
_AND_JOINT = re.compile(
    r"(?:\s\([^)]{1,30}\))?,?\s(?:and|plus|as\swell\sas)\s(?:(?:an?|the)\s)?(?:also\s|(?:rest|remain\w+|additional|another|further|other)\b|"
    r"(?:in|into|inside|within)\b|(?:(?:adjacent|same|affected|left|right)\s)?(?:\w+\s)?(?:joint|cavity))",
    re.IGNORECASE,
)
""" "Into the meniscus and the rest into the knee joint"."""
_FIRST = re.compile(r"\b(?:first|initial\w*|half|one)\b[^,;.]*$", re.IGNORECASE)
_NEXT = re.compile(
    r"[^,;.]{0,40}?(?:[,;]|\b(?:and|then|plus|followed\sby))\s(?:and\s|then\s)?(?:an?|one|two|three|second|third|later|subsequent\w*|"
    r"further|additional|another|boosters?|repeat\w*|half|rest|remain\w+|the\s(?:other|second|rest|next|following|remain\w+)|\d+)\b[^,;.]{0,40}",
    re.IGNORECASE,
)
""" "Into the ovary and one intravenous infusion": what follows is given apart from the first."""
_AND_ACT = re.compile(r"[^,;.]{0,30}?(?:,|\b(?:and|then))\s(?:(?:and|then|also|is|are|be)\s){0,2}", re.IGNORECASE)
_ANOTHER_ACT = re.compile(
    r"spray|appl(?:ied|y)|spread|dropped|laid|placed|given|infused|inject|administ|deliver", re.IGNORECASE
)
_THEN = re.compile(r"[;:]|\b(?:then|followed\sby|later|subsequently|after)\b", re.IGNORECASE)
_ACT = re.compile(r"(?:re-?)?inject|infiltrat|instill|implant|deposit|into\s(?:[\w-]+\s){1,5}?injection", re.IGNORECASE)


def _stands_apart(view: View, other: Item, item: Item) -> bool:
    """Whether a place in the sentence of another route is one more.

    "Into the corpora cavernosa and the penile artery", "intra-articularly and at the bone-cartilage interface", "by
    vein; a month later they are injected into the cord".
    """
    text = view.joined.text
    if 0 <= other.start - item.end <= _AND_LENGTH:
        return _AND.match(text, item.end, other.start + _AND_LENGTH) is not None
    if item.start <= other.start and other.end < item.end:
        in_wound = other.value == "intramuscular" and _IN_WOUND.fullmatch(text, other.end, item.end) is not None
        return in_wound or _AND_INTO.match(text, other.end, item.end) is not None
    if item.end < other.start:
        return _comes_first(view, other, item)
    if other.value == "intramuscular" and 0 <= item.start - other.end <= 1:
        return _IN_WOUND.fullmatch(text, other.end, item.end) is not None
    act = _ACT.match(text, item.start) is not None
    return act and other.end < item.start and _THEN.search(text, other.end, item.start) is not None


def _is_joined_by_and(view: View, item: Item, other: Item) -> bool:
    """Whether the words of the other route hold this place and one more: "into the tear and the knee joint"."""
    within = item.start < other.end and other.start < item.end < other.end
    return within and _AND_JOINT.match(view.joined.text, item.end, other.end) is not None


def _comes_first(view: View, other: Item, item: Item) -> bool:
    """Whether what follows in a sentence is given apart: "into the ovary and one intravenous infusion"."""
    text = view.joined.text
    first = _ACT.match(text, item.start) or _FIRST.search(text, max(item.sentence[0], item.start - 30), item.start)
    if first is None:
        return False
    if _NEXT.fullmatch(text, item.end, other.start):
        return True
    return (
        _AND_ACT.fullmatch(text, item.end, other.start) is not None
        and _ANOTHER_ACT.match(text, other.start) is not None
    )


def _one_weak(items: Sequence[Item]) -> list[Item]:
    for rule in (
        "route.implanted.operation",
        _INTO,
        "route.intralesional.local",
        _GEL,
        "route.implanted.word",
        "route.percutaneous.words",
    ):
        chosen = [item for item in items if item.rule == rule]
        if chosen:
            return chosen
    return list(items)


def _inside(item: Item, exact: Sequence[Item]) -> bool:
    """A generic "injected into the ..." whose end is another, exact route's word."""
    near = starting(exact, item.start - _LONGEST, item.end)
    return any(other.value != item.value and item.start < other.end for other in near)


_LONGEST = 400
"""No route is named in more characters."""


def _is_joined(view: View, item: Item) -> bool:
    return bool(re.search(r"\band\s$", view.joined.text[max(0, item.start - 5) : item.start]))
