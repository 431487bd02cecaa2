"""How outcomes are told without a word of judgement, and harm by the title alone."""

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.vocabulary import Efficacy, Safety
from mscminer.extract.publications.outcomes import OutcomeVerdict, find_by_rules, find_outcomes, outcome_sentences
from mscminer.extract.publications.resolve import read

_GIVEN = "We gave cord-derived mesenchymal stem cells into a vein of twelve patients with lupus, saline to twelve."


def outcome(results: str, conclusion: str, title: str = "Cord-derived cells in lupus") -> OutcomeVerdict:
    parts = (("METHODS", _GIVEN), ("RESULTS", results), ("CONCLUSION", conclusion))
    text = read(publication(title, *parts)).text
    return find_by_rules(text, outcome_sentences(text)).verdict


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
        (
            "Joint pain fell in both arms (p < 0.01), with no difference between the arms.",
            "Both the cells and saline eased joint pain.",
            Efficacy.NO_DIFFERENCE,
        ),
        (
            "Fatigue was alike in the two arms (p = 0.6).",
            "Fatigue did not differ between patients who got cells and those who got saline, despite fewer flares.",
            Efficacy.NO_DIFFERENCE,
        ),
        (
            "Joint pain was less at one month (p = 0.01).",
            "The cells gave faster relief, but at one year the arms were similar.",
            Efficacy.MIXED,
        ),
        ("Pain fell by half in nine.", "The cells are effective only in those with short disease.", Efficacy.MIXED),
        (
            "Pain scores were equal. On MRI, joint lesions shrank more with cells than with saline (p = 0.01).",
            "The cells had no effect on pain.",
            Efficacy.MIXED,
        ),
        (
            "Pain fell more with cells (p = 0.01); the primary composite of pain and sleep was missed.",
            "The cells may ease pain.",
            Efficacy.MIXED,
        ),
        ("Grip went from 4.1 with cells and 1.2 with saline (p = 0.03).", "The plan is workable.", Efficacy.POSITIVE),
        (
            "Function worsened by one point with cells and by five with saline (p = 0.02).",
            "The cells slowed the loss of function.",
            Efficacy.POSITIVE,
        ),
        ("Pain was scored each month.", "Benefits from the cells remain to be shown.", Efficacy.NOT_REPORTED),
        (
            "Joint pain did not differ between the arms (p = 0.4).",
            "The cells were as effective as saline. They can be used as an option.",
            Efficacy.NO_DIFFERENCE,
        ),
        (
            "Joint pain fell less than 2 points. Flares were rarer with cells (p less than 0.01).",
            "The cells were as effective as the tablets, with a lower rate of flares.",
            Efficacy.MIXED,
        ),
        (
            "Joint pain did not differ between the arms (p = 0.4).",
            "The cells are an effective option for joint pain.",
            Efficacy.NO_DIFFERENCE,
        ),
        (
            "Joint pain did not differ between the arms before the injection, but fell more with cells (p = 0.01).",
            "The cells ease joint pain.",
            Efficacy.POSITIVE,
        ),
        (
            "Joint pain was rarer with cells.",
            "Although not statistically significant, this trial shows that the cells ease joint pain.",
            Efficacy.NO_DIFFERENCE,
        ),
        (
            "The primary measure of joint pain was not met. Fatigue fell more with cells (p = 0.02).",
            "The trial failed to meet its primary end point.",
            Efficacy.MIXED,
        ),
        (
            "The response rate was 71% with cells.",
            "Joint pain did not differ between the arms, although the overall response rate was 71%.",
            Efficacy.NO_DIFFERENCE,
        ),
        ("Joint pain improved. Grip strength did not change.", "The plan is workable.", Efficacy.MIXED),
        ("The odds of a flare were lower with cells.", "The plan is workable.", Efficacy.POSITIVE),
        ("No recurrence was seen in the treated.", "The cells are not only safe but effective.", Efficacy.POSITIVE),
        (
            "Two of six had a relapse of leukaemia and one of nine controls.",
            "The higher relapse rate argues against its use.",
            Efficacy.NEGATIVE,
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


def test_a_case_report_may_tell_harm_and_benefit_in_its_first_sentence() -> None:
    harmed = "We describe a man in whom a mass grew at the injection site after cord-derived mesenchymal stem cells."
    eased = "We report the successful treatment of lupus by mesenchymal stem cells in a girl. She was seen again."
    read_harm = find_outcomes(read(publication("A mass", f"{harmed} It was removed at once.")).text)
    read_ease = find_outcomes(read(publication("Lupus", eased)).text)
    assert read_harm.safety is Safety.CONCERN
    assert read_ease.efficacy is Efficacy.POSITIVE


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        ("No deaths were attributed to the cells.", "Pain fell.", Safety.SAFE),
        ("One stroke was judged unlikely to be related to the cells.", "Pain fell.", Safety.SAFE),
        ("The study was stopped after nine patients for futility.", "Pain did not fall.", Safety.NOT_REPORTED),
        ("Fever was more frequent with cells.", "The cells neither eased pain nor proved safe.", Safety.CONCERN),
        ("Pain fell.", "The risk of severe local complications must be weighed against relief.", Safety.CONCERN),
        ("Pain fell.", "Infusion was associated with worse survival.", Safety.CONCERN),
        ("More adverse events, mainly mild, were seen with cells.", "Pain fell.", Safety.SAFE),
        ("There was no difference between the two arms regarding complications.", "Pain fell.", Safety.SAFE),
        ("Major bleeding was not observed.", "Pain fell.", Safety.SAFE),
        ("Pain fell.", "Close attention should be paid to the kidneys in further work.", Safety.CONCERN),
        ("Pain fell.", "Pain fell without an increased risk of flares.", Safety.SAFE),
        ("No effect on reaction times was seen.", "Pain fell.", Safety.NOT_REPORTED),
        ("The gain was unrelated to the rise of insulin.", "Pain fell.", Safety.NOT_REPORTED),
        ("Pain fell.", "The cells eased pain but increased the risk of early birth.", Safety.CONCERN),
        (
            "Patient characteristics were alike but for a higher proportion of infarction with cells.",
            "Pain fell.",
            Safety.NOT_REPORTED,
        ),
    ],
)
def test_safety_told_plainly(results: str, conclusion: str, expected: Safety) -> None:
    assert outcome(results, conclusion).safety is expected


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


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        (
            "Headaches were the most common adverse events and subsided within a day.",
            "It was workable.",
            "not_reported",
        ),
        ("Joint pain subsided within a week.", "It was workable.", "positive"),
        ("Joint pain improved after the cells but not after saline.", "The plan is workable.", "positive"),
        ("Joint pain improved after the cells but not at night.", "The plan is workable.", "mixed"),
        ("Neither infusion altered joint pain.", "The plan is workable.", "no_difference"),
        ("Joint pain went on worsening in every patient.", "The plan is workable.", "no_difference"),
        ("Neither joint pain nor grip strength showed a trend.", "The plan is workable.", "no_difference"),
        ("Joint pain was scored at the same visit. Grip strength rose.", "The plan is workable.", "positive"),
        (
            "Joint pain fell in eleven of 12 (p = 0.01). One patient had no response.",
            "The cells helped.",
            "positive",
        ),
        (
            "One patient gained grip strength. Joint pain did not change in the group as a whole.",
            "It was workable.",
            "no_difference",
        ),
        (
            "Joint pain fell (p = 0.01), with no difference between one and two injections (p = 0.6).",
            "The cells eased joint pain.",
            "positive",
        ),
        (
            "Joint pain was relieved in nine of 12 patients.",
            "The cells relieved a pain that other drugs had failed to relieve.",
            "positive",
        ),
        (
            "Joint pain fell in the high-dose group (p = 0.01). The lower doses brought no change.",
            "The plan is workable.",
            "positive",
        ),
        (
            "Joint pain fell with cells.",
            "There were signals in joint pain in the absence of functional change.",
            "mixed",
        ),
        ("Joint pain fell in seven.", "Relief was seen in a subset of patients.", "mixed"),
        ("Joint pain did not differ between the arms.", "Its therapeutic effect is very weak.", "no_difference"),
        (
            "Flares were seen in 6 of 12 patients of the cell group (50%) and in 7 of 13 of the saline group (53.8%).",
            "The plan is workable.",
            "no_difference",
        ),
        (
            "Joint pain fell to the same extent in both arms.",
            "The rate of healing was similar to that after saline.",
            "no_difference",
        ),
        (
            "Joint pain was better at six months (p = 0.02).",
            "The trend towards relief deserves to be tested in a trial with placebo.",
            "positive",
        ),
        ("Deterioration in grip strength was smaller than with saline (p = 0.02).", "It was workable.", "positive"),
    ],
)
def test_what_is_no_gain_and_what_is_no_lack_of_one(results: str, conclusion: str, expected: str) -> None:
    assert outcome(results, conclusion).efficacy.value == expected


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        ("A clot of the vein was considered a serious adverse event of the treatment.", "Pain fell.", Safety.CONCERN),
        ("Pain fell.", "The infusion entails vein complications and should be used with caution.", Safety.CONCERN),
        ("Pain fell.", "The risk of thrombosis requires careful dosing.", Safety.CONCERN),
        ("The board stopped the trial because of adverse effects.", "Pain fell.", Safety.CONCERN),
        ("The board stopped the trial because of slow enrolment.", "Pain fell.", Safety.NOT_REPORTED),
        ("A headache on day 2 was the only adverse event.", "Pain fell.", Safety.SAFE),
        ("Nausea was felt by one patient and settled within 2 hours.", "Pain fell.", Safety.SAFE),
        ("Adverse cardiac events occurred with similar frequency in both arms.", "Pain fell.", Safety.SAFE),
    ],
)
def test_warnings_and_harm_that_passed(results: str, conclusion: str, expected: Safety) -> None:
    assert outcome(results, conclusion).safety is expected


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        ("Pain fell. Six patients had headache, and two fever.", "Cells eased pain.", Safety.SAFE),
        ("Pain fell. Adverse events (cells 12, saline 14) were mostly colds.", "Cells eased pain.", Safety.SAFE),
        ("Pain fell. Deaths and malignancies were balanced.", "Cells eased pain.", Safety.SAFE),
        ("Pain fell. Superficial wound infection was seen in each group.", "Cells eased pain.", Safety.SAFE),
        ("Pain fell. No sepsis of the joint ensued.", "Cells eased pain.", Safety.SAFE),
        ("Pain fell. The injections were uncomplicated.", "Cells eased pain.", Safety.SAFE),
        ("Headache was less after the second visit.", "Cells eased headache.", Safety.NOT_REPORTED),
        ("Pain fell. No difference between the arms emerged.", "Cells eased pain.", Safety.NOT_REPORTED),
        ("Pain fell. A transient benefit was seen in March.", "Cells eased pain.", Safety.NOT_REPORTED),
        ("Pain fell. Two were admitted with septic arthritis.", "Cells eased pain.", Safety.CONCERN),
        ("One swelling of the cord was judged probably related to the cells.", "Pain fell.", Safety.CONCERN),
        ("One clot was judged possibly related to the underlying disease.", "Pain fell.", Safety.NOT_REPORTED),
        ("Infusion reactions with wheeze needed adrenaline in one boy.", "Pain fell.", Safety.CONCERN),
        ("Pain fell.", "We advise against its use outside of trials.", Safety.CONCERN),
        ("Pain fell.", "Eye pressure must be watched closely after injection.", Safety.CONCERN),
    ],
)
def test_events_told_without_a_verdict(results: str, conclusion: str, expected: Safety) -> None:
    assert outcome(results, conclusion).safety is expected


