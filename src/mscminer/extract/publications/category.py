"""The main category of what a publication's study treats, by the lexicon shared with registrations."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.vocabulary import Category
from mscminer.extract.anchors import anchored
from mscminer.extract.conditions import for_diabetics, strengths_in
from mscminer.extract.lexicon import Lexicon
from mscminer.extract.publications.named_conditions import ConditionFound
from mscminer.extract.publications.text import PublicationText, Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryFound:
    """The main category and how far it is ahead of the next (0 to 1)."""

    category: Category
    margin: float


_PRODUCT_TISSUE: Final = anchored(
    r"\b(?:bone[- ]?marrow(?! (?:failure|lesion|edema|oedema))|cord[- ]blood|umbilical[- ]cord|dental[- ]pulp|endometrial|menstrual|adipose|placent\w+|amniotic|olfactory|skin[- ]derived|muscle[- ]derived|synovial|(?<!lung )(?<!kidney )(?<!renal )(?<!liver )(?<!heart )allogr?aft|allogen\w+|regenerat\w+|(?<!kidney )(?<!renal )(?<!liver )(?<!hepatic )(?<!lung )(?<!heart )(?<!cardiac )(?<!islet )(?<!organ )(?<!limb )(?<!donor )transplant\w*|fat pad|cell therapy|cells?|(?<!delayed )graft(?!-| versus| (?:function|failure|loss|survival|dysfunction))|immun\w+|metabol\w+|gene\w*|genetic\w*|wound dressing|h[a]?ematopoietic|haplo-?identical|scar (?:tissue|resection))\b"
)
_CATEGORY_WEIGHT: Final = {
    Zone.TITLE: 3.0,
    Zone.AIM: 1.0,
    Zone.METHODS: 0.5,
    Zone.CONCLUSION: 0.5,
    Zone.BACKGROUND: 0.4,
}
_ORGAN_CANCER: Final = 1.6
"""A cancer of the gut or the prostate counts as cancer, though the organ's own category has its words too."""


def find_category_of(
    lexicon: Lexicon, text: PublicationText, conditions: Sequence[ConditionFound], *, title_only: bool = False
) -> CategoryFound | None:
    """The category that title, conditions and (unless `title_only`) sentences speak for most."""
    scores: dict[str, float] = defaultdict(float)
    for words, weight in _focus(text, conditions):
        _add_scores(scores, lexicon, words, weight)
    if extra := for_diabetics(text.title):
        scores[Category.DIABETES] += extra
    found = _ranked(scores)
    if not title_only and (found is None or found.margin < _CLEAR):
        for words, weight in _background(text):
            _add_scores(scores, lexicon, words, weight)
        found = _ranked(scores)
    if (found is None or found.category is Category.OTHER) and _is_in_healthy(text):
        return CategoryFound(category=Category.HEALTHY_VOLUNTEERS, margin=_CLEAR)
    if found is None and is_beside_transplant(text.title):
        return CategoryFound(category=Category.GVHD_TRANSPLANT, margin=_CLEAR)
    if found and found.category is Category.CANCER and is_beside_transplant(text.title):
        return replace(found, category=Category.GVHD_TRANSPLANT)
    return found


_HEALTHY: Final = re.compile(
    r"\b(?:in|among|to|enrolled|recruited|randomi[sz]ed|included) (?:[\w-]+ ){0,3}healthy (?:[\w-]+ ){0,2}(?:volunteers|subjects|adults|men|women|people|participants)\b"
)
_ILL: Final = re.compile(r"\bpatients\b")


def _is_in_healthy(text: PublicationText) -> bool:
    """Whether the study itself tells of healthy people who take part, and of no patients."""
    own = text.zones(Zone.TITLE, Zone.AIM, Zone.METHODS)
    return any(_HEALTHY.search(one.text) for one in own) and not any(_ILL.search(one.text) for one in own)


