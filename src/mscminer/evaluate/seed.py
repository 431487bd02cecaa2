"""The seed corpus: where it lies, its parts as typed data, and the checks that it holds together.

``python -m mscminer.evaluate.seed`` runs the checks (README.md beside the corpus documents the files).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from lxml import etree

from mscminer.core.errors import NotFound, UnreadableFile
from mscminer.core.labels import QUOTED, Label
from mscminer.core.records import RecordKey, Source
from mscminer.core.vocabulary import Efficacy, MscClass, Safety
from mscminer.evaluate.label_files import read_json_lines, read_labels

CITED_TRIALS: Final = "cited_trials.jsonl"
ABSTRACTS: Final = "restated_abstracts.xml"
REGISTRATIONS: Final = "registrations.jsonl"
LABELS: Final = "labels.jsonl"
SURROGATE_BASE: Final = 900_000_000
"""Ids above it stand for papers without a known PMID: base + number in the review's reference list."""

STATUSES: Final = frozenset({"seen", "recalled, unverified", "not_found"})
STATEMENT_KEYS: Final = frozenset({"tissue", "donor", "disease", "phase", "n", "design", "route", "outcome"})


def seed_dir() -> Path:
    """The folder of the seed corpus: inside an installed package, or ``corpus/seed`` of a checkout.

    Raises:
        NotFound: if there is neither.
    """
    installed = Path(str(resources.files("mscminer"))) / "_seed"
    checkout = Path(str(resources.files("mscminer"))).parent.parent / "corpus" / "seed"
    for folder in (installed, checkout):
        if (folder / LABELS).is_file():
            return folder
    raise NotFound("the seed corpus is missing", where=str(installed), remedy="Install the package again.")


def seed_record_files(folder: Path | None = None) -> tuple[Path, ...]:
    """The files with records that `load` takes: registrations first, then abstracts."""
    folder = folder or seed_dir()
    return (folder / REGISTRATIONS, folder / ABSTRACTS)


def load_seed_labels(folder: Path | None = None) -> tuple[Label, ...]:
    """The seed's gold labels, of publications and registrations."""
    return read_labels((folder or seed_dir()) / LABELS)


@dataclass(frozen=True, kw_only=True)
class CitedTrial:
    """A paper that the review cites (one line of ``cited_trials.jsonl``).

    Args:
        ref: its number in the review's reference list.
        record: id of its restated abstract in the corpus, or None where no abstract was seen.
        registry_ids: registrations that go with it, as the sources write them.
        review: what the review says, free words by field.
        abstract: what the abstract says, free words by field; None: not seen.
    """

    ref: int
    record: RecordKey | None
    title: str
    registry_ids: tuple[str, ...]
    review: Mapping[str, Any]
    abstract: Mapping[str, Any] | None
    disagreements: tuple[str, ...]
    same_trial_as: tuple[int, ...]


def load_cited_trials(folder: Path | None = None) -> tuple[CitedTrial, ...]:
    """The review's cited papers, in the order of their numbers."""
    return tuple(_cited_trial(data) for _, data in read_json_lines((folder or seed_dir()) / CITED_TRIALS))


def _cited_trial(data: Mapping[str, Any]) -> CitedTrial:
    return CitedTrial(
        ref=data["ref"],
        record=RecordKey.parse(data["record"]) if data["record"] else None,
        title=(data["citation"] or {}).get("title") or "",
        registry_ids=tuple(item["value"] for item in data["ids"]["registry"]),
        review=data["review_statement"],
        abstract=data["abstract_facts"],
        disagreements=tuple(data["disagreements"]),
        same_trial_as=tuple(data["same_trial_as"]),
    )


