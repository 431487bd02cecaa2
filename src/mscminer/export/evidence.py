"""Trials and papers as rows of evidence: the review's Table 1 continued, and own against donor cells by disease."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from mscminer.core.facts import TrialFact
from mscminer.core.trials import RESULT_LINKS, Trial, TrialField
from mscminer.core.vocabulary import Absence, Category, Donor, Efficacy, Field, Safety
from mscminer.export.names import words
from mscminer.export.sheets import Cell, Sheet

NO_PAPER = "no linked paper"
NOT_HELD = "linked paper not in the database"
_UNREAD = (NO_PAPER, NOT_HELD)
_OUTCOMES = (Field.EFFICACY, Field.SAFETY)
TABLE1 = (
    "disease",
    "category",
    "donor",
    "source",
    "phase",
    "n",
    "dose",
    "route",
    "effect",
    "safety",
    "reference",
    "title",
    "cited",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceRow:
    """A study or a paper with what it gives to whom and to what effect.

    Args:
        cited: whether the review that started this cites it.
        donors: `own`, `donor` cells or both, as stated or as follows for any reader.
        reference: ids to look it up by.
    """

    reference: str
    title: str
    disease: str
    category: str
    donors: tuple[str, ...]
    donor_words: str
    source: str
    phase: str
    n: int | None
    dose: str
    route: str
    effect: str
    safety: str
    cited: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """In the order of `TABLE1`."""
        return (
            self.disease,
            self.category,
            self.donor_words,
            self.source,
            self.phase,
            self.n,
            self.dose,
            self.route,
            self.effect,
            self.safety,
            self.reference,
            self.title,
            self.cited,
        )


def evidence_row(trial: Trial, *, cited: bool = False) -> EvidenceRow:
    """A registered trial, with what its papers add."""
    papers = [link.a.id for link in trial.links if link.type in RESULT_LINKS]
    fields = dict(trial.fields)
    # Every paper that was read is of some kind of report; without one, nobody has looked at outcomes.
    if not fields[Field.REPORT].facts:
        why = NOT_HELD if papers else NO_PAPER
        fields |= {name: TrialField(field=name, absence=Absence.NOT_STATED, rule=why) for name in _OUTCOMES}
    reference = "; ".join([trial.id, *(f"PMID {pmid}" for pmid in sorted(papers, key=int))])
    return evidence_of(fields, reference=reference, title=trial.registration.title, cited=cited)


def evidence_of(fields: Mapping[Field, TrialField], *, reference: str, title: str, cited: bool = False) -> EvidenceRow:
    """A row from settled fields, of a trial or of a paper."""
    donors = fields[Field.DONOR] if fields[Field.DONOR].facts else fields[Field.DONOR_INFERRED]
    n = fields[Field.N].values
    return EvidenceRow(
        reference=reference,
        title=title,
        disease=_words(fields[Field.CONDITION]),
        category=words(fields[Field.CATEGORY].word),
        donors=donors.words if donors.facts else (str(fields[Field.DONOR].absence),),
        donor_words=_donor_words(fields),
        source=_words(fields[Field.TISSUE]),
        phase=fields[Field.PHASE].word,
        n=n[0] if n and isinstance(n[0], int) else None,
        dose=_doses(fields[Field.DOSE]),
        route=_words(fields[Field.ROUTE]),
        effect=_words(fields[Field.EFFICACY]),
        safety=_words(fields[Field.SAFETY]),
        cited=cited,
    )


def _words(state: TrialField) -> str:
    if state.rule in _UNREAD:
        return state.rule
    if state.facts:
        return ", ".join(word if state.field is Field.CONDITION else word.replace("_", " ") for word in state.words)
    if state.absence is Absence.CONFLICT:
        sides = dict.fromkeys(str(fact.value).replace("_", " ") for fact in state.competing)
        return "conflict: " + " against ".join(sides)
    return str(state.absence)


def _donor_words(fields: Mapping[Field, TrialField]) -> str:
    stated, inferred = fields[Field.DONOR], fields[Field.DONOR_INFERRED]
    if not stated.facts and stated.absence is not Absence.CONFLICT and inferred.facts:
        return f"{_words(inferred)} (inferred)"
    return _words(stated)


def _doses(state: TrialField) -> str:
    return dose_words(state.facts) if state.facts else str(state.absence)


def dose_words(facts: Iterable[TrialFact]) -> str:
    """Doses as people write them, without repeating one; *not stated* of none."""
    doses = dict.fromkeys(_dose(fact.value) for fact in facts if isinstance(fact.value, Mapping))
    return "; ".join(doses) or Absence.NOT_STATED.value


def _dose(value: Mapping[str, object]) -> str:
    cells = value["cells"]
    assert isinstance(cells, int | float)
    mantissa, exponent = f"{cells:.2e}".split("e")
    number = f"{mantissa.rstrip('0').rstrip('.')} x 10^{int(exponent)}" if cells >= 1000 else f"{cells:g}"
    times = f", {value['times']} times" if value.get("times") not in (None, 1) else ""
    return f"{number} cells{'/kg' if value['per_kg'] else ''}{times}"


def table1_sheet(rows: Iterable[EvidenceRow], *, name: str = "table1", title: str) -> Sheet:
    """Rows in the order of the review's Table 1: by disease group, then donor, then reference."""
    ordered = sorted(rows, key=lambda row: (_place(row.category), row.disease.lower(), row.donor_words, row.reference))
    return Sheet(
        name=name,
        title=title,
        columns=TABLE1,
        rows=tuple(row.cells for row in ordered),
        notes=(
            "'not stated' means that the text was read and does not say; 'conflict' that sources exclude each other.",
            "Donor '(inferred)': not in words, but following for any reader (cord cells given to others).",
            "Effect: the authors' conclusion on their main measures, from linked papers that are in the database.",
            "Cited: by the review that this table continues.",
        ),
    )


