"""Fitting the weights by which the enrolment is chosen; used by ``scripts/train`` and its tests only.

The weights make the labelled number as probable as they can among all candidates of a text (a conditional logit), with
a quadratic penalty that keeps rare features small.  The same examples in the same order give the same weights.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from mscminer.core.documents import ArticleFields, Document, Section
from mscminer.core.records import RecordKey, Source
from mscminer.extract.publications.enrolment import NOT_STATED, choose, weigh
from mscminer.extract.publications.enrolment_adding import Candidate
from mscminer.extract.publications.enrolment_candidates import find_candidates
from mscminer.extract.publications.zones import read_publication

_PENALTY: Final = 1.5
_LEAST_USES: Final = 4
"""A feature that fewer candidates have is left out."""
_STEPS: Final = 500
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


@dataclass(frozen=True, kw_only=True)
class _Table:
    """All answers of all examples: one row each, its features, its example, whether it is right."""

    names: list[str]
    features: Any
    group: Any
    right: Any


def _table(examples: Sequence[Example]) -> _Table:
    from scipy.sparse import csr_matrix

    uses = Counter(name for one in examples for candidate in one.candidates for name in candidate.features)
    names = [NOT_STATED, *sorted(name for name, count in uses.items() if count >= _LEAST_USES)]
    place = {name: number for number, name in enumerate(names)}
    rows, group, right = [], [], []
    for number, one in enumerate(examples):
        answers = [
            (None, [NOT_STATED]),
            *((candidate.value, sorted(candidate.features)) for candidate in one.candidates),
        ]
        rows += [[place[name] for name in features if name in place] for _, features in answers]
        group += [number] * len(answers)
        right += [value == one.n for value, _ in answers]
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], dtype=int)
    features = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(names)))
    return _Table(names=names, features=features, group=np.array(group), right=np.array(right))


def fit_enrolment(examples: Sequence[Example]) -> dict[str, Any]:
    """Fit the weights; the result is what ``enrolment.json`` holds (hundredths of log odds).

    Raises:
        ValueError: if no example holds its answer among its candidates.
    """
    from scipy.optimize import minimize

    used = [one for one in examples if one.answerable]
    if not used:
        raise ValueError("no example has the right number among its candidates")
    table = _table(used)

    def loss(weights: Any) -> tuple[float, Any]:
        scores = table.features @ weights
        all_logs, all_shares = _softmax(scores, table.group)
        right_logs, right_shares = _softmax(np.where(table.right, scores, -np.inf), table.group)
        value = (all_logs - right_logs).sum() + _PENALTY * (weights @ weights) / 2
        return value, table.features.T @ (all_shares - right_shares) + _PENALTY * weights

    found = minimize(loss, np.zeros(len(table.names)), jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    rounded = {name: round(100 * float(weight)) for name, weight in zip(table.names, found, strict=True)}
    return {"weights": {name: weight for name, weight in rounded.items() if weight}}


def _softmax(scores: Any, group: Any) -> tuple[Any, Any]:
    """For each group the logarithm of its sum of exponentials, and for each score its share in it."""
    top = np.full(group.max() + 1, -np.inf)
    np.maximum.at(top, group, scores)
    powers = np.exp(scores - top[group])
    sums = np.bincount(group, powers)
    return top + np.log(sums), powers / sums[group]


def enrolment_accuracy(weights: Mapping[str, int], examples: Sequence[Example]) -> float:
    """Share of examples whose most probable answer is the reader's."""
    return sum(choose(weigh(one.candidates, weights)) == one.n for one in examples) / len(examples)
