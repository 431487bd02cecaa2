"""Fits the model of outcomes: first what sentences say, then what the sentences of an abstract make of the whole.

The second step is fitted on chances that each abstract's sentences were given without it, since a model is surer of
what it has seen than of anything that it will read.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from mscminer.core.documents import Document
from mscminer.core.vocabulary import Efficacy
from mscminer.extract.publications.enrolment_fit import own_document
from mscminer.extract.publications.outcome_features import CODES, text_features
from mscminer.extract.publications.outcome_model import (
    SENTENCE_UNIT,
    TEXT_UNIT,
    OutcomeModel,
    features_of,
    outcome_model,
)
from mscminer.extract.publications.outcomes import OutcomeVerdict, find_by_rules, outcome_sentences
from mscminer.extract.publications.statements import Statement
from mscminer.extract.publications.text import Sentence
from mscminer.extract.publications.zones import read_publication

_FOLDS: Final = 5
_LEAST_USES: Final = 3
_LEAST_WEIGHT: Final = 10
"""Features that move no code by so many hundredths are left out."""
_SENTENCE_PENALTY: Final = 0.3
_TEXT_PENALTY: Final = 0.3
"""Inverse strength of the ridge penalty of the two steps."""
_STEPS: Final = 300
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")

Code = tuple[str, str]
"""The first words of a sentence and its code."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """An abstract as the model sees it, with its labels.

    Args:
        name: tells it from all others; its part in cross-validation follows from it.
        efficacy: as a reader judged it; None: only its sentences are coded.
        codes: of its outcome sentences, by their number; those that no reader coded are absent.
        weight: how much its verdict counts when the second step is fitted.
    """

    name: str
    sentences: tuple[Sentence, ...]
    statements: tuple[Statement, ...]
    features: tuple[frozenset[str], ...]
    verdict: OutcomeVerdict
    efficacy: Efficacy | None
    codes: Mapping[int, str]
    weight: float = 1.0

    @property
    def judged(self) -> Efficacy | None:
        """The reader's verdict, where there are sentences to decide by."""
        return self.efficacy if self.sentences else None

    @property
    def fold(self) -> int:
        """Its part in cross-validation."""
        return int(sha256(self.name.encode()).hexdigest(), 16) % _FOLDS


