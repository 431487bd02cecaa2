"""Groups called by a number or letter, "group A", and what the text says that each of them got."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.anchors import anchored
from mscminer.extract.publications.product import ProductMention, ProductVerdict
from mscminer.extract.publications.text import PublicationText, Sentence
from mscminer.extract.publications.tissues import KINDS

_HEAD: Final = anchored(
    r"(?<![\w-])(?P<name>(?:(?:trial|study|treatment|experimental|intervention|dose) )?(?:group|arm|cohort|treatment)[ -]?(?P<number>\d|[a-z]|iv|i{1,3}))(?![\w'-]|\.\d| ?%)"
)
_NUMBER: Final = re.compile(r"[ -]?(?:\d|[a-z]|iv|i{1,3})$")
_CELLS: Final = re.compile(
    r"\b(?<!mononuclear )(?<!blood )(?<!other )(?<!precursor )(?<!endothelial )(?<!plasma )cells\b|\bmillion/kg|\d ?(?:x|\*) ?10"
)
"""Signs of the product where its name is left out: "group 2, 2 x 10^6/kg"."""
_CONTROL: Final = re.compile(
    r"\b(?:placebo|controls?|sham|saline|vehicle|standard|conventional|usual|untreated|alone|only|no (?:\w+ ){0,2}(?:cells|mscs?|treatment|infusions?|injections?)|without|not (?:given|receiv\w+|treated|injected)|hyaluron\w+|prp|plasma|mononuclear|microfracture)\b"
)
_WITHOUT: Final = re.compile(
    r"\b(?:without|no|not|nor|instead of|rather than|never|than|versus|vs\.?) (?:[\w-]+ ){0,3}$"
)
_DID: Final = re.compile(
    r"(?: \((?:[^()]|\([^()]{0,20}\)){1,80}\))?,? (?:who )?(?:(?:patients|participants|subjects|people|women|men|children|adults) )?(?:had|has|got|received?|receiving|underwent|(?:was|were|being|to be) (?!compared|similar|matched)|given|treated|injected|infused)\b"
)
"""Words by which a group in brackets is told of behind its name: "fifty patients (group A) had cells"."""
_LED: Final = re.compile(r"\b(?:to|in|into|for)(?: the)?(?: (?:patients|those|subjects|participants) (?:of|in))? ?$")
_TURN: Final = re.compile(r"[;:]|, (?=and\b|while\b|whereas\b|whilst\b)|\.(?= )")
_TOLD: Final = 130
"""No more characters before or behind the number of a group tell what it gets."""


class _Gets(Enum):
    PRODUCT = "product"
    OTHER = "other"
    UNTOLD = "untold"


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The name of a group in a sentence.

    Args:
        open: where the bracket begins that it stands in, or None.
    """

    sentence: Sentence
    start: int
    end: int
    open: int | None

    @property
    def name(self) -> str:
        """The folded name."""
        return self.sentence.text[self.start : self.end].replace("-", " ")


def find_numbered(text: PublicationText, product: ProductVerdict, sentences: Sequence[Sentence]) -> Iterator[Evidence]:
    """Groups called by a number or letter, whose description names the product: "one dose of cells (group 2)"."""
    for head, gets in _decided(text, product, sentences):
        if gets is _Gets.PRODUCT:
            yield text.evidence(head.sentence, head.start, head.end)


def are_numbered(text: PublicationText, product: ProductVerdict, sentences: Sequence[Sentence]) -> bool:
    """Whether it is told of two groups, called by numbers or letters, what they get."""
    return len(list(_decided(text, product, sentences))) > 1


def _decided(
    text: PublicationText, product: ProductVerdict, sentences: Sequence[Sentence]
) -> Iterator[tuple[Head, _Gets]]:
    """The groups of which it is told what they get, where there are two or more, each where it is first told."""
    heads = [list(_heads_in(text, one)) for one in sentences]
    if not _are_told_apart([head for some in heads for head in some]):
        return
    decided: set[str] = set()
    for some in heads:
        for place, head in enumerate(some):
            gets = _Gets.UNTOLD if head.name in decided else _what_it_gets(some, place, product)
            if gets is not _Gets.UNTOLD:
                decided.add(head.name)
                yield head, gets


def _are_told_apart(heads: Sequence[Head]) -> bool:
    names = {head.name for head in heads}
    return len(names) > len({_NUMBER.sub("", name) for name in names})


