"""A number that may be the enrolment, and the sum of several such with what tells of them."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from mscminer.extract.publications.headcounts import Headcount
from mscminer.extract.publications.text import Sentence

TAKEN: Final = frozenset({"enrolled", "random"})
"""Classes of words that say of people that they were taken into the study."""
WHOLE: Final = frozenset({"person", "one", "role", "sex", "case", "equals.noun"})
"""Kinds of numbers that count people and may be all of them."""
_PAIR: Final = 2
_JUST_BEFORE: Final = 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A number that may be the enrolment, with what speaks for and against it.

    Args:
        parts: the numbers that it is the sum or product of; its own value alone for a single headcount.
    """

    value: int
    parts: tuple[int, ...]
    sentence: Sentence
    start: int
    end: int
    features: frozenset[str]

    @property
    def kind(self) -> str:
        """Whether it is a number of the text or made of several."""
        return "single" if len(self.parts) == 1 else "sum"


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The numbers of people in a sentence.

    Args:
        place: the sentence's place in the text.
        people: the numbers without those of knees or wounds that the people beside them have.
        details: where the numbers stand that only split up another.
    """

    place: int
    counts: Sequence[Headcount] = ()
    people: Sequence[Headcount] = ()
    details: Set[int] = frozenset()


_TELLING: Final = frozenset(
    [
        "enrolled",
        "random",
        "treated",
        "observed",
        "ill",
        "arm",
        "control",
        "stage",
        "earlier",
        "registry",
        "screened",
        "subset",
        "healthy",
        "rough",
        "planned",
        "each",
        "next.of",
        "percent",
        "eligible",
        "other",
    ]
)
"""Classes of words that tell something of numbers that are added up."""


def add(
    counts: Sequence[Headcount],
    how: str,
    *,
    behind_total: bool = False,
    apart: bool = False,
    split: bool = False,
    partial: bool = False,
) -> Candidate:
    """The sum of some numbers, with what tells of them."""
    first, values = counts[0], tuple(count.value for count in counts)
    features = {
        how,
        f"{how}.{len(counts)}",
        f"{how}.zone.{first.sentence.zone.value}",
        *_kinds(counts, how),
        *_words(counts, how),
    }
    given = {f"{how}.behind.total": behind_total, f"{how}.apart": apart, f"{how}.split": split, "partial": partial}
    traits = given | _traits(counts, how)
    features |= {name for name, holds in traits.items() if holds}
    end = counts[-1].end if counts[-1].sentence is first.sentence else first.end
    return Candidate(
        value=sum(values),
        parts=values,
        sentence=first.sentence,
        start=first.start,
        end=end,
        features=frozenset(features),
    )


def _traits(counts: Sequence[Headcount], how: str) -> dict[str, bool]:
    """What holds or does not of numbers that are added up."""
    first, values = counts[0], tuple(count.value for count in counts)
    return {
        f"{how}.parallel": any(are_parallel(*pair) for pair in pairwise(counts)),
        "sum.narrowing": _is_narrowing(counts[0], counts[1]),
        "sum.into.bracket": any(_is_into_bracket(*pair) for pair in pairwise(counts)),
        f"{how}.alike": len(set(values)) == 1,
        "sum.of.double": len(values) == _PAIR and values[0] == _PAIR * values[1],
        "sum.into.list": first.sentence.text.startswith(":", first.end),
        "sum.of.samples": any(_is_sampled(count) for count in counts[1:]),
        f"{how}.first.is.total": values[0] == sum(values[1:]),
        "sum.of.fraction": any(_is_fraction(*pair) for pair in pairwise(counts)),
        "sum.of.person.and.sex": first.kind != "sex" and counts[1].kind == "sex",
        f"{how}.of.controls": any(_are_compared(*pair) for pair in pairwise(counts)),
    }


def _is_fraction(part: Headcount, whole: Headcount) -> bool:
    """Whether one number is told as so many of the other ("twenty-three of the 24")."""
    return part.sentence is whole.sentence and bool(OF_MANY.fullmatch(part.sentence.text, part.end, whole.start))


OF_MANY: Final = re.compile(
    r"(?: ?[(\[][^()\[\]]{1,20}[)\]])? (?:out )?of (?:the |these |those |our |all |a planned )?"
)


def _are_compared(first: Headcount, second: Headcount) -> bool:
    """Whether the second of two numbers is of those with whom the first are compared ("with those of 20 patients")."""
    text = second.sentence.text
    begin = first.end if first.sentence is second.sentence else 0
    return bool(_COMPARED.search(text, begin, second.start) or _AS_CONTROLS.match(text, second.end))


_COMPARED: Final = re.compile(
    r"\b(?:(?:with|to|against|versus|vs\.?|than) (?:that|those|data|results|outcomes?) (?:of|from|in)|compared (?:with|to)|together with|alongside|as (?:the )?controls?,?) (?:[a-z-]+ ){0,2}$"
)
_AS_CONTROLS: Final = re.compile(
    r" [^.;]{0,150}?\b(?:(?:served|acted|were used|were taken|was used) as|formed|constituted|made up|comprised) (?:the |a |an |their )?(?:[a-z-]+ )?(?:controls?|comparators?|comparison|reference)\b"
    r"| [^.;,]{0,60}?\bmatched (?:for|by|to|on|with)\b"
)


def are_parallel(first: Headcount, second: Headcount) -> bool:
    """Whether two numbers of a sentence go on in one way ("12 were assigned to cells and 11 to saline")."""
    if first.sentence is not second.sentence:
        return False
    text = first.sentence.text
    link = _LINK.match(text, second.end)
    between = text[first.end : second.start]
    return link is not None and not _CUT.search(between) and f" {link[1]} " in between


_CUT: Final = re.compile(r"[;:]")
_LINK: Final = re.compile(r" (to|into|in|with|who|received|receiving|underwent|undergoing|had|got|given|treated|on)\b")


def _is_narrowing(first: Headcount, second: Headcount) -> bool:
    """Whether a number may be of some of those enrolled before ("71 were randomised and 69 were dosed")."""
    return second.value <= first.value and not TAKEN.isdisjoint(first.after) and TAKEN.isdisjoint(second.after)


def _is_sampled(count: Headcount) -> bool:
    """Whether a number is of people of whom something was taken ("108 samples from 15 patients")."""
    return _SAMPLED.search(count.sentence.text[max(0, count.start - _JUST_BEFORE) : count.start]) is not None


_SAMPLED: Final = re.compile(
    r"\b(?:samples?|specimens?|biopsies|tissues?|blood|data|images|scans|cells) (?:were (?:taken|obtained|available) )?(?:from|of|in|for) (?:the |these )?$"
)


def _is_into_bracket(first: Headcount, second: Headcount) -> bool:
    """Whether a bracket opens between two numbers and holds the second ("49 adults (35 with fistula, 14 with gout)")."""
    between = first.sentence.text[first.end : second.start] if first.sentence is second.sentence else ""
    return any(between.count(begin) > between.count(end) for begin, end in ("()", "[]")) and not between.endswith(_N)


_N: Final = "n = "


def _kinds(counts: Sequence[Headcount], how: str) -> Iterator[str]:
    kinds = [count.kind for count in counts]
    yield f"{how}.kinds.{'same' if len(set(kinds)) == 1 else 'mixed'}"
    yield f"{how}.first.{kinds[0]}"
    yield from (f"{how}.then.{kind}" for kind in kinds[1:])


def _words(counts: Sequence[Headcount], how: str) -> Iterator[str]:
    """The classes of words around the numbers: of all, of some, before the first, and where they are joined."""
    after = [frozenset(name.removeprefix("within.") for name in count.after) for count in counts]
    yield from (f"sum.all.{name}" for name in frozenset.intersection(*after) & _TELLING)
    yield from (f"sum.some.{name}" for name in frozenset.union(*after) & _TELLING)
    yield from (f"sum.before.{name}" for name in counts[0].before)
    both = frozenset.intersection(*(count.before for count in counts))
    yield from (f"sum.all.before.{name}" for name in both & _TELLING)
    yield from (f"{how}.joint.{name}" for count in counts[1:] for name in count.before if name.startswith("just."))
    noun = {"control"} if how == "across" and counts[-1].kind == "control" else set()
    yield from (f"{how}.last.{name}" for name in (after[-1] | counts[-1].before | noun) & _TELLING)
