"""PubMed through Biopython's Entrez: searched with history, sliced by date, fetched in checked batches.

`Bio.Entrez` builds and sends the requests and reads the search replies.  Around it, this module adds what it
lacks: one limiter for all threads and processes, a time-out, retries of everything that a second request can
mend, and a count of the records that arrived against those asked for.
"""

from __future__ import annotations

import contextvars
import email.utils
import http.client
import io
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import structlog
from Bio import Entrez
from Bio.Entrez import Parser
from lxml import etree

from mscminer.core.errors import ConfigError, FinalSourceError, RecordError, RetryableSourceError
from mscminer.harvest.limiter import NCBI_PER_S, NCBI_PER_S_WITH_KEY, Limiter
from mscminer.harvest.retrying import RetryPolicy, ask, parse_retry_after
from mscminer.harvest.safe_xml import parse_xml
from mscminer.harvest.windows import FIRST_DAY, DateWindow

T = TypeVar("T")

SEARCH_LIMIT: Final = 9_999
"""Records that one PubMed search gives at most, whatever its count says."""

_EUTILS: Final = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
_ESEARCH_DTD: Final = b"/esearch.dtd"
_ERROR_ELEMENT = re.compile(rb"<ERROR>(.*?)</ERROR>", re.DOTALL)
_HISTORY_LOST = re.compile(r"unable to obtain query|cannot retrieve history|webenv|query_?key", re.IGNORECASE)
_NO_SUCH_IDS = re.compile(r"id list is empty", re.IGNORECASE)
_HOPELESS = re.compile(r"invalid db|invalid value|cannot be larger than|empty term|unsupported", re.IGNORECASE)

_log = structlog.get_logger("mscminer.harvest.entrez")


