"""The cohorts somebody asks to enter, on their page: where it stands, since when, what comes next.

Whose they are to read: the organisation of the cohort, the one that follows the person, and the
one whose relay brought the candidacy. Why somebody was refused is for the first alone.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session, col

from parcours.domain.access import Actor, Capability
from parcours.domain.selection import Decision, DecisionReason, Meeting, Phase, phase
from parcours.models import Candidate, Cohort, Learner, Organisation, Relay
from parcours.models.visibility import scope, sees_learner

MOST = 6
STATES = {
    Phase.TO_INVITE: ("candidature reçue", "neutral"),
    Phase.INVITED: ("réunion d’information proposée", "neutral"),
    Phase.MISSED: ("pas venu·e à la réunion", "warning"),
    Phase.TO_DECIDE: ("en attente de décision", "warning"),
    Phase.ADMITTED: ("admis·e", "success"),
    Phase.WAITING: ("liste d’attente", "warning"),
    Phase.REFUSED: ("refusé·e", "danger"),
    Phase.WITHDREW: ("désisté·e", "neutral"),
}
ACTS = {
    Phase.TO_INVITE: "Inviter à la réunion",
    Phase.INVITED: "Noter sa venue",
    Phase.MISSED: "Relancer ou décider",
    Phase.TO_DECIDE: "Décider",
    Phase.WAITING: "Voir la candidature",
    Phase.ADMITTED: "Voir la candidature",
}
NOT_ENTERED = {Phase.WAITING, Phase.REFUSED, Phase.WITHDREW}


@dataclass(frozen=True, slots=True)
class Candidacy:
    """A candidacy as it is stored."""

    id: int
    learner_id: int
    cohort_id: int
    cohort: str
    cohort_organisation_id: int
    organisation: str
    starts_on: date
    applied_on: date
    meeting: Meeting | None
    meeting_on: date | None
    decision: Decision | None
    decided_on: date | None
    reason: DecisionReason | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class ShownCandidacy:
    """A candidacy as the page writes it."""

    cohort: str
    organisation: str
    starts_on: date
    state: str
    tone: str
    since_words: str
    since: date
    why: str
    act: str
    act_url: str


def _of_learner() -> Any:
    is_to_read = or_(
        col(Cohort.organisation_id) == bindparam("org"),
        col(Learner.organisation_id) == bindparam("org"),
        col(Relay.sender_id) == bindparam("org"),
    )
    # Once the cohort has begun, whoever was admitted is in it: the step says the rest.
    is_current = or_(
        col(Cohort.starts_on) >= bindparam("today"),
        col(Candidate.decision).is_(None),
        col(Candidate.decision) != Decision.ADMITTED,
    )
    return (
        select(
            col(Candidate.id),
            col(Candidate.learner_id),
            col(Cohort.id),
            col(Cohort.name),
            col(Cohort.organisation_id),
            col(Organisation.name),
            col(Cohort.starts_on),
            col(Candidate.applied_on),
            col(Candidate.meeting),
            col(Candidate.meeting_on),
            col(Candidate.decision),
            col(Candidate.decided_on),
            col(Candidate.reason),
            col(Candidate.rank),
        )
        .join(Cohort, col(Cohort.id) == col(Candidate.cohort_id))
        .join(Organisation, col(Organisation.id) == col(Cohort.organisation_id))
        .join(Learner, col(Learner.id) == col(Candidate.learner_id))
        .outerjoin(Relay, col(Relay.id) == col(Candidate.relay_id))
        .where(
            col(Candidate.learner_id) == bindparam("learner"),
            col(Cohort.ends_on) >= bindparam("today"),
            sees_learner(Candidate.learner_id),
            is_to_read,
            is_current,
        )
        .order_by(col(Candidate.applied_on).desc(), col(Candidate.id).desc())
        .limit(MOST)
    )


OF_LEARNER = _of_learner()


def candidacies_of(
    session: Session, actor: Actor, learner_id: int, *, today: date
) -> list[Candidacy]:
    """The candidacies of a person the actor may read, the latest first; one statement."""
    parameters = {**scope(actor, today), "learner": learner_id}
    return [Candidacy(*row) for row in session.execute(OF_LEARNER, parameters)]


def shown_candidacy(row: Candidacy, actor: Actor, today: date) -> ShownCandidacy:
    """A candidacy as its page writes it for `actor`."""
    stands = phase(row.decision, row.meeting)
    is_own = row.cohort_organisation_id == actor.organisation_id
    state, tone = STATES[stands]
    rank = f", rang {row.rank}" if row.rank is not None and is_own else ""
    words, since = _since(row)
    return ShownCandidacy(
        row.cohort,
        row.organisation,
        row.starts_on,
        state + rank,
        tone,
        words,
        since,
        row.reason.label if row.reason is not None and is_own else "",
        *_next_act(row, stands, actor, is_own=is_own, today=today),
    )


def _since(row: Candidacy) -> tuple[str, date]:
    """What happened last, and when."""
    if row.decided_on is not None:
        return "décidé", row.decided_on
    if row.meeting_on is not None and row.meeting is not Meeting.INVITED:
        return "réunion", row.meeting_on
    return "candidature reçue", row.applied_on


def _next_act(
    row: Candidacy, stands: Phase, actor: Actor, *, is_own: bool, today: date
) -> tuple[str, str]:
    """What to do now, and where; nothing for who only waits for another’s word."""
    if is_own and stands in ACTS and actor.can(Capability.SELECT_CANDIDATES):
        has_begun = row.decision is None and row.starts_on <= today
        act = "Décider" if has_begun else ACTS[stands]
        return act, f"/promotions/{row.cohort_id}/candidats/{row.id}"
    if stands in NOT_ENTERED and actor.can(Capability.WRITE_STEPS):
        return "Trouver une suite", f"/apprenants/{row.learner_id}/suite"
    return "", ""
