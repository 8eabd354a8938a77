"""Finding the headings of other people’s tables."""

from datetime import date

import pytest

from parcours.domain.intake_fields import score
from parcours.domain.intake_kinds import KINDS
from parcours.domain.intake_table import ColumnMap, Workbook
from parcours.sheets.headers import Proposal, propose
from parcours.sheets.opening import open_workbook
from tests.domain.test_identity import nir
from tests.sheets.books import book

PERSON = ("Kerouac", "Yanis", "12/05/1990")
SECRET = "7654321Z"
NIR = nir("1850578006084")


def opened(*rows: tuple[object, ...], **more: object) -> Workbook:
    return open_workbook(book(*rows, **more), "liste.xlsx")  # type: ignore[arg-type]


def columns(proposal: Proposal) -> dict[str, str]:
    return dict(proposal.map.columns)


def test_headings_in_any_case_with_accents_breaks_and_signs() -> None:
    found = propose(
        opened(
            ("N° ", " NOM\nde naissance :", "PRENOM(S)*", "Né(e)\nle", "Tél. portable", "E-Mail"),
            (1, *PERSON, "0612345678", "y@exemple.fr"),
        ),
        "learners",
    )
    assert columns(found) == {
        "birth_name": "B", "first_names": "C", "born_on": "D", "phone": "E", "email": "F",
    }  # fmt: skip
    assert [item.heading.shown for item in found.ignored] == ["N° (A)"]
    assert found.missing == ()


def test_header_in_row_five_under_titles_and_groups() -> None:
    found = propose(
        opened(
            ("Association fictive – liste des stagiaires", None, None, None, None),
            ("mis à jour le 3 mars",),
            (),
            ("Identité", None, None, "Parcours", None),
            ("NOM", "Prénom", "Naissance", "Début", "Fin"),
            (*PERSON, "01/02/2026", "01/03/2026"),
            merges=("A1:E1", "A4:C4", "D4:E4"),
        ),
        "learners",
    )
    assert found.map.header_row == 5
    assert columns(found)["started_on"] == "D"
    assert {item.column: item.group for item in found.headings}["E"] == "Parcours"


def test_two_line_heading_merged_downwards() -> None:
    found = propose(
        opened(
            ("Nom", "Prénom", "Date de naissance", "Coordonnées", None, None),
            (None, None, None, "Tél", "Mail", "CP"),
            (*PERSON, "0612345678", "y@exemple.fr", "01000"),
            merges=("A1:A2", "B1:B2", "C1:C2", "D1:F1"),
        ),
        "learners",
    )
    assert found.map.header_row == 2
    assert columns(found) == {
        "birth_name": "A", "first_names": "B", "born_on": "C", "phone": "D", "email": "E",
        "postcode": "F",
    }  # fmt: skip


def test_two_columns_for_one_field_are_shown_to_choose() -> None:
    found = propose(
        opened(("Nom", "Prénom", "DDN", "Téléphone", "Téléphone"), (*PERSON, "1", "2")), "learners"
    )
    assert [(c.field.code, [h.shown for h in c.headings]) for c in found.choices] == [
        ("phone", ["Téléphone (D)", "Téléphone (E)"])
    ]
    assert columns(found)["phone"] == "D"
    assert found.ignored[0].reason == "autre colonne possible pour « Téléphone »"


def test_missing_fields_are_named() -> None:
    found = propose(opened(("Nom", "Ville"), ("Kerouac", "Viriat")), "learners")
    assert [field.label for field in found.missing] == ["Prénoms", "Date de naissance"]


def test_one_column_for_the_whole_name() -> None:
    found = propose(opened(("Nom et prénom", "Né(e) le"), ("KEROUAC Yanis", "1/1/90")), "learners")
    assert columns(found) == {"full_name": "A", "born_on": "B"}
    assert found.missing == ()


def test_a_title_column_beside_first_names_is_the_last_name() -> None:
    found = propose(opened(("Stagiaire", "Prénom", "DDN"), PERSON), "learners")
    assert columns(found) == {"birth_name": "A", "first_names": "B", "born_on": "C"}


