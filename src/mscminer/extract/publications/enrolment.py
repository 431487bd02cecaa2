"""How many people a publication's study enrolled: the candidates in its text and the choice among them."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import Report
from mscminer.extract.anchors import anchored
from mscminer.extract.publications.numerals import NUMBER, number_value
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

_PERSON: Final = (
    r"(?:in|out)?patients|participants|subjects|individuals|volunteers|adults|children|infants|neonates|newborns|adolescents|athletes"
    r"|players|people|persons|recipients|survivors|babies"
)
_SEX: Final = r"women|men|males|females|boys|girls"
_CASE: Final = r"cases"
_PART: Final = (
    r"knees|eyes|hips|limbs|shoulders|ankles|legs|teeth|wounds|fistulas|fractures|joints|grafts|procedures|surgeries"
)
_FILLER: Final = (
    r"(?!of\b|in\b|and\b|or\b|to\b|with\b|from\b|at\b|for\b|by\b|were\b|was\b|months?\b|years?\b|weeks?\b|days?\b|hours?\b|times?\b|million\b|points?\b"
    r"|centers\b|centres\b|hospitals\b|groups?\b|studies\b|trials?\b|sites\b|than\b|other\b|per\b|out\b|\d)(?:head and neck |[a-z][\w'/()-]*,? |\([^)]{1,30}\) )"
)
_CANDIDATE: Final = re.compile(
    rf"(?<![\w.,/-])(?!(?:19|20)\d\d {NUMBER}\b)(?P<number>{NUMBER})[ -](?P<filler>(?:(?:type [12] )?{_FILLER}|type [12] ){{0,7}}?)(?:(?P<person>{_PERSON})|(?P<sex>{_SEX})|(?P<case>{_CASE})|(?P<part>{_PART}))\b"
)
_EQUALS: Final = re.compile(r"\bn ?= ?(?P<number>\d{1,5})\b(?!\.\d)")
_BARE: Final = anchored(
    rf"(?<![\w.,/-])(?P<number>{NUMBER}) (?:(?:of (?:whom|them|these|which)|were|was|have been|had been|eligible|eventually|finally|and|qualified|met the criteria),? )*(?:randomi[sz]ed|randomly|enrol\w+|recruited|treated|included|allotted|allocated|assigned)\b(?! (?:to|with|in) (?:a |the )?(?:placebo|control))"
)
_NOUN_EQUALS: Final = anchored(rf"\b(?:{_PERSON}|cases)\b[^.;()]{{0,40}}[(\[]n ?= ?(?P<number>\d{{1,5}})\b")
_GROUP_OF: Final = anchored(
    rf"\b(?:group|arm|cohort)s?\b[^.;]{{0,25}}\b(?:composed of|comprised|comprising|consisted of|consisting of|included|of|had)\b (?P<number>{NUMBER}) (?:{_FILLER}){{0,3}}?(?:{_PERSON}|cases|knees|eyes)\b"
)
_BOTH: Final = anchored(
    rf"(?<![\w.,-])(?P<first>{NUMBER}) (?:{_FILLER}){{0,3}}?(?P<noun>patients|participants|subjects|knees|cases|eyes) (?:[\w-]+ ){{0,8}}?and (?P<second>{NUMBER}) (?:{_FILLER}){{0,3}}?(?P=noun)\b"
)
_BY_SEX: Final = anchored(
    rf"(?<![\w.,-])(?P<first>{NUMBER}) (?:{_FILLER}){{0,2}}?(?:{_SEX})\b[^.;]{{0,30}}?(?:and|,|/) ?(?P<second>{NUMBER}) (?:{_FILLER}){{0,2}}?(?:{_SEX})\b"
)
_AND_CONTROLS: Final = anchored(
    rf"(?<![\w.,-])(?<!\bof )(?P<first>{NUMBER}) (?:{_FILLER}){{0,4}}?(?:{_PERSON}|cases|(?:with|on|in the|given|under) (?:{_FILLER}){{0,2}}?[a-z-]*(?:cells?|mscs?))\b(?:[^.]|\.(?=\d)){{0,110}}?(?:\band|\bwhile|\bwhereas|;|,|\bversus|\bvs\.?|\bagainst) (?:in parallel,? |the other |another |an? (?:further|additional) |as many as )?(?P<second>{NUMBER}) (?:{_FILLER}){{0,3}}?(?:controls\b|(?:{_PERSON})? ?(?:(?:had|got|received|were given|with|on|under) (?:\w+ ){{0,2}}(?:saline|placebo|sham|standard|conventional|carrier|vehicle)|(?:who |(?:[a-z]+ )?whose [^.;]{{3,60}} )?served as|(?:were|acted) as controls|as controls))|\b(?P<first_>{NUMBER}) (?:{_FILLER}){{0,4}}?(?:{_PERSON}|{_SEX}|cases)\b[^.]{{0,110}}?\b(?:control|waiting[- ]list|comparison|placebo|untreated) (?:group|arm) of (?P<second_>{NUMBER})\b"
)
_ENROLS: Final = anchored(
    rf"\b(?:enrol(?:l?ed|s|ling)|recruit(?:ed|s)|randomi[sz]ed|took in) (?:a total of |altogether |only )?(?P<number>{NUMBER})\b(?! ?(?:%|percent|cent(?:er|re)s?|hospitals?|sites?|weeks?|months?|days?|years?|of|in|to|or|groups?|healthy|:))"
)
_ANY_NOUN: Final = anchored(
    rf"(?<![\w.,/-])(?P<number>{NUMBER}) (?:with [^.,;]{{3,50}}?|(?:[a-z-]+ ){{0,2}}[a-z-]{{3,20}}s) were (?:\w+ )?(?:randomi[sz]ed|randomly|enrol\w+|recruited|allocated|allotted)\b"
)
_IN_BRACKETS: Final = anchored(r"\((?P<number>\d{1,4}) (?:patients|participants|subjects|knees|cases|limbs|eyes)\)")
_BARE_BRACKETS: Final = anchored(r"[a-z] \((?P<number>\d{1,3})\)")
_LISTED: Final = anchored(
    rf"\b(?:groups|cohorts|arms) of (?P<list>(?:{NUMBER},? ){{1,4}}and {NUMBER})\b(?! ?(?:weeks|months|years|million|mg))"
)
_AT_RANDOM: Final = anchored(r"\brandom|\ballocated\b|\bassigned\b")
_ANOTHER: Final = anchored(
    rf"(?<![\w.,-])(?P<first>{NUMBER}) (?:{_FILLER}){{0,4}}?(?:{_PERSON})\b[^.]{{0,120}}?\b(?:and (?:another|the other|a further)|(?:was |were )?compared (?:\w+ )?(?:with|to)(?: another| those (?:of|in)| that (?:of|in)| the (?:\w+ )?(?:results|outcomes?|courses?) (?:of|in))?|\bagainst (?:those|that) (?:of|in))(?: the)? (?P<second>{NUMBER}) (?!\(\d|(?:out )?of\b)"
)
_COMPARED: Final = anchored(
    rf"\bcompar\w+ (?P<first>{NUMBER}) (?:{_FILLER}){{0,4}}?(?:{_PERSON}|cases)\b[^.]{{0,120}}?\b(?:with|to|and|versus|against) (?P<second>{NUMBER}) (?:{_FILLER}){{0,4}}?(?:{_PERSON}|cases|controls)\b"
)
_IN_GROUPS: Final = anchored(
    rf"(?<![\w.,-])(?P<first>{NUMBER}) (?:{_FILLER}){{0,4}}?(?:{_PERSON}|cases)\b[^.;]{{0,60}}?\b(?:group|arm)\b[^.]{{0,90}}?\b(?:and|while|whereas|;|,) (?P<second>{NUMBER}) (?:{_FILLER}){{0,3}}?(?:(?:{_PERSON}|cases)\b[^.;]{{0,60}}?\b)?(?:group|arm|controls?)\b"
)
_WITH_EACH: Final = anchored(
    rf"(?<![\w.,-])(?<!\bof )(?<!\bof the )(?P<first>{NUMBER}) (?:{_FILLER}){{0,2}}?(?:{_PERSON}|cases) with [^.;,0-9]{{2,50}},? and (?P<second>{NUMBER}) (?:with|who had) (?!a\b|an\b|both\b|the\b)"
)
_TO_ARMS: Final = anchored(
    rf"\b(?<!\bof )(?P<first>{NUMBER}) (?:{_FILLER}){{0,3}}?(?:{_PERSON} )?(?:who )?(?:were )?(?:randomi[sz]ed|assigned|allocated|received|underwent|got|had|given|treated|to|in)\b[^.;]{{0,80}}?\band (?P<second>{NUMBER}) (?:{_FILLER}){{0,2}}?(?:{_PERSON} )?(?:who )?(?:were )?(?:randomi[sz]ed |assigned |allocated |received |underwent |got |had |given |to |in |with |treated )"
)
_PER_GROUP: Final = anchored(
    rf"(?<![\w.,-])(?P<number>{NUMBER})[ -](?:type [12] )?(?:{_FILLER}){{0,3}}?(?:(?:{_PERSON}|knees|eyes) )?(?:(?:per|in each|in every|each in|for each) (?:\w+ )?(?:group|arm|cohort|dose)|each\b(?=,| ?\)| will| were| was))"
)
_EQUAL_SIZES: Final = anchored(
    r"\bn ?= ?(?P<number>\d{1,4}),? (?:each|per|for each|in each|in both)\b|\bequal (?:\w+ ){0,2}(?:groups|arms|cohorts) ?\(n ?= ?(?P<size>\d{1,4})\)"
)
_ALL_OF: Final = anchored(
    rf"\b(?:(?:all|each|none|every one|any) (?:of )?(?:the |these |our )?(?P<number>{NUMBER}) (?:(?:{_FILLER}){{0,3}}?(?:{_PERSON}|{_SEX}|cases)|had|were|was|needed|survived|received|developed|showed|remained)|both (?:of (?:the|these) )?(?:{_PERSON}|{_SEX}|siblings|twins|brothers|sisters))\b"
)
"""All of so many, spoken of once more where the number stood before, or nowhere else."""
_GROUPS: Final = anchored(rf"\b(?P<number>{NUMBER})[ -](?:{_FILLER}){{0,3}}?(?:groups?|arm(?:s|ed)?|cohorts)\b")

_ENROLLED: Final = re.compile(
    r"\benrol\w*|\brecruit\w*|\bincluded\b|\brandom\w*|\ballocated\b|\bassigned\b|\ba total of\b|\bin total\b|\bcompris\w+|\bconsist\w+ of\b|\bentered\b|\bsample of\b|\bconsecutive\b"
)
_TREATED: Final = re.compile(
    r"\btreated\b|\bunderwent\b|\bundergoing\b|\breceiv\w+|\binjected\b|\bimplanted\b|\binfused\b|\btransplanted\b|\badministered\b|\bwere (?:\w+ )?(?:studied|evaluated|followed|reviewed|analy[sz]ed|assessed|investigated|examined|identified|invited)|\bparticipated\b|\bsuffering\b|\bdiagnosed\b|\bpresent(?:ed|ing)\b|\bdivided\b|\bwith\b|\bgiven\b|\bgot\b"
)
_SCREENED: Final = re.compile(
    r"^ (?:(?:were|was|who were|had been|initially|first) )*(?:screened|approached|invited|interviewed|considered|contacted|pre-?screened)\b"
)
_SUBSET: Final = re.compile(
    r"\b(?:screened|excluded|ineligible|withdrew|withdrawn|withdrawal|dropped|drop-?outs?|lost to|died|deaths?|completed|evaluable|available for|relaps\w+|responded|responders|refused|declined|failed|failures?|discontinued|reported|showed|experienced|developed|had (?:a|an|no)|improved|required|achieved|consented to|returned|agreed|exhibited|demonstrated|remained|maintained|continued|discharged|survived|recovered)\b"
)
_ELSEWHERE: Final = re.compile(
    r"\b(?:more than|over|worldwide|almost|nearly|other groups|to date|literature|previous(?:ly)?|prior|published|studies|earlier|meta-analysis|annually|each year|every year|per|estimated|affects?|approximately one|million|historical)\b"
)
_HEALTHY: Final = re.compile(
    r"\bhealthy (?:\w+ )?(?:controls|donors|volunteers|individuals|subjects)|\bdonors\b|\bsex-matched\b|\bage-matched"
)
_OF_BEFORE: Final = re.compile(
    rf"(?:{NUMBER}|all|most|some|none|each|one|both|\d+ ?\(?[\d.]* ?%\)?) (?:out )?of (?:the |these |those |all |our )?$"
)
_GRADE_BEFORE: Final = re.compile(
    r"\b(?:stage|grade|type|class|phase|level|group|day|week|month|year|score|version|chapter|appendix)s? $"
)
_IMPLAUSIBLE: Final = 50_000
_PERCENT_AFTER: Final = re.compile(r"^ ?[(\[,]? ?\d+(?:\.\d+)? ?%")
_FOLLOWED_BY_OF: Final = re.compile(r"^ (?:out )?of (?:the |these )?\d")


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A number of people that the text may mean as its enrolment; `score` grows with how well it fits."""

    value: int
    score: float
    sentence: Sentence
    start: int
    end: int
    rule: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentVerdict:
    """The enrolment, or None where the text does not say."""

    n: int | None
    confidence: float
    evidence: tuple[Evidence, ...]


