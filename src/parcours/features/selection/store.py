"""What the pages of candidates read."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor
from parcours.domain.selection import Decision, DecisionReason, Meeting, Origin
from parcours.domain.words import DistrictStatus, Gender
from parcours.models import (
    Candidate,
    Cohort,
    Enrolment,
    Learner,
    Organisation,
    Programme,
    Relay,
)
from parcours.models.visibility import scope, sees_learner


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What conditions and targets may read of somebody, and how they may be reached."""

    born_on: date
    gender: Gender | None
    entry_status: str | None
    education: str | None
    receives_rsa: bool | None
    qpv_status: DistrictStatus | None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """A candidate; `is_known` when the actor sees the person’s file."""

    id: int
    version: int
    learner_id: int
    birth_name: str
    usage_name: str | None
    first_names: str
    sort_key: str
    is_known: bool
    has_contact: bool
    facts: PersonFacts
    origin: Origin
    relay_id: int | None
    applied_on: date
    meeting: Meeting | None
    meeting_on: date | None
    decision: Decision | None
    reason: DecisionReason | None
    words: str | None
    decided_on: date | None
    rank: int | None
    offered_on: date | None


@dataclass(frozen=True, slots=True)
class WaitingRelay:
    """A relay proposed for the cohort, whose person is no candidate yet."""

    id: int
    birth_name: str
    first_names: str
    usage_name: str | None
    is_known: bool
    sender: str
    expires_on: date


FACTS: tuple[Any, ...] = (
    col(Learner.born_on),
    col(Learner.gender),
    col(Learner.entry_status),
    col(Learner.education),
    col(Learner.receives_rsa),
    col(Learner.qpv_status),
)
HAS_CONTACT = or_(
    col(Learner.phone).is_not(None),
    col(Learner.email).is_not(None),
    and_(col(Learner.address).is_not(None), col(Learner.city).is_not(None)),
)
BEFORE: tuple[Any, ...] = (
    col(Candidate.id),
    col(Candidate.version),
    col(Learner.id),
    col(Learner.birth_name),
    col(Learner.usage_name),
    col(Learner.first_names),
    col(Learner.sort_key),
    sees_learner(Learner.id),
    HAS_CONTACT,
)
AFTER: tuple[Any, ...] = (
    col(Candidate.origin),
    col(Candidate.relay_id),
    col(Candidate.applied_on),
    col(Candidate.meeting),
    col(Candidate.meeting_on),
    col(Candidate.decision),
    col(Candidate.reason),
    col(Candidate.words),
    col(Candidate.decided_on),
    col(Candidate.rank),
    col(Candidate.offered_on),
)
CANDIDATES: Any = (
    select(*BEFORE, *FACTS, *AFTER)
    .join(Learner, col(Learner.id) == col(Candidate.learner_id))
    .where(col(Candidate.cohort_id) == bindparam("cohort"))
    .order_by(col(Learner.sort_key), col(Candidate.id))
)


def candidates(
    session: Session, actor: Actor, cohort_id: int, *, today: date
) -> list[CandidateRow]:
    """Everybody who applies to a cohort the caller has opened, by name."""
    parameters = {**scope(actor, today), "cohort": cohort_id}
    return [_candidate(row) for row in session.execute(CANDIDATES, parameters)]


def entered(session: Session, cohort_id: int) -> dict[int, PersonFacts]:
    """The people who hold a place, however they got it, by learner."""
    rows = session.execute(
        select(col(Learner.id), *FACTS)
        .join(Enrolment, col(Enrolment.learner_id) == col(Learner.id))
        .where(col(Enrolment.cohort_id) == cohort_id, col(Enrolment.left_on).is_(None))
    )
    return {row[0] or 0: PersonFacts(*row[1:]) for row in rows}


def programme(session: Session, cohort: Cohort) -> Programme | None:
    """The programme of a cohort the caller has opened."""
    return session.get(Programme, cohort.programme_id) if cohort.programme_id else None


def waiting_relays(
    session: Session, actor: Actor, cohort_id: int, *, today: date
) -> list[WaitingRelay]:
    """Relays proposed for a cohort, still to be answered, whose person is no candidate yet."""
    columns: tuple[Any, ...] = (
        col(Relay.id),
        col(Learner.birth_name),
        col(Learner.first_names),
        col(Learner.usage_name),
        sees_learner(Learner.id),
        col(Organisation.name),
        col(Relay.expires_on),
    )
    rows = session.execute(
        select(*columns)
        .join(Learner, col(Learner.id) == col(Relay.learner_id))
        .join(Organisation, col(Organisation.id) == col(Relay.sender_id))
        .where(
            col(Relay.cohort_id) == cohort_id,
            col(Relay.receiver_id) == bindparam("org"),
            col(Relay.answer).is_(None),
            col(Relay.expires_on) >= bindparam("today"),
            ~exists().where(
                col(Candidate.cohort_id) == cohort_id,
                col(Candidate.learner_id) == col(Relay.learner_id),
            ),
        )
        .order_by(col(Relay.sent_on), col(Relay.id)),
        scope(actor, today),
    )
    return [WaitingRelay(*row) for row in rows]


def _candidate(row: Any) -> CandidateRow:
    first, last = len(BEFORE), len(BEFORE) + len(FACTS)
    values: list[Any] = [*row[:first], PersonFacts(*row[first:last]), *row[last:]]
    return CandidateRow(*values)
