"""The values that labels, facts, screens and exports share (see corpus/seed/ANNOTATION.md).

A value not in a closed vocabulary may be written ``other:<word>`` for tissue and route.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Field(StrEnum):
    """What is asked of every text.  The order is that of tables and screens."""

    MSC = "msc"
    REPORT = "report"
    TISSUE = "tissue"
    DONOR = "donor"
    DONOR_INFERRED = "donor_inferred"
    PRODUCT = "product"
    CONDITION = "condition"
    CATEGORY = "category"
    PHASE = "phase"
    N = "n"
    ROUTE = "route"
    DOSE = "dose"
    RANDOMISED = "randomised"
    CONTROLLED = "controlled"
    BLINDED = "blinded"
    EFFICACY = "efficacy"
    SAFETY = "safety"
    REGISTRY_ID = "registry_id"


SET_FIELDS: Final = frozenset(
    {
        Field.TISSUE,
        Field.DONOR,
        Field.DONOR_INFERRED,
        Field.PRODUCT,
        Field.CONDITION,
        Field.ROUTE,
        Field.DOSE,
        Field.REGISTRY_ID,
    }
)
"""Fields that may hold several values; each value is a fact of its own."""

PRODUCT_FIELDS: Final = frozenset(
    {
        Field.TISSUE,
        Field.DONOR,
        Field.DONOR_INFERRED,
        Field.PRODUCT,
        Field.ROUTE,
        Field.DOSE,
        Field.EFFICACY,
        Field.SAFETY,
    }
)
"""Fields that do not apply where no MSC product is given (msc is ``none``)."""


class Absence(StrEnum):
    """Why there is no value."""

    NOT_STATED = "not stated"
    """We looked, and the text does not say."""
    NOT_EXTRACTED = "not extracted yet"
    """Nobody has looked."""
    CONFLICT = "conflict"
    """Sources contradict each other and no rule or curator has decided."""
    NOT_APPLICABLE = "not applicable"
    """The question does not arise (the tissue of a study without cells)."""


class MscClass(StrEnum):
    CELLS = "cells"
    DERIVATIVE = "derivative"
    UNCULTURED = "uncultured"
    NONE = "none"


class Report(StrEnum):
    TRIAL_RESULT = "trial_result"
    TRIAL_PROTOCOL = "trial_protocol"
    COHORT = "cohort"
    CASE_SERIES = "case_series"
    CASE_REPORT = "case_report"
    FOLLOW_UP = "follow_up"
    REVIEW = "review"
    PRECLINICAL = "preclinical"
    OTHER = "other"


class Tissue(StrEnum):
    BONE_MARROW = "bone_marrow"
    ADIPOSE = "adipose"
    UMBILICAL_CORD = "umbilical_cord"
    WHARTON_JELLY = "wharton_jelly"
    CORD_BLOOD = "cord_blood"
    PLACENTA = "placenta"
    AMNION = "amnion"
    DENTAL = "dental"
    PERIPHERAL_BLOOD = "peripheral_blood"
    ENDOMETRIUM = "endometrium"
    SYNOVIUM = "synovium"
    IPSC = "ipsc"
    ESC = "esc"


class Donor(StrEnum):
    AUTOLOGOUS = "autologous"
    ALLOGENEIC = "allogeneic"


class Category(StrEnum):
    CARDIOVASCULAR = "cardiovascular"
    CEREBROVASCULAR = "cerebrovascular"
    NEUROLOGICAL = "neurological"
    MUSCULOSKELETAL = "musculoskeletal"
    RHEUMATIC_AUTOIMMUNE = "rheumatic_autoimmune"
    DIABETES = "diabetes"
    GVHD_TRANSPLANT = "gvhd_transplant"
    HAEMATOLOGICAL = "haematological"
    CANCER = "cancer"
    LIVER = "liver"
    KIDNEY = "kidney"
    LUNG = "lung"
    COVID19 = "covid19"
    GASTROINTESTINAL = "gastrointestinal"
    SKIN_WOUND = "skin_wound"
    EYE = "eye"
    REPRODUCTIVE = "reproductive"
    UROLOGICAL = "urological"
    DENTAL_ORAL = "dental_oral"
    FRAILTY_AGEING = "frailty_ageing"
    METABOLIC_GENETIC = "metabolic_genetic"
    HEALTHY_VOLUNTEERS = "healthy_volunteers"
    OTHER = "other"


class Phase(StrEnum):
    EARLY_1 = "early_1"
    ONE = "1"
    ONE_TWO = "1/2"
    TWO = "2"
    TWO_THREE = "2/3"
    THREE = "3"
    FOUR = "4"
    NA = "na"


class Route(StrEnum):
    INTRAVENOUS = "intravenous"
    INTRA_ARTICULAR = "intra_articular"
    INTRAMYOCARDIAL = "intramyocardial"
    INTRACORONARY = "intracoronary"
    INTRA_ARTERIAL = "intra_arterial"
    INTRAPORTAL = "intraportal"
    INTRATHECAL = "intrathecal"
    INTRALESIONAL = "intralesional"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    INTRADERMAL = "intradermal"
    INTRAOCULAR = "intraocular"
    IMPLANTED = "implanted"
    TOPICAL = "topical"
    INHALED = "inhaled"
    ORAL = "oral"


class Efficacy(StrEnum):
    POSITIVE = "positive"
    NO_DIFFERENCE = "no_difference"
    NEGATIVE = "negative"
    MIXED = "mixed"
    NOT_REPORTED = "not_reported"


class Safety(StrEnum):
    SAFE = "safe"
    CONCERN = "concern"
    NOT_REPORTED = "not_reported"


VOCABULARIES: Final[dict[Field, type[StrEnum]]] = {
    Field.MSC: MscClass,
    Field.REPORT: Report,
    Field.TISSUE: Tissue,
    Field.DONOR: Donor,
    Field.DONOR_INFERRED: Donor,
    Field.CATEGORY: Category,
    Field.PHASE: Phase,
    Field.ROUTE: Route,
    Field.EFFICACY: Efficacy,
    Field.SAFETY: Safety,
}

OPEN_FIELDS: Final = frozenset({Field.TISSUE, Field.ROUTE})
"""Fields that admit ``other:<word>``."""


def is_value(field: Field, value: str) -> bool:
    """Whether `value` belongs to the closed (or open, ``other:``) vocabulary of `field`."""
    vocabulary = VOCABULARIES[field]
    if value in vocabulary.__members__.values():
        return True
    return field in OPEN_FIELDS and value.startswith("other:") and len(value) > len("other:")
