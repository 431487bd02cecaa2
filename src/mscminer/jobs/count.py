"""Count what lies in the store under a named definition, as of a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from mscminer.core.counts import CountTable, Definition, Dimension, Unit
from mscminer.core.trials import CensusRow
from mscminer.jobs.assemble import ensure_census
from mscminer.store import Store, Transaction
from mscminer.trials.counting import Placed, build_table, flow_of_groups, place_families, table_of_groups
from mscminer.trials.definitions import DEFAULT, load_definition, load_definitions

__all__ = ["DEFAULT", "WORD_SEARCH", "census_rows", "count_in_store", "load_definition", "load_definitions"]

WORD_SEARCH = "word-search"
"""The definition that an exact word search stands for; printed beside every count as a yardstick."""


def census_rows(store: Store) -> tuple[CensusRow, ...]:
    """Every current record as a census row; assembled anew only where something has changed since."""
    ensure_census(store)
    with store.read() as tx:
        return tuple(tx.census.rows())


def newest_posting(store: Store) -> date | None:
    """The latest day on which a registration in the database was first posted."""
    with store.read() as tx:
        return tx.census.newest_posting()


def count_in_store(
    store: Store,
    definition: Definition,
    as_of: date,
    rows: Dimension,
    columns: Dimension,
    *,
    members: bool = False,
    flow: bool = True,
) -> CountTable:
    """Count in the database, by whatever is assembled there: the same numbers as `trials.counting.count`, at any size.

    Args:
        members: list the records behind every cell; families by a dimension are always counted by listing, as their
            registrations' values have to be joined.
        flow: count too how many records fell out at each test; this looks at all records, not only at those that
            count, and takes longer than the table itself.
    """
    families = definition.unit is Unit.FAMILY
    further = 0
    with store.read() as tx:
        if members or (families and not rows is columns is Dimension.ALL):
            table, further = _listed(tx, definition, as_of, rows, columns)
        elif families:
            table, further = _families(tx, definition, as_of)
        else:
            groups = tx.census.groups(definition, as_of, rows, columns)
            table = table_of_groups(groups, definition, as_of, rows, columns)
        if not flow:
            return table
        stages = tx.census.stages(definition, as_of)
    return replace(table, flow=flow_of_groups(stages, definition, as_of, further=further))


def _listed(
    tx: Transaction, definition: Definition, as_of: date, rows: Dimension, columns: Dimension
) -> tuple[CountTable, int]:
    """The table with its members, and how many registrations belong to families that are counted already."""
    found = list(tx.census.members(definition, as_of, rows, columns))
    placed: tuple[Placed, ...] = tuple((ident, a, b) for ident, _, a, b in found)
    if definition.unit is Unit.FAMILY:
        placed = place_families([(family, a, b) for _, family, a, b in found], rows, columns)
    return build_table(placed, definition, as_of, rows, columns), len(found) - len(placed)


def _families(tx: Transaction, definition: Definition, as_of: date) -> tuple[CountTable, int]:
    """The number of families, and how many registrations belong to families that are counted already."""
    number, registrations = tx.census.families(definition, as_of)
    one = [(("all",), ("all",), number)] if number else []
    return table_of_groups(one, definition, as_of, Dimension.ALL, Dimension.ALL), registrations - number