_BESIDE_BLOOD: Final = re.compile(
    r"\bco-?(?:transplant|infus)\w*|\bnon-?myeloablat\w+|\bgraft-versus-(?:tumou?r|leuk[a]?emia)"
    r"|\b(?:hla-mismatched|haplo-?identical|t-cell-deplet\w+)\b[^.:]{0,40}\b(?:transplant\w*|stem[- ]cells)|\bafter conditioning\b"
)


def is_beside_transplant(title: str) -> bool:
    """Whether cells are given beside a transplant of blood: they are to help that transplant, not against the cancer."""
    return _BESIDE_BLOOD.search(title) is not None


_CLEAR: Final = 0.25
"""A title and conditions this far ahead need no look at the abstract."""


def _add_scores(scores: dict[str, float], lexicon: Lexicon, words: str, weight: float) -> None:
    for value, strength in strengths_in(lexicon, words).items():
        organ = _ORGAN_CANCER if value == Category.CANCER and weight >= _CATEGORY_WEIGHT[Zone.TITLE] else 1.0
        scores[value] += weight * strength * organ


def _ranked(scores: dict[str, float]) -> CategoryFound | None:
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return CategoryFound(category=Category(ranked[0][0]), margin=(ranked[0][1] - second) / ranked[0][1])


def _focus(text: PublicationText, conditions: Sequence[ConditionFound]) -> Iterator[tuple[str, float]]:
    outlook = _OUTLOOK.search(text.title)
    for condition in conditions:
        if outlook and condition.name.lower() in outlook[0]:
            continue
        yield from _before_cause(condition.name.lower(), _CATEGORY_WEIGHT[Zone.TITLE] * min(1.0, condition.weight))
    title = _OUTLOOK.sub(" ", text.title)
    yield from _before_cause(_PRODUCT_TISSUE.blanked(title), _CATEGORY_WEIGHT[Zone.TITLE])


_OUTLOOK: Final = re.compile(
    r"\b(?:hints?|lessons?|implications?|perspectives?|relevance|inspirations?|insights?|clues?|prospects?|means?|experience) (?:for|to|towards?) (?:[\w-]+ ){0,4}(?:covid(?:-?19)?|sars-cov-2|coronavirus)[\w -]*"
)
"""What titles say a finding in another disease may mean for the pandemic."""


def _before_cause(words: str, weight: float) -> Iterator[tuple[str, float]]:
    """The words, and once more those before a cause: they name what is treated."""
    cause = _CAUSE.search(words)
    if cause is None:
        yield words, weight
        return
    yield words, weight * _OF_CAUSE
    yield words[: cause.start()], weight * (1 - _OF_CAUSE)


_OF_CAUSE: Final = 0.45
"""How much a cause counts beside what came of it: "dry eye due to" an illness is one of the eye."""
_CAUSE: Final = re.compile(
    r"\b(?:(?:due|secondary) to|(?:caused|induced) by|as an? (?:manifestation|complication|result|consequence|sequela) of"
    r"|complicating|resulting from|after|following|in the (?:course|setting|context) of|of(?= (?:primary |secondary )?(?:sj\w+gren|rheumatoid)))\b(?![^.:]*\b(?:covid|sars|diabet))"
)


_DENIED_TUMOUR: Final = re.compile(
    r"\b(?:no|without|nor)\s(?:[\w-]+,?\s){0,5}?(?:(?:malignan\w+|benign)\s)?(?:tumou?rs?\b(?!\s(?:respon|shrink|progress|marker))|neoplas\w+|malignan\w+)"
)
"""A harm that was watched for: "no ectopic tissue or malignant tumour was found" tells of no cancer patients."""


def _background(text: PublicationText) -> Iterator[tuple[str, float]]:
    """The abstract zone by zone, each counted as two of its sentences."""
    for zone, weight in _CATEGORY_WEIGHT.items():
        if zone is not Zone.TITLE:
            words = _DENIED_TUMOUR.sub(" ", " \n ".join(sentence.text for sentence in text.zones(zone)))
            if words:
                yield _PRODUCT_TISSUE.blanked(words), 2 * weight
