"""The kind of report: one base abstract, and what a sentence more or less makes of it."""
# ruff: noqa: E501  (a case reads better on one line than wrapped)

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.extract.publications import publication

from mscminer.core.vocabulary import Report
from mscminer.extract.publications.resolve import read

_TITLE = "Marrow mesenchymal stem cells in ulcers of the leg"
_GIVEN = (
    "Twenty patients with ulcers were treated with autologous marrow mesenchymal stem cells injected round the wound."
)
_OUTCOME = "Fourteen ulcers closed within six months. Pain scores fell. No infection was seen."


def kind_of(*sentences: str, title: str = _TITLE, types: tuple[str, ...] = ("Journal Article",)) -> Report:
    return read(publication(title, " ".join(sentences), types=types)).report.report


@pytest.mark.parametrize(
    "sentence",
    [
        "They were randomly assigned to cells or dressings alone.",
        "Randomisation was in blocks of four, to cells or to saline.",
        "Which leg got the cells was settled by the toss of a coin.",
        "Allocation was concealed in sealed envelopes.",
        "This open-label phase 2 trial was run at two centres.",
        "In this first-in-human study doses were escalated.",
        "Three dose cohorts were treated, and no dose-limiting toxicity was met.",
        "Ten were put in the first group and got cells; ten were given saline.",
        "The study was prospective and had a single arm.",
        "The primary endpoint was closure; adults were eligible who had given informed consent.",
        "We tested the hypothesis that cells hasten closure.",
        "The study is registered as NCT01234567 and had been approved as a clinical trial.",
        "Twenty others, put in a control group, had dressings alone.",
        "The aim of this pilot study was to assess the safety and feasibility of the treatment.",
    ],
)
def test_a_plan_makes_a_trial(sentence: str) -> None:
    assert kind_of(_GIVEN, sentence, _OUTCOME) is Report.TRIAL_RESULT


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Their charts were reviewed.",
        "All were seen at our hospital between 2009 and 2013.",
        "They were consecutive patients, treated under hospital exemption.",
        "The files of the patients were read retrospectively.",
        "Level of evidence: IV.",
        "A randomised trial is needed to confirm this.",
        "A larger phase 2 trial is planned.",
    ],
)
def test_several_treated_without_a_plan_are_a_series(sentence: str) -> None:
    assert kind_of(_GIVEN, _OUTCOME, sentence) is Report.CASE_SERIES


@pytest.mark.parametrize(
    "sentence",
    [
        "Twenty-two who had declined cells served as controls.",
        "Outcomes were compared with those of historical controls.",
        "They were compared with 20 patients matched for age and size of the ulcer.",
        "Records of both groups, treated with and without cells, were compared retrospectively.",
        "The surgeon's choice had been cells or, in a control group, dressings alone; all charts were reviewed.",
        "Propensity scores were used to compare the groups.",
        "Level of evidence: III, cohort study.",
    ],
)
def test_groups_that_nobody_assigned_are_a_cohort(sentence: str) -> None:
    assert kind_of(_GIVEN, sentence, _OUTCOME) is Report.COHORT


@pytest.mark.parametrize(
    "sentences",
    [
        ("We have previously reported the one-year results of these patients.", "They were traced after five years."),
        ("All had been enrolled in our earlier phase 1 trial.",),
        ("This is the five-year follow-up of a randomised trial.",),
        ("Those who had originally been randomised were called back after four years.",),
        (
            "The participants of the earlier study were re-examined.",
            "The first results were published in the year before.",
        ),
        ("Patients of the completed trial consented to an extension study.",),
    ],
)
def test_people_of_an_earlier_report_are_followed_up(sentences: tuple[str, ...]) -> None:
    assert kind_of(*sentences, _GIVEN, _OUTCOME) is Report.FOLLOW_UP


@pytest.mark.parametrize(
    "title",
    [
        "Marrow stem cells in ulcers of the leg: five-year results of the heal trial",
        "Long-term follow-up of a randomised trial of marrow stem cells in ulcers",
        "Marrow stem cells in ulcers (the Heal trial): results after 4 years",
    ],
)
def test_years_of_a_trial_in_the_title_are_follow_up(title: str) -> None:
    text = "Forty patients with ulcers were randomised to autologous marrow mesenchymal stem cells or dressings."
    assert kind_of(text, _OUTCOME, title=title) is Report.FOLLOW_UP


