"""Fixtures of the jobs' tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.harvest.contract import contract_is_kept

__all__ = ["contract_is_kept"]


@pytest.fixture(autouse=True)
def quiet_logs() -> Iterator[None]:
    """Log lines of hundreds of harvests would drown the report of a failure."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()
