"""Every rule for publications finds its example, leaves its counter-example alone, and stays quick."""

from __future__ import annotations

import re
import time
import tomllib

import pytest
from tests.conftest import ROOT

from mscminer.core.errors import ModelError
from mscminer.extract.publications.rules import Rule, build_parts, fill_in, load_rules
from mscminer.extract.publications.screening import BRANDS, NEARBY, STRINGS
from mscminer.extract.publications.text import fold

RULES = ROOT / "src" / "mscminer" / "extract" / "publications" / "rules"
_FILES = ("report", "asides", "products", "benefit", "harm", "clauses", "design", "origin", "donors", "routes", "arms")
_RULES = [rule for name in _FILES for rule in load_rules(name)]


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_rule_finds_its_example_and_not_its_counter(rule: Rule) -> None:
    assert rule.pattern.compiled.search(fold(rule.example))
    assert not rule.pattern.compiled.search(fold(rule.counter))


@pytest.mark.parametrize("name", ["benefit", "harm", "clauses"])
def test_rules_on_outcomes_stay_short_enough_to_read(name: str) -> None:
    """A longer one is several: split it, or name the words as a part."""
    written = tomllib.loads((RULES / f"{name}.toml").read_text(encoding="utf-8"))["rule"]
    assert {rule["id"]: len(rule["pattern"]) for rule in written if len(rule["pattern"]) > 520} == {}


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in _RULES}) == len(_RULES)


@pytest.mark.parametrize("rule", load_rules("products"), ids=lambda rule: rule.id)
def test_the_prefilter_lets_every_product_pass(rule: Rule) -> None:
    assert any(string in fold(rule.example) for string in (*STRINGS, *BRANDS, *NEARBY))


@pytest.mark.parametrize("rule", _RULES, ids=lambda rule: rule.id)
def test_no_rule_takes_long_on_a_hostile_text(rule: Rule) -> None:
    texts = ["patients " * 400, "bone marrow-derived " * 200, "no significant " * 250, "a-" * 2000, "1 " * 2000]
    began = time.perf_counter()
    for text in texts:
        rule.pattern.compiled.search(text)
    assert time.perf_counter() - began < 1.0


def test_a_part_stands_for_its_alternatives_and_a_repeat_stays_one() -> None:
    parts = build_parts({"less": ["less", "fewer"], "want": "{less} (?:pain|falls)"})
    pattern = re.compile(fill_in(r"{want}(?: \w+){0,2} than", parts))
    assert pattern.search("fewer falls at home than before")
    assert not pattern.search("fewer falls at home and at work than before")


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(KeyError, match="more"):
        fill_in("{more} falls", {})


def test_a_missing_file_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="cannot read the rules"):
        load_rules("nowhere")
