"""Whether a place named beside another route is one more, or only tells more exactly where that one goes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mscminer.extract.other_routes import ACT
from mscminer.extract.view import Item, View, Zone, starting

INTO = "route.intralesional.into"
SYSTEMIC = frozenset({"intravenous", "intra_arterial", "intraportal", "inhaled"})
REST = re.compile(
    r"\s*(?:then\s)?(?:an?\s(?:additional|further)|another|the\s(?:rest|remainder|remaining|other\s(?:half|part|portion)))\b"
    r"(?![^.;]{0,40}\b(?:saline|drug|lidocaine|placebo|dye)\b)",
    re.IGNORECASE,
)
"""How a sentence goes on that tells where the other part of what was just given goes."""
INJECTION = re.compile(r"\b(?:re-?)?inject(?!able)\w*", re.IGNORECASE)
_AND_LENGTH = 5
_AND = re.compile(r"[\s)]*(?:[,;+&/]|(?:and|plus|or)\b)", re.IGNORECASE)


_ELSEWHERE = SYSTEMIC | {"intra_articular", "intrathecal", "intramuscular"}


def adds_place(view: View, own: Sequence[Item], item: Item, strong: Sequence[Item]) -> bool:
    """A second route in words of its own: "... intravenously. Injection of hAMSC into the lesions".

    In one sentence it stands right before the other: "into the corpora cavernosa and the penile artery".
    """
    if item.rule != INTO or not {other.value for other in strong} <= _ELSEWHERE | {"topical"}:
        return False
    if any(other.value == "topical" for other in strong) and not INJECTION.match(view.joined.text, item.start):
        return False
    if any(_is_parted(view, item, other) or _is_joined_by_and(view, item, other) for other in strong):
        return True
    if item.zone is not Zone.CORE:
        return False
    beside = [other for other in strong if other.sentence == item.sentence]
    if beside:
        return any(_stands_apart(view, other, item) for other in beside)
    end = (
        min(item.sentence[1], item.end + _OF_CELLS) if _INTO_INJECTION.match(view.joined.text, item.start) else item.end
    )
    return bool(starting(own, item.start, end))


def _is_parted(view: View, item: Item, other: Item) -> bool:
    """Whether what is given is parted between two places: "into the disc. The other half is given by vein"."""
    first, second = sorted((item, other), key=lambda one: one.start)
    if first.section != second.section or second.start - first.end > _PARTED:
        return False
    between = view.joined.text[first.end : second.start]
    return any(REST.match(between, stop.end()) for stop in _STOP.finditer(between))


_PARTED = 120
_STOP = re.compile(r"[.;,]\s|\band\s")
_OF_CELLS = 60
_INTO_INJECTION = re.compile(r"into\s(?:[\w-]+\s){1,5}?injections?\sof\s", re.IGNORECASE)
""" "Into a spinal cord injection of cells"."""
_AND_INTO = re.compile(
    r"(?:\s(?!and\b|plus\b|after\b|before\b)[\w-]+){0,4}?[\s,]*\b(?:and|plus|as\swell\sas)\s(?:also\s)?(?:in|into|at|around|round|within)\b",
    re.IGNORECASE,
)
_IN_WOUND = re.compile(
    r"\s(?:injections?|implantation|administration)\s(?:[\w-]+\s){0,4}?(?:in|into)\s(?:[\w-]+\s){0,6}?"
    r"(?:ulcers?|wounds?|lesions?)",
    re.IGNORECASE,
)
"""How words go on that tell of injections in the muscle at a wound, which are both."""
_AND_JOINT = re.compile(
    r"(?:\s\([^)]{1,30}\))?,?\s(?:and|plus|as\swell\sas)\s(?:(?:an?|the)\s)?(?:also\s|(?:rest|remain\w+|additional|another|further|other)\b|"
    r"(?:in|into|inside|within)\b|(?:(?:adjacent|same|affected|left|right)\s)?(?:\w+\s)?(?:joint|cavity))",
    re.IGNORECASE,
)
""" "Into the meniscus and the rest into the knee joint"."""
_FIRST = re.compile(r"\b(?:first|initial\w*|half|one)\b[^,;.]*$", re.IGNORECASE)
_NEXT = re.compile(
    r"[^,;.]{0,40}?(?:[,;]|\b(?:and|then|plus|followed\sby))\s(?:and\s|then\s)?(?:an?|one|two|three|second|third|later|subsequent\w*|"
    r"further|additional|another|boosters?|repeat\w*|half|rest|remain\w+|the\s(?:other|second|rest|next|following|remain\w+)|\d+)\b[^,;.]{0,40}",
    re.IGNORECASE,
)
""" "Into the ovary and one intravenous infusion": what follows is given apart from the first."""
_AND_ACT = re.compile(r"[^,;.]{0,30}?(?:,|\b(?:and|then))\s(?:(?:and|then|also|is|are|be)\s){0,2}", re.IGNORECASE)
_ANOTHER_ACT = re.compile(
    r"spray|appl(?:ied|y)|spread|dropped|laid|placed|given|infused|inject|administ|deliver", re.IGNORECASE
)
_THEN = re.compile(r"[;:]|\b(?:then|followed\sby|later|subsequently|after)\b", re.IGNORECASE)


def _stands_apart(view: View, other: Item, item: Item) -> bool:
    """Whether a place in the sentence of another route is one more.

    "Into the corpora cavernosa and the penile artery", "intra-articularly and at the bone-cartilage interface", "by
    vein; a month later they are injected into the cord".
    """
    text = view.joined.text
    if 0 <= other.start - item.end <= _AND_LENGTH:
        return _AND.match(text, item.end, other.start + _AND_LENGTH) is not None
    if item.start <= other.start and other.end < item.end:
        in_wound = other.value == "intramuscular" and _IN_WOUND.fullmatch(text, other.end, item.end) is not None
        return in_wound or _AND_INTO.match(text, other.end, item.end) is not None
    if item.end < other.start:
        return _comes_first(view, other, item)
    if other.value == "intramuscular" and 0 <= item.start - other.end <= 1:
        return _IN_WOUND.fullmatch(text, other.end, item.end) is not None
    act = ACT.match(text, item.start) is not None
    return act and other.end < item.start and _THEN.search(text, other.end, item.start) is not None


def _is_joined_by_and(view: View, item: Item, other: Item) -> bool:
    """Whether the words of the other route hold this place and one more: "into the tear and the knee joint"."""
    within = item.start < other.end and other.start < item.end < other.end
    return within and _AND_JOINT.match(view.joined.text, item.end, other.end) is not None


def _comes_first(view: View, other: Item, item: Item) -> bool:
    """Whether what follows in a sentence is given apart: "into the ovary and one intravenous infusion"."""
    text = view.joined.text
    first = ACT.match(text, item.start) or _FIRST.search(text, max(item.sentence[0], item.start - 30), item.start)
    if first is None:
        return False
    if _NEXT.fullmatch(text, item.end, other.start):
        return True
    return (
        _AND_ACT.fullmatch(text, item.end, other.start) is not None
        and _ANOTHER_ACT.match(text, other.start) is not None
    )
