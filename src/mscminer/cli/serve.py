"""``mscminer serve``: the curators' workbench."""

from __future__ import annotations

import getpass
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

    found = settings()
    with database(database_url) as store:
        secure = certificate is not None or behind_proxy
        single = local_user(store, host, secure=secure, behind_proxy=behind_proxy)
        if refresh:
            ensure_census(store)  # first: contradictions between linked records are tasks
            say(f"{refresh_queue(store)} records brought up to date")
        app = create_app(store, found, local_user=single, secure=secure)
        say(f"workbench at {'https' if certificate else 'http'}://{host}:{port}/ (Ctrl-C ends it)")
        options: dict[str, Any] = {"ssl_certfile": certificate, "ssl_keyfile": private_key} if certificate else {}
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            proxy_headers=behind_proxy,
            server_header=False,
            **options,
        )


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
