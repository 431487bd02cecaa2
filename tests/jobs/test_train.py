"""Training: parts fitted on one half, compared on the other, and used only if they are better."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mscminer.core.decisions import NewDecision, Verdict
from mscminer.core.facts import canonical
from mscminer.core.labels import Label, label_from_extraction
from mscminer.core.splits import Split, split_of
from mscminer.core.vocabulary import Field
from mscminer.extract.makers import current_maker
from mscminer.extract.model_files import newest_accepted, use_local_models
from mscminer.extract.publications.calibration import move_odds, shifted
from mscminer.extract.publications.model_files import model_directory, read_weights
from mscminer.extract.publications.training import fit_shifts
from mscminer.jobs.extract import default_extractor, extract
from mscminer.jobs.load import load_files
from mscminer.jobs.train import Labelled, TrainReport, train
from mscminer.store import Store
from tests.harvest.worlds import make_study
from tests.jobs.nights import NIGHT, fresh_store
from tests.jobs.test_load import write_lines


@pytest.fixture(autouse=True)
def _shipped_parts_afterwards() -> Iterator[None]:
    yield
    use_local_models(None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with fresh_store(tmp_path) as opened:
        load_files(
            opened, [write_lines(tmp_path / "a.jsonl", *(make_study(number) for number in range(1, 41)))], now=NIGHT
        )
        yield opened


def labelled(store: Store, *, wrong_in: Split | None = None) -> list[Labelled]:
    """All records, labelled as they are extracted; those of one half with wrong values."""
    with store.read() as tx:
        documents = [stored.document for stored in tx.documents.iterate_current()]
    found = []
    for document, extraction in zip(documents, default_extractor("").extract(documents), strict=True):
        label = label_from_extraction(extraction)
        if split_of(label.id) is wrong_in:
            label = Label(id=label.id, msc="none", phase="4", n=99_999)
        found.append(Labelled(document=document, label=label))
    return found


def trained(store: Store, folder: Path, **how: Split) -> TrainReport:
    return train(store, folder, at=NIGHT, labelled=labelled(store, **how))


def test_what_is_better_on_unseen_texts_is_used(store: Store, tmp_path: Path) -> None:
    before = current_maker()
    extract(store)
    report = trained(store, tmp_path / "models")
    assert report.accepted
    shifts = next(part for part in report.parts if part.name == "registration_shifts")
    assert shifts.old is not None
    assert shifts.new is not None
    assert shifts.new < shifts.old
    assert shifts.fitted + shifts.held_out == 40
    assert current_maker() != before
    assert shifted(Field.TISSUE, 0.9, stated=True) > 0.9
    assert extract(store).extracted == 40, "earlier extractions are outdated"


def test_what_is_not_better_is_written_but_not_used(store: Store, tmp_path: Path) -> None:
    before = current_maker()
    report = trained(store, tmp_path / "models", wrong_in=Split.REPORT)
    assert not report.accepted
    assert report.folder is not None
    assert json.loads((report.folder / "about.json").read_text(encoding="utf-8"))["accepted"] is False
    assert newest_accepted(tmp_path / "models", "trained") is None
    assert current_maker() == before
    assert "not better" in "\n".join(report.lines())


def test_the_same_data_give_the_same_bytes(store: Store, tmp_path: Path) -> None:
    one, other = (trained(store, tmp_path / name) for name in ("one", "other"))
    assert one.folder is not None
    assert other.folder is not None
    for file in one.folder.iterdir():
        if file.name != "about.json":
            assert file.read_bytes() == (other.folder / file.name).read_bytes()


def test_too_few_texts_leave_everything_as_it_is(store: Store, tmp_path: Path) -> None:
    report = train(store, tmp_path / "models", at=NIGHT, labelled=labelled(store)[:5])
    assert (report.accepted, report.folder) == (False, None)
    assert not (tmp_path / "models").exists()
    assert "too few" in "\n".join(report.lines())


def test_curators_decisions_are_training_data(store: Store, tmp_path: Path) -> None:
    extract(store)
    with store.read() as tx:
        stored = list(tx.documents.iterate_current())
        extractions = [(one.document, tx.extractions.latest(one.id)) for one in stored]
    with store.write() as tx:
        for document, extraction in extractions:
            assert extraction is not None
            for fact in extraction.of(Field.TISSUE):
                tx.decisions.append(
                    NewDecision(
                        key=document.key,
                        field=Field.TISSUE,
                        value=canonical(fact.value),
                        verdict=Verdict.ACCEPT,
                        who="a curator",
                        at=NIGHT,
                    ),
                    expected=None,
                )
    report = train(store, tmp_path / "models", at=NIGHT)
    assert report.decided == 40
    assert report.accepted
    assert shifted(Field.TISSUE, 0.9, stated=True) > 0.9
    assert report.folder is not None
    made = json.loads((report.folder / "registration_shifts.json").read_text(encoding="utf-8"))
    shipped = read_weights(model_directory() / "registration_shifts.json")
    moved = {name for name, shifts in made.items() if shifts != shipped[name]}
    assert moved == {"tissue"}, "nothing was decided of the other fields"


def test_shifts_by_hand() -> None:
    right = [(Field.TISSUE, True, 0.5, True)] * 60 + [(Field.TISSUE, True, 0.5, False)] * 20
    shift = fit_shifts(right)["tissue"]["stated"]
    assert move_odds(0.5, shift) == pytest.approx(0.74, abs=0.01)  # three in four, drawn a little towards one half
    assert fit_shifts(right)["tissue"]["absent"] == 0.0
    assert move_odds(1.0, 3.0) == 1.0
    assert move_odds(0.0, -3.0) == 0.0
    assert move_odds(0.8, 1.0) < move_odds(0.9, 1.0)
