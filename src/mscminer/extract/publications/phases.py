"""The trial phase that a publication's own words give."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Phase, Report
from mscminer.extract.publications.asides import asks_for_more
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_NUMERAL: Final = r"(?:0|1|2|3|4|iv|iii|ii|i)"
_PHASE: Final = re.compile(
    rf"\bphase[s]?[ -]?(?P<first>{_NUMERAL})[ab]?(?:(?: ?[/-] ?| and | to |, ?)(?:phase )?(?P<second>{_NUMERAL})[ab]?)?(?![\w.])"
)
_VALUES: Final = {"0": 0, "i": 1, "1": 1, "ii": 2, "2": 2, "iii": 3, "3": 3, "iv": 4, "4": 4}
_ONE: Final = {0: Phase.EARLY_1, 1: Phase.ONE, 2: Phase.TWO, 3: Phase.THREE, 4: Phase.FOUR}
_STUDY: Final = re.compile(
    r"\b(?:trial|study|clinical|dose|safety|open-label|randomi|first-in|pilot|included|part|patients)"
)
_DISEASE_PHASE: Final = re.compile(
    r"\b(?:chronic|acute|accelerated|blast|luteal|follicular|subacute|early|late|arterial|venous|growth) $"
)


_OF_ANOTHER: Final = re.compile(r"\b(?:of|in|from|after|to) (?:[\w-]+,? ){0,4}$")
"""Words before the phase of a trial that is followed up: "follow-up of a randomised"."""
_THIS: Final = re.compile(r"\b(?:this|the present|our) (?:[\w/-]+,? ){0,4}$")
_LATE: Final = 0.75
"""From this part of the abstract on, a trial that is asked for is another's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseVerdict:
    """The phase, or None where the text does not say."""

    phase: Phase | None
    confidence: float
    evidence: tuple[Evidence, ...] = ()


def find_phase(text: PublicationText, report: Report) -> PhaseVerdict:
    """The phase in the title, else in the study's own part; phases I and II told apart are 1/2.

    Of a follow-up only the title tells: elsewhere it names the phase of the trial that it follows.
    """
    if report in (Report.REVIEW, Report.PRECLINICAL, Report.OTHER):
        return PhaseVerdict(phase=None, confidence=0.95)
    found: list[tuple[int, int | None, Evidence]] = []
    for sentence in text.sentences:
        if found and found[0][2].span.section == "title":
            break
        for match in _phases_in(sentence, report):
            second = _VALUES[match["second"]] if match["second"] else None
            found.append((_VALUES[match["first"]], second, text.evidence(sentence, match.start(), match.end())))
    return _chosen(found)


def _phases_in(sentence: Sentence, report: Report) -> Iterator[re.Match[str]]:
    """Phases that a sentence tells of the study itself; in a follow-up the title or "this phase 2 study" tells them."""
    titled, followed = sentence.zone is Zone.TITLE, report is Report.FOLLOW_UP
    if sentence.zone is Zone.BACKGROUND or not (titled or _STUDY.search(sentence.text)):
        return
    late = sentence.place > _LATE and report is not Report.TRIAL_PROTOCOL
    if (sentence.zone is Zone.CONCLUSION or late) and asks_for_more(sentence.text):
        return
    for match in _PHASE.finditer(sentence.text):
        before = sentence.text[: match.start()]
        own = not followed or (not _OF_ANOTHER.search(before) if titled else bool(_THIS.search(before)))
        if own and not _DISEASE_PHASE.search(before):
            yield match


def _chosen(found: list[tuple[int, int | None, Evidence]]) -> PhaseVerdict:
    if not found:
        return PhaseVerdict(phase=None, confidence=0.95)
    for first, second, evidence in found:
        if second is not None and second != first:
            pair = {(1, 2): Phase.ONE_TWO, (2, 3): Phase.TWO_THREE}.get((first, second))
            if pair:
                return PhaseVerdict(phase=pair, confidence=0.97, evidence=(evidence,))
    numbers = {first for first, _, _ in found}
    spans = tuple(evidence for _, _, evidence in found[:2])
    if numbers == {1, 2}:
        return PhaseVerdict(phase=Phase.ONE_TWO, confidence=0.85, evidence=spans)
    return PhaseVerdict(phase=_ONE[found[0][0]], confidence=0.95 if len(numbers) == 1 else 0.7, evidence=spans)
