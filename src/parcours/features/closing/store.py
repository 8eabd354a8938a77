"""What the list of what is left to close reads beside its rows."""

from datetime import date

from sqlmodel import Session

from parcours.actions.working_days import days_off
from parcours.domain.access import Actor
from parcours.models import Organisation


def closed_days(session: Session, actor: Actor, since: date, today: date) -> set[date]:
    """The days one’s organisation did not work between two days."""
    organisation = session.get_one(Organisation, actor.organisation_id)
    return days_off(session, organisation, starts_on=since, ends_on=today)
