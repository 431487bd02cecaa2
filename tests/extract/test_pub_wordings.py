"""Abstracts written to span the ways of wording: how much of them is read as their labels say."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.extract.outcome_texts import OutcomeAbstract, read_outcome_abstracts
from tests.extract.publications import publication

from mscminer.core.facts import Extraction
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Report
from mscminer.extract.pipeline import load_extractor
from mscminer.extract.publications.outcomes import find_outcomes
from mscminer.extract.publications.resolve import read
from mscminer.extract.publications.zones import read_publication

TRAINING = ROOT / "corpus" / "training"
WORDINGS = Path(__file__).parent / "wordings"


def outcome_of(one: OutcomeAbstract) -> tuple[str, str]:
    verdict = find_outcomes(read_publication(publication("Cells in people", *one.parts)))
    return verdict.efficacy.value, verdict.safety.value


def test_most_ends_of_abstracts_are_judged_as_labelled() -> None:
    abstracts = read_outcome_abstracts(TRAINING / "outcome_abstracts.txt")
    assert len(abstracts) > 50
    assert {one.efficacy for one in abstracts} == {"positive", "no_difference", "negative", "mixed", "not_reported"}
    read = [outcome_of(one) for one in abstracts]
    right = Counter[str]()
    for one, (efficacy, safety) in zip(abstracts, read, strict=True):
        right.update({"efficacy": efficacy == one.efficacy, "safety": safety == one.safety})
    assert right["efficacy"] / len(abstracts) >= 0.92
    assert right["safety"] / len(abstracts) >= 0.95


def part_of(one: OutcomeAbstract) -> Split:
    return split_of("\n".join(text for _, text in one.parts))


@pytest.mark.parametrize(
    ("name", "part", "least"),
    [
        ("outcome_endings.txt", Split.TUNE, (0.95, 0.95)),
        ("outcome_endings.txt", Split.REPORT, (0.9, 0.93)),
        ("outcome_hard_endings.txt", Split.TUNE, (0.9, 0.84)),
        ("outcome_hard_endings.txt", Split.REPORT, (0.75, 0.84)),
        ("outcome_hard_read.txt", None, (0.92, 0.92)),
    ],
)
def test_ends_in_the_register_of_journals(name: str, part: Split | None, least: tuple[float, float]) -> None:
    """Half of each file was never looked at while rules were written for the other half; the last was read whole.

    The model of outcomes was fitted on none of them: it loses a little of what the rules were written for.
    """
    ends = [one for one in read_outcome_abstracts(TRAINING / name) if part in (None, part_of(one))]
    assert len(ends) >= 25
    read = [outcome_of(one) for one in ends]
    efficacy = sum(found == one.efficacy for one, (found, _) in zip(ends, read, strict=True))
    safety = sum(found == one.safety for one, (_, found) in zip(ends, read, strict=True))
    assert efficacy / len(ends) >= least[0]
    assert safety / len(ends) >= least[1]


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A whole abstract, what it states, and what was extracted."""

    expected: dict[str, Any]
    extraction: Extraction

    def is_right(self, name: str) -> bool:
        """Whether exactly the expected values of a field were found."""
        wanted = self.expected[name]
        values = wanted if isinstance(wanted, list) else [wanted]
        found = [fact.value for fact in self.extraction.facts if fact.field.value == name and fact.stated]
        return sorted(map(str, found)) == sorted(str(value) for value in values if value is not None)


@pytest.fixture(scope="module")
def wordings() -> list[Wording]:
    rows = [json.loads(line) for line in (TRAINING / "wordings.jsonl").read_text(encoding="utf-8").splitlines()]
    documents = [
        publication(row["title"], *((label, text) for label, text in row["parts"]), pmid=str(99000000 + number))
        for number, row in enumerate(rows)
    ]
    extractions = load_extractor().extract(documents)
    return [
        Wording(expected=row["expected"], extraction=extraction)
        for row, extraction in zip(rows, extractions, strict=True)
    ]


@pytest.mark.parametrize(
    ("field", "least"),
    [
        ("msc", 0.97),
        ("report", 0.96),
        ("tissue", 0.95),
        ("donor", 0.95),
        ("n", 0.93),
        ("route", 0.93),
        ("efficacy", 0.8),
        ("safety", 0.8),
    ],
)
def test_fields_of_whole_abstracts_are_read_as_labelled(field: str, least: float, wordings: list[Wording]) -> None:
    right = [one.is_right(field) for one in wordings if field in one.expected]
    assert len(right) >= 12
    assert sum(right) / len(right) >= least


@pytest.mark.shared
def test_no_sentence_of_the_abstracts_was_published(shared_dir: Path) -> None:
    import gzip

    published = gzip.decompress((shared_dir / "data" / "pubmed" / "articles.xml.gz").read_bytes()).decode().lower()
    for name in ("outcome_abstracts.txt", "outcome_endings.txt", "outcome_hard_endings.txt", "outcome_hard_read.txt"):
        for one in read_outcome_abstracts(TRAINING / name):
            for _, text in one.parts:
                assert text.lower() not in published


def written(name: str) -> list[tuple[str, str]]:
    """The texts of a file and what they should be read as."""
    lines = (WORDINGS / name).read_text(encoding="utf-8").splitlines()
    return [(text, label) for text, _, label in (line.rpartition(" => ") for line in lines if line[0] != "#")]


def test_kinds_of_report_in_many_wordings() -> None:
    given = written("reports.txt")
    kinds = [
        read(publication(title, text)).report.report.value
        for title, _, text in (both.partition(" | ") for both, _ in given)
    ]
    assert {label for _, label in given} == {kind.value for kind in Report}
    assert sum(kind == label for kind, (_, label) in zip(kinds, given, strict=True)) / len(given) >= 0.9


_SAID = {True: "yes", False: "no", None: "-"}


def design_of(text: str) -> str:
    design = read(publication("Stromal cells in knees", ("METHODS", text), ("RESULTS", "Pain fell."))).design
    return " ".join(_SAID[one.value] for one in (design.randomised, design.controlled, design.blinded))


def test_designs_in_many_wordings() -> None:
    given = written("designs.txt")
    assert len(given) > 50
    assert sum(design_of(text) == label for text, label in given) / len(given) >= 0.94
