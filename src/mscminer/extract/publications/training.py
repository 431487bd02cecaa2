"""Fitting the trained parts for publications; used by ``scripts/train`` and its tests only.

What is fitted, and on what:

* zones: which part of an article a sentence belongs to; from abstracts whose own headings say it, development part
  only.  A linear model (multinomial logistic regression) with Viterbi over zones.
* calibration: how often a raw confidence is right; from labelled publications, development part only.

What sentences say of an outcome is fitted in ``outcome_fit.py``, the enrolment in ``enrolment_fit.py``.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from mscminer.core.documents import Document
from mscminer.core.facts import Extraction
from mscminer.core.labels import DESIGN, Label
from mscminer.core.vocabulary import Field
from mscminer.extract.publications.calibration import move_odds
from mscminer.extract.publications.outcomes import find_outcomes
from mscminer.extract.publications.text import Zone, raw_sentences
from mscminer.extract.publications.zones import ZONES, ZoneModel, read_publication, sentence_features, zones_by_rule

_LEAST_SENTENCES: Final = 4
_LEAST_USES: Final = 15
"""A feature seen fewer times is left out: keeps the file small and no rare wording in it."""
_LEAST_WEIGHT: Final = 8
"""Hundredths; smaller weights are dropped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ZonedAbstract:
    """The folded sentences of an abstract with the zones that its headings give."""

    texts: tuple[str, ...]
    zones: tuple[Zone, ...]


def zoned_abstract(document: Document) -> ZonedAbstract | None:
    """The abstract as training material, or None if its headings do not name results and two other parts."""
    raw = [sentence for section in document.sections_like("abstract") for sentence in raw_sentences(section)]
    pairs = [(sentence.text, zones_by_rule(sentence)) for sentence in raw]
    kept = [(text, zones[0]) for text, zones in pairs if len(zones) == 1 and zones[0] in ZONES]
    zones = tuple(zone for _, zone in kept)
    if len(kept) < _LEAST_SENTENCES or Zone.RESULTS not in zones or len(set(zones)) < 3:
        return None
    return ZonedAbstract(texts=tuple(text for text, _ in kept), zones=zones)


def fit_zones(abstracts: Sequence[ZonedAbstract], *, regularisation: float = 0.15) -> dict[str, Any]:
    """Fit the zone model; the result is what ``zones.json`` holds.

    Raises:
        ValueError: if a zone never occurs in the abstracts.
    """
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [
        dict.fromkeys(sentence_features(text, index, len(one.texts)), 1)
        for one in abstracts
        for index, text in enumerate(one.texts)
    ]
    targets = np.array([ZONES.index(zone) for one in abstracts for zone in one.zones])
    if len(set(targets.tolist())) < len(ZONES):
        raise ValueError(f"the abstracts must show all of {', '.join(ZONES)}")
    uses = Counter(name for row in rows for name in row)
    kept = [{name: 1 for name in row if uses[name] >= _LEAST_USES} for row in rows]
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=regularisation, max_iter=300).fit(vectorizer.fit_transform(kept), targets)
    weights = np.round(model.coef_.T * 100).astype(int)
    names = vectorizer.get_feature_names_out()
    starts, transitions = _chain(abstracts, targets)
    return {
        "weights": {
            str(name): [int(value) for value in row]
            for name, row in zip(names, weights, strict=True)
            if np.abs(row).max() >= _LEAST_WEIGHT
        },
        "bias": [round(float(value) * 100) for value in model.intercept_],
        "transitions": transitions,
        "starts": starts,
    }


def _chain(abstracts: Sequence[ZonedAbstract], targets: Any) -> tuple[list[int], list[list[int]]]:
    """Log odds (hundredths) of first zones and of zone after zone, half corrected for how common a zone is."""
    size = len(ZONES)
    steps, firsts = np.ones((size, size)), np.ones(size)
    for one in abstracts:
        path = [ZONES.index(zone) for zone in one.zones]
        firsts[path[0]] += 1
        for before, after in pairwise(path):
            steps[before, after] += 1
    prior = np.log(np.bincount(targets, minlength=size) / len(targets))
    log_steps = np.log(steps / steps.sum(axis=1, keepdims=True)) - 0.5 * prior
    starts = [round(100 * math.log(value / firsts.sum())) for value in firsts]
    return starts, [[round(100 * float(value)) for value in row] for row in log_steps]


def zone_accuracy(model: ZoneModel, abstracts: Sequence[ZonedAbstract]) -> float:
    """Share of sentences put into the zone of their heading, with no heading shown."""
    right = total = 0
    for one in abstracts:
        path = model.decode(one.texts, [()] * len(one.texts))
        right += sum(guess is zone for guess, zone in zip(path, one.zones, strict=True))
        total += len(path)
    return right / total


