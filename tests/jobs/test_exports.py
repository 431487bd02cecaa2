"""Exported counts come back byte by byte, differences are explained, and every export can be written."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.counts import Dimension
from mscminer.core.decisions import NewDecision, Verdict
from mscminer.core.documents import Document, SecondaryId
from mscminer.core.errors import NotFound, UnreadableFile
from mscminer.core.labels import Label
from mscminer.core.records import Media, Record
from mscminer.core.vocabulary import Field
from mscminer.export import evidence
from mscminer.jobs.adjust import adjusted_counts
from mscminer.jobs.export import REPORT, WORKBOOKS, export, write_figures
from mscminer.jobs.ledger import explain_difference, export_count, ledger_entries, replay
from mscminer.jobs.reconcile import read_ids, reconcile_file
from mscminer.jobs.trial import load_trial, trial_to_json
from mscminer.store import Store, open_store
from mscminer.trials.differences import Cause
from tests.conftest import NOW
from tests.trials.builders import extraction, nct, paper, registration

DAY = date(2021, 3, 31)


def keep(store: Store, document: Document, *, days: int = 0, **values: Any) -> None:
    """Store a document as if it had been loaded and extracted."""
    fetched = NOW + timedelta(days=days)
    record = Record(key=document.key, media=Media.CTGOV_JSON, raw=document.version.encode(), fetched_at=fetched)
    with store.write() as tx:
        _, version = tx.records.save(record)
        number = tx.documents.save(version, "test", document)
        tx.extractions.save(number, extraction(document, {Field(name): value for name, value in values.items()}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Five registrations, one of them with a paper."""
    opened = open_store(f"sqlite:///{tmp_path}/a.sqlite")
    for number in range(1, 6):
        document = registration(
            number,
            f"Study {number}",
            first_posted=f"201{number}-01-01",
            start=f"201{number}-02",
            status="COMPLETED",
            completion="2017-06",
            enrollment=20,
            countries=("Spain",),
        )
        keep(opened, document, msc="cells", tissue="adipose", donor="autologous", category="eye", phase="1")
    keep(
        opened,
        paper(11, "Study 5 reported", f"Twelve were treated ({nct(5)}).", published="2019"),
        msc="cells",
        report="trial_result",
        efficacy="positive",
        safety="safe",
        donor="autologous",
        dose=[{"cells": 2.5e6, "per_kg": True, "times": 2}],
    )
    return opened


def _export(store: Store, format: str = "csv", definition: str = "msc-cells") -> Any:
    return export_count(
        store, definition=definition, as_of=DAY, rows=Dimension.TISSUE, columns=Dimension.DONOR, format=format
    )


@pytest.mark.parametrize("format", ["csv", "json", "xlsx", "md", "parquet"])
def test_an_export_is_replayed_byte_by_byte(store: Store, format: str) -> None:
    made = _export(store, format)
    keep(store, registration(6, first_posted="2016-01-01"), msc="cells")
    again = replay(store, made.entry.id[:6])
    assert again.output == made.output
    assert again.recounted
    assert again.made_again
    assert again.entry == made.entry


def test_the_ledger_says_what_a_number_rests_on(store: Store) -> None:
    entry = _export(store).entry
    assert entry.total == 5
    assert len(entry.members) == 5
    assert entry.definition_digest
    assert entry.model_version == "test-extract 1"
    assert ledger_entries(store) == [entry]
    assert _export(store).entry.id == entry.id, "the same export again is the same entry"
    assert len(ledger_entries(store)) == 1
    with pytest.raises(NotFound, match="counts ledger"):
        replay(store, "ffffff")


def test_a_difference_is_explained_to_the_last_record(store: Store) -> None:
    first = _export(store).entry
    keep(store, registration(7, first_posted="2017-01-01"), msc="cells")
    keep(store, registration(1, "Study 1", first_posted="2011-01-01", status="WITHDRAWN"), days=1, msc="cells")
    with store.write() as tx:
        decision = NewDecision(
            key=registration(2).key, field=Field.MSC, value='"cells"', new_value='"none"', verdict=Verdict.CORRECT,
            who="ada", at=NOW,
        )  # fmt: skip
        tx.decisions.append(decision, expected=0)
    found = explain_difference(store, first.id, "now")
    assert (found.before, found.after) == (5, 4)
    assert found.net == {Cause.NEW: (1, 0), Cause.CURATOR: (0, 1), Cause.EDIT: (0, 1)}
    second = _export(store).entry
    assert explain_difference(store, first.id, second.id).net == found.net


