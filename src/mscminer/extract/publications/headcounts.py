"""Numbers of people in a sentence: each with the noun that it counts and the words that stand round it.

A sentence is cut into words once; a number is then followed word by word to the noun that it counts ("40 obese or
diabetic women", "534 6- to 10-year-old children"), or it stands alone ("12 received placebo"), in brackets, or behind
"n =".  The words around it are told by the classes of ``rules/headcounts.toml``.  Nothing is weighed here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Final, NamedTuple

from mscminer.extract.anchors import anchored
from mscminer.extract.publications.numerals import NUMBER, VALUES, number_value
from mscminer.extract.publications.text import Sentence

_FILE: Final = "headcounts.toml"
_AGE: Final = re.compile(r"\d[\d.]*-?(?: ?(?:to|-|or|and)[ -]?\d[\d.]*)?[ -](?:years?|months?|weeks?|days?)[ -]olds?\b")
_TOKEN: Final = re.compile(r"[a-z][a-z'-]*|\d+\w*|[^\s\w]")
_NUMBER_HERE: Final = re.compile(
    rf"(?<![\w.,-])(?:[1-9]\d{{0,2}} \d{{3}}(?= [a-z])|{NUMBER}|both)(?![\w]|[.,]\d|-[a-z])"
)
_NUMBER_WORDS: Final = frozenset((*VALUES, "both"))
_AFTER: Final = 14
_BEFORE: Final = 8
_FAR: Final = 10
"""So many words at most from a number to the noun that it counts."""
_LONGEST: Final = 40
"""So many with what stands in brackets."""
_BRACKETS: Final = frozenset("()[]")
_NUMBERED: Final = frozenset({"type", "stage", "grade", "class"})
_LARGEST: Final = 200_000


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


class _Token(NamedTuple):
    """A word, a number or a sign of a sentence, with the classes that it belongs to."""

    text: str
    start: int
    end: int
    number: bool
    noun: str
    cue: str


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() < end:
            continue
        word, start, end = match.group(), match.start(), match.end()
        number = _number_at(text, word, start)
        if number:
            end = number.end()
            tokens.append(_Token(text[start:end], start, end, number.re is _NUMBER_HERE, "", ""))
        else:
            tokens.append(_Token(word, start, end, False, *_classes(word)))
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


_MAY_COUNT: Final = anchored(rf"\d|\b(?:{'|'.join(word for word in VALUES if word != 'a')}|both)")


def find_headcounts(sentence: Sentence) -> Iterator[Headcount]:
    """Every number in a sentence that may count people, in order."""
    if not _MAY_COUNT.search(sentence.text):
        return
    tokens = _tokens(sentence.text)
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


def _kind(tokens: Sequence[_Token], place: int) -> tuple[str, int] | None:
    """What the number at `place` counts, and the last token of its phrase."""
    before, after = _text(tokens, place - 1), _text(tokens, place + 1)
    if before == "=" and _text(tokens, place - 2) == "n":
        kind = "equals.noun" if _noun_before(tokens, place) else "equals"
        return (kind, place) if after != "/" else None
    if before in word_list("not_before") and not _is_subject(tokens, place):
        return None
    if _is_range(tokens, place) or _is_year(tokens, place, before):
        return None
    noun = _noun_after(tokens, place)
    if tokens[place].text == _BOTH:
        return noun if noun and _text(tokens, noun[1] + 1) != "and" else None
    if noun:
        return noun
    if before == "/" or (before == _OF and place > 1 and tokens[place - 2].number):
        opened = before == "/" and _text(tokens, place - 3) in _OPENING
        told = opened or _is_share_at(tokens, place + 1) or (before == _OF and after in _BEHIND_WHOLE)
        return ("denominator", place) if told else None
    if before == "(" and after == ")":
        word = _text(tokens, place - 2)
        named = word[:1].isalpha() and word not in word_list("items") and not _is_of_scale(tokens, place)
        named = named and not _is_item(tokens, place)
        return ("brackets", place) if named else None
    if before in _LISTS and _is_measure(tokens, place - 2):
        return None
    return _kind_alone(tokens, place)


def _is_of_scale(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a number in brackets is what a part of a score may come to ("pain (15) and strength (25) points")."""
    described = tokens[place - 2]
    return not (described.noun or described.cue) and any(token.text in _SCALES for token in tokens)


