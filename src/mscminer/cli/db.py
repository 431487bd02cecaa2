"""``mscminer db``: the database's schema."""

from __future__ import annotations

import typer

from mscminer.cli.console import DatabaseOption, settings


def upgrade(database_url: DatabaseOption = "") -> None:
    """Bring the database to the newest schema (all steps or none)."""
    from mscminer.store import upgrade_store

    before, after = upgrade_store(database_url or settings().database_url)
    typer.echo(f"schema {after}, nothing to do" if before == after else f"schema {before or 'empty'} -> {after}")


def version(database_url: DatabaseOption = "") -> None:
    """Print the schema's version and the one that this package needs."""
    from mscminer.store.engine import make_engine
    from mscminer.store.schema import newest_revision, revision_of

    engine = make_engine(database_url or settings().database_url)
    typer.echo(f"database: {revision_of(engine) or 'empty'}; package: {newest_revision()}")
    engine.dispose()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="The database's schema.", rich_markup_mode=None)
    group.command("upgrade")(upgrade)
    group.command("version")(version)
    app.add_typer(group, name="db")
