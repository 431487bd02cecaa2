"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
NOW = datetime(2026, 1, 15, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The development data beside the project; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the development data are not at {SHARED}")
    return SHARED


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine the tests run on reaches them."""
    for name in list(os.environ):
        if name.startswith("MSCMINER_") and name != "MSCMINER_TEST_POSTGRESQL":
            monkeypatch.delenv(name)


@pytest.fixture
def work_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
