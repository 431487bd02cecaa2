"""What a study holds that the API's OpenAPI document does not know: new fields, new values of enumerations.

Nothing is refused for it.  The record is kept as it came; what is unknown is counted, so that a nightly digest
can say that the registry has changed before a number quietly does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Drift:
    """An unknown field (`value` is "") or an unknown value of an enumeration, at a path without list positions."""

    path: str
    value: str = ""

    def __str__(self) -> str:
        return f"unknown value {self.value!r} of {self.path}" if self.value else f"unknown field {self.path}"


@dataclass(frozen=True, kw_only=True)
class KnownSchema:
    """Paths of a study's fields and the values of its enumerations.

    Args:
        version: of the OpenAPI document.
        open_paths: objects whose members the document does not list.
    """

    version: str
    paths: frozenset[str]
    open_paths: frozenset[str]
    values: Mapping[str, frozenset[str]]

    def find_drift(self, study: Mapping[str, Any]) -> Iterator[Drift]:
        """Everything unknown in a study, in document order."""
        return self._walk(study, "")

    def _walk(self, value: Any, path: str) -> Iterator[Drift]:
        if isinstance(value, Mapping):
            if path in self.open_paths:
                return
            for name, inner in value.items():
                inner_path = f"{path}.{name}" if path else str(name)
                if inner_path in self.paths:
                    yield from self._walk(inner, inner_path)
                else:
                    yield Drift(path=inner_path)
        elif isinstance(value, list):
            for inner in value:
                yield from self._walk(inner, path)
        elif path in self.values and value not in self.values[path]:
            yield Drift(path=path, value=str(value))


def count_drift(studies: Iterable[Mapping[str, Any]]) -> Counter[Drift]:
    """In how many of the studies each unknown field or value is."""
    schema = load_known_schema()
    return Counter(drift for study in studies for drift in set(schema.find_drift(study)))


@cache
def load_known_schema() -> KnownSchema:
    """The schema that this version of mscminer was written against."""
    text = (resources.files("mscminer.harvest") / "ctgov_schema.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return KnownSchema(
        version=data["version"],
        paths=frozenset(data["paths"]),
        open_paths=frozenset(data["open_paths"]),
        values={path: frozenset(values) for path, values in data["values"].items()},
    )


def build_known_schema(openapi: Mapping[str, Any]) -> dict[str, Any]:
    """What ``ctgov_schema.json`` holds, from the API's OpenAPI document."""
    schemas = openapi["components"]["schemas"]
    paths: set[str] = set()
    open_paths: set[str] = set()
    values: dict[str, list[str]] = {}

    def visit(schema: Mapping[str, Any], path: str) -> None:
        while "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "enum" in schema:
            values[path] = sorted(schema["enum"])
        if schema.get("type") == "array":
            visit(schema["items"], path)
        elif schema.get("type") == "object":
            members = schema.get("properties", {})
            if not members:
                open_paths.add(path)
            for name, inner in members.items():
                inner_path = f"{path}.{name}" if path else name
                paths.add(inner_path)
                visit(inner, inner_path)

    visit(schemas["Study"], "")
    return {
        "version": openapi["info"]["version"],
        "paths": sorted(paths),
        "open_paths": sorted(open_paths),
        "values": dict(sorted(values.items())),
    }
