"""Values with their confidence, evidence and maker, of one text (`Fact`) and of one trial (`TrialFact`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mscminer.core.mentions import Mention, Relation
from mscminer.core.records import RecordKey
from mscminer.core.spans import Evidence
from mscminer.core.vocabulary import VOCABULARIES, Absence, Field, is_value

Value = str | int | bool | Mapping[str, Any]
"""A fact's value.

* closed vocabularies and registry ids: the code as a string;
* n: int; randomised, controlled, blinded: bool;
* condition: ``{"name": str, "mesh": str | None, "mesh_name": str | None}``;
* dose: ``{"cells": float, "per_kg": bool, "times": int | None}``;
* product: ``{"tissue": [...], "donor": [...], "arm": str | None}``.
"""


def canonical(value: Value | Absence) -> str:
    """One spelling of a value: what a fact's key and the database hold."""
    if isinstance(value, Absence):
        return f"<{value.value}>"
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_canonical(text: str) -> Value | Absence:
    """Read back what `canonical` wrote."""
    if text.startswith("<") and text.endswith(">"):
        return Absence(text[1:-1])
    value: Value = json.loads(text)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(frozen=True, kw_only=True, slots=True)
class Maker:
    """Who made a value: a pipeline (``mscminer-extract`` ``1.0.0+<hash>``), a registry field, a curator."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}".strip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """A value of one field that one text supports.

    Args:
        confidence: calibrated probability that the value is right, 0 to 1.
        evidence: where the text says so; may be empty only for values read from the source's own fields
            and for absences.
        basis: ``text``, ``field`` (the registry's own field) or ``inferred``.

    Raises:
        ValueError: for a value outside the field's vocabulary or a confidence outside 0..1.
    """

    field: Field
    value: Value | Absence
    confidence: float
    maker: Maker
    evidence: tuple[Evidence, ...] = ()
    basis: str = "text"

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is not between 0 and 1")
        check_value(self.field, self.value)

    @property
    def stated(self) -> bool:
        """Whether there is a value at all."""
        return not isinstance(self.value, Absence)

    @property
    def key(self) -> tuple[str, str]:
        """Field and canonical value: what a curator's decision refers to, whatever the evidence."""
        return (self.field.value, canonical(self.value))


def check_value(field: Field, value: Value | Absence) -> None:
    """Raise ValueError unless `value` is one that `field` may have."""
    if isinstance(value, Absence):
        return
    if field in VOCABULARIES:
        if not isinstance(value, str) or not is_value(field, value):
            raise ValueError(f"{value!r} is no value of {field}")
        return
    problem = _PROBLEMS[field](value)
    if problem:
        raise ValueError(f"{field}: {problem}: {value!r}")


def _problem_n(value: Any) -> str | None:
    return None if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "not a whole number"


def _problem_bool(value: Any) -> str | None:
    return None if isinstance(value, bool) else "neither true nor false"


def _problem_id(value: Any) -> str | None:
    return None if isinstance(value, str) and value.strip() else "not an id"


def _problem_condition(value: Any) -> str | None:
    good = isinstance(value, Mapping) and isinstance(value.get("name"), str) and value["name"].strip()
    return None if good else "no name"


def _problem_dose(value: Any) -> str | None:
    if not isinstance(value, Mapping) or not isinstance(value.get("cells"), int | float) or value["cells"] <= 0:
        return "no number of cells"
    times = value.get("times")
    good = isinstance(value.get("per_kg"), bool) and (times is None or (isinstance(times, int) and times > 0))
    return None if good else "per_kg or times"


def _problem_product(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return "not an object"
    tissue, donor = value.get("tissue"), value.get("donor")
    if not isinstance(tissue, list | tuple) or not all(is_value(Field.TISSUE, item) for item in tissue):
        return "tissue"
    if not isinstance(donor, list | tuple) or not all(is_value(Field.DONOR, item) for item in donor):
        return "donor"
    return None


_PROBLEMS = {
    Field.N: _problem_n,
    Field.RANDOMISED: _problem_bool,
    Field.CONTROLLED: _problem_bool,
    Field.BLINDED: _problem_bool,
    Field.REGISTRY_ID: _problem_id,
    Field.CONDITION: _problem_condition,
    Field.DOSE: _problem_dose,
    Field.PRODUCT: _problem_product,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """Everything that one maker found in one document version.

    For every field there is at least one fact: a field without a value has one whose value is an `Absence`.
    """

    key: RecordKey
    document: str
    maker: Maker
    facts: tuple[Fact, ...]
    mentions: tuple[Mention, ...] = ()
    relations: tuple[Relation, ...] = ()
    screened_out: bool = False
    """True where a cheap prefilter proved the text irrelevant and nothing else was run."""

    def of(self, field: Field) -> tuple[Fact, ...]:
        """The facts of one field, absences included."""
        return tuple(fact for fact in self.facts if fact.field is field)

    def values(self, field: Field) -> tuple[Value, ...]:
        """The stated values of one field."""
        return tuple(fact.value for fact in self.facts if fact.field is field and not isinstance(fact.value, Absence))

    def value(self, field: Field) -> Value | None:
        """The one stated value of a single-valued field, or None."""
        return next(iter(self.values(field)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialFact:
    """A value of one field of a trial, drawn together from its registrations and papers.

    Args:
        trial: the trial's id (its first registration, e.g. ``NCT00114452``).
        sources: the records that say so.
        maker: pipeline or curator that it rests on.
    """

    trial: str
    field: Field
    value: Value | Absence
    confidence: float
    maker: Maker
    sources: tuple[RecordKey, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    basis: str = "text"

    def __post_init__(self) -> None:
        check_value(self.field, self.value)

    @property
    def key(self) -> tuple[str, str, str]:
        """Trial, field and canonical value."""
        return (self.trial, self.field.value, canonical(self.value))


def stated_values(facts: Iterable[Fact | TrialFact], field: Field) -> tuple[Value, ...]:
    """The stated values of a field among facts, in order, without duplicates."""
    seen: dict[str, Value] = {}
    for fact in facts:
        if fact.field is field and not isinstance(fact.value, Absence):
            seen.setdefault(canonical(fact.value), fact.value)
    return tuple(seen.values())
