"""Hard registrations, written for the tests."""

from __future__ import annotations

import pytest
from tests.extract.publications import publication
from tests.extract.registrations import a_study, read

from mscminer.core.documents import SecondaryId
from mscminer.core.labels import label_from_extraction
from mscminer.core.mentions import Assertion, RelationType
from mscminer.core.vocabulary import Absence, Field
from mscminer.extract.pipeline import Extractor, load_extractor


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def test_plain_trial_gives_every_field(extractor: Extractor) -> None:
    document = a_study(
        "Umbilical Cord Mesenchymal Stem Cells for Knee Osteoarthritis",
        arms=[
            {"label": "Low", "type": "EXPERIMENTAL", "description": "One intra-articular injection of 1 x 10^7 cells."},
            {
                "label": "High",
                "type": "EXPERIMENTAL",
                "description": "One intra-articular injection of 5 x 10^7 cells",
            },
            {"label": "Saline", "type": "PLACEBO_COMPARATOR"},
        ],
        interventions=[
            {"name": "Allogeneic UC-MSC", "arm_labels": ("Low", "High")},
            {"name": "Saline", "type": "OTHER", "arm_labels": ("Saline",)},
        ],
        phases=("PHASE1", "PHASE2"),
        enrollment=30,
        allocation="RANDOMIZED",
        intervention_model="PARALLEL",
        masking="DOUBLE",
        secondary_ids=(SecondaryId(id="2011-000001-23", type="EUDRACT_NUMBER"),),
    )
    label = label_from_extraction(read(extractor, document))
    assert (label.msc, label.tissue, label.donor, label.route) == (
        "cells",
        ("umbilical_cord",),
        ("allogeneic",),
        ("intra_articular",),
    )
    assert [dict(product) for product in label.products] == [
        {"tissue": ["umbilical_cord"], "donor": ["allogeneic"], "arm": "Low; High"}
    ]
    assert [(dose["cells"], dose["per_kg"], dose["times"]) for dose in label.dose] == [(1e7, False, 1), (5e7, False, 1)]
    assert (label.category, label.phase, label.n) == ("musculoskeletal", "1/2", 30)
    assert label.design == {"randomised": True, "controlled": True, "blinded": True}
    assert label.registry_ids == ("NCT00000001", "2011-000001-23")


@pytest.mark.parametrize(
    ("name", "description", "msc"),
    [
        ("Mesenchymal stem cells", "", "cells"),
        ("MSC-derived exosomes", "Nebulised vesicles.", "derivative"),
        ("Conditioned medium of mesenchymal stem cells", "", "derivative"),
        ("Stromal vascular fraction", "Same-day lipoaspirate cells.", "uncultured"),
        ("Bone marrow aspirate concentrate", "Injected at the point of care.", "uncultured"),
        ("CD34+ haematopoietic stem cells", "", "none"),
        ("Autologous chondrocytes", "", "none"),
        ("Imatinib", "Given for a gastrointestinal stromal tumour.", "none"),
        ("Mindfulness", "The Mindful Self-Compassion (MSC) course.", "none"),
        ("Bone marrow sampling", "Mesenchymal stem cells are isolated and counted.", "none"),
    ],
)
def test_msc_class(extractor: Extractor, name: str, description: str, msc: str) -> None:
    document = a_study("A Trial", interventions=[{"name": name, "description": description}])
    assert read(extractor, document).value(Field.MSC) == msc


@pytest.mark.parametrize(
    ("words", "donor"),
    [
        ("Autologous bone marrow MSC are given in autologous serum.", ("autologous",)),
        ("MSC are suspended in autologous serum.", ()),
        ("MSC are mixed with autologous chondrocytes.", ()),
        ("MSC from third-party donors.", ("allogeneic",)),
        ("MSC grown from the patient's own fat.", ("autologous",)),
        ("Off-the-shelf MSC.", ("allogeneic",)),
        ("MSC after allogeneic haematopoietic stem cell transplantation.", ()),
    ],
)
def test_donor_in_words(extractor: Extractor, words: str, donor: tuple[str, ...]) -> None:
    document = a_study("A Trial of MSC", interventions=[{"name": "Mesenchymal stem cells (MSC)", "description": words}])
    assert read(extractor, document).values(Field.DONOR) == donor


@pytest.mark.parametrize(
    ("words", "tissue"),
    [
        ("Wharton's jelly of the umbilical cord gave the MSC.", ()),
        ("Umbilical cord Wharton's jelly MSC.", ("wharton_jelly",)),
        ("Umbilical cord blood derived MSC.", ("cord_blood",)),
        ("MSC isolated from adipose tissue.", ("adipose",)),
        ("hUC-MSC.", ("umbilical_cord",)),
        ("MSC can be isolated from bone marrow, adipose tissue and placenta.", ()),
        ("Dental pulp stem cells and MSC.", ("dental",)),
    ],
)
def test_tissue(extractor: Extractor, words: str, tissue: tuple[str, ...]) -> None:
    document = a_study("A Trial of MSC", interventions=[{"name": "Mesenchymal stem cells (MSC)", "description": words}])
    assert set(tissue) <= set(read(extractor, document).values(Field.TISSUE))
    if not tissue and "can be" in words:
        assert not read(extractor, document).values(Field.TISSUE)


