"""Names folded, people told apart, and the numbers never kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.domain.identity import (
    Person,
    clean_name,
    fold,
    likeness,
    looks_like_nir,
    same_person,
    sort_key,
    sounds,
    without_nir,
)

BORN = date(1990, 5, 12)


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("LÉVÊQUE", "leveque"),
        ("Le\u0301ve\u0302que", "leveque"),
        ("Œuvrard", "oeuvrard"),
        ("Æbeltoft ß Łódź", "aebeltoft ss lodz"),
        ("N’Guyen", "n guyen"),
        ("N'Guyen", "n guyen"),
        ("Nʼguyen", "n guyen"),
        ("Jean\u2011Pierre", "jean pierre"),
        ("Jean–Pierre", "jean pierre"),
        ("Jean\u00a0\u202f Pierre\t", "jean pierre"),
        ("Du\u200bpont\u202e", "dupont"),
        ("Du\x00pont", "dupont"),
        ("ＤＵＰＯＮＴ", "dupont"),
        ("Nguyễn", "nguyen"),
        ("İlker", "ilker"),
        ("أحمد", "احمد"),
        ("--- !", ""),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_spaces_never_matter(text: str) -> None:
    assert fold(f"  {text}\u00a0") == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèàçœ' -", max_size=20))
def test_capitals_fold_alike(text: str) -> None:
    assert fold(text.upper()) == fold(text)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)


def test_names_are_kept_as_typed() -> None:
    assert clean_name("  Zoe\u0308 \t d’Arc\u200b\u202e\x00 ") == "Zoë d’Arc"
    assert clean_name("<b>{{7*7}}</b>") == "<b>{{7*7}}</b>"


def test_sort_key_puts_the_name_in_use_first() -> None:
    assert sort_key("Dupont", "Léa") == "dupont lea"
    assert sort_key("Dupont", "Léa", "Martin") == "martin lea dupont"


def person(last: str, first: str, born: date | None = BORN, **more: object) -> Person:
    return Person(last, first, born, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("Lévêque", "Jean-Pierre"), person("LEVEQUE", "jean pierre")),
        (person("N’Diaye", "Zoë"), person("N'DIAYE", "ZOE")),
    ],
)
def test_the_same_person_is_exact_folded_names_and_birth_date(one: Person, other: Person) -> None:
    assert same_person(one, other)
    assert likeness(one, other).rank == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "other",
    [
        person("Dupont", "Léa", date(1990, 5, 13)),
        person("Dupond", "Léa"),
        person("Dupont", "Léo"),
        person("Léa", "Dupont"),
        person("Dupont", "Léa", None),
    ],
)
def test_nothing_less_merges(other: Person) -> None:
    assert not same_person(person("Dupont", "Léa"), other)


def test_two_unknown_birth_dates_prove_nothing() -> None:
    assert not same_person(person("Dupont", "Léa", None), person("Dupont", "Léa", None))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (person("Léveque", "Jean-Pierre", None, birth_year=1990), person("LEVEQUE", "jean pierre"),
         "mêmes nom et prénom, même année de naissance"),
        (person("Léveque", "Jean-Pierre", None), person("LEVEQUE", "jean pierre"),
         "mêmes nom et prénom, date de naissance inconnue"),
        (person("Dupont", "Léa", date(1990, 12, 5)), person("Dupont", "Léa"),
         "mêmes nom et prénom, dates de naissance proches"),
        (person("Léa", "Dupont"), person("Dupont", "Léa"),
         "nom et prénom échangés, même date de naissance"),
        (person("Benali", "Karim"), person("Ben Ali", "Karim"),
         "noms presque identiques, même date de naissance"),
        (person("Marchand", "Karim"), person("Marhcand", "Karim"),
         "noms presque identiques, même date de naissance"),
        (person("Kaya", "Léa", usage_name="Martin"), person("Martin", "Léa"),
         "mêmes nom, prénom et date de naissance"),
        (person("Thibault", "Filippe"), person("Tibo", "Philippe"),
         "noms qui se prononcent pareil, même date de naissance"),
        (person("Martin", "Marie Anne"), person("Martin", "Marie"),
         "même nom, un prénom commun, même date de naissance"),
        (person("Martin", "Léa", phone="+33611111111"),
         person("Martin", "Lea-Rose", date(1980, 1, 1), phone="+33611111111"),
         "même téléphone et même nom ou prénom"),
        (person("Leveque", "Jean", None, birth_year=1990), person("Lévèques", "Jean"),
         "noms presque identiques, même année de naissance"),
    ],
)  # fmt: skip
def test_look_alikes_say_why(one: Person, other: Person, reason: str) -> None:
    found, back = likeness(one, other), likeness(other, one)
    assert found is not None
    assert found.reason == reason
    assert back == found


@pytest.mark.parametrize(
    "other",
    [
        person("Dupont", "Léa", date(1962, 1, 1)),
        person("Nguyen", "Samir", date(1971, 1, 1)),
        person("Nguyen", "Samir"),
    ],
)
def test_others_are_others(other: Person) -> None:
    assert likeness(person("Dupont", "Léa"), other) is None


def test_sounds_alike() -> None:
    assert sounds("Thibault") == sounds("Tibo") == sounds("Thibaut")
    assert sounds("Dupond") == sounds("Dupont")
    assert sounds("Benali") != sounds("Martin")


def nir(thirteen: str) -> str:
    number = int(thirteen.replace("2A", "19").replace("2B", "18"))
    return f"{thirteen}{97 - number % 97:02d}"


@pytest.mark.parametrize(
    "stem", ["1850578006084", "2900501004123", "199102A004123", "299102B004123"]
)
def test_social_security_numbers_are_seen(stem: str) -> None:
    full = nir(stem)
    spaced = f"{full[0]} {full[1:3]} {full[3:5]} {full[5:7]} {full[7:10]} {full[10:13]} {full[13:]}"
    for text in (stem, full, spaced, full.lower()):
        assert looks_like_nir(text)
    assert without_nir(f"sécu : {spaced}, voir dossier") == (
        "sécu : [numéro retiré], voir dossier", True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["0612345678", "06 12 34 56 78 / 07 98 76 54 32", "+33612345678", "24264333303425",
     "185057800608499", "1851578006084", "12/05/1990", "QN00101M", "1 000 000 000 000"],
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str) -> None:
    assert without_nir(text) == (text, False)
