"""Wordings of registrations that once misled the lexicon, in sentences of our own."""

from __future__ import annotations

import pytest

from mscminer.extract.components import find_mentions
from mscminer.extract.lexicon import load_lexicon
from mscminer.extract.model_files import find_model

_MENTIONS = load_lexicon(find_model() / "mscminer_mentions")
_CATEGORIES = load_lexicon(find_model() / "mscminer_categories")


def _products(text: str, short_forms: dict[str, str] | None = None) -> set[str]:
    found = find_mentions(_MENTIONS, text, short_forms or {})
    return {item.value for item in found if item.label == "PRODUCT"}


def _categories(text: str) -> set[str]:
    return {entry.value.partition("@")[0] for entry in _CATEGORIES.entries if entry.pattern.search(text.lower())}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mesenchymal cardiogenic cells are put into the scar.", "cells"),
        ("Multipotent mesenchymal fat-derived regenerative cells are returned.", "cells"),
        ("Mensenchymal stem cells were thawed.", "cells"),
        ("MSCTRAIL is a stem cell product that carries a death ligand.", "cells"),
    ],
)
def test_calls_the_product_mesenchymal(text: str, value: str) -> None:
    assert value in _products(text)


def test_osteoblastic_cells_are_no_stromal_cells() -> None:
    assert "cells" not in _products("Osteoblastic cells (PREOB) fill the defect.")


def test_short_form_of_exosomes_stands_for_exosomes() -> None:
    long_form = "exosomes of mesenchymal stromal cells"
    found = find_mentions(_MENTIONS, f"The {long_form} (SCX) are inhaled. SCX is kept cold.", {"SCX": long_form})
    assert [item.value for item in found if item.start > 50 and item.label == "PRODUCT"] == ["derivative"]


@pytest.mark.parametrize(
    ("text", "wanted", "other"),
    [
        ("Normal deliveries at term", None, "liver"),
        ("Delivery effects on the fatty liver", "liver", None),
        ("Leg length inequality", "musculoskeletal", None),
        ("Pyoderma gangrenosum", "skin_wound", None),
        ("Systemic infusion of cells", None, "cardiovascular"),
        ("Primary angioplasty for STEMI", "cardiovascular", None),
        ("Neurologic sequelae at school age", "neurological", "urological"),
        ("A urologic clinic's experience", "urological", None),
        ("Cigarette smokers at work", None, "neurological"),
        ("Girls with Rett syndrome", "neurological", None),
        ("Stenosis of the spinal canal", None, "gastrointestinal"),
        ("Anal fissure", "gastrointestinal", None),
        ("Tardive dyskinesia", None, "skin_wound"),
        ("Accidental findings", None, "dental_oral"),
        ("Mitochondrial function", None, "musculoskeletal"),
        ("Attending physicians", None, "musculoskeletal"),
        ("Achilles tendinopathy", "musculoskeletal", None),
        ("Norepinephrine at night", None, "kidney"),
        ("Chronic musculoskeletal complaints", "musculoskeletal", None),
        ("Essential hypertension", "cardiovascular", None),
        ("Renovascular hypertension", None, "cardiovascular"),
        ("Human immunodeficiency virus carriers", None, "metabolic_genetic"),
        ("Primary immunodeficiency", "metabolic_genetic", None),
        ("Rectitis after pelvic irradiation", "gastrointestinal", None),
        ("Radiation-induced hemorrhagic cystitis", "urological", "gvhd_transplant"),
        ("Hemorrhagic cystitis in the second month", "gvhd_transplant", None),
        ("Haemophilic arthropathy", "musculoskeletal", "haematological"),
        ("Bleeding in hemophilia A", "haematological", None),
        ("Children with SAA", "haematological", None),
    ],
)
def test_category_words(text: str, wanted: str | None, other: str | None) -> None:
    found = _categories(text)
    assert wanted is None or wanted in found
    assert other is None or other not in found
