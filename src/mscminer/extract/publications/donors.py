"""Whose cells the product is: an adjective of the product, or the person its source was taken from.

The words are rules (``rules/donors.toml``); here it is decided which of them speak of the product.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mscminer.core.vocabulary import Donor, MscClass
from mscminer.extract.publications.product import FIRST_HAND, ProductMention, ProductVerdict
from mscminer.extract.publications.rules import rule_set
from mscminer.extract.publications.text import PublicationText, Sentence, Zone
from mscminer.extract.publications.tissues import DEFINED, KINDS, OWN_ZONES, Origin, defines_product, of_other_studies

_NEAR: Final = 200
"""Characters within which words can speak of each other."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cue:
    """Words that speak of a donor; `kind` is the rule's value (``own.word``, ``other.source`` ...)."""

    kind: str
    sentence: Sentence
    start: int
    end: int

    @property
    def before(self) -> str:
        """What stands shortly before; all of a long sentence, word by word, would take time squared."""
        return self.sentence.text[max(0, self.start - _NEAR) : self.start]

    @property
    def around(self) -> str:
        """The words themselves with what stands shortly before and behind."""
        return self.sentence.text[max(0, self.start - _NEAR) : self.end + _NEAR]

    def origin(self, named: list[ProductMention]) -> Origin:
        """The donor, quoted with the product's name where that stands near: "autologous marrow MSCs"."""
        donor = Donor.AUTOLOGOUS if self.kind.startswith("own") else Donor.ALLOGENEIC
        behind = [one.end for one in named if one.end > self.end and one.start - self.end < _NAME_LENGTH]
        before = [one.start for one in named if one.start < self.start and self.start - one.end < _NAME_LENGTH]
        if self.kind.endswith(".word"):
            start, end = self.start, min(behind, default=self.end)
        else:
            start, end = max(before, default=self.start), self.end
        return Origin(value=donor.value, sentence=self.sentence, start=start, end=end)


def _cues(sentence: Sentence) -> Iterator[_Cue]:
    for _, rule in rule_set("donors").may_match(sentence.text):
        for match in rule.pattern.all_in(sentence.text):
            yield _Cue(kind=rule.value, sentence=sentence, start=match.start(), end=match.end())


