"""Registrations made for the tests, in sentences of our own."""

from __future__ import annotations

from typing import Any

from mscminer.core.documents import Arm, Document, Intervention, Section, StudyFields
from mscminer.core.facts import Extraction
from mscminer.core.records import RecordKey, Source
from mscminer.extract.pipeline import Extractor


def a_study(
    title: str,
    *,
    interventions: list[dict[str, Any]],
    arms: list[dict[str, Any]] | None = None,
    summary: str = "",
    description: str = "",
    outcome: str = "",
    keywords: tuple[str, ...] = (),
    conditions: tuple[str, ...] = ("Knee Osteoarthritis",),
    **fields: Any,
) -> Document:
    """A registration as the parser would give it."""
    arm_parts = tuple(Arm(number=number, **arm) for number, arm in enumerate(arms or []))
    given = tuple(
        Intervention(number=number, **{"type": "BIOLOGICAL", **one}) for number, one in enumerate(interventions)
    )
    texts = {"title": title, "brief_summary": summary, "detailed_description": description}
    texts["primary_outcome.0.measure"] = outcome
    texts |= {f"condition.{number}": text for number, text in enumerate(conditions)}
    texts |= {f"keyword.{number}": text for number, text in enumerate(keywords)}
    for arm in arm_parts:
        texts |= {f"arm.{arm.number}.label": arm.label, f"arm.{arm.number}.description": arm.description}
    for one in given:
        texts |= {
            f"intervention.{one.number}.name": one.name,
            f"intervention.{one.number}.description": one.description,
        }
    study = StudyFields(
        study_type=fields.pop("study_type", "INTERVENTIONAL"),
        arms=arm_parts,
        interventions=given,
        conditions=conditions,
        keywords=keywords,
        **fields,
    )
    sections = tuple(Section(name=name, text=text) for name, text in texts.items() if text)
    return Document(key=RecordKey(source=Source.CTGOV, id="NCT00000001"), sections=sections, study=study)


def read(extractor: Extractor, document: Document) -> Extraction:
    return next(extractor.extract([document]))