_ZONE_SCORE: Final = {
    Zone.TITLE: 2.0,
    Zone.AIM: 1.5,
    Zone.METHODS: 2.5,
    Zone.RESULTS: 0.5,
    Zone.CONCLUSION: -0.5,
    Zone.BACKGROUND: -1.0,
    Zone.REGISTRATION: -1.0,
    Zone.OTHER: -1.0,
}


_MAY_COUNT: Final = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|both)\b|teen\b|\b(?:twenty|thirty|fou?rty|fifty|sixty|seventy|eighty|ninety)"
)
_NOUNS: Final = (
    *"|".join((_PERSON.replace("(?:in|out)?", ""), _SEX, _CASE, _PART)).split("|"),
    *("n=", "n =", "randomi", "enrol", "recruited", "treated", "included", " group", " arm", "none of", "each of"),
)


def find_counts(text: PublicationText) -> Iterator[Count]:
    """Every number in the text that may be the enrolment, scored."""
    for sentence in text.sentences:
        if not _MAY_COUNT.search(sentence.text) or not any(noun in sentence.text for noun in _NOUNS):
            continue
        yield from _plain_counts(sentence)
        yield from _equals_counts(sentence)
        yield from _bare_counts(sentence)
        yield from _sums(sentence)


def _plain_counts(sentence: Sentence) -> Iterator[Count]:
    for match in _CANDIDATE.finditer(sentence.text):
        value = number_value(match["number"])
        if value is None or value > _IMPLAUSIBLE or _GRADE_BEFORE.search(sentence.text[: match.start()]):
            continue
        if value == 0 or _is_year(sentence.text, match):
            continue
        kind = 3.0 if match["person"] else 2.0 if match["case"] or match["sex"] else 1.0
        score = kind + _ZONE_SCORE[sentence.zone] + _context_score(sentence, match) - sentence.place
        yield Count(
            value=value,
            score=score if value > 1 else score - 3,
            sentence=sentence,
            start=match.start(),
            end=match.end(),
            rule="people" if match["person"] or match["sex"] else "cases" if match["case"] else "parts",
        )


