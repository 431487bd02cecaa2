"""What the cues of one clause come to together, and what its numbers tell where no word does."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from mscminer.extract.publications.clauses import Clause, shares_of, wording
from mscminer.extract.publications.cues import BETTER, HELD, JUDGED, SAME, TREND, UNEVEN, WORSE, Cue, takes_back

_ADVICE: Final = "same.not_recommended"
_COUNTED: Final = frozenset(f"better.{name}" for name in ("improve", "rate", "responses", "closed", "free", "returned"))
"""What may only be counted, not judged ("healing was 86%")."""
_CLOSE: Final = 6.0
"""Shares of two arms that differ by no more per cent are level, where nobody says what they mean."""
_BY_HOW_MUCH: Final = re.compile(
    r"\bby (?:an? (?:mean|median) of )?(?P<first>\d+(?:[.\u00b7]\d+)?)[^;]{0,60}?"
    r"\b(?:versus|vs\.?|against|compared with|and) (?:by )?(?P<second>\d+(?:[.\u00b7]\d+)?)"
)

Cues = dict[str, Cue]
"""The cues of a clause by value."""


def settle(clause: Clause, cues: Cues) -> list[Cue]:
    """Take back what the same clause calls a trend or weak, turn what its numbers turn; else what the p value tells."""
    any(step(clause, cues) for step in _STEPS)
    return list(cues.values()) or _by_p_value(clause)


def _only_weak(_: Clause, cues: Cues) -> bool:
    """A gain that is called weak in the same words ("the clinical effect was weak")."""
    better, uneven = cues.get(BETTER), cues.get(UNEVEN)
    if better and uneven and uneven.start <= better.start < uneven.end:
        del cues[BETTER]
    return False


def _held(_: Clause, cues: Cues) -> bool:
    """A state that was kept while the control lost it; the words of loss are the control's."""
    better = cues.get(BETTER)
    if better is None or not better.rule.startswith(HELD):
        return False
    cues.clear()
    cues[BETTER] = better
    return True


def _advised_against(_: Clause, cues: Cues) -> bool:
    """ "Raised the risk and cannot be recommended"."""
    if WORSE in cues and SAME in cues and cues[SAME].rule == _ADVICE:
        del cues[SAME]
    return False


def _lost_alike(clause: Clause, cues: Cues) -> bool:
    """A loss that was as large in the control."""
    alike = _is_level(clause) or (clause.insignificant and not clause.significant)
    if WORSE in cues and alike:
        cues.setdefault(SAME, replace(cues[WORSE], value=SAME, weight=2.0))
        del cues[WORSE]
    return False


def _lost_less(clause: Clause, cues: Cues) -> bool:
    """A loss that was smaller than the control's."""
    if WORSE not in cues or not (clause.significant and _is_smaller_loss(clause)):
        return False
    cues[BETTER] = replace(cues.pop(WORSE), value=BETTER)
    cues.pop(UNEVEN, None)
    return True


def _one_of_two(_: Clause, cues: Cues) -> bool:
    """Of a gain and a loss in the same words the stronger; in doubt the loss."""
    better, worse = cues.get(BETTER), cues.get(WORSE)
    if better and worse and better.start < worse.end and worse.start < better.end:
        del cues[BETTER if worse.weight >= better.weight else WORSE]
    return False


def _counted(clause: Clause, cues: Cues) -> bool:
    """A rate that the numbers of the arms tell to be level or lower."""
    better = cues.get(BETTER)
    if better is None or better.rule not in _COUNTED:
        return False
    level = _is_level(clause)
    if not level and not (clause.significant and _is_loss(clause)):
        return False
    value = SAME if level else WORSE
    cues[value] = replace(cues.pop(BETTER), value=value, weight=2.0)
    return True


def _taken_back(clause: Clause, cues: Cues) -> bool:
    """A gain that is a trend, or what there was none of."""
    better, same = cues.get(BETTER), cues.get(SAME)
    if better is None:
        return False
    trend = TREND in cues and not clause.significant
    if trend or (same and takes_back(clause, same, better)):
        del cues[BETTER]
        return True
    return False


def _not_significant(clause: Clause, cues: Cues) -> bool:
    """A gain whose only p value is large is a trend."""
    if BETTER not in cues or clause.significant or not clause.insignificant:
        return False
    cues.setdefault(TREND, replace(cues[BETTER], value=TREND, weight=JUDGED, rule="p"))
    del cues[BETTER]
    return True


def _proven(clause: Clause, cues: Cues) -> bool:
    """A rate with a small p value is judged."""
    better = cues.get(BETTER)
    if better and better.weight < JUDGED and clause.significant and clause.says("moved"):
        cues[BETTER] = replace(better, weight=JUDGED)
    return True


_STEPS: Final[tuple[Callable[[Clause, Cues], bool], ...]] = (
    _only_weak,
    _held,
    _advised_against,
    _lost_alike,
    _lost_less,
    _one_of_two,
    _counted,
    _taken_back,
    _not_significant,
    _proven,
)
"""Each may change the cues; the first that answers True is the last."""


def _by_p_value(clause: Clause) -> list[Cue]:
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
        return [_of_whole(clause, WORSE if _is_loss(clause) else BETTER, JUDGED, "p")]
    if not clause.significant:
        return [_of_whole(clause, SAME, 2, "p")] if clause.says("compares", "in_turn") else []
    match = None if clause.by_interval or clause.says("of_the_bench") else wording("moved").search(clause.text)
    if match is None:
        return []
    start, end = clause.start + match.start(), clause.start + match.end()
    value = WORSE if _is_loss(clause) else BETTER
    return [Cue(value=value, start=start, end=end, weight=JUDGED, rule="p")]


def _of_whole(clause: Clause, value: str, weight: float, rule: str) -> Cue:
    return Cue(value=value, start=clause.start, end=clause.end, weight=weight, rule=rule)


def _is_level(clause: Clause) -> bool:
    """Whether the shares of two arms lie close together, without a p value."""
    shares = None if clause.significant or clause.insignificant else shares_of(clause)
    return shares is not None and abs(shares[0] - shares[1]) <= _CLOSE


def _is_loss(clause: Clause) -> bool:
    """Whether what should be rare is more frequent in the treated, or what should be frequent rarer."""
    shares = shares_of(clause)
    if shares is None or clause.says("bad_event") == clause.says("good_event"):
        return False
    treated, control = reversed(shares) if clause.says("control_first") else shares
    return treated > control if clause.says("bad_event") else treated < control


def _is_smaller_loss(clause: Clause) -> bool:
    """Whether the treated lost less than the control ("worsened by 0.1 with cells versus 2.1 with placebo")."""
    match = _BY_HOW_MUCH.search(clause.text)
    if match is None or not clause.says("of_two_arms"):
        return False
    first, second = (float(match[name].replace("\u00b7", ".")) for name in ("first", "second"))
    return first > second if clause.says("control_first") else first < second