@pytest.mark.parametrize(
    "text",
    [
        "A 60-year-old woman with an ulcer was treated with autologous marrow mesenchymal stem cells. It closed.",
        "The patient, a miner, had had an ulcer for years. He was given autologous mesenchymal stem cells. It closed.",
        "We treated a man with autologous mesenchymal stem cells. His ulcer closed.",
        "Two men with ulcers were treated with autologous mesenchymal stem cells in a pilot study. Both ulcers closed.",
        "Both patients were brothers. They received autologous mesenchymal stem cells. The ulcers closed.",
        "We report the case of a nurse with an ulcer. Autologous mesenchymal stem cells were injected. It closed.",
        "An ulcer that had been open for a year closed after she received autologous mesenchymal stem cells.",
    ],
)
def test_one_or_two_are_a_case_report(text: str) -> None:
    assert kind_of(text) is Report.CASE_REPORT


@pytest.mark.parametrize(
    "text",
    [
        "Forty patients will be randomised to marrow mesenchymal stem cells or dressings.",
        "We plan to enrol 40 patients, who will receive marrow mesenchymal stem cells. Results will be published.",
        "This paper describes the design of a trial. Patients will be given marrow mesenchymal stem cells.",
    ],
)
def test_what_is_still_to_come_is_a_protocol(text: str) -> None:
    assert kind_of(text) is Report.TRIAL_PROTOCOL


@pytest.mark.parametrize(
    "text",
    [
        "In this review we weigh what is known of mesenchymal stem cells in ulcers and discuss open questions.",
        "We searched Medline and Embase. Nine trials with 340 patients were included. Closure was likelier with cells.",
        "Databases were queried for controlled studies of mesenchymal stem cells. The pooled estimate favoured cells.",
        "Ulcers are common. Mesenchymal stem cells may speed their closure. Dose and source remain to be settled.",
        "Thirty-four clinical trials, in which 900 patients took part, are evaluated in this review.",
    ],
)
def test_what_others_did_is_a_review(text: str) -> None:
    assert kind_of(text, title="Mesenchymal stem cells in ulcers") is Report.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Wounds of forty mice were treated with human mesenchymal stem cells. Closure was faster than with saline.",
        "Mesenchymal stem cells of ten patients and eight donors were cultured. They proliferated alike in vitro.",
        "Rats were randomly assigned to cells or saline. Histology showed denser vessels.",
        "Human cells were seeded on a scaffold. Gene expression of collagen rose over 21 days of culture.",
    ],
)
def test_animals_and_flasks_are_preclinical(text: str) -> None:
    assert kind_of(text, title="Mesenchymal stem cells and the closure of wounds") is Report.PRECLINICAL


def test_people_who_were_treated_outweigh_an_animal_part_in_the_title() -> None:
    text = (
        "Cord mesenchymal stem cells were transplanted into four men with ulcers, and the pain went. To see how, nude "
        "mice were given the same cells. The cells lay in the vessels of the mice."
    )
    assert kind_of(text, title="Cord stem cells in ulcers and in an animal model") is Report.CASE_SERIES


def test_publication_types_settle_what_they_name() -> None:
    assert kind_of(_GIVEN, _OUTCOME, types=("Review",)) is Report.REVIEW
    assert kind_of(_GIVEN, _OUTCOME, types=("Clinical Trial",)) is Report.TRIAL_RESULT
    assert kind_of(_GIVEN, _OUTCOME, types=("Case Reports",)) is Report.CASE_SERIES


@settings(deadline=None)
@given(count=st.integers(min_value=1, max_value=400))
def test_the_number_of_people_parts_case_reports_from_series(count: int) -> None:
    """One or two are a case report, more are a series, however few the words."""
    noun = "patient was" if count == 1 else "patients were"
    kind = kind_of(f"{count} {noun} treated with autologous mesenchymal stem cells.", _OUTCOME)
    assert kind is (Report.CASE_REPORT if count <= 2 else Report.CASE_SERIES)


