"""The request limit over threads, processes, pauses and clocks."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mscminer.core.errors import ConfigError, FinalSourceError, RetryableSourceError
from mscminer.harvest.limiter import Limiter
from mscminer.harvest.retrying import RetryPolicy, ask, parse_retry_after


class FakeTime:
    """A clock that moves by sleeping only."""

    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def limiter_with(time: FakeTime, path: Path | None = None, per_s: float = 3.0) -> Limiter:
    return Limiter(per_s=per_s, path=path, clock=time.clock, sleep=time.sleep)


@pytest.mark.parametrize("per_s", [3.0, 10.0])
def test_no_second_holds_more_starts_than_allowed(per_s: float, tmp_path: Path) -> None:
    fake = FakeTime()
    limiter = limiter_with(fake, tmp_path / "limit", per_s)
    starts = []
    for _ in range(50):
        limiter.wait()
        starts.append(fake.now)
    busiest = max(sum(start <= other < start + 1.0 for other in starts) for start in starts)
    assert busiest == per_s


def test_two_limiters_share_a_file(tmp_path: Path) -> None:
    fake = FakeTime()
    pair = [limiter_with(fake, tmp_path / "limit") for _ in range(2)]
    starts = []
    for number in range(10):
        pair[number % 2].wait()
        starts.append(fake.now)
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert min(gaps) >= 1 / 3


def test_threads_get_different_slots() -> None:
    waited: list[float] = []
    limiter = Limiter(per_s=1000.0, sleep=lambda _: None, clock=lambda: 5.0)
    threads = [threading.Thread(target=lambda: waited.append(limiter.wait())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waited) == pytest.approx([number * limiter.interval_s for number in range(20)])


def _starts(path: str, number: int, results: multiprocessing.Queue[list[float]]) -> None:
    limiter = Limiter(per_s=100.0, path=Path(path))
    times = []
    for _ in range(number):
        limiter.wait()
        times.append(time.monotonic())
    results.put(times)


def test_processes_share_the_limit(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue[list[float]] = context.Queue()
    jobs = [context.Process(target=_starts, args=(str(tmp_path / "limit"), 15, results)) for _ in range(3)]
    began = time.monotonic()
    for job in jobs:
        job.start()
    times = [start for _ in jobs for start in results.get(timeout=30)]
    for job in jobs:
        job.join()
    assert len(times) == 45
    assert max(times) - began >= 44 * 0.011


def test_a_pause_holds_for_everybody(tmp_path: Path) -> None:
    fake = FakeTime()
    one, other = (limiter_with(fake, tmp_path / "limit") for _ in range(2))
    one.pause(30.0)
    assert other.wait() == pytest.approx(30.0)


@pytest.mark.parametrize("content", ["", "not a number", "999999999.0"])
def test_a_damaged_or_old_file_is_no_obstacle(content: str, tmp_path: Path) -> None:
    path = tmp_path / "limit"
    path.write_text(content)
    assert limiter_with(FakeTime(), path).wait() == 0.0


def test_a_rate_must_be_positive() -> None:
    with pytest.raises(ConfigError):
        Limiter(per_s=0)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Thu, 01 Jan 2026 00:00:30 GMT", 30.0),
        ("Wed, 31 Dec 2025 23:00:00 GMT", 0.0),
        ("soon", None),
        ("-3", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, now=datetime(2026, 1, 1, tzinfo=UTC)) == seconds


def test_a_final_error_is_not_repeated() -> None:
    calls = []

    def once() -> None:
        calls.append(1)
        raise FinalSourceError("no")

    with pytest.raises(FinalSourceError):
        ask(once, RetryPolicy(attempts=5, wait_initial_s=0.001))
    assert len(calls) == 1


def test_pauses_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    def once() -> None:
        raise RetryableSourceError("again")

    with pytest.raises(RetryableSourceError):
        ask(once, RetryPolicy(attempts=5, wait_initial_s=1.0, wait_max_s=4.0, wait_jitter_s=0.0))
    assert pauses == [1.0, 2.0, 4.0, 4.0]


def test_a_pause_that_the_server_asks_for_is_kept_to(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    def once() -> None:
        raise RetryableSourceError("again", retry_after_s=17.0)

    with pytest.raises(RetryableSourceError):
        ask(once, RetryPolicy(attempts=3, wait_jitter_s=0.0))
    assert pauses == [17.0, 17.0]
