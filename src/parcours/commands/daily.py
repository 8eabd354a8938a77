"""`parcours daily`: what each day brings, exactly once."""

from datetime import UTC, datetime

import typer

from parcours.actions import (
    alerts_daily,
    alerts_weekly,
    introduction_daily,
    match_pools,
    need_links,
    nominative,
    relay_daily,
    standings,
)
from parcours.commands import messages
from parcours.commands.console import Json, open_database, print_json, today_of
from parcours.settings import get_settings


def daily(as_json: Json = False) -> None:
    """Ce que chaque jour apporte : rappels, expirations, alertes. Sans doublon."""
    settings = get_settings()
    with open_database(settings).writing() as session:
        done = relay_daily.run(session, today=today_of(settings))
        told = alerts_daily.run(session, today=today_of(settings))
        asked = need_links.run(session, today=today_of(settings))
        chased = introduction_daily.run(session, today=today_of(settings))
        standings.forget_holders(session, today=today_of(settings))
        match_pools.prune(session)
        erased = nominative.erase_expired(session, now=datetime.now(UTC))
        told["weekly"] = alerts_weekly.run(session, today=today_of(settings))
    sent = messages.counts(messages.send_waiting(settings, today_of(settings)))
    if as_json:
        counts = {"relays": done, "alerts": told, "needs": asked, "introductions": chased}
        counts["nominative"] = {"erased": erased}
        print_json(counts | {"messages": sent})
    else:
        typer.echo(f"Messages : {sent['sent']} envoyé(s), {sent['waiting']} en attente.")
        typer.echo(
            f"Relais : {done['reminded']} rappel(s), {done['escalated']} signalement(s) aux "
            f"responsables, {done['expired']} expiration(s)."
        )
        typer.echo(f"Besoins : {asked['reminded']} rappel(s), dont {asked['written']} écrit(s).")
        _tell_introductions(chased)
        typer.echo(f"Sorties nominatives : {erased} fichier(s) expiré(s), effacé(s).")
        typer.echo(
            f"Alertes : {told['opened']} ouverte(s), {told['closed']} close(s), "
            f"{told['notified']} signalée(s) à qui doit agir ; vigilances de la semaine : "
            f"{told['weekly']} personne(s) prévenue(s)."
        )


def _tell_introductions(chased: dict[str, int]) -> None:
    typer.echo(
        f"Mises en relation : {chased['reminded']} employeur(s) à relancer, dont "
        f"{chased['written']} relancé(s) par écrit, {chased['closed']} close(s) sans réponse."
    )
