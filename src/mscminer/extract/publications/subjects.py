"""Whom or what a publication's work was done on: people, animals, or cells in the laboratory."""
# ruff: noqa: E501  (an alternative of a pattern reads better on one line than wrapped)

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mscminer.extract.anchors import Anchored, anchored
from mscminer.extract.publications.text import PublicationText, Sentence, Zone

ANIMAL: Final = anchored(
    r"\b(?:rabbits?|rats?|mice|mouse|murine|rodents?|porcine|pigs?|mini-?pigs?|piglets?|swine|goats?|sheep|ovine|lambs?|caprine|canines?"
    r"|dogs?|beagles?|horses?|equine|macaques?|monkeys?|(?:non-?human )?primates?|bovine|calves|lapine|guinea pigs|hamsters?"
    r"|cats|feline|zebrafish|animals?|knockout|transgenic|sprague|wistar|xenografts?|baboons?|cynomolgus|rhesus|murines?)\b"
)
_ANIMAL_PASSING: Final = anchored(
    r"\b(?:animal|mouse|murine|rat|bovine|porcine|equine|rabbit|xenograft)[ -](?:serum|collagen|origin|derived|antibod\w+|free|studies|data|experiments|products?|anti\w*|thymo\w*|atg|bone|mineral|hydroxyapatite|graft\w*|xenograft|pericardium|gelatin|models? (?:have|has|suggest)|constituents?|components?|materials?|ingredients?|proteins?|substances|reagents?|additives)\b"
    r"|\b(?:upper|lower|maxillary|mandibular|permanent|impacted|deciduous|left|right|first) canines?\b|\bcanine (?:retraction|teeth|tooth|region|eruption|extraction|sites?|rotation|distali[sz]ation|roots?|sockets?)\b"
    r"|\b(?:collagen|gelatin|pericardium)[\w ]{0,12}\b(?:bovine|porcine|equine)|\b(?:in|numerous|several|previous|many) animal (?:models|studies)\b|\bfetal bovine|\bfoetal bovine|\bfetal calf"
)
"""Animals that only lent their serum or bone, or of which others' work tells."""
_PEOPLE_WORDS: Final = (
    r"(?:in|out)?patients?|participants?|volunteers?|individuals|adults|children|infants|neonates|newborns|adolescents|athletes|players|women|men"
    r"|recipients|survivors|boys?|girls?|people|sufferers|(?:home|facility) residents|residents with|students"
)
PEOPLE: Final = anchored(
    rf"\b(?:{_PEOPLE_WORDS}|(?:fe)?males? (?:patients?|aged|subjects?)|subjects|(?<=\w[- ])years?[- ]old|cases|clinical (?:trial|study|outcomes?|scores?)|knees|eyes)\b"
)
_NUMBER: Final = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)[\w-]*"
_PERSONS_PATTERN: Final = (
    rf"\b(?:{_PEOPLE_WORDS}|man|woman|persons?|human subjects|subjects|youngsters|elders|babies|twins|brothers|sisters|siblings|(?<=[\w-][- ])years?[- ]old)\b"
    rf"|\b{_NUMBER} (?:\w+ )?\w+s (?:had|got|received|were given|underwent)\b"
)
PERSONS: Final = anchored(_PERSONS_PATTERN)
_TITLE_PEOPLE: Final = anchored(
    _PERSONS_PATTERN
    + r"|\b(?:clinical (?:trial|study|outcomes?|results?|experience)|case (?:series|reports?)|human (?:study|trial|knees?)|in humans?)\b"
)
_DERIVED: Final = re.compile(
    r"\b(?:patients?|donor|human)[- ](?:derived|specific)\b"
    r"|\b(?:cells?|\w*mscs?|fibroblasts|marrow) (?:(?:obtained|isolated|derived|grown|taken) )?(?:of|from) (?:[\w-]+ ){0,2}?patients\b"
)
_LABORATORY: Final = anchored(
    r"\bin[ -]vitro\b|\bcell lines?\b|\bgene expression\b|\bmrna\b|\bwestern blot|\bpcr\b|\bproliferation\b|\bdifferentiat\w+|\bchondrogenesis\b"
    r"|\bco-?cultur\w+|\bpellets?\b|\bmonolayer\b|\bviability\b|\bhydrogels?\b|\bexplants?\b|\bsignal(?:l)?ing\b|\bimmunohisto\w+|\bhistolog\w+|\bcytotoxicity\b|\bsurface markers\b|\bpassages?\b|\bclean-?room\b|\byields?\b|\bmass spectrometry\b|\bproteom\w+|\btranscriptom\w+|\btube formation\b|\btransfect\w+|\bknock-?down\b|\brna sequencing\b|\bdoubling times?\b"
)
_LABORATORY_TITLE: Final = anchored(
    r"\bpre-?clinical\b(?!.*\bclinical trial)|\bin[ -]vitro\b|\bin vivo\b|\b(?:animal|large animal|\w+) model of\b|\bmodel of \w+|\bhuman (?:\w+ ){0,4}cells\b.*\b(?:expression|differentiation|proliferation|migration)"
    r"|\b(?:fabrication|characteri[sz]ation|biomechanical|differentiation|chondrogenesis|osteogenesis|hydrogels?|microcarriers?|bioreactor|expansion of|isolation of|cultur(?:e|ing) of|manufactur\w+|cryopreserv\w+|nano\w+|decellulari[sz]ed|gene delivery|micropellets?|proteom\w+|transcriptom\w+|secretomes?|cocultures?|co-cultures?)\b"
)
_BENCH_TITLE: Final = anchored(
    r"\bin[ -]vitro\b|\blaborator(?:y|ies)\b|\bpre-?clinical\b(?! and clinical)|\bex vivo (?:study|model)"
)
_CLINICAL: Final = anchored(
    r"\bfollow(?:ed)?[- ]?up\b|\bpain\b|\bscores?\b|\badverse\b|\bsymptom\w*|\bclinical(?:ly)?\b|\bpost-?operative(?:ly)?\b|\bquality of life\b|\bsurvival\b|\bunderwent\b|\bcomplications?\b"
)
_COUNTED_PATTERN: Final = rf"\b{_NUMBER} (?:[\w-]+ ){{0,4}}(?:(?:in|out)?patients|participants|subjects|adults|children|infants|newborns|babies|boys|girls|people|persons|women|men|volunteers|recipients|individuals|cases)\b"
_COUNTED: Final = anchored(_COUNTED_PATTERN)
_DONE: Final = r"(?:treated|given|infused|injected|transplanted|implanted)"
_COUNTED_AND_TREATED: Final = anchored(
    rf"{_COUNTED_PATTERN}[^.]{{0,60}}\b(?:were|was|had been|have been) (?:\w+ )?{_DONE}\b|\b{_DONE} (?:in)?to {_COUNTED_PATTERN}"
)
_TREATED: Final = anchored(
    r"\b(?:was|were|been|being) (?:\w+ ){0,4}?(?:treated|given|offered|administered|infused|transplanted|transfused|injected|implanted|put|operated|followed|discharged|enrolled|recruited|seen again|re-?examined|assigned|allotted|randomi[sz]ed|dosed|evaluated|contacted)\b|\b(?:received|underwent|got|to whom|benefit(?:t)?ed|recovered|drew lots)\b"
)
_PARTS_COUNTED: Final = anchored(
    rf"\b{_NUMBER} (?:[\w-]+ ){{0,3}}(?:cases|knees|hips|eyes|limbs|shoulders|joints|sinuses|defects|sites|fistulas)\b"
)
"""Parts of people by which surgeons count."""
_PERFECT: Final = re.compile(r"\b(?:have|has) (?:\w+ )?been \w+")
"""What has been done, in general or by others."""
_PAST: Final = anchored(r"\b(?:was|were|had|received|underwent|improved|remained|occurred|treated)\b")
_TOLD: Final = re.compile(r"\b(?:was|were|had|\w+ed)\b|\d")
"""What was done or measured, not what holds in general."""
_BRIEF: Final = 5
"""Sentences, title included, of an abstract that may leave out who was treated, and has no room for background."""
_DATA: Final = anchored(
    r"\bp ?[<>=\u2264] ?0?\.|\bn ?= ?\d|\d ?(?:\+/-|\u00b1) ?(?:se|sd|sem)? ?\d|\bsignificant(?:ly)? (?!role|advance)|\bwere (?:\w+ )?(?:measured|analy[sz]ed|evaluated|assessed|isolated|cultured|implanted|observed|compared|created|injected|tested|performed)\b|\bresults? (?:show|indicat|demonstrat|suggest|reveal)"
)
_IN_BOTH: Final = anchored(
    r"\bin (?:[\w-]+ ){0,3}?(?:mice|mouse|rats?|rodents?|murine|animals?|dogs?|pigs?|rabbits?)(?: models?)?(?: of [\w -]{3,40}?)?,? (?:as well as|and also|and then|and|but also|and later)"
    r" (?:in |to )?(?:[\w-]+ ){0,3}?(?:people|patients|humans|human subjects|adults|children|volunteers|sufferers)\b"
    r"|\bin (?:[\w-]+ ){0,2}?(?:people|patients|humans|adults|children) (?:with [\w -]{3,40}? )?(?:as well as|and also|and) (?:in )?(?:[\w-]+ ){0,2}?(?:mice|mouse|rats?|animals?)\b"
)
"""A treatment tried in animals and in people, told in one breath."""
_GIVEN: Final = re.compile(r"\b(?:given|infus\w+|treat\w+|therapy|inject\w+|administ\w+|transplant\w+|received)\b")
_FEW_CLINICAL: Final = 1
_SEVERAL: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Subjects:
    """How often people, animals and laboratory work are spoken of outside the background.

    Args:
        people: whether a sentence speaks of people or of their parts, scores and trials.
        persons: sentences of aim, methods and results that speak of persons.
        treated: a sentence tells in the past of something done to persons: the work is no review.
        told_treated: a sentence says that so many persons were treated.
        counted: so many persons are spoken of.
        data: numbers with their spread, or measurements told in the past.
        both: a sentence tells of a treatment given to animals and to people alike.
        brief: the abstract is so short that it may leave out who was treated.
    """

    people: bool
    persons: int
    animals: int
    laboratory: int
    clinical: int
    title_animal: bool
    title_people: bool
    title_laboratory: bool
    title_bench: bool
    treated: bool
    told_treated: bool
    counted: bool
    data: bool
    brief: bool
    both: bool

    @property
    def preclinical(self) -> bool:
        """Whether the work was done on animals or in vitro rather than on people."""
        if self.title_animal and not self.title_people:
            return not self.told_treated
        if self.animals and self.animals >= self.persons and not (self.title_people and self.counted):
            return not self.told_treated
        if self.persons == 0:
            return self._bench
        if self.laboratory and self.counted and not (self.treated or self.clinical or self.title_people):
            return True
        return self.laboratory > max(_SEVERAL, _SEVERAL * self.clinical) and not self.title_people

    @property
    def _bench(self) -> bool:
        """Whether a text that names no persons tells of work in the laboratory."""
        if self.title_laboratory and (self.data or self.laboratory):
            return self.clinical <= _FEW_CLINICAL
        return (self.data or self.laboratory >= _SEVERAL) and 0 < self.laboratory + self.animals >= self.clinical


