"""Dates, numbers and counts as people say them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from parcours.web import words

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("day", "today", "shown"),
    [
        (date(2026, 1, 3), None, "3 janv."),
        (date(2026, 12, 1), TODAY, "1er déc."),
        (date(2027, 1, 3), TODAY, "3 janv. 2027"),
        (date(2026, 5, 8), TODAY, "8 mai"),
    ],
)
def test_short_day(day: date, today: date | None, shown: str) -> None:
    assert words.short_day(day, today) == shown


def test_long_days() -> None:
    assert words.long_day(date(2027, 1, 3)) == "3 janvier 2027"
    assert words.long_day(date(2026, 8, 1)) == "1er août 2026"
    assert words.week_day(date(2026, 4, 7)) == "mardi 7 avril 2026"
    assert words.typed_day(date(2027, 1, 3)) == "03/01/2027"
    assert words.typed_day(None) == ""


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 16), "il y a 6 j"),
        (TODAY, "aujourd’hui"),
        (date(2026, 11, 26), "dans 4 j"),
    ],
)
def test_days_from(day: date, shown: str) -> None:
    assert words.days_from(day, TODAY) == shown


def test_an_instant_is_told_in_french_time() -> None:
    assert words.moment(datetime(2027, 1, 3, 13, 5, tzinfo=UTC)) == "3 janv. 2027 à 14 h 05"
    assert words.moment(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)) == "1er août 2026 à 0 h 30"


def test_counts_in_words() -> None:
    assert [words.in_words(count) for count in (0, 1, 6, 16, 17)] == [
        "zéro", "une", "six", "seize", "17",
    ]  # fmt: skip


def test_plurals() -> None:
    assert words.plural(0, "personne") == "0 personne"
    assert words.plural(1, "personne") == "1 personne"
    assert words.plural(2, "personne") == "2 personnes"
    assert words.plural(3, "travail", "travaux") == "3 travaux"
    assert words.plural(12345, "heure") == "12\u202f345 heures"


def test_numbers() -> None:
    assert words.decimal_number(Decimal("21.50")) == "21,5"
    assert words.decimal_number(Decimal("100")) == "100"
    assert words.decimal_number(None) == ""
    assert words.percent(Fraction(925, 1000)) == "93 %"
    assert words.percent(None) == ""
    assert words.capital("école de Bourg") == "École de Bourg"
    assert words.capital("") == ""
