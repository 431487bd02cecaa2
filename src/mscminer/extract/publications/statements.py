"""What single clauses of results and conclusions say of benefit: better, same, trend or worse."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from mscminer.extract.publications.rules import Rule, load_rules
from mscminer.extract.publications.subjects import ANIMAL
from mscminer.extract.publications.text import Sentence

BETTER: Final = "better"
SAME: Final = "same"
TREND: Final = "trend"
WORSE: Final = "worse"
_VALUES: Final = (BETTER, SAME, TREND, WORSE)

_CLAUSE_END: Final = re.compile(
    r"; ?(?!\(?p ?[<=>])|, (?=(?:but|yet|whereas|while|although|though|nor|and (?:no|neither|there|did|does|was not|were not))\b)|,? (?=(?:but(?! not (?:in|with|among|after|for) (?:the )?(?:\w+ )?(?:controls?|placebo|sham|saline|untreated|standard)\b)|whereas|although|though|even though|however|despite|in spite of|except|except for|without)\b)|: (?=no\b)|, (?=(?:and )?(?:in|among|with) (?:the )?(?:\w+ )?(?:controls?|placebo|sham|saline)\b)|,? (?=and (?:no|was not|were not|did not|does not|showed no|had no)\b)"
)
_NEGATED: Final = re.compile(
    r"(?:\b(?:no|not(?! only)|never|without|fail(?:ed|s|ure)? to|unable to|lack(?:ed)?(?: of)?|nor|neither|cannot|absence of|none|hardly|little|insufficient)\b|n't\b)(?: (?!but\b|however\b|although\b|while\b|and\b|with\b|in\b)[\w%/()'-]+){0,5} $"
)
_NEGATED_AFTER: Final = re.compile(
    r"[^.;,]{0,40}\b(?:could (?:no longer|not)|cannot|can not|was not|were not|has not been|have not been|is not|are not|failed to)\b (?:be |\w+ly )?(?:shown|seen|found|demonstrated|detected|confirmed|observed|established|reached|evident|proved|proven|apparent|sustained|noted|achieved|recorded)"
)
_NEGATED_INSIDE: Final = re.compile(r"\b(?:not|without|nor|no)\b(?! only| longer)")
_HOPED: Final = re.compile(
    r"\b(?:(?:is|are|be|was|were|still|further \w+) (?:needed|required|necessary|warranted)|necessary to|required to|needed to|should|future|further (?:stud|trial|research|investigat|work)\w*|larger|remains? (?:to be|unclear|unknown|uncertain)|to (?:determine|confirm|establish|evaluate|assess|verify|clarify|validate|investigate|test|prove|see|explore|examine|find out|learn)|investigating|exploring|assessing|evaluating|whether|aim\w*|in order to|hypothes\w+|definitive|defined|deserves?|not designed|nor powered|not powered|underpowered|too (?:small|few|short|early))\b[^.;]{0,90}$"
)
_BESIDE: Final = re.compile(r"\b(?:vs\.?|versus|against|compared (?:with|to)|than) (?:[\w.%+-]+ ){0,3}$")
_SEEN_IN_CONTROL: Final = re.compile(
    r" (?:(?:was|were|been|be|seen|found|observed|noted|reported|detected|happened|also|only) )*(?:in|with|among|under|after|on) (?:the )?(?:controls?|placebo|sham|saline|untreated|standard[- ]care|comparator)\b(?:[- ](?:treated|group|arm|patients|participants|subjects|recipients|side|knees))*(?! ?(?:and|than|or|but not|compared|vs|versus|\w+ and))"
)
_OF_PATIENTS: Final = re.compile(
    r"\b(?:who|whose|(?:patients|those|cases|knees|eyes|lesions) that) (?:had |have |has |were |was )?(?:\w+ ){0,2}$"
)
_ASKS: Final = re.compile(
    r"\b(?:(?:further|larger|additional|more|future|randomi[sz]ed|controlled|long-term|longer|well-designed|confirmatory|phase (?:i+|\d)\w*)[\w ,/-]{0,60}(?:studies|trials?|research|investigations?|follow-?up|study|cohorts?|work|evaluation)[\w ,/-]{0,40}(?:needed|required|necessary|warranted|justified|should|planned|recommended|underway|under way|ongoing|will|merit\w*|essential|to (?:confirm|establish|determine|assess|evaluate|verify|prove|clarify))|(?:needed|required|necessary|warranted) (?:to|for|in) |(?:basis|rationale|support\w*|warrants?|justif\w+|encourag\w+) (?:\w+ )?(?:for )?(?:\w+ )?(?:further|larger|future|later|a |controlled|randomi|additional|continued)[\w ,/-]{0,40}(?:stud|trial|evaluat|investigat|research|test|development)\w*)"
)
_DEFINED: Final = re.compile(
    r"[^.;]{0,25}\b(?:was|were|is|are) (?:defined|measured|assessed|evaluated|considered|calculated|graded|scored|recorded|monitored)\b(?! as (?:good|excellent|fair))"
)
_STATE: Final = re.compile(r"\bin (?:\w+ )?(?:complete |partial )remission$")
HARM: Final = re.compile(
    r"\b(?:adverse|complications?|side[- ]effects?|toxicit\w*|safety|safe|safely|tolerated|tolerability|tolerance|tumou?rs?|neoplas\w*|malignan\w*|infections?|te-?aes?|te-saes?|aes?|saes?|untoward|morbidity|fever|swelling|headaches?|nausea|effusions?|reactions?|h(?:a)?emodynamic|vital signs|immunogenic\w*|sensiti[sz]ation)\b"
)
_ASIDE: Final = re.compile(
    r"\b(?:baseline (?:characteristics|demographic\w*|values|data|variables)|at baseline\b(?! and)|demographic\w*|(?<!ventilat)\bage\b(?! group)|sex|gender|bmi|correlat\w+|cell (?:dose|count|number|viability|yield|source)s?|risk factors?|predict\w*|hka|slope of the tibia|femorotibial|alignment|viability|cfu|culture[ds]?|phenotype|karyotype|between (?:the )?(?:two |three |different )?(?:doses?|dose groups|dose levels|donors?|cell (?:types?|sources?|products?)|sources|routes|msc groups|treated groups)|whether|dose (?:effect|response|dependen\w+)|dose-(?:effect|response|dependen\w+)|both (?:dose|treated|cell|msc) (?:groups|arms)\b[^.]{0,40}\bbetween them|than (?:one|a single)|between (?:the )?(?:participants|patients|those|subjects|men|women|males|cases) |pre-?injury|over time points|conservative|before (?:the )?(?:surgery|treatment|therapy|injection|infusion)|prior to|pre-?treatment|concentration|age-adjusted|antibod\w+|donor-specific|drop-?outs?|withdrawals?|compliance|adherence|costs?|respon(?:se|d|ded|ding) to (?:\w+ ){0,3}(?:(?:cortico)?steroids?|\w*prednis\w+|immunoglobulins?|antibiotics?|conventional|standard|previous|prior|earlier|first-line|chemotherapy|cyclosporin\w*|medication|drugs?|surgery)|operative time|operation time|hospital costs?)\b"
)
_LABORATORY: Final = re.compile(
    r"\b(?:frequency of (?:mesenchymal|mscs|stem|cd\d)|concentration was|cfu\b|cell (?:counts?|numbers?|yield|recovery|viability)|karyotype|in[ -]vitro|in (?:mice|rats|animals|cell culture)|potency|release criteria)\b"
)
_STRUCTURE: Final = re.compile(
    r"\b(?:mri|mr imaging|magnetic resonance|mocart|histolog\w*|arthroscop\w*|radiograph\w*|radiolog\w*|imaging|icrs|cartilage (?:regeneration|repair|grade|volume|thickness|quality|loss)|cartilage|structur\w*|retears?|re-?tears?|t2|t1rho|kanamiya|biops\w+|filling|infill|morpholog\w*|x-rays?|ct|defect|biomarkers?|cytokines?|tnf\w*|il-\d+\w*|interleukin\w*|c-reactive protein|crp|t[- ]?cells?|tregs?|treg|lymphocytes?|b[- ]cells?|gene|serum|plasma|levels?|lesion (?:volume|size|number)|lesions?|infarct size|scar (?:size|mass)|perfusion|viable|bone (?:density|mineral)|immun\w+|spect|fdg\S*|angiograph\w*)\b"
)
CLINICAL: Final = re.compile(
    r"\b(?:clinical\w*|pain|function\w*|symptom\w*|quality of life|qol|hrqol|sf-?36|koos|ikdc|womac|lysholm|vas|tegner|kss|odi|oswestry|survival|mortality|deaths?|died|alive|respon(?:se|ses|ders?|ded)|remissions?|disabilit\w+|edss|alsfrs\w*|updrs|nihss|mrs|rankin|barthel|asia|gmf\w*|fugl\S*|walk\w*|exercise|6mwd?|ejection fraction|lvef|ef|nyha|mlhfq|hba1c|insulin|c-peptide|meld|child-pugh|albumin|ascites|activity|sledai|bilag|cdai|das28|acr ?20|motor|sensory|relapses?|rejection|performance|capacity|subjective|outcome scores?|heal(?:ed|ing)?|closure|closed|union|daily living|sport|proteinuria|creatinine|egfr|gfr|visual acuity|bcva|vision|visual|angina|amputat\w*|limb salvage|ulcers?|fistulas?|continence|erect\w+|ventilator\w*|ventilation|oxygen\w*|pao2\S*|fev1|fvc|dlco|vital capacity|lung function|discharge|hospital\w*|primary (?:\w+ )?(?:end-?points?|end points?|outcomes?)|efficacy|effective\w*|benefit\w*|therapeutic|menstruat\w+|pregnan\w+|seizures?|spasticity|cognit\w+|glucose|glyc[a]?emi\w+)\b"
)
"""What patients feel, do or survive; a clause with none of it that speaks of structure is about structure."""
_STRUCTURE_SCORE: Final = re.compile(
    r"\b(?:mocart|icrs|mri|t2|histolog\w+|radiolog\w+|radiograph\w+)(?: \w+){0,2} (?:scores?|healing|outcomes?)|\b(?:healing|closure|function) of (?:the )?(?:cartilage|bone|defect|tendon|graft)"
)
_COMPARES: Final = re.compile(
    r"\b(?:between|versus|vs?\.?(?= )|compar(?:ed|ison|ing) (?:with|to) (?!base|pre|the pre|initial|before|those before|the base|\d|one|two|six|twelve)|relative to (?!base)|controls?|placebo|sham|both (?:groups|arms|treatments|cohorts)|groups|arms|either group|over (?:placebo|saline|control|standard)|than (?:with|in|the|placebo|controls?|saline|those))\b"
)
_WITHIN: Final = re.compile(
    r"\b(?:both (?:the )?(?:(?!dose|cell|msc|treated)\w+ )?(?:groups|arms|treatments|cohorts)|(?:all|each|either|the two|two|three|all three) (?:study |treatment )?(?:groups|arms|group|arm)|improved alike|equally|similarly|to (?:a|the) (?:similar|same) (?:degree|extent))\b"
)
_OF_CONTROL: Final = re.compile(
    r"^(?:between (?:the )?(?:two )?control groups|and (?=the controls? )|and |but |while |whereas |although |though |yet |however,? |in contrast,? |, )*(?:in |among |for )?(?:the |those (?:in|on|given) (?:the )?)?(?:\w+ )?(?:controls?|placebo|sham|saline|untreated|standard[- ]care|conventional\w*|comparator)\b(?:[- ](?:treated|group|arm|patients|participants|subjects|treatment|therapy|knees|side|recipients|children|infants|ones))*\b(?! (?:than|vs|versus))"
)
_TO_CONTROL: Final = re.compile(
    r"\b(?:in favou?r of|favou?r(?:ed|ing|s)) (?:the )?(?:controls?|placebo|sham|saline|standard|comparator)|\b(?:better|higher|greater|longer|improved) (?:\w+ ){0,3}(?:in|with|for|after) (?:the )?(?:controls?|placebo|sham|saline)(?: \w+)? than\b"
)
_PRIMARY: Final = re.compile(
    r"\b(?:primary|main|principal|co-primary) (?:\w+ ){0,2}(?:end-?points?|end points?|outcomes?|measures?|variables?|objectives?|composites?)\b"
)
_SECONDARY: Final = re.compile(
    r"\b(?:secondary|exploratory|post[- ]hoc|other) (?:\w+ ){0,2}(?:end-?points?|end points?|outcomes?|measures?|variables?|analys[ie]s)\b"
)
SUBGROUP: Final = re.compile(
    r"\bsub-?groups?\b|\bsubsets?\b|\bpost[- ]hoc\b|\bonly (?:in|at|with|for|among)\b|\bin [\w -]{3,40} only\b|\bconfined to\b|\blimited to (?:those|patients|the)\b"
    r"|\bin (?:the )?(?:\w+ )?(?:early|late|young\w*|old\w*|severe|mild|high|low|certain|some|selected|specific)[\w -]{0,20}(?:patients|(?:sub)?groups?|cases|children|infants|stages?)\b"
    r"|\b(?:at|in) (?:an? )?(?:early|earlier|late|advanced) stages?\b|\b(?:in|for|among) those (?:with|who|whose)\b"
    r"|\b(?:in|for|among) (?:those|(?:the )?(?:\w+ )?(?:patients|children|infants|participants|subjects)) (?:of|aged|below|under|over|above|younger|older)\b"
)
_HEDGED: Final = re.compile(
    r"\b(?:may|might|could|possibl[ey]|potential(?:ly)?|suggest\w*|promising|encouraging|seems?|appears?|preliminary|signals?|indicat\w+|hint\w*|probably|likely|hopeful)\b"
)
_SWEEPING: Final = re.compile(
    r"^(?:(?:and|but|however|yet|though),? )*(?:(?:between|across) (?:the )?(?:two |three |both )?(?:groups|arms),? (?:however,? )?(?:no (?:\w+ )?(?:changes?|differences?)|none)\b|(?:(?:there (?:was|were) )?no (?:\w+ ){0,2}differences?|none of (?:these|the) (?:\w+ ){0,2}(?:changes|gains|improvements|differences)|(?:the|these) (?:changes|gains|improvements)) (?:\w+ ){0,4}between (?:the )?(?:two |three )?(?:groups|arms|cohorts)(?: (?:was|were) \w+)?(?= ?[.,;(]|$))"
)
_P: Final = re.compile(
    r"\bp(?:[- ]?values?)?(?: (?:for|of)[^=<>;]{0,25})? ?(?P<sign>[<>=\u2264\u2265]|was|of) ?(?P<value>0?[.\u00b7]\d+|\d(?![\d.]))|\(n\.?s\.?\)|\bp ?= ?n\.?s\b"
)
_SIGNIFICANT: Final = 0.05
_OUTRIGHT: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What one clause says of benefit.

    Args:
        value: better, same, trend or worse.
        weight: of the rule that found it; 3 and more is an outright statement.
        clinical: about what patients feel, do or survive (else structure, imaging, laboratory).
        control: the clause compares groups.
        within: every group did so ("improved in both groups").
        primary: said of the primary endpoint.
        subgroup: said of some of the patients only, or of a secondary measure.
        hedged: "may", "promising", "suggests".
        significant: a small p value stands in the clause.
        sweeping: denied of every measure between the groups ("no differences between the groups").
    """

    value: str
    sentence: Sentence
    start: int
    end: int
    weight: float
    clinical: bool = True
    control: bool = False
    within: bool = False
    primary: bool = False
    subgroup: bool = False
    hedged: bool = False
    significant: bool = False
    sweeping: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Clause:
    """A part of a sentence, with what its p values say."""

    sentence: Sentence
    start: int
    end: int
    significant: bool
    insignificant: bool

    @property
    def text(self) -> str:
        return self.sentence.text[self.start : self.end]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cue:
    """A rule's match inside a clause, negation already taken into account."""

    value: str
    start: int
    end: int
    weight: float
    rule: str


