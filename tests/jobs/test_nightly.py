"""Nights: what the digest tells, when the gate closes, what is published, and ten of them in a row."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError, ModelError
from mscminer.jobs.digest import Chapter, CountChange, Digest, Line, render_html, render_markdown
from mscminer.jobs.figures import Bands, Figures, find_breaches
from mscminer.jobs.harvest_plan import Mode, Span
from mscminer.jobs.mail import MailNotSent, send_digest
from mscminer.jobs.nightly import NightlyReport, Plan, nightly
from mscminer.jobs.publish import publish
from mscminer.settings import Settings, load_settings
from mscminer.store import Store
from mscminer.testing import Fault, FaultKind, ReplayServer, World
from tests.harvest.worlds import make_article, make_study, retraction, small_world
from tests.jobs.nights import NIGHT, clients_of, current_texts, fresh_store, harvest_at, set_time

DAY = timedelta(days=1)


def write_little(_: Store, folder: Path, as_of: date) -> None:
    (folder / "day.txt").write_text(as_of.isoformat())


def no_falls(_: str) -> tuple[str, ...]:
    return ()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh_store(tmp_path) as store:
        yield store


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(exports=tmp_path / "exports", judge=no_falls, write=write_little)


@pytest.fixture
def server() -> Iterator[ReplayServer]:
    world = small_world()
    set_time(world, NIGHT)
    with ReplayServer(world) as server:
        yield server


def night_at(
    store: Store, server: ReplayServer, plan: Plan, moment: datetime, settings: Settings | None = None
) -> NightlyReport:
    with clients_of(server) as clients:
        return nightly(store, clients, plan, settings=settings, now=lambda: moment)


def told(report: NightlyReport) -> dict[str, int]:
    assert report.digest is not None
    return dict(report.digest.numbers)


def text_of(report: NightlyReport) -> str:
    assert report.digest_file is not None
    return report.digest_file.read_text(encoding="utf-8")


# --- ten nights --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Night:
    """What happens before a night, and what its digest must say.

    Args:
        wrong_by: days by which our clock is wrong.
        rebuilt: whether the registry has rebuilt its data.
        told: numbers of changes by kind.
        says: words of the digest.
    """

    happens: Callable[[World, date], None] = lambda world, today: None
    faults: tuple[Fault, ...] = ()
    wrong_by: int = 0
    rebuilt: bool = True
    told: dict[str, int] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    state: str = "complete"


def _second(world: World, today: date) -> None:
    world.put_study(make_study(208, "Marrow Cells for Tired Hearts", updated=today))
    world.put_study(make_study(201, updated=today, status="COMPLETED", has_results=True))
    world.put_article(make_article(108, entered=today))


def _third(world: World, today: date) -> None:
    world.put_study(make_study(202, updated=today, phase="PHASE2"))
    world.put_article(make_article(109, entered=today))


def _fourth(world: World, today: date) -> None:
    world.put_article(make_article(102, entered=date(2025, 3, 2), modified=today, extra=retraction(990)))
    world.put_article(make_article(990, "Retraction: cord cells for worn knees", entered=today))


def _fifth(world: World, today: date) -> None:
    world.delete_article("103")
    world.delete_study("NCT00000203")
    world.put_study(make_study(204, updated=today, aliases=(205,)))


def _sixth(world: World, today: date) -> None:
    world.put_article(make_article(104, "Cord cells, corrected", entered=date(2025, 3, 4), modified=today))


def _seventh(world: World, today: date) -> None:
    world.put_study(make_study(206, updated=today, status="TERMINATED"))


def _eighth(world: World, today: date) -> None:
    world.put_article(make_article(110, entered=today))


def _ninth(world: World, today: date) -> None:
    world.put_study(make_study(203, updated=today))
    world.put_article(make_article(103, entered=date(2025, 3, 3)))
    world.put_article(make_article(102, entered=date(2025, 3, 2), modified=today))


TEN_NIGHTS = [
    Night(told={"new": 14}, says=("New registrations (7)", "New publications (7)", "NCT00000201")),
    Night(
        happens=_second,
        told={"new": 2, "changed": 1},
        says=("Marrow Cells for Tired Hearts", "status: RECRUITING → COMPLETED", "results: no → yes"),
    ),
    Night(
        happens=_third,
        faults=(Fault(kind=FaultKind.SERVER_ERROR, path="eutils", times=99),),
        told={"changed": 1},
        says=("phase: PHASE1 → PHASE2", "What went wrong", "pubmed: PubMed: esearch: status 500"),
        state="partial",
    ),
    Night(
        happens=_fourth,
        told={"new": 2, "changed": 1, "retracted": 1},
        says=("Retractions (1)", "retracted by 990", "[109]"),
    ),
    Night(
        happens=_fifth,
        told={"changed": 1, "removed": 1, "deleted": 1, "merged": 1},
        says=(
            "Removed, deleted or merged (3)",
            "Cord Cells for Worn Knees; merged: now filed as NCT00000204",
            "PubMed no longer has it",
        ),
    ),
    Night(
        happens=_sixth,
        faults=(Fault(kind=FaultKind.RESET, times=999),),
        says=("no changes", "ctgov: ", "pubmed: "),
        state="partial",
    ),
    Night(
        happens=_seventh,
        wrong_by=400,
        told={"changed": 2},
        says=("status: RECRUITING → TERMINATED", "title was: Cord cells for worn knees"),
    ),
    Night(happens=_eighth, wrong_by=-30, rebuilt=False, told={"new": 1}, says=("[110]",)),
    Night(
        happens=_ninth,
        told={"changed": 2, "restored": 2, "reinstated": 1},
        says=("Back again (2)", "No longer retracted (1)"),
    ),
    Night(says=("complete; no changes",)),
]


@pytest.mark.slow
def test_ten_nights_end_where_a_fresh_harvest_begins(
    store: Store, server: ReplayServer, plan: Plan, tmp_path: Path
) -> None:
    world = server.world
    for number, night in enumerate(TEN_NIGHTS):
        today = NIGHT + number * DAY
        world.now = today
        night.happens(world, today.date())
        if night.rebuilt:
            world.publish(today)
        server.clear_faults()
        for fault in night.faults:
            server.add_fault(replace(fault))
        report = night_at(store, server, plan, today + night.wrong_by * DAY)
        assert told(report) == night.told, f"night {number + 1}"
        assert report.state == night.state, f"night {number + 1}"
        for words in night.says:
            assert words in text_of(report), f"night {number + 1}"
    with fresh_store(tmp_path, "fresh.sqlite") as fresh:
        harvest_at(fresh, server, NIGHT + 11 * DAY, Span(mode=Mode.FULL))
        assert current_texts(store) == current_texts(fresh)
        assert len(current_texts(fresh)) == 18


# --- steps -------------------------------------------------------------------------------------------------


def test_a_night_leaves_a_record_exports_and_both_digests(store: Store, server: ReplayServer, plan: Plan) -> None:
    report = night_at(store, server, Plan(exports=plan.exports, judge=no_falls), NIGHT)
    names = ["harvest", "extract", "assemble", "count", "evaluate", "publish", "digest"]
    assert [(step.name, step.state) for step in report.steps] == [(name, "done") for name in names]
    assert (report.published, report.exit_code) == (True, 0)
    published = {path.name for path in (plan.exports / "current").iterdir()}
    assert {"report.html", "figures", "definitions.json", "counts_phase.csv", "census.csv"} <= published
    assert sorted(path.name for path in (plan.exports / "digests").iterdir()) == [
        "2025-03-20T020000.html",
        "2025-03-20T020000.md",
        "latest.html",
        "latest.md",
    ]
    with store.read() as tx:
        run = tx.runs.last_complete("nightly")
        assert tx.changes.untold() == []
    assert run is not None
    assert run.result is not None
    assert run.result["figures"]["records"] == {"ctgov": 7, "pubmed": 7}
    assert run.result["digest"]["changes"] == {"new": 14}
    assert run.result["figures"]["counts"]["msc-cells 1"] == 7


def test_a_night_over_nothing_is_a_night_all_the_same(store: Store, server: ReplayServer, plan: Plan) -> None:
    server.world.studies.clear()
    server.world.articles.clear()
    report = night_at(store, server, Plan(exports=plan.exports, judge=no_falls), NIGHT)
    assert (report.state, report.published, told(report)) == ("complete", True, {})


def test_low_scores_close_the_gate_and_yesterdays_exports_stay(store: Store, server: ReplayServer, plan: Plan) -> None:
    night_at(store, server, plan, NIGHT)
    before = (plan.exports / "current").resolve()
    set_time(server.world, NIGHT + DAY)
    strict = replace(plan, judge=lambda _: ("gold standard: tissue exact 0.10 is below 0.95",))
    report = night_at(store, server, strict, NIGHT + DAY)
    assert (report.published, report.exit_code) == (False, 7)
    assert (plan.exports / "current").resolve() == before
    assert "tissue exact 0.10 is below 0.95" in text_of(report)
    assert "Not published" in text_of(report)


def test_records_that_vanish_close_the_gate(store: Store, server: ReplayServer, plan: Plan) -> None:
    tight = replace(plan, bands=Bands(few=1))
    night_at(store, server, tight, NIGHT)
    for number in (201, 202, 203):
        server.world.delete_study(f"NCT{number:08d}")
    set_time(server.world, NIGHT + DAY)
    report = night_at(store, server, tight, NIGHT + DAY)
    assert "records of ctgov fell from 7 to 4" in report.breaches


def test_a_failing_step_skips_what_builds_on_it(
    store: Store, server: ReplayServer, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ModelError("the pipeline is damaged.", where="models/x")

    monkeypatch.setattr("mscminer.jobs.nightly.extract", broken)
    report = night_at(store, server, plan, NIGHT)
    assert [step.state for step in report.steps] == ["done", "failed", *["skipped"] * 4, "done"]
    assert (report.state, report.exit_code) == ("failed", 8)
    assert "the pipeline is damaged" in text_of(report)
    assert told(report) == {"new": 14}


def test_a_full_disk_is_told_and_the_digest_tried(store: Store, server: ReplayServer, plan: Plan) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    report = night_at(store, server, replace(plan, write=full), NIGHT)
    assert (report.published, report.state, report.exit_code) == (False, "partial", 1)
    assert "No space left" in text_of(report)
    assert not (plan.exports / "current").exists()


def test_a_night_that_died_is_told_by_the_next_and_so_are_its_changes(
    store: Store, server: ReplayServer, plan: Plan
) -> None:
    with store.write() as tx:
        tx.runs.start("nightly", {}, at=NIGHT)
    harvest_at(store, server)
    report = night_at(store, server, plan, NIGHT + timedelta(hours=1))
    assert told(report) == {"new": 14}
    assert "an earlier run did not end: nightly of 2025-03-20 02:00" in text_of(report)


# --- parts -------------------------------------------------------------------------------------------------


def test_bands() -> None:
    label = "msc-cells 1"
    before = Figures(records={"ctgov": 1000}, counts={label: 400}, not_stated={"tissue": 0.10})
    bands = Bands()
    assert find_breaches(None, before, bands) == ()
    assert find_breaches(before, before, bands) == ()
    fewer = replace(before, records={"ctgov": 900})
    assert find_breaches(before, fewer, bands) == ("records of ctgov fell from 1000 to 900",)
    more = replace(before, counts={label: 600})
    assert find_breaches(before, more, bands) == (f"count by {label} rose from 400 to 600",)
    assert find_breaches(before, replace(before, records={"ctgov": 985}), bands) == ()
    silent = replace(before, not_stated={"tissue": 0.30})
    assert find_breaches(before, silent, bands) == ("share of trials without stated tissue went from 10.0% to 30.0%",)
    small = replace(silent, counts={label: 20})
    assert find_breaches(replace(before, counts={label: 20}), small, bands) == ()


def test_publications_change_in_one_step_and_few_are_kept(store: Store, tmp_path: Path) -> None:
    for number in range(1, 12):
        publish(store, tmp_path, date(2025, 3, number), name=f"2025-03-{number:02d}", write=write_little)
        assert (tmp_path / "current" / "day.txt").read_text() == f"2025-03-{number:02d}"
    assert len(list((tmp_path / "published").iterdir())) == 8

    def broken(_: Store, folder: Path, as_of: date) -> None:
        (folder / "day.txt").write_text("half")
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        publish(store, tmp_path, date(2025, 3, 12), name="2025-03-12", write=broken)
    assert (tmp_path / "current" / "day.txt").read_text() == "2025-03-11"


HOSTILE = Digest(
    at=NIGHT,
    state="complete",
    chapters=(
        Chapter(
            title="New registrations",
            lines=(Line(key="NCT00000001", address="https://example.org/1", text="<script>x</script> [a](b) `c` | d"),),
            more=3,
        ),
    ),
    counts=(CountChange(label="msc-cells 1", before=3, now=5), CountChange(label="other 1", before=None, now=0)),
    failures=("ctgov: <b>down</b>",),
    gate=("records of ctgov fell",),
    notes=("pubmed: a note",),
    numbers={"new": 4},
)


def test_titles_do_not_become_markup() -> None:
    page = render_html(HOSTILE)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "New registrations (4)" in page
    text = render_markdown(HOSTILE)
    assert "<script>" not in text.replace("\\<", "")
    assert "| msc-cells 1 | 3 | 5 | +2 |" in text
    assert "| other 1 |  | 0 | new |" in text
    assert "and 3 more" in text


class _MailServer(socketserver.ThreadingTCPServer):
    """Takes one kind of mail: in the clear, without password."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        self.mails: list[str] = []
        super().__init__(("127.0.0.1", 0), _MailSession)