def stated_donors(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    """Donors that the study's own part states of its product."""
    uncultured = product.msc is MscClass.UNCULTURED
    for sentence in text.zones(*OWN_ZONES):
        named = _named_in(sentence, product)
        for cue in _cues(sentence):
            if _speaks_of_product(cue, named, uncultured=uncultured) and not of_other_studies(cue.before):
                yield cue.origin(named)


def _named_in(sentence: Sentence, product: ProductVerdict) -> list[ProductMention]:
    return [one for one in product.mentions if one.sentence is sentence and one.kind in KINDS[product.msc]]


def _speaks_of_product(cue: _Cue, named: list[ProductMention], *, uncultured: bool) -> bool:
    if cue.kind.endswith(".word"):
        return _heads_product(cue, uncultured=uncultured)
    if cue.kind == "own.source":
        return _near_source(cue)
    return _other_source(cue, named)


_PRODUCT_HEAD: Final = (
    r"mesenchym|\bmscs?(?:\b|_)|[a-z-]*mscs?\b|stromal|\bstem\b|progenitor|precursor|\bm?pcs?\b|adscs?|[a-z_]*ascs?\b|bone[- ]?marrow|marrow|\bbm\b|adipose|\bfat\b|\bsvf|"
    r"\bcells?\b|cell[- ](?:therapy|transplant|product|implant)|\bbma|concentrate|umbilical|cord\b|wharton|placent|synovi|regenerative|\b[a-z]{1,6}scs?\b|menstrual|amnio|endometri|decidua|exosom|vesicles|\bm-ami\b|multipotent|mononuclear|dental|secretome|remestemcel|infrapatellar|"
    r"\b(?:product|preparation|source|origin|donors?)\b"
)
_OTHER_HEAD: Final = (
    r"serum|plasma|platelet|\bprp\b|fibrin|chondro(?!cyte precursor|genic cell)|cartilage|periost|bone(?![- ]?marrow)|\bgraft|osteo|tendon|skin|h[a]?ematopoietic|\bhscs?\b|hsct|cd34|(?<!menstrual )(?<!menstrual-)(?<!cord )(?<!cord-)blood(?! stromal|[- ]derived| m?scs?\b| mesench)|t[- ]cells?|lymphocyte|fibroblast|"
    r"keratinocyte|islet|iliac crest bone|collagen|membrane|meniscus|thrombin|lysate|transplantation (?:for|in) (?:leuk|lymph)|monocyte|neural|vein|hamstring|matrix-induced chondro|limbal"
)
_HEAD: Final = re.compile(rf"(?P<other>\b(?:{_OTHER_HEAD}))|(?P<product>(?:{_PRODUCT_HEAD}))")
_HEAD_BEFORE: Final = re.compile(rf"(?:{_PRODUCT_HEAD})[^.;]{{0,40}}$")
_HEAD_CUT: Final = re.compile(r"[.;]|\b(?:versus|vs|with|compared|were|was)\b")
_COORDINATED: Final = re.compile(
    r"^ ?(?:and|or|/|-|vs\.?|versus|with|to|and/or|compared (?:with|to)|from|over)+ ?(?:allogen\w+|autolog\w+)"
)
_OTHER_PRODUCT: Final = re.compile(
    r"^ (?:(?:bone[- ]?marrow|marrow|bm|peripheral[- ]blood|adipose)[- ](?:derived )?(?:mono-?nuclear|mnc|h[a]?ematopoietic|cell transplantation|(?:aspirate )?concentrate|stromal[- ]vascular|svf)|bmac|svf|bm-?mncs?)\b(?!.{0,30}mesenchym)"
)
"""A product that is given beside the MSCs, with a donor of its own."""
_GRAFT_NEXT: Final = {
    "own.word": re.compile(
        r" (?:h[a]?ematopoietic|peripheral[- ]blood (?:stem|progenitor)|(?:stem[- ]cell )?transplant\w*\b(?! of| therapy))"
    ),
    "other.word": re.compile(
        r" (?:h[a]?ematopoietic|peripheral|(?:stem[- ]cell |bone marrow )?transplant\w*\b(?! of| therapy)|hsct|sct|bmt|donor lymph|graft|cord blood transplant|blood)"
    ),
}
"""Transplants of blood that patients had before, named behind "autologous" or "allogeneic"."""
_EARLIER: Final = re.compile(r"\b(?:earlier|previous|prior|other|published)(?: [\w-]+)? ?$")


def _heads_product(cue: _Cue, *, uncultured: bool) -> bool:
    """Whether the first thing that an adjective like "autologous" can belong to is the product."""
    if _GRAFT_NEXT[cue.kind].match(cue.sentence.text, cue.end) or _EARLIER.search(cue.before):
        return False
    after = _COORDINATED.sub("", cue.sentence.text[cue.end : cue.end + 100])[:75]
    if not uncultured and _OTHER_PRODUCT.match(after):
        return False
    head = _HEAD.search(after)
    if head is None or _HEAD_CUT.search(after[: head.start()]):
        return head is None and bool(_HEAD_BEFORE.search(cue.before[-60:]))
    return head.lastgroup == "product"


_AFTERWARDS: Final = re.compile(
    r"\b(?:after|following|post) (?:the )?(?:\w+ )?(?:transplant|infusion|injection|treatment|therapy|administration)"
)
"""Cells taken afterwards are taken to see what became of the product."""
_SOURCE: Final = re.compile(
    r"\bmarrow\b|\biliac\b|\badipose\b|\bfat\b|\bliposuction|\blipoaspirat|\bmesenchym|\bmscs?\b|\bstromal\b|\bstem cells\b|\bsynov|\bcells of\b|\bpulps?\b"
    r"|(?<!body's )(?<!its )\bown (?:[\w-]+ ){0,2}cells\b|\bcells (?:(?:given|used|infused|injected|implanted) )?(?:was|were|are)(?: all| always)? (?:the |their |his |her |each )(?:(?:patient|participant|recipient|subject)s?'?s? )?own\b"
)
_TAKEN: Final = re.compile(
    r"\baspirat|\bharvest|\bisolat|\bseparat|\bobtain|\bcollect|\bderived|\bextract|\btaken|\bexpan[ds]|\bcultur|\bgrown|\bmade\b|\b(?:cells|[a-z-]{0,12}[ma]scs?) from\b|\bown\b|\bliposuction|\bprepared|\bgenerat|\bdrawn\b|\bcame\b|\bremoved\b|\bbiops|\bconcentrated\b|\bthemselves\b|\bback (?:their|his|her)\b|\bthe source\b|(?:\b(?:their|his|her)|'s?) (?:[\w-]+ ){0,3}(?:stem|stromal) cells"
)


def _near_source(cue: _Cue) -> bool:
    """Whether "from the patient" stands by marrow, fat or cells that are taken, not by a score or a scan."""
    near = cue.sentence.text[max(0, cue.start - 90) : cue.end + 60]
    return bool(_SOURCE.search(near) and _TAKEN.search(near)) and not _AFTERWARDS.search(cue.before)


_GRAFT_AFTER: Final = re.compile(
    r"[ -](?:\w+ )?(?:h[a]?ematopoietic|hscs?\b|hsct|stem[- ]cell transplant|transplant|bone marrow transplant|sct|bmt|donor lymph|kidney|renal|liver|living)"
)
_HALF_MATCHED: Final = re.compile(r"haplo-?identical (?:peripheral (?:blood )?)?stem[- ]cells?\b")
"""The graft of blood that the product is given beside."""
_GRAFT_BEFORE: Final = re.compile(
    r"\b(?:kidneys?|renal|livers?|organs?|grafts?|hsct|(?:allo-?)?sct|bmt|h[a]?ematopoietic|blood (?:stem|progenitor) cells?|(?:bone[- ]marrow|stem[- ]cell) transplant\w*|leu[ck]ocytes|lymphocytes)\b[^.;]{0,40}$"
)
_TRANSPLANT_BEFORE: Final = re.compile(rf"{_GRAFT_BEFORE.pattern}|(?<!pre-)(?<!post-)\btransplant\w*\b[^.;]{{0,30}}$")
_LIKENED: Final = re.compile(
    r"\b(?:those|that) (?:of|from|in) (?:the )?$|\b(?:than|like|versus|compared (?:with|to)) (?:(?:those|that|cells|mscs|blood|serum|plasma|samples|values|levels) )?(?:(?:of|from|in) )?$"
)
"""Words before the donors of cells that the product is only compared with."""
_DONOR_SITE: Final = re.compile(r"\bdonor[- ]site|\bdonor-specific|\banti-donor|\bdonor antibod|\bdonor dna")
_CONTROLS: Final = re.compile(r"\bcontrols?\b.{0,20}$")
_FROM: Final = re.compile(
    r"\b(?:from|of|by|derived|obtained|isolated|using|third|3rd|off|universal|donor|mismatched|hla|parental|haplo-?identical)\b|\bvolunteers? (?:gave|donated|provided|supplied)\b|\b(?:mscs?|cells?) donors? (?:was|were)\b|\ballograft"
)
_CELLS_CAME: Final = re.compile(
    r"\bdonors? of (?:the |all |these |his |her )?(?:[\w-]+ ){0,2}cells\b|"
    r"(?:\bcells?|\bproduct|\bmarrow|\bfat|\btissues?|\bcords?|\bplacentas?|\bsamples?|\b[a-z-]{3,20}cel(?:-l)?|[a-z_-]{1,20}scs?)\b(?: \([^)]{1,30}\))?[^.;()]{0,50}\b(?:came|come|originat\w+|derived?|obtained|isolated|prepared|provided?|given|grown|expanded|cultured|harvested|taken|manufactured|sourced|made|collected|donated|(?:was|were|are) from)\b"
)
"""Where cells, or the tissue they are grown from, came from, said in a sentence without the product's name."""

_THIRD_PARTY: Final = re.compile(r"(?:third|3rd)[- ]part")
_DONOR_WAS: Final = re.compile(r"\b(?:the|mscs?|cells?) donors? (?:was|were)\b[^.;]{0,60}$")
"""A third party is no donor of a transplant: "the donor was that of the graft or a third party"."""


def _other_source(cue: _Cue, named: list[ProductMention]) -> bool:
    """Whether a donor is said of the product, not of a transplant, a comparison or a measurement."""
    text = cue.sentence.text
    if _THIRD_PARTY.match(text, cue.start) and _DONOR_WAS.search(cue.before):
        return True
    if (
        _HALF_MATCHED.match(text, cue.start)
        or _DONOR_SITE.match(text, cue.start)
        or _GRAFT_AFTER.match(text, cue.end)
        or _LIKENED.search(cue.before)
    ):
        return False
    ends = [min(mention.end, cue.start) for mention in named if mention.start < cue.start]
    graft, since = (_GRAFT_BEFORE, max(ends)) if ends else (_TRANSPLANT_BEFORE, 0)
    if graft.search(text[max(since, cue.start - _NEAR, 0) : cue.start]):
        return False
    if _CONTROLS.search(cue.before + text[cue.start : cue.end]):
        return False
    return bool(_FROM.search(cue.around)) and (bool(named) or bool(_CELLS_CAME.search(cue.around)))


_PRODUCT_IS: Final = re.compile(
    r"\b(?:m?scs|[a-z-]*mscs|mpcs|cells|product|\w+cel(?:-l)?)(?: \([\w-]+\))? (?:is|are) (?:an? )?(?:\w+,? )?$"
)
_NAME_LENGTH: Final = 90


def introduced_donors(text: PublicationText, product: ProductVerdict) -> Iterator[Origin]:
    """Donors that only the background tells: of the study itself, or where it introduces the product."""
    told_in = text.zones(*OWN_ZONES)
    for sentence in text.zones(Zone.BACKGROUND):
        named = _named_in(sentence, product)
        short = DEFINED.search(sentence.text)
        used = short is not None and any(short["short"] in other.text for other in told_in)
        told = bool(FIRST_HAND.search(sentence.text)) or any(defines_product(one, told_in) for one in named)
        for cue in _cues(sentence):
            near = short is not None and used and 0 <= short.start() - cue.end < _NAME_LENGTH
            if not (near or told or _PRODUCT_IS.search(cue.before)) or of_other_studies(cue.before):
                continue
            if _speaks_of_product(cue, named, uncultured=product.msc is MscClass.UNCULTURED):
                yield cue.origin(named)
