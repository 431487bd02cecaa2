"""``mscminer users``: who may use the workbench."""

from __future__ import annotations

from typing import Annotated

import typer

from mscminer.cli.console import DatabaseOption, JsonOption, database, print_json, say

Name = Annotated[str, typer.Argument(help="The user's name.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return typer.get_text_stream("stdin").readline().rstrip("\n")
    found: str = typer.prompt("Password (10 characters or more)", hide_input=True, confirmation_prompt=True, err=True)
    return found


def add(
    name: Name,
    role: Annotated[str, typer.Option(help="reader, curator, adjudicator or admin; each may do the former's.")] = (
        "curator"
    ),
    password_stdin: FromStdin = False,
    database_url: DatabaseOption = "",
) -> None:
    """Add a user."""
    from mscminer.jobs.accounts import add_user

    with database(database_url) as store:
        user = add_user(store, name, _password(password_stdin), role)
    say(f"added {user.name} as {user.role}")


def list_(database_url: DatabaseOption = "", as_json: JsonOption = False) -> None:
    """List all users."""
    from mscminer.jobs.accounts import list_users

    with database(database_url) as store:
        users = list_users(store)
    if as_json:
        print_json([{"name": user.name, "role": user.role, "disabled": bool(user.disabled_at)} for user in users])
        return
    for user in users:
        typer.echo(f"{user.name}\t{user.role}\t{'disabled' if user.disabled_at else 'active'}")


def passwd(name: Name, password_stdin: FromStdin = False, database_url: DatabaseOption = "") -> None:
    """Change a password; the user is logged out everywhere."""
    from mscminer.jobs.accounts import set_password

    with database(database_url) as store:
        set_password(store, name, _password(password_stdin))
    say(f"changed the password of {name}")


def role(
    name: Name,
    new: Annotated[str, typer.Argument(metavar="ROLE", help="reader, curator, adjudicator or admin.")],
    database_url: DatabaseOption = "",
) -> None:
    """Change a user's role, from the next page on."""
    from mscminer.jobs.accounts import set_role

    with database(database_url) as store:
        set_role(store, name, new)
    say(f"{name} is {new} now")


def disable(
    name: Name,
    enable: Annotated[bool, typer.Option("--enable", help="Let the user in again.")] = False,
    database_url: DatabaseOption = "",
) -> None:
    """Lock a user out; decisions keep the name."""
    from mscminer.jobs.accounts import disable as job

    with database(database_url) as store:
        job(store, name, again=enable)
    say(f"{'enabled' if enable else 'disabled'} {name}")


def token(name: Name, database_url: DatabaseOption = "") -> None:
    """Make a token for the JSON API (Authorization: Bearer ...); it lasts 90 days and is shown once."""
    from mscminer.jobs.accounts import make_token

    with database(database_url) as store:
        typer.echo(make_token(store, name))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(no_args_is_help=True, help="Who may use the workbench.", rich_markup_mode=None)
    group.command("add")(add)
    group.command("list")(list_)
    group.command("passwd")(passwd)
    group.command("role")(role)
    group.command("disable")(disable)
    group.command("token")(token)
    app.add_typer(group, name="users")
