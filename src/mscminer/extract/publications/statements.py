"""What single clauses of results and conclusions say of benefit: better, same, trend or worse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.extract.publications.clauses import Clause, asked_from, clauses_of, shares_of, wording
from mscminer.extract.publications.endpoints import Measure, named_in
from mscminer.extract.publications.rules import Rule, rule_set
from mscminer.extract.publications.subjects import ANIMAL
from mscminer.extract.publications.text import Sentence

BETTER: Final = "better"
SAME: Final = "same"
TREND: Final = "trend"
UNEVEN: Final = "uneven"
"""Outright: better in some measures or patients only."""
WORSE: Final = "worse"
_VALUES: Final = (BETTER, SAME, TREND, WORSE, UNEVEN)
OUTRIGHT: Final = 3
"""The least weight of a rule that finds outright statements."""
_HELD: Final = "better.held"
_ELLIPSIS: Final = "same.ellipsis"
"""Denies what follows it at once, nothing farther off."""
_JUDGED: Final = 1.5
"""The weight of a gain that only a p value tells."""
_ADVICE: Final = "same.not_recommended"
_VERB_FIRST: Final = frozenset({"better.fell.burden", "better.rose.ability"})
"""What these deny behind their verb is another thing ("shortened the stay with no harm")."""
_SCORES: Final = frozenset({"better.rose.ability", "better.ability.rose"})
_COUNTED: Final = frozenset(f"better.{name}" for name in ("improve", "rate", "responses", "closed", "free", "returned"))
"""What may only be counted, not judged ("healing was 86%")."""
_CLOSE: Final = 6.0
"""Shares of two arms that differ by no more per cent are level, where nobody says what they mean."""
_OBJECT: Final = re.compile(r"\b(?:in|of|for|at|on|to|by|with) $")
_BY_HOW_MUCH: Final = re.compile(
    r"\bby (?:an? (?:mean|median) of )?(?P<first>\d+(?:[.\u00b7]\d+)?)[^;]{0,60}?"
    r"\b(?:versus|vs\.?|against|compared with|and) (?:by )?(?P<second>\d+(?:[.\u00b7]\d+)?)"
)
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cue:
    """A rule's match inside a clause, negation already taken into account."""

    value: str
    start: int
    end: int
    weight: float
    rule: str


def find_statements(sentences: Iterable[Sentence], primary: Sequence[Measure] = ()) -> list[Statement]:
    """What each clause says of benefit, at most one statement of each value per clause.

    Args:
        primary: the measures that the text calls primary.
    """
    found: list[Statement] = []
    for sentence in sentences:
        may_match = rule_set("benefit", *_VALUES).may_match(sentence.text)
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
    cues = _strongest(clause, list(_cues(clause, rules, limit)))
    if clause.says("of_control") and not _TWO_ARMS.search(clause.text):
        return []
    settled = _settled(clause, cues)
    level = [cue.start for cue in settled if cue.value == SAME and cue.weight >= OUTRIGHT]
    within = bool(level) and clause.says("between_groups")
    return [_statement(clause, cue, level=within and cue.start < level[0]) for cue in settled]


def _cues(clause: Clause, rules: Sequence[Rule], limit: int) -> Iterator[_Cue]:
    for rule in rules:
        for match in rule.pattern.compiled.finditer(clause.sentence.text, clause.start, clause.end):
            start, end = match.span()
            if start >= limit or not _is_finding(clause, rule, start, end):
                continue
            value = _meaning(clause, rule, start, end)
            if value:
                flat = value == SAME and wording("flatly_denied").search(clause.before(start, 40))
                weight = max(rule.weight, OUTRIGHT) if flat else rule.weight
                yield _Cue(value=value, start=start, end=end, weight=weight, rule=rule.id)


_BEFORE: Final = (
    ("hoped", 110, _VALUES),
    ("of_patients", 40, _VALUES),
    ("hardly", 5, (BETTER,)),
    ("averted", 50, (WORSE,)),
    ("none_did", 70, (WORSE,)),
    ("beside", 40, (SAME,)),
)
"""Wordings that take the finding out of what follows: name, how many characters before, of which values."""
_CONTROL: Final = "seen_in_control"
_AFTER: Final = ((_CONTROL, _VALUES), ("defined", _VALUES), ("less", (BETTER,)), ("assesses", (BETTER,)))
"""The same of what stands before them."""


