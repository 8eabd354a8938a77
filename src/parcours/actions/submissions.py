"""Forms taken once: the key of a form and where it led."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.models import Submission
from parcours.models.base import utc_now

KEPT = timedelta(days=2)


def location_of(session: Session, actor: Actor, key: str) -> str | None:
    """Where this form already led; None when it was never taken."""
    found: str | None = session.execute(
        select(col(Submission.location)).where(
            col(Submission.key) == key, col(Submission.account_id) == actor.account_id
        )
    ).scalar_one_or_none()
    return found


def take(session: Session, actor: Actor, key: str) -> None:
    """Take the form’s key (IntegrityError when another transaction took it first)."""
    session.execute(delete(Submission).where(col(Submission.at) < utc_now() - KEPT))
    session.add(Submission(key=key, account_id=actor.account_id))
    session.flush()


def remember(session: Session, key: str, location: str) -> None:
    """Note where the form led."""
    session.execute(update(Submission).where(col(Submission.key) == key).values(location=location))
