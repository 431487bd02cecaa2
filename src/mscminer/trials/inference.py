"""Links that nobody wrote down, inferred from title, people, size, condition and dates, with a score and a reason.

The score is that of a small additive model whose weights are set by hand and whose only claim is what
`trials.link_evaluation` measures on pairs that are known from the data.  An inferred link never speaks for a
trial: it waits for a curator.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mscminer.core.documents import Document
from mscminer.core.trials import Link, LinkType, Sourced
from mscminer.core.vocabulary import Field, Report
from mscminer.trials.links import posted_order, report_kind

THRESHOLD = 0.85
"""Least score of an inferred link between a paper and a registration."""
AGAINST = -2.5
"""Log odds where both state a value and none of them agrees: about one in twenty true pairs, by an error of reading."""
SIBLING_TITLE = 0.5
"""Least likeness of titles for a follow-up and an earlier study of the same sponsor."""
SAME_TITLE = 0.97
"""Least likeness of titles for one study registered twice."""

_WORD = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    (
        *(
            "a",
            "an",
            "and",
            "as",
            "at",
            "by",
            "for",
            "from",
            "i",
            "ii",
            "iii",
            "in",
            "is",
            "of",
            "on",
            "or",
            "the",
            "to",
        ),
        *("clinical", "controlled", "efficacy", "human", "patients", "phase", "randomised", "randomized", "safety"),
        *("study", "therapy", "treatment", "trial", "using", "with"),
        *("cell", "cells", "derived", "mesenchymal", "stem", "stromal"),
    )
)
_REPORTS_PEOPLE = frozenset({Report.TRIAL_RESULT, Report.FOLLOW_UP, Report.CASE_SERIES, Report.COHORT, ""})


def words_of(text: str) -> tuple[str, ...]:
    """The telling words of a title: lower case, without words that every title has, plurals cut."""
    found = _WORD.findall(text.lower())
    return tuple(word.rstrip("s") if len(word) > 4 else word for word in found if word not in _STOP)


class TitleIndex:
    """Titles of registrations as weighted words, for finding those like another title.

    Args:
        titles: id -> titles; their union is what is compared.
    """

    def __init__(self, titles: Mapping[str, str]) -> None:
        bags = {ident: set(words_of(text)) for ident, text in titles.items()}
        frequency = Counter(word for bag in bags.values() for word in bag)
        self._weights = {word: math.log(1 + len(bags) / number) for word, number in frequency.items()}
        self._rarest = math.log(1 + len(bags))
        self._bags = bags
        self._norms = {ident: self._norm(bag) for ident, bag in bags.items()}
        self._with_word: defaultdict[str, list[str]] = defaultdict(list)
        for ident, bag in sorted(bags.items()):
            for word in bag:
                self._with_word[word].append(ident)

    def alike(self, text: str, least: float = 0.0) -> dict[str, float]:
        """Ids whose titles share words with `text`, with the weighted share of `text`'s words that they have."""
        bag = set(words_of(text))
        whole = self._norm(bag)
        shared: defaultdict[str, float] = defaultdict(float)
        for word in sorted(bag):
            for ident in self._with_word.get(word, ()):
                shared[ident] += self._weights[word] ** 2
        found = {ident: mass / (whole * self._norms[ident]) for ident, mass in shared.items()}
        return {ident: value for ident, value in found.items() if value >= least}

    def _norm(self, bag: set[str]) -> float:
        # Sorted, as the last digits of a sum depend on its order and that of a set differs from run to run.
        return math.sqrt(sum(self._weights.get(word, self._rarest) ** 2 for word in sorted(bag))) or 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """One thing that speaks for (or against) a pair: weight in log odds and words for the reason."""

    weight: float
    words: str


BIAS = -7.0
"""Log odds of a pair of which nothing is known but that they share a word."""


def score_pair(paper: Sourced, registration: Sourced, likeness: float) -> tuple[float, tuple[Sign, ...]]:
    """How probable it is that a paper reports a registration, and why.

    Args:
        likeness: of the titles, 0 to 1.
    """
    signs = [Sign(weight=9.0 * likeness, words=f"titles alike ({likeness:.2f})")]
    for find in (_people, _size, _dates, _values, _doses):
        signs += find(paper, registration)
    odds = BIAS + sum(sign.weight for sign in signs)
    return 1.0 / (1.0 + math.exp(-odds)), tuple(signs)


def _people(paper: Sourced, registration: Sourced) -> list[Sign]:
    assert paper.document.article is not None
    assert registration.document.study is not None
    authors = {_surname(name) for name in paper.document.article.authors}
    named = {_surname(name) for name in registration.document.study.investigators} - {""}
    common = sorted(authors & named)
    if common:
        return [Sign(weight=3.0, words=f"investigator {common[0].title()} is an author")]
    # Most investigators are authors of their results: that none is speaks against a pair, but does not decide it.
    return [Sign(weight=-1.4, words="no investigator is an author")] if authors and named else []


