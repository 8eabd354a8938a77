"""Follow-ups: created by the exit, tried, settled; the list of those to make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlmodel import Session, col

from parcours import audit, reference
from parcours.actions.situations import CHUNK, answer_of
from parcours.domain.access import Actor, Capability, require
from parcours.domain.follow_ups import (
    Delay,
    FollowUpFacts,
    State,
    Try,
    TryOutcome,
    check_try,
    days_tried,
    delay_of,
    is_pointless,
    settled,
    state,
)
from parcours.domain.messages import Channel
from parcours.domain.outcomes import SituationFacts
from parcours.domain.words import DataSource
from parcours.models import Exit, FollowUp, FollowUpTry, Pathway, Programme, visibility
from parcours.models.visibility import sees_learner


@dataclass(frozen=True, slots=True)
class TryRecord:
    """A try as somebody tells it."""

    tried_on: date
    outcome: TryOutcome
    channel: Channel | None = None
    words: str | None = None


def delays() -> dict[str, Delay]:
    """Every delay a programme may ask for, by code, the shortest first."""
    rows = reference.follow_up_delays().values()
    return {row.code: delay_of(row.extra) for row in rows}


def usual_delays() -> list[str]:
    """The delays of a programme that says nothing of its own."""
    return [row.code for row in reference.follow_up_delays().values() if row.flag("is_usual")]


def asked_by(session: Session, pathway: Pathway | None) -> list[str]:
    """The delays the programme of a pathway asks for; the usual ones when it says nothing."""
    programme = (
        session.get(Programme, pathway.programme_id)
        if pathway is not None and pathway.programme_id is not None
        else None
    )
    if programme is None or programme.follow_ups is None:
        return usual_delays()
    return [code for code in delays() if code in programme.follow_ups]


def plan_follow_ups(
    session: Session, pathway: Pathway, row: Exit, first: SituationFacts
) -> list[FollowUp]:
    """Create the follow-ups of an exit just recorded, those of its programme."""
    rows = []
    for code in asked_by(session, pathway):
        delay = delays()[code]
        rows.append(
            FollowUp(
                exit_id=row.id or 0,
                learner_id=row.learner_id,
                organisation_id=row.organisation_id,
                delay=code,
                outcome=State.CANCELLED if is_pointless(first) else None,
                **due_days(delay, row.exited_on),
            )
        )
    session.add_all(rows)
    session.flush()
    return rows


def move_follow_ups(session: Session, row: Exit, first: SituationFacts) -> None:
    """Put the follow-ups of a corrected exit on their right days; a withdrawal asks for none."""
    for follow_up in follow_ups_of(session, row.id or 0):
        for name, day in due_days(delays()[follow_up.delay], row.exited_on).items():
            setattr(follow_up, name, day)
        follow_up.outcome = State.CANCELLED if is_pointless(first) else None
        settle(session, follow_up, is_cancelled=is_pointless(first))


def record_try(
    session: Session,
    actor: Actor,
    follow_up_id: int,
    record: TryRecord,
    *,
    today: date,
    source: DataSource = DataSource.SCREEN,
) -> FollowUp:
    """Note a try that brought no answer (RuleBroken when there is nothing to try)."""
    require(actor, Capability.RECORD_EXITS)
    row = visibility.follow_up(session, actor, follow_up_id, today=today, lock=True)
    check_try(record.tried_on, facts_of(session, row), today=today)
    session.add(
        FollowUpTry(
            follow_up_id=follow_up_id,
            tried_on=record.tried_on,
            channel=record.channel,
            outcome=record.outcome,
            words=record.words,
            source=source,
            created_by_id=actor.account_id,
        )
    )
    session.flush()
    settle(session, row)
    audit.record(session, actor, "try", "follow_up", row.id, learner_id=row.learner_id)
    return row


def settle(session: Session, row: FollowUp, *, is_cancelled: bool | None = None) -> None:
    """Write again what tries and answers decide, in the transaction that changed them."""
    facts = facts_of(session, row, is_cancelled=is_cancelled)
    row.days_tried = days_tried(facts.tries)
    row.last_tried_on = max((item.on for item in facts.tries), default=None)
    row.outcome = settled(facts)
    row.version += 1
    session.flush()


def facts_of(session: Session, row: FollowUp, *, is_cancelled: bool | None = None) -> FollowUpFacts:
    """A follow-up as its rule reads it."""
    tries = tuple(Try(item.tried_on, item.outcome) for item in tries_of(session, [row.id or 0]))
    known = row.outcome is State.CANCELLED if is_cancelled is None else is_cancelled
    return FollowUpFacts(
        row.opens_on,
        row.closes_on,
        delays()[row.delay].tries,
        tries,
        is_answered=answer_of(session, row.id or 0) is not None,
        is_cancelled=known,
    )


def state_of(row: FollowUp, today: date) -> State:
    """Where a follow-up stands, from what its row repeats."""
    if row.outcome is not None:
        return row.outcome
    tries = (Try(row.last_tried_on, TryOutcome.NO_ANSWER),) if row.last_tried_on else ()
    return state(FollowUpFacts(row.opens_on, row.closes_on, len(tries) + 1, tries), today)


def follow_ups_of(session: Session, *exit_ids: int) -> list[FollowUp]:
    """The follow-ups of exits the caller may see, by day."""
    return list(
        session.execute(
            select(FollowUp)
            .where(col(FollowUp.exit_id).in_(exit_ids))
            .order_by(col(FollowUp.due_on), col(FollowUp.id))
        ).scalars()
    )


def follow_ups_among(
    session: Session, exit_ids: Sequence[int], codes: Sequence[str]
) -> dict[str, list[FollowUp]]:
    """By delay, the follow-ups of exits the caller may see."""
    found: dict[str, list[FollowUp]] = {code: [] for code in codes}
    for start in range(0, len(exit_ids), CHUNK):
        rows = session.execute(
            select(FollowUp).where(
                col(FollowUp.exit_id).in_(exit_ids[start : start + CHUNK]),
                col(FollowUp.delay).in_(codes),
            )
        ).scalars()
        for row in rows:
            found[row.delay].append(row)
    return found


def tries_of(session: Session, follow_up_ids: list[int]) -> list[FollowUpTry]:
    """The tries of follow-ups the caller may see, in their order."""
    return list(
        session.execute(
            select(FollowUpTry)
            .where(col(FollowUpTry.follow_up_id).in_(follow_up_ids))
            .order_by(col(FollowUpTry.id))
        ).scalars()
    )


def is_to_make() -> Any:
    """Condition on FollowUp: `:org` may ask it on `:today`, and nothing settled it yet."""
    return and_(
        col(FollowUp.organisation_id) == bindparam("org"),
        col(FollowUp.outcome).is_(None),
        col(FollowUp.opens_on) <= bindparam("today"),
        col(FollowUp.closes_on) >= bindparam("today"),
        sees_learner(FollowUp.learner_id),
    )


def due_days(delay: Delay, exited_on: date) -> dict[str, Any]:
    """The three days of a follow-up, as columns of its row."""
    return {
        "due_on": delay.due_on(exited_on),
        "opens_on": delay.opens_on(exited_on),
        "closes_on": delay.closes_on(exited_on),
    }
