"""`parcours user close`, `parcours organisation close`: leaving without leaving anybody alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlmodel import Session

from parcours.actions import accounts, departures
from parcours.commands.console import As, open_database, today_of
from parcours.settings import get_settings

organisation = typer.Typer(help="Les structures.", no_args_is_help=True)


@organisation.callback()
def organisations() -> None:
    """Les structures."""


def close_account(
    email: str,
    by: As,
    to: Annotated[str | None, typer.Option(help="À qui confier ses personnes.")] = None,
) -> None:
    """Fermer un compte de sa structure ; refusé tant qu’il accompagne seul quelqu’un."""
    today = today_of(get_settings())
    with _writing() as session:
        actor = accounts.actor_for(session, by, today=today)
        code = actor.organisation_code
        leaving = accounts.actor_for(session, email, today=today, code=code).account_id
        taking = accounts.actor_for(session, to, today=today, code=code).account_id if to else None
        moved = departures.close_account(session, actor, leaving, to=taking, today=today)
    typer.echo(f"Compte fermé : {email}. Personnes confiées : {moved}.")


@organisation.command("close")
def close_organisation(by: As) -> None:
    """Fermer sa structure ; refusé tant qu’elle tient seule quelqu’un."""
    today = today_of(get_settings())
    with _writing() as session:
        actor = accounts.actor_for(session, by, today=today)
        departures.close_organisation(session, actor, today=today)
    typer.echo(f"Structure fermée : {actor.organisation_code}.")


@contextmanager
def _writing() -> Iterator[Session]:
    database = open_database(get_settings())
    try:
        with database.writing() as session:
            yield session
    finally:
        database.dispose()
