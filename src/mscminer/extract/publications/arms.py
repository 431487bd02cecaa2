"""What a controlled study calls the group that gets the product: "MSC group", or the short name set against placebo."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.publications.numbered_arms import are_numbered, find_numbered, named_in
from mscminer.extract.publications.product import ProductVerdict
from mscminer.extract.publications.rules import rule_set
from mscminer.extract.publications.text import PublicationText, Sentence, Zone, fold
from mscminer.extract.publications.tissues import KINDS

_GROUP_WORDS: Final = (" group", " arm", " cohort", " recipients")
_GROUP: Final = re.compile(r" (?:group|arm|cohort|recipients)\b(?! of\b)")
SHORT_WORDS: Final = frozenset(
    re.findall(
        r"\S+",
        "a an the of in to for with by from than and or nor between within into on at as vs versus compared each both "
        "two three four five either per that this these those our one first second latter former whole same other "
        "another every all any no neither only was were whereas while while but all-over respectively among per "
        "randomized randomised assigned allocated given received had formed showed per-protocol",
    )
)
"""Words before which the name of a group begins."""
OTHERS: Final = re.compile(
    r"^non-|\bnon-?m?sc|\b(?:placebo|controls?|sham|saline|vehicle|standard|conventional|untreated|comparison|comparator|observation\w*|historical|usual|alone|total|age|dose|dosing|patient|study|trial|parallel|mixed|whole|transplant recipients)\b"
)
TREATED: Final = re.compile(
    r"\b(?:cells?|stem|treatment|treated|interventions?|interventional|therapy|experimental|test|transplant\w*|infusion|injection)\b|\bcell-"
)
BODY: Final = (Zone.AIM, Zone.METHODS, Zone.RESULTS, Zone.CONCLUSION)


def find_arms(text: PublicationText, product: ProductVerdict, donor: str | None = None) -> tuple[Evidence, ...]:
    """The words by which a controlled study names the product's groups; of one donor, where two are compared."""
    if donor is not None:
        return tuple(_of_donor(text, donor))[:1]
    sentences = text.zones(*BODY)
    for way in _WAYS:
        found = tuple(way(text, product, sentences))
        if found:
            return found if way in _SEVERAL else tuple(_numbered_alike(found))
    return ()


_LEVEL: Final = r"^(?:low(?:er)?|mid|medium|middle|intermediate|high(?:er)?|standard|single|double|repeated|multiple)[ -](?:dose )?(?=.)"
_NUMBER: Final = re.compile(rf"(?<=[-_ ])\d$|{_LEVEL}")
_DOSED: Final = re.compile(rf"{_LEVEL}(?=.*m?[sp]c)")
"""A dose before the product's name: "standard-dose MSC group" is no group of standard care."""


def _numbered_alike(found: tuple[Evidence, ...]) -> Iterator[Evidence]:
    """The first name, and those that differ from it in number or dose only: "MSC-1" and "MSC-2"."""
    first = fold(found[0].quote)
    stem = _NUMBER.sub("", first)
    named = {first} if stem == first else {fold(one.quote) for one in found}
    for name in sorted(named):
        if _NUMBER.sub("", name) == stem:
            yield next(one for one in found if fold(one.quote) == name)


_BRACKETED: Final = re.compile(r"\((?P<name>(?:[\w+/-]+ ){0,3}group(?: \w)?)\b")


def are_groups_told_apart(text: PublicationText, product: ProductVerdict) -> bool:
    """Whether two groups are named in brackets, "(MSC group) ... (conventional group)" by what is added, or by number."""
    sentences = text.zones(*BODY)
    names = {match["name"] for sentence in sentences for match in _BRACKETED.finditer(sentence.text)}
    return (
        len(names) > 1
        or any(_added(text, product, sentences))
        or are_numbered(text, product, sentences)
        or any(_are_set_apart(sentence) for sentence in sentences)
    )


def _are_set_apart(sentence: Sentence) -> bool:
    """Whether a sentence names the group of controls and another one: "the MSC group ... the control group"."""
    names = {sentence.text[start:end] for start, end in group_names(sentence)}
    return len(names) > 1 and any(re.match(r"(?:control|placebo|sham) ", name) for name in names)


def _level_names(sentences: tuple[Sentence, ...]) -> list[tuple[Sentence, re.Match[str]]]:
    """The names of groups that differ in dose, "(low dose) ... (high dose)", if one wording tells two or more."""
    for rule in rule_set("arms", "level").rules:
        named: dict[str, tuple[Sentence, re.Match[str]]] = {}
        for sentence in sentences:
            for match in rule.pattern.finditer(sentence.text):
                named.setdefault(match["name"], (sentence, match))
        if len(named) > 1:
            return list(named.values())
    return []


