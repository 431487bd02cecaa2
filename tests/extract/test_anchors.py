"""What a pattern needs: no match is ever lost, whatever the pattern and the text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mscminer.extract.anchors import Selector, anchored
from mscminer.extract.lexicon import Entry, load_lexicon
from mscminer.extract.model_files import find_model
from mscminer.extract.publications.rules import load_rules
from mscminer.extract.publications.text import fold
from mscminer.extract.starts import lowered
from mscminer.extract.word_pieces import pieces_in, words_in

_LEXICONS = [
    entry
    for folder in ("mscminer_mentions", "mscminer_categories")
    for entry in load_lexicon(find_model() / folder).entries
]
_RULES = [
    rule
    for name in ("report", "products", "benefit", "harm", "clauses", "design", "origin")
    for rule in load_rules(name)
]
_PATTERNS = tuple(
    re.compile(source, flags)
    for source, flags in (
        (r"\b(?:oa|osteoarth\w+)\b", 0),
        (r"\bbone[\s-]*marrow(?:\s(?:stem|stromal))?\s+cells?", re.IGNORECASE),
        (r"(?<![A-Za-z])(?:h|hu)?-?B-?M(?=[\s-]?(?:MSC|SC))", 0),
        (r"(?:st[ea]m|[ck]ell)s?", re.IGNORECASE),
        (r"\bi\.?v\.?\b", re.IGNORECASE),
        (r"(?:a|ab|abc)?(?:de)+f*", re.IGNORECASE),
        (r"stem(?!\scell)|(?:mes|mens)\w*chym", re.IGNORECASE),
    )
)
_ANCHORED = tuple(anchored(pattern.pattern, pattern.flags) for pattern in _PATTERNS)
_SELECTOR = Selector(_ANCHORED)
_SOME = (
    "oa OA osteoarthritis bone marrow-stem Stromal cells huBM MSC hBM-SC \u017ftem Kell kell i.v. iv IV abdef DEF mes"
)
_MORE = "mesenchymal menschymal boneMarrow cell stem BM-MSC - osteoarthroses"
_WORDS = st.sampled_from((*_SOME.split(), *_MORE.split(), "\n"))
_TEXTS = st.lists(_WORDS, max_size=12).map(" ".join) | st.text(alphabet="abcdefimstBMSCıİſK .-\n", max_size=60)


@given(text=_TEXTS)
@settings(max_examples=400, deadline=None)
def test_no_match_is_lost(text: str) -> None:
    found = {number for number, pattern in enumerate(_PATTERNS) if pattern.search(text)}
    assert found <= {number for number, pattern in enumerate(_ANCHORED) if pattern.may_match(text)}
    assert found <= set(_SELECTOR.places(text))
    assert {number for number, pattern in enumerate(_ANCHORED) if pattern.search(text)} == found


@given(text=st.text(max_size=80) | _TEXTS)
def test_words_are_those_of_the_pattern_language(text: str) -> None:
    assert words_in(text) == frozenset(re.findall(r"\w+", lowered(text)))


def test_a_pattern_made_later_is_known_for_words_seen_before() -> None:
    pieces_in("a rare gallimaufry")
    assert anchored("gallimauf|salmagundi").search("a rare gallimaufry") is not None


@pytest.mark.parametrize("entry", _LEXICONS, ids=lambda entry: entry.id)
def test_every_entry_is_tried_on_its_example(entry: Entry) -> None:
    assert entry.pattern.may_match(entry.example)


def test_every_rule_is_tried_on_its_example() -> None:
    for rule in _RULES:
        assert rule.pattern.may_match(fold(rule.example)), rule.id


def test_most_patterns_are_spared_on_a_plain_text() -> None:
    text = "Two nurses walked along the river and talked about the weather of the coming week."
    patterns = [entry.pattern for entry in _LEXICONS] + [rule.pattern for rule in _RULES]
    assert len(Selector(patterns).places(text)) < len(patterns) / 8


def test_an_anchored_pattern_is_the_pattern() -> None:
    pattern = anchored(r"\b(?:marrow|cord)s?\b", re.IGNORECASE)
    found = pattern.search("From Marrow")
    assert found is not None
    assert found.group() == "Marrow"
    assert [match.start() for match in pattern.finditer("cord, cords")] == [0, 6]
    assert pattern.search("no such word") is None
    assert not pattern.may_match("no such word")


def test_long_words_are_no_trap() -> None:
    text = "x" * 200_000 + "marrow" + "y" * 1000
    assert anchored("marrow").search(text) is not None
    assert anchored("marrow").search("x" * 200_000) is None
