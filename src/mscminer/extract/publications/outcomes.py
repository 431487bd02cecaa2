"""Efficacy and safety as the authors conclude them, from result and conclusion sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Efficacy, Field, Safety
from mscminer.extract.publications.clauses import wording
from mscminer.extract.publications.cues import WORSE
from mscminer.extract.publications.efficacy import decide_efficacy
from mscminer.extract.publications.endpoints import find_primary
from mscminer.extract.publications.harm import RuledSafety, find_safety
from mscminer.extract.publications.outcome_features import Reading
from mscminer.extract.publications.outcome_model import OutcomeModel, load_outcome_model, quoted
from mscminer.extract.publications.rules import find_hits, rule_set
from mscminer.extract.publications.statements import Statement, find_statements
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_EARLY: Final = 0.15
"""Before this place an abstract without headings tells no results."""
_LATER: Final = 0.3
"""From here on what is no procedure is a result."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeVerdict:
    """Efficacy and safety with their evidence and confidence."""

    efficacy: Efficacy
    efficacy_confidence: float
    efficacy_evidence: tuple[Evidence, ...]
    safety: Safety
    safety_confidence: float
    safety_evidence: tuple[Evidence, ...]

    def of(self, field: Field) -> tuple[str, float]:
        """The verdict on efficacy or safety, with its confidence."""
        if field is Field.SAFETY:
            return self.safety.value, self.safety_confidence
        return self.efficacy.value, self.efficacy_confidence


def outcome_sentences(text: PublicationText) -> tuple[Sentence, ...]:
    """Result and conclusion sentences, without those that only state a purpose."""
    own = []
    for sentence in text.sentences:
        if sentence.zone in (Zone.RESULTS, Zone.CONCLUSION):
            own.append(sentence)
        elif _reads_like_result(sentence):
            own.append(sentence._replace(zone=Zone.RESULTS))
    return tuple(sentence for sentence in own if not _tells_nothing(sentence))


def _tells_nothing(sentence: Sentence) -> bool:
    named = sentence.zone is not Zone.CONCLUSION and wording("names_endpoint").search(sentence.text)
    if named and not wording("pair").search(sentence.text):
        return True
    rules = rule_set("clauses", "tells_nothing").may_match(sentence.text)
    return any(rule.pattern.search(sentence.text) for _, rule in rules)


def _titles_as_conclusion(text: PublicationText) -> tuple[Sentence, ...]:
    """Titles that tell the outcome ("... improve symptoms of ...") where the abstract does not."""
    titles = text.zones(Zone.TITLE)
    return tuple(title._replace(zone=Zone.CONCLUSION) for title in titles if wording("title_tells").search(title.text))


def _reads_like_result(sentence: Sentence) -> bool:
    """Whether a sentence without a heading over it states a finding, wherever the model put it."""
    if sentence.given or sentence.zone not in (Zone.METHODS, Zone.AIM, Zone.BACKGROUND):
        return False
    text, place = sentence.text, sentence.place
    if wording("case_told").search(text):
        return True
    if place < _EARLY:
        return False
    procedure = bool(wording("procedure").search(text))
    if (place == 1 and not procedure) or wording("pair").search(text):
        return True
    if wording("others_work").search(text):
        return False
    return bool(wording("finding").search(text)) or (
        sentence.zone is Zone.METHODS and place >= _LATER and not procedure
    )


