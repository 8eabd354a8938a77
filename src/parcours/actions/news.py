"""What became of somebody after the exit: an answer to a follow-up, or news that came alone."""

from datetime import date

from sqlmodel import Session

from parcours import audit
from parcours.actions.exits import situation_row
from parcours.actions.follow_ups import settle
from parcours.actions.situations import (
    SituationRecord,
    answer_of,
    facts_of,
    is_corrected,
    record_of,
)
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, RuleBroken
from parcours.domain.exit_checks import check_news
from parcours.domain.follow_ups import State
from parcours.domain.words import DataSource
from parcours.models import ExitSituation, visibility
from parcours.models.outcomes import Moment


def record_answer(
    session: Session,
    actor: Actor,
    follow_up_id: int,
    record: SituationRecord,
    *,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> ExitSituation:
    """Keep the answer to a follow-up, even of somebody said to be unreachable (RuleBroken)."""
    require(actor, Capability.RECORD_EXITS)
    follow_up = visibility.follow_up(session, actor, follow_up_id, today=today, lock=True)
    row = visibility.exit_of(session, actor, follow_up.exit_id, today=today, lock=True)
    if follow_up.outcome is State.CANCELLED:
        raise RuleBroken("Ce suivi est sans objet : la sortie est un retrait.")
    if answer_of(session, follow_up_id) is not None:
        raise RuleBroken("Ce suivi a déjà sa réponse : corrigez-la si elle est fausse.")
    check_news(facts_of(record), exited_on=row.exited_on, today=today)
    said = situation_row(actor, row, record, Moment.LATER, source=source, follow_up_id=follow_up_id)
    session.add(said)
    session.flush()
    settle(session, follow_up)
    audit.record(session, actor, "answer", "follow_up", follow_up_id, learner_id=row.learner_id)
    return said


def record_news(
    session: Session,
    actor: Actor,
    exit_id: int,
    record: SituationRecord,
    *,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> ExitSituation:
    """Keep another situation of somebody who left, learnt outside any follow-up (RuleBroken)."""
    require(actor, Capability.RECORD_EXITS)
    row = visibility.exit_of(session, actor, exit_id, today=today, lock=True)
    check_news(facts_of(record), exited_on=row.exited_on, today=today)
    said = situation_row(actor, row, record, Moment.LATER, source=source)
    session.add(said)
    session.flush()
    audit.record(session, actor, "record", "situation", said.id, learner_id=row.learner_id)
    return said


def correct_news(
    session: Session, actor: Actor, situation_id: int, record: SituationRecord, *, today: date
) -> ExitSituation:
    """Say a later situation again; the first version is kept.

    Raises EditConflict when somebody corrected it meanwhile.
    """
    require(actor, Capability.RECORD_EXITS)
    before = visibility.later_situation(session, actor, situation_id, today=today)
    row = visibility.exit_of(session, actor, before.exit_id, today=today, lock=True)
    check_news(facts_of(record), exited_on=row.exited_on, today=today)
    if is_corrected(session, situation_id):
        raise EditConflict(theirs={}, mine={}, who="")
    if record == record_of(before):
        return before
    said = situation_row(actor, row, record, Moment.LATER, source=DataSource.SCREEN)
    said.follow_up_id, said.replaces_id = before.follow_up_id, before.id
    session.add(said)
    session.flush()
    audit.record(session, actor, "correct", "situation", said.id, learner_id=row.learner_id)
    return said
