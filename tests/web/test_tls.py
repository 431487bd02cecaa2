"""`mscminer serve` for a team: with a certificate of its own, and behind a proxy that speaks HTTPS for it."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from mscminer.cli.serve import listening, local_user, tls_options
from mscminer.core.errors import ConfigError
from mscminer.store import Store
from tests.conftest import ROOT
from tests.web.workbench import PASSWORD, Client, Workbench

CLIENT = "203.0.113.7"
"""An address of the documentation's range: whom the proxy says that it speaks for."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine and its key, made on the spot."""
    folder = tmp_path_factory.mktemp("tls")
    chain, key = folder / "chain.pem", folder / "key.pem"
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-days", "2"]
    subprocess.run([*new, *names, "-out", str(chain), "-keyout", str(key)], check=True, capture_output=True)
    return chain, key


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def command(file: Path, *options: str) -> Iterator[int]:
    """`mscminer serve` in a process of its own; gives its port."""
    port = free_port()
    fixed = ["--database", f"sqlite:///{file}", "--port", str(port), "--no-refresh"]
    with process([sys.executable, "-m", "mscminer", "serve", *fixed, *options], port):
        yield port


@contextmanager
def process(arguments: list[str], port: int) -> Iterator[None]:
    """A process that answers at a port, until it is no longer needed."""
    started = subprocess.Popen(arguments)
    try:
        for _ in range(1200):
            assert started.poll() is None, "it has ended"
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        started.terminate()
        started.wait(30)


def client_of(certificate: tuple[Path, Path], port: int) -> Client:
    """A client that trusts this certificate only."""
    trusted = ssl.create_default_context(cafile=certificate[0])
    return Client(base_url=f"https://localhost:{port}", verify=trusted, timeout=60)


def log_in(client: Client) -> httpx.Response:
    """Log in as a browser does, which says where the form comes from."""
    client.page("/login")
    client.headers.update({"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"})
    return client.submit("/login", name="curator", password=PASSWORD, then="/queue")


def check_secure_session(client: Client) -> None:
    """A login over HTTPS: cookies for HTTPS only, and browsers told to stay with it."""
    first = client.get("/queue")
    assert first.headers["location"].startswith("/login")
    assert "strict-transport-security" in first.headers
    answer = log_in(client)
    assert answer.status_code == 303, answer.text
    cookies = answer.headers.get_list("set-cookie")
    assert cookies
    assert all("Secure" in cookie and "HttpOnly" in cookie for cookie in cookies)
    assert "curator" in client.page("/queue")
    form = {"field": "tissue", "verdict": "skip", "expected": "0"}
    assert client.submit("/decide/ctgov:NCT00000001", **form).status_code == 303


def test_with_a_certificate(team: Workbench, certificate: tuple[Path, Path]) -> None:
    file = Path(team.store.url.removeprefix("sqlite:///"))
    chain, key = certificate
    with command(file, "--certificate", str(chain), "--private-key", str(key)) as port:
        with client_of(certificate, port) as client:
            check_secure_session(client)
        with pytest.raises(httpx.TransportError):
            httpx.get(f"http://127.0.0.1:{port}/login")