def _heads_in(text: PublicationText, sentence: Sentence) -> Iterator[Head]:
    for match in _HEAD.finditer(sentence.text):
        start, end = match.span("name")
        opened = sentence.text.rfind("(", max(0, start - _IN_BRACKET), start)
        inside = opened >= 0 and ")" not in sentence.text[opened:start]
        if _is_label(text, sentence, match, inside=inside):
            yield Head(sentence=sentence, start=start, end=end, open=opened if inside else None)


_IN_BRACKET: Final = 30


def _is_label(text: PublicationText, sentence: Sentence, match: re.Match[str], *, inside: bool) -> bool:
    """Whether a letter is one of a group, not "in the group a decrease"; "treatment" needs a capital or a digit."""
    written = text.evidence(sentence, *match.span("number")).quote
    return written.isdigit() or written.isupper() or (inside and not match["name"].startswith("treatment"))


def _what_it_gets(heads: Sequence[Head], place: int, product: ProductVerdict) -> _Gets:
    """What the sentence says of one of its groups, before the name or behind it."""
    head = heads[place]
    before, behind = _before(heads, place), _behind(heads, place)
    if head.open is not None:
        gets = _judge(head.sentence, *before, product)
        told = gets is _Gets.UNTOLD and _DID.match(head.sentence.text, _closed(head))
        return _judge(head.sentence, *behind, product) if told else gets
    if _are_led(heads, product):
        return _judge(head.sentence, *before, product)
    return _judge(head.sentence, *behind, product)


def _closed(head: Head) -> int:
    """Behind the bracket that the name of a group stands in."""
    place = head.sentence.text.find(")", head.end, head.end + _IN_BRACKET)
    return place + 1 if place >= 0 else head.end


def _before(heads: Sequence[Head], place: int) -> tuple[int, int]:
    """Where a group is described before its name: back to the group before, or to the clause's begin behind a verb."""
    head = heads[place]
    end = head.start if head.open is None else head.open
    start = max(0, end - _TOLD)
    if place:
        last = heads[place - 1]
        start = max(start, _closed(last))
        if _DID.match(head.sentence.text, _closed(last)):
            turns = [turn.end() for turn in _SEAM.finditer(head.sentence.text, start, end)]
            start = turns[-1] if turns else start
    against = [turn.end() for turn in _AGAINST.finditer(head.sentence.text, start, end)]
    return min(against[-1] if against else start, end), end


_AGAINST: Final = re.compile(r"\b(?:compared (?:with|to)|versus|vs\.?|than|as against)(?= )")
_SEAM: Final = re.compile(r"[;,:]|\b(?:and|or|while|whereas)\b")


def _behind(heads: Sequence[Head], place: int) -> tuple[int, int]:
    """Where a group is described behind its name: up to the next group, or to a turn of the sentence."""
    head = heads[place]
    later = heads[place + 1 :]
    end = later[0].start if later else len(head.sentence.text)
    end = min(end, head.end + _TOLD)
    turn = _TURN.search(head.sentence.text, min(head.end + 2, end), end)
    return head.end, turn.start() if turn else end


def _are_led(heads: Sequence[Head], product: ProductVerdict) -> bool:
    """Whether the sentence tells what is given before it tells to whom: "cells to group A and saline to group B"."""
    first = heads[0]
    told = _judge(first.sentence, max(0, first.start - _TOLD), first.start, product) is not _Gets.UNTOLD
    return (
        told
        and bool(_LED.search(first.sentence.text, max(0, first.start - _IN_BRACKET), first.start))
        and not (_DID.match(first.sentence.text, first.end))
    )


def _judge(sentence: Sentence, start: int, end: int, product: ProductVerdict) -> _Gets:
    """What a description speaks of: the product, or only what others get."""
    if any(
        start <= one.start and one.end <= end and _is_given(one.sentence.text, start, one.start)
        for one in named_in(sentence, product)
    ):
        return _Gets.PRODUCT
    others = any(
        start <= one.start < end for one in product.mentions if one.sentence is sentence and one.kind == "other_cells"
    )
    if others or _CONTROL.search(sentence.text, start, end):
        return _Gets.OTHER
    return _Gets.PRODUCT if _CELLS.search(sentence.text, start, end) else _Gets.UNTOLD


def _is_given(words: str, start: int, place: int) -> bool:
    return not _WITHOUT.search(words, max(start, place - _IN_BRACKET), place)


def named_in(sentence: Sentence, product: ProductVerdict) -> list[ProductMention]:
    """The product's names in a sentence."""
    return [one for one in product.mentions if one.sentence is sentence and one.kind in KINDS[product.msc]]
