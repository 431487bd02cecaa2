"""Finding and reading the trained weights that the package ships (``models/publications``)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from mscminer.core.errors import ModelError

_PACKAGE = Path(__file__).resolve().parents[2]
_PLACES = (_PACKAGE / "_models", _PACKAGE.parents[1] / "models")
"""In an installed package; in a working copy."""


def model_directory() -> Path:
    """The folder of the publications' models.

    Raises:
        ModelError: if the package was installed without it.
    """
    for place in _PLACES:
        folder = place / "publications"
        if folder.is_dir():
            return folder
    raise ModelError(
        "the trained weights for publications are missing",
        where=", ".join(str(place) for place in _PLACES),
        remedy="Reinstall the package, or run scripts/train.",
    )


@cache
def load_weights(name: str) -> dict[str, Any]:
    """Read ``<name>.json``; read once per process.

    Raises:
        ModelError: if it is missing or no JSON object.
    """
    path = model_directory() / f"{name}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"cannot read the weights: {error}", where=str(path), remedy="Run scripts/train or reinstall."
        ) from error
    if not isinstance(data, dict):
        raise ModelError("not a JSON object", where=str(path), remedy="Run scripts/train or reinstall.")
    return data
