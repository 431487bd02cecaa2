"""What results and conclusions say of harm, and the authors' verdict on safety."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from mscminer.core.vocabulary import Safety
from mscminer.extract.publications.rules import Hit, Rule, load_rules
from mscminer.extract.publications.text import Sentence, Zone

_HOPED: Final = re.compile(
    r"\b(?:(?:is|are|be|further \w+) (?:needed|required|necessary|warranted)|should be (?:tested|studied|assessed|confirmed)|"
    r"future|larger|remains? (?:to be|unclear|unknown)|to (?:determine|confirm|establish|evaluate|assess|verify|clarify|"
    r"validate|investigate|test|monitor|prove)|investigating|whether|aim\w*|in order to|hypothes\w+|definitive|defined)\b"
    r"[^.;]{0,90}$"
)
_ASKS: Final = re.compile(
    r"\b(?:trials?|stud(?:y|ies)|research|work|data|investigations?)\b[^.;]{0,40}\b(?:should|needed|required|warranted|"
    r"necessary|must|to (?:confirm|establish|determine|assess|evaluate|verify|prove))\b[^.;]{0,60}$"
)
_DENIED: Final = re.compile(
    r"\b(?:no|not|without|none|neither|nor|never|absence of|free (?:of|from)|zero|any|nobody)\b"
    r"(?: (?!but\b|however\b|although\b|while\b)[\w/(),-]+){0,7} $"
)
_NOT_SAFE: Final = re.compile(
    r"\b(?:neither|nor|not|never)(?! only)(?: (?:proved|was|were|be|shown to be|found to be))* $"
)
_DENIED_AFTER: Final = re.compile(
    r"^[^.;]{0,60}\b(?:(?:was|were|is|are|did|could) not (?!related)|were absent|in neither|unrelated|not related|in the "
    r"(?:controls?|placebo|sham|saline|standard)(?: group| arm)?(?! (?:and|than)))"
)
_IN_CONTROL: Final = re.compile(
    r"\b(?:in|with|after|among|under) (?:the )?(?:controls?|placebo|sham|saline|standard[- ]\w+|comparator|untreated)\b"
    r"(?:[- ]\w+)? (?:than|compared|vs|versus)|\b(?:controls?|placebo|sham|saline) (?:group |arm )?(?:had|showed|developed)"
)
_EFFICACY_MEASURE: Final = re.compile(r"\b(?:relapses?|deaths?|mortality|embol|infarct)")
TITLE_HARM: Final = "title_harm"
_SEVERE: Final = 4
_CLEAR: Final = 3


def find_safety(sentences: Iterable[Sentence], titles: Iterable[Sentence] = ()) -> tuple[Safety, float, list[Hit]]:
    """Decide safety by the annotation guidelines, section 12; with confidence and the hits it rests on.

    Args:
        titles: a title that tells of harm after the cells is a warning by itself.
    """
    listed = tuple(sentences)
    told = list(_hits(TITLE_HARM, tuple(titles)))
    if told:
        return Safety.CONCERN, 0.8, told
    safe, concern = list(_hits("safe", listed)), list(_hits("concern", listed))
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
    return Safety.NOT_REPORTED, 0.9, []


def _outweighed(concern: list[Hit], assured: list[Hit]) -> bool:
    """Whether the conclusion calls the treatment safe beside an event that it only names."""
    return bool(assured) and all(hit.rule.weight < _SEVERE for hit in concern)


def _hits(value: str, sentences: tuple[Sentence, ...]) -> Iterable[Hit]:
    for rule in load_rules("outcomes"):
        if rule.value != value:
            continue
        for sentence in sentences:
            for match in rule.finditer(sentence.text):
                hit = Hit(rule=rule, sentence=sentence, start=match.start(), end=match.end())
                if _counts(rule, hit):
                    yield hit
                    break


def _counts(rule: Rule, hit: Hit) -> bool:
    text = hit.sentence.text
    before, after = text[: hit.start], text[hit.end :]
    if _HOPED.search(before[-110:]) or _ASKS.search(before[-110:]):
        return False
    if rule.value == "safe":
        return not _NOT_SAFE.search(before[-30:])
    words = text[hit.start : hit.end]
    if _DENIED.search(before[-80:]) or (rule.weight < _SEVERE and _DENIED_AFTER.search(after)):
        return False
    return not _IN_CONTROL.search(text[hit.start : hit.end + 60]) and not re.search(r"\bthan (?:expected|usual)", words)
