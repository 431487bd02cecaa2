#!/usr/bin/env python3
"""Measure the workbench's pages over a database of synthetic trials.

    .venv/bin/python scripts/bench_web.py [--trials 100000] [--rounds 15] [--keep FILE]

Fills a database with made-up registrations, a fifth as many papers, facts, decisions, links, tasks, cards, the text
index and the census; serves it on loopback; asks for each page and API call in turn, `rounds` times, each time another
record, filter or word; and prints median and 95th percentile of the time from request to whole answer, and the
processor time of server and client together, which does not depend on what else the machine does.  Fails if a median
is 100 ms or more.  Last it lets 20 curators decide at once and compares what they were told with what lies in
the database.
"""

from __future__ import annotations

import random
import secrets
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

import httpx
import uvicorn
from benching import bench
from sqlalchemy import insert, select, text

from mscminer.core.decisions import NewDecision, Verdict
from mscminer.core.documents import Arm, ArticleFields, Document, Reference, Section, StudyFields
from mscminer.core.facts import Extraction, Fact, Maker, canonical
from mscminer.core.records import Media, RecordKey, Source
from mscminer.core.spans import Evidence
from mscminer.core.tasks import card_of, tasks_of
from mscminer.core.trials import CensusRow, Link, LinkType, RowKind
from mscminer.core.vocabulary import Absence, Category, Donor, Field, Phase, Tissue
from mscminer.jobs.accounts import add_user, make_token
from mscminer.jobs.assemble import census_fingerprint, keyed
from mscminer.jobs.curate import refresh_queue
from mscminer.settings import load_settings
from mscminer.store import Store, Transaction, open_store
from mscminer.store import tables as t
from mscminer.store.census import Keyed
from mscminer.store.queue import Outdated
from mscminer.web.app import create_app

MAKER = Maker(name="bench", version="1")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIMIT_MS = 100.0
BATCH = 2000
SYLLABLES = [
    a + b for a in ["b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v"] for b in ("a", "e", "i", "o", "u")
]


