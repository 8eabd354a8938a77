"""The information meeting of a cohort: inviting candidates to it, noting who came."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import messages
from parcours.actions.candidate_facts import locked, tell
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.identity import looks_like_nir
from parcours.domain.messages import MessageKind
from parcours.domain.selection import CandidateAct, Meeting
from parcours.models import Candidate, Learner, visibility

_ACTS = {
    Meeting.INVITED: CandidateAct.INVITED,
    Meeting.CAME: CandidateAct.CAME,
    Meeting.MISSED: CandidateAct.MISSED,
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a convocation says of an information meeting."""

    on: date
    moment: str
    place: str
    words: str = ""


def invite(
    session: Session,
    actor: Actor,
    cohort_id: int,
    versions: Mapping[int, int],
    invitation: Invitation,
    *,
    today: date,
) -> list[int]:
    """Invite candidates to an information meeting, each in the way they prefer.

    Returns the messages prepared; those whose file is not open to one’s organisation are noted
    as invited and reached through the partner who proposes them.
    """
    _check_invitation(invitation, today)
    rows = _note(session, actor, cohort_id, versions, Meeting.INVITED, today)
    facts = {
        "moment": invitation.moment.strip(),
        "place": invitation.place.strip(),
        "words": invitation.words.strip(),
        "author": actor.name,
    }
    prepared = []
    for row in rows:
        row.meeting_on = invitation.on
        if not _is_seen(session, actor, row.learner_id, today):
            continue
        message = messages.enqueue(
            session,
            MessageKind.APPOINTMENT,
            messages.Recipient(learner_id=row.learner_id),
            organisation_id=actor.organisation_id,
            due_on=today,
            key=f"candidate:{row.id}:{row.version}:invited",
            facts=facts,
            actor=actor,
        )
        prepared.append(message.id or 0)
    session.flush()
    return prepared


def note_meeting(
    session: Session,
    actor: Actor,
    cohort_id: int,
    versions: Mapping[int, int],
    meeting: Meeting,
    *,
    today: date,
) -> int:
    """Note who came to the information meeting, or did not."""
    rows = _note(session, actor, cohort_id, versions, meeting, today)
    for row in rows:
        row.meeting_on = row.meeting_on or today
    session.flush()
    return len(rows)


def _note(
    session: Session,
    actor: Actor,
    cohort_id: int,
    versions: Mapping[int, int],
    meeting: Meeting,
    today: date,
) -> list[Candidate]:
    require(actor, Capability.SELECT_CANDIDATES)
    rows = locked(session, actor, cohort_id, versions)
    for row in rows:
        row.meeting = meeting
        row.version += 1
        tell(session, actor, row, _ACTS[meeting], today=today)
    return rows


def _check_invitation(invitation: Invitation, today: date) -> None:
    errors: dict[str, str] = {}
    if invitation.on < today:
        errors["on"] = "Cette réunion est déjà passée."
    if not invitation.place.strip():
        errors["place"] = "Dites où, avec l’adresse."
    if any(looks_like_nir(text) for text in (invitation.place, invitation.words)):
        errors["words"] = "Un numéro de sécurité sociale ne s’écrit nulle part."
    if errors:
        raise RuleBroken(errors=errors)


def _is_seen(session: Session, actor: Actor, learner_id: int, today: date) -> bool:
    found = select(col(Learner.id)).where(
        col(Learner.id) == learner_id, visibility.sees_learner(Learner.id)
    )
    return session.execute(found, visibility.scope(actor, today)).first() is not None
