"""The days an organisation does not work: weekends aside, public holidays and its own closures."""

from datetime import date, timedelta

import holidays
from sqlalchemy import select
from sqlmodel import Session, col

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


def public_holidays(starts_on: date, ends_on: date, region: str | None = None) -> set[date]:
    """French public holidays of the years between two days (package `holidays`).

    `region` is a code of fixtures/reference/holiday_regions.csv, None for most of France.
    """
    years = range(starts_on.year, ends_on.year + 1)
    return set(holidays.country_holidays("FR", subdiv=region, years=years))
