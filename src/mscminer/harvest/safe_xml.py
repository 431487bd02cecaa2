"""XML from strangers: no entities of their own, no network, no DTD, bounded size."""

from __future__ import annotations

from lxml import etree

from mscminer.core.errors import RecordError


def parse_xml(raw: bytes) -> etree._Element:
    """The root element of one small document or fragment.

    Entities are never resolved and nothing is fetched; a document that declares entities of its own is refused, for
    there is no honest use of them in PubMed's or a registry's records.

    Raises:
        RecordError: if it is not well-formed, or declares or uses an entity.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise RecordError(f"not well-formed XML: {error}", remedy="Fetch it again from its source.") from error
    for _ in root.iter(etree.Entity):
        raise RecordError("it uses an entity that XML does not define", remedy="Fetch it again from its source.")
    return root


def text_of(element: etree._Element | None) -> str:
    """All text in an element, that of inline markup too, trimmed at both ends; "" for None."""
    if element is None:
        return ""
    return "".join(str(text) for text in element.itertext()).strip()


def find_text(element: etree._Element, path: str) -> str:
    """`text_of` the first match of `path`."""
    return text_of(element.find(path))
