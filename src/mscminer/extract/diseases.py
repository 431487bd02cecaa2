"""Names of conditions to MeSH descriptors: an exact look-up, then characters in common, with a floor.

The terms are MeSH's own (those of the registry's condition fields and their ancestors) with a few synonyms.  Where
two descriptors fit almost equally well ("osteoporosis", "osteopetrosis") none is given.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mscminer.core.documents import Concept
from mscminer.core.errors import ModelError
from mscminer.extract.model_files import find_model

FLOOR = 0.8
"""Least cosine of character 3-grams; chosen on the registry's own condition-descriptor pairs."""
MARGIN = 0.03
"""By how much the best descriptor must lead the next."""
_SKIPPED = frozenset({"of", "the", "and", "with", "in", "to", "due", "disease", "disorder", "syndrome", "mellitus"})
_BRITISH = (("aemi", "emi"), ("haem", "hem"), ("oedema", "edema"), ("tumour", "tumor"), ("oesoph", "esoph"))


@dataclass(frozen=True, kw_only=True)
class DiseaseIndex:
    """Descriptors by normal form and by 3-grams."""

    exact: dict[str, Concept]
    vectors: tuple[tuple[Concept, dict[str, float]], ...]
    grams: dict[str, tuple[int, ...]]
    rarity: dict[str, float]

    def link(self, name: str) -> Concept | None:
        """The descriptor of a name, or None where none is near enough or two are equally near.

        Words of degree and course before the name ("refractory", "severe") are dropped one after the other.
        """
        words = name.split()
        for start in range(min(4, len(words))):
            found = self._nearest(" ".join(words[start:]))
            if found is not None and _is_of_its_kind(name, found):
                return found
            if not _DEGREE.fullmatch(words[start]):
                return None
        return None

    def _nearest(self, name: str) -> Concept | None:
        plain = _plain(name)
        if plain in self.exact:
            return self.exact[plain]
        vector = _vector(plain, self.rarity)
        shared = {number for gram in vector for number in self.grams.get(gram, ())}
        scored = sorted(((_cosine(vector, self.vectors[number][1]), number) for number in shared), reverse=True)
        if not scored or scored[0][0] < FLOOR:
            return None
        best = self.vectors[scored[0][1]][0]
        rival = next((score for score, number in scored[1:] if self.vectors[number][0].ui != best.ui), 0.0)
        return best if scored[0][0] - rival >= MARGIN else None


_DEGREE = re.compile(
    r"chronic|acute|sub-?acute|refractory|severe|mild|moderate|to|or|advanced|early|late|end-?stage|progressive|relapsing|active|complex"
    r"|critical|steroid-?\w*|resistant|dependent|recurrent|symptomatic|decompensated|newly|diagnosed|primary|secondary|bilateral|unilateral",
    re.IGNORECASE,
)


def _is_of_its_kind(name: str, concept: Concept) -> bool:
    """Type check: a bare organ ("heart") is no disease of it, and "Hodgkin" is not "non-Hodgkin"."""
    low = name.lower()
    if concept.name.endswith("Diseases") and not re.search(r"diseas|disord|pathol", low):
        return False
    return ("non" in low) == ("non" in concept.name.lower()) or "non" not in concept.name.lower()


def _plain(name: str) -> str:
    """Lower case, American spelling, words sorted, without those that tell nothing apart."""
    low = re.sub(r"\([^)]*\)", " ", name.lower()).replace("'s ", " ").replace("’s ", " ")
    for british, american in _BRITISH:
        low = low.replace(british, american)
    words = [re.sub(r"ies$", "y", word) for word in re.findall(r"[a-z0-9]+", low) if word not in _SKIPPED]
    return " ".join(sorted(re.sub(r"(?<=[^s])s$", "", word) for word in words))


def _grams(plain: str) -> Counter[str]:
    padded = f" {plain} "
    return Counter(padded[start : start + 3] for start in range(len(padded) - 2))


def _vector(plain: str, rarity: dict[str, float]) -> dict[str, float]:
    raw = {gram: count * rarity.get(gram, 6.0) for gram, count in _grams(plain).items()}
    length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
    return {gram: weight / length for gram, weight in raw.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(weight * other.get(gram, 0.0) for gram, weight in one.items())


def build_index(terms: list[tuple[Concept, str]]) -> DiseaseIndex:
    """Index (descriptor, name or synonym) pairs; the first of two equal names stays."""
    exact: dict[str, Concept] = {}
    for concept, name in terms:
        if _plain(name):
            exact.setdefault(_plain(name), concept)
    frequency: Counter[str] = Counter(gram for plain in exact for gram in _grams(plain))
    rarity = {gram: math.log((1 + len(exact)) / count) for gram, count in frequency.items()}
    vectors = tuple((concept, _vector(plain, rarity)) for plain, concept in exact.items())
    grams: defaultdict[str, list[int]] = defaultdict(list)
    for number, (_, vector) in enumerate(vectors):
        for gram in vector:
            grams[gram].append(number)
    return DiseaseIndex(
        exact=exact, vectors=vectors, grams={gram: tuple(found) for gram, found in grams.items()}, rarity=rarity
    )


@lru_cache(maxsize=2)
def load_diseases(folder: Path | None = None) -> DiseaseIndex:
    """The index of the rules' vocabulary.

    Raises:
        ModelError: if the file is missing or damaged.
    """
    file = (folder or find_model()) / "mscminer_diseases" / "diseases.tsv"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        terms = [(Concept(name=row["name"], ui=row["ui"]), name) for row in rows for name in _names(row)]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise ModelError(f"no disease vocabulary: {error}", where=str(file), remedy="Reinstall mscminer.") from error
    return build_index(terms)


def _names(row: dict[str, str]) -> list[str]:
    return [row["name"], *(name for name in (row["synonyms"] or "").split("|") if name)]


@lru_cache(maxsize=4096)
def link_disease(name: str) -> Concept | None:
    """The MeSH descriptor of a condition's name, or None."""
    return load_diseases().link(name)
