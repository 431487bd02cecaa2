"""Numbers of people in a sentence: each with the noun that it counts and the words that stand round it.

A sentence is cut into words once (``counted_words.py``); a number is then followed word by word to the noun that it
counts (``counted_nouns.py``), or it stands alone ("12 received placebo"), in brackets, or behind "n =".  The words
around it are told by the classes of ``rules/headcounts.toml``.  Nothing is weighed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.counted_nouns import FAR, OF, ONE, noun_after
from mscminer.extract.publications.counted_words import (
    BRACKETS,
    REACH,
    Token,
    is_label,
    is_share,
    is_share_at,
    noun_at,
    text_at,
    tokens_of,
    word_list,
)
from mscminer.extract.publications.numerals import VALUES, number_value
from mscminer.extract.publications.text import Sentence

_BEFORE: Final = 8
_LARGEST: Final = 200_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Headcount:
    """A number that may count people; offsets are the sentence's.

    Args:
        kind: class of the noun it counts ("person", "part" ...), "alone", "brackets", "equals" or "equals.noun".
        before: classes of the words before it, as far as the next number or clause.
        after: classes of the words behind it, as far.
    """

    value: int
    kind: str
    sentence: Sentence
    start: int
    end: int
    before: frozenset[str]
    after: frozenset[str]


_MAY_COUNT: Final = anchored(rf"\d|\b(?:{'|'.join(word for word in VALUES if word != 'a')}|both)")


def find_headcounts(sentence: Sentence) -> Iterator[Headcount]:
    """Every number in a sentence that may count people, in order."""
    if not _MAY_COUNT.search(sentence.text):
        return
    tokens = tokens_of(sentence.text)
    for place, token in enumerate(tokens):
        if not token.number:
            continue
        value = 2 if token.text == _BOTH else number_value(token.text) or 0
        if not 0 < value <= _LARGEST:
            continue
        found = _kind(tokens, place)
        if found:
            kind, last = found
            yield Headcount(
                value=value,
                kind=kind,
                sentence=sentence,
                start=token.start,
                end=tokens[last].end,
                before=_classes_before(tokens, place),
                after=_classes_after(tokens, place, last),
            )


def _kind(tokens: Sequence[Token], place: int) -> tuple[str, int] | None:
    """What the number at `place` counts, and the last token of its phrase."""
    before, after = text_at(tokens, place - 1), text_at(tokens, place + 1)
    if before == "=" and text_at(tokens, place - 2) == "n":
        kind = "equals.noun" if _noun_before(tokens, place) else "equals"
        return (kind, place) if after != "/" else None
    if before in word_list("not_before") and not _is_subject(tokens, place):
        return None
    if _is_range(tokens, place) or _is_year(tokens, place, before):
        return None
    noun = noun_after(tokens, place)
    if tokens[place].text == _BOTH:
        return noun if noun and text_at(tokens, noun[1] + 1) != "and" else None
    if noun:
        return noun
    if before == "/" or (before == OF and place > 1 and tokens[place - 2].number):
        opened = before == "/" and text_at(tokens, place - 3) in _OPENING
        told = opened or is_share_at(tokens, place + 1) or (before == OF and after in _BEHIND_WHOLE)
        return ("denominator", place) if told else None
    if before == "(" and after == ")":
        word = text_at(tokens, place - 2)
        named = word[:1].isalpha() and word not in word_list("items") and not _is_of_scale(tokens, place)
        named = named and not _is_item(tokens, place)
        return ("brackets", place) if named else None
    if before in _LISTS and _is_measure(tokens, place - 2):
        return None
    return _kind_alone(tokens, place)


def _is_of_scale(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number in brackets is what a part of a score may come to ("pain (15) and strength (25) points")."""
    described = tokens[place - 2]
    return not (described.noun or described.cue) and any(token.text in _SCALES for token in tokens)


