"""Definitions of what is counted, read from versioned TOML files."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from mscminer.core.counts import DateField, Definition, Rule, Unit
from mscminer.core.errors import ConfigError, NotFound
from mscminer.core.vocabulary import MscClass, Report

DEFAULT = "msc-cells"
_STUDY_TYPES = ("interventional", "observational", "expanded_access", *Report)
_LISTS = ("msc", "study_types", "statuses", "without_statuses")
_ENUMS: Mapping[str, type[StrEnum]] = {"rule": Rule, "unit": Unit, "date_field": DateField}


@cache
def load_definitions() -> Mapping[str, Definition]:
    """The definitions that ship with the package, by name; the default one first."""
    folder = resources.files("mscminer.trials") / "definitions"
    files = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = [parse_definition((folder / name).read_text("utf-8"), name=name.removesuffix(".toml")) for name in files]
    found.sort(key=lambda definition: (definition.name != DEFAULT, definition.name))
    return {definition.name: definition for definition in found}


def load_definition(name: str = DEFAULT) -> Definition:
    """A shipped definition by its name, or the user's own by the path of a ``.toml`` file.

    Raises:
        NotFound: if there is none of that name; the message has the nearest one.
        ConfigError: if the file breaks the rules.
    """
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise NotFound("There is no such definition file.", where=name)
        return parse_definition(path.read_text("utf-8"), name=path.stem)
    shipped = load_definitions()
    if name in shipped:
        return shipped[name]
    near = difflib.get_close_matches(name, shipped, n=1, cutoff=0.3)
    remedy = f"Did you mean {near[0]!r}?" if near else "Known are: " + ", ".join(shipped) + "."
    raise NotFound(f"There is no definition {name!r}.", remedy=remedy)


def parse_definition(text: str, *, name: str) -> Definition:
    """Read and check a definition file.

    Raises:
        ConfigError: naming the file, the key and the values it may have.
    """
    where = f"definition {name}"
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"Not TOML: {error}.", where=where) from error
    _check_keys(data, where)
    values: dict[str, Any] = {key: tuple(data[key]) if key in _LISTS else data[key] for key in data}
    for key, vocabulary in _ENUMS.items():
        if key in values:
            values[key] = vocabulary(_one_of(values[key], tuple(vocabulary), key, where))
    for key, allowed in (("msc", tuple(MscClass)), ("study_types", _STUDY_TYPES)):
        for value in values.get(key, ()):
            _one_of(value, allowed, key, where)
    values["rationale"] = " ".join(values["rationale"].split())
    return Definition(name=name, **values)


def _check_keys(data: Mapping[str, Any], where: str) -> None:
    known = set(Definition.__dataclass_fields__) - {"name"}
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            raise ConfigError(
                f"Unknown key {key!r}.", where=where, remedy=f"Did you mean {near[0]!r}?" if near else None
            )
    for key in ("version", "title", "rationale"):
        if not isinstance(data.get(key), str) or not data[key].strip():
            raise ConfigError(f"Key {key!r} is missing or no text.", where=where)
    for key in _LISTS:
        if key in data and not isinstance(data[key], list):
            raise ConfigError(f"Key {key!r} is not a list.", where=where)


def _one_of(value: Any, allowed: tuple[str, ...], key: str, where: str) -> str:
    if value not in allowed:
        raise ConfigError(f"{key} cannot be {value!r}.", where=where, remedy="It may be: " + ", ".join(allowed) + ".")
    return str(value)
