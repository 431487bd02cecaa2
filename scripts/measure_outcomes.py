#!/usr/bin/env python3
"""Measure how efficacy and safety are read on published abstracts of other treatments.

    .venv/bin/python scripts/measure_outcomes.py [--data ../shared] [--model]

The labels are ``corpus/dev/outcomes.jsonl`` (see its README), the texts the development data's.  ``--model`` also fits
a linear model on the part ``tuned`` and scores it on ``held_out``, to see whether one should be shipped.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from mscminer.core.records import Record
from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.outcomes import OutcomeVerdict, find_outcomes, outcome_sentences
from mscminer.extract.publications.statements import find_statements
from mscminer.extract.publications.text import PublicationText, Zone
from mscminer.extract.publications.zones import read_publication
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record

ROOT: Final = Path(__file__).resolve().parent.parent
LABELS: Final = ROOT / "corpus" / "dev" / "outcomes.jsonl"
OPEN: Final = frozenset({Efficacy.POSITIVE.value, Efficacy.NO_DIFFERENCE.value, Efficacy.MIXED.value})
"""What the model decides; a verdict of harm or of nothing told stays the rules'."""
_WORD: Final = re.compile(r"[a-z]+|\d+|[<>=]")
_LEAST_USES: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A labelled abstract and how the rules read it."""

    part: str
    sure: bool
    efficacy: str
    safety: str | None
    text: PublicationText
    verdict: OutcomeVerdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--model", action="store_true", help="also fit and score a linear model")
    arguments = parser.parse_args()
    articles = arguments.data / "data" / "pubmed" / "articles.xml.gz"
    if not articles.is_file():
        print(f"error: {articles} is not there. Name the development data with --data.", file=sys.stderr)
        return 2
    cases = list(read_cases(articles))
    for part in ("tuned", "weighed", "held_out"):
        own = [case for case in cases if case.part == part]
        sure = [case for case in own if case.sure]
        tell(f"{part}: efficacy", [(case.efficacy, case.verdict.efficacy.value) for case in own])
        tell(f"{part}: efficacy, label sure", [(case.efficacy, case.verdict.efficacy.value) for case in sure])
        tell(f"{part}: safety", [(case.safety, case.verdict.safety.value) for case in own if case.safety])
    if arguments.model:
        compare_model(cases)
    return 0


def read_cases(articles: Path) -> Iterator[Case]:
    labels = {line["id"]: line for line in map(json.loads, LABELS.read_text(encoding="utf-8").splitlines())}
    for item in read_files([articles], fetched_at=datetime(2026, 1, 1, tzinfo=UTC)):
        if isinstance(item, Record) and item.key.id in labels:
            label, text = labels[item.key.id], read_publication(parse_record(item))
            yield Case(
                part=label["part"],
                sure=label["sure"],
                efficacy=label["efficacy"],
                safety=label["safety"],
                text=text,
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


def words_of(text: PublicationText) -> Iterator[str]:
    """Single words of title and results, pairs of words too of the conclusion."""
    for sentence in (*text.zones(Zone.TITLE), *outcome_sentences(text)):
        words = ["0" if word.isdigit() else word for word in _WORD.findall(sentence.text)]
        yield from (f"{sentence.zone.value} {word}" for word in words)
        if sentence.zone is Zone.CONCLUSION:
            yield from (f"pair {first} {second}" for first, second in pairwise(words))


def readings_of(case: Case) -> Iterator[str]:
    """What the rules read: each kind of statement by zone, and the verdict with its sureness."""
    for one in find_statements(outcome_sentences(case.text)):
        zone = one.sentence.zone.value
        yield f"{zone} {one.value}"
        marks = ("control", "within", "hedged", "primary", "subgroup", "significant", "clinical")
        yield from (f"{zone} {one.value} {mark}" for mark in marks if getattr(one, mark))
    yield f"verdict {case.verdict.efficacy.value} {case.verdict.efficacy_confidence:.2f}"


def compare_model(cases: Sequence[Case]) -> None:
    """Fit on the part ``tuned`` and score on ``held_out``: words alone, readings alone, both."""
    for name in ("words", "readings", "words and readings"):
        tell(f"held_out: model, {name}", model_pairs(cases, words="words" in name, readings="readings" in name))


def model_pairs(cases: Sequence[Case], *, words: bool, readings: bool) -> list[tuple[str, str]]:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    def features(case: Case) -> dict[str, float]:
        found = dict.fromkeys(words_of(case.text), 1.0) if words else {}
        return found | (dict(Counter(readings_of(case))) if readings else {})

    tuned = [case for case in cases if case.part == "tuned" and case.efficacy in OPEN]
    uses = Counter(name for case in tuned for name in features(case))

    def kept(case: Case) -> dict[str, float]:
        return {name: value for name, value in features(case).items() if uses[name] >= _LEAST_USES}

    model = make_pipeline(DictVectorizer(), LogisticRegression(C=0.05, max_iter=500))
    model.fit([kept(case) for case in tuned], [case.efficacy for case in tuned])
    held = [case for case in cases if case.part == "held_out"]
    guesses = model.predict([kept(case) for case in held])
    rules = [case.verdict.efficacy.value for case in held]
    return [
        (case.efficacy, str(guess) if rule in OPEN else rule)
        for case, guess, rule in zip(held, guesses, rules, strict=True)
    ]


if __name__ == "__main__":
    sys.exit(main())
