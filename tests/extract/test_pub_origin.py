"""Whose cells, of which tissue, and what the group that got them is called: the kinds of telling it."""
# ruff: noqa: E501  (a case reads better on one line than wrapped)

from __future__ import annotations

import time

import pytest
from tests.extract.publications import Part, publication

from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Field, MscClass
from mscminer.extract.publications.resolve import facts_of, read, route_facts

MAKER = Maker(name="test", version="1")
METHODS = ("METHODS", "Thirty adults with cirrhosis were infused with mesenchymal stem cells through a vein.")


def _sides(title: str, *parts: Part) -> tuple[list[str], list[str]]:
    origin = read(publication(title, *parts)).origin
    return sorted(origin.tissue), sorted(origin.donor)


@pytest.mark.parametrize(
    ("told", "tissue", "donor"),
    [
        (
            "The cells were allogeneic and for the greater part derived from umbilical cord.",
            ["umbilical_cord"],
            ["allogeneic"],
        ),
        ("Cells were autologous, of bone-marrow origin.", ["bone_marrow"], ["autologous"]),
        ("They came from the iliac marrow of the same person.", ["bone_marrow"], ["autologous"]),
        ("Cells were from the Wharton's jelly of unrelated donors.", ["wharton_jelly"], ["allogeneic"]),
        (
            "The cells had been grown from the menstrual blood of a young healthy woman.",
            ["endometrium"],
            ["allogeneic"],
        ),
        (
            "The cells were expanded from either adipose tissue (12 patients) or bone marrow (18 patients).",
            ["adipose", "bone_marrow"],
            [],
        ),
        ("The product was released as an allogeneic product after sterility tests.", [], ["allogeneic"]),
    ],
)
def test_a_source_told_apart_from_the_name(told: str, tissue: list[str], donor: list[str]) -> None:
    assert _sides("Cell therapy of cirrhosis", (METHODS[0], f"{METHODS[1]} {told}")) == (tissue, donor)


def test_a_product_with_a_name_of_its_own_is_defined_in_the_introduction() -> None:
    assert _sides(
        "MSC-NTF in motor neurone disease",
        (
            "INTRODUCTION",
            "MSC-NTF cells are mesenchymal stem cells from the patient's own bone marrow, induced in culture.",
        ),
        ("METHODS", "Forty adults were randomised to three intrathecal doses of MSC-NTF or placebo."),
    ) == (["bone_marrow"], ["autologous"])


def test_a_generic_name_is_not_defined_by_where_such_cells_live() -> None:
    assert _sides(
        "Cell therapy of cirrhosis",
        ("BACKGROUND", "Mesenchymal stem cells are multipotent cells of bone marrow and adipose tissue."),
        METHODS,
    ) == ([], [])


@pytest.mark.parametrize(
    "later",
    [
        "A trial of allogeneic umbilical cord mesenchymal stem cells is now planned.",
        "Results were like those of allogeneic adipose-derived mesenchymal stem cells.",
        "An earlier study of allogeneic adipose-derived mesenchymal stem cells had been stopped.",
    ],
)
def test_what_only_a_later_part_names_is_a_comparison(later: str) -> None:
    assert _sides("Autologous bone marrow mesenchymal stem cells for cirrhosis", METHODS, ("CONCLUSION", later)) == (
        ["bone_marrow"],
        ["autologous"],
    )


def test_other_studies_say_nothing_even_where_nothing_else_does() -> None:
    told = "An earlier uncontrolled study of allogeneic umbilical cord mesenchymal stem cells had been favourable."
    assert _sides("Cell therapy of cirrhosis", METHODS, ("RESULTS", f"Albumin rose. {told}")) == ([], [])


def test_the_donor_of_an_organ_is_not_that_of_the_cells() -> None:
    assert _sides(
        "Mesenchymal stromal cells after kidney transplantation",
        ("METHODS", "Autologous MSCs were infused in six patients given a kidney from a living related donor."),
    ) == ([], ["autologous"])


def _arms(title: str, *parts: Part) -> list[str | None]:
    facts = facts_of(read(publication(title, *parts)), MAKER)
    return [fact.value["arm"] for fact in facts if fact.field is Field.PRODUCT and isinstance(fact.value, dict)]


