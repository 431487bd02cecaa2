"""A pattern tried only where it can begin finds exactly what it finds when tried everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.extract.lexicon import load_lexicon
from mscminer.extract.model_files import find_model
from mscminer.extract.publications.rules import load_rules
from mscminer.extract.starts import first_match, matches_in, starts_of

PATTERNS = [
    r"\b(?:bone[- ])?(?:OA|marrow)\b",
    r"(?<![A-Za-z])(?:[ahr]|auto)?-?B-?M(?=SC)",
    r"(?<![\w-])(?:s|kn)ee?",
    r"\b(?:\d+|two) (?:\w+ )?eyes",
    r"^(?:a|the) knee",
    r"\b(?:i{1,3}|k+)\b",
    r"\bno\w*(?: change)?|\bs\b",
    r"\b(?:\w+ )?marrow|\b\((?:a|the)\)",
    r"\b(?:a )?[\w-]+",
    r"(?<![A-Za-z0-9-])(?:[A-Za-z0-9]{1,9}[-_]){0,2}?B?MSC\b",
    r"(?<=\s)bone\b|\bBone(?=-)",
    r"(?<=\b(?:a|B)\s)knee|(?<=-)(?:bone|marrow)",
]
LINE = "bone Bone- marrow OA o BM B-MSC -BMSC hBMSC a the knee 12 1BMSC two eyes i II _bone no change s - (a)"
WORDS = LINE.split()
STRANGE = ["\u017f", "\u212a", "\u0130", "\u0131i", "\u00e9bone", "\u0662", " ", "\n"]
LONG = " " * 1000
"""A short text is searched as it always was."""
TEXTS = st.lists(st.sampled_from([*WORDS, *STRANGE]), max_size=14).flatmap(
    lambda words: st.sampled_from(["", " ", "-"]).map(lambda between: between.join(words) + LONG)
)


def places(matches: object) -> list[tuple[int, int]]:
    return [match.span() for match in matches]  # type: ignore[attr-defined]


@pytest.mark.parametrize("source", PATTERNS)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.IGNORECASE | re.MULTILINE])
@given(text=TEXTS)
def test_finds_what_trying_everywhere_finds(source: str, flags: int, text: str) -> None:
    pattern = re.compile(source, flags)
    starts = starts_of(pattern)
    assert starts
    assert places(matches_in(pattern, starts, text)) == places(pattern.finditer(text))
    first = pattern.search(text)
    again = first_match(pattern, starts, text)
    assert (again and again.span()) == (first and first.span())


@pytest.mark.parametrize(
    "source", [r"marrow", r"\w+ marrow", r"\b[\w.]+", r"\b[0-Z]", r"\b", r"\d*", r"(?:x|)\b", r"(?!a)b"]
)
def test_tells_nothing_of_a_pattern_that_may_begin_anywhere(source: str) -> None:
    assert starts_of(re.compile(source)) is None


def test_most_lexicon_entries_are_tried_only_where_they_can_begin() -> None:
    entries = load_lexicon(find_model(None) / "mscminer_mentions").entries
    assert sum(entry.pattern.starts is not None for entry in entries) > len(entries) * 0.8


@pytest.mark.parametrize("name", ["report", "routes", "products"])
def test_rules_find_what_they_found(name: str) -> None:
    for rule in load_rules(name):
        text = rule.example.lower() + LONG
        compiled = rule.pattern.compiled
        again, first = first_match(compiled, rule.pattern.starts, text), compiled.search(text)
        assert (again and again.span()) == (first and first.span())
