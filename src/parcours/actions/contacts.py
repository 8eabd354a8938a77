"""The last contact with a person and who had it, derived from acts; nobody types either.

A contact is an act in which somebody of an organisation and the person really met or spoke: a note
of one, an act, workshop or information the person was at, an appointment kept, a follow-up they
answered, a try that reached them. A message that left, a try without an answer and what an employer
or a document told are none. What is told follows what the reader’s organisation may read.
"""

from typing import Any

from sqlalchemy import Select, Subquery, bindparam, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col

from parcours.actions.mediation_reads import counts
from parcours.domain.agenda import Outcome
from parcours.domain.follow_ups import Teller, TryOutcome
from parcours.domain.notes import CONTACTS, NoteReach
from parcours.models import (
    Account,
    Act,
    Activity,
    Appointment,
    ExitSituation,
    FollowUp,
    FollowUpTry,
    Note,
)
from parcours.models.outcomes import is_current

REACHED = (TryOutcome.CALL_BACK, TryOutcome.DID_NOT_SAY)


def latest_contact() -> tuple[Any, Any]:
    """(day, name of whoever had it) of the last contacts of `:learner` that `:org` may read.

    Somebody who left is never named: the adviser is the last one who can still be reached.
    """
    return _latest("on"), _latest("adviser")


def _latest(wanted: str) -> Any:
    found = _contacts()
    author = aliased(Account)
    statement = select(found.c.on if wanted == "on" else col(author.name)).select_from(found)
    if wanted == "adviser":
        statement = statement.join(author, col(author.id) == found.c.by_id)
        statement = statement.where(col(author.disabled_at).is_(None))
    return statement.order_by(found.c.on.desc(), found.c.said_at.desc()).limit(1).scalar_subquery()


def _contacts() -> Subquery:
    return union_all(_notes(), _acts(), _appointments(), _answers(), _tries()).subquery()


def _shaped(on: Any, by_id: Any, said_at: Any) -> Select[Any]:
    return select(on.label("on"), by_id.label("by_id"), said_at.label("said_at"))


def _notes() -> Select[Any]:
    note = _shaped(col(Note.happened_on), col(Note.author_id), col(Note.created_at))
    return note.where(
        col(Note.learner_id) == bindparam("learner"),
        col(Note.kind).in_(CONTACTS),
        col(Note.replaced_at).is_(None),
        col(Note.withdrawn_at).is_(None),
        or_(col(Note.reach) == NoteReach.SHARED, col(Note.organisation_id) == bindparam("org")),
    )


def _acts() -> Select[Any]:
    act = _shaped(col(Activity.held_on), col(Activity.created_by_id), col(Act.created_at))
    return (
        act.select_from(Act)
        .join(Activity, col(Activity.id) == col(Act.activity_id))
        .where(
            col(Act.learner_id) == bindparam("learner"),
            col(Activity.held_on) <= bindparam("today"),
            *counts(),
        )
    )


def _appointments() -> Select[Any]:
    """Appointments are told to the organisation that keeps them alone."""
    kept = _shaped(
        col(Appointment.held_on), col(Appointment.account_id), col(Appointment.outcome_at)
    )
    return kept.where(
        col(Appointment.learner_id) == bindparam("learner"),
        col(Appointment.organisation_id) == bindparam("org"),
        col(Appointment.outcome) == Outcome.KEPT,
    )


def _answers() -> Select[Any]:
    """What the person said of their situation, when a follow-up asked them."""
    answer = _shaped(
        col(ExitSituation.observed_on),
        col(ExitSituation.created_by_id),
        col(ExitSituation.created_at),
    )
    return answer.where(
        col(ExitSituation.learner_id) == bindparam("learner"),
        col(ExitSituation.follow_up_id).is_not(None),
        col(ExitSituation.told_by) == Teller.PERSON,
        is_current(),
    )


def _tries() -> Select[Any]:
    """Tries are told to the organisation that makes them alone, as on the timeline."""
    reached = _shaped(
        col(FollowUpTry.tried_on), col(FollowUpTry.created_by_id), col(FollowUpTry.created_at)
    )
    return (
        reached.select_from(FollowUp)
        .join(FollowUpTry, col(FollowUpTry.follow_up_id) == col(FollowUp.id))
        .where(
            col(FollowUp.learner_id) == bindparam("learner"),
            col(FollowUp.organisation_id) == bindparam("org"),
            col(FollowUpTry.outcome).in_(REACHED),
        )
    )