@pytest.mark.parametrize(
    ("results", "conclusion", "expected"),
    [
        ("Pain fell. The maximum tolerated dose was not reached.", "Cells eased pain.", Safety.NOT_REPORTED),
        ("Patients stayed overnight for safety reasons. Pain fell.", "Cells eased pain.", Safety.NOT_REPORTED),
        ("Healing was seen in 12, all in the treated group, within 3 months.", "Cells heal.", Safety.NOT_REPORTED),
        ("Pain fell.", "Graft-versus-host disease is a serious risk, and cells lower it.", Safety.NOT_REPORTED),
        ("Pain fell.", "The benefit was not negligible.", Safety.NOT_REPORTED),
        ("Pain fell.", "Donors should be screened for antibodies.", Safety.NOT_REPORTED),
        ("Joint swelling resolved in nine of ten knees by one year.", "Cells ease arthritis.", Safety.NOT_REPORTED),
        ("Macular oedema resolved in eight eyes.", "Cells help the macula.", Safety.NOT_REPORTED),
        ("Headache was noted in 20 before treatment and in five later.", "Cells ease migraine.", Safety.NOT_REPORTED),
        ("Nausea and vomiting, the main symptoms, were seen in four.", "Cells ease nausea.", Safety.NOT_REPORTED),
        ("Pain fell, and no new vessels emerged.", "Cells ease pain.", Safety.NOT_REPORTED),
    ],
)
def test_what_is_treated_is_no_event_and_what_is_weighed_no_warning(
    results: str, conclusion: str, expected: Safety
) -> None:
    assert outcome(results, conclusion).safety is expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("C-peptide +62% vs -8%; insulin need -30% vs no change.", Efficacy.POSITIVE),
        ("HbA1c -1.1% vs +0.3%.", Efficacy.POSITIVE),
        ("Collagen content fell by a fifth (p<0.01).", Efficacy.POSITIVE),
        ("C-peptide -8% vs -9%.", Efficacy.NOT_REPORTED),
    ],
)
def test_signed_changes_of_two_groups(results: str, expected: Efficacy) -> None:
    assert outcome(results, "The plan is workable.").efficacy is expected


@pytest.mark.parametrize(
    ("methods", "expected"),
    [
        ("Primary endpoint: adverse events in half a year: 4.1 vs 4.6 per person (similar).", Safety.SAFE),
        ("Primary endpoint: adverse events in half a year.", Safety.NOT_REPORTED),
    ],
)
def test_an_endpoint_with_its_two_numbers_is_a_result(methods: str, expected: Safety) -> None:
    text = read(publication("Cord-derived cells in lupus", f"{_GIVEN} {methods} Pain fell in both (p=0.03).")).text
    assert find_by_rules(text, outcome_sentences(text)).verdict.safety is expected
