"""Doses of publications: lists, cohorts, shares and spreads, and how often each is given; all sentences are our own."""
# ruff: noqa: E501  (a sentence reads better on one line than wrapped)

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.labels import label_from_extraction
from mscminer.extract.pipeline import Extractor, load_extractor

Dose = tuple[float, bool, int | None]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def doses(extractor: Extractor, text: str, cells: str = "Mesenchymal stem cells") -> set[Dose]:
    document = publication(f"{cells} for severe sprue: a trial in twenty adults", text)
    label = label_from_extraction(next(extractor.extract([document])))
    return {(dose["cells"], dose["per_kg"], dose["times"]) for dose in label.dose}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Twenty adults were randomised 2:1 to 40 million MSCs or saline.", {(4e7, False, None)}),
        ("Twenty adults were randomised (1:1) to 3 × 10⁶ MSCs per kg or saline.", {(3e6, True, None)}),
        ("They had 30 million MSCs in group 1, 90 million MSCs in group 2.", {(3e7, False, None), (9e7, False, None)}),
        ("MSCs were infused on Day 2 and Day 9, 70 million cells each time.", {(7e7, False, 2)}),
        (
            "They had one infusion of 2 × 10⁶ (dose A) or 4 × 10⁶ (dose B) MSCs per kg.",
            {(2e6, True, 1), (4e6, True, 1)},
        ),
        (
            "Adults had 2 million (low dose), 4 million (intermediate dose) or 8 million MSCs per kg.",
            {(2e6, True, None), (4e6, True, None), (8e6, True, None)},
        ),
        (
            "Five with 1 × 10⁶ and five with 3 × 10⁶ MSCs/kg were treated.",
            {(1e6, True, None), (3e6, True, None)},
        ),
        (
            "MSCs at 2 × 10⁷, 4 × 10⁷ or 6 × 10⁷ were injected into the wall.",
            {(2e7, False, None), (4e7, False, None), (6e7, False, None)},
        ),
        (
            "Four adults each received 2 × 10⁷ or 4 × 10⁷ MSCs.",
            {(2e7, False, None), (4e7, False, None)},
        ),
        ("The median dose was 2·5×10⁶ (range 0·8–6×10⁶) MSCs per kg.", {(2.5e6, True, None)}),
        ("The mean was 61,000 ± 12,000 MSCs, which were injected.", {(61000, False, None)}),
        ("Adults were assigned to 107 allogeneic bone marrow-derived MSCs.", {(1e7, False, None)}),
        ("The cells were grown, and 0.7–1.4 × 10⁸ of them were given by vein.", {(7e7, False, None), (1.4e8, False, None)}),
        ("MSCs were given at 1 × 10⁶/kg (maximum 8 × 10⁷ MSCs) at first and 3 × 10⁶/kg (maximum 2 × 10⁸ MSCs) in others.", {(1e6, True, None), (3e6, True, None)}),
        ("The wall was injected with 2 × 10⁶/kg MSCs and 9 × 10⁷/kg BM-MNCs.", {(2e6, True, None)}),
        ("Grafts of fat were enriched with MSCs (30 × 10⁶ cells per mL of fat) and injected in 20 mL.", set()),
        ("MSCs were injected (1 × 10⁷ per tonsil gland and 3 × 10⁷ per thyroid gland) or not.", {(1e7, False, None), (3e7, False, None)}),
        ("Cells were injected, as an assistant watched, into both knees with the help of a needle and of ultrasound (4 × 106 per knee).", {(4e6, False, None)}),
        ("Adults given mesenchymal stem cells (MSC; median 7 × 10⁷, put into the thigh) were matched.", {(7e7, False, None)}),
        ("Relapses were present in 10/12 adults with MSCs and in 10/11 with saline.", set()),
        ("Adults with three attacks in the previous year received 60 million MSCs.", {(6e7, False, None)}),
        ("In previous work adults received 60 million MSCs.", set()),
        ("Of all adults 105 received MSCs and 108 received saline.", set()),
        ("On days 3, 6 and 9, 60 million MSCs were infused.", {(6e7, False, 3)}),
        ("On days 3 and 6, 6 × 107 MSCs were infused.", {(6e7, False, 2)}),
        ("A median of 3.5 (range, 1.5-6) × 10⁶ MSCs per kg was infused.", {(3.5e6, True, None)}),
        ("MSCs were infused in two consecutive visits (60 × 106 per infusion).", {(6e7, False, None)}),
        ("Hips received 5 × 10⁷ and wrists 3 × 10⁷ MSCs.", {(5e7, False, None), (3e7, False, None)}),
        ("Of MSCs 2 × 10⁷ cells were injected into the wall, and another 3 × 10⁷ were left upon it.", {(2e7, False, None), (3e7, False, None)}),
        ("Adults were assigned by lot (106 MSCs, 53 placebo) to 3 × 10⁶ MSCs per kg.", {(3e6, True, None)}),
        ("Adults had 40-50 × 10⁶ MSCs, grown without animal serum.", {(4e7, False, None), (5e7, False, None)}),
    ],
)  # fmt: skip
def test_reads_amounts(extractor: Extractor, text: str, told: set[Dose]) -> None:
    assert doses(extractor, text) == told


