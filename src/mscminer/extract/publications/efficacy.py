"""From statements of benefit to the verdict on efficacy: the conclusion first, then whether the results bear it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.clauses import wording
from mscminer.extract.publications.statements import BETTER, OUTRIGHT, SAME, TREND, WORSE, Statement
from mscminer.extract.publications.text import Zone

Verdict = tuple[Efficacy, float, list[Statement]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tally:
    """The statements of one part of an article, by value."""

    better: list[Statement]
    same: list[Statement]
    worse: list[Statement]
    trend: list[Statement]

    @property
    def clinical_gains(self) -> list[Statement]:
        return [one for one in self.better if one.clinical]

    @property
    def clinical_nulls(self) -> list[Statement]:
        return [one for one in self.same if one.clinical and one.weight > 1]

    @property
    def outright_nulls(self) -> list[Statement]:
        """ "Did not improve", "no difference": more than "comparable", which may be praise."""
        return [one for one in self.same if one.weight >= OUTRIGHT]


def _tally(statements: Iterable[Statement], *zones: Zone) -> _Tally:
    own = [statement for statement in statements if statement.sentence.zone in zones]
    lists = ([one for one in own if one.value == value] for value in (BETTER, SAME, WORSE, TREND))
    better, same, worse, trend = lists
    return _Tally(better=better, same=same, worse=worse, trend=trend)


def decide_efficacy(statements: list[Statement]) -> Verdict:
    """Decide by the annotation guidelines, section 12."""
    conclusion, results = _tally(statements, Zone.CONCLUSION), _tally(statements, Zone.RESULTS)
    missed = [one for one in statements if one.primary and one.value == SAME and not one.subgroup]
    if conclusion.better:
        return _claimed(conclusion, results, missed)
    if conclusion.same or conclusion.worse:
        return _denied(conclusion, results, missed)
    if conclusion.trend:
        return _hoped(conclusion, results, missed)
    return _from_results(results, missed)


def _claimed(conclusion: _Tally, results: _Tally, missed: list[Statement]) -> Verdict:
    """The conclusion claims a benefit."""
    own = conclusion.better
    if missed:
        return Efficacy.MIXED, 0.75, own + missed
    if conclusion.outright_nulls:
        return _claimed_and_denied(conclusion, results)
    if all(one.within for one in own) and any(one.control for one in conclusion.same + results.same):
        return Efficacy.NO_DIFFERENCE, 0.65, own + conclusion.same + results.same
    if results.trend and not results.better and all(one.hedged and one.weight < OUTRIGHT for one in own):
        return Efficacy.NO_DIFFERENCE, 0.6, results.trend
    if conclusion.same:
        level = any(s.control for s in conclusion.same) and not any(map(_claims_more, own))
        if level and not results.clinical_gains:
            return Efficacy.NO_DIFFERENCE, 0.65, conclusion.same + own
    gains, nulls = results.clinical_gains, results.clinical_nulls
    taken_back = [
        one
        for one in results.same
        if one.sweeping or (wording("back_to_baseline").search(one.sentence.text[one.start :]) and _hedged(own))
    ]
    if taken_back:
        return Efficacy.MIXED, 0.6, own + taken_back
    if any(one.weight > OUTRIGHT for one in conclusion.worse) and not results.better:
        return Efficacy.NEGATIVE, 0.6, conclusion.worse + results.worse
    if conclusion.worse and (not gains or all(one.hedged for one in own)):
        return Efficacy.MIXED, 0.55, own + conclusion.worse
    sure = any(one.weight >= OUTRIGHT and one.control and not one.hedged for one in own)
    compared = [one for one in nulls if one.control and one.weight >= (OUTRIGHT if sure else 2)]
    if _of_some_only(own, conclusion, results):
        return Efficacy.MIXED, 0.55, own + nulls
    if compared and not [one for one in gains if not one.within]:
        hedged = all(one.hedged for one in own) and not results.better
        return (Efficacy.NO_DIFFERENCE if hedged else Efficacy.MIXED), 0.65, own + compared
    if compared and not any(one.clinical for one in own):
        return Efficacy.MIXED, 0.7, own + compared
    if len(compared) > 2 * len(gains) or any(_contrasted(one, results.better) for one in nulls):
        return Efficacy.MIXED, 0.6, own + nulls
    return Efficacy.POSITIVE, 0.95 if results.better and not nulls else 0.85, own + results.better


def _of_some_only(own: list[Statement], conclusion: _Tally, results: _Tally) -> bool:
    """Whether the conclusion claims a benefit for some patients and none for the others."""
    if all(one.only for one in own):
        return True
    level = [one for one in conclusion.same if one.clinical and not one.hedged]
    if not all(one.subgroup and not one.control for one in own):
        return False
    return bool(level) or all(one.subgroup for one in results.better)


def _claimed_and_denied(conclusion: _Tally, results: _Tally) -> Verdict:
    """The conclusion says both: a mixed result, unless the gain was every group's or the null an aside."""
    own, nulls = conclusion.better, conclusion.outright_nulls
    if all(one.within for one in own):
        return Efficacy.NO_DIFFERENCE, 0.7, nulls + own
    hoped = all(one.hedged and one.weight < OUTRIGHT for one in own)
    if hoped and not [one for one in results.better if not one.within]:
        return Efficacy.NO_DIFFERENCE, 0.65, nulls
    if not any(one.clinical for one in nulls) and any(one.clinical and not one.hedged for one in own):
        return Efficacy.POSITIVE, 0.65, own + results.better
    return Efficacy.MIXED, 0.75, own + nulls


