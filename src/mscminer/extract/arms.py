"""Which arms of a study get the product, and which go without."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mscminer.core.documents import Arm, Intervention, StudyFields
from mscminer.core.mentions import Assertion
from mscminer.core.vocabulary import MscClass
from mscminer.extract.given import NEGATED_NAME, Given
from mscminer.extract.view import Item, View


def find_arms(
    view: View,
    study: StudyFields,
    kinds: dict[int, Given],
    given: Sequence[int],
    products: Sequence[Item],
    msc: MscClass,
) -> tuple[int, ...]:
    if msc is MscClass.NONE:
        return ()
    linked = _linked(study, kinds, given, products)
    wanted = _DESCRIBED[msc] if Given.CELLS in kinds.values() else (*_DESCRIBED[msc], "generic")
    linked |= {
        arm.number
        for arm in study.arms
        if _labelled(arm, products, msc) or (_DESCRIBED[msc] and _described(view, arm, products, wanted))
    }
    linked -= {arm.number for arm in study.arms if _is_control(view, arm, products)}
    if msc is MscClass.CELLS:
        others = {arm.number for arm in study.arms if _gets_other_cells(arm, products)}
        linked = linked - others or linked
    silent = {arm.number for arm in study.arms if _silent(study, arm, products, given)}
    if linked - silent:
        linked -= silent
    if not linked:
        linked = {arm.number for arm in study.arms if not _is_control(view, arm, products) and _mentions(arm, products)}
    if not linked and len(study.arms) == 1:
        linked = {study.arms[0].number}
    return tuple(sorted(linked))


_DESCRIBED: dict[MscClass, tuple[str, ...]] = {
    MscClass.CELLS: ("cells",),
    MscClass.DERIVATIVE: (),
    MscClass.UNCULTURED: (),
}
"""What a description alone may say that an arm gets."""


def _linked(study: StudyFields, kinds: dict[int, Given], given: Sequence[int], products: Sequence[Item]) -> set[int]:
    """The arms to which the registry links the product; where no name tells it, only those that speak of it."""
    linked: set[int] = set()
    for one in study.interventions:
        if one.number in given:
            linked.update(arm.number for arm in study.arms if arm.label in one.arm_labels)
            linked.update(arm.number for arm in study.arms if any(_is_named(one, name) for name in arm.interventions))
    if any(kinds[number] in (Given.CELLS, Given.DERIVATIVE, Given.UNCULTURED) for number in given):
        return linked
    speaking = {arm.number for arm in study.arms if _mentions(arm, products) or _gets_mentioned(study, arm, products)}
    return linked & speaking or linked


def _is_named(one: Intervention, name: str) -> bool:
    """Whether an arm's "Drug: QX-77" is this intervention, not "Drug: Placebo of QX-77"."""
    return name == one.name or name.endswith(f": {one.name}")


def _gets_mentioned(study: StudyFields, arm: Arm, products: Sequence[Item]) -> bool:
    owners = {f"intervention.{one.number}" for one in study.interventions if arm.label in one.arm_labels}
    return any(
        item.owner in owners and item.value in ("cells", "asc", "generic", "derivative", "uncultured")
        for item in products
    )


def _gets_other_cells(arm: Arm, products: Sequence[Item]) -> bool:
    """Whether an arm is named after mononuclear or other cells, and MSCs stand nowhere in it."""
    mine = {item.value for item in products if item.owner == f"arm.{arm.number}"}
    label = {item.value for item in products if item.section == f"arm.{arm.number}.label"}
    return bool(label & {"uncultured", "other"}) and not mine & {"cells", "asc"}


def _labelled(arm: Arm, products: Sequence[Item], msc: MscClass) -> bool:
    """Whether an arm's label (or the start of its description) names the product."""
    wanted = {
        MscClass.CELLS: ("cells", "asc"),
        MscClass.UNCULTURED: ("uncultured",),
        MscClass.DERIVATIVE: ("derivative",),
    }[msc]
    return any(item.section == f"arm.{arm.number}.label" and item.value in wanted for item in products)


_THUS = re.compile(
    r"\b(?:receiv|inject|infus|implant|given|administ|deposit|deliver|\+|plus)\w*\b(?![^.]*\b(?:devoid|free|without)\b)",
    re.IGNORECASE,
)


def _described(view: View, arm: Arm, products: Sequence[Item], wanted: Sequence[str]) -> bool:
    """Whether an arm's description says that it gets the cells, though no intervention is linked to it."""
    section = f"arm.{arm.number}.description"
    return any(
        item.section == section
        and item.value in wanted
        and _THUS.search(view.sentence(item))
        and "placebo" not in view.sentence(item).lower()
        for item in products
    )


