"""Where a phrase that names a condition begins and ends in folded text, told by what stands round it."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from mscminer.extract.anchors import Anchored, anchored


def any_of(*parts: str) -> str:
    """An alternative of blank-separated words, in which ``_`` stands for a blank."""
    return "|".join(word.replace("_", " ") for part in parts for word in part.split())


_ENDINGS: Final = "itis osis spermia derma (?<!str)(?<!\\bst)oma omas omata pathy pathies emia aemia penia plegia"
_WHOLE: Final = "fractures? burns? age?ing pain tears? cysts? leaks? damage shock(?!_wave)"
_ACRONYMS: Final = "copd ards bpd oa als ms sle amd aki ckd sci a?gvhd cgvhd cli hie ipf ild esrd sars-cov-2"
_STEMS: Final = (
    "disease syndrome disorder lesions? defects? (?<!pre-)injur trauma wounds? ulcers? scars? necrosis rupture non-?union (?<!cell_)adhesion"
    " failure dysfunction insufficien deficien impairment degenerat atroph dystroph dysplasia aplasia malformation"
    " hypoplas deformit hernia malignanc",
    "infarct ischa?emi impaired_(?:left_|right_)?(?:ventricular|lv)_function angina cardiomyopath stroke ha?emorrhage hypertension pre-?eclampsia sepsis septic",
    "diabet lupus sclerosis fibrosis cirrhosis cancer tumou?r leuka?emi ana?emi immunodeficien gvhd graft[-_]versus"
    " rejection",
    "palsy parkinson alzheimer autism epilep ataxia dementia insomnia myelitis leukodystroph mucopolysacchar imperfecta",
    "crohn colitis fistula incontinence fecal faecal covid pneumonia asthma emphysema psoriasis dermatitis alopecia"
    " bullosa wrinkle cutis_laxa",
    "retinitis glaucoma macular dry_eye dry_mouth xerostomia cleft recession bone_loss o?edema chondromalacia impingement"
    " genu_varum varus_knee myelomeningocele",
    "occlusion keratoconus hypophosphatasia resorption stricture prolapse paresis toxicity ectasia atresia hypofunction spondylolisthesis"
    " photoag poor_graft tennis_elbow delirium lichen_planus keloid vitiligo narcolep tinnitus deafness hearing_loss blindness"
    " migraine neuralgia myasthenia schizophren asphyxia hydrocephal spina_bifida pemphig eczema hemophilia claudication",
    "infertil asherman menopause impotence frailty aneurysm aphasia ascites bronchiectas cholestas chorea"
    " spasticity urticaria purpura obesity calciphylaxis necrolysis gangren abscess delayed_union osteoarthritic_(?:knee|hip|ankle|joint)"
    " dyskinesia hypersensitiv spondylolysis syringomyel syringobulb achalasia dystonia moyamoya hirschsprung hypospadias"
    " pterygium amenorrh sciatica anosmia perthes buerger parkinsonism hyposalivat trismus dysphag dysphon aphonia",
)


def _by_first_letter(*parts: str) -> str:
    """The same as `any_of` with each first letter once: at every place Python looks at every alternative.

    >>> _by_first_letter("stroke sepsis o?edema")
    's(?:troke|epsis)|(?:o?edema)'
    """
    behind: dict[str, list[str]] = {}
    for word in " ".join(parts).split():
        letter = word[0] if word[0].isalpha() and word[1] != "?" else ""
        behind.setdefault(letter, []).append(any_of(word[len(letter) :]))
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in behind.items())


_PARTS: Final = rf"\w\w(?:{any_of(_ENDINGS)})\b|\b(?:{any_of(_WHOLE, _ACRONYMS)})\b"
DISEASE: Final = re.compile(f"{_PARTS}|{_by_first_letter(*_STEMS)}")
"""Words and parts of words of which a condition's name has one."""
_IN_A_TEXT: Final = anchored(f"{_PARTS}|{any_of(*_STEMS)}")


def may_name_disease(text: str) -> bool:
    """False only if no part of a folded text can be a condition's name."""
    return _IN_A_TEXT.may_match(text)


