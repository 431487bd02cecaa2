"""Whether a publication's study gives mesenchymal cells to people: the class of the product, with its evidence."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import MscClass, Report
from mscminer.extract.publications.report import ReportVerdict
from mscminer.extract.publications.rules import rule_set
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

GIVEN: Final = re.compile(
    r"\b(?:(?:re-?)?(?:inject|implant|transplant|infus|administ|transfus|graft|inoculat|instill)\w*|receiv\w+|treat(?:ed|ment|ments|ing|s)?|underwent|undergoing|therap(?:y|ies|eutic)|deliver\w*|appl(?:ied|ication|y)|given|giving|gave|get|got|had|placed|carr(?:ying|ied)|laid|dosed|shots?|combin\w+|augment\w*|supplement\w*|enriched|seeded|loaded|embedded|put|use of|used|using|co-?infusion|recipient|versus|vs|plus|safety|efficacy|feasibility|intraven\w+|intra-?\w+|mixed|filled|packed|sprayed|spread|covered|instill\w*|nebuli\w+|construct|generated from|derived)\b"
)
_CONTAINED: Final = re.compile(
    r"(?:\bcontain\w*|\brich in\b|\bsources? of\b|\bnumbers? of\b|\bconcentrations? of\b|\bfrequenc(?:y|ies) of\b|\bpercentages? of\b|\bamount of\b|\bpresence of\b|\bpopulation of\b|\benriched (?:in|for|with)\b|\brecruit\w*(?: of)?|\bmobili[sz]\w+(?: of)?|\bmigration of\b|\bstimulat\w+(?: of)?|\bhoming of\b|\bendogenous\b|\bresident\b|\bcirculating\b|\brelease of\b|\bingrowth of\b|\binflux of\b|\battract\w*|\bcontent of\b|\bincluding)(?: [\w-]+){0,2} ?$"
)
_STUDIED: Final = re.compile(r"\b(?:test|assess|evaluat|investigat|compar|stud[iy]|examin|determin|effects? of)\w*")
_BESIDE: Final = re.compile(r"\b(?:with|without|by|than|after|following|under) (?:the )?(?:\w+ ){0,2}$")
"""In results and conclusions, words by which a finding is tied to the cells that were given."""
_CALLED: Final = re.compile(
    r"^[^.;]{0,25}\b(?:got|obtained|given|delivered|used|prepared|harvested|isolated|applied|in the form)\b[^.;]{0,15}\b(?:as|of) (?:an? |autologous |concentrated )*$"
)
"""Words between "mesenchymal cells" and "marrow concentrate" by which the text calls one the other."""
_WAS_GIVEN: Final = re.compile(
    r"\b(?:was|were) (?:\w+ ){0,3}(?:transplanted|transfused|given|infused|injected|implanted|administered)\b"
)
_MOVING: Final = re.compile(
    r"^[ -](?:migration|recruitment|homing|mobili[sz]ation|ingrowth|infiltration|stimulation|counts?|numbers?|niche)\b"
)
_LABORATORY: Final = re.compile(
    r"\bin[ -]vitro\b|\bcell lines?\b|\bcytocompatib|\bco-?cultur|\bassay|\bmrna\b|\bpcr\b|\bflow cytometr|\bphenotyp|\bcolony|\bcfu\b|\bsuppress(?:ed|ion) (?:\w+ ){0,2}(?:lymphocytes?|t cells?)|\bgene expression|\bwere seeded\b|\banimal|\bmice\b|\brats?\b|\bpotential to differentiate|\bdifferentiat\w+ (?:into|potential)|\bserum levels|\bisolated from (?:patients|donors|healthy|controls) (?:with|and)|\bharbou?r|\bexpress(?:ed|ion|ing)\b|\bbank(?:ed|ing)?\b|\bexclu(?:ded|sion)"
)
_ABBREVIATION_ELSEWHERE: Final = re.compile(
    r"\bmindful|\bself-compassion|\bmusculoskeletal\b[^.]{0,20}\(mscs?\)|\bmedical schools? council|\bmultiple systemic|\bmaster of science|\bmotor sequence|\bmuscle stem cells? \(mscs?\)|\bmelanocyte stem|\bmicrosatellite"
)
_STEM_BMSC: Final = re.compile(r"\bmarrow(?:[- ]derived)? stem cells? \(bmscs?\)")
_MESENCHYMAL: Final = re.compile(r"mesench|stromal|expanded|cultured|\bpassage|\bmscs?\b")
_CELL_CONTEXT: Final = re.compile(
    r"\bmesenchym|\bstrom|\bstem\b|\bstem/|\bmarrow\b|\bprogenitor|\bcell therap|\bcells\b|\binfus|\btransplant|\bautolog|\ballogen|\bcord\b|\badipose|\bumbilical|\bthird-party|\bgvhd|\bex vivo|\bmscs? (?:therapy|treatment|patch|infusion|injection|transplantation|group|arm)\b|\bplacent"
)
_DERIVED_AFTER: Final = re.compile(
    r"^(?:-| |\([\w-]+\) ?)*(?:derived |culture |-)*(?:exosom|extracellular (?:vesic|matrix)|small extracellular|microvesicl|secretom|conditioned medi|vesicles|evs?\b|mitochondri|lysate)"
)
_DERIVED_BEFORE: Final = re.compile(
    r"(?:exosomes?|vesicles?|\bevs?|secretome|conditioned (?:culture )?medi(?:um|a)|mitochondria|\bexo)\)? (?:\w+ ){0,3}?(?:from|of|by)\)? (?:(?!and\b|or\b|with\b|by\b|to\b|in\b)[\w'-]+ |\([\w-]+\) |[\w-]+-){0,6}$"
)
_AS_FRACTION: Final = re.compile(r"(?: ?\([\w-]+\))? ?(?:-|/|- )? ?\(?(?:stromal[- ]vascular[- ]fraction|svf)\b")
"""A fraction that is named after the stromal cells in it: "adipose stromal cells-SVF"."""
_CULTURED: Final = re.compile(
    r"\bcultur(?!e[- ]?free)|\bexpan(?:ded|sion)|\bpassag|\bgmp\b|\bcryopreserv|\bcell-sheet|\bmanufactur"
)
_HARVESTED: Final = re.compile(
    r"\b(?:of|from) (?:each|the|every) (?:participant|patient|subject|recipient)'?s?\b[^.]{0,80}\b(?:expanded|cultured|amplified|differentiated)\b"
)


FIRST_HAND: Final = re.compile(
    r"\b(?:this|present|our) (?:[\w-]+ ){0,2}(?:study|trial|rct|project|work|protocol|article|paper|report|research)\b|\b(?:we|here)\b|\b(?:will|shall) be\b|\b(?:aims?|purposes?|objectives?|goals?)\b"
)
"""Words of a sentence about the study itself, though it stands among those of the background."""


_PEOPLE: Final = re.compile(r"\b(?:patients?|participants?|subjects|group)\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductMention:
    """A product's name in a sentence.

    Args:
        kind: msc, adipose_stem, uncultured, derivative or other_cells.
        given: whether the sentence speaks of giving it (title, or words of treatment and none of the bench).
    """

    kind: str
    sentence: Sentence
    start: int
    end: int
    given: bool

    @property
    def words(self) -> str:
        """The folded name."""
        return self.sentence.text[self.start : self.end]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProductVerdict:
    """The class, the mentions it rests on and the words that show it."""

    msc: MscClass
    confidence: float
    mentions: tuple[ProductMention, ...]
    evidence: tuple[Evidence, ...]


_SORTED: Final = re.compile(
    r"\bcd(?:34|133) ?(?:\+|positive|pos)?(?:[ -](?:selected|enriched|sorted))? (?:autologous )?(?:bone )?$"
)
"""Blood-forming cells sorted out of marrow, though named after it: "CD133+ bone marrow-derived cells"."""
_NAMED: Final = re.compile(
    r"(?<![\w-])(?P<name>[a-z][\w-]{4,24})(?: \([^()]{1,30}\))?(?:, (?:which (?:is|are) )?an? | (?:is|are|consists? of|comprises?|contains?) (?:an? |the )?(?:(?:made|prepared|manufactured|composed) (?:up )?(?:of|from) )?|, which (?:is|are) | ?\()"
    r"(?P<how>(?:(?!and\b|or\b)[\w'/-]+,? ){0,9})$"
)
"""A product's own name with what it is, up to the generic name: "NAME, an allogeneic product of"."""
_NAME_REACH: Final = 130
_NO_NAMES: Final = frozenset(
    [
        "cells",
        "product",
        "products",
        "treatment",
        "therapy",
        "therapies",
        "patients",
        "disease",
        "candidate",
        "approach",
        "option",
        "options",
        "there",
        "these",
    ]
)
_COINED: Final = re.compile(r"(?=.*[a-z])[\w-]*\d[\w-]*|[a-z]{3,}(?:cel|stem|cells)(?:-[a-z0-9])?")
"""Names that are no words: "TH-SC01", "darvadstrocel"."""


