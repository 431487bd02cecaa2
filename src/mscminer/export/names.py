"""Values as readers write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mscminer.core.vocabulary import Donor, Phase

NAMES: Final[Mapping[str, str]] = {
    Donor.AUTOLOGOUS: "own cells",
    Donor.ALLOGENEIC: "donor cells",
    "na": "not applicable (registry)",
    "early_1": "early phase 1",
    **{phase.value: f"phase {phase.value}" for phase in Phase if phase.value[0].isdigit()},
    "wharton_jelly": "Wharton’s jelly",
    "rheumatic_autoimmune": "rheumatic, autoimmune",
    "skin_wound": "skin, wounds",
    "dental_oral": "dental, oral",
    "frailty_ageing": "frailty, ageing",
    "metabolic_genetic": "metabolic, genetic",
    "gvhd_transplant": "GVHD, transplantation",
    "covid19": "COVID-19",
    "ipsc": "iPSC",
    "esc": "ESC",
}


def words(value: str) -> str:
    """A value as a reader would write it."""
    if value in NAMES:
        return NAMES[value]
    return value.removeprefix("other:").replace("_", " ")
