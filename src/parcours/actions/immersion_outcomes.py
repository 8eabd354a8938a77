"""What happens during an immersion and what comes of it: hours missed, a job or not."""

from datetime import date, timedelta

from sqlmodel import Session

from parcours import audit, reference
from parcours.actions.immersions import opened
from parcours.actions.pathways import dates_of
from parcours.actions.situations import SituationRecord
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.immersions import State, check_missed
from parcours.models import Immersion, ImmersionAbsence
from parcours.models.base import utc_now

ONE_DAY = timedelta(days=1)


def miss_hours(
    session: Session,
    actor: Actor,
    step_id: int,
    *,
    missed_on: date,
    minutes: int,
    reason: str,
    today: date,
) -> None:
    """Note what was missed on a day, in place of what was noted for it; 0 takes it back.

    `reason` is a code of the closed list. Raises RuleBroken.
    """
    require(actor, Capability.WRITE_STEPS)
    found = opened(session, actor, step_id, today=today, lock=True)
    row = found.agreed
    if found.step.cancelled_at is not None:
        raise RuleBroken("Cette immersion est annulée : elle n’a plus d’heures à noter.")
    check_missed(missed_on, minutes, dates_of(found.step), today=today)
    if reason not in reference.absence_reasons():
        raise RuleBroken("Choisissez un motif de la liste.", field="reason")
    known = session.get(ImmersionAbsence, (row.id, missed_on))
    before = known.minutes if known else 0
    _write_missed(session, actor, row, known, missed_on, minutes, reason)
    session.flush()
    audit.record(
        session,
        actor,
        "miss",
        "immersion",
        row.id,
        learner_id=row.learner_id,
        minutes=[before, minutes],
    )


def say_hired(
    session: Session, actor: Actor, step_id: int, *, hired: bool, today: date
) -> Immersion:
    """Say whether the immersion ended with a job. The job itself is an exit, recorded apart."""
    require(actor, Capability.RECORD_EXITS)
    found = opened(session, actor, step_id, today=today, lock=True)
    row = found.agreed
    if found.state(today) in (State.COMING, State.CANCELLED):
        raise RuleBroken("Cette immersion n’a pas encore eu lieu.")
    row.hired, row.hired_said_at, row.hired_said_by_id = hired, utc_now(), actor.account_id
    row.version += 1
    session.flush()
    audit.record(
        session, actor, "say_hired", "immersion", row.id, learner_id=row.learner_id, hired=hired
    )
    return row


def exit_draft(
    session: Session, actor: Actor, step_id: int, learner_id: int, *, today: date
) -> SituationRecord:
    """What an immersion that ended with a job tells of the exit: a form to complete, nothing kept.

    Raises NotFound (another person’s immersion).
    """
    require(actor, Capability.RECORD_EXITS)
    found = opened(session, actor, step_id, today=today)
    if found.step.learner_id != learner_id or found.row is None:
        raise NotFound
    last = dates_of(found.step).ends_on or today
    return SituationRecord(
        observed_on=min(last + ONE_DAY, today),
        employer=found.row.firm_name,
        weekly_hours=found.row.weekly_hours,
    )


def _write_missed(
    session: Session,
    actor: Actor,
    row: Immersion,
    known: ImmersionAbsence | None,
    missed_on: date,
    minutes: int,
    reason: str,
) -> None:
    if minutes == 0:
        if known is not None:
            session.delete(known)
        return
    absence = known or ImmersionAbsence(
        immersion_id=row.id or 0,
        missed_on=missed_on,
        minutes=minutes,
        reason=reason,
        recorded_by_id=actor.account_id,
    )
    absence.minutes, absence.reason = minutes, reason
    absence.recorded_at, absence.recorded_by_id = utc_now(), actor.account_id
    session.add(absence)
