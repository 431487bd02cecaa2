"""What a curator is shown for a value: the whole phrase, not a bare run of letters."""

from __future__ import annotations

import pytest
from tests.extract.registrations import a_study, read

from mscminer.core.vocabulary import Field
from mscminer.extract.pipeline import load_extractor


@pytest.mark.parametrize(
    ("title", "quote"),
    [
        (
            "Allogeneic Umbilical Cord Mesenchymal Stem Cells for Worn Knees",
            "Allogeneic Umbilical Cord Mesenchymal Stem Cells",
        ),
        (
            "Autologous Human Bone Marrow-Derived Mesenchymal Stromal Cells in Stroke",
            "Autologous Human Bone Marrow-Derived Mesenchymal Stromal Cells",
        ),
    ],
)
def test_tissue_and_donor_are_shown_in_their_phrase(title: str, quote: str) -> None:
    document = a_study(title, interventions=[{"name": quote, "description": ""}])
    extraction = read(load_extractor(), document)
    for field in (Field.TISSUE, Field.DONOR):
        shown = [evidence.quote for fact in extraction.of(field) for evidence in fact.evidence]
        assert quote in shown


def test_a_phrase_stays_within_its_sentence_and_what_belongs_together() -> None:
    document = a_study(
        "Cells for worn knees",
        interventions=[{"name": "Mesenchymal stem cells", "description": "Grown from own fat. Placenta is not used."}],
    )
    extraction = read(load_extractor(), document)
    for fact in extraction.facts:
        for evidence in fact.evidence:
            assert "fat. Placenta" not in evidence.quote


def test_the_class_is_shown_where_the_title_names_the_product_and_once_a_section() -> None:
    document = a_study(
        "Own Fat-Derived Mesenchymal Stem Cells for Worn Knees",
        interventions=[{"name": "MSC", "description": "MSC are thawed; the MSC, own fat MSC, are given once."}],
    )
    (fact,) = read(load_extractor(), document).of(Field.MSC)
    shown = {evidence.span.section: evidence.quote for evidence in fact.evidence}
    assert len(shown) == len(fact.evidence)
    assert "Mesenchymal Stem Cells" in shown["title"]
    assert shown["intervention.0.name"] == "MSC"
    assert shown["intervention.0.description"] == "own fat MSC"


def test_a_phrase_with_a_bracket_holds_its_end() -> None:
    document = a_study(
        "Stroke Cells", interventions=[], summary="Patients receive autologous mesenchymal stem cells (MSCs) once."
    )
    extraction = next(load_extractor().extract([document]))
    (fact,) = extraction.of(Field.MSC)
    assert "autologous mesenchymal stem cells (MSCs)" in {one.quote for one in fact.evidence}
