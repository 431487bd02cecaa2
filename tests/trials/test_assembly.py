"""Precedence between registration, papers and curators."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mscminer.core.decisions import CURATOR
from mscminer.core.documents import Document
from mscminer.core.facts import Fact, Maker, Value
from mscminer.core.trials import LinkType, Sourced, Trial
from mscminer.core.vocabulary import Absence, Field
from mscminer.trials.assembly import assemble_trial, census_row, publication_row
from tests.trials.builders import paper, registration, result_link, sourced

REG = registration(1, first_posted="2015-06-01", status="COMPLETED", countries=("Spain", "France"))
PAPER = paper(11, published="2018-02")
OTHER = paper(12, published="2019")


def decided(document: Document, name: Field, *values: Value, **others: Any) -> Sourced:
    """An extraction in which a curator decided on one field: these values, or that it is not stated."""
    source = sourced(document, **others)
    assert source.extraction is not None
    maker = Maker(name=CURATOR, version="ada")
    made = [Fact(field=name, value=value, confidence=1.0, maker=maker) for value in values or (Absence.NOT_STATED,)]
    kept = [fact for fact in source.extraction.facts if fact.field is not name]
    return replace(source, extraction=replace(source.extraction, facts=(*kept, *made)))


def assemble(registration: Sourced, *papers: Sourced, type: LinkType = LinkType.RESULT) -> Trial:
    links = [result_link(paper.document, registration.document, type) for paper in papers]
    return assemble_trial(registration, papers, links)


def test_registry_and_paper_that_exclude_each_other_are_a_conflict_with_both_shown() -> None:
    trial = assemble(sourced(REG, msc="cells", donor="allogeneic"), sourced(PAPER, msc="cells", donor="autologous"))
    assert trial[Field.DONOR].absence is Absence.CONFLICT
    sides = {(fact.value, fact.sources[0].source.value) for fact in trial[Field.DONOR].competing}
    assert sides == {("allogeneic", "ctgov"), ("autologous", "pubmed")}
    assert trial.conflicts == (Field.DONOR,)
    assert census_row(trial).absent == (("donor", "conflict"),)


def test_a_paper_fills_what_the_registration_does_not_state() -> None:
    trial = assemble(sourced(REG, msc="cells"), sourced(PAPER, tissue="adipose", phase="2"))
    assert trial[Field.TISSUE].words == ("adipose",)
    assert trial[Field.PHASE].word == "2"
    assert trial[Field.TISSUE].facts[0].sources == (PAPER.key,)


def test_the_narrower_tissue_stands_for_both() -> None:
    trial = assemble(sourced(REG, tissue="umbilical_cord"), sourced(PAPER, tissue="wharton_jelly"))
    assert trial[Field.TISSUE].words == ("wharton_jelly",)


@pytest.mark.parametrize("type", [LinkType.BACKGROUND, LinkType.MENTION, LinkType.INFERRED])
def test_background_reading_does_not_speak_for_the_trial(type: LinkType) -> None:
    trial = assemble(sourced(REG, donor="allogeneic"), sourced(PAPER, donor="autologous"), type=type)
    assert trial[Field.DONOR].words == ("allogeneic",)
    assert census_row(trial).publications == ()
    assert len(trial.links) == 1


def test_the_registrys_phase_beats_the_papers_which_is_kept() -> None:
    trial = assemble(sourced(REG, phase="1/2"), sourced(PAPER, phase="1"))
    assert trial[Field.PHASE].word == "1/2"
    assert [fact.value for fact in trial[Field.PHASE].competing] == ["1"]


def test_papers_with_different_conclusions_are_a_conflict() -> None:
    positive = sourced(PAPER, efficacy="positive")
    trial = assemble(sourced(REG), positive, sourced(OTHER, efficacy="no_difference"))
    assert trial[Field.EFFICACY].absence is Absence.CONFLICT
    silent = assemble(sourced(REG), positive, sourced(OTHER, efficacy="not_reported"))
    assert silent[Field.EFFICACY].word == "positive"


def test_equal_values_join_their_sources() -> None:
    trial = assemble(sourced(REG, donor="autologous"), sourced(PAPER, donor="autologous"))
    assert trial[Field.DONOR].facts[0].sources == (REG.key, PAPER.key)


def test_a_curator_settles_a_conflict() -> None:
    trial = assemble(decided(REG, Field.DONOR, "autologous"), sourced(PAPER, donor="allogeneic"))
    assert trial[Field.DONOR].words == ("autologous",)
    assert trial[Field.DONOR].rule == "curator's decision"
    assert [fact.value for fact in trial[Field.DONOR].competing] == ["allogeneic"]


def test_not_stated_by_a_curator_holds_against_papers() -> None:
    source = decided(REG, Field.TISSUE)
    trial = assemble(source, sourced(PAPER, tissue="adipose"))
    assert trial[Field.TISSUE].absence is Absence.NOT_STATED
    assert census_row(trial).decided == ("tissue",)


def test_nobody_has_looked_is_not_not_stated() -> None:
    trial = assemble_trial(Sourced(document=REG, extraction=None))
    assert trial[Field.DONOR].absence is Absence.NOT_EXTRACTED
    row = census_row(trial)
    assert row.msc == "not extracted yet"
    assert dict(row.absent)["donor"] == "not extracted yet"


def test_rows_carry_the_registrys_fields() -> None:
    row = census_row(assemble_trial(sourced(REG, msc="cells", n=12, condition=[{"name": "gonarthrosis"}])))
    assert (row.status, row.study_type, row.n, row.conditions) == ("completed", "interventional", 12, ("gonarthrosis",))
    assert row.countries == ("Spain", "France")
    published = publication_row(sourced(PAPER, msc="cells", report="case_report"))
    assert (published.id, published.study_type, published.first_posted) == ("11", "case_report", "2018-02")
