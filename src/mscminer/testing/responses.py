"""An answer before it goes over the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Response:
    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def text_response(text: str, status: int = 200) -> Response:
    return Response(status=status, body=text.encode())


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        status=status,
        body=json.dumps(value, ensure_ascii=False).encode(),
        content_type="application/json",
        headers=headers or {},
    )


def xml_response(text: str, status: int = 200) -> Response:
    return Response(status=status, body=text.encode(), content_type="text/xml; charset=UTF-8")
