"""The HTTP server: routes, rate limits, faults on the wire, and a log of what was asked."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mscminer.testing.ctgov_service import CtgovService
from mscminer.testing.faults import Fault, FaultKind, FaultPlan
from mscminer.testing.mesh_service import MeshService
from mscminer.testing.pubmed_service import SEARCH_LIMIT, PubmedService
from mscminer.testing.responses import Response, json_response, text_response, xml_response
from mscminer.testing.world import Article, World

_EUTILS = "/entrez/eutils/"
_CTGOV = "/api/v2/"
_CONTROL = "/_replay/"
_HTML = b"<!DOCTYPE html>\n<html><head><title>Service maintenance</title></head><body>Please come back.</body></html>"


@dataclass(frozen=True, kw_only=True)
class LoggedRequest:
    """A request and its answer (before any fault on the wire)."""

    method: str
    path: str
    parameters: dict[str, str]
    response: Response
    fault: FaultKind | None


class ReplayServer:
    """Both services on a port of loopback; a context manager.

    Args:
        port: 0 for any free one.
        search_limit: records that a PubMed search gives at most.
        rate_limits: whether more than 3 requests a second (10 with an API key) to PubMed get a 429.
        before_answer: called with the number of each request (from 1) before it is answered.
        clock: seconds by which requests a second are counted.
    """

    def __init__(
        self,
        world: World,
        *,
        port: int = 0,
        search_limit: int = SEARCH_LIMIT,
        rate_limits: bool = False,
        before_answer: Callable[[int], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.world = world
        self.pubmed = PubmedService(world, limit=search_limit)
        self.mesh = MeshService(world)
        self.ctgov = CtgovService(world)
        self.log: list[LoggedRequest] = []
        self.before_answer = before_answer
        self.stopping = threading.Event()
        self._faults = FaultPlan()
        self._rate_limits = rate_limits
        self._clock = clock
        self._arrivals: deque[float] = deque()
        self._lock = threading.Lock()
        self._number = 0
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler_for(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def eutils_url(self) -> str:
        """For `EntrezSettings.base_url`."""
        return self.url + _EUTILS

    @property
    def ctgov_url(self) -> str:
        """For the base URL of `CtgovClient`."""
        return self.url + _CTGOV.rstrip("/")

    def __enter__(self) -> ReplayServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()

    def serve_forever(self) -> None:
        """Serve in this thread, until interrupted."""
        self._http.serve_forever()

    def add_fault(self, fault: Fault) -> None:
        self._faults.add(fault)

    def clear_faults(self) -> None:
        self._faults.clear()

    def answer(self, method: str, path: str, parameters: dict[str, str], body: bytes) -> tuple[Response, Fault | None]:
        """The answer to a request, and the fault to be done to it on the wire."""
        if path.startswith(_CONTROL):
            return self._control(path.removeprefix(_CONTROL), body), None
        with self._lock:
            self._number += 1
            number = self._number
        if self.before_answer is not None:
            self.before_answer(number)
        fault = self._faults.take(path)
        kind = fault.kind if fault else None
        response = self._too_many(path, parameters) or self._served(path, parameters, kind)
        with self._lock:
            self.log.append(
                LoggedRequest(method=method, path=path, parameters=parameters, response=response, fault=kind)
            )
        return response, fault

    def _served(self, path: str, parameters: dict[str, str], kind: FaultKind | None) -> Response:
        if path.startswith(_EUTILS):
            service = self.mesh if parameters.get("db") == "mesh" else self.pubmed
            return service.answer(path.removeprefix(_EUTILS).removesuffix(".fcgi"), parameters, kind)
        if path.startswith(_CTGOV):
            return self.ctgov.answer(path.removeprefix(_CTGOV), parameters, kind)
        return text_response("Not Found", 404)

    def _too_many(self, path: str, parameters: dict[str, str]) -> Response | None:
        if not self._rate_limits or not path.startswith(_EUTILS):
            return None
        limit = 10 if "api_key" in parameters else 3
        now = self._clock()
        with self._lock:
            while self._arrivals and self._arrivals[0] <= now - 1.0:
                self._arrivals.popleft()
            self._arrivals.append(now)
            count = len(self._arrivals)
        if count <= limit:
            return None
        who = parameters.get("api_key", "127.0.0.1")
        refusal = {"error": "API rate limit exceeded", "api-key": who, "count": str(count), "limit": str(limit)}
        return json_response(refusal, 429)

    def _control(self, what: str, body: bytes) -> Response:
        """``POST /_replay/fault``, ``/study``, ``/article``, ``/delete``, ``/timestamp``: changes from outside."""
        given: dict[str, Any] = json.loads(body) if body[:1] == b"{" else {}
        if what == "fault":
            self.add_fault(Fault(**(given | {"kind": FaultKind(given["kind"])})))
        elif what == "study":
            self.world.put_study(given)
        elif what == "article":
            self.world.put_article(Article.from_xml(body, modified=date.today()))
        elif what == "delete":
            nct = given.get("nct")
            self.world.delete_study(nct) if nct else self.world.delete_article(given["pmid"])
        elif what == "timestamp":
            self.world.data_timestamp = given["dataTimestamp"]
        elif what == "log":
            return json_response([f"{entry.method} {entry.path} {entry.response.status}" for entry in self.log])
        else:
            return text_response("Not Found", 404)
        return text_response("done")


def _handler_for(server: ReplayServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "mscminer-replay"
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._serve(b"")

        def do_POST(self) -> None:
            self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def date_time_string(self, timestamp: float | None = None) -> str:
            now = server.world.now
            return super().date_time_string(now.timestamp() if now is not None else timestamp)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing on standard error: the server keeps its own log."""

        def _serve(self, body: bytes) -> None:
            address = urlsplit(self.path)
            form = body.decode("utf-8", "replace") if address.path.startswith(_EUTILS) else ""
            parameters = dict(parse_qsl(address.query) + parse_qsl(form))
            response, fault = server.answer(self.command, address.path, parameters, body)
            with contextlib.suppress(ConnectionError):
                _send(self, response, fault, server.stopping)

    return Handler


