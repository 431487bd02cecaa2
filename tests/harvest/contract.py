"""Every request to the registry and every answer, against the API's own OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse

from mscminer.testing import LoggedRequest

_HOST = "https://clinicaltrials.gov"


@cache
def contract(document: Path) -> Any:
    """The OpenAPI document as a validator."""
    return OpenAPI.from_dict(yaml.safe_load(document.read_text(encoding="utf-8")))


def check_contract(document: Path, log: Iterable[LoggedRequest], *, refused: bool = False) -> int:
    """Validate all logged exchanges with the registry; returns how many there were.

    Args:
        refused: also check requests that the server refused on purpose.
    """
    openapi = contract(document)
    checked = 0
    for entry in log:
        if not entry.path.startswith("/api/v2/") or (entry.response.status >= 400 and not refused):
            continue
        request = MockRequest(_HOST, entry.method.lower(), entry.path, args=dict(entry.parameters))
        if entry.response.status < 400:
            openapi.validate_request(request)
        kind = entry.response.content_type.partition(";")[0]
        if entry.response.status != 301:
            openapi.validate_response(
                request,
                MockResponse(data=entry.response.body, status_code=entry.response.status, content_type=kind),
            )
        checked += 1
    return checked
