"""Efficacy and safety as the authors conclude them, from result and conclusion sentences."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Efficacy, Safety
from mscminer.extract.publications.rules import Hit, load_rules
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_NEGATED: Final = re.compile(
    r"\b(?:no|not(?! only)|without|fail(?:ed|s|ure) to|lack(?:ed)? (?:of )?|nor|neither|cannot|absence of|none|less|hardly|little|limited)\b(?: (?!but\b|however\b|although\b|while\b|and\b|with\b|in\b)[\w%/()-]+){0,5} $"
)
_ONLY_HOPED: Final = re.compile(
    r"\b(?:(?:is|are|be|was|were|still|further \w+) (?:needed|required|necessary|warranted)|necessary to|required to|needed to|should|future|further|larger|remains? (?:to be|unclear)|to (?:determine|confirm|establish|evaluate|assess|verify|clarify|validate|investigate|test)|investigating|exploring|whether|aim\w*|in order to|hypothes\w+|definitive|defined)\b[^.;]{0,90}$"
)
_NEGATED_INSIDE: Final = re.compile(r"\b(?:not|without|nor)\b(?! only)")
_STATE: Final = re.compile(r"\bin (?:\w+ )?(?:complete |partial )remission$")
_DEFINED: Final = re.compile(
    r"[^.;]{0,25}\b(?:was|were|is) (?:defined|measured|assessed|evaluated|considered|calculated)\b"
)
_ASKS: Final = re.compile(
    r"\b(?:(?:further|larger|additional|more|future|randomi[sz]ed|controlled|long-term|well-designed)[\w ,-]{0,60}(?:studies|trials?|research|investigations?|follow-?up|study|cohorts?)[\w ,-]{0,40}(?:needed|required|necessary|warranted|justified|should|planned|recommended|underway|ongoing|will|merit|essential|to confirm)|(?:needed|required|necessary|warranted) (?:to|for|in) )"
)
_HARM: Final = re.compile(
    r"\b(?:adverse|complications?|side[- ]effects?|toxicit\w*|safety|safe|safely|tolerated|tumou?rs?|neoplas\w*|infections?|te-saes?|saes?|untoward|mortality|deaths?|morbidity|fever|swelling|headaches?|nausea|effusions?|reactions?)\b"
)
_ASIDE: Final = re.compile(
    r"\b(?:baseline|demographic|age|sex|gender|bmi|between the \d+ and|correlat\w+|cell (?:dose|count|number)s?|risk factors?|predict\w*|hka|slope|femorotibial|alignment|viability|cfu|culture|phenotype|karyotype|between (?:the )?(?:two )?(?:doses?|dose groups)|than (?:one|a single)|between (?:the )?(?:participants|patients|those|subjects|men|women|males|cases) |subgroups?|pre-?injury|between \d+|over time points|complete remission|conservative|before (?:the )?(?:surgery|treatment|therapy|injection)|prior to|pre-?treatment|concentration|age-adjusted|immunogenic\w*|antibod\w+|donor-specific)\b"
)
_LABORATORY: Final = re.compile(
    r"\b(?:frequency of (?:mesenchymal|mscs|stem|cd\d)|concentration was|cfu\b|viability|cell (?:counts?|numbers?|yield|recovery)|karyotype|in[ -]vitro)\b"
)
_STRUCTURE: Final = re.compile(
    r"\b(?:mri|magnetic resonance|mocart|histolog\w*|arthroscop\w*|radiograph\w*|radiolog\w*|imaging|icrs|cartilage (?:regeneration|repair|grade|volume|thickness|quality)|cartilage|healing of|t2|kanamiya|biops\w+|filling|infill|structural|morpholog\w*|x-rays?|ct|defect|biomarkers?|cytokines?|tnf\w*|il-\d+|t[- ]?cells?|tregs?|lymphocytes?|gene|serum|plasma|levels?)\b"
)
_CLINICAL: Final = re.compile(
    r"\b(?:clinical\w*|pain|function\w*|symptom\w*|quality of life|qol|koos|ikdc|womac|lysholm|vas|tegner|kss|survival|mortality|respon(?:se|ders?)|remission|disability|edss|alsfrs\w*|walk\w*|ejection fraction|lvef|nyha|hba1c|insulin|activity|sledai|motor|relapse|performance|exercise|subjective|outcome scores?|healing|daily living|sport|proteinuria|visual acuity|bcva|angina)\b"
)
"""What patients feel, do or survive; a clause with none of it that speaks of structure is about structure."""
_AGAINST_CONTROL: Final = re.compile(
    r"\b(?:between|versus|vs|compar(?:ed|ison) (?:with|to) (?!base|pre|the pre|\d|one|two|six|twelve)|control|placebo|sham|both groups|groups|arms)\b"
)
_MORE: Final = re.compile(
    r"\b(?:superior\w*|more effective|better|significantly (?:higher|lower|greater|improved|reduced|increased|decreased)|additional|added|greater|than)\b"
)
_STRONG: Final = 3
_SUBGROUP: Final = re.compile(
    r"\bin (?:the )?(?:\w+ )?(?:early|late|young\w*|old\w*|severe|mild|high|low)[\w -]{0,20}(?:sub)?groups?\b|\bsubgroups?\b|\bonly in\b|\bin (?:the )?patients (?:with|who)\b"
)
_EARLY: Final = 0.15
_FINDING: Final = re.compile(
    r"\bp ?[<=>] ?0?\.|\bno (?:[\w-]+ ){0,4}(?:adverse|toxic\w*|complications?|side effects?|saes?|recurrence)\b|\bwell tolerated\b|\b(?:improved|fell|rose|decreased|increased|declined|resolved|differed|healed|closed|recovered|disappeared|regressed|subsided)\b(?! (?:by|in) (?:culture|vitro))|\bremissions?\b|\bunchanged\b|\b(?:may|can) be (?:effective|safe)\b"
)
_OTHERS_WORK: Final = re.compile(
    r"\b(?:studies|have|has|preclinical|models?|animals?|literature|previous\w*|will|aim\w*|known|hypothes\w+|whether|who|whose|despite|because|criteria|defined)\b|^(?:the )?(?:primary|secondary)\b"
)
_PURPOSE: Final = re.compile(
    r"^(?:the )?(?:primary|secondary|main) (?:\w+ )?(?:outcomes?|end-?points?|objectives?)(?: measures?)? (?:was|were|is|are|included?|assessed|of|for)\b(?! (?:\w+ )?(?:negative|not|met|similar|achieved|reached|improved|significant\w*|higher|lower|different|better|comparable))|\bto (?:assess|evaluate) the (?:safety|efficacy)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What one sentence says of benefit: better, same, trend or worse.

    Args:
        clinical: about what patients feel or do (else structure, imaging, laboratory).
        control: the sentence compares groups.
    """

    value: str
    sentence: Sentence
    start: int
    end: int
    weight: float
    clinical: bool
    control: bool


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
    return tuple(sentence for sentence in own if not _PURPOSE.search(sentence.text))


