"""Introductions: proposing a need to somebody, their agreement, sending, giving up, reopening."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from parcours.actions import need_freshness
from parcours.actions.introduction_history import Told, end_links, move, opened, tell
from parcours.actions.need_history import By, current
from parcours.actions.needs import change_posts
from parcours.db import is_duplicate
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import RuleBroken
from parcours.domain.introductions import (
    BEFORE_SENDING,
    Act,
    PersonReason,
    State,
    Way,
    after,
    check_agreement,
    check_no_number,
    check_presentation,
    check_reason,
)
from parcours.domain.needs import NeedState, state_on
from parcours.models import Introduction, Need, visibility

KNOWN = "Cette personne est déjà mise en relation avec ce besoin : ouvrez-la, ou rouvrez-la."
NOT_OPEN = {
    NeedState.DRAFT: "Ce besoin n’est pas publié : publiez-le avant de le proposer.",
    NeedState.SUSPENDED: "Ce besoin est suspendu : faites-le confirmer par l’employeur d’abord.",
    NeedState.FILLED: "Ce besoin est pourvu : il n’est plus proposé.",
    NeedState.CLOSED: "Ce besoin est fermé : il n’est plus proposé.",
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the person agreed to: the words said, the day, and what the employer will read."""

    said: str
    agreed_on: date
    presentation: str
    way: Way | None = None


def propose(
    session: Session, actor: Actor, need_id: int, learner_id: int, *, words: str = "", today: date
) -> Introduction:
    """Propose a need one may read to somebody one follows (NotFound, RuleBroken)."""
    require(actor, Capability.FOLLOW_NEEDS)
    need = visibility.need(session, actor, need_id)
    visibility.learner(session, actor, learner_id, today=today)
    check_open(need, today=today)
    check_no_number(words, "proposal")
    row = Introduction(
        need_id=need_id,
        learner_id=learner_id,
        organisation_id=actor.organisation_id,
        state=State.PROPOSED,
        proposed_on=today,
        created_by_id=actor.account_id,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        raise RuleBroken(KNOWN, field="person") from error
    tell(session, row, Act.PROPOSED, By.account(actor), told=Told(words=words), today=today)
    return row


def agree(
    session: Session,
    actor: Actor,
    introduction_id: int,
    agreement: Agreement,
    *,
    version: int,
    today: date,
) -> Introduction:
    """The person agrees: what was said, when, and the presentation they accepted."""
    row = opened(session, actor, introduction_id, version=version, today=today)
    after(row.state, Act.AGREED)
    check_agreement(agreement.said, agreement.agreed_on, proposed_on=row.proposed_on, today=today)
    check_presentation(agreement.presentation)
    row.said, row.agreed_on = agreement.said.strip(), agreement.agreed_on
    row.agreed_by_id, row.presentation = actor.account_id, agreement.presentation.strip()
    told = Told(agreement.agreed_on, agreement.way, words=agreement.said)
    move(session, row, Act.AGREED, By.account(actor), told=told, today=today)
    return row


def refuse(
    session: Session,
    actor: Actor,
    introduction_id: int,
    *,
    reason: PersonReason | None,
    words: str | None = None,
    version: int,
    today: date,
) -> Introduction:
    """The person does not wish it, or gives it up: nothing waits for the employer any more."""
    row = opened(session, actor, introduction_id, version=version, today=today)
    check_reason(reason, words)
    is_before = row.state in BEFORE_SENDING and reason is not PersonReason.NEED_OVER
    act = Act.DECLINED if is_before else Act.GIVEN_UP
    told = Told(reason=reason.value if reason else None, words=words)
    move(session, row, act, By.account(actor), told=told, today=today)
    end_links(session, row)
    return row


def send(
    session: Session,
    actor: Actor,
    introduction_id: int,
    *,
    way: Way,
    version: int,
    today: date,
) -> Introduction:
    """What was agreed leaves for the employer; silence counts from now."""
    row = opened(session, actor, introduction_id, version=version, today=today)
    check_open(session.get_one(Need, row.need_id), today=today)
    if row.state is State.AGREED:
        row.sent_on, row.sent_way = today, way
    told = Told(way=way)
    move(session, row, Act.SENT, By.account(actor), told=told, today=today)
    return row


def reopen(
    session: Session, actor: Actor, introduction_id: int, *, version: int, today: date
) -> Introduction:
    """Begin again: the person is asked again, and a post that was taken is open again."""
    row = opened(session, actor, introduction_id, version=version, today=today)
    by = By.account(actor)
    if row.takes_post:
        _give_post_back(session, row, by, today)
    check_open(session.get_one(Need, row.need_id), today=today)
    row.agreed_on = row.agreed_by_id = row.said = None
    row.sent_on = row.sent_way = row.hired_on = None
    row.takes_post, row.proposed_on = False, today
    move(session, row, Act.REOPENED, by, today=today)
    return row


def check_open(need: Need, *, today: date) -> None:
    """Raise RuleBroken, saying what to do, when a need is proposed to nobody."""
    where = state_on(need.state, need.suspends_on, today)
    if where is not NeedState.PUBLISHED:
        raise RuleBroken(NOT_OPEN[where])


def locked_need(session: Session, need_id: int) -> Need:
    """The need of an introduction whose row is locked, locked too."""
    found: Need = session.execute(
        select(Need)
        .where(col(Need.id) == need_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
    return found


def _give_post_back(session: Session, row: Introduction, by: By, today: date) -> None:
    need = locked_need(session, row.need_id)
    if need.state is NeedState.FILLED:
        # Its last post is the one this hiring took.
        need_freshness.reopen(session, need, by, today=today)
    elif need.state is NeedState.PUBLISHED:
        posts = current(session, need)[0].posts
        change_posts(session, need, posts + 1, by, today=today)
