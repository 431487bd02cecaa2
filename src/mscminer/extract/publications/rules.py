"""Rules as data: patterns over folded sentences, each with an example and a counter-example that tests run.

A file may begin with a table ``[parts]``: named alternatives (a list, or one pattern) that patterns and later parts use
as ``{name}``, so that a rule reads ``{fell} {near}{burden}`` and a word is added in one place.  ``uses`` names a file
whose parts are taken over.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from mscminer.core.errors import ModelError
from mscminer.extract.anchors import Anchored, Selector, anchored
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_FOLDER: Final = resources.files("mscminer.extract.publications") / "rules"
_PART: Final = re.compile(r"\{([a-z][a-z_]*)\}")
_BODY: Final = frozenset(zone for zone in Zone if zone is not Zone.TITLE)
_WHERE: Final = {
    "title": frozenset({Zone.TITLE}),
    "body": _BODY,
    "background": frozenset({Zone.BACKGROUND, Zone.AIM}),
    "any": frozenset(Zone),
    "own": frozenset(Zone) - {Zone.BACKGROUND},
    "work": frozenset({Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION}),
    "methods": frozenset({Zone.AIM, Zone.METHODS}),
    "results": frozenset({Zone.RESULTS}),
    "conclusion": frozenset({Zone.CONCLUSION}),
    "outcome": frozenset({Zone.RESULTS, Zone.CONCLUSION}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A pattern that speaks for a value, in some zones, with a weight.

    Args:
        pattern: over folded text (lower case, plain dashes and quotes).
        example: a sentence that it finds.
        counter: a sentence that looks alike and that it must not find.
    """

    id: str
    value: str
    zones: frozenset[Zone]
    weight: float
    pattern: Anchored
    example: str
    counter: str


class Hit(NamedTuple):
    """A rule's match in a sentence; offsets are the sentence's."""

    rule: Rule
    sentence: Sentence
    start: int
    end: int


@cache
def load_rules(name: str) -> tuple[Rule, ...]:
    """Read ``rules/<name>.toml``.

    Raises:
        ModelError: if the file is missing or a rule is malformed.
    """
    source = _FOLDER / f"{name}.toml"
    try:
        data = _read(name)
        shared = build_parts(_read(data["uses"])["parts"]) if "uses" in data else {}
        parts = build_parts(data.get("parts", {}), shared)
        return tuple(_rule(item, parts) for item in data["rule"])
    except (OSError, KeyError, tomllib.TOMLDecodeError, re.error) as error:
        raise ModelError(
            f"cannot read the rules: {error}", where=str(source), remedy="Reinstall the package."
        ) from error


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_patterns(name: str) -> Mapping[str, re.Pattern[str]]:
    """The patterns of a rule file by value; several rules of one value are alternatives of one pattern.

    Raises:
        ModelError: if the file is missing or a rule is malformed.
    """
    patterns: dict[str, list[str]] = {}
    for rule in load_rules(name):
        patterns.setdefault(rule.value, []).append(rule.pattern.pattern)
    return {value: re.compile("|".join(some)) for value, some in patterns.items()}


def build_parts(given: Mapping[str, str | list[str]], shared: Mapping[str, str] | None = None) -> dict[str, str]:
    """The pattern that each name stands for; a part may use those before it and those `shared`.

    >>> build_parts({"fell": ["fell", "dropped"], "less": "{fell}|less"})["less"]
    '(?:(?:fell|dropped)|less)'

    Raises:
        KeyError: if a part uses a name that none before it has.
    """
    parts = dict(shared or {})
    for name, value in given.items():
        alternatives = value if isinstance(value, str) else "|".join(value)
        parts[name] = f"(?:{fill_in(alternatives, parts)})"
    return parts


def fill_in(pattern: str, parts: Mapping[str, str]) -> str:
    """A pattern with ``{name}`` replaced by the part of that name (``{0,5}`` stays a repeat).

    Raises:
        KeyError: if there is no such part.
    """
    return _PART.sub(lambda match: parts[match[1]], pattern)


def _rule(item: dict[str, object], parts: Mapping[str, str]) -> Rule:
    weight = item.get("weight", 1.0)
    return Rule(
        id=str(item["id"]),
        value=str(item["value"]),
        zones=_WHERE[str(item.get("where", "any"))],
        weight=float(weight) if isinstance(weight, int | float) else 1.0,
        pattern=anchored(fill_in(str(item["pattern"]), parts)),
        example=str(item["example"]),
        counter=str(item["counter"]),
    )


def find_hits(rules: Iterable[Rule], sentences: Iterable[Sentence]) -> Iterator[Hit]:
    """The first match of each rule in each sentence of its zones."""
    listed = tuple(sentences)
    for rule in rules:
        for sentence in listed:
            if sentence.zone in rule.zones:
                hit = _hit(rule, sentence, rule.pattern.search(sentence.text))
                if hit:
                    yield hit


def _hit(rule: Rule, sentence: Sentence, match: re.Match[str] | None) -> Hit | None:
    if match is None or match.end() == match.start():
        return None
    return Hit(rule=rule, sentence=sentence, start=match.start(), end=match.end())


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """Rules that are asked of the same sentences, with what tells at once which of them may match."""

    rules: tuple[Rule, ...]
    selector: Selector

    def may_match(self, text: str) -> list[tuple[int, Rule]]:
        """The rules that a folded text may match, numbered, in order."""
        return [(number, self.rules[number]) for number in self.selector.places(text)]


@cache
def rule_set(name: str, *values: str) -> RuleSet:
    """The rules of a file that speak for these values (none given: all)."""
    rules = tuple(rule for rule in load_rules(name) if not values or rule.value in values)
    return RuleSet(rules=rules, selector=Selector(rule.pattern for rule in rules))


def hits_by_value(name: str, text: PublicationText) -> dict[str, list[Hit]]:
    """All hits of a rule file in a publication, by the value they speak for; rule by rule, then by place."""
    hits: list[tuple[int, Hit]] = []
    rules = rule_set(name)
    for sentence in text.sentences:
        for number, rule in rules.may_match(sentence.text):
            if sentence.zone in rule.zones:
                hit = _hit(rule, sentence, rule.pattern.first_in(sentence.text))
                if hit:
                    hits.append((number, hit))
    found: dict[str, list[Hit]] = {}
    for _, hit in sorted(hits, key=lambda pair: pair[0]):
        found.setdefault(hit.rule.value, []).append(hit)
    return found


def total_weight(hits: Iterable[Hit]) -> float:
    """The weights of the rules among `hits`, each rule counted once."""
    return sum({hit.rule.id: hit.rule.weight for hit in hits}.values())
