"""Which numbers of cells are the product's dose, and how many times it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from mscminer.core.vocabulary import MscClass
from mscminer.extract.doses import DoseFound, find_doses
from mscminer.extract.products import Products
from mscminer.extract.schedules import TimesFound, find_times
from mscminer.extract.view import Item, View, Zone, owner_of, zone_of


@dataclass(frozen=True, kw_only=True)
class Dose:
    """A dose of the product; offsets are those of the joined text."""

    cells: float
    per_kg: bool
    times: int | None
    start: int
    end: int
    section: str
    times_at: tuple[int, int] | None = None
    total: bool = False
    """Told as the sum over several administrations."""

    @property
    def key(self) -> tuple[float, bool, int | None]:
        return (self.cells, self.per_kg, self.times)


_BACK = re.compile(
    r"\bprevious(?:ly)?\b|\bstud(?:y|ies)\s(?:\w+\s){0,4}(?:shown|showed|demonstr|report)|\bet\sal\b|\bmice\b|\brats?\b|\banimals?\b|\bmonkeys?\b|\bpigs?\b|\bsheep\b|\breported\b|\byield|\bin\svitro\s(?:test|assay)"
    r"|\bviabilit(?![^.;]{0,60}\d?[^;]{0,60}\bpatient\sreceived)|\brelease\scriter|\bincidence\b|\bprevalence\b|\bannual|\bworldwide|\bestimated\sthat|\bpopulation\b",
    re.IGNORECASE,
)


def find_product_doses(view: View, products: Products, own: Sequence[Item]) -> tuple[Dose, ...]:
    """The doses, from arms, interventions and titles; from summary and description where those are silent."""
    if products.msc not in (MscClass.CELLS, MscClass.UNCULTURED):
        return ()
    for zones in ((Zone.CORE,), (Zone.SUMMARY, Zone.DETAIL)):
        doses = list(_zone_doses(view, products, own, zones))
        if doses:
            return _distinct(_with_times(view, products, doses))
    return ()


def _zone_doses(view: View, products: Products, own: Sequence[Item], zones: Sequence[Zone]) -> Iterator[Dose]:
    labelled = _labelled(view, products)
    for name, start, end in view.joined.parts:
        if (
            zone_of(name) not in zones
            or name.startswith(("keyword", "condition", "primary_outcome"))
            or _excluded(products, name)
        ):
            continue
        text = view.joined.text[start:end]
        for found in find_doses(text):
            if _is_dose(view, products, own, found, name, start):
                dose = Dose(
                    cells=found.cells,
                    per_kg=found.per_kg,
                    times=None,
                    start=start + found.start,
                    end=start + found.end,
                    section=name,
                    total=_TOTAL.search(text[max(0, found.start - 30) : found.start]) is not None,
                )
                if not _contradicts(dose, labelled):
                    yield dose


_TOTAL = re.compile(r"\btotal\s(?:\w+\s){0,2}(?:of\s)?(?:\w+\s)?$", re.IGNORECASE)


def _labelled(view: View, products: Products) -> dict[str, set[float]]:
    """Doses that arm labels name: where a label and its description contradict each other, the label wins."""
    study = view.document.study
    labelled: dict[str, set[float]] = {}
    for arm in study.arms if study else ():
        doses = {found.cells for found in find_doses(arm.label) if found.sure}
        if doses and arm.number in products.arms:
            labelled[f"arm.{arm.number}"] = doses
    return labelled


def _contradicts(dose: Dose, labelled: dict[str, set[float]]) -> bool:
    owner = owner_of(dose.section)
    return owner in labelled and not dose.per_kg and dose.cells not in labelled[owner]


def _excluded(products: Products, section: str) -> bool:
    kind, _, number = owner_of(section).partition(".")
    if kind == "arm":
        return int(number) in products.control_arms
    return kind == "intervention" and bool(products.given) and int(number) not in products.given


def _is_dose(view: View, products: Products, own: Sequence[Item], found: DoseFound, section: str, offset: int) -> bool:
    sentence = view.joined.sentence_at(offset + found.start)
    words = view.joined.text[sentence[0] : sentence[1]]
    owner = owner_of(section)
    if _BACK.search(words):
        return False
    near = any(sentence[0] <= item.start < sentence[1] for item in own)
    if zone_of(section) is Zone.CORE and owner:
        return found.sure or near or any(item.owner == owner for item in own)
    return found.sure and (near or bool(re.search(r"\bdose|\bcells?\b|inject|infus|receiv", words, re.IGNORECASE)))


def _with_times(view: View, products: Products, doses: Sequence[Dose]) -> list[Dose]:
    """Times from the dose's own sentence, its arm, the other doses of its section, or the whole record."""
    levels = _levels(doses)
    near = [_near_times(view, dose, levels) for dose in doses]
    everywhere = _record_times(view, products, levels)
    out = []
    for dose, own in zip(doses, near, strict=True):
        others = {found[0] for other, found in zip(doses, near, strict=True) if found and other.section == dose.section}
        shared = next((found for found in near if found and others == {1}), None)
        found = own or shared or _owner_times(view, dose, levels) or _beside_times(view, dose, levels) or everywhere
        if found is not None and found[0] == 1 and own is None and _repeats(view, dose):
            found = None
        times = found[0] if found else None
        out.append(replace(dose, times=times, times_at=found[1] if found else None))
    return out


