"""How outcomes are told without a word of judgement, and harm by the title alone."""

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.vocabulary import Efficacy, Safety
from mscminer.extract.publications.outcomes import OutcomeVerdict, find_outcomes
from mscminer.extract.publications.resolve import read

_GIVEN = "We gave cord-derived mesenchymal stem cells into a vein of twelve patients with lupus, saline to twelve."


def outcome(results: str, conclusion: str, title: str = "Cord-derived cells in lupus") -> OutcomeVerdict:
    parts = (("METHODS", _GIVEN), ("RESULTS", results), ("CONCLUSION", conclusion))
    return find_outcomes(read(publication(title, *parts)).text)


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        ("After a year eleven of the 12 were alive.", "The plan is workable.", Efficacy.POSITIVE),
        ("After a year eleven of the 12 were men.", "The plan is workable.", Efficacy.NOT_REPORTED),
        ("By spring she was back at work.", "The plan is workable.", Efficacy.POSITIVE),
        ("Healing was faster with cells.", "The plan is workable.", Efficacy.POSITIVE),
        ("There were no signals of efficacy.", "The infusion was safe.", Efficacy.NO_DIFFERENCE),
        ("Nor were there, at one year, differences in joint pain.", "The infusion was safe.", Efficacy.NO_DIFFERENCE),
        (
            "Joint pain fell with cells (p = 0.01). Between the two groups, however, no change was significant.",
            "Joint pain improved in those who got cells.",
            Efficacy.MIXED,
        ),
        (
            "Joint pain was better at three months, yet by a year it had gone back to baseline.",
            "The infusion may be effective.",
            Efficacy.MIXED,
        ),
        ("Fatigue and sleep were read each month.", "The efficacy varied, but sleep improved in all.", Efficacy.MIXED),
        (
            "Muscle strength improved.",
            "Fatty infiltration had not increased, which is evidence of restorative effects.",
            Efficacy.POSITIVE,
        ),
    ],
)
def test_outcomes_told_plainly(results: str, conclusion: str, expected: Efficacy) -> None:
    assert outcome(results, conclusion).efficacy is expected


def test_a_title_of_harm_is_a_warning_and_what_heals_is_the_harm() -> None:
    verdict = outcome(
        "All clots had resolved on later scans.", "We describe three cases.", "Lung embolism after stem cell infusion"
    )
    assert (verdict.safety, verdict.efficacy) == (Safety.CONCERN, Efficacy.NOT_REPORTED)


def test_a_title_of_a_treated_complication_is_no_warning() -> None:
    verdict = outcome(
        "The clots resolved sooner.", "It was safe.", "Stem cell infusion for lung embolism after knee surgery"
    )
    assert (verdict.safety, verdict.efficacy) == (Safety.SAFE, Efficacy.POSITIVE)


def test_a_title_that_asks_about_safety_is_no_warning() -> None:
    verdict = outcome(
        "Joint pain improved. No tumour was seen.", "It was safe.", "Safety and complications of stem cells in lupus"
    )
    assert (verdict.safety, verdict.efficacy) == (Safety.SAFE, Efficacy.POSITIVE)


def test_a_loss_with_a_title_of_harm_is_negative() -> None:
    verdict = outcome(
        "Over two months her vision deteriorated.", "We describe one case.", "Retinal detachment after stem cells"
    )
    assert (verdict.safety, verdict.efficacy) == (Safety.CONCERN, Efficacy.NEGATIVE)


def test_a_case_summary_tells_the_outcome_too() -> None:
    document = publication(
        "A stroke treated with cord cells",
        (
            "CASE SUMMARY",
            "A stroke left a farmer with a lame arm. He was given cord-derived mesenchymal stem cells into a vein. "
            "After a year he was back in his job, and adverse reactions had not occurred.",
        ),
    )
    verdict = find_outcomes(read(document).text)
    assert (verdict.efficacy, verdict.safety) == (Efficacy.POSITIVE, Safety.SAFE)


def test_allogeneic_transplantation_of_the_product_states_the_donor() -> None:
    own = publication(
        "Lupus treated by allogeneic transplantation of cord-derived mesenchymal stem cells", ("METHODS", _GIVEN)
    )
    earlier = publication(
        "Cord-derived mesenchymal stem cells after allogeneic transplantation for leukaemia", ("METHODS", _GIVEN)
    )
    assert sorted(read(own).origin.donor) == ["allogeneic"]
    assert sorted(read(earlier).origin.donor) == []


def test_a_trial_that_was_begun_after_this_one_says_nothing_of_its_design() -> None:
    parts = (
        ("METHODS", "We gave placental mesenchymal stem cells into a vein of nine patients with cystitis."),
        ("RESULTS", "Bleeding stopped within a week in five."),
        ("CONCLUSION", "A randomised, double-blind, placebo-controlled study of early cystitis has been started."),
    )
    design = read(publication("Placental cells for cystitis", *parts)).design
    assert (design.randomised.value, design.controlled.value, design.blinded.value) == (False, False, None)


def test_people_with_one_disease_and_with_another_are_added_up() -> None:
    added = "Five patients with Gaucher disease and six with Krabbe disease received mesenchymal stem cells."
    within = "Eleven patients, six with seizures, received mesenchymal stem cells."
    for words in (added, within):
        assert read(publication("Stem cells in storage diseases", ("METHODS", words))).enrolment.n == 11
