"""Which kind of report a publication is, and whether it is about people at all.

Rules (``rules/report.toml``) find signs: words of a review, of one case, of looking back, of assignment and so on.
Their weights are summed sign by sign, and two short lists of questions decide: first whether the work was done on
people at all, then, for work on people, which kind it is.  The questions follow ANNOTATION.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.documents import Document
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Report
from mscminer.extract.publications.asides import is_elsewhere, without_asides
from mscminer.extract.publications.rules import Hit, hits_by_value, total_weight
from mscminer.extract.publications.subjects import Subjects, find_subjects
from mscminer.extract.publications.text import PublicationText


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportVerdict:
    """The kind of report, whether people were treated or observed, and what says so."""

    report: Report
    people: bool
    animals: bool
    confidence: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """How much speaks for what: the weights of the rules that hit, each counted once.

    Args:
        review: the text weighs what others did.
        other: editorial, technique, survey, laboratory values of patients.
        document: it is about registries, statements, costs or manufacture; nobody was treated for it.
        protocol: the study is still to be done.
        case: one or two persons are told of.
        series: several cases are told of.
        looks_back: records were read after the event.
        chosen: groups that nobody assigned: matched, historical, by preference.
        compared: groups or arms.
        parted: two groups stand side by side, which tells where records are looked at afterwards.
        assigned: the study's plan gave each his treatment.
        called: the text calls its work a trial.
        planned: the work was planned ahead: a kind of study, endpoints, enrolment, criteria.
        joined: people were included, or a question was put: a plan, where nothing speaks against it.
        follow: people of an earlier report are followed further.
    """

    review: float = 0.0
    other: float = 0.0
    document: float = 0.0
    protocol: float = 0.0
    case: float = 0.0
    series: float = 0.0
    looks_back: float = 0.0
    chosen: float = 0.0
    compared: float = 0.0
    parted: float = 0.0
    assigned: float = 0.0
    called: float = 0.0
    planned: float = 0.0
    joined: float = 0.0
    follow: float = 0.0

    @property
    def plan(self) -> float:
        """All that speaks for a planned study."""
        return self.called + self.assigned + self.planned

    @property
    def people(self) -> float:
        """All that speaks for some study of people, whatever its kind."""
        return self.plan + self.case + self.series + self.looks_back + self.chosen + self.compared

    @property
    def planned_and_registered(self) -> bool:
        """Whether the text tells of a plan and of its registration, and hardly of single cases."""
        return self.called >= _REGISTRATION and self.planned >= _PLANNED and self.case < _ONE_CASE

    @property
    def looked_back(self) -> bool:
        """Whether the work was done after the event: said with stress, in words, or hinted at with no plan told."""
        if self.assigned >= _ASSIGNED or self.called >= 2 * _CALLED:
            return self.looks_back >= _STRESSED
        return self.looks_back >= (_TOLD if self.plan >= _CLEAR else _HINTED)

    @property
    def trial(self) -> bool:
        """Whether the text calls its work a trial or people were assigned by its plan."""
        return self.called >= _CALLED or self.assigned >= _ASSIGNED


_CALLED: Final = 3
_REGISTRATION: Final = 2
_PLANNED: Final = 2
_ASSIGNED: Final = 4
_CLEAR: Final = 4
_STRESSED: Final = 5
_TOLD: Final = 2
_HINTED: Final = 1.5
_OTHERWISE: Final = 5
_MEASURED: Final = 8
"""So much speaks for what is no treatment's result although people were assigned: a test, a score, who joined."""
_SIGNS_OF: Final[dict[Report, tuple[str, ...]]] = {
    Report.TRIAL_RESULT: ("called", "assigned", "planned", "joined"),
    Report.TRIAL_PROTOCOL: ("protocol",),
    Report.COHORT: ("chosen", "looks_back", "compared"),
    Report.CASE_SERIES: ("series", "looks_back"),
    Report.CASE_REPORT: ("case",),
    Report.FOLLOW_UP: ("follow",),
    Report.REVIEW: ("review",),
    Report.OTHER: ("other", "document"),
}
"""Which signs are quoted for which kind."""
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
_TITLE_ALONE: Final = 2.5
"""Weight for `other` of a title without abstract that names no people: it may be anything."""
_PAIR: Final = 2
"""So many persons at most are a case report."""
_ONE_CASE: Final = 12
"""So much speaks for a case report whatever number of others it names."""
_FEW: Final = (3, 4)
"""So many are cases, unless the text calls its work a trial."""
_TITLED: Final = 10
"""So much speaks for a cohort whose title calls it so."""
_UNSURE: Final = 0.6
_GUESS: Final = 0.45


