"""Which numbers of cells in a document are the product's dose."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from mscminer.core.vocabulary import MscClass
from mscminer.extract.doses import DoseFound, find_doses
from mscminer.extract.products import Products
from mscminer.extract.schedule_rules import NUMBERS
from mscminer.extract.view import Item, View, Zone, owner_of, partners, zone_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """A number of cells that is given; offsets are those of the joined text.

    Args:
        total: told as the sum over several administrations.
        stock: cells of a bag, a vial or a culture: believed only where nothing else is told.
        loose: cells of one ml, and nobody says of how many: believed only where not even a stock is told.
    """

    cells: float
    per_kg: bool
    start: int
    end: int
    section: str
    total: bool = False
    stock: bool = False
    loose: bool = False


_BACK = re.compile(
    r"(?<!part\sof\sa\s)(?<!part\sof\sthe\s)\bprevious(?:ly)?\b(?!\s(?:\w+\s)?(?:days|weeks|months|year)s?\b)|\bstud(?:y|ies)\s(?:\w+\s){0,4}(?:shown|showed|demonstr|report)|\bet\sal\b|\bmice\b|\brats?\b|\banimals?\b(?![\s-](?:serum|protein|product|component|free))|\bmonkeys?\b|\bpigs?\b|\bsheep\b|\breported\b|\byield|\bin\svitro\s(?:test|assay)"
    r"|\bviabilit(?![^.;]{0,60}\d?[^;]{0,60}\bpatient\sreceived)|\brelease\scriter|\bincidence\b|\bprevalence\b|\bannual|\bworldwide|\bestimated\sthat|(?<!treat\s)(?<!protocol\s)(?<!safety\s)(?<!analysis\s)\bpopulation\b"
    r"|\bstain|\bflow\scytom|\bgrams?\sof\b|\bfluoroc",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b[A-Z]{4,}\sshowed\b|\bwere\ssafe\b|\bcompleted\s(?:the\s)?phase|\b(?:only|all)\s\d+\sof\sthe\s\d+\spatients",
    re.IGNORECASE,
)
"""What a registration says of studies before it, and a publication of its own."""
_TOTAL = re.compile(r"\b(?:total|target)\s(?:\w+\s){0,2}(?:of\s|up\sto\s)?(?:\w+\s)?$", re.IGNORECASE)
_IN_TOTAL = re.compile(
    r"\s(?:(?:\w+\s)?(?:in\s)?total\b|(?:cells\s)?(?:in\sall(?=\s?(?:[.,;:)\n]|$))|altogether\b))", re.IGNORECASE
)
""" "40 million cells in all, by vein" is a sum; "40 million cells in all patients" is none."""
_STOCK = re.compile(
    r"\b(?:per|each|every)\s(?:[\w-]+\s){0,2}(?:bag|vial|ampoule|flask|tube|syringe|bottle|aliquot|cryo\w+|straw)s?\b"
    r"|\b(?:a|one|single)\s(?:[\w-]+\s)?(?:bag|vial|ampoule|syringe|bottle)\s(?:contain|hold|has|with|of)"
    r"|/\s?(?:bag|vial|ampoule|flask|tube|syringe)\b|\bcultured?\s(?:\w+\s){0,3}to\b|\bto\s(?:get|obtain|reach|yield)\b|\bsuspension\spackages?\b|\b(?:were|was|is|as|per)\s(?:an?|one)\sunit\b|\bunit\s(?:is|was|contains|of|=)\b|\bsupplied\b|\bstored\s(?:as|in)\b|\bformulated\b|\bthaw|\bharvested\b|\bexpanded\s(?:\w+\s){0,3}(?:to|until)\b|\bminimum\sof\b|\bseed(?:ed|ing)\b|\bflasks?\b|\bcells\swere\s(?:obtained|harvested)\b|\bat\sleast\b(?=\s\#)",
    re.IGNORECASE,
)
_DOSE_IS = re.compile(r"\b(?:dose|dosage)(?:\s(?:is|of|was|will\sbe)|\s?[:：=])\s?(?:[a-z]+\s)?$", re.IGNORECASE)
_UNREAD = ("keyword", "condition")
_MOST = 60
"""Amounts that are read of one document: thrice as many as any of 1,425 registrations tells."""


def find_amounts(view: View, products: Products, own: Sequence[Item]) -> tuple[Amount, ...]:
    """The numbers of arms, interventions and titles; of summary and description, then of outcomes, where those are silent."""
    everything: list[Amount] = []
    for zones in ((Zone.CORE,), (Zone.SUMMARY, Zone.DETAIL), ()):
        found = list(islice(_zone_amounts(view, products, own, zones), _MOST))
        given = [amount for amount in found if not (amount.stock or amount.loose)]
        if given:
            return tuple(_without_contents(view, list(_without_shares(view, given))))
        everything.extend(found)
    return tuple(amount for amount in everything if not amount.loose) or tuple(everything)


_SHARE = re.compile(
    r"\b(?:each|per|every|unilateral|one)\b[^.;\n]{0,20}?\b(?:site|side|injection|ovar|knee|eye|limb|leg|hip|disc|lobe|nostril|testis|point|kidney|tube|aliquot|joint)|(?<!patients\s)(?<!participants\s)(?<!subjects\s)\beach\b(?!\s(?:received|entered|got|had|was|were|given|patient|participant|subject|group|cohort))|\bper\s\d",
    re.IGNORECASE,
)
_EACH_TIME = re.compile(
    r"\b(?:each|every|per)\s(?:of\s(?:the\s)?(?:\w+\s)?)?(?:session|infusion|visit|time|course|treatment|administration|dose(?!\slevel))s?\b",
    re.IGNORECASE,
)
"""What is given in each session is the dose, what goes to each site a share."""
_RANGE = re.compile(
    r"\bin\sa\srange\sof\b[^;,]{0,45}$|[(\[;,]\s?(?:range\w*|from|min\w*|IQR|SD)\b[,:=]?[^;,]{0,45}$", re.IGNORECASE
)


def _is_share(view: View, amount: Amount) -> bool:
    """Whether the words at an amount are those of one site or one injection of a sitting."""
    if amount.total:
        return False
    start, end = view.joined.sentence_at(amount.start)
    before = re.split(r"[,;]", view.joined.text[max(start, amount.start - 25) : amount.start])[-1]
    after = re.split(r"(?<!per\s)\d|[,;]", view.joined.text[amount.end : min(end, amount.end + 45)])[0]
    return _SHARE.search(before + " # " + after) is not None and not _EACH_TIME.search(before + " # " + after)


def _is_multiple(whole: Amount, share: Amount) -> bool:
    ratio = whole.cells / share.cells
    return 1 < ratio <= 60 and ratio % 1 == 0


def _without_shares(view: View, amounts: Sequence[Amount]) -> Iterator[Amount]:
    """Amounts but the shares of a total over several sites, and the spread of a mean."""
    for amount in amounts:
        start, end = view.joined.sentence_at(amount.start)
        near = [other for other in amounts if start <= other.start < end]
        others = [other for other in near if other.per_kg == amount.per_kg]
        spread = _RANGE.search(view.joined.text[start : amount.start]) and any(
            other.end < amount.start - 3 and (other.per_kg or not amount.per_kg) for other in near
        )
        share = _is_share(view, amount) and any(
            _is_multiple(other, amount) and not _is_share(view, other) for other in others
        )
        if not (spread or share or _is_told_in_parts(view, amount, near)):
            yield amount


_IN_PARTS = re.compile(
    r"(?:cells?\b|\w*MSCs?\b|\s|,|\b(?:are|is|were|was|will\sbe|given|divided|split|infused|injected|administered|delivered)\b){0,8}"
    r"\b(?:as|in|into|over|by)\s(?P<n>\d{1,2}|two|three|four|five|six)\s(?:equal\s|separate\s|single\s)?"
    r"(?:infusions|injections|doses|portions|parts|fractions|aliquots)\s(?:each\s)?(?:of|with|containing)\s(?:about\s)?",
    re.IGNORECASE,
)


def _is_told_in_parts(view: View, amount: Amount, near: Sequence[Amount]) -> bool:
    """Whether an amount is what "two infusions of 75 million" right after it come to."""
    after = min((other for other in near if other.start >= amount.end), key=lambda other: other.start, default=None)
    parts = _IN_PARTS.fullmatch(view.joined.text, amount.end, after.start) if after else None
    return bool(parts and after and after.cells * _pack_number(parts["n"]) == amount.cells)


_IN_VOLUME = re.compile(r"\s*(?:cells?\s?)?/\s?\d+(?:\.\d+)?\s?m[lL]\b")


def _without_contents(view: View, amounts: Sequence[Amount]) -> Iterator[Amount]:
    """Amounts but what a vial of the intervention holds ("5 x 10^7 cells/5 ml") where its arms give a multiple of it."""
    for amount in amounts:
        arms = partners(view, owner_of(amount.section)) if amount.section.startswith("intervention") else ()
        given = [other for other in amounts if owner_of(other.section) in arms and other.per_kg == amount.per_kg]
        held = _IN_VOLUME.match(view.joined.text, amount.end) and all(_is_multiple(other, amount) for other in given)
        if not (given and held):
            yield amount


def told_sections(view: View, products: Products) -> Iterator[tuple[str, int, int]]:
    """(name, start, end) of every section that may speak of how the product is given."""
    for name, start, end in view.joined.parts:
        if not name.startswith((*_UNREAD, "primary_outcome")) and not _excluded(products, name):
            yield name, start, end


def _zone_amounts(view: View, products: Products, own: Sequence[Item], zones: Sequence[Zone]) -> Iterator[Amount]:
    """Amounts of some zones; of primary outcomes if `zones` is empty."""
    labelled = _labelled(view, products)
    for name, start, end in view.joined.parts:
        outcome = name.startswith("primary_outcome")
        wanted = outcome if not zones else not outcome and zone_of(name) in zones
        if not wanted or name.startswith(_UNREAD) or _excluded(products, name):
            continue
        text = view.joined.text[start:end]
        for found in find_doses(text):
            if found.uncultured and products.msc is not MscClass.UNCULTURED:
                continue
            if _is_dose(view, products, own, found, name, start):
                amount = _unpacked(view, _amount(found, text, name, start))
                if not _contradicts(amount, labelled):
                    yield amount


def _amount(found: DoseFound, text: str, section: str, offset: int) -> Amount:
    before, after = text[max(0, found.start - 70) : found.start], text[found.end : found.end + 50]
    near = re.split(r"[;\n]|\.\s", before)[-1] + " # " + re.split(r"[;\n]|\.\s", after)[0]
    return Amount(
        cells=found.cells,
        per_kg=found.per_kg,
        start=offset + found.start,
        end=offset + found.end,
        section=section,
        total=_TOTAL.search(before[-30:]) is not None or _IN_TOTAL.match(after) is not None,
        stock=not found.per_kg and _STOCK.search(near) is not None and not _DOSE_IS.search(before),
        loose=found.loose,
    )


_PACKS = re.compile(
    r"(?<!or\s)(?<!to\s)(?<!\d,\s)(?<!-)\b(?P<n>\d{1,2}|one|two|three|four|five|six)\s(?!m[lL]\b|cc\b)(?:[\w-]+\s){0,2}?(?P<pack>vial|syringe|bag|ampoule)s?\b(?!\scontains?\s\d)",
    re.IGNORECASE,
)
_EACH_PACK = re.compile(
    r"\b(?:each|per|every)\s(?:[\w-]+\s)?(?:vial|syringe|bag|ampoule)\b|/\s?(?:vial|syringe|bag)\b", re.IGNORECASE
)


_FILLED = re.compile(
    r"(?:\sof\s\d+(?:\.\d+)?\s?m[lL])?(?:\s\(|,?\s)(?:each\s)?(?:of|with|contain\w*|hold\w*)?\s?(?:about\s|approximately\s)?",
    re.IGNORECASE,
)
"""What stands between packs and the cells in each: "four vials, each with 25 million"."""


def _unpacked(view: View, amount: Amount) -> Amount:
    """ "Two syringes, each syringe with 10^8 cells" is a dose of 2 x 10^8, "two bags of 10^8 cells" too."""
    start, end = view.joined.sentence_at(amount.start)
    text = view.joined.text
    packs = [(_pack_number(hit["n"]), start + hit.end()) for hit in _PACKS.finditer(text[start:end])]
    beside = [number for number, at in packs if number > 1 and _FILLED.fullmatch(text, at, max(at, amount.start))]
    numbers = {number for number, _ in packs}
    near = text[max(start, amount.start - 40) : min(end, amount.end + 30)]
    if beside and not amount.per_kg:
        return replace(amount, cells=amount.cells * beside[-1], stock=False)
    if not amount.stock or len(numbers) != 1 or not _EACH_PACK.search(near):
        return amount
    return replace(amount, cells=amount.cells * numbers.pop(), stock=False)


def _pack_number(word: str) -> int:
    return NUMBERS.get(word.lower()) or int(word)


def _labelled(view: View, products: Products) -> dict[str, set[tuple[float, bool]]]:
    """Doses that arm labels name: where a label and its description contradict each other, the label wins."""
    study = view.document.study
    labelled: dict[str, set[tuple[float, bool]]] = {}
    for arm in study.arms if study else ():
        doses = {(found.cells, found.per_kg) for found in find_doses(arm.label) if found.sure and not found.loose}
        if doses and arm.number in products.arms:
            labelled[f"arm.{arm.number}"] = doses
    return labelled


def _contradicts(amount: Amount, labelled: dict[str, set[tuple[float, bool]]]) -> bool:
    named = {cells for cells, per_kg in labelled.get(owner_of(amount.section), ()) if per_kg == amount.per_kg}
    return bool(named) and amount.cells not in named


def _excluded(products: Products, section: str) -> bool:
    kind, _, number = owner_of(section).partition(".")
    if kind == "arm":
        return int(number) in products.control_arms
    return kind == "intervention" and bool(products.given) and int(number) not in products.given


def _is_dose(view: View, products: Products, own: Sequence[Item], found: DoseFound, section: str, offset: int) -> bool:
    sentence = view.joined.sentence_at(offset + found.start)
    words = view.joined.text[sentence[0] : sentence[1]]
    owner = owner_of(section)
    if _BACK.search(words) or (view.document.study and _EARLIER.search(words)):
        return False
    near = any(sentence[0] <= item.start < sentence[1] for item in own)
    if zone_of(section) is Zone.CORE and owner:
        return found.sure or near or _gets_product(products, owner) or any(item.owner == owner for item in own)
    return found.sure and (near or bool(re.search(r"\bdose|\bcells?\b|inject|infus|receiv", words, re.IGNORECASE)))


def _gets_product(products: Products, owner: str) -> bool:
    kind, _, number = owner.partition(".")
    return int(number) in (products.arms if kind == "arm" else products.given)