def test_cells_of_a_fraction_are_the_dose_of_the_fraction_only(extractor: Extractor) -> None:
    fraction = "Adults had 40 million SVF cells once in the joint, others saline."
    assert doses(extractor, fraction, cells="Stromal vascular fraction") == {(4e7, False, 1)}
    assert doses(extractor, f"Adults had MSCs. {fraction}") == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Each adult had liposuction, fat was harvested, and one lumbar infusion of 60 million AD-MSCs followed.", 1),
        ("Adults had serum creatinine above 2 mg/dl and a single aortic infusion of 60 million MSCs.", 1),
        ("60 million MSCs were infused twice, 3 to 4 and 8 to 9 weeks after diagnosis.", 2),
        ("60 million MSCs were infused between days 12 and 40.", None),
        ("MSCs were infused on days 0, 7 and 14. The dose was 60 million MSCs in the first adult cohort.", 3),
        ("60 million MSCs were mixed with granules and implanted at surgery.", 1),
        ("During the operation 60 million MSCs were injected into the muscle.", 1),
        ("60 million MSCs were injected some weeks after surgery.", None),
        ("Adults had 60 million MSCs by transendocardial injection (0.4 mL per injection, 12 injections per adult).", 1),
        ("Eleven adults received 17 infusions of MSCs at 60 million cells.", None),
        ("Eleven adults received two infusions of MSCs at 60 million cells.", 2),
        ("Seven patients had one infusion of 60 million MSCs, and four had two.", None),
        ("Fifteen had one dose of 60 million MSCs, seven two doses.", None),
        ("One infusion of 60 million MSCs was given in five patients; the sixth had two.", None),
        ("Patients had one dose (range 1-4) of 60 million MSCs.", None),
        ("60 million MSCs were infused. One to three infusions were planned.", None),
        ("MSCs (60 million cells) were tolerable at all three doses, as none of the three deaths was due to treatment.", None),
        ("Infusions of 60 million MSCs were given every two months for a year, a total of 360 million cells.", 6),
        ("Adults received MSCs in three infusions that totalled 60 million cells.", None),
        ("60 million MSCs were infused four hours before the graft.", 1),
        ("60 million MSCs were infused four weeks before the graft.", None),
        ("60 million MSCs were infused 5 h before the marrow transplant.", 1),
        ("60 million MSCs were infused 5 h before breakfast.", None),
        ("Adults had four plasma exchanges and one infusion of 60 million cord tissue MSCs.", 1),
        ("Each had one dose of MSCs (60 million cells) and a vitamin, 1,000 UI/day.", 1),
        ("60 million MSCs were injected beside the urethra in six deposits.", 1),
        ("60 million MSCs per transendocardial catheter, in 7 to 9 injections of the wall, were given.", 1),
        ("Adults received saline at first, then a single dose (60 million) of MSCs.", 1),
        ("Each had 60 million MSCs and calcium 3,000 mg/day (group 1), calcium only (group 2).", None),
        ("Nineteen patients (21 wrists) had implantation of MSCs, on average 60 million cells.", None),
        ("Nineteen patients (21 knees) had implantation of MSCs, on average 60 million cells.", None),
        ("60 million MSCs were infused. The two lower doses of a vitamin did nothing.", None),
        ("60 million MSCs were infused in one endoscopic session.", 1),
        ("In seven sessions 60 million MSCs were given by the intramuscular route.", 7),
        ("60 million MSCs were infused. Fever came in 5 of 40 sessions.", None),
        ("Each had two spinal taps, with 60 million MSCs on either occasion.", 2),
        ("Patients had median three infusions of 60 million MSCs.", None),
        ("60 million MSCs were infused; one of the adults received a second infusion after a year.", None),
        ("60 million MSCs were infused, and 3 infusions were given to 120 patients.", None),
        ("60 million MSCs were infused. Weight and stools were noted at baseline and at months 2 and 4.", None),
        ("60 million MSCs were injected. Fever had gone 12 hours after MSC transplantation.", None),
        ("60 million MSCs were injected by needle at 14 points of the calf.", 1),
        ("60 million MSCs were injected at 14 hospital sites.", None),
        ("60 million MSCs, divided over about 20 punctures of the thigh, were given.", 1),
        ("60 million MSCs were divided over 4 injections at monthly intervals.", 4),
        ("60 million MSCs had been injected at thoracotomy into the wall.", 1),
        ("The wall was opened by laparotomy, and 60 million MSCs were injected into it.", 1),
        ("60 million MSCs were mixed with granules in theatre.", 1),
        ("Adults were randomised to an intravenous infusion of 60 million MSCs or of saline.", 1),
        ("Adults had an intravenous infusion of 60 million MSCs every month.", None),
        ("Adults had single intravenous infusions of MSCs. The dose was 60 million cells.", 1),
        ("Adults had one or two infusions of 60 million MSCs.", None),
        ("MSCs (60 million cells) were put in; those not healed could be injected once more.", None),
        ("MSCs were injected into muscle (total 60 million cells) on two occasions.", 2),
        ("60 million MSCs were given. The dose of 60 million cells was safe on day 3.", None),
    ],
)  # fmt: skip
def test_reads_how_often(extractor: Extractor, text: str, told: int | None) -> None:
    assert doses(extractor, text) == {(6e7, False, told)}


