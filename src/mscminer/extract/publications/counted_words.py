"""A sentence as the numbers in it are read: its words, numbers and signs, with the classes that words belong to.

The classes and lists stand in ``rules/headcounts.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

from mscminer.extract.publications.numerals import NUMBER, VALUES

_FILE: Final = "headcounts.toml"
_AGE: Final = re.compile(r"\d[\d.]*-?(?: ?(?:to|-|or|and)[ -]?\d[\d.]*)?[ -](?:years?|months?|weeks?|days?)[ -]olds?\b")
_TOKEN: Final = re.compile(r"[a-z][a-z'-]*|\d+\w*|[^\s\w]")
_NUMBER_HERE: Final = re.compile(
    rf"(?<![\w.,-])(?:[1-9]\d{{0,2}} \d{{3}}(?= [a-z])|{NUMBER}|both)(?![\w]|[.,]\d|-[a-z])"
)
_NUMBER_WORDS: Final = frozenset((*VALUES, "both"))
REACH: Final = 14
BRACKETS: Final = frozenset("()[]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The classes of words, each name with its words; a class may have endings left open."""

    whole: Mapping[str, str]
    open: tuple[tuple[str, str], ...]

    def class_of(self, word: str) -> str:
        """The class that a folded word belongs to, or ""."""
        found = self.whole.get(word)
        return found if found is not None else next((name for start, name in self.open if word.startswith(start)), "")


@cache
def word_classes(table: str) -> Words:
    """The classes of one table of the file: "nouns" or "cues"."""
    entries = read_classes()[table]
    pairs = [(word, name) for name, entry in entries.items() for word in entry["words"].split()]
    return Words(
        whole={word: name for word, name in reversed(pairs) if not word.endswith("*")},
        open=tuple((word[:-1], name) for word, name in pairs if word.endswith("*")),
    )


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of a list of the file."""
    return frozenset(read_classes()["lists"][name]["words"].split())


@cache
def read_classes() -> dict[str, dict[str, dict[str, str]]]:
    """The file as it is written."""
    source = resources.files("mscminer.extract.publications") / "rules" / _FILE
    return tomllib.loads(source.read_text(encoding="utf-8"))


class Token(NamedTuple):
    """A word, a number or a sign of a sentence, with the classes that it belongs to."""

    text: str
    start: int
    end: int
    number: bool
    noun: str
    cue: str


def tokens_of(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() < end:
            continue
        word, start, end = match.group(), match.start(), match.end()
        number = _number_at(text, word, start)
        if number:
            end = number.end()
            tokens.append(Token(text[start:end], start, end, number.re is _NUMBER_HERE, "", ""))
        else:
            tokens.append(Token(word, start, end, False, *_classes(word)))
    return tokens


@lru_cache(maxsize=50_000)
def _classes(word: str) -> tuple[str, str]:
    """The noun class and the cue class of a word."""
    return word_classes("nouns").class_of(word), word_classes("cues").class_of(word)


def _number_at(text: str, word: str, start: int) -> re.Match[str] | None:
    """The age or the number that begins with a word, if one does."""
    if word[0] in "0123456789":
        return _AGE.match(text, start) or _NUMBER_HERE.match(text, start)
    return _NUMBER_HERE.match(text, start) if word.partition("-")[0] in _NUMBER_WORDS else None


def text_at(tokens: Sequence[Token], index: int) -> str:
    """The token at a place, "" outside the sentence."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def noun_at(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].noun if index < len(tokens) else ""


def is_label(rest: Sequence[Token]) -> bool:
    """Whether one or two words in brackets stand behind a number: what a group is called ("20 (arm C)")."""
    words = [token.text for token in rest[1:4]]
    closed = next((place for place, word in enumerate(words) if word in ")]"), None)
    return rest[0].text in "([" and closed in (1, 2) and all(word.isalpha() for word in words[:closed])


def is_share_at(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and is_share(tokens[index : index + REACH])


def is_share(rest: Sequence[Token]) -> bool:
    """Whether a share in brackets stands behind a phrase ("ten patients (20%)")."""
    if rest[0].text not in BRACKETS:
        return False
    for token in rest[1:]:
        if token.text == "%":
            return True
        if token.text[0].isalpha() and not token.number:
            return False
    return False
