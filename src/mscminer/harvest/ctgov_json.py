"""A study of ClinicalTrials.gov (API v2 JSON) as a Record, and as a Document.

Field names are those of the API's data structure, https://clinicaltrials.gov/data-api/about-api/study-data-structure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from mscminer.core.documents import (
    Arm,
    Concept,
    Document,
    Intervention,
    Reference,
    SecondaryId,
    Section,
    StudyFields,
)
from mscminer.core.errors import RecordError
from mscminer.core.records import Media, Record, RecordKey, Source

Json = Mapping[str, Any]

_NCT = re.compile(r"NCT\d{8}")
_LONG_MESH_UI = re.compile(r"D000(\d{6})")
_FIRST_LONG_MESH_UI = 66_500
"""The classic API writes every descriptor with nine digits (D000007938); MeSH does so only for the newer ones."""


def study_id(study: Json) -> str:
    """The study's NCT number.

    Raises:
        RecordError: if it has none of that form.
    """
    ident = _text(study, "protocolSection", "identificationModule", "nctId").strip().upper()
    if not _NCT.fullmatch(ident):
        raise RecordError(
            f"the study has no NCT number ({ident!r})" if ident else "the study has no NCT number",
            remedy="Fetch it with protocolSection.identificationModule, or leave it out.",
        )
    return ident


def canonical_bytes(study: Json) -> bytes:
    """The study as JSON with sorted keys and no insignificant white space, without ``versionHolder``.

    ``derivedSection.miscInfoModule.versionHolder`` is the day of the registry's data, not of the study: it changes
    every day in every record, and with it every study would look edited.

    Raises:
        RecordError: if a text is not Unicode (a lone surrogate, as wrongly decoded bytes leave it).
    """
    derived = study.get("derivedSection")
    misc = derived.get("miscInfoModule") if isinstance(derived, Mapping) else None
    if isinstance(misc, Mapping) and "versionHolder" in misc:
        assert isinstance(derived, Mapping)
        kept = {name: value for name, value in misc.items() if name != "versionHolder"}
        rest = {name: value for name, value in derived.items() if name != "miscInfoModule"}
        study = {**study, "derivedSection": {**rest, **({"miscInfoModule": kept} if kept else {})}}
    text = json.dumps(study, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise RecordError(
            "a text of the study is not valid UTF-8", remedy="Fetch the study again and load it as it comes."
        ) from error


def build_study_record(study: Json, *, fetched_at: datetime, origin: str = "", note: str | None = None) -> Record:
    """The Record of an API v2 study; our own ``{"mscminer": {"note": "restated"}}`` becomes its note.

    A study that we wrote ourselves says so in a member of its own, ``{"mscminer": {"note": "restated"}}``.

    Raises:
        RecordError: if it has no NCT number or is not valid text.
    """
    return Record(
        key=RecordKey(source=Source.CTGOV, id=study_id(study)),
        media=Media.CTGOV_JSON,
        raw=canonical_bytes(study),
        fetched_at=fetched_at,
        revised_at=_text(study, "protocolSection", "statusModule", "lastUpdatePostDateStruct", "date") or None,
        origin=origin,
        note=note or _text(study, "mscminer", "note") or None,
    )


def parse_study(record: Record) -> Document:
    """The Document of an API v2 study.

    Raises:
        RecordError: if a field is of another type than the API documents.
    """
    try:
        study = json.loads(record.raw)
    except ValueError as error:
        raise RecordError(f"not JSON: {error}", where=str(record.key), remedy="Fetch the study again.") from error
    if not isinstance(study, dict):
        raise RecordError("not a study object", where=str(record.key), remedy="Fetch the study again.")
    try:
        sections, fields = tuple(_sections(study)), _fields(study)
    except RecordError as error:
        raise RecordError(error.message, where=str(record.key), remedy=error.remedy) from error
    return Document(key=record.key, sections=sections, study=fields, note=record.note)


def _sections(study: Json) -> Iterator[Section]:
    for name, text in _texts(study):
        if text.strip():
            yield Section(name=name, text=text)


def _texts(study: Json) -> Iterator[tuple[str, str]]:
    protocol = _part(study, "protocolSection")
    identification = _part(protocol, "identificationModule")
    yield "title", _text(identification, "briefTitle")
    yield "official_title", _text(identification, "officialTitle")
    yield "acronym", _text(identification, "acronym")
    yield "org_study_id", _text(identification, "orgStudyIdInfo", "id")
    for n, other in enumerate(_parts(identification, "secondaryIdInfos")):
        yield f"secondary_id.{n}", _text(other, "id")
    yield "brief_summary", _text(protocol, "descriptionModule", "briefSummary")
    yield "detailed_description", _text(protocol, "descriptionModule", "detailedDescription")
    yield from _numbered("condition", _strings(protocol, "conditionsModule", "conditions"))
    yield from _numbered("keyword", _strings(protocol, "conditionsModule", "keywords"))
    yield from _design_texts(_part(protocol, "designModule", "designInfo"))
    yield from _arm_texts(_part(protocol, "armsInterventionsModule"))
    yield from _outcome_texts(_part(protocol, "outcomesModule"))
    yield "eligibility", _text(protocol, "eligibilityModule", "eligibilityCriteria")
    yield "study_population", _text(protocol, "eligibilityModule", "studyPopulation")
    yield "why_stopped", _text(protocol, "statusModule", "whyStopped")
    for n, reference in enumerate(_parts(protocol, "referencesModule", "references")):
        yield f"reference.{n}", _text(reference, "citation")


def _numbered(name: str, texts: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for n, text in enumerate(texts):
        yield f"{name}.{n}", text


def _design_texts(design: Json) -> Iterator[tuple[str, str]]:
    yield "model_description", _text(design, "interventionModelDescription")
    yield "masking_description", _text(design, "maskingInfo", "maskingDescription")


def _arm_texts(module: Json) -> Iterator[tuple[str, str]]:
    for n, arm in enumerate(_parts(module, "armGroups")):
        yield f"arm.{n}.label", _text(arm, "label")
        yield f"arm.{n}.description", _text(arm, "description")
    for n, intervention in enumerate(_parts(module, "interventions")):
        yield f"intervention.{n}.name", _text(intervention, "name")
        yield f"intervention.{n}.description", _text(intervention, "description")
        yield from _numbered(f"intervention.{n}.other_name", _strings(intervention, "otherNames"))


def _outcome_texts(module: Json) -> Iterator[tuple[str, str]]:
    for kind in ("primary", "secondary", "other"):
        for n, outcome in enumerate(_parts(module, f"{kind}Outcomes")):
            yield f"{kind}_outcome.{n}.measure", _text(outcome, "measure")
            yield f"{kind}_outcome.{n}.description", _text(outcome, "description")
            yield f"{kind}_outcome.{n}.time_frame", _text(outcome, "timeFrame")


def _fields(study: Json) -> StudyFields:
    protocol = _part(study, "protocolSection")
    derived = _part(study, "derivedSection")
    identification = _part(protocol, "identificationModule")
    return StudyFields(
        **_design(_part(protocol, "designModule")),
        **_dates(_part(protocol, "statusModule")),
        **_people(_part(protocol, "sponsorCollaboratorsModule"), _part(protocol, "contactsLocationsModule")),
        status=_text(protocol, "statusModule", "overallStatus"),
        why_stopped=_text(protocol, "statusModule", "whyStopped"),
        has_results=bool(_flag(study, "hasResults")) or "resultsSection" in study,
        healthy_volunteers=_flag(protocol, "eligibilityModule", "healthyVolunteers"),
        arms=_arms(_part(protocol, "armsInterventionsModule")),
        interventions=_interventions(_part(protocol, "armsInterventionsModule")),
        conditions=_strings(protocol, "conditionsModule", "conditions"),
        keywords=_strings(protocol, "conditionsModule", "keywords"),
        condition_mesh=_concepts(derived, "conditionBrowseModule", "meshes"),
        condition_ancestors=_concepts(derived, "conditionBrowseModule", "ancestors"),
        intervention_mesh=_concepts(derived, "interventionBrowseModule", "meshes"),
        org_study_id=_text(identification, "orgStudyIdInfo", "id"),
        secondary_ids=_secondary_ids(identification),
        references=_references(protocol),
        aliases=_strings(identification, "nctIdAliases"),
    )


def _design(module: Json) -> dict[str, Any]:
    info = _part(module, "designInfo")
    return {
        "study_type": _text(module, "studyType"),
        "phases": _strings(module, "phases"),
        "enrollment": _number(module, "enrollmentInfo", "count"),
        "enrollment_type": _text(module, "enrollmentInfo", "type"),
        "allocation": _text(info, "allocation"),
        "intervention_model": _text(info, "interventionModel"),
        "primary_purpose": _text(info, "primaryPurpose"),
        "masking": _text(info, "maskingInfo", "masking"),
        "who_masked": _strings(info, "maskingInfo", "whoMasked"),
    }


def _dates(status: Json) -> dict[str, Any]:
    return {
        "first_submitted": _text(status, "studyFirstSubmitDate"),
        "first_posted": _text(status, "studyFirstPostDateStruct", "date"),
        "start": _text(status, "startDateStruct", "date"),
        "primary_completion": _text(status, "primaryCompletionDateStruct", "date"),
        "completion": _text(status, "completionDateStruct", "date"),
        "results_first_posted": _text(status, "resultsFirstPostDateStruct", "date"),
        "last_update_posted": _text(status, "lastUpdatePostDateStruct", "date"),
    }


def _people(sponsors: Json, contacts: Json) -> dict[str, Any]:
    names = [_text(official, "name") for official in _parts(contacts, "overallOfficials")]
    names.append(_text(sponsors, "responsibleParty", "investigatorFullName"))
    countries = [_text(location, "country") for location in _parts(contacts, "locations")]
    return {
        "sponsor": _text(sponsors, "leadSponsor", "name"),
        "sponsor_class": _text(sponsors, "leadSponsor", "class"),
        "investigators": tuple(dict.fromkeys(name for name in names if name)),
        "countries": tuple(dict.fromkeys(country for country in countries if country)),
    }


def _arms(module: Json) -> tuple[Arm, ...]:
    return tuple(
        Arm(
            number=n,
            label=_text(arm, "label"),
            type=_text(arm, "type"),
            description=_text(arm, "description"),
            interventions=_strings(arm, "interventionNames"),
        )
        for n, arm in enumerate(_parts(module, "armGroups"))
    )


def _interventions(module: Json) -> tuple[Intervention, ...]:
    return tuple(
        Intervention(
            number=n,
            type=_text(intervention, "type"),
            name=_text(intervention, "name"),
            description=_text(intervention, "description"),
            other_names=_strings(intervention, "otherNames"),
            arm_labels=_strings(intervention, "armGroupLabels"),
        )
        for n, intervention in enumerate(_parts(module, "interventions"))
    )


def _secondary_ids(identification: Json) -> tuple[SecondaryId, ...]:
    return tuple(
        SecondaryId(id=_text(other, "id"), type=_text(other, "type"), domain=_text(other, "domain"))
        for other in _parts(identification, "secondaryIdInfos")
    )


def _references(protocol: Json) -> tuple[Reference, ...]:
    return tuple(
        Reference(
            pmid=_text(reference, "pmid"),
            type=_text(reference, "type"),
            citation=_text(reference, "citation"),
            retracted=bool(_parts(reference, "retractions")),
        )
        for reference in _parts(protocol, "referencesModule", "references")
    )


def _concepts(derived: Json, *path: str) -> tuple[Concept, ...]:
    return tuple(
        Concept(name=_text(concept, "term"), ui=mesh_ui(_text(concept, "id"))) for concept in _parts(derived, *path)
    )


def mesh_ui(ui: str) -> str:
    """MeSH's own form of a unique id, which the registry writes with more zeros ("D000010003" is D010003)."""
    long = _LONG_MESH_UI.fullmatch(ui)
    if long and int(long[1]) < _FIRST_LONG_MESH_UI:
        return f"D{long[1]}"
    return ui


