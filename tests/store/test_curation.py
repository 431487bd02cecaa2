"""Decisions, queue, users, samples and search, on SQLite and PostgreSQL."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DatabaseError

from mscminer.core.decisions import Decision, NewDecision, Verdict
from mscminer.core.documents import Kind
from mscminer.core.errors import ConfigError, Conflict, NotFound
from mscminer.core.facts import canonical
from mscminer.core.tasks import Card, Task, card_of, tasks_of
from mscminer.core.vocabulary import Field
from mscminer.store import Store, open_store
from mscminer.store.queue import BrowseFilter, QueueFilter
from tests.conftest import NOW
from tests.samples import KEY, make_document, make_extraction, make_record


def new(value: Any = "umbilical_cord", **more: Any) -> NewDecision:
    parts = {"verdict": Verdict.ACCEPT, "who": "ada", "at": NOW, "field": Field.TISSUE, **more}
    return NewDecision(key=KEY, value=canonical(value), **parts)


def fill(store: Store) -> None:
    document = make_document()
    with store.write() as tx:
        _, version = tx.records.save(make_record())
        number = tx.documents.save(version, "p1", document)
        tx.extractions.save(number, make_extraction(document))


def refresh(store: Store) -> int:
    document = make_document()
    with store.write() as tx:
        outdated = tx.queue.outdated()
        for item in outdated:
            extraction, decisions = tx.extractions.latest(item.document_id), tx.decisions.of_record(item.key)
            tx.queue.put(item, card_of(document, extraction, decisions), tasks_of(document, extraction, decisions))
            tx.search.add(item.document_id, document)
    return len(outdated)


def test_a_decision_comes_back_as_it_was(store: Store) -> None:
    document = make_document()
    words = document.evidence("title", 0, 4)
    given = new(
        {"name": "knee \x00 \ud800 \U0001f9b4", "mesh": None},
        field=Field.CONDITION,
        evidence=(words,),
        why="because \x00",
        shown={"document": document.version},
    )
    with store.write() as tx:
        kept = tx.decisions.append(given, expected=0)
    with store.read() as tx:
        (found,) = tx.decisions.of_record(KEY)
        assert tx.decisions.by_uid(kept.uid) == found == kept
    assert found == Decision(
        **{name: getattr(given, name) for name in NewDecision.__dataclass_fields__}, number=kept.number, uid=kept.uid
    )


def test_the_second_of_two_is_told_and_nothing_is_overwritten(store: Store) -> None:
    with store.write() as tx:
        first = tx.decisions.append(new(), expected=0)
    with pytest.raises(Conflict, match=r"ada decided .accept. at .* in between"), store.write() as tx:
        tx.decisions.append(new(verdict=Verdict.REJECT, who="bob"), expected=0)
    with store.write() as tx:
        second = tx.decisions.append(new(verdict=Verdict.REJECT, who="bob"), expected=first.number)
    assert second.previous == first.number
    with store.read() as tx:
        assert [item.who for item in tx.decisions.of_record(KEY)] == ["ada", "bob"]


def test_the_database_itself_refuses_a_fork(store: Store) -> None:
    with store.write() as tx:
        tx.decisions.append(new(), expected=0)
    fork = (
        "INSERT INTO decision SELECT id + 1, 'other', source, source_id, line, field, value, verdict, new_value, "
        "evidence, shown, why, who, at, previous_id, undoes, origin FROM decision"
    )
    with pytest.raises(DatabaseError, match=r"(?i)unique"), store.write() as tx:
        tx.session.execute(text(fork))


@pytest.mark.parametrize("statement", ["UPDATE decision SET who = 'eve'", "DELETE FROM decision"])
def test_the_database_itself_refuses_changes(store: Store, statement: str) -> None:
    with store.write() as tx:
        tx.decisions.append(new(), expected=0)
    with pytest.raises(DatabaseError, match="append-only"), store.write() as tx:
        tx.session.execute(text(statement))
    with store.read() as tx:
        assert [item.who for item in tx.decisions.iterate()] == ["ada"]


def test_other_fields_and_lines_do_not_conflict(store: Store) -> None:
    with store.write() as tx:
        tx.decisions.append(new(), expected=0)
        tx.decisions.append(new("cells", field=Field.MSC), expected=0)
        tx.decisions.append(new(line="second:1"), expected=0)
        assert tx.decisions.total() == 3
        assert [item.number for item in tx.decisions.recent(limit=2)] == [3, 2]
        assert len(tx.decisions.times(who="ada")) == 3
        assert tx.decisions.keys() == [KEY]


def test_refreshing_makes_tasks_once_and_again_after_a_decision(store: Store) -> None:
    fill(store)
    assert refresh(store) == 1
    assert refresh(store) == 0
    with store.write() as tx:
        tx.decisions.append(new(), expected=0)
    assert refresh(store) == 1
    assert refresh(store) == 0
    with store.read() as tx:
        states = {row.task.field: row.task.state for row in tx.queue.page(QueueFilter(state="done"))}
        assert states == {Field.TISSUE: "done"}
        assert tx.queue.totals().done == 1
        first = [row.task for row in tx.queue.page(QueueFilter()) if row.task.effect]
        assert {task.field for task in first} == {Field.DONOR, Field.CATEGORY, Field.PHASE}


def test_queue_filters(store: Store) -> None:
    fill(store)
    card = Card(
        kind=Kind.REGISTRATION,
        title="t",
        year=2020,
        interventional=True,
        msc="cells",
        category="lung",
        phase="2",
        tissue="adipose, bone_marrow",
        donor="",
    )
    tasks = [
        Task(field=Field.DOSE, state="open", effect=0, doubt=0.9, value="100% a_b", stale=True),
        Task(field=Field.DONOR, state="open", effect=1, doubt=0.1, value="autologous", conflict=True),
        Task(field=Field.TISSUE, state="skipped", effect=1, doubt=0.5, value=""),
    ]
    with store.write() as tx:
        tx.queue.put(tx.queue.outdated()[0], card, tasks)

    def found(**wanted: Any) -> list[Field]:
        with store.read() as tx:
            return [row.task.field for row in tx.queue.page(QueueFilter(**wanted))]

    assert found() == [Field.DONOR, Field.DOSE]
    assert found(state="skipped") == [Field.TISSUE]
    assert found(field="dose") == found(stale=True) == found(value="100%") == [Field.DOSE]
    assert found(conflict=True) == [Field.DONOR]
    assert found(value="aXb") == found(category="eye") == found(year=1999) == found(source="pubmed") == []
    assert found(category="lung", year=2020, source="ctgov") == [Field.DONOR, Field.DOSE]
    with store.read() as tx:
        assert [row.key for row in tx.queue.browse(BrowseFilter(tissue="bone_marrow", year=2020))] == [KEY]
        assert tx.queue.browse(BrowseFilter(tissue="dental")) == []
        assert tx.queue.card(KEY) == card


def counted(store: Store) -> dict[tuple[str, str, bool], int]:
    """The totals as a scan of all tasks finds them."""
    query = "SELECT state, field, effect > 0, count(*) FROM curation_task GROUP BY state, field, effect > 0"
    with store.read() as tx:
        return {(state, field, bool(some)): number for state, field, some, number in tx.session.execute(text(query))}


def kept(store: Store) -> dict[tuple[str, str, bool], int]:
    """The totals as they are kept."""
    query = "SELECT state, field, effective, number FROM curation_total WHERE number <> 0"
    with store.read() as tx:
        return {(state, field, bool(some)): number for state, field, some, number in tx.session.execute(text(query))}


def test_totals_stay_in_step_with_the_tasks(store: Store) -> None:
    fill(store)
    assert kept(store) == {}
    refresh(store)
    assert kept(store) == counted(store) != {}
    for verdict in (Verdict.ACCEPT, Verdict.SKIP):
        with store.write() as tx:
            tx.decisions.append(new(verdict=verdict), expected=None)
        refresh(store)
        assert kept(store) == counted(store)
    with store.read() as tx:
        item = tx.queue.current(KEY)
    assert item is not None
    with suppress(ZeroDivisionError), store.write() as tx:
        tx.queue.put(item, card_of(make_document(), None), [])
        raise ZeroDivisionError
    assert kept(store) == counted(store)
    with store.read() as tx:
        totals = tx.queue.totals()
        assert totals.open == sum(totals.fields.values())
    with store.write() as tx:
        tx.queue.put(item, card_of(make_document(), None), [])
    assert kept(store) == counted(store) == {}


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "order"),
        ({"field": "tissue"}, "field"),
        ({"category": "lung"}, "category"),
        ({"year": 2020}, "year"),
        ({"source": "pubmed"}, "source"),
        ({"conflict": True}, "conflict"),
        ({"stale": True}, "stale"),
        ({"changed": True}, "changed"),
    ],
)
def test_every_filter_of_the_queue_has_an_index_and_no_page_is_sorted(
    tmp_path: Path, wanted: dict[str, Any], index: str
) -> None:
    asked: list[tuple[str, Any]] = []
    with open_store(f"sqlite:///{tmp_path}/a.sqlite") as store:
        event.listen(store.engine, "before_cursor_execute", lambda _c, _k, sql, values, *_: asked.append((sql, values)))
        with store.read() as tx:
            tx.queue.page(QueueFilter(**wanted))
            sql, values = asked[-1]
            rows = tx.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    plan = " ".join(row[3] for row in rows)
    assert f"ix_curation_task_{index} " in plan
    assert "TEMP B-TREE" not in plan


def test_of_many_hits_the_newest_are_ranked(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store)
    refresh(store)
    monkeypatch.setattr("mscminer.store.search.RANKED", 1)
    with store.read() as tx:
        assert tx.search.find("cord") == [KEY]


def test_search_finds_current_texts(store: Store) -> None:
    fill(store)
    refresh(store)
    with store.read() as tx:
        assert tx.search.find("knees cord") == [KEY]
        assert tx.search.find("knee") == [KEY]
        for nothing in ("dog", "", '"', "NEAR(", "*", "\x00", "title:x", "\ud800"):
            assert tx.search.find(nothing) == []


def test_search_can_be_narrowed_like_lists(store: Store) -> None:
    fill(store)
    refresh(store)
    with store.read() as tx:
        card = tx.queue.card(KEY)
        assert card is not None
        for wanted in (BrowseFilter(msc=card.msc), BrowseFilter(year=card.year), BrowseFilter(tissue=card.tissue[:5])):
            assert tx.search.find("cord", wanted=wanted) == [KEY]
        assert tx.search.find("cord", wanted=BrowseFilter(kind="publication")) == []
        assert tx.search.find("cord", wanted=BrowseFilter(tissue="%")) == []
        assert tx.search.find("cord", without=[KEY]) == []
        assert tx.search.find("cord", wanted=BrowseFilter(msc=card.msc), offset=1) == []


def test_users_and_sessions(store: Store) -> None:
    with store.write() as tx:
        assert not tx.users.any()
        ada = tx.users.add("ada", "hash", "curator", at=NOW)
        tx.users.start_session(ada, "secret", kind="browser", at=NOW, lasts=timedelta(hours=1))
        for name, role in (("ada", "reader"), (" x", "reader"), ("", "reader"), ("x\x00", "reader"), ("x", "king")):
            with pytest.raises(ConfigError):
                tx.users.add(name, "hash", role, at=NOW)
    with store.read() as tx:
        assert tx.users.of_session("secret", kind="browser", at=NOW) == ada
        assert tx.users.of_session("secret", kind="token", at=NOW) is None
        assert tx.users.of_session("guess", kind="browser", at=NOW) is None
        assert tx.users.of_session("secret", kind="browser", at=NOW + timedelta(hours=2)) is None
        hashes = tx.session.execute(text("SELECT token_hash FROM web_session")).scalars().all()
        assert "secret" not in hashes
    with store.write() as tx:
        tx.users.disable("ada", at=NOW)
        assert tx.users.of_session("secret", kind="browser", at=NOW) is None
        assert not tx.users.any()
        with pytest.raises(NotFound):
            tx.users.disable("bob", at=NOW)
    assert not replace(ada, disabled_at=NOW).may("reader")
    assert ada.may("reader")
    assert not ada.may("adjudicator")


def test_failed_logins_are_counted_by_name_and_address(store: Store) -> None:
    with store.write() as tx:
        for minute in range(3):
            tx.users.note_failure("ada", "10.0.0.1", at=NOW + timedelta(minutes=minute))
        assert tx.users.failures(since=NOW, name="ada") == 2
        assert tx.users.failures(since=NOW - timedelta(1), address="10.0.0.1") == 3
        tx.users.clear_failures("ada")
        assert tx.users.failures(since=NOW - timedelta(1), name="ada") == 0


def test_samples(store: Store) -> None:
    with store.write() as tx:
        sample = tx.samples.add("spring", [KEY], seed=7, by="ada", at=NOW)
        assert tx.samples.get(sample.id) == sample == tx.samples.list()[0]
        assert sample.line == f"second:{sample.id}"
        with pytest.raises(NotFound):
            tx.samples.get(99)
