"""The quality gate closes on what fell; two versions are compared record by record."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError, GateClosed, NotFound
from mscminer.core.labels import Label
from mscminer.evaluate.comparing import compare
from mscminer.evaluate.gate import Band, check_gate, find_falls, load_bands
from mscminer.evaluate.scoring import score
from mscminer.evaluate.seed import seed_dir

GOLD = [Label(id=str(i), phase="1") for i in range(1, 5)]
THREE_RIGHT = [Label(id=str(i), phase="1" if i < 4 else "2") for i in range(1, 5)]


def test_gate_lists_everything_that_fell() -> None:
    bands = [
        Band(gold="seed", measure="phase", metric="exact", least=0.75),
        Band(gold="seed", measure="phase", metric="f1", least=0.8),
        Band(gold="seed", measure="tissue", metric="recall", least=0.5),
        Band(gold="other", measure="phase", metric="exact", least=1.0),
    ]
    falls = find_falls(score(GOLD, THREE_RIGHT), bands, gold="seed")
    assert list(map(str, falls)) == [
        "seed phase f1 0.750, at least 0.800",
        "seed tissue recall nothing to count, at least 0.500",
    ]
    with pytest.raises(GateClosed, match=r"phase f1 0\.750.*tissue recall"):
        check_gate(falls)
    check_gate(())


def test_bands_of_the_seed_are_readable_and_about_known_measures() -> None:
    evaluation = score(GOLD, GOLD)
    bands = load_bands(seed_dir() / "gate.toml")
    assert bands
    for band in bands:
        evaluation.measure(band.measure)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[band]]\ngold='seed'\nmeasure='n'\nmetric='luck'\nleast=0.5", "no metric 'luck'"),
        ("[[band]]\ngold='seed'\nmeasure='n'\nmetric='f1'\nleast=95", "not between 0 and 1"),
        ("[[band]]\ngold='seed'", "band 1"),
        ("[[band]", "no TOML"),
    ],
)
def test_wrong_bands_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=message):
        load_bands(file)
    with pytest.raises(NotFound):
        load_bands(tmp_path / "nowhere.toml")


def test_comparison_names_repaired_broken_and_other_changes() -> None:
    before = [Label(id="1", phase="1"), Label(id="2", phase="2"), Label(id="3", phase="2"), Label(id="4", phase="1")]
    after = [Label(id="1", phase="2"), Label(id="2", phase="1"), Label(id="3", phase="3"), Label(id="4", phase="1")]
    comparison = compare(score(GOLD, before), score(GOLD, after))
    phase = next(measure for measure in comparison.measures if measure.name == "phase")
    assert {change.id: change.kind for change in phase.changes} == {"1": "broken", "2": "repaired", "3": "other"}
    assert [(name, change.id) for name, change in comparison.broken] == [("phase", "1")]
    assert phase.difference is not None
    assert phase.difference.low <= 0.0 <= phase.difference.high


def test_lost_prediction_is_broken_even_where_nothing_was_stated() -> None:
    gold = [Label(id="1")]
    comparison = compare(score(gold, gold), score(gold, []))
    assert {name for name, _ in comparison.broken} >= {"tissue", "n", "dose"}


def test_different_golds_are_not_compared() -> None:
    with pytest.raises(ConfigError, match="different gold texts"):
        compare(score(GOLD, GOLD), score(GOLD[:3], GOLD))
    with pytest.raises(ConfigError, match="gold of 1 differs"):
        compare(score(GOLD, GOLD), score([Label(id="1", phase="3"), *GOLD[1:]], GOLD))
