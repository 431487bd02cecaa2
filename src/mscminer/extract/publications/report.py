"""Which kind of report a publication is, and whether it is about people at all."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mscminer.core.documents import Document
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Report
from mscminer.extract.anchors import Anchored, anchored
from mscminer.extract.publications.rules import Hit, hits_by_value, total_weight
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

ANIMAL: Final = anchored(
    r"\b(?:rabbits?|rats?|mice|mouse|murine|rodents?|porcine|pigs?|mini-?pigs?|piglets?|swine|goats?|sheep|ovine|lambs?|caprine|canines?"
    r"|dogs?|beagles?|horses?|equine|macaques?|monkeys?|(?:non-?human )?primates?|bovine|calves|lapine|guinea pigs|hamsters?"
    r"|cats|feline|zebrafish|animals?|knockout|transgenic|sprague|wistar|xenografts?|baboons?|cynomolgus|rhesus|murines?)\b"
)
_ANIMAL_PASSING: Final = re.compile(
    r"\b(?:animal|mouse|murine|rat|bovine|porcine|equine|rabbit)[ -](?:serum|collagen|origin|derived|antibod\w+|free|studies|data|experiments|products?|anti\w*|thymo\w*|atg|models? (?:have|has|suggest))\b"
    r"|\b(?:collagen|gelatin|pericardium)[\w ]{0,12}\b(?:bovine|porcine|equine)|\b(?:in|numerous|several|previous|many) animal (?:models|studies)\b|\bfetal bovine|\bfoetal bovine|\bfetal calf"
)
PEOPLE: Final = anchored(
    r"\b(?:(?:in|out)?patients?|participants?|volunteers?|individuals|adults|children|infants|neonates|newborns|adolescents|athletes|players|women|men"
    r"|(?:fe)?males? (?:patients?|aged|subjects?)|subjects|people|recipients|survivors|boys?|girls?|\w+[- ]years?[- ]old|cases|clinical (?:trial|study|outcomes?|scores?)|sufferers|knees|eyes)\b"
)
PERSONS: Final = anchored(
    r"\b(?:(?:in|out)?patients?|participants?|volunteers?|individuals|adults|children|infants|neonates|newborns|adolescents|athletes|players|women|men"
    r"|recipients|survivors|boys?|girls?|man|woman|people|persons?|human subjects|subjects|youngsters|elders|babies|twins|brothers|sisters|siblings|sufferers|(?:[\w-]+)[- ]years?[- ]old)\b"
    r"|\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty) (?:\w+ )?\w+s (?:had|got|received|were given|underwent)\b"
)
_TITLE_PEOPLE: Final = anchored(
    PERSONS.pattern
    + r"|\b(?:clinical (?:trial|study|outcomes?|results?|experience)|case (?:series|reports?)|human (?:study|trial|knees?)|in humans?)\b"
)
_DERIVED: Final = re.compile(r"\b(?:patients?|donor|human)[- ](?:derived|specific)\b")
_LABORATORY: Final = anchored(
    r"\bin[ -]vitro\b|\bcell lines?\b|\bgene expression\b|\bmrna\b|\bwestern blot|\bpcr\b|\bproliferation\b|\bdifferentiat\w+|\bchondrogenesis\b"
    r"|\bco-?cultur\w+|\bpellets?\b|\bmonolayer\b|\bviability\b|\bhydrogels?\b|\bexplants?\b|\bsignal(?:l)?ing\b|\bimmunohisto\w+|\bhistolog\w+|\bcytotoxicity\b"
)
_PRECLINICAL_TITLE: Final = anchored(
    r"\bpre-?clinical\b(?!.*\bclinical trial)|\bin[ -]vitro\b|\bin vivo\b|\b(?:animal|large animal|\w+) model of\b|\bmodel of \w+|\bhuman (?:\w+ ){0,4}cells\b.*\b(?:expression|differentiation|proliferation|migration)"
    r"|\b(?:fabrication|characteri[sz]ation|biomechanical|differentiation|chondrogenesis|osteogenesis|hydrogels?|microcarriers?|bioreactor|expansion of|isolation of|cultur(?:e|ing) of|manufactur\w+|cryopreserv\w+|nano\w+|decellulari[sz]ed|gene delivery|micropellets?|cocultures?|co-cultures?)\b"
)
_CLINICAL: Final = anchored(
    r"\bfollow(?:ed)?[- ]?up\b|\bpain\b|\bscores?\b|\badverse\b|\bsymptom\w*|\bclinical(?:ly)?\b|\bpost-?operative(?:ly)?\b|\bquality of life\b|\bsurvival\b|\bunderwent\b|\bcomplications?\b"
)
_COUNTED: Final = anchored(
    r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)[\w-]* (?:[\w-]+ ){0,4}(?:(?:in|out)?patients|participants|subjects|adults|children|infants|neonates|newborns|babies|boys|girls|people|persons|women|men|volunteers|recipients|individuals)\b"
)
_BENCH: Final = anchored(
    r"\bin[ -]vitro\b|\blaborator(?:y|ies)\b|\bpre-?clinical\b(?! and clinical)|\bex vivo (?:study|model)"
)
_TREATED: Final = anchored(
    r"\b(?:was|were|been|being) (?:\w+ ){0,4}?(?:treated|given|administered|infused|transplanted|transfused|injected|implanted|put|operated|followed|discharged|enrolled|recruited|seen again|re-?examined|assigned|allotted|randomi[sz]ed|dosed)\b|\b(?:received|underwent|got|to whom|benefit(?:t)?ed|recovered|drew lots)\b"
)
"""Something that was done to people, told in the past: the work is no review."""
_COUNTED_AND_TREATED: Final = anchored(
    rf"{_COUNTED.pattern}[^.]{{0,60}}\b(?:\b(?:were|was|had been|have been)) (?:\w+ )?(?:treated|given|infused|injected|transplanted|implanted)\b"
)
_PERFECT: Final = re.compile(r"\b(?:have|has) (?:\w+ )?been \w+")
"""What has been done, in general or by others."""
_PAST: Final = anchored(r"\b(?:was|were|had|received|underwent|improved|remained|occurred|treated)\b")
_BRIEF: Final = 5
"""Sentences, title included, of an abstract that may leave out who was treated."""
_DATA: Final = anchored(
    r"\bp ?[<>=\u2264] ?0?\.|\bn ?= ?\d|\d ?(?:\+/-|\u00b1) ?\d|\bsignificant(?:ly)? (?!role|advance)|\bwere (?:\w+ )?(?:measured|analy[sz]ed|evaluated|assessed|isolated|cultured|implanted|observed|compared|created|injected|tested|performed)\b|\bresults? (?:show|indicat|demonstrat|suggest|reveal)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportVerdict:
    """The kind of report, whether people were treated or observed, and what says so."""

    report: Report
    people: bool
    animals: bool
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Subjects:
    """How often people, animals and laboratory work are spoken of outside the background."""

    people: int
    persons: int
    animals: int
    title_animal: bool
    title_people: bool
    laboratory: int
    title_laboratory: bool
    clinical: int
    data: bool
    counted: bool
    treated: bool
    title_bench: bool
    brief: bool
    told_treated: bool

    @property
    def preclinical(self) -> bool:
        """Whether the work was done on animals or in vitro rather than on people."""
        if self.title_animal and not self.title_people:
            return True
        if self.animals and self.animals >= self.persons and not (self.title_people and self.counted):
            return True
        if self.persons == 0:
            if self.title_laboratory and (self.data or self.laboratory):
                return self.clinical <= 1
            return (self.data or self.laboratory >= 2) and 0 < self.laboratory + self.animals >= self.clinical
        return self.laboratory >= 3 and self.laboratory > 2 * self.clinical and not self.title_people


def _count(pattern: Anchored, sentences: tuple[Sentence, ...]) -> int:
    return sum(1 for sentence in sentences if pattern.search(sentence.text))


def _subjects(text: PublicationText) -> _Subjects:
    own = text.zones(Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION)
    animal_sentences = [s for s in own if ANIMAL.search(_ANIMAL_PASSING.sub(" ", s.text))]
    title = _ANIMAL_PASSING.sub(" ", text.title)
    return _Subjects(
        people=_count(PEOPLE, own),
        persons=_count(PERSONS, text.zones(Zone.METHODS, Zone.RESULTS, Zone.AIM)) + _count(_COUNTED_AND_TREATED, own),
        animals=len(animal_sentences),
        title_animal=bool(ANIMAL.search(title)),
        title_people=bool(_TITLE_PEOPLE.search(_DERIVED.sub(" ", title))),
        laboratory=_count(_LABORATORY, text.zones(Zone.METHODS, Zone.RESULTS)),
        title_laboratory=bool(_PRECLINICAL_TITLE.search(text.title)),
        clinical=_count(_CLINICAL, text.zones(Zone.METHODS, Zone.RESULTS)),
        data=bool(_DATA.search(text.body)),
        counted=bool(_COUNTED.search(text.title)) or any(_COUNTED.search(sentence.text) for sentence in own),
        treated=any(
            _TREATED.search(_PERFECT.sub(" ", s.text)) and PERSONS.search(s.text)
            for s in own
            if s.zone is not Zone.CONCLUSION
        ),
        title_bench=bool(_BENCH.search(text.title)),
        told_treated=_count(_COUNTED_AND_TREATED, own) > 0,
        brief=len(text.sentences) <= _BRIEF and (not text.body or bool(_PAST.search(text.body))),
    )


_TYPES: Final[tuple[tuple[frozenset[str], Report], ...]] = (
    (frozenset({"clinical trial protocol"}), Report.TRIAL_PROTOCOL),
    (
        frozenset(
            {"review", "systematic review", "meta-analysis", "scientific integrity review", "practice guideline"}
        ),
        Report.REVIEW,
    ),
    (
        frozenset(
            {"editorial", "comment", "letter", "news", "published erratum", "retraction of publication", "interview"}
        ),
        Report.OTHER,
    ),
    (frozenset({"case reports"}), Report.CASE_REPORT),
)
_TRIAL_TYPES: Final = frozenset(
    {
        "randomized controlled trial",
        "controlled clinical trial",
        "clinical trial",
        "clinical trial, phase i",
        "clinical trial, phase ii",
        "clinical trial, phase iii",
        "clinical trial, phase iv",
        "pragmatic clinical trial",
        "equivalence trial",
        "adaptive clinical trial",
    }
)
_UNSURE: Final = 0.6
_GUESS: Final = 0.45
_TRIAL_WORD: Final = anchored(r"\bphase (?:i{1,3}|[1-4])[ab/]?\S* (?:[\w-]+ ){0,3}(?:trial|study)\b|\bclinical trial\b")
_COHORT_BESIDE_ASSIGNMENT: Final = 1.0
"""What group words count for where people were assigned: every trial has groups."""
_SMALL_SERIES: Final = 2
_SURE_CASE: Final = 6
_SURE_FOLLOW_UP: Final = 4
_TITLED_CASE: Final = 5
_TOLD_CASE: Final = 3
_TITLE_ALONE: Final = 2.5
"""A title without abstract that names no people may be anything."""


def publication_types(document: Document) -> frozenset[str]:
    """The publication types that PubMed gives, in lower case."""
    article = document.article
    return frozenset(concept.name.lower() for concept in article.publication_types) if article else frozenset()


def find_report(text: PublicationText, *, n: int | None = None) -> ReportVerdict:
    """Decide the kind of report.

    Args:
        n: number of people, where it is known: a series of one or two is a case report.
    """
    types = publication_types(text.document)
    subjects = _subjects(text)
    hits = {value: _present(found) for value, found in hits_by_value("report", text).items()}
    weights = {Report(value): total_weight(found) for value, found in hits.items()}
    for report in Report:
        weights.setdefault(report, 0.0)
    random_title = "randomi" in text.title and _names(hits, "trial.title")
    compared = any(
        hit.rule.id == "cohort.words" and not _COMPARATIVE.search(_words(hit)) for hit in hits.get("cohort", [])
    )
    assigned = (random_title or _names(hits, "trial.assigned")) and not (
        compared or _names(hits, "series.retrospective")
    )
    calls_itself = any(_TRIAL_WORD.search(hit.sentence.text) for hit in hits.get(Report.TRIAL_RESULT, [])) and not (
        _names(hits, "series.retrospective")
    )
    if _looks_back(text) and not _names(hits, "trial.assigned"):
        weights[Report.TRIAL_RESULT] = min(weights[Report.TRIAL_RESULT], _LOOKED_BACK)
    if not text.body and not types & _TRIAL_TYPES:
        weights[Report.OTHER] += 0.0 if subjects.title_people else _TITLE_ALONE
    report, confidence = _decide(types, subjects, weights, n, assigned=assigned, calls_itself=calls_itself)
    people = report not in (Report.REVIEW, Report.PRECLINICAL) and subjects.people > 0
    return ReportVerdict(
        report=report,
        people=people,
        animals=subjects.animals > 0 or subjects.title_animal,
        confidence=confidence,
        evidence=_evidence(text, hits.get(report.value, [])),
    )


_COMPARATIVE: Final = anchored(r"^(?:prospective )?compar")
"""A comparison that may well be a trial."""


def _words(hit: Hit) -> str:
    return hit.sentence.text[hit.start : hit.end]


def _names(hits: dict[str, list[Hit]], *rules: str) -> bool:
    """Whether any of these rules has a hit."""
    return any(hit.rule.id in rules for found in hits.values() for hit in found)


_LOOKED_BACK: Final = 1.5
"""What a trial's signs count for at most in a study that calls itself retrospective."""


