"""One spelling for the names of diseases, so that those that differ in form only are the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SKIPPED: Final = frozenset(
    {"of", "the", "and", "with", "in", "to", "due", "disease", "disorder", "syndrome", "mellitus"}
)
_BRITISH: Final = (("aemi", "emi"), ("haem", "hem"), ("oedema", "edema"), ("tumour", "tumor"), ("oesoph", "esoph"))
_SAME: Final = {
    "cancer": "neoplasm",
    "tumor": "neoplasm",
    "hepatic": "liver",
    "renal": "kidney",
    "cardiac": "heart",
    "pulmonary": "lung",
    "cutaneou": "skin",
    "cerebral": "brain",
    "ii": "2",
    "iii": "3",
    "iv": "4",
}
"""Words that stand for the same in the name of a disease, after the plural's s is gone."""
_CIRRHOSIS: Final = "cirrhosi"
"""Of the liver, if nothing else is said; both spellings are one."""
_BRACKETS: Final = re.compile(r"\([^)]*\)")
_WORD: Final = re.compile(r"[a-z0-9]+")
_TYPE_ONE: Final = re.compile(r"\b(type|stage|grade)\si\b")


@lru_cache(maxsize=16384)
def plain_name(name: str) -> str:
    """Lower case, American spelling, words sorted and singular, without those that tell nothing apart."""
    low = _BRACKETS.sub(" ", name.lower()).replace("'s ", " ").replace("’s ", " ")
    for british, american in _BRITISH:
        low = low.replace(british, american)
    words = (_singular(word) for word in _WORD.findall(_TYPE_ONE.sub(r"\1 1", low)))
    plain = sorted(_SAME.get(word, word) for word in words if word not in _SKIPPED)
    return " ".join(word for word in plain if word != "liver" or _CIRRHOSIS not in plain)


def _singular(word: str) -> str:
    return re.sub(r"(?<=[^s])s$", "", re.sub(r"ies$", "y", word))


def words_agree(one: str, other: str) -> bool:
    """Whether two plain names have the same words but for their endings and where they are joined.

    "coronary atherosclerosis" does not agree with "atherosclerosis", nor "type 1" with "type 2".
    """
    first, second = one.split(), other.split()
    return _all_found(first, second, other) and _all_found(second, first, one)


def _all_found(words: list[str], among: list[str], whole: str) -> bool:
    glued = whole.replace(" ", "")
    return all(any(_alike(word, other) for other in among) or (len(word) > 3 and word in glued) for word in words)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    shared = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return not (one.isdigit() or other.isdigit()) and shared >= max(4, 0.6 * max(len(one), len(other)))
