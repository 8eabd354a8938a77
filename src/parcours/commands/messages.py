"""`parcours messages`: what leaves by itself, sent when the machine’s clock says so."""

from datetime import date
from typing import Any

import typer

from parcours.actions.sending import Sending, send_due
from parcours.commands.console import Json, open_database, print_json, today_of
from parcours.mail import sender_from
from parcours.settings import Settings, get_settings

app = typer.Typer(help="Les messages à envoyer.", no_args_is_help=True)


@app.callback()
def messages() -> None:
    """Les messages à envoyer."""


@app.command()
def send(
    as_json: Json = False,
) -> None:
    """Envoyer les courriels et les SMS qui attendent ; se relance sans risque, toutes les 5 min."""
    settings = get_settings()
    done = send_waiting(settings, today_of(settings))
    if as_json:
        print_json(counts(done) | {"errors": dict(done.errors)})
        return
    typer.echo(f"{done.sent} envoyés, {done.not_sent} non partis, {done.waiting} en attente.")
    for error, count in done.errors.items():
        typer.echo(f"{count} : {error}")
    if not settings.smtp_url:
        typer.echo("PARCOURS_SMTP_URL n’est pas réglé : aucun courriel ne part.")


def send_waiting(settings: Settings, today: date) -> Sending:
    """Send by whatever this installation has; RuleBroken when its settings are unclear."""
    database = open_database(settings)
    try:
        sender = sender_from(settings)
        return send_due(database, sender, today=today, base_url=settings.base_url)
    finally:
        database.dispose()


def counts(done: Sending) -> dict[str, Any]:
    """What a sending did, as the commands say it."""
    return {"sent": done.sent, "not_sent": done.not_sent, "waiting": done.waiting}
