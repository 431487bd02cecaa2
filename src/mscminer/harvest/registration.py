"""A registration as any registry gives it, on its way to a Document with ClinicalTrials.gov's names for things.

Registries outside ClinicalTrials.gov write phases, designs and states in their own words.  Where they say the same as
a code of ClinicalTrials.gov, that code is used, so that one rule reads them all; else their words are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from mscminer.core.documents import Arm, Document, Intervention, SecondaryId, Section, StudyFields
from mscminer.core.ids import find_registry_ids, normalise_registry_id
from mscminer.core.records import Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A planned measure; `time_frame` is when it is taken, as the source says it."""

    measure: str
    description: str = ""
    time_frame: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Registration:
    """Texts of a registration beside its `fields`, from which the Document's sections follow."""

    fields: StudyFields
    title: str = ""
    official_title: str = ""
    vernacular_title: str = ""
    vernacular_language: str = ""
    acronym: str = ""
    brief_summary: str = ""
    detailed_description: str = ""
    design: str = ""
    primary_outcomes: tuple[Outcome, ...] = ()
    secondary_outcomes: tuple[Outcome, ...] = ()
    eligibility: str = ""
    extra: tuple[tuple[str, str], ...] = field(default=())


def build_document(record: Record, registration: Registration) -> Document:
    """The Document of a registration, its sections named and ordered like those of ClinicalTrials.gov."""
    sections = []
    for name, text in _texts(registration):
        if text.strip():
            language = registration.vernacular_language if name == "vernacular_title" else ""
            sections.append(Section(name=name, text=text, language=language))
    return Document(key=record.key, sections=tuple(sections), study=registration.fields, note=record.note)


def _texts(registration: Registration) -> Iterator[tuple[str, str]]:
    fields = registration.fields
    yield "title", registration.title
    yield "official_title", registration.official_title
    yield "vernacular_title", registration.vernacular_title
    yield "acronym", registration.acronym
    yield "org_study_id", fields.org_study_id
    for n, other in enumerate(fields.secondary_ids):
        yield f"secondary_id.{n}", other.id
    yield "brief_summary", registration.brief_summary
    yield "detailed_description", registration.detailed_description
    for n, condition in enumerate(fields.conditions):
        yield f"condition.{n}", condition
    for n, keyword in enumerate(fields.keywords):
        yield f"keyword.{n}", keyword
    yield "design", registration.design
    yield from _arm_texts(fields)
    for kind, outcomes in (("primary", registration.primary_outcomes), ("secondary", registration.secondary_outcomes)):
        for n, outcome in enumerate(outcomes):
            yield f"{kind}_outcome.{n}.measure", outcome.measure
            yield f"{kind}_outcome.{n}.description", outcome.description
            yield f"{kind}_outcome.{n}.time_frame", outcome.time_frame
    yield "eligibility", registration.eligibility
    yield "why_stopped", fields.why_stopped
    yield from registration.extra


def _arm_texts(fields: StudyFields) -> Iterator[tuple[str, str]]:
    for arm in fields.arms:
        yield f"arm.{arm.number}.label", arm.label
        yield f"arm.{arm.number}.description", arm.description
    for intervention in fields.interventions:
        yield f"intervention.{intervention.number}.name", intervention.name
        yield f"intervention.{intervention.number}.description", intervention.description
        for n, name in enumerate(intervention.other_names):
            yield f"intervention.{intervention.number}.other_name.{n}", name


# Words of registries as codes of ClinicalTrials.gov.

_ROMAN: Final = {"0": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PHASE_ANSWERS: Final = re.compile(r"\(phase\s+(I{1,3}|IV)\)\s*:?\s*(yes|no|1|0|true|false)\b", re.IGNORECASE)
_PHASE_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])(IV|I{1,3}|[0-4])[ab]?(?![A-Za-z0-9])", re.IGNORECASE)
_NO_PHASE: Final = re.compile(
    r"\s*(?:n/?\s?a|not (?:applicable|selected)|none|retrospective|new treatment.*|other)\W*", re.I
)


def phase_codes(text: str) -> tuple[str, ...]:
    """``PHASE1``, ``PHASE2`` ... of words like ``Phase II/III``; ``NA`` where they say that there is none.

    The register of the EU answers for each phase (``Therapeutic exploratory (Phase II): yes``).
    """
    answers = _PHASE_ANSWERS.findall(text)
    if answers:
        numbers = {_ROMAN[roman.upper()] for roman, answer in answers if answer.lower() in ("yes", "1", "true")}
    elif _NO_PHASE.fullmatch(text):
        return ("NA",)
    else:
        numbers = {_ROMAN[number.upper()] for number in _PHASE_NUMBER.findall(text)}
    return tuple("EARLY_PHASE1" if number == 0 else f"PHASE{number}" for number in sorted(numbers))


