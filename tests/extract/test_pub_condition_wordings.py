"""Which of a text's words for a condition become its name: with degrees or without, fuller than the title or not."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest
from tests.extract.publications import publication

from mscminer.extract.publications.condition_fit import (
    ConditionExample,
    condition_accuracy,
    condition_example,
    fit_conditions,
)
from mscminer.extract.publications.condition_wordings import AS_IT_STANDS, choose, wordings_of
from mscminer.extract.publications.conditions import chosen_conditions, find_condition_names
from mscminer.extract.publications.degrees import with_degrees
from mscminer.extract.publications.zones import read_publication


@pytest.mark.parametrize(
    ("title", "told", "names"),
    [
        (
            "Stromal cells for graft-versus-host disease",
            "Acute graft-versus-host disease is deadly. We treated nine adults with acute graft-versus-host disease.",
            ["acute graft-versus-host disease"],
        ),
        (
            "Cord cells in aplastic anaemia",
            "Refractory aplastic anaemia kills. We gave cells to ten people with refractory aplastic anaemia.",
            ["refractory aplastic anaemia"],
        ),
        ("Marrow cells in newly diagnosed type 1 diabetes", "We gave them once.", ["newly diagnosed type 1 diabetes"]),
        (
            "Marrow cells after living-donor kidney transplantation",
            "We gave the cells once.",
            ["living-donor kidney transplantation"],
        ),
        ("Cells from fat in treatment-refractory uveitis", "We gave the cells once.", ["uveitis"]),
        ("Cells from fat in hospitalised adults with COVID-19", "Hospitalised COVID-19 is grave.", ["COVID-19"]),
        (
            "Marrow cells in new ST-elevation myocardial infarction",
            "A new ST-elevation myocardial infarction kills. It was a new ST-elevation myocardial infarction.",
            ["ST-elevation myocardial infarction"],
        ),
        ("Cells from fat for knee osteoarthritis", "Bilateral knee osteoarthritis is common.", ["knee osteoarthritis"]),
        ("Cells from fat for osteoarthritis of the hip", "We scored the hips of patients.", ["hip osteoarthritis"]),
        (
            "Junctional and dystrophic epidermolysis bullosa treated with stromal cells",
            "We gave the cells once.",
            ["junctional epidermolysis bullosa", "dystrophic epidermolysis bullosa"],
        ),
    ],
)  # fmt: skip
def test_a_condition_is_named_as_fully_as_readers_do(title: str, told: str, names: list[str]) -> None:
    found = find_condition_names(read_publication(publication(title, ("BACKGROUND", told))))
    assert [one.name for one in found] == names


def test_what_the_abstract_adds_is_quoted_from_there() -> None:
    told = "Refractory aplastic anaemia kills. We gave cells to ten people with refractory aplastic anaemia."
    text = read_publication(publication("Cord cells in aplastic anaemia", ("BACKGROUND", told)))
    [one] = find_condition_names(text)
    assert one.evidence.quote == "aplastic anaemia"
    assert "Refractory aplastic anaemia" in [place.quote for place in one.again]


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("hospitalised COVID-19 pneumonia", "COVID-19 pneumonia"),
        ("therapy-resistant arthritis", "arthritis"),
        ("methotrexate-resistant arthritis", "methotrexate-resistant arthritis"),
        ("moderate to severe eczema", "moderate to severe eczema"),
    ],
)
def test_some_words_are_part_of_no_name(name: str, full: str) -> None:
    assert with_degrees(name) == full


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def _examples() -> list[ConditionExample]:
    """Two habits: readers keep how new a disease is and leave out how bad it is."""
    new = [("Cells in recent-onset lupus nephritis", ["recent-onset lupus nephritis"])] * 4
    bad = [("Cells in moderate to severe eczema", ["eczema"])] * 4
    return [condition_example(publication(title, "We gave cells."), names, _same) for title, names in (*new, *bad)]


def test_the_fit_is_deterministic_and_learns() -> None:
    pytest.importorskip("scipy")
    examples = _examples()
    fitted = fit_conditions(examples)
    assert fitted == fit_conditions(examples)
    assert condition_accuracy({}, examples) == 0.5
    assert condition_accuracy(fitted["weights"], examples) == 1.0


def test_nothing_can_be_fitted_where_there_is_no_choice() -> None:
    with pytest.raises(ValueError, match="no example"):
        fit_conditions([condition_example(publication("Cells in gout", "We gave cells."), ["gout"], _same)])


def test_a_condition_too_few_is_not_right() -> None:
    one = condition_example(
        publication("Cells in lupus nephritis", "We gave cells."), ["lupus nephritis", "fever"], _same
    )
    assert condition_accuracy({}, [one]) == 0.0


def test_without_weights_the_name_stands_as_it_is() -> None:
    text = read_publication(publication("Cells in recent-onset lupus nephritis", "We gave cells."))
    found = wordings_of(text, chosen_conditions(text)[0])
    assert [one.name for one in found] == ["lupus nephritis", "recent-onset lupus nephritis"]
    assert choose(found, {}) == 0
    assert choose(found, {AS_IT_STANDS: -1}) == 1


@pytest.mark.parametrize("unit", ["acute gvhd ", "refractory ", "severe aplastic anaemia and ", "acute-"])
def test_repetition_is_no_trap(unit: str) -> None:
    parts: Sequence[str] = (unit * (24_000 // len(unit)),)
    text = read_publication(publication("Cells in aplastic anaemia", *parts))
    began = time.process_time()
    find_condition_names(text)
    assert time.process_time() - began < 1.0
