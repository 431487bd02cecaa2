"""A condition that a publication names: how its name is written, and the MeSH descriptor it goes by."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mscminer.core.documents import Concept
from mscminer.core.spans import Evidence
from mscminer.extract.condition_names import in_words, spelled_out, written
from mscminer.extract.diseases import link_disease
from mscminer.extract.publications.degrees import with_degrees, without_degrees
from mscminer.extract.publications.text import PublicationText, Sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionFound:
    """A condition in the text's words with its MeSH descriptor, if PubMed indexed the article under it.

    Args:
        again: where the abstract names it too.
    """

    name: str
    mesh: Concept | None
    evidence: Evidence
    weight: float
    again: tuple[Evidence, ...] = ()


def found_at(text: PublicationText, sentence: Sentence, part: tuple[int, int], weight: float) -> ConditionFound:
    """The condition that a part of a sentence names."""
    evidence = text.evidence(sentence, *part)
    name = _with_joint(name_of(evidence.quote, text), sentence.text[: part[0]], text.title)
    words = sentence.text[slice(*part)]
    mesh = mesh_of(words if _BARE_JOINT.fullmatch(words) is None else name.lower(), text)
    return ConditionFound(name=name, mesh=mesh, evidence=evidence, weight=weight)


_BARE_JOINT: Final = re.compile(
    r"(?:(?:severe|moderate|mild|advanced|early|end-stage|symptomatic) (?:(?:to|or|and) )?)*osteoarthr(?:itis|osis)",
    re.IGNORECASE,
)
_JOINTS: Final = "knee|hip|ankle|shoulder|thumb|hand|wrist|elbow|temporomandibular joint"
_JOINT_BEFORE: Final = re.compile(
    rf"\b(?P<joint>{_JOINTS})(?:s| joints?)? (?:with|having|that have|affected by) (?:[\w-]+ ){{0,4}}$"
)
_JOINT: Final = re.compile(rf"\b(?:{_JOINTS})(?=s?\b)")


def _with_joint(name: str, before: str, title: str) -> str:
    """Osteoarthritis named with its joint, where that stands before it or is the only one of the title."""
    if not _BARE_JOINT.fullmatch(name):
        return name
    held = _JOINT_BEFORE.search(before[-_NEAR_JOINT:])
    named = {match[0] for match in _JOINT.finditer(title)}
    joint = held["joint"] if held else named.pop() if len(named) == 1 else ""
    return f"{joint} {name}" if joint else name


_NEAR_JOINT: Final = 80


def name_of(words: str, text: PublicationText) -> str:
    """The name that readers give to what these words of the text say."""
    return _COVID_ARDS.sub("COVID-19 ARDS", without_degrees(_in_full(words, text)))


def name_with_degrees(words: str, text: PublicationText) -> str:
    """The same with the degrees that readers may leave out."""
    return with_degrees(_in_full(words, text))


def _in_full(words: str, text: PublicationText) -> str:
    name = in_words(spelled_out(written(words), (section.text for section in text.document.sections)))
    if _FOOT.match(name) and _DIABETIC_FOOT.search(text.title):
        name = f"diabetic {name.lower()}"
    if _LUPUS.fullmatch(name) and _SYSTEMIC_LUPUS.search(" ".join(one.text for one in text.sentences)):
        name = f"{name[: -len('lupus')]}systemic lupus erythematosus"
    return name


_LUPUS: Final = re.compile(
    r"(?:(?:severe|active|refractory|resistant|juvenile|childhood-onset),? )*lupus", re.IGNORECASE
)
_SYSTEMIC_LUPUS: Final = re.compile(r"\bsystemic lupus\b")
_ARDS: Final = "(?:ARDS|acute respiratory distress syndrome)"
_COVID: Final = r"(?:(?:severe|critical) )?(?:COVID-19|SARS-CoV-2)(?: (?:infection|pneumonia|disease))?"
_COVID_ARDS: Final = re.compile(
    rf"^(?:{_ARDS} (?:(?:caused|induced) by|(?:due|secondary|related) to|associated with|of|in|after|following) {_COVID}|{_COVID} {_ARDS})$",
    re.IGNORECASE,
)
_COVID_ALONE: Final = re.compile(_COVID, re.IGNORECASE)
_FOOT: Final = re.compile(r"foot (?:ulcers?|ulcerations?|wounds?)$", re.IGNORECASE)
_DIABETIC_FOOT: Final = re.compile(r"\bdiabetic\b[^.:;]*\band foot (?:ulcer|wound)")
""" "Diabetic critical limb ischemia and foot ulcer": the first word is said of both."""


def is_covid(name: str) -> bool:
    """Whether a name says COVID-19 and nothing that came of it."""
    return _COVID_ALONE.fullmatch(name) is not None


def mesh_of(words: str, text: PublicationText) -> Concept | None:
    """The descriptor that PubMed indexed the article under, if it shares most words; else the knowledge base's."""
    article = text.document.article
    bag = bag_of(words)
    scored = [
        (len(bag & bag_of(concept.name)) / len(bag | bag_of(concept.name)), concept)
        for concept in (article.mesh if article else ())
    ]
    best = max(scored, key=lambda pair: pair[0], default=None)
    return best[1] if best and best[0] >= 0.5 else link_disease(words)


def bag_of(words: str) -> frozenset[str]:
    """The words that tell, each in its singular."""
    return frozenset(
        word.rstrip("s")
        for word in re.findall(r"[a-z0-9]+", words.lower())
        if word not in ("of", "the", "and", "with", "in")
    )
