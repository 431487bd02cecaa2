"""Randomised, controlled, blinded: what the prose of a study of people says of its design."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Report
from mscminer.extract.publications.asides import in_earnest, is_elsewhere, tells_own_plan, without_asides
from mscminer.extract.publications.rules import Hit, hits_by_value
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_SINGLE: Final = frozenset({Report.CASE_REPORT, Report.CASE_SERIES})


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """True, false or not stated (None), with confidence and evidence."""

    value: bool | None
    confidence: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DesignVerdict:
    """The three questions of the annotation guidelines, section 11."""

    randomised: Answer
    controlled: Answer
    blinded: Answer


_UNKNOWN: Final = Answer(value=None, confidence=0.9)


def find_design(text: PublicationText, report: Report) -> DesignVerdict:
    """Read the design of a study of people; reviews and laboratory work have none."""
    if report in (Report.REVIEW, Report.PRECLINICAL, Report.OTHER):
        return DesignVerdict(randomised=_UNKNOWN, controlled=_UNKNOWN, blinded=_UNKNOWN)
    text = _with_own_plan(text)
    hits = {value: _present(found) for value, found in hits_by_value("design", text).items()}
    hits["open"] = _of_whole_trial(hits)
    randomised = _randomised(text, report, hits)
    controlled = _controlled(text, report, hits, randomised=bool(randomised.value))
    one_arm = controlled.value is False and not hits.get("dose_groups") and not _only_products_differ(text, hits)
    if randomised.value is None and one_arm:
        randomised = _answer(text, False, 0.7, hits.get("single_arm", []))
    return DesignVerdict(
        randomised=randomised,
        controlled=controlled,
        blinded=_either(text, hits, "blinded", "open"),
    )


def _with_own_plan(text: PublicationText) -> PublicationText:
    """The text with sentences of the background that tell this study's own plan as part of its aim."""
    if not any(map(_tells_plan, text.sentences)):
        return text
    own = (sentence._replace(zone=Zone.AIM) if _tells_plan(sentence) else sentence for sentence in text.sentences)
    return replace(text, sentences=tuple(own))


def _tells_plan(sentence: Sentence) -> bool:
    return sentence.zone is Zone.BACKGROUND and tells_own_plan(sentence.text)


_WITH_PLAN: Final = frozenset({"randomised", "controlled", "control_arm", "blinded"})


def _present(hits: list[Hit]) -> list[Hit]:
    """Leave out trials to come, those of others, and what this study did not have."""
    kept = [hit for hit in hits if not is_elsewhere(hit)]
    return without_asides(kept, "no_arm") if kept and kept[0].rule.value in _WITH_PLAN else kept


def _of_whole_trial(hits: dict[str, list[Hit]]) -> list[Hit]:
    """What says that the study was open, less what was said of the weeks before it."""
    before = {hit.sentence: (hit.start, hit.end) for hit in hits.get("open_part", [])}
    return [hit for hit in hits.get("open", []) if not _lies_in(hit, before.get(hit.sentence))]


def _lies_in(hit: Hit, span: tuple[int, int] | None) -> bool:
    return span is not None and span[0] <= hit.start < span[1]


def _answer(text: PublicationText, value: bool | None, confidence: float, hits: list[Hit]) -> Answer:
    spans = tuple(text.evidence(hit.sentence, hit.start, hit.end) for hit in hits[:2])
    return Answer(value=value, confidence=confidence, evidence=spans)


def _randomised(text: PublicationText, report: Report, hits: dict[str, list[Hit]]) -> Answer:
    yes, no = hits.get("randomised", []), hits.get("not_randomised", [])
    if yes and report not in _SINGLE and report is not Report.COHORT:
        return _answer(text, True, 0.97, yes)
    if report in _SINGLE or report is Report.COHORT:
        return _answer(text, False, 0.95, no)
    explicit = any(_EXPLICIT.search(hit.sentence.text, hit.start, hit.end) for hit in no)
    if hits.get("escalation"):
        return _answer(text, False, 0.8, hits["escalation"])
    if hits.get("dose_groups") and not explicit and not hits.get("open"):
        return _UNKNOWN
    if report is Report.FOLLOW_UP and hits.get("controlled") and not any(map(_was_chosen, no)):
        return _answer(text, None, 0.6, [])
    if no:
        return _answer(text, False, 0.85, no)
    if report is Report.FOLLOW_UP or not hits.get("controlled"):
        return _answer(text, False, 0.7, hits.get("single_arm", []))
    return _answer(text, None, 0.6, [])


_EXPLICIT: Final = re.compile(r"random|single[- ]arm|uncontrolled")
"""Said of how people were assigned, not of who they were."""


def _was_chosen(hit: Hit) -> bool:
    """Whether it is said of the groups, not of how a follow-up was done, that nobody was randomised."""
    return hit.rule.id == _HISTORICAL or bool(_CHOSEN.search(hit.sentence.text, hit.start, hit.end))


_HISTORICAL: Final = "not_randomised.historical"
_CHOSEN: Final = re.compile(r"random|matched")


