"""Where names stand that a text may call its groups by: of groups, of the product, and what is done with it."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.arms import OTHERS, group_names
from mscminer.extract.publications.numbered_arms import named_in
from mscminer.extract.publications.product import ProductVerdict
from mscminer.extract.publications.text import PublicationText, Sentence, fold
from mscminer.extract.publications.tissues import KINDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A place where a name stands."""

    sentence: Sentence
    start: int
    end: int

    @property
    def words(self) -> str:
        """The folded name."""
        return self.sentence.text[self.start : self.end]


def plain_name(name: str) -> str:
    """A name without case, marks and plural."""
    return " ".join(_singular(word) for word in _WORD.findall(fold(name)))


def _singular(word: str) -> str:
    plural = len(word) > _SHORT and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if plural else word


_WORD: Final = re.compile(r"[^\W_]+")
_SHORT: Final = 3


def is_group(words: str) -> bool:
    """Whether a name ends with a word for a group."""
    return words.rpartition(" ")[2] in ("group", "arm", "cohort")


def name_spots(text: PublicationText, product: ProductVerdict, sentences: Sequence[Sentence]) -> Iterator[Spot]:
    """The places of all names: of groups, with and without that word, and of the product, with what is done with it."""
    short = _short_names(text, product, sentences)
    known = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, sorted(short)))})s?(?!\w)") if short else None
    for sentence in sentences:
        places = [*_of_groups(sentence), *_of_product(product, sentence, known)]
        for start, end in dict.fromkeys(places):
            spot = Spot(sentence=sentence, start=start, end=end)
            if end > start and spot.words not in _NO_NAMES:
                yield spot


_NO_NAMES: Final = frozenset({"cells", "cell"})


def group_spots(sentence: Sentence) -> Iterator[Spot]:
    """The names of groups that are none of controls, with that word."""
    for start, end in group_names(sentence):
        spot = Spot(sentence=sentence, start=start, end=end)
        if not OTHERS.search(spot.words) and not _NO_GROUP.search(spot.words):
            yield spot


_NO_GROUP: Final = re.compile(
    r"^\d|\b(?:intra[\w-]+|subchondral|subcutaneous|left|right|upper|lower|real-life|comparator|reference|autograft|natural|control\w*|single|large|small|retrospective|prospective|observational|registry|assessment|history|working|research|ethnic|blood|monitoring|expansion|study) (?:group|arm|cohort)"
)
"""Groups of people that no study made, of experts and of blood, those told by route or amount; arms that are limbs."""


def _short_names(text: PublicationText, product: ProductVerdict, sentences: Sequence[Sentence]) -> set[str]:
    """What the product, or a treatment told in brackets, is called in short: "MSC", "(SCT; n = 21)"."""
    names = {one.words.removesuffix("s") for one in product.mentions if one.kind in KINDS[product.msc]}
    short = {name for name in names if " " not in name and len(name) > 1}
    for sentence in sentences:
        for match in _BRACKETED.finditer(sentence.text):
            quote = text.evidence(sentence, *match.span("short")).quote
            if sum(char.isupper() for char in quote) > 1 and not OTHERS.search(match["short"]):
                short.add(match["short"])
    return short - {one.words.removesuffix("s") for one in product.mentions if one.kind == "other_cells"}


_BRACKETED: Final = re.compile(r"[(\[](?P<short>[a-z][\w+-]{1,11}?)s?(?=[;,:)\]])")


def _of_groups(sentence: Sentence) -> Iterator[tuple[int, int]]:
    for spot in group_spots(sentence):
        yield spot.start, spot.end
        yield spot.start, spot.start + spot.words.rfind(" ")


def _of_product(
    product: ProductVerdict, sentence: Sentence, known: re.Pattern[str] | None
) -> Iterator[tuple[int, int]]:
    """The product's names, and those that are made of them: "ASC-enriched grafts", "glue with ASCs"."""
    spans = [(one.start, one.end) for one in named_in(sentence, product)]
    spans += [match.span() for match in _BRAND.finditer(sentence.text)]
    spans += [match.span() for match in known.finditer(sentence.text)] if known else []
    for start, end in spans:
        yield start, end
        for made in (_DONE.match(sentence.text, end), _JOINED.match(sentence.text, end)):
            if made:
                yield start, made.end()
        added = _ADDED.search(sentence.text[max(0, start - _REACH) : start])
        if added:
            yield start - len(added["name"]), end


_REACH: Final = 40
_BRAND: Final = anchored(r"\b[a-z]{3,}cel(?:-[a-z])?\b|\b[a-z-]{4,}(?=\u00ae)")
_MATERIAL: Final = r"(?:glue|gel|hydrogel|graft|matrix|scaffold|sponge|fat|collagen|bone|treatment|therapy|care)"
_ADDED: Final = re.compile(
    rf"(?:^|(?<=[ (]))(?P<name>(?!(?:with|after|and|or|the|of|to|by|in|than)\b)(?:[a-z][\w-]*(?: {_MATERIAL})? ?(?:\+|/|plus) ?|(?:[a-z][\w-]* )?{_MATERIAL} (?:with|and) ))$"
)
_JOINED: Final = re.compile(r"(?: ?\+ ?| plus |/)[a-z][\w-]+(?: (?:glue|gel|graft))?")
_DONE: Final = re.compile(
    r"[- ](?:treated|injected)(?: (?:patients|participants|subjects|individuals|group|arm|sites?|sides?|children))?|-enriched (?:fat )?grafts?|-cm(?: sides?)?| (?:treatment|therapy|infusions?|injections?|implantation|transplantation|recipients|sheets?|patch|gel|cells|grafts?|patients|knees|sides?|sites|teeth|eyes|limbs|only)\b"
)
