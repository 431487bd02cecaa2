"""Where the pipelines lie: models/ of a checkout, or _models inside an installed package.

Beside them a folder of one's own (setting ``models``) may hold newer parts, each in a numbered version that
``mscminer vocab update`` or ``mscminer train`` made: ``diseases-0003``, ``trained-0001``.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from mscminer.core.errors import ModelError

DISEASES: Final = "diseases"
TRAINED: Final = "trained"
ABOUT: Final = "about.json"
_VERSION: Final = re.compile(r"(?P<part>[a-z]+)-(?P<number>\d{4,})")
_in_use: dict[str, Path] = {}

RULES = "mscminer_rules"
_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (_PACKAGE / "_models", _PACKAGE.parent.parent / "models")


def model_folders() -> tuple[Path, ...]:
    """Every pipeline folder at hand, sorted by name; the newest version of a name comes last."""
    found = [path for place in _PLACES if place.is_dir() for path in place.iterdir() if (path / "meta.json").is_file()]
    return tuple(sorted(found, key=lambda path: (path.name.rpartition("-")[0], _version(path))))


def _version(path: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in path.name.rpartition("-")[2].split(".") if part.isdigit())


@lru_cache(maxsize=8)
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


def local_versions(folder: Path, part: str) -> tuple[Path, ...]:
    """The versions of a part in a folder of one's own, oldest first, also those that were not accepted."""
    if not folder.is_dir():
        return ()
    named = [(match, path) for path in folder.iterdir() if (match := _VERSION.fullmatch(path.name)) and path.is_dir()]
    found = [(int(match["number"]), path) for match, path in named if match["part"] == part]
    return tuple(path for _, path in sorted(found))


def is_accepted(version: Path) -> bool:
    """Whether a version may be used, by its ``about.json``.

    Raises:
        ModelError: if that file is missing or damaged.
    """
    try:
        return bool(json.loads((version / ABOUT).read_text(encoding="utf-8"))["accepted"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"not a version of a model: {error!r}", where=str(version / ABOUT), remedy="Restore or delete the folder."
        ) from error


def newest_accepted(folder: Path, part: str) -> Path | None:
    """The newest accepted version of a part, or None where there is none."""
    return next((path for path in reversed(local_versions(folder, part)) if is_accepted(path)), None)


def use_local_models(folder: Path | None) -> None:
    """From now on this process uses the newest accepted parts of a folder; None: those that are shipped.

    Called once, when the settings are read and in every worker process.
    """
    chosen = {part: newest_accepted(folder, part) for part in (DISEASES, TRAINED)} if folder else {}
    _in_use.clear()
    _in_use.update({part: path for part, path in chosen.items() if path is not None})


def adopt_folders(folders: tuple[Path, ...]) -> None:
    """Use these versions (`folders_in_use` of another process)."""
    _in_use.clear()
    _in_use.update({path.name.rpartition("-")[0]: path for path in folders})


def local_part(part: str) -> Path | None:
    """The folder of a part of one's own that is in use, or None: the shipped one is."""
    return _in_use.get(part)


def disease_folder() -> Path:
    """Where the disease knowledge base in use lies."""
    return local_part(DISEASES) or shipped_diseases()


@lru_cache(maxsize=1)
def shipped_diseases() -> Path:
    """Where the shipped disease knowledge base lies."""
    return find_model() / "mscminer_diseases"


def folders_in_use() -> tuple[Path, ...]:
    """The parts of one's own that are in use: what they hold decides what is extracted."""
    return tuple(path for _, path in sorted(_in_use.items()))


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
        and file.name != ABOUT
        and file.suffix in (".py", ".toml", ".tsv", ".cfg", ".bin", ".npz", ".json")
        and "__pycache__" not in file.parts
    )
