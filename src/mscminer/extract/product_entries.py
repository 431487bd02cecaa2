"""The distinct products of a registration: which tissue and donor go together, and which arms get them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from mscminer.core.documents import StudyFields
from mscminer.core.vocabulary import MscClass
from mscminer.extract.donors import PERINATAL
from mscminer.extract.given import Given
from mscminer.extract.origins import Origin
from mscminer.extract.products import Products
from mscminer.extract.view import Item, View

Split = tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]


def split_products(view: View, products: Products, tissue: Origin, donor: Origin) -> list[Split]:
    """Distinct products as (tissues, donors, arm numbers): those of interventions or arms that differ, else one."""
    study = view.document.study
    whole: Split = (tissue.values, donor.values, products.arms)
    if study is None or (len(tissue.values) < 2 and len(donor.values) < 2):
        return [whole]
    if len(products.given) < 2:
        return _told_apart(view, products, tissue, donor) or [whole]
    made: dict[tuple[tuple[str, ...], tuple[str, ...]], set[int]] = {}
    for number in products.given:
        owners, arms = _owners(study, number, products)
        key = (_values_of(tissue, owners), _values_of(donor, owners))
        made.setdefault(key, set()).update(arms)
    full = {key: arms for key, arms in made.items() if (key[0] or not tissue.values) and (key[1] or not donor.values)}
    if not full or not _covers(full, tissue, donor):
        return _told_apart(view, products, tissue, donor) or [whole]
    return [(tissues, donors, tuple(sorted(arms))) for (tissues, donors), arms in full.items()]


def derived_products(view: View, products: Products, tissue: Origin, donor: Origin) -> list[Split]:
    """What MSCs make, where other arms get that instead of the cells themselves."""
    study = view.document.study
    if study is None or products.msc is not MscClass.CELLS:
        return []
    made = [number for number, kind in products.interventions.items() if kind is Given.DERIVATIVE]
    labels = {label for one in study.interventions if one.number in made for label in one.arm_labels}
    arms = tuple(arm.number for arm in study.arms if arm.label in labels and arm.number not in products.arms)
    if not arms or Given.CELLS not in products.interventions.values():
        return []
    return [(tissue.values, donor.values if len(donor.values) < 2 else (), arms)]


def _values_of(origin: Origin, owners: Sequence[str]) -> tuple[str, ...]:
    """The values of one product: from its name, else its description, else its arms; all if there is only one."""
    if len(origin.values) < 2:
        return origin.values
    names = [f"{owners[0]}.name", *(f"{owner}.label" for owner in owners[1:])]
    named = tuple(dict.fromkeys(item.value for name in names for item in origin.items if item.section == name))
    return named or _own(origin, owners[:1]) or _own(origin, owners)


def _covers(made: dict[tuple[tuple[str, ...], tuple[str, ...]], set[int]], tissue: Origin, donor: Origin) -> bool:
    tissues = {value for key in made for value in key[0]}
    donors = {value for key in made for value in key[1]}
    return tissues >= set(tissue.values) and donors >= set(donor.values)


def _by_arm(products: Products, tissue: Origin, donor: Origin) -> list[Split]:
    """Products by arm, where the arms of one intervention are named after different tissues or donors."""
    made: dict[tuple[tuple[str, ...], tuple[str, ...]], set[int]] = {}
    for number in products.arms:
        tissues, donors = (_of_arm(origin, number) for origin in (tissue, donor))
        made.setdefault((tissues, donors), set()).add(number)
    made = {key: arms for key, arms in made.items() if (key[0] or not tissue.values) and (key[1] or not donor.values)}
    if not _covers(made, tissue, donor):
        return []
    return [(tissues, donors, tuple(sorted(arms))) for (tissues, donors), arms in made.items()]


def _told_apart(view: View, products: Products, tissue: Origin, donor: Origin) -> list[Split]:
    """Products that arms or phrases tell apart."""
    by_arm = _by_arm(products, tissue, donor)
    if len(by_arm) > 1:
        return by_arm
    return _by_phrase(products, tissue, donor) or _by_choice(view, products, tissue, donor) or by_arm


_CHOICE = re.compile(r"(?:\s?tissue|\s?derived|-derived)?\s?(?:/|,?\sor)\s?(?:from\s)?", re.IGNORECASE)


def _by_choice(view: View, products: Products, tissue: Origin, donor: Origin) -> list[Split]:
    """Products of which each person gets one: "cells from cord/marrow/fat"; "cord/placenta-derived" is one product."""
    if len(donor.values) > 1:
        return []
    items = sorted(tissue.items, key=lambda item: item.start)
    chosen: set[str] = set()
    for one, other in pairwise(items):
        if one.value != other.value and _CHOICE.fullmatch(view.joined.text, one.end, max(one.end, other.start)):
            chosen |= {one.value, other.value}
    if not chosen or chosen != set(tissue.values) or chosen <= PERINATAL:
        return []
    return [((value,), donor.values, products.arms) for value in tissue.values]


_BESIDE = 40
"""How far a donor may stand from the tissue that it is said of."""


def _by_phrase(products: Products, tissue: Origin, donor: Origin) -> list[Split]:
    """Products given together, where the text gives each tissue a donor of its own: "own marrow and donated cord"."""
    if len(donor.values) < 2 or len(tissue.values) < 2:
        return []
    donors: dict[str, set[str]] = {value: set() for value in tissue.values}
    for item in tissue.items:
        beside = [one for one in donor.items if one.section == item.section and _gap(one, item) <= _BESIDE]
        if beside:
            donors[item.value].add(min(beside, key=lambda one: _gap(one, item)).value)
    if any(len(values) != 1 for values in donors.values()) or len(set().union(*donors.values())) < 2:
        return []
    return [((value,), tuple(values), products.arms) for value, values in donors.items()]


def _gap(donor: Item, tissue: Item) -> int:
    """Characters between two mentions; a donor stands before its tissue, or right behind it: "marrow (own)"."""
    if donor.end <= tissue.start:
        return tissue.start - donor.end
    return 0 if donor.start - tissue.end <= 2 else _BESIDE + 1


def _of_arm(origin: Origin, number: int) -> tuple[str, ...]:
    if len(origin.values) < 2:
        return origin.values
    label = tuple(dict.fromkeys(item.value for item in origin.items if item.section == f"arm.{number}.label"))
    return label or _own(origin, [f"arm.{number}"])


def _own(origin: Origin, owners: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.value for item in origin.items if item.owner in owners))


def _owners(study: StudyFields, number: int, products: Products) -> tuple[list[str], set[int]]:
    one = next(item for item in study.interventions if item.number == number)
    arms = {arm.number for arm in study.arms if arm.label in one.arm_labels and arm.number in products.arms}
    return [f"intervention.{number}", *(f"arm.{arm}" for arm in sorted(arms))], arms
