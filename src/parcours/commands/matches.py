"""`parcours match` and `parcours replay`: candidates of a need, and results computed again."""

from typing import Annotated, Any

import typer

from parcours.commands.console import As, Json, open_database, print_json, today_of
from parcours.domain.errors import RuleBroken
from parcours.settings import get_settings


def match(
    need: Annotated[int, typer.Argument(help="Numéro du besoin.")],
    email: As,
    org: Annotated[str | None, typer.Option(help="Code de la structure.")] = None,
    as_json: Json = False,
) -> None:
    """Comparer un besoin à toutes les personnes visibles, avec les explications. N’écrit rien."""
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
