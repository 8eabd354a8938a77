"""`parcours messages`: what leaves by itself, sent when the machine’s clock says so."""

import json
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from parcours.db import Database
from parcours.domain.messages import Channel
from parcours.settings import get_settings

app = typer.Typer(help="Les messages à envoyer.", no_args_is_help=True)
PARIS = ZoneInfo("Europe/Paris")


@app.callback()
def messages() -> None:
    """Les messages à envoyer."""


@app.command()
def send(
    as_json: Annotated[
        bool, typer.Option("--json", help="Un document JSON, et rien d’autre.")
    ] = False,
) -> None:
    """Envoyer les courriels et les SMS qui attendent ; se relance sans risque, toutes les 5 min."""
    from parcours.actions.sending import send_due
    from parcours.mail import sender_from

    settings = get_settings()
    sender = sender_from(settings)
    today = settings.today or datetime.now(PARIS).date()
    database = Database.open(settings.url)
    try:
        done = send_due(database, sender, today=today, base_url=settings.base_url)
    finally:
        database.dispose()
    if as_json:
        report = {"sent": done.sent, "not_sent": done.not_sent, "waiting": done.waiting}
        typer.echo(json.dumps({**report, "errors": dict(done.errors)}, ensure_ascii=False))
        return
    typer.echo(f"{done.sent} envoyés, {done.not_sent} non partis, {done.waiting} en attente.")
    for error, count in done.errors.items():
        typer.echo(f"{count} : {error}")
    if Channel.EMAIL not in sender:
        typer.echo("PARCOURS_SMTP_URL n’est pas réglé : aucun courriel ne part.")