def _titles_as_conclusion(text: PublicationText) -> tuple[Sentence, ...]:
    """Titles that tell the outcome ("... improve symptoms of ...") where the abstract does not."""
    titles = text.zones(Zone.TITLE)
    return tuple(replace(title, zone=Zone.CONCLUSION) for title in titles if _TELLS.search(title.text))


_TELLS: Final = re.compile(
    r"\b(?:improves?|improvement (?:after|following|with|in)|reduces?|increased|decreased|ameliorates?|enhances?|promotes?|restores?|benefit (?:from|of)|no effect|does not|do not|fails? to|are (?:safe|effective)|is (?:safe|effective)|superior|more effective)\b"
)


def _reads_like_result(sentence: Sentence) -> bool:
    """Whether a sentence without a heading over it states a finding, wherever the model put it."""
    if sentence.given or sentence.zone not in (Zone.METHODS, Zone.AIM, Zone.BACKGROUND) or sentence.place < _EARLY:
        return False
    return bool(_FINDING.search(sentence.text)) and not _OTHERS_WORK.search(sentence.text)


def find_statements(sentences: Iterable[Sentence]) -> list[Statement]:
    """What each sentence says of benefit, at most one statement of each kind per sentence."""
    statements = []
    for sentence in sentences:
        found: dict[str, Statement] = {}
        for rule in load_rules("outcomes"):
            if rule.value not in ("better", "same", "worse", "trend"):
                continue
            for match in rule.finditer(sentence.text):
                statement = _statement(Hit(rule=rule, sentence=sentence, start=match.start(), end=match.end()))
                if statement and statement.weight > getattr(found.get(statement.value), "weight", 0.0):
                    found[statement.value] = statement
        statements += _settled(found)
    return statements


