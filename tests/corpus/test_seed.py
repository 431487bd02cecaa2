"""The seed corpus holds together, says where it comes from, and its checks find what is broken."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from mscminer.core.errors import NotFound, UnreadableFile
from mscminer.core.labels import Label
from mscminer.core.records import Record
from mscminer.core.vocabulary import VOCABULARIES
from mscminer.evaluate import seed
from mscminer.harvest.files import read_files

ROOT = Path(__file__).resolve().parents[2]


def test_corpus_holds_together() -> None:
    assert seed.find_problems() == ()


def test_every_cited_paper_has_statement_and_facts_apart() -> None:
    cited = seed.load_cited_trials()
    assert len({trial.ref for trial in cited}) == len(cited) == 51
    with_text = [trial for trial in cited if trial.record]
    assert len(with_text) == 43
    assert all(trial.abstract is not None for trial in with_text)
    hare = next(trial for trial in cited if trial.ref == 49)
    assert "NCT00114452" in hare.registry_ids
    assert hare.record is not None
    assert hare.record.id == "19958962"
    assert hare.review is not hare.abstract


def test_papers_without_pmid_have_surrogates() -> None:
    surrogates = [label.id for label in seed.load_seed_labels() if label.id.startswith("9000")]
    assert surrogates == ["900000040", "900000071"]


def test_no_addresses_of_mirrors_or_machines() -> None:
    text = "".join((seed.seed_dir() / name).read_text("utf-8") for name in (seed.CITED_TRIALS, seed.ABSTRACTS))
    hosts = set(re.findall(r"https?://(?:www\.)?([^/\s\"]+)", text))
    assert not [host for host in hosts if re.fullmatch(r"[\d.:]+", host)]
    assert not hosts & {"togows.dbcls.jp", "scribd.com", "researchgate.net"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    shutil.copytree(seed.seed_dir(), folder)
    return folder


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        (seed.LABELS, "HLA-mismatched MSCs", "HLA-matched MSCs", "not in the text"),
        (seed.LABELS, '"id": "22553154"', '"id": "8528172"', "labelled 2 times"),
        (seed.LABELS, '"id": "22553154"', '"id": "1"', "has no text"),
        (seed.ABSTRACTS, '<GeneralNote Owner="mscminer">restated</GeneralNote>', "", "not marked as restated"),
        (seed.REGISTRATIONS, '"mscminer": {"note": "restated"}', '"mscminer": {}', "not marked as restated"),
        (seed.CITED_TRIALS, '"status": "seen"', '"status": "sure"', "has no status 'sure'"),
        (seed.CITED_TRIALS, '"ref": 33', '"ref": 17', "stands there 2 times"),
        (seed.CITED_TRIALS, '"same_trial_as": [38]', '"same_trial_as": [1000]', "unknown references [1000]"),
        (seed.CITED_TRIALS, '"source": "a PubMed mirror"', '"source": "http://10.0.0.1/1"', "bare address"),
        (seed.CITED_TRIALS, '"record": "pubmed:8528172"', '"record": "pubmed:8"', "no abstract pubmed:8"),
    ],
)
def test_checks_find_what_is_broken(copy: Path, name: str, old: str, new: str, problem: str) -> None:
    _edit(copy / name, old, new)
    assert [found for found in seed.find_problems(copy) if problem in found]


def _label(**changes: object) -> Label:
    data = {
        "id": "12345",
        "msc": "cells",
        "tissue": ["adipose"],
        "donor": ["autologous"],
        "donor_inferred": ["autologous"],
        "products": [{"tissue": ["adipose"], "donor": ["autologous"], "arm": None}],
        "quotes": {"tissue": ["own fat"], "donor": ["own fat"], "msc": ["stem cells"]},
    }
    return Label.from_json({**data, **changes})


TEXT = ("Mesenchymal stem cells from own fat",)


def test_label_that_follows_the_guidelines() -> None:
    assert list(seed.label_problems(_label(), TEXT)) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"quotes": {"tissue": ["own fat"], "donor": ["own fat"]}}, "msc: a value without a quote"),
        ({"route": [], "quotes": {**dict(_label().quotes), "route": ["fat"]}}, "route: a quote without a value"),
        ({"msc": "none"}, "although msc is none"),
        ({"donor_inferred": []}, "donor_inferred lacks"),
        ({"products": [{"tissue": [], "donor": ["autologous"], "arm": None}]}, "tissue of the products"),
        ({"id": "NCT12"}, "not an id of ctgov"),
    ],
)
def test_label_that_does_not(changes: dict[str, object], problem: str) -> None:
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in changes.items()}
    assert [found for found in seed.label_problems(_label(**plain), TEXT) if problem in found]


def test_unreadable_parts_are_named(copy: Path) -> None:
    (copy / seed.ABSTRACTS).write_text("<PubmedArticleSet><Pub", "utf-8")
    with pytest.raises(UnreadableFile, match="scripts/build_seed"):
        seed.load_seed_texts(copy)
    with (copy / seed.CITED_TRIALS).open("a", encoding="utf-8") as cited:
        cited.write('{"ref":')
    with pytest.raises(UnreadableFile, match=r"cited_trials\.jsonl:52"):
        seed.load_cited_trials(copy)
    with pytest.raises(NotFound):
        seed.load_seed_labels(copy / "elsewhere")


@pytest.mark.shared
def test_script_builds_what_is_committed(tmp_path: Path, shared_dir: Path) -> None:
    command = [sys.executable, str(ROOT / "scripts" / "build_seed"), str(shared_dir / "seed"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    for name in (seed.CITED_TRIALS, seed.ABSTRACTS):
        assert (tmp_path / name).read_bytes() == (seed.seed_dir() / name).read_bytes()


def test_records_load_and_are_marked_as_restated() -> None:
    read = list(read_files(seed.seed_record_files(), fetched_at=datetime(2026, 1, 15, tzinfo=UTC)))
    records = [item for item in read if isinstance(item, Record)]
    assert len(records) == len(read) == 63
    assert {record.note for record in records} == {"restated"}
    assert {record.key.id for record in records} == {label.id for label in seed.load_seed_labels()}


def test_registrations_are_of_cited_trials() -> None:
    cited = {ident for trial in seed.load_cited_trials() for ident in trial.registry_ids}
    lines = (seed.seed_dir() / seed.REGISTRATIONS).read_text("utf-8").splitlines()
    ids = {json.loads(line)["protocolSection"]["identificationModule"]["nctId"] for line in lines}
    assert len(ids) == len(lines) == 20
    assert ids <= cited


@pytest.mark.parametrize("name", ["labels", "cited_trials"])
def test_lines_fit_their_published_schema(name: str) -> None:
    schema = json.loads((seed.seed_dir() / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    lines = (seed.seed_dir() / f"{name}.jsonl").read_text("utf-8").splitlines()
    assert [error.message for line in lines for error in validator.iter_errors(json.loads(line))] == []


def test_schema_of_labels_has_the_vocabulary() -> None:
    properties = json.loads((seed.seed_dir() / "labels.schema.json").read_text("utf-8"))["properties"]
    for field, vocabulary in VOCABULARIES.items():
        node = properties[field.value].get("items", properties[field.value])
        known = node.get("enum") or node["anyOf"][0]["enum"]
        assert [value for value in known if value is not None] == [value.value for value in vocabulary]
