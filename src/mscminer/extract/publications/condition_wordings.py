"""How full a condition's name is: the choice among the wordings that a text has for it.

A title may call "acute graft-versus-host disease" what the abstract says is steroid-refractory, and "recent-onset" may
or may not be part of a name.  The wordings are the name without degrees (`degrees`), the one with them, and those in
which the abstract puts further words before it.  A linear model weighs their features
(``models/publications/conditions.json``, fitted by ``scripts/train``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.extract.condition_phrases import DISEASE
from mscminer.extract.publications.degrees import without_degrees
from mscminer.extract.publications.model_files import feature_weights
from mscminer.extract.publications.named_conditions import ConditionFound, mesh_of, name_with_degrees
from mscminer.extract.publications.text import PublicationText, Sentence, Zone, fold

AS_IT_STANDS: Final = "as it stands"
"""The feature of the name without degrees, which is the first wording."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """A name that a condition may be given.

    Args:
        said: where the abstract has what the name adds.
    """

    name: str
    features: frozenset[str]
    said: Evidence | None = None


_CLASSES: Final = {
    "range": r"mild|moderate",
    "onset": r"onset|diagnosed|\brecent|\bnew",
    "refractory": r"refractory|resistant|unrespon",
    "drug": r"treatment|therapy|drug|biologic|medical|methotrexate|\btnf",
    "steroid": r"steroid",
    "stage": r"stage|\bearly|\blate\b|collapse",
    "donor": r"living|deceased|related|donor",
    "grade": r"grade|\btypes?\b",
    "active": r"\bactive",
    "bilateral": r"bilateral",
    "advanced": r"\badvanced",
    "severe": r"\bsevere",
    "critical": r"critical|hospital|\bill\b",
    "acute": r"\bacute",
    "chronic": r"chronic",
    "ischemic": r"ischa?emi",
    "symptomatic": r"symptomatic",
    "cause": r"induced|associated|traumatic|primary|secondary|idiopathic|genic\b|viral|\bh[bc]v|diabetic|atrophic",
    "course": r"established|long|recalcitrant|progress|relaps|subacute|recurrent",
    "size": r"large|small|full|partial|complete|complex",
    "site": r"knee|hip|lumbar|femoral|articular|cervical|foot|\bbone|\blow",
    "joined": r"\b(?:and|or)\b",
}
_CLASS: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _CLASSES.items()))
_GROUPS: Final = (
    "graft-versus-host respiratory_distress covid crohn osteoarthritis diabetes multiple_sclerosis lupus"
    " transplantation cirrhosis heart infarction stroke retinitis arthritis spinal fistula osteonecrosis defect ulcer"
)
_DISEASES: Final = tuple(word.replace("_", " ") for word in _GROUPS.split())
_OTHERS: Final = (
    "a an the of in for with by from to on and or as at was were is are had have has this that these such most other"
    " some all no not than versus who whom whose which patients patient children adults men women subjects diagnosed"
    " having both also after following during against treat treating treatment including our their between because"
    " when while if may can could cells therapy one two three developed developing bilateral into onto within among"
    " through via repair repairing healing"
)
_NO_PART: Final = frozenset(_OTHERS.split())
"""Words before which, in a sentence, a name has ended."""
_ALIEN: Final = re.compile(r"\bmscs?\b|mesenchym|stem cell|stromal|trial|study|\bcells\b|month|year|week|hospital")
_WORDS: Final = re.compile(r"[\w'-]+")
_LAST_WORD: Final = re.compile(r"[\w'/-]+$")
_MOST_BEFORE: Final = 5
_FARTHEST: Final = 60
_ACRONYM: Final = re.compile(r"s? \((?P<acronym>[a-z-]{2,7})\)")
_ZONES: Final = {
    Zone.AIM: "aim",
    Zone.METHODS: "methods",
    Zone.BACKGROUND: "background",
    Zone.CONCLUSION: "conclusion",
}


def with_best_wording(text: PublicationText, one: ConditionFound) -> ConditionFound:
    """The condition under the name that weighs most."""
    found = wordings_of(text, one)
    best = found[choose(found, feature_weights("conditions"))]
    if best is found[0]:
        return one
    mesh = mesh_of(fold(best.name), text) or one.mesh
    return replace(one, name=best.name, mesh=mesh, again=(best.said,) if best.said else ())


def choose(found: Sequence[Wording], weights: Mapping[str, int]) -> int:
    """Which wording weighs most, the first of those that weigh the same."""
    return max(range(len(found)), key=lambda at: (sum(weights.get(name, 0) for name in found[at].features), -at))


def wordings_of(text: PublicationText, one: ConditionFound) -> tuple[Wording, ...]:
    """The wordings for a condition, the first as it stands; only that where there is nothing to choose."""
    core = _told(one.name)
    features: dict[frozenset[str], set[str]] = {core: {AS_IT_STANDS}}
    names, said = {core: one.name}, dict[frozenset[str], Evidence]()
    full = name_with_degrees(one.evidence.quote, text)
    if core < _told(full) and _told(without_degrees(full)) == core:
        names[_told(full)] = full
        features[_told(full)] = {"with degrees", *_classes(_told(full) - core, one.name)}
    for words, name, mentions in _in_abstract(text, one, core):
        zones = {f"in {_ZONES[sentence.zone]}" for sentence, _ in mentions}
        if words == core:
            features[core] |= {"said", *(f"said {zone}" for zone in zones)}
            continue
        names.setdefault(words, name)
        said[words] = text.evidence(mentions[0][0], *mentions[0][1])
        counted = {f"abstract {_few(len(mentions))}", f"abstract adds {_few(len(words - core))}"}
        told = {f"abstract {given}" for given in (*zones, *_classes(words - core, one.name))}
        features.setdefault(words, set()).update({"abstract", *counted, *told, *_classes(words - core, one.name)})
    if len(names) == 1:
        return (Wording(name=one.name, features=frozenset(features[core])),)
    for words, name in names.items():
        features[words] |= {f"said whole {_few(text.body.count(fold(name)))}", f"length {_few(len(name.split()) // 2)}"}
    return tuple(
        Wording(name=name, features=frozenset(features[words]), said=said.get(words)) for words, name in names.items()
    )


def _told(name: str) -> frozenset[str]:
    """The words of a name, in whatever order."""
    return frozenset(word for word in _WORDS.findall(fold(name).replace("-", " ")) if word not in ("of", "the", "in"))


def _few(number: int) -> str:
    return str(number) if number < 3 else "many"


def _classes(added: frozenset[str], name: str) -> Iterator[str]:
    """What sorts of words are added, alone and to which disease."""
    kinds = {match.lastgroup for match in _CLASS.finditer(" ".join(sorted(added)))} or {"other"}
    low = fold(name)
    disease = next((word for word in _DISEASES if word in low), None)
    for kind in kinds:
        yield f"adds {kind}"
        if disease:
            yield f"adds {kind} to {disease}"


def _are_known(added: frozenset[str]) -> bool:
    """Whether all words that are added are of a known sort."""
    return all(_CLASS.search(word) for word in added)


Mention = tuple[Sentence, tuple[int, int]]


def _in_abstract(
    text: PublicationText, one: ConditionFound, core: frozenset[str]
) -> Iterator[tuple[frozenset[str], str, list[Mention]]]:
    """The wordings of the abstract that hold all words of the name, each with its mentions."""
    found: dict[frozenset[str], tuple[str, list[Mention]]] = {}
    for sentence, start, end in _mentions(text, one):
        quote = text.evidence(sentence, start, end).quote
        name = name_with_degrees(quote, text)
        words = _told(name)
        if core <= words and _are_known(words - core) and not _ALIEN.search(fold(name)) and DISEASE.search(fold(name)):
            found.setdefault(words, (name, []))[1].append((sentence, (start, end)))
    for words, (name, mentions) in found.items():
        yield words, name, mentions


def _mentions(text: PublicationText, one: ConditionFound) -> Iterator[tuple[Sentence, int, int]]:
    """Where the abstract has the end of the name, with the words before that may belong to it."""
    heads = _heads(text, one)
    for sentence in text.sentences:
        if sentence.zone not in _ZONES:
            continue
        for head in heads:
            place = sentence.text.find(head)
            while place >= 0:
                end = place + len(head)
                start = _start_of_name(sentence.text, place)
                if start < place:
                    rest = _WORDS.match(sentence.text, end)
                    yield sentence, start, rest.end() if rest else end
                place = sentence.text.find(head, end)


def _heads(text: PublicationText, one: ConditionFound) -> tuple[str, ...]:
    """How a name ends: its last two words, as the text has them and as they are written, and its acronym."""
    quoted = _WORDS.findall(fold(one.evidence.quote))
    heads = [" ".join(quoted[-2:]), " ".join(fold(one.name).split()[-2:])]
    if len(quoted) > 1:
        heads += _acronyms_of(quoted[-1], text.body)
    return tuple(dict.fromkeys(head for head in heads if len(head) > 2))


def _acronyms_of(word: str, text: str) -> Iterator[str]:
    """The first acronym that a text explains behind a word ("graft-versus-host disease (gvhd)")."""
    place = text.find(word)
    while place >= 0:
        explained = _ACRONYM.match(text, place + len(word))
        if explained and not text[place - 1 : place].isalnum():
            yield explained["acronym"]
            return
        place = text.find(word, place + 1)


def _start_of_name(sentence: str, place: int) -> int:
    """Where the words begin that stand before a name and are part of no other."""
    start = place
    *words, last = sentence[max(0, place - _FARTHEST) : place].split(" ")
    if last:
        return start
    for written in words[: -_MOST_BEFORE - 1 : -1]:
        word = _LAST_WORD.search(written)
        if word is None or word[0] in _NO_PART:
            break
        start -= len(word[0]) + 1
        if word.start():
            break
    return start
