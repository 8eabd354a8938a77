"""Attendance sheets of every shape, from file to marks."""

from datetime import date

import pytest

from parcours.domain.attendance import Status
from parcours.domain.calendar import Half, HalfDay
from parcours.domain.intake_attendance import AttendanceIntake, read_attendance
from parcours.domain.intake_codes import name_guesses, read_code
from parcours.domain.intake_roster import RosterMatch, match_roster
from parcours.domain.intake_table import Cell
from parcours.sheets.headers import propose
from parcours.sheets.opening import open_workbook
from tests.sheets.books import book

TODAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY = date(2026, 4, 7), date(2026, 4, 8)
HALVES = [HalfDay(TUESDAY, Half.AM), HalfDay(TUESDAY, Half.PM),
          HalfDay(WEDNESDAY, Half.AM), HalfDay(WEDNESDAY, Half.PM)]  # fmt: skip


def take_in(*rows: tuple[object, ...], merges: tuple[str, ...] = ()) -> AttendanceIntake:
    opened = open_workbook(book(*rows, merges=merges), "emargement.xlsx")
    proposal = propose(opened, "attendance")
    assert proposal.missing == ()
    found = read_attendance(opened.sheets[0], proposal.map, TODAY)
    assert found.read == (len(found.rows) + len(found.rejected) + len(found.ignored) + found.blank)
    return found


def marks(found: AttendanceIntake) -> list[tuple[str, str, str]]:
    return [
        (row.name_text.split()[0].strip(",").lower(), mark.half_day.slug, mark.status.value)
        for row in found.rows
        for mark in row.marks
    ]


EXPECTED = [
    ("roy", "2026-04-07-am", "present"),
    ("roy", "2026-04-07-pm", "unjustified"),
    ("roy", "2026-04-08-am", "late"),
    ("roy", "2026-04-08-pm", "justified"),
]
CODES = ("P", "A", "R15", "AJ")


@pytest.mark.parametrize(
    ("heads", "merges"),
    [
        ([("Nom", TUESDAY, None, WEDNESDAY, None), (None, "M", "AM", "M", "AM")],
         ("B1:C1", "D1:E1")),
        ([("Nom", TUESDAY, None, WEDNESDAY, None), (None, "M", "AM", "M", "AM")], ()),
        ([(None, TUESDAY, TUESDAY, WEDNESDAY, WEDNESDAY), ("Nom", "AM", "PM", "AM", "PM")], ()),
        ([("Nom", TUESDAY, TUESDAY, WEDNESDAY, WEDNESDAY)], ()),
        ([("Nom", "Mar. 07/04/2026", None, "Mer. 08/04/2026", None),
          (None, "Matin", "Après-midi", "Matin", "Après-midi")], ("B1:C1", "D1:E1")),
        ([("Semaine du 6 avril 2026",), (),
          ("Nom", "mardi 7 avril", None, "mercredi 8 avril", None), (None, "M", "AM", "M", "AM")],
         ("A1:E1", "B3:C3", "D3:E3")),
        ([("Semaine du 06/04/2026",), (),
          ("Nom", "mardi", None, "mercredi", None), (None, "M", "AM", "M", "AM")],
         ("B3:C3", "D3:E3")),
        ([("Semaine 15 - 2026",), ("Nom", "mardi matin", "mardi après-midi",
          "mercredi matin", "mercredi après-midi")], ()),
        ([("Nom", "07/04/2026 matin", "07/04/2026 AM", "08/04/2026 matin", "08/04/2026 AM")], ()),
        ([("Nom", "07/04", None, "08/04", None), (None, "M", "AM", "M", "AM")],
         ("B1:C1", "D1:E1")),
        ([("Nom", 46119, None, 46120, None), (None, "M", "AM", "M", "AM")], ("B1:C1", "D1:E1")),
        ([("Nom", "Tue 07/04/2026", None, "Wed 08/04/2026", None), (None, "m", "am", "m", "am")],
         ("A1:A2", "B1:C1", "D1:E1")),
        ([("Nom", "07/04/2026", None, "08/04/2026", None), (None, "M", "A", "M", "A")],
         ("B1:C1", "D1:E1")),
        ([("Liste",), ("N°", "Nom", "07/04/2026 M", "07/04/2026 AM", "08/04/2026 M",
          "08/04/2026 AM")], ()),
    ],
)  # fmt: skip
def test_headings_of_a_matrix(heads: list[tuple[object, ...]], merges: tuple[str, ...]) -> None:
    numbered = (1,) if heads[-1][0] == "N°" else ()
    found = take_in(*heads, (*numbered, "ROY Ana", *CODES), merges=merges)
    assert (found.shape, list(found.half_days)) == ("matrix", HALVES)
    assert marks(found) == EXPECTED
    assert found.rows[0].marks[2].late_minutes == 15
    assert (found.errors, found.ignored) == ((), ())


