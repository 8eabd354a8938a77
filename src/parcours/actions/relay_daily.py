"""What silence brings: a reminder, both managers told, then the end of the relay; each once.

Each is a day written on the relay under its lock, in the transaction that gives the tasks: run
twice, or after days without running, nothing happens twice and nothing is left out.
"""

from collections import Counter
from datetime import date

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from parcours.actions import tasks
from parcours.actions.relay_facts import RULES, drop_proposal, end_links, tell
from parcours.domain.access import Role
from parcours.domain.relays import RelayAct
from parcours.domain.tasks import TaskKind
from parcours.models import Relay


def run(session: Session, *, today: date) -> dict[str, int]:
    """Remind, escalate and expire whatever is due on `today`; returns how many of each."""
    done: Counter[str] = Counter(reminded=0, escalated=0, expired=0)
    for relay in _due(session, today):
        if relay.reminded_on is None and relay.due_on <= today:
            _remind(session, relay, today)
            done["reminded"] += 1
        if relay.escalated_on is None and relay.escalates_on <= today:
            _escalate(session, relay, today)
            done["escalated"] += 1
        if relay.expires_on < today:
            _expire(session, relay, today)
            done["expired"] += 1
    session.flush()
    return dict(done)


def _due(session: Session, today: date) -> list[Relay]:
    waiting = or_(
        col(Relay.reminded_on).is_(None),
        and_(col(Relay.escalated_on).is_(None), col(Relay.escalates_on) <= today),
        col(Relay.expires_on) < today,
    )
    rows = session.execute(
        select(Relay)
        .where(
            col(Relay.answer).is_(None),
            col(Relay.expired_on).is_(None),
            col(Relay.due_on) <= today,
            waiting,
        )
        .order_by(col(Relay.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


def _remind(session: Session, relay: Relay, today: date) -> None:
    relay.reminded_on = today
    tell(session, relay, RelayAct.REMINDED, RULES, today=today)
    _give(session, relay, relay.receiver_id, TaskKind.RELAY_REMINDER, today)


def _escalate(session: Session, relay: Relay, today: date) -> None:
    relay.escalated_on = today
    tell(session, relay, RelayAct.ESCALATED, RULES, today=today)
    for organisation in (relay.sender_id, relay.receiver_id):
        _give(session, relay, organisation, TaskKind.RELAY_ESCALATION, today, role=Role.COORDINATOR)


def _expire(session: Session, relay: Relay, today: date) -> None:
    relay.expired_on = today
    drop_proposal(session, relay, "Relais expiré sans réponse", RULES)
    end_links(session, relay)
    tasks.settle(session, relay_id=relay.id or 0, done_by_id=relay.sent_by_id)
    tell(session, relay, RelayAct.EXPIRED, RULES, today=today)
    _give(session, relay, relay.sender_id, TaskKind.RELAY_EXPIRED, today, account=relay.sent_by_id)


def _give(
    session: Session,
    relay: Relay,
    organisation_id: int,
    kind: TaskKind,
    today: date,
    *,
    role: Role | None = None,
    account: int | None = None,
) -> None:
    # The receiver sees nobody’s file before it accepts: its task names the relay alone.
    knows = organisation_id == relay.sender_id
    tasks.give(
        session,
        organisation_id=organisation_id,
        account_id=account,
        for_role=role,
        kind=kind,
        due_on=today,
        learner_id=relay.learner_id if knows else None,
        relay_id=relay.id,
        once_key=f"relay:{relay.id}:{kind.value}:{organisation_id}",
    )
