"""How texts say how often something is given: one rule a wording, each with an example and a counter-example.

A rule's pattern is built from the named parts below.  What its groups mean is told by `Kind` and read by
`mscminer.extract.schedules`; the examples are run by ``tests/extract/test_schedules.py``.
"""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from mscminer.extract.anchors import Anchored, anchored
from mscminer.extract.time_points import LIST


class Kind(IntEnum):
    """What a statement is; of several at one place the smaller kind is believed."""

    TOTAL = 0
    """A number that is called the total or the most: "up to 12 infusions", "4 doses in total"."""
    COUNT = 1
    """A number of administrations: "two infusions", "three times", "twice"."""
    RATE = 2
    """A rate and how long it is kept up: "weekly for 4 weeks"."""
    IF = 3
    """A repetition that may or may not come, or so often in some and more often in others: "repeated if needed"."""
    POINTS = 4
    """Days, weeks or months of administration: "on days 1, 8 and 15"."""
    ORDINAL = 5
    """Numbered administrations: "the first ... the second infusion"."""
    OPEN = 6
    """More than one, but nobody says how many: "every three months"."""
    SINGLE = 7
    """"Once", "a single infusion"."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One wording.

    Args:
        anchors: lower-case strings, one of which every match contains; without them the pattern is not even tried.
        example: a sentence (our own) in which the rule finds `times` (None: more than once, or perhaps).
        counter: a sentence in which it finds nothing.
        at_rate: every match begins with a rate ("once a week"), so it is tried only where one stands.
    """

    id: str
    kind: Kind
    pattern: Anchored
    anchors: tuple[str, ...]
    example: str
    times: int | None
    counter: str
    at_rate: bool = False


NUMBERS = {
    "a": 1, "one": 1, "once": 1, "single": 1, "first": 1, "1st": 1, "initial": 1, "loading": 1, "priming": 1, "two": 2, "twice": 2, "double": 2, "dual": 2, "triple": 3, "second": 2, "2nd": 2,
    "other": 2, "three": 3, "thrice": 3, "third": 3, "3rd": 3, "four": 4, "fourth": 4, "4th": 4, "five": 5, "fifth": 5,
    "5th": 5, "six": 6, "sixth": 6, "6th": 6, "seven": 7, "seventh": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "sixteen": 16, "eighteen": 18, "twenty": 20, "twenty-four": 24,
}  # fmt: skip
_N = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|sixteen|eighteen|twenty)"
_ACT = (
    r"(?:dosis|do(?:s|es|e)?ages?|do(?:s|es|e)es?|dosing|infusions?|inject(?:ion|able)s?|administrations?|treatments?|applications?|transplantations?"
    r"|transplants?|implantations?|transfusions?|instillations?|inhalations?|deliver(?:y|ies)|perfusions?|punctures?|(?:lumbar|spinal)\staps?|sessions?|therapies)"
)
_GIVEN = r"(?:dos(?:e|age|is)|infusion|injection|administration|treatment|application|transplantation|implantation|transfusion|instillation|cell\stherapy)"
_WORD = (
    r"\(?(?!(?:cells?|patients?|subjects?|participants|weeks?|days?|months?|million|post|dos(?:e|es)|hours?|hrs?|h|minutes?|min|divided|m[lL]|mg|kg|years?|with|at|a|of|the"
    rf"|per|in|and|or|for|got|hospitals?|centers?|centres?|{_N}|high|low|higher|lower|highest|lowest|groups?|times?|after|before|had|underwent|(?:knees|hips|eyes|ankles|joints|limbs|legs|discs|lesions)\b|different|to|by|via|arms?|standard|stage|types?|cohorts?|gets?|get|receiv\w+|visits?|phase|study|deaths?|events?|was|were)\b)[A-Za-z][\w/)-]*"
)
_ADJ = r"(?:(?!(?:patients?|subjects?|participants?|persons?|sites?|cent(?:er|re)|arms?|blind|label|stud(?:y|ies)|groups?|years?|months?|weeks?|days?|fashion|from|used|after|of|per|is|are|with|will|course|trial|each|vials?|bags?|donors?)\b)[\w/().,'®™-]+\s){0,6}?"
_NOT_COUNTED = r"\b(?=[\dtfsneo])(?<![\d.^\-*+])(?<!\d[,:])(?<!step\s)(?<!cohort\s(?=\d))(?<!group\s(?=\d))(?<!arm\s(?=\d))(?<!dose\s)(?<!day\s)(?<!week\s)(?<!month\s)(?<!level\s)(?<!phase\s)(?<!part\s)(?<!type\s)(?<!grade\s)(?<!stage\s)"
_UNIT = r"(?:days?|weeks?|wks?|months?|years?)"
_EACH = r"(?:\ba|\bper|\bevery|\beach|/)"
_RATE = rf"""(?:
      (?:(?P<per>\bonce|\btwice|\bthrice|\b{_N}\s?(?:times|x|infusions|doses|injections)(?:\sof\s[\w-]+)?)[\s-])?
        (?:{_EACH}\s?(?P<gap>\d{{1,2}}|two|three|four|six|eight|other|second|third|fourth|sixth)?[\s-]?(?P<unit>day|week|month|quarter|year|(?<=/)d(?=\s))s?\b(?!\s(?:apart|later|before|ago)\b)
          | (?P<adv>\bdaily|\b(?:bi-?)?weekly|\b(?:bi-?)?monthly|\bquarterly|\byearly|\bannually|\btrimonthly|\bfortnightly|\bhalf-yearly)\b)
    | (?<![\w])q\.?(?P<qgap>\d{{1,2}})?\s?(?P<qunit>d|w|m)\b\.?(?!\w)
    | \bintervals?\sof\s(?:(?P<igap>{_N})\s)?(?P<iunit>days?|weeks?|months?)\b | \b(?P<jgap>{_N})[\s-](?P<junit>day|week|month)s?\sintervals?\b
    )"""