def find_statements(sentences: Iterable[Sentence]) -> list[Statement]:
    """What each clause says of benefit, at most one statement of each value per clause."""
    found = []
    for sentence in sentences:
        rules = [rule for rule in _benefit_rules() if rule.may_match(sentence.text)]
        limit = _asked_from(sentence.text)
        for clause in _clauses(sentence):
            found += _of_clause(clause, rules, limit)
    return found


def _asked_from(text: str) -> int:
    """Where a sentence begins to ask for further work; nothing behind that place is a finding."""
    match = _ASKS.search(text)
    return match.start() if match else len(text)


def _clauses(sentence: Sentence) -> Iterator[_Clause]:
    start = 0
    for match in _CLAUSE_END.finditer(sentence.text):
        if match.start() > start:
            yield _clause(sentence, start, match.start())
            start = match.end()
    yield _clause(sentence, start, len(sentence.text))


def _clause(sentence: Sentence, start: int, end: int) -> _Clause:
    found = [_is_significant(match) for match in _P.finditer(sentence.text, start, end)]
    return _Clause(sentence=sentence, start=start, end=end, significant=any(found), insignificant=False in found)


def _is_significant(match: re.Match[str]) -> bool:
    if match["value"] is None:
        return False
    value = float(match["value"].replace("\u00b7", "."))
    if match["sign"] in (">", "\u2265"):
        return False
    return value <= _SIGNIFICANT if match["sign"] in ("<", "\u2264") else value < _SIGNIFICANT


