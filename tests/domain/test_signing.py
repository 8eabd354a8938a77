"""Who signs: recognised by the day they were born, never twice, never over an absence."""

from datetime import UTC, date, datetime, timedelta

import pytest

from parcours.domain.attendance import Asked, Status
from parcours.domain.errors import RuleBroken
from parcours.domain.signing import MOST_FAILURES, Signer, check_signable, is_alive, recognise

BORN = date(1990, 1, 1)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ALIX = Signer(1, BORN, "Alix Boucher")
JEANNE = Signer(2, BORN, "Jeanne-Marie Cissé Diallo")
OTHER = Signer(3, date(1985, 2, 3), "Noé Garcia")
TWIN = Signer(4, BORN, "Alix Boucher")
GROUP = [ALIX, JEANNE, OTHER]


@pytest.mark.parametrize(
    ("born_on", "name", "found"),
    [
        (OTHER.born_on, "", OTHER),
        # A name is not asked where the day tells, and a wrong one does not stop anybody.
        (OTHER.born_on, "n’importe", OTHER),
        (BORN, "alix", ALIX),
        (BORN, "CISSE jeanne", JEANNE),
        (BORN, "Jeanne-Marie", JEANNE),
        (BORN, "diallo", JEANNE),
    ],
)
def test_the_day_tells_then_the_name(born_on: date, name: str, found: Signer) -> None:
    assert recognise(GROUP, born_on, name) == found


@pytest.mark.parametrize(
    ("group", "born_on", "name", "field"),
    [
        (GROUP, date(1991, 1, 1), "Alix", "born_on"),
        (GROUP, BORN, "", "name"),
        (GROUP, BORN, "·", "name"),
        (GROUP, BORN, "Noé", "name"),
        ([ALIX, TWIN], BORN, "Alix Boucher", "name"),
        ([], BORN, "Alix", "born_on"),
    ],
)
def test_nobody_is_guessed(group: list[Signer], born_on: date, name: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        recognise(group, born_on, name)
    assert list(refusal.value.errors) == [field]


@pytest.mark.parametrize("status", list(Status))
def test_a_presence_is_signed_an_absence_is_talked_about(status: Status) -> None:
    if status.is_presence:
        check_signable(Asked(status), is_signed=False)
    else:
        with pytest.raises(RuleBroken, match="absent"):
            check_signable(Asked(status), is_signed=False)
    with pytest.raises(RuleBroken, match="déjà signé"):
        check_signable(Asked(status), is_signed=True)


def test_who_is_not_recorded_yet_may_sign() -> None:
    check_signable(None, is_signed=False)


def test_a_code_lives_until_its_end_its_replacement_or_too_many_failures() -> None:
    end = NOW + timedelta(minutes=20)
    assert is_alive(end, 0, None, now=NOW)
    assert is_alive(end, MOST_FAILURES - 1, None, now=end - timedelta(seconds=1))
    assert not is_alive(end, 0, None, now=end)
    assert not is_alive(end, MOST_FAILURES, None, now=NOW)
    assert not is_alive(end, 0, NOW, now=NOW)
