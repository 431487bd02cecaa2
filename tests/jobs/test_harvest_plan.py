"""Windows of options, rolling checks, and steps that are written with the cursor."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mscminer.core.errors import ConfigError
from mscminer.harvest.windows import DateWindow
from mscminer.jobs.harvest_plan import Mode, Span, build_span, rotate


@given(ids=st.lists(st.text("0123456789", min_size=1, max_size=4), unique=True), number=st.integers(1, 7))
def test_every_id_is_checked_in_one_round(ids: list[str], number: int) -> None:
    ids.sort()
    seen: set[str] = set()
    after = ""
    for _ in range(-(-len(ids) // number)):
        chosen = rotate(ids, after, number)
        assert len(set(chosen)) == len(chosen) == min(number, len(ids))
        seen.update(chosen)
        after = chosen[-1]
    assert seen == set(ids)


def test_spans_of_options() -> None:
    assert build_span(False, None, None) == Span()
    assert build_span(True, None, None).mode is Mode.FULL
    window = DateWindow(start=date(2025, 1, 1), end=date(2025, 1, 2))
    assert build_span(False, window.start, window.end) == Span(mode=Mode.WINDOW, window=window)


@pytest.mark.parametrize(
    ("full", "since", "until"),
    [
        (True, date(2025, 1, 1), date(2025, 1, 2)),
        (False, date(2025, 1, 1), None),
        (False, None, date(2025, 1, 1)),
        (False, date(2025, 1, 2), date(2025, 1, 2)),
    ],
)
def test_options_that_contradict(full: bool, since: date | None, until: date | None) -> None:
    with pytest.raises(ConfigError, match="not a span of days"):
        build_span(full, since, until)


def test_a_span_without_its_window() -> None:
    with pytest.raises(ValueError, match="window"):
        Span(mode=Mode.WINDOW)
