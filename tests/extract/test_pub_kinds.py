"""Short abstracts of our own: kind of report, enrolment and design told together (``wordings/kinds.txt``)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.extract.publications import publication

from mscminer.core.documents import Document
from mscminer.extract.publications.design import Answer
from mscminer.extract.publications.resolve import read

WORDINGS = Path(__file__).parent / "wordings" / "kinds.txt"
LEAST = 0.95
_MOST_OF_THEM = 140
_LETTERS = {True: "T", False: "F", None: "-"}


def examples() -> Iterator[tuple[Document, str]]:
    for line in WORDINGS.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, told = line.rpartition(" => ")
            title, _, abstract = text.partition(" | ")
            yield publication(title, abstract), told


def is_read(document: Document, told: str) -> bool:
    report, n, design = told.split()
    found = read(document)
    letters = [letter(one) for one in (found.design.randomised, found.design.controlled, found.design.blinded)]
    same = all(wanted in ("x", got) for wanted, got in zip(design, letters, strict=True))
    return same and found.report.report.value == report and str(found.enrolment.n or "-") == n


def letter(answer: Answer) -> str:
    return _LETTERS[answer.value]


def test_reads_nearly_all_kinds_told_in_our_own_abstracts() -> None:
    right = [is_read(document, told) for document, told in examples()]
    assert len(right) > _MOST_OF_THEM
    assert sum(right) >= LEAST * len(right)
