"""A real server on loopback over a small made-up database."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from mscminer.core.documents import Arm, ArticleFields, Document, Section, StudyFields
from mscminer.core.facts import Extraction, Fact, Maker
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.core.vocabulary import Absence, Field
from mscminer.jobs.accounts import add_user
from mscminer.jobs.assemble import assemble
from mscminer.jobs.curate import refresh_queue
from mscminer.settings import load_settings
from mscminer.store import Store
from mscminer.web.app import create_app
from tests.conftest import NOW

MAKER = Maker(name="test-maker", version="1")
KNEES = RecordKey(source=Source.CTGOV, id="NCT00000001")
LUNGS = RecordKey(source=Source.CTGOV, id="NCT00000002")
PAPER = RecordKey(source=Source.PUBMED, id="31000001")
HEARTS = RecordKey(source=Source.CTGOV, id="NCT00000003")
HEARTS_PAPER = RecordKey(source=Source.PUBMED, id="31000003")
PASSWORD = "a long enough password"
ROLES = ("reader", "curator", "adjudicator", "admin")


def registration(key: RecordKey, title: str, summary: str) -> Document:
    """A registration with one arm."""
    arm = Arm(number=0, label="Cells", type="EXPERIMENTAL", interventions=("Biological: MSC",))
    return Document(
        key=key,
        sections=(
            Section(name="title", text=title),
            Section(name="brief_summary", text=summary),
            Section(name="arm.0.label", text="Cells"),
        ),
        study=StudyFields(
            study_type="INTERVENTIONAL",
            phases=("PHASE1",),
            enrollment=12,
            arms=(arm,),
            first_posted="2020-05-01",
            status="COMPLETED",
        ),
    )


def paper(key: RecordKey, registered: str) -> Document:
    """A publication that names its registration."""
    return Document(
        key=key,
        sections=(
            Section(name="title", text="Marrow cells helped the knees of twelve people"),
            Section(name="abstract.0", text="We gave marrow cells to twelve people.", label="METHODS"),
        ),
        article=ArticleFields(journal="Journal of Made-up Trials", published="2021-02", databank_ids=(registered,)),
    )


def fact(document: Document, field: Field, value: Any, confidence: float, words: str = "") -> Fact:
    """A fact whose evidence is the first place of some words."""
    evidence = []
    for section in document.sections:
        start = section.text.find(words) if words else -1
        if start >= 0:
            evidence.append(document.evidence(section.name, start, start + len(words)))
            break
    return Fact(field=field, value=value, confidence=confidence, maker=MAKER, evidence=tuple(evidence))


def knees_document() -> Document:
    """The registration that most tests decide on."""
    summary = (
        "Donor cells from cord, or from marrow, are injected into the knee \U0001f9b5 of people with worn cartilage."
    )
    return registration(KNEES, "Cord cells for knees", summary)


def knees_extraction(document: Document) -> Extraction:
    """What the pipeline is made to have found in it."""
    return Extraction(
        key=document.key,
        document=document.version,
        maker=MAKER,
        facts=(
            fact(document, Field.MSC, "cells", 0.7, "Cord cells"),
            fact(document, Field.TISSUE, "umbilical_cord", 0.8, "cord"),
            fact(document, Field.TISSUE, "bone_marrow", 0.6, "marrow"),
            fact(document, Field.DONOR, Absence.NOT_STATED, 0.6),
            fact(document, Field.CONDITION, {"name": "worn cartilage", "mesh": None}, 0.9, "worn cartilage"),
            fact(document, Field.CATEGORY, "musculoskeletal", 0.95, "knee"),
            Fact(field=Field.PHASE, value="1", confidence=1.0, maker=MAKER, basis="field"),
            fact(document, Field.DOSE, {"cells": 2e6, "per_kg": True, "times": None}, 0.5),
        ),
    )


def other_extraction(document: Document) -> Extraction:
    """A plainer one, for the other records."""
    facts: tuple[Fact, ...] = (
        fact(document, Field.MSC, "cells", 0.95),
        fact(document, Field.TISSUE, "bone_marrow", 0.9, "marrow"),
        fact(document, Field.DONOR, Absence.NOT_STATED, 0.9),
        fact(document, Field.CATEGORY, "lung", 0.9),
    )
    if document.article is not None:
        facts = (*facts, fact(document, Field.REPORT, "trial_result", 0.95))
    return Extraction(key=document.key, document=document.version, maker=MAKER, facts=facts)


def save(store: Store, document: Document, extraction: Extraction, *, raw: str = "one") -> None:
    """Keep a document and its extraction as the current version of its record."""
    media = Media.PUBMED_XML if document.key.source is Source.PUBMED else Media.CTGOV_JSON
    record = Record(key=document.key, media=media, raw=f"{document.key} {raw}".encode(), fetched_at=NOW)
    with store.write() as tx:
        _, version = tx.records.save(record)
        number = tx.documents.save(version, "test-parser", document)
        tx.extractions.save(number, extraction)


def fill(store: Store) -> None:
    """Two registrations and a paper, in the queue and in the census."""
    document = knees_document()
    save(store, document, knees_extraction(document))
    for other in (registration(LUNGS, "Marrow cells for lungs", "Own marrow cells."), paper(PAPER, KNEES.id)):
        save(store, other, other_extraction(other))
    assemble(store)
    refresh_queue(store)


def add_conflict(store: Store) -> None:
    """A registration that says donor cells, and the paper on it that says the patients' own."""
    document = registration(HEARTS, "Marrow cells for hearts", "Cells of healthy donors are given.")
    facts = (
        fact(document, Field.MSC, "cells", 0.95, "Cells"),
        fact(document, Field.TISSUE, "bone_marrow", 0.95, "Marrow"),
        fact(document, Field.DONOR, "allogeneic", 0.95, "healthy donors"),
        fact(document, Field.CATEGORY, "cardiovascular", 0.95, "hearts"),
    )
    save(store, document, Extraction(key=HEARTS, document=document.version, maker=MAKER, facts=facts))
    report = Document(
        key=HEARTS_PAPER,
        sections=(
            Section(name="title", text="Own marrow cells after heart attacks"),
            Section(name="abstract.0", text="Each patient received their own marrow cells.", label="METHODS"),
        ),
        article=ArticleFields(journal="Journal of Made-up Trials", published="2022-02", databank_ids=(HEARTS.id,)),
    )
    said = (
        fact(report, Field.MSC, "cells", 0.95, "marrow cells"),
        fact(report, Field.REPORT, "trial_result", 0.95),
        fact(report, Field.TISSUE, "bone_marrow", 0.95, "marrow"),
        fact(report, Field.DONOR, "autologous", 0.9, "their own"),
    )
    save(store, report, Extraction(key=HEARTS_PAPER, document=report.version, maker=MAKER, facts=said))
    assemble(store)
    refresh_queue(store)


