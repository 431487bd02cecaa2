"""The layers hold: who may import whom, and what the command line must not load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "src" / "mscminer"
LAYERS = {
    "core": set(),
    "harvest": {"core"},
    "extract": {"core"},
    "trials": {"core"},
    "evaluate": {"core"},
    "export": {"core"},
    "store": {"core"},
    "testing": {"core", "harvest"},
    "jobs": {"core", "harvest", "extract", "trials", "evaluate", "export", "store"},
    "web": {"core", "jobs", "store"},
    "cli": {"core", "jobs", "store", "web"},
}
"""What each layer may import besides itself and the modules at the top."""


def _imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_layer_imports_only_what_it_may(layer: str) -> None:
    allowed = LAYERS[layer] | {layer}
    for file in (PACKAGE / layer).rglob("*.py"):
        for name in _imports(file):
            parts = name.split(".")
            if parts[0] == "mscminer" and len(parts) > 1 and parts[1] in LAYERS:
                assert parts[1] in allowed, f"{file.relative_to(ROOT)} imports {name}"


def test_core_needs_the_standard_library_only() -> None:
    for file in (PACKAGE / "core").rglob("*.py"):
        for name in _imports(file):
            top = name.split(".")[0]
            assert top == "mscminer" or top in sys.stdlib_module_names, f"{file.name} imports {name}"


def test_only_store_knows_sqlalchemy() -> None:
    for file in PACKAGE.rglob("*.py"):
        if file.is_relative_to(PACKAGE / "store"):
            continue
        heads = {name.split(".")[0] for name in _imports(file)}
        assert not heads & {"sqlalchemy", "alembic"}, str(file)


HEAVY = ("spacy", "scispacy", "matplotlib", "fastapi", "sqlalchemy", "pydantic", "Bio", "lxml", "numpy", "httpx")


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from mscminer.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        f"sys.stderr.write(','.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "load" in done.stdout
