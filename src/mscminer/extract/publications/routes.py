"""How the product is given, in a publication's words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import MscClass
from mscminer.extract.publications.product import FIRST_HAND, GIVEN, ProductVerdict
from mscminer.extract.publications.rules import Hit, find_hits, rule_set
from mscminer.extract.publications.subjects import names_animals
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_CELLS: Final = re.compile(
    r"\bcells?\b|[ms][sp]?cs?\b|\b[a-z-]{2,10}[ps]cs?\b|\bconcentrate|\bexosom|\bvesicles?\b|\bsvf\b|\bshed\b|\bstem\b"
    r"|\bsecretome\b|\bconditioned medi"
)
_ACTS: Final = re.compile(
    r"\b(?:the|these|each|all|single|repeated|both) (?:[\w-]+ ){0,2}(?:infusion|injection|instillation)s?\b"
)
"""Acts of giving that an earlier sentence has told of."""
_NOT_IT: Final = r"(?:control|placebo|vehicle|ultrasound|silicone|lubric\w+|antibiotic|saline|steroid)\b"
_FORM: Final = r"(?:suspension|preparation|product|secretome|serum|gel|cream|sheet|construct|dose|medium|bag)s?"
_PUT_IN: Final = re.compile(
    rf"\b(?:(?:the|each|this|whole|all|entire) (?:[\w-]+ ){{0,2}}?{_FORM}|(?!{_NOT_IT})[\w-]+ (?:gel|cream|serum)s?)\b"
    r"(?: \([^()]{1,40}\))?(?:,[^,.;]{1,70},)?(?: [\w-]+){0,4} (?:was|were|is|are) (?:[\w-]+ ){0,2}?"
    r"(?:run|infused|injected|given|applied|administered|dripped|dropped|instilled|placed|put|spread|"
    r"rubbed|dabbed|massaged|sprayed|laid|delivered|introduced|implanted)\b"
)
"""A product that is told by its form alone: "the suspension was run in"."""
_DOSE_ALONE: Final = re.compile(
    r"\b(?:single|one|repeated) (?:[\w.-]+ ){0,3}doses?\b(?! of\b)"
    r"|\bdoses? of (?=[\d.,]+ ?(?:x ?10|million|\u00b7 ?10|\* ?10)(?![^;,]{0,15}\bmg\b))"
    r"|\bwith (?:the|a) (?:[\w-]+ )?(?:construct|tissue-engineered \w+)\b"
    r"|\b(?:received|receive|given|had|underwent|got) (?:an?|a single|one|two|three|four|\d) (?:[\w-]+ ){0,3}"
    r"(?:infusion|injection|instillation)s?\b(?! of\b)"
)
"""A dose that needs no name: that of the product."""
_DRUG: Final = (
    r"(?:steroids?|corticosteroids?|methylpred\w*|predniso\w*|dexameth\w*|heparin|antibiotics?|hyaluron\w*|"
    r"immunoglobulin|cyclophosph\w*|rituximab|teriparatide|prostan\w*|prostacyclin\w*|iloprost|iron|"
    r"alprostadil|penicillin|ivig|tocilizumab|remdesivir|infliximab|opioids?|tenecteplase|botulinum|"
    r"bevacizumab|ranibizumab|chemotherapy|supernatants?|conditioned medi(?:um|a)|insulin|contrast|salbutamol|"
    r"bronchodilat\w+|an[a]?esthe\w+|sedation|thrombolysis|alteplase|biopsy)"
)
_OTHER_DRUG: Final = re.compile(rf"\b{_DRUG}\b(?:(?!\b(?:received|cells|\w*mscs?)\b)[^.;,]){{0,25}}$")
_MEDIUM: Final = re.compile(r"supernatant|conditioned")
"""Another's, unless it is the product itself."""
_OF_OTHER_DRUG: Final = re.compile(
    rf"(?: (?:inject|infus|administ)\w*(?: of| with)?)?(?: (?:high-dose|daily))? {_DRUG}\b"
)
"""What stands behind the route of something else: "intravenous methylprednisolone"."""
_UNHELPED: Final = re.compile(
    r"\b(?:despite|in spite of|refractory to|resistant to|unresponsive to|dependent on|intolerant (?:of|to)|"
    r"failed|failure of|failing|no (?:response|benefit) (?:to|from))"
    r"(?: (?!received|underwent|given|got|had\b|infused|was|were)[\w-]+){0,3} $"
)
"""What stands before the route of a treatment that had not helped: "despite intravenous prostanoids"."""
_LEVELS: Final = ((Zone.TITLE, Zone.AIM, Zone.METHODS), (Zone.RESULTS, Zone.CONCLUSION), (Zone.BACKGROUND,))


