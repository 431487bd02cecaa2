"""WHO's search portal ICTRP (export as XML or CSV), and the XML of registries that feed it, such as ChiCTR.

The portal's export has one flat element (or column) for each of WHO's data items.  The registries' own XML nests the
same items in ``main``, ``criteria``, ``countries`` ..., after WHO's DTD for data providers.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from lxml import etree

from mscminer.core.documents import Document, StudyFields
from mscminer.core.errors import RecordError
from mscminer.core.ids import find_registry_ids
from mscminer.core.records import Media, Record, RecordKey, Source
from mscminer.harvest.dates import day_of
from mscminer.harvest.registration import (
    Outcome,
    Registration,
    aliases_of,
    allocation_code,
    build_document,
    enrolment,
    group_sizes,
    interventions_of,
    masking_code,
    model_code,
    other_ids,
    phase_codes,
    plain_text,
    purpose_code,
    split_list,
    status_code,
    study_type_code,
)
from mscminer.harvest.safe_xml import find_text, parse_xml, text_of

Fields = Mapping[str, str]

_VOLATILE: Final = frozenset({"export_date", "internal_number"})
"""Items that belong to the export, not to the registration; they would make a new version of every record each time."""
_MAX_CELL: Final = 16 << 20
_AGAIN: Final = "Export it again from the portal."


def field_name(label: str) -> str:
    """The item's name in one form, whatever the export calls it: ``Public title`` and ``Public_title`` are one."""
    return re.sub(r"[\W_]+", "_", label.strip().lower()).strip("_")


def is_csv_header(line: str) -> bool:
    """Whether a line of text holds the column names of the portal's CSV."""
    names = {field_name(cell) for cell in re.split(r"[,;\t]", line)}
    return {"trialid", "public_title"} <= names


def csv_rows(text: Iterable[str]) -> Iterator[Fields]:
    """Rows of the portal's CSV (comma, semicolon or tab) by item; `build_csv_record` refuses a damaged one.

    Raises:
        csv.Error: where a quoted cell never ends.
    """
    csv.field_size_limit(_MAX_CELL)
    lines = iter(text)
    header = next(lines)
    delimiter = max(",;\t", key=header.count)
    names = [field_name(name) for name in next(csv.reader([header], delimiter=delimiter))]
    for row in csv.reader(lines, delimiter=delimiter, strict=True):
        if len(row) > len(names):
            yield {"_fault": "a row with more cells than there are columns", "_row": json.dumps(row)}
        elif any(cell.strip() for cell in row):
            yield dict(zip(names, row, strict=False))


def build_csv_record(fields: Fields, *, fetched_at: datetime, origin: str = "") -> Record:
    """The Record of one row.

    Raises:
        RecordError: if the row is damaged or has no trial id.
    """
    if "_fault" in fields:
        raise RecordError(fields["_fault"], remedy="Export it again as XML, which keeps its cells apart.")
    kept = {name: text.strip() for name, text in fields.items() if text.strip() and name not in _VOLATILE}
    raw = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return _record(kept, Media.ICTRP_CSV, raw.encode(), fetched_at, origin)
    except UnicodeEncodeError as error:
        raise RecordError("it is not valid UTF-8", remedy="Save the file as UTF-8.") from error


def build_trial_record(trial: etree._Element, *, fetched_at: datetime, origin: str = "") -> Record:
    """The Record of a ``Trial`` of the portal's export or a ``trial`` of a registry's XML.

    Raises:
        RecordError: if it has no trial id.
    """
    for element in list(trial):
        if field_name(str(element.tag)) in _VOLATILE:
            trial.remove(element)
    trial.tail = None
    for element in trial.iter():
        element.text = (element.text or "").strip() or None
        element.tail = None
    raw = etree.tostring(trial, method="c14n", with_comments=False)
    media = Media.CHICTR_XML if trial.find("main") is not None else Media.ICTRP_XML
    return _record(_fields_of(trial), media, raw, fetched_at, origin)


def _record(fields: Fields, media: Media, raw: bytes, fetched_at: datetime, origin: str) -> Record:
    ident = fields.get("trialid") or fields.get("trial_id") or ""
    source = Source.CHICTR if media is Media.CHICTR_XML and ident.lower().startswith("chictr") else Source.ICTRP
    if source is Source.CHICTR:
        ident = next((number.id for number in find_registry_ids(ident)), ident)
    try:
        key = RecordKey(source=source, id=ident)
    except ValueError as error:
        reason = f"not a trial id: {ident!r}" if ident else "the trial has no id"
        raise RecordError(reason, remedy=_AGAIN) from error
    revised = day_of(fields.get("last_refreshed_on", "")) or None
    return Record(key=key, media=media, raw=raw, fetched_at=fetched_at, revised_at=revised, origin=origin)


def _fields_of(trial: etree._Element) -> dict[str, str]:
    """Leaves of the element by item; repeated ones joined by semicolons, as the portal does."""
    found: dict[str, list[str]] = {}
    for element in trial.iter():
        if len(element) == 0 and element is not trial and (text := text_of(element)):
            found.setdefault(field_name(str(element.tag)), []).append(text)
    return {name: ";".join(texts) for name, texts in found.items()}


def parse_portal_trial(record: Record) -> Document:
    """The Document of a trial of the portal's export, XML or CSV.

    Raises:
        RecordError: if the bytes are not such a trial.
    """
    try:
        if record.media is Media.ICTRP_CSV:
            fields: dict[str, str] = json.loads(record.raw)
        else:
            fields = _fields_of(parse_xml(record.raw))
    except (RecordError, ValueError) as error:
        message = error.message if isinstance(error, RecordError) else f"not a row: {error}"
        raise RecordError(message, where=str(record.key), remedy=_AGAIN) from error
    return build_document(record, _portal_registration(record.key.id, fields))


