"""`parcours score`: cases of matching computed by the rules, for whoever wants to check them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from parcours.commands.console import print_json
from parcours.domain.errors import RuleBroken
from parcours.domain.matching_cases import results
from parcours.domain.matching_intake import read_case_file


def score(
    cases: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Les cas, en JSON.")],
) -> None:
    """Calculer les scores d’un fichier de cas, avec leurs explications. Ne lit aucune base."""
    file = read_case_file(_document(cases))
    for row in file.projections:
        if row.case is None:
            note = "ni « case » ni « requirements » : rien à calculer."
            typer.echo(f"Projection {row.name} : {note}", err=True)
    print_json(results(file))


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise RuleBroken(
            f"{path.name} n’est pas du JSON : ligne {error.lineno}, colonne {error.colno}."
        ) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise RuleBroken(f"{path.name} n’est pas un fichier JSON en UTF-8.") from None