_OTHERS: Final = "controlled.others"
"""Finds what the others had, so that no further word need say that they had something else."""
_ARMS: Final = frozenset({"controlled.assigned", "controlled.counted", "controlled.double_blind", "controlled.divided"})
"""Find groups that need not be called so: each with its number, or masked from each other."""
_OUTSIDE: Final = frozenset({"controlled.historical"})
"""Finds people of other times, with whom results and conclusions too may compare."""
_PEOPLE: Final = "control_arm.people"
"""Finds the bare word: in a series "controls" may be those whose blood was taken."""


def _controlled(text: PublicationText, report: Report, hits: dict[str, list[Hit]], *, randomised: bool) -> Answer:
    yes, no = hits.get("controlled", []), hits.get("single_arm", [])
    strong = [hit for hit in yes if hit.rule.id in _OUTSIDE or not (_is_concluded(hit) or _within(hit))]
    arms = [*hits.get("control_arm", []), *(hit for hit in strong if hit.rule.id == _OTHERS)]
    told = {hit.sentence for hit in strong} & {hit.sentence for hit in arms}
    if report in _SINGLE:
        others = [hit for hit in hits.get("control_arm", []) if hit.rule.id != _PEOPLE and hit.sentence in told]
        beside = [hit for hit in others if hit.sentence.zone is Zone.METHODS]
        return _answer(text, bool(beside), 0.7 if beside else 0.9, beside or no)
    if report is Report.COHORT and not (strong or hits.get("sides") or _names_groups(text) or _has_sides(text)):
        return _answer(text, False, 0.7, [])
    if (randomised and not _only_products_differ(text, hits)) or report is Report.COHORT:
        return _answer(text, True, 0.95, yes or hits.get("randomised") or hits.get("not_randomised", []))
    if no and not told:
        return _answer(text, False, 0.85, no)
    if not told and _only_products_differ(text, hits):
        return _answer(text, False, 0.75, strong)
    if strong and (told or _names_groups(text) or any(hit.rule.id in _ARMS for hit in strong)):
        return _answer(text, True, 0.8, strong)
    return _answer(text, False, 0.75, [])


def _is_concluded(hit: Hit) -> bool:
    return hit.sentence.zone is Zone.CONCLUSION


def _names_groups(text: PublicationText) -> bool:
    """Whether title, aim or methods speak of groups: those of results alone may be mild and severe cases."""
    named = (sentence for sentence in text.sentences if sentence.zone not in _FINDINGS)
    return any(in_earnest(_OF_SEVERAL, sentence, "no_arm") for sentence in named)


def _has_sides(text: PublicationText) -> bool:
    """Whether a cohort has others beside it: a cohort study alone may follow one group."""
    hits = {value: without_asides(found, "no_arm") for value, found in hits_by_value("report", text).items()}
    beside = [hit for hit in hits.get("compared", []) if hit.sentence.zone not in _FINDINGS]
    others = [*beside, *hits.get("chosen", [])]
    return bool(hits.get("parted")) or any(
        not _ONE_COHORT.search(hit.sentence.text, hit.start, hit.end) for hit in others
    )


_ONE_COHORT: Final = re.compile(r"cohort|observational|real-world|registry|level|associated")
_FINDINGS: Final = frozenset({Zone.RESULTS, Zone.CONCLUSION})
_OF_GROUPS: Final = re.compile(r"\b(?:groups?|arms?|cohorts|controls?|compar\w+|versus|vs)\b")
_OF_SEVERAL: Final = re.compile(
    rf"{_OF_GROUPS.pattern}|\b(?:another (?:\d+|[a-z]+)|the other|others|either|controlled) "
)
_OF_ARMS: Final = re.compile(r"group|arm|control|placebo|sham|alone|matched")


def _within(hit: Hit) -> bool:
    """Whether results compare something that need not be arms: subgroups, times, readers."""
    return hit.sentence.zone is Zone.RESULTS and not _OF_ARMS.search(hit.sentence.text)


def _only_products_differ(text: PublicationText, hits: dict[str, list[Hit]]) -> bool:
    """Whether the arms differ only in dose or donor of the cells, so that no arm is a control."""
    if hits.get("control_arm"):
        return False
    return bool(hits.get("dose_groups") or hits.get("dose_choice")) or any(
        _OWN_OR_OTHERS.search(sentence.text) for sentence in text.sentences if sentence.zone is not Zone.BACKGROUND
    )


_OWN_OR_OTHERS: Final = re.compile(
    r"\b(?:autolog|auto-)[^.;]{0,60}?\b(?:and|or|versus|vs\.?|to|with|than)\b[^.;]{0,40}?\ballo(?:gen|-)"
    r"|\ballo(?:gen|-)[^.;]{0,60}?\b(?:and|or|versus|vs\.?|to|with|than)\b[^.;]{0,40}?\b(?:autolog|auto-)"
)
"""Cells of the patient set beside those of a donor."""


def _either(text: PublicationText, hits: dict[str, list[Hit]], yes: str, no: str) -> Answer:
    if hits.get(yes):
        return _answer(text, True, 0.95, hits[yes])
    if hits.get(no):
        return _answer(text, False, 0.95, hits[no])
    return _UNKNOWN
