"""What curators' decisions make of facts, and how evidence is found again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.decisions import (
    NOT_STATED,
    Anchoring,
    Decision,
    NewDecision,
    Verdict,
    apply_decisions,
    evidence_to_list,
    find_quote,
    in_force,
    is_settled,
    is_stale,
    reanchor,
    standing,
)
from mscminer.core.documents import Document, Section, StudyFields
from mscminer.core.facts import Extraction, canonical
from mscminer.core.spans import Evidence
from mscminer.core.tasks import card_of, tasks_of
from mscminer.core.vocabulary import Absence, Field
from tests.conftest import NOW
from tests.samples import KEY, make_document, make_extraction


def decide(
    number: int, verdict: Verdict, field: Field | None = Field.TISSUE, value: Any = "umbilical_cord", **more: Any
) -> Decision:
    text = value if isinstance(value, str) and value.startswith("<") else canonical(value) if field else ""
    if "new" in more:
        more["new_value"] = canonical(more.pop("new"))
    return Decision(
        key=KEY,
        field=field,
        value=text,
        verdict=verdict,
        who=more.pop("who", "ada"),
        at=NOW + timedelta(minutes=number),
        number=number,
        uid=f"u{number}",
        **more,
    )


def values(decisions: Sequence[Decision], field: Field = Field.TISSUE) -> list[Any]:
    document = make_document()
    resolved = apply_decisions(make_extraction(document), decisions, document)
    return [fact.value for fact in resolved.of(field)]


def test_each_verdict_has_its_effect() -> None:
    assert values([]) == ["umbilical_cord"]
    assert values([decide(1, Verdict.ACCEPT)]) == ["umbilical_cord"]
    assert values([decide(1, Verdict.CORRECT, new="wharton_jelly")]) == ["wharton_jelly"]
    assert values([decide(1, Verdict.REJECT)]) == [Absence.NOT_STATED]
    assert values([decide(1, Verdict.NOT_STATED)]) == [Absence.NOT_STATED]
    assert values([decide(1, Verdict.SKIP)]) == ["umbilical_cord"]
    assert values([decide(1, Verdict.NOTE)]) == ["umbilical_cord"]
    assert values([decide(1, Verdict.ACCEPT, value="adipose")]) == ["adipose", "umbilical_cord"]


def test_a_decided_fact_is_the_curators_and_certain() -> None:
    document = make_document()
    resolved = apply_decisions(make_extraction(document), [decide(1, Verdict.ACCEPT)], document)
    (fact,) = resolved.of(Field.TISSUE)
    assert (fact.confidence, str(fact.maker)) == (1.0, "curator ada")
    assert [item.quote for item in fact.evidence] == ["Cord"]


def test_a_single_valued_field_keeps_the_last_value() -> None:
    first = decide(1, Verdict.CORRECT, Field.MSC, "cells", new="derivative")
    second = decide(2, Verdict.ACCEPT, Field.MSC, "none")
    assert values([first, second], Field.MSC) == ["none"]


def test_undo_takes_back_and_can_be_taken_back() -> None:
    correct = decide(1, Verdict.CORRECT, new="adipose")
    undo = decide(2, Verdict.UNDO, undoes="u1")
    assert values([correct, undo]) == ["umbilical_cord"]
    assert values([correct, undo, decide(3, Verdict.UNDO, undoes="u2")]) == ["adipose"]


def test_undo_of_not_stated_brings_back_what_was_decided_before() -> None:
    decisions = [decide(1, Verdict.CORRECT, new="adipose"), decide(2, Verdict.NOT_STATED)]
    assert values(decisions) == [Absence.NOT_STATED]
    assert values([*decisions, decide(3, Verdict.UNDO, undoes="u2")]) == ["adipose"]


def test_the_inferred_donor_follows_the_donor_in_words() -> None:
    allogeneic = decide(1, Verdict.ACCEPT, Field.DONOR, "allogeneic")
    assert values([allogeneic], Field.DONOR_INFERRED) == ["allogeneic"]
    own = decide(2, Verdict.ACCEPT, Field.DONOR_INFERRED, "autologous")
    assert "autologous" in values([allogeneic, own], Field.DONOR_INFERRED), "what was decided on it itself holds"
    silent = decide(3, Verdict.NOT_STATED, Field.DONOR, NOT_STATED)
    assert values([silent], Field.DONOR_INFERRED) == values([], Field.DONOR_INFERRED), "silence infers nothing"


def test_lines_do_not_mix() -> None:
    second = decide(1, Verdict.REJECT, line="second:1")
    assert values([second]) == ["umbilical_cord"]
    assert standing([second], line="second:1")[Field.TISSUE].decided


def test_settled_only_when_every_shown_value_is_decided() -> None:
    document = make_document()
    facts = make_extraction(document).of(Field.TISSUE)
    other = replace(facts[0], value="adipose")

    def settled(decisions: list[Decision], *shown: Any) -> bool:
        return is_settled(Field.TISSUE, shown, standing(decisions).get(Field.TISSUE))

    assert not settled([], facts[0])
    assert settled([decide(1, Verdict.ACCEPT)], facts[0])
    assert not settled([decide(1, Verdict.ACCEPT)], facts[0], other)
    assert settled([decide(1, Verdict.NOT_STATED)], facts[0], other)
    assert not settled([decide(1, Verdict.SKIP)], facts[0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": Verdict.CORRECT},
        {"verdict": Verdict.ACCEPT, "new_value": '"adipose"'},
        {"verdict": Verdict.UNDO},
        {"verdict": Verdict.ACCEPT, "value": '"gold"'},
        {"verdict": Verdict.ACCEPT, "field": None},
        {"verdict": Verdict.ACCEPT, "who": ""},
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    good: dict[str, Any] = {"key": KEY, "field": Field.TISSUE, "value": '"adipose"', "who": "ada", "at": NOW}
    with pytest.raises(ValueError, match=r"\w"):
        NewDecision(**{**good, **wrong})


def changed(title: str, other: str = "Cells") -> Document:
    return Document(
        key=KEY,
        sections=(Section(name="title", text=title), Section(name="arm.0.label", text=other)),
        study=StudyFields(study_type="INTERVENTIONAL"),
    )


def evidence(text: str, quote: str) -> Evidence:
    document = changed(text)
    return document.evidence("title", text.index(quote), text.index(quote) + len(quote))


@pytest.mark.parametrize(
    ("newer", "found"),
    [
        (changed("Now: knees get cord cells"), "cord cells"),
        (changed("knees get cord\n  cells"), "cord\n  cells"),
        (changed("knees", "cord cells arm"), "cord cells"),
        (changed("knees get fat"), None),
        (changed("knees get cord  cells or cord\tcells"), None),
    ],
)
def test_words_are_found_again_or_are_stale(newer: Document, found: str | None) -> None:
    state, moved = reanchor(evidence("knees get cord cells", "cord cells"), newer)
    assert (moved.quote if moved else None) == found
    assert state is (Anchoring.MOVED if found else Anchoring.STALE)


def test_of_several_places_the_nearest_is_taken() -> None:
    _, moved = reanchor(evidence("xx cord cells", "cord cells"), changed("cord cells, then cord cells again"))
    assert moved is not None
    assert moved.span.start == 0


@given(st.text(min_size=1, max_size=40), st.text(max_size=20), st.data())
def test_a_quote_is_always_the_text_at_its_span(text: str, before: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    words = changed(text).evidence("title", start, end)
    newer = changed(before + text)
    _, moved = reanchor(words, newer)
    assert moved is not None
    assert newer.quote(moved.span) == words.quote
    assert all(newer.quote(span).split() == words.quote.split() for span in find_quote(words.quote, newer))


def test_a_decision_on_words_that_are_gone_is_stale_and_queued_again() -> None:
    old = changed("Cord cells for knees")
    words = old.evidence("title", 0, 4)
    decision = decide(1, Verdict.ACCEPT, shown={"document": old.version, "evidence": [evidence_to_list(words)]})
    same, gone = changed("Now: Cord cells"), changed("Fat cells for knees")
    assert not is_stale(decision, old, ())
    assert not is_stale(decision, same, ())
    assert is_stale(decision, gone, ())
    tasks = {task.field: task for task in tasks_of(gone, extraction_of(gone), [decision])}
    assert (tasks[Field.TISSUE].state, tasks[Field.TISSUE].stale) == ("open", True)


def extraction_of(document: Document) -> Extraction:
    return replace(make_extraction(document), document=document.version)


def test_tasks_that_can_change_a_number_come_with_an_effect() -> None:
    document = make_document()
    tasks = {task.field: task for task in tasks_of(document, make_extraction(document))}
    assert tasks[Field.DONOR].effect == 1
    assert tasks[Field.TISSUE].effect == 1
    assert tasks[Field.DOSE].effect == 0
    assert tasks[Field.MSC].effect == 0
    assert tasks[Field.DOSE].value == "1e6 cells/kg"


def test_nothing_is_asked_of_a_study_without_cells() -> None:
    document = make_document()
    none = decide(1, Verdict.CORRECT, Field.MSC, "cells", new="none")
    tasks = tasks_of(document, make_extraction(document), [none])
    assert [(task.field, task.state) for task in tasks] == [(Field.MSC, "done")]


def test_a_card_shows_what_was_decided() -> None:
    document = make_document()
    card = card_of(document, make_extraction(document), [decide(1, Verdict.CORRECT, new="adipose")])
    assert (card.msc, card.tissue, card.donor, card.interventional) == ("cells", "adipose", "", True)


@given(st.lists(st.sampled_from(["accept", "undo", "undo2"]), max_size=12))
def test_undoing_never_brings_anything_new(script: list[str]) -> None:
    decisions: list[Decision] = []
    for number, step in enumerate(script, start=1):
        back = {"undo": 1, "undo2": 2}.get(step, 0)
        target = decisions[-back].uid if back and len(decisions) >= back else None
        decisions.append(
            decide(number, Verdict.UNDO, undoes=target) if target else decide(number, Verdict.ACCEPT, value="adipose")
        )
    kept = in_force(decisions)
    assert all(item.verdict is Verdict.ACCEPT for item in kept)
    assert [item.number for item in kept] == sorted(item.number for item in kept)


def test_not_stated_is_spelt_as_an_absence() -> None:
    assert canonical(Absence.NOT_STATED) == NOT_STATED
