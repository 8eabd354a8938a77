"""Opening and closing pathways; adding, moving, confirming and cancelling steps."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.continuity import lock_pathway, refresh_gaps
from parcours.actions.relay_facts import Speaker, withdraw_pending
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.pathway import DEFAULT_TOLERANCE_DAYS, StepDates, check_step
from parcours.domain.words import DataSource, StepKind
from parcours.models import Learner, Pathway, Programme, Step, visibility
from parcours.models.base import utc_now


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What a person says of a step."""

    kind: StepKind
    title: str
    dates: StepDates
    hours: Decimal | None = None
    note: str | None = None


def open_pathway(
    session: Session,
    actor: Actor,
    learner: Learner,
    *,
    opened_on: date,
    programme_id: int | None = None,
) -> Pathway:
    """Open a participation (RuleBroken while another is open or was still open that day)."""
    require(actor, Capability.WRITE_STEPS)
    for other in _pathways(session, learner):
        if other.closed_on is None or other.closed_on > opened_on:
            raise RuleBroken(
                "Un autre parcours est ouvert à cette date : clôturez-le d’abord.",
                field="opened_on",
            )
    pathway = Pathway(
        learner_id=_id(learner.id),
        organisation_id=actor.organisation_id,
        programme_id=programme_id,
        tolerance_days=_tolerance(session, programme_id),
        opened_on=opened_on,
        created_by_id=actor.account_id,
    )
    session.add(pathway)
    refresh_gaps(session, pathway)
    audit.record(session, actor, "open", "pathway", pathway.id, learner_id=learner.id)
    return pathway


def move_opening(session: Session, actor: Actor, pathway: Pathway, *, opened_on: date) -> None:
    """Let a pathway begin earlier, when an earlier fact becomes known."""
    require(actor, Capability.WRITE_STEPS)
    lock_pathway(session, pathway)
    before, pathway.opened_on = pathway.opened_on, opened_on
    pathway.version += 1
    refresh_gaps(session, pathway)
    audit.record(
        session,
        actor,
        "move_opening",
        "pathway",
        pathway.id,
        learner_id=pathway.learner_id,
        opened_on=[before.isoformat(), opened_on.isoformat()],
    )


def close_pathway(
    session: Session, actor: Actor, pathway_id: int, *, closed_on: date, today: date
) -> Pathway:
    """Close a participation on `closed_on`, the first day that no longer counts."""
    require(actor, Capability.WRITE_STEPS)
    pathway = visibility.pathway(session, actor, pathway_id, today=today, lock=True)
    if pathway.closed_on is not None:
        raise RuleBroken("Ce parcours est déjà clos.", field="closed_on")
    if closed_on > today:
        raise RuleBroken("La date de clôture est dans l’avenir.", field="closed_on")
    if closed_on < pathway.opened_on:
        raise RuleBroken("La clôture est avant l’ouverture du parcours.", field="closed_on")
    end_pathway(session, actor, pathway, closed_on=closed_on, today=today)
    audit.record(session, actor, "close", "pathway", pathway.id, learner_id=pathway.learner_id)
    return pathway


def end_pathway(
    session: Session, actor: Actor, pathway: Pathway, *, closed_on: date, today: date
) -> None:
    """Write the closing of a locked pathway; relays nobody answered yet end with it."""
    pathway.closed_on = closed_on
    pathway.version += 1
    withdraw_pending(
        session, _id(pathway.id), Speaker.of(actor), words="le parcours est clos", today=today
    )
    refresh_gaps(session, pathway)


def current_pathway(session: Session, learner: Learner) -> Pathway | None:
    """The open pathway of a learner, else the last one, else None."""
    rows = _pathways(session, learner)
    return next((row for row in rows if row.closed_on is None), rows[0] if rows else None)


def add_step(
    session: Session,
    actor: Actor,
    pathway: Pathway,
    facts: StepFacts,
    *,
    today: date,
    source: DataSource = DataSource.SCREEN,
    enrolment_id: int | None = None,
) -> Step:
    """Add a step the actor’s organisation holds from now on (RuleBroken on impossible dates)."""
    require(actor, Capability.WRITE_STEPS)
    lock_pathway(session, pathway)
    if pathway.closed_on is not None:
        raise RuleBroken("Ce parcours est clos : ouvrez-en un autre pour ajouter une étape.")
    check_step(facts.kind, facts.dates, opened_on=pathway.opened_on, today=today)
    step = Step(
        pathway_id=_id(pathway.id),
        learner_id=pathway.learner_id,
        organisation_id=actor.organisation_id,
        kind=facts.kind,
        title=facts.title,
        **asdict(facts.dates),
        hours=facts.hours,
        note=facts.note,
        accepted_at=utc_now(),
        enrolment_id=enrolment_id,
        source=source,
        created_by_id=actor.account_id,
    )
    session.add(step)
    refresh_gaps(session, pathway)
    audit.record(session, actor, "add", "step", step.id, learner_id=step.learner_id)
    return step


def edit_step(
    session: Session, actor: Actor, step_id: int, facts: StepFacts, *, version: int, today: date
) -> Step:
    """Change a step one’s organisation holds (EditConflict when somebody changed it since)."""
    require(actor, Capability.WRITE_STEPS)
    step = visibility.held_step(session, actor, step_id, today=today, lock=True)
    if step.version != version:
        raise EditConflict(
            theirs={"title": step.title, **asdict(dates_of(step))},
            mine={"title": facts.title, **asdict(facts.dates)},
            who="",
        )
    pathway = visibility.pathway(session, actor, step.pathway_id, today=today, lock=True)
    check_step(facts.kind, facts.dates, opened_on=pathway.opened_on, today=today)
    _write(step, facts)
    refresh_gaps(session, pathway)
    audit.record(session, actor, "edit", "step", step.id, learner_id=step.learner_id)
    return step


