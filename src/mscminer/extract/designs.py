"""Design, phase and size of a registered study, from the registry's own fields."""

from __future__ import annotations

import re

from mscminer.core.documents import Arm, StudyFields
from mscminer.core.vocabulary import MscClass, Phase
from mscminer.extract.given import Given
from mscminer.extract.products import Products

_PHASES = {
    ("EARLY_PHASE1",): Phase.EARLY_1,
    ("PHASE1",): Phase.ONE,
    ("PHASE1", "PHASE2"): Phase.ONE_TWO,
    ("PHASE2",): Phase.TWO,
    ("PHASE2", "PHASE3"): Phase.TWO_THREE,
    ("PHASE3",): Phase.THREE,
    ("PHASE4",): Phase.FOUR,
    ("NA",): Phase.NA,
}
_COMPARATORS = ("PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION", "ACTIVE_COMPARATOR")
_CONTROL_WORDS = re.compile(
    r"\bcontrols?\b|\bhealthy\s(?:volunteers|donors|subjects|people|persons)|\bplacebo\b|\bsham\b|\bstandard\b|\bconventional\b|\bno\s(?:treatment|intervention)|\busual\b|\btraditional\b|\bhistoric|\buntreated\b",
    re.IGNORECASE,
)


def phase_of(study: StudyFields) -> Phase | None:
    """The phase as coded by the registry, or None where the field is absent."""
    return _PHASES.get(tuple(sorted(study.phases)))


_RANDOMISED = re.compile(r"(?<!non-)(?<!non)(?<!non )\brandomi[sz]ed\b|\brandomly\b", re.IGNORECASE)
_NOT_RANDOMISED = re.compile(r"\bnon[\s-]*randomi[sz]ed\b|\bnot\srandomi[sz]ed\b", re.IGNORECASE)
_CONTROLLED = re.compile(
    r"\brandomi[sz]ed,?\s(?:\w+[\s,-]+){0,3}controlled\b|\b(?:placebo|sham)-\s?controlled\b|\bcontrol\sgroup\b",
    re.IGNORECASE,
)


def is_randomised(study: StudyFields, prose: str = "") -> bool | None:
    """None for observational studies and expanded access; the prose is asked where the registry has no allocation."""
    if study.study_type != "INTERVENTIONAL":
        return True if study.allocation == "RANDOMIZED" else None
    if study.allocation:
        return study.allocation == "RANDOMIZED" or _divides(study) or _is_slip(study, prose)
    if _RANDOMISED.search(prose):
        return True
    if _NOT_RANDOMISED.search(prose):
        return False
    single = study.intervention_model == "SINGLE_GROUP" or (len(study.arms) == 1 and not study.intervention_model)
    return False if single else None


_DIVIDED = re.compile(
    r"\brandomly\s(?:\w+\s)?(?:divided|assigned|allocated)\b[^.]{0,120}?\bcontrol\sgroup\b", re.IGNORECASE
)


def _divides(study: StudyFields) -> bool:
    """Whether the only registered arm tells that people are randomly divided into it and a control group."""
    told = (*(arm.description for arm in study.arms), *(one.description for one in study.interventions))
    return len(study.arms) == 1 and any(map(_DIVIDED.search, told))


_MASKED_TRIAL = re.compile(
    r"\bis\san?\s(?:[\w-]+,?\s){0,6}?(?:placebo[\s-]controlled,?\srandomi[sz]ed"
    r"|randomi[sz]ed,?\s(?:[\w-]+,?\s){0,4}?placebo[\s-]controlled)\b",
    re.IGNORECASE,
)


def _is_slip(study: StudyFields, prose: str) -> bool:
    """Whether a masked study whose text calls it randomised and placebo-controlled is registered as not randomised."""
    masked = study.masking not in ("", "NONE") and len(study.arms) > 1
    return masked and study.allocation == "NON_RANDOMIZED" and _MASKED_TRIAL.search(prose) is not None


_BLINDED = re.compile(r"\b(?:single|double|triple|observer|assessor)[\s-]*(?:blind|mask)\w*", re.IGNORECASE)
_OPEN = re.compile(r"\bopen[\s-]*label\w*|\bunmasked\b|\bun-?blinded\b|\bnon-?blinded\b", re.IGNORECASE)


