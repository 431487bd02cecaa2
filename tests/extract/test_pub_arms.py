"""The names of a product's groups that no rule finds: candidates, what speaks for each, and the choice by weights."""

# ruff: noqa: E501  (a sentence reads better on one line than wrapped)

from __future__ import annotations

import time

import pytest
from tests.extract.publications import Part, publication

from mscminer.core.documents import Document
from mscminer.core.facts import Maker
from mscminer.core.vocabulary import Field
from mscminer.extract.publications.arm_candidates import ArmCandidate, arm_candidates
from mscminer.extract.publications.arm_choice import most_likely, weigh_names
from mscminer.extract.publications.arm_fit import ArmExample, arm_accuracy, arm_example, fit_arms, names_of
from mscminer.extract.publications.arm_places import plain_name
from mscminer.extract.publications.model_files import load_weights
from mscminer.extract.publications.resolve import facts_of, read

MAKER = Maker(name="test", version="1")
_ACNE = "Umbilical cord mesenchymal stem cells for scars of acne: a randomized controlled trial"
_GUMS = "Periodontal mesenchymal stem cells for receding gums: a randomized controlled trial"


def told(title: str, methods: str, results: str) -> Document:
    parts: tuple[Part, ...] = (("METHODS", methods), ("RESULTS", results))
    return publication(title, *parts)


def arms(document: Document) -> list[str | None]:
    facts = facts_of(read(document), MAKER)
    return [fact.value["arm"] for fact in facts if fact.field is Field.PRODUCT and isinstance(fact.value, dict)]


def candidates(document: Document) -> dict[str, ArmCandidate]:
    reading = read(document)
    found = arm_candidates(reading.text, reading.product, reading.design, reading.report)
    return {"; ".join(sorted(one.value)): one for one in found}


@pytest.mark.parametrize(
    ("title", "methods", "results", "arm"),
    [
        (
            _ACNE,
            "Forty adults were randomly assigned to umbilical cord mesenchymal stem cells (UC-MSCs; n = 20) or to needling (n = 20).",
            "Depth fell by 40% after UC-MSCs and by 22% after needling. Redness was rarer with UC-MSCs than with needling.",
            "UC-MSCs",
        ),
        (
            _ACNE,
            "Forty adults were randomly assigned to standard needling with or without transfer of umbilical cord mesenchymal stem cells (UCT).",
            "Depth fell by 40% in the UCT group and by 22% in the control group.",
            "UCT group",
        ),
    ],
)
def test_the_name_of_a_group_that_no_rule_finds(title: str, methods: str, results: str, arm: str) -> None:
    assert arms(told(title, methods, results)) == [arm]


@pytest.mark.parametrize(
    ("methods", "results"),
    [
        ("Mesenchymal stem cells (MSCs) were injected in 30 adults.", "Depth fell by 40% after MSCs."),
        (
            "Thirty adults were randomised, 15 to be given mesenchymal stem cells, 15 to be needled.",
            "Depth fell by 40% and 22%.",
        ),
    ],
)
def test_groups_have_no_name_where_there_is_one_or_results_call_it_nothing(methods: str, results: str) -> None:
    assert arms(told("Mesenchymal stem cells for scars of acne", methods, results)) == [None]


@pytest.mark.parametrize(
    ("results", "there", "not_there"),
    [
        ("Depth fell in the sheet group and the film group.", {"sheet group", "sheet", "film group; sheet group"}, set()),
        ("ASC-enriched grafts shrank less.", {"asc enriched graft"}, set()),
        ("Gum rose on ASC sides.", {"asc side"}, set()),
        ("Gum rose most with glue plus ASCs.", {"glue plus asc", "asc"}, set()),
        ("Gum rose most with ASCs + enamel.", {"asc enamel"}, set()),
        ("Gum rose most with dentacel-R.", {"dentacel r"}, set()),
        ("Gum rose most with Gumrise\u00ae.", {"gumrise"}, set()),
        ("Cuffs were put on the left upper arm of a large cohort.", set(), {"upper arm", "left upper arm", "large cohort"}),
        ("Gum rose in the control group and the reference group.", set(), {"control group", "reference group", "reference"}),
    ],
)  # fmt: skip
def test_candidates(results: str, there: set[str], not_there: set[str]) -> None:
    methods = "Thirty adults were randomised to adipose-derived stem cells (ASCs) or enamel."
    found = set(candidates(told(_GUMS, methods, results)))
    assert there <= found
    assert not found & not_there
    assert "" in found


