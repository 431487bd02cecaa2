"""When a predicted value is the gold value: one rule per field.

A rule turns a label into the field's values and says which gold value a predicted one matches.  Matching is one to
one and as large as possible, so neither order nor repetition changes a score.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mscminer.core.labels import DESIGN, Label
from mscminer.core.vocabulary import Field

Matches = Callable[[str, str], bool]
"""Whether a gold value (first) and a predicted one (second), as `Rule.values` spells them, are the same."""

DOSE_TOLERANCE: Final = 0.01
"""Numbers of cells within 1 % are equal: 6.1e7 and 61.5e6 are not, 1.0e8 and 100 million are."""

_SMALL_WORDS: Final = frozenset(
    {"a", "an", "and", "by", "due", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one measure is taken.

    Args:
        name: of the measure; a variant of a field has a suffix (``condition.lenient``).
        field: the field it belongs to, or None for the joint design.
        single: whether there is at most one value.
        values: the values of a label in a spelling that `matches` understands; empty: not stated.
        matches: when two values are the same; default: equal spelling.
        classes: whether the values form few classes, so that macro-F1 and a confusion table mean something.
        publications_only: whether registrations cannot have it (report, efficacy, safety).
        note: one sentence for the report.
    """

    name: str
    field: Field | None
    single: bool
    values: Callable[[Label], tuple[str, ...]]
    matches: Matches = str.__eq__
    classes: bool = False
    publications_only: bool = False
    note: str = ""

    @property
    def fields(self) -> frozenset[Field]:
        """The fields that a gold label must cover for the measure to be taken."""
        return frozenset({self.field} if self.field else {field for _, field in DESIGN})

    def applies(self, gold: Label) -> bool:
        """Whether the measure is taken of that text at all."""
        return not self.publications_only or is_publication(gold.id)


def is_publication(ident: str) -> bool:
    """Whether an id is a PMID (registration numbers are never digits only)."""
    return ident.isdigit()


def largest_matching(gold: Sequence[str], predicted: Sequence[str], matches: Matches) -> tuple[tuple[str, str], ...]:
    """A largest set of pairs (gold, predicted) that match, each value in one pair at most (Kuhn's algorithm)."""
    options = [[j for j, value in enumerate(predicted) if matches(wanted, value)] for wanted in gold]
    taken: dict[int, int] = {}

    def place(i: int, tried: set[int]) -> bool:
        for j in options[i]:
            if j not in tried:
                tried.add(j)
                if j not in taken or place(taken[j], tried):
                    taken[j] = i
                    return True
        return False

    for i in range(len(gold)):
        place(i, set())
    return tuple(sorted((gold[i], predicted[j]) for j, i in taken.items()))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a name without case, accents, punctuation, British or plural spelling."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    letters = re.sub(r"\bnon-", "non", letters.replace("ae", "e").replace("oe", "e"))
    letters = re.sub(r"['’]s\b", "", letters)
    return tuple(_singular(word) for word in re.findall(r"[^\W_]+", letters))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 5 and word.endswith("oses"):
        return word[:-2] + "is"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def _content(text: str) -> frozenset[str]:
    """The words of a name that carry meaning, without an abbreviation in brackets at its end."""
    words = plain_words(re.sub(r"(?<=\S)\s*\([A-Za-z0-9-]{2,8}\)\s*$", "", text))
    return frozenset(words) - _SMALL_WORDS


def same_condition(gold: str, predicted: str) -> bool:
    """Strict: the same words in whatever order, case and spelling variant.

    "osteoarthritis of the knee (OA)" is the same as "knee osteoarthritis", "osteoarthritis" is not.
    """
    return plain_words(gold) == plain_words(predicted) or _content(gold) == _content(predicted) != frozenset()


def similar_condition(gold: str, predicted: str) -> bool:
    """Lenient: one name's words are all in the other's, or at least half of all words are in both.

    "knee osteoarthritis" is similar to "osteoarthritis of the knee joint" and to "osteoarthritis"; "type 1 diabetes"
    is not similar to "type 2 diabetes" (a differing number never is).
    """
    a, b = _content(gold), _content(predicted)
    if not a or not b or (_numbers(a) and _numbers(b) and _numbers(a) != _numbers(b)):
        return same_condition(gold, predicted)
    return a <= b or b <= a or 2 * len(a & b) >= len(a | b)


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if word.isdigit() or word in {"i", "ii", "iii", "iv"})


def same_dose(gold: str, predicted: str) -> bool:
    """Cells within 1 %, per kg and number of administrations equal."""
    times = [json.loads(dose)["times"] for dose in (gold, predicted)]
    return same_amount(gold, predicted) and bool(times[0] == times[1])


def same_amount(gold: str, predicted: str) -> bool:
    """Cells within 1 % and per kg equal."""
    a, b = json.loads(gold), json.loads(predicted)
    close = abs(a["cells"] - b["cells"]) <= DOSE_TOLERANCE * max(abs(a["cells"]), abs(b["cells"]))
    return bool(close and a["per_kg"] == b["per_kg"])