_OWN_DESIGN = re.compile(
    r"\bthis\s(?:[\w-]+\s){0,5}?(?:is|was|will\sbe)\s(?:an?|the)\s"
    r"((?:(?!(?:of|for|to|after|from|following|in|on)\b)[\w/-]+,?\s){0,6}?[\w-]*(?:label|blind|mask)\w*)",
    re.IGNORECASE,
)
"""What a study says of itself ("This is an open-label follow-up study"), not of the trial that it goes on from."""


def is_blinded(study: StudyFields, prose: str = "") -> bool | None:
    """Any masking but NONE; the prose of a trial is asked where the registry has no such field.

    Other kinds of study have no such field and mostly tell of other trials: only what one says of itself counts.
    """
    if study.masking:
        return study.masking != "NONE"
    told = prose if study.study_type == "INTERVENTIONAL" else "\n".join(_OWN_DESIGN.findall(prose))
    return True if _BLINDED.search(told) else False if _OPEN.search(told) else None


def is_controlled(study: StudyFields, products: Products, prose: str = "") -> bool | None:
    """Whether an arm goes without the product: doses or products alone do not make a control.

    Args:
        prose: titles, arms, summary and description; asked where people are randomised but arms are not listed.
    """
    if study.allocation == "RANDOMIZED" and len(study.arms) <= 1 and _PLACEBO.search(prose):
        return True
    if study.study_type == "INTERVENTIONAL" and (_divides(study) or _HISTORICAL.search(prose)):
        return True
    silent = not study.allocation if study.arms else study.allocation in ("", "RANDOMIZED")
    if study.study_type == "INTERVENTIONAL" and silent and len(study.arms) <= 1 and _CONTROLLED.search(prose):
        return True
    if study.study_type == "EXPANDED_ACCESS" or (study.study_type == "OBSERVATIONAL" and not study.arms):
        return None
    if study.study_type == "INTERVENTIONAL" and (len(study.arms) <= 1 or _single(study)):
        unknown = not study.arms and silent and study.intervention_model != "SINGLE_GROUP"
        return None if unknown else _lonely(study)
    if products.msc is MscClass.NONE:
        return (_has_comparator(study) and not _only_settings_differ(study)) or _CONTROL_GROUP.search(prose) is not None
    if study.allocation == "RANDOMIZED" and (
        _names_placebo(study, prose) or _gives_sham(study, products) or _tells_of_controls(study, prose)
    ):
        return True
    return any(_is_control_arm(study, arm, products) or _waits(arm) for arm in study.arms)


_PREPARED = r"[^.,;\n]{0,40}\b(?:cultur|expan|grow|manufactur)"
_WAITS = re.compile(
    r"\b(?:delayed|deferred|postponed)\s(?:(?:start\sof|mesenchymal|stromal|stem|cells?|MSCs?)\s){0,4}?(?:treatment|start|intervention|injection|infusion|therapy|transplant\w*|cells|arm|group)\b"
    rf"|\bwait(?:ing)?[\s-]?list\s(?:controls?|arm|group)\b|\b(?:after|following)\s(?:[\w-]+\s){{0,5}}?(?:(?:of\swaiting|waiting\s(?:period|time))\b(?!{_PREPARED})|without\s(?:any\s)?treatment\b(?![\s-](?:respon|effect|benefit|success|fail|relat|emerg)))",
    re.IGNORECASE,
)
""" "Delayed MSC infusion" waits; "delayed wound healing therapy" and weeks "of waiting for the culture" do not."""


def _waits(arm: Arm) -> bool:
    """Whether an arm goes without the product until the others are compared with it."""
    return _WAITS.search(f"{arm.label}\n{arm.description}") is not None


_CONTROL_GROUP = re.compile(r"\bcontrol\sgroup\b", re.IGNORECASE)
_HISTORICAL = re.compile(
    r"\bhistorical(?:ly)?\s(?:matched\s)?(?:controls?|cohorts?)\b"
    r"|\bcontrol\s(?:patients|group|subjects)\b[^.]{0,80}?\bnot\s(?:be\s)?(?:receiv|given|treat)\w*",
    re.IGNORECASE,
)
"""Controls that stand in no arm."""


def _tells_of_controls(study: StudyFields, prose: str) -> bool:
    """Whether the text speaks of a control group and no arm is called so: what such an arm gets is read elsewhere."""
    return _CONTROL_GROUP.search(prose) is not None and not any(_CONTROL_GROUP.search(arm.label) for arm in study.arms)