@cache
def _benefit_rules() -> tuple[Rule, ...]:
    return tuple(rule for rule in load_rules("outcomes") if rule.value in _VALUES)


def _of_clause(clause: _Clause, rules: Sequence[Rule], limit: int) -> list[Statement]:
    if clause.start >= limit or ANIMAL.search(clause.text):
        return []
    cues: dict[str, _Cue] = {}
    for cue in _cues(clause, rules, limit):
        if cue.weight > getattr(cues.get(cue.value), "weight", 0.0):
            cues[cue.value] = cue
    if _OF_CONTROL.search(clause.text) and not re.search(r"\bboth\b|\bthan\b|\bversus\b|\bvs\b", clause.text):
        return []
    return [_statement(clause, cue) for cue in _settled(clause, cues)]


def _cues(clause: _Clause, rules: Sequence[Rule], limit: int) -> Iterator[_Cue]:
    text = clause.sentence.text
    for rule in rules:
        for match in rule.pattern.finditer(text, clause.start, clause.end):
            if match.start() < limit:
                cue = _cue(clause, rule, match.start(), match.end())
                if cue:
                    yield cue


def _cue(clause: _Clause, rule: Rule, start: int, end: int) -> _Cue | None:
    text, value = clause.sentence.text, rule.value
    before = text[:start]
    if _HOPED.search(before[-110:]) or _OF_PATIENTS.search(before[-40:]) or _about_harm(clause, rule, start, end):
        return None
    if _LABORATORY.search(text, max(clause.start, start - 45), min(clause.end, end + 45)):
        return None
    if (value == SAME and _BESIDE.search(before[-40:])) or _SEEN_IN_CONTROL.match(text, end):
        return None
    if value == BETTER and (before.endswith("less ") or _LESS.match(text, end)):
        return None
    if _DEFINED.match(text, end) or _STATE.search(text[:end]):
        return None
    if _NEGATED.search(text[max(clause.start, start - 70) : start]) or (
        value in (BETTER, WORSE) and not rule.id.startswith("better.held") and _NEGATED_INSIDE.search(text[start:end])
    ):
        if value == WORSE:
            return None
        value = SAME
    elif value == BETTER and _NEGATED_AFTER.match(text, end):
        value = SAME
    if value in (SAME, WORSE) and _ASIDE.search(clause.text):
        return None
    if value == SAME and _HELD.search(text, clause.start, end):
        return None
    return _Cue(value=value, start=start, end=end, weight=rule.weight, rule=rule.id)