class _MailSession(socketserver.StreamRequestHandler):
    server: _MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 loopback\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.mails.append(self._mail())
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 fine\r\n")

    def _mail(self) -> str:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        return b"".join(lines).decode()


@pytest.fixture
def mail_server() -> Iterator[_MailServer]:
    with _MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


def mail_settings(monkeypatch: pytest.MonkeyPatch, server: _MailServer, **more: str) -> Settings:
    given = {
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(server.server_address[1]),
        "DIGEST_FROM": "miner@example.org",
        "DIGEST_TO": '["curator@example.org"]',
    }
    for name, value in (given | more).items():
        monkeypatch.setenv(f"MSCMINER_{name}", value)
    return load_settings()


def test_the_digest_is_mailed_if_a_server_is_set(
    store: Store, server: ReplayServer, plan: Plan, mail_server: _MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = mail_settings(monkeypatch, mail_server)
    report = night_at(store, server, plan, NIGHT, settings)
    assert report.steps[-1].name == "mail"
    (mail,) = mail_server.mails
    assert "Subject: mscminer 2025-03-20: complete; 14 new" in mail
    assert "text/html" in mail


def test_a_password_never_goes_out_in_the_clear(mail_server: _MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = mail_settings(monkeypatch, mail_server, SMTP_USER="u", SMTP_PASSWORD="not-a-real-one")
    with pytest.raises(ConfigError, match="no encryption"):
        send_digest(HOSTILE, settings)
    assert mail_server.mails == []


def test_a_dead_mail_server_is_a_failure_not_the_end(
    store: Store, server: ReplayServer, plan: Plan, mail_server: _MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = mail_settings(monkeypatch, mail_server, SMTP_PORT="1")
    with pytest.raises(MailNotSent, match="was not sent"):
        send_digest(HOSTILE, settings)
    report = night_at(store, server, plan, NIGHT, settings)
    assert (report.steps[-1].state, report.published) == ("failed", True)
