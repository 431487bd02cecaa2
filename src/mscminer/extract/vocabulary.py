"""The disease knowledge base as rows: read, written, put together from what the registry and MeSH say, compared."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from mscminer.core.errors import ModelError
from mscminer.extract.spelling import plain_name

FILE: Final = "diseases.tsv"
_COLUMNS: Final = ("ui", "name", "kind", "synonyms")


class TermKind(StrEnum):
    """What a descriptor stands for; only diseases are linked to, the others keep names from being linked wrongly."""

    DISEASE = "disease"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Term:
    """One descriptor with its names.

    Args:
        ui: MeSH's unique id.
        synonyms: other names, sorted.
    """

    ui: str
    name: str
    kind: TermKind = TermKind.DISEASE
    synonyms: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The heading, then the synonyms."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True, kw_only=True, slots=True)
class Differences:
    """How a knowledge base differs from an older one: ids that came, ids that went, and names that came by id."""

    added: tuple[Term, ...]
    removed: tuple[Term, ...]
    changed: tuple[tuple[Term, Term], ...]

    @property
    def none(self) -> bool:
        return not (self.added or self.removed or self.changed)


def read_terms(folder: Path) -> tuple[Term, ...]:
    """The rows of ``diseases.tsv`` in a folder.

    Raises:
        ModelError: if the file is missing or damaged.
    """
    file = folder / FILE
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return tuple(_term(row) for row in csv.DictReader(lines, delimiter="\t"))
    except (OSError, KeyError, ValueError, TypeError, csv.Error) as error:
        raise ModelError(
            f"no disease vocabulary: {error}", where=str(file), remedy="Restore the file or reinstall mscminer."
        ) from error


def _term(row: Mapping[str, str]) -> Term:
    synonyms = tuple(name for name in (row["synonyms"] or "").split("|") if name)
    return Term(ui=row["ui"], name=row["name"], kind=TermKind(row["kind"]), synonyms=synonyms)


def terms_to_text(terms: Iterable[Term]) -> str:
    """The file's text; the same terms always give the same text."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    for term in sorted(terms, key=lambda one: (one.name, one.ui)):
        writer.writerow((term.ui, _clean(term.name), term.kind.value, "|".join(map(_clean, term.synonyms))))
    return sink.getvalue()


def _clean(name: str) -> str:
    return " ".join(name.replace("|", "/").split())


def hash_of(text: str) -> str:
    """First 12 hex digits of the SHA-256 of a knowledge base's text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def merge_terms(*sources: Iterable[Term]) -> tuple[Term, ...]:
    """One term for each id: the first source's heading and kind, the synonyms of all.

    A name that two descriptors claim stays with the one whose heading it is, else with the first.
    """
    merged: dict[str, Term] = {}
    for source in sources:
        for term in source:
            known = merged.get(term.ui)
            merged[term.ui] = replace(known, synonyms=(*known.synonyms, *term.names)) if known else term
    owners = {plain_name(term.name): term.ui for term in reversed(merged.values())}
    return tuple(_own_names(term, owners) for term in merged.values())


def _own_names(term: Term, owners: dict[str, str]) -> Term:
    """The term with those synonyms that say more than its heading and are nobody else's; marks them as its own."""
    kept: dict[str, str] = {}
    for name in term.synonyms:
        plain = plain_name(name)
        if plain and plain != plain_name(term.name) and owners.setdefault(plain, term.ui) == term.ui:
            kept.setdefault(plain, name)
    return replace(term, synonyms=tuple(sorted(kept.values())))


def aliases_of(found: Iterable[tuple[str, str]], known: Iterable[Term]) -> dict[str, tuple[str, ...]]:
    """Names by id that the registry itself has found to stand for a descriptor.

    Args:
        found: (words of a record, heading of the descriptor), once for each record.
        known: the terms whose headings they may name.

    Words that stood for several descriptors count for one only if it was found at least twice as often as the next.
    """
    by_heading = {term.name: term for term in known}
    taken = {plain_name(name) for term in by_heading.values() for name in term.names}
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for words, heading in found:
        if heading in by_heading and plain_name(words) not in taken:
            votes[" ".join(words.lower().split())][heading] += 1
    names: defaultdict[str, list[str]] = defaultdict(list)
    for words, counter in sorted(votes.items()):
        (first, most), *rest = sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))
        if not rest or most >= 2 * rest[0][1]:
            names[by_heading[first].ui].append(words)
    return {ui: tuple(listed) for ui, listed in names.items()}


def with_aliases(terms: Iterable[Term], aliases: Mapping[str, tuple[str, ...]]) -> Iterator[Term]:
    """The terms with more synonyms."""
    for term in terms:
        yield replace(term, synonyms=(*term.synonyms, *aliases.get(term.ui, ())))


def compare_terms(old: Iterable[Term], new: Iterable[Term]) -> Differences:
    """What changed from one knowledge base to the next."""
    before, after = ({term.ui: term for term in terms} for terms in (old, new))
    return Differences(
        added=tuple(term for ui, term in sorted(after.items()) if ui not in before),
        removed=tuple(term for ui, term in sorted(before.items()) if ui not in after),
        changed=tuple(
            (before[ui], term)
            for ui, term in sorted(after.items())
            if ui in before and _told(before[ui]) != _told(term)
        ),
    )


def _told(term: Term) -> tuple[str, str, tuple[str, ...]]:
    return (term.name, term.kind.value, tuple(sorted(term.synonyms)))