def test_a_choice_of_three_numbers_is_three_doses(extractor: Extractor) -> None:
    text = "Adults had infusions of 60 million MSCs once, twice or three times."
    assert doses(extractor, text) == {(6e7, False, 1), (6e7, False, 2), (6e7, False, 3)}


def test_an_event_after_one_of_the_infusions_does_not_count_them(extractor: Extractor) -> None:
    text = "Adults had MSCs at 30 or 60 million cells on days 0, 7 and 14. One fever came after the second infusion; it occurred at 60 million cells."
    assert doses(extractor, text) == {(3e7, False, 3), (6e7, False, 3)}


def test_a_trial_of_two_doses_does_not_give_each_twice(extractor: Extractor) -> None:
    two = {(2e7, False, None), (5e7, False, None)}
    assert doses(extractor, "In this two-dose trial adults had 20 million MSCs or 50 million MSCs.") == two
    assert doses(extractor, "In this two-dose regimen adults had 20 million or 50 million MSCs.") != two


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Adults in group 1 had two infusions of 60 million MSCs; group 2 had one such infusion and then saline.",
            {(6e7, False, 2), (6e7, False, 1)},
        ),
        ("Adults were randomised to one or two infusions of 60 million MSCs.", {(6e7, False, 1), (6e7, False, 2)}),
        (
            "Adults had three monthly infusions of saline, one infusion of 60 million MSCs, or three infusions of 60 million MSCs.",
            {(6e7, False, 1), (6e7, False, 3)},
        ),
        (
            "They had 60 million MSCs by needle followed by monthly washing with 20 million MSCs for 3 months.",
            {(6e7, False, 1), (2e7, False, 3)},
        ),
        (
            "They were infused twice, with MSCs of their sibling: 20 million cells at first and 60 million cells when back at home.",
            {(2e7, False, 1), (6e7, False, 1)},
        ),
    ],
)
def test_tells_numbers_of_one_amount_and_of_several_apart(extractor: Extractor, text: str, told: set[Dose]) -> None:
    assert doses(extractor, text) == told


def test_groups_in_brackets_are_no_calendar(extractor: Extractor) -> None:
    text = (
        "Adults had one dose of 20 million MSCs at baseline (MSC-1, n = 9) or two of 20 million MSCs, "
        "at baseline and month 6 (MSC-2, n = 9)."
    )
    assert (2e7, False, 3) not in doses(extractor, text)


def test_what_a_vial_holds_is_no_dose_beside_one(extractor: Extractor) -> None:
    text = "MSCs were stored as vials of 90 million cells. Adults were injected once with 60 million cells."
    assert doses(extractor, text) == {(6e7, False, 1)}


def test_one_act_for_each_amount(extractor: Extractor) -> None:
    twice = "MSCs were given twice: 3 × 10⁶/kg by vein before the operation and 6 × 10⁶ cells by artery during surgery."
    silent = twice.replace("twice: ", "at ")
    once_each = {(3e6, True, 1), (6e6, False, 1)}
    assert doses(extractor, twice) == once_each
    assert doses(extractor, silent) == once_each
    either = "MSCs were given twice: 3 × 10⁶ cells or 6 × 10⁶ cells by artery."
    assert doses(extractor, either) == {(3e6, False, 2), (6e6, False, 2)}


def test_cohorts_named_by_order_are_no_administrations(extractor: Extractor) -> None:
    text = (
        "MSCs were given as two infusions. The dose was 20 million cells in a first cohort and 40 million in a second."
    )
    assert doses(extractor, text) == {(2e7, False, 2), (4e7, False, 2)}
