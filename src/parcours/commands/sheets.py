"""`parcours import` and `parcours export`: partners’ sheets come in, outcome workbooks go out."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from parcours.commands.console import As, Json, open_database, print_json, today_of
from parcours.settings import get_settings

OUTPUT_CODES = "fse, insertion, gen, ville, rsa, bpf ou emargement."
KINDS = "learners, candidates, attendance, assessments, acts, needs ou outcomes."


def import_file(
    kind: Annotated[str, typer.Argument(help=KINDS)],
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
    with open_database(settings).writing() as session:
        today = today_of(settings)
        actor = accounts.actor_for(session, email, today=today, code=org)
        report = imports.run_import(
            session, actor, workbook, kind=kind, cohort=cohort, today=today, is_dry=dry_run
        )
    if as_json:
        print_json(report)
    else:
        _print_report(report)


def export(
    agreement: Annotated[str, typer.Argument(help="Référence de la convention.")],
    out: Annotated[Path, typer.Option(help="Le fichier à écrire.")],
    email: As,
    as_of: Annotated[str | None, typer.Option(help="Date d’arrêt, AAAA-MM-JJ.")] = None,
    output: Annotated[str, typer.Option(help=OUTPUT_CODES)] = "fse",
) -> None:
    """Écrire le classeur de résultats d’une convention."""
    from parcours.actions import accounts, agreements, exports

    settings = get_settings()
    today = today_of(settings)
    day = date.fromisoformat(as_of) if as_of else today
    with open_database(settings).writing() as session:
        actor = accounts.actor_for(session, email, today=today)
        row = agreements.agreement_by_code(session, actor, agreement)
        made = exports.export_outcomes(
            session, actor, row.id or 0, as_of=day, today=today, code=output
        )
        content, count, digest = made.content, made.participants, made.sha256
    out.write_bytes(content)
    typer.echo(f"{out} : {count} participants, empreinte {digest}")


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
        typer.echo(f"{report[key]:>7} {text}")
    for error in report["errors"]:
        place = f"Feuille « {error['sheet']} », cellule {error['column']}{error['row']}"
        typer.echo(f"{place} : « {error['value']} ». {error['message']}")
    for decision in report["decisions"]:
        typer.echo(f"Ligne {decision['row']} : {decision['name']}. {decision['reason']}")