def place_accuracy(train: Sequence[ZonedAbstract], test: Sequence[ZonedAbstract]) -> float:
    """The baseline: the commonest zone of each tenth of an abstract."""
    seen: dict[int, Counter[Zone]] = defaultdict(Counter)
    for one in train:
        for index, zone in enumerate(one.zones):
            seen[10 * index // len(one.zones)][zone] += 1
    best = {tenth: counts.most_common(1)[0][0] for tenth, counts in seen.items()}
    pairs = [(best[10 * i // len(one.zones)], zone) for one in test for i, zone in enumerate(one.zones)]
    return sum(guess is zone for guess, zone in pairs) / len(pairs)


_NO_FAITH: Final = 0.4
"""Below what was seen, raw confidences down to here are believed."""
_PSEUDO: Final = 8.0
"""So many imagined cases, right as often as their raw confidence says, keep small samples from certainty."""
_DIGITS: Final = {Field.EFFICACY: 1, Field.SAFETY: 1}
"""A model's confidences, of which hardly two are alike, are told apart in tenths; those of rules in hundredths."""


Judged = tuple[Field, float, bool]
"""A value's field, its raw confidence and whether it is right."""


def fit_calibration(
    pairs: Iterable[tuple[Extraction, Label]], more: Iterable[Judged] = ()
) -> dict[str, list[list[float]]]:
    """Points (raw confidence, share right) per field, never falling; from extractions without calibration.

    Args:
        more: values judged elsewhere.
    """
    seen: dict[Field, dict[float, list[bool]]] = defaultdict(lambda: defaultdict(list))
    judged = (one for extraction, label in pairs for one in judged_values(extraction, label))
    for field, confidence, right in (*judged, *more):
        seen[field][round(confidence, _DIGITS.get(field, 2))].append(right)
    return {field.value: _points(bins) for field, bins in sorted(seen.items())}


def judged_outcomes(document: Document, efficacy: str, safety: str) -> Iterator[Judged]:
    """The outcomes read in an abstract, whatever its treatment, beside those that a reader found."""
    found = find_outcomes(read_publication(document))
    yield Field.EFFICACY, found.efficacy_confidence, found.efficacy.value == efficacy
    yield Field.SAFETY, found.safety_confidence, found.safety.value == safety


def judged_values(extraction: Extraction, label: Label) -> Iterator[Judged]:
    """The stated values of an extraction beside those of its label: field, confidence, and whether it is right."""
    gold: dict[Field, set[object]] = {
        Field.MSC: {label.msc},
        Field.REPORT: {label.report},
        Field.TISSUE: set(label.tissue),
        Field.DONOR: set(label.donor),
        Field.DONOR_INFERRED: set(label.donor_inferred),
        Field.CATEGORY: {label.category},
        Field.PHASE: {label.phase},
        Field.N: {label.n},
        Field.EFFICACY: {label.efficacy},
        Field.SAFETY: {label.safety},
        **{field: {label.design.get(name)} for name, field in DESIGN},
    }
    for fact in extraction.facts:
        if fact.field in gold and fact.stated:
            yield fact.field, fact.confidence, fact.value in gold[fact.field]


def _points(bins: dict[float, list[bool]]) -> list[list[float]]:
    floor = min(_NO_FAITH, *bins)
    points = [] if floor in bins else [[floor, floor]]
    for raw in sorted(bins):
        share = (sum(bins[raw]) + _PSEUDO * raw) / (len(bins[raw]) + _PSEUDO)
        floor = max(floor, share)
        points.append([raw, round(floor, 3)])
    return points


_SPREAD: Final = 1.0
"""How far, in log odds, a field's rules are thought to be off before any label is seen (standard deviation)."""


def fit_shifts(
    judged: Iterable[tuple[Field, bool, float, bool]], before: Mapping[str, Mapping[str, float]] | None = None
) -> dict[str, dict[str, float]]:
    """The shift of the log odds for each field, of values stated and absent apart.

    Args:
        judged: field, whether a value is stated, raw confidence, whether it is right.
        before: the shifts from which the data move them; none where nothing was fitted before.
    """
    seen: dict[str, dict[str, list[tuple[float, bool]]]] = defaultdict(lambda: {"stated": [], "absent": []})
    for field, stated, raw, right in judged:
        if 0.0 < raw < 1.0:
            seen[field.value]["stated" if stated else "absent"].append((raw, right))
    start = before or {}
    return {
        name: {kind: _shift(seen[name][kind], start.get(name, {}).get(kind, 0.0)) for kind in ("stated", "absent")}
        for name in sorted({*start, *seen})
    }


def _shift(cases: list[tuple[float, bool]], start: float) -> float:
    """The most probable shift, in hundredths; the slope falls steadily, so halving finds its root."""

    def slope(shift: float) -> float:
        return sum(right - move_odds(raw, shift) for raw, right in cases) - (shift - start) / _SPREAD**2

    if not cases:
        return start
    low, high = -6.0, 6.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return round(low, 2) + 0.0
