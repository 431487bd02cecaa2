"""Links that somebody wrote down: papers to registrations, registrations to each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mscminer.core.decisions import CURATOR
from mscminer.core.documents import Document, Reference, StudyFields
from mscminer.core.ids import find_registry_ids, normalise_registry_id
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import Link, LinkType, Sourced
from mscminer.core.vocabulary import Field, Report

MOST_OWN_IDS = 2
"""A paper that names more registrations than this is taken to list others' trials, unless MEDLINE says otherwise."""
MOST_DATABANK_IDS = 4

STRENGTH = (
    LinkType.SAME_STUDY,
    LinkType.FOLLOW_UP,
    LinkType.EXPANDED_ACCESS,
    LinkType.RESULT,
    LinkType.DERIVED,
    LinkType.PROTOCOL,
    LinkType.INFERRED,
    LinkType.MENTION,
    LinkType.BACKGROUND,
)
"""Strongest first: what holds where several sources link the same two records."""

_NOT_A_REPORT = {
    Report.REVIEW: "it is a review",
    Report.PRECLINICAL: "it reports no people",
    Report.OTHER: "it is no report of a study",
}
_REVIEW_TYPES = frozenset({"Review", "Systematic Review", "Meta-Analysis", "Comment", "Editorial"})
_OTHERS_TRIAL = re.compile(r"\b(?:reviewed|trials? such as|other trials?|previous(?:ly reported)? trials?)\b", re.I)
_BASIS_SCORES = {"databank": 0.98, "abstract": 0.95, "reference": 0.9, "full_text": 0.8}
_PLACES = {"databank": "MEDLINE's databank list", "abstract": "title or abstract", "full_text": "the full text"}
_REFERENCE_TYPES = {"RESULT": LinkType.RESULT, "DERIVED": LinkType.DERIVED, "BACKGROUND": LinkType.BACKGROUND}


def find_paper_links(papers: Iterable[Sourced], registrations: Mapping[str, Document]) -> Iterator[Link]:
    """Links from papers to registrations by what the papers themselves say.

    An id in MEDLINE's databank list or in title and abstract is a result link only if the paper reports a study;
    in a review, or among many ids, it is a mention.

    Args:
        registrations: the known registrations by id; numbers of others are linked too (`resolve_numbers`).
    """
    for paper in papers:
        yield from _of_paper(paper, registrations)


def _of_paper(paper: Sourced, registrations: Mapping[str, Document]) -> Iterator[Link]:
    document = paper.document
    assert document.article is not None
    own = paper_key(document)
    databank = tuple(dict.fromkeys(document.article.databank_ids))
    named = tuple(ident for ident in _ids_in_text(document) if ident not in databank)
    full = tuple(ident for ident in document.article.full_text_ids if ident not in {*databank, *named})
    report = report_kind(paper)
    decided = _decided_ids(paper)
    if decided is not None:
        yield from _by_curator(document, decided, (*databank, *named, *full), registrations, report)
        return
    for basis, ids, most in (
        ("databank", databank, MOST_DATABANK_IDS),
        ("abstract", named, MOST_OWN_IDS),
        # A full text names its own number and, in the discussion, those of others: only a lone one is its own.
        ("full_text", full, 0 if databank or named else 1),
    ):
        for ident in ids:
            target = _key_of(ident, registrations)
            if target != own:
                yield _paper_link(document, target, basis, report, len(ids), most)


def _decided_ids(paper: Sourced) -> frozenset[str] | None:
    """The numbers that a curator left standing as the paper's own; None where nobody has decided."""
    facts = paper.extraction.of(Field.REGISTRY_ID) if paper.extraction is not None else ()
    if not any(fact.maker.name == CURATOR for fact in facts):
        return None
    return frozenset(str(fact.value) for fact in facts if fact.stated)


def _by_curator(
    document: Document,
    own: frozenset[str],
    named: Iterable[str],
    registrations: Mapping[str, Document],
    report: str,
) -> Iterator[Link]:
    """A curator's word on whose numbers these are beats their place and their number."""
    for ident in dict.fromkeys((*sorted(own), *named)):
        target = _key_of(ident, registrations)
        if target == paper_key(document):
            continue
        if ident in own:
            type = LinkType.PROTOCOL if report == Report.TRIAL_PROTOCOL else LinkType.RESULT
            reason = f"A curator says that {ident} is the number of PMID {paper_key(document).id}."
        else:
            type = LinkType.MENTION
            reason = f"PMID {paper_key(document).id} names {ident}, and a curator says that it is not its own."
        yield Link(a=paper_key(document), b=target, type=type, basis="curator", reason=reason)


