"""Predicted labels against gold labels: what is right, field by field and text by text.

Only judgements of single texts are kept; every number is derived from them when it is asked for.

* A gold value that is never proposed is a miss, whatever else was proposed.
* A gold text without a prediction counts as misses throughout, and as wrong where the gold says *not stated*:
  nobody has looked.
* The same text twice counts once, in the gold and in the predictions; predictions for other texts are ignored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from mscminer.core.errors import ConfigError
from mscminer.core.labels import Label
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Field
from mscminer.evaluate.evidence import EvidenceScore, score_evidence
from mscminer.evaluate.label_files import collapse
from mscminer.evaluate.matching import Rule, build_rules, largest_matching

NOT_STATED = "not stated"
"""How absence is written in confusion tables."""

NO_PREDICTION = "no prediction"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """True positives, false positives, false negatives; ratios are derived, None where nothing was there to count."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(tp=self.tp + other.tp, fp=self.fp + other.fp, fn=self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """Share of the proposed values that are right."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Share of the gold values that were proposed."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """So many out of so many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return _ratio(self.part, self.whole)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One measure of one text.

    Args:
        gold: the gold values; empty: not stated.
        predicted: the predicted values; empty: not stated.
        pairs: which gold value was met by which predicted one.
        answered: whether there was a prediction for the text at all.
        gold_quotes: the words that the gold rests on.
        predicted_quotes: those that the prediction rests on.
        note: the annotator's doubts.
    """

    id: str
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    answered: bool
    gold_quotes: tuple[str, ...] = ()
    predicted_quotes: tuple[str, ...] = ()
    note: str | None = None

    @property
    def tally(self) -> Tally:
        matched = len(self.pairs)
        return Tally(tp=matched, fp=len(self.predicted) - matched, fn=len(self.gold) - matched)

    @property
    def right(self) -> bool:
        """Exactly the gold's values, no more and no less."""
        return self.answered and len(self.pairs) == len(self.gold) == len(self.predicted)

    @property
    def missed(self) -> tuple[str, ...]:
        """Gold values that were not proposed."""
        return _without(self.gold, (pair[0] for pair in self.pairs))

    @property
    def spurious(self) -> tuple[str, ...]:
        """Proposed values that are not gold."""
        return _without(self.predicted, (pair[1] for pair in self.pairs))


def _without(values: tuple[str, ...], used: Iterable[str]) -> tuple[str, ...]:
    return tuple((Counter(values) - Counter(used)).elements())


@dataclass(frozen=True, kw_only=True)
class Measure:
    """All judgements of one rule, sorted by id."""

    rule: Rule
    judgements: tuple[Judgement, ...]

    @property
    def name(self) -> str:
        return self.rule.name

    @cached_property
    def tally(self) -> Tally:
        """Over all values of all texts (micro)."""
        return sum((judgement.tally for judgement in self.judgements), Tally())

    @property
    def exact(self) -> Share:
        """Texts whose values are exactly the gold's; *not stated* is such a value."""
        return Share(part=sum(judgement.right for judgement in self.judgements), whole=len(self.judgements))

    @property
    def found(self) -> Share:
        """Of the texts that state a value, those for which any value was proposed."""
        stated = [judgement for judgement in self.judgements if judgement.gold]
        return Share(part=sum(bool(judgement.predicted) for judgement in stated), whole=len(stated))

    @property
    def right_given_found(self) -> Share:
        """Of those, the ones with exactly the gold's values."""
        found = [judgement for judgement in self.judgements if judgement.gold and judgement.predicted]
        return Share(part=sum(judgement.right for judgement in found), whole=len(found))

    @property
    def rightly_not_stated(self) -> Share:
        """Of the texts that state nothing, those for which nothing was proposed."""
        silent = [judgement for judgement in self.judgements if not judgement.gold]
        return Share(part=sum(judgement.right for judgement in silent), whole=len(silent))

    @cached_property
    def classes(self) -> Mapping[str, Tally]:
        """Tallies by value, for every value in the gold or the predictions; empty where there are no classes."""
        if not self.rule.classes:
            return {}
        tallies: dict[str, Tally] = {}
        for judgement in self.judgements:
            for value, tally in class_tallies(judgement).items():
                tallies[value] = tallies.get(value, Tally()) + tally
        return dict(sorted(tallies.items()))

    @property
    def macro_f1(self) -> float | None:
        """Mean of the classes' F1, each class counting the same; None where there are no classes."""
        scores = [tally.f1 or 0.0 for tally in self.classes.values()]
        return sum(scores) / len(scores) if scores else None

    @cached_property
    def confusion(self) -> Mapping[tuple[str, str], int]:
        """How often which gold value met which predicted one (single-valued classes only)."""
        if not (self.rule.classes and self.rule.single):
            return {}
        return dict(sorted(Counter(map(_cell, self.judgements)).items()))

    @property
    def errors(self) -> tuple[Judgement, ...]:
        """The texts that are not exactly right."""
        return tuple(judgement for judgement in self.judgements if not judgement.right)