class _Proxy(BaseHTTPRequestHandler):
    """Passes everything on, and says for whom and by which scheme, as nginx or Caddy do."""

    upstream = 0
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        sent = [(name, value) for name, value in self.headers.items() if name.lower() not in {"connection"}]
        sent += [("X-Forwarded-For", CLIENT), ("X-Forwarded-Proto", "https")]
        address = f"http://127.0.0.1:{self.upstream}{self.path}"
        with httpx.Client(timeout=60) as client:
            answer = client.send(client.build_request(self.command, address, headers=sent, content=body))
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in {"content-length", "content-encoding", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = _pass  # noqa: N815 - the names that the base class looks for

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal."""


@contextmanager
def proxy(certificate: tuple[Path, Path], upstream: int) -> Iterator[int]:
    """A proxy that speaks HTTPS before a server that does not; gives its port."""
    handler = type("Handler", (_Proxy,), {"upstream": upstream})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def failed_from(store: Store) -> list[str]:
    """Addresses of failed logins."""
    with store.read() as tx:
        return list(tx.session.execute(text("SELECT address FROM login_attempt")).scalars())


def test_behind_a_proxy(team: Workbench, certificate: tuple[Path, Path]) -> None:
    file = Path(team.store.url.removeprefix("sqlite:///"))
    with (
        command(file, "--behind-proxy") as port,
        proxy(certificate, port) as outside,
        client_of(certificate, outside) as client,
    ):
        check_secure_session(client)
        other = client_of(certificate, outside)
        assert other.submit("/login", name="curator", password="wrong password").status_code == 401
        assert failed_from(team.store) == [CLIENT], "each address is throttled for itself"


@contextmanager
def nginx(certificate: tuple[Path, Path], upstream: int, folder: Path) -> Iterator[int]:
    """Nginx with the example of docs/curating.md, on a free port; gives that."""
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "curating.md").read_text(), re.S)
    assert found
    port, plain = free_port(), free_port()
    servers = found.group(1)
    for old, new in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"), ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("/etc/ssl/curate.pem", str(certificate[0])), ("/etc/ssl/curate.key", str(certificate[1])),
        ("127.0.0.1:8765", f"127.0.0.1:{upstream}"), ("curate.example.org", "localhost"),
    ):  # fmt: skip
        assert old in servers
        servers = servers.replace(old, new)
    parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{name}_temp_path {folder / name};" for name in parts)
    head = f"daemon off; pid {folder / 'pid'}; error_log {folder / 'error.log'}; events {{}}"
    (folder / "nginx.conf").write_text(f"{head}\nhttp {{ access_log off; {temporary}\n{servers} }}\n")
    with process(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], port):
        yield port


def test_behind_nginx_as_the_docs_say(team: Workbench, certificate: tuple[Path, Path], tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        message = "nginx is not installed (apt-get install nginx-light)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    file = Path(team.store.url.removeprefix("sqlite:///"))
    with (
        command(file, "--behind-proxy") as port,
        nginx(certificate, port, tmp_path) as outside,
        client_of(certificate, outside) as client,
    ):
        check_secure_session(client)
        claimed = client_of(certificate, outside)
        claimed.headers["x-forwarded-for"] = CLIENT
        assert claimed.submit("/login", name="curator", password="wrong password").status_code == 401
        assert failed_from(team.store) == ["127.0.0.1"], "nobody gets round the throttling by what they claim"
        largest = client.post("/files", content=b"x" * (33 << 20))
        assert largest.status_code == 413


def test_without_a_proxy_nobody_can_claim_another_address(team: Workbench) -> None:
    with command(Path(team.store.url.removeprefix("sqlite:///"))) as port:
        client = Client(base_url=f"http://127.0.0.1:{port}", headers={"x-forwarded-for": CLIENT}, timeout=60)
        assert client.submit("/login", name="curator", password="wrong password").status_code == 401
    assert failed_from(team.store) == ["127.0.0.1"]


def test_nobody_serves_others_without_users_or_in_the_clear(store: Store, team: Workbench) -> None:
    for host, behind in (("0.0.0.0", False), ("127.0.0.1", True), ("0.0.0.0", True)):
        with pytest.raises(ConfigError, match="there are no users"):
            local_user(store, host, secure=behind, behind_proxy=behind)
    with pytest.raises(ConfigError, match="in the clear"):
        local_user(team.store, "0.0.0.0", secure=False, behind_proxy=False)
    assert local_user(team.store, "0.0.0.0", secure=True, behind_proxy=False) == ""
    assert local_user(store, "127.0.0.1", secure=False, behind_proxy=False) == getpass.getuser()


def test_a_certificate_that_encrypts_nothing_is_refused(certificate: tuple[Path, Path], tmp_path: Path) -> None:
    chain, key = certificate
    other = tmp_path / "other.pem"
    other.write_text("no key")
    assert tls_options(None, None) == {}
    assert tls_options(chain, key) == {"ssl_certfile": chain, "ssl_keyfile": key}
    with pytest.raises(ConfigError, match="encrypts nothing"):
        tls_options(None, key)
    for wrong in ((chain, None), (chain, other), (other, key)):
        with pytest.raises(ConfigError, match="no pair"):
            tls_options(*wrong)


def test_a_port_that_is_taken_is_named(team: Workbench) -> None:
    port = int(team.url.rpartition(":")[2])
    file = team.store.url
    command = [sys.executable, "-m", "mscminer", "serve", "--database", file, "--port", str(port), "--no-refresh"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 2
    assert f"--port {port}" in ended.stderr
    assert "workbench at" not in ended.stderr
    with listening("::1", 0) as door:
        assert door.getsockname()[0] == "::1"
