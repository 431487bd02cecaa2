"""How good the inferred links are, measured on pairs that are known from the data.

Known pairs are those that a paper or a registration states.  The inference is run blind: it never sees numbers.
Papers that state a registration which is not in the census have no right answer here, so every link that is
inferred for them is an error.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mscminer.core.documents import Document
from mscminer.core.trials import RESULT_LINKS, Link, Sourced
from mscminer.trials.families import JOINING
from mscminer.trials.inference import infer_links, infer_siblings
from mscminer.trials.links import find_registration_links


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkEvaluation:
    """What inference found of the known pairs.

    Args:
        found: known pairs that were inferred.
        wrong: papers with a known registration for which another was inferred.
        missed: known pairs with both ends in the data that were not inferred.
        papers: how many papers with a known registration (or known pairs) were tried.
    """

    papers: int
    found: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]
    missed: tuple[tuple[str, str], ...]

    @property
    def precision(self) -> float | None:
        """Share of inferred links that are known to be right, or None where nothing was inferred."""
        number = len(self.found) + len(self.wrong)
        return len(self.found) / number if number else None

    @property
    def recall(self) -> float | None:
        """Share of the known pairs that were inferred, or None where there are none."""
        number = len(self.found) + len(self.missed)
        return len(self.found) / number if number else None


def evaluate_siblings(registrations: Mapping[str, Document]) -> LinkEvaluation:
    """How many registrations that name each other as one study or follow-up would be found without the numbers.

    Pairs that are inferred and named by no record are not judged here: `wrong` stays empty, and `precision` says
    nothing; the links themselves are to be read (``mscminer export links``).
    """
    stated = {_pair(link) for link in find_registration_links(registrations) if link.type in JOINING}
    inferred = {_pair(link) for link in infer_siblings(registrations)}
    return LinkEvaluation(
        papers=len(stated),
        found=tuple(sorted(stated & inferred)),
        wrong=(),
        missed=tuple(sorted(stated - inferred)),
    )


TRUTHS = ("result", "protocol", "none")
"""What a paper is to a registration: its results, its plan, or neither (a review, reading matter, another trial)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkLabel:
    """What a reader says of a paper and a registration that one of them names.

    Args:
        place: ``paper`` if the paper names the number, ``reference`` if the registration cites the paper.
        part: ``tuned`` if rules were mended after its errors were read, else ``held_out``.
    """

    pmid: str
    registration: str
    place: str
    truth: str
    part: str

    def __post_init__(self) -> None:
        if self.truth not in TRUTHS:
            raise ValueError(f"{self.pmid} {self.registration}: truth {self.truth!r}")


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkScore:
    """Result links against labels: pairs rightly, wrongly, and not taken for results."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> Share:
        """Share of result links that are results."""
        return share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> Share:
        """Share of results that have a result link."""
        return share(self.right, self.right + self.missed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A share with its 95 % interval (Wilson 1927); all None of nothing."""

    value: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        if self.value is None:
            return "-"
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def share(part: int, whole: int) -> Share:
    """A share of independent pairs with its interval."""
    if not whole:
        return Share(value=None, low=None, high=None)
    z = 1.959964
    middle = (part + z * z / 2) / (whole + z * z)
    half = z / (whole + z * z) * math.sqrt(part * (whole - part) / whole + z * z / 4)
    return Share(value=part / whole, low=max(0.0, middle - half), high=min(1.0, middle + half))


def score_links(labels: Iterable[LinkLabel], links: Iterable[Link]) -> LinkScore:
    """Hold stated links against what a reader says of the pairs."""
    results = {(link.a.id, link.b.id) for link in links if link.type in RESULT_LINKS}
    right = wrong = missed = 0
    for label in labels:
        taken, true = (label.pmid, label.registration) in results, label.truth == "result"
        right += taken and true
        wrong += taken and not true
        missed += true and not taken
    return LinkScore(right=right, wrong=wrong, missed=missed)


def _pair(link: Link) -> tuple[str, str]:
    return (min(link.a.id, link.b.id), max(link.a.id, link.b.id))


def evaluate_inference(
    papers: Mapping[str, Sourced],
    registrations: Mapping[str, Sourced],
    known: Iterable[Link],
    *,
    threshold: float,
) -> LinkEvaluation:
    """Run the inference on the papers of known result links and compare.

    Args:
        papers: by PMID.
        registrations: by id; the only answers that can be given.
        known: stated links; those of `RESULT_LINKS` are the truth.
    """
    truth: dict[str, set[str]] = {}
    for link in known:
        if link.type in RESULT_LINKS and link.a.id in papers:
            truth.setdefault(link.a.id, set()).add(link.b.id)
    tried = [papers[pmid] for pmid in sorted(truth)]
    inferred = {link.a.id: link.b.id for link in infer_links(tried, registrations, threshold=threshold)}
    right = {(pmid, ident) for pmid, ident in inferred.items() if ident in truth[pmid]}
    possible = {(pmid, ident) for pmid, ids in truth.items() for ident in ids if ident in registrations}
    answered = {pmid for pmid, _ in right}
    return LinkEvaluation(
        papers=len(tried),
        found=tuple(sorted(right)),
        wrong=tuple(sorted(set(inferred.items()) - right)),
        missed=tuple(sorted(pair for pair in possible if pair[0] not in answered)),
    )