_LENGTH = rf"""(?:[\s,(](?:for|during|over|in|x|×|until|through|up\sto)\s|\((?={_N}\s{_UNIT}\)))(?:continuous(?:ly)?\s)?
    (?:(?:about|approximately|each\sof|the\s(?:first|following|second|next|subsequent)|a\stotal(?:\sduration)?\sof|a\s(?:period|duration)\sof|up\sto|consecutive|another)\s)*
    (?:(?P<length>{_N}|a|one|half\sa)(?:\s?\(\d+\))?[\s-]?(?:consecutive\s|successive\s)?|(?<=first\s)|(?<=following\s)|(?<=next\s))(?P<lunit>{_UNIT})\b"""
""" "for 4 weeks", "for the first month"."""
_DURATION = rf"\bduration\b(?:\sof\s(?:the\s)?(?:treatment|therapy|administration))?\s?(?:[:：]|of|is)?\s?(?P<length>{_N}|a|one)\s(?P<lunit>{_UNIT})\b"
_WINDOW = r"""\b(?:(?:from|in|on|during|at)\s)?(?:the\s)?(?:
      (?P<wunit>day|week|month)s?\s(?P<first>\d{1,2})\s?(?:to|until|through|-|–|~)\s?(?:(?:day|week|month)\s)?(?P<last>\d{1,3})
    | (?:baseline|enrol\w+|inclusion)\s(?:to|until|through)\s(?P<wunit3>day|week|month)\s(?P<last3>\d{1,3})
    | (?<=in\s)(?P<first2>\d{1,2})\s?(?:to|-|–|~)\s?(?P<last2>\d{1,2})\s(?P<wunit2>day|week|month)s )\b"""
""" "from week 0 to week 36", "in weeks 1-2", "on days 1 to 5"."""


RATE = anchored(_RATE, re.VERBOSE | re.IGNORECASE)


def _rule(ident: str, kind: Kind, pattern: str, *, anchors: str, example: str, times: int | None, counter: str) -> Rule:
    return Rule(
        id=ident,
        kind=kind,
        anchors=tuple(anchors.split()),
        pattern=anchored(pattern, re.VERBOSE | re.IGNORECASE),
        example=example,
        times=times,
        counter=counter,
        at_rate=pattern.startswith(_RATE),
    )


_OFTEN = "week wk month day dai year annual quarter fortnight /d qw qd qm q1 q2 q3 q4 q6 q8 q."
_COURSE = r"(?:course|cycle|round)"
_HOLDS = r"(?:consist(?:s|ing)\sof|compris(?:es|ing)|has|have|is|includ(?:es|ing)|contain(?:s|ing)|with)"
_MORE = r"(?:(?P<more>additional|further|more|subsequent|remaining|extra|maintenance|booster)\s)?"

_TENS = r"(?:ten|twelve|fifteen|sixteen|eighteen|twenty)"
_HEART = r"(?:trans-?(?:epi|endo)cardial|intra-?myocardial|(?:epi|endo)cardial|myocardial|(?:left\s)?ventric(?:le|ular)|myocardium|heart\smuscle)"
"""Places that a catheter or an operation reaches: injections at many of them are one sitting (ANNOTATION.md, 14)."""

OF_PARTS = r"\s(?:each\s)?(?:of|with|containing)\s\d[\d.]*(?:\s?(?:,\s?or|,\s?and|,|/|or|and)\s?\d[\d.]*)*\s?(?:million\b|[x×*]\s?10)"
"""Cells given "in ten injections of 5 million" are one dose in ten places."""
_DURING = r"\b(?:during|at(?:\sthe\s(?:end|time|close)\sof)?|in\sthe\scourse\sof)\s(?:the\s|an?\s)?(?:\w+\s){0,2}?"
_OPERATION = r"(?:surgery|operation|bypass|procedure|arthroscopy|endoscopy|implantation|implant|laminectomy|thoracotomy|craniotomy|sternotomy|laparotomy|arthrotomy)\b"
_AT_OPERATION = rf"{_DURING}(?:{_OPERATION}|catheteri[sz]ation\b)"
_SIZE = r"\d[\d.]*\s?(?:million\b|[x×*]\s?10|(?:,\s[\d.]+)*,?\s(?:or|and|to)\s[\d.]+\s?(?:million\b|[x×*]\s?10))"
"""The beginning of a number of cells, or of several."""
_SO_MANY = rf"(?:{_N}|one|1|an?|a\ssingle|(?=multiple|several|repeated))\s?(?:(?:single|intravenous|multiple|several|repeated|cell)\s){{0,2}}?{_ACT}\b"
_SOME = rf"(?:\d{{1,3}}|{_N}|one|others?|the\s(?:others?|rest|remaining\s\w+|(?:third|fourth|fifth|sixth|seventh|eighth|last)))\s(?:(?:other\s|more\s)?(?:patients?|children|subjects|participants|cases?)\s|of\s(?:whom|them|these)\s)?"
""" "One infusion in five patients, the sixth had two": how often differs from one person to the next."""
_GIVES = r"\b(?:inject|implant|infus|instill|plac|deliver|transplant|graft|administ|appl|mixed|given|put)\w*"
_OPENED = r"\b(?:by|after|following|through)\s(?:an?\s|the\s)?(?:\w+\s){0,2}?(?:laminectomy|durotomy|thoracotomy|craniotomy|sternotomy|laparotomy|arthrotomy)\b"
_IN_PLACE = r"(?:inject|implant|deliver|million\b|cells\b|MSCs?\b|doses?\b)"
_ONE_GAP = rf"(?:{_N}|one|an?)[\s-](?:hours?|days?|weeks?|months?)\b"
AT_ONE = r"(?:in|during|at)\s(?:one|a\ssingle|the\ssame)"
SITTING = r"session|sitting|procedure|operation|visit"
_ONE_SITTING = rf"(?:\b{AT_ONE}\s(?:(?:[a-z]+(?:al|ic)\s)?(?:{SITTING})|go)\b|\bsingle[\s-](?:session|sitting|stage)\b|\bone-off\b)"

