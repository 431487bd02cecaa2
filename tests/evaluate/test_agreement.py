"""Agreement coefficients against published examples and their own laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscminer.evaluate.agreement import Pair, gwet_ac, krippendorff_alpha, masi, measure


def pairs(text: str) -> list[Pair]:
    """``ab`` is a unit that one coder called a, the other b."""
    return [(frozenset(item[0]), frozenset(item[1])) for item in text.split()]


def two(one: str, other: str) -> list[Pair]:
    """Units from what each coder said, a letter a unit."""
    return [(frozenset(a), frozenset(b)) for a, b in zip(one, other, strict=True)]


def test_alpha_of_krippendorffs_binary_example() -> None:
    # Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section A: ten units, two coders.
    assert krippendorff_alpha(two("0100000010", "1110010000")) == pytest.approx(0.095, abs=0.001)


def test_alpha_of_krippendorffs_nominal_example() -> None:
    # The same, section B: twelve units, two coders.
    assert krippendorff_alpha(two("aabbdcccedda", "babbbccceddd")) == pytest.approx(0.692, abs=0.001)


def test_ac1_where_nearly_all_is_one_value() -> None:
    # 118 times both say yes, 5 and 2 times one of them, 0 times neither (Gwet 2008, table 1's kind of data).
    units = pairs(" ".join(["yy"] * 118 + ["yn"] * 5 + ["ny"] * 2))
    share = (118 * 2 + 7) / 250
    chance = 2 * share * (1 - share)
    assert gwet_ac(units) == pytest.approx((118 / 125 - chance) / (1 - chance))
    assert (gwet_ac(units) or 0) > 0.9
    assert (krippendorff_alpha(units) or 0) < 0.1


def test_masi_gives_credit_for_overlap() -> None:
    a, ab, bc, none = frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset[str]()
    assert masi(a, a) == masi(none, none) == 0.0
    assert masi(a, ab) == pytest.approx(1 - 1 / 2 * 2 / 3)
    assert masi(ab, bc) == pytest.approx(1 - 1 / 3 * 1 / 3)
    assert masi(a, none) == masi(a, bc) == 1.0


def test_partial_overlap_counts_for_sets() -> None:
    units: list[Pair] = [(frozenset("ab"), frozenset("a")), (frozenset("c"), frozenset("c"))] * 5
    sets, single = measure("tissue", units, sets=True, rounds=50), measure("tissue", units, sets=False, rounds=50)
    assert sets.alpha
    assert single.alpha
    assert sets.alpha.value > single.alpha.value
    assert sets.share_same == 0.5


def test_nothing_to_measure() -> None:
    empty = measure("tissue", [], sets=True)
    assert (empty.alpha, empty.ac, empty.share_same) == (None, None, None)
    one = measure("tissue", pairs("aa aa"), sets=False, rounds=10)
    assert one.alpha is None
    assert one.ac
    assert one.ac.value == 1.0


units_of = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abc"), max_size=2), st.frozensets(st.sampled_from("abc"), max_size=2)),
    min_size=1,
    max_size=12,
)


@given(units_of)
@settings(max_examples=60)
def test_laws(units: list[Pair]) -> None:
    swapped = [(other, one) for one, other in units]
    for distance in (masi,):
        alpha, ac = krippendorff_alpha(units, distance), gwet_ac(units, distance)
        assert alpha == pytest.approx(krippendorff_alpha(swapped, distance))
        assert ac == pytest.approx(gwet_ac(swapped, distance))
        assert alpha is None or alpha <= 1.0
        assert ac is None or ac <= 1.0 + 1e-9
    found = measure("x", units, sets=True, rounds=20)
    for interval in (found.alpha, found.ac):
        assert interval is None or interval.low <= interval.high
    perfect = [(one, one) for one, _ in units]
    assert krippendorff_alpha(perfect, masi) in (None, 1.0)
