"""How the name of a condition is written: as a clinician would, in the text's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from mscminer.extract.starts import lowered

_TAIL: Final = re.compile(r"(?:\s*\([^()]{2,40}\))+\s*$")
"""An abbreviation or a remark in brackets at the end of a name."""
_APOSTROPHE: Final = re.compile("[\u2019\u00b4`]")
_EDGES: Final = " \t\n.,;:\uff0c\u3002-"
_OF_SITE: Final = re.compile(
    r"(?P<how>(?:(?:mild|moderate|severe|advanced|chronic|early|end-stage|to|or) )*)"
    r"(?P<what>osteoarthritis|defects?|injury|fracture|osteonecrosis|cirrhosis) of (?:the )?(?P<site>\w+(?: \w+)?)",
    re.IGNORECASE,
)
ANOTHER_WORD: Final = (
    ("covid", re.compile(r"\bcovid[\s-]?(?:20)?19\b", re.IGNORECASE), "COVID-19"),
    ("coronavirus", re.compile(r"\b(?:novel )?coronavirus disease(?: 20|-)19\b", re.IGNORECASE), "COVID-19"),
    ("gvhd", re.compile(r"\ba-?GVHD\b", re.IGNORECASE), "acute GVHD"),
    ("gvhd", re.compile(r"\bc-?GVHD\b", re.IGNORECASE), "chronic GVHD"),
    ("diabet", re.compile(r"\btype\s?-?(1|2|I|II)\s?diabet", re.IGNORECASE), r"type \1 diabet"),
    ("steroid", re.compile(r"^(.+) (refractory|resistant) to (?:cortico)?steroids?$", re.IGNORECASE), r"steroid-\2 \1"),
    ("diabetic", re.compile(r"\bdiabetic$", re.IGNORECASE), "diabetes"),
    ("diabetes", re.compile(r"\b(diabetes(?: mellitus)?)\s?type\s?-?(1|2|I|II)$", re.IGNORECASE), r"type \2 \1"),
    ("graft", re.compile(r"\bgraft[\s-](?:v|vs\.?)[\s-]host\b", re.IGNORECASE), "graft-versus-host"),
    ("st ", re.compile(r"\bST (?:segment )?elevat(?:ed|ion)\b", re.IGNORECASE), "ST-elevation"),
    ("'s", re.compile(r"\b(alzheimer|parkinson|crohn|peyronie)'s$", re.IGNORECASE), r"\1's disease"),
    (
        "transplant",
        re.compile(r"\b(kidney|renal|liver|lung|heart) transplants?$", re.IGNORECASE),
        r"\1 transplantation",
    ),
    ("infected", re.compile(r"\binfected (?:subjects|patients|people)$", re.IGNORECASE), "infection"),
    ("osteoarthritic", re.compile(r"\bosteoarthritic (knee|hip|ankle)s?$", re.IGNORECASE), r"\1 osteoarthritis"),
    ("infarcted", re.compile(r"\binfarcted myocardi(?:um|al tissue)$", re.IGNORECASE), "myocardial infarction"),
    (" joint ", re.compile(r"\b(knee|hip|ankle) joint (?=osteoarthritis\b)", re.IGNORECASE), r"\1 "),
    ("with ", re.compile(r"\bin (?:patients|subjects|people) with ", re.IGNORECASE), "in "),
    (" patient", re.compile(r"\b patients? (?=caused|due|with)", re.IGNORECASE), " "),
)
"""Wordings of titles that clinicians write in another way; before each stands what all of it have in lower case."""
_AFTER_NAME: Final = re.compile(
    r" (?:aggravated|unspecified|adult|moderate|severe|mild|nos|(?<!wound )healing|prophylaxis|diagnosis"
    r"|(?<!bullosa )treatment|(?<=bullosa )wounds|(?<=crohn's disease )lesions"
    r"|(?:in|at) (?:[\w-]+ ){0,4}(?:china|europe|iran|india|japan|korea|hospital|center|centre)|at \w\d[\w-]* level)$",
    re.IGNORECASE,
)
"""What stands behind a name in an index or a title and is no part of it: a degree, a place, what is done."""
_IDLE: Final = (
    r"male(?=\serectile)|patients with|single|unilateral|recent|intractable|slight|unresectable|no[ -]option"
    r"|(?:K-?L|Kellgren-Lawrence) grade \w+|(?:primary )?mild to moderate|correction of|prevention of|treatment of"
)
_BEFORE_NAME: Final = re.compile(
    rf"^(?:(?:{_IDLE})\s)+(?=\w)|(?<=\w )treatment (?=in )|^primary (?=idiopathic)", re.IGNORECASE
)
"""What stands before a name that readers leave out."""
_PLURALS: Final = {
    "injuries": "injury",
    "tumors": "tumor",
    "tumours": "tumour",
    "cirrhoses": "cirrhosis",
    "neoplasms": "neoplasm",
}
_PEOPLE: Final = (
    "alzheimer asherman barre behcet buerger charcot crohn down duchenne fanconi gaucher guillain hodgkin huntington"
    " hunter hurler kienbock krabbe leber legg calve marfan parkinson perthes peyronie pompe raynaud rett romberg"
    " sjogren sj\u00f6gren stargardt usher wagner wilson"
)
_EPONYMS: Final = frozenset(_PEOPLE.split())
_ALL_CAPITAL: Final = re.compile(r"\W*[A-Z]{2}[A-Z\d-]*\W*")
_CAPITALS: Final = re.compile(r"^(?!.*[a-z]{3}).*[A-Z].*[A-Z]|^[A-Z]\W?$|^[IVX]+\W?$|['\u2019]s$")
"""Acronyms, one-letter types ("hepatitis B"), Roman numbers, names with 's."""


