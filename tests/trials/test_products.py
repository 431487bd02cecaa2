"""Each product with the doses and routes of its arms."""

from __future__ import annotations

from mscminer.core.documents import Arm, Document, Intervention
from mscminer.core.facts import Extraction, Fact, Value
from mscminer.core.trials import Sourced, Trial
from mscminer.core.vocabulary import Field
from mscminer.trials.assembly import assemble_trial
from mscminer.trials.products import products_of
from tests.trials.builders import MAKER, registration

TEXTS = {
    "brief_summary": "All are injected into the knee.",
    "arm.0.description": "Ten million own cells.",
    "arm.1.description": "Fifty million donor cells, or ten million donor cells.",
}


def _study() -> Document:
    arms = (Arm(number=0, label="Own"), Arm(number=1, label="Donor"))
    given = (
        Intervention(number=0, type="BIOLOGICAL", name="Own cells", arm_labels=("Own",)),
        Intervention(number=1, type="BIOLOGICAL", name="Donor cells", arm_labels=("Donor",)),
    )
    return registration(1, texts=TEXTS, arms=arms, interventions=given)


def _fact(document: Document, name: Field, value: Value, section: str, words: str = "") -> Fact:
    start = document.text(section).index(words)
    evidence = (document.evidence(section, start, start + (len(words) or 5)),)
    return Fact(field=name, value=value, confidence=0.9, maker=MAKER, evidence=evidence)


def _trial(*products: Value) -> Trial:
    document = _study()
    facts = (
        *(_fact(document, Field.PRODUCT, value, "title") for value in products),
        _fact(document, Field.DOSE, {"cells": 1e7, "per_kg": False, "times": None}, "arm.0.description", "en million"),
        _fact(
            document, Field.DOSE, {"cells": 5e7, "per_kg": False, "times": None}, "arm.1.description", "Fifty million"
        ),
        _fact(document, Field.ROUTE, "intra_articular", "brief_summary"),
    )
    found = Extraction(key=document.key, document=document.version, maker=MAKER, facts=facts)
    return assemble_trial(Sourced(document=document, extraction=found))


def test_doses_go_to_the_product_of_their_arm_and_common_routes_to_all() -> None:
    own: Value = {"tissue": ["adipose"], "donor": ["autologous"], "arm": "Own"}
    donor: Value = {"tissue": ["adipose"], "donor": ["allogeneic"], "arm": "Donor"}
    found = products_of(_trial(own, donor))
    given = [
        (
            item.value["arm"],
            [fact.value["cells"] for fact in item.doses if isinstance(fact.value, dict)],
            len(item.routes),
        )
        for item in found
    ]
    assert given == [("Own", [1e7], 1), ("Donor", [1e7, 5e7], 1)]


def test_the_only_product_gets_all() -> None:
    (found,) = products_of(_trial({"tissue": ["adipose"], "donor": [], "arm": "Own"}))
    assert len(found.doses) == 2
