"""A census that follows changes is the census that would be assembled anew, whatever changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mscminer.core.counts import Dimension
from mscminer.core.decisions import NewDecision, Verdict
from mscminer.core.documents import ArticleFields, Document, Kind, Reference, SecondaryId
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.core.trials import FamilyDecision, FamilyRuling
from mscminer.core.vocabulary import Field
from mscminer.jobs import assemble as assembling
from mscminer.jobs.assemble import assemble, ensure_census, sources
from mscminer.jobs.count import count_in_store
from mscminer.jobs.drawing import Drawn, draw, loader, pmids_of
from mscminer.jobs.follow import census_is_fresh, follow_decision
from mscminer.store import Store, open_store
from mscminer.store.records import State
from mscminer.trials.counting import count
from mscminer.trials.definitions import load_definition
from mscminer.trials.essence import essence
from mscminer.trials.families import build_families
from mscminer.trials.inference import infer_links, infer_siblings
from mscminer.trials.links import find_reference_links, find_registration_links
from tests.conftest import NOW
from tests.trials.builders import extraction, nct, paper, registration, sourced

DAY = date(2021, 3, 31)
Step = Callable[[Store, int], None]


def keep(store: Store, document: Document, at: int, **values: Any) -> None:
    """A record as if it had been loaded and extracted; each step gives another version."""
    record = Record(
        key=document.key,
        media=Media.CTGOV_JSON,
        raw=f"{document.version}{at}".encode(),
        fetched_at=NOW + timedelta(days=at),
        revised_at=None,
    )
    with store.write() as tx:
        _, version = tx.records.save(record)
        number = tx.documents.save(version, "test", document)
        tx.extractions.save(number, extraction(document, {Field(name): value for name, value in values.items()}))


_numbers = st.integers(1, 4)
_titles = st.sampled_from(
    ["Fat cells for knees", "Fat cells for worn knees", "Follow-up of fat cells for knees", "Marrow for hearts"]
)
_secondary = st.sampled_from(["", "2014-000001-11", nct(1), nct(2)])
_texts = st.sampled_from(["", f"Took part in {nct(1)}.", f"Took part in {nct(2)}.", f"As in {nct(3)}, but more."])
_values = st.sampled_from(
    [(Field.MSC, '"cells"'), (Field.MSC, '"none"'), (Field.DONOR, '"allogeneic"'), (Field.REGISTRY_ID, f'"{nct(3)}"')]
)
_msc = st.sampled_from(["cells", "none", "derivative"])


@st.composite
def _registrations(draw: st.DrawFn) -> Step:
    number, title = draw(_numbers), draw(_titles)
    study: dict[str, Any] = {
        "first_posted": draw(st.sampled_from(["2014-01-01", "2016-05-01", ""])),
        "start": draw(st.sampled_from(["2014-02", "2018"])),
        "status": draw(st.sampled_from(["COMPLETED", "WITHDRAWN"])),
        "sponsor": draw(st.sampled_from(["Clinic", "Other clinic"])),
        "enrollment": draw(st.sampled_from([12, 40, None])),
        "investigators": draw(st.sampled_from([(), ("Ada Smith, MD",)])),
        "references": draw(
            st.sampled_from([(), (Reference(pmid="11", type="RESULT"),), (Reference(pmid="12", type="DERIVED"),)])
        ),
        "secondary_ids": tuple(SecondaryId(id=given) for given in [draw(_secondary)] if given),
        "texts": {section: text for section in ("eligibility", "brief_summary") if (text := draw(_texts))},
    }
    values = {"msc": draw(_msc), "donor": draw(st.sampled_from(["autologous", "allogeneic"])), "category": "eye"}
    return lambda store, at: keep(store, registration(number, title, **study), at, **values)


@st.composite
def _papers(draw: st.DrawFn) -> Step:
    number, title = draw(st.integers(11, 13)), draw(_titles)
    abstract = draw(st.sampled_from(["", f"Registered as {nct(1)}.", f"See {nct(2)} and {nct(3)}."]))
    article: dict[str, Any] = {
        "published": draw(st.sampled_from(["2013", "2019-01"])),
        "authors": ("Smith A",),
        "databank_ids": draw(st.sampled_from([(), (nct(4),), ("ChiCTR2000000001",)])),
    }
    values: dict[str, Any] = {
        "msc": draw(_msc),
        "report": draw(st.sampled_from(["trial_result", "review", "trial_protocol"])),
        "donor": draw(st.sampled_from(["autologous", "allogeneic"])),
        "n": draw(st.sampled_from([12, 41])),
    }
    return lambda store, at: keep(store, paper(number, title, abstract, **article), at, **values)


@st.composite
def _full_texts(draw: st.DrawFn) -> Step:
    article = ArticleFields(pmid=str(draw(st.integers(11, 13))), full_text_ids=(nct(draw(_numbers)),))
    sections = paper(11, draw(_titles)).sections
    full_text = Document(key=RecordKey(source=Source.PMC, id="PMC5"), sections=sections, article=article)
    return lambda store, at: keep(store, full_text, at, msc="cells", report="trial_result")


@st.composite
def _others(draw: st.DrawFn) -> Step:
    key = RecordKey(source=Source.ICTRP, id="ChiCTR2000000001")
    plain = registration(9, draw(_titles), first_posted="2015-01-01")
    document = Document(key=key, sections=plain.sections, study=plain.study)
    return lambda store, at: keep(store, document, at, msc="cells")


@st.composite
def _states(draw: st.DrawFn) -> Step:
    key = draw(st.sampled_from([registration(1).key, registration(2).key, paper(11).key, paper(12).key]))
    state = draw(st.sampled_from([State.REMOVED, State.ACTIVE, State.RETRACTED]))

    def step(store: Store, at: int) -> None:
        with store.write() as tx:
            tx.records.set_state(key, state, reason=f"{at}", since=NOW)

    return step


@st.composite
def _decisions(draw: st.DrawFn) -> Step:
    key = draw(st.sampled_from([registration(1).key, registration(2).key, paper(11).key, paper(13).key]))
    field, value = draw(_values)

    def step(store: Store, at: int) -> None:
        with store.write() as tx:
            if tx.records.head(key) is None:
                return
            last = max((item.number for item in tx.decisions.of_record(key) if item.field is field), default=0)
            verdict = Verdict.ACCEPT
            new = NewDecision(
                key=key, field=field, value=value, verdict=verdict, who="ada", at=NOW + timedelta(days=at)
            )
            tx.decisions.append(new, expected=last)

    return step


@st.composite
def _rulings(draw: st.DrawFn) -> Step:
    a, b = draw(st.sampled_from([(1, 2), (2, 3), (3, 4)]))
    ruling = draw(st.sampled_from(list(FamilyRuling)))

    def step(store: Store, at: int) -> None:
        decision = FamilyDecision(
            a=nct(a), b=nct(b), ruling=ruling, curator="ada", decided_at=NOW + timedelta(days=at), reason="seen"
        )
        with store.write() as tx:
            tx.family_decisions.append(decision)

    return step


_records = st.one_of(_registrations(), _papers(), _full_texts(), _others())
_steps = st.one_of(_records, _records, _states(), _decisions(), _rulings())


def anew(store: Store) -> Drawn:
    """What assembling anew would make, without writing it."""
    registrations = {item.document.key.id: item for item in sources(store, Kind.REGISTRATION)}
    with store.read() as tx:
        present, decisions = tx.parts.present(), tx.family_decisions.all()
        papers = sources(store, Kind.PUBLICATION)
        return draw(registrations, papers, decisions, pmids=pmids_of(present), load=loader(tx, present))


def check(store: Store) -> None:
    """Rows, links, parts and numbers are those of a census made anew."""
    expected = anew(store)
    with store.read() as tx:
        rows, links = list(tx.census.rows()), tuple(tx.links.iterate())
        present, stamps = tx.parts.present(), tx.parts.stamps()
        parts = {part.key: part for part in (*tx.parts.essential(), *tx.parts.linking())}
    assert rows == sorted(expected.rows(), key=lambda row: (row.kind == "publication", row.id))
    assert links == expected.links
    assert stamps == {key: item.stamp for key, item in present.items()}
    wanted = {part.key: part for part in expected.parts(present)}
    telling = {key: part for key, part in wanted.items() if part.essence is not None or part.claims}
    assert {key: (part.claims, part.inferred) for key, part in parts.items()} == {
        key: (part.claims, part.inferred) for key, part in telling.items()
    }
    for key, part in telling.items():
        assert (part.essence is None) == (parts[key].essence is None)
        if part.essence is not None and (kept := parts[key].essence) is not None:
            assert kept.document == part.essence.document
    for definition in map(load_definition, ("msc-cells", "msc-families", "msc-publications")):
        stored = count_in_store(store, definition, DAY, Dimension.DONOR, Dimension.PUBLISHED, members=True)
        assert stored == count(rows, definition, DAY, Dimension.DONOR, Dimension.PUBLISHED)


@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(batches=st.lists(st.lists(_steps, min_size=1, max_size=4), min_size=2, max_size=5))
def test_following_changes_gives_what_assembling_anew_gives(batches: list[list[Step]]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_store(f"sqlite:///{folder}/a.sqlite") as store:
        at = 0
        for batch in batches:
            for step in batch:
                at += 1
                step(store, at)
            ensure_census(store)
            check(store)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(f"sqlite:///{tmp_path}/a.sqlite")


def test_only_what_changed_is_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 40):
        keep(store, registration(number, f"Study {number}", first_posted="2015-01-01"), 0, msc="cells")
    assert assemble(store).read == 39
    monkeypatch.setattr(assembling, "assemble", lambda *_, **__: pytest.fail("the whole census was made anew"))
    keep(store, registration(7, "Study 7", first_posted="2015-01-01", status="WITHDRAWN"), 1, msc="cells")
    report = ensure_census(store)
    assert report is not None
    assert report.read == 2, "the changed record, once for its links and once for its row"
    check(store)


def test_a_census_of_an_older_version_is_made_anew(store: Store) -> None:
    keep(store, registration(1, first_posted="2015-01-01"), 0, msc="cells")
    with store.write() as tx:
        tx.census.replace([], fingerprint="2/old", built_at=NOW)
    ensure_census(store)
    check(store)


def test_many_changes_are_not_held_in_memory(store: Store) -> None:
    keep(store, registration(1, first_posted="2015-01-01"), 0, msc="cells")
    ensure_census(store)
    for number in range(2, 2 + assembling.FEW + 5):
        keep(store, registration(number, first_posted="2015-01-01"), 0, msc="cells")
    assert assembling.follow_changes(store) is None
    ensure_census(store)
    check(store)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_an_essence_links_as_the_whole_record_does(data: st.DataObject) -> None:
    texts = [{}, {"eligibility": f"Took part in {nct(2)}."}, {"detailed": f"Duplicate of {nct(1)}, entered in error."}]
    whole = {}
    for number in (1, 2, 3):
        document = registration(
            number,
            data.draw(_titles),
            texts={"official_title": data.draw(_titles), "summary": "Nothing.", **data.draw(st.sampled_from(texts))},
            sponsor=data.draw(st.sampled_from(["Clinic", "Other"])),
            start=data.draw(st.sampled_from(["2014", "2014-01", ""])),
            enrollment=data.draw(st.sampled_from([12, 30, None])),
            aliases=data.draw(st.sampled_from([(), (nct(3),)])),
            org_study_id=data.draw(st.sampled_from(["AB-2014-12", "2014-000001-11", ""])),
            references=(Reference(pmid="11", type="RESULT", citation="Smith A. Cells."),),
        )
        whole[document.key.id] = sourced(document, donor="autologous", tissue="adipose", n=12, phase="1")
    slim = {ident: essence(item) for ident, item in whole.items()}
    reporting = sourced(paper(11, data.draw(_titles), "Some.", published="2016", authors=("Smith A",)), n=12, phase="1")
    documents, short = ({key: item.document for key, item in some.items()} for some in (whole, slim))
    assert list(find_registration_links(short)) == list(find_registration_links(documents))
    assert list(infer_siblings(short)) == list(infer_siblings(documents))
    links = [*find_registration_links(documents), *infer_siblings(documents)]
    assert build_families(short, links) == build_families(documents, links)
    held = {"11": reporting}
    for ident in documents:
        assert list(find_reference_links(short[ident], held)) == list(find_reference_links(documents[ident], held))
    assert list(infer_links([essence(reporting)], slim)) == list(infer_links([reporting], whole))


def test_a_decision_followed_at_once_leaves_no_trace_of_the_order(store: Store) -> None:
    keep(
        store,
        registration(1, "Fat cells for knees", first_posted="2015-01-01", enrollment=12),
        0,
        msc="cells",
        phase="1",
    )
    keep(store, paper(11, "Fat cells for knees", published="2019"), 0, msc="cells", n=12, phase="2")
    ensure_census(store)
    with store.write() as tx:
        fresh = census_is_fresh(tx)
        key = registration(1).key
        new = NewDecision(
            key=key, field=Field.PHASE, value='"1"', new_value='"2"', verdict=Verdict.CORRECT, who="ada", at=NOW
        )
        tx.decisions.append(new, expected=0)
        follow_decision(tx, key, Field.PHASE, was_fresh=fresh)
        assert census_is_fresh(tx)
    with store.read() as tx:
        assert next(tx.census.rows()).phase == "2", "the numbers follow at once"
    ensure_census(store)
    check(store)
