"""Where a phrase that names a condition begins and ends in folded text, told by what stands round it."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from typing import Final

DISEASE: Final = re.compile(
    r"disease|syndrome|\w+itis\b|\w+osis\b|\w+[aeio]rthrosis|\w{3,}oma(?:s|ta)?\b|\w+pathy|\w+pathies|lesions?\b|defects?\b|injur|\bfractures?\b|infarct|failure|isch[a]?emi|diabet|stroke|ulcers?\b|\bburns?\b|fistula|palsy|dystroph|lupus|sclerosis|cancer|tumou?r|leuk[a]?emi|an[a]?emi|necrosis|deficien|insufficien|degenerat|wounds?\b|scars?\b|fibrosis|cirrhosis|covid|pneumonia|gvhd|graft[- ]versus|rejection|incontinence|dysfunction|infertil|atroph|frailty|\bag(?:e)?ing\b|autism|epilep|parkinson|alzheimer|crohn|colitis|\bpain\b|\btears?\b|rupture|non-?union|\bcysts?\b|asthma|\bcopd\b|\bards\b|\bbpd\b|dysplasia|\bbone loss|[o]?edema|impairment|disorder|chondromalacia|impingement|\boa\b|\bals\b|\bms\b|bullosa|psoriasis|dermatitis|alopecia|cleft|h[a]?emorrhage|septic|sepsis|myelitis|retinitis|glaucoma|macular|dry eye|fecal|faecal|cardiomyopath|angina|hypoplastic|trauma|malformation|genu varum|varus knee|wrinkle|recession|xerostomia|dry mouth|immunodeficien|imperfecta|mucopolysacchar|leukodystroph|ataxia|dementia|insomnia|hypertension|pre-?eclampsia|adhesion|asherman|menopause|impotence|cerebral"
)
_STOP: Final = re.compile(
    r"[.;:,()\[\]]|\b(?:by|using|with|without|who|whom|which|that|were|was|is|are|from|at|after|before|during|undergoing|underwent|treated|received?|receiving|following|via|through|under|than|compared|versus|vs|to|has|have|had|may|can|between|whose|based|when|while|reveals?|improves?|results?|does|through|one|two|for|on|a\b(?! \w+ (?:disease|defect)))\b|\bin (?:a|an|pigs|rabbits?|mice|dogs|sheep|goats|minipigs|macaques|animals|symptomatic|non-|the (?!knee|hip|talus|ankle|elderly|femoral|medial|lateral|patell|shoulder|spine)|patients|humans?|children|adults?|rats?|young|our|this|vivo|vitro|terms|which|\d)|\band (?:their|to|its|compare\w*|evaluat\w*|assess\w*|the|a|hyaluron\w*|was|were|received)\b| - |$"
)
CUES: Final[tuple[tuple[float, re.Pattern[str]], ...]] = (
    (
        3.0,
        re.compile(
            r"\b(?:treatment|treating|treat|management|repair(?:ing)?|cure|healing|regeneration|resurfacing|prevention|prophylaxis|amelioration|recovery|therapy) (?:of|for|in|from) (?:patients (?:with|suffering from) )?"
        ),
    ),
    (
        3.0,
        re.compile(
            r"\b(?:patients?|subjects|participants|children|adults|infants|women|men|individuals|people|neonates|man|woman|boy|girl|volunteers|recipients|athletes|knees|hips|eyes) (?:\([^)]*\) )?(?:with|suffering from|affected by|diagnosed with|who (?:had|have|suffered from|presented with)|having|presenting with) "
        ),
    ),
    (2.0, re.compile(r"\b(?:for|in|of|after|following|against|into|ameliorates?|improves?|with) ")),
    (1.5, re.compile(r"\b(?:case|cases) of ")),
)
_LEAD: Final = re.compile(
    r"^(?:the|an?|their|his|her|either|various|different|both|new|treating|treatment of|repair of|patients with|patients suffering from|types of|other types of|symptoms of|symptomatic|established|large|small|prevention of|use of|human|porcine|rabbit|canine|equine|murine|ovine|grade[- ]?(?:\d|[iv]+)(?:(?: to |-)(?:\d|[iv]+))?|patients?|a|one) "
)
_BLOCKED: Final = re.compile(
    r"\b(?:msc|mscs|mesenchymal|stem cells?|stromal|scaffold|cells|injections?|implantation|transplantation of|trial|study|follow-?up|safety|efficacy|outcomes?|score|clinical|results|adverse events|serious|side effects?|literature|transplantation$|concentrate|aspirate|plasma|matrix|improvement|membrane|dressing|disease activity)\b|derived"
)


_TRAIL: Final = re.compile(r"(?: (?:patients?|subjects|therapy|treatment|symptoms|it|and|or|in|of|the|having \w+.*))+$")
_GENERIC: Final = re.compile(
    r"^(?:defects?|lesions?|disease|injur(?:y|ies)|pain|wounds?|degeneration|failure|disorders?|diabetic|microfractures?|diseases)$"
)
_INSIDE: Final = re.compile(r"^(?P<other>[\w -]+?) in (?=\w)")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks, trailing "patients", and an operation before "in ..." that is no condition itself."""
    trail = _TRAIL.search(text[start:end].rstrip())
    end = start + (trail.start() if trail else len(text[start:end].rstrip()))
    inside = _INSIDE.match(text[start:end])
    if inside and not DISEASE.search(inside["other"]):
        start += inside.end()
    return start, end


def _end_of_phrase(rest: str) -> int:
    match = _STOP.search(rest)
    return match.start() if match else len(rest)


def phrase_after(text: str, start: int) -> tuple[int, int] | None:
    """The offsets of the phrase that follows a cue which ends at `start`; None where none is fit to be a condition."""
    while lead := _LEAD.match(text[start : start + 60]):
        start += lead.end()
    end = start + _end_of_phrase(text[start : start + 110])
    start, end = _trimmed(text, start, end)
    words = text[start:end]
    fit = 3 <= len(words) <= 90 and len(words.split()) <= 10 and not is_unfit(words)
    return (start, end) if fit else None


def is_unfit(words: str) -> bool:
    """Whether the words name a product, a study or a score, or are too general to name a condition."""
    return bool(_BLOCKED.search(words) or _GENERIC.match(words))