def add_team(store: Store) -> None:
    """A user of every role, named after it, and a second curator."""
    for role in ROLES:
        add_user(store, role, PASSWORD, role)
    add_user(store, "second", PASSWORD, "curator")


@dataclass
class Workbench:
    """A running server."""

    url: str
    store: Store

    def client(self, **more: Any) -> Client:
        """A client with cookies of its own."""
        return Client(base_url=self.url, timeout=60, **more)

    def logged_in(self, name: str) -> Client:
        """A client whose user is logged in."""
        client = self.client()
        answer = client.submit("/login", name=name, password=PASSWORD, then="/queue")
        assert answer.status_code == 303, answer.text[-500:]
        client.page("/queue")
        return client


class Client(httpx.Client):
    """A browser without scripts: it sends forms with the token of the page before."""

    token: str = ""

    def page(self, path: str) -> str:
        """A page that must be there; its form token is remembered."""
        answer = self.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[-300:]}"
        found = re.search(r'"X-CSRF-Token": "(\w+)"', answer.text)
        self.token = found.group(1) if found else ""
        return answer.text

    def submit(self, path: str, **form: Any) -> httpx.Response:
        """Send a form."""
        if not self.token:
            self.page("/login")
        return self.post(path, data={"csrf": self.token, **form})

    def decide(self, key: RecordKey, field: str, verdict: str, value: str = "", **more: Any) -> httpx.Response:
        """Decide as the record's page does, with what it shows now."""
        text = self.page(f"/records/{key}" + (f"?line={more['line']}" if "line" in more else ""))
        block = text.split(f'id="field-{field}"')[1]
        expected = re.search(r'name="expected" value="(\d+)"', block)
        assert expected
        form = {"field": field, "verdict": verdict, "value": value, "expected": expected.group(1), **more}
        return self.submit(f"/decide/{key}", **form)


@contextmanager
def serving(store: Store, *, local_user: str = "", secure: bool = False) -> Iterator[Workbench]:
    """Run the workbench in a thread."""
    app = create_app(store, load_settings(), local_user=local_user, secure=secure)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="warning", server_header=False, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Workbench(url=f"http://127.0.0.1:{port}", store=store)
    finally:
        server.should_exit = True
        thread.join(20)


def decisions_of(store: Store, key: RecordKey) -> list[tuple[str, str, str]]:
    """Who, verdict and value of every decision on a record, oldest first."""
    with store.read() as tx:
        return [(item.who, item.verdict.value, item.new_value or item.value) for item in tx.decisions.of_record(key)]
