"""Training: small fits on made-up abstracts, and the shipped files against the development data."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.extract.outcome_texts import outcome_accuracy_of_rules, read_outcome_sentences
from tests.extract.publications import publication

from mscminer.core.facts import Extraction, Fact, Maker
from mscminer.core.labels import Label
from mscminer.core.vocabulary import Field
from mscminer.extract.publications.training import (
    fit_calibration,
    fit_zones,
    place_accuracy,
    zone_accuracy,
    zoned_abstract,
)
from mscminer.extract.publications.zones import zone_model

_PARTS = (
    ("BACKGROUND", "Little is known of such pain. It is common in nurses."),
    ("OBJECTIVE", "To find out whether rest helps."),
    ("METHODS", "We enrolled ten nurses. They were seen every month."),
    ("RESULTS", "Pain fell significantly. No nurse was harmed."),
    ("CONCLUSIONS", "Rest may help nurses. Larger trials are needed."),
)


def test_zone_fit_is_deterministic_and_learns() -> None:
    pytest.importorskip("sklearn")
    abstracts = [one for number in range(20) if (one := zoned_abstract(publication(f"T{number}", *_PARTS)))]
    assert len(abstracts) == 20
    fitted = fit_zones(abstracts)
    assert fitted == fit_zones(abstracts)
    assert zone_accuracy(zone_model(fitted), abstracts) == 1.0
    assert place_accuracy(abstracts, abstracts) <= 1.0


def test_a_zone_that_never_occurs_cannot_be_learnt() -> None:
    pytest.importorskip("sklearn")
    one = zoned_abstract(publication("T", *_PARTS[2:]))
    assert one
    with pytest.raises(ValueError, match="must show all"):
        fit_zones([one])


def test_abstracts_without_enough_headings_teach_nothing() -> None:
    assert zoned_abstract(publication("T", "One text without any heading. It goes on.")) is None
    assert zoned_abstract(publication("T", ("RESULTS", "Pain fell. It rose. It fell. It rose."))) is None


def test_calibration_never_falls_and_stays_cautious() -> None:
    document = publication("T")
    maker = Maker(name="test", version="1")
    pairs = []
    for number in range(10):
        fact = Fact(field=Field.N, value=7, confidence=0.9 if number < 5 else 0.6, maker=maker)
        extraction = Extraction(key=document.key, document=document.version, maker=maker, facts=(fact,))
        pairs.append((extraction, Label(id="1", n=7 if number < 7 else 8)))
    points = fit_calibration(pairs)["n"]
    raws, shares = zip(*points, strict=True)
    assert list(raws) == sorted(set(raws))
    assert list(shares) == sorted(shares)
    assert all(share < 1 for share in shares)


def test_confidences_below_what_rules_use_are_told_apart() -> None:
    points = fit_calibration([], [(Field.EFFICACY, raw, raw > 0.3) for raw in (0.11, 0.13, 0.31, 0.52, 0.93) * 4])[
        "efficacy"
    ]
    raws, shares = zip(*points, strict=True)
    assert list(raws) == [0.1, 0.3, 0.5, 0.9]
    assert list(shares) == sorted(shares)
    assert shares[0] < 0.2


@pytest.mark.shared
@pytest.mark.parametrize("name", ["outcome_texts", "outcome_restated"])
def test_no_sentence_of_our_own_abstracts_was_published(shared_dir: Path, name: str) -> None:
    import gzip

    from mscminer.extract.publications.text import split_sentences

    published = gzip.decompress((shared_dir / "data" / "pubmed" / "articles.xml.gz").read_bytes()).decode()
    plain = re.sub(r"<[^>]*>", "\n", published)
    known = {line[start:end].lower() for line in plain.splitlines() for start, end in split_sentences(line)}
    own = [json.loads(line) for line in (ROOT / "corpus" / "training" / f"{name}.jsonl").read_text().splitlines()]
    texts = [section["text"] for one in own for section in one["sections"]]
    sentences = {text[start:end].lower() for text in texts for start, end in split_sentences(text)}
    assert len(sentences) > 4000
    assert not {one for one in sentences & known if len(one.split()) > 8}


def test_rules_read_the_sentences_written_for_them() -> None:
    sentences = read_outcome_sentences(ROOT / "corpus" / "training" / "outcome_sentences.tsv")
    direction, harm = outcome_accuracy_of_rules(sentences)
    assert direction >= 0.95
    assert harm >= 0.97


def test_rules_read_sentences_of_trials_in_general() -> None:
    """Written before they were read; those still misread stay in the file."""
    sentences = read_outcome_sentences(ROOT / "corpus" / "training" / "outcome_sentences_general.tsv")
    direction, harm = outcome_accuracy_of_rules(sentences)
    assert direction >= 0.87
    assert harm >= 0.97


@pytest.mark.shared
@pytest.mark.parametrize("name", ["outcome_sentences", "outcome_sentences_general"])
def test_no_training_sentence_was_published(shared_dir: Path, name: str) -> None:
    import gzip

    published = gzip.decompress((shared_dir / "data" / "pubmed" / "articles.xml.gz").read_bytes()).decode().lower()
    for one in read_outcome_sentences(ROOT / "corpus" / "training" / f"{name}.tsv"):
        assert one.text.lower() not in published


@pytest.mark.shared
@pytest.mark.slow
def test_every_class_of_the_development_articles_is_screened_rightly(shared_dir: Path) -> None:
    from datetime import UTC, datetime

    from mscminer.core.documents import Document
    from mscminer.core.records import Record
    from mscminer.core.vocabulary import MscClass
    from mscminer.extract.publications.resolve import read
    from mscminer.extract.publications.screening import may_concern_msc
    from mscminer.harvest.files import read_files
    from mscminer.harvest.parsing import parse_record

    folder = shared_dir / "data" / "pubmed"
    rows = [json.loads(line) for line in (folder / "classes.jsonl").read_text().splitlines()]
    classes = {row["pmid"]: row["class"] for row in rows}

    def called(document: Document) -> str:
        return read(document).product.msc.value if may_concern_msc(document) else "screened out"

    table: dict[str, list[str]] = {}
    for record in read_files([folder / "articles.xml.gz"], fetched_at=datetime(2026, 1, 1, tzinfo=UTC)):
        assert isinstance(record, Record)
        document = parse_record(record)
        table.setdefault(classes[document.key.id], []).append(called(document))
    assert not {MscClass.NONE.value, "screened out"} & set(table["msc_human"])
    assert set(table["msc_other"]) == {MscClass.NONE.value}
    assert table["background"].count("cells") <= 0.01 * len(table["background"])
    assert table["near_miss"].count("cells") <= 0.05 * len(table["near_miss"])