def name_before(mention: ProductMention) -> re.Match[str] | None:
    """The words before a product's generic name that say what its own name is."""
    named = _NAMED.search(mention.sentence.text[max(0, mention.start - _NAME_REACH) : mention.start])
    return named if named and named["name"] not in _NO_NAMES else None


def find_products(text: PublicationText) -> Iterator[ProductMention]:
    """Every product name in the text, those too that the text coins for a product."""
    found = list(_known_products(text))
    coined = {
        named["name"]: one.kind for one in found if (named := name_before(one)) and _is_coined(named["name"], found)
    }
    coined.update({short: one.kind for one in found if (short := _short_for(one)) and _is_new(short, found)})
    yield from found
    for name, kind in coined.items():
        whole = re.compile(rf"(?<![\w-]){re.escape(name)}s?(?![\w-])")
        for sentence in text.sentences:
            yield from (_mention(sentence, match.start(), match.end(), kind) for match in whole.finditer(sentence.text))


_SHORTENED: Final = re.compile(
    r"(?: cells?)?(?: (?:transplantation|therapy|implantation|infusion|injection))? \((?P<short>[a-z][a-z0-9_-]{1,9}?)s?(?:[;,)])"
)


_SHORT_BEFORE: Final = re.compile(r"cells \((?P<short>[a-z][a-z0-9_-]{1,9}[ps]c)s?\), (?:which (?:is|are) )?an? $")
"""A short name that is said to be a kind of the product: "progenitor cells (LPCs), a mesenchymal-type cell"."""


