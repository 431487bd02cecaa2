"""What a controlled study calls the group that gets the product: "MSC group", or the short name set against placebo."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.publications.product import ProductMention, ProductVerdict
from mscminer.extract.publications.text import PublicationText, Sentence, Zone
from mscminer.extract.publications.tissues import KINDS

_GROUP: Final = re.compile(r"(?P<name>(?:[\w+/-]+ ){1,3})(?:group|arm|cohort|recipients)\b(?! of\b)")
_SHORT_WORDS: Final = frozenset(
    re.findall(
        r"\S+",
        "a an the of in to for with by from than and or nor between within into on at as vs versus compared each both "
        "two three four five either per that this these those our one first second latter former whole same other "
        "another every all any no neither only was were whereas while while but all-over respectively among per "
        "randomized randomised assigned allocated given received had formed showed per-protocol",
    )
)
"""Words before which the name of a group begins."""
_OTHERS: Final = re.compile(
    r"^non-|\bnon-?m?sc|\b(?:placebo|controls?|sham|saline|vehicle|standard|conventional|untreated|comparison|comparator|observation\w*|historical|usual|alone|total|age|dose|dosing|patient|study|trial|parallel|mixed|whole)\b"
)
_TREATED: Final = re.compile(
    r"\b(?:cells?|stem|treatment|treated|interventions?|interventional|therapy|experimental|test|transplant\w*|infusion|injection)\b|\bcell-"
)
_AGAINST: Final = re.compile(
    r"(?: groups?| arms?)?(?: \([^()]{1,60}(?:\([^()]{1,20}\)[^()]{0,30})?\))?,? (?:or|and|vs\.?|versus|as against|compared (?:with|to)|than)"
    r" (?:the |to |of |in |on |with |a |\d+%? )*(?:matching )?(?:placebo|controls?|sham|saline|vehicle|standard|conventional|hyaluron\w+|no (?:treatment|cells|mscs?))\b"
)
_SHORT_NAME: Final = re.compile(
    r"(?:[a-z0-9]+[-_+])*[a-z]*[a-z][ps]cs?(?:[-_]\w+)?|[a-z]+[-_]?\d{2,}|[a-z]+cel(?:-[a-z])?|m-ami"
)
_COUNTED: Final = re.compile(
    rf"\((?P<first>{_SHORT_NAME.pattern})[;,:]? n ?= ?\d|\(\d+ (?P<second>{_SHORT_NAME.pattern}),? (?:and )?\d+ (?:placebo|controls?)\b"
)
"""A short name with the number of those who got it: "(UC-MSCs, n = 65"."""
_LETTER: Final = re.compile(r"[^.;]{0,40}?(?:\(| in )(?P<group>group[ -]?(?:\d|[a-z])\b)")
_BODY: Final = (Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION)


def find_arm(text: PublicationText, product: ProductVerdict, donor: str | None = None) -> Evidence | None:
    """The words by which a controlled study names the product's group; of one donor, where two are compared."""
    if donor is not None:
        return next(_of_donor(text, donor), None)
    sentences = text.zones(*_BODY)
    for way in (_named_after_product, _named_treated, _set_against):
        found = next(way(text, product, sentences), None)
        if found is not None:
            return found
    return None


_BRACKETED: Final = re.compile(r"\((?P<name>(?:[\w+/-]+ ){0,3}group(?: \w)?)\b")


def are_groups_named(text: PublicationText) -> bool:
    """Whether two groups are named in brackets: "(MSC group) ... (conventional group)"."""
    names = {match["name"] for sentence in text.zones(*_BODY) for match in _BRACKETED.finditer(sentence.text)}
    return len(names) > 1


def _of_donor(text: PublicationText, donor: str) -> Iterator[Evidence]:
    short = re.compile(rf"(?<![\w-]){donor[:4]}-?[a-z]{{0,3}}-?m?[ps]cs?\b")
    long = re.compile(rf"\b{donor[:4]}\w+[^.;()]{{0,60}}(?:\(| in )(?P<group>group[ -]?\w)\b")
    for pattern, group in ((short, 0), (long, "group")):
        for sentence in text.zones(*_BODY):
            match = pattern.search(sentence.text)
            if match:
                yield text.evidence(sentence, match.start(group), match.end(group))


def _groups(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where the names of groups stand, without the small words before them."""
    for match in _GROUP.finditer(sentence.text):
        start = match.start("name")
        for word in match["name"].split()[::-1]:
            if word in _SHORT_WORDS or word.isdigit():
                start = match.end("name") - len(match["name"].rpartition(f"{word} ")[2])
                break
        if start < match.end("name"):
            yield start, match.end()


def _named_after_product(
    text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]
) -> Iterator[Evidence]:
    """ "In the UC-MSC group"."""
    for sentence in sentences:
        named = _named_in(sentence, product)
        for start, end in _groups(sentence):
            name = sentence.text[start:end]
            held = any(start <= one.start and one.end <= end for one in named)
            if (held or _SHORT_NAME.fullmatch(name.split()[0])) and not _OTHERS.search(name):
                yield text.evidence(sentence, start, end)


def _named_treated(
    text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]
) -> Iterator[Evidence]:
    """ "In the treatment group", or the group whose letter stands behind the product."""
    for sentence in sentences:
        for start, end in _groups(sentence):
            name = sentence.text[start:end]
            if _TREATED.search(name) and not _OTHERS.search(name):
                yield text.evidence(sentence, start, end)
        for one in product.mentions:
            letter = _LETTER.match(sentence.text, one.end) if one.sentence is sentence else None
            if letter and one.kind != "other_cells":
                yield text.evidence(sentence, letter.start("group"), letter.end("group"))


def _set_against(text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """The product's short name where it stands beside the control: "MPC or placebo"."""
    for sentence in sentences:
        counted = _COUNTED.search(sentence.text)
        if counted:
            yield text.evidence(sentence, *counted.span("first" if counted["first"] else "second"))
        for match in _AGAINST.finditer(sentence.text):
            start = sentence.text.rfind(" ", 0, match.start()) + 1
            start += sentence.text.startswith("(", start)
            whole = any((one.start, one.end) == (start, match.start()) for one in _named_in(sentence, product))
            if whole or _SHORT_NAME.fullmatch(sentence.text, start, match.start()):
                yield text.evidence(sentence, start, match.start())


def _named_in(sentence: Sentence, product: ProductVerdict) -> list[ProductMention]:
    return [one for one in product.mentions if one.sentence is sentence and one.kind in KINDS[product.msc]]
