"""The commands of Parcours."""

import json
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from parcours.commands import messages
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
app.add_typer(messages.app, name="messages")

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
    from parcours.actions import continuity_check as rules

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


@app.command()
def daily(as_json: Json = False) -> None:
    """Ce que chaque jour apporte : rappels, responsables prévenus, expirations. Sans doublon."""
    from parcours.actions import relay_daily

    settings = get_settings()
    with _database(settings).writing() as session:
        done = relay_daily.run(session, today=_today(settings))
    sent = messages.counts(messages.send_waiting(settings, _today(settings)))
    if as_json:
        _print_json({"relays": done, "messages": sent})
    else:
        print(f"Messages : {sent['sent']} envoyé(s), {sent['waiting']} en attente.")
        print(
            f"Relais : {done['reminded']} rappel(s), {done['escalated']} signalement(s) aux "
            f"responsables, {done['expired']} expiration(s)."
        )


@app.command("import")
def import_file(
    kind: Annotated[str, typer.Argument(help="learners ou attendance.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Le tableur.")],
    org: Annotated[str, typer.Option(help="Code de la structure.")],
    email: As,
    cohort: Annotated[str | None, typer.Option(help="Code de la promotion.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Dire sans rien écrire.")] = False,
    as_json: Json = False,
) -> None:
    """Importer le tableur d’un partenaire."""
    from parcours.actions import accounts, imports
    from parcours.sheets.opening import open_workbook

    settings = get_settings()
    workbook = open_workbook(file.read_bytes(), file.name)
    with _database(settings).writing() as session:
        today = _today(settings)
        actor = accounts.actor_for(session, email, today=today, code=org)
        report = imports.run_import(
            session, actor, workbook, kind=kind, cohort=cohort, today=today, is_dry=dry_run
        )
    if as_json:
        _print_json(report)
    else:
        _print_report(report)


@app.command()
def export(
    agreement: Annotated[str, typer.Argument(help="Référence de la convention.")],
    out: Annotated[Path, typer.Option(help="Le fichier à écrire.")],
    email: As,
    as_of: Annotated[str | None, typer.Option(help="Date d’arrêt, AAAA-MM-JJ.")] = None,
) -> None:
    """Écrire le classeur de résultats d’une convention."""
    from parcours.actions import accounts, agreements, exports

    settings = get_settings()
    today = _today(settings)
    day = date.fromisoformat(as_of) if as_of else today
    with _database(settings).writing() as session:
        actor = accounts.actor_for(session, email, today=today)
        row = agreements.agreement_by_code(session, actor, agreement)
        made = exports.export_outcomes(session, actor, row.id or 0, as_of=day, today=today)
        content, count, digest = made.content, made.participants, made.sha256
    out.write_bytes(content)
    print(f"{out} : {count} participants, empreinte {digest}")


@app.command()
def synth(
    learners: Annotated[int, typer.Option(min=1, help="Combien de personnes.")],
    seed: Annotated[int, typer.Option(help="La même graine donne le même territoire.")] = 1,
) -> None:
    """Remplir une base vide d’un territoire inventé, à l’échelle voulue, pour mesurer."""
    from parcours.actions.synthesis import build_synthetic
    from parcours.demo.territory import PASSWORD

    settings = get_settings()
    upgrade(settings.url)
    with _database(settings).writing() as session:
        opened = build_synthetic(
            session, learners=learners, seed=seed, today=_today(settings), password=PASSWORD
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
        _print_json(report)
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


def _database(settings: Settings) -> Database:
    return Database.open(settings.url, settings.read_database_url)


def _today(settings: Settings) -> date:
    return settings.today or datetime.now(PARIS).date()


def _print_report(report: dict[str, Any]) -> None:
    words = {
        "read": "lignes lues",
        "created": "créées",
        "updated": "complétées",
        "unchanged": "déjà à jour",
        "to_decide": "à décider",
        "rejected": "refusées",
        "blank": "vides",
        "ignored": "sans personne (totaux, pieds de page), en plus des lignes lues",
    }
    for key, text in words.items():
        print(f"{report[key]:>7} {text}")
    for error in report["errors"]:
        place = f"Feuille « {error['sheet']} », cellule {error['column']}{error['row']}"
        print(f"{place} : « {error['value']} ». {error['message']}")
    for decision in report["decisions"]:
        print(f"Ligne {decision['row']} : {decision['name']}. {decision['reason']}")


def _print_json(document: Any) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))
