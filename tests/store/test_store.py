"""One contract for every database: what was saved comes back, and saving again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mscminer.core.facts import Maker
from mscminer.core.records import Media, RecordKey, Rejected, Source
from mscminer.store import Store
from mscminer.store.records import Saved, State
from tests.conftest import NOW
from tests.samples import KEY, MAKER, make_document, make_extraction, make_record


def test_record_comes_back_as_it_was(store: Store) -> None:
    record = make_record("{}", revised_at="2021-03-31")
    with store.write() as tx:
        assert tx.records.save(record)[0] is Saved.NEW
    with store.read() as tx:
        stored = tx.records.current(KEY)
    assert stored is not None
    assert stored.record == record
    assert stored.state is State.ACTIVE


def test_same_record_again_changes_nothing(store: Store) -> None:
    with store.write() as tx:
        tx.records.save(make_record())
        assert tx.records.save(make_record())[0] is Saved.UNCHANGED
    with store.read() as tx:
        assert len(tx.records.versions(KEY)) == 1


def test_every_version_is_kept_and_the_newest_is_current(store: Store) -> None:
    with store.write() as tx:
        tx.records.save(make_record("old", revised_at="2020-01-01"))
        assert tx.records.save(make_record("new", revised_at="2021-01-01"))[0] is Saved.CHANGED
    with store.read() as tx:
        assert [stored.record.raw for stored in tx.records.versions(KEY)] == [b"old", b"new"]
        current = tx.records.current(KEY)
    assert current is not None
    assert current.record.raw == b"new"


def test_an_old_dump_does_not_turn_back_the_clock(store: Store) -> None:
    with store.write() as tx:
        tx.records.save(make_record("new", revised_at="2021-01-01"))
        tx.records.save(make_record("old", revised_at="2020-01-01"))
        current = tx.records.current(KEY)
    assert current is not None
    assert current.record.raw == b"new"


def test_an_error_rolls_everything_back(store: Store) -> None:
    def fail_half_way() -> None:
        with store.write() as tx:
            tx.records.save(make_record())
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail_half_way()
    with store.read() as tx:
        assert tx.records.totals() == {}


def test_state_changes_once(store: Store) -> None:
    with store.write() as tx:
        tx.records.save(make_record())
        assert tx.records.set_state(KEY, State.REMOVED, reason="not in the id list", since=NOW)
        assert not tx.records.set_state(KEY, State.REMOVED, reason="not in the id list", since=NOW + timedelta(1))
        assert not tx.records.set_state(RecordKey(source=Source.PUBMED, id="1"), State.DELETED, reason=None, since=NOW)
    with store.read() as tx:
        assert tx.records.state(KEY) is State.REMOVED
        assert tx.records.totals() == {"ctgov": {"removed": 1}}


def test_document_and_extraction_come_back_as_they_were(store: Store) -> None:
    document = make_document()
    extraction = make_extraction(document)
    with store.write() as tx:
        _, version = tx.records.save(make_record())
        number = tx.documents.save(version, "1", document)
        assert tx.documents.save(version, "1", document) == number
        tx.extractions.save(number, extraction)
    with store.read() as tx:
        stored = tx.documents.current(KEY)
        assert stored is not None
        assert stored.document == document
        assert tx.documents.by_version(document.version) == document
        loaded = tx.extractions.latest(stored.id, MAKER)
    assert loaded is not None
    assert loaded == extraction


def test_only_new_or_outdated_texts_wait_for_extraction(store: Store) -> None:
    document = make_document()
    with store.write() as tx:
        _, version = tx.records.save(make_record())
        number = tx.documents.save(version, "1", document)
        assert tx.documents.count_to_extract(MAKER) == 1
        tx.extractions.save(number, make_extraction(document))
        assert tx.documents.count_to_extract(MAKER) == 0
        newer = Maker(name=MAKER.name, version="2")
        assert [item.id for item in tx.documents.iterate_to_extract(newer)] == [number]
        tx.records.save(make_record("a newer version"))
        assert tx.documents.outdated_parses("1") != []


def test_extraction_by_the_same_maker_is_replaced(store: Store) -> None:
    document = make_document()
    with store.write() as tx:
        _, version = tx.records.save(make_record())
        number = tx.documents.save(version, "1", document)
        tx.extractions.save(number, make_extraction(document))
        tx.extractions.save(number, make_extraction(document))
        assert tx.extractions.makers() == [(MAKER, 1)]
        assert tx.extractions.latest(number) == make_extraction(document)


def test_a_newer_parse_is_what_is_read(store: Store) -> None:
    with store.write() as tx:
        _, version = tx.records.save(make_record())
        tx.documents.save(version, "1", make_document("first reading"))
        assert tx.documents.outdated_parses("2") == [version]
        tx.documents.save(version, "2", make_document("second reading"))
        stored = tx.documents.current(KEY)
        assert [item.document.title for item in tx.documents.iterate_current()] == ["second reading"]
    assert stored is not None
    assert stored.document.title == "second reading"


def test_quarantine_keeps_each_piece_once(store: Store) -> None:
    rejected = Rejected(origin="a.json", locator="line 3", reason="half a line", remedy="Get it anew.", raw=b"{\x00")
    with store.write() as tx:
        assert tx.quarantine.add(rejected, at=NOW)
        assert not tx.quarantine.add(rejected, at=NOW)
    with store.read() as tx:
        assert tx.quarantine.total() == 1
        (kept,) = tx.quarantine.list()
    assert (kept.raw, kept.reason, kept.first_seen_at) == (b"{\x00", "half a line", NOW)


def test_runs_and_cursors(store: Store) -> None:
    with store.write() as tx:
        run = tx.runs.start("harvest", {"since": "2021-01-01"}, at=NOW)
        assert tx.runs.last_complete("harvest") is None
        tx.runs.finish(run, "complete", {"new": 3}, at=NOW + timedelta(minutes=1))
        tx.cursors.set("pubmed", "msc", {"until": "2021-02-01"}, run_id=run, at=NOW)
        tx.cursors.set("pubmed", "msc", {"until": "2021-03-01"}, run_id=run, at=NOW)
    with store.read() as tx:
        last = tx.runs.last_complete("harvest")
        cursor = tx.cursors.get("pubmed", "msc")
        assert tx.cursors.get("ctgov", "msc") is None
    assert last is not None
    assert last.result == {"new": 3}
    assert last.started_at == NOW
    assert cursor is not None
    assert cursor.position == {"until": "2021-03-01"}


def test_medline_text_of_the_same_day_does_not_replace_the_xml(store: Store) -> None:
    key = RecordKey(source=Source.PUBMED, id="7")
    xml = replace(make_record("<x/>", key=key, revised_at="2020-01-01"), media=Media.PUBMED_XML)
    text = replace(make_record("PMID- 7", key=key, revised_at="2020-01-01"), media=Media.MEDLINE)
    with store.write() as tx:
        tx.records.save(xml)
        tx.records.save(text)
        current = tx.records.current(key)
    assert current is not None
    assert current.record == xml
