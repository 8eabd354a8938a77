"""A partner’s table of exits on screen: its columns checked, its lines read, confirmed once."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from parcours.domain.access import Role
from parcours.models import Exit, ExitSituation
from tests.features.conftest import Be, Page, Person

TABLE = """Nom;Prénom;Né(e) le;Sortie le;Situation à la sortie;Contrat;M+6;Suivi à 18 mois;À 2 ans
Roux;Amina;12/03/1990;01/10/2024;Emploi;CDI;en emploi;en emploi;injoignable
Diallo;Sira;31/02/1991;01/10/2024;recherche;;;;
Petit;Léo;04/05/1992;12/12/2025;retraite;;;en emploi;
"""


@pytest.fixture
def nadia(be: Be) -> Person:
    """A counsellor at her browser."""
    return be("MDE", Role.COUNSELLOR)


def give(person: Person, **headers: str) -> Page:
    """Give the file through the form of the page."""
    fields = person.visit("/imports?contenu=outcomes").form("/imports").fields
    answer = person.client.post(
        "/imports", data={**fields, "kind": "outcomes"}, headers=headers,
        files={"file": ("sorties.csv", TABLE.encode(), "text/csv")},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text[:500]
    return Page(answer)


def test_a_table_of_exits_is_read_then_confirmed_once(nadia: Person, session: Session) -> None:
    page = give(nadia)
    assert "3 lignes lues = 2 créées" in page.text
    assert "1 CDI · 1 Prise des droits à la retraite" in page.text
    assert "Suivi à 18 mois : le programme ne le prévoit pas pour la ligne 2." in page.text
    assert "I2 injoignable Le programme ne prévoit pas de suivi à 24 mois" in page.text
    assert "H4 en emploi Trop tôt : le suivi à 18 mois s’ouvre le 12/06/2027" in page.text
    assert "C3 31/02/1991" in page.text
    columns = nadia.visit("/imports/1/colonnes").form("/imports/1/colonnes").fields
    assert (columns["column-after_6_months"], columns["column-after_18_months"]) == ("G", "H")
    assert (columns["column-after_24_months"], columns["column-after_4_weeks"]) == ("I", "")
    done = nadia.submit(page, "/imports/1/confirmation")
    assert "Import terminé" in done.text
    assert "1 CDI" in done.text
    told = select(ExitSituation.observed_on).order_by(ExitSituation.id)
    assert list(session.execute(told).scalars()) == [
        date(2024, 10, 1), date(2025, 4, 1), date(2026, 4, 1), date(2025, 12, 12)
    ]  # fmt: skip
    session.rollback()
    again = give(nadia, **{"HX-Request": "true"})
    assert "2 déjà à jour" in again.text
    assert "0 créées" in again.text


def test_a_column_chosen_by_hand_is_read(nadia: Person) -> None:
    give(nadia)
    page = nadia.visit("/imports/1/colonnes")
    assert "Situation à 18 mois" in page.text
    moved = {"column-after_18_months": "", "column-after_12_months": "H"}
    page = nadia.submit(page, "/imports/1/colonnes", **moved)
    assert "Suivi à 18 mois" not in page.text
    refused = nadia.submit(
        nadia.visit("/imports/1/colonnes"), "/imports/1/colonnes", 422, header_row="zéro"
    )
    assert refused.form("/imports/1/colonnes").fields["column-birth_name"] == "A"


def test_nobody_else_sees_the_file(nadia: Person, be: Be, session: Session) -> None:
    give(nadia)
    other = be("AUTRE", Role.COUNSELLOR, "Paul Ailleurs")
    other.visit("/imports/1", 404)
    other.visit("/imports/1/colonnes", 404)
    assert session.execute(select(func.count()).select_from(Exit)).scalar_one() == 0
