"""How many people: numbers in words and digits, groups that add up, numbers that mean something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.extract.publications import publication

from mscminer.core.vocabulary import Report
from mscminer.extract.publications.enrolment import find_enrolment
from mscminer.extract.publications.numerals import NUMBER, number_value
from mscminer.extract.publications.zones import read_publication


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("twenty-four", 24),
        ("one hundred and six", 106),
        ("two thousand, three hundred and seventy two", 2372),
        ("1,200", 1200),
        ("nineteen", 19),
        ("a hundred", 100),
        ("seventy", 70),
    ],
)
def test_numbers_in_words(words: str, value: int) -> None:
    assert number_value(words) == value


@given(st.integers(min_value=1, max_value=99_999))
def test_digits_are_read_as_they_stand(number: int) -> None:
    assert number_value(str(number)) == number
    assert number_value(f"{number:,}") == number


def test_what_is_no_number_has_no_value() -> None:
    assert number_value("many") is None
    assert NUMBER


def n_of(methods: str, results: str = "Scores improved.", title: str = "Stromal cells in hip pain") -> int | None:
    text = read_publication(publication(title, ("METHODS", methods), ("RESULTS", results)))
    return find_enrolment(text).n


@pytest.mark.parametrize(
    ("methods", "n"),
    [
        ("Twenty-four patients with hip pain were enrolled.", 24),
        ("A total of 1,024 adults were randomised at 40 centres.", 1024),
        ("Patients received cells (n = 12) or saline (n = 13).", 25),
        ("Group A consisted of 14 patients, group B consisted of 17 patients.", 31),
        ("Eleven patients were given cells and another nine patients were given plasma.", 20),
        ("Two groups were formed, with 15 patients in each group.", 30),
        ("Of 90 screened adults, 33 patients were included.", 33),
        ("Fifty-two knees of 40 patients were injected.", 40),
        ("Thirty matched (age, sex) patients were injected.", 30),
        ("We enrolled 21 patients and 20 healthy volunteers as controls for the blood tests.", 21),
        ("Eighteen patients (11 men and 7 women; mean age 54 years) were treated.", 18),
        ("Patients with grade 3 lesions were treated in 2 hospitals for 5 years.", None),
        ("Forty-one people who had been ill for at least two years were included in this study.", 41),
        ("Sixteen people with type 2 diabetes were infused.", 16),
        ("From March to June 2014 eleven burnt adults, all outpatients, were enrolled.", 11),
        ("Outcomes of 31 adults given cells were compared with those of 44 adults given none.", 75),
        ("After stenting, 17 patients had cells infused, while a further 19 served as controls.", 36),
        ("Hips drilled alone (n=15) were compared with those that got cells as well (n=16).", 31),
        ("The allotment to cells or saline was made at random in one hundred and twelve patients.", 112),
        ("The fistulas closed in all fourteen patients.", 14),
        ("Cohorts of 3, 3 and 6 participants were dosed in turn.", 12),
        ("Since then nineteen have been treated; patients came from two towns.", 19),
        ("Fever was seen in none of the nine who were dosed; none of the nine needed oxygen.", 9),
        ("Both women were infused.", 2),
    ],
)
def test_enrolment_from_methods(methods: str, n: int | None) -> None:
    assert n_of(methods) == n


def test_part_of_the_patients_is_not_the_enrolment() -> None:
    assert (
        n_of("Twelve patients were injected.", "In three of the twelve patients pain returned; 2 patients fell.") == 12
    )


def test_the_number_may_stand_in_the_results_alone() -> None:
    assert n_of("Cells were injected.", "Nine of these fourteen patients walked better.") == 14


def test_reviews_have_no_enrolment_and_case_reports_have_one() -> None:
    text = read_publication(publication("Cells in gout", "Twelve patients were treated with cells."))
    assert find_enrolment(text, Report.REVIEW).n is None
    assert find_enrolment(text, Report.CASE_REPORT).n == 1


def test_evidence_quotes_the_number() -> None:
    document = publication("Cells in gout", ("METHODS", "We enrolled thirty\u2010six patients."))
    verdict = find_enrolment(read_publication(document))
    assert verdict.n == 36
    assert verdict.evidence[0].quote == "thirty\u2010six patients"


@pytest.mark.parametrize(
    ("methods", "n"),
    [
        ("By the interim analysis 222 of 300 planned patients had been randomised to cells or placebo.", 222),
        ("Nine of the 16 planned patients were randomised to cells or placebo.", 9),
        ("Recruitment stopped after 40 of a planned 120 patients had been randomised to cells or placebo.", 40),
        ("Of 60 patients planned, 31 were randomised to cells or placebo.", 31),
        ("Sixty planned patients will be randomised to cells or placebo.", 60),
    ],
)
def test_those_who_came_count_not_those_who_were_to_come(methods: str, n: int) -> None:
    assert n_of(methods) == n
