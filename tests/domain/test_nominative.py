"""Outputs that name people: purposes, the age of a password, legal retention, marks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from parcours.domain.errors import RuleBroken
from parcours.domain.nominative import (
    FRESH,
    Purpose,
    check_kept,
    check_purpose,
    copy_mark,
    is_fresh,
    kept_until,
)

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("purpose", "words", "field"),
    [
        (None, "Contrôle sur pièces de juin", "ground"),
        (Purpose.PORTAL, "bref", "because"),
        (Purpose.PORTAL, "x" * 301, "because"),
        (Purpose.PORTAL, "pour 1 85 05 78 006 084 91 seulement", "because"),
    ],
)
def test_names_never_leave_without_a_purpose(
    purpose: Purpose | None, words: str, field: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check_purpose(purpose, words)
    assert list(refusal.value.errors) == [field]


def test_a_purpose_and_its_words_are_enough() -> None:
    check_purpose(Purpose.FSE_CONTROL, "Contrôle sur pièces de juin")


def test_a_password_is_fresh_for_a_quarter_of_an_hour() -> None:
    assert is_fresh(NOW - FRESH, NOW)
    assert not is_fresh(NOW - FRESH - timedelta(seconds=1), NOW)


@pytest.mark.parametrize(
    ("ends_on", "years", "until"),
    [
        (date(2026, 6, 30), 5, date(2031, 6, 30)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2028, 2, 29), 4, date(2032, 2, 28)),
    ],
)
def test_the_legal_retention_runs_from_the_agreements_end(
    ends_on: date, years: int, until: date
) -> None:
    assert kept_until(ends_on, years) == until
    check_kept(until, until)
    with pytest.raises(RuleBroken, match="pris fin"):
        check_kept(until, until + timedelta(days=1))


def test_nobody_guesses_a_retention() -> None:
    with pytest.raises(RuleBroken, match="combien d’années"):
        kept_until(date(2026, 6, 30), None)


def test_a_mark_says_whose_copy_it_is() -> None:
    mark = copy_mark("Claire Vidal", "FSE", date(2026, 11, 27), "NOM-ABCD")
    assert all(word in mark for word in ("Claire Vidal", "FSE", "27/11/2026", "NOM-ABCD"))
