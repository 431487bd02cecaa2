"""Which papers report a registration, which only name it, and which registrations belong together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mscminer.core.decisions import Decision, Verdict, apply_decisions
from mscminer.core.documents import Concept, Document, Intervention, Reference, SecondaryId
from mscminer.core.records import RecordKey, Source
from mscminer.core.trials import Link, LinkType, Sourced
from mscminer.core.vocabulary import Field
from mscminer.trials.families import build_families
from mscminer.trials.inference import TitleIndex, infer_links, infer_siblings, score_pair
from mscminer.trials.link_evaluation import LinkLabel, evaluate_inference, score_links, share
from mscminer.trials.links import (
    find_paper_links,
    find_reference_links,
    find_registration_links,
    resolve_numbers,
    strongest,
)
from tests.conftest import NOW
from tests.trials.builders import extraction, nct, paper, registration, result_link, sourced

REG = registration(1, start="2012-03", first_posted="2012-01-05")


def _only(links: object) -> Link:
    (link,) = list(links)  # type: ignore[call-overload]
    assert isinstance(link, Link)
    return link


def test_the_number_in_an_abstract_is_a_result_link() -> None:
    document = paper(11, abstract=f"Twelve people were treated. Registered as {nct(1)}.")
    link = _only(find_paper_links([Sourced(document=document, extraction=None)], {nct(1): REG}))
    assert (link.type, link.b.id, link.basis) == (LinkType.RESULT, nct(1), "abstract")
    assert "title or abstract" in link.reason


def test_medlines_databank_list_is_kept_apart() -> None:
    document = paper(11, databank_ids=(nct(7),))
    link = _only(find_paper_links([Sourced(document=document, extraction=None)], {}))
    assert (link.type, link.b.id, link.basis) == (LinkType.RESULT, nct(7), "databank")


@pytest.mark.parametrize(
    ("source", "type"),
    [
        (sourced(paper(11, abstract=f"We look at {nct(1)}."), report="review"), LinkType.MENTION),
        (sourced(paper(11, abstract=f"The plan of {nct(1)}."), report="trial_protocol"), LinkType.PROTOCOL),
        (
            sourced(paper(11, abstract=f"We list {nct(1)}, {nct(2)} and {nct(3)}."), report="trial_result"),
            LinkType.MENTION,
        ),
        (
            Sourced(
                document=paper(11, abstract=f"As in {nct(1)}.", publication_types=(Concept(name="Review"),)),
                extraction=None,
            ),
            LinkType.MENTION,
        ),
        (
            sourced(paper(11, abstract=f"Unlike the other trial {nct(1)}, ours is small."), report="cohort"),
            LinkType.MENTION,
        ),
    ],
)
def test_an_id_in_a_review_or_a_list_is_no_result_link(source: Sourced, type: LinkType) -> None:
    links = [link for link in find_paper_links([source], {nct(1): REG}) if link.b.id == nct(1)]
    assert _only(links).type is type


def test_only_a_lone_number_of_a_full_text_is_its_own() -> None:
    alone = Sourced(document=paper(11, full_text_ids=(nct(1),)), extraction=None)
    link = _only(find_paper_links([alone], {nct(1): REG}))
    assert (link.type, link.basis) == (LinkType.RESULT, "full_text")
    beside = Sourced(document=paper(12, abstract=f"See {nct(2)}.", full_text_ids=(nct(1), nct(2))), extraction=None)
    found = {link.b.id: link.type for link in find_paper_links([beside], {nct(1): REG})}
    assert found == {nct(2): LinkType.RESULT, nct(1): LinkType.MENTION}


def test_the_registrys_reference_types_are_kept_apart() -> None:
    cited = registration(
        2,
        references=tuple(
            Reference(pmid=str(pmid), type=type)
            for pmid, type in ((21, "RESULT"), (22, "DERIVED"), (23, "BACKGROUND"), (24, ""), (0, "RESULT"))
        ),
    )
    found = {link.a.id: link.type for link in find_reference_links(cited, {})}
    assert found == {
        "21": LinkType.RESULT,
        "22": LinkType.DERIVED,
        "23": LinkType.BACKGROUND,
        "24": LinkType.BACKGROUND,
    }


def test_a_result_from_before_the_study_is_background() -> None:
    cited = registration(2, start="2012-03", references=(Reference(pmid="21", type="RESULT"),))
    early = Sourced(document=paper(21, published="2009"), extraction=None)
    link = _only(find_reference_links(cited, {"21": early}))
    assert link.type is LinkType.BACKGROUND
    assert "before the study began" in link.reason


def test_the_strongest_link_of_a_pair_holds() -> None:
    document = paper(11)
    weak, strong = result_link(document, REG, LinkType.BACKGROUND), result_link(document, REG)
    assert strongest([weak, strong]) == (strong,)


def _registrations(*documents: Document) -> dict[str, Document]:
    return {document.key.id: document for document in documents}


def test_a_secondary_id_joins_two_registrations() -> None:
    other = registration(2, first_posted="2014", secondary_ids=(SecondaryId(id=nct(1)),))
    link = _only(find_registration_links(_registrations(REG, other)))
    assert (link.type, link.a.id, link.b.id) == (LinkType.SAME_STUDY, nct(2), nct(1))


def test_a_common_eudract_number_joins_but_a_grant_does_not() -> None:
    number = "2010-023999-12"
    one = registration(1, secondary_ids=(SecondaryId(id=number, type="EUDRACT_NUMBER"),))
    two = registration(2, secondary_ids=(SecondaryId(id=number, type="EUDRACT_NUMBER"),))
    assert _only(find_registration_links(_registrations(one, two))).type is LinkType.SAME_STUDY
    grant = SecondaryId(id="5UM1HL000001", type="NIH")
    assert not list(
        find_registration_links(
            _registrations(registration(1, secondary_ids=(grant,)), registration(2, secondary_ids=(grant,)))
        )
    )


def test_records_of_member_states_are_one_study_with_the_registration_that_gives_their_number() -> None:
    """The EU's register has a record for each state; its ids are the EudraCT number with the state."""
    number = "2010-023999-12"
    states = [
        replace(registration(2), key=RecordKey(source=Source.EUCTR, id=f"{number}-{state}"), version="")
        for state in ("DE", "ES")
    ]
    one = registration(1, secondary_ids=(SecondaryId(id=f"EudraCT {number}", type="EUDRACT_NUMBER"),))
    families = build_families(known := _registrations(one, *states), find_registration_links(known))
    assert [len(family.members) for family in families] == [3]