def find_outcomes(text: PublicationText, model: OutcomeModel | None = None) -> OutcomeVerdict:
    """Decide efficacy and safety of the treated, by the annotation guidelines, section 12.

    The verdicts of the rules are weighed with what the words of each sentence make probable; what a title tells is
    left to the rules.

    Args:
        model: None for the one in use.
    """
    sentences = outcome_sentences(text)
    ruled = find_by_rules(text, sentences)
    verdict = ruled.verdict
    if not sentences or ruled.harm.by_title:
        return verdict
    model = model or load_outcome_model()
    readings = model.read(sentences, ruled.statements, ruled.harm.hits)
    safety, confidence = model.decide(Field.SAFETY, readings, *verdict.of(Field.SAFETY))
    evidence = _evidence(text, Field.SAFETY, readings, safety, (verdict.safety.value, verdict.safety_evidence))
    verdict = replace(verdict, safety=Safety(safety), safety_confidence=confidence, safety_evidence=evidence)
    if ruled.by_title:
        return verdict
    efficacy, confidence = model.decide(Field.EFFICACY, readings, *verdict.of(Field.EFFICACY))
    evidence = _evidence(text, Field.EFFICACY, readings, efficacy, (verdict.efficacy.value, verdict.efficacy_evidence))
    return replace(verdict, efficacy=Efficacy(efficacy), efficacy_confidence=confidence, efficacy_evidence=evidence)


def _evidence(
    text: PublicationText,
    field: Field,
    readings: Sequence[Reading],
    verdict: str,
    ruled: tuple[str, tuple[Evidence, ...]],
) -> tuple[Evidence, ...]:
    """What the rules quote for the same verdict, else the sentences that speak for it.

    Args:
        ruled: the rules' verdict and its evidence.
    """
    if ruled[1] and ruled[0] == verdict:
        return ruled[1]
    return tuple(map(text.evidence, quoted(field, readings, verdict)))


@dataclass(frozen=True, kw_only=True, slots=True)
class RuledOutcome:
    """What the rules alone make of an abstract.

    Args:
        statements: what they read of benefit in its outcome sentences.
        harm: what they read of harm.
        by_title: the title, not the sentences, tells what came of it.
    """

    verdict: OutcomeVerdict
    statements: tuple[Statement, ...]
    harm: RuledSafety
    by_title: bool


def find_by_rules(text: PublicationText, sentences: Sequence[Sentence]) -> RuledOutcome:
    """What the rules alone decide from these outcome sentences and the title."""
    harm = find_safety(sentences, text.zones(Zone.TITLE))
    read = find_statements(sentences, find_primary(text.sentences))
    statements = read or find_statements(_titles_as_conclusion(text))
    if harm.by_title:  # what got better was the harm
        statements = [one for one in statements if one.value == WORSE]
    efficacy, efficacy_confidence, own = decide_efficacy(statements)
    warned = harm.verdict is Safety.CONCERN
    if own and warned and all(statement.value == WORSE for statement in own):
        efficacy = Efficacy.NEGATIVE
    bare = _told_barely(sentences) if efficacy is Efficacy.NOT_REPORTED and not warned else []
    if bare:
        efficacy, efficacy_confidence, own = Efficacy.POSITIVE, 0.55, bare
    verdict = OutcomeVerdict(
        efficacy=efficacy,
        efficacy_confidence=efficacy_confidence,
        efficacy_evidence=tuple(text.evidence(s.sentence) for s in _distinct(own)[:3]),
        safety=harm.verdict,
        safety_confidence=harm.confidence,
        safety_evidence=tuple(text.evidence(hit.sentence, hit.start, hit.end) for hit in harm.grounds[:3]),
    )
    return RuledOutcome(verdict=verdict, statements=tuple(read), harm=harm, by_title=bool(statements and not read))


def _told_barely(sentences: Iterable[Sentence]) -> list[Statement]:
    """Outcomes without a word of judgement ("nine of eleven were alive"), which authors report as a success."""
    return [
        Statement(value="better", sentence=hit.sentence, start=hit.start, end=hit.end, weight=hit.rule.weight)
        for hit in find_hits(rule_set("benefit", "bare").rules, sentences)
        if not wording("harm").search(hit.sentence.text)
    ]


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    ordered = sorted(statements, key=lambda s: (s.sentence.zone is not Zone.CONCLUSION, -s.weight))
    seen: dict[tuple[str, int], Statement] = {}
    for statement in ordered:
        seen.setdefault((statement.sentence.section, statement.sentence.start), statement)
    return list(seen.values())