def _send(handler: BaseHTTPRequestHandler, response: Response, fault: Fault | None, stop: threading.Event) -> None:
    kind = fault.kind if fault else None
    if kind is FaultKind.RESET:
        _reset(handler)
        return
    if fault is not None:
        response = _spoiled(response, fault)
    body = response.body
    handler.send_response(response.status)
    handler.send_header("Content-Type", response.content_type)
    for name, value in response.headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if kind is FaultKind.DRIP and fault is not None:
        _drip(handler, body, fault.delay_s, stop)
        return
    if kind in (FaultKind.TRUNCATED, FaultKind.STALL):
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        if kind is FaultKind.STALL and fault is not None:
            stop.wait(fault.delay_s)
        handler.close_connection = True
        return
    handler.wfile.write(body)
    handler.wfile.flush()


def _drip(handler: BaseHTTPRequestHandler, body: bytes, delay_s: float, stop: threading.Event) -> None:
    handler.close_connection = True
    for place in range(len(body)):
        handler.wfile.write(body[place : place + 1])
        handler.wfile.flush()
        if stop.wait(delay_s):
            return


def _reset(handler: BaseHTTPRequestHandler) -> None:
    """Close with a TCP reset instead of an orderly end."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()
    handler.wfile = handler.rfile = _Nowhere()  # type: ignore[assignment]


class _Nowhere:
    """Stands for both files of a connection that is gone."""

    closed = True

    def flush(self) -> None:
        """Nothing is left to send."""

    def close(self) -> None:
        """Nothing is left to close."""


def _spoiled(response: Response, fault: Fault) -> Response:
    kind = fault.kind
    if kind is FaultKind.TOO_MANY:
        return json_response({"error": "API rate limit exceeded", "count": "4", "limit": "3"}, 429)
    if kind is FaultKind.TOO_MANY_RETRY_AFTER:
        refusal = {"error": "API rate limit exceeded", "count": "4", "limit": "3"}
        return json_response(refusal, 429, {"Retry-After": str(int(fault.delay_s))})
    if kind is FaultKind.SERVER_ERROR:
        return text_response("Internal Server Error", 500)
    if kind is FaultKind.BAD_GATEWAY:
        return Response(status=502, body=_HTML, content_type="text/html")
    if kind is FaultKind.HTML:
        return Response(body=_HTML, content_type="text/html; charset=UTF-8")
    if kind is FaultKind.ERROR_ELEMENT:
        error = "<eFetchResult><ERROR>Search Backend failed: Unable to open connection to server</ERROR></eFetchResult>"
        return xml_response('<?xml version="1.0" encoding="UTF-8" ?>\n' + error)
    if kind is FaultKind.CUT_CLEAN:
        half = response.body[: len(response.body) // 2]
        return Response(body=half, content_type=response.content_type)
    return response