def _is_item(tokens: Sequence[_Token], place: int) -> bool:
    """Whether numbers in brackets tell items apart ("to compare (1) doses and (2) routes")."""
    inside = {
        one.text
        for before, one, after in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if before.text == "(" and after.text == ")"
    }
    return tokens[place].text in "123456" and {"1", "2"} <= inside


_SCALES: Final = frozenset({"points", "scale", "score", "subscales", "subscores", "domains", "maximum"})


def _is_subject(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a number stands right before those that it counts ("in the first stage six adults came")."""
    apart = tokens[place].text.isalpha() or (
        _text(tokens, place - 1) in _TIMES and _text(tokens, place - 2)[:1].isdigit()
    )
    return apart and bool(_noun(tokens, place + 1))


_TIMES: Final = frozenset({"years", "months", "weeks", "days"})


def _kind_alone(tokens: Sequence[_Token], place: int) -> tuple[str, int] | None:
    """What a number stands for that no known noun follows."""
    before, after, then = _text(tokens, place - 1), *_words_behind(tokens, place)
    if tokens[place].text in _ONE and not (before == "and" and after in word_list("who")):
        return None
    stands = after in word_list("stands_alone") and (after != "and" or _is_first_of_two(tokens, place))
    stands |= after in _ARMS and then in _BEHIND_ARM
    if tokens[place + 1 :] and tokens[place + 1].cue == _RANDOM and _counts_studies(tokens[place + 1 : place + _AFTER]):
        return None
    stands |= after == "per" and then in word_list("groups")
    stands |= _is_beside(tokens, place) or _is_whole(tokens, place)
    stands |= before in word_list("ordinals") and (after in _BEHIND_ORDINAL or after[:1].isdigit())
    if after == _OF and place + 2 < len(tokens) and tokens[place + 2].number:
        whole = _noun_after(tokens, place + 2)
        if whole and whole[0] == _PART:
            return _PART, place
    if before == "of" and not _is_whole(tokens, place):
        grouped = _text(tokens, place - 2) in word_list("groups") and (stands or after in _END)
        return (
            ("sized" if grouped else "alone", place) if grouped or (stands and not _noun(tokens, place - 2)) else None
        )
    if stands:
        return "alone", place
    if _is_named_by_deed(tokens, place):
        return "open", place + 1
    return ("last", place) if before in _GIVEN_TO and after in _END and place > _GIVEN_BEFORE else None


def _is_named_by_deed(tokens: Sequence[_Token], place: int) -> bool:
    """Whether what follows a number is people by what is told of them ("forty cirrhotics received cells")."""
    if _text(tokens, place + 2) in _DID and _may_name(tokens, place + 1):
        return True
    for index in range(place + 1, place + _NAMED_BY):
        word, then = _text(tokens, index), _text(tokens, index + 1)
        if not _may_name(tokens, index):
            return False
        if word.endswith("s") and (then in word_list("done") or _text(tokens, index + 2) in word_list("done")):
            return True
        if then in word_list("were"):
            return word.endswith("s") and _text(tokens, index + 3) in word_list("done")
    return False


_NAMED_BY: Final = 5
"""So many words at most, with those that describe it, stand from a number to a noun that is not known."""


def _may_name(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a word may be, or describe, a noun that is not known."""
    word = _text(tokens, index)
    return (
        word[:1].isalpha() and word not in word_list("barriers") and not tokens[index].number and not tokens[index].cue
    )


_DID: Final = frozenset({"participated", "underwent", "received", "completed"})


def _is_first_of_two(tokens: Sequence[_Token], place: int) -> bool:
    """Whether another number of people follows right behind "and" ("12 and 13 were given cells and saline")."""
    other = place + 2
    if _noun_after(tokens, other) is not None:
        return True
    return other < len(tokens) and tokens[other].number and _text(tokens, other + 1) in word_list("were")


_ARMS: Final = frozenset(
    {"intervention", "control", "controls", "placebo", "experimental", "sham", "vehicle", "saline", "treatment"}
)
_BEHIND_ARM: Final = frozenset(["", *".,;)([", "and", "were", "vs", "versus"])
"""What follows an arm by which a number of people is told ("12 placebo and 13 vehicle")."""


def _is_beside(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a number tells of others who got something else, with the verb left out ("4 had the new and 5 the old").

    What some "had", and others "a", may be a complaint.
    """
    alone = any(_text(tokens, index) in _ALONE for index in (place + 2, place + 3))
    if _text(tokens, place - 1) not in _BESIDE or not (alone or _text(tokens, place + 1) in _ARTICLES):
        return False
    for index in range(place - 2, max(-1, place - _TOLD), -1):
        if tokens[index].number or tokens[index].text in ";.":
            break
        if tokens[index].cue == _TREATED:
            told = alone or _text(tokens, place + 1) == "the" or tokens[index].text != "had"
            return told and any(token.number for token in tokens[max(0, index - 3) : index])
    return False


def _is_whole(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a sentence begins with a number of which it tells some ("Of nine, five lost their pain")."""
    begins = place == 1 and _text(tokens, 0) in _OUT_OF and _text(tokens, 2) == ","
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


def _counts_studies(rest: Sequence[_Token]) -> bool:
    """Whether what follows a number comes to studies before it comes to anything done."""
    return any(token.text in word_list("studies") for token in rest)


def _words_behind(tokens: Sequence[_Token], place: int) -> tuple[str, str]:
    """The two words behind a number, past a share or a label in brackets and past "more".

    "13 (87%) were", "20 (controls) to saline", "ten more had".
    """
    rest = tokens[place + 1 : place + 1 + _FAR]
    skipped = 0
    if rest and (_is_share(rest) or _is_label(rest)):
        skipped = next((index + 1 for index, token in enumerate(rest) if token.text in ")]"), 0)
    elif rest and rest[0].text == "(" and _text(tokens, place - 1) == _OF:
        closed = next((index for index, token in enumerate(rest) if token.text == ")"), 0)
        skipped = closed + 1 if _text(rest, closed + 1) in word_list("were") else 0
    elif rest and rest[0].text == "more" and _text(tokens, place + 2) != "than":
        skipped = 1
    return _text(tokens, place + 1 + skipped), _text(tokens, place + 2 + skipped)


_BEHIND_ORDINAL: Final = frozenset({"at", "the", "a", "an", ".", ",", ";", ")", ""})


def _is_range(tokens: Sequence[_Token], place: int) -> bool:
    """Whether the number is an end of a range ("4 to 10 weeks", "between 20 and 60")."""

    def number_at(index: int) -> bool:
        return 0 <= index < len(tokens) and (tokens[index].number or tokens[index].text[0].isdigit())

    if _text(tokens, place - 1) == "between" and not _noun_after(tokens, place):
        return True
    if _text(tokens, place - 3) == "between" and number_at(place - 2):
        return True
    ahead = _text(tokens, place + 1) in _RANGE and number_at(place + 2)
    return ahead or (_text(tokens, place - 1) in _RANGE and number_at(place - 2))


def _is_measure(tokens: Sequence[_Token], place: int) -> bool:
    """Whether the number at `place` ends a list of times or the like ("at weeks 4, 7 and 10")."""
    while place > 0 and tokens[place].number and _text(tokens, place - 1) in _LISTS:
        place -= 2
    before = _text(tokens, place - 2 if _text(tokens, place - 1) == _OF else place - 1)
    return place > 0 and tokens[place].number and before in word_list("not_before")


_BOTH: Final = "both"
_BEHIND_WHOLE: Final = frozenset(
    ["", *".,;)([", "in", "for", "on", "with", "given", "treated", "who", "had", "versus", "vs", "and"]
)
"""What follows the whole of so many of so many without a noun ("8 of 12 in the first group")."""
_OPENING: Final = frozenset("(=[,;")
"""What stands before a fraction that tells of how many how many ("54% (20/37)")."""
_ONE: Final = frozenset({"one", "1", "a"})
_GIVEN_TO: Final = frozenset({"to", "in"})
_END: Final = frozenset({"", ".", ",", ";", ")"})
_GIVEN_BEFORE: Final = 6
"""A number at the end of a clause counts people only behind others ("cord cells in 6 patients and placental in 5")."""
_LISTS: Final = frozenset({",", "and", "or"})
_RANGE: Final = frozenset({"to", "or", "-"})


def _is_year(tokens: Sequence[_Token], place: int, before: str) -> bool:
    token = tokens[place]
    if not (len(token.text) == 4 and token.text.isdigit() and 1900 <= int(token.text) <= 2035):
        return False
    if int(token.text) < _STUDIED_SINCE and _noun_after(tokens, place):
        return False
    if before == _OF and _noun(tokens, place + 1):
        return _text(tokens, place - 2) in word_list("of_time")
    return before in word_list("of_time") or not _noun_after(tokens, place)


_OF: Final = "of"
_PART: Final = "part"
_STUDIED_SINCE: Final = 1950
"""Of an earlier year people are born in but not treated: before a noun such a number counts."""


def _noun_before(tokens: Sequence[_Token], place: int) -> bool:
    """Whether a noun for people stands before "(n =", at most a few words away."""
    return any(token.noun not in _NO_PEOPLE for token in tokens[max(0, place - 9) : place - 2])


_NO_PEOPLE: Final = frozenset({"", "part"})


def _noun_after(tokens: Sequence[_Token], place: int) -> tuple[str, int] | None:
    """The class of the noun that a number counts, and where it stands; what stands in brackets is passed over."""
    if _text(tokens, place + 1) in _CLOSING:
        return None
    depth = words = 0
    first: tuple[str, int] | None = None
    for index in range(place + 1, min(len(tokens), place + 1 + _LONGEST)):
        word = tokens[index].text
        if word in _BRACKETS:
            depth += 1 if word in "([" else -1
        elif not depth:
            words += 1
            name, then = tokens[index].noun, _text(tokens, index + 1)
            if name and _text(tokens, index - 2) == "society":
                name = ""
            if name == _SINGULAR and tokens[place].text not in _ONE and then != "were":
                name = ""
            if name and word not in _ADJECTIVES and then not in _GOES_ON:
                return name, index
            if name and first is None:
                first = name, index
            if tokens[index].number and tokens[index - 1].text not in _NUMBERED:
                return first or _shared_noun(tokens, place, index)
            if word == "." and _is_initial(tokens, index):
                continue
            if word in word_list("barriers") and not _may_be_passed(tokens, index):
                return first
        if depth < 0 or words > _FAR:
            return first
    return first


def _is_initial(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a full stop belongs to a single letter that goes before ("40 U.S. adults", "40 E. coli carriers")."""
    before = tokens[index - 1]
    return len(before.text) == 1 and before.text.isalpha() and before.end == tokens[index].start


def _may_be_passed(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a word that bars the way elsewhere belongs to the phrase ("757 study participants")."""
    if tokens[index].text == "cell":
        return _text(tokens, index - 1) in word_list("kinds_of_cell")
    if tokens[index].text in _NUMBERED:
        return bool(_DEGREE.fullmatch(_text(tokens, index + 1)))
    if tokens[index].text == _OF:
        return _text(tokens, index - 1) == "society"
    if tokens[index].text == "to":
        return _text(tokens, index - 1) in _DEGREES and bool(_noun(tokens, index + 2) or _noun(tokens, index + 3))
    return tokens[index].text in word_list("settings") and bool(_noun(tokens, index + 1))


_DEGREES: Final = frozenset({"mild", "moderate", "overweight", "normal", "early", "low", "intermediate"})
"""What "to" follows where it does not bar the way ("12 mild to moderate asthmatic adults")."""
_DEGREE: Final = re.compile(r"[1-4](?:[ab]|-[1-4])?|[iv]{1,3}[ab]?(?:-[iv]{1,3}[ab]?)?")
"""A degree behind "stage" or "grade" that describes people ("12 stage III or IV adults")."""


def _shared_noun(tokens: Sequence[_Token], place: int, other: int) -> tuple[str, int] | None:
    """The noun that two numbers share: "12 treated and 11 untreated patients"."""
    between = list(_outside_brackets(token.text for token in tokens[place + 1 : other]))
    describes = (
        between[-1:] == ["and"]
        and 1 < len(between) <= _SHARED
        and not any(word.endswith("s") or not word.replace("-", "").isalpha() for word in between[:-1])
    )
    cut = between[:1] and between[0].endswith("-") and between[-1] == "and"
    return _noun_after(tokens, other) if describes or cut else None


def _outside_brackets(words: Iterable[str]) -> Iterator[str]:
    depth = 0
    for word in words:
        depth += (word in "([") - (word in ")]")
        if not depth and word not in ")]":
            yield word


_SHARED: Final = 3
"""So many words at most, "and" among them, stand between two numbers of one noun."""


def _text(tokens: Sequence[_Token], index: int) -> str:
    """The token at a place, "" outside the sentence."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


_SINGULAR: Final = "one"
"""The class of nouns that count one person alone ("24 patient visits" count none)."""
_CLOSING: Final = frozenset(",/)")
"""What stands between a number and words that it does not count."""
_ADJECTIVES: Final = frozenset({"male", "female"})
"""Nouns where no other follows ("12 female and ten male volunteers")."""
_GOES_ON: Final = frozenset({"participants", "patients", "subjects", "volunteers"})
"""Nouns that end a phrase in which another noun describes ("20 women volunteers")."""


def _noun(tokens: Sequence[_Token], index: int) -> str:
    return tokens[index].noun if index < len(tokens) else ""


def _name(token: _Token) -> str:
    """What a word that touches a number is called: its class, or itself if it is a sign."""
    return token.cue or ("word" if token.text[0].isalnum() else token.text)


def _classes_before(tokens: Sequence[_Token], place: int) -> frozenset[str]:
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


def _is_of_trial(tokens: Sequence[_Token], index: int) -> bool:
    """Whether a phase is that of the whole ("in this phase 2 trial 40 adults")."""
    return not _TRIAL.isdisjoint(token.text for token in tokens[index + 1 : index + _PHASE_NAME])


_TRIAL: Final = frozenset({"trial", "study", "trials", "studies"})
_PHASE_NAME: Final = 6


def _classes_after(tokens: Sequence[_Token], place: int, last: int) -> frozenset[str]:
    found = {f"within.{token.cue}" for token in tokens[place + 1 : last] if token.cue}
    rest, depth = tokens[last + 1 : last + 1 + _AFTER], 0
    if rest:
        found.add(f"next.{_name(rest[0])}")
        found |= {"percent"} if _is_share(rest) else set()
    for distance, token in enumerate(rest):
        if token.text in _BRACKETS:
            depth += 1 if token.text in "([" else -1
            found |= {"bracket"} if distance < _CLOSE and token.text in "([" else set()
        elif depth <= 0:
            if token.text == ";" or (token.number and distance > 1 and rest[distance - 1].text != "of"):
                break
            found.add(token.cue)
    return frozenset(found - {""})


def _is_label(rest: Sequence[_Token]) -> bool:
    """Whether one or two words in brackets stand behind a number: what a group is called ("20 (arm C)")."""
    words = [token.text for token in rest[1:4]]
    closed = next((place for place, word in enumerate(words) if word in ")]"), None)
    return rest[0].text in "([" and closed in (1, 2) and all(word.isalpha() for word in words[:closed])


_CLOSE: Final = 2


def _is_share_at(tokens: Sequence[_Token], index: int) -> bool:
    return index < len(tokens) and _is_share(tokens[index : index + _AFTER])


def _is_share(rest: Sequence[_Token]) -> bool:
    """Whether a share in brackets stands behind a phrase ("ten patients (20%)")."""
    if rest[0].text not in _BRACKETS:
        return False
    for token in rest[1:]:
        if token.text == "%":
            return True
        if token.text[0].isalpha() and not token.number:
            return False
    return False
