"""PubMed's E-utilities over a `World`: esearch with history, efetch, epost."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from datetime import date
from html import escape

from mscminer.testing.expressions import ExpressionError, Node, normalise, parse_pubmed
from mscminer.testing.faults import FaultKind
from mscminer.testing.responses import Response, xml_response
from mscminer.testing.world import Article, World

SEARCH_LIMIT = 9_999
_HEAD = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_ESEARCH = (
    _HEAD + '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
)
_EPOST = (
    _HEAD + '<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd">'
)
_EFETCH_ERROR = (
    _HEAD + '<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" '
    '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">\n'
)
_ARTICLES = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
)
_UIDS = re.compile(r"\d+\[uid\](?: OR \d+\[uid\])*")
_DATE_FIELDS = {"edat": "entered", "mdat": "modified", "lr": "modified", "pdat": "published", "dp": "published"}
_FIELDS = {"title": "ti", "title/abstract": "tiab", "mesh": "mh", "mesh terms": "mh", "publication type": "pt"}


class PubmedService:
    """Answers as eutils.ncbi.nlm.nih.gov would; sessions last until `expire_sessions`.

    Args:
        limit: records that one search gives at most; lower it to see slicing with few records.
    """

    def __init__(self, world: World, *, limit: int = SEARCH_LIMIT) -> None:
        self.limit = limit
        self._world = world
        self._sessions: dict[str, list[tuple[str, ...]]] = {}
        self._numbers = itertools.count(1)

    def expire_sessions(self) -> None:
        """Forget all history, as NCBI does after some hours without use."""
        self._sessions.clear()

    def answer(self, utility: str, given: Mapping[str, str], fault: FaultKind | None = None) -> Response:
        """The response to a request."""
        if given.get("db") != "pubmed":
            return xml_response(
                _ESEARCH + f"<eSearchResult><ERROR>Invalid db name specified: {given.get('db', '')}"
                "</ERROR></eSearchResult>",
                400,
            )
        if utility == "esearch":
            return self._esearch(given, fault)
        if utility == "efetch":
            return self._efetch(given, fault)
        if utility == "epost":
            return self._epost(given)
        return xml_response("<html><body>Not Found</body></html>", 404)

    def _esearch(self, given: Mapping[str, str], fault: FaultKind | None) -> Response:
        term = given.get("term", "")
        if not term.strip():
            return _search_error("Empty term and query_key - nothing todo")
        start, number = int(given.get("retstart", 0)), int(given.get("retmax", 20))
        if start > self.limit - 1:
            return _search_error(
                f"Search Backend failed: Exception:\n'retstart' cannot be larger than {self.limit - 1}. For PubMed, "
                f"ESearch can only retrieve the first {self.limit:,} records matching the query."
            )
        try:
            ids = self._find(term, given)
        except ExpressionError:
            return _search_error("Search Backend failed: query syntax")
        shown = ids[start : min(start + number, self.limit)]
        return self._search_reply(term, ids, shown, start, given, fault)

    def _search_reply(
        self,
        term: str,
        ids: tuple[str, ...],
        shown: tuple[str, ...],
        start: int,
        given: Mapping[str, str],
        fault: FaultKind | None,
    ) -> Response:
        count = len(ids) + (fault is FaultKind.WRONG_COUNT)
        history = ""
        if given.get("usehistory") == "y":
            webenv, key = self._keep(ids, given.get("WebEnv") or given.get("webenv"))
            history = f"<QueryKey>{key}</QueryKey><WebEnv>{webenv}</WebEnv>"
        listed = "".join(f"<Id>{ident}</Id>\n" for ident in shown)
        none = "" if ids else "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>"
        return xml_response(
            f"{_ESEARCH}<eSearchResult><Count>{count}</Count><RetMax>{len(shown)}</RetMax>"
            f"<RetStart>{start}</RetStart>{history}<IdList>\n{listed}</IdList><TranslationSet/>"
            f"<QueryTranslation>{escape(term, quote=False)}</QueryTranslation>{none}</eSearchResult>"
        )

    def _find(self, term: str, given: Mapping[str, str]) -> tuple[str, ...]:
        """PMIDs that match, newest first."""
        with self._world.lock:
            if _UIDS.fullmatch(term):  # a search for known ids takes no scan
                wanted = set(re.findall(r"\d+", term))
                return tuple(sorted(wanted & set(self._world.articles), key=int, reverse=True))
            articles = list(self._world.articles.values())
        expression = parse_pubmed(term)
        if "mindate" in given and "maxdate" in given:
            name = _DATE_FIELDS[given.get("datetype", "edat")]
            first, last = _day(given["mindate"], first=True), _day(given["maxdate"], first=False)
            articles = [article for article in articles if first <= getattr(article, name) <= last]
        found = [article.pmid for article in articles if _matches(expression, article)]
        return tuple(sorted(found, key=int, reverse=True))

    def _keep(self, ids: tuple[str, ...], webenv: str | None = None) -> tuple[str, int]:
        if webenv is None or webenv not in self._sessions:
            webenv = f"MCID_{next(self._numbers):024x}"
            self._sessions[webenv] = []
        self._sessions[webenv].append(ids)
        return webenv, len(self._sessions[webenv])

    def _epost(self, given: Mapping[str, str]) -> Response:
        ids = _ids(given)
        if not ids:
            return xml_response(
                f"{_EPOST}<ePostResult>\n\t<ERROR>Empty ID list; Nothing to store</ERROR></ePostResult>"
            )
        webenv, key = self._keep(ids)
        reply = f"<QueryKey>{key}</QueryKey>\n\t<WebEnv>{webenv}</WebEnv>"
        return xml_response(f"{_EPOST}<ePostResult>\n\t{reply}\n</ePostResult>\n")

    def _efetch(self, given: Mapping[str, str], fault: FaultKind | None) -> Response:
        if fault is FaultKind.HISTORY_EXPIRED:
            self.expire_sessions()
        ids: tuple[str, ...] | Response = _ids(given) if "id" in given else self._from_history(given)
        if isinstance(ids, Response):
            return ids
        if not ids:
            return _fetch_error("ID list is empty! Possibly it has no correct IDs.")
        with self._world.lock:
            found = [self._world.articles[ident].xml for ident in ids if ident in self._world.articles]
        if fault is FaultKind.WRONG_COUNT:
            found = found[:-1]
        body = _ARTICLES.encode() + b"<PubmedArticleSet>\n" + b"\n".join(found) + b"</PubmedArticleSet>"
        return Response(body=body, content_type="text/xml; charset=UTF-8")

    def _from_history(self, given: Mapping[str, str]) -> tuple[str, ...] | Response:
        key = int(given.get("query_key", 0))
        session = self._sessions.get(given.get("WebEnv") or given.get("webenv") or "", [])
        if not 1 <= key <= len(session):
            return _fetch_error(f"Unable to obtain query #{key}")
        ids = session[key - 1]
        start, number = int(given.get("retstart", 0)), int(given.get("retmax", 20))
        if start >= min(len(ids), self.limit):
            return _fetch_error(
                f"Cannot retrieve history data: OUT OF RANGE. Parameter retstart={start} + 1 is greater than number of "
                f"records available in history. History includes {len(ids)} IDs."
            )
        return ids[start : min(start + number, self.limit)]


def _ids(given: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(ident.strip() for ident in given.get("id", "").split(",") if ident.strip().isdecimal())


def _search_error(text: str) -> Response:
    return xml_response(f"{_ESEARCH}<eSearchResult>\n\t<ERROR>{text}</ERROR>\n</eSearchResult>\n")


def _fetch_error(text: str) -> Response:
    return xml_response(f"{_EFETCH_ERROR}<eFetchResult>\n\t<ERROR>{text}</ERROR>\n</eFetchResult>\n\n", 400)


def _day(text: str, *, first: bool) -> date:
    """A day from ``2020``, ``2020/02`` or ``2020/02/28``: the first or the last that it covers."""
    parts = [int(part) for part in text.replace("-", "/").split("/")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) > 1 else (1 if first else 12)
    return date(year, month, 1 if first else 28)


def _matches(expression: Node, article: Article) -> bool:
    return expression.matches(lambda leaf: _leaf_matches(leaf, article))


def _leaf_matches(leaf: str, article: Article) -> bool:
    if leaf.lower() in ("all[sb]", "all[filter]"):
        return True
    low, colon, high = leaf.partition(" : ")
    text, _, tag = low.rstrip("]").partition("[")
    text, tag = text.strip().strip('"'), tag.lower()
    tag = _FIELDS.get(tag, tag)
    if tag in ("uid", "pmid"):
        return article.pmid == text
    if tag in _DATE_FIELDS:
        upper = high.partition("[")[0].strip().strip('"') if colon else text
        day: date = getattr(article, _DATE_FIELDS[tag])
        return _day(text, first=True) <= day <= _day(upper, first=False)
    if text.endswith("*"):
        return normalise(text)[:-1] in article.fields.get(tag, article.fields[""])
    return normalise(text) in article.fields.get(tag, article.fields[""])
