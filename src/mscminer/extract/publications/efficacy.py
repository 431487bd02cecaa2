"""From statements of benefit to the verdict on efficacy: the conclusion first, then whether the results bear it.

Each table is read from the top; the first question that finds statements to rest on decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.benefit_case import Case, case_of
from mscminer.extract.publications.clauses import wording
from mscminer.extract.publications.cues import OUTRIGHT
from mscminer.extract.publications.statements import Statement

Verdict = tuple[Efficacy, float, list[Statement]]
_ADVICE: Final = re.compile(r"\b(?:recommend|justif|support\b)")
_CONTRAST: Final = re.compile(r"\b(?:but|whereas|while|although|however)\b")


_Question = Callable[[Case], list[Statement]]
_Table = tuple[tuple[Efficacy, float, _Question], ...]


def decide_efficacy(statements: list[Statement]) -> Verdict:
    """Decide by the annotation guidelines, section 12."""
    case = case_of(statements)
    for efficacy, confidence, question in _table_for(case):
        found = question(case)
        if found:
            return efficacy, confidence, found if efficacy is Efficacy.NEGATIVE else case.claims + found
    return Efficacy.NOT_REPORTED, 0.8, []


def _table_for(case: Case) -> _Table:
    if case.claims:
        return _CLAIMED_AND_DENIED if case.denials and not case.missed else _CLAIMED
    if case.conclusion.same or case.conclusion.worse or case.conclusion.uneven:
        return _DENIED
    return _HOPED if case.conclusion.trend else _SILENT


# -- the conclusion claims a benefit


def _missed_and_hoped(case: Case) -> list[Statement]:
    """The primary measure was level, and only hopes are left."""
    return case.primary_level if case.hopes else []


def _missed(case: Case) -> list[Statement]:
    """The primary endpoint was missed."""
    return case.primary_level


def _structure_claimed(case: Case) -> list[Statement]:
    """Only structure or laboratory values beat the control, and the clinical course is level."""
    gains = [] if case.own_gains else case.proven_gains
    nulls = case.conclusion.clinical_nulls + [one for one in case.results.clinical_nulls if one.control]
    return nulls + gains if gains and nulls else []


def _primary_met(case: Case) -> list[Statement]:
    """The primary measure was better; what else was level does not count."""
    denied = any(one.primary or one.named for one in case.conclusion.same)
    return [] if case.primary_level or denied else [one for one in case.primary_gains if one.clinical]


def _every_group_gained(case: Case) -> list[Statement]:
    nulls = case.conclusion.compared_nulls + case.results.compared_nulls
    return nulls if all(one.within for one in case.claims) else []


def _hope_on_a_trend(case: Case) -> list[Statement]:
    hoped = all(one.hedged and one.weight < OUTRIGHT for one in case.claims)
    return case.results.trend if hoped and all(one.within for one in case.results.better) else []


def _denied_from_the_start(case: Case) -> list[Statement]:
    """An outright denial stands before claims that are weak, unsure or every group's, and no result bears them out."""
    nulls = case.conclusion.outright_nulls or case.conclusion.compared_nulls
    if not nulls or (case.own_gains and not case.compared):
        return []
    set_against = {one.sentence for one in case.claims} & {one.sentence for one in nulls}
    later = min(map(_place, case.claims)) > min(map(_place, nulls))
    return nulls if later and not (case.sure_claims or set_against or case.proven_gains) else []


def _place(one: Statement) -> tuple[float, int]:
    return one.sentence.place, one.start


def _early_gain_then_level(case: Case) -> list[Statement]:
    early = any(wording("early").search(one.sentence.text) for one in case.claims)
    passing = all(wording("passing").search(one.sentence.text) for one in case.claims)
    nulls = case.conclusion.compared_nulls if early else []
    return nulls or (case.results.compared_nulls if passing else [])


def _level_later(case: Case) -> list[Statement]:
    """The results tell of a gain over the control, and next that the groups were level later."""
    gains = [one for one in case.proven_gains if one.clinical]
    return [null for null in case.results.outright_nulls if any(_comes_next(gain, null) for gain in gains)]