def publication_types(document: Document) -> frozenset[str]:
    """The publication types that PubMed gives, in lower case."""
    article = document.article
    return frozenset(concept.name.lower() for concept in article.publication_types) if article else frozenset()


def _not_counted() -> int | None:
    return None


def find_report(text: PublicationText, *, count: Callable[[], int | None] = _not_counted) -> ReportVerdict:
    """Decide the kind of report.

    Args:
        count: tells the number of people, None where it is not known: a series of one or two is a case report.  It is
            asked only where the answer hangs on it, never for a review or bench work.
    """
    types, subjects = publication_types(text.document), find_subjects(text)
    hits = _by_choice({sign: _present(found) for sign, found in hits_by_value("report", text).items()})
    signs = Signs(**{sign: total_weight(found) for sign, found in hits.items()})
    if types & _TRIAL_TYPES:
        signs = replace(signs, called=signs.called + _ASSIGNED)
    elif not text.body and not subjects.title_people:
        signs = replace(signs, other=signs.other + _TITLE_ALONE)
    report, confidence = _of_types(types, signs, count) or _not_on_people(subjects, signs) or _on_people(signs, count())
    return ReportVerdict(
        report=report,
        people=_treats_people(report, signs) and subjects.people,
        animals=subjects.animals > 0 or subjects.title_animal,
        confidence=confidence,
        evidence=_evidence(text, [hit for sign in _SIGNS_OF.get(report, ()) for hit in hits.get(sign, [])]),
    )


_PLANS: Final = frozenset({"called", "assigned", "planned", "compared", "chosen"})
_ASIDES: Final = {
    "assigned": ("no_arm",),
    "compared": ("no_arm",),
    "parted": ("no_arm",),
    "follow": ("no_arm", "no_follow"),
}
"""Which asides hide what speaks for a sign."""
_CHOSEN: Final = "chosen.by_choice"
_BARE: Final = ("assigned", "allocated")
_REGISTERED: Final = frozenset({"called.registered", "called.this_registered"})


def _present(hits: list[Hit]) -> list[Hit]:
    """Leave out studies that a conclusion only asks for or announces, and arms and plans that there were not."""
    kept = [hit for hit in hits if not (_may_be_elsewhere(hit) and is_elsewhere(hit))]
    return without_asides(kept, *_ASIDES.get(kept[0].rule.value, ())) if kept else kept


def _by_choice(hits: dict[str, list[Hit]]) -> dict[str, list[Hit]]:
    """Leave out the bare word "assigned" where the text says that traits or wishes decided who got what."""
    if any(hit.rule.id == _CHOSEN for hit in hits.get("chosen", [])):
        hits["assigned"] = [hit for hit in hits.get("assigned", []) if not _is_bare(hit)]
    return hits


def _is_bare(hit: Hit) -> bool:
    return hit.rule.id == "assigned.assigned" and hit.sentence.text[hit.start : hit.end].endswith(_BARE)


def _may_be_elsewhere(hit: Hit) -> bool:
    return hit.rule.value in _PLANS and hit.rule.id not in _REGISTERED


def _treats_people(report: Report, signs: Signs) -> bool:
    """Whether a report of this kind may be on people: not a review, bench work or one on documents."""
    return report not in (Report.REVIEW, Report.PRECLINICAL) and not (
        report is Report.OTHER and signs.document >= _OTHERWISE
    )


def _evidence(text: PublicationText, hits: list[Hit]) -> tuple[Evidence, ...]:
    best = sorted(hits, key=lambda hit: -hit.rule.weight)[:3]
    return tuple(text.evidence(hit.sentence, hit.start, hit.end) for hit in best)


def _of_types(types: frozenset[str], signs: Signs, count: Callable[[], int | None]) -> tuple[Report, float] | None:
    """What PubMed's publication types settle; "case reports" also stands for a series."""
    for names, report in _TYPES:
        if types & names and not (report is Report.CASE_REPORT and _is_of_several(signs, count)):
            return report, 0.95
    return None


def _is_of_several(signs: Signs, count: Callable[[], int | None]) -> bool:
    return signs.series > 0 or signs.looks_back > 0 or (count() or 1) > _PAIR


def _not_on_people(subjects: Subjects, signs: Signs) -> tuple[Report, float] | None:
    """Review, bench work, protocol or anything else that treated nobody; None where people were treated."""
    if _is_surely_on_people(subjects, signs):
        return None
    if (
        max(signs.other, signs.document) >= (_MEASURED if signs.assigned >= _ASSIGNED else _OTHERWISE)
        and signs.review < 4
    ):
        return Report.OTHER, 0.8
    if signs.protocol >= 5 and signs.review < 5:
        return Report.TRIAL_PROTOCOL, 0.95
    if signs.review >= 4 and not (signs.plan >= 7 and signs.review < 6) and not subjects.title_animal:
        return Report.REVIEW, 0.95 if signs.review >= 6 else 0.85
    if signs.review < 3 and _is_bench_work(subjects, signs):
        return Report.PRECLINICAL, 0.95 if subjects.animals else 0.85
    return _treated_nobody(subjects, signs)