class World:
    """Draws everything from one seed, so that two runs measure the same database."""

    def __init__(self, seed: int = 1) -> None:
        self.draw = random.Random(seed)
        self.words = ["".join(self.draw.choices(SYLLABLES, k=self.draw.randint(2, 4))) for _ in range(20_000)]
        self.weights = list(accumulate(1 / (place + 5) for place in range(len(self.words))))

    def sentence(self, words: int) -> str:
        """Made-up words, the frequent ones as frequent as in a language."""
        return " ".join(self.draw.choices(self.words, cum_weights=self.weights, k=words)).capitalize() + "."

    def registration(self, number: int) -> tuple[Document, Extraction]:
        """A registration of the usual length with the usual facts."""
        draw, key = self.draw, RecordKey(source=Source.CTGOV, id=f"NCT{number:08d}")
        tissue, donor = draw.choice(list(Tissue)).value, draw.choice(list(Donor)).value
        arms = tuple(Arm(number=n, label=f"Arm {n}", type="EXPERIMENTAL") for n in range(2))
        summary = f"{donor} {tissue} stem cells are given. {self.sentence(90)}"
        document = Document(
            key=key,
            sections=(
                Section(name="title", text=f"{tissue} stem cells for {self.sentence(6)}"),
                Section(name="brief_summary", text=summary),
                Section(name="detailed_description", text=" ".join(self.sentence(30) for _ in range(10))),
                *(Section(name=f"arm.{n}.description", text=self.sentence(30)) for n in range(2)),
                Section(name="eligibility", text=self.sentence(120)),
            ),
            study=StudyFields(
                study_type="INTERVENTIONAL",
                phases=("PHASE1",),
                enrollment=draw.randint(5, 300),
                arms=arms,
                first_posted=f"{draw.randint(2004, 2025)}-0{draw.randint(1, 9)}-15",
                status="COMPLETED",
                countries=(f"Country {draw.randint(0, 80)}",),
                references=(Reference(pmid=str(30_000_000 + number), type="RESULT"),) if number % 5 == 0 else (),
            ),
        )
        return document, self.extraction(document, tissue, donor)

    def paper(self, number: int) -> tuple[Document, Extraction]:
        """The paper on the registration of that number; one in ten contradicts it."""
        draw, key = self.draw, RecordKey(source=Source.PUBMED, id=str(30_000_000 + number))
        tissue, donor = draw.choice(list(Tissue)).value, draw.choice(list(Donor)).value
        body = f"{donor} {tissue} stem cells. {self.sentence(60)}"
        document = Document(
            key=key,
            sections=(
                Section(name="title", text=self.sentence(12)),
                *(Section(name=f"abstract.{n}", text=body if n == 1 else self.sentence(50)) for n in range(4)),
            ),
            article=ArticleFields(journal="Journal", published="2021-02", databank_ids=(f"NCT{number:08d}",)),
        )
        return document, self.extraction(document, tissue, donor)

    def extraction(self, document: Document, tissue: str, donor: str) -> Extraction:
        """Facts, the first of them with words in the text."""
        draw = self.draw
        place = "brief_summary" if document.study else "abstract.1"

        def said(name: Field, value: Any, words: str) -> Fact:
            start = document.text(place).index(words)
            found: tuple[Evidence, ...] = (document.evidence(place, start, start + len(words)),)
            return Fact(field=name, value=value, confidence=round(draw.uniform(0.5, 1), 2), maker=MAKER, evidence=found)

        facts = [
            said(Field.MSC, "cells", "stem cells"),
            said(Field.TISSUE, tissue, tissue),
            said(Field.DONOR, donor, donor),
            said(Field.PRODUCT, {"tissue": [tissue], "donor": [donor], "arm": None}, tissue),
            said(Field.CONDITION, {"name": draw.choice(self.words), "mesh": None}, "cells"),
            said(Field.CATEGORY, draw.choice(list(Category)).value, "cells"),
            said(Field.ROUTE, "intravenous", "cells"),
            said(Field.DOSE, {"cells": 1e6 * draw.randint(1, 99), "per_kg": True, "times": None}, "cells"),
            Fact(field=Field.PHASE, value=draw.choice(list(Phase)).value, confidence=1.0, maker=MAKER, basis="field"),
            Fact(field=Field.N, value=draw.randint(5, 300), confidence=1.0, maker=MAKER, basis="field"),
        ]
        absent = [
            Fact(field=name, value=Absence.NOT_STATED, confidence=0.8, maker=MAKER)
            for name in (Field.RANDOMISED, Field.CONTROLLED, Field.BLINDED, Field.DONOR_INFERRED)
        ]
        return Extraction(key=document.key, document=document.version, maker=MAKER, facts=(*facts, *absent))