RULES: tuple[Rule, ...] = (
    _rule(
        "count.acts",
        Kind.COUNT,
        rf"""{_NOT_COUNTED}(?!10\s?\(\d)\b(?:(?P<lowest>{_N}|one|1),\s)?(?:(?P<low>{_N}|one|1),?\s?(?:(?P<range>-|–|to)|or)\s?)?(?P<n>{_N})(?:\s?\(\s?(?:\d+|{_N})\s?\))?(?:\s|-(?=dose|inject|infus)){_MORE}
            (?:(?:consecutive|serial|repeated|separate|weekly|monthly|intravenous|i\.?v\.?|intrathecal|intra-?articular)\s){{0,2}}(?:{_WORD}\s){{0,4}}?{_ACT}\b
            (?!(?:(?<=dose)|(?<=doses))\s(?:groups|arms)\b|(?:(?<=treatment)|(?<=treatments))\s(?:groups?|arms?)\b|\s(?:levels?|cohorts?|regimens?\sare|sites?|schedules?\sare|strateg\w+)\b|[\s-]escalat|\s?:\s?\d)""",
        anchors="dos dage infus inject admin treat appli transpl impl transfus instil inhal deliver perfus punct tap session therap doe doage",
        example="Participants get three intravenous infusions of the product.",
        times=3,
        counter="Phase 2 dose groups are compared.",
    ),
    _rule(
        "count.times",
        Kind.COUNT,
        rf"""{_NOT_COUNTED}\b(?:(?P<low>{_N}|one|1)\s?(?:(?P<range>-|–|to)|or)\s?)?(?P<n>{_N})(?:\s?\(\s?\d+\s?\))?[\s-]?{_MORE}(?:(?:consecutive|separate|different|menstrual)\s){{0,2}}(?:times?\b|time\s?points\b|occasions\b|courses\b|cycles?\b|rounds\b)
            (?!\s?(?:a|per|/|every|each(?!\s?(?:[.,;]|$))|higher|lower|more|the|daily|weekly|over\s(?:the|normal|baseline)|of\sthe\supper|greater|uln|upper|normal|longer|points?|as\s(?:much|many|high|large|long|often|likely))\b)""",
        anchors="time occasion course cycle round",
        example="The cells are given three times.",
        times=3,
        counter="Enzymes above 3 times the upper limit.",
    ),
    _rule(
        "count.others",
        Kind.COUNT,
        rf"\b(?P<n>{_N}|one)\s(?P<more>others|more|further\sones)(?=,?\s(?:at|after|in|on|every|follow|if|when|are\s(?:given|infused|injected)|will\s(?:be|follow)|each|with\san?\sinterval)\b)",
        anchors="others more further",
        example="One infusion at once and two others at monthly intervals.",
        times=2,
        counter="One infusion in two others of the patients.",
    ),
    _rule(
        "count.in_all",
        Kind.COUNT,
        rf"(?:(?<=up\sto\s)|(?<=at\smost\s)|(?<=maximum\sof\s)|(?<=maximum\s)|(?<=more\sthan\s))(?P<n>{_N})\s(?:in\sall|in\stotal|altogether)\b",
        anchors="all total altogether",
        example="Infusions can be repeated, at most five in all.",
        times=5,
        counter="Patients are five in all.",
    ),
    _rule(
        "count.courses",
        Kind.COUNT,
        rf"""{_NOT_COUNTED}\b(?P<courses>{_N})\s(?:\w+\s)?(?:courses|cycles|rounds|series)\s(?:of|with|consisting\sof|each\sof)\s(?P<n>{_N})\s(?:{_WORD}\s){{0,3}}?{_ACT}\b
            | {_NOT_COUNTED}\b(?P<m>{_N})\s(?:(?:{_WORD}\s){{0,3}}?{_ACT}\s(?:per|each|in\seach|a)\s|(?:times|infusions|injections|doses)\s?(?:/|per)\s?)(?:course|cycle|round)\b[^.;\n]{{0,40}}?\b(?P<courses2>{_N})\s(?:courses|cycles|rounds)\b""",
        anchors="courses cycles rounds series",
        example="Two courses of four injections.",
        times=8,
        counter="Two courses of antibiotics.",
    ),
    _rule(
        "count.per_course",
        Kind.COUNT,
        rf"""\b(?:each|one|every|a|per)\s{_COURSE}(?:\sof\s(?:treatment|therapy))?(?:\s{_HOLDS}|\s?[:：])\s(?P<n>{_N})\s(?:{_WORD}\s){{0,3}}?{_ACT}\b[^\n]{{0,90}}?\b(?P<courses>{_N})\s{_COURSE}s\b
            | {_NOT_COUNTED}\b(?P<courses2>{_N})\s(?:\w+\s)?{_COURSE}s\b[^\n]{{0,60}}?\b(?:each|one|every|a(?=\s{_COURSE}\s))\s(?:{_COURSE}\s)?(?:of\s(?:treatment\s|them\s)?)?(?:{_HOLDS}\s)?(?P<m>{_N})\s(?:{_WORD}\s){{0,3}}?{_ACT}\b""",
        anchors="course cycle round",
        example="Each course consists of three injections, and two courses are given.",
        times=6,
        counter="Each course consists of three injections.",
    ),
    _rule(
        "count.twice",
        Kind.COUNT,
        r"\b(?P<n>twice|thrice)\b(?!\s(?:a|per|the|each|every|weekly|daily|monthly|as)\b|(?!:)\W{1,3}\d+(?!\s?(?:to|and|or|-|–)\s?\d|\s?(?:days?|weeks?|months?)))",
        anchors="twice thrice",
        example="Cells are infused twice, two weeks apart.",
        times=2,
        counter="Tablets are taken twice a day.",
    ),
    _rule(
        "count.double",
        Kind.COUNT,
        r"\b(?P<n>double|dual|triple)\s(?:intravenous\s|intrathecal\s)?(?:infusion|injection|administration|transplantation)\b | (?<![\d.,/])(?P<m>[2-9]|1[0-2])\s?[x×]\s?(?=\d+\s?million\b)",
        anchors="double dual triple x ×",
        example="A double infusion of cells.",
        times=2,
        counter="A double-blind trial of an infusion.",
    ),
    _rule(
        "count.named",
        Kind.COUNT,
        rf"""\b(?:infusion|injection|administration|dose|treatment)\s(?:number|times|frequency)\s?(?:[:：=]|is|was|will\sbe)\s?(?P<n>\d{{1,2}})\b(?!\s?(?:x|×|\*|\^|times?\s(?:a|per)))
            | \b(?:infusions|injections|administrations|treatments|sessions|applications)\s?[:：]\s?(?P<k>\d{{1,2}})\b(?!\s?(?:x|×|\*|%|m[lL]|million|\.\d)) | (?:\b(?:number|times|frequency)\sof|\#|\bno\.\sof)\s(?:infusions|injections|administrations|treatments|doses)\s?(?:[:：=]|is|was|will\sbe)\s?(?P<m>{_N}|one|single)\b
            | (?<=[.;]\s)(?:Times|Number\sof\stimes)\s?[:：]\s?(?P<t>\d{{1,2}})\b(?!\s?(?:x|×|\*|\^|%|m[lL]|\.\d|\d))""",
        anchors="number times frequency # infusions injections administrations treatments sessions applications",
        example="Infusion number: 8",
        times=8,
        counter="Dose 1 is given at baseline.",
    ),
    _rule(
        "count.numbered",
        Kind.COUNT,
        r"\b(?:infusions|injections|administrations|treatments)\s(?:no\.?\s|\#\s?)?1\*?(?:(?:,\s\d{1,2}\*?)*,?\s(?:and|&)|\s?(?:-|–|to|through))\s?(?P<n>\d{1,2})\b(?!\s?(?:%|m[lL]|million|days?|weeks?|months?|years?|hours?))",
        anchors="1",
        example="Infusions 1, 2, 3 and 4 are given in the clinic.",
        times=4,
        counter="Injections 1 to 3 days before the visit.",
    ),
    _rule(
        "count.x",
        Kind.COUNT,
        r"""(?:\b(?:infusions?|doses?|daily|weekly|monthly|intervals?|qd|q\.d\.|od|q\d?[dwm])|/\s?kg|\bcells)\s?[x×*]\s?(?P<n>\d{1,2})\b(?!\s?(?:\^|x|×|\*|m[lL]|million|\(|10))(?!\.\d)
            | (?<=[\s(])[x×]\s?(?P<m>\d{1,2})\s(?:doses|infusions|times)\b | (?:(?<=[a-zA-Z)]\s)|(?<=\()|(?<=[⁴-⁹]\s))[x×]\s?(?P<k>\d)(?=\s?(?:[),;]|\.(?!\d)|$))""",
        anchors="x × *",
        example="Given q.d. x 3 in the hospital.",
        times=3,
        counter="A dose x 106 cells.",
    ),
    _rule(
        "count.days",
        Kind.COUNT,
        rf"\b(?:for|on|over)\s(?P<n>{_N})\s(?:(?:consecutive|successive|sequential)\sdays\b|days\s(?:in\sa\srow|running|on\send)\b)|\bon\s(?P<m>{_N})\s(?:separate\s|different\s)?days\b(?!\s(?:after|before|of|post|prior|apart))",
        anchors="days",
        example="Cells are given for three consecutive days.",
        times=3,
        counter="Cells are given within three days.",
    ),
    _rule(
        "rate.for",
        Kind.RATE,
        rf"""{_RATE}(?:(?!\bmg\b|\band\sthen\b|\bpatients\b|\bif\b)(?:[^;\n.]|\.(?=\d))){{0,90}}?{_LENGTH}""",
        anchors=_OFTEN,
        example="The infusion is given twice a week for 4 consecutive weeks.",
        times=8,
        counter="The infusion is given over 4 hours.",
    ),
    _rule(
        "rate.duration",
        Kind.RATE,
        rf"""{_RATE}[^\n]{{0,40}}?{_DURATION}""",
        anchors="duration",
        example="Frequency: weekly; duration: 4 weeks.",
        times=4,
        counter="The duration of the infusion is 4 hours.",
    ),
    _rule(
        "rate.for_duration",
        Kind.RATE,
        rf"""{_DURATION}[,;.]\s(?:frequency\s?[:：]?\s?)?{_RATE}""",
        anchors="duration",
        example="Duration 8 weeks, every two weeks.",
        times=4,
        counter="The duration is 8 weeks.",
    ),
    _rule(
        "rate.over",
        Kind.RATE,
        rf"""\b(?:for|over|during)\s(?P<length>{_N})\s(?P<lunit>{_UNIT})\b[,;:]?\s(?:one|1)\s(?:infusion\s|injection\s|dose\s)?{_RATE}(?!\s(?:for|over|until|during)\b)""",
        anchors=_OFTEN,
        example="The product is given over four weeks, one infusion each week.",
        times=4,
        counter="The product is given over four weeks.",
    ),
    _rule(
        "rate.window",
        Kind.RATE,
        rf"""{_RATE}[^.;\n]{{0,30}}?{_WINDOW}""",
        anchors=_OFTEN,
        example="Every 4 weeks from week 0 to week 36.",
        times=10,
        counter="Seen from week 0 to week 36.",
    ),
    _rule(
        "rate.in_window",
        Kind.RATE,
        rf"""{_WINDOW}[:,]?\s(?:(?!\band\b|\bthen\b)[^.;\n]){{0,40}}?{_RATE}(?!\s(?:for|over|until|during)\b)""",
        anchors="day week month",
        example="Days 0-2: the product is given daily.",
        times=3,
        counter="On day 1 the product is given daily.",
    ),
    _rule(
        "single.only",
        Kind.SINGLE,
        r"\b(?:baseline|first\sday|(?:day|week|month|visit|D|W|M)\s?\d{1,2}|(?:time|day)\sof\s(?:surgery|operation|transplantation))\sonly\b",
        anchors="only",
        example="Group A gets cells at month 0 only.",
        times=1,
        counter="Group A gets cells at month 0 and blood tests only later.",
    ),
    _rule(
        "points.list",
        Kind.POINTS,
        rf"(?P<points>{LIST})",
        anchors="day week wk month hour visit d w m v t",
        example="The product is infused at surgery and on days 8 and 15.",
        times=3,
        counter="The product is infused on day 1.",
    ),
    _rule(
        "ordinal.first",
        Kind.ORDINAL,
        rf"\b(?P<n>first|initial|1st|loading|priming)\s(?:{_WORD}\s){{0,4}}?{_GIVEN}\b(?!\s(?:group|arm|cohort|level))",
        anchors="first initial 1st loading priming",
        example="The first infusion is given at once.",
        times=1,
        counter="The first patients get an infusion.",
    ),
    _rule(
        "ordinal",
        Kind.ORDINAL,
        rf"\b(?P<n>second|2nd|third(?!.party)|3rd|fourth|4th|fifth|5th|sixth|6th)\s(?:{_WORD}\s){{0,4}}?{_GIVEN}\b(?!\s(?:group|arm|cohort|level))",
        anchors="second 2nd third 3rd fourth 4th fifth 5th sixth 6th",
        example="The second infusion follows after one month.",
        times=2,
        counter="The second cohort of patients gets an infusion.",
    ),
    _rule(
        "ordinal.repeated",
        Kind.ORDINAL,
        rf"""\brepeated\s(?P<n>)(?:(?:once\s|once\sagain\s|one\stime\s)?(?:(?:after|at|in)\s)?(?:{_N}|one|an?)\s?-?(?:hours?|h|days?|weeks?|months?)\b(?!\s?(?:and|,|or)\s?\d|\sintervals?)
            | (?:once|one\stime|a\ssecond\stime)\b(?!\s(?:every|per|a\b|each))
            | (?:in|at|during)\sthe\s(?:next|following|subsequent)\s(?:[\w-]+\s)?(?:cycle|week|month|visit|session)\b)
            | \band\sagain\s(?:after\s)?{_ONE_GAP}(?:\slater)?(?!\s?(?:and|,|or)\s?\d)
            | \b(?:first|initial)\s{_GIVEN}\b[^.;\n]{{0,60}}?\band\s(?:the|a)\ssecond(?=\s(?:at|on|after|in|{_ONE_GAP})\b)
            | \ba\ssecond,\s(?:equal|identical|similar)\s{_GIVEN}\b
            | \b(?:given\sagain|infused\sagain|injected\sagain|same\sdose(?:\sis\sgiven)?(?:\sagain)?|the\ssame\sagain|booster(?:\sof\sthe\ssame\sdose)?)\s(?:(?:after|at|in)\s)?(?:{_N}|one|an?)\s(?:hours?|days?|weeks?|months?)(?:\slater)?\b""",
        anchors="repeated again same booster second",
        example="The infusion is repeated after 3 months.",
        times=2,
        counter="The infusion is repeated at 3, 6 and 9 months.",
    ),
    _rule(
        "ordinal.another",
        Kind.ORDINAL,
        rf"""\b(?P<n>)(?:an?|one|the\ssame|repeat|booster)\s(?:repeat(?:ed)?\s|identical\s|similar\s|equal\s|further\s|additional\s|booster\s|follow-?up\s|maintenance\s)?
            (?:(?<=repeat\s)|(?<=repeated\s)|(?<=identical\s)|(?<=similar\s)|(?<=equal\s)|(?<=further\s)|(?<=additional\s)|(?<=booster\s)|(?<=same\s)|(?<=up\s)|(?<=maintenance\s))
            (?:(?:{_GIVEN}|dosing)\b|(?<=booster\s)of\b)(?:\s(?!and\b|or\b|if\b|may\b|every\b|each\b)[\w^×./-]+){{0,6}}?\s(?:(?:at|after|on|in)\s(?:the\s)?(?:(?:day|week|month)\s?\d|{_ONE_GAP})|{_ONE_GAP}\s(?:later|after|apart))""",
        anchors="repeat identical similar equal further additional booster same follow maintenance",
        example="A repeat dose is given at week 6.",
        times=2,
        counter="A repeat dose is given every 6 weeks.",
    ),
    _rule(
        "if.again",
        Kind.IF,
        rf"""\b(?:if|when(?!\s(?:[\w-]+\s){{0,3}}?had\b)|may|might|can|could|possib\w+|option\w*|eligible|unless|in\scase\sof|as\sneeded|where\sneeded|where\snecessary|depend\w+)\b[^.;\n]{{0,160}}?\b(?:repeat(?:ed)?\b|(?:given|inject\w+|infused|administered|treated|applied|and|possibly)\sagain\b|(?:a\s)?second\s(?:(?:\w+\s){{0,3}}{_GIVEN}|course)|additional\s(?:\w+\s){{0,3}}(?:{_ACT}|courses?)|another\s(?:\w+\s){{0,2}}{_GIVEN}|(?:subsequent|further|more)\s{_ACT}|(?:treated|injected|infused|given)\s(?:once\smore|a\ssecond\stime)\b)
            | \b(?:re-?treatments?|re-?dosing|re-?injections?)\b[^.;\n]{{0,60}}?\b(?:allowed|possible|permitted|considered|may|might|can|could|option\w*|discretion)\b
            | \b(?:(?:patients|subjects|participants|those)\s(?:without|with\s(?:no|in\w+|partial|poor|persist\w+|relaps\w+|progress\w+|recurr\w+)|who\s(?:had\s)?(?:fail|do\snot|did\snot|relaps|respond|progress)\w*)|non-?responders)\b[^.;\n]{{0,60}}?\b(?:second|another|additional|further\s(?:\w+\s)?{_ACT}|again|repeat)\w*\b
            | \b(?:repeat(?:ed)?|again|a\ssecond\s(?:\w+\s){{0,3}}(?:{_GIVEN}|course)|additional\s(?:\w+\s){{0,2}}{_ACT})[^.;\n]{{0,60}}?\b(?:if|when|in\scase\sof|as\sneeded|depend\w+|unless)\b
            | \b(?:second|third|fourth|further|extra|another|additional)\s(?:\w+\s){{0,3}}?(?:{_ACT}|course)\b[^.;\n]{{0,60}}?\b(?:may|might|can|could|possib\w+|option\w*|if|in\scase|allowed|permitted)\b
            | \b(?:repeat(?:ed)?|again|a\ssecond\s(?:\w+\s){{0,3}}(?:{_GIVEN}|course))[^.;\n]{{0,60}}?\b(?:in|for|to)\s(?:those|patients|subjects|participants|anyone|people)\s(?:who|with\s(?:no|in|partial|poor|persist)|without|not)\b
            | \bonce\sor\smore\b | \bor\smore\s{_ACT}\b | \b(?:possibly|perhaps)\s(?:once\s)?again\b""",
        anchors="repeat again second third fourth further extra additional another subsequent more once treatment dosing injection",
        example="A second infusion is possible if needed, or it may be repeated.",
        times=None,
        counter="A second infusion follows after one month.",
    ),
    _rule(
        "if.some",
        Kind.IF,
        rf"""(?<![\d.])\b{_SOME}(?:received|had|got|were\sgiven|underwent)\s{_SO_MANY}[^.;\n]{{0,40}}?(?:,|;|\band)\s{_SOME}(?:(?:received|had|got|were\sgiven|underwent)\s)?(?:{_SO_MANY}|(?:{_N}|one|a\ssecond)\b(?!\s(?:\w+\s)?(?:patients|months|weeks|days|years)))
            | \b{_SO_MANY}(?:\sof\s[^.;,\n]{{1,40}}?)?\s(?:was|were)\s(?:given|administered|infused|injected)\s(?:in|to)\s(?:{_N}|one|\d{{2,3}})\s(?:patients|children|subjects|participants|cases|of\sthem)\b
            | \b(?:{_N}|one)\s(?:of\s(?:the|these|them|whom)\s(?:{_N}\s)?)?(?:patients?|children|subjects|participants|adults|infants)?\s?(?:received|had|got|was\sgiven|were\sgiven|underwent|needed|required)\sa\ssecond\s(?:\w+\s)?{_GIVEN}\b
            | \bthe\sfirst\s(?:child|patient|infant|girl|boy|man|woman|case|baby|twin|newborn)\b[^.;\n]{{0,90}}?\band\sthe\s(?:second|other)\s(?:one\s|child\s|patient\s)?(?:at|on)\s(?:(?:day|week|month)s?\s)?\d""",
        anchors="received had got given underwent needed required administered infused injected second other",
        example="Ten patients received one infusion, and four received two.",
        times=None,
        counter="Ten patients received one infusion and were seen for a year.",
    ),
    _rule(
        "open.rate",
        Kind.OPEN,
        rf"{_RATE}",
        anchors=_OFTEN,
        example="Cells are given every three months.",
        times=None,
        counter="Cells are given after three months.",
    ),
    _rule(
        "open.many",
        Kind.OPEN,
        rf"\b(?:multiple|repeated|repetitive|several|serial|(?<!\ba\s)(?<!\bone\s)subsequent|repeat)\s(?:{_WORD}\s){{0,3}}?{_ACT}\b|\beach\s(?:time|visit|of\sthese\svisits)\b|\brepeated(?:ly)?\s(?:at|in|every)\b|\brepeatedly\b",
        anchors="multiple repeat repetitive several serial subsequent each",
        example="Patients with multiple infusions of cells.",
        times=None,
        counter="Multiple patients get an infusion.",
    ),
    _rule(
        "single.word",
        Kind.SINGLE,
        rf"""\b(?:single|unique|sole|solitary)\s{_ADJ}(?:{_GIVEN}|dosing|delivery|procedure|transplant|instill?ation|operation|ascending\sdoses)\b(?!\s(?:groups?\sof|every|per\s(?:day|week|month)|each))
          | \b(?:single|unique)\s(?:(?!and\b|or\b|versus\b|vs\b|sites?\b)[\w-]+\s){{0,2}}injections\b
          | \bsingle\s(?:(?:intravenous|intra-?\w+|IV|i\.v\.?|cell|peripheral)\s)?(?:infusions|doses|administrations)\sof\b
          | \bsingle\s(?:infusions|administrations)\b(?=\s?(?:[.;,)]|$)) | \bsingle[\s-](?:dose|infusion|injection)\b(?!\s(?:combined|and)\s) | \bsingle\s(?:IV|i\.v\.?|intravenous(?:ly)?|intrathecal(?:ly)?|bolus)(?=\s?[,.;(]|$) | \bsingly\b | \b(?:dosage|dosing|doses?|administrations?|infusions?|injections?|schedule|regimen)\s?[:=]\s*(?:single|once)\b
          | \bsingle\s(?:shot|bolus)\b""",
        anchors="single unique sole solitary singly dos once",
        example="A single intravenous infusion of cells.",
        times=1,
        counter="A single centre gives an infusion.",
    ),
    _rule(
        "single.once",
        Kind.SINGLE,
        rf"""\b(?:only\s)?once\b(?!\s(?:again|more|or\stwice\s(?:a|per|every|daily|weekly)|(?:a\b|per|every|each|weekly|monthly|daily|in\s(?:a|every|two|three)|the|they|all|it|patients?|subjects?|eligib|an?\b|screen|enrol|deemed|informed|consent|both|we|infused|injected|implanted|transplanted|no|only\s(?:the|those|patients|after|a)|participants?|this|these|\d)))
          | \bone[\s-]?time\b(?!\s(?:a|per|every|each)\b) | \bone[\s-](?:stage|step)\b | \b1[\s-]time\b(?!\s(?:a|per|every|each)\b) | \bfrequency\s?[:：]\s?(?:one\stime|single|1\b)
          | ,\s(?:a\s)?single(?=\s?(?:[.;)]|$)) | {_ONE_SITTING}""",
        anchors="once time one frequency session sitting stage procedure operation visit single",
        example="The cells are given once.",
        times=1,
        counter="Once the patient is enrolled, cells are given once a week.",
    ),
    _rule(
        "single.sites",
        Kind.SINGLE,
        rf"""\b(?:[5-9]|[1-4]\d|{_TENS})\s(?:{_WORD}\s){{0,3}}?{_HEART}\s(?:{_WORD}\s){{0,2}}?(?:injections|sites)\b
            | \b(?:[5-9]|[1-4]\d|{_TENS})\s(?:injections|(?:injection\s)?(?:sites|points))\b[^.;\n]{{0,40}}?{_HEART}
            | \b(?:[5-9]|[1-4]\d|{_TENS})\s(?:{_WORD}\s){{0,2}}?(?:injections|(?:injection\s)?(?:sites|points))\b(?:[^.;\n]|\.\d){{0,60}}?{_AT_OPERATION} | {_AT_OPERATION}(?:[^.;\n]|\.\d){{0,60}}?\b(?:[5-9]|[1-4]\d|{_TENS})\s(?:{_WORD}\s){{0,2}}?(?:injections|(?:injection\s)?(?:sites|points))\b
            | \b{_HEART}\s(?:[^.;\n]|\.\d){{1,70}}?\b(?:[5-9]|[1-4]\d|{_TENS})\s(?:{_WORD}\s){{0,2}}?injections\b
            | \b(?:inject|implant|infiltrat)(?:ed|ion)\b(?:[^.;\n]|\.\d){{1,60}}?\bin\s{_N}\s(?:deposits|depots)\b
            | \bm[lL]\s?(?:per|each|/)?\s?injection(?:\svolumes?)?\s?(?:[x×*]|\btimes\b)\s?(?:[5-9]|[1-4]\d)\s(?:injections|sites)\b""",
        anchors="injection site point deposit depot",
        example="They get 15 transendocardial injections.",
        times=1,
        counter="They get 15 injections into the knee.",
    ),
    _rule(
        "single.operation",
        Kind.SINGLE,
        rf"""{_GIVES}(?:(?!\b(?:before|after|weeks|months|infusions|doses)\b)(?:[^.;\n]|\.\d)){{0,50}}?(?:{_DURING}{_OPERATION}|\bin\stheatre\b) | (?:{_DURING}{_OPERATION}|{_OPENED}),?\s(?:(?!\b(?:before|after|weeks|months|infusions|doses)\b)(?:[^.;\n]|\.\d)){{0,110}}?{_GIVES}""",
        anchors="surgery operation catheter bypass procedure arthroscopy endoscopy implant tomy theatre",
        example="The cells were injected into the muscle during surgery.",
        times=1,
        counter="The cells were injected into the muscle after surgery.",
    ),
    _rule(
        "single.at_sites",
        Kind.SINGLE,
        rf"""{_IN_PLACE}[^.;\n]{{0,60}}?\bat\s(?:about\s|some\s|approximately\s|up\sto\s)?(?:\d{{1,2}}\s?(?:-|–|to)\s?)?(?:[3-9]|\d{{2}}|three|four|five|six|seven|eight|nine|{_TENS})\s
                (?!(?:\w+\s)?(?:study|trial|clinical|medical|hospital|european|participating)\b)(?:(?:different|separate|distinct|equal|injection|intramuscular|muscle)\s|{_WORD}\s){{0,2}}?(?:sites|points|spots)\b(?!\s(?:in|across|throughout)\s(?:the\s)?[A-Z])
            | \b(?:divided|split|distributed|spread)\s(?:among|over|between|across)\s(?:about\s|some\s|approximately\s)?(?:\d{{1,2}}\s?(?:-|–|to)\s?)?(?:\d{{1,2}}|{_N})\s(?:{_WORD}\s){{0,2}}?(?:injections|punctures|deposits|injection\ssites|sites|points)\b(?![^.;\n]{{0,40}}\b(?:apart|intervals?|weekly|monthly|days|weeks|months)\b)""",
        anchors="site point spot divided split distributed spread",
        example="They get 40 million cells at 12 sites of the calf.",
        times=1,
        counter="They get 40 million cells at 12 sites in Europe.",
    ),
    _rule(
        "single.an",
        Kind.SINGLE,
        rf"""\ban?\s(?!second\b|third\b|further\b|repeat|total\b|median\b|mean\b|course\b)(?:(?:[\w-]+|\([A-Z]+\))\s){{0,3}}?(?:injection|infusion|application|administration|instillation)\s(?:into\sthe\s(?:\w+\s){{1,2}})?of\s(?:\(\d\)\s)?(?:(?:about|approximately|autologous|allogeneic)\s)?(?={_SIZE})""",
        anchors="injection infusion application administration instillation",
        example="They get an intravenous infusion of 50 million cells.",
        times=1,
        counter="They get an infusion every month.",
    ),
    _rule(
        "single.before_graft",
        Kind.SINGLE,
        rf"""\b(?:{_N}|one|\d{{2}})\s(?:hours?|hrs?|h)\s(?:before|after|prior\sto|ahead\sof|following)\s(?:the\s)?(?:(?!\w*MSC|mesench)\w+\s){{0,2}}?(?:graft\b|HSCs?\b|HSCT\b|(?:stem\scell\s|marrow\s)?transplant\w*|stem\scells?\b(?!\streat))""",
        anchors="hour hr h",
        example="MSCs were infused 4 h before the graft.",
        times=1,
        counter="MSCs were infused four weeks after the graft.",
    ),
    _rule(
        "single.sitting",
        Kind.SINGLE,
        rf"""\b(?:multiple|several|repeated|{_N})\s(?:{_WORD}\s){{0,3}}?injections\s(?:(?!and\b|or\b)[\w-]+\s){{0,5}}?{_ONE_SITTING}""",
        anchors="session sitting procedure operation",
        example="They get multiple injections of cells in one session.",
        times=1,
        counter="They get multiple injections of cells in several sessions.",
    ),
    _rule(
        "single.parts",
        Kind.SINGLE,
        rf"""\bcells\b[^.;\n]{{0,50}}\bin\s{_N}\s(?:{_WORD}\s){{0,2}}?injections{OF_PARTS}""",
        anchors="injections",
        example="They get 80 million cells in eight injections of 10 million.",
        times=1,
        counter="They get 80 million cells in eight injections.",
    ),
    _rule(
        "single.one",
        Kind.SINGLE,
        rf"""{_NOT_COUNTED}\b(?:one|1)[\s-](?!corresponding\b|respective\b|point\b|site\b)(?:single\s)?(?:(?!\(){_WORD}\s){{0,5}}?(?:dos(?:e|is)|infusion|injection|administration|application|implantation|transplantation|transfusion|instillation|procedure|session|treatment(?=\s?[:,.;]|\s(?:visit|session|with|of)\b))\b(?!\s(?:every|per|each|a\s(?:week|month)|followed|level|group|volume|point|site|of\sthe\sfollowing))""",
        anchors="one 1",
        example="They get one injection of 50 million cells.",
        times=1,
        counter="They get one injection every month.",
    ),
)
