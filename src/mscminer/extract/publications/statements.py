"""What single clauses of results and conclusions say of benefit: better, same, trend or worse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.extract.publications.clauses import Clause, asked_from, clauses_of, wording
from mscminer.extract.publications.cues import BETTER, OUTRIGHT, SAME, TREND, VALUES, WORSE, Cue, find_cues
from mscminer.extract.publications.endpoints import Measure, named_in
from mscminer.extract.publications.rules import Rule, rule_set
from mscminer.extract.publications.settling import settle
from mscminer.extract.publications.subjects import ANIMAL
from mscminer.extract.publications.text import Sentence

_TWO_ARMS: Final = re.compile(r"\b(?:both|than|versus|vs)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What one clause says of benefit.

    Args:
        value: better, same, trend, worse or uneven.
        weight: of the rule that found it; `OUTRIGHT` and more is an outright statement.
        clause: its words.
        clinical: about what patients feel, do or survive (else structure, imaging, laboratory).
        imaging: about structure as seen by imaging, histology or at operation.
        control: the clause compares groups.
        within: every group did so ("improved in both groups").
        primary: said of the primary endpoint.
        named: the measure it is said of, if the text calls that one primary elsewhere.
        subgroup: said of some of the patients, or of a secondary measure.
        only: said to hold for those alone.
        hedged: "may", "promising", "suggests".
        significant: a small p value stands in the clause.
        sweeping: denied of every measure between the groups ("no differences between the groups").
        single: said of one patient among several.
    """

    value: str
    sentence: Sentence
    start: int
    end: int
    weight: float
    clause: str = ""
    clinical: bool = True
    imaging: bool = False
    control: bool = False
    within: bool = False
    primary: bool = False
    named: str | None = None
    subgroup: bool = False
    only: bool = False
    hedged: bool = False
    significant: bool = False
    sweeping: bool = False
    single: bool = False


def find_statements(sentences: Iterable[Sentence], primary: Sequence[Measure] = ()) -> list[Statement]:
    """What each clause says of benefit, at most one statement of each value per clause.

    Args:
        primary: the measures that the text calls primary.
    """
    found: list[Statement] = []
    for sentence in sentences:
        may_match = rule_set("benefit", *VALUES).may_match(sentence.text)
        rules = [rule for _, rule in may_match if sentence.zone in rule.zones]
        limit = asked_from(sentence.text)
        own = [one for clause in clauses_of(sentence) for one in _of_clause(clause, rules, limit)]
        own = list(map(_as_trend, own)) if wording("not_significant").match(sentence.text) else own
        for one in own:
            if one.value == SAME and found and wording("no_more").match(one.clause):
                found[-1] = _as_every_group(found[-1], one)
            found.append(_of_primary(one, primary))
    return found


def _as_every_group(one: Statement, null: Statement) -> Statement:
    """A gain of which the next clause or sentence says that the groups did not differ in it."""
    near = one.sentence.zone is null.sentence.zone and one.sentence.section == null.sentence.section
    next_to = near and null.sentence.start - one.sentence.end <= 1
    return replace(one, within=True) if one.value == BETTER and (next_to or one.sentence == null.sentence) else one


def _of_primary(one: Statement, primary: Sequence[Measure]) -> Statement:
    return replace(one, named=named_in(primary, one.clause)) if primary and not one.subgroup else one


def _as_trend(one: Statement) -> Statement:
    """A gain behind "although not statistically significant"."""
    return replace(one, value=TREND) if one.value == BETTER else one


def _of_clause(clause: Clause, rules: Sequence[Rule], limit: int) -> list[Statement]:
    if clause.start >= limit or ANIMAL.search(clause.text):
        return []
    cues = find_cues(clause, rules, limit)
    if clause.says("of_control") and not _TWO_ARMS.search(clause.text):
        return []
    settled = settle(clause, cues)
    level = [cue.start for cue in settled if cue.value == SAME and cue.weight >= OUTRIGHT]
    within = bool(level) and clause.says("between_groups")
    return [_statement(clause, cue, level=within and cue.start < level[0]) for cue in settled]


def _statement(clause: Clause, cue: Cue, *, level: bool) -> Statement:
    """A cue as a statement; `level` if the clause then denies a difference between the groups."""
    value = WORSE if cue.value == BETTER and clause.says("to_control") else cue.value
    imaging, laboratory = clause.says("imaging"), clause.says("laboratory")
    clinical = bool(wording("clinical").search(wording("structure_score").sub(" ", clause.text)))
    primary = clause.says("primary")
    sweeping = clause.says("sweeping") or wording("sweeping").match(clause.sentence.text)
    return Statement(
        value=value,
        sentence=clause.sentence,
        start=cue.start,
        end=cue.end,
        weight=cue.weight,
        clause=clause.text,
        clinical=clinical or not (imaging or laboratory),
        imaging=imaging and not clinical,
        control=clause.says("compares") or bool(value == SAME and wording("no_more").match(clause.text)),
        within=value == BETTER and (level or clause.says("within")) and not clause.says("both_treated"),
        primary=primary,
        subgroup=not primary and clause.says("subgroup"),
        only=clause.says("only"),
        hedged=clause.says("hedged"),
        significant=clause.significant,
        sweeping=value == SAME and bool(sweeping),
        single=clause.says("single"),
    )
