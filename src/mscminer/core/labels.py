"""The annotation form: one JSON object per text, as the guidelines (corpus/seed/ANNOTATION.md) lay down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from mscminer.core.errors import RecordError
from mscminer.core.facts import Extraction, Fact
from mscminer.core.vocabulary import VOCABULARIES, Absence, Field, is_value

QUOTED: tuple[tuple[str, Field], ...] = (
    ("tissue", Field.TISSUE),
    ("donor", Field.DONOR),
    ("conditions", Field.CONDITION),
    ("route", Field.ROUTE),
    ("dose", Field.DOSE),
    ("efficacy", Field.EFFICACY),
    ("safety", Field.SAFETY),
    ("msc", Field.MSC),
)
"""Names under ``quotes`` and the field whose evidence they hold."""

DESIGN = (("randomised", Field.RANDOMISED), ("controlled", Field.CONTROLLED), ("blinded", Field.BLINDED))


@dataclass(frozen=True, kw_only=True)
class Label:
    """What one text says, field by field.  Empty tuples and None mean *not stated* (or not applicable)."""

    id: str
    msc: str | None = None
    report: str | None = None
    tissue: tuple[str, ...] = ()
    donor: tuple[str, ...] = ()
    donor_inferred: tuple[str, ...] = ()
    products: tuple[Mapping[str, Any], ...] = ()
    conditions: tuple[str, ...] = ()
    category: str | None = None
    phase: str | None = None
    n: int | None = None
    route: tuple[str, ...] = ()
    dose: tuple[Mapping[str, Any], ...] = ()
    design: Mapping[str, bool | None] = field(default_factory=dict)
    efficacy: str | None = None
    safety: str | None = None
    registry_ids: tuple[str, ...] = ()
    quotes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The annotation form, keys in the guidelines' order."""
        return {
            "id": self.id,
            "msc": self.msc,
            "report": self.report,
            "tissue": list(self.tissue),
            "donor": list(self.donor),
            "donor_inferred": list(self.donor_inferred),
            "products": [dict(product) for product in self.products],
            "conditions": list(self.conditions),
            "category": self.category,
            "phase": self.phase,
            "n": self.n,
            "route": list(self.route),
            "dose": [dict(dose) for dose in self.dose],
            "design": {name: self.design.get(name) for name, _ in DESIGN},
            "efficacy": self.efficacy,
            "safety": self.safety,
            "registry_ids": list(self.registry_ids),
            "quotes": {name: list(self.quotes.get(name, ())) for name, _ in QUOTED},
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, where: str = "") -> Label:
        """Check and read the annotation form.

        Raises:
            RecordError: naming `where` and the key that is wrong.
        """
        problem = next(_problems(data), None)
        if problem:
            raise RecordError(
                problem, where=where or str(data.get("id", "label")), remedy="See corpus/seed/ANNOTATION.md."
            )
        names = {name for name in cls.__dataclass_fields__ if name in data}
        values = {name: _frozen(data[name]) for name in names if data[name] is not None}
        quotes = {name: tuple(quotes) for name, quotes in dict(data.get("quotes") or {}).items()}
        return cls(**{**values, "quotes": quotes})


def _frozen(value: Any) -> Any:
    return tuple(map(_spelled, value)) if isinstance(value, list) else value


def _spelled(value: Any) -> Any:
    """An ``other:<word>`` of two words as the extraction writes it: ``other:olfactory_mucosa``; within products too."""
    if isinstance(value, str):
        kind, colon, word = value.partition(":")
        return f"other:{word.strip().replace(' ', '_')}" if colon and kind == "other" else value
    if isinstance(value, Mapping):
        return {key: list(map(_spelled, one)) if isinstance(one, list) else one for key, one in value.items()}
    return value


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(data.get("id"), str) or not data["id"]:
        yield "no id"
    unknown = set(data) - set(Label.__dataclass_fields__)
    if unknown:
        yield f"unknown key {sorted(unknown)[0]!r}"
    for name in ("msc", "report", "category", "phase", "efficacy", "safety"):
        value = data.get(name)
        if value is not None and not is_value(Field(name), value):
            yield f"{name} has no value {value!r}; it may be {', '.join(VOCABULARIES[Field(name)])}"
    for name in ("tissue", "donor", "donor_inferred", "route"):
        values = data.get(name) or []
        if not isinstance(values, list):
            yield f"{name} is not a list"
            continue
        for value in values:
            if not isinstance(value, str) or not is_value(Field(name), value):
                yield f"{name} has no value {value!r}"
    n = data.get("n")
    if n is not None and (not isinstance(n, int) or isinstance(n, bool) or n < 0):
        yield f"n is no whole number: {n!r}"


def label_from_extraction(extraction: Extraction) -> Label:
    """Draw an extraction together into the annotation form."""

    def one(name: Field) -> Any:
        return extraction.value(name)

    def strings(name: Field) -> tuple[str, ...]:
        return tuple(str(value) for value in extraction.values(name))

    return Label(
        id=extraction.key.id,
        msc=one(Field.MSC),
        report=one(Field.REPORT),
        tissue=strings(Field.TISSUE),
        donor=strings(Field.DONOR),
        donor_inferred=strings(Field.DONOR_INFERRED),
        products=_mappings(extraction, Field.PRODUCT),
        conditions=tuple(str(value["name"]) for value in _mappings(extraction, Field.CONDITION)),
        category=one(Field.CATEGORY),
        phase=one(Field.PHASE),
        n=one(Field.N),
        route=strings(Field.ROUTE),
        dose=_mappings(extraction, Field.DOSE),
        design={name: one(sub) for name, sub in DESIGN},
        efficacy=one(Field.EFFICACY),
        safety=one(Field.SAFETY),
        registry_ids=strings(Field.REGISTRY_ID),
        quotes={name: _quotes(extraction.of(sub)) for name, sub in QUOTED},
    )


def _mappings(extraction: Extraction, name: Field) -> tuple[Mapping[str, Any], ...]:
    return tuple(value for value in extraction.values(name) if isinstance(value, Mapping))


def _quotes(facts: Iterable[Fact]) -> tuple[str, ...]:
    quotes = (evidence.quote for fact in facts if not isinstance(fact.value, Absence) for evidence in fact.evidence)
    return tuple(dict.fromkeys(quotes))