def test_a_paper_that_gives_another_registrys_number_reports_the_registration_that_has_it() -> None:
    number = "2010-023999-12"
    one = registration(1, secondary_ids=(SecondaryId(id=number, type="EUDRACT_NUMBER"),), aliases=(nct(70),))
    papers = [
        Sourced(document=paper(11, abstract=f"Registered as EudraCT {number}."), extraction=None),
        Sourced(document=paper(12, databank_ids=(nct(70),)), extraction=None),
        Sourced(document=paper(13, databank_ids=("ISRCTN12345678",)), extraction=None),
    ]
    known = _registrations(one)
    found = list(resolve_numbers(find_paper_links(papers, known), known))
    assert [(link.a.id, link.b.id, link.type) for link in found] == [
        ("11", nct(1), LinkType.RESULT),
        ("12", nct(1), LinkType.RESULT),
        ("13", "ISRCTN12345678", LinkType.RESULT),
    ]
    assert f"{nct(1)} gives {number} as a number of its own" in found[0].reason


@pytest.mark.parametrize(
    ("section", "text", "type"),
    [
        ("eligibility", f"Took part in {nct(1)}", LinkType.FOLLOW_UP),
        ("brief_summary", f"This is the continuation of {nct(1)}.", LinkType.FOLLOW_UP),
        ("why_stopped", f"Entered in error, see {nct(1)}", LinkType.SAME_STUDY),
        ("brief_summary", f"Others try the same ({nct(1)}).", LinkType.MENTION),
    ],
)
def test_numbers_in_the_text_of_a_registration(section: str, text: str, type: LinkType) -> None:
    other = registration(2, first_posted="2016", texts={section: text})
    assert _only(find_registration_links(_registrations(REG, other))).type is type


