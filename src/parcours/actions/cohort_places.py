"""Places of a cohort given back: before the person enters, or while the cohort is under way."""

from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.cohorts import lock
from parcours.actions.pathways import drop_steps, leave_steps
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.identity import looks_like_nir
from parcours.models import AttendanceMark, Cohort, CohortHalfDay, Enrolment, visibility


def give_back_place(
    session: Session, actor: Actor, cohort: Cohort, learner_id: int, *, reason: str, today: date
) -> None:
    """Free the place of somebody who does not enter after all, or leaves a cohort under way.

    The caller locked the cohort. Before anything was recorded the place goes as if never taken,
    and its step is cancelled with the reason; afterwards both end today.
    """
    enrolment = session.execute(
        select(Enrolment).where(
            col(Enrolment.cohort_id) == cohort.id,
            col(Enrolment.learner_id) == learner_id,
            col(Enrolment.left_on).is_(None),
        )
    ).scalar_one_or_none()
    if enrolment is None:
        return
    _free(session, actor, enrolment, reason=reason, left_on=today, today=today)
    audit.record(session, actor, "give_back_place", "cohort", cohort.id, learner_id=learner_id)


def leave(
    session: Session,
    actor: Actor,
    cohort_id: int,
    enrolment_id: int,
    *,
    reason: str,
    left_on: date | None = None,
    today: date,
) -> Enrolment | None:
    """End somebody’s place in a cohort of one’s own, their file shared or no longer.

    `left_on` is their last day, today unless said. A place nobody used goes as if never taken, and
    None is returned. Raises NotFound, RuleBroken (reason, day, a place given back already).
    """
    require(actor, Capability.WRITE_STEPS)
    visibility.cohort(session, actor, cohort_id)
    lock(session, cohort_id)
    enrolment = session.get(Enrolment, enrolment_id, populate_existing=True)
    if enrolment is None or enrolment.cohort_id != cohort_id:
        raise NotFound
    last_day = left_on or today
    _check_leaving(session, enrolment, reason, last_day, today)
    learner_id = enrolment.learner_id
    try:
        is_kept = _free(session, actor, enrolment, reason=reason, left_on=last_day, today=today)
    except RuleBroken as refusal:
        # What the rules of steps say of the day, at the field where it is typed.
        raise RuleBroken(str(refusal), field="left_on") from refusal
    audit.record(session, actor, "leave", "cohort", cohort_id, learner_id=learner_id)
    return enrolment if is_kept else None


def _check_leaving(
    session: Session, enrolment: Enrolment, reason: str, last_day: date, today: date
) -> None:
    errors: dict[str, str] = {}
    if enrolment.left_on is not None:
        raise RuleBroken("Cette personne est déjà partie de la promotion.")
    if not reason.strip():
        errors["reason"] = "Dites en quelques mots pourquoi la personne part."
    elif looks_like_nir(reason):
        errors["reason"] = "Un numéro de sécurité sociale ne s’écrit nulle part."
    last_mark = session.execute(
        select(func.max(col(CohortHalfDay.held_on)))
        .join(AttendanceMark, col(AttendanceMark.half_day_id) == col(CohortHalfDay.id))
        .where(col(AttendanceMark.enrolment_id) == enrolment.id)
    ).scalar_one()
    if last_day > today:
        errors["left_on"] = "Ce jour n’est pas encore venu."
    elif last_day < enrolment.enrolled_on <= today:
        errors["left_on"] = "Ce jour est avant l’entrée de la personne."
    elif last_mark is not None and last_day < last_mark:
        errors["left_on"] = "Une feuille dit encore quelque chose de la personne après ce jour."
    if errors:
        raise RuleBroken(errors=errors)


def _free(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    *,
    reason: str,
    left_on: date,
    today: date,
) -> bool:
    """End a place and its steps; whether it is kept, which it is not when nothing came of it."""
    number = enrolment.id or 0
    if enrolment.enrolled_on >= today and not _has_marks(session, enrolment):
        drop_steps(session, actor, number, reason=reason)
        session.delete(enrolment)
        session.flush()
        return False
    enrolment.left_on = max(left_on, enrolment.enrolled_on)
    enrolment.left_reason = reason.strip()[:300]
    leave_steps(session, actor, number, ended_on=enrolment.left_on, today=today)
    session.flush()
    return True


def _has_marks(session: Session, enrolment: Enrolment) -> bool:
    marks = select(col(AttendanceMark.half_day_id)).where(
        col(AttendanceMark.enrolment_id) == enrolment.id
    )
    return session.execute(marks.limit(1)).first() is not None
