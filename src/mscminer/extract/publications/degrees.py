"""The name of a publication's condition without the degrees that readers leave out.

Titles say in whom a disease is treated ("recent-onset", "moderate to severe", "treatment-refractory"); readers name
the disease.  They keep a degree that makes another class of patients: "severe aplastic anemia", "refractory angina".
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from typing import Final

_RANGE: Final = r"(?:(?:mild|moderate)(?:ly)?[ -](?:to|and|or)[ -](?:moderate|severe)|moderate)(?:ly active)?"
_ONSET: Final = r"(?:recent|new|newly|recently)[ -](?:onset|diagnosed)"
_STAGE: Final = (
    r"(?:early|late|subacute|acute|chronic)[ -]stage|end-?[ ]?stage(?! (?:renal|kidney|liver|heart|lung|organ|cardiac))"
)
_COURSE: Final = "recalcitrant|long-?standing|rapidly progress(?:ing|ive)|pre-?collapse|critical-sized?"
_SICK: Final = "critically ill|hospitali[sz]ed"
_NEW: Final = r"new(?! (?:onset|diagnosed)\b)"
_ILL: Final = rf"{_SICK}|severe (?:and|or) critical|(?:insulin|steroid)-(?:treated|maintained)"
_GRADED: Final = "graft-versus-host|graft versus host|acute respiratory distress|ards"
"""Diseases whose every case that is treated is severe."""
_SEVERE: Final = rf"severe(?=,? (?:and )?(?:(?:\w+-)?(?:refractory|resistant) (?!asthma))|(?! acute respiratory syndrome).*\b(?:{_GRADED})\b)"
_WASTING: Final = (
    "retinitis|amyotrophic|multiple s|parkinson|alzheimer|knee|hip|osteoarthritis|copd|chronic obstructive"
)
_ADVANCED: Final = rf"advanced(?= (?:{_WASTING}))"
_OTHER: Final = r"severe(?= stable)|relapsing-remitting (?:and|or) (?:secondary |primary )?progressive|juvenile- and adult-onset|bilateral(?= (?:knee|hip))|active(?! and )"
_LEADING: Final = re.compile(
    rf"^(?:{_RANGE}|{_ONSET}|{_STAGE}|{_COURSE}|{_ILL}|{_SEVERE}|{_ADVANCED}|{_OTHER}),? (?:and |or )?(?=\w)",
    re.IGNORECASE,
)
_NO_NAME: Final = re.compile(
    rf"^(?:(?:{_SICK}|{_NEW}|bilateral(?= (?:knee|hip))) (?=\w)|(?:treatment|therapy)[ -](?:refractory|resistant) )",
    re.IGNORECASE,
)
"""What tells of the people, or of no treatment by its name, and is never part of a name."""
_DRUG: Final = r"(?:treatment|therapy|drug|medical(?:ly)?|medication|biologics?|methotrexate|anti-tnf|multi-?drug)"
_UNANSWERED: Final = re.compile(
    rf"\b{_DRUG}[ -](?:refractory|resistant) (?!(?:\w+ )?(?:epilep|seizure|depressi|hypertension|tubercul))",
    re.IGNORECASE,
)
"""Named by what has failed; as a word of a name such diseases are only "refractory"."""
_OWN_CLASS: Final = (
    r"lupus|rheumatoid|angina|adhesion|asherman|graft|epilep|asthma|leuk|lymphom|myelom|tumou?r|cancer|carcinom|blastom"
    r"|seizure|depressi|fistulas?\b|hypertension"
)
_REFRACTORY: Final = re.compile(
    rf"^(?:(?:active|relapsed) (?:and|or) )?refractory (?:(?:and|or) relapsed )?(?!ana?emia|.*(?:{_OWN_CLASS}))(?=\w)",
    re.IGNORECASE,
)
_LEFT_OUT: Final = (
    (_UNANSWERED, "refractory "),
    (_REFRACTORY, ""),
    (re.compile(r"^living[- ](?:donor|related)(?: donor)? (?=\w+ transplantation$)", re.IGNORECASE), ""),
    (re.compile(r" (?:types|stages?|grades?) [\divx]+(?:(?: and | or | ?- ?|/)[\divx]+)?$", re.IGNORECASE), ""),
)
_IN_OTHER_WORDS: Final = (
    (re.compile(r" of (?:childhood|adulthood)$", re.IGNORECASE), ""),
    (re.compile(r" in (?:daily|clinical|routine)(?: clinical)? practice$", re.IGNORECASE), ""),
    (re.compile(r"\bradiogenic\b", re.IGNORECASE), "radiation-induced"),
    (
        re.compile(
            r"^(?!radiation)(.+) (?:after|following) (?:irradiation|radiation(?: therapy)?|radiotherapy)"
            r"(?: (?:of|for|in) (?:[\w-]+ ){0,4}(?:cancers?|carcinoma|tumou?rs?|malignanc(?:y|ies)))?$"
        ),
        r"radiation-induced \1",
    ),
    (re.compile(r" following (?=\w)"), " after "),
    (
        re.compile(
            r"^(?:lupus|SLE)[- ](?:related|associated|induced) nephritis$"
            r"|^nephritis (?:of|in|due to) (?:lupus|SLE|systemic lupus erythematosus)$",
            re.IGNORECASE,
        ),
        "lupus nephritis",
    ),
    (re.compile(r"(?<![\w-])MS$"), "multiple sclerosis"),
    (re.compile(r"^ARDS$"), "acute respiratory distress syndrome"),
    (re.compile(r"^hip osteonecrosis$", re.IGNORECASE), "osteonecrosis of the femoral head"),
    (re.compile(r"^osteoarthritic (knee|hip|ankle)s?$", re.IGNORECASE), r"\1 osteoarthritis"),
    (re.compile(r"\bgonarthrosis$", re.IGNORECASE), "knee osteoarthritis"),
    (re.compile(r"\bcoxarthrosis$", re.IGNORECASE), "hip osteoarthritis"),
)

_MARKS: Final = (
    "active|advanced|anti|ards|bilateral|biologic|coxa|critical|drug|early|end|following|gonar|grade|hip|hospital|insulin|juvenile|late|living|lupus|nephritis|sle"
    "|long|medic|methotrexate|mild|moderate|ms|multi|new|of |osteoarthritic|pr[ea]|radi|rapidly|recalcitrant|recent|refractory|relaps|severe"
    "|stage|steroid|therapy|treatment|types"
)
_MAY_CHANGE: Final = re.compile(rf"(?<!\w)(?:{_MARKS})", re.IGNORECASE)
"""A word of every name that is changed begins so."""


def without_degrees(name: str) -> str:
    """The name without degrees of course, onset and answer that make no other disease.

    >>> without_degrees("moderate to severe, treatment-refractory ulcerative colitis")
    'ulcerative colitis'
    >>> without_degrees("severe and drug-refractory systemic lupus erythematosus")
    'refractory systemic lupus erythematosus'
    >>> without_degrees("end-stage renal disease")
    'end-stage renal disease'
    """
    if not _MAY_CHANGE.search(name):
        return name
    before = None
    while before != name:
        before = name
        name = _LEADING.sub("", name)
        for pattern, other in (*_LEFT_OUT, *_IN_OTHER_WORDS):
            name = pattern.sub(other, name)
    return name


def with_degrees(name: str) -> str:
    """The name in the words that readers use, with its degrees.

    >>> with_degrees("recent-onset radiogenic proctitis following surgery")
    'recent-onset radiation-induced proctitis after surgery'
    """
    if _MAY_CHANGE.search(name):
        name = _NO_NAME.sub("", name)
        for pattern, other in _IN_OTHER_WORDS:
            name = pattern.sub(other, name)
    return name