_CLAUSE: Final = (
    "using without who whom which that were was is are from at before during undergoing underwent treated received?"
    " receiving via through under than compared has have had may can between whose based when while reveals?"
    " improves? results? does one two for on over but because early presented presenting occurring reported against as remains? remained served not given covered coated augmented plus"
    " patients patient(?!_(?:caused|due)) subjects regenerated transplanted we they soon shortly long(?=_after)"
    " (?:closed|complicated|dilated|injected|filled|healed|sealed|made|infused|repaired|reconstructed)(?=_(?:by|with|and|softer|smaller))"
)
_OPERATION: Final = r"(?:surgery|arthroplasty|(?:chemo)?radio\w*therapy|(?:ir)?radiation)\b"
_GIVEN: Final = rf"(?<=recovery )after|(?<=control )after|(?<=relief )after|(?:after|following)(?! (?!failed|previous|prior)(?:[\w-]+ ){{0,3}}{_OPERATION})|(?<!caused )by|(?<!associated )with(?! (?:[\w-]+ )?ejection fraction)|(?<!due )(?<!secondary )(?<!moderate )(?<!mild )to(?! (?:cortico)?steroids?)|(?<!graft )(?:versus|vs)"
"""Words that end a phrase unless what stands before makes them part of a name ("caused by", "mild to moderate")."""
_PLACES: Final = "knee hip talus ankle elderly femoral medial lateral patell shoulder spine"
_STUDIED: Final = (
    "a an pigs rabbits? mice dogs sheep goats minipigs macaques animals symptomatic non- patients participants persons humans? adults? men women infants survivors rats?"
    r" young our this vivo vitro terms which \d"
)
_PEOPLE: Final = "patients? subjects recipients survivors users individuals infants neonates newborns children adults women men people rats mice"
_SECOND_THOUGHT: Final = r"their to its compare\w* evaluat\w* assess\w* the a hyaluron\w* was were received"
_COMMA: Final = ",(?<!severe,)(?<!chronic,)(?<!advanced,)(?<!complex,)(?<!refractory,)(?<!acute,)"
"""A comma after one of these only parts it from the next: "severe, steroid-refractory"."""
_STOP: Final = re.compile(
    rf"[.;:()\[\]?!_]|{_COMMA}|\b(?:(?<!-)(?:{any_of(_CLAUSE)}|{_GIVEN}|a\b(?! \w+ (?:disease|defect)))(?![\w-])"
    rf"|in (?:(?:{any_of(_STUDIED)})(?![a-z])|the (?!{any_of(_PLACES)})|(?:children|healthy)\b(?! \())"
    rf"|in (?=(?:[\w'-]+ ){{1,6}}(?:{any_of(_PEOPLE)})\b)"
    r"|of (?:long|recent|new|late|early)[ -](?:standing|onset|duration)\b"
    rf"|of (?:[\w-]+ )?(?:children|patients|adults|newborns|neonates|infants)\b|and (?:[\w'-]+ ){{0,3}}(?:mscs?|mesenchymal|stromal|stem cells)\b|and (?:{any_of(_SECOND_THOUGHT)})\b)| - |$"
)
_ACTS: Final = (
    "treatment treating treat management repair(?:ing)? cure healing regeneration resurfacing prevention prophylaxis"
    " amelioration recovery therapy fusion arthrodesis"
)
_HOLDERS: Final = (
    "patients? subjects participants children adults infants women men individuals people neonates man woman boy girl"
    " volunteers recipients athletes knees hips eyes"
)
_HAVING: Final = r"with suffering_from affected_by diagnosed_with who_(?:had|have|suffered_from|presented_with) having presenting_with"
_BEFORE_NAME: Final = (
    "for in of against ameliorates? improves? heals? eases? relieves? reverses? attenuates? with treat prevent"
)
_NOT_A_RANGE: Final = "(?<!mild )(?<!mid )(?<!moderate )(?<!due )(?<!secondary )(?<!related )"
SURE: Final = 3.0
"""The weight of a cue that leads to a condition in any sentence."""
CUES: Final[tuple[tuple[float, Anchored], ...]] = (
    (SURE, anchored(rf"\b(?:{any_of(_ACTS)}) (?:of|for|in|from) (?:patients (?:with|suffering from) )?")),
    (SURE, anchored(rf"\b(?:{any_of(_HOLDERS)}) (?:\([^)]*\) )?(?:{any_of(_HAVING)}) ")),
    (2.0, anchored(rf"\b(?:{any_of(_BEFORE_NAME)}) ")),
    (1.9, anchored(r"^(?=\w)(?![\w-]+:)")),
    (1.0, anchored(r"\binto ")),
    (0.8, anchored(r": (?!towards? |from |effects? |results? |outcomes? |an? |the )")),
    (1.5, anchored(rf"\b(?:cases? of|including|(?:after|following)(?! failure of)|{_NOT_A_RANGE}to) ")),
)
"""What leads to a condition, the surest first; those below 3 hold in titles only, as their beginning does."""
SURE_CUES: Final = tuple((weight, cue) for weight, cue in CUES if weight == SURE)

