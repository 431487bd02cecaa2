"""The named queries: those shipped can be asked, wrong files are refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError, NotFound
from mscminer.harvest.named_queries import load_query, parse_query, query_names
from mscminer.harvest.windows import DateWindow
from mscminer.testing.expressions import parse_essie, parse_pubmed


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


def test_windows() -> None:
    window = DateWindow(start=date(2025, 1, 1), end=date(2025, 1, 4))
    first, second = window.halves()
    assert (first.start, first.end, second.end) == (window.start, second.start, window.end)
    assert (window.last_day, window.days) == (date(2025, 1, 3), 3)
    with pytest.raises(ValueError, match="without days"):
        DateWindow(start=date(2025, 1, 1), end=date(2025, 1, 1))