@pytest.mark.parametrize(
    "title",
    [
        "Baseline characteristics of adults in a trial of stromal cells",
        "Validation of a score of pain in a trial of stromal cells",
        "Patients' expectations of stromal cells in a randomised trial",
        "Plasma ferritin as a biomarker of response in a phase 3 trial of stromal cells",
    ],
)
def test_what_a_study_measured_is_no_result_of_the_trial_that_lent_its_people(title: str) -> None:
    text = "Ninety adults were randomised to two drugs. Scores of 90 adults were compared with age."
    assert kind_of(text, title=title) is Report.OTHER


def test_a_study_that_looks_back_is_no_trial_for_asking_for_one() -> None:
    text = (
        "In this retrospective study 40 adults given mesenchymal stem cells were compared with 40 matched controls. "
        "Scores rose more with cells. We suggest that randomised controlled studies be initiated."
    )
    assert kind_of(text, title="A retrospective study of stromal cells in stroke") is Report.COHORT


def test_who_took_part_in_the_trial_at_hand_is_no_follow_up() -> None:
    text = (
        "Forty adults were randomly assigned to mesenchymal stem cells or saline. "
        "Of the 40 patients who participated in the study, 30 improved."
    )
    assert kind_of(text, title="Stromal cells in stroke") is Report.TRIAL_RESULT


@pytest.mark.parametrize(
    ("sentences", "title", "kind"),
    [
        (("Forty adults were randomised to marrow mesenchymal stem cells or saline.", "By the third interim analysis 222 of 300 planned patients had been randomised."), _TITLE, Report.TRIAL_RESULT),
        (("Five women were treated with fat mesenchymal stem cells in this pilot study.", "Two were satisfied and did not wish further treatment."), _TITLE, Report.TRIAL_RESULT),
        (("Of 40 women, 20 were treated with marrow mesenchymal stem cells; 20 who did not wish treatment with cells were controls.",), _TITLE, Report.COHORT),
        (("Patients of 18 clinics were enrolled in a prospective registry.", "They had got marrow concentrate or cultured mesenchymal stem cells."), "Harm after marrow concentrate or cultured mesenchymal stem cells", Report.COHORT),
        (("We describe 12 patients with ulcers who were infused with mesenchymal stem cells.", "The study was not blinded.", "As there was no placebo group we make no statement on efficacy."), "Mesenchymal stem cells in twelve patients with ulcers", Report.CASE_SERIES),
        (("The phase 1 study had enrolled 20 patients, who got three injections of mesenchymal stem cells.", "They were reassessed two years after the last."), _TITLE, Report.FOLLOW_UP),
        (("We report a 9-year-old boy who was given mesenchymal stem cells of his mother.", "He was well at one year.", "His stools were fewer.", "Twenty-four patients had been treated otherwise at our unit."), "Mesenchymal stem cells for severe ulcers: a case report", Report.CASE_REPORT),
        (("A questionnaire was sent to the centres that make mesenchymal stromal cells; seventeen answered.",), "How centres make mesenchymal stromal cells: results of a questionnaire", Report.OTHER),
    ],
)  # fmt: skip
def test_more_kinds_of_report(sentences: tuple[str, ...], title: str, kind: Report) -> None:
    assert kind_of(*sentences, title=title) is kind


@pytest.mark.parametrize(
    "sentence",
    [
        "The finding needs verification in a randomised trial.",
        "A placebo-controlled trial has since been started.",
        "Randomised trials ought to corroborate this.",
        "Whether ulcers close sooner has to be shown in a randomised trial.",
        "The results warrant a phase 2 trial.",
        "The study was neither blinded nor placebo-controlled.",
        "There was no sham group.",
    ],
)
def test_a_trial_asked_for_or_a_control_that_was_not_makes_no_trial(sentence: str) -> None:
    assert kind_of(_GIVEN, _OUTCOME, sentence) is Report.CASE_SERIES


def test_this_pilot_study_is_the_one_at_hand_though_the_next_has_begun() -> None:
    assert kind_of(_GIVEN, _OUTCOME, "On the basis of this pilot study a trial has begun.") is Report.TRIAL_RESULT


@pytest.mark.parametrize(
    "sentence",
    [
        "Their course was set against that of a historic group of 16 patients.",
        "They were compared with 31 patients treated in the years before the cells became available.",
        "They were compared with 20 reference patients chosen from a database by age.",
        "Controls were picked from the registry of the hospital.",
        "They were compared with 44 patients who had been treated conventionally.",
        "Five were given a second infusion as well; 18 were not, and both courses were compared.",
    ],
)
def test_people_outside_the_study_make_a_cohort(sentence: str) -> None:
    assert kind_of(_GIVEN, sentence, _OUTCOME) is Report.COHORT