def load_seed_texts(folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """The texts of every record of the corpus, section by section, by id (PMID or NCT number)."""
    folder = folder or seed_dir()
    texts = {_pmid(article): _article_texts(article) for article in _articles(folder / ABSTRACTS)}
    for _, study in read_json_lines(folder / REGISTRATIONS):
        texts[_nct(study)] = tuple(_strings(study["protocolSection"]))
    return texts


def _articles(path: Path) -> list[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return list(etree.parse(str(path), parser).getroot().iterfind("PubmedArticle"))
    except (OSError, etree.XMLSyntaxError) as error:
        raise UnreadableFile(f"no PubMed XML: {error}", where=str(path), remedy="Run scripts/build_seed.") from error


def _pmid(article: etree._Element) -> str:
    return article.findtext("MedlineCitation/PMID") or ""


def _article_texts(article: etree._Element) -> tuple[str, ...]:
    elements = [*article.iter("ArticleTitle"), *article.iter("AbstractText")]
    return tuple("".join(str(part) for part in element.itertext()) for element in elements)


def _nct(study: Mapping[str, Any]) -> str:
    return str(study["protocolSection"]["identificationModule"]["nctId"])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def find_problems(folder: Path | None = None) -> tuple[str, ...]:
    """Everything that is wrong with the corpus, one sentence each; empty if it holds together.

    Raises:
        InputError: if a file cannot be read at all.
    """
    folder = folder or seed_dir()
    labels, texts = load_seed_labels(folder), load_seed_texts(folder)
    return (
        *_cited_problems(folder, texts),
        *_marking_problems(folder),
        *_cover_problems(labels, texts),
        *(problem for label in labels for problem in label_problems(label, texts.get(label.id, ()))),
    )


def _cited_problems(folder: Path, texts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    refs = Counter(data["ref"] for _, data in read_json_lines(folder / CITED_TRIALS))
    for ref, count in refs.items():
        if count > 1:
            yield f"{CITED_TRIALS}: reference {ref} stands there {count} times"
    for number, data in read_json_lines(folder / CITED_TRIALS):
        where = f"{CITED_TRIALS}:{number}"
        yield from (f"{where}: {problem}" for problem in _entry_problems(data, frozenset(refs)))
        if data["record"] and RecordKey.parse(data["record"]).id not in texts:
            yield f"{where}: no abstract {data['record']} in {ABSTRACTS}"


def _entry_problems(data: Mapping[str, Any], refs: frozenset[int]) -> Iterator[str]:
    for name, value in data["ids"].items():
        for item in value if isinstance(value, list) else [value]:
            if item["status"] not in STATUSES:
                yield f"{name} has no status {item['status']!r}"
            if (item["value"] is None) != (item["status"] == "not_found"):
                yield f"{name}: value and status contradict each other"
            if re.search(r"//\d+\.\d+\.\d+\.\d+", item["source"] or ""):
                yield f"{name}: a source must not be a bare address"
    if not set(data["review_statement"]) >= STATEMENT_KEYS:
        yield f"review_statement lacks {sorted(STATEMENT_KEYS - set(data['review_statement']))}"
    if data["abstract_facts"] is not None and not set(data["abstract_facts"]) >= STATEMENT_KEYS:
        yield f"abstract_facts lacks {sorted(STATEMENT_KEYS - set(data['abstract_facts']))}"
    unknown = set(data["same_trial_as"]) - refs
    if unknown:
        yield f"same_trial_as names unknown references {sorted(unknown)}"


def _marking_problems(folder: Path) -> Iterator[str]:
    for article in _articles(folder / ABSTRACTS):
        notes = [note.text for note in article.iter("GeneralNote") if note.get("Owner") == "mscminer"]
        if notes != ["restated"] or not article.findtext(".//CopyrightInformation"):
            yield f"{ABSTRACTS}: {_pmid(article)} is not marked as restated"
    for number, study in read_json_lines(folder / REGISTRATIONS):
        if study.get("mscminer") != {"note": "restated"}:
            yield f"{REGISTRATIONS}:{number}: not marked as restated"


def _cover_problems(labels: tuple[Label, ...], texts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    counts = Counter(label.id for label in labels)
    for ident, count in counts.items():
        if count > 1:
            yield f"{LABELS}: {ident} is labelled {count} times"
    for ident in sorted(counts.keys() - texts.keys()):
        yield f"{LABELS}: {ident} has no text in the corpus"
    for ident in sorted(texts.keys() - counts.keys()):
        yield f"{LABELS}: {ident} has no label"


def label_problems(label: Label, texts: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with one label, given the sections of its text: ids, quotes, the guidelines' own rules."""
    try:
        RecordKey(source=Source.CTGOV if label.id.startswith("NCT") else Source.PUBMED, id=label.id)
    except ValueError as error:
        yield f"{label.id}: {error}"
    for name, quotes in label.quotes.items():
        for quote in quotes:
            if not any(quote in text for text in texts):
                yield f"{label.id}: the quote for {name} is not in the text: {quote!r}"
    yield from (f"{label.id}: {problem}" for problem in _consistency_problems(label))


def _consistency_problems(label: Label) -> Iterator[str]:
    values: dict[str, bool] = {
        "tissue": bool(label.tissue),
        "donor": bool(label.donor),
        "conditions": bool(label.conditions),
        "route": bool(label.route),
        "dose": bool(label.dose),
        "efficacy": label.efficacy not in (None, Efficacy.NOT_REPORTED),
        "safety": label.safety not in (None, Safety.NOT_REPORTED),
        "msc": label.msc is not None,
    }
    for name, _ in QUOTED:
        if values[name] != bool(label.quotes.get(name)):
            yield f"{name}: a value without a quote" if values[name] else f"{name}: a quote without a value"
    if label.msc == MscClass.NONE and (label.tissue or label.donor or label.products or label.route or label.dose):
        yield "fields of the product are filled although msc is none"
    if not set(label.donor) <= set(label.donor_inferred):
        yield "donor_inferred lacks a donor that is stated"
    for name in ("tissue", "donor"):
        of_products = {value for product in label.products for value in product[name]}
        if label.products and of_products != set(getattr(label, name)):
            yield f"{name} of the products and of the text differ"


def main() -> int:
    """Print the corpus's problems; 1 if there are any."""
    problems = find_problems()
    for problem in problems:
        print(problem)
    folder = seed_dir()
    print(
        f"{folder}: {len(load_cited_trials())} cited papers, {len(load_seed_texts())} texts, "
        f"{len(load_seed_labels())} labels, {len(problems)} problems"
    )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
