"""The quality gate on the shipped pipeline: on the seed, and where the development data lie, on real records too."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.splits import Split
from mscminer.evaluate.seed import load_seed_labels
from mscminer.jobs.evaluate import Options, check_report, evaluate_file, evaluate_seed, shipped_gate


def test_seed_reaches_its_bands() -> None:
    report = evaluate_seed(Options(gate=shipped_gate()))
    assert len(report.evaluation.documents) == len(load_seed_labels())
    assert report.evaluation.missing == ()
    check_report(report)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    ("gold", "records"), [("registry.jsonl", "ctgov/studies.jsonl.gz"), ("pubmed.jsonl", "pubmed/articles.xml.gz")]
)
def test_real_records_reach_their_bands(shared_dir: Path, gold: str, records: str) -> None:
    """On the report part only: nobody tunes rules on it."""
    options = Options(split=Split.REPORT, only_present=True, gate=shipped_gate())
    report = evaluate_file(shared_dir / "gold" / gold, options, records=[shared_dir / "data" / records])
    assert report.gate is not None
    check_report(report)