class HistoryExpired(RetryableSourceError):
    """The server no longer knows the search session; searching again makes a new one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EntrezSettings:
    """Who asks and how.

    Args:
        email: address that NCBI may write to before it blocks somebody.
        api_key: NCBI API key, or None; never shown.
        base_url: where the E-utilities are.
        timeout_s: for each read from the connection.
        deadline_s: for a whole response, however steadily it drips.
        batch: records per efetch.

    Raises:
        ConfigError: without an e-mail address, which NCBI requires.
    """

    email: str
    tool: str = "mscminer"
    api_key: str | None = field(default=None, repr=False)
    base_url: str = _EUTILS
    timeout_s: float = 60.0
    deadline_s: float = 600.0
    batch: int = 200

    def __post_init__(self) -> None:
        if "@" not in self.email:
            raise ConfigError("NCBI asks for an e-mail address", where="entrez email", remedy="Set it.")
        if not 1 <= self.batch <= SEARCH_LIMIT:
            raise ConfigError(f"a batch of {self.batch} records", remedy=f"Give 1 to {SEARCH_LIMIT}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchHits:
    """What a search found, and the session that holds it on the server.

    Args:
        count: the server's count; `ids` holds no more than `SEARCH_LIMIT` of them.
        request: the search in words, for messages and run records.
        warnings: phrases that were not found, words that were ignored.
    """

    term: str
    datetype: str
    window: DateWindow
    count: int
    ids: tuple[str, ...]
    webenv: str
    query_key: str
    translation: str
    warnings: tuple[str, ...] = ()

    @property
    def request(self) -> str:
        return f"esearch pubmed {self.datetype} {self.window}"

    @property
    def complete(self) -> bool:
        """Whether all hits can be fetched from this search."""
        return self.count == len(self.ids)


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedBatch:
    """The XML of some articles and the account of what was asked for.

    Args:
        payloads: one PubmedArticleSet, and a second one if ids had to be asked again.
        missing: asked for twice and not given.
        unasked: given though not asked for.
    """

    payloads: tuple[bytes, ...]
    asked: tuple[str, ...]
    found: tuple[str, ...]
    missing: tuple[str, ...]
    unasked: tuple[str, ...]
    request: str


class EntrezClient:
    """PubMed by E-utilities.  Safe to share between threads.

    Args:
        limiter: shared limiter; by default one of this process at NCBI's rate for the key.
        search_limit: records that one search gives at most; a server with another limit needs another value.

    `requests` counts what was sent; `server_time` is PubMed's own clock at its last answer.
    """

    def __init__(
        self,
        settings: EntrezSettings,
        *,
        limiter: Limiter | None = None,
        retry: RetryPolicy | None = None,
        search_limit: int = SEARCH_LIMIT,
    ) -> None:
        rate = NCBI_PER_S_WITH_KEY if settings.api_key else NCBI_PER_S
        self.settings = settings
        self.search_limit = search_limit
        self.requests = 0
        self.server_time: datetime | None = None
        self._limiter = limiter or Limiter(per_s=rate)
        self._retry = retry or RetryPolicy()
        _take_over_biopython()

    def search(self, term: str, *, window: DateWindow, datetype: str) -> SearchHits:
        """Search within days of entry (``edat``) or modification (``mdat``), keeping the result on the server.

        Raises:
            SourceError: if PubMed does not answer as it should.
        """
        parameters = {
            "db": "pubmed",
            "term": term,
            "datetype": datetype,
            "mindate": f"{window.start:%Y/%m/%d}",
            "maxdate": f"{window.last_day:%Y/%m/%d}",
            "usehistory": "y",
            "retmax": self.search_limit,
        }
        reply = self._call("esearch", parameters, lambda payload: _read_search(payload, self.search_limit))
        hits = SearchHits(term=term, datetype=datetype, window=window, **reply)
        _log.info("searched", request=hits.request, count=hits.count, warnings=list(hits.warnings))
        return hits

    def count(self, term: str) -> int:
        """How many articles PubMed counts for a term, of any date."""
        parameters = {"db": "pubmed", "term": term, "retmax": 0}
        reply = self._call("esearch", parameters, lambda payload: _read_search(payload, 0))
        number: int = reply["count"]
        return number

    def search_slices(self, term: str, *, window: DateWindow, datetype: str) -> Iterator[SearchHits]:
        """Searches that together hold every hit, none of them above the limit.

        A slice that is too large is halved by date down to one day, and a day that is too large (as after
        the yearly MeSH maintenance, when hundreds of thousands of records are modified at once) by the second
        key, the date of publication (``[dp]``), again down to one day.  An empty slice is given too, so that
        its count can be kept.

        Raises:
            FinalSourceError: if one day of both keys still holds too many.
        """
        hits = self.search(term, window=window, datetype=datetype)
        if hits.complete:
            yield hits
        elif window.days > 1:
            for half in window.halves():
                yield from self.search_slices(term, window=half, datetype=datetype)
        else:
            yield from self._slices_by_publication(term, window, datetype, _all_publication_days(window))

    def _slices_by_publication(
        self, term: str, day: DateWindow, datetype: str, published: DateWindow
    ) -> Iterator[SearchHits]:
        narrowed = f'({term}) AND ("{published.start:%Y/%m/%d}"[dp] : "{published.last_day:%Y/%m/%d}"[dp])'
        hits = self.search(narrowed, window=day, datetype=datetype)
        if hits.complete:
            yield hits
        elif published.days > 1:
            for half in published.halves():
                yield from self._slices_by_publication(term, day, datetype, half)
        else:
            raise FinalSourceError(
                f"{hits.count} records were published on one day and have one {datetype} day",
                where=hits.request,
                remedy="Narrow the query: no search can give them all.",
            )

    def fetch(self, hits: SearchHits) -> Iterator[FetchedBatch]:
        """The articles of a search, in batches, through its session on the server.

        A session that has expired is renewed by searching again; ids that are no longer found then are asked
        for by id.
        """
        for start in range(0, len(hits.ids), self.settings.batch):
            asked = hits.ids[start : start + self.settings.batch]
            try:
                payload = self._fetch_from_history(hits, start, len(asked))
            except HistoryExpired:
                _log.warning("history expired", request=hits.request, start=start)
                payload = self._fetch_ids(asked)
            yield self._checked(payload, asked, hits.request)

    def fetch_ids(self, ids: Sequence[str]) -> Iterator[FetchedBatch]:
        """Articles by PMID, in batches."""
        for start in range(0, len(ids), self.settings.batch):
            asked = tuple(ids[start : start + self.settings.batch])
            yield self._checked(self._fetch_ids(asked), asked, f"efetch pubmed {asked[0]} and {len(asked) - 1} more")

    def find_ids(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Those of some PMIDs that PubMed still has, in one search.

        Raises:
            ValueError: for more ids than a search can give.
        """
        if len(ids) > self.search_limit:
            raise ValueError(f"{len(ids)} ids in one search")
        if not ids:
            return ()
        term = " OR ".join(f"{pmid}[uid]" for pmid in ids)
        reply = self._call("esearch", {"db": "pubmed", "term": term, "retmax": self.search_limit}, _read_search)
        wanted = set(ids)
        return tuple(pmid for pmid in reply["ids"] if pmid in wanted)

    def search_ids(self, database: str, term: str) -> tuple[str, ...]:
        """All ids of another Entrez database that a term finds.

        Raises:
            FinalSourceError: if there are more than one search can give.
        """
        parameters = {"db": database, "term": term, "retmax": self.search_limit}
        reply = self._call("esearch", parameters, lambda payload: _read_search(payload, self.search_limit))
        if reply["count"] > len(reply["ids"]):
            raise FinalSourceError(f"{reply['count']} records", where=f"esearch {database}", remedy="Narrow the term.")
        found: tuple[str, ...] = reply["ids"]
        return found

    def summaries(self, database: str, ids: Sequence[str]) -> etree._Element:
        """The eSummaryResult of some ids (at most `EntrezSettings.batch` of them)."""
        if len(ids) > self.settings.batch:
            raise ValueError(f"{len(ids)} ids in one request")
        return self._call("esummary", {"db": database, "id": ",".join(ids)}, _read_summaries)

    def _fetch_from_history(self, hits: SearchHits, start: int, number: int) -> bytes:
        session = {"WebEnv": hits.webenv, "query_key": hits.query_key, "retstart": start, "retmax": number}
        return self._call("efetch", {"db": "pubmed", "retmode": "xml", **session}, _read_articles)

    def _fetch_ids(self, ids: Sequence[str]) -> bytes:
        return self._call("efetch", {"db": "pubmed", "retmode": "xml", "id": ",".join(ids)}, _read_articles)

    def _checked(self, payload: bytes, asked: tuple[str, ...], request: str) -> FetchedBatch:
        """Ask once more for what is missing, then list it."""
        payloads = [payload]
        found = find_pmids(payload)
        missing = _without(asked, found)
        if missing:
            _log.warning("ids missing, asking again", request=request, missing=len(missing))
            payloads.append(self._fetch_ids(missing))
            found = tuple(dict.fromkeys(found + find_pmids(payloads[-1])))
            missing = _without(asked, found)
        return FetchedBatch(
            payloads=tuple(payloads),
            asked=asked,
            found=tuple(pmid for pmid in asked if pmid in set(found)),
            missing=missing,
            unasked=_without(found, asked),
            request=request,
        )

    def _call(self, utility: str, parameters: dict[str, Any], read: Callable[[bytes], T]) -> T:
        def once() -> T:
            self._limiter.wait()
            self.requests += 1
            try:
                return read(self._send(utility, parameters))
            except RetryableSourceError as error:
                if error.retry_after_s is not None:
                    self._limiter.pause(error.retry_after_s)
                _log.warning("asking again", utility=utility, reason=error.message, retry_after_s=error.retry_after_s)
                raise

        if "WebEnv" not in parameters:
            return ask(once, self._retry)
        return _unless_expired(once, self._retry)

    def _send(self, utility: str, parameters: dict[str, Any]) -> bytes:
        identity = {"tool": self.settings.tool, "email": self.settings.email, "api_key": self.settings.api_key}
        token = _current.set(self.settings)
        try:
            # Biopython counts its own pause from this attribute; the limiter has already waited.
            Entrez._open.previous = 0.0
            with getattr(Entrez, utility)(**parameters, **identity) as handle:
                payload = _read_all(handle, self.settings.deadline_s)
                self.server_time = _server_time(handle) or self.server_time
                return payload
        except urllib.error.HTTPError as error:
            raise self._http_error(utility, error) from None
        except (OSError, http.client.HTTPException) as error:
            message = f"{utility}: {type(error).__name__}: {self._hide(str(error))}"
            raise RetryableSourceError(message, where="PubMed", remedy="Check the network.") from None
        finally:
            _current.reset(token)

    def _http_error(self, utility: str, error: urllib.error.HTTPError) -> Exception:
        try:
            body = error.read(65536)
        except (OSError, http.client.HTTPException):
            body = b""
        text = self._hide(_first_line(body))
        message = f"{utility}: status {error.code}: {text}"
        if error.code == 429 or error.code >= 500:
            delay = parse_retry_after(error.headers.get("Retry-After"))
            return RetryableSourceError(message, where="PubMed", remedy="Try later.", retry_after_s=delay)
        if error.code == 400 and _ERROR_ELEMENT.search(body):
            return _error_in(body) or FinalSourceError(message, where="PubMed")
        return FinalSourceError(message, where="PubMed", remedy="Correct the query; asking again will not help.")

    def _hide(self, text: str) -> str:
        """Text without the API key: NCBI repeats it in some refusals."""
        return text.replace(self.settings.api_key, "(key)") if self.settings.api_key else text


