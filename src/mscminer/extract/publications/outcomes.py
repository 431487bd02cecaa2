"""Efficacy and safety as the authors conclude them, from result and conclusion sentences."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Efficacy, Safety
from mscminer.extract.publications.efficacy import decide_efficacy
from mscminer.extract.publications.harm import TITLE_HARM, find_safety
from mscminer.extract.publications.rules import find_hits, load_rules
from mscminer.extract.publications.statements import HARM, WORSE, Statement, find_statements
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_EARLY: Final = 0.15
_FINDING: Final = re.compile(
    r"\bp ?[<=>] ?0?\.|\bno (?:[\w-]+ ){0,4}(?:adverse|toxic\w*|complications?|side effects?|saes?|recurrence|differences?|changes?|improvements?)\b|\bwell tolerated\b"
    r"|\b(?:improved|fell|rose|decreased|increased|declined|resolved|differed|healed|closed|recovered|disappeared|regressed|subsided|worsened|survived|relapsed|responded|died)\b(?! (?:by|in) (?:culture|vitro))"
    r"|\bremissions?\b|\bunchanged\b|\b(?:may|can) be (?:effective|safe)\b|\bdid not (?:\w+ )?(?:change|differ|improve|increase|decrease|affect|reduce|alter)\b"
    r"|\b(?:was|were|had) (?:\w+ )?(?:better|higher|lower|greater|similar|comparable|reduced|improved|safe|feasible|tolerated|uneventful|observed in \d|seen in \d)\b"
    r"|\b(?:of|in) (?:the )?\d+ (?:\w+ ){0,2}(?:patients|subjects|participants|eyes|knees|children)\b[^.]{0,60}\b(?:improv|respon|heal|better|gain|remission)|\bthere (?:was|were) no\b|\badverse events? (?:\w+ )?(?:occurred|included|comprised)"
)
_OTHERS_WORK: Final = re.compile(
    r"\b(?:studies|have|has|preclinical|models?|animals?|literature|previous\w*|will|aim\w*|known|hypothes\w+|whether|who|whose|despite|because|criteria|defined)\b|^(?:the )?(?:primary|secondary)\b"
)
_PURPOSE: Final = re.compile(
    r"^(?:the )?(?:primary|secondary|main|co-primary) (?:\w+ ){0,2}(?:outcomes?|end-?points?|end points?|objectives?)(?: measures?)? (?:was|were|is|are|included?|assessed|of|for)\b(?! (?:\w+ )?(?:negative|not|met|similar|achieved|reached|improved|significant\w*|higher|lower|different|better|comparable|attained|\d))(?![^.]*\bp ?[<=>])(?![^.]*\bdid not\b)|^to (?:assess|evaluate) the (?:safety|efficacy)|\b(?:aim|objective|purpose|goal|designed|conducted|performed|undertaken|sought|study was|trial was)\w*\b[^.]{0,60}\bto (?:assess|evaluate|determine|test) the (?:safety|efficacy)"
)
_CASE_TOLD: Final = re.compile(
    r"\bwe (?:here )?(?:report|describe|present) (?:(?:on|the|an?|one|two|three|our|first|\d+) )+(?:case|patient|wom[ae]n|m[ae]n|boy|girl|child|infant|successful|\d+-year-old)"
)
"""A case report's first sentence, which may tell its end: "we describe a man in whom a tumour grew"."""
_LATER: Final = 0.3
_PROCEDURE: Final = re.compile(
    r"\b(?:assess|evaluat|measur|record|monitor|compar|score[ds]? (?:by|with|on)|grad(?:ed|ing)|perform|analy[sz]|calculat|examin|defin|determin|enrol|recruit|randomi|assign|allocat|consent|approv)\w*|\bend-?points?\b|\boutcomes?\b|\b(?:were|was) (?:\w+ )?(?:given|injected|infused|treated|followed|used|isolated|cultured|expanded|harvested|implanted|transplanted|administered)\b"
)
_BOILERPLATE: Final = re.compile(
    r"\bthe online version of this article\b|\bsupplementary material\b|\bhonoraria\b|\bemployees? of\b|\bfunded by\b|\bconflicts? of interest\b|^(?:clinical)?trials?\.? ?gov"
)
_TELLS: Final = re.compile(
    r"\b(?:improves?|improvement (?:after|following|with|in)|reduces?|increased|decreased|ameliorates?|enhances?|promotes?|restores?|benefit (?:from|of)|no effect|does not|do not|fails? to|are (?:safe|effective)|is (?:safe|effective)|superior|more effective)\b"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeVerdict:
    """Efficacy and safety with their evidence and confidence."""

    efficacy: Efficacy
    efficacy_confidence: float
    efficacy_evidence: tuple[Evidence, ...]
    safety: Safety
    safety_confidence: float
    safety_evidence: tuple[Evidence, ...]


def outcome_sentences(text: PublicationText) -> tuple[Sentence, ...]:
    """Result and conclusion sentences, without those that only state a purpose."""
    own = []
    for sentence in text.sentences:
        if sentence.zone in (Zone.RESULTS, Zone.CONCLUSION):
            own.append(sentence)
        elif _reads_like_result(sentence):
            own.append(replace(sentence, zone=Zone.RESULTS))
    return tuple(sentence for sentence in own if not _tells_nothing(sentence))


def _tells_nothing(sentence: Sentence) -> bool:
    return bool(_PURPOSE.search(sentence.text) or _BOILERPLATE.search(sentence.text))


def _titles_as_conclusion(text: PublicationText) -> tuple[Sentence, ...]:
    """Titles that tell the outcome ("... improve symptoms of ...") where the abstract does not."""
    titles = text.zones(Zone.TITLE)
    return tuple(replace(title, zone=Zone.CONCLUSION) for title in titles if _TELLS.search(title.text))


def _reads_like_result(sentence: Sentence) -> bool:
    """Whether a sentence without a heading over it states a finding, wherever the model put it."""
    if sentence.given or sentence.zone not in (Zone.METHODS, Zone.AIM, Zone.BACKGROUND):
        return False
    if _CASE_TOLD.search(sentence.text):
        return True
    if sentence.place < _EARLY:
        return False
    if sentence.place == 1 and not _PROCEDURE.search(sentence.text):
        return True
    if _OTHERS_WORK.search(sentence.text):
        return False
    if _FINDING.search(sentence.text):
        return True
    return sentence.zone is Zone.METHODS and sentence.place >= _LATER and not _PROCEDURE.search(sentence.text)


def find_direction(sentence: Sentence) -> str:
    """better, same, worse or none: what one sentence says of benefit ("same" wins over "better" beside it)."""
    values = {one.value for one in find_statements([] if _tells_nothing(sentence) else [sentence])}
    if "worse" in values:
        return "worse"
    if values & {"same", "trend"}:
        return "same"
    return "better" if values else "none"


def find_harm(sentence: Sentence) -> str:
    """safe, concern or none: what one sentence says of harm."""
    verdict = find_safety(() if _tells_nothing(sentence) else (sentence,))[0]
    return "none" if verdict is Safety.NOT_REPORTED else verdict.value


def find_outcomes(text: PublicationText) -> OutcomeVerdict:
    """Decide efficacy and safety of the treated, by the annotation guidelines, section 12."""
    sentences = outcome_sentences(text)
    safety, safety_confidence, hits = find_safety(sentences, text.zones(Zone.TITLE))
    statements = find_statements(sentences) or find_statements(_titles_as_conclusion(text))
    if any(hit.rule.value == TITLE_HARM for hit in hits):  # what got better was the harm
        statements = [one for one in statements if one.value == WORSE]
    efficacy, efficacy_confidence, own = decide_efficacy(statements)
    if own and safety is Safety.CONCERN and all(statement.value == WORSE for statement in own):
        efficacy = Efficacy.NEGATIVE
    bare = _told_barely(sentences) if efficacy is Efficacy.NOT_REPORTED and safety is not Safety.CONCERN else []
    if bare:
        efficacy, efficacy_confidence, own = Efficacy.POSITIVE, 0.55, bare
    return OutcomeVerdict(
        efficacy=efficacy,
        efficacy_confidence=efficacy_confidence,
        efficacy_evidence=tuple(text.evidence(s.sentence) for s in _distinct(own)[:3]),
        safety=safety,
        safety_confidence=safety_confidence,
        safety_evidence=tuple(text.evidence(hit.sentence, hit.start, hit.end) for hit in hits[:3]),
    )


def _told_barely(sentences: Iterable[Sentence]) -> list[Statement]:
    """Outcomes without a word of judgement ("nine of eleven were alive"), which authors report as a success."""
    return [
        Statement(value="better", sentence=hit.sentence, start=hit.start, end=hit.end, weight=hit.rule.weight)
        for hit in find_hits((rule for rule in load_rules("outcomes") if rule.value == "bare"), sentences)
        if not HARM.search(hit.sentence.text)
    ]


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    ordered = sorted(statements, key=lambda s: (s.sentence.zone is not Zone.CONCLUSION, -s.weight))
    seen: dict[tuple[str, int], Statement] = {}
    for statement in ordered:
        seen.setdefault((statement.sentence.section, statement.sentence.start), statement)
    return list(seen.values())
