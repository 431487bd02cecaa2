"""Numbers of cells as registries write them."""

from __future__ import annotations

import pytest

from mscminer.extract.doses import find_doses
from mscminer.extract.schedules import find_times


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
        "0.7 mL (cumulative minimum dose: 2.8 x 10^6 MSC/kg)",
        "",
    ],
)
def test_leaves_alone(text: str) -> None:
    assert not list(find_doses(text))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("a single intravenous infusion", 1),
        ("given once", 1),
        ("twice, two weeks apart", 2),
        ("twice per week for 4 consecutive weeks", 8),
        ("weekly for four weeks", 4),
        ("on days 1, 8 and 15", 3),
        ("once a week, 4 times", 4),
        ("two infusions of cells", 2),
        ("up to 12 infusions", 12),
        ("ASC, single IV, in saline", 1),
        ("a single dose every three months for 12 months (maximum four doses in total)", 4),
        ("one dose followed one month later by a second dose", 2),
    ],
)
def test_counts_administrations(text: str, times: int) -> None:
    assert next(find_times(text)).times == times


@pytest.mark.parametrize(
    "text",
    [
        "30 individual intramuscular injections",
        "once the patient is enrolled",
        "phase 2 dose groups",
        "14 heart transplants",
    ],
)
def test_counts_no_sites_as_times(text: str) -> None:
    assert not list(find_times(text))
