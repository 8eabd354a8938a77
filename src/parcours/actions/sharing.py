"""Accords de partage: which partner sees a person’s file, since when, until when."""

from datetime import date

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.standings import refresh_standings
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.words import SharingMedium
from parcours.models import Learner, LearnerAccess, Organisation, Relay, Sharing, visibility
from parcours.models.base import utc_now


def share_learner(
    session: Session,
    actor: Actor,
    learner_id: int,
    *,
    organisation_id: int,
    medium: SharingMedium,
    purpose: str,
    starts_on: date,
    ends_on: date | None,
    today: date,
) -> Sharing:
    """Record that the person agrees that a partner sees their file, from the next request on."""
    require(actor, Capability.SHARE_LEARNERS)
    learner = visibility.own_learner(session, actor, learner_id, today=today, lock=True)
    partner = session.get(Organisation, organisation_id)
    _check(session, learner, partner, starts_on=starts_on, ends_on=ends_on, purpose=purpose)
    sharing = Sharing(
        learner_id=learner_id,
        organisation_id=organisation_id,
        medium=medium,
        purpose=purpose,
        starts_on=starts_on,
        ends_on=ends_on,
        collected_by_id=actor.account_id,
    )
    _open_access(session, learner, sharing)
    _trace(session, actor, "share", sharing)
    return sharing


def withdraw_sharing(session: Session, actor: Actor, sharing_id: int, *, today: date) -> Sharing:
    """End a sharing at once; the partner keeps only what it wrote itself."""
    require(actor, Capability.SHARE_LEARNERS)
    sharing = session.get(Sharing, sharing_id)
    if sharing is None:
        raise NotFound
    visibility.own_learner(session, actor, sharing.learner_id, today=today, lock=True)
    if sharing.withdrawn_at is None:
        sharing.withdrawn_at, sharing.withdrawn_by_id = utc_now(), actor.account_id
        _drop_access(session, sharing.learner_id, sharing.organisation_id)
        _trace(session, actor, "withdraw_sharing", sharing)
    return sharing


def open_for_relay(session: Session, learner: Learner, relay: Relay, *, today: date) -> None:
    """Let the receiver see the file from the day it accepts, as the person agreed beforehand.

    Nothing while that agreement is still to collect, or when one already runs.
    """
    receiver = session.get_one(Organisation, relay.receiver_id)
    is_own = learner.organisation_id == relay.receiver_id
    if relay.sharing_medium is None or is_own or _is_shared(session, learner, receiver, today):
        return
    sharing = Sharing(
        learner_id=relay.learner_id,
        organisation_id=relay.receiver_id,
        medium=relay.sharing_medium,
        purpose="Relais accepté",
        starts_on=today,
        collected_by_id=relay.sent_by_id,
    )
    _open_access(session, learner, sharing)


def limit_former(session: Session, relay: Relay, *, until: date) -> None:
    """Let a sender that saw the file by agreement see it no longer than `until`, its last day.

    The organisation that entered the person keeps its own file.
    """
    running = session.execute(
        select(Sharing).where(
            col(Sharing.learner_id) == relay.learner_id,
            col(Sharing.organisation_id) == relay.sender_id,
            col(Sharing.withdrawn_at).is_(None),
            or_(col(Sharing.ends_on).is_(None), col(Sharing.ends_on) > until),
        )
    ).scalars()
    for sharing in running:
        sharing.ends_on = max(until, sharing.starts_on)
        session.execute(
            update(LearnerAccess)
            .where(col(LearnerAccess.sharing_id) == sharing.id)
            .values(ends_on=sharing.ends_on)
        )


def _check(
    session: Session,
    learner: Learner,
    partner: Organisation | None,
    *,
    starts_on: date,
    ends_on: date | None,
    purpose: str,
) -> None:
    errors: dict[str, str] = {}
    if partner is None or partner.id == learner.organisation_id or partner.closed_on is not None:
        errors["organisation"] = "Choisissez une structure partenaire."
    elif _is_shared(session, learner, partner, starts_on):
        errors["organisation"] = "Un accord court déjà avec cette structure."
    if ends_on is not None and ends_on < starts_on:
        errors["ends_on"] = "La fin de l’accord est avant son début."
    if not purpose.strip():
        errors["purpose"] = "Dites à quoi servira ce partage."
    if errors:
        raise RuleBroken(errors=errors)


def _is_shared(session: Session, learner: Learner, partner: Organisation, day: date) -> bool:
    running = select(col(Sharing.id)).where(
        col(Sharing.learner_id) == learner.id,
        col(Sharing.organisation_id) == partner.id,
        col(Sharing.withdrawn_at).is_(None),
        or_(col(Sharing.ends_on).is_(None), col(Sharing.ends_on) >= day),
    )
    return session.execute(running).first() is not None


def _open_access(session: Session, learner: Learner, sharing: Sharing) -> None:
    session.add(sharing)
    session.flush()
    _drop_access(session, sharing.learner_id, sharing.organisation_id)
    session.add(
        LearnerAccess(
            learner_id=sharing.learner_id,
            organisation_id=sharing.organisation_id,
            sort_key=learner.sort_key,
            qpv_status=learner.qpv_status,
            sharing_id=sharing.id,
            starts_on=sharing.starts_on,
            ends_on=sharing.ends_on,
        )
    )
    refresh_standings(session, [sharing.learner_id])


def _trace(session: Session, actor: Actor, act: str, sharing: Sharing) -> None:
    audit.record(
        session,
        actor,
        act,
        "learner",
        sharing.learner_id,
        learner_id=sharing.learner_id,
        partner=sharing.organisation_id,
    )


def _drop_access(session: Session, learner_id: int, organisation_id: int) -> None:
    session.execute(
        delete(LearnerAccess).where(
            col(LearnerAccess.learner_id) == learner_id,
            col(LearnerAccess.organisation_id) == organisation_id,
            col(LearnerAccess.sharing_id).is_not(None),
        )
    )
