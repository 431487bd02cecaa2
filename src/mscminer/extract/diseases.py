"""Names of conditions to MeSH descriptors: an exact look-up, then scispaCy's candidates, with a floor and a type check.

The knowledge base (`vocabulary`) holds the descriptors of the registry's condition fields, their ancestors and what
is easily taken for one of them.  Candidates are the nearest names by TF-IDF over character 3-grams.  None is given
where the nearest is too far, is no disease, or has a rival that is almost as near ("osteoporosis", "osteopetrosis").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mscminer.core.documents import Concept
from mscminer.extract.model_files import disease_folder
from mscminer.extract.spelling import plain_name, words_agree
from mscminer.extract.vocabulary import Term, TermKind, read_terms

FLOOR: Final = 0.6
"""Least cosine of character 3-grams; chosen on the tune half of the registry's own pairs (scripts/measure_linker)."""
MARGIN: Final = 0.03
"""By how much the best descriptor must lead the next."""
_NEIGHBOURS: Final = 12
_MOST_DEGREES: Final = 6


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Candidate:
    """A descriptor that may be meant; `neg` is the cosine with its sign turned, so that the best sorts first."""

    neg: float
    ui: str
    name: str

    @property
    def score(self) -> float:
        return -self.neg


@dataclass(frozen=True, kw_only=True)
class DiseaseIndex:
    """A knowledge base by exact names; candidates are made when the first name is not found among them."""

    terms: dict[str, Term]
    exact: dict[str, str]
    _made: list[Any] = field(default_factory=list)

    def link(self, name: str) -> Concept | None:
        """The descriptor of a name, or None where none is near enough or two are equally near.

        Words of degree and course before the name ("refractory", "severe") are dropped one after the other, and
        then its cause ("cirrhosis due to hepatitis B").
        """
        whole = self._without_degrees(name)
        disease = _CAUSE.split(name, maxsplit=1)[0]
        return whole or (self._without_degrees(disease) if disease != name else None)

    def _without_degrees(self, name: str) -> Concept | None:
        words = name.split()
        for start in range(min(_MOST_DEGREES, len(words))):
            found = self._nearest(" ".join(words[start:]))
            if found is not None and _is_of_its_kind(name, found):
                return Concept(name=found.name, ui=found.ui)
            if not _DEGREE.fullmatch(words[start]):
                return None
        return None

    def exact_ui(self, name: str) -> str | None:
        """The unique id of the descriptor that has exactly this name, spelling apart."""
        return self.exact.get(plain_name(name))

    def _nearest(self, name: str) -> Term | None:
        plain = plain_name(name)
        if plain in self.exact:
            return self.terms[self.exact[plain]]
        scored = self.candidates(plain)
        if not scored or scored[0].score < FLOOR or not words_agree(plain, scored[0].name):
            return None
        rival = scored[1].score if len(scored) > 1 else 0.0
        return self.terms[scored[0].ui] if scored[0].score - rival >= MARGIN else None

    def candidates(self, plain: str) -> list[Candidate]:
        """The descriptors nearest to a plain name, best first; each with that of its names that is nearest."""
        if not plain:
            return []
        if not self._made:
            from mscminer.extract.candidates import build_generator

            self._made.append(build_generator(self.terms.values(), self.exact))
        [found] = self._made[0]([f" {plain} "], _NEIGHBOURS)
        return sorted(
            Candidate(neg=-round(score, 6), ui=one.concept_id, name=name.strip())
            for one in found
            for score, name in [max(zip(one.similarities, one.aliases, strict=True))]
        )


_COURSE: Final = (
    "chronic|(?:sub-?)?acute|acute-on-chronic|early|late|end-?stage|progressive|relaps(?:ing|ed)|recurrent|congestive"
    "|idiopathic|primary|secondary|decompensated|compensated|newly|recently|diagnosed|metastatic"
)
_AMOUNT: Final = (
    "severe(?:ly)?|mild(?:ly)?|moderate(?:ly)?|advanced|active|complex|critical|extensive|symptomatic|(?:bi|uni)lateral"
    "|(?:stage|grade|[ivx]+|\\d+[ab]?)"
)
_ANSWER: Final = "refractory|resistant|dependent|steroid|treatment|therapy|drug"
_DEGREE: Final = re.compile(
    rf"(?:(?:{_COURSE}|{_AMOUNT}|{_ANSWER}|to|or|and)(?:[-/]|$))+|[\w-]+-(?:induced|related|associated|resistant|refractory)",
    re.IGNORECASE,
)
"""Words before a name that leave it the same disease; joined ones too ("moderate-to-severe", "steroid-resistant")."""
_CAUSE: Final = re.compile(
    r" (?:(?:due|secondary|related) to|(?:caused|induced) by|associated with|(?:in|after|following)) ", re.IGNORECASE
)
"""What follows says whence the disease comes or in whom it is."""


def _is_of_its_kind(name: str, term: Term) -> bool:
    """Type check: a drug or a bare organ ("heart") is no disease, and "Hodgkin" is not "non-Hodgkin"."""
    low = name.lower()
    if term.kind is not TermKind.DISEASE:
        return False
    if term.name.endswith("Diseases") and not re.search(r"diseas|disord|pathol", low):
        return False
    return ("non" in low) == ("non" in term.name.lower()) or "non" not in term.name.lower()


def build_index(terms: tuple[Term, ...]) -> DiseaseIndex:
    """Index terms by all their names; headings go before synonyms, and the first of two equal names stays."""
    exact: dict[str, str] = {}
    for term in terms:
        if plain_name(term.name):
            exact.setdefault(plain_name(term.name), term.ui)
    for term in terms:
        for name in term.synonyms:
            if plain_name(name):
                exact.setdefault(plain_name(name), term.ui)
    return DiseaseIndex(terms={term.ui: term for term in terms}, exact=exact)


@lru_cache(maxsize=4)
def load_diseases(folder: Path | None = None) -> DiseaseIndex:
    """The index of a knowledge base, by default the one in use.

    Raises:
        ModelError: if the file is missing or damaged.
    """
    return build_index(read_terms(folder or disease_folder()))


def link_disease(name: str) -> Concept | None:
    """The MeSH descriptor of a condition's name by the knowledge base in use, or None."""
    return _linked(name, disease_folder())


@lru_cache(maxsize=8192)
def _linked(name: str, folder: Path) -> Concept | None:
    return load_diseases(folder).link(name)
