"""Two evaluations against the same gold, record by record: what a new version repaired and what it broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mscminer.core.errors import ConfigError
from mscminer.evaluate.intervals import Bootstrap, Interval
from mscminer.evaluate.scoring import Evaluation, Judgement, Measure


@dataclass(frozen=True, kw_only=True)
class Change:
    """One text whose answer differs between the two versions."""

    id: str
    gold: tuple[str, ...]
    before: Judgement
    after: Judgement

    @property
    def kind(self) -> str:
        """``repaired``, ``broken`` or ``other`` (wrong before and after, or right by another value)."""
        if self.before.right == self.after.right:
            return "other"
        return "repaired" if self.after.right else "broken"


@dataclass(frozen=True, kw_only=True)
class MeasureComparison:
    """One measure before and after.

    Args:
        difference: 95 % interval of the change in the share of exactly right texts, paired by text.
    """

    before: Measure
    after: Measure
    changes: tuple[Change, ...]
    difference: Interval | None

    @property
    def name(self) -> str:
        return self.after.name

    def of(self, kind: str) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Predictions before and after, against the same gold."""

    before_name: str
    after_name: str
    measures: tuple[MeasureComparison, ...]

    @property
    def broken(self) -> tuple[tuple[str, Change], ...]:
        """Everything that was right before and is not any more, with the measure's name."""
        return tuple((measure.name, change) for measure in self.measures for change in measure.of("broken"))


def compare(before: Evaluation, after: Evaluation, *, bootstrap: Bootstrap | None = None) -> Comparison:
    """Compare two evaluations record by record.

    Raises:
        ConfigError: if they were not made against the same gold texts.
    """
    if before.documents != after.documents:
        raise ConfigError(
            "the two evaluations have different gold texts",
            where=f"{before.gold_name}, {after.gold_name}",
            remedy="Score both predictions against the same gold and split.",
        )
    draws = bootstrap or Bootstrap()
    pairs = ((before.measure(measure.name), measure) for measure in after.measures)
    return Comparison(
        before_name=before.predicted_name,
        after_name=after.predicted_name,
        measures=tuple(
            MeasureComparison(
                before=old, after=new, changes=tuple(_changes(old, new)), difference=draws.difference(old, new)
            )
            for old, new in pairs
        ),
    )


def _changes(before: Measure, after: Measure) -> Iterator[Change]:
    for old, new in zip(before.judgements, after.judgements, strict=True):
        if old.gold != new.gold:
            raise ConfigError(
                f"the gold of {old.id} differs", remedy="Score both predictions against the same gold and split."
            )
        if old.predicted != new.predicted or old.answered != new.answered:
            yield Change(id=old.id, gold=old.gold, before=old, after=new)