_STUDY_TYPES: Final = (("observation", "OBSERVATIONAL"), ("intervention", "INTERVENTIONAL"))
_STATUSES: Final = {
    "recruiting": "RECRUITING",
    "open to recruitment": "RECRUITING",
    "not yet recruiting": "NOT_YET_RECRUITING",
    "pending": "NOT_YET_RECRUITING",
    "completed": "COMPLETED",
    "complete": "COMPLETED",
    "ended": "COMPLETED",
    "prematurely ended": "TERMINATED",
    "terminated": "TERMINATED",
    "suspended": "SUSPENDED",
    "temporarily halted": "SUSPENDED",
    "withdrawn": "WITHDRAWN",
}
_MODELS: Final = (
    ("parallel", "PARALLEL"),
    ("cross", "CROSSOVER"),
    ("factorial", "FACTORIAL"),
    ("sequential", "SEQUENTIAL"),
    ("single", "SINGLE_GROUP"),
)
_PURPOSES: Final = (
    ("treatment", "TREATMENT"),
    ("prevention", "PREVENTION"),
    ("diagnos", "DIAGNOSTIC"),
    ("supportive", "SUPPORTIVE_CARE"),
    ("screening", "SCREENING"),
    ("basic science", "BASIC_SCIENCE"),
    ("health services", "HEALTH_SERVICES_RESEARCH"),
)


def _first_code(text: str, codes: tuple[tuple[str, str], ...]) -> str:
    lowered = text.lower()
    return next((code for word, code in codes if word in lowered), "")


def study_type_code(text: str) -> str:
    """``INTERVENTIONAL`` or ``OBSERVATIONAL`` if the words say so, else the words."""
    return _first_code(text, _STUDY_TYPES) or text.strip()


def status_code(text: str) -> str:
    """ClinicalTrials.gov's code of a state, else the words in capitals (``NOT_RECRUITING``, ``ONGOING``)."""
    plain = " ".join(text.lower().split())
    return _STATUSES.get(plain) or re.sub(r"\W+", "_", plain).strip("_").upper()


def _answer(text: str, label: str) -> bool | None:
    """What a design says after ``Randomised:`` and the like; None if it does not."""
    found = re.search(rf"\b{label}\s*:\s*(yes|no)\b", text, re.IGNORECASE)
    return found[1].lower() == "yes" if found else None


def allocation_code(design: str) -> str:
    """``RANDOMIZED``, ``NON_RANDOMIZED`` or ``NA`` (a single arm); "" where the design does not say."""
    answer = _answer(design, "randomi[sz]ed")
    if answer is not None:
        return "RANDOMIZED" if answer else "NON_RANDOMIZED"
    lowered = design.lower()
    if re.search(r"\b(?:non|not|un)[- ]?randomi[sz]", lowered):
        return "NON_RANDOMIZED"
    if re.search(r"\brandomi[sz]|\brandom(?:ly)?\b", lowered):
        return "RANDOMIZED"
    if re.search(r"\bsingle[- ](?:arm|group)|allocation: n/?a", lowered):
        return "NA"
    return ""


def masking_code(design: str) -> str:
    """``NONE``, ``SINGLE``, ``DOUBLE``, ``TRIPLE`` or ``QUADRUPLE``; "" where the design does not say."""
    for label, code in (("double blind", "DOUBLE"), ("single blind", "SINGLE"), ("open", "NONE")):
        if _answer(design, label):
            return code
    if _answer(design, "open") is not None:
        return ""
    lowered = design.lower()
    named = re.search(r"\b(single|double|triple|quadruple)\W{0,2}(?:blind|mask)|mask\w*:\s*(\w+)", lowered)
    if named and (named[1] or named[2]) in ("single", "double", "triple", "quadruple"):
        return (named[1] or named[2]).upper()
    if re.search(r"\bopen\b|\bunmasked\b|\bno(?:t|ne)? (?:blind|mask)|mask\w*:\s*no", lowered):
        return "NONE"
    return ""


