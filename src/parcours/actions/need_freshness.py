"""Whether a need still holds: confirmed, filled, closed, reopened; signed in or by a link."""

from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col

from parcours import audit
from parcours.actions.need_history import By, current, end_links, stand_confirmed, tell
from parcours.actions.needs import change_posts, check_live
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.needs import (
    ClosingReason,
    NeedAct,
    NeedState,
    check_closing,
    check_fresh_days,
)
from parcours.models import Need, Organisation, visibility


def confirm(session: Session, need: Need, by: By, *, posts: int | None = None, today: date) -> None:
    """The need still holds, perhaps for another number of posts; its row is locked."""
    check_live(need)
    if need.state is NeedState.DRAFT:
        raise RuleBroken("Ce besoin n’est pas encore publié : publiez-le d’abord.")
    if posts is not None:
        change_posts(session, need, posts, by, today=today)
    stand_confirmed(session, need, today=today)
    tell(session, need, NeedAct.CONFIRMED, by, today=today)


def fill(session: Session, need: Need, by: By, *, words: str | None = None, today: date) -> None:
    """Somebody was found for every post; the row is locked."""
    check_live(need)
    _end(session, need, NeedState.FILLED, by, NeedAct.FILLED, words, today)


def close(
    session: Session,
    need: Need,
    by: By,
    *,
    reason: ClosingReason | None,
    words: str | None = None,
    today: date,
) -> None:
    """Nobody is looked for any more, and why; the row is locked."""
    check_live(need)
    check_closing(reason, words)
    need.closing_reason = reason
    _end(session, need, NeedState.CLOSED, by, NeedAct.CLOSED, words, today)


def reopen(session: Session, need: Need, by: By, *, today: date) -> None:
    """Look for somebody again: published where it has a skill, else a draft; the row is locked."""
    if need.state not in {NeedState.FILLED, NeedState.CLOSED}:
        raise RuleBroken("Ce besoin est déjà ouvert.")
    need.closing_reason = None
    need.state = NeedState.PUBLISHED if current(session, need)[1] else NeedState.DRAFT
    if need.state is NeedState.PUBLISHED:
        stand_confirmed(session, need, today=today)
    tell(session, need, NeedAct.REOPENED, by, today=today)


def own(session: Session, actor: Actor, need_id: int) -> Need:
    """A need of one’s organisation, locked, to act on (NotAllowed, NotFound)."""
    require(actor, Capability.FOLLOW_NEEDS)
    return visibility.own_need(session, actor, need_id, lock=True)


def set_fresh_days(session: Session, actor: Actor, days: int | None) -> None:
    """How long needs stay up to date; deadlines that run keep the delay they were given."""
    require(actor, Capability.SET_DELAYS)
    session.execute(
        update(Organisation)
        .where(col(Organisation.id) == actor.organisation_id)
        .values(need_fresh_days=check_fresh_days(days))
    )
    audit.record(session, actor, "set_fresh_days", "organisation", actor.organisation_id, days=days)


def _end(
    session: Session,
    need: Need,
    state: NeedState,
    by: By,
    act: NeedAct,
    words: str | None,
    today: date,
) -> None:
    need.state = state
    end_links(session, need)
    tell(session, need, act, by, today=today, words=(words or "").strip() or None)
