"""`parcours reference`: official lists as published, loaded and listed."""

from pathlib import Path
from typing import Annotated

import typer

from parcours.commands.console import Json, open_database, print_json, today_of
from parcours.domain.reference_lists import ReferenceList
from parcours.settings import get_settings

app = typer.Typer(help="Les listes officielles.", no_args_is_help=True)


@app.callback()
def references() -> None:
    """Les listes officielles : métiers, certifications, quartiers, communes."""


@app.command()
def load(
    kind: Annotated[ReferenceList, typer.Argument(help="rome, rncp, qpv ou communes.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tel que publié.")],
    edition: Annotated[
        str | None, typer.Option("--edition", help="Son édition ; sinon le nom du fichier.")
    ] = None,
    email: Annotated[str | None, typer.Option("--as", help="Le compte qui agit.")] = None,
    as_json: Json = False,
) -> None:
    """Charger une liste. Un code disparu est archivé, jamais effacé ; sans risque deux fois."""
    from dataclasses import asdict

    from parcours.actions import accounts, reference_lists

    settings = get_settings()
    with open_database(settings).writing() as session:
        today = today_of(settings)
        actor = accounts.actor_for(session, email, today=today) if email else None
        done = reference_lists.load(
            session, actor, kind, file.read_bytes(), version=edition or file.stem, today=today
        )
    if as_json:
        print_json(asdict(done))
    elif done.is_known:
        typer.echo(f"{done.version} : déjà chargé, {done.codes} codes.")
    else:
        typer.echo(
            f"{done.version} : {done.codes} codes, {done.created} nouveaux, "
            f"{done.updated} changés, {done.archived} archivés."
        )
