#!/usr/bin/env python3
"""Measure the inferred links on pairs that are known from the data, the inference blind to all numbers.

    .venv/bin/python scripts/measure_links.py --database sqlite:///db/mscminer.sqlite

The database holds registrations and papers, extracted.  Known pairs: papers that name a registration, registrations
that cite a paper as their result, and the review's cited papers (their restated abstracts, with the registrations
that their sources give).  Stated result links are held against a reader's labels (``corpus/dev/links.jsonl``).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from mscminer.core.documents import Kind
from mscminer.core.records import Record, RecordKey
from mscminer.core.trials import Link, LinkType, Sourced
from mscminer.evaluate.seed import load_cited_trials, seed_record_files
from mscminer.harvest.files import read_files
from mscminer.harvest.parsing import parse_record
from mscminer.jobs.assemble import sources
from mscminer.jobs.extract import default_extractor
from mscminer.store import open_store
from mscminer.trials.inference import THRESHOLD
from mscminer.trials.link_evaluation import (
    LinkEvaluation,
    LinkLabel,
    evaluate_inference,
    evaluate_siblings,
    score_links,
)
from mscminer.trials.links import find_paper_links, find_reference_links, resolve_numbers, strongest


def seed_papers() -> tuple[dict[str, Sourced], list[Link]]:
    """The cited papers' restated abstracts, extracted, and the registrations that go with them."""
    records = [
        item for item in read_files(seed_record_files(), fetched_at=datetime.now(UTC)) if isinstance(item, Record)
    ]
    documents = [item for item in map(parse_record, records) if item.kind is Kind.PUBLICATION]
    extractions = default_extractor("").extract(documents)
    papers = {
        document.key.id: Sourced(document=document, extraction=extraction)
        for document, extraction in zip(documents, extractions, strict=True)
    }
    known = [
        Link(a=item.record, b=RecordKey.parse(ident), type=LinkType.RESULT, basis="seed", reason="cited")
        for item in load_cited_trials()
        if item.record is not None
        for ident in item.registry_ids
        if ident.startswith("NCT")
    ]
    return papers, known


def show(name: str, threshold: float, found: LinkEvaluation) -> None:
    """One line of numbers."""
    precision = "-" if found.precision is None else f"{found.precision:.2f}"
    recall = "-" if found.recall is None else f"{found.recall:.2f}"
    print(
        f"{name:<28} threshold {threshold:.2f}: {found.papers:>4} tried, {len(found.found):>3} right, "
        f"{len(found.wrong):>3} wrong, {len(found.missed):>3} missed; precision {precision}, recall {recall}"
    )


LABELS = Path(__file__).parent.parent / "corpus" / "dev" / "links.jsonl"


def read_labels() -> list[LinkLabel]:
    """The labelled pairs of ``corpus/dev``."""
    return [LinkLabel(**json.loads(line)) for line in LABELS.read_text("utf-8").splitlines()]


def show_labelled(labels: list[LinkLabel], links: Sequence[Link]) -> None:
    """How stated result links fare against a reader, by part and place."""
    for part in ("tuned", "held_out"):
        for place in ("paper", "reference"):
            chosen = [label for label in labels if (label.part, label.place) == (part, place)]
            found = score_links(chosen, links)
            print(
                f"result links, {part}, named by the {place}: {len(chosen)} pairs read, {found.right} right, "
                f"{found.wrong} wrong, {found.missed} missed; precision {found.precision}, recall {found.recall}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", default="sqlite:///db/mscminer.sqlite")
    with open_store(parser.parse_args().database) as store:
        registrations = {item.document.key.id: item for item in sources(store, Kind.REGISTRATION)}
        papers = {item.document.key.id: item for item in sources(store, Kind.PUBLICATION)}
    documents = {ident: item.document for ident, item in registrations.items()}
    stated = list(resolve_numbers(find_paper_links(papers.values(), documents), documents))
    for document in documents.values():
        stated += find_reference_links(document, papers)
    known = strongest(stated)
    print("stated links:", dict(sorted(Counter(link.type.value for link in known).items())))
    show_labelled(read_labels(), known)
    cited, cited_links = seed_papers()
    for threshold in (0.5, 0.7, THRESHOLD, 0.95):
        show("papers of the database", threshold, evaluate_inference(papers, registrations, known, threshold=threshold))
        show(
            "cited papers, restated",
            threshold,
            evaluate_inference(cited, registrations, cited_links, threshold=threshold),
        )
    siblings = evaluate_siblings(documents)
    print(f"registrations that name each other: {siblings.papers}, found without numbers: {len(siblings.found)}")


if __name__ == "__main__":
    main()
