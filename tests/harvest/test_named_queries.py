"""The named queries: those shipped can be asked, wrong files are refused."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mscminer.core.errors import ConfigError, NotFound
from mscminer.harvest.named_queries import load_query, parse_query, query_names
from mscminer.harvest.windows import DateWindow
from mscminer.testing import World
from mscminer.testing.ctgov_service import CtgovService
from mscminer.testing.expressions import parse_essie, parse_pubmed
from mscminer.testing.pubmed_service import PubmedService
from mscminer.testing.world import articles_in


def test_the_shipped_query_parses_in_both_syntaxes() -> None:
    assert "msc-trials" in query_names()
    query = load_query("msc-trials")
    assert query.rationale
    assert parse_pubmed(query.pubmed).kind == "AND"
    for expression in query.ctgov.values():
        assert parse_essie(expression).kind == "OR"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFound, match="msc-trials"):
        load_query("msc-trails")


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'name = "mine"\nversion = 2\nsince = 2026-01-02\nrationale = "x"\n[pubmed]\nterm = "a[ti]\\n OR b[ti]"\n'
    )
    query = load_query("mine", tmp_path)
    assert (query.pubmed, dict(query.ctgov), query.since) == ("a[ti] OR b[ti]", {}, date(2026, 1, 2))
    with pytest.raises(NotFound, match="no such folder"):
        load_query("mine", tmp_path / "absent")


HEAD = 'name = "n"\nversion = 1\nsince = 2026-01-02\nrationale = "x"\n'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("name = ", "not TOML"),
        (HEAD, "asks nothing"),
        (HEAD + "colour = 1\n[pubmed]\nterm = 'x'", "colour"),
        ("[pubmed]\nterm = 'x'", "name"),
        (HEAD + "[ctgov]\n'query.colour' = 'x'", "query.colour"),
    ],
)
def test_wrong_files_are_refused(text: str, wrong: str) -> None:
    with pytest.raises(ConfigError, match=wrong):
        parse_query(text, where="n.toml")


def test_the_fingerprint_follows_what_is_asked() -> None:
    one = parse_query(HEAD + "[pubmed]\nterm = 'x'", where="n")
    same = parse_query(HEAD.replace('"x"', '"y"') + "[pubmed]\nterm = 'x'", where="n")
    other = parse_query(HEAD + "[pubmed]\nterm = 'z'", where="n")
    assert one.fingerprint == same.fingerprint != other.fingerprint


@pytest.mark.shared
def test_the_shipped_query_finds_the_known_records(shared_dir: Path) -> None:
    """Every registration and paper of the development data that is about MSCs in people; no measure of recall
    beyond them, as they were collected by similar words."""
    query = load_query("msc-trials")
    folder = shared_dir / "data"
    with gzip.open(folder / "ctgov/studies.jsonl.gz", "rt", encoding="utf-8") as lines:
        world = World(
            studies=map(json.loads, lines), articles=articles_in(_unzipped(folder / "pubmed/articles.xml.gz"))
        )
    found = json.loads(CtgovService(world).answer("studies", dict(query.ctgov) | _ALL_IDS).body)
    registered = {study["protocolSection"]["identificationModule"]["nctId"] for study in found["studies"]}
    token = found.get("nextPageToken")
    if token is not None:
        more = json.loads(
            CtgovService(world).answer("studies", dict(query.ctgov) | _ALL_IDS | {"pageToken": token}).body
        )
        registered |= {study["protocolSection"]["identificationModule"]["nctId"] for study in more["studies"]}
    wanted = {row["nct"] for row in _rows(folder / "ctgov/provenance.jsonl") if row["group"] == "msc"}
    assert wanted <= registered
    reply = PubmedService(world).answer("esearch", {"db": "pubmed", "term": query.pubmed, "retmax": "9999"}).body
    published = set(re.findall(r"<Id>(\d+)</Id>", reply.decode()))
    assert {row["pmid"] for row in _rows(folder / "pubmed/classes.jsonl") if row["class"] == "msc_human"} <= published
    assert (
        not {row["pmid"] for row in _rows(folder / "pubmed/classes.jsonl") if row["class"] == "background"} & published
    )


_ALL_IDS = {"fields": "NCTId", "pageSize": "1000"}


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _unzipped(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes())


def test_windows() -> None:
    window = DateWindow(start=date(2025, 1, 1), end=date(2025, 1, 4))
    first, second = window.halves()
    assert (first.start, first.end, second.end) == (window.start, second.start, window.end)
    assert (window.last_day, window.days) == (date(2025, 1, 3), 3)
    with pytest.raises(ValueError, match="without days"):
        DateWindow(start=date(2025, 1, 1), end=date(2025, 1, 1))
