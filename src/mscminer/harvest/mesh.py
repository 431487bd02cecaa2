"""MeSH descriptors: those that a registration carries, and their names and places by Entrez (``db=mesh``).

Entrez knows a descriptor by a number of its own: esearch with ``[mhui]`` gives it, esummary then gives the heading and
its entry terms (``DS_MeshTerms``, the heading first), the unique id (``DS_MeSHUI``) and, per place in the tree, its
number, parent and children (``DS_IdxLinks``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from mscminer.core.documents import Concept
from mscminer.core.errors import RecordError
from mscminer.harvest.ctgov_json import mesh_ui
from mscminer.harvest.entrez import EntrezClient

_IDS_PER_SEARCH: Final = 100
"""Unique ids in one term, so that an address stays under 4,000 characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RegistryTerms:
    """What one registration says of MeSH.

    Args:
        conditions: descriptors of its conditions.
        broader: their ancestors.
        interventions: descriptors of what is given, which are no diseases.
        found: (words of the record, name of the descriptor that the registry found in them).
    """

    conditions: tuple[Concept, ...] = ()
    broader: tuple[Concept, ...] = ()
    interventions: tuple[Concept, ...] = ()
    found: tuple[tuple[str, str], ...] = ()


def read_registry_terms(raw: bytes) -> RegistryTerms:
    """The MeSH part of one study as the registry's API gives it.

    Raises:
        RecordError: if it is no JSON of a study.
    """
    try:
        derived = json.loads(raw).get("derivedSection") or {}
        browse = derived.get("conditionBrowseModule") or {}
        given = derived.get("interventionBrowseModule") or {}
        return RegistryTerms(
            conditions=_concepts(browse.get("meshes")),
            broader=_concepts(browse.get("ancestors")),
            interventions=_concepts(given.get("meshes")) + _concepts(given.get("ancestors")),
            found=tuple(
                (leaf["asFound"], leaf["name"]) for leaf in browse.get("browseLeaves") or () if leaf.get("asFound")
            ),
        )
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise RecordError(f"no study: {error}", remedy="Fetch it again from its source.") from error


def _concepts(items: list[dict[str, Any]] | None) -> tuple[Concept, ...]:
    return tuple(Concept(name=item["term"], ui=mesh_ui(item["id"])) for item in items or ())


@dataclass(frozen=True, kw_only=True, slots=True)
class MeshDescriptor:
    """One descriptor as Entrez gives it.

    Args:
        number: Entrez's own id.
        names: the heading first, then its entry terms.
        tree_numbers: its places ("C05.116.198").
        parents: numbers of the descriptors above it.
        children: numbers of those under it.
    """

    number: str
    ui: str
    names: tuple[str, ...]
    tree_numbers: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


def fetch_descriptors(client: EntrezClient, uis: Sequence[str]) -> Iterator[MeshDescriptor]:
    """Descriptors by unique id ("D010003"); one that MeSH does not have (any more) is left out."""
    for start in range(0, len(uis), _IDS_PER_SEARCH):
        term = " OR ".join(f"{ui}[mhui]" for ui in uis[start : start + _IDS_PER_SEARCH])
        yield from fetch_numbered(client, client.search_ids("mesh", term))


def fetch_numbered(client: EntrezClient, numbers: Sequence[str]) -> Iterator[MeshDescriptor]:
    """Descriptors by Entrez's own numbers."""
    batch = min(client.settings.batch, _IDS_PER_SEARCH)
    for start in range(0, len(numbers), batch):
        yield from parse_summaries(client.summaries("mesh", numbers[start : start + batch]))


def parse_summaries(root: etree._Element) -> Iterator[MeshDescriptor]:
    """The descriptors of an eSummaryResult; qualifiers and supplementary concepts are left out."""
    for summary in root.iter("DocSum"):
        items = {item.get("Name", ""): item for item in summary.findall("Item")}
        ui = (items["DS_MeSHUI"].text or "").strip() if "DS_MeSHUI" in items else ""
        names = tuple(_texts(items.get("DS_MeshTerms"), "string"))
        if not ui.startswith("D") or not names:
            continue
        links = items.get("DS_IdxLinks")
        yield MeshDescriptor(
            number=(summary.findtext("Id") or "").strip(),
            ui=ui,
            names=names,
            tree_numbers=_once(_texts(links, "TreeNum")),
            parents=_once(text for text in _texts(links, "Parent") if text != "0"),
            children=_once(_texts(links, "int")),
        )


def _texts(item: etree._Element | None, name: str) -> Iterator[str]:
    if item is not None:
        for found in item.iter("Item"):
            if found.get("Name") == name and (found.text or "").strip():
                yield (found.text or "").strip()


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
