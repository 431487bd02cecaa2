"""Draw what a registration and its papers say together into the facts of one trial, and into a census row.

Precedence, field by field (docs/counting.md has it in words):

1. A curator's decision beats everything, for ever.
2. *Registry first* (MSC class, category, phase, size, design, conditions, doses, products, routes): the registry's
   own field, then the registration's text, then its papers.  What papers say otherwise is kept as competing.
3. *Together* (tissue, donor): values that are compatible are joined, the more specific one standing for both;
   values that exclude each other are a conflict, shown with both sides and counted as *conflict*.
4. *Papers only* (report, efficacy, safety): papers that report the trial; different conclusions are a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mscminer.core.documents import StudyFields
from mscminer.core.facts import Fact, Maker, TrialFact, canonical
from mscminer.core.records import RecordKey
from mscminer.core.trials import (
    RESULT_LINKS,
    CensusRow,
    Link,
    RowKind,
    Ruling,
    Sourced,
    Trial,
    TrialDecision,
    TrialField,
)
from mscminer.core.vocabulary import SET_FIELDS, Absence, Efficacy, Field, Safety, Tissue
from mscminer.trials.words import is_word_hit

TOGETHER: Final = frozenset({Field.TISSUE, Field.DONOR, Field.DONOR_INFERRED})
PAPERS_ONLY: Final = frozenset({Field.REPORT, Field.EFFICACY, Field.SAFETY})
_SPECIFIC: Final[Mapping[str, str]] = {Tissue.WHARTON_JELLY: Tissue.UMBILICAL_CORD}
"""Value -> the wider value that it makes superfluous."""
_SAYS_NOTHING: Final = frozenset({canonical(Efficacy.NOT_REPORTED.value), canonical(Safety.NOT_REPORTED.value)})

RULE_CURATOR = "curator's decision"
RULE_REGISTRY = "registration first"
RULE_PAPERS = "not in the registration; from its papers"
RULE_TOGETHER = "registration and papers agree or complete each other"
RULE_CONFLICT = "sources exclude each other"
RULE_NONE = "no source states it"


def assemble_trial(
    registration: Sourced,
    publications: Sequence[tuple[Link, Sourced]] = (),
    decisions: Iterable[TrialDecision] = (),
) -> Trial:
    """The facts of one trial from its registration, its papers and curators' decisions.

    Args:
        publications: linked papers; only result links (`RESULT_LINKS`) speak for the trial, the others are
            kept as links.
        decisions: of any trial and age; those of this trial are applied, newest last.
    """
    trial = registration.document.key.id
    speaking = [paper for link, paper in publications if link.type in RESULT_LINKS]
    ruled = sorted((item for item in decisions if item.trial == trial), key=lambda item: item.decided_at)
    fields = {}
    for name in Field:
        settled = _settle(trial, name, registration, speaking)
        fields[name] = _decide(settled, [item for item in ruled if item.field is name], registration.document.key)
    links = sorted((link for link, _ in publications), key=lambda link: (-link.score, link.type, link.a))
    return Trial(id=trial, registration=registration.document, fields=fields, links=tuple(links))


def _settle(trial: str, name: Field, registration: Sourced, papers: Sequence[Sourced]) -> TrialField:
    own = () if name in PAPERS_ONLY else _claims(trial, name, [registration])
    theirs = _claims(trial, name, papers)
    if name in TOGETHER:
        return _together(name, own, theirs) or _absent(name, registration)
    if name is Field.REGISTRY_ID:
        every = _joined([*own, *theirs])
        return TrialField(field=name, facts=every, rule=RULE_TOGETHER) if every else _absent(name, registration)
    if own:
        return _registry_first(name, own, theirs)
    return _from_papers(name, theirs) or _absent(name, registration)


def _claims(trial: str, name: Field, sources: Iterable[Sourced]) -> tuple[TrialFact, ...]:
    facts = (
        _trial_fact(trial, source.document.key, fact)
        for source in sources
        if source.extraction is not None
        for fact in source.extraction.of(name)
        if fact.stated
    )
    return _joined(facts)


def _trial_fact(trial: str, source: RecordKey, fact: Fact) -> TrialFact:
    return TrialFact(
        trial=trial,
        field=fact.field,
        value=fact.value,
        confidence=fact.confidence,
        maker=fact.maker,
        sources=(source,),
        evidence=fact.evidence,
        basis=fact.basis,
    )


def _joined(facts: Iterable[TrialFact]) -> tuple[TrialFact, ...]:
    """Facts of equal value as one, with the sources and evidence of all and the confidence of the surest."""
    by_value: dict[str, TrialFact] = {}
    for fact in facts:
        known = by_value.get(canonical(fact.value))
        by_value[canonical(fact.value)] = fact if known is None else _merge(known, fact)
    return tuple(by_value.values())


def _merge(one: TrialFact, other: TrialFact) -> TrialFact:
    surest = max(one, other, key=lambda fact: fact.confidence)
    return TrialFact(
        trial=one.trial,
        field=one.field,
        value=one.value,
        confidence=surest.confidence,
        maker=surest.maker,
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
        evidence=(*one.evidence, *other.evidence),
        basis="field" if "field" in (one.basis, other.basis) else surest.basis,
    )


def _absent(name: Field, registration: Sourced) -> TrialField:
    if registration.extraction is None:
        return TrialField(field=name, absence=Absence.NOT_EXTRACTED, rule="nobody has read the registration yet")
    told = (fact.value for fact in registration.extraction.of(name) if isinstance(fact.value, Absence))
    absence = next(told, Absence.NOT_STATED)
    return TrialField(field=name, absence=absence, rule=RULE_NONE)


def _registry_first(name: Field, own: Sequence[TrialFact], theirs: Sequence[TrialFact]) -> TrialField:
    best = own if name in SET_FIELDS else (max(own, key=lambda fact: (fact.basis == "field", fact.confidence)),)
    held = {canonical(fact.value) for fact in best}
    agreeing = [fact for fact in theirs if canonical(fact.value) in held]
    others = [fact for fact in (*own, *theirs) if canonical(fact.value) not in held]
    return TrialField(field=name, facts=_joined([*best, *agreeing]), competing=_joined(others), rule=RULE_REGISTRY)


def _from_papers(name: Field, theirs: Sequence[TrialFact]) -> TrialField | None:
    if not theirs:
        return None
    telling = [fact for fact in theirs if canonical(fact.value) not in _SAYS_NOTHING] or list(theirs)
    rule = "papers only" if name in PAPERS_ONLY else RULE_PAPERS
    if len(telling) == 1 or name in SET_FIELDS or name is Field.REPORT:
        return TrialField(field=name, facts=tuple(telling), rule=rule)
    return TrialField(field=name, absence=Absence.CONFLICT, competing=tuple(telling), rule=RULE_CONFLICT)


def _together(name: Field, own: Sequence[TrialFact], theirs: Sequence[TrialFact]) -> TrialField | None:
    """Join compatible sets; sets without a common value exclude each other."""
    if not own:
        return _from_papers(name, _most_specific(theirs))
    every = _most_specific(_joined([*own, *theirs]))
    if not theirs or _widened(own) & _widened(theirs):
        return TrialField(field=name, facts=every, rule=RULE_TOGETHER if theirs else RULE_REGISTRY)
    return TrialField(field=name, absence=Absence.CONFLICT, competing=(*own, *theirs), rule=RULE_CONFLICT)


def _widened(facts: Sequence[TrialFact]) -> set[str]:
    values = {str(fact.value) for fact in facts}
    return values | {_SPECIFIC[value] for value in values if value in _SPECIFIC}


def _most_specific(facts: Sequence[TrialFact]) -> tuple[TrialFact, ...]:
    """Drop a wide value where a narrower one of the same thing is there (Wharton's jelly for umbilical cord)."""
    superfluous = {_SPECIFIC[str(fact.value)] for fact in facts if str(fact.value) in _SPECIFIC}
    return tuple(fact for fact in facts if fact.value not in superfluous)


def _decide(state: TrialField, decisions: Sequence[TrialDecision], source: RecordKey) -> TrialField:
    """Apply a curator's decisions on one field, given oldest first."""
    if not decisions:
        return state
    last_blank = max((n for n, item in enumerate(decisions) if item.ruling is Ruling.NOT_STATED), default=-1)
    newest = {item.key: item for item in decisions[last_blank + 1 :]}
    accepted = [_curated(item, source) for item in newest.values() if item.ruling is Ruling.ACCEPT]
    rejected = {item.key[2] for item in newest.values() if item.ruling is Ruling.REJECT}
    given = (*state.facts, *state.competing)
    held = _held(state, accepted, blank=last_blank >= 0)
    facts = _joined(fact for fact in (*accepted, *held) if canonical(fact.value) not in rejected)
    competing = tuple(fact for fact in given if canonical(fact.value) not in {canonical(f.value) for f in facts})
    if facts:
        if state.absence is Absence.CONFLICT and not accepted and state.field not in SET_FIELDS and len(facts) > 1:
            return TrialField(field=state.field, absence=Absence.CONFLICT, competing=facts, rule=RULE_CONFLICT)
        return TrialField(field=state.field, facts=facts, competing=competing, rule=RULE_CURATOR)
    return TrialField(field=state.field, absence=Absence.NOT_STATED, competing=competing, rule=RULE_CURATOR)


def _held(state: TrialField, accepted: Sequence[TrialFact], *, blank: bool) -> tuple[TrialFact, ...]:
    """The automatic values that stand beside a curator's."""
    if blank or (accepted and state.field not in SET_FIELDS):
        return ()
    if state.absence is Absence.CONFLICT:
        return () if accepted else state.competing
    return state.facts


def _curated(decision: TrialDecision, source: RecordKey) -> TrialFact:
    assert decision.value is not None
    return TrialFact(
        trial=decision.trial,
        field=decision.field,
        value=decision.value,
        confidence=1.0,
        maker=Maker(name=f"curator {decision.curator}", version=decision.decided_at.date().isoformat()),
        sources=(source,),
        basis="curator",
    )


def census_row(trial: Trial, family: str = "") -> CensusRow:
    """A trial as counting sees it."""
    study = trial.registration.study
    assert study is not None, "a trial's first document is a registration"
    papers = tuple(sorted({link.a.id for link in trial.links if link.type in RESULT_LINKS}, key=int))
    return CensusRow(
        id=trial.id,
        kind=RowKind.REGISTRATION,
        family=family,
        title=trial.registration.title,
        study_type=study.study_type.lower(),
        status=study.status.lower(),
        first_posted=study.first_posted or study.first_submitted,
        start=study.start,
        primary_completion=study.primary_completion,
        completion=study.completion,
        results_posted=_results_posted(study),
        countries=study.countries,
        sponsor=study.sponsor,
        sponsor_class=study.sponsor_class.lower(),
        word_hit=is_word_hit(trial.registration),
        publications=papers,
        sources=tuple(str(key) for key in (trial.registration.key, *_sources(trial))),
        **_values(trial.fields),
    )


def _results_posted(study: StudyFields) -> str:
    # A record that says it has results, yet gives no day, had them by its last update.
    return study.results_first_posted or (study.last_update_posted if study.has_results else "")


def _sources(trial: Trial) -> tuple[RecordKey, ...]:
    keys = {key for fact in trial.facts for key in fact.sources}
    return tuple(sorted(keys - {trial.registration.key}))


def _values(fields: Mapping[Field, TrialField]) -> dict[str, Any]:
    sets = {
        "tissue": ("tissues", Field.TISSUE),
        "donor": ("donors", Field.DONOR),
        "donor_inferred": ("donors_inferred", Field.DONOR_INFERRED),
        "route": ("routes", Field.ROUTE),
        "condition": ("conditions", Field.CONDITION),
    }
    absent = {name: fields[source].absence for name, (_, source) in sets.items()}
    n = fields[Field.N].values
    return {
        "msc": fields[Field.MSC].word,
        "phase": fields[Field.PHASE].word,
        "category": fields[Field.CATEGORY].word,
        "n": n[0] if n else None,
        "confidence": max((fact.confidence for fact in fields[Field.MSC].facts), default=1.0),
        "absent": tuple(
            (name, str(absence)) for name, absence in absent.items() if absence and absence is not Absence.NOT_STATED
        ),
        **{target: fields[source].words for target, source in sets.values()},
    }


def publication_row(paper: Sourced, family: str = "") -> CensusRow:
    """A publication as counting sees it: its own facts, no precedence needed."""
    article = paper.document.article
    assert article is not None, "a publication has article fields"
    ident = paper.document.key.id
    fields = {name: _settle_paper(ident, name, paper) for name in Field}
    return CensusRow(
        id=ident,
        kind=RowKind.PUBLICATION,
        family=family,
        title=paper.document.title,
        study_type=fields[Field.REPORT].word,
        first_posted=article.published or article.entered,
        word_hit=is_word_hit(paper.document),
        sources=(str(paper.document.key),),
        **_values(fields),
    )


def _settle_paper(ident: str, name: Field, paper: Sourced) -> TrialField:
    facts = _claims(ident, name, [paper])
    if not facts:
        return _absent(name, paper)
    if name not in SET_FIELDS:
        facts = (max(facts, key=lambda fact: fact.confidence),)
    return TrialField(field=name, facts=_most_specific(facts) if name is Field.TISSUE else facts, rule="its own words")
