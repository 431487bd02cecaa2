"""How good the inferred links are, measured on pairs that are known from the data.

Known pairs are those that a paper or a registration states.  The inference is run blind: it never sees numbers.
Papers that state a registration which is not in the census have no right answer here, so every link that is
inferred for them is an error.
"""

from __future__ import annotations

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
