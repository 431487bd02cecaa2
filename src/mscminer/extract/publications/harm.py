"""What results and conclusions say of harm, and the authors' verdict on safety."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mscminer.core.vocabulary import Safety
from mscminer.extract.publications.clauses import wording
from mscminer.extract.publications.rules import Hit, Rule, rule_set
from mscminer.extract.publications.text import Sentence, Zone

TITLE_HARM: Final = "title_harm"
_SEVERE: Final = 4
_CLEAR: Final = 3
_EXPECTED: Final = re.compile(r"\bthan (?:expected|usual)")


def find_safety(sentences: Iterable[Sentence], titles: Iterable[Sentence] = ()) -> tuple[Safety, float, list[Hit]]:
    """Decide safety by the annotation guidelines, section 12; with confidence and the hits it rests on.

    Args:
        titles: a title that tells of harm after the cells is a warning by itself.
    """
    listed = tuple(sentences)
    told = _hits(TITLE_HARM, tuple(titles))
    if told:
        return Safety.CONCERN, 0.8, told
    safe, concern = _hits("safe", listed), _hits("concern", listed)
    final = [hit for hit in concern if hit.sentence.zone is Zone.CONCLUSION]
    assured = [hit for hit in safe if hit.sentence.zone is Zone.CONCLUSION]
    if final and not _outweighed(final, assured):
        return Safety.CONCERN, 0.8, final + concern
    severe = [hit for hit in concern if hit.rule.weight >= _SEVERE]
    verdicts = [hit for hit in safe if hit.rule.weight >= _CLEAR]
    if (severe and not assured) or (concern and not verdicts):
        return Safety.CONCERN, 0.65, severe or concern
    if safe:
        places = {(hit.sentence.section, hit.sentence.start) for hit in safe}
        return Safety.SAFE, 0.95 if len(places) > 1 else 0.88, safe
    events = _hits("told", listed)
    return (Safety.SAFE, 0.7, events) if events else (Safety.NOT_REPORTED, 0.9, [])


def _outweighed(concern: list[Hit], assured: list[Hit]) -> bool:
    """Whether the conclusion calls the treatment safe beside an event that it only names."""
    return bool(assured) and all(hit.rule.weight < _SEVERE for hit in concern)


def _hits(value: str, sentences: tuple[Sentence, ...]) -> list[Hit]:
    """The first match that counts of each rule in each sentence; rule by rule."""
    found: list[tuple[int, Hit]] = []
    for sentence in sentences:
        for number, rule in rule_set("harm", value).may_match(sentence.text):
            if sentence.zone not in rule.zones:
                continue
            matches = (
                Hit(rule=rule, sentence=sentence, start=m.start(), end=m.end())
                for m in rule.pattern.finditer(sentence.text)
            )
            hit = next(filter(_counts, matches), None)
            if hit:
                found.append((number, hit))
    return [hit for _, hit in sorted(found, key=lambda pair: pair[0])]


def _counts(hit: Hit) -> bool:
    """Whether a match is a finding: no hope, and not denied."""
    before = hit.sentence.text[: hit.start]
    if wording("hoped").search(before[-110:]) or wording("asks_before").search(before[-110:]):
        return False
    if hit.rule.value == "safe":
        return not wording("not_safe").search(before[-30:])
    if wording("of_entry").search(before):
        return False
    return not (_is_denied(hit.rule, hit) or _EXPECTED.search(hit.sentence.text[hit.start : hit.end]))


def _is_denied(rule: Rule, hit: Hit) -> bool:
    text = hit.sentence.text
    if wording("harm_denied").search(text[max(0, hit.start - 80) : hit.start]):
        return True
    if rule.weight < _SEVERE and wording("harm_denied_after").search(text[hit.end :]):
        return True
    return bool(wording("harm_in_control").search(text[hit.start : hit.end + 60]))