def test_a_column_a_day_is_both_half_days() -> None:
    found = take_in(("Nom", "Prénom", TUESDAY, WEDNESDAY), ("ROY", "Ana", "P", "A"))
    assert marks(found) == [
        ("roy", "2026-04-07-am", "present"), ("roy", "2026-04-07-pm", "present"),
        ("roy", "2026-04-08-am", "unjustified"), ("roy", "2026-04-08-pm", "unjustified"),
    ]  # fmt: skip
    assert found.rows[0].name_guesses == (("ROY", "Ana"),)


def test_a_grid_of_a_month() -> None:
    found = take_in(("Émargement avril 2026",), ("Nom", *range(1, 11)), ("ROY Ana", *"PPPPPAPPPP"))
    assert [day for day in marks(found) if day[2] == "unjustified"] == [
        ("roy", "2026-04-06-am", "unjustified"), ("roy", "2026-04-06-pm", "unjustified"),
    ]  # fmt: skip
    assert len(found.half_days) == 20


def test_a_code_merged_over_a_day_counts_twice() -> None:
    found = take_in(
        ("Nom", TUESDAY, None), (None, "M", "AM"), ("ROY Ana", "ABS", None),
        merges=("B1:C1", "B3:C3"),
    )  # fmt: skip
    assert [mark[2] for mark in marks(found)] == ["unjustified", "unjustified"]


def test_a_month_first_heading_is_seen_by_its_weekday() -> None:
    found = take_in(("Nom", "Tue 04/07/2026", "Wed 04/08/2026"), ("ROY Ana", "P", "P"))
    assert found.half_days[0].on == TUESDAY
    assert found.notices[0] == "« Tue 04/07/2026 » a été lu mois/jour."


def test_a_wrong_weekday_is_told() -> None:
    found = take_in(("Nom", "lundi 07/04/2026", "mercredi 08/04/2026"), ("ROY Ana", "P", "P"))
    assert "ne correspond pas" in found.notices[0]


def test_weekdays_alone_are_no_dates() -> None:
    found = take_in(("Nom", "lundi", "mardi"), ("ROY Ana", "P", "P"))
    assert (found.half_days, found.rows[0].marks) == ((), ())
    assert found.notices[0].startswith("Aucune date n’a été reconnue")


def test_closed_days_and_blanks_record_nothing() -> None:
    found = take_in(
        ("Nom", TUESDAY, None, WEDNESDAY, None), (None, "M", "AM", "M", "AM"),
        ("ROY Ana", "férié", "Férié", "P", None), ("SOW Ali", "FERIE", None, "fermé", " "),
        merges=("B1:C1", "D1:E1"),
    )  # fmt: skip
    assert marks(found) == [("roy", "2026-04-08-am", "present")]
    assert found.holidays == (TUESDAY,)
    assert "fermé pour certains" in found.notices[0]


def test_unknown_codes_are_cited_and_the_rest_enters() -> None:
    found = take_in(("Nom", TUESDAY, WEDNESDAY), ("ROY Ana", "??", "P"))
    (error,) = found.errors
    assert (error.row, error.column, error.value, error.kind) == (2, "B", "??", "unknown_code")
    assert error.message.startswith("Code « ?? » inconnu. Écrivez P (présent)")
    assert len(found.rows[0].marks) == 2


def test_footers_legends_and_totals_are_listed() -> None:
    found = take_in(
        ("Nom", TUESDAY, WEDNESDAY), ("ROY Ana", "P", "P"), ("SOW Ali", None, None),
        ("Total présents", 1, 1), (), ("P = présent, A = absent",), ("Vu et vérifié",),
        ("Signature du formateur :",),
    )  # fmt: skip
    assert [row.number for row in found.rows] == [2, 3]
    assert [item.row for item in found.ignored] == [4, 6, 7, 8]
    assert found.blank == 1


def test_marks_without_a_name_are_rejected() -> None:
    found = take_in(("Nom", TUESDAY, WEDNESDAY), ("ROY Ana", "P", "P"), (None, "P", "P"))
    assert (found.rejected, found.errors[0].kind) == ((3,), "name_missing")


def test_columns_of_sums_and_signatures_are_left_alone() -> None:
    found = take_in(
        ("Nom", TUESDAY, WEDNESDAY, "Total", "Signature"), ("ROY Ana", "P", "P", 2, "ok")
    )
    assert len(found.rows[0].marks) == 4
    assert found.errors == ()