_YEAR_BEFORE: Final = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|in|to|and|since|until|from|between|through|of|year|-) ?$"
)


def _is_year(text: str, match: re.Match[str]) -> bool:
    """Whether the number is a year ("in 2013 ten patients"), not so many people."""
    if not (match["number"].isdigit() and 1900 <= int(match["number"]) <= 2030):
        return False
    return not match["filler"] or bool(_YEAR_BEFORE.search(text[: match.start()]))


def _context_score(sentence: Sentence, match: re.Match[str]) -> float:
    text = sentence.text
    before, after = text[max(0, match.start() - 60) : match.start()], text[match.end() : match.end() + 90]
    clause = re.split(r"[,;(]", re.sub(r"\([^)]*\)", "", after))[0]
    score = 0.0
    if re.match(r" (?:who|whose|that|in whom|with|diagnosed|suffering)\b", clause):
        clause = " with"
        far = re.search(r"\bwere (?:\w+ )?(?:included|enrol\w+|randomi\w+|recruited)\b", text[match.end() :])
        score += 3 if far else 0
    if _ENROLLED.search(before) or _ENROLLED.search(clause) or _ENROLLED.search(match["filler"]):
        score += 3
    if _TREATED.search(clause) or _TREATED.search(before[-30:]):
        score += 1.5
    if _OF_BEFORE.search(before):
        return score - 0.5
    if _PERCENT_AFTER.search(after) or _FOLLOWED_BY_OF.search(after):
        score -= 3
    if re.search(r"\b(?:screened|approached|assessed|eligible|evaluated)\b", match["filler"]) or _SCREENED.match(after):
        score -= 4
    if re.search(r"(?<!made )(?<!done )\bin (?:only )?$", before) and sentence.zone in (Zone.RESULTS, Zone.CONCLUSION):
        score -= 2
    if _SUBSET.search(clause) or _SUBSET.search(before[-25:]):
        score -= 2.5
    if _HEALTHY.search(match.group()) or _HEALTHY.search(before[-20:]):
        score -= 3
    if _ELSEWHERE.search(before[-30:]) or _ELSEWHERE.search(clause):
        score -= 2
    if re.search(r"\b(?:remaining|additional|first|last|other|the)(?: group of)? $|additionally,? $", before):
        score -= 1.5
    if match["sex"] and re.search(r"\($", before):
        score -= 3
    if match["sex"] and _BY_SEX.search(text[max(0, match.start() - 45) : match.end() + 45]):
        score -= 3
    if sentence.zone is Zone.TITLE and re.search(
        r"\b(?:report|review|results|outcomes?|series|study) (?:of|in) $", before
    ):
        score += 2
    return score


