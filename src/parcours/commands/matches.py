"""`parcours match` and `parcours replay`: candidates of a need, and results computed again."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from parcours.commands.console import As, Json, open_database, print_json, today_of
from parcours.domain.errors import RuleBroken
from parcours.settings import get_settings


def match(
    email: As,
    need: Annotated[int | None, typer.Argument(help="Numéro du besoin.")] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Tous les besoins ouverts : compter qui y répondrait.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Recompter aussi ce qui l’est déjà aujourd’hui.")
    ] = False,
    org: Annotated[str | None, typer.Option(help="Code de la structure.")] = None,
    as_json: Json = False,
) -> None:
    """Comparer un besoin à toutes les personnes visibles, avec les explications. N’écrit rien.

    Avec --all : compter pour chaque besoin ouvert qui y répondrait, et garder ces nombres. Une
    commande interrompue reprend où elle s’est arrêtée.
    """
    if (need is None) != every:
        raise RuleBroken("Donnez le numéro d’un besoin, ou --all pour tous.")
    if every:
        _count_all(email, org, again=again, as_json=as_json)
    else:
        _match_one(need or 0, email, org, as_json=as_json)


def _match_one(need: int, email: str, org: str | None, *, as_json: bool) -> None:
    from parcours.actions import accounts, match_documents

    settings = get_settings()
    today = today_of(settings)
    with open_database(settings).reading() as session:
        actor = accounts.actor_for(session, email, today=today, code=org)
        document = match_documents.document(session, actor, need, today=today)
    if as_json:
        print_json(document)
    else:
        _print(document)


def _count_all(email: str, org: str | None, *, again: bool, as_json: bool) -> None:
    """The counts are told to the end of the command; how far it is, on the error stream."""
    from parcours.actions import accounts, match_tallies

    settings = get_settings()
    today, database = today_of(settings), open_database(settings)
    with database.reading() as session:
        actor = accounts.actor_for(session, email, today=today, code=org)
    done = match_tallies.count_all(database, actor, today=today, again=again, progress=_progress)
    with database.reading() as session:
        without = match_tallies.uncovered(session, actor, today)
    if as_json:
        rows = [asdict(one) | {"as_of": one.as_of.isoformat()} for one in without]
        print_json({"counted": done, "uncovered": rows})
        return
    typer.echo(f"{done} besoin(s) compté(s), {len(without)} sans personne prête :")
    for one in without:
        typer.echo(f"{one.need_id:5} {one.title} ({one.posts} poste(s)), "
                   f"à préparer {one.to_prepare}, comparées {one.people}")  # fmt: skip


def _progress(done: int, total: int) -> None:
    typer.echo(f"{done} / {total}", err=True)


def replay(run: Annotated[str, typer.Argument(help="Identifiant du calcul.")]) -> None:
    """Recalculer ce qui a été montré, et vérifier que rien ne change à l’octet près."""
    from parcours.actions import coverage_runs

    with open_database(get_settings()).reading() as session:
        found = coverage_runs.replay_run(session, run)
    if found.different:
        for name in found.different:
            typer.echo(f"Différent : {name}", err=True)
        raise RuleBroken(f"{len(found.different)} résultat(s) différent(s) sur {found.results}.")
    typer.echo(f"{found.results} résultat(s) recalculé(s) à l’identique.")


def _print(document: dict[str, Any]) -> None:
    for name, count in document["counts"].items():
        typer.echo(f"{name} : {count}")
    for row in (*document["candidates"], *document["blocked"]):
        typer.echo(f"{row['pct']:3} {row['band']:14} {row['status']:8} personne {row['learner']}")
