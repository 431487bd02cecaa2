"""What links, families and inference look at in a record: small enough to hold for all records at once.

`find_registration_links`, `find_reference_links`, `infer_links`, `infer_siblings` and `build_families` give the same
of an essence as of the whole record (a property test holds this), so a change of one record need not read the others.
"""

from __future__ import annotations

from dataclasses import replace

from mscminer.core.documents import ArticleFields, Document, Reference, Section, StudyFields
from mscminer.core.facts import Extraction
from mscminer.core.ids import find_registry_ids
from mscminer.core.trials import Sourced
from mscminer.core.vocabulary import Field

READ_FIELDS = frozenset(
    {Field.REPORT, Field.N, Field.CATEGORY, Field.TISSUE, Field.DONOR, Field.PHASE, Field.ROUTE, Field.DOSE}
)
"""Fields that inference compares."""
_TITLES = frozenset({"title", "official_title"})


def essence(source: Sourced) -> Sourced:
    """The part of a record that its links to others rest on."""
    document = source.document
    return Sourced(
        document=Document(
            key=document.key,
            sections=tuple(_sections(document)),
            study=_study(document.study) if document.study else None,
            article=_article(document.article) if document.article else None,
        ),
        extraction=_extraction(source.extraction) if source.extraction else None,
    )


def _sections(document: Document) -> list[Section]:
    """Titles, and for a registration every text that names another."""
    if document.article is not None:
        return [section for section in document.sections if section.name in _TITLES]
    return [section for section in document.sections if section.name in _TITLES or _names_another(section, document)]


def _names_another(section: Section, document: Document) -> bool:
    return any(found.id != document.key.id for found in find_registry_ids(section.text))


def _study(study: StudyFields) -> StudyFields:
    return StudyFields(
        study_type=study.study_type,
        enrollment=study.enrollment,
        interventions=tuple(replace(item, description="", other_names=()) for item in study.interventions),
        conditions=study.conditions,
        org_study_id=study.org_study_id,
        secondary_ids=study.secondary_ids,
        references=tuple(map(_reference, study.references)),
        aliases=study.aliases,
        sponsor=study.sponsor,
        investigators=study.investigators,
        first_submitted=study.first_submitted,
        first_posted=study.first_posted,
        start=study.start,
        completion=study.completion,
    )


def _reference(reference: Reference) -> Reference:
    """What the registry calls background is background, whatever the citation says."""
    citation = "" if reference.type == "BACKGROUND" else reference.citation
    return Reference(pmid=reference.pmid, type=reference.type, citation=citation)


def _article(article: ArticleFields) -> ArticleFields:
    return ArticleFields(
        published=article.published,
        publication_types=article.publication_types,
        authors=article.authors,
        pmid=article.pmid,
    )


def _extraction(extraction: Extraction) -> Extraction:
    facts = (fact for fact in extraction.facts if fact.field in READ_FIELDS and fact.stated)
    return Extraction(
        key=extraction.key,
        document=extraction.document,
        maker=extraction.maker,
        facts=tuple(replace(fact, evidence=(), confidence=1.0, basis="text") for fact in facts),
    )
