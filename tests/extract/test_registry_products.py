"""What is given, where it comes from and to whom it goes: wordings of registrations, in sentences of our own."""

from __future__ import annotations

from typing import Any

import pytest
from tests.extract.registrations import a_study, read

from mscminer.core.labels import label_from_extraction
from mscminer.core.vocabulary import Field
from mscminer.extract.pipeline import Extractor, load_extractor

_CELLS = [{"name": "Mesenchymal stem cells"}]
_BMAC = [{"name": "Bone marrow aspirate concentrate"}]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


@pytest.mark.parametrize(
    ("name", "description", "msc"),
    [
        ("Flow cytometry", "Mesenchymal stromal cells are told by CD105.", "none"),
        ("Immunohistochemistry of the gum", "Mesenchymal stem cells are stained.", "none"),
        ("RNA sequencing", "Mesenchymal stromal cells of the marrow are read.", "none"),
        ("Biomarkers", "Mesenchymal stem cells in blood.", "none"),
        ("Cells released after flow cytometry", "Mesenchymal stromal cells are infused.", "cells"),
        ("Imaging-guided injection", "Mesenchymal stem cells are injected.", "cells"),
    ],
)
def test_methods_of_a_laboratory_give_nothing(extractor: Extractor, name: str, description: str, msc: str) -> None:
    document = a_study("Bone Loss of the Jaw", interventions=[{"name": name, "description": description}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("title", "name", "msc"),
    [
        ("Stretching and Walking After Mesenchymal Stem Cell Injection of the Knee", "Stretching", "none"),
        ("A Brace Following Autologous Mesenchymal Stem Cell Transplantation", "Brace", "none"),
        ("Diet in Adults Who Had Allogeneic Mesenchymal Stem Cells for Lupus", "Diet", "none"),
        ("Bone Density After Implantation of Mesenchymal Stem Cells", "Implantation of stem cells", "cells"),
        ("Long-term Follow-up After Mesenchymal Stem Cell Injection", "Visits", "cells"),
        ("Mesenchymal Stem Cells for Pain After Stretching", "Stretching", "cells"),
    ],
)
def test_what_is_done_after_the_cells_is_not_the_cells(extractor: Extractor, title: str, name: str, msc: str) -> None:
    document = a_study(title, interventions=[{"name": name, "type": "OTHER"}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("summary", "msc"),
    [
        ("The fat is spun and the non-expanded adipose-derived stem cells are injected.", "uncultured"),
        ("Adipose-derived stem cells are given back at once without culture expansion.", "uncultured"),
        ("Unexpanded adipose-derived stem cells are used.", "uncultured"),
        ("Adipose-derived stem cells are expanded for two passages.", "cells"),
        ("Adipose-derived stem cells are put on non-cultured keratinocytes.", "cells"),
    ],
)
def test_cells_of_fat_that_are_not_grown(extractor: Extractor, summary: str, msc: str) -> None:
    document = a_study("Fat in Knees", summary=summary, interventions=[{"name": "Adipose-derived stem cells"}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("given", "msc"),
    [
        ("Bone marrow MSC", "cells"),
        ("Wharton's jelly-derived MSCs", "cells"),
        ("Allogeneic MSCs", "cells"),
        ("MSC visits", "none"),
        ("MSC (motivation and support contacts)", "none"),
        ("Stem cells from the apical papilla", "cells"),
    ],
)
def test_a_short_form_is_read_where_the_words_before_tell_of_cells(extractor: Extractor, given: str, msc: str) -> None:
    document = a_study("A Trial in Colitis", interventions=[{"name": given}], conditions=("Colitis",))
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("given", "donor"),
    [
        ("Mesenchymal stem cells from cadaveric donors", {"allogeneic"}),
        ("Mesenchymal stem cells of several screened donors", {"allogeneic"}),
        ("Mesenchymal stem cells for recipients of a kidney from deceased donors", set()),
    ],
)
def test_donors_of_every_kind(extractor: Extractor, given: str, donor: set[str]) -> None:
    assert _one(extractor, Field.DONOR, interventions=[{"name": given}]) == donor


@pytest.mark.parametrize(
    ("fields", "msc"),
    [
        ({"conditions": ("Labral Tear", "Mesenchymal Stromal Cell")}, "cells"),
        ({"summary": "Some 3 mL of marrow mesenchymal stem cell concentrate are obtained."}, "cells"),
        ({"keywords": ("Mesenchymal stromal cells",)}, "uncultured"),
        ({"summary": "The layer holds mesenchymal stem cells and is concentrated by a spin."}, "uncultured"),
    ],
)
def test_a_mixture_called_mesenchymal(extractor: Extractor, fields: dict[str, Any], msc: str) -> None:
    assert read(extractor, a_study("A Hip", interventions=_BMAC, **fields)).value(Field.MSC) == msc


def _one(extractor: Extractor, field: Field, **fields: Any) -> set[Any]:
    title = fields.pop("title", "Mesenchymal Stem Cells in Lupus")
    return set(
        read(extractor, a_study(title, interventions=fields.pop("interventions", _CELLS), **fields)).values(field)
    )


@pytest.mark.parametrize(
    ("summary", "tissue"),
    [
        ("Mesenchymal stem cells are isolated from a small skin biopsy of the thigh.", {"other:skin"}),
        ("Skin biopsies are stained for collagen.", set()),
        ("Mesenchymal stem cells of the stromal vascular fraction are grown.", {"adipose"}),
        ("AMSCs are grown from the bone marrow of the iliac crest.", {"bone_marrow"}),
        ("Fetal liver mesenchymal stem cells are grown.", {"other:fetal_liver"}),
        ("Periosteal mesenchymal stem cells are grown.", {"other:periosteum"}),
        ("A periosteal flap covers the cells.", set()),
        ("Tonsil-derived mesenchymal stem cells are grown.", {"other:tonsil"}),
        ("AMSCs are infused; the adipose tissue is taken from the belly.", {"adipose"}),
        ("Amniotic mesenchymal stem cells (hAMSC) are infused; hAMSC are frozen.", {"amnion"}),
        (
            "Clinical studies on lupus with umbilical cord mesenchymal stem cells or with bone marrow mesenchymal "
            "stem cells suggest a benefit.",
            set(),
        ),
        ("In this study bone marrow mesenchymal stem cells are given.", {"bone_marrow"}),
        ("It is measured against the standard treatment with autologous iliac crest.", set()),
        ("Mesenchymal stem cells are grown from bone marrows of the donors.", {"bone_marrow"}),
        ("Cells: mesenchymal stromal cells, origin: umbilical cord.", {"umbilical_cord"}),
        ("Marrow will be drawn under sedation; mesenchymal stem cells are then expanded.", {"bone_marrow"}),
        ("Mesenchymal stem cells from human amniotic membrane are infused.", {"amnion"}),
        ("Mesenchymal stem cells are sown on amniotic membrane.", set()),
        ("Cytokines from human amniotic membrane and mesenchymal stem cells are given.", set()),
        ("Mesenchymal stem cells from the third molar are infused.", {"dental"}),
        ("Mesenchymal stem cells derived from human embryonic stem cells are infused.", {"esc"}),
        ("Synovial fluid derived mesenchymal stem cells are injected.", {"synovium"}),
        ("Mesenchymal stem cells isolated from peripheral blood are injected.", {"peripheral_blood"}),
        ("Peripheral blood is drawn before mesenchymal stem cells.", set()),
        ("Mesenchymal stem cells from cord blood units are infused.", {"cord_blood"}),
        ("Mesenchymal stem cells and cord blood units are infused.", set()),
        ("Chorionic villi mesenchymal stem cells are infused.", {"placenta"}),
        ("Mesenchymal stem cells in bone marrow failure are tried.", set()),
    ],
)
def test_where_the_cells_come_from(extractor: Extractor, summary: str, tissue: set[str]) -> None:
    assert _one(extractor, Field.TISSUE, summary=summary) == tissue


@pytest.mark.parametrize(
    ("title", "tissue"),
    [
        ("Bone Marrow Versus Adipose Derived Mesenchymal Stem Cells", {"bone_marrow", "adipose"}),
        ("Bone Marrow Concentrate Versus Adipose Derived Mesenchymal Stem Cells", {"adipose"}),
        ("Mesenchymal Stem Cells in Bone Marrow Failure", set()),
        ("Mesenchymal Stem Cells Grown to Treat Cancers of the Blood or Bone Marrow", set()),
        ("Mesenchymal Stem Cells of the Bone Marrow", {"bone_marrow"}),
    ],
)
def test_tissues_of_a_title(extractor: Extractor, title: str, tissue: set[str]) -> None:
    assert _one(extractor, Field.TISSUE, title=title) == tissue


@pytest.mark.parametrize(
    ("description", "tissue"),
    [
        ("The product is Wharton's jelly derived mesenchymal stem cells.", {"wharton_jelly"}),
        ("Others have used Wharton's jelly mesenchymal stem cells, as was shown in mice.", {"umbilical_cord"}),
    ],
)
def test_jelly_is_more_exact_than_cord(extractor: Extractor, description: str, tissue: set[str]) -> None:
    cord = [{"name": "Umbilical cord mesenchymal stem cells"}]
    assert _one(extractor, Field.TISSUE, description=description, interventions=cord) == tissue


@pytest.mark.parametrize(
    ("description", "donor"),
    [
        ("Marrow mesenchymal stem cells are collected from a first-degree relative.", {"allogeneic"}),
        ("Marrow mesenchymal stem cells are obtained from a sibling.", {"allogeneic"}),
        ("The relative risk of marrow mesenchymal stem cells is low.", set()),
        ("The marrow of healthy male volunteers is taken and mesenchymal stem cells are cultured.", {"allogeneic"}),
        ("Mesenchymal stem cells are infused into a group of healthy volunteers.", set()),
        ("Mesenchymal stem cells are extracted from bone marrow of enrolled patients.", {"autologous"}),
        ("Mesenchymal stem cells are isolated from the abdominal fat of the participants.", {"autologous"}),
        ("Edema in the bone marrow of the patients is scored.", set()),
        ("The risk of rejection after allogeneic administration of mesenchymal stem cells is low.", set()),
        ("Mesenchymal stem cells from the same person are injected.", {"autologous"}),
        ("Homologous mesenchymal stem cells are injected.", {"allogeneic"}),
        ("Mesenchymal stem cells donated by mothers are injected.", {"allogeneic"}),
        ("Parental mesenchymal stem cells are injected.", {"allogeneic"}),
        ("HLA-matched sibling mesenchymal stem cells are injected.", {"allogeneic"}),
        ("Mesenchymal stem cells from a haploidentical family member are injected.", {"allogeneic"}),
        ("Family members are asked; mesenchymal stem cells are injected.", set()),
        ("The donor organ is perfused with mesenchymal stem cells.", set()),
        ("The suspension is an autologous product of stem cells that are able to turn into bone.", {"autologous"}),
        ("The allograft of the kidney is biopsied; mesenchymal stem cells are infused.", set()),
    ],
)
def test_whose_cells_they_are(extractor: Extractor, description: str, donor: set[str]) -> None:
    assert _one(extractor, Field.DONOR, description=description) == donor


@pytest.mark.parametrize(
    ("keywords", "donor"),
    [
        (("autologous platelet rich fibrin",), set()),
        (("autologous skin",), set()),
        (("Autologous fat grafting",), set()),
        (("Autologous serum",), set()),
        (("Autologous transplantation",), {"autologous"}),
        (("Allogeneic mesenchymal stem cells",), {"allogeneic"}),
    ],
)
def test_donor_of_a_keyword(extractor: Extractor, keywords: tuple[str, ...], donor: set[str]) -> None:
    assert _one(extractor, Field.DONOR, keywords=keywords) == donor


def test_prose_on_the_cells_wins_over_a_keyword_on_transplants(extractor: Extractor) -> None:
    told = "Marrow mesenchymal stem cells are collected from a first-degree relative."
    keywords = ("Autologous stem cell transplantation",)
    assert _one(extractor, Field.DONOR, description=told, keywords=keywords) == {"allogeneic"}


@pytest.mark.parametrize(
    ("name", "donor"),
    [
        ("Haploidentical stem cell transplantation", set()),
        ("Haploidentical mesenchymal stem cells", {"allogeneic"}),
    ],
)
def test_a_graft_beside_the_cells_tells_nothing_of_them(extractor: Extractor, name: str, donor: set[str]) -> None:
    given = [{"name": name}, {"name": "Co-transplantation of mesenchymal stem cells"}]
    assert _one(extractor, Field.DONOR, title="A Rescue in Leukaemia", interventions=given) == donor


@pytest.mark.parametrize(
    ("description", "inferred"),
    [
        ("Those who comply with the inclusion/exclusion criteria undergo liposuction.", {"autologous"}),
        ("Those who were excluded underwent liposuction.", set()),
        ("Fat from the belly is taken by suction lipectomy.", {"autologous"}),
        ("Cells are readily obtained by liposuction.", set()),
        ("Fat tissue (10 g) is excised from the thigh.", {"autologous"}),
        ("Tissue is had by lipoplasty at the first visit.", {"autologous"}),
        ("They must not have had liposuction before.", set()),
        ("The patients undergo autologous fat grafting at the same time.", {"autologous"}),
    ],
)
def test_donor_that_follows_from_the_protocol(extractor: Extractor, description: str, inferred: set[str]) -> None:
    given = [{"name": "Adipose-derived mesenchymal stem cells"}]
    assert _one(extractor, Field.DONOR_INFERRED, description=description, interventions=given) == inferred


def test_a_concentrate_of_aspirate_is_no_harvest(extractor: Extractor) -> None:
    told: dict[str, Any] = {"description": "Bone marrow aspirate concentrate is injected.", "interventions": _BMAC}
    assert _one(extractor, Field.DONOR_INFERRED, title="A Concentrate for Knees", **told) == set()
    for harvest in (
        "Bone marrow is aspirated from the iliac crest.",
        "Bone marrow aspirate concentrate is prepared from the iliac crest.",
    ):
        told["description"] = harvest
        assert _one(extractor, Field.DONOR_INFERRED, title="A Concentrate for Knees", **told) == {"autologous"}


@pytest.mark.parametrize(
    ("description", "products"),
    [
        (
            "All get autologous marrow mesenchymal stem cells and allogeneic umbilical cord mesenchymal stem cells.",
            [("bone_marrow", "autologous"), ("umbilical_cord", "allogeneic")],
        ),
        (
            "All get autologous bone marrow and adipose mesenchymal stem cells.",
            [("adipose+bone_marrow", "autologous")],
        ),
    ],
)
def test_products_that_one_arm_gets_together(
    extractor: Extractor, description: str, products: list[tuple[str, str]]
) -> None:
    document = a_study(
        "Two Sources of Mesenchymal Stem Cells",
        arms=[{"label": "Cells", "type": "EXPERIMENTAL", "description": description}],
        interventions=[{"name": "Mesenchymal stem cells", "arm_labels": ("Cells",)}],
    )
    made: list[Any] = list(read(extractor, document).values(Field.PRODUCT))
    assert sorted(("+".join(sorted(one["tissue"])), "+".join(one["donor"])) for one in made) == products
    assert {one["arm"] for one in made} == {"Cells"}


def test_an_arm_gets_cells_of_a_kind_told_elsewhere_by_its_description(extractor: Extractor) -> None:
    document = a_study(
        "Particles in Narrow Vessels",
        keywords=("mesenchymal stem cells",),
        arms=[
            {"label": "Patch", "type": "EXPERIMENTAL", "description": "A patch grown with stem cells is implanted."},
            {"label": "Catheter", "type": "ACTIVE_COMPARATOR", "description": "They get an infusion of stem cells."},
            {"label": "Stent", "type": "OTHER", "description": "A stent is put in."},
        ],
        interventions=[
            {"name": "Particles", "description": "They ride on stem cells.", "arm_labels": ("Patch",)},
            {"name": "More particles", "arm_labels": ("Catheter",)},
            {"name": "Stent", "type": "DEVICE", "arm_labels": ("Stent",)},
        ],
    )
    made: list[Any] = list(read(extractor, document).values(Field.PRODUCT))
    assert [one["arm"] for one in made] == ["Patch; Catheter"]


@pytest.mark.parametrize(
    ("name", "fields", "msc"),
    [
        ("QX-77", {"description": "QX-77 is a suspension of allogeneic mesenchymal stromal cells."}, "cells"),
        ("QX-77", {"summary": "QX-77 consists of expanded mesenchymal stromal cells."}, "cells"),
        ("QX-77", {"description": "Unlike mesenchymal stromal cells, QX-77 is a small molecule."}, "none"),
        ("Cardiogenic cells", {"description": "Mesenchymal stem cells are primed and injected."}, "cells"),
        ("T cells", {"description": "Mesenchymal stem cells are named among others that were injected."}, "none"),
        ("Medicinal signaling cells", {}, "cells"),
        ("hUC-MSCs", {}, "cells"),
        ("MSC-NTF", {}, "cells"),
        ("MSC", {}, "none"),
        ("Plasma exosomes", {"summary": "Exosomes of plasma are sprayed."}, "none"),
        ("Exosomes", {"summary": "Exosomes of mesenchymal stem cells are sprayed."}, "derivative"),
    ],
)
def test_what_a_name_stands_for(extractor: Extractor, name: str, fields: dict[str, Any], msc: str) -> None:
    assert (
        read(extractor, a_study(f"{name} in Ulcers", interventions=[{"name": name}], **fields)).value(Field.MSC) == msc
    )


def test_a_rinse_tried_on_cells_in_vitro_gives_none(extractor: Extractor) -> None:
    rinse = [{"name": "Rinse", "type": "DRUG"}]
    document = a_study("Mesenchymal Stem Cells of Teeth: Effect of a Rinse In Vitro", interventions=rinse)
    assert read(extractor, document).value(Field.MSC) == "none"


@pytest.mark.parametrize(
    ("arms", "given"),
    [
        ((("Low", ""), ("High", ""), ("Medium", "")), "Low; High; Medium"),
        ((("Single", ""), ("Repeated", "")), "Single; Repeated"),
        ((("Group A", "Injection of mesenchymal stem cells."), ("Group B", "Hyaluronic injection only.")), "Group A"),
        (
            (("Group A", "Mesenchymal stem cells only."), ("Group B", "Mesenchymal stem cells, gel.")),
            "Group A; Group B",
        ),
    ],
)
def test_arms_that_one_intervention_is_linked_to(
    extractor: Extractor, arms: tuple[tuple[str, str], ...], given: str
) -> None:
    document = a_study(
        "Mesenchymal Stem Cells in Arthrosis",
        arms=[{"label": label, "type": "EXPERIMENTAL", "description": told} for label, told in arms],
        interventions=[{"name": "Mesenchymal stem cells", "arm_labels": tuple(label for label, _ in arms)}],
    )
    made: list[Any] = list(read(extractor, document).values(Field.PRODUCT))
    assert [one["arm"] for one in made] == [given]


@pytest.mark.parametrize(
    ("label", "donor"),
    [
        ("Viable Cellular Allograft", {"allogeneic"}),
        ("Live Cellular Bone Allograft", {"allogeneic"}),
        ("Recipients of a Kidney Allograft", set()),
    ],
)
def test_an_allograft_of_cells_is_of_another(extractor: Extractor, label: str, donor: set[str]) -> None:
    arms = [{"label": label, "description": "Demineralized bone with mesenchymal stem cells is implanted."}]
    given = [{"name": "Fusion of the ankle", "type": "PROCEDURE", "arm_labels": (label,)}]
    assert _one(extractor, Field.DONOR, arms=arms, interventions=given) == donor


def test_cells_of_embryos_are_of_another(extractor: Extractor) -> None:
    for name, donor in (
        ("Embryonic stem cell derived mesenchymal stem cells", {"allogeneic"}),
        ("Mesenchymal stem cells derived from induced pluripotent stem cells", set()),
    ):
        assert _one(extractor, Field.DONOR_INFERRED, interventions=[{"name": name}]) == donor


@pytest.mark.parametrize(
    ("source", "tissues"),
    [
        ("from bone marrow/ adipose tissue/ umbilical cord", [["bone_marrow"], ["adipose"], ["umbilical_cord"]]),
        ("from bone marrow or adipose tissue", [["bone_marrow"], ["adipose"]]),
        ("from bone marrow and adipose tissue", [["bone_marrow", "adipose"]]),
        ("from umbilical cord/placenta", [["umbilical_cord", "placenta"]]),
    ],
)
def test_tissues_to_choose_from_are_a_product_each(extractor: Extractor, source: str, tissues: list[list[str]]) -> None:
    given = [{"name": "Cells", "description": f"Donor mesenchymal stem cells {source} are implanted."}]
    label = label_from_extraction(read(extractor, a_study("A Trial of MSC", interventions=given)))
    assert sorted(product["tissue"] for product in label.products) == sorted(tissues)


@pytest.mark.parametrize(
    ("told", "tissue"),
    [
        ("MSC from the afterbirth are used.", {"placenta"}),
        ("Mesenchymal stromal cells are cultured from a sternal puncture.", {"bone_marrow"}),
        ("MSC of the synovial membrane of the knee are grown.", {"synovium"}),
        ("MSC are isolated from mobilised blood.", {"peripheral_blood"}),
        ("MSC from the gingiva of the patient.", {"other:gingiva"}),
        ("MSC from skin are grown.", {"other:skin"}),
        ("UC tissue-derived MSC.", {"umbilical_cord"}),
        ("MSC from the gum are grown.", {"other:gingiva"}),
        ("MSC; bleeding of the gingiva is scored.", set()),
        ("MSC; mobilised blood is drawn.", set()),
        ("MSC; marks on the skin fade.", set()),
        ("MSC; the sternal wound heals.", set()),
        ("MSC; synovial fluid is drawn.", set()),
    ],
)
def test_sources_in_everyday_words(extractor: Extractor, told: str, tissue: set[str]) -> None:
    given = [{"name": "Mesenchymal stem cells (MSC)", "description": told}]
    assert _one(extractor, Field.TISSUE, interventions=given) == tissue


@pytest.mark.parametrize(
    ("told", "donor"),
    [
        ("MSC of an HLA-mismatched person.", {"allogeneic"}),
        ("MSC of third parties are given.", {"allogeneic"}),
        ("MSC from unrelated persons are given.", {"allogeneic"}),
        ("Patient-specific MSC are given.", {"autologous"}),
        ("The recipient's MSC are given.", {"autologous"}),
        ("Autotransplantation of MSC.", {"autologous"}),
        ("MSC; a patient-specific score is used.", set()),
        ("MSC; the recipient's consent is asked.", set()),
        ("MSC; autotransplantation of islets is done.", set()),
        ("MSC; scores of age-matched persons are compared.", set()),
    ],
)
def test_donors_in_everyday_words(extractor: Extractor, told: str, donor: set[str]) -> None:
    given = [{"name": "Mesenchymal stem cells (MSC)", "description": told}]
    assert _one(extractor, Field.DONOR, interventions=given) == donor
