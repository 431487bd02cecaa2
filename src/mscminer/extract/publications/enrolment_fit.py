"""Fitting the weights by which the enrolment is chosen; used by ``scripts/train`` and its tests only.

The weights make the labelled number as probable as they can among all candidates of a text (``choice_fit.py``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mscminer.core.documents import ArticleFields, Document, Section
from mscminer.core.records import RecordKey, Source
from mscminer.extract.publications.choice_fit import fit_choice
from mscminer.extract.publications.enrolment import NOT_STATED, choose, weigh
from mscminer.extract.publications.enrolment_adding import Candidate
from mscminer.extract.publications.enrolment_candidates import find_candidates
from mscminer.extract.publications.zones import read_publication

_PENALTY: Final = 1.5
_LEAST_USES: Final = 4
"""A feature that fewer candidates have is left out."""
WITHOUT_ENROLMENT: Final = frozenset({"review", "preclinical"})
"""Kinds of report whose enrolment is not chosen by weights."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """The candidates of a text and the enrolment that a reader found (None: not stated)."""

    candidates: tuple[Candidate, ...]
    n: int | None

    @property
    def answerable(self) -> bool:
        """Whether the right answer is among the candidates."""
        return self.n is None or any(one.value == self.n for one in self.candidates)


def example(document: Document, n: int | None) -> Example:
    """A labelled text as training material; one person who is not counted is a number not stated."""
    candidates = find_candidates(read_publication(document))
    counted = n != 1 or any(one.value == n for one in candidates)
    return Example(candidates=candidates, n=n if counted else None)


def read_sentences(path: Path) -> Iterator[Example]:
    """Our own sentences: number or "-", then heading and text of each part, separated by tabs; # begins a comment."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            n, *told = line.split("\t")
            parts = list(zip(told[::2], told[1::2], strict=True))
            title = next((text for heading, text in parts if heading == "TITLE"), "Cells in people")
            rest = [(heading, text) for heading, text in parts if heading != "TITLE"]
            yield example(own_document(title, rest), None if n == "-" else int(n))


def read_abstracts(path: Path) -> Iterator[Example]:
    """Our own abstracts (JSON lines of title, parts and expected values) that expect a number of people."""
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        expected = given["expected"]
        if "n" in expected and expected.get("report") not in WITHOUT_ENROLMENT:
            yield example(own_document(given["title"], given["parts"]), expected["n"])


def read_invented(path: Path) -> Iterator[tuple[str, Example]]:
    """The id and the example of each of our own abstracts of invented studies whose people a reader counted (``n``)."""
    for given, document in own_texts(path):
        if "n" in given:
            yield given["id"], example(document, given["n"])


def own_texts(path: Path) -> Iterator[tuple[dict[str, Any], Document]]:
    """Abstracts of our own as a file tells them (JSON lines of id, title, sections and labels), with its document."""
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        parts = [(section["label"] or "", section["text"]) for section in given["sections"]]
        yield given, own_document(given["title"], parts)


def own_document(title: str, parts: Sequence[Sequence[str]]) -> Document:
    """A publication of our own from its title and the parts of its abstract (heading, text)."""
    sections = [Section(name="title", text=title)]
    sections += [
        Section(name=f"abstract.{number}", text=text, label=label) for number, (label, text) in enumerate(parts)
    ]
    return Document(
        key=RecordKey(source=Source.PUBMED, id="99000001"), sections=tuple(sections), article=ArticleFields()
    )


def fit_enrolment(examples: Sequence[Example]) -> dict[str, Any]:
    """Fit the weights; the result is what ``enrolment.json`` holds (hundredths of log odds).

    Raises:
        ValueError: if no example holds its answer among its candidates.
    """
    used = [one for one in examples if one.answerable]
    if not used:
        raise ValueError("no example has the right number among its candidates")
    answers = [
        [({NOT_STATED}, one.n is None), *((found.features, found.value == one.n) for found in one.candidates)]
        for one in used
    ]
    return {"weights": fit_choice(answers, least=_LEAST_USES, penalty=_PENALTY)}


def enrolment_accuracy(weights: Mapping[str, int], examples: Sequence[Example]) -> float:
    """Share of examples whose most probable answer is the reader's."""
    return sum(choose(weigh(one.candidates, weights)) == one.n for one in examples) / len(examples)