def model_code(design: str) -> str:
    """``PARALLEL``, ``CROSSOVER``, ``SINGLE_GROUP`` ...; "" where the design does not say."""
    for label, code in (("parallel group", "PARALLEL"), ("cross[- ]?over", "CROSSOVER")):
        if _answer(design, label):
            return code
    if _answer(design, "parallel group") is not None:
        return ""
    model = re.search(r"(?:model|assignment)\s*:\s*([^.;]+)", design, re.IGNORECASE)
    text = model[1] if model else re.sub(r"\b(single|double|triple)\W{0,2}(blind|mask)\w*", "", design, flags=re.I)
    return _first_code(text, _MODELS)


def purpose_code(design: str) -> str:
    """``TREATMENT``, ``PREVENTION`` ... if the design names its purpose."""
    purpose = re.search(r"purpose\s*:\s*([^.;]+)", design, re.IGNORECASE)
    return _first_code(purpose[1], _PURPOSES) if purpose else ""


_GROUP_SIZE: Final = re.compile(r"([^:;]+):\s*([0-9]+)\s*(?:;|$)")


def group_sizes(text: str) -> dict[str, int]:
    """Groups and their sizes as ChiCTR writes them: ``cells:20;placebo:10;``."""
    return {label.strip(): int(size) for label, size in _GROUP_SIZE.findall(text)}


def enrolment(text: str) -> int | None:
    """The number of participants: one number, or the sum over groups; None where there is none."""
    plain = text.strip().replace(",", "")
    if plain.isascii() and plain.isdigit() and len(plain) < 10:
        return int(plain)
    sizes = [int(size) for _, size in _GROUP_SIZE.findall(text)]
    return sum(sizes) if sizes else None


def split_list(text: str, separator: str = ";") -> tuple[str, ...]:
    """Parts of a list in one field, without repetitions."""
    parts = (part.strip() for part in text.split(separator))
    return tuple(dict.fromkeys(part for part in parts if part))


def plain_text(text: str) -> str:
    """Text without the markup that some exports carry in it: ``<br>`` and ``<p>`` are ends of lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = re.sub(r"[ \t]*\n?[ \t]*<(?:br|/?p)\s*/?>[ \t]*\n?", "\n", text, flags=re.IGNORECASE)
    return text.strip()


def other_ids(texts: tuple[str, ...]) -> tuple[SecondaryId, ...]:
    """Secondary ids with the registry's name as type where it is known; a field of words may hold several ids."""
    found: list[SecondaryId] = []
    for text in texts:
        numbers = find_registry_ids(text)
        if numbers:
            found.extend(SecondaryId(id=number.id, type=number.registry) for number in numbers)
        elif text and text.lower() not in ("nil", "no", "none", "none known", "n/a", "na"):
            found.append(SecondaryId(id=text))
    return tuple(dict.fromkeys(found))


def aliases_of(ident: str) -> tuple[str, ...]:
    """The normal form of a number that its register decorates (``EUCTR2011-006270-13-DE``), if it is another."""
    normal = normalise_registry_id(ident)
    return (normal,) if normal and normal != ident else ()


def free_text_intervention(text: str, number: int = 0) -> Intervention:
    """An intervention described in words: a short line is its name, a longer text its description."""
    is_name = len(text) <= 200 and "\n" not in text
    return Intervention(number=number, type="", name=text if is_name else "", description="" if is_name else text)


_TYPED: Final = re.compile(
    r"(Drug|Biological|Procedure|Device|Other|Behavioral|Radiation|Genetic|Dietary Supplement|Combination Product"
    r"|Diagnostic Test):\s*(.+)",
    re.DOTALL,
)


def interventions_of(text: str, groups: tuple[str, ...]) -> tuple[tuple[Arm, ...], tuple[Intervention, ...]]:
    """Arms and interventions of one field of words.

    ``Biological: cells;Drug: saline`` is a list of interventions; ``cells:two doses;placebo:saline`` tells, where the
    labels are those of `groups`, what each group gets; everything else is one intervention in words.
    """
    text = text.strip()
    parts = split_list(text)
    typed = [_TYPED.fullmatch(part) for part in parts]
    if parts and all(typed):
        return (), tuple(
            Intervention(number=n, type=match[1].upper().replace(" ", "_"), name=match[2].strip())
            for n, match in enumerate(match for match in typed if match)
        )
    given = [part.partition(":") for part in parts]
    if parts and groups and all(colon and label.strip() in groups for label, colon, _ in given):
        arms = tuple(
            Arm(number=n, label=label.strip(), description=what.strip()) for n, (label, _, what) in enumerate(given)
        )
        return arms, ()
    return (), (free_text_intervention(text),) if text else ()
