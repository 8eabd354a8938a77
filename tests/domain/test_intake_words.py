"""Dates, numbers, phones and words as partners type them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.intake_cells import (
    DateRule,
    check_birth,
    in_words,
    is_ambiguous,
    is_month_first,
    read_date,
    read_number,
)
from parcours.domain.intake_contacts import read_email, read_phone, read_postcode
from parcours.domain.intake_names import (
    lost_letter,
    mended_encoding,
    read_full_name,
    read_names,
)
from parcours.domain.intake_table import (
    Cell,
    ColumnMap,
    Value,
    index_of,
    letter_of,
    letters_between,
)
from parcours.domain.intake_words import (
    contact_of,
    district_of,
    education_of,
    entry_status_of,
    gender_of,
    says_rsa,
    yes_no,
)

TODAY = date(2026, 11, 23)
ANY = DateRule(TODAY)
BIRTH = DateRule(TODAY, is_birth=True)


def cell(value: Value) -> Cell:
    return Cell("C", value, "" if value is None else str(value))


@pytest.mark.parametrize(
    "typed",
    [
        "03/02/1990", "3-2-90", "03.02.1990", "3 février 1990", "3 FEVR. 1990", "1990-02-03",
        "03/02/1990 00:00", "03/02/1990 00:00:00", "1990-02-03T00:00:00", "samedi 3 février 1990",
        "3 2 1990", " 03 / 02 / 1990 ", "3 fév. 90", "19900203", "3-févr-90",
    ],
)  # fmt: skip
def test_birth_dates_of_every_shape(typed: str) -> None:
    assert read_date(cell(typed), BIRTH).value == date(1990, 2, 3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (32907, date(1990, 2, 3)),
        (32907.5, date(1990, 2, 3)),
        (date(1990, 2, 3), date(1990, 2, 3)),
        (datetime(1990, 2, 3, 9), date(1990, 2, 3)),  # noqa: DTZ001 — cells have no time zone
        ("1er mars 2026", date(2026, 3, 1)),
        ("20.06.26", date(2026, 6, 20)),
        (19900203, date(1990, 2, 3)),
    ],
)
def test_dates_of_every_type(value: Value, expected: date) -> None:
    assert read_date(cell(value), ANY).value == expected


def test_serials_say_they_were_converted() -> None:
    assert read_date(cell(32907), BIRTH).note == "converti depuis Excel : 3 février 1990"
    old_mac = DateRule(TODAY, is_1904=True)
    assert read_date(cell(32907 - 1462), old_mac).value == date(1990, 2, 3)


@pytest.mark.parametrize(
    "value",
    ["31/02/1990", "29/02/2027", "00/00/0000", "1990-13-40", "12/31/1990", "32907", "1990",
     60, -5, 9999999999, 1990, True, float("nan"), "bientôt", "32 mai 1990", "févr. 2026"],
)  # fmt: skip
def test_impossible_dates_are_told_and_never_guessed(value: Value) -> None:
    read = read_date(cell(value), BIRTH)
    assert read.value is None
    assert read.kind == "impossible"
    assert read.message


@pytest.mark.parametrize("value", [None, "", "?", "inconnue", "NSP", "-"])
def test_unknown_dates_are_blank(value: Value) -> None:
    read = read_date(cell(value), BIRTH)
    assert (read.value, read.message) == (None, None)


def test_months_alone_only_where_allowed() -> None:
    rule = DateRule(TODAY, allows_month=True)
    assert read_date(cell("févr. 2026"), rule).value == date(2026, 2, 1)
    assert read_date(cell("02/2026"), rule).note == "jour inconnu, seul le mois est retenu"


@pytest.mark.parametrize(
    ("typed", "year"), [("01/01/65", 1965), ("01/01/02", 2002), ("01/01/10", 2010),
                        ("01/01/46", 1946), ("01/01/12", 2012), ("01/01/27", 1927)],
)  # fmt: skip
def test_two_digit_births_choose_their_century_by_age(typed: str, year: int) -> None:
    assert read_date(cell(typed), BIRTH).value == date(year, 1, 1)


def test_other_two_digit_years_are_of_this_century() -> None:
    assert read_date(cell("01/01/65"), ANY).value == date(2065, 1, 1)


def test_ages_that_ask_a_question() -> None:
    assert check_birth(date(2011, 11, 23), TODAY).message == "Âge 15 ans : vérifiez la date."
    assert check_birth(date(2010, 11, 23), TODAY).message is None
    assert check_birth(date(2031, 5, 4), TODAY).kind == "birth_future"
    assert check_birth(date(1930, 1, 1), TODAY).note == "Âge 96 ans : vérifiez la date."
    assert check_birth(date(1946, 1, 1), TODAY).note is None


def test_month_first_columns() -> None:
    assert is_month_first("12/31/1990")
    assert not is_month_first("31/12/1990")
    assert is_ambiguous("05/04/1990")
    assert not is_ambiguous("05/05/1990")
    american = DateRule(TODAY, is_month_first=True)
    assert read_date(cell("12/31/1990"), american).value == date(1990, 12, 31)


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)))
def test_dates_shown_in_words_are_read_back(day: date) -> None:
    for text in (in_words(day), day.strftime("%d/%m/%Y"), day.isoformat()):
        assert read_date(cell(text), ANY).value == day


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text: str) -> None:
    read_date(cell(text), BIRTH)
    read_number(cell(text))
    read_phone(text)
    read_email(text)
    read_postcode(text)
    read_full_name(text, first_comes_first=False)
    district_of(text)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("21,5", "21.5"), ("30", "30"), (18, "18"), (21.5, "21.5"), ("1 200", "1200"),
        ("12 h", "12"), ("7h30", "7.5"), ("3:30", "3.5"), ("une vingtaine", None), ("", None),
        ("1e5", None), ("NaN", None), (True, None), ("12 heures", "12"),
        (1e26, "1e26"), (f"{'9' * 40}h30", None), (20, "20"),
    ],
)  # fmt: skip
def test_numbers(value: Value, number: str | None) -> None:
    assert read_number(cell(value)) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("typed", "numbers", "note"),
    [
        ("632301241", ("+33632301241",), None),
        ("06 49 08 19 35", ("+33649081935",), None),
        ("06.49.08.19.35", ("+33649081935",), None),
        ("6.49.08.19.35", ("+33649081935",), None),
        ("+33 (0)6 49 08 19 35", ("+33649081935",), None),
        ("0033649081935", ("+33649081935",), None),
        ("+33649081935", ("+33649081935",), None),
        ("06 49 08 19 35 / 07 12 34 56 78", ("+33649081935", "+33712345678"), None),
        ("0649081935 0712345678", ("+33649081935", "+33712345678"), None),
        ("0649081935 (mère)", ("+33649081935",), "mère"),
        ("+44 20 7946 0958", ("+442079460958",), None),
        ("pas de tel", (), None),
        ("", (), None),
    ],
)
def test_phones(typed: str, numbers: tuple[str, ...], note: str | None) -> None:
    read = read_phone(typed)
    assert (read.numbers, read.note, read.problem) == (numbers, note, None)


def test_phones_that_cannot_be_kept() -> None:
    assert read_phone("voir mère").note == "voir mère"
    assert read_phone("voir mère").problem
    assert "arrondi par Excel" in (read_phone("6,12E+08").problem or "")
    assert read_phone("06 12 34").numbers == ()


def test_emails_and_postcodes() -> None:
    assert read_email(" Zoé.D @Exemple.FR ").value == "zoé.d@exemple.fr"
    assert read_email("pas de mail").problem is None
    assert read_email("zoe.exemple.fr").problem
    assert read_postcode("1000").value == "01000"
    assert read_postcode("01 000").value == "01000"
    assert read_postcode("97400").value == "97400"
    assert read_postcode("100").problem
    assert read_postcode("").value is None


def test_words() -> None:
    assert [gender_of(word) for word in ("M.", "Monsieur", "Mme", "MME", "Mlle", "?", "")] == [
        "man", "man", "woman", "woman", "woman", None, None,
    ]  # fmt: skip
    assert [yes_no(word) for word in ("O", "oui", "x", "N", "non", "", "prêt", "?")] == [
        True, True, True, False, False, None, None, None,
    ]  # fmt: skip
    assert contact_of("par téléphone") == "phone"
    assert contact_of("pigeon") is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [("sans diplôme", "1"), ("CAP/BEP", "3"), ("Niveau V", "3"), ("niveau IV", "4"), ("Bac", "4"),
     ("Bac+2", "5"), ("BTS", "5"), ("4", "4"), ("Master 2", "7"), ("diplôme étranger", "ETR"),
     ("je ne sais plus", None), ("", None)],
)  # fmt: skip
def test_education(typed: str, code: str | None) -> None:
    assert education_of(typed) == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [("DELD", "DELD"), ("DE > 12 mois", "DELD"), ("DE < 12 mois", "DE_LT12"),
     ("en emploi", "SALARIE"),
     ("DE > 24 mois", "DETLD"), ("sans activité", "INACTIF"), ("CDDI", "SALARIE_IAE"),
     ("DE depuis moins de 1 an", "DE_LT12"), ("RSA", None), ("RSA + DE", None)],
)  # fmt: skip
def test_entry_status(typed: str, code: str | None) -> None:
    assert entry_status_of(typed) == code


def test_rsa_in_a_situation() -> None:
    assert says_rsa("RSA + DE")
    assert not says_rsa("non RSA")


def test_districts() -> None:
    assert district_of("qn 07511 m").code == "QN07511M"
    assert district_of("QP093028").generation == 2015
    assert district_of("oui").status == "inside"
    assert district_of("non").status == "outside"
    assert district_of("?").status == "to_check"
    assert district_of("").status is None
    assert not district_of("derrière la gare").is_understood


@pytest.mark.parametrize(
    ("last", "usage", "expected"),
    [
        ("DUPONT ép. MARTIN", "", ("DUPONT", "MARTIN")),
        ("DUPONT épouse MARTIN", "", ("DUPONT", "MARTIN")),
        ("MARTIN née DUPONT", "", ("DUPONT", "MARTIN")),
        ("Martin (née Dupont)", "", ("Dupont", "Martin")),
        ("Dupont", "VEUVE Martin", ("Dupont", "Martin")),
        ("Dupont", "VEUVE DUPONT", ("Dupont", None)),
        ("Dupont", "Dupont", ("Dupont", None)),
        ("", "Martin", ("Martin", None)),
        ("Née", "", ("Née", None)),
        ("Mme Dupont", "", ("Dupont", None)),
    ],
)
def test_birth_and_usage_names(last: str, usage: str, expected: tuple[str, str | None]) -> None:
    names = read_names(last, "Léa", usage)
    assert (names.birth_name, names.usage_name) == expected


@pytest.mark.parametrize(
    ("typed", "first_comes_first", "last", "first", "is_sure"),
    [
        ("DUPONT, Léa", False, "DUPONT", "Léa", True),
        ("DUPONT Léa", True, "DUPONT", "Léa", True),
        ("Léa DE LA TOUR", False, "DE LA TOUR", "Léa", True),
        ("Dupont Léa", False, "Dupont", "Léa", True),
        ("Léa Dupont", True, "Dupont", "Léa", True),
        ("De La Tour Léa", False, "De La Tour", "Léa", True),
        ("Dupont Martin Léa", False, "Dupont", "Martin Léa", False),
        ("Dupont", False, "Dupont", "", True),
        ("M. DUPONT Karim", False, "DUPONT", "Karim", True),
    ],
)
def test_full_names(
    typed: str, first_comes_first: bool, last: str, first: str, is_sure: bool
) -> None:
    names = read_full_name(typed, first_comes_first=first_comes_first)
    assert (names.birth_name, names.first_names, names.is_sure) == (last, first, is_sure)


def test_damaged_letters() -> None:
    assert mended_encoding("LefÃ¨vre") == "Lefèvre"
    assert mended_encoding("Lefèvre") is None
    assert mended_encoding("Âne") is None
    assert lost_letter("Nguy?n")
    assert not lost_letter("Nguyen")


@given(st.integers(1, 20000))
def test_column_letters(index: int) -> None:
    assert index_of(letter_of(index)) == index


def test_column_ranges_and_maps() -> None:
    assert list(letters_between("Y", "AB")) == ["Y", "Z", "AA", "AB"]
    made = ColumnMap("Liste", 5, {"born_on": "C"}, frozenset({"born_on"}))
    assert ColumnMap.from_json(made.as_json()) == made
