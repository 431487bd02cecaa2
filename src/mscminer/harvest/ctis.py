"""A trial of the EU's Clinical Trials Information System as its public API gives it (``/retrieve/<EU CT number>``).

EMA publishes no description of this JSON.  Paths are those in use since the relaunch of June 2024; a field that is
absent or of another type is taken as not given, since there is no contract that it could break.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mscminer.core.documents import Arm, Document, Intervention, StudyFields
from mscminer.core.errors import RecordError
from mscminer.core.ids import find_registry_ids
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.dates import day_of
from mscminer.harvest.registration import (
    Outcome,
    Registration,
    allocation_code,
    build_document,
    enrolment,
    masking_code,
    other_ids,
    phase_codes,
    status_code,
)

_AGAIN = "Download the trial again from euclinicaltrials.eu."


def build_ctis_record(trial: Mapping[str, Any], *, fetched_at: datetime, origin: str = "") -> Record:
    """The Record of a trial.

    Raises:
        RecordError: if it has no EU CT number, or is only a line of search results.
    """
    number = _text(trial, "ctNumber")
    found = find_registry_ids(number)
    if len(found) != 1 or found[0].registry != "CTIS":
        raise RecordError(f"not an EU CT number: {number!r}", remedy=_AGAIN)
    if not isinstance(trial.get("authorizedApplication"), Mapping):
        raise RecordError(
            f"{number}: a line of search results without the trial itself",
            remedy="Retrieve each trial by its EU CT number.",
        )
    try:
        raw = json.dumps(trial, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except UnicodeEncodeError as error:
        raise RecordError("a text of the trial is not valid UTF-8", remedy=_AGAIN) from error
    return Record(
        key=RecordKey(source=Source.CTIS, id=found[0].id),
        media=Media.CTIS_JSON,
        raw=raw,
        fetched_at=fetched_at,
        revised_at=day_of(_text(trial, "publishDate")) or None,
        origin=origin,
    )


def parse_ctis(record: Record) -> Document:
    """The Document of a trial.

    Raises:
        RecordError: if the bytes are not such a trial.
    """
    try:
        trial = json.loads(record.raw)
    except ValueError as error:
        raise RecordError(f"not JSON: {error}", where=str(record.key), remedy=_AGAIN) from error
    if not isinstance(trial, Mapping):
        raise RecordError("not a trial object", where=str(record.key), remedy=_AGAIN)
    return build_document(record, _registration(trial))


def _registration(trial: Mapping[str, Any]) -> Registration:
    part = _part(trial, "authorizedApplication", "authorizedPartI")
    details = _part(part, "trialDetails")
    information = _part(details, "trialInformation")
    names = _part(details, "clinicalTrialIdentifiers")
    return Registration(
        fields=StudyFields(
            **_design(part, details, information),
            **_dates(trial, information),
            status=status_code(_text(trial, "ctStatus")),
            interventions=_interventions(part),
            arms=_arms(details),
            conditions=_conditions(part, information),
            keywords=_each(_parts(information, "medicalCondition", "meddraConditionTerms"), "termName"),
            org_study_id=_text(names, "shortTitle"),
            secondary_ids=other_ids(_other_numbers(trial, names)),
            sponsor=_sponsor(part),
            countries=_each(_parts(part, "rowCountriesInfo"), "name"),
            has_results=bool(_parts(trial, "results", "summaryResults")),
        ),
        title=_text(names, "publicTitle") or _text(trial, "ctTitle"),
        official_title=_text(names, "fullTitle"),
        brief_summary=_text(information, "trialObjective", "mainObjective"),
        detailed_description="\n".join(
            _each(_parts(information, "trialObjective", "secondaryObjectives"), "secondaryObjective")
        ),
        primary_outcomes=_outcomes(information, "primaryEndPoints"),
        secondary_outcomes=_outcomes(information, "secondaryEndPoints"),
        eligibility=_eligibility(information),
    )


def _design(part: Mapping[str, Any], details: Mapping[str, Any], information: Mapping[str, Any]) -> dict[str, Any]:
    periods = _parts(details, "protocolInformation", "studyDesign", "periodDetails")
    allocation = " ".join(_each(periods, "allocationMethod"))
    blinding = " ".join(_each(periods, "blindingMethod"))
    number = enrolment(_text(part, "rowSubjectCount"))
    return {
        "study_type": "INTERVENTIONAL",
        "phases": phase_codes(_text(information, "trialCategory", "trialPhase")),
        "enrollment": number,
        "enrollment_type": "ESTIMATED" if number is not None else "",
        "allocation": allocation_code(allocation),
        "masking": masking_code(blinding if "blind" in blinding.lower() else f"{blinding} blind"),
    }


def _dates(trial: Mapping[str, Any], information: Mapping[str, Any]) -> dict[str, Any]:
    duration = _part(information, "trialDuration")
    return {
        "first_submitted": day_of(_text(trial, "submissionDate")),
        "first_posted": day_of(_text(trial, "decisionDate") or _text(trial, "publishDate")),
        "last_update_posted": day_of(_text(trial, "publishDate")),
        "start": day_of(_text(trial, "startDateEU") or _text(duration, "estimatedRecruitmentStartDate")),
        "completion": day_of(_text(trial, "endDateEU") or _text(duration, "estimatedEndDate")),
    }


def _interventions(part: Mapping[str, Any]) -> tuple[Intervention, ...]:
    grouped = [
        (_text(group, "productRoleName"), product)
        for group in _parts(part, "productRoleGroupInfos")
        for product in _parts(group, "products")
    ]
    plain = [(_text(product, "productRole"), product) for product in _parts(part, "products")]
    found: dict[str, Intervention] = {}
    for role, product in grouped or plain:
        entry = _part(product, "productDictionaryInfo")
        name = _text(product, "productName") or _text(entry, "prodName")
        others = (_text(product, "otherMedicinalProduct"), _text(entry, "activeSubstanceName"))
        routes = ", ".join(_strings(product, "routes") or _each(_parts(product, "routes"), "name"))
        lines = (f"Role: {role}" if role else "", f"Route: {routes}" if routes else "")
        if name and name not in found:
            found[name] = Intervention(
                number=len(found),
                type="",
                name=name,
                description="\n".join(line for line in lines if line),
                other_names=tuple(dict.fromkeys(other for other in others if other and other != name)),
            )
    return tuple(found.values())


def _arms(details: Mapping[str, Any]) -> tuple[Arm, ...]:
    arms = [
        arm
        for period in _parts(details, "protocolInformation", "studyDesign", "periodDetails")
        for arm in _parts(period, "armDetails")
        if _text(arm, "title")
    ]
    return tuple(
        Arm(number=n, label=_text(arm, "title"), description=_text(arm, "description")) for n, arm in enumerate(arms)
    )


def _conditions(part: Mapping[str, Any], information: Mapping[str, Any]) -> tuple[str, ...]:
    named = _each(_parts(information, "medicalCondition", "partIMedicalConditions"), "medicalCondition")
    return named or _each(_parts(part, "medicalConditions"), "medicalCondition")


def _other_numbers(trial: Mapping[str, Any], names: Mapping[str, Any]) -> tuple[str, ...]:
    numbers = _part(names, "secondaryIdentifyingNumbers")
    single = (_text(numbers, name, "number") for name in ("nctNumber", "isrctnNumber", "whoUniversalTrialNumber"))
    others = _each(_parts(numbers, "additionalRegistries"), "number")
    eudract = _text(trial, "authorizedApplication", "eudraCt", "eudraCtCode")
    return tuple(number for number in (*single, *others, eudract) if number)


def _sponsor(part: Mapping[str, Any]) -> str:
    sponsors = _parts(part, "sponsors")
    lead = next((sponsor for sponsor in sponsors if sponsor.get("primary")), sponsors[0] if sponsors else {})
    contacts = _parts(lead, "publicContacts")
    return _text(lead, "organisation", "name") or (_text(contacts[0], "organisation", "name") if contacts else "")


def _outcomes(information: Mapping[str, Any], name: str) -> tuple[Outcome, ...]:
    points = _parts(information, "endPoint", name)
    return tuple(Outcome(measure=_text(point, "endPoint"), time_frame=_text(point, "timeFrame")) for point in points)


def _eligibility(information: Mapping[str, Any]) -> str:
    blocks = []
    for kind in ("Inclusion", "Exclusion"):
        name = f"principal{kind}Criteria"
        lines = _each(_parts(information, "eligibilityCriteria", name), name)
        if lines:
            blocks.append("\n".join([f"{kind} criteria:", *lines]))
    return "\n\n".join(blocks)


def _at(data: Any, *path: str) -> Any:
    for name in path:
        if not isinstance(data, Mapping):
            return None
        data = data.get(name)
    return data


def _part(data: Any, *path: str) -> Mapping[str, Any]:
    value = _at(data, *path)
    return value if isinstance(value, Mapping) else {}


def _parts(data: Any, *path: str) -> list[Mapping[str, Any]]:
    value = _at(data, *path)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _text(data: Any, *path: str) -> str:
    value = _at(data, *path)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _strings(data: Any, *path: str) -> tuple[str, ...]:
    value = _at(data, *path)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _each(items: list[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    texts = (_text(item, name) for item in items)
    return tuple(dict.fromkeys(text for text in texts if text))