def _statement(hit: Hit) -> Statement | None:
    text, value = hit.sentence.text, hit.rule.value
    before = text[: hit.start]
    if _ONLY_HOPED.search(before[-110:]) or _asked_for(hit):
        return None
    clause = _clause(text, hit.start, hit.end)
    if _about_harm(hit) or _LABORATORY.search(clause):
        return None
    if _DEFINED.match(text, hit.end) or _STATE.search(text[: hit.end]):
        return None
    if _NEGATED.search(before[-70:]) or _NEGATED_INSIDE.search(text[hit.start : hit.end]):
        if value == "worse":
            return None
        value = "same" if value == "better" else value
    if value in ("same", "worse") and (_ASIDE.search(clause) or text.startswith("among ")):
        return None
    structure, clinical = bool(_STRUCTURE.search(clause)), bool(_CLINICAL.search(clause))
    return Statement(
        value=value,
        sentence=hit.sentence,
        start=hit.start,
        end=hit.end,
        weight=hit.rule.weight,
        clinical=clinical or not structure,
        control=bool(_AGAINST_CONTROL.search(text)),
    )


_OF_SAFETY: Final = re.compile(
    r"\b(?:safety|tolera\w+|toxicity)(?: profile)?(?: (?:was|were|is|profiles?|and|both|overall)){0,3} (?:favou?rable|excellent|satisfactory|good)|(?:favou?rable|excellent|satisfactory|good) (?:safety|toler)"
)


def _about_harm(hit: Hit) -> bool:
    """Whether the words next to a hit speak of harm, so that "no increase in infections" is no lack of benefit."""
    text = hit.sentence.text
    if hit.rule.id == "better.verdict":
        return bool(_OF_SAFETY.search(text[max(0, hit.start - 30) : hit.end + 12]))
    before = re.split(
        r"[,;]| and $| and (?=no\b)| but | although | though | without ", text[max(0, hit.start - 40) : hit.start]
    )[-1]
    after = re.split(r"[,;]| and (?=no\b)| but | although | though | without ", text[hit.end : hit.end + 50])[0]
    near = f"{before}{text[hit.start : hit.end]}{after}"
    return bool(_HARM.search(near)) and not (hit.rule.value == "better" and _CLINICAL.search(near))


def _asked_for(hit: Hit) -> bool:
    match = _ASKS.search(hit.sentence.text)
    return bool(match) and match is not None and hit.start >= match.start()


def _clause(text: str, start: int, end: int) -> str:
    left = max(
        (text.rfind(mark, 0, start) for mark in (";", ", but", ", whereas", ", while", "although", "however")),
        default=-1,
    )
    right = min(
        (
            place
            for mark in (";", ", but", ", whereas", ", while", "although", "even though", "however")
            if (place := text.find(mark, end)) >= 0
        ),
        default=len(text),
    )
    return text[max(left, 0) : right]


def _settled(found: dict[str, Statement]) -> list[Statement]:
    """A trend or a "not significant" takes back the improvement it speaks of in the same clause."""
    better, trend, same = found.get("better"), found.get("trend"), found.get("same")
    if better and trend and abs(better.start - trend.start) < 90:
        found.pop("better")
    better, worse = found.get("better"), found.get("worse")
    if better and worse and better.start < worse.end and worse.start < better.end:
        found.pop("better" if worse.weight >= better.weight else "worse")
    better = found.get("better")
    if better and same and same.start <= better.start <= same.end + 1:
        found.pop("better")
    return list(found.values())


