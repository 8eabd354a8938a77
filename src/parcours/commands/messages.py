"""`parcours messages`: what leaves by itself, sent when the machine’s clock says so."""

import json
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from parcours.actions.sending import Sending, send_due
from parcours.db import Database
from parcours.mail import sender_from
from parcours.settings import Settings, get_settings

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
    settings = get_settings()
    done = send_waiting(settings, settings.today or datetime.now(PARIS).date())
    if as_json:
        typer.echo(json.dumps(counts(done) | {"errors": dict(done.errors)}, ensure_ascii=False))
        return
    typer.echo(f"{done.sent} envoyés, {done.not_sent} non partis, {done.waiting} en attente.")
    for error, count in done.errors.items():
        typer.echo(f"{count} : {error}")
    if not settings.smtp_url:
        typer.echo("PARCOURS_SMTP_URL n’est pas réglé : aucun courriel ne part.")


def send_waiting(settings: Settings, today: date) -> Sending:
    """Send by whatever this installation has; RuleBroken when its settings are unclear."""
    database = Database.open(settings.url)
    try:
        sender = sender_from(settings)
        return send_due(database, sender, today=today, base_url=settings.base_url)
    finally:
        database.dispose()


def counts(done: Sending) -> dict[str, Any]:
    """What a sending did, as the commands say it."""
    return {"sent": done.sent, "not_sent": done.not_sent, "waiting": done.waiting}
