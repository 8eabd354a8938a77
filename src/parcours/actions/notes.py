"""Writing a note on a file, correcting it by a new version, withdrawing it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict, NotFound, RuleBroken
from parcours.domain.notes import NoteKind, NoteReach, check_note
from parcours.models import Note, visibility
from parcours.models.base import utc_now


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """What somebody writes."""

    kind: NoteKind
    reach: NoteReach
    happened_on: date
    words: str


def write_note(
    session: Session, actor: Actor, learner_id: int, facts: NoteFacts, *, today: date
) -> Note:
    """Write a note on a file the actor’s organisation sees (RuleBroken: nothing said, a day to
    come).
    """
    require(actor, Capability.WRITE_STEPS)
    visibility.learner(session, actor, learner_id, today=today)
    check_note(facts.words, facts.happened_on, today=today)
    row = _row(actor, learner_id, facts)
    session.add(row)
    session.flush()
    audit.record(session, actor, "write", "note", row.id, learner_id=learner_id)
    return row


def correct_note(
    session: Session, actor: Actor, note_id: int, facts: NoteFacts, *, today: date
) -> Note:
    """Write another version of a note of one’s organisation; what it said before is kept.

    Raises EditConflict when somebody corrected or withdrew it meanwhile.
    """
    before = own_note(session, actor, note_id, today=today, lock=True)
    check_note(facts.words, facts.happened_on, today=today)
    if before.replaced_at is not None or before.withdrawn_at is not None:
        raise EditConflict(theirs={"words": before.words}, mine={"words": facts.words}, who="")
    if facts == facts_of(before):
        return before
    before.replaced_at = utc_now()
    row = _row(actor, before.learner_id, facts)
    row.replaces_id = before.id
    session.add(row)
    session.flush()
    audit.record(session, actor, "correct", "note", row.id, learner_id=row.learner_id)
    return row


def withdraw_note(session: Session, actor: Actor, note_id: int, *, today: date) -> Note:
    """Take a note off the file: nobody reads it any more, who wrote and withdrew it stays."""
    row = own_note(session, actor, note_id, today=today, lock=True)
    if row.replaced_at is not None:
        raise RuleBroken("Cette note a été corrigée entre-temps : retirez sa dernière version.")
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = utc_now(), actor.account_id
        audit.record(session, actor, "withdraw", "note", row.id, learner_id=row.learner_id)
    return row


def own_note(
    session: Session, actor: Actor, note_id: int, *, today: date, lock: bool = False
) -> Note:
    """A note of the actor’s organisation on a file it sees, else NotFound."""
    require(actor, Capability.WRITE_STEPS)
    statement = select(Note).where(
        col(Note.id) == note_id,
        col(Note.organisation_id) == actor.organisation_id,
        visibility.sees_learner(Note.learner_id),
    )
    if lock:
        statement = statement.with_for_update(key_share=True)
        statement = statement.execution_options(populate_existing=True)
    row: Note | None = session.execute(
        statement, visibility.scope(actor, today)
    ).scalar_one_or_none()
    if row is None:
        raise NotFound
    return row


def facts_of(row: Note) -> NoteFacts:
    """A stored note as its form holds it."""
    return NoteFacts(row.kind, row.reach, row.happened_on, row.words)


def _row(actor: Actor, learner_id: int, facts: NoteFacts) -> Note:
    return Note(
        learner_id=learner_id,
        organisation_id=actor.organisation_id,
        author_id=actor.account_id,
        kind=facts.kind,
        reach=facts.reach,
        happened_on=facts.happened_on,
        words=facts.words.strip(),
    )
