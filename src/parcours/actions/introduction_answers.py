"""What an employer answers about somebody: by its link, or noted for it from paper or by voice."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from parcours.actions import need_freshness, tasks
from parcours.actions.introduction_history import Told, end_links, move, opened
from parcours.actions.introductions import locked_need
from parcours.actions.need_history import By, current
from parcours.actions.needs import change_posts
from parcours.actions.situations import SituationRecord
from parcours.domain.access import Actor, Capability, require
from parcours.domain.errors import NotFound, RuleBroken
from parcours.domain.introductions import (
    ANSWERS,
    Act,
    EmployerReason,
    State,
    Way,
    after,
    check_day,
    check_no_number,
    check_reason,
)
from parcours.domain.needs import NeedState
from parcours.domain.tasks import TaskKind
from parcours.models import Employer, Introduction, Need, Organisation, visibility


@dataclass(frozen=True, slots=True)
class Answer:
    """What the employer says. `is_filled`: it found somebody for every post, perhaps elsewhere."""

    act: Act
    on: date | None = None
    reason: EmployerReason | None = None
    words: str | None = None
    way: Way = Way.LINK
    is_filled: bool = False


def answer(
    session: Session,
    actor: Actor,
    introduction_id: int,
    said: Answer,
    *,
    by_name: str | None = None,
    version: int,
    today: date,
) -> Introduction:
    """Note for the employer what it said on paper or by voice; `by_name` is who said it."""
    row = opened(session, actor, introduction_id, version=version, today=today)
    write(session, row, said, By(actor, by_name or actor.name), today=today)
    return row


def write(session: Session, row: Introduction, said: Answer, by: By, *, today: date) -> None:
    """Write what an employer says of a locked introduction; a hiring takes a post (RuleBroken)."""
    if said.act not in ANSWERS:
        raise RuleBroken("Choisissez une réponse.", field="answer")
    after(row.state, said.act)
    reason = EmployerReason.POST_FILLED if said.is_filled else said.reason
    if said.act is Act.NOT_RETAINED:
        check_reason(reason, said.words)
    check_no_number(said.words, "words")
    check_day(said.act, said.on, sent_on=row.sent_on or today, today=today)
    row.hired_on = said.on if said.act is Act.HIRED else None
    kept = reason.value if reason and said.act is Act.NOT_RETAINED else None
    move(session, row, said.act, by, told=Told(said.on, said.way, kept, said.words), today=today)
    if row.state in {State.HIRED, State.NOT_RETAINED}:
        end_links(session, row)
    if said.act is Act.HIRED:
        _take_post(session, row, by, today)
    elif said.is_filled:
        _fill(session, row, by, today)
    if by.actor is None:
        _announce(session, row, said.act, today)


def exit_draft(
    session: Session, actor: Actor, introduction_id: int, learner_id: int, *, today: date
) -> SituationRecord:
    """What a hiring tells of the exit: a form to complete, nothing kept (NotFound)."""
    require(actor, Capability.RECORD_EXITS)
    row = visibility.own_introduction(session, actor, introduction_id, today=today)
    if row.learner_id != learner_id or row.hired_on is None:
        raise NotFound
    need = session.get_one(Need, row.need_id)
    terms = current(session, need)[0]
    partner = session.get_one(Organisation, session.get_one(Employer, need.employer_id).partner_id)
    return SituationRecord(
        observed_on=min(row.hired_on, today),
        contract_type=terms.contracts[0] if len(terms.contracts) == 1 else None,
        contract_starts_on=row.hired_on,
        employer=partner.name,
        siret=partner.siret,
        weekly_hours=terms.weekly_hours,
        need_id=row.need_id,
    )


def _take_post(session: Session, row: Introduction, by: By, today: date) -> None:
    """The need asks for one post less, or is filled when it was the last one."""
    need = locked_need(session, row.need_id)
    if need.state is not NeedState.PUBLISHED:
        return
    row.takes_post = True
    posts = current(session, need)[0].posts
    if posts > 1:
        change_posts(session, need, posts - 1, by, today=today)
    else:
        need_freshness.fill(session, need, by, words="Embauche notée.", today=today)


def _fill(session: Session, row: Introduction, by: By, today: date) -> None:
    need = locked_need(session, row.need_id)
    if need.state is NeedState.PUBLISHED:
        need_freshness.fill(session, need, by, today=today)


def _announce(session: Session, row: Introduction, act: Act, today: date) -> None:
    """Who made the introduction has the answer to read."""
    tasks.give(
        session,
        organisation_id=row.organisation_id,
        account_id=row.created_by_id,
        kind=TaskKind.EMPLOYER_ANSWERED,
        due_on=today,
        learner_id=row.learner_id,
        introduction_id=row.id,
        once_key=f"introduction:{row.id}:answer:{row.version}:{act.value}",
    )
