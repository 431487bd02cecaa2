"""Which measures a publication calls primary, and which clauses speak of them.

The words are data: ``rules/endpoints.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from mscminer.extract.publications.rules import load_patterns
from mscminer.extract.publications.text import Sentence

_WORD: Final = re.compile(r"[a-z][a-z0-9-]+")
_SHORT: Final = re.compile(r"\(([a-z][a-z0-9-]{1,9})\)")
_STEM: Final = 6
"""Words are the same measure if they begin alike ("response", "responders")."""
_SHARE: Final = 0.7
"""How much of a measure's name has to be said again."""
_REACH: Final = 160


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A primary measure: the stems of its name and its abbreviation, if one stands behind it."""

    stems: frozenset[str]
    short: str | None

    @property
    def name(self) -> str:
        """What tells it from other measures."""
        return self.short or " ".join(sorted(self.stems))

    def is_named_in(self, words: frozenset[str]) -> bool:
        """Whether words of a clause name it."""
        if self.short in words:
            return True
        said = sum(stem in {word[:_STEM] for word in words} for stem in self.stems)
        return bool(self.stems) and said >= _SHARE * len(self.stems)


def find_primary(sentences: Iterable[Sentence]) -> tuple[Measure, ...]:
    """The measures of benefit that the text calls primary; those of safety are left out."""
    names = (name for sentence in sentences for name in _names(sentence.text))
    return tuple(one for name in names for one in _measures(name) if one.stems or one.short)


def named_in(measures: Iterable[Measure], clause: str) -> str | None:
    """The name of the first of these measures that a clause speaks of."""
    words = frozenset(_WORD.findall(clause))
    return next((one.name for one in measures if one.is_named_in(words)), None)


def _names(text: str) -> Iterator[str]:
    """What stands behind "the primary endpoint was", or before "was the primary endpoint"."""
    patterns = load_patterns("endpoints")
    for match in patterns["named_behind"].finditer(text):
        yield text[match.end() : match.end() + _REACH]
    for match in patterns["named_before"].finditer(text):
        yield re.split(r"[.;:]", text[max(0, match.start() - _REACH) : match.start()])[-1]
    for match in patterns["named_inside"].finditer(text):
        before = re.split(r"[.;:,]|\band\b", text[max(0, match.start() - _REACH) : match.start()])[-1]
        yield before + match[0].replace(";", ")")


def _measures(name: str) -> Iterator[Measure]:
    """The measures of a name ("pain and cartilage volume"), each cut where its name ends."""
    patterns = load_patterns("endpoints")
    whole = patterns["ends"].split(name, maxsplit=1)[0]
    for part in re.split(r", (?:and )?| and (?!\w+ (?:rate|score)\b)", whole):
        if patterns["of_safety"].search(part):
            continue
        short = _SHORT.search(part)
        words = _WORD.findall(_SHORT.sub(" ", part))
        stems = frozenset(
            word[:_STEM] for word in words if len(word) > 2 and not patterns["says_nothing"].fullmatch(word)
        )
        yield Measure(stems=stems, short=short[1] if short else None)
