"""A pattern tried only where it can begin finds exactly what it finds when tried everywhere."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.extract.lexicon import load_lexicon
from mscminer.extract.model_files import find_model
from mscminer.extract.publications.rules import load_patterns, load_rules
from mscminer.extract.starts import Finder, starts_of

PATTERNS = [
    r"\b(?:bone[- ])?(?:OA|marrow)\b",
    r"(?<![A-Za-z])(?:[ahr]|auto)?-?B-?M(?=SC)",
    r"(?<![\w-])(?:s|kn)ee?",
    r"\b(?:\d+|two) (?:\w+ )?eyes",
    r"^(?:a|the) knee",
    r"\b(?:i{1,3}|k+)\b",
    r"\bno\w*(?: change)?|\bs\b",
    r"\bmarrow|\b\((?:a|the)\)",
    r"\b(?:knee|/(?:day|s)|-s)\b",
    r"(?<=\s)bone\b|\bBone(?=-)",
    r"(?<=\b(?:a|B)\s)knee|(?<=-)(?:bone|marrow)",
    r"\b(?:[2-9]|[1-4]\d|two) eyes|: knee",
    r"^(?:[\w-]+ )?the|\bmarrow",
    r"^\w+ \w+|^- a",
    r"\b(?=[\dbk+])[\w-]+",
    r"(?:^|\b(?=the|OA))\w+(?= knee)",
    r"\A[^b]|(?<![\w-])[3i-]",
]
LINE = "bone Bone- marrow OA o BM B-MSC -BMSC hBMSC a the knee 12 1BMSC two eyes i II _bone no change s - (a) 3 25 :"
WORDS = LINE.split()
STRANGE = ["\u017f", "\u212a", "\u0130", "\u0131i", "\u00e9bone", "\u0662", " ", "\n"]
LONG = " " * 1000
"""What stands before it is searched by an index of its words, as a short text is not."""
TEXTS = st.lists(st.sampled_from([*WORDS, *STRANGE]), max_size=14).flatmap(
    lambda words: st.sampled_from(["", " ", "-"]).map(lambda between: between.join(words))
)


def places(matches: object) -> list[tuple[int, int]]:
    return [match.span() for match in matches]  # type: ignore[attr-defined]


@pytest.mark.parametrize("source", PATTERNS)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.IGNORECASE | re.MULTILINE])
@pytest.mark.parametrize("behind", ["", LONG], ids=["short", "long"])
@given(text=TEXTS)
def test_finds_what_trying_everywhere_finds(source: str, flags: int, behind: str, text: str) -> None:
    pattern, text = re.compile(source, flags), text + behind
    finder = Finder(pattern)
    assert finder.starts or "^" in source
    assert places(finder.matches(text)) == places(pattern.finditer(text))
    first, again = pattern.search(text), finder.first(text)
    assert (again and again.span()) == (first and first.span())


@pytest.mark.parametrize(
    "source",
    [
        r"marrow",
        r"\w+ marrow",
        r"\b(?:\w+ )?marrow",
        r"\b(?:a )?[\w-]+",
        r"\b[\w.]+",
        r"\b[0-Z]",
        r"\b",
        r"\d*",
        r"(?:x|)\b",
        r"(?!a)b",
    ],
)
def test_tells_nothing_of_a_pattern_that_may_begin_anywhere(source: str) -> None:
    assert starts_of(re.compile(source)) is None


@pytest.mark.parametrize(
    "source", [r"\b(?P<one>knee|the) (?P=one)\b", r"\b(knee|the) \1\b", r"(?i)\bBone", r"\b(the )?(?(1)knee|bone)\b"]
)
@pytest.mark.parametrize("text", ["of the the knee", "the knee knee bone " + LONG])
def test_finds_by_patterns_that_cannot_stand_within_others(source: str, text: str) -> None:
    pattern = re.compile(source)
    finder = Finder(pattern)
    assert places(finder.matches(text)) == places(pattern.finditer(text))
    first, again = pattern.search(text), finder.first(text)
    assert (again and again.span()) == (first and first.span())


def test_most_lexicon_entries_are_tried_only_where_they_can_begin() -> None:
    entries = load_lexicon(find_model(None) / "mscminer_mentions").entries
    assert sum(starts_of(entry.pattern.compiled) is not None for entry in entries) > len(entries) * 0.8


RULES = files("mscminer.extract.publications") / "rules"
NAMES = sorted(file.name.removesuffix(".toml") for file in RULES.iterdir() if "[[rule]]" in file.read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_rules_find_what_they_found(name: str) -> None:
    for rule in load_rules(name):
        compiled = rule.pattern.compiled
        for text in (rule.example.lower(), rule.example.lower() + LONG):
            again, first = rule.pattern.first_in(text), compiled.search(text)
            assert (again and again.span()) == (first and first.span())


def test_wordings_of_clauses_find_what_they_found() -> None:
    patterns = load_patterns("clauses")
    for rule in load_rules("clauses"):
        again, first = Finder(patterns[rule.value]).first(rule.example), patterns[rule.value].search(rule.example)
        assert (again and again.span()) == (first and first.span())


def test_a_bracket_before_a_group_points_to_no_group() -> None:
    assert starts_of(re.compile(r"\bcells\s\(?(?P<n>\d)")) == frozenset({"cel"})
    assert starts_of(re.compile(r"(?P<n>a)?\b(?(n)b|c)")) is None