def plain_registry_id(ident: str) -> str:
    """An id without case, spaces, marks and the registry's name before a EudraCT number."""
    return re.sub(r"^EUDRACT(NO|NUMBER)?", "", re.sub(r"[^A-Z0-9]", "", ident.upper()))


def spell(value: Any) -> str:
    """One spelling of a value that is no string."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _one(name: str) -> Callable[[Label], tuple[str, ...]]:
    def values(label: Label) -> tuple[str, ...]:
        value = getattr(label, name)
        return () if value is None else (str(value),)

    return values


def _many(name: str) -> Callable[[Label], tuple[str, ...]]:
    return lambda label: tuple(sorted(set(getattr(label, name))))


def _design(name: str) -> Callable[[Label], tuple[str, ...]]:
    def values(label: Label) -> tuple[str, ...]:
        value = label.design.get(name)
        return () if value is None else (spell(value),)

    return values


def _joint_design(label: Label) -> tuple[str, ...]:
    values = {name: label.design.get(name) for name, _ in DESIGN}
    return () if all(value is None for value in values.values()) else (spell(values),)


def _conditions(label: Label) -> tuple[str, ...]:
    by_words = {plain_words(name): name for name in sorted(label.conditions)}
    return tuple(sorted(by_words.values()))


def _dose(label: Label) -> tuple[str, ...]:
    return tuple(sorted({_spell_dose(dose, times=dose.get("times")) for dose in label.dose}))


def _amount(label: Label) -> tuple[str, ...]:
    return tuple(sorted({_spell_dose(dose, times=None) for dose in label.dose}))


def _spell_dose(dose: Mapping[str, Any], *, times: Any) -> str:
    return spell({"cells": float(dose["cells"]), "per_kg": bool(dose.get("per_kg")), "times": times})


def _products(label: Label) -> tuple[str, ...]:
    return tuple(sorted({spell(_sides(product)) for product in label.products}))


def _products_in_arms(label: Label) -> tuple[str, ...]:
    return tuple(sorted({spell({**_sides(product), "arm": _arms(product)}) for product in label.products}))


def _sides(product: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(set(product.get(name) or ())) for name in ("tissue", "donor")}


def _arms(product: Mapping[str, Any]) -> list[str]:
    return sorted({" ".join(plain_words(arm)) for arm in (product.get("arm") or "").split(";") if arm.strip()})


def _registry_ids(label: Label) -> tuple[str, ...]:
    return tuple(sorted({plain_registry_id(ident) for ident in label.registry_ids}))


def by_concept(concept_of: Callable[[str], str | None]) -> Matches:
    """Conditions that are similar in words or linked to the same concept (MeSH descriptor) by `concept_of`."""

    def matches(gold: str, predicted: str) -> bool:
        if similar_condition(gold, predicted):
            return True
        concept = concept_of(gold)
        return concept is not None and concept == concept_of(predicted)

    return matches


def build_rules(concept_of: Callable[[str], str | None] | None = None) -> tuple[Rule, ...]:
    """All measures, in the order of tables.

    Args:
        concept_of: gives a condition name's MeSH descriptor or None; makes ``condition.lenient`` accept synonyms.
    """
    lenient = by_concept(concept_of) if concept_of else similar_condition
    return (
        _single(Field.MSC),
        _single(Field.REPORT, publications_only=True),
        _several(Field.TISSUE),
        _several(Field.DONOR),
        _several(Field.DONOR_INFERRED),
        Rule(name="product", field=Field.PRODUCT, single=False, values=_products, note="tissue and donor together"),
        Rule(
            name="product.arm",
            field=Field.PRODUCT,
            single=False,
            values=_products_in_arms,
            note="tissue, donor and the label of the arm",
        ),
        Rule(name="condition", field=Field.CONDITION, single=False, values=_conditions, matches=same_condition),
        Rule(
            name="condition.lenient",
            field=Field.CONDITION,
            single=False,
            values=_conditions,
            matches=lenient,
            note="similar words or the same MeSH descriptor",
        ),
        _single(Field.CATEGORY),
        _single(Field.PHASE),
        Rule(name="n", field=Field.N, single=True, values=_one("n")),
        _several(Field.ROUTE),
        Rule(name="dose", field=Field.DOSE, single=False, values=_dose, matches=same_dose, note="cells, per kg, times"),
        Rule(
            name="dose.amount",
            field=Field.DOSE,
            single=False,
            values=_amount,
            matches=same_amount,
            note="cells and per kg only",
        ),
        *(Rule(name=name, field=field, single=True, values=_design(name), classes=True) for name, field in DESIGN),
        Rule(name="design", field=None, single=True, values=_joint_design, note="all three together"),
        _single(Field.EFFICACY, publications_only=True),
        _single(Field.SAFETY, publications_only=True),
        Rule(name="registry_id", field=Field.REGISTRY_ID, single=False, values=_registry_ids),
    )


def _single(field: Field, *, publications_only: bool = False) -> Rule:
    return Rule(
        name=field.value,
        field=field,
        single=True,
        values=_one(field.value),
        classes=True,
        publications_only=publications_only,
    )


def _several(field: Field) -> Rule:
    return Rule(name=field.value, field=field, single=False, values=_many(field.value), classes=True)
