"""Finding and reading the trained weights that the package ships (``models/publications``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

from mscminer.core.errors import ModelError
from mscminer.extract.model_files import TRAINED, local_part

_PACKAGE = Path(__file__).resolve().parents[2]
_PLACES = (_PACKAGE / "_models", _PACKAGE.parents[1] / "models")
"""In an installed package; in a working copy."""
_REMEDY: Final = "Run scripts/train or reinstall."
_Made = TypeVar("_Made")


def model_directory() -> Path:
    """The folder of the publications' models.

    Raises:
        ModelError: if the package was installed without it.
    """
    return _first_with_models(_PLACES)


@cache
def _first_with_models(places: tuple[Path, ...]) -> Path:
    for place in places:
        folder = place / "publications"
        if folder.is_dir():
            return folder
    raise ModelError(
        "the trained weights for publications are missing",
        where=", ".join(str(place) for place in places),
        remedy="Reinstall the package, or run scripts/train.",
    )


def weights_file(name: str) -> Path:
    """``<name>.json`` of the trained parts of one's own that are in use, else the shipped one."""
    own = local_part(TRAINED)
    if own is not None and (own / f"{name}.json").is_file():
        return own / f"{name}.json"
    return _within(model_directory(), name)


@cache
def _within(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def shipped_weights(name: str) -> dict[str, Any]:
    """``<name>.json`` as it was shipped, whatever is in use: further data are fitted from there.

    Raises:
        ModelError: if it is missing or no JSON object.
    """
    return read_weights(model_directory() / f"{name}.json")


def load_weights(name: str) -> dict[str, Any]:
    """Read ``<name>.json``; each file once per process.

    Raises:
        ModelError: if it is missing or no JSON object.
    """
    return read_weights(weights_file(name))


@cache
def read_weights(path: Path) -> dict[str, Any]:
    """Read one file of weights.

    Raises:
        ModelError: if it is missing or no JSON object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read the weights: {error}", where=str(path), remedy=_REMEDY) from error
    if not isinstance(data, dict):
        raise ModelError("not a JSON object", where=str(path), remedy=_REMEDY)
    return data


def made_of(path: Path, make: Callable[[dict[str, Any]], _Made]) -> _Made:
    """What a file of weights makes.

    Raises:
        ModelError: if it is missing, no JSON object, or does not hold what `make` reads.
    """
    data = read_weights(path)
    try:
        return make(data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"these are not the weights of this part: {type(error).__name__} {error}", where=str(path), remedy=_REMEDY
        ) from error


def feature_weights(name: str) -> Mapping[str, int]:
    """The weights of features that ``<name>.json`` holds, in hundredths of log odds.

    Raises:
        ModelError: if it is missing, no JSON object, or holds no weights.
    """
    return made_of(weights_file(name), _weights)


def _weights(data: Mapping[str, Any]) -> Mapping[str, int]:
    weights: dict[str, int] = data["weights"]
    return weights