class Filler:
    """Writes records in bulk; everything is derived by the package's own functions, only the writing is quicker."""

    def __init__(self, store: Store) -> None:
        self.store, self.number = store, 0

    def write(self, batch: list[tuple[Document, Extraction]]) -> None:
        """Records, versions, documents, extractions, facts, cards, tasks, text index."""
        rows: dict[Any, list[dict[str, Any]]] = {
            table: [] for table in (t.RecordRow, t.RecordVersionRow, t.DocumentRow, t.ExtractionRow, t.FactRow)
        }
        made, texts = [], []
        for document, extraction in batch:
            self.number += 1
            number, key = self.number, document.key
            self._rows(rows, number, document, extraction)
            item = Outdated(record_id=number, key=key, document_id=number, extraction_id=number, decision_id=0)
            made.append((item, card_of(document, extraction), tasks_of(document, extraction)))
            texts.append((number, document))
        with self.store.write() as tx:
            # Records and their versions name each other.
            tx.session.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table, values in rows.items():
                tx.session.execute(insert(table), values)
            tx.queue.put_all(made)
            tx.search.add_all(texts)

    def _rows(self, rows: dict[Any, list[dict[str, Any]]], number: int, document: Document, found: Extraction) -> None:
        from mscminer.core.documents import document_to_text
        from mscminer.store.extractions import evidence_to_json

        key, media = document.key, Media.CTGOV_JSON if document.study else Media.PUBMED_XML
        rows[t.RecordRow].append(
            {"id": number, "source": key.source.value, "source_id": key.id, "state": "active", "state_reason": "",
             "current_version_id": number, "first_seen_at": NOW, "last_seen_at": NOW}
        )  # fmt: skip
        rows[t.RecordVersionRow].append(
            {"id": number, "record_id": number, "sha256": str(number), "media": media.value, "raw": b"{}",
             "fetched_at": NOW, "revised_at": None, "origin": "", "note": None}
        )  # fmt: skip
        rows[t.DocumentRow].append(
            {"id": number, "record_version_id": number, "parser_version": "1", "version": document.version,
             "kind": document.kind.value, "title": document.title, "body": document_to_text(document).encode("ascii")}
        )  # fmt: skip
        absences = {
            fact.field.value: [fact.value, fact.confidence, fact.basis, MAKER.name, MAKER.version]
            for fact in found.facts
            if not fact.stated
        }
        rows[t.ExtractionRow].append(
            {"id": number, "document_id": number, "maker_name": MAKER.name, "maker_version": MAKER.version,
             "screened_out": False, "absences": absences, "detail": None}
        )  # fmt: skip
        rows[t.FactRow] += [
            {"extraction_id": number, "position": place, "field": fact.field.value, "value": fact.value,
             "confidence": fact.confidence, "basis": fact.basis, "maker": [MAKER.name, MAKER.version],
             "evidence": [evidence_to_json(item) for item in fact.evidence]}
            for place, fact in enumerate(found.facts)
            if fact.stated
        ]  # fmt: skip


def link_of(number: int) -> Link:
    """The paper of that number reports the registration of that number."""
    a = RecordKey(source=Source.PUBMED, id=str(30_000_000 + number))
    b = RecordKey(source=Source.CTGOV, id=f"NCT{number:08d}")
    return Link(a=a, b=b, type=LinkType.RESULT, basis="databank", reason="names the number", score=1.0)


def census_row_of(document: Document, found: Extraction, family: str) -> CensusRow:
    """What counting sees of a record by itself: enough rows of the usual kind, without drawing sources together."""
    study = document.study
    msc, tissue, donor, category, phase = (
        str(found.value(name)) for name in (Field.MSC, Field.TISSUE, Field.DONOR, Field.CATEGORY, Field.PHASE)
    )
    return CensusRow(
        id=document.key.id,
        kind=RowKind.REGISTRATION if study else RowKind.PUBLICATION,
        family=family,
        msc=msc,
        study_type="interventional" if study else "trial_result",
        status="completed" if study else "",
        first_posted=study.first_posted if study else "2021-02",
        phase=phase,
        category=category,
        tissues=(tissue,),
        donors=(donor,),
        countries=study.countries if study else (),
    )


def fill(store: Store, trials: int) -> None:
    """Everything that the pages read."""
    begin, world, filler = time.perf_counter(), World(), Filler(store)
    census: list[Keyed] = []
    for start in range(0, trials, BATCH):
        batch = []
        for number in range(start, min(start + BATCH, trials)):
            made = [world.registration(number), *([world.paper(number)] if number % 5 == 0 else [])]
            census += [keyed(census_row_of(document, found, f"NCT{number:08d}")) for document, found in made]
            batch += made
        filler.write(batch)
    print(f"written: {filler.number:,} records in {time.perf_counter() - begin:.0f} s")
    finish(store, world, trials, census)


def finish(store: Store, world: World, trials: int, census: Iterable[Keyed]) -> None:
    """Links, decisions, the tasks that follow from them, and the census."""
    begin = time.perf_counter()
    with store.write() as tx:
        tx.links.replace(link_of(number) for number in range(0, trials, 5))
        decide_some(tx, world, trials)
    print(f"refreshed: {refresh_queue(store):,} records in {time.perf_counter() - begin:.0f} s")
    with store.write() as tx:
        tx.census.replace(census, fingerprint=census_fingerprint(tx), built_at=NOW)