def test_a_list_has_a_line_a_person_and_date() -> None:
    found = take_in(
        ("Date", "Demi-journée", "Nom", "Prénom", "Présence", "Retard (min)"),
        (TUESDAY, "matin", "ROY", "Ana", "P", None),
        ("07/04/2026", "AM", "ROY", "Ana", "A", None),
        ("mercredi 8 avril 2026", "Matin", "ROY", "Ana", "Retard", 15),
        (46120, "après-midi", "ROY", "Ana", "AJ", None),
        (TUESDAY, None, "SOW", "Ali", "présent", None),
        ("31/02/2026", "matin", "SOW", "Ali", "P", None),
        (TUESDAY, "nuit", "SOW", "Ali", "P", None),
        (TUESDAY, "matin", None, None, "P", None),
        (TUESDAY, "matin", "SOW", "Ali", "zzz", None),
    )
    assert found.shape == "list"
    assert marks(found)[:4] == EXPECTED
    assert found.rows[2].marks[0].late_minutes == 15
    assert len(found.rows[4].marks) == 2
    assert [(e.row, e.column, e.kind) for e in found.errors] == [
        (7, "A", "date"), (8, "B", "half"), (9, "C", "name_missing"), (10, "E", "unknown_code"),
    ]  # fmt: skip
    assert found.rejected == (7, 8, 9)


def test_days_to_come_are_told() -> None:
    found = take_in(("Nom", date(2026, 12, 1), date(2026, 12, 2)), ("ROY Ana", "P", "P"))
    assert found.notices == ("Des dates sont à venir (jusqu’au 2 décembre 2026).",)


@pytest.mark.parametrize(
    ("typed", "status", "minutes"),
    [
        ("P", "present", 0), ("p", "present", 0), ("X", "present", 0), (1, "present", 0),
        (True, "present", 0), ("présente", "present", 0), ("A", "unjustified", 0),
        ("ABS", "unjustified", 0), (0, "unjustified", 0), ("N", "unjustified", 0),
        ("AJ", "justified", 0), ("J", "justified", 0), ("Excusé", "justified", 0),
        ("Abs. justifiée", "justified", 0), ("AJ (certificat)", "justified", 0), ("R", "late", 0),
        ("R15", "late", 15), ("R 20 min", "late", 20), ("Retard 10'", "late", 10),
        ("R 1h30", "late", 90), ("R (15)", "late", 15), ("✔", "present", 0),
        ("Absente excusée", "justified", 0), ("Absence non justifiée", "unjustified", 0),
        ("D", "remote", 0), ("Distanciel", "remote", 0),
        ("ENT", "in_company", 0), ("stage", "in_company", 0), ("entreprise", "in_company", 0),
    ],
)  # fmt: skip
def test_codes(typed: str | int | bool, status: str, minutes: int) -> None:
    assert read_code(Cell("B", typed, str(typed))) == (Status(status), minutes, False)


@pytest.mark.parametrize("typed", ["??", "PA", "R999", "2", "AM", "/", "P/A", "=1+1"])
def test_codes_that_mean_nothing(typed: str) -> None:
    assert read_code(Cell("B", typed, typed)) is None


def test_names_are_read_every_way() -> None:
    assert name_guesses("BOUCHER, Noémie") == (("BOUCHER", "Noémie"),)
    assert name_guesses("MÜLLER Karim") == (("MÜLLER", "Karim"),)
    assert name_guesses("Karim DE LA TOUR") == (("DE LA TOUR", "Karim"),)
    assert name_guesses("Jérémy Marchand") == (("Marchand", "Jérémy"), ("Jérémy", "Marchand"))
    assert name_guesses("3. Mme Roy (abandon)") == (("Roy", ""),)


ROSTER: list[tuple[int, str, str | None, str]] = [
    (1, "Paul", None, "Martin"),
    (2, "Martin", None, "Paul"),
    (3, "De-La", "Tour", "Gaëlle"),
    (4, "N’Diaye", None, "Marie-Anne"),
    (5, "Dupont", None, "Marie"),
    (6, "Dupont", None, "Marc"),
    (7, "Levêque", None, "Zoé"),
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("N'DIAYE Marie Anne", RosterMatch(4)),
        ("Marie-Anne N’Diaye", RosterMatch(4)),
        ("DE LA, Gaelle", RosterMatch(3)),
        ("Gaëlle TOUR", RosterMatch(3)),
        ("DE-LA TOUR Gaëlle (retour)", RosterMatch(3)),
        ("MARTIN, Paul", RosterMatch(None, (2,))),
        ("Paul Martin", RosterMatch(None, (1, 2))),
        ("DUPONT M.", RosterMatch(None, (5, 6))),
        ("Dupont", RosterMatch(None, (5, 6))),
        ("N'Diaye Marie", RosterMatch(None, (4, 5))),
        ("LEVESQUE Zoé", RosterMatch(None, (7,))),
        ("Inconnu Total", RosterMatch(None)),
        ("", RosterMatch(None)),
    ],
)
def test_only_exact_names_of_one_person_match(name: str, expected: RosterMatch) -> None:
    assert match_roster(name, ROSTER) == expected
