"""Writing a planned table of exits through the same verbs as the screens."""

from datetime import date

from sqlmodel import Session

from parcours.actions import learners, pathways
from parcours.actions.exits import correct_exit, record_exit, write_exit
from parcours.actions.follow_ups import TryRecord, delays, follow_ups_of, record_try
from parcours.actions.import_outcomes import Payload
from parcours.actions.import_plans import Plan, Verdict
from parcours.actions.news import record_answer, record_news
from parcours.actions.situations import SituationRecord
from parcours.domain.access import Actor
from parcours.domain.follow_ups import TryOutcome
from parcours.domain.intake_outcomes import SaidLater
from parcours.domain.words import DataSource
from parcours.models import Exit, FollowUp, Learner

DONE = {Verdict.CREATED, Verdict.UPDATED}


def apply_outcomes(session: Session, actor: Actor, plan: Plan, *, today: date) -> None:
    """Write what the plan says."""
    for fate in plan.rows:
        if fate.verdict in DONE and fate.payload is not None:
            row = _exit(session, actor, fate.payload, today)
            _later(session, actor, row, fate.payload, today)


def _exit(session: Session, actor: Actor, payload: Payload, today: date) -> Exit:
    if payload.record is None:
        raise LookupError("A line to write has a record.")
    if payload.exit is not None:
        return correct_exit(
            session,
            actor,
            payload.exit.id or 0,
            payload.record,
            version=payload.exit.version,
            today=today,
            source=DataSource.IMPORT,
        )
    pathway = payload.pathway
    if pathway is None:
        learner = (
            payload.known.learner if payload.known else _person(session, actor, payload, today)
        )
        # Nobody said when it began: it opens on the only day known.
        opened_on = payload.record.observed_on
        pathway = pathways.open_pathway(session, actor, learner, opened_on=opened_on)
    if pathway.closed_on is not None:
        return write_exit(session, actor, pathway, payload.record, source=DataSource.IMPORT)
    return record_exit(
        session, actor, pathway.id or 0, payload.record, today=today, source=DataSource.IMPORT
    )


def _person(session: Session, actor: Actor, payload: Payload, today: date) -> Learner:
    row = payload.row.person
    facts = learners.LearnerFacts(
        birth_name=row.birth_name,
        first_names=row.first_names,
        usage_name=row.usage_name,
        born_on=row.born_on or today,
    )
    return learners.create_learner(
        session, actor, facts, today=today, is_another=True, source=DataSource.IMPORT
    )


def _later(session: Session, actor: Actor, row: Exit, payload: Payload, today: date) -> None:
    asked = {item.delay: item for item in follow_ups_of(session, row.id or 0)}
    for said in payload.later.answers:
        _tell(session, actor, asked[said.delay], said, today)
    for said in payload.later.news:
        record = SituationRecord(delays()[said.delay].due_on(row.exited_on), said.situation)
        record_news(session, actor, row.id or 0, record, today=today, source=DataSource.IMPORT)


def _tell(
    session: Session, actor: Actor, follow_up: FollowUp, said: SaidLater, today: date
) -> None:
    day = min(follow_up.due_on, today)
    if said.situation is not None:
        record = SituationRecord(day, said.situation)
        record_answer(
            session, actor, follow_up.id or 0, record, today=today, source=DataSource.IMPORT
        )
        return
    outcome = TryOutcome.SAID_UNREACHABLE if said.is_unreachable else TryOutcome.DID_NOT_SAY
    tried = TryRecord(day, outcome)
    record_try(session, actor, follow_up.id or 0, tried, today=today, source=DataSource.IMPORT)
