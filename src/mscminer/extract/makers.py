"""Name and version of a pipeline, read without loading it (spaCy takes a second to import)."""

from __future__ import annotations

import json
from pathlib import Path

from mscminer.core.errors import ModelError
from mscminer.core.facts import Maker
from mscminer.extract.model_files import content_hash, find_model, folders_in_use
from mscminer.extract.publications.model_files import model_directory

NAME = "mscminer-extract"


def current_maker(name: str | None = None) -> Maker:
    """Who would make the extractions of the pipeline `name`; its version holds a hash of all rules and code.

    Raises:
        ModelError: if it is missing or damaged.
    """
    folder = find_model(name)
    try:
        version = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(
            f"meta.json cannot be read: {error}", where=str(folder), remedy="Reinstall mscminer."
        ) from error
    hashed = content_hash(folder, Path(__file__).parent, model_directory(), *folders_in_use())
    return Maker(name=NAME, version=f"{version}+{hashed}")