def _hedged(statements: list[Statement]) -> bool:
    return all(one.hedged for one in statements)


def _contrasted(null: Statement, gains: list[Statement]) -> bool:
    """Whether one sentence sets what did not change first, against what did ("no effect on A and B, but on C")."""
    for gain in gains:
        if gain.sentence == null.sentence and null.start < gain.start and null.weight >= OUTRIGHT:
            between = null.sentence.text[null.end : gain.start]
            return bool(re.search(r"\b(?:but|whereas|while|although|however)\b", between)) and null.control
    return False


def _claims_more(statement: Statement) -> bool:
    """Whether a benefit is one over the control, not one that both groups had."""
    return bool(wording("claims_more").search(statement.sentence.text))


def _denied(conclusion: _Tally, results: _Tally, missed: list[Statement]) -> Verdict:
    """The conclusion speaks of no benefit, of likeness, or of harm to the outcome."""
    own = conclusion.same + conclusion.worse
    gains = [one for one in results.clinical_gains if one.control and not one.within and _firm(one)]
    if conclusion.worse and not conclusion.same:
        kind = Efficacy.MIXED if gains else Efficacy.NEGATIVE
        return kind, 0.6, own + gains
    if missed and [one for one in gains if one.significant]:
        return Efficacy.MIXED, 0.7, gains + missed
    if not conclusion.outright_nulls and results.better:
        compared = [one for one in results.same if one.control]
        if not compared:
            return Efficacy.POSITIVE, 0.65, results.better + own
        return Efficacy.NO_DIFFERENCE, 0.65, compared + own
    if not any(one.clinical or one.control for one in own) and results.clinical_gains and not results.clinical_nulls:
        return Efficacy.POSITIVE, 0.6, results.clinical_gains + own
    nulls = results.clinical_nulls
    if gains and len(gains) >= len(nulls) and not any(one.primary for one in nulls):
        return Efficacy.MIXED, 0.6, gains + own
    return Efficacy.NO_DIFFERENCE, 0.85, own + results.same


def _firm(gain: Statement) -> bool:
    """Whether a gain is said with a p value or outright, so that it stands against a conclusion of no benefit."""
    said = gain.sentence.text[gain.start : gain.end]
    return gain.significant or gain.weight >= OUTRIGHT or "significant" in said or "more" in said


def _hoped(conclusion: _Tally, results: _Tally, missed: list[Statement]) -> Verdict:
    """The conclusion speaks of a trend only."""
    if results.clinical_gains and not missed and not results.outright_nulls:
        return Efficacy.POSITIVE, 0.55, results.better + conclusion.trend
    return Efficacy.NO_DIFFERENCE, 0.75, conclusion.trend + results.same


def _from_results(results: _Tally, missed: list[Statement]) -> Verdict:
    """The conclusion is silent on benefit (or there is none)."""
    gains = [one for one in results.clinical_gains if not one.within]
    nulls = [one for one in results.clinical_nulls if one.control or one.weight >= OUTRIGHT]
    if missed:
        compared = [one for one in gains if one.control or one.subgroup]
        return (Efficacy.MIXED if compared else Efficacy.NO_DIFFERENCE), 0.7, missed + compared
    if any(one.primary for one in gains):
        return Efficacy.POSITIVE, 0.75, gains
    if results.better and nulls:
        if gains and len(gains) >= 2 * len(nulls):
            return Efficacy.POSITIVE, 0.7, gains
        return (Efficacy.MIXED if gains else Efficacy.NO_DIFFERENCE), 0.55, results.better + nulls
    if results.better:
        return Efficacy.POSITIVE, 0.8, results.better
    if results.same or results.trend:
        return Efficacy.NO_DIFFERENCE, 0.75, results.same + results.trend
    if results.worse:
        against = any(statement.control for statement in results.worse)
        return (Efficacy.NEGATIVE if against else Efficacy.NO_DIFFERENCE), 0.5, results.worse
    return Efficacy.NOT_REPORTED, 0.85, []
