"""Records of WHO's portal, the EU's registers and ChiCTR, by file, as Documents."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.documents import (
    Arm,
    Document,
    Intervention,
    SecondaryId,
    StudyFields,
    document_from_json,
    document_to_json,
)
from mscminer.core.records import Media, Record, Rejected, Source
from mscminer.harvest import byte_streams
from mscminer.harvest.dates import day_of
from mscminer.harvest.parsing import parse_record
from mscminer.harvest.registration import (
    allocation_code,
    enrolment,
    masking_code,
    model_code,
    phase_codes,
    status_code,
    study_type_code,
)
from tests.harvest.examples import read_bytes, reasons, summary


def _only(folder: Path, content: bytes) -> tuple[Record, Document, StudyFields]:
    (item,) = read_bytes(folder, content)
    assert isinstance(item, Record)
    document = parse_record(item)
    assert document.study is not None
    assert document_from_json(document_to_json(document)) == document
    return item, document, document.study


TRIAL = """<Trial><Export_date>{day}</Export_date>
    <Internal_Number>1
    </Internal_Number>
    <TrialID>{ident}
    </TrialID>
    <Last_Refreshed_on>21 September 2021</Last_Refreshed_on>
    <Public_title>Cells for knees
    </Public_title>
    <Scientific_title>Cells of the cord for the knees of adults</Scientific_title>
    <Acronym/>
    <Primary_sponsor>Knee Institute</Primary_sponsor>
    <Date_registration3>20200920</Date_registration3><Date_registration>2020-09-20</Date_registration>
    <Source_Register>ChiCTR</Source_Register>
    <Recruitment_Status>Not Recruiting</Recruitment_Status>
    <Inclusion_Criteria>Inclusion criteria: 1. pain;&#x0D;&lt;br&gt;2. age</Inclusion_Criteria>
    <Exclusion_Criteria>Exclusion criteria: none</Exclusion_Criteria>
    <Date_enrollement>01/10/2020</Date_enrollement>
    <Target_size>cells:20;saline:10;</Target_size>
    <Study_type>Interventional study</Study_type>
    <Study_design>Parallel, randomised, double blind</Study_design>
    <Phase>II-III</Phase>
    <Countries>China;Spain</Countries>
    <Condition>knee pain;gonarthrosis</Condition>
    <Intervention>cells:two injections;saline:one injection;</Intervention>
    <Primary_outcome>pain;walking;</Primary_outcome>
    <Secondary_ID>NCT00000001;Nil;CELL-1</Secondary_ID>
  </Trial>"""


def _export(*trials: str) -> bytes:
    return (
        f"<?xml version='1.0' ?><Trials_downloaded_from_ICTRP>{''.join(trials)}</Trials_downloaded_from_ICTRP>".encode()
    )


def _trial(ident: str = "ChiCTR2000012345", day: str = "10/04/2021 04:51:51") -> str:
    return TRIAL.format(ident=ident, day=day)


def test_a_trial_of_whos_portal(tmp_path: Path) -> None:
    record, document, study = _only(tmp_path, _export(_trial()))
    assert (str(record.key), record.media, record.revised_at) == (
        "ictrp:ChiCTR2000012345",
        Media.ICTRP_XML,
        "2021-09-21",
    )
    assert document.text("title") == "Cells for knees"
    assert document.text("official_title") == "Cells of the cord for the knees of adults"
    assert document.text("eligibility") == "Inclusion criteria: 1. pain;\n2. age\n\nExclusion criteria: none"
    assert [section.text for section in document.sections_like("primary_outcome")] == ["pain", "walking"]
    assert (study.study_type, study.phases, study.status) == ("INTERVENTIONAL", ("PHASE2", "PHASE3"), "NOT_RECRUITING")
    assert (study.enrollment, study.enrollment_type) == (30, "ESTIMATED")
    assert (study.allocation, study.masking, study.intervention_model) == ("RANDOMIZED", "DOUBLE", "PARALLEL")
    assert study.arms == (
        Arm(number=0, label="cells", description="two injections"),
        Arm(number=1, label="saline", description="one injection"),
    )
    assert document.text("arm.0.description") == "two injections"
    assert study.conditions == ("knee pain", "gonarthrosis")
    assert study.countries == ("China", "Spain")
    assert study.secondary_ids == (SecondaryId(id="NCT00000001", type="NCT"), SecondaryId(id="CELL-1"))
    assert (study.first_posted, study.start) == ("2020-09-20", "2020-10-01")


def test_an_export_of_another_day_is_the_same_version(tmp_path: Path) -> None:
    items = read_bytes(tmp_path, _export(_trial(), _trial(day="11/04/2021 00:00:00")))
    assert summary(items) == ["ChiCTR2000012345", "=ChiCTR2000012345"]


@pytest.mark.parametrize(
    ("ident", "aliases"),
    [
        ("EUCTR2011-006270-13-DE", ("2011-006270-13",)),
        ("JPRN-UMIN000012345", ("UMIN000012345",)),
        ("CTRI/2012/03/002506", ()),
        ("NCT00000001", ()),
    ],
)
def test_ids_of_every_register_have_a_normal_form_beside_them(
    tmp_path: Path, ident: str, aliases: tuple[str, ...]
) -> None:
    record, _, study = _only(tmp_path, _export(_trial(ident)))
    assert record.key.id == ident
    assert study.aliases == aliases


def test_a_broken_trial_costs_only_itself(tmp_path: Path) -> None:
    content = _export(_trial("NCT00000001"), _trial().replace("</Phase>", ""), _trial(""), _trial("NCT00000002"))
    items = read_bytes(tmp_path, content)
    assert summary(items) == ["NCT00000001", "!", "!", "NCT00000002"]
    assert "no id" in reasons(items)[1]
    assert summary(read_bytes(tmp_path, content[:-200])) == ["NCT00000001", "!", "!", "!"]


HEADER = (
    "TrialID,Last Refreshed on,Public title,Scientific title,Primary sponsor,Date registration,Date registration3,"
    "Source Register,Recruitment Status,Target size,Study type,Study design,Phase,Countries,Condition,Intervention,"
    "Inclusion Criteria\n"
)
ROW = (
    'NCT00000001,1 March 2021,"Cells, for knees",Long title,Institute,20/09/2020,20200920,ClinicalTrials.gov,'
    'Recruiting,45,Interventional,"Allocation: Randomized. Intervention model: Crossover Assignment. Primary purpose: '
    'Treatment. Masking: Quadruple (Participant).",Phase 1/Phase 2,Chile,Knee pain,"Biological: cells;Drug: saline",'
    '"line one<br>\nline two"\n'
)


@pytest.mark.parametrize("chunk_bytes", [9, 1 << 20])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_row_of_whos_csv(tmp_path: Path, delimiter: str, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    text = HEADER + ROW
    if delimiter == "\t":
        text = text.replace("Cells, for", "Cells; for").replace(",", "\t")
    record, document, study = _only(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert (record.key.source, record.media) == (Source.ICTRP, Media.ICTRP_CSV)
    assert document.text("eligibility") == "line one\nline two"
    assert study.phases == ("PHASE1", "PHASE2")
    assert (study.allocation, study.masking, study.intervention_model) == ("RANDOMIZED", "QUADRUPLE", "CROSSOVER")
    assert (study.primary_purpose, study.enrollment, study.status) == ("TREATMENT", 45, "RECRUITING")
    assert study.interventions == (
        Intervention(number=0, type="BIOLOGICAL", name="cells"),
        Intervention(number=1, type="DRUG", name="saline"),
    )
    assert (study.first_posted, record.revised_at) == ("2020-09-20", "2021-03-01")


def test_broken_rows_cost_only_themselves(tmp_path: Path) -> None:
    other = ROW.replace("NCT00000001", "NCT00000002")
    too_long = ROW.replace("Institute", "Institute,and,more")
    nameless = ROW.replace("NCT00000001", "")
    latin = ROW.replace("NCT00000001", "NCT00000003").replace("Institute", "Universität").encode("latin-1")
    content = (HEADER + ROW + too_long + nameless).encode() + latin + (other + ROW).encode()
    items = read_bytes(tmp_path, content)
    assert summary(items) == ["NCT00000001", "!", "!", "!", "NCT00000002", "=NCT00000001"]
    assert ["more cells" in reasons(items)[0], "no id" in reasons(items)[1], "UTF-8" in reasons(items)[2]] == [True] * 3
    assert summary(read_bytes(tmp_path, (HEADER + ROW + other[:-20]).encode())) == ["NCT00000001", "!"]
    assert summary(read_bytes(tmp_path, gzip.compress((HEADER + ROW + other).encode())[:-30]))[-1] == "!"


CHICTR = """<?xml version="1.0" encoding="UTF-8"?>
<trials><trial><main>
<trial_id>ChiCTR-TRC-11001813</trial_id><utrn>U1111-1111-1111</utrn><reg_name>ChiCTR</reg_name>
<date_registration>2011-08-30</date_registration><primary_sponsor>Cord Hospital</primary_sponsor>
<public_title>Cord cells for hearts</public_title><acronym></acronym><scientific_title>Long title</scientific_title>
<date_enrolment>2011-09-01</date_enrolment><type_enrolment>actual</type_enrolment><target_size>A:20;B:10;</target_size>
<recruitment_status>Completed</recruitment_status><url>https://www.chictr.org.cn/x</url>
<study_type>Interventional study</study_type><study_design>Randomized parallel controlled trial</study_design>
<phase>Phase 2</phase><hc_freetext>heart failure</hc_freetext><i_freetext>A:cord cells;B:saline</i_freetext>
<results_actual_enrolment>28</results_actual_enrolment></main>
<contacts><contact><type>public</type><firstname>Ann</firstname><lastname>Office</lastname></contact>
<contact><type>scientific</type><firstname>Li</firstname><middlename/><lastname>Hua</lastname></contact></contacts>
<countries><country2>China</country2></countries>
<criteria><inclusion_criteria>adults</inclusion_criteria><agemin>18</agemin><gender>Both</gender>
<exclusion_criteria>pregnancy</exclusion_criteria></criteria>
<health_condition_keyword><hc_keyword>heart</hc_keyword></health_condition_keyword>
<primary_outcome><prim_outcome>LVEF</prim_outcome></primary_outcome>
<secondary_outcome><sec_outcome>walk</sec_outcome><sec_outcome>death</sec_outcome></secondary_outcome>
<secondary_ids><secondary_id><sec_id>NCT00000007</sec_id><issuing_authority>NLM</issuing_authority></secondary_id>
</secondary_ids></trial></trials>"""


def test_a_trial_of_chictr(tmp_path: Path) -> None:
    record, document, study = _only(tmp_path, CHICTR.encode())
    assert (str(record.key), record.media) == ("chictr:ChiCTR-TRC-11001813", Media.CHICTR_XML)
    assert [section.text for section in document.sections_like("secondary_outcome")] == ["walk", "death"]
    assert document.text("eligibility") == "adults\n\npregnancy"
    assert [(arm.label, arm.description) for arm in study.arms] == [("A", "cord cells"), ("B", "saline")]
    assert (study.enrollment, study.enrollment_type) == (28, "ACTUAL")
    assert (study.status, study.phases, study.allocation) == ("COMPLETED", ("PHASE2",), "RANDOMIZED")
    assert study.secondary_ids[0] == SecondaryId(id="NCT00000007", type="NCT")
    assert study.investigators == ("Li Hua",)
    assert (study.first_posted, study.start, study.countries) == ("2011-08-30", "2011-09-01", ("China",))


def test_another_registrys_xml_of_the_same_form_is_whos(tmp_path: Path) -> None:
    content = CHICTR.replace("ChiCTR-TRC-11001813", "KCT0001234").replace(">ChiCTR<", ">CRiS<")
    record, _, _ = _only(tmp_path, content.encode())
    assert str(record.key) == "ictrp:KCT0001234"


CTIS: dict[str, Any] = {
    "ctNumber": "2022-501234-12-00",
    "ctStatus": "Ongoing, recruiting",
    "decisionDate": "2023-01-02",
    "publishDate": "2023-05-06",
    "startDateEU": "03/02/2023",
    "authorizedApplication": {
        "eudraCt": {"eudraCtCode": "2011-006270-13", "isTransitioned": True},
        "authorizedPartI": {
            "rowSubjectCount": 60,
            "rowCountriesInfo": [{"name": "Spain"}, {"name": "France"}],
            "sponsors": [
                {"organisation": {"name": "Helper"}},
                {"organisation": {"name": "Knee Pharma"}, "primary": True},
            ],
            "productRoleGroupInfos": [
                {"productRoleName": "Test", "products": [{"productName": "Cells-X", "routes": ["INTRAARTICULAR"]}]},
                {"productRoleName": "Placebo", "products": [{"productName": "Saline"}, {"productName": "Cells-X"}]},
            ],
            "trialDetails": {
                "clinicalTrialIdentifiers": {
                    "fullTitle": "Cells for the knees of adults",
                    "publicTitle": "Cells for knees",
                    "shortTitle": "KNEE-1",
                    "secondaryIdentifyingNumbers": {
                        "nctNumber": {"number": "NCT00000009"},
                        "isrctnNumber": None,
                        "additionalRegistries": [{"number": "JPRN-UMIN000012345"}],
                    },
                },
                "protocolInformation": {
                    "studyDesign": {
                        "periodDetails": [
                            {
                                "title": "one",
                                "allocationMethod": "Randomised Controlled",
                                "blindingMethod": "Double",
                                "armDetails": [{"title": "Cells", "description": "two doses"}],
                            }
                        ]
                    }
                },
                "trialInformation": {
                    "trialCategory": {"trialPhase": "Therapeutic exploratory (Phase II)"},
                    "medicalCondition": {
                        "partIMedicalConditions": [{"medicalCondition": "Knee pain"}],
                        "meddraConditionTerms": [{"termName": "Gonarthrosis"}],
                    },
                    "trialObjective": {"mainObjective": "Less pain"},
                    "eligibilityCriteria": {
                        "principalInclusionCriteria": [{"principalInclusionCriteria": "adults"}],
                        "principalExclusionCriteria": [{"principalExclusionCriteria": "gout"}],
                    },
                    "endPoint": {"primaryEndPoints": [{"endPoint": "pain"}], "secondaryEndPoints": "none"},
                    "trialDuration": {"estimatedEndDate": "2026-01-01"},
                },
            },
        },
    },
}


@pytest.mark.parametrize("indent", [None, 2])
def test_a_trial_of_ctis(tmp_path: Path, indent: int | None) -> None:
    record, document, study = _only(tmp_path, json.dumps(CTIS, indent=indent).encode())
    assert (str(record.key), record.media) == ("ctis:2022-501234-12-00", Media.CTIS_JSON)
    assert document.text("title") == "Cells for knees"
    assert document.text("brief_summary") == "Less pain"
    assert document.text("eligibility") == "Inclusion criteria:\nadults\n\nExclusion criteria:\ngout"
    assert study.phases == ("PHASE2",)
    assert (study.allocation, study.masking) == ("RANDOMIZED", "DOUBLE")
    assert [item.name for item in study.interventions] == ["Cells-X", "Saline"]
    assert study.interventions[0].description == "Role: Test\nRoute: INTRAARTICULAR"
    assert study.arms == (Arm(number=0, label="Cells", description="two doses"),)
    assert (study.conditions, study.keywords) == (("Knee pain",), ("Gonarthrosis",))
    assert [other.id for other in study.secondary_ids] == ["NCT00000009", "UMIN000012345", "2011-006270-13"]
    assert (study.sponsor, study.enrollment, study.countries) == ("Knee Pharma", 60, ("Spain", "France"))
    assert (study.start, study.completion, study.first_posted) == ("2023-02-03", "2026-01-01", "2023-01-02")


def test_lines_of_ctis_search_results_are_refused_with_a_remedy(tmp_path: Path) -> None:
    lines = [{"ctNumber": "2022-501234-12-00", "ctTitle": "x"}, {"ctNumber": "12"}, CTIS]
    items = read_bytes(tmp_path, json.dumps(lines).encode())
    assert summary(items) == ["!", "!", "2022-501234-12-00"]
    assert isinstance(items[0], Rejected)
    assert "Retrieve each trial" in items[0].remedy


EUCTR = """This file contains full details on each clinical trial selected for download.