def test_a_treatment_told_in_brackets_may_give_the_name() -> None:
    methods = "Thirty adults were randomised to mesenchymal stem cells put under a flap (Cell Flap, CFLP; n = 15) or a flap alone (FLP; n = 15)."
    one = candidates(told(_GUMS, methods.replace("Cell Flap, ", ""), "Gum rose by 2 mm with CFLP, by 1 mm with FLP."))[
        "cflp"
    ]
    assert {"held.described", "short:in.results", "short:before.with", "often.2", "size.1"} <= one.features
    assert one.evidence[0].quote == "CFLP"


def test_features_tell_how_a_name_stands() -> None:
    methods = "Thirty adults were randomised to adipose-derived stem cells (ASCs) or enamel."
    found = candidates(
        told(_GUMS, methods, "Gum rose in the ASC group and, less, in controls; with ASCs pain was less.")
    )
    assert {"form.group", "bare.2", "group:before.in", "group:against", "group:control.behind"} <= found[
        "asc group"
    ].features
    assert {"form.short", "short:grouped.1", "short:in.methods"} <= found["asc"].features
    assert {"none.controlled.True", "none.both.True"} <= found[""].features


def test_plain_names() -> None:
    assert plain_name("UC\u2011MSCs") == plain_name("uc-MSC") == "uc msc"
    assert names_of("Low dose; high doses") == {"low dose", "high dose"}
    assert names_of(None) == frozenset()


def _example(name: str) -> ArmExample:
    methods = f"Thirty adults were randomised to mesenchymal stem cells, the {name} group, or a film."
    products = [{"tissue": [], "donor": [], "arm": f"{name} group"}]
    example = arm_example(told(_GUMS, methods, f"Gum rose in the {name} group."), products)
    assert example is not None
    return example


def test_the_fit_is_deterministic_and_learns() -> None:
    pytest.importorskip("scipy")
    examples = [_example(name) for name in ("sheet", "patch", "flap", "tent", "roof", "cover")]
    fitted = fit_arms(examples)
    assert fitted == fit_arms(examples)
    assert arm_accuracy(fitted["weights"], examples) == 1.0


def test_nothing_can_be_fitted_on_no_answer() -> None:
    with pytest.raises(ValueError, match="no example"):
        fit_arms([])


def test_texts_of_two_products_or_of_no_groups_teach_nothing() -> None:
    alone = told("Cells for gums", "Ten adults had mesenchymal stem cells.", "Gum rose.")
    assert arm_example(alone, [{"arm": None}]) is None
    compared = told(_GUMS, "Thirty adults were randomised to mesenchymal stem cells or a film.", "Gum rose.")
    assert arm_example(compared, [{"arm": None}, {"arm": None}]) is None


def test_chances_add_up_to_one_and_the_most_likely_has_the_largest() -> None:
    found = list(
        candidates(told(_GUMS, "Thirty adults were randomised to MSCs or a film.", "Gum rose with MSCs.")).values()
    )
    weights = load_weights("arms")["weights"]
    chances = weigh_names(found, weights)
    assert sum(chances) == pytest.approx(1.0)
    assert found[chances.index(max(chances))] == most_likely(found, weights)


@pytest.mark.parametrize("unit", ["the a b group ", "MSCs + ", "(ABC; ", "MSC plus ", "MSC-treated "])
def test_repetition_is_no_trap(unit: str) -> None:
    reading = read(told(_GUMS, "Thirty adults were randomised to MSCs or a film.", unit * (12_000 // len(unit))))
    began = time.process_time()
    arm_candidates(reading.text, reading.product, reading.design, reading.report)
    assert time.process_time() - began < 1.5
