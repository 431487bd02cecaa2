"""Count what lies in the store under a named definition, as of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from mscminer.core.counts import CountTable, Definition, Dimension, Unit
from mscminer.core.trials import CensusRow
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.progress import Progress
from mscminer.store import Store
from mscminer.trials.counting import build_table, count, flow_of_groups, place_families, table_of_groups
from mscminer.trials.definitions import DEFAULT, load_definition, load_definitions

__all__ = ["DEFAULT", "Census", "build_census", "count_census", "count_in_store", "count_words"]

WORD_SEARCH = "word-search"
"""The definition that an exact word search stands for; printed beside every count as a yardstick."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Census:
    """Every record as counting sees it."""

    rows: tuple[CensusRow, ...]


def build_census(store: Store, *, progress: Progress | None = None) -> Census:
    """Every current record as a census row; assembled anew only where something has changed since."""
    ensure_census(store, progress=progress)
    with store.read() as tx:
        return Census(rows=tuple(tx.census.rows()))


def definition_named(name: str) -> Definition:
    """A definition by its name, or the user's own by the path of a ``.toml`` file.

    Raises:
        NotFound: there is no such definition.
        ConfigError: the file breaks the rules.
    """
    return load_definition(name)


def shipped_definitions() -> tuple[Definition, ...]:
    """All definitions of the package, the default one first."""
    return tuple(load_definitions().values())


def count_census(
    census: Census, *, definition: str, as_of: date, rows: Dimension, columns: Dimension
) -> tuple[CountTable, Definition]:
    """Count a census by two dimensions.

    Raises:
        NotFound: there is no such definition.
    """
    chosen = load_definition(definition)
    return count(census.rows, chosen, as_of, rows, columns), chosen


def count_words(census: Census, as_of: date) -> int:
    """What an exact word search over the same records would have counted by that day."""
    return count(census.rows, load_definition(WORD_SEARCH), as_of, Dimension.ALL, Dimension.ALL).total


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
    """Count in the database, by whatever is assembled there: the same numbers as `count_census`, at any size.

    Args:
        members: list the records behind every cell; families by a dimension are always counted by listing, as their
            registrations' values have to be joined.
        flow: count too how many records fell out at each test; this looks at all records, not only at those that
            count, and takes longer than the table itself.
    """
    with store.read() as tx:
        stages = tx.census.stages(definition, as_of) if flow else []
        if not members and definition.unit is not Unit.FAMILY:
            groups = tx.census.groups(definition, as_of, rows, columns)
            steps = flow_of_groups(stages, definition, as_of) if flow else ()
            return table_of_groups(groups, definition, as_of, rows, columns, steps)
        if not members and rows is columns is Dimension.ALL:
            families, registrations = tx.census.families(definition, as_of)
            steps = flow_of_groups(stages, definition, as_of, further=registrations - families) if flow else ()
            one = [(("all",), ("all",), families)] if families else []
            return table_of_groups(one, definition, as_of, rows, columns, steps)
        found = list(tx.census.members(definition, as_of, rows, columns))
    if definition.unit is Unit.FAMILY:
        placed = place_families([(family, a, b) for _, family, a, b in found], rows, columns)
    else:
        placed = tuple((ident, a, b) for ident, _, a, b in found)
    steps = flow_of_groups(stages, definition, as_of, further=len(found) - len(placed)) if flow else ()
    return build_table(placed, definition, as_of, rows, columns, steps)
