"""Names of conditions, as titles tell them."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.publications import publication
from tests.extract.registrations import a_study

from mscminer.core.documents import Section
from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Field
from mscminer.extract.condition_names import ANOTHER_WORD, spelled_out, written
from mscminer.extract.condition_phrases import CUES, phrases_after
from mscminer.extract.lexicon import load_lexicon
from mscminer.extract.model_files import find_model
from mscminer.extract.publications.conditions import find_condition_names
from mscminer.extract.publications.degrees import without_degrees
from mscminer.extract.publications.resolve import condition_facts, read
from mscminer.extract.publications.text import fold
from mscminer.extract.publications.zones import read_publication
from mscminer.extract.registered_conditions import find_conditions
from mscminer.extract.starts import lowered

_GIVEN = [{"name": "Mesenchymal stem cells"}]


@pytest.mark.parametrize(
    ("title", "listed", "names"),
    [
        (
            "Stromal Cells for Compensated Cirrhosis Due to Hepatitis C",
            ("Cirrhosis",),
            ["compensated cirrhosis due to hepatitis C"],
        ),
        (
            "Cells in Patients With Moderate to Severe Ulcerative Colitis",
            ("Colitis, Ulcerative",),
            ["moderate to severe ulcerative colitis"],
        ),
        ("Cells in Treating Hip Osteonecrosis", ("Osteonecrosis",), ["hip osteonecrosis"]),
        ("The PULMO Study", ("Pneumonia", "COVID-19"), ["COVID-19 pneumonia"]),
        ("The PLUME Study", ("COVID-19", "Pneumonia, Viral"), ["COVID-19 viral pneumonia"]),
        (
            "Cells in SARS-CoV-2-related Respiratory Failure",
            ("Respiratory Failure", "COVID-19"),
            ["SARS-CoV-2-related respiratory failure"],
        ),
        ("Cells in COVID-19 and Bacterial Pneumonia", ("COVID-19",), ["COVID-19", "bacterial pneumonia"]),
        (
            "Cells for Rectovaginal Fistula in the Setting of Crohn's Disease",
            ("Rectovaginal Fistula", "Crohn Disease"),
            ["rectovaginal fistula in Crohn's disease"],
        ),
        ("Cells for Fistulas and Colitis", ("Fistula", "Colitis", "Crohn Disease"), ["fistula", "colitis"]),
        ("Cells in Steroid-resistant GVHD", ("GVHD",), ["steroid-resistant graft-versus-host disease"]),
        ("Cells in ALS", ("ALS",), ["amyotrophic lateral sclerosis"]),
        ("Marrow Cells for Degenerative Meniscus Tears", ("Meniscal Injury",), ["degenerative meniscus tears"]),
        (
            "Cells for Acute Graft-versus-host Disease",
            ("Graft Vs Host Disease", "Cancer"),
            ["acute graft-versus-host disease"],
        ),
        ("Cells for Osteoarthritis", ("Osteoarthritis, Knee",), ["knee osteoarthritis"]),
        ("Safety of Cord Cells for Joint Diseases", ("Rheumatoid Arthritis", "Gout"), ["rheumatoid arthritis", "gout"]),
        ("The HEAL Study", ("Liver Cirrhoses",), ["liver cirrhosis"]),
        # two conditions that a title joins, and one whose halves share a word
        ("Cells in Patients With Sepsis and Septic Shock", ("Sepsis", "Septic Shock"), ["sepsis", "septic shock"]),
        (
            "Cells for Interstitial Lung Disease (ILD) & Scleroderma Renal Disease",
            ("Interstitial Lung Disease",),
            ["interstitial lung disease", "scleroderma renal disease"],
        ),
        ("Cells for Bone and Cartilage Defects", ("Cartilage Defect",), ["bone and cartilage defects"]),
        ("Cells for Meniscal Injury or Defect", ("Meniscus Injury",), ["meniscal injury or defect"]),
        # an acronym that the record explains
        (
            "Cells in Adults With ILD",
            ("Interstitial Lung Disease (ILD)",),
            ["interstitial lung disease"],
        ),
        ("Treatment of Severe aGVHD", ("Graft Vs Host Disease",), ["severe acute graft-versus-host disease"]),
        # what is done, in whom, and words of degree that tell no disease
        ("Marrow Cells for Chronic Fistula Repair", ("Fistula",), ["chronic fistula"]),
        ("A Trial to Heal Large Bone Cysts", ("Bone Cysts",), ["bone cysts"]),
        ("Cells in Confirmed COVID-19", ("Covid19",), ["COVID-19"]),
        ("Cells for Type 2 Diabetic Patients", ("Diabetes Mellitus, Type 2",), ["type 2 diabetes mellitus"]),
        ("Cells for Cystitis in Former Pelvic Cancer Patients", ("Cystitis",), ["cystitis"]),
        (
            "Cells in Acute Liver Failure in Patients With Breast Cancer",
            ("Breast Cancer", "Liver Failure"),
            ["acute liver failure", "breast cancer"],
        ),
        # a title that names a part of the body or a class only
        ("Outcome of Knee Surgery", ("Chondral Lesion", "Gonarthrosis"), ["chondral lesion", "gonarthrosis"]),
        ("Cells for Heart Disease", ("Angina", "Congestive Heart Failure"), ["angina", "congestive heart failure"]),
        # the only condition listed, where the title names another; not if it is the same one
        ("Treatment of Chronic Low Back Pain", ("Disc Degeneration",), ["chronic low back pain", "disc degeneration"]),
        ("Treatment of Chronic Obstructive Pulmonary Disease", ("COPD",), ["chronic obstructive pulmonary disease"]),
        ("Cells for Knee Arthritis", ("Knee Arthritis", "Lung Neoplasms"), ["knee arthritis"]),
        # what registries list that is no condition
        ("Cells for Cystitis", ("Cystitis", "Umbilical Cord", "Ozone Therapy"), ["cystitis"]),
        ("Yield of Stem Cells From Fat", ("Mesenchymal Stem Cells",), []),
        ("The LEAF Study", ("Rotator Cuff Tear", "Tendon Injuries"), ["rotator cuff tear"]),
        (
            "Cells for Coronary Graft Disease After Heart Transplant",
            ("Coronary Disease", "Heart"),
            ["coronary graft disease"],
        ),
        ("The LEDGE Study", ("Tendon Injuries",), ["tendon injury"]),
        ("The LENS Study", ("Degenerative Disc Disease", "Disc Degeneration"), ["degenerative disc disease"]),
        ("The LIME Study", ("Acute Colitis", "Chronic Colitis"), ["acute colitis", "chronic colitis"]),
        # an acronym of the title stands for what is listed; cancers whose treatment did the harm
        (
            "Stromal Cells in Steroid Resistant GVHD",
            ("Graft Vs Host Disease",),
            ["steroid resistant graft-versus-host disease"],
        ),
        ("Cells for Xerostomia in Patients With Throat Cancer", ("Throat Cancer", "Xerostomia"), ["xerostomia"]),
        ("Cells for Cystitis After Leukemia", ("Cystitis", "Leukemia"), ["cystitis"]),
        ("Cells for Leukemia and Fistula", ("Leukemia", "Fistula"), ["leukemia", "fistula"]),
        ("Salvage of Colitis by Marrow Cells", ("Colitis",), ["colitis"]),
        # an index's order of words
        ("The LEAP Study", ("Leukemia, Myeloid, Acute",), ["acute myeloid leukemia"]),
        ("The LIFT Study", ("Instability; Shoulder (Old Injury)",), ["shoulder instability"]),
        ("The LUNA Study", ("Respiratory Distress Syndrome, Adult",), ["respiratory distress syndrome"]),
        ("The LARCH Study", ("Anal Fistula in Patients With Colitis",), ["anal fistula in colitis"]),
        ("The LOOP Study", ("Asthma Moderate",), ["asthma"]),
        ("The LOCK Study", ("crohn disease",), ["Crohn disease"]),
        ("THE LARK STUDY OF CELLS FOR CHRONIC FOOT ULCERS", ("Foot Ulcer",), ["chronic foot ulcer"]),
    ],
)
def test_a_registration_is_named_as_its_title_has_it(title: str, listed: tuple[str, ...], names: list[str]) -> None:
    document = a_study(title, conditions=listed, interventions=_GIVEN)
    found = find_conditions(document)
    assert [one.name for one in found] == names
    for one in found:
        assert one.evidence
        for evidence in one.evidence:
            text = document.text(evidence.span.section)
            assert text[evidence.span.start : evidence.span.end] == evidence.quote


@pytest.mark.parametrize(
    ("title", "official", "name"),
    [
        ("Cells for Asthma", "Stromal Cells in Severe Persistent Asthma", "severe persistent asthma"),
        ("Cells in Liver Failure", "Marrow Cells for HBV-related Liver Failure", "HBV-related liver failure"),
        ("Cells for Severe Asthma", "Stromal Cells in Asthma", "severe asthma"),
        ("Cells for Asthma", "Inhaled Stromal Cells for the Outcome of Asthma in Towns", "asthma"),
    ],
)
def test_the_title_that_tells_the_course_names_the_condition(title: str, official: str, name: str) -> None:
    document = a_study(title, interventions=_GIVEN, conditions=("Asthma", "Liver Failure"))
    titled = Section(name="official_title", text=official)
    document = replace(document, sections=(*document.sections, titled), version="")
    assert [one.name for one in find_conditions(document)] == [name]


@pytest.mark.parametrize(
    ("listed", "summary", "names"),
    [
        (
            ("Heart Failure", "Myocardial Ischemia"),
            "Cells are tried in people with myocardial ischemia and heart failure.",
            ["heart failure", "myocardial ischemia"],
        ),
        (
            ("Heart Failure", "Ischemic Cardiomyopathy"),
            "Patients with severe ischemic cardiomyopathy are treated.",
            ["heart failure", "ischemic cardiomyopathy"],
        ),
        (("Heart Failure", "Myocardial Ischemia"), "Cells may help hearts after ischemia.", ["heart failure"]),
        (("Heart Failure", "Obesity"), "People with obesity and heart failure are treated.", ["heart failure"]),
    ],
)
def test_a_heart_that_fails_and_why_are_both_named(listed: tuple[str, ...], summary: str, names: list[str]) -> None:
    document = a_study("Cells for Heart Failure", interventions=_GIVEN, conditions=listed, summary=summary)
    assert [one.name for one in find_conditions(document)] == names


def test_the_summary_names_the_condition_where_titles_and_field_do_not() -> None:
    listed = ("Stem Cell Transplantation",)
    told = "Stromal cells are infused. Adults with chronic bladder dysfunction are treated."
    document = a_study("The MOSS Pilot", interventions=_GIVEN, conditions=listed, summary=told)
    assert [one.name for one in find_conditions(document)] == ["chronic bladder dysfunction"]
    document = a_study("The MOSS Pilot", interventions=_GIVEN, conditions=("Cystitis",), summary=told)
    assert [one.name for one in find_conditions(document)] == ["cystitis"]


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Frozen shoulder syndrome treated by cells of own fat", ["frozen shoulder syndrome"]),
        ("Cord cells for lupus nephritis or aplastic anaemia: two cases", ["lupus nephritis", "aplastic anaemia"]),
        ("Cells for heart failure and a low ejection fraction", ["heart failure"]),
        ("Cells for cartilage and bone defects", ["cartilage and bone defects"]),
        (
            "Cells to prevent chronic graft-versus-host disease after transplantation",
            ["chronic graft-versus-host disease"],
        ),
        ("Spinal cord injury patients transplanted with own marrow cells", ["spinal cord injury"]),
        ("Cells for Krabbe disease (KD) and Hurler syndrome (HS)", ["Krabbe disease", "Hurler syndrome"]),
        ("Fat cells in a rat model of biliary cirrhosis", ["biliary cirrhosis"]),
        ("Cord cells in three cases of biliary cirrhosis: what we saw", ["biliary cirrhosis"]),
        ("Septic shock and cellular therapies: a first trial", ["septic shock"]),
        (
            "Cells for chronic urticarial vasculitis refractory to corticosteroids",
            ["steroid-refractory chronic urticarial vasculitis"],
        ),
        ("Fat cells for lung fibrosis resistant to pirfenidone", ["lung fibrosis"]),
        ("Are marrow cells of use to kidney transplant recipients? A pilot study", ["kidney transplantation"]),
        ("Cells for acute kidney transplant rejection", ["acute kidney transplant rejection"]),
        ("Can patients with gout benefit? A trial of cells for gouty arthritis", ["gouty arthritis"]),
        ("Cell adhesion on a new carrier", []),
        ("Return to the pre-injury level of sport", []),
        ("Cells in severe bronchopulmonary dysplasia in very small infants", ["severe bronchopulmonary dysplasia"]),
        (
            "Stromal cells in severe, steroid-refractory acute GVHD of children",
            ["severe, steroid-refractory acute graft-versus-host disease"],
        ),
        ("Stem cells after ischemic or hemorrhagic stroke", ["ischemic stroke", "hemorrhagic stroke"]),
        ("Stromal cells in acute and chronic pancreatitis", ["acute pancreatitis", "chronic pancreatitis"]),
        ("Stem cells in ischemic or nonischemic heart failure", ["heart failure"]),
        ("Stromal cells in multiple sclerosis and systemic sclerosis", ["multiple sclerosis", "systemic sclerosis"]),
        ("Stem cells for cartilage defects and cartilage lesions", ["cartilage defects"]),
        ("Stem cells in diabetic men with urinary incontinence", ["urinary incontinence", "diabetes"]),
        ("Stem cells in recipients of a living-donor kidney", ["kidney transplantation"]),
        ("Digital ulcers in SLE: five women given stromal cells", ["systemic lupus erythematosus", "digital ulcers"]),
        ("Stem cells for limbal stem cell deficiency", ["limbal stem cell deficiency"]),
        ("Stem cells injected into the basilar artery after severe head injury", ["severe head injury"]),
        ("Ankylosing spondylitis after failure of two drugs: stem cells", ["ankylosing spondylitis"]),
        ("Children with cerebral palsy given stem cells", ["cerebral palsy"]),
        ("Stem cells for dry eye as a sign of lupus", ["dry eye", "lupus"]),
        ("CURE-SD: stem cells in advanced keratoconus", ["advanced keratoconus"]),
        ("Stem cells in coronavirus disease 2019", ["COVID-19"]),
        ("Stromal cells ease delirium of old age", ["delirium of old age"]),
        ("Spastic cerebral palsy and cord MSCs: a matched study", ["spastic cerebral palsy"]),
        ("Stem cells for type 1 diabetic children", ["type 1 diabetes"]),
        ("Stem cells for hypoxic-ischemic encephalopathy of term newborns", ["hypoxic-ischemic encephalopathy"]),
        ("Stem cells for knee osteoarthritis or hip osteoarthritis", ["knee osteoarthritis", "hip osteoarthritis"]),
        ("Stem cells in perianal fistulas not closing under drugs", ["perianal fistulas"]),
        (
            "Stem cells in myocardial infarction and impaired left ventricular function",
            ["myocardial infarction", "impaired left ventricular function"],
        ),
        ("Stem cells in myocardial infarction and left ventricular function", ["myocardial infarction"]),
        # what belongs to the name behind "with", "after" and "following"
        (
            "Stem cells in heart failure with reduced ejection fraction",
            ["heart failure with reduced ejection fraction"],
        ),
        ("Stem cells in heart failure with pacemakers", ["heart failure"]),
        ("Stem cells for kidney injury following heart surgery: a trial", ["kidney injury after heart surgery"]),
        ("Stem cells for kidney injury following a bone marrow transplant", ["kidney injury"]),
        ("Stem cells for pain relief after hip arthroplasty", ["pain relief"]),
        ("Treatment of asthma and of cystic fibrosis by stem cells", ["asthma", "cystic fibrosis"]),
        ("Stem cells injected into the abscess cavity in Crohn's disease", ["Crohn's disease"]),
        ("Stem cells for kidney injury following failed heart surgery", ["kidney injury"]),
        ("Stem cells for dry mouth after radiotherapy", ["radiation-induced dry mouth"]),
        # people and animals in whom a disease is, and what is left over behind a name
        ("Stem cells in osteoarthritic hips: two doses", ["hip osteoarthritis"]),
        ("Stem cells and osteoarthritic chondrocytes", []),
        ("Stem cells in a transgenic mouse model of cystic fibrosis", ["cystic fibrosis"]),
        ("Stem cells for sequelae of bacterial meningitis", ["bacterial meningitis"]),
        ("Stem cells in liver failure related to hepatitis C", ["liver failure"]),
        ("Posterior lumbar fusion for spondylolysis with stromal cells", ["spondylolysis"]),
        # two sorts of a disease
        (
            "Stem cells in junctional and dominant dystrophic epidermolysis bullosa",
            ["junctional epidermolysis bullosa", "dominant dystrophic epidermolysis bullosa"],
        ),
        # words for diseases that end like no other
        ("Stem cells for non-obstructive azoospermia", ["non-obstructive azoospermia"]),
        ("Stem cells for linear scleroderma", ["linear scleroderma"]),
        ("Stem cells for cerebral aneurysm", ["cerebral aneurysm"]),
        # harm that cells did beside what they were given for, and the gain that they brought
        ("Meningitis after stem cells in spinal cord injury", ["spinal cord injury"]),
        ("Remission of pemphigus after stem cells: a report", ["pemphigus"]),
        # defects of which only the repair is told
        ("Stem cells for cartilage repair in the ankle", ["cartilage defects of the ankle"]),
        ("Stem cells for cartilage in the ankle", []),
    ],
)
def test_a_publication_is_named_by_its_title(title: str, names: list[str]) -> None:
    assert [
        one.name for one in find_condition_names(read_publication(publication(title, "We gave the cells once.")))
    ] == names


@pytest.mark.parametrize(
    ("title", "told", "names"),
    [
        (
            "Stem cells for chronic low back pain",
            "Ten people with disc degeneration were treated.",
            ["chronic low back pain", "disc degeneration"],
        ),
        (
            "Stem cells in degenerative disc disease",
            "Ten people with chronic low back pain were treated.",
            ["degenerative disc disease", "chronic low back pain"],
        ),
        ("Stem cells for chronic low back pain", "Ten people were treated.", ["chronic low back pain"]),
        ("Stem cells for knee pain", "Ten people with disc degeneration were treated.", ["knee pain"]),
        (
            "Co-infusion of MSCs in hematologic malignancies",
            "Ten people were treated lest GVHD should follow.",
            ["hematologic malignancies", "graft-versus-host disease"],
        ),
        (
            "Prognosis of hematologic malignancies",
            "Ten people were treated; some had had GVHD.",
            ["hematologic malignancies"],
        ),
    ],
)
def test_what_is_treated_beside_the_condition_of_the_title_is_one_too(title: str, told: str, names: list[str]) -> None:
    found = find_condition_names(read_publication(publication(title, told)))
    assert [one.name for one in found] == names


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("moderate to severe ulcerative colitis", "ulcerative colitis"),
        ("mild Alzheimer's disease", "mild Alzheimer's disease"),
        ("newly diagnosed type 1 diabetes", "type 1 diabetes"),
        ("late-onset cystitis", "late-onset cystitis"),
        ("late-stage hip osteoarthritis", "hip osteoarthritis"),
        ("end-stage liver disease", "end-stage liver disease"),
        ("critically ill COVID-19", "COVID-19"),
        ("severe COVID-19", "severe COVID-19"),
        ("severe aplastic anemia", "severe aplastic anemia"),
        ("severe chronic graft-versus-host disease", "chronic graft-versus-host disease"),
        ("severe acute respiratory syndrome", "severe acute respiratory syndrome"),
        ("severe refractory lupus nephritis", "refractory lupus nephritis"),
        ("severe refractory asthma", "severe refractory asthma"),
        ("advanced retinitis pigmentosa", "retinitis pigmentosa"),
        ("advanced glaucoma", "advanced glaucoma"),
        ("refractory luminal Crohn's disease", "luminal Crohn's disease"),
        ("refractory angina", "refractory angina"),
        ("refractory or relapsed aplastic anemia", "aplastic anemia"),
        ("relapsed and refractory lymphoma", "relapsed and refractory lymphoma"),
        ("drug-resistant dermatomyositis", "dermatomyositis"),
        ("methotrexate-resistant rheumatoid arthritis", "refractory rheumatoid arthritis"),
        ("drug-resistant epilepsy", "drug-resistant epilepsy"),
        ("refractory anemia due to bleeding", "refractory anemia due to bleeding"),
        ("steroid-resistant nephrotic syndrome", "steroid-resistant nephrotic syndrome"),
        ("living-donor kidney transplantation", "kidney transplantation"),
        ("pressure ulcers stage II and III", "pressure ulcers"),
        ("spinocerebellar ataxia type 3", "spinocerebellar ataxia type 3"),
        ("nephrotic syndrome of childhood", "nephrotic syndrome"),
        ("progressive MS", "progressive multiple sclerosis"),
        ("MS-like disease", "MS-like disease"),
        ("ARDS", "acute respiratory distress syndrome"),
        ("COVID-19-induced ARDS", "COVID-19-induced ARDS"),
        ("critical-sized bone defects", "bone defects"),
        ("critical limb ischemia", "critical limb ischemia"),
        ("hip osteonecrosis", "osteonecrosis of the femoral head"),
        ("knee osteonecrosis", "knee osteonecrosis"),
        ("late-stage gonarthrosis", "knee osteoarthritis"),
        ("bilateral coxarthrosis", "hip osteoarthritis"),
        ("radiogenic proctitis", "radiation-induced proctitis"),
    ],
)
def test_a_publication_condition_is_named_without_degrees(name: str, plain: str) -> None:
    assert without_degrees(name) == plain


def test_a_condition_is_quoted_where_people_with_it_are_treated() -> None:
    document = a_study(
        "Cells for Cystitis",
        conditions=("Cystitis",),
        interventions=_GIVEN,
        summary="Cystitis is common. We treat women with severe cystitis by cells.",
    )
    [found] = find_conditions(document)
    assert [(one.span.section, one.quote) for one in found.evidence] == [
        ("title", "Cystitis"),
        ("brief_summary", "cystitis"),
    ]
    assert found.evidence[1].span.start > 20


@pytest.mark.parametrize(
    ("listed", "quotes"),
    [
        (("COVID-19", "Pneumonia"), ["Pneumonia", "COVID-19"]),
        (("Rectal Fistula", "Crohn Disease"), ["Rectal Fistula", "Crohn Disease"]),
        (("COVID-19", "COVID-19 Pneumonia"), ["COVID-19 Pneumonia"]),
    ],
)
def test_a_name_of_two_conditions_is_quoted_from_both(listed: tuple[str, ...], quotes: list[str]) -> None:
    [found] = find_conditions(a_study("The PLOVER Study", conditions=listed, interventions=_GIVEN))
    assert [one.quote for one in found.evidence] == quotes


@pytest.mark.parametrize(
    ("name", "text", "long"),
    [
        (
            "severe ARDS",
            "Acute respiratory distress syndrome (ARDS) kills.",
            "severe acute respiratory distress syndrome",
        ),
        ("AMD", "We studied age-related macular degeneration (AMD).", "age-related macular degeneration"),
        ("SLE", "Systemic lupus erythematosus (SLE) and more.", "systemic lupus erythematosus"),
        ("SLE", "SLE is treated (see below).", "SLE"),
        ("CLI", "The cells (CLI) were frozen.", "CLI"),
        ("COVID-19", "Corona virus disease (COVID-19).", "COVID-19"),
    ],
)
def test_an_acronym_is_spelled_out_where_the_text_explains_it(name: str, text: str, long: str) -> None:
    assert spelled_out(name, [text]) == long


def test_a_publication_quotes_the_abstract_too() -> None:
    document = publication(
        "Cells for Gouty Arthritis", "Gout hurts. We injected cells in men who had gouty arthritis of the toe."
    )
    [found] = find_condition_names(read_publication(document))
    assert found.evidence.span.section == "title"
    assert [one.quote for one in found.again] == ["gouty arthritis"]


def test_a_second_condition_stands_where_the_first_does() -> None:
    document = publication(
        "Cells for refractory angina", "We treated 20 patients with stenosis of a coronary artery disease."
    )
    assert [one.name for one in find_condition_names(read_publication(document))] == ["refractory angina"]


@given(st.text(alphabet="abc defo,-()aeiou knee disease and or of with to", max_size=200))
def test_phrases_are_whole_words_within_the_text(text: str) -> None:
    folded = fold(text)
    for _, cue in CUES:
        for match in cue.finditer(folded):
            spans = phrases_after(folded, match.end())
            assert all(match.end() <= start < end <= len(folded) for start, end in spans)
            assert list(spans) == sorted(spans)
            assert all(end < start for (_, end), (start, _) in pairwise(spans))


_EDGES = re.compile(r"^\\b|\(\?=[^()]*\)$")


@pytest.mark.parametrize(("word", "pattern"), [(word, pattern) for word, pattern, _ in ANOTHER_WORD])
@given(data=st.data())
def test_every_wording_has_its_own_word(word: str, pattern: re.Pattern[str], data: st.DataObject) -> None:
    found = data.draw(st.from_regex(re.compile(_EDGES.sub("", pattern.pattern), pattern.flags), fullmatch=True))
    assert word in lowered(found)


@given(st.text(max_size=60))
def test_any_text_can_be_written_as_a_name_of_single_spaced_words(name: str) -> None:
    once = written(name)
    assert once.split(" ") == (once.split() or [""])


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Knee Joint Osteoarthritis", "knee osteoarthritis"),
        ("Osteoarthritis of the Knee Joint", "knee osteoarthritis"),
        ("Severe Osteoarthritis of the Hip", "severe hip osteoarthritis"),
        ("Osteoarthritis of Hip Joint", "hip osteoarthritis"),
        ("Living-related Kidney Transplants", "living-related kidney transplantation"),
        ("Corneal Transplant Rejection", "corneal transplant rejection"),
        ("Osteoarthritis of the Thumb Joint", "thumb joint osteoarthritis"),
        ("Diabetes Type 2", "type 2 diabetes"),
        ("Graft vs Host Disease", "graft-versus-host disease"),
        ("ST Segment Elevated Infarct", "ST-elevation infarct"),
        ("Parkinson's", "Parkinson's disease"),
        ("Colitis in HIV Infected Subjects", "colitis in HIV infection"),
        ("Graft-versus-host Disease Prophylaxis", "graft-versus-host disease"),
        ("Fracture Healing", "fracture"),
        ("Wound Healing", "wound healing"),
        ("Foot Ulcer Treatment in Scleroderma", "foot ulcer in scleroderma"),
        ("Stroke in Central Europe", "stroke"),
        ("Ulcers in Scleroderma", "ulcers in scleroderma"),
        ("Spinal Cord Injury at T4-T6 Level", "spinal cord injury"),
        ("Male Erectile Dysfunction", "erectile dysfunction"),
        ("Male Infertility", "male infertility"),
        ("K-L Grade II Gonarthrosis", "gonarthrosis"),
        ("Primary Mild to Moderate Gonarthrosis", "gonarthrosis"),
        ("Moderate to Severe Psoriasis", "moderate to severe psoriasis"),
        ("Patients With Deficient Jaw", "deficient jaw"),
        ("Primary Idiopathic Neuropathy", "idiopathic neuropathy"),
        ("Primary Biliary Cholangitis", "primary biliary cholangitis"),
        ("Osteoarthritic Knees", "knee osteoarthritis"),
        ("Ulcer, Venous", "venous ulcer"),
        ("Hepatitis B, C and D", "hepatitis B, C and D"),
        ("Lamin A/C Myopathy (LMNA)", "lamin A/C myopathy"),
        ("Graft-Versus-Host Disease", "graft-versus-host disease"),
        ("Peyronie\u00b4s Disease", "Peyronie's disease"),
        ("SARS-CoV-2 Pneumonia", "SARS-CoV-2 pneumonia"),
        ("covid 19", "COVID-19"),
    ],
)
def test_names_are_written_as_clinicians_do(words: str, name: str) -> None:
    assert written(words) == name


_CATEGORIES = load_lexicon(find_model() / "mscminer_categories")


def _category(title: str, abstract: str) -> str | None:
    reading = read(publication(title, abstract))
    facts = condition_facts(reading, Maker(name="test", version="1"), _CATEGORIES)
    return next((str(fact.value) for fact in facts if fact.field is Field.CATEGORY), None)


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("Cotransplantation of mesenchymal stem cells in patients with leukemia: a trial", "gvhd_transplant"),
        ("Mesenchymal stem cells before haploidentical stem cells in adults with lymphoma: a trial", "gvhd_transplant"),
        ("Mesenchymal stem cells carrying a virus in patients with glioma: a trial", "cancer"),
        ("Mesenchymal stem cells in chronic lung allograft dysfunction: a trial", "gvhd_transplant"),
        ("Mesenchymal stem cells in the nucleus pulposus of degenerated discs: a trial", "musculoskeletal"),
    ],
)
def test_the_category_of_a_title(title: str, category: str) -> None:
    assert _category(title, "Ten adults were given mesenchymal stem cells by vein.") == category


def test_a_review_that_names_no_disease_has_no_category() -> None:
    told = "Cells of the lung, of tumours and of the knee were looked at. This review tells what was found."
    assert _category("What a stromal cell is", told) is None
    assert _category("What a cell of the lung is", told) == "lung"


@pytest.mark.parametrize(
    ("title", "names"),
    [
        # a deed before the name
        ("Stem cells to stabilize membranous nephropathy", ["membranous nephropathy"]),
        ("Stem cells to slow multiple sclerosis", ["multiple sclerosis"]),
        ("Stem cells for slow transit constipation with neuropathy", ["neuropathy"]),
        ("Taming graft-versus-host disease with stem cells", ["graft-versus-host disease"]),
        ("Stem cells for lower limb ischemia", ["lower limb ischemia"]),
        ("Augmenting the stroma in keratoconus: stem cells on laminas", ["keratoconus"]),
        # what surgeons do to a defect is no condition, the defect is
        ("Alveolar cleft bone grafting with stem cells", ["alveolar cleft"]),
        ("Keloid excision followed by stem cells", ["keloid"]),
        ("Urethral stricture surgery with stem cells", ["urethral stricture"]),
        ("Wound closure with stem cells", []),
        ("Stem cells for wound closure in venous leg ulcers", ["venous leg ulcers"]),
        ("High tibial osteotomy with stem cells", []),
        ("Cartilage repair alongside high tibial osteotomy with stem cells", ["cartilage defects"]),
        ("Stem cells for lumbar fusion", ["lumbar fusion"]),
        # a tumour that was treated before, and one that is treated
        ("Stem cells for dry mouth after irradiation of head and neck cancer", ["radiation-induced dry mouth"]),
        ("Stem cells for lymphedema after treatment of breast cancer", ["lymphedema"]),
        ("Stem cells for nerve injury after tumour excision", ["nerve injury"]),
        ("Stem cells for trismus in survivors of head and neck cancer", ["trismus"]),
        ("Stem cells for vaginal stenosis in women treated for cervical cancer", ["vaginal stenosis"]),
        ("Stem cells in head and neck cancer", ["head and neck cancer"]),
        ("Stem cells for head trauma and neck pain", ["head trauma", "neck pain"]),
        ("Stem cells after resection of hepatocellular carcinoma", ["hepatocellular carcinoma"]),
        # an infection and the lung failure by it
        ("Stem cells for COVID-19 patients with ARDS", ["COVID-19 ARDS"]),
        ("Stem cells for ARDS caused by COVID-19", ["COVID-19 ARDS"]),
        ("Stem cells for COVID-19-induced ARDS", ["COVID-19-induced ARDS"]),
        ("Stem cells for ARDS and sepsis", ["acute respiratory distress syndrome", "sepsis"]),
        # what came of a disease
        ("Fistulas of Crohn's disease treated with stem cells", ["fistulas of Crohn's disease"]),
        ("Complications of diabetes treated with stem cells", ["diabetes"]),
        ("Stem cells for nephritis of lupus", ["lupus nephritis"]),
    ],
)
def test_neither_deeds_nor_what_was_treated_before_are_part_of_a_name(title: str, names: list[str]) -> None:
    assert [
        one.name for one in find_condition_names(read_publication(publication(title, "We gave the cells once.")))
    ] == names


@pytest.mark.parametrize(
    ("title", "told", "names"),
    [
        (
            "Stem cells in ADPKD: a pilot",
            "Autosomal dominant polycystic kidney disease (ADPKD) leads to dialysis. Six adults were infused.",
            ["autosomal dominant polycystic kidney disease"],
        ),
        ("Stem cells in MRI", "Magnetic resonance imaging (MRI) showed the cells of six adults.", []),
        ("Stem cells at work", "Ten were regenerating intra-bony defects.", ["intra-bony defects"]),
        ("Stem cells in lupus", "Systemic lupus erythematosus kills.", ["systemic lupus erythematosus"]),
        (
            "Refractory lupus: stem cells by vein",
            "Ten women with systemic lupus were treated.",
            ["refractory systemic lupus erythematosus"],
        ),
        ("Stem cells in lupus", "Ten women were treated.", ["lupus"]),
        ("Stem cells in discoid lupus", "None had systemic lupus erythematosus.", ["discoid lupus"]),
        ("Stem cells at work", "Dry eyes mark Sjögren syndrome.", ["Sjögren syndrome"]),
        ("Cartilage repair with stem cells", "In osteoarthritic knees we gave them once.", ["knee osteoarthritis"]),
    ],
)
def test_the_abstract_tells_what_a_title_leaves_open(title: str, told: str, names: list[str]) -> None:
    assert [one.name for one in find_condition_names(read_publication(publication(title, told)))] == names