def _looks_back(text: PublicationText) -> bool:
    """Whether title, aim or methods call the study itself retrospective."""
    own = text.zones(Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.OTHER)
    return any("retrospective" in sentence.text for sentence in own)


_FUTURE: Final = anchored(
    r"\b(?:needed|required|warranted|necessary|ongoing|on-going|planned|should|future|further|larger|next steps?|currently|being evaluated|awaited|to confirm|merits?|justif(?:y|ies)|encourag(?:e|es) (?:further|larger)|supports? (?:a|the)|must be|would|will be|under ?way|in progress|desirable|advisable|welcome)\b"
)


def asks_for_more(text: str) -> bool:
    """Whether a folded sentence asks for further trials or announces them."""
    return bool(_FUTURE.search(text))


_STUDY_PLANS: Final = frozenset({Report.TRIAL_RESULT, Report.COHORT})


def _present(hits: list[Hit]) -> list[Hit]:
    """Leave out trials that a conclusion only asks for or announces."""
    return [hit for hit in hits if not (_about_plan(hit) and _FUTURE.search(hit.sentence.text))]


def _about_plan(hit: Hit) -> bool:
    late = hit.sentence.zone is Zone.CONCLUSION or hit.sentence.place > 0.75
    return late and hit.rule.value in _STUDY_PLANS and "registered" not in hit.rule.id


