"""PubMed through the replay server: limits, sessions, batches, retries and secrets."""

from __future__ import annotations

import urllib.request
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
import structlog
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mscminer.core.errors import ConfigError, FinalSourceError, RetryableSourceError
from mscminer.harvest.entrez import EntrezClient, EntrezSettings, SearchHits
from mscminer.harvest.limiter import Limiter
from mscminer.harvest.retrying import RetryPolicy
from mscminer.harvest.windows import DateWindow
from mscminer.testing import Fault, FaultKind, ReplayServer, World
from mscminer.testing.pubmed_service import PubmedService
from tests.harvest.worlds import API_KEY, QUICK, entrez_client, entrez_settings, make_article, small_world

ALL = DateWindow(start=date(2025, 1, 1), end=date(2026, 1, 1))
TERM = "mesenchymal[tiab] AND patients[tiab]"


def found_by(client: EntrezClient, window: DateWindow = ALL, datetype: str = "edat") -> list[str]:
    """All PMIDs fetched for a window."""
    return [
        pmid
        for hits in client.search_slices(TERM, window=window, datetype=datetype)
        for batch in client.fetch(hits)
        for pmid in batch.found
    ]


def search_often(client: EntrezClient) -> None:
    """More searches than a second allows."""
    for _ in range(12):
        client.search(TERM, window=ALL, datetype="edat")


def test_search_and_fetch_give_every_article_once() -> None:
    with ReplayServer(small_world()) as server:
        client = entrez_client(server, batch=3)
        assert sorted(found_by(client)) == [str(101 + number) for number in range(7)]
        assert client.requests == 1 + 3


def test_windows_are_half_open() -> None:
    with ReplayServer(small_world()) as server:
        client = entrez_client(server)
        window = DateWindow(start=date(2025, 3, 2), end=date(2025, 3, 4))
        assert sorted(found_by(client, window)) == ["102", "103"]


def test_every_request_says_who_asks() -> None:
    with ReplayServer(small_world()) as server:
        found_by(entrez_client(server, api_key=API_KEY))
        for entry in server.log:
            assert entry.parameters["tool"] == "mscminer"
            assert entry.parameters["email"] == "curator@example.org"
            assert entry.parameters["api_key"] == API_KEY


def test_slices_stay_below_the_limit_and_lose_nothing() -> None:
    with ReplayServer(small_world(), search_limit=2) as server:
        client = entrez_client(server)
        slices = list(client.search_slices(TERM, window=ALL, datetype="edat"))
        assert all(hits.count <= 2 for hits in slices)
        assert sorted(pmid for hits in slices for pmid in hits.ids) == [str(101 + number) for number in range(7)]


def test_one_crowded_day_is_split_by_the_day_of_publication() -> None:
    day = date(2025, 12, 1)
    articles = [
        make_article(300 + number, entered=date(2024, 1, 1), modified=day, published=date(2001 + number, 5, 6))
        for number in range(6)
    ]
    with ReplayServer(World(articles=articles), search_limit=2) as server:
        client = entrez_client(server)
        assert sorted(found_by(client, ALL, "mdat")) == [str(300 + number) for number in range(6)]
        assert any("[dp]" in entry.parameters.get("term", "") for entry in server.log)


@given(
    days=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 400)), max_size=25),
    limit=st.integers(1, 6),
)
@settings(max_examples=40, deadline=None)
def test_slices_lose_and_repeat_nothing_whatever_the_days(days: list[tuple[int, int]], limit: int) -> None:
    articles = [
        make_article(
            1000 + number,
            entered=date(2025, 3, 1) + timedelta(days=entered),
            published=date(2024, 1, 1) + timedelta(days=published),
        )
        for number, (entered, published) in enumerate(days)
    ]
    assume(max(Counter(days).values(), default=0) <= limit)
    client = EntrezClient(EntrezSettings(email="a@example.org"), limiter=Limiter(per_s=1e6), search_limit=limit)
    service = PubmedService(World(articles=articles), limit=limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "_send", lambda utility, given: service.answer(utility, _texts(given)).body)
        slices = list(client.search_slices(TERM, window=ALL, datetype="edat"))
    assert all(hits.count <= limit for hits in slices)
    assert sorted(pmid for hits in slices for pmid in hits.ids) == sorted(article.pmid for article in articles)


def _texts(given: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in given.items()}


def test_a_day_that_cannot_be_split_is_an_error_not_a_loss() -> None:
    day = date(2025, 12, 1)
    articles = [make_article(300 + number, entered=day) for number in range(3)]
    with ReplayServer(World(articles=articles), search_limit=2) as server:
        client = entrez_client(server)
        with pytest.raises(FinalSourceError, match="one day"):
            found_by(client)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.TOO_MANY,
        FaultKind.TOO_MANY_RETRY_AFTER,
        FaultKind.SERVER_ERROR,
        FaultKind.BAD_GATEWAY,
        FaultKind.RESET,
        FaultKind.TRUNCATED,
        FaultKind.CUT_CLEAN,
        FaultKind.HTML,
        FaultKind.ERROR_ELEMENT,
        FaultKind.WRONG_COUNT,
    ],
)
@pytest.mark.parametrize("utility", ["esearch", "efetch"])
def test_a_passing_fault_costs_a_second_request(kind: FaultKind, utility: str) -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=kind, path=utility, delay_s=0))
        client = entrez_client(server)
        assert len(found_by(client)) == 7
        assert client.requests == 3


def test_a_stalled_answer_runs_into_the_time_out() -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=FaultKind.STALL, path="efetch", delay_s=30))
        client = entrez_client(server, timeout_s=0.5)
        assert len(found_by(client)) == 7
        assert client.requests >= 3


