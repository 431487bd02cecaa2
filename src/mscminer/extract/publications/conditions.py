"""The conditions that a publication's study treats, chosen from its candidates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.anchors import anchored
from mscminer.extract.condition_phrases import places_of
from mscminer.extract.publications.category import is_beside_transplant
from mscminer.extract.publications.condition_candidates import ZONE_WEIGHT, candidates_in, without_cue
from mscminer.extract.publications.condition_wordings import with_best_wording
from mscminer.extract.publications.named_conditions import ConditionFound, bag_of, found_at, is_covid
from mscminer.extract.publications.text import PublicationText, Zone, fold

_MOST_OF_BODY: Final = 3.0
"""No condition outside the title weighs more."""
_KEEP: Final = 2


def find_condition_names(text: PublicationText) -> tuple[ConditionFound, ...]:
    """At most two conditions, the best first, each in the wording that readers would choose."""
    found: dict[frozenset[str], ConditionFound] = {}
    for one in chosen_conditions(text):
        best = with_best_wording(text, one)
        found.setdefault(bag_of(best.name), replace(best, again=(*_said_again(text, one), *best.again)))
    return tuple(found.values())


def chosen_conditions(text: PublicationText) -> list[ConditionFound]:
    """At most two conditions, the best first: from the title, else from aim and methods, else from elsewhere."""
    found = sorted(candidates_in(text, text.zones(Zone.TITLE)), key=lambda one: -one.weight)
    if not found or found[0].weight <= _MOST_OF_BODY:  # else the title's own leave no room for others
        body = candidates_in(text, [one for one in text.sentences if one.zone is not Zone.TITLE])
        found = sorted([*found, *body], key=lambda one: -one.weight)
    if not found:
        found = without_cue(text)
    kept: list[ConditionFound] = []
    for one in found:
        if len(kept) < _KEEP and not any(_same(one.name, other.name) for other in kept):
            if kept and not _is_beside(one, kept[0]):
                break
            kept.append(one)
    kept = _as_one(kept)
    if len(kept) == 1 and _OF_TWO.search(kept[0].name):
        kept.extend(_companions(text, kept[0]))
    return kept


def _as_one(kept: list[ConditionFound]) -> list[ConditionFound]:
    """One condition instead of an infection and the lung failure by it: "COVID-19 patients with ARDS"."""
    names = [one.name for one in kept]
    if any(map(is_covid, names)) and any(name == "acute respiratory distress syndrome" for name in names):
        kept = [replace(kept[0], name="COVID-19 ARDS"), *kept[2:]]
    return kept


_DISC: Final = anchored(
    r"\b(?:lumbar |intervertebral )*"
    r"(?:degenerated (?:lumbar )?dis[ck]|degenerative dis[ck] disease|dis[ck] degeneration)\b"
)
_BACK_PAIN: Final = anchored(r"\b(?:chronic )?(?:discogenic )?(?:low(?:er)?[- ])?back pain\b|\bdiscogenic pain\b")
_BLOOD_CANCER: Final = anchored(r"\bh[a]?ematologic\w* malignanc\w+")
_GVHD: Final = anchored(r"\bgraft-versus-host disease\b|\bgvhd\b")
_OF_TWO: Final = re.compile("dis[ck]|back.pain|malignanc", re.IGNORECASE)
"""Quick to look for in every name; one of these is in all names that have a companion."""
_TOGETHER: Final = ((_BACK_PAIN, _DISC), (_DISC, _BACK_PAIN))
"""A complaint and the damage that causes it: who names one in a title treats both."""


def _companions(text: PublicationText, one: ConditionFound) -> Iterator[ConditionFound]:
    """What the abstract names beside: a complaint's cause, the complaint itself, what a transplant of blood does."""
    beside_blood = ((_BLOOD_CANCER, _GVHD),) if is_beside_transplant(text.title) else ()
    for named, other in (*_TOGETHER, *beside_blood):
        if named.search(one.name):
            for sentence in sorted(text.sentences, key=lambda one: -ZONE_WEIGHT.get(one.zone, 0.0)):
                match = other.search(sentence.text)
                if match:
                    yield found_at(text, sentence, match.span(), one.weight)
                    return


def _said_again(text: PublicationText, one: ConditionFound) -> Iterator[Evidence]:
    """Where the abstract names the condition of a title in the same words for the first time."""
    if one.evidence.span.section != "title":
        return
    name = fold(one.evidence.quote)
    for sentence in text.zones(Zone.AIM, Zone.METHODS, Zone.BACKGROUND, Zone.CONCLUSION):
        for place in places_of(sentence.text, name):
            yield text.evidence(sentence, *place)
            return


def _is_beside(second: ConditionFound, first: ConditionFound) -> bool:
    """Whether a second condition is named as plainly as the first, in the same place."""
    return second.weight >= 0.6 * first.weight and second.evidence.span.section == first.evidence.span.section


def _same(one: str, other: str) -> bool:
    first, second = bag_of(one), bag_of(other)
    shared, least = first & second, min(len(first), len(second))
    if first - second and second - first and first ^ second <= _KINDS_APART:
        return False
    if 2 * len(shared) == least:
        return not (shared <= _OF_MANY or _are_of_two_sites(one, other))
    return 2 * len(shared) > least


_SITED: Final = re.compile(
    r"(?P<site>[\w-]+) (?P<what>(?:osteoarthr|tendinopath|fractur|osteonecro|arthrodes|neuropath)\w*)"
)


def _are_of_two_sites(one: str, other: str) -> bool:
    """Whether both are one disease of the skeleton or nerves at two sites: "knee" and "hip osteoarthritis"."""
    first, second = _SITED.fullmatch(one), _SITED.fullmatch(other)
    return bool(first and second and first["what"] == second["what"])


_APART: Final = (
    "acute chronic ischemic ischaemic hemorrhagic haemorrhagic junctional recessive dominant dystrophic rectovaginal"
    " complex perianal"
)
_KINDS_APART: Final = frozenset(_APART.split())
"""Words by which two names of one disease name two: "acute" and "chronic graft-versus-host disease"."""
_OF_MANY: Final = frozenset(
    {"sclerosi", "disease", "syndrome", "failure", "heart", "disorder", "acute", "chronic", "knee", "hip", "ankle"}
)
"""Words that diseases share which are not the same: "multiple" and "lateral sclerosis"."""
