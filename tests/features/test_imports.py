"""A file given on screen that has nothing to take in: said, with the way out, never confirmed."""

from parcours.domain.access import Role
from tests.features.conftest import Be, Page, Person

HEADINGS = "Nom;Prénom;Né(e) le\n"
ONE = HEADINGS + "Roux;Amina;12/03/1990\n"


def _give(person: Person, text: str, status: int = 200, name: str = "liste.csv") -> Page:
    fields = person.visit("/imports?contenu=learners").form("/imports").fields
    answer = person.client.post(
        "/imports", data={**fields, "kind": "learners"},
        files={"file": (name, text.encode(), "text/csv")},
    )  # fmt: skip
    assert answer.status_code == status, answer.text[:500]
    return Page(answer)


def test_a_sheet_with_its_headings_alone_offers_its_columns_and_no_confirmation(be: Be) -> None:
    nadia = be("MDE", Role.COUNSELLOR)
    page = _give(nadia, HEADINGS)
    assert "0 ligne lue = 0 créées" in page.text
    assert "Aucune ligne à importer" in page.text
    assert "Vérifier les colonnes" in page.text
    assert "Confirmer l’import" not in page.text
    sent = nadia.visit("/imports").form("/imports").fields["_csrf"]
    refused = nadia.client.post("/imports/1/confirmation", data={"_csrf": sent})
    assert refused.status_code == 422
    assert "Aucune ligne à importer" in refused.text


def test_one_line_is_one_line(be: Be) -> None:
    page = _give(be("MDE", Role.COUNSELLOR), ONE)
    assert "1 ligne lue = 1 créées" in page.text
    assert "Confirmer l’import" in page.text


def test_a_letter_named_as_a_workbook_is_refused(be: Be) -> None:
    page = _give(be("MDE", Role.COUNSELLOR), "Bonjour,\nvoici la liste.\n", 422, "liste.xlsx")
    assert "Ce fichier n’est pas un tableur." in page.text
