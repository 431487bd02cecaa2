"""Counting: what is counted once, what twice, what not, and that the numbers can be checked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.counts import CountCell, Definition, Dimension, Unit, members_hash
from mscminer.core.trials import CensusRow
from mscminer.core.vocabulary import Donor, MscClass, Phase, Tissue
from mscminer.trials.counting import count, exclusion, flow, select
from mscminer.trials.dates import months_between, period_end
from mscminer.trials.definitions import load_definition
from tests.trials.builders import nct, row

DAY = date(2021, 3, 31)
CELLS = load_definition("msc-cells")


def test_a_trial_with_two_tissues_stands_in_both_rows_and_once_in_the_total() -> None:
    table = count([row(1, tissues=("adipose", "bone_marrow"), donors=("autologous",))], CELLS, DAY)
    assert table.row_totals == {"bone_marrow": 1, "adipose": 1}
    assert table.column_totals == {"autologous": 1}
    assert table.total == 1
    assert table.surplus_rows == 1
    assert "does not sum" in table.sum_notes[0]
    assert table.sum_notes[1] == "By donor: sums to 1."


def test_not_stated_and_conflict_are_values_and_come_last() -> None:
    rows = [
        row(1, tissues=("adipose",), absent=(("donor", "conflict"),)),
        row(2, donors=("allogeneic",)),
        row(3, tissues=("bone_marrow",), donors=("autologous",)),
    ]
    table = count(rows, CELLS, DAY)
    assert table.row_values == ("bone_marrow", "adipose", "not stated")
    assert table.column_values == ("autologous", "allogeneic", "conflict")
    assert table.number("adipose", "conflict") == 1
    assert table.cell("not stated", "allogeneic").members == (nct(2),)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"first_posted": "2021-04-01"}, "first posted after 2021-03-31"),
        ({"first_posted": ""}, "no date: first posted"),
        ({"study_type": "expanded_access"}, "study type: expanded access"),
        ({"status": "withdrawn"}, "status: withdrawn"),
        ({"msc": "none"}, "no MSC product is given"),
        ({"msc": "not extracted yet"}, "not extracted yet"),
        ({"msc": "conflict"}, "sources contradict each other on the MSC product"),
    ],
)
def test_every_exclusion_has_its_reason(values: dict[str, str], reason: str) -> None:
    stage = exclusion(row(1, **values), CELLS, DAY)
    assert stage is not None
    assert stage.reason == reason


def test_the_as_of_day_is_inclusive() -> None:
    assert exclusion(row(1, first_posted="2021-03-31"), CELLS, DAY) is None


def test_a_month_counts_from_its_end() -> None:
    started = load_definition("msc-started")
    assert exclusion(row(1, start="2021-03"), started, DAY) is None
    assert exclusion(row(1, start="2021-03"), started, date(2021, 3, 30)) is not None
    assert period_end("2020-02") == date(2020, 2, 29)
    assert period_end("2020") == date(2020, 12, 31)


def test_months_are_whole_ones() -> None:
    assert months_between(date(2019, 1, 31), date(2021, 1, 30)) == 23
    assert months_between(date(2019, 1, 31), date(2021, 1, 31)) == 24


def test_with_results_takes_a_paper_or_posted_results() -> None:
    results = load_definition("msc-with-results")
    rows = [row(1), row(2, publications=("123",)), row(3, results_posted="2020-01-01")]
    assert [item.id for item in select(rows, results, DAY)] == [nct(2), nct(3)]


def test_the_word_count_asks_for_words_only() -> None:
    words = load_definition("word-search")
    rows = [row(1, msc="none", word_hit=True), row(2, word_hit=False)]
    assert [item.id for item in select(rows, words, DAY)] == [nct(1)]


def test_a_family_counts_once_with_the_values_of_its_members() -> None:
    families = load_definition("msc-families")
    rows = [
        row(1, family=nct(1), tissues=("adipose",)),
        row(2, family=nct(1), donors=("allogeneic",), first_posted="2017-01-01"),
        row(3, donors=("autologous",), tissues=("adipose",)),
    ]
    table = count(rows, families, DAY)
    assert table.total == 2
    assert table.cell("adipose", "allogeneic").members == (nct(1),)
    by_year = count(rows, families, DAY, Dimension.YEAR, Dimension.ALL)
    assert by_year.row_totals == {"2015": 2}
    assert table.flow[-1].excluded == 1
    assert table.flow[-1].left == table.total


def test_publications_are_not_mixed_with_registrations() -> None:
    assert load_definition("msc-publications").unit is Unit.PUBLICATION
    assert count([row(1)], load_definition("msc-publications"), DAY).total == 0


def test_a_cell_cannot_lie_about_its_members() -> None:
    with pytest.raises(ValueError, match="3 counted, 1 listed"):
        CountCell(row="a", column="b", number=3, members=("x",))


_rows = st.builds(
    row,
    number=st.integers(1, 40),
    msc=st.sampled_from([*MscClass, "conflict", "not stated"]),
    status=st.sampled_from(["completed", "withdrawn", "recruiting"]),
    study_type=st.sampled_from(["interventional", "observational"]),
    first_posted=st.sampled_from(["2010", "2020-05", "2021-03-31", "2021-04-01", ""]),
    phase=st.sampled_from([*Phase, "not stated"]),
    tissues=st.lists(st.sampled_from(list(Tissue)), max_size=3).map(tuple),
    donors=st.lists(st.sampled_from(list(Donor)), max_size=2).map(tuple),
)
_census = st.lists(_rows, max_size=30, unique_by=lambda item: item.id)
_definition = st.sampled_from(["msc-cells", "msc-broadest", "msc-families", "word-search"]).map(load_definition)


@given(census=_census, definition=_definition)
def test_numbers_members_margins_and_flow_agree(census: list[CensusRow], definition: Definition) -> None:
    table = count(census, definition, DAY, Dimension.TISSUE, Dimension.DONOR)
    assert table.members is not None
    assert table.total == len(set(table.members))
    for cell in table.cells:
        assert cell.members is not None
        assert cell.number == len(set(cell.members))
        assert set(cell.members) <= set(table.members)
    for value, number in table.row_totals.items():
        members = {ident for cell in table.cells if cell.row == value for ident in cell.members or ()}
        assert len(members) == number
    assert set().union(*(cell.members or () for cell in table.cells)) == set(table.members)
    steps = flow(census, definition, DAY)
    assert steps[-1].left == table.total
    assert steps[0].left - sum(step.excluded for step in steps[1:]) == table.total


@given(census=_census, definition=_definition)
def test_the_order_of_the_census_does_not_matter(census: list[CensusRow], definition: Definition) -> None:
    forwards = count(census, definition, DAY)
    backwards = count(census[::-1], definition, DAY)
    assert forwards == backwards
    assert forwards.digest == members_hash(forwards.members or ())


def test_results_count_from_the_day_of_their_posting() -> None:
    rule = load_definition("msc-with-results")
    early, late = row(1, results_posted="2020-05-01"), row(2, results_posted="2021-04-01")
    paper_only = row(3, publications=("11",))
    counted = select([early, late, paper_only], rule, date(2021, 3, 31))
    assert [item.id for item in counted] == [nct(1), nct(3)]