_DETERMINERS: Final = "of the an? does their his her either various different both new one"
_DOING: Final = "(?:reduc|prevent|treat|improv|repair|promot|manag|heal|restor|attenuat|ameliorat|alleviat|reliev|regenerat|revers|clos|fill|halt|rescu|correct|slow(?!_(?:transit|flow))|delay|stabili[sz]|arrest|calm|modify|combat|counter(?:act)?|eas|mend|sooth|quiet|dampen|blunt|mitigat|tackl|fight|overcom|lessen|curb|suppress|control|augment|strengthen|rebuild|tam|resolv)(?:e|ing)?"
_DEED: Final = "treatment repair prevention prophylaxis management reconstruction use salvage"
_SORTS: Final = r"(?:other_)?types symptoms complications sequelae (?:\w+_)?cases? (?:\w+_){0,2}models? (?:\w+_(?:and|or)_)?\w+_phases?"
_DEGREES: Final = "experimental_and_clinical clinical_and_experimental symptomatic established confirmed suspected experimental resected large(?:_or_giant)? small painful adult(?!_respiratory) local previous"
_SPECIES: Final = "human porcine rabbit canine equine murine ovine rat mouse"
_GRADE: Final = r"grade[- ]?(?:\d|[iv]+)(?:(?: to | ?- ?)(?:\d|[iv]+))?"
_LEAD: Final = re.compile(
    rf"(?:{any_of(_DETERMINERS, _DOING, _DEGREES, _SPECIES)}|{_GRADE}|patients?(?: with| suffering from)?"
    rf"|(?:{any_of(_SORTS)}) of|(?:(?!after |following )[\w-]+ ){{0,2}}(?:{any_of(_DEED)}) of) "
)
"""What stands before a name and is no part of it: an article, what is done, sorts, degrees that tell no disease."""

_PRODUCT: Final = (
    "mscs? mesenchymal (?<!limbal_)stem_cells? stromal scaffold cells concentrate aspirate plasma matrix membrane dressing"
    " injections? implantation transplantation_of transplantation$ plugs? (?:artery|arteries|veins?|vessels?|cavity)$"
)
_STUDY: Final = "trial study follow-?up literature clinical results society survivors?"
_MEASURE: Final = (
    "safety efficacy outcomes? score adverse_events serious side_effects? improvement disease_activity questionnaires?"
    " quality_of_life"
)
_BLOCKED: Final = re.compile(rf"\b(?:{any_of(_PRODUCT, _STUDY, _MEASURE)})\b|derived|-prone")
"""Words of products, studies and what is measured: a phrase that has one names no condition."""

