"""ClinicalTrials.gov through its API version 2, as its OpenAPI document describes it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import httpx
import structlog

from mscminer.core.errors import FinalSourceError, RetryableSourceError
from mscminer.harvest.limiter import CTGOV_PER_S, Limiter
from mscminer.harvest.retrying import RetryPolicy, ask, parse_retry_after
from mscminer.harvest.windows import DateWindow

T = TypeVar("T")

CTGOV_URL: Final = "https://clinicaltrials.gov/api/v2"
LARGEST_PAGE: Final = 1000
"""Studies that the API gives in one page at most."""
_MOST_EMPTY_PAGES: Final = 1000

_log = structlog.get_logger("mscminer.harvest.ctgov")


@dataclass(frozen=True, kw_only=True, slots=True)
class DataVersion:
    """Version of the API, and the UTC time (without zone, as given) of the data that it serves."""

    api: str
    data: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyPage:
    """One page of studies as parsed JSON, in the order given."""

    studies: tuple[dict[str, Any], ...]
    request: str


@dataclass(kw_only=True)
class StudySearch:
    """The account of a paged search; complete once its pages have been read to the end.

    Args:
        total: the server's own count, given with the first page.
        ids: NCT numbers seen, in order, each once.
        duplicates: studies that came more than once, as when the data moves between two pages.
    """

    total: int | None = None
    pages: int = 0
    duplicates: int = 0
    ids: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """A registration that now lies under another NCT number."""

    to: str


class CtgovClient:
    """The registry's API.  Safe to share between threads; use as a context manager or `close` it.

    Args:
        base_url: up to and including ``/api/v2``.
        transport: of httpx, for tests.
        timeout_s: to connect, and for each read.
        deadline_s: for a whole response, however steadily it drips.
        page_size: studies a page; whole records of trials with results run to several megabytes.
    """

    def __init__(
        self,
        *,
        base_url: str = CTGOV_URL,
        transport: httpx.BaseTransport | None = None,
        limiter: Limiter | None = None,
        retry: RetryPolicy | None = None,
        timeout_s: float = 60.0,
        deadline_s: float = 600.0,
        page_size: int = 100,
        user_agent: str = "mscminer",
    ) -> None:
        self.page_size = page_size
        self.requests = 0
        self._limiter = limiter or Limiter(per_s=CTGOV_PER_S)
        self._retry = retry or RetryPolicy()
        self._deadline_s = deadline_s
        self._http = httpx.Client(
            base_url=base_url.rstrip("/") + "/",
            transport=transport,
            timeout=timeout_s,
            headers={"User-Agent": user_agent, "Accept": "application/json, text/plain"},
        )

    def __enter__(self) -> CtgovClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def fetch_version(self) -> DataVersion:
        """Which data the API serves now."""
        reply = self._get_json("version", {})
        try:
            return DataVersion(api=reply["apiVersion"], data=reply["dataTimestamp"])
        except (KeyError, TypeError):
            raise RetryableSourceError("no data timestamp", where="ClinicalTrials.gov /version") from None

    def search(
        self,
        parameters: Mapping[str, str],
        account: StudySearch,
        *,
        window: DateWindow | None = None,
        fields: Sequence[str] = (),
    ) -> Iterator[StudyPage]:
        """Pages of the studies that match, each study once; `account` is filled on the way.

        Args:
            parameters: ``query.*`` and ``filter.*`` of a named query.
            window: days of the last posted update, or None for all.
            fields: names of fields to give, or () for whole records.

        Raises:
            FinalSourceError: if the server refuses the query or its page tokens run in a circle.
            RetryableSourceError: if it does not answer as it should however often asked.
        """
        asked = _first_page(parameters, window, fields, self.page_size)
        tokens: set[str] = set()
        while True:
            page = self._get_json("studies", asked)
            studies, token = _read_page(page)
            account.pages += 1
            if account.total is None and isinstance(page.get("totalCount"), int):
                account.total = page["totalCount"]
            yield StudyPage(studies=tuple(_fresh(studies, account)), request=_request_text("studies", asked))
            if token is None:
                return
            if token in tokens or len(tokens) > _MOST_EMPTY_PAGES + len(account.ids):
                raise FinalSourceError(
                    f"page tokens run in a circle after {account.pages} pages",
                    where=_request_text("studies", asked),
                    remedy="Nothing of this search is kept; the next run asks afresh.",
                )
            tokens.add(token)
            asked = {key: value for key, value in asked.items() if key != "countTotal"} | {"pageToken": token}

    def count(self, parameters: Mapping[str, str]) -> int:
        """How many studies the registry counts for a query.

        Raises:
            RetryableSourceError: it gives no number.
        """
        page = self._get_json("studies", _first_page(parameters, None, ("NCTId",), 1))
        total = page.get("totalCount")
        if not isinstance(total, int):
            raise RetryableSourceError("no total count.", where="ClinicalTrials.gov /studies")
        return total

    def fetch_study(self, nct: str) -> dict[str, Any] | Moved | None:
        """One study, where it moved to, or None if the registry no longer has it."""
        response = self._get(f"studies/{nct}", {})
        if response.status_code == 404:
            return None
        if response.status_code == 301:
            return Moved(to=response.headers.get("Location", "").rstrip("/").rpartition("/")[2].partition("?")[0])
        study: dict[str, Any] = _read_json(response)
        return study

    def find_ids(self, ids: Sequence[str]) -> dict[str, str]:
        """For those of some NCT numbers that the registry still knows: the number it files them under now.

        Ids absent from the result are removed.  At most `LARGEST_PAGE` ids, in one request.
        """
        if not ids:
            return {}
        if len(ids) > LARGEST_PAGE:
            raise ValueError(f"{len(ids)} ids in one request")
        asked = {
            "filter.ids": "|".join(ids),
            "fields": "NCTId|NCTIdAlias",
            "pageSize": str(LARGEST_PAGE),
        }
        studies, _ = _read_page(self._get_json("studies", asked))
        now: dict[str, str] = {}
        for study in studies:
            module = study["protocolSection"]["identificationModule"]
            for alias in (module["nctId"], *module.get("nctIdAliases", [])):
                now[alias] = module["nctId"]
        return {nct: now[nct] for nct in ids if nct in now}

    def _get_json(self, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        def read(response: httpx.Response) -> dict[str, Any]:
            if response.status_code != 200:
                raise _refusal(response)
            value: dict[str, Any] = _read_json(response)
            return value

        return self._ask(path, parameters, read)

    def _get(self, path: str, parameters: Mapping[str, str]) -> httpx.Response:
        def read(response: httpx.Response) -> httpx.Response:
            if response.status_code not in (200, 301, 404):
                raise _refusal(response)
            if response.status_code == 200:
                _read_json(response)
            return response

        return self._ask(path, parameters, read)

    def _ask(self, path: str, parameters: Mapping[str, str], read: Callable[[httpx.Response], T]) -> T:
        def once() -> T:
            self._limiter.wait()
            self.requests += 1
            try:
                return read(self._fetch(path, parameters))
            except httpx.TransportError as error:
                message = f"{type(error).__name__}: {error}"
                _log.warning("asking again", path=path, reason=message)
                raise RetryableSourceError(
                    message, where=f"ClinicalTrials.gov /{path}", remedy="Check the network."
                ) from None
            except RetryableSourceError as error:
                if error.retry_after_s is not None:
                    self._limiter.pause(error.retry_after_s)
                _log.warning("asking again", path=path, reason=error.message, retry_after_s=error.retry_after_s)
                raise

        return ask(once, self._retry)

    def _fetch(self, path: str, parameters: Mapping[str, str]) -> httpx.Response:
        """A whole response within the deadline, which httpx does not know."""
        until = time.monotonic() + self._deadline_s
        parts: list[bytes] = []
        with self._http.stream("GET", path, params=dict(parameters)) as response:
            for part in response.iter_bytes():
                parts.append(part)
                if time.monotonic() > until:
                    raise httpx.ReadTimeout(f"not complete after {self._deadline_s:g} s", request=response.request)
        headers = [(name, value) for name, value in response.headers.items() if name not in _OF_TRANSFER]
        return httpx.Response(response.status_code, headers=headers, content=b"".join(parts), request=response.request)


_OF_TRANSFER: Final = ("content-encoding", "content-length", "transfer-encoding")
"""Headers that no longer hold once a body has been read and decoded."""


def _first_page(
    parameters: Mapping[str, str], window: DateWindow | None, fields: Sequence[str], page_size: int
) -> dict[str, str]:
    asked = dict(parameters)
    if window is not None:
        posted = f"AREA[LastUpdatePostDate]RANGE[{window.start.isoformat()},{window.last_day.isoformat()}]"
        given = asked.get("filter.advanced")
        asked["filter.advanced"] = f"({given}) AND {posted}" if given else posted
    if fields:
        asked["fields"] = "|".join(fields)
    return asked | {"format": "json", "countTotal": "true", "pageSize": str(page_size)}


def _read_page(page: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    studies = page.get("studies")
    if not isinstance(studies, list):
        raise RetryableSourceError("a page without studies", where="ClinicalTrials.gov /studies")
    token = page.get("nextPageToken")
    return studies, token if isinstance(token, str) and token else None


def _fresh(studies: list[dict[str, Any]], account: StudySearch) -> Iterator[dict[str, Any]]:
    for study in studies:
        nct = _nct_of(study)
        if nct in account.ids:
            account.duplicates += 1
            continue
        account.ids[nct] = None
        yield study


def _nct_of(study: dict[str, Any]) -> str:
    try:
        return str(study["protocolSection"]["identificationModule"]["nctId"])
    except (KeyError, TypeError):
        raise RetryableSourceError("a study without NCT number", where="ClinicalTrials.gov /studies") from None


def _read_json(response: httpx.Response) -> Any:
    """Parsed JSON; HTML or a body cut short is worth another try."""
    kind = response.headers.get("Content-Type", "")
    if "json" not in kind:
        message = f"{kind or 'no content type'} instead of JSON: {_shortened(response)}"
        raise RetryableSourceError(message, where=_where(response), remedy="Try later.")
    try:
        return json.loads(response.content)
    except ValueError as error:
        raise RetryableSourceError(f"broken JSON: {error}", where=_where(response), remedy="Try later.") from None


def _refusal(response: httpx.Response) -> RetryableSourceError | FinalSourceError:
    """The error for a status other than expected; 400 and 404 come as plain text that says what is wrong."""
    message = f"status {response.status_code}: {_shortened(response)}"
    if response.status_code == 429 or response.status_code >= 500:
        delay = parse_retry_after(response.headers.get("Retry-After"))
        return RetryableSourceError(message, where=_where(response), remedy="Try later.", retry_after_s=delay)
    return FinalSourceError(message, where=_where(response), remedy="Correct the query; asking again will not help.")


def _where(response: httpx.Response) -> str:
    return f"ClinicalTrials.gov {response.request.url.path}"


def _shortened(response: httpx.Response) -> str:
    return " ".join(response.text.split())[:300]


def _request_text(path: str, parameters: Mapping[str, str]) -> str:
    return f"{path}?{httpx.QueryParams(dict(parameters))}"