def _equals_counts(sentence: Sentence) -> Iterator[Count]:
    if len(_group_sizes(sentence)) > 1:
        return
    for match in _NOUN_EQUALS.finditer(sentence.text):
        told = _ENROLLED.search(sentence.text) or sentence.zone in (Zone.METHODS, Zone.AIM)
        yield _count(sentence, int(match["number"]), match.start(), match.end(), "equals", 4.0 if told else 2.0)


_MOST_GROUPS: Final = 6
_GROUP_WORDS: Final = re.compile(
    r"group|arm|placebo|control|cohort|receiv|random|versus|treated|\balone\b|\bthose\b|\bothers\b"
)


def _group_sizes(sentence: Sentence) -> list[tuple[int, int, int]]:
    """Start, end and value of each "n = ..." where a sentence gives the sizes of several groups."""
    found = [(match.start(), match.end(), int(match["number"])) for match in _EQUALS.finditer(sentence.text)]
    return found if 2 <= len(found) <= _MOST_GROUPS and _GROUP_WORDS.search(sentence.text) else []


def _total(sizes: list[tuple[int, int, int]]) -> int:
    """The sum of the groups; the first number alone where the others add up to it."""
    values = [value for _, _, value in sizes]
    return values[0] if len(values) > 2 and values[0] == sum(values[1:]) else sum(values)


