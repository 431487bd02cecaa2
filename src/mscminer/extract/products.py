"""What is given to whom: the kind of every intervention and arm, and the msc class of the study."""

from __future__ import annotations

from dataclasses import dataclass

from mscminer.core.documents import StudyFields
from mscminer.core.vocabulary import MscClass
from mscminer.extract.arms import find_arms
from mscminer.extract.given import Given, given_words, is_cultured, kind_of
from mscminer.extract.msc_class import Case, classify
from mscminer.extract.view import Item, View, Zone


@dataclass(frozen=True, kw_only=True)
class Products:
    """What the study gives.

    Args:
        msc: the class of the study.
        interventions: what each intervention gives, by its number.
        arms: numbers of the arms that get an MSC product (or a derivative, or an uncultured one).
        control_arms: numbers of the arms that do not.
        given: numbers of the interventions that are the product.
        evidence: the mentions that the class rests on.
        sure: whether names (not only descriptions) say so.
    """

    msc: MscClass
    interventions: dict[int, Given]
    arms: tuple[int, ...]
    control_arms: tuple[int, ...]
    given: tuple[int, ...]
    evidence: tuple[Item, ...]
    sure: bool

    def excludes(self, item: Item) -> bool:
        """Whether a mention belongs to a control arm or to an intervention that is not the product."""
        return self.excludes_owner(item.owner)

    def excludes_owner(self, owner: str) -> bool:
        """Whether an arm (``arm.2``) is a control, or an intervention is not the product."""
        kind, _, number = owner.partition(".")
        if kind == "arm":
            return int(number) in self.control_arms
        if kind == "intervention":
            return bool(self.given) and int(number) not in self.given
        return False


def find_products(view: View) -> Products:
    """Classify interventions, arms and the study."""
    study = view.document.study
    if study is None:
        return _without_arms(view)
    products = [item for item in view.items if item.label == "PRODUCT" and item.usable]
    cultured = is_cultured(view, products)
    named = any(item.value in ("cells", "asc") and item.section.endswith(".name") for item in products)
    kinds = {one.number: kind_of(view, one, products, cultured, named) for one in study.interventions}
    msc, sure, evidence = classify(Case(view=view, study=study, kinds=kinds, products=products, cultured=cultured))
    given = _given(study, kinds, msc)
    arms = find_arms(view, study, kinds, given, products, msc)
    controls = tuple(arm.number for arm in study.arms if arm.number not in arms)
    return Products(
        msc=msc, interventions=kinds, arms=arms, control_arms=controls, given=given, evidence=evidence, sure=sure
    )


def _given(study: StudyFields, kinds: dict[int, Given], msc: MscClass) -> tuple[int, ...]:
    wanted = {
        MscClass.CELLS: (Given.CELLS,),
        MscClass.DERIVATIVE: (Given.DERIVATIVE,),
        MscClass.UNCULTURED: (Given.UNCULTURED,),
        MscClass.NONE: (),
    }[msc]
    direct = tuple(number for number, kind in kinds.items() if kind in wanted)
    if direct or msc is MscClass.NONE:
        return direct
    second = tuple(
        number for number, kind in kinds.items() if kind in (Given.GENERIC, Given.UNCULTURED, Given.DERIVATIVE)
    )
    if second:
        return second
    biological = tuple(
        one.number for one in study.interventions if one.type in ("BIOLOGICAL", "GENETIC", "COMBINATION_PRODUCT")
    )
    return biological or tuple(number for number, kind in kinds.items() if kind not in (Given.CONTROL, Given.LAB))


def _without_arms(view: View) -> Products:
    """The class of a text without arms and interventions (a publication's title and abstract)."""
    products = [item for item in view.items if item.label == "PRODUCT" and item.usable]
    cultured = is_cultured(view, products)
    cells = [item for item in products if item.value == "cells" or (item.value == "asc" and cultured)]
    title = [item for item in products if item.zone is Zone.CORE]
    order = (
        (MscClass.CELLS, [item for item in cells if item in title]),
        (MscClass.DERIVATIVE, [item for item in title if item.value == "derivative"]),
        (MscClass.UNCULTURED, [item for item in title if item.value in ("uncultured", "asc")]),
        (MscClass.CELLS, given_words(view, cells)),
    )
    for msc, items in order:
        if items:
            return Products(
                msc=msc, interventions={}, arms=(), control_arms=(), given=(), evidence=tuple(items[:4]), sure=True
            )
    return Products(msc=MscClass.NONE, interventions={}, arms=(), control_arms=(), given=(), evidence=(), sure=False)
