"""The numbers in docs/counting.md are those of the development data."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.mark.shared
@pytest.mark.slow
def test_the_table_of_definitions_is_that_of_the_data(shared_dir: Path) -> None:
    command = [sys.executable, "scripts/counts_table", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