def confirm_start(
    session: Session, actor: Actor, step_id: int, *, started_on: date, today: date
) -> Step:
    """Say that a planned step really began."""
    step = visibility.held_step(session, actor, step_id, today=today, lock=True)
    dates = replace(dates_of(step), started_on=started_on)
    return edit_step(
        session, actor, step_id, _facts(step, dates), version=step.version, today=today
    )


def end_step(session: Session, actor: Actor, step_id: int, *, ended_on: date, today: date) -> Step:
    """Say on which day a step really ended (its last day)."""
    step = visibility.held_step(session, actor, step_id, today=today, lock=True)
    dates = replace(
        dates_of(step), started_on=step.started_on or step.planned_start_on, ended_on=ended_on
    )
    return edit_step(
        session, actor, step_id, _facts(step, dates), version=step.version, today=today
    )


def leave_steps(
    session: Session, actor: Actor, enrolment_id: int, *, ended_on: date, today: date
) -> None:
    """End the steps of a place one’s cohort gives back: nothing else of the person is read."""
    for step, pathway in _placed(session, actor, enrolment_id):
        started_on = step.started_on or step.planned_start_on
        dates = replace(dates_of(step), started_on=started_on, ended_on=ended_on)
        check_step(step.kind, dates, opened_on=pathway.opened_on, today=today)
        _write(step, _facts(step, dates))
        refresh_gaps(session, pathway)
        audit.record(session, actor, "edit", "step", step.id, learner_id=step.learner_id)


def drop_steps(session: Session, actor: Actor, enrolment_id: int, *, reason: str) -> None:
    """Cancel the steps of a place nobody used, which they carry no longer."""
    for step, pathway in _placed(session, actor, enrolment_id):
        _cancel(session, actor, step, pathway, reason)
    carried = update(Step).where(col(Step.enrolment_id) == enrolment_id)
    session.execute(carried.values(enrolment_id=None))


def cancel_step(session: Session, actor: Actor, step_id: int, *, reason: str, today: date) -> Step:
    """Cancel a step: it covers nothing any more, and stays in the history with its reason."""
    require(actor, Capability.WRITE_STEPS)
    if not reason.strip():
        raise RuleBroken("Dites en quelques mots pourquoi cette étape est annulée.", field="reason")
    step = visibility.held_step(session, actor, step_id, today=today, lock=True)
    if step.cancelled_at is not None:
        return step
    pathway = visibility.pathway(session, actor, step.pathway_id, today=today, lock=True)
    _cancel(session, actor, step, pathway, reason)
    return step


def restore_step(session: Session, actor: Actor, step_id: int, *, today: date) -> Step:
    """Undo a cancellation."""
    require(actor, Capability.WRITE_STEPS)
    step = visibility.held_step(session, actor, step_id, today=today, lock=True)
    pathway = visibility.pathway(session, actor, step.pathway_id, today=today, lock=True)
    step.cancelled_at = step.cancelled_by_id = step.cancel_reason = None
    step.version += 1
    refresh_gaps(session, pathway)
    audit.record(session, actor, "restore", "step", step.id, learner_id=step.learner_id)
    return step


def dates_of(step: Step) -> StepDates:
    """The four dates of a stored step."""
    return StepDates(step.planned_start_on, step.planned_end_on, step.started_on, step.ended_on)


def _placed(session: Session, actor: Actor, enrolment_id: int) -> list[tuple[Step, Pathway]]:
    require(actor, Capability.WRITE_STEPS)
    found = []
    for step in visibility.placed_steps(session, actor, enrolment_id):
        pathway = session.get_one(Pathway, step.pathway_id)
        lock_pathway(session, pathway)
        found.append((step, pathway))
    return found


def _cancel(session: Session, actor: Actor, step: Step, pathway: Pathway, reason: str) -> None:
    step.cancelled_at, step.cancelled_by_id = utc_now(), actor.account_id
    step.cancel_reason = reason.strip()
    step.version += 1
    refresh_gaps(session, pathway)
    audit.record(session, actor, "cancel", "step", step.id, learner_id=step.learner_id)


def _pathways(session: Session, learner: Learner) -> list[Pathway]:
    return list(
        session.execute(
            select(Pathway)
            .where(col(Pathway.learner_id) == learner.id)
            .order_by(col(Pathway.opened_on).desc(), col(Pathway.id).desc())
        ).scalars()
    )


def _tolerance(session: Session, programme_id: int | None) -> int:
    if programme_id is None:
        return DEFAULT_TOLERANCE_DAYS
    programme = session.get(Programme, programme_id)
    return programme.tolerance_days if programme else DEFAULT_TOLERANCE_DAYS


def _facts(step: Step, dates: StepDates) -> StepFacts:
    return StepFacts(step.kind, step.title, dates, step.hours, step.note)


def _write(step: Step, facts: StepFacts) -> None:
    step.kind, step.title = facts.kind, facts.title
    for name, value in asdict(facts.dates).items():
        setattr(step, name, value)
    step.hours, step.note = facts.hours, facts.note
    step.version += 1


def _id(value: int | None) -> int:
    if value is None:
        raise LookupError("The row was not stored yet.")
    return value