def paper_key(document: Document) -> RecordKey:
    """The record that a publication's links go from: a full text stands for the article's PubMed record."""
    assert document.article is not None
    if document.key.source is Source.PMC and document.article.pmid:
        return RecordKey(source=Source.PUBMED, id=document.article.pmid)
    return document.key


def report_kind(paper: Sourced) -> str:
    """What kind of report a paper is: as extracted, else by MEDLINE's publication types, else ""."""
    extracted = paper.extraction.value(Field.REPORT) if paper.extraction is not None else None
    if isinstance(extracted, str):
        return extracted
    types = {concept.name for concept in paper.document.article.publication_types} if paper.document.article else set()
    if types & _REVIEW_TYPES:
        return Report.REVIEW
    return Report.TRIAL_PROTOCOL if is_protocol_title(paper.document.text("title")) else ""


_PROTOCOL_TITLE = re.compile(
    r"\b(?:study|trial|research|clinical) protocol\b|\b(?:a|the) protocol (?:for|of|to)\b|^protocol\b|"
    r"\b(?:rationale|design)(?:,| and| &) (?:methods?|methodology|design|rationale|protocol|baseline)\b|"
    r"\b(?:the )?design of (?:a|an|the)\b[^.]*\b(?:study|trial)\b|\bprotocol\W*$",
    re.I,
)


def is_protocol_title(title: str) -> bool:
    """Whether a title says that the paper describes a plan: "study protocol", "rationale and design" and the like."""
    return bool(_PROTOCOL_TITLE.search(title))


def _ids_in_text(document: Document) -> tuple[str, ...]:
    texts = [section.text for section in document.sections if not section.name.startswith(("databank", "keyword"))]
    return tuple(dict.fromkeys(found.id for text in texts for found in find_registry_ids(text)))


def _key_of(ident: str, registrations: Mapping[str, Document]) -> RecordKey:
    if ident in registrations:
        return registrations[ident].key
    # The WHO's platform has the records of all registries.
    return RecordKey(source=Source.CTGOV if re.fullmatch(r"NCT\d{8}", ident) else Source.ICTRP, id=ident)


def resolve_numbers(links: Iterable[Link], registrations: Mapping[str, Document]) -> Iterator[Link]:
    """Links to a number that is no registration's id here, to those that give it as a number of their own.

    A link to a number that nobody here gives stays as it is.
    """
    owners: dict[str, list[RecordKey]] = {}
    for ident in sorted(registrations):
        for number in other_numbers(registrations[ident]):
            owners.setdefault(number, []).append(registrations[ident].key)
    for link in links:
        targets = [] if link.b.id in registrations else owners.get(link.b.id, [])
        for target in targets:
            reason = f"{link.reason.removesuffix('.')}; {target.id} gives {link.b.id} as a number of its own."
            yield replace(link, b=target, reason=reason)
        if not targets:
            yield link


def _paper_link(document: Document, target: RecordKey, basis: str, report: str, number: int, most: int) -> Link:
    own = paper_key(document)
    reason = f"{target.id} stands in {_PLACES[basis]} of PMID {own.id}"
    type, score = LinkType.RESULT, _BASIS_SCORES[basis]
    if report in _NOT_A_REPORT:
        type, reason = LinkType.MENTION, f"{reason}, but {_NOT_A_REPORT[Report(report)]}"
    elif report == Report.TRIAL_PROTOCOL:
        type, reason = LinkType.PROTOCOL, f"{reason}, which is a protocol"
    elif number > most:
        among = f"among {number} numbers" if most else "beside the number that its abstract gives"
        type, reason = LinkType.MENTION, f"{reason}, {among}"
    elif basis == "abstract" and _OTHERS_TRIAL.search(_around(document, target.id)):
        type, reason = LinkType.MENTION, f"{reason}, as another study"
    return Link(a=own, b=target, type=type, basis=basis, reason=reason + ".", score=score)


def _around(document: Document, ident: str, width: int = 80) -> str:
    for section in document.sections:
        for found in find_registry_ids(section.text):
            if found.id == ident:
                return section.text[max(0, found.start - width) : found.start]
    return ""


