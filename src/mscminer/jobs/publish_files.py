"""The files of a publication: every count with its members, by every shipped definition."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from mscminer.core.counts import CountTable, Definition, Dimension
from mscminer.jobs.count import count_in_store
from mscminer.store import Store
from mscminer.trials.definitions import DEFAULT, load_definitions

_TABLES = (
    (Dimension.TISSUE, Dimension.DONOR),
    (Dimension.PHASE, Dimension.ALL),
    (Dimension.CATEGORY, Dimension.DONOR_INFERRED),
    (Dimension.YEAR, Dimension.ALL),
)


def write_publication(store: Store, folder: Path, as_of: date) -> None:
    """Write ``counts.json``: totals by all definitions, and the usual tables of the default one with members."""
    definitions = load_definitions()
    plain = {
        "as_of": as_of.isoformat(),
        "totals": [_total(store, definition, as_of) for _, definition in sorted(definitions.items())],
        "tables": [
            _table(count_in_store(store, definitions[DEFAULT], as_of, rows, columns, members=True))
            for rows, columns in _TABLES
        ],
    }
    text = json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
    (folder / "counts.json").write_text(text, encoding="utf-8")


def _total(store: Store, definition: Definition, as_of: date) -> dict[str, Any]:
    table = count_in_store(store, definition, as_of, Dimension.ALL, Dimension.ALL, members=True)
    return {
        "definition": definition.label,
        "title": definition.title,
        "digest": definition.digest,
        "unit": definition.unit.value,
        "total": table.total,
        "members_sha256": table.digest,
    }


def _table(table: CountTable) -> dict[str, Any]:
    return {
        "definition": table.definition.label,
        "rows": table.rows.value,
        "columns": table.columns.value,
        "total": table.total,
        "row_totals": dict(table.row_totals),
        "column_totals": dict(table.column_totals),
        "cells": [
            {"row": cell.row, "column": cell.column, "number": cell.number, "members": list(cell.members or ())}
            for cell in table.cells
        ],
        "notes": list(table.sum_notes),
    }