def test_the_best_visible_sheet_is_proposed() -> None:
    def more(sheet: object) -> None:
        parent = sheet.parent  # type: ignore[attr-defined]
        for title, state in (("Notes", "visible"), ("Cachée", "hidden"), ("Base", "visible")):
            other = parent.create_sheet(title)
            other.sheet_state = state
            if title != "Notes":
                other.append(["Nom", "Prénom", "Date de naissance", "Tél", "Mail"])
                other.append([*PERSON, "0612345678", "a@exemple.fr"])

    found = propose(opened(("penser à relancer",), dress=more), "learners")
    assert found.map.sheet == "Base"
    assert [(item.title, item.hidden, item.rows) for item in found.sheets] == [
        ("Liste", False, 1), ("Notes", False, 0), ("Cachée", True, 2), ("Base", False, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "heading",
    ["N° allocataire", "Numéro CAF", "Matricule CAF", "Identifiant MSA", "Allocataire",
     "n° d'alloc. CAF"],
)  # fmt: skip
def test_benefit_numbers_are_never_read(heading: str) -> None:
    book_ = opened(("Nom", "Prénom", "DDN", heading), (*PERSON, SECRET))
    found = propose(book_, "learners")
    assert [(item.column, item.heading) for item in found.forbidden] == [("D", heading)]
    assert SECRET not in repr((book_, found))
    assert "D" not in columns(found).values()


@pytest.mark.parametrize("heading", ["NIR", "N° de sécurité sociale", "n° sécu", "Code", "Divers"])
@pytest.mark.parametrize("as_number", [True, False])
def test_social_security_numbers_are_never_read(heading: str, as_number: bool) -> None:
    value: object = int(NIR) if as_number else NIR
    book_ = opened(("Nom", "Prénom", "DDN", heading), *[(*PERSON, value)] * 3)
    found = propose(book_, "learners")
    assert [item.column for item in found.forbidden] == ["D"]
    assert NIR not in repr((book_, found))


def test_a_number_lost_in_a_note_is_blotted_out() -> None:
    book_ = opened(("Nom", "Prénom", "DDN", "Observations"), (*PERSON, f"sécu {NIR} à revoir"))
    cell = book_.sheets[0].row(2).cell("D")
    assert cell.value == "sécu [numéro retiré] à revoir"
    assert cell.problem
    assert NIR not in repr(book_)


@pytest.mark.parametrize("heading", ["Allocataire RSA (O/N)", "Allocataire", "Bénéficiaire CAF"])
def test_an_answer_is_no_number(heading: str) -> None:
    book_ = opened(("Nom", "Prénom", "DDN", heading), (*PERSON, "oui"))
    assert book_.sheets[0].forbidden == ()
    assert book_.sheets[0].row(2).cell("D").value == "oui"


def test_a_warning_in_a_title_erases_no_names() -> None:
    book_ = opened(("Ne pas noter le n° de sécurité sociale",), ("Nom", "Prénom", "DDN"), PERSON)
    assert book_.sheets[0].row(3).cell("A").value == "Kerouac"


def test_a_note_about_a_number_erases_no_column() -> None:
    rows = [(*PERSON, "n° CAF à demander"), *[(*PERSON, "voir au 06 12 34 56 78")] * 3]
    book_ = opened(("Nom", "Prénom", "DDN", "Observations"), *rows)
    assert book_.sheets[0].forbidden == ()
    assert len(book_.sheets[0].row(4).cells) == 4


def test_a_remembered_map_is_kept_and_made_safe() -> None:
    book_ = opened(("Nom", "Prénom", "DDN", "N° CAF", "Tel"), (*PERSON, SECRET, "0612345678"))
    asked = ColumnMap(
        "Liste", 1, {"birth_name": "A", "observations": "D", "phone": "ZZ", "unknown": "B"}
    )
    found = propose(book_, "learners", asked)
    assert found.is_remembered
    assert columns(found) == {"birth_name": "A"}
    assert [field.code for field in found.missing] == ["first_names", "born_on"]


def test_a_remembered_map_follows_a_renamed_sheet() -> None:
    asked = propose(opened(("Nom", "Prénom", "DDN"), PERSON), "learners")
    again = opened(("Nom", "Prénom", "DDN"), PERSON, title="Avril")
    assert propose(again, "learners").signature == asked.signature
    found = propose(again, "learners", ColumnMap.from_json(asked.map.as_json()))
    assert (found.is_remembered, found.map.sheet) == (True, "Avril")


def test_attendance_of_another_week_has_the_same_signature() -> None:
    def week(day: date) -> Proposal:
        rows = (("Apprenant", day, None), (None, "M", "AM"), ("Kerouac Yanis", "P", "P"))
        return propose(opened(*rows, merges=("B1:C1",)), "attendance")

    assert week(date(2026, 4, 7)).signature == week(date(2026, 4, 14)).signature
    assert week(date(2026, 4, 7)).ignored == ()


def test_columns_about_somebody_else_are_left_alone() -> None:
    heads = ("Nom", "Prénom", "Né(e) le", "Téléphone du conseiller", "Nom de la mère",
             "Lieu de naissance", "Mail référent", "Situation familiale", "Fin de droits",
             "Date d’inscription FT", "Entrée en France")  # fmt: skip
    found = propose(opened(heads, (*PERSON, *"12345678")), "learners")
    assert columns(found) == {"birth_name": "A", "first_names": "B", "born_on": "C"}


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Nom d'usage", "usage_name"), ("Nom de jeune fille", "birth_name"),
        ("PRÉNOM USUEL", "first_names"), ("D. Naissance", "born_on"), ("Portable", "phone"),
        ("Adresse mail", "email"), ("Adresse postale", "address"), ("C.P.", "postcode"),
        ("Commune de résidence", "city"), ("Habite en QPV ?", "qpv"), ("RSA (O/N)", "rsa"),
        ("Niveau d’études", "education"), ("Situation", "entry_status"),
        ("Date d'entrée en formation", "started_on"), ("Date de sortie", "ended_on"),
        ("Nb heures", "hours"), ("Préférence de contact", "contact_preference"),
        ("Remarques", "observations"), ("Civ.", "civility"), ("Tél 2", "phone"),
        ("Date de naissance (jj/mm/aaaa)", "born_on"), ("Heures réalisées", "hours"),
    ],
)  # fmt: skip
def test_synonyms(heading: str, code: str) -> None:
    fields = KINDS["learners"].fields
    best = max(fields, key=lambda field: score(field, heading))
    assert best.code == code
    assert score(best, heading) >= 45


def test_an_unknown_kind_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        propose(opened(("Nom",), ("x",)), "recipes")