@pytest.mark.parametrize("what", WORKBOOKS)
def test_every_table_can_be_exported(store: Store, what: str) -> None:
    made = export(store, what, "msc-cells", DAY, "json")
    sheets = json.loads(made.output)["sheets"]
    assert made.rows == len(sheets[0]["rows"])
    assert made.rows > 0


@pytest.mark.parametrize(("what", "format"), [*((what, "xlsx") for what in WORKBOOKS), (REPORT, "html")])
def test_every_export_is_in_the_ledger_and_comes_again(store: Store, what: str, format: str) -> None:
    made = export(store, what, "msc-cells", DAY, format)
    entry = made.entry
    assert entry is not None
    assert (entry.what, entry.total, len(entry.members)) == (what, 5, 5)
    again = replay(store, entry.id)
    assert again.output == made.output
    assert again.recounted
    assert again.made_again is True
    keep(store, registration(6, first_posted="2016-01-01"), msc="cells")
    later = replay(store, entry.id)
    assert later.output == made.output
    assert later.recounted
    assert later.made_again is None, "the database has moved on"
    assert explain_difference(store, entry.id, "now").net == {Cause.NEW: (1, 0)}


def test_an_export_that_comes_out_otherwise_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = export(store, "table1", "msc-cells", DAY, "csv")
    monkeypatch.setattr("mscminer.export.evidence.TABLE1", tuple(reversed(evidence.TABLE1)))
    assert made.entry is not None
    again = replay(store, made.entry.id)
    assert again.output == made.output
    assert again.made_again is False


def test_table1_has_effect_and_dose_from_the_paper(store: Store) -> None:
    sheet = json.loads(export(store, "table1", "msc-cells", DAY, "json").output)["sheets"][0]
    rows = {
        row[sheet["columns"].index("reference")]: dict(zip(sheet["columns"], row, strict=True)) for row in sheet["rows"]
    }
    with_paper = rows[f"{nct(5)}; PMID 11"]
    assert with_paper["effect"] == "positive"
    assert with_paper["dose"] == "2.5 x 10^6 cells/kg, 2 times"
    assert rows[nct(1)]["effect"] == "no linked paper"


def _sheet(made: bytes, number: int = 0) -> list[dict[str, Any]]:
    """Rows of a sheet of a JSON export, by column."""
    sheet = json.loads(made)["sheets"][number]
    return [dict(zip(sheet["columns"], row, strict=True)) for row in sheet["rows"]]


def test_evidence_counts_efficacy_and_safety_and_sums_them(store: Store) -> None:
    keep(store, registration(8, first_posted="2013-01-01"), msc="cells", donor="allogeneic", category="liver")
    rows = {
        (row["category"], row["cells"]): row
        for row in _sheet(export(store, "evidence", "msc-cells", DAY, "json").output)
    }
    eye = rows["eye", "own cells only"]
    assert (eye["studies"], eye["with_conclusion"], eye["positive"], eye["safe"], eye["concern"]) == (5, 1, 1, 1, 0)
    assert [rows["all", side]["studies"] for side in ("own cells only", "donor cells only")] == [5, 1]


def test_table1_tells_cited_trials_in_every_format(store: Store) -> None:
    keep(store, registration(114452, first_posted="2005-06-01"), msc="cells", category="cardiovascular")
    rows = _sheet(export(store, "table1", "msc-cells", DAY, "json").output)
    assert [row["reference"] for row in rows if row["cited"]] == [nct(114452)]


