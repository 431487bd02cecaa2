"""The database counts as the pure functions do, and the census follows what changes."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mscminer.core.counts import CountTable, Dimension
from mscminer.core.decisions import NewDecision, Verdict
from mscminer.core.documents import Document, Reference
from mscminer.core.records import Media, Record
from mscminer.core.trials import CensusRow, FamilyDecision, FamilyRuling, Link, LinkType, RowKind
from mscminer.core.vocabulary import Donor, Field, MscClass, Phase, Tissue
from mscminer.jobs.assemble import assemble, ensure_census, keyed
from mscminer.jobs.count import census_rows, count_in_store
from mscminer.jobs.drawing import all_links
from mscminer.store import Store, open_store
from mscminer.store.records import State
from mscminer.trials.counting import count
from mscminer.trials.definitions import load_definition, load_definitions
from mscminer.trials.links import find_reference_links
from tests.conftest import NOW
from tests.trials.builders import extraction, nct, paper, registration, row

DAY = date(2021, 3, 31)

_rows = st.builds(
    row,
    number=st.integers(1, 60),
    kind=st.sampled_from([RowKind.REGISTRATION, RowKind.REGISTRATION, RowKind.PUBLICATION]),
    family=st.sampled_from([nct(1), nct(2), nct(3)]),
    msc=st.sampled_from([*MscClass, "conflict", "not stated"]),
    status=st.sampled_from(["completed", "withdrawn", "not_yet_recruiting", ""]),
    study_type=st.sampled_from(["interventional", "observational", "trial_result"]),
    first_posted=st.sampled_from(["2010", "2020-05", "2021-03-31", "2021-04-01", "", "2014-02-31"]),
    start=st.sampled_from(["2010", "2021-03", "2021-04", ""]),
    completion=st.sampled_from(["2019-01-01", ""]),
    results_posted=st.sampled_from(["", "2020-01-01"]),
    phase=st.sampled_from([*Phase, "not stated"]),
    tissues=st.lists(st.sampled_from(list(Tissue)), max_size=3).map(tuple),
    donors=st.lists(st.sampled_from(list(Donor)), max_size=2).map(tuple),
    absent=st.sampled_from([(), (("donor", "conflict"), ("tissue", "not extracted yet"))]),
    word_hit=st.booleans(),
)
_census = st.lists(_rows, max_size=25, unique_by=lambda item: (item.kind, item.id))
_dimension = st.sampled_from(
    [Dimension.TISSUE, Dimension.DONOR, Dimension.PHASE, Dimension.YEAR, Dimension.ALL, Dimension.PUBLISHED]
)


@cache
def _shared_store() -> Store:
    return open_store("sqlite:///" + tempfile.mkdtemp() + "/a.sqlite")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    census=_census,
    name=st.sampled_from(list(load_definitions())),
    rows=_dimension,
    columns=_dimension,
    members=st.booleans(),
)
def test_the_database_counts_as_the_pure_functions_do(
    census: list[CensusRow], name: str, rows: Dimension, columns: Dimension, members: bool
) -> None:
    definition = load_definition(name)
    store = _shared_store()
    with store.write() as tx:
        tx.census.replace([keyed(item) for item in census], fingerprint="x", built_at=NOW)
    with store.read() as tx:
        assert list(tx.census.rows()) == sorted(census, key=lambda item: (item.kind is RowKind.PUBLICATION, item.id))
    pure = count(census, definition, DAY, rows, columns)
    stored = count_in_store(store, definition, DAY, rows, columns, members=members)
    assert _numbers(stored) == _numbers(pure)
    if stored.members is not None:
        assert stored == pure


def _numbers(table: CountTable) -> object:
    return table.grid(), table.row_totals, table.column_totals, table.total, table.flow, table.row_values


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/a.sqlite")


def _keep(store: Store, document: Document, **values: object) -> None:
    record = Record(key=document.key, media=Media.CTGOV_JSON, raw=document.version.encode(), fetched_at=NOW)
    with store.write() as tx:
        _, version = tx.records.save(record)
        number = tx.documents.save(version, "test", document)
        tx.extractions.save(number, extraction(document, {Field(name): value for name, value in values.items()}))  # type: ignore[misc]


def _two(store: Store) -> None:
    reg = registration(1, "Fat cells for knees", first_posted="2015-01-01", status="COMPLETED")
    _keep(store, reg, msc="cells", donor="allogeneic")
    _keep(
        store,
        paper(11, "Knees and fat", f"The study {nct(1)} is over."),
        msc="cells",
        donor="autologous",
        report="trial_result",
    )


def test_registration_and_paper_meet_in_the_census(store: Store) -> None:
    _two(store)
    report = assemble(store)
    assert (report.registrations, report.publications, report.links, report.families) == (1, 1, 1, 1)
    rows = {item.id: item for item in census_rows(store)}
    assert rows[nct(1)].publications == ("11",)
    assert dict(rows[nct(1)].absent)["donor"] == "conflict"


def test_the_census_is_built_anew_only_when_something_changed(store: Store) -> None:
    _two(store)
    assert ensure_census(store) is not None
    assert ensure_census(store) is None
    key = registration(1).key
    with store.write() as tx:
        decision = NewDecision(
            key=key, field=Field.DONOR, value='"allogeneic"', verdict=Verdict.ACCEPT, who="ada", at=NOW
        )
        tx.decisions.append(decision, expected=0)
    rows = {item.id: item for item in census_rows(store)}
    assert rows[nct(1)].donors == ("allogeneic",)
    assert rows[nct(1)].decided == ("donor", "donor_inferred")


def test_a_removed_registration_no_longer_counts(store: Store) -> None:
    _two(store)
    assert len(census_rows(store)) == 2
    with store.write() as tx:
        tx.records.set_state(registration(1).key, State.REMOVED, reason="gone", since=NOW)
    assert [item.id for item in census_rows(store)] == ["11"]


def test_curators_words_on_families_survive_rebuilding(store: Store) -> None:
    for number in (1, 2):
        _keep(store, registration(number, first_posted=f"201{number}-01-01"), msc="cells")
    with store.write() as tx:
        tx.family_decisions.append(
            FamilyDecision(
                a=nct(1), b=nct(2), ruling=FamilyRuling.MERGE, curator="ada", decided_at=NOW, reason="one study"
            )
        )
    assert {item.family for item in census_rows(store)} == {nct(1)}
    assemble(store)
    assert {item.family for item in census_rows(store)} == {nct(1)}
    with store.read() as tx:
        assert len(tx.family_decisions.all()) == 1


def test_rows_read_back_what_was_written() -> None:
    from mscminer.store.census import row_bytes, row_from_bytes

    item = replace(row(1, tissues=("adipose",)), absent=(("donor", "conflict"),), n=3)
    assert row_from_bytes(row_bytes(item)) == item


@pytest.mark.parametrize(("type", "inferred"), [("RESULT", 0), ("DERIVED", 0), ("BACKGROUND", 1)])
def test_a_paper_that_a_registration_calls_its_own_is_not_guessed_at(type: str, inferred: int) -> None:
    """Titles may resemble another trial's: what a registration says of the paper settles it."""
    alike = registration(1, "Amnion cells in chronic plantar fasciitis")
    citing = registration(2, "Membranes for sore heels", references=(Reference(pmid="11", type=type),))
    guess = Link(a=paper(11).key, b=alike.key, type=LinkType.INFERRED, basis="inferred", reason="alike", score=0.9)
    links = all_links([tuple(find_reference_links(citing, {}))], [(guess,)], {nct(1): alike, nct(2): citing})
    assert sum(link.type is LinkType.INFERRED for link in links) == inferred
