"""Screening by hand: counts, shares and what is said of texts without a prediction."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import RecordError
from mscminer.core.labels import Label
from mscminer.evaluate.intervals import wilson
from mscminer.evaluate.screening import NO_PREDICTION, read_kinds, render_screening, screen, screening_to_json

KINDS = {"1": "msc", "2": "msc", "3": "far", "4": "far"}
LABELS = [Label(id="1", msc="cells"), Label(id="3", msc="cells"), Label(id="4")]


def test_calls_are_counted_by_kind() -> None:
    screening = screen(KINDS, LABELS)
    msc, far = screening.kind("msc"), screening.kind("far")
    assert msc is not None
    assert far is not None
    assert (msc.count("cells"), msc.count(NO_PREDICTION), msc.share("cells")) == (1, 1, 0.5)
    assert far.called == {"cells": ("3",), "none": ("4",)}
    assert screening.kind("near") is None


def test_text_and_json_name_the_ids() -> None:
    screening = screen(KINDS, LABELS, classes_name="k.jsonl", predicted_name="p 1")
    assert "msc called no prediction: 2" in render_screening(screening, errors=True)
    assert "called" not in render_screening(screening)
    far = screening_to_json(screening)["kinds"][0]
    assert far["called"]["cells"] == {"texts": 1, "ids": ["3"]}


def test_wilson_by_hand() -> None:
    """0 of 100 leaves 3.7 % possible; 50 of 100 is 0.404 to 0.596 (Newcombe 1998, Stat Med 17:857)."""
    assert wilson(0, 100).high == pytest.approx(0.0370, abs=1e-4)
    half = wilson(50, 100)
    assert half.low == pytest.approx(0.4038, abs=1e-4)
    assert half.high == pytest.approx(0.5962, abs=1e-4)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('{"pmid": "1"}', "no id or no class"),
        ('{"pmid": "1", "class": "a"}\n{"id": "1", "class": "b"}', "1 is both a and b"),
    ],
)
def test_wrong_lines_are_named(tmp_path: Path, lines: str, message: str) -> None:
    file = tmp_path / "kinds.jsonl"
    file.write_text(lines, "utf-8")
    with pytest.raises(RecordError, match=message):
        read_kinds(file)
