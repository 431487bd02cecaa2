"""Families: the registrations of one study, its follow-ups and its expanded access, with their papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from mscminer.core.documents import Document
from mscminer.core.records import RecordKey
from mscminer.core.trials import RESULT_LINKS, Family, FamilyDecision, FamilyRuling, Link, LinkType
from mscminer.trials.links import posted_order

JOINING = frozenset({LinkType.SAME_STUDY, LinkType.FOLLOW_UP, LinkType.EXPANDED_ACCESS})
LEAST_SCORE = 0.6
"""Least score of a link that joins two registrations without a curator."""


class _Groups:
    """Disjoint sets of ids with pairs that must stay apart."""

    def __init__(self, ids: Iterable[str], apart: Iterable[tuple[str, str]]) -> None:
        self._parent = {ident: ident for ident in ids}
        self._members = {ident: {ident} for ident in self._parent}
        self._apart: defaultdict[str, set[str]] = defaultdict(set)
        for one, other in apart:
            self._apart[one].add(other)
            self._apart[other].add(one)

    def __contains__(self, ident: str) -> bool:
        return ident in self._parent

    def find(self, ident: str) -> str:
        while self._parent[ident] != ident:
            self._parent[ident] = self._parent[self._parent[ident]]
            ident = self._parent[ident]
        return ident

    def join(self, one: str, other: str) -> bool:
        """Put two groups together unless that would bring a forbidden pair together."""
        left, right = self.find(one), self.find(other)
        if left == right:
            return True
        small, large = sorted((left, right), key=lambda root: (len(self._members[root]), root))
        if any(self._apart[member] & self._members[large] for member in self._members[small]):
            return False
        self._parent[small] = large
        self._members[large] |= self._members.pop(small)
        return True


def build_families(
    registrations: Mapping[str, Document],
    links: Iterable[Link],
    decisions: Iterable[FamilyDecision] = (),
) -> tuple[Family, ...]:
    """Families of all registrations, sorted by id; one that stands alone is a family of its own.

    Curators' merges come first and their splits are never crossed, by any chain of links: where a chain would
    cross one, its weakest link is dropped.  Papers belong to the families of the registrations that they report;
    a paper on two registrations (a pooled analysis) does not join them.

    Args:
        links: of any type; those of `JOINING` join registrations, `RESULT_LINKS` attach papers.
        decisions: curators' words on pairs; the newest on a pair holds.
    """
    links = tuple(links)
    newest = {item.pair: item for item in sorted(decisions, key=lambda item: item.decided_at)}
    apart = [pair for pair, item in newest.items() if item.ruling is FamilyRuling.SPLIT]
    groups = _Groups(registrations, apart)
    used: list[Link] = []
    dropped: list[Link] = []
    for link in (*_merges(newest, registrations), *_joining(links)):
        if link.a.id in groups and link.b.id in groups:
            (used if groups.join(link.a.id, link.b.id) else dropped).append(link)
    return _families(registrations, groups, links, used, dropped)


def _merges(newest: Mapping[tuple[str, str], FamilyDecision], registrations: Mapping[str, Document]) -> list[Link]:
    return [
        Link(
            a=registrations[pair[1]].key,
            b=registrations[pair[0]].key,
            type=LinkType.SAME_STUDY,
            basis="curator",
            reason=f"Merged by {item.curator} on {item.decided_at.date().isoformat()}: {item.reason or 'no reason'}.",
        )
        for pair, item in sorted(newest.items())
        if item.ruling is FamilyRuling.MERGE and pair[0] in registrations and pair[1] in registrations
    ]


def _joining(links: Sequence[Link]) -> list[Link]:
    joining = [link for link in links if link.type in JOINING and link.score >= LEAST_SCORE]
    return sorted(joining, key=lambda link: (-link.score, link))


def _families(
    registrations: Mapping[str, Document],
    groups: _Groups,
    links: Sequence[Link],
    used: Sequence[Link],
    dropped: Sequence[Link],
) -> tuple[Family, ...]:
    members: defaultdict[str, list[str]] = defaultdict(list)
    for ident in sorted(registrations, key=lambda ident: posted_order(registrations[ident])):
        members[groups.find(ident)].append(ident)
    papers: defaultdict[str, set[RecordKey]] = defaultdict(set)
    held: defaultdict[str, list[Link]] = defaultdict(list)
    refused: defaultdict[str, list[Link]] = defaultdict(list)
    for link in used:
        held[groups.find(link.b.id)].append(link)
    for link in dropped:
        refused[groups.find(link.b.id)].append(link)
    for link in links:
        if link.type in RESULT_LINKS and link.b.id in groups:
            papers[groups.find(link.b.id)].add(link.a)
            held[groups.find(link.b.id)].append(link)
    return tuple(
        Family(
            id=ids[0],
            members=tuple(ids),
            publications=tuple(sorted({key.id for key in papers[root]}, key=int)),
            links=tuple(sorted(held[root])),
            dropped=tuple(sorted(refused[root])),
        )
        for root, ids in sorted(members.items(), key=lambda item: item[1][0])
    )


def family_of(families: Iterable[Family]) -> dict[str, str]:
    """Registration id -> id of its family."""
    return {member: family.id for family in families for member in family.members}
