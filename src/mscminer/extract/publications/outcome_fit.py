"""Fits the model of outcomes: first what sentences say, then what the sentences of an abstract make of the whole.

The second step is fitted on chances that each abstract's sentences were given without it, since a model is surer of
what it has seen than of anything that it will read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np

from mscminer.core.documents import Document
from mscminer.core.vocabulary import Field
from mscminer.extract.publications.enrolment_fit import own_texts
from mscminer.extract.publications.outcome_features import CODES, NOTHING, Reading, text_features
from mscminer.extract.publications.outcome_model import (
    SENTENCE_UNIT,
    TEXT_UNIT,
    VERDICTS,
    OutcomeModel,
    features_of,
    outcome_model,
)
from mscminer.extract.publications.outcomes import RuledOutcome, find_by_rules, outcome_sentences
from mscminer.extract.publications.text import Sentence
from mscminer.extract.publications.zones import read_publication

_FOLDS: Final = 5
_LEAST_USES: Final = 3
_LEAST_WEIGHT: Final = 10
"""Features that move no code by so many hundredths are left out."""
_SENTENCE_PENALTY: Final = 0.3
_TEXT_PENALTY: Final = 1.0
"""Inverse strength of the ridge penalty of the two steps."""
_STEPS: Final = 300
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")

Code = tuple[str, str]
"""The first words of a sentence and its code."""


Codes = Mapping[Field, Mapping[int, str]]
"""Of the outcome sentences of an abstract, by what is asked and their number; those that no reader coded are absent."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """An abstract as the model sees it, with its labels.

    Args:
        name: tells it from all others; its part in cross-validation follows from it.
        ruled: what the rules make of it.
        verdicts: as readers judged it; a field on which they did not agree, or that none judged, is absent.
        weight: how much its verdicts count when the second step is fitted.
        sure: whether its reader was sure of the efficacy.
    """

    name: str
    sentences: tuple[Sentence, ...]
    features: tuple[frozenset[str], ...]
    ruled: RuledOutcome
    verdicts: Mapping[Field, str]
    codes: Codes
    weight: float = 1.0
    sure: bool = True

    def judged(self, field: Field) -> str | None:
        """The readers' verdict, where there are sentences to decide by."""
        return self.verdicts.get(field) if self.sentences else None

    @property
    def fold(self) -> int:
        """Its part in cross-validation."""
        return int(sha256(self.name.encode()).hexdigest(), 16) % _FOLDS


def read_own_texts(path: Path, weight: float = 1.0) -> Iterator[Example]:
    """Abstracts of our own: JSON lines of id, title, sections (label, text), efficacy, safety and coded sentences.

    ``codes`` lists sentences with what they say of benefit, ``harm`` those that say something of harm; where it is
    absent no reader looked for it.

    Args:
        weight: how much the verdicts of each count.
    """
    for given, document in own_texts(path):
        text = _read(document)
        codes = {Field.EFFICACY: dict(_placed(text.sentences, given["codes"]))}
        harm = dict(_placed(text.sentences, given.get("harm", ())))
        if "harm" in given and len(harm) == len(given["harm"]):  # a code without its sentence would make it "none"
            codes[Field.SAFETY] = _with_nothing(text.sentences, harm)
        yield _example(given["id"], text, given, codes, weight)


def coded_by_place(document: Document, given: Mapping[str, Any], codes: Mapping[str, Any]) -> Example:
    """A published abstract whose sentences are coded by where they begin (``abstract.1:120``).

    Args:
        given: its id, efficacy and safety as one reader judged them.
        codes: what sentences say of benefit (``codes``) and of harm (``harm``), and how another reader judged
            ``safety``; where the two don't agree it is taken for unknown.
    """
    text = _read(document)
    places = {f"{sentence.section}:{sentence.start}": number for number, sentence in enumerate(text.sentences)}

    def placed(key: str) -> dict[int, str]:
        return {places[place]: code for place, code in codes.get(key, {}).items() if place in places}

    found, harm = {Field.EFFICACY: placed("codes")}, placed("harm")
    if "harm" in codes and len(harm) == len(codes["harm"]):
        found[Field.SAFETY] = _with_nothing(text.sentences, harm)
    agreed = given["safety"] if codes.get("safety", given["safety"]) == given["safety"] else None
    return _example(given["id"], text, {**given, "safety": agreed}, found)


@dataclass(frozen=True, kw_only=True)
class _Read:
    sentences: tuple[Sentence, ...]
    ruled: RuledOutcome


def _read(document: Document) -> _Read:
    text = read_publication(document)
    sentences = outcome_sentences(text)
    return _Read(sentences=sentences, ruled=find_by_rules(text, sentences))


def _example(name: str, text: _Read, given: Mapping[str, Any], codes: Codes, weight: float = 1.0) -> Example:
    """An abstract with its labels.

    Args:
        given: holds its verdicts by the names of the fields.
    """
    return Example(
        name=name,
        sentences=text.sentences,
        features=tuple(features_of(text.sentences, text.ruled.statements, text.ruled.harm.hits)),
        ruled=text.ruled,
        verdicts={field: given[field.value] for field in CODES if given.get(field.value)},
        codes=codes,
        weight=weight,
        sure=bool(given.get("sure", True)),
    )


def _with_nothing(sentences: Sequence[Sentence], codes: Mapping[int, str]) -> dict[int, str]:
    """Codes of all sentences, where a reader wrote down only those that say something."""
    return {number: codes.get(number, NOTHING) for number in range(len(sentences))}