def written(words: str) -> str:
    """The words of a text as a name: "Osteoarthritis, Knee (OA)" is "knee osteoarthritis".

    Lower case but for acronyms and the names of people; what the registry turns round is turned back.
    """
    text = _TAIL.sub("", _APOSTROPHE.sub("'", words).strip(_EDGES)).strip(_EDGES)
    text = text.lower() if text.isupper() and " " in text else text
    text = _in_other_words(text)
    plain = [_in_case(word) for word in _AFTER_NAME.sub("", _BEFORE_NAME.sub("", _turned(text))).split()]
    if plain:
        plain[-1] = _PLURALS.get(plain[-1], plain[-1])
    return " ".join(plain)


def _in_other_words(text: str) -> str:
    """The text with those wordings changed whose own word it has."""
    low = lowered(text)
    for word, pattern, other in ANOTHER_WORD:
        if word in low:
            text = pattern.sub(other, text)
            low = lowered(text)
    return text


def _turned(text: str) -> str:
    """An indexer's "Leukemia, Myeloid, Acute" and "fracture of the hip" with kind and site before the noun."""
    parts = [part.strip() for part in re.split(r"[,;]", text)]
    if parts[-1].lower() == "adult":
        parts = parts[:-1]
    parts = [_TAIL.sub("", part) for part in parts]
    if all(_KIND.fullmatch(part) for part in parts[1:]):
        text = " ".join(reversed(parts))
    of_site = _OF_SITE.fullmatch(text)
    if of_site is None:
        return text
    return f"{of_site['how']}{_JOINT.sub('', of_site['site'])} {of_site['what']}"


_JOINT: Final = re.compile(r"(?:(?<=knee)|(?<=hip)|(?<=ankle)) joint$", re.IGNORECASE)
_KIND: Final = re.compile(r"type [12]|type I{1,2}|[^\W\d]+(?:[ -][^\W\d]+)?", re.IGNORECASE)
"""What stands after a comma in an index: one or two words."""


@lru_cache(maxsize=4096)
def _in_case(word: str) -> str:
    return word if _ALL_CAPITAL.fullmatch(word) else "-".join(map(_part_in_case, word.split("-")))


def _part_in_case(part: str) -> str:
    if _CAPITALS.search(part):
        return part[0].upper() + part[1:] if part.lower().endswith(("'s", "\u2019s")) else part
    low = part.lower()
    return low.capitalize() if low in _EPONYMS else low


_WELL_KNOWN: Final = {
    "AKI": "acute kidney injury",
    "ALS": "amyotrophic lateral sclerosis",
    "AMD": "age-related macular degeneration",
    "AMI": "acute myocardial infarction",
    "BPD": "bronchopulmonary dysplasia",
    "CKD": "chronic kidney disease",
    "CLI": "critical limb ischemia",
    "COPD": "chronic obstructive pulmonary disease",
    "GIST": "gastrointestinal stromal tumor",
    "GVHD": "graft-versus-host disease",
    "HIE": "hypoxic-ischemic encephalopathy",
    "IPF": "idiopathic pulmonary fibrosis",
    "OA": "osteoarthritis",
    "SLE": "systemic lupus erythematosus",
    "STEMI": "ST-elevation myocardial infarction",
    "T1DM": "type 1 diabetes mellitus",
    "T2DM": "type 2 diabetes mellitus",
    "TBI": "traumatic brain injury",
}
_WELL_KNOWN_WORD: Final = re.compile(rf"\b(?:{'|'.join(_WELL_KNOWN)}|GvHD)\b")


def in_words(name: str) -> str:
    """The name with the acronyms spelled out that stand for one disease wherever they stand, explained or not.

    >>> in_words("acute GvHD")
    'acute graft-versus-host disease'
    """
    return _WELL_KNOWN_WORD.sub(lambda match: _WELL_KNOWN[match[0].upper()], name)


_ACRONYM: Final = re.compile(r"(?<![\w-])a?[A-Z]{2,6}(?![\w-])")
_SMALL: Final = frozenset({"of", "the", "and", "in", "to", "with", "v"})


def spelled_out(name: str, texts: Iterable[str]) -> str:
    """The name with its acronyms in words, where a text explains them: "acute respiratory distress syndrome (ARDS)"."""
    acronyms = set(_ACRONYM.findall(name))
    for text in texts if acronyms else ():
        for acronym in sorted(acronyms):
            long = _long_form(acronym, text)
            if long:
                name = re.sub(rf"(?<![\w-]){acronym}(?![\w-])", written(long), name)
                acronyms.discard(acronym)
    return name


def _long_form(acronym: str, text: str) -> str | None:
    """The words before "(ACRONYM)" that its letters stand for."""
    place = text.find(f"({acronym})")
    if place < 0:
        return None
    words = text[max(0, place - 120) : place].split()
    for count in range(1, min(len(words), len(acronym) + 3) + 1):
        if _stands_for(acronym.lower(), words[-count:]):
            return " ".join(words[-count:])
    return None


def _stands_for(letters: str, words: list[str]) -> bool:
    """Whether the letters begin the words in their order; small words and one or two others may be skipped."""
    first = [
        part[0].lower() for word in words for part in re.split(r"[-/]", word) if part and part.lower() not in _SMALL
    ]
    if not first or first[0] != letters[0] or first[-1] != letters[-1] or words[0].lower() in _SMALL:
        return False
    rest = iter(first)
    return all(letter in rest for letter in letters)
