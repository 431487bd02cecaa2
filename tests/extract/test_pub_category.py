"""Which category titles and conditions of publications speak for: titles of our own."""

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Category, Field
from mscminer.extract.pipeline import load_extractor
from mscminer.extract.publications.conditions import find_condition_names
from mscminer.extract.publications.resolve import condition_facts, read

_MAKER = Maker(name="test", version="1")


def category_of(title: str, text: str = "Ten patients were given mesenchymal stem cells.") -> str | None:
    categories = load_extractor().resolver.categories
    facts = condition_facts(read(publication(title, text)), _MAKER, categories)
    return next((str(fact.value) for fact in facts if fact.field is Field.CATEGORY), None)


@pytest.mark.parametrize(
    ("disease", "category"),
    [
        ("dry eye due to Sjögren's syndrome", Category.EYE),
        ("Sjögren's syndrome with dry eye", Category.RHEUMATIC_AUTOIMMUNE),
        ("sepsis with organ dysfunction after burns", Category.OTHER),
        ("burns", Category.SKIN_WOUND),
        ("acute respiratory distress syndrome due to COVID-19", Category.COVID19),
        ("acute respiratory distress syndrome due to aspiration", Category.LUNG),
        ("neuropathy due to diabetes", Category.DIABETES),
        ("kidney injury after heart surgery", Category.KIDNEY),
    ],
)
def test_what_came_of_a_cause_counts_more_than_the_cause(disease: str, category: Category) -> None:
    assert category_of(f"Mesenchymal stem cells for {disease}") == category


@pytest.mark.parametrize(
    ("disease", "category"),
    [
        ("critical limb ischemia", Category.CARDIOVASCULAR),
        ("diabetic patients with critical limb ischemia and foot ulcer", Category.DIABETES),
        ("non-diabetic patients with critical limb ischemia", Category.CARDIOVASCULAR),
        ("men with cavernous nerve injury", Category.UROLOGICAL),
        ("men with facial nerve injury", Category.NEUROLOGICAL),
        ("children with Sanfilippo syndrome and cognitive decline", Category.METABOLIC_GENETIC),
        ("children with cognitive decline", Category.NEUROLOGICAL),
        ("Stevens-Johnson syndrome", Category.SKIN_WOUND),
        ("infarct scar at bypass surgery", Category.CARDIOVASCULAR),
        ("hemifacial atrophy", Category.OTHER),
        ("hemifacial spasm", Category.NEUROLOGICAL),
    ],
)
def test_named_diseases_count_more_than_the_organ_that_they_are_seen_in(disease: str, category: Category) -> None:
    assert category_of(f"Mesenchymal stem cells in {disease}") == category


@pytest.mark.parametrize(
    ("title", "told", "category"),
    [
        ("Tissues after mesenchymal stem cells", "No ectopic tissue and no malignant tumour was found.", None),
        ("Limited long-term engraftment of mesenchymal stem cells", "Ten people were given them.", None),
        (
            "Tissues after mesenchymal stem cells",
            "Ten patients with cancer of the colon and a malignant tumour.",
            Category.CANCER,
        ),
        (
            "Engraftment with mesenchymal stem cells",
            "Ten people were given blood stem cells.",
            Category.GVHD_TRANSPLANT,
        ),
    ],
)
def test_a_harm_that_did_not_come_and_the_stay_of_the_cells_are_no_disease(
    title: str, told: str, category: Category | None
) -> None:
    assert category_of(title, told) == category


@pytest.mark.parametrize(
    ("title", "names"),
    [
        (
            "Stem cells for diabetic critical limb ischemia and foot ulcer",
            ["diabetic critical limb ischemia", "diabetic foot ulcer"],
        ),
        ("Stem cells for critical limb ischemia and foot ulcer", ["critical limb ischemia", "foot ulcer"]),
    ],
)
def test_diabetic_is_said_of_both(title: str, names: list[str]) -> None:
    text = read(publication(title, "Ten patients were given mesenchymal stem cells."))
    assert [one.name for one in find_condition_names(text.text)] == names


@pytest.mark.parametrize(
    ("disease", "category"),
    [
        ("malignant middle cerebral artery infarction", Category.CEREBROVASCULAR),
        ("anterior cervical discectomy", Category.MUSCULOSKELETAL),
        ("complete cord injury", Category.NEUROLOGICAL),
        ("urea cycle disorders", Category.METABOLIC_GENETIC),
        ("brittle diabetes", Category.DIABETES),
        ("sclerodermatous graft-versus-host disease", Category.GVHD_TRANSPLANT),
        ("vesicovaginal fistula", Category.UROLOGICAL),
        ("repeated implantation failure", Category.REPRODUCTIVE),
        ("peri-implantitis", Category.DENTAL_ORAL),
        ("delayed graft function", Category.GVHD_TRANSPLANT),
        ("H7N9 pneumonia: a hint for treating COVID-19", Category.LUNG),
    ],
)
def test_names_of_several_words(disease: str, category: Category) -> None:
    assert category_of(f"Mesenchymal stem cells in {disease}") == category


@pytest.mark.parametrize(
    ("told", "category"),
    [
        (
            "We gave mesenchymal stem cells to 20 healthy young volunteers before endotoxin.",
            Category.HEALTHY_VOLUNTEERS,
        ),
        ("Mesenchymal stem cells were given to all patients.", None),
    ],
)
def test_a_title_without_disease(told: str, category: Category | None) -> None:
    assert category_of("Mesenchymal stem cells by vein: a pilot study", told) == category
