"""Counts on the record versions of a past day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.counts import Basis, Dimension
from mscminer.core.documents import Document
from mscminer.core.records import Media, Record
from mscminer.core.vocabulary import Field
from mscminer.jobs.export import export
from mscminer.jobs.ledger import explain_difference, export_count, replay
from mscminer.jobs.view import several_versions, view_of
from mscminer.store import Store, open_store
from mscminer.store.records import State
from mscminer.trials.definitions import load_definition
from mscminer.trials.differences import Cause
from tests.conftest import NOW
from tests.trials.builders import extraction, nct, registration

DAY = date(2021, 3, 31)
RULE = load_definition("msc-cells")


def keep(store: Store, document: Document, revised: str | None, *, came: datetime = NOW, **values: Any) -> None:
    record = Record(
        key=document.key,
        media=Media.CTGOV_JSON,
        raw=f"{document.version}{revised}".encode(),
        fetched_at=came,
        revised_at=revised,
    )
    with store.write() as tx:
        _, version = tx.records.save(record)
        number = tx.documents.save(version, "test", document)
        if values:
            tx.extractions.save(number, extraction(document, {Field(name): value for name, value in values.items()}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three studies: one was withdrawn later, one gave other cells before, one has a later version only."""
    opened = open_store(f"sqlite:///{tmp_path}/a.sqlite")
    early = datetime.fromisoformat("2020-06-01T00:00+00:00")
    one, two, three = ({"first_posted": f"2015-0{n}-01", "status": "COMPLETED"} for n in (1, 2, 3))
    keep(opened, registration(1, **one), "2020-05-01", came=early, msc="cells", donor="autologous")
    keep(opened, registration(1, **{**one, "status": "WITHDRAWN"}), "2022-01-01", msc="cells", donor="allogeneic")
    keep(opened, registration(2, **two), "2019-01-01", came=early, msc="none")
    keep(opened, registration(2, "Now with cells", **two), "2023-01-01", msc="cells", donor="allogeneic")
    keep(opened, registration(3, **three), "2022-06-01", msc="cells", donor="autologous")
    return opened


def members(store: Store, basis: Basis, day: date = DAY) -> list[str]:
    return list(view_of(store, basis, day).counted(RULE, DAY))


def test_each_basis_counts_its_own_versions(store: Store) -> None:
    assert members(store, Basis.NEWEST) == [nct(2), nct(3)]
    assert members(store, Basis.VALID) == [nct(1), nct(3)]
    assert members(store, Basis.KNOWN) == [nct(1)]
    assert several_versions(store) == 2


def test_each_basis_says_what_it_rests_on(store: Store) -> None:
    assert "newest stored version" in view_of(store).words
    valid = view_of(store, Basis.VALID, DAY).words
    assert "2 records; of 1 only later versions are stored and the oldest is taken" in valid
    known = view_of(store, Basis.KNOWN, DAY).words
    assert "by 2021-03-31: 2 records; 1 that came later or were gone are left out" in known


def test_values_are_those_of_the_day(store: Store) -> None:
    table = view_of(store, Basis.VALID, DAY).table(RULE, DAY, Dimension.DONOR, Dimension.ALL)
    assert table.row_totals == {"autologous": 2}


def test_a_version_that_nobody_read_is_not_extracted_yet_and_told(store: Store) -> None:
    keep(store, registration(4, "Old", first_posted="2014-01-01"), "2020-01-01")
    keep(store, registration(4, "New", first_posted="2014-01-01"), "2022-01-01", msc="cells")
    view = view_of(store, Basis.VALID, DAY)
    assert nct(4) not in view.counted(RULE, DAY)
    assert "1 are not extracted yet (mscminer extract --all-versions)" in view.words


def test_all_versions_are_extracted_on_request(store: Store) -> None:
    from mscminer.extract.makers import current_maker

    with store.read() as tx:
        maker = current_maker(None)
        assert len(tx.documents.ids_to_extract(maker)) == 3
        assert len(tx.documents.ids_to_extract(maker, all_versions=True)) == 5


def test_what_was_removed_later_counts_on_the_day(store: Store) -> None:
    since = datetime.fromisoformat("2022-01-01T00:00+00:00")
    with store.write() as tx:
        tx.records.set_state(registration(1).key, State.REMOVED, reason="gone", since=since)
    assert members(store, Basis.VALID) == [nct(1), nct(3)]
    assert members(store, Basis.KNOWN, since.date() + timedelta(days=1)) == []


def test_the_ledger_keeps_the_basis(store: Store) -> None:
    def made(basis: Basis) -> str:
        arguments: dict[str, Any] = {"rows": Dimension.DONOR, "columns": Dimension.ALL, "format": "csv"}
        return export_count(store, definition="msc-cells", as_of=DAY, basis=basis, **arguments).entry.id

    newest, valid = made(Basis.NEWEST), made(Basis.VALID)
    again = replay(store, valid)
    assert (again.entry.basis, again.recounted, again.made_again) == (Basis.VALID, True, True)
    assert b"the versions valid on 2021-03-31" in again.output
    assert explain_difference(store, newest, valid).net == {Cause.EDIT: (1, 1)}
    table1 = export(store, "table1", "msc-cells", DAY, "json", basis=Basis.VALID)
    assert table1.entry is not None
    assert replay(store, table1.entry.id).made_again is True
    assert nct(1).encode() in table1.output
