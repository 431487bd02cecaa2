"""Which labelled records may be looked at while rules are tuned, and which only report."""

from __future__ import annotations

import hashlib
from enum import StrEnum


class Split(StrEnum):
    TUNE = "tune"
    """Errors may be read and rules changed."""
    REPORT = "report"
    """Only numbers are taken from it."""


def split_of(record_id: str) -> Split:
    """The split that a record belongs to, for ever: by a hash of its id (``NCT...`` or PMID), never by its text."""
    digest = hashlib.sha256(record_id.encode()).hexdigest()
    return Split.TUNE if int(digest[0], 16) % 2 == 0 else Split.REPORT