def names_animals(text: str) -> bool:
    """Whether a folded text speaks of animals that were studied."""
    return ANIMAL.may_match(text) and bool(ANIMAL.search(_ANIMAL_PASSING.blanked(text)))


def _count(pattern: Anchored, texts: Sequence[str]) -> int:
    return sum(1 for _ in pattern.among(texts))


def _is_in(pattern: Anchored, texts: Sequence[str]) -> bool:
    return next(pattern.among(texts), None) is not None


def _is_treatment(text: str) -> bool:
    """Whether a sentence that names persons tells of something done, not to the animals that got their cells."""
    return _TREATED.may_match(text) and bool(_TREATED.search(_PERFECT.sub(" ", text)))


def _texts(sentences: Iterable[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences]


def find_subjects(text: PublicationText) -> Subjects:
    """Count what the title and the study's own part of the abstract speak of."""
    brief = len(text.sentences) <= _BRIEF
    early = (Zone.BACKGROUND, Zone.AIM) if brief else (Zone.AIM,)
    concluded = _texts(text.zones(Zone.CONCLUSION))
    done = _texts(text.zones(*early, Zone.METHODS, Zone.RESULTS))
    own = [*done, *concluded]
    told = _texts(text.zones(Zone.METHODS, Zone.RESULTS))
    of_persons = [done[place] for place in PERSONS.among(done)]
    title = _ANIMAL_PASSING.blanked(text.title)
    told_treated = _count(_COUNTED_AND_TREATED, own)
    animals = sum(1 for one in own if names_animals(one) and _TOLD.search(one))
    parts = 0 if animals else _count(_PARTS_COUNTED, own)
    return Subjects(
        people=_is_in(PEOPLE, own),
        persons=len(of_persons) + told_treated + parts,
        animals=animals,
        laboratory=_count(_LABORATORY, told),
        clinical=_count(_CLINICAL, told),
        title_animal=bool(ANIMAL.search(title)),
        title_people=bool(_TITLE_PEOPLE.search(_DERIVED.sub(" ", title))),
        title_laboratory=bool(_LABORATORY_TITLE.search(text.title)),
        title_bench=bool(_BENCH_TITLE.search(text.title)),
        treated=any(map(_is_treatment, of_persons)),
        told_treated=told_treated > 0,
        counted=bool(_COUNTED.search(text.title)) or _is_in(_COUNTED, own),
        data=_is_in(_DATA, [one.text for one in text.sentences if one.zone is not Zone.TITLE]),
        both=any(_IN_BOTH.search(one) and _GIVEN.search(one) for one in own),
        brief=brief and (not text.body or bool(_PAST.search(text.body))),
    )