@pytest.mark.parametrize(
    ("methods", "results", "arm"),
    [
        ("Sixty adults were randomised to UC-MSCs or saline.", "Pain fell in the UC-MSC group.", "UC-MSC group"),
        (
            "Sixty adults were randomised to a cell or a control group; the first got MSCs.",
            "Pain fell in the cell group.",
            "cell group",
        ),
        ("Sixty adults were randomised to one infusion of MPCs or placebo.", "Pain fell.", "MPCs"),
        ("Sixty adults were randomised (UC-MSCs, n = 40; placebo, n = 20).", "Pain fell.", "UC-MSCs"),
        ("Sixty adults were randomised to marrow MSCs (group A) or to saline (group B).", "Pain fell.", "group A"),
        (
            "Sixty adults had one dose of fat MSCs (1 x 10^6 cells/kg) and calcium 20 mg/day (group 1), calcium only (group 2) or no drug (group 3).",
            "Pain fell in group 1.",
            "group 1",
        ),
        (
            "Sixty adults were randomised to placebo (group 1), 20 million cells (group 2) or 40 million cells (group 3) of MSCs.",
            "Pain fell.",
            "group 2; group 3",
        ),
        ("Group A (n = 30) received MSCs and group B (n = 30) received saline at random.", "Pain fell.", "Group A"),
        (
            "Sixty adults were randomised to UC-MSCs or saline.",
            "Pain was 3.1 with UC-MSCs and 5.2 with placebo.",
            "UC-MSCs",
        ),
        (
            "Sixty adults were randomised to AD-MSCs or saline.",
            "Pain fell by 20 in the AD-MSC group; it was less after AD-MSCs than after placebo.",
            "AD-MSCs",
        ),
        (
            "Sixty adults were randomised to injection of 150 million MPCs, guided by ultrasound, or to a scripted sham procedure.",
            "Pain fell.",
            "MPCs",
        ),
        ("Sixty adults were randomised to cord MSCs (HEPACEL-C) or Plasma-Lyte.", "Pain fell.", "HEPACEL-C"),
        ("Sixty adults were randomised into two groups: BM-MSC and vehicle.", "Pain fell.", "BM-MSC"),
        (
            'Sixty adults were randomised to MSCs and a knee brace; a "treated" and a "control" group were seen.',
            "Pain fell.",
            "treated",
        ),
        (
            "Sixty adults were randomised to 2 × 10⁶ (low dose) or 6 × 10⁶ MSCs (high dose) or saline.",
            "Pain fell.",
            "low dose; high dose",
        ),
        (
            "Sixty adults were randomised to MSCs at 1 million/kg (cohort A), 3 million/kg (cohort B) or placebo.",
            "Pain fell.",
            "cohort A; cohort B",
        ),
        ("Sixty adults were randomised to a high dose of MSCs or placebo, or low doses.", "Pain fell.", "MSCs"),
        (
            "Sixty adults were randomised to MSCs with glue (MSC + FG, n = 30) or to glue (n = 30).",
            "The SF-36 improved.",
            "MSC + FG",
        ),
        (
            "Sixty adults were randomised: the study group was injected with MSCs and the control group with saline.",
            "Pain fell in the study group.",
            "study group",
        ),
        (
            "Sixty adults were randomised. MSCs were grown from fat. The study group was young, as were controls.",
            "Pain fell.",
            None,
        ),
        (
            "Sixty adults were allotted to UC-MSCs, three infusions a week apart, or to a rest from all drugs.",
            "Pain fell.",
            "UC-MSCs",
        ),
        (
            "Sixty adults were randomised to UC-MSCs or saline.",
            "From month 6 on, pain was less in UC-MSC recipients.",
            "UC-MSC",
        ),
        (
            "Sixty adults were randomised: one dose of cells (MSC-1, n = 20), two (MSC-2, n = 20) or saline (n = 20).",
            "Pain fell.",
            "MSC-1; MSC-2",
        ),
        (
            "Sixty adults had glue with MSCs (trial group A), glue (trial group B) or saline (trial group C) at random.",
            "Pain fell.",
            "trial group A",
        ),
    ],
)
def test_an_arm_is_called_as_the_text_calls_it(methods: str, results: str, arm: str | None) -> None:
    title = "Mesenchymal stem cells for pain: a randomised controlled trial"
    assert _arms(title, ("METHODS", methods), ("RESULTS", results)) == [arm]


