"""What the sizes of groups come to: so many groups of one size, sizes in one list, kinds in one bracket."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.enrolment_adding import Candidate, Told
from mscminer.extract.publications.enrolment_details import is_size
from mscminer.extract.publications.headcounts import Headcount
from mscminer.extract.publications.numerals import NUMBER, number_value
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_GROUP: Final = "(?:groups?|arm(?:s|ed)?|cohorts|doses|dosages|dose levels)"
_GROUPS: Final = anchored(rf"\b(?P<number>{NUMBER})[ -](?:(?!each|in|per|of|to\b)[a-z-]+ ){{0,3}}?{_GROUP}\b")
_RATIO: Final = re.compile(r"(?<![\d:])[1-4](?:: ?[1-4]){1,5}(?![\d:])")
LISTED: Final = anchored(
    rf"\b(?:groups|cohorts|arms) of (?P<list>(?:{NUMBER},? ){{1,4}}and {NUMBER})\b(?! ?(?:weeks|months|years|million|mg))"
)


def groups_told(text: PublicationText) -> int:
    """How many groups a text has: by a number of them, or by the ratio in which people were put there; 0 if neither."""
    for sentence in text.sentences:
        if sentence.zone in (Zone.METHODS, Zone.RESULTS):
            ratio = _RATIO.search(sentence.text)
            if ratio:
                return ratio[0].count(":") + 1
            number = _number_of(_GROUPS.search(sentence.text))
            if 0 < number <= _MOST_GROUPS:
                return number
    return 0


_MOST_GROUPS: Final = 12
"""A larger number before "group" counts something else ("the 200-million group")."""


def _number_of(groups: re.Match[str] | None) -> int:
    return (number_value(groups["number"]) or 0) if groups else 0


def products_of(sentence: Sentence, told: Told, groups_elsewhere: Callable[[], int]) -> Iterator[Candidate]:
    """The size of each group times the number of groups, or of the doses that stand for them."""
    sizes = [count for count in told.counts if is_size(count)]
    if not sizes:
        return
    groups = _GROUPS.search(sentence.text)
    times, elsewhere = _number_of(groups), groups_elsewhere()
    doses = sum(len(_SIZE.findall(match[0])) for match in _DOSES.finditer(sentence.text))
    for count in sizes:
        if groups and 1 < times <= _MOST_GROUPS and groups.start() != count.start:
            yield _product(count, times, "product", (groups.start(), groups.end()))
        elif not groups and doses <= _PAIR:
            yield _product(count, _PAIR, "product.assumed", ())
        if not groups and elsewhere > _PAIR:
            yield _product(count, elsewhere, "product.elsewhere", ())
    if not groups and doses > 1:
        yield from (_product(count, doses, "product.doses", ()) for count in sizes)


def sum_of_list(sentence: Sentence, match: re.Match[str]) -> Candidate:
    """Sizes of groups in one list ("cohorts of 3, 3 and 6")."""
    sizes = tuple(number_value(one.group()) or 0 for one in re.finditer(NUMBER, match["list"]))
    return Candidate(
        value=sum(sizes),
        parts=sizes,
        sentence=sentence,
        start=match.start(),
        end=match.end(),
        features=frozenset({"listed"}),
    )


def sum_of_kinds(sentence: Sentence, match: re.Match[str]) -> Iterator[Candidate]:
    """How many of each kind a bracket tells behind people not counted ("patients (12 with colitis, 9 with gout)")."""
    parts = [number_value(one["number"]) or 0 for one in _KIND.finditer(match["list"])]
    if len(parts) > 1:
        yield Candidate(
            value=sum(parts),
            parts=tuple(parts),
            sentence=sentence,
            start=match.start("list"),
            end=match.end("list"),
            features=frozenset({"kinds", f"kinds.{sentence.zone.value}"}),
        )


KINDS: Final = anchored(
    r"\b(?:patients|participants|subjects|adults|children|people|persons|individuals|women|men|volunteers|recipients)\b"
    rf"[^().;:\d]{{0,80}} \((?P<list>{NUMBER} [a-z][^()%;=\d]{{2,80}}?(?:,| and) {NUMBER} [a-z][^()%;=]{{2,100}})\)"
)
_KIND: Final = re.compile(
    rf"(?:^|, (?:and )?| and )(?P<number>{NUMBER}) (?!(?:years?|months?|weeks?|days?|hours?|times|mg|ml|doses|million|sessions|centers|centres)\b)(?=[a-z])"
)

_AMOUNT: Final = r"(?<![\w.])\d+(?:\.\d+)?"
_DOSES: Final = re.compile(rf"{_AMOUNT}(?:(?:,? (?:or|and|to) |, ?){_AMOUNT}){{0,5}} ?(?=million\b|x ?10)")
""" "1, 2 or 4 million": three doses with one unit."""
_SIZE: Final = re.compile(_AMOUNT)
_PAIR: Final = 2
"""So many groups there are where the text gives the size of each and no number of them."""


def _product(count: Headcount, times: int, how: str, places: Sequence[int]) -> Candidate:
    zone = count.sentence.zone.value
    return Candidate(
        value=times * count.value,
        parts=(count.value, times),
        sentence=count.sentence,
        start=min(count.start, *places, count.start),
        end=max(count.end, *places, count.end),
        features=frozenset({how, f"{how}.{count.kind}", f"{how}.zone.{zone}"}),
    )