def test_a_dripping_answer_runs_into_the_deadline() -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=FaultKind.DRIP, path="efetch", delay_s=0.05))
        client = entrez_client(server, deadline_s=0.7)
        assert len(found_by(client)) == 7
        assert client.requests >= 3


def test_a_lasting_fault_ends_in_a_retryable_error() -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=FaultKind.SERVER_ERROR, times=99))
        client = entrez_client(server)
        with pytest.raises(RetryableSourceError, match="status 500"):
            found_by(client)
        assert client.requests == QUICK.attempts


def test_retry_after_is_waited_for_by_everybody() -> None:
    waits: list[float] = []
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=FaultKind.TOO_MANY_RETRY_AFTER, delay_s=1))
        limiter = Limiter(per_s=1e6, sleep=waits.append)
        client = EntrezClient(entrez_settings(server), limiter=limiter, retry=QUICK)
        client.search(TERM, window=ALL, datetype="edat")
    assert client.requests == 2


def test_a_retry_after_beyond_our_patience_gives_up_at_once() -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=FaultKind.TOO_MANY_RETRY_AFTER, delay_s=3600, times=9))
        client = entrez_client(server)
        with pytest.raises(RetryableSourceError):
            client.search(TERM, window=ALL, datetype="edat")
        assert client.requests == 1


def test_missing_ids_are_asked_for_once_more_and_then_listed() -> None:
    world = small_world()
    with ReplayServer(world) as server:
        client = entrez_client(server)
        (hits,) = client.search_slices(TERM, window=ALL, datetype="edat")
        world.delete_article("103")
        (batch,) = client.fetch(hits)
        assert batch.missing == ("103",)
        assert len(batch.found) == 6
        assert client.requests == 3


def test_an_expired_session_is_got_over() -> None:
    with ReplayServer(small_world()) as server:
        server.add_fault(Fault(kind=FaultKind.HISTORY_EXPIRED, path="efetch", skip=1))
        client = entrez_client(server, batch=3)
        assert len(found_by(client)) == 7


def test_nothing_found_fetches_nothing() -> None:
    with ReplayServer(small_world()) as server:
        client = entrez_client(server)
        hits = client.search("cardboard[tiab]", window=ALL, datetype="edat")
        assert (hits.count, hits.ids) == (0, ())
        assert list(client.fetch(hits)) == []


def test_unknown_ids_are_missing_not_an_error() -> None:
    with ReplayServer(small_world()) as server:
        client = entrez_client(server)
        (batch,) = client.fetch_ids(["101", "999999"])
        assert (batch.found, batch.missing) == (("101",), ("999999",))
        assert client.find_ids(["101", "999999"]) == ("101",)


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.RESET, FaultKind.HTML, FaultKind.SERVER_ERROR])
def test_the_key_shows_nowhere(kind: FaultKind, capsys: pytest.CaptureFixture[str]) -> None:
    with ReplayServer(small_world(), rate_limits=True, clock=lambda: 0.0) as server:
        server.add_fault(Fault(kind=kind, times=99))
        client = entrez_client(server, api_key=API_KEY)
        with structlog.testing.capture_logs() as lines, pytest.raises(RetryableSourceError) as caught:
            search_often(client)
    assert API_KEY not in f"{lines} {caught.value!r} {caught.value} {caught.value.__context__} {client.settings!r}"
    assert API_KEY not in "".join(capsys.readouterr())


def test_ncbi_repeats_the_key_in_refusals_and_we_hide_it() -> None:
    with ReplayServer(small_world(), rate_limits=True, clock=lambda: 0.0) as server:
        patience = RetryPolicy(attempts=1)
        client = EntrezClient(entrez_settings(server, api_key=API_KEY), limiter=Limiter(per_s=1e6), retry=patience)
        with pytest.raises(RetryableSourceError, match="limit exceeded") as caught:
            search_often(client)
    assert API_KEY not in str(caught.value)
    assert "(key)" in str(caught.value)


def test_an_installed_opener_stays_in_force() -> None:
    seen: list[str] = []

    class Noting(urllib.request.BaseHandler):
        def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
            seen.append(request.full_url)
            return request

    with ReplayServer(small_world()) as server:
        urllib.request.install_opener(urllib.request.build_opener(Noting()))
        try:
            entrez_client(server).search(TERM, window=ALL, datetype="edat")
        finally:
            urllib.request.install_opener(urllib.request.build_opener())
    assert seen
    assert all(url.startswith(server.eutils_url) for url in seen)


def test_an_address_is_required() -> None:
    with pytest.raises(ConfigError, match="e-mail"):
        EntrezSettings(email="")


def test_a_search_names_itself() -> None:
    hits = SearchHits(term="x", datetype="edat", window=ALL, count=0, ids=(), webenv="", query_key="", translation="")
    assert hits.request == "esearch pubmed edat [2025-01-01, 2026-01-01)"


@pytest.mark.shared
def test_recorded_error_replies_are_told_apart(shared_dir: Path) -> None:
    from mscminer.harvest.entrez import _read_articles, _read_search

    folder = shared_dir / "data/ncbi_xml/biopython/Tests/Entrez"
    assert _read_search((folder / "esearch8.xml").read_bytes())["warnings"] == ("PhraseNotFound: abcXYZ",)
    with pytest.raises(RetryableSourceError, match="HTML"):
        _read_articles((folder / "pubmed3.html").read_bytes())
    with pytest.raises(FinalSourceError, match="Invalid db"):
        _read_search((folder / "epost2.xml").read_bytes())