@pytest.mark.parametrize(
    "sentences",
    [
        ("All 20 men of the original trial were examined.", _GIVEN),
        ("Thirty patients treated earlier in our protocols with mesenchymal stem cells were looked at again.",),
        (
            "Mesenchymal stem cells closed ulcers in our randomised trial, but the long-term course is unknown.",
            "The cells or placebo had been given on days 0 and 7.",
        ),
        (
            "Mesenchymal stem cells outdid placebo at week 24 of a randomised trial.",
            "Here we present efficacy and safety up to week 52.",
            _GIVEN,
        ),
    ],
)
def test_a_later_look_at_a_trial_is_follow_up(sentences: tuple[str, ...]) -> None:
    assert kind_of(*sentences, _OUTCOME) is Report.FOLLOW_UP


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Marrow stem cells in ulcers: a phase 3 randomised trial with 5-year clinical follow-up",
            "Forty patients with ulcers were randomised to mesenchymal stem cells or dressings.",
        ),
        (
            "Marrow stem cells in ulcers: a phase 1 trial with seven years of extended follow-up",
            "Seven patients with ulcers were given mesenchymal stem cells.",
        ),
        (
            _TITLE,
            "Six patients were given mesenchymal stem cells in this trial. Controls were 16 patients who had previously "
            "been randomised to two dressings.",
        ),
    ],
)
def test_follow_up_within_a_trial_and_people_of_others_make_none(title: str, text: str) -> None:
    assert kind_of(text, _OUTCOME, title=title) is Report.TRIAL_RESULT


@pytest.mark.parametrize(
    ("sentences", "kind"),
    [
        (("Twelve women with ulcers were included.", "They were given mesenchymal stem cells."), Report.TRIAL_RESULT),
        (("We studied the safety and effect of cells.", _GIVEN), Report.TRIAL_RESULT),
        (("The aim was to evaluate healing.", "We describe the patients.", _GIVEN), Report.CASE_SERIES),
        (
            ("Twelve women treated between 2001 and 2009 were included.", "They had had mesenchymal stem cells."),
            Report.CASE_SERIES,
        ),
    ],
)
def test_who_was_included_for_a_question_took_part_in_a_trial(sentences: tuple[str, ...], kind: Report) -> None:
    assert kind_of(*sentences, _OUTCOME) is kind


@pytest.mark.parametrize(
    "title",
    [
        "Trials of stromal cells registered worldwide: an analysis of clinical trial registries",
        "Minimal criteria for stromal cells: a position statement",
        "What to call stromal cells: a definition proposed by an international society",
    ],
)
def test_registries_and_statements_are_neither_trial_nor_review(title: str) -> None:
    text = "Mesenchymal stromal cells must stick to plastic. Most trials were small. Marrow was the commonest source."
    assert kind_of(text, title=title) is Report.OTHER


def test_cells_grown_without_animal_constituents_are_given_to_people() -> None:
    title = "Fat stromal cells, manufactured without animal constituents: a first-in-human study"
    assert kind_of("Ten patients with heart failure were treated with them.", title=title) is Report.TRIAL_RESULT


def test_experience_under_an_access_protocol_is_no_protocol() -> None:
    title = "Marrow mesenchymal stem cells in ulcers: experience under an expanded access protocol"
    assert kind_of(_GIVEN, _OUTCOME, title=title) is Report.CASE_SERIES


@pytest.mark.parametrize(
    "sentences",
    [
        (
            "Our pilot trial had shown closure in 12 patients.",
            "All were invited for re-examination at five years.",
            _GIVEN,
        ),
        ("Patients who had been part of a phase 1 study were examined five years on.", _GIVEN),
        ("Those who had completed the trial were looked at again.", _GIVEN),
        ("Twenty adults were randomised earlier.", "We now give the results of years two to five.", _GIVEN),
        (
            "The initial report on these patients covered 12 months.",
            "The present update extends it to patients formerly treated.",
            "They were traced.",
            _GIVEN,
        ),
    ],
)
def test_people_of_our_own_trial_are_followed_up(sentences: tuple[str, ...]) -> None:
    assert kind_of(*sentences, _OUTCOME) is Report.FOLLOW_UP


