"""Families hold together by reasons, and curators' words hold for ever."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.trials import FamilyDecision, FamilyRuling, Link, LinkType
from mscminer.trials.families import build_families, family_of
from tests.trials.builders import nct, paper, registration, result_link

REGS = {nct(n): registration(n, first_posted=f"20{10 + n}-01-01") for n in range(1, 6)}


def link(later: int, earlier: int, score: float = 0.9, type: LinkType = LinkType.FOLLOW_UP) -> Link:
    return Link(
        a=REGS[nct(later)].key, b=REGS[nct(earlier)].key, type=type, basis="eligibility", reason="because", score=score
    )


def ruling(a: int, b: int, ruling: FamilyRuling, day: int = 1) -> FamilyDecision:
    at = datetime(2024, 1, day, tzinfo=UTC)
    return FamilyDecision(a=nct(a), b=nct(b), ruling=ruling, curator="ada", decided_at=at)


def test_a_chain_of_links_is_one_family_named_after_the_first() -> None:
    families = build_families(REGS, [link(3, 2), link(2, 1)])
    assert families[0].id == nct(1)
    assert families[0].members == (nct(1), nct(2), nct(3))
    assert len(families) == 3
    assert all(item.reason for item in families[0].links)


def test_mentions_and_weak_links_do_not_join() -> None:
    assert len(build_families(REGS, [link(2, 1, type=LinkType.MENTION), link(3, 1, score=0.3)])) == 5


def test_a_paper_on_two_registrations_belongs_to_both_and_joins_neither() -> None:
    document = paper(11)
    links = [result_link(document, REGS[nct(1)]), result_link(document, REGS[nct(2)])]
    families = build_families(REGS, links)
    assert len(families) == 5
    assert families[0].publications == families[1].publications == ("11",)


def test_a_split_is_never_crossed_and_the_weakest_link_of_the_chain_goes() -> None:
    families = build_families(REGS, [link(2, 1, 0.95), link(3, 2, 0.7)], [ruling(1, 3, FamilyRuling.SPLIT)])
    assert families[0].members == (nct(1), nct(2))
    assert families[2 - 1].members == (nct(3),)
    assert [item.score for family in families for item in family.dropped] == [0.7]


def test_a_merge_needs_no_link_and_the_newest_word_holds() -> None:
    merged = build_families(REGS, [], [ruling(4, 5, FamilyRuling.MERGE)])
    assert family_of(merged)[nct(5)] == nct(4)
    taken_back = build_families(
        REGS, [link(5, 4)], [ruling(5, 4, FamilyRuling.SPLIT, day=2), ruling(4, 5, FamilyRuling.MERGE, day=1)]
    )
    assert family_of(taken_back)[nct(5)] == nct(5)


_links = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.floats(0.6, 1.0)).filter(lambda item: item[0] != item[1]),
    max_size=8,
)
_rulings = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 5), st.sampled_from(FamilyRuling)).filter(
        lambda item: item[0] != item[1]
    ),
    max_size=4,
    unique_by=lambda item: frozenset(item[:2]),
)


@given(links=_links, rulings=_rulings)
def test_every_registration_is_in_one_family_and_no_split_is_broken(
    links: list[tuple[int, int, float]], rulings: list[tuple[int, int, FamilyRuling]]
) -> None:
    families = build_families(REGS, [link(*item) for item in links], [ruling(*item) for item in rulings])
    assert sorted(member for family in families for member in family.members) == sorted(REGS)
    of = family_of(families)
    for a, b, said in rulings:
        if said is FamilyRuling.SPLIT:
            assert of[nct(a)] != of[nct(b)]
