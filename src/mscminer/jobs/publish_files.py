"""The files of a publication: the report with its figures, the counts, the evidence, the census."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from mscminer.core.counts import Dimension
from mscminer.jobs.count import count_in_store
from mscminer.jobs.export import REPORT, WORKBOOKS, export, write_figures
from mscminer.jobs.ledger import export_count
from mscminer.store import Store
from mscminer.trials.definitions import DEFAULT, load_definitions

COUNTS = {
    "tissue_by_donor": (Dimension.TISSUE, Dimension.DONOR),
    "phase": (Dimension.PHASE, Dimension.ALL),
    "disease_by_donor": (Dimension.CATEGORY, Dimension.DONOR_INFERRED),
    "year": (Dimension.YEAR, Dimension.ALL),
}
"""Tables of the default definition that are published, as CSV and JSON."""


def write_publication(store: Store, folder: Path, as_of: date) -> None:
    """Write everything that is published, as of a day, into an empty folder; all of it is in the ledger too."""
    page = export(store, REPORT, DEFAULT, as_of, "html")
    (folder / "report.html").write_bytes(page.output)
    write_figures(page.pictures, folder / "figures")
    for name, (rows, columns) in COUNTS.items():
        for ending in ("csv", "json"):
            exported = export_count(store, definition=DEFAULT, as_of=as_of, rows=rows, columns=columns, format=ending)
            (folder / f"counts_{name}.{ending}").write_bytes(exported.output)
    for what in WORKBOOKS:
        (folder / f"{what}.csv").write_bytes(export(store, what, DEFAULT, as_of, "csv").output)
    (folder / "definitions.json").write_text(_totals(store, as_of), encoding="utf-8")


def _totals(store: Store, as_of: date) -> str:
    """The total by every shipped definition, with the hash of its members."""
    totals = []
    for _, definition in sorted(load_definitions().items()):
        table = count_in_store(store, definition, as_of, Dimension.ALL, Dimension.ALL, members=True)
        totals.append(
            {
                "definition": definition.label,
                "title": definition.title,
                "digest": definition.digest,
                "unit": definition.unit.value,
                "total": table.total,
                "members_sha256": table.digest,
            }
        )
    return json.dumps({"as_of": as_of.isoformat(), "totals": totals}, ensure_ascii=False, indent=1) + "\n"
