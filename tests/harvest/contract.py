"""Every request to the registry and every answer, against the API's own OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from mscminer.testing import LoggedRequest, ReplayServer
from tests.conftest import SHARED

DOCUMENT = SHARED / "data/ctgov_api/openapi.yaml"
_HOST = "https://clinicaltrials.gov"


@cache
def contract(document: Path) -> Any:
    """The OpenAPI document as a validator."""
    return OpenAPI.from_dict(yaml.safe_load(document.read_text(encoding="utf-8")))


def check_contract(document: Path, log: Iterable[LoggedRequest], *, refused: bool = False) -> int:
    """Validate all logged exchanges with the registry; returns how many there were.

    Args:
        refused: also check the answers to requests that the server refused.
    """
    checked = 0
    for entry in log:
        if entry.path.startswith("/api/v2/") and (refused or entry.response.status < 400):
            check_exchange(document, entry)
            checked += 1
    return checked


def check_exchange(document: Path, entry: LoggedRequest) -> None:
    """Validate a request, unless it was refused, and its answer, unless it is a redirection without content."""
    openapi = contract(document)
    request = MockRequest(_HOST, entry.method.lower(), entry.path, args=dict(entry.parameters))
    if entry.response.status < 400:
        openapi.validate_request(request)
    if entry.response.status != 301:
        kind = entry.response.content_type.partition(";")[0]
        response = MockResponse(data=entry.response.body, status_code=entry.response.status, content_type=kind)
        openapi.validate_response(request, response)


@pytest.fixture(autouse=True)
def contract_is_kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test: every request that it made of the registry, and every answer, keeps the contract.

    Equal exchanges are checked once a session.  A test that breaks it on purpose is marked ``off_contract``.
    """
    servers: list[ReplayServer] = []
    enter = ReplayServer.__enter__

    def noting(server: ReplayServer) -> ReplayServer:
        servers.append(server)
        return enter(server)

    monkeypatch.setattr(ReplayServer, "__enter__", noting)
    yield
    if request.node.get_closest_marker("off_contract") or not DOCUMENT.is_file():
        return
    for server in servers:
        for entry in server.log:
            if entry.path.startswith("/api/v2/") and _is_new(entry):
                check_exchange(DOCUMENT, entry)


_checked: set[int] = set()


def _is_new(entry: LoggedRequest) -> bool:
    digest = hash(
        (entry.path, json.dumps(entry.parameters, sort_keys=True), entry.response.status, entry.response.body)
    )
    if digest in _checked:
        return False
    _checked.add(digest)
    return True
