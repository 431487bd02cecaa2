"""Precedence between registration, papers and curators."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mscminer.core.facts import Value
from mscminer.core.trials import LinkType, Ruling, Sourced, TrialDecision
from mscminer.core.vocabulary import Absence, Field
from mscminer.trials.assembly import assemble_trial, census_row, publication_row
from tests.trials.builders import nct, paper, registration, result_link, sourced

REG = registration(1, first_posted="2015-06-01", status="COMPLETED", countries=("Spain", "France"))
PAPER = paper(11, published="2018-02")
OTHER = paper(12, published="2019")


def decision(field: Field, ruling: Ruling, value: Value | None, day: int = 1) -> TrialDecision:
    at = datetime(2024, 1, day, tzinfo=UTC)
    return TrialDecision(
        trial=nct(1),
        field=field,
        ruling=ruling,
        value=value,
        curator="ada",
        decided_at=at,
    )


def test_registry_and_paper_that_exclude_each_other_are_a_conflict_with_both_shown() -> None:
    trial = assemble_trial(
        sourced(REG, msc="cells", donor="allogeneic"),
        [(result_link(PAPER, REG), sourced(PAPER, msc="cells", donor="autologous"))],
    )
    assert trial[Field.DONOR].absence is Absence.CONFLICT
    sides = {(fact.value, fact.sources[0].source.value) for fact in trial[Field.DONOR].competing}
    assert sides == {("allogeneic", "ctgov"), ("autologous", "pubmed")}
    assert trial.conflicts == (Field.DONOR,)
    assert census_row(trial).absent == (("donor", "conflict"),)


def test_a_paper_fills_what_the_registration_does_not_state() -> None:
    trial = assemble_trial(
        sourced(REG, msc="cells"), [(result_link(PAPER, REG), sourced(PAPER, tissue="adipose", phase="2"))]
    )
    assert trial[Field.TISSUE].words == ("adipose",)
    assert trial[Field.PHASE].word == "2"
    assert trial[Field.TISSUE].facts[0].sources == (PAPER.key,)


def test_the_narrower_tissue_stands_for_both() -> None:
    trial = assemble_trial(
        sourced(REG, tissue="umbilical_cord"), [(result_link(PAPER, REG), sourced(PAPER, tissue="wharton_jelly"))]
    )
    assert trial[Field.TISSUE].words == ("wharton_jelly",)


@pytest.mark.parametrize("type", [LinkType.BACKGROUND, LinkType.MENTION, LinkType.INFERRED])
def test_background_reading_does_not_speak_for_the_trial(type: LinkType) -> None:
    trial = assemble_trial(
        sourced(REG, donor="allogeneic"), [(result_link(PAPER, REG, type), sourced(PAPER, donor="autologous"))]
    )
    assert trial[Field.DONOR].words == ("allogeneic",)
    assert census_row(trial).publications == ()
    assert len(trial.links) == 1


def test_the_registrys_phase_beats_the_papers_which_is_kept() -> None:
    trial = assemble_trial(sourced(REG, phase="1/2"), [(result_link(PAPER, REG), sourced(PAPER, phase="1"))])
    assert trial[Field.PHASE].word == "1/2"
    assert [fact.value for fact in trial[Field.PHASE].competing] == ["1"]


def test_papers_with_different_conclusions_are_a_conflict() -> None:
    papers = [
        (result_link(PAPER, REG), sourced(PAPER, efficacy="positive")),
        (result_link(OTHER, REG), sourced(OTHER, efficacy="no_difference")),
    ]
    assert assemble_trial(sourced(REG), papers)[Field.EFFICACY].absence is Absence.CONFLICT
    silent = [papers[0], (result_link(OTHER, REG), sourced(OTHER, efficacy="not_reported"))]
    assert assemble_trial(sourced(REG), silent)[Field.EFFICACY].word == "positive"


def test_equal_values_join_their_sources() -> None:
    trial = assemble_trial(
        sourced(REG, donor="autologous"), [(result_link(PAPER, REG), sourced(PAPER, donor="autologous"))]
    )
    assert trial[Field.DONOR].facts[0].sources == (REG.key, PAPER.key)


def test_a_curator_settles_a_conflict() -> None:
    sources = sourced(REG, donor="allogeneic"), [(result_link(PAPER, REG), sourced(PAPER, donor="autologous"))]
    trial = assemble_trial(*sources, [decision(Field.DONOR, Ruling.ACCEPT, "autologous")])
    assert trial[Field.DONOR].words == ("autologous",)
    assert trial[Field.DONOR].facts[0].maker.name == "curator ada"
    assert [fact.value for fact in trial[Field.DONOR].competing] == ["allogeneic"]
    trial = assemble_trial(*sources, [decision(Field.DONOR, Ruling.REJECT, "autologous")])
    assert trial[Field.DONOR].words == ("allogeneic",)


def test_a_curator_adds_to_a_set_and_replaces_a_single_value() -> None:
    reg = sourced(REG, tissue="adipose", phase="1")
    trial = assemble_trial(
        reg, (), [decision(Field.TISSUE, Ruling.ACCEPT, "placenta"), decision(Field.PHASE, Ruling.ACCEPT, "2")]
    )
    assert set(trial[Field.TISSUE].words) == {"adipose", "placenta"}
    assert trial[Field.PHASE].words == ("2",)


def test_not_stated_by_a_curator_holds_against_the_extractor() -> None:
    blank = decision(Field.TISSUE, Ruling.NOT_STATED, None, day=1)
    trial = assemble_trial(sourced(REG, tissue="adipose"), (), [blank])
    assert trial[Field.TISSUE].absence is Absence.NOT_STATED
    later = decision(Field.TISSUE, Ruling.ACCEPT, "placenta", day=2)
    trial = assemble_trial(sourced(REG, tissue="adipose"), (), [later, blank])
    assert trial[Field.TISSUE].words == ("placenta",)


def test_the_newest_decision_on_a_value_holds() -> None:
    decisions = [
        decision(Field.TISSUE, Ruling.REJECT, "adipose", day=1),
        decision(Field.TISSUE, Ruling.ACCEPT, "adipose", day=2),
    ]
    assert assemble_trial(sourced(REG, tissue="adipose"), (), decisions)[Field.TISSUE].words == ("adipose",)
    other = [replace(decisions[0], trial=nct(2))]
    assert assemble_trial(sourced(REG, tissue="adipose"), (), other)[Field.TISSUE].words == ("adipose",)


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
