"""Links and families on the development data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mscminer.core.documents import Document, Kind
from mscminer.core.records import Record
from mscminer.core.trials import Link, LinkType
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from mscminer.trials.families import JOINING, build_families
from mscminer.trials.inference import infer_siblings
from mscminer.trials.link_evaluation import LinkLabel, evaluate_siblings, score_links
from mscminer.trials.links import find_reference_links, find_registration_links, strongest
from mscminer.trials.words import is_word_hit
from tests.conftest import NOW, ROOT

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def registrations(shared_dir: Path) -> dict[str, Document]:
    """All registrations of the development data."""
    read = read_files([shared_dir / "data" / "ctgov" / "studies.jsonl.gz"], fetched_at=NOW)
    documents = [parse_record(item) for item in read if isinstance(item, Record)]
    return {document.key.id: document for document in documents if document.kind is Kind.REGISTRATION}


@pytest.fixture(scope="module")
def links(registrations: dict[str, Document]) -> tuple[Link, ...]:
    found = [*find_registration_links(registrations), *infer_siblings(registrations)]
    for document in registrations.values():
        found += find_reference_links(document, {})
    return strongest(found)


def test_reference_types_stay_apart(links: tuple[Link, ...]) -> None:
    numbers = {type: sum(link.type is type for link in links) for type in LinkType}
    assert (numbers[LinkType.DERIVED], numbers[LinkType.RESULT], numbers[LinkType.PROTOCOL]) == (261, 66, 22)
    assert numbers[LinkType.BACKGROUND] > 1550, "161 'results' came out before the study began"


def test_stated_result_links_hold_against_labels(links: tuple[Link, ...]) -> None:
    file = ROOT / "corpus" / "dev" / "links.jsonl"
    labels = [LinkLabel(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    assert len(labels) == 120
    held_out = [label for label in labels if (label.part, label.place) == ("held_out", "reference")]
    found = score_links(held_out, links)
    assert (found.right, found.wrong, found.missed) == (9, 1, 0)
    assert str(found.precision) == "0.90 [0.60, 0.98]"


def test_every_registration_is_in_one_family(registrations: dict[str, Document], links: tuple[Link, ...]) -> None:
    families = build_families(registrations, links)
    members = [member for family in families for member in family.members]
    assert sorted(members) == sorted(registrations)
    joined = [family for family in families if len(family.members) > 1]
    assert 20 <= len(joined) <= 60
    assert max(len(family.members) for family in joined) <= 5, "no chain runs away"
    assert all(link.reason.endswith(".") for family in joined for link in family.links if link.type in JOINING)


def test_half_of_the_follow_ups_are_found_without_numbers(registrations: dict[str, Document]) -> None:
    found = evaluate_siblings(registrations)
    assert found.recall is not None
    assert found.recall >= 0.5


def test_most_records_have_the_words(registrations: dict[str, Document]) -> None:
    assert 1300 < sum(map(is_word_hit, registrations.values())) < 1371
