"""Where a phrase that names a condition begins and ends in folded text, told by what stands round it."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from typing import Final

from mscminer.extract.anchors import Anchored, anchored


def _any_of(*parts: str) -> str:
    """An alternative of blank-separated words, in which ``_`` stands for a blank."""
    return "|".join(word.replace("_", " ") for part in parts for word in part.split())


_ENDINGS: Final = "itis osis oma omas omata pathy pathies emia aemia"
_WHOLE: Final = "fractures? burns? age?ing pain tears? cysts? copd ards bpd oa als ms"
_STEMS: Final = (
    "disease syndrome disorder lesions? defects? injur trauma wounds? ulcers? scars? necrosis rupture non-?union adhesion"
    " failure dysfunction insufficien deficien impairment degenerat atroph dystroph dysplasia malformation hypoplastic",
    "infarct ischa?emi angina cardiomyopath stroke cerebral ha?emorrhage hypertension pre-?eclampsia sepsis septic",
    "diabet lupus sclerosis fibrosis cirrhosis cancer tumou?r leuka?emi ana?emi immunodeficien gvhd graft[-_]versus"
    " rejection",
    "palsy parkinson alzheimer autism epilep ataxia dementia insomnia myelitis leukodystroph mucopolysacchar imperfecta",
    "crohn colitis fistula incontinence fecal faecal covid pneumonia asthma psoriasis dermatitis alopecia bullosa wrinkle",
    "retinitis glaucoma macular dry_eye dry_mouth xerostomia cleft recession bone_loss o?edema chondromalacia impingement"
    " genu_varum varus_knee",
    "infertil asherman menopause impotence frailty",
)
DISEASE: Final = re.compile(rf"\w\w(?:{_any_of(_ENDINGS)})\b|\b(?:{_any_of(_WHOLE)})\b|{_any_of(*_STEMS)}")
"""Words and parts of words of which a condition's name has one."""

_CLAUSE: Final = (
    "using without who whom which that were was is are from at after before during undergoing underwent treated received?"
    " receiving following via through under than compared has have had may can between whose based when while reveals?"
    " improves? results? does one two for on over but because early presented presenting occurring reported against"
    " patients subjects regenerated transplanted"
)
_GIVEN: Final = (
    r"(?<!caused )by|(?<!associated )with|(?<!due )(?<!secondary )(?<!moderate )(?<!mild )to|(?<!graft )(?:versus|vs)"
)
"""Words that end a phrase unless what stands before makes them part of a name ("caused by", "mild to moderate")."""
_PLACES: Final = "knee hip talus ankle elderly femoral medial lateral patell shoulder spine"
_STUDIED: Final = (
    "a an pigs rabbits? mice dogs sheep goats minipigs macaques animals symptomatic non- patients humans? adults? rats?"
    r" young our this vivo vitro terms which \d"
)
_SECOND_THOUGHT: Final = r"their to its compare\w* evaluat\w* assess\w* the a hyaluron\w* was were received"
_STOP: Final = re.compile(
    rf"[.;:,()\[\]]|(?<![\w-])(?:{_any_of(_CLAUSE)}|{_GIVEN}|a\b(?! \w+ (?:disease|defect)))(?![\w-])"
    rf"|\bin (?:(?:{_any_of(_STUDIED)})(?![a-z])|the (?!{_any_of(_PLACES)})|(?:children|healthy)\b(?! \())"
    rf"|\bof (?:children|patients|adults)\b|\band (?:{_any_of(_SECOND_THOUGHT)})\b| - |$"
)
CUES: Final[tuple[tuple[float, Anchored], ...]] = (
    (
        3.0,
        anchored(
            r"\b(?:treatment|treating|treat|management|repair(?:ing)?|cure|healing|regeneration|resurfacing|prevention|prophylaxis|amelioration|recovery|therapy) (?:of|for|in|from) (?:patients (?:with|suffering from) )?"
        ),
    ),
    (
        3.0,
        anchored(
            r"\b(?:patients?|subjects|participants|children|adults|infants|women|men|individuals|people|neonates|man|woman|boy|girl|volunteers|recipients|athletes|knees|hips|eyes) (?:\([^)]*\) )?(?:with|suffering from|affected by|diagnosed with|who (?:had|have|suffered from|presented with)|having|presenting with) "
        ),
    ),
    (
        2.0,
        anchored(r"\b(?:for|in|of|after|following|against|into|ameliorates?|improves?|with|treat|prevent) "),
    ),
    (1.9, anchored(r"^(?=\w)")),
    (1.5, anchored(r"\b(?:case|cases) of ")),
)
"""What leads to a condition, the surest first; those below 3 hold in titles only, as their beginning does."""
_LEAD: Final = re.compile(
    r"^(?:the|an?|their|his|her|either|various|different|both|new|(?:reduc|prevent|treat|improv|repair)ing|treatment of|repair of|patients with|patients suffering from|types of|other types of|symptoms of|complications of|symptomatic|established|prevent|large|small|prevention of|use of|human|porcine|rabbit|canine|equine|murine|ovine|grade[- ]?(?:\d|[iv]+)(?:(?: to |-)(?:\d|[iv]+))?|patients?|a|one) "
)
_BLOCKED: Final = re.compile(
    r"\b(?:msc|mscs|mesenchymal|stem cells?|stromal|scaffold|cells|injections?|implantation|transplantation of|trial|study|follow-?up|safety|efficacy|outcomes?|score|clinical|results|adverse events|serious|side effects?|literature|transplantation$|concentrate|aspirate|plasma|matrix|improvement|membrane|dressing|disease activity|questionnaires?|quality of life)\b|derived"
)