def find_pub_routes(text: PublicationText, product: ProductVerdict) -> dict[str, tuple[Evidence, ...]]:
    """Routes with their evidence: exact words before weak ones, aim and methods before results.

    Of the background only sentences about the study itself are asked, where nothing else tells.
    """
    if product.msc is MscClass.NONE:
        return {}
    for zones in _LEVELS:
        hits = _carried([hit for sentence in text.zones(*zones) for hit in _in_sentence(sentence, product)])
        exact = [hit for hit in hits if hit.rule.weight >= 1]
        if exact or hits:
            return _grouped(text, _without_places(exact or hits))
    return {}


_PLACES: Final = frozenset(
    {"route.intralesional.into", "route.intralesional.within", "route.site.organ", "route.site.edge"}
)
"""Rules that name a place only."""
_LAYERS: Final = frozenset({"intramyocardial", "subcutaneous", "intradermal", "topical"})
"""Ways of giving beside which a place is no second route: "subcutaneous injection into the fingers"."""


_AT_REPAIR: Final = "route.site.repair"
"""What is put in during an operation, also by syringe, is implanted."""


def _without_places(hits: list[Hit]) -> list[Hit]:
    """Drop mere places ("into the scar") where an exact word says how they are injected there."""
    others = [hit for hit in hits if hit.rule.id not in _PLACES]
    told = any(hit.rule.value in _LAYERS or hit.rule.id == _AT_REPAIR for hit in others)
    return others if told else hits


_CARRIERS: Final = frozenset({"route.implanted.carrier", "route.implanted.sewn", "route.implanted.pocket"})
"""Rules of what carries the product."""
_FILLED: Final = _PLACES | {"route.named.uterus"}
_LAID: Final = re.compile(r"\b(?:plac|put|insert|laid|lay)\w*")


def _carried(hits: list[Hit]) -> list[Hit]:
    """Drop the place where a scaffold is put ("a scaffold was placed in the uterus"): what it carries is implanted."""
    if not any(hit.rule.id in _CARRIERS for hit in hits):
        return hits
    return [hit for hit in hits if hit.rule.id not in _FILLED or not _LAID.search(_words_at(hit))]


def _words_at(hit: Hit) -> str:
    """The words of a route with those right before them."""
    return hit.sentence.text[max(0, hit.start - 25) : hit.end]


def _in_sentence(sentence: Sentence, product: ProductVerdict) -> Iterator[Hit]:
    own = any(mention.sentence is sentence for mention in product.mentions)
    if not own and not _gives_product(sentence.text):
        return
    if names_animals(sentence.text) or (sentence.zone is Zone.BACKGROUND and not FIRST_HAND.search(sentence.text)):
        return
    rules = (rule for _, rule in rule_set("routes").may_match(sentence.text))
    for hit in find_hits(rules, [sentence]):
        if not _is_of_another(hit, product):
            yield hit


def _is_of_another(hit: Hit, product: ProductVerdict) -> bool:
    """Whether a route is that of another drug, by the words around it."""
    text = hit.sentence.text
    before, word = text[: hit.start], text[hit.start : hit.end].partition(" ")[0]
    drug = _OTHER_DRUG.search(before)
    if drug and product.msc is MscClass.DERIVATIVE and _MEDIUM.match(drug[0]):
        drug = None
    return bool(drug or _UNHELPED.search(f"{before}{word} ") or _OF_OTHER_DRUG.match(text[hit.end : hit.end + _NEAR]))


_NEAR: Final = 60


def _gives_product(text: str) -> bool:
    """Whether a sentence that does not name the product tells of its giving."""
    given = GIVEN.search(text) and (_CELLS.search(text) or _ACTS.search(text))
    return bool(given or _DOSE_ALONE.search(text) or _PUT_IN.search(text))


def _grouped(text: PublicationText, hits: list[Hit]) -> dict[str, tuple[Evidence, ...]]:
    found: dict[str, list[Evidence]] = {}
    for hit in hits:
        found.setdefault(hit.rule.value, []).append(text.evidence(hit.sentence, *_with_act(hit)))
    return {value: tuple(evidence) for value, evidence in found.items()}


_ACT_BEFORE: Final = re.compile(
    r"\b(?:(?:inject|infus|implant|administ|deliver|transplant|instill)\w*|given|placed|applied) (?:[\w-]+ ){0,3}$"
)
_ACT_AFTER: Final = re.compile(
    r"[ -](?:[\w-]+ )?(?:(?:inject|infus|implant|administ|deliver|transplant|instill)\w*)"
    r"(?: (?:of|with) (?:[\w/+-]+ ){0,6}?(?:cells?|[a-z-]{0,12}[ps]cs?)\b)?"
)


def _with_act(hit: Hit) -> tuple[int, int]:
    """Where the words of a route stand with the act that they belong to: "intra-articular injection of MSCs"."""
    text = hit.sentence.text
    nearest = max(0, hit.start - _NEAR)
    before = _ACT_BEFORE.search(text[nearest : hit.start])
    after = _ACT_AFTER.match(text, hit.end)
    return nearest + before.start() if before else hit.start, after.end() if after else hit.end
