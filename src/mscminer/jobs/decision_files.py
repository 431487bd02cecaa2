"""Decisions as files, for work elsewhere and back: CSV, JSON Lines, Label Studio JSON, spaCy DocBin.

CSV and JSON Lines hold the decisions themselves, undone ones too, and come back as they were.  Label Studio and
DocBin hold the curated texts with the spans of what was decided, and apart from those what was only extracted; coming
back, each span of the former becomes an accepted value.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from mscminer.core.decisions import (
    CURATOR,
    MAIN,
    Decision,
    NewDecision,
    Verdict,
    evidence_from_list,
    evidence_to_list,
)
from mscminer.core.documents import Document
from mscminer.core.errors import ConfigError, UnreadableFile
from mscminer.core.facts import Extraction, Value, canonical, from_canonical
from mscminer.core.records import RecordKey
from mscminer.core.vocabulary import Field
from mscminer.jobs.curate import curated_extractions, refresh_queue
from mscminer.jobs.second_pass import Sight
from mscminer.store import Store

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("decisions.csv", "text/csv; charset=utf-8"),
    "jsonl": ("decisions.jsonl", "application/x-ndjson"),
    "label-studio": ("label-studio.json", "application/json"),
    "docbin": ("curated.spacy", "application/octet-stream"),
}
"""Format -> file name and media type."""

_SUFFIXES = {PurePath(name).suffix: form for form, (name, _) in FORMATS.items()}
CURATED, EXTRACTED = "curated", "extracted"
"""Groups of spans: what a curator decided, and what nobody has decided on yet."""

COLUMNS = (
    "uid", "at", "who", "record", "line", "field", "verdict", "value", "new_value", "why", "undoes", "evidence",
    "shown", "origin",
)  # fmt: skip
NAMESPACE = uuid.UUID("5a0d3c1e-7f0e-4e0b-9c55-6d1c8a1b7f10")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
BATCH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did; `problems` names what could not be read, the rest was done."""

    added: int
    known: int
    problems: tuple[str, ...] = ()


