"""Programmes, curricula, cohorts, their calendar, and who takes a place."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.pathways import (
    StepFacts,
    add_step,
    current_pathway,
    open_pathway,
)
from parcours.domain.access import Actor, Capability, require
from parcours.domain.calendar import ONE_DAY
from parcours.domain.errors import RuleBroken
from parcours.domain.pathway import StepDates
from parcours.domain.words import DataSource, StepKind
from parcours.models import (
    Cohort,
    Curriculum,
    Enrolment,
    Learner,
    visibility,
)

KINDS = (StepKind.TRAINING, StepKind.PRE_TRAINING, StepKind.DIGITAL_INITIATION, StepKind.WORKSHOP)


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """What a person says of a cohort."""

    code: str
    name: str
    starts_on: date
    ends_on: date
    capacity: int
    kind: StepKind = StepKind.TRAINING
    programme_id: int | None = None
    curriculum_id: int | None = None


def create_cohort(session: Session, actor: Actor, facts: CohortFacts) -> Cohort:
    """Open a cohort of one’s organisation (RuleBroken on impossible facts)."""
    require(actor, Capability.MANAGE_COHORTS)
    _check_cohort(session, actor, facts)
    cohort = Cohort(
        organisation_id=actor.organisation_id,
        programme_id=facts.programme_id,
        curriculum_id=facts.curriculum_id,
        code=facts.code,
        name=facts.name,
        kind=facts.kind,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        capacity=facts.capacity,
        created_by_id=actor.account_id,
    )
    session.add(cohort)
    session.flush()
    audit.record(session, actor, "create", "cohort", cohort.id)
    return cohort


def enrol(
    session: Session,
    actor: Actor,
    cohort_id: int,
    learner_id: int,
    *,
    today: date,
    enrolled_on: date | None = None,
    source: DataSource = DataSource.SCREEN,
) -> Enrolment:
    """Give a learner a place: the step of the cohort begins on their first day.

    Somebody who left a cohort under way enters it anew, the day after at the earliest: the first
    period keeps its days and its marks, and a new step follows the one that ended.

    Raises RuleBroken when the cohort is full, over, or the person is already in it.
    """
    require(actor, Capability.WRITE_STEPS)
    visibility.cohort(session, actor, cohort_id)
    cohort = lock(session, cohort_id)
    # Locked: two cohorts that take the same person at once must not open two pathways.
    learner = visibility.learner(session, actor, learner_id, today=today, lock=True)
    enrolment = _enrolment(
        session, cohort, learner, enrolled_on or cohort.starts_on, created_by_id=actor.account_id
    )
    _add_cohort_step(session, actor, cohort, learner, enrolment, today=today, source=source)
    audit.record(session, actor, "enrol", "cohort", cohort_id, learner_id=learner_id)
    return enrolment


def take_place(
    session: Session, cohort_id: int, learner: Learner, day: date, *, created_by_id: int
) -> int:
    """The place of somebody whose step a relay already holds; returns the enrolment’s id.

    The cohort’s row is locked. Raises RuleBroken as `enrol` does.
    """
    cohort = session.get_one(Cohort, cohort_id)
    return _enrolment(session, cohort, learner, day, created_by_id=created_by_id).id or 0


def lock(session: Session, cohort_id: int) -> Cohort:
    """A cohort’s row: the queue of those who ask for its last place at once."""
    statement = select(Cohort).where(col(Cohort.id) == cohort_id).with_for_update()
    found: Cohort = session.execute(statement).scalar_one()
    return found


def places_left(session: Session, cohort: Cohort) -> int:
    """Places of a cohort not taken by somebody still in it."""
    taken = session.execute(
        select(func.count())
        .select_from(Enrolment)
        .where(col(Enrolment.cohort_id) == cohort.id, col(Enrolment.left_on).is_(None))
    ).scalar_one()
    return cohort.capacity - int(taken)


def roster(session: Session, cohort: Cohort) -> dict[int, date]:
    """The enrolments of a cohort the caller may see, with the day each entered."""
    rows = session.execute(
        select(col(Enrolment.id), col(Enrolment.enrolled_on))
        .where(col(Enrolment.cohort_id) == cohort.id)
        .order_by(col(Enrolment.id))
    )
    return {row[0] or 0: row[1] for row in rows}


def _check_cohort(session: Session, actor: Actor, facts: CohortFacts) -> None:
    errors: dict[str, str] = {}
    if facts.ends_on < facts.starts_on:
        errors["ends_on"] = "La promotion finit avant d’avoir commencé."
    if facts.capacity < 1:
        errors["capacity"] = "Une promotion compte au moins une place."
    same_code = select(col(Cohort.id)).where(
        col(Cohort.organisation_id) == actor.organisation_id, col(Cohort.code) == facts.code
    )
    if session.execute(same_code).first():
        errors["code"] = "Une autre promotion de votre structure porte déjà ce code."
    if facts.curriculum_id is not None:
        curriculum = session.get(Curriculum, facts.curriculum_id)
        if curriculum is None or curriculum.organisation_id != actor.organisation_id:
            errors["curriculum"] = "Choisissez un cursus de votre structure."
    if errors:
        raise RuleBroken(errors=errors)


def cohort_choices(session: Session, actor: Actor) -> list[tuple[int, str]]:
    """The cohorts of one’s organisation, the latest first, as a filter’s choices."""
    rows = session.execute(
        select(col(Cohort.id), col(Cohort.name))
        .where(col(Cohort.organisation_id) == actor.organisation_id)
        .order_by(col(Cohort.starts_on).desc(), col(Cohort.id).desc())
        .limit(200)
    )
    return [(row[0] or 0, row[1]) for row in rows]


def _check_place(session: Session, cohort: Cohort, learner: Learner, day: date) -> None:
    if day > cohort.ends_on:
        raise RuleBroken("Cette promotion est terminée à cette date.", field="learner")
    same = select(col(Enrolment.id)).where(
        col(Enrolment.cohort_id) == cohort.id,
        col(Enrolment.learner_id) == learner.id,
        col(Enrolment.left_on).is_(None),
    )
    if session.execute(same).first():
        raise RuleBroken("Cette personne est déjà dans la promotion.", field="learner")
    if places_left(session, cohort) < 1:
        raise RuleBroken(
            f"La promotion est complète : ses {cohort.capacity} places sont prises.",
            field="learner",
        )


def _enrolment(
    session: Session, cohort: Cohort, learner: Learner, day: date, *, created_by_id: int
) -> Enrolment:
    enrolled_on = max(day, cohort.starts_on, _back_from(session, cohort, learner))
    _check_place(session, cohort, learner, enrolled_on)
    enrolment = Enrolment(
        cohort_id=cohort.id or 0,
        learner_id=learner.id or 0,
        enrolled_on=enrolled_on,
        created_by_id=created_by_id,
    )
    session.add(enrolment)
    session.flush()
    return enrolment


def _back_from(session: Session, cohort: Cohort, learner: Learner) -> date:
    """The first day somebody who left may be back: the day after; any day for whoever never was."""
    last = session.execute(
        select(func.max(col(Enrolment.left_on))).where(
            col(Enrolment.cohort_id) == cohort.id, col(Enrolment.learner_id) == learner.id
        )
    ).scalar_one()
    return last + ONE_DAY if last else date.min


def _add_cohort_step(
    session: Session,
    actor: Actor,
    cohort: Cohort,
    learner: Learner,
    enrolment: Enrolment,
    *,
    today: date,
    source: DataSource,
) -> None:
    pathway = current_pathway(session, learner)
    if pathway is None or (pathway.closed_on and pathway.closed_on <= enrolment.enrolled_on):
        opened_on = min(today, enrolment.enrolled_on)
        pathway = open_pathway(
            session, actor, learner, opened_on=opened_on, programme_id=cohort.programme_id
        )
    has_begun = enrolment.enrolled_on <= today
    dates = StepDates(
        planned_start_on=enrolment.enrolled_on,
        planned_end_on=cohort.ends_on,
        started_on=enrolment.enrolled_on if has_begun else None,
    )
    facts = StepFacts(cohort.kind, cohort.name, dates)
    add_step(session, actor, pathway, facts, today=today, source=source, enrolment_id=enrolment.id)