def _levels(text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """Groups that get different doses, called by these: "3 x 10^6 (low), 9 x 10^6 (high)"."""
    for sentence, match in _level_names(sentences):
        yield text.evidence(sentence, *match.span("name"))


def _of_donor(text: PublicationText, donor: str) -> Iterator[Evidence]:
    short = re.compile(rf"(?<![\w-]){donor[:4]}-?[a-z]{{0,3}}-?m?[ps]cs?\b")
    long = re.compile(rf"\b{donor[:4]}\w+[^.;()]{{0,60}}(?:\(| in )(?P<group>group[ -]?\w)\b")
    for pattern, group in ((short, 0), (long, "group")):
        for sentence in text.zones(*BODY):
            match = pattern.search(sentence.text)
            if match:
                yield text.evidence(sentence, match.start(group), match.end(group))


def group_names(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where the names of groups stand, of three words at most, without the small words before them."""
    if not any(word in sentence.text for word in _GROUP_WORDS):
        return
    for match in _GROUP.finditer(sentence.text):
        start = place = match.start()
        for word in words_back(sentence.text, place):
            if word in SHORT_WORDS or word.isdigit():
                break
            start = place - len(word)
            place = start - 1
        if start < match.start():
            yield start, match.end()


def words_back(text: str, end: int) -> Iterator[str]:
    """Up to three words before a place, the last first, each with a blank between."""
    for _ in range(_MOST_WORDS):
        start = end
        while start and (text[start - 1].isalnum() or text[start - 1] in "_+/-"):
            start -= 1
        if start == end:
            return
        yield text[start:end]
        if not start or text[start - 1] != " ":
            return
        end = start - 1


_MOST_WORDS: Final = 3


def _named_after_product(
    text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]
) -> Iterator[Evidence]:
    """ "In the UC-MSC group"; the bare name, where results set that against the control: "with UC-MSCs and with placebo"."""
    bare = {_singular(one.quote): one for one in _hits(text, _late(sentences), "beside")}
    for sentence in sentences:
        named = named_in(sentence, product)
        for start, end in group_names(sentence):
            name = sentence.text[start:end]
            held = any(start <= one.start and one.end <= end for one in named)
            if (held or _is("short", name.split()[0])) and not OTHERS.search(_DOSED.sub("", name)):
                short = _singular(name.rpartition(" ")[0])
                known = bare.get(short) if short != "msc" else None
                # Those who got a product bear its name: "UC-MSC recipients" are "UC-MSC".
                bears = name.endswith(" recipients") and short != "msc" and not short.endswith("treated")
                end = end - len(" recipients") if bears else end
                yield known or text.evidence(sentence, start, end)


def _singular(name: str) -> str:
    return fold(name).removesuffix("s")


def _defined(text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """ "The SCM group (stem cells on collagen)", or "stem cells on collagen (SCM group)": a name beside the product."""
    for sentence in sentences:
        given = False
        for start, end, told in _told_of(sentence):
            held = [one.end for one in named_in(sentence, product) if told[0] <= one.start and one.end <= told[1]]
            given = (
                not _OF_PEOPLE.search(sentence.text, held[-1], told[1])
                if held
                else given and bool(_MORE.fullmatch(sentence.text, *told))
            )
            if given and not OTHERS.search(sentence.text, start, end):
                yield text.evidence(sentence, start, end)


def _told_of(sentence: Sentence) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Each name of a group with the place of its description: before it, where it is in brackets, or in those behind it."""
    last = 0
    for start, end in group_names(sentence):
        behind = _IN_BRACKETS.match(sentence.text, end)
        if sentence.text.startswith("(", start - 1):
            yield start, end, (max(last, start - _TOLD_BEHIND), start - 1)
        elif behind:
            yield start, end, behind.span("told")
        last = end


_IN_BRACKETS: Final = re.compile(r" \((?:n ?= ?\d+[,;:] ?)?(?P<told>(?:[^()]|\([^()]{0,30}\)){4,160})\)")
_OF_PEOPLE: Final = re.compile(
    r"\b(?:patients?|those|people|subjects|participants|cases) (?:with|who|whose|without)\b(?! (?:were|was|had|received|got)\b)|\b(?:versus|vs|than|without)\b"
)
_MORE: Final = re.compile(
    r"(?:[,;() ]|\b(?:n ?= ?\d+|and|or|to|of|in|at|one|two|three|four|once|twice|thrice|an?|single|double|repeated|low|high|million|times|doses?|infusions?|injections?|transplantations?|x|\d[\d.^]*|/kg|cells)\b)*"
)
"""Words that tell a group's dose and nothing else: its product is that of the group before."""


_PLAIN: Final = re.compile(r"(?:trial|study|implant\w*|test|observation|experimental|intervention) (?:group|arm)")
_TOLD_BEHIND: Final = 130
"""No more characters behind "study group" tell what it gets."""


def _described(text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """ "The study group was injected with MSCs": a plain name, and the product behind it."""
    for sentence in sentences:
        for start, end in group_names(sentence):
            behind = _CLAUSE.match(sentence.text, end, end + _TOLD_BEHIND)
            inside = behind and any(end <= one.start < behind.end() for one in named_in(sentence, product))
            if inside and _PLAIN.fullmatch(sentence.text, start, end):
                yield text.evidence(sentence, start, end)


_CLAUSE: Final = re.compile(r"(?:(?!\bcontrols?\b)(?:[^.;]|\.\d))*")


def _named_treated(
    text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]
) -> Iterator[Evidence]:
    """ "In the treatment group", or the group whose letter stands behind the product."""
    for sentence in sentences:
        for start, end in group_names(sentence):
            name = sentence.text[start:end]
            if TREATED.search(name) and not OTHERS.search(name):
                yield text.evidence(sentence, start, end)


def _added(text: PublicationText, _product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """Two groups or more called by what the same cells were put to: "bone+ASC" and "scaffold+ASC"."""
    named: dict[str, dict[str, Evidence]] = {}
    for sentence in (one for one in sentences if "+" in one.text):
        for match in _matches("joined", sentence):
            cells = _singular(match["cells"])
            named.setdefault(cells, {}).setdefault(fold(match["name"]), text.evidence(sentence, *match.span("name")))
    for found in named.values():
        if len(found) > 1:
            yield from found.values()


def _treated_people(
    text: PublicationText, _product: ProductVerdict, sentences: tuple[Sentence, ...]
) -> Iterator[Evidence]:
    """ "In MSC-treated patients": a name of the people where the group has none."""
    yield from _hits(text, sentences, "people")


def _set_against(text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """The product's short name where it stands beside the control: "MPC or placebo"."""
    yield from _hits(text, sentences, "counted")
    for sentence in sentences:
        for match in _matches("against", sentence):
            if match["name"]:
                yield text.evidence(sentence, *match.span("name"))
            start = sentence.text.rfind(" ", 0, match.start()) + 1
            start += sentence.text.startswith("(", start)
            whole = any((one.start, one.end) == (start, match.start()) for one in named_in(sentence, product))
            if whole or _is("short", sentence.text[start : match.start()]):
                yield text.evidence(sentence, start, match.start())
    yield from _hits(text, sentences, "listed")
    yield from _hits(text, sentences, "valued")
    yield from _beside_control(text, product, sentences)
    yield from _allotted(text, product, sentences)
    yield from _hits(text, sentences, "therapy")


def _allotted(text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    """The product's short name where people are allotted to it: "randomised to UC-MSCs, given by vein, or to rest"."""
    known = {_singular(one.words) for one in product.mentions if one.kind in KINDS[product.msc]}
    for found in _hits(text, sentences, "allotted"):
        if _singular(found.quote) in known or _is("brand", fold(found.quote)):
            yield found
    for sentence in sentences:
        for match in _matches("allotted", sentence):
            told = _IN_BRACKETS.match(sentence.text, match.end("name"))
            if told and any(told.start() < one.start < told.end() for one in named_in(sentence, product)):
                yield text.evidence(sentence, *match.span("name"))


def _hits(text: PublicationText, sentences: tuple[Sentence, ...], value: str) -> Iterator[Evidence]:
    for sentence in sentences:
        for match in _matches(value, sentence):
            yield text.evidence(sentence, *match.span("name"))


def _late(sentences: tuple[Sentence, ...]) -> tuple[Sentence, ...]:
    return tuple(one for one in sentences if one.zone in (Zone.RESULTS, Zone.CONCLUSION))


def _is(value: str, name: str) -> bool:
    return any(rule.pattern.compiled.fullmatch(name) for rule in rule_set("arms", value).rules)


def _matches(value: str, sentence: Sentence) -> Iterator[re.Match[str]]:
    for rule in rule_set("arms", value).rules:
        yield from rule.pattern.finditer(sentence.text)


def _beside_control(
    text: PublicationText, product: ProductVerdict, sentences: tuple[Sentence, ...]
) -> Iterator[Evidence]:
    """Short names of the product that results or conclusions set against the control."""
    known = {_singular(one.words) for one in product.mentions if one.kind in KINDS[product.msc]}
    for found in _hits(text, _late(sentences), "beside"):
        if _singular(found.quote) in known or _is("brand", fold(found.quote)):
            yield found


_WAYS: Final = (
    _levels,
    _added,
    _named_after_product,
    find_numbered,
    _defined,
    _described,
    _named_treated,
    _set_against,
    _treated_people,
)
_SEVERAL: Final = (_levels, _added, find_numbered, _defined)
"""Ways that find the names of several groups of the product; of the others the first name is it."""