def _portal_registration(ident: str, fields: Fields) -> Registration:
    item = _Items(fields)
    design = item.text("study_design")
    arms, interventions = interventions_of(
        item.text("intervention", "interventions"), tuple(group_sizes(item.text("target_size")))
    )
    return Registration(
        fields=StudyFields(
            **_design_codes(item, design),
            arms=arms,
            interventions=interventions,
            conditions=split_list(item.text("condition", "conditions")),
            secondary_ids=other_ids(split_list(item.text("secondary_id", "secondary_ids", "secondaryids"))),
            aliases=aliases_of(ident),
            sponsor=item.text("primary_sponsor"),
            countries=split_list(item.text("countries")),
            has_results=item.text("results_yes_no").lower() in ("yes", "1", "true"),
            first_posted=day_of(item.text("date_registration3", "date_registration")),
            start=day_of(item.text("date_enrollement", "date_enrolment", "date_enrollment")),
            completion=day_of(item.text("results_date_completed")),
            results_first_posted=day_of(item.text("results_date_posted")),
            last_update_posted=day_of(item.text("last_refreshed_on")),
        ),
        title=item.text("public_title"),
        official_title=item.text("scientific_title"),
        acronym=item.text("acronym"),
        design=design,
        primary_outcomes=_outcomes(item.text("primary_outcome")),
        secondary_outcomes=_outcomes(item.text("secondary_outcome")),
        eligibility=item.joined("inclusion_criteria", "exclusion_criteria"),
    )


class _Items:
    """WHO's data items with their markup taken out."""

    def __init__(self, fields: Fields) -> None:
        self._fields = fields

    def text(self, *names: str) -> str:
        """The first of the named items that is not empty."""
        texts = (plain_text(self._fields.get(name, "")) for name in names)
        return next((text for text in texts if text), "")

    def joined(self, *names: str) -> str:
        texts = (plain_text(self._fields.get(name, "")) for name in names)
        return "\n\n".join(text for text in texts if text)


def _design_codes(item: _Items, design: str) -> dict[str, Any]:
    size = item.text("target_size")
    actual = item.text("results_actual_enrolment", "results_actual_enrollment")
    number = enrolment(actual)
    return {
        "study_type": study_type_code(item.text("study_type")),
        "phases": phase_codes(item.text("phase")),
        "enrollment": number if number is not None else enrolment(size),
        "enrollment_type": "ACTUAL" if number is not None else "ESTIMATED" if enrolment(size) is not None else "",
        "allocation": allocation_code(design),
        "masking": masking_code(design),
        "intervention_model": model_code(design),
        "primary_purpose": purpose_code(design),
        "status": status_code(item.text("recruitment_status")),
    }


def _outcomes(text: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(measure=measure) for measure in split_list(text))


def parse_registry_trial(record: Record) -> Document:
    """The Document of a trial of a registry's own XML (ChiCTR and others after WHO's DTD).

    Raises:
        RecordError: if the bytes are not such a trial.
    """
    try:
        trial = parse_xml(record.raw)
    except RecordError as error:
        raise RecordError(error.message, where=str(record.key), remedy=error.remedy) from error
    fields = _fields_of(trial)
    item = _Items(fields)
    design = item.text("study_design")
    arms, interventions = interventions_of(item.text("i_freetext"), tuple(group_sizes(item.text("target_size"))))
    registration = Registration(
        fields=StudyFields(
            **_design_codes(item, design),
            arms=arms,
            interventions=interventions,
            conditions=split_list(item.text("hc_freetext")),
            keywords=_all(trial, ".//hc_keyword") + _all(trial, ".//i_keyword"),
            secondary_ids=other_ids(_all(trial, ".//sec_id") + _all(trial, "main/utrn")),
            aliases=aliases_of(record.key.id),
            sponsor=item.text("primary_sponsor"),
            investigators=tuple(_investigators(trial)),
            countries=_all(trial, "countries/country2") or _all(trial, ".//country2"),
            first_posted=day_of(item.text("date_registration")),
            start=day_of(item.text("date_enrolment")),
            results_first_posted=day_of(item.text("results_date_posted")),
        ),
        title=item.text("public_title"),
        official_title=item.text("scientific_title"),
        acronym=item.text("acronym", "scientific_acronym"),
        design=design,
        primary_outcomes=tuple(Outcome(measure=measure) for measure in _all(trial, ".//prim_outcome")),
        secondary_outcomes=tuple(Outcome(measure=measure) for measure in _all(trial, ".//sec_outcome")),
        eligibility=item.joined("inclusion_criteria", "exclusion_criteria"),
    )
    return build_document(record, registration)


def _all(trial: etree._Element, path: str) -> tuple[str, ...]:
    texts = (plain_text(text_of(element)) for element in trial.iterfind(path))
    return tuple(dict.fromkeys(text for text in texts if text))


def _investigators(trial: etree._Element) -> Iterator[str]:
    for contact in trial.iterfind("contacts/contact"):
        if find_text(contact, "type").lower() in ("scientific", "scientific contact", "principal investigator"):
            names = (find_text(contact, name) for name in ("firstname", "middlename", "lastname"))
            name = " ".join(part for part in names if part)
            if name:
                yield name
