"""Decisions as a use case: what is handed in, and what holds afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscminer.core.decisions import Verdict
from mscminer.core.facts import canonical
from mscminer.core.vocabulary import Absence, Field
from mscminer.jobs.curate import Request, decide, view_record
from mscminer.store import open_store
from tests.samples import KEY, make_document, make_extraction, make_record


@pytest.mark.parametrize("absence", [Absence.NOT_STATED, Absence.NOT_EXTRACTED])
def test_to_accept_that_there_is_no_value_is_to_say_not_stated(tmp_path: Path, absence: Absence) -> None:
    document = make_document("Cord cells")
    with open_store(f"sqlite:///{tmp_path}/a.sqlite") as store:
        with store.write() as tx:
            _, version = tx.records.save(make_record())
            tx.extractions.save(tx.documents.save(version, "1", document), make_extraction(document))
        request = Request(
            ident=str(KEY), field=Field.PHASE, verdict=Verdict.ACCEPT, expected=0, value=canonical(absence)
        )
        assert decide(store, request, who="ada").verdict is Verdict.NOT_STATED
        resolved = view_record(store, str(KEY)).resolved
    assert resolved is not None
    assert [fact.value for fact in resolved.of(Field.PHASE)] == [Absence.NOT_STATED]
