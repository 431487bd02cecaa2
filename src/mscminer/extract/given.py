"""What each intervention gives, by its name and description: cells, what cells make, or something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

from mscminer.core.documents import Intervention
from mscminer.extract.title_conditions import TITLES
from mscminer.extract.view import Item, View, Zone


class Given(StrEnum):
    """What an intervention or an arm gives."""

    CELLS = "cells"
    DERIVATIVE = "derivative"
    UNCULTURED = "uncultured"
    GENERIC = "generic"
    """Stem cells or a cell therapy, kind not named here."""
    OTHER = "other"
    """Other cells."""
    CONTROL = "control"
    LAB = "lab"
    """Cells are collected or measured, not given."""
    NONE = "none"


_CONTROL_NAME = re.compile(
    r"\bplacebos?\b|\bsham\b|\bsaline\b|^\s*controls?\b|\bstandard\s(?:of\s)?(?:care|treat|therap)|\bconventional\s(?:treat|therap)"
    r"|\bno\s(?:treatment|intervention)|\bvehicle\b|\bplasmalyte|\bsuspension\smedi|\bobservation\b",
    re.IGNORECASE,
)


_BESIDES = re.compile(
    r"\bor\b|/|\+|\bplus\b|\band\b|\bvs\b|\bversus\b|\bwith\b|&|,|\bconventional|\bstandard|\bsaline|\bto\b",
    re.IGNORECASE,
)


NEGATED_NAME = re.compile(
    r"\s*(?:(?:no|without)\b(?!\s*\d)|non[\s-]+(?:\w+[\s-]+){0,2}?(?:treat|interven|mes|\w{0,3}MSC|stem|cell|strom|transplant)\w*)",
    re.IGNORECASE,
)


_LAB_NAME = re.compile(
    r"\b(?:isolat|collect|harvest|bank|biops|sampl|quantif|measur|analy[sz]|assay|in\svitro|cryopres|storage|storing|characteri[sz]|extract|level|blood\sdraw|laborator"
    r"|flow\scytomet|cytomet|immunohisto|immunofluor|histolog|sequencing|transcriptom|proteom|genotyp|biomarker|microscop|imaging|PCR\b|ELISA|western\sblot|determin|evaluat|examin|express|detect|procure|assess|questionnaire|registry|puncture|differentiation\smark)\w*|\baspirat(?:e|ion)\s*$",
    re.IGNORECASE,
)


GIVING = re.compile(
    r"\b(?:inject|infus|transplant|implant|administ|therap|treat|graft|receiv|given|deliver|transfus|instill|inhal|appl(?:ied|ication)|dose|dosage|re-?infus|engraft|transfer|autotransplant|sheet|scaffold|seeded|spray|drops?)\w*",
    re.IGNORECASE,
)


CODE = re.compile(
    r"\b[A-Z]{1,6}[A-Za-z]{0,8}-?\d{1,4}\w*|\b[A-Z]{2,6}-[A-Z0-9]{2,}|®|™|cel\b|\(R\)|\bCell[A-Z]|[a-z]Cell\b|CELYVIR|stem\b",
    re.ASCII,
)


FEEDER = re.compile(
    r"\bfeeder|\breprogram|\b(?:recruit(?:s|ing)?|attracts?|stimulates?|mobili[sz]es?|directs?|releases?|(?:recruitment|migration|proliferation)\sof)\s(?:[\w-]+\s){0,4}?(?:mesench|MSC|stem\scells)|\bmarkers?\b|\bstain|\bimmunohisto|\bflow\scytom|\bco-?cultur|\bexpan\w+\s(?:\w+\s){0,4}?(?:on|with|using)\b|\bexpansion\sof\s(?:umbilical\s)?cord\sblood",
    re.IGNORECASE,
)


_CULTURE = re.compile(
    r"\bcultur|\bexpan(?:d|sion)|\bpassag|\bex[\s-]?vivo|\bin\svitro|\bproliferat|\bGMP|\bmanufactur", re.IGNORECASE
)


_MAY_BE = re.compile(r"\b(?:may|might|can|could)\s(?:also\s)?be\b", re.IGNORECASE)
_OF_FAT = ("product.uncultured.svf", "product.cells.cultured_stem")
"""Rules of mixtures made of fat, and of "expanded stem cells", before which "non-" may stand."""
_NOT_GROWN = re.compile(
    r"(?:\b(?:non|not|never|without|no)[\s-](?:(?:being|been|further|any|prior|previous|in\svitro|ex\svivo|clonal|cell|culture)[\s-]){0,2}"
    r"(?:expan(?:ded|sion)|cultur(?:ed?|ing)|grown)\b|\b(?:un(?:expanded|cultured)|noncultured)\b)"
    r"(?!\s(?:[\w-]+\s){0,2}?(?:keratin|epiderm|melanoc|dermal|fibrobl|chondroc))",
    re.IGNORECASE,
)
_AFTER_DERIVATIVE = re.compile(
    r"^[\s)-]*(?:\(\w[\w\s-]{0,12}\)\s*)?(?:[\s-]*derived)?[\s-]*(?:(?:small|large|human|purified|cells?|culture|nano|trophic|allogeneic|free|soluble|bioactive|cocktail|of)[\s-]){0,2}?(?:exosom|exos?\b|extracellular\svesic|vesicl|EVs?\b|secretom|culture[\s-]derived|signall?ing\smolecul|conditioned|micro-?vesic|supernatant|mitochond|lysate|extracellular\smatri|-?CM\b|cell-free|paracrine|(?:pleio)?tropic\sfactor|trophic\sfactor)",
    re.IGNORECASE,
)


_NAMED_DERIVATIVE = re.compile(r"-\s?(?:exos?|EVs?|CM|sEVs?)$|^exosome", re.IGNORECASE)


_BEFORE_DERIVATIVE = re.compile(
    r"(?:exosom\w*|vesicles?|EVs|secretome|medium|media|mitochondri\w*|lysate|supernatant|factors)\)?,?\s(?:\(\w+\)\s)?(?:[\w-]+\s){0,3}?(?:derived|from|of|secreted|isolated|obtained|produced|released|originat\w+|harvested|by)\s?(?:[\w-]+[\s-]+){0,6}\(?$",
    re.IGNORECASE,
)


def mark_derivatives(view: View) -> View:
    """Turn "mesenchymal stem cell" into a derivative where the words are of its exosomes."""
    text = view.joined.text
    items = []
    for item in view.items:
        if item.label == "PRODUCT" and item.value in ("cells", "asc", "generic"):
            after = text[item.end : item.end + 60]
            before = text[max(item.sentence[0], item.start - 90) : item.start]
            inside = _NAMED_DERIVATIVE.search(view.words(item))
            if inside or _AFTER_DERIVATIVE.search(after) or _BEFORE_DERIVATIVE.search(before):
                item = replace(item, value="derivative")
        items.append(item)
    return replace(view, items=tuple(items))


_RANK = ("cells", "asc", "derivative", "uncultured", "generic", "other")


def _best(items: Iterable[Item]) -> str | None:
    values = {item.value for item in items if item.label == "PRODUCT" and item.usable}
    return next((value for value in _RANK if value in values), None)


def is_cultured(view: View, products: Sequence[Item]) -> bool:
    """Whether "adipose-derived stromal cells" are grown here.

    They are unless SVF is at hand and culture is never spoken of, or the text says that they are not expanded.
    """
    if any(item.value == "cells" and item.section in TITLES for item in products):
        return True
    fat = [item for item in view.of("PRODUCT") if item.value == "asc" or item.rule in _OF_FAT]
    if any(_NOT_GROWN.search(words) and not _MAY_BE.search(words) for words in {view.sentence(item) for item in fat}):
        return False
    svf = any(
        item.value == "uncultured" and (item.zone is Zone.CORE or item.section.startswith("keyword"))
        for item in fat
        if item.usable
    )
    return not svf or _CULTURE.search(view.joined.text) is not None


def kind_of(view: View, one: Intervention, products: Sequence[Item], cultured: bool, named: bool) -> Given:
    owner = f"intervention.{one.number}"
    mine = [item for item in products if item.owner == owner]
    name = [item for item in mine if item.section == f"{owner}.name"]
    names = name + [item for item in mine if ".other_name." in item.section]
    best = _best(names)
    if _CONTROL_NAME.search(one.name) and (_best(name) in (None, "other", "generic") or not _BESIDES.search(one.name)):
        return Given.CONTROL
    if NEGATED_NAME.match(one.name):
        return Given.CONTROL
    plain_drug = named and best is None and one.type in ("DRUG", "RADIATION", "DEVICE") and not CODE.search(one.name)
    if best in (None, "generic") and not plain_drug:
        described = _best([item for item in mine if not FEEDER.search(view.sentence(item))])
        best = described if described not in (None, "other") else best
    lab = _LAB_NAME.search(one.name) and not GIVING.search(one.name + " " + one.description)
    lab = lab or one.type == "DIAGNOSTIC_TEST"
    if best is not None and lab:
        return Given.LAB
    if best == "asc":
        return Given.CELLS if cultured else Given.UNCULTURED
    return Given(best) if best else Given.NONE


def given_words(view: View, items: Sequence[Item]) -> list[Item]:
    """Those whose sentence speaks of giving; each sentence is looked at once."""
    sentences = dict.fromkeys(item.sentence for item in items)
    giving = {place for place in sentences if GIVING.search(view.joined.text[slice(*place)])}
    return [item for item in items if item.sentence in giving]
