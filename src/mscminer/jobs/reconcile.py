"""Hold our count against a published list of ids."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mscminer.core.counts import Basis
from mscminer.core.errors import UnreadableFile
from mscminer.core.ids import find_registry_ids
from mscminer.jobs.view import view_of
from mscminer.store import Store
from mscminer.trials.definitions import load_definition
from mscminer.trials.reconcile import Reconciliation, reconcile


def read_ids(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Registration numbers in any text file (list, CSV, JSON, saved page), and the lines that hold none.

    Raises:
        UnreadableFile: if it is not text, or holds no number at all.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(
            f"It cannot be read as text: {error}.", where=str(path), remedy="Save the list as text or CSV in UTF-8."
        ) from error
    ids: list[str] = []
    unread: list[str] = []
    for line in text.splitlines():
        found = [match.id for match in find_registry_ids(line)]
        ids += found
        if line.strip() and not found:
            unread.append(line.strip())
    if not ids:
        remedy = "Write one number a line, as NCT00114452."
        raise UnreadableFile("There is no registration number in it.", where=str(path), remedy=remedy)
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
    ids, unread = read_ids(path)
    return reconcile(ids, tuple(view_of(store, basis, as_of).rows()), chosen, as_of, unread=unread)