_LEFT_OVER: Final = (
    "patients? subjects therapy treatment symptoms it and or in of more the repairs? reconstruction"
    " augmentation benefit affected resistant refractory unresponsive such men women people children related unsuitable reconstructed"
)
_TRAIL: Final = re.compile(rf"(?: (?:{any_of(_LEFT_OVER)}|having \w+.*)| ?[-'\"])+$")
"""What a phrase may end in that is no part of the name."""
_ACT: Final = "grafting excision resection removal closure fixation debridement osteotomy osteosynthesis correction revision curettage enucleation coverage surgery operation"
_HOW: Final = "bone fat skin nerve flap surgical secondary primary complete simple open laparoscopic internal"
_DONE_TO: Final = re.compile(
    r"(?<!cancer)(?<!tumor)(?<!tumour)(?<!carcinoma)(?<!glioma)(?<!metastasis)"
    rf" (?:(?:{any_of(_HOW)}) )*(?:{any_of(_ACT)})(?: followed)?$"
)
"""What surgeons do to the defect whose name stands before: "cleft grafting". Who resects a tumour treats what that left."""
_ENDS_OF_ACTS: Final = (*_ACT.split(), " followed")
"""Each of `_DONE_TO` ends in one of these, which is quicker to ask."""
_OF_AN_ACT: Final = re.compile(r"\b(?:after|following|during|due to|caused by|secondary to)\b")
_GENERIC: Final = re.compile(
    r"^(?:(?:severe|mild|moderate|advanced|active|early|critical|stable) )*(?:defects?|lesions?|disease|injur(?:y|ies)|pain|wounds?|degeneration|failure|disorders?|diabetic|microfractures?|diseases)$"
)
_JOINT: Final = re.compile(r" (?:(?<!\bhead )(?:and|&)|(?:and|&)(?! neck\b)|or|and/or) ")
"""What joins two conditions; "head and neck" is one place."""
_KIND: Final = r"(?:late-)?acute|chronic|(?:non-?)?ischa?emic|ha?emorrhagic"
_KIND_ALONE: Final = re.compile(_KIND, re.IGNORECASE)
_SORT: Final = rf"{_KIND}|junctional|(?:recessive |dominant )?dystrophic|rectovaginal|(?:complex )?perianal"
_TWO_KINDS: Final = re.compile(rf"(?P<one>{_SORT}) (?:and|or|and/or) (?P<two>{_SORT}) (?P<head>.+)", re.IGNORECASE)
_HEADED: Final = re.compile(rf"(?:{any_of(*_STEMS)})\w*$|\w\w(?:{any_of(_ENDINGS)})$|\b(?:{any_of(_WHOLE)})$")
"""A phrase that ends in the word for the disease, so that what "and" adds is another thing."""
_NEXT: Final = re.compile(rf"(?: \([^()]{{1,40}}\))?(?:,? (?:and|or|&) (?!(?:{any_of(_SECOND_THOUGHT)})\b)|, )(?=\w)")
"""What stands between the conditions of a list, with the abbreviation of the one before."""
_LONGEST: Final = 110
_MOST: Final = 5
_MOST_WORDS: Final = 14
_INSIDE: Final = re.compile(r"^(?P<other>[\w -]+?) in (?=\w)")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks, trailing "patients", what is done to a defect, and an operation before "in ..." that is no condition itself."""
    trail = _TRAIL.search(text[start:end].rstrip())
    end = start + (trail.start() if trail else len(text[start:end].rstrip()))
    if (act := _act_at_end(text[start:end])) and not _OF_AN_ACT.search(text, start, end):
        end = start + act.start()
    inside = _INSIDE.match(text[start:end])
    if inside and (not DISEASE.search(inside["other"]) or _GENERIC.match(_DONE_TO.sub("", inside["other"]))):
        start += inside.end()
    return start, end


def _act_at_end(phrase: str) -> re.Match[str] | None:
    """What is done to the defect that a phrase names."""
    return _DONE_TO.search(phrase) if phrase.endswith(_ENDS_OF_ACTS) else None


def _end_of_phrase(text: str, start: int) -> int:
    """Where a stop is met, else the last whole word of a long stretch."""
    stretch = text[start : start + _LONGEST]
    match = _STOP.search(stretch)
    if (match and match.end() > match.start()) or len(stretch) < _LONGEST:
        return start + (match.start() if match else len(stretch))
    return start + max(0, stretch.rfind(" "))


def _parts_of(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The conditions that one phrase joins by "and" or "or"; the phrase itself where they share words.

    "cartilage and bone defects" is one: its first half names no disease; so is "ischemic or hemorrhagic stroke".
    """
    joint = _JOINT.search(text, start, end)
    if joint is None:
        return ((start, end),)
    first, second = text[start : joint.start()], text[joint.end() : end]
    if _KIND_ALONE.fullmatch(first):
        return ((start, end),)
    if not DISEASE.search(first) or is_unfit(first) or _GENERIC.match(second):
        return ((start, end),)
    if not DISEASE.search(second):
        return ((start, joint.start()),) if _HEADED.search(first) else ((start, end),)
    then = _trimmed(text, _after_lead(text, joint.end()), end)
    return ((start, joint.start()), then) if not is_unfit(text[slice(*then)]) else ((start, joint.start()),)


def within_another(text: str) -> tuple[tuple[int, int], ...]:
    """The two conditions of a title that begins "X in Y" ("digital ulcers in scleroderma"), each named as a disease."""
    whole = phrase_after(text, 0)
    place = text.find(" in ", *whole) if whole else -1
    if whole is None or place < 0:
        return ()
    then = phrase_after(text, place + len(" in "))
    if then is None or not DISEASE.search(text, *then) or not _HEADED.search(text, whole[0], place):
        return ()
    return () if is_unfit(text[whole[0] : place]) else ((whole[0], place), then)