def _is_finding(clause: Clause, rule: Rule, start: int, end: int) -> bool:
    """Whether a match tells what the treatment did: no hope, no earlier history, no harm, no bench work, no control."""
    text, value = clause.sentence.text, rule.value
    for name, reach, values in _BEFORE:
        if value in values and wording(name).search(text[max(0, start - reach) : start]):
            return False
    own = not (clause.says("to_control") or text[start:end].endswith(" than"))
    if any(value in values and wording(name).match(text, end) for name, values in _AFTER if own or name != _CONTROL):
        return False
    if (value == SAME and clause.says("withheld")) or (rule.id in _SCORES and _is_burden(text[start:end])):
        return False
    if wording("state").search(text[:end]) or (value == BETTER and wording("conceded").match(clause.text)):
        return False
    if value == BETTER and wording("passed_off").search(text[start:end]) and wording("harm_told").search(text):
        return False
    bench = wording("of_the_bench").search(text, max(clause.start, start - 45), min(clause.end, end + 45))
    return not (bench or _about_harm(clause, rule, start, end))


def _is_burden(said: str) -> bool:
    """Whether what rose is a score of disability or symptoms, and no ability."""
    return bool(wording("burden_score").search(said)) and not wording("ability_too").search(said)


def _about_harm(clause: Clause, rule: Rule, start: int, end: int) -> bool:
    """Whether the words next to a cue speak of harm, so that "no increase in infections" is no lack of benefit."""
    text = clause.sentence.text
    if rule.value == SAME and wording("of_efficacy").search(text[start:end]):
        return False
    if rule.id.startswith("better.verdict"):
        return bool(wording("of_safety").search(text[max(0, start - 30) : end + 12]))
    before = wording("harm_break").split(clause.before(start, 40))[-1]
    after = wording("harm_break").split(clause.after(end, 50))[0]
    near = f"{before}{text[start:end]}{after}"
    clinical = rule.value == BETTER and rule.weight >= 2 and wording("clinical").search(near)
    return bool(wording("harm").search(near)) and not clinical


def _meaning(clause: Clause, rule: Rule, start: int, end: int) -> str | None:
    """The value of a match with negation taken into account; None if it says nothing then."""
    text, value = clause.sentence.text, rule.value
    if rule.id in _VERB_FIRST and wording("negated_inside").search(text[start:end]):
        return None
    if _is_negated(clause, rule, start, end):
        value = "" if value == WORSE else SAME
    if value in (SAME, WORSE) and _is_aside(clause, text[start:end]):
        return None
    if value == SAME and wording("held").search(text, clause.start, end):
        return None
    return value or None


def _is_aside(clause: Clause, said: str) -> bool:
    """Whether what did not differ is no outcome of the treatment: people, doses, costs, safety tests."""
    return clause.says("between_doses", "both_treated") or (
        clause.says("aside") and not wording("of_efficacy").search(said)
    )


def _is_negated(clause: Clause, rule: Rule, start: int, end: int) -> bool:
    text = clause.sentence.text
    if wording("negated").search(clause.before(start, 70)):
        return True
    if rule.value == BETTER and wording("negated_after").match(text, end):
        return True
    turns = rule.value in (BETTER, WORSE) and not rule.id.startswith(_HELD)
    return turns and bool(wording("negated_inside").search(text[start:end]))


def _strongest(clause: Clause, cues: Sequence[_Cue]) -> dict[str, _Cue]:
    """The strongest cue of each value; gains that the clause denies step back behind those that it grants.

    "As effective as the drug while lowering relapses" is level and better, though "effective" is the stronger word.
    """
    chosen: dict[str, _Cue] = {}
    for cue in cues:
        if cue.value != BETTER and cue.weight > getattr(chosen.get(cue.value), "weight", 0.0):
            chosen[cue.value] = cue
    same = chosen.get(SAME)
    gains = [cue for cue in cues if cue.value == BETTER]
    granted = [cue for cue in gains if same is None or not _takes_back(clause, same, cue)]
    if gains:
        chosen[BETTER] = max(granted or gains, key=lambda cue: cue.weight)
    return chosen


