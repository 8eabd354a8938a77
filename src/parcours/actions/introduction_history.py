"""What every act on an introduction writes: where it stands, its history, its deadlines."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col

from parcours import audit
from parcours.actions import personal_links, tasks
from parcours.actions.need_history import By
from parcours.actions.working_days import days_off
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import EditConflict
from parcours.domain.introductions import (
    MOST_CALENDAR_DAYS,
    WAITING,
    Act,
    Delays,
    State,
    Way,
    after,
    deadlines,
)
from parcours.models import (
    Introduction,
    IntroductionEvent,
    IntroductionLink,
    Organisation,
    visibility,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What an act says besides itself."""

    said_on: date | None = None
    way: Way | None = None
    reason: str | None = None
    words: str | None = None


NOTHING = Told()


def opened(
    session: Session, actor: Actor, introduction_id: int, *, version: int, today: date
) -> Introduction:
    """An introduction of one’s organisation, locked, as the form knew it (NotFound, EditConflict).

    NotAllowed for who follows no need.
    """
    require(actor, Capability.FOLLOW_NEEDS)
    row = visibility.own_introduction(session, actor, introduction_id, today=today, lock=True)
    if row.version != version:
        raise EditConflict(theirs={"version": row.version}, mine={"version": version}, who="")
    return row


def move(
    session: Session,
    row: Introduction,
    act: Act,
    by: By,
    *,
    told: Told = NOTHING,
    today: date,
) -> None:
    """Take a locked introduction where an act leads (RuleBroken), its deadlines with it."""
    row.state = after(row.state, act)
    row.version += 1
    if row.state in WAITING:
        since = max(today, told.said_on or today) if row.state is State.INTERVIEW else today
        row.remind_on, row.closes_on = deadlines_from(session, row, since)
    else:
        row.remind_on = row.closes_on = None
    row.reminded_on = None
    tasks.settle_event(session, silence_key(row), [row.organisation_id], done_by_id=by.account_id)
    session.flush()
    tell(session, row, act, by, told=told, today=today)


def tell(
    session: Session,
    row: Introduction,
    act: Act,
    by: By,
    *,
    told: Told = NOTHING,
    today: date,
) -> None:
    """Append a line to an introduction’s history, and to the journal without its words."""
    session.add(
        IntroductionEvent(
            introduction_id=row.id or 0,
            act=act,
            state=row.state,
            on=today,
            said_on=told.said_on if told.said_on != today else None,
            account_id=by.account_id,
            by_name=by.name,
            way=told.way,
            reason=told.reason,
            words=(told.words or "").strip() or None,
        )
    )
    session.flush()
    audit.record(
        session, by.actor, act.value, "introduction", row.id, learner_id=row.learner_id,
        state=row.state.value,
    )  # fmt: skip


def delays_of(organisation: Organisation) -> Delays:
    """What an organisation settled."""
    return Delays(organisation.introduction_reminder_days, organisation.introduction_closing_days)


def deadlines_from(session: Session, row: Introduction, since: date) -> tuple[date, date]:
    """The day to chase the employer and the last day waited for, as the organisation settled."""
    organisation = session.get_one(Organisation, row.organisation_id)
    off = days_off(session, organisation, starts_on=since, ends_on=since + MOST_CALENDAR_DAYS)
    return deadlines(since, delays_of(organisation), off)


def silence_key(row: Introduction) -> str:
    """What begins the keys of the tasks an introduction’s silence gives."""
    return f"introduction:{row.id}:silence:"


def end_links(session: Session, row: Introduction) -> int:
    """Let no link of an introduction answer any more; returns how many still could."""
    return personal_links.end_all(
        session, IntroductionLink, col(IntroductionLink.introduction_id) == row.id
    )