def test_donor_follows_from_cord_and_from_harvest(extractor: Extractor) -> None:
    cord = a_study("Umbilical Cord MSC", interventions=[{"name": "Umbilical cord mesenchymal stem cells"}])
    marrow = a_study(
        "Mesenchymal Stem Cells",
        interventions=[
            {"name": "Bone marrow mesenchymal stem cells", "description": "Bone marrow aspiration, then culture."}
        ],
    )
    assert read(extractor, cord).values(Field.DONOR) == ()
    assert read(extractor, cord).values(Field.DONOR_INFERRED) == ("allogeneic",)
    assert read(extractor, marrow).values(Field.DONOR_INFERRED) == ("autologous",)


def test_two_products_have_an_entry_each(extractor: Extractor) -> None:
    document = a_study(
        "Autologous Versus Allogeneic Marrow MSC",
        arms=[{"label": "Own", "type": "EXPERIMENTAL"}, {"label": "Donor", "type": "EXPERIMENTAL"}],
        interventions=[
            {"name": "Autologous bone marrow MSC", "arm_labels": ("Own",)},
            {"name": "Allogeneic bone marrow MSC", "arm_labels": ("Donor",)},
        ],
        description="Mesenchymal stem cells (MSC) are given.",
    )
    products = [dict(value) for value in read(extractor, document).values(Field.PRODUCT) if isinstance(value, dict)]
    assert products == [
        {"tissue": ["bone_marrow"], "donor": ["autologous"], "arm": "Own"},
        {"tissue": ["bone_marrow"], "donor": ["allogeneic"], "arm": "Donor"},
    ]


def test_control_arm_says_nothing_of_the_product(extractor: Extractor) -> None:
    document = a_study(
        "Mesenchymal Stem Cells",
        arms=[
            {"label": "MSC", "type": "EXPERIMENTAL", "description": "Intravenous MSC."},
            {"label": "Control", "type": "ACTIVE_COMPARATOR", "description": "Intramuscular steroid."},
        ],
        interventions=[
            {"name": "Mesenchymal stem cells (MSC)", "arm_labels": ("MSC",)},
            {"name": "Steroid", "type": "DRUG", "description": "Intramuscular.", "arm_labels": ("Control",)},
        ],
    )
    found = read(extractor, document)
    assert found.values(Field.ROUTE) == ("intravenous",)
    assert found.value(Field.CONTROLLED) is True


def test_dose_arms_are_no_control(extractor: Extractor) -> None:
    document = a_study(
        "Mesenchymal Stem Cells",
        arms=[{"label": "Low dose", "type": "EXPERIMENTAL"}, {"label": "High dose", "type": "EXPERIMENTAL"}],
        interventions=[{"name": "Mesenchymal stem cells", "arm_labels": ("Low dose", "High dose")}],
        allocation="RANDOMIZED",
    )
    assert read(extractor, document).value(Field.CONTROLLED) is False


def test_infusion_alone_is_no_route(extractor: Extractor) -> None:
    document = a_study("MSC Infusion", interventions=[{"name": "Mesenchymal stem cell infusion"}])
    facts = read(extractor, document).of(Field.ROUTE)
    assert [fact.value for fact in facts] == [Absence.NOT_STATED]


def test_every_field_has_a_fact_and_every_quote_is_in_the_text(extractor: Extractor) -> None:
    document = a_study(
        "Autologous Adipose MSC", interventions=[{"name": "MSC", "description": "2 x 106 mesenchymal cells/kg IV once"}]
    )
    found = read(extractor, document)
    assert {fact.field for fact in found.facts} == set(Field)
    for fact in found.facts:
        for evidence in fact.evidence:
            assert document.quote(evidence.span) == evidence.quote
    for mention in found.mentions:
        assert document.quote(mention.evidence.span) == mention.evidence.quote
    assert [mention.number for mention in found.mentions] == list(range(len(found.mentions)))


def test_relations_tie_product_tissue_donor_route_dose_and_arm(extractor: Extractor) -> None:
    document = a_study(
        "Autologous Adipose Mesenchymal Stem Cells",
        arms=[{"label": "Cells", "type": "EXPERIMENTAL", "description": "Intravenous mesenchymal cells, 1 x 10^8"}],
        interventions=[{"name": "Adipose mesenchymal stem cells", "arm_labels": ("Cells",)}],
    )
    found = read(extractor, document)
    assert {relation.type for relation in found.relations} == set(RelationType)
    for relation in found.relations:
        head = found.mentions[relation.head]
        assert head.label == ("ARM" if relation.type is RelationType.GETS else "PRODUCT")


def test_the_routes_of_a_publication_are_tied_to_its_product(extractor: Extractor) -> None:
    document = publication(
        "Adipose mesenchymal stem cells for sore knees",
        ("METHODS", "Mesenchymal stem cells were given to nine adults by intra-articular injection."),
        ("RESULTS", "Pain fell. A needle in the vein drew blood intravenously."),
    )
    found = read(extractor, document)
    routes = {str(fact.value) for fact in found.of(Field.ROUTE)}
    tied = [one for one in found.relations if one.type is RelationType.GIVEN_BY]
    assert routes == {"intra_articular"} == {found.mentions[one.tail].value for one in tied}
    assert {found.mentions[one.head].label for one in tied} == {"PRODUCT"}
    assert {one.value for one in found.mentions if one.label == "ROUTE"} == routes


def test_background_and_negation_are_marked(extractor: Extractor) -> None:
    document = a_study(
        "Mesenchymal Stem Cells",
        interventions=[{"name": "Mesenchymal stem cells"}],
        description="It has been shown that bone marrow cells migrate. No adipose cells are used.",
    )
    assertions = {mention.value: mention.assertion for mention in read(extractor, document).mentions}
    assert assertions["bone_marrow"] is Assertion.BACKGROUND
    assert assertions["adipose"] is Assertion.NEGATED
    assert not read(extractor, document).values(Field.TISSUE)