def decide_some(tx: Transaction, world: World, trials: int) -> None:
    """Two decisions on one record in ten, by ten curators."""
    for number in range(0, trials, 10):
        key = RecordKey(source=Source.CTGOV, id=f"NCT{number:08d}")
        for place, (name, value) in enumerate(((Field.MSC, "cells"), (Field.ROUTE, "intravenous"))):
            at = NOW + timedelta(seconds=10 * number + 5 * place)
            tx.decisions.append(
                NewDecision(
                    key=key, field=name, value=canonical(value), verdict=Verdict.ACCEPT, shown={},
                    who=f"curator {number // 10 % 10}", at=at,
                ),
                expected=0,
            )  # fmt: skip


def pages(world: World, trials: int) -> dict[str, Callable[[], str]]:
    """What is asked for, each time another one."""
    draw = world.draw

    def record() -> str:
        return f"NCT{draw.randrange(trials):08d}"

    def linked() -> str:
        return f"NCT{5 * draw.randrange(trials // 5):08d}"

    def rare() -> str:
        return draw.choice(world.words[5000:])

    tissue, category = [item.value for item in Tissue], [item.value for item in Category]
    return {
        "queue": lambda: "/queue",
        "queue, page 40": lambda: "/queue?page=40",
        "queue, by field": lambda: f"/queue?field={draw.choice(('tissue', 'donor', 'dose', 'condition'))}",
        "queue, by disease and year": lambda: (
            f"/queue?category={draw.choice(category)}&year={draw.randint(2004, 2025)}"
        ),
        "queue, by field and value": lambda: f"/queue?field=tissue&value={draw.choice(tissue)}",
        "queue, a rare value": lambda: f"/queue?field=condition&value={rare()}",
        "queue, papers": lambda: "/queue?source=pubmed",
        "queue, conflicts": lambda: "/queue?conflict=true",
        "queue, changed": lambda: "/queue?changed=true",
        "queue, done": lambda: "/queue?state=done",
        "next": lambda: f"/next?after=ctgov:{record()}",
        "trial page": lambda: f"/records/ctgov:{record()}",
        "trial page with a paper": lambda: f"/records/ctgov:{linked()}",
        "history of a trial": lambda: f"/history/ctgov:{linked()}",
        "history": lambda: "/history",
        "history of a curator": lambda: f"/history?by=curator+{draw.randint(0, 9)}",
        "records": lambda: "/records",
        "records, filtered": lambda: f"/records?tissue={draw.choice(tissue)}&year={draw.randint(2004, 2025)}",
        "search, a rare word": lambda: f"/records?q={rare()}",
        "search, a common word": lambda: f"/records?q={draw.choice(world.words[:20])}",
        "search, two common words": lambda: "/records?q=stem+cells",
        "search, two common words, narrowed": lambda: (
            f"/records?q=stem+cells&kind=registration&tissue={draw.choice(tissue)}"
        ),
        "dashboard": lambda: "/counts?as_of=2026-01-01",
        "dashboard, a cell": lambda: f"/counts?as_of=2026-01-01&row={draw.choice(tissue)}&column=allogeneic",
        "samples": lambda: "/samples",
        "API queue": lambda: "/api/v1/queue",
        "API record": lambda: f"/api/v1/record?id={record()}",
        "API search": lambda: f"/api/v1/search?q={rare()}",
        "API counts": lambda: "/api/v1/counts?as_of=2026-01-01",
        "API progress": lambda: "/api/v1/progress",
        "API history": lambda: f"/api/v1/history?id={linked()}",
    }


@contextmanager
def serve(store: Store) -> Iterator[str]:
    """The workbench on a free port of loopback."""
    app = create_app(store, load_settings())
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


