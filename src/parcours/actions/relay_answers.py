"""Answering a relay, signed in or by a link: responsibility passes when the step begins.

But for an immersion an employer accepts by a link: who proposed it goes on following the person.
"""

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from parcours.actions import cohorts, sharing, tasks
from parcours.actions.continuity import lock_pathway, refresh_gaps
from parcours.actions.pathways import dates_of
from parcours.actions.relay_facts import (
    Speaker,
    check_open,
    drop_proposal,
    end,
    pending_of,
    withdraw,
)
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.pathway import check_step
from parcours.domain.relays import Answer, DeclineReason, check_decline
from parcours.domain.relays import overlap as share_a_day
from parcours.domain.tasks import TaskKind
from parcours.domain.words import DataSource, StepKind
from parcours.models import Immersion, Learner, Organisation, Pathway, Relay, Step
from parcours.models.base import utc_now


def accept(
    session: Session,
    relay_id: int,
    speaker: Speaker,
    *,
    starts_on: date | None,
    ends_on: date | None,
    words: str | None,
    today: date,
) -> Relay:
    """Take the person on: the step is held from its first day, and the gap closes.

    The caller checked that `speaker` may answer. The dates may be other than those proposed.
    Relays to others for the same days and the same kind of step are taken back: two who answer
    at once cannot both win. Raises RuleBroken (already answered, closed, cohort full, dates).
    """
    relay, pathway, learner = _locked(session, relay_id, today)
    _check_receiver_lasts(session, relay)
    step = session.get_one(Step, relay.step_id)
    _set_dates(step, pathway, starts_on, ends_on, today)
    if relay.cohort_id is not None:
        author = speaker.account_id or relay.sent_by_id
        step.enrolment_id = cohorts.take_place(
            session, relay.cohort_id, learner, step.planned_start_on, created_by_id=author
        )
    step.accepted_at = utc_now()
    step.version += 1
    end(session, relay, Answer.ACCEPTED, speaker, today=today, words=words)
    _withdraw_rivals(session, relay, step, today)
    if step.kind is StepKind.IMMERSION and speaker.account_id is None:
        _welcome(session, relay, step)
        refresh_gaps(session, pathway)
    else:
        refresh_gaps(session, pathway)
        sharing.open_for_relay(session, learner, relay, today=today)
        _limit_sender(session, relay, step)
    session.flush()
    return relay


def decline(
    session: Session,
    relay_id: int,
    speaker: Speaker,
    *,
    reason: DeclineReason | None,
    words: str | None,
    today: date,
) -> Relay:
    """Not take the person on: they stay with the sender, who has a task to look elsewhere."""
    relay, _, _ = _locked(session, relay_id, today)
    check_decline(reason, words)
    relay.decline_reason = reason
    label = reason.label if reason else ""
    drop_proposal(session, relay, f"Relais décliné : {words or label}", speaker)
    end(session, relay, Answer.DECLINED, speaker, today=today, words=words)
    tasks.give(
        session,
        organisation_id=relay.sender_id,
        account_id=relay.sent_by_id,
        kind=TaskKind.RELAY_DECLINED,
        due_on=today,
        learner_id=relay.learner_id,
        relay_id=relay.id,
        once_key=f"relay:{relay.id}:declined",
    )
    session.flush()
    return relay


def decline_all(session: Session, actor: Actor, *, words: str, today: date) -> None:
    """Take on nobody any more: what waits for one’s organisation’s answer is declined."""
    waiting = session.execute(
        select(col(Relay.id))
        .where(
            col(Relay.receiver_id) == actor.organisation_id,
            col(Relay.answer).is_(None),
            col(Relay.expires_on) >= today,
        )
        .order_by(col(Relay.learner_id), col(Relay.id))
    ).scalars()
    speaker, reason = Speaker.of(actor), DeclineReason.OTHER
    for relay_id in waiting.all():
        decline(session, relay_id or 0, speaker, reason=reason, words=words, today=today)


def _locked(session: Session, relay_id: int, today: date) -> tuple[Relay, Pathway, Learner]:
    """The relay, its pathway and its learner, locked in the order every verb locks them."""
    relay = session.get_one(Relay, relay_id)
    if relay.cohort_id is not None:
        cohorts.lock(session, relay.cohort_id)
    learner = session.execute(
        select(Learner).where(col(Learner.id) == relay.learner_id).with_for_update(key_share=True)
    ).scalar_one()
    pathway = session.get_one(Pathway, relay.pathway_id)
    lock_pathway(session, pathway)
    session.execute(
        select(Relay)
        .where(col(Relay.id) == relay_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    check_open(relay, today)
    if pathway.closed_on is not None:
        raise RuleBroken("Le parcours de cette personne est clos.")
    return relay, pathway, learner


def _check_receiver_lasts(session: Session, relay: Relay) -> None:
    # Its closing waits for the row: of the two at once, the second sees what the first did.
    receiver = session.execute(
        select(Organisation)
        .where(col(Organisation.id) == relay.receiver_id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if receiver.closed_on is not None:
        raise RuleBroken("Cette structure a fermé : elle ne peut plus accueillir personne.")


def _set_dates(
    step: Step, pathway: Pathway, starts_on: date | None, ends_on: date | None, today: date
) -> None:
    dates = replace(
        dates_of(step),
        planned_start_on=starts_on or step.planned_start_on,
        planned_end_on=ends_on or step.planned_end_on,
    )
    check_step(step.kind, dates, opened_on=pathway.opened_on, today=today)
    step.planned_start_on, step.planned_end_on = dates.planned_start_on, dates.planned_end_on


def _welcome(session: Session, relay: Relay, step: Step) -> None:
    """An employer who answers by a link welcomes the person; who sent them holds the step.

    Nobody there opens Parcours: held by the employer, the start would be confirmed by nobody, and
    the days after it would be in nobody’s list. The file stays closed to the employer.
    """
    firm = session.get_one(Organisation, relay.receiver_id)
    step.organisation_id = relay.sender_id
    session.add(
        Immersion(
            step_id=relay.step_id,
            learner_id=relay.learner_id,
            firm_name=firm.name[:160],
            firm_siret=firm.siret,
            firm_city=firm.city,
            source=DataSource.SCREEN,
            created_by_id=relay.sent_by_id,
        )
    )


def _withdraw_rivals(session: Session, relay: Relay, step: Step, today: date) -> None:
    sender = Speaker(organisation_id=relay.sender_id)
    for rival in pending_of(session, relay.pathway_id, today):
        other = session.get_one(Step, rival.step_id)
        if other.kind is step.kind and share_a_day(
            step.planned_start_on,
            step.planned_end_on,
            other.planned_start_on,
            other.planned_end_on,
        ):
            withdraw(session, rival, sender, words="une autre structure a accepté", today=today)


def _limit_sender(session: Session, relay: Relay, step: Step) -> None:
    # A sender that still holds a step goes on seeing whom it holds.
    sender = session.get_one(Organisation, relay.sender_id)
    until = step.planned_start_on + timedelta(days=sender.overlap_days)
    still_holds = select(col(Step.id)).where(
        col(Step.learner_id) == relay.learner_id,
        col(Step.organisation_id) == relay.sender_id,
        col(Step.accepted_at).is_not(None),
        col(Step.cancelled_at).is_(None),
        or_(
            col(Step.ended_on) > until,
            col(Step.ended_on).is_(None)
            & (col(Step.planned_end_on).is_(None) | (col(Step.planned_end_on) > until)),
        ),
    )
    if session.execute(still_holds.limit(1)).first() is None:
        sharing.limit_former(session, relay, until=until)
