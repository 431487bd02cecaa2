"""Numbers of cells as people write them: ``2 x 106/kg``, ``10e6``, ``1×10(8)``, ``20 or 100 million`` ...

Registry prose has lost most superscripts, so ``2 x 106`` is read as 2 × 10⁶ and ``10e6`` as 10⁶.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from mscminer.extract.anchors import anchored

_SUPER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_WORDS = {
    "half a": 0.5, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "one hundred": 100,
    "two hundred": 200, "three hundred": 300, "five hundred": 500,
}  # fmt: skip
_SCALES = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mio": 1e6, "mln": 1e6, "billion": 1e9}

_NUM = r"\d+(?:\.\d+|,\d{1,2}(?!\d)|·\d{1,2}(?=\s?[x×X*–-]))?"
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True)).replace(" ", r"\s")
_TO = r"(?:-|–|—|−|~|～|to|up\sto)"
_JOIN = rf"(?:\)?\s*{_TO}|\s*(?:,\s*(?:or|and|to)?|or|and|/|&|±|\+/-))\s*"
_LABEL = r"(?!(?<=\d:)\d{1,2}\)?,?\s(?:to|or|and)\s|(?<=(?i:group|phase|stage)\s)\d,\s|(?<=(?i:cohort)\s)\d,\s|(?<=(?i:arm)\s)\d,\s)"
""" "2:1 to 10 million" and "in group 1, 400 million" begin with the second number."""
_GLOSS = r"(?:\s\([a-z][a-z\s-]{1,18}\))?"
""" "1 (low), 2 (middle) or 4 (high) x 10^6"."""
_TIMES = r"\s*(?:[x×✕✖ⅹⅩхХ*∗·•X]|times)\s*"
_EXP = r"""(?:
      \s?\\?(?:\^|ˆ|\*\*|\*|~|/|'|exp|e\+?|E\+?|power\s(?:of\s)?)\s?\(?(?P<{p}a>\d{{1,2}})\)?(?!\d)
    | \s?[(\[]\s?(?P<{p}b>\d{{1,2}})\s?[)\]]
    | (?P<{p}c>[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,2}})
    | \s?(?P<{p}d>[4-9]|1[0-2])(?![\d.,]\d|\d)
    )"""
_POWER = rf"(?:(?:{_NUM}{_TIMES})?10\s?(?:\^|\*\*?|[eE])\s?\(?\d{{1,2}}\)?(?!\d)|\d(?:\.\d+)?[eE]\+?0?\d{{1,2}}(?!\d))"
_SPREAD = rf"(?:(?P<coef>{_NUM}){_TIMES})?10\s?(?:\^|\*\*?)\s?\(?(?P<low>\d{{1,2}})\s?{_TO}\s?(?P<high>\d{{1,2}})\)?(?![\d.,]|\s?(?:[x×*]|m[lL]\b|days|weeks|million))"
_HAS_DIGIT = re.compile(r"\d")
_DOSE = anchored(
    rf"""
    (?<![\w.^/])(?<!\d,)(?<!\d-)(?<!(?i:day)\s)(?<!(?i:week)\s)(?<!(?i:month)\s)(?<!(?i:visit)\s){_LABEL}(?:
        (?P<middle>{_NUM})\s?[(\[]\s?(?:range[:,]?\s)?{_NUM}\s?{_TO}\s?{_NUM}\s?[)\]]{_TIMES}10{_EXP.format(p="r")} | (?P<ends>{_POWER}\s?{_TO}\s?{_POWER}) | (?P<spread>{_SPREAD}) |
        (?P<list1>{_NUM}(?:{_GLOSS}{_JOIN}{_NUM}){{0,4}}?){_GLOSS}\)?\s?(?:{_TIMES}|\.\s?|,\s?(?=10\^)|\s(?=10(?:\^|[eE])))10{_EXP.format(p="p")}
      | (?P<list2>{_NUM}(?:{_JOIN}{_NUM}){{0,4}}?){_TIMES}(?P<plain2>10{{0,2}}[,.]?000[,.]?000(?:[,.]?0{{1,3}})?)
      | (?P<list3>{_NUM}(?:(?:\s?(?:million|[mM])\b)?(?:\s?\(M\))?{_JOIN}{_NUM}){{0,4}}?|\b(?i:{_WORD})\b(?:(?:\s?million\b)?{_JOIN}\b(?:{_WORD})\b){{0,4}}?)
        [\s-]?(?P<scale>(?i:millions?|billions?|thousands?|mio|mill?ons?)\b|(?i:mln)\b\.?|M(?=[\s)/,.]|$)|m(?=\scells))
      | (?P<sci>\d(?:\.\d+)?)[eE]\+?(?P<scie>0?[4-9]|1[0-2])(?!\d)
      | (?P<bare>10){_EXP.format(p="q")}
      | 10[x×X](?P<turned>[5-9])(?!\d|[.,]\d|\s?[x×X*])
      | (?<![A-Za-z]\d[x×*])(?P<plain>\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,3}}(?:[\s\u00a0\u202f]000){{2,3}}(?!\d)|\d{{1,3}}(?:\.000){{2,3}}|\d{{2,3}}\.000(?=\s(?:\w+\s)?(?:cells?|\w*MSCs?)\b)|[1-9]\d{{0,3}}0{{5,8}})(?:\s?±\s?\d[\d,]*)?
    )""",
    re.VERBOSE,
)
_CELL = (
    r"(?:cells?\b|\w*MSC(?!-?(?:exo|EV))s?\b|\w*[Mm]esench\w*|\w*ASCs?\b|MPCs?\b|\w*BMCs?\b|MSVs?\b|CSM\b|MAPCs?\b|stem\b"
    r"|stromal\b|PLX|SHED|\w*SCs\b|células|remestemcel|rexlemestrocel|darvadstrocel|\w*stem\b|viable\b|cellular\s(?:content|count)\b)"
)
_PER_KG = re.compile(
    r"^[^.;\n\ue000]{0,90}?(?:/|\bper\b|\bpor\b|\bby\b|\beach\b)\s*(?:\(?1\s?|body[\s-]?(?:weight\s?)?)?(?:kg|kilo|\(kg)|^[^.;\n\ue000]{0,25}?[*x×]\s?(?:body\s?)?weight\b|^\s?kg\b|^[^.;\n\ue000]{0,30}?\bkg\s?(?:[-–−]\s?1\b|⁻¹)",
    re.IGNORECASE,
)
_EVERY_KG = re.compile(
    r"[^.;\d\n\ue000]{0,40}?(?:/|\b(?:per|for|every)\b)\s?(?:every\s|each\s)?(?P<n>5|[1-9]0)[\s-]?kg\b", re.IGNORECASE
)
""" "1 million cells per 10 kg"."""
_ORGAN = r"(?:testis|testicle|ovary|knee|hip|joint|eye|gland|disc|leg|limb|tendon)"
_CELL_AFTER = re.compile(
    rf"^[^;\n\ue000]{{0,70}}?{_CELL}|^\sof\s(?:them|these|which)\s(?:was|were)\s|^\s*\)?\s*(?:/|per)\s*(?:kg|kilo)|^\sper\s(?:(?:\w+\s)?{_ORGAN}|infusion|injection|session|administration)\b",
    re.IGNORECASE,
)
""" "2.5 x 10^7 per parotid gland", "75 x 10^6 per session": what is counted for each gland or session is cells."""
_KIND = r"(?:of|allogen\w+|autolog\w+|human|bone|adipose|umbilical|cord|tissue|marrow|expanded|cultured?|(?:[\w-]+-)?derived)"
_CELL_NEXT = re.compile(
    rf"\s?(?:(?:(?:of\s)?(?!received|got|had|given|were)[\w-]+\s){{0,2}}?|(?:{_KIND}[\s-]){{1,6}}){_CELL}|\s?(?:/|per)\s?kg",
    re.IGNORECASE,
)
""" "106 cells" is a power of ten that lost its superscript, "10x6 cells" one that lost its sign; "108 samples" and
"104 received cells" are not."""
_CELL_BEFORE = re.compile(rf"{_CELL}(?:;\s(?=(?:median|mean|average)\b))?[^.;\n\ue000]{{0,60}}$", re.IGNORECASE)
_MORE_MILLIONS = re.compile(rf"(?:{_JOIN}\d+(?:\.\d+)?\s?M\b){{1,4}}\s?{_CELL}", re.IGNORECASE)
""" "10M, 30M or 90M cells": all of them are cells."""
_DOSE_BEFORE = re.compile(r"(?:\bdos(?:e|es|age)\b|\bcells?\b|MSC)[^.;\n]{0,40}$", re.IGNORECASE)
_NOT_CELLS = re.compile(
    r"""^[\s)*-]*(?:of\s)?(?:(?!\w*MSCs?\b|mesench|stem\b|per\b|in\s\d|cells\s(?:and|or|in|to|for)\b)\w+\s){0,2}?(?:
        (?:nano)?[\s-]?(?:particle|vesicle)s?|exosomes?|EVs?\b|[µμu]g|mg\b|mcg|U\b|IU\b|units?\s(?!of\s(?:[\w-]+\s){0,4}(?:mesench|stem|[\w-]*MSC|cell))|copies|vg\b|viral|platelets?|leu[ck]ocytes?
      | CFU|(?:cells?\s?)?/\s?(?:[µμ]?[lL]\b|mm|dl|HPF)|per\s(?:microlit|mm|lit|[µμ]l)|CD\s?(?:34|133|3\b|45|4\b)|CD34
      | T[\s-]?cells?|T\slymph|NK\b|islets?|hepatocytes|chondrocytes|neutrophils|lymphocytes|PBMC|RPE|people|patients|euro|dollars|USD
      | (?:cells?\s)?(?:/\s?|per\s)well\b | births|deaths|persons|individuals|cases|Americans|inhabitants|hits|years|(?:\w+\s)?c-?kit|hCSC|CSCs|CPCs
      | (?:cells?|\w*MSCs?)\s?(?:/|per)\s?min|red\b|endothelial|bacteri|reads|myoblasts|fibroblasts|keratinocytes
      | HSCs?\b|hematopoietic|haematopoietic|epineph|colony|m\b|mL\b|ml\b|Da\b|IEQ|clusters?\b|spheroids?\b|organoids?\b|colonies\b|-?fold\b|adult(?:s|\sUS)|(?:yearly\s)?new\s(?:cases|patients|United)|yearly\s(?!infus|inject|dose)|children|women|men\b
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_UNCULTURED = re.compile(
    r"^[\s)*-]*(?:(?:/\s?|per\s)kg\s)?(?:of\s)?(?:(?!\w*MSCs?\b|mesench|stem\b|per\b|in\s\d|cells\s(?:and|or|in|to|for)\b)[\w-]+\s){0,2}?(?:mono-?nuclear|[\w-]*MNCs?\b|TNC|(?:total\s)?nucle(?:ar|ated)\b|SVF)",
    re.IGNORECASE,
)
""" "60 million nucleated cells": a dose only of a product that is itself uncultured."""
_OF_OTHER_CELLS = re.compile(
    r"(?<!before\sthe\s)(?<!after\sthe\s)(?<!with\sthe\s)(?:(?:PBSCs?|HSCs?|CD34\+?)(?:(?!MSC|mesench)[^.;\n]){0,60}|(?P<mixed>mononuclear\scells|nucleated\scells|MNCs?)(?:(?!MSC|mesench|PBSC|HSC|CD34)[^.;\n]){0,60})$",
    re.IGNORECASE,
)
""" What is counted behind a mixture's name is that mixture, if no other cells are named between."""
_MSC_NEXT = re.compile(r"\s?(?:of\s)?(?:[a-z]+\s){0,2}?\w*(?:MSCs?\b|mesench)", re.IGNORECASE)
""" "1 million HSC/kg and 2 million MSC/kg": the second number is the product's."""
_NOT_HERE = re.compile(
    r"""(?:(?<!receive\sa\s)\bmax(?:imum|imal|\.)?\s(?:\w+\s){0,3}$|(?<!receive\sa\s)\bmaximum\b(?!\sof\s\w+\s(?:\w+\s)?(?:infusions|injections|doses|administrations))[^.;,)\n]{0,45}$|not\s(?:to\s)?exceed\w*\s(?:\w+\s){0,3}$|viability[^.;\n]{0,20}$
      |CD\s?34\+?\s?(?:\w+\s)?(?:cells?)?[^.;\n]{0,25}$|platelets?[^.;\n]{0,30}$|(?:leu[ck]ocyte|neutrophil|\bWBC|\bANC|lymphocyte)\w*[^.;\n]{0,30}$
      |rate\sof\s$|particles[^.;\n]{0,15}$|exosomes?\s\(?$|\b1:$|cumulative\s(?:\w+:?\s){0,5}$|total\sup\sto\s$
      |/\s?kg[^.;\n]{0,45}(?:up\sto|limit\w*|no\smore\sthan|not\smore\sthan|at\smost)\s(?:a\s)?(?:max\w*\s)?(?:(?:total\s)?dose\s)?(?:of\s)?(?:approximately\s)?$|\$\s?$|€\s?$|passage\s$)""",
    re.VERBOSE | re.IGNORECASE,
)
_ESCALATED = re.compile(
    r"\b(?:start|beginn|initial|lowest|from)[^\n]{0,70}\bmax(?:imum|imal|\.)?\s(?:tolerated\s)?(?:dose|dosage)\s(?:is|was|of|will\sbe|being)\s$",
    re.IGNORECASE,
)
""" "Starting at 1 million/kg, the maximum dose is 10 million/kg": both ends of what is given."""
_PER_ML = re.compile(
    r"^[^.;,\n\ue000]{0,60}?(?:/|\bper\b|\bin\b(?=\s(?:each\s)?m))\s*(?:1\s)?(?P<n>\d+(?:\.\d+)?(?:\s?[-–]\s?\d+(?:\.\d+)?)?)?\s*(?P<u>m[lL]\b|cc\b|millilit)",
    re.IGNORECASE,
)
_VOLUME = re.compile(
    r"(?<![\w./])(?P<a>\d+(?:\.\d+)?)(?:\s?(?:-|–|to)\s?(?P<b>\d+(?:\.\d+)?))?\s?(?:m[lL]|cc)\b(?!\s?/)", re.IGNORECASE
)
_DENSITY = re.compile(
    r"\b(?:re-?suspend|concentrat|densit|dilut|cultur|seed|centrifug|contain|freez|frozen|thaw|prepar|viab|count)\w*[^.;\n]{0,60}$",
    re.IGNORECASE,
)
_THEN_GIVEN = re.compile(r"[^;\n]{0,90}\b(?:inject|administ|infus|given)", re.IGNORECASE)
_CALLED_DOSE = re.compile(
    r"\b(?:dos\w+|groups?|cohorts?|inject\w*|administ\w*|appli\w*|given|receiv\w*)\b[^;\n]{0,60}$", re.IGNORECASE
)
""" "Suspended at 10^7 cells/ml" speaks of the suspension; "low dose: 10^7 cells/ml" of what is given."""
_OPENING = re.compile(r"\s*\(\s*(?:i\.e\.\s*)?")
_LEAST = 1e4
"""Fewer cells than that are a score, a year or a number of people."""
_GROUP_OF = r"(?:M|(?:low|mid|medium|intermediate|middle|high)\w*\b[^()]{0,30}|(?:dose|group|cohort|arm|level)\s\w{1,3}|n\s?=\s?\d+\b[^()]{0,20})"
_AND = re.compile(
    rf"(?:\s?\({_GROUP_OF}\)|;\sn\s?=\s?\d+\)|\))?[\s,;/~–(-]*"
    r"(?:(?:or|and|to|then|followed\sby|(?:a|the)\s(?=low|mid|medium|middle|high)|(?:low|mid|medium|middle|intermediate|high)(?:er)?(?:[\s-]dose)?"
    r"|(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\s(?:patients\s|others\s)?(?:with|at|to|got|had|received|on))\b[\s,;/~–(-]*){0,4}",
    re.IGNORECASE,
)
""" "1 million (low dose), 5 million (n = 3) and 10 million": words between sizes that are told one after the other."""
_AND_OTHERS = re.compile(
    r"(?:,?\sand|,)\s(?!CD|\w*MNC|platelet)(?:the\s)?[\w-]+\s(?:(?:received|got|had)\s)?", re.IGNORECASE
)
""" "Hips got 3 x 10^7 and wrists 10^7 cells": what is counted is told once."""
_ANOTHER = re.compile(
    r"(?!\s?/)(?:[^.;\n]|\.\d){1,150}?\b(?:and|then)\s(?:another|a\s(?:further|second))\s", re.IGNORECASE
)
""" "10^7 MSCs were injected into the cord, and another 2 x 10^7 round it"."""
_SPREAD_OF = re.compile(
    r"(?:(?:cells\s?)?/\s?kg\b|cells\b)?[^().;\n]{0,40}[(\[]\s?(?:interquartile\s)?(?:range\w*|from|IQR)\b[,:=]?\s?",
    re.IGNORECASE,
)
""" "1.4 x 10^6 (range 0.4-9 x 10^6) cells per kg": the unit of the spread is that of the mean."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DoseFound:
    """A number of cells and where it stands.

    Args:
        cells: number of cells, per kg of body weight if `per_kg`.
        sure: the words at the number say that cells are counted; else only the context can.
        uncultured: mononuclear cells or a vascular fraction are counted.
        loose: told per ml and no volume beside it: the number of cells that is given is not known.
    """

    start: int
    end: int
    cells: float
    per_kg: bool
    sure: bool
    uncultured: bool = False
    loose: bool = False


def find_doses(text: str) -> Iterator[DoseFound]:
    """Every number of cells in a text, both ends of ranges and each of a list, in order."""
    if not _HAS_DIGIT.search(text) and "illion" not in text:
        return
    yield from _shared_units(text, list(_all_doses(text)))


def _shared_units(text: str, doses: list[DoseFound]) -> Iterator[DoseFound]:
    """Give "5 x 10^6 and then 10 x 10^6 cells/kg" its unit at both numbers; drop "(20 million)" that only repeats."""
    kept: list[DoseFound] = []
    for dose in reversed(doses):
        later = next((other for other in reversed(kept) if other.start >= dose.end), None)
        between = text[dose.end : later.start] if later else ""
        if later and _DEVIATION.fullmatch(between):
            dose = replace(dose, per_kg=later.per_kg or dose.per_kg, sure=dose.sure or later.sure)
            kept = [other for other in kept if other.start != later.start]
        elif later and _is_other_unit(text, dose, later):
            kept = [other for other in kept if other.start != later.start]
        elif later and later.uncultured == dose.uncultured and _OPENING.fullmatch(between):
            dose = replace(dose, per_kg=later.per_kg or dose.per_kg, sure=True)
            kept = [other for other in kept if other.start != later.start]
        elif later and (_AND.fullmatch(between) or _SPREAD_OF.fullmatch(between)):
            dose = replace(dose, per_kg=dose.per_kg or later.per_kg, sure=dose.sure or later.sure)
        elif later and later.sure and not later.uncultured and _AND_OTHERS.fullmatch(between):
            dose = replace(dose, sure=True)
        kept.append(dose)
    yield from _sure_in_lists(text, kept[::-1])


_DEVIATION = re.compile(r"\s?(?:cells\s)?(?:±|\+\s?/\s?[-–−]|\+[-–−])\s?", re.IGNORECASE)
""" "40 x 10^6 ± 2 x 10^6": a mean and by how much doses differ from it."""


def _sure_in_lists(text: str, doses: list[DoseFound]) -> Iterator[DoseFound]:
    """What follows a sure number in a list is one as well: "MSCs at 5 x 10^6, 10^7 or 2 x 10^7"."""
    last: DoseFound | None = None
    for dose in doses:
        place = (last.end, max(last.end, dose.start)) if last else (0, 0)
        if last and last.sure and not dose.sure and (_AND.fullmatch(text, *place) or _ANOTHER.fullmatch(text, *place)):
            dose = replace(dose, sure=True)
        yield dose
        last = dose


_IN_BRACKETS = re.compile(
    r"[^().;,\n]{0,45}[(（]\s*(?:(?:approximately|about|around|ca\.?|or|equivalent\sto|corresponding\sto|equal\sto|i\.e\.,?|=|~|≈)\s?){0,2}"
)
_CLOSED = re.compile(r"[^();\n]{0,40}[)）]")


def _is_other_unit(text: str, dose: DoseFound, later: DoseFound) -> bool:
    """Whether "20 million cells (0.5 million cells/kg)" tells one dose in two units; the one in brackets repeats."""
    if dose.per_kg == later.per_kg or not _IN_BRACKETS.fullmatch(text, dose.end, later.start):
        return False
    close = _CLOSED.match(text, later.end)
    return close is not None and (not later.per_kg or "kg" in close.group().lower() or "kilo" in close.group().lower())


def _all_doses(text: str) -> Iterator[DoseFound]:
    for match in _DOSE.finditer(text):
        values = list(_values(match))
        before, after = text[max(0, match.start() - 80) : match.start()], text[match.end() : match.end() + 110]
        judged = _judge(match, before, after)
        if judged is None or not values:
            continue
        per_kg, sure, uncultured = judged
        every = _EVERY_KG.match(after)
        factors = [1 / int(every["n"])] if every else [1.0] if per_kg else _volumes(text, match, after)
        if not per_kg and (_OF_FAT.match(after) or _PER_WEIGHT.match(after)):
            continue
        called = _CALLED_DOSE.search(before) or _THEN_GIVEN.match(after)
        loose = not factors and called is not None and not _DENSITY.search(before)
        factors = [1.0] if loose else factors
        per_kg = per_kg or every is not None
        if not per_kg and factors != [1.0] and _IN_ALL.search(text, match.end(), match.end() + 170):
            continue
        for value in values:
            for factor in factors:
                cells = float(f"{value * factor:.6g}")
                if _LEAST <= cells <= 1e12:
                    yield DoseFound(
                        start=match.start(),
                        end=match.end(),
                        cells=cells,
                        per_kg=per_kg,
                        sure=sure,
                        uncultured=uncultured,
                        loose=loose,
                    )


_OF_FAT = re.compile(
    r"[^.;,\d]{0,30}?(?:/|\bper\b)\s?(?:m[lL]|cc|millilit\w+|g|gram)\s(?:of\s)?(?:\w+\s)?(?:fat|graft)", re.IGNORECASE
)
""" "20 million cells per mL of fat": how many are given depends on the graft."""
_PER_WEIGHT = re.compile(r"[^.;,\d]{0,30}?(?:/|\bper\b)\s?(?:\d+\s?)?mg\b", re.IGNORECASE)
""" "10 million cells per 100 mg": how many are given depends on how much of the carrier is."""
_IN_ALL = re.compile(
    r"(?:\b(?:per|each)|/)\s?injection\b[^;\n]{0,60}\btotal\sof\b|\binjection\s(?:volumes?\s)?[^;\n]{0,12}\d\sinjections\b[^;\n]{0,20}\btotal\sof\b",
    re.IGNORECASE,
)
""" "0.5 ml per injection x 10 injections for a total of ...": the total is the dose."""


_END = re.compile(
    rf"(?:(?P<times>{_NUM}){_TIMES})?10\s?(?:\^|\*\*?|[eE])\s?\(?(?P<power>\d{{1,2}})|(?P<number>\d(?:\.\d+)?)[eE]\+?(?P<e>\d{{1,2}})"
)


def _ends(text: str) -> Iterator[float]:
    """Both ends of "1 x 10^6 - 5 x 10^6" or "1E6-5E6"."""
    for hit in _END.finditer(text):
        number = (hit["times"] or hit["number"] or "1").replace(",", ".").replace("·", ".")
        yield float(number) * 10.0 ** min(20, int(hit["power"] or hit["e"]))


_DAYS_BEFORE = re.compile(r"\b(?:days|weeks|months)\s$", re.IGNORECASE)
_LAST_OF_DAYS = re.compile(r"(?:\d{1,2},\s)*\d{1,2}(?:,?\s(?:and|&)\s\d{1,2})?,\s", re.IGNORECASE)


def _without_days(match: re.Match[str], numbers: str) -> str:
    """A list of numbers without the days before it: "on days 4 and 9, 6 x 10^7 cells"."""
    text = match.string
    days = _DAYS_BEFORE.search(text, max(0, match.start() - 8), match.start())
    led = _LAST_OF_DAYS.match(numbers) if days else None
    return numbers[led.end() :] if led else numbers


def _values(match: re.Match[str]) -> Iterator[float]:
    group = match.groupdict()
    if group["middle"]:
        yield next(_numbers(group["middle"])) * 10.0 ** _exponent(group, "r")
    elif group["ends"]:
        yield from _ends(group["ends"])
    elif group["spread"]:
        first = next(_numbers(group["coef"] or "1"))
        yield from (first * 10.0**power for power in sorted({int(group["low"]), int(group["high"])}))
    elif group["sci"]:
        yield float(group["sci"]) * 10.0 ** int(group["scie"])
    elif group["plain"]:
        yield float(re.sub(r"[.,\s]", "", group["plain"]))
    elif group["bare"]:
        yield 10.0 ** _exponent(group, "q")
    elif group["turned"]:
        yield 10.0 ** int(group["turned"])
    elif group["list2"]:
        scale = float(re.sub(r"[.,]", "", group["plain2"]))
        yield from (number * scale for number in _numbers(group["list2"]))
    elif group["list1"]:
        power = _exponent(group, "p")
        numbers = _without_days(match, re.sub(rf"\.10{power}\b", "", group["list1"]))
        yield from (number * 10.0**power for number in _numbers(numbers))
    else:
        yield from (number * _scale(group["scale"]) for number in _numbers(_without_days(match, group["list3"])))


def _exponent(group: dict[str, str | None], prefix: str) -> int:
    digits = next(group[prefix + part] for part in "abcd" if group[prefix + part])
    return min(20, int(str(digits).translate(_SUPER)))


def _scale(word: str) -> float:
    low = word.lower().rstrip("s.").replace("millon", "million")
    return _SCALES.get(low, 1e6)


def _numbers(text: str) -> Iterator[float]:
    text = re.split(r"±|\+/-", text)[0].replace("·", ".")
    for item in re.finditer(rf"{_NUM}|\b(?:{_WORD})\b", text, re.IGNORECASE):
        word = item.group().lower()
        yield _WORDS[word] if word in _WORDS else float(word.replace(",", "."))


def _judge(match: re.Match[str], before: str, after: str) -> tuple[bool, bool, bool] | None:
    """(per kg, sure, uncultured) or None where the number counts something else."""
    if _NOT_CELLS.search(after) or (_NOT_HERE.search(before) and not _ESCALATED.search(before)):
        return None
    others = None if _MSC_NEXT.match(after) else _OF_OTHER_CELLS.search(before)
    if others and not others["mixed"]:
        return None
    close = after[: _next_number(after)]
    per_kg = bool(_PER_KG.search(close)) or bool(
        re.search(r"\bper\s(?:kg|kilo\w*)\W{0,3}(?:is\s)?$", before, re.IGNORECASE)
    )
    sure = per_kg or bool(_CELL_AFTER.search(close)) or bool(_CELL_BEFORE.search(before))
    sure = sure or (match["scale"] == "M" and _MORE_MILLIONS.match(after) is not None)
    weak = match["plain"] or match["bare"] or match["sci"] or (match["scale"] and match["scale"] in "Mm")
    odd = match["qd"] or match["turned"]
    if match["bare"] and _FRACTION.fullmatch(match.group()):
        return None
    if (weak and not sure) or (odd and (not _CELL_NEXT.match(after) or _ARM_SIZES.match(after))):
        return None
    if per_kg and re.match(r"\s*(?:U|IU|mg|[µμu]g)\b", after):
        return None
    return per_kg, sure or bool(_DOSE_BEFORE.search(before)), others is not None or bool(_UNCULTURED.match(after))


_FRACTION = re.compile(r"10\s?/\s?1[0-2]")
""" "In 10/11 patients": no power of ten."""


_ARM_SIZES = re.compile(r"\s[\w-]+(?:,\s|\sand\s)\d{1,3}\s(?:placebo|control|sham|vehicle|saline)", re.IGNORECASE)
""" "104 ADSCs, 52 placebo" are people."""


def _next_number(after: str) -> int:
    """Where the next number of the same sort begins: what follows it does not belong to this one."""
    found = _DOSE.search(after)
    return found.start() if found else len(after)


_SUSPENSION = re.compile(
    r"(?<![\w./-])(?P<volume>\d{1,3})\s?(?:m[lL]|cc)\sof\s(?:an?\s|the\s)?(?:(?!saline|and\b|then\b|with\b|plus\b)[\w-]+\s){0,3}?"
    r"(?:suspension|product|solution|cells|\w*MSCs)\b(?:(?!\b(?:saline|then|and)\b)[^.;\d\n]){0,40}$"
)
""" "40 mL of a suspension (20 million cells/20 mL)"."""


def _shares_of_volume(before: str, share: str) -> float:
    """How many times the volume that cells are told of goes into the one that is given; 1 where that is not told."""
    given = _SUSPENSION.search(before)
    times = int(given["volume"]) / float(share) if given and share.isdigit() and int(share) else 1.0
    return times if times > 1 and times % 1 == 0 else 1.0


def _volumes(text: str, match: re.Match[str], after: str) -> list[float]:
    """What a concentration must be multiplied with: [1] where it is a number of cells already."""
    per_ml = _PER_ML.search(after[: _next_number(after)])
    if per_ml and per_ml["n"]:
        return [_shares_of_volume(text[max(0, match.start() - 100) : match.start()], per_ml["n"])]
    if per_ml is None or re.match(r"\s?/\s?(?:vial|syringe|bag)\b", after[per_ml.end() :]):
        return [1.0]
    around = (
        text[max(0, match.start() - 140) : match.start()].rpartition("\n")[2] + " \ue000 " + after[per_ml.end() : 60]
    )
    volume = _VOLUME.search(around)
    if volume is None:
        return []
    ends = [float(volume["a"])] + ([float(volume["b"])] if volume["b"] else [])
    return [end for end in ends if 0 < end <= 200]
