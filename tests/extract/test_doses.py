"""Numbers of cells as registries write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscminer.extract.doses import find_doses


@pytest.mark.parametrize(
    ("text", "cells", "per_kg"),
    [
        ("2 x 106 cells/kg", [2e6], True),
        ("1×10(8) mesenchymal stem cells", [1e8], False),
        ("10e6 MSC per kilogram", [1e6], True),
        ("a dose of 5*10^7 cells", [5e7], False),
        ("1x10⁶ MSCs/kg of body weight", [1e6], True),
        ("1-2 x 10^6 cells/kg", [1e6, 2e6], True),
        ("20 million, 100 million or 200 million cells", [2e7, 1e8, 2e8], False),
        ("5 x 10^6 and then 10 x 10^6 cells/kg", [5e6, 1e7], True),
        ("1-2 ml of a 4 x 106/ml cell suspension", [4e6, 8e6], False),
        ("1.5 million adipose stromal cells per kg", [1.5e6], True),
        ("2×1,000,000 MSC/kg", [2e6], True),
        ("6,000,000 cells in total", [6e6], False),
        ("18M cells", [1.8e7], False),
        ("1 x 10\\^6 MSC", [1e6], False),
        ("1x10^8 cells/3 mL", [1e8], False),
        ("2 million cells/kg (up to a maximum of 200 million cells)", [2e6], True),
        ("two hundred million cells", [2e8], False),
        ("2·5×106 cells/kg i.v.", [2.5e6], True),
        ("10x10^6 unit of cord mesenchymal stem cells", [1e7], False),
        ("5.0*108~5.0*109 MSCs and MNCs", [5e8, 5e9], False),
        ("1,5-3,0 10E6 MSC/kg", [1.5e6, 3e6], True),
        ("either 6 million (M) or 18M cells", [6e6, 1.8e7], False),
        ("1 million cells per body-weight kilogram", [1e6], True),
        ("30 000 000 cells in 20 ml", [3e7], False),
        ("2.0 x 10,000,000 cells", [2e7], False),
        ("25 million cells and patients of the next group 100 million cells", [2.5e7, 1e8], False),
        ("0,5 million * weight (kg) cells", [5e5], True),
        ("(1～5)×10^6 cells", [1e6, 5e6], False),
        ("(Tier 1), 20x10^6 cells, (Tier 2), 50x10^6 cells", [2e7, 5e7], False),
        ("a median dose of 1.2 (0.9-1.7) x 10(6)/kg", [1.2e6], True),
        ("infusions of 2–3 × 106 cells kg–1", [2e6, 3e6], True),
        ("300 mln. cells in 250 mL of saline", [3e8], False),
        ("Six million MSCs were given", [6e6], False),
        ("one infusion of 10x6 MSCs/kg", [1e6], True),
        ("10x7 autologous stem cells into the disc", [1e7], False),
    ],
)
def test_reads(text: str, cells: list[float], per_kg: bool) -> None:
    found = list(find_doses(text))
    assert [dose.cells for dose in found] == cells
    assert {dose.per_kg for dose in found} == {per_kg}


@pytest.mark.parametrize(
    "text",
    [
        "2 x 10^9 particles",
        "platelets above 50 x 10^9/L",
        "10^6 CD34+ cells/kg",
        "1:100000 adrenaline",
        "3 million people",
        "on days 1 and 106",
        "5.0 x 10^6 cells/minute",
        "a density of 6x104 per well",
        "blood stem cells: PBSCs are infused into a vein at a dose of 2 x 10^8/kg",
        "108 tissue samples of people given MSCs",
        "a 10x6 cm graft of cells",
        "10x6x5 cells",
        "cells can be expanded 2 million -fold",
        "the disease has 10,000 - 20,000 yearly new cases",
        "MNC depleted graft, HSC dose 3 million/kg",
        "after mononuclear cells are frozen PBSC are given at 5 x 10^6/kg",
        "MSCs are resuspended at 5 x 10^6 cells/mL",
        "0.7 mL (cumulative minimum dose: 2.8 x 10^6 MSC/kg)",
        "",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert not list(find_doses(text))


def test_a_concentration_without_a_volume_is_a_dose_only_where_it_is_called_one() -> None:
    (dose,) = find_doses("low dose group: 5 x 10^6 cells/mL")
    assert (dose.cells, dose.loose) == (5e6, True)
    (dose,) = find_doses("a dose of 5 x 10^6 cells in 2 mL")
    assert not dose.loose


@pytest.mark.parametrize(
    ("text", "uncultured"),
    [
        ("MNC are given at 3 million/kg", True),
        ("MNC are thawed, MSC are given at 3 million/kg", False),
        ("MNC with HSC, then 3 million MSC/kg", False),
        ("3 million nucleated cells/kg", True),
    ],
)
def test_the_nearer_name_says_what_is_counted(text: str, uncultured: bool) -> None:
    assert [dose.uncultured for dose in find_doses(text)] == [uncultured]


MARKS = st.sampled_from(("×", "x", "*", " x ", " × ", "∗", "ⅹ"))
POWERS = st.sampled_from(("10^{}", "10{}", "10({})", "10\\^{}", "10e{}", "10E{}", "10ˆ{}"))
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@settings(deadline=None)
@given(st.integers(1, 99), st.sampled_from(("", ".5", ".25")), st.integers(5, 9), MARKS, POWERS, st.booleans())
def test_any_way_to_write_a_power(
    whole: int, fraction: str, exponent: int, mark: str, power: str, per_kg: bool
) -> None:
    number = f"{whole}{fraction}{mark}{power.format(exponent)}"
    text = f"A dose of {number} cells{'/kg' if per_kg else ''} is given."
    found = list(find_doses(text))
    assert [(dose.cells, dose.per_kg) for dose in found] == [(float(f"{whole}{fraction}e{exponent}"), per_kg)]
    assert text[found[0].start : found[0].end] == number


@settings(deadline=None)
@given(st.integers(1, 99), st.integers(5, 9))
def test_superscripts(whole: int, exponent: int) -> None:
    text = f"{whole} × 10{str(exponent).translate(SUPERSCRIPTS)} cells"
    assert [dose.cells for dose in find_doses(text)] == [float(f"{whole}e{exponent}")]


@settings(deadline=None)
@given(st.lists(st.integers(1, 900), min_size=2, max_size=4, unique=True), st.sampled_from((" or ", " and ", ", ")))
def test_lists_give_each_number(numbers: list[int], last: str) -> None:
    words = ", ".join(map(str, numbers[:-1])) + last + str(numbers[-1])
    assert [dose.cells for dose in find_doses(f"doses of {words} million cells")] == [n * 1e6 for n in numbers]


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 400), st.sampled_from(("-", "–", " to ", "~")))
def test_ranges_give_both_ends(low: int, high: int, dash: str) -> None:
    found = list(find_doses(f"a dose of {low}{dash}{high} million cells/kg"))
    assert [(dose.cells, dose.per_kg) for dose in found] == [(low * 1e6, True), (high * 1e6, True)]


PIECES = st.lists(
    st.sampled_from(
        (
            "2 x 106",
            "10^6",
            "1,000,000",
            "5 million",
            "M",
            "cells",
            "/kg",
            "per ml",
            "2 ml",
            "(",
            ")",
            "to",
            "-",
            "and",
            ".",
        )
    ),
    max_size=15,
).map(" ".join)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=200), PIECES))
def test_amounts_lie_in_the_text(text: str) -> None:
    found = list(find_doses(text))
    assert all(0 <= dose.start < dose.end <= len(text) for dose in found)
    assert all(1e3 <= dose.cells <= 1e12 for dose in found)
    assert found == list(find_doses(text))


@pytest.mark.parametrize("piece", ["10^6 ", "1, ", "2 x ", "1-", "10 (", "million ", "5 to "])
def test_hostile_texts_take_no_time(piece: str) -> None:
    began = time.process_time()
    list(find_doses(piece * (12000 // len(piece))))
    assert time.process_time() - began < 3.0
