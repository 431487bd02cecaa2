"""Names of conditions to MeSH descriptors."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import ModelError
from mscminer.extract.diseases import link_disease, load_diseases


@pytest.mark.parametrize(
    ("name", "descriptor"),
    [
        ("knee osteoarthritis", "Osteoarthritis, Knee"),
        ("steroid-refractory acute GVHD", "Graft vs Host Disease"),
        ("severe COVID-19", "COVID-19"),
        ("systemic lupus erythematosus", "Lupus Erythematosus, Systemic"),
        ("chronic spinal cord injury", "Spinal Cord Injuries"),
        ("osteoporosis", "Osteoporosis"),
        ("aplastic anaemia", "Anemia, Aplastic"),
        ("type 2 diabetes mellitus", "Diabetes Mellitus, Type 2"),
        ("treatment-resistant moderate-to-severe Crohn's disease", "Crohn Disease"),
        ("relapsed/refractory aplastic anemia", "Anemia, Aplastic"),
        ("stage 3 knee osteoarthritis", "Osteoarthritis, Knee"),
        ("radiation-induced pulmonary fibrosis", "Pulmonary Fibrosis"),
        ("liver cirrhosis due to hepatitis C", "Liver Cirrhosis"),
        ("stroke in young adults", "Stroke"),
        ("cirrhosis", "Liver Cirrhosis"),
        ("alcoholic cirrhosis", "Liver Cirrhosis, Alcoholic"),
    ],
)
def test_links(name: str, descriptor: str) -> None:
    concept = link_disease(name)
    assert concept is not None
    assert concept.name == descriptor


@pytest.mark.parametrize(
    "name",
    [
        "heart",
        "mesenchymal stem cells",
        "Hodgkin lymphoma of dogs",
        "quality of life",
        "x",
        "",
        "severe",
    ],
)
def test_leaves_alone_what_is_not_near(name: str) -> None:
    assert link_disease(name) is None


def test_missing_vocabulary_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no disease vocabulary"):
        load_diseases(tmp_path)