_SUM_SCORE: Final = {"sum.another": 7.0, "sum.both": 6.5, "sum.sex": 2.5, "sum.arms": 2.5, "sum.controls": 6.0}


def _bare_counts(sentence: Sentence) -> Iterator[Count]:
    """ "60 randomised, 55 completed", "none of the nine needed", and a lone "(n=24)"."""
    for pattern, base in _BARE_SCORES:
        if pattern is _ENROLS and sentence.zone is Zone.BACKGROUND:
            continue
        for match in pattern.finditer(sentence.text):
            value = number_value(match["number"] or "two") or 0
            if value > 1:
                rule = "all" if pattern is _ALL_OF else "people"
                yield _count(sentence, value, match.start(), match.end(), rule, base)
    found = list(_EQUALS.finditer(sentence.text))
    if len(found) == 1:
        base = 2.5 if "enrol" in sentence.text else 0.5
        yield _count(sentence, int(found[0]["number"]), found[0].start(), found[0].end(), "equals", base)


_BARE_SCORES: Final = ((_BARE, 2.5), (_ANY_NOUN, 2.0), (_ENROLS, 5.0), (_ALL_OF, 3.0))
_NEAR: Final = 30


def _sums(sentence: Sentence) -> Iterator[Count]:
    """Groups whose sizes add up: "(n = 12) ... (n = 13)", "a group of 42 cases and a group of 32 cases"."""
    if sentence.zone is Zone.BACKGROUND:
        return
    sizes = _group_sizes(sentence)
    if sizes:
        yield _count(sentence, _total(sizes), sizes[0][0], sizes[-1][1], "sum.equals", 5.0)
    lists = [(_GROUP_OF, "sum.groups", 9.0), (_IN_BRACKETS, "sum.brackets", 5.0)]
    if _AT_RANDOM.search(sentence.text):
        lists.append((_BARE_BRACKETS, "sum.arms", 2.5))
    for pattern, rule, base in lists:
        found = list(pattern.finditer(sentence.text))
        if 2 <= len(found) <= _MOST_GROUPS:
            total = sum(number_value(match["number"]) or 0 for match in found)
            yield _count(sentence, total, found[0].start(), found[-1].end(), rule, base)
    for pattern, rule in (
        (_ANOTHER, "sum.another"),
        (_COMPARED, "sum.another"),
        (_BOTH, "sum.both"),
        (_IN_GROUPS, "sum.both"),
        (_WITH_EACH, "sum.both"),
        (_BY_SEX, "sum.sex"),
        (_TO_ARMS, "sum.arms"),
        (_AND_CONTROLS, "sum.controls"),
    ):
        match = pattern.search(sentence.text)
        if match and "healthy" not in sentence.text[match.start() : match.end() + _NEAR]:
            found_in = match.groupdict()
            first, second = (found_in[name] or found_in.get(f"{name}_") for name in ("first", "second"))
            total = (number_value(first or "") or 0) + (number_value(second or "") or 0)
            yield _count(sentence, total, match.start(), match.end(), rule, _SUM_SCORE[rule])
    yield from _products(sentence)


