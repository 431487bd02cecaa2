"""MeSH by E-utilities over a `World`: esearch by unique id, esummary (version 1.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape

from mscminer.testing.faults import FaultKind
from mscminer.testing.responses import Response, xml_response
from mscminer.testing.world import Descriptor, World

_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_ESEARCH = (
    _HEAD + '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
_ESUMMARY = (
    _HEAD + '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20041029/esummary-v1.dtd">\n'
)
_UI = re.compile(r"(D\d+)\[mhui\]", re.IGNORECASE)


class MeshService:
    """Answers for ``db=mesh`` as eutils.ncbi.nlm.nih.gov would."""

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, utility: str, given: Mapping[str, str], fault: FaultKind | None = None) -> Response:
        """The response to a request."""
        if utility == "esearch":
            return self._esearch(given, fault)
        if utility == "esummary":
            return self._esummary(given)
        return xml_response("<html><body>Not Found</body></html>", 404)

    def _esearch(self, given: Mapping[str, str], fault: FaultKind | None) -> Response:
        wanted = set(_UI.findall(given.get("term", "")))
        with self._world.lock:
            found = [one.number for one in self._world.descriptors.values() if one.ui in wanted]
        shown = found[: int(given.get("retmax", 20))]
        count = len(found) + (fault is FaultKind.WRONG_COUNT)
        listed = "".join(f"<Id>{number}</Id>\n" for number in sorted(shown, key=int, reverse=True))
        return xml_response(
            f"{_ESEARCH}<eSearchResult><Count>{count}</Count><RetMax>{len(shown)}</RetMax><RetStart>0</RetStart>"
            f"<IdList>\n{listed}</IdList><TranslationSet/><QueryTranslation>{escape(given.get('term', ''))}"
            "</QueryTranslation></eSearchResult>"
        )

    def _esummary(self, given: Mapping[str, str]) -> Response:
        numbers = [number.strip() for number in given.get("id", "").split(",") if number.strip()]
        if not numbers:
            return xml_response(
                f"{_ESUMMARY}<eSummaryResult>\n\t<ERROR>Empty id list - nothing todo</ERROR>\n</eSummaryResult>"
            )
        with self._world.lock:
            summaries = "".join(self._summary(number) for number in numbers)
        return xml_response(f"{_ESUMMARY}<eSummaryResult>\n{summaries}</eSummaryResult>")

    def _summary(self, number: str) -> str:
        found = self._world.descriptors.get(number)
        if found is None:
            return f"<ERROR>Invalid uid {escape(number)} at position= 0</ERROR>\n"
        return (
            f"<DocSum>\n\t<Id>{number}</Id>\n"
            + _item("DS_RecordType", "String", "descriptor")
            + _item("DS_ScopeNote", "String", "A made-up note.")
            + _item("DS_MeSHUI", "String", found.ui)
            + _list("DS_MeshTerms", "".join(_item("string", "String", name) for name in found.names))
            + _list("DS_IdxLinks", "".join(self._links(found)))
            + "</DocSum>\n\n"
        )

    def _links(self, found: Descriptor) -> Iterator[str]:
        places = {place: one.number for one in self._world.descriptors.values() for place in one.tree_numbers}
        for place in found.tree_numbers:
            parent = places.get(place.rpartition(".")[0], "0")
            children = sorted(number for other, number in places.items() if other.rpartition(".")[0] == place)
            inside = _item("Parent", "Integer", parent) + _item("TreeNum", "String", place)
            inside += _list("Children", "".join(_item("int", "Integer", number) for number in children))
            yield f'\t<Item Name="LinksType" Type="Structure">\n{inside}\t</Item>\n'


def _item(name: str, kind: str, text: str) -> str:
    return f'\t<Item Name="{name}" Type="{kind}">{escape(text, quote=False)}</Item>\n'


def _list(name: str, inside: str) -> str:
    return f'\t<Item Name="{name}" Type="List">\n{inside}\t</Item>\n'
