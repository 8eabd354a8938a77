"""People, their pathways, and what organisations hold of them."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, true
from sqlmodel import Session, col

from parcours.domain.access import Actor, Role
from parcours.domain.agreements import Audience
from parcours.domain.errors import NotFound
from parcours.models import (
    Agreement,
    Candidate,
    Cohort,
    Curriculum,
    Enrolment,
    Export,
    ExportJob,
    ExportLayout,
    Import,
    Learner,
    LearnerAccess,
    Pathway,
    Relay,
    Step,
)
from parcours.models.base import looked_up
from parcours.models.outcomes import Exit

ACCESS = LearnerAccess.__table__.c  # type: ignore[attr-defined]


def access_is_open(organisation_id: Any = None) -> ColumnElement[bool]:
    """Condition on `learner_access`, of `:org` unless another is given, on `:today`."""
    return and_(
        ACCESS.organisation_id
        == (bindparam("org") if organisation_id is None else organisation_id),
        ACCESS.starts_on <= bindparam("today"),
        or_(ACCESS.ends_on.is_(None), ACCESS.ends_on >= bindparam("today")),
    )


def sees_learner(learner_id: Any, *also: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition: the organisation `:org` sees this learner on `:today`.

    `also`: conditions on ACCESS, for what is copied there: one row is looked up instead of two.
    """
    return looked_up(
        select(1)
        .select_from(LearnerAccess.__table__)  # type: ignore[attr-defined]
        .where(ACCESS.learner_id == learner_id, access_is_open(), *also)
    )


def scope(actor: Actor, today: date) -> dict[str, Any]:
    """The parameters the conditions above ask for. A funder’s scope holds no learner."""
    org = -1 if actor.role is Role.FUNDER else actor.organisation_id
    return {"org": org, "today": today}


def learner(
    session: Session, actor: Actor, learner_id: int, *, today: date, lock: bool = False
) -> Learner:
    """The learner `actor` may see, else NotFound; `lock` keeps other writers of the row waiting."""
    statement = select(Learner).where(col(Learner.id) == learner_id, sees_learner(Learner.id))
    found: Learner = one(session, statement, scope(actor, today), lock=lock)
    return found


def own_learner(
    session: Session, actor: Actor, learner_id: int, *, today: date, lock: bool = False
) -> Learner:
    """A learner of the actor’s own organisation, else NotFound."""
    row = learner(session, actor, learner_id, today=today, lock=lock)
    if row.organisation_id != actor.organisation_id:
        raise NotFound
    return row


def pathway(
    session: Session, actor: Actor, pathway_id: int, *, today: date, lock: bool = False
) -> Pathway:
    """A pathway of a learner the actor sees, else NotFound; `lock` as for a learner."""
    statement = select(Pathway).where(
        col(Pathway.id) == pathway_id, sees_learner(Pathway.learner_id)
    )
    found: Pathway = one(session, statement, scope(actor, today), lock=lock)
    return found


def relay(
    session: Session, actor: Actor, relay_id: int, *, today: date, lock: bool = False
) -> Relay:
    """A relay the actor’s organisation sent or received, or of a learner it sees, else NotFound."""
    statement = select(Relay).where(
        col(Relay.id) == relay_id,
        or_(
            col(Relay.sender_id) == bindparam("org"),
            col(Relay.receiver_id) == bindparam("org"),
            sees_learner(Relay.learner_id),
        ),
    )
    found: Relay = one(session, statement, scope(actor, today), lock=lock)
    return found


def held_step(
    session: Session, actor: Actor, step_id: int, *, today: date, lock: bool = False
) -> Step:
    """A step the actor’s organisation holds, of a learner it sees, else NotFound."""
    statement = select(Step).where(
        col(Step.id) == step_id,
        col(Step.organisation_id) == actor.organisation_id,
        col(Step.accepted_at).is_not(None),
        sees_learner(Step.learner_id),
    )
    found: Step = one(session, statement, scope(actor, today), lock=lock)
    return found


def placed_steps(session: Session, actor: Actor, enrolment_id: int) -> list[Step]:
    """Steps not over that a place in a cohort of the actor’s organisation carries.

    Whoever gives the place back ends them, whether or not the person’s file is still shared.
    """
    statement = (
        select(Step)
        .join(Enrolment, col(Enrolment.id) == col(Step.enrolment_id))
        .join(Cohort, col(Cohort.id) == col(Enrolment.cohort_id))
        .where(
            col(Enrolment.id) == enrolment_id,
            col(Cohort.organisation_id) == actor.organisation_id,
            col(Step.organisation_id) == actor.organisation_id,
            col(Step.cancelled_at).is_(None),
            col(Step.ended_on).is_(None),
        )
        .order_by(col(Step.id))
    )
    return list(session.execute(statement).scalars())


def exit_of(
    session: Session, actor: Actor, exit_id: int, *, today: date, lock: bool = False
) -> Exit:
    """An exit recorded by the actor’s organisation, of a learner it sees, else NotFound."""
    statement = select(Exit).where(
        col(Exit.id) == exit_id,
        col(Exit.organisation_id) == actor.organisation_id,
        sees_learner(Exit.learner_id),
    )
    found: Exit = one(session, statement, scope(actor, today), lock=lock)
    return found


