"""What every export format is written from: named sheets of plain values, and what is to be known about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mscminer.core.counts import CountTable, Dimension

Cell = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table.

    Args:
        name: short; becomes a sheet's or a file's name.
        columns: heads, distinct.
        rows: each as long as `columns`.
        notes: sentences that belong under the table.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError(f"sheet {self.name}: a row is not as long as the head")


@dataclass(frozen=True, kw_only=True)
class Workbook:
    """Sheets with what is to be known about them: definition, day, versions, hashes.

    Nothing in it depends on when it was written, so the same content gives the same bytes.
    """

    title: str
    sheets: tuple[Sheet, ...]
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def main(self) -> Sheet:
        """The sheet that formats with a single table write."""
        return self.sheets[0]


def about_table(table: CountTable) -> dict[str, str]:
    """What has to be known to argue about a count."""
    definition = table.definition
    return {
        "definition": definition.label,
        "definition says": definition.title,
        "why": definition.rationale,
        "definition hash": definition.digest,
        "as of": table.as_of.isoformat(),
        "total": str(table.total),
        "members hash": table.digest,
    }


def grid_sheet(table: CountTable) -> Sheet:
    """The numbers as people read them: rows by columns, with distinct totals."""
    single = table.columns is Dimension.ALL
    columns = () if single else table.column_values
    rows: list[tuple[Cell, ...]] = [
        (value, *numbers[: len(columns)], table.row_totals[value])
        for value, numbers in zip(table.row_values, table.grid(), strict=True)
    ]
    rows.append(("distinct", *(table.column_totals[value] for value in columns), table.total))
    return Sheet(
        name=f"{table.rows}_{table.columns}"[:31],
        title=_title(table),
        columns=(str(table.rows), *columns, "distinct"),
        rows=tuple(rows),
        notes=table.sum_notes,
    )


def _title(table: CountTable) -> str:
    by = str(table.rows) if table.columns is Dimension.ALL else f"{table.rows} and {table.columns}"
    return f"{table.definition.label} as of {table.as_of.isoformat()} by {by.replace('_', ' ')}"


def cell_sheet(table: CountTable) -> Sheet:
    """One line a cell, with its members and their hash."""
    return Sheet(
        name="cells",
        title=f"Cells of {_title(table)}",
        columns=(str(table.rows), _other_name(table), "number", "members", "members_sha256"),
        rows=tuple(
            (cell.row, cell.column, cell.number, " ".join(cell.members or ()), cell.digest) for cell in table.cells
        ),
    )


def _other_name(table: CountTable) -> str:
    return str(table.columns) if table.columns is not table.rows else f"{table.columns}_2"


def flow_sheet(table: CountTable) -> Sheet:
    """The way from all records to those that count."""
    return Sheet(
        name="flow",
        title="From all records to those that count",
        columns=("step", "excluded", "left"),
        rows=tuple((step.reason, step.excluded, step.left) for step in table.flow),
    )


def count_workbook(table: CountTable, about: Mapping[str, str] | None = None) -> Workbook:
    """A counted table with its cells, its flow and what is to be known."""
    return Workbook(
        title=_title(table),
        sheets=(grid_sheet(table), cell_sheet(table), flow_sheet(table)),
        about={**about_table(table), **dict(sorted((about or {}).items()))},
    )