@pytest.mark.parametrize(
    "sentence",
    [
        "They had chosen between cells and dressings; 22 patients chose neither and served for comparison.",
        "The decision for or against cells was left to the patient.",
        "They were set against 35 patients transplanted earlier without cells.",
        "Twenty others preferred not to have cells, refused cells or were sent home.",
    ],
)
def test_groups_by_choice_or_of_earlier_years_are_a_cohort(sentence: str) -> None:
    assert kind_of(_GIVEN, sentence, _OUTCOME) is Report.COHORT


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Stromal cells on the market: an analysis of company websites", "We found 351 firms; most sell fat cells."),
        (
            "Cost of stromal cells in ulcers of the leg",
            "A Markov model set stromal cells against dressings in patients.",
        ),
        (
            "Manufacture of stromal cells for a phase 2 trial: how donors differ",
            "Products of 40 patients in a trial were compared for growth. Yields of mesenchymal stromal cells varied.",
        ),
        (
            "Stromal cells in ulcers: perspectives of a scientific committee",
            "A committee met to tell how trials of mesenchymal stromal cells in patients should be designed.",
        ),
    ],
)
def test_what_is_about_documents_treats_nobody(title: str, text: str) -> None:
    reading = read(publication(title, text))
    assert reading.report.report is Report.OTHER
    assert not reading.report.people


def test_only_a_trial_can_tell_is_no_trial() -> None:
    assert kind_of(_GIVEN, _OUTCOME, "Only a randomised trial can tell whether cells matter.") is Report.CASE_SERIES


@pytest.mark.parametrize(
    ("title", "sentences", "kind"),
    [
        (_TITLE, ("To learn whether repeated infusion is tolerated, cells were given.", _GIVEN), Report.TRIAL_RESULT),
        ("Chart review of marrow stromal cells in ulcers", ("The charts of the patients were read.", _GIVEN), Report.CASE_SERIES),
        ("Review of marrow stromal cells in ulcers", ("Trials are compared.",), Report.REVIEW),
        ("Marrow stromal cells in ulcers: the START trial", ("START is going to randomise 480 adults with ulcers to cells or placebo.",), Report.TRIAL_PROTOCOL),
        ("Attitudes of adults to stem cells in ulcers", ("A questionnaire was filled in by 300 patients.",), Report.OTHER),
        ("Children with palsy after a trial of cord stromal cells", ("Forty children once enrolled in a trial of mesenchymal stromal cells were seen.",), Report.FOLLOW_UP),
        ("Marrow stromal cells in ulcers: meta-analysis of randomised trials", ("Trials in adults with ulcers who took part in random assignment were pooled.", "Embase and ClinicalTrials.gov were searched."), Report.REVIEW),
        (_TITLE, (_GIVEN, "They were compared by overlap weighting with 30 patients who had dressings."), Report.COHORT),
        (_TITLE, (_GIVEN, "Doses were by body weight and overlapped."), Report.CASE_SERIES),
        (_TITLE, (_GIVEN, "Registration: UMIN000012345. Patients who took part were seen monthly."), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "Patients were seen monthly in the hospital's tumour registry."), Report.CASE_SERIES),
    ],
)  # fmt: skip
def test_kinds_told_in_other_words(title: str, sentences: tuple[str, ...], kind: Report) -> None:
    assert kind_of(*sentences, _OUTCOME, title=title) is kind


