"""Sentences and ends of abstracts of our own that say what came of a treatment, and how the rules read them alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.extract.publications import publication

from mscminer.core.vocabulary import Safety
from mscminer.extract.publications.harm import find_safety
from mscminer.extract.publications.outcomes import outcome_sentences
from mscminer.extract.publications.statements import find_statements
from mscminer.extract.publications.text import Sentence
from mscminer.extract.publications.zones import read_publication


def find_direction(told: Sequence[Sentence]) -> str:
    """better, same, worse or none: what sentences say of benefit ("same" wins over "better" beside it)."""
    values = {one.value for one in find_statements(told)}
    if "worse" in values:
        return "worse"
    if values & {"same", "trend"}:
        return "same"
    return "better" if values else "none"


def find_harm(told: Sequence[Sentence]) -> str:
    """safe, concern or none: what sentences say of harm."""
    verdict = find_safety(told).verdict
    return "none" if verdict is Safety.NOT_REPORTED else verdict.value


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeSentence:
    """A sentence of our own with the direction of benefit and the statement on harm that it makes."""

    direction: str
    harm: str
    text: str


def read_outcome_sentences(path: Path) -> tuple[OutcomeSentence, ...]:
    """Read the tab-separated sentences; lines that begin with # are comments."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [line.split("\t") for line in lines]
    return tuple(OutcomeSentence(direction=row[0], harm=row[1], text=row[2]) for row in rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeAbstract:
    """The end of an abstract of our own, as (heading or "", text), with its efficacy and safety."""

    efficacy: str
    safety: str
    parts: tuple[tuple[str, str], ...]


_HEADED: Final = re.compile(r"(?P<heading>[^\W\d_a-z]{4,}(?: [^\W\d_a-z]+)*): (?P<text>.*)")


def read_outcome_abstracts(path: Path) -> tuple[OutcomeAbstract, ...]:
    """Read the blocks that begin with ``== efficacy safety``; lines that begin with # are comments."""
    blocks = path.read_text(encoding="utf-8").split("\n== ")[1:]
    return tuple(_outcome_abstract(block) for block in blocks)


def _outcome_abstract(block: str) -> OutcomeAbstract:
    first, *lines = block.strip().splitlines()
    efficacy, safety = first.split()
    matches = [(line, _HEADED.fullmatch(line.strip())) for line in lines]
    parts = tuple((match["heading"], match["text"]) if match else ("", line) for line, match in matches)
    return OutcomeAbstract(efficacy=efficacy, safety=safety, parts=parts)


def outcome_accuracy_of_rules(sentences: Sequence[OutcomeSentence]) -> tuple[float, float]:
    """Accuracy of the rules on direction and on harm, each sentence taken as a result."""
    right = [0, 0]
    for one in sentences:
        text = read_publication(publication("T", ("RESULTS", one.text)))
        told = outcome_sentences(text)
        right[0] += find_direction(told) == one.direction
        right[1] += find_harm(told) == one.harm
    return right[0] / len(sentences), right[1] / len(sentences)
