"""What the pipeline found in a text, before it is drawn together into facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mscminer.core.spans import Evidence


class Assertion(StrEnum):
    """How the text speaks of a mention."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    """"no bone marrow cells were used"."""
    COMPARATOR = "comparator"
    """It belongs to a control arm or an active comparator, not to the MSC product."""
    SUPPLEMENT = "supplement"
    """Culture or carrier: autologous serum, fibrin, plasma."""
    BACKGROUND = "background"
    """General knowledge or earlier work, not this study's product."""
    EXCLUSION = "exclusion"
    """An eligibility criterion."""


class RelationType(StrEnum):
    FROM_TISSUE = "from_tissue"
    FROM_DONOR = "from_donor"
    TREATS = "treats"
    GIVEN_BY = "given_by"
    AT_DOSE = "at_dose"
    GETS = "gets"
    """arm -> product."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A label on a span, with the value that the words stand for.

    Args:
        number: its place among the document's mentions, from 0; relations refer to it.
        label: ``PRODUCT``, ``TISSUE``, ``DONOR``, ``CONDITION``, ``PHASE``, ``ROUTE``, ``DOSE``, ``N`` ...
        value: the normalised value (``bone_marrow``), or the words where there is no vocabulary.
        rule: id of the rule or component that found it, e.g. ``tissue.bone_marrow.3``.
    """

    number: int
    label: str
    value: str
    evidence: Evidence
    rule: str
    assertion: Assertion = Assertion.AFFIRMED


@dataclass(frozen=True, kw_only=True, slots=True)
class Relation:
    """Mention `head` stands in a relation to mention `tail` (numbers within the document)."""

    type: RelationType
    head: int
    tail: int
    rule: str