def test_follow_ups_and_expanded_access_that_name_nobody() -> None:
    first = registration(1, "Placental cells in spinal muscular weakness", sponsor="Acme", first_posted="2012")
    later = registration(
        2, "Follow-up of placental cells in spinal muscular weakness", sponsor="ACME", first_posted="2015"
    )
    assert _only(infer_siblings(_registrations(first, later))).type is LinkType.FOLLOW_UP
    numbered = registration(5, "An extension of ACM-MSC-201 in nobody knows what", sponsor="Acme", first_posted="2018")
    parent = registration(6, "Fat cells in burns", sponsor="Acme", org_study_id="ACM-MSC-201", first_posted="2014")
    link = _only(infer_siblings(_registrations(numbered, parent, first)))
    assert (link.b.id, "ACM-MSC-201" in link.reason) == (nct(6), True)
    given = (Intervention(number=0, type="BIOLOGICAL", name="Acmecel"),)
    trial = registration(3, sponsor="Acme Two", interventions=given, conditions=("Gonarthrosis",), first_posted="2012")
    access = registration(4, sponsor="Acme Two", interventions=given, conditions=("gonarthrosis",), first_posted="2016")
    assert access.study is not None
    access = replace(access, study=replace(access.study, study_type="EXPANDED_ACCESS"), version="")
    link = _only(infer_siblings(_registrations(trial, access)))
    assert link.type is LinkType.EXPANDED_ACCESS
    assert "acmecel" in link.reason


def test_inference_gives_score_and_reason_and_leaves_doubtful_papers_alone() -> None:
    wanted = sourced(
        registration(1, "Amnion cells in chronic plantar fasciitis", start="2012", completion="2014", enrollment=31),
        category="musculoskeletal",
    )
    others = [
        sourced(registration(n, f"Bone graft number{n} in jaws", start="2012"), category="dental_oral")
        for n in range(2, 30)
    ]
    census = {item.document.key.id: item for item in (wanted, *others)}
    match = sourced(
        paper(11, "Amnion cells in chronic plantar fasciitis", published="2015"), n=31, category="musculoskeletal"
    )
    link = _only(infer_links([match], census))
    assert link.type is LinkType.INFERRED
    assert link.b.id == nct(1)
    assert "both have 31 participants" in link.reason
    early = sourced(paper(12, "Amnion cells in chronic plantar fasciitis", published="2003"), n=31)
    assert not list(infer_links([early], census))


FASCIITIS = {"tissue": "amnion", "route": "intralesional", "dose": ({"cells": 6e7, "per_kg": False, "times": 1},)}


def _match(**values: object) -> list[Link]:
    """What is inferred for a paper like a registration by title and size, with the given values."""
    title = "Amnion cells in chronic plantar fasciitis"
    wanted = sourced(registration(1, title, enrollment=31), **FASCIITIS)
    others = [sourced(registration(n, f"Bone graft number{n} in jaws")) for n in range(2, 30)]
    census = {item.document.key.id: item for item in (wanted, *others)}
    return list(infer_links([sourced(paper(11, f"{title} and heel pain"), n=31, **{**FASCIITIS, **values})], census))


def test_same_doses_are_a_reason_also_as_given() -> None:
    link = _only(_match(dose=({"cells": 6.15e7, "per_kg": False, "times": None},)))
    assert "same route; same doses" in link.reason


@pytest.mark.parametrize(
    "values",
    [
        {"tissue": "adipose", "route": "intra_articular"},
        {"dose": ({"cells": 1e6, "per_kg": True, "times": None},), "route": "intravenous"},
    ],
)
def test_like_titles_and_sizes_do_not_outweigh_another_product(values: dict[str, object]) -> None:
    assert not _match(**values)


def test_some_of_the_doses_speak_neither_for_nor_against() -> None:
    planned = tuple({"cells": cells, "per_kg": False, "times": None} for cells in (1e7, 5e7, 1e8))
    given = sourced(paper(11), dose=planned[:2])
    weights = [sign.weight for sign in score_pair(given, sourced(registration(1), dose=planned), 0.0)[1]]
    assert weights == [0.0]
    own = sourced(registration(1), dose=(*planned[1:], {"cells": 3e8, "per_kg": False, "times": None}))
    assert [sign.words for sign in score_pair(given, own, 0.0)[1]] == ["titles alike (0.00)", "different doses"]