def _surname(name: str) -> str:
    """The surname of "Smith J", "Smith, John" or "John Smith, MD", lower case."""
    plain = re.sub(r",?\s*(?:M\.?D\.?|Ph\.?D\.?|Prof\.?|Dr\.?|MSc|MBBS)\b\.?", "", name).strip(" ,")
    if "," in plain:
        return plain.split(",")[0].strip().lower()
    words = plain.split()
    if len(words) > 1 and re.fullmatch(r"[A-Z]{1,3}", words[-1]):
        return words[-2].lower()
    return words[-1].lower() if words else ""


def _size(paper: Sourced, registration: Sourced) -> list[Sign]:
    assert registration.document.study is not None
    theirs = paper.extraction.value(Field.N) if paper.extraction else None
    ours = registration.document.study.enrollment
    if not isinstance(theirs, int) or not ours:
        return []
    if theirs == ours:
        return [Sign(weight=2.5, words=f"both have {ours} participants")]
    if abs(theirs - ours) <= 0.1 * ours:
        return [Sign(weight=0.8, words=f"{theirs} and {ours} participants")]
    far = max(theirs, ours) > 2 * min(theirs, ours)
    return [Sign(weight=-1.0, words=f"{theirs} against {ours} participants")] if far else []


def _dates(paper: Sourced, registration: Sourced) -> list[Sign]:
    assert paper.document.article is not None
    study = registration.document.study
    assert study is not None
    published, start, end = paper.document.article.published[:4], study.start[:4], study.completion[:4]
    if published and start and published < start:
        return [Sign(weight=-6.0, words=f"published {published}, before the start in {start}")]
    if published and end and 0 <= int(published) - int(end) <= 4:
        return [Sign(weight=0.7, words=f"published {published}, after the end in {end}")]
    return []


def _values(paper: Sourced, registration: Sourced) -> list[Sign]:
    signs = []
    for name in (Field.CATEGORY, Field.TISSUE, Field.DONOR, Field.PHASE, Field.ROUTE):
        theirs, ours = _extracted(paper, name), _extracted(registration, name)
        if theirs and ours:
            common = theirs & ours
            words = f"same {name.value}" if common else f"different {name.value}"
            signs.append(Sign(weight=0.6 if common else AGAINST, words=words))
    return signs


def _doses(paper: Sourced, registration: Sourced) -> list[Sign]:
    """The same doses speak for a pair; against it, that each has one of its own (a paper may report some cohorts)."""
    theirs, ours = _cells(paper), _cells(registration)
    only_theirs, only_ours = _without(theirs, ours), _without(ours, theirs)
    if not theirs or not ours or bool(only_theirs) != bool(only_ours):
        return []
    return [Sign(weight=AGAINST, words="different doses") if only_theirs else Sign(weight=1.5, words="same doses")]


def _without(doses: set[float], others: set[float]) -> set[float]:
    """Doses that are none of the others; 60 million planned and 61.5 million given are one."""
    return {one for one in doses if all(abs(one - other) > 0.05 * max(one, other) for other in others)}


def _cells(source: Sourced) -> set[float]:
    values = source.extraction.values(Field.DOSE) if source.extraction else ()
    return {float(value["cells"]) for value in values if isinstance(value, Mapping)}


def _extracted(source: Sourced, name: Field) -> set[str]:
    return {str(value) for value in source.extraction.values(name)} if source.extraction else set()


def infer_links(
    papers: Iterable[Sourced],
    registrations: Mapping[str, Sourced],
    *,
    threshold: float = THRESHOLD,
    index: TitleIndex | None = None,
) -> Iterator[Link]:
    """The best registration for each paper that reports people, if it is likely enough and clearly the best.

    Args:
        threshold: least score; a second candidate within a tenth of the odds leaves the paper unlinked.
    """
    index = index or title_index(registrations)
    for paper in papers:
        if report_kind(paper) in _REPORTS_PEOPLE:
            link = _best(paper, registrations, index, threshold)
            if link is not None:
                yield link


def title_index(registrations: Mapping[str, Sourced]) -> TitleIndex:
    """The titles of registrations as `infer_links` looks them up."""
    return TitleIndex({ident: _titles(item.document) for ident, item in registrations.items()})


def _titles(document: Document) -> str:
    return f"{document.text('title')} {document.text('official_title')}"


def _best(paper: Sourced, registrations: Mapping[str, Sourced], index: TitleIndex, threshold: float) -> Link | None:
    alike = sorted(index.alike(paper.document.text("title"), 0.3).items(), key=lambda item: (-item[1], item[0]))[:20]
    scored = sorted(
        ((*score_pair(paper, registrations[ident], likeness), ident) for ident, likeness in alike),
        key=lambda item: (-item[0], item[2]),
    )
    if not scored or scored[0][0] < threshold or _contested(scored):
        return None
    score, signs, ident = scored[0]
    reason = "; ".join(sign.words for sign in signs if sign.weight)
    return Link(
        a=paper.document.key,
        b=registrations[ident].document.key,
        type=LinkType.INFERRED,
        basis="inferred",
        reason=f"Inferred: {reason}.",
        score=round(score, 4),
    )