def _comes_next(gain: Statement, null: Statement) -> bool:
    next_to = 0 <= null.sentence.start - gain.sentence.end <= 1
    after = next_to or (null.sentence == gain.sentence and null.start > gain.start)
    return after and null.control and bool(wording("later").search(null.clause)) and not null.subgroup


def _taken_back(case: Case) -> list[Statement]:
    """A result denies a difference in every measure, or a hedged claim was lost again."""
    back, hedged = wording("back_to_baseline"), all(one.hedged for one in case.claims)
    nulls = case.results.same
    return [one for one in nulls if one.sweeping or (hedged and back.search(one.sentence.text[one.start :]))]


def _advised_against(case: Case) -> list[Statement]:
    outright = any(one.weight > OUTRIGHT for one in case.conclusion.worse)
    return [] if not outright or case.results.better else case.conclusion.worse + case.results.worse


def _worse_beside(case: Case) -> list[Statement]:
    weak = not case.results.clinical_gains or all(one.hedged for one in case.claims)
    return case.conclusion.worse if weak else []


def _for_some_only(case: Case) -> list[Statement]:
    """A benefit for some patients and none for the others."""
    if all(one.only for one in case.claims):
        return case.claims
    level = any(one.clinical and not one.hedged for one in case.conclusion.same)
    some = all(one.subgroup and not one.control for one in case.claims)
    gains = case.results.clinical_gains or case.results.better
    return case.claims if some and (level or all(one.subgroup for one in gains)) else []


def _level_overall(case: Case) -> list[Statement]:
    """All patients together did no better than the control; some of them did."""
    some = [one for one in case.results.better + case.claims if one.subgroup]
    return [one for one in case.results.outright_nulls if some and wording("of_all").search(one.clause)]


def _claim_without_results(case: Case) -> list[Statement]:
    """Hopes, or praise that compares nothing, beside results that hold no gain at all."""
    bare = all(one.hedged or not one.control for one in case.claims) and not case.results.better
    return case.level_results if bare else []


def _control_did_as_well(case: Case) -> list[Statement]:
    """Praise without a comparison, beside results in which the control did as well."""
    return [] if case.own_gains or case.proven_gains else case.level_results


def _denied_first(case: Case) -> list[Statement]:
    """One sentence sets what did not change first, against what did ("no effect on A and B, but on C")."""
    gains = case.results.better
    return [null for null in case.results.clinical_nulls if any(_is_set_against(null, gain) for gain in gains)]


def _is_set_against(null: Statement, gain: Statement) -> bool:
    if gain.sentence != null.sentence or null.start >= gain.start or null.weight < OUTRIGHT:
        return False
    text = null.sentence.text
    compared = null.control or "effect" in text[null.start : null.end]
    return compared and bool(_CONTRAST.search(text[null.end : gain.start]))


def _claims_borne_out(case: Case) -> list[Statement]:
    return [] if case.results.clinical_nulls else case.results.better


def _claims(case: Case) -> list[Statement]:
    return case.claims + case.results.better


def _uneven(case: Case) -> list[Statement]:
    """The conclusion itself calls the outcome uneven, and there is a gain at all."""
    outright = any(one.weight >= OUTRIGHT for one in case.claims + case.conclusion.same)
    least = OUTRIGHT if outright else 0
    gained = case.claims or case.results.better
    return [one for one in case.conclusion.uneven if gained and one.weight >= least]


def _claimed_but_level(case: Case) -> list[Statement]:
    """One sentence of the conclusion sets what was level with the control against the gain ("but pain was alike")."""
    nulls = [one for one in case.conclusion.same if one.control and not one.subgroup]
    return [null for null in nulls if any(_follows(claim, null) for claim in case.claims)]


def _follows(gain: Statement, null: Statement) -> bool:
    between = null.sentence.text[gain.end : null.start] if gain.sentence == null.sentence else ""
    return bool(_CONTRAST.search(between))


