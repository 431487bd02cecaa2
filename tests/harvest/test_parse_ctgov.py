"""What is kept of a study of ClinicalTrials.gov."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.documents import (
    Arm,
    Concept,
    Document,
    Intervention,
    Kind,
    Reference,
    SecondaryId,
    document_from_json,
    document_to_json,
)
from mscminer.core.errors import RecordError
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.ctgov_json import build_study_record
from mscminer.harvest.parsing import parse_record
from tests.conftest import NOW
from tests.harvest.examples import study

STUDY: dict[str, Any] = {
    "protocolSection": {
        "identificationModule": {
            "nctId": "NCT00000009",
            "nctIdAliases": ["NCT00000008"],
            "orgStudyIdInfo": {"id": "CELL-1"},
            "secondaryIdInfos": [{"id": "2011-006270-13", "type": "EUDRACT_NUMBER"}, {"id": "R01", "domain": "NIH"}],
            "briefTitle": "Cells for knees",
            "officialTitle": "Cells for the knees of adults",
            "acronym": "KNEES",
        },
        "statusModule": {
            "overallStatus": "TERMINATED",
            "whyStopped": "no funds",
            "startDateStruct": {"date": "2010-05", "type": "ACTUAL"},
            "primaryCompletionDateStruct": {"date": "2012-05-06"},
            "completionDateStruct": {"date": "2013"},
            "studyFirstSubmitDate": "2010-01-01",
            "studyFirstPostDateStruct": {"date": "2010-01-03"},
            "resultsFirstPostDateStruct": {"date": "2014-01-03"},
            "lastUpdatePostDateStruct": {"date": "2015-02-01"},
        },
        "sponsorCollaboratorsModule": {
            "responsibleParty": {"type": "PRINCIPAL_INVESTIGATOR", "investigatorFullName": "Jane Doe"},
            "leadSponsor": {"name": "Knee Institute", "class": "OTHER"},
        },
        "descriptionModule": {"briefSummary": "  Short.\n", "detailedDescription": "Long.\n\n* one\n"},
        "conditionsModule": {"conditions": ["Knee pain", " ", "Gonarthrosis"], "keywords": ["stroma"]},
        "designModule": {
            "studyType": "INTERVENTIONAL",
            "phases": ["PHASE1", "PHASE2"],
            "designInfo": {
                "allocation": "RANDOMIZED",
                "interventionModel": "PARALLEL",
                "interventionModelDescription": "two arms",
                "primaryPurpose": "TREATMENT",
                "maskingInfo": {"masking": "DOUBLE", "maskingDescription": "by curtain", "whoMasked": ["PARTICIPANT"]},
            },
            "enrollmentInfo": {"count": 0, "type": "ACTUAL"},
        },
        "armsInterventionsModule": {
            "armGroups": [
                {
                    "label": "Cells",
                    "type": "EXPERIMENTAL",
                    "description": "two doses",
                    "interventionNames": ["Drug: C"],
                },
                {"label": "None"},
            ],
            "interventions": [
                {"type": "BIOLOGICAL", "name": "C", "otherNames": ["c1", "c2"], "armGroupLabels": ["Cells"]},
            ],
        },
        "outcomesModule": {
            "primaryOutcomes": [{"measure": "Pain", "timeFrame": "1 year"}],
            "secondaryOutcomes": [{"measure": "Walk", "description": "in metres"}],
            "otherOutcomes": [{"measure": "Joy"}],
        },
        "eligibilityModule": {
            "eligibilityCriteria": "Adults",
            "healthyVolunteers": False,
            "studyPopulation": "Clinic",
        },
        "contactsLocationsModule": {
            "overallOfficials": [{"name": "John Roe"}, {"name": "Jane Doe"}],
            "locations": [{"country": "Spain"}, {"country": "Chile"}, {"country": "Spain"}],
        },
        "referencesModule": {
            "references": [
                {"pmid": "123", "type": "RESULT", "citation": "Doe J. Cells."},
                {"type": "BACKGROUND", "citation": "Roe R.", "retractions": [{"pmid": "9", "source": "x"}]},
            ]
        },
    },
    "derivedSection": {
        "conditionBrowseModule": {
            "meshes": [{"id": "D000020370", "term": "Osteoarthritis, Knee"}],
            "ancestors": [{"id": "D000086382", "term": "New descriptor"}],
        },
        "interventionBrowseModule": {"meshes": [{"id": "D015", "term": "X"}]},
    },
    "hasResults": True,
}


@pytest.fixture(scope="module")
def document() -> Document:
    return parse_record(build_study_record(STUDY, fetched_at=NOW))


def test_texts_are_verbatim_and_named(document: Document) -> None:
    assert {section.name: section.text for section in document.sections} == {
        "title": "Cells for knees",
        "official_title": "Cells for the knees of adults",
        "acronym": "KNEES",
        "org_study_id": "CELL-1",
        "secondary_id.0": "2011-006270-13",
        "secondary_id.1": "R01",
        "brief_summary": "  Short.\n",
        "detailed_description": "Long.\n\n* one\n",
        "condition.0": "Knee pain",
        "condition.2": "Gonarthrosis",
        "keyword.0": "stroma",
        "model_description": "two arms",
        "masking_description": "by curtain",
        "arm.0.label": "Cells",
        "arm.0.description": "two doses",
        "arm.1.label": "None",
        "intervention.0.name": "C",
        "intervention.0.other_name.0": "c1",
        "intervention.0.other_name.1": "c2",
        "primary_outcome.0.measure": "Pain",
        "primary_outcome.0.time_frame": "1 year",
        "secondary_outcome.0.measure": "Walk",
        "secondary_outcome.0.description": "in metres",
        "other_outcome.0.measure": "Joy",
        "eligibility": "Adults",
        "study_population": "Clinic",
        "why_stopped": "no funds",
        "reference.0": "Doe J. Cells.",
        "reference.1": "Roe R.",
    }


def test_fields(document: Document) -> None:
    fields = document.study
    assert fields is not None
    assert document.kind is Kind.REGISTRATION
    assert (fields.study_type, fields.phases) == ("INTERVENTIONAL", ("PHASE1", "PHASE2"))
    assert (fields.enrollment, fields.enrollment_type) == (0, "ACTUAL")
    assert (fields.allocation, fields.intervention_model, fields.primary_purpose) == (
        "RANDOMIZED",
        "PARALLEL",
        "TREATMENT",
    )
    assert (fields.masking, fields.who_masked, fields.healthy_volunteers) == ("DOUBLE", ("PARTICIPANT",), False)
    assert (fields.status, fields.why_stopped, fields.has_results) == ("TERMINATED", "no funds", True)
    assert (fields.first_submitted, fields.first_posted, fields.last_update_posted) == (
        "2010-01-01",
        "2010-01-03",
        "2015-02-01",
    )
    assert (fields.start, fields.primary_completion, fields.completion) == ("2010-05", "2012-05-06", "2013")
    assert fields.results_first_posted == "2014-01-03"
    assert (fields.sponsor, fields.sponsor_class) == ("Knee Institute", "OTHER")
    assert fields.investigators == ("John Roe", "Jane Doe")
    assert fields.countries == ("Spain", "Chile")
    assert fields.aliases == ("NCT00000008",)


def test_parts(document: Document) -> None:
    fields = document.study
    assert fields is not None
    assert fields.arms[0] == Arm(
        number=0, label="Cells", type="EXPERIMENTAL", description="two doses", interventions=("Drug: C",)
    )
    assert fields.interventions == (
        Intervention(number=0, type="BIOLOGICAL", name="C", other_names=("c1", "c2"), arm_labels=("Cells",)),
    )
    assert fields.secondary_ids == (
        SecondaryId(id="2011-006270-13", type="EUDRACT_NUMBER"),
        SecondaryId(id="R01", domain="NIH"),
    )
    assert fields.references == (
        Reference(pmid="123", type="RESULT", citation="Doe J. Cells."),
        Reference(pmid="", type="BACKGROUND", citation="Roe R.", retracted=True),
    )


def test_descriptors_have_the_ids_that_mesh_gives_them(document: Document) -> None:
    assert document.study is not None
    assert document.study.condition_mesh == (Concept(name="Osteoarthritis, Knee", ui="D020370"),)
    assert document.study.condition_ancestors == (Concept(name="New descriptor", ui="D000086382"),)


def test_a_document_survives_its_plain_form(document: Document) -> None:
    assert document_from_json(json.loads(json.dumps(document_to_json(document)))) == document


def test_a_study_of_our_own_is_marked() -> None:
    record = build_study_record({**study(1), "mscminer": {"note": "restated"}}, fetched_at=NOW)
    assert record.note == "restated"


def test_unknown_fields_and_codes_are_kept() -> None:
    odd = study(1, overallStatus="ON_THE_MOON", newField={"deep": [1, 2.5, None]})
    record = build_study_record(odd, fetched_at=NOW)
    assert json.loads(record.raw) == odd
    document = parse_record(record)
    assert document.study is not None
    assert document.study.status == "ON_THE_MOON"


def test_null_is_absent() -> None:
    document = parse_record(build_study_record(study(1, whyStopped=None, startDateStruct=None), fetched_at=NOW))
    assert document.study is not None
    assert (document.study.why_stopped, document.study.start) == ("", "")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"overallStatus": ["A"]}, "overallStatus"),
        ({"startDateStruct": "2020"}, "startDateStruct"),
        ({"startDateStruct": {"date": 2020}}, "date"),
    ],
)
def test_a_field_of_another_type_is_an_error_that_names_it(change: dict[str, Any], path: str) -> None:
    record = build_study_record(study(1, **change), fetched_at=NOW)
    with pytest.raises(RecordError, match=path) as caught:
        parse_record(record)
    assert caught.value.where == "ctgov:NCT00000001"
    assert caught.value.remedy


@pytest.mark.parametrize("raw", [b"{", b"[]", b"7"])
def test_bytes_that_are_no_study(raw: bytes) -> None:
    key = RecordKey(source=Source.CTGOV, id="NCT00000001")
    with pytest.raises(RecordError, match="NCT00000001"):
        parse_record(Record(key=key, media=Media.CTGOV_JSON, raw=raw, fetched_at=NOW))


_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
_MODULES = sorted(STUDY["protocolSection"])


@given(module=st.sampled_from(_MODULES), value=_VALUE, data=st.data())
def test_whatever_a_module_holds_it_parses_or_is_a_record_error(module: str, value: Any, data: st.DataObject) -> None:
    protocol = dict(STUDY["protocolSection"])
    if module == "identificationModule":
        protocol[module] = {"nctId": "NCT00000009", "briefTitle": value, "secondaryIdInfos": value}
    else:
        name = data.draw(st.sampled_from(sorted(protocol[module])))
        protocol[module] = {**protocol[module], name: value}
    try:
        record = build_study_record({**STUDY, "protocolSection": protocol}, fetched_at=NOW)
        document = parse_record(record)
    except RecordError:
        return
    assert document.version == parse_record(record).version
    for section in document.sections:
        assert document.evidence(section.name, 0, len(section.text)).quote == section.text