_LESS: Final = re.compile(r" less (?:well|often|in|with|after|than)\b")
_HELD: Final = re.compile(
    r"\b(?:infiltration|atrophy|fibrosis|degeneration|disability|disease|deformity|necrosis|damage|symptoms?|spasticity) (?:\w+ ){0,2}?(?:did|had|has|have|was|were) not (?:\w+ )?(?:increas|worsen|progress|risen|rise|spread|advance)\w*$"
)
"""What ought not to grow did not: no lack of benefit."""
_OF_SAFETY: Final = re.compile(
    r"\b(?:safety|tolera\w+|toxicity)(?: profile)?(?: (?:was|were|is|profiles?|and|both|overall)){0,3} (?:favou?rable|excellent|satisfactory|good)|(?:favou?rable|excellent|satisfactory|good|reassuring) (?:\w+ )?(?:safety|toler)"
)
_HARM_BREAK: Final = re.compile(r"[,;]| and $| and (?=no\b)| but | although | though | without ")


def _about_harm(clause: _Clause, rule: Rule, start: int, end: int) -> bool:
    """Whether the words next to a cue speak of harm, so that "no increase in infections" is no lack of benefit."""
    text = clause.sentence.text
    if rule.id == "same.signals":
        return bool(HARM.search(text[start:end])) and not re.search(r"\bsafety\b[^.;]*\befficacy\b", text[start:end])
    if rule.id.startswith("better.verdict"):
        return bool(_OF_SAFETY.search(text[max(0, start - 30) : end + 12]))
    before = _HARM_BREAK.split(text[max(clause.start, start - 40) : start])[-1]
    after = _HARM_BREAK.split(text[end : min(clause.end, end + 50)])[0]
    near = f"{before}{text[start:end]}{after}"
    return bool(HARM.search(near)) and not (rule.value == BETTER and CLINICAL.search(near) and rule.weight >= 2)