def _is_surely_on_people(subjects: Subjects, signs: Signs) -> bool:
    """Whether it is a follow-up or a case of which the title or the telling leaves no doubt."""
    if signs.follow >= 4 and signs.review < 2 and signs.other + signs.document < _MEASURED:
        return True
    return signs.case >= 5 and signs.plan < 4 and signs.review < 2 * signs.case and not subjects.title_animal


def _is_bench_work(subjects: Subjects, signs: Signs) -> bool:
    one_case = signs.case >= 3 and subjects.persons >= subjects.animals and not subjects.title_animal
    study = signs.plan >= (_REGISTRATION if subjects.both else 4) and subjects.persons > 0 and not subjects.title_animal
    if subjects.preclinical:
        return not (one_case or study)
    return subjects.title_bench and not subjects.title_people and signs.plan < 4 and subjects.clinical <= 1


def _treated_nobody(subjects: Subjects, signs: Signs) -> tuple[Report, float] | None:
    """What a text is that names no persons of its own, or tells of nothing that was done to them."""
    single, study = signs.case >= 3, signs.plan + signs.compared + signs.chosen > 4
    told = subjects.title_people and subjects.data
    if subjects.title_people and subjects.brief and not (subjects.data or subjects.people or single or study):
        return (Report.CASE_SERIES, _GUESS) if signs.review < 2 else (Report.REVIEW, 0.8)
    if subjects.persons == 0 and not (single or study or told):
        if signs.other == _TITLE_ALONE and not signs.review:
            return Report.OTHER, _GUESS
        if (subjects.title_laboratory or subjects.laboratory) and not signs.review:
            return Report.PRECLINICAL, _UNSURE
        return (
            (Report.REVIEW, 0.8)
            if signs.review or not (subjects.data and subjects.counted)
            else (Report.OTHER, _UNSURE)
        )
    if subjects.told_treated or subjects.treated or signs.people >= 2:
        return None
    if signs.review >= 2 or not (subjects.data or subjects.counted or subjects.clinical > 2):
        return Report.REVIEW, 0.75
    return None


def _on_people(signs: Signs, n: int | None) -> tuple[Report, float]:
    """The kind of a report on people: longer follow-up, one or two cases, looking back, planned, several cases."""
    if signs.follow >= (3 if signs.trial else 4):
        return Report.FOLLOW_UP, 0.9 if signs.follow >= 5 else 0.8
    if (signs.case >= _ONE_CASE and not signs.trial) or (
        n <= _PAIR and (signs.case >= 3 or not signs.trial) and not (n == _PAIR and signs.planned_and_registered)
        if n is not None
        else signs.case >= (6 if signs.trial else 3)
    ):
        return Report.CASE_REPORT, 0.95 if signs.case >= 3 and not signs.trial else 0.8
    if signs.protocol >= 3:
        return Report.TRIAL_PROTOCOL, 0.8
    if signs.chosen >= _TITLED:
        return Report.COHORT, 0.85
    groups = signs.compared + signs.chosen
    if signs.looked_back:
        return (Report.COHORT, 0.8) if groups >= 2.5 or signs.parted else (Report.CASE_SERIES, 0.85)
    if signs.trial:
        return Report.TRIAL_RESULT, 0.95 if signs.plan >= 7 else 0.8
    if n in _FEW:
        return Report.CASE_SERIES, 0.85
    return _on_several(signs, n)


def _on_several(signs: Signs, n: int | None) -> tuple[Report, float]:
    """The kind where the text neither looks back nor calls itself a trial."""
    if signs.chosen >= 3 or (signs.chosen >= 2 and signs.compared > 0):
        return Report.COHORT, 0.8
    if signs.series >= 4 and signs.assigned < 2.5:
        return Report.CASE_SERIES, 0.9
    if signs.assigned + signs.compared + signs.called >= 2.5:
        return Report.TRIAL_RESULT, 0.8
    if signs.series >= 2 and signs.series >= signs.plan - 1:
        return Report.CASE_SERIES, 0.85
    if signs.other >= 2:
        return Report.OTHER, _UNSURE
    if signs.case >= 2 and n is None:
        return Report.CASE_REPORT, 0.75
    if signs.plan + signs.joined >= 2 and not (signs.follow >= 1 and signs.plan < _PLANNED):
        return Report.TRIAL_RESULT, 0.8 if signs.plan >= 4 else _UNSURE
    return Report.CASE_SERIES, 0.7
