"""Numbers that count people: which noun, which words around, and what is no number of people."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.extract.publications import publication

from mscminer.extract.publications.counted_words import read_classes, word_classes
from mscminer.extract.publications.enrolment import find_enrolment, weigh
from mscminer.extract.publications.enrolment_candidates import find_candidates
from mscminer.extract.publications.enrolment_details import find_details
from mscminer.extract.publications.enrolment_fit import (
    enrolment_accuracy,
    fit_enrolment,
    read_invented,
    read_sentences,
)
from mscminer.extract.publications.headcounts import Headcount, find_headcounts
from mscminer.extract.publications.model_files import load_weights
from mscminer.extract.publications.text import Sentence, Zone, fold
from mscminer.extract.publications.zones import read_publication

SENTENCES = ROOT / "corpus" / "training" / "headcounts.tsv"
_TABLES = [(table, name) for table in ("nouns", "cues") for name in read_classes()[table]]


def headcounts(text: str) -> list[Headcount]:
    return list(
        find_headcounts(
            Sentence(section="abstract.0", start=0, text=fold(text), zone=Zone.METHODS, place=0.3, given=True)
        )
    )


def classes_in(table: str, text: str) -> set[str]:
    words = fold(text).replace(",", " , ").replace("/", " / ").replace(".", " . ").split()
    return {word_classes(table).class_of(word) for word in words}


@pytest.mark.parametrize(("table", "name"), _TABLES)
def test_a_class_of_words_is_in_its_example_and_not_in_its_counter(table: str, name: str) -> None:
    entry = read_classes()[table][name]
    assert name in classes_in(table, entry["example"])
    assert name not in classes_in(table, entry["counter"])


@pytest.mark.parametrize("name", read_classes()["lists"])
def test_a_list_of_words_lets_a_number_count_people_or_not(name: str) -> None:
    entry = read_classes()["lists"][name]
    assert headcounts(entry["example"])
    assert len(headcounts(entry["counter"])) < len(headcounts(entry["example"]))


def test_no_word_is_in_two_classes_of_a_table() -> None:
    for table in ("nouns", "cues"):
        words = [word for entry in read_classes()[table].values() for word in entry["words"].split()]
        assert {word for word in words if words.count(word) > 1} == set()


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("We saw 540 6- to 9-year-old children.", 540, "person"),
        ("Sixty obese (BMI 30 [25 to 35] kg/m2) adults came.", 60, "person"),
        ("The 757 study participants came.", 757, "person"),
        ("Women (n = 40) took part.", 40, "equals.noun"),
        ("Nine female and seven male volunteers came.", 9, "sex"),
        ("Forty cirrhotics received cells.", 40, "open"),
        ("Healing was seen in 54% (20/37) of them.", 37, "denominator"),
        ("Healing was seen in 20 of 37 in the first group.", 37, "denominator"),
        ("Healing was seen in 20 of 37 knees.", 20, "part"),
        ("Healing was seen in 20/37 (54%).", 37, "denominator"),
        ("Forty chronic ritual washers were randomly assigned.", 40, "open"),
        ("Thirty-six abstinent U.S. women came.", 36, "sex"),
        ("Sixty stage III or IV patients came.", 60, "person"),
        ("Sixty moderate to severe asthmatic adults came.", 60, "person"),
        ("Sixty Society of Surgeons grade I or II patients came.", 60, "person"),
        ("Twelve pre- and eleven postmenopausal women came.", 12, "sex"),
        ("Twelve knee (mean age 60 years) and 8 hip patients came.", 12, "person"),
        ("2812 drug-naive and 705 other patients came.", 2812, "person"),
        ("In all 12 and 13 were given cells and saline.", 12, "alone"),
        ("The registry held 18 624 patients.", 18624, "person"),
        ("At 6 months 28 patients came.", 28, "person"),
        ("In all 25 placebo and 26 vehicle.", 25, "alone"),
        ("A total of 105 (1-6 years) were treated.", 105, "sized"),
        ("22 relatives of patients came.", 22, "role"),
    ],
)
def test_what_a_number_counts(text: str, value: int, kind: str) -> None:
    assert (value, kind) in [(one.value, one.kind) for one in headcounts(text)]


@pytest.mark.parametrize(
    "text",
    [
        "In July, 1997, patients came.",
        "Pain at 4 to 10 weeks fell.",
        "They were 4 and 6 weeks old.",
        "A man of 29 with pain.",
        "Six-month results of patients came.",
        "Born in 1924, they were old.",
        "We asked (1) whether and (2) how long cells stay.",
        "It was within the 80 to 125% margin.",
        "It cost £1410 for adults.",
    ],
)
def test_years_times_and_ages_count_nobody(text: str) -> None:
    assert headcounts(text) == []


def sums(how: str, *methods: str) -> set[int]:
    text = read_publication(publication("T", *(("METHODS", some) for some in methods)))
    return {one.value for one in find_candidates(text) if how in one.features}


@pytest.mark.parametrize(
    ("how", "methods", "value"),
    [
        ("run", "They got cells (n = 9 [5 with gout and 4 with lupus]) or saline (n = 7 [4 and 3]).", 16),
        ("run", "Among 300 inpatients 30 were given cells and 61 others served as controls.", 91),
        ("across", "Nine men were given cells. Six more men, who had saline, were controls.", 15),
        (
            "leads",
            "Nine adults got cells and two of them fell. Twelve adults got saline.",
            21,
        ),
        ("product.assumed", "Each group had 21 participants.", 42),
        (
            "product.elsewhere",
            "They were randomised 1:1:1 to two doses or saline. Each arm had 15 patients.",
            45,
        ),
        ("numerators", "We saw 18 of 22 patients given cells and 13 of 20 given glue.", 31),
        (
            "labelled.study",
            "In study 1 nine adults had cells. They slept well. In study 2 ten adults did.",
            19,
        ),
        ("labelled.group", "Cohort A (5 adults) had one dose, cohort B two (6 adults).", 11),
        ("sizes", "It fell in 3 patients given cells (n = 11) and in 4 given saline (n = 12).", 23),
        ("groups", "They got cells (n = 9) or saline (n = 8). The control group held 7 women.", 24),
        ("spread", "One had cells (n = 5). One had none (n = 6). One had both (n = 7).", 18),
        ("kinds", "Adults with a weak heart (15 with scars and 12 dilated) were given cells.", 27),
        ("wholes", "Pain fell in 12 (60%) of 20 adults given cells and 6 (29%) of 21 given saline.", 41),
        ("run", "The first five were given one dose and the next six at the clinic two.", 11),
    ],
)
def test_numbers_are_added_up(how: str, methods: str, value: int) -> None:
    assert value in sums(how, methods)


@pytest.mark.parametrize(
    ("how", "methods", "value"),
    [
        ("run", "Forty knees of 34 patients were treated.", 74),
        ("run", "Baths (three) and one infusion of cells were given in 14 patients.", 17),
        ("numerators", "A total of 73 patients and 12 nurses came.", 85),
        ("product.assumed", "Nine patients came, each of whom had one infusion of cells.", 18),
        ("product.assumed", "We treated nine patients, each given one infusion of cells.", 18),
    ],
)
def test_numbers_of_the_same_people_are_not_added_up(how: str, methods: str, value: int) -> None:
    assert value not in sums(how, methods)


def test_a_finding_told_of_some_is_no_group() -> None:
    told = ("RESULTS", "In four men (two with arterial and two with mixed disease) blood flow rose.")
    found = find_candidates(read_publication(publication("T", told)))
    assert not [one for one in found if one.parts == (2, 2)]


def test_a_number_labelled_as_a_groups_is_not_all() -> None:
    two = "Fifty adults (group A) had cells. Sixty controls (group B) had drugs."
    found = find_candidates(read_publication(publication("T", ("METHODS", two))))
    assert {one.value for one in found if one.kind == "single"} == set()
    one = find_candidates(read_publication(publication("T", ("METHODS", "Fifty adults (group A) had cells."))))
    assert {50} <= {found.value for found in one}


def test_numbers_that_only_split_up_another_are_told() -> None:
    text = "They got cells (n = 9 [5 men and 3 women]) or saline (n = 8); 30 were seen, 18 with gout and 12 with lupus."
    counts = headcounts(text)
    inner = find_details(counts)
    assert [one.value for one in counts if one.start in inner] == [5, 3, 18, 12]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Outcome was compared between 46 patients with early and 30 with late disease.", [46, 30]),
        ("Between 20 and 60 patients a year came.", []),
        ("Of 2028 patients who came, 992 were randomised.", [2028, 992]),
        ("In the second stage six adults had cells.", [6]),
        ("At stage 3 patients had cells.", []),
        ("Of those, 13 (87%) were seen again.", [13]),
        ("Two randomised, blinded trials were done.", []),
        ("Both participants and staff were blinded.", []),
        ("Children at the ages of 1 and 3 who came were weighed.", []),
        ("Patients had four monthly infusions.", []),
        ("Four patients had the seeded sheet and five the bare one.", [4, 5]),
        ("Four patients had fever and two a rash.", [4]),
        ("Of nine, five lost their pain.", [9]),
        ("Of nine, most lost their pain.", []),
        ("In this trial ten patients had repair and cells of the cord and twelve repair alone.", [10, 12]),
    ],
)
def test_people_are_told_from_ranges_years_and_studies(text: str, values: list[int]) -> None:
    assert [one.value for one in headcounts(text)] == values


@pytest.mark.parametrize(
    ("n", "parts"),
    [
        (19, [("METHODS", "Response was set beside that of 55 matched patients from a registry."),
              ("RESULTS", "Nineteen participants were enrolled; 17 were treated and 15 had all three injections.")]),
        (31, [("METHODS", "An open phase 1 part (n = 7) came before phase 2, with 24 patients randomised.")]),
        (44, [("METHODS", "Patients were randomised to cells or sham. Each group had 22 participants.")]),
        (50, [("RESULTS", "Fifty of 130 planned patients were randomised, and 49 treated (cells, 25; saline, 24).")]),
        (28, [("METHODS", "Fourteen recipients of kidneys got cells; another 14 received the drug in standard dose.")]),
        (27, [("METHODS", "Of 27 patients, 31 hips were drilled and filled.")]),
    ],
)  # fmt: skip
def test_the_enrolment_among_other_numbers(n: int, parts: list[tuple[str, str]]) -> None:
    assert find_enrolment(read_publication(publication("Stromal cells in hip pain", *parts))).n == n


def test_texts_of_our_own_may_have_several_parts(tmp_path: Path) -> None:
    path = tmp_path / "texts.tsv"
    path.write_text("6\tTITLE\tCells in six men\tRESULTS\tTwo men fell.\n# no text\n", encoding="utf-8")
    (one,) = read_sentences(path)
    assert one.n == 6
    assert {candidate.sentence.zone for candidate in one.candidates} == {Zone.TITLE, Zone.RESULTS}


def test_chances_add_up_to_one() -> None:
    text = read_publication(publication("T", ("METHODS", "Of 30 adults, 12 received cells and 11 placebo.")))
    chances = weigh(find_candidates(text), load_weights("enrolment")["weights"])
    assert sum(chances.values()) == pytest.approx(1.0)


def test_the_weights_read_most_of_the_sentences_written_for_them() -> None:
    examples = list(read_sentences(SENTENCES))
    assert len(examples) > 100
    assert enrolment_accuracy(load_weights("enrolment")["weights"], examples) >= 0.8


def test_the_fit_is_deterministic_and_learns() -> None:
    pytest.importorskip("scipy")
    examples = [one for one in read_sentences(SENTENCES) if one.answerable][:40]
    fitted = fit_enrolment(examples)
    assert fitted == fit_enrolment(examples)
    assert enrolment_accuracy(fitted["weights"], examples) > enrolment_accuracy({}, examples)


def test_nothing_can_be_fitted_on_no_answer() -> None:
    with pytest.raises(ValueError, match="no example"):
        fit_enrolment([])


@pytest.mark.parametrize(
    "unit", ["12 patients and ", "n = 4 (", "5 ", "one hundred ", "4 to ", "(", "and 5 of 6 men, "]
)
def test_repetition_is_no_trap(unit: str) -> None:
    text = read_publication(publication("T", unit * (24_000 // len(unit))))
    began = time.process_time()
    find_enrolment(text)
    assert time.process_time() - began < 1.0


def test_invented_abstracts_teach_the_enrolment_where_a_reader_counted_people(tmp_path: Path) -> None:
    sections = [{"label": "METHODS", "text": "Sixteen of 40 screened adults were enrolled."}]
    rows = [
        {"id": "a", "title": "Cells in lupus", "sections": sections, "n": 16},
        {"id": "b", "title": "Cells in lupus", "sections": sections, "n": None},
        {"id": "c", "title": "Cells in lupus", "sections": sections},
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    counted = dict(read_invented(path))
    assert {ident: one.n for ident, one in counted.items()} == {"a": 16, "b": None}
    assert all(one.answerable for one in counted.values())


def features_of(value: int, methods: str, results: str = "Scores fell.") -> set[str]:
    text = read_publication(publication("T", ("METHODS", methods), ("RESULTS", results)))
    return {name for one in find_candidates(text) if one.value == value for name in one.features}


def test_shares_tell_the_whole() -> None:
    told = "Pain was gone in 12 adults (30%) and less in 18 adults (45%)."
    assert "single.whole.of.all.shares" in features_of(40, "Forty adults and 60 children came.", told)
    assert "single.whole.of.no.shares" in features_of(60, "Forty adults and 60 children came.", told)
    assert "share.of.told" in features_of(12, "Forty adults came.", told)
    assert "share.of.untold" in features_of(36, "Adults came.", "In all 36 adults (90%) were seen again.")


@pytest.mark.parametrize(
    ("methods", "parallel"),
    [
        ("Twelve were assigned to cells and 11 to saline.", True),
        ("Twelve patients with gout and three with lupus came.", True),
        ("Twelve patients came and 11 of them stayed.", False),
    ],
)
def test_two_numbers_that_go_on_in_one_way(methods: str, parallel: bool) -> None:
    assert ("then.parallel" in features_of(12, methods)) is parallel


def test_a_run_that_leaves_out_a_size_is_told() -> None:
    methods = "They got cells (n = 7), glue (n = 7) or saline (n = 8)."
    assert "partial" in features_of(14, methods)
    assert "partial" not in features_of(22, methods)


def test_one_number_under_two_labels_is_not_added_to_itself() -> None:
    methods = "In study 1 and study 2 of a line 13 adults had cells."
    assert 26 not in sums("labelled.study", methods)


def test_a_dose_before_group_is_no_number_of_groups() -> None:
    methods = "Cells were given to five patients each. One in the 200-million group fell."
    assert sums("product.elsewhere", methods) == set()