def test_a_trial_is_shown_as_it_is_counted(store: Store) -> None:
    keep(
        store,
        paper(12, "Study 4", f"See {nct(4)}.", published="2019"),
        msc="cells",
        donor="allogeneic",
        report="cohort",
    )
    shown = trial_to_json(load_trial(store, nct(4)))
    assert shown["conflicts"] == ["donor"]
    sides = [(side["value"], side["sources"]) for side in shown["fields"]["donor"]["competing"]]
    assert sides == [("autologous", [f"ctgov:{nct(4)}"]), ("allogeneic", ["pubmed:12"])]
    assert shown["links"][0]["type"] == "result"
    with pytest.raises(NotFound, match="Load or harvest"):
        load_trial(store, "11")


def test_report_and_figures(store: Store, tmp_path: Path) -> None:
    made = export(store, REPORT, "msc-cells", DAY, "html")
    assert made.output == export(store, REPORT, "msc-cells", DAY, "html").output
    assert b"almost 1000" in made.output
    assert nct(3).encode() in made.output
    files = write_figures(made.pictures, tmp_path / "figures")
    assert {file.suffix for file in files} == {".svg", ".png"}
    assert all(file.stat().st_size > 1000 for file in files)


def test_reconciling_a_file(store: Store, tmp_path: Path) -> None:
    listed = tmp_path / "census.csv"
    listed.write_text(f"trial,year\n{nct(1)},2011\nnct 00000002;2012\n{nct(90)},2020\n", "utf-8")
    found = reconcile_file(store, listed, definition="msc-cells", as_of=DAY)
    assert found.matched == (nct(1), nct(2))
    assert found.reasons == {"not in our database": 1}
    assert found.extra == (nct(3), nct(4), nct(5))
    assert found.unread == ("trial,year",)
    empty = tmp_path / "empty.txt"
    empty.write_text("nothing here", "utf-8")
    with pytest.raises(UnreadableFile, match="NCT00114452"):
        read_ids(empty)


def test_a_list_may_use_other_numbers_of_a_registration(store: Store, tmp_path: Path) -> None:
    """A EudraCT number or an earlier NCT number stands for the registration that gives it as its own."""
    second = (SecondaryId(id="EudraCT 2010-023999-12", type="EUDRACT_NUMBER"),)
    keep(store, registration(6, first_posted="2016-01-01", secondary_ids=second), msc="cells")
    keep(store, registration(7, first_posted="2016-01-01", aliases=(nct(70),)), msc="none")
    listed = tmp_path / "census.txt"
    listed.write_text(f"2010-023999-12\n{nct(70)}\n{nct(6)}\n", "utf-8")
    found = reconcile_file(store, listed, definition="msc-cells", as_of=DAY)
    assert (found.listed, found.matched, found.repeated) == (3, (nct(6),), 1)
    assert found.renamed == {"2010-023999-12": nct(6), nct(70): nct(7)}
    assert [(item.id, item.reason) for item in found.missing] == [(nct(70), "no MSC product is given")]


def test_a_list_of_papers_is_read_as_pmids(store: Store, tmp_path: Path) -> None:
    listed = tmp_path / "papers.csv"
    listed.write_text("pmid,year,doi\n31000001,2019,10.1000/j.12345678\nPMID: 31000002;2020\n7,1999\n", "utf-8")
    keep(store, paper(31000001, published="2019"), msc="cells", report="trial_result")
    found = reconcile_file(store, listed, definition="msc-publications", as_of=DAY)
    assert found.matched == ("31000001",)
    assert [item.id for item in found.missing] == ["31000002"]
    assert found.unread == ("pmid,year,doi", "7,1999")


def test_adjusted_counts_measure_on_registrations(store: Store) -> None:
    labels = [Label(id=nct(number), msc="cells", tissue=("adipose",)) for number in range(1, 6)]
    (found,) = adjusted_counts(store, definition="msc-cells", as_of=DAY, by=Dimension.TISSUE, labels=labels)
    assert (found.value, found.observed, found.measured.true) == ("adipose", 5, 5)
    wrong = [Label(id=nct(number), msc="none") for number in range(1, 6)]
    (found,) = adjusted_counts(store, definition="msc-cells", as_of=DAY, by=Dimension.ALL, labels=wrong)
    assert found.measured.false == 5
    assert found.estimate is None
