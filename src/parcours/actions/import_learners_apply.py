"""Writing a planned list of learners through the same verbs as the screens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from parcours.actions import learners, pathways
from parcours.actions.import_learners import FILLED, TITLE, Payload
from parcours.actions.import_plans import Plan, Verdict
from parcours.domain.access import Actor
from parcours.domain.intake_record import LearnerRow
from parcours.domain.pathway import StepDates
from parcours.domain.words import DataSource, StepKind
from parcours.models import Learner, Pathway, Step


def apply_learners(session: Session, actor: Actor, plan: Plan, *, today: date) -> None:
    """Write what the plan says, through the same verbs as the screens."""
    made: dict[int, Learner] = {}
    for fate in plan.rows:
        if fate.verdict in {Verdict.REJECTED, Verdict.TO_DECIDE} or fate.payload is None:
            continue
        payload: Payload = fate.payload
        learner = person(session, actor, payload, made, today)
        made[fate.row] = learner
        if fate.verdict is not Verdict.UNCHANGED:
            fill(session, actor, payload, learner, today)
            _tell_step(session, actor, payload, learner, today)


def person(
    session: Session, actor: Actor, payload: Payload, made: Mapping[int, Learner], today: date
) -> Learner:
    """Who a row is about: known, of an earlier row, or entered now."""
    if payload.same_as is not None:
        return made[payload.same_as]
    if payload.known is not None:
        return payload.known.learner
    row = payload.row
    facts = learners.LearnerFacts(
        birth_name=row.birth_name,
        first_names=row.first_names,
        born_on=row.born_on or today,
        **{name: getattr(row, name) for name in FILLED},
    )
    return learners.create_learner(
        session, actor, facts, today=today, is_another=True, source=DataSource.IMPORT
    )


def fill(session: Session, actor: Actor, payload: Payload, learner: Learner, today: date) -> None:
    """What the row knows and the file does not."""
    if not payload.fills:
        return
    facts = replace(learners.facts_of(session, learner), **payload.fills)
    learners.edit_learner(
        session,
        actor,
        learner.id or 0,
        facts,
        version=learner.version,
        today=today,
        source=DataSource.IMPORT,
    )


def _tell_step(
    session: Session, actor: Actor, payload: Payload, learner: Learner, today: date
) -> None:
    row = payload.row
    if row.started_on is None:
        return
    dates = _dates(row.started_on, row.ended_on, today)
    if payload.step is not None:
        _complete(session, actor, payload.step, dates, row, today)
        return
    pathway = _pathway(session, actor, learner, row.started_on)
    facts = pathways.StepFacts(StepKind.DIGITAL_INITIATION, TITLE, dates, row.hours, _note(row))
    pathways.add_step(session, actor, pathway, facts, today=today, source=DataSource.IMPORT)


def _complete(
    session: Session, actor: Actor, step: Step, dates: StepDates, row: LearnerRow, today: date
) -> None:
    facts = pathways.StepFacts(
        step.kind, step.title, dates, step.hours or row.hours, step.note or _note(row)
    )
    pathways.edit_step(session, actor, step.id or 0, facts, version=step.version, today=today)


def _pathway(session: Session, actor: Actor, learner: Learner, started_on: date) -> Pathway:
    pathway = pathways.current_pathway(session, learner)
    if pathway is None or pathway.closed_on is not None:
        return pathways.open_pathway(session, actor, learner, opened_on=started_on)
    if pathway.opened_on > started_on:
        pathways.move_opening(session, actor, pathway, opened_on=started_on)
    return pathway


def _dates(started_on: date, ended_on: date | None, today: date) -> StepDates:
    """What a list says of the past is real; what it says of the future is planned."""
    return StepDates(
        planned_start_on=started_on,
        planned_end_on=ended_on,
        started_on=started_on if started_on <= today else None,
        ended_on=ended_on if ended_on and ended_on <= today else None,
    )


def _note(row: LearnerRow) -> str | None:
    parts = [row.observations or "", *row.notes]
    if row.other_phone:
        parts.append(f"autre téléphone : {row.other_phone}")
    return " ; ".join(part for part in parts if part) or None