@pytest.mark.parametrize(
    ("told", "arm"),
    [
        (
            "Patients in group A (n = 20) were given UC-MSCs at random; group B (n = 20) served as controls.",
            "group A",
        ),
        (
            "They were allotted at random to group A (UC-MSCs plus drugs) or group B (drugs alone).",
            "group A",
        ),
        ("Group I had marrow MSCs with drilling, group II drilling alone, at random.", "Group I"),
        (
            "Thirty adults (Group A) had MSCs by vein. Thirty controls (Group B), on the same drugs, were matched to them.",
            "Group A",
        ),
        ("At random, MSCs were compared with fibrin (group F) or with plasma (group P). Pain fell alike.", None),
        ("MSCs were given to group 1 and saline to group 2 at random.", "group 1"),
        (
            "Group 1 had cord blood mononuclear cells, group 2 had mononuclear cells and MSCs, group 3 had exercise only.",
            "group 2",
        ),
        ("Nine had one MSC infusion: Group 1, 1 million MSC/kg; Group 2, 2 million MSC/kg.", "Group 1; Group 2"),
        ("Ten had MSCs. Fever fell in the group a day later, and in group A sleep was good.", None),
        (
            "They were randomised to the SCM group (MSCs seeded on collagen) or the control group (collagen).",
            "SCM group",
        ),
        ("They were randomised to MSCs (SCT group) or to usual care (Std group).", "SCT group"),
        (
            "They were randomised to one MSC infusion (once group, n = 9) or two (twice group, n = 9).",
            "once group; twice group",
        ),
        ("MSCs were given to patients with mild (mild group) or severe pain (severe group).", None),
        (
            "They had bone (IB group), bone with ASCs (IB+ASC) or mineral with ASCs (BM+ASC) at random. Pain fell with IB+ASC.",
            "IB+ASC; BM+ASC",
        ),
        (
            "Pain was 6 in the standard-dose MSC group, 7 in the low-dose MSC group and 9 in the control group.",
            "low-dose MSC group; standard-dose MSC group",
        ),
        ("They were randomised. MSC-treated patients had less pain.", "MSC-treated"),
        ("They were randomised. Drug-treated patients had less pain.", None),
        (
            "They were randomised to stem cells (10 million/kg, n = 9) or placebo (n = 9). MSCs did no harm.",
            "stem cells",
        ),
        (
            "They had MSCs; the controls had none. With cell therapy pain fell; it stayed as it was in controls.",
            "cell therapy",
        ),
        (
            "Ten had a single MSC infusion on top of drugs; ten others had drugs alone. Allocation was randomised.",
            "MSC infusion",
        ),
        ("They were randomised. Pain was 8.9 (placebo) and 4.0 (MSC).", "MSC"),
        ("They were randomised. Pain was 8.9 with placebo and 4.0 with MSCs.", "MSCs"),
    ],
)
def test_an_arm_is_known_by_what_it_gets(told: str, arm: str | None) -> None:
    text = f"Forty adults with chronic pain took part. {told}"
    assert _arms("Mesenchymal stem cells for chronic pain", ("", text)) == [arm]


def test_arms_of_own_and_of_donor_cells_are_told_apart() -> None:
    arms = _arms(
        "Allogeneic or autologous marrow mesenchymal stem cells for heart failure",
        ("METHODS", "Forty adults were randomised to allo-MSCs or auto-MSCs, injected through the endocardium."),
    )
    assert sorted(map(str, arms)) == ["allo-MSCs", "auto-MSCs"]


def test_a_single_group_has_no_name() -> None:
    assert _arms(
        "Mesenchymal stem cells for pain", ("METHODS", "Ten adults received MSCs. The treatment group was young.")
    ) == [None]


