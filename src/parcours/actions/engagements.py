"""Agreeing on weekly hours with a person, ending the agreement, taking it back."""

from datetime import date

from sqlmodel import Session

from parcours import audit, reference
from parcours.actions.weekly_hours import agreed_of, engagements_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.weekly_hours import Agreed, check_agreed
from parcours.models import WeeklyEngagement, visibility
from parcours.models.base import utc_now


def agree(
    session: Session, actor: Actor, learner_id: int, asked: Agreed, *, today: date
) -> WeeklyEngagement:
    """Note the weekly hours agreed with somebody over a period (RuleBroken, NotFound)."""
    require(actor, Capability.WRITE_LEARNERS)
    # The person’s row is held: of two periods noted at once, the second sees the first.
    visibility.learner(session, actor, learner_id, today=today, lock=True)
    others = [agreed_of(row) for row in engagements_of(session, learner_id)]
    check_agreed(asked, others, motives=reference.engagement_motives())
    row = WeeklyEngagement(
        learner_id=learner_id,
        organisation_id=actor.organisation_id,
        minutes=asked.minutes,
        motive=asked.motive or "",
        starts_on=asked.starts_on,
        ends_on=asked.ends_on,
        created_by_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "agree", "engagement", row.id, learner_id=learner_id)
    return row


def end(
    session: Session, actor: Actor, engagement_id: int, *, ends_on: date, today: date
) -> WeeklyEngagement:
    """Say the last day of an engagement; what was expected by default applies again after it."""
    require(actor, Capability.WRITE_LEARNERS)
    row = visibility.engagement(session, actor, engagement_id, today=today)
    if row.withdrawn_at is not None:
        raise RuleBroken("Cet engagement est retiré.")
    if ends_on < row.starts_on:
        raise RuleBroken("La fin est avant le début.", field="ends_on")
    if row.ends_on is not None and ends_on > row.ends_on:
        raise RuleBroken(
            "Pour aller plus loin, notez un nouvel engagement après celui-ci.", field="ends_on"
        )
    before = row.ends_on.isoformat() if row.ends_on else None
    row.ends_on = ends_on
    row.version += 1
    session.flush()
    audit.record(
        session, actor, "end", "engagement", row.id, learner_id=row.learner_id,
        ends_on=[before, ends_on.isoformat()],
    )  # fmt: skip
    return row


def withdraw(
    session: Session, actor: Actor, engagement_id: int, *, today: date
) -> WeeklyEngagement:
    """It was noted by mistake: it counts no more, and stays in the history."""
    require(actor, Capability.WRITE_LEARNERS)
    row = visibility.engagement(session, actor, engagement_id, today=today)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = utc_now(), actor.account_id
        row.version += 1
        session.flush()
        audit.record(session, actor, "withdraw", "engagement", row.id, learner_id=row.learner_id)
    return row