Summary
EudraCT Number: 2011-006270-13
Sponsor's Protocol Code Number: KNEE-1
National Competent Authority: Spain - AEMPS
Clinical Trial Type: EEA CTA
Trial Status: Prematurely Ended
Date on which this record was first entered in the EudraCT database: 2012-01-16
Link: https://www.clinicaltrialsregister.eu/ctr-search/trial/2011-006270-13/ES/

A. Protocol Information
A.1 Member State Concerned: Spain - AEMPS
A.2 EudraCT number: 2011-006270-13
A.3 Full title of the trial: Cells of the marrow
for the knees
A.3 Full title of the trial (es): Células para rodillas
A.3.1 Title of the trial for lay people, in easily understood, i.e. non-technical, language: Cells for knees
A.4.1 Sponsor's protocol code number: KNEE-1
A.5.2 US NCT (ClinicalTrials.gov registry) number: NCT00000009
A.8 EMA Decision number of Paediatric Investigation Plan:

B. Sponsor Information
Sponsor 1
B.1.1 Name of Sponsor: Knee Institute
B.3.1 and B.3.2\tStatus of the sponsor: Non-Commercial

D. IMP Identification
D.IMP: 1
D.1.2 and D.1.3 IMP Role: Test
D.3.1 Product name: Marrow cells
D.3.2 Product code: MC-1
D.3.4 Pharmaceutical form: Suspension for injection
D.3.7 Routes of administration for this IMP:
Intraarticular use
D.3.8 to D.3.10 IMP Identification Details (Active Substances)
D.3.9.3 Other descriptive name: EXPANDED MARROW CELLS
D.3.11.3 Advanced Therapy IMP (ATIMP): Yes
D.IMP: 2
D.1.2 and D.1.3 IMP Role: Comparator
D.2.1.1.1 Trade name: Hyal
D.8 Information on Placebo
D.8.1 Is a Placebo used in this Trial?: Yes

