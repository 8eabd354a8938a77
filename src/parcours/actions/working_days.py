"""The days an organisation does not work: weekends aside, public holidays and its own closures."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions.cohorts import public_holidays
from parcours.models import Organisation, OrganisationClosure

ONE_DAY = timedelta(days=1)


def days_off(
    session: Session, organisation: Organisation, *, starts_on: date, ends_on: date
) -> set[date]:
    """Public holidays of its region and its closures, between two days included."""
    found = public_holidays(starts_on, ends_on, organisation.holiday_region)
    closures = session.execute(
        select(col(OrganisationClosure.starts_on), col(OrganisationClosure.ends_on)).where(
            col(OrganisationClosure.organisation_id) == organisation.id,
            col(OrganisationClosure.ends_on) >= starts_on,
            col(OrganisationClosure.starts_on) <= ends_on,
        )
    )
    for first, last in closures:
        first, last = max(first, starts_on), min(last, ends_on)
        found |= {first + ONE_DAY * number for number in range((last - first).days + 1)}
    return found
