"""Confidence against truth, by hand."""

from __future__ import annotations

from typing import Any

import pytest

from mscminer.core.facts import Extraction, Fact, Maker
from mscminer.core.labels import Label
from mscminer.core.records import RecordKey, Source
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Absence, Field
from mscminer.evaluate.calibration import Calibration, Judged, judge_confidence

MAKER = Maker(name="test", version="1")


def extraction(ident: str, *facts: tuple[Field, Any, float]) -> Extraction:
    made = tuple(Fact(field=name, value=value, confidence=sure, maker=MAKER) for name, value, sure in facts)
    return Extraction(key=RecordKey(source=Source.PUBMED, id=ident), document="0" * 64, maker=MAKER, facts=made)


def test_values_and_absences_are_judged_one_by_one() -> None:
    gold = {"1": Label(id="1", tissue=("adipose", "placenta"), conditions=("knee osteoarthritis",))}
    found = extraction(
        "1",
        (Field.TISSUE, "adipose", 0.9),
        (Field.TISSUE, "bone_marrow", 0.6),
        (Field.DONOR, Absence.NOT_STATED, 0.8),
        (Field.PHASE, "2", 0.99),
        (Field.N, Absence.NOT_STATED, 0.7),
        (Field.CONDITION, {"name": "osteoarthritis", "mesh": None, "mesh_name": None}, 0.95),
    )
    judged = judge_confidence(gold, [found, extraction("2", (Field.N, 3, 1.0))]).judged
    assert [(item.field, item.stated, item.right) for item in judged] == [
        (Field.TISSUE, True, True),
        (Field.TISSUE, True, False),
        (Field.DONOR, False, True),
        (Field.PHASE, True, False),
        (Field.N, False, True),
        (Field.CONDITION, True, True),
    ]


def _calibration(*pairs: tuple[float, bool]) -> Calibration:
    return Calibration(
        judged=tuple(
            Judged(id=str(i), field=Field.N, stated=True, confidence=sure, right=right)
            for i, (sure, right) in enumerate(pairs)
        )
    )


def test_honest_confidence_has_no_error() -> None:
    honest = _calibration(*[(0.9, True)] * 9, (0.9, False))
    assert honest.expected_error == pytest.approx(0.0)
    assert honest.brier == pytest.approx((9 * 0.01 + 0.81) / 10)


def test_boasting_is_measured() -> None:
    assert _calibration(*[(1.0, False)] * 2, *[(1.0, True)] * 2).expected_error == pytest.approx(0.5)
    (full,) = [item for item in _calibration((1.0, True)).bins if item.count]
    assert (full.low, full.high, full.share_right) == (0.98, 1.0, 1.0)


def test_nothing_judged_has_no_numbers() -> None:
    assert _calibration().expected_error is None
    assert _calibration().brier is None
    assert _calibration().bins[0].mean_confidence is None


def test_split_is_kept() -> None:
    gold = {str(i): Label(id=str(i), n=1) for i in range(1, 20)}
    found = [extraction(ident, (Field.N, 1, 0.9)) for ident in gold]
    ids = {item.id for item in judge_confidence(gold, found, split=Split.TUNE).judged}
    assert ids == {ident for ident in gold if split_of(ident) is Split.TUNE}