_IS_WHAT: Final = re.compile(
    r"(?:improvements?|relief|healing|recovery|responses?|remissions?|closure|benefits?|regeneration|gains?|advantages?)"
    r"(?: (?:of|in) (?:\w+ ){1,4})? (?:\w+ ){0,2}"
)
"""A gain that the denial right behind it is about: "recovery of the kidney was not hastened"."""
_GAIN_NOUN: Final = re.compile(
    r"(?:improvement|relief|healing|recovery|response|remission|closure|benefit|regeneration|regression|preservation)s?"
)
_MOVED: Final = re.compile(
    r"\b(?:increas(?:ed|es)|decreas(?:ed|es)|reduc(?:ed|tion)|rose|risen|fell|fallen|dropped|higher|lower|greater|smaller|shorter|longer|larger|went (?:up|down)|gains?|improvements?)\b"
)


def _settled(clause: _Clause, cues: dict[str, _Cue]) -> list[_Cue]:
    """Take back improvements that the same clause calls a trend, or whose only p value is large."""
    better, same, trend, worse = (cues.get(value) for value in _VALUES)
    if better and better.rule.startswith("better.held"):
        return [better]
    if better and worse and better.start < worse.end and worse.start < better.end:
        cues.pop(BETTER if worse.weight >= better.weight else WORSE)
        better, worse = cues.get(BETTER), cues.get(WORSE)
    if better and ((trend and not clause.significant) or (same and _takes_back(clause, same, better))):
        cues.pop(BETTER)
    elif better and clause.insignificant and not clause.significant:
        cues.pop(BETTER)
        cues.setdefault(TREND, _Cue(value=TREND, start=better.start, end=better.end, weight=1.5, rule="p"))
    if not cues and clause.significant:
        return _unnamed_change(clause)
    if not cues and clause.insignificant and not clause.significant and _COMPARES.search(clause.text):
        whole = _Cue(value=SAME, start=clause.start, end=clause.end, weight=2, rule="p")
        return [] if HARM.search(clause.text) or _ASIDE.search(clause.text) else [whole]
    return list(cues.values())


