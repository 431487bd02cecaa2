"""How the product is given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.other_routes import is_of_another
from mscminer.extract.products import Products
from mscminer.extract.second_places import INJECTION, INTO, REST, SYSTEMIC, adds_place
from mscminer.extract.view import Item, View, Zone, starting

_WEAK = (
    "route.implanted.operation",
    "route.implanted.word",
    "route.intralesional.local",
    "route.percutaneous.words",
    INTO,
    "route.implanted.gel",
)
"""Rules that give way to a more exact word anywhere in the study."""
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
    if not any(INJECTION.search(view.sentence(item)) for item in own if item.assertion is Assertion.AFFIRMED):
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
        of_cells = gives and (_CELLS.search(words) or REST.match(words)) is not None
        return gives, of_cells or bool(starting(own, *sentence))

    gels = _injected_gels(view, own)
    for item in view.of("ROUTE"):
        level = _level(view, products, own, item, read(item.sentence))
        if level is not None:
            if item.rule in (_GEL, _CARRIER) and item in gels:
                item = replace(item, value="intralesional", rule=_GEL)
            elif _is_put_in(view, item):
                item = replace(item, value="implanted")
            levels[level].append(item)
    return levels


def _is_put_in(view: View, item: Item) -> bool:
    """ "Implantation into the necrotic lesion": who implants puts in at an operation, unless a needle does it."""
    if item.rule != INTO or _IMPLANTED.fullmatch(view.words(item)) is None or _NEEDLE.search(view.sentence(item)):
        return False
    return not any(INJECTION.match(view.words(other)) for other in view.of("ROUTE"))


_IMPLANTED = re.compile(
    r"(?:re-?)?implant(?:(?!\ba?round\b|\bedges?\b|\bmargins?\b|\bnear\b).)*", re.IGNORECASE | re.DOTALL
)
_NEEDLE = re.compile(r"\b(?:re-?)?inject|\bneedle|\bpercutan|\bpunctur|\bsyringe", re.IGNORECASE)


_CELLS = re.compile(r"\bcells?\b|MSC|stem")
_GEL = "route.implanted.gel"
_CARRIER = "route.implanted.words"
_COLLAGEN = re.compile(r"\bcollagen(?:\sscaffold)?$", re.IGNORECASE)


def _injected_gels(view: View, own: Sequence[Item]) -> tuple[Item, ...]:
    """The gels, glues and injectable scaffolds that cells are injected in: nothing is laid in then.

    Where such a gel is named, "mixed with collagen" means it too.
    """
    gels = [item for item in view.of("ROUTE") if item.rule == _GEL]
    if not gels:
        return ()
    sentences = {item.sentence for item in (*own, *gels) if item.assertion is Assertion.AFFIRMED}
    if not any(INJECTION.search(view.joined.text, *sentence) for sentence in sentences):
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
    if exact and rules == {INTO} and all(item.value in _BESIDE_PLACE for item in exact):
        return [*kept, *(item for item in exact if item.value == "implanted")]
    places = [item for item in mine if item.rule == INTO]
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
    if item.rule == _TREATMENT or is_of_another(view, own, item):
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
    if any(item.rule == INTO and "femoral head" in view.words(item) for item in items):
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
    beside = [item for item in items if adds_place(view, own, item, strong)]
    joined = beside + [item for item in kept if item.rule == "route.intralesional.local" and _is_joined(view, item)]
    return strong + joined


def _without_dressings(view: View, items: Sequence[Item]) -> list[Item]:
    """The exact mentions; a dressing or a device laid on a wound into which the cells go makes nothing topical."""
    strong = [item for item in items if item.rule not in _WEAK]
    local = any(item.value == "intralesional" and _LOCAL_ACT.search(view.words(item)) for item in items)
    if not local and not any(item.value in SYSTEMIC for item in strong):
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
    exact = {item.sentence for item in items if item.value not in ("implanted", *SYSTEMIC)}
    exact |= {item.sentence for item in view.of("ROUTE") if item.rule == INTO and INJECTION.match(text, item.start)}
    return any(
        item.value == "implanted"
        and item.sentence in exact
        and (_INJECTED.search(text, item.sentence[0], item.start) or _COLLAGEN.search(view.words(item)))
        for item in items
    )


def _one_weak(items: Sequence[Item]) -> list[Item]:
    for rule in (
        "route.implanted.operation",
        INTO,
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
