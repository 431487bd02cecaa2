"""What a plain word search over our stored records would count: a yardstick beside the count by facts.

This is not the registry's search.  ClinicalTrials.gov expands synonyms, weighs areas of the record and searches
parts that are not stored here; its own number is stored when it is asked for (`RegistrySnapshot`).
"""

from __future__ import annotations

import re

from mscminer.core.documents import Document

_WORDS = re.compile(r"\bmesenchymal[\s-]+(?:stem|stromal)\b", re.IGNORECASE)

DESCRIPTION = "the words 'mesenchymal stem' or 'mesenchymal stromal', in any letter case, in any stored text"


def is_word_hit(document: Document) -> bool:
    """Whether "mesenchymal stem" or "mesenchymal stromal" stands anywhere in the record's texts."""
    return any(_WORDS.search(section.text) for section in document.sections)