def find_reference_links(registration: Document, papers: Mapping[str, Sourced]) -> Iterator[Link]:
    """Links from the papers that a registration cites, with the registry's types kept apart.

    A paper that the registration calls its result is only background if it came out before the study began: people
    often file what they read under "results".

    Args:
        papers: the papers we hold, by PMID; a reference to any other PMID is linked as the registry says.
    """
    assert registration.study is not None
    for reference in registration.study.references:
        if re.fullmatch(r"[1-9]\d{0,8}", reference.pmid):
            yield _reference_link(registration, registration.study, reference, papers.get(reference.pmid))


def _reference_link(registration: Document, study: StudyFields, reference: Reference, paper: Sourced | None) -> Link:
    type = _REFERENCE_TYPES.get(reference.type, LinkType.BACKGROUND)
    reason = f"{registration.key.id} cites PMID {reference.pmid} as {reference.type or 'a reference'}"
    doubt = ""
    if type is not LinkType.BACKGROUND:
        doubt = _doubt(study, paper) if paper else _too_early(year_cited(reference.citation), study)
    if not doubt and type is not LinkType.BACKGROUND and _is_protocol(reference, paper):
        type, reason = LinkType.PROTOCOL, f"{reason}, and it is a protocol"
    elif doubt:
        type = LinkType.MENTION if type is LinkType.DERIVED else LinkType.BACKGROUND
        reason = f"{reason}, but {doubt}"
    return Link(
        a=RecordKey(source=Source.PUBMED, id=reference.pmid),
        b=registration.key,
        type=type,
        basis="reference",
        reason=reason + ".",
        score=_BASIS_SCORES["reference"],
    )


def _doubt(study: StudyFields, paper: Sourced) -> str:
    assert paper.document.article is not None
    early = _too_early(paper.document.article.published[:4], study)
    if early:
        return early
    report = report_kind(paper)
    return _NOT_A_REPORT[Report(report)] if report in _NOT_A_REPORT else ""


def _too_early(year: str, study: StudyFields) -> str:
    if year and study.start and year < study.start[:4]:
        return f"it came out in {year}, before the study began ({study.start})"
    return ""


def _is_protocol(reference: Reference, paper: Sourced | None) -> bool:
    if paper is not None:
        return report_kind(paper) == Report.TRIAL_PROTOCOL
    return is_protocol_title(reference.citation)


_YEAR_CITED = re.compile(r"\.\s((?:19|20)\d\d)(?=[\s;.])")


def year_cited(citation: str) -> str:
    """The year of a citation as registries write it ("... Stem Cells. 2006 May;24(5):1294-301."), or ""."""
    found = _YEAR_CITED.findall(citation)
    return found[0] if found else ""


def strongest(links: Iterable[Link]) -> tuple[Link, ...]:
    """One link for each two records: the strongest type, then the highest score; sorted."""
    best: dict[tuple[RecordKey, RecordKey], Link] = {}
    for link in sorted(links, key=lambda item: (STRENGTH.index(item.type), -item.score, item.basis, item.reason)):
        best.setdefault((link.a, link.b), link)
    return tuple(sorted(best.values()))


# -- registrations among themselves ----------------------------------------------------------------------------

_FOLLOWS = re.compile(
    r"follow[- ]?up|extension|extended|continu(?:ation|ing|ed)|roll[- ]?over|long[- ]term|"
    r"(?:previously |were |was )?(?:enrolled|participated|treated|completed|received)",
    re.I,
)
_DUPLICATE = re.compile(r"\b(?:duplicate|in error|by mistake|registered twice|correct entry|replaced by)\b", re.I)
_ENTRANTS = ("eligibility", "study_population")
_NO_STUDY_NUMBER = frozenset({"NIH", "OTHER_GRANT", "FDA", "AHRQ", "SAMHSA"})


def find_registration_links(registrations: Mapping[str, Document]) -> Iterator[Link]:
    """Links between registrations that their records state: numbers of each other, and third numbers in common."""
    owners: dict[str, list[str]] = {}
    for ident in sorted(registrations):
        document = registrations[ident]
        yield from _by_own_numbers(document, registrations)
        yield from _by_text(document, registrations)
        for number in sorted(_third_numbers(document)):
            owners.setdefault(number, []).append(ident)
    for number, ids in sorted(owners.items()):
        for other in ids[1:]:
            reason = f"{other} and {ids[0]} both give {number} as a number of their own."
            yield _same(registrations[other], registrations[ids[0]], "secondary_id", reason, 0.9)