def _place(category: str) -> int:
    codes = [words(code) for code in Category]
    return codes.index(category) if category in codes else len(codes)


SIDES = ("own cells only", "donor cells only", "both compared or mixed", "not stated or conflict")
_UNTOLD = (Absence.CONFLICT.value, *_UNREAD)
OUTCOMES = (*Efficacy, *_UNTOLD)
SAFETY = (Safety.SAFE, Safety.CONCERN)
_SILENT = (Efficacy.NOT_REPORTED, *_UNREAD)
"""Outcomes that hold no conclusion."""


@dataclass
class _Tally:
    """Studies of a disease group with own, donor, both or unknown cells."""

    studies: int = 0
    participants: int = 0
    efficacy: Counter[str] = field(default_factory=Counter)
    safety: Counter[str] = field(default_factory=Counter)

    def add(self, row: EvidenceRow) -> None:
        self.studies += 1
        self.participants += row.n or 0
        self.efficacy[_outcome(row.effect, Efficacy)] += 1
        self.safety[_outcome(row.safety, Safety)] += 1

    @property
    def concluded(self) -> int:
        """Studies with a conclusion on efficacy."""
        return self.studies - sum(self.efficacy[silent] for silent in _SILENT)

    @property
    def share_positive(self) -> str:
        """``3 of 5``: positive conclusions of all."""
        return f"{self.efficacy[Efficacy.POSITIVE]} of {self.concluded}" if self.concluded else "–"


def side_of(row: EvidenceRow) -> str:
    """On which side of own against donor cells a study stands."""
    donors = set(row.donors)
    if donors == {Donor.AUTOLOGOUS}:
        return SIDES[0]
    if donors == {Donor.ALLOGENEIC}:
        return SIDES[1]
    return SIDES[2] if donors >= {Donor.AUTOLOGOUS, Donor.ALLOGENEIC} else SIDES[3]


def _outcome(told: str, vocabulary: type[StrEnum]) -> str:
    if told.startswith("conflict"):
        return Absence.CONFLICT.value
    code = told.replace(" ", "_")
    if code in set(vocabulary):
        return code
    return NOT_HELD if told == NOT_HELD else NO_PAPER


def _tallies(rows: Iterable[EvidenceRow]) -> dict[tuple[str, str], _Tally]:
    """By disease group and side, and by `ALL` and side; groups in the order of the vocabulary."""
    found: defaultdict[tuple[str, str], _Tally] = defaultdict(_Tally)
    for row in rows:
        for category in (row.category, ALL):
            found[category, side_of(row)].add(row)
    order = sorted(found, key=lambda key: (key[0] == ALL, _place(key[0]), key[0], SIDES.index(key[1])))
    return {key: found[key] for key in order}


ALL = "all"


def own_against_donor_sheet(rows: Iterable[EvidenceRow]) -> Sheet:
    """Own against donor cells by disease group: studies, participants, and what the authors concluded.

    A count of conclusions is no meta-analysis: studies differ in size, control and measures, and negative ones are
    published less.
    """
    return Sheet(
        name="own_against_donor",
        title="Own against donor cells by disease group, with the authors' conclusions on efficacy and safety",
        columns=("category", "cells", "studies", "participants", "with_conclusion", *OUTCOMES, *SAFETY),
        rows=tuple(
            (
                category,
                side,
                tally.studies,
                tally.participants,
                tally.concluded,
                *(tally.efficacy[outcome] for outcome in OUTCOMES),
                *(tally.safety[outcome] for outcome in SAFETY),
            )
            for (category, side), tally in _tallies(rows).items()
        ),
        notes=(
            "Counts of authors' conclusions, not a meta-analysis: studies differ in size, control and measures, and "
            "studies without effect are published less often.",
            "Participants: enrolled or planned, where stated. From positive to linked paper not in the database: "
            "efficacy; these sum to the studies. Safe and concern: safety, where a paper says so.",
        ),
    )


def own_against_donor_summary(rows: Iterable[EvidenceRow]) -> Sheet:
    """One line a disease group: studies with own and with donor cells, and how many conclusions are positive."""
    tallies = _tallies(rows)
    return Sheet(
        name="own_against_donor",
        title="Studies by disease group; positive conclusions of those that reported one",
        columns=("disease group", "own cells", "own, positive", "donor cells", "donor, positive", "both", "not stated"),
        rows=tuple(_summary(category, tallies) for category in dict.fromkeys(category for category, _ in tallies)),
        notes=(
            "Registered trials that count, and papers on people that belong to none of them. 'Positive': conclusions "
            "of authors on their main measures, where a paper that we hold has one. A count of conclusions is no "
            "meta-analysis: studies differ, and those without effect are published less often.",
        ),
    )


def _summary(category: str, tallies: Mapping[tuple[str, str], _Tally]) -> tuple[Cell, ...]:
    own, donor, both, unknown = (tallies.get((category, side), _Tally()) for side in SIDES)
    return (
        category,
        own.studies,
        own.share_positive,
        donor.studies,
        donor.share_positive,
        both.studies,
        unknown.studies,
    )
