"""Abstracts written to span the ways of wording: how much of them is read as their labels say."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT
from tests.extract.publications import publication

from mscminer.core.facts import Extraction
from mscminer.extract.pipeline import load_extractor
from mscminer.extract.publications.outcomes import find_outcomes
from mscminer.extract.publications.training import OutcomeAbstract, read_outcome_abstracts
from mscminer.extract.publications.zones import read_publication

TRAINING = ROOT / "corpus" / "training"


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
    assert right["efficacy"] / len(abstracts) >= 0.95
    assert right["safety"] / len(abstracts) >= 0.95


def values_of(extraction: Extraction, name: str) -> list[Any]:
    return [fact.value for fact in extraction.facts if fact.field.value == name and fact.stated]


@pytest.mark.parametrize(
    ("field", "least"),
    [
        ("msc", 0.92),
        ("report", 0.92),
        ("tissue", 0.92),
        ("donor", 0.95),
        ("n", 0.9),
        ("route", 0.85),
        ("efficacy", 0.8),
        ("safety", 0.8),
    ],
)
def test_fields_of_whole_abstracts_are_read_as_labelled(field: str, least: float) -> None:
    rows = [json.loads(line) for line in (TRAINING / "wordings.jsonl").read_text(encoding="utf-8").splitlines()]
    asked = [row for row in rows if field in row["expected"]]
    extractor = load_extractor()
    right = 0
    for row in asked:
        parts = [(label, text) for label, text in row["parts"]]
        found = values_of(next(iter(extractor.extract([publication(row["title"], *parts)]))), field)
        wanted = row["expected"][field]
        right += sorted(map(str, found)) == sorted(map(str, wanted if isinstance(wanted, list) else [wanted])) or (
            wanted is None and not found
        )
    assert len(asked) >= 12
    assert right / len(asked) >= least


@pytest.mark.shared
def test_no_sentence_of_the_abstracts_was_published(shared_dir: Path) -> None:
    import gzip

    published = gzip.decompress((shared_dir / "data" / "pubmed" / "articles.xml.gz").read_bytes()).decode().lower()
    for one in read_outcome_abstracts(TRAINING / "outcome_abstracts.txt"):
        for _, text in one.parts:
            assert text.lower() not in published