def _contested(scored: Sequence[tuple[float, tuple[Sign, ...], str]]) -> bool:
    if len(scored) < 2:
        return False
    odds = [score / max(1 - score, 1e-9) for score, _, _ in scored[:2]]
    return odds[1] > 0.5 * odds[0]


_FOLLOW_BRIEF = re.compile(r"follow[- ]?up|extension|extended|roll[- ]?over|long[- ]term", re.I)
_FOLLOW_OFFICIAL = re.compile(r"follow[- ]?up study|extension study|roll[- ]?over study|long[- ]term follow", re.I)
_SPONSOR_NUMBER = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z]).{6,}")
"""A sponsor's number that is telling enough to be looked for in titles: six signs or more, letters and digits."""


def infer_siblings(registrations: Mapping[str, Document]) -> Iterator[Link]:
    """Follow-ups, duplicates and expanded access of one sponsor that do not name each other's registration.

    * a title that says follow-up or extension and has the sponsor's number of an earlier study, or is like its title;
    * two studies of one sponsor, equal in title, start and size;
    * expanded access to the intervention of a study of the same sponsor in a common condition.
    """
    index = TitleIndex({ident: _titles(document) for ident, document in registrations.items()})
    by_sponsor: defaultdict[str, list[Document]] = defaultdict(list)
    for document in registrations.values():
        assert document.study is not None
        by_sponsor[document.study.sponsor.lower()].append(document)
    for sponsor in sorted(by_sponsor):
        group = sorted(by_sponsor[sponsor], key=posted_order)
        if sponsor and len(group) > 1:
            yield from _siblings(group, index)


def _siblings(group: Sequence[Document], index: TitleIndex) -> Iterator[Link]:
    for place, later in enumerate(group):
        alike = index.alike(_titles(later))
        found = [_sibling(later, earlier, alike.get(earlier.key.id, 0.0)) for earlier in group[:place]]
        candidates = [link for link in found if link is not None]
        if candidates:
            yield max(candidates, key=lambda link: (link.score, link.b))


def _sibling(later: Document, earlier: Document, likeness: float) -> Link | None:
    one, other = later.study, earlier.study
    assert one is not None
    assert other is not None
    if "EXPANDED_ACCESS" in (one.study_type, other.study_type):
        return _access(later, earlier, likeness)
    if _follows(later) and not _follows(earlier):
        return _follow_up(later, earlier, likeness)
    same = one.start == other.start and one.enrollment == other.enrollment and bool(one.start)
    if likeness >= SAME_TITLE and same:
        reason = f"Same sponsor, start ({one.start}), size ({one.enrollment}) and title."
        return _sibling_link(later, earlier, LinkType.SAME_STUDY, reason, 0.8)
    return None


def _follows(document: Document) -> bool:
    return bool(
        _FOLLOW_BRIEF.search(document.text("title")) or _FOLLOW_OFFICIAL.search(document.text("official_title"))
    )


def _follow_up(later: Document, earlier: Document, likeness: float) -> Link | None:
    assert earlier.study is not None
    number = earlier.study.org_study_id.strip()
    if _SPONSOR_NUMBER.fullmatch(number) and number.lower() in _titles(later).lower():
        reason = f"Same sponsor; the title of {later.key.id} has the number {number} and says follow-up."
        return _sibling_link(later, earlier, LinkType.FOLLOW_UP, reason, 0.92)
    if likeness < SIBLING_TITLE:
        return None
    reason = f"Same sponsor, titles alike ({likeness:.2f}), and {later.key.id} calls itself a follow-up."
    return _sibling_link(later, earlier, LinkType.FOLLOW_UP, reason, 0.5 + 0.4 * likeness)


def _access(later: Document, earlier: Document, likeness: float) -> Link | None:
    one, other = later.study, earlier.study
    assert one is not None
    assert other is not None
    if one.study_type == other.study_type:
        return None
    products = {item.name.lower() for item in one.interventions} & {item.name.lower() for item in other.interventions}
    conditions = {item.lower() for item in one.conditions} & {item.lower() for item in other.conditions}
    if not products or not conditions:
        return None
    reason = f"Same sponsor; expanded access to {min(products)} in {min(conditions)}."
    return _sibling_link(later, earlier, LinkType.EXPANDED_ACCESS, reason, 0.7 + 0.2 * likeness)


def _sibling_link(later: Document, earlier: Document, type: LinkType, reason: str, score: float) -> Link:
    return Link(a=later.key, b=earlier.key, type=type, basis="inferred", reason=reason, score=round(score, 4))