def class_tallies(judgement: Judgement) -> dict[str, Tally]:
    """One text's tallies by value."""
    tallies = {value: Tally(tp=1) for value, _ in judgement.pairs}
    for value in judgement.missed:
        tallies[value] = tallies.get(value, Tally()) + Tally(fn=1)
    for value in judgement.spurious:
        tallies[value] = tallies.get(value, Tally()) + Tally(fp=1)
    return tallies


def _cell(judgement: Judgement) -> tuple[str, str]:
    gold = judgement.gold[0] if judgement.gold else NOT_STATED
    if not judgement.answered:
        return gold, NO_PREDICTION
    return gold, judgement.predicted[0] if judgement.predicted else NOT_STATED


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """Predictions against gold.

    Args:
        gold_name: what the gold is (a file, ``seed``).
        predicted_name: what made the predictions.
        split: the part of the gold that was used, None: all.
        documents: ids of the gold texts.
        missing: those without a prediction.
        ignored: how many predicted texts are not in the gold, whatever the split.
    """

    measures: tuple[Measure, ...]
    evidence: tuple[EvidenceScore, ...]
    documents: tuple[str, ...]
    missing: tuple[str, ...] = ()
    ignored: int = 0
    split: Split | None = None
    gold_name: str = "gold"
    predicted_name: str = "predictions"
    notes: tuple[str, ...] = field(default=())

    def measure(self, name: str) -> Measure:
        """The measure of that name.

        Raises:
            ConfigError: if there is none.
        """
        for measure in self.measures:
            if measure.name == name:
                return measure
        names = ", ".join(measure.name for measure in self.measures)
        raise ConfigError(f"there is no measure {name!r}", remedy=f"There are: {names}.")


def score(
    gold: Iterable[Label],
    predicted: Iterable[Label],
    *,
    split: Split | None = None,
    gold_name: str = "gold",
    predicted_name: str = "predictions",
    texts: Mapping[str, tuple[str, ...]] | None = None,
    concept_of: Callable[[str], str | None] | None = None,
    asked: Mapping[str, frozenset[Field]] | None = None,
    notes: Iterable[str] = (),
) -> Evaluation:
    """Score predicted labels against gold labels.

    Args:
        split: use only this part of the gold.
        texts: the sections of each text by id; with them, quotes are compared as spans.
        concept_of: a condition name's MeSH descriptor or None, for lenient matching of conditions.
        asked: the fields that the gold of each text covers (curators decide field by field); default: all.
        notes: sentences to print with the results (for example that the texts are restated).

    Raises:
        ConfigError: if the gold is empty, or one id has two different labels on one side.
    """
    known = collapse(gold, what="gold labels")
    wanted = {ident: label for ident, label in known.items() if split is None or split_of(ident) is split}
    if not wanted:
        part = f" in the split {split}" if split else ""
        raise ConfigError(f"there are no gold labels{part}", where=gold_name, remedy="Give a file with labels.")
    given = collapse(predicted, what="predictions")
    documents = tuple(sorted(wanted))
    return Evaluation(
        measures=tuple(_measure(rule, wanted, given, asked) for rule in build_rules(concept_of)),
        evidence=score_evidence(wanted, given, texts),
        documents=documents,
        missing=tuple(ident for ident in documents if ident not in given),
        ignored=len(given.keys() - known.keys()),
        split=split,
        gold_name=gold_name,
        predicted_name=predicted_name,
        notes=tuple(notes),
    )


def _measure(
    rule: Rule,
    gold: Mapping[str, Label],
    predicted: Mapping[str, Label],
    asked: Mapping[str, frozenset[Field]] | None,
) -> Measure:
    def covered(ident: str) -> bool:
        return asked is None or rule.fields <= asked.get(ident, frozenset())

    ids = (ident for ident in sorted(gold) if rule.applies(gold[ident]) and covered(ident))
    return Measure(rule=rule, judgements=tuple(judge(rule, gold[ident], predicted.get(ident)) for ident in ids))


def judge(rule: Rule, gold: Label, predicted: Label | None) -> Judgement:
    """Judge one measure of one text; `predicted` None: there is no prediction."""
    wanted = rule.values(gold)
    proposed = rule.values(predicted) if predicted is not None else ()
    return Judgement(
        id=gold.id,
        gold=wanted,
        predicted=proposed,
        pairs=largest_matching(wanted, proposed, rule.matches),
        answered=predicted is not None,
        gold_quotes=_quotes(rule, gold),
        predicted_quotes=_quotes(rule, predicted) if predicted is not None else (),
        note=gold.note,
    )


_QUOTES_OF = {
    "condition": ("conditions",),
    "donor_inferred": ("donor",),
    "product": ("tissue", "donor"),
    "category": ("conditions",),
}


def _quotes(rule: Rule, label: Label) -> tuple[str, ...]:
    if rule.field is None:
        return ()
    names = _QUOTES_OF.get(rule.field.value, (rule.field.value,))
    return tuple(dict.fromkeys(quote for name in names for quote in label.quotes.get(name, ())))
