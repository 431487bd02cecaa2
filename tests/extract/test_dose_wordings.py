"""Sentences of our own in all the ways in which registrations tell doses and schedules (``wordings/doses.txt``).

Half of them, by a hash of the sentence, were held out: rules were written looking at the errors of the other half only.
All of the other half must be read exactly; of the held-out half at least the share that the last change reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.extract.test_dosing import Dose, a_trial, doses

from mscminer.core.documents import Document
from mscminer.extract.pipeline import Extractor, load_extractor

FILE = Path(__file__).parent / "wordings" / "doses.txt"
LEAST_HELD_OUT = 0.9


def lines() -> Iterator[tuple[str, str]]:
    for line in FILE.read_text("utf-8").splitlines():
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


@pytest.mark.parametrize(("text", "told"), [line for line in lines() if not is_held_out(line[0])])
def test_reads_the_sentences_that_rules_were_written_for(extractor: Extractor, text: str, told: str) -> None:
    assert set(doses(extractor, document_of(text))) == doses_of(told)


def test_reads_most_sentences_that_rules_were_not_written_for(extractor: Extractor) -> None:
    held_out = [line for line in lines() if is_held_out(line[0])]
    right = sum(set(doses(extractor, document_of(text))) == doses_of(told) for text, told in held_out)
    assert len(held_out) > 150
    assert right / len(held_out) >= LEAST_HELD_OUT
