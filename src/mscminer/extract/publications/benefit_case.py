"""What an article says of benefit, sorted by where it says so: the case that the tables on efficacy decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mscminer.extract.publications.cues import BETTER, JUDGED, OUTRIGHT, SAME, TREND, UNEVEN, WORSE
from mscminer.extract.publications.statements import Statement
from mscminer.extract.publications.text import Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """The statements of one part of an article, by value."""

    better: list[Statement]
    same: list[Statement]
    worse: list[Statement]
    trend: list[Statement]
    uneven: list[Statement]

    @property
    def clinical_gains(self) -> list[Statement]:
        return [one for one in self.better if one.clinical]

    @property
    def clinical_nulls(self) -> list[Statement]:
        return [one for one in self.same if one.clinical and one.weight > 1]

    @property
    def outright_nulls(self) -> list[Statement]:
        """ "Did not improve", "no difference": more than "comparable", which may be praise."""
        return [one for one in self.same if one.weight >= OUTRIGHT]

    @property
    def compared_nulls(self) -> list[Statement]:
        return [one for one in self.same if one.control]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What an article says: in its conclusion, in its results, and of the primary endpoint.

    Args:
        missed: the primary endpoint was missed, in so many words.
        level: a measure that is called primary elsewhere did not differ.
    """

    conclusion: Tally
    results: Tally
    missed: list[Statement]
    level: list[Statement]

    @property
    def claims(self) -> list[Statement]:
        """The benefits that the conclusion claims."""
        return self.conclusion.better

    @property
    def denials(self) -> list[Statement]:
        """What the conclusion denies outright; laboratory values of a study that compares nothing do not count."""
        nulls = self.conclusion.outright_nulls
        return nulls if self.compared else [one for one in nulls if one.clinical or one.imaging]

    @property
    def compared(self) -> bool:
        """Whether anything is said of a control."""
        parts = (self.conclusion, self.results)
        return any(one.control for part in parts for one in (*part.better, *part.same, *part.trend, *part.worse))

    @property
    def sure_claims(self) -> list[Statement]:
        """Outright claims that are neither hedged nor of every group."""
        return [one for one in self.claims if not (one.hedged or one.within) and one.weight >= OUTRIGHT]

    @property
    def own_gains(self) -> list[Statement]:
        """Clinical gains that not every group had."""
        return [one for one in self.results.clinical_gains if not one.within]

    @property
    def proven_gains(self) -> list[Statement]:
        """Gains with a comparison or a small p value that not every group had."""
        return [one for one in self.results.better if (one.control or one.significant) and not one.within]

    @property
    def primary_gains(self) -> list[Statement]:
        """Primary measures in which the treated did better."""
        own = [one for one in self.proven_gains if (one.primary or one.named) and not one.subgroup]
        return [one for one in own if one.control or not self.compared]

    @property
    def primary_level(self) -> list[Statement]:
        """The primary endpoint was missed, or its measure was level and never better."""
        better = {one.named for one in self.primary_gains}
        return self.missed or [one for one in self.level if one.named not in better]

    @property
    def hopes(self) -> bool:
        """Whether the claims are hopes, or of every group, and no result proves one."""
        return all(one.hedged or one.within for one in self.claims) and not self.proven_gains

    @property
    def level_results(self) -> list[Statement]:
        """Clinical measures in which the treated did no better than the control.

        Against an outright claim of superiority, "comparable" does not count.
        """
        sure = any(one.weight >= OUTRIGHT and one.control and not one.hedged for one in self.claims)
        least = OUTRIGHT if sure else 2
        return [one for one in self.results.clinical_nulls if one.control and one.weight >= least]


def case_of(statements: Sequence[Statement]) -> Case:
    """Sort the statements of an article; what single patients had counts where nothing else is told."""
    told = [one for one in statements if not one.single] or statements
    return Case(
        conclusion=_tally(told, Zone.CONCLUSION),
        results=_tally(told, Zone.RESULTS),
        missed=[one for one in told if one.primary and one.value == SAME and not one.subgroup],
        level=[one for one in told if one.named and _is_level(one)],
    )


def _tally(statements: Iterable[Statement], zone: Zone) -> Tally:
    own = [statement for statement in statements if statement.sentence.zone is zone]
    lists = ([one for one in own if one.value == value] for value in (BETTER, SAME, WORSE, TREND, UNEVEN))
    better, same, worse, trend, uneven = lists
    told = [one for one in better if one.weight >= JUDGED]
    better = told or ([] if same or worse or trend else better)
    return Tally(better=better, same=same, worse=worse, trend=trend, uneven=uneven)


def _is_level(one: Statement) -> bool:
    """Outright without a difference, or level with the control."""
    likened = "inferior" in one.sentence.text[one.start : one.end]
    return one.value in (SAME, TREND) and (one.control or one.weight >= OUTRIGHT) and not likened
