"""One version of one source record, as bytes, before anyone reads its meaning."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

RESTATED = "restated"
"""`Record.note` of a text in our own words that stands in for the source's."""


class Source(StrEnum):
    """Where records come from."""

    CTGOV = "ctgov"
    PUBMED = "pubmed"
    PMC = "pmc"
    ICTRP = "ictrp"
    EUCTR = "euctr"
    CTIS = "ctis"
    CHICTR = "chictr"

    @property
    def is_registry(self) -> bool:
        """Whether its records are registrations (else: publications)."""
        return self not in (Source.PUBMED, Source.PMC)


class Media(StrEnum):
    """The format of a record's raw bytes."""

    CTGOV_JSON = "ctgov-json"
    PUBMED_XML = "pubmed-xml"
    MEDLINE = "medline"
    JATS_XML = "jats-xml"
    ICTRP_XML = "ictrp-xml"
    ICTRP_CSV = "ictrp-csv"
    EUCTR_TEXT = "euctr-text"
    CTIS_JSON = "ctis-json"
    CHICTR_XML = "chictr-xml"


_ID_FORMS = {
    Source.CTGOV: re.compile(r"NCT\d{8}"),
    Source.PUBMED: re.compile(r"[1-9]\d{0,8}"),
    Source.PMC: re.compile(r"PMC[1-9]\d{0,8}"),
}
_ID_OF_REGISTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9./_-]{2,60}")


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class RecordKey:
    """A source and the id that the source gave: ``ctgov:NCT00114452``, ``pubmed:25926562``.

    Raises:
        ValueError: if the id has not the form of its source.
    """

    source: Source
    id: str

    def __post_init__(self) -> None:
        form = _ID_FORMS.get(self.source, _ID_OF_REGISTRY)
        if not form.fullmatch(self.id):
            raise ValueError(f"not an id of {self.source}: {self.id!r}")

    def __str__(self) -> str:
        return f"{self.source}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> RecordKey:
        """Read ``source:id``, or a bare NCT number or PMID.

        Raises:
            ValueError: if it is neither.
        """
        text = text.strip()
        source, colon, ident = text.partition(":")
        if colon and source in Source.__members__.values():
            return cls(source=Source(source), id=ident)
        if text.upper().startswith("NCT"):
            return cls(source=Source.CTGOV, id=text.upper())
        return cls(source=Source.PUBMED, id=text)


def content_hash(raw: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Raw bytes of one version of one source record.

    Args:
        raw: canonical bytes (JSON with sorted keys and no insignificant white space; XML of the one
            article), so that the same content has the same hash however it was wrapped.
        fetched_at: when it came to us, aware, UTC.
        revised_at: the day the source says it last changed, ISO date, or None.
        origin: file and position, or request, that it came from; for messages only.
        note: what marks it, e.g. ``restated`` for an abstract in our own words.
    """

    key: RecordKey
    media: Media
    raw: bytes
    fetched_at: datetime
    revised_at: str | None = None
    origin: str = ""
    note: str | None = None
    sha256: str = field(default="")

    def __post_init__(self) -> None:
        if not self.raw:
            raise ValueError(f"{self.key}: a record without bytes")
        if self.fetched_at.tzinfo is None:
            raise ValueError(f"{self.key}: fetched_at without a time zone")
        object.__setattr__(self, "fetched_at", self.fetched_at.astimezone(UTC))
        digest = content_hash(self.raw)
        if self.sha256 and self.sha256 != digest:
            raise ValueError(f"{self.key}: bytes do not match their hash {self.sha256}")
        object.__setattr__(self, "sha256", digest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """Something in a batch that could not be read: kept as it is, with the reason.

    Args:
        origin: file (and member of an archive) or request.
        locator: which record of it: a line, an index, an id.
        reason: one sentence; ``remedy`` is another on what to do.
        raw: the bytes, as far as they were read (cut at 1 MiB).
    """

    origin: str
    locator: str
    reason: str
    remedy: str
    raw: bytes
    key: RecordKey | None = None

    MAX_RAW = 1 << 20

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw", self.raw[: 1 << 20])


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicate:
    """The same bytes of the same record a second time in one file: nothing is lost by skipping it.

    Args:
        origin: file (and member of an archive).
        locator: which record of it repeats an earlier one.
    """

    origin: str
    locator: str
    key: RecordKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Deletion:
    """The source says that it removed a record (PubMed's ``DeleteCitation``): data, not an error.

    Args:
        fetched_at: when the notice came to us, aware, UTC.
        origin: file or request that it came from.
    """

    key: RecordKey
    fetched_at: datetime
    origin: str = ""

    def __post_init__(self) -> None:
        if self.fetched_at.tzinfo is None:
            raise ValueError(f"{self.key}: fetched_at without a time zone")
        object.__setattr__(self, "fetched_at", self.fetched_at.astimezone(UTC))
