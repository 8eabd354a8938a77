"""What every command needs: the day, the database, JSON on request."""

import json
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from parcours.db import Database
from parcours.settings import Settings

PARIS = ZoneInfo("Europe/Paris")
Json = Annotated[bool, typer.Option("--json", help="Un document JSON, et rien d’autre.")]
As = Annotated[str, typer.Option("--as", help="Le compte au nom duquel agir.")]


def open_database(settings: Settings) -> Database:
    """The database of this installation."""
    return Database.open(settings.url, settings.read_database_url)


def today_of(settings: Settings) -> date:
    """Today in France, unless the settings say another day."""
    return settings.today or datetime.now(PARIS).date()


def print_json(document: Any) -> None:
    """One JSON document, for another program."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
