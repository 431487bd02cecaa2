"""The doses of the product: which numbers of cells are given, and how many times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mscminer.core.vocabulary import MscClass
from mscminer.extract.amounts import Amount, find_amounts, told_sections
from mscminer.extract.products import Products
from mscminer.extract.schedule_rules import Kind
from mscminer.extract.schedules import MOST_TIMES
from mscminer.extract.timing import Timed, build_timing
from mscminer.extract.view import Item, View, owner_of, partners


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
    sureness: float = 0.86

    @property
    def key(self) -> tuple[float, bool, int | None]:
        return (self.cells, self.per_kg, self.times)


def find_product_doses(view: View, products: Products, own: Sequence[Item]) -> tuple[Dose, ...]:
    """Every dose with its number of administrations, each once."""
    if products.msc not in (MscClass.CELLS, MscClass.UNCULTURED):
        return ()
    amounts = find_amounts(view, products, own)
    return _distinct(_timed(view, products, amounts)) if amounts else ()


Group = tuple[str, float, bool]
"""(arm, intervention or section; cells; per kg)"""


def _timed(view: View, products: Products, amounts: Sequence[Amount]) -> Iterator[Dose]:
    timing = build_timing(view, products, amounts, told_sections(view, products))
    groups: dict[Group, list[Amount]] = {}
    for amount in amounts:
        groups.setdefault((owner_of(amount.section) or amount.section, amount.cells, amount.per_kg), []).append(amount)
    answers = {group: _with_sums(view, mentions, amounts, timing.of(mentions)) for group, mentions in groups.items()}
    for group, mentions in groups.items():
        first = mentions[0]
        for timed in _agreed(view, group, answers):
            yield Dose(
                cells=first.cells,
                per_kg=first.per_kg,
                times=None if (timed.times or 0) > 1 and _is_sum(view, first) else timed.times,
                start=first.start,
                end=first.end,
                section=first.section,
                times_at=timed.at,
                total=all(one.total for one in mentions),
            )


_SUM = re.compile(
    r"(?:[^.;\n]|\.\d)*\b(?:total(?:ing|ling|ed|led)?|sum)\s(?:dose\s)?(?:of\s)?(?:about\s|approximately\s)?",
    re.IGNORECASE,
)


_SUMMED = re.compile(r"\btotal(?:ed|led)?\s(?:dose\s)?(?:of\s|was\s)?$", re.IGNORECASE)


def _is_sum(view: View, amount: Amount) -> bool:
    """Whether a publication tells only what several infusions come to: "three infusions that totalled 9 x 10^7"."""
    before = view.joined.text[max(0, amount.start - 30) : amount.start]
    return view.document.study is None and _SUMMED.search(before) is not None and not before.endswith("(total ")


def _with_sums(
    view: View, mentions: Sequence[Amount], amounts: Sequence[Amount], told: tuple[Timed, ...]
) -> tuple[Timed, ...]:
    """What is told, or what a sum says: "infusions of 2 x 10^6/kg, a total of 8 x 10^6/kg" are four."""
    once = any(timed.times == 1 for timed in told)
    sums = [] if once else [timed for one in mentions for other in amounts if (timed := _by_sum(view, one, other))]
    return tuple(sums[:1]) or told


def _by_sum(view: View, amount: Amount, other: Amount) -> Timed | None:
    """How often an amount is given, if another in its sentence is the sum of it."""
    ratio = other.cells / amount.cells
    alike = other.per_kg == amount.per_kg and other.section == amount.section
    whole = alike and other.total and not amount.total and 1 < ratio <= MOST_TIMES and ratio % 1 == 0
    if not whole or other.start < amount.end or not _SUM.fullmatch(view.joined.text, amount.end, other.start):
        return None
    return Timed(times=int(ratio), kind=Kind.TOTAL, at=(other.start, other.end))


def _agreed(view: View, group: Group, answers: Mapping[Group, tuple[Timed, ...]]) -> tuple[Timed, ...]:
    """The answers of a group, or those of the arm or intervention linked to it where they are told in better words."""
    linked = [answers.get((one, *group[1:]), ()) for one in partners(view, group[0])]
    told = [timed for one in linked for timed in one if timed.times is not None]
    own = answers[group]
    if not told or {timed.times for timed in told} == {timed.times for timed in own}:
        return own
    here, there = min(timed.kind for timed in own), min(timed.kind for timed in told)
    better = there < here or (there == here and group[0].startswith("intervention"))
    return tuple(told) if better else own


def _distinct(doses: Iterator[Dose]) -> tuple[Dose, ...]:
    """Each (cells, per kg, times) once, without what only repeats another entry in a weaker form."""
    unique: dict[tuple[float, bool, int | None], Dose] = {}
    for dose in doses:
        unique.setdefault(dose.key, dose)
    kept = list(unique.values())
    distinct = [dose for dose in kept if not any(_repeated(dose, other) for other in kept if other is not dose)]
    return tuple(replace(dose, sureness=_sureness(dose, len(distinct))) for dose in distinct)


def _sureness(dose: Dose, together: int) -> float:
    """How sure a dose is before calibration: less where nobody says how often, and among three or more."""
    return 0.86 - (0.08 if dose.times is None else 0.0) - (0.06 if together > 2 else 0.0)


def _repeated(dose: Dose, other: Dose) -> bool:
    """Whether `other` says the same with its times, with its "per kg", or is one of the parts of a total."""
    same = other.cells == dose.cells
    if same and other.per_kg == dose.per_kg:
        return dose.times is None and other.times is not None
    if same and other.per_kg and not dose.per_kg:
        return True
    times = other.times or 0
    return (
        (dose.total or dose.times is None)
        and times > 1
        and other.per_kg == dose.per_kg
        and abs(other.cells * times - dose.cells) < 1
    )
