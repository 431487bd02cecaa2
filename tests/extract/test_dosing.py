"""Which doses a whole record gives, and how often each: arms, interventions and prose together."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.extract.registrations import a_study

from mscminer.core.documents import Document
from mscminer.core.labels import label_from_extraction
from mscminer.core.vocabulary import Field
from mscminer.extract.pipeline import Extractor, load_extractor

Dose = tuple[float, bool, int | None]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def doses(extractor: Extractor, document: Document) -> list[Dose]:
    label = label_from_extraction(next(extractor.extract([document])))
    return [(dose["cells"], dose["per_kg"], dose["times"]) for dose in label.dose]


def a_trial(*arms: tuple[str, str], given: str = "", title: str = "", **texts: Any) -> Document:
    """A trial of one product whose arms have a label and a description each."""
    return a_study(
        title or "Mesenchymal Stem Cells for Knee Osteoarthritis",
        arms=[{"label": label, "type": "EXPERIMENTAL", "description": text} for label, text in arms],
        interventions=[
            {
                "name": "Mesenchymal stem cells",
                "description": given,
                "arm_labels": tuple(label for label, _ in arms),
            }
        ],
        **texts,
    )


def test_each_arm_has_its_own_schedule(extractor: Extractor) -> None:
    document = a_trial(
        ("Once", "One injection of 50 million cells."),
        ("Thrice", "Three injections of 50 million cells at monthly intervals."),
    )
    assert doses(extractor, document) == [(5e7, False, 1), (5e7, False, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 million cells into an artery once, then 20 million cells by vein monthly\n\n=> Total: four times", 4),
        ("20 million cells, single injection at week 0 and single injection at week 6.\nIn total two injections.", 2),
        (
            "20 million stem cell (50ml) Arterial infusion/ one time, then 20 million stem cell(50ml) Venous infusion"
            " 3 times/monthly\n\n-> Total four times",
            4,
        ),
        ("20 million cells are injected once.\nFour visits in total.", 1),
        ("20 million cells are injected once.\n\nBlood is drawn.\nTotal four injections of vitamin B12.", 1),
    ],
)
def test_a_line_that_tells_the_total_sums_up_the_line_before(extractor: Extractor, text: str, expected: int) -> None:
    assert doses(extractor, a_trial(("Cells", text))) == [(2e7, False, expected)]


def test_arms_tell_how_often_the_dose_of_their_intervention_is_given(extractor: Extractor) -> None:
    document = a_trial(
        ("1-time injection group", "Cells go into the artery."),
        ("2-time injection group", "Cells go into the artery, and a second time after a month."),
        given="5x10^7 cells, 1-time or 2-time injection",
    )
    assert doses(extractor, document) == [(5e7, False, 1), (5e7, False, 2)]


def test_the_intervention_tells_how_often_the_doses_of_arms_are_given(extractor: Extractor) -> None:
    document = a_trial(
        ("Low", "1 x 10^6 cells/kg"), ("High", "2 x 10^6 cells/kg"), given="Infused weekly for four weeks."
    )
    assert doses(extractor, document) == [(1e6, True, 4), (2e6, True, 4)]


def test_the_title_settles_what_arms_leave_out(extractor: Extractor) -> None:
    document = a_trial(("Cells", "10 million cells into the knee"), title="A Single Injection of MSC in the Knee")
    assert doses(extractor, document) == [(1e7, False, 1)]


def test_groups_on_one_line_keep_their_own_numbers(extractor: Extractor) -> None:
    text = "Group 1: single dose of 1 x 107 cells Group 2: two doses of 5 x 107 cells Group 3: 1 x 108 cells once"
    assert doses(extractor, a_trial(("Cells", text))) == [(1e7, False, 1), (5e7, False, 2), (1e8, False, 1)]


def test_several_doses_in_one_sentence_take_the_words_at_their_side(extractor: Extractor) -> None:
    text = "One infusion of 20 million cells or two infusions of 40 million cells are given."
    assert doses(extractor, a_trial(("Cells", text))) == [(2e7, False, 1), (4e7, False, 2)]


def test_doses_that_rise_from_one_infusion_to_the_next_are_given_once_each(extractor: Extractor) -> None:
    text = "The first infusion is 1 x 10^6 MSC/kg and the second infusion is 5 x 10^6 MSC/kg."
    assert doses(extractor, a_trial(("Cells", text))) == [(1e6, True, 1), (5e6, True, 1)]


@pytest.mark.parametrize(
    "text",
    [
        "75 million cells at baseline, and possibly again after 3 months.",
        "A single dose of 75 million cells. If it has not healed, a second dose of 75 million cells is given.",
        "75 million cells, given every three months.",
        "75 million cells in the knee.",
    ],
)
def test_times_are_left_out_where_the_text_leaves_them_open(extractor: Extractor, text: str) -> None:
    assert doses(extractor, a_trial(("Cells", text))) == [(7.5e7, False, None)]


def test_schedules_of_other_drugs_and_visits_are_not_those_of_the_cells(extractor: Extractor) -> None:
    text = (
        "Cyclophosphamide 50 mg/kg is given on days 3 and 4. Afterwards 2 x 10^8 cells/kg are infused. "
        "Patients are seen at 1, 3 and 6 months."
    )
    document = a_trial(("Cells", text), summary="Deaths are counted at day 28 and day 90.")
    assert doses(extractor, document) == [(2e8, True, None)]


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("in all patients", True),
        ("in all groups of this part", True),
        ("in all knees", True),
        ("in all", False),
        ("in all, by vein", False),
        ("altogether", False),
    ],
)
def test_a_sum_is_told_apart_from_what_all_people_get(extractor: Extractor, told: str, kept: bool) -> None:
    text = f"Part 1: two infusions of 20 million cells. Part 2: one infusion of 40 million cells {told}."
    wanted = [(2e7, False, 2), (4e7, False, 1)] if kept else [(2e7, False, 2)]
    assert doses(extractor, a_trial(("Cells", text))) == wanted


def test_what_a_bag_or_a_culture_holds_is_no_dose(extractor: Extractor) -> None:
    text = "1 million MSC per kg, once. The product is supplied as 100 million cells, 60 million cells per bag."
    assert doses(extractor, a_trial(("Cells", text))) == [(1e6, True, 1)]


def test_a_concentration_counts_only_where_nothing_else_is_told(extractor: Extractor) -> None:
    text = "Low dose: injection of 5 x 10^6 cells/mL."
    assert doses(extractor, a_trial(("Cells", text))) == [(5e6, False, None)]
    assert doses(extractor, a_trial(("Cells", f"{text} In all, 20 million cells are given."))) == [(2e7, False, None)]


def test_a_dose_whose_number_nobody_tells_is_less_sure_and_so_is_one_of_many(extractor: Extractor) -> None:
    def least(text: str) -> float:
        extraction = next(extractor.extract([a_trial(("Cells", text))]))
        return min(fact.confidence for fact in extraction.of(Field.DOSE))

    once, open_, many = (
        least(text) for text in ("20 million cells once", "20 million cells", "20, 40, 60 or 80 million cells once")
    )
    assert open_ < many < once


def test_syringes_and_vials_are_counted(extractor: Extractor) -> None:
    text = "The dose consists of two syringes and each syringe contains 2.0 x 10^8 cells."
    assert doses(extractor, a_trial(("Cells", text))) == [(4e8, False, None)]


def test_visits_are_counted_where_each_gives_one_infusion(extractor: Extractor) -> None:
    text = "There is a total of 10 infusions. On each visit, one infusion of 200 million cells is given."
    assert doses(extractor, a_trial(("Cells", text))) == [(2e8, False, 10)]


def test_groups_told_in_words_have_their_own_numbers(extractor: Extractor) -> None:
    text = "20 x 10^6 cells. Arm 2a: a single infusion. Arm 2b: two infusions."
    assert doses(extractor, a_trial(("Cells", text))) == [(2e7, False, 1), (2e7, False, 2)]


def test_the_share_of_each_site_is_no_dose_of_its_own(extractor: Extractor) -> None:
    text = "A total of 10 million cells, 5 million cells for each ovary."
    assert doses(extractor, a_trial(("Cells", text))) == [(1e7, False, None)]


def test_doses_of_earlier_studies_are_left_out(extractor: Extractor) -> None:
    text = "An earlier trial was reported with 5 million cells/kg. Patients will receive 100 million cells once."
    document = a_trial(("Cells", "Cells are infused."), description=text)
    assert doses(extractor, document) == [(1e8, False, 1)]


def test_an_outcome_names_the_doses_where_nothing_else_does(extractor: Extractor) -> None:
    document = a_trial(("Cells", "Cells are infused."))
    section = document.sections[0]
    outcome = type(section)(
        name="primary_outcome.0.measure", text="Events in the 0.5 and 1.6 million MSC per kg dose cohorts"
    )
    document = type(document)(key=document.key, sections=(*document.sections, outcome), study=document.study)
    assert doses(extractor, document) == [(5e5, True, None), (1.6e6, True, None)]


def test_every_dose_quotes_its_number_and_its_times(extractor: Extractor) -> None:
    document = a_trial(("Cells", "Two infusions of 50 million cells."))
    extraction = next(extractor.extract([document]))
    evidence = next(fact.evidence for fact in extraction.facts if fact.field.value == "dose")
    assert [one.quote for one in evidence] == ["Two infusions of 50 million cells"]


def test_times_told_elsewhere_have_a_quote_of_their_own(extractor: Extractor) -> None:
    document = a_trial(("Cells", "1 x 10^6 cells/kg of body weight."), given="MSC are infused weekly for four weeks.")
    extraction = next(extractor.extract([document]))
    evidence = next(fact.evidence for fact in extraction.facts if fact.field.value == "dose")
    assert [one.quote for one in evidence] == ["1 x 10^6 cells/kg of body weight", "weekly for four weeks"]


def test_a_route_quotes_its_act_and_the_product(extractor: Extractor) -> None:
    document = a_trial(("Cells", "Patients get a single intravenous infusion of mesenchymal stem cells."))
    extraction = next(extractor.extract([document]))
    evidence = next(fact.evidence for fact in extraction.facts if fact.field.value == "route")
    assert [one.quote for one in evidence] == ["a single intravenous infusion of mesenchymal stem cells"]


@pytest.mark.parametrize(
    "piece",
    [
        "1 x 10^6 cells/kg on day 1, ",
        "first infusion of 1 million cells, ",
        "2 x 10^6 MSC and then ",
        "dose of 5 million cells once. ",
        "1 million MSC (",
        "Group A: 1 million cells ",
        "week 1: 1 million cells\n",
    ],
)
def test_very_many_amounts_take_time_in_proportion_to_the_text(extractor: Extractor, piece: str) -> None:
    """Four times the text may take ten times as long, for noise; quadratic reading takes sixteen."""

    def seconds(length: int) -> float:
        document = a_trial(("Cells", piece * (length // len(piece))))
        began = time.process_time()
        doses(extractor, document)
        return time.process_time() - began

    assert seconds(16000) < 10 * max(seconds(4000), 0.1)