# Typed look-ups.  An absent or null field is empty; one of another type than documented is an error, so that a change
# of the registry's schema is seen and never read as "nothing stated".


def _at(data: Json, *path: str) -> Any:
    value: Any = data
    for name in path:
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise _unexpected(path, value, "an object")
        value = value.get(name)
    return value


def _unexpected(path: tuple[str, ...], value: Any, wanted: str) -> RecordError:
    return RecordError(
        f"{'.'.join(path)} holds {type(value).__name__}, where {wanted} was expected",
        remedy="The registry's format may have changed: look for a newer version of mscminer.",
    )


def _part(data: Json, *path: str) -> Json:
    value = _at(data, *path)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _unexpected(path, value, "an object")
    return value


def _parts(data: Json, *path: str) -> list[Json]:
    value = _at(data, *path)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise _unexpected(path, value, "a list of objects")
    return value


def _text(data: Json, *path: str) -> str:
    value = _at(data, *path)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _unexpected(path, value, "a text")
    return value


def _strings(data: Json, *path: str) -> tuple[str, ...]:
    value = _at(data, *path)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _unexpected(path, value, "a list of texts")
    return tuple(value)


def _number(data: Json, *path: str) -> int | None:
    value = _at(data, *path)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _unexpected(path, value, "a whole number")
    return value


def _flag(data: Json, *path: str) -> bool | None:
    value = _at(data, *path)
    if value is not None and not isinstance(value, bool):
        raise _unexpected(path, value, "true or false")
    return value