_N_EACH: Final = anchored(r"\bn ?= ?(?P<number>\d{1,3}) (?:each|per (?:group|arm|cohort|dose)|in each)")
_DOSE: Final = re.compile(r"(?<![\w.])\d[\d.,]* ?(?:million\b|x ?10|\u00d7 ?10)")


def _products(sentence: Sentence) -> Iterator[Count]:
    listed = _LISTED.search(sentence.text)
    if listed:
        total = sum(number_value(match.group()) or 0 for match in re.finditer(NUMBER, listed["list"]))
        yield _count(sentence, total, listed.start(), listed.end(), "product", 7.0)
    alike, doses = _N_EACH.search(sentence.text), list(_DOSE.finditer(sentence.text))
    if alike and len(doses) > 1:
        yield _count(sentence, int(alike["number"]) * len(doses), doses[0].start(), alike.end(), "product", 7.0)
    each, groups = _PER_GROUP.search(sentence.text), _GROUPS.search(sentence.text)
    equal = _EQUAL_SIZES.search(sentence.text)
    found = equal or each
    if found and groups:
        size = next(value for value in found.groups() if value)
        total = (number_value(size) or 0) * (number_value(groups["number"]) or 0)
        yield _count(
            sentence, total, min(found.start(), groups.start()), max(found.end(), groups.end()), "product", 7.0
        )


def _count(sentence: Sentence, value: int, start: int, end: int, rule: str, base: float) -> Count:
    score = base + _ZONE_SCORE[sentence.zone] - sentence.place
    return Count(value=value, score=score, sentence=sentence, start=start, end=end, rule=rule)