def _settled(clause: Clause, cues: dict[str, _Cue]) -> list[_Cue]:
    """Take back improvements that the same clause calls a trend, or whose only p value is large."""
    better, same, trend, worse, uneven = (cues.get(value) for value in _VALUES)
    if better and uneven and uneven.start <= better.start < uneven.end:  # "the clinical effect was weak"
        cues.pop(BETTER)
        better = None
    if better and better.rule.startswith(_HELD):
        return [better]
    if worse and same and same.rule == _ADVICE:  # "raised the risk and cannot be recommended"
        cues.pop(SAME)
        same = None
    if worse and (_is_level(clause) or (clause.insignificant and not clause.significant)):
        cues.setdefault(SAME, replace(worse, value=SAME, weight=2.0))
        worse = cues.pop(WORSE, None) and None
    if worse and clause.significant and _lost_less(clause):
        cues[BETTER] = replace(worse, value=BETTER)
        return [cues[BETTER], *(cue for cue in (same, trend) if cue)]
    if better and worse and better.start < worse.end and worse.start < better.end:
        cues.pop(BETTER if worse.weight >= better.weight else WORSE)
        better = cues.get(BETTER)
    if better and better.rule in _COUNTED and (_is_level(clause) or (clause.significant and _is_loss(clause))):
        value = SAME if _is_level(clause) else WORSE
        cues[value] = replace(better, value=value, weight=2.0)
        del cues[BETTER]
    elif better and ((trend and not clause.significant) or (same and _takes_back(clause, same, better))):
        cues.pop(BETTER)
    elif better and clause.insignificant and not clause.significant:
        cues.pop(BETTER)
        cues.setdefault(TREND, replace(better, value=TREND, weight=_JUDGED, rule="p"))
    elif better and better.weight < _JUDGED and clause.significant and clause.says("moved"):
        cues[BETTER] = replace(better, weight=_JUDGED)
    return list(cues.values()) or _by_p_value(clause)


def _takes_back(clause: Clause, same: _Cue, better: _Cue) -> bool:
    """Whether the gain is what there was none of ("no difference in pain relief", "recovery was not hastened")."""
    text = clause.sentence.text
    if same.start <= better.start <= same.end + 1:
        return True
    if same.rule == _ELLIPSIS:
        return False
    if better.start < same.start:
        if better.end + 1 >= same.start and text.startswith("no ", same.start):  # "healed no faster"
            return True
        return bool(wording("gain_denied").fullmatch(text[better.start : same.start]))
    if same.weight < OUTRIGHT:
        return False
    said = text[better.start : better.end]
    return bool(wording("gain_noun").fullmatch(said) or _OBJECT.search(text[: better.start]))


def _by_p_value(clause: Clause) -> list[_Cue]:
    """What a p value alone tells of a measure that no rule knows.

    A significant change is reported because it is a gain, for want of other words.
    """
    if clause.says("harm", "aside", "between_doses"):
        return []
    if _is_level(clause) and clause.says("good_event", "bad_event"):
        return [_of_whole(clause, SAME, 2, "shares")]
    if not (clause.significant or clause.insignificant):
        return []
    if clause.significant and shares_of(clause) and clause.says("good_event") != clause.says("bad_event"):
        return [_of_whole(clause, WORSE if _is_loss(clause) else BETTER, _JUDGED, "p")]
    if not clause.significant:
        return [_of_whole(clause, SAME, 2, "p")] if clause.says("compares", "in_turn") else []
    match = None if clause.by_interval or clause.says("of_the_bench") else wording("moved").search(clause.text)
    if match is None:
        return []
    start, end = clause.start + match.start(), clause.start + match.end()
    value = WORSE if _is_loss(clause) else BETTER
    return [_Cue(value=value, start=start, end=end, weight=_JUDGED, rule="p")]


def _of_whole(clause: Clause, value: str, weight: float, rule: str) -> _Cue:
    return _Cue(value=value, start=clause.start, end=clause.end, weight=weight, rule=rule)


def _is_level(clause: Clause) -> bool:
    """Whether the shares of two arms lie close together, without a p value."""
    shares = None if clause.significant or clause.insignificant else shares_of(clause)
    return shares is not None and abs(shares[0] - shares[1]) <= _CLOSE


def _lost_less(clause: Clause) -> bool:
    """Whether the treated lost less than the control ("worsened by 0.1 with cells versus 2.1 with placebo")."""
    match = _BY_HOW_MUCH.search(clause.text)
    if match is None or not clause.says("of_two_arms"):
        return False
    first, second = (float(match[name].replace("\u00b7", ".")) for name in ("first", "second"))
    return first > second if clause.says("control_first") else first < second


def _is_loss(clause: Clause) -> bool:
    """Whether what should be rare is more frequent in the treated, or what should be frequent rarer."""
    shares = shares_of(clause)
    if shares is None or clause.says("bad_event") == clause.says("good_event"):
        return False
    treated, control = reversed(shares) if clause.says("control_first") else shares
    return treated > control if clause.says("bad_event") else treated < control


def _statement(clause: Clause, cue: _Cue, *, level: bool) -> Statement:
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
