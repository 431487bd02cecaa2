"""Draw what a registration and its papers say together into the facts of one trial, and into a census row.

Precedence, field by field (docs/counting.md has it in words):

1. A curator's decision on the registration beats everything, for ever.
2. *Registry first* (MSC class, category, phase, size, design, conditions, doses, products, routes): the registry's
   own field, then the registration's text, then its papers.  What papers say otherwise is kept as competing.
3. *Together* (tissue, donor): values that are compatible are joined, the more specific one standing for both;
   values that exclude each other are a conflict, shown with both sides and counted as *conflict*.
4. *Papers only* (report, efficacy, safety): papers that report the trial; different conclusions are a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from mscminer.core.decisions import CURATOR
from mscminer.core.documents import StudyFields
from mscminer.core.facts import Fact, TrialFact, canonical
from mscminer.core.records import RecordKey
from mscminer.core.trials import RESULT_LINKS, CensusRow, Link, RowKind, Sourced, Trial, TrialField
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


def assemble_trial(registration: Sourced, publications: Sequence[Sourced] = (), links: Sequence[Link] = ()) -> Trial:
    """The facts of one trial from its registration and its papers.

    Args:
        registration: with curators' decisions applied to its extraction (`core.decisions.apply_decisions`).
        publications: the papers that we hold, decisions applied too.
        links: all links from papers to this registration; only papers with a result link (`RESULT_LINKS`) speak
            for the trial.
    """
    trial = registration.document.key.id
    reporting = {link.a for link in links if link.type in RESULT_LINKS}
    speaking = [paper for paper in publications if paper.document.key in reporting]
    fields = {name: _settle(trial, name, registration, speaking) for name in Field}
    ordered = sorted(links, key=lambda link: (-link.score, link.type, link.a))
    return Trial(
        id=trial,
        registration=registration.document,
        fields=fields,
        links=tuple(ordered),
        maker=_maker(registration),
        decided=_decided_fields(registration),
    )


def _settle(trial: str, name: Field, registration: Sourced, papers: Sequence[Sourced]) -> TrialField:
    own = () if name in PAPERS_ONLY else _claims(trial, name, [registration])
    theirs = _claims(trial, name, papers)
    if _is_decided(registration, name):
        return _decided(name, own or _claims(trial, name, [registration]), theirs)
    if name in TOGETHER:
        return _together(name, own, theirs) or _absent(name, registration)
    if name is Field.REGISTRY_ID:
        every = _joined([*own, *theirs])
        return TrialField(field=name, facts=every, rule=RULE_TOGETHER) if every else _absent(name, registration)
    if own:
        return _registry_first(name, own, theirs)
    return _from_papers(name, theirs) or _absent(name, registration)


def _is_decided(source: Sourced, name: Field) -> bool:
    """Whether a curator has decided on a field of this record."""
    facts = source.extraction.of(name) if source.extraction is not None else ()
    return any(fact.maker.name == CURATOR for fact in facts)


def _decided_fields(source: Sourced) -> tuple[Field, ...]:
    return tuple(name for name in Field if _is_decided(source, name))


def _maker(source: Sourced) -> str:
    return str(source.extraction.maker) if source.extraction is not None else ""


def _decided(name: Field, own: Sequence[TrialFact], theirs: Sequence[TrialFact]) -> TrialField:
    """What a curator left standing of the registration is what holds; papers compete or agree."""
    if not own:
        return TrialField(field=name, absence=Absence.NOT_STATED, competing=tuple(theirs), rule=RULE_CURATOR)
    held = {canonical(fact.value) for fact in own}
    others = tuple(fact for fact in theirs if canonical(fact.value) not in held)
    return TrialField(field=name, facts=tuple(own), competing=others, rule=RULE_CURATOR)


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
        document=trial.registration.version,
        maker=trial.maker,
        decided=tuple(name.value for name in trial.decided),
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
    fields = paper_fields(paper)
    return CensusRow(
        id=ident,
        kind=RowKind.PUBLICATION,
        family=family,
        title=paper.document.title,
        study_type=fields[Field.REPORT].word,
        first_posted=article.published or article.entered,
        word_hit=is_word_hit(paper.document),
        sources=(str(paper.document.key),),
        document=paper.document.version,
        maker=_maker(paper),
        decided=tuple(name.value for name in _decided_fields(paper)),
        **_values(fields),
    )


def paper_fields(paper: Sourced) -> dict[Field, TrialField]:
    """What holds for each field by a publication's own words."""
    ident = paper.document.key.id
    return {name: _settle_paper(ident, name, paper) for name in Field}


def _settle_paper(ident: str, name: Field, paper: Sourced) -> TrialField:
    facts = _claims(ident, name, [paper])
    if not facts:
        return _absent(name, paper)
    if name not in SET_FIELDS:
        facts = (max(facts, key=lambda fact: fact.confidence),)
    return TrialField(field=name, facts=_most_specific(facts) if name is Field.TISSUE else facts, rule="its own words")
