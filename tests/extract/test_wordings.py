"""Sentences of our own in all the ways in which registrations tell doses, schedules and routes (``wordings/*.txt``).

Half of them, by a hash of the sentence, were held out: rules were written looking at the errors of the other half only.
All of the other half must be read exactly; of the held-out half at least the share that the last change reached.
Of ``groups.txt`` and ``times.txt`` all were looked at, and all must be read exactly.  ``records.txt`` and
``record_routes.txt`` are small registrations whose parts tell a schedule or a route together; they are split in the
same way, and what was looked at beside them stands in ``records_read.txt`` and ``record_routes_read.txt``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.extract.records import a_record
from tests.extract.test_dosing import Dose, a_trial, doses

from mscminer.core.documents import Document
from mscminer.core.labels import label_from_extraction
from mscminer.extract.pipeline import Extractor, load_extractor

FOLDER = Path(__file__).parent / "wordings"
LEAST_HELD_OUT = 0.9
LEAST_RECORDS = 0.7
LEAST_RECORD_ROUTES = 0.6


def lines(name: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, told = line.rpartition(" => ")
            yield text, told


def is_held_out(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


def document_of(text: str) -> Document:
    if " = " not in text:
        return a_trial(("Cells", text))
    parts = dict(part.split(" = ", 1) for part in text.split(" || "))
    given = parts.pop("*", "")
    return a_trial(*parts.items(), given=given)


def doses_of(told: str) -> set[Dose]:
    wanted: set[Dose] = set()
    for one in told.split("; ") if told != "-" else ():
        cells, times = one.split()
        wanted.add((float(cells.removesuffix("/kg")), cells.endswith("/kg"), None if times == "x?" else int(times[1:])))
    return wanted


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return load_extractor()


def split(name: str, *, held_out: bool) -> list[tuple[str, str]]:
    return [line for line in lines(name) if is_held_out(line[0]) is held_out]


def routes(extractor: Extractor, text: str) -> set[str]:
    extraction = next(extractor.extract([a_trial(("Cells", text))]))
    return set(label_from_extraction(extraction).route)


def routes_of(told: str) -> set[str]:
    return set() if told == "-" else set(told.split("; "))


@pytest.mark.parametrize(("text", "told"), split("doses.txt", held_out=False))
def test_reads_the_doses_that_rules_were_written_for(extractor: Extractor, text: str, told: str) -> None:
    assert set(doses(extractor, document_of(text))) == doses_of(told)


def test_reads_most_doses_that_rules_were_not_written_for(extractor: Extractor) -> None:
    held_out = split("doses.txt", held_out=True)
    right = sum(set(doses(extractor, document_of(text))) == doses_of(told) for text, told in held_out)
    assert len(held_out) > 150
    assert right / len(held_out) >= LEAST_HELD_OUT


@pytest.mark.parametrize(("text", "told"), [*lines("groups.txt"), *lines("times.txt")])
def test_reads_each_group_s_doses_and_schedule(extractor: Extractor, text: str, told: str) -> None:
    assert set(doses(extractor, document_of(text))) == doses_of(told)


@pytest.mark.parametrize(("text", "told"), split("routes.txt", held_out=False))
def test_reads_the_routes_that_rules_were_written_for(extractor: Extractor, text: str, told: str) -> None:
    assert routes(extractor, text) == routes_of(told)


def test_reads_most_routes_that_rules_were_not_written_for(extractor: Extractor) -> None:
    held_out = split("routes.txt", held_out=True)
    right = sum(routes(extractor, text) == routes_of(told) for text, told in held_out)
    assert len(held_out) > 30
    assert right / len(held_out) >= LEAST_HELD_OUT


def given(extractor: Extractor, text: str) -> set[str]:
    return set(label_from_extraction(next(extractor.extract([a_record(text)]))).route)


@pytest.mark.parametrize(("text", "told"), [*split("records.txt", held_out=False), *lines("records_read.txt")])
def test_reads_schedules_spread_over_a_record(extractor: Extractor, text: str, told: str) -> None:
    assert set(doses(extractor, a_record(text))) == doses_of(told)


@pytest.mark.parametrize(
    ("text", "told"), [*split("record_routes.txt", held_out=False), *lines("record_routes_read.txt")]
)
def test_reads_routes_spread_over_a_record(extractor: Extractor, text: str, told: str) -> None:
    assert given(extractor, text) == routes_of(told)


def test_reads_most_records_that_rules_were_not_written_for(extractor: Extractor) -> None:
    schedules, routes_told = (split(name, held_out=True) for name in ("records.txt", "record_routes.txt"))
    right = sum(set(doses(extractor, a_record(text))) == doses_of(told) for text, told in schedules)
    assert len(schedules) > 35
    assert right / len(schedules) >= LEAST_RECORDS
    right = sum(given(extractor, text) == routes_of(told) for text, told in routes_told)
    assert len(routes_told) > 25
    assert right / len(routes_told) >= LEAST_RECORD_ROUTES