def what_came_of(text: str) -> tuple[int, int] | None:
    """The name that a title begins with where it is "X of Y" ("fistulas of Crohn's disease"), both named as diseases."""
    whole = phrase_after(text, 0) if " of " in text else None
    place = text.find(" of ", *whole) if whole else -1
    first = text[whole[0] : place] if whole and place >= 0 else ""
    if whole is None or not _HEADED.search(first) or first.endswith("gnosis"):  # "diagnosis of a tumour"
        return None
    return whole if DISEASE.search(text, place + len(" of "), whole[1]) and len(_parts_of(text, *whole)) == 1 else None


def names_of_kinds(name: str) -> tuple[str, ...]:
    """The names of two kinds of a disease told in one phrase; a kind and its opposite are the disease itself.

    >>> names_of_kinds("acute or chronic colitis"), names_of_kinds("ischemic or nonischemic cardiomyopathy")
    (('acute colitis', 'chronic colitis'), ('cardiomyopathy',))
    """
    both = _TWO_KINDS.fullmatch(name)
    if both is None:
        return (name,)
    if both["two"].lower().replace("-", "") == f"non{both['one'].lower()}":
        return (both["head"],)
    return (f"{both['one']} {both['head']}", f"{both['two']} {both['head']}")


def phrases_after(text: str, start: int, *, only_diseases: bool = False) -> tuple[tuple[int, int], ...]:
    """The conditions that follow a cue in a row: "sepsis and septic shock", "fibrosis (PF), asthma".

    Where there is more than one, each names a disease by its words.

    Args:
        only_diseases: whether a single one must, too.
    """
    found: list[tuple[int, int]] = []
    while len(found) < _MOST and (span := phrase_after(text, start)):
        names_disease = DISEASE.search(text, *span)
        if names_disease or not (found or only_diseases):
            found.extend(_parts_of(text, *span))
        following = _NEXT.match(text, span[1]) if names_disease else None
        if following is None:
            break
        start = following.end()
    return tuple(found)


@lru_cache(maxsize=16)
def phrase_after(text: str, start: int) -> tuple[int, int] | None:
    """The offsets of the phrase that follows a cue which ends at `start`; None where none is fit to be a condition.

    Remembered, for several cues may end at one place of a title, and its beginning is asked about more than once.
    """
    start = _after_lead(text, start)
    end = _end_of_phrase(text, start)
    begin, end = _trimmed(text, start, end)
    if begin > start:  # what went before is no part of the name, nor of its length
        begin, end = _trimmed(text, begin, _end_of_phrase(text, begin))
        begin = _after_lead(text, begin)
    start = min(begin, end)
    words = text[start:end]
    fit = 3 <= len(words) <= _LONGEST and len(words.split()) <= _MOST_WORDS and not is_unfit(words)
    return (start, end) if fit else None


def _after_lead(text: str, start: int) -> int:
    while lead := _LEAD.match(text[start : start + 60]):
        start += lead.end()
    return start


def is_unfit(words: str) -> bool:
    """Whether the words name a product, a study or a score, or are too general to name a condition."""
    return bool(_BLOCKED.search(words) or _GENERIC.match(words))


_WORD: Final = re.compile(r"\w+")
_NEAR: Final = 25
"""Characters between "patients with" and the name: a grade, a type."""


def places_of(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where the words of a name stand in a text (both folded), whatever parts them."""
    words = _WORD.findall(name)
    if not words or not all(word in text for word in words):
        return
    found = list(_WORD.finditer(text))
    for first, last in zip(found, found[len(words) - 1 :], strict=False):
        if first[0] == words[0] and _WORD.findall(text, first.start(), last.end()) == words:
            yield first.start(), last.end()


def places_of_treated(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Where a text says that a condition of this name is treated, or that people with it are (both folded)."""
    cued = [match.end() for _, cue in SURE_CUES for match in cue.finditer(text)]
    for start, end in places_of(text, name) if cued else ():
        if any(0 <= start - cue <= _NEAR for cue in cued):
            yield start, end


def phrases_of_people(text: str) -> Iterator[tuple[int, int]]:
    """The conditions that a folded text says people have or are treated for, each named by a word for a disease."""
    for start in sorted(match.end() for _, cue in SURE_CUES for match in cue.finditer(text)):
        yield from (span for span in phrases_after(text, start) if DISEASE.search(text, *span))