def format_of(name: str) -> str:
    """The format that a file's name tells.

    Raises:
        ConfigError: it tells none.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in _SUFFIXES:
        known = ", ".join(f"{ending} ({form})" for ending, form in _SUFFIXES.items())
        raise ConfigError("its name does not tell the format.", where=name, remedy=f"End it in {known}, or --format.")
    return _SUFFIXES[suffix]


def export_decisions(store: Store, form: str, *, sight: Sight | None = None) -> bytes:
    """All decisions, or the curated texts, in one of `FORMATS`.

    Args:
        sight: of whoever asks; what they may not see is left out.

    Raises:
        ConfigError: no such format.
    """
    if form not in FORMATS:
        raise ConfigError(f"no format {form!r}.", where="export", remedy=f"It may be {', '.join(FORMATS)}.")
    if form in {"csv", "jsonl"}:
        with store.read() as tx:
            decisions = [item for item in tx.decisions.iterate() if sight is None or sight.may_see(item)]
        return _csv(decisions) if form == "csv" else _jsonl(decisions)
    curated = curated_extractions(store, without=sight.blind if sight is not None else ())
    return _label_studio(curated) if form == "label-studio" else _docbin(curated)


def decision_to_json(decision: Decision) -> dict[str, Any]:
    """A decision as plain data, by `COLUMNS`."""
    return {
        "uid": decision.uid,
        "at": decision.at.isoformat(),
        "who": decision.who,
        "record": str(decision.key),
        "line": decision.line,
        "field": decision.field.value if decision.field else "",
        "verdict": decision.verdict.value,
        "value": decision.value,
        "new_value": decision.new_value,
        "why": decision.why,
        "undoes": decision.undoes,
        "evidence": [evidence_to_list(item) for item in decision.evidence],
        "shown": dict(decision.shown),
        "origin": decision.origin,
    }


def _jsonl(decisions: Iterable[Decision]) -> bytes:
    return "".join(json.dumps(decision_to_json(item)) + "\n" for item in decisions).encode()


def _csv(decisions: Iterable[Decision]) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for decision in decisions:
        data = decision_to_json(decision)
        data |= {name: json.dumps(data[name]) for name in ("evidence", "shown")}
        writer.writerow([_guarded(data[name] or "") for name in COLUMNS])
    return file.getvalue().encode("utf-8", "replace")


def _guarded(text: str) -> str:
    # A spreadsheet would run a cell that begins like a formula.
    return f"'{text}" if text.startswith(_FORMULA) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def joined_text(document: Document) -> tuple[str, list[tuple[str, int, int]]]:
    """All sections as one text, with the place of each: name, start, end."""
    text, places = "", []
    for section in document.sections:
        places.append((section.name, len(text), len(text) + len(section.text)))
        text += section.text + "\n\n"
    return text, places


@dataclass(frozen=True, kw_only=True, slots=True)
class _Marked:
    """Words of a curated text: characters of the joined text, and what they are evidence of."""

    start: int
    end: int
    quote: str
    field: Field
    value: str
    maker: str

    @property
    def group(self) -> str:
        return CURATED if self.maker == CURATOR else EXTRACTED


def _marked(document: Document, extraction: Extraction) -> Iterator[_Marked]:
    starts = {name: start for name, start, _ in joined_text(document)[1]}
    for fact in extraction.facts:
        for evidence in fact.evidence if fact.stated else ():
            if evidence.document == document.version:
                base = starts[evidence.span.section]
                yield _Marked(
                    start=base + evidence.span.start,
                    end=base + evidence.span.end,
                    quote=evidence.quote,
                    field=fact.field,
                    value=canonical(fact.value),
                    maker=fact.maker.name,
                )


def _utf16(text: str, offset: int) -> int:
    return len(text[:offset].encode("utf-16-le", "surrogatepass")) // 2


def _from_utf16(text: str, offset: int) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * offset].decode("utf-16-le", "surrogatepass"))


def _label_studio(curated: Iterable[tuple[Document, Extraction]]) -> bytes:
    return json.dumps([_label_studio_task(document, extraction) for document, extraction in curated], indent=1).encode()


def _label_studio_task(document: Document, extraction: Extraction) -> dict[str, Any]:
    text, _ = joined_text(document)
    results: dict[str, list[dict[str, Any]]] = {CURATED: [], EXTRACTED: []}
    for number, mark in enumerate(_marked(document, extraction)):
        # Label Studio counts as JavaScript does, in UTF-16 units.
        start, end = _utf16(text, mark.start), _utf16(text, mark.end)
        place = {"start": start, "end": end, "text": mark.quote}
        region = {"id": f"r{number}", "to_name": "text"}
        results[mark.group] += [
            {**region, "from_name": "label", "type": "labels", "value": {**place, "labels": [mark.field.value]}},
            {**region, "from_name": "value", "type": "textarea", "value": {**place, "text": [mark.value]}},
        ]
    return {
        "data": {"record": str(document.key), "document": document.version, "text": text},
        "annotations": [{"result": results[CURATED]}],
        "predictions": [{"model_version": str(extraction.maker), "result": results[EXTRACTED]}],
    }


def label_studio_setup() -> str:
    """The labelling interface that a Label Studio project needs for an exported file."""
    labels = "".join(f"    <Label value={quoteattr(name.value)}/>\n" for name in Field)
    return (
        f'<View>\n  <Labels name="label" toName="text">\n{labels}  </Labels>\n  <Text name="text" value="$text"/>\n'
        '  <TextArea name="value" toName="text" perRegion="true" editable="true" maxSubmissions="1"/>\n</View>\n'
    )


def _docbin(curated: Iterable[tuple[Document, Extraction]]) -> bytes:
    import spacy
    from spacy.tokens import DocBin

    nlp = spacy.blank("en")
    bin_ = DocBin(store_user_data=True)
    for document, extraction in curated:
        marks = list(_marked(document, extraction))
        doc = nlp.make_doc(joined_text(document)[0])
        _cut(doc, {place for mark in marks for place in (mark.start, mark.end)})
        for group in (CURATED, EXTRACTED):
            doc.spans[group] = [_span(doc, mark) for mark in marks if mark.group == group]
        doc.user_data |= {"record": str(document.key), "document": document.version}
        bin_.add(doc)
    found: bytes = bin_.to_bytes()
    return found


def _cut(doc: Doc, places: Iterable[int]) -> None:
    """Split tokens where words begin or end within one, so that each span is exactly its words."""
    ordered = sorted(places)
    with doc.retokenize() as retokenizer:
        for token in doc:
            first, last = bisect_right(ordered, token.idx), bisect_left(ordered, token.idx + len(token))
            if first < last:
                cuts = [0, *(place - token.idx for place in ordered[first:last]), len(token)]
                parts = [token.text[left:right] for left, right in pairwise(cuts)]
                retokenizer.split(token, parts, heads=[(token, 0)] * len(parts))


def _span(doc: Doc, mark: _Marked) -> Span:
    found: Span | None = doc.char_span(mark.start, mark.end, label=mark.field.value, kb_id=mark.value)
    assert found is not None, "tokens were split there"
    return found


Read = tuple[NewDecision, str]


def import_decisions(
    store: Store, data: bytes, form: str, *, name: str, by: str, now: datetime | None = None
) -> Imported:
    """Append what a file holds; what is there already (by uid) is left alone, so importing twice changes nothing.

    Args:
        name: the file's name, kept as the decisions' origin together with `by`, who imports it.

    Raises:
        ConfigError: no such format.
        UnreadableFile: the file as a whole is not of that format.
    """
    readers: Mapping[str, Callable[[], Iterator[Read | str]]] = {
        "csv": lambda: _read_rows(_csv_rows(data, name), f"{name}, by {by}"),
        "jsonl": lambda: _read_rows(_jsonl_rows(data, name), f"{name}, by {by}"),
        "label-studio": lambda: _read_label_studio(store, data, name, by, now or datetime.now(UTC)),
        "docbin": lambda: _read_docbin(store, data, name, by, now or datetime.now(UTC)),
    }
    if form not in readers:
        raise ConfigError(f"no format {form!r}.", where="import", remedy=f"It may be {', '.join(FORMATS)}.")
    added = known = 0
    problems = []
    with store.write() as tx:
        tx.decisions.queue_up()
        for item in readers[form]():
            if isinstance(item, str):
                problems.append(item)
            elif tx.decisions.by_uid(item[1]) is not None:
                known += 1
            else:
                tx.decisions.append(item[0], expected=None, uid=item[1])
                added += 1
    refresh_queue(store)
    return Imported(added=added, known=known, problems=tuple(problems))


def _text_of(data: bytes, name: str, kind: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("is not UTF-8.", where=name, remedy=f"Save it as {kind} in UTF-8.") from error


def _jsonl_rows(data: bytes, name: str) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(_text_of(data, name, "JSON Lines").split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except ValueError as error:
                yield number, f"not JSON: {error}"


def _csv_rows(data: bytes, name: str) -> Iterator[tuple[int, Any]]:
    csv.field_size_limit(1 << 24)
    reader = csv.DictReader(io.StringIO(_text_of(data, name, "CSV"), newline=""))
    missing = set(COLUMNS) - set(reader.fieldnames or ())
    if missing:
        raise UnreadableFile(f"has no column {sorted(missing)[0]!r}.", where=name, remedy="Use an exported file.")
    for row in reader:
        values = {key: _unguarded(value or "") for key, value in row.items() if key in COLUMNS}
        try:
            yield (
                reader.line_num,
                {
                    **values,
                    "evidence": json.loads(values["evidence"] or "[]"),
                    "shown": json.loads(values["shown"] or "{}"),
                },
            )
        except ValueError as error:
            yield reader.line_num, f"evidence or shown is not JSON: {error}"


def _read_rows(rows: Iterable[tuple[int, Any]], origin: str) -> Iterator[Read | str]:
    for number, row in rows:
        if isinstance(row, str):
            yield f"line {number}: {row}"
            continue
        try:
            yield _decision(row, origin)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            yield f"line {number}: {type(error).__name__}: {error}"


def _decision(row: Mapping[str, Any], origin: str) -> Read:
    uid = str(row["uid"])
    if not (uid.isalnum() and uid.isascii() and len(uid) <= 64):
        raise ValueError(f"no uid: {uid[:80]!r}")
    new = NewDecision(
        key=RecordKey.parse(str(row["record"])),
        field=Field(row["field"]) if row["field"] else None,
        value=_spelt(row["value"]),
        verdict=Verdict(row["verdict"]),
        new_value=_spelt(row["new_value"]) if row["new_value"] else None,
        evidence=tuple(evidence_from_list(item) for item in row["evidence"]),
        shown=dict(row["shown"]),
        why=str(row["why"] or ""),
        who=_name(row["who"]),
        at=datetime.fromisoformat(row["at"]),
        line=_line(row["line"]),
        undoes=str(row["undoes"]) if row["undoes"] else None,
        origin=origin,
    )
    return new, uid


def _spelt(value: str) -> str:
    return canonical(from_canonical(value)) if value else ""


def _name(who: Any) -> str:
    if not isinstance(who, str) or not who.isprintable() or len(who) > 64:
        raise ValueError("no printable name of who decided")
    return who


def _line(line: Any) -> str:
    if line == MAIN or (isinstance(line, str) and line.startswith("second:") and line[7:].isdecimal()):
        return str(line)
    raise ValueError(f"no line {line!r}")


def _accepted(
    document: Document, places: Sequence[tuple[str, int, int]], span: tuple[int, int], labels: tuple[str, str],
    who: str, at: datetime, origin: str,
) -> Read:  # fmt: skip
    """An accepted value of what somebody marked: `labels` are field and canonical value."""
    start, end = span
    number = bisect_right([place[1] for place in places], start) - 1
    name, begin, _ = places[number]
    evidence = document.evidence(name, start - begin, end - begin)
    field, value = Field(labels[0]), _spelt(labels[1])
    uid = uuid.uuid5(NAMESPACE, json.dumps([str(document.key), field, value, evidence_to_list(evidence)])).hex
    new = NewDecision(
        key=document.key,
        field=field,
        value=value,
        verdict=Verdict.ACCEPT,
        evidence=(evidence,),
        shown={"document": document.version},
        who=who,
        at=at,
        origin=origin,
    )
    return new, uid


def _read_label_studio(store: Store, data: bytes, name: str, by: str, at: datetime) -> Iterator[Read | str]:
    try:
        tasks = json.loads(data)
    except ValueError as error:
        raise UnreadableFile(f"is not JSON: {error}.", where=name, remedy="Export it as JSON.") from error
    if not isinstance(tasks, list):
        raise UnreadableFile("is not a list of tasks.", where=name, remedy="Export it as JSON.")
    for number, task in enumerate(tasks):
        try:
            yield from _label_studio_spans(store, task, by, at, name)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
            yield f"task {number}: {type(error).__name__}: {error}"


def _label_studio_spans(store: Store, task: Any, by: str, at: datetime, name: str) -> Iterator[Read | str]:
    document = _document(store, task["data"]["document"])
    text, places = joined_text(document)
    for annotation in task["annotations"]:
        regions: dict[str, dict[str, Any]] = {}
        for part in annotation["result"]:
            region = regions.setdefault(part["id"], {})
            region[part["from_name"]] = part["value"]
        for ident, region in regions.items():
            try:
                place, value = region["label"], region["value"]["text"][0]
                span = (_from_utf16(text, place["start"]), _from_utf16(text, place["end"]))
                field = Field(place["labels"][0])
                yield _accepted(document, places, span, (field, _typed(field, value)), by, at, f"{name}, by {by}")
            except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
                yield f"{document.key}, region {ident}: {type(error).__name__}: {error}"


def _typed(field: Field, text: str) -> str:
    """What people type for a value, or the canonical form itself, as canonical form."""
    try:
        return _spelt(text)
    except ValueError:
        typed: Value = {"name": text, "mesh": None, "mesh_name": None} if field is Field.CONDITION else text
        return canonical(typed)


def _document(store: Store, version: Any) -> Document:
    with store.read() as tx:
        document = tx.documents.by_version(str(version))
    if document is None:
        raise ValueError("its document version is not in the database")
    return document


def _read_docbin(store: Store, data: bytes, name: str, by: str, at: datetime) -> Iterator[Read | str]:
    import zlib

    import spacy
    from spacy.tokens import DocBin

    try:
        docs = list(DocBin().from_bytes(data).get_docs(spacy.blank("en").vocab))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile("is no spaCy DocBin.", where=name, remedy="Write it with DocBin.to_disk.") from error
    for number, doc in enumerate(docs):
        try:
            document = _document(store, doc.user_data["document"])
            text, places = joined_text(document)
            if text != doc.text:
                raise ValueError("its text differs from the document's")
            for span in doc.spans.get(CURATED, []):
                labels = (span.label_, span.kb_id_)
                place = (span.start_char, span.end_char)
                yield _accepted(document, places, place, labels, by, at, f"{name}, by {by}")
        except (KeyError, ValueError) as error:
            yield f"text {number}: {type(error).__name__}: {error}"
