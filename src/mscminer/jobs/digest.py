"""The nightly digest: what changed at the sources, what that did to the counts, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from mscminer.core.records import RecordKey, Source
from mscminer.core.vocabulary import Field
from mscminer.jobs.arrivals import field_changes
from mscminer.store import Store, Transaction
from mscminer.store.changes import Change, ChangeKind

LISTED = 100
"""Entries of a list that are printed; the rest is given as a number."""

_ADDRESSES = {Source.CTGOV: "https://clinicaltrials.gov/study/", Source.PUBMED: "https://pubmed.ncbi.nlm.nih.gov/"}
_WORDS = {
    "status": "status",
    "phases": "phase",
    "has_results": "results",
    "enrollment": "enrolment",
    "enrollment_type": "enrolment",
    "why_stopped": "why stopped",
    "completion": "completion date",
    "conditions": "conditions",
    "title": "title",
    "corrections": "corrections",
}
_WATCHED = ("status", "phases", "has_results")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An entry of a list: the record, its address, and what there is to say."""

    key: str
    address: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Chapter:
    """A list under a heading; `more` entries are not shown."""

    title: str
    lines: tuple[Line, ...]
    more: int = 0

    @property
    def total(self) -> int:
        return len(self.lines) + self.more


@dataclass(frozen=True, kw_only=True, slots=True)
class CountChange:
    """A count before and now; before None: not counted then."""

    label: str
    before: int | None
    now: int

    @property
    def difference(self) -> str:
        if self.before is None:
            return "new"
        return "unchanged" if self.before == self.now else f"{self.now - self.before:+d}"


@dataclass(frozen=True, kw_only=True)
class Digest:
    """All that a night has to tell.

    Args:
        state: ``complete``, ``partial`` or ``failed``.
        gate: why nothing was published; empty if it was.
        failures: sentences on what went wrong.
        notes: what is odd but no failure.
        last_change: number of the last change that is told here.
    """

    at: datetime
    state: str
    chapters: tuple[Chapter, ...] = ()
    counts: tuple[CountChange, ...] = ()
    published: bool = False
    gate: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    last_change: int = 0
    numbers: Mapping[str, int] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """One line: the day, the state, the numbers of changes by kind."""
        told = ", ".join(f"{number} {name}" for name, number in self.numbers.items() if number)
        return f"mscminer {self.at:%Y-%m-%d}: {self.state}; {told or 'no changes'}"

    def to_json(self) -> dict[str, Any]:
        """For the run record: what was told, in numbers."""
        return {
            "subject": self.subject,
            "changes": dict(self.numbers),
            "failures": list(self.failures),
            "gate": list(self.gate),
        }


def build_chapters(store: Store, changes: Sequence[Change]) -> tuple[Chapter, ...]:
    """The changes in chapters, each record in the order of what happened."""
    with store.read() as tx:
        return tuple(
            chapter
            for chapter in (
                _chapter(
                    tx,
                    "New registrations",
                    [c for c in changes if c.kind is ChangeKind.NEW and c.key.source.is_registry],
                ),
                _chapter(tx, "Changed phase, status or results", [c for c in changes if _watched(c)]),
                _chapter(tx, "Retractions", [c for c in changes if c.kind is ChangeKind.RETRACTED]),
                _chapter(tx, "No longer retracted", [c for c in changes if c.kind is ChangeKind.REINSTATED]),
                _chapter(tx, "Removed, deleted or merged", [c for c in changes if c.kind in _GONE]),
                _chapter(tx, "Back again", [c for c in changes if c.kind is ChangeKind.RESTORED]),
                _chapter(
                    tx,
                    "New publications",
                    [c for c in changes if c.kind is ChangeKind.NEW and not c.key.source.is_registry],
                ),
                _chapter(tx, "Other changes", [c for c in changes if c.kind is ChangeKind.CHANGED and not _watched(c)]),
            )
            if chapter.total
        )


_GONE = (ChangeKind.REMOVED, ChangeKind.DELETED, ChangeKind.MERGED)


def _watched(change: Change) -> bool:
    return change.kind is ChangeKind.CHANGED and any(name in field_changes(change.detail) for name in _WATCHED)


def _chapter(tx: Transaction, title: str, changes: Sequence[Change]) -> Chapter:
    lines = tuple(_line(tx, change) for change in changes[:LISTED])
    return Chapter(title=title, lines=lines, more=max(0, len(changes) - LISTED))


def _line(tx: Transaction, change: Change) -> Line:
    prefix = _ADDRESSES.get(change.key.source)
    return Line(
        key=change.key.id,
        address=prefix + change.key.id if prefix else "",
        text=_flat("; ".join(_say(tx, change))),
    )


def _say(tx: Transaction, change: Change) -> Iterator[str]:
    title = change.detail.get("title") or _title(tx, change.key)
    if title:
        yield str(title)
    if change.kind is ChangeKind.NEW:
        product = _product(tx, change.key)
        if product:
            yield f"product: {product}"
    elif change.kind is ChangeKind.CHANGED:
        for name, (before, after) in field_changes(change.detail).items():
            if name != "title":
                yield f"{_WORDS.get(name, name)}: {_value(before)} → {_value(after)}"
            else:
                yield f"title was: {before}"
    elif "reason" in change.detail:
        yield f"{change.kind.value}: {change.detail['reason']}"
    else:
        yield change.kind.value


def _title(tx: Transaction, key: RecordKey) -> str:
    """What the record was called when we last saw it."""
    stored = tx.documents.current(key)
    return stored.document.title if stored else ""


def _product(tx: Transaction, key: RecordKey) -> str:
    """The MSC class that was extracted, once there is an extraction."""
    stored = tx.documents.current(key)
    extraction = tx.extractions.latest(stored.id) if stored else None
    value = extraction.value(Field.MSC) if extraction else None
    return value if isinstance(value, str) else ""


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value in (None, "") else str(value)


def _flat(text: str) -> str:
    """One line without control characters, whatever a record holds."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:500]


def count_changes(before: Mapping[str, int] | None, now: Mapping[str, int]) -> tuple[CountChange, ...]:
    """Every count beside that of the night before."""
    return tuple(
        CountChange(label=label, before=(before or {}).get(label), now=number) for label, number in now.items()
    )


def count_kinds(changes: Sequence[Change]) -> dict[str, int]:
    """Number of changes by kind, those of no change left out."""
    return {kind.value: number for kind in ChangeKind if (number := sum(c.kind is kind for c in changes))}


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("mscminer.jobs"),
        autoescape=jinja2.select_autoescape(["html"]),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_html(digest: Digest) -> str:
    """The digest as a page that needs nothing from elsewhere."""
    return _environment().get_template("digest.html").render(digest=digest)


def render_markdown(digest: Digest) -> str:
    """The digest as Markdown; titles cannot become markup."""
    return _environment().get_template("digest.md").render(digest=digest, plain=_escape)


def _escape(text: str) -> str:
    for sign in "\\`*_[]<>#|":
        text = text.replace(sign, "\\" + sign)
    return text


def write_digest(digest: Digest, folder: Path) -> tuple[Path, Path]:
    """Write both forms under the moment of the run, and as ``latest``; returns the Markdown and the HTML file."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{digest.at:%Y-%m-%dT%H%M%S}"
    texts = {".md": render_markdown(digest), ".html": render_html(digest)}
    for ending, text in texts.items():
        for name in (stem, "latest"):
            fresh = folder / f".{name}{ending}"
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(folder / f"{name}{ending}")
    return folder / f"{stem}.md", folder / f"{stem}.html"
