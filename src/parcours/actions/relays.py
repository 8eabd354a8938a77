"""Relays: proposing a step to another organisation, asking, replying, taking it back."""

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours.actions import tasks
from parcours.actions.continuity import lock_pathway
from parcours.actions.pathways import StepFacts, current_pathway
from parcours.actions.relay_facts import Speaker, check_open, pending_of, tell, withdraw
from parcours.actions.working_days import days_off
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotAllowed, RuleBroken
from parcours.domain.pathway import check_step
from parcours.domain.relays import MOST_CALENDAR_DAYS, Deadlines, Delays, RelayAct
from parcours.domain.relays import overlap as share_a_day
from parcours.domain.tasks import TaskKind
from parcours.domain.words import DataSource, SharingMedium
from parcours.models import Cohort, Organisation, Pathway, Relay, RelayEvent, Step, visibility


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person proposes to another organisation.

    `sharing_medium` says how the learner agreed that the receiver sees the file once it accepts;
    None while that agreement is still to collect.
    """

    receiver_id: int
    facts: StepFacts
    reason: str
    sharing_medium: SharingMedium | None = None
    cohort_id: int | None = None


def propose(
    session: Session, actor: Actor, learner_id: int, proposal: Proposal, *, today: date
) -> Relay:
    """Propose the next step of a person the actor sees; nothing is held until it is accepted."""
    require(actor, Capability.WRITE_STEPS)
    learner = visibility.learner(session, actor, learner_id, today=today, lock=True)
    pathway = current_pathway(session, learner)
    if pathway is None or pathway.closed_on is not None:
        raise RuleBroken("Ouvrez d’abord le parcours de cette personne.")
    lock_pathway(session, pathway)
    receiver = _receiver(session, actor, proposal)
    _check(session, pathway, proposal, today)
    step = _proposed_step(session, actor, pathway, proposal)
    relay = Relay(
        step_id=step.id or 0,
        pathway_id=step.pathway_id,
        learner_id=learner_id,
        sender_id=actor.organisation_id,
        receiver_id=proposal.receiver_id,
        cohort_id=proposal.cohort_id,
        reason=proposal.reason.strip(),
        sharing_medium=proposal.sharing_medium,
        sent_on=today,
        sent_by_id=actor.account_id,
        **asdict(_deadlines(session, actor, receiver, today)),
    )
    session.add(relay)
    session.flush()
    tell(session, relay, RelayAct.PROPOSED, Speaker.of(actor), today=today, words=relay.reason)
    return relay


def ask(session: Session, relay: Relay, speaker: Speaker, *, words: str, today: date) -> None:
    """A question of the receiver: the sender has a task, and the deadlines go on running.

    The same form sent twice asks once: by a link, nothing else tells a double click.
    """
    check_open(relay, today)
    if not words.strip():
        raise RuleBroken("Écrivez votre question.", field="question")
    if _was_just_asked(session, relay, words.strip()):
        return
    tell(session, relay, RelayAct.QUESTION, speaker, today=today, words=words.strip())
    tasks.give(
        session,
        organisation_id=relay.sender_id,
        account_id=relay.sent_by_id,
        kind=TaskKind.RELAY_QUESTION,
        due_on=today,
        learner_id=relay.learner_id,
        relay_id=relay.id,
    )


def reply(session: Session, actor: Actor, relay_id: int, *, words: str, today: date) -> Relay:
    """The sender’s words to the receiver, a question having been asked or not."""
    require(actor, Capability.WRITE_STEPS)
    relay = visibility.relay(session, actor, relay_id, today=today, lock=True)
    check_sender(actor, relay)
    check_open(relay, today)
    if not words.strip():
        raise RuleBroken("Écrivez votre réponse.", field="reply")
    tell(session, relay, RelayAct.REPLY, Speaker.of(actor), today=today, words=words.strip())
    tasks.settle(
        session,
        relay_id=relay_id,
        kinds=(TaskKind.RELAY_QUESTION,),
        done_by_id=actor.account_id,
    )
    return relay


def take_back(session: Session, actor: Actor, relay_id: int, *, words: str, today: date) -> Relay:
    """Withdraw a relay one’s organisation proposed; the person stays with it, as before."""
    require(actor, Capability.WRITE_STEPS)
    relay = visibility.relay(session, actor, relay_id, today=today, lock=True)
    check_sender(actor, relay)
    check_open(relay, today)
    if not words.strip():
        raise RuleBroken("Dites en quelques mots pourquoi.", field="withdrawal")
    withdraw(session, relay, Speaker.of(actor), words=words.strip(), today=today)
    return relay


def check_sender(actor: Actor, relay: Relay) -> None:
    """Raise NotAllowed unless the actor’s organisation sent the relay."""
    if relay.sender_id != actor.organisation_id:
        raise NotAllowed("Ce geste revient à la structure qui propose le relais.")


def check_receiver(actor: Actor, relay: Relay) -> None:
    """Raise NotAllowed unless the relay was proposed to the actor’s organisation."""
    if relay.receiver_id != actor.organisation_id:
        raise NotAllowed("Ce geste revient à la structure à qui le relais est proposé.")


def delays_of(organisation: Organisation) -> Delays:
    """The delays an organisation gives those it proposes a relay to, in working days."""
    return Delays(
        organisation.relay_reminder_days,
        organisation.relay_escalation_days,
        organisation.relay_expiry_days,
    )


def _was_just_asked(session: Session, relay: Relay, words: str) -> bool:
    last = session.execute(
        select(col(RelayEvent.act), col(RelayEvent.words))
        .where(col(RelayEvent.relay_id) == relay.id)
        .order_by(col(RelayEvent.id).desc())
        .limit(1)
    ).first()
    return last is not None and tuple(last) == (RelayAct.QUESTION, words)


def _deadlines(session: Session, actor: Actor, receiver: Organisation, today: date) -> Deadlines:
    # The sender’s delays, for it waits; counted in the receiver’s working days, for it answers.
    sender = session.get_one(Organisation, actor.organisation_id)
    off = days_off(session, receiver, starts_on=today, ends_on=today + MOST_CALENDAR_DAYS)
    return Deadlines.after(today, delays_of(sender), off)


def _receiver(session: Session, actor: Actor, proposal: Proposal) -> Organisation:
    receiver = session.get(Organisation, proposal.receiver_id)
    if receiver is None or receiver.closed_on or receiver.id == actor.organisation_id:
        raise RuleBroken("Choisissez une structure partenaire.", field="receiver")
    if proposal.cohort_id is not None:
        cohort = session.get(Cohort, proposal.cohort_id)
        if cohort is None or cohort.organisation_id != receiver.id:
            raise RuleBroken("Cette promotion n’est pas celle de la structure.", field="receiver")
    return receiver


def _check(session: Session, pathway: Pathway, proposal: Proposal, today: date) -> None:
    dates = proposal.facts.dates
    if not proposal.reason.strip():
        raise RuleBroken(
            "Dites pourquoi cette suite convient : c’est ce que lira la structure.",
            field="reason",
        )
    check_step(proposal.facts.kind, dates, opened_on=pathway.opened_on, today=today)
    if dates.ends_on is not None and dates.ends_on < today:
        raise RuleBroken("Cette étape serait déjà finie.", field="planned_end_on")
    for other in pending_of(session, pathway.id or 0, today):
        step = session.get_one(Step, other.step_id)
        is_same = (other.receiver_id, step.kind) == (proposal.receiver_id, proposal.facts.kind)
        if is_same and share_a_day(
            step.planned_start_on, step.planned_end_on, dates.starts_on, dates.ends_on
        ):
            raise RuleBroken(
                "Le même relais vers cette structure attend déjà une réponse pour ces dates.",
                field="receiver",
            )


def _proposed_step(session: Session, actor: Actor, pathway: Pathway, proposal: Proposal) -> Step:
    step = Step(
        pathway_id=pathway.id or 0,
        learner_id=pathway.learner_id,
        organisation_id=proposal.receiver_id,
        kind=proposal.facts.kind,
        title=proposal.facts.title,
        planned_start_on=proposal.facts.dates.planned_start_on,
        planned_end_on=proposal.facts.dates.planned_end_on,
        hours=proposal.facts.hours,
        source=DataSource.SCREEN,
        created_by_id=actor.account_id,
    )
    session.add(step)
    session.flush()
    return step