def _levels(doses: Sequence[Dose]) -> int:
    """How many sizes are compared: both ends of one range count once."""
    spans: dict[tuple[int, int], set[float]] = {}
    for dose in doses:
        spans.setdefault((dose.start, dose.end), set()).add(dose.cells)
    sizes = {min(cells) if len(cells) == 2 else cell for cells in spans.values() for cell in cells}
    return len(sizes)


_AGAIN = re.compile(
    r"\b(?:each|every|per)\s(?:other\s)?(?:visit|week|day|month|time|2|two|3|three|4|four)\b|\bweekly\b|\bmonthly\b|\brepeat|\bsubsequent\s(?:dose|infus|inject|treat)|\bof\sthese\svisits|\bsecond\s(?:dose|inject|infus)",
    re.IGNORECASE,
)


def _repeats(view: View, dose: Dose) -> bool:
    start, end = view.joined.sentence_at(dose.start)
    return _AGAIN.search(view.joined.text[start:end]) is not None


Timed = tuple[int, tuple[int, int]]


def _times_in(text: str, offset: int, levels: int) -> list[TimesFound]:
    """Statements of times; "three doses" where three sizes are named counts sizes, not administrations."""
    return [
        replace(item, start=item.start + offset, end=item.end + offset)
        for item in find_times(text)
        if not (
            levels > 1
            and item.times == levels
            and re.search(r"\b(?:doses|dosages)$", text[item.start : item.end], re.IGNORECASE)
        )
    ]


def _near_times(view: View, dose: Dose, levels: int) -> Timed | None:
    """A statement in the dose's own sentence: the nearest of the most explicit kind."""
    start, end = view.joined.sentence_at(dose.start)
    found = _times_in(view.joined.text[start:end], start, levels)
    if not found or (all(item.times == 1 for item in found) and _AGAIN.search(view.joined.text[start:end])):
        return None
    best = _combine(
        found, dose, repeated=re.search(r"\brepeat", view.joined.text[start:end], re.IGNORECASE) is not None
    )
    within = {one.cells for one in find_doses(view.joined.text[best.start : min(end, best.end + 60)])}
    if best.times == 2 and best.end - best.start > 30 and len(within) > 1:
        return None  # "the first dose is 1 x 10^6 and the second 5 x 10^6": each is given once, in no word
    return best.times, (best.start, best.end)


def _combine(found: Sequence[TimesFound], dose: Dose, *, repeated: bool) -> TimesFound:
    """The statement that belongs to a dose: the nearest; a number before "single" unless that is clearly nearer.

    Where the sentence says "repeat", the number counts however near "a single dose" stands.
    """

    def gap(item: TimesFound) -> int:
        return max(0, item.start - dose.end, dose.start - item.end)

    counted = [item for item in found if item.times > 1]
    single = [item for item in found if item.times == 1]
    if counted and single and not repeated and min(map(gap, single)) + 20 < min(map(gap, counted)):
        return min(single, key=gap)
    return min(counted or single, key=gap)