def _evidence(text: PublicationText, hits: list[Hit]) -> tuple[Evidence, ...]:
    best = sorted(hits, key=lambda hit: -hit.rule.weight)[:3]
    return tuple(text.evidence(hit.sentence, hit.start, hit.end) for hit in best)


def _decide(
    types: frozenset[str],
    subjects: _Subjects,
    weights: dict[Report, float],
    n: int | None,
    *,
    assigned: bool,
    calls_itself: bool,
) -> tuple[Report, float]:
    for names, report in _TYPES:
        if types & names and not (report is Report.CASE_REPORT and (weights[Report.CASE_SERIES] or (n or 1) > 2)):
            return report, 0.95
    found = _not_clinical(subjects, weights)
    if found:
        return found
    if types & _TRIAL_TYPES:
        weights = {**weights, Report.TRIAL_RESULT: weights[Report.TRIAL_RESULT] + 4}
    return _clinical(weights, n, assigned=assigned, calls_itself=calls_itself)


def _surely_clinical(subjects: _Subjects, weights: dict[Report, float]) -> bool:
    """Whether it is a follow-up or a case of which the title or the telling leaves no doubt."""
    case, review = weights[Report.CASE_REPORT], weights[Report.REVIEW]
    if weights[Report.FOLLOW_UP] >= _SURE_FOLLOW_UP and review < 2:
        return True
    titled = case >= _TITLED_CASE and weights[Report.TRIAL_RESULT] < 4 and not subjects.title_animal
    return titled and (review < 4 or case > review == 4)