def _is_item(tokens: Sequence[Token], place: int) -> bool:
    """Whether numbers in brackets tell items apart ("to compare (1) doses and (2) routes")."""
    inside = {
        one.text
        for before, one, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if before.text == "(" and after.text == ")"
    }
    return tokens[place].text in "123456" and {"1", "2"} <= inside


_SCALES: Final = frozenset({"points", "scale", "score", "subscales", "subscores", "domains", "maximum"})


def _is_subject(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number stands right before those that it counts ("in the first stage six adults came")."""
    apart = tokens[place].text.isalpha() or (
        text_at(tokens, place - 1) in _TIMES and text_at(tokens, place - 2)[:1].isdigit()
    )
    return apart and bool(noun_at(tokens, place + 1))


_TIMES: Final = frozenset({"years", "months", "weeks", "days"})


def _kind_alone(tokens: Sequence[Token], place: int) -> tuple[str, int] | None:
    """What a number stands for that no known noun follows."""
    before, after, then = text_at(tokens, place - 1), *_words_behind(tokens, place)
    if tokens[place].text in ONE and not (before == "and" and after in word_list("who")):
        return None
    stands = after in word_list("stands_alone") and (after != "and" or _is_first_of_two(tokens, place))
    stands |= after in _ARMS and then in _BEHIND_ARM
    if tokens[place + 1 :] and tokens[place + 1].cue == _RANDOM and _counts_studies(tokens[place + 1 : place + REACH]):
        return None
    stands |= after == "per" and then in word_list("groups")
    stands |= _is_beside(tokens, place) or _is_whole(tokens, place)
    stands |= before in word_list("ordinals") and (after in _BEHIND_ORDINAL or after[:1].isdigit())
    if after == OF and place + 2 < len(tokens) and tokens[place + 2].number:
        whole = noun_after(tokens, place + 2)
        if whole and whole[0] == _PART:
            return _PART, place
    if before == "of" and not _is_whole(tokens, place):
        grouped = text_at(tokens, place - 2) in word_list("groups") and (stands or after in _END)
        return (
            ("sized" if grouped else "alone", place) if grouped or (stands and not noun_at(tokens, place - 2)) else None
        )
    if stands:
        return "alone", place
    if _is_named_by_deed(tokens, place):
        return "open", place + 1
    return ("last", place) if before in _GIVEN_TO and after in _END and place > _GIVEN_BEFORE else None


def _is_named_by_deed(tokens: Sequence[Token], place: int) -> bool:
    """Whether what follows a number is people by what is told of them ("forty cirrhotics received cells")."""
    if text_at(tokens, place + 2) in _DID and _may_name(tokens, place + 1):
        return True
    for index in range(place + 1, place + _NAMED_BY):
        word, then = text_at(tokens, index), text_at(tokens, index + 1)
        if not _may_name(tokens, index):
            return False
        if word.endswith("s") and (then in word_list("done") or text_at(tokens, index + 2) in word_list("done")):
            return True
        if then in word_list("were"):
            return word.endswith("s") and text_at(tokens, index + 3) in word_list("done")
    return False


_NAMED_BY: Final = 5
"""So many words at most, with those that describe it, stand from a number to a noun that is not known."""


def _may_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether a word may be, or describe, a noun that is not known."""
    word = text_at(tokens, index)
    return (
        word[:1].isalpha() and word not in word_list("barriers") and not tokens[index].number and not tokens[index].cue
    )


_DID: Final = frozenset({"participated", "underwent", "received", "completed"})


def _is_first_of_two(tokens: Sequence[Token], place: int) -> bool:
    """Whether another number of people follows right behind "and" ("12 and 13 were given cells and saline")."""
    other = place + 2
    if noun_after(tokens, other) is not None:
        return True
    return other < len(tokens) and tokens[other].number and text_at(tokens, other + 1) in word_list("were")


_ARMS: Final = frozenset(
    {"intervention", "control", "controls", "placebo", "experimental", "sham", "vehicle", "saline", "treatment"}
)
_BEHIND_ARM: Final = frozenset(["", *".,;)([", "and", "were", "vs", "versus"])
"""What follows an arm by which a number of people is told ("12 placebo and 13 vehicle")."""


def _is_beside(tokens: Sequence[Token], place: int) -> bool:
    """Whether a number tells of others who got something else, with the verb left out ("4 had the new and 5 the old").

    What some "had", and others "a", may be a complaint.
    """
    alone = any(text_at(tokens, index) in _ALONE for index in (place + 2, place + 3))
    if text_at(tokens, place - 1) not in _BESIDE or not (alone or text_at(tokens, place + 1) in _ARTICLES):
        return False
    for index in range(place - 2, max(-1, place - _TOLD), -1):
        if tokens[index].number or tokens[index].text in ";.":
            break
        if tokens[index].cue == _TREATED:
            told = alone or text_at(tokens, place + 1) == "the" or tokens[index].text != "had"
            return told and any(token.number for token in tokens[max(0, index - 3) : index])
    return False


def _is_whole(tokens: Sequence[Token], place: int) -> bool:
    """Whether a sentence begins with a number of which it tells some ("Of nine, five lost their pain")."""
    begins = place == 1 and text_at(tokens, 0) in _OUT_OF and text_at(tokens, 2) == ","
    return begins and len(tokens) > _THEN and tokens[_THEN].number


_BESIDE: Final = frozenset({"and", "while", "whereas"})
_ARTICLES: Final = frozenset({"the", "a", "an"})
_ALONE: Final = frozenset({"alone", "only"})
_TOLD: Final = 20
"""So many words at most tell what those got who are named before the others."""
_TREATED: Final = "treated"
_OUT_OF: Final = frozenset({"of", "among"})
_THEN: Final = 3
_RANDOM: Final = "random"


def _counts_studies(rest: Sequence[Token]) -> bool:
    """Whether what follows a number comes to studies before it comes to anything done."""
    return any(token.text in word_list("studies") for token in rest)


def _words_behind(tokens: Sequence[Token], place: int) -> tuple[str, str]:
    """The two words behind a number, past a share or a label in brackets and past "more".

    "13 (87%) were", "20 (controls) to saline", "ten more had".
    """
    rest = tokens[place + 1 : place + 1 + FAR]
    skipped = 0
    if rest and (is_share(rest) or is_label(rest)):
        skipped = next((index + 1 for index, token in enumerate(rest) if token.text in ")]"), 0)
    elif rest and rest[0].text == "(" and text_at(tokens, place - 1) == OF:
        closed = next((index for index, token in enumerate(rest) if token.text == ")"), 0)
        skipped = closed + 1 if text_at(rest, closed + 1) in word_list("were") else 0
    elif rest and rest[0].text == "more" and text_at(tokens, place + 2) != "than":
        skipped = 1
    return text_at(tokens, place + 1 + skipped), text_at(tokens, place + 2 + skipped)


_BEHIND_ORDINAL: Final = frozenset({"at", "the", "a", "an", ".", ",", ";", ")", ""})


def _is_range(tokens: Sequence[Token], place: int) -> bool:
    """Whether the number is an end of a range ("4 to 10 weeks", "between 20 and 60")."""

    def number_at(index: int) -> bool:
        return 0 <= index < len(tokens) and (tokens[index].number or tokens[index].text[0].isdigit())

    if text_at(tokens, place - 1) == "between" and not noun_after(tokens, place):
        return True
    if text_at(tokens, place - 3) == "between" and number_at(place - 2):
        return True
    ahead = text_at(tokens, place + 1) in _RANGE and number_at(place + 2)
    return ahead or (text_at(tokens, place - 1) in _RANGE and number_at(place - 2))


def _is_measure(tokens: Sequence[Token], place: int) -> bool:
    """Whether the number at `place` ends a list of times or the like ("at weeks 4, 7 and 10")."""
    while place > 0 and tokens[place].number and text_at(tokens, place - 1) in _LISTS:
        place -= 2
    before = text_at(tokens, place - 2 if text_at(tokens, place - 1) == OF else place - 1)
    return place > 0 and tokens[place].number and before in word_list("not_before")


_BOTH: Final = "both"
_BEHIND_WHOLE: Final = frozenset(
    ["", *".,;)([", "in", "for", "on", "with", "given", "treated", "who", "had", "versus", "vs", "and"]
)
"""What follows the whole of so many of so many without a noun ("8 of 12 in the first group")."""
_OPENING: Final = frozenset("(=[,;")
"""What stands before a fraction that tells of how many how many ("54% (20/37)")."""
_GIVEN_TO: Final = frozenset({"to", "in"})
_END: Final = frozenset({"", ".", ",", ";", ")"})
_GIVEN_BEFORE: Final = 6
"""A number at the end of a clause counts people only behind others ("cord cells in 6 patients and placental in 5")."""
_LISTS: Final = frozenset({",", "and", "or"})
_RANGE: Final = frozenset({"to", "or", "-"})


def _is_year(tokens: Sequence[Token], place: int, before: str) -> bool:
    token = tokens[place]
    if not (len(token.text) == 4 and token.text.isdigit() and 1900 <= int(token.text) <= 2035):
        return False
    if int(token.text) < _STUDIED_SINCE and noun_after(tokens, place):
        return False
    if before == OF and noun_at(tokens, place + 1):
        return text_at(tokens, place - 2) in word_list("of_time")
    return before in word_list("of_time") or not noun_after(tokens, place)


_PART: Final = "part"
_STUDIED_SINCE: Final = 1950
"""Of an earlier year people are born in but not treated: before a noun such a number counts."""


def _noun_before(tokens: Sequence[Token], place: int) -> bool:
    """Whether a noun for people stands before "(n =", at most a few words away."""
    return any(token.noun not in _NO_PEOPLE for token in tokens[max(0, place - 9) : place - 2])


_NO_PEOPLE: Final = frozenset({"", "part"})


def _name(token: Token) -> str:
    """What a word that touches a number is called: its class, or itself if it is a sign."""
    return token.cue or ("word" if token.text[0].isalnum() else token.text)


def _classes_before(tokens: Sequence[Token], place: int) -> frozenset[str]:
    found = {f"just.{_name(tokens[place - 1])}" if place else "just.start"}
    for index in range(place - 1, max(-1, place - 1 - _BEFORE), -1):
        token = tokens[index]
        if token.number and index < place - 1:
            found.add("number")
            break
        if token.text == ";":
            break
        if token.text != "phase" or not _is_of_trial(tokens, index):
            found.add(token.cue)
    return frozenset(found - {""})


def _is_of_trial(tokens: Sequence[Token], index: int) -> bool:
    """Whether a phase is that of the whole ("in this phase 2 trial 40 adults")."""
    return not _TRIAL.isdisjoint(token.text for token in tokens[index + 1 : index + _PHASE_NAME])


_TRIAL: Final = frozenset({"trial", "study", "trials", "studies"})
_PHASE_NAME: Final = 6


def _classes_after(tokens: Sequence[Token], place: int, last: int) -> frozenset[str]:
    found = {f"within.{token.cue}" for token in tokens[place + 1 : last] if token.cue}
    rest, depth = tokens[last + 1 : last + 1 + REACH], 0
    if rest:
        found.add(f"next.{_name(rest[0])}")
        found |= {"percent"} if is_share(rest) else set()
    for distance, token in enumerate(rest):
        if token.text in BRACKETS:
            depth += 1 if token.text in "([" else -1
            found |= {"bracket"} if distance < _CLOSE and token.text in "([" else set()
        elif depth <= 0:
            if token.text == ";" or (token.number and distance > 1 and rest[distance - 1].text != "of"):
                break
            found.add(token.cue)
    return frozenset(found - {""})


_CLOSE: Final = 2
