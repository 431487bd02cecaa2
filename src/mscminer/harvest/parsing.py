"""Records of every format as Documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mscminer.core.documents import Document
from mscminer.core.errors import RecordError
from mscminer.core.records import Media, Record
from mscminer.harvest.ctgov_json import parse_study
from mscminer.harvest.ctis import parse_ctis
from mscminer.harvest.euctr import parse_euctr
from mscminer.harvest.ictrp import parse_portal_trial, parse_registry_trial
from mscminer.harvest.jats import parse_full_text
from mscminer.harvest.medline import parse_medline
from mscminer.harvest.pubmed_xml import parse_article

PARSER_VERSION: Final = "1"
"""Raised whenever the same bytes may give another Document; stored Documents of older versions are parsed again."""

_PARSERS: Final[Mapping[Media, Callable[[Record], Document]]] = {
    Media.CTGOV_JSON: parse_study,
    Media.PUBMED_XML: parse_article,
    Media.MEDLINE: parse_medline,
    Media.JATS_XML: parse_full_text,
    Media.ICTRP_XML: parse_portal_trial,
    Media.ICTRP_CSV: parse_portal_trial,
    Media.CHICTR_XML: parse_registry_trial,
    Media.CTIS_JSON: parse_ctis,
    Media.EUCTR_TEXT: parse_euctr,
}


def parse_record(record: Record) -> Document:
    """The Document of a record.

    Raises:
        RecordError: if its bytes are not what its media says, or no parser knows that media.
    """
    parser = _PARSERS.get(record.media)
    if parser is None:
        raise RecordError(
            f"no parser for {record.media}", where=str(record.key), remedy="Use a newer version of mscminer."
        )
    return parser(record)