_TRAIL: Final = re.compile(
    r"(?: (?:patients?|subjects|therapy|treatment|symptoms|it|and|or|in|of|more|the|having \w+.*))+$"
)
_GENERIC: Final = re.compile(
    r"^(?:defects?|lesions?|disease|injur(?:y|ies)|pain|wounds?|degeneration|failure|disorders?|diabetic|microfractures?|diseases)$"
)
_JOINT: Final = re.compile(r" (?:and|or|and/or) ")
_HEADED: Final = re.compile(rf"(?:{_any_of(*_STEMS)})\w*$|\w\w(?:{_any_of(_ENDINGS)})$|\b(?:{_any_of(_WHOLE)})$")
"""A phrase that ends in the word for the disease, so that what "and" adds is another thing."""
_LONGEST: Final = 110
_INSIDE: Final = re.compile(r"^(?P<other>[\w -]+?) in (?=\w)")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks, trailing "patients", and an operation before "in ..." that is no condition itself."""
    trail = _TRAIL.search(text[start:end].rstrip())
    end = start + (trail.start() if trail else len(text[start:end].rstrip()))
    inside = _INSIDE.match(text[start:end])
    if inside and not DISEASE.search(inside["other"]):
        start += inside.end()
    return start, end


def _end_of_phrase(text: str, start: int) -> int:
    """Where a stop is met, else the last whole word of a long stretch."""
    stretch = text[start : start + _LONGEST]
    match = _STOP.search(stretch)
    if (match and match.end() > match.start()) or len(stretch) < _LONGEST:
        return start + (match.start() if match else len(stretch))
    return start + max(0, stretch.rfind(" "))


def parts_of(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The conditions that one phrase joins by "and" or "or"; the phrase itself where they share words.

    "cartilage and bone defects" is one: its first half names no disease.
    """
    joint = _JOINT.search(text, start, end)
    if joint is None:
        return ((start, end),)
    first, second = text[start : joint.start()], text[joint.end() : end]
    if not DISEASE.search(first) or is_unfit(first):
        return ((start, end),)
    if not DISEASE.search(second):
        return ((start, joint.start()),) if _HEADED.search(first) else ((start, end),)
    return ((start, joint.start()), (joint.end(), end)) if not is_unfit(second) else ((start, joint.start()),)


def phrase_after(text: str, start: int) -> tuple[int, int] | None:
    """The offsets of the phrase that follows a cue which ends at `start`; None where none is fit to be a condition."""
    start = _after_lead(text, start)
    end = _end_of_phrase(text, start)
    start, end = _trimmed(text, start, end)
    start = min(_after_lead(text, start), end)
    words = text[start:end]
    fit = 3 <= len(words) <= 90 and len(words.split()) <= 10 and not is_unfit(words)
    return (start, end) if fit else None


def _after_lead(text: str, start: int) -> int:
    while lead := _LEAD.match(text[start : start + 60]):
        start += lead.end()
    return start


def is_unfit(words: str) -> bool:
    """Whether the words name a product, a study or a score, or are too general to name a condition."""
    return bool(_BLOCKED.search(words) or _GENERIC.match(words))