@pytest.mark.parametrize(
    ("title", "sentences", "kind"),
    [
        (_TITLE, ("Of 20 patients randomised to mesenchymal stem cells or saline 18 who completed the 8-week trial were analysed.",), Report.TRIAL_RESULT),
        (_TITLE, ("Adults who completed the phase 2 trial of mesenchymal stem cells were examined after four years.",), Report.FOLLOW_UP),
        (_TITLE, ("Forty patients were randomised to mesenchymal stem cells or saline.", "These are secondary outcomes of a previously published randomised trial."), Report.TRIAL_RESULT),
        (_TITLE, ("This randomised phase 1 study and extension study gave 40 patients mesenchymal stem cells or saline.",), Report.TRIAL_RESULT),
        (_TITLE, ("In the extension study the 40 patients given mesenchymal stem cells or saline were seen yearly.",), Report.FOLLOW_UP),
        (_TITLE, ("Nine patients who had completed treatment with mesenchymal stem cells in an earlier study were seen.",), Report.FOLLOW_UP),
        (_TITLE, ("In a randomised trial patients had mesenchymal stem cells or saline.", "Of the 40 visits one patient missed two."), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "In a crossover design they had dressings alone for the same time."), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "In this observational study they were compared with those on dressings."), Report.COHORT),
        ("Marrow stem cells in ulcers: a case-controlled study", (_GIVEN, "Their records were reviewed, and the others' too."), Report.COHORT),
        ("Marrow stem cells in ulcers: a prospective cohort study", (_GIVEN, "A randomised trial of dressings had come before."), Report.COHORT),
        (_TITLE, ("We reviewed 30 patients who underwent injection of mesenchymal stem cells.", "They were assigned to group A if the ulcer closed, else to group B; the groups were compared."), Report.COHORT),
        (_TITLE, ("A retrospective study of 90 cases of ulcers was done.", "Of these, 40 had mesenchymal stem cells, and 50 dressings; results were compared between the two groups."), Report.COHORT),
        (_TITLE, ("The charts of 24 patients given mesenchymal stem cells were reviewed.", "Scores at baseline and at one year were compared."), Report.CASE_SERIES),
        (_TITLE, ("Two cases of ulcers received mesenchymal stem cells.", "Both closed."), Report.CASE_REPORT),
    ],
)  # fmt: skip
def test_kinds_that_others_resemble(title: str, sentences: tuple[str, ...], kind: Report) -> None:
    assert kind_of(*sentences, _OUTCOME, title=title) is kind


@pytest.mark.parametrize(
    ("title", "sentences", "kind"),
    [
        (_TITLE, ("Each ulcer had mesenchymal stem cells and dressings in randomised order, a month apart.",), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "A one-group pre-test post-test design was used."), Report.TRIAL_RESULT),
        (_TITLE, ("Patients with ulcers had a predefined course of three injections of mesenchymal stem cells.",), Report.TRIAL_RESULT),
        (_TITLE, ("Eight healthy volunteers received mesenchymal stem cells by vein.", "None had fever."), Report.TRIAL_RESULT),
        (_TITLE, ("We studied 20 patients.", "Ulcers were measured at baseline and after 4 weeks of treatment with mesenchymal stem cells."), Report.TRIAL_RESULT),
        (_TITLE, ("We examined the effect of mesenchymal stem cells in patients with ulcers.", "They received one injection a week for six weeks.", "Ulcers shrank significantly from baseline."), Report.TRIAL_RESULT),
        (_TITLE, ("We asked whether mesenchymal stem cells close ulcers.", _GIVEN), Report.TRIAL_RESULT),
        (_TITLE, ("Thirty patients with ulcers were divided equally to receive mesenchymal stem cells or dressings.", "It is a comparative study."), Report.TRIAL_RESULT),
        (_TITLE, ("This trial gave 20 patients mesenchymal stem cells.", "They were seen in our hospital.", "Ulcers closed in 12."), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "They were seen in our hospital.", "Ulcers closed in 12."), Report.CASE_SERIES),
        (_TITLE, ("We wanted to learn what mesenchymal stem cells do to ulcers.", _GIVEN), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "They were included in a prospective manner."), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "They were prospectively monitored for six months."), Report.CASE_SERIES),
        (_TITLE, (_GIVEN, "Their data, gathered prospectively, were reviewed in retrospect."), Report.CASE_SERIES),
        (_TITLE, ("Twenty patients with ulcers volunteered.", "They got mesenchymal stem cells."), Report.TRIAL_RESULT),
        ("Marrow stem cells in ulcers: surgical technique and early results", (_GIVEN,), Report.CASE_SERIES),
        ("Marrow stem cells and canine retraction: a randomised trial", ("Forty adults were randomised to mesenchymal stem cells or none.", "Canine retraction was measured.", "Canine rotation was the same."), Report.TRIAL_RESULT),
    ],
)  # fmt: skip
def test_a_plan_told_without_the_word_trial(title: str, sentences: tuple[str, ...], kind: Report) -> None:
    assert kind_of(*sentences, _OUTCOME, title=title) is kind