def _short_for(mention: ProductMention) -> str | None:
    """The short name that a text gives a product in brackets behind its name: "precursor cells (MPCs)"."""
    if mention.kind == "other_cells":
        return None
    if before := _SHORT_BEFORE.search(mention.sentence.text[max(0, mention.start - _NAME_REACH) : mention.start]):
        return before["short"]
    short = _SHORTENED.match(mention.sentence.text, mention.end)
    return short["short"] if short and short["short"].endswith(("sc", "pc", "ct", "mnc")) else None


def _is_new(name: str, found: list[ProductMention]) -> bool:
    return all(name not in one.words for one in found)


def _is_coined(name: str, found: list[ProductMention]) -> bool:
    """Whether a name is no word, and no product name already."""
    return bool(_COINED.fullmatch(name)) and all(name not in one.words and one.words not in name for one in found)


def _known_products(text: PublicationText) -> Iterator[ProductMention]:
    """Product names that the rules know; a name inside a longer one of another kind counts for the longer."""
    strange = bool(_ABBREVIATION_ELSEWHERE.search(text.whole)) or not _CELL_CONTEXT.search(text.whole)
    told = text.zones(Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.RESULTS)
    mesenchymal = any(_MESENCHYMAL.search(sentence.text) for sentence in told)
    other = not mesenchymal and bool(_STEM_BMSC.search(text.whole))
    for sentence in text.sentences:
        spans: list[tuple[int, int, str]] = []
        for _, rule in rule_set("products").may_match(sentence.text):
            if strange and rule.id == "msc.abbreviation":
                continue
            spans += [(m.start(), m.end(), rule.value) for m in rule.pattern.all_in(sentence.text)]
        for start, end, kind in _outermost(spans):
            if kind == "marrow_stem":
                kind = "msc" if mesenchymal else "uncultured"
            elif other and kind == "msc" and "bmsc" in sentence.text[start:end]:
                kind = "uncultured"
            if kind == "uncultured" and _SORTED.search(sentence.text[max(0, start - _NAME_REACH) : start]):
                kind = "other_cells"
            yield _mention(sentence, start, end, kind)


