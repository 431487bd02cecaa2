"""Small registrations written on one line: arms, interventions and prose in parts (``wordings/record*.txt``)."""

from __future__ import annotations

from typing import Any, cast

from tests.extract.registrations import a_study

from mscminer.core.documents import Document

_TEXTS = {"TITLE": "title", "SUMMARY": "summary", "DETAILS": "description", "OUTCOME": "outcome"}


def a_record(line: str) -> Document:
    """The registration of a line like ``Low = 1 cell || *MSC @ Low = infused || SUMMARY = A trial.``."""
    texts = {"title": "Mesenchymal Stem Cells for Knee Osteoarthritis"}
    arms: list[dict[str, Any]] = []
    interventions: list[dict[str, Any]] = []
    for part in line.split(" || "):
        name, _, words = part.partition(" = ")
        if name in _TEXTS:
            texts[_TEXTS[name]] = words
        elif name.startswith("*"):
            called, _, labels = name[1:].partition(" @ ")
            own = tuple(labels.split(", ")) if labels else ()
            interventions.append({"name": called or "Mesenchymal stem cells", "description": words, "arm_labels": own})
        else:
            arms.append({"label": name, "type": "EXPERIMENTAL", "description": words})
    every = tuple(arm["label"] for arm in arms)
    interventions = interventions or [{"name": "Mesenchymal stem cells", "description": ""}]
    given = [{**one, "arm_labels": one.get("arm_labels") or every} for one in interventions]
    title = texts.pop("title")
    return a_study(title, arms=arms, interventions=given, **cast("dict[str, Any]", texts))