def _by_own_numbers(document: Document, registrations: Mapping[str, Document]) -> Iterator[Link]:
    """A secondary id or an alias that is another registration's number."""
    assert document.study is not None
    given = [(number, "an earlier number of its own") for number in document.study.aliases]
    given += [(item.id, "a secondary id") for item in document.study.secondary_ids]
    for number, what in given:
        other = registrations.get(normalise_registry_id(number) or "")
        if other is not None and other.key != document.key:
            yield _related(document, other, f"{document.key.id} gives {other.key.id} as {what}")


def _related(document: Document, other: Document, reason: str) -> Link:
    """Another's number given as one's own: a second registration, unless the title says follow-up."""
    later, earlier = _in_time(document, other)
    if _calls_itself_follow_up(later) != _calls_itself_follow_up(earlier):
        return _link(
            later, earlier, LinkType.FOLLOW_UP, "secondary_id", reason + ", and is a follow-up by its title.", 0.95
        )
    return _same(later, earlier, "secondary_id", reason + ".", 0.95)


def _calls_itself_follow_up(document: Document) -> bool:
    titles = f"{document.text('title')} {document.text('official_title')}"
    return bool(re.search(r"follow[- ]?up|extension|roll[- ]?over|long[- ]term", titles, re.I))


def _by_text(document: Document, registrations: Mapping[str, Document]) -> Iterator[Link]:
    """Numbers in the record's texts: entrants or words of following make a follow-up, anything else a mention."""
    for section in document.sections:
        if section.name.startswith(("secondary_id", "org_study_id", "reference")):
            continue
        for found in find_registry_ids(section.text):
            other = registrations.get(found.id)
            if other is None or other.key == document.key:
                continue
            yield _text_link(document, other, section.name, section.text[max(0, found.start - 160) : found.end + 80])


def _text_link(document: Document, other: Document, section: str, words: str) -> Link:
    reason = f"{document.key.id} names {other.key.id} in {section.replace('_', ' ')}"
    if _DUPLICATE.search(words):
        return _same(document, other, section, f"{reason} as the entry that replaces it.", 0.95)
    if section in _ENTRANTS:
        return _link(document, other, LinkType.FOLLOW_UP, section, f"{reason}: its participants come from there.", 0.95)
    if _calls_itself_follow_up(document) and _FOLLOWS.search(words):
        return _link(document, other, LinkType.FOLLOW_UP, section, f"{reason} as the study that it follows.", 0.9)
    if re.search(
        r"(?:extension|continuation|follow[- ]?up) (?:study )?(?:of|to)\b|completed (?:the|phase)", words, re.I
    ):
        return _link(document, other, LinkType.FOLLOW_UP, section, f"{reason} as the study that it continues.", 0.85)
    return _link(document, other, LinkType.MENTION, section, f"{reason} in passing.", 0.5)


def _third_numbers(document: Document) -> set[str]:
    """Numbers of other registries that a registration gives as its own, normalised."""
    assert document.study is not None
    numbers = [item.id for item in document.study.secondary_ids if item.type not in _NO_STUDY_NUMBER]
    found = {normalise_registry_id(number) for number in (*numbers, document.study.org_study_id)}
    # The EU's register has a record for each member state: 2005-003674-14-ES.
    found |= {item.id for item in find_registry_ids(document.key.id)}
    return {number for number in found if number and number != document.key.id and not number.startswith("NCT")}


def other_numbers(document: Document) -> set[str]:
    """Other numbers of a registration: of other registries, and those that it had before."""
    assert document.study is not None
    aliases = {normalise_registry_id(alias) or "" for alias in document.study.aliases}
    return _third_numbers(document) | aliases - {"", document.key.id}


def _in_time(one: Document, other: Document) -> tuple[Document, Document]:
    """(later, earlier) by day of posting."""
    return (one, other) if posted_order(one) > posted_order(other) else (other, one)


def posted_order(document: Document) -> tuple[str, str]:
    """Sort key: day of first posting, then id; records without a day last."""
    study = document.study
    assert study is not None
    return (study.first_posted or study.first_submitted or "9999", document.key.id)


def _same(one: Document, other: Document, basis: str, reason: str, score: float) -> Link:
    return _link(*_in_time(one, other), LinkType.SAME_STUDY, basis, reason, score)


def _link(later: Document, earlier: Document, type: LinkType, basis: str, reason: str, score: float) -> Link:
    return Link(a=later.key, b=earlier.key, type=type, basis=basis, reason=reason, score=score)
