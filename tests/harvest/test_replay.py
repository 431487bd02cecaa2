"""The replay server itself: syntax, folders, limits, control, and its command."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import httpx
import pytest

from mscminer.harvest.ctgov_api import StudySearch
from mscminer.harvest.windows import DateWindow
from mscminer.testing import Fault, FaultKind, ReplayServer, World
from mscminer.testing.expressions import ExpressionError, parse_essie, parse_pubmed
from mscminer.testing.pubmed_service import PubmedService
from tests.harvest.contract import check_contract
from tests.harvest.worlds import ctgov_client, entrez_client, make_article, make_study, small_world


@pytest.mark.parametrize(
    ("text", "words", "holds"),
    [
        ("a OR b AND c", "a", False),
        ("a OR b AND c", "b c", True),
        ("a OR (b AND c)", "a", True),
        ("a NOT b", "a", True),
        ("a NOT b", "a b", False),
        ("a b", "a", False),
        ('"a b"[ti] OR c[tiab]', '"a b"[ti]', True),
    ],
)
def test_pubmed_takes_operators_from_left_to_right(text: str, words: str, holds: bool) -> None:
    given = {words} if words.startswith('"') else set(words.split())
    assert parse_pubmed(text).matches(lambda leaf: leaf in given) is holds


@pytest.mark.parametrize(
    ("text", "words", "holds"),
    [
        ("a OR b AND c", "a", True),
        ("(a OR b) AND c", "a", False),
        ("NOT a AND b", "b", True),
        ("a AND NOT b", "a b", False),
    ],
)
def test_essie_knows_precedence(text: str, words: str, holds: bool) -> None:
    assert parse_essie(text).matches(lambda leaf: leaf in words.split()) is holds


@pytest.mark.parametrize("text", ["(a", "a OR", "AND a", "a)", "", 'AREA[X]COV[Y]"z"'])
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_essie(text)


@pytest.mark.parametrize(
    ("term", "found"),
    [
        ('"mesenchymal stromal"[tiab]', True),
        ("mesenchymal stromal", True),
        ("knee*[ti]", True),
        ("stromal[ti]", False),
        ("101[uid]", True),
        ("102[uid] OR 103[uid]", False),
        ('"2025/03/01"[dp] : "2025/03/01"[dp]', True),
        ('("2025/04/01"[dp] : "3000"[dp])', False),
        ("all[sb]", True),
        ("english[la]", False),
        ("eng[la]", True),
    ],
)
def test_pubmed_search_fields(term: str, found: bool) -> None:
    service = PubmedService(World(articles=[make_article(101)]))
    body = service.answer("esearch", {"db": "pubmed", "term": term}).body
    assert (b"<Count>1</Count>" in body) is found


def test_a_session_holds_what_was_found_then() -> None:
    world = small_world(articles=2)
    with ReplayServer(world) as server:
        client = entrez_client(server)
        window = DateWindow(start=date(2025, 1, 1), end=date(2026, 1, 1))
        hits = client.search("all[sb]", window=window, datetype="edat")
        world.put_article(make_article(999, entered=date(2025, 5, 1)))
        assert [batch.found for batch in client.fetch(hits)] == [("102", "101")]


def test_beyond_the_limit_is_refused_as_pubmed_does() -> None:
    service = PubmedService(small_world(), limit=5)
    far = service.answer("esearch", {"db": "pubmed", "term": "all[sb]", "retstart": "5"})
    assert b"cannot be larger than 4" in far.body
    posted = service.answer("epost", {"db": "pubmed", "id": "101,102"})
    assert b"<QueryKey>1</QueryKey>" in posted.body
    beyond = {"db": "pubmed", "WebEnv": "MCID_000000000000000000000001", "query_key": "1", "retstart": "2"}
    assert b"OUT OF RANGE" in service.answer("efetch", beyond).body
    service.expire_sessions()
    gone = service.answer("efetch", beyond)
    assert (gone.status, b"Unable to obtain query #1" in gone.body) == (400, True)


def test_rate_limits_are_ncbis() -> None:
    seconds = [100.0]
    with ReplayServer(small_world(), rate_limits=True, clock=lambda: seconds[0]) as server:
        address = server.eutils_url + "esearch.fcgi?db=pubmed&term=all[sb]"
        with httpx.Client() as http:
            assert [http.get(address).status_code for _ in range(4)] == [200, 200, 200, 429]
            seconds[0] += 1.0
            assert [http.get(address + "&api_key=x").status_code for _ in range(11)] == [200] * 10 + [429]
            seconds[0] += 1.0
            assert http.get(address).status_code == 200


def test_records_come_from_a_folder_and_change_by_control(tmp_path: Path) -> None:
    studies = "\n".join(json.dumps(make_study(number)) for number in (201, 202))
    (tmp_path / "studies.jsonl.gz").write_bytes(gzip.compress(studies.encode()))
    (tmp_path / "one.json").write_text(json.dumps(make_study(203)))
    article = make_article(101).xml
    (tmp_path / "articles.xml").write_bytes(b"<PubmedArticleSet>" + article + b"</PubmedArticleSet>")
    world = World.from_folder(tmp_path)
    assert (sorted(world.studies)[-1], list(world.articles)) == ("NCT00000203", ["101"])
    with ReplayServer(world) as server, httpx.Client(base_url=server.url + "/_replay/") as control:
        control.post("delete", json={"nct": "NCT00000201"})
        control.post("study", json=make_study(204))
        control.post("article", content=make_article(102).xml)
        control.post("delete", json={"pmid": "101"})
        control.post("timestamp", json={"dataTimestamp": "2026-02-03T09:00:00"})
        control.post("fault", json={"kind": "server error", "path": "version"})
        assert control.get("nothing").status_code == 404
        assert httpx.get(server.ctgov_url + "/version").status_code == 500
        assert httpx.get(server.ctgov_url + "/version").json()["dataTimestamp"] == "2026-02-03T09:00:00"
        assert control.get("log").json()[-1] == "GET /api/v2/version 200"
    assert (sorted(world.studies)[0], list(world.articles)) == ("NCT00000202", ["102"])


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATED, FaultKind.RESET])
def test_faults_on_the_wire_break_the_connection(kind: FaultKind) -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=kind, skip=1))
        assert httpx.get(server.ctgov_url + "/version").status_code == 200
        with pytest.raises(httpx.TransportError):
            httpx.get(server.ctgov_url + "/version")


def test_the_command_serves_a_folder(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps(make_study(203)))
    command = [sys.executable, "-m", "mscminer.testing", "--records", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        address = process.stdout.readline().split()[1]
        try:
            assert httpx.get(address + "/studies/NCT00000203").json() == make_study(203)
        finally:
            process.terminate()


@pytest.mark.shared
def test_real_records_are_served_by_the_contract(shared_dir: Path) -> None:
    with gzip.open(shared_dir / "data/ctgov/studies.jsonl.gz", "rt", encoding="utf-8") as lines:
        world = World(studies=[json.loads(next(lines)) for _ in range(60)])
    with ReplayServer(world) as server, ctgov_client(server, page_size=20) as client:
        account = StudySearch()
        assert len(list(client.search({"query.term": "cells"}, account))) == account.pages
        assert check_contract(shared_dir / "data/ctgov_api/openapi.yaml", server.log) >= 3
