"""What results and conclusions say of harm, and the authors' verdict on safety."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mscminer.core.vocabulary import Safety
from mscminer.extract.publications.clauses import wording
from mscminer.extract.publications.rules import Hit, Rule, rule_set
from mscminer.extract.publications.text import Sentence, Zone

_SEVERE: Final = 4
_CLEAR: Final = 3
_EXPECTED: Final = re.compile(r"\bthan (?:expected|usual)")


@dataclass(frozen=True, kw_only=True, slots=True)
class RuledSafety:
    """What the rules alone make of safety.

    Args:
        grounds: the hits that the verdict rests on.
        hits: all that they read in the sentences.
        by_title: the title tells of harm, which is a warning by itself.
    """

    verdict: Safety
    confidence: float
    grounds: tuple[Hit, ...]
    hits: tuple[Hit, ...]
    by_title: bool


def find_safety(sentences: Iterable[Sentence], titles: Iterable[Sentence] = ()) -> RuledSafety:
    """Decide safety by the annotation guidelines, section 12.

    Args:
        titles: of the article.
    """
    listed = tuple(sentences)
    warned = _hits("title_harm", tuple(titles))
    read = {value: _hits(value, listed) for value in ("safe", "concern", "told")}
    verdict, confidence, grounds = (Safety.CONCERN, 0.8, warned) if warned else _decided(**read)
    return RuledSafety(
        verdict=verdict,
        confidence=confidence,
        grounds=tuple(grounds),
        hits=tuple(hit for hits in read.values() for hit in hits),
        by_title=bool(warned),
    )


def _decided(safe: list[Hit], concern: list[Hit], told: list[Hit]) -> tuple[Safety, float, list[Hit]]:
    """The verdict with its confidence and the hits it rests on; `told` are events without a judgement."""
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
    return (Safety.SAFE, 0.7, told) if told else (Safety.NOT_REPORTED, 0.9, [])


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