def timed(send: Callable[[], httpx.Response], rounds: int) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds, and the median of processor milliseconds, after one warm-up."""
    answer = send()
    assert answer.status_code < 400, answer.text[:300]
    took, worked = [], []
    for _ in range(rounds):
        begin, busy = time.perf_counter(), time.process_time()
        answer = send()
        took.append(1000 * (time.perf_counter() - begin))
        worked.append(1000 * (time.process_time() - busy))
        assert answer.status_code < 400, f"{answer.url}: {answer.status_code}"
    return statistics.median(took), sorted(took)[max(0, round(0.95 * len(took)) - 1)], statistics.median(worked)


def measure(client: httpx.Client, trials: int, rounds: int) -> list[str]:
    """Time every page; returns the names of those that are too slow."""
    slow = []
    print(f"{'page':<32}{'median ms':>10}{'p95 ms':>9}{'CPU ms':>9}")
    asked: dict[str, Callable[[], httpx.Response]] = {
        name: (lambda path=path: client.get(path())) for name, path in pages(World(2), trials).items()
    }
    for name, send in asked.items():
        median, worst, worked = timed(send, rounds)
        print(f"{name:<32}{median:>10.1f}{worst:>9.1f}{worked:>9.1f}{'   too slow' if median >= LIMIT_MS else ''}")
        slow += [name] if median >= LIMIT_MS else []
    spent = [decide(client, random.randrange(trials), "s").elapsed.total_seconds() for _ in range(rounds)]
    print(f"{'a decision':<32}{1000 * statistics.median(spent):>10.1f}{1000 * max(spent):>9.1f}")
    return slow


def decide(client: httpx.Client, number: int, why: str) -> httpx.Response:
    """Write a note on the tissue of a trial, in reply to what it shows."""
    key = f"ctgov:NCT{number:08d}"
    seen = client.get("/api/v1/record", params={"id": key}).json()["expected"].get("tissue", 0)
    begin = time.perf_counter()
    answer = client.post(
        "/api/v1/decisions",
        json={
            "record": key,
            "field": "tissue",
            "verdict": "accept",
            "value": '"adipose"',
            "expected": seen,
            "why": why,
        },
    )
    answer.elapsed = timedelta(seconds=time.perf_counter() - begin)
    return answer


def crowd(store: Store, url: str, tokens: list[str], trials: int, turns: int = 10) -> None:
    """Twenty curators at once, on few records, so that they meet; what was accepted must be there, and nothing else."""
    accepted, refused, took, lock = [], 0, [], threading.Lock()
    crowd_name = f"crowd {secrets.token_hex(4)}"

    def curate(number: int) -> None:
        nonlocal refused
        draw = random.Random(number)
        with httpx.Client(base_url=url, headers={"authorization": f"Bearer {tokens[number]}"}, timeout=120) as client:
            for turn in range(turns):
                answer = decide(client, draw.randrange(8), f"{crowd_name} {number}/{turn}")
                with lock:
                    took.append(1000 * answer.elapsed.total_seconds())
                    if answer.status_code == 201:
                        accepted.append(f"{crowd_name} {number}/{turn}")
                    else:
                        assert answer.status_code == 409, answer.text
                        refused += 1

    threads = [threading.Thread(target=curate, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as tx:
        kept = sorted(why for why in tx.session.scalars(select(t.DecisionRow.why)) if why.startswith(crowd_name))
    assert kept == sorted(accepted), "a decision was lost"
    print(
        f"20 curators at once: {len(accepted)} decisions written and all of them kept, {refused} told of a conflict; "
        f"median {statistics.median(took):.0f} ms"
    )


def run(store: Store, trials: int, rounds: int) -> list[str]:
    """Fill the database unless it is filled, and measure; returns what was too slow."""
    slow: list[str] = []
    with store.read() as tx:
        there = tx.census.total()
    if not there:
        fill(store, trials)
        for number in range(20):
            add_user(store, f"curator {number}", "a long enough password", "curator")
    tokens = [make_token(store, f"curator {number}") for number in range(20)]
    with serve(store) as url:
        with httpx.Client(base_url=url, headers={"authorization": f"Bearer {tokens[0]}"}, timeout=120) as client:
            slow = measure(client, trials, rounds)
        crowd(store, url, tokens, trials)
    return slow


def main() -> None:
    with bench(__doc__, trials=100_000, rounds=15) as (url, options), open_store(url) as store:
        slow = run(store, options.trials, options.rounds)
    if slow:
        sys.exit(f"{LIMIT_MS:.0f} ms or more at the median: {', '.join(slow)}")


if __name__ == "__main__":
    main()