E. General Information on the Trial
E.1 Medical condition or disease under investigation
E.1.1 Medical condition(s) being investigated: Osteoarthritis
E.1.1 Medical condition(s) being investigated (es): Artrosis
MedDRA Classification
E.1.2 Version: 14.1
E.1.2 Term: Gonarthrosis
E.2.1 Main objective of the trial: Less pain.
E. coli is no objective.
E.3 Principal inclusion criteria: 1. Adults
2. Pain
E.4 Principal exclusion criteria: Gout
E.5.1 Primary end point(s): Pain score
E.5.1.1 Timepoint(s) of evaluation of this end point: 1 year
E.5.2 Secondary end point(s): Walking
E.7.1 Human pharmacology (Phase I): Yes
E.7.2 Therapeutic exploratory (Phase II): Yes
E.7.3 Therapeutic confirmatory (Phase III): No
E.8.1 Controlled: Yes
E.8.1.1 Randomised: Yes
E.8.1.2 Open: Yes
E.8.1.5 Parallel group: Yes

F. Population of Trial Subjects
F.3.1 Healthy volunteers: No
F.4.1 In the member state: 30
F.4.2.2 In the whole clinical trial: 45

P. End of Trial
P. End of Trial Status: Prematurely Ended
P. Date of the global end of the trial: 2014-05-06
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_record_of_the_eu_register(tmp_path: Path, newline: str) -> None:
    record, document, study = _only(tmp_path, EUCTR.replace("\n", newline).encode())
    assert (str(record.key), record.media) == ("euctr:2011-006270-13-ES", Media.EUCTR_TEXT)
    assert document.text("title") == "Cells for knees"
    assert document.text("official_title") == "Cells of the marrow\nfor the knees"
    assert document.text("vernacular_title") == "Células para rodillas"
    assert document.text("brief_summary") == "Less pain.\nE. coli is no objective."
    assert document.text("eligibility") == "Inclusion criteria:\n1. Adults\n2. Pain\n\nExclusion criteria:\nGout"
    assert document.text("primary_outcome.0.time_frame") == "1 year"
    assert (study.phases, study.enrollment, study.status) == (("PHASE1", "PHASE2"), 45, "TERMINATED")
    assert (study.allocation, study.masking, study.intervention_model) == ("RANDOMIZED", "NONE", "PARALLEL")
    assert [(item.name, item.type) for item in study.interventions] == [
        ("Marrow cells", "BIOLOGICAL"),
        ("Hyal", "DRUG"),
        ("Placebo", ""),
    ]
    assert study.interventions[0].description == (
        "Role: Test\nPharmaceutical form: Suspension for injection\nRoute: Intraarticular use"
    )
    assert study.interventions[0].other_names == ("EXPANDED MARROW CELLS", "MC-1")
    assert (study.conditions, study.keywords) == (("Osteoarthritis",), ("Gonarthrosis",))
    assert study.secondary_ids == (SecondaryId(id="NCT00000009", type="NCT"),)
    assert study.aliases == ("2011-006270-13",)
    assert (study.sponsor, study.sponsor_class, study.countries) == ("Knee Institute", "OTHER", ("Spain",))
    assert (study.first_posted, study.completion) == ("2012-01-16", "2014-05-06")