def _not_clinical(subjects: _Subjects, weights: dict[Report, float]) -> tuple[Report, float] | None:
    trial, review = weights[Report.TRIAL_RESULT], weights[Report.REVIEW]
    case = weights[Report.CASE_REPORT]
    if _surely_clinical(subjects, weights):
        return None
    if weights[Report.OTHER] >= 5 and review < 4:
        return Report.OTHER, 0.8
    if weights[Report.TRIAL_PROTOCOL] >= 5 and review < 5:
        return Report.TRIAL_PROTOCOL, 0.95
    if review >= 4 and not (trial >= 7 and review < 6) and not subjects.title_animal:
        return Report.REVIEW, 0.95 if review >= 6 else 0.85
    single = case >= _TOLD_CASE and subjects.persons >= subjects.animals and not subjects.title_animal
    if (
        subjects.preclinical
        and not single
        and not (trial >= 4 and subjects.persons and not subjects.title_animal)
        and review < 3
    ):
        return Report.PRECLINICAL, 0.95 if subjects.animals else 0.85
    treated = subjects.title_people and subjects.brief and not subjects.data and subjects.people == 0 and review < 2
    if treated and weights[Report.CASE_REPORT] < 3 and trial < 4:
        return Report.CASE_SERIES, _GUESS
    if subjects.title_bench and not subjects.title_people and trial < 4 and subjects.clinical <= 1 and review < 3:
        return Report.PRECLINICAL, 0.8
    told = subjects.title_people and subjects.data
    if subjects.persons == 0 and weights[Report.CASE_REPORT] < 3 and trial < 4 and not told:
        if weights[Report.OTHER] == _TITLE_ALONE and not review:
            return Report.OTHER, _GUESS
        return (Report.REVIEW, 0.8) if review or not (subjects.data and subjects.counted) else (Report.OTHER, _UNSURE)
    if subjects.told_treated and review < 4:
        return None
    weak = trial + weights[Report.CASE_SERIES] + weights[Report.COHORT] + weights[Report.CASE_REPORT] < 2
    if subjects.treated and review < 2:
        return None
    if weak and not subjects.data and not subjects.counted and subjects.clinical <= 2:
        return Report.REVIEW, 0.7
    if review >= 2 and weak:
        return Report.REVIEW, 0.75
    return None