def find_direction(sentence: Sentence) -> str:
    """better, same, worse or none: what one sentence says of benefit ("same" wins over "better" beside it)."""
    values = {one.value for one in find_statements([sentence] if not _PURPOSE.search(sentence.text) else [])}
    if "worse" in values:
        return "worse"
    if values & {"same", "trend"}:
        return "same"
    return "better" if values else "none"


def find_harm(sentence: Sentence) -> str:
    """safe, concern or none: what one sentence says of harm."""
    verdict = _decide_safety((sentence,) if not _PURPOSE.search(sentence.text) else ())[0]
    return "none" if verdict is Safety.NOT_REPORTED else verdict.value


def find_outcomes(text: PublicationText) -> OutcomeVerdict:
    """Decide efficacy and safety of the treated, by the annotation guidelines, section 12."""
    sentences = outcome_sentences(text)
    statements = find_statements(sentences) or find_statements(_titles_as_conclusion(text))
    efficacy, efficacy_confidence, own = decide_efficacy(statements)
    safety, safety_confidence, hits = _decide_safety(sentences)
    return OutcomeVerdict(
        efficacy=efficacy,
        efficacy_confidence=efficacy_confidence,
        efficacy_evidence=tuple(text.evidence(s.sentence) for s in _distinct(own)[:3]),
        safety=safety,
        safety_confidence=safety_confidence,
        safety_evidence=tuple(text.evidence(hit.sentence, hit.start, hit.end) for hit in hits[:3]),
    )