def read_own_texts(path: Path, weight: float = 1.0) -> Iterator[Example]:
    """Abstracts of our own: JSON lines of id, title, sections (label, text), efficacy and coded sentences.

    Args:
        weight: how much the verdict of each counts.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        parts = [(section["label"] or "", section["text"]) for section in given["sections"]]
        codes = [(words, code) for words, code in given["codes"]]
        one = example(given["id"], own_document(given["title"], parts), given["efficacy"], codes)
        yield replace(one, weight=weight)


def example(name: str, document: Document, efficacy: str | None, codes: Iterable[Code]) -> Example:
    """An abstract with its labels; codes of sentences that it does not hold are left out.

    Args:
        codes: in the order of the text.
    """
    text = read_publication(document)
    sentences = outcome_sentences(text)
    ruled = find_by_rules(text, sentences)
    return Example(
        name=name,
        sentences=sentences,
        statements=ruled.statements,
        features=tuple(features_of(sentences, ruled.statements)),
        verdict=ruled.verdict,
        efficacy=Efficacy(efficacy) if efficacy else None,
        codes=dict(_placed(sentences, codes)),
    )


def coded_by_place(name: str, document: Document, efficacy: str | None, codes: Mapping[str, str]) -> Example:
    """A published abstract whose sentences are coded by where they begin (``abstract.1:120``)."""
    one = example(name, document, efficacy, ())
    places = {f"{sentence.section}:{sentence.start}": number for number, sentence in enumerate(one.sentences)}
    placed = {places[place]: code for place, code in codes.items() if place in places}
    return replace(one, codes=placed)


def _placed(sentences: Sequence[Sentence], codes: Iterable[Code]) -> Iterator[tuple[int, str]]:
    folded = [_bare(sentence.text) for sentence in sentences]
    at = 0
    for words, code in codes:
        begin = _bare(words)
        found = next((number for number in range(at, len(folded)) if folded[number].startswith(begin)), None)
        if found is not None:
            yield found, code
            at = found + 1


def _bare(text: str) -> str:
    return _NO_WORD.sub(" ", text.lower()).strip()


@dataclass(frozen=True, kw_only=True)
class Checked:
    """How an abstract was read by weights fitted without it.

    Args:
        sentences: for each coded sentence, whether its most probable code is the reader's.
        efficacy: whether the verdict is; empty where no reader judged it or it has no outcome sentence.
        rules: the same of the rules alone.
    """

    name: str
    sentences: tuple[bool, ...]
    efficacy: tuple[bool, ...]
    rules: tuple[bool, ...]


def fit_outcomes(examples: Sequence[Example]) -> tuple[dict[str, Any], list[Checked]]:
    """Fit both steps; gives what ``outcomes.json`` holds, and how each example is read without itself."""
    halves = [_fit_sentences([one for one in examples if one.fold != fold]) for fold in range(_FOLDS)]
    readers = [outcome_model({**half, "verdicts": [], "decision": {}, "decision_bias": []}) for half in halves]
    seen = {one.name: _seen(readers[one.fold], one) for one in examples if one.judged}
    found = []
    for fold in range(_FOLDS):
        decided = _fit_texts(seen, [one for one in examples if one.fold != fold])
        reader = outcome_model({**halves[fold], **decided})
        found += [checked(reader, one) for one in examples if one.fold == fold]
    return {**_fit_sentences(examples), **_fit_texts(seen, examples)}, found


def _seen(reader: OutcomeModel, one: Example) -> dict[str, float]:
    readings = reader.read(one.sentences, one.statements)
    return text_features(readings, one.verdict.efficacy, one.verdict.efficacy_confidence)


def checked(model: OutcomeModel, one: Example) -> Checked:
    """How a model reads an abstract, against its labels."""
    coded = tuple(_code_of(model, one.features[number]) == code for number, code in sorted(one.codes.items()))
    verdicts = (efficacy_of(model, one) is one.judged, one.verdict.efficacy is one.judged) if one.judged else ()
    return Checked(name=one.name, sentences=coded, efficacy=verdicts[:1], rules=verdicts[1:])


def _code_of(model: OutcomeModel, features: Iterable[str]) -> str:
    return CODES[max(range(len(CODES)), key=model.chances(features).__getitem__)]


def efficacy_of(model: OutcomeModel, one: Example) -> Efficacy:
    """The verdict on an abstract that has outcome sentences."""
    readings = model.read(one.sentences, one.statements)
    return model.decide(readings, one.verdict.efficacy, one.verdict.efficacy_confidence)[0]


def _fit_sentences(examples: Iterable[Example]) -> dict[str, Any]:
    coded = [(one.features[number], code) for one in examples for number, code in sorted(one.codes.items())]
    uses = Counter(name for features, _ in coded for name in features)
    rows = [dict.fromkeys((name for name in sorted(features) if uses[name] >= _LEAST_USES), 1) for features, _ in coded]
    names, weights, bias = _fitted(rows, [CODES.index(code) for _, code in coded], len(CODES), _SENTENCE_PENALTY)
    whole = np.rint(weights * SENTENCE_UNIT).astype(int)
    kept = {name: row.tolist() for name, row in zip(names, whole.T, strict=True) if abs(row).max() >= _LEAST_WEIGHT}
    return {"weights": kept, "bias": np.rint(bias * SENTENCE_UNIT).astype(int).tolist()}


def _fit_texts(seen: Mapping[str, Mapping[str, float]], examples: Iterable[Example]) -> dict[str, Any]:
    order = sorted(Efficacy)
    used = [(seen[one.name], order.index(one.judged), one.weight) for one in examples if one.judged]
    rows, targets, shares = map(list, zip(*used, strict=True))
    names, weights, bias = _fitted(rows, targets, len(order), _TEXT_PENALTY, shares)
    whole = np.rint(weights * TEXT_UNIT).astype(int)
    return {
        "verdicts": [verdict.value for verdict in order],
        "decision": {name: row.tolist() for name, row in zip(names, whole.T, strict=True) if row.any()},
        "decision_bias": np.rint(bias * TEXT_UNIT).astype(int).tolist(),
    }


def _fitted(
    rows: Sequence[Mapping[str, float]],
    targets: Sequence[int],
    count: int,
    penalty: float,
    shares: Sequence[float] | None = None,
) -> tuple[list[str], Any, Any]:
    """Names of the features, weights (classes x features) and biases of a multinomial logistic regression.

    Raises:
        ValueError: unless every class occurs.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    if len(set(targets)) != count:
        raise ValueError(f"the texts must show all {count} values, they show {len(set(targets))}")
    vectors = DictVectorizer(sort=True)
    table = vectors.fit_transform(rows)
    model = LogisticRegression(C=penalty, max_iter=_STEPS).fit(table, targets, sample_weight=shares)
    return list(vectors.feature_names_), model.coef_, model.intercept_