_CLAIMED: Final[_Table] = (
    (Efficacy.NO_DIFFERENCE, 0.65, _missed_and_hoped),
    (Efficacy.MIXED, 0.75, _missed),
    (Efficacy.MIXED, 0.7, _uneven),
    (Efficacy.MIXED, 0.6, _claimed_but_level),
    (Efficacy.NO_DIFFERENCE, 0.65, _every_group_gained),
    (Efficacy.NO_DIFFERENCE, 0.6, _hope_on_a_trend),
    (Efficacy.MIXED, 0.65, _early_gain_then_level),
    (Efficacy.MIXED, 0.6, _level_later),
    (Efficacy.MIXED, 0.6, _taken_back),
    (Efficacy.NEGATIVE, 0.6, _advised_against),
    (Efficacy.MIXED, 0.55, _worse_beside),
    (Efficacy.MIXED, 0.55, _for_some_only),
    (Efficacy.MIXED, 0.6, _level_overall),
    (Efficacy.NO_DIFFERENCE, 0.65, _claim_without_results),
    (Efficacy.NO_DIFFERENCE, 0.6, _control_did_as_well),
    (Efficacy.MIXED, 0.6, _structure_claimed),
    (Efficacy.MIXED, 0.6, _denied_first),
    (Efficacy.POSITIVE, 0.93, _claims_borne_out),
    (Efficacy.POSITIVE, 0.83, _claims),
)


# -- it claims and denies one


def _as_good(case: Case) -> list[Statement]:
    """One sentence calls the treatment as effective as the other, and the next ones are but hopes."""
    verdicts = [one for one in case.conclusion.outright_nulls if _is_verdict(one)]
    more = {one.sentence for one in verdicts} & {one.sentence for one in case.claims}
    return [] if case.sure_claims or more else verdicts


def _is_verdict(null: Statement) -> bool:
    said = null.sentence.text[null.start : null.end]
    return said.startswith(("as ", "equally ", "similarly ", "comparably "))


def _level_with_control(case: Case) -> list[Statement]:
    """What is denied is a difference between the arms, and no gain is said to go beyond the control's."""
    beyond = case.proven_gains or any(one.control and not one.within for one in case.claims)
    return [] if beyond else [one for one in case.conclusion.outright_nulls if one.control]


def _structure_denied(case: Case) -> list[Statement]:
    """Only structure is denied, and what patients feel or do got better."""
    structure = all(one.imaging for one in case.denials) and not case.primary_level
    return [one for one in case.claims + case.own_gains if one.clinical and structure]


def _denied_without_results(case: Case) -> list[Statement]:
    """Clinical gains and no clinical measure without a change among the results: the denial is of something else."""
    likened = any(_is_verdict(one) for one in case.denials)
    return [] if case.results.clinical_nulls or likened else case.own_gains


def _both(case: Case) -> list[Statement]:
    return case.conclusion.outright_nulls


_CLAIMED_AND_DENIED: Final[_Table] = (
    (Efficacy.MIXED, 0.65, _uneven),
    (Efficacy.NO_DIFFERENCE, 0.65, _missed_and_hoped),
    (Efficacy.POSITIVE, 0.6, _primary_met),
    (Efficacy.POSITIVE, 0.6, _structure_denied),
    (Efficacy.NO_DIFFERENCE, 0.65, _denied_from_the_start),
    (Efficacy.NO_DIFFERENCE, 0.65, _as_good),
    (Efficacy.NO_DIFFERENCE, 0.65, _level_with_control),
    (Efficacy.POSITIVE, 0.55, _denied_without_results),
    (Efficacy.MIXED, 0.7, _both),
)


# -- it speaks of no benefit, of likeness, or of a worse outcome


def _worse(case: Case) -> list[Statement]:
    """A worse outcome in the conclusion, or in the results where the conclusion but advises against the treatment."""
    advice = [one for one in case.conclusion.same if _ADVICE.search(one.clause)]
    if len(advice) < len(case.conclusion.same):
        return []
    lost = [one for one in case.results.worse if one.significant and advice and not case.own_gains]
    return case.conclusion.worse + lost


def _missed_but_gains(case: Case) -> list[Statement]:
    gains = [one for one in case.results.better if one.significant and not one.within]
    return case.missed + gains if case.missed and gains else []


def _structure_alone(case: Case) -> list[Statement]:
    """Imaging or histology better than in the control, the clinical course equal."""
    return [one for one in case.results.better if one.imaging and one.control and one.significant and not one.within]


