"""The names by which a text may call the groups that get its product, and what speaks for each of them."""

# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.anchors import anchored
from mscminer.extract.publications.arm_places import Spot, group_spots, is_group, name_spots, plain_name
from mscminer.extract.publications.arms import BODY, OTHERS, TREATED, group_names
from mscminer.extract.publications.design import DesignVerdict
from mscminer.extract.publications.numbered_arms import named_in
from mscminer.extract.publications.product import ProductVerdict
from mscminer.extract.publications.report import ReportVerdict
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

Names = frozenset[str]
"""The names of a product's groups in plain spelling; none: they have no name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArmCandidate:
    """A name, or the names of several groups, with the features by which it is weighed.

    Args:
        evidence: the words of each name, where it is first written so.
    """

    value: Names
    evidence: tuple[Evidence, ...]
    features: frozenset[str]


def arm_candidates(
    text: PublicationText, product: ProductVerdict, design: DesignVerdict, report: ReportVerdict
) -> tuple[ArmCandidate, ...]:
    """Every name that the groups of the product may have, and last the answer that they have none."""
    sentences = text.zones(*BODY)
    told = _single_names(text, product, sentences)
    for value, evidence in _families(text, sentences):
        held = sum("held.holds" in told[frozenset({name})].features for name in value)
        features = told.setdefault(value, _Told(evidence, set())).features
        features |= {f"family.{len(value)}", f"family.held.{held}", f"family.rest.{len(value) - held}"}
    about = _about(text, design, report, sentences)
    none = ArmCandidate(value=frozenset(), evidence=(), features=frozenset(f"none.{one}" for one in ("", *about)))
    return (*(_candidate(value, entry, about) for value, entry in told.items()), none)


@dataclass(frozen=True, slots=True)
class _Told:
    """Where names are first written, and what was found to speak for them."""

    evidence: tuple[Evidence, ...]
    features: set[str]


def _candidate(value: Names, told: _Told, about: Set[str]) -> ArmCandidate:
    crossed = {
        f"{form}+{one}"
        for form in told.features
        if form.startswith("form.")
        for one in about
        if one.startswith(("says", "others", "randomised"))
    }
    features = {f"size.{min(len(value), _MOST_GROUPS)}", *told.features, *crossed}
    return ArmCandidate(value=value, evidence=told.evidence, features=frozenset(features))


def _single_names(text: PublicationText, product: ProductVerdict, sentences: Sequence[Sentence]) -> dict[Names, _Told]:
    """Each single name with what speaks for it."""
    spots: defaultdict[str, list[Spot]] = defaultdict(list)
    for spot in name_spots(text, product, sentences):
        spots[plain_name(spot.words)].append(spot)
    forms = {name: _form(some[0].words) for name, some in spots.items()}
    counts = {name: len(some) for name, some in spots.items()}
    most = {
        form: max((name for name in forms if forms[name] == form), key=counts.__getitem__) for form in forms.values()
    }
    told = {}
    for name, some in spots.items():
        if not is_group(some[0].words) and all(spot.sentence.zone not in _LATE for spot in some):
            continue
        first, form = some[0], forms[name]
        features = {
            *_made(name, first, form, product),
            *_standing(name, form, counts),
            *_beside(form, some),
        } | ({f"{form}:most"} if most[form] == name else set())
        evidence = (text.evidence(first.sentence, first.start, first.end),)
        told[frozenset({name})] = _Told(evidence, features)
    return told


_LATE: Final = (Zone.RESULTS, Zone.CONCLUSION)
"""What is called so nowhere here is told of as a treatment, not as a group."""


def _families(text: PublicationText, sentences: Sequence[Sentence]) -> Iterator[tuple[Names, tuple[Evidence, ...]]]:
    """Groups told side by side that are none of the controls: "the one-time group ... the two-time group"."""
    named: dict[str, Evidence] = {}
    for sentence in sentences:
        for spot in filter(lambda one: is_group(one.words), group_spots(sentence)):
            named.setdefault(plain_name(spot.words), text.evidence(sentence, spot.start, spot.end))
    if 1 < len(named) <= _MOST_GROUPS:
        yield frozenset(named), tuple(named.values())


_MOST_GROUPS: Final = 4


def _about(
    text: PublicationText, design: DesignVerdict, report: ReportVerdict, sentences: Sequence[Sentence]
) -> set[str]:
    """What the study is, as far as it tells whether its groups have names, and which."""
    controlled, randomised = design.controlled.value, design.randomised.value
    others = sum(
        bool(OTHERS.search(sentence.text[start:end])) for sentence in sentences for start, end in group_names(sentence)
    )
    return {
        f"controlled.{controlled}",
        f"randomised.{randomised}",
        f"both.{bool(controlled and randomised)}",
        f"report.{report.report.value}",
        f"others.{min(others, 2)}",
        *(f"says.{name}" for name, pattern in _SAYS.items() if pattern.search(text.whole)),
    }


_SAYS: Final = {
    "placebo": anchored(r"\b(?:placebo|sham|vehicle|saline)\b"),
    "controls": anchored(r"\bcontrols?\b"),
    "control group": anchored(r"\b(?:controls?|placebo) (?:group|arm)"),
    "groups": anchored(r"\b(?:two|three|four|2|3|4|both|each|either|all) (?:[\w-]+ )?(?:groups|arms)\b"),
    "versus": anchored(r"\b(?:versus|vs|compared)\b"),
    "historical": anchored(r"\b(?:historical|matched)\b"),
    "uncontrolled": anchored(r"\b(?:uncontrolled|single[- ]arm|case series|open-label)\b"),
    "escalation": anchored(r"\b(?:escalat\w+|cohorts)\b"),
}


def _form(words: str) -> str:
    """How a name is made: with a word for a group, a treatment or people, of many words, or short."""
    if is_group(words):
        return "group"
    if _MADE.search(words):
        return "made"
    return "long" if _LONG.search(words) else "short"


_MADE: Final = re.compile(
    r"treated|injected|enriched|(?:treatment|therapy|infusions?|injections?|implantation|transplantation|recipients|sheets?|patch|gel|grafts?|patients)$"
)
_LONG: Final = re.compile(r" .* |cells?$|mesenchym|stromal")


def _made(name: str, spot: Spot, form: str, product: ProductVerdict) -> Iterator[str]:
    """What a name is made of, and what it has to do with the product."""
    held = _held(spot, product)
    yield from (f"form.{form}", f"long.{min(len(name.split()), 5)}", f"held.{held}", f"{form}:held.{held}")
    yield f"{form}:treated.{bool(TREATED.search(spot.words))}"
    yield from (f"word.{one}" for one in _WORDS.findall(spot.words))


_WORDS: Final = re.compile(
    r"\b(?:treat\w*|study|test|trial|experimental|intervention\w*|observation|combin\w*|cells?|stem|mesenchymal|group|arm|cohort|recipients|patients|therapy|transplantation|infusions?|injections?|plus|and|with|autologous|allogeneic|mscs?|\d+)\b|\+"
)


def _held(spot: Spot, product: ProductVerdict) -> str:
    """Whether a name is the product's, holds it, or stands in brackets behind it."""
    spans = [(one.start, one.end) for one in named_in(spot.sentence, product)]
    if (spot.start, spot.end) in spans:
        return "is"
    if any(spot.start <= start and end <= spot.end for start, end in spans):
        return "holds"
    if not spot.sentence.text.startswith(("(", "["), max(0, spot.start - 1)):
        return "no"
    return "described" if any(end <= spot.start < end + _TOLD for _, end in spans) else "bracketed"