def _distinct(statements: Iterable[Statement]) -> list[Statement]:
    ordered = sorted(statements, key=lambda s: (s.sentence.zone is not Zone.CONCLUSION, -s.weight))
    seen: dict[tuple[str, int], Statement] = {}
    for statement in ordered:
        seen.setdefault((statement.sentence.section, statement.sentence.start), statement)
    return list(seen.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class _Tally:
    better: list[Statement]
    same: list[Statement]
    worse: list[Statement]
    trend: list[Statement]


def _tally(statements: Iterable[Statement], zone: Zone) -> _Tally:
    own = [statement for statement in statements if statement.sentence.zone is zone]
    return _Tally(
        better=[s for s in own if s.value == "better"],
        same=[s for s in own if s.value == "same"],
        worse=[s for s in own if s.value == "worse"],
        trend=[s for s in own if s.value == "trend"],
    )


def decide_efficacy(statements: list[Statement]) -> tuple[Efficacy, float, list[Statement]]:
    """The authors' verdict first, then whether the results bear it."""
    conclusion, results = _tally(statements, Zone.CONCLUSION), _tally(statements, Zone.RESULTS)
    if conclusion.better:
        return _claimed(conclusion, results)
    if conclusion.same or conclusion.worse:
        return _denied(conclusion, results)
    return _from_results(results)


def _claimed(conclusion: _Tally, results: _Tally) -> tuple[Efficacy, float, list[Statement]]:
    own = conclusion.better + results.better
    clinical_gain = [s for s in results.better if s.clinical]
    clinical_null = [s for s in results.same if s.clinical]
    if conclusion.same and not _same_is_praise(conclusion):
        level = any(s.control for s in conclusion.same) and not any(map(_claims_more, conclusion.better))
        return (Efficacy.NO_DIFFERENCE if level else Efficacy.MIXED), 0.7, conclusion.better + conclusion.same
    if conclusion.same and all(_SUBGROUP.search(one.sentence.text) for one in conclusion.better):
        return Efficacy.MIXED, 0.65, conclusion.better + conclusion.same
    structural_claim = not any(s.clinical for s in conclusion.better)
    controlled_null = any(s.control for s in clinical_null)
    if clinical_null and (not clinical_gain or (structural_claim and controlled_null)):
        return Efficacy.MIXED, 0.7, conclusion.better + clinical_null
    if len(clinical_null) > 2 * len(clinical_gain) or any(_contrasted(s, results.better) for s in clinical_null):
        return Efficacy.MIXED, 0.6, conclusion.better + clinical_null
    sure = bool(results.better) and not clinical_null
    return Efficacy.POSITIVE, 0.95 if sure else 0.85, own


def _contrasted(null: Statement, gains: list[Statement]) -> bool:
    """Whether one sentence sets what did not change against what did ("no effect on A and B, but on C")."""
    for gain in gains:
        if gain.sentence is null.sentence or gain.sentence == null.sentence:
            first, second = sorted((gain, null), key=lambda s: s.start)
            between = first.sentence.text[first.end : second.start]
            if second.weight >= 2 and re.search(r"\b(?:but|whereas|while|although|however)\b", between):
                words = null.sentence.text[null.start : null.end]
                return first is null and null.weight >= _STRONG and (null.control or "effect" in words)
    return False


def _claims_more(statement: Statement) -> bool:
    """Whether a benefit is one over the control, not one that both groups had."""
    return bool(_MORE.search(statement.sentence.text))


def _same_is_praise(conclusion: _Tally) -> bool:
    """ "Comparable to the open procedure" beside a benefit praises; "did not improve" does not."""
    return all(statement.weight < 3 for statement in conclusion.same)


def _denied(conclusion: _Tally, results: _Tally) -> tuple[Efficacy, float, list[Statement]]:
    own = conclusion.same + conclusion.worse
    praise = not conclusion.worse and _same_is_praise(conclusion)
    if praise and results.better:
        controlled_null = [s for s in results.same if s.control]
        if not controlled_null:
            return Efficacy.POSITIVE, 0.7, results.better + own
        return Efficacy.NO_DIFFERENCE, 0.6, controlled_null + own
    if conclusion.worse and not conclusion.same and not results.better:
        return Efficacy.NEGATIVE, 0.7, own
    gains = [s for s in results.better if s.clinical and s.control]
    if gains and len(gains) > len(results.same):
        return Efficacy.MIXED, 0.6, gains + own
    return Efficacy.NO_DIFFERENCE, 0.85, own + results.same


def _from_results(results: _Tally) -> tuple[Efficacy, float, list[Statement]]:
    if results.better and results.same:
        clinical_null = [s for s in results.same if s.clinical]
        clinical_gain = [s for s in results.better if s.clinical]
        if clinical_gain and len(clinical_gain) >= 2 * len(clinical_null):
            return Efficacy.POSITIVE, 0.75, clinical_gain
        return Efficacy.MIXED, 0.6, results.better + results.same
    if results.better:
        return Efficacy.POSITIVE, 0.85, results.better
    if results.same or results.trend:
        return Efficacy.NO_DIFFERENCE, 0.75, results.same + results.trend
    if results.worse:
        against = any(statement.control for statement in results.worse)
        return (Efficacy.NEGATIVE if against else Efficacy.NO_DIFFERENCE), 0.5, results.worse
    return Efficacy.NOT_REPORTED, 0.85, []


def _decide_safety(sentences: tuple[Sentence, ...]) -> tuple[Safety, float, list[Hit]]:
    safe, concern = [], []
    for rule in load_rules("outcomes"):
        if rule.value not in ("safe", "concern"):
            continue
        for sentence in sentences:
            match = rule.search(sentence.text)
            if match is None or _ONLY_HOPED.search(sentence.text[: match.start()][-110:]):
                continue
            hit = Hit(rule=rule, sentence=sentence, start=match.start(), end=match.end())
            if rule.value == "concern" and not _denied_harm(hit):
                concern.append(hit)
            elif rule.value == "safe":
                safe.append(hit)
    final = [hit for hit in concern if hit.sentence.zone is Zone.CONCLUSION]
    if concern and (final or not safe):
        return Safety.CONCERN, 0.75, concern
    if safe:
        twice = len({(hit.sentence.section, hit.sentence.start) for hit in safe}) > 1
        return Safety.SAFE, 0.95 if twice else 0.88, safe
    return Safety.NOT_REPORTED, 0.9, []


def _denied_harm(hit: Hit) -> bool:
    return bool(_NEGATED.search(hit.sentence.text[: hit.start][-70:]))