def _placed(sentences: Sequence[Sentence], codes: Iterable[Code]) -> Iterator[tuple[int, str]]:
    """Codes by the number of their sentence; those of sentences that the abstract does not hold are left out.

    Args:
        codes: in the order of the text.
    """
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
    """How an abstract was read by weights fitted without it, as to benefit or harm.

    Args:
        sentences: for each coded sentence, whether its most probable code is the reader's.
        verdict: whether the verdict is; empty where no reader judged it or it has no outcome sentence.
        rules: the same of the rules alone.
        pairs: the reader's verdict and that of the weights; empty as `verdict` is.
    """

    name: str
    field: Field
    sentences: tuple[bool, ...]
    verdict: tuple[bool, ...]
    rules: tuple[bool, ...]
    pairs: tuple[tuple[str, str], ...] = ()


def fit_outcomes(examples: Sequence[Example]) -> tuple[dict[str, Any], list[Checked]]:
    """Fit both steps; gives what ``outcomes.json`` holds, and how each example is read without its labels.

    The second step is fitted on chances from weights that saw the sentences (not the verdicts) of the part left out,
    so that verdicts seem a little better than they are.
    """
    halves = [_fit_sentences([one for one in examples if one.fold != fold]) for fold in range(_FOLDS)]
    readers = [outcome_model({**half, "decisions": {}}) for half in halves]
    seen = {one.name: _seen(readers[one.fold], one) for one in examples if one.sentences}
    found = []
    for fold in range(_FOLDS):
        decided = _fit_texts(seen, [one for one in examples if one.fold != fold])
        reader = outcome_model({**halves[fold], "decisions": decided})
        found += [checked(reader, one, field) for one in examples if one.fold == fold for field in CODES]
    return {**_fit_sentences(examples), "decisions": _fit_texts(seen, examples)}, found


def _seen(reader: OutcomeModel, one: Example) -> dict[Field, dict[str, float]]:
    readings = _readings(reader, one)
    return {field: text_features(field, readings, *one.ruled.verdict.of(field)) for field in CODES}


def _readings(model: OutcomeModel, one: Example) -> Sequence[Reading]:
    return model.read(one.sentences, one.ruled.statements, one.ruled.harm.hits)


def checked(model: OutcomeModel, one: Example, field: Field) -> Checked:
    """How a model reads an abstract, against its labels."""
    coded = sorted(one.codes.get(field, {}).items())
    judged = one.judged(field)
    said = verdict_of(model, one, field) if judged else ""
    verdicts = (said == judged, one.ruled.verdict.of(field)[0] == judged) if judged else ()
    return Checked(
        name=one.name,
        field=field,
        sentences=tuple(_code_of(model, one.features[number], field) == code for number, code in coded),
        verdict=verdicts[:1],
        rules=verdicts[1:],
        pairs=((str(judged), str(said)),) if judged else (),
    )


def _code_of(model: OutcomeModel, features: Iterable[str], field: Field) -> str:
    return max(zip(model.chances(features)[field], CODES[field], strict=True))[1]


def verdict_of(model: OutcomeModel, one: Example, field: Field) -> str:
    """The verdict on an abstract that has outcome sentences, whatever its title tells."""
    return model.decide(field, _readings(model, one), *one.ruled.verdict.of(field))[0]


def _fit_sentences(examples: Sequence[Example]) -> dict[str, Any]:
    """Weights of all fields side by side: a feature that moves one code of one field is kept."""
    fitted = {field: _fit_codes(examples, field) for field in CODES}
    nothing = {field: [0] * len(codes) for field, codes in CODES.items()}
    names = sorted({name for weights, _ in fitted.values() for name in weights})
    return {
        "weights": {
            name: [number for field in CODES for number in fitted[field][0].get(name, nothing[field])] for name in names
        },
        "bias": [number for field in CODES for number in fitted[field][1]],
    }


def _fit_codes(examples: Iterable[Example], field: Field) -> tuple[dict[str, list[int]], list[int]]:
    """Weights by feature and biases for the codes of one field."""
    coded = [
        (one.features[number], code) for one in examples for number, code in sorted(one.codes.get(field, {}).items())
    ]
    uses = Counter(name for features, _ in coded for name in features)
    rows = [dict.fromkeys((name for name in sorted(features) if uses[name] >= _LEAST_USES), 1) for features, _ in coded]
    targets = [CODES[field].index(code) for _, code in coded]
    names, weights, bias = _fitted(rows, targets, len(CODES[field]), _SENTENCE_PENALTY)
    whole = np.rint(weights * SENTENCE_UNIT).astype(int)
    kept = {name: row.tolist() for name, row in zip(names, whole.T, strict=True) if abs(row).max() >= _LEAST_WEIGHT}
    return kept, np.rint(bias * SENTENCE_UNIT).astype(int).tolist()


def _fit_texts(
    seen: Mapping[str, Mapping[Field, Mapping[str, float]]], examples: Iterable[Example]
) -> dict[str, dict[str, Any]]:
    listed = tuple(examples)
    return {field.value: _fit_decision(seen, listed, field) for field in CODES}


def _fit_decision(
    seen: Mapping[str, Mapping[Field, Mapping[str, float]]], examples: Iterable[Example], field: Field
) -> dict[str, Any]:
    order = sorted(VERDICTS[field])
    used = [(seen[one.name][field], judged, one.weight) for one in examples if (judged := one.judged(field))]
    rows, verdicts, counts = map(list, zip(*used, strict=True))
    names, weights, bias = _fitted(rows, list(map(order.index, verdicts)), len(order), _TEXT_PENALTY, counts)
    whole = np.rint(weights * TEXT_UNIT).astype(int)
    return {
        "verdicts": [verdict.value for verdict in order],
        "weights": {name: row.tolist() for name, row in zip(names, whole.T, strict=True) if row.any()},
        "bias": np.rint(bias * TEXT_UNIT).astype(int).tolist(),
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