_TOLD: Final = 60


def _standing(name: str, form: str, counts: Mapping[str, int]) -> Iterator[str]:
    """How often a name stands, with the word "group" and without."""
    yield f"often.{min(counts[name], 4)}"
    if form == "group":
        yield f"bare.{min(counts.get(name.rpartition(' ')[0], 0) - counts[name], 3)}"
    else:
        yield f"{form}:grouped.{min(sum(counts.get(f'{name} {noun}', 0) for noun in ('group', 'arm')), 3)}"


def _beside(form: str, some: Sequence[Spot]) -> Iterator[str]:
    """Beside which words a name stands once, and beside which twice or more."""
    for one, count in Counter(one for spot in some for one in set(_around(spot))).items():
        yield f"{form}:{one}"
        if count > 1:
            yield f"{form}:{one}.2"


def _around(spot: Spot) -> Iterator[str]:
    """The words before and behind a place, its zone and whether the control stands near."""
    text, start, end = spot.sentence.text, spot.start, spot.end
    before = _BEFORE.search(text[max(0, start - _REACH) : start])
    behind = _BEHIND.match(text, end)
    yield from (
        f"in.{spot.sentence.zone.value}",
        f"before.{before and before['word']}",
        f"behind.{behind and behind['word']}",
    )
    if behind and _CONTROL.search(text, behind.end(), behind.end() + _RIGHT_BEHIND):
        yield "against"
    if _CONTROL.search(text, max(0, start - _NEAR), start):
        yield "control.before"
    if _CONTROL.search(text, end, end + _NEAR):
        yield "control.behind"
    if _ALLOTTED.search(text, max(0, start - _NEAR), start):
        yield from ("allotted", f"allotted.{spot.sentence.zone is Zone.METHODS}")


_NEAR: Final = 90
_RIGHT_BEHIND: Final = 45
_REACH: Final = 40
_BEFORE: Final = re.compile(
    r"(?P<word>\b(?:to|with|after|in|received|receive|receiving|of|and|or|than|versus|vs\.?|plus|between|by|given|had|for|from|under|on|was|were|without)|[(+,;:/])(?: (?:the|an?|either|intravenous|autologous|allogeneic|one|single))* ?$"
)
_BEHIND: Final = re.compile(
    r" ?(?P<word>\(n|\(\d|\(|\)|,|;|:|\.|/|\+|=|n ?=|-|(?:or|and|versus|vs|than|compared|was|were|had|received|showed|treated|treatment|therapy|infusions?|injections?|group|arm|cohort|recipients|patients|at|in|on|for|by|with|to|of)\b)"
)
_CONTROL: Final = re.compile(
    r"\b(?:placebo|controls?|sham|saline|vehicle|standard|conventional|usual|alone|only|untreated|hyaluron\w+|prp)\b"
)
_ALLOTTED: Final = re.compile(r"\b(?:randomi[sz]ed|randomly|allocated|allotted|assigned|divided)\b")
