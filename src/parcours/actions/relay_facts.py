"""What every act on a relay writes: its history, its end, the step it proposed."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from parcours import audit
from parcours.actions import personal_links, tasks
from parcours.actions.relay_messages import announce
from parcours.domain.access import Actor
from parcours.domain.errors import RuleBroken
from parcours.domain.relays import Answer, Deadlines, RelayAct, RelayState, state
from parcours.models import Relay, RelayEvent, RelayLink, Step
from parcours.models.base import utc_now


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who acts on a relay: somebody signed in, somebody named on a link, or the rules (nobody)."""

    organisation_id: int | None = None
    name: str | None = None
    actor: Actor | None = None

    @classmethod
    def of(cls, actor: Actor) -> "Speaker":
        """Somebody signed in."""
        return cls(actor.organisation_id, actor.name, actor)

    @property
    def account_id(self) -> int | None:
        """The account that acts, if any does."""
        return self.actor.account_id if self.actor else None


RULES = Speaker()
ENDED = {
    RelayState.ACCEPTED: "Ce relais a déjà été accepté.",
    RelayState.DECLINED: "Ce relais a déjà été décliné.",
    RelayState.WITHDRAWN: "Ce relais a été retiré par la structure qui le proposait.",
    RelayState.EXPIRED: "Ce relais a expiré sans réponse : il peut être proposé de nouveau.",
}


def deadlines_of(relay: Relay) -> Deadlines:
    """The deadlines a relay was sent with."""
    return Deadlines(relay.due_on, relay.escalates_on, relay.expires_on)


def state_of(relay: Relay, today: date) -> RelayState:
    """Where a stored relay stands on `today`."""
    return state(relay.answer, deadlines_of(relay), today)


def is_open(relay: Relay, today: date) -> bool:
    """Whether an answer still counts."""
    return state_of(relay, today) in (RelayState.PENDING, RelayState.LATE)


def check_open(relay: Relay, today: date) -> None:
    """Raise RuleBroken, saying how it ended, when an answer no longer counts."""
    if not is_open(relay, today):
        raise RuleBroken(ENDED[state_of(relay, today)])


def tell(
    session: Session,
    relay: Relay,
    act: RelayAct,
    speaker: Speaker,
    *,
    today: date,
    words: str | None = None,
) -> None:
    """Append a line to a relay’s history and to the journal (without its words); tell whom it may
    concern.
    """
    session.add(
        RelayEvent(
            relay_id=relay.id or 0,
            act=act,
            on=today,
            organisation_id=speaker.organisation_id,
            account_id=speaker.account_id,
            by_name=speaker.name,
            words=words,
        )
    )
    audit.record(
        session,
        speaker.actor,
        act.value,
        "relay",
        relay.id,
        learner_id=relay.learner_id,
        by=speaker.organisation_id,
    )
    announce(session, relay, act, today=today)


def end(
    session: Session,
    relay: Relay,
    answer: Answer,
    speaker: Speaker,
    *,
    today: date,
    words: str | None = None,
) -> None:
    """Write the answer of a relay whose row is locked; its links and tasks end with it."""
    relay.answer, relay.answered_on = answer, today
    relay.answered_by_id = speaker.account_id
    end_links(session, relay)
    tasks.settle(session, relay_id=relay.id or 0, done_by_id=speaker.account_id or relay.sent_by_id)
    tell(session, relay, RelayAct(answer.value), speaker, today=today, words=words)


def end_links(session: Session, relay: Relay) -> int:
    """Let no link of a relay answer any more; returns how many still could."""
    return personal_links.end_all(session, RelayLink, col(RelayLink.relay_id) == relay.id)


def drop_proposal(session: Session, relay: Relay, reason: str, speaker: Speaker) -> None:
    """Cancel the step a relay proposed: it stays in the history with the reason."""
    step = session.get_one(Step, relay.step_id)
    step.cancelled_at = utc_now()
    step.cancelled_by_id = speaker.account_id or relay.sent_by_id
    step.cancel_reason = reason[:300]
    step.version += 1


def pending_of(session: Session, pathway_id: int, today: date) -> list[Relay]:
    """The relays of a pathway that may still be answered, locked (the pathway is locked first)."""
    rows = session.execute(
        select(Relay)
        .where(
            col(Relay.pathway_id) == pathway_id,
            col(Relay.answer).is_(None),
            col(Relay.expires_on) >= today,
        )
        .order_by(col(Relay.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalars()
    return list(rows)


def withdraw_pending(
    session: Session, pathway_id: int, speaker: Speaker, *, words: str, today: date
) -> None:
    """Withdraw whatever still waits for an answer on a pathway: it closes, or is provided for."""
    for relay in pending_of(session, pathway_id, today):
        withdraw(session, relay, speaker, words=words, today=today)


def withdraw(session: Session, relay: Relay, speaker: Speaker, *, words: str, today: date) -> None:
    """Take back a locked relay that waits for an answer."""
    drop_proposal(session, relay, f"Relais retiré : {words}", speaker)
    end(session, relay, Answer.WITHDRAWN, speaker, today=today, words=words)