def _uneven_alone(case: Case) -> list[Statement]:
    """Nothing is said but that the outcome was uneven."""
    told = case.conclusion.same or case.conclusion.worse or case.results.same
    return [] if told else [one for one in case.conclusion.uneven if one.weight >= OUTRIGHT]


def _denials(case: Case) -> list[Statement]:
    return case.conclusion.same + case.conclusion.worse + case.conclusion.uneven + case.results.same


_DENIED: Final[_Table] = (
    (Efficacy.MIXED, 0.65, _uneven),
    (Efficacy.NEGATIVE, 0.6, _worse),
    (Efficacy.MIXED, 0.7, _missed_but_gains),
    (Efficacy.MIXED, 0.6, _structure_alone),
    (Efficacy.MIXED, 0.55, _uneven_alone),
    (Efficacy.NO_DIFFERENCE, 0.85, _denials),
)


# -- it speaks of a trend only


def _trend(case: Case) -> list[Statement]:
    return case.conclusion.trend + case.results.same


def _gains_for_a_time(case: Case) -> list[Statement]:
    """Better than the control in some respect, level in another, and the conclusion speaks of a trend."""
    gains = [one for one in case.proven_gains if one.control and one.clinical]
    return gains + case.results.outright_nulls if gains and case.results.outright_nulls else []


def _proven_alone(case: Case) -> list[Statement]:
    """Proven clinical gains, nothing outright without a change, and no control."""
    alone = not (case.compared or case.results.outright_nulls)
    return [one for one in case.proven_gains if one.clinical and alone]


_HOPED: Final[_Table] = (
    (Efficacy.POSITIVE, 0.55, _proven_alone),
    (Efficacy.MIXED, 0.55, _gains_for_a_time),
    (Efficacy.NO_DIFFERENCE, 0.75, _trend),
)


# -- it is silent on benefit (or there is none): the results decide


def _level(case: Case) -> list[Statement]:
    """Clinical measures without change, against the control or outright."""
    return [one for one in case.results.clinical_nulls if one.control or one.weight >= OUTRIGHT]


def _missed_beside_gains(case: Case) -> list[Statement]:
    return case.primary_level if any(one.control or one.subgroup for one in case.own_gains) else []


def _missed_alone(case: Case) -> list[Statement]:
    return case.missed


def _mostly_gains(case: Case) -> list[Statement]:
    gains, level = case.own_gains, _level(case)
    return gains if level and len(gains) >= 2 * len(level) else []


def _proven_beside_level(case: Case) -> list[Statement]:
    """Clinical gains over the control with a small p value, at least as many as measures that were level with it."""
    sure, level = [one for one in case.own_gains if one.control and one.significant], _level(case)
    return sure if len(sure) >= len(level) and all(one.control for one in level) else []


def _some_but_not_all(case: Case) -> list[Statement]:
    """Without a comparison: some measures got better, others did not."""
    level = _level(case)
    compared = any(one.control for one in level)
    return case.own_gains + level if case.own_gains and level and not compared else []


def _level_results(case: Case) -> list[Statement]:
    return _level(case) if case.results.better else []


def _gains(case: Case) -> list[Statement]:
    return case.results.better


def _no_gains(case: Case) -> list[Statement]:
    return [one for one in case.results.same + case.results.trend if one.clinical or one.imaging or one.control]


def _declined(case: Case) -> list[Statement]:
    return case.results.worse


_SILENT: Final[_Table] = (
    (Efficacy.MIXED, 0.7, _missed_beside_gains),
    (Efficacy.MIXED, 0.6, _level_later),
    (Efficacy.NO_DIFFERENCE, 0.65, _missed_alone),
    (Efficacy.MIXED, 0.6, _level_overall),
    (Efficacy.POSITIVE, 0.7, _primary_met),
    (Efficacy.POSITIVE, 0.7, _mostly_gains),
    (Efficacy.POSITIVE, 0.55, _proven_beside_level),
    (Efficacy.MIXED, 0.55, _some_but_not_all),
    (Efficacy.NO_DIFFERENCE, 0.55, _level_results),
    (Efficacy.POSITIVE, 0.8, _gains),
    (Efficacy.NO_DIFFERENCE, 0.8, _no_gains),
    (Efficacy.NO_DIFFERENCE, 0.5, _declined),
)