@pytest.mark.parametrize(
    ("title", "sentences", "kind"),
    [
        (_TITLE, (_GIVEN, "Patients were assigned to cells or to surgery based on the depth of the ulcer."), Report.COHORT),
        (_TITLE, (_GIVEN, "Patients were randomly assigned to cells or to surgery based on a list."), Report.TRIAL_RESULT),
        (_TITLE, (_GIVEN, "Fifteen who had refused by letter were taken as the control group."), Report.COHORT),
        (_TITLE, ("We looked back at 90 patients given mesenchymal stem cells.", "In multivariable analysis early infusion went with closure."), Report.COHORT),
        (_TITLE, (_GIVEN, "They were compared with 30 patients from a previously conducted randomised trial of dressings."), Report.COHORT),
        ("Stem cells are associated with improved survival in sepsis: a national database analysis", ("Of 800 patients 60 had received mesenchymal stem cells.",), Report.COHORT),
        (_TITLE, ("From 2010 to 2014, 40 patients with ulcers received mesenchymal stem cells at two hospitals.", "Further work by a randomised trial is needed.", "It fell.", "Pain fell.", "It rose."), Report.CASE_SERIES),
        (_TITLE, (_GIVEN, "There are no randomised data on such ulcers."), Report.CASE_SERIES),
    ],
)  # fmt: skip
def test_what_nobody_assigned_is_no_trial(title: str, sentences: tuple[str, ...], kind: Report) -> None:
    assert kind_of(*sentences, _OUTCOME, title=title) is kind


@pytest.mark.parametrize(
    ("title", "sentences", "kind"),
    [
        (_TITLE, ("This post hoc analysis explored how age bears on the effect of mesenchymal stem cells.", "Data from two phase 2 trials with 90 patients were pooled and analysed."), Report.TRIAL_RESULT),
        (_TITLE, ("We compared three groups of patients given mesenchymal stem cells or placebo.", "Further studies are needed to develop methods."), Report.TRIAL_RESULT),
        ("Stem cells in ulcers: a systematic review", ("Electronic databases from 1990 to 2010 were systematically screened.", "One randomised clinical trial was found; eligible patients were treated."), Report.REVIEW),
        ("Wound fluid IL-6 as a predictor of benefit from marrow stem cells", ("Ninety patients with ulcers were randomised to mesenchymal stem cells or dressings.",), Report.TRIAL_RESULT),
        ("Wound fluid IL-6 as a predictor of amputation", ("Ninety patients with ulcers were randomised to mesenchymal stem cells or dressings.",), Report.OTHER),
        ("Patients' experiences of a cell trial in ulcers", ("Qualitative interviews with ten participants of the earlier trial of mesenchymal stem cells were held.", "Those who had been randomised to cells were asked first."), Report.OTHER),
        ("A trial of stem cells in ulcers with an embedded qualitative study", ("Ninety patients with ulcers were randomised to mesenchymal stem cells or dressings.",), Report.TRIAL_RESULT),
        ("Design and implementation of a programme of stem cells in ulcers: a randomised trial", ("Ninety patients with ulcers were randomised to mesenchymal stem cells or dressings.",), Report.TRIAL_RESULT),
        ("Stem cells in ulcers: rationale, design and early results", ("Ninety patients with ulcers were randomised to mesenchymal stem cells or dressings.",), Report.TRIAL_RESULT),
        ("Stem cells in ulcers: rationale and design", ("Ninety patients with ulcers will be randomised to mesenchymal stem cells or dressings.",), Report.TRIAL_PROTOCOL),
        (_TITLE, ("Twelve patients were assessed four years after randomisation to mesenchymal stem cells or dressings.",), Report.FOLLOW_UP),
        ("Marrow stem cells in dementia", ("Fifty-one residents with dementia received mesenchymal stem cells by vein.", "A one-group design was used."), Report.TRIAL_RESULT),
    ],
)  # fmt: skip
def test_later_analyses_are_told_from_reviews_and_from_what_was_measured(
    title: str, sentences: tuple[str, ...], kind: Report
) -> None:
    assert kind_of(*sentences, _OUTCOME, title=title) is kind


def test_a_case_that_is_told_without_a_patient_is_a_case_report() -> None:
    text = "In a case of palsy we wrapped the nerve in mesenchymal stem cells. After a year strength was full."
    assert kind_of(text, title="Stem cells round a nerve in palsy") is Report.CASE_REPORT
