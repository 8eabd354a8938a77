"""Immersions: planned as a step that covers, corrected, and what came of them."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.pathways import StepFacts, add_step, dates_of, edit_step
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.immersions import (
    ImmersionFacts,
    State,
    check_immersion,
    dates_moved,
    dates_said,
    state,
    title,
)
from parcours.domain.pathway import StepDates
from parcours.domain.words import DataSource, StepKind
from parcours.models import (
    Immersion,
    Pathway,
    Step,
    visibility,
)

# What the rules of steps say of a day, at the field where it is typed.
FIELDS_OF_DAYS = {
    "planned_start_on": "starts_on",
    "started_on": "starts_on",
    "planned_end_on": "ends_on",
    "ended_on": "ends_on",
}
NOT_AGREED = "Complétez d’abord cette immersion : l’entreprise n’est pas connue."


@dataclass(frozen=True, slots=True)
class Opened:
    """An immersion one’s organisation holds: its step, and what is agreed when it is known."""

    step: Step
    row: Immersion | None

    @property
    def agreed(self) -> Immersion:
        """What is agreed (RuleBroken while the company is not known)."""
        if self.row is None:
            raise RuleBroken(NOT_AGREED)
        return self.row

    def state(self, today: date) -> State:
        """Where it stands on `today`."""
        is_cancelled = self.step.cancelled_at is not None
        return state(dates_of(self.step), is_cancelled=is_cancelled, today=today)


def opened(
    session: Session, actor: Actor, step_id: int, *, today: date, lock: bool = False
) -> Opened:
    """The immersion of a step the actor’s organisation holds, else NotFound."""
    step = visibility.held_step(session, actor, step_id, today=today, lock=lock)
    if step.kind is not StepKind.IMMERSION:
        raise NotFound
    statement = select(Immersion).where(col(Immersion.step_id) == step_id)
    if lock:
        statement = statement.execution_options(populate_existing=True)
    return Opened(step, session.execute(statement).scalar_one_or_none())


def plan(
    session: Session,
    actor: Actor,
    pathway_id: int,
    facts: ImmersionFacts,
    *,
    starts_on: date,
    ends_on: date,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> Immersion:
    """Agree on an immersion: a step of the pathway from `starts_on` to `ends_on` included.

    Days already past are taken as real. Raises NotFound (a pathway one does not see), RuleBroken.
    """
    require(actor, Capability.WRITE_STEPS)
    check_immersion(facts)
    pathway = visibility.pathway(session, actor, pathway_id, today=today, lock=True)
    dates = dates_said(starts_on, ends_on, today=today)
    step_facts = StepFacts(StepKind.IMMERSION, title(facts.firm), dates)
    try:
        step = add_step(session, actor, pathway, step_facts, today=today, source=source)
    except RuleBroken as refusal:
        raise _at_its_field(refusal) from refusal
    row = _new(actor, step, facts, source)
    session.add(row)
    session.flush()
    audit.record(session, actor, "plan", "immersion", row.id, learner_id=row.learner_id)
    return row


def correct(
    session: Session,
    actor: Actor,
    step_id: int,
    facts: ImmersionFacts,
    *,
    starts_on: date,
    ends_on: date,
    version: int,
    today: date,
) -> Immersion:
    """Correct what is agreed, or say it of a step that only had its dates.

    `version` is the step’s. Raises EditConflict when somebody changed it since, RuleBroken.
    """
    require(actor, Capability.WRITE_STEPS)
    found = opened(session, actor, step_id, today=today, lock=True)
    if found.step.version != version:
        raise EditConflict(theirs={}, mine={}, who="")
    check_immersion(facts)
    dates = dates_moved(dates_of(found.step), starts_on, ends_on)
    _move(session, actor, found, facts, dates, today)
    row = found.row or _new(actor, found.step, facts, DataSource.SCREEN)
    columns = _columns(facts)
    changed = [name for name, value in columns.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, columns[name])
    row.version += found.row is not None
    session.add(row)
    session.flush()
    audit.record(
        session, actor, "correct", "immersion", row.id, learner_id=row.learner_id, fields=changed
    )
    return row


def open_pathway_of(
    session: Session, actor: Actor, learner_id: int, *, today: date
) -> Pathway | None:
    """The open pathway of a learner the actor sees (else NotFound); None when none is open."""
    visibility.learner(session, actor, learner_id, today=today)
    found: Pathway | None = session.execute(OPEN_PATHWAY, {"learner": learner_id}).scalars().first()
    return found


OPEN_PATHWAY = (
    select(Pathway)
    .where(col(Pathway.learner_id) == bindparam("learner"), col(Pathway.closed_on).is_(None))
    .order_by(col(Pathway.opened_on).desc(), col(Pathway.id).desc())
)


def _move(
    session: Session,
    actor: Actor,
    found: Opened,
    facts: ImmersionFacts,
    dates: StepDates,
    today: date,
) -> None:
    step = found.step
    named = replace(
        StepFacts(step.kind, step.title, dates, step.hours, step.note), title=title(facts.firm)
    )
    try:
        edit_step(session, actor, step.id or 0, named, version=step.version, today=today)
    except RuleBroken as refusal:
        raise _at_its_field(refusal) from refusal


def _at_its_field(refusal: RuleBroken) -> RuleBroken:
    errors = {FIELDS_OF_DAYS.get(name, name): text for name, text in refusal.errors.items()}
    return RuleBroken(errors=errors)


def _new(actor: Actor, step: Step, facts: ImmersionFacts, source: DataSource) -> Immersion:
    return Immersion(
        step_id=step.id or 0,
        learner_id=step.learner_id,
        source=source,
        created_by_id=actor.account_id,
        **_columns(facts),
    )


def _columns(facts: ImmersionFacts) -> dict[str, Any]:
    return {
        "firm_name": facts.firm.name,
        "firm_siret": facts.firm.siret,
        "firm_city": facts.firm.city,
        "firm_contact": facts.firm.contact,
        "tutor_name": facts.tutor.name,
        "tutor_phone": facts.tutor.phone,
        "tutor_email": facts.tutor.email,
        "weekly_hours": facts.weekly_hours,
        "aim": facts.aim,
        "objectives": facts.objectives,
    }
