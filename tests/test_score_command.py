"""`parcours score`: one JSON document in the shape it reads, and refusals in French."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from parcours import cli
from parcours.domain.errors import RuleBroken

CASES = Path(__file__).parent / "domain" / "matching" / "cases.json"
RESULTS = ("score", "pct", "C", "CE", "band", "solidity", "coverage", "explanation")
CASE = {
    "id": "X",
    "requirements": [{"skill": "SQL", "level": 2, "weight": 3, "essential": True}],
    "evidence": [{"skill": "SQL", "level": 1, "source": "observe"}],
    "as_of": "2026-11-23",
}
FILE = {"taxonomy": {"parent": {"SQL": None}, "perishable": []}, "params": {}, "cases": [CASE]}


def run(path: Path) -> Any:
    """The command on a file; a refusal comes out as the exception that `main` turns into 1."""
    return CliRunner().invoke(cli.app, ["score", str(path)])


def score(tmp_path: Path, document: Any) -> Any:
    """What the command prints for a document."""
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return run(path)


def changed(**changes: Any) -> dict[str, Any]:
    """The file with its case changed."""
    return FILE | {"cases": [CASE | changes]}


def test_every_case_comes_out_as_it_is_written() -> None:
    told = run(CASES)
    assert told.exit_code == 0, told.output
    wanted = json.loads(CASES.read_text(encoding="utf-8"))
    found = json.loads(told.stdout)
    assert list(found) == list(wanted)
    assert found["cases"] == wanted["cases"]


def test_results_are_computed_not_repeated(tmp_path: Path) -> None:
    wanted = json.loads(CASES.read_text(encoding="utf-8"))
    bare = [{k: v for k, v in row.items() if k not in RESULTS} for row in wanted["cases"]]
    told = score(tmp_path, wanted | {"cases": bare})
    assert json.loads(told.stdout)["cases"] == wanted["cases"]


def test_who_people_are_never_changes_a_byte(tmp_path: Path) -> None:
    """Age, sex, district, nationality, RSA, name and attendance are not read, nor given back."""
    wanted = json.loads(CASES.read_text(encoding="utf-8"))
    plain = score(tmp_path, wanted).stdout_bytes
    for person in (
        {"age": 58, "sex": "F", "qpv": True, "nationality": "XX", "name": "Aïcha"},
        {"age": 19, "sex": "M", "rsa": True, "rqth": True, "attendance": "12 %", "nir": "1"},
    ):
        cases = [row | person | {"learner": person} for row in wanted["cases"]]
        for row in cases:
            row["evidence"] = [item | person for item in row["evidence"]]
        assert score(tmp_path, wanted | {"cases": cases}).stdout_bytes == plain


def test_weights_and_sources_have_their_usual_values(tmp_path: Path) -> None:
    asked = [
        {"skill": "SQL", "level": 2, "essential": True},
        {"skill": "CSS", "level": 1, "essential": False},
    ]
    told = json.loads(score(tmp_path, changed(requirements=asked, evidence=[])).stdout)
    (case,) = told["cases"]
    assert [row["weight"] for row in case["requirements"]] == [4, 2]
    assert case["explanation"][1] == "SQL (indispensable, poids 4) : non acquise, niveau 2 attendu."


def test_parameters_of_the_file_are_those_of_the_score(tmp_path: Path) -> None:
    without_penalty = FILE | {"params": {"essential_penalty": "0/1"}}
    assert json.loads(score(tmp_path, without_penalty).stdout)["cases"][0]["score"] == "1/2"
    assert json.loads(score(tmp_path, FILE).stdout)["cases"][0]["score"] == "3/8"


def test_a_projection_says_of_whom_it_speaks(tmp_path: Path) -> None:
    planned = [["SQL", 2, "2027-01-31"]]
    rows = [
        {"id": "P1", "case": "X", "start": "2027-02-01", "planned": planned},
        {"id": "P2", "start": "2027-02-01", "planned": planned},
    ]
    told = score(tmp_path, FILE | {"projection": rows})
    assert told.exit_code == 0
    first, second = json.loads(told.stdout)["projection"]
    assert (first["today"], first["at_entry"], first["band_at_entry"]) == (38, 100, "pret")
    assert second["today"] is None, "nothing is made up"
    assert "Projection P2" in told.stderr


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([], "un objet JSON avec une liste « cases »"),
        ({"cases": {}}, "un objet JSON avec une liste « cases »"),
        (FILE | {"cases": [3]}, "Cas 1 : ce n’est pas un objet JSON."),
        (changed(as_of=None), "Cas X : la date du calcul (« as_of ») manque."),
        (changed(as_of="23/11/2026"), "Cas X : « as_of » : une date est attendue"),
        (changed(start=20270101), "« start » : une date est attendue"),
        (changed(evidence=None), "Cas X : la liste « evidence » manque."),
        (changed(evidence=[1]), "« evidence » est une liste d’objets JSON."),
        (changed(evidence=[{"skill": "SQL", "level": 5}]), "entier de 0 à 4"),
        (changed(evidence=[{"skill": "", "level": 1}]), "un code de compétence est attendu"),
        (changed(evidence=[{"skill": "SQL", "level": 1, "source": "lu"}]), "« source » est l’une"),
        (changed(evidence=[{"skill": "SQL", "level": True}]), "entier de 0 à 4"),
        (changed(requirements=[{"skill": "SQL", "level": 0, "essential": True}]), "de 1 à 4"),
        (
            changed(requirements=[{"skill": "SQL", "level": 1, "weight": 6, "essential": True}]),
            "« weight » : un nombre entier de 1 à 5",
        ),
        (changed(requirements=[{"skill": "SQL", "level": 1}]), "« essential » vaut true ou false"),
        (FILE | {"params": {"narower": "1/2"}}, "Paramètre inconnu : « narower »"),
        (FILE | {"params": {"narrower": 0.75}}, "« narrower » : une fraction est attendue"),
        (FILE | {"params": {"narrower": "3/2"}}, "une part entre 0 et 1"),
        (FILE | {"params": {"max_children": "12"}}, "« max_children » : un nombre entier"),
        (FILE | {"params": []} | {"params": [1]}, "Les paramètres"),
        (FILE | {"taxonomy": {"parent": []} | {"parent": [1]}}, "une table « parent »"),
        (FILE | {"taxonomy": {"parent": {"SQL": 3}}}, "un code de compétence est attendu"),
        (FILE | {"projection": {"a": 1}}, "« projection » doit être une liste."),
        (FILE | {"projection": [{"id": "P", "case": "Y"}]}, "aucun cas ne s’appelle « Y »"),
        (FILE | {"projection": [{"id": "P", "planned": [["SQL"]]}]}, "Projection P : « planned »"),
        (FILE | {"projection": [{"planned": [["SQL", 1, None]]}]}, "a une date de fin"),
    ],
)
def test_bad_files_are_refused_in_french(tmp_path: Path, document: Any, message: str) -> None:
    told = score(tmp_path, document)
    assert isinstance(told.exception, RuleBroken)
    assert message in str(told.exception)
    assert not told.stdout


def test_every_case_that_cannot_be_read_is_named_at_once(tmp_path: Path) -> None:
    rows = [CASE | {"id": "A", "as_of": 1}, CASE, CASE | {"id": "C", "evidence": 2}]
    refusal = score(tmp_path, FILE | {"cases": rows}).exception
    assert [line[:5] for line in str(refusal).splitlines()] == ["Cas A", "Cas C"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"cases": [', "n’est pas du JSON : ligne 1, colonne"),
        (b'{"cases": "\xff"}', "n’est pas un fichier JSON en UTF-8"),
        (b"[" * 100_000, "n’est pas un fichier JSON"),
        (b"", "n’est pas du JSON : ligne 1, colonne 1"),
    ],
)
def test_what_is_not_json(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(content)
    assert message in str(run(path).exception)


def test_exit_codes(tmp_path: Path) -> None:
    """0 done, 1 refused with the reason on stderr and nothing on stdout, 2 wrong usage."""
    bad = tmp_path / "bad.json"
    bad.write_text("{}", encoding="utf-8")
    program = [sys.executable, "-c", "from parcours.cli import main; main()", "score"]
    for words, code in (([str(CASES)], 0), ([str(bad)], 1), ([str(tmp_path / "none")], 2), ([], 2)):
        told = subprocess.run([*program, *words], capture_output=True, text=True, check=False)
        assert told.returncode == code, told.stderr
        assert bool(told.stdout) is (code == 0)
        if code == 1:
            assert told.stderr == "Le fichier doit être un objet JSON avec une liste « cases ».\n"
