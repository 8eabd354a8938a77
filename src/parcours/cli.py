"""The commands of Parcours."""

import json
import os
import sys
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from parcours.db import Database, check, upgrade
from parcours.domain.errors import ParcoursError
from parcours.settings import Settings, get_settings

app = typer.Typer(
    help="Parcours : personne ne tombe entre deux étapes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db_app = typer.Typer(help="La base de données.", no_args_is_help=True)
user_app = typer.Typer(help="Les comptes.", no_args_is_help=True)
app.add_typer(db_app, name="db")
app.add_typer(user_app, name="user")

PARIS = ZoneInfo("Europe/Paris")
Json = Annotated[bool, typer.Option("--json", help="Un document JSON, et rien d’autre.")]
As = Annotated[str, typer.Option("--as", help="Le compte au nom duquel agir.")]


def main() -> None:
    """Run a command: 0 done, 1 refused by a rule (the reason on stderr), 2 wrong usage."""
    try:
        app()
    except ParcoursError as refusal:
        print(str(refusal) or "Introuvable.", file=sys.stderr)
        raise SystemExit(1) from None


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Adresse d’écoute.")] = None,
    port: Annotated[int | None, typer.Option(help="Port d’écoute.")] = None,
) -> None:
    """Servir l’application."""
    _serve(get_settings(), host, port)


@app.command()
def demo(
    serve: Annotated[bool, typer.Option(help="Servir, ou seulement construire.")] = True,
    port: Annotated[int | None, typer.Option(help="Port d’écoute.")] = None,
) -> None:
    """Un territoire fictif où se promener, sur SQLite, sans rien installer."""
    from parcours.demo.territory import PASSWORD, build, demo_accounts

    os.environ["PARCOURS_DEMO"] = "true"
    settings = get_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.url)
    database = Database.open(settings.url)
    build(database, today=_today(settings))
    database.dispose()
    print("\nComptes de démonstration (mot de passe commun : " + PASSWORD + ")")
    for account in demo_accounts():
        print(f"  {account.email:36} {account.role.label}, {account.organisation}")
    if serve:
        _serve(settings, None, port)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Mettre la base à la dernière version."""
    upgrade(get_settings().url)


@db_app.command("check")
def db_check() -> None:
    """Comparer la base et les tables du programme."""
    differences = check(get_settings().url)
    for difference in differences:
        print(difference)
    if differences:
        raise SystemExit(1)


@user_app.command("add")
def user_add(
    email: str,
    name: Annotated[str, typer.Option(help="Prénom et nom.")],
    org: Annotated[str, typer.Option(help="Code de la structure.")],
    role: Annotated[str, typer.Option(help="Rôle dans cette structure.")],
    org_name: Annotated[str | None, typer.Option(help="Nom, pour créer la structure.")] = None,
    org_kind: Annotated[str | None, typer.Option(help="Nature, pour créer la structure.")] = None,
    password: Annotated[str, typer.Option(prompt="Mot de passe", hide_input=True)] = "",
) -> None:
    """Ouvrir un compte, et sa structure si elle n’existe pas encore."""
    from parcours.actions import accounts

    settings = get_settings()
    with _database(settings).writing() as session:
        accounts.open_account(
            session,
            email=email,
            name=name,
            password=password,
            role=role,
            code=org,
            organisation_name=org_name,
            organisation_kind=org_kind,
            starts_on=_today(settings),
        )
    print(f"Compte ouvert : {email}")


@app.command()
def continuity(
    check: Annotated[bool, typer.Option("--check", help="Tout recalculer et comparer.")] = False,
    as_json: Json = False,
) -> None:
    """Les jours que personne ne tient."""
    from parcours.actions import continuity as rules

    with _database(get_settings()).reading() as session:
        found = rules.differences(session) if check else []
        rows = rules.report(session) if as_json or not check else []
    if as_json:
        _print_json({"pathways": rows} | ({"differences": len(found)} if check else {}))
    elif check:
        print(f"{len(found)} différence(s) entre les jours sans étape gardés et recalculés.")
    else:
        for row in rows:
            breaks = [gap["breaks_on"] for gap in row["gaps"] if gap["breaks_on"]]
            print(f"parcours {row['id']} : {len(row['gaps'])} trou(s), ruptures {breaks}")
    if found:
        raise SystemExit(1)


def _serve(settings: Settings, host: str | None, port: int | None) -> None:
    import uvicorn

    from parcours.app import create_app

    address, number = host or settings.host, port or settings.port
    print(
        f"\nParcours est ouvert sur http://{address}:{number} (Ctrl+C pour arrêter)\n", flush=True
    )
    uvicorn.run(
        create_app(settings),
        host=address,
        port=number,
        log_level="warning",
        server_header=False,
        access_log=False,
    )


def _database(settings: Settings) -> Database:
    return Database.open(settings.url, settings.read_database_url)


def _today(settings: Settings) -> date:
    return settings.today or datetime.now(PARIS).date()


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))
