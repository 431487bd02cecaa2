"""Registry JSON in every wrapping, whole and broken."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mscminer.core.records import Record, Rejected
from mscminer.harvest import byte_streams
from mscminer.harvest.files import Tally, read_files
from tests.conftest import NOW
from tests.harvest.examples import json_bytes, read, read_bytes, reasons, study, summary

STUDIES = [study(number) for number in (1, 2, 3)]
IDS = ["NCT00000001", "NCT00000002", "NCT00000003"]


def _zip(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


WRAPPINGS_OF_TWO = b"\n".join(json_bytes(one) for one in STUDIES[1:])
WRAPPINGS = {
    "list": json_bytes(STUDIES),
    "indented list": json_bytes(STUDIES, indent=2),
    "page": json_bytes({"studies": STUDIES, "nextPageToken": "abc}"}),
    "page with its count first": json_bytes({"totalCount": 3, "nextPageToken": "x", "studies": STUDIES}, indent=1),
    "JSON Lines": b"\n".join(json_bytes(one) for one in STUDIES),
    "JSON Lines with empty lines": b"\r\n\r\n".join(json_bytes(one) for one in STUDIES) + b"\r\n",
    "JSON Lines of pages": json_bytes({"studies": STUDIES[:2]}) + b"\n" + json_bytes({"studies": STUDIES[2:]}) + b"\n",
    "indented objects": b"\n".join(json_bytes(one, indent=4) for one in STUDIES),
    "byte order mark": b"\xef\xbb\xbf" + json_bytes(STUDIES),
    "UTF-16": json.dumps(STUDIES, ensure_ascii=False).encode("utf-16"),
    "list of pages": json_bytes([{"studies": STUDIES[:1]}, {"studies": STUDIES[1:]}]),
    "zip": _zip({f"ctg/{ident}.json": json_bytes(one) for ident, one in zip(IDS, STUDIES, strict=True)}),
    "zip of gzip": _zip({"all.json.gz": gzip.compress(json_bytes(STUDIES))}),
    "two gzips in one": gzip.compress(json_bytes(STUDIES[0]) + b"\n") + gzip.compress(WRAPPINGS_OF_TWO),
}
CUTTABLE = {"list", "page", "list of pages", "JSON Lines", "indented objects", "indented list"}


@pytest.mark.parametrize("chunk_bytes", [7, 64, 1 << 20])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", [name for name in WRAPPINGS if not name.startswith("zip")])
def test_every_wrapping_gives_the_same_records(
    name: str, packed: bool, chunk_bytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    content = gzip.compress(WRAPPINGS[name]) if packed else WRAPPINGS[name]
    items = read_bytes(tmp_path, content, name="anything.xml")
    assert summary(items) == IDS
    expected = [item.sha256 for item in read_bytes(tmp_path, json_bytes(STUDIES)) if isinstance(item, Record)]
    assert [item.sha256 for item in items if isinstance(item, Record)] == expected


@pytest.mark.parametrize("name", ["zip", "zip of gzip"])
def test_the_zip_of_all(name: str, tmp_path: Path) -> None:
    items = read_bytes(tmp_path, WRAPPINGS[name], name="ctg-studies.json")
    assert summary(items) == IDS
    assert all("ctg-studies.json!" in item.origin for item in items)


def test_a_single_study_of_one_line_or_many(tmp_path: Path) -> None:
    assert summary(read_bytes(tmp_path, json_bytes(STUDIES[0]))) == IDS[:1]
    assert summary(read_bytes(tmp_path, json_bytes(STUDIES[0], indent=2))) == IDS[:1]


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for name, one in zip("cab", STUDIES, strict=True):
        (tmp_path / name).write_bytes(json_bytes(one))
    assert summary(read(tmp_path)) == [IDS[1], IDS[2], IDS[0]]


def test_the_same_content_has_the_same_hash_however_it_is_written(tmp_path: Path) -> None:
    shuffled = dict(reversed(STUDIES[0].items()))
    items = read_bytes(tmp_path, json_bytes([STUDIES[0], shuffled], indent=3))
    assert summary(items) == [IDS[0], "=" + IDS[0]]


def test_the_day_of_the_registry_is_no_part_of_a_version(tmp_path: Path) -> None:
    dated = [{**STUDIES[0], "derivedSection": {"miscInfoModule": {"versionHolder": day}}} for day in ("2024", "2025")]
    first, second = read_bytes(tmp_path, json_bytes(dated))
    assert summary([first, second]) == [IDS[0], "=" + IDS[0]]
    assert isinstance(first, Record)
    assert first.revised_at == "2020-02-03"


def test_two_versions_of_one_study_both_come_in_order(tmp_path: Path) -> None:
    versions = [study(1, overallStatus="RECRUITING"), study(2), study(1), study(1, overallStatus="RECRUITING")]
    items = read_bytes(tmp_path, json_bytes(versions))
    assert summary(items) == [IDS[0], IDS[1], IDS[0], "=" + IDS[0]]
    assert b"RECRUITING" in items[0].raw  # type: ignore[union-attr]
    assert b"COMPLETED" in items[2].raw  # type: ignore[union-attr]


def test_half_a_line_at_the_end(tmp_path: Path) -> None:
    content = b"\n".join(json_bytes(one) for one in STUDIES)[:-30]
    items = read_bytes(tmp_path, content)
    assert summary(items) == [*IDS[:2], "!"]
    broken = items[-1]
    assert isinstance(broken, Rejected)
    assert broken.locator == "line 3"
    assert broken.raw.startswith(b'{"protocolSection"')
    assert "not JSON" in broken.reason


@pytest.mark.parametrize("position", [0, 1, 2])
def test_half_a_line_anywhere_costs_only_that_record(tmp_path: Path, position: int) -> None:
    lines = [json_bytes(one) for one in STUDIES]
    lines[position] = lines[position][:40]
    items = read_bytes(tmp_path, b"\n".join(lines) + b"\n")
    assert summary(items) == [ident if n != position else "!" for n, ident in enumerate(IDS)]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("damage", [(b'"NCT00000002"', b'"NCT00000002'), (b'"NCT00000002"', b"{{[["), (b"Id", b"I\nd")])
def test_a_broken_study_within_a_list_costs_only_that_study(
    tmp_path: Path, damage: tuple[bytes, bytes], indent: int | None
) -> None:
    content = json_bytes({"studies": STUDIES}, indent=indent)
    at = content.index(b"NCT00000002") - 40
    content = content[:at] + content[at:].replace(*damage, 1)
    items = read_bytes(tmp_path, content)
    assert summary(items) == [IDS[0], "!", IDS[2]]
    assert isinstance(items[1], Rejected)
    assert b"NCT00000002" in items[1].raw or damage[1] == b"{{[["


@pytest.mark.parametrize("chunk_bytes", [50, 1 << 20])
def test_a_truncated_page_gives_what_came_before(
    tmp_path: Path, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_streams, "CHUNK_BYTES", chunk_bytes)
    content = json_bytes({"studies": STUDIES})
    assert summary(read_bytes(tmp_path, content[:-60])) == [*IDS[:2], "!"]
    assert summary(read_bytes(tmp_path, content[:-2])) == [*IDS, "!"]
    assert summary(read_bytes(tmp_path, content[:-1])) == [*IDS, "!"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), wrapping=st.sampled_from(sorted(CUTTABLE)))
def test_cut_anywhere_the_whole_records_before_the_cut_come_out(
    data: st.DataObject, wrapping: str, tmp_path: Path
) -> None:
    content = WRAPPINGS[wrapping]
    cut = data.draw(st.integers(1, len(content) - 1))
    items = read_bytes(tmp_path, content[:cut])
    found = [ident for ident in summary(items) if ident != "!"]
    assert found == IDS[: len(found)]
    assert len(reasons(items)) <= 1
    for ident, one in zip(IDS, STUDIES, strict=True):
        raw = json_bytes(one, indent=4 if wrapping == "indented objects" else None)
        if wrapping != "indented list" and raw in content[:cut]:
            assert ident in found


@pytest.mark.parametrize("lost", [1, 8, 20, 60])
def test_a_truncated_gzip_gives_every_record_before_the_break(tmp_path: Path, lost: int) -> None:
    many = [study(number, whyStopped=f"{number * 7919:x}") for number in range(1, 400)]
    content = gzip.compress(b"\n".join(json_bytes(one) for one in many))
    items = read_bytes(tmp_path, content[:-lost])
    assert summary(items)[-1] == "!"
    found = summary(items)[:-1]
    assert len(found) > 350
    assert found == [f"NCT{number:08d}" for number in range(1, len(found) + 1)]
    (reason,) = reasons(items)
    assert "cut off" in reason


def test_a_damaged_gzip_is_said_to_be_so(tmp_path: Path) -> None:
    many = [study(number) for number in range(1, 1000)]
    content = bytearray(gzip.compress(b"\n".join(json_bytes(one) for one in many)))
    content[-6] ^= 0xFF  # in the checksum
    items = read_bytes(tmp_path, bytes(content))
    found = summary(items)[:-1]
    assert found == [f"NCT{number:08d}" for number in range(1, len(found) + 1)]
    assert len(found) > 500
    assert "incorrect data check" in reasons(items)[0]


def test_a_damaged_zip(tmp_path: Path) -> None:
    content = WRAPPINGS["zip"]
    assert "zip" in reasons(read_bytes(tmp_path, content[:-30]))[0]
    member = bytearray(content)
    member[content.index(IDS[1].encode()) + 40] ^= 0xFF
    items = read_bytes(tmp_path, bytes(member))
    assert [ident for ident in summary(items) if ident != "!"] == [IDS[0], IDS[2]]
    assert len(reasons(items)) == 1
    assert all(IDS[1] in item.origin for item in items if isinstance(item, Rejected))


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"protocolSection": {"identificationModule": {"briefTitle": "no id"}}}, "no NCT number"),
        ({"protocolSection": {"identificationModule": {"nctId": "NCT12"}}}, "no NCT number"),
        ({"protocolSection": {"identificationModule": {"nctId": 5}}}, "where a text was expected"),
        ({"protocolSection": []}, "expected"),
        ({"apiVersion": "2.0.3"}, "not a study"),
        (17, "bare JSON value"),
        (None, "bare JSON value"),
    ],
)
def test_a_record_without_an_id_is_refused_alone(tmp_path: Path, value: object, word: str) -> None:
    items = read_bytes(tmp_path, json_bytes([STUDIES[0], value, STUDIES[2]]))
    assert summary(items) == [IDS[0], "!", IDS[2]]
    assert word in reasons(items)[0]


@pytest.mark.parametrize("joint", [b"\n", b","], ids=["JSON Lines", "list"])
def test_bytes_in_another_encoding_cost_only_their_study(tmp_path: Path, joint: bytes) -> None:
    parts = [json_bytes(one) for one in STUDIES]
    parts[1] = parts[1].decode().encode("cp1252", errors="replace")
    content = joint.join(parts)
    items = read_bytes(tmp_path, content if joint == b"\n" else b"[" + content + b"]")
    assert summary(items) == [IDS[0], "!", IDS[2]]
    assert "UTF-8" in reasons(items)[0]


def test_a_nesting_bomb_is_refused(tmp_path: Path) -> None:
    bomb = b'{"protocolSection":' + b"[" * 200_000
    items = read_bytes(tmp_path, json_bytes(STUDIES[0]) + b"\n" + bomb + b"\n" + json_bytes(STUDIES[1]) + b"\n")
    assert summary(items) == [IDS[0], "!", IDS[1]]
    items = read_bytes(tmp_path, b"[" + json_bytes(STUDIES[0]) + b"," + bomb + b"," + json_bytes(STUDIES[1]) + b"]")
    assert summary(items) == [IDS[0], "!", IDS[1]]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"\x1f\x8b\x08\x00", "cut off"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\x00\x01\x02\x03binary", "binary"),
        (b"%PDF-1.7", "PDF"),
        (b"NCT Number,Study Title\n", "CSV"),
        (b"TY  - JOUR\nTI  - x\n", "RIS"),
        (b"just words", "another kind"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"{}")))), "archive within"),
        (gzip.compress(_zip({"a": b"{}"})), "archive within"),
        (_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<w/>"}), "office document"),
    ],
    ids=(  # packed bytes hold the time of packing, and all processes of a run must name a test alike
        "nothing",
        "blank",
        "gzip head",
        "bzip2",
        "binary",
        "PDF",
        "CSV",
        "RIS",
        "words",
        "gzips",
        "zip in gzip",
        "office",
    ),
)
def test_files_of_another_kind_are_refused_with_a_reason(tmp_path: Path, content: bytes, word: str) -> None:
    items = read_bytes(tmp_path, content, name="studies.json")
    assert summary(items) == ["!"]
    (item,) = items
    assert isinstance(item, Rejected)
    assert word in item.reason
    assert item.remedy
    assert item.origin.endswith("studies.json")


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    for name, content in {"a": b"junk", "b": json_bytes(STUDIES[0]), "c": b"", "d": json_bytes(STUDIES[1])}.items():
        (tmp_path / name).write_bytes(content)
    tally = Tally()
    items = list(tally.counting(read_files([tmp_path / name for name in "abcd"], fetched_at=NOW)))
    assert summary(items) == ["!", IDS[0], "!", IDS[1]]
    assert (tally.read, tally.records, tally.rejected) == (4, 2, 2)


def test_a_large_page_is_read_in_bounded_memory(tmp_path: Path) -> None:
    filler = {"detailedDescription": "knee " * 4000}
    studies = [{**study(number), "more": filler} for number in range(1, 1201)]
    path = tmp_path / "page.gz"
    path.write_bytes(gzip.compress(json_bytes({"studies": studies}), compresslevel=1))
    assert sum(len(json_bytes(one)) for one in studies) > 20_000_000
    del studies
    tracemalloc.start()
    count = sum(isinstance(item, Record) for item in read_files([path], fetched_at=NOW))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1200
    assert peak < 12_000_000