OWN_COHORT = select(Cohort).where(
    col(Cohort.id) == bindparam("cohort"), col(Cohort.organisation_id) == bindparam("org")
)


def cohort(session: Session, actor: Actor, cohort_id: int, *, lock: bool = False) -> Cohort:
    """A cohort of the actor’s own organisation, else NotFound."""
    parameters = {"cohort": cohort_id, "org": actor.organisation_id}
    found: Cohort = one(session, OWN_COHORT, parameters, lock=lock)
    return found


def curriculum(
    session: Session, actor: Actor, curriculum_id: int, *, lock: bool = False
) -> Curriculum:
    """A curriculum of the actor’s own organisation, else NotFound."""
    statement = select(Curriculum).where(
        col(Curriculum.id) == curriculum_id,
        col(Curriculum.organisation_id) == actor.organisation_id,
    )
    found: Curriculum = one(session, statement, {}, lock=lock)
    return found


def candidate(
    session: Session,
    actor: Actor,
    candidate_id: int,
    *,
    cohort_id: int | None = None,
    lock: bool = False,
) -> Candidate:
    """A candidate of a cohort of the actor’s own organisation, else NotFound."""
    statement = (
        select(Candidate)
        .join(Cohort, col(Cohort.id) == col(Candidate.cohort_id))
        .where(
            col(Candidate.id) == candidate_id, col(Cohort.organisation_id) == actor.organisation_id
        )
    )
    if cohort_id is not None:
        statement = statement.where(col(Cohort.id) == cohort_id)
    if lock:
        statement = statement.with_for_update(key_share=True, of=Candidate)
        statement = statement.execution_options(populate_existing=True)
    found: Candidate = one(session, statement, {})
    return found


def agreement(
    session: Session, actor: Actor, agreement_id: int, *, lock: bool = False
) -> Agreement:
    """An agreement the actor’s organisation funds or signed, else NotFound."""
    statement = select(Agreement).where(col(Agreement.id) == agreement_id, sees_agreement(actor))
    found: Agreement = one(session, statement, {}, lock=lock)
    return found


def sees_agreement(actor: Actor) -> ColumnElement[bool]:
    """Condition: a funder sees the agreements it funds, others those their organisation signed."""
    if actor.role is Role.FUNDER:
        return col(Agreement.funder_id) == actor.organisation_id
    return col(Agreement.organisation_id) == actor.organisation_id


def export(session: Session, actor: Actor, export_id: int) -> Export:
    """A workbook of an agreement the actor sees, else NotFound; a funder’s are those of counts."""
    statement = (
        select(Export)
        .join(Agreement, col(Agreement.id) == col(Export.agreement_id))
        .where(col(Export.id) == export_id, sees_agreement(actor), reads_export(actor))
    )
    found: Export = one(session, statement, {})
    return found


def reads_export(actor: Actor) -> ColumnElement[bool]:
    """Condition: rows of people are read by who holds them; a funder reads counts."""
    if actor.role is Role.FUNDER:
        return col(Export.audience) == Audience.FUNDER
    return true()


def export_job(session: Session, actor: Actor, job_id: int, *, lock: bool = False) -> ExportJob:
    """A workbook the actor’s own organisation asked for, of an agreement it sees, else NotFound."""
    statement = (
        select(ExportJob)
        .join(Agreement, col(Agreement.id) == col(ExportJob.agreement_id))
        .where(
            col(ExportJob.id) == job_id,
            col(ExportJob.organisation_id) == actor.organisation_id,
            sees_agreement(actor),
        )
    )
    found: ExportJob = one(session, statement, {}, lock=lock)
    return found


def export_layout(
    session: Session, actor: Actor, agreement_id: int, layout_id: int
) -> ExportLayout:
    """A choice of columns of an agreement the actor sees, else NotFound."""
    statement = (
        select(ExportLayout)
        .join(Agreement, col(Agreement.id) == col(ExportLayout.agreement_id))
        .where(
            col(ExportLayout.id) == layout_id,
            col(ExportLayout.agreement_id) == agreement_id,
            sees_agreement(actor),
        )
    )
    found: ExportLayout = one(session, statement, {})
    return found


def import_file(session: Session, actor: Actor, import_id: int, *, lock: bool = False) -> Import:
    """A spreadsheet the actor’s own organisation took in, else NotFound."""
    statement = select(Import).where(
        col(Import.id) == import_id, col(Import.organisation_id) == actor.organisation_id
    )
    found: Import = one(session, statement, {}, lock=lock)
    return found


def one(
    session: Session,
    statement: Select[Any],
    parameters: dict[str, Any],
    *,
    lock: bool = False,
) -> Any:
    """The row a statement finds, else NotFound; `lock` keeps other writers of it waiting."""
    if lock:
        # Held against other writers of the row, never against rows that only refer to it: two who
        # wrote such rows first would wait for each other (PostgreSQL’s FOR NO KEY UPDATE).
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    row = session.execute(statement, parameters).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row
