"""The named, versioned queries that say what is harvested: one TOML file each in ``queries/``."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from mscminer.core.errors import ConfigError, NotFound

_KEYS = {"name", "version", "since", "rationale", "pubmed", "ctgov"}
_CTGOV_PARAMETERS = {
    "query.cond",
    "query.term",
    "query.titles",
    "query.intr",
    "query.outc",
    "filter.advanced",
    "filter.overallStatus",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedQuery:
    """What to ask PubMed and ClinicalTrials.gov.

    Args:
        version: raised with every change of what is asked; a new version is harvested in full.
        since: the day from which this version holds.
        rationale: why it is asked like this.
        pubmed: an expression in PubMed's syntax, or "" to ask PubMed nothing.
        ctgov: parameters of ``GET /studies`` in Essie syntax; empty to ask the registry nothing.
    """

    name: str
    version: int
    since: date
    rationale: str
    pubmed: str
    ctgov: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """A short hash of what is asked: two queries of equal fingerprint find the same."""
        asked = json.dumps([self.pubmed, dict(self.ctgov)], sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()[:16]


def load_query(name: str, folder: Path | None = None) -> NamedQuery:
    """Read the query of that name from `folder`, or from those shipped with the package.

    Raises:
        NotFound: if there is none; the message lists those there are.
        ConfigError: if its file is not as it should be.
    """
    files = _query_files(folder)
    if name not in files:
        raise NotFound(f"no query named {name!r}", remedy=f"There are: {', '.join(sorted(files)) or 'none'}.")
    return parse_query(files[name], where=f"{name}.toml")


def query_names(folder: Path | None = None) -> tuple[str, ...]:
    """The names of all queries, sorted."""
    return tuple(sorted(_query_files(folder)))


def _query_files(folder: Path | None) -> dict[str, str]:
    root = folder if folder is not None else resources.files("mscminer.harvest") / "queries"
    if not root.is_dir():
        raise NotFound("no such folder of queries", where=str(root), remedy="Check the setting.")
    return {
        entry.name.removesuffix(".toml"): entry.read_text(encoding="utf-8")
        for entry in root.iterdir()
        if entry.name.endswith(".toml")
    }


def parse_query(text: str, *, where: str) -> NamedQuery:
    """Read a query from TOML.

    Raises:
        ConfigError: for broken TOML, an unknown or a missing key.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}", where=where, remedy="Correct the file.") from None
    _check_keys(data, where)
    ctgov = data.get("ctgov", {})
    unknown = set(ctgov) - _CTGOV_PARAMETERS
    if unknown:
        raise ConfigError(
            f"unknown registry parameter {sorted(unknown)[0]!r}",
            where=where,
            remedy=f"Known are: {', '.join(sorted(_CTGOV_PARAMETERS))}.",
        )
    return NamedQuery(
        name=data["name"],
        version=data["version"],
        since=data["since"],
        rationale=data["rationale"].strip(),
        pubmed=" ".join(data.get("pubmed", {}).get("term", "").split()),
        ctgov={key: " ".join(value.split()) for key, value in ctgov.items()},
    )


def _check_keys(data: dict[str, Any], where: str) -> None:
    wrong = (set(data) - _KEYS) or ({"name", "version", "since", "rationale"} - set(data))
    if wrong:
        raise ConfigError(
            f"unknown or missing key {sorted(wrong)[0]!r}",
            where=where,
            remedy="A query has name, version, since, rationale and the tables pubmed and ctgov.",
        )
    if not ("pubmed" in data or "ctgov" in data):
        raise ConfigError("it asks nothing", where=where, remedy="Add [pubmed] or [ctgov].")
