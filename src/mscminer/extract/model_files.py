"""Where the pipelines lie: models/ of a checkout, or _models inside an installed package."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mscminer.core.errors import ModelError

RULES = "mscminer_rules"
_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (_PACKAGE / "_models", _PACKAGE.parent.parent / "models")


def model_folders() -> tuple[Path, ...]:
    """Every pipeline folder at hand, sorted by name; the newest version of a name comes last."""
    found = [path for place in _PLACES if place.is_dir() for path in place.iterdir() if (path / "meta.json").is_file()]
    return tuple(sorted(found, key=lambda path: (path.name.rpartition("-")[0], _version(path))))


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.name.rpartition("-")[2].split(".") if part.isdigit())


def find_model(name: str | None = None) -> Path:
    """The folder of a pipeline: ``name``, ``name-version`` or a path; without a name the newest rules.

    Raises:
        ModelError: if there is none.
    """
    if name and (Path(name) / "meta.json").is_file():
        return Path(name)
    wanted = name or RULES
    fitting = [path for path in model_folders() if path.name == wanted or path.name.rpartition("-")[0] == wanted]
    if not fitting:
        known = ", ".join(path.name for path in model_folders()) or "none"
        raise ModelError(f"no pipeline {wanted!r}", where=" or ".join(map(str, _PLACES)), remedy=f"At hand: {known}.")
    return fitting[-1]


def content_hash(*folders: Path) -> str:
    """First 12 hex digits of a hash over all rule files and the code that applies them.

    The maker's version holds it, so that an edited rule makes old extractions outdated.
    """
    digest = hashlib.sha256()
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if _counts(file)]
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _counts(file: Path) -> bool:
    return (
        file.is_file()
        and file.suffix in (".py", ".toml", ".tsv", ".cfg", ".bin", ".npz", ".json")
        and "__pycache__" not in file.parts
    )