def _beside_times(view: View, dose: Dose, levels: int) -> Timed | None:
    """What the sentences before and after say, in prose outside arms and interventions."""
    part = view.joined.part_at(dose.start)
    if part is None or owner_of(part[0]):
        return None
    start, end = max(part[1], dose.start - 220), min(part[2], dose.end + 220)
    found = _times_in(view.joined.text[start:end], start, levels)
    values = {item.times for item in found}
    return (found[0].times, (found[0].start, found[0].end)) if len(values) == 1 else None


def _owner_times(view: View, dose: Dose, levels: int) -> Timed | None:
    """A statement in the same arm or intervention, or in the arm's interventions."""
    owner = owner_of(dose.section)
    if not owner:
        return None
    found: list[TimesFound] = []
    for name, start, end in view.joined.parts:
        if owner_of(name) == owner or owner_of(name) in _partners(view, owner):
            found.extend(_times_in(view.joined.text[start:end], start, levels))
    values = {item.times for item in found}
    if len(values) == 1:
        return found[0].times, (found[0].start, found[0].end)
    counted = [item for item in found if item.explicit and item.times > 1]
    if counted and (
        counted[0].start == min(item.start for item in found) or len({item.times for item in counted}) == 1
    ):
        return counted[0].times, (counted[0].start, counted[0].end)
    return None


def _partners(view: View, owner: str) -> frozenset[str]:
    study = view.document.study
    kind, _, number = owner.partition(".")
    if study is None:
        return frozenset()
    if kind == "arm":
        label = next((arm.label for arm in study.arms if arm.number == int(number)), "")
        return frozenset(
            f"intervention.{one.number}"
            for one in study.interventions
            if label in one.arm_labels and _is_product(view, one.number)
        )
    labels = next((one.arm_labels for one in study.interventions if one.number == int(number)), ())
    return frozenset(f"arm.{arm.number}" for arm in study.arms if arm.label in labels)


def _is_product(view: View, number: int) -> bool:
    return any(
        item.owner == f"intervention.{number}" and item.value in ("cells", "asc", "generic")
        for item in view.of("PRODUCT")
    )


def _record_times(view: View, products: Products, levels: int) -> Timed | None:
    """A number said of the product that titles and names agree on, else one that the whole text agrees on."""
    found = list(_told_times(view, products, levels))
    for fits in _TIERS:
        chosen = [item for section, item in found if fits(section, item)]
        if len({item.times for item in chosen}) == 1:
            return chosen[0].times, (chosen[0].start, chosen[0].end)
    return None


def _is_name(section: str) -> bool:
    return section.endswith(("title", "official_title", "name", "label"))


_TIERS: tuple[Callable[[str, TimesFound], bool], ...] = (
    lambda section, item: _is_name(section),
    lambda section, item: zone_of(section) is Zone.CORE and item.explicit,
    lambda section, item: zone_of(section) is Zone.CORE,
    lambda section, item: item.explicit,
    lambda section, item: not item.explicit,
)


def _told_times(view: View, products: Products, levels: int) -> Iterator[tuple[str, TimesFound]]:
    for name, start, end in view.joined.parts:
        if name.startswith(("keyword", "condition", "primary_outcome")) or _excluded(products, name):
            continue
        for item in _times_in(view.joined.text[start:end], start, levels):
            sentence = view.joined.sentence_at(item.start)
            words = view.joined.text[sentence[0] : sentence[1]]
            if re.search(r"\bcells?\b|MSC|MPC|ASC|inject|infus|dose", words, re.IGNORECASE) and not _BACK.search(words):
                yield name, item


def _distinct(doses: Sequence[Dose]) -> tuple[Dose, ...]:
    """Each (cells, per kg, times) once, without what only repeats another entry in a weaker form."""
    unique: dict[tuple[float, bool, int | None], Dose] = {}
    for dose in doses:
        unique.setdefault(dose.key, dose)
    kept = list(unique.values())
    return tuple(dose for dose in kept if not any(_repeated(dose, other) for other in kept if other is not dose))


def _repeated(dose: Dose, other: Dose) -> bool:
    """Whether `other` says the same with its times, with its "per kg", or is one of the parts of a total."""
    same = other.cells == dose.cells
    if same and other.per_kg == dose.per_kg:
        return dose.times is None and other.times is not None
    if same and other.per_kg and not dose.per_kg:
        return True
    times = other.times or 0
    return dose.total and times > 1 and other.per_kg == dose.per_kg and abs(other.cells * times - dose.cells) < 1
