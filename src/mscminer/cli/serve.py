"""``mscminer serve``: the curators' workbench."""

from __future__ import annotations

import contextlib
import getpass
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mscminer.cli.console import DatabaseOption, database, say, settings

if TYPE_CHECKING:
    from mscminer.store import Store


def serve(
    database_url: DatabaseOption = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8765,
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate chain (PEM).", exists=True)] = None,
    private_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).", exists=True)] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy on this machine speaks HTTPS for it.")
    ] = False,
    refresh: Annotated[bool, typer.Option(help="Bring queue and counts up to date first.")] = True,
) -> None:
    """Open the curators' workbench for a browser.

    Without users it serves one person on this machine, by the name of the system's account.  For a team add users
    (`mscminer users add`) and give a certificate, or put it behind a proxy.
    """
    import uvicorn

    from mscminer.jobs.assemble import ensure_census
    from mscminer.jobs.curate import refresh_queue
    from mscminer.web.app import create_app

    encryption = tls_options(certificate, private_key)
    found = settings()
    with database(database_url) as store:
        secure = certificate is not None or behind_proxy
        single = local_user(store, host, secure=secure, behind_proxy=behind_proxy)
        with listening(host, port) as door:
            if refresh:
                ensure_census(store)  # first: contradictions between linked records are tasks
                say(f"{refresh_queue(store)} records brought up to date")
            app = create_app(store, found, local_user=single, secure=secure)
            say(f"workbench at {'https' if certificate else 'http'}://{host}:{port}/ (Ctrl-C ends it)")
            config = uvicorn.Config(
                app, log_level="warning", proxy_headers=behind_proxy, server_header=False, **encryption
            )
            with contextlib.suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[door])


def tls_options(certificate: Path | None, private_key: Path | None) -> dict[str, Any]:
    """What uvicorn needs to encrypt, nothing without a certificate.

    Raises:
        ConfigError: the two are no pair, or one is missing.
    """
    import ssl

    from mscminer.core.errors import ConfigError

    if certificate is None:
        if private_key is not None:
            raise ConfigError(
                "a key without its certificate encrypts nothing.", where="--private-key", remedy="Give --certificate."
            )
        return {}
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, private_key, password="")
    except OSError as error:
        raise ConfigError(
            f"certificate and key are no pair that can be read ({error.strerror or error}).",
            where=f"--certificate {certificate}",
            remedy="Give both as PEM without a password, the server's own certificate first.",
        ) from error
    return {"ssl_certfile": certificate, "ssl_keyfile": private_key}


def listening(host: str, port: int) -> socket.socket:
    """A socket at an address.

    Raises:
        ConfigError: something else listens there, or it is no address of this machine.
    """
    from mscminer.core.errors import ConfigError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigError(
            f"nobody can listen there ({error.strerror or error}).",
            where=f"--host {host} --port {port}",
            remedy="Choose another port, or end what listens there.",
        ) from error


def local_user(store: Store, host: str, *, secure: bool, behind_proxy: bool) -> str:
    """The name of the single local user, or "" where everybody must log in.

    Raises:
        ConfigError: it would be open to others without users or without encryption.
    """
    from mscminer.core.errors import ConfigError
    from mscminer.jobs.accounts import any_users
    from mscminer.web.access import is_loopback

    if any_users(store):
        if not is_loopback(host) and not secure:
            raise ConfigError(
                "passwords would cross the network in the clear.",
                where=f"--host {host}",
                remedy="Give --certificate and --private-key, or --behind-proxy.",
            )
        return ""
    if not is_loopback(host) or behind_proxy:
        raise ConfigError(
            "there are no users, so everybody who reaches it could decide.",
            where=f"--host {host}",
            remedy="Add users first: `mscminer users add NAME`.",
        )
    return getpass.getuser()


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve")(serve)
