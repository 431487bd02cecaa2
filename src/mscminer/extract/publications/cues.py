"""Cues of benefit in a clause: words that say better, same, trend or worse, negation already taken into account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mscminer.extract.publications.clauses import Clause, wording
from mscminer.extract.publications.rules import Rule

BETTER: Final = "better"
SAME: Final = "same"
TREND: Final = "trend"
UNEVEN: Final = "uneven"
"""Outright: better in some measures or patients only."""
WORSE: Final = "worse"
VALUES: Final = (BETTER, SAME, TREND, WORSE, UNEVEN)
OUTRIGHT: Final = 3
"""The least weight of a rule that finds outright statements."""
JUDGED: Final = 1.5
"""The least weight of a gain; a rate that is only counted is a gain where nothing else tells."""
HELD: Final = "better.held"
"""How the rules begin that find a state kept while the control lost it."""
_ELLIPSIS: Final = "same.ellipsis"
"""Denies what follows it at once, nothing farther off."""
_VERB_FIRST: Final = frozenset({"better.fell.burden", "better.rose.ability"})
"""What these deny behind their verb is another thing ("shortened the stay with no harm")."""
_SCORES: Final = frozenset({"better.rose.ability", "better.ability.rose"})
_OBJECT: Final = re.compile(r"\b(?:in|of|for|at|on|to|by|with) $")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cue:
    """A rule's match inside a clause, negation already taken into account."""

    value: str
    start: int
    end: int
    weight: float
    rule: str


def find_cues(clause: Clause, rules: Sequence[Rule], limit: int) -> dict[str, Cue]:
    """The strongest cue of each value in a clause, before a place from which on the sentence asks for further work.

    Gains that the clause denies step back behind those that it grants: "as effective as the drug while lowering
    relapses" is level and better, though "effective" is the stronger word.
    """
    cues = list(_cues(clause, rules, limit))
    chosen: dict[str, Cue] = {}
    for cue in cues:
        if cue.value != BETTER and cue.weight > getattr(chosen.get(cue.value), "weight", 0.0):
            chosen[cue.value] = cue
    same = chosen.get(SAME)
    gains = [cue for cue in cues if cue.value == BETTER]
    granted = [cue for cue in gains if same is None or not takes_back(clause, same, cue)]
    if gains:
        chosen[BETTER] = max(granted or gains, key=lambda cue: cue.weight)
    return chosen


def _cues(clause: Clause, rules: Sequence[Rule], limit: int) -> Iterator[Cue]:
    for rule in rules:
        for match in rule.pattern.compiled.finditer(clause.sentence.text, clause.start, clause.end):
            start, end = match.span()
            if start >= limit or not _is_finding(clause, rule, start, end):
                continue
            value = _meaning(clause, rule, start, end)
            if value:
                flat = value == SAME and wording("flatly_denied").search(clause.before(start, 40))
                weight = max(rule.weight, OUTRIGHT) if flat else rule.weight
                yield Cue(value=value, start=start, end=end, weight=weight, rule=rule.id)


_BEFORE: Final = (
    ("hoped", 110, VALUES),
    ("of_patients", 40, VALUES),
    ("hardly", 5, (BETTER,)),
    ("averted", 50, (WORSE,)),
    ("none_did", 70, (WORSE,)),
    ("beside", 40, (SAME,)),
)
"""Wordings that take the finding out of what follows: name, how many characters before, of which values."""
_CONTROL: Final = "seen_in_control"
_AFTER: Final = ((_CONTROL, VALUES), ("defined", VALUES), ("less", (BETTER,)), ("assesses", (BETTER,)))
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
    if clause.says("withheld") or (rule.id in _SCORES and _is_burden(text[start:end])):
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
    turns = rule.value in (BETTER, WORSE) and not rule.id.startswith(HELD)
    return turns and bool(wording("negated_inside").search(text[start:end]))


def takes_back(clause: Clause, same: Cue, better: Cue) -> bool:
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
