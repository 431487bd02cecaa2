"""Registrations that once misled the resolvers, told anew in words of our own."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.extract.registrations import a_study, read

from mscminer.core.vocabulary import Field
from mscminer.extract.pipeline import Extractor, load_extractor


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def _products(extractor: Extractor, *args: Any, **fields: Any) -> list[dict[str, Any]]:
    found = read(extractor, a_study(*args, **fields))
    return [dict(value) for value in found.values(Field.PRODUCT) if isinstance(value, dict)]


@pytest.mark.parametrize(
    ("description", "msc"),
    [
        ("Ingredient: allogeneic mesenchymal stem cells", "cells"),
        ("Grown on a feeder layer of mesenchymal stem cells", "none"),
    ],
)
def test_an_arm_may_say_what_a_coded_product_is_made_of(extractor: Extractor, description: str, msc: str) -> None:
    document = a_study(
        "Efficacy of QX-77 in Eczema",
        arms=[{"label": "QX-77", "type": "EXPERIMENTAL", "description": f"{description}."}],
        interventions=[{"name": "QX-77", "arm_labels": ("QX-77",)}],
    )
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("title", "msc"),
    [
        ("Safety of Autologous Mesenchymal Stem Cells in Erectile Dysfunction", "cells"),
        ("Effect of Mesenchymal Stem Cells on the Healing of Ulcers", "cells"),
        ("Dysfunctions of Mesenchymal Stem Cells After Sepsis", "none"),
        ("Effects of Linoleic Acid on Mesenchymal Stem Cells", "none"),
        ("Properties of Mesenchymal Stem Cells in Emphysema", "none"),
    ],
)
def test_a_title_tells_treatment_from_study_of_cells(extractor: Extractor, title: str, msc: str) -> None:
    document = a_study(title, interventions=[{"name": "Visits", "type": "OTHER"}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("title", "summary", "keywords", "msc"),
    [
        ("Long-term Follow-up of QX-77 in Lupus Nephritis", "People of the first trial return.", ("MSC",), "cells"),
        (
            "Follow-up Study of Autologous Mesenchymal Stem Cells in Erectile Dysfunction",
            "Five years after the cells.",
            (),
            "cells",
        ),
        ("Pre-clinical Models for a Therapy With Mesenchymal Stem Cells", "A treatment is sought.", (), "none"),
        ("Stem Cells as Predictors", "Mesenchymal stem cell assays from surgery and the follow-up.", (), "none"),
    ],
)
def test_observational_studies(
    extractor: Extractor, title: str, summary: str, keywords: tuple[str, ...], msc: str
) -> None:
    document = a_study(
        title,
        summary=f"{summary} Mesenchymal stem cells (MSC) are meant." if msc == "cells" and keywords else summary,
        keywords=tuple(word.replace("MSC", "Mesenchymal stem cells") for word in keywords),
        interventions=[],
        study_type="OBSERVATIONAL",
    )
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("summary", "msc"),
    [
        ("Mesenchymal stem cells (MSC) in the form of a bone marrow concentrate speed up the fusion.", "cells"),
        ("We return multipotent mesenchymal fat-derived regenerative cells to the patient.", "cells"),
        ("The concentrate contains mesenchymal stem cells besides others.", "uncultured"),
    ],
)
def test_a_mixture_that_the_text_calls_mesenchymal(extractor: Extractor, summary: str, msc: str) -> None:
    document = a_study(
        "A Concentrate in Spinal Fusion", summary=summary, interventions=[{"name": "Bone marrow aspirate concentrate"}]
    )
    assert read(extractor, document).value(Field.MSC) == msc


def test_stromal_vascular_fraction_is_not_adipose_stromal_cells(extractor: Extractor) -> None:
    document = a_study(
        "Local Injection of Autologous Adipose-derived Stromal Vascular Fraction",
        interventions=[{"name": "Adipose-derived stromal vascular fraction"}],
    )
    found = read(extractor, document)
    assert found.value(Field.MSC) == "uncultured"
    assert found.values(Field.TISSUE) == ("adipose",)


def test_donor_of_cells_that_no_lexicon_knows(extractor: Extractor) -> None:
    cells = [{"name": "Mesenchymal stem cells"}]
    own = a_study("Autologous Cardiogenic Cells After Infarction", interventions=cells)
    serum = a_study("Autologous Conditioned Serum and Cells After Infarction", interventions=cells)
    assert read(extractor, own).values(Field.DONOR) == ("autologous",)
    assert read(extractor, serum).values(Field.DONOR) == ()


@pytest.mark.parametrize(
    ("words", "route"),
    [
        ("MSC are injected to the patient's fistula.", ("intralesional",)),
        ("MSC are given by intra cavernous injection.", ("intralesional",)),
        ("Endocardial stem cells implantation with MSC.", ("intramyocardial",)),
        ("MSC go into the infarct-related artery.", ("intracoronary",)),
        ("MSC are fixed in bone tissue.", ("implanted",)),
        ("The graft is mixed with MSC.", ("implanted",)),
        ("MSC are given by intraosseous infusion.", ("other:intraosseous",)),
        ("MSC are given; inhaled oxygen is measured.", ()),
        ("MSC in knee arthrosis.", ()),
        ("Repair of a degree IV injury with MSC.", ()),
        ("Fusion surgery together with MSC.", ("implanted",)),
        ("MSC are injected into the fractured zone.", ("intralesional",)),
        ("Intrathecal peptides, laser and MSC.", ()),
        ("The MSC gel is painted on the wound.", ("topical",)),
        ("MSC intravenously plus a vitamin ointment.", ("intravenous",)),
        ("An ointment of MSC.", ("topical",)),
        ("MSC are infused via peripheral venous access.", ("intravenous",)),
        ("MSC are introduced during placement of the post.", ("implanted",)),
        ("Patients received MSC in the fractured site.", ("intralesional",)),
        ("The dose is 20 million MSC/ovary.", ("intralesional",)),
        ("10 million cells per disc are given.", ("intralesional",)),
        ("50 million MSC per knee are given.", ("intra_articular",)),
        ("2 million MSC per patient are given; the knee is examined.", ()),
        ("MSC are given to people with tennis elbow by ultrasonographic guided injection.", ("intralesional",)),
        ("Ultrasound-guided injection of MSC for plantar fasciitis.", ("intralesional",)),
        ("Ultrasound-guided injection of MSC for arthrosis.", ()),
    ],
)
def test_routes(extractor: Extractor, words: str, route: tuple[str, ...]) -> None:
    document = a_study("A Trial of MSC", interventions=[{"name": "Mesenchymal stem cells (MSC)", "description": words}])
    assert read(extractor, document).values(Field.ROUTE) == route


_CELLS = "Mesenchymal stem cells"


@pytest.mark.parametrize(
    ("label", "description", "controlled"),
    [
        ("Scaffold", "The scaffold is put in without mesenchymal stem cells.", True),
        ("Control group", "Mesenchymal stem cells in another solution.", False),
        ("Control group", "Standard care; mesenchymal stem cells after six months.", True),
        ("Non-ambulatory", "Mesenchymal stem cells for people who cannot walk.", False),
        ("Non-MSC cohort", "Watched over the same time.", True),
        ("Debridement without removal", "Mesenchymal stem cells after debridement.", False),
        ("Best medical management", "Mesenchymal stem cells are offered at the end.", True),
    ],
)
def test_which_arms_go_without_the_product(
    extractor: Extractor, label: str, description: str, controlled: bool
) -> None:
    document = a_study(
        "Mesenchymal Stem Cells in Arthritis",
        arms=[
            {"label": "MSC", "type": "EXPERIMENTAL", "description": "Mesenchymal stem cells."},
            {"label": label, "type": "ACTIVE_COMPARATOR", "description": description},
        ],
        interventions=[{"name": _CELLS, "arm_labels": ("MSC", label)}],
        allocation="RANDOMIZED",
        intervention_model="PARALLEL",
    )
    assert read(extractor, document).value(Field.CONTROLLED) is controlled


@pytest.mark.parametrize(
    ("words", "donor"),
    [
        ("Islets of an allograft and MSC of autograft.", ("autologous",)),
        ("Heterologous mesenchymal stem cells.", ("allogeneic",)),
        (
            "The MSC being used for infusion in this trial are collected from healthy, unrelated donors.",
            ("allogeneic",),
        ),
        ("Allogenic haemopoietic stem cells failed before.", ()),
        ("A bone autograft is the comparator.", ()),
    ],
)
def test_more_donor_words(extractor: Extractor, words: str, donor: tuple[str, ...]) -> None:
    cells = [{"name": "Mesenchymal stem cells (MSC)"}]
    document = a_study("A Trial of MSC", summary=words.replace("MSC", "MSCs"), interventions=cells)
    assert read(extractor, document).values(Field.DONOR) == donor


@pytest.mark.parametrize(
    ("words", "tissue"),
    [
        ("MSC of the umbilical cord were chosen because MSC from bone marrow age.", ("umbilical_cord",)),
        ("Umbilical cord MSC are given. Our group has carried out work with bone marrow MSC.", ("umbilical_cord",)),
        ("Umbilical cord MSC are given. In 2004, others gave bone marrow MSC.", ("umbilical_cord",)),
        ("MSC are given. The cellularity is seen in bone marrow biopsies.", ()),
        ("Cells are grown from their own bone marrow and injected into the scar.", ("bone_marrow",)),
        ("Cells are counted in the bone marrow.", ()),
        ("Mesenchymal stem cells (MSC) help through rescue of bone marrow progenitors.", ()),
    ],
)
def test_sources_that_were_not_chosen(extractor: Extractor, words: str, tissue: tuple[str, ...]) -> None:
    cells = [{"name": "Mesenchymal stem cells (MSC)"}]
    document = a_study("A Trial of MSC", description=words, interventions=cells)
    assert read(extractor, document).values(Field.TISSUE) == tissue


def test_titles_and_arms_win_over_a_name(extractor: Extractor) -> None:
    document = a_study(
        "Bone Marrow Mesenchymal Stem Cells in Nephritis",
        arms=[{"label": "Dose 1", "type": "EXPERIMENTAL", "description": "Bone marrow mesenchymal stem cells."}],
        interventions=[{"name": "Adipose-derived mesenchymal stem cells", "arm_labels": ("Dose 1",)}],
    )
    assert read(extractor, document).values(Field.TISSUE) == ("bone_marrow",)


def test_a_membrane_that_recruits_the_patients_cells_is_no_product(extractor: Extractor) -> None:
    document = a_study(
        "A Dried Membrane for Ulcers",
        interventions=[{"name": "Dried membrane", "description": "It recruits mesenchymal stem cells to the wound."}],
    )
    assert read(extractor, document).value(Field.MSC) == "none"


def test_results_of_others_are_background(extractor: Extractor) -> None:
    told = "Good outcomes and tolerance were observed after transfer of allogeneic MSCs."
    document = a_study("A Trial of MSC", summary=told, interventions=[{"name": "Mesenchymal stem cells (MSCs)"}])
    assert read(extractor, document).values(Field.DONOR) == ()


def test_a_combined_product_has_both_tissues(extractor: Extractor) -> None:
    names = ("Marrow", "Fat", "Both")
    made = _products(
        extractor,
        "Bone Marrow Versus Adipose Autologous Mesenchymal Stem Cells",
        arms=[{"label": name, "type": "ACTIVE_COMPARATOR"} for name in names],
        interventions=[
            {"name": "Bone marrow mesenchymal stem cells", "arm_labels": ("Marrow",)},
            {"name": "Adipose mesenchymal stem cells", "arm_labels": ("Fat",)},
            {"name": "Bone marrow & adipose mesenchymal stem cells", "arm_labels": ("Both",)},
        ],
    )
    assert [(sorted(one["tissue"]), one["arm"]) for one in made] == [
        (["bone_marrow"], "Marrow"),
        (["adipose"], "Fat"),
        (["adipose", "bone_marrow"], "Both"),
    ]


def test_a_crossover_against_placebo_is_controlled_though_all_get_the_product(extractor: Extractor) -> None:
    document = a_study(
        "MSC in Multiple Sclerosis",
        arms=[{"label": f"{one} treatment with MSC", "type": "ACTIVE_COMPARATOR"} for one in ("Early", "Delayed")],
        interventions=[{"name": _CELLS, "arm_labels": ("Early treatment with MSC", "Delayed treatment with MSC")}],
        summary="Placebo is given in the other period.",
        allocation="RANDOMIZED",
        intervention_model="CROSSOVER",
    )
    assert read(extractor, document).value(Field.CONTROLLED) is True


def test_prose_is_asked_where_arms_or_allocation_are_missing(extractor: Extractor) -> None:
    one = [{"name": _CELLS}]
    placebo = a_study("MSC Against Placebo", interventions=one, allocation="RANDOMIZED")
    told = a_study("MSC", interventions=one, summary="A randomised, controlled trial.", intervention_model="PARALLEL")
    silent = a_study("MSC", interventions=one, summary="A non-randomised trial.", intervention_model="SINGLE_GROUP")
    assert read(extractor, placebo).value(Field.CONTROLLED) is True
    assert read(extractor, told).value(Field.RANDOMISED) is True
    assert read(extractor, told).value(Field.CONTROLLED) is True
    assert read(extractor, silent).value(Field.RANDOMISED) is False


@pytest.mark.parametrize(
    ("summary", "blinded"), [("A double-blind trial.", True), ("An open-label trial.", False), ("A trial.", None)]
)
def test_blinding_told_in_prose_only(extractor: Extractor, summary: str, blinded: bool | None) -> None:
    document = a_study("MSC", interventions=[{"name": _CELLS}], summary=summary, allocation="RANDOMIZED")
    assert read(extractor, document).values(Field.BLINDED) == (() if blinded is None else (blinded,))


def test_exosomes_in_an_arm_of_their_own_are_a_second_product(extractor: Extractor) -> None:
    made = _products(
        extractor,
        "Wharton's Jelly MSC and Their Exosomes",
        arms=[{"label": "Cells", "type": "EXPERIMENTAL"}, {"label": "Vesicles", "type": "EXPERIMENTAL"}],
        interventions=[
            {"name": "Wharton's jelly mesenchymal stem cells", "arm_labels": ("Cells",)},
            {"name": "Exosomes of mesenchymal stem cells", "arm_labels": ("Vesicles",)},
        ],
    )
    assert [one["arm"] for one in made] == ["Cells", "Vesicles"]


@pytest.mark.parametrize(
    ("title", "conditions", "category"),
    [
        ("MSC After Renal or Liver Transplantation", ("Liver Failure", "Kidney Failure"), "gvhd_transplant"),
        ("MSC in Cancer Survivors", ("Cardiomyopathy Due to Anthracyclines",), "cardiovascular"),
        ("MSC on Demineralized Bone Matrix", ("Osteonecrosis of Jaw",), "dental_oral"),
        ("Co-transplant of Cord Blood and MSC", ("Leukemia", "Lymphoma", "Myeloma", "Sarcoma"), "gvhd_transplant"),
        ("MSC for Scarred Vocal Folds", ("Vocal Fold Scar",), "other"),
        ("A Drug for the Kidney Allograft", ("Kidney Failure, Chronic",), "gvhd_transplant"),
        ("Marrow of Volunteers for Pneumonia", ("Healthy Volunteers",), "healthy_volunteers"),
        ("MSC in Spondyloarthrosis", ("Spondyloarthrosis",), "musculoskeletal"),
        ("MSC in Spondyloarthritis", ("Spondyloarthritis",), "rheumatic_autoimmune"),
        ("MSC for Non-COVID-19 Respiratory Distress", ("Acute Respiratory Distress Syndrome",), "lung"),
        (
            "MSC in Patients With Erectile Dysfunction After Rectal Cancer",
            ("Rectal Cancer", "Erectile Dysfunction"),
            "urological",
        ),
        ("MSC for Shoulder Pain in Wheelchair Users With Spinal Cord Injury", ("Shoulder Pain",), "musculoskeletal"),
        ("MSC in Patients With Multiple Sclerosis", ("Autoimmune Diseases", "Demyelinating Diseases"), "neurological"),
        ("MSC for Erectile Dysfunction in Diabetic Men", ("Erectile Dysfunction",), "diabetes"),
        ("MSC for Erectile Dysfunction in Adults With Type 2 Diabetes", ("Erectile Dysfunction",), "diabetes"),
        ("MSC for Impotence", ("Erectile Dysfunction Due to Diabetes",), "diabetes"),
        ("MSC for Erectile Dysfunction in Non-diabetic Men", ("Erectile Dysfunction",), "urological"),
        ("MSC for Limb Ischaemia", ("Critical Limb Ischemia", "Diabetes Mellitus"), "cardiovascular"),
        ("Effect of MSC on Endotoxin in Human Volunteers", ("Sepsis",), "healthy_volunteers"),
        ("MSC in Healthy Male Volunteers", ("Lung Injury",), "healthy_volunteers"),
        ("MSC Gel for Psoriasis in Healthy Volunteers", ("Psoriasis",), "skin_wound"),
        ("MSC in Fat for Small Breasts", ("Breast Hypoplasia", "Aging of the Face"), "other"),
        ("MSC in Fat for Contours", ("Breast Reconstruction", "Contour Irregularity"), "other"),
        ("MSC for Wounds After Breast Surgery", ("Wound of Skin",), "skin_wound"),
        ("MSC in Breast Cancer", ("Breast Cancer",), "cancer"),
        ("MSC in Patients With Sepsis and Healthy Volunteers", ("Sepsis",), "other"),
        ("MSC for Septic Shock With Low Neutrophils", ("Septic Shock", "Neutropenia"), "other"),
        ("MSC for Neurological Complications After Stroke", ("Ischemic Stroke",), "cerebrovascular"),
        ("MSC for Lung Injury After Non-cardiac Surgery", ("Lung Injury",), "lung"),
        ("MSC in Osteonecrosis", ("Osteonecrosis of the Jaw",), "dental_oral"),
    ],
)
def test_category(extractor: Extractor, title: str, conditions: tuple[str, ...], category: str) -> None:
    document = a_study(title, conditions=conditions, interventions=[{"name": _CELLS}])
    assert read(extractor, document).value(Field.CATEGORY) == category


def test_a_cell_bank_treats_nothing(extractor: Extractor) -> None:
    document = a_study(
        "A Cell Bank of Marrow: Donor Protocol", conditions=("Graft Versus Host Disease",), interventions=[]
    )
    assert read(extractor, document).values(Field.CATEGORY) == ()


def _routes(extractor: Extractor, title: str, *, name: str = "Mesenchymal stem cells", **fields: Any) -> set[str]:
    fields.setdefault("interventions", [{"name": name, "arm_labels": ("A",)}])
    fields.setdefault("arms", [{"label": "A", "type": "EXPERIMENTAL"}])
    return {str(value) for value in read(extractor, a_study(title, **fields)).values(Field.ROUTE)}


def test_a_gel_of_the_title_is_injected_where_the_summary_says_so(extractor: Extractor) -> None:
    title = "Mesenchymal Stem Cells Mixed With Collagen Gel in Receding Gums"
    assert _routes(extractor, title) == {"implanted"}
    told = "The mesenchymal stem cells mixed with collagen gel are injected in four places."
    assert _routes(extractor, title, summary=told) == {"intralesional"}


def test_an_injection_into_a_place_is_more_exact_than_implantation(extractor: Extractor) -> None:
    title = "Implantation of Mesenchymal Stem Cells in Nonunion"
    told = "Mesenchymal stem cells are injected at the fracture site through the skin."
    assert _routes(extractor, title, summary=told) == {"intralesional"}


def test_a_place_is_not_given_up_for_under_the_skin(extractor: Extractor) -> None:
    name = "Injection of mesenchymal stem cells into the plaque"
    told = "Mesenchymal stem cells are injected subcutaneously."
    assert _routes(extractor, "Cells in Curved Penis", name=name, summary=told) == {"intralesional"}


def test_the_head_of_the_femur_is_no_joint(extractor: Extractor) -> None:
    told = "Cells are injected into the hip. Mesenchymal stem cells are injected into the femoral head."
    interventions = [{"name": "Mesenchymal stem cells", "arm_labels": ("A",), "description": told}]
    assert _routes(extractor, "Cells in Necrosis", interventions=interventions) == {"intralesional"}


def test_a_scaffold_in_bone_is_implanted_only(extractor: Extractor) -> None:
    title = "Mesenchymal Stem Cells Combined With a Tricalcium Phosphate"
    arms = [{"label": "A", "type": "EXPERIMENTAL", "description": "Intraosseous use."}]
    assert _routes(extractor, title, arms=arms) == {"implanted"}


def test_a_title_names_the_routes_of_other_arms_too(extractor: Extractor) -> None:
    arms = [
        {"label": "Intraportal islets", "type": "ACTIVE_COMPARATOR"},
        {"label": "Intramuscular islets with mesenchymal stem cells", "type": "EXPERIMENTAL"},
    ]
    interventions = [
        {"name": "Islets", "arm_labels": ("Intraportal islets",)},
        {"name": "Mesenchymal stem cells", "arm_labels": ("Intramuscular islets with mesenchymal stem cells",)},
    ]
    title = "Intraportal or Intramuscular Site for Islets"
    assert _routes(extractor, title, arms=arms, interventions=interventions) == {"intramuscular"}


def test_current_treatment_is_not_the_study_s_own(extractor: Extractor) -> None:
    told = "The current treatment is intravenous infusion of a factor. Mesenchymal stem cells are given."
    assert _routes(extractor, "Mesenchymal Stem Cells in Bleeding", summary=told) == set()


def _design(extractor: Extractor, summary: str = "", **fields: Any) -> tuple[Any, Any]:
    fields.setdefault("interventions", [{"name": _CELLS, "arm_labels": ("A",)}])
    fields.setdefault("arms", [{"label": "A", "type": "EXPERIMENTAL"}])
    found = read(extractor, a_study("MSC in Lupus", summary=summary, **fields))
    return found.value(Field.RANDOMISED), found.value(Field.CONTROLLED)


@pytest.mark.parametrize(
    ("summary", "controlled"),
    [
        ("The results are compared with historical controls.", True),
        ("Control patients of the same clinic will not receive MSC.", True),
        ("MSC were better than the control in mice.", False),
    ],
)
def test_controls_may_stand_in_no_arm(extractor: Extractor, summary: str, controlled: bool) -> None:
    assert _design(extractor, summary, allocation="NA", intervention_model="SINGLE_GROUP") == (False, controlled)


def test_the_only_arm_may_tell_of_a_control_group_beside_it(extractor: Extractor) -> None:
    told = "Patients are randomly divided into a cell group and a control group, which has the usual drugs."
    arms = [{"label": "A", "type": "EXPERIMENTAL", "description": told}]
    assert _design(extractor, arms=arms, allocation="NA", intervention_model="SINGLE_GROUP") == (True, True)


@pytest.mark.parametrize(("masking", "randomised"), [("TRIPLE", True), ("NONE", False)])
def test_a_masked_trial_against_placebo_is_randomised_where_its_text_says_so(
    extractor: Extractor, masking: str, randomised: bool
) -> None:
    arms = [{"label": "A", "type": "EXPERIMENTAL"}, {"label": "B", "type": "PLACEBO_COMPARATOR"}]
    told = "This is a masked, placebo-controlled, randomized trial."
    assert _design(extractor, told, arms=arms, allocation="NON_RANDOMIZED", masking=masking) == (randomised, True)


def test_a_sham_is_a_control_in_whatever_arm_it_is_listed(extractor: Extractor) -> None:
    arms = [{"label": one, "type": "EXPERIMENTAL"} for one in ("MSC early", "MSC late")]
    interventions = [
        {"name": _CELLS, "arm_labels": ("MSC early", "MSC late")},
        {"name": "Sham puncture", "arm_labels": ("MSC early",)},
    ]
    assert _design(extractor, arms=arms, interventions=interventions, allocation="RANDOMIZED") == (True, True)


@pytest.mark.parametrize(
    "piece",
    [
        "bone marrow MSCs ",
        "autologous MSCs ",
        "MSCs, ",
        "into the brain ",
        "mixed with a gel of MSCs ",
        "intrathecal (IT) ",
    ],
)
def test_repetition_takes_time_in_proportion_to_its_length(extractor: Extractor, piece: str) -> None:
    text = (piece * 4_000)[:24_000]
    document = a_study("MSC in Lupus", interventions=[{"name": _CELLS}], description=text)
    began = time.process_time()
    read(extractor, document)
    assert time.process_time() - began < 3.0


@pytest.mark.parametrize(
    ("summary", "donor"),
    [
        ("The growth of mesenchymal stem cells falls with the age of donors.", ()),
        ("Several studies have used autologous mesenchymal stem cells.", ()),
        (
            "Mesenchymal stem cells, derived from healthy volunteer donors, can be obtained from marrow.",
            ("allogeneic",),
        ),
        ("Third party mesenchymal stem cells have been reported to be safe.", ()),
        ("Autologous bone marrow mononuclear cells and cord mesenchymal stem cells are infused.", ()),
        ("AutoBM-MSCs are infused; AutoBM-MSCs are mesenchymal stem cells.", ("autologous",)),
    ],
)
def test_whose_cells_are_given_and_whose_are_only_spoken_of(
    extractor: Extractor, summary: str, donor: tuple[str, ...]
) -> None:
    document = a_study("Mesenchymal Stem Cells in Lupus", interventions=[{"name": _CELLS}], summary=summary)
    assert read(extractor, document).values(Field.DONOR) == donor


def test_a_harvest_told_of_a_control_arm_says_nothing_of_the_product(extractor: Extractor) -> None:
    arms = [
        {"label": "Adipose mesenchymal stem cells", "type": "EXPERIMENTAL"},
        {"label": "Bone graft", "type": "ACTIVE_COMPARATOR", "description": "Bone marrow is harvested at the crest."},
    ]
    interventions = [{"name": "Adipose mesenchymal stem cells", "arm_labels": ("Adipose mesenchymal stem cells",)}]
    document = a_study("Adipose Mesenchymal Stem Cells", arms=arms, interventions=interventions)
    assert read(extractor, document).values(Field.DONOR_INFERRED) == ()


@pytest.mark.parametrize(
    ("words", "tissue"),
    [
        ("Umbilical Cord/Placenta-derived Mesenchymal Stem Cells", {"umbilical_cord", "placenta"}),
        ("Bone Marrow Mesenchymal Stem Cells With an Amnion Collagen Matrix Wrap", {"bone_marrow"}),
        ("Mesenchymal Stem Cells That Turn in the Decidual Direction", set()),
        ("Human Embryonic Cell Derived (hESC) Mesenchymal Stem Cells", {"esc"}),
    ],
)
def test_more_tissues(extractor: Extractor, words: str, tissue: set[str]) -> None:
    document = a_study(f"{words} in Lupus", interventions=[{"name": words}])
    assert set(read(extractor, document).values(Field.TISSUE)) == tissue


@pytest.mark.parametrize(
    ("title", "name", "description", "msc"),
    [
        ("Exosome-MSC of Mesenchymal Stem Cells in Pneumonia", "Exosome-MSC", "", "derivative"),
        ("Mesenchymal Stem Cell Culture-Derived Signalling Molecules in Bone", "Graft", "", "derivative"),
        ("Brushing to Free Endogenous Mesenchymal Stem Cells", "Brush", "It frees mesenchymal stem cells.", "none"),
        ("QX-77 in Brittle Bone", "QX-77", "It directs endogenous mesenchymal stem cells to bone.", "none"),
        ("A Bone Graft", "Graft", "An alternative to products that use mesenchymal stem cells.", "none"),
    ],
)
def test_what_is_not_the_cells_themselves(
    extractor: Extractor, title: str, name: str, description: str, msc: str
) -> None:
    document = a_study(title, interventions=[{"name": name, "description": description}])
    assert read(extractor, document).value(Field.MSC) == msc


def test_cells_that_are_only_tested_are_not_given(extractor: Extractor) -> None:
    interventions = [{"name": "Potential of mesenchymal stem cells", "type": "DIAGNOSTIC_TEST"}]
    document = a_study("Identification of Mesenchymal Stem Cells for Repair", interventions=interventions)
    assert read(extractor, document).value(Field.MSC) == "none"


def _arms(extractor: Extractor, arms: list[tuple[str, str, str]], interventions: list[dict[str, Any]]) -> Any:
    made = _products(
        extractor,
        "MSC in Lupus",
        arms=[{"label": label, "type": kind, "description": told} for label, kind, told in arms],
        interventions=interventions,
    )
    return made[0]["arm"]


def test_an_arm_typed_as_placebo_but_named_after_the_cells_gets_them(extractor: Extractor) -> None:
    arms = [("MSC treatment", "PLACEBO_COMPARATOR", "With the standard drugs."), ("No cells", "NO_INTERVENTION", "")]
    assert _arms(extractor, arms, [{"name": _CELLS, "arm_labels": ("MSC treatment",)}]) == "MSC treatment"


def test_an_arm_may_get_the_cells_though_no_intervention_is_linked_to_it(extractor: Extractor) -> None:
    arms = [("One", "EXPERIMENTAL", ""), ("Two", "EXPERIMENTAL", "Mesenchymal stem cells and a hormone are injected.")]
    assert _arms(extractor, arms, [{"name": _CELLS, "arm_labels": ("One",)}]) == "One; Two"


def test_a_placebo_of_the_cells_is_not_the_cells(extractor: Extractor) -> None:
    arms = [("One", "EXPERIMENTAL", ""), ("Drug", "ACTIVE_COMPARATOR", "A drug and placebo of MSC are given.")]
    given = [
        {"name": _CELLS, "arm_labels": ("One",)},
        {"name": f"Placebo of {_CELLS}", "arm_labels": ("Drug",)},
    ]
    assert _arms(extractor, arms, given) == "One"


def test_what_is_implanted_in_a_disc_says_no_route(extractor: Extractor) -> None:
    assert _routes(extractor, "Implantation of Mesenchymal Stem Cells for Disc Degeneration") == set()
    assert _routes(extractor, "Implantation of Mesenchymal Stem Cells for Worn Cartilage") == {"implanted"}


def test_a_scaffold_that_can_be_injected_is_not_laid_in(extractor: Extractor) -> None:
    told = "Mesenchymal stem cells in collagen scaffold are injected in the infarct region."
    interventions = [{"name": "Cells + injectable collagen scaffold", "arm_labels": ("A",), "description": told}]
    assert _routes(extractor, "Cells in Heart Failure", interventions=interventions) == {"intramyocardial"}


@pytest.mark.parametrize(
    ("model", "randomised", "controlled"),
    [("PARALLEL", None, False), ("SINGLE_GROUP", False, False), ("", False, False)],
)
def test_one_arm_of_a_parallel_trial_without_allocation_leaves_open_whether_people_are_randomised(
    extractor: Extractor, model: str, randomised: bool | None, controlled: bool
) -> None:
    arms = [{"label": "Cells", "type": "EXPERIMENTAL"}]
    assert _design(extractor, arms=arms, intervention_model=model) == (randomised, controlled)


def test_a_trial_without_arms_and_allocation_leaves_open_whether_it_is_controlled(extractor: Extractor) -> None:
    assert _design(extractor, arms=[], intervention_model="FACTORIAL") == (None, None)
    told = _design(extractor, arms=[], intervention_model="PARALLEL", allocation="RANDOMIZED")
    assert told == (True, None)
    single = _design(extractor, arms=[], intervention_model="SINGLE_GROUP", allocation="NA")
    assert single == (False, False)


@pytest.mark.parametrize(
    ("summary", "n"),
    [
        ("The cells are for the treatment of a single patient with a tumor.", None),
        ("Cells are given to approximately 40 patients.", 40),
        ("Cells are given as a single dose to patients with a tumor.", None),
        ("A single patient's cells are stored.", None),
    ],
)
def test_people_with_expanded_access_are_counted_where_the_prose_counts_them(
    extractor: Extractor, summary: str, n: int | None
) -> None:
    document = a_study("MSC", interventions=[{"name": _CELLS}], summary=summary, study_type="EXPANDED_ACCESS")
    assert read(extractor, document).values(Field.N) == (() if n is None else (n,))


@pytest.mark.parametrize(
    ("told", "controlled"),
    [
        ("People get cells with tablets (experimental group) or tablets alone (control group).", True),
        ("People get cells with tablets or cells with insulin.", False),
    ],
)
def test_a_control_group_told_in_prose_counts_where_every_arm_gets_cells(
    extractor: Extractor, told: str, controlled: bool
) -> None:
    arms = [
        {"label": "Stem cells and tablets", "type": "EXPERIMENTAL"},
        {"label": "Stem cells and insulin", "type": "EXPERIMENTAL"},
    ]
    cells = [{"name": "Mesenchymal stem cells", "arm_labels": tuple(arm["label"] for arm in arms)}]
    design = _design(extractor, told, arms=arms, interventions=cells, allocation="RANDOMIZED")
    assert design == (True, controlled)


@pytest.mark.parametrize(
    ("arms", "controlled"),
    [
        ([("Burnt", "Patients with burns"), ("2", "Healthy volunteers")], True),
        ([("Women with diabetes", ""), ("Women with normal pregnancy", "")], True),
        ([("Group 1", "Aged 40 to 50"), ("Group 2", "Aged 50 to 60")], False),
        ([("Patients", "Their kidneys are healthy"), ("Surgery", "Patients after surgery")], False),
    ],
)
def test_people_who_are_well_are_controls(extractor: Extractor, arms: list[tuple[str, str]], controlled: bool) -> None:
    told = [{"label": label, "description": description} for label, description in arms]
    assert _design(extractor, arms=told, interventions=[], study_type="OBSERVATIONAL") == (None, controlled)


def test_an_arm_with_what_the_cells_make_is_no_control(extractor: Extractor) -> None:
    given = [
        {"name": _CELLS, "arm_labels": ("Cells",)},
        {"name": "Conditioned medium of mesenchymal stem cells", "arm_labels": ("Medium",)},
        {"name": "Salt water", "arm_labels": ("Water",)},
    ]
    arms = [{"label": label, "type": "ACTIVE_COMPARATOR"} for label in ("Cells", "Medium", "Water")]
    two, three = (
        _design(extractor, arms=arms[:many], interventions=given[:many], allocation="RANDOMIZED") for many in (2, 3)
    )
    assert (two, three) == ((True, False), (True, True))


@pytest.mark.parametrize(
    ("labels", "controlled"),
    [
        (("Stimulation at 20 Hz", "Stimulation at 60 Hz"), False),
        (("Low dose", "High dose"), False),
        (("Early stimulation", "Late stimulation"), True),
        (("Stimulation at 20 Hz", "Sham at 0 Hz"), True),
    ],
)
def test_other_settings_of_one_device_are_no_control(
    extractor: Extractor, labels: tuple[str, str], controlled: bool
) -> None:
    arms = [{"label": label, "type": "EXPERIMENTAL", "interventions": ("Device: Nerve",)} for label in labels]
    given = [{"name": "Nerve", "type": "DEVICE", "arm_labels": labels}]
    assert _design(extractor, arms=arms, interventions=given, allocation="RANDOMIZED") == (True, controlled)


@pytest.mark.parametrize(
    ("told", "controlled"),
    [
        ("Delayed treatment with MSC", True),
        ("MSC after half a year of waiting", True),
        ("MSC after six months without treatment", True),
        ("Waiting list group, MSC at the end", True),
        ("Delayed start of stem cell therapy", True),
        ("Deferred MSC infusion", True),
        ("MSC after a waiting period of half a year, once cells are cultured", True),
        ("MSC after treatment with steroids", False),
        ("MSC at a delayed visit", False),
        ("Delayed union treatment with MSC", False),
        ("MSC as a delayed wound healing therapy", False),
        ("Following a waiting period of 3 weeks for cell culture, MSC are injected", False),
        ("MSC after four weeks of waiting until they are expanded", False),
        ("MSC after 6 weeks without any treatment response", False),
        ("MSC after a year without treatment-related events", False),
    ],
)
def test_people_who_wait_for_the_product_are_controls(extractor: Extractor, told: str, controlled: bool) -> None:
    arms = [
        {"label": "A", "type": "EXPERIMENTAL", "description": "MSC at once"},
        {"label": "B", "type": "EXPERIMENTAL", "description": told},
    ]
    given = [{"name": _CELLS + " (MSC)", "arm_labels": ("A", "B")}]
    assert _design(extractor, arms=arms, interventions=given, allocation="RANDOMIZED") == (True, controlled)


@pytest.mark.parametrize("kind", ["OBSERVATIONAL", "EXPANDED_ACCESS"])
@pytest.mark.parametrize(
    ("summary", "blinded"),
    [
        ("This is an open-label extension study of people who had MSC.", False),
        ("This access programme is a multi-centre, open-label study.", False),
        ("This study is a double-blind follow-up of people who had MSC.", True),
        ("This is a long-term follow-up of an open-label trial of MSC.", None),
        ("This study follows people of an open-label trial of MSC.", None),
        ("The trial before was open-label.", None),
        ("This is a study of labels on MSC.", None),
    ],
)
def test_a_study_without_a_field_for_masking_may_tell_of_itself(
    extractor: Extractor, kind: str, summary: str, blinded: bool | None
) -> None:
    document = a_study("MSC in Lupus", summary=summary, study_type=kind, interventions=[{"name": _CELLS}])
    assert read(extractor, document).value(Field.BLINDED) is blinded