@pytest.mark.parametrize("chunk_bytes", [11, 1 << 20])
def test_the_records_of_several_states_are_cut_apart(
    tmp_path: Path, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    body = EUCTR[EUCTR.index("Summary") :]
    nameless = body.replace("2011-006270-13", "none")
    other = body.replace("/ES/", "/SE/").replace("Spain - AEMPS", "Sweden - MPA")
    content = EUCTR + "\n" + nameless + "\n" + other + "\n" + body
    items = read_bytes(tmp_path, content.encode())
    assert summary(items) == ["2011-006270-13-ES", "!", "2011-006270-13-SE", "=2011-006270-13-ES"]
    assert "not a EudraCT number" in reasons(items)[0]
    cut = read_bytes(tmp_path, gzip.compress(content.encode())[:-20])
    assert summary(cut)[0] == "2011-006270-13-ES"
    assert summary(cut)[-1] == "!"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Phase 1", ("PHASE1",)),
        ("Phase I/II", ("PHASE1", "PHASE2")),
        ("Phase 2/Phase 3", ("PHASE2", "PHASE3")),
        ("Phase IIa", ("PHASE2",)),
        ("0", ("EARLY_PHASE1",)),
        ("4", ("PHASE4",)),
        ("Not applicable", ("NA",)),
        ("N/A", ("NA",)),
        ("", ()),
        ("Human pharmacology (Phase I): no\nTherapeutic exploratory (Phase II): yes", ("PHASE2",)),
        ("Phase I and Phase II (Integrated)- First administration to humans", ("PHASE1", "PHASE2")),
    ],
)
def test_phases(text: str, codes: tuple[str, ...]) -> None:
    assert phase_codes(text) == codes