def _clinical(
    weights: dict[Report, float], n: int | None, *, assigned: bool, calls_itself: bool
) -> tuple[Report, float]:
    trial, series, cohort = weights[Report.TRIAL_RESULT], weights[Report.CASE_SERIES], weights[Report.COHORT]
    if calls_itself:
        series = min(series, trial - 1)
    if assigned:
        cohort = min(cohort, _COHORT_BESIDE_ASSIGNMENT)
    if weights[Report.FOLLOW_UP] >= 5:
        return Report.FOLLOW_UP, 0.9
    if weights[Report.FOLLOW_UP] >= 4 and not weights[Report.FOLLOW_UP] <= 4 <= series:
        return Report.FOLLOW_UP, 0.8
    single = weights[Report.CASE_REPORT] >= _SURE_CASE and (n is None or n <= _SMALL_SERIES)
    if single and trial < max(2 * _SURE_CASE, weights[Report.CASE_REPORT]) and not assigned:
        return Report.CASE_REPORT, 0.9
    if weights[Report.CASE_REPORT] >= 3 and (n is None or n <= _SMALL_SERIES) and trial < 4 and series < 3:
        return Report.CASE_REPORT, 0.95
    if weights[Report.TRIAL_PROTOCOL] >= 3:
        return Report.TRIAL_PROTOCOL, 0.8
    if trial >= (3 if calls_itself else 4) and series + cohort < trial:
        return Report.TRIAL_RESULT, 0.95 if trial >= 7 else 0.8
    if n is not None and n <= _SMALL_SERIES:
        return Report.CASE_REPORT, 0.8
    if cohort >= 2.5 and cohort >= series - 1:
        return Report.COHORT, 0.8
    if series >= 2:
        return Report.CASE_SERIES, 0.85
    if weights[Report.OTHER] >= 2:
        return Report.OTHER, _UNSURE
    if weights[Report.CASE_REPORT] >= 2 and n is None and trial < 2:
        return Report.CASE_REPORT, 0.75
    if trial >= 2:
        return Report.TRIAL_RESULT, _UNSURE
    return Report.CASE_SERIES, 0.7
