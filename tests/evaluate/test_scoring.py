"""Scores against cases worked out by hand, and against the traps that scorers fall into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mscminer.core.errors import ConfigError
from mscminer.core.labels import Label
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Field
from mscminer.evaluate.scoring import NO_PREDICTION, NOT_STATED, Evaluation, Share, Tally, score


def label(ident: str, **values: Any) -> Label:
    return Label.from_json({"id": ident, **values})


def dose(cells: float, *, per_kg: bool = False, times: int | None = None) -> Mapping[str, Any]:
    return {"cells": cells, "per_kg": per_kg, "times": times}


def product(tissue: str | None, donor: str | None, arm: str | None = None) -> Mapping[str, Any]:
    return {"tissue": [tissue] if tissue else [], "donor": [donor] if donor else [], "arm": arm}


@pytest.fixture
def four() -> Evaluation:
    """Tissues of four texts: right, half right, wrong, and one that should have been silent.

    gold       a: marrow        b: marrow, fat     c: fat       d: (silent)
    predicted  a: marrow        b: marrow          c: placenta  d: fat
    tp 2, fp 2 (placenta, fat of d), fn 2 (fat of b, fat of c)
    """
    gold = [
        label("1", tissue=["bone_marrow"]),
        label("2", tissue=["bone_marrow", "adipose"]),
        label("3", tissue=["adipose"]),
        label("4"),
    ]
    predicted = [
        label("1", tissue=["bone_marrow"]),
        label("2", tissue=["bone_marrow"]),
        label("3", tissue=["placenta"]),
        label("4", tissue=["adipose"]),
    ]
    return score(gold, predicted)


def test_tissue_by_hand(four: Evaluation) -> None:
    tissue = four.measure("tissue")
    assert tissue.tally == Tally(tp=2, fp=2, fn=2)
    assert (tissue.tally.precision, tissue.tally.recall, tissue.tally.f1) == (0.5, 0.5, 0.5)
    assert tissue.exact == Share(part=1, whole=4)
    assert tissue.found == Share(part=3, whole=3)
    assert tissue.right_given_found == Share(part=1, whole=3)
    assert tissue.rightly_not_stated == Share(part=0, whole=1)


def test_macro_f1_by_hand(four: Evaluation) -> None:
    """Marrow: 2 of 2. Fat: tp 0, fp 1, fn 2 -> 0. Placenta: fp 1 -> 0. Mean of 1, 0, 0."""
    tissue = four.measure("tissue")
    assert tissue.classes == {
        "adipose": Tally(fp=1, fn=2),
        "bone_marrow": Tally(tp=2),
        "placenta": Tally(fp=1),
    }
    assert tissue.macro_f1 == pytest.approx(1 / 3)


def test_every_error_is_listed_with_what_was_missed(four: Evaluation) -> None:
    errors = {error.id: error for error in four.measure("tissue").errors}
    assert set(errors) == {"2", "3", "4"}
    assert errors["2"].missed == ("adipose",)
    assert errors["3"].spurious == ("placenta",)


def test_confusion_by_hand() -> None:
    gold = [label("1", phase="1"), label("2", phase="1"), label("3", phase="2"), label("4"), label("5", phase="3")]
    predicted = [label("1", phase="1"), label("2", phase="2"), label("3"), label("4", phase="2")]
    phase = score(gold, predicted).measure("phase")
    assert phase.confusion == {
        ("1", "1"): 1,
        ("1", "2"): 1,
        ("2", NOT_STATED): 1,
        ("3", NO_PREDICTION): 1,
        (NOT_STATED, "2"): 1,
    }
    assert phase.tally == Tally(tp=1, fp=2, fn=3)
    assert phase.exact == Share(part=1, whole=5)


def test_gold_value_never_proposed_is_a_miss() -> None:
    gold = [label("1", tissue=["adipose"], dose=[dose(1e6), dose(2e6)])]
    evaluation = score(gold, [label("1", dose=[dose(1e6)])])
    assert evaluation.measure("tissue").tally == Tally(fn=1)
    assert evaluation.measure("tissue").tally.recall == 0.0
    assert evaluation.measure("dose").tally == Tally(tp=1, fn=1)


def test_text_without_prediction_is_all_misses_and_never_right() -> None:
    gold = [label("1", tissue=["adipose"]), label("2")]
    evaluation = score(gold, [])
    assert evaluation.missing == ("1", "2")
    tissue = evaluation.measure("tissue")
    assert tissue.tally == Tally(fn=1)
    assert tissue.exact == Share(part=0, whole=2)
    assert tissue.rightly_not_stated == Share(part=0, whole=1)


def test_same_text_twice_changes_nothing(four: Evaluation) -> None:
    gold = [label("1", tissue=["adipose"]), label("2", tissue=["placenta"])]
    predicted = [label("1", tissue=["adipose"]), label("2", tissue=["adipose"])]
    once, twice = score(gold, predicted), score(gold + gold[:1] * 5, predicted + predicted[:1] * 3)
    for measure in once.measures:
        assert twice.measure(measure.name).judgements == measure.judgements


def test_same_value_twice_counts_once() -> None:
    gold = [label("1", dose=[dose(1e6)], conditions=["knee osteoarthritis"])]
    predicted = [
        label("1", dose=[dose(1e6), dose(1e6)], conditions=["Knee osteoarthritis", "knee  osteoarthritis"]),
    ]
    evaluation = score(gold, predicted)
    assert evaluation.measure("dose").exact.value == 1.0
    assert evaluation.measure("condition").exact.value == 1.0


def test_two_different_labels_of_one_text_are_refused() -> None:
    with pytest.raises(ConfigError, match="two different labels for 1 among the gold"):
        score([label("1", n=1), label("1", n=2)], [])
    with pytest.raises(ConfigError, match="two different labels for 1 among the predictions"):
        score([label("1", n=1)], [label("1", n=1), label("1", n=2)])


def test_empty_gold_is_an_error_not_a_perfect_score() -> None:
    with pytest.raises(ConfigError, match="no gold labels"):
        score([], [label("1")])


def test_predictions_for_other_texts_are_ignored() -> None:
    evaluation = score([label("1", n=3)], [label("1", n=3), label("2", n=4)])
    assert evaluation.ignored == 1
    assert evaluation.measure("n").tally == Tally(tp=1)


def test_split_takes_its_part_of_the_gold_only() -> None:
    gold = [label(str(ident), n=ident) for ident in range(1, 30)]
    report = score(gold, gold, split=Split.REPORT)
    assert set(report.documents) == {item.id for item in gold if split_of(item.id) is Split.REPORT}
    assert 0 < len(report.documents) < len(gold)
    assert report.ignored == 0


def test_report_efficacy_and_safety_are_asked_of_publications_only() -> None:
    gold = [label("NCT00000001"), label("12345", report="cohort", efficacy="mixed")]
    evaluation = score(gold, gold)
    for name in ("report", "efficacy", "safety"):
        assert [judgement.id for judgement in evaluation.measure(name).judgements] == ["12345"]
    assert len(evaluation.measure("phase").judgements) == 2


@pytest.mark.parametrize(
    ("gold", "predicted", "full", "amount"),
    [
        (dose(1e8, times=1), dose(1e8, times=1), True, True),
        (dose(1e8), dose(100_500_000), True, True),
        (dose(1e8), dose(102_000_000), False, False),
        (dose(1e8, times=2), dose(1e8), False, True),
        (dose(1e6, per_kg=True), dose(1e6), False, False),
        (dose(1e6), dose(1e7), False, False),
    ],
)
def test_doses(gold: Any, predicted: Any, full: bool, amount: bool) -> None:
    evaluation = score([label("1", dose=[gold])], [label("1", dose=[predicted])])
    assert (evaluation.measure("dose").exact.value == 1.0) is full
    assert (evaluation.measure("dose.amount").exact.value == 1.0) is amount


def test_doses_are_matched_one_to_one_whatever_comes_first() -> None:
    """1.000e8 fits both predictions, 1.009e8 only one of them: both are found, not one."""
    gold = [label("1", dose=[dose(100e6), dose(100.9e6)])]
    predicted = [label("1", dose=[dose(100.5e6), dose(99.5e6)])]
    assert score(gold, predicted).measure("dose").tally == Tally(tp=2)


def test_products_are_relations() -> None:
    """The right tissues and the right donors in the wrong pairs are wrong."""
    gold = [
        label(
            "1",
            tissue=["bone_marrow", "adipose"],
            donor=["autologous", "allogeneic"],
            products=[product("bone_marrow", "autologous", "A"), product("adipose", "allogeneic", "B")],
        )
    ]
    crossed = [
        label(
            "1",
            tissue=["bone_marrow", "adipose"],
            donor=["autologous", "allogeneic"],
            products=[product("bone_marrow", "allogeneic", "A"), product("adipose", "autologous", "B")],
        )
    ]
    evaluation = score(gold, crossed)
    assert evaluation.measure("tissue").exact.value == evaluation.measure("donor").exact.value == 1.0
    assert evaluation.measure("product").tally == Tally(fp=2, fn=2)


def test_arm_of_a_product_is_a_measure_of_its_own() -> None:
    gold = [label("1", products=[product("adipose", None, "Low dose; High dose")])]
    same = [label("1", products=[product("adipose", None, "high dose ; Low dose")])]
    other = [label("1", products=[product("adipose", None, "Placebo")])]
    assert score(gold, same).measure("product.arm").exact.value == 1.0
    assert score(gold, other).measure("product").exact.value == 1.0
    assert score(gold, other).measure("product.arm").exact.value == 0.0


@pytest.mark.parametrize(
    ("gold", "predicted", "strict", "lenient"),
    [
        ("knee osteoarthritis", "Knee Osteoarthritis", True, True),
        ("chronic myocardial ischaemia", "chronic myocardial ischemia", True, True),
        ("Sjögren's syndrome", "Sjogren syndrome", True, True),
        ("foot ulcers", "foot ulcer", True, True),
        ("liver cirrhoses", "liver cirrhosis", True, True),
        ("knee osteoarthritis", "osteoarthritis of the knee", True, True),
        ("idiopathic pulmonary fibrosis", "Idiopathic Pulmonary Fibrosis (IPF)", True, True),
        ("knee osteoarthritis", "osteoarthritis of the knee joint", False, True),
        ("knee osteoarthritis", "osteoarthritis", False, True),
        ("type 1 diabetes", "type 2 diabetes", False, False),
        ("stroke", "heart failure", False, False),
        ("acute myocardial infarction", "acute ischemic stroke of the brain", False, False),
    ],
)
def test_conditions(gold: str, predicted: str, strict: bool, lenient: bool) -> None:
    evaluation = score([label("1", conditions=[gold])], [label("1", conditions=[predicted])])
    assert (evaluation.measure("condition").exact.value == 1.0) is strict
    assert (evaluation.measure("condition.lenient").exact.value == 1.0) is lenient


def test_conditions_with_the_same_descriptor_are_similar() -> None:
    descriptors = {"heart attack": "D009203", "myocardial infarction": "D009203"}
    gold, predicted = [label("1", conditions=["heart attack"])], [label("1", conditions=["myocardial infarction"])]
    assert score(gold, predicted).measure("condition.lenient").exact.value == 0.0
    assert score(gold, predicted, concept_of=descriptors.get).measure("condition.lenient").exact.value == 1.0


def test_design_is_three_fields_and_one() -> None:
    gold = [label("1", design={"randomised": True, "controlled": True, "blinded": None})]
    predicted = [label("1", design={"randomised": True, "controlled": False, "blinded": None})]
    evaluation = score(gold, predicted)
    exact = {name: evaluation.measure(name).exact.value for name in ("randomised", "controlled", "blinded", "design")}
    assert exact == {"randomised": 1.0, "controlled": 0.0, "blinded": 1.0, "design": 0.0}


def test_registry_ids_are_compared_without_their_dress() -> None:
    gold = [label("1", registry_ids=["EudraCT 2017-000391-28", "NCT01234567"])]
    predicted = [label("1", registry_ids=["2017-000391-28", "nct 01234567"])]
    assert score(gold, predicted).measure("registry_id").exact.value == 1.0


def test_ratios_without_anything_to_count_are_none() -> None:
    tally = Tally()
    assert (tally.precision, tally.recall, tally.f1) == (None, None, None)
    assert Share(part=0, whole=0).value is None


def test_only_the_fields_that_the_gold_covers_are_asked() -> None:
    """A curator who decided the tissue has said nothing about the phase."""
    gold = [label("1", tissue=["adipose"]), label("2", phase="1")]
    asked = {"1": frozenset({Field.TISSUE, Field.RANDOMISED}), "2": frozenset({Field.PHASE})}
    evaluation = score(gold, gold, asked=asked)
    assert [judgement.id for judgement in evaluation.measure("tissue").judgements] == ["1"]
    assert [judgement.id for judgement in evaluation.measure("phase").judgements] == ["2"]
    assert [judgement.id for judgement in evaluation.measure("randomised").judgements] == ["1"]
    assert evaluation.measure("design").judgements == ()


def test_unknown_measure_names_the_known_ones(four: Evaluation) -> None:
    with pytest.raises(ConfigError, match="There are: msc, report"):
        four.measure("colour")
