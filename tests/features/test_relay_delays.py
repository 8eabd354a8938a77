"""Délais et fermetures on screen."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.working_days import public_holidays
from parcours.domain.access import Role
from parcours.domain.calendar import nth_working_day_after
from parcours.models import Organisation, OrganisationClosure
from tests.features.conftest import Be

PAGE = "/reglages/relais"
DELAYS = {"reminder": "3", "escalation": "6", "expiry": "12", "overlap": "10", "region": "57"}


def test_a_coordinator_settles_the_delays(be: Be, session: Session) -> None:
    person = be("ECOLE", Role.COORDINATOR)
    page = person.submit(person.visit(PAGE), PAGE, **DELAYS)
    assert {name: page.form(PAGE).fields[name] for name in DELAYS} == DELAYS
    session.rollback()
    row = session.execute(select(Organisation).where(col(Organisation.code) == "ECOLE"))
    stored = row.scalar_one()
    assert (stored.relay_expiry_days, stored.overlap_days, stored.holiday_region) == (12, 10, "57")
    session.rollback()


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ({"reminder": "0"}, "au moins un jour"),
        ({"escalation": "3"}, "après le rappel"),
        ({"expiry": ""}, "Indiquez un nombre de jours"),
        ({"expiry": "cinq"}, "n’est pas un nombre entier"),
        ({"overlap": "-1"}, "De 0 à 365 jours."),
        ({"region": "75"}, "Choisissez une valeur de la liste."),
    ],
)
def test_impossible_delays_are_refused_and_kept(
    be: Be, typed: dict[str, str], message: str
) -> None:
    person = be("ECOLE", Role.COORDINATOR)
    page = person.submit(person.visit(PAGE), PAGE, status=422, **(DELAYS | typed))
    assert message in page.text
    (name, value) = next(iter(typed.items()))
    assert name == "region" or page.form(PAGE).fields[name] == value


def test_closures_are_added_once_and_removed_by_their_own_people(be: Be, session: Session) -> None:
    person = be("ECOLE", Role.ORGANISATION_ADMIN)
    add = f"{PAGE}/fermetures"
    closure = {"label": "Congés d’hiver", "starts_on": "24/12/2026", "ends_on": "2/1/2027"}
    form = person.visit(PAGE)
    for _ in range(2):
        assert "Congés d’hiver" in person.submit(form, add, **closure).text
    form, wrong = person.visit(PAGE), closure | {"ends_on": "1/12/2026"}
    assert "avant de commencer" in person.submit(form, add, status=422, **wrong).text
    session.rollback()
    assert len(session.execute(select(OrganisationClosure)).scalars().all()) == 1
    session.rollback()
    other = be("AUTRE", Role.COORDINATOR, "Paul Martin")
    theirs = {**other.visit(PAGE).form(PAGE).fields}
    assert other.client.post(f"{add}/1/suppression", data=theirs).status_code == 404
    page = person.submit(person.visit(PAGE), f"{add}/1/suppression")
    assert "Congés d’hiver" not in page.text


def test_a_counsellor_does_not_settle_delays(be: Be) -> None:
    be("ECOLE").visit(PAGE, status=403)


def test_alsace_and_moselle_have_two_holidays_more() -> None:
    """Source: matching notes §6 (2 April 2026 plus one working day)."""
    year = date(2026, 1, 1), date(2026, 12, 31)
    assert len(public_holidays(*year)) == 11
    for region, expected in (("57", date(2026, 4, 7)), ("6AE", date(2026, 4, 7)), (None, None)):
        off = public_holidays(*year, region)
        found = nth_working_day_after(date(2026, 4, 2), 1, off)
        assert found == (expected or date(2026, 4, 3))