def _outermost(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The longest spans that do not overlap, in order."""
    taken: list[tuple[int, int, str]] = []
    for span in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        place = bisect_left(taken, span)
        clear_before = place == 0 or taken[place - 1][1] <= span[0]
        if clear_before and (place == len(taken) or span[1] <= taken[place][0]):
            taken.insert(place, span)
    return taken


def _mention(sentence: Sentence, start: int, end: int, kind: str) -> ProductMention:
    before, after = sentence.text[max(0, start - 80) : start], sentence.text[end : end + 60]
    if kind in ("msc", "adipose_stem") and (_DERIVED_AFTER.search(after) or _DERIVED_BEFORE.search(before)):
        kind = "derivative"
    elif _AS_FRACTION.match(after) and "mesench" not in sentence.text[start:end]:
        kind = "uncultured"
    given = _is_given(sentence, before, after, end)
    return ProductMention(kind=kind, sentence=sentence, start=start, end=end, given=given)


@lru_cache(maxsize=64)
def _is_laboratory(text: str) -> bool:
    """Whether a sentence tells of the bench and not of people; asked of the same one for each product it names."""
    return bool(_LABORATORY.search(text)) and not _PEOPLE.search(text)


def _is_given(sentence: Sentence, before: str, after: str, end: int) -> bool:
    if sentence.zone is Zone.BACKGROUND or _CONTAINED.search(before) or _MOVING.search(after):
        return False
    if sentence.zone is Zone.TITLE:
        return True
    if _is_laboratory(sentence.text) and not _WAS_GIVEN.search(before + after):
        return False
    near, far = before + " # " + after, sentence.text[end : end + 160]
    if sentence.zone in (Zone.RESULTS, Zone.CONCLUSION) and _BESIDE.search(before):
        return True
    if sentence.zone is Zone.AIM and _STUDIED.search(before):
        return True
    if _FAR_GIVEN.match(far):
        return True
    return bool(GIVEN.search(near)) or bool(re.search(r"^[ -](?:group|arm|recipients?|cohort|product|cells)", after))


_OF_TREATMENT: Final = frozenset(
    {
        Report.TRIAL_RESULT,
        Report.TRIAL_PROTOCOL,
        Report.FOLLOW_UP,
        Report.COHORT,
        Report.CASE_SERIES,
        Report.CASE_REPORT,
    }
)
_ALLOTTED: Final = re.compile(
    r"\b(?:with|plus|and|or|to|of|by|versus|vs\.?|courses?|doses?|infusions?|injections?) (?:(?:or|and) without )?(?:[\w'-]+ ){0,6}$"
)
_TO_PEOPLE: Final = re.compile(
    r"\b(?:(?:in|out)?patients?|participants?|subjects|adults|children|infants|women|men|boys?|girls?|volunteers|recipients|people|persons|groups?|arms?)\b"
)


def _likely_given(mention: ProductMention) -> bool:
    """A product named beside people and groups in methods, though no word of giving stands near it."""
    if mention.kind != "msc" or mention.sentence.zone not in (Zone.AIM, Zone.METHODS):
        return False
    text = mention.sentence.text
    before, after = text[max(0, mention.start - 80) : mention.start], text[mention.end : mention.end + 60]
    if _CONTAINED.search(before) or _MOVING.search(after) or _LABORATORY.search(text):
        return False
    return bool(_ALLOTTED.search(before) and _TO_PEOPLE.search(text))


_TO_BODY: Final = re.compile(rf"{_TO_PEOPLE.pattern}|\b(?:child|knees|hips|eyes|limbs|defects|sites)\b")
_CELLS_GIVEN: Final = re.compile(
    r"\bcells? (?:was|were) (?:then |\w+ly )?(?:injected|infused|transplanted|implanted|given|administered|delivered|grafted|laid|placed)\b|\b(?:inject|infus|implant|transplant|graft)\w* (?:of |with )?(?:an? |the |\d[\d.,x^ ()]* (?:million )?)?(?:[\w-]+ ){0,2}cells?\b|\breceived (?:[\w-]+ ){0,3}cells\b"
)
"""Giving "cells", whatever they are."""


def _grown_and_given(text: PublicationText, mentions: tuple[ProductMention, ...]) -> Iterator[ProductMention]:
    """Mesenchymal cells that methods tell of, where people are given "cells" and no other cells are named."""
    own = text.zones(Zone.TITLE, Zone.AIM, Zone.METHODS)
    named = [mention for mention in mentions if mention.sentence in own]
    if any(mention.kind != "msc" or _CONTAINED.search(mention.sentence.text[: mention.start]) for mention in named):
        return
    holding = [mention.sentence for mention in named]
    if any(
        _TO_BODY.search(one.text) and (_CELLS_GIVEN.search(one.text) or (one in holding and _GAVE.search(one.text)))
        for one in own
    ):
        yield from (one for one in named if not _LABORATORY.search(one.sentence.text))


_SURE: Final = 0.8
"""Kinds of report below this were taken for want of a better one."""


def find_msc_class(text: PublicationText, report: ReportVerdict) -> ProductVerdict:
    """Decide which class of product people get, by the annotation guidelines, section 1."""
    if report.report in (Report.REVIEW, Report.PRECLINICAL) or (report.report is Report.OTHER and not report.people):
        return ProductVerdict(
            msc=MscClass.NONE, confidence=report.confidence, mentions=(), evidence=report.evidence[:1]
        )
    mentions = _with_vague_names(tuple(find_products(text)))
    given = [mention for mention in mentions if mention.given]
    guessed = report.report is Report.CASE_SERIES and report.confidence < _SURE
    kind = MscClass.NONE if guessed and not _is_anything_given(text, given) else _class_of(text, mentions, given)
    if kind is MscClass.NONE and not guessed and report.report in _OF_TREATMENT:
        likely = [mention for mention in mentions if _likely_given(mention)]
        if likely and not any(mention.kind in ("uncultured", "derivative") for mention in given):
            kind, given = MscClass.CELLS, likely
    if kind is MscClass.NONE and report.report in _OF_TREATMENT:
        grown = list(_grown_and_given(text, mentions))
        kind, given = (MscClass.CELLS, grown) if grown else (kind, given)
    if report.report is Report.OTHER and not any(mention.sentence.zone is Zone.TITLE for mention in given):
        kind = MscClass.NONE
    if kind is MscClass.NONE:
        return ProductVerdict(
            msc=kind, confidence=0.9 if mentions else 0.97, mentions=mentions, evidence=_quotes(text, given)
        )
    kinds = {
        MscClass.CELLS: ("msc", "adipose_stem"),
        MscClass.DERIVATIVE: ("derivative",),
        MscClass.UNCULTURED: ("uncultured", "adipose_stem"),
    }[kind]
    own = [mention for mention in given if mention.kind in kinds]
    return ProductVerdict(msc=kind, confidence=_confidence(own, report), mentions=mentions, evidence=_quotes(text, own))


def _class_of(text: PublicationText, mentions: tuple[ProductMention, ...], given: list[ProductMention]) -> MscClass:
    kinds = [mention.kind for mention in given]
    title = [mention.kind for mention in given if mention.sentence.zone is Zone.TITLE]
    if any(map(_HARVESTED.search, {mention.sentence.text for mention in mentions if mention.kind == "msc"})):
        return MscClass.CELLS
    if any(_calls_mesenchymal(mentions)):
        return MscClass.CELLS
    named, fat = kinds.count("msc"), kinds.count("adipose_stem")
    uncultured, derivative = kinds.count("uncultured"), kinds.count("derivative")
    made = any(m.kind == "derivative" and m.sentence.zone is not Zone.CONCLUSION for m in given)
    if made and ("derivative" in title or derivative > named) and "msc" not in title:
        return MscClass.DERIVATIVE
    alone = {mention.kind for mention in mentions} == {"msc"} and any(
        mention.sentence.zone in (Zone.AIM, Zone.METHODS) for mention in given
    )
    if named and (alone or _enough(title, named, text) or ("uncultured" not in title and any(map(_is_dosed, given)))):
        return MscClass.CELLS
    if fat and any(map(_is_grown_fat, given)):
        return MscClass.CELLS
    own_uncultured = [m for m in mentions if m.kind == "uncultured" and m.sentence.zone is not Zone.BACKGROUND]
    if fat and not own_uncultured and _is_of_one_sitting(text):
        return MscClass.UNCULTURED
    if fat and (not own_uncultured or _CULTURED.search(" ".join(s.text for s in text.zones(Zone.METHODS)))):
        return MscClass.CELLS
    if (
        fat >= 2
        or "uncultured" in title
        or uncultured >= 2
        or (uncultured and own_uncultured[0].sentence.zone is not Zone.CONCLUSION)
    ):
        return MscClass.UNCULTURED
    return MscClass.NONE


_VAGUE_MARROW: Final = re.compile(r"(?:bone[- ])?marrow(?:[- ]derived)? cells?")


def _with_vague_names(mentions: tuple[ProductMention, ...]) -> tuple[ProductMention, ...]:
    """The mentions, "marrow cells" counted as mesenchymal where aim or methods say that marrow MSCs are given."""
    uncultured = [one.words for one in mentions if one.given and one.kind == "uncultured"]
    told = any(
        one.given
        and one.kind == "msc"
        and one.sentence.zone in (Zone.AIM, Zone.METHODS)
        and "marrow" in one.words + one.sentence.text[max(0, one.start - _NAME_REACH) : one.start]
        for one in mentions
    )
    if not (told and uncultured and all(map(_VAGUE_MARROW.fullmatch, uncultured))):
        return mentions
    return tuple(replace(one, kind="msc") if _VAGUE_MARROW.fullmatch(one.words) else one for one in mentions)


_GROWN_NAME: Final = re.compile(r"\b(?:cultured?|expanded|culture-expanded)[- ](?:(?:autologous|allogen\w+|human) )*$")


def _is_grown_fat(mention: ProductMention) -> bool:
    """Whether title, aim or methods call fat-derived stem cells cultured: "expanded adipose-derived stem cells"."""
    if mention.kind != "adipose_stem" or mention.sentence.zone not in (Zone.TITLE, Zone.AIM, Zone.METHODS):
        return False
    return bool(_GROWN_NAME.search(mention.sentence.text[max(0, mention.start - _NAME_REACH) : mention.start]))


_ONE_SITTING: Final = re.compile(
    r"\b(?:isolated|separated|extracted|obtained|processed|prepared)\b[^.;]{0,60}\b(?:intra-?operatively|at the bedside|during (?:the )?(?:same )?(?:operation|surgery|session)|in the operating (?:room|theat\w+)|(?:while|as) the operation|point[- ]of[- ]care)\b"
    r"|\bintra-?operative(?:ly)? (?:isolat|separat|extract|process)\w+"
)


def _is_of_one_sitting(text: PublicationText) -> bool:
    """Whether fat-derived cells were isolated during the operation in which they were given, so not cultured."""
    own = text.zones(Zone.AIM, Zone.METHODS)
    return any(_ONE_SITTING.search(one.text) for one in own) and not any(_CULTURED.search(one.text) for one in own)


_DOSED: Final = re.compile(
    r"^(?: ?\([^)]{1,40}\)| or [\w -]{3,40}cells?\)?|\))* (?:was|were|had been|being|will be) (?:then |also |first |subsequently |\w+ly )?(?:given|injected|infused|transplanted|administered|implanted|delivered|applied|transfused|put|placed|seeded|laid|grafted|inoculated|instilled)\b"
)
_RECEIVED: Final = re.compile(
    r"\b(?:received?|receiving|were given|was given|got|had|underwent|injected with|infused with|treated (?:with|by)|(?:infusions?|injections?|transplant\w*|administration|implantation|doses?|instillation) of)(?: [\w.,/^()'-]+){0,9} $"
)


_FAR_GIVEN: Final = re.compile(
    r"^(?: ?\([^)]{1,30}\))* (?:from|of|derived|obtained|isolated|harvested|taken|prepared|grown|expanded)\b[^.;]{0,110}?\b(?:was|were|will be) (?:[\w-]+,? (?:and )?){0,3}?(?:given|injected|infused|transplanted|administered|implanted|delivered|applied|transfused|put|placed|laid|sprayed|spread|grafted|instilled)\b"
)
"""Words of giving that stand far behind the product's name because its source is told between."""


def _is_dosed(mention: ProductMention) -> bool:
    """Whether aim or methods say that these mesenchymal cells themselves were given, not merely near a word of giving."""
    if mention.kind != "msc" or mention.sentence.zone not in (Zone.AIM, Zone.METHODS, Zone.RESULTS):
        return False
    text = mention.sentence.text
    after = text[mention.end : mention.end + 160]
    return bool(_DOSED.search(after) or _FAR_GIVEN.search(after)) or bool(
        _RECEIVED.search(text[max(0, mention.start - 110) : mention.start]) and _TO_PEOPLE.search(text)
    )


_GAVE: Final = re.compile(
    r"\b(?:re-?)?(?:inject|implant|transplant|infus|administ|transfus|graft|instill|deliver|appl[iy]|augment|seed|combin)\w*|\b(?:received?|receiving|treat\w*|therapy|therapies|given|gave|got|had|underwent|undergoing|put|placed|laid|fill\w*|packed|sprayed|spread|smeared|covered|operated|co-?given|used|dosed|dose)\b"
)


def _is_anything_given(text: PublicationText, given: list[ProductMention]) -> bool:
    """False where only the title names the product and the abstract tells of nothing that was given."""
    if not text.body or any(mention.sentence.zone is not Zone.TITLE for mention in given):
        return True
    own = text.zones(Zone.TITLE, Zone.AIM, Zone.METHODS, Zone.RESULTS)
    return any(_GAVE.search(s.text) for s in own) or not any(_BENCH.search(s.text) for s in own)


_BENCH: Final = re.compile(
    r"\b(?:grew|grown|growth|cultur\w+|proliferat\w+|differentiat\w+|phenotyp\w+|passages?|isolated|harvest\w+|senescen\w+|express\w+|migrat\w+|assays?)\b"
)


def _calls_mesenchymal(mentions: tuple[ProductMention, ...]) -> Iterator[bool]:
    """Whether the text itself calls its uncultured product mesenchymal, mention by mention."""
    for first, second in pairwise(mentions):
        if first.kind == "msc" and second.kind == "uncultured" and first.sentence is second.sentence:
            yield bool(_CALLED.search(first.sentence.text[first.end : second.start]))


def _enough(title: list[str], named: int, text: PublicationText) -> bool:
    """Whether the study itself gives MSCs: named in the title or in two places of its own work."""
    if "msc" in title:
        return True
    if "uncultured" in title or ("other_cells" in title and named < 3):
        return named >= 3
    return named >= 2 or len(text.sentences) <= 4


def _confidence(own: list[ProductMention], report: ReportVerdict) -> float:
    titled = any(mention.sentence.zone is Zone.TITLE for mention in own)
    sure = min(report.confidence + 0.1, 0.98)
    return sure if titled and len(own) >= 2 else min(sure, 0.85)


def _quotes(text: PublicationText, mentions: list[ProductMention]) -> tuple[Evidence, ...]:
    return tuple(text.evidence(mention.sentence, mention.start, mention.end) for mention in mentions[:5])