_AGREEMENT: Final = 1.5
_WORTH: Final = 2.0
_LARGEST: Final = 1.5
_UNSAID: Final = 4.5
"""For the sum of two arms where the text gives no total."""
_TOP_WORTH: Final = 4.0


def _with_agreement(counts: list[Count]) -> list[Count]:
    """Raise what two different places or rules agree on."""
    raised = []
    top = max((count.value for count in counts if count.rule == "people" and count.score >= _TOP_WORTH), default=0)
    places: defaultdict[int, set[tuple[int, str, str]]] = defaultdict(set)
    for count in counts:
        if count.score >= _WORTH:
            places[count.value].add((count.sentence.start, count.sentence.section, count.rule))
    for count in counts:
        agreement = _AGREEMENT * max(0, min(len(places[count.value]), 3) - 1)
        agreement += _UNSAID if count.rule == "sum.arms" and count.value > top > 0 else 0.0
        largest = _LARGEST if count.value == top or count.rule in ("sum.another", "sum.both", "sum.controls") else 0.0
        largest += _LARGEST if largest and count.rule != "people" and count.value > top else 0.0
        raised.append(replace(count, score=count.score + agreement + largest))
    return raised


_TWO: Final = re.compile(
    rf"\b(?:two|2) (?:{_FILLER}){{0,4}}?(?:{_PERSON}|cases|women|men|boys|girls|brothers|sisters|siblings)\b|\bboth (?:{_PERSON}|{_SEX}|brothers|sisters|siblings)\b"
)
_FLOOR: Final = 1.2


def find_enrolment(
    text: PublicationText, report: Report | None = None, found: tuple[Count, ...] | None = None
) -> EnrolmentVerdict:
    """Choose the enrolment among the candidates.

    Args:
        found: what `find_counts` gave, where it has been run already.
        report: its kind, where known: reviews and bench work have none; case reports have one unless they say two.
    """
    if report in (Report.REVIEW, Report.PRECLINICAL):
        return EnrolmentVerdict(n=None, confidence=0.9, evidence=())
    if report is Report.CASE_REPORT:
        return _case_enrolment(text)
    counts = _with_agreement([count for count in (find_counts(text) if found is None else found) if count.value > 0])
    people = [count for count in counts if count.rule != "parts"]
    best = max(people or counts, key=lambda count: count.score, default=None)
    if people and best and best.score < _FLOOR:
        best = max(counts, key=lambda count: count.score)
    if best is None or best.score < _FLOOR:
        return EnrolmentVerdict(n=None, confidence=0.8, evidence=())
    return EnrolmentVerdict(
        n=best.value,
        confidence=_confidence(best, counts),
        evidence=(text.evidence(best.sentence, best.start, best.end),),
    )


def _confidence(best: Count, counts: list[Count]) -> float:
    rival = max((count.score for count in counts if count.value != best.value), default=0.0)
    margin = best.score - rival
    if best.score >= 7 and margin >= 2:
        return 0.97
    return 0.9 if margin >= 1.5 else 0.75 if margin >= 0.5 else 0.6


def _case_enrolment(text: PublicationText) -> EnrolmentVerdict:
    for sentence in text.sentences:
        match = _TWO.search(sentence.text)
        if match and sentence.zone is not Zone.BACKGROUND:
            return EnrolmentVerdict(
                n=2, confidence=0.8, evidence=(text.evidence(sentence, match.start(), match.end()),)
            )
    for sentence in text.sentences:
        match = re.search(
            r"\b(?:an?|one|the|our) (?:[\w-]+ ){0,4}?(?:patient|man|woman|boy|girl|child|infant|athlete|male|female|player|case|[\w-]+-old)\b",
            sentence.text,
        )
        if match:
            return EnrolmentVerdict(
                n=1, confidence=0.95, evidence=(text.evidence(sentence, match.start(), match.end()),)
            )
    return EnrolmentVerdict(n=1, confidence=0.9, evidence=())