def test_evaluation_counts_links_to_outsiders_as_wrong() -> None:
    reg = sourced(registration(1, "Amnion cells in chronic plantar fasciitis", enrollment=31))
    title = "Amnion cells in chronic plantar fasciitis"
    right, outside = sourced(paper(11, title), n=31), sourced(paper(12, title), n=31)
    known = [result_link(right.document, reg.document), result_link(outside.document, registration(99))]
    found = evaluate_inference({"11": right, "12": outside}, {nct(1): reg}, known, threshold=0.5)
    assert found.found == (("11", nct(1)),)
    assert found.wrong == (("12", nct(1)),)
    assert (found.precision, found.recall) == (0.5, 1.0)


def test_titles_that_share_only_stop_words_are_not_alike() -> None:
    index = TitleIndex({nct(1): "Safety of mesenchymal stem cells in patients"})
    assert index.alike("A study of mesenchymal stem cells") == {}


@pytest.mark.parametrize(
    ("title", "protocol"),
    [
        ("Cells for worn knees: study protocol for a randomised trial", True),
        ("Cells for worn knees (KNEE-1): rationale and design", True),
        ("Protocol of a trial of cells for knees", True),
        ("Cells for knees: a randomised controlled trial protocol", True),
        ("Cells for knees: study design and methods", True),
        ("Cells for worn knees: a randomised trial", False),
        ("A new culture protocol doubles the yield of cells: a trial in twenty people", False),
        ("Designer cells for knees", False),
    ],
)
def test_a_plan_is_told_by_its_title(title: str, protocol: bool) -> None:
    document = paper(11, title, f"Registered as {nct(1)}.")
    (link,) = find_paper_links([Sourced(document=document, extraction=None)], {})
    assert link.type is (LinkType.PROTOCOL if protocol else LinkType.RESULT)


@pytest.mark.parametrize(
    ("citation", "type"),
    [
        ("Smith A, Jones B. Cells for knees. J Knees. 2012 May;3(1):1-9.", LinkType.BACKGROUND),
        ("Smith A. Cells of 2010 for knees. J Knees. 2016;3:1-9.", LinkType.RESULT),
        ("Smith A. Cells for knees: study protocol. J Knees. 2016 Jan 2;3:1-9.", LinkType.PROTOCOL),
        ("Smith A. Cells for knees.", LinkType.RESULT),
    ],
)
def test_a_citation_older_than_the_study_is_no_result(citation: str, type: LinkType) -> None:
    document = registration(1, start="2014-02", references=(Reference(pmid="11", type="RESULT", citation=citation),))
    (link,) = find_reference_links(document, {})
    assert link.type is type


def test_shares_come_with_intervals() -> None:
    assert str(share(9, 10)) == "0.90 [0.60, 0.98]"
    assert str(share(0, 0)) == "-"
    labels = [
        LinkLabel(pmid="11", registration=nct(number), place="paper", truth=truth, part="held_out")
        for number, truth in ((1, "result"), (2, "none"), (3, "result"))
    ]
    links = [result_link(paper(11), registration(number)) for number in (1, 2)]
    found = score_links(labels, links)
    assert (found.right, found.wrong, found.missed) == (1, 1, 1)


def _decided(document: Document, *decisions: tuple[Verdict, str]) -> Sourced:
    """A paper with a curator's decisions on its numbers."""
    found = extraction(document, {Field.REPORT: "trial_result", Field.REGISTRY_ID: (nct(1), nct(2))})
    made = [
        Decision(key=document.key, field=Field.REGISTRY_ID, value=f'"{ident}"', verdict=verdict, who="ada",
                 at=NOW, number=number, uid=str(number))
        for number, (verdict, ident) in enumerate(decisions, start=1)
    ]  # fmt: skip
    return Sourced(document=document, extraction=apply_decisions(found, made, document))


def test_a_curators_word_on_a_papers_numbers_decides_its_links() -> None:
    document = paper(11, abstract=f"As in {nct(1)} and {nct(2)}.")
    item = _decided(document, (Verdict.ACCEPT, nct(1)), (Verdict.REJECT, nct(2)), (Verdict.ACCEPT, nct(7)))
    found = {link.b.id: (link.type, link.basis) for link in find_paper_links([item], {})}
    assert found == {
        nct(1): (LinkType.RESULT, "curator"),
        nct(7): (LinkType.RESULT, "curator"),
        nct(2): (LinkType.MENTION, "curator"),
    }