def _mentions(arm: Arm, products: Sequence[Item]) -> bool:
    return any(
        item.owner == f"arm.{arm.number}" and item.value in ("cells", "asc", "generic", "derivative", "uncultured")
        for item in products
    )


_ONLY = re.compile(
    r"\bplacebo\b|\bsham\b|\bcontrols?\b|\bonly\b|\balone\b|\bwithout\b|^\s*no\b|\bnot\b|\bstandard\b|\bconventional\b|\bcurrent\smedic|\busual\b|\buntreated\b|\bhistor|\bconserv|-\s*$",
    re.IGNORECASE,
)


_ALONE = re.compile(r"\b(?:only|alone)\s*\.?\s*$", re.IGNORECASE)
"""How a description ends that names another treatment and nothing beside it."""
_PLAIN_LABEL = re.compile(
    r"\b(?:cohort|group|arm|dose|phase|stage|level|part|period|low|high|middle|medium|intermediate|single|multiple|repeat\w*|early|late|patients?|adult|p[a]?ediatric|experimental|treatment|intervention|active|study|test)\b|^\s*\w{1,3}\s*$",
    re.IGNORECASE,
)


def _is_control(view: View, arm: Arm, products: Sequence[Item]) -> bool:
    """Whether an arm goes without the product, by its type, or by a label that says so and names no product."""
    wanted = ("cells", "asc", "uncultured", "derivative", "generic")
    if arm.type in ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION"):
        return not _is_mistyped(arm, products)
    labelled = [item for item in products if item.section == f"arm.{arm.number}.label" and item.value in wanted]
    described = [item for item in products if item.section == f"arm.{arm.number}.description" and item.value in wanted]
    if not labelled and not described and _goes_without(view, arm):
        return True
    if NEGATED_NAME.match(arm.label) or (
        not labelled
        and not _all_given(arm, described)
        and re.search(r"\bplacebo\b|\bsham\b|\bcontrols?\b", arm.label, re.IGNORECASE)
        and "/" not in arm.label
    ):
        return True
    if not labelled and not described and _ALONE.search(arm.description):
        return True
    bare = re.search(r"\b(?:only|alone|without)\b", arm.label, re.IGNORECASE)
    # "Without calcified cartilage" says nothing of cells that the description gives.
    offset = bare is not None and bare.group().lower() == "without" and _all_given(arm, described)
    if not labelled and bare and not offset and not re.search(r"-\s?treated\b", arm.label, re.IGNORECASE):
        return True
    return (
        not labelled
        and not described
        and _ONLY.search(arm.label) is not None
        and not re.search(r"\bdose\b|\+|\bplus\b", arm.label, re.IGNORECASE)
    )


def _is_mistyped(arm: Arm, products: Sequence[Item]) -> bool:
    """Whether an arm that is typed as a control is named after the cells, and nothing in its name is of a control."""
    named = any(item.section == f"arm.{arm.number}.label" and item.value in ("cells", "asc") for item in products)
    return named and not (_ONLY.search(arm.label) or NEGATED_NAME.search(arm.label))


def _goes_without(view: View, arm: Arm) -> bool:
    """Whether an arm names the product only to say that it is not given: "scaffold without MSC"."""
    mine = [item for item in view.of("PRODUCT") if item.owner == f"arm.{arm.number}" and item.value in ("cells", "asc")]
    return bool(mine) and all(item.assertion is Assertion.NEGATED for item in mine)


def _all_given(arm: Arm, described: Sequence[Item]) -> bool:
    """Whether a "control group" gets the product too, in the words of its own description."""
    return (
        bool(described)
        and not re.search(
            r"\bplacebo\b|\bsham\b|\bstandard\b|\bconventional\b|\busual\b|\bno\s(?:treat|interv)|\bafter\s\w+\s(?:weeks|months)",
            arm.label + arm.description,
            re.IGNORECASE,
        )
        and any(item.value in ("cells", "asc", "uncultured") for item in described)
        and arm.type != "NO_INTERVENTION"
    )


def _silent(study: StudyFields, arm: Arm, products: Sequence[Item], given: Sequence[int]) -> bool:
    """Whether neither label nor description of an arm speaks of the product, though they say something."""
    words = f"{arm.label} {arm.description}".lower()
    names = [one.name.lower() for one in study.interventions if one.number in given and len(one.name) > 2]
    if any(one.arm_labels == (arm.label,) for one in study.interventions if one.number in given):
        return False
    if _mentions(arm, products) or any(name in words for name in names):
        return False
    return not (_PLAIN_LABEL.search(arm.label) and not arm.description) and not re.search(
        r"\bdose|\bcells?\b|\bMSC|transplant|inject|infus|implant", words, re.IGNORECASE
    )
