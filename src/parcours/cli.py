"""The commands of Parcours."""

import os
import sys
from typing import Annotated

import typer

from parcours.commands import accounts as account_commands
from parcours.commands import (
    alignment,
    daily,
    fairness,
    matches,
    messages,
    references,
    scores,
    sheets,
)
from parcours.commands.console import Json, open_database, print_json, today_of
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
user_app.command("close")(account_commands.close_account)
app.add_typer(account_commands.organisation, name="organisation")
app.add_typer(messages.app, name="messages")
app.add_typer(references.app, name="reference")
app.command()(daily.daily)
app.command("import")(sheets.import_file)
app.command("export")(sheets.export)
app.command()(scores.score)
app.command()(matches.match)
app.command()(matches.replay)
app.command()(alignment.align)
app.command()(fairness.fairness)


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
    build(database, today=today_of(settings))
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
    with open_database(settings).writing() as session:
        accounts.open_account(
            session,
            email=email,
            name=name,
            password=password,
            role=role,
            code=org,
            organisation_name=org_name,
            organisation_kind=org_kind,
            starts_on=today_of(settings),
        )
    print(f"Compte ouvert : {email}")


@app.command()
def continuity(
    check: Annotated[bool, typer.Option("--check", help="Tout recalculer et comparer.")] = False,
    as_json: Json = False,
) -> None:
    """Les jours que personne ne tient."""
    from parcours.actions import continuity_check as rules
    from parcours.actions import standings

    with open_database(get_settings()).reading() as session:
        found = rules.differences(session) if check else []
        stale = standings.stale_standings(session) if check else []
        rows = rules.report(session) if as_json or not check else []
    if as_json:
        counts = {"differences": len(found), "stale": len(stale)}
        print_json({"pathways": rows} | (counts if check else {}))
    elif check:
        print(f"{len(found)} différence(s) entre les jours sans étape gardés et recalculés.")
        print(f"{len(stale)} personne(s) dont les listes gardent une autre situation.")
    else:
        for row in rows:
            breaks = [gap["breaks_on"] for gap in row["gaps"] if gap["breaks_on"]]
            print(f"parcours {row['id']} : {len(row['gaps'])} trou(s), ruptures {breaks}")
    if found or stale:
        raise SystemExit(1)


@app.command()
def synth(
    learners: Annotated[int, typer.Option(min=1, help="Combien de personnes.")],
    seed: Annotated[int, typer.Option(help="La même graine donne le même territoire.")] = 1,
    partners: Annotated[int | None, typer.Option(min=2, help="Combien de structures.")] = None,
) -> None:
    """Remplir une base vide d’un territoire inventé, à l’échelle voulue, pour mesurer."""
    from parcours.actions.synthesis import build_synthetic
    from parcours.demo.territory import PASSWORD

    settings = get_settings()
    upgrade(settings.url)
    with open_database(settings).writing() as session:
        opened = build_synthetic(
            session,
            learners=learners,
            seed=seed,
            today=today_of(settings),
            password=PASSWORD,
            partners=partners,
        )
    print(f"{learners} personnes. Mot de passe commun : {PASSWORD}")
    for role, email in {role: email for email, role in reversed(opened)}.items():
        print(f"  {email} : {role.label}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Dire si les réglages gardent les données en sûreté."""
    from parcours.actions.diagnosis import examine

    report = examine(get_settings())
    if as_json:
        print_json(report)
    else:
        print(f"Parcours {report['version']}, base {report['database']}")
        for check in report["checks"]:
            sign = "ok " if check["ok"] else "NON"
            print(f"{sign} {check['name']} = {check['value']} (attendu : {check['expected']})")
    if not all(check["ok"] for check in report["checks"]):
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