@pytest.mark.parametrize(
    "words",
    [
        "mscs ",
        "mscs-",
        "1 msc, ",
        "from his mother ",
        "the cells were ",
        "mscs or placebo ",
        "mscs (group a) in Group B ",
    ],
)
def test_hostile_repetition_takes_time_in_proportion(words: str) -> None:
    """In processor time, which other work on the machine does not lengthen; rules are read beforehand."""
    title = "Mesenchymal stem cells for pain: a randomised controlled trial"
    long, short = (words * (size // len(words)) for size in (24_000, 240))
    _arms(title, ("METHODS", f"Sixty adults got MSCs or placebo. {short}"))
    began = time.process_time()
    _arms(title, ("METHODS", f"Sixty adults got MSCs or placebo. {long}"))
    assert time.process_time() - began < 1.5


def _products(title: str, *parts: Part) -> list[tuple[str, str]]:
    facts = facts_of(read(publication(title, *parts)), MAKER)
    values = [fact.value for fact in facts if fact.field is Field.PRODUCT and isinstance(fact.value, dict)]
    return sorted((",".join(value["tissue"]), ",".join(value["donor"])) for value in values)


def test_cells_of_two_tissues_are_two_products_each_with_its_donor() -> None:
    title = "Mesenchymal stem cells of two sources for heart failure"
    told = "Forty adults were infused with autologous bone marrow MSCs or with allogeneic umbilical cord MSCs."
    assert _products(title, ("METHODS", told)) == [("bone_marrow", "autologous"), ("umbilical_cord", "allogeneic")]
    alike = (
        "Forty adults were infused with mesenchymal stem cells from bone marrow in 18 and from umbilical cord in 22."
    )
    assert _products(title, ("METHODS", alike)) == [("bone_marrow", ""), ("umbilical_cord", "")]


def test_donors_are_quoted_with_the_product_and_routes_with_the_act() -> None:
    reading = read(
        publication(
            "Cell therapy of knee osteoarthritis",
            ("METHODS", "Ten adults got an intra-articular injection of autologous bone marrow MSCs into one knee."),
        )
    )
    assert [one.quote for one in reading.origin.donor["autologous"]] == ["autologous bone marrow MSCs"]
    routes = [fact for fact in route_facts(reading, MAKER) if fact.value == "intra_articular"]
    assert [one.quote for fact in routes for one in fact.evidence] == [
        "intra-articular injection of autologous bone marrow MSCs"
    ]


_GIVEN = ("METHODS", "Thirty adults with cirrhosis were randomised to {name} or placebo through a vein.")


@pytest.mark.parametrize(
    ("name", "told", "tissue", "donor"),
    [
        ("hepacelin", "Hepacelin, an expanded allogeneic adipose-derived mesenchymal stem cell product, calmed rats.", ["adipose"], ["allogeneic"]),
        ("hepacelin", "Hepacelin is a next-generation product of allogeneic umbilical cord mesenchymal stromal cells.", ["umbilical_cord"], ["allogeneic"]),
        ("hepacelin", "Hepacelin (bone marrow-derived allogeneic mesenchymal stromal cells) has calmed rats.", ["bone_marrow"], ["allogeneic"]),
        ("hepacelin", "Hepacelin consists of autologous mesenchymal stem cells, made from a bone marrow aspirate.", ["bone_marrow"], ["autologous"]),
        ("MPCs", "Allogeneic bone marrow mesenchymal precursor cells (MPCs; hepacelin) calmed rats.", ["bone_marrow"], ["allogeneic"]),
        ("mesenchymal stem cells", "Hepacelin, an allogeneic adipose-derived mesenchymal stem cell product, calmed rats.", [], []),
        ("mesenchymal stem cells", "Cirrhosis is a target of adipose-derived mesenchymal stem cells.", [], []),
        ("mesenchymal stem cells", "Cirrhosis is common and adipose-derived mesenchymal stem cells are at hand.", [], []),
    ],
)  # fmt: skip
def test_a_product_introduced_by_its_own_name(name: str, told: str, tissue: list[str], donor: list[str]) -> None:
    methods = (_GIVEN[0], _GIVEN[1].format(name=name))
    title = f"Mesenchymal stem cells in cirrhosis: a randomised trial of {name}"
    aim = ("INTRODUCTION", f"Mesenchymal stem cells are tried in cirrhosis. {told}")
    assert _sides(title, aim, methods, ("RESULTS", "Bilirubin fell with mesenchymal stem cells.")) == (tissue, donor)


@pytest.mark.parametrize(
    ("told", "tissue"),
    [
        ("They received umbilical cord-derived CD73-enriched mesenchymal stromal cells by vein.", ["umbilical_cord"]),
        ("They received a bone marrow-derived, anti-CD73-selected mesenchymal stromal cell product.", ["bone_marrow"]),
        ("They received adipose-derived, hypoxia-preconditioned mesenchymal stem cells.", ["adipose"]),
        ("They received cytokine-primed bone marrow mesenchymal stem cells.", ["bone_marrow"]),
        ("They received fat grafts with adipose tissue, or culture-expanded mesenchymal stem cells.", []),
        ("They received bone marrow and mesenchymal stem cells.", []),
        ("They received bone marrow- or adipose-derived mesenchymal stem cells.", ["adipose", "bone_marrow"]),
        ("They received adipose tissue, or cultured bone marrow mesenchymal stem cells.", ["bone_marrow"]),
    ],
)
def test_how_cells_were_made_stands_between(told: str, tissue: list[str]) -> None:
    assert (
        _sides("Cell therapy of cirrhosis", ("METHODS", f"Thirty adults with cirrhosis were treated. {told}"))[0]
        == tissue
    )


@pytest.mark.parametrize(
    ("results", "tissue"),
    [
        ("After the infusion, chimerism analysis of mesenchymal cells from the bone marrow showed donor cells.", []),
        ("Cultures of mesenchymal stem cells from bone marrow taken at one year were sterile.", []),
        ("Pain fell after infusion of mesenchymal stem cells from bone marrow.", ["bone_marrow"]),
    ],
)
def test_cells_examined_afterwards_are_not_the_product(results: str, tissue: list[str]) -> None:
    methods = ("METHODS", "Two infants with brittle bones were infused with allogeneic mesenchymal stem cells.")
    assert _sides("Mesenchymal stem cells in infants", methods, ("RESULTS", results))[0] == tissue


@pytest.mark.parametrize(
    ("title", "told", "tissue", "donor", "inferred"),
    [
        ("HX-SC01 for fistulas", "HX-SC01 is a preparation of human umbilical cord mesenchymal stem cells. Ten patients received HX-SC01 by injection.", ["umbilical_cord"], [], ["allogeneic"]),
        ("Stem cells for fistulas", "Ten patients were treated with allogeneic stem cells expanded from adipose tissue (eASCs).", ["adipose"], ["allogeneic"], ["allogeneic"]),
        ("Mesenchymal stem cells in ALS", "Cells were expanded from 60 mL of bone marrow and given to 12 patients into the spinal canal.", ["bone_marrow"], [], ["autologous"]),
        ("Mesenchymal stem cells for cartilage", "Synovium was harvested from the knee of ten patients and mesenchymal stem cells were placed on the lesion.", ["synovium"], [], ["autologous"]),
        ("Mesenchymal cells in GVHD", "Twenty patients received mesenchymal stromal cells of family donors (n = 12) or third-party donors (n = 8), grown from marrow.", ["bone_marrow"], ["allogeneic"], ["allogeneic"]),
        ("Mesenchymal cells in BPD", "Nine infants were given mesenchymal stromal cells from cord blood of unrelated newborns.", ["cord_blood"], ["allogeneic"], ["allogeneic"]),
        ("Mesenchymal cells in GVHD", "Ten adults received mesenchymal stem cells made from an iPSC bank of one donor.", ["ipsc"], ["allogeneic"], ["allogeneic"]),
        ("Mesenchymal cells in GVHD", "Ten adults received mesenchymal stem cells; 60 mL of blood was drawn before and after.", [], [], []),
    ],
)  # fmt: skip
def test_more_ways_of_telling_the_source(
    title: str, told: str, tissue: list[str], donor: list[str], inferred: list[str]
) -> None:
    one = read(publication(title, ("METHODS", told), ("RESULTS", "Most got better after the cells.")))
    assert one.product.msc == "cells"
    assert (sorted(one.origin.tissue), sorted(one.origin.donor), sorted(one.origin.donor_inferred)) == (
        tissue,
        donor,
        inferred,
    )


@pytest.mark.parametrize(
    ("told", "tissue", "donor"),
    [
        (
            "We gave multipotent adult progenitor cells, an allogeneic product from bone marrow, by vein.",
            ["bone_marrow"],
            ["allogeneic"],
        ),
        (
            "Mesenchymal precursor cells (MPCs) were infused. The MPCs from the bone marrow of unrelated donors were thawed.",
            ["bone_marrow"],
            ["allogeneic"],
        ),
        (
            "Mesenchymal stem cells from third-party donors were infused an hour before peripheral blood stem cells.",
            [],
            ["allogeneic"],
        ),
        ("The families sought mesenchymal stem cells by their own decision.", [], []),
        ("Mesenchymal stem cells of their own fat were infused.", ["adipose"], ["autologous"]),
    ],
)
def test_sources_beside_other_things(told: str, tissue: list[str], donor: list[str]) -> None:
    assert _sides("Cell therapy in ten adults", ("METHODS", f"Ten adults with sepsis were treated. {told}")) == (
        tissue,
        donor,
    )


@pytest.mark.parametrize(
    ("cells", "msc"),
    [("CD133+ bone marrow-derived cells", "none"), ("bone marrow-derived cells", "uncultured")],
)
def test_blood_forming_cells_sorted_out_of_marrow_are_no_product(cells: str, msc: str) -> None:
    one = read(
        publication(
            f"Autologous {cells} for heart failure", ("METHODS", f"Ten adults were injected with autologous {cells}.")
        )
    )
    assert one.product.msc == msc


@pytest.mark.parametrize(
    ("sentence", "tissues", "donors"),
    [
        ("Marrow mononuclear and mesenchymal stem cells were infused in turn.", {"bone_marrow"}, set()),
        ("Marrow mononuclear cells, fat-derived mesenchymal stem cells or both were infused.", {"adipose"}, set()),
        (
            "Autologous marrow or allogeneic Wharton's jelly mesenchymal stromal cells were infused.",
            {"bone_marrow", "wharton_jelly"},
            {"allogeneic", "autologous"},
        ),
        (
            "Mesenchymal stem cells grown from bone marrow of unrelated donors or from umbilical cord were infused.",
            {"bone_marrow", "umbilical_cord"},
            {"allogeneic"},
        ),
        ("Cord blood and cord tissue mesenchymal stromal cells were infused.", {"umbilical_cord"}, set()),
        ("Patients got mesenchymal stem cells of either fat or marrow.", {"adipose", "bone_marrow"}, set()),
        ("Umbilical cord tissue was processed to obtain the MSCs, which were infused.", {"umbilical_cord"}, set()),
        ("Mesenchymal stem cells were infused; the cell source was adipose tissue.", {"adipose"}, set()),
        ("Mesenchymal stem cells were infused, 2 million marrow-derived cells/kg.", {"bone_marrow"}, set()),
        ("Mesenchymal stem cells from gingiva were laid in the defect.", {"other:gingiva"}, set()),
        ("Fetal liver mesenchymal stem cells were infused.", {"other:fetal_liver"}, set()),
        ("A pre-transplant infusion of third-party mesenchymal stem cells was given.", set(), {"allogeneic"}),
        ("Concentrated mesenchymal stem cells of the patient's marrow were given.", {"bone_marrow"}, {"autologous"}),
        ("Mesenchymal stem cells were compared with bone marrow concentrate.", set(), set()),
        ("Mesenchymal stem cells were infused after allogeneic stem cell transplantation.", set(), set()),
    ],
)
def test_tissue_and_donor_of_a_sentence(sentence: str, tissues: set[str], donors: set[str]) -> None:
    origin = read(publication("Mesenchymal stem cells in people with sepsis", ("METHODS", sentence))).origin
    assert (set(map(str, origin.tissue)), set(map(str, origin.donor))) == (tissues, donors)


def test_a_background_tells_the_tissue_of_what_the_study_names_by_its_own_name() -> None:
    told = (
        ("BACKGROUND", "ABC-1 is a product in which expanded marrow mesenchymal stem cells lie on allogeneic bone."),
        ("METHODS", "Ten adults were given ABC-1 at operation."),
    )
    assert set(read(publication("Mesenchymal stem cells for spinal fusion", *told)).origin.tissue) == {"bone_marrow"}


def test_cells_of_birth_beside_own_marrow_are_of_others() -> None:
    told = "Adults were given autologous marrow mesenchymal stem cells or cord blood mesenchymal stem cells."
    origin = read(publication("Mesenchymal stem cells in sepsis", ("METHODS", told))).origin
    assert set(origin.donor) == {"autologous"}
    assert set(origin.donor_inferred) == {"autologous", "allogeneic"}


@pytest.mark.parametrize(
    ("told", "tissue", "donor"),
    [
        ("Cells were separated from thigh lipoaspirate of the same person.", ["adipose"], ["autologous"]),
        ("MSCs from the participants' flank fat were injected.", ["adipose"], ["autologous"]),
        ("Each received cells cultured from a sample of his own iliac marrow.", ["bone_marrow"], ["autologous"]),
        ("Fat was taken from the belly of each patient to grow the MSCs.", ["adipose"], ["autologous"]),
        ("Heterologous marrow MSCs were used.", ["bone_marrow"], ["allogeneic"]),
        ("Donor cord mesenchymal stem cells were thawed.", ["umbilical_cord"], ["allogeneic"]),
        ("MSCs from sibling or unrelated marrow donors were infused.", ["bone_marrow"], ["allogeneic"]),
        ("MSC donors were healthy first-degree relatives.", [], ["allogeneic"]),
        ("The donor was that of the graft in five and a third party in nine.", [], ["allogeneic"]),
        ("MSCs were prepared from marrow of the patient's brother.", ["bone_marrow"], ["allogeneic"]),
        ("MSCs were autologous in ten and from relatives in twenty.", [], ["allogeneic", "autologous"]),
        ("Cell source: allogeneic bone marrow.", ["bone_marrow"], ["allogeneic"]),
        ("MSCs from cord tissue were given.", ["umbilical_cord"], []),
        ("MSCs were isolated from extracted wisdom teeth.", ["dental"], []),
        ("MSCs of the buccal mucosa were given.", ["other:oral_mucosa"], []),
        ("Chorionic plate MSCs were given.", ["placenta"], []),
    ],
)
def test_sources_in_other_words(told: str, tissue: list[str], donor: list[str]) -> None:
    assert _sides("Cell therapy of cirrhosis", (METHODS[0], f"{METHODS[1]} {told}")) == (tissue, donor)


@pytest.mark.parametrize(
    ("title", "told", "tissue", "donor"),
    [
        (
            "Three preparations for hip arthritis",
            "Sixty adults were randomized to autologous adipose stromal vascular fraction (SVF), autologous bone marrow "
            "concentrate (BMAC) or allogeneic umbilical cord-derived mesenchymal stromal cells (UCSC). BMAC, UCSC and SVF were injected once.",
            ["umbilical_cord"],
            ["allogeneic"],
        ),
        (
            "Umbilical cord blood and cord tissue mesenchymal stromal cells for autism",
            "Twenty children were randomized to cord blood or to cord tissue mesenchymal stromal cells by vein.",
            ["umbilical_cord"],
            [],
        ),
        (
            "Spinal fusion with a mesenchymal stem cell-containing allograft",
            "Forty adults were operated on with an allograft containing live mesenchymal stem cells.",
            [],
            ["allogeneic"],
        ),
    ],
)
def test_what_is_given_beside_the_product_lends_it_nothing(
    title: str, told: str, tissue: list[str], donor: list[str]
) -> None:
    assert _sides(title, ("METHODS", told)) == (tissue, donor)


def test_cells_of_an_embryo_are_those_of_another() -> None:
    given = "Nine women were injected with mesenchymal stem cells made from human embryonic stem cells."
    origin = read(publication("Embryonic stem cell-derived mesenchymal stem cells for cystitis", given)).origin
    assert (list(origin.donor), list(origin.donor_inferred)) == ([], ["allogeneic"])


@pytest.mark.parametrize(
    ("title", "told", "kind"),
    [
        (
            "A tumour after cell therapy abroad",
            "A 50-year-old man had received infusions of mesenchymal, neural and embryonic stem cells for stroke.",
            MscClass.CELLS,
        ),
        (
            "Autologous bone marrow cells for cerebral palsy",
            "We assessed autologous bone marrow-derived mesenchymal stem cells in 20 children, who had two injections of cells.",
            MscClass.CELLS,
        ),
        (
            "Expanded adipose-derived stem cells or stromal vascular fraction for the hip",
            "Forty adults received adipose-derived stem cells (ASCs) and 40 stromal vascular fraction (SVF).",
            MscClass.CELLS,
        ),
        (
            "Fat-derived stem cells in a defect of the tibia",
            "We report a boy in whom adipose-derived stem cells, isolated from fat during the operation, were applied to the defect.",
            MscClass.UNCULTURED,
        ),
        (
            "Inhaled adipose stromal cells-stromal vascular fraction in emphysema",
            "Ten patients inhaled autologous adipose stromal cells (ADSC)-SVF twice.",
            MscClass.UNCULTURED,
        ),
        (
            "Liver progenitor cells for cirrhosis",
            "Human liver progenitor cells (HLPC), a mesenchymal-type cell, may help. Six patients with cirrhosis were infused with HLPC.",
            MscClass.CELLS,
        ),
    ],
)
def test_the_class_of_a_product_that_is_named_in_two_ways(title: str, told: str, kind: MscClass) -> None:
    assert read(publication(title, told)).product.msc is kind
