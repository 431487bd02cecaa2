"""The report as text, JSON and HTML: complete, consistent with each other, and in need of nothing from elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from mscminer.core.labels import Label
from mscminer.core.vocabulary import Field
from mscminer.evaluate import __main__ as command
from mscminer.evaluate.calibration import Calibration, Judged
from mscminer.evaluate.comparing import compare
from mscminer.evaluate.gate import Band, find_falls
from mscminer.evaluate.intervals import Bootstrap
from mscminer.evaluate.label_files import write_labels
from mscminer.evaluate.reports import Report, StatementTable, render_html, render_text, report_to_json
from mscminer.evaluate.scoring import score
from mscminer.evaluate.statements import Statement, score_statements

GOLD = [
    Label(id="1", tissue=("adipose",), phase="1", quotes={"tissue": ("own <fat> & more",)}, note="doubtful"),
    Label(id="2", tissue=("placenta",), phase="2", dose=({"cells": 1e6, "per_kg": True, "times": 2},)),
]
PREDICTED = [
    Label(id="1", tissue=("bone_marrow",), phase="1", quotes={"tissue": ("marrow <script>alert(1)</script>",)}),
    Label(id="2", tissue=("placenta",), phase="3"),
]


@pytest.fixture
def report() -> Report:
    evaluation = score(GOLD, PREDICTED, predicted_name="new", notes=["Two made-up texts."])
    falls = find_falls(evaluation, [Band(gold="g", measure="phase", metric="exact", least=0.9)], gold="g")
    statements = score_statements([Statement(id="1", values={"tissue": ("adipose",)})], PREDICTED)
    return Report(
        evaluation=evaluation,
        made_at="2026-01-15T03:00:00+00:00",
        comparison=compare(score(GOLD, GOLD, predicted_name="old"), evaluation),
        statements=(StatementTable(name="The review", note="on made-up texts", scores=statements),),
        calibration=Calibration(judged=(Judged(id="1", field=Field.TISSUE, stated=True, confidence=0.9, right=False),)),
        gate=falls,
        bootstrap=Bootstrap(resamples=100),
    )


def test_json_holds_counts_and_ratios(report: Report) -> None:
    data = json.loads(json.dumps(report_to_json(report)))
    tissue = next(measure for measure in data["measures"] if measure["name"] == "tissue")
    assert (tissue["tp"], tissue["fp"], tissue["fn"]) == (1, 1, 1)
    assert tissue["f1"]["value"] == 0.5
    assert tissue["exact"] == {"part": 1, "whole": 2, "value": 0.5, "low": 0.0, "high": 1.0}
    (error,) = tissue["errors"]
    assert error["missed"] == ["adipose"]
    assert error["spurious"] == ["bone_marrow"]
    assert error["gold_quotes"] == ["own <fat> & more"]
    assert data["gate"][0]["value"] == 0.5
    assert data["calibration"]["stated"]["brier"] == pytest.approx(0.81)
    assert data["calibration"]["not_stated"]["expected_error"] is None
    assert data["statements"][0]["fields"][0]["disagreements"][0]["id"] == "1"
    changes = next(measure for measure in data["comparison"]["measures"] if measure["name"] == "phase")["changes"]
    assert [(change["id"], change["kind"]) for change in changes] == [("2", "broken")]


def test_text_lists_errors_with_quotes(report: Report) -> None:
    text = render_text(report, errors=True)
    for words in ("own <fat> & more", "doubtful", "gold adipose", "1e+06 cells/kg × 2", "phase broken: 2", "closed"):
        assert words in text
    assert "own <fat>" not in render_text(report)


def test_page_needs_nothing_from_elsewhere(report: Report) -> None:
    page = render_html(report)
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)", page)
    assert "url(" not in page
    assert "<script" not in page
    assert "marrow &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_page_is_accessible_in_its_bones(report: Report) -> None:
    tree: Any = html.fromstring(render_html(report))
    assert tree.get("lang") == "en"
    assert len(tree.xpath("//h1")) == 1
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for anchor in tree.xpath("//a/@href"):
        assert anchor.removeprefix("#") in ids
    for table in tree.xpath("//table"):
        assert table.xpath("./caption")
        assert all(cell.get("scope") and cell.text_content().strip() for cell in table.xpath(".//th"))
    assert all(image.get("aria-label") for image in tree.xpath("//svg"))


def test_page_says_the_same_as_json(report: Report) -> None:
    tree: Any = html.fromstring(render_html(report))
    data = report_to_json(report)
    (row,) = tree.xpath("//section[@aria-labelledby='measures']//tr[th[normalize-space()='tissue source']]")
    cells = [cell.text_content().strip() for cell in row.xpath("./td")]
    tissue = next(measure for measure in data["measures"] if measure["name"] == "tissue")
    assert cells[:3] == ["2", f"{tissue['exact']['value']:.3f}", "0.000–1.000"]
    assert cells[5] == f"{tissue['recall']['value']:.3f}"


def test_module_scores_two_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    write_labels(GOLD, gold)
    write_labels(PREDICTED, predicted)
    assert command.main([str(gold), str(predicted), "--errors"]) == 0
    assert "2 texts" in capsys.readouterr().out
    assert command.main([str(gold), str(tmp_path / "none.jsonl")]) == 2
    assert "none.jsonl" in capsys.readouterr().err
    predicted.write_text('{"id": "1"}\n{"id": "2", "tissue": ["bark"]}\n', "utf-8")
    assert command.main([str(gold), str(predicted)]) == 3
    assert "predicted.jsonl:2: tissue has no value 'bark'" in capsys.readouterr().err
