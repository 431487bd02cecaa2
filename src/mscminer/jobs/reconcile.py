"""Hold our count against a published list of ids."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from mscminer.core.counts import Basis, Unit
from mscminer.core.errors import UnreadableFile
from mscminer.core.ids import find_registry_ids
from mscminer.jobs.assemble import ensure_census
from mscminer.jobs.view import view_of
from mscminer.store import Store
from mscminer.trials.definitions import load_definition
from mscminer.trials.links import other_numbers
from mscminer.trials.reconcile import Reconciliation, reconcile

__all__ = ["Reconciliation", "read_ids", "reconcile_file"]

_PMID = re.compile(r"(?<![\w./-])[1-9]\d{4,7}(?![\w/-]|\.\d)")
"""A PMID alone in its field: five digits or more, so that years and numbers of a line are none."""


def read_ids(path: Path, unit: Unit = Unit.REGISTRATION) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Registration numbers (PMIDs, where publications are counted) in any text file, and the lines that hold none.

    Raises:
        UnreadableFile: if it is not text, or holds no number at all.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"It cannot be read as text: {error}.", where=str(path), remedy="Save the list as text or CSV in UTF-8."
        ) from error
    papers = unit is Unit.PUBLICATION
    ids: list[str] = []
    unread: list[str] = []
    for line in text.splitlines():
        found = _PMID.findall(line) if papers else [match.id for match in find_registry_ids(line)]
        ids += found
        if line.strip() and not found:
            unread.append(line.strip())
    if not ids:
        what, example = ("PMID", "25926562") if papers else ("registration number", "NCT00114452")
        remedy = f"Write one number a line, as {example}."
        raise UnreadableFile(f"There is no {what} in it.", where=str(path), remedy=remedy)
    return tuple(dict.fromkeys(ids)), tuple(unread)


def reconcile_file(
    store: Store, path: Path, *, definition: str, as_of: date, basis: Basis = Basis.NEWEST
) -> Reconciliation:
    """Compare the ids in a file with what counts.

    Raises:
        UnreadableFile: the file has no ids.
        NotFound: there is no such definition.
    """
    chosen = load_definition(definition)
    ids, unread = read_ids(path, chosen.unit)
    rows = tuple(view_of(store, basis, as_of).rows())
    return reconcile(ids, rows, chosen, as_of, others=_other_numbers(store), unread=unread)


def _other_numbers(store: Store) -> Mapping[str, Sequence[str]]:
    """Other numbers of the registrations that are here -> their own."""
    ensure_census(store)
    found: defaultdict[str, list[str]] = defaultdict(list)
    with store.read() as tx:
        for part in tx.parts.essential():
            if part.essence is not None and part.essence.document.study is not None:
                for number in other_numbers(part.essence.document):
                    found[number].append(part.key.id)
    return found