def _names_placebo(study: StudyFields, prose: str) -> bool:
    """Whether an arm tells of placebo, or the prose of a crossover, whose arms both get the product in the end."""
    arms = any(_PLACEBO.search(f"{arm.label} {arm.description}") for arm in study.arms)
    return arms or (study.intervention_model == "CROSSOVER" and _PLACEBO.search(prose) is not None)


def _gives_sham(study: StudyFields, products: Products) -> bool:
    """Whether a placebo, a sham or "control" is an intervention of its own, in whatever arm it is listed."""
    controls = [one for one in study.interventions if products.interventions.get(one.number) is Given.CONTROL]
    return any(_SHAM_NAME.search(one.name) for one in controls)


_SHAM_NAME = re.compile(r"\bplacebo\b|\bsham\b|^\s*control\s*$", re.IGNORECASE)
_PLACEBO = re.compile(r"\bplacebo\b|\bsham\b|\bsuspension\smedia\b", re.IGNORECASE)
_OTHER_CARE = re.compile(
    r"\b(?:best|standard|conventional|usual|optimal)\s(?:\w+\s)?(?:medical|supportive|available|care|management|therap|treat)\w*"
    r"|\bconservative|\bsupportive\scare",
    re.IGNORECASE,
)


def _lonely(study: StudyFields) -> bool:
    return any(arm.type in _COMPARATORS[:3] for arm in study.arms) and len(study.arms) > 1


def _single(study: StudyFields) -> bool:
    return study.intervention_model == "SINGLE_GROUP" and study.allocation in ("", "NA")


def _has_comparator(study: StudyFields) -> bool:
    if any(arm.type in _COMPARATORS or _CONTROL_WORDS.search(arm.label) for arm in study.arms):
        return True
    if len(study.arms) > 1 and any(_WELL.search(f"{arm.label}\n{arm.description[:60]}") for arm in study.arms):
        return True
    return study.allocation == "RANDOMIZED" and len(study.arms) > 1


_WELL = re.compile(
    r"^(?:\W|\d|group|the|a|an|age-matched|matched)*(?:healthy|normal)\s(?:\w+\s)?(?:volunteers|donors|subjects|people|persons|individuals|participants|pregnan\w+|women|men|adults|children|controls?)\b"
    r"|\bwith\s(?:a\s)?normal\s(?:pregnanc\w+|weight|function|renal\sfunction|glucose\s\w+)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""People that the sick are held against."""


def _only_settings_differ(study: StudyFields) -> bool:
    """Whether experimental arms all get the same intervention, at other doses or frequencies."""
    given = {tuple(sorted(arm.interventions)) for arm in study.arms}
    told = " ".join(f"{arm.label} {arm.description}" for arm in study.arms)
    plain = all(arm.type == "EXPERIMENTAL" for arm in study.arms) and not _CONTROL_WORDS.search(told)
    return (
        len(given) == 1 and len(*given) == 1 and plain and all(map(_SETTING.search, (arm.label for arm in study.arms)))
    )


_SETTING = re.compile(
    r"\d\s?(?:Hz|mg|[µμ]g|m[lL]|g|kg|mA|Gy|J|W|min\w*|weeks?|days?|million|%)\b|\b(?:low|high|mid|medium|intermediate)\w*[\s-](?:dose|frequency|intensity)|\bdose\s\d",
    re.IGNORECASE,
)


def _is_control_arm(study: StudyFields, arm: Arm, products: Products) -> bool:
    if arm.type in _COMPARATORS[:3]:
        return True
    if (
        arm.type == "ACTIVE_COMPARATOR"
        and _OTHER_CARE.search(arm.label)
        and not re.search(r"\+|&|\bplus\b|\band\b|\bwith\b|cell", arm.label)
    ):
        return True
    if products.arms:
        return arm.number not in products.arms and not _gets_what_cells_make(study, arm, products)
    other = [products.interventions.get(one.number) for one in study.interventions if arm.label in one.arm_labels]
    return not other or any(kind is not Given.CELLS for kind in other)


def _gets_what_cells_make(study: StudyFields, arm: Arm, products: Products) -> bool:
    """Whether an arm gets exosomes or medium of the cells that others get: another product, no control."""
    given = [products.interventions.get(one.number) for one in study.interventions if arm.label in one.arm_labels]
    return Given.DERIVATIVE in given
