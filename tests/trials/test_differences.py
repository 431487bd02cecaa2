"""What lies between two counts, to the last record."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.counts import Definition
from mscminer.core.trials import CensusRow
from mscminer.trials.definitions import load_definition
from mscminer.trials.differences import Cause, CountDifference, Counted, Difference, explain
from mscminer.trials.reconcile import NOT_FOUND, reconcile
from mscminer.trials.unpublished import find_unpublished
from tests.trials.builders import nct, row

DAY, LATER = date(2021, 3, 31), date(2022, 3, 31)
CELLS = load_definition("msc-cells")


def counted(*rows: CensusRow, definition: Definition = CELLS, as_of: date = DAY) -> Counted:
    return Counted(census=rows, definition=definition, as_of=as_of)


@pytest.mark.parametrize(
    ("before", "after", "cause", "change"),
    [
        (counted(), counted(row(1)), Cause.NEW, 1),
        (
            counted(row(1, first_posted="2021-06-01")),
            counted(row(1, first_posted="2021-06-01"), as_of=LATER),
            Cause.NEW,
            1,
        ),
        (counted(row(1)), counted(), Cause.REMOVED, -1),
        (counted(row(1, document="a")), counted(row(1, document="b", status="withdrawn")), Cause.EDIT, -1),
        (counted(row(1, maker="m 1", msc="none")), counted(row(1, maker="m 2")), Cause.MODEL, 1),
        (counted(row(1, msc="none")), counted(row(1, decided=("msc",))), Cause.CURATOR, 1),
        (
            counted(row(1), definition=load_definition("msc-with-results")),
            counted(row(1, publications=("5",)), definition=load_definition("msc-with-results")),
            Cause.LINKS,
            1,
        ),
        (
            counted(row(1, status="withdrawn")),
            counted(row(1, status="withdrawn"), definition=load_definition("msc-cells-with-withdrawn")),
            Cause.DEFINITION,
            1,
        ),
    ],
)
def test_each_cause(before: Counted, after: Counted, cause: Cause, change: int) -> None:
    found = explain(before, after)
    assert [(item.cause, item.change) for item in found.differences] == [(cause, change)]
    assert found.after - found.before == change


RESULTS = load_definition("msc-with-results")


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        # A decision on the tissue has nothing to do with a study that was withdrawn.
        (row(1, document="a"), row(1, document="b", status="withdrawn", decided=("tissue",)), Cause.EDIT),
        # Nor has an edit of the record anything to do with a curator's word on the product.
        (row(1, document="a"), row(1, document="b", msc="none", decided=("msc",)), Cause.CURATOR),
        (row(1, maker="m 1", decided=("tissue",)), row(1, maker="m 2", msc="none"), Cause.MODEL),
        (row(1, decided=("msc",)), row(1, decided=("msc",), msc="derivative"), Cause.CURATOR),
        # Withdrawn in the registry and no MSCs by a curator: the first cause of the list.
        (row(1, document="a"), row(1, document="b", status="withdrawn", msc="none", decided=("msc",)), Cause.CURATOR),
    ],
)
def test_the_cause_lies_in_what_the_rule_looks_at(before: CensusRow, after: CensusRow, cause: Cause) -> None:
    assert [item.cause for item in explain(counted(before), counted(after)).differences] == [cause]


def test_a_lost_paper_is_no_edit_of_the_registration() -> None:
    before = row(1, document="a", publications=("5",), sources=("ctgov:1", "pubmed:5"))
    found = explain(counted(before, definition=RESULTS), counted(row(1, document="b"), definition=RESULTS))
    assert [item.cause for item in found.differences] == [Cause.LINKS]


def test_a_record_merged_at_the_source_is_told_from_one_removed() -> None:
    found = explain(counted(row(1), row(2)), counted(), merged={nct(1): f"now filed as {nct(9)}"})
    assert [(item.cause, item.detail) for item in found.differences] == [
        (Cause.MERGED, f"now filed as {nct(9)}"),
        (Cause.REMOVED, "no longer in the database"),
    ]


def test_a_rule_that_was_read_otherwise_is_a_cause_of_its_own() -> None:
    """The number that was given out stands, although the code counts the kept census otherwise today."""
    census = (row(1), row(2, publications=("5",)), row(3))
    then = Counted(census=census, definition=RESULTS, as_of=DAY, members=frozenset({nct(1), nct(3)}))
    found = explain(then, counted(*census[:2], definition=RESULTS))
    assert (found.before, found.after) == (2, 1)
    assert found.net == {Cause.DEFINITION: (1, 2)}
    assert "was read otherwise" in found.differences[0].detail


def test_a_merge_of_families_is_a_loss_of_one() -> None:
    families = load_definition("msc-families")
    apart = counted(row(1), row(2), definition=families)
    together = counted(row(1), row(2, family=nct(1)), definition=families)
    found = explain(apart, together)
    assert found.net == {Cause.FAMILY: (0, 1)}


def test_causes_that_do_not_add_up_are_refused() -> None:
    item = Difference(id="x", change=1, cause=Cause.NEW, detail="")
    with pytest.raises(ValueError, match="add up"):
        CountDifference(before=1, after=3, differences=(item,))


_rows = st.builds(
    row,
    number=st.integers(1, 12),
    family=st.sampled_from(["", nct(1), nct(2)]),
    msc=st.sampled_from(["cells", "none", "derivative"]),
    status=st.sampled_from(["completed", "withdrawn"]),
    first_posted=st.sampled_from(["2015", "2021-06-01", ""]),
    document=st.sampled_from(["a", "b"]),
    maker=st.sampled_from(["m 1", "m 2"]),
    decided=st.sampled_from([(), ("msc",)]),
)
_census = st.lists(_rows, max_size=10, unique_by=lambda item: item.id).map(tuple)
_definition = st.sampled_from(["msc-cells", "msc-families", "msc-derivatives"]).map(load_definition)
_counted = st.builds(Counted, census=_census, definition=_definition, as_of=st.sampled_from([DAY, LATER]))


@given(before=_counted, after=_counted)
def test_it_always_adds_up(before: Counted, after: Counted) -> None:
    found = explain(before, after)
    assert found.after - found.before == sum(gained - lost for gained, lost in found.net.values())


def test_reconciling_gives_a_reason_for_every_missing_id() -> None:
    census = [row(1), row(2, msc="none"), row(3, first_posted="2021-12-01"), row(4)]
    found = reconcile([nct(1), nct(2), nct(3), nct(9), nct(1)], census, CELLS, DAY, unread=["total: 4"])
    assert found.listed == 4
    assert found.matched == (nct(1),)
    assert found.extra == (nct(4),)
    assert found.reasons == {NOT_FOUND: 1, "first posted after 2021-03-31": 1, "no MSC product is given": 1}
    assert found.unread == ("total: 4",)


def test_unpublished_are_those_that_ended_long_ago_without_results() -> None:
    census = [
        row(1, completion="2018-01-01"),
        row(2, completion="2018-01-01", publications=("7",)),
        row(3, completion="2018-01-01", results_posted="2019-01-01"),
        row(4, completion="2020-01-01"),
        row(5),
        row(6, completion="2018-01-01", status="recruiting"),
        row(7, completion="2018-01-01", results_posted="2022-01-01"),
    ]
    found = find_unpublished(census, CELLS, DAY)
    assert [item.row.id for item in found.unpublished] == [nct(1), nct(7)]
    assert (found.ended, found.undated) == (4, 1)
    assert found.unpublished[0].months == 38