def _unless_expired(once: Callable[[], T], policy: RetryPolicy) -> T:
    """Ask with retries, but do not ask an expired session again: no repetition revives it."""

    def guarded() -> T | HistoryExpired:
        try:
            return once()
        except HistoryExpired as error:
            return error

    reply = ask(guarded, policy)
    if isinstance(reply, HistoryExpired):
        raise reply
    return reply


def _all_publication_days(day: DateWindow) -> DateWindow:
    """Every possible day of publication; PubMed holds print dates up to some years ahead of entry."""
    return DateWindow(start=FIRST_DAY, end=day.end.replace(year=day.end.year + 10, day=1))


def _without(ids: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    known = set(others)
    return tuple(ident for ident in ids if ident not in known)


# --- Biopython ---------------------------------------------------------------------------------------------

_current: contextvars.ContextVar[EntrezSettings] = contextvars.ContextVar("entrez settings of the call under way")


def _take_over_biopython() -> None:
    """Switch off Biopython's own retries and pauses, and give its requests a time-out and our base address."""
    Entrez.max_tries = 1
    Entrez.sleep_between_tries = 0
    Entrez.urlopen = _urlopen


def _urlopen(request: urllib.request.Request) -> Any:
    """Stands in for `urlopen` in `Bio.Entrez`; an opener installed with `install_opener` stays in force."""
    settings = _current.get(None)
    if settings is None:
        return urllib.request.urlopen(request, timeout=60)  # noqa: S310 - Biopython's own https address
    if request.full_url.startswith(_EUTILS):
        request.full_url = settings.base_url.rstrip("/") + "/" + request.full_url.removeprefix(_EUTILS)
    return urllib.request.urlopen(request, timeout=settings.timeout_s)  # noqa: S310 - address from settings


def _server_time(handle: Any) -> datetime | None:
    """What the server takes for now, by its ``Date`` header: our own clock may be wrong."""
    value = handle.headers.get("Date") if hasattr(handle, "headers") else None
    try:
        return email.utils.parsedate_to_datetime(value) if value else None
    except ValueError:
        return None


def _read_all(handle: Any, deadline_s: float) -> bytes:
    until = time.monotonic() + deadline_s
    source = getattr(handle, "buffer", handle)  # Biopython wraps text/plain in a text reader
    parts = []
    while part := source.read1(1 << 20):  # read() would wait for all of it, deadline or not
        parts.append(part)
        if time.monotonic() > until:
            raise TimeoutError(f"not complete after {deadline_s:g} s")
    expected = handle.headers.get("Content-Length") if hasattr(handle, "headers") else None
    payload = b"".join(parts)
    if expected is not None and len(payload) < int(expected):
        raise http.client.IncompleteRead(payload, int(expected) - len(payload))
    return payload


# --- replies -----------------------------------------------------------------------------------------------


def _read_search(payload: bytes, limit: int = SEARCH_LIMIT) -> dict[str, Any]:
    """The parts of an esearch reply.

    Raises:
        RetryableSourceError: for anything else, and for a count that does not fit the ids.
    """
    _refuse_other_than(payload, b"<eSearchResult")
    if _ESEARCH_DTD not in payload[:1000]:
        # Without a known DTD Biopython would go to the network for it.
        raise RetryableSourceError("esearch: a reply of unknown document type", where="PubMed")
    try:
        reply = Entrez.read(io.BytesIO(payload))
    except (Parser.NotXMLError, Parser.CorruptedXMLError, Parser.ValidationError, RuntimeError) as error:
        raise RetryableSourceError(f"esearch: {error}", where="PubMed", remedy="Try later.") from None
    ids = tuple(str(ident) for ident in reply["IdList"])
    count = int(reply["Count"])
    if len(set(ids)) != min(count, limit):
        raise RetryableSourceError(f"esearch: {len(set(ids))} ids for a count of {count}", where="PubMed")
    return {
        "count": count,
        "ids": ids,
        "webenv": str(reply.get("WebEnv", "")),
        "query_key": str(reply.get("QueryKey", "")),
        "translation": str(reply.get("QueryTranslation", "")),
        "warnings": tuple(_warnings(reply)),
    }


def _warnings(reply: Any) -> Iterator[str]:
    for listed in ("ErrorList", "WarningList"):
        for kind, texts in reply.get(listed, {}).items():
            for text in texts:
                if "No items found" not in text:
                    yield f"{kind}: {text}"


def _read_articles(payload: bytes) -> bytes:
    """The payload itself if it is a whole, well-formed PubmedArticleSet.

    Raises:
        RetryableSourceError: if it is cut short, HTML, or an error message.
    """
    error = _error_in(payload[:4096])
    if error is not None and _NO_SUCH_IDS.search(error.message):
        return b"<PubmedArticleSet></PubmedArticleSet>"
    _refuse_other_than(payload, b"<PubmedArticleSet")
    try:
        find_pmids(payload)
    except etree.XMLSyntaxError as syntax:
        raise RetryableSourceError(f"efetch: broken XML: {syntax.msg}", where="PubMed", remedy="Try later.") from None
    return payload


def _read_summaries(payload: bytes) -> etree._Element:
    """The root of an esummary reply (version 1.0: DocSum elements with named Items).

    Raises:
        RetryableSourceError: if it is cut short, HTML, or an error message.
    """
    _refuse_other_than(payload, b"<eSummaryResult")
    try:
        return parse_xml(payload)
    except RecordError as error:
        raise RetryableSourceError(f"esummary: {error.message}", where="Entrez", remedy="Try later.") from None


def find_pmids(payload: bytes) -> tuple[str, ...]:
    """PMIDs of the articles and book articles of a PubmedArticleSet, in order, each once.

    Raises:
        lxml.etree.XMLSyntaxError: if the XML is not well-formed.
    """
    events = etree.iterparse(
        io.BytesIO(payload), events=("end",), tag="PMID", resolve_entities=False, no_network=True, huge_tree=True
    )
    pmids: dict[str, None] = {}
    for _, element in events:
        parent = element.getparent()
        if parent is not None and parent.tag in ("MedlineCitation", "BookDocument"):
            pmids[(element.text or "").strip()] = None
    return tuple(pmids)


def _refuse_other_than(payload: bytes, root: bytes) -> None:
    error = _error_in(payload[:4096])
    if error is not None:
        raise error
    head = payload[:4096]
    if root not in head:
        kind = "HTML" if b"<html" in head.lower() else "something else"
        message = f"{kind} instead of {root[1:].decode()}: {_first_line(head)}"
        raise RetryableSourceError(message, where="PubMed", remedy="Try later.")


def _error_in(payload: bytes) -> RetryableSourceError | FinalSourceError | None:
    """The error that a reply holds in an <ERROR> element.

    NCBI reports its own outages in this way too, so unless it is known to be final it is worth another try.
    """
    match = _ERROR_ELEMENT.search(payload)
    if match is None:
        return None
    text = " ".join(match[1].decode("utf-8", "replace").split())[:300]
    if _HISTORY_LOST.search(text):
        return HistoryExpired(text, where="PubMed", remedy="Search again.")
    if _HOPELESS.search(text):
        return FinalSourceError(text, where="PubMed", remedy="Correct the query.")
    return RetryableSourceError(text, where="PubMed", remedy="Try later.")


def _first_line(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").split())[:200]
