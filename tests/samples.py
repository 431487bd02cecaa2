"""Small made-up records, documents and extractions."""

from __future__ import annotations

from mscminer.core.documents import Arm, Document, Section, StudyFields
from mscminer.core.facts import Extraction, Fact, Maker
from mscminer.core.mentions import Mention, Relation, RelationType
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.core.vocabulary import Absence, Field
from tests.conftest import NOW

MAKER = Maker(name="test-maker", version="1")
KEY = RecordKey(source=Source.CTGOV, id="NCT00000001")


def make_record(text: str = "one", *, key: RecordKey = KEY, revised_at: str | None = None) -> Record:
    """A record whose raw bytes are `text`."""
    return Record(key=key, media=Media.CTGOV_JSON, raw=text.encode(), fetched_at=NOW, revised_at=revised_at)


def make_document(title: str = "Cord cells for knees \x00 \U0001f9b4", *, key: RecordKey = KEY) -> Document:
    """A registration with one arm; its title holds a NUL and an emoji."""
    arm = Arm(number=0, label="Cells", type="EXPERIMENTAL", interventions=("Biological: MSC",))
    return Document(
        key=key,
        sections=(Section(name="title", text=title), Section(name="arm.0.label", text="Cells")),
        study=StudyFields(study_type="INTERVENTIONAL", phases=("PHASE1",), enrollment=12, arms=(arm,)),
    )


def make_extraction(document: Document, *, maker: Maker = MAKER) -> Extraction:
    """An extraction with a value, a structured value, an absence, mentions and a relation."""
    evidence = document.evidence("title", 0, 4)
    arm = document.evidence("arm.0.label", 0, 5)
    return Extraction(
        key=document.key,
        document=document.version,
        maker=maker,
        facts=(
            Fact(field=Field.MSC, value="cells", confidence=0.9, maker=maker, evidence=(evidence,)),
            Fact(field=Field.TISSUE, value="umbilical_cord", confidence=0.75, maker=maker, evidence=(evidence,)),
            Fact(field=Field.DONOR, value=Absence.NOT_STATED, confidence=0.6, maker=maker),
            Fact(
                field=Field.DOSE,
                value={"cells": 1e6, "per_kg": True, "times": None},
                confidence=0.5,
                maker=maker,
                evidence=(evidence,),
            ),
        ),
        mentions=(
            Mention(number=0, label="TISSUE", value="umbilical_cord", evidence=evidence, rule="tissue.1"),
            Mention(number=1, label="ARM", value="Cells", evidence=arm, rule="arm"),
        ),
        relations=(Relation(type=RelationType.GETS, head=1, tail=0, rule="arm"),),
    )
