#!/usr/bin/env python3
"""Measure how efficacy and safety are read on published abstracts of other treatments.

    .venv/bin/python scripts/measure_outcomes.py [--data ../shared]

The labels are ``corpus/dev/outcomes.jsonl`` (see its README), the texts the development data's.
The model of outcomes was fitted on ``tuned`` and ``weighed``, and on the sentences (not the verdicts) of ``coded``;
``held_out`` and ``fresh`` it has not seen.  First it is told how far a second reader of those that were fitted on
agrees with the first (``corpus/training/outcome_second.jsonl``).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mscminer.core.records import Record
from mscminer.extract.publications.outcomes import OutcomeVerdict, find_outcomes
from mscminer.extract.publications.zones import read_publication
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record

ROOT: Final = Path(__file__).resolve().parent.parent
LABELS: Final = ROOT / "corpus" / "dev" / "outcomes.jsonl"
TRAINING: Final = ROOT / "corpus" / "training"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A labelled abstract and how the rules read it."""

    part: str
    sure: bool
    efficacy: str
    safety: str | None
    verdict: OutcomeVerdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    arguments = parser.parse_args()
    articles = arguments.data / "data" / "pubmed" / "articles.xml.gz"
    if not articles.is_file():
        print(f"error: {articles} is not there. Name the development data with --data.", file=sys.stderr)
        return 2
    for name, first in (("restated", TRAINING / "outcome_restated.jsonl"), ("published", LABELS)):
        tell(f"two readers, {name}", list(read_twice(first)))
    cases = list(read_cases(articles))
    for part in ("tuned", "weighed", "coded", "held_out", "fresh"):
        own = [case for case in cases if case.part == part]
        sure = [case for case in own if case.sure]
        tell(f"{part}: efficacy", [(case.efficacy, case.verdict.efficacy.value) for case in own])
        tell(f"{part}: efficacy, label sure", [(case.efficacy, case.verdict.efficacy.value) for case in sure])
        tell(f"{part}: safety", [(case.safety, case.verdict.safety.value) for case in own if case.safety])
    return 0


def by_id(path: Path) -> dict[str, dict[str, Any]]:
    return {line["id"]: line for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def read_twice(path: Path) -> Iterator[tuple[str, str]]:
    """The efficacy that a first and a second reader chose, of the labelled abstracts that both read."""
    second = by_id(TRAINING / "outcome_second.jsonl")
    for name, label in by_id(path).items():
        if name in second and label["efficacy"]:
            yield label["efficacy"], second[name]["efficacy"] or "no study"


def read_cases(articles: Path) -> Iterator[Case]:
    labels = by_id(LABELS)
    for item in read_files([articles], fetched_at=datetime(2026, 1, 1, tzinfo=UTC)):
        if isinstance(item, Record) and item.key.id in labels:
            label, text = labels[item.key.id], read_publication(parse_record(item))
            yield Case(
                part=label["part"],
                sure=label["sure"],
                efficacy=label["efficacy"],
                safety=label["safety"],
                verdict=find_outcomes(text),
            )


def tell(name: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Print the share that is right and the mean F1 of the classes; pairs of label and reading."""
    counts, right = Counter(pairs), sum(label == read for label, read in pairs)
    classes = sorted({one for pair in pairs for one in pair})
    scores = {one: f1(counts, one) for one in classes}
    told = ", ".join(f"{one} {score:.2f}" for one, score in scores.items())
    mean = sum(scores.values()) / len(scores)
    print(f"{name:<32} {right}/{len(pairs)} = {right / len(pairs):.3f}, macro-F1 {mean:.3f} ({told})")


def f1(counts: Counter[tuple[str, str]], one: str) -> float:
    named = sum(count for pair, count in counts.items() for side in pair if side == one)
    return 2 * counts[one, one] / named if named else 0.0


if __name__ == "__main__":
    sys.exit(main())