def _takes_back(clause: _Clause, same: _Cue, better: _Cue) -> bool:
    """Whether the gain is what there was none of: "no difference in pain relief"."""
    if same.start <= better.start <= same.end + 1:
        return True
    if (
        better.start < same.start
        and same.weight >= _OUTRIGHT
        and _IS_WHAT.fullmatch(clause.sentence.text[better.start : same.start])
    ):
        return True
    if same.weight < _OUTRIGHT or same.start > better.start:
        return False
    text = clause.sentence.text
    object_of = re.search(r"\b(?:in|of|for|at|on|to|by|with) $", text[: better.start])
    return bool(_GAIN_NOUN.fullmatch(text[better.start : better.end]) or object_of)


def _unnamed_change(clause: _Clause) -> list[_Cue]:
    """A significant change of a measure that no rule knows: reported because it is a gain, for want of other words."""
    match = _MOVED.search(clause.text)
    if match is None or HARM.search(clause.text) or _ASIDE.search(clause.text) or _LABORATORY.search(clause.text):
        return []
    start = clause.start + match.start()
    return [_Cue(value=BETTER, start=start, end=clause.start + match.end(), weight=1.5, rule="p")]


def _statement(clause: _Clause, cue: _Cue) -> Statement:
    text = clause.text
    structure, clinical = bool(_STRUCTURE.search(text)), bool(CLINICAL.search(_STRUCTURE_SCORE.sub(" ", text)))
    value = cue.value
    if value == BETTER and _TO_CONTROL.search(text):
        value = WORSE
    within = bool(_WITHIN.search(text))
    return Statement(
        value=value,
        sentence=clause.sentence,
        start=cue.start,
        end=cue.end,
        weight=cue.weight,
        clinical=clinical or not structure,
        control=bool(_COMPARES.search(text)),
        within=within and value == BETTER,
        primary=bool(_PRIMARY.search(text)),
        subgroup=bool(SUBGROUP.search(text) or _SECONDARY.search(text)),
        hedged=bool(_HEDGED.search(text)),
        significant=clause.significant,
        sweeping=value == SAME and bool(_SWEEPING.search(text) or _SWEEPING.match(clause.sentence.text)),
    )