@pytest.mark.parametrize(
    ("design", "codes"),
    [
        ("Randomised, double-blind, parallel", ("RANDOMIZED", "DOUBLE", "PARALLEL")),
        ("Non-randomized, open label, single arm", ("NON_RANDOMIZED", "NONE", "SINGLE_GROUP")),
        ("Controlled: no\nRandomised: no\nOpen: yes\nDouble blind: no", ("NON_RANDOMIZED", "NONE", "")),
        ("Allocation: N/A. Intervention model: Single Group Assignment. Masking: None", ("NA", "NONE", "SINGLE_GROUP")),
        ("single blind (masking used), cross-over", ("", "SINGLE", "CROSSOVER")),
        ("", ("", "", "")),
    ],
)
def test_designs(design: str, codes: tuple[str, str, str]) -> None:
    assert (allocation_code(design), masking_code(design), model_code(design)) == codes


@pytest.mark.parametrize(
    ("text", "number"),
    [("30", 30), ("1,200", 1200), ("a:10;b:20;", 30), ("cells: 5", 5), ("about thirty", None), ("", None)],
)
def test_sizes(text: str, number: int | None) -> None:
    assert enrolment(text) == number


def test_states_and_types() -> None:
    assert [status_code(text) for text in ("Recruiting", "Not yet recruiting", "Ended ", "Weird state!")] == [
        "RECRUITING",
        "NOT_YET_RECRUITING",
        "COMPLETED",
        "WEIRD_STATE",
    ]
    assert study_type_code("Observational Study") == "OBSERVATIONAL"
    assert study_type_code("Expanded access") == "Expanded access"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20200920", "2020-09-20"),
        ("2020-09-20T10:00:00", "2020-09-20"),
        ("20/09/2020", "2020-09-20"),
        ("21 September 2020", "2020-09-21"),
        ("2020-09", "2020-09"),
        ("September 2020", "2020-09"),
        ("never", ""),
    ],
)
def test_days(text: str, day: str) -> None:
    assert day_of(text) == day


@given(st.text(max_size=60))
def test_words_of_any_kind_have_codes_without_an_error(text: str) -> None:
    assert set(phase_codes(text)) <= {"NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"}
    assert allocation_code(text) in ("", "NA", "RANDOMIZED", "NON_RANDOMIZED")
    assert masking_code(text) in ("", "NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE")
    assert enrolment(text) is None or isinstance(enrolment(text), int)
    day_of(text)
