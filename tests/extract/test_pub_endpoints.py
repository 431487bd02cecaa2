"""Which measures a text calls primary, what intervals and shares of two arms say, and what the verdict makes of it."""

from __future__ import annotations

import pytest
from tests.extract.publications import publication

from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.clauses import clauses_of, shares_of
from mscminer.extract.publications.endpoints import find_primary, named_in
from mscminer.extract.publications.outcomes import find_by_rules, outcome_sentences
from mscminer.extract.publications.resolve import read
from mscminer.extract.publications.text import Sentence, Zone


def sentence(text: str) -> Sentence:
    return Sentence(section="abstract.0", start=0, text=text, zone=Zone.RESULTS, place=0.8, given=True)


@pytest.mark.parametrize(
    ("methods", "clause"),
    [
        (
            "the primary endpoint was the change in the oswestry disability index (odi) at one year.",
            "the odi fell by 12",
        ),
        ("the primary outcome was the proportion of responders at week 28.", "a response was seen in 33%"),
        ("change in end-systolic volume at six months was the primary endpoint.", "end-systolic volume fell"),
        ("attachment loss (al; primary outcome), recession and mobility were measured.", "al improved by 2 mm"),
        ("co-primary outcomes were knee pain and cartilage volume.", "cartilage volume was kept"),
    ],
)
def test_a_primary_measure_is_found_again_by_its_name(methods: str, clause: str) -> None:
    assert named_in(find_primary([sentence(methods)]), clause)


@pytest.mark.parametrize(
    ("methods", "clause"),
    [
        ("the primary endpoint was not met; odi and sleep were read.", "the odi fell by 12"),
        ("the primary endpoint was safety, and pain was secondary.", "pain fell by 12"),
        ("the primary outcome was whole lesion volume; solid parts were secondary.", "the solid lesion shrank"),
        ("the primary nurse was asked for pain.", "pain fell by 12"),
    ],
)
def test_other_measures_are_not_primary(methods: str, clause: str) -> None:
    assert named_in(find_primary([sentence(methods)]), clause) is None


@pytest.mark.parametrize(
    ("text", "significant", "insignificant"),
    [
        ("death was rarer with cells (hazard ratio 0.60; 95% ci 0.41 to 0.88)", True, False),
        ("death was rarer with cells (hazard ratio 0.87; 95% ci 0.55 to 1.38)", False, True),
        ("pain fell more (mean difference -9.4; 95% ci -15.8, -3.0)", True, False),
        ("pain fell more (mean difference -2.4; 95% ci -6.8, 2.0)", False, True),
        ("pain fell more (mean difference -2.4; 95% ci -6.8, 2.0; p = 0.03)", True, False),
        ("survival was 18% (95% ci 9-38)", False, False),
        ("response rate or survival was 62% (95% ci 0.8-1.2)", False, False),
    ],
)
def test_an_interval_tells_what_a_p_value_would(text: str, significant: bool, insignificant: bool) -> None:
    (clause,) = clauses_of(sentence(text))
    assert (clause.significant, clause.insignificant) == (significant, insignificant)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("healing was 86% in the cell group and 84% in the control group", (86.0, 84.0)),
        ("union was seen in 19 of 20 with cells and in 18 of 20 without", (95.0, 90.0)),
        ("healing was 40% at three months and 84% at a year", None),
        ("thickness was 40 \u00b1 3% with cells and 38 \u00b1 2% in controls", None),
    ],
)
def test_shares_of_two_arms(text: str, shares: tuple[float, float] | None) -> None:
    (clause,) = clauses_of(sentence(text))
    assert shares_of(clause) == shares


PRIMARY = "The primary endpoint was the walking distance at one year."
SAFE = "The cells were safe."


@pytest.mark.parametrize(
    ("methods", "results", "conclusion", "expected"),
    [
        (
            PRIMARY,
            "Walking distance rose by 40 m and 38 m with placebo (p = 0.7). Pain fell more with cells (p = 0.01).",
            "Cells eased pain.",
            Efficacy.MIXED,
        ),
        (
            PRIMARY,
            "Walking distance rose more with cells than with placebo (p = 0.01). Sleep did not differ between groups.",
            "Cells lengthened the walk, though not the hours of sleep.",
            Efficacy.POSITIVE,
        ),
        (
            PRIMARY,
            "Walking distance did not differ between the groups (p = 0.6).",
            "The cells may help, which larger trials must show.",
            Efficacy.NO_DIFFERENCE,
        ),
        ("", "Pain fell by 30% in both arms; the difference was not significant.", SAFE, Efficacy.NO_DIFFERENCE),
        ("", "Healing was 86% in the cell group and 84% in the control group.", SAFE, Efficacy.NO_DIFFERENCE),
        ("", "Relapse came in 60% with cells and 20% of controls (p = 0.02).", SAFE, Efficacy.NO_DIFFERENCE),
        ("", "Vital signs and blood counts did not change.", SAFE, Efficacy.NOT_REPORTED),
        (
            "",
            "Pain fell in all ten patients.",
            "In the absence of controls no conclusion is possible.",
            Efficacy.POSITIVE,
        ),
        ("", "Pain fell more than with placebo (p = 0.01).", "The gain was short-lived.", Efficacy.MIXED),
        (
            "",
            "Pain fell more than with placebo (p = 0.01).",
            "The cells helped a minority of the patients.",
            Efficacy.MIXED,
        ),
        (
            "",
            "Pain fell more than with placebo (p = 0.01). Cartilage was unchanged on MRI.",
            "The cells eased pain without a change in cartilage.",
            Efficacy.POSITIVE,
        ),
        (
            "",
            "On MRI the defect was filled more than in controls (p = 0.01). Knee scores did not differ between groups.",
            "The cells gave better repair tissue.",
            Efficacy.MIXED,
        ),
    ],
)
def test_the_verdict_heeds_what_was_primary_and_what_was_compared(
    methods: str, results: str, conclusion: str, expected: Efficacy
) -> None:
    parts = (("METHODS", methods), ("RESULTS", results), ("CONCLUSION", conclusion))
    text = read(publication("Cells for pain in walking", *(part for part in parts if part[1]))).text
    assert find_by_rules(text, outcome_sentences(text)).verdict.efficacy is expected
