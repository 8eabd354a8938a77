"""The steps of an organisation that closes: none goes on in its name, and the gaps open at once."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.continuity import lock_pathway, refresh_gaps
from parcours.domain.access import Actor
from parcours.models import Pathway, Step
from parcours.models.base import utc_now

REASON = "La structure ferme."


def lock_held(session: Session, actor: Actor, *, today: date) -> None:
    """Keep other writers of the pathways one’s organisation holds waiting, before its own row."""
    held = select(col(Step.pathway_id)).where(*_held(actor, today))
    session.execute(
        select(col(Pathway.id))
        .where(col(Pathway.id).in_(held))
        .order_by(col(Pathway.id))
        .with_for_update(key_share=True)
    ).all()


def end_held(session: Session, actor: Actor, *, today: date) -> None:
    """End what goes on, its last day being `today`, and cancel what has not begun."""
    rows = session.execute(
        select(Step, Pathway)
        .join(Pathway, col(Pathway.id) == col(Step.pathway_id))
        .where(*_held(actor, today))
        .order_by(col(Pathway.id), col(Step.id))
    ).all()
    for step, pathway in rows:
        lock_pathway(session, pathway)
        _end(actor, step, today)
        refresh_gaps(session, pathway)
        act = "cancel" if step.cancelled_at else "edit"
        audit.record(session, actor, act, "step", step.id, learner_id=step.learner_id)


def _held(actor: Actor, today: date) -> list[Any]:
    ends_on = func.coalesce(col(Step.ended_on), col(Step.planned_end_on))
    return [
        col(Step.organisation_id) == actor.organisation_id,
        col(Step.accepted_at).is_not(None),
        col(Step.cancelled_at).is_(None),
        or_(ends_on.is_(None), ends_on > today),
    ]


def _end(actor: Actor, step: Step, today: date) -> None:
    if (step.started_on or step.planned_start_on) > today:
        step.cancelled_at, step.cancelled_by_id = utc_now(), actor.account_id
        step.cancel_reason = REASON
    else:
        step.started_on = step.started_on or step.planned_start_on
        step.ended_on = today
    step.version += 1
