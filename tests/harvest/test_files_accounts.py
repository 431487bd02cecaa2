"""Everything in a file is accounted for, whatever is mixed in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mscminer.core.errors import NotFound
from mscminer.harvest.files import Tally, read_files
from tests.conftest import NOW
from tests.harvest.examples import article, article_set, citation, json_bytes, study, summary


def _json_lines(kinds: list[int]) -> bytes:
    return b"\n".join(json_bytes(study(kind)) if kind else json_bytes(study(9))[:-20] for kind in kinds) + b"\n"


def _json_page(kinds: list[int]) -> bytes:
    parts = [json_bytes(study(kind)) if kind else b'{"protocolSection": {"designModule": {}}}' for kind in kinds]
    return b'{"studies": [' + b",\n".join(parts) + b"]}"


def _xml(kinds: list[int]) -> bytes:
    return article_set(*(article(kind) if kind else article(9).replace("PMID", "PM", 1) for kind in kinds)).encode()


def _medline(kinds: list[int]) -> bytes:
    return "\n".join(citation(kind) if kind else "TI  - nobody's title\n" for kind in kinds).encode()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("wrap", [_json_lines, _json_page, _xml, _medline])
@given(kinds=st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_nothing_gets_lost(wrap: Callable[[list[int]], bytes], kinds: list[int], tmp_path: Path) -> None:
    path = tmp_path / "mixed"
    path.write_bytes(wrap(kinds))
    tally = Tally()
    items = list(tally.counting(read_files([path], fetched_at=NOW)))
    good = [kind for kind in kinds if kind]
    assert tally.read == len(items) == len(kinds)
    assert tally.rejected == kinds.count(0)
    assert tally.records == len(set(good))
    assert tally.duplicates == len(good) - len(set(good))
    firsts = [kind for n, kind in enumerate(kinds) if kind and kind not in kinds[:n]]
    found = [ident for ident in summary(items) if ident[0] not in "!="]
    assert [int(ident.removeprefix("NCT")) for ident in found] == firsts


def test_a_missing_path_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(json_bytes(study(1)))
    with pytest.raises(NotFound, match="nowhere"):
        next(iter(read_files([tmp_path / "there", tmp_path / "nowhere"], fetched_at=NOW)))


def test_the_same_record_in_two_files_is_no_duplicate(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_bytes(json_bytes(study(1)))
    assert summary(read_files([tmp_path], fetched_at=NOW)) == ["NCT00000001", "NCT00000001"]
